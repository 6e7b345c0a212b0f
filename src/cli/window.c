#include "cli.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 10000000 };

typedef struct question {
    kiln_window_options options;
    int has_at;
    double at_K;
    int n, phase[KILN_MAX_STRUCTURES]; /* first the one asked for */
    kiln_window window[KILN_MAX_STRUCTURES];
    kiln_single_phase single;
    double probability;
} question;

static cli_exit parse_options(const cli_session *session, question *q)
{
    if (kiln_window_options_init(&q->options, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long samples = q->options.n_samples, seed = (long long)q->options.seed;
    cli_exit code = cli_parse_search(session, &q->options);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_DETECT, &q->options.detect_mass_fraction);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SAMPLES, "samples", 0, MAX_SAMPLES, &samples);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX, &seed);
    if (code == CLI_OK && session->value[CLI_AT]) code = cli_parse_temperature(session, CLI_AT, &q->at_K);
    q->has_at = session->value[CLI_AT] != NULL;
    q->options.n_samples = (int)samples;
    q->options.seed = (uint64_t)seed;
    return code;
}

/* The default structure where it has a window, if only for XRD, else the one with the widest. 1 if another came first. */
static int put_best_first(question *q)
{
    int best = 0;
    const int has_window = q->window[0].n_ranges > 0 || q->window[0].n_apparent > 0;
    for (int i = 1; i < q->n && !has_window; ++i)
        if (kiln_window_widest_K(&q->window[i]) > kiln_window_widest_K(&q->window[best])) best = i;
    const kiln_window window = q->window[best];
    const int phase = q->phase[best];
    q->window[best] = q->window[0];
    q->phase[best] = q->phase[0];
    q->window[0] = window;
    q->phase[0] = phase;
    return best != 0;
}

/* The answer for one temperature, with its probability from the samples of the window that `solver` has solved last. */
static kiln_status solve_at(kiln_window_solver *solver, question *q)
{
    q->probability = q->options.n_samples > 0 ? kiln_window_probability(solver, q->at_K) : NAN;
    return kiln_window_at(solver, q->phase[0], q->at_K, &q->single);
}

