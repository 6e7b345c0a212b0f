#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TITLE = 1100 };

/* "0:0.6" */
static cli_exit parse_x(const cli_session *session, double *low, double *high)
{
    const char *text = session->value[CLI_X];
    char *middle, *end;
    *low = 0.0;
    *high = 1.0;
    if (!text) return CLI_OK;
    *low = strtod(text, &middle);
    *high = *middle == ':' ? strtod(middle + 1, &end) : 0.0;
    const int is_plain = text[strspn(text, "0123456789.eE+-:")] == '\0'; /* strtod also reads nan and hexadecimal */
    if (is_plain && middle != text && *middle == ':' && end != middle + 1 && !*end && *low >= 0.0 && *low < *high && *high <= 1.0)
        return CLI_OK;
    return cli_usage(session->verb, "--x %s: expected two mole fractions from 0 to 1, such as 0:0.5", text);
}

/* From none of a cation to nothing but it on its sublattice. */
static cli_exit run_varied(cli_session *session, kiln_section_question *question)
{
    kiln_composition A, B;
    char varied[8];
    int z, structure[2], n;
    cli_exit code = cli_open_system(session);
    if (code == CLI_OK) code = cli_parse_vary(session, &z);
    if (code == CLI_OK) code = cli_choose_structures(session, 2, structure, &n);
    if (code != CLI_OK) return code;
    kiln_status status = kiln_composition_vary(session->ctx, &session->composition, z, 1.0, &A);
    if (status == KILN_OK) status = kiln_composition_vary(session->ctx, &session->composition, z, 0.0, &B);
    if (status != KILN_OK) return cli_status(session, status);
    question->member[0] = &A;
    question->member[1] = &B;
    snprintf(varied, sizeof varied, "%s", kiln_element_symbol(z));
    const char *name = kiln_system_phase_name(session->system, structure[0]);
    return cli_run_section(session, question, session->what[0], varied, kiln_database_find_phase(session->db, name));
}

static cli_exit run_ends(cli_session *session, kiln_section_question *question)
{
    kiln_composition A, B;
    char title[MAX_TITLE];
    int windows_of = -1;
    if (session->value[CLI_VARY])
        return cli_usage(session->verb, "--vary is for one formula; with two, x goes from the second to the first");
    cli_exit code = cli_open_ends(session, &A, &B);
    if (code == CLI_OK) code = cli_open_question(session);
    if (code == CLI_OK && session->value[CLI_PHASE]) code = cli_find_phase(session, session->value[CLI_PHASE], &windows_of);
    if (code != CLI_OK) return code;
    question->member[0] = &A;
    question->member[1] = &B;
    snprintf(title, sizeof title, "%.500s - %.500s", session->what[0], session->what[1]);
    return cli_run_section(session, question, title, NULL, windows_of);
}

static cli_exit run(cli_session *session)
{
    kiln_section_question question = {.kind = KILN_SECTION_ISOPLETH};
    cli_exit code = cli_parse_T_range(session, &question.T_low_K, &question.T_high_K);
    if (code == CLI_OK) code = parse_x(session, &question.u_low, &question.u_high);
    if (code != CLI_OK) return code;
    return session->n_what == 1 ? run_varied(session, &question) : run_ends(session, &question);
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("range", '\0', CLI_TEMPERATURES, "lowest and highest temperature", "T1:T2"),
     CLI_TEXT_OPTION("vary", '\0', CLI_VARY, "of one formula: the cation whose fraction is x; the others keep their ratio",
                     "CATION"),
     CLI_TEXT_OPTION("x", '\0', CLI_X, "lowest and highest mole fraction; default 0:1", "X1:X2"),
     CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "structure whose windows are shown; default: the one that a formula suggests",
                     "NAME"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_diagram_isopleth = {
    .name = "diagram isopleth",
    .arguments = "FORMULA --vary CATION --range T1:T2",
    .summary = "temperature over a path of compositions, of any number of cations",
    .examples = "  kiln diagram isopleth '(Mg,Co,Ni,Cu,Zn)O' --vary Cu --x 0:0.5 --range 600C:1400C\n"
                "  kiln diagram isopleth '(Co,Ni)O' '(Mg,Zn)O' --range 700C:1500C -o isopleth.json\n",
    .options = options,
    .n_least = 1,
    .n_most = 2,
    .has_figure = 1,
    .run = run,
};
