#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct poptOption cli_quiet_options[] = {CLI_FLAG_OPTION("quiet", 'q', CLI_QUIET,
                                                         "no notes on stderr; errors are still reported"),
                                         CLI_FLAG_OPTION("help", 'h', CLI_HELP, "this text"), POPT_TABLEEND};

struct poptOption cli_output_options[] =
    {CLI_TEXT_OPTION("format", '\0', CLI_FORMAT, "text, json or csv; default text", "FORMAT"),
     CLI_TEXT_OPTION("output", 'o', CLI_OUTPUT,
                     "write to a file; its extension sets the format: .json, .csv, .txt; may be repeated", "FILE"),
     CLI_INCLUDE(cli_quiet_options, NULL), POPT_TABLEEND};

struct poptOption cli_figure_options[] =
    {CLI_TEXT_OPTION("theme", '\0', CLI_THEME, "of a figure, -o FILE.svg, .pdf or .png: paper or slide; default paper", "NAME"),
     CLI_TEXT_OPTION("width", '\0', CLI_WIDTH, "of a figure; default 85mm on paper, 240mm on a slide", "85mm"),
     CLI_TEXT_OPTION("font", '\0', CLI_FONT, "of a figure; default DejaVu Sans", "NAME"),
     CLI_FLAG_OPTION("keep-script", '\0', CLI_KEEP_SCRIPT, "leave gnuplot's script and data beside a figure, as FILE.gp"),
     CLI_FLAG_OPTION("sketch", '\0', CLI_SKETCH, "the figure in characters, here or in -o FILE.txt; needs no gnuplot"),
     POPT_TABLEEND};

struct poptOption cli_database_options[] =
    {CLI_TEXT_OPTION("database", 'd', CLI_DATABASE,
                     "a YAML or TDB database; default kiln.yaml, searched for in KILN_DATABASE_PATH", "FILE"),
     POPT_TABLEEND};

struct poptOption cli_system_options[] =
    {CLI_INCLUDE(cli_database_options, NULL),
     CLI_TEXT_OPTION("atmosphere", 'a', CLI_ATMOSPHERE,
                     "air, O2, Ar, N2, H2/H2O=1, CO/CO2=1 or closed; default air, of components closed", "GAS"),
     CLI_TEXT_OPTION("po2", '\0', CLI_PO2, "oxygen pressure with a unit instead of an atmosphere", "1e-5bar"),
     CLI_TEXT_OPTION("pco2", '\0', CLI_PCO2, "CO2 pressure with a unit, or none; default: the atmosphere's", "400Pa"),
     CLI_TEXT_OPTION("ph2o", '\0', CLI_PH2O, "H2O pressure with a unit, or none; default: the atmosphere's", "20mbar"),
     CLI_FLAG_OPTION("estimate", '\0', CLI_ESTIMATE, "take a missing pair as ideal and say so (the default)"),
     CLI_FLAG_OPTION("no-estimate", '\0', CLI_NO_ESTIMATE, "a missing pair is an error, exit 4"),
     CLI_TEXT_OPTION("without", '\0', CLI_WITHOUT, "phases that shall not compete; may be repeated", "NAME,..."),
     CLI_TEXT_OPTION("only", '\0', CLI_ONLY, "only these phases exist; may be repeated", "NAME,..."),
     CLI_TEXT_OPTION("set", '\0', CLI_SET, "what if: a changed number of the database; may be repeated",
                     "\"L(rocksalt;Cu,Zn)=-8kJ/mol\""),
     CLI_TEXT_OPTION("add-competitor", '\0', CLI_ADD_COMPETITOR, "what if: a compound and its energy in J/mol; may be repeated",
                     "Cu2ZnO3=2*G_CuO+G_ZnO-3000"),
     CLI_TEXT_OPTION("replace", '\0', CLI_REPLACE, "what if: a share of all cations replaced; may be repeated", "Cu=Mn:0.05"),
     CLI_TEXT_OPTION("gas-constant", '\0', CLI_GAS_CONSTANT, "R of the assessment; default 8.31446261815324J/mol/K",
                     "8.31451J/mol/K"),
     CLI_TEXT_OPTION("solver", '\0', CLI_SOLVER, "newton, or nlopt, the slower reference; default newton", "NAME"),
     CLI_TEXT_OPTION("certify-gap", '\0', CLI_CERTIFY_GAP, "what a certificate may leave open; default 0.01J/mol", "0.01J/mol"),
     CLI_TEXT_OPTION("certify-budget", '\0', CLI_CERTIFY_BUDGET,
                     "boxes to prove it with, per phase, for a window in all; default 20000, in maps 500", "N"),
     CLI_FLAG_OPTION("no-certify", '\0', CLI_NO_CERTIFY, "do not prove the answer"),
     POPT_TABLEEND};

int cli_option_repeats(int id)
{
    return id == CLI_WITHOUT || id == CLI_ONLY || id == CLI_OBSERVED || id == CLI_SET || id == CLI_ADD_COMPETITOR ||
           id == CLI_REPLACE || id == CLI_CATIONS || id == CLI_PRECURSORS || id == CLI_OUTPUT || id == CLI_BOUND ||
           id == CLI_CONSTRAIN;
}

