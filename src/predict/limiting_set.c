#include "predict/rivals_state.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

/* Where mu has a null space, the most favourable set of phases:
 * maximise over delta the least over phases and y of (w - (mu + Z delta).n) / sigma; by duality a linear programme over the shares
 * lambda of competitors whose moles together are orthogonal to Z, solved by column generation. */

enum { MAX_CUTS = 500 };
static const double SET_TOLERANCE = 1e-5; /* J per mol of closed components */
static const double TRACE_RT = 1e-4;      /* about the mole fraction of a second phase that is not called one */

/* Only the candidates of the present optimum stay. */
static void make_room(kiln_i_rivals *r)
{
    const size_t n = (size_t)r->target->solver->max_y;
    int map[KILN_I_SET_ROOM];
    const int before = r->lp.n;
    kiln_i_simplex_compress(&r->lp, map);
    for (int old = 0; old < before; ++old) {
        const int now = map[old];
        if (now < 0) continue;
        memmove(r->lp_y + n * (size_t)now, r->lp_y + n * (size_t)old, n * sizeof *r->lp_y);
        r->lp_phase[now] = r->lp_phase[old];
        r->lp_f[now] = r->lp_f[old];
    }
}

static kiln_status add_to_set(kiln_i_rivals *r, int phase, const double *y, double d)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    double column[KILN_MAX_COMPONENTS + 1], amounts[KILN_MAX_COMPONENTS];
    const double sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
    if (sigma <= KILN_EMPTY) return KILN_OK;
    for (int k = 0; k < t->n_null; ++k) {
        column[k] = 0.0;
        for (int c = 0; c < s->n_closed; ++c) column[k] += t->null[c + s->n_closed * k] * amounts[c] / sigma;
    }
    column[t->n_null] = 1.0;
    if (r->lp.n == KILN_I_SET_ROOM) make_room(r);
    const int index = kiln_i_simplex_add(&r->lp, column, d / sigma);
    if (index < 0)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "the limiting set needs more than %d candidates", (int)KILN_I_SET_ROOM);
    r->lp_phase[index] = phase;
    r->lp_f[index] = d / sigma;
    memcpy(r->lp_y + (size_t)(s->max_y * index), y, (size_t)s->system->phases[phase].n_y * sizeof *y);
    return KILN_OK;
}

/* Price every competitor at mu + Z delta, raised by the present optimum per mole of components (then what undercuts it has a negative distance), and add what
 * does; the least reduced cost found. */
static kiln_status cut(kiln_i_rivals *r, const double *dual, int with_target, kiln_i_effort effort, double *least)
{
    const kiln_i_target *t = r->target;
    kiln_solver *s = t->solver;
    double mu[KILN_MAX_COMPONENTS], amounts[KILN_MAX_COMPONENTS];
    for (int c = 0; c < s->n_closed; ++c) {
        mu[c] = t->mu[c] + dual[t->n_null];
        for (int k = 0; k < t->n_null; ++k) mu[c] += t->null[c + s->n_closed * k] * dual[k];
    }
    *least = 0.0;
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        if ((phase == t->phase && !with_target) || kiln_i_quick_bound(s, phase, mu) >= 0.0) continue;
        const int count = kiln_i_price(s, phase, mu, effort);
        for (int k = 0; k < count; ++k) {
            const double *y = s->minima + (size_t)(s->max_y * k), sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
            if (sigma <= KILN_EMPTY) continue;
            const double reduced = s->minimum[k] / sigma;
            if (reduced < *least) *least = reduced;
            if (reduced > -0.1 * SET_TOLERANCE) break;
            double d = s->minimum[k];
            for (int c = 0; c < s->n_closed; ++c) d += (mu[c] - t->mu[c]) * amounts[c];
            const kiln_status status = add_to_set(r, phase, y, d);
            if (status != KILN_OK) return status;
        }
    }
    return KILN_OK;
}

