#include "cli.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST = 64 };
#define DEFAULT_T_K 1273.15

/* The phase that was named, or the first solid whose constituents have interactions. */
static cli_exit find_structure(const cli_session *session, int *phase)
{
    kiln_phase_info info;
    if (session->n_what > 0) return cli_find_phase(session, session->what[0], phase);
    for (int i = 0; i < kiln_database_n_phases(session->db); ++i) {
        *phase = i;
        if (kiln_database_phase(session->db, i, &info) == KILN_OK && strcmp(info.role, "solid") == 0 &&
            kiln_database_mixing_sublattice(session->db, i) >= 0)
            return CLI_OK;
    }
    return cli_fail(CLI_MISSING, "database %s has no solid phase in which anything mixes", kiln_database_name(session->db));
}

static cli_exit find_sublattice(const cli_session *session, kiln_report_pairs_question *q)
{
    kiln_phase_info info;
    kiln_sublattice_info sublattice;
    char names[256] = "";
    const char *wanted = session->value[CLI_SUBLATTICE];
    if (kiln_database_phase(session->db, q->phase, &info) != KILN_OK) return CLI_MISSING;
    q->sublattice = kiln_database_mixing_sublattice(session->db, q->phase);
    if (q->sublattice < 0)
        return cli_usage(session->verb, "nothing mixes in %s: it has one constituent on each sublattice", info.label);
    if (!wanted) return CLI_OK;
    for (int s = 0; s < info.n_sublattices; ++s) {
        if (kiln_database_sublattice(session->db, q->phase, s, &sublattice) != KILN_OK || sublattice.n_constituents < 2) continue;
        q->sublattice = s;
        if (strcasecmp(sublattice.name, wanted) == 0) return CLI_OK;
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", sublattice.name);
    }
    return cli_usage(session->verb, "--sublattice %s: those of %s on which something mixes are %s", wanted, info.label, names);
}

static const char *constituent(const cli_session *session, const kiln_report_pairs_question *q, int i)
{
    return kiln_database_constituent(session->db, q->phase, q->sublattice, i);
}

static size_t symbol_length(const char *name) { return 1 + (islower((unsigned char)name[1]) != 0); }

/* "Cu+1", or the first constituent of an element; -1: none. */
static int find_constituent(const cli_session *session, const kiln_report_pairs_question *q, const char *text)
{
    const char *name;
    for (int i = 0; (name = constituent(session, q, i)); ++i)
        if (strcasecmp(name, text) == 0) return i;
    for (int i = 0; (name = constituent(session, q, i)); ++i)
        if (strlen(text) == symbol_length(name) && strncasecmp(name, text, symbol_length(name)) == 0) return i;
    return -1;
}

static void list_constituents(const cli_session *session, const kiln_report_pairs_question *q, char *out, size_t size)
{
    const char *name;
    out[0] = '\0';
    for (int i = 0; (name = constituent(session, q, i)); ++i) {
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", i ? ", " : "", name);
    }
}

static cli_exit choose_named(const cli_session *session, kiln_report_pairs_question *q, int *chosen)
{
    char all[1024];
    for (char *text = strtok(session->value[CLI_CATIONS], ",\n"); text; text = strtok(NULL, ",\n")) {
        text += strspn(text, " ");
        const int index = find_constituent(session, q, text);
        list_constituents(session, q, all, sizeof all);
        if (index < 0)
            return cli_usage(session->verb, "--cations: there is no \"%s\" on this sublattice, which holds %s", text, all);
        for (int k = 0; k < q->n; ++k)
            if (chosen[k] == index) return cli_usage(session->verb, "--cations names %s twice", constituent(session, q, index));
        if (q->n == MOST) return cli_usage(session->verb, "--cations: more than %d", MOST);
        chosen[q->n++] = index;
    }
    return q->n >= 2 ? CLI_OK : cli_usage(session->verb, "--cations: a pair needs two, such as Mg,Ni");
}

/* The first constituent of each element. */
static cli_exit choose_first(const cli_session *session, kiln_report_pairs_question *q, int *chosen)
{
    const char *name;
    for (int i = 0; (name = constituent(session, q, i)) && q->n < MOST; ++i) {
        int is_new = strcmp(name, "Va") != 0;
        for (int k = 0; k < i && is_new; ++k) {
            const char *before = constituent(session, q, k);
            is_new = symbol_length(before) != symbol_length(name) || strncmp(before, name, symbol_length(name)) != 0;
        }
        if (is_new) chosen[q->n++] = i;
    }
    if (q->n >= 2) return CLI_OK;
    return cli_usage(session->verb, "this sublattice holds one element only: name its constituents with --cations");
}

static cli_exit report(const cli_session *session, const kiln_report_pairs_question *q)
{
    kiln_report *result = NULL;
    cli_exit code;
    kiln_pair *pairs = calloc((size_t)(q->n * (q->n - 1) / 2), sizeof *pairs);
    if (!pairs) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    kiln_status status =
        kiln_database_pairs(session->db, session->ctx, q->phase, q->sublattice, q->n, q->constituent, q->T_K, pairs);
    if (status == KILN_OK) status = kiln_report_pairs(session->ctx, session->db, q, pairs, &result);
    code = status == KILN_OK ? cli_output_report(session, result) : cli_status(session, status);
    kiln_report_free(result);
    free(pairs);
    return code;
}

static cli_exit run(cli_session *session)
{
    int chosen[MOST];
    kiln_report_pairs_question q = {.constituent = chosen, .T_K = DEFAULT_T_K, .shows_sigma = session->value[CLI_SIGMA] != NULL};
    cli_exit code = session->value[CLI_AT] ? cli_parse_temperature(session, CLI_AT, &q.T_K) : CLI_OK;
    if (code == CLI_OK) code = cli_open_database(session);
    if (code == CLI_OK) code = find_structure(session, &q.phase);
    if (code == CLI_OK) code = find_sublattice(session, &q);
    if (code == CLI_OK)
        code = session->value[CLI_CATIONS] ? choose_named(session, &q, chosen) : choose_first(session, &q, chosen);
    return code == CLI_OK ? report(session, &q) : code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("cations", '\0', CLI_CATIONS, "elements, or constituents such as Cu+1; default the first of each element",
                     "Mg,Co,..."),
     CLI_TEXT_OPTION("at", '\0', CLI_AT, "the temperature; default 1000C", "T"),
     CLI_TEXT_OPTION("sublattice", '\0', CLI_SUBLATTICE, "default the one with the most constituents", "NAME"),
     CLI_FLAG_OPTION("sigma", '\0', CLI_SIGMA, "of a figure: standard deviations below the values"),
     CLI_TEXT_OPTION("set", '\0', CLI_SET, "what if: a changed number; may be repeated", "\"L(rocksalt;Cu,Zn)=-8kJ/mol\""),
     CLI_INCLUDE(cli_database_options, NULL),
     CLI_INCLUDE(cli_figure_options, NULL),
     CLI_INCLUDE(cli_output_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_diagram_pairs = {
    .name = "diagram pairs",
    .arguments = "[STRUCTURE]",
    .summary = "pair interactions of a structure, with where they come from",
    .examples = "  kiln diagram pairs rocksalt --cations Mg,Co,Ni,Cu,Zn --at 1000C\n"
                "  kiln diagram pairs spinel --sublattice A --format csv\n",
    .completes = CLI_A_PHASE,
    .options = options,
    .n_most = 1,
    .has_figure = 1,
    .run = run,
};
