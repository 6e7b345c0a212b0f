/* Private: the few kernels that the inner loop needs for matrices of order 1 to about 30. LAPACK's calls cost more than the arithmetic there: for n = 11
 * and three constraints dgeqrf, two dormqr and dpotrf took two thirds of a whole descent. Eigenvalues, singular values and
 * least squares stay with LAPACK. Matrices are column-major. */
#ifndef KILN_CORE_DENSE_H
#define KILN_CORE_DENSE_H

/* Householder vectors of the n x m matrix in v (m <= n), normalised so that each reflector is I - v v'; R is not kept. Reflector k acts on rows k
 * and below. */
void kiln_i_reflectors(int n, int m, double *v);
/* x <- Q'x and x <- Qx for a vector [n]. */
void kiln_i_reflect(int n, int m, const double *v, double *x);
void kiln_i_reflect_back(int n, int m, const double *v, double *x);
/* A <- Q'AQ for a symmetric n x n matrix; `work` [n]. */
void kiln_i_reflect_symmetric(int n, int m, const double *v, double *a, double *work);

/* Cholesky factor of a symmetric matrix into its lower triangle; 0 if it is not positive definite. */
int kiln_i_cholesky(int n, double *a);
/* x <- A^-1 x by that factor. */
void kiln_i_cholesky_solve(int n, const double *a, double *x);

#endif
