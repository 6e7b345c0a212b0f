#include "cli.h"

#include <stdlib.h>

enum { N_WINDOWS = 41, PERCENT = 100 };

static int keep_going(double share, void *user)
{
    cli_progress(user, (int)(share * (PERCENT - 1)), PERCENT, "parts of the points known so far");
    return 1;
}

static cli_exit report_section(cli_session *session, const kiln_section *section, const char *title,
                               const kiln_report_section_details *details)
{
    kiln_report *result;
    const kiln_report_question question = {title, &session->system_options, &session->solver_options};
    const kiln_status status = kiln_report_section(session->ctx, section, &question, details, &result);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = cli_output_report(session, result);
    if (code == CLI_OK) code = cli_check_validity(result); /* what lies within validity is an answer still */
    kiln_report_free(result);
    return code == CLI_OK ? cli_check_certificate_of(session, kiln_section_system(section), &section->certificate) : code;
}

static kiln_status add_windows(const cli_session *session, const kiln_section *section, const kiln_section_question *question,
                               int windows_of, kiln_section_window *windows, kiln_report_section_details *details)
{
    double u[N_WINDOWS];
    kiln_phase_info info;
    if (windows_of < 0 || kiln_database_phase(session->db, windows_of, &info) != KILN_OK) return KILN_OK;
    details->phase = kiln_system_find_phase(kiln_section_system(section), info.name);
    if (details->phase < 0) return KILN_OK;
    for (int i = 0; i < N_WINDOWS; ++i) u[i] = question->u_low + (question->u_high - question->u_low) * i / (N_WINDOWS - 1);
    details->windows = windows;
    details->n_windows = N_WINDOWS;
    return kiln_section_windows(section, question, details->phase, N_WINDOWS, u, NULL, windows);
}

cli_exit cli_run_section(cli_session *session, kiln_section_question *question, const char *title, const char *varied,
                         int windows_of)
{
    kiln_section_options options;
    kiln_section *section = NULL;
    kiln_section_window *windows = calloc(N_WINDOWS, sizeof *windows);
    kiln_report_section_details details = {.varied = varied};
    if (!windows) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    for (int m = 0; m < 3; ++m) details.member[m] = question->member[m];
    question->db = session->db;
    question->atmosphere = &session->atmosphere;
    question->system_options = &session->system_options;
    question->solver_options = &session->solver_options;
    kiln_status status = kiln_section_options_init(&options, KILN_SECTION_OPTIONS_VERSION);
    if (session->value[CLI_CERTIFY_BUDGET]) options.quick_budget = session->solver_options.certify_budget;
    options.keep_going = keep_going;
    options.user = session;
    if (status == KILN_OK) status = kiln_section_create(session->ctx, question, &options, &section);
    cli_progress(session, PERCENT, PERCENT, "");
    if (status == KILN_OK) status = add_windows(session, section, question, windows_of, windows, &details);
    const cli_exit code = status == KILN_OK ? report_section(session, section, title, &details) : cli_status(session, status);
    kiln_section_free(section);
    free(windows);
    return code;
}
