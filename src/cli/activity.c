#include "cli.h"

#include <stdlib.h>

enum { MAX_ROWS = 500 };

typedef struct table {
    int n;
    double *T_K;
    kiln_activity *rows;
    char **failures; /* [n] owned texts; NULL where there is a result */
} table;

/* Site fractions are the solver's until its next solve: a row of several goes without. */
static void drop_sites(kiln_activity *a)
{
    for (int k = 0; k < a->equilibrium.n_phases; ++k) {
        a->equilibrium.phase[k].site_fractions = NULL;
        a->equilibrium.phase[k].n_site_fractions = 0;
    }
}

static cli_exit solve_rows(const cli_session *session, kiln_activity_solver *solver, table *t)
{
    int n_solved = 0;
    kiln_status status = KILN_OK;
    for (int i = 0; i < t->n; ++i) {
        cli_exit code = CLI_OK;
        status = kiln_activity_solve(solver, t->T_K[i], &t->rows[i]);
        t->rows[i].equilibrium.T_K = t->T_K[i];
        if (status == KILN_OK) ++n_solved;
        else code = cli_is_local(status) ? cli_keep_error(session, &t->failures[i]) : cli_status(session, status);
        if (code != CLI_OK) return code;
        if (t->n > 1) drop_sites(&t->rows[i]);
        cli_progress(session, i + 1, t->n, "temperatures");
    }
    return n_solved > 0 ? CLI_OK : cli_status(session, status);
}

static cli_exit report_rows(const cli_session *session, const table *t)
{
    kiln_report *report;
    kiln_window_options window; /* for how far functions may be extrapolated */
    if (kiln_window_options_init(&window, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    const kiln_report_question question = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_report_row_details details = {window.extrapolate_K, (const char *const *)t->failures, -1};
    const kiln_status status = kiln_report_activity(session->ctx, session->system, &question, t->n, t->rows, &details, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_check_validity(report);
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static cli_exit solve(const cli_session *session, table *t)
{
    kiln_activity_solver *solver;
    const kiln_status status = kiln_activity_solver_create(session->system, &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = solve_rows(session, solver, t);
    if (code == CLI_OK) code = report_rows(session, t);
    for (int i = 0; code == CLI_OK && i < t->n; ++i)
        if (!t->failures[i]) code = cli_check_certificate(session, &t->rows[i].certificate);
    kiln_activity_solver_free(solver);
    return code;
}

static cli_exit open_all(cli_session *session, table *t)
{
    cli_exit code = cli_parse_temperatures(session, NULL, MAX_ROWS, &t->T_K, &t->n);
    if (code == CLI_OK) code = cli_open_formula(session);
    if (code != CLI_OK) return code;
    if (!cli_has_oxygen(&session->composition))
        return cli_usage(session->verb, "%s has no oxygen: activities are those of oxides, such as (Ni,Cu)O",
                         session->composition.canonical);
    if ((code = cli_open_system(session)) != CLI_OK) return code;
    t->rows = calloc((size_t)t->n, sizeof *t->rows);
    t->failures = calloc((size_t)t->n, sizeof *t->failures);
    return t->rows && t->failures ? CLI_OK : cli_fail(CLI_NOT_CONVERGED, "out of memory");
}

static cli_exit run(cli_session *session)
{
    table t = {0};
    cli_exit code = open_all(session, &t);
    if (code == CLI_OK) code = solve(session, &t);
    for (int i = 0; t.failures && i < t.n; ++i) free(t.failures[i]);
    free(t.failures);
    free(t.rows);
    free(t.T_K);
    return code;
}

static struct poptOption options[] = {CLI_TEXT_OPTION("at", '\0', CLI_AT, "temperature with a unit", "900C"),
                                      CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "first, last and step, instead of --at",
                                                      "T1:T2:STEP"),
                                      CLI_INCLUDE(cli_system_options, NULL), CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

const cli_verb cli_activity = {
    .name = "activity",
    .arguments = "FORMULA --at TEMPERATURE",
    .summary = "chemical potentials, activities and activity coefficients",
    .examples = "  kiln activity '(Mg,Co,Ni,Cu,Zn)O' --at 900C\n"
                "  kiln activity '(Ni0.9Cu0.1)O' --range 700C:1100C:50K -o activity.csv\n"
                "  kiln activity CoO --at 1000C --atmosphere CO/CO2=1 --format json\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .run = run,
};
