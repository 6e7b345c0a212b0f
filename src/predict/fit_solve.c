#include "predict/fit_state.h"

#include "core/context.h"
#include "core/random.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Levenberg-Marquardt on residuals r = force / s and on the priors, reweighted for Huber's loss (P. J. Huber, Ann. Math. Stat. 35 (1964) 73). s rests on the local slope of the
 * driving force and is held while a step is taken: what is solved is the estimating equation sum psi(r) dr + prior = 0 with s at the solution, not the minimum of a sum
 * in which a model could win by steeper slopes. */

static const double SETTLED = 1e-11; /* of the squared residuals that a step takes away: 3e-6 standard deviations */
static const double ROUNDING = 1e-9; /* the same where no step takes them away: as far as rounding in the forces lets see */
static const double STEEPEST = 1e12;
static const double SAME_MINIMUM = 0.02; /* of a prior's sigma */

/* ---- Residuals ---- */

/* Model less measured: the force grows with the value by `slope`, so that a positive one means that the model's is smaller. An outcome costs nothing where it is met. */
static double sign_of(const kiln_i_datum *d, double force, double slope)
{
    switch (d->kind) {
    case KILN_FIT_SOLUBILITY:
    case KILN_FIT_BOUNDARY:
    case KILN_FIT_INVARIANT:
    case KILN_FIT_OXYGEN_POTENTIAL:
    case KILN_FIT_OXYGEN_CONTENT:
    case KILN_FIT_SITE_FRACTION:
    case KILN_FIT_TRANSITION: return slope > 0.0 ? -1.0 : 1.0;
    case KILN_FIT_OUTCOME:
        if (d->is_single) return force < 0.0 ? -1.0 : 0.0;
        return force > 0.0 ? 1.0 : 0.0;
    case KILN_FIT_TIE_LINE:
    case KILN_FIT_ACTIVITY:
    case KILN_FIT_GIBBS_ENERGY:
    case KILN_FIT_FUNCTION:
    case KILN_FIT_SUM_ENTHALPY:
    case KILN_FIT_ENTHALPY: break;
    }
    return 1.0;
}

kiln_status kiln_i_fit_linearise(kiln_fit *fit, const double *theta, kiln_i_detail detail, kiln_i_linear *out)
{
    const size_t P = (size_t)fit->n_parameters;
    kiln_i_fit_apply(fit, theta);
    for (int i = 0; i < fit->n_rows; ++i) {
        kiln_i_datum *d = fit->rows[i];
        double *gradient = detail >= KILN_I_JACOBIAN ? out->jacobian + P * (size_t)i : NULL, force;
        const kiln_status status =
            kiln_i_datum_evaluate(fit, d, &force, gradient, detail == KILN_I_SLOPES ? &out->slope[i] : NULL);
        if (status != KILN_OK) return status;
        const double sign = sign_of(d, force, out->slope[i]);
        out->force[i] = sign * force;
        for (size_t p = 0; gradient && p < P; ++p) gradient[p] *= sign;
        if (detail == KILN_I_SLOPES) out->s[i] = kiln_i_datum_sigma(d, out->slope[i]);
    }
    return KILN_OK;
}

double kiln_i_fit_weight(const kiln_fit *fit, double r)
{
    return fit->is_robust && fabs(r) > fit->threshold ? fit->threshold / fabs(r) : 1.0;
}

double kiln_i_fit_unit(const kiln_fit *fit, int p)
{
    const kiln_i_fit_parameter *q = &fit->parameters[p];
    return q->has_prior ? q->sigma : q->is_slope ? 1.0 : 1000.0;
}

static double prior_residual(const kiln_fit *fit, const double *theta, int k)
{
    double sum = 0.0;
    for (int p = 0; p < fit->n_parameters; ++p)
        sum += fit->whitening[k + fit->n_parameters * p] * (theta[p] - fit->parameters[p].prior);
    return sum;
}

double kiln_i_fit_cost(const kiln_fit *fit, const double *theta, const kiln_i_linear *at)
{
    double cost = 0.0;
    for (int i = 0; i < fit->n_rows; ++i) {
        const double r = fabs(at->force[i] / at->s[i]), k = fit->threshold;
        cost += fit->is_robust && r > k ? k * (r - 0.5 * k) : 0.5 * r * r;
    }
    for (int k = 0; k < fit->n_parameters; ++k) {
        const double r = prior_residual(fit, theta, k);
        cost += 0.5 * r * r;
    }
    return cost;
}

