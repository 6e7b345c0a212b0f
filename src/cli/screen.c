#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 10000000 };

typedef struct question {
    kiln_candidates_options candidates_options;
    kiln_screening_options options;
    kiln_window_options window_options;
    kiln_screen_question asked;
    kiln_candidates *candidates;
    kiln_element_table *elements;
    kiln_screen *screen;
    kiln_screening *screening;
    const char *phase[KILN_MAX_SCREEN_PHASES], *atmosphere_name[KILN_MAX_SCREEN_ATMOSPHERES];
    kiln_atmosphere atmosphere[KILN_MAX_SCREEN_ATMOSPHERES];
    const cli_session *session;
    uint64_t found; /* rows that the file held, once one more was computed */
    int has_found;
} question;

/* ---- Candidates ---- */

/* "5" or "3:5" */
static cli_exit parse_choose(const cli_session *session, kiln_candidates_options *o)
{
    char *end;
    const char *text = session->value[CLI_CHOOSE], *colon = text ? strchr(text, ':') : NULL;
    if (!text) return CLI_OK;
    const long least = strtol(text, &end, 10);
    int is_read = end != text && (colon ? end == colon : *end == '\0');
    long most = least;
    if (colon) {
        most = strtol(colon + 1, &end, 10);
        is_read &= end != colon + 1 && *end == '\0';
    }
    if (!is_read || least < 1 || most < least || most > KILN_MAX_MIXED)
        return cli_usage(session->verb, "--choose %s: expected a number of cations or a range of it, such as 5 or 3:5, up to %d",
                         text, (int)KILN_MAX_MIXED);
    o->choose_least = (int)least;
    o->choose_most = (int)most;
    return CLI_OK;
}

static cli_exit parse_step(const cli_session *session, kiln_candidates_options *o)
{
    const char *text = session->value[CLI_GRID];
    if (!text || cli_read_share(text, &o->step)) return CLI_OK;
    return cli_usage(session->verb, "--grid %s: expected the step of amounts, such as 10%% or 0.1", text);
}

static cli_exit parse_random(const cli_session *session, kiln_candidates_options *o)
{
    long long n = (long long)o->n, seed = (long long)o->seed;
    cli_exit code = cli_parse_count(session, CLI_RANDOM, "random", 1, (long long)KILN_MOST_CANDIDATES, &n);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX, &seed);
    o->n = (uint64_t)n;
    o->seed = (uint64_t)seed;
    return code;
}

/* What the options together ask for. */
static cli_exit find_kind(const cli_session *session, kiln_candidates_options *o)
{
    const char *const *value = (const char *const *)session->value;
    const cli_verb *verb = session->verb;
    const int n_ways = (value[CLI_CHOOSE] != NULL) + (value[CLI_GRID] && !value[CLI_SUBSTITUTE]) + (value[CLI_RANDOM] != NULL) +
                       (value[CLI_SUBSTITUTE] != NULL) + (value[CLI_FORMULAS] != NULL);
    if (n_ways > 1)
        return cli_usage(
            verb,
            "--choose, --grid, --random, --substitute and --compositions exclude each other, but for --substitute with --grid");
    if (value[CLI_FORMULAS] && (session->n_what > 0 || value[CLI_FROM]))
        return cli_usage(verb, "--compositions %s has the formulas; expected no other", value[CLI_FORMULAS]);
    if (!value[CLI_FORMULAS] && session->n_what == 0)
        return cli_usage(verb, "kiln screen needs formulas, such as '(*)O' --from Mg,Co,Ni,Cu,Zn,Mn, or --compositions FILE.csv");
    if (!value[CLI_FROM] && (value[CLI_CHOOSE] || value[CLI_RANDOM] || (value[CLI_GRID] && !value[CLI_SUBSTITUTE])))
        return cli_usage(verb, "--%s takes cations from a pool: --from Mg,Co,Ni,Cu,Zn",
                         value[CLI_CHOOSE]   ? "choose"
                         : value[CLI_RANDOM] ? "random"
                                             : "grid");
    if (value[CLI_FROM] && value[CLI_SUBSTITUTE])
        return cli_usage(verb, "--substitute names its own cations; --from has no place beside it");
    o->kind = value[CLI_FORMULAS]     ? KILN_CANDIDATES_TABLE
              : value[CLI_SUBSTITUTE] ? KILN_CANDIDATES_SUBSTITUTE
              : value[CLI_RANDOM]     ? KILN_CANDIDATES_RANDOM
              : value[CLI_GRID]       ? KILN_CANDIDATES_GRID
              : value[CLI_FROM]       ? KILN_CANDIDATES_CHOOSE
                                      : KILN_CANDIDATES_LIST;
    return CLI_OK;
}

