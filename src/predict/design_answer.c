#include "predict/design_state.h"

#include "core/context.h"
#include "predict/risk_state.h"

#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* An end within so much of a competitor's own is decided by it, too. */
static const double NEAR_K = 0.5, NEAR_INDEX = 0.01, NEAR_TOLERANCE = 1e-4, NEAR_LIMIT = 1e-5;
static const double LEAST_MULTIPLIER = 1e-6;
static const double STATIONARY = 0.05; /* of a unit of the goal, 100 K, what is left to gain by a whole unit of shares */
#define FLAT_INDEX 0.1
#define FLAT_SHARE 0.1

void kiln_i_design_point_of(const kiln_design *d, const kiln_i_design_found *at, kiln_design_point *out)
{
    kiln_i_design_fractions(d, at->v, out->fraction);
    out->value = at->value;
    out->low_K = at->low_K;
    out->high_K = at->high_K;
    out->entropy_R = kiln_i_design_entropy(d, at->v, NULL);
    out->cost_kg = kiln_i_design_cost(d, at->v);
}

/* ---- What holds it: direction = sum of multiplier * constraint's gradient + a multiple of ones, multipliers >= 0 ---- */

typedef struct columns {
    int N, n;
    double gradient[KILN_MAX_ACTIVE][KILN_I_UNKNOWNS];
    double weight[KILN_MAX_ACTIVE]; /* of a competitor: d(constraint)/d(its unknown), else 0 */
    double unit[KILN_MAX_ACTIVE];
    kiln_design_active active[KILN_MAX_ACTIVE];
    double multiplier[KILN_MAX_ACTIVE];
} columns;

static double *add_column(columns *c, int phase, int is_high, const char *text)
{
    if (c->n == KILN_MAX_ACTIVE) return NULL;
    kiln_design_active *active = &c->active[c->n];
    *active = (kiln_design_active){.phase = phase, .is_high = is_high};
    snprintf(active->text, sizeof active->text, "%s", text);
    memset(c->gradient[c->n], 0, sizeof c->gradient[c->n]);
    c->weight[c->n] = c->unit[c->n] = 0.0;
    return c->gradient[c->n++];
}

static int is_near(const kiln_design *d, double value, double by_unknown)
{
    if (kiln_i_design_is_thermal(d)) return fabs(by_unknown) > 0.0 && fabs(100.0 * value / by_unknown) < NEAR_K;
    return value < (d->options.goal == KILN_DESIGN_TOLERANCE ? NEAR_TOLERANCE : NEAR_INDEX);
}

static void add_competitors(kiln_design *d, const double *z, columns *c)
{
    double value[KILN_I_MARGINS], by_z[KILN_I_MARGINS * KILN_I_UNKNOWNS];
    const int n = kiln_i_design_constraints(d, z, value, by_z), P = d->system->n_phases + 1;
    for (int k = 0; k < n; ++k) {
        const int is_high = k >= P, unknown = is_high ? c->N - 1 : d->space.m, phase = k % P;
        if (!is_near(d, value[k], by_z[c->N * k + unknown])) continue;
        double *g = add_column(c, phase < P - 1 ? phase : kiln_i_first_of_set(d->window), is_high, "");
        if (!g) return;
        memcpy(g, by_z + (size_t)(c->N * k), (size_t)c->N * sizeof *g);
        c->weight[c->n - 1] = fabs(g[unknown]);
    }
}

static void add_limits(const kiln_design *d, const double *v, columns *c)
{
    const kiln_i_design_space *s = &d->space;
    double by_v[KILN_I_VARIABLES];
    for (int r = 0; r < s->n_rows; ++r) {
        double slack = s->row[r].b, *g;
        for (int j = 0; j < s->m; ++j) slack -= s->row[r].a[j] * v[j];
        if (slack > NEAR_LIMIT || !(g = add_column(c, -1, 0, s->row[r].text))) continue;
        for (int j = 0; j < s->m; ++j) g[j] = -s->row[r].a[j];
        c->unit[c->n - 1] = s->row[r].unit;
    }
    const double slack = kiln_i_design_entropy(d, v, by_v) - s->least_entropy;
    char text[64];
    snprintf(text, sizeof text, "entropy>=%gR", s->least_entropy);
    double *g = s->least_entropy > 0.0 && slack < NEAR_LIMIT ? add_column(c, -1, 0, text) : NULL;
    for (int j = 0; g && j < s->m; ++j) g[j] = by_v[j];
    if (g) c->unit[c->n - 1] = 0.01;
}

