#include "solve/certify.h"

#include "core/context.h"
#include "core/dense.h"
#include "core/order.h"
#include "solve/search.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* One box in the stack: ranges of t, of the cuts, of y, and multipliers. */
static int box_size(int n) { return 2 * n + 2 * n + 2 * n + n + 1; }

static void box_map(double *at, int n, kiln_i_box *box)
{
    box->low = at;
    box->high = box->low + n;
    box->cut_low = box->high + n;
    box->cut_high = box->cut_low + n;
    box->y_low = box->cut_high + n;
    box->y_high = box->y_low + n;
    box->theta = box->y_high + n;
}

/* What a certifier owns beside its stack. */
enum { N_ARRAYS = 24 };
typedef struct array {
    double **at;
    size_t size;
} array;

static void list_arrays(struct kiln_i_certifier *c, size_t n, array out[N_ARRAYS])
{
    const size_t order = n + 1;
    kiln_i_spectrum *q = &c->spectrum;
    kiln_i_parabola *a = &c->parabola;
    const array all[N_ARRAYS] = {{&q->c, n},
                                 {&q->centre, n},
                                 {&q->lambda, n},
                                 {&q->v, n * n},
                                 {&q->charge, n},
                                 {&q->cut, n * n},
                                 {&q->work, order * (order + 3) + n},
                                 {&c->x, n},
                                 {&c->y, n},
                                 {&c->start, n},
                                 {&c->minimum, n},
                                 {&c->linear, n},
                                 {&c->tilt, n},
                                 {&a->y, n},
                                 {&a->slope, n},
                                 {&a->curvature, n},
                                 {&a->low, n},
                                 {&a->high, n},
                                 {&a->least, n},
                                 {&a->along, n * n},
                                 {&a->across, n * n},
                                 {&c->cubic.third, n * n * n},
                                 {&c->cubic.shift, n * n},
                                 {&c->cubic.radius, n * n}};
    memcpy(out, all, sizeof all);
}

kiln_status kiln_i_certifier_create(kiln_solver *s, struct kiln_i_certifier *c)
{
    array arrays[N_ARRAYS];
    c->size = box_size(s->max_y);
    list_arrays(c, (size_t)s->max_y, arrays);
    for (int i = 0; i < N_ARRAYS; ++i)
        if (!(*arrays[i].at = kiln_i_calloc(s->ctx, arrays[i].size, sizeof(double)))) return KILN_E_NOMEM;
    c->stack = kiln_i_alloc(s->ctx, (KILN_MAX_BOXES + 2) * (size_t)c->size, sizeof *c->stack);
    return c->stack ? KILN_OK : KILN_E_NOMEM;
}

void kiln_i_certifier_destroy(kiln_solver *s, struct kiln_i_certifier *c)
{
    array arrays[N_ARRAYS];
    list_arrays(c, (size_t)s->max_y, arrays);
    for (int i = 0; i < N_ARRAYS; ++i) kiln_i_free(s->ctx, *arrays[i].at);
    kiln_i_free(s->ctx, c->stack);
    memset(c, 0, sizeof *c);
}

/* d at the feasible point nearest to x, which is left in c->y; infinity when there is none. */
static double value_near(kiln_solver *s, struct kiln_i_certifier *c, const kiln_i_objective *o, const double *x)
{
    for (int i = 0; i < s->system->phases[o->phase].n_y; ++i) c->start[i] = log(fmax(x[i], 1e-60));
    return kiln_i_project(s, o->phase, c->start, c->y) ? kiln_i_objective_value(s, o, c->y, NULL, NULL) : INFINITY;
}

/* From x, a point of every simplex but perhaps not neutral, to a local minimum of d; its value, infinity on failure. */
static double descend_from(kiln_solver *s, struct kiln_i_certifier *c, const kiln_i_objective *o, const double *x)
{
    double value = value_near(s, c, o, x);
    return isfinite(value) && kiln_i_newton_descend(s, o, c->y, &value) == KILN_OK ? value : INFINITY;
}

