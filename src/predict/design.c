#include "predict/design_state.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 2, MOST_STARTS = 64, MOST_CONFIRMATIONS = 3 };
static const double CONFIRMED_K = 0.5, CONFIRMED_INDEX = 1e-3; /* between what was followed and what a scan finds */
static const double APART = 0.02;

const char *kiln_design_goal_text(kiln_design_goal goal)
{
    static const char *const text[] = {"onset", "width", "probability", "tolerance"};
    return (unsigned)goal < sizeof text / sizeof *text ? text[goal] : "unknown";
}

kiln_status kiln_design_options_init(kiln_design_options *options, uint32_t version)
{
    if (!options || version != KILN_DESIGN_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_design_options){.version = version,
                                     .least_entropy = -1.0,
                                     .least_width_K = 50.0,
                                     .least_fraction = 0.001,
                                     .flat_K = 5.0,
                                     .n_starts = 8,
                                     .seed = 1};
    return KILN_OK;
}

static kiln_status check_options(kiln_context *ctx, const kiln_design_options *o)
{
    if (o->version != KILN_DESIGN_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if ((unsigned)o->goal > KILN_DESIGN_TOLERANCE) return kiln_i_fail(ctx, KILN_E_ARG, "goal %d", (int)o->goal);
    if ((o->goal == KILN_DESIGN_PROBABILITY || o->goal == KILN_DESIGN_TOLERANCE) && !(o->at_K > 0.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "a design for %s needs a temperature", kiln_design_goal_text(o->goal));
    if (o->n_varied < 0 || o->n_bounds < 0 || (o->n_varied > 0 && !o->varied) || (o->n_bounds > 0 && !o->bounds) ||
        (o->n_limits > 0 && !o->limits))
        return kiln_i_fail(ctx, KILN_E_ARG, "%d cations, %d bounds and %d limits: expected arrays of them", o->n_varied,
                           o->n_bounds, o->n_limits);
    if (o->n_starts < 1 || o->n_starts > MOST_STARTS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d starts: expected 1 to %d", o->n_starts, (int)MOST_STARTS);
    if (o->n_limits < 0 || o->n_limits > KILN_MAX_DESIGN_LIMITS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d limits: at most %d are accepted", o->n_limits, (int)KILN_MAX_DESIGN_LIMITS);
    if (!(o->least_entropy <= 10.0) || !(o->least_width_K > 0.0 && o->least_width_K <= 2000.0) || !(o->flat_K > 0.0) ||
        !(o->least_fraction > 0.0 && o->least_fraction <= 0.1) || !(o->most_cost >= 0.0))
        return kiln_i_fail(ctx, KILN_E_ARG,
                           "an entropy of %g R, a width of %g K, a loss of %g K, a fraction of %g or a cost of %g out of range",
                           o->least_entropy, o->least_width_K, o->flat_K, o->least_fraction, o->most_cost);
    if (o->most_cost > 0.0 && !o->elements) return kiln_i_fail(ctx, KILN_E_ARG, "a cost without prices");
    return KILN_OK;
}

/* ---- The search's own system ---- */

/* Amounts of closed components as they follow from the variables. */
static kiln_status set_amounts(kiln_design *d)
{
    const kiln_system *system = d->system;
    const kiln_composition *x = &d->composition;
    double sites = 0.0;
    for (int i = 0; i < d->space.n; ++i) sites += x->component[d->space.component[i]].amount;
    for (int i = 0, k = 0; i < x->n; ++i) {
        int c = 0;
        while (c < system->n_closed && system->closed[c] != x->component[i].z) ++c;
        const int varies = k < d->space.n && d->space.component[k] == i;
        if (c == system->n_closed && varies)
            return kiln_i_fail(d->ctx, KILN_E_ARG, "the amount of %s is not fixed, and so cannot vary",
                               kiln_element_symbol(x->component[i].z));
        if (c < system->n_closed && !varies) d->total_0[c] += x->component[i].amount / system->formula_scale;
        for (int j = 0; c < system->n_closed && varies && j < d->space.m; ++j)
            d->total_v[c][j] += sites * d->space.block[k][j] / system->formula_scale;
        k += varies;
    }
    return KILN_OK;
}

static kiln_status open_search(kiln_design *d, const kiln_step_question *q, const kiln_window_options *window_options)
{
    kiln_window_options o = *window_options;
    o.ends_only = 1;
    o.n_samples = 0;
    kiln_status status = kiln_system_create(d->ctx, d->db, &d->composition, q->atmosphere, q->system_options, &d->system);
    if (status == KILN_OK && (d->phase < 0 || d->phase >= d->system->n_phases))
        status = kiln_i_fail(d->ctx, KILN_E_ARG, "phase %d of %d", d->phase, d->system->n_phases);
    if (status == KILN_OK) status = kiln_window_solver_create(d->system, q->solver_options, &o, &d->window);
    if (status == KILN_OK) status = kiln_i_window_keep_rows(d->window); /* margins are told by the uncertain numbers */
    if (status == KILN_OK) status = kiln_i_target_set(&d->window->target, d->phase);
    if (status == KILN_OK) status = set_amounts(d);
    d->row = kiln_i_calloc(d->ctx, (size_t)d->db->n_uncertain + 1, sizeof *d->row);
    return status == KILN_OK && !d->row ? kiln_i_fail(d->ctx, KILN_E_NOMEM, "workspace of a design") : status;
}

/* Shares of the start. */
static void start_shares(const kiln_design *d, double *v)
{
    double sum = 0.0;
    for (int j = 0; j < d->space.m; ++j) v[j] = 0.0;
    for (int i = 0; i < d->space.n; ++i) {
        const double amount = d->composition.component[d->space.component[i]].amount;
        sum += amount;
        for (int j = 0; j < d->space.m; ++j)
            if (d->space.block[i][j] > 0.0) v[j] += amount;
    }
    for (int j = 0; j < d->space.m; ++j) v[j] /= sum;
}

/* A scan with its proofs, whose competitors are remembered; its ends in place of those that were followed. 0: they are others. */
static int confirm(kiln_design *d, kiln_i_design_found *at, kiln_window *scratch)
{
    const kiln_i_design_found before = *at;
    if (!kiln_i_design_evaluate(d, before.v, at) || kiln_window_solve(d->window, d->phase, scratch) != KILN_OK) {
        *at = before;
        at->is_proved = 1; /* no more can be said */
        return 1;
    }
    if (kiln_i_design_is_thermal(d)) {
        const int r = kiln_i_design_range(d, scratch);
        at->low_K = r >= 0 ? scratch->range[r].low.T_K : d->last_K;
        at->high_K = r >= 0 ? scratch->range[r].high.T_K : d->first_K;
        at->value = d->options.goal == KILN_DESIGN_ONSET ? at->low_K : at->high_K - at->low_K;
    } else (void)kiln_i_design_evaluate(d, before.v, at);
    at->is_proved = 1;
    return fabs(kiln_i_design_gain(d, at, &before)) < (kiln_i_design_is_thermal(d) ? CONFIRMED_K : CONFIRMED_INDEX);
}

/* Best first. */
static void sort(const kiln_design *d, int n, kiln_i_design_found *list)
{
    for (int i = 1; i < n; ++i) {
        const kiln_i_design_found moved = list[i];
        int k = i;
        for (; k > 0 && kiln_i_design_gain(d, &moved, &list[k - 1]) > 0.0; --k) list[k] = list[k - 1];
        list[k] = moved;
    }
}

/* One global search and its local ones, appended to the optima. */
static kiln_status search_from(kiln_design *d, int round, kiln_i_design_found *list, int *n)
{
    kiln_design_result *r = &d->result;
    kiln_i_design_found *own = list + *n;
    int n_own = 0;
    kiln_status status = kiln_i_design_explore(d, d->options.seed + (uint64_t)round, d->options.n_starts, own, &n_own);
    if (status != KILN_OK) return status;
    start_shares(d, own[n_own++].v);
    int kept = 0;
    for (int k = 0; k < n_own; ++k) {
        kiln_i_design_found at = own[k];
        ++r->n_searches;
        if (kiln_i_design_polish(d, &at)) own[kept++] = at;
        else ++r->n_failed;
        const int done = round * (d->options.n_starts + 1) + k + 1;
        if (d->options.keep_going && !d->options.keep_going(done, SEEDS * (d->options.n_starts + 1), d->options.user))
            return kiln_i_fail(d->ctx, KILN_E_INTERRUPTED, "stopped after %d local searches", done);
    }
    sort(d, kept, own);
    if (kept == 0) return kiln_i_fail(d->ctx, KILN_E_NOT_CONVERGED, "no composition within the limits could be solved for");
    r->best_of_seed[round] = own[0].value;
    *n += kept;
    return KILN_OK;
}

/* The best one is what a scan says, too: one that is not gets what the scan says, a local search with what that has shown, and its place among the others. */
static void confirm_best(kiln_design *d, kiln_window *scratch, int n, kiln_i_design_found *list)
{
    for (int k = 0; k < MOST_CONFIRMATIONS * n && !list[0].is_proved; ++k) {
        if (!confirm(d, &list[0], scratch)) {
            kiln_i_design_found at = list[0];
            if (kiln_i_design_polish(d, &at) && kiln_i_design_gain(d, &at, &list[0]) > 0.0) list[0] = at;
        }
        sort(d, n, list);
    }
}

static kiln_status search(kiln_design *d, kiln_window *scratch, kiln_i_design_found *list, int *n)
{
    kiln_status status = KILN_OK;
    for (int round = 0; round < SEEDS && status == KILN_OK; ++round) {
        double v[KILN_I_VARIABLES];
        kiln_i_design_found at;
        start_shares(d, v);
        kiln_i_forget(d->window->solver);
        /* The scan leaves its competitors in the memory of the search. */
        const int is_known = kiln_i_design_evaluate(d, v, &at);
        if (is_known && kiln_i_design_is_plateau(d, &at) && kiln_i_design_excess(d, v) <= 0.0) {
            d->result.best_of_seed[0] = d->result.best_of_seed[1] = at.value;
            list[(*n)++] = at;
            break; /* nothing to gain */
        }
        if (is_known) status = kiln_window_solve(d->window, d->phase, scratch);
        if (status == KILN_OK) status = search_from(d, round, list, n);
    }
    if (status != KILN_OK) return status;
    sort(d, *n, list);
    confirm_best(d, scratch, *n, list);
    return KILN_OK;
}

/* ---- The answer ---- */

static int is_apart(const kiln_design *d, const double *x, const kiln_design_point *other)
{
    double most = 0.0;
    for (int i = 0; i < d->space.n; ++i) most = fmax(most, fabs(x[i] - other->fraction[i]));
    return most > APART;
}

static void list_alternatives(kiln_design *d, int n, const kiln_i_design_found *list)
{
    kiln_design_result *r = &d->result;
    for (int k = 1; k < n && r->n_alternatives < KILN_MAX_OPTIMA; ++k) {
        kiln_design_point p;
        if (kiln_i_design_is_plateau(d, &list[k]) || !kiln_i_design_is_optimum(d, &list[k])) continue;
        kiln_i_design_point_of(d, &list[k], &p);
        int is_new = is_apart(d, p.fraction, &r->unrounded);
        for (int q = 0; q < r->n_alternatives; ++q) is_new &= is_apart(d, p.fraction, &r->alternative[q]);
        if (is_new) r->alternative[r->n_alternatives++] = p;
    }
}

static void compare_seeds(kiln_design *d)
{
    const double *best = d->result.best_of_seed, difference = fabs(best[0] - best[1]);
    const double enough = kiln_i_design_is_thermal(d)                  ? 0.5
                          : d->options.goal == KILN_DESIGN_PROBABILITY ? 0.005
                                                                       : 0.01 * fabs(best[0]);
    d->result.seeds_agree = difference <= enough;
}

/* What can be weighed: the best of those beside the optimum; itself where limits leave none. */
static void choose_rounded(kiln_design *d, const kiln_i_design_found *at, double *v)
{
    double tried[KILN_I_ROUNDED][KILN_I_VARIABLES];
    kiln_i_design_found best, found;
    const int n = kiln_i_design_round(d, at->v, tried);
    int has_one = 0;
    memcpy(v, at->v, sizeof at->v);
    for (int k = 0; k < n; ++k) {
        if (!kiln_i_design_evaluate(d, tried[k], &found) || (has_one && kiln_i_design_gain(d, &found, &best) <= 0.0)) continue;
        best = found;
        has_one = 1;
        memcpy(v, tried[k], sizeof tried[k]);
    }
}

static kiln_status answer(kiln_design *d, const kiln_step_question *q, const kiln_window_options *o, int n,
                          const kiln_i_design_found *list)
{
    double v[KILN_I_VARIABLES];
    kiln_i_design_point_of(d, &list[0], &d->result.unrounded);
    d->result.is_plateau = kiln_i_design_is_plateau(d, &list[0]);
    list_alternatives(d, n, list);
    compare_seeds(d);
    kiln_status status = kiln_i_design_find_active(d, &list[0]);
    if (status == KILN_OK) kiln_i_design_find_flatness(d, &list[0]);
    choose_rounded(d, &list[0], v);
    if (status == KILN_OK) status = kiln_i_design_answer(d, q, o, v, &d->best_system, &d->result.optimum);
    d->result.n_evaluations = d->n_evaluations;
    return status;
}

static kiln_status run(kiln_design *d, const kiln_step_question *q, const kiln_window_options *o)
{
    double v[KILN_I_VARIABLES];
    int n = 0;
    kiln_window *scratch = kiln_i_calloc(d->ctx, 1, sizeof *scratch);
    kiln_i_design_found *list = kiln_i_calloc(d->ctx, SEEDS * ((size_t)d->options.n_starts + 1), sizeof *list);
    kiln_status status = scratch && list ? KILN_OK : kiln_i_fail(d->ctx, KILN_E_NOMEM, "workspace of a design");
    if (status == KILN_OK) status = kiln_i_design_space_create(d);
    if (status == KILN_OK) status = open_search(d, q, o);
    start_shares(d, v);
    if (status == KILN_OK) status = kiln_i_design_answer(d, q, o, v, &d->start_system, &d->result.start);
    if (status == KILN_OK) status = search(d, scratch, list, &n);
    if (status == KILN_OK) status = answer(d, q, o, n, list);
    kiln_i_free(d->ctx, list);
    kiln_i_free(d->ctx, scratch);
    return status;
}

kiln_status kiln_design_create(kiln_context *ctx, const kiln_step_question *question, const kiln_window_options *window_options,
                               int phase, const kiln_design_options *options, kiln_design **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!question || !question->db || !question->composition || !question->atmosphere || !options || !out)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_window_options o;
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    if (window_options) o = *window_options;
    kiln_status status = check_options(ctx, options);
    if (status != KILN_OK) return status;
    kiln_design *d = kiln_i_calloc(ctx, 1, sizeof *d);
    if (!d) return kiln_i_fail(ctx, KILN_E_NOMEM, "a design");
    d->ctx = ctx;
    d->db = question->db;
    d->composition = *question->composition;
    d->options = *options;
    d->phase = phase;
    status = run(d, question, &o);
    d->options.varied = NULL;
    d->options.bounds = NULL;
    d->options.limits = NULL;
    d->options.elements = NULL;
    if (status == KILN_OK) *out = d;
    else kiln_design_free(d);
    return status;
}

void kiln_design_free(kiln_design *d)
{
    if (!d) return;
    kiln_context *ctx = d->ctx;
    kiln_i_simplex_destroy(&d->space.lp);
    kiln_window_solver_free(d->window);
    kiln_system_free(d->system);
    kiln_system_free(d->start_system);
    kiln_system_free(d->best_system);
    kiln_i_free(ctx, d->row);
    kiln_i_free(ctx, d);
}

const kiln_design_result *kiln_design_result_of(const kiln_design *design) { return design ? &design->result : NULL; }

const kiln_system *kiln_design_system(const kiln_design *design) { return design ? design->best_system : NULL; }

const kiln_system *kiln_design_start_system(const kiln_design *design) { return design ? design->start_system : NULL; }

const kiln_design_options *kiln_design_options_of(const kiln_design *design) { return design ? &design->options : NULL; }
