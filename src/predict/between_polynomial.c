#include "predict/between_state.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

typedef kiln_i_bend_value bend_value;
typedef kiln_i_question question;

static bend_value value_of(const kiln_i_bend *bend, const question *ask, double factor)
{
    switch (ask->kind) {
    case KILN_I_SECOND_DERIVATIVE: return (bend_value){factor * (bend->d2g + ask->tilt * bend->d3g), fabs(factor) * bend->spread};
    case KILN_I_JUMP: return (bend_value){factor * bend->jump, 0.0};
    case KILN_I_KINK: return (bend_value){factor * bend->kink, 0.0};
    case KILN_I_STEP: break;
    }
    return (bend_value){0.0, fabs(factor) * bend->step};
}

/* Of most functions, straight lines. */
static int is_nothing(bend_value v) { return v.value == 0.0 && v.spread == 0.0; }

/* ---- Functions that the plane follows ---- */

/* Of a phase, one function's part of h: linear.y and, for a phase without variables, a constant; without what it has in terms of higher order. */
typedef struct part {
    double constant, *linear;
} part;

static int is_linear(const kiln_i_monomial *m) { return m->n_factors <= 1 && m->power == 0; }

/* Whether a function is counted by itself. */
static int is_followed(const kiln_window_solver *w, int function) { return w->follow_place[function] >= 0; }

/* Multiples of neutrality and of the sum of fractions change nothing, and leave little where a function is part of the target's potentials as of the target. */
static void simplify(const kiln_i_mphase *p, part *of)
{
    const int n = p->n_y, m = p->n_constraints;
    double along = 0.0, size = 0.0;
    for (int i = 0; p->has_charge && i < n; ++i) {
        const double q = p->constraint[m - 1 + m * i];
        along += q * of->linear[i];
        size += q * q;
    }
    const double nu = size > 0.0 ? along / size : 0.0;
    for (int i = 0; nu != 0.0 && i < n; ++i) of->linear[i] -= nu * p->constraint[m - 1 + m * i];
    if (nu != 0.0) of->constant += nu * p->constraint_rhs[m - 1];
    if (n == 0) return;
    for (int i = 0; i < n && p->sublattice[i] == p->sublattice[0]; ++i) of->linear[i] += of->constant;
    of->constant = 0.0;
}

/* Where it is kept: of one phase at a time. */
static part part_of(const kiln_window_solver *w, int k)
{
    double *at = w->part + (size_t)k * (size_t)(w->solver->max_y + 1);
    return (part){*at, at + 1};
}

static void set_part(kiln_window_solver *w, int phase, const double *follow, int k)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[phase];
    const int n = p->n_y, C = system->n_closed, function = w->followed[k];
    part of = part_of(w, k);
    of.constant = 0.0;
    for (int i = 0; i < n; ++i) of.linear[i] = 0.0;
    for (int c = 0; c < C; ++c) {
        const double share = follow[c + C * k];
        if (share == 0.0) continue;
        of.constant -= share * p->amount_0[c];
        for (int i = 0; i < n; ++i) of.linear[i] -= share * p->amount[c + C * i];
    }
    for (int o = 0; o < system->n_open; ++o)
        for (int g = 0; g < system->open[o].n_gases; ++g) {
            if (system->open[o].function[g] != function) continue;
            of.constant -= system->open[o].factor[g] * p->open_0[o];
            for (int i = 0; i < n; ++i) of.linear[i] -= system->open[o].factor[g] * p->open[o + system->n_open * i];
        }
    for (const int *t = w->curved_term[phase]; *t >= 0; ++t) {
        const kiln_i_monomial *m = &p->monomials[*t];
        if (m->function != function || !is_linear(m)) continue;
        if (m->n_factors == 0) of.constant += m->scale;
        else of.linear[m->factor[0]] += m->scale;
    }
    simplify(p, &of);
    of.linear[-1] = of.constant;
}

static void set_parts(kiln_window_solver *w, int phase, const double *follow)
{
    if (w->part_phase == phase) return;
    w->part_phase = phase;
    for (int k = 0; k < w->n_followed; ++k) set_part(w, phase, follow, k);
}

