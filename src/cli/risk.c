#include "cli.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_CURVE = 2000, MAX_FIRINGS = 64 };
#define DEFAULT_CURVE "600C:1400C:50K"
#define DEFAULT_FURNACE_K 10.0
#define DEFAULT_WEIGHING 0.005
/* That a pattern is read wrongly, or a second phase overlooked. */
#define MISREAD 0.05

typedef struct question {
    kiln_risk_options options;
    kiln_report_risk_details details;
    kiln_observation firing[MAX_FIRINGS];
    double expected[MAX_FIRINGS];
    kiln_observation_errors errors;
    kiln_risk_summary before;
    double curve_K[MAX_CURVE];
    int phase;
} question;

static int keep_going(int done, int total, void *user)
{
    cli_progress(user, done, total, "parts of the samples");
    return 1;
}

static cli_exit parse_curve(const cli_session *session, question *q)
{
    double first_K, last_K, step_K;
    const char *text = session->value[CLI_TEMPERATURES] ? session->value[CLI_TEMPERATURES] : DEFAULT_CURVE;
    const kiln_status status = kiln_temperature_range_parse(session->ctx, text, &first_K, &last_K, &step_K);
    if (status != KILN_OK) return cli_status(session, status);
    if (!(step_K > 0.0)) step_K = fmin(50.0, last_K - first_K);
    const double steps = ceil((last_K - first_K) / step_K - 1e-9);
    if (steps + 1.0 > MAX_CURVE)
        return cli_usage(session->verb, "--range makes %.0f rows; at most %d are accepted", steps + 1.0, MAX_CURVE);
    for (int i = 0; i <= (int)steps; ++i) q->curve_K[q->details.n_curve++] = fmin(first_K + i * step_K, last_K);
    q->details.curve_K = q->curve_K;
    return CLI_OK;
}

static cli_exit parse_options(cli_session *session, question *q)
{
    if (kiln_risk_options_init(&q->options, KILN_RISK_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long samples = q->options.n_samples, seed = (long long)q->options.seed;
    q->errors = (kiln_observation_errors){DEFAULT_FURNACE_K, DEFAULT_WEIGHING, MISREAD};
    cli_exit code = parse_curve(session, q);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SAMPLES, "samples", KILN_RISK_REPLICATES, 1000000, &samples);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX, &seed);
    if (code == CLI_OK) code = cli_parse_threads(session, &q->options.n_threads);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_REQUIRE, &q->details.require);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_WEIGHING, &q->errors.weighing);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_FURNACE, &q->errors.furnace_K);
    if (code == CLI_OK && session->value[CLI_AT]) code = cli_parse_temperature(session, CLI_AT, &q->details.at_K);
    if (code != CLI_OK) return code;
    if (q->details.require > 0.0 && !session->value[CLI_AT])
        return cli_usage(session->verb, "--require needs a temperature to hold at: --at 900C");
    if (!session->value[CLI_OBSERVED] && (session->value[CLI_FURNACE] || session->value[CLI_WEIGHING]))
        return cli_usage(session->verb, "--%s is about firings, and there is no --observed",
                         session->value[CLI_FURNACE] ? "furnace-error" : "weighing-error");
    q->options.n_samples = (int)samples;
    q->options.seed = (uint64_t)seed;
    q->options.keep_going = keep_going;
    q->options.user = session;
    q->options.ranks = cli_ranks();
    return CLI_OK;
}

/* The phase that a firing showed, as an index in the system. */
static cli_exit find_seen(const cli_session *session, const char *name, int *phase)
{
    int in_database;
    kiln_phase_info info;
    const cli_exit code = cli_find_phase(session, name, &in_database);
    if (code != CLI_OK) return code;
    if (kiln_database_phase(session->db, in_database, &info) != KILN_OK) return CLI_MISSING;
    *phase = kiln_system_find_phase(session->system, info.name);
    return *phase >= 0 ? CLI_OK
                       : cli_usage(session->verb, "--observed: %s cannot form from %s in this atmosphere", info.label,
                                   session->composition.canonical);
}

/* "900C single", "900C multi", "900C multi tenorite". */
static cli_exit parse_firing(const cli_session *session, char *text, kiln_observation *firing)
{
    text += strspn(text, " ");
    char *outcome = strchr(text, ' ');
    if (outcome) *outcome++ = '\0';
    const kiln_status status = kiln_temperature_parse(session->ctx, text, &firing->T_K);
    if (status != KILN_OK) return cli_status(session, status);
    outcome = outcome ? outcome + strspn(outcome, " ") : text + strlen(text);
    const size_t word = strcspn(outcome, " ");
    const char *phase = outcome + word + strspn(outcome + word, " ");
    firing->phase = -1;
    firing->is_single = word == 6 && strncasecmp(outcome, "single", word) == 0;
    if (!firing->is_single && !(word == 5 && strncasecmp(outcome, "multi", word) == 0))
        return cli_usage(
            session->verb,
            "--observed: \"%s\" is not an outcome; expected \"900C single\", \"900C multi\" or \"900C multi tenorite\"", outcome);
    if (!*phase) return CLI_OK;
    if (firing->is_single) return cli_usage(session->verb, "--observed: a single phase has no second one, \"%s\"", phase);
    return find_seen(session, phase, &firing->phase);
}