/* diag(rt a / high) + H positive definite on the null space, H that at the centre with what `higher` says of its change; NULL for a quadratic energy. */
static int is_definite(kiln_solver *s, int phase, const double *centre, const double *high, const kiln_i_higher *higher,
                       double rt)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    kiln_i_objective o = {phase, NULL, 0.0, rt, p->n_constraints, p->constraint};
    const double *hessian = p->q;
    double largest = 0.0;
    if (!kiln_i_is_quadratic(p)) {
        (void)kiln_i_phase_excess(s->system, phase, centre, s->gradient, s->hessian);
        hessian = s->hessian;
    }
    for (int i = 0; higher && higher->shift && i < p->n_y * p->n_y; ++i) s->hessian[i] += higher->shift[i];
    for (int i = 0; higher && i < p->n_y; ++i) {
        if (!isfinite(higher->curvature[i])) return 0;
        s->hessian[i + p->n_y * i] -= higher->curvature[i];
    }
    for (int i = 0; i < p->n_y; ++i)
        for (int j = 0; j < p->n_y; ++j)
            largest = kiln_i_greater(hessian[i + p->n_y * j] * hessian[i + p->n_y * j] * high[i] * high[j], largest);
    /* a hundred roundings of the largest entry, taken off the entropy's part, keep a barely indefinite matrix from passing (sites >= 1 make entries smaller) */
    o.rt -= 100.0 * DBL_EPSILON * fmax(s->RT, sqrt(largest)) / s->least_sites;
    return kiln_i_factor(s, &o, high, hessian);
}

/* Convexity of d on {y <= high}. The entropy's curvature sum a z^2 / y is at least sum a z^2 / high; it is at least 2 sum a z^2 as well, because sum z = 0 on a
 * sublattice gives sum z^2 / y >= (sum |z|)^2 >= 2 sum z^2; and at least any mean of the two. */
static int is_convex(kiln_solver *s, int phase, const double *centre, const double *high, const kiln_i_higher *higher)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double mean[KILN_MAX_Y];
    if (is_definite(s, phase, centre, high, higher, s->RT)) return 1;
    if (!kiln_i_is_quadratic(p)) return 0;
    for (int i = 0; i < p->n_y; ++i) mean[i] = 2.0 * high[i] / (1.0 + 2.0 * high[i]);
    return is_definite(s, phase, centre, mean, NULL, s->RT);
}

int kiln_i_is_convex_everywhere(kiln_solver *s, int phase)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double half[KILN_MAX_Y];
    if (!kiln_i_is_quadratic(p)) return 0;
    if (s->convex_version != s->system->version) memset(s->convex_T_K, 0, (size_t)s->system->n_phases * sizeof *s->convex_T_K);
    s->convex_version = s->system->version;
    if (s->convex_T_K[phase] == s->system->T_K) return s->convex[phase];
    for (int i = 0; i < p->n_y; ++i) half[i] = 0.5;
    s->convex_T_K[phase] = s->system->T_K;
    s->convex[phase] = (char)is_definite(s, phase, NULL, half, NULL, s->RT);
    return s->convex[phase];
}

double kiln_i_convexity(kiln_solver *s, int phase)
{
    static const double share[] = {0.5, 0.25, 0.1, 0.03};
    double half[KILN_MAX_Y];
    if (!kiln_i_is_convex_everywhere(s, phase)) return 0.0;
    for (int i = 0; i < s->system->phases[phase].n_y; ++i) half[i] = 0.5;
    for (size_t k = 0; k < sizeof share / sizeof *share; ++k)
        if (is_definite(s, phase, NULL, half, NULL, (1.0 - share[k]) * s->RT)) return share[k];
    return 0.0;
}

/* Multiplier of neutrality by least squares weighted with y; any value is rigorous. */
static double neutrality_multiplier(const kiln_i_mphase *p, const double *y, const double *g)
{
    const double *charge = p->constraint + p->n_constraints - 1;
    const int stride = p->n_constraints;
    double top = 0.0, bottom = 0.0;
    for (int first = 0, end; first < p->n_y; first = end) {
        double mean_g = 0.0, mean_q = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {
            mean_g += y[end] * g[end];
            mean_q += y[end] * charge[stride * end];
        }
        for (int i = first; i < end; ++i) {
            const double q = charge[stride * i] - mean_q;
            top -= y[i] * (g[i] - mean_g) * q;
            bottom += y[i] * q * q;
        }
    }
    return bottom > 1e-300 ? top / bottom : 0.0;
}

