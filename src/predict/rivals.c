#include "predict/rivals.h"

#include "core/context.h"
#include "core/dense.h"
#include "solve/certify.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { SET_ROOM = 400, MAX_CUTS = 500 };
static const double SET_TOLERANCE = 1e-5; /* J per mol of closed components */
/* Boxes for whether the target has one minimum, where another phase undercuts it and nothing will be claimed: often a few do. */
enum { WITHIN_REACH = 100 };
static const double FAR_RT = 0.5;
/* Of the entropy's distance: more is not needed between two temperatures, less does not help there. PART of what is there takes hardly more boxes than none. */
static const double MOST_SHARE = 0.5, LEAST_SHARE = 1e-4, PART = 0.05;
static const double TRACE_RT = 1e-4; /* about the mole fraction of a second phase that is not called one */

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
        !(r->lp_phase = kiln_i_calloc(ctx, SET_ROOM, sizeof *r->lp_phase)) ||
        !(r->lp_y = kiln_i_alloc(ctx, SET_ROOM * n, sizeof *r->lp_y)) ||
        !(r->lp_f = kiln_i_calloc(ctx, SET_ROOM, sizeof *r->lp_f)) || !(r->y0 = kiln_i_calloc(ctx, n, sizeof *r->y0)) ||
        !(r->candidate = kiln_i_calloc(ctx, n, sizeof *r->candidate)) ||
        !(r->linear = kiln_i_calloc(ctx, 2 * n, sizeof *r->linear)) ||
        !(r->rows = kiln_i_calloc(ctx, n * (size_t)s->max_rows, sizeof *r->rows)))
        goto no_memory;
    for (size_t p = 0; p < P; ++p)
        if (!allocate_rival(ctx, n, C, &r->rival[p])) goto no_memory;
    for (size_t k = 0; k <= C; ++k)
        if (!allocate_rival(ctx, n, C, &r->set[k])) goto no_memory;
    if (kiln_i_simplex_create(ctx, s->n_closed + 1, SET_ROOM, &r->lp) == KILN_OK) return KILN_OK;
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

/* Fill a competitor from its constitution y: value per closed mole, and the slope by the envelope theorem. */
static void record(const kiln_i_rivals *r, int phase, const double *y, double distance, kiln_i_rival *rival)
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
    if (!(bound > FAR_RT * s->RT)) return 0;
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
    record(r, phase, y, s->minimum[best], &r->rival[phase]);
    return KILN_OK;
}

/* ---- Demixing: the infimum over y of d(y) / D(y, y0), D the relative entropy ----
 * Its limit at y -> y0 is the least eigenvalue of the Hessian in the metric of the ideal entropy (the spinodal), its zero the binodal. Dinkelbach's
 * iteration (Manage. Sci. 13 (1967) 492): minimise d - theta D, which is a phase with R T lowered by theta; theta becomes the new quotient. */

/* sum a (y ln(y / y0) - y + y0), by its series where y is so close to y0 that the terms cancel. */
static double relative_entropy(const kiln_i_mphase *p, const double *y, const double *y0)
{
    double sum = 0.0;
    for (int i = 0; i < p->n_y; ++i) {
        const double u = (y[i] - y0[i]) / y0[i];
        sum += p->sites[i] * (fabs(u) < 1e-3 ? y0[i] * u * u * (0.5 - u * (1.0 / 6.0 - u * (1.0 / 12.0 - u / 20.0)))
                                             : y[i] * log(y[i] / y0[i]) - y[i] + y0[i]);
    }
    return sum;
}

/* What is left of a row after the others are taken out, relative to it: 0 if it follows from them. `rows` is overwritten by reflectors. */
static double independence(int n, int m, double *rows, double *row)
{
    double before = 0.0, after = 0.0;
    for (int i = 0; i < n; ++i) before += row[i] * row[i];
    kiln_i_reflectors(n, m, rows);
    kiln_i_reflect(n, m, rows, row);
    for (int i = m; i < n; ++i) after += row[i] * row[i];
    return before > 0.0 ? sqrt(after / before) : 0.0;
}

