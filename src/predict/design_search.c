#include "predict/design_state.h"

#include "core/context.h"

#include <math.h>
#include <nlopt.h>
#include <string.h>

/* NLopt's searches: ISRES over the simplex with its last share eliminated, and SLSQP over shares and temperatures with their sum as an equality. */

enum { EVALUATIONS_EACH = 200, MOST_EVALUATIONS = 60, MOST_ROUNDS = 12 };
/* Box of one round: beyond it other competitors may rule, of which derivatives know nothing. */
static const double REACH = 0.08, SHORT_REACH = 0.015, REACH_K = 200.0;
static const double SETTLED = 0.02; /* K, or hundredths of the index or per cents: from one local search to the next */
static const double APART = 0.02;   /* two starts, in some cation */
static const double OUTSIDE = 1e9;  /* what is not allowed is not solved for */
static const double ALLOWED = 1e-10;
/* NLopt gives back the best point that breaks nothing by more: SLSQP itself ends with rounding, and the rest is mended here. */
static const double BROKEN = 1e-6;
static const double AS_ASKED = 1e-5; /* of a fixed share */

static int is_apart(int m, const double *a, const double *b)
{
    double most = 0.0;
    for (int j = 0; j < m; ++j) most = fmax(most, fabs(a[j] - b[j]));
    return most > APART;
}

/* Towards the centre, which is allowed as all that lies between two allowed points is, until nothing is broken. */
static void pull_inside(const kiln_design *d, double *v)
{
    const int m = d->space.m;
    double low = 0.0, high = 1.0, tried[KILN_I_VARIABLES], from[KILN_I_VARIABLES];
    kiln_i_design_normalise(m, v);
    memcpy(from, v, (size_t)m * sizeof *v);
    if (kiln_i_design_excess(d, v) <= ALLOWED) return;
    for (int k = 0; k < 60; ++k) {
        const double part = 0.5 * (low + high);
        for (int j = 0; j < m; ++j) tried[j] = from[j] + part * (d->space.centre[j] - from[j]);
        if (kiln_i_design_excess(d, tried) <= ALLOWED) high = part;
        else low = part;
    }
    for (int j = 0; j < m; ++j) v[j] = from[j] + high * (d->space.centre[j] - from[j]);
    kiln_i_design_normalise(m, v);
}

/* ---- Limits as NLopt takes them, <= 0 ---- */

static void put_limits(const kiln_design *d, unsigned N, const double *v, double *value, double *by_z)
{
    const kiln_i_design_space *s = &d->space;
    double by_v[KILN_I_VARIABLES];
    for (int r = 0; r < s->n_rows; ++r) {
        value[r] = -s->row[r].b;
        for (int j = 0; j < s->m; ++j) value[r] += s->row[r].a[j] * v[j];
        for (unsigned j = 0; by_z && j < N; ++j) by_z[(unsigned)r * N + j] = j < (unsigned)s->m ? s->row[r].a[j] : 0.0;
    }
    value[s->n_rows] = s->least_entropy - kiln_i_design_entropy(d, v, by_v);
    for (unsigned j = 0; by_z && j < N; ++j) by_z[(unsigned)s->n_rows * N + j] = j < (unsigned)s->m ? -by_v[j] : 0.0;
}

static double sum_less_one(unsigned N, const double *z, double *by_z, void *data)
{
    const kiln_design *d = data;
    double sum = -1.0;
    for (int j = 0; j < d->space.m; ++j) sum += z[j];
    for (unsigned j = 0; by_z && j < N; ++j) by_z[j] = j < (unsigned)d->space.m;
    return sum;
}

static void limits(unsigned n, double *value, unsigned N, const double *z, double *by_z, void *data)
{
    (void)n;
    put_limits(data, N, z, value, by_z);
}

/* ---- Most entropy ---- */

static double less_entropy(unsigned N, const double *z, double *by_z, void *data)
{
    const double S = kiln_i_design_entropy(data, z, by_z);
    for (unsigned j = 0; by_z && j < N; ++j) by_z[j] = -by_z[j];
    return -S;
}

