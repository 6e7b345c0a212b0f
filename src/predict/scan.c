/* At which temperatures to look. */
#include "predict/window_solver.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where the proof follows that finds what is overlooked, and nothing but the ends is asked for, the scan begins with every fourth of its temperatures. */
enum { COARSE = 4 };

/* The range to search, within validity. */
static kiln_status limit_scan(kiln_window_solver *w, kiln_window *out)
{
    double valid_low, valid_high;
    kiln_i_window_validity(w, w->target.phase, &valid_low, &valid_high);
    valid_low -= w->options.extrapolate_K;
    valid_high += w->options.extrapolate_K;
    out->scan_low_kind = out->scan_high_kind = KILN_END_SEARCH_LIMIT;
    out->scanned_min_K = w->options.T_min_K;
    out->scanned_max_K = w->options.T_max_K;
    if (valid_low > out->scanned_min_K) {
        out->scanned_min_K = valid_low;
        out->scan_low_kind = KILN_END_VALIDITY;
    }
    if (valid_high < out->scanned_max_K) {
        out->scanned_max_K = valid_high;
        out->scan_high_kind = KILN_END_VALIDITY;
    }
    if (out->scanned_min_K >= out->scanned_max_K)
        return kiln_i_fail(w->ctx, KILN_E_RANGE,
                           "the functions of %s are valid from %.0f K to %.0f K only: nothing to search between %.0f K and %.0f K",
                           kiln_system_phase_name(w->system, w->target.phase), valid_low + w->options.extrapolate_K,
                           valid_high - w->options.extrapolate_K, w->options.T_min_K, w->options.T_max_K);
    return KILN_OK;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Temperatures of the scan: evenly spaced ones, and those at which a proof met a competitor. */
static void set_temperatures(kiln_window_solver *w, const kiln_window *out)
{
    const double span = out->scanned_max_K - out->scanned_min_K;
    const int intervals = (int)ceil(span / w->options.step_K);
    double extra[KILN_MAX_EXTRA];
    int e = 0;
    memcpy(extra, w->extra_K, (size_t)w->n_extra * sizeof *extra);
    qsort(extra, (size_t)w->n_extra, sizeof *extra, by_value);
    w->n_nodes = 0;
    for (int i = 0; i <= intervals; ++i) {
        const double T_K = out->scanned_min_K + span * i / intervals;
        for (; e < w->n_extra && extra[e] <= T_K; ++e)
            if (extra[e] < T_K) w->nodes[w->n_nodes++].T_K = extra[e];
        w->nodes[w->n_nodes++].T_K = T_K;
    }
    for (int i = 0; i < w->n_nodes; ++i) w->nodes[i].is_seen = 0;
}

static kiln_status look(kiln_window_solver *w, int i)
{
    const kiln_i_effort effort = w->solver->options.certify ? KILN_I_QUICK : KILN_I_THOROUGH;
    w->nodes[i].is_seen = 1;
    return kiln_i_window_look(w, w->nodes[i].T_K, effort, &w->nodes[i]);
}

/* One of them is single, at the other a competitor undercuts whose force falls on the way at both: there is one end between, which is sought from here. */
static int holds_one_end(const kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b)
{
    const kiln_i_node *single = a->verdict == KILN_I_PROVED ? a : b, *undercut = single == a ? b : a;
    const double way = undercut->T_K - single->T_K;
    int limit = 0;
    if (single->verdict != KILN_I_PROVED || single->n_null != undercut->n_null || kiln_i_least_force(w, undercut, &limit) >= 0.0)
        return 0;
    /* far from the target it is known by a bound, without a slope */
    return single->f[limit] >= 0.0 && !(single->slope[limit] * way >= 0.0) && undercut->slope[limit] * way < 0.0;
}

/* Between two temperatures of the scan, where they leave open what is there: from the hot end down, as everywhere. */
static kiln_status look_between(kiln_window_solver *w, int low, int high, int everywhere)
{
    const kiln_i_node *a = &w->nodes[low], *b = &w->nodes[high];
    const int is_proved = a->verdict == KILN_I_PROVED && b->verdict == KILN_I_PROVED && a->n_null == b->n_null;
    if (high - low < 2 || (!everywhere && (is_proved || kiln_i_stays_undercut(w, a, b) || holds_one_end(w, a, b))))
        return KILN_OK;
    const int middle = (low + high + 1) / 2;
    kiln_status status = look(w, middle);
    if (status == KILN_OK) status = look_between(w, middle, high, everywhere);
    return status == KILN_OK ? look_between(w, low, middle, everywhere) : status;
}

/* The index of the next temperature looked at, up or down; `i` itself if there is none. */
static int neighbour(const kiln_window_solver *w, int i, int step)
{
    for (int k = i + step; k >= 0 && k < w->n_nodes; k += step)
        if (w->nodes[k].is_seen) return k;
    return i;
}

/* Nowhere single so far: about the temperature at which least is missing every one of the scan is looked at. */
static kiln_status look_about_best(kiln_window_solver *w)
{
    double most = -INFINITY;
    int best = 0, limit = 0;
    for (int i = 0; i < w->n_nodes; ++i) {
        const double least = w->nodes[i].is_seen ? kiln_i_least_force(w, &w->nodes[i], &limit) : -INFINITY;
        if (least <= most) continue;
        most = least;
        best = i;
    }
    if (most >= 0.0) return KILN_OK;
    const int below = neighbour(w, best, -1), above = neighbour(w, best, 1);
    const kiln_status status = look_between(w, best, above, 1);
    return status == KILN_OK ? look_between(w, below, best, 1) : status;
}

/* Only what was looked at stays, in its order; nodes keep their own arrays. */
static void leave_out_the_rest(kiln_window_solver *w)
{
    int n = 0;
    for (int i = 0; i < w->n_nodes; ++i) {
        if (!w->nodes[i].is_seen) continue;
        const kiln_i_node spare = w->nodes[n];
        w->nodes[n++] = w->nodes[i];
        w->nodes[i] = spare;
    }
    w->n_nodes = n;
}

kiln_status kiln_i_window_scan(kiln_window_solver *w, kiln_window *out)
{
    kiln_status status = limit_scan(w, out);
    if (status != KILN_OK) return status;
    set_temperatures(w, out);
    const int stride = w->options.ends_only && w->solver->options.certify && w->n_extra == 0 ? COARSE : 1;
    /* From the hot end down: there the single phase is the rule, and warm starts follow the phases that separate. */
    for (int i = w->n_nodes - 1, last = i; status == KILN_OK; i = i > stride ? i - stride : 0) {
        status = look(w, i);
        if (status == KILN_OK) status = look_between(w, i, last, 0);
        last = i;
        if (i == 0) break;
    }
    if (status == KILN_OK && stride > 1) status = look_about_best(w);
    leave_out_the_rest(w);
    return status;
}
