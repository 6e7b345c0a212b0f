#include "core/random.h"

#include <math.h>

uint64_t kiln_i_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double kiln_i_uniform(uint64_t *state) { return ((double)(kiln_i_random(state) >> 11) + 0.5) * 0x1.0p-53; }

void kiln_i_normals(uint64_t *state, int n, double *out)
{
    const double two_pi = 6.283185307179586;
    for (int i = 0; i < n; i += 2) {
        const double r = sqrt(-2.0 * log(kiln_i_uniform(state))), angle = two_pi * kiln_i_uniform(state);
        out[i] = r * cos(angle);
        out[i + 1] = r * sin(angle); /* room for one more than n */
    }
}

/* Joe and Kuo's primitive polynomials and first direction numbers for dimensions 2 to 8; the first is van der Corput's. */
typedef struct polynomial {
    int degree;
    uint32_t coefficients, first[5];
} polynomial;

static const polynomial polynomials[KILN_SOBOL_DIMENSIONS - 1] =
    {{1, 0, {1}},          {2, 1, {1, 3}},        {3, 1, {1, 3, 1}},       {3, 2, {1, 1, 1}},
     {4, 1, {1, 1, 3, 3}}, {4, 4, {1, 3, 5, 13}}, {5, 2, {1, 1, 5, 5, 17}}};

enum { BITS = 32 };

static void directions(int dimension, uint32_t v[BITS])
{
    if (dimension == 0) {
        for (int k = 0; k < BITS; ++k) v[k] = UINT32_C(1) << (BITS - 1 - k);
        return;
    }
    const polynomial *p = &polynomials[dimension - 1];
    const int s = p->degree;
    for (int k = 0; k < BITS; ++k) {
        if (k < s) {
            v[k] = p->first[k] << (BITS - 1 - k);
            continue;
        }
        v[k] = v[k - s] ^ (v[k - s] >> s);
        for (int j = 1; j < s; ++j)
            if (p->coefficients >> (s - 1 - j) & 1u) v[k] ^= v[k - j];
    }
}

void kiln_i_sobol(uint32_t index, int n, const uint32_t *shift, double *out)
{
    for (int d = 0; d < n; ++d) {
        uint32_t v[BITS], x = shift[d];
        directions(d, v);
        for (int k = 0; k < BITS; ++k)
            if (index >> k & 1u) x ^= v[k];
        out[d] = ((double)x + 0.5) * 0x1.0p-32;
    }
}

double kiln_i_normal_quantile(double p)
{
    const double tail = p < 0.5 ? p : 1.0 - p, t = sqrt(-2.0 * log(tail)), root_two_pi = 2.5066282746310002;
    /* M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), 26.2.22: to 3e-3, then Newton's method in the lower tail, where erfc is exact */
    double x = -(t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t)));
    for (int k = 0; k < 6; ++k) {
        const double miss = 0.5 * erfc(-x * 0.7071067811865476) - tail, density = exp(-0.5 * x * x) / root_two_pi;
        const double step = miss / density;
        x -= step / (1.0 + 0.5 * x * step); /* Halley's step */
        if (fabs(step) < 1e-15 * fabs(x)) break;
    }
    return p < 0.5 ? x : -x;
}
