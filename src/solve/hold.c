#include "solve/solver.h"

#include "core/context.h"
#include "core/dense.h"
#include "model/compile.h"

#include <math.h>
#include <string.h>

enum { MAX_PROJECTION = 400 };
static const double TRACE = 1e-40; /* of a constituent that cannot be there */

/* Append a row unless it depends on those before it (Gram-Schmidt against an orthonormal copy kept in basis). */
static void append_row(kiln_solver *s, kiln_i_hold *t, const double *row, double rhs)
{
    const int stride = s->max_y;
    double *basis = s->qr, *rest = basis + (size_t)(t->n_rows * stride), before = 0.0, after = 0.0;
    for (int i = 0; i < t->n_y; ++i) {
        rest[i] = row[i];
        before += row[i] * row[i];
    }
    for (int pass = 0; pass < 2; ++pass)
        for (int r = 0; r < t->n_rows; ++r) {
            const double *q = basis + (size_t)(r * stride);
            double along = 0.0;
            for (int i = 0; i < t->n_y; ++i) along += q[i] * rest[i];
            for (int i = 0; i < t->n_y; ++i) rest[i] -= along * q[i];
        }
    for (int i = 0; i < t->n_y; ++i) after += rest[i] * rest[i];
    if (after <= 1e-20 * before || before == 0.0) return;
    for (int i = 0; i < t->n_y; ++i) rest[i] /= sqrt(after);
    memcpy(s->hessian + (size_t)(t->n_rows * stride), row, (size_t)t->n_y * sizeof *row); /* rows for a moment */
    t->rhs[t->n_rows++] = rhs;
}

/* The phase's constraints and, for each component but the most abundant, n_c b_ref = n_ref b_c. */
static void build_constraints(kiln_solver *s, kiln_i_hold *t)
{
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const double *b = s->system->total;
    const int C = s->n_closed, stride = s->max_y;
    double *row = s->step;
    int ref = 0;
    for (int c = 1; c < C; ++c)
        if (b[c] > b[ref]) ref = c;
    t->n_rows = 0;
    for (int r = 0; r < p->n_constraints; ++r) {
        for (int i = 0; i < t->n_y; ++i) row[i] = p->constraint[r + p->n_constraints * i];
        append_row(s, t, row, p->constraint_rhs[r]);
    }
    for (int c = 0; c < C && t->n_rows < t->n_y; ++c) {
        if (c == ref) continue;
        for (int i = 0; i < t->n_y; ++i) row[i] = p->amount[c + C * i] * b[ref] - p->amount[ref + C * i] * b[c];
        append_row(s, t, row, p->amount_0[ref] * b[c] - p->amount_0[c] * b[ref]);
    }
    for (int r = 0; r < t->n_rows; ++r)
        for (int i = 0; i < t->n_y; ++i) t->constraint[r + t->n_rows * i] = s->hessian[i + stride * r];
}

/* Largest y_i on the combined constraints; 1 when that could not be decided. */
static double largest_fraction(kiln_i_simplex *lp, const kiln_i_hold *t, int wanted)
{
    const int m = t->n_rows;
    double b[KILN_MAX_Y], column[KILN_MAX_Y];
    for (int r = 0; r < m; ++r) b[r] = fabs(t->rhs[r]);
    kiln_i_simplex_reset(lp, m, b);
    for (int i = 0; i < t->n_y; ++i) {
        for (int r = 0; r < m; ++r) column[r] = t->rhs[r] < 0.0 ? -t->constraint[r + m * i] : t->constraint[r + m * i];
        (void)kiln_i_simplex_add(lp, column, i == wanted ? -1.0 : 0.0);
    }
    if (kiln_i_simplex_solve(lp) != KILN_OK) return 1.0;
    for (int k = 0; k < m; ++k)
        if (lp->basis[k] == wanted) return lp->x[k];
    return 0.0;
}

