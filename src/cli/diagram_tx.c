#include "cli.h"

#include <stdio.h>

enum { MAX_TITLE = 1100 };

static int keep_going(double share, void *user)
{
    cli_progress(user, (int)(100.0 * share), 100, "parts of the range");
    return 1;
}

static cli_exit parse_range(const cli_session *session, double *low_K, double *high_K)
{
    double step_K;
    if (!session->value[CLI_TEMPERATURES])
        return cli_usage(session->verb, "kiln diagram tx needs two temperatures, such as --range 600C:1700C");
    const kiln_status status =
        kiln_temperature_range_parse(session->ctx, session->value[CLI_TEMPERATURES], low_K, high_K, &step_K);
    if (status != KILN_OK) return cli_status(session, status);
    if (step_K > 0.0) return cli_usage(session->verb, "--range of a diagram has no step: its points lie where its curves bend");
    return CLI_OK;
}

static cli_exit report(const cli_session *session, const kiln_gap_solver *solver, const char *title, const kiln_composition *A,
                       const kiln_composition *B, const kiln_tx *tx)
{
    kiln_report *result;
    const kiln_report_question question = {title, &session->system_options, &session->solver_options};
    const kiln_status status = kiln_report_tx(session->ctx, kiln_gap_system(solver), &question, A, B, tx, &result);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_output_report(session, result);
    if (code == CLI_OK) code = cli_check_validity(result); /* what lies within validity is an answer still */
    kiln_report_free(result);
    return code == CLI_OK ? cli_check_certificate_of(session, kiln_gap_system(solver), &tx->certificate) : code;
}

static cli_exit solve(cli_session *session, const char *title, const kiln_composition *A, const kiln_composition *B, double low_K,
                      double high_K)
{
    kiln_gap_solver *solver;
    kiln_tx *tx = NULL;
    kiln_tx_options options;
    if (kiln_tx_options_init(&options, KILN_TX_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    options.keep_going = keep_going;
    options.user = session;
    kiln_status status = kiln_gap_solver_create(session->ctx, session->db, A, B, &session->atmosphere, &session->system_options,
                                                &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    status = kiln_tx_create(solver, low_K, high_K, &options, &tx);
    const cli_exit code = status == KILN_OK ? report(session, solver, title, A, B, tx) : cli_status(session, status);
    kiln_tx_free(tx);
    kiln_gap_solver_free(solver);
    return code;
}

static cli_exit run(cli_session *session)
{
    kiln_composition A, B;
    char title[MAX_TITLE];
    double low_K, high_K;
    cli_exit code = parse_range(session, &low_K, &high_K);
    if (code == CLI_OK) code = cli_open_ends(session, &A, &B);
    if (code == CLI_OK) code = cli_open_question(session);
    if (code != CLI_OK) return code;
    snprintf(title, sizeof title, "%.500s - %.500s", session->what[0], session->what[1]);
    return solve(session, title, &A, &B, low_K, high_K);
}

static struct poptOption options[] = {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "lowest and highest temperature", "T1:T2"),
                                      CLI_INCLUDE(cli_system_options, NULL), CLI_INCLUDE(cli_figure_options, NULL),
                                      CLI_INCLUDE(cli_output_options, NULL), POPT_TABLEEND};

const cli_verb cli_diagram_tx = {
    .name = "diagram tx",
    .arguments = "A B --range T1:T2",
    .summary = "temperature over the join of two oxides: lines, invariant reactions, spinodals",
    .examples = "  kiln diagram tx MgO ZnO --range 600C:1700C\n"
                "  kiln diagram tx CaO MgO --range 1200C:2500C -o cao-mgo.json\n"
                "  kiln diagram tx CoO ZnO --range 600C:1200C --atmosphere N2 --format csv\n",
    .options = options,
    .n_least = 2,
    .n_most = 2,
    .has_figure = 1,
    .run = run,
};
