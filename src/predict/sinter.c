#include <kiln/sinter.h>

#include "core/context.h"
#include "core/elements.h"
#include "data/database.h"
#include "model/system.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { OXYGEN = 8, CARBON = 6 };
static const double CALCINE_K = 100.0; /* the part of the range above its low end that is called calcination */

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

/* ---- Precursors ---- */

static void take_precursor(const kiln_database *db, const kiln_composition *x, kiln_sinter *s)
{
    kiln_precursor *p = &s->precursor[s->n_precursors++];
    kiln_melting_info info;
    *p = (kiln_precursor){.sigma_K = -1.0, .status = "", .source = ""};
    snprintf(p->formula, sizeof p->formula, "%.63s", x->canonical);
    for (int i = 0; i < x->n; ++i) p->is_carbonate |= x->component[i].z == CARBON || x->component[i].z == 1;
    const int i = kiln_database_find_melting(db, x);
    if (i < 0 || kiln_database_melting(db, i, &info) != KILN_OK) return;
    snprintf(p->formula, sizeof p->formula, "%.63s", info.formula);
    p->is_known = 1;
    p->T_melt_K = info.T_K;
    p->sigma_K = info.sigma_K;
    p->decomposes = info.decomposes;
    p->mobile_K = KILN_TAMMANN * info.T_K;
    p->status = info.status;
    p->source = info.source ? info.source : "";
}

/* Oxygen per cation of what one cation alone is in the question's gas, without carbonates, at a temperature at which powders are kept and mixed; < 0 where that is not
 * known. */
static double oxygen_alone(kiln_context *ctx, const kiln_step_question *q, int component)
{
    const double T_K = 673.15;
    kiln_composition alone = *q->composition;
    kiln_atmosphere a = *q->atmosphere;
    kiln_system *system = NULL;
    kiln_solver *solver = NULL;
    kiln_equilibrium e;
    double oxygen = -1.0;
    for (int i = 0; i < alone.n; ++i)
        if (i != component && !alone.component[i].is_anion) alone.component[i].amount = 0.0;
    a.pco2_bar = 0.0;
    if (a.control != KILN_OXYGEN_CLOSED && kiln_system_create(ctx, q->db, &alone, &a, NULL, &system) == KILN_OK &&
        kiln_solver_create(system, q->solver_options, &solver) == KILN_OK && kiln_equilibrium_solve(solver, T_K, &e) == KILN_OK)
        oxygen = e.oxygen_mol;
    kiln_solver_free(solver);
    kiln_system_free(system);
    return oxygen;
}

/* Oxygen per atom of element z of an oxide of nothing else; < 0 for any other substance. */
static double oxygen_in(const kiln_composition *x, int z)
{
    double oxygen = 0.0, metal = 0.0;
    for (int i = 0; i < x->n; ++i) {
        if (x->component[i].z == OXYGEN) oxygen += x->component[i].amount;
        else if (x->component[i].z == z) metal += x->component[i].amount;
        else return -1.0;
    }
    return metal > 0.0 && oxygen > 0.0 ? oxygen / metal : -1.0;
}

/* The oxide of a cation in the list of melting points whose oxygen is nearest to what it holds alone; else the one with the cation's charge in the formula. */
static kiln_status default_precursor(kiln_context *ctx, const kiln_step_question *q, int component, kiln_composition *out)
{
    const kiln_component *cation = &q->composition->component[component];
    const char *symbol = kiln_i_element_symbol(cation->z);
    const double wanted = oxygen_alone(ctx, q, component), charge = round(cation->valence);
    double nearest = 0.2;
    char text[64] = "";
    for (int i = 0; i < kiln_database_n_meltings(q->db) && wanted >= 0.0; ++i) {
        kiln_melting_info info;
        kiln_composition x;
        if (kiln_database_melting(q->db, i, &info) != KILN_OK || kiln_composition_parse(ctx, info.formula, &x) != KILN_OK)
            continue;
        const double miss = fabs(oxygen_in(&x, cation->z) - wanted);
        if (miss >= nearest) continue;
        nearest = miss;
        snprintf(text, sizeof text, "%.63s", info.formula);
    }
    if (*text) return kiln_composition_parse(ctx, text, out);
    if (charge < 1.0) snprintf(text, sizeof text, "%s", symbol);
    else if (fmod(charge, 2.0) == 0.0) snprintf(text, sizeof text, "%sO%.0f", symbol, charge / 2.0);
    else snprintf(text, sizeof text, "%s2O%.0f", symbol, charge);
    return kiln_composition_parse(ctx, text, out);
}

