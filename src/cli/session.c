#define _GNU_SOURCE /* sched_getaffinity */

#include "cli.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_THREADS = 1024 };

/* A list of conditions in the place of a formula. */
static cli_exit open_conditions(cli_session *session)
{
    kiln_conditions conditions;
    const kiln_status status = kiln_conditions_parse(session->ctx, session->what[0], &conditions);
    if (status != KILN_OK) return cli_status(session, status);
    if (session->value[CLI_REPLACE]) return cli_usage(session->verb, "--replace has no place where components are stated");
    if (conditions.T_K > 0.0 && !session->verb->has_temperature)
        return cli_usage(session->verb, "T has no place among the conditions of kiln %s; its options say at which temperatures",
                         session->verb->name);
    session->composition = conditions.composition;
    session->has_conditions = conditions.n_fixed > 0 || conditions.P_bar != 1.0;
    session->T_K = conditions.T_K;
    session->system_options.pressure_bar = conditions.P_bar;
    session->system_options.n_fixed = conditions.n_fixed;
    memcpy(session->system_options.fixed, conditions.fixed, sizeof conditions.fixed);
    return CLI_OK;
}

cli_exit cli_refuse_conditions(const cli_session *session)
{
    if (!session->has_conditions) return CLI_OK;
    return cli_usage(session->verb, "kiln %s is about a composition alone; pressure and potentials have no place in it",
                     session->verb->name);
}

cli_exit cli_open_formula(cli_session *session)
{
    if (kiln_is_conditions(session->what[0])) return open_conditions(session);
    const kiln_status status = kiln_composition_parse(session->ctx, session->what[0], &session->composition);
    return status == KILN_OK ? cli_replace_cations(session) : cli_status(session, status);
}

cli_exit cli_find_phase(const cli_session *session, const char *text, int *phase)
{
    if (kiln_database_meant_phase(session->db, session->ctx, text, phase) == KILN_OK) return CLI_OK;
    const char *sentence = kiln_context_error(session->ctx);
    const int has_hint = sentence[strlen(sentence) - 1] == '?';
    return cli_usage(session->verb, "%s%s", sentence, has_hint ? "" : "; `kiln db list` shows those it has");
}

/* Names between commas, as the database spells them. The array is owned, the names borrowed. */
static cli_exit resolve_names(cli_session *session, cli_option option, const char ***names, int *n)
{
    char *text = session->value[option];
    kiln_phase_info info;
    int phase;
    if (!text) return CLI_OK;
    size_t room = 2;
    for (const char *p = text; *p; ++p) room += *p == ',' || *p == '\n';
    if (!(*names = calloc(room, sizeof **names))) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    for (char *name = strtok(text, ",\n"); name; name = strtok(NULL, ",\n")) {
        name += strspn(name, " ");
        const cli_exit code = cli_find_phase(session, name, &phase);
        if (code != CLI_OK) return code;
        if (kiln_database_phase(session->db, phase, &info) == KILN_OK) (*names)[(*n)++] = info.name;
    }
    return *n > 0 ? CLI_OK : cli_usage(session->verb, "--%s needs the name of a phase", option == CLI_ONLY ? "only" : "without");
}

