/* A database as one YAML file: what the reader made of all its files, in the format of docs/database-format.md. */
#include "report/database_yaml.h"

#include "core/context.h"

#include <kiln/database_text.h>
#include <kiln/version.h>
#include <stdio.h>
#include <string.h>

/* A comment, whose text must not end it. */
static void add_comment(kiln_i_dump *w, const char *before, const char *text)
{
    kiln_i_dump_add(w, "# %s", before);
    for (const char *p = text; *p; ++p) kiln_i_buffer_add(&w->out, *p == '\n' || *p == '\r' ? " " : p, 1);
    kiln_i_dump_add(w, "\n");
}

static void add_head(kiln_i_dump *w, const char *command)
{
    const kiln_database *db = w->db;
    char remark[300];
    add_comment(w, "Written by kiln " KILN_VERSION_STRING, command ? ":" : "");
    if (command) add_comment(w, "  ", command);
    add_comment(w, "from files with the SHA-256 ", db->sha256);
    for (int i = 0; i < db->n_changes; ++i) add_comment(w, "changed: ", db->changes[i]);
    for (int i = 0; i < db->n_remarks; ++i) {
        if (db->remarks[i].severity == KILN_SEVERITY_NOTE) continue;
        snprintf(remark, sizeof remark, "not as written in %.200s:%d: ", db->files[db->remarks[i].file], db->remarks[i].line);
        add_comment(w, remark, db->remarks[i].text);
    }
    kiln_i_dump_add(w, "kiln: 1\nname: ");
    kiln_i_dump_quoted(w, db->name ? db->name : "database");
    kiln_i_dump_add(w, "\n");
    if (db->description) {
        kiln_i_dump_add(w, "description: ");
        kiln_i_dump_quoted(w, db->description);
        kiln_i_dump_add(w, "\n");
    }
}

static void add_bibliography(kiln_i_dump *w)
{
    int n = 0;
    for (int i = 0; i < w->db->n_sources; ++i) {
        const kiln_i_source *s = &w->db->sources[i];
        if (strcmp(s->key, "here") == 0 && strcmp(s->text, "this database") == 0 && !s->doi) continue;
        if (n++ == 0) kiln_i_dump_add(w, "bibliography:\n");
        kiln_i_dump_add(w, "  ");
        kiln_i_dump_name(w, s->key);
        kiln_i_dump_text(w, ": {", "text", s->text);
        kiln_i_dump_text(w, ", ", "doi", s->doi);
        kiln_i_dump_add(w, "}\n");
    }
}

static void add_gases(kiln_i_dump *w)
{
    char name[KILN_DUMP_NAME];
    int n = 0;
    for (int g = 0; g < KILN_N_GASES; ++g)
        if (w->db->gases[g] >= 0)
            kiln_i_dump_add(w, "%s%s: %s", n++ ? ", " : "gases: {", kiln_i_gas_names[g],
                            kiln_i_dump_function_name(w, &w->db->functions[w->db->gases[g]], name));
    if (n) kiln_i_dump_add(w, "}\n");
    for (int v = 0; v < w->db->n_vapours; ++v) {
        kiln_i_dump_add(w, "%s  ", v ? "" : "vapours:\n");
        kiln_i_dump_name(w, w->db->vapours[v].species.name);
        kiln_i_dump_add(w, ": %s\n", kiln_i_dump_function_name(w, &w->db->functions[w->db->vapours[v].function], name));
    }
}

static void add_meltings(kiln_i_dump *w)
{
    for (int i = 0; i < w->db->n_meltings; ++i) {
        const kiln_i_melting *m = &w->db->meltings[i];
        kiln_i_dump_add(w, "%s  ", i ? "" : "melting:\n");
        kiln_i_dump_quoted(w, m->formula);
        kiln_i_dump_add(w, ": {T: ");
        kiln_i_dump_number(w, m->T_K);
        kiln_i_dump_add(w, " K");
        if (m->sigma_K >= 0.0) {
            kiln_i_dump_add(w, ", sigma: ");
            kiln_i_dump_number(w, m->sigma_K);
            kiln_i_dump_add(w, " K");
        }
        if (m->decomposes) kiln_i_dump_add(w, ", decomposes: yes");
        if (m->source >= 0) {
            kiln_i_dump_add(w, ", source: ");
            kiln_i_dump_name(w, w->db->sources[m->source].key);
        }
        if (m->status != KILN_VALUE_UNSTATED)
            kiln_i_dump_add(w, ", status: %s", kiln_i_value_status_text((kiln_i_status_of_value)m->status));
        kiln_i_dump_text(w, ", ", "note", m->note);
        kiln_i_dump_add(w, "}\n");
    }
}

static void add_covariance(kiln_i_dump *w, const kiln_i_covariance *block)
{
    char name[KILN_DUMP_NAME];
    kiln_i_dump_add(w, "  - parameters: [");
    for (int k = 0; k < block->n; ++k) {
        const kiln_i_uncertain *u = &w->db->uncertain[block->uncertain[k]];
        snprintf(name, sizeof name, "%.500s%s", w->db->functions[u->function].name, u->power ? "*T" : "");
        kiln_i_dump_add(w, "%s", k ? ", " : "");
        kiln_i_dump_quoted(w, name);
    }
    kiln_i_dump_add(w, "]\n    matrix:\n");
    for (int i = 0; i < block->n; ++i) {
        kiln_i_dump_add(w, "      - [");
        for (int j = 0; j <= i; ++j) {
            kiln_i_dump_add(w, "%s", j ? ", " : "");
            kiln_i_dump_number(w, block->matrix[i + block->n * j]);
        }
        kiln_i_dump_add(w, "]\n");
    }
}

/* The format has sums of terms and functions only. */
static void refuse_program(kiln_i_dump *w, const kiln_i_function *f)
{
    if (!f->steps) return;
    kiln_i_dump_fail(
        w, "%.150s (%.150s:%d) is no sum of powers of T, ln T, T ln T and functions, so YAML has no form for it; a TDB has",
        f->name, w->db->files[f->file], f->line);
}

static void compose(kiln_i_dump *w, const char *command)
{
    const kiln_database *db = w->db;
    for (int i = 0; i < db->n_functions; ++i) refuse_program(w, &db->functions[i]);
    add_head(w, command);
    add_bibliography(w);
    kiln_i_dump_functions(w);
    add_gases(w);
    kiln_i_dump_phases(w, 0);
    kiln_i_dump_phases(w, 1);
    add_meltings(w);
    for (int i = 0; i < db->n_covariances; ++i) {
        if (i == 0) kiln_i_dump_add(w, "covariance:\n");
        add_covariance(w, &db->covariances[i]);
    }
}

kiln_status kiln_database_write_yaml(const kiln_database *db, kiln_context *ctx, const char *command, char **text, size_t *length)
{
    kiln_database *again = NULL;
    if (text) *text = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!db || !text) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_dump w = {.db = db, .ctx = ctx, .out = {.ctx = ctx}};
    compose(&w, command);
    kiln_status status = w.out.status;
    if (status == KILN_OK) status = kiln_database_parse(ctx, w.out.bytes, w.out.used, "the text written", NULL, &again);
    kiln_database_free(again); /* it must be read back */
    if (status != KILN_OK) {
        kiln_i_free(ctx, w.out.bytes);
        return status;
    }
    *text = w.out.bytes;
    if (length) *length = w.out.used;
    return KILN_OK;
}
