#include "diagram/tx.h"

#include "core/context.h"
#include "solve/certify.h"

#include <math.h>
#include <string.h>

enum { MAX_GOLDEN = 80, MAX_DEPTH = 24 };
static const double SETTLED_K = 1e-5; /* a critical point is known to 1e-3 K */

typedef struct soft {
    kiln_i_structure *structure;
    double x_low, x_high, x; /* x: where the least value was */
} soft;

/* Least eigenvalue at x, over RT; NAN where the structure cannot hold the composition. */
static double stability(kiln_i_structure *s, double T_K, double x)
{
    kiln_i_fields_move(&s->fields, x);
    if (!kiln_i_hold_of(s->solver, 0)->is_possible) return NAN;
    if (kiln_i_target_follow(&s->target, 0) != KILN_OK || kiln_i_target_solve(&s->target, T_K, 0) != KILN_OK) return NAN;
    return kiln_i_target_eigenvalue(&s->target);
}

/* The least of them between x_low and x_high, by golden section (Kiefer, Proc. Am. Math. Soc. 4 (1953) 502). */
static double least_stability(void *data, double T_K)
{
    soft *t = data;
    const double r = 0.3819660112501051;
    double a = t->x_low, b = t->x_high, x[2] = {a + r * (b - a), b - r * (b - a)}, value[2];
    for (int k = 0; k < 2; ++k) value[k] = stability(t->structure, T_K, x[k]);
    for (int step = 0; step < MAX_GOLDEN && b - a > 1e-9; ++step) {
        const int best = value[1] < value[0];
        if (isnan(value[0]) || isnan(value[1])) return NAN;
        if (best) a = x[0];
        else b = x[1];
        x[!best] = x[best];
        value[!best] = value[best];
        x[best] = best ? b - r * (b - a) : a + r * (b - a);
        value[best] = stability(t->structure, T_K, x[best]);
    }
    t->x = 0.5 * (a + b);
    return fmin(value[0], value[1]);
}

int kiln_i_tx_critical(kiln_i_tx *w, int phase, double x_low, double x_high, double low_K, double high_K, double *found_K,
                       double *x)
{
    soft t = {.x_low = x_low, .x_high = x_high};
    for (int k = 0; k < w->join->n_structures; ++k)
        if (w->join->structure[k].phase == phase) t.structure = &w->join->structure[k];
    if (!t.structure) return 0;
    *found_K = kiln_i_tx_zero(least_stability, &t, low_K, high_K, SETTLED_K);
    *x = t.x;
    /* At an end of the interval it is the fall towards a gap elsewhere, not a minimum. */
    const double margin = 1e-6 * (x_high - x_low);
    return isfinite(*found_K) && *found_K > low_K && *found_K<high_K && * x> x_low + margin && *x < x_high - margin;
}

/* ---- Spinodals ---- */

typedef struct zeros {
    double T_K, x[KILN_GAP_MAX_SPINODALS];
    int n;
} zeros;

typedef struct chain {
    kiln_i_tx *w;
    kiln_i_structure *structure;
    int open[KILN_GAP_MAX_SPINODALS], n_open; /* the curves that go on, by rising x */
    int room[KILN_GAP_MAX_SPINODALS];
    zeros last;
} chain;

static void find(const chain *c, double T_K, zeros *out)
{
    double low, high;
    kiln_solver *s = c->structure->solver;
    out->n = 0;
    c->structure->fields.T_K = out->T_K = T_K;
    kiln_i_system_set_temperature(s->system, T_K);
    s->RT = s->system->R * T_K;
    if (kiln_i_is_convex_everywhere(s, 0)) return; /* the bound that proofs use */
    out->n = kiln_i_spinodals(&c->structure->fields, &c->structure->target, out->x, KILN_GAP_MAX_SPINODALS, &low, &high);
    if (out->n > KILN_GAP_MAX_SPINODALS) out->n = KILN_GAP_MAX_SPINODALS;
}

static kiln_status add_point(chain *c, int k, double T_K, double x)
{
    kiln_tx_spinodal *s = &c->w->tx->spinodal[c->open[k]];
    if (s->n == c->room[k]) {
        if (!kiln_i_grow(c->w->ctx, &s->point, (size_t)s->n, (size_t)(2 * s->n + 16), sizeof *s->point))
            return kiln_i_fail(c->w->ctx, KILN_E_NOMEM, "spinodals of a diagram");
        c->room[k] = 2 * s->n + 16;
    }
    s->point[s->n++] = (kiln_tx_point){T_K, x, 1.0 - x, 0};
    return KILN_OK;
}