/* ---- Priors ---- */

static int find_uncertain(const kiln_database *db, const kiln_i_fit_parameter *p)
{
    for (int u = 0; u < db->n_uncertain; ++u)
        if (db->uncertain[u].function == p->function && db->uncertain[u].power == p->is_slope) return u;
    return -1;
}

/* The database's own covariance, where both priors are the database's. */
static double prior_covariance(const kiln_fit *fit, int i, int j)
{
    const kiln_i_fit_parameter *a = &fit->parameters[i], *b = &fit->parameters[j];
    if (i == j) return a->sigma * a->sigma;
    if (!a->is_default || !b->is_default) return 0.0;
    const int u = find_uncertain(fit->db, a), v = find_uncertain(fit->db, b);
    for (int k = 0; k < fit->db->n_covariances; ++k) {
        const kiln_i_covariance *block = &fit->db->covariances[k];
        int at = -1, bt = -1;
        for (int m = 0; m < block->n; ++m) {
            if (block->uncertain[m] == u) at = m;
            if (block->uncertain[m] == v) bt = m;
        }
        if (at >= 0 && bt >= 0) return a->sign * b->sign * block->matrix[at + block->n * bt];
    }
    return 0.0;
}

static int is_fitted(const kiln_fit *fit, int uncertain)
{
    for (int p = 0; p < fit->n_parameters; ++p)
        if (find_uncertain(fit->db, &fit->parameters[p]) == uncertain) return 1;
    return 0;
}

/* Numbers that share a covariance with a fitted one, and are not fitted. */
static void count_uncoupled(kiln_fit *fit)
{
    const kiln_database *db = fit->db;
    for (int k = 0; k < db->n_covariances; ++k) {
        const kiln_i_covariance *block = &db->covariances[k];
        int n = 0;
        for (int m = 0; m < block->n; ++m) n += is_fitted(fit, block->uncertain[m]);
        if (n == 0 || n == block->n) continue;
        for (int m = 0; m < block->n; ++m) {
            if (is_fitted(fit, block->uncertain[m])) continue;
            if (fit->summary.n_uncoupled++ == 0)
                fit->summary.uncoupled = db->functions[db->uncertain[block->uncertain[m]].function].name;
        }
    }
}

/* The inverse of the Cholesky factor of the priors' covariance, in units of their sigmas; rows of parameters without a prior are 0. */
static kiln_status whiten(kiln_fit *fit, double *work, int *which)
{
    const int P = fit->n_parameters;
    int n = 0;
    memset(fit->whitening, 0, (size_t)(P * P) * sizeof *fit->whitening);
    for (int p = 0; p < P; ++p)
        if (fit->parameters[p].has_prior) which[n++] = p;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i)
            work[i + n * j] = i < j ? 0.0
                                    : prior_covariance(fit, which[i], which[j]) /
                                          (fit->parameters[which[i]].sigma * fit->parameters[which[j]].sigma);
    if (n > 0 &&
        (LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'L', n, work, n) != 0 || LAPACKE_dtrtri(LAPACK_COL_MAJOR, 'L', 'N', n, work, n) != 0))
        return kiln_i_fail(fit->ctx, KILN_E_SINGULAR,
                           "the database's covariance of the parameters is singular: give some a prior and a sigma");
    for (int j = 0; j < n; ++j)
        for (int i = j; i < n; ++i) fit->whitening[which[i] + P * which[j]] = work[i + n * j] / fit->parameters[which[j]].sigma;
    return KILN_OK;
}

/* ---- Steps ---- */

typedef struct stepper {
    kiln_i_linear trial;
    double *matrix, *rhs; /* [(n + 2 P) x P], [n + 2 P] */
    double *theta, *best; /* [P], and the best of several starts */
    double *from;         /* [P] where NLopt ended */
    double *minima;       /* [n_starts x P] those found */
    double *step;
    int *which;
} stepper;

