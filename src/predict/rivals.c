#include "predict/rivals.h"

#include "core/context.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { SET_ROOM = 400, MAX_CUTS = 100 };

kiln_status kiln_i_rivals_create(kiln_i_target *target, kiln_i_rivals *r)
{
    kiln_solver *s = target->solver;
    kiln_context *ctx = s->ctx;
    const size_t n = (size_t)s->max_y, C = (size_t)s->n_closed, P = (size_t)s->system->n_phases;
    memset(r, 0, sizeof *r);
    r->target = target;
    if (!(r->rival = kiln_i_calloc(ctx, P, sizeof *r->rival)) ||
        !(r->lp_phase = kiln_i_calloc(ctx, SET_ROOM, sizeof *r->lp_phase)) ||
        !(r->lp_y = kiln_i_calloc(ctx, SET_ROOM * n, sizeof *r->lp_y)) ||
        !(r->lp_f = kiln_i_calloc(ctx, SET_ROOM, sizeof *r->lp_f)) || !(r->y0 = kiln_i_calloc(ctx, n, sizeof *r->y0)) ||
        !(r->candidate = kiln_i_calloc(ctx, n, sizeof *r->candidate)) ||
        !(r->linear = kiln_i_calloc(ctx, 2 * n, sizeof *r->linear)))
        goto no_memory;
    for (size_t p = 0; p < P; ++p)
        if (!(r->rival[p].y = kiln_i_calloc(ctx, n, sizeof *r->rival[p].y)) ||
            !(r->rival[p].n = kiln_i_calloc(ctx, C, sizeof *r->rival[p].n)))
            goto no_memory;
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
    void *owned[] = {r->rival, r->lp_phase, r->lp_y, r->lp_f, r->y0, r->candidate, r->linear};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(s->ctx, owned[i]);
    kiln_i_simplex_destroy(&r->lp);
    memset(r, 0, sizeof *r);
}

/* Fill a competitor from its constitution y: value per closed mole, and the slope by the envelope theorem. */
static void record(kiln_i_rivals *r, int phase, const double *y, double distance)
{
    kiln_solver *s = r->target->solver;
    kiln_i_rival *rival = &r->rival[phase];
    const int n = s->system->phases[phase].n_y;
    if (rival->y != y) memcpy(rival->y, y, (size_t)n * sizeof *y);
    rival->sigma = kiln_i_phase_amounts(s->system, phase, y, rival->n);
    for (int c = 0; c < s->n_closed; ++c) rival->n[c] /= rival->sigma;
    rival->f = distance / rival->sigma;
    rival->f_T = kiln_i_target_slope(r->target, kiln_i_phase_energy_T(s->system, phase, y, NULL) / rival->sigma, rival->n);
    rival->exists = 1;
}

static kiln_status solve_other(kiln_i_rivals *r, int phase, const double *mu, int thorough)
{
    kiln_solver *s = r->target->solver;
    r->rival[phase].exists = 0;
    const int count = kiln_i_price(s, phase, mu, thorough);
    if (count == 0)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "no driving force of %s at %.2f K",
                           kiln_system_phase_name(s->system, phase), s->system->T_K);
    int best = -1;
    double least = INFINITY;
    for (int k = 0; k < count; ++k) {
        const double *y = s->minima + (size_t)(s->max_y * k), sigma = kiln_i_phase_amounts(s->system, phase, y, NULL);
        if (sigma <= 1e-9 || s->minimum[k] / sigma >= least) continue;
        least = s->minimum[k] / sigma;
        best = k;
    }
    if (best < 0) return KILN_OK;
    const double *y = s->minima + (size_t)(s->max_y * best);
    if (s->system->phases[phase].n_y > 0) kiln_i_remember(s, phase, y);
    record(r, phase, y, s->minimum[best]);
    return KILN_OK;
}

/* ---- Demixing: the infimum over y of d(y) / D(y, y0), D the relative entropy ----
 * Its limit at y -> y0 is the least eigenvalue of the Hessian in the metric of the ideal entropy (the spinodal), its zero the binodal. Dinkelbach's
 * iteration (Manage. Sci. 13 (1967) 492): minimise d - theta D, which is a phase with R T lowered by theta; theta becomes the new quotient. */