/* The phase's constraints and one row more: the open oxygen in the phase does not change. NULL where its oxygen cannot vary, or only with what the constraints
 * fix already. */
static const double *frozen_constraints(kiln_solver *s, const kiln_i_mphase *p)
{
    const int n = p->n_y, m = p->n_constraints + 1;
    double *rows = s->qr + (size_t)(s->max_y * s->max_rows); /* behind the room of the factor */
    if (s->system->n_open == 0 || s->system->open[0].z != 8 || n < m) return NULL;
    for (int i = 0; i < n; ++i) {
        for (int r = 0; r + 1 < m; ++r) s->qr[i + n * r] = p->constraint[r + p->n_constraints * i];
        s->step[i] = p->open[s->system->n_open * i];
    }
    if (independence(n, m - 1, s->qr, s->step) < 1e-9) return NULL;
    for (int i = 0; i < n; ++i) {
        for (int r = 0; r + 1 < m; ++r) rows[r + m * i] = p->constraint[r + p->n_constraints * i];
        rows[m - 1 + m * i] = p->open[s->system->n_open * i];
    }
    return rows;
}

static void demixing_constraints(kiln_i_rivals *r)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int n = t->n_y, m0 = p->n_constraints;
    double *row = s->step, *kept = s->hessian; /* [n x n], one row after the other */
    int m = m0;
    for (int q = 0; q < m0; ++q)
        for (int i = 0; i < n; ++i) kept[i + n * q] = p->constraint[q + m0 * i];
    for (int k = 0; k < t->n_null && m < n; ++k) {
        double size = 0.0;
        for (int i = 0; i < n; ++i) {
            row[i] = 0.0;
            for (int c = 0; c < s->n_closed; ++c) row[i] += t->null[c + s->n_closed * k] * p->amount[c + s->n_closed * i];
            size = fmax(size, fabs(row[i]));
        }
        if (size < 1e-9) continue;
        memcpy(kept + (size_t)(n * m), row, (size_t)n * sizeof *row);
        memcpy(s->qr, kept, (size_t)(n * m) * sizeof *kept);
        if (independence(n, m, s->qr, row) > 1e-7) ++m;
    }
    r->n_rows = m;
    r->n_added = m - m0;
    for (int q = 0; q < m; ++q)
        for (int i = 0; i < n; ++i) r->rows[q + m * i] = kept[i + n * q];
}

/* Least eigenvalue over RT of the target's Hessian on the constraints given, in the metric of the ideal entropy; its direction into step. */
static double least_eigenvalue(kiln_i_rivals *r, int n_constraints, const double *constraint, double *step)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    const int n = t->n_y;
    const kiln_i_objective o = {t->phase, NULL, 0.0, s->RT, n_constraints, constraint};
    if (n <= n_constraints) return 1.0;
    (void)kiln_i_phase_excess(s->system, t->phase, t->y, s->gradient, s->hessian);
    const int free = kiln_i_reduce(s, &o, t->y, s->hessian);
    if (free <= 0) return 1.0;
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, s->eigen, free, s->eigenvalue, s->lapack, s->lapack_size) != 0)
        return 1.0;
    if (step) kiln_i_expand(s, n, n_constraints, s->eigen, step);
    return s->eigenvalue[0] / s->RT;
}

static int is_exact(const kiln_i_rivals *r)
{
    return r->n_added == 0 && !(r->target->solver->system->phases[r->target->phase].magnetic_p > 0.0);
}