/* Least of g.z over one sublattice's simplex cut by z <= high: the cheapest first. g is spoilt. */
static double cheapest(int n, double *g, const double *high)
{
    double left = 1.0, sum = 0.0;
    for (int k = 0; k < n && left > 0.0; ++k) {
        int best = 0;
        for (int i = 1; i < n; ++i)
            if (g[i] < g[best]) best = i;
        const double z =
            k + 1 == n ? left : fmin(high[best], left); /* where the ends do not leave room for 1 nothing is to be proved */
        sum += z * g[best];
        left -= z;
        g[best] = INFINITY;
    }
    return sum;
}

/* Lower bound of a function convex on {z <= high} from its tangent at y: value + least of gradient.(z - y) over the simplices so cut and neutrality, J per mole of
 * formula units, lowered by rounding. */
static double tangent_bound(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *high)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    const int n = p->n_y, m = p->n_constraints;
    double *g = s->gradient, size = 0.0, value = kiln_i_objective_value(s, o, y, g, NULL);
    const double nu = p->has_charge ? neutrality_multiplier(p, y, g) : 0.0;
    size = fabs(value);
    for (int first = 0, end; first < n; first = end) {
        for (end = first; end < n && p->sublattice[end] == p->sublattice[first]; ++end) {
            value -= g[end] * y[end];
            size = fmax(size, fabs(g[end]) + (o->linear ? fabs(o->linear[end]) : 0.0));
            if (p->has_charge) g[end] += nu * p->constraint[m - 1 + m * end];
        }
        value += cheapest(end - first, g + first, high + first);
    }
    if (p->has_charge) value -= nu * p->constraint_rhs[m - 1];
    return value - kiln_i_rounding(s, p, fmax(size, fabs(nu)));
}

/* ---- The search ---- */

enum { MANY = 2 };
typedef kiln_i_search search;

static int found_below(search *q, double value)
{
    q->proof->least = fmin(q->proof->least, value);
    if (value >= 0.0) return 0;
    q->proof->has_witness = 1;
    memcpy(q->witness, q->c->y, (size_t)q->n * sizeof *q->witness);
    return 1;
}

typedef enum expansion { FAILED, EMPTY, EXPANDED } expansion;

/* Expansion of the energy for this box: for a quadratic energy once for all; otherwise about the box's own centre. */
static expansion expand(search *q, kiln_i_box *box, kiln_i_higher *higher)
{
    struct kiln_i_certifier *c = q->c;
    higher->rest = 0.0;
    if (!q->has_higher) return EXPANDED;
    for (int i = 0; i < q->n; ++i) c->start[i] = log(fmax(0.5 * (box->y_low[i] + box->y_high[i]), 1e-60));
    if (!kiln_i_project(q->s, q->phase, c->start, c->y)) return FAILED;
    if (!kiln_i_spectrum_set(q->s, q->phase, q->mu, q->tilt, c->y, 0, &c->spectrum)) return FAILED;
    if (!kiln_i_box_ranges(q->s, &c->spectrum, box)) return EMPTY;
    kiln_i_higher_bound(q->s, q->phase, c->spectrum.centre, box->y_low, box->y_high, higher);
    return EXPANDED;
}

/* The bound on a box, less the margin, with the ranges of y it leaves; where the energy is not quadratic narrower ranges give a better expansion, so again while it pays. */
static int bound_and_localise(search *q, kiln_i_box *box, kiln_i_higher *higher, double *D, double *low, double *high)
{
    struct kiln_i_certifier *c = q->c;
    const size_t bytes = (size_t)q->n * sizeof *low;
    for (int round = 0; round < 4; ++round) {
        const double before = kiln_i_total_width(q->n, box->y_low, box->y_high);
        const expansion of = expand(q, box, higher);
        *D = INFINITY;
        if (of != EXPANDED) return of == EMPTY;
        *D = kiln_i_bound(q->s, &c->spectrum, box, (higher->rest + q->margin) / q->s->RT, 0, c->x);
        memcpy(low, box->y_low, bytes);
        memcpy(high, box->y_high, bytes);
        if (*D >= 0.0) return 1;
        kiln_i_localise(q->s, q->phase, *D, c->x, low, high);
        kiln_i_tighten(&q->s->system->phases[q->phase], low, high);
        if (!q->has_higher) break;
        memcpy(box->y_low, low, bytes);
        memcpy(box->y_high, high, bytes);
        if (kiln_i_total_width(q->n, low, high) > 0.8 * before) return 1;
    }
    memcpy(box->y_low, low, bytes);
    memcpy(box->y_high, high, bytes);
    return 1;
}

