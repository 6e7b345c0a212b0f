#define _POSIX_C_SOURCE 200809L

#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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
static cli_exit show(const cli_session *session)
{
    const char *name = session->what[1];
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

/* A database as text, to the file of -o or to standard output. */
typedef kiln_status writer(const kiln_database *db, kiln_context *ctx, const char *command, char **text, size_t *length);

static cli_exit write_database(const cli_session *session, writer *write, const char *command)
{
    char *text;
    size_t length;
    const char *path = session->value[CLI_OUTPUT];
    const kiln_status status = write(session->db, session->ctx, command, &text, &length);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = path ? cli_output_file(path, text, length) : cli_output_stdout(text, length);
    kiln_database_text_free(session->ctx, text);
    if (code == CLI_OK && path) cli_note(session, "wrote %s", path);
    return code;
}

static cli_exit export(const cli_session *session)
{
    char command[1024];
    const char *database = session->value[CLI_DATABASE];
    snprintf(command, sizeof command, "kiln db export%s%s", database ? " --database " : "", database ? database : "");
    return write_database(session, kiln_database_write_tdb, command);
}

static cli_exit import(const cli_session *session)
{
    char command[1024];
    snprintf(command, sizeof command, "kiln db import %s", session->what[1]);
    return write_database(session, kiln_database_write_yaml, command);
}

/* What can be asked for; `extension` of the files of those that write a database, which no other format is for. */
static const struct action {
    const char *name, *argument, *extension;
    cli_exit (*run)(const cli_session *session);
} actions[] = {{"list", NULL, NULL, list},
               {"show", "the name of a phase or a function", NULL, show},
               {"check", NULL, NULL, check},
               {"export", NULL, ".tdb", export},
               {"import", "a file", ".yaml", import}};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

static const struct action *find_action(const char *name)
{
    for (int i = 0; i < N_ACTIONS; ++i)
        if (strcmp(actions[i].name, name) == 0) return &actions[i];
    return NULL;
}

static cli_exit unknown_action(const cli_session *session, const char *name)
{
    const char *names[N_ACTIONS];
    for (int i = 0; i < N_ACTIONS; ++i) names[i] = actions[i].name;
    const char *near = cli_nearest(name, names, N_ACTIONS);
    return cli_usage(session->verb, "kiln db has list, show, check, export and import, not \"%s\"%s%s%s", name,
                     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* The file of -o is a database, or not. */
static cli_exit check_output(const cli_session *session, const struct action *action)
{
    const char *path = session->value[CLI_OUTPUT], *dot = path ? strrchr(path, '.') : NULL;
    const int is_database = dot && (strcasecmp(dot, ".tdb") == 0 || strcasecmp(dot, ".yaml") == 0);
    if (action->extension && session->value[CLI_FORMAT])
        return cli_usage(session->verb, "--format is not for kiln db %s, which writes a %s", action->name, action->extension);
    if (action->extension && path && !(dot && strcasecmp(dot, action->extension) == 0))
        return cli_usage(session->verb, "-o %s: kiln db %s writes a %s", path, action->name, action->extension);
    if (!action->extension && is_database)
        return cli_usage(session->verb, "-o %s: the file's extension must be .json, .csv or .txt; kiln db export writes a .tdb",
                         path);
    return CLI_OK;
}

static cli_exit check_arguments(const cli_session *session, const struct action *action)
{
    const char *argument = session->n_what > 1 ? session->what[1] : NULL;
    if (action->argument && !argument) return cli_usage(session->verb, "kiln db %s needs %s", action->name, action->argument);
    if (!action->argument && argument)
        return cli_usage(session->verb, "kiln db %s takes no name; the database is set by --database", action->name);
    if (action->run == import && session->value[CLI_DATABASE])
        return cli_usage(session->verb, "kiln db import reads %s; --database has no place there", argument);
    return check_output(session, action);
}

static cli_exit run(cli_session *session)
{
    const struct action *action = find_action(session->what[0]);
    if (!action) return unknown_action(session, session->what[0]);
    cli_exit code = check_arguments(session, action);
    if (code != CLI_OK) return code;
    if (action->run == import && !(session->value[CLI_DATABASE] = strdup(session->what[1])))
        return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    code = cli_open_database(session);
    return code == CLI_OK ? action->run(session) : code;
}

static struct poptOption options[] = {CLI_INCLUDE(cli_database_options, NULL), CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};
static const char *const extensions[] = {".tdb", ".yaml", NULL};

const cli_verb cli_db = {
    .name = "db",
    .arguments = "list | show NAME | check | export | import FILE",
    .summary = "what a database holds, whether it is sound, and as a TDB for other programs",
    .examples = "  kiln db list\n"
                "  kiln db show rocksalt\n"
                "  kiln db show G_CuO\n"
                "  kiln db check --database my-oxides.yaml\n"
                "  kiln db export --output kiln.tdb\n"
                "  kiln db import kiln.tdb --output one-file.yaml\n",
    .completes = "list show check export import",
    .options = options,
    .n_least = 1,
    .n_most = 2,
    .extensions = extensions,
    .run = run,
};