/* What a monomial has beyond first order in y - y0: the coefficients of its polynomial along the way. */
static double beyond_tangent(const kiln_i_monomial *m, const double *y0, const double *y)
{
    double value = 1.0, first = 0.0, beyond = 0.0;
    for (int f = 0; f < m->n_factors + m->power; ++f) {
        double at = m->linear_0, slope = 0.0;
        if (f < m->n_factors) {
            at = y0[m->factor[f]];
            slope = y[m->factor[f]] - at;
        }
        for (int l = 0; f >= m->n_factors && l < m->n_linear; ++l) {
            at += m->linear_coefficient[l] * y0[m->linear[l]];
            slope += m->linear_coefficient[l] * (y[m->linear[l]] - y0[m->linear[l]]);
        }
        beyond = beyond * (at + slope) + first * slope;
        first = first * at + value * slope;
        value *= at;
    }
    return beyond;
}

/* d(y). The target is stationary at y0, so that of a polynomial energy only R T D and what is beyond its tangent there is left, in which nothing cancels. */
static double distance(const kiln_i_rivals *r, const double *y)
{
    const kiln_i_target *t = r->target;
    const kiln_i_mphase *p = &t->solver->system->phases[t->phase];
    if (is_exact(r)) {
        double sum = 0.0;
        for (int j = 0; j < t->n_y; ++j)
            for (int i = 0; i < t->n_y; ++i) sum += 0.5 * p->q[i + t->n_y * j] * (y[i] - r->y0[i]) * (y[j] - r->y0[j]);
        for (int k = 0; k < p->n_high; ++k) sum += p->high[k] * beyond_tangent(&p->monomials[p->n_low + k], r->y0, y);
        return t->solver->RT * relative_entropy(p, y, r->y0) + sum;
    }
    double amounts[KILN_MAX_COMPONENTS];
    (void)kiln_i_phase_amounts(t->solver->system, t->phase, y, amounts);
    double d = kiln_i_phase_energy(t->solver->system, t->phase, y, NULL, NULL);
    for (int c = 0; c < t->solver->n_closed; ++c) d -= t->mu[c] * amounts[c];
    return d;
}

/* How far rounding can move a distance: potentials rest on site fractions known to some 1e-16, the rarest of those that count least well. */
static double distance_noise(const kiln_i_rivals *r)
{
    double rarest = 1.0;
    for (int i = 0; i < r->target->n_y; ++i)
        if (r->y0[i] > 1e-13) rarest = fmin(rarest, r->y0[i]);
    return 1e-15 * r->target->solver->RT / rarest;
}

/* Descend the quotient from r->candidate; the least value reached, its constitution left in r->candidate. */
static double descend_quotient(kiln_i_rivals *r)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    double best = INFINITY;
    for (int round = 0; round < 40; ++round) {
        const double D = relative_entropy(p, r->candidate, r->y0);
        if (D < (is_exact(r) ? 1e-13 : 1e-7))
            return best; /* merges with the target, where rounding of the distance would rule: the eigenvalue speaks for it */
        const double d = distance(r, r->candidate);
        if (!is_exact(r) && d < 0.0 && d > -distance_noise(r)) return best;
        double theta = d / D;
        if (round > 0 && (theta >= 0.999 * s->RT || !(theta < best - 1e-9 * s->RT))) return fmin(best, theta);
        best = fmin(best, theta);
        theta = fmin(theta, 0.9 * s->RT); /* beyond, no entropy would be left: a first step with what there is */
        kiln_i_objective o = {t->phase, r->linear, 0.0, s->RT - theta, r->n_rows, r->rows};
        for (int i = 0; i < p->n_y; ++i) {
            r->linear[i] = theta * p->sites[i] * log(r->y0[i]);
            for (int c = 0; c < s->n_closed; ++c) r->linear[i] -= t->mu[c] * p->amount[c + s->n_closed * i];
        }
        double value;
        if (kiln_i_descend(s, &o, r->candidate, &value) != KILN_OK) return best;
    }
    return best;
}