static kiln_status begin(chain *c, int k)
{
    kiln_i_tx *w = c->w;
    kiln_tx *tx = w->tx;
    if (tx->n_spinodals == w->spinodal_room) {
        const int room = 2 * w->spinodal_room + 8;
        if (!kiln_i_grow(w->ctx, &tx->spinodal, (size_t)w->spinodal_room, (size_t)room, sizeof *tx->spinodal))
            return kiln_i_fail(w->ctx, KILN_E_NOMEM, "spinodals of a diagram");
        w->spinodal_room = room;
    }
    c->open[k] = tx->n_spinodals;
    c->room[k] = 0;
    tx->spinodal[tx->n_spinodals++] = (kiln_tx_spinodal){.phase = c->structure->phase};
    return KILN_OK;
}

/* All curves on to these zeros; where their number is another one, new curves. `top_K` and `x`: the critical point between, NAN where it is not known. */
static kiln_status advance(chain *c, const zeros *z, double top_K, double x)
{
    kiln_status status = KILN_OK;
    const int is_new = z->n != c->n_open, is_end = is_new && isfinite(top_K);
    for (int k = 0; is_end && z->n == 0 && k < c->n_open && status == KILN_OK; ++k) {
        c->w->tx->spinodal[c->open[k]].ends = 1;
        status = add_point(c, k, top_K, x);
    }
    for (int k = 0; k < z->n && status == KILN_OK; ++k) {
        if (is_new) status = begin(c, k);
        if (status == KILN_OK && is_end && c->n_open == 0) {
            c->w->tx->spinodal[c->open[k]].begins = 1;
            status = add_point(c, k, top_K, x);
        }
        if (status == KILN_OK) status = add_point(c, k, z->T_K, z->x[k]);
    }
    c->n_open = z->n;
    c->last = *z;
    return status;
}

static int is_straight(const kiln_i_tx *w, const zeros *a, const zeros *m, const zeros *b)
{
    for (int k = 0; k < a->n; ++k)
        if (fabs(m->x[k] - 0.5 * (a->x[k] + b->x[k])) > w->options.tolerance_x) return 0;
    return 1;
}

/* Two spinodals on one side and none on the other. */
static int meet(const chain *c, const zeros *a, const zeros *b, double *top_K, double *x)
{
    const zeros *open = a->n ? a : b;
    const double span = open->n == 2 ? open->x[1] - open->x[0] : 0.0;
    return a->n + b->n == 2 && open->n == 2 &&
           kiln_i_tx_critical(c->w, c->structure->phase, fmax(open->x[0] - 0.5 * span, 1e-6),
                              fmin(open->x[1] + 0.5 * span, 1.0 - 1e-6), a->T_K, b->T_K, top_K, x);
}

/* From a, which is there already, to b. */
static kiln_status trace(chain *c, const zeros *a, const zeros *b, int depth)
{
    double top_K = NAN, x = NAN;
    zeros m;
    if (a->n == 0 && b->n == 0) return advance(c, b, NAN, NAN);
    const double span = b->T_K - a->T_K;
    if (span < c->w->options.least_K || depth == MAX_DEPTH) {
        if (a->n != b->n && !meet(c, a, b, &top_K, &x)) top_K = NAN;
        return advance(c, b, top_K, x);
    }
    find(c, 0.5 * (a->T_K + b->T_K), &m);
    if (a->n == b->n && m.n == a->n && is_straight(c->w, a, &m, b)) {
        const kiln_status status = advance(c, &m, NAN, NAN);
        return status == KILN_OK ? advance(c, b, NAN, NAN) : status;
    }
    const kiln_status status = trace(c, a, &m, depth + 1);
    return status == KILN_OK ? trace(c, &m, b, depth + 1) : status;
}

static kiln_status trace_structure(kiln_i_tx *w, kiln_i_structure *structure)
{
    const int n = w->options.n_intervals;
    chain c = {.w = w, .structure = structure};
    zeros a, b;
    find(&c, w->tx->T_low_K, &a);
    kiln_status status = advance(&c, &a, NAN, NAN);
    for (int i = 1; i <= n && status == KILN_OK; ++i, a = b) {
        find(&c, w->tx->T_low_K + (w->tx->T_high_K - w->tx->T_low_K) * i / n, &b);
        status = trace(&c, &a, &b, 0);
    }
    return status;
}

static int has_field(const kiln_tx *tx, int phase)
{
    for (int i = 0; i < tx->n_areas; ++i)
        for (int k = 0; k < tx->area[i].phases.n_phases; ++k)
            if (tx->area[i].phases.phase[k] == phase) return 1;
    return 0;
}

kiln_status kiln_i_tx_spinodals(kiln_i_tx *w)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < w->join->n_structures && status == KILN_OK; ++k)
        if (w->options.all_spinodals || has_field(w->tx, w->join->structure[k].phase))
            status = trace_structure(w, &w->join->structure[k]);
    return status;
}