/* The basic columns as members, by falling share. */
static void read_set(kiln_i_rivals *r)
{
    kiln_solver *s = r->target->solver;
    r->n_set = 0;
    r->set_f = r->lp.dual[r->target->n_null];
    r->set_f_T = 0.0;
    for (int row = 0; row < r->lp.m; ++row) {
        const int column = r->lp.basis[row];
        if (column < 0 || r->lp_phase[column] < 0 || r->lp.x[row] < 1e-9) continue;
        int place = r->n_set++;
        const kiln_i_rival spare = r->set[place];
        for (; place > 0 && r->set_share[place - 1] < r->lp.x[row]; --place) {
            r->set[place] = r->set[place - 1];
            r->set_phase[place] = r->set_phase[place - 1];
            r->set_share[place] = r->set_share[place - 1];
        }
        r->set[place] = spare;
        r->set_phase[place] = r->lp_phase[column];
        r->set_share[place] = r->lp.x[row];
        const double *y = r->lp_y + (size_t)(s->max_y * column);
        kiln_i_rival_record(r, r->lp_phase[column], y,
                            r->lp_f[column] * kiln_i_phase_amounts(s->system, r->lp_phase[column], y, NULL), &r->set[place]);
        r->set_f_T += r->lp.x[row] * r->set[place].f_T;
    }
}

/* The first column stands for the composition made up by itself: at a large cost without the target, which shows whether anything else can make it up. */
static int holds_first_column(const kiln_i_rivals *r)
{
    for (int row = 0; row < r->lp.m; ++row)
        if (r->lp.basis[row] >= 0 && r->lp_phase[r->lp.basis[row]] < 0 && r->lp.x[row] > 1e-9) return 1;
    return 0;
}

static kiln_status generate_set(kiln_i_rivals *r, int with_target, kiln_i_effort effort)
{
    const kiln_i_target *t = r->target;
    const double first = with_target ? 0.0 : 1e7;
    double b[KILN_MAX_COMPONENTS + 1] = {0}, dual[KILN_MAX_COMPONENTS + 1] = {0}, column[KILN_MAX_COMPONENTS + 1] = {0},
                                   least = -INFINITY;
    b[t->n_null] = column[t->n_null] = 1.0;
    kiln_i_simplex_reset(&r->lp, t->n_null + 1, b);
    r->lp_phase[kiln_i_simplex_add(&r->lp, column, first)] = -1;
    dual[t->n_null] = first;
    for (int round = 0; round < MAX_CUTS && least < -SET_TOLERANCE; ++round) {
        kiln_status status = cut(r, dual, with_target, effort == KILN_I_THOROUGH && round >= 2 ? KILN_I_USUAL : effort, &least);
        if (status == KILN_OK) status = kiln_i_simplex_solve(&r->lp);
        if (status != KILN_OK) return status;
        memcpy(dual, r->lp.dual, (size_t)(t->n_null + 1) * sizeof *dual);
    }
    for (int c = 0; c < t->solver->n_closed; ++c) {
        r->plane[c] = t->mu[c];
        for (int k = 0; k < t->n_null; ++k) r->plane[c] += t->null[c + t->solver->n_closed * k] * dual[k];
    }
    if (least >= -SET_TOLERANCE) return KILN_OK;
    return kiln_i_fail(t->solver->ctx, KILN_E_NOT_CONVERGED, "no limiting set of %s at %.2f K after %d rounds: %.3g J/mol apart",
                       kiln_system_phase_name(t->solver->system, t->phase), t->solver->system->T_K, (int)MAX_CUTS, -least);
}

/* First the other phases alone: a positive optimum is the target's margin. Where the target's own composition can move along the undetermined direction it may
 * also go over into others together with another composition of itself; then it counts as one of them, beside itself at distance 0. Near a fixed ratio that always
 * gains a little: defects and a second phase in amounts of exp(-distance / RT). It ends nothing before it gains TRACE_RT. */
kiln_status kiln_i_set_solve(kiln_i_rivals *r, kiln_i_effort effort)
{
    kiln_status status = generate_set(r, 0, effort);
    if (status != KILN_OK) return status;
    const int possible = !holds_first_column(r);
    if (possible) read_set(r);
    if (r->n_added == 0 || (possible && r->set_f < 0.0)) return KILN_OK;
    if ((status = generate_set(r, 1, effort)) != KILN_OK) return status;
    const kiln_solver *s = r->target->solver;
    const double allowed = TRACE_RT * s->RT;
    r->allowance = allowed;
    if (r->lp.dual[r->target->n_null] + allowed >= r->set_f) return KILN_OK;
    read_set(r);
    r->set_f += allowed;
    r->set_f_T += allowed / s->system->T_K;
    return KILN_OK;
}
