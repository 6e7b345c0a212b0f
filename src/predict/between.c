#include "predict/window_solver.h"

#include "predict/extreme.h"
#include "solve/bound.h"

#include <math.h>
#include <string.h>

/* Between two temperatures a < b at which planes mu_a and mu_b are proved, the plane is
 *     mu(T) = linear + m (T - a)(T - b) / 2,   m = (mu_T(b) - mu_T(a)) / (b - a),
 * which follows the target's own potentials to third order. For a constitution y of a phase h(y, T) = w(y, T) - mu(T).n(y) has h_TT = w_TT - m.n, bounded above
 * by K over the whole phase and [a, b], and h >= floors at a and b; so h >= (1-s) floor_a + s floor_b - K (b-a)^2 s (1-s) / 2, s = (T-a)/(b-a). Where that
 * is negative the plane has to be lowered further. The target's energy is at most that of its constitutions at a and b, held fixed: phi(T) = N w(y, T) - mu(T).b,
 * whose second derivative is bounded below by k, and the mean of the two with weights 1-s and s exceeds the plane by no more than
 *     s (1-s) (phi_a(b) + phi_b(a) - k (b-a)^2 / 2).                                                             (docs/certificate.md) */

/* The larger; what is not a number lies beyond any bound. */
static double larger(double a, double b) { return a >= b ? a : b > a ? b : INFINITY; }

/* Value of a function in the polynomial, and what may be added to it. */
typedef struct bend_value {
    double value, spread;
} bend_value;

typedef enum kind { SECOND_DERIVATIVE, JUMP } kind;

static bend_value value_of(const kiln_i_bend *bend, kind k, double factor)
{
    if (k == JUMP) return (bend_value){factor * bend->jump, 0.0};
    return (bend_value){factor * bend->d2g, fabs(factor) * bend->spread};
}

/* Second derivative (or jump) of an open component's potential. */
static bend_value open_value(const kiln_window_solver *w, const kiln_i_open *open, kind k)
{
    bend_value sum = {0.0, 0.0};
    for (int g = 0; g < open->n_gases; ++g) {
        const bend_value v = value_of(&w->bend[open->function[g]], k, open->factor[g]);
        sum.value += v.value;
        sum.spread += v.spread;
    }
    return sum;
}

/* No more than a monomial of higher order can be, whatever its factors. */
static double highest(const kiln_i_monomial *m, double sign, bend_value v)
{
    const double value = sign * v.value + v.spread;
    return m->power % 2 == 1 ? fabs(sign * v.value) + v.spread : fmax(value, 0.0);
}

/* Coefficients of sign * (second derivative or jump) - pull.n, each with what it can be short of an upper bound added. */
static void assemble(kiln_window_solver *w, int phase, kind k, double sign, const double *pull, kiln_i_upper *out)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[phase];
    const int n = p->n_y, C = system->n_closed;
    *out = (kiln_i_upper){.p = p, .pair = w->solver->hessian};
    memset(out->pair, 0, (size_t)(n * n) * sizeof *out->pair);
    for (int c = 0; pull && c < C; ++c) {
        out->constant -= pull[c] * p->amount_0[c];
        for (int i = 0; i < n; ++i) out->linear[i] -= pull[c] * p->amount[c + C * i];
    }
    for (int o = 0; o < system->n_open; ++o) {
        const bend_value v = open_value(w, &system->open[o], k);
        out->constant += -sign * v.value * p->open_0[o] + v.spread * fabs(p->open_0[o]);
        for (int i = 0; i < n; ++i) {
            const double amount = p->open[o + system->n_open * i];
            out->linear[i] += -sign * v.value * amount + v.spread * fabs(amount);
        }
    }
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        const bend_value v = value_of(&w->bend[m->function], k, m->scale);
        const double value = sign * v.value + v.spread;
        if (t >= p->n_low) out->other += highest(m, sign, v);
        else if (m->n_factors == 0) out->constant += value;
        else if (m->n_factors == 1) out->linear[m->factor[0]] += value;
        else {
            const int i = m->factor[0] < m->factor[1] ? m->factor[0] : m->factor[1], j = m->factor[0] + m->factor[1] - i;
            out->pair[i + n * j] += value;
        }
    }
}

/* w_TT of the target at a fixed constitution and the middle temperature, less what it can fall short of that: a lower bound over the interval. */
static double least_bend(kiln_window_solver *w, const double *y, double a_K)
{
    const kiln_i_mphase *p = &w->system->phases[w->target.phase];
    double sum = 0.0;
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        const bend_value v = value_of(&w->bend[m->function], SECOND_DERIVATIVE, m->scale);
        const double product = kiln_i_monomial_value(m, y);
        sum += product * v.value - fabs(product) * v.spread;
    }
    for (int o = 0; o < w->system->n_open; ++o) {
        const bend_value v = open_value(w, &w->system->open[o], SECOND_DERIVATIVE);
        const double amount = kiln_i_phase_open_amount(w->system, w->target.phase, o, y);
        sum -= amount * v.value + fabs(amount) * v.spread;
    }
    if (p->magnetic_p > 0.0)
        sum -=
            KILN_R * log1p(kiln_i_phase_largest_moment(w->system, w->target.phase)) * kiln_i_magnetic_peak(p->magnetic_p) / a_K;
    return sum;
}