const char *cli_option_completes(int id)
{
    static const struct {
        cli_option id;
        const char *by;
    } values[] = {{CLI_DATABASE, CLI_A_FILE},
                  {CLI_OUTPUT, CLI_A_FILE},
                  {CLI_DATA, CLI_A_FILE},
                  {CLI_KNOWN_SOURCES, CLI_A_FILE},
                  {CLI_WRITE, CLI_A_FILE},
                  {CLI_FORMULAS, CLI_A_FILE},
                  {CLI_ELEMENTS, CLI_A_FILE},
                  {CLI_MINIMISE, "onset"},
                  {CLI_MAXIMISE, "width probability tolerance"},
                  {CLI_PHASE, CLI_A_PHASE},
                  {CLI_COMPOSITIONS, CLI_A_PHASE},
                  {CLI_WITHOUT, CLI_PHASES},
                  {CLI_ONLY, CLI_PHASES},
                  {CLI_FORMAT, "text json csv"},
                  {CLI_THEME, "paper slide"},
                  {CLI_SOLVER, "newton nlopt"},
                  {CLI_ENTHALPY, "mixing formation"},
                  {CLI_PCO2, "none"},
                  {CLI_PH2O, "none"},
                  {CLI_ATMOSPHERE, "air O2 Ar N2 H2/H2O= CO/CO2= closed"}};
    for (size_t i = 0; i < sizeof values / sizeof *values; ++i)
        if ((int)values[i].id == id) return values[i].by;
    return NULL;
}

int cli_options_list(const struct poptOption *table, const struct poptOption **list, int n)
{
    for (; table && (table->longName || table->arg || table->shortName); ++table) {
        if ((table->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE) n = cli_options_list(table->arg, list, n);
        else if (n < CLI_N_OPTIONS) list[n++] = table;
    }
    return n;
}

static const char *name_of(const cli_verb *verb, int id)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n = cli_options_list(verb->options, list, 0);
    for (int i = 0; i < n; ++i)
        if (list[i]->val == id) return list[i]->longName;
    return "";
}

static cli_exit join(cli_session *session, int id, char *value)
{
    char *old = session->value[id];
    const size_t size = strlen(old) + strlen(value) + 2;
    char *joined = malloc(size);
    if (joined) snprintf(joined, size, "%s\n%s", old, value);
    free(old);
    free(value);
    session->value[id] = joined;
    return joined ? CLI_OK : cli_fail(CLI_NOT_CONVERGED, "out of memory");
}

/* popt itself keeps the last of a repeated option and loses the first. */
static cli_exit keep(cli_session *session, int id, char *value)
{
    if (value && !*value) {
        free(value);
        return cli_usage(session->verb, "--%s is empty", name_of(session->verb, id));
    }
    if (session->value[id] && cli_option_repeats(id) && value) return join(session, id, value);
    if (session->value[id]) {
        free(value);
        if (id == CLI_QUIET || id == CLI_HELP) return CLI_OK;
        return cli_usage(session->verb, "--%s was given twice", name_of(session->verb, id));
    }
    session->value[id] = value ? value : calloc(1, 1);
    return session->value[id] ? CLI_OK : cli_fail(CLI_NOT_CONVERGED, "out of memory");
}

static cli_exit refuse(const cli_session *session, int code)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const char *names[CLI_N_OPTIONS], *option = poptBadOption(session->popt, POPT_BADOPTION_NOALIAS);
    if (code == POPT_ERROR_NOARG) return cli_usage(session->verb, "%s needs a value", option);
    if (code != POPT_ERROR_BADOPT) return cli_usage(session->verb, "%s: %s", option, poptStrerror(code));
    const int n = cli_options_list(session->verb->options, list, 0);
    for (int i = 0; i < n; ++i) names[i] = list[i]->longName;
    const char *near = cli_nearest(option + strspn(option, "-"), names, n);
    if (near) return cli_usage(session->verb, "kiln %s has no option %s; did you mean --%s?", session->verb->name, option, near);
    return cli_usage(session->verb, "kiln %s has no option %s", session->verb->name, option);
}

static cli_exit count_arguments(cli_session *session)
{
    const cli_verb *verb = session->verb;
    session->what = (const char *const *)poptGetArgs(session->popt);
    while (session->what && session->what[session->n_what]) ++session->n_what;
    if (session->value[CLI_HELP]) return CLI_OK;
    if (session->n_what < verb->n_least)
        return cli_usage(verb, "kiln %s needs %s: kiln %s %s", verb->name, verb->n_least > 1 ? "two arguments" : "an argument",
                         verb->name, verb->arguments);
    if (session->n_what > verb->n_most)
        return cli_usage(verb, "\"%s\" is one argument too many; a formula with spaces or brackets needs quotes",
                         session->what[verb->n_most]);
    return CLI_OK;
}

cli_exit cli_options_parse(cli_session *session, int argc, const char **argv)
{
    int id;
    session->popt = poptGetContext(NULL, argc, argv, session->verb->options, 0);
    if (!session->popt) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    while ((id = poptGetNextOpt(session->popt)) > 0) {
        const cli_exit code = keep(session, id, poptGetOptArg(session->popt));
        if (code != CLI_OK) return code;
    }
    return id < -1 ? refuse(session, id) : count_arguments(session);
}

void cli_options_help(const cli_verb *verb)
{
    char program[64];
    snprintf(program, sizeof program, "kiln %s", verb->name);
    const char *argv[] = {program, NULL};
    poptContext popt = poptGetContext(NULL, 1, argv, verb->options, 0);
    if (!popt) return;
    printf("%s\n\n", verb->summary);
    poptSetOtherOptionHelp(popt, verb->arguments);
    poptPrintHelp(popt, stdout, 0);
    printf("\nExamples:\n%s", verb->examples);
    poptFreeContext(popt);
}
