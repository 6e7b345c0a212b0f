#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "1e-12bar:1bar", each with its unit. */
static cli_exit parse_pressures(const cli_session *session, double *low, double *high)
{
    char text[2][64] = {"1e-12bar", "1bar"};
    double p_bar[2];
    const char *range = session->value[CLI_PO2_RANGE], *colon = range ? strchr(range, ':') : NULL;
    if (range) {
        if (!colon || colon - range >= (int)sizeof text[0] || strlen(colon + 1) >= sizeof text[1])
            return cli_usage(session->verb, "--po2-range %s: expected two pressures, such as 1e-12bar:1bar", range);
        snprintf(text[0], sizeof text[0], "%.*s", (int)(colon - range), range);
        snprintf(text[1], sizeof text[1], "%s", colon + 1);
    }
    for (int k = 0; k < 2; ++k) {
        const kiln_status status = kiln_pressure_parse(session->ctx, text[k], &p_bar[k]);
        if (status != KILN_OK) return cli_status(session, status);
    }
    if (!(p_bar[0] < p_bar[1])) return cli_usage(session->verb, "--po2-range %s: expected the lower pressure first", range);
    *low = log10(p_bar[0]);
    *high = log10(p_bar[1]);
    return CLI_OK;
}

/* The pressure that the question began with is none of the answer's. */
static void relabel(kiln_atmosphere *a, const kiln_section_question *q)
{
    char gases[48] = "";
    if (a->control != KILN_OXYGEN_PRESSURE) return;
    if (a->pco2_bar > 0.0) snprintf(gases, sizeof gases, ", p(CO2) = %.4g bar", a->pco2_bar);
    snprintf(a->label, sizeof a->label, "p(O2) from %.3g to %.3g bar%s", pow(10.0, q->u_low), pow(10.0, q->u_high), gases);
}

static cli_exit run(cli_session *session)
{
    kiln_section_question question = {.kind = KILN_SECTION_TPO2, .member = {&session->composition}};
    cli_exit code = cli_parse_T_range(session, &question.T_low_K, &question.T_high_K);
    if (code == CLI_OK) code = parse_pressures(session, &question.u_low, &question.u_high);
    if (code == CLI_OK && session->value[CLI_PO2])
        code = cli_usage(session->verb, "--po2 would fix what is varied; --po2-range sets from where to where");
    if (code == CLI_OK) code = cli_open_question(session);
    if (code == CLI_OK) relabel(&session->atmosphere, &question);
    return code == CLI_OK ? cli_run_section(session, &question, session->what[0], NULL, -1) : code;
}

static struct poptOption options[] = {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "lowest and highest temperature", "T1:T2"),
                                      CLI_TEXT_OPTION("po2-range", '\0', CLI_PO2_RANGE,
                                                      "lowest and highest oxygen pressure; default 1e-12bar:1bar", "P1:P2"),
                                      CLI_INCLUDE(cli_system_options, NULL),
                                      CLI_INCLUDE(cli_figure_options, NULL),
                                      CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

const cli_verb cli_diagram_tpo2 = {
    .name = "diagram tpo2",
    .arguments = "FORMULA --range T1:T2",
    .summary = "temperature over the oxygen pressure: phases, valences",
    .examples = "  kiln diagram tpo2 '(Mg,Co,Ni,Cu,Zn)O' --range 700C:1300C\n"
                "  kiln diagram tpo2 CoO --range 700C:1200C --po2-range 1e-6bar:1bar --format csv\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_figure = 1,
    .run = run,
};