/* Constituents of which the composition leaves none (with oxygen closed, vacancies in an exactly stoichiometric oxide) are held at a trace too small to matter. */
static void find_zeros(kiln_solver *s, kiln_i_simplex *lp, kiln_i_hold *t)
{
    const int stride = s->max_y;
    double *row = s->step;
    for (int i = 0; i < t->n_y; ++i) t->is_zero[i] = (char)(largest_fraction(lp, t, i) < 1e-14);
    for (int r = 0; r < t->n_rows; ++r)
        for (int i = 0; i < t->n_y; ++i) s->hessian[i + stride * r] = t->constraint[r + t->n_rows * i];
    for (int i = 0; i < t->n_y && t->n_rows < t->n_y; ++i) {
        if (!t->is_zero[i]) continue;
        for (int j = 0; j < t->n_y; ++j) row[j] = j == i;
        append_row(s, t, row, TRACE);
    }
    for (int r = 0; r < t->n_rows; ++r)
        for (int i = 0; i < t->n_y; ++i) t->constraint[r + t->n_rows * i] = s->hessian[i + stride * r];
}

int kiln_i_hold_project(kiln_solver *s, const kiln_i_hold *t, const double *log_weight, double accuracy, double *y)
{
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int n = t->n_y, m = t->n_rows;
    double lambda[KILN_MAX_Y] = {0.0}, gradient[KILN_MAX_Y], *matrix = s->reduced;
    for (int iteration = 0; iteration < MAX_PROJECTION; ++iteration) {
        double worst = 0.0, largest = 0.0;
        for (int i = 0; i < n; ++i) {
            double exponent = log_weight ? log_weight[i] * p->sites[i] : 0.0;
            for (int r = 0; r < m; ++r) exponent += t->constraint[r + m * i] * lambda[r];
            y[i] = t->is_zero[i] ? TRACE : exp(fmin(exponent / p->sites[i], 300.0)) / n;
        }
        for (int r = 0; r < m; ++r) {
            gradient[r] = t->rhs[r];
            for (int i = 0; i < n; ++i) gradient[r] -= t->constraint[r + m * i] * y[i];
            worst = fmax(worst, fabs(gradient[r]));
            for (int q = 0; q <= r; ++q) {
                double sum = 0.0;
                for (int i = 0; i < n; ++i)
                    if (!t->is_zero[i]) sum += t->constraint[r + m * i] * t->constraint[q + m * i] * y[i] / p->sites[i];
                matrix[r + m * q] = sum;
            }
            matrix[r + m * r] = matrix[r + m * r] * (1.0 + 1e-14) + 1e-300;
        }
        if (worst < accuracy) return 1;
        if (!kiln_i_cholesky(m, matrix)) return worst < 1e-9;
        kiln_i_cholesky_solve(m, matrix, gradient);
        for (int i = 0; i < n; ++i) {
            double change = 0.0;
            for (int r = 0; r < m; ++r) change += t->constraint[r + m * i] * gradient[r];
            largest = fmax(largest, fabs(change / p->sites[i]));
        }
        const double damping = largest > 2.0 ? 2.0 / largest : 1.0;
        for (int r = 0; r < m; ++r) lambda[r] += damping * gradient[r];
        if (largest < 1e-15) return worst < 1e-9;
    }
    return 0;
}

/* What the hold is at the system's present composition, in the memory it has. */
static void fill(kiln_solver *s, kiln_i_hold *t)
{
    t->is_possible = s->system->phases[t->phase].can_host;
    if (!t->is_possible || t->n_y == 0) return;
    memset(t->is_zero, 0, (size_t)t->n_y);
    build_constraints(s, t);
    /* An interior point shows that there are no zeros to find. */
    if (kiln_i_hold_project(s, t, NULL, 1e-13, t->start)) return;
    find_zeros(s, &s->hold_lp, t);
    t->is_possible = kiln_i_hold_project(s, t, NULL, 1e-13, t->start);
}

static kiln_status create_one(kiln_solver *s, int phase, kiln_i_hold *t)
{
    const size_t n = (size_t)s->system->phases[phase].n_y;
    t->phase = phase;
    t->n_y = (int)n;
    if (!(t->constraint = kiln_i_calloc(s->ctx, n * n + 1, sizeof *t->constraint)) ||
        !(t->rhs = kiln_i_calloc(s->ctx, n + 1, sizeof *t->rhs)) ||
        !(t->start = kiln_i_calloc(s->ctx, n + 1, sizeof *t->start)) || !(t->is_zero = kiln_i_calloc(s->ctx, n + 1, 1)))
        return KILN_E_NOMEM;
    fill(s, t);
    return KILN_OK;
}

