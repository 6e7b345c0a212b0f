#include "predict/rivals_state.h"

#include "core/context.h"
#include "solve/certify.h"

#include <math.h>
#include <string.h>

static int allocate_rival(kiln_context *ctx, size_t n, size_t C, kiln_i_rival *rival)
{
    return (rival->y = kiln_i_calloc(ctx, n, sizeof *rival->y)) && (rival->n = kiln_i_calloc(ctx, C, sizeof *rival->n));
}

kiln_status kiln_i_rivals_create(kiln_i_target *target, kiln_i_rivals *r)
{
    kiln_solver *s = target->solver;
    kiln_context *ctx = s->ctx;
    const size_t n = (size_t)s->max_y, C = (size_t)s->n_closed, P = (size_t)s->system->n_phases;
    memset(r, 0, sizeof *r);
    r->target = target;
    if (!(r->rival = kiln_i_calloc(ctx, P, sizeof *r->rival)) ||
        !(r->lp_phase = kiln_i_calloc(ctx, KILN_I_SET_ROOM, sizeof *r->lp_phase)) ||
        !(r->lp_y = kiln_i_alloc(ctx, KILN_I_SET_ROOM * n, sizeof *r->lp_y)) ||
        !(r->lp_f = kiln_i_calloc(ctx, KILN_I_SET_ROOM, sizeof *r->lp_f)) || !(r->y0 = kiln_i_calloc(ctx, n, sizeof *r->y0)) ||
        !(r->candidate = kiln_i_calloc(ctx, n, sizeof *r->candidate)) ||
        !(r->linear = kiln_i_calloc(ctx, 2 * n, sizeof *r->linear)) ||
        !(r->rows = kiln_i_calloc(ctx, n * (size_t)s->max_rows, sizeof *r->rows)))
        goto no_memory;
    for (size_t p = 0; p < P; ++p)
        if (!allocate_rival(ctx, n, C, &r->rival[p])) goto no_memory;
    for (size_t k = 0; k <= C; ++k)
        if (!allocate_rival(ctx, n, C, &r->set[k])) goto no_memory;
    if (kiln_i_simplex_create(ctx, s->n_closed + 1, KILN_I_SET_ROOM, &r->lp) == KILN_OK) return KILN_OK;
no_memory:
    kiln_i_rivals_destroy(r);
    return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the competitors");
}

void kiln_i_rivals_destroy(kiln_i_rivals *r)
{
    if (!r || !r->target) return;
    kiln_solver *s = r->target->solver;
    for (int p = 0; r->rival && p < s->system->n_phases; ++p) {
        kiln_i_free(s->ctx, r->rival[p].y);
        kiln_i_free(s->ctx, r->rival[p].n);
    }
    for (int k = 0; k <= s->n_closed; ++k) {
        kiln_i_free(s->ctx, r->set[k].y);
        kiln_i_free(s->ctx, r->set[k].n);
    }
    void *owned[] = {r->rival, r->lp_phase, r->lp_y, r->lp_f, r->y0, r->candidate, r->linear, r->rows};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(s->ctx, owned[i]);
    kiln_i_simplex_destroy(&r->lp);
    memset(r, 0, sizeof *r);
}

void kiln_i_rival_record(const kiln_i_rivals *r, int phase, const double *y, double distance, kiln_i_rival *rival)
{
    kiln_solver *s = r->target->solver;
    const int n = s->system->phases[phase].n_y;
    if (rival->y != y) memcpy(rival->y, y, (size_t)n * sizeof *y);
    rival->sigma = kiln_i_phase_amounts(s->system, phase, y, rival->n);
    for (int c = 0; c < s->n_closed; ++c) rival->n[c] /= rival->sigma;
    rival->f = distance / rival->sigma;
    rival->f_T = kiln_i_target_slope(r->target, kiln_i_phase_energy_T(s->system, phase, y, NULL) / rival->sigma, rival->n);
    rival->exists = 1;
}

/* 1: the cheap bound shows that the phase is far from stable; it stands for the driving force. */
static int is_far(kiln_i_rivals *r, int phase)
{
    const kiln_solver *s = r->target->solver;
    kiln_i_rival *rival = &r->rival[phase];
    const double bound = kiln_i_quick_bound(s, phase, r->target->mu) / kiln_i_largest_amount(s, phase);
    if (!(bound > KILN_I_FAR_RT * s->RT)) return 0;
    rival->exists = rival->is_bound = 1;
    rival->f = bound;
    rival->f_T = NAN;
    return 1;
}

