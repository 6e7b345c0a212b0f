#include "predict/window_solver.h"

#include "predict/extreme.h"
#include "solve/bound.h"

#include <math.h>
#include <string.h>

/* Between two temperatures a < b at which planes mu_a and mu_b are proved, with u = T - (a + b)/2, the plane is the cubic through both potentials with both slopes,
 *     mu(T) = linear + (T - a)(T - b) (m/2 + m' u/6),   so that mu_TT = m + m' u.
 * For a constitution y of a phase h(y, T) = w(y, T) - mu(T).n(y) has h_TT = w_TT - mu_TT.n <= K(y) + K'(y) u, and h >= floors at a and b; so, with s = (T-a)/(b-a),
 *     h >= (1-s) floor_a + s floor_b - (b-a)^2 s (1-s) (K + K' u/3) / 2.
 * u/3 lies within (b-a)/6 of zero: what holds for K + K' tilt with tilt = +-(b-a)/6 holds for all between them. Where that is negative the plane has to be lowered further.
 * The target's energy is at most that of its constitutions at a and b, held fixed: phi(T) = N w(y, T) - mu(T).b, whose second derivative is bounded on both sides in
 * the same way, and the mean of the two with weights 1-s and s exceeds the plane by no more than
 *     s (1-s) (phi_a(b) + phi_b(a) - k (b-a)^2 / 2).                                                             (docs/certificate.md) */

/* Wider intervals are halved, since breaks cost little there and would not leave halves of use; in narrower ones what is left open is due to a break inside. */
static const double BREAK_WIDTH_K = 16.0;

/* The larger; what is not a number lies beyond any bound. */
static double larger(double a, double b) { return a >= b ? a : b > a ? b : INFINITY; }

typedef enum kind { SECOND_DERIVATIVE, JUMP, KINK, STEP } kind;

typedef struct interval {
    kiln_window_solver *w;
    const kiln_i_node *a, *b;
    double width;
    int has_break;          /* 1: pieces of a function meet inside */
    kiln_i_between *answer; /* with m and m' of the plane */
} interval;

/* What is asked of the interval: second derivatives at a tilt; what pieces ending at b lie above the next ones there, in value or in slope; how far breaks inside set values off; for a bound, with a
 * sign. */
typedef struct question {
    kind kind;
    double sign, tilt;
    const double *pull; /* [n_closed] second derivative of the plane there; NULL for none */
} question;

/* Value of a function in the polynomial, and what may be added to it. */
typedef struct bend_value {
    double value, spread;
} bend_value;

static bend_value value_of(const kiln_i_bend *bend, const question *ask, double factor)
{
    switch (ask->kind) {
    case SECOND_DERIVATIVE: return (bend_value){factor * (bend->d2g + ask->tilt * bend->d3g), fabs(factor) * bend->spread};
    case JUMP: return (bend_value){factor * bend->jump, 0.0};
    case KINK: return (bend_value){factor * bend->kink, 0.0};
    case STEP: break;
    }
    return (bend_value){0.0, fabs(factor) * bend->step};
}

/* Of most functions, straight lines. */
static int is_nothing(bend_value v) { return v.value == 0.0 && v.spread == 0.0; }