/* ---- Polynomials ---- */

/* An open component's potential, without the functions counted by themselves. */
static bend_value open_value(const kiln_window_solver *w, const kiln_i_open *open, const question *ask)
{
    bend_value sum = {0.0, 0.0};
    for (int g = 0; g < open->n_gases; ++g) {
        if (is_followed(w, open->function[g])) continue;
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

static void add_open(kiln_window_solver *w, const kiln_i_mphase *p, const question *ask, kiln_i_upper *out)
{
    const kiln_system *system = w->system;
    for (int o = 0; o < system->n_open; ++o) {
        const bend_value v = open_value(w, &system->open[o], ask);
        if (is_nothing(v)) continue;
        out->constant += -ask->sign * v.value * p->open_0[o] + v.spread * fabs(p->open_0[o]);
        for (int i = 0; i < p->n_y; ++i) {
            const double amount = p->open[o + system->n_open * i];
            out->linear[i] += -ask->sign * v.value * amount + v.spread * fabs(amount);
        }
    }
}

static void add_followed(kiln_window_solver *w, int phase, const question *ask, kiln_i_upper *out)
{
    set_parts(w, phase, ask->follow);
    for (int k = 0; k < w->n_followed; ++k) {
        const bend_value v = value_of(&w->bend[w->followed[k]], ask, 1.0);
        const part of = part_of(w, k);
        if (is_nothing(v)) continue;
        out->constant += ask->sign * v.value * of.constant + v.spread * fabs(of.constant);
        for (int i = 0; i < out->p->n_y; ++i)
            out->linear[i] += ask->sign * v.value * of.linear[i] + v.spread * fabs(of.linear[i]);
    }
}

/* Most phases have none that bend. */
static void add_pair(kiln_window_solver *w, int i, int j, double value, kiln_i_upper *out)
{
    const int n = out->p->n_y;
    if (!out->pair) memset(out->pair = w->solver->hessian, 0, (size_t)(n * n) * sizeof *out->pair);
    out->pair[i < j ? i + n * j : j + n * i] += value;
}

void kiln_i_bend_assemble(kiln_window_solver *w, int phase, const question *ask, kiln_i_upper *out)
{
    const kiln_i_mphase *p = &w->system->phases[phase];
    const int n = p->n_y, C = w->system->n_closed;
    *out = (kiln_i_upper){.p = p};
    for (int c = 0; ask->pull && c < C; ++c) {
        out->constant -= ask->pull[c] * p->amount_0[c];
        for (int i = 0; i < n; ++i) out->linear[i] -= ask->pull[c] * p->amount[c + C * i];
    }
    add_open(w, p, ask, out);
    add_followed(w, phase, ask, out);
    for (const int *t = w->curved_term[phase]; *t >= 0; ++t) {
        const kiln_i_monomial *m = &p->monomials[*t];
        if (is_linear(m) && is_followed(w, m->function)) continue;
        const bend_value v = value_of(&w->bend[m->function], ask, m->scale);
        if (is_nothing(v)) continue;
        const double value = ask->sign * v.value + v.spread;
        if (*t >= p->n_low) out->other += highest(m, ask->sign, v);
        else if (m->n_factors == 0) out->constant += value;
        else if (m->n_factors == 1) out->linear[m->factor[0]] += value;
        else add_pair(w, m->factor[0], m->factor[1], value, out);
    }
}

/* No less than the size of its value, with either sign of the tilt. */
static double size_of(const kiln_i_bend *bend, const question *ask, double factor)
{
    if (ask->kind == KILN_I_SECOND_DERIVATIVE)
        return fabs(factor) * (fabs(bend->d2g) + fabs(ask->tilt * bend->d3g) + bend->spread);
    const bend_value v = value_of(bend, ask, factor);
    return fabs(v.value) + v.spread;
}

/* No less than the plane's own for a formula unit. */
static double crude_plane(const kiln_window_solver *w, int phase, const question *ask)
{
    const int C = w->system->n_closed;
    double most = 0.0;
    for (int c = 0; c < C; ++c) {
        double sum = ask->pull ? ask->pull[c] : 0.0;
        for (int k = 0; k < w->n_followed; ++k) sum += size_of(&w->bend[w->followed[k]], ask, ask->follow[c + C * k]);
        most = fmax(most, sum);
    }
    return most * w->largest_amount[phase];
}

double kiln_i_bend_crude(const kiln_window_solver *w, int phase, const question *ask)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[phase];
    double sum = crude_plane(w, phase, ask);
    for (const int *t = w->curved_term[phase]; *t >= 0; ++t)
        sum += size_of(&w->bend[p->monomials[*t].function], ask, p->monomials[*t].scale);
    for (int o = 0; o < system->n_open; ++o) {
        double amount = fabs(p->open_0[o]);
        for (int i = 0; i < p->n_y; ++i) amount += fabs(p->open[o + system->n_open * i]);
        for (int g = 0; g < system->open[o].n_gases; ++g)
            sum += amount * size_of(&w->bend[system->open[o].function[g]], ask, system->open[o].factor[g]);
    }
    return sum;
}

kiln_i_bend_value kiln_i_bend_at(kiln_window_solver *w, const kiln_i_node *of, const question *ask)
{
    const int target = w->target.phase;
    const kiln_i_mphase *p = &w->system->phases[target];
    bend_value sum = {0.0, 0.0};
    set_parts(w, target, ask->follow);
    for (const int *t = w->curved_term[target]; *t >= 0; ++t) {
        const kiln_i_monomial *m = &p->monomials[*t];
        const bend_value v = value_of(&w->bend[m->function], ask, m->scale);
        if (is_nothing(v) || (is_linear(m) && is_followed(w, m->function))) continue;
        const double product = kiln_i_monomial_value(m, of->y);
        sum.value += product * v.value;
        sum.spread += fabs(product) * v.spread;
    }
    for (int o = 0; o < w->system->n_open; ++o) {
        const bend_value v = open_value(w, &w->system->open[o], ask);
        const double amount = kiln_i_phase_open_amount(w->system, target, o, of->y);
        sum.value -= amount * v.value;
        sum.spread += fabs(amount) * v.spread;
    }
    for (int k = 0; k < w->n_followed; ++k) {
        const bend_value v = value_of(&w->bend[w->followed[k]], ask, 1.0);
        const part own = part_of(w, k);
        double amount = own.constant;
        if (is_nothing(v)) continue;
        for (int i = 0; i < p->n_y; ++i) amount += own.linear[i] * of->y[i];
        sum.value += amount * v.value;
        sum.spread += fabs(amount) * v.spread;
    }
    return sum;
}

/* ---- Which functions ---- */

kiln_status kiln_i_between_list(kiln_window_solver *w)
{
    const kiln_system *system = w->system;
    const size_t P = (size_t)system->n_phases, F = (size_t)system->db->n_functions + 1;
    size_t n = P;
    for (size_t p = 0; p < P; ++p) n += (size_t)(system->phases[p].n_low + system->phases[p].n_high);
    if (!(w->curved_term = kiln_i_alloc(w->ctx, P, sizeof *w->curved_term)) ||
        !(w->curved_terms = kiln_i_alloc(w->ctx, n, sizeof *w->curved_terms)) ||
        !(w->followed = kiln_i_alloc(w->ctx, F, sizeof *w->followed)) ||
        !(w->follow_place = kiln_i_alloc(w->ctx, F, sizeof *w->follow_place)) || !(w->is_curved = kiln_i_calloc(w->ctx, F, 1)))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "workspace of the window");
    for (size_t f = 0; f < F; ++f) w->follow_place[f] = -1;
    for (int k = 0; k < system->n_curved; ++k) w->is_curved[system->curved[k]] = 1;
    int *next = w->curved_terms, gases = 0;
    for (int o = 0; o < system->n_open; ++o) gases += system->open[o].n_gases;
    for (size_t k = 0; k < P; ++k) {
        const kiln_i_mphase *p = &system->phases[k];
        int n_linear = gases;
        w->curved_term[k] = next;
        for (int t = 0; t < p->n_low + p->n_high; ++t)
            if (w->is_curved[p->monomials[t].function]) {
                n_linear += is_linear(&p->monomials[t]);
                *next++ = t;
            }
        *next++ = -1;
        if (n_linear > w->max_followed) w->max_followed = n_linear;
    }
    w->part = kiln_i_alloc(w->ctx, ((size_t)w->max_followed + 1) * ((size_t)w->solver->max_y + 1), sizeof *w->part);
    return w->part ? KILN_OK : kiln_i_fail(w->ctx, KILN_E_NOMEM, "workspace of the window");
}

