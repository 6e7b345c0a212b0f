#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond this the formula's common charges do not balance, so that it suggests no structure. */
#define IMBALANCE 0.01
/* Structures whose anions per cation differ by less are alternatives to each other: rock salt, wurtzite, tenorite. */
#define SAME_RATIO 0.01

/* Nothing where the system has a phase that holds the composition, or the database has no more than its entropy: then it says so. */
static cli_exit check_energies(const cli_session *session)
{
    for (int i = 0; i < kiln_system_n_phases(session->system); ++i)
        if (kiln_system_can_host(session->system, i)) return CLI_OK;
    const kiln_status status = kiln_system_check_energies(session->system);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

/* What a formula must say before a structure can be guessed from it. */
static cli_exit check_formula(const cli_session *session)
{
    const kiln_composition *c = &session->composition;
    const cli_exit code = check_energies(session);
    if (code != CLI_OK) return code;
    if (c->anions_per_cation <= 0.0)
        return cli_usage(session->verb,
                         "%s has no oxygen, so it names no oxide; write it, as in FeO, or ask `kiln equilibrium %s --at 900C` what "
                         "becomes of it",
                         c->canonical, c->canonical);
    if (fabs(c->charge_imbalance) > IMBALANCE && !c->oxygen_is_variable)
        return cli_usage(session->verb,
                         "%s cannot be neutral: with common charges it is left with %+.3g; correct the formula, mark "
                         "its oxygen as variable (O2-d), or name the structure with --phase",
                         c->canonical, c->charge_imbalance);
    return CLI_OK;
}

/* The phase that was named, as an index in the system. */
static cli_exit find_named(const cli_session *session, int *phase)
{
    int in_database;
    kiln_phase_info info;
    const cli_exit code = cli_find_phase(session, session->value[CLI_PHASE], &in_database);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_database_phase(session->db, in_database, &info);
    if (status != KILN_OK) return cli_status(session, status);
    *phase = kiln_system_find_phase(session->system, info.name);
    if (*phase >= 0 && kiln_system_can_host(session->system, *phase)) return CLI_OK;
    if (strcmp(info.quality, "entropy-only") == 0 && kiln_system_check_energies(session->system) != KILN_OK)
        return cli_status(session, KILN_E_MISSING);
    return cli_fail(CLI_MISSING, "%s as the database describes it cannot hold %s by itself", info.label,
                    session->composition.canonical);
}

/* Anions per cation of a structure; of a substance without a stated one, those of its formula. < 0: unknown. */
static double ratio_of(const cli_session *session, int phase)
{
    kiln_phase_info info;
    kiln_composition composition;
    const double stated = kiln_system_anion_ratio(session->system, phase);
    if (stated >= 0.0) return stated;
    const int i = kiln_database_find_phase(session->db, kiln_system_phase_name(session->system, phase));
    if (kiln_database_phase(session->db, i, &info) != KILN_OK || !info.formula || strcmp(info.role, "solid") != 0) return -1.0;
    if (kiln_composition_parse(session->ctx, info.formula, &composition) != KILN_OK) return -1.0; /* MO: any metal */
    return composition.anions_per_cation;
}

static int fits(const cli_session *session, int phase, double ratio)
{
    return kiln_system_can_host(session->system, phase) && fabs(ratio_of(session, phase) - ratio) < SAME_RATIO;
}

/* Nothing mixes in a phase with one constituent on each sublattice. */
static int is_substance(const cli_session *session, int phase)
{
    kiln_phase_info info;
    kiln_sublattice_info sublattice;
    const int i = kiln_database_find_phase(session->db, kiln_system_phase_name(session->system, phase));
    if (kiln_database_phase(session->db, i, &info) != KILN_OK) return 0;
    for (int s = 0; s < info.n_sublattices; ++s)
        if (kiln_database_sublattice(session->db, i, s, &sublattice) == KILN_OK && sublattice.n_constituents > 1) return 0;
    return 1;
}

/* A solution phase before a substance: the question is about mixing; a substance comes first where it alone has a window. */
static int default_phase(const cli_session *session)
{
    const double wanted = session->composition.anions_per_cation;
    for (int substance = 0; substance < 2; ++substance)
        for (int i = 0; i < kiln_system_n_phases(session->system); ++i)
            if (fits(session, i, wanted) && is_substance(session, i) == substance) return i;
    return kiln_window_default_phase(session->system);
}

static int is_layered_family(const cli_session *session, int in_database)
{
    kiln_phase_info info;
    return kiln_database_phase(session->db, in_database, &info) == KILN_OK && info.family && strcmp(info.family, "layered") == 0;
}

/* A layered oxide that can hold the formula, O3 or P2. */
static int hosts_in_layers(const cli_session *session, int phase)
{
    return is_layered_family(session, kiln_database_find_phase(session->db, kiln_system_phase_name(session->system, phase))) &&
           kiln_system_can_host(session->system, phase);
}

static void add_alternatives(const cli_session *session, int most, int *phase, int *n)
{
    const double ratio = ratio_of(session, phase[0]);
    if (ratio < 0.0) return;
    const int is_layered = hosts_in_layers(session, phase[0]);
    for (int i = 0; i < kiln_system_n_phases(session->system) && *n < most; ++i)
        if (i != phase[0] && (fits(session, i, ratio) || (is_layered && hosts_in_layers(session, i)))) phase[(*n)++] = i;
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

static int has_layered_phases(const cli_session *session)
{
    int found = 0;
    for (int i = 0; i < kiln_database_n_phases(session->db); ++i) found |= is_layered_family(session, i);
    return found;
}

/* Of the layered oxides that can hold the formula the one that is nearest in alkali: O3 with a full layer, P2 with a third of it empty. -1: none can. */
static int layered_phase(const cli_session *session)
{
    const double wanted = session->composition.anions_per_cation;
    int best = -1;
    for (int i = 0; i < kiln_system_n_phases(session->system); ++i)
        if (hosts_in_layers(session, i) &&
            (best < 0 || fabs(ratio_of(session, i) - wanted) < fabs(ratio_of(session, best) - wanted)))
            best = i;
    return best;
}

cli_exit cli_choose_structures(const cli_session *session, int most, int *phase, int *n)
{
    *n = 1;
    if (session->value[CLI_PHASE]) {
        if (session->value[CLI_ALL_STRUCTURES])
            return cli_usage(session->verb, "--phase and --all-structures exclude each other");
        return find_named(session, &phase[0]);
    }
    const cli_exit code = check_formula(session);
    if (code != CLI_OK) return code;
    const int is_layered = looks_layered(&session->composition);
    const int layered = is_layered ? layered_phase(session) : -1;
    phase[0] = layered >= 0 ? layered : default_phase(session);
    if (phase[0] < 0)
        return cli_fail(CLI_MISSING,
                        "database %s has no structure that can hold %s by itself%s; `kiln equilibrium` shows what forms instead",
                        kiln_database_name(session->db), session->composition.canonical,
                        is_layered && !has_layered_phases(session) ? ": layered oxides (O3, P2) are not in it" : "");
    if (is_layered && layered < 0)
        cli_note(session, "%s is usually a layered oxide (O3 or P2), and database %s has none that can hold it: this is about %s",
                 session->composition.canonical, kiln_database_name(session->db),
                 kiln_system_phase_label(session->system, phase[0]));
    add_alternatives(session, most, phase, n);
    return CLI_OK;
}

/* Width of the widest range of a structure, 0 for none; what fails has none. */
static double widest_range(kiln_window_solver *solver, kiln_window *window, int phase)
{
    double width = 0.0;
    if (kiln_window_solve(solver, phase, window) != KILN_OK) return 0.0;
    for (int r = 0; r < window->n_ranges; ++r) width = fmax(width, window->range[r].high.T_K - window->range[r].low.T_K);
    return width;
}

cli_exit cli_choose_structure(const cli_session *session, int *phase)
{
    enum { MOST = 16 };
    int list[MOST], n;
    kiln_window_options o;
    kiln_window_solver *solver;
    cli_exit code = cli_choose_structures(session, MOST, list, &n);
    if (code != CLI_OK) return code;
    *phase = list[0];
    if (n == 1 || session->value[CLI_PHASE] || kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return CLI_OK;
    o.ends_only = 1;
    kiln_window *window = calloc(1, sizeof *window);
    if (!window) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    const kiln_status status = kiln_window_solver_create(session->system, &session->solver_options, &o, &solver);
    if (status == KILN_OK) {
        double widest = widest_range(solver, window, list[0]);
        const int is_single = widest > 0.0;
        for (int i = 1; i < n && !is_single; ++i) {
            const double width = widest_range(solver, window, list[i]);
            if (width > widest) *phase = list[i];
            widest = fmax(widest, width);
        }
        kiln_window_solver_free(solver);
    } else code = cli_status(session, status);
    free(window);
    return code;
}