/* The same of an open component's potential. */
static bend_value open_value(const kiln_window_solver *w, const kiln_i_open *open, const question *ask)
{
    bend_value sum = {0.0, 0.0};
    for (int g = 0; g < open->n_gases; ++g) {
        const bend_value v = value_of(&w->bend[open->function[g]], ask, open->factor[g]);
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
static void assemble(kiln_window_solver *w, int phase, const question *ask, kiln_i_upper *out)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[phase];
    const int n = p->n_y, C = system->n_closed;
    *out = (kiln_i_upper){.p = p, .pair = w->solver->hessian};
    memset(out->pair, 0, (size_t)(n * n) * sizeof *out->pair);
    for (int c = 0; ask->pull && c < C; ++c) {
        out->constant -= ask->pull[c] * p->amount_0[c];
        for (int i = 0; i < n; ++i) out->linear[i] -= ask->pull[c] * p->amount[c + C * i];
    }
    for (int o = 0; o < system->n_open; ++o) {
        const bend_value v = open_value(w, &system->open[o], ask);
        out->constant += -ask->sign * v.value * p->open_0[o] + v.spread * fabs(p->open_0[o]);
        for (int i = 0; i < n; ++i) {
            const double amount = p->open[o + system->n_open * i];
            out->linear[i] += -ask->sign * v.value * amount + v.spread * fabs(amount);
        }
    }
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        const bend_value v = value_of(&w->bend[m->function], ask, m->scale);
        if (is_nothing(v)) continue;
        const double value = ask->sign * v.value + v.spread;
        if (t >= p->n_low) out->other += highest(m, ask->sign, v);
        else if (m->n_factors == 0) out->constant += value;
        else if (m->n_factors == 1) out->linear[m->factor[0]] += value;
        else {
            const int i = m->factor[0] < m->factor[1] ? m->factor[0] : m->factor[1], j = m->factor[0] + m->factor[1] - i;
            out->pair[i + n * j] += value;
        }
    }
}

/* For the target itself, which touches the plane: where its d is convex with a share theta of the entropy to spare, d(y) >= d(y_a) + g.(y - y_a) + theta RT sum a KL(y || y_a) at a, g its
 * gradient there, so that only y near y_a matter: sup over y of q K(y) - d(y), q = (b-a)^2 / 8, is a sum of log-sum-exp where K is linear. A product of fractions of two sublattices is linear
 * about y_a but for a remainder below |pair| (KL + KL'), by Pinsker's inequality. The same at b. */
static double sup_near(const kiln_i_upper *u, double R, const kiln_i_node *at, double jump, double q)
{
    const kiln_i_mphase *p = u->p;
    const int n = p->n_y;
    double slope[KILN_MAX_Y], sum = u->constant, most[KILN_MAX_SUBLATTICES] = {0.0};
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
    sum = q * (sum + kiln_i_largest_pairs(u) + u->other) + jump - at->distance;
    for (int first = 0, end; first < n; first = end) {
        const double hold = at->convexity * R * at->T_K * p->sites[first] - q * p->n_sublattices * most[p->sublattice[first]];
        double weight = 0.0;
        if (!(hold > 0.0)) return INFINITY;
        for (end = first; end < n && p->sublattice[end] == p->sublattice[first]; ++end)
            weight += at->y[end] * exp((q * slope[end] - at->gradient[end]) / hold);
        sum += hold * log(weight);
    }
    return larger(sum, 0.0);
}

/* More than any polynomial of the bends can be, whatever the fractions: enough for a phase far from the plane. */
static double crude_bound(const kiln_window_solver *w, int phase, const question *ask)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[phase];
    double sum = 0.0;
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const bend_value v = value_of(&w->bend[p->monomials[t].function], ask, p->monomials[t].scale);
        sum += fabs(v.value) + v.spread;
    }
    for (int o = 0; o < system->n_open; ++o) {
        const bend_value v = open_value(w, &system->open[o], ask);
        double amount = fabs(p->open_0[o]);
        for (int i = 0; i < p->n_y; ++i) amount += fabs(p->open[o + system->n_open * i]);
        sum += (fabs(v.value) + v.spread) * amount;
    }
    const double moles = ask->pull ? kiln_i_largest_amount(w->solver, phase) : 0.0;
    double most = 0.0;
    for (int c = 0; ask->pull && c < system->n_closed; ++c) most = fmax(most, fabs(ask->pull[c]));
    return sum + moles * most;
}

/* How far pieces of functions that do not meet, at b or at breaks inside, can set the phase's energy under what it would be if they did. */
static double largest_drop(kiln_window_solver *w, int phase, kind of)
{
    const question ask = {.kind = of, .sign = -1.0};
    kiln_i_upper u;
    if (crude_bound(w, phase, &ask) < 1e-9) return 1e-9;
    assemble(w, phase, &ask, &u);
    return larger(kiln_i_largest_value(&u), 0.0);
}

