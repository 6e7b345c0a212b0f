/* The target and its competitors at one temperature. */
#include "predict/window_solver.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

/* Where the quotient of demixing is least beside the target itself and as large as that, no other composition is near, and rounding is all that distances say. */
static const double MERGED_RT = 1e-6;

/* Whether competitor c counts: single phases where mu is unique, the set (and demixing) where it is not. */
static int counts(const kiln_window_solver *w, int n_null, int competitor)
{
    const int is_set = competitor == w->system->n_phases;
    return n_null > 0 ? is_set || competitor == w->target.phase : !is_set;
}

/* f and slope as they stand in the rivals. Within rounding of the potentials a competitor coincides with the target and does not undercut it. */
static void read_force(const kiln_window_solver *w, int competitor, double *f, double *slope)
{
    double largest = w->solver->RT;
    *f = INFINITY;
    *slope = 0.0;
    if (!counts(w, w->target.n_null, competitor)) return;
    if (competitor == w->system->n_phases) {
        *f = w->rivals.set_f;
        *slope = w->rivals.set_f_T;
    } else if (w->rivals.rival[competitor].exists) {
        *f = w->rivals.rival[competitor].f;
        *slope = w->rivals.rival[competitor].f_T;
    }
    for (int c = 0; c < w->system->n_closed; ++c) largest = fmax(largest, fabs(w->target.mu[c]));
    if (fabs(*f) < 1e-13 * largest) *f = 0.0;
}

kiln_status kiln_i_window_force_here(kiln_window_solver *w, int competitor, kiln_i_effort effort, double *f, double *slope)
{
    const kiln_status status = competitor == w->system->n_phases ? kiln_i_rivals_solve(&w->rivals, effort)
                                                                 : kiln_i_rival_solve(&w->rivals, competitor, effort);
    if (status == KILN_OK) read_force(w, competitor, f, slope);
    return status;
}

kiln_status kiln_i_window_force(kiln_window_solver *w, int competitor, double T_K, kiln_i_effort effort, double *f, double *slope)
{
    /* from every well: a root is sought a long way from where the target was solved last */
    const kiln_status status = kiln_i_target_solve(&w->target, T_K, 1);
    return status == KILN_OK ? kiln_i_window_force_here(w, competitor, effort, f, slope) : status;
}

double kiln_i_least_force(const kiln_window_solver *w, const kiln_i_node *node, int *limit)
{
    double least = INFINITY;
    for (int c = 0; c <= w->system->n_phases; ++c)
        if (node->f[c] < least) {
            least = node->f[c];
            *limit = c;
        }
    return least;
}

/* What the proof needs of the target as it was solved. */
static void keep_target(kiln_window_solver *w, kiln_i_node *node)
{
    const kiln_i_target *t = &w->target;
    const kiln_system *system = w->system;
    memcpy(node->mu, t->n_null > 0 ? w->rivals.plane : t->mu, (size_t)w->system->n_closed * sizeof *node->mu);
    memcpy(node->mu_T, t->mu_T, (size_t)w->system->n_closed * sizeof *node->mu_T);
    memcpy(node->y, t->y, (size_t)t->n_y * sizeof *node->y);
    kiln_i_between_follow(w, node);
    node->amount = t->amount;
    node->phi = t->amount * t->w;
    node->phi_T = t->amount * kiln_i_phase_energy_T(system, t->phase, t->y, NULL);
    for (int c = 0; c < system->n_closed; ++c) {
        node->phi -= node->mu[c] * system->total[c];
        node->phi_T -= node->mu_T[c] * system->total[c];
    }
}

void kiln_i_window_distance(const kiln_window_solver *w, int competitor, double *f, double *slope)
{
    const kiln_i_rival *own = &w->rivals.rival[w->target.phase];
    if (competitor != w->target.phase || !isfinite(*f)) return;
    if (own->is_bound || (*slope == 0.0 && *f > MERGED_RT * w->solver->RT)) {
        *f = INFINITY;
        return;
    }
    double d = kiln_i_phase_energy(w->system, competitor, own->y, NULL, NULL) / own->sigma;
    for (int c = 0; c < w->system->n_closed; ++c) d -= w->target.mu[c] * own->n[c];
    *f = *f < 0.0 ? fmin(d, 0.0) : fmax(d, 0.0);
    *slope = kiln_i_target_slope(&w->target, kiln_i_phase_energy_T(w->system, competitor, own->y, NULL) / own->sigma, own->n);
}

/* The competitors that count are solved, those that a bound shows to be far apart. */
static kiln_status solve_near(kiln_window_solver *w, double far_RT)
{
    kiln_solver *s = w->solver;
    kiln_status status = KILN_OK;
    if (w->target.n_null > 0) return kiln_i_rivals_solve(&w->rivals, KILN_I_USUAL);
    for (int p = 0; p < w->system->n_phases && status == KILN_OK; ++p) {
        w->rivals.rival[p].exists = 0;
        if (p != w->target.phase && kiln_i_quick_bound(s, p, w->target.mu) > far_RT * s->RT * kiln_i_largest_amount(s, p))
            continue;
        status = kiln_i_rival_solve(&w->rivals, p, KILN_I_USUAL);
    }
    return status;
}

