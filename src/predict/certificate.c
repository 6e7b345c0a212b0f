#include "predict/window_solver.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

/* A window is proved where every temperature in it is: at nodes by branch and bound, between them by how much energies can bend (between.c). */

static const double BETWEEN_J_mol = 2.0; /* what may be left open between two temperatures; 0.1 to 0.2 K of an end */
static const double LEAST_WIDTH_K = 0.25;
static const double ROOT_K = 1e-6; /* how well an end is solved for */
static const double MAX_BRACKET_K = 1.0;

typedef struct proof_run {
    kiln_window_solver *w;
    kiln_certificate *certificate;
    double worst; /* largest gap so far */
    int *again;
} proof_run;

/* Notes why the window is not proved; 0, which ends the run. */
static int give_up(proof_run *run, int phase, const char *reason)
{
    run->certificate->is_certified = 0;
    run->certificate->phase = phase;
    run->certificate->reason = reason;
    return 0;
}

/* Takes stock of a node; 0 where it ends the run. */
static int accept(proof_run *run, const kiln_i_node *node)
{
    kiln_window_solver *w = run->w;
    run->certificate->nodes += node->boxes;
    if (node->verdict == KILN_I_PROVED) return 1;
    if (node->verdict == KILN_I_UNDECIDED) return give_up(run, node->open_phase, node->reason);
    if (w->n_extra < KILN_MAX_EXTRA) {
        w->extra_K[w->n_extra++] = node->T_K;
        *run->again = 1;
        return 0;
    }
    return give_up(run, node->open_phase, "competitors keep turning up inside it");
}

/* A copy of what the proof knows of a node, of which `to` keeps its own arrays. */
static void copy_node(const kiln_window_solver *w, const kiln_i_node *from, kiln_i_node *to)
{
    const size_t C = (size_t)w->system->n_closed, P = (size_t)w->system->n_phases;
    memcpy(to->mu, from->mu, C * sizeof *to->mu);
    memcpy(to->mu_T, from->mu_T, C * sizeof *to->mu_T);
    memcpy(to->y, from->y, (size_t)w->target.n_y * sizeof *to->y);
    memcpy(to->gradient, from->gradient, (size_t)w->target.n_y * sizeof *to->gradient);
    memcpy(to->jet, from->jet, (size_t)w->n_followed * sizeof *to->jet);
    memcpy(to->follow, from->follow, C * (size_t)w->n_followed * sizeof *to->follow);
    memcpy(to->floor, from->floor, P * sizeof *to->floor);
    to->T_K = from->T_K;
    to->n_null = from->n_null;
    to->phi = from->phi;
    to->phi_T = from->phi_T;
    to->distance = from->distance;
    to->amount = from->amount;
    to->verdict = from->verdict;
    to->open_phase = from->open_phase;
    to->reason = from->reason;
    to->boxes = from->boxes;
    to->convexity = from->convexity;
    to->is_convex = from->is_convex;
    to->lowered_by = from->lowered_by;
}

/* Look at T and take stock; an undercutting competitor there makes another round. */
static kiln_status visit(proof_run *run, double T_K, kiln_i_node *node, int *goes_on)
{
    const kiln_status status = kiln_i_window_confirm(run->w, T_K, node);
    if (status != KILN_OK) return status;
    if (node->verdict == KILN_I_UNASKED) node->verdict = KILN_I_REFUTED; /* a driving force is negative */
    *goes_on = accept(run, node);
    return KILN_OK;
}

/* Between two proved nodes: splits where an interval leaves too much open, with one spare node for each depth. */
static kiln_status between(proof_run *run, const kiln_i_node *a, const kiln_i_node *b, int depth, int *goes_on)
{
    kiln_window_solver *w = run->w;
    const kiln_i_between bound = kiln_i_gap_between(w, a, b, BETWEEN_J_mol);
    if (bound.gap <= BETWEEN_J_mol + fmax(a->lowered_by, b->lowered_by)) {
        run->worst = fmax(run->worst, bound.gap);
        return KILN_OK;
    }
    if (depth == KILN_MAX_SPLITS || b->T_K - a->T_K < LEAST_WIDTH_K) {
        *goes_on = give_up(run, -1, "heat capacities, or pieces that do not meet, leave too much open between two temperatures");
        return KILN_OK;
    }
    kiln_i_node *middle = &w->nodes[w->max_nodes + 2 + depth];
    kiln_status status = visit(run, bound.split_K, middle, goes_on);
    if (status == KILN_OK && *goes_on) status = between(run, a, middle, depth + 1, goes_on);
    if (status == KILN_OK && *goes_on) status = between(run, middle, b, depth + 1, goes_on);
    return status;
}

/* The temperatures that the proof cannot tell from the end: within the gap over the slope of the limiting set. */
static double set_bracket(const kiln_window_solver *w, kiln_window_end *end)
{
    if (end->kind == KILN_END_VALIDITY || end->kind == KILN_END_SEARCH_LIMIT) return 0.0;
    const double slope = fabs(end->slope_J_molK), gap = w->solver->options.certify_gap_J_mol;
    if (!(slope > 0.0) || gap / slope > MAX_BRACKET_K) return MAX_BRACKET_K;
    end->has_bracket = 1;
    end->bracket_low_K = end->T_K - gap / slope - ROOT_K;
    end->bracket_high_K = end->T_K + gap / slope + ROOT_K;
    return gap / slope + ROOT_K;
}

static kiln_status prove_range(proof_run *run, kiln_window_range *range, int *goes_on)
{
    kiln_window_solver *w = run->w;
    const double low = range->low.T_K + set_bracket(w, &range->low), high = range->high.T_K - set_bracket(w, &range->high);
    kiln_i_node *last = &w->nodes[w->max_nodes], *next = &w->nodes[w->max_nodes + 1];
    if (low >= high) {
        *goes_on = give_up(run, -1, "it is narrower than the gap allows to tell");
        return KILN_OK;
    }
    kiln_status status = visit(run, low, last, goes_on);
    for (int i = 0; status == KILN_OK && *goes_on && i <= w->n_nodes; ++i) {
        const int is_end = i == w->n_nodes || w->nodes[i].T_K >= high;
        if (!is_end && w->nodes[i].T_K <= low) continue;
        if (is_end) {
            status = visit(run, high, next, goes_on);
        } else {
            copy_node(w, &w->nodes[i], next);
            *goes_on = accept(run, next);
        }
        if (status == KILN_OK && *goes_on) status = between(run, last, next, 0, goes_on);
        copy_node(w, next, last);
        if (is_end) break;
    }
    return status;
}

kiln_status kiln_i_window_certify(kiln_window_solver *w, kiln_window *out, int *again)
{
    proof_run run = {.w = w, .certificate = &out->certificate, .again = again};
    int goes_on = 1;
    kiln_status status = KILN_OK;
    *again = 0;
    out->certificate = (kiln_certificate){.is_certified = 1, .phase = -1};
    if (!w->solver->options.certify) goes_on = give_up(&run, -1, "not asked for");
    else if (out->n_ranges == 0) goes_on = give_up(&run, -1, "it is single nowhere, so there is no range to prove");
    for (int r = 0; r < out->n_ranges && status == KILN_OK && goes_on; ++r) status = prove_range(&run, &out->range[r], &goes_on);
    if (out->certificate.is_certified && !*again) out->certificate.gap_J_mol = run.worst;
    return status;
}