/* "none" or a pressure with a unit. */
static cli_exit parse_gas(const cli_session *session, const char *text, double *p_bar)
{
    *p_bar = 0.0;
    if (strcasecmp(text, "none") == 0) return CLI_OK;
    const kiln_status status = kiln_pressure_parse(session->ctx, text, p_bar);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

static cli_exit set_gases(const cli_session *session, kiln_atmosphere *a)
{
    const char *co2 = session->value[CLI_PCO2], *h2o = session->value[CLI_PH2O];
    double pco2_bar, ph2o_bar;
    cli_exit code = CLI_OK;
    if (!co2 && !h2o) return CLI_OK;
    if (a->control == KILN_OXYGEN_CLOSED)
        return cli_usage(session->verb, "a closed system has no gas: --%s needs another atmosphere", co2 ? "pco2" : "ph2o");
    if (co2 && a->control == KILN_OXYGEN_CO_CO2) return cli_usage(session->verb, "--pco2: p(CO2) follows from CO/CO2 here");
    if (h2o && a->control == KILN_OXYGEN_H2_H2O) return cli_usage(session->verb, "--ph2o: p(H2O) follows from H2/H2O here");
    if (co2) code = parse_gas(session, co2, &pco2_bar);
    if (code == CLI_OK && h2o) code = parse_gas(session, h2o, &ph2o_bar);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_atmosphere_set_gases(session->ctx, a, NULL, co2 ? &pco2_bar : NULL, h2o ? &ph2o_bar : NULL);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

cli_exit cli_parse_atmosphere(const cli_session *session, const char *text, kiln_atmosphere *atmosphere)
{
    kiln_status status = KILN_OK;
    double p_bar;
    if (session->value[CLI_ATMOSPHERE] && session->value[CLI_PO2])
        return cli_usage(session->verb, "--atmosphere and --po2 both fix the oxygen; give one of them");
    if (session->value[CLI_PO2]) status = kiln_pressure_parse(session->ctx, text, &p_bar);
    if (status == KILN_OK) status = kiln_atmosphere_parse(session->ctx, text, atmosphere);
    return status == KILN_OK ? set_gases(session, atmosphere) : cli_status(session, status);
}

static cli_exit open_atmosphere(cli_session *session)
{
    const char *name = session->value[CLI_ATMOSPHERE], *po2 = session->value[CLI_PO2];
    const char *usual = session->composition.by_components ? "closed" : "air", *given = po2 ? po2 : name;
    return cli_parse_atmosphere(session, given ? given : usual, &session->atmosphere);
}

cli_exit cli_parse_count(const cli_session *session, cli_option option, const char *name, long long least, long long most,
                         long long *count)
{
    const char *text = session->value[option];
    char *end;
    if (!text) return CLI_OK;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || value < least || value > most)
        return cli_usage(session->verb, "--%s %s: expected a whole number from %lld to %lld", name, text, least, most);
    *count = value;
    return CLI_OK;
}

cli_exit cli_open_certificate(cli_session *session)
{
    kiln_solver_options *o = &session->solver_options;
    if (kiln_solver_options_init(o, KILN_SOLVER_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long budget = o->certify_budget;
    if (session->value[CLI_NO_CERTIFY] && (session->value[CLI_CERTIFY_GAP] || session->value[CLI_CERTIFY_BUDGET]))
        return cli_usage(session->verb, "--no-certify leaves nothing for --certify-%s to set",
                         session->value[CLI_CERTIFY_GAP] ? "gap" : "budget");
    o->certify = !session->value[CLI_NO_CERTIFY];
    const cli_exit code = cli_parse_quantity(session, CLI_CERTIFY_GAP, &o->certify_gap_J_mol);
    if (code != CLI_OK) return code;
    const cli_exit count = cli_parse_count(session, CLI_CERTIFY_BUDGET, "certify-budget", 1, 1000000000, &budget);
    o->certify_budget = (int)budget;
    return count;
}

cli_exit cli_open_options(cli_session *session)
{
    const char *solver = session->value[CLI_SOLVER];
    if (kiln_system_options_init(&session->system_options, KILN_SYSTEM_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    if (session->value[CLI_ESTIMATE] && session->value[CLI_NO_ESTIMATE])
        return cli_usage(session->verb, "--estimate and --no-estimate exclude each other");
    session->system_options.allow_estimates = !session->value[CLI_NO_ESTIMATE];
    cli_exit code = cli_open_certificate(session);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_GAS_CONSTANT, &session->system_options.R_J_molK);
    if (code != CLI_OK) return code;
    if (solver && strcasecmp(solver, "nlopt") == 0) session->solver_options.method = KILN_METHOD_NLOPT;
    else if (solver && strcasecmp(solver, "newton") != 0)
        return cli_usage(session->verb, "--solver %s: expected newton or nlopt", solver);
    return CLI_OK;
}

/* A phase cannot be both left out and the only one. */
static cli_exit check_contradiction(const cli_session *session)
{
    const kiln_system_options *o = &session->system_options;
    for (int i = 0; i < o->n_only; ++i)
        for (int k = 0; k < o->n_without; ++k)
            if (strcmp(session->only[i], session->without[k]) == 0)
                return cli_usage(session->verb, "--only and --without both name %s", session->only[i]);
    return CLI_OK;
}

int cli_has_oxygen(const kiln_composition *c)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].z == 8) return 1;
    return 0;
}

static cli_exit open_end(const cli_session *session, const char *text, kiln_composition *x)
{
    const kiln_status status = kiln_composition_parse(session->ctx, text, x);
    if (status != KILN_OK) return cli_status(session, status);
    if (cli_has_oxygen(x) || x->by_components) return CLI_OK;
    return cli_usage(session->verb,
                     "%s has no oxygen: the end members of a join are oxides, such as MgO, or components, such as \"x(Al)=1\"",
                     x->canonical);
}

cli_exit cli_open_ends(const cli_session *session, kiln_composition *A, kiln_composition *B)
{
    if (session->value[CLI_REPLACE])
        return cli_usage(session->verb, "--replace has no place on a join; write its ends as they are meant");
    const cli_exit code = open_end(session, session->what[0], A);
    return code == CLI_OK ? open_end(session, session->what[1], B) : code;
}

cli_exit cli_open_phases(cli_session *session)
{
    kiln_system_options *o = &session->system_options;
    cli_exit code = cli_open_database(session);
    if (code == CLI_OK) code = resolve_names(session, CLI_WITHOUT, &session->without, &o->n_without);
    if (code == CLI_OK) code = resolve_names(session, CLI_ONLY, &session->only, &o->n_only);
    if (code == CLI_OK) code = check_contradiction(session);
    if (code != CLI_OK) return code;
    o->without = session->without;
    o->only = session->only;
    return CLI_OK;
}

cli_exit cli_open_question(cli_session *session)
{
    cli_exit code = cli_open_options(session);
    if (code == CLI_OK) code = cli_open_formula(session);
    if (code == CLI_OK) code = open_atmosphere(session);
    return code == CLI_OK ? cli_open_phases(session) : code;
}

cli_exit cli_open_system(cli_session *session)
{
    cli_exit code = cli_open_question(session);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_system_create(session->ctx, session->db, &session->composition, &session->atmosphere,
                                                  &session->system_options, &session->system);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

cli_exit cli_parse_threads(const cli_session *session, int *threads)
{
    cpu_set_t allowed;
    const int known = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
    long long n = getenv(CLI_ALONE) ? 1 : known < MAX_THREADS ? known : MAX_THREADS;
    const cli_exit code = cli_parse_count(session, CLI_THREADS, "threads", 1, MAX_THREADS, &n);
    *threads = (int)n;
    return code;
}

cli_exit cli_parse_temperature(const cli_session *session, cli_option option, double *T_K)
{
    const kiln_status status = kiln_temperature_parse(session->ctx, session->value[option], T_K);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

cli_exit cli_check_validity(const kiln_report *report)
{
    kiln_window_options window;
    const double beyond_K = kiln_report_extrapolated_K(report);
    if (kiln_window_options_init(&window, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK || beyond_K <= window.extrapolate_K)
        return CLI_OK;
    return cli_fail(CLI_RANGE, "a phase would be used %.0f K outside the validity of its parameters; at most %.0f K are accepted",
                    beyond_K, window.extrapolate_K);
}

cli_exit cli_check_certificate_of(const cli_session *session, const kiln_system *system, const kiln_certificate *certificate)
{
    if (certificate->is_certified || !session->solver_options.certify) return CLI_OK;
    const char *label = kiln_system_phase_label(system, certificate->phase);
    return cli_fail(
        CLI_NOT_CONVERGED,
        "the answer is not certified: %s%s%s; a larger --certify-budget or --certify-gap may do, --no-certify leaves it at that",
        label, *label ? ": " : "", certificate->reason);
}

cli_exit cli_check_certificate(const cli_session *session, const kiln_certificate *certificate)
{
    return cli_check_certificate_of(session, session->system, certificate);
}

void cli_close(cli_session *session)
{
    kiln_system_free(session->system);
    kiln_database_free(session->db);
    kiln_context_free(session->ctx);
    free(session->own_file);
    free(session->without);
    free(session->only);
    cli_command_free(session);
    for (int i = 0; i < CLI_N_OPTIONS; ++i) free(session->value[i]);
    poptFreeContext(session->popt);
}
