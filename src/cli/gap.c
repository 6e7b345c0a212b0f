#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_ROWS = 500, MAX_TITLE = 1100 };

typedef struct join {
    kiln_composition A, B;
    int phase; /* the structure asked for, an index in the join's system; -1: all */
    int n;
    double *T_K;
    kiln_gap *rows;
    char **failures; /* [n] owned texts; NULL where there is a result */
    char title[MAX_TITLE];
} join;

static cli_exit find_structure(cli_session *session, const kiln_gap_solver *solver, join *j)
{
    kiln_phase_info info;
    int index;
    const kiln_system *system = kiln_gap_system(solver);
    j->phase = -1;
    if (!session->value[CLI_PHASE]) return CLI_OK;
    const cli_exit code = cli_find_phase(session, session->value[CLI_PHASE], &index);
    if (code != CLI_OK) return code;
    if (kiln_database_phase(session->db, index, &info) == KILN_OK) j->phase = kiln_system_find_phase(system, info.name);
    if (j->phase >= 0 && kiln_gap_has_structure(solver, j->phase)) return CLI_OK;
    return cli_fail(CLI_MISSING, "%s can hold no range of compositions of %s", info.label, j->title);
}

static cli_exit solve_rows(const cli_session *session, kiln_gap_solver *solver, join *j)
{
    int n_solved = 0;
    kiln_status status = KILN_OK;
    for (int i = 0; i < j->n; ++i) {
        cli_exit code = CLI_OK;
        status = kiln_gap_solve(solver, j->T_K[i], &j->rows[i]);
        j->rows[i].T_K = j->T_K[i];
        if (status == KILN_OK) ++n_solved;
        else code = cli_is_local(status) ? cli_keep_error(session, &j->failures[i]) : cli_status(session, status);
        if (code != CLI_OK) return code;
        cli_progress(session, i + 1, j->n, "temperatures");
    }
    return n_solved > 0 ? CLI_OK : cli_status(session, status);
}

static cli_exit report_rows(const cli_session *session, const kiln_gap_solver *solver, const join *j)
{
    kiln_report *report;
    kiln_window_options window; /* for how far functions may be extrapolated */
    if (kiln_window_options_init(&window, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    const kiln_report_question question = {j->title, &session->system_options, &session->solver_options};
    const kiln_report_row_details details = {window.extrapolate_K, (const char *const *)j->failures, j->phase};
    const kiln_status status =
        kiln_report_gap(session->ctx, kiln_gap_system(solver), &question, &j->A, &j->B, j->n, j->rows, &details, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_check_validity(report);
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static cli_exit solve(cli_session *session, join *j)
{
    kiln_gap_solver *solver;
    const kiln_status status = kiln_gap_solver_create(session->ctx, session->db, &j->A, &j->B, &session->atmosphere,
                                                      &session->system_options, &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = find_structure(session, solver, j);
    if (code == CLI_OK) code = solve_rows(session, solver, j);
    if (code == CLI_OK) code = report_rows(session, solver, j);
    for (int i = 0; code == CLI_OK && i < j->n; ++i)
        if (!j->failures[i]) code = cli_check_certificate_of(session, kiln_gap_system(solver), &j->rows[i].certificate);
    kiln_gap_solver_free(solver);
    return code;
}

static cli_exit open_join(cli_session *session, join *j)
{
    cli_exit code = cli_parse_temperatures(session, NULL, MAX_ROWS, &j->T_K, &j->n);
    if (code == CLI_OK) code = cli_open_ends(session, &j->A, &j->B);
    if (code == CLI_OK) code = cli_open_question(session);
    if (code != CLI_OK) return code;
    snprintf(j->title, sizeof j->title, "%.500s - %.500s", session->what[0], session->what[1]);
    j->rows = calloc((size_t)j->n, sizeof *j->rows);
    j->failures = calloc((size_t)j->n, sizeof *j->failures);
    return j->rows && j->failures ? CLI_OK : cli_fail(CLI_NOT_CONVERGED, "out of memory");
}

static cli_exit run(cli_session *session)
{
    join *j = calloc(1, sizeof *j);
    if (!j) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    cli_exit code = open_join(session, j);
    if (code == CLI_OK) code = solve(session, j);
    for (int i = 0; j->failures && i < j->n; ++i) free(j->failures[i]);
    free(j->failures);
    free(j->rows);
    free(j->T_K);
    free(j);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("at", '\0', CLI_AT, "temperature with a unit", "900C"),
     CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "first, last and step, instead of --at", "T1:T2:STEP"),
     CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "report on this structure only; default: all that can hold some of the join",
                     "NAME"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

static const char *const columns[] = {"phases", "result/rows/0/fields/*/phases/*/label", NULL};

const cli_verb cli_gap = {
    .name = "gap",
    .arguments = "A B --at TEMPERATURE",
    .summary = "solubility limits, miscibility gaps and spinodals between two oxides",
    .examples = "  kiln gap MgO ZnO --at 1000C\n"
                "  kiln gap NiO CuO --range 600C:1200C:50K\n"
                "  kiln gap '(Mg,Co)O' '(Ni,Zn)O' --at 900C --phase rocksalt -o gap.json\n",
    .options = options,
    .n_least = 2,
    .n_most = 2,
    .has_figure = 1,
    .columns = columns,
    .run = run,
};
