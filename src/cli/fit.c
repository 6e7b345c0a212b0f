#include "cli.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_COMMAND = 1024, MAX_PATH = 4096 };

static cli_exit parse_options(const cli_session *session, kiln_fit_options *o)
{
    const char *solver = session->value[CLI_SOLVER];
    if (kiln_fit_options_init(o, KILN_FIT_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long starts = o->n_starts, seed = (long long)o->seed;
    if (solver && strcasecmp(solver, "nlopt") == 0) o->method = KILN_FIT_NLOPT;
    else if (solver && strcasecmp(solver, "newton") != 0)
        return cli_usage(session->verb, "--solver %s: expected newton or nlopt", solver);
    cli_exit code = cli_parse_count(session, CLI_STARTS, "starts", 1, 1000, &starts);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX, &seed);
    o->n_starts = (int)starts;
    o->seed = (uint64_t)seed;
    o->database = session->value[CLI_DATABASE];
    o->leave_out = session->value[CLI_LEAVE_OUT] != NULL;
    return code;
}

/* What of a file is wrong is an error of the file, not of the command. */
static cli_exit load(const cli_session *session, const kiln_fit_options *o, kiln_fit **fit)
{
    const kiln_status status = kiln_fit_load(session->ctx, session->what[0], o, fit);
    if (status == KILN_E_PARSE || status == KILN_E_ARG) return cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx));
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

/* Every datum that cannot be evaluated, before the solver names the first. */
static void list_problems(const cli_session *session, const kiln_fit *fit)
{
    for (int i = 0; i < kiln_fit_n_problems(fit); ++i) {
        kiln_fit_problem_info p;
        if (kiln_fit_get_problem(fit, i, &p) == KILN_OK) cli_note(session, "%s cannot be evaluated: %s", p.id, p.text);
    }
}

/* For the comment of the database: the command without where its results go. */
static void write_command(const cli_session *session, char out[MAX_COMMAND])
{
    static const struct {
        cli_option option;
        const char *name;
    } options[] = {{CLI_DATABASE, "database"},
                   {CLI_SOLVER, "solver"},
                   {CLI_STARTS, "starts"},
                   {CLI_SEED, "seed"},
                   {CLI_LEAVE_OUT, "leave-out"}};
    const char *slash = strrchr(session->what[0], '/');
    size_t used = (size_t)snprintf(out, MAX_COMMAND, "kiln fit %.500s", slash ? slash + 1 : session->what[0]);
    for (size_t k = 0; k < sizeof options / sizeof *options && used < MAX_COMMAND; ++k) {
        const char *value = session->value[options[k].option];
        if (value)
            used += (size_t)snprintf(out + used, MAX_COMMAND - used, " --%s%s%.200s", options[k].name, *value ? " " : "", value);
    }
}

/* "folder/mine.yaml": the database is called mine, and its include is looked for from the folder. */
static cli_exit write_database(const cli_session *session, const kiln_fit *fit)
{
    char command[MAX_COMMAND], folder[MAX_PATH], name[256], *text;
    size_t length;
    const char *path = session->value[CLI_WRITE], *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    write_command(session, command);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + (slash == path) : 1, slash ? path : ".");
    snprintf(name, sizeof name, "%.*s", (int)(strlen(base) - strlen(".yaml")), base);
    const kiln_status status = kiln_fit_write(fit, name, folder, command, &text, &length);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_file(path, text, length);
    kiln_fit_text_free(session->ctx, text);
    if (code == CLI_OK) cli_note(session, "wrote %s", path);
    return code;
}

static cli_exit check_write(const cli_session *session)
{
    const char *path = session->value[CLI_WRITE];
    const char *slash = path ? strrchr(path, '/') : NULL, *base = slash ? slash + 1 : path;
    if (!path || (strlen(base) > strlen(".yaml") && strcmp(base + strlen(base) - strlen(".yaml"), ".yaml") == 0)) return CLI_OK;
    return cli_usage(session->verb, "--write %s: a database is a file that ends in .yaml", path);
}

static cli_exit answer(const cli_session *session, kiln_fit *fit)
{
    kiln_report *report;
    kiln_status status = kiln_fit_solve(fit);
    if (status == KILN_OK) status = kiln_report_fit(session->ctx, fit, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = session->value[CLI_WRITE] ? write_database(session, fit) : CLI_OK;
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static cli_exit run(cli_session *session)
{
    kiln_fit_options o;
    kiln_fit *fit = NULL;
    cli_exit code = check_write(session);
    if (code == CLI_OK) code = parse_options(session, &o);
    if (code == CLI_OK) code = load(session, &o, &fit);
    if (code != CLI_OK) return code;
    list_problems(session, fit);
    code = answer(session, fit);
    kiln_fit_free(fit);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("write", 'w', CLI_WRITE, "a database with the fitted numbers, which includes the one they were fitted in",
                     "FILE.yaml"),
     CLI_TEXT_OPTION("database", 'd', CLI_DATABASE, "instead of the one that the data set names", "FILE"),
     CLI_FLAG_OPTION("leave-out", '\0', CLI_LEAVE_OUT, "go on without data that cannot be evaluated, and list them"),
     CLI_TEXT_OPTION("solver", '\0', CLI_SOLVER, "newton, or nlopt before it as a cross-check; default newton", "NAME"),
     CLI_TEXT_OPTION("starts", '\0', CLI_STARTS, "starting points, all but the first drawn from the priors; default 1", "N"),
     CLI_TEXT_OPTION("seed", '\0', CLI_SEED, "of these; default 1", "N"),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_fit = {
    .name = "fit",
    .arguments = "DATA",
    .summary = "parameters from measurements: values, covariance, and which datum decides what",
    .examples = "  kiln fit assessment/rocksalt.fit.yaml\n"
                "  kiln fit assessment/rocksalt.fit.yaml --solver nlopt -o residuals.csv\n"
                "  kiln fit assessment/rocksalt.fit.yaml --write mine.yaml\n",
    .completes = CLI_A_FILE,
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .reads_more = 1,
    .run = run,
};
