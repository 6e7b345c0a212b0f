#include "predict/sinter.h"

#include "core/context.h"
#include "data/database.h"
#include "solve/solver.h"

#include <math.h>
#include <string.h>

static const double CALCINE_K = 100.0; /* the part of the range above its low end that is called calcination */
static const double NARROW_K = 20.0;   /* a range that a furnace does not keep to */

kiln_status kiln_sinter_options_init(kiln_sinter_options *options, uint32_t version)
{
    if (!options || version != KILN_SINTER_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_sinter_options){.version = version, .cool_to_K = 873.15, .scan_gases = 1};
    return kiln_vapour_options_init(&options->vapour, KILN_VAPOUR_OPTIONS_VERSION);
}

static kiln_status check_options(kiln_context *ctx, const kiln_sinter_options *o)
{
    if (o->version != KILN_SINTER_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if (o->n_precursors < 0 || o->n_precursors > KILN_MAX_PRECURSORS || (o->n_precursors > 0 && !o->precursors))
        return kiln_i_fail(ctx, KILN_E_ARG, "%d precursors: expected 0 to %d", o->n_precursors, (int)KILN_MAX_PRECURSORS);
    if (!(o->cool_to_K >= 0.0 && o->cool_to_K < 6000.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "cooling to %g K: expected 0 (not asked) to 6000 K", o->cool_to_K);
    return KILN_OK;
}

/* ---- Window and vapour ---- */

static int is_limit(const kiln_window_end *e) { return e->kind != KILN_END_VALIDITY && e->kind != KILN_END_SEARCH_LIMIT; }

static void take_window(kiln_sinter *s)
{
    s->range = -1;
    for (int r = 0; r < s->window.n_ranges; ++r) {
        const kiln_window_range *range = &s->window.range[r];
        if (s->range < 0 ||
            range->high.T_K - range->low.T_K > s->window.range[s->range].high.T_K - s->window.range[s->range].low.T_K)
            s->range = r;
    }
    if (s->range < 0) return;
    const kiln_window_end *low = &s->window.range[s->range].low, *high = &s->window.range[s->range].high;
    s->floor =
        (kiln_sinter_limit){is_limit(low), low->has_sigma, low->T_K, low->has_sigma ? fmax(low->high_K, low->T_K) : low->T_K};
    s->ceiling = (kiln_sinter_limit){is_limit(high), high->has_sigma, high->T_K,
                                     high->has_sigma ? fmin(high->low_K, high->T_K) : high->T_K};
}

/* Where a liquid would become more stable than the phase, whatever else does before: a metastable solidus where the window ends earlier. */
static void take_solidus(const kiln_system *system, kiln_sinter *s)
{
    for (int k = 0; k < s->window.n_rivals; ++k) {
        const kiln_rival *r = &s->window.rival[k];
        if (r->from_below || system->db->phases[system->phases[r->phase].source].role != KILN_ROLE_LIQUID) continue;
        if (s->solidus_K == 0.0 || r->T_K < s->solidus_K) s->solidus_K = r->T_K;
    }
    s->densify_K = KILN_DENSIFY * s->solidus_K;
    s->freeze_K = KILN_TAMMANN * s->solidus_K;
}

static kiln_status take_ceiling(kiln_vapour *vapour, kiln_sinter *s)
{
    const double first_K = fmin(773.15, s->window.scanned_min_K + 1.0), last_K = s->window.scanned_max_K;
    const kiln_status status = kiln_vapour_find_ceiling(vapour, fmax(first_K, s->window.scanned_min_K), last_K, &s->vapour);
    if (status != KILN_OK || !s->vapour.is_found) return status;
    s->vapour_limit =
        (kiln_sinter_limit){1, s->vapour.sigma_K >= 0.0, s->vapour.T_K, s->vapour.T_K - fmax(s->vapour.sigma_K, 0.0)};
    return KILN_OK;
}

static kiln_status take_losses(kiln_vapour *vapour, kiln_sinter *s)
{
    kiln_vapour_result r;
    const kiln_status status = kiln_vapour_solve(vapour, s->high_K, &r);
    if (status != KILN_OK) return status;
    s->n_losses = r.n_losses;
    memcpy(s->loss, r.loss, sizeof s->loss);
    s->released_po2_bar = r.released_po2_bar;
    return KILN_OK;
}

/* Beyond its end the phase is undercut, and where a melt would cross its plane says nothing unless a melt is stable there. */
static kiln_status check_solidus(kiln_solver *solver, kiln_sinter *s)
{
    const double beyond_K = 10.0;
    kiln_equilibrium e;
    if (s->solidus_K == 0.0 || s->solidus_K + beyond_K > s->window.scanned_max_K) return KILN_OK;
    const kiln_status status = kiln_equilibrium_solve(solver, s->solidus_K + beyond_K, &e);
    if (status != KILN_OK) return status;
    for (int k = 0; k < e.n_phases; ++k)
        if (solver->system->db->phases[solver->system->phases[e.phase[k].phase].source].role == KILN_ROLE_LIQUID) return KILN_OK;
    s->solidus_K = s->densify_K = s->freeze_K = 0.0;
    return KILN_OK;
}

/* ---- The recommendation ---- */

/* How an end limits the firing. */
typedef enum reading { BEST, SAFE, SEEN } reading;

/* The window's end, or where diffraction would see beyond it; `open` where there is no limit. */
static double end_of(const kiln_sinter_limit *limit, const kiln_window_end *end, reading as, double open)
{
    if (!limit->exists) return open;
    if (as == SEEN && end->kind != KILN_END_LIQUID) return end->has_detected ? end->detected_K : open;
    return as == SAFE ? limit->safe_K : limit->T_K;
}

static double floor_of(const kiln_sinter *s, reading as)
{
    const double open = s->window.scanned_min_K, T_K = end_of(&s->floor, &s->window.range[s->range].low, as, open);
    return s->kinetic.exists ? fmax(T_K, s->kinetic.T_K) : T_K;
}

static double ceiling_of(const kiln_sinter *s, reading as)
{
    const double T_K = end_of(&s->ceiling, &s->window.range[s->range].high, as, s->window.scanned_max_K);
    if (!s->vapour_limit.exists) return T_K;
    return fmin(T_K, as == SAFE ? s->vapour_limit.safe_K : s->vapour_limit.T_K);
}

static int fits(kiln_sinter *s, reading as)
{
    s->low_K = floor_of(s, as);
    s->high_K = ceiling_of(s, as);
    s->is_safe = as == SAFE;
    s->is_seen = as == SEEN;
    s->low_is_open = !s->kinetic.exists && s->low_K <= s->window.scanned_min_K;
    s->high_is_open = !s->vapour_limit.exists && s->high_K >= s->window.scanned_max_K;
    return s->low_K < s->high_K;
}

static void recommend(kiln_sinter *s)
{
    const int is_kept = fits(s, SAFE) || (fits(s, BEST) && s->high_K - s->low_K >= NARROW_K);
    if (!is_kept && !fits(s, SEEN) && !fits(s, BEST)) {
        s->is_safe = -1;
        return;
    }
    if (!s->low_is_open) {
        s->calcine_low_K = s->low_K;
        s->calcine_high_K = fmin(s->low_K + CALCINE_K, s->high_K);
    }
    if (s->densify_K == 0.0 || s->densify_K >= s->high_K) return;
    s->sinter_low_K = fmax(s->densify_K, s->calcine_high_K);
    s->sinter_high_K = s->high_K;
    if (s->sinter_low_K >= s->high_K) s->sinter_low_K = fmax(s->densify_K, s->low_K);
}

static kiln_status cool(kiln_solver *solver, double T_K, kiln_sinter *s)
{
    if (T_K == 0.0) return KILN_OK;
    const kiln_status status = kiln_equilibrium_solve(solver, T_K, &s->cooled);
    if (status != KILN_OK) return status;
    for (int k = 0; k < s->cooled.n_phases; ++k) {
        s->cooled.phase[k].site_fractions = NULL;
        s->cooled.phase[k].n_site_fractions = 0;
    }
    s->has_cooled = 1;
    return KILN_OK;
}

/* ---- All of it ---- */

typedef struct workspace {
    kiln_system *system;
    kiln_window_solver *window;
    kiln_solver *solver;
    kiln_vapour *vapour;
} workspace;

static void close_workspace(workspace *w)
{
    kiln_vapour_free(w->vapour);
    kiln_solver_free(w->solver);
    kiln_window_solver_free(w->window);
    kiln_system_free(w->system);
}

static kiln_status open_workspace(kiln_context *ctx, const kiln_step_question *q, const kiln_window_options *window_options,
                                  const kiln_sinter_options *o, workspace *w)
{
    kiln_status status = kiln_system_create(ctx, q->db, q->composition, q->atmosphere, q->system_options, &w->system);
    if (status == KILN_OK) status = kiln_window_solver_create(w->system, q->solver_options, window_options, &w->window);
    if (status == KILN_OK) status = kiln_solver_create(w->system, q->solver_options, &w->solver);
    return status == KILN_OK ? kiln_vapour_create(w->system, q->solver_options, &o->vapour, &w->vapour) : status;
}

static kiln_status answer(workspace *w, int phase, const kiln_sinter_options *o, kiln_sinter *s)
{
    kiln_status status = kiln_window_solve(w->window, phase, &s->window);
    if (status != KILN_OK) return status;
    take_window(s);
    take_solidus(w->system, s);
    status = check_solidus(w->solver, s);
    if (status == KILN_OK) status = take_ceiling(w->vapour, s);
    if (s->range >= 0) {
        recommend(s);
        if (status == KILN_OK) status = take_losses(w->vapour, s);
    }
    return status == KILN_OK ? cool(w->solver, o->cool_to_K, s) : status;
}

kiln_status kiln_sinter_solve(kiln_context *ctx, const kiln_step_question *q, const kiln_window_options *window_options,
                              int phase, const kiln_sinter_options *options, kiln_sinter *out)
{
    kiln_sinter_options o;
    kiln_window_options wo;
    workspace w = {NULL};
    if (!ctx) return KILN_E_ARG;
    if (!q || !q->db || !q->composition || !q->atmosphere || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    (void)kiln_sinter_options_init(&o, KILN_SINTER_OPTIONS_VERSION);
    (void)kiln_window_options_init(&wo, KILN_WINDOW_OPTIONS_VERSION);
    if (options) o = *options;
    if (window_options) wo = *window_options;
    kiln_status status = check_options(ctx, &o);
    if (status != KILN_OK) return status;
    memset(out, 0, sizeof *out);
    out->widest_gas = out->first_mobile = -1;
    status = kiln_i_sinter_precursors(ctx, q, &o, out);
    if (status == KILN_OK) status = open_workspace(ctx, q, &wo, &o, &w);
    if (status == KILN_OK) status = answer(&w, phase, &o, out);
    if (status == KILN_OK && o.scan_gases) status = kiln_i_sinter_gases(w.system, q, &wo, phase, out);
    close_workspace(&w);
    return status;
}
