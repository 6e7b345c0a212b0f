#include "cli.h"

static cli_exit report_equilibrium(cli_session *session, kiln_solver *solver, double T_K)
{
    kiln_equilibrium equilibrium;
    double valence[KILN_MAX_COMPONENTS];
    kiln_report *report;
    const kiln_report_question question = {session->what[0], &session->system_options, &session->solver_options};
    kiln_status status = kiln_equilibrium_solve(solver, T_K, &equilibrium);
    if (status != KILN_OK) return cli_status(session, status);
    kiln_equilibrium_valences(solver, valence);
    status = kiln_report_equilibrium(session->ctx, session->system, &question, &equilibrium, valence, &report);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_check_validity(report);
    if (code == CLI_OK) code = cli_output_report(session, report);
    kiln_report_free(report);
    return code == CLI_OK ? cli_check_certificate(session, &equilibrium.certificate) : code;
}

static cli_exit choose_temperature(const cli_session *session, double *T_K)
{
    const int is_stated = session->T_K > 0.0;
    if (is_stated && session->value[CLI_AT])
        return cli_usage(session->verb, "T among the conditions and --at both give the temperature");
    if (!is_stated && !session->value[CLI_AT])
        return cli_usage(session->verb, "kiln equilibrium needs --at with a temperature, such as --at 900C");
    *T_K = session->T_K;
    return is_stated ? CLI_OK : cli_parse_temperature(session, CLI_AT, T_K);
}

static cli_exit run(cli_session *session)
{
    double T_K;
    kiln_solver *solver;
    cli_exit code = cli_open_system(session);
    if (code == CLI_OK) code = choose_temperature(session, &T_K);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_solver_create(session->system, &session->solver_options, &solver);
    if (status != KILN_OK) return cli_status(session, status);
    code = report_equilibrium(session, solver, T_K);
    kiln_solver_free(solver);
    return code;
}

static struct poptOption options[] = {CLI_TEXT_OPTION("at", '\0', CLI_AT,
                                                      "temperature with a unit; required unless T is among the conditions",
                                                      "900C"),
                                      CLI_INCLUDE(cli_system_options, NULL), CLI_INCLUDE(cli_output_options, NULL),
                                      POPT_TABLEEND};

static const char *const columns[] =
    {"T", "input/T_K", "phases", "result/phases/*/label", "mass fractions", "result/phases/*/mass_fraction", NULL};

const cli_verb cli_equilibrium = {
    .name = "equilibrium",
    .arguments = "FORMULA|CONDITIONS --at TEMPERATURE",
    .summary = "stable phases, their amounts and compositions at one temperature",
    .examples = "  kiln equilibrium '(Mg,Co,Ni,Cu,Zn)O' --at 700C\n"
                "  kiln equilibrium '(Cr,Mn,Fe,Co,Ni)3O4' --at 1000C --atmosphere Ar --format json\n"
                "  kiln equilibrium '(Mg,Co,Ni,Cu,Zn)O' --at 800C --without tenorite -o metastable.csv\n"
                "  kiln equilibrium 'x(Fe)=0.42, O, T=1300' --gas-constant 8.31451J/mol/K\n",
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_temperature = 1,
    .columns = columns,
    .run = run,
};