static void rows_only(unsigned n, double *value, unsigned N, const double *z, double *by_z, void *data)
{
    double all[KILN_I_DESIGN_ROWS + 1], by_all[(KILN_I_DESIGN_ROWS + 1) * KILN_I_UNKNOWNS];
    put_limits(data, N, z, all, by_z ? by_all : NULL);
    memcpy(value, all, n * sizeof *value);
    if (by_z) memcpy(by_z, by_all, n * N * sizeof *by_z);
}

kiln_status kiln_i_design_most_entropy(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    nlopt_opt search = nlopt_create(NLOPT_LD_SLSQP, (unsigned)s->m);
    double tolerance[KILN_I_DESIGN_ROWS], value;
    for (int r = 0; r < s->n_rows; ++r) tolerance[r] = 1e-12;
    if (!search) return kiln_i_fail(d->ctx, KILN_E_NOMEM, "NLopt");
    kiln_status status = KILN_OK;
    if (nlopt_set_min_objective(search, less_entropy, d) < 0 || nlopt_set_lower_bounds1(search, 1e-9) < 0 ||
        nlopt_set_upper_bounds1(search, 1.0) < 0 || nlopt_add_equality_constraint(search, sum_less_one, d, 1e-12) < 0 ||
        nlopt_add_inequality_mconstraint(search, (unsigned)s->n_rows, rows_only, d, tolerance) < 0 ||
        nlopt_set_xtol_abs1(search, 1e-10) < 0 || nlopt_set_maxeval(search, MOST_EVALUATIONS) < 0)
        status = kiln_i_fail(d->ctx, KILN_E_ARG, "NLopt refused its settings");
    if (status == KILN_OK) {
        const nlopt_result result = nlopt_optimize(search, s->centre, &value);
        if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED)
            status =
                kiln_i_fail(d->ctx, KILN_E_NOT_CONVERGED, "the most entropy within the limits: NLopt ended with %d", (int)result);
    }
    nlopt_destroy(search);
    kiln_i_design_normalise(s->m, s->centre);
    return status;
}

/* ---- Global ---- */

typedef struct explorer {
    kiln_design *d;
    nlopt_opt search;
    int n, most;
    kiln_i_design_found *best; /* by rising loss */
} explorer;

static void complete(const kiln_design *d, const double *z, double *v)
{
    const int m = d->space.m;
    v[m - 1] = 1.0;
    for (int j = 0; j + 1 < m; ++j) {
        v[j] = z[j];
        v[m - 1] -= z[j];
    }
}

/* Among the best, in place of worse ones beside it. */
static void remember(explorer *e, const kiln_i_design_found *found)
{
    const int m = e->d->space.m;
    int n = 0;
    for (int k = 0; k < e->n; ++k)
        if (!is_apart(m, e->best[k].v, found->v) && kiln_i_design_gain(e->d, found, &e->best[k]) <= 0.0) return;
    for (int k = 0; k < e->n; ++k)
        if (is_apart(m, e->best[k].v, found->v)) e->best[n++] = e->best[k];
    int place = n < e->most ? n : e->most - 1;
    if (n == e->most && kiln_i_design_gain(e->d, found, &e->best[place]) <= 0.0) {
        e->n = n;
        return;
    }
    for (; place > 0 && kiln_i_design_gain(e->d, found, &e->best[place - 1]) > 0.0; --place) e->best[place] = e->best[place - 1];
    e->best[place] = *found;
    e->n = n < e->most ? n + 1 : n;
}

static double loss(unsigned N, const double *z, double *by_z, void *data)
{
    explorer *e = data;
    kiln_i_design_found found;
    double v[KILN_I_VARIABLES];
    const kiln_i_design_found nothing = {.value = 0.0, .high_K = e->d->options.least_width_K};
    (void)N, (void)by_z;
    complete(e->d, z, v);
    if (v[e->d->space.m - 1] <= 0.0 || kiln_i_design_excess(e->d, v) > ALLOWED || !kiln_i_design_evaluate(e->d, v, &found))
        return OUTSIDE;
    remember(e, &found);
    if (kiln_i_design_is_plateau(e->d, &found)) (void)nlopt_force_stop(e->search);
    return -kiln_i_design_gain(e->d, &found, &nothing);
}

