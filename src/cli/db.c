#include "cli.h"

#include <string.h>

static cli_exit print(const cli_session *session, kiln_status status, kiln_report *report)
{
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static cli_exit list(const cli_session *session)
{
    kiln_report *report;
    const kiln_status status = kiln_report_database(session->ctx, session->db, &report);
    return print(session, status, report);
}

/* A function by its exact name, else a phase by name or label. */
static cli_exit show(const cli_session *session, const char *name)
{
    kiln_report *report;
    int phase;
    const int function = kiln_database_find_function(session->db, name);
    if (function >= 0) {
        const kiln_status status = kiln_report_function(session->ctx, session->db, function, &report);
        return print(session, status, report);
    }
    const cli_exit code = cli_find_phase(session, name, &phase);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_report_phase(session->ctx, session->db, phase, &report);
    return print(session, status, report);
}

static cli_exit check(const cli_session *session)
{
    kiln_report *report;
    kiln_check_summary summary;
    const kiln_status status = kiln_report_check(session->ctx, session->db, &summary, &report);
    const cli_exit code = print(session, status, report);
    return code == CLI_OK && summary.n_errors > 0 ? CLI_NO : code;
}

static cli_exit run(cli_session *session)
{
    static const char *const actions[] = {"list", "show", "check"};
    const char *action = session->what[0], *name = session->n_what > 1 ? session->what[1] : NULL;
    const int is_show = strcmp(action, "show") == 0;
    if (!is_show && strcmp(action, "list") != 0 && strcmp(action, "check") != 0) {
        const char *near = cli_nearest(action, actions, 3);
        return cli_usage(session->verb, "kiln db has list, show and check, not \"%s\"%s%s%s", action,
                         near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    if (is_show && !name) return cli_usage(session->verb, "kiln db show needs the name of a phase or a function");
    if (!is_show && name) return cli_usage(session->verb, "kiln db %s takes no name; the database is set by --database", action);
    const cli_exit code = cli_open_database(session);
    if (code != CLI_OK) return code;
    if (is_show) return show(session, name);
    return strcmp(action, "list") == 0 ? list(session) : check(session);
}

static struct poptOption options[] = {CLI_INCLUDE(cli_database_options, NULL), CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

const cli_verb cli_db = {
    .name = "db",
    .arguments = "list | show NAME | check",
    .summary = "what a database holds, and whether it is sound",
    .examples = "  kiln db list\n"
                "  kiln db show rocksalt\n"
                "  kiln db show G_CuO\n"
                "  kiln db check --database my-oxides.yaml\n",
    .completes = "list show check",
    .options = options,
    .n_least = 1,
    .n_most = 2,
    .run = run,
};
