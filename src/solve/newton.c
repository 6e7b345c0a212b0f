#include "solve/solver.h"

#include "core/context.h"
#include "core/dense.h"
#include "core/order.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* The equilibrium equations of a given set of phases, linearised as in B. Sundman, X.-G. Lu, H. Ohtani, Comput. Mater. Sci. 101 (2015) 127:
 * each constitution answers a change of the chemical potentials by its own response matrix Q (the inverse of its Hessian on the null space of its
 * constraints), dy = Q (J'dmu - r), r = grad w - J'mu, which leaves one symmetric system in dmu / RT and the new amounts N:
 *     sum N J Q J' dmu + sum N_new n = b + sum N J Q r
 *     n . dmu                        = w - n . mu                                                                  */

enum { MAX_ITERATIONS = 80 };
/* A phase leaves where Newton asks for less than nothing of it and its share has shrunk to this, step by step: far from the solution a first demand means little. */
static const double GONE = 1e-4;
static const double NOTHING = 1e-14; /* of all cations: asked for only by rounding */
static const double TRACE = 1e-9;    /* of all cations: what has shrunk to this, and is asked for no more, is gone */
static const double INFEASIBLE = 1e-13;
static const double SINGULAR = 1e-13; /* of the largest pivot: below it the potentials are not all determined */

/* What does not need the Hessian. */
static void evaluate(kiln_solver *s, kiln_i_instance *k, double *hessian)
{
    k->w = kiln_i_phase_energy(s->system, k->phase, k->y, k->gradient, hessian);
    k->sigma = kiln_i_phase_amounts(s->system, k->phase, k->y, k->n);
}

/* r [n_y] = grad w - J'mu. */
static void plane_residual(const kiln_solver *s, const kiln_i_instance *k, double *r)
{
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    const int C = s->n_closed;
    for (int i = 0; i < p->n_y; ++i) {
        r[i] = k->gradient[i];
        for (int c = 0; c < C; ++c) r[i] -= s->mu[c] * p->amount[c + C * i];
    }
}

/* Response and residual from the factor, as many columns of J' and r at once as there are lanes. */
static void respond_by_factor(kiln_solver *s, kiln_i_instance *k, const double *r)
{
    enum { L = KILN_I_LANES };
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    const int n = p->n_y, C = s->n_closed;
    double v[KILN_MAX_Y * L], x[KILN_MAX_Y * L];
    for (int first = 0; first <= C; first += L) {
        const int end = C - first < L ? C - first : L; /* lane `end`, if there is one, is r */
        for (int i = 0; i < n; ++i) {
            for (int l = 0; l < L; ++l) v[L * i + l] = l < end ? p->amount[first + l + C * i] : 0.0;
            if (end < L) v[L * i + end] = r[i];
        }
        kiln_i_factor_solve_lanes(s, n, p->n_constraints, v, x);
        for (int i = 0; i < n; ++i) {
            for (int l = 0; l < end; ++l) k->response[first + l + C * i] = x[L * i + l];
            if (end < L) k->residual[i] = x[L * i + end];
        }
    }
}

static void respond_by_eigenvectors(kiln_solver *s, kiln_i_instance *k, const double *r)
{
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    const int n = p->n_y, C = s->n_closed;
    double row[KILN_MAX_Y], answer[KILN_MAX_Y];
    for (int c = 0; c < C; ++c) {
        for (int i = 0; i < n; ++i) row[i] = p->amount[c + C * i];
        kiln_i_eigenvector_solve(s, n, p->n_constraints, row, answer);
        for (int i = 0; i < n; ++i) k->response[c + C * i] = answer[i];
    }
    kiln_i_eigenvector_solve(s, n, p->n_constraints, r, k->residual);
}

void kiln_i_instance_respond(kiln_solver *s, kiln_i_instance *k, int is_signed)
{
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    const int n = p->n_y, is_quadratic = kiln_i_is_quadratic(p);
    const kiln_i_objective o = {k->phase, NULL, 0.0, s->RT, p->n_constraints, p->constraint};
    double r[KILN_MAX_Y];
    evaluate(s, k, is_quadratic ? NULL : s->hessian);
    if (n == p->n_constraints) {
        memset(k->response, 0, (size_t)(n * s->n_closed) * sizeof *k->response);
        memset(k->residual, 0, (size_t)n * sizeof *k->residual);
        k->is_stable = 1;
        return;
    }
    const double *hessian = is_quadratic ? p->q : s->hessian;
    plane_residual(s, k, r);
    k->is_stable = kiln_i_factor(s, &o, k->y, hessian);
    if (k->is_stable) {
        respond_by_factor(s, k, r);
        return;
    }
    kiln_i_factor_by_eigenvectors(s, &o, k->y, hessian, is_signed);
    respond_by_eigenvectors(s, k, r);
}

void kiln_i_instance_solve(kiln_solver *s, const kiln_i_instance *k, const double *v, double *x)
{
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    if (p->n_y == p->n_constraints) memset(x, 0, (size_t)p->n_y * sizeof *x);
    else if (k->is_stable) kiln_i_factor_solve(s, p->n_y, p->n_constraints, v, x);
    else kiln_i_eigenvector_solve(s, p->n_y, p->n_constraints, v, x);
}

int kiln_i_newton_matrix(kiln_solver *s)
{
    const int C = s->n_closed, order = C + s->n_instances;
    double *K = s->system_matrix;
    s->equations_of = NULL;
    memset(K, 0, (size_t)(order * order) * sizeof *K);
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        const double weight = instance->amount * s->RT;
        for (int i = 0; i < p->n_y; ++i)
            for (int c = 0; c < C; ++c) {
                const double moles = weight * p->amount[c + C * i];
                if (moles == 0.0) continue; /* a constituent holds one component or few */
                for (int d = 0; d < C; ++d) K[d + order * c] += moles * instance->response[d + C * i];
            }
        for (int c = 0; c < C; ++c) K[c + order * (C + k)] = K[C + k + order * c] = instance->n[c];
    }
    return order;
}