static void limits_completed(unsigned n, double *value, unsigned N, const double *z, double *by_z, void *data)
{
    double v[KILN_I_VARIABLES];
    (void)n, (void)N, (void)by_z;
    complete(data, z, v);
    put_limits(data, 0, v, value, NULL);
}

kiln_status kiln_i_design_explore(kiln_design *d, uint64_t seed, int most, kiln_i_design_found *out, int *n)
{
    kiln_i_design_space *s = &d->space;
    const unsigned N = (unsigned)s->m - 1;
    double z[KILN_I_VARIABLES], value, tolerance[KILN_I_DESIGN_ROWS + 1];
    nlopt_opt search = nlopt_create(NLOPT_GN_ISRES, N);
    explorer e = {d, search, 0, most, out};
    if (!search) return kiln_i_fail(d->ctx, KILN_E_NOMEM, "NLopt");
    for (int r = 0; r <= s->n_rows; ++r) tolerance[r] = ALLOWED;
    for (unsigned j = 0; j < N; ++j) z[j] = fmin(fmax(s->centre[j], s->low[j]), s->high[j]);
    nlopt_srand((unsigned long)seed);
    kiln_status status = KILN_OK;
    if (nlopt_set_min_objective(search, loss, &e) < 0 || nlopt_set_lower_bounds(search, s->low) < 0 ||
        nlopt_set_upper_bounds(search, s->high) < 0 ||
        nlopt_add_inequality_mconstraint(search, (unsigned)s->n_rows + 1, limits_completed, d, tolerance) < 0 ||
        nlopt_set_maxeval(search, EVALUATIONS_EACH * s->m) < 0)
        status = kiln_i_fail(d->ctx, KILN_E_ARG, "NLopt refused its settings");
    else if (nlopt_optimize(search, z, &value) == NLOPT_OUT_OF_MEMORY) status = kiln_i_fail(d->ctx, KILN_E_NOMEM, "NLopt");
    nlopt_destroy(search);
    *n = e.n;
    return status;
}

/* ---- Local ---- */

typedef struct polisher {
    kiln_design *d;
    nlopt_opt search;
} polisher;

static double objective(unsigned N, const double *z, double *by_z, void *data)
{
    double direction[KILN_I_UNKNOWNS], sum = 0.0;
    kiln_i_design_direction(((polisher *)data)->d, direction);
    for (unsigned j = 0; j < N; ++j) sum += direction[j] * z[j];
    if (by_z) memcpy(by_z, direction, N * sizeof *by_z);
    return sum;
}

static void competitors(unsigned n, double *value, unsigned N, const double *z, double *by_z, void *data)
{
    polisher *p = data;
    if (kiln_i_design_constraints(p->d, z, value, by_z) < 0) {
        (void)nlopt_force_stop(p->search);
        for (unsigned k = 0; k < n; ++k) value[k] = 0.0;
        for (unsigned k = 0; by_z && k < n * N; ++k) by_z[k] = 0.0;
        return;
    }
    for (unsigned k = 0; k < n; ++k) value[k] = -value[k];
    for (unsigned k = 0; by_z && k < n * N; ++k) by_z[k] = -by_z[k];
}

static int set_bounds(const kiln_design *d, nlopt_opt search, int N, const double *z, double reach)
{
    double low[KILN_I_UNKNOWNS], high[KILN_I_UNKNOWNS];
    const int is_thermal = kiln_i_design_is_thermal(d);
    for (int j = 0; j < d->space.m; ++j) {
        low[j] = fmin(fmax(z[j] - reach, d->space.low[j]), d->space.high[j]);
        high[j] = fmax(fmin(z[j] + reach, d->space.high[j]), low[j]);
    }
    for (int j = d->space.m; j < N; ++j) {
        low[j] = is_thermal ? fmax(d->first_K, 100.0 * z[j] - REACH_K) / 100.0 : -1e3;
        high[j] = is_thermal ? fmin(d->last_K, 100.0 * z[j] + REACH_K) / 100.0 : 1e3;
    }
    return nlopt_set_lower_bounds(search, low) >= 0 && nlopt_set_upper_bounds(search, high) >= 0;
}

