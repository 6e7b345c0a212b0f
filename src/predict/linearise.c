/* The joint distribution of the ends without the crossings of all competitors, for screening: at each end every competitor that comes near is followed along its slope. */
#include "predict/window_solver.h"

#include "core/context.h"

#include <math.h>

/* A zero that lies so many standard deviations of their distance behind the first one comes before it in one sample of some millions. */
static const double FAR_SIGMAS = 5.0;
/* What a bound shows to lie so far above the plane, at 1200 K 20 kJ per mole of closed components, is not priced. */
static const double FAR_RT = 2.0;
static const double NEAR_K = 5.0; /* a slope changes little over it */
static const double FLAT_J_molK = 1e-9;

/* One side of a range: the temperature from which competitors are followed. */
typedef struct side {
    double T_K;
    int range, is_high;
    int own; /* the competitor whose zero is there; -1 where none is to be found again */
} side;

/* Zero of a competitor along its slope: the own one stands where it was found. */
static double zero_of(const kiln_i_node *at, const side *s, int c)
{
    return c == s->own ? s->T_K : s->T_K - at->f[c] / at->slope[c];
}

/* Stable below its zero it bounds a range from below. What does not change with temperature has no zero. */
static int bounds(const kiln_i_node *at, const side *s, int c)
{
    return isfinite(at->f[c]) && (s->is_high ? at->slope[c] < -FLAT_J_molK : at->slope[c] > FLAT_J_molK);
}

/* The competitor whose zero comes first when the range is left on this side; -1 for none. */
static int first_zero(const kiln_window_solver *w, const kiln_i_node *at, const side *s)
{
    int first = -1;
    for (int c = 0; c <= w->system->n_phases; ++c) {
        if (!bounds(at, s, c)) continue;
        const double ahead = first < 0 ? 1.0 : zero_of(at, s, c) - zero_of(at, s, first);
        if (first < 0 || (s->is_high ? ahead < 0.0 : ahead > 0.0)) first = c;
    }
    return first;
}

/* Competitor c as a crossing with its row, behind those there are; it counts when n_crossings does. */
static kiln_status write_crossing(kiln_window_solver *w, const kiln_i_node *at, const side *s, int c)
{
    if (w->n_crossings == KILN_MAX_CROSSINGS)
        return kiln_i_fail(w->ctx, KILN_E_NOT_CONVERGED, "more than %d competitors near the ends", (int)KILN_MAX_CROSSINGS);
    kiln_i_crossing *k = &w->crossings[w->n_crossings];
    *k = (kiln_i_crossing){.competitor = c,
                           .range = s->range,
                           .from_below = !s->is_high,
                           .T_K = zero_of(at, s, c),
                           .slope = at->slope[c]};
    return kiln_i_window_crossing_row(w, w->n_crossings);
}

/* Whether the crossing written last is too far behind `first` to come before it. */
static int is_far_behind(const kiln_window_solver *w, int first)
{
    const kiln_i_crossing *a = &w->crossings[first], *b = &w->crossings[w->n_crossings];
    const double *row_a = kiln_i_window_row(w, first), *row_b = kiln_i_window_row(w, w->n_crossings);
    const double variance = a->variance + b->variance + kiln_i_window_covariance(w, row_a, row_a) +
                            kiln_i_window_covariance(w, row_b, row_b) - 2.0 * kiln_i_window_covariance(w, row_a, row_b);
    return fabs(a->T_K - b->T_K) > FAR_SIGMAS * sqrt(fmax(variance, 0.0));
}

/* A zero at some distance is where its slope there says, not where that at the end does. `within`: the window. */
static kiln_status refine(kiln_window_solver *w, const kiln_window *within, int crossing)
{
    kiln_i_crossing *k = &w->crossings[crossing];
    const double T_K = fmin(fmax(k->T_K, within->scanned_min_K), within->scanned_max_K);
    double f, slope;
    kiln_status status = kiln_i_target_solve(&w->target, T_K, 0);
    if (status == KILN_OK) status = kiln_i_window_force_here(w, k->competitor, KILN_I_USUAL, &f, &slope);
    if (status != KILN_OK) return status;
    kiln_i_window_distance(w, k->competitor, &f, &slope);
    if (!isfinite(f) || fabs(slope) <= FLAT_J_molK || (slope > 0.0) != k->from_below) return KILN_OK;
    k->slope = slope;
    k->T_K = T_K - f / slope;
    return kiln_i_window_crossing_row(w, crossing);
}

