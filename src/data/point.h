/* Private: evaluating many functions at one temperature. */
#ifndef KILN_DATA_POINT_H
#define KILN_DATA_POINT_H

#include "data/function.h"

#include <math.h>

enum { KILN_MAX_POWER = 12 };

/* A temperature with what every term needs of it; databases use small whole powers, for which pow() is ten times slower. */
typedef struct kiln_i_point {
    double T_K, inverse, log_T, power[2 * KILN_MAX_POWER + 1]; /* power[KILN_MAX_POWER + k] = T^k */
} kiln_i_point;

static inline void kiln_i_point_set(kiln_i_point *p, double T_K)
{
    p->T_K = T_K;
    p->inverse = 1.0 / T_K;
    p->log_T = log(T_K);
    p->power[KILN_MAX_POWER] = 1.0;
    for (int k = 1; k <= KILN_MAX_POWER; ++k) {
        p->power[KILN_MAX_POWER + k] = p->power[KILN_MAX_POWER + k - 1] * T_K;
        p->power[KILN_MAX_POWER - k] = p->power[KILN_MAX_POWER - k + 1] * p->inverse;
    }
}

static inline double kiln_i_power(const kiln_i_point *p, double power)
{
    if (!(fabs(power) <= KILN_MAX_POWER) || power != (int)power) return pow(p->T_K, power);
    return p->power[KILN_MAX_POWER + (int)power];
}

kiln_i_jet kiln_i_terms_at(const kiln_i_term *terms, int n, const kiln_i_point *p);
/* A function's own part, as kiln_i_function_own. */
kiln_i_jet kiln_i_function_at(const kiln_i_function *f, const kiln_i_point *p);
/* The piece that holds T_K; below the first the first, in a gap the one below it. */
const kiln_i_piece *kiln_i_piece_at(const kiln_i_function *f, double T_K);

#endif