static void keep_within(nlopt_opt search, int N, double *z)
{
    double low[KILN_I_UNKNOWNS], high[KILN_I_UNKNOWNS];
    if (nlopt_get_lower_bounds(search, low) < 0 || nlopt_get_upper_bounds(search, high) < 0) return;
    for (int j = 0; j < N; ++j) z[j] = fmin(fmax(z[j], low[j]), high[j]);
}

static int search_once(kiln_design *d, const kiln_i_design_found *from, double reach, kiln_i_design_found *to)
{
    double z[KILN_I_UNKNOWNS], value, tolerance[KILN_I_MARGINS + KILN_I_DESIGN_ROWS + 1];
    const int N = kiln_i_design_unknowns(d, from, z), n_limits = d->space.n_rows + 1;
    const int is_thermal = kiln_i_design_is_thermal(d);
    const int n_margins = (is_thermal ? 2 : 1) * (d->system->n_phases + 1);
    for (int r = 0; r < n_limits + n_margins; ++r) tolerance[r] = BROKEN;
    nlopt_opt search = nlopt_create(NLOPT_LD_SLSQP, (unsigned)N);
    polisher p = {d, search};
    if (!search) return 0;
    const int is_set = nlopt_set_min_objective(search, objective, &p) >= 0 && set_bounds(d, search, N, z, reach) &&
                       nlopt_add_equality_constraint(search, sum_less_one, d, BROKEN) >= 0 &&
                       nlopt_add_inequality_mconstraint(search, (unsigned)n_limits, limits, d, tolerance) >= 0 &&
                       nlopt_add_inequality_mconstraint(search, (unsigned)n_margins, competitors, &p, tolerance) >= 0 &&
                       nlopt_set_xtol_abs1(search, 1e-6) >= 0 && nlopt_set_maxeval(search, MOST_EVALUATIONS) >= 0;
    keep_within(search, N, z);
    /* Whatever it ends with: the point is evaluated anew, and kept where it is better. */
    if (is_set) (void)nlopt_optimize(search, z, &value);
    nlopt_destroy(search);
    for (int j = 0; j < N; ++j)
        if (!isfinite(z[j])) return 0;
    pull_inside(d, z);
    return is_set && kiln_i_design_evaluate(d, z, to);
}

int kiln_i_design_polish(kiln_design *d, kiln_i_design_found *at)
{
    const double unit = d->options.goal == KILN_DESIGN_TOLERANCE ? 0.01 : d->options.goal == KILN_DESIGN_PROBABILITY ? 0.1 : 1.0;
    kiln_i_design_found next;
    double v[KILN_I_VARIABLES];
    double reach = REACH;
    memcpy(v, at->v, sizeof v);
    pull_inside(d, v);
    if (!kiln_i_design_evaluate(d, v, at)) return 0;
    /* Where nothing more is gained once again in a smaller box, in which what bends is straighter. */
    for (int round = 0; round < MOST_ROUNDS && !kiln_i_design_is_plateau(d, at) && search_once(d, at, reach, &next); ++round) {
        const double gain = kiln_i_design_gain(d, &next, at);
        if (gain > 0.0) *at = next;
        if (gain < SETTLED * unit && reach == SHORT_REACH) break;
        reach = gain < SETTLED * unit ? SHORT_REACH : REACH;
    }
    return 1;
}

int kiln_i_design_profile(kiln_design *d, const kiln_i_design_found *from, int j, double share, kiln_i_design_found *out)
{
    kiln_i_design_space *s = &d->space;
    kiln_i_design_found start;
    double v[KILN_I_VARIABLES];
    const double low = s->low[j], high = s->high[j];
    for (int k = 0; k < s->m; ++k) v[k] = k == j ? share : from->v[k] * (1.0 - share) / (1.0 - from->v[j]);
    if (!kiln_i_design_evaluate(d, v, &start)) return 0;
    s->low[j] = s->high[j] = share;
    const int is_found = search_once(d, &start, REACH, out);
    s->low[j] = low;
    s->high[j] = high;
    return is_found && fabs(out->v[j] - share) < AS_ASKED; /* else it was brought back within the limits */
}