/* Least squares over those in use, and how much of the direction is left; 0 on failure. */
static int fit(const kiln_design *d, const columns *c, const int *used, int n, double *x, double *left)
{
    double A[KILN_I_UNKNOWNS * (KILN_MAX_ACTIVE + 1)],
        b[KILN_I_UNKNOWNS + KILN_MAX_ACTIVE + 1] = {0}, sv[KILN_I_UNKNOWNS + KILN_MAX_ACTIVE];
    const int N = c->N;
    lapack_int rank;
    for (int k = 0; k < n; ++k) memcpy(A + N * k, c->gradient[used[k]], (size_t)N * sizeof *A);
    for (int j = 0; j < N; ++j) A[j + N * n] = j < d->space.m;
    kiln_i_design_direction(d, b);
    if (LAPACKE_dgelsd(LAPACK_COL_MAJOR, N, n + 1, 1, A, N, b, N > n + 1 ? N : n + 1, sv, 1e-9, &rank) != 0) return 0;
    memcpy(x, b, (size_t)n * sizeof *x);
    double rest[KILN_I_UNKNOWNS];
    kiln_i_design_direction(d, rest);
    *left = 0.0;
    for (int j = 0; j < N; ++j) {
        for (int k = 0; k < n; ++k) rest[j] -= b[k] * c->gradient[used[k]][j];
        if (j < d->space.m) rest[j] -= b[n];
        *left = hypot(*left, rest[j]);
    }
    return 1;
}

/* Negative ones leave, the most negative first. */
static kiln_status find_multipliers(const kiln_design *d, columns *c, double *left)
{
    *left = 1.0;
    int used[KILN_MAX_ACTIVE], n = c->n;
    double x[KILN_MAX_ACTIVE + 1] = {0};
    for (int k = 0; k < n; ++k) used[k] = k;
    while (n > 0) {
        if (!fit(d, c, used, n, x, left)) return kiln_i_fail(d->ctx, KILN_E_NOT_CONVERGED, "multipliers of the optimum");
        int worst = 0;
        for (int k = 1; k < n; ++k)
            if (x[k] < x[worst]) worst = k;
        if (x[worst] >= 0.0) break;
        --n;
        for (int k = worst; k < n; ++k) used[k] = used[k + 1];
    }
    for (int k = 0; k < n; ++k) c->multiplier[used[k]] = x[k];
    return KILN_OK;
}

/* What is active at a point, and its multipliers. */
static kiln_status explain(kiln_design *d, const kiln_i_design_found *at, columns *c, double *left)
{
    double z[KILN_I_UNKNOWNS];
    c->N = kiln_i_design_unknowns(d, at, z);
    add_competitors(d, z, c);
    add_limits(d, at->v, c);
    return find_multipliers(d, c, left);
}

int kiln_i_design_is_optimum(kiln_design *d, const kiln_i_design_found *at)
{
    columns c = {.n = 0};
    double left;
    return explain(d, at, &c, &left) == KILN_OK && left < STATIONARY;
}

kiln_status kiln_i_design_find_active(kiln_design *d, const kiln_i_design_found *at)
{
    columns c = {.n = 0};
    double sum[2] = {0.0, 0.0}, left;
    const kiln_status status = explain(d, at, &c, &left);
    for (int k = 0; k < c.n; ++k) sum[c.active[k].is_high] += c.multiplier[k] * c.weight[k];
    for (int k = 0; k < c.n; ++k) {
        const double total = sum[c.active[k].is_high];
        kiln_design_active active = c.active[k];
        active.multiplier = active.phase < 0 ? c.multiplier[k] * c.unit[k] * (kiln_i_design_is_thermal(d) ? 100.0 : 1.0)
                            : total > 0.0    ? c.multiplier[k] * c.weight[k] / total
                                             : 0.0;
        if (active.multiplier > LEAST_MULTIPLIER) d->result.active[d->result.n_active++] = active;
    }
    return status;
}

/* ---- How flat it is ---- */

/* The variable that a cation belongs to: of those that stay in proportion all move together. */
static int variable_of(const kiln_design *d, int i)
{
    int j = 0;
    while (!(d->space.block[i][j] > 0.0)) ++j;
    return j;
}

/* Whether the goal loses less than is told for with variable j at a share; *at moves there if so. */
static int is_flat(kiln_design *d, const kiln_i_design_found *best, int j, double share, kiln_i_design_found *at)
{
    kiln_i_design_found next;
    if (!kiln_i_design_profile(d, at, j, share, &next) || kiln_i_design_gain(d, best, &next) >= d->result.flat_loss) return 0;
    *at = next;
    return 1;
}

/* Steps that double up to the loss, then halving. */
static double flat_edge(kiln_design *d, const kiln_i_design_found *best, int j, int up)
{
    enum { HALVINGS = 6 };
    kiln_i_design_found at = *best;
    const double end = up ? d->space.high[j] : d->space.low[j], sign = up ? 1.0 : -1.0;
    double inside = best->v[j], outside = inside, step = 0.01;
    while (sign * (end - inside) > 1e-6 && inside == outside) {
        const double share = sign * (end - inside) > step ? inside + sign * step : end;
        if (is_flat(d, best, j, share, &at)) inside = outside = share;
        else outside = share;
        step *= 2.0;
    }
    for (int k = 0; k < HALVINGS && inside != outside; ++k) {
        const double share = 0.5 * (inside + outside);
        if (is_flat(d, best, j, share, &at)) inside = share;
        else outside = share;
    }
    return inside;
}

