/* An end of a window without its scan: the outermost zero of the driving forces that fall towards it, the largest of those that are negative below for the low end. All competitors are
 * followed at once, each along its own tangent (envelope theorem), so that it does not matter which one is met first. */
#include "predict/window_solver.h"

#include <math.h>

enum { MAX_ROUNDS = 40 };
static const double SETTLED_K = 0.1; /* of the last step, which leaves its square over the some 100 K on which forces bend */
static const double LONGEST_STEP_K = 150.0;

/* Where the outermost tangent meets zero; `limit` receives whose it is, -1 for none. */
static double outermost_zero(const kiln_window_solver *w, const kiln_i_node *node, int is_low, int *limit)
{
    double best = is_low ? -INFINITY : INFINITY;
    *limit = -1;
    for (int c = 0; c <= w->system->n_phases; ++c) {
        const double f = node->f[c], slope = node->slope[c];
        if (!isfinite(f) || !isfinite(slope)) continue;
        /* Beside a critical point demixing has no slope to follow: a step towards where it would end. */
        const int is_flat = slope == 0.0 && f < 0.0;
        if (!is_flat && (is_low ? slope <= 0.0 : slope >= 0.0)) continue;
        const double T_K = node->T_K + (is_flat ? (is_low ? 20.0 : -20.0) : -f / slope);
        if (is_low ? T_K <= best : T_K >= best) continue;
        best = T_K;
        *limit = c;
    }
    return best;
}

/* The set's first member that is not the target, where the competitor is a set. */
static int phase_of(const kiln_window_solver *w, int competitor)
{
    if (competitor < w->system->n_phases) return competitor;
    for (int l = 0; l < w->rivals.n_set; ++l)
        if (w->rivals.set_phase[l] != w->target.phase) return w->rivals.set_phase[l];
    return w->target.phase;
}

/* How far the end is known: the last temperatures on either side of it; NAN: none yet. Where a constitution jumps, no tangent leads to the end, and halving does. */
typedef struct bracket {
    double inside_K, outside_K;
    int limit; /* competitor outside */
} bracket;

static void narrow(bracket *k, double T_K, double zero_K, int is_low, int limit)
{
    if (is_low ? zero_K > T_K : zero_K < T_K) {
        k->outside_K = T_K;
        k->limit = limit;
    } else k->inside_K = T_K;
}

/* The zero where it lies between, else the middle. */
static double between(const bracket *k, double zero_K)
{
    const double low = fmin(k->inside_K, k->outside_K), high = fmax(k->inside_K, k->outside_K);
    if (isnan(k->inside_K) || isnan(k->outside_K)) return zero_K;
    return zero_K > low && zero_K < high ? zero_K : 0.5 * (low + high);
}

int kiln_i_window_follow(kiln_window_solver *w, int boxes, int is_low, double start_K, double first_K, double last_K, double *T_K,
                         int *limit)
{
    const double border_K = is_low ? first_K : last_K;
    kiln_i_node *node = &w->nodes[0];
    bracket known = {NAN, NAN, -1};
    double T = fmin(fmax(start_K, first_K), last_K);
    for (int round = 0; round < MAX_ROUNDS; ++round) {
        int competitor;
        w->boxes_left = boxes;
        if (kiln_i_window_forces(w, T, KILN_I_QUICK, node) != KILN_OK) return 0;
        const double zero = outermost_zero(w, node, is_low, &competitor);
        narrow(&known, T, zero, is_low, competitor);
        const double next = fmin(fmax(between(&known, zero), first_K), last_K);
        if (fabs(next - T) < SETTLED_K) {
            const int is_open = next == border_K && (is_low ? zero <= first_K : zero >= last_K);
            *T_K = next;
            const int last_limit = competitor >= 0 ? competitor : known.limit;
            *limit = is_open || last_limit < 0 ? -1 : phase_of(w, last_limit);
            return 1;
        }
        T += fmin(fmax(next - T, -LONGEST_STEP_K), LONGEST_STEP_K);
    }
    return 0;
}
