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

/* Cholesky factor of a symmetric matrix into its lower triangle, with the inverses of its diagonal on the diagonal; 0 if it is not positive definite. */
int kiln_i_cholesky(int n, double *a);
/* x <- A^-1 x by that factor. */
void kiln_i_cholesky_solve(int n, const double *a, double *x);
/* The same for KILN_I_LANES right-hand sides side by side, x [KILN_I_LANES x n]: one by one they would wait for each other's last result. */
enum { KILN_I_LANES = 8 };
void kiln_i_cholesky_solve_lanes(int n, const double *a, double *x);

/* Dependent variables of m equations b x = 0 in n variables (b [m x n], m <= n), by Gauss-Jordan elimination with complete pivoting: afterwards
 * order[0..m-1] depend on order[m..n-1] by x_order[r] = - sum_j b[r + m j] x_order[j], j >= m. The rank; below m only so many columns are
 * dependent, and the rows beyond it vanish. */
int kiln_i_eliminate(int m, int n, double *b, int *order);

/* x <- A^-1 x by elimination with complete pivoting; A [n x n] is overwritten, `order` [n] is scratch. The last pivot over the first; 0, with x and A spoilt, where one
 * falls below `least` times the first. */
double kiln_i_solve_square(int n, double *a, double least, double *x, int *order);

#endif
