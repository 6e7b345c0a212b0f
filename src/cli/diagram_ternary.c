#include "cli.h"

#include <stdio.h>

enum { MAX_TITLE = 1600 };

static cli_exit open_corners(const cli_session *session, kiln_composition corner[3])
{
    if (session->value[CLI_REPLACE])
        return cli_usage(session->verb, "--replace has no place in a triangle; write its corners as they are meant");
    for (int i = 0; i < 3; ++i) {
        const kiln_status status = kiln_composition_parse(session->ctx, session->what[i], &corner[i]);
        if (status != KILN_OK) return cli_status(session, status);
        if (!cli_has_oxygen(&corner[i]) && !corner[i].by_components)
            return cli_usage(
                session->verb,
                "%s has no oxygen: the corners of a triangle are oxides, such as MgO, or components, such as \"x(Al)=1\"",
                corner[i].canonical);
    }
    return CLI_OK;
}

static cli_exit run(cli_session *session)
{
    kiln_composition corner[3];
    char title[MAX_TITLE];
    kiln_section_question question = {.kind = KILN_SECTION_TERNARY, .member = {&corner[0], &corner[1], &corner[2]}};
    if (session->n_what != 3)
        return cli_usage(session->verb, "kiln diagram ternary needs three corners: kiln diagram ternary NiO MgO CuO --at 1000C");
    if (!session->value[CLI_AT]) return cli_usage(session->verb, "kiln diagram ternary needs a temperature, such as --at 1000C");
    cli_exit code = cli_parse_temperature(session, CLI_AT, &question.T_low_K);
    if (code == CLI_OK) code = open_corners(session, corner);
    if (code == CLI_OK) code = cli_open_question(session);
    if (code != CLI_OK) return code;
    snprintf(title, sizeof title, "%.500s - %.500s - %.500s", session->what[0], session->what[1], session->what[2]);
    return cli_run_section(session, &question, title, NULL, -1);
}

static struct poptOption options[] = {CLI_TEXT_OPTION("at", '\0', CLI_AT, "temperature with a unit", "1000C"),
                                      CLI_INCLUDE(cli_system_options, NULL), CLI_INCLUDE(cli_figure_options, NULL),
                                      CLI_INCLUDE(cli_output_options, NULL), POPT_TABLEEND};

const cli_verb cli_diagram_ternary = {
    .name = "diagram ternary",
    .arguments = "A B C --at TEMPERATURE",
    .summary = "a Gibbs triangle at one temperature, with tie lines; also of mixtures",
    .examples = "  kiln diagram ternary NiO MgO CuO --at 1000C\n"
                "  kiln diagram ternary '(Co,Ni)O' MgO ZnO --at 900C -o triangle.csv\n",
    .options = options,
    .n_least = 1,
    .n_most = 3,
    .has_figure = 1,
    .run = run,
};