/* What a file holds is an error of that file. */
static cli_exit fail_of_file(const cli_session *session, kiln_status status)
{
    return status == KILN_E_PARSE ? cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx)) : cli_status(session, status);
}

static cli_exit open_candidates(const cli_session *session, question *q)
{
    kiln_candidates_options *o = &q->candidates_options;
    if (kiln_candidates_options_init(o, KILN_CANDIDATES_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    cli_exit code = find_kind(session, o);
    if (code == CLI_OK) code = parse_choose(session, o);
    if (code == CLI_OK) code = parse_step(session, o);
    if (code == CLI_OK) code = parse_random(session, o);
    if (code != CLI_OK) return code;
    o->formulas = session->what;
    o->n_formulas = session->n_what;
    o->from = session->value[CLI_FROM];
    o->substitute = session->value[CLI_SUBSTITUTE];
    o->path = session->value[CLI_FORMULAS];
    const kiln_status status = kiln_candidates_create(session->ctx, o, &q->candidates);
    if (status == KILN_OK) return CLI_OK;
    return o->kind == KILN_CANDIDATES_TABLE ? fail_of_file(session, status) : cli_status(session, status);
}

/* ---- The screening ---- */

/* The parts of a list between commas, cut in place; their number, or -1 beyond `most`. */
static int split(char *text, int most, const char **part)
{
    int n = 0;
    for (char *p = text ? strtok(text, ",") : NULL; p; p = strtok(NULL, ",")) {
        if (n == most) return -1;
        part[n++] = p + strspn(p, " ");
    }
    return n;
}

static cli_exit open_phases(cli_session *session, question *q)
{
    kiln_phase_info info;
    int n = split(session->value[CLI_PHASE], KILN_MAX_SCREEN_PHASES, q->phase), phase;
    if (n < 0) return cli_usage(session->verb, "--phase: more than %d structures", (int)KILN_MAX_SCREEN_PHASES);
    for (int i = 0; i < n; ++i) {
        const cli_exit code = cli_find_phase(session, q->phase[i], &phase);
        if (code != CLI_OK) return code;
        if (kiln_database_phase(session->db, phase, &info) == KILN_OK) q->phase[i] = info.name;
    }
    q->asked.phases = q->phase;
    q->asked.n_phases = n;
    return CLI_OK;
}

static cli_exit open_atmospheres(cli_session *session, question *q)
{
    char usual[] = "air", *given = session->value[CLI_PO2] ? session->value[CLI_PO2] : session->value[CLI_ATMOSPHERE];
    const char *part[KILN_MAX_SCREEN_ATMOSPHERES];
    const int n = split(given ? given : usual, KILN_MAX_SCREEN_ATMOSPHERES, part);
    if (n < 1) return cli_usage(session->verb, "expected 1 to %d atmospheres", (int)KILN_MAX_SCREEN_ATMOSPHERES);
    for (int i = 0; i < n; ++i) {
        const cli_exit code = cli_parse_atmosphere(session, part[i], &q->atmosphere[i]);
        if (code != CLI_OK) return code;
        q->atmosphere_name[i] = given ? part[i] : "air";
    }
    q->asked.atmospheres = q->atmosphere;
    q->asked.atmosphere_names = q->atmosphere_name;
    q->asked.n_atmospheres = n;
    return CLI_OK;
}

static cli_exit parse_windows(const cli_session *session, question *q)
{
    kiln_window_options *o = &q->window_options;
    if (kiln_window_options_init(o, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long samples = o->n_samples, seed = (long long)o->seed;
    cli_exit code = cli_parse_search(session, o);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SAMPLES, "samples", 0, MAX_SAMPLES, &samples);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX, &seed);
    if (code == CLI_OK && session->value[CLI_AT]) code = cli_parse_temperature(session, CLI_AT, &q->asked.at_K);
    o->n_samples = (int)samples;
    o->seed = (uint64_t)seed;
    return code;
}

static int keep_going(uint64_t done, uint64_t n_rows, void *user)
{
    question *q = user;
    if (!q->has_found) q->found = done;
    q->has_found = 1;
    cli_progress_rate(q->session, done, n_rows, q->found, "rows");
    return cli_output_signal() == 0;
}

static cli_exit parse_options(const cli_session *session, question *q)
{
    kiln_screening_options *o = &q->options;
    if (kiln_screening_options_init(o, KILN_SCREENING_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long top = o->top;
    cli_exit code = cli_parse_count(session, CLI_TOP, "top", 0, KILN_MAX_TOP, &top);
    if (code == CLI_OK) code = cli_parse_threads(session, &o->n_threads);
    o->top = (int)top;
    o->where = session->value[CLI_WHERE];
    o->sort = session->value[CLI_SORT];
    o->path = session->own_file;
    o->keep_going = keep_going;
    o->user = q;
    o->ranks = cli_ranks();
    return code;
}

static cli_exit open_elements(const cli_session *session, question *q)
{
    if (!session->value[CLI_ELEMENTS]) return CLI_OK;
    const kiln_status status = kiln_element_table_load(session->ctx, session->value[CLI_ELEMENTS], &q->elements);
    return status == KILN_OK ? CLI_OK : fail_of_file(session, status);
}

static cli_exit open_screen(cli_session *session, question *q)
{
    kiln_screen_question *asked = &q->asked;
    if (session->value[CLI_REPLACE])
        return cli_usage(session->verb, "--replace has no place here; --substitute Cu=Mg varies a cation");
    cli_exit code = cli_open_options(session);
    if (code == CLI_OK) code = parse_windows(session, q);
    if (code == CLI_OK) code = parse_options(session, q);
    if (code == CLI_OK) code = open_candidates(session, q);
    if (code == CLI_OK) code = open_elements(session, q);
    if (code == CLI_OK) code = open_atmospheres(session, q);
    if (code == CLI_OK) code = cli_open_phases(session);
    if (code == CLI_OK) code = open_phases(session, q);
    if (code != CLI_OK) return code;
    asked->db = session->db;
    asked->candidates = q->candidates;
    asked->system_options = &session->system_options;
    asked->solver_options = &session->solver_options;
    asked->window_options = &q->window_options;
    asked->elements = q->elements;
    const kiln_status status = kiln_screen_create(session->ctx, asked, &q->screen);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

/* ---- The answer ---- */

static cli_exit print(const cli_session *session, const question *q)
{
    kiln_report *report;
    const kiln_status status = kiln_report_screen(session->ctx, q->screening, &report);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static void say_where(const cli_session *session, const question *q)
{
    const double found = (double)kiln_screening_n_found(q->screening), n = (double)kiln_screen_n_rows(q->screen);
    const char *path = session->own_file;
    if (!path) return;
    if (found >= n) cli_note(session, "%s was finished before, with all %.0f rows", path, n);
    else if (found > 0.0) cli_note(session, "%s went on from row %.0f, and has all %.0f now", path, found, n);
    else cli_note(session, "wrote %s, all %.0f rows", path, n);
}

static cli_exit answer(cli_session *session, question *q)
{
    cli_exit code = open_screen(session, q);
    if (code != CLI_OK) return code;
    cli_output_defer_signals();
    const kiln_status status = kiln_screening_run(session->ctx, q->screen, &q->options, &q->screening);
    cli_output_catch_signals();
    cli_progress_clear();
    if (status == KILN_E_INTERRUPTED && cli_output_signal() != 0) /* else it came to another rank */
        return cli_fail((cli_exit)(128 + cli_output_signal()), "%s", kiln_context_error(session->ctx));
    if (status != KILN_OK) return cli_status(session, status);
    code = print(session, q);
    if (code == CLI_OK) say_where(session, q);
    return code;
}

static cli_exit run(cli_session *session)
{
    question *q = calloc(1, sizeof *q); /* atmospheres are large for a small stack */
    if (!q) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    q->session = session;
    const cli_exit code = answer(session, q);
    kiln_screening_free(q->screening);
    kiln_screen_free(q->screen);
    kiln_element_table_free(q->elements);
    kiln_candidates_free(q->candidates);
    free(q);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("from", '\0', CLI_FROM, "the pool of cations that (*) of a formula takes", "Mg,Co,..."),
     CLI_TEXT_OPTION("choose", '\0', CLI_CHOOSE, "how many of the pool share (*) equally, all choices; default 5", "5 or 3:5"),
     CLI_TEXT_OPTION("grid", '\0', CLI_GRID, "all amounts of the pool in such steps; of --substitute its steps, default 10%",
                     "10%"),
     CLI_TEXT_OPTION("random", '\0', CLI_RANDOM, "so many random amounts of the pool", "N"),
     CLI_TEXT_OPTION("substitute", '\0', CLI_SUBSTITUTE, "formulas without (*): Mg comes for Cu, from none to all", "Cu=Mg"),
     CLI_TEXT_OPTION("compositions", '\0', CLI_FORMULAS, "a table with a column formula; its other columns are carried through",
                     "FILE.csv"),
     CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "structures, by name or label; default: the one each formula suggests", "NAME,..."),
     CLI_TEXT_OPTION("at", '\0', CLI_AT, "adds P_at, the probability of a single phase at this temperature", "900C"),
     CLI_TEXT_OPTION("elements", '\0', CLI_ELEMENTS, "a table with a column element, and columns of numbers such as price_per_kg",
                     "FILE.csv"),
     CLI_TEXT_OPTION("where", '\0', CLI_WHERE, "only rows that satisfy this are shown; a file gets all",
                     "\"T_low_C < 1000 and S_R >= 1.5\""),
     CLI_TEXT_OPTION("sort", '\0', CLI_SORT, "the rows with the largest of this are shown first", "\"width_K - 2*sigma_low_K\""),
     CLI_TEXT_OPTION("top", '\0', CLI_TOP, "how many rows are shown; default 20", "N"),
     CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "search range, and the scan step; default 200C:1700C:100K", "T1:T2[:STEP]"),
     CLI_TEXT_OPTION("samples", '\0', CLI_SAMPLES, "joint samples a window, 0: no sigmas, which is faster; default 4096", "N"),
     CLI_TEXT_OPTION("seed", '\0', CLI_SEED, "of samples and random compositions; default 1", "N"),
     CLI_TEXT_OPTION("threads", '\0', CLI_THREADS, "the rows are the same for any; default: one for each processor", "N"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_TEXT_OPTION("format", '\0', CLI_FORMAT, "of what is shown: text, json or csv; default text", "FORMAT"),
     CLI_TEXT_OPTION("output", 'o', CLI_OUTPUT,
                     "all rows, into one FILE.csv, .jsonl or .sqlite; what is shown, into FILE.json or .txt; may be repeated",
                     "FILE"),
     CLI_INCLUDE(cli_quiet_options, NULL),
     POPT_TABLEEND};

static const char *const columns[] = {"rows",
                                      "result/counts/rows",
                                      "single",
                                      "result/counts/status/single",
                                      "best",
                                      "result/rows/0/values/formula",
                                      "best from °C",
                                      "result/rows/0/values/T_low_C",
                                      "best to °C",
                                      "result/rows/0/values/T_high_C",
                                      NULL};
static const char *const extensions[] = {".csv", ".jsonl", ".sqlite", NULL};

const cli_verb cli_screen = {
    .name = "screen",
    .arguments = "FORMULA...",
    .summary = "windows of many compositions: which are one phase, where, and how surely",
    .examples = "  kiln screen '(*)O' --from Mg,Co,Ni,Cu,Zn,Mn,Fe --choose 5\n"
                "  kiln screen '(*)O' --from Mg,Co,Ni,Zn --grid 25% --where 'T_low_C < 1000' --sort width_K --samples 0\n"
                "  kiln screen '(*)O' --from Mg,Co,Ni,Cu,Zn --random 1000000 --threads 2 -o random.sqlite\n"
                "  kiln screen '(Mg,Co,Ni,Cu,Zn)O' --substitute Cu=Mg --grid 20% --atmosphere air,O2\n"
                "  kiln screen --compositions mine.csv --elements prices.csv --sort=-price_per_kg -o screened.csv\n",
    .options = options,
    .n_least = 0,
    .n_most = KILN_MAX_FORMULAS,
    .columns = columns,
    .extensions = extensions,
    .reports_beside = 1,
    .run = run,
};
