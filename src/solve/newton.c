#include "solve/solver.h"

#include "core/context.h"
#include "core/dense.h"

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
static const double SINGULAR = 1e-13; /* of the largest pivot: below it the potentials are not all determined */

/* What does not need the Hessian. */
static void evaluate(kiln_solver *s, kiln_i_instance *k, double *hessian)
{
    k->w = kiln_i_phase_energy(s->system, k->phase, k->y, k->gradient, hessian);
    k->sigma = kiln_i_phase_amounts(s->system, k->phase, k->y, k->n);
}

/* v [n_closed] = J x for a vector x in site fractions. */
static void to_components(const kiln_solver *s, const kiln_i_mphase *p, const double *x, double *v)
{
    const int C = s->n_closed;
    for (int c = 0; c < C; ++c) v[c] = 0.0;
    for (int i = 0; i < p->n_y; ++i)
        for (int c = 0; c < C; ++c) v[c] += p->amount[c + C * i] * x[i];
}

void kiln_i_instance_respond(kiln_solver *s, kiln_i_instance *k, int is_signed)
{
    const kiln_i_mphase *p = &s->system->phases[k->phase];
    const int n = p->n_y, C = s->n_closed, is_quadratic = kiln_i_is_quadratic(p);
    const kiln_i_objective o = {k->phase, NULL, 0.0, s->RT, p->n_constraints, p->constraint};
    double *row = s->trial;
    evaluate(s, k, is_quadratic ? NULL : s->hessian);
    if (n == p->n_constraints) {
        memset(k->response, 0, (size_t)(n * C) * sizeof *k->response);
        k->is_stable = 1;
        return;
    }
    const double *hessian = is_quadratic ? p->q : s->hessian;
    k->is_stable = kiln_i_factor(s, &o, k->y, hessian);
    if (!k->is_stable) kiln_i_factor_by_eigenvectors(s, &o, k->y, hessian, is_signed);
    for (int c = 0; c < C; ++c) {
        for (int i = 0; i < n; ++i) row[i] = p->amount[c + C * i];
        kiln_i_instance_solve(s, k, row, k->response + (size_t)(n * c));
    }
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
    double *K = s->system_matrix, moved[KILN_MAX_COMPONENTS];
    memset(K, 0, (size_t)(order * order) * sizeof *K);
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        for (int c = 0; c < C; ++c) {
            to_components(s, p, instance->response + (size_t)(p->n_y * c), moved);
            for (int d = 0; d < C; ++d) K[d + order * c] += instance->amount * s->RT * moved[d];
            K[c + order * (C + k)] = K[C + k + order * c] = instance->n[c];
        }
    }
    return order;
}

int kiln_i_newton_solve(kiln_solver *s, int order)
{
    const size_t matrix = (size_t)(order * order) * sizeof *s->system_copy, vector = (size_t)order * sizeof *s->system_rhs;
    lapack_int rank;
    memcpy(s->system_copy, s->system_matrix, matrix);
    memcpy(s->singular, s->system_rhs, vector);
    s->regularity = kiln_i_solve_square(order, s->system_copy, SINGULAR, s->system_rhs, s->pivots);
    s->mu_is_unique = s->regularity > 0.0;
    if (s->mu_is_unique) return 1;
    /* Not all potentials are determined: the solution of least norm. */
    memcpy(s->system_copy, s->system_matrix, matrix);
    memcpy(s->system_rhs, s->singular, vector);
    const lapack_int info = LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, order, order, 1, s->system_copy, order, s->system_rhs, order,
                                                s->singular, SINGULAR, &rank, s->lapack, s->lapack_size, s->pivots);
    s->mu_is_unique = rank == order;
    return info == 0;
}

/* Instances at their present constitutions with their responses, and the right-hand side at the present mu; the largest residual of mass and of the tangent plane. The
 * answer Q r of each goes to k->residual. */
static double assemble(kiln_solver *s, const double *total)
{
    const int C = s->n_closed;
    double *r = s->direction, v[KILN_MAX_COMPONENTS], worst = 0.0;
    for (int c = 0; c < C; ++c) s->system_rhs[c] = v[c] = total[c];
    for (int k = 0; k < s->n_instances; ++k) {
        kiln_i_instance *instance = &s->instances[k];
        kiln_i_instance_respond(s, instance, 0);
        for (int c = 0; c < C; ++c) v[c] -= instance->amount * instance->n[c];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        for (int i = 0; i < p->n_y; ++i) {
            r[i] = instance->gradient[i];
            for (int c = 0; c < C; ++c) r[i] -= s->mu[c] * p->amount[c + C * i];
        }
        kiln_i_instance_solve(s, instance, r, instance->residual);
    }
    for (int c = 0; c < C; ++c) worst = fmax(worst, fabs(v[c]));
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        double plane = instance->w;
        for (int c = 0; c < C; ++c) plane -= s->mu[c] * instance->n[c];
        s->system_rhs[C + k] = plane / s->RT;
        worst = fmax(worst, fabs(plane) / s->RT);
        to_components(s, &s->system->phases[instance->phase], instance->residual, v);
        for (int c = 0; c < C; ++c) s->system_rhs[c] += instance->amount * v[c];
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
        for (int i = 0; i < n; ++i) step[i] = -instance->residual[i];
        for (int c = 0; c < C; ++c)
            for (int i = 0; i < n; ++i) step[i] += instance->response[i + n * c] * dmu[c];
        for (int i = 0; i < n; ++i) {
            const double y = instance->y[i];
            *relative = fmax(*relative, step[i] * step[i] / y); /* the energy still to gain, in RT */
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
    double size = 0.0;
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
        if (alpha == 1.0 && relative < 1e-9 && residual < 1e-9) {
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