static double relative_entropy(const kiln_i_mphase *p, const double *y, const double *y0)
{
    double sum = 0.0;
    for (int i = 0; i < p->n_y; ++i) sum += p->sites[i] * (y[i] * log(y[i] / y0[i]) - y[i] + y0[i]);
    return sum;
}

/* The phase's constraints and one row more: the open oxygen in the phase does not change. NULL where its oxygen cannot vary. */
static const double *frozen_constraints(kiln_solver *s, const kiln_i_mphase *p)
{
    const int n = p->n_y, m = p->n_constraints + 1;
    double *rows = s->qr + (size_t)(s->max_y * s->max_rows), size = 0.0; /* behind the room of the factor */
    if (s->system->n_open == 0 || n < m) return NULL;
    for (int i = 0; i < n; ++i) {
        for (int r = 0; r + 1 < m; ++r) rows[r + m * i] = p->constraint[r + p->n_constraints * i];
        rows[m - 1 + m * i] = p->open[s->system->n_open * i];
        size = fmax(size, fabs(rows[m - 1 + m * i]));
    }
    return size > 0.0 ? rows : NULL;
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

static double distance(const kiln_i_rivals *r, const double *y)
{
    const kiln_i_target *t = r->target;
    double amounts[KILN_MAX_COMPONENTS];
    (void)kiln_i_phase_amounts(t->solver->system, t->phase, y, amounts);
    double d = kiln_i_phase_energy(t->solver->system, t->phase, y, NULL, NULL);
    for (int c = 0; c < t->solver->n_closed; ++c) d -= t->mu[c] * amounts[c];
    return d;
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
        if (D < 1e-7)
            return best; /* merges with the target, where rounding of the distance would rule: the eigenvalue speaks for it */
        const double theta = distance(r, r->candidate) / D;
        if (theta >= 0.999 * s->RT || !(theta < best - 1e-9 * s->RT)) return fmin(best, theta);
        best = theta;
        kiln_i_objective o = {t->phase, r->linear, 0.0, s->RT - theta, p->n_constraints, p->constraint};
        for (int i = 0; i < p->n_y; ++i) {
            r->linear[i] = theta * p->sites[i] * log(r->y0[i]);
            for (int c = 0; c < s->n_closed; ++c) r->linear[i] -= t->mu[c] * p->amount[c + s->n_closed * i];
        }
        double value;
        if (kiln_i_descend(s, &o, r->candidate, &value, NULL) != KILN_OK) return best;
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

/* Quotient over all starts: warm constitutions, each constituent favoured, and both ways along the softest direction. */
static kiln_status solve_demixing(kiln_i_rivals *r, int thorough)
{
    kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    kiln_i_rival *rival = &r->rival[t->phase];
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int n = t->n_y;
    double *softest = r->linear + s->max_y, least, *where = rival->y;
    rival->exists = 0;
    r->spinodal = r->frozen_spinodal = 1.0;
    if (n <= p->n_constraints) return KILN_OK;
    memcpy(r->y0, t->y, (size_t)n * sizeof *r->y0);
    const double *frozen = frozen_constraints(s, p);
    r->spinodal = least_eigenvalue(r, p->n_constraints, p->constraint, softest);
    r->frozen_spinodal = frozen ? least_eigenvalue(r, p->n_constraints + 1, frozen, NULL) : r->spinodal;
    least = r->spinodal * s->RT;
    double step = INFINITY;
    for (int i = 0; i < n; ++i)
        if (softest[i] != 0.0) step = fmin(step, 0.3 * r->y0[i] / fabs(softest[i]));
    for (int i = 0; i < n; ++i) where[i] = r->y0[i] + 1e-3 * step * softest[i];
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int i = 0; i < n; ++i) r->candidate[i] = r->y0[i] + sign * step * softest[i];
        consider(r, &least, where);
    }
    for (int k = 0; k < s->n_warm[t->phase]; ++k) {
        memcpy(r->candidate, s->warm[t->phase] + (size_t)(n * k), (size_t)n * sizeof *r->candidate);
        consider(r, &least, where);
    }
    for (int i = 0; thorough && i < n; ++i) {
        for (int j = 0; j < n; ++j) s->weight[j] = log(r->y0[j]) + (j == i ? 6.0 : 0.0);
        if (kiln_i_project(s, t->phase, s->weight, r->candidate)) consider(r, &least, where);
    }
    const double D = relative_entropy(p, where, r->y0);
    if (D > 1e-9) kiln_i_remember(s, t->phase, where);
    record(r, t->phase, where, distance(r, where));
    /* The quotient itself carries the sign and stays regular where distance and D vanish together. */
    rival->f = least;
    rival->f_T = D > 1e-6 ? rival->f_T * rival->sigma / D : 0.0;
    return KILN_OK;
}

