#include "predict/structures.h"

#include "core/context.h"
#include "model/system.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Beyond this the formula's common charges do not balance, so that it suggests no structure. */
#define IMBALANCE 0.01
/* Structures whose anions per cation differ by less are alternatives to each other: rock salt, wurtzite, tenorite. */
#define SAME_RATIO 0.01

static const kiln_i_phase *phase_of(const kiln_system *system, int phase)
{
    return &system->db->phases[system->phases[phase].source];
}

/* Nothing where the system has a phase that holds the composition, or the database has no more than its entropy: then it says so. */
static kiln_status check_energies(const kiln_system *system)
{
    for (int i = 0; i < system->n_phases; ++i)
        if (system->phases[i].can_host) return KILN_OK;
    return kiln_system_check_energies(system);
}

/* What a formula must say before a structure can be guessed from it. */
static kiln_status check_formula(const kiln_system *system)
{
    const kiln_composition *c = &system->composition;
    const kiln_status status = check_energies(system);
    if (status != KILN_OK) return status;
    if (c->by_components)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "%s is stated by components, which mean no structure; name the structure",
                           c->canonical);
    if (c->anions_per_cation <= 0.0)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "%s has no oxygen, so it names no oxide; write it, as in FeO", c->canonical);
    if (fabs(c->charge_imbalance) > IMBALANCE && !c->oxygen_is_variable)
        return kiln_i_fail(system->ctx, KILN_E_ARG,
                           "%s cannot be neutral: with common charges it is left with %+.3g; correct the formula, mark its oxygen "
                           "as variable (O2-d), or name the structure",
                           c->canonical, c->charge_imbalance);
    return KILN_OK;
}

/* The phase that was named, as an index in the system. */
static kiln_status find_named(const kiln_system *system, const char *name, int *phase)
{
    int in_database;
    kiln_phase_info info;
    kiln_status status = kiln_database_meant_phase(system->db, system->ctx, name, &in_database);
    if (status == KILN_OK) status = kiln_database_phase(system->db, in_database, &info);
    if (status != KILN_OK) return status;
    *phase = kiln_system_find_phase(system, info.name);
    if (*phase >= 0 && system->phases[*phase].can_host) return KILN_OK;
    if (strcmp(info.quality, "entropy-only") == 0 && kiln_system_check_energies(system) != KILN_OK) return KILN_E_MISSING;
    return kiln_i_fail(system->ctx, KILN_E_MISSING, "%s as the database describes it cannot hold %s by itself", info.label,
                       system->composition.canonical);
}

/* Anions per cation of a structure; of a substance without a stated one, those of its formula. < 0: unknown. */
static double ratio_of(const kiln_system *system, int phase)
{
    kiln_phase_info info;
    kiln_composition composition;
    const double stated = kiln_system_anion_ratio(system, phase);
    if (stated >= 0.0) return stated;
    if (kiln_database_phase(system->db, system->phases[phase].source, &info) != KILN_OK || !info.formula ||
        strcmp(info.role, "solid") != 0)
        return -1.0;
    if (kiln_composition_parse(system->ctx, info.formula, &composition) != KILN_OK) return -1.0; /* MO: any metal */
    return composition.anions_per_cation;
}

static int fits(const kiln_system *system, int phase, double ratio)
{
    return system->phases[phase].can_host && fabs(ratio_of(system, phase) - ratio) < SAME_RATIO;
}

/* Nothing mixes in a phase with one constituent on each sublattice. */
static int is_substance(const kiln_system *system, int phase)
{
    kiln_sublattice_info sublattice;
    const int i = system->phases[phase].source, n = phase_of(system, phase)->n_sublattices;
    for (int s = 0; s < n; ++s)
        if (kiln_database_sublattice(system->db, i, s, &sublattice) == KILN_OK && sublattice.n_constituents > 1) return 0;
    return 1;
}

/* A solution phase before a substance: the question is about mixing; a substance comes first where it alone has a window. */
static int default_phase(const kiln_system *system)
{
    for (int substance = 0; substance < 2; ++substance)
        for (int i = 0; i < system->n_phases; ++i)
            if (fits(system, i, system->composition.anions_per_cation) && is_substance(system, i) == substance) return i;
    return kiln_window_default_phase(system);
}

static int is_layered_family(const kiln_database *db, int in_database)
{
    kiln_phase_info info;
    return kiln_database_phase(db, in_database, &info) == KILN_OK && info.family && strcmp(info.family, "layered") == 0;
}

int kiln_i_is_layered(const kiln_system *system, int phase)
{
    return is_layered_family(system->db, system->phases[phase].source);
}

/* A layered oxide that can hold the formula, O3 or P2. */
static int hosts_in_layers(const kiln_system *system, int phase)
{
    return kiln_i_is_layered(system, phase) && system->phases[phase].can_host;
}

static void add_alternatives(const kiln_system *system, kiln_structures *s)
{
    const double ratio = ratio_of(system, s->phase[0]);
    if (ratio < 0.0) return;
    const int is_layered = hosts_in_layers(system, s->phase[0]);
    for (int i = 0; i < system->n_phases && s->n < KILN_MAX_STRUCTURES; ++i)
        if (i != s->phase[0] && (fits(system, i, ratio) || (is_layered && hosts_in_layers(system, i)))) s->phase[s->n++] = i;
}

