#include "predict/target.h"

#include "core/context.h"
#include "solve/certify.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* A chemical potential is known through site fractions y with weight sqrt(y). Fractions that only the balance of others fixes are right to some 1e-16: below
 * 1e-13 they say nothing, and a potential that rests on them alone (a compound's defects) counts as undetermined. */
static const double KNOWN = 3e-7;
static const double REGULAR =
    1e-10; /* pivots of the equilibrium equations, which go with the squares of these weights, far from that */

kiln_status kiln_i_target_create(kiln_solver *solver, kiln_i_target *t)
{
    kiln_context *ctx = solver->ctx;
    const size_t n = (size_t)solver->max_y, C = (size_t)solver->n_closed, m = (size_t)solver->max_rows;
    memset(t, 0, sizeof *t);
    t->solver = solver;
    if (!(t->y = kiln_i_calloc(ctx, n, sizeof *t->y)) || !(t->y_T = kiln_i_calloc(ctx, n, sizeof *t->y_T)) ||
        !(t->known = kiln_i_calloc(ctx, 2 * KILN_I_KNOWN * (n + C), sizeof *t->known)) ||
        !(t->null = kiln_i_calloc(ctx, C * C, sizeof *t->null)) || !(t->linear = kiln_i_calloc(ctx, n, sizeof *t->linear)) ||
        !(t->qr = kiln_i_calloc(ctx, (n + 1) * C + m * m, sizeof *t->qr)) ||
        !(t->vectors = kiln_i_calloc(ctx, C * C + n, sizeof *t->vectors)) ||
        !(t->values = kiln_i_calloc(ctx, n + C + m, sizeof *t->values))) {
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
    double *owned[] = {t->y, t->y_T, t->known, t->null, t->linear, t->qr, t->vectors, t->values};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(ctx, owned[i]);
    memset(t, 0, sizeof *t);
}

kiln_status kiln_i_target_set(kiln_i_target *t, int phase)
{
    kiln_system *system = t->solver->system;
    if (phase >= 0 && phase < system->n_phases) t->hold = kiln_i_hold_of(t->solver, phase);
    if (!kiln_system_can_host(system, phase))
        return kiln_i_fail(system->ctx, KILN_E_MISSING, "phase %s cannot hold %s by itself",
                           kiln_system_phase_name(system, phase), system->composition.canonical);
    t->phase = phase;
    t->n_y = system->phases[phase].n_y;
    t->has_warm = 0;
    t->n_known = t->next_known = 0;
    t->solver->equations_of = NULL;
    if (t->n_y == 0) return KILN_OK;
    const kiln_i_mphase *p = &system->phases[phase];
    t->has_zeros = 0;
    for (int i = 0; i < t->n_y; ++i) t->has_zeros |= t->hold->is_zero && t->hold->is_zero[i];
    t->has_wells = p->n_high > 0 || p->sublattice[0] != p->sublattice[t->n_y - 1];
    if (!t->hold->is_possible)
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
        kiln_i_objective o = {t->phase, t->linear, 0.0, s->RT, t->hold->n_rows, t->hold->constraint};
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
        if (t->hold->is_zero[i] || !kiln_i_hold_project(t->solver, t->hold, weight, 1e-13, y) ||
            descend_from(t, y, &value) != KILN_OK || value >= *least - 1e-7)
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
    memcpy(y, t->hold->start, (size_t)t->n_y * sizeof *y);
    const kiln_status status = descend_from(t, y, &cold);
    if (status != KILN_OK && !isfinite(warm)) return status;
    if (status == KILN_OK && cold < warm + 1e-9) memcpy(t->y, y, (size_t)t->n_y * sizeof *y);
    double least = fmin(cold, warm);
    if (t->has_wells && t->n_y > t->hold->n_rows && (thorough || !t->has_warm)) try_wells(t, &least);
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

/* d mu / dT from the linearised equations with the target as the only instance, which stand in the solver and stay there for the adjoint. */
static kiln_status find_temperature_response(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    const int C = s->n_closed, n = t->n_y;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    double *g_T = s->trial, *answer = s->step;
    const double w_T = kiln_i_phase_energy_T(s->system, t->phase, t->y, g_T);
    t->order = C + 1;
    for (int c = 0; c < C; ++c) s->system_rhs[c] = 0.0;
    kiln_i_instance_solve(s, &s->instances[0], g_T, answer);
    for (int i = 0; i < n; ++i)
        for (int c = 0; c < C; ++c) s->system_rhs[c] += t->amount * p->amount[c + C * i] * answer[i];
    s->system_rhs[C] = w_T / s->RT;
    if (!kiln_i_newton_solve(s, t->order)) return kiln_i_fail(s->ctx, KILN_E_SINGULAR, "response of the target phase");
    for (int c = 0; c < C; ++c) t->mu_T[c] = s->RT * s->system_rhs[c];
    for (int i = 0; i < n; ++i) {
        t->y_T[i] = -answer[i];
        for (int c = 0; c < C; ++c) t->y_T[i] += s->instances[0].response[c + C * i] * t->mu_T[c];
    }
    return KILN_OK;
}

/* The target as the only instance, with its response and equations. */
static void linearise(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    kiln_i_instance *k = &s->instances[0];
    s->n_instances = 1;
    k->phase = t->phase;
    k->amount = t->amount;
    memcpy(k->y, t->y, (size_t)t->n_y * sizeof *k->y);
    /* Inside the spinodal the physical derivative has the Hessian's own signs, not those that keep an iteration going. */
    kiln_i_instance_respond(s, k, 1);
    (void)kiln_i_newton_matrix(s);
}

static void take_amounts(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    double total = 0.0;
    t->w = kiln_i_phase_energy(s->system, t->phase, t->y, NULL, NULL);
    t->sigma = kiln_i_phase_amounts(s->system, t->phase, t->y, t->n);
    for (int c = 0; c < s->n_closed; ++c) total += s->system->total[c];
    t->amount = total / t->sigma;
}

/* One temperature's: y, y_T, mu, mu_T. */
static double *known_at(const kiln_i_target *t, int k)
{
    return t->known + (size_t)(2 * k * (t->solver->max_y + t->solver->n_closed));
}

/* What was just found, with its derivatives. */
static void remember(kiln_i_target *t, double T_K)
{
    double *at = known_at(t, t->next_known);
    memcpy(at, t->y, (size_t)t->n_y * sizeof *at);
    memcpy(at + t->n_y, t->y_T, (size_t)t->n_y * sizeof *at);
    memcpy(at + 2 * t->n_y, t->mu, (size_t)t->solver->n_closed * sizeof *at);
    memcpy(at + 2 * t->n_y + t->solver->n_closed, t->mu_T, (size_t)t->solver->n_closed * sizeof *at);
    t->known_K[t->next_known] = T_K;
    t->next_known = (t->next_known + 1) % KILN_I_KNOWN;
    if (t->n_known < KILN_I_KNOWN) ++t->n_known;
}

/* The constitution to begin with at T_K: that known nearest by, moved along its derivative as populations move, ln y linear in 1/T; and the solver's potentials along theirs. NULL: none is
 * known. */
static const double *predict(kiln_i_target *t, double T_K)
{
    const double far = 3.0; /* in ln y: beyond it the derivative says little */
    double *y = t->vectors;
    int best = 0;
    if (!t->has_warm) t->n_known = t->next_known = 0;
    if (t->n_known == 0) return t->has_warm ? t->y : NULL;
    for (int k = 1; k < t->n_known; ++k)
        if (fabs(log(t->known_K[k] / T_K)) < fabs(log(t->known_K[best] / T_K))) best = k;
    const double *from = known_at(t, best), *from_T = from + t->n_y;
    const double reach = t->known_K[best] * (T_K - t->known_K[best]) / T_K;
    for (int i = 0; i < t->n_y; ++i) y[i] = from[i] * exp(fmax(fmin(reach * from_T[i] / from[i], far), -far));
    const double *mu = from + 2 * t->n_y, *mu_T = mu + t->solver->n_closed;
    for (int c = 0; c < t->solver->n_closed; ++c) t->solver->mu[c] = mu[c] + mu_T[c] * (T_K - t->known_K[best]);
    return y;
}

/* Where the phase is stable against itself and fixes every potential, the equilibrium equations with it alone give all at once: constitution, potentials and the linearised
 * equations. 0: to be found step by step. */
static int solve_at_once(kiln_i_target *t, double T_K, int thorough)
{
    kiln_solver *s = t->solver;
    if (t->n_y == 0 || s->options.method != KILN_METHOD_NEWTON || t->has_zeros) return 0;
    if (t->has_wells && (thorough || !t->has_warm) && !kiln_i_is_convex_everywhere(s, t->phase)) return 0;
    if (!isfinite(kiln_i_settle_alone(s, t->phase, predict(t, T_K)))) return 0;
    if (!s->instances[0].is_stable || s->regularity < REGULAR) return 0;
    memcpy(t->y, s->instances[0].y, (size_t)t->n_y * sizeof *t->y);
    memcpy(t->mu, s->mu, (size_t)s->n_closed * sizeof *t->mu);
    t->n_null = 0;
    t->has_warm = 1;
    take_amounts(t);
    return 1;
}

kiln_status kiln_i_target_follow(kiln_i_target *t, int phase)
{
    const int had_warm = t->has_warm && t->phase == phase;
    const kiln_status status = kiln_i_target_set(t, phase);
    if (status != KILN_OK || !had_warm || t->n_y == 0) return status;
    double *y = t->vectors, *weight = t->solver->weight;
    for (int i = 0; i < t->n_y; ++i) weight[i] = log(fmax(t->y[i], 1e-30));
    if (!kiln_i_hold_project(t->solver, t->hold, weight, 1e-13, y)) return KILN_OK;
    memcpy(t->y, y, (size_t)t->n_y * sizeof *y);
    t->has_warm = 1;
    return KILN_OK;
}

/* Nothing has changed since. */
static int is_solved(const kiln_i_target *t, double T_K, int thorough)
{
    kiln_solver *s = t->solver;
    return s->equations_of == t && t->solved_K == T_K && s->system->T_K == T_K && t->solved_version == s->system->version &&
           (!thorough || !t->has_wells || kiln_i_is_convex_everywhere(s, t->phase));
}

kiln_status kiln_i_target_solve(kiln_i_target *t, double T_K, int thorough)
{
    kiln_solver *s = t->solver;
    if (is_solved(t, T_K, thorough)) return KILN_OK;
    kiln_i_system_set_temperature(s->system, T_K);
    s->RT = s->system->R * T_K;
    s->has_answer = 0;
    kiln_status status = kiln_i_system_check_values(s->system);
    if (status != KILN_OK) return status;
    if (solve_at_once(t, T_K, thorough)) {
        status = find_temperature_response(t);
        if (status != KILN_OK) return status;
        remember(t, T_K);
        s->equations_of = t;
        t->solved_K = T_K;
        t->solved_version = s->system->version;
        return KILN_OK;
    }
    t->n_known = t->next_known = 0;
    if ((status = find_constitution(t, thorough)) != KILN_OK) return status;
    take_amounts(t);
    if ((status = find_potentials(t)) != KILN_OK) return status;
    linearise(t);
    return find_temperature_response(t);
}

double kiln_i_target_slope(const kiln_i_target *t, double w_T, const double *n)
{
    double slope = w_T;
    for (int c = 0; c < t->solver->n_closed; ++c) slope -= n[c] * t->mu_T[c];
    return slope;
}

/* K z = RT [n; 0], K the linearised equations in dmu / RT and dN; z into s->system_rhs. */
static kiln_status solve_adjoint(kiln_i_target *t, const double *n)
{
    kiln_solver *s = t->solver;
    for (int c = 0; c < s->n_closed; ++c) s->system_rhs[c] = s->RT * n[c];
    s->system_rhs[s->n_closed] = 0.0;
    return kiln_i_newton_solve(s, t->order) ? KILN_OK : kiln_i_fail(s->ctx, KILN_E_SINGULAR, "sensitivities of the target phase");
}

kiln_status kiln_i_target_composition(kiln_i_target *t, const double *n, double *gradient)
{
    /* K [dmu / RT; dN] = [db; 0], so that n . dmu = z . [db; 0] */
    const kiln_status status = solve_adjoint(t, n);
    for (int c = 0; c < t->solver->n_closed; ++c) gradient[c] = t->solver->system_rhs[c];
    return status;
}

kiln_status kiln_i_target_answer(kiln_i_target *t, const double *n, double *weight, double *direction)
{
    /* n . dmu/dG_f = z . [N J Q grad(dw/df); (dw/df)/RT] */
    kiln_solver *s = t->solver;
    const int C = s->n_closed, ny = t->n_y;
    const kiln_status status = solve_adjoint(t, n);
    if (status != KILN_OK) return status;
    const kiln_i_instance *k = &s->instances[0];
    for (int i = 0; i < ny; ++i) direction[i] = 0.0;
    for (int c = 0; c < C; ++c)
        for (int i = 0; i < ny; ++i) direction[i] -= t->amount * k->response[c + C * i] * s->system_rhs[c];
    *weight = -s->system_rhs[C] / s->RT;
    return KILN_OK;
}

kiln_status kiln_i_target_adjoint(kiln_i_target *t, const double *n, double *coefficient)
{
    double weight, *direction = t->solver->step;
    const kiln_status status = kiln_i_target_answer(t, n, &weight, direction);
    if (status == KILN_OK) kiln_i_phase_parameters(t->solver->system, t->phase, t->y, weight, direction, coefficient);
    return status;
}
