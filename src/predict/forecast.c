#include "predict/forecast.h"

#include "core/context.h"
#include "core/elements.h"

#include <kiln/entropy.h>
#include <kiln/equilibrium.h>
#include <kiln/map.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIELD = 512, OXYGEN = 8 };
/* How far beyond a firing the window is searched, so that its end can be seen. */
#define MARGIN_K 200.0
#define MOST_K 6000.0
#define KELVIN 273.15

int kiln_i_is_stated(const kiln_stated_temperature *T) { return isfinite(T->low_K) && T->low_K == T->high_K; }

/* ---- What a table writes ---- */

/* Without a remark in brackets after a blank: "rocksalt (disordered)" is rocksalt. */
static void drop_remark(const char *text, char *out, size_t size)
{
    snprintf(out, size, "%s", text);
    const size_t n = strlen(out);
    const char last = n > 0 ? out[n - 1] : '\0';
    char *remark = last == ')' ? strstr(out, " (") : last == ']' ? strstr(out, " [") : NULL;
    if (remark) *remark = '\0';
}

/* "Rock salt" is rocksalt, and "halite, B1, Fm-3m" begins with halite. */
static int is_same_name(const char *a, const char *b)
{
    for (;; ++a, ++b) {
        while (*a == ' ' || *a == '_' || *a == '-') ++a;
        while (*b == ' ' || *b == '_' || *b == '-') ++b;
        if (*a == '\0') return *b == '\0' || *b == ',';
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return 0;
    }
}

/* Nothing mixes in a phase with one constituent on each sublattice. */
static int is_substance(const kiln_database *db, int phase)
{
    kiln_sublattice_info info;
    for (int s = 0; kiln_database_sublattice(db, phase, s, &info) == KILN_OK; ++s)
        if (info.n_constituents > 1) return 0;
    return 1;
}

/* Whether a table that says `name` may mean the phase: its name, its label, also as the last words of a longer one ("monoclinic B-type sesquioxide"), or the name of its structure type;
 * a substance is no structure, as nothing mixes in it. */
static int is_meant(const kiln_database *db, int phase, const char *name)
{
    kiln_phase_info info;
    if (kiln_database_phase(db, phase, &info) != KILN_OK || strcmp(info.role, "solid") != 0) return 0;
    if (is_same_name(name, info.name) || is_same_name(name, info.label)) return 1;
    if (is_substance(db, phase)) return 0;
    if (info.structure && is_same_name(name, info.structure)) return 1;
    const size_t n = strlen(name), length = strlen(info.label);
    return n > length && name[n - length - 1] == ' ' && is_same_name(name + n - length, info.label);
}

/* The first phase from `from` on that may be meant; -1: there is none. */
static int find_structure(const kiln_database *db, const char *name, int from)
{
    for (int i = from; i < kiln_database_n_phases(db); ++i)
        if (is_meant(db, i, name)) return i;
    return -1;
}

/* What cannot be understood or calculated is the row's own obstacle; exhaustion is not. */
static kiln_status keep_obstacle(const kiln_i_forecaster *f, kiln_status status, kiln_verdict *v)
{
    if (status == KILN_OK || status == KILN_E_NOMEM) return status;
    snprintf(v->obstacle, sizeof v->obstacle, "%s", kiln_context_error(f->ctx));
    return KILN_OK;
}

static void set_family(const kiln_i_forecaster *f, const char *structure, kiln_verdict *v)
{
    kiln_phase_info info;
    v->phase = *structure ? find_structure(f->db, structure, 0) : -1;
    if (v->phase >= 0 && kiln_database_phase(f->db, v->phase, &info) == KILN_OK) {
        snprintf(v->family, sizeof v->family, "%s", info.label);
        return;
    }
    snprintf(v->family, sizeof v->family, "%.60s", *structure ? structure : "not stated");
    if (*structure)
        snprintf(v->obstacle, sizeof v->obstacle, "database %s has no structure called %.120s", kiln_database_name(f->db),
                 structure);
    else snprintf(v->obstacle, sizeof v->obstacle, "no structure is stated");
}

static void set_rules(const kiln_composition *composition, kiln_verdict *v)
{
    kiln_entropy entropy;
    if (kiln_entropy_compute(composition, &entropy) == KILN_OK) v->entropy_R = entropy.mixing.R;
    if (kiln_size_mismatch(composition, &v->mismatch, NULL, NULL) != KILN_OK) v->mismatch = NAN;
}

static kiln_status read_atmosphere(const kiln_i_forecaster *f, const kiln_trial *trial, kiln_atmosphere *out, kiln_verdict *v)
{
    char name[FIELD];
    drop_remark(trial->atmosphere, name, sizeof name);
    if (*v->obstacle) return KILN_OK;
    const char *words = *name ? trial->atmosphere : trial->conditions;
    const kiln_status status = *name ? kiln_atmosphere_parse(f->ctx, name, out) : KILN_E_PARSE;
    if (status != KILN_E_PARSE) return status;
    snprintf(v->obstacle, sizeof v->obstacle, "no atmosphere is stated%s%.80s", *words ? ", only words: " : "", words);
    return KILN_OK;
}

