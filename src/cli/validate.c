#include "cli.h"

#include <stdint.h>

enum { MAX_SAMPLES = 10000000, MAX_RESAMPLES = 1000000 };

typedef struct question {
    kiln_validate_options options;
    kiln_trials *trials;
    kiln_known_sources *known;
    kiln_validation *validation;
    double require; /* 0: none */
} question;

static int keep_going(int done, int total, void *user)
{
    cli_progress(user, done, total, "rows");
    return 1;
}

static cli_exit parse_options(cli_session *session, question *q)
{
    if (kiln_validate_options_init(&q->options, KILN_VALIDATE_OPTIONS_VERSION) != KILN_OK ||
        kiln_system_options_init(&session->system_options, KILN_SYSTEM_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long samples = q->options.n_samples, seed = (long long)q->options.seed, resamples = q->options.resamples;
    cli_exit code = cli_parse_quantity(session, CLI_REQUIRE, &q->require);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_DETECT, &q->options.detect_mass_fraction);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SAMPLES, "samples", 0, MAX_SAMPLES, &samples);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_RESAMPLES, "resamples", 0, MAX_RESAMPLES, &resamples);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX, &seed);
    if (code == CLI_OK) code = cli_open_certificate(session);
    session->system_options.allow_estimates = !session->value[CLI_NO_ESTIMATE];
    q->options.n_samples = (int)samples;
    q->options.resamples = (int)resamples;
    q->options.seed = (uint64_t)seed;
    q->options.keep_going = keep_going;
    q->options.user = session;
    return code;
}

static cli_exit open_files(cli_session *session, question *q)
{
    const char *known = session->value[CLI_KNOWN_SOURCES];
    kiln_status status = kiln_trials_load(session->ctx, session->what[0], &q->trials);
    if (status == KILN_OK)
        status = known ? kiln_known_sources_load(session->ctx, known, &q->known)
                       : kiln_known_sources_of(session->ctx, session->db, &q->known);
    if (status == KILN_OK) return CLI_OK;
    return status == KILN_E_PARSE ? cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx)) : cli_status(session, status);
}

static cli_exit report(const cli_session *session, const question *q)
{
    kiln_report *result;
    kiln_scores scores;
    const kiln_report_validation about = {session->db, q->trials, q->known, q->validation, q->require};
    kiln_status status = kiln_report_validate(session->ctx, &about, &result);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, result);
    kiln_report_free(result);
    if (code != CLI_OK || !(q->require > 0.0)) return code;
    status = kiln_validation_scores(q->validation, q->trials, 0, KILN_JUDGE_KILN, &scores);
    if (status != KILN_OK) return cli_status(session, status);
    return scores.balanced_accuracy >= q->require ? CLI_OK : CLI_NO; /* NAN: not shown */
}

static cli_exit answer(cli_session *session, question *q)
{
    cli_exit code = parse_options(session, q);
    if (code == CLI_OK) code = cli_open_database(session);
    if (code == CLI_OK) code = open_files(session, q);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_validate(session->ctx, session->db, q->trials, q->known, &session->system_options,
                                             &session->solver_options, &q->options, &q->validation);
    return status == KILN_OK ? report(session, q) : cli_status(session, status);
}

static cli_exit run(cli_session *session)
{
    question q = {.require = 0.0};
    const cli_exit code = answer(session, &q);
    kiln_validation_free(q.validation);
    kiln_known_sources_free(q.known);
    kiln_trials_free(q.trials);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("require", '\0', CLI_REQUIRE, "exit 1 where the balanced accuracy is lower or not known", "0.8"),
     CLI_TEXT_OPTION("known-sources", '\0', CLI_KNOWN_SOURCES,
                     "sources whose rows are not scored; default: assessment/sources.csv beside the database", "FILE"),
     CLI_TEXT_OPTION("detect", '\0', CLI_DETECT, "second phase that diffraction would see; default 2%", "2%"),
     CLI_TEXT_OPTION("samples", '\0', CLI_SAMPLES, "joint samples a window, 0: forecasts are 0 or 1; default 4096", "N"),
     CLI_TEXT_OPTION("resamples", '\0', CLI_RESAMPLES, "of the rows, for intervals, 0: none; default 2000", "N"),
     CLI_TEXT_OPTION("seed", '\0', CLI_SEED, "of samples and resamples; default 1", "N"),
     CLI_FLAG_OPTION("no-estimate", '\0', CLI_NO_ESTIMATE, "a row that lacks a pair is not judged"),
     CLI_TEXT_OPTION("certify-gap", '\0', CLI_CERTIFY_GAP, "what a certificate may leave open; default 0.01J/mol", "0.01J/mol"),
     CLI_TEXT_OPTION("certify-budget", '\0', CLI_CERTIFY_BUDGET,
                     "boxes to prove it with, per phase, for a window in all; default 20000", "N"),
     CLI_FLAG_OPTION("no-certify", '\0', CLI_NO_CERTIFY, "do not prove windows"),
     CLI_INCLUDE(cli_database_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_validate = {
    .name = "validate",
    .arguments = "FILE.csv",
    .summary = "forecasts against published syntheses, beside rules that need no thermodynamics",
    .examples = "  kiln validate trials.csv\n"
                "  kiln validate trials.csv --require 0.7 -o validation.json\n"
                "  kiln validate trials.csv --database my-oxides.yaml --no-certify\n",
    .completes = CLI_A_FILE,
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_figure = 1,
    .reads_more = 1,
    .run = run,
};