static int allocate_linear(kiln_context *ctx, size_t n, size_t P, kiln_i_linear *l)
{
    return (l->force = kiln_i_calloc(ctx, n, sizeof *l->force)) && (l->s = kiln_i_calloc(ctx, n, sizeof *l->s)) &&
           (l->slope = kiln_i_calloc(ctx, n, sizeof *l->slope)) && (l->jacobian = kiln_i_calloc(ctx, n * P, sizeof *l->jacobian));
}

static void close_stepper(kiln_context *ctx, stepper *s)
{
    void *const owned[] = {s->trial.force, s->trial.s, s->trial.slope, s->trial.jacobian, s->matrix, s->rhs,
                           s->theta,       s->best,    s->from,        s->minima,         s->step,   s->which};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; ++k) kiln_i_free(ctx, owned[k]);
}

static kiln_status open_stepper(kiln_fit *fit, stepper *s)
{
    kiln_context *ctx = fit->ctx;
    const size_t n = (size_t)fit->n_rows, P = (size_t)fit->n_parameters, m = n + 2 * P;
    *s = (stepper){.matrix = NULL};
    if (allocate_linear(ctx, n, P, &s->trial) && (s->matrix = kiln_i_calloc(ctx, m * P, sizeof *s->matrix)) &&
        (s->rhs = kiln_i_calloc(ctx, m, sizeof *s->rhs)) && (s->theta = kiln_i_calloc(ctx, P, sizeof *s->theta)) &&
        (s->best = kiln_i_calloc(ctx, P, sizeof *s->best)) && (s->from = kiln_i_calloc(ctx, P, sizeof *s->from)) &&
        (s->step = kiln_i_calloc(ctx, P, sizeof *s->step)) &&
        (s->minima = kiln_i_calloc(ctx, P * (size_t)fit->options.n_starts, sizeof *s->minima)) &&
        (s->which = kiln_i_calloc(ctx, P, sizeof *s->which)))
        return KILN_OK;
    return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the fit");
}

/* The damped Gauss-Newton step from fit->theta into s->step; what it takes from the squares without the damping. */
static kiln_status solve_step(const kiln_fit *fit, stepper *s, double damping, double *gain)
{
    const int n = fit->n_rows, P = fit->n_parameters, m = n + 2 * P;
    memset(s->matrix, 0, (size_t)(m * P) * sizeof *s->matrix);
    memset(s->rhs, 0, (size_t)m * sizeof *s->rhs);
    for (int i = 0; i < n; ++i) {
        const double r = fit->at.force[i] / fit->at.s[i], root = sqrt(kiln_i_fit_weight(fit, r));
        s->rhs[i] = -root * r;
        for (int p = 0; p < P; ++p)
            s->matrix[i + m * p] = root * fit->at.jacobian[p + P * i] / fit->at.s[i] * kiln_i_fit_unit(fit, p);
    }
    for (int k = 0; k < P; ++k) {
        s->rhs[n + k] = -prior_residual(fit, fit->theta, k);
        for (int p = 0; p < P; ++p) s->matrix[n + k + m * p] = fit->whitening[k + P * p] * kiln_i_fit_unit(fit, p);
        s->matrix[n + P + k + m * k] = sqrt(damping);
    }
    double before = 0.0, after = 0.0;
    for (int i = 0; i < n + P; ++i) before += s->rhs[i] * s->rhs[i];
    const int info = LAPACKE_dgels(LAPACK_COL_MAJOR, 'N', m, P, 1, s->matrix, m, s->rhs, m);
    if (info != 0) return kiln_i_fail(fit->ctx, KILN_E_SINGULAR, "least squares of %d rows: dgels returned %d", m, info);
    for (int i = P; i < m; ++i) after += s->rhs[i] * s->rhs[i];
    *gain = before - after;
    for (int p = 0; p < P; ++p) s->step[p] = s->rhs[p] * kiln_i_fit_unit(fit, p);
    return KILN_OK;
}

