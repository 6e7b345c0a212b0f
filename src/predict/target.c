#include "predict/target.h"

#include "core/context.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* A chemical potential is known through site fractions y with weight sqrt(y). Fractions that only the balance of others fixes are right to some 1e-16: below
 * 1e-13 they say nothing, and a potential that rests on them alone (a compound's defects) counts as undetermined. */
static const double KNOWN = 3e-7;
static const double TRACE = 1e-40; /* of a constituent that cannot be there */

kiln_status kiln_i_target_create(kiln_solver *solver, kiln_i_target *t)
{
    kiln_context *ctx = solver->ctx;
    const size_t n = (size_t)solver->max_y, C = (size_t)solver->n_closed, m = (size_t)solver->max_rows;
    memset(t, 0, sizeof *t);
    t->solver = solver;
    if (!(t->constraint = kiln_i_calloc(ctx, m * n, sizeof *t->constraint)) ||
        !(t->rhs = kiln_i_calloc(ctx, m, sizeof *t->rhs)) || !(t->start = kiln_i_calloc(ctx, n, sizeof *t->start)) ||
        !(t->y = kiln_i_calloc(ctx, n, sizeof *t->y)) || !(t->null = kiln_i_calloc(ctx, C * C, sizeof *t->null)) ||
        !(t->linear = kiln_i_calloc(ctx, n, sizeof *t->linear)) ||
        !(t->qr = kiln_i_calloc(ctx, (n + 1) * C + m * m, sizeof *t->qr)) ||
        !(t->vectors = kiln_i_calloc(ctx, C * C + n, sizeof *t->vectors)) ||
        !(t->values = kiln_i_calloc(ctx, n + C + m, sizeof *t->values)) ||
        !(t->multiplier = kiln_i_calloc(ctx, m, sizeof *t->multiplier))) {
        kiln_i_target_destroy(t);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the target phase");
    }
    if (!(t->is_zero = kiln_i_calloc(ctx, n, 1)) ||
        kiln_i_simplex_create(ctx, solver->max_rows, solver->max_y + 1, &t->lp) != KILN_OK) {
        kiln_i_target_destroy(t);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the target phase");
    }
    t->phase = -1;
    return KILN_OK;
}

void kiln_i_target_destroy(kiln_i_target *t)
{
    if (!t || !t->solver) return;
    kiln_context *ctx = t->solver->ctx;
    double *owned[] = {t->constraint, t->rhs, t->start, t->y, t->null, t->linear, t->qr, t->vectors, t->values, t->multiplier};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(ctx, owned[i]);
    kiln_i_free(ctx, t->is_zero);
    kiln_i_simplex_destroy(&t->lp);
    memset(t, 0, sizeof *t);
}

/* Append a row unless it depends on those before it (Gram-Schmidt against an orthonormal copy kept in basis). */
static void append_row(kiln_i_target *t, const double *row, double rhs, double *basis, int stride)
{
    double *rest = basis + (size_t)(t->n_rows * stride), before = 0.0, after = 0.0;
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
    memcpy(t->solver->hessian + (size_t)(t->n_rows * stride), row, (size_t)t->n_y * sizeof *row); /* rows for a moment */
    t->rhs[t->n_rows++] = rhs;
}

/* The phase's constraints and, for each component but the most abundant, n_c b_ref = n_ref b_c. */
static void build_constraints(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const double *b = s->system->total;
    const int C = s->n_closed, stride = s->max_y;
    double *row = s->step, *basis = s->qr;
    int ref = 0;
    for (int c = 1; c < C; ++c)
        if (b[c] > b[ref]) ref = c;
    t->n_rows = 0;
    for (int r = 0; r < p->n_constraints; ++r) {
        for (int i = 0; i < t->n_y; ++i) row[i] = p->constraint[r + p->n_constraints * i];
        append_row(t, row, p->constraint_rhs[r], basis, stride);
    }
    for (int c = 0; c < C && t->n_rows < t->n_y; ++c) {
        if (c == ref) continue;
        for (int i = 0; i < t->n_y; ++i) row[i] = p->amount[c + C * i] * b[ref] - p->amount[ref + C * i] * b[c];
        append_row(t, row, p->amount_0[ref] * b[c] - p->amount_0[c] * b[ref], basis, stride);
    }
    for (int r = 0; r < t->n_rows; ++r)
        for (int i = 0; i < t->n_y; ++i) t->constraint[r + t->n_rows * i] = s->hessian[i + stride * r];
}

/* Largest y_i on the combined constraints; 1 when that could not be decided. */
static double largest_fraction(kiln_i_target *t, int wanted)
{
    const int m = t->n_rows;
    double *b = t->values, *column = t->multiplier;
    for (int r = 0; r < m; ++r) b[r] = fabs(t->rhs[r]);
    kiln_i_simplex_reset(&t->lp, m, b);
    for (int i = 0; i < t->n_y; ++i) {
        for (int r = 0; r < m; ++r) column[r] = t->rhs[r] < 0.0 ? -t->constraint[r + m * i] : t->constraint[r + m * i];
        (void)kiln_i_simplex_add(&t->lp, column, i == wanted ? -1.0 : 0.0);
    }
    if (kiln_i_simplex_solve(&t->lp) != KILN_OK) return 1.0;
    for (int k = 0; k < m; ++k)
        if (t->lp.basis[k] == wanted) return t->lp.x[k];
    return 0.0;
}

/* Constituents of which the composition leaves none (with oxygen closed, vacancies in an exactly stoichiometric oxide) are held at a trace too small to matter. */
static void find_zeros(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    const int stride = s->max_y;
    double *row = s->step;
    for (int i = 0; i < t->n_y; ++i) t->is_zero[i] = (char)(largest_fraction(t, i) < 1e-9);
    for (int r = 0; r < t->n_rows; ++r)
        for (int i = 0; i < t->n_y; ++i) s->hessian[i + stride * r] = t->constraint[r + t->n_rows * i];
    for (int i = 0; i < t->n_y && t->n_rows < t->n_y; ++i) {
        if (!t->is_zero[i]) continue;
        for (int j = 0; j < t->n_y; ++j) row[j] = j == i;
        append_row(t, row, TRACE, s->qr, stride);
    }
    for (int r = 0; r < t->n_rows; ++r)
        for (int i = 0; i < t->n_y; ++i) t->constraint[r + t->n_rows * i] = s->hessian[i + stride * r];
}

/* y_i = weight_i exp((B'lambda)_i / a_i): the constitution on the constraints nearest to the weights in relative entropy, by Newton in the
 * multipliers. 0 when it does not converge: no interior point. */
static int entropic_projection(kiln_i_target *t, const double *log_weight, double *y)
{
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int n = t->n_y, m = t->n_rows;
    double *lambda = t->multiplier, *gradient = t->values, *matrix = t->qr;
    for (int r = 0; r < m; ++r) lambda[r] = 0.0;
    for (int iteration = 0; iteration < 400; ++iteration) {
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
        if (worst < 1e-13) return 1;
        if (LAPACKE_dposv_work(LAPACK_COL_MAJOR, 'L', m, 1, matrix, m, gradient, m) != 0) return worst < 1e-9;
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

kiln_status kiln_i_target_set(kiln_i_target *t, int phase)
{
    kiln_system *system = t->solver->system;
    if (!kiln_system_can_host(system, phase))
        return kiln_i_fail(system->ctx, KILN_E_MISSING, "phase %s cannot hold %s by itself",
                           kiln_system_phase_name(system, phase), system->composition.canonical);
    t->phase = phase;
    t->n_y = system->phases[phase].n_y;
    t->has_warm = 0;
    if (t->n_y == 0) return KILN_OK;
    const kiln_i_mphase *p = &system->phases[phase];
    t->has_wells = p->n_high > 0 || p->sublattice[0] != p->sublattice[t->n_y - 1];
    build_constraints(t);
    find_zeros(t);
    if (!entropic_projection(t, NULL, t->start))
        return kiln_i_fail(system->ctx, KILN_E_MISSING, "phase %s holds %s only at the edge of its composition range",
                           kiln_system_phase_name(system, phase), system->composition.canonical);
    return KILN_OK;
}

/* Least w / sigma on the combined constraints: sigma varies with vacancies, so iterate on w - m sigma (Dinkelbach). */
static kiln_status descend_from(kiln_i_target *t, double *y, double *per_component)
{
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int C = s->n_closed;
    double m = kiln_i_phase_energy(s->system, t->phase, y, NULL, NULL) / kiln_i_phase_amounts(s->system, t->phase, y, NULL);
    for (int round = 0; round < 50; ++round) {
        kiln_i_objective o = {t->phase, t->linear, 0.0, s->RT, t->n_rows, t->constraint};
        double value;
        for (int c = 0; c < C; ++c) o.constant -= m * p->amount_0[c];
        for (int i = 0; i < t->n_y; ++i) {
            t->linear[i] = 0.0;
            for (int c = 0; c < C; ++c) t->linear[i] -= m * p->amount[c + C * i];
        }
        const kiln_status status = kiln_i_descend(s, &o, y, &value);
        if (status != KILN_OK) return status;
        const double next = m + value / kiln_i_phase_amounts(s->system, t->phase, y, NULL);
        const int settled = fabs(next - m) < 1e-11 * fabs(m) + 1e-9;
        m = next;
        if (settled) break;
    }
    *per_component = m;
    return KILN_OK;
}

/* Descend from each constituent favoured in turn, as far as the composition lets it; keep what is lower. */
static void try_wells(kiln_i_target *t, double *least)
{
    double *y = t->vectors, *weight = t->solver->weight;
    for (int i = 0; i < t->n_y; ++i) {
        double value;
        for (int j = 0; j < t->n_y; ++j) weight[j] = j == i ? 4.0 : 0.0;
        if (t->is_zero[i] || !entropic_projection(t, weight, y) || descend_from(t, y, &value) != KILN_OK ||
            value >= *least - 1e-7)
            continue;
        *least = value;
        memcpy(t->y, y, (size_t)t->n_y * sizeof *y);
    }
}

/* Internal equilibrium from the cold start and, where there is one, from the last temperature: the lower of the two. */
static kiln_status find_constitution(kiln_i_target *t, int thorough)
{
    double cold = INFINITY, warm = INFINITY, *y = t->vectors;
    if (t->n_y == 0) return KILN_OK;
    if (t->has_warm && descend_from(t, t->y, &warm) != KILN_OK) warm = INFINITY;
    memcpy(y, t->start, (size_t)t->n_y * sizeof *y);
    const kiln_status status = descend_from(t, y, &cold);
    if (status != KILN_OK && !isfinite(warm)) return status;
    if (status == KILN_OK && cold < warm + 1e-9) memcpy(t->y, y, (size_t)t->n_y * sizeof *y);
    double least = fmin(cold, warm);
    if (t->has_wells && t->n_y > t->n_rows && (thorough || !t->has_warm)) try_wells(t, &least);
    t->has_warm = 1;
    return KILN_OK;
}

/* mu from stationarity on the phase's own constraints, Z'S(grad w - J'mu) = 0, and n.mu = w; the singular vectors that neither fixes span its
 * null space. */
static kiln_status find_potentials(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int C = s->n_closed, n = t->n_y, m = p->n_constraints, rows = n - m + 1;
    const kiln_i_objective o = {t->phase, NULL, 0.0, s->RT, m, p->constraint};
    double *A = t->qr, *x = t->values, *sv = t->values + rows + C;
    if (n > m) {
        (void)kiln_i_phase_energy(s->system, t->phase, t->y, s->gradient, s->hessian);
        (void)kiln_i_reduce(s, &o, t->y, s->hessian);
        kiln_i_contract(s, n, m, s->gradient, x);
        for (int c = 0; c < C; ++c) {
            for (int i = 0; i < n; ++i) s->step[i] = p->amount[c + C * i];
            kiln_i_contract(s, n, m, s->step, A + (size_t)(rows * c));
        }
    }
    for (int c = 0; c < C; ++c) A[rows - 1 + rows * c] = t->n[c];
    x[rows - 1] = t->w;
    /* Thin SVD: A = U S V'; V' into vectors [C x C], U'x by hand afterwards. */
    const int rank_max = rows < C ? rows : C;
    double *U = s->reduced; /* [rows x rank_max] fits: rows <= max_y, C columns are checked below */
    if (LAPACKE_dgesvd_work(LAPACK_COL_MAJOR, 'S', 'A', rows, C, A, rows, sv, U, rows, t->vectors, C, s->lapack,
                            s->lapack_size) != 0)
        return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "chemical potentials of the target phase");
    int rank = 0;
    for (int c = 0; c < C; ++c) t->mu[c] = 0.0;
    while (rank < rank_max && sv[rank] > KNOWN * sv[0]) {
        double along = 0.0;
        for (int r = 0; r < rows; ++r) along += U[r + rows * rank] * x[r];
        for (int c = 0; c < C; ++c) t->mu[c] += along / sv[rank] * t->vectors[rank + C * c];
        ++rank;
    }
    t->n_null = C - rank;
    for (int k = 0; k < t->n_null; ++k)
        for (int c = 0; c < C; ++c) t->null[c + C * k] = t->vectors[rank + k + C * c];
    return KILN_OK;
}

/* The linearised equations with the target as the only phase present; they stay in the solver for the adjoint. */
static kiln_status find_temperature_response(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    const int C = s->n_closed, n = t->n_y;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    kiln_i_instance *k = &s->instances[0];
    s->n_instances = 1;
    k->phase = t->phase;
    k->amount = t->amount;
    memcpy(k->y, t->y, (size_t)n * sizeof *k->y);
    kiln_i_instance_evaluate(s, k);
    /* Inside the spinodal the physical derivative has the Hessian's own signs, not those that keep an iteration going. */
    if (!k->is_stable) (void)kiln_i_response(s, t->phase, k->y, 1, k->response);
    t->order = kiln_i_newton_matrix(s);
    double *g_T = s->trial, *answer = s->step;
    const double w_T = kiln_i_phase_energy_T(s->system, t->phase, t->y, g_T);
    for (int c = 0; c < C; ++c) s->system_rhs[c] = 0.0;
    for (int i = 0; i < n; ++i) answer[i] = 0.0;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) answer[i] += k->response[i + n * j] * g_T[j];
    for (int i = 0; i < n; ++i)
        for (int c = 0; c < C; ++c) s->system_rhs[c] += t->amount * p->amount[c + C * i] * answer[i];
    s->system_rhs[C] = w_T / s->RT;
    if (!kiln_i_newton_solve(s, t->order)) return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "response of the target phase");
    for (int c = 0; c < C; ++c) t->mu_T[c] = s->RT * s->system_rhs[c];
    return KILN_OK;
}

