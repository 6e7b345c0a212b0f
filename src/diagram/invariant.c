#include "diagram/tx.h"

#include "core/dense.h"

#include <math.h>
#include <string.h>

enum { MAX_NEWTON = 40, MAX_STEPS = 200 };
static const double SETTLED_K = 1e-9; /* last step of Newton's method, which squares its error */
static const double APART = 1e-12;    /* in x: phases nearer to each other are one */

double kiln_i_tx_zero(kiln_i_tx_function f, void *data, double low, double high, double tolerance)
{
    double a = low, b = high, at_a = f(data, a), at_b = f(data, b), x = a;
    int side = 0;
    if (!isfinite(at_a) || !isfinite(at_b) || (at_a < 0.0) == (at_b < 0.0)) return NAN;
    for (int step = 0; step < MAX_STEPS && fabs(b - a) > tolerance; ++step) {
        x = step % 4 == 3 ? 0.5 * (a + b) : (a * at_b - b * at_a) / (at_b - at_a);
        const double value = f(data, x);
        if (!isfinite(value)) return NAN;
        if (value == 0.0) return x;
        if ((value < 0.0) == (at_b < 0.0)) {
            b = x;
            at_b = value;
            if (side == 1) at_a *= 0.5;
            side = 1;
        } else {
            a = x;
            at_a = value;
            if (side == -1) at_b *= 0.5;
            side = -1;
        }
    }
    return x;
}

/* ---- Three phases ---- */

typedef struct three {
    int phase[3];
    double y[3][KILN_MAX_Y], n[3][KILN_MAX_COMPONENTS], mu[KILN_MAX_COMPONENTS], T_K;
} three;

/* x_A and x_B of moles of two components. */
static void fractions(const kiln_i_fields *f, const double *n, double x[2])
{
    const int A = f->a[0] > 0.0 ? 0 : 1;
    x[0] = n[A] / (n[0] + n[1]);
    x[1] = n[!A] / (n[0] + n[1]);
}

/* The two phases of a tie line as the solver has them, by rising x, into places `at` and at + 1. */
static int read_line(kiln_i_tx *w, double T_K, const kiln_i_tx_field *line, three *t, int at)
{
    kiln_i_fields *f = &w->join->fields;
    const kiln_solver *s = f->solver;
    double x[2][2];
    f->T_K = T_K;
    if (kiln_i_fields_sample(f, 0.5 * (line->low + line->high), f->fresh) != KILN_OK || s->n_instances != 2) return 0;
    for (int k = 0; k < 2; ++k) fractions(f, s->instances[k].n, x[k]);
    for (int k = 0; k < 2; ++k) {
        const kiln_i_instance *from = &s->instances[x[0][0] <= x[1][0] ? k : !k];
        if (from->phase != line->end[k]) return 0;
        t->phase[at + k] = from->phase;
        memcpy(t->y[at + k], from->y, (size_t)s->system->phases[from->phase].n_y * sizeof *from->y);
    }
    for (int c = 0; c < 2; ++c) t->mu[c] = s->mu[c];
    return 1;
}

/* Distance of phase k from the plane of the potentials, at its nearest constitution; then its moles and how the distance answers to T. */
static int distance(kiln_solver *s, three *t, int k, double *d, double *d_T)
{
    const int phase = t->phase[k];
    if (s->system->phases[phase].n_y > 0) {
        const kiln_i_objective o = kiln_i_distance(s, phase, t->mu, s->linear);
        if (kiln_i_newton_descend(s, &o, t->y[k], d) != KILN_OK) return 0;
    }
    *d = kiln_i_phase_energy(s->system, phase, t->y[k], NULL, NULL);
    (void)kiln_i_phase_amounts(s->system, phase, t->y[k], t->n[k]);
    for (int c = 0; c < 2; ++c) *d -= t->mu[c] * t->n[k][c];
    *d_T = kiln_i_phase_energy_T(s->system, phase, t->y[k], NULL);
    return isfinite(*d);
}

/* One step; its length in T, NAN where there is none. */
static double newton(kiln_solver *s, three *t)
{
    double matrix[9], step[3];
    int order[3];
    kiln_i_system_set_temperature(s->system, t->T_K);
    s->RT = s->system->R * t->T_K;
    for (int k = 0; k < 3; ++k) {
        if (!distance(s, t, k, &step[k], &matrix[k + 6])) return NAN;
        step[k] = -step[k];
        for (int c = 0; c < 2; ++c) matrix[k + 3 * c] = -t->n[k][c];
    }
    if (!(kiln_i_solve_square(3, matrix, 1e-14, step, order) > 0.0)) return NAN;
    for (int c = 0; c < 2; ++c) t->mu[c] += step[c];
    t->T_K += step[2];
    return t->T_K > 1.0 ? step[2] : NAN;
}

