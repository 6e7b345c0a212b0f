#include "solve/solver.h"

#include "solve/certify.h"

#include <math.h>
#include <string.h>

static double largest_difference(int n, const double *a, const double *b)
{
    double most = 0.0;
    for (int i = 0; i < n; ++i) most = fmax(most, fabs(a[i] - b[i]));
    return most;
}

/* Insert a minimum in order of value, unless it is there already; the number kept. */
static int keep_minimum(kiln_solver *s, int n, int count, const double *y, double value)
{
    for (int k = 0; k < count; ++k)
        if (largest_difference(n, y, s->minima + (size_t)(s->max_y * k)) < 1e-5) return count;
    int place = count;
    while (place > 0 && s->minimum[place - 1] > value) --place;
    if (place == KILN_MAX_MINIMA) return count;
    if (count < KILN_MAX_MINIMA) ++count;
    for (int k = count - 1; k > place; --k) {
        s->minimum[k] = s->minimum[k - 1];
        memcpy(s->minima + (size_t)(s->max_y * k), s->minima + (size_t)(s->max_y * (k - 1)), (size_t)n * sizeof *y);
    }
    s->minimum[place] = value;
    memcpy(s->minima + (size_t)(s->max_y * place), y, (size_t)n * sizeof *y);
    return count;
}

void kiln_i_remember(kiln_solver *s, int phase, const double *found)
{
    const int n = s->system->phases[phase].n_y;
    double *warm = s->warm[phase], *y = s->along;
    if (n == 0) return;
    /* Back on the constraints: their residual would otherwise grow from one warm start to the next. */
    for (int i = 0; i < n; ++i) s->eigenvalue[i] = log(found[i]);
    if (!kiln_i_project(s, phase, s->eigenvalue, y)) return;
    for (int k = 0; k < s->n_warm[phase]; ++k)
        if (largest_difference(n, y, warm + (size_t)(n * k)) < 1e-3) {
            memcpy(warm + (size_t)(n * k), y, (size_t)n * sizeof *y);
            return;
        }
    if (s->n_warm[phase] < KILN_MAX_MINIMA) {
        ++s->n_warm[phase];
    } else {
        memmove(warm, warm + n, (size_t)(n * (KILN_MAX_MINIMA - 1)) * sizeof *warm);
    }
    memcpy(warm + (size_t)(n * (s->n_warm[phase] - 1)), y, (size_t)n * sizeof *y);
}

void kiln_i_forget(kiln_solver *s)
{
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        s->n_warm[phase] = 0;
        s->convex_T_K[phase] = 0.0;
    }
    for (int c = 0; c < s->n_closed; ++c) s->mu[c] = 0.0; /* where Newton begins decides the last bits */
    s->has_answer = 0;
    s->equations_of = NULL;
}

/* Weights of the ideal solution with the present potentials, on every sublattice. */
static void ideal_weights(const kiln_solver *s, const kiln_i_mphase *p, double *weight)
{
    for (int i = 0; i < p->n_y; ++i) weight[i] = -(p->c[i] + s->linear[i]) / (s->RT * p->sites[i]);
}

/* Descend from weights; the count of minima known. */
static int try_start(kiln_solver *s, const kiln_i_objective *o, const double *weight, int count)
{
    double *y = s->direction, value;
    if (!kiln_i_project(s, o->phase, weight, y)) return count;
    if (kiln_i_descend(s, o, y, &value) != KILN_OK) return count;
    return keep_minimum(s, s->system->phases[o->phase].n_y, count, y, value);
}

static int from_warm(kiln_solver *s, const kiln_i_objective *o, int count)
{
    const int n = s->system->phases[o->phase].n_y;
    for (int k = 0; k < s->n_warm[o->phase]; ++k) {
        double value;
        memcpy(s->direction, s->warm[o->phase] + (size_t)(n * k), (size_t)n * sizeof(double));
        if (kiln_i_descend(s, o, s->direction, &value) != KILN_OK) continue;
        count = keep_minimum(s, n, count, s->direction, value);
    }
    return count;
}

/* Nearly all of each constituent in turn on its sublattice; the others follow a tempered ideal solution. */
static int from_constituents(kiln_solver *s, const kiln_i_objective *o, int count)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    double *favoured = s->weight + s->max_y;
    for (int i = 0; i < p->n_y; ++i) {
        for (int j = 0; j < p->n_y; ++j)
            favoured[j] = p->sublattice[j] == p->sublattice[i] ? (j == i ? 0.0 : -4.0) : 0.3 * s->weight[j];
        count = try_start(s, o, favoured, count);
    }
    return count;
}

