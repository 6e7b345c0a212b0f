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
        for (int i = j + 1; i < n; ++i) column[i] *= inverse;
        column[j] = inverse;
    }
    return 1;
}

void kiln_i_cholesky_solve(int n, const double *a, double *x)
{
    for (int j = 0; j < n; ++j) {
        x[j] *= a[j + n * j];
        for (int i = j + 1; i < n; ++i) x[i] -= a[i + n * j] * x[j];
    }
    for (int j = n - 1; j >= 0; --j) {
        for (int i = j + 1; i < n; ++i) x[j] -= a[i + n * j] * x[i];
        x[j] *= a[j + n * j];
    }
}

/* y <- y - factor x, and y <- factor y, lane by lane. */
static void subtract_lanes(double factor, const double *x, double *y)
{
    for (int l = 0; l < KILN_I_LANES; ++l) y[l] -= factor * x[l];
}

static void scale_lanes(double factor, double *y)
{
    for (int l = 0; l < KILN_I_LANES; ++l) y[l] *= factor;
}

void kiln_i_cholesky_solve_lanes(int n, const double *a, double *x)
{
    for (int j = 0; j < n; ++j) {
        scale_lanes(a[j + n * j], x + KILN_I_LANES * j);
        for (int i = j + 1; i < n; ++i) subtract_lanes(a[i + n * j], x + KILN_I_LANES * j, x + KILN_I_LANES * i);
    }
    for (int j = n - 1; j >= 0; --j) {
        for (int i = j + 1; i < n; ++i) subtract_lanes(a[i + n * j], x + KILN_I_LANES * i, x + KILN_I_LANES * j);
        scale_lanes(a[j + n * j], x + KILN_I_LANES * j);
    }
}

static void swap_int(int *a, int *b)
{
    const int t = *a;
    *a = *b;
    *b = t;
}

static void swap_double(double *a, double *b)
{
    const double t = *a;
    *a = *b;
    *b = t;
}

/* Largest entry of rows and columns from k on. */
static double largest_entry(int m, int n, int k, const double *b, int *row, int *column)
{
    double most = 0.0;
    *row = *column = k;
    for (int j = k; j < n; ++j)
        for (int r = k; r < m; ++r)
            if (fabs(b[r + m * j]) > most) {
                most = fabs(b[r + m * j]);
                *row = r;
                *column = j;
            }
    return most;
}

static void move_pivot(int m, int n, int k, int row, int column, double *b, int *order)
{
    if (column != k) {
        for (int r = 0; r < m; ++r) swap_double(&b[r + m * k], &b[r + m * column]);
        swap_int(&order[k], &order[column]);
    }
    if (row != k)
        for (int j = 0; j < n; ++j) swap_double(&b[k + m * j], &b[row + m * j]);
}

int kiln_i_eliminate(int m, int n, double *b, int *order)
{
    for (int j = 0; j < n; ++j) order[j] = j;
    for (int k = 0; k < m; ++k) {
        int row, column;
        if (!(largest_entry(m, n, k, b, &row, &column) > 0.0)) return k;
        move_pivot(m, n, k, row, column, b, order);
        const double inverse = 1.0 / b[k + m * k];
        for (int j = k + 1; j < n; ++j) {
            double *x = b + m * j;
            x[k] *= inverse;
            for (int r = 0; r < m; ++r)
                if (r != k) x[r] -= b[r + m * k] * x[k];
        }
    }
    return m;
}

double kiln_i_solve_square(int n, double *a, double least, double *x, int *order)
{
    double first = 0.0, pivot = 0.0;
    for (int j = 0; j < n; ++j) order[j] = j;
    for (int k = 0; k < n; ++k) {
        int row, column;
        pivot = largest_entry(n, n, k, a, &row, &column);
        if (k == 0) first = pivot;
        if (!(pivot > least * first)) return 0.0;
        move_pivot(n, n, k, row, column, a, order);
        if (row != k) swap_double(&x[k], &x[row]);
        const double inverse = 1.0 / a[k + n * k];
        for (int r = k + 1; r < n; ++r) a[r + n * k] *= inverse;
        for (int j = k + 1; j < n; ++j)
            for (int r = k + 1; r < n; ++r) a[r + n * j] -= a[r + n * k] * a[k + n * j];
        for (int r = k + 1; r < n; ++r) x[r] -= a[r + n * k] * x[k];
    }
    for (int k = n - 1; k >= 0; --k) {
        x[k] /= a[k + n * k];
        for (int r = 0; r < k; ++r) x[r] -= a[r + n * k] * x[k];
    }
    /* undo the exchange of columns: x[k] belongs to variable order[k] */
    for (int k = 0; k < n; ++k)
        while (order[k] != k) {
            const int to = order[k];
            swap_double(&x[k], &x[to]);
            swap_int(&order[k], &order[to]);
        }
    return pivot / first;
}