/* One accepted step, or *is_done. */
static kiln_status advance(kiln_fit *fit, stepper *s, double *damping, int *is_done)
{
    kiln_status status = kiln_i_fit_linearise(fit, fit->theta, KILN_I_SLOPES, &fit->at);
    if (status != KILN_OK) return status;
    const double cost = kiln_i_fit_cost(fit, fit->theta, &fit->at);
    double most = 0.0; /* gain, that of the least damping */
    memcpy(s->trial.s, fit->at.s, (size_t)fit->n_rows * sizeof *s->trial.s);
    memcpy(s->trial.slope, fit->at.slope, (size_t)fit->n_rows * sizeof *s->trial.slope);
    for (;; *damping *= 10.0) {
        double gain = 0.0;
        if ((status = solve_step(fit, s, *damping, &gain)) != KILN_OK) return status;
        most = fmax(most, gain);
        const int is_last = *damping > STEEPEST;
        *is_done = is_last ? most <= ROUNDING * (1.0 + cost) : gain <= SETTLED * (1.0 + cost) && *damping <= 1.0;
        if (*is_done) return KILN_OK;
        if (is_last)
            return kiln_i_fail(fit->ctx, KILN_E_NOT_CONVERGED,
                               "no step makes the fit better: a change of phases may lie in the way; --starts tries others");
        for (int p = 0; p < fit->n_parameters; ++p) s->theta[p] = fit->theta[p] + s->step[p];
        status = kiln_i_fit_linearise(fit, s->theta, KILN_I_FORCES, &s->trial);
        if (status == KILN_E_NOMEM) return status;
        if (status == KILN_OK && kiln_i_fit_cost(fit, s->theta, &s->trial) < cost) break;
    }
    memcpy(fit->theta, s->theta, (size_t)fit->n_parameters * sizeof *s->theta);
    *damping = fmax(0.1 * *damping, 1e-12);
    return KILN_OK;
}

static kiln_status descend(kiln_fit *fit, stepper *s, int *n_iterations)
{
    double damping = 1e-4;
    int is_done = 0;
    for (*n_iterations = 0; *n_iterations < fit->options.max_iterations; ++*n_iterations) {
        const kiln_status status = advance(fit, s, &damping, &is_done);
        if (status != KILN_OK || is_done) return status;
    }
    return kiln_i_fail(fit->ctx, KILN_E_NOT_CONVERGED, "the fit has not settled after %d iterations",
                       fit->options.max_iterations);
}

/* ---- Starts ---- */

/* The first where the database is, others drawn from the priors. */
static void set_start(kiln_fit *fit, stepper *s, int start, uint64_t *state)
{
    const int P = fit->n_parameters;
    for (int p = 0; p < P; ++p) fit->theta[p] = fit->parameters[p].start;
    if (start == 0) return;
    for (int p = 0; p < P; ++p) {
        double z[2];
        kiln_i_normals(state, 1, z);
        s->step[p] = z[0];
    }
    for (int p = 0; p < P;
         ++p) { /* whitening * (theta - prior) = z, by substitution; without a prior three units about the start */
        const kiln_i_fit_parameter *q = &fit->parameters[p];
        double sum = s->step[p];
        if (!q->has_prior) {
            fit->theta[p] += 3.0 * kiln_i_fit_unit(fit, p) * s->step[p];
            continue;
        }
        for (int k = 0; k < p; ++k)
            if (fit->parameters[k].has_prior) sum -= fit->whitening[p + P * k] * (fit->theta[k] - fit->parameters[k].prior);
        fit->theta[p] = q->prior + sum / fit->whitening[p + P * p];
    }
}

static int is_new(const kiln_fit *fit, const stepper *s, int n)
{
    const int P = fit->n_parameters;
    for (int k = 0; k < n; ++k) {
        int same = 1;
        for (int p = 0; p < P; ++p) same &= fabs(s->minima[p + P * k] - fit->theta[p]) < SAME_MINIMUM * kiln_i_fit_unit(fit, p);
        if (same) return 0;
    }
    return 1;
}

/* How far the steps went from where NLopt ended, in units of the priors. */
static double distance(const kiln_fit *fit, const double *from)
{
    double most = 0.0;
    for (int p = 0; p < fit->n_parameters; ++p) most = fmax(most, fabs(fit->theta[p] - from[p]) / kiln_i_fit_unit(fit, p));
    return most;
}