static kiln_status solve_other(kiln_i_rivals *r, int phase, const double *mu, kiln_i_effort effort)
{
    kiln_solver *s = r->target->solver;
    r->rival[phase].exists = r->rival[phase].is_bound = 0;
    if (effort == KILN_I_QUICK && is_far(r, phase)) return KILN_OK;
    const int count = kiln_i_price(s, phase, mu, effort);
    if (count == 0)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "no driving force of %s at %.2f K",
                           kiln_system_phase_name(s->system, phase), s->system->T_K);
    int best = -1;
    double least = INFINITY;
    for (int k = 0; k < count; ++k) {
        const double *y = s->minima + (size_t)(s->max_y * k), sigma = kiln_i_phase_amounts(s->system, phase, y, NULL);
        if (sigma <= KILN_EMPTY || s->minimum[k] / sigma >= least) continue;
        least = s->minimum[k] / sigma;
        best = k;
    }
    if (best < 0) return KILN_OK;
    const double *y = s->minima + (size_t)(s->max_y * best);
    if (s->system->phases[phase].n_y > 0) kiln_i_remember(s, phase, y);
    kiln_i_rival_record(r, phase, y, s->minimum[best], &r->rival[phase]);
    return KILN_OK;
}

kiln_status kiln_i_rival_solve(kiln_i_rivals *r, int phase, kiln_i_effort effort)
{
    if (phase == r->target->phase) return kiln_i_demixing_solve(r, effort, 0);
    return solve_other(r, phase, r->target->mu, effort);
}

/* Nothing is known at a new temperature. */
static void begin(kiln_i_rivals *r)
{
    r->has_own = r->own_is_unasked = 0;
    r->own_share = 0.0;
    r->allowance = 0.0;
    r->n_set = 0;
    r->set_f = INFINITY;
}

kiln_status kiln_i_rivals_solve_own(kiln_i_rivals *r, kiln_i_effort effort)
{
    begin(r);
    return kiln_i_demixing_solve(r, effort, 0);
}

kiln_status kiln_i_rivals_solve(kiln_i_rivals *r, kiln_i_effort effort)
{
    const kiln_solver *s = r->target->solver;
    kiln_status status = KILN_OK;
    int is_undercut = 0;
    begin(r);
    for (int p = 0; p < s->system->n_phases && status == KILN_OK; ++p) {
        if (p == r->target->phase) continue;
        r->rival[p].exists = 0;
        if (r->target->n_null == 0) status = solve_other(r, p, r->target->mu, effort);
        is_undercut |= r->rival[p].exists && r->rival[p].f < -1e-6;
    }
    if (status != KILN_OK) return status;
    r->own_is_unasked = is_undercut && r->stops_at_first && effort == KILN_I_QUICK;
    if (r->own_is_unasked) kiln_i_demixing_leave(r);
    else status = kiln_i_demixing_solve(r, effort, is_undercut);
    return status == KILN_OK && r->target->n_null > 0 ? kiln_i_set_solve(r, effort) : status;
}

kiln_status kiln_i_rival_parameters(kiln_i_rivals *r, int phase, double *coefficient)
{
    const kiln_system *system = r->target->solver->system;
    kiln_status status = KILN_OK;
    memset(coefficient, 0, (size_t)system->db->n_functions * sizeof *coefficient);
    if (phase < system->n_phases) {
        const kiln_i_rival *rival = &r->rival[phase];
        kiln_i_phase_parameters(system, phase, rival->y, 1.0 / rival->sigma, NULL, coefficient);
        return kiln_i_target_adjoint(r->target, rival->n, coefficient);
    }
    for (int k = 0; k < r->n_set && status == KILN_OK; ++k) {
        double n[KILN_MAX_COMPONENTS];
        for (int c = 0; c < system->n_closed; ++c) n[c] = r->set_share[k] * r->set[k].n[c];
        kiln_i_phase_parameters(system, r->set_phase[k], r->set[k].y, r->set_share[k] / r->set[k].sigma, NULL, coefficient);
        status = kiln_i_target_adjoint(r->target, n, coefficient);
    }
    return status;
}