/* ---- mu with a null space: the most favourable set of phases ----
 * maximise over delta the least over phases and y of (w - (mu + Z delta).n) / sigma; by duality a linear programme over the shares
 * lambda of competitors whose moles together are orthogonal to Z, solved by column generation. */

static kiln_status add_to_set(kiln_i_rivals *r, int phase, const double *y, double d)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    double column[KILN_MAX_COMPONENTS + 1], amounts[KILN_MAX_COMPONENTS];
    const double sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
    if (sigma <= 1e-9) return KILN_OK;
    for (int k = 0; k < t->n_null; ++k) {
        column[k] = 0.0;
        for (int c = 0; c < s->n_closed; ++c) column[k] += t->null[c + s->n_closed * k] * amounts[c] / sigma;
    }
    column[t->n_null] = 1.0;
    const int index = kiln_i_simplex_add(&r->lp, column, d / sigma);
    if (index < 0)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "the limiting set needs more than %d candidates", (int)SET_ROOM);
    r->lp_phase[index] = phase;
    r->lp_f[index] = d / sigma;
    memcpy(r->lp_y + (size_t)(s->max_y * index), y, (size_t)s->system->phases[phase].n_y * sizeof *y);
    return KILN_OK;
}

/* Price every competitor at mu + Z delta and add what undercuts the present optimum; the least reduced cost found. */
static kiln_status cut(kiln_i_rivals *r, const double *dual, int thorough, double *least)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    double mu[KILN_MAX_COMPONENTS], amounts[KILN_MAX_COMPONENTS];
    for (int c = 0; c < s->n_closed; ++c) {
        mu[c] = t->mu[c];
        for (int k = 0; k < t->n_null; ++k) mu[c] += t->null[c + s->n_closed * k] * dual[k];
    }
    *least = 0.0;
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        if (phase == t->phase) continue;
        const int count = kiln_i_price(s, phase, mu, thorough);
        for (int k = 0; k < count; ++k) {
            const double *y = s->minima + (size_t)(s->max_y * k), sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
            if (sigma <= 1e-9) continue;
            const double reduced = s->minimum[k] / sigma - dual[t->n_null];
            if (reduced < *least) *least = reduced;
            if (reduced > -1e-9 && k > 0) break;
            double d = s->minimum[k];
            for (int c = 0; c < s->n_closed; ++c) d += (mu[c] - t->mu[c]) * amounts[c];
            const kiln_status status = add_to_set(r, phase, y, d);
            if (status != KILN_OK) return status;
        }
    }
    return KILN_OK;
}

static void read_set(kiln_i_rivals *r)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    r->n_set = 0;
    r->set_f = r->set_f_T = 0.0;
    for (int row = 0; row < r->lp.m && r->n_set < KILN_MAX_LIMITS; ++row) {
        const int column = r->lp.basis[row];
        if (column < 0 || r->lp.x[row] < 1e-9) continue;
        const int phase = r->lp_phase[column];
        const double *y = r->lp_y + (size_t)(s->max_y * column);
        record(r, phase, y, r->lp_f[column] * kiln_i_phase_amounts(s->system, phase, y, NULL));
        r->set_phase[r->n_set] = phase;
        r->set_share[r->n_set++] = r->lp.x[row];
        r->set_f += r->lp.x[row] * r->rival[phase].f;
        r->set_f_T += r->lp.x[row] * r->rival[phase].f_T;
    }
}

