#include "cli.h"

#include <string.h>
#include <strings.h>

static cli_exit parse_enthalpy(const cli_session *session, int *is_formation)
{
    const char *text = session->value[CLI_ENTHALPY];
    *is_formation = text && strcasecmp(text, "formation") == 0;
    if (!text || *is_formation || strcasecmp(text, "mixing") == 0) return CLI_OK;
    return cli_usage(session->verb, "--enthalpy %s: expected mixing or formation", text);
}

static cli_exit report(const cli_session *session, int is_formation, const kiln_map *map)
{
    kiln_report *result;
    const kiln_status status = kiln_report_map(session->ctx, session->db, session->what[0], is_formation, map, &result);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, result);
    kiln_report_free(result);
    return code;
}

static cli_exit run(cli_session *session)
{
    kiln_map *map = NULL;
    kiln_phase_info info = {.name = NULL};
    int is_formation, phase = 0;
    cli_exit code = parse_enthalpy(session, &is_formation);
    if (code == CLI_OK) code = cli_open_database(session);
    if (code == CLI_OK && session->value[CLI_PHASE]) {
        code = cli_find_phase(session, session->value[CLI_PHASE], &phase);
        if (code == CLI_OK && kiln_database_phase(session->db, phase, &info) != KILN_OK) code = CLI_MISSING;
    }
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_map_load(session->ctx, session->what[0], session->db, NULL, info.name, &map);
    if (status == KILN_E_PARSE) return cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx));
    if (status != KILN_OK) return cli_status(session, status);
    code = report(session, is_formation, map);
    kiln_map_free(map);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "judge rows of this structure only", "NAME"),
     CLI_TEXT_OPTION("enthalpy", '\0', CLI_ENTHALPY,
                     "of a figure: mixing (the pair interactions) or formation (from oxides); default mixing", "KIND"),
     CLI_TEXT_OPTION("set", '\0', CLI_SET, "what if: a changed number; may be repeated", "\"L(rocksalt;Cu,Zn)=-8kJ/mol\""),
     CLI_INCLUDE(cli_database_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_diagram_map = {
    .name = "diagram map",
    .arguments = "FILE.csv",
    .summary = "enthalpy of mixing against cation size mismatch for a list of compositions",
    .examples = "  kiln diagram map firings.csv\n"
                "  kiln diagram map firings.csv --enthalpy formation --format csv\n",
    .completes = CLI_A_FILE,
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_figure = 1,
    .run = run,
};
