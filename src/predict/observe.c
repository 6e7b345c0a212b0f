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

/* Where, to first order, a competitor's driving force changes sign in a sample, on one side of the window; NAN where at best values it never does. */
static double crossing_of(const kiln_risk *r, const double *z, int phase, int is_low)
{
    const int K = r->solver->n_crossings;
    double best = NAN;
    for (int k = 0; k < K; ++k) {
        const kiln_i_crossing *c = &r->solver->crossings[k];
        double T_K = c->T_K;
        if (c->competitor != phase || c->from_below != is_low) continue;
        for (int i = 0; i < r->unknowns.n; ++i) T_K += r->row[k + K * i] * z[i];
        best = isnan(best) ? T_K : is_low ? fmax(best, T_K) : fmin(best, T_K);
    }
    return best;
}

/* Probability that a phase is there on one side of the window, given that something is: certain for the one that sets the end, for another where its own driving force has
 * changed sign, too. */
static double is_there(const kiln_risk *r, const kiln_i_outcome *o, const double *z, const kiln_observation_errors *e,
                       const kiln_observation *seen, int is_low)
{
    if ((is_low ? o->low_limit : o->high_limit) == seen->phase) return 1.0;
    const double T_K = crossing_of(r, z, seen->phase, is_low);
    if (isnan(T_K)) return 0.0;
    return normal_cdf((is_low ? T_K - seen->T_K : seen->T_K - T_K) / e->furnace_K);
}

/* z: the sample's numbers, needed only for a named phase. */
static double likelihood(const kiln_risk *r, const kiln_i_outcome *o, const double *z, const kiln_observation_errors *e,
                         const kiln_observation *seen)
{
    const double single = single_probability(r, o, e, seen->T_K), m = e->misread;
    if (seen->is_single) return single;
    if (seen->phase < 0) return 1.0 - single;
    const sides s = sides_of(r, o, e, seen->T_K);
    const double low = m + (1.0 - 2.0 * m) * is_there(r, o, z, e, seen, 1),
                 high = m + (1.0 - 2.0 * m) * is_there(r, o, z, e, seen, 0);
    return (1.0 - 2.0 * m) * (s.below * low + s.above * high) + m * m;
}

static double joint_likelihood(const kiln_risk *r, int sample, double *z, const kiln_observation_errors *e, int n,
                               const kiln_observation *seen)
{
    double product = 1.0;
    int needs_z = 0;
    for (int k = 0; k < n; ++k) needs_z |= seen[k].phase >= 0;
    if (needs_z) kiln_i_risk_draw(r, sample, z);
    for (int k = 0; k < n; ++k) product *= likelihood(r, &r->outcome[sample], z, e, &seen[k]);
    return product;
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
    const double first_K = r->window.scanned_min_K, last_K = r->window.scanned_max_K;
    if (!(seen->T_K >= first_K && seen->T_K <= last_K))
        return kiln_i_fail(r->ctx, KILN_E_ARG, "a firing at %.0f C lies outside the range searched, %.0f to %.0f C",
                           seen->T_K - 273.15, first_K - 273.15, last_K - 273.15);
    if (seen->phase < -1 || seen->phase >= r->system->n_phases || (seen->is_single && seen->phase >= 0))
        return kiln_i_fail(r->ctx, KILN_E_ARG, "a firing that showed phase %d of %d", seen->phase, r->system->n_phases);
    if (seen->phase == r->phase)
        return kiln_i_fail(r->ctx, KILN_E_ARG, "%s is the phase that is asked about: name what was seen beside it",
                           kiln_system_phase_label(r->system, r->phase));
    return KILN_OK;
}

/* Of the firings those that the sample explains only as misread. */
static int count_misread(const kiln_risk *r, int sample, double *z, const kiln_observation_errors *e, int n,
                         const kiln_observation *seen)
{
    int count = 0;
    for (int k = 0; k < n; ++k) count += joint_likelihood(r, sample, z, e, 1, &seen[k]) < 2.0 * e->misread;
    return count;
}

