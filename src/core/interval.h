/* Private: ranges of numbers. No outward rounding: users leave room for it. */
#ifndef KILN_CORE_INTERVAL_H
#define KILN_CORE_INTERVAL_H

#include <math.h>

typedef struct kiln_i_interval {
    double low, high;
} kiln_i_interval;

static inline kiln_i_interval kiln_i_interval_point(double a) { return (kiln_i_interval){a, a}; }

static inline kiln_i_interval kiln_i_interval_sum(kiln_i_interval a, kiln_i_interval b)
{
    return (kiln_i_interval){a.low + b.low, a.high + b.high};
}

static inline kiln_i_interval kiln_i_interval_scale(double f, kiln_i_interval a)
{
    return f < 0.0 ? (kiln_i_interval){f * a.high, f * a.low} : (kiln_i_interval){f * a.low, f * a.high};
}

static inline kiln_i_interval kiln_i_interval_product(kiln_i_interval a, kiln_i_interval b)
{
    const double p = a.low * b.low, q = a.low * b.high, r = a.high * b.low, s = a.high * b.high;
    return (kiln_i_interval){fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s))};
}

static inline kiln_i_interval kiln_i_interval_square(kiln_i_interval a)
{
    const double low = a.low * a.low, high = a.high * a.high;
    return (kiln_i_interval){a.low <= 0.0 && a.high >= 0.0 ? 0.0 : fmin(low, high), fmax(low, high)};
}

static inline kiln_i_interval kiln_i_interval_common(kiln_i_interval a, kiln_i_interval b)
{
    return (kiln_i_interval){fmax(a.low, b.low), fmin(a.high, b.high)};
}

static inline double kiln_i_interval_size(kiln_i_interval a) { return fmax(fabs(a.low), fabs(a.high)); }

#endif
