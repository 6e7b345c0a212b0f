/* A TDB file into a database: each kind of statement in turn, so that their order in the file does not matter. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int kiln_i_is_tdb(const char *path)
{
    const size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".tdb") == 0;
}

kiln_status kiln_i_tdb_remark(kiln_i_tdb *t, kiln_severity severity, size_t at, const char *format, ...)
{
    char sentence[500];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    kiln_database *db = t->r->db;
    kiln_i_remark *remark = kiln_i_push(t->r->ctx, &db->remarks, &db->n_remarks, sizeof *remark);
    if (!remark) return kiln_i_reader_no_memory(t->r);
    remark->severity = severity;
    remark->file = t->r->file;
    kiln_i_tdb_locate(&t->text, at, &remark->line, &remark->column);
    return (remark->text = kiln_i_strdup(t->r->ctx, sentence)) ? KILN_OK : kiln_i_reader_no_memory(t->r);
}

char *kiln_i_tdb_excerpt(const kiln_i_tdb *t, size_t begin, size_t end)
{
    char *out = kiln_i_calloc(t->r->ctx, end - begin + 1, 1);
    size_t n = 0;
    int in_comment = 0;
    for (size_t i = begin; out && i < end; i++) {
        const unsigned char c = (unsigned char)t->text.source[i];
        if (c == '\n' || c == '$') in_comment = c == '$';
        if (in_comment || c <= ' ' || c == 127) {
            if (n > 0 && out[n - 1] != ' ') out[n++] = ' ';
        } else {
            out[n++] = (char)c;
        }
    }
    while (n > 0 && out[n - 1] == ' ') out[--n] = '\0';
    return out;
}

char *kiln_i_tdb_copy(const kiln_i_tdb *t, kiln_i_tdb_word word)
{
    char *copy = kiln_i_calloc(t->r->ctx, word.length + 1, 1);
    if (copy) memcpy(copy, word.text, word.length);
    return copy;
}

int kiln_i_tdb_shown(kiln_i_tdb_word word) { return word.length < 60 ? (int)word.length : 60; }

static kiln_status read_limits(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    double low, high;
    if (!kiln_i_tdb_number(&c, &low) || !kiln_i_tdb_number(&c, &high) || !(low >= 0.0) || !(high > low))
        return kiln_i_tdb_fail(&t->text, c.at, "expected two temperatures, the lower one first");
    t->T_min_K = low;
    t->T_max_K = high;
    return KILN_OK;
}

/* The first text about the file is its description. */
static kiln_status read_information(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_database *db = t->r->db;
    if (t->r->file > 0 || db->description) return KILN_OK;
    db->description = kiln_i_tdb_excerpt(t, s->begin, s->end);
    return db->description ? KILN_OK : kiln_i_reader_no_memory(t->r);
}

static kiln_status read_idle(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, s->at,
                             "%s directs other programs or describes the file; nothing follows from it here", s->name);
}

static kiln_status read_unread(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, s->at, "%s statements are not read here; what this one says is missing",
                             s->name);
}

static kiln_status read_unknown(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    size_t length = 0;
    while (s->at + length < s->end && length < 40 && (unsigned char)t->text.clean[s->at + length] > ' ') length++;
    return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, s->at,
                             "no keyword of a TDB file begins this text, \"%.*s\"; it is not used", (int)length,
                             t->text.clean + s->at);
}

