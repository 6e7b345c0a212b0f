#include "predict/fit_state.h"

#include "core/context.h"

#include <math.h>
#include <nlopt.h>
#include <string.h>

/* The same cost and gradient, minimised by NLopt's SLSQP (D. Kraft, ACM Trans. Math. Softw. 20 (1994) 262) in units of the priors. NLopt allocates for itself. */

enum { MOST_ROUNDS = 30, MAX_EVALUATIONS = 2000 };
static const double SETTLED = 1e-7; /* of a prior's sigma, from one round to the next */

typedef struct objective {
    kiln_fit *fit;
    kiln_i_linear *at;
    double *theta;
    kiln_status status;
} objective;

static double cost(unsigned n, const double *u, double *gradient, void *data)
{
    objective *o = data;
    kiln_fit *fit = o->fit;
    const int P = fit->n_parameters;
    for (unsigned p = 0; p < n; ++p) o->theta[p] = u[p] * kiln_i_fit_unit(fit, (int)p);
    if (o->status == KILN_E_NOMEM) return HUGE_VAL;
    o->status = kiln_i_fit_linearise(fit, o->theta, gradient ? KILN_I_JACOBIAN : KILN_I_FORCES, o->at);
    if (o->status != KILN_OK) return HUGE_VAL;
    for (int p = 0; gradient && p < P; ++p) {
        double sum = 0.0;
        for (int i = 0; i < fit->n_rows; ++i) {
            const double r = o->at->force[i] / o->at->s[i];
            sum += kiln_i_fit_weight(fit, r) * r * o->at->jacobian[p + P * i] / o->at->s[i];
        }
        for (int k = 0; k < P; ++k)
            for (int q = 0; q < P; ++q)
                sum += fit->whitening[k + P * p] * fit->whitening[k + P * q] * (o->theta[q] - fit->parameters[q].prior);
        gradient[p] = sum * kiln_i_fit_unit(fit, p);
    }
    return kiln_i_fit_cost(fit, o->theta, o->at);
}

static kiln_status minimise(kiln_fit *fit, nlopt_opt solver, objective *o, double *u)
{
    double least;
    kiln_status status = kiln_i_fit_linearise(fit, o->theta, KILN_I_SLOPES, o->at);
    if (status != KILN_OK) return status;
    const nlopt_result result = nlopt_optimize(solver, u, &least);
    if (result == NLOPT_OUT_OF_MEMORY || o->status == KILN_E_NOMEM) return kiln_i_fail(fit->ctx, KILN_E_NOMEM, "NLopt");
    /* Rounding may end the search where the minimum is as flat as it gets: the point is good. */
    if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED)
        return kiln_i_fail(fit->ctx, KILN_E_NOT_CONVERGED, "NLopt's SLSQP ended with %d", (int)result);
    return KILN_OK;
}

kiln_status kiln_i_fit_nlopt(kiln_fit *fit, double *theta)
{
    const int P = fit->n_parameters;
    double *u = kiln_i_calloc(fit->ctx, 2 * (size_t)P, sizeof *u), *before = u ? u + P : NULL;
    nlopt_opt solver = nlopt_create(NLOPT_LD_SLSQP, (unsigned)P);
    objective o = {fit, &fit->at, theta, KILN_OK};
    kiln_status status = KILN_OK;
    if (!u || !solver) status = kiln_i_fail(fit->ctx, KILN_E_NOMEM, "NLopt");
    if (status == KILN_OK && (nlopt_set_min_objective(solver, cost, &o) < 0 || nlopt_set_ftol_abs(solver, 1e-12) < 0 ||
                              nlopt_set_xtol_rel(solver, 1e-12) < 0 || nlopt_set_maxeval(solver, MAX_EVALUATIONS) < 0))
        status = kiln_i_fail(fit->ctx, KILN_E_ARG, "NLopt refused its settings");
    for (int p = 0; status == KILN_OK && p < P; ++p) u[p] = theta[p] / kiln_i_fit_unit(fit, p);
    double moved = INFINITY;
    for (int round = 0; status == KILN_OK && round < MOST_ROUNDS && moved > SETTLED; ++round) {
        moved = 0.0;
        for (int p = 0; p < P; ++p) before[p] = u[p];
        status = minimise(fit, solver, &o, u);
        for (int p = 0; p < P; ++p) {
            moved = fmax(moved, fabs(u[p] - before[p]));
            theta[p] = u[p] * kiln_i_fit_unit(fit, p);
        }
    }
    nlopt_destroy(solver);
    kiln_i_free(fit->ctx, u);
    return status;
}