/* Those of the target and of gases that are no straight lines and stand in no product of fractions: what its potentials have of them does not change with its constitution. */
static void list_followed(kiln_window_solver *w)
{
    const kiln_system *system = w->system;
    const kiln_i_mphase *p = &system->phases[w->target.phase];
    enum { UNUSED, LINEAR, PRODUCT };
    for (int k = 0; k < system->n_curved; ++k) {
        w->uses[system->curved[k]] = UNUSED;
        w->follow_place[system->curved[k]] = -1;
    }
    for (int o = 0; o < system->n_open; ++o)
        for (int g = 0; g < system->open[o].n_gases; ++g) w->uses[system->open[o].function[g]] = LINEAR;
    for (const int *t = w->curved_term[w->target.phase]; *t >= 0; ++t) {
        unsigned char *use = &w->uses[p->monomials[*t].function];
        if (*use != PRODUCT) *use = is_linear(&p->monomials[*t]) ? LINEAR : PRODUCT;
    }
    w->n_followed = w->has_curved_products = 0;
    for (int k = 0; k < system->n_curved; ++k) {
        const int f = system->curved[k];
        w->has_curved_products |= w->uses[f] == PRODUCT;
        if (w->uses[f] != LINEAR) continue;
        w->follow_place[f] = w->n_followed;
        w->followed[w->n_followed++] = f;
    }
}