static void consider(kiln_i_rivals *r, double *least, double *where)
{
    const int n = r->target->n_y;
    const double g = descend_quotient(r);
    if (g >= *least) return;
    *least = g;
    memcpy(where, r->candidate, (size_t)n * sizeof *where);
}

/* Any positive number says that the target does not demix, as far as is asked. */
static void leave_demixing(kiln_i_rivals *r)
{
    kiln_i_rival *rival = &r->rival[r->target->phase];
    r->spinodal = r->frozen_spinodal = 1.0;
    rival->exists = rival->is_bound = 1;
    rival->f = FAR_RT * r->target->solver->RT;
    rival->f_T = NAN;
}

/* A proof that the target's own phase keeps a share of the entropy's distance from the plane: a little of what it has at the target itself, or at a constitution that is met on
 * the way and has less. 0 where there is none; then a plain proof may still be had, unless the boxes are spent. */
static int keeps_share(kiln_i_rivals *r, const double *lowered, int budget)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    double most = t->has_zeros ? 0.0 : least_eigenvalue(r, p->n_constraints, p->constraint, NULL);
    for (int attempt = 0, spent = 0; attempt < 2 && PART * most > LEAST_SHARE && spent < budget; ++attempt) {
        const double share = fmin(PART * most, MOST_SHARE);
        kiln_i_certify_share(s, t->phase, lowered, share, t->y, budget - spent, r->candidate, &r->own);
        spent = r->own.nodes += spent;
        r->own_share = r->own.is_certified ? share : 0.0;
        if (!r->own.has_witness) return r->own.has_one_minimum = r->own.is_certified;
        memcpy(r->y0, t->y, (size_t)t->n_y * sizeof *r->y0);
        most = distance(r, r->candidate) / (s->RT * relative_entropy(p, r->candidate, r->y0));
    }
    return 0;
}

/* Proves the target's own phase, if it can, with the plane lowered by a gap. */
static void prove_own(kiln_i_rivals *r, double gap, int budget, int with_share)
{
    const kiln_i_target *t = r->target;
    double lowered[KILN_MAX_COMPONENTS];
    r->has_own = 1;
    r->own = (kiln_i_proof){.nodes = 0};
    r->own_gap = gap;
    for (int c = 0; c < t->solver->n_closed; ++c) lowered[c] = t->mu[c] - gap;
    if (with_share && keeps_share(r, lowered, budget)) return;
    const int spent = r->own.nodes;
    r->own = (kiln_i_proof){.nodes = spent, .reason = "the budget of boxes is spent"};
    if (spent >= budget) return;
    kiln_i_certify(t->solver, t->phase, lowered, budget - spent, r->candidate, &r->own);
    r->own.nodes += spent;
}

/* Whether the proof of the target's own phase shows that nothing but the target comes near its plane. In passing a witness against that is left in r->candidate and
 * *found set. Where it takes too many boxes, beside a critical point, the plane is lowered further: that shows less. */
static int has_one_minimum(kiln_i_rivals *r, kiln_i_effort effort, int budget, int is_undercut, int *found)
{
    kiln_solver *s = r->target->solver;
    if (kiln_i_is_convex_everywhere(s, r->target->phase)) return 1;
    if (effort != KILN_I_QUICK || budget <= 0) return 0;
    prove_own(r, s->options.certify_gap_J_mol, budget < KILN_I_DEAR ? budget : KILN_I_DEAR, !is_undercut);
    const int is_decided = r->own.is_certified || r->own.has_witness, spent = r->own.nodes;
    if (is_decided || is_undercut || spent >= budget || !(s->options.certify_gap_J_mol < KILN_I_WIDE_J_mol)) {
        *found = r->own.has_witness;
        return r->own.has_one_minimum;
    }
    prove_own(r, KILN_I_WIDE_J_mol, budget - spent, 1);
    r->own.nodes += spent;
    *found = r->own.has_witness;
    return 0;
}