kiln_status kiln_i_target_solve(kiln_i_target *t, double T_K, int thorough)
{
    kiln_solver *s = t->solver;
    kiln_i_system_set_temperature(s->system, T_K);
    s->RT = KILN_R * T_K;
    kiln_status status = find_constitution(t, thorough);
    if (status != KILN_OK) return status;
    t->w = kiln_i_phase_energy(s->system, t->phase, t->y, NULL, NULL);
    t->sigma = kiln_i_phase_amounts(s->system, t->phase, t->y, t->n);
    double total = 0.0;
    for (int c = 0; c < s->n_closed; ++c) total += s->system->total[c];
    t->amount = total / t->sigma;
    if ((status = find_potentials(t)) != KILN_OK) return status;
    return find_temperature_response(t);
}

double kiln_i_target_slope(const kiln_i_target *t, double w_T, const double *n)
{
    double slope = w_T;
    for (int c = 0; c < t->solver->n_closed; ++c) slope -= n[c] * t->mu_T[c];
    return slope;
}

kiln_status kiln_i_target_adjoint(kiln_i_target *t, const double *n, double *coefficient)
{
    /* n . dmu/dG_f = z . [N J Q grad(dw/df); (dw/df)/RT] with K z = RT [n; 0] */
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const int C = s->n_closed, ny = t->n_y;
    for (int c = 0; c < C; ++c) s->system_rhs[c] = s->RT * n[c];
    s->system_rhs[C] = 0.0;
    if (!kiln_i_newton_solve(s, t->order)) return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "sensitivities of the target phase");
    double *v = s->trial, *direction = s->step;
    for (int i = 0; i < ny; ++i) {
        v[i] = direction[i] = 0.0;
        for (int c = 0; c < C; ++c) v[i] += p->amount[c + C * i] * s->system_rhs[c];
    }
    const kiln_i_instance *k = &s->instances[0];
    for (int j = 0; j < ny; ++j)
        for (int i = 0; i < ny; ++i) direction[i] -= t->amount * k->response[i + ny * j] * v[j];
    kiln_i_phase_parameters(s->system, t->phase, t->y, -s->system_rhs[C] / s->RT, direction, coefficient);
    return KILN_OK;
}