/* What a potential has of each function: that with the opposite sign which d = w - mu.n answers with. */
static void follow_one(const kiln_window_solver *w, double weight, const double *direction, double *share, int stride)
{
    const kiln_system *system = w->system;
    const kiln_i_target *t = &w->target;
    const kiln_i_mphase *p = &system->phases[t->phase];
    for (const int *k = w->curved_term[t->phase]; *k >= 0; ++k) {
        const kiln_i_monomial *m = &p->monomials[*k];
        if (!is_followed(w, m->function)) continue;
        const double value = m->n_factors == 0 ? weight : weight * t->y[m->factor[0]] + direction[m->factor[0]];
        share[stride * w->follow_place[m->function]] -= m->scale * value;
    }
    for (int o = 0; o < system->n_open; ++o) {
        double amount = weight * kiln_i_phase_open_amount(system, t->phase, o, t->y);
        for (int i = 0; i < t->n_y; ++i) amount += direction[i] * p->open[o + system->n_open * i];
        for (int g = 0; g < system->open[o].n_gases; ++g)
            if (is_followed(w, system->open[o].function[g]))
                share[stride * w->follow_place[system->open[o].function[g]]] += amount * system->open[o].factor[g];
    }
}

void kiln_i_between_follow(kiln_window_solver *w, kiln_i_node *node)
{
    kiln_i_target *t = &w->target;
    const int C = w->system->n_closed;
    double n[KILN_MAX_COMPONENTS], direction[KILN_MAX_Y], weight;
    list_followed(w);
    for (int k = 0; k < w->n_followed; ++k) node->jet[k] = w->system->function[w->followed[k]];
    memset(node->follow, 0, (size_t)(C * w->n_followed) * sizeof *node->follow);
    for (int c = 0; c < C && t->n_null == 0 && w->n_followed > 0; ++c) {
        for (int d = 0; d < C; ++d) n[d] = d == c ? 1.0 : 0.0;
        if (kiln_i_target_answer(t, n, &weight, direction) == KILN_OK) follow_one(w, weight, direction, node->follow + c, C);
    }
}