/* Weights from firings, sum 1; KILN_E_RANGE where hardly any sample, or none without much misreading, explains them. */
static kiln_status weigh(const kiln_risk *r, double *z, const kiln_observation_errors *e, int n, const kiln_observation *seen,
                         double *weight)
{
    double sum = 0.0, squares = 0.0;
    int best = 0;
    for (int i = 0; i < r->n; ++i) {
        weight[i] = r->outcome[i].is_failed ? 0.0 : joint_likelihood(r, i, z, e, n, seen);
        sum += weight[i];
        if (weight[i] > weight[best]) best = i;
    }
    for (int i = 0; i < r->n && sum > 0.0; ++i) {
        weight[i] /= sum;
        squares += weight[i] * weight[i];
    }
    const int misread = count_misread(r, best, z, e, n, seen);
    if (n > 0 && 2 * misread >= n)
        return kiln_i_fail(r->ctx, KILN_E_RANGE,
                           "no sample explains the firings without taking %d of %d as misread: they contradict the database or "
                           "each other",
                           misread, n);
    if (squares > 0.0 && 1.0 / squares >= LEAST_EFFECTIVE) return KILN_OK;
    return kiln_i_fail(r->ctx, KILN_E_RANGE,
                       "hardly any sample explains the firings (%.1f of %d count): they contradict the database or each other, or "
                       "there are too few samples",
                       squares > 0.0 ? 1.0 / squares : 0.0, r->n);
}

static kiln_status check_all(const kiln_risk *r, int n, const kiln_observation *seen, const kiln_observation_errors *e)
{
    if (n < 0 || (n > 0 && !seen)) return kiln_i_fail(r->ctx, KILN_E_ARG, "%d firings", n);
    kiln_status status = n > 0 ? check(r, e) : KILN_OK;
    for (int k = 0; k < n && status == KILN_OK; ++k) status = check_observation(r, &seen[k]);
    return status;
}

kiln_status kiln_risk_observe(kiln_risk *r, int n, const kiln_observation *seen, const kiln_observation_errors *e)
{
    if (!r) return KILN_E_ARG;
    kiln_status status = check_all(r, n, seen, e);
    if (status != KILN_OK) return status;
    double *weight = kiln_i_calloc(r->ctx, (size_t)r->n, sizeof *weight);
    double *z = kiln_i_calloc(r->ctx, (size_t)r->unknowns.n + 2, sizeof *z);
    status = weight && z ? weigh(r, z, e, n, seen, weight) : kiln_i_fail(r->ctx, KILN_E_NOMEM, "%d samples", r->n);
    kiln_i_free(r->ctx, z);
    if (status != KILN_OK) {
        kiln_i_free(r->ctx, weight);
        return status;
    }
    kiln_i_free(r->ctx, r->weight);
    r->weight = weight;
    return KILN_OK;
}

kiln_status kiln_risk_expect(const kiln_risk *r, const kiln_observation *seen, const kiln_observation_errors *e,
                             double *probability)
{
    if (!r) return KILN_E_ARG;
    if (!probability) return kiln_i_fail(r->ctx, KILN_E_ARG, "a NULL argument");
    kiln_status status = check_all(r, 1, seen, e);
    if (status != KILN_OK) return status;
    double *z = kiln_i_calloc(r->ctx, (size_t)r->unknowns.n + 2, sizeof *z);
    if (!z) return kiln_i_fail(r->ctx, KILN_E_NOMEM, "%d numbers", r->unknowns.n);
    *probability = 0.0;
    for (int i = 0; i < r->n; ++i)
        if (r->weight[i] > 0.0) *probability += r->weight[i] * joint_likelihood(r, i, z, e, 1, seen);
    kiln_i_free(r->ctx, z);
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
    const int steps = (int)ceil((fmin(last_K, 6000.0) - first_K) / step_K);
    for (int k = 0; k <= steps; ++k) {
        const double T = fmin(first_K + k * step_K, last_K), found = information(r, e, T);
        if (found <= *bits) continue;
        *bits = found;
        *T_K = T;
    }
    return KILN_OK;
}
