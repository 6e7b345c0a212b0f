#include "solve/solver.h"

#include "core/context.h"

#include <math.h>
#include <nlopt.h>
#include <string.h>

/* The reference path: the same functions, gradients and constraints, minimised by NLopt's SLSQP (D. Kraft, ACM Trans. Math. Softw. 20 (1994)
 * 262). Variables are u = sqrt(y), in which the entropy's curvature stays bounded and y > 0 needs no barrier. Energies are in RT. NLopt
 * allocates for itself; this path promises no allocation-free solve. */

static const double LEAST_ROOT = 1e-12; /* of a site fraction: y = 1e-24 */
static const double FEASIBLE = 1e-9; /* SLSQP may call a point finished that meets no constraint: worse than this is no answer */
enum { MAX_EVALUATIONS = 4000 };

typedef struct kiln_i_nlopt {
    double *u, *y, *gradient, *tolerance, *target; /* [room] */
    int room;
    const kiln_i_objective *objective;
} kiln_i_nlopt;

kiln_status kiln_i_nlopt_create(kiln_solver *s)
{
    kiln_i_nlopt *w = kiln_i_calloc(s->ctx, 1, sizeof *w);
    if (!(s->nlopt = w)) return KILN_E_NOMEM;
    w->room = (s->max_y + s->max_rows + 1) * (s->n_closed + 2);
    const size_t room = (size_t)w->room;
    if (!(w->u = kiln_i_calloc(s->ctx, room, sizeof *w->u)) || !(w->y = kiln_i_calloc(s->ctx, room, sizeof *w->y)) ||
        !(w->gradient = kiln_i_calloc(s->ctx, room, sizeof *w->gradient)) ||
        !(w->target = kiln_i_calloc(s->ctx, room, sizeof *w->target)) ||
        !(w->tolerance = kiln_i_calloc(s->ctx, room, sizeof *w->tolerance)))
        return KILN_E_NOMEM;
    for (size_t i = 0; i < room; ++i) w->tolerance[i] = 1e-13;
    return KILN_OK;
}

void kiln_i_nlopt_free(kiln_solver *s)
{
    kiln_i_nlopt *w = s->nlopt;
    if (!w) return;
    kiln_i_free(s->ctx, w->u);
    kiln_i_free(s->ctx, w->y);
    kiln_i_free(s->ctx, w->gradient);
    kiln_i_free(s->ctx, w->target);
    kiln_i_free(s->ctx, w->tolerance);
    kiln_i_free(s->ctx, w);
    s->nlopt = NULL;
}

static void square(unsigned n, const double *u, double *y)
{
    for (unsigned i = 0; i < n; ++i) y[i] = u[i] * u[i];
}

static double descent_value(unsigned n, const double *u, double *gradient, void *data)
{
    kiln_solver *s = data;
    kiln_i_nlopt *w = s->nlopt;
    square(n, u, w->y);
    const double value = kiln_i_objective_value(s, w->objective, w->y, gradient, NULL);
    for (unsigned i = 0; gradient && i < n; ++i) gradient[i] *= 2.0 * u[i] / s->RT;
    return value / s->RT;
}

static void descent_constraints(unsigned m, double *result, unsigned n, const double *u, double *gradient, void *data)
{
    kiln_solver *s = data;
    kiln_i_nlopt *w = s->nlopt;
    const double *A = w->objective->constraint;
    for (unsigned r = 0; r < m; ++r) {
        result[r] = -w->target[r];
        for (unsigned i = 0; i < n; ++i) {
            result[r] += A[r + m * i] * u[i] * u[i];
            if (gradient) gradient[i + n * r] = 2.0 * A[r + m * i] * u[i];
        }
    }
}

/* Stopping at rounding level is what is asked for; a budget spent is not. */
static int finished(nlopt_result result)
{
    return result == NLOPT_SUCCESS || result == NLOPT_FTOL_REACHED || result == NLOPT_XTOL_REACHED ||
           result == NLOPT_ROUNDOFF_LIMITED;
}

kiln_status kiln_i_nlopt_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value)
{
    kiln_i_nlopt *w = s->nlopt;
    const int n = s->system->phases[o->phase].n_y, m = o->n_constraints;
    *value = kiln_i_objective_value(s, o, y, NULL, NULL);
    if (n == m) return KILN_OK;
    w->objective = o;
    for (int r = 0; r < m; ++r) {
        w->target[r] = 0.0;
        for (int i = 0; i < n; ++i) w->target[r] += o->constraint[r + m * i] * y[i];
    }
    for (int i = 0; i < n; ++i) w->u[i] = fmax(sqrt(y[i]), 1e-4);
    nlopt_opt opt = nlopt_create(NLOPT_LD_SLSQP, (unsigned)n);
    if (!opt) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "NLopt");
    (void)nlopt_set_min_objective(opt, descent_value, s);
    (void)nlopt_add_equality_mconstraint(opt, (unsigned)m, descent_constraints, s, w->tolerance);
    (void)nlopt_set_lower_bounds1(opt, LEAST_ROOT);
    (void)nlopt_set_upper_bounds1(opt, 1.0);
    (void)nlopt_set_ftol_abs(opt, 1e-14);
    (void)nlopt_set_maxeval(opt, MAX_EVALUATIONS);
    double found;
    const nlopt_result result = nlopt_optimize(opt, w->u, &found);
    nlopt_destroy(opt);
    double residual = 0.0;
    descent_constraints((unsigned)m, w->gradient, (unsigned)n, w->u, NULL, s);
    for (int r = 0; r < m; ++r) residual = fmax(residual, fabs(w->gradient[r]));
    if (!finished(result) || !isfinite(found) || residual > FEASIBLE)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "SLSQP on phase %s: %s, constraints met to %.1g",
                           kiln_system_phase_name(s->system, o->phase), nlopt_result_to_string(result), residual);
    square((unsigned)n, w->u, y);
    *value = kiln_i_objective_value(s, o, y, NULL, NULL);
    return KILN_OK;
}

