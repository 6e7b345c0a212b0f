#include "cli.h"

static cli_exit run(cli_session *session)
{
    kiln_entropy entropy;
    kiln_report *report;
    cli_exit code = cli_open_formula(session);
    if (code == CLI_OK) code = cli_refuse_conditions(session);
    if (code != CLI_OK) return code;
    kiln_status status = kiln_entropy_compute(&session->composition, &entropy);
    if (status != KILN_OK)
        return cli_fail(CLI_USAGE, "the entropy of %s: %s", session->composition.canonical, kiln_status_text(status));
    status = kiln_report_entropy(session->ctx, session->what[0], &session->composition, &entropy, &report);
    if (status != KILN_OK) return cli_status(session, status);
    code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

static struct poptOption options[] = {CLI_INCLUDE(cli_output_options, NULL), POPT_TABLEEND};

static const char *const columns[] = {"entropy per cation", "result/per_cation_R", "class", "result/class", NULL};

const cli_verb cli_entropy = {
    .name = "entropy",
    .arguments = "FORMULA",
    .summary = "ideal configurational entropy of a formula and its class",
    .examples = "  kiln entropy '(Mg,Co,Ni,Cu,Zn)O'\n"
                "  kiln entropy 'La0.8Sr0.2(Cr0.2Mn0.2Fe0.2Co0.2Ni0.2)O3' --format json\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .columns = columns,
    .run = run,
};