/* Weights of rows and columns that make pivots comparable: traces are there in small amounts, and beside a critical point compositions answer potentials without bound. What is
 * there in defects only, less than its total by far, stays small: its potential is not known. */
static void balance(const kiln_solver *s, int order, double *weight)
{
    const int C = s->n_closed;
    for (int c = 0; c < C; ++c) weight[c] = 1.0 / sqrt(fmax(s->system_matrix[c + order * c], s->system->total[c]));
    for (int k = C; k < order; ++k) {
        double most = 0.0;
        for (int c = 0; c < C; ++c) most = kiln_i_greater(fabs(s->system_matrix[c + order * k]) * weight[c], most);
        weight[k] = most > 0.0 ? 1.0 / most : 1.0;
    }
}

static void copy_balanced(kiln_solver *s, int order, const double *weight)
{
    for (int j = 0; j < order; ++j)
        for (int i = 0; i < order; ++i) s->system_copy[i + order * j] = s->system_matrix[i + order * j] * weight[i] * weight[j];
}

static int is_finite(const kiln_solver *s, int order)
{
    for (int i = 0; i < order * order; ++i)
        if (!isfinite(s->system_matrix[i])) return 0;
    for (int i = 0; i < order; ++i)
        if (!isfinite(s->singular[i])) return 0;
    return 1;
}