/* The crossings of one side, the first one before the others. */
static kiln_status follow(kiln_window_solver *w, const kiln_window *within, const kiln_i_node *at, const side *s)
{
    const int leader = first_zero(w, at, s), first = w->n_crossings;
    if (leader < 0) return KILN_OK;
    kiln_status status = write_crossing(w, at, s, leader);
    if (status == KILN_OK) ++w->n_crossings;
    for (int c = 0; c <= w->system->n_phases && status == KILN_OK; ++c) {
        if (c == leader || !bounds(at, s, c)) continue;
        status = write_crossing(w, at, s, c);
        if (status == KILN_OK && !is_far_behind(w, first)) ++w->n_crossings;
    }
    for (int k = first; k < w->n_crossings && status == KILN_OK; ++k)
        if (fabs(w->crossings[k].T_K - s->T_K) > NEAR_K) status = refine(w, within, k);
    return status;
}

/* The competitor that crosses at an end; -1 for an end of the search. */
static int crossing_at(const kiln_window_solver *w, const kiln_window_end *end)
{
    for (int k = 0; k < w->n_crossings; ++k)
        if (w->crossings[k].T_K == end->T_K) return w->crossings[k].competitor;
    return -1;
}

/* Competitors near both sides of a range. Where mu's null space changes, an end is no zero of its competitor, and stays. */
static kiln_status follow_range(kiln_window_solver *w, const kiln_window *within, int range, const int *own)
{
    kiln_i_node *at = &w->nodes[w->max_nodes];
    kiln_i_span *span = &w->span[range];
    kiln_status status = KILN_OK;
    for (int is_high = 0; is_high <= 1 && status == KILN_OK; ++is_high) {
        const side s = {is_high ? span->high_K : span->low_K, range, is_high, own[is_high]};
        if (s.own < 0) continue;
        status = kiln_i_window_near(w, s.T_K, FAR_RT, at);
        if (status == KILN_OK) status = follow(w, within, at, &s);
        *(is_high ? &span->high_moves : &span->low_moves) = bounds(at, &s, s.own);
    }
    return status;
}

/* Nowhere single by the best values: where it comes closest, every competitor is followed from there, and some samples may leave a range between them. */
static kiln_status follow_best(kiln_window_solver *w, const kiln_window *within)
{
    const double T_K = within->best_T_K;
    kiln_i_node *at = &w->nodes[w->max_nodes];
    kiln_status status = kiln_i_window_near(w, T_K, FAR_RT, at);
    w->n_spans = 1;
    w->span[0] = (kiln_i_span){.low_K = T_K, .high_K = T_K, .low_moves = 1, .high_moves = 1};
    for (int c = 0; c <= w->system->n_phases && status == KILN_OK; ++c)
        if (at->f[c] < 0.0 && fabs(at->slope[c]) <= FLAT_J_molK) w->span[0].low_moves = w->span[0].high_moves = 0;
    for (int is_high = 0; is_high <= 1 && status == KILN_OK; ++is_high)
        status = follow(w, within, at, &(side){T_K, 0, is_high, -1});
    return status;
}

/* The first crossing of one side; -1 for none. */
static int leader_of(const kiln_window_solver *w, int range, int is_high)
{
    for (int k = 0; k < w->n_crossings; ++k)
        if (w->crossings[k].range == range && w->crossings[k].from_below != is_high) return k;
    return -1;
}

kiln_status kiln_i_window_linearise(kiln_window_solver *w, kiln_window *out)
{
    int own[KILN_MAX_RANGES][2];
    kiln_status status = KILN_OK;
    w->n_spans = out->n_ranges;
    for (int r = 0; r < out->n_ranges; ++r) {
        const kiln_window_range *range = &out->range[r];
        w->span[r] = (kiln_i_span){.low_K = range->low.T_K, .high_K = range->high.T_K};
        own[r][0] = crossing_at(w, &range->low);
        own[r][1] = crossing_at(w, &range->high);
    }
    if (w->options.n_samples == 0) return KILN_OK;
    w->n_crossings = 0;
    for (int r = 0; r < out->n_ranges && status == KILN_OK; ++r) status = follow_range(w, out, r, own[r]);
    if (out->n_ranges == 0) status = follow_best(w, out);
    if (status != KILN_OK) return status;
    kiln_i_window_correlate(w);
    for (int r = 0; r < out->n_ranges; ++r)
        kiln_i_window_distribution(w, out, r, w->span[r].low_moves ? leader_of(w, r, 0) : -1,
                                   w->span[r].high_moves ? leader_of(w, r, 1) : -1);
    return KILN_OK;
}