/* Takes the mean over each sublattice off. */
static void centre(const kiln_i_mphase *p, const double *y, double *v)
{
    for (int first = 0, end; first < p->n_y; first = end) {
        double mean = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) mean += y[end] * v[end];
        for (int i = first; i < end; ++i) v[i] -= mean;
    }
}

/* The target's d at a node's constitution and lowered potentials, and its gradient [n_y] less multiples of the constraints: nearly nothing, as the lowered plane's
 * own minimum is close. */
static double distance_at(kiln_window_solver *w, const kiln_i_node *at, double *gradient)
{
    const kiln_i_mphase *p = &w->system->phases[w->target.phase];
    const int n = p->n_y, C = w->system->n_closed, m = p->n_constraints;
    double charge[KILN_MAX_Y], along = 0.0, size = 0.0;
    kiln_i_system_set_temperature(w->system, at->T_K);
    double d = kiln_i_phase_energy(w->system, w->target.phase, at->y, gradient, NULL);
    for (int c = 0; c < C; ++c) {
        const double mu = at->mu[c] - at->lowered_by;
        d -= mu * p->amount_0[c];
        for (int i = 0; i < n; ++i) {
            d -= mu * p->amount[c + C * i] * at->y[i];
            gradient[i] -= mu * p->amount[c + C * i];
        }
    }
    centre(p, at->y, gradient);
    if (!p->has_charge) return d;
    for (int i = 0; i < n; ++i) charge[i] = p->constraint[m - 1 + m * i];
    centre(p, at->y, charge);
    for (int i = 0; i < n; ++i) {
        along += at->y[i] * charge[i] * gradient[i];
        size += at->y[i] * charge[i] * charge[i];
    }
    for (int i = 0; i < n && size > 0.0; ++i) gradient[i] -= along / size * charge[i];
    return d;
}

/* For the target itself, which touches the plane: where its d is convex with a share theta of the entropy to spare, d(y) >= d(y_a) + g.(y - y_a) + theta RT sum a KL(y || y_a) at a, g its
 * gradient there, so that only y near y_a matter: sup over y of q K(y) - d(y), q = (b-a)^2 / 8, is a sum of log-sum-exp where K is linear. A product of fractions of two sublattices is linear
 * about y_a but for a remainder below |pair| (KL + KL'), by Pinsker's inequality. The same at b. */
static double sup_near(kiln_window_solver *w, const kiln_i_upper *u, const kiln_i_node *at, double jump, double q)
{
    const kiln_i_mphase *p = u->p;
    const int n = p->n_y;
    double slope[KILN_MAX_Y], gradient[KILN_MAX_Y], sum = u->constant, most[KILN_MAX_SUBLATTICES] = {0.0};
    memcpy(slope, u->linear, (size_t)n * sizeof *slope);
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < j; ++i) {
            const double pair = u->pair[i + n * j];
            if (p->sublattice[i] == p->sublattice[j]) continue;
            slope[i] += pair * at->y[j];
            slope[j] += pair * at->y[i];
            sum -= pair * at->y[i] * at->y[j];
            most[p->sublattice[i]] = fmax(most[p->sublattice[i]], fabs(pair));
            most[p->sublattice[j]] = fmax(most[p->sublattice[j]], fabs(pair));
        }
    sum = q * (sum + kiln_i_largest_pairs(u) + u->other) + jump - distance_at(w, at, gradient);
    for (int first = 0, end; first < n; first = end) {
        const double hold =
            at->convexity * KILN_R * at->T_K * p->sites[first] - q * p->n_sublattices * most[p->sublattice[first]];
        double weight = 0.0;
        if (!(hold > 0.0)) return INFINITY;
        for (end = first; end < n && p->sublattice[end] == p->sublattice[first]; ++end)
            weight += at->y[end] * exp((q * slope[end] - gradient[end]) / hold);
        sum += hold * log(weight);
    }
    return larger(sum, 0.0);
}

/* More than any polynomial of the bends can be, whatever the fractions: enough for a phase far from the plane. */
static double crude_bound(const kiln_window_solver *w, int phase, kind k, const double *pull)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[phase];
    double sum = 0.0;
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const bend_value v = value_of(&w->bend[p->monomials[t].function], k, p->monomials[t].scale);
        sum += fabs(v.value) + v.spread;
    }
    for (int o = 0; o < system->n_open; ++o) {
        const bend_value v = open_value(w, &system->open[o], k);
        double amount = fabs(p->open_0[o]);
        for (int i = 0; i < p->n_y; ++i) amount += fabs(p->open[o + system->n_open * i]);
        sum += (fabs(v.value) + v.spread) * amount;
    }
    const double moles = pull ? kiln_i_largest_amount(w->solver, phase) : 0.0;
    double most = 0.0;
    for (int c = 0; pull && c < system->n_closed; ++c) most = fmax(most, fabs(pull[c]));
    return sum + moles * most;
}