/* How far the plane has to be lowered for one phase at one tilt, J per mole of formula units. */
static double lowering_at(const interval *i, int phase, double tilt, double step, double jump)
{
    const double q = 0.125 * i->width * i->width, floor_a = i->a->floor[phase] - step, floor_b = i->b->floor[phase] - step - jump;
    double pull[KILN_MAX_COMPONENTS];
    const question ask = {.kind = SECOND_DERIVATIVE, .sign = 1.0, .tilt = tilt, .pull = pull};
    for (int c = 0; c < i->w->system->n_closed; ++c) pull[c] = i->answer->m[c] + tilt * i->answer->m_u[c];
    const double crude = q * crude_bound(i->w, phase, &ask);
    if (crude <= floor_a && crude <= floor_b) return 0.0;
    kiln_i_upper u;
    assemble(i->w, phase, &ask, &u);
    /* beside the sups inside, what is missing at the ends themselves, where K does not count */
    if (phase == i->w->target.phase && i->a->convexity > 0.0 && i->b->convexity > 0.0)
        return larger(larger(sup_near(&u, i->w->system->R, i->a, step, q), sup_near(&u, i->w->system->R, i->b, step + jump, q)),
                      larger(-floor_a, -floor_b));
    const double sag = 4.0 * q * larger(kiln_i_largest_value(&u), 0.0);
    /* least of (1-s) floor_a + s floor_b - sag s (1-s) */
    const double s = sag > 0.0 ? fmin(fmax(0.5 * (1.0 + (floor_a - floor_b) / sag), 0.0), 1.0) : (floor_b < floor_a ? 1.0 : 0.0);
    return larger(-((1.0 - s) * floor_a + s * floor_b - sag * s * (1.0 - s)), 0.0);
}

/* The same per mole of closed components, whatever the tilt. */
static double lowering(const interval *i, int phase)
{
    const double step = i->has_break ? largest_drop(i->w, phase, STEP) : 0.0, jump = largest_drop(i->w, phase, JUMP);
    const double tilt = i->width / 6.0;
    const double most = larger(lowering_at(i, phase, -tilt, step, jump), lowering_at(i, phase, tilt, step, jump));
    return most > 0.0 ? most / i->w->least_amount[phase] : 0.0;
}

/* What is asked, of one constitution of the target held fixed; without magnetic ordering. */
static bend_value at_constitution(const kiln_window_solver *w, const kiln_i_node *of, const question *ask)
{
    const kiln_i_mphase *p = &w->system->phases[w->target.phase];
    bend_value sum = {0.0, 0.0};
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const bend_value v = value_of(&w->bend[p->monomials[t].function], ask, p->monomials[t].scale);
        if (is_nothing(v)) continue;
        const double product = kiln_i_monomial_value(&p->monomials[t], of->y);
        sum.value += product * v.value;
        sum.spread += fabs(product) * v.spread;
    }
    for (int o = 0; o < w->system->n_open; ++o) {
        const bend_value v = open_value(w, &w->system->open[o], ask);
        const double amount = kiln_i_phase_open_amount(w->system, w->target.phase, o, of->y);
        sum.value -= amount * v.value;
        sum.spread += fabs(amount) * v.spread;
    }
    return sum;
}

/* Bounds of phi_TT at one tilt. */
typedef struct bend_range {
    double least, most;
} bend_range;

static bend_range bend_of(const interval *i, const kiln_i_node *of, double tilt)
{
    const kiln_system *system = i->w->system;
    const int target = i->w->target.phase;
    const question ask = {.kind = SECOND_DERIVATIVE, .tilt = tilt};
    const bend_value v = at_constitution(i->w, of, &ask);
    const double p = system->phases[target].magnetic_p;
    /* ordering takes up heat at any temperature, never more than at its peak */
    const double magnetic =
        p > 0.0 ? system->R * log1p(kiln_i_phase_largest_moment(system, target)) * kiln_i_magnetic_peak(p) / i->a->T_K : 0.0;
    double plane = 0.0;
    for (int c = 0; c < system->n_closed; ++c) plane += (i->answer->m[c] + tilt * i->answer->m_u[c]) * system->total[c];
    return (bend_range){of->amount * (v.value - v.spread - magnetic) - plane, of->amount * (v.value + v.spread) - plane};
}