static kiln_status solve_set(kiln_i_rivals *r, int thorough)
{
    const kiln_i_target *t = r->target;
    double b[KILN_MAX_COMPONENTS + 1] = {0}, dual[KILN_MAX_COMPONENTS + 1] = {0}, least;
    b[t->n_null] = 1.0;
    kiln_i_simplex_reset(&r->lp, t->n_null + 1, b);
    /* The target's own formula is orthogonal to Z with cost 0: it makes the programme feasible and caps the optimum at 0 until better is known;
     * a large cost keeps it out where a real set exists. */
    const double ballast = 1e7;
    double column[KILN_MAX_COMPONENTS + 1] = {0};
    column[t->n_null] = 1.0;
    r->lp_phase[kiln_i_simplex_add(&r->lp, column, ballast)] = -1;
    dual[t->n_null] = ballast;
    for (int round = 0; round < MAX_CUTS; ++round) {
        kiln_status status = cut(r, dual, thorough && round < 2, &least);
        if (status != KILN_OK) return status;
        if (least > -1e-7 && round > 0) break;
        if ((status = kiln_i_simplex_solve(&r->lp)) != KILN_OK) return status;
        memcpy(dual, r->lp.dual, (size_t)(t->n_null + 1) * sizeof *dual);
    }
    for (int row = 0; row < r->lp.m; ++row)
        if (r->lp.basis[row] == 0 && r->lp.x[row] > 1e-9) {
            r->n_set = 0; /* nothing else can make up the composition: no competitor */
            r->set_f = INFINITY;
            return KILN_OK;
        }
    read_set(r);
    return KILN_OK;
}

static void single_set(kiln_i_rivals *r)
{
    const kiln_solver *s = r->target->solver;
    r->n_set = 0;
    r->set_f = INFINITY;
    for (int p = 0; p < s->system->n_phases; ++p)
        if (r->rival[p].exists && r->rival[p].f < r->set_f) {
            r->n_set = 1;
            r->set_phase[0] = p;
            r->set_share[0] = 1.0;
            r->set_f = r->rival[p].f;
            r->set_f_T = r->rival[p].f_T;
        }
}

kiln_status kiln_i_rival_solve(kiln_i_rivals *r, int phase, int thorough)
{
    if (phase == r->target->phase) return solve_demixing(r, thorough);
    return solve_other(r, phase, r->target->mu, thorough);
}

kiln_status kiln_i_rivals_solve(kiln_i_rivals *r, int thorough)
{
    const kiln_solver *s = r->target->solver;
    kiln_status status = solve_demixing(r, thorough);
    if (r->target->n_null > 0) {
        for (int p = 0; p < s->system->n_phases; ++p)
            if (p != r->target->phase) r->rival[p].exists = 0;
        if (status == KILN_OK) status = solve_set(r, thorough);
        const kiln_i_rival *own = &r->rival[r->target->phase];
        if (status == KILN_OK && own->exists && own->f < r->set_f) {
            r->n_set = 1;
            r->set_phase[0] = r->target->phase;
            r->set_share[0] = 1.0;
            r->set_f = own->f;
            r->set_f_T = own->f_T;
        }
        return status;
    }
    for (int p = 0; p < s->system->n_phases && status == KILN_OK; ++p)
        if (p != r->target->phase) status = solve_other(r, p, r->target->mu, thorough);
    if (status == KILN_OK) single_set(r);
    return status;
}

void kiln_i_rival_parameters(kiln_i_rivals *r, int phase, double *coefficient)
{
    const kiln_i_rival *rival = &r->rival[phase];
    const kiln_system *system = r->target->solver->system;
    for (int f = 0; f < system->db->n_functions; ++f) coefficient[f] = 0.0;
    kiln_i_phase_parameters(system, phase, rival->y, 1.0 / rival->sigma, NULL, coefficient);
    kiln_i_target_adjoint(r->target, rival->n, coefficient);
}
