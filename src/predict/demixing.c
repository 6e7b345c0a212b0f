#include "predict/rivals_state.h"

#include "core/dense.h"
#include "solve/certify.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Demixing: the infimum over y of d(y) / D(y, y0), D the relative entropy. Its limit at y -> y0 is the least eigenvalue of the Hessian in the metric of the ideal entropy (the spinodal), its zero the binodal. Dinkelbach's
 * iteration (Manage. Sci. 13 (1967) 492): minimise d - theta D, which is a phase with R T lowered by theta; theta becomes the new quotient. */

/* Boxes for whether the target has one minimum, where another phase undercuts it and nothing will be claimed: often a few do. */
enum { WITHIN_REACH = 100 };
/* Of the entropy's distance: more is not needed between two temperatures, less does not help there. PART of what is there takes hardly more boxes than none. */
static const double MOST_SHARE = 0.5, LEAST_SHARE = 1e-4, PART = 0.05;

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

void kiln_i_demixing_leave(kiln_i_rivals *r)
{
    kiln_i_rival *rival = &r->rival[r->target->phase];
    r->spinodal = r->frozen_spinodal = 1.0;
    rival->exists = rival->is_bound = 1;
    rival->f = KILN_I_FAR_RT * r->target->solver->RT;
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
kiln_status kiln_i_demixing_solve(kiln_i_rivals *r, kiln_i_effort effort, int is_undercut)
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
        kiln_i_demixing_leave(r);
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
    kiln_i_rival_record(r, t->phase, where, distance(r, where), rival);
    /* The quotient itself carries the sign and stays regular where distance and D vanish together. */
    rival->f = least;
    rival->f_T = D > 1e-6 ? rival->f_T * rival->sigma / D : 0.0;
    return KILN_OK;
}