/* Quotient over all starts: warm constitutions, each constituent favoured, and both ways along the softest direction. With is_undercut no proof of
 * the phase follows that would find what is overlooked. */
static kiln_status solve_demixing(kiln_i_rivals *r, kiln_i_effort effort, int is_undercut)
{
    kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    kiln_i_rival *rival = &r->rival[t->phase];
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int n = t->n_y;
    double *softest = r->linear + s->max_y, least, *where = rival->y;
    rival->exists = rival->is_bound = 0;
    r->spinodal = r->frozen_spinodal = 1.0;
    if (n <= p->n_constraints) return KILN_OK;
    int has_witness = 0;
    if (t->n_null == 0 && has_one_minimum(r, effort, is_undercut ? WITHIN_REACH : r->budget, is_undercut, &has_witness)) {
        leave_demixing(r);
        return KILN_OK;
    }
    if (is_undercut && effort == KILN_I_QUICK) effort = KILN_I_THOROUGH;
    memcpy(r->y0, t->y, (size_t)n * sizeof *r->y0);
    demixing_constraints(r);
    const double *frozen = r->n_added ? NULL : frozen_constraints(s, p);
    r->spinodal = least_eigenvalue(r, r->n_rows, r->rows, softest);
    r->frozen_spinodal = frozen ? least_eigenvalue(r, p->n_constraints + 1, frozen, NULL) : r->spinodal;
    least = r->spinodal * s->RT;
    double step = INFINITY;
    for (int i = 0; i < n; ++i)
        if (softest[i] != 0.0) step = fmin(step, 0.3 * r->y0[i] / fabs(softest[i]));
    for (int i = 0; i < n; ++i) where[i] = r->y0[i] + 1e-3 * step * softest[i];
    if (has_witness) consider(r, &least, where);
    for (int sign = -1; sign <= 1 && !has_witness; sign += 2) {
        for (int i = 0; i < n; ++i) r->candidate[i] = r->y0[i] + sign * step * softest[i];
        consider(r, &least, where);
    }
    for (int k = 0; r->n_added == 0 && !has_witness && k < s->n_warm[t->phase]; ++k) {
        memcpy(r->candidate, s->warm[t->phase] + (size_t)(n * k), (size_t)n * sizeof *r->candidate);
        consider(r, &least, where);
    }
    for (int i = 0; r->n_added == 0 && effort == KILN_I_THOROUGH && i < n; ++i) {
        for (int j = 0; j < n; ++j) s->weight[j] = log(r->y0[j]) + (j == i ? 6.0 : 0.0);
        if (kiln_i_project(s, t->phase, s->weight, r->candidate)) consider(r, &least, where);
    }
    const double D = relative_entropy(p, where, r->y0);
    if (D > 1e-9) kiln_i_remember(s, t->phase, where);
    record(r, t->phase, where, distance(r, where), rival);
    /* The quotient itself carries the sign and stays regular where distance and D vanish together. */
    rival->f = least;
    rival->f_T = D > 1e-6 ? rival->f_T * rival->sigma / D : 0.0;
    return KILN_OK;
}

/* ---- mu with a null space: the most favourable set of phases ----
 * maximise over delta the least over phases and y of (w - (mu + Z delta).n) / sigma; by duality a linear programme over the shares
 * lambda of competitors whose moles together are orthogonal to Z, solved by column generation. */

/* Only the candidates of the present optimum stay. */
static void make_room(kiln_i_rivals *r)
{
    const size_t n = (size_t)r->target->solver->max_y;
    int map[SET_ROOM];
    const int before = r->lp.n;
    kiln_i_simplex_compress(&r->lp, map);
    for (int old = 0; old < before; ++old) {
        const int now = map[old];
        if (now < 0) continue;
        memmove(r->lp_y + n * (size_t)now, r->lp_y + n * (size_t)old, n * sizeof *r->lp_y);
        r->lp_phase[now] = r->lp_phase[old];
        r->lp_f[now] = r->lp_f[old];
    }
}