static kiln_status run(kiln_fit *fit, stepper *s)
{
    const size_t P = (size_t)fit->n_parameters;
    double least = INFINITY;
    uint64_t state = fit->options.seed;
    kiln_status first = KILN_OK;
    fit->summary.n_starts = fit->summary.n_minima = 0;
    fit->summary.nlopt_distance = -1.0;
    for (int start = 0; start < fit->options.n_starts; ++start) {
        int n_iterations;
        set_start(fit, s, start, &state);
        kiln_status status = KILN_OK;
        double moved = -1.0;
        if (fit->options.method == KILN_FIT_NLOPT) status = kiln_i_fit_nlopt(fit, fit->theta);
        if (status == KILN_OK) memcpy(s->from, fit->theta, P * sizeof *s->best);
        if (status == KILN_OK) status = descend(fit, s, &n_iterations);
        if (status == KILN_E_NOMEM) return status;
        if (status != KILN_OK) {
            if (start == 0) first = status;
            continue;
        }
        if (fit->options.method == KILN_FIT_NLOPT) moved = distance(fit, s->from);
        if (is_new(fit, s, fit->summary.n_minima))
            memcpy(s->minima + P * (size_t)fit->summary.n_minima++, fit->theta, P * sizeof *s->minima);
        ++fit->summary.n_starts;
        const double cost = kiln_i_fit_cost(fit, fit->theta, &fit->at);
        if (!(cost < least)) continue;
        least = cost;
        fit->summary.n_iterations = n_iterations;
        fit->summary.nlopt_distance = moved;
        memcpy(s->best, fit->theta, P * sizeof *s->best);
    }
    if (fit->summary.n_starts == 0) return first;
    memcpy(fit->theta, s->best, P * sizeof *s->best);
    return kiln_i_fit_linearise(fit, fit->theta, KILN_I_SLOPES, &fit->at);
}

/* ---- The whole ---- */

static kiln_status check_data(const kiln_fit *fit)
{
    int all_outside = 1;
    const kiln_i_datum *first = NULL;
    for (int i = 0; i < fit->n_data; ++i) {
        const kiln_i_datum *d = &fit->data[i];
        if (d->status == KILN_OK) continue;
        if (!first) first = d;
        all_outside &= d->status == KILN_E_RANGE;
    }
    if (first && !fit->options.leave_out)
        return kiln_i_fail(fit->ctx, all_outside ? KILN_E_RANGE : KILN_E_MISSING, "%s: %s: %s", first->place, first->id,
                           first->problem);
    if (fit->n_rows == 0) return kiln_i_fail(fit->ctx, KILN_E_MISSING, "%s: none of its data can be evaluated", fit->file);
    return KILN_OK;
}

static kiln_status allocate_answer(kiln_fit *fit)
{
    kiln_context *ctx = fit->ctx;
    const size_t n = (size_t)fit->n_rows, P = (size_t)fit->n_parameters;
    if ((fit->whitening = kiln_i_calloc(ctx, P * P, sizeof *fit->whitening)) && allocate_linear(ctx, n, P, &fit->at) &&
        (fit->residual = kiln_i_calloc(ctx, n, sizeof *fit->residual)) &&
        (fit->weight = kiln_i_calloc(ctx, n, sizeof *fit->weight)) && (fit->model = kiln_i_calloc(ctx, n, sizeof *fit->model)) &&
        (fit->leverage = kiln_i_calloc(ctx, n, sizeof *fit->leverage)) &&
        (fit->covariance = kiln_i_calloc(ctx, P * P, sizeof *fit->covariance)) &&
        (fit->values = kiln_i_calloc(ctx, P, sizeof *fit->values)) &&
        (fit->vectors = kiln_i_calloc(ctx, P * P, sizeof *fit->vectors)))
        return KILN_OK;
    return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the fit");
}

kiln_status kiln_fit_solve(kiln_fit *fit)
{
    stepper s;
    if (!fit) return KILN_E_ARG;
    if (fit->is_solved || fit->whitening) return kiln_i_fail(fit->ctx, KILN_E_ARG, "a fit is solved once");
    kiln_status status = check_data(fit);
    if (status == KILN_OK) status = allocate_answer(fit);
    if (status != KILN_OK) return status;
    if ((status = open_stepper(fit, &s)) == KILN_OK) status = whiten(fit, s.matrix, s.which);
    if (status == KILN_OK) status = run(fit, &s);
    close_stepper(fit->ctx, &s);
    if (status == KILN_OK) status = kiln_i_fit_answer(fit);
    if (status == KILN_OK) count_uncoupled(fit);
    fit->is_solved = status == KILN_OK;
    return status;
}
