#include "predict/risk_state.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>

static int always(const kiln_i_outcome *o, double T_K)
{
    (void)T_K;
    return kiln_i_has_window(o);
}

/* Weighted share of the samples for which `holds`, and its standard error from the spread of the replicates, each a mean of its own: of a ratio of sums. */
static double share(const kiln_risk *r, int (*holds)(const kiln_i_outcome *o, double T_K), double T_K, double *error)
{
    const int n = KILN_RISK_REPLICATES, per_replicate = r->n / n;
    double sum[KILN_RISK_REPLICATES] = {0.0}, total[KILN_RISK_REPLICATES] = {0.0}, mean = 0.0, squares = 0.0;
    for (int i = 0; i < r->n; ++i) {
        const int k = i / per_replicate;
        total[k] += r->weight[i];
        if (holds(&r->outcome[i], T_K)) sum[k] += r->weight[i];
    }
    for (int k = 0; k < n; ++k) mean += sum[k];
    for (int k = 0; k < n; ++k) squares += (sum[k] - mean * total[k]) * (sum[k] - mean * total[k]);
    *error = sqrt(squares * n / (n - 1));
    return fmin(mean, 1.0);
}

static void add_blame(kiln_blame *list, int *n, int phase, int is_low, double weight)
{
    for (int k = 0; k < *n; ++k)
        if (list[k].phase == phase && list[k].is_low == is_low) {
            list[k].share += weight;
            return;
        }
    if (*n == 2 * KILN_MAX_RIVALS) return;
    list[(*n)++] = (kiln_blame){phase, is_low, weight};
}

static int by_share(const void *a, const void *b)
{
    const kiln_blame *x = a, *y = b;
    if (x->share != y->share) return (x->share < y->share) - (x->share > y->share);
    return x->phase != y->phase ? x->phase - y->phase : x->is_low - y->is_low;
}

static int keep_largest(kiln_blame *list, int n, kiln_blame *out)
{
    qsort(list, (size_t)n, sizeof *list, by_share);
    const int kept = n < KILN_MAX_BLAME ? n : KILN_MAX_BLAME;
    for (int k = 0; k < kept; ++k) out[k] = list[k];
    return kept;
}

kiln_status kiln_risk_at(const kiln_risk *r, double T_K, kiln_risk_point *out)
{
    kiln_blame list[2 * KILN_MAX_RIVALS];
    int n = 0;
    if (!r) return KILN_E_ARG;
    if (!out || !(T_K >= r->window.scanned_min_K && T_K <= r->window.scanned_max_K))
        return kiln_i_fail(r->ctx, KILN_E_ARG, "%g K lies outside the range searched, %.0f to %.0f K", T_K,
                           r->window.scanned_min_K, r->window.scanned_max_K);
    *out = (kiln_risk_point){.T_K = T_K, .first_order = NAN};
    out->probability = share(r, kiln_i_is_single, T_K, &out->standard_error);
    if (r->range >= 0) out->first_order = kiln_window_probability(r->solver, T_K);
    for (int i = 0; i < r->n; ++i) {
        const kiln_i_outcome *o = &r->outcome[i];
        if (o->is_failed || kiln_i_is_single(o, T_K)) continue;
        /* Without a window both sides have their part where both are beyond T. */
        if (T_K < o->low_K) add_blame(list, &n, o->low_limit, 1, r->weight[i]);
        else add_blame(list, &n, o->high_limit, 0, r->weight[i]);
    }
    out->n_blame = keep_largest(list, n, out->blame);
    return KILN_OK;
}

/* ---- Distributions of the ends ---- */

typedef struct weighted {
    double T_K, weight;
} weighted;

static int by_temperature(const void *a, const void *b)
{
    const double x = ((const weighted *)a)->T_K, y = ((const weighted *)b)->T_K;
    return (x > y) - (x < y);
}

static double quantile(const weighted *sorted, int n, double total, double wanted)
{
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
        sum += sorted[i].weight;
        if (sum >= wanted * total) return sorted[i].T_K;
    }
    return sorted[n - 1].T_K;
}

static void describe_end(const kiln_risk *r, int is_low, weighted *sorted, kiln_risk_end *end)
{
    kiln_blame list[2 * KILN_MAX_RIVALS];
    int n = 0, n_limits = 0;
    double total = 0.0, sum = 0.0, squares = 0.0;
    for (int i = 0; i < r->n; ++i) {
        const kiln_i_outcome *o = &r->outcome[i];
        const int limit = is_low ? o->low_limit : o->high_limit;
        if (!kiln_i_has_window(o) || r->weight[i] == 0.0) continue;
        sorted[n] = (weighted){is_low ? o->low_K : o->high_K, r->weight[i]};
        total += r->weight[i];
        sum += r->weight[i] * sorted[n++].T_K;
        if (limit < 0) end->share_open += r->weight[i];
        else add_blame(list, &n_limits, limit, is_low, r->weight[i]);
    }
    if (n == 0) return;
    end->mean_K = sum / total;
    for (int i = 0; i < n; ++i) squares += sorted[i].weight * (sorted[i].T_K - end->mean_K) * (sorted[i].T_K - end->mean_K);
    end->standard_K = sqrt(squares / total);
    qsort(sorted, (size_t)n, sizeof *sorted, by_temperature);
    end->q05_K = quantile(sorted, n, total, 0.05);
    end->q16_K = quantile(sorted, n, total, 0.158655);
    end->median_K = quantile(sorted, n, total, 0.5);
    end->q84_K = quantile(sorted, n, total, 0.841345);
    end->q95_K = quantile(sorted, n, total, 0.95);
    end->sigma_K = 0.5 * (end->q84_K - end->q16_K);
    end->share_open /= total;
    for (int k = 0; k < n_limits; ++k) list[k].share /= total;
    end->n_limits = keep_largest(list, n_limits, end->limit);
}

kiln_status kiln_risk_summarise(const kiln_risk *r, kiln_risk_summary *out)
{
    if (!r) return KILN_E_ARG;
    if (!out) return kiln_i_fail(r->ctx, KILN_E_ARG, "a NULL argument");
    weighted *sorted = kiln_i_calloc(r->ctx, (size_t)r->n, sizeof *sorted);
    if (!sorted) return kiln_i_fail(r->ctx, KILN_E_NOMEM, "%d samples", r->n);
    *out = (kiln_risk_summary){.n_samples = r->n, .n_unknowns = r->unknowns.n};
    double squares = 0.0;
    for (int i = 0; i < r->n; ++i) {
        out->n_failed += r->outcome[i].is_failed;
        squares += r->weight[i] * r->weight[i];
    }
    out->n_effective = 1.0 / squares;
    out->probability = share(r, always, 0.0, &out->probability_error);
    const kiln_window_range *range = r->range >= 0 ? &r->window.range[r->range] : NULL;
    out->low.first_order_sigma_K = range && range->low.has_sigma ? range->low.sigma_K : NAN;
    out->high.first_order_sigma_K = range && range->high.has_sigma ? range->high.sigma_K : NAN;
    describe_end(r, 1, sorted, &out->low);
    describe_end(r, 0, sorted, &out->high);
    kiln_i_free(r->ctx, sorted);
    return KILN_OK;
}