/* ---- A structure that cannot hold a composition ---- */

/* Whether a constituent such as Mg+2 is an ion of the element. */
static int is_ion_of(const char *constituent, const char *symbol)
{
    const size_t n = strlen(symbol);
    return strncmp(constituent, symbol, n) == 0 && !islower((unsigned char)constituent[n]);
}

static int phase_has(const kiln_database *db, int phase, const char *symbol)
{
    kiln_sublattice_info info;
    const char *constituent;
    for (int s = 0; kiln_database_sublattice(db, phase, s, &info) == KILN_OK; ++s)
        for (int i = 0; (constituent = kiln_database_constituent(db, phase, s, i)); ++i)
            if (is_ion_of(constituent, symbol)) return 1;
    return 0;
}

/* The elements that a phase has no ions of, between commas; how many. */
static int list_absent(const kiln_database *db, int phase, const kiln_composition *composition, char *out, size_t size)
{
    int n = 0;
    out[0] = '\0';
    for (int i = 0; i < composition->n; ++i) {
        const char *symbol = kiln_element_symbol(composition->component[i].z);
        const size_t used = strlen(out);
        if (composition->component[i].z == OXYGEN || phase_has(db, phase, symbol)) continue;
        snprintf(out + used, size - used, "%s%s", n++ ? ", " : "", symbol);
    }
    return n;
}

/* Of the structures so called the one that lacks least. */
static void explain_refusal(const kiln_i_forecaster *f, const kiln_composition *composition, const char *structure,
                            kiln_verdict *v)
{
    char absent[128];
    kiln_phase_info info = {.label = ""};
    int least = list_absent(f->db, v->phase, composition, absent, sizeof absent);
    for (int i = v->phase; (i = find_structure(f->db, structure, i + 1)) >= 0;) {
        const int n = list_absent(f->db, i, composition, absent, sizeof absent);
        if (n >= least) continue;
        least = n;
        v->phase = i;
    }
    (void)list_absent(f->db, v->phase, composition, absent, sizeof absent);
    if (kiln_database_phase(f->db, v->phase, &info) != KILN_OK) return;
    if (*absent)
        snprintf(v->obstacle, sizeof v->obstacle, "%s as database %s describes it has no ions of %s", info.label,
                 kiln_database_name(f->db), absent);
    else
        snprintf(v->obstacle, sizeof v->obstacle,
                 "with the charges that database %s gives the ions of %s these proportions cannot be neutral",
                 kiln_database_name(f->db), info.label);
}

/* ---- The forecast ---- */

/* The window's range that T is in or next to; without T the widest. -1: there is none. */
static int find_range(const kiln_window *w, double T_K)
{
    int best = -1;
    double least = INFINITY;
    for (int r = 0; r < w->n_ranges; ++r) {
        const double low = w->range[r].low.T_K, high = w->range[r].high.T_K,
                     miss = isnan(T_K) ? low - high : fmax(fmax(low - T_K, T_K - high), 0.0);
        if (miss < least) {
            least = miss;
            best = r;
        }
    }
    return best;
}

static void set_onset(const kiln_window *w, double T_K, kiln_verdict *v)
{
    const int r = find_range(w, T_K);
    v->onset_sigma_K = NAN;
    if (r >= 0) {
        const kiln_window_end *low = &w->range[r].low;
        v->has_onset = low->has_detected;
        v->onset_K = low->detected_K;
        if (low->has_sigma) v->onset_sigma_K = low->sigma_K;
    }
    for (int a = 0; a < w->n_apparent && r < 0 && !v->has_onset; ++a) {
        v->has_onset = w->apparent[a].low_is_limited;
        v->onset_K = w->apparent[a].low_K;
    }
}

/* What lies beside the phase at best values. */
static kiln_status look_beside(const kiln_i_forecaster *f, kiln_system *system, int phase, double T_K, kiln_verdict *v)
{
    kiln_solver *solver;
    kiln_equilibrium e;
    kiln_status status = kiln_solver_create(system, &f->solver_options, &solver);
    if (status != KILN_OK) return status;
    status = kiln_equilibrium_solve(solver, T_K, &e);
    int target = -1, second = -1;
    for (int k = 0; k < e.n_phases && status == KILN_OK; ++k)
        if (e.phase[k].phase == phase && (target < 0 || e.phase[k].mass_fraction > e.phase[target].mass_fraction)) target = k;
    for (int k = 0; k < e.n_phases && status == KILN_OK; ++k)
        if (k != target && (second < 0 || e.phase[k].mass_fraction > e.phase[second].mass_fraction)) second = k;
    if (status == KILN_OK) {
        v->second_mass_fraction = target >= 0 ? fmax(1.0 - e.phase[target].mass_fraction, 0.0) : 1.0;
        if (second >= 0) v->second = kiln_database_find_phase(f->db, kiln_system_phase_name(system, e.phase[second].phase));
        if (target < 0 && e.phase[second].mass_fraction > 1.0 - f->options.detect_mass_fraction) v->instead = v->second;
        v->is_certified = f->window->n_ranges > 0 ? f->window->certificate.is_certified : e.certificate.is_certified;
    }
    kiln_solver_free(solver);
    return status;
}