void kiln_i_design_find_flatness(kiln_design *d, const kiln_i_design_found *at)
{
    double low[KILN_I_VARIABLES], high[KILN_I_VARIABLES];
    d->result.flat_loss = kiln_i_design_is_thermal(d)                ? d->options.flat_K
                          : d->options.goal == KILN_DESIGN_TOLERANCE ? FLAT_SHARE * fabs(at->value)
                                                                     : FLAT_INDEX;
    /* Where a plateau ends is not asked, and without a window there is nothing to lose. */
    const int has_none = kiln_i_design_is_plateau(d, at) || (kiln_i_design_is_thermal(d) && at->low_K >= at->high_K);
    for (int j = 0; j < d->space.m; ++j) {
        low[j] = has_none ? NAN : flat_edge(d, at, j, 0);
        high[j] = has_none ? NAN : flat_edge(d, at, j, 1);
    }
    for (int i = 0; i < d->space.n; ++i) {
        const int j = variable_of(d, i);
        d->result.flat_low[i] = low[j] * d->space.block[i][j];
        d->result.flat_high[i] = high[j] * d->space.block[i][j];
    }
}

/* ---- Solved again ---- */

static kiln_status compose(const kiln_design *d, const double *v, kiln_composition *out)
{
    double fraction[KILN_MAX_COMPONENTS] = {0}, x[KILN_MAX_COMPONENTS];
    kiln_i_design_fractions(d, v, x);
    for (int i = 0; i < d->space.n; ++i) fraction[d->space.component[i]] = x[i];
    return kiln_composition_set_fractions(d->ctx, &d->composition, d->group, fraction, out);
}

static kiln_status solve_window(kiln_design *d, const kiln_solver_options *solver_options,
                                const kiln_window_options *window_options, kiln_system *system, kiln_design_answer *out)
{
    kiln_window_solver *solver;
    kiln_status status = kiln_window_solver_create(system, solver_options, window_options, &solver);
    if (status != KILN_OK) return status;
    status = kiln_window_solve(solver, d->phase, &out->window);
    if (status == KILN_OK && d->options.at_K > 0.0) out->at_probability = kiln_window_probability(solver, d->options.at_K);
    kiln_window_solver_free(solver);
    return status;
}

int kiln_i_design_range(const kiln_design *d, const kiln_window *w)
{
    int best = -1;
    double widest = 0.0;
    for (int r = 0; r < w->n_ranges; ++r) {
        const double width = w->range[r].high.T_K - w->range[r].low.T_K;
        if (d->options.goal == KILN_DESIGN_ONSET && width >= d->options.least_width_K) return r;
        if (width <= widest) continue;
        widest = width;
        best = r;
    }
    return best;
}

kiln_status kiln_i_design_answer(kiln_design *d, const kiln_step_question *q, const kiln_window_options *window_options,
                                 const double *v, kiln_system **system, kiln_design_answer *out)
{
    kiln_composition x;
    kiln_i_design_found found;
    out->at_probability = out->at_tolerance = NAN;
    kiln_status status = compose(d, v, &x);
    if (status == KILN_OK) status = kiln_system_create(d->ctx, d->db, &x, q->atmosphere, q->system_options, system);
    if (status == KILN_OK) status = solve_window(d, q->solver_options, window_options, *system, out);
    if (status != KILN_OK) return status;
    const kiln_window *w = &out->window;
    d->first_K = w->scanned_min_K;
    d->last_K = w->scanned_max_K;
    out->range = kiln_i_design_is_thermal(d) ? kiln_i_design_range(d, w) : kiln_i_risk_range(w, d->options.at_K);
    d->guess_low_K = out->range >= 0 ? w->range[out->range].low.T_K : w->best_T_K;
    d->guess_high_K = out->range >= 0 ? w->range[out->range].high.T_K : w->best_T_K;
    if (!kiln_i_design_evaluate(d, v, &found))
        return kiln_i_fail(d->ctx, KILN_E_NOT_CONVERGED, "the driving forces of %s", x.canonical);
    if (kiln_i_design_is_thermal(d) && out->range >= 0) {
        found.low_K = d->guess_low_K;
        found.high_K = d->guess_high_K;
        found.value = d->options.goal == KILN_DESIGN_ONSET ? found.low_K : found.high_K - found.low_K;
    }
    kiln_i_design_point_of(d, &found, &out->point);
    if (d->options.at_K > 0.0 && kiln_i_design_margins(d, KILN_DESIGN_TOLERANCE, v, 0, &d->at[0]) == KILN_OK)
        out->at_tolerance = kiln_i_design_least(&d->at[0]);
    return KILN_OK;
}