/* Convexity of d over ranges of y, the Hessian taken at their middle, which need not be feasible. */
static int is_convex_within(const search *q, const double *low, const double *high)
{
    double middle[KILN_MAX_Y];
    kiln_i_higher higher = {0};
    for (int i = 0; i < q->n; ++i) middle[i] = 0.5 * (low[i] + high[i]);
    if (q->has_higher) kiln_i_higher_bound(q->s, q->phase, middle, low, high, &higher);
    return is_convex(q->s, q->phase, middle, high, q->has_higher ? &higher : NULL);
}

/* A minimum below the margin, in c->y: is it another than the first? */
static void count_minimum(search *q, double value)
{
    struct kiln_i_certifier *c = q->c;
    double apart = 0.0;
    if (value >= q->margin) return;
    for (int i = 0; i < q->n && q->n_minima > 0; ++i) apart = fmax(apart, fabs(c->y[i] - c->minimum[i]));
    if (q->n_minima > 0 && apart < 1e-6) return;
    if (q->n_minima++ == 0) memcpy(c->minimum, c->y, (size_t)q->n * sizeof *c->y);
}

/* Whether d is at least 0 on {low <= y <= high}, where it is convex, from a minimum reached from x. That may lie outside: then the region is widened to hold it, or boxes
 * beside a minimum would be split for ever. */
static int finished_by_convexity(search *q, const double *x, const double *low, const double *high)
{
    struct kiln_i_certifier *c = q->c;
    double wide_low[KILN_MAX_Y], wide_high[KILN_MAX_Y];
    int inside = 1;
    if (!is_convex_within(q, low, high)) return 0;
    const double value = descend_from(q->s, c, &q->o, x);
    if (found_below(q, value)) return 1;
    if (!isfinite(value)) return 0;
    for (int i = 0; i < q->n; ++i) {
        wide_low[i] = fmin(low[i], c->y[i]);
        wide_high[i] = fmax(high[i], c->y[i]);
        inside &= c->y[i] <= high[i] && c->y[i] >= low[i];
    }
    if (!inside && !is_convex_within(q, wide_low, wide_high)) return 0;
    if (!(tangent_bound(q->s, &q->o, c->y, wide_high) >= 0.0)) return 0;
    count_minimum(q, value);
    return 1;
}

/* The box is narrowed about the constitution in c->y, by the parabola there, as long as that pays. 1: nothing is left to look at. */
static int narrow_about(search *q, kiln_i_box *box)
{
    struct kiln_i_certifier *c = q->c;
    kiln_i_parabola *a = &c->parabola;
    double before = INFINITY;
    memcpy(a->y, c->y, (size_t)q->n * sizeof *a->y);
    for (;;) {
        kiln_i_parabola_set(q->s, &q->o, &c->spectrum, box, a);
        if (!a->is_known) return 0;
        if (a->bound >= q->margin || !kiln_i_parabola_narrow(q->s, q->phase, q->margin, a, box)) return 1;
        if (a->curvature[0] > 0.0 && finished_by_convexity(q, a->y, box->y_low, box->y_high)) return 1;
        const double now = kiln_i_total_width(q->n, box->y_low, box->y_high);
        if (now > 0.8 * before) return 0;
        before = now;
        kiln_i_parabola_recentre(q->s->RT, a);
    }
}

/* From x first; where d curves upwards there but is not decided, from the minimum beside it too. */
static int narrowed_to_nothing(search *q, const double *x, kiln_i_box *box)
{
    struct kiln_i_certifier *c = q->c;
    c->parabola.is_known = 0;
    c->parabola.bend = INFINITY;
    if (!isfinite(value_near(q->s, c, &q->o, x))) return 0;
    if (narrow_about(q, box)) return 1;
    if (!c->parabola.is_known || !(c->parabola.curvature[0] > 0.0)) return 0;
    const double value = descend_from(q->s, c, &q->o, x);
    if (found_below(q, value)) return 1;
    return isfinite(value) && narrow_about(q, box);
}