kiln_status kiln_i_holds_create(kiln_solver *s)
{
    if (!(s->holds = kiln_i_calloc(s->ctx, (size_t)s->system->n_phases + 1, sizeof *s->holds))) return KILN_E_NOMEM;
    kiln_status status = kiln_i_simplex_create(s->ctx, s->max_rows, s->max_y + 1, &s->hold_lp);
    for (int phase = 0; status == KILN_OK && phase < s->system->n_phases; ++phase)
        status = create_one(s, phase, &s->holds[phase]);
    return status;
}

void kiln_i_solver_set_totals(kiln_solver *s, const double *total)
{
    kiln_system *system = s->system;
    memcpy(system->total, total, (size_t)system->n_closed * sizeof *total);
    for (int phase = 0; phase < system->n_phases; ++phase) s->holds[phase].is_stale = 1;
    s->has_answer = 0;
}

const kiln_i_hold *kiln_i_hold_of(kiln_solver *s, int phase)
{
    kiln_system *system = s->system;
    kiln_i_hold *t = &s->holds[phase];
    if (!t->is_stale) return t;
    system->phases[phase].can_host = kiln_i_phase_can_hold(system, &system->phases[phase], &s->hold_lp, system->total);
    fill(s, t);
    t->is_stale = 0;
    return t;
}

void kiln_i_holds_free(kiln_solver *s)
{
    for (int phase = 0; s->holds && phase < s->system->n_phases; ++phase) {
        kiln_i_free(s->ctx, s->holds[phase].constraint);
        kiln_i_free(s->ctx, s->holds[phase].rhs);
        kiln_i_free(s->ctx, s->holds[phase].start);
        kiln_i_free(s->ctx, s->holds[phase].is_zero);
    }
    kiln_i_free(s->ctx, s->holds);
    kiln_i_simplex_destroy(&s->hold_lp);
}

/* ---- Alone ---- */

double kiln_i_total(const kiln_solver *s)
{
    double sum = 0.0;
    for (int c = 0; c < s->n_closed; ++c) sum += s->system->total[c];
    return sum;
}

/* Weights of the ideal solution among constituents that hold the same components per site; what differs in components is for the composition to fix. */
static void valence_weights(const kiln_solver *s, const kiln_i_mphase *p, double *weight)
{
    const int C = s->n_closed;
    double best[KILN_MAX_Y];
    for (int i = 0; i < p->n_y; ++i) weight[i] = -p->c[i] / (s->RT * p->sites[i]);
    for (int i = 0; i < p->n_y; ++i) {
        best[i] = weight[i];
        for (int j = 0; j < p->n_y; ++j) {
            int same = 1;
            for (int c = 0; c < C && same; ++c)
                same = fabs(p->amount[c + C * i] * p->sites[j] - p->amount[c + C * j] * p->sites[i]) < 1e-9;
            if (same) best[i] = fmax(best[i], weight[j]);
        }
    }
    for (int i = 0; i < p->n_y; ++i) weight[i] -= best[i];
}

/* Near the composition is enough, Newton's balances do the rest; the phase's own constraints have to hold exactly. */
static int hold_roughly(kiln_solver *s, const kiln_i_hold *hold, double *y)
{
    if (!kiln_i_hold_project(s, hold, s->weight, 1e-6, y)) return 0;
    for (int i = 0; i < hold->n_y; ++i) s->weight[i] = log(fmax(y[i], 1e-300));
    return kiln_i_project(s, hold->phase, s->weight, y);
}

double kiln_i_settle_alone(kiln_solver *s, int phase, const double *start)
{
    const kiln_i_hold *hold = kiln_i_hold_of(s, phase);
    kiln_i_instance *k = &s->instances[0];
    if (!start) {
        valence_weights(s, &s->system->phases[phase], s->weight);
        if (hold->n_y == hold->n_rows || !hold_roughly(s, hold, k->y)) start = hold->start;
    }
    /* A phase without site fractions has no start to copy. */
    if (start) memcpy(k->y, start, (size_t)hold->n_y * sizeof *k->y);
    s->n_instances = 1;
    k->phase = phase;
    k->amount = kiln_i_total(s) / kiln_i_phase_amounts(s->system, phase, k->y, NULL);
    return kiln_i_newton(s, s->system->total) == KILN_OK ? k->w / k->sigma : INFINITY;
}
