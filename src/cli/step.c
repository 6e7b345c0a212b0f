#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_ROWS = 20000, MAX_TRANSITIONS = 256 };
#define DEFAULT_RANGE "600C:1400C:25K"
#define TRANSITION_K 0.1

typedef struct table {
    int n;
    double *T_K;
    kiln_step_row *rows;
    char **failures; /* [n] owned texts; NULL where there is an equilibrium */
    int n_transitions;
    kiln_transition *transitions; /* [MAX_TRANSITIONS] */
} table;

/* The first temperature, then steps; the last is always there. */
static cli_exit make_table(cli_session *session, table *t)
{
    const cli_exit code = cli_parse_temperatures(session, DEFAULT_RANGE, MAX_ROWS, &t->T_K, &t->n);
    if (code != CLI_OK) return code;
    t->rows = calloc((size_t)t->n, sizeof *t->rows);
    t->failures = calloc((size_t)t->n, sizeof *t->failures);
    t->transitions = calloc(MAX_TRANSITIONS, sizeof *t->transitions);
    if (!t->rows || !t->failures || !t->transitions) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    return CLI_OK;
}

static void free_table(table *t)
{
    for (int i = 0; t->failures && i < t->n; ++i) free(t->failures[i]);
    free(t->failures);
    free(t->transitions);
    free(t->T_K);
    free(t->rows);
}

/* Every row by itself, so that one without an equilibrium leaves the others; the failure of all of them is the command's. */
static cli_exit solve_rows(const cli_session *session, kiln_solver *solver, table *t)
{
    int first = -1;
    kiln_status status = KILN_OK;
    for (int i = 0; i < t->n; ++i) {
        kiln_step_row *row = &t->rows[i];
        status = kiln_step_solve(solver, 1, &t->T_K[i], row, NULL, NULL);
        if (status != KILN_OK && !cli_is_local(status)) return cli_status(session, status);
        if (status != KILN_OK) {
            row->equilibrium.T_K = t->T_K[i];
            const cli_exit code = cli_keep_error(session, &t->failures[i]);
            if (code != CLI_OK) return code;
        } else {
            if (first < 0) first = i;
            row->mass_change_percent = 100.0 * (row->equilibrium.mass_g / t->rows[first].equilibrium.mass_g - 1.0);
        }
        cli_progress(session, i + 1, t->n, "temperatures");
    }
    return first >= 0 ? CLI_OK : cli_status(session, status);
}

/* Without proofs: a table's rows have them. */
static cli_exit solve_transitions(cli_session *session, table *t)
{
    kiln_solver *solver;
    kiln_solver_options options = session->solver_options;
    options.certify = 0;
    int *failed = calloc((size_t)t->n, sizeof *failed);
    if (!failed) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    for (int i = 0; i < t->n; ++i) failed[i] = t->failures[i] != NULL;
    kiln_status status = kiln_solver_create(session->system, &options, &solver);
    if (status == KILN_OK)
        status = kiln_step_transitions(solver, t->n, t->rows, failed, TRANSITION_K, MAX_TRANSITIONS, t->transitions,
                                       &t->n_transitions);
    kiln_solver_free(solver);
    free(failed);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

/* The phase of --compositions, NULL without; the name is borrowed from the database. */
static cli_exit find_followed(const cli_session *session, const char **name)
{
    int phase;
    kiln_phase_info info;
    const char *text = session->value[CLI_COMPOSITIONS];
    *name = NULL;
    if (!text) return CLI_OK;
    const cli_exit code = cli_find_phase(session, text, &phase);
    if (code != CLI_OK) return code;
    if (kiln_database_phase(session->db, phase, &info) != KILN_OK || kiln_system_find_phase(session->system, info.name) < 0)
        return cli_fail(CLI_MISSING, "--compositions: %s cannot form from %s in this atmosphere", text,
                        session->composition.canonical);
    *name = info.name;
    return CLI_OK;
}

static int is_stable_somewhere(const table *t, int phase)
{
    for (int i = 0; i < t->n; ++i)
        for (int k = 0; !t->failures[i] && k < t->rows[i].equilibrium.n_phases; ++k)
            if (t->rows[i].equilibrium.phase[k].phase == phase) return 1;
    return 0;
}

static cli_exit report_step(cli_session *session, const table *t, const char *followed)
{
    kiln_report *report;
    kiln_window_options window; /* for how far functions may be extrapolated */
    if (kiln_window_options_init(&window, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    const kiln_report_question question = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_report_step_details details = {.extrapolate_K = window.extrapolate_K,
                                              .failures = (const char *const *)t->failures,
                                              .n_transitions = t->n_transitions,
                                              .transitions = t->transitions,
                                              .compositions_of = followed};
    const kiln_status status = kiln_report_step(session->ctx, session->system, &question, t->n, t->rows, &details, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_check_validity(report);
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    if (code == CLI_OK && followed && !is_stable_somewhere(t, kiln_system_find_phase(session->system, followed)))
        cli_note(session, "--compositions: %s is stable at none of these temperatures", session->value[CLI_COMPOSITIONS]);
    return code;
}

static cli_exit check_certificates(const cli_session *session, const table *t)
{
    for (int i = 0; i < t->n; ++i) {
        if (t->failures[i]) continue;
        const cli_exit code = cli_check_certificate(session, &t->rows[i].equilibrium.certificate);
        if (code != CLI_OK) return code;
    }
    return CLI_OK;
}

static cli_exit solve(cli_session *session, table *t)
{
    kiln_solver *solver;
    const char *followed;
    cli_exit code = find_followed(session, &followed);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_solver_create(session->system, &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    code = solve_rows(session, solver, t);
    kiln_solver_free(solver);
    if (code == CLI_OK) code = solve_transitions(session, t);
    if (code == CLI_OK) code = report_step(session, t, followed);
    return code == CLI_OK ? check_certificates(session, t) : code;
}

static cli_exit run(cli_session *session)
{
    table t = {0};
    cli_exit code = make_table(session, &t);
    if (code == CLI_OK) code = cli_open_system(session);
    if (code == CLI_OK) code = solve(session, &t);
    free_table(&t);
    return code;
}

static struct poptOption options[] = {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES,
                                                      "first, last and step, rising or falling; default " DEFAULT_RANGE,
                                                      "T1:T2:STEP"),
                                      CLI_TEXT_OPTION("compositions", '\0', CLI_COMPOSITIONS,
                                                      "a phase whose cations text and figure show too", "PHASE"),
                                      CLI_INCLUDE(cli_system_options, NULL),
                                      CLI_INCLUDE(cli_figure_options, NULL),
                                      CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

static const char *const columns[] = {"changes at", "result/transitions/*/T_K", NULL};

const cli_verb cli_step = {
    .name = "step",
    .arguments = "FORMULA",
    .summary = "equilibria over a range of temperatures: phases, oxygen and mass",
    .examples = "  kiln step '(Mg,Co,Ni,Cu,Zn)O' --range 600C:1100C:20K\n"
                "  kiln step CoO --range 1100C:300C:20K -o tga.csv\n"
                "  kiln step '(Mg,Co,Ni,Cu,Zn)O' --range 600C:900C:20K --compositions rocksalt -o step.svg\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_figure = 1,
    .columns = columns,
    .run = run,
};
