#include "report/tdb.h"

#include "core/context.h"
#include "core/elements.h"
#include "text/quantity.h"

#include <kiln/database_text.h>
#include <kiln/version.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void write_head(kiln_i_export *t, const char *command)
{
    const kiln_database *db = t->db;
    kiln_i_export_comment(t, "%s%s%s", db->name, db->description ? ": " : "", db->description ? db->description : "");
    kiln_i_export_comment(t, "Written by kiln %s%s%s, from the files with the SHA-256", KILN_VERSION_STRING, command ? ": " : "",
                          command ? command : "");
    kiln_i_export_comment(t, "%s", db->sha256);
    for (int i = 0; i < db->n_changes; ++i) kiln_i_export_comment(t, "changed: %s", db->changes[i]);
    for (int i = 0; i < db->n_remarks; ++i)
        if (db->remarks[i].severity != KILN_SEVERITY_NOTE)
            kiln_i_export_comment(t, "not as written in %.200s:%d: %s", db->files[db->remarks[i].file], db->remarks[i].line,
                                  db->remarks[i].text);
    kiln_i_export_comment(t, " ");
    kiln_i_export_comment(
        t,
        "All energies are in J per mole of formula units, against the elements in their stable form at 298.15 K and 1 bar (H_SER)."
        " Only neutral combinations of charged constituents have a meaning.");
    kiln_i_export_comment(
        t,
        "Beyond the validity of a value kiln keeps the heat capacity that it has there. Such pieces are written out from 298.15 K to "
        "6000 K, so that this file means the same to every program; what each does beyond that is its own affair. "
        "The comments say where values are valid.");
    kiln_i_export_comment(t, "A pair of constituents without a parameter is not known to kiln; other programs take it as ideal.");
    kiln_i_export_comment(
        t,
        "A negative sum of TC or of BMAGN is divided by the antiferromagnetic factor of the TYPE_DEFINITION. Where that is -1000 kiln "
        "sees no magnetic ordering, and what the factor leaves of one in other programs is next to none.");
    kiln_i_export_comment(
        t, "Comments give kiln's own names where a TDB cannot have them, the standard deviation of a constant shift as sigma, "
           "and what else a TDB has no place for. Exclamation marks and apostrophes were replaced.");
    kiln_i_export_comment(t, " ");
}

static int has_element(const kiln_i_export *t, int z)
{
    for (int i = 0; i < t->n_species; ++i)
        for (int e = 0; e < t->species[i].what.n_elements; ++e)
            if (t->species[i].what.element[e] == z) return 1;
    return 0;
}

/* Reference phases, enthalpies and entropies at 298.15 K are of no use to a calculation, and kiln does not know them. */
static void write_elements(kiln_i_export *t)
{
    char line[120], weight[KILN_NUMBER_TEXT], symbol[4];
    kiln_i_buffer_print(&t->out, "ELEMENT /- ELECTRON_GAS 0.0 0.0 0.0 !\nELEMENT VA VACUUM 0.0 0.0 0.0 !\n");
    for (int z = 1; z <= KILN_MAX_Z; ++z) {
        if (!has_element(t, z)) continue;
        snprintf(symbol, sizeof symbol, "%s", kiln_i_element_symbol(z));
        kiln_i_export_capitals(symbol);
        snprintf(line, sizeof line, "ELEMENT %s SER %s 0.0 0.0", symbol, kiln_i_export_number(kiln_i_element_weight(z), weight));
        kiln_i_export_put(t, 0, line);
        kiln_i_export_end(t);
    }
}

static void write_species(kiln_i_export *t)
{
    char token[160], number[KILN_NUMBER_TEXT];
    for (int i = 0; i < t->n_species; ++i) {
        const kiln_i_species *s = &t->species[i].what;
        if (s->n_elements == 0 ||
            (s->n_elements == 1 && kiln_i_export_is_same_name(t->species[i].name, kiln_i_element_symbol(s->element[0]))))
            continue;
        if (!kiln_i_export_is_same_name(t->species[i].name, s->name))
            kiln_i_export_comment(t, "%s is %s", t->species[i].name, s->name);
        snprintf(token, sizeof token, "SPECIES %s ", t->species[i].name);
        kiln_i_export_put(t, 0, token);
        for (int e = 0; e < s->n_elements; ++e) {
            snprintf(token, sizeof token, "%s%s", kiln_i_element_symbol(s->element[e]),
                     kiln_i_export_number(s->count[e], number));
            kiln_i_export_capitals(token);
            kiln_i_export_put(t, 0, token);
        }
        if (fabs(s->charge) > 0.0) {
            snprintf(token, sizeof token, "/%s%s", s->charge > 0.0 ? "+" : "", kiln_i_export_number(s->charge, number));
            kiln_i_export_put(t, 0, token);
        }
        kiln_i_export_end(t);
    }
}

static void write_functions(kiln_i_export *t)
{
    kiln_i_export_comment(t, " ");
    for (int i = 0; i < t->db->n_functions; ++i)
        if (*t->function[i]) kiln_i_export_function(t, i);
}

static int is_in_gas(const kiln_i_export *t, int function)
{
    for (int g = 0; g < t->n_gases; ++g)
        if (t->gases[g].function == function) return 1;
    return 0;
}