static kiln_status ask_window(const kiln_i_forecaster *f, kiln_system *system, int phase, double T_K, kiln_verdict *v)
{
    kiln_window_solver *solver;
    kiln_window_options o;
    const kiln_window *w = f->window;
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    o.detect_mass_fraction = f->options.detect_mass_fraction;
    o.n_samples = f->options.n_samples;
    o.seed = f->options.seed;
    if (!isnan(T_K)) {
        o.T_min_K = fmax(fmin(o.T_min_K, T_K - MARGIN_K), 1.0);
        o.T_max_K = fmin(fmax(o.T_max_K, T_K + MARGIN_K), MOST_K);
    }
    kiln_status status = kiln_window_solver_create(system, &f->solver_options, &o, &solver);
    if (status != KILN_OK) return status;
    status = kiln_window_solve(solver, phase, f->window);
    if (status == KILN_OK) set_onset(w, T_K, v);
    if (status == KILN_OK && !isnan(T_K)) {
        if (T_K < w->scanned_min_K || T_K > w->scanned_max_K)
            status = kiln_i_fail(f->ctx, KILN_E_RANGE, "%.0f °C is outside %.0f to %.0f °C, where the numbers of %s may be used",
                                 T_K - KELVIN, w->scanned_min_K - KELVIN, w->scanned_max_K - KELVIN, v->family);
        else {
            status = kiln_window_seen(solver, w, T_K, &v->probability);
            if (status == KILN_OK) status = look_beside(f, system, phase, T_K, v);
            v->is_judged = status == KILN_OK;
        }
    }
    kiln_window_solver_free(solver);
    return status;
}

/* The first of the structures so called that can hold the composition, as an index in the system; -1: none can. */
static int choose_phase(const kiln_i_forecaster *f, const kiln_system *system, const char *structure, kiln_verdict *v)
{
    kiln_phase_info info;
    for (int i = v->phase; i >= 0; i = find_structure(f->db, structure, i + 1)) {
        if (kiln_database_phase(f->db, i, &info) != KILN_OK) continue;
        const int phase = kiln_system_find_phase(system, info.name);
        if (phase < 0 || !kiln_system_can_host(system, phase)) continue;
        v->phase = i;
        return phase;
    }
    return -1;
}

static kiln_status judge(const kiln_i_forecaster *f, const kiln_composition *composition, const kiln_atmosphere *atmosphere,
                         const char *structure, double T_K, kiln_verdict *v)
{
    kiln_system *system = NULL;
    kiln_status status = kiln_system_create(f->ctx, f->db, composition, atmosphere, &f->system_options, &system);
    if (status == KILN_OK) {
        const int phase = choose_phase(f, system, structure, v);
        if (phase >= 0) status = ask_window(f, system, phase, T_K, v);
        else explain_refusal(f, composition, structure, v);
    }
    kiln_system_free(system);
    return keep_obstacle(f, status, v);
}

kiln_status kiln_i_forecast(const kiln_i_forecaster *f, const kiln_trial *trial, kiln_verdict *v)
{
    char structure[FIELD], formula[FIELD];
    kiln_composition composition;
    kiln_atmosphere atmosphere;
    *v = (kiln_verdict){.known = -1,
                        .phase = -1,
                        .second = -1,
                        .instead = -1,
                        .probability = NAN,
                        .entropy_R = NAN,
                        .mismatch = NAN};
    drop_remark(trial->structure, structure, sizeof structure);
    set_family(f, structure, v);
    drop_remark(trial->formula, formula, sizeof formula);
    kiln_status status = kiln_composition_parse(f->ctx, formula, &composition);
    if (status != KILN_OK) return *v->obstacle && status != KILN_E_NOMEM ? KILN_OK : keep_obstacle(f, status, v);
    set_rules(&composition, v);
    if ((status = read_atmosphere(f, trial, &atmosphere, v)) != KILN_OK || *v->obstacle) return status;
    const double T_K = kiln_i_is_stated(&trial->T) ? trial->T.low_K : NAN;
    status = judge(f, &composition, &atmosphere, structure, T_K, v);
    if (status == KILN_OK && isnan(T_K) && !*v->obstacle)
        snprintf(v->obstacle, sizeof v->obstacle, "no one temperature is stated");
    return status;
}
