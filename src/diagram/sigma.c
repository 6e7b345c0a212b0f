#include "diagram/tx.h"

#include "core/context.h"
#include "core/dense.h"
#include "predict/uncertainty.h"

#include <math.h>
#include <string.h>

/* How far the uncertain numbers of the database move an invariant, to first order. With energies w_k of phases that are in equilibrium, the conditions d_k(mu, T) = w_k - mu.n_k = 0
 * answer to changes of the energies alone, dT = -sum z_k dw_k: constitutions are at minima of d_k, and do not count (the envelope theorem). */

/* A phase where it stands. */
typedef struct standing {
    const kiln_system *system; /* at the invariant's temperature */
    int phase;
    double y[KILN_MAX_Y], n[KILN_MAX_COMPONENTS], w_T;
    double weight; /* K per J/mol of its formula units */
} standing;

/* In internal equilibrium at the solver's composition. */
static int settle(kiln_solver *s, double T_K, int phase, standing *out)
{
    kiln_i_system_set_temperature(s->system, T_K);
    s->RT = s->system->R * T_K;
    s->has_answer = 0;
    out->system = s->system;
    out->phase = phase;
    const size_t n_y = (size_t)s->system->phases[phase].n_y;
    if (n_y > 0) {
        if (!kiln_i_hold_of(s, phase)->is_possible || !isfinite(kiln_i_settle_alone(s, phase, NULL))) return 0;
        memcpy(out->y, s->instances[0].y, n_y * sizeof *out->y);
    }
    (void)kiln_i_phase_amounts(s->system, phase, out->y, out->n);
    out->w_T = kiln_i_phase_energy_T(s->system, phase, out->y, NULL);
    return 1;
}

/* An end member is a system of its own, whose phases have other numbers. */
static int stand(kiln_i_tx *w, double T_K, const kiln_tx_phase *p, standing *out)
{
    const int is_pure = p->x_A <= 0.0 || p->x_B <= 0.0, end = p->x_A <= 0.0; /* 0: A, 1: B */
    if (!is_pure) {
        kiln_i_fields_move(&w->join->fields, p->x_A);
        return settle(w->join->solver, T_K, p->phase, out);
    }
    const int phase = kiln_system_find_phase(w->pure[end], kiln_system_phase_name(w->join->system, p->phase));
    return phase >= 0 && settle(w->pure_solver[end], T_K, phase, out);
}

/* Moles of the two cations of the join, whatever system the phase stands in. */
static void read_moles(const kiln_tx_phase *p, const standing *s, double n[2])
{
    double sum = 0.0;
    for (int c = 0; c < s->system->n_closed; ++c) sum += s->n[c];
    n[0] = p->x_A * sum;
    n[1] = p->x_B * sum;
}

/* Three phases: z is the last row of the inverse of the matrix of (-n_k, dw_k/dT). */
static int weigh_three(const kiln_tx_invariant *v, standing at[3])
{
    double matrix[9], z[3] = {0.0, 0.0, 1.0};
    int order[3];
    for (int k = 0; k < 3; ++k) {
        double n[2];
        read_moles(&v->phase[k], &at[k], n);
        for (int c = 0; c < 2; ++c) matrix[c + 3 * k] = -n[c];
        matrix[2 + 3 * k] = at[k].w_T;
    }
    if (!(kiln_i_solve_square(3, matrix, 1e-14, z, order) > 0.0)) return 0;
    for (int k = 0; k < 3; ++k) at[k].weight = -z[k];
    return 1;
}

/* Two phases of one composition: their energies per mole of cations are equal. */
static int weigh_two(standing at[2])
{
    double sigma[2];
    for (int k = 0; k < 2; ++k) {
        sigma[k] = 0.0;
        for (int c = 0; c < at[k].system->n_closed; ++c) sigma[k] += at[k].n[c];
    }
    const double slope = at[0].w_T / sigma[0] - at[1].w_T / sigma[1];
    if (slope == 0.0) return 0;
    at[0].weight = -1.0 / (sigma[0] * slope);
    at[1].weight = 1.0 / (sigma[1] * slope);
    return 1;
}

/* Standard deviation of sum weight_k w_k, all of the uncertain numbers and the oxygen pressure counted. */
static double spread(const kiln_i_tx *w, int n, const standing *at, double T_K, double *coefficient)
{
    const kiln_system *system = w->join->system;
    const kiln_database *db = system->db;
    double oxygen = 0.0;
    memset(coefficient, 0, (size_t)db->n_functions * sizeof *coefficient);
    for (int k = 0; k < n; ++k) {
        kiln_i_phase_parameters(at[k].system, at[k].phase, at[k].y, at[k].weight, NULL, coefficient);
        if (at[k].system->n_open > 0) oxygen += at[k].weight * kiln_i_phase_open_amount(at[k].system, at[k].phase, 0, at[k].y);
    }
    kiln_i_push_down(db, db->n_functions, NULL, coefficient);
    double variance = kiln_i_variance(db, coefficient, db->n_functions - 1, T_K);
    for (int f = 0; f < db->n_functions; ++f) {
        const double extra = coefficient[f] != 0.0 ? coefficient[f] * kiln_i_extrapolation_sigma(&db->functions[f], T_K) : 0.0;
        variance += extra * extra;
    }
    if (system->atmosphere.control == KILN_OXYGEN_PRESSURE) {
        const double gas = oxygen * 0.5 * system->R * T_K * log(10.0) * system->atmosphere.log10_po2_sigma;
        variance += gas * gas;
    }
    return sqrt(variance);
}

static double sigma_of(kiln_i_tx *w, const kiln_tx_invariant *v, double *coefficient)
{
    standing at[3];
    if (v->n_phases != 2 && v->n_phases != 3) return -1.0;
    for (int k = 0; k < v->n_phases; ++k)
        if (!stand(w, v->T_K, &v->phase[k], &at[k])) return -1.0;
    const int is_weighed = v->n_phases == 3 ? weigh_three(v, at) : weigh_two(at);
    const double sigma_K = is_weighed ? spread(w, v->n_phases, at, v->T_K, coefficient) : -1.0;
    return isfinite(sigma_K) ? sigma_K : -1.0;
}

kiln_status kiln_i_tx_sigmas(kiln_i_tx *w)
{
    double *coefficient = kiln_i_calloc(w->ctx, (size_t)w->join->system->db->n_functions + 1, sizeof *coefficient);
    if (!coefficient) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "uncertainties of a diagram");
    for (int i = 0; i < w->tx->n_invariants; ++i) w->tx->invariant[i].sigma_K = sigma_of(w, &w->tx->invariant[i], coefficient);
    kiln_i_free(w->ctx, coefficient);
    return KILN_OK;
}