static kiln_status add_to_set(kiln_i_rivals *r, int phase, const double *y, double d)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    double column[KILN_MAX_COMPONENTS + 1], amounts[KILN_MAX_COMPONENTS];
    const double sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
    if (sigma <= KILN_EMPTY) return KILN_OK;
    for (int k = 0; k < t->n_null; ++k) {
        column[k] = 0.0;
        for (int c = 0; c < s->n_closed; ++c) column[k] += t->null[c + s->n_closed * k] * amounts[c] / sigma;
    }
    column[t->n_null] = 1.0;
    if (r->lp.n == SET_ROOM) make_room(r);
    const int index = kiln_i_simplex_add(&r->lp, column, d / sigma);
    if (index < 0)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "the limiting set needs more than %d candidates", (int)SET_ROOM);
    r->lp_phase[index] = phase;
    r->lp_f[index] = d / sigma;
    memcpy(r->lp_y + (size_t)(s->max_y * index), y, (size_t)s->system->phases[phase].n_y * sizeof *y);
    return KILN_OK;
}

/* Price every competitor at mu + Z delta, raised by the present optimum per mole of components (then what undercuts it has a negative distance), and add what
 * does; the least reduced cost found. */
static kiln_status cut(kiln_i_rivals *r, const double *dual, int with_target, kiln_i_effort effort, double *least)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    double mu[KILN_MAX_COMPONENTS], amounts[KILN_MAX_COMPONENTS];
    for (int c = 0; c < s->n_closed; ++c) {
        mu[c] = t->mu[c] + dual[t->n_null];
        for (int k = 0; k < t->n_null; ++k) mu[c] += t->null[c + s->n_closed * k] * dual[k];
    }
    *least = 0.0;
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        if ((phase == t->phase && !with_target) || kiln_i_quick_bound(s, phase, mu) >= 0.0) continue;
        const int count = kiln_i_price(s, phase, mu, effort);
        for (int k = 0; k < count; ++k) {
            const double *y = s->minima + (size_t)(s->max_y * k), sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
            if (sigma <= KILN_EMPTY) continue;
            const double reduced = s->minimum[k] / sigma;
            if (reduced < *least) *least = reduced;
            if (reduced > -0.1 * SET_TOLERANCE) break;
            double d = s->minimum[k];
            for (int c = 0; c < s->n_closed; ++c) d += (mu[c] - t->mu[c]) * amounts[c];
            const kiln_status status = add_to_set(r, phase, y, d);
            if (status != KILN_OK) return status;
        }
    }
    return KILN_OK;
}

/* The basic columns as members, by falling share. */
static void read_set(kiln_i_rivals *r)
{
    kiln_solver *s = r->target->solver;
    r->n_set = 0;
    r->set_f = r->lp.dual[r->target->n_null];
    r->set_f_T = 0.0;
    for (int row = 0; row < r->lp.m; ++row) {
        const int column = r->lp.basis[row];
        if (column < 0 || r->lp_phase[column] < 0 || r->lp.x[row] < 1e-9) continue;
        int place = r->n_set++;
        const kiln_i_rival spare = r->set[place];
        for (; place > 0 && r->set_share[place - 1] < r->lp.x[row]; --place) {
            r->set[place] = r->set[place - 1];
            r->set_phase[place] = r->set_phase[place - 1];
            r->set_share[place] = r->set_share[place - 1];
        }
        r->set[place] = spare;
        r->set_phase[place] = r->lp_phase[column];
        r->set_share[place] = r->lp.x[row];
        const double *y = r->lp_y + (size_t)(s->max_y * column);
        record(r, r->lp_phase[column], y, r->lp_f[column] * kiln_i_phase_amounts(s->system, r->lp_phase[column], y, NULL),
               &r->set[place]);
        r->set_f_T += r->lp.x[row] * r->set[place].f_T;
    }
}

