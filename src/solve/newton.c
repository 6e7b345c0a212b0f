#include "solve/solver.h"

#include "core/context.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* The equilibrium equations of a given set of phases, linearised as in B. Sundman, X.-G. Lu, H. Ohtani, Comput. Mater. Sci. 101 (2015) 127:
 * each constitution answers a change of the chemical potentials by its own response matrix Q (the inverse of its Hessian on the null space of its
 * constraints), dy = Q (J'dmu - r), r = grad w - J'mu, which leaves one symmetric system in dmu and the new amounts N:
 *     sum N J Q J' dmu + sum N_new n = b + sum N J Q r
 *     n . dmu                        = w - n . mu                                                                  */

enum { MAX_ITERATIONS = 80 };

void kiln_i_instance_evaluate(kiln_solver *s, kiln_i_instance *k)
{
    k->w = kiln_i_phase_energy(s->system, k->phase, k->y, k->gradient, NULL);
    k->sigma = kiln_i_phase_amounts(s->system, k->phase, k->y, k->n);
    k->is_stable = kiln_i_response(s, k->phase, k->y, 0, k->response);
}

/* v [n_closed] = J x for a vector x in site fractions. */
static void to_components(const kiln_solver *s, int phase, const double *x, double *v)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    for (int c = 0; c < s->n_closed; ++c) v[c] = 0.0;
    for (int i = 0; i < p->n_y; ++i)
        for (int c = 0; c < s->n_closed; ++c) v[c] += p->amount[c + s->n_closed * i] * x[i];
}

/* x = Q v for one instance. */
static void respond(const kiln_i_instance *k, int n, const double *v, double *x)
{
    for (int i = 0; i < n; ++i) x[i] = 0.0;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) x[i] += k->response[i + n * j] * v[j];
}

int kiln_i_newton_matrix(kiln_solver *s)
{
    const int C = s->n_closed, order = C + s->n_instances;
    double *column = s->direction, *answer = s->direction + s->max_y;
    double *K = s->system_matrix;
    memset(K, 0, (size_t)(order * order) * sizeof *K);
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        for (int c = 0; c < C; ++c) {
            for (int i = 0; i < p->n_y; ++i) column[i] = p->amount[c + C * i];
            respond(instance, p->n_y, column, answer);
            for (int i = 0; i < p->n_y; ++i)
                for (int d = 0; d < C; ++d) K[d + order * c] += instance->amount * s->RT * p->amount[d + C * i] * answer[i];
            K[c + order * (C + k)] = K[C + k + order * c] = instance->n[c];
        }
    }
    return order;
}

int kiln_i_newton_solve(kiln_solver *s, int order)
{
    lapack_int rank;
    memcpy(s->system_copy, s->system_matrix, (size_t)(order * order) * sizeof *s->system_copy);
    const lapack_int info = LAPACKE_dgelsd_work(LAPACK_COL_MAJOR, order, order, 1, s->system_copy, order, s->system_rhs, order,
                                                s->singular, 1e-13, &rank, s->lapack, s->lapack_size, s->pivots);
    s->mu_is_unique = rank == order;
    return info == 0;
}

/* Right-hand side at the present point; the largest residual of mass and of the tangent plane. */
static double set_rhs(kiln_solver *s, const double *total)
{
    const int C = s->n_closed;
    double *r = s->direction, *x = s->direction + s->max_y, *v = s->singular, worst = 0.0;
    for (int c = 0; c < C; ++c) {
        s->system_rhs[c] = total[c];
        double residual = total[c];
        for (int k = 0; k < s->n_instances; ++k) residual -= s->instances[k].amount * s->instances[k].n[c];
        worst = fmax(worst, fabs(residual));
    }
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        double plane = instance->w;
        for (int c = 0; c < C; ++c) plane -= s->mu[c] * instance->n[c];
        s->system_rhs[C + k] = plane / s->RT;
        worst = fmax(worst, fabs(plane) / s->RT);
        for (int i = 0; i < p->n_y; ++i) {
            r[i] = instance->gradient[i];
            for (int c = 0; c < C; ++c) r[i] -= s->mu[c] * p->amount[c + C * i];
        }
        respond(instance, p->n_y, r, x);
        to_components(s, instance->phase, x, v);
        for (int c = 0; c < C; ++c) s->system_rhs[c] += instance->amount * v[c];
    }
    return worst;
}

/* Steps of all constitutions into s->step (max_y apart), the common length that keeps fractions positive, and the largest change in the metric of the
 * entropy. */
static double constitution_steps(kiln_solver *s, const double *dmu, double *relative)
{
    const int C = s->n_closed;
    double alpha = 1.0;
    *relative = 0.0;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        double *v = s->direction, *step = s->direction + s->max_y * (k + 1);
        for (int i = 0; i < p->n_y; ++i) {
            v[i] = -instance->gradient[i];
            for (int c = 0; c < C; ++c) v[i] += (s->mu[c] + dmu[c]) * p->amount[c + C * i];
        }
        respond(instance, p->n_y, v, step);
        for (int i = 0; i < p->n_y; ++i) {
            const double y = instance->y[i];
            *relative = fmax(*relative, fabs(step[i]) / sqrt(y)); /* its square is the energy still to gain, in RT */
            if (-alpha * step[i] > 0.95 * y) alpha = 0.95 * y / -step[i];
        }
    }
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
    for (int iteration = 0; iteration < MAX_ITERATIONS; ++iteration) {
        for (int k = 0; k < s->n_instances; ++k) kiln_i_instance_evaluate(s, &s->instances[k]);
        const double residual = set_rhs(s, total);
        const int order = kiln_i_newton_matrix(s);
        if (!kiln_i_newton_solve(s, order)) return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "equilibrium equations: dgelsd failed");
        double *dmu = s->system_rhs, *amounts = s->system_rhs + C, relative;
        for (int c = 0; c < C; ++c) dmu[c] *= s->RT;
        const double alpha = constitution_steps(s, dmu, &relative);
        const int negative = most_negative(s, amounts);
        if (negative >= 0 && alpha == 1.0 && s->n_instances > 1) {
            remove_instance(s, negative);
            continue;
        }
        move(s, alpha, dmu, amounts);
        if (alpha == 1.0 && relative < 1e-9 && residual < 1e-9) {
            for (int k = 0; k < s->n_instances; ++k) kiln_i_instance_evaluate(s, &s->instances[k]);
            return KILN_OK;
        }
    }
    return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "equilibrium equations did not converge in %d iterations",
                       (int)MAX_ITERATIONS);
}

kiln_status kiln_i_potentials(kiln_solver *s, const double *total)
{
    for (int k = 0; k < s->n_instances; ++k) kiln_i_instance_evaluate(s, &s->instances[k]);
    (void)set_rhs(s, total);
    if (!kiln_i_newton_solve(s, kiln_i_newton_matrix(s)))
        return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "equations of the chemical potentials: dgelsd failed");
    for (int c = 0; c < s->n_closed; ++c) s->mu[c] += s->RT * s->system_rhs[c];
    return KILN_OK;
}