/* 0.5 to 1.1 of alkali with two oxygens on each other cation, as in LiNiO2 or Na0.67MnO2: usually layered. */
static int looks_layered(const kiln_composition *c)
{
    double alkali = 0.0, others = 0.0;
    for (int i = 0; i < c->n; ++i) {
        const int z = c->component[i].z;
        if (c->component[i].is_anion) continue;
        if (z == 3 || z == 11 || z == 19) alkali += c->component[i].amount;
        else others += c->component[i].amount;
    }
    return others > 0.0 && alkali > 0.5 * others && alkali < 1.1 * others &&
           fabs(c->anions_per_cation - 2.0 * others / (alkali + others)) < 0.05;
}

static int has_layered_phases(const kiln_database *db)
{
    int found = 0;
    for (int i = 0; i < db->n_phases; ++i) found |= is_layered_family(db, i);
    return found;
}

/* Of the layered oxides that can hold the formula the one that is nearest in alkali: O3 with a full layer, P2 with a third of it empty. -1: none can. */
static int layered_phase(const kiln_system *system)
{
    const double wanted = system->composition.anions_per_cation;
    int best = -1;
    for (int i = 0; i < system->n_phases; ++i)
        if (hosts_in_layers(system, i) &&
            (best < 0 || fabs(ratio_of(system, i) - wanted) < fabs(ratio_of(system, best) - wanted)))
            best = i;
    return best;
}

/* Of a database that does not state the anions of its phases, as TDB files, none is the one that a formula means: the question has to name it. */
static kiln_status ask_for_structure(const kiln_system *system)
{
    char names[400] = "";
    size_t used = 0;
    for (int i = 0; i < system->n_phases; ++i) {
        const char *name = kiln_system_phase_name(system, i);
        if (!kiln_system_can_host(system, i) || ratio_of(system, i) >= 0.0 || used + strlen(name) + 8 > sizeof names) continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", name);
    }
    if (used == 0) return KILN_OK;
    return kiln_i_fail(system->ctx, KILN_E_ARG,
                       "database %s does not say which of its structures %s means (%s can hold it); name the structure",
                       kiln_database_name(system->db), system->composition.canonical, names);
}

kiln_status kiln_structures_find(const kiln_system *system, const char *name, kiln_structures *out)
{
    if (!system) return KILN_E_ARG;
    if (!out) return kiln_i_fail(system->ctx, KILN_E_ARG, "a NULL argument");
    kiln_structures s = {.n = 1};
    kiln_status status = name ? find_named(system, name, &s.phase[0]) : check_formula(system);
    if (status != KILN_OK) return status;
    if (!name) {
        const int is_layered = looks_layered(&system->composition), layered = is_layered ? layered_phase(system) : -1;
        s.phase[0] = layered >= 0 ? layered : default_phase(system);
        if (s.phase[0] < 0 && (status = ask_for_structure(system)) != KILN_OK) return status;
        if (s.phase[0] < 0)
            return kiln_i_fail(system->ctx, KILN_E_MISSING, "database %s has no structure that can hold %s by itself%s",
                               kiln_database_name(system->db), system->composition.canonical,
                               is_layered && !has_layered_phases(system->db) ? ": layered oxides (O3, P2) are not in it" : "");
        s.lacks_layered = is_layered && layered < 0;
        add_alternatives(system, &s);
    }
    *out = s;
    return KILN_OK;
}

double kiln_window_widest_K(const kiln_window *window)
{
    double width = -1.0;
    for (int r = 0; window && r < window->n_ranges; ++r)
        width = fmax(width, window->range[r].high.T_K - window->range[r].low.T_K);
    return width;
}

/* What fails has no window. */
static double widest_of(kiln_window_solver *solver, kiln_window *window, int phase)
{
    return kiln_window_solve(solver, phase, window) == KILN_OK ? kiln_window_widest_K(window) : -1.0;
}

kiln_status kiln_structures_choose(kiln_system *system, const kiln_solver_options *solver_options,
                                   const kiln_structures *structures, int *phase)
{
    kiln_window_options o;
    kiln_window_solver *solver;
    if (!system) return KILN_E_ARG;
    if (!structures || structures->n < 1 || structures->n > KILN_MAX_STRUCTURES || !phase)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "no structures, or a NULL argument");
    *phase = structures->phase[0];
    if (structures->n == 1) return KILN_OK;
    kiln_status status = kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    if (status != KILN_OK) return status;
    o.ends_only = 1;
    o.n_samples = 0;
    kiln_window *window = kiln_i_calloc(system->ctx, 1, sizeof *window);
    if (!window) return kiln_i_fail(system->ctx, KILN_E_NOMEM, "windows of structures");
    if ((status = kiln_window_solver_create(system, solver_options, &o, &solver)) == KILN_OK) {
        double widest = fmax(widest_of(solver, window, structures->phase[0]), 0.0);
        const int is_single = widest > 0.0;
        for (int i = 1; i < structures->n && !is_single; ++i) {
            const double width = widest_of(solver, window, structures->phase[i]);
            if (width > widest) *phase = structures->phase[i];
            widest = fmax(widest, width);
        }
        kiln_window_solver_free(solver);
    }
    kiln_i_free(system->ctx, window);
    return status;
}