int kiln_i_newton_solve(kiln_solver *s, int order)
{
    const size_t vector = (size_t)order * sizeof *s->system_rhs;
    double weight[2 * KILN_MAX_COMPONENTS + 2];
    lapack_int rank;
    int done = 1;
    balance(s, order, weight);
    copy_balanced(s, order, weight);
    for (int i = 0; i < order; ++i) s->system_rhs[i] *= weight[i];
    memcpy(s->singular, s->system_rhs, vector);
    s->regularity = kiln_i_solve_square(order, s->system_copy, SINGULAR, s->system_rhs, s->pivots);
    s->mu_is_unique = s->regularity > 0.0;
    if (!s->mu_is_unique && !is_finite(s, order)) return 0; /* LAPACK may end the process for it */
    if (!s->mu_is_unique) {
        /* Not all potentials are determined: the solution of least norm. */
        copy_balanced(s, order, weight);
        memcpy(s->system_rhs, s->singular, vector);
        done = LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, order, order, 1, s->system_copy, order, s->system_rhs, order, s->singular,
                                   SINGULAR, &rank, s->lapack, s->lapack_size, s->pivots) == 0;
        s->mu_is_unique = rank == order;
    }
    for (int i = 0; i < order; ++i) s->system_rhs[i] *= weight[i];
    return done;
}

/* Steps keep to a phase's constraints but for rounding, which large ones in fractions of very different size can make large. */
static void keep_feasible(kiln_solver *s, kiln_i_instance *k)
{
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    double worst = 0.0;
    for (int r = 0; r < p->n_constraints; ++r) {
        double residual = -p->constraint_rhs[r];
        for (int i = 0; i < p->n_y; ++i) residual += p->constraint[r + p->n_constraints * i] * k->y[i];
        worst = fmax(worst, fabs(residual));
    }
    if (worst < INFEASIBLE) return;
    for (int i = 0; i < p->n_y; ++i) s->trial[i] = log(k->y[i]);
    (void)kiln_i_project(s, k->phase, s->trial, k->y);
}

/* Instances at their present constitutions with their responses, and the right-hand side at the present mu; the largest relative residual of mass, or of the
 * tangent plane over RT. The
 * answer Q r of each goes to k->residual. */
static double assemble(kiln_solver *s, const double *total)
{
    const int C = s->n_closed;
    double v[KILN_MAX_COMPONENTS], worst = 0.0;
    for (int c = 0; c < C; ++c) s->system_rhs[c] = v[c] = total[c];
    for (int k = 0; k < s->n_instances; ++k) {
        kiln_i_instance *instance = &s->instances[k];
        keep_feasible(s, instance);
        kiln_i_instance_respond(s, instance, 0);
        for (int c = 0; c < C; ++c) v[c] -= instance->amount * instance->n[c];
    }
    for (int c = 0; c < C; ++c) worst = fmax(worst, fabs(v[c]) / total[c]); /* traces as exactly as the rest */
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        double plane = instance->w;
        for (int c = 0; c < C; ++c) plane -= s->mu[c] * instance->n[c];
        s->system_rhs[C + k] = plane / s->RT;
        worst = fmax(worst, fabs(plane) / s->RT);
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        for (int i = 0; i < p->n_y; ++i)
            for (int c = 0; c < C; ++c) s->system_rhs[c] += instance->amount * p->amount[c + C * i] * instance->residual[i];
    }
    return worst;
}

/* Steps of all constitutions, dy = Q (J'dmu - r), into s->step (max_y apart), the common length that keeps fractions positive, and the largest change in the
 * metric of the entropy. */
static double constitution_steps(kiln_solver *s, const double *dmu, double *relative)
{
    const int C = s->n_closed;
    double alpha = 1.0;
    *relative = 0.0;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const int n = s->system->phases[instance->phase].n_y;
        double *step = s->direction + s->max_y * (k + 1);
        for (int i = 0; i < n; ++i) {
            step[i] = -instance->residual[i];
            for (int c = 0; c < C; ++c) step[i] += instance->response[c + C * i] * dmu[c];
        }
        for (int i = 0; i < n; ++i) {
            const double y = instance->y[i];
            *relative = kiln_i_greater(step[i] * step[i] / y, *relative); /* the energy still to gain, in RT */
            if (-alpha * step[i] > 0.95 * y) alpha = 0.95 * y / -step[i];
        }
    }
    *relative = sqrt(*relative);
    return alpha;
}