static cli_exit parse_firings(const cli_session *session, question *q)
{
    char *list = session->value[CLI_OBSERVED];
    for (char *text = list ? strtok(list, "\n") : NULL; text; text = strtok(NULL, "\n")) {
        if (q->details.n_observations == MAX_FIRINGS) return cli_usage(session->verb, "more than %d firings", MAX_FIRINGS);
        const cli_exit code = parse_firing(session, text, &q->firing[q->details.n_observations++]);
        if (code != CLI_OK) return code;
    }
    q->details.observations = q->firing;
    return CLI_OK;
}

static cli_exit weigh(cli_session *session, kiln_risk *risk, question *q)
{
    if (q->details.n_observations == 0) return CLI_OK;
    kiln_status status = kiln_risk_summarise(risk, &q->before);
    for (int i = 0; i < q->details.n_observations && status == KILN_OK; ++i)
        status = kiln_risk_expect(risk, &q->firing[i], &q->errors, &q->expected[i]);
    if (status == KILN_OK) status = kiln_risk_observe(risk, q->details.n_observations, q->firing, &q->errors);
    q->details.expected = q->expected;
    q->details.errors = &q->errors;
    q->details.before = &q->before;
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

/* Curve temperatures within what was searched. */
static void clip_curve(const kiln_risk *risk, question *q)
{
    const kiln_window *w = kiln_risk_window(risk, NULL);
    int n = 0;
    for (int i = 0; i < q->details.n_curve; ++i)
        if (q->curve_K[i] >= w->scanned_min_K && q->curve_K[i] <= w->scanned_max_K) q->curve_K[n++] = q->curve_K[i];
    q->details.n_curve = n;
}

static cli_exit report_risk(cli_session *session, const kiln_risk *risk, const question *q)
{
    kiln_report *report;
    kiln_risk_point point;
    const kiln_report_question asked = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_status status = kiln_report_risk(session->ctx, risk, &q->options, &asked, &q->details, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    if (code != CLI_OK) return code;
    if (q->details.require > 0.0 && kiln_risk_at(risk, q->details.at_K, &point) == KILN_OK &&
        point.probability < q->details.require)
        return CLI_NO;
    const kiln_window *w = kiln_risk_window(risk, NULL);
    return w->n_ranges > 0 ? cli_check_certificate(session, &w->certificate) : CLI_OK;
}

static cli_exit answer(cli_session *session, question *q)
{
    kiln_risk *risk;
    cli_exit code = parse_options(session, q);
    if (code == CLI_OK) code = cli_open_system(session);
    if (code == CLI_OK) code = cli_choose_structure(session, &q->phase);
    if (code == CLI_OK) code = parse_firings(session, q);
    if (code != CLI_OK) return code;
    const kiln_step_question asked = {session->db, &session->composition, &session->atmosphere, &session->system_options,
                                      &session->solver_options};
    const kiln_status status = kiln_risk_create(session->ctx, &asked, NULL, q->phase, q->details.at_K, &q->options, &risk);
    if (status != KILN_OK) return cli_status(session, status);
    clip_curve(risk, q);
    code = weigh(session, risk, q);
    if (code == CLI_OK) code = report_risk(session, risk, q);
    kiln_risk_free(risk);
    return code;
}

static cli_exit run(cli_session *session)
{
    question *q = calloc(1, sizeof *q);
    if (!q) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    const cli_exit code = answer(session, q);
    free(q);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("at", '\0', CLI_AT, "the firing temperature: is it single phase there, and what decides that", "900C"),
     CLI_TEXT_OPTION("require", '\0', CLI_REQUIRE, "exit 1 where the probability at --at is lower", "0.95"),
     CLI_TEXT_OPTION("observed", '\0', CLI_OBSERVED, "what a firing showed: single, multi, or multi and a phase; may be repeated",
                     "\"900C multi tenorite\""),
     CLI_TEXT_OPTION("furnace-error", '\0', CLI_FURNACE, "standard deviation of its temperature; default 10K", "10K"),
     CLI_TEXT_OPTION("weighing-error", '\0', CLI_WEIGHING, "relative standard deviation of each cation's amount; default 0.5%",
                     "0.5%"),
     CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "temperatures of the curve; default " DEFAULT_CURVE, "T1:T2:STEP"),
     CLI_TEXT_OPTION("samples", '\0', CLI_SAMPLES, "of the uncertain numbers; default 8192", "N"),
     CLI_TEXT_OPTION("seed", '\0', CLI_SEED, "of the samples; default 1", "N"),
     CLI_TEXT_OPTION("threads", '\0', CLI_THREADS, "the numbers are the same for any; default: one for each processor", "N"),
     CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "structure, by name or label; default: the one the formula suggests", "NAME"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

static const char *const columns[] = {"phase",     "result/label",          "at",         "result/at/T_K",
                                      "P(single)", "result/at/probability", "spoiled by", "result/at/spoiled_by/0/label",
                                      "P(window)", "result/window_exists",  NULL};

const cli_verb cli_risk = {
    .name = "risk",
    .arguments = "FORMULA",
    .summary = "how probable a single phase is, what decides it, and what to measure or fire next",
    .examples = "  kiln risk '(Mg,Co,Ni,Cu,Zn)O' --at 900C\n"
                "  kiln risk '(Mg,Co,Ni,Cu,Zn)O' --at 1000C --require 0.95 --threads 2\n"
                "  kiln risk '(Mg,Co,Ni,Cu,Zn)O' --observed '900C multi tenorite' --observed '1000C single'\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_figure = 1,
    .columns = columns,
    .run = run,
};