/* The constitution with the least d among x and those remembered from this phase. */
static void best_start(search *q, double *x)
{
    const double *warm = q->s->warm[q->phase];
    double least = kiln_i_objective_value(q->s, &q->o, x, NULL, NULL);
    for (int k = 0; k < q->s->n_warm[q->phase]; ++k) {
        const double value = kiln_i_objective_value(q->s, &q->o, warm + (size_t)(q->n * k), NULL, NULL);
        if (value >= least) continue;
        least = value;
        memcpy(x, warm + (size_t)(q->n * k), (size_t)q->n * sizeof *x);
    }
}

/* Most phases are convex, everywhere or at least where the ideal solution's bound leaves room for d < 0; then one descent and its tangent decide. 1: decided.
 * The ranges hold all y with d below twice the gap, so that a minimum of the plane before it was lowered is the only one there. */
static int decide_by_convexity(search *q)
{
    struct kiln_i_certifier *c = q->c;
    double low[KILN_MAX_Y], high[KILN_MAX_Y];
    const double D = kiln_i_quick_localise(q->s, q->phase, q->mu, q->tilt, q->margin, c->x, low, high);
    ++q->proof->nodes;
    q->proof->lower = fmax(D, 0.0);
    if (D >= 0.0) return q->proof->is_certified = 1;
    best_start(q, c->x);
    if (!q->has_share && kiln_i_is_convex_everywhere(q->s, q->phase)) {
        const double value = descend_from(q->s, c, &q->o, c->x);
        if (found_below(q, value)) return 1;
        for (int i = 0; i < q->n; ++i) high[i] = 1.0;
        const double tangent = isfinite(value) ? tangent_bound(q->s, &q->o, c->y, high) : -INFINITY;
        q->proof->is_certified = tangent >= 0.0;
        q->proof->lower = fmax(tangent, 0.0);
        return q->proof->has_one_minimum = q->proof->is_certified;
    }
    if (!finished_by_convexity(q, c->x, low, high)) return 0;
    q->proof->is_certified = q->proof->has_one_minimum = !q->proof->has_witness;
    return 1;
}

static double *push(struct kiln_i_certifier *c) { return c->stack + (size_t)(c->n_stack++) * (size_t)c->size; }

/* One box: 1 to go on, 0 when the search is over. */
static int examine(search *q)
{
    struct kiln_i_certifier *c = q->c;
    kiln_i_box box, right;
    kiln_i_higher higher;
    double *work = c->stack + (size_t)(KILN_MAX_BOXES) * (size_t)c->size, high[KILN_MAX_Y], low[KILN_MAX_Y], t = 0.0;
    memcpy(work, c->stack + (size_t)(--c->n_stack) * (size_t)c->size, (size_t)c->size * sizeof *work);
    box_map(work, q->n, &box);
    ++q->proof->nodes;
    c->work += q->has_higher ? KILN_HIGHER_BOX : 1;
    kiln_i_tighten(&q->s->system->phases[q->phase], box.y_low, box.y_high);
    if (kiln_i_is_empty(q->n, box.y_low, box.y_high)) return 1;
    double D;
    if (!bound_and_localise(q, &box, &higher, &D, low, high)) {
        if (!q->proof->reason) q->proof->reason = "an eigenvalue problem or a projection failed";
        return 0;
    }
    if (D >= 0.0) return 1;
    if (D + q->margin / q->s->RT >= 0.0) {
        q->n_minima = MANY; /* d >= 0, but how often it comes near is not known */
        return 1;
    }
    if (kiln_i_is_empty(q->n, low, high)) return 1;
    /* As boxes shrink the relaxation's constitution comes to lie below zero itself, if the phase does. */
    const double here = q->proof->nodes <= 2 ? descend_from(q->s, c, &q->o, c->x) : value_near(q->s, c, &q->o, c->x);
    if (found_below(q, here)) return 0;
    memcpy(box.y_low, low, (size_t)q->n * sizeof *low);
    memcpy(box.y_high, high, (size_t)q->n * sizeof *high);
    if (finished_by_convexity(q, c->x, low, high) || narrowed_to_nothing(q, c->x, &box)) return !q->proof->has_witness;
    const int k = kiln_i_choose(q, &box, &higher, D, &t);
    /* No gap left to close: the multipliers were not yet the best. */
    if (k < 0 && kiln_i_bound(q->s, &c->spectrum, &box, higher.rest / q->s->RT, 1, c->x) >= 0.0) {
        q->n_minima = MANY;
        return 1;
    }
    if (k < 0 || c->n_stack + 2 > KILN_MAX_BOXES) {
        q->proof->reason = k < 0 ? "the bound is not tight enough to decide" : "too many boxes at once";
        return 0;
    }
    memcpy(push(c), work, (size_t)c->size * sizeof *work);
    box_map(c->stack + (size_t)(c->n_stack - 1) * (size_t)c->size, q->n, &right);
    kiln_i_box left;
    memcpy(push(c), work, (size_t)c->size * sizeof *work);
    box_map(c->stack + (size_t)(c->n_stack - 1) * (size_t)c->size, q->n, &left);
    kiln_i_split(q, k, t, &left, &right);
    return 1;
}