/* The first column stands for the composition made up by itself: at a large cost without the target, which shows whether anything else can make it up. */
static int holds_first_column(const kiln_i_rivals *r)
{
    for (int row = 0; row < r->lp.m; ++row)
        if (r->lp.basis[row] >= 0 && r->lp_phase[r->lp.basis[row]] < 0 && r->lp.x[row] > 1e-9) return 1;
    return 0;
}

static kiln_status generate_set(kiln_i_rivals *r, int with_target, kiln_i_effort effort)
{
    const kiln_i_target *t = r->target;
    const double first = with_target ? 0.0 : 1e7;
    double b[KILN_MAX_COMPONENTS + 1] = {0}, dual[KILN_MAX_COMPONENTS + 1] = {0}, column[KILN_MAX_COMPONENTS + 1] = {0},
                                   least = -INFINITY;
    b[t->n_null] = column[t->n_null] = 1.0;
    kiln_i_simplex_reset(&r->lp, t->n_null + 1, b);
    r->lp_phase[kiln_i_simplex_add(&r->lp, column, first)] = -1;
    dual[t->n_null] = first;
    for (int round = 0; round < MAX_CUTS && least < -SET_TOLERANCE; ++round) {
        kiln_status status = cut(r, dual, with_target, effort == KILN_I_THOROUGH && round >= 2 ? KILN_I_USUAL : effort, &least);
        if (status == KILN_OK) status = kiln_i_simplex_solve(&r->lp);
        if (status != KILN_OK) return status;
        memcpy(dual, r->lp.dual, (size_t)(t->n_null + 1) * sizeof *dual);
    }
    for (int c = 0; c < t->solver->n_closed; ++c) {
        r->plane[c] = t->mu[c];
        for (int k = 0; k < t->n_null; ++k) r->plane[c] += t->null[c + t->solver->n_closed * k] * dual[k];
    }
    if (least >= -SET_TOLERANCE) return KILN_OK;
    return kiln_i_fail(t->solver->ctx, KILN_E_NOT_CONVERGED, "no limiting set of %s at %.2f K after %d rounds: %.3g J/mol apart",
                       kiln_system_phase_name(t->solver->system, t->phase), t->solver->system->T_K, (int)MAX_CUTS, -least);
}

/* First the other phases alone: a positive optimum is the target's margin. Where the target's own composition can move along the undetermined direction it may
 * also go over into others together with another composition of itself; then it counts as one of them, beside itself at distance 0. Near a fixed ratio that always
 * gains a little: defects and a second phase in amounts of exp(-distance / RT). It ends nothing before it gains TRACE_RT. */
static kiln_status solve_set(kiln_i_rivals *r, kiln_i_effort effort)
{
    kiln_status status = generate_set(r, 0, effort);
    if (status != KILN_OK) return status;
    const int possible = !holds_first_column(r);
    if (possible) read_set(r);
    if (r->n_added == 0 || (possible && r->set_f < 0.0)) return KILN_OK;
    if ((status = generate_set(r, 1, effort)) != KILN_OK) return status;
    const kiln_solver *s = r->target->solver;
    const double allowed = TRACE_RT * s->RT;
    r->allowance = allowed;
    if (r->lp.dual[r->target->n_null] + allowed >= r->set_f) return KILN_OK;
    read_set(r);
    r->set_f += allowed;
    r->set_f_T += allowed / s->system->T_K;
    return KILN_OK;
}

kiln_status kiln_i_rival_solve(kiln_i_rivals *r, int phase, kiln_i_effort effort)
{
    if (phase == r->target->phase) return solve_demixing(r, effort, 0);
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
    return solve_demixing(r, effort, 0);
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
    if (r->own_is_unasked) leave_demixing(r);
    else status = solve_demixing(r, effort, is_undercut);
    return status == KILN_OK && r->target->n_null > 0 ? solve_set(r, effort) : status;
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
