#include "cli.h"

#include <stdio.h>
#include <string.h>

enum { MAX_SENTENCE = 1024 };

/* What the tool can do instead is for the tool to say. */
static cli_exit refuse(const cli_session *session, kiln_status status)
{
    char sentence[MAX_SENTENCE];
    const char *canonical = session->composition.canonical;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(session->ctx));
    int phase;
    if (session->value[CLI_PHASE])
        return status == KILN_E_ARG ? cli_find_phase(session, session->value[CLI_PHASE], &phase) : cli_status(session, status);
    if (status == KILN_E_ARG && session->composition.anions_per_cation <= 0.0 && !session->composition.by_components)
        return cli_usage(session->verb, "%s, or ask `kiln equilibrium %s --at 900C` what becomes of it", sentence, canonical);
    if (status == KILN_E_ARG) return cli_usage(session->verb, "%s with --phase", sentence);
    if (status == KILN_E_MISSING && kiln_system_check_energies(session->system) == KILN_OK)
        return cli_fail(CLI_MISSING, "%s; `kiln equilibrium` shows what forms instead", sentence);
    return cli_fail(cli_exit_of(status), "%s", sentence);
}

static cli_exit find(const cli_session *session, kiln_structures *out)
{
    if (session->value[CLI_PHASE] && session->value[CLI_ALL_STRUCTURES])
        return cli_usage(session->verb, "--phase and --all-structures exclude each other");
    const kiln_status status = kiln_structures_find(session->system, session->value[CLI_PHASE], out);
    if (status != KILN_OK) return refuse(session, status);
    if (out->lacks_layered)
        cli_note(session, "%s is usually a layered oxide (O3 or P2), and database %s has none that can hold it: this is about %s",
                 session->composition.canonical, kiln_database_name(session->db),
                 kiln_system_phase_label(session->system, out->phase[0]));
    return CLI_OK;
}

cli_exit cli_choose_structures(const cli_session *session, int most, int *phase, int *n)
{
    kiln_structures found;
    const cli_exit code = find(session, &found);
    if (code != CLI_OK) return code;
    *n = found.n < most ? found.n : most;
    memcpy(phase, found.phase, (size_t)*n * sizeof *phase);
    return CLI_OK;
}

cli_exit cli_choose_structure(const cli_session *session, int *phase)
{
    kiln_structures found;
    const cli_exit code = find(session, &found);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_structures_choose(session->system, &session->solver_options, &found, phase);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}
