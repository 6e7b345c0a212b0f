#include "cli.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_ROWS = 20000 };
#define DEFAULT_RANGE "600C:1400C:25K"
#define DEFAULT_STEP_K 25.0

typedef struct table {
    int n;
    double *T_K;
    kiln_step_row *rows;
} table;

/* The first temperature, then steps; the last is always there. */
static cli_exit make_table(cli_session *session, table *t)
{
    double first_K, last_K, step_K;
    const char *range = session->value[CLI_TEMPERATURES];
    const kiln_status status =
        kiln_temperature_range_parse(session->ctx, range ? range : DEFAULT_RANGE, &first_K, &last_K, &step_K);
    if (status != KILN_OK) return cli_status(session, status);
    if (!(step_K > 0.0)) step_K = fmin(DEFAULT_STEP_K, last_K - first_K);
    const double steps = ceil((last_K - first_K) / step_K - 1e-9);
    if (steps + 1.0 > MAX_ROWS)
        return cli_usage(session->verb, "--range %s makes %.0f rows; at most %d are accepted", range, steps + 1.0, MAX_ROWS);
    t->n = (int)steps + 1;
    t->T_K = calloc((size_t)t->n, sizeof *t->T_K);
    t->rows = calloc((size_t)t->n, sizeof *t->rows);
    if (!t->T_K || !t->rows) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    for (int i = 0; i < t->n; ++i) t->T_K[i] = fmin(first_K + i * step_K, last_K);
    return CLI_OK;
}

static cli_exit report_step(cli_session *session, const table *t)
{
    kiln_solver *solver;
    kiln_report *report = NULL;
    const kiln_report_question question = {session->what[0], &session->system_options, &session->solver_options};
    kiln_status status = kiln_solver_create(session->system, &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    status = kiln_step_solve(solver, t->n, t->T_K, t->rows, NULL, NULL);
    if (status == KILN_OK) status = kiln_report_step(session->ctx, session->system, &question, t->n, t->rows, &report);
    cli_exit code = status == KILN_OK ? cli_check_validity(report) : cli_status(session, status);
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    kiln_solver_free(solver);
    return code;
}

static cli_exit run(cli_session *session)
{
    table t = {0};
    cli_exit code = make_table(session, &t);
    if (code == CLI_OK) code = cli_open_system(session);
    if (code == CLI_OK) code = report_step(session, &t);
    free(t.T_K);
    free(t.rows);
    return code;
}

static struct poptOption options[] = {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES,
                                                      "first, last and step; default " DEFAULT_RANGE, "T1:T2:STEP"),
                                      CLI_INCLUDE(cli_system_options, NULL), CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

const cli_verb cli_step = {
    .name = "step",
    .arguments = "FORMULA",
    .summary = "equilibria over a range of temperatures: phases, oxygen and mass",
    .examples = "  kiln step '(Mg,Co,Ni,Cu,Zn)O' --range 600C:1100C:20K\n"
                "  kiln step CoO --range 300C:1100C:5K -o tga.csv\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .run = run,
};
