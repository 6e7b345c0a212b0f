#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CHANGES = 64, MAX_FORMULA = 1024 };

/* The items of a repeated option, one a line; cut in place. Their number, or -1 beyond `most`. */
static int split_lines(char *text, int most, const char **item)
{
    int n = 0;
    for (char *line = text ? strtok(text, "\n") : NULL; line; line = strtok(NULL, "\n")) {
        if (n == most) return -1;
        item[n++] = line;
    }
    return n;
}

/* What --add-competitor names must be new: else it is a change, and --set says so. */
static cli_exit check_new(const cli_session *session, int n, const char *const *added)
{
    kiln_database *plain;
    cli_exit code = CLI_OK;
    if (n == 0) return CLI_OK;
    const kiln_status status = kiln_database_load(session->ctx, session->value[CLI_DATABASE], &plain);
    if (status != KILN_OK) return cli_fail(CLI_FILE, "%s", kiln_context_error(session->ctx));
    for (int i = 0; i < n && code == CLI_OK; ++i) {
        char name[64];
        const size_t length = strcspn(added[i], "+=");
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), added[i]);
        if (!strchr(added[i], '=') || added[i][length] == '+')
            code =
                cli_usage(session->verb,
                          "--add-competitor %s: expected a formula and its energy, such as Cu2ZnO3=2*G_CuO+G_ZnO-3000", added[i]);
        else if (kiln_database_find_phase(plain, name) >= 0 || kiln_database_find_function(plain, name) >= 0)
            code = cli_usage(session->verb, "--add-competitor: %s is in the database; change it with --set", name);
    }
    kiln_database_free(plain);
    return code;
}

cli_exit cli_open_database(cli_session *session)
{
    const char *change[2 * MAX_CHANGES];
    const int n_set = split_lines(session->value[CLI_SET], MAX_CHANGES, change);
    const int n_added = n_set < 0 ? -1 : split_lines(session->value[CLI_ADD_COMPETITOR], MAX_CHANGES, change + n_set);
    if (n_set < 0 || n_added < 0) return cli_usage(session->verb, "more than %d changes", MAX_CHANGES);
    const cli_exit code = check_new(session, n_added, change + n_set);
    if (code != CLI_OK) return code;
    const kiln_status status =
        kiln_database_load_changed(session->ctx, session->value[CLI_DATABASE], n_set + n_added, change, &session->db);
    if (status == KILN_OK) return CLI_OK;
    if (status == KILN_E_NOMEM) return cli_status(session, status);
    /* What was typed is a usage error, what stands in a file is one of the file; a change names itself first. */
    const char *error = kiln_context_error(session->ctx);
    for (int i = 0; i < n_set + n_added; ++i)
        if (strncmp(error + (error[0] == '"'), change[i], strlen(change[i])) == 0) return cli_usage(session->verb, "%s", error);
    return cli_fail(CLI_FILE, "%s", error);
}

/* ---- Replacing cations ---- */

static int find_component(const kiln_composition *c, const char *symbol)
{
    for (int i = 0; i < c->n; ++i)
        if (strcmp(kiln_element_symbol(c->component[i].z), symbol) == 0) return i;
    return -1;
}

/* "Cu=Mn:0.05": five of a hundred cations are Mn instead of Cu. */
static cli_exit replace(const cli_session *session, const char *text, kiln_composition *c)
{
    char from[4] = "", to[4] = "";
    kiln_composition one;
    double fraction = 0.0, cations = 0.0;
    int is_read = 0;
    const char *equals = strchr(text, '='), *colon = equals ? strchr(equals, ':') : NULL;
    if (colon && equals - text < 4 && colon - equals - 1 < 4) {
        snprintf(from, sizeof from, "%.*s", (int)(equals - text), text);
        snprintf(to, sizeof to, "%.*s", (int)(colon - equals - 1), equals + 1);
        is_read = cli_read_share(colon + 1, &fraction);
    }
    if (!is_read || !(fraction > 0.0 && fraction <= 1.0))
        return cli_usage(session->verb,
                         "--replace %s: expected cations and a share of all cations, such as Cu=Mn:0.05 or Cu=Mn:5%%", text);
    const int out = find_component(c, from);
    if (out < 0 || c->component[out].is_anion)
        return cli_usage(session->verb, "--replace %s: %s has no cation %s", text, c->canonical, from);
    if (kiln_composition_parse(session->ctx, to, &one) != KILN_OK || one.n != 1)
        return cli_usage(session->verb, "--replace %s: \"%s\" is no element", text, to);
    for (int i = 0; i < c->n; ++i)
        if (!c->component[i].is_anion) cations += c->component[i].amount;
    if (fraction * cations > c->component[out].amount * (1.0 + 1e-9))
        return cli_usage(session->verb, "--replace %s: only %.4g of the cations of %s are %s", text,
                         c->component[out].amount / cations, c->canonical, from);
    int in = find_component(c, to);
    if (in < 0) {
        if (c->n == KILN_MAX_COMPONENTS)
            return cli_usage(session->verb, "--replace %s: more than %d elements", text, KILN_MAX_COMPONENTS);
        in = c->n++;
        c->component[in] = one.component[0];
        c->component[in].amount = 0.0;
        c->component[in].group = c->component[out].group;
    }
    c->component[in].amount += fraction * cations;
    c->component[out].amount -= fraction * cations;
    if (c->component[out].amount < 1e-9 * cations) c->component[out].amount = 0.0; /* all of it, but for rounding */
    return CLI_OK;
}

static cli_exit write_formula(const cli_session *session, const kiln_composition *c, char out[MAX_FORMULA])
{
    size_t used = 0;
    for (int g = 0; g < c->n_groups; ++g) {
        int members = 0;
        for (int i = 0; i < c->n; ++i) members += c->component[i].group == g && c->component[i].amount > 0.0;
        if (members > 1) used += (size_t)snprintf(out + used, MAX_FORMULA - used, "(");
        for (int i = 0; i < c->n && used < MAX_FORMULA - 64; ++i) {
            const kiln_component *k = &c->component[i];
            if (k->group != g || !(k->amount > 0.0)) continue;
            used += (size_t)snprintf(out + used, MAX_FORMULA - used, "%s%.10f", kiln_element_symbol(k->z), k->amount);
        }
        if (members > 1) used += (size_t)snprintf(out + used, MAX_FORMULA - used, ")");
        if (used >= MAX_FORMULA - 64) return cli_usage(session->verb, "the formula has become too long");
    }
    if (c->oxygen_is_variable) snprintf(out + used, MAX_FORMULA - used, "-d");
    return CLI_OK;
}

cli_exit cli_replace_cations(cli_session *session)
{
    const char *item[MAX_CHANGES];
    char formula[MAX_FORMULA] = "";
    const int n = split_lines(session->value[CLI_REPLACE], MAX_CHANGES, item);
    kiln_composition changed = session->composition;
    cli_exit code = n < 0 ? cli_usage(session->verb, "more than %d replacements", MAX_CHANGES) : CLI_OK;
    for (int i = 0; i < n && code == CLI_OK; ++i) code = replace(session, item[i], &changed);
    if (n <= 0 || code != CLI_OK) return code;
    code = write_formula(session, &changed, formula);
    if (code != CLI_OK) return code;
    const kiln_status status = kiln_composition_parse(session->ctx, formula, &session->composition);
    return status == KILN_OK ? CLI_OK : cli_status(session, status);
}
