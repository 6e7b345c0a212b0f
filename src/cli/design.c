#include "cli.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_BOUNDS = 64 };

/* What rounding to weighable amounts may take from a width. */
static const double WIDTH_TOLERANCE_K = 2.0;

typedef struct question {
    kiln_design_options options;
    kiln_window_options window;
    kiln_design_bound bound[MAX_BOUNDS];
    kiln_design_limit limit[KILN_MAX_DESIGN_LIMITS];
    kiln_element_table *elements;
    int vary[KILN_MAX_COMPONENTS];
    int phase;
} question;

static int keep_going(int done, int total, void *user)
{
    cli_progress(user, done, total, "local searches");
    return 1;
}

static cli_exit parse_goal(const cli_session *session, kiln_design_options *o)
{
    const char *least = session->value[CLI_MINIMISE], *most = session->value[CLI_MAXIMISE];
    if (least && most) return cli_usage(session->verb, "--minimise and --maximise both name a goal; give one of them");
    if (least && strcasecmp(least, "onset") != 0) return cli_usage(session->verb, "--minimise %s: expected onset", least);
    for (int goal = KILN_DESIGN_WIDTH; most && goal <= KILN_DESIGN_TOLERANCE; ++goal)
        if (strcasecmp(most, kiln_design_goal_text((kiln_design_goal)goal)) == 0) o->goal = (kiln_design_goal)goal;
    if (most && o->goal == KILN_DESIGN_ONSET)
        return cli_usage(session->verb, "--maximise %s: expected width, probability or tolerance", most);
    if (o->goal >= KILN_DESIGN_PROBABILITY && !session->value[CLI_AT])
        return cli_usage(session->verb, "--maximise %s needs a temperature: --at 900C", most);
    return session->value[CLI_AT] ? cli_parse_temperature(session, CLI_AT, &o->at_K) : CLI_OK;
}

static cli_exit parse_limits(const cli_session *session, question *q)
{
    char *bounds = session->value[CLI_BOUND], *limits = session->value[CLI_CONSTRAIN];
    kiln_status status = KILN_OK;
    for (char *text = bounds ? strtok(bounds, ",\n") : NULL; text && status == KILN_OK; text = strtok(NULL, ",\n")) {
        if (q->options.n_bounds == MAX_BOUNDS) return cli_usage(session->verb, "more than %d bounds", MAX_BOUNDS);
        status = kiln_design_bound_parse(session->ctx, text, &q->bound[q->options.n_bounds++]);
    }
    for (char *text = limits && status == KILN_OK ? strtok(limits, ",\n") : NULL; text && status == KILN_OK;
         text = strtok(NULL, ",\n")) {
        if (q->options.n_limits == KILN_MAX_DESIGN_LIMITS)
            return cli_usage(session->verb, "more than %d limits", (int)KILN_MAX_DESIGN_LIMITS);
        status = kiln_design_limit_parse(session->ctx, text, &q->limit[q->options.n_limits++]);
    }
    q->options.bounds = q->bound;
    q->options.limits = q->limit;
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

static cli_exit parse_prices(const cli_session *session, question *q)
{
    const char *path = session->value[CLI_ELEMENTS];
    if (session->value[CLI_COST_MOST] && !path) return cli_usage(session->verb, "--cost-most needs prices: --elements FILE.csv");
    if (!path) return CLI_OK;
    const kiln_status status = kiln_element_table_load(session->ctx, path, &q->elements);
    if (status == KILN_E_PARSE) return cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx));
    q->options.elements = q->elements;
    return status == KILN_OK ? cli_parse_quantity(session, CLI_COST_MOST, &q->options.most_cost) : cli_status(session, status);
}

static cli_exit parse_vary(const cli_session *session, question *q)
{
    char *list = session->value[CLI_VARY];
    const kiln_composition *x = &session->composition;
    for (char *text = list ? strtok(list, ",\n") : NULL; text; text = strtok(NULL, ",\n")) {
        int i = 0;
        text += strspn(text, " ");
        while (i < x->n && (x->component[i].is_anion || strcasecmp(kiln_element_symbol(x->component[i].z), text) != 0)) ++i;
        if (i == x->n || q->options.n_varied == KILN_MAX_COMPONENTS)
            return cli_usage(session->verb, "--vary %s: %s has no such cation", text, x->canonical);
        q->vary[q->options.n_varied++] = x->component[i].z;
    }
    q->options.varied = q->vary;
    return CLI_OK;
}

static cli_exit parse_options(cli_session *session, question *q)
{
    kiln_design_options *o = &q->options;
    if (kiln_design_options_init(o, KILN_DESIGN_OPTIONS_VERSION) != KILN_OK ||
        kiln_window_options_init(&q->window, KILN_WINDOW_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    long long starts = o->n_starts, seed = (long long)o->seed;
    cli_exit code = parse_goal(session, o);
    if (code == CLI_OK) code = cli_parse_search(session, &q->window);
    if (code == CLI_OK) code = parse_limits(session, q);
    if (code == CLI_OK) code = parse_prices(session, q);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_ENTROPY, &o->least_entropy);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_LEAST_WIDTH, &o->least_width_K);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_STARTS, "starts", 1, 64, &starts);
    if (code == CLI_OK) code = cli_parse_count(session, CLI_SEED, "seed", 0, INT64_MAX - 1, &seed);
    o->n_starts = (int)starts;
    o->seed = (uint64_t)seed;
    o->keep_going = keep_going;
    o->user = session;
    return code;
}