int kiln_i_tx_three_phases(kiln_i_tx *w, double T_K, const kiln_i_tx_field *left, const kiln_i_tx_field *right, double low_K,
                           double high_K, double *found_K, double x[3][2])
{
    const kiln_i_fields *f = &w->join->fields;
    three t;
    double step = INFINITY;
    if (!read_line(w, T_K, right, &t, 1) || !read_line(w, T_K, left, &t, 0)) return 0;
    t.T_K = T_K;
    for (int iteration = 0; iteration < MAX_NEWTON && fabs(step) > SETTLED_K; ++iteration)
        if (isnan(step = newton(f->solver, &t)) || fabs(t.T_K - T_K) > 4.0 * (high_K - low_K) + 1.0) return 0;
    for (int k = 0; k < 3; ++k) fractions(f, t.n[k], x[k]);
    *found_K = t.T_K;
    return fabs(step) <= SETTLED_K && t.T_K > low_K && t.T_K < high_K && x[0][0] < x[1][0] - APART * x[1][0] &&
           x[2][1] < x[1][1] - APART * x[1][1];
}

/* ---- Two phases of one composition ---- */

typedef struct two {
    kiln_i_tx *w;
    kiln_solver *solver;
    int phase[2];
    double low_K, high_K, T_K;
} two;

/* Of a phase alone at the solver's composition, J per mole of closed components. */
static double energy_alone(kiln_solver *s, int phase)
{
    if (s->system->phases[phase].n_y > 0)
        return kiln_i_hold_of(s, phase)->is_possible ? kiln_i_settle_alone(s, phase, NULL) : NAN;
    const double w = kiln_i_phase_energy(s->system, phase, NULL, NULL, NULL);
    return w / kiln_i_phase_amounts(s->system, phase, NULL, NULL);
}

static double difference(void *data, double T_K)
{
    const two *t = data;
    kiln_solver *s = t->solver;
    kiln_i_system_set_temperature(s->system, T_K);
    s->RT = s->system->R * T_K;
    s->has_answer = 0;
    return energy_alone(s, t->phase[0]) - energy_alone(s, t->phase[1]);
}

int kiln_i_tx_pure(kiln_i_tx *w, int end, const int phase[2], double low_K, double high_K, double *found_K)
{
    two t = {.w = w, .solver = w->pure_solver[end]};
    for (int k = 0; k < 2; ++k) {
        t.phase[k] = kiln_system_find_phase(w->pure[end], kiln_system_phase_name(w->join->system, phase[k]));
        if (t.phase[k] < 0) return 0;
    }
    *found_K = kiln_i_tx_zero(difference, &t, low_K, high_K, 1e-10);
    return isfinite(*found_K);
}

int kiln_i_tx_same_energy(kiln_i_tx *w, double x, const int phase[2], double low_K, double high_K, double *found_K)
{
    two t = {.w = w, .solver = w->join->solver, .phase = {phase[0], phase[1]}};
    kiln_i_fields_move(&w->join->fields, x);
    *found_K = kiln_i_tx_zero(difference, &t, low_K, high_K, 1e-10);
    return isfinite(*found_K);
}

/* dG/dx of a phase less that of the other, where their energies are the same at x. */
static double slope_difference(void *data, double x)
{
    two *t = data;
    kiln_solver *s = t->solver;
    double slope[2];
    kiln_i_fields_move(&t->w->join->fields, x);
    t->T_K = kiln_i_tx_zero(difference, t, t->low_K, t->high_K, 1e-10);
    if (!isfinite(t->T_K)) return NAN;
    for (int k = 0; k < 2; ++k) {
        if (!isfinite(energy_alone(s, t->phase[k])) || kiln_i_potentials(s, s->system->total) != KILN_OK) return NAN;
        slope[k] = s->mu[0] - s->mu[1];
    }
    return slope[0] - slope[1];
}

int kiln_i_tx_congruent(kiln_i_tx *w, double x_low, double x_high, const int phase[2], double low_K, double high_K,
                        double *found_K, double *x)
{
    const double span = high_K - low_K; /* structures change places elsewhere at other temperatures */
    two t = {.w = w,
             .solver = w->join->solver,
             .phase = {phase[0], phase[1]},
             .low_K = fmax(low_K - span - 10.0, 1.0),
             .high_K = high_K + span + 10.0};
    *x = kiln_i_tx_zero(slope_difference, &t, x_low, x_high, 1e-12);
    if (!isfinite(*x) || !isfinite(slope_difference(&t, *x))) return 0;
    *found_K = t.T_K;
    return t.T_K > low_K && t.T_K < high_K;
}
