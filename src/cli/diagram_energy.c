#include "cli.h"

#include <stdlib.h>

enum { MOST_ROWS = 2000, STEPS = 50, FRACTIONS = STEPS + 5 };
#define DEFAULT_RANGE "400C:1400C:20K"

static int keep_going(int done, int total, void *user)
{
    cli_progress(user, done, total, "compositions");
    return 1;
}

/* An answer is printed whatever is not proved in it. */
static cli_exit report(const cli_session *session, const kiln_energy *energy)
{
    kiln_report *result;
    const kiln_report_question question = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_status status = kiln_report_energy(session->ctx, session->system, &question, energy, &result);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_check_validity(result);
    if (code == CLI_OK) code = cli_output_report(session, result);
    kiln_report_free(result);
    if (code != CLI_OK || energy->n_open == 0 || !session->solver_options.certify) return code;
    return cli_fail(CLI_NOT_CONVERGED, "%d rows are not certified; a larger --certify-budget or --certify-gap may do",
                    energy->n_open);
}

static cli_exit over_T(const cli_session *session, int phase, kiln_energy **energy)
{
    double *T_K = NULL;
    int n;
    if (session->value[CLI_AT])
        return cli_usage(session->verb,
                         "--at is for a fraction: add --vary and a cation, or give a range such as --range 600C:1400C");
    const cli_exit code = cli_parse_temperatures(session, DEFAULT_RANGE, MOST_ROWS, &T_K, &n);
    kiln_status status = KILN_OK;
    if (code == CLI_OK) status = kiln_energy_over_T(session->system, &session->solver_options, phase, n, T_K, energy);
    free(T_K);
    return status == KILN_OK ? code : cli_status(session, status);
}

/* Even steps, and closer ones at the ends, where entropies are steep. */
static void spread(double x[FRACTIONS])
{
    static const double close[] = {0.005, 0.01};
    int n = 0;
    x[n++] = 0.0;
    for (int k = 0; k < 2; ++k) x[n++] = close[k];
    for (int k = 1; k < STEPS; ++k) x[n++] = (double)k / STEPS;
    for (int k = 1; k >= 0; --k) x[n++] = 1.0 - close[k];
    x[n] = 1.0;
}

static cli_exit over_x(cli_session *session, int phase, kiln_energy **energy)
{
    double x[FRACTIONS];
    kiln_energy_question q = {.db = session->db,
                              .composition = &session->composition,
                              .atmosphere = &session->atmosphere,
                              .system_options = &session->system_options,
                              .solver_options = &session->solver_options,
                              .phase = kiln_system_phase_name(session->system, phase),
                              .n = FRACTIONS,
                              .x = x,
                              .keep_going = keep_going,
                              .user = session};
    if (session->value[CLI_TEMPERATURES] || !session->value[CLI_AT])
        return cli_usage(session->verb, "against a fraction the diagram is at one temperature: --vary %s --at 1000C",
                         session->value[CLI_VARY]);
    cli_exit code = cli_parse_vary(session, &q.z);
    if (code == CLI_OK) code = cli_parse_temperature(session, CLI_AT, &q.T_K);
    if (code != CLI_OK) return code;
    spread(x);
    const kiln_status status = kiln_energy_over_x(session->ctx, &q, energy);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}

static cli_exit run(cli_session *session)
{
    int phase;
    kiln_energy *energy = NULL;
    cli_exit code = cli_open_system(session);
    if (code == CLI_OK) code = cli_choose_structure(session, &phase);
    if (code == CLI_OK) code = session->value[CLI_VARY] ? over_x(session, phase, &energy) : over_T(session, phase, &energy);
    if (code == CLI_OK) code = report(session, energy);
    kiln_energy_free(energy);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "the structure; default as kiln window chooses it", "NAME"),
     CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "first, last and step, rising or falling; default " DEFAULT_RANGE,
                     "T1:T2:STEP"),
     CLI_TEXT_OPTION("vary", '\0', CLI_VARY, "against the fraction of this cation, the others kept in ratio; needs --at",
                     "CATION"),
     CLI_TEXT_OPTION("at", '\0', CLI_AT, "with --vary: the temperature", "T"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_diagram_energy = {
    .name = "diagram energy",
    .arguments = "FORMULA [--vary CATION --at T]",
    .summary = "enthalpy, entropy and driving forces of competitors against temperature or a fraction",
    .examples = "  kiln diagram energy '(Mg,Co,Ni,Cu,Zn)O' --range 600C:1400C:50K\n"
                "  kiln diagram energy '(Mg,Co,Ni,Cu,Zn)O' --vary Cu --at 1000C --format csv\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_figure = 1,
    .run = run,
};