static void remove_instance(kiln_solver *s, int k)
{
    const kiln_i_instance gone = s->instances[k];
    for (int j = k; j + 1 < s->n_instances; ++j) s->instances[j] = s->instances[j + 1];
    s->instances[--s->n_instances] = gone; /* keeps its buffers for reuse */
}

/* Index of the instance whose new amount is the most negative, -1 for none. */
static int most_negative(const kiln_solver *s, const double *amounts)
{
    int worst = -1;
    for (int k = 0; k < s->n_instances; ++k)
        if (amounts[k] <= 0.0 && (worst < 0 || amounts[k] < amounts[worst])) worst = k;
    return worst;
}

/* A phase of which Newton asks for no more than rounding, as beside one that alone fixes only sums of potentials: it would shrink step by step and never be gone. */
static int idle(const kiln_solver *s, const double *amounts, double size)
{
    for (int k = 0; k < s->n_instances; ++k) {
        const double sigma = s->instances[k].sigma / size;
        if (fabs(amounts[k]) * sigma < NOTHING && s->instances[k].amount * sigma < TRACE) return k;
    }
    return -1;
}

static void move(kiln_solver *s, double alpha, const double *dmu, const double *amounts)
{
    for (int c = 0; c < s->n_closed; ++c) s->mu[c] += alpha * dmu[c];
    for (int k = 0; k < s->n_instances; ++k) {
        kiln_i_instance *instance = &s->instances[k];
        const int n = s->system->phases[instance->phase].n_y;
        const double *step = s->direction + s->max_y * (k + 1);
        const double target = instance->amount + alpha * (amounts[k] - instance->amount);
        instance->amount = fmax(target, 0.1 * instance->amount);
        for (int i = 0; i < n; ++i) instance->y[i] += alpha * step[i];
    }
}

kiln_status kiln_i_newton(kiln_solver *s, const double *total)
{
    const int C = s->n_closed;
    double size = 0.0, before = INFINITY;
    for (int c = 0; c < C; ++c) size += total[c];
    for (int iteration = 0; iteration < MAX_ITERATIONS; ++iteration) {
        const double residual = assemble(s, total);
        const int order = kiln_i_newton_matrix(s);
        if (!kiln_i_newton_solve(s, order)) return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "equilibrium equations: dgelsd failed");
        double *dmu = s->system_rhs, *amounts = s->system_rhs + C, relative;
        for (int c = 0; c < C; ++c) dmu[c] *= s->RT;
        const double alpha = constitution_steps(s, dmu, &relative);
        const int negative = most_negative(s, amounts);
        if (negative >= 0 && s->n_instances > 1 && s->instances[negative].amount * s->instances[negative].sigma < GONE * size) {
            remove_instance(s, negative);
            continue;
        }
        move(s, alpha, dmu, amounts);
        /* A step that is small and no longer shrinks is rounding, as it is beside a critical point. */
        const int settled = relative < 1e-9 || (relative < 1e-6 && relative > 0.1 * before);
        before = relative;
        if (alpha == 1.0 && settled && residual < 1e-9) {
            const int gone = s->n_instances > 1 ? idle(s, amounts, size) : -1;
            if (gone >= 0) {
                remove_instance(s, gone);
                continue;
            }
            for (int k = 0; k < s->n_instances; ++k) evaluate(s, &s->instances[k], NULL);
            return KILN_OK;
        }
    }
    return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "equilibrium equations did not converge in %d iterations",
                       (int)MAX_ITERATIONS);
}

kiln_status kiln_i_potentials(kiln_solver *s, const double *total)
{
    (void)assemble(s, total);
    if (!kiln_i_newton_solve(s, kiln_i_newton_matrix(s)))
        return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "equations of the chemical potentials: dgelsd failed");
    for (int c = 0; c < s->n_closed; ++c) s->mu[c] += s->RT * s->system_rhs[c];
    return KILN_OK;
}
