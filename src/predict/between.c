#include "predict/between_state.h"

#include <math.h>

/* Between two temperatures a < b at which planes mu_a and mu_b are proved, with u = T - (a + b)/2, the plane is, beside the functions G that it follows with their shares e, the cubic through what is left of both
 * potentials, with both slopes:
 *     mu(T) = e.G(T) + linear + (T - a)(T - b) (m/2 + m' u/6),   so that mu_TT = e.G_TT + m + m' u.
 * For a constitution y of a phase h(y, T) = w(y, T) - mu(T).n(y) has h_TT = w_TT - mu_TT.n <= K(y) + K'(y) u, and h >= floors at a and b; so, with s = (T-a)/(b-a),
 *     h >= (1-s) floor_a + s floor_b - (b-a)^2 s (1-s) (K + K' u/3) / 2.
 * u/3 lies within (b-a)/6 of zero: what holds for K + K' tilt with tilt = +-(b-a)/6 holds for all between them. Where that is negative the plane has to be lowered further (docs/certificate.md). */

/* Wider intervals are halved, since breaks cost little there and would not leave halves of use; in narrower ones what is left open is due to a break inside. */
static const double BREAK_WIDTH_K = 16.0;

typedef kiln_i_interval_K interval;
typedef kiln_i_question question;

/* How far pieces of functions that do not meet, at b or at breaks inside, can set the phase's energy under what it would be if they did. */
static double largest_drop(const interval *i, int phase, kiln_i_bend_kind of)
{
    const question ask = {.kind = of, .sign = -1.0, .follow = i->a->follow};
    kiln_i_upper u;
    if (kiln_i_bend_crude(i->w, phase, &ask) < 1e-9) return 1e-9;
    kiln_i_bend_assemble(i->w, phase, &ask, &u);
    return kiln_i_larger(kiln_i_largest_value(&u, 0.0), 0.0);
}

/* How far the plane has to be lowered for one phase at one tilt, J per mole of formula units. */
static double lowering_at(const interval *i, int phase, double tilt, double step, double jump)
{
    const double q = 0.125 * i->width * i->width, floor_a = i->a->floor[phase] - step, floor_b = i->b->floor[phase] - step - jump;
    double pull[KILN_MAX_COMPONENTS];
    const question ask = {.kind = KILN_I_SECOND_DERIVATIVE, .sign = 1.0, .tilt = tilt, .pull = pull, .follow = i->a->follow};
    for (int c = 0; c < i->w->system->n_closed; ++c) pull[c] = i->answer->m[c] + tilt * i->answer->m_u[c];
    kiln_i_upper u;
    kiln_i_bend_assemble(i->w, phase, &ask, &u);
    const double own = phase == i->w->target.phase ? kiln_i_between_own(i, &u, step, jump) : INFINITY;
    /* beside the sups inside, what is missing at the ends themselves, where K does not count */
    if (isfinite(own)) return kiln_i_larger(own, kiln_i_larger(-floor_a, -floor_b));
    const double sag = 4.0 * q * kiln_i_larger(kiln_i_largest_value(&u, fmin(floor_a, floor_b) / q), 0.0);
    /* least of (1-s) floor_a + s floor_b - sag s (1-s) */
    const double s = sag > 0.0 ? fmin(fmax(0.5 * (1.0 + (floor_a - floor_b) / sag), 0.0), 1.0) : (floor_b < floor_a ? 1.0 : 0.0);
    return kiln_i_larger(-((1.0 - s) * floor_a + s * floor_b - sag * s * (1.0 - s)), 0.0);
}

/* 1: it need not be, by a bound for both tilts. */
static int is_far(const interval *i, int phase, double tilt, double step, double jump)
{
    double pull[KILN_MAX_COMPONENTS];
    const question ask = {.kind = KILN_I_SECOND_DERIVATIVE, .sign = 1.0, .tilt = tilt, .pull = pull, .follow = i->a->follow};
    for (int c = 0; c < i->w->system->n_closed; ++c) pull[c] = fabs(i->answer->m[c]) + fabs(tilt * i->answer->m_u[c]);
    const double most = 0.125 * i->width * i->width * kiln_i_bend_crude(i->w, phase, &ask);
    return most <= i->a->floor[phase] - step && most <= i->b->floor[phase] - step - jump;
}

/* The same per mole of closed components, whatever the tilt. */
static double lowering(const interval *i, int phase)
{
    const double step = i->has_break ? largest_drop(i, phase, KILN_I_STEP) : 0.0;
    const double jump = i->has_jump ? largest_drop(i, phase, KILN_I_JUMP) : 0.0;
    const double tilt = i->width / 6.0;
    if (is_far(i, phase, tilt, step, jump)) return 0.0;
    const double most = kiln_i_larger(lowering_at(i, phase, -tilt, step, jump), lowering_at(i, phase, tilt, step, jump));
    return most > 0.0 ? most / i->w->least_amount[phase] : 0.0;
}

/* What is left of a potential at `at`, or with `is_slope` of its slope, by functions that the plane follows with the shares of a. */
static double left_of(const interval *i, const kiln_i_node *at, int c, int is_slope)
{
    double value = is_slope ? at->mu_T[c] : at->mu[c];
    for (int k = 0; k < i->w->n_followed; ++k)
        value -= i->a->follow[c + i->w->system->n_closed * k] * (is_slope ? at->jet[k].dg : at->jet[k].g);
    return value;
}

/* The bound holds for any m and m': where mu is not unique the slopes need not be those of the plane, and m' is left out. */
static void bend_plane(const interval *i)
{
    const kiln_window_solver *w = i->w;
    const int is_unique = i->a->n_null == 0 && i->b->n_null == 0;
    double *m = i->answer->m, *m_u = i->answer->m_u;
    for (int c = 0; c < w->system->n_closed; ++c) {
        const double a = left_of(i, i->a, c, 0), b = left_of(i, i->b, c, 0), a_T = left_of(i, i->a, c, 1),
                     b_T = left_of(i, i->b, c, 1);
        const double slope = (b - a) / i->width, mean = 0.5 * (a_T + b_T);
        m[c] = (b_T - a_T) / i->width;
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
    interval i = {.w = w, .a = a, .b = b, .width = b->T_K - a->T_K, .has_break = break_K > 0.0, .answer = &answer};
    for (int k = 0; k < w->system->n_curved; ++k) i.has_jump |= w->bend[w->system->curved[k]].jump != 0.0;
    if (w->has_curved_products) {
        kiln_i_system_evaluate(w->system, a->T_K, w->jet_a);
        kiln_i_system_evaluate(w->system, b->T_K, w->jet_b);
    }
    w->part_phase = -1;
    bend_plane(&i);
    i.gain = kiln_i_between_gain(&i);
    answer.excess = kiln_i_between_excess(&i);
    for (int phase = 0; phase < w->system->n_phases && answer.excess + answer.lowering <= enough; ++phase)
        answer.lowering = kiln_i_larger(answer.lowering, lowering(&i, phase));
    answer.gap = kiln_i_larger(a->lowered_by, b->lowered_by) + answer.excess + answer.lowering;
    if (break_K > 0.0 && i.width < BREAK_WIDTH_K) answer.split_K = break_K;
    return answer;
}