/* Pressures of a TDB are in Pa. */
static void write_gas(kiln_i_export *t)
{
    char token[160];
    kiln_i_export_sum sum;
    if (t->n_gases == 0) return;
    kiln_i_export_comment(t, " ");
    kiln_i_export_comment(t, "GAS: the gases and the vapours of kiln, ideal, at 1 bar where the last term is 0");
    for (int v = 0; v < t->db->n_vapours; ++v)
        if (!is_in_gas(t, t->db->vapours[v].function))
            kiln_i_export_comment(t, "left out, since it is there by another function: %s, %s", t->db->vapours[v].species.name,
                                  t->db->functions[t->db->vapours[v].function].name);
    kiln_i_buffer_print(&t->out, "PHASE GAS:G %% 1 1.0 !\n");
    kiln_i_export_put(t, 0, "CONSTITUENT GAS:G :");
    for (int g = 0; g < t->n_gases; ++g) {
        snprintf(token, sizeof token, "%s%s", g ? "," : "", t->species[t->gases[g].species].name);
        kiln_i_export_put(t, 0, token);
    }
    kiln_i_export_put(t, 0, ":");
    kiln_i_export_end(t);
    for (int g = 0; g < t->n_gases; ++g) {
        const int function = t->gases[g].function, source = kiln_i_export_source(t->db, function);
        snprintf(token, sizeof token, "PARAMETER G(GAS,%s;0) 298.15", t->species[t->gases[g].species].name);
        kiln_i_export_put(t, 0, token);
        sum.n_terms = sum.n_references = sum.is_full = 0;
        kiln_i_export_add(t, &sum, function, 1.0);
        kiln_i_export_sum_write(t, &sum);
        kiln_i_export_put(t, 0, "+R*T*LN(1E-05*P); 6000 N");
        if (source >= 0) kiln_i_export_put(t, 1, t->source[source]);
        kiln_i_export_end(t);
    }
}

static void write_phases(kiln_i_export *t)
{
    kiln_i_export_comment(t, " ");
    kiln_i_buffer_print(&t->out, "TYPE_DEFINITION %% SEQ * !\nDEFINE_SYSTEM_DEFAULT ELEMENT 2 !\n"
                                 "DEFAULT_COMMAND DEFINE_SYSTEM_ELEMENT VA !\n");
    kiln_i_export_magnetic_types(t);
    write_gas(t);
    for (int i = 0; i < t->db->n_phases; ++i) kiln_i_export_phase(t, i);
}

/* What no phase has a place for. */
static void write_rest(kiln_i_export *t)
{
    const kiln_database *db = t->db;
    kiln_i_export_comment(t, " ");
    for (int i = 0; i < db->n_meltings; ++i) {
        const kiln_i_melting *m = &db->meltings[i];
        char sigma[60] = "";
        if (m->sigma_K >= 0.0) snprintf(sigma, sizeof sigma, "; sigma %.10g K", m->sigma_K);
        kiln_i_export_comment(t, "%s %s at %.10g K%s; %s%s%s%s%s", m->formula, m->decomposes ? "decomposes" : "melts", m->T_K,
                              sigma, kiln_i_value_status_text((kiln_i_status_of_value)m->status), m->source >= 0 ? "; " : "",
                              m->source >= 0 ? db->sources[m->source].key : "", m->note ? "; " : "", m->note ? m->note : "");
    }
    for (int i = 0; i < db->n_covariances; ++i) {
        const kiln_i_covariance *block = &db->covariances[i];
        kiln_i_export_comment(t, "Correlated, by a matrix that is not written (the variances are those above):");
        for (int k = 0; k < block->n; ++k) {
            const kiln_i_uncertain *u = &db->uncertain[block->uncertain[k]];
            kiln_i_export_comment(t, "  %s%s", db->functions[u->function].name, u->power ? "*T" : "");
        }
    }
}

/* The words of a source, cleaned, as pieces that stay whole. */
static void put_words(kiln_i_export *t, const char *text, const char *before, const char *after)
{
    char word[80];
    while (*text) {
        size_t length = strcspn(text, " \n");
        if (length > 60) length = 60;
        const char *rest = text + length + strspn(text + length, " \n");
        snprintf(word, sizeof word, "%s%.*s%s", before, (int)length, text, *rest ? "" : after);
        for (char *p = word + strlen(before); *p && p < word + strlen(before) + length; ++p) *p = kiln_i_export_clean(*p);
        kiln_i_export_put(t, 1, word);
        before = "";
        text = rest;
    }
}

static void write_references(kiln_i_export *t)
{
    kiln_i_buffer_print(&t->out, "LIST_OF_REFERENCES\nNUMBER SOURCE\n");
    for (int i = 0; i < t->db->n_sources; ++i) {
        const kiln_i_source *s = &t->db->sources[i];
        kiln_i_buffer_print(&t->out, "  %s", t->source[i]);
        t->column = 2 + (int)strlen(t->source[i]);
        put_words(t, *s->text ? s->text : "-", "'", s->doi ? "" : "'");
        if (s->doi) put_words(t, s->doi, "doi:", "'");
        kiln_i_buffer_print(&t->out, "\n");
        t->column = 0;
    }
    kiln_i_export_end(t);
}

kiln_status kiln_database_write_tdb(const kiln_database *db, kiln_context *ctx, const char *command, char **text, size_t *length)
{
    if (text) *text = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!db || !text) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_export t = {.db = db, .ctx = ctx, .out = {.ctx = ctx}};
    kiln_status status = kiln_i_export_names(&t);
    if (status == KILN_OK) {
        write_head(&t, command);
        write_elements(&t);
        write_species(&t);
        write_functions(&t);
        write_phases(&t);
        write_rest(&t);
        write_references(&t);
        status = t.out.status;
    }
    kiln_i_export_free_names(&t);
    if (status != KILN_OK) {
        kiln_i_free(ctx, t.out.bytes);
        return status;
    }
    *text = t.out.bytes;
    if (length) *length = t.out.used;
    return KILN_OK;
}

void kiln_database_text_free(kiln_context *ctx, char *text)
{
    if (ctx) kiln_i_free(ctx, text);
}