/* Joint minimisation over amounts and constitutions: variables, instance by instance, are N and then u. */
static double joint_value(unsigned n, const double *x, double *gradient, void *data)
{
    kiln_solver *s = data;
    kiln_i_nlopt *w = s->nlopt;
    double sum = 0.0;
    unsigned at = 0;
    (void)n;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const unsigned ny = (unsigned)s->system->phases[instance->phase].n_y;
        square(ny, x + at + 1, w->y);
        const double value = kiln_i_phase_energy(s->system, instance->phase, w->y, gradient ? w->gradient : NULL, NULL) / s->RT;
        sum += x[at] * value;
        if (gradient) {
            gradient[at] = value;
            for (unsigned i = 0; i < ny; ++i) gradient[at + 1 + i] = x[at] * 2.0 * x[at + 1 + i] * w->gradient[i] / s->RT;
        }
        at += 1 + ny;
    }
    return sum;
}

/* Rows: mass balance of each closed component, then each instance's own constraints. */
static void joint_constraints(unsigned m, double *result, unsigned n, const double *x, double *gradient, void *data)
{
    kiln_solver *s = data;
    const unsigned C = (unsigned)s->n_closed;
    unsigned at = 0, row = C;
    if (gradient) memset(gradient, 0, (size_t)(m * n) * sizeof *gradient);
    for (unsigned c = 0; c < C; ++c) result[c] = -s->system->total[c];
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_mphase *p = &s->system->phases[s->instances[k].phase];
        const unsigned ny = (unsigned)p->n_y, own = (unsigned)p->n_constraints;
        const double *u = x + at + 1, amount = x[at];
        for (unsigned c = 0; c < C; ++c) {
            double moles = p->amount_0[c];
            for (unsigned i = 0; i < ny; ++i) {
                moles += p->amount[c + C * i] * u[i] * u[i];
                if (gradient) gradient[at + 1 + i + n * c] = amount * p->amount[c + C * i] * 2.0 * u[i];
            }
            result[c] += amount * moles;
            if (gradient) gradient[at + n * c] = moles;
        }
        for (unsigned r = 0; r < own; ++r) {
            result[row + r] = -p->constraint_rhs[r];
            for (unsigned i = 0; i < ny; ++i) {
                result[row + r] += p->constraint[r + own * i] * u[i] * u[i];
                if (gradient) gradient[at + 1 + i + n * (row + r)] = 2.0 * p->constraint[r + own * i] * u[i];
            }
        }
        row += own;
        at += 1 + ny;
    }
}

static unsigned pack(const kiln_solver *s, double *x, double *lower, unsigned *rows)
{
    unsigned at = 0;
    *rows = (unsigned)s->n_closed;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_mphase *p = &s->system->phases[s->instances[k].phase];
        lower[at] = 0.0;
        x[at++] = s->instances[k].amount;
        for (int i = 0; i < p->n_y; ++i) {
            lower[at] = LEAST_ROOT;
            x[at++] = fmax(sqrt(s->instances[k].y[i]), 10.0 * LEAST_ROOT);
        }
        *rows += (unsigned)p->n_constraints;
    }
    return at;
}

/* Back to the instances, leaving out those that have vanished. */
static void unpack(kiln_solver *s, const double *x)
{
    unsigned at = 0;
    int kept = 0;
    for (int k = 0; k < s->n_instances; ++k) {
        kiln_i_instance instance = s->instances[k];
        const unsigned ny = (unsigned)s->system->phases[instance.phase].n_y;
        instance.amount = x[at];
        square(ny, x + at + 1, instance.y);
        at += 1 + ny;
        if (instance.amount <= 1e-13) continue;
        s->instances[k] = s->instances[kept];
        s->instances[kept++] = instance;
    }
    s->n_instances = kept;
}

kiln_status kiln_i_nlopt_polish(kiln_solver *s, const double *total)
{
    kiln_i_nlopt *w = s->nlopt;
    unsigned rows;
    const unsigned n = pack(s, w->u, w->target, &rows);
    /* Where no composition can change the linear programme's amounts are the answer already, and SLSQP would see dependent rows. */
    int is_free = 0;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_mphase *p = &s->system->phases[s->instances[k].phase];
        is_free |= p->n_y > p->n_constraints;
    }
    if (!is_free) return kiln_i_potentials(s, total);
    nlopt_opt opt = nlopt_create(NLOPT_LD_SLSQP, n);
    if (!opt) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "NLopt");
    (void)nlopt_set_min_objective(opt, joint_value, s);
    (void)nlopt_add_equality_mconstraint(opt, rows, joint_constraints, s, w->tolerance);
    (void)nlopt_set_lower_bounds(opt, w->target);
    (void)nlopt_set_ftol_abs(opt, 1e-14);
    (void)nlopt_set_maxeval(opt, MAX_EVALUATIONS);
    double found;
    const nlopt_result result = nlopt_optimize(opt, w->u, &found);
    nlopt_destroy(opt);
    double residual = 0.0;
    joint_constraints(rows, w->gradient, n, w->u, NULL, s);
    for (unsigned r = 0; r < rows; ++r) residual = fmax(residual, fabs(w->gradient[r]));
    if (!finished(result) || !isfinite(found) || residual > FEASIBLE)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "SLSQP on the equilibrium: %s, balances met to %.1g",
                           nlopt_result_to_string(result), residual);
    unpack(s, w->u);
    return kiln_i_potentials(s, total);
}
