#include "cli.h"

enum { LEAST = 2, MOST = 8 };

static cli_exit finish(const cli_session *session, kiln_status status, kiln_report *report)
{
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static cli_exit run_components(const cli_session *session)
{
    kiln_entropy_curve curve[MOST - LEAST + 1];
    kiln_report *report = NULL;
    for (int n = LEAST; n <= MOST; ++n) {
        const kiln_status status = kiln_entropy_of_components(n, &curve[n - LEAST]);
        if (status != KILN_OK) return cli_status(session, status);
    }
    const kiln_status status = kiln_report_entropy_of_components(session->ctx, MOST - LEAST + 1, curve, &report);
    return finish(session, status, report);
}

static cli_exit run_composition(cli_session *session)
{
    kiln_entropy_curve mixing, per_site;
    kiln_report *report = NULL;
    int z;
    cli_exit code = cli_open_formula(session);
    if (code == CLI_OK) code = cli_refuse_conditions(session);
    if (code == CLI_OK) code = cli_parse_vary(session, &z);
    if (code != CLI_OK) return code;
    kiln_status status = kiln_entropy_vary(&session->composition, z, &mixing, &per_site);
    if (status == KILN_OK)
        status = kiln_report_entropy_vary(session->ctx, session->what[0], &session->composition, z, &mixing, &per_site, &report);
    return finish(session, status, report);
}

static cli_exit run(cli_session *session)
{
    if (session->n_what > 0) return run_composition(session);
    if (session->value[CLI_VARY])
        return cli_usage(session->verb, "--vary is about a formula: kiln diagram entropy '(Mg,Co,Ni,Cu,Zn)O' --vary %s",
                         session->value[CLI_VARY]);
    return run_components(session);
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("vary", '\0', CLI_VARY, "of a formula: the cation whose fraction changes; the others keep their ratio",
                     "CATION"),
     CLI_INCLUDE(cli_figure_options, NULL), CLI_INCLUDE(cli_output_options, NULL), POPT_TABLEEND};

const cli_verb cli_diagram_entropy = {
    .name = "diagram entropy",
    .arguments = "[FORMULA --vary CATION]",
    .summary = "configurational entropy against the fraction of one component",
    .examples = "  kiln diagram entropy\n"
                "  kiln diagram entropy '(Mg,Co,Ni,Cu,Zn)O' --vary Cu --format csv\n",
    .options = options,
    .n_most = 1,
    .has_figure = 1,
    .run = run,
};
