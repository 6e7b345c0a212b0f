#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* "Mg, Co, Ni": cations of the composition that share their sublattice with others. */
static void list_cations(const kiln_composition *c, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i < c->n; ++i) {
        const int z = c->component[i].z;
        const size_t used = strlen(out);
        if (c->component[i].is_anion || !(kiln_composition_fraction(c, z) < 1.0)) continue;
        snprintf(out + used, size - used, "%s%s", used ? ", " : "", kiln_element_symbol(z));
    }
}

cli_exit cli_parse_vary(const cli_session *session, int *z)
{
    char cations[4 * KILN_MAX_COMPONENTS + 1];
    const kiln_composition *c = &session->composition;
    const char *text = session->value[CLI_VARY];
    list_cations(c, cations, sizeof cations);
    if (!*cations)
        return cli_usage(session->verb, "%s has no sublattice with more than one cation: there is no fraction to vary",
                         c->canonical);
    if (!text)
        return cli_usage(session->verb, "kiln %s needs the cation to vary: --vary with one of %s", session->verb->name, cations);
    for (int i = 0; i < c->n; ++i) {
        if (strcasecmp(kiln_element_symbol(c->component[i].z), text) != 0) continue;
        *z = c->component[i].z;
        if (c->component[i].is_anion) return cli_usage(session->verb, "--vary %s: an anion; expected one of %s", text, cations);
        if (kiln_composition_fraction(c, *z) < 1.0) return CLI_OK;
        return cli_usage(session->verb, "--vary %s: alone on its sublattice in %s; expected one of %s", text, c->canonical,
                         cations);
    }
    return cli_usage(session->verb, "--vary %s: %s has no such cation; expected one of %s", text, c->canonical, cations);
}