/* How far the pieces of functions that do not meet at b can set the phase's energy below b under that at b, or with sign 1 above it. */
static double largest_jump(kiln_window_solver *w, int phase, double sign)
{
    kiln_i_upper u;
    if (crude_bound(w, phase, JUMP, NULL) < 1e-9) return 1e-9;
    assemble(w, phase, JUMP, sign, NULL, &u);
    return larger(kiln_i_largest_value(&u), 0.0);
}

/* By how much, per mole of closed components, the plane has to be lowered for one phase. */
static double lowering(kiln_window_solver *w, int phase, const kiln_i_node *a, const kiln_i_node *b, const double *m)
{
    const double width = b->T_K - a->T_K, q = 0.125 * width * width;
    const double jump = largest_jump(w, phase, -1.0), floor_a = a->floor[phase], floor_b = b->floor[phase] - jump;
    const double crude = q * crude_bound(w, phase, SECOND_DERIVATIVE, m);
    if (crude <= floor_a && crude <= floor_b) return 0.0;
    const double amount = kiln_i_least_amount(w->system, phase);
    kiln_i_upper u;
    assemble(w, phase, SECOND_DERIVATIVE, 1.0, m, &u);
    if (phase == w->target.phase && a->convexity > 0.0 && b->convexity > 0.0)
        return larger(sup_near(w, &u, a, 0.0, q), sup_near(w, &u, b, jump, q)) / amount;
    const double sag = 0.5 * larger(kiln_i_largest_value(&u), 0.0) * width * width;
    /* least of (1-s) floor_a + s floor_b - sag s (1-s) */
    const double s = sag > 0.0 ? fmin(fmax(0.5 * (1.0 + (floor_a - floor_b) / sag), 0.0), 1.0) : (floor_b < floor_a ? 1.0 : 0.0);
    const double least = (1.0 - s) * floor_a + s * floor_b - sag * s * (1.0 - s);
    return least >= 0.0 ? 0.0 : -least / amount;
}

/* How far the target's energy can lie above the plane, per mole of closed components. */
static double target_excess(kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b, const double *m)
{
    kiln_system *system = w->system;
    const double width = b->T_K - a->T_K;
    double bend_a = a->amount * least_bend(w, a->y, a->T_K), bend_b = b->amount * least_bend(w, b->y, a->T_K), total = 0.0;
    double plane_a = 0.0, plane_b = 0.0;
    for (int c = 0; c < system->n_closed; ++c) {
        bend_a -= m[c] * system->total[c];
        bend_b -= m[c] * system->total[c];
        plane_a += a->mu[c] * system->total[c];
        plane_b += b->mu[c] * system->total[c];
        total += system->total[c];
    }
    kiln_i_system_set_temperature(system, a->T_K);
    const double a_at_a = a->amount * kiln_i_phase_energy(system, w->target.phase, a->y, NULL, NULL) - plane_a;
    const double b_at_a = b->amount * kiln_i_phase_energy(system, w->target.phase, b->y, NULL, NULL) - plane_a;
    kiln_i_system_set_temperature(system, b->T_K);
    const double a_at_b = a->amount * kiln_i_phase_energy(system, w->target.phase, a->y, NULL, NULL) - plane_b;
    const double b_at_b = b->amount * kiln_i_phase_energy(system, w->target.phase, b->y, NULL, NULL) - plane_b;
    const double touch = larger(larger(a_at_a, b_at_b), 0.0); /* rounding, where the plane is that of the target */
    const double excess = larger(a_at_b, 0.0) + larger(b_at_a, 0.0) - 0.5 * width * width * fmin(bend_a, bend_b);
    /* pieces that do not meet at b: below it the target has the energy of the one before */
    const double jump = fmax(a->amount, b->amount) * largest_jump(w, w->target.phase, 1.0);
    return (touch + 0.25 * larger(excess, 0.0) + jump) / total;
}

double kiln_i_gap_between(kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b, double allowed, double *split_K)
{
    double m[KILN_MAX_COMPONENTS], more = 0.0;
    const double width = b->T_K - a->T_K;
    *split_K = 0.5 * (a->T_K + b->T_K);
    const double broken =
        kiln_i_functions_bend(w->system->db->functions, w->system->n_used, w->system->used, a->T_K, b->T_K, w->bend);
    if (broken > 0.0) {
        *split_K = broken;
        return INFINITY;
    }
    for (int c = 0; c < w->system->n_closed; ++c) {
        m[c] = (b->mu_T[c] - a->mu_T[c]) / width;
        if (!isfinite(m[c])) m[c] = 0.0; /* the bound holds for any */
    }
    const double excess = target_excess(w, a, b, m);
    for (int phase = 0; phase < w->system->n_phases && excess + more <= allowed; ++phase)
        more = larger(more, lowering(w, phase, a, b, m));
    return larger(a->lowered_by, b->lowered_by) + excess + more;
}