/* Half of each of two constituents, for Redlich-Kister terms that pull a minimum between them. */
static int from_pairs(kiln_solver *s, const kiln_i_objective *o, int count)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    double *favoured = s->weight + s->max_y;
    for (int i = 0; i < p->n_y; ++i)
        for (int k = i + 1; k < p->n_y && p->sublattice[k] == p->sublattice[i]; ++k) {
            for (int j = 0; j < p->n_y; ++j)
                favoured[j] = p->sublattice[j] == p->sublattice[i] ? (j == i || j == k ? 0.0 : -4.0) : 0.3 * s->weight[j];
            count = try_start(s, o, favoured, count);
        }
    return count;
}

static int has_several_sublattices(const kiln_i_mphase *p) { return p->n_y > 0 && p->sublattice[0] != p->sublattice[p->n_y - 1]; }

/* Choices of one constituent per sublattice, counted like the digits of a number; 0 after the last. */
static int next_choice(const kiln_i_mphase *p, int *chosen)
{
    for (int first = 0, end, s = 0; first < p->n_y; first = end, ++s) {
        for (end = first + 1; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {}
        if (++chosen[s] < end - first) return 1;
        chosen[s] = 0;
    }
    return 0;
}

static void weights_of_choice(const kiln_i_mphase *p, const int *chosen, double depth, double *weight)
{
    for (int first = 0, end, s = 0; first < p->n_y; first = end, ++s)
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end)
            weight[end] = end - first == chosen[s] ? 0.0 : -depth;
}

/* The few end members (projected on neutrality) of least distance, each as a start: reciprocal terms hide them from starts that look at one sublattice
 * at a time. */
static int from_end_members(kiln_solver *s, const kiln_i_objective *o, int count)
{
    enum { BEST = 4, MAX_CHOICES = 512, BURIED = 12 };
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    double *weight = s->weight + s->max_y, value[BEST];
    int chosen[KILN_MAX_SUBLATTICES] = {0}, best[BEST][KILN_MAX_SUBLATTICES], kept = 0, seen = 0;
    do {
        weights_of_choice(p, chosen, BURIED, weight);
        if (!kiln_i_project(s, o->phase, weight, s->direction)) continue;
        const double d = kiln_i_objective_value(s, o, s->direction, NULL, NULL);
        int place = kept;
        while (place > 0 && value[place - 1] > d) --place;
        if (place == BEST) continue;
        if (kept < BEST) ++kept;
        for (int k = kept - 1; k > place; --k) {
            value[k] = value[k - 1];
            memcpy(best[k], best[k - 1], sizeof best[k]);
        }
        value[place] = d;
        memcpy(best[place], chosen, sizeof chosen);
    } while (next_choice(p, chosen) && ++seen < MAX_CHOICES);
    for (int k = 0; k < kept; ++k) {
        weights_of_choice(p, best[k], 5.0, weight);
        count = try_start(s, o, weight, count);
    }
    return count;
}

/* From the ideal solution or what is remembered, whichever lies lower. */
static int lowest_start(kiln_solver *s, const kiln_i_objective *o)
{
    const int n = s->system->phases[o->phase].n_y;
    double *y = s->minima, least;
    if (!kiln_i_project(s, o->phase, s->weight, y)) return 0;
    least = kiln_i_objective_value(s, o, y, NULL, NULL);
    for (int k = 0; k < s->n_warm[o->phase]; ++k) {
        const double *warm = s->warm[o->phase] + (size_t)(n * k), value = kiln_i_objective_value(s, o, warm, NULL, NULL);
        if (value >= least) continue;
        least = value;
        memcpy(y, warm, (size_t)n * sizeof *y);
    }
    return kiln_i_newton_descend(s, o, y, &s->minimum[0]) == KILN_OK;
}

int kiln_i_price(kiln_solver *s, int phase, const double *mu, kiln_i_effort effort)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const kiln_i_objective o = kiln_i_distance(s, phase, mu, s->linear);
    if (p->n_y == 0) {
        s->minimum[0] = p->c0 + o.constant;
        return 1;
    }
    ideal_weights(s, p, s->weight);
    if (s->options.method == KILN_METHOD_NEWTON && (effort == KILN_I_QUICK || kiln_i_is_convex_everywhere(s, phase)))
        return lowest_start(s, &o);
    int count = try_start(s, &o, s->weight, 0);
    count = from_warm(s, &o, count);
    if (effort < KILN_I_THOROUGH) return count;
    count = from_constituents(s, &o, count);
    if (has_several_sublattices(p)) count = from_end_members(s, &o, count);
    return p->n_high > 0 ? from_pairs(s, &o, count) : count;
}
