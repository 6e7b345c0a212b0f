#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct question {
    kiln_sinter_options options;
    kiln_composition precursor[KILN_MAX_PRECURSORS];
    kiln_sinter answer;
    int phase;
} question;

static cli_exit parse_precursors(const cli_session *session, question *q)
{
    char *list = session->value[CLI_PRECURSORS];
    for (char *text = list ? strtok(list, ",\n") : NULL; text; text = strtok(NULL, ",\n")) {
        text += strspn(text, " ");
        if (q->options.n_precursors == KILN_MAX_PRECURSORS)
            return cli_usage(session->verb, "more than %d precursors", KILN_MAX_PRECURSORS);
        kiln_composition *x = &q->precursor[q->options.n_precursors++];
        const kiln_status status = kiln_composition_parse(session->ctx, text, x);
        if (status != KILN_OK) return cli_status(session, status);
        int is_ours = 0;
        for (int i = 0; i < x->n; ++i)
            for (int k = 0; k < session->composition.n; ++k)
                is_ours |= !x->component[i].is_anion && x->component[i].z == session->composition.component[k].z;
        if (!is_ours)
            return cli_usage(session->verb, "--precursors: %s brings no cation of %s", text, session->composition.canonical);
        if (kiln_database_find_melting(session->db, x) < 0)
            cli_note(session, "the melting point of %s is not in database %s: it takes no part in the rule for reaction", text,
                     kiln_database_name(session->db));
    }
    q->options.precursors = q->precursor;
    return CLI_OK;
}

static cli_exit parse_options(const cli_session *session, question *q)
{
    kiln_sinter_options *o = &q->options;
    if (kiln_sinter_options_init(o, KILN_SINTER_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    cli_exit code = cli_parse_quantity(session, CLI_FILM, &o->vapour.film_mm);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_SURFACE, &o->vapour.surface_cm2_g);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_LOSS, &o->vapour.loss_percent_h);
    if (code == CLI_OK && session->value[CLI_COOL_TO]) code = cli_parse_temperature(session, CLI_COOL_TO, &o->cool_to_K);
    return code;
}

static cli_exit report(const cli_session *session, const question *q)
{
    kiln_report *report;
    const kiln_report_question asked = {session->what[0], &session->system_options, &session->solver_options};
    const kiln_status status = kiln_report_sinter(session->ctx, session->system, &asked, &q->options, &q->answer, &report);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    return code != CLI_OK || q->answer.range < 0 ? code : cli_check_certificate(session, &q->answer.window.certificate);
}

static cli_exit answer(cli_session *session, question *q)
{
    cli_exit code = parse_options(session, q);
    if (code == CLI_OK) code = cli_open_system(session);
    if (code == CLI_OK) code = cli_refuse_conditions(session);
    if (code == CLI_OK) code = cli_choose_structure(session, &q->phase);
    if (code == CLI_OK) code = parse_precursors(session, q);
    if (code != CLI_OK) return code;
    const kiln_step_question asked = {session->db, &session->composition, &session->atmosphere, &session->system_options,
                                      &session->solver_options};
    const kiln_status status = kiln_sinter_solve(session->ctx, &asked, NULL, q->phase, &q->options, &q->answer);
    if (status != KILN_OK) return cli_status(session, status);
    if (session->value[CLI_COOL_TO] && q->answer.range >= 0 && q->options.cool_to_K >= q->answer.low_K)
        return cli_usage(session->verb, "--cool-to %s: the range to cool from begins at %.0f C", session->value[CLI_COOL_TO],
                         q->answer.low_K - 273.15);
    return report(session, q);
}

static cli_exit run(cli_session *session)
{
    question *q = calloc(1, sizeof *q);
    if (!q) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    const cli_exit code = answer(session, q);
    free(q);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("precursors", '\0', CLI_PRECURSORS, "what is mixed; default: the oxide of each cation", "MgO,CuO,..."),
     CLI_TEXT_OPTION("loss", '\0', CLI_LOSS, "evaporation of a cation that sets a ceiling; default 1%/h", "1%/h"),
     CLI_TEXT_OPTION("film", '\0', CLI_FILM, "still gas over the sample; default 10mm", "10mm"),
     CLI_TEXT_OPTION("surface", '\0', CLI_SURFACE, "outer surface of the sample; default 2cm2/g", "2cm2/g"),
     CLI_TEXT_OPTION("cool-to", '\0', CLI_COOL_TO, "where slow cooling ends; default 600C", "600C"),
     CLI_TEXT_OPTION("phase", 'p', CLI_PHASE, "structure, by name or label; default: the one the formula suggests", "NAME"),
     CLI_INCLUDE(cli_system_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

static const char *const columns[] = {"phase",     "result/label",
                                      "fire from", "result/recommended/fire_K/0",
                                      "fire to",   "result/recommended/fire_K/1",
                                      NULL};

const cli_verb cli_sinter = {
    .name = "sinter",
    .arguments = "FORMULA",
    .summary = "where to calcine and sinter, why not lower and not higher, and how to cool",
    .examples = "  kiln sinter '(Mg,Co,Ni,Cu,Zn)O'\n"
                "  kiln sinter '(Mg,Co,Ni,Cu,Zn)O' --atmosphere O2 --precursors MgO,Co3O4,NiO,CuO,ZnO\n"
                "  kiln sinter '(Mg,Co,Ni,Zn)O' --loss 0.1%/h --film 5mm --cool-to 400C\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .columns = columns,
    .run = run,
};