static void first_box(search *q)
{
    struct kiln_i_certifier *c = q->c;
    kiln_i_box box;
    c->n_stack = 0;
    box_map(push(c), q->n, &box);
    kiln_i_box_whole(q->s, &c->spectrum, &box);
    if (!q->has_higher) (void)kiln_i_box_ranges(q->s, &c->spectrum, &box);
}

/* d + tilt.y >= 0, with the entropy that s->RT stands for. */
static void run(search *q, int max_nodes)
{
    struct kiln_i_certifier *c = q->c;
    kiln_i_proof *proof = q->proof;
    q->o = kiln_i_distance(q->s, q->phase, q->mu, c->linear);
    for (int i = 0; i < q->n; ++i) c->linear[i] += q->tilt[i];
    if (decide_by_convexity(q)) return;
    /* The cuts come from the middle of the phase; a quadratic energy has the same curvature everywhere. */
    for (int i = 0; i < q->n; ++i) c->start[i] = 0.0;
    if (!kiln_i_project(q->s, q->phase, c->start, c->y) ||
        !kiln_i_spectrum_set(q->s, q->phase, q->mu, q->tilt, c->y, 1, &c->spectrum)) {
        proof->reason = "an eigenvalue problem or a projection failed";
        return;
    }
    first_box(q);
    while (c->n_stack > 0) {
        if (proof->nodes >= max_nodes) {
            proof->reason = "the budget of boxes is spent";
            return;
        }
        if (!examine(q)) return;
    }
    proof->is_certified = 1;
    proof->has_one_minimum = q->n_minima <= 1;
}

static search search_of(kiln_solver *s, int phase, const double *mu, double *witness, kiln_i_proof *proof)
{
    *proof = (kiln_i_proof){.least = INFINITY};
    return (search){.s = s,
                    .c = s->certifier,
                    .mu = mu,
                    .tilt = s->certifier->tilt,
                    .phase = phase,
                    .n = s->system->phases[phase].n_y,
                    .has_higher = kiln_i_has_higher(s, phase),
                    .witness = witness,
                    .proof = proof};
}

void kiln_i_certify(kiln_solver *s, int phase, const double *mu, int max_nodes, double *witness, kiln_i_proof *proof)
{
    search q = search_of(s, phase, mu, witness, proof);
    if (q.n > 0) {
        memset(s->certifier->tilt, 0, (size_t)q.n * sizeof *q.tilt);
        q.margin = 2.0 * s->options.certify_gap_J_mol * kiln_i_largest_amount(s, phase);
        run(&q, max_nodes);
        return;
    }
    q.o = kiln_i_distance(s, phase, mu, s->certifier->linear);
    proof->least = s->system->phases[phase].c0 + q.o.constant;
    proof->is_certified = proof->least >= 0.0;
    proof->lower = fmax(proof->least, 0.0);
    proof->has_witness = !proof->is_certified;
}

/* share RT sum a KL(y || from) taken off d leaves (1 - share) RT of its entropy, and share RT a ln from added to the linear terms. */
void kiln_i_certify_share(kiln_solver *s, int phase, const double *mu, double share, const double *from, int max_nodes,
                          double *witness, kiln_i_proof *proof)
{
    const double RT = s->RT, *sites = s->system->phases[phase].sites;
    search q = search_of(s, phase, mu, witness, proof);
    q.has_share = 1;
    for (int i = 0; i < q.n; ++i) s->certifier->tilt[i] = share * RT * sites[i] * log(from[i]);
    s->RT = (1.0 - share) * RT;
    run(&q, max_nodes);
    s->RT = RT;
}
