#include "predict/risk_state.h"

#include "core/context.h"

#include <math.h>

/* What firings say of the samples: likelihoods, weights, and the information that one more firing would bring. */

static const double LEAST_EFFECTIVE = 10.0;

/* How far beyond the thermodynamic end diffraction still shows one phase, as at best values, K; positive. */
static double hidden_K(const kiln_risk *r, int is_low)
{
    if (r->range < 0) return 0.0;
    const kiln_window_end *end = is_low ? &r->window.range[r->range].low : &r->window.range[r->range].high;
    return end->has_detected ? fabs(end->T_K - end->detected_K) : 0.0;
}

static double normal_cdf(double x) { return 0.5 * erfc(-x * 0.7071067811865476); }

/* Probabilities that a firing at T falls below the window as diffraction sees it, and above it. */
typedef struct sides {
    double below, above;
} sides;

static sides sides_of(const kiln_risk *r, const kiln_i_outcome *o, const kiln_observation_errors *e, double T_K)
{
    const double low = o->low_K - hidden_K(r, 1), high = o->high_K + hidden_K(r, 0);
    const double low_sigma = hypot(e->furnace_K, r->low_weighing_K * e->weighing);
    const double high_sigma = hypot(e->furnace_K, r->high_weighing_K * e->weighing);
    sides s = {o->low_limit < 0 ? 0.0 : normal_cdf((low - T_K) / low_sigma),
               o->high_limit < 0 ? 0.0 : normal_cdf((T_K - high) / high_sigma)};
    if (low >= high) { /* no window: one of the two, by the nearer end */
        const double middle = 0.5 * (low + high);
        s = (sides){T_K < middle ? 1.0 : 0.0, T_K < middle ? 0.0 : 1.0};
    }
    return s;
}

static double single_probability(const kiln_risk *r, const kiln_i_outcome *o, const kiln_observation_errors *e, double T_K)
{
    const sides s = sides_of(r, o, e, T_K);
    const double single = fmax(1.0 - s.below - s.above, 0.0);
    return e->misread + (1.0 - 2.0 * e->misread) * single;
}

static double likelihood(const kiln_risk *r, const kiln_i_outcome *o, const kiln_observation_errors *e,
                         const kiln_observation *seen)
{
    const double single = single_probability(r, o, e, seen->T_K);
    if (seen->is_single) return single;
    if (seen->phase < 0) return 1.0 - single;
    /* Named: on the side where that phase is the limit it is what shows, on the other it takes an error. */
    const sides s = sides_of(r, o, e, seen->T_K);
    const double named = (o->low_limit == seen->phase ? 1.0 - e->misread : e->misread) * s.below +
                         (o->high_limit == seen->phase ? 1.0 - e->misread : e->misread) * s.above;
    return (1.0 - 2.0 * e->misread) * named + e->misread * e->misread;
}

static kiln_status check(const kiln_risk *r, const kiln_observation_errors *e)
{
    if (!e || !(e->furnace_K > 0.0) || !(e->weighing >= 0.0 && e->weighing < 1.0) || !(e->misread > 0.0 && e->misread < 0.5))
        return kiln_i_fail(r->ctx, KILN_E_ARG,
                           "errors of a firing: expected a furnace error above 0 K, a weighing error from 0 to below 1 and a "
                           "probability of misreading between 0 and 0.5");
    return KILN_OK;
}

static kiln_status check_observation(const kiln_risk *r, const kiln_observation *seen)
{
    if (!isfinite(seen->T_K) || seen->T_K <= 0.0) return kiln_i_fail(r->ctx, KILN_E_ARG, "a firing at %g K", seen->T_K);
    if (seen->phase >= r->system->n_phases || (seen->is_single && seen->phase >= 0))
        return kiln_i_fail(r->ctx, KILN_E_ARG, "a firing that showed phase %d of %d", seen->phase, r->system->n_phases);
    return KILN_OK;
}