kiln_status kiln_i_window_near(kiln_window_solver *w, double T_K, double far_RT, kiln_i_node *node)
{
    kiln_status status = kiln_i_target_solve(&w->target, T_K, 0);
    if (status == KILN_OK) status = solve_near(w, far_RT);
    for (int c = 0; c <= w->system->n_phases && status == KILN_OK; ++c) {
        read_force(w, c, &node->f[c], &node->slope[c]);
        kiln_i_window_distance(w, c, &node->f[c], &node->slope[c]);
    }
    return status;
}

static kiln_status read_node(kiln_window_solver *w, kiln_i_effort effort, kiln_i_node *node)
{
    const kiln_status status = kiln_i_rivals_solve(&w->rivals, effort);
    if (status != KILN_OK) return status;
    for (int c = 0; c <= w->system->n_phases; ++c) read_force(w, c, &node->f[c], &node->slope[c]);
    node->own_is_unasked = w->rivals.own_is_unasked;
    node->first_of_set = kiln_i_first_of_set(w);
    node->spinodal = w->rivals.spinodal;
    node->frozen_spinodal = w->rivals.frozen_spinodal;
    return KILN_OK;
}

kiln_status kiln_i_window_forces(kiln_window_solver *w, double T_K, kiln_i_effort effort, kiln_i_node *node)
{
    w->rivals.budget = w->boxes_left;
    const kiln_status status = kiln_i_target_solve(&w->target, T_K, effort == KILN_I_THOROUGH);
    node->T_K = T_K;
    node->n_null = w->target.n_null;
    node->verdict = KILN_I_UNASKED;
    node->boxes = 0;
    const kiln_status emptied = status == KILN_OK ? kiln_i_refuse_empty_phases(w->solver) : status;
    return emptied == KILN_OK ? read_node(w, effort, node) : emptied;
}

kiln_status kiln_i_window_look(kiln_window_solver *w, double T_K, kiln_i_effort effort, kiln_i_node *node)
{
    int limit = 0;
    const int proves = w->solver->options.certify && w->boxes_left > 0;
    const kiln_status status = kiln_i_window_forces(w, T_K, proves ? effort : KILN_I_THOROUGH, node);
    if (status != KILN_OK || !w->solver->options.certify || kiln_i_least_force(w, node, &limit) < 0.0) return status;
    keep_target(w, node);
    kiln_i_prove(w, node);
    /* A competitor that was met is remembered now: its driving force anew. What could not be decided is searched from everywhere. */
    if (node->verdict == KILN_I_PROVED) return KILN_OK;
    return read_node(w, node->verdict == KILN_I_REFUTED ? KILN_I_USUAL : KILN_I_THOROUGH, node);
}

/* Where mu is unique the proof finds what undercuts, so that competitors need not be looked for first. */
kiln_status kiln_i_window_confirm(kiln_window_solver *w, double T_K, kiln_i_node *node)
{
    double f, slope;
    w->rivals.budget = w->boxes_left;
    kiln_status status = kiln_i_target_solve(&w->target, T_K, 0);
    if (status == KILN_OK) status = kiln_i_refuse_empty_phases(w->solver);
    if (status == KILN_OK && w->target.n_null == 0 && w->boxes_left > 0) {
        if ((status = kiln_i_rivals_solve_own(&w->rivals, KILN_I_QUICK)) != KILN_OK) return status;
        read_force(w, w->target.phase, &f, &slope);
        node->T_K = T_K;
        node->n_null = 0;
        keep_target(w, node);
        if (!(f < 0.0)) kiln_i_prove(w, node);
        if (!(f < 0.0) && node->verdict == KILN_I_PROVED) return KILN_OK;
    }
    return status == KILN_OK ? kiln_i_window_look(w, T_K, KILN_I_QUICK, node) : status;
}

int kiln_i_first_of_set(const kiln_window_solver *w)
{
    for (int l = 0; l < w->rivals.n_set; ++l)
        if (w->rivals.set_phase[l] != w->target.phase) return w->rivals.set_phase[l];
    return w->target.phase;
}

kiln_status kiln_window_at(kiln_window_solver *w, int phase, double T_K, kiln_single_phase *out)
{
    if (!w) return KILN_E_ARG;
    if (!out || phase < 0 || phase >= w->system->n_phases || !isfinite(T_K) || T_K <= 0.0)
        return kiln_i_fail(w->ctx, KILN_E_ARG, "phase %d of %d at %g K", phase, w->system->n_phases, T_K);
    memset(out, 0, sizeof *out);
    w->boxes_left = w->solver->options.certify_budget;
    kiln_i_forget(w->solver);
    kiln_status status = kiln_i_target_set(&w->target, phase);
    if (status == KILN_OK) status = kiln_i_window_look(w, T_K, KILN_I_THOROUGH, &w->nodes[0]);
    if (status != KILN_OK) return status;
    out->n = w->system->n_phases;
    out->limit = phase;
    for (int p = 0; p < out->n; ++p) {
        const kiln_i_rival *rival = &w->rivals.rival[p];
        const int is_known = rival->exists && !rival->is_bound;
        out->driving_force[p] = is_known ? rival->f : NAN;
        if (!is_known) w->nodes[0].f[p] = INFINITY;
    }
    out->least_J_mol = kiln_i_least_force(w, &w->nodes[0], &out->limit);
    if (!isfinite(out->least_J_mol)) out->least_J_mol = 0.0;
    if (out->limit == w->system->n_phases) out->limit = kiln_i_first_of_set(w);
    out->is_single = out->least_J_mol >= -1e-6;
    return KILN_OK;
}