static kiln_status read_each(kiln_i_tdb *t)
{
    typedef kiln_status statement_reader(kiln_i_tdb *, const kiln_i_tdb_statement *);
    static const struct {
        kiln_i_tdb_keyword keyword;
        statement_reader *read;
    } passes[] = {{KILN_TDB_ELEMENT, kiln_i_tdb_read_element},
                  {KILN_TDB_SPECIES, kiln_i_tdb_read_species},
                  {KILN_TDB_TEMPERATURE_LIMITS, read_limits},
                  {KILN_TDB_DATABASE_INFO, read_information},
                  {KILN_TDB_LIST_OF_REFERENCES, kiln_i_tdb_read_references},
                  {KILN_TDB_TYPE_DEFINITION, kiln_i_tdb_read_type},
                  {KILN_TDB_PHASE, kiln_i_tdb_read_phase},
                  {KILN_TDB_PHASE, NULL},
                  {KILN_TDB_CONSTITUENT, kiln_i_tdb_read_constituents},
                  {KILN_TDB_FUNCTION, kiln_i_tdb_declare_function},
                  {KILN_TDB_FUNCTION, kiln_i_tdb_read_function},
                  {KILN_TDB_PARAMETER, kiln_i_tdb_read_parameter},
                  {KILN_TDB_UNREAD, read_unread},
                  {KILN_TDB_IDLE, read_idle},
                  {KILN_TDB_UNKNOWN, read_unknown}};
    kiln_status status = KILN_OK;
    for (size_t p = 0; p < sizeof passes / sizeof *passes && status == KILN_OK; p++) {
        if (!passes[p].read) status = kiln_i_tdb_apply_types(t);
        for (int i = 0; passes[p].read && i < t->text.n_statements && status == KILN_OK; i++)
            if (t->text.statements[i].keyword == passes[p].keyword) status = passes[p].read(t, &t->text.statements[i]);
    }
    return status;
}

/* A phase without constituents cannot be built. */
static kiln_status check_phases(kiln_i_tdb *t)
{
    kiln_status status = KILN_OK;
    for (int i = 0; i < t->n_phases && status == KILN_OK; i++)
        if (t->phases[i].index < 0 && !t->phases[i].set_aside)
            status = kiln_i_tdb_set_aside(t, &t->phases[i], "no CONSTITUENT statement is about it");
    return status;
}

static int by_place(const void *a, const void *b)
{
    const kiln_i_remark *x = a, *y = b;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->column > y->column) - (x->column < y->column);
}

/* The database is named by the file, without folders and extension. */
static kiln_status set_name(kiln_i_tdb *t, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (t->r->file > 0) return KILN_OK;
    if (!(t->r->db->name = kiln_i_strdup(t->r->ctx, name))) return kiln_i_reader_no_memory(t->r);
    char *dot = strrchr(t->r->db->name, '.');
    if (dot && dot > t->r->db->name) *dot = '\0';
    return KILN_OK;
}

static void free_state(kiln_i_tdb *t)
{
    for (int i = 0; i < t->n_phases; i++) {
        kiln_i_free(t->r->ctx, t->phases[i].set_aside);
        if (t->phases[i].gas) kiln_i_phase_clear(t->r->ctx, t->phases[i].gas);
        kiln_i_free(t->r->ctx, t->phases[i].gas);
    }
    kiln_i_free(t->r->ctx, t->elements);
    kiln_i_free(t->r->ctx, t->species);
    kiln_i_free(t->r->ctx, t->types);
    kiln_i_free(t->r->ctx, t->phases);
    kiln_i_names_free(t->r->ctx, &t->element_names);
    kiln_i_names_free(t->r->ctx, &t->species_names);
    kiln_i_names_free(t->r->ctx, &t->phase_names);
    kiln_i_names_free(t->r->ctx, &t->source_names);
    kiln_i_tdb_text_free(&t->text);
}

kiln_status kiln_i_read_tdb(kiln_i_reader *r, const char *text, size_t length, const char *name)
{
    kiln_i_tdb t = {.r = r, .n_phases_before = r->db->n_phases, .T_min_K = 298.15, .T_max_K = 6000.0};
    const int first_remark = r->db->n_remarks;
    kiln_status status = kiln_i_tdb_split(r->ctx, text, length, name, &t.text);
    if (status == KILN_OK) status = set_name(&t, name);
    if (status == KILN_OK) status = read_each(&t);
    if (status == KILN_OK) status = check_phases(&t);
    if (status == KILN_OK) status = kiln_i_tdb_complete_ternaries(&t);
    if (status == KILN_OK) status = kiln_i_tdb_read_gases(&t);
    if (status == KILN_OK && r->db->n_remarks > first_remark)
        qsort(r->db->remarks + first_remark, (size_t)(r->db->n_remarks - first_remark), sizeof *r->db->remarks, by_place);
    free_state(&t);
    return status;
}