/* A structure that merely is another possibility may fail without taking the answer with it. */
static cli_exit solve(const cli_session *session, kiln_window_solver *solver, kiln_window_solver *for_others, question *q)
{
    kiln_status status = kiln_window_solve(solver, q->phase[0], &q->window[0]);
    if (status != KILN_OK) return cli_status(session, status);
    int n = 1;
    for (int i = 1; i < q->n; ++i) {
        status = kiln_window_solve(for_others, q->phase[i], &q->window[n]);
        if (status == KILN_OK) q->phase[n++] = q->phase[i];
        else
            cli_note(session, "%s is left out: %s", kiln_system_phase_label(session->system, q->phase[i]),
                     kiln_context_error(session->ctx));
    }
    q->n = n;
    const int swapped = put_best_first(q);
    if (!q->has_at) return CLI_OK;
    status = swapped ? kiln_window_solve(solver, q->phase[0], &q->window[0]) : KILN_OK;
    if (status == KILN_OK) status = solve_at(solver, q);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

static cli_exit report_window(const cli_session *session, const question *q)
{
    kiln_report *report;
    const kiln_report_question asked = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_report_at at = {q->at_K, &q->single, q->probability};
    const kiln_report_window_details details = {.all = session->value[CLI_ALL_STRUCTURES] != NULL,
                                                .is_named = session->value[CLI_PHASE] != NULL,
                                                .at = q->has_at ? &at : NULL};
    const kiln_status status =
        kiln_report_window(session->ctx, session->system, &asked, &q->options, q->window, q->n, &details, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_check_validity(report);
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    if (code != CLI_OK) return code;
    if (q->has_at && !q->single.is_single) return CLI_NO;
    return q->window[0].n_ranges > 0 ? cli_check_certificate(session, &q->window[0].certificate) : CLI_OK;
}

static cli_exit answer(cli_session *session, question *q)
{
    kiln_window_solver *solver, *for_others;
    cli_exit code = parse_options(session, q);
    if (code == CLI_OK && session->value[CLI_COMPARE]) {
        if (!q->has_at && !session->value[CLI_ALL_STRUCTURES]) return cli_compare_windows(session, &q->options);
        return cli_usage(session->verb, "--compare sets windows side by side; --at and --all-structures have no place there");
    }
    if (code == CLI_OK) code = cli_open_system(session);
    if (code == CLI_OK) code = cli_choose_structures(session, KILN_MAX_STRUCTURES, q->phase, &q->n);
    if (code != CLI_OK) return code;
    /* Structures that are only mentioned need not be searched for where they would look single: that takes longer than the window. */
    kiln_window_options brief = q->options;
    brief.find_apparent = session->value[CLI_ALL_STRUCTURES] != NULL;
    kiln_status status = kiln_window_solver_create(session->system, &session->solver_options, &q->options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    status = kiln_window_solver_create(session->system, &session->solver_options, &brief, &for_others);
    code = status == KILN_OK ? solve(session, solver, for_others, q) : cli_status(session, status);
    kiln_window_solver_free(for_others);
    kiln_window_solver_free(solver);
    return code == CLI_OK ? report_window(session, q) : code;
}

static cli_exit run(cli_session *session)
{
    question *q = calloc(1, sizeof *q); /* several windows: too large for a small stack */
    if (!q) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    const cli_exit code = answer(session, q);
    free(q);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "structure, by name or label; default: the one the formula suggests", "NAME"),
     CLI_TEXT_OPTION("at", '\0', CLI_AT, "is it single phase at this temperature? exit 1 when it is not", "900C"),
     CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "search range, and the scan step; default 200C:1700C:100K", "T1:T2[:STEP]"),
     CLI_TEXT_OPTION("detect", '\0', CLI_DETECT, "second phase that diffraction would see; default 2%", "2%"),
     CLI_TEXT_OPTION("samples", '\0', CLI_SAMPLES, "joint samples for the uncertainty, 0: none; default 4096", "N"),
     CLI_TEXT_OPTION("seed", '\0', CLI_SEED, "of the samples; default 1", "N"),
     CLI_FLAG_OPTION("all-structures", '\0', CLI_ALL_STRUCTURES, "describe every structure of this stoichiometry in full"),
     CLI_FLAG_OPTION("compare", '\0', CLI_COMPARE, "the base case, each what-if by itself and all of them, side by side"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

static const char *const columns[] = {"phase",
                                      "result/label",
                                      "from",
                                      "result/windows/0/low/T_K",
                                      "below it",
                                      "result/windows/0/low/limits/*/label",
                                      "to",
                                      "result/windows/0/high/T_K",
                                      "above it",
                                      "result/windows/0/high/limits/*/label",
                                      "no window for",
                                      "result/closest/label",
                                      "single at T",
                                      "result/at/single_phase",
                                      "P at T",
                                      "result/at/probability",
                                      NULL};

const cli_verb cli_window = {
    .name = "window",
    .arguments = "FORMULA",
    .summary = "temperatures at which a composition is one phase, and what ends it",
    .examples =
        "  kiln window '(Mg,Co,Ni,Cu,Zn)O'\n"
        "  kiln window '(Mg,Co,Ni,Cu,Zn)O' --at 900C\n"
        "  kiln window '(Mg,Co,Ni,Cu,Zn)O' --atmosphere Ar --detect 1% -o window.json\n"
        "  kiln window '(Mn,Co,Ni)3O4' --phase spinel --range 500C:1500C\n"
        "  kiln window '(Mg,Co,Ni,Cu,Zn)O' --compare --set 'L(rocksalt;Cu,Zn)=-8kJ/mol' --replace Cu=Mg:0.05 --without wurtzite\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .columns = columns,
    .run = run,
};
