#include "predict/window_solver.h"

#include "core/context.h"
#include "core/random.h"

#include <math.h>

/* Driving forces at one temperature are jointly normal to first order: by the envelope theorem df/dtheta needs no new solution, and f is a minimum, so it bends away from the
 * plane of its slope only downwards. A phase is single to diffraction where every f lies above its threshold, a little below zero. */

/* Forces further than this above zero have no share. */
#define FAR_SIGMAS 8.0
/* Less of a second phase says nothing of proportions. */
#define TRACE 1e-7

/* Energies at which second phases are seen, on either side: how far below the plane, J per mol of closed components. */
typedef struct thresholds {
    double low, high; /* of competitors that are stable below, above */
} thresholds;

/* All forces at T_K, which then stand in a spare node; the least of them. */
static kiln_status solve_forces(kiln_window_solver *w, double T_K, kiln_i_node **out, double *least)
{
    kiln_i_node *node = &w->nodes[w->max_nodes];
    const kiln_status status = kiln_i_window_forces(w, T_K, KILN_I_THOROUGH, node);
    *out = node;
    *least = INFINITY;
    for (int c = 0; c <= w->system->n_phases && status == KILN_OK; ++c) {
        if (!isfinite(node->f[c])) continue;
        kiln_i_window_distance(w, c, &node->f[c], &node->slope[c]);
        *least = fmin(*least, node->f[c]);
    }
    return status;
}

static int is_real_end(const kiln_window_end *end)
{
    return end->kind != KILN_END_VALIDITY && end->kind != KILN_END_SEARCH_LIMIT;
}

/* How far below the plane the lowest is where it is seen beyond an end; infinity where second phases remain traces. */
static kiln_status threshold_of(kiln_window_solver *w, const kiln_window_end *end, double *threshold)
{
    kiln_i_node *node;
    double least;
    *threshold = 0.0;
    if (!is_real_end(end)) return KILN_OK;
    *threshold = INFINITY;
    if (!end->has_detected) return KILN_OK;
    const kiln_status status = solve_forces(w, end->detected_K, &node, &least);
    if (status == KILN_OK) *threshold = fmax(-least, 0.0);
    return status;
}

static const kiln_window_range *nearest_range(const kiln_window *window, double T_K)
{
    const kiln_window_range *best = NULL;
    double nearest = INFINITY;
    for (int r = 0; r < window->n_ranges; ++r) {
        const kiln_window_range *range = &window->range[r];
        const double away = fmax(fmax(range->low.T_K - T_K, T_K - range->high.T_K), 0.0);
        if (away < nearest) {
            nearest = away;
            best = range;
        }
    }
    return best;
}

/* Where second phases are stable at T_K, what of their force their amount lets pass unseen; else as at the ends of the window. */
static kiln_status find_thresholds(kiln_window_solver *w, const kiln_window *window, double T_K, thresholds *out)
{
    kiln_i_node *node;
    double least, fraction;
    const int certify = w->solver->options.certify;
    w->solver->options.certify = 0; /* an amount proves nothing */
    kiln_status status = kiln_i_window_second_phases(w, T_K, &fraction, NULL);
    w->solver->options.certify = certify;
    if (status == KILN_OK) status = solve_forces(w, T_K, &node, &least);
    if (status != KILN_OK) return status;
    if (least < 0.0 && fraction > TRACE) {
        out->low = out->high = -least * w->options.detect_mass_fraction / fraction;
        return KILN_OK;
    }
    const kiln_window_range *range = nearest_range(window, T_K);
    out->low = out->high = 0.0;
    if (!range) return KILN_OK;
    status = threshold_of(w, &range->low, &out->low);
    return status == KILN_OK ? threshold_of(w, &range->high, &out->high) : status;
}

/* ---- Samples ---- */

/* Competitors whose force may lie below its threshold: how far it is above it, and its row. */
typedef struct contest {
    int n;
    double margin[KILN_MAX_CROSSINGS];
} contest;

static double *row_of(const kiln_window_solver *w, int k) { return w->seen_row + (size_t)k * (size_t)(w->n_unknown + 1); }

static kiln_status gather(kiln_window_solver *w, double T_K, const thresholds *seen, contest *out)
{
    kiln_i_node *node;
    double least, own[KILN_MAX_CROSSINGS] = {0};
    kiln_status status = solve_forces(w, T_K, &node, &least);
    out->n = 0;
    for (int c = 0; c <= w->system->n_phases && status == KILN_OK && out->n < KILN_MAX_CROSSINGS; ++c) {
        if (!isfinite(node->f[c])) continue;
        const int k = out->n;
        status = kiln_i_window_force_row(w, c, T_K, 1.0, row_of(w, k), &own[k]);
        if (status != KILN_OK) return status;
        out->margin[k] = node->f[c] + (node->slope[c] >= 0.0 ? seen->low : seen->high);
        const double variance = kiln_i_window_covariance(w, row_of(w, k), row_of(w, k)) + own[k];
        out->n += out->margin[k] < FAR_SIGMAS * sqrt(fmax(variance, 0.0)) || out->margin[k] < 0.0;
    }
    for (int i = 0; i < out->n; ++i)
        for (int j = 0; j < out->n; ++j)
            w->seen_factor[i + out->n * j] = kiln_i_window_covariance(w, row_of(w, i), row_of(w, j)) + (i == j ? own[i] : 0.0);
    return status;
}

static double share_above(kiln_window_solver *w, const contest *all, int n_samples)
{
    uint64_t state = w->options.seed;
    int single = 0;
    for (int s = 0; s < n_samples; ++s) {
        int is_single = 1;
        kiln_i_normals(&state, all->n, w->normal);
        for (int i = 0; i < all->n && is_single; ++i) {
            double margin = all->margin[i];
            for (int j = 0; j < all->n; ++j) margin += w->seen_factor[i + all->n * j] * w->normal[j];
            is_single = margin >= 0.0;
        }
        single += is_single;
    }
    return (double)single / n_samples;
}

kiln_status kiln_window_seen(kiln_window_solver *w, const kiln_window *window, double T_K, double *probability)
{
    thresholds seen;
    contest all;
    if (!w) return KILN_E_ARG;
    if (!window || !probability || w->options.ends_only || !(T_K >= window->scanned_min_K && T_K <= window->scanned_max_K))
        return kiln_i_fail(w->ctx, KILN_E_ARG, "what is seen at %g K", T_K);
    kiln_status status = find_thresholds(w, window, T_K, &seen);
    if (status == KILN_OK) status = gather(w, T_K, &seen, &all);
    if (status != KILN_OK) return status;
    *probability = 1.0;
    for (int i = 0; i < all.n; ++i)
        if (all.margin[i] < 0.0) *probability = 0.0;
    if (w->options.n_samples > 0 && all.n > 0) {
        if (!kiln_i_window_factorise(w, all.n, w->seen_factor))
            return kiln_i_fail(w->ctx, KILN_E_NOT_CONVERGED, "covariance of driving forces at %g K", T_K);
        *probability = share_above(w, &all, w->options.n_samples);
    }
    return KILN_OK;
}