/* Of the firings those that the sample explains only as misread. */
static int count_misread(const kiln_risk *r, const kiln_i_outcome *o, const kiln_observation_errors *e, int n,
                         const kiln_observation *seen)
{
    int count = 0;
    for (int k = 0; k < n; ++k) count += likelihood(r, o, e, &seen[k]) < 2.0 * e->misread;
    return count;
}

kiln_status kiln_risk_observe(kiln_risk *r, int n, const kiln_observation *seen, const kiln_observation_errors *e)
{
    double sum = 0.0, squares = 0.0;
    int best = 0;
    if (!r) return KILN_E_ARG;
    if (n < 0 || (n > 0 && !seen)) return kiln_i_fail(r->ctx, KILN_E_ARG, "%d firings", n);
    kiln_status status = n > 0 ? check(r, e) : KILN_OK;
    for (int k = 0; k < n && status == KILN_OK; ++k) status = check_observation(r, &seen[k]);
    if (status != KILN_OK) return status;
    double *weight = kiln_i_calloc(r->ctx, (size_t)r->n, sizeof *weight);
    if (!weight) return kiln_i_fail(r->ctx, KILN_E_NOMEM, "%d samples", r->n);
    for (int i = 0; i < r->n; ++i) {
        weight[i] = r->outcome[i].is_failed ? 0.0 : 1.0;
        for (int k = 0; k < n; ++k) weight[i] *= likelihood(r, &r->outcome[i], e, &seen[k]);
        sum += weight[i];
        if (weight[i] > weight[best]) best = i;
    }
    const int misread = count_misread(r, &r->outcome[best], e, n, seen);
    for (int i = 0; i < r->n && sum > 0.0; ++i) {
        weight[i] /= sum;
        squares += weight[i] * weight[i];
    }
    if (!(squares > 0.0 && 1.0 / squares >= LEAST_EFFECTIVE) || (n > 0 && 2 * misread >= n)) {
        kiln_i_free(r->ctx, weight);
        if (2 * misread >= n)
            return kiln_i_fail(r->ctx, KILN_E_RANGE,
                               "no sample explains the firings without taking %d of %d as misread: they contradict the database or "
                               "each other",
                               misread, n);
        return kiln_i_fail(r->ctx, KILN_E_RANGE,
                           "hardly any sample explains the firings (%.1f of %d count): they contradict the database or each other",
                           squares > 0.0 ? 1.0 / squares : 0.0, r->n);
    }
    kiln_i_free(r->ctx, r->weight);
    r->weight = weight;
    return KILN_OK;
}

static double entropy_bits(double p) { return p <= 0.0 || p >= 1.0 ? 0.0 : -(p * log2(p) + (1.0 - p) * log2(1.0 - p)); }

/* Entropy of the outcome less what would remain of it were the sample known. */
static double information(const kiln_risk *r, const kiln_observation_errors *e, double T_K)
{
    double mean = 0.0, remaining = 0.0;
    for (int i = 0; i < r->n; ++i) {
        if (r->weight[i] == 0.0) continue;
        const double p = single_probability(r, &r->outcome[i], e, T_K);
        mean += r->weight[i] * p;
        remaining += r->weight[i] * entropy_bits(p);
    }
    return fmax(entropy_bits(mean) - remaining, 0.0);
}

kiln_status kiln_risk_next(const kiln_risk *r, const kiln_observation_errors *e, double first_K, double last_K, double *T_K,
                           double *bits)
{
    const double step_K = 10.0;
    if (!r) return KILN_E_ARG;
    kiln_status status = check(r, e);
    if (status != KILN_OK) return status;
    if (!T_K || !bits || !(first_K > 0.0 && first_K <= last_K))
        return kiln_i_fail(r->ctx, KILN_E_ARG, "firings between %g and %g K", first_K, last_K);
    *bits = -1.0;
    const int steps = (int)ceil((last_K - first_K) / step_K);
    for (int k = 0; k <= steps; ++k) {
        const double T = fmin(first_K + k * step_K, last_K), found = information(r, e, T);
        if (found <= *bits) continue;
        *bits = found;
        *T_K = T;
    }
    return KILN_OK;
}