/* How far the target's energy can lie above the plane, per mole of closed components. */
static double target_excess(const interval *i)
{
    static const question jump = {.kind = JUMP}, kink = {.kind = KINK}, step = {.kind = STEP};
    const double width = i->width, half = 0.5 * width * width, tilt = width / 6.0;
    double total = 0.0;
    for (int c = 0; c < i->w->system->n_closed; ++c) total += i->w->system->total[c];
    const bend_range a_low = bend_of(i, i->a, -tilt), a_high = bend_of(i, i->a, tilt);
    const bend_range b_low = bend_of(i, i->b, -tilt), b_high = bend_of(i, i->b, tilt);
    const double a_step = i->a->amount * at_constitution(i->w, i->a, &step).spread;
    const double b_step = i->b->amount * at_constitution(i->w, i->b, &step).spread;
    /* just below b, in the pieces that end there, and as if pieces met at breaks inside */
    const double b_at_b = i->b->phi + i->b->amount * at_constitution(i->w, i->b, &jump).value + b_step;
    const double b_slope = i->b->phi_T + i->b->amount * at_constitution(i->w, i->b, &kink).value;
    /* second derivatives integrated with the distance from the far end as their weight, which is what they are at one of the two tilts */
    const double a_at_b = i->a->phi + width * i->a->phi_T + half * a_low.most;
    const double b_at_a = b_at_b - width * b_slope + half * b_high.most;
    const double least = fmin(fmin(a_low.least, a_high.least), fmin(b_low.least, b_high.least));
    const double excess = larger(a_at_b, 0.0) + larger(b_at_a, 0.0) - half * least;
    const double touch = larger(larger(i->a->phi, b_at_b), 0.0) + larger(a_step, b_step); /* rounding, and what does not meet */
    return (touch + 0.25 * larger(excess, 0.0)) / total;
}

/* The bound holds for any m and m': where mu is not unique the slopes need not be those of the plane, and m' is left out. */
static void bend_plane(const interval *i)
{
    const int is_unique = i->a->n_null == 0 && i->b->n_null == 0;
    double *m = i->answer->m, *m_u = i->answer->m_u;
    for (int c = 0; c < i->w->system->n_closed; ++c) {
        const double slope = (i->b->mu[c] - i->a->mu[c]) / i->width, mean = 0.5 * (i->a->mu_T[c] + i->b->mu_T[c]);
        m[c] = (i->b->mu_T[c] - i->a->mu_T[c]) / i->width;
        m_u[c] = is_unique ? 12.0 / (i->width * i->width) * (mean - slope) : 0.0;
        if (!isfinite(m[c])) m[c] = 0.0;
        if (!isfinite(m_u[c])) m_u[c] = 0.0;
    }
}

kiln_i_between kiln_i_gap_between(kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b, double enough)
{
    kiln_i_between answer = {.split_K = 0.5 * (a->T_K + b->T_K), .gap = INFINITY};
    const double break_K =
        kiln_i_functions_bend(w->system->db->functions, w->system->n_curved, w->system->curved, a->T_K, b->T_K, w->bend);
    const interval i = {.w = w, .a = a, .b = b, .width = b->T_K - a->T_K, .has_break = break_K > 0.0, .answer = &answer};
    bend_plane(&i);
    answer.excess = target_excess(&i);
    for (int phase = 0; phase < w->system->n_phases && answer.excess + answer.lowering <= enough; ++phase)
        answer.lowering = larger(answer.lowering, lowering(&i, phase));
    answer.gap = larger(a->lowered_by, b->lowered_by) + answer.excess + answer.lowering;
    if (break_K > 0.0 && i.width < BREAK_WIDTH_K) answer.split_K = break_K;
    return answer;
}