static cli_exit report(const cli_session *session, const question *q, const kiln_design *design)
{
    kiln_report *report;
    const kiln_report_question asked = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_status status = kiln_report_design(session->ctx, design, &asked, &report);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    const kiln_design_answer *a = &kiln_design_result_of(design)->optimum;
    if (code != CLI_OK) return code;
    if (a->range < 0) return CLI_NO;
    const kiln_window_range *range = &a->window.range[a->range];
    const double width_K = range->high.T_K - range->low.T_K, least_K = q->options.least_width_K;
    if (q->options.goal == KILN_DESIGN_ONSET && width_K < least_K - WIDTH_TOLERANCE_K)
        return cli_fail(CLI_NO, "no composition was found whose window is %.0f K wide; the one proposed has %.0f K", least_K,
                        width_K);
    return cli_check_certificate(session, &a->window.certificate);
}

static cli_exit answer(cli_session *session, question *q)
{
    kiln_design *design;
    cli_exit code = parse_options(session, q);
    if (code == CLI_OK) code = cli_open_system(session);
    if (code == CLI_OK) code = parse_vary(session, q);
    if (code == CLI_OK) code = cli_choose_structure(session, &q->phase);
    if (code != CLI_OK) return code;
    const kiln_step_question asked = {session->db, &session->composition, &session->atmosphere, &session->system_options,
                                      &session->solver_options};
    const kiln_status status = kiln_design_create(session->ctx, &asked, &q->window, q->phase, &q->options, &design);
    if (status != KILN_OK) return cli_status(session, status);
    code = report(session, q, design);
    kiln_design_free(design);
    return code;
}

static cli_exit run(cli_session *session)
{
    question *q = calloc(1, sizeof *q);
    if (!q) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    const cli_exit code = answer(session, q);
    kiln_element_table_free(q->elements);
    free(q);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("minimise", '\0', CLI_MINIMISE, "onset, from where on it is one phase; the default", "GOAL"),
     CLI_TEXT_OPTION("maximise", '\0', CLI_MAXIMISE,
                     "width of the window, or at --at the probability of one phase or the tolerance to weighing errors", "GOAL"),
     CLI_TEXT_OPTION("at", '\0', CLI_AT, "the temperature of probability and tolerance", "900C"),
     CLI_TEXT_OPTION("vary", '\0', CLI_VARY, "only these cations, the others in proportion; default: all of their sublattice",
                     "Cu,Zn"),
     CLI_TEXT_OPTION("bound", '\0', CLI_BOUND, "least and most fraction of a cation; may be repeated", "Cu=0.05:0.35"),
     CLI_TEXT_OPTION("constrain", '\0', CLI_CONSTRAIN, "a limit to a sum of fractions; may be repeated", "\"Cu+Zn<=0.4\""),
     CLI_TEXT_OPTION(
         "entropy", '\0', CLI_ENTROPY,
         "least configurational entropy in R per mole of mixing cations; default 1.5, or 1 or 0 where the formula has less",
         "1.5"),
     CLI_TEXT_OPTION("least-width", '\0', CLI_LEAST_WIDTH, "of a window whose onset is sought; default 50K", "50K"),
     CLI_TEXT_OPTION("elements", '\0', CLI_ELEMENTS, "prices of elements: a table with the columns element and price_per_kg",
                     "FILE.csv"),
     CLI_TEXT_OPTION("cost-most", '\0', CLI_COST_MOST, "most price of a kg of the oxide as written", "25"),
     CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "temperatures to search; default 200C:1700C:100K", "T1:T2[:STEP]"),
     CLI_TEXT_OPTION("starts", '\0', CLI_STARTS, "local searches after each of two global ones; default 8", "N"),
     CLI_TEXT_OPTION("seed", '\0', CLI_SEED, "of the first global search; default 1", "N"),
     CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "structure, by name or label; default: the one the formula suggests", "NAME"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

static const char *const columns[] = {"proposed",   "result/proposed/formula",
                                      "start from", "result/start/window/low/T_K",
                                      "from",       "result/proposed/window/low/T_K",
                                      "to",         "result/proposed/window/high/T_K",
                                      NULL};

const cli_verb cli_design = {
    .name = "design",
    .arguments = "FORMULA",
    .summary = "the composition of these cations with the lowest onset, the widest window, or the safest at one temperature",
    .examples = "  kiln design '(Mg,Co,Ni,Cu,Zn)O'\n"
                "  kiln design '(Mg,Co,Ni,Cu,Zn)O' --maximise probability --at 900C --bound Cu=0.1:0.3\n"
                "  kiln design '(Mg,Co,Ni,Cu,Zn)O' --constrain 'Co+Ni<=0.3' --entropy 1.4\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .columns = columns,
    .run = run,
};
