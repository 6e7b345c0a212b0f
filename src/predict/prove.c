#include "predict/window_solver.h"

#include "solve/certify.h"

#include <math.h>
#include <string.h>

static const double SPARE_J_mol = 100.0;
enum { QUICK_BOXES = 20 }; /* of an attempt that only spares work later */

static void spend(kiln_window_solver *w, kiln_i_node *node, const kiln_i_proof *proof)
{
    node->boxes += proof->nodes;
    w->boxes_left -= proof->nodes < w->boxes_left ? proof->nodes : w->boxes_left;
}

/* A constitution below the plane, from there to its minimum: the competitor to count with. */
static void remember_witness(kiln_window_solver *w, int phase, const double *mu, double *y)
{
    kiln_solver *s = w->solver;
    double value;
    if (w->system->phases[phase].n_y == 0) return;
    const kiln_i_objective o = kiln_i_distance(s, phase, mu, s->linear);
    (void)kiln_i_newton_descend(s, &o, y, &value);
    kiln_i_remember(s, phase, y);
}

/* What is proved against a plane raised by SPARE leaves that much between the phase and the plane itself. */
static int is_well_above(kiln_window_solver *w, int phase, const double *mu, kiln_i_node *node)
{
    kiln_solver *s = w->solver;
    double raised[KILN_MAX_COMPONENTS];
    kiln_i_proof proof;
    if (phase == w->target.phase) return 0;
    for (int c = 0; c < w->system->n_closed; ++c) raised[c] = mu[c] + SPARE_J_mol;
    kiln_i_certify(s, phase, raised, w->boxes_left < QUICK_BOXES ? w->boxes_left : QUICK_BOXES, s->minima, &proof);
    spend(w, node, &proof);
    node->floor[phase] = proof.lower + SPARE_J_mol * w->least_amount[phase];
    return proof.is_certified;
}

/* One phase; 0 ends the proof. */
static int prove_phase(kiln_window_solver *w, int phase, const double *lowered, int most_boxes, kiln_i_node *node)
{
    kiln_solver *s = w->solver;
    double *witness = s->minima;
    kiln_i_proof proof;
    node->floor[phase] = kiln_i_quick_bound(s, phase, lowered);
    if (node->floor[phase] >= 0.0 || is_well_above(w, phase, lowered, node)) return 1;
    if (phase == w->target.phase && w->rivals.has_own && !w->rivals.own.has_witness) proof = w->rivals.own;
    else kiln_i_certify(s, phase, lowered, w->boxes_left < most_boxes ? w->boxes_left : most_boxes, witness, &proof);
    spend(w, node, &proof);
    node->floor[phase] = proof.lower;
    if (proof.is_certified) return 1;
    node->verdict = proof.has_witness ? KILN_I_REFUTED : KILN_I_UNDECIDED;
    node->open_phase = phase;
    node->reason = proof.has_witness ? "a better constitution was found" : proof.reason;
    if (proof.has_witness) remember_witness(w, phase, lowered, witness);
    return !proof.has_witness; /* a later phase may still refute what this one leaves open */
}

/* Takes the mean over each sublattice off. */
static void centre(const kiln_i_mphase *p, const double *y, double *v)
{
    for (int first = 0, end; first < p->n_y; first = end) {
        double mean = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) mean += y[end] * v[end];
        for (int i = first; i < end; ++i) v[i] -= mean;
    }
}

/* The target's d at the node's constitution and lowered potentials, and its gradient. */
static void keep_distance(kiln_window_solver *w, const double *lowered, kiln_i_node *node)
{
    const int target = w->target.phase;
    const kiln_i_mphase *p = &w->system->phases[target];
    const int n = p->n_y, C = w->system->n_closed, m = p->n_constraints;
    double charge[KILN_MAX_Y], along = 0.0, size = 0.0, *gradient = node->gradient;
    node->distance = kiln_i_phase_energy(w->system, target, node->y, gradient, NULL);
    for (int c = 0; c < C; ++c) {
        node->distance -= lowered[c] * p->amount_0[c];
        for (int i = 0; i < n; ++i) {
            node->distance -= lowered[c] * p->amount[c + C * i] * node->y[i];
            gradient[i] -= lowered[c] * p->amount[c + C * i];
        }
    }
    centre(p, node->y, gradient);
    if (!p->has_charge) return;
    for (int i = 0; i < n; ++i) charge[i] = p->constraint[m - 1 + m * i];
    centre(p, node->y, charge);
    for (int i = 0; i < n; ++i) {
        along += node->y[i] * charge[i] * gradient[i];
        size += node->y[i] * charge[i] * charge[i];
    }
    for (int i = 0; i < n && size > 0.0; ++i) gradient[i] -= along / size * charge[i];
}

/* Where the phase is not convex everywhere, but shown to keep a share of the entropy's distance: that is of the lowered plane itself. */
static void keep_share(const kiln_window_solver *w, kiln_i_node *node)
{
    if (node->convexity > 0.0 || !w->rivals.has_own || !(w->rivals.own_share > 0.0)) return;
    node->convexity = w->rivals.own_share;
    node->distance = 0.0;
    memset(node->gradient, 0, (size_t)w->target.n_y * sizeof *node->gradient);
}

/* Every phase, with the plane lowered by a gap and what traces may gain. */
static void prove_all(kiln_window_solver *w, double gap, int most_boxes, kiln_i_node *node)
{
    double lowered[KILN_MAX_COMPONENTS];
    node->lowered_by = gap + w->rivals.allowance;
    for (int c = 0; c < w->system->n_closed; ++c) lowered[c] = node->mu[c] - node->lowered_by;
    node->verdict = KILN_I_PROVED;
    node->reason = NULL;
    for (int phase = 0; phase < w->system->n_phases; ++phase)
        if (!prove_phase(w, phase, lowered, most_boxes, node)) return;
    keep_distance(w, lowered, node);
    keep_share(w, node);
}

void kiln_i_prove(kiln_window_solver *w, kiln_i_node *node)
{
    const double asked = w->solver->options.certify_gap_J_mol, gap = w->rivals.has_own ? w->rivals.own_gap : asked;
    const int is_wide = !(gap < KILN_I_WIDE_J_mol);
    node->boxes = 0;
    node->convexity = kiln_i_convexity(w->solver, w->target.phase);
    node->is_convex = node->convexity > 0.0;
    prove_all(w, gap, is_wide ? w->boxes_left : KILN_I_DEAR, node);
    if (node->verdict != KILN_I_UNDECIDED || is_wide || w->boxes_left <= 0) return;
    if (!node->is_convex)
        node->convexity = 0.0; /* the share goes with the plane of its proof, not with the distance from this one */
    prove_all(w, KILN_I_WIDE_J_mol, w->boxes_left, node);
}
