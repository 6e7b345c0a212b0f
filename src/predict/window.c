#include "predict/window_solver.h"

#include "core/context.h"
#include "predict/extreme.h"
#include "solve/bound.h"

#include <math.h>
#include <string.h>

kiln_status kiln_window_options_init(kiln_window_options *options, uint32_t version)
{
    if (!options || version != KILN_WINDOW_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_window_options){.version = version,
                                     .T_min_K = 473.15,
                                     .T_max_K = 1973.15,
                                     .step_K = 100.0,
                                     .detect_mass_fraction = 0.02,
                                     .n_samples = 4096,
                                     .seed = 1,
                                     .extrapolate_K = 400.0,
                                     .find_apparent = 1};
    return KILN_OK;
}

kiln_status kiln_i_window_options_check(kiln_context *ctx, const kiln_window_options *o)
{
    if (o->version != KILN_WINDOW_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if (!(o->T_min_K > 0.0 && o->T_min_K < o->T_max_K && o->T_max_K <= 6000.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "search range %g K to %g K: expected 0 < first < last <= 6000 K", o->T_min_K,
                           o->T_max_K);
    if (!(o->step_K >= 0.1 && o->step_K <= 500.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "step of %g K: expected 0.1 to 500 K", o->step_K);
    if (!(o->detect_mass_fraction > 0.0 && o->detect_mass_fraction <= 0.5))
        return kiln_i_fail(ctx, KILN_E_ARG, "detection limit %g: expected a mass fraction above 0 and at most 0.5",
                           o->detect_mass_fraction);
    if (o->n_samples < 0 || o->n_samples > 10000000)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d samples: expected 0 to 10 000 000", o->n_samples);
    if (!(o->extrapolate_K >= 0.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "extrapolation of %g K: expected 0 or more", o->extrapolate_K);
    return KILN_OK;
}

static double *take(double **data, size_t n)
{
    double *taken = *data;
    *data += n;
    return taken;
}

static kiln_status allocate_nodes(kiln_window_solver *w)
{
    const size_t P = (size_t)w->system->n_phases + 1, C = (size_t)w->system->n_closed, Y = (size_t)w->solver->max_y;
    const size_t F = (size_t)w->max_followed;
    w->max_nodes = (int)ceil((w->options.T_max_K - w->options.T_min_K) / w->options.step_K) + 3 + KILN_MAX_EXTRA;
    /* two ends and one node a level of splitting, for the proof */
    const size_t N = (size_t)w->max_nodes + 2 + KILN_MAX_SPLITS;
    if (!(w->nodes = kiln_i_calloc(w->ctx, N, sizeof *w->nodes)) ||
        !(w->node_jets = kiln_i_calloc(w->ctx, N * (F + 1), sizeof *w->node_jets)) ||
        !(w->node_data = kiln_i_calloc(w->ctx, N * (3 * P + 2 * C + 2 * Y + C * F), sizeof *w->node_data)))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "workspace of the window");
    double *data = w->node_data;
    for (size_t i = 0; i < N; ++i) {
        kiln_i_node *node = &w->nodes[i];
        node->jet = w->node_jets + i * (F + 1);
        node->f = take(&data, P);
        node->slope = take(&data, P);
        node->floor = take(&data, P);
        node->mu = take(&data, C);
        node->mu_T = take(&data, C);
        node->y = take(&data, Y);
        node->gradient = take(&data, Y);
        node->follow = take(&data, C * F);
    }
    return KILN_OK;
}

/* Uncertain numbers of functions that the system uses. */
static kiln_status list_unknown(kiln_window_solver *w)
{
    const kiln_database *db = w->system->db;
    const size_t U = (size_t)db->n_uncertain + 1;
    if (!(w->unknown = kiln_i_alloc(w->ctx, U, sizeof *w->unknown)) || !(w->place = kiln_i_alloc(w->ctx, U, sizeof *w->place)))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "list of uncertain numbers");
    memset(w->uses, 0, (size_t)db->n_functions);
    for (int k = 0; k < w->system->n_used; ++k) w->uses[w->system->used[k]] = 1;
    for (int u = 0; u < db->n_uncertain; ++u) {
        const int is_used = w->uses[db->uncertain[u].function];
        w->place[u] = is_used ? w->n_unknown : -1;
        if (is_used) w->unknown[w->n_unknown++] = u;
    }
    return KILN_OK;
}

kiln_status kiln_i_window_keep_rows(kiln_window_solver *w)
{
    kiln_context *ctx = w->ctx;
    const kiln_status status = list_unknown(w);
    const size_t U = (size_t)w->n_unknown + 1, K = KILN_MAX_CROSSINGS, F = (size_t)w->system->db->n_functions + 1;
    if (status != KILN_OK) return status;
    if (!(w->coefficient = kiln_i_calloc(ctx, F, sizeof *w->coefficient)) ||
        !(w->sensitivity = kiln_i_alloc(ctx, K * U, sizeof *w->sensitivity)) ||
        !(w->covariance = kiln_i_alloc(ctx, K * K, sizeof *w->covariance)) ||
        !(w->factor = kiln_i_alloc(ctx, K * K, sizeof *w->factor)) ||
        !(w->normal = kiln_i_alloc(ctx, 2 * K, sizeof *w->normal)) ||
        !(w->lapack = kiln_i_alloc(ctx, 64 * K, sizeof *w->lapack)) ||
        (!w->options.ends_only && (!(w->seen_row = kiln_i_alloc(ctx, K * U, sizeof *w->seen_row)) ||
                                   !(w->seen_factor = kiln_i_alloc(ctx, K * K, sizeof *w->seen_factor)))) ||
        !(w->samples = kiln_i_alloc(ctx, 2 * (size_t)w->options.n_samples + 2, sizeof *w->samples)))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of joint samples");
    return KILN_OK;
}

static kiln_status allocate(kiln_window_solver *w)
{
    kiln_context *ctx = w->ctx;
    const size_t F = (size_t)w->system->db->n_functions + 1;
    if (!(w->bend = kiln_i_calloc(ctx, F, sizeof *w->bend)) || !(w->uses = kiln_i_alloc(ctx, F, 1)) ||
        !(w->least_amount = kiln_i_calloc(ctx, (size_t)w->system->n_phases, sizeof *w->least_amount)) ||
        !(w->largest_amount = kiln_i_calloc(ctx, (size_t)w->system->n_phases, sizeof *w->largest_amount)) ||
        !(w->jet_a = kiln_i_calloc(ctx, F, sizeof *w->jet_a)) || !(w->jet_b = kiln_i_calloc(ctx, F, sizeof *w->jet_b)) ||
        !(w->is_done = kiln_i_calloc(ctx, (size_t)w->system->n_phases + 1, sizeof *w->is_done)))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the window");
    for (int p = 0; p < w->system->n_phases; ++p) {
        w->least_amount[p] = kiln_i_least_amount(w->system, p);
        w->largest_amount[p] = kiln_i_largest_amount(w->solver, p);
    }
    const kiln_status status = kiln_i_between_list(w);
    return status == KILN_OK ? allocate_nodes(w) : status;
}

kiln_status kiln_window_solver_create(kiln_system *system, const kiln_solver_options *solver_options,
                                      const kiln_window_options *options, kiln_window_solver **out)
{
    if (out) *out = NULL;
    if (!system) return KILN_E_ARG;
    kiln_context *ctx = system->ctx;
    kiln_window_options o;
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status status = kiln_i_window_options_check(ctx, &o);
    if (status != KILN_OK) return status;
    if (!out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (system->n_phases > KILN_MAX_RIVALS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d phases: at most %d can compete in a window", system->n_phases,
                           (int)KILN_MAX_RIVALS);
    kiln_window_solver *w = kiln_i_calloc(ctx, 1, sizeof *w);
    if (!w) return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of the window");
    w->ctx = ctx;
    w->system = system;
    w->options = o;
    status = kiln_solver_create(system, solver_options, &w->solver);
    if (status == KILN_OK) status = kiln_i_target_create(w->solver, &w->target);
    if (status == KILN_OK) status = kiln_i_rivals_create(&w->target, &w->rivals);
    w->rivals.stops_at_first = o.ends_only;
    if (status == KILN_OK) status = allocate(w);
    if (status == KILN_OK && (!o.ends_only || o.n_samples > 0)) status = kiln_i_window_keep_rows(w);
    if (status == KILN_OK && !o.ends_only) status = kiln_i_budget_create(w);
    if (status != KILN_OK) {
        kiln_window_solver_free(w);
        return status;
    }
    *out = w;
    return KILN_OK;
}

void kiln_window_solver_free(kiln_window_solver *w)
{
    if (!w) return;
    kiln_context *ctx = w->ctx;
    for (int c = 0; c < KILN_MAX_COMPONENTS; ++c) {
        kiln_solver_free(w->simple_solver[c]);
        kiln_system_free(w->simple[c]);
    }
    kiln_i_rivals_destroy(&w->rivals);
    kiln_i_target_destroy(&w->target);
    kiln_solver_free(w->solver);
    void *owned[] = {w->nodes,        w->node_data, w->coefficient,   w->bend,        w->sensitivity,  w->covariance,
                     w->factor,       w->normal,    w->lapack,        w->samples,     w->least_amount, w->is_done,
                     w->node_jets,    w->is_curved, w->seen_row,      w->seen_factor, w->uses,         w->unknown,
                     w->place,        w->jet_a,     w->jet_b,         w->followed,    w->follow_place, w->curved_term,
                     w->curved_terms, w->part,      w->largest_amount};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(ctx, owned[i]);
    kiln_i_free(ctx, w);
}

/* Whether a term can matter: not where the composition leaves only traces of what it stands for. */
static int matters(const kiln_window_solver *w, int phase, const kiln_i_monomial *m)
{
    const double trace = 1e-9;
    const kiln_i_hold *hold = kiln_i_hold_of(w->solver, phase);
    for (int f = 0; hold->is_possible && f < m->n_factors; ++f)
        if (hold->start[m->factor[f]] < trace) return 0;
    return 1;
}

void kiln_i_window_validity(const kiln_window_solver *w, int phase, double *low, double *high)
{
    const kiln_database *db = w->system->db;
    const kiln_i_mphase *p = &w->system->phases[phase];
    for (int k = 0; k < w->system->n_used; ++k) w->uses[w->system->used[k]] = 0;
    for (int t = 0; t < p->n_low + p->n_high; ++t)
        if (matters(w, phase, &p->monomials[t])) w->uses[p->monomials[t].function] = 1;
    kiln_i_valid_range(db, w->system->n_used, w->system->used, w->uses, low, high);
}

/* Crossings that bound a range; -1: the scan's own limit. */
typedef struct bounds {
    int low, high;
} bounds;

/* Single phase where no competitor's driving force is negative: each crossing toggles one competitor; every node tells the count afresh. */
static kiln_status find_bounds(kiln_window_solver *w, bounds *found, int *n)
{
    int k = 0, low = -1, was_single = 1;
    *n = 0;
    for (int i = 0; i < w->n_nodes; ++i) {
        const kiln_i_node *node = &w->nodes[i];
        int stable = 0;
        for (int c = 0; c <= w->system->n_phases; ++c) stable += node->f[c] < 0.0;
        if (i == 0) was_single = stable == 0;
        for (; k < w->n_crossings && (i + 1 == w->n_nodes || w->crossings[k].T_K <= w->nodes[i + 1].T_K); ++k) {
            const kiln_i_crossing *crossing = &w->crossings[k];
            stable = crossing->decides ? !crossing->from_below : stable + (crossing->from_below ? -1 : 1);
            const int is_single = stable <= 0;
            if (is_single == was_single) continue;
            was_single = is_single;
            if (is_single) low = k;
            else if (*n == KILN_MAX_RANGES)
                return kiln_i_fail(w->ctx, KILN_E_NOT_CONVERGED, "more than %d windows of %s", (int)KILN_MAX_RANGES,
                                   kiln_system_phase_name(w->system, w->target.phase));
            else found[(*n)++] = (bounds){low, k};
        }
    }
    if (was_single && *n < KILN_MAX_RANGES) found[(*n)++] = (bounds){low, -1};
    return KILN_OK;
}

static double bound_K(const kiln_window_solver *w, int crossing, double otherwise)
{
    return crossing >= 0 ? w->crossings[crossing].T_K : otherwise;
}

static kiln_status find_ranges(kiln_window_solver *w, kiln_window *out)
{
    bounds found[KILN_MAX_RANGES];
    kiln_status status = find_bounds(w, found, &out->n_ranges);
    for (int r = 0; r < out->n_ranges && status == KILN_OK; ++r) {
        kiln_window_range *range = &out->range[r];
        const double T_low = bound_K(w, found[r].low, out->scanned_min_K), T_high = bound_K(w, found[r].high, out->scanned_max_K);
        memset(range, 0, sizeof *range);
        range->probability = 1.0;
        status = kiln_i_window_describe_end(w, found[r].low, T_low, out->scan_low_kind, &range->low);
        if (status == KILN_OK) status = kiln_i_window_describe_end(w, found[r].high, T_high, out->scan_high_kind, &range->high);
        if (status == KILN_OK && !w->options.ends_only) kiln_i_window_distribution(w, out, r, found[r].low, found[r].high);
    }
    return status;
}

static int is_crossing(const kiln_window_end *end)
{
    return end->kind != KILN_END_VALIDITY && end->kind != KILN_END_SEARCH_LIMIT;
}

/* Where diffraction would see the second phases beyond the ends of a range. */
static kiln_status detect_ends(kiln_window_solver *w, kiln_window *out, int r)
{
    kiln_window_range *range = &out->range[r];
    const double before = r > 0 ? out->range[r - 1].high.T_K : out->scanned_min_K;
    const double after = r + 1 < out->n_ranges ? out->range[r + 1].low.T_K : out->scanned_max_K;
    kiln_status status = is_crossing(&range->low) ? kiln_i_window_detect(w, range->low.T_K, before, &range->low) : KILN_OK;
    if (status == KILN_OK && is_crossing(&range->high)) status = kiln_i_window_detect(w, range->high.T_K, after, &range->high);
    return status;
}

static void find_best(kiln_window_solver *w, kiln_window *out)
{
    out->best_J_mol = -INFINITY;
    for (int i = 0; i < w->n_nodes; ++i) {
        int limit = w->target.phase;
        const double least = kiln_i_least_force(w, &w->nodes[i], &limit);
        if (!(least > out->best_J_mol) || !isfinite(least)) continue;
        out->best_J_mol = least;
        out->best_T_K = w->nodes[i].T_K;
        out->best_limit = limit == w->system->n_phases ? w->nodes[i].first_of_set : limit;
    }
    if (!isfinite(out->best_J_mol)) { /* no competitor at any temperature */
        out->best_J_mol = 0.0;
        out->best_T_K = w->nodes[0].T_K;
        out->best_limit = w->target.phase;
    }
}

/* Temperature between two nodes at which the least eigenvalue changes sign, by bisection. */
static kiln_status spinodal_between(kiln_window_solver *w, int frozen, double a, double b, double *T_K)
{
    while (b - a > 1e-7 * b) {
        const double T = 0.5 * (a + b);
        kiln_status status = kiln_i_target_solve(&w->target, T, 0);
        if (status == KILN_OK) status = kiln_i_rival_solve(&w->rivals, w->target.phase, KILN_I_USUAL);
        if (status != KILN_OK) return status;
        if ((frozen ? w->rivals.frozen_spinodal : w->rivals.spinodal) < 0.0) a = T;
        else b = T;
    }
    *T_K = 0.5 * (a + b);
    return KILN_OK;
}

static kiln_status find_spinodal(kiln_window_solver *w, int frozen, double below_K, double *T_K, int *found)
{
    *found = 0;
    for (int i = w->n_nodes - 2; i >= 0 && !*found; --i) {
        const kiln_i_node *a = &w->nodes[i], *b = &w->nodes[i + 1];
        const double la = frozen ? a->frozen_spinodal : a->spinodal, lb = frozen ? b->frozen_spinodal : b->spinodal;
        if (a->T_K > below_K || la >= 0.0 || lb < 0.0) continue;
        *found = 1;
        return spinodal_between(w, frozen, a->T_K, b->T_K, T_K);
    }
    return KILN_OK;
}

static kiln_status find_spinodals(kiln_window_solver *w, kiln_window *out)
{
    const double below = out->n_ranges > 0 ? out->range[0].low.T_K : out->scanned_max_K;
    int found;
    kiln_status status = find_spinodal(w, 0, below, &out->spinodal_K, &out->has_spinodal);
    if (status != KILN_OK || !out->has_spinodal) return status;
    status = find_spinodal(w, 1, below, &out->frozen_spinodal_K, &found);
    if (!found) out->frozen_spinodal_K = 0.0;
    out->spinodal_is_frozen_lower = out->frozen_spinodal_K < out->spinodal_K - 0.01;
    return status;
}

static void list_rivals(const kiln_window_solver *w, kiln_window *out)
{
    for (int k = 0; k < w->n_crossings && out->n_rivals < KILN_MAX_RIVALS; ++k) {
        const kiln_i_crossing *c = &w->crossings[k];
        if (c->competitor == w->system->n_phases || c->decides) continue;
        out->rival[out->n_rivals++] = (kiln_rival){c->competitor, c->T_K, c->from_below, sqrt(c->variance)};
    }
}

static void count_estimates(const kiln_window_solver *w, kiln_window *out)
{
    const kiln_i_mphase *p = &w->system->phases[w->target.phase];
    const kiln_i_phase *source = &w->system->db->phases[p->source];
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const int status = w->system->db->functions[p->monomials[t].function].status;
        ++out->n_parameters;
        out->n_estimated += status == KILN_VALUE_ESTIMATED || source->parameters[p->monomials[t].parameter].is_default;
    }
    for (int k = 0; k < w->system->n_missing; ++k)
        if (w->system->missing[k].phase == w->target.phase) {
            ++out->n_parameters;
            ++out->n_estimated;
        }
}

/* What stands beside the ranges themselves. */
static kiln_status describe_more(kiln_window_solver *w, kiln_window *out)
{
    kiln_status status = KILN_OK;
    const int certify = w->solver->options.certify;
    /* Equilibria are found sooner with their proofs, but not where those are dear. */
    w->solver->options.certify &= w->boxes_left > 0;
    for (int r = 0; r < out->n_ranges && status == KILN_OK; ++r) status = detect_ends(w, out, r);
    if (status == KILN_OK && out->n_ranges == 0 && w->options.find_apparent) status = kiln_i_window_apparent(w, out);
    w->solver->options.certify = certify;
    if (status != KILN_OK) return status;
    list_rivals(w, out);
    if ((status = find_spinodals(w, out)) != KILN_OK) return status;
    const double T_budget = out->n_ranges > 0 ? out->range[0].low.T_K : out->best_T_K;
    return kiln_i_budget_solve(w, T_budget, &out->budget);
}

/* Ranges, with their proof: a competitor that it meets makes another round. */
static kiln_status find_proved_ranges(kiln_window_solver *w, kiln_window *out)
{
    int again = 1;
    kiln_status status = KILN_OK;
    w->n_extra = w->has_factor = 0;
    w->boxes_left = w->solver->options.certify_budget;
    while (again && status == KILN_OK) {
        status = kiln_i_window_scan(w, out);
        if (status == KILN_OK) status = kiln_i_window_cross(w);
        if (status == KILN_OK && !w->options.ends_only) status = kiln_i_window_sensitivities(w);
        if (status == KILN_OK) status = find_ranges(w, out);
        if (status == KILN_OK) status = kiln_i_window_certify(w, out, &again);
    }
    return status;
}

kiln_status kiln_window_solve(kiln_window_solver *w, int phase, kiln_window *out)
{
    if (!w) return KILN_E_ARG;
    if (!out || phase < 0 || phase >= w->system->n_phases)
        return kiln_i_fail(w->ctx, KILN_E_ARG, "phase %d of %d", phase, w->system->n_phases);
    memset(out, 0, sizeof *out);
    out->phase = phase;
    out->oxygen_reference = kiln_system_anion_ratio(w->system, phase);
    kiln_i_forget(w->solver); /* what was asked before does not matter */
    kiln_status status = kiln_i_target_set(&w->target, phase);
    if (status == KILN_OK) status = find_proved_ranges(w, out);
    if (status != KILN_OK) return status;
    find_best(w, out);
    count_estimates(w, out);
    return w->options.ends_only ? kiln_i_window_linearise(w, out) : describe_more(w, out);
}

int kiln_window_default_phase(const kiln_system *system)
{
    int best = -1;
    double nearest = INFINITY;
    const double wanted = system->composition.anions_per_cation;
    for (int p = 0; p < system->n_phases; ++p) {
        const double ratio = kiln_system_anion_ratio(system, p);
        if (!kiln_system_can_host(system, p) || ratio < 0.0) continue;
        const double miss = fabs(ratio - wanted);
        if (miss < nearest - 1e-6) {
            nearest = miss;
            best = p;
        }
    }
    return best;
}
