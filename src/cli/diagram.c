#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TITLE = 1100 };
static const char *const kinds[] = {"tx"};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* The kind of diagram goes; what is left are the arguments of that kind. */
static cli_exit take_kind(cli_session *session)
{
    const char *kind = session->what[0];
    char list[128] = "";
    for (int i = 0; i < N_KINDS; ++i) {
        if (strcmp(kind, kinds[i]) == 0) {
            ++session->what;
            --session->n_what;
            return CLI_OK;
        }
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", kinds[i]);
    }
    return cli_usage(session->verb, "there is no diagram \"%s\"; kinds are: %s", kind, list);
}

static cli_exit open_end(const cli_session *session, int i, kiln_composition *x)
{
    const kiln_status status = kiln_composition_parse(session->ctx, session->what[i], x);
    if (status != KILN_OK) return cli_status(session, status);
    if (cli_has_oxygen(x)) return CLI_OK;
    return cli_usage(session->verb, "%s has no oxygen: the end members of a join are oxides, such as MgO", x->canonical);
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
    kiln_status status = kiln_gap_solver_create(session->ctx, session->db, A, B, &session->atmosphere, &session->system_options,
                                                &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    status = kiln_tx_create(solver, low_K, high_K, NULL, &tx);
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
    cli_exit code = take_kind(session);
    if (code != CLI_OK) return code;
    if (session->n_what < 2) return cli_usage(session->verb, "kiln diagram tx needs two end members: kiln diagram tx MgO ZnO");
    if (session->value[CLI_REPLACE])
        return cli_usage(session->verb, "--replace has no place on a join; write its ends as they are meant");
    code = parse_range(session, &low_K, &high_K);
    if (code == CLI_OK) code = open_end(session, 0, &A);
    if (code == CLI_OK) code = open_end(session, 1, &B);
    if (code == CLI_OK) code = cli_open_question(session);
    if (code != CLI_OK) return code;
    snprintf(title, sizeof title, "%.500s - %.500s", session->what[0], session->what[1]);
    return solve(session, title, &A, &B, low_K, high_K);
}

static struct poptOption options[] = {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "lowest and highest temperature", "T1:T2"),
                                      CLI_INCLUDE(cli_system_options, NULL), CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

const cli_verb cli_diagram = {
    .name = "diagram",
    .arguments = "tx A B --range T1:T2",
    .summary = "the lines and invariant points of a phase diagram, as numbers",
    .examples = "  kiln diagram tx MgO ZnO --range 600C:1700C\n"
                "  kiln diagram tx CaO MgO --range 1200C:2500C -o cao-mgo.json\n"
                "  kiln diagram tx CoO ZnO --range 600C:1200C --atmosphere N2 --format csv\n",
    .options = options,
    .n_least = 1,
    .n_most = 3,
    .run = run,
};
