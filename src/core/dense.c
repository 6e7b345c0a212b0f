#include "core/dense.h"

#include <math.h>

/* x[k..] <- (I - v v') x[k..] */
static void apply(int n, int k, const double *v, double *x)
{
    double dot = 0.0;
    for (int i = k; i < n; ++i) dot += v[i] * x[i];
    for (int i = k; i < n; ++i) x[i] -= dot * v[i];
}

void kiln_i_reflectors(int n, int m, double *v)
{
    for (int k = 0; k < m; ++k) {
        double *x = v + (long)n * k, norm = 0.0;
        for (int j = 0; j < k; ++j) apply(n, j, v + (long)n * j, x);
        for (int i = k; i < n; ++i) norm += x[i] * x[i];
        norm = sqrt(norm);
        if (norm == 0.0) {
            for (int i = k; i < n; ++i) x[i] = 0.0;
            continue;
        }
        /* u = x + sign(x_k) |x| e_k, scaled by sqrt(2) / |u|; u'u = 2 |x| (|x| + |x_k|) */
        const double scale = 1.0 / sqrt(norm * (norm + fabs(x[k])));
        x[k] += x[k] < 0.0 ? -norm : norm;
        for (int i = k; i < n; ++i) x[i] *= scale;
    }
}

void kiln_i_reflect(int n, int m, const double *v, double *x)
{
    for (int k = 0; k < m; ++k) apply(n, k, v + (long)n * k, x);
}

void kiln_i_reflect_back(int n, int m, const double *v, double *x)
{
    for (int k = m - 1; k >= 0; --k) apply(n, k, v + (long)n * k, x);
}

void kiln_i_reflect_symmetric(int n, int m, const double *v, double *a, double *work)
{
    for (int k = 0; k < m; ++k) {
        /* (I - v v') A (I - v v') = A - v p' - p v' with p = A v - (v'A v / 2) v */
        const double *u = v + (long)n * k;
        double vav = 0.0;
        for (int i = 0; i < n; ++i) work[i] = 0.0;
        for (int j = k; j < n; ++j)
            for (int i = 0; i < n; ++i) work[i] += a[i + n * j] * u[j];
        for (int i = k; i < n; ++i) vav += u[i] * work[i];
        for (int i = k; i < n; ++i) work[i] -= 0.5 * vav * u[i];
        for (int j = 0; j < n; ++j) {
            const double uj = j < k ? 0.0 : u[j], pj = work[j];
            for (int i = 0; i < k; ++i) a[i + n * j] -= work[i] * uj;
            for (int i = k; i < n; ++i) a[i + n * j] -= u[i] * pj + work[i] * uj;
        }
    }
}

int kiln_i_cholesky(int n, double *a)
{
    for (int j = 0; j < n; ++j) {
        double *column = a + (long)n * j;
        for (int k = 0; k < j; ++k) {
            const double *other = a + (long)n * k, factor = other[j];
            for (int i = j; i < n; ++i) column[i] -= factor * other[i];
        }
        if (!(column[j] > 0.0)) return 0;
        const double inverse = 1.0 / sqrt(column[j]);
        for (int i = j; i < n; ++i) column[i] *= inverse;
    }
    return 1;
}

void kiln_i_cholesky_solve(int n, const double *a, double *x)
{
    for (int j = 0; j < n; ++j) {
        x[j] /= a[j + n * j];
        for (int i = j + 1; i < n; ++i) x[i] -= a[i + n * j] * x[j];
    }
    for (int j = n - 1; j >= 0; --j) {
        for (int i = j + 1; i < n; ++i) x[j] -= a[i + n * j] * x[i];
        x[j] /= a[j + n * j];
    }
}
