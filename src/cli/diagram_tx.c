#include "cli.h"

#include <stdio.h>

enum { MAX_TITLE = 1100 };

static int keep_going(double share, void *user)
{
    cli_progress(user, (int)(100.0 * share), 100, "parts of the range");
    return 1;
}

/* What the answer is made of. */
typedef struct question {
    char title[MAX_TITLE];
    double low_K, high_K;
    kiln_composition A, B;
    kiln_experiments *experiments; /* NULL: none */
} question;

static cli_exit report(const cli_session *session, const kiln_gap_solver *solver, const question *q, const kiln_tx *tx)
{
    kiln_report *result;
    const kiln_report_question asked = {q->title, &session->system_options, &session->solver_options};
    const kiln_report_tx_details details = {q->experiments};
    const kiln_status status = kiln_report_tx(session->ctx, kiln_gap_system(solver), &asked, &q->A, &q->B, tx, &details, &result);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_output_report(session, result);
    if (code == CLI_OK) code = cli_check_validity(result); /* what lies within validity is an answer still */
    kiln_report_free(result);
    return code == CLI_OK ? cli_check_certificate_of(session, kiln_gap_system(solver), &tx->certificate) : code;
}

/* The range was checked and the options are the defaults: it is the join. */
static cli_exit refuse_join(const cli_session *session)
{
    return cli_usage(session->verb, "%s: kiln diagram isopleth '%s' '%s' --range T1:T2", kiln_context_error(session->ctx),
                     session->what[0], session->what[1]);
}

static cli_exit solve(cli_session *session, const question *q)
{
    kiln_gap_solver *solver;
    kiln_tx *tx = NULL;
    kiln_tx_options options;
    if (kiln_tx_options_init(&options, KILN_TX_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    options.keep_going = keep_going;
    options.user = session;
    kiln_status status = kiln_gap_solver_create(session->ctx, session->db, &q->A, &q->B, &session->atmosphere,
                                                &session->system_options, &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    status = kiln_tx_create(solver, q->low_K, q->high_K, &options, &tx);
    const cli_exit code = status == KILN_OK      ? report(session, solver, q, tx)
                          : status == KILN_E_ARG ? refuse_join(session)
                                                 : cli_status(session, status);
    kiln_tx_free(tx);
    kiln_gap_solver_free(solver);
    return code;
}

/* A table that cannot be used is the file's fault, not the command's. */
static cli_exit open_data(const cli_session *session, question *q)
{
    const char *path = session->value[CLI_DATA];
    if (!path) return CLI_OK;
    const kiln_status status = kiln_experiments_load(session->ctx, path, &q->A, &q->B, &q->experiments);
    if (status == KILN_E_PARSE) return cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx));
    if (status != KILN_OK) return cli_status(session, status);
    if (q->experiments->n == 0) cli_note(session, "%s has no point of %s", path, q->title);
    return CLI_OK;
}

static cli_exit run(cli_session *session)
{
    question q = {.experiments = NULL};
    cli_exit code = cli_parse_T_range(session, &q.low_K, &q.high_K);
    if (code == CLI_OK) code = cli_open_ends(session, &q.A, &q.B);
    snprintf(q.title, sizeof q.title, "%.500s - %.500s", session->what[0], session->what[1]);
    if (code == CLI_OK) code = open_data(session, &q);
    if (code == CLI_OK) code = cli_open_question(session);
    if (code == CLI_OK) code = solve(session, &q);
    kiln_experiments_free(q.experiments);
    return code;
}

static struct poptOption options[] = {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "lowest and highest temperature", "T1:T2"),
                                      CLI_TEXT_OPTION("data", '\0', CLI_DATA,
                                                      "measured points beside it: columns T_C, x and others", "FILE.csv"),
                                      CLI_INCLUDE(cli_system_options, NULL),
                                      CLI_INCLUDE(cli_figure_options, NULL),
                                      CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

const cli_verb cli_diagram_tx = {
    .name = "diagram tx",
    .arguments = "A B --range T1:T2",
    .summary = "temperature over the join of two oxides: lines, invariant reactions, spinodals",
    .examples = "  kiln diagram tx MgO ZnO --range 600C:1700C\n"
                "  kiln diagram tx CaO MgO --range 1200C:2500C -o cao-mgo.json\n"
                "  kiln diagram tx CoO ZnO --range 600C:1200C --atmosphere N2 --format csv\n"
                "  kiln diagram tx MgO CuO --range 600C:1500C -o mgo-cuo.svg\n",
    .options = options,
    .n_least = 2,
    .n_most = 2,
    .has_figure = 1,
    .run = run,
};