static kiln_status find_precursors(kiln_context *ctx, const kiln_step_question *q, const kiln_sinter_options *o, kiln_sinter *s)
{
    for (int i = 0; i < o->n_precursors; ++i) take_precursor(q->db, &o->precursors[i], s);
    for (int i = 0; o->n_precursors == 0 && i < q->composition->n && s->n_precursors < KILN_MAX_PRECURSORS; ++i) {
        kiln_composition x;
        if (q->composition->component[i].is_anion || !(q->composition->component[i].amount > 0.0)) continue;
        const kiln_status status = default_precursor(ctx, q, i, &x);
        if (status != KILN_OK) return status;
        take_precursor(q->db, &x, s);
    }
    s->first_mobile = -1;
    for (int i = 0; i < s->n_precursors; ++i)
        if (s->precursor[i].is_known && !s->precursor[i].is_carbonate &&
            (s->first_mobile < 0 || s->precursor[i].mobile_K < s->precursor[s->first_mobile].mobile_K))
            s->first_mobile = i;
    if (s->first_mobile < 0) return KILN_OK;
    const double T_K = s->precursor[s->first_mobile].mobile_K;
    s->kinetic = (kiln_sinter_limit){1, 0, T_K, T_K};
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

/* ---- The recommendation ---- */

static double floor_of(const kiln_sinter *s, int safe)
{
    double T_K = s->window.scanned_min_K;
    if (s->floor.exists) T_K = fmax(T_K, safe ? s->floor.safe_K : s->floor.T_K);
    if (s->kinetic.exists) T_K = fmax(T_K, s->kinetic.T_K);
    return T_K;
}

static double ceiling_of(const kiln_sinter *s, int safe)
{
    double T_K = s->window.range[s->range].high.T_K;
    if (s->ceiling.exists) T_K = safe ? s->ceiling.safe_K : s->ceiling.T_K;
    if (s->vapour_limit.exists) T_K = fmin(T_K, safe ? s->vapour_limit.safe_K : s->vapour_limit.T_K);
    return T_K;
}

static void recommend(kiln_sinter *s)
{
    for (s->is_safe = 1; s->is_safe >= 0; --s->is_safe) {
        s->low_K = floor_of(s, s->is_safe);
        s->high_K = ceiling_of(s, s->is_safe);
        if (s->low_K < s->high_K) break;
    }
    s->low_is_open = !s->floor.exists && !s->kinetic.exists;
    s->high_is_open = !s->ceiling.exists && !s->vapour_limit.exists;
    if (s->is_safe < 0) return;
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

/* ---- Other gases ---- */

/* Another gas may bring or take phases, so that they are found by name: oxygen, where the question is closed and has none. */
static kiln_status try_gas(const kiln_system *asked, const kiln_step_question *q, const kiln_window_options *window_options,
                           int phase, kiln_window *window, kiln_sinter_gas *gas)
{
    kiln_atmosphere a = *q->atmosphere;
    kiln_window_options o = *window_options;
    kiln_system *system = NULL;
    kiln_window_solver *solver = NULL;
    a.control = KILN_OXYGEN_PRESSURE;
    a.po2_bar = gas->po2_bar;
    a.log10_po2_sigma = 0.0;
    o.ends_only = 1;
    kiln_status status = kiln_system_create(asked->ctx, q->db, q->composition, &a, q->system_options, &system);
    if (status == KILN_OK) status = kiln_window_solver_create(system, q->solver_options, &o, &solver);
    if (status == KILN_OK)
        status = kiln_window_solve(solver, kiln_system_find_phase(system, kiln_system_phase_name(asked, phase)), window);
    kiln_window_solver_free(solver);
    if (status != KILN_OK) {
        kiln_system_free(system);
        return status;
    }
    gas->n_ranges = window->n_ranges;
    gas->high_phase = -1;
    for (int r = 0; r < window->n_ranges; ++r) {
        const kiln_window_end *low = &window->range[r].low, *high = &window->range[r].high;
        if (high->T_K - low->T_K <= gas->high_K - gas->low_K) continue;
        gas->low_K = low->T_K;
        gas->high_K = high->T_K;
        gas->low_kind = low->kind;
        gas->high_kind = high->kind;
        gas->high_phase =
            high->n_limits > 0 ? kiln_system_find_phase(asked, kiln_system_phase_name(system, high->limit[0].phase)) : -1;
    }
    kiln_system_free(system);
    return KILN_OK;
}

/* Decades of oxygen pressure and air; the gas asked about among them where it is a pressure. */
static kiln_status scan_gases(const kiln_system *asked, const kiln_step_question *q, const kiln_window_options *o, int phase,
                              kiln_sinter *s)
{
    static const double pressures[] = {1.0, 0.2095, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
    const int n = sizeof pressures / sizeof *pressures;
    int has_asked = q->atmosphere->control != KILN_OXYGEN_PRESSURE;
    kiln_context *ctx = asked->ctx;
    kiln_window *window = kiln_i_calloc(ctx, 1, sizeof *window);
    if (!window) return kiln_i_fail(ctx, KILN_E_NOMEM, "windows in other gases");
    for (int i = 0; i < n; ++i) {
        const int is_asked =
            q->atmosphere->control == KILN_OXYGEN_PRESSURE && fabs(log(pressures[i] / q->atmosphere->po2_bar)) < 1e-6;
        has_asked |= is_asked;
        s->gas[s->n_gases++] = (kiln_sinter_gas){.po2_bar = pressures[i], .is_asked = is_asked};
    }
    if (!has_asked) s->gas[s->n_gases++] = (kiln_sinter_gas){.po2_bar = q->atmosphere->po2_bar, .is_asked = 1};
    kiln_status status = KILN_OK;
    for (int i = 0; i < s->n_gases && status == KILN_OK; ++i) {
        status = try_gas(asked, q, o, phase, window, &s->gas[i]);
        if (status != KILN_OK || s->gas[i].n_ranges == 0) continue;
        const kiln_sinter_gas *best = s->widest_gas >= 0 ? &s->gas[s->widest_gas] : NULL;
        if (!best || s->gas[i].high_K - s->gas[i].low_K > best->high_K - best->low_K + 0.01) s->widest_gas = i;
    }
    kiln_i_free(ctx, window);
    return status;
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
    status = take_ceiling(w->vapour, s);
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
    status = find_precursors(ctx, q, &o, out);
    if (status == KILN_OK) status = open_workspace(ctx, q, &wo, &o, &w);
    if (status == KILN_OK) status = answer(&w, phase, &o, out);
    if (status == KILN_OK && o.scan_gases) status = scan_gases(w.system, q, &wo, phase, out);
    close_workspace(&w);
    return status;
}
