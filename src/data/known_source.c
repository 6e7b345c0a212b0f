#include "core/context.h"
#include "data/reader.h"
#include "data/trials_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static kiln_status read_sources(kiln_known_sources *made)
{
    static const char *const headings[] = {"key", "doi", "marks", "used_in", "citation"};
    int column[5];
    const kiln_i_table *t = &made->text->table;
    for (int k = 0; k < 5; ++k)
        if ((column[k] = kiln_i_table_column(t, headings[k])) < 0)
            return kiln_i_table_fail(t, &t->cell[0], "expected columns key, doi, marks, used_in and citation, found no %s",
                                     headings[k]);
    if (!(made->source = kiln_i_calloc(t->ctx, (size_t)t->n_rows + 1, sizeof *made->source)))
        return kiln_i_fail(t->ctx, KILN_E_NOMEM, "%s: no memory for its sources", t->name);
    for (int row = 0; row < t->n_rows; ++row) {
        const char *text[5];
        for (int k = 0; k < 5; ++k) text[k] = kiln_i_table_cell(t, row, column[k])->text;
        if (!*text[1] && !*text[2])
            return kiln_i_table_fail(t, kiln_i_table_cell(t, row, column[0]),
                                     "expected a doi or marks of \"%.60s\", found neither", text[0]);
        made->source[made->n++] = (kiln_known_source){text[0], text[1], text[2], text[3], text[4]};
    }
    made->name = t->name;
    return KILN_OK;
}

/* Takes the text over, also after a failure. */
static kiln_status make(kiln_context *ctx, struct kiln_trials_text *text, kiln_known_sources **out)
{
    kiln_known_sources *made = kiln_i_calloc(ctx, 1, sizeof *made);
    if (!made) {
        kiln_i_trials_text_close(text);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for the sources of a database");
    }
    made->text = text;
    const kiln_status status = read_sources(made);
    if (status == KILN_OK) *out = made;
    else kiln_known_sources_free(made);
    return status;
}

kiln_status kiln_known_sources_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                     kiln_known_sources **out)
{
    struct kiln_trials_text *opened;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !name || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_i_trials_text_open(ctx, text, length, name, &opened);
    return status == KILN_OK ? make(ctx, opened, out) : status;
}

kiln_status kiln_known_sources_load(kiln_context *ctx, const char *path, kiln_known_sources **out)
{
    struct kiln_trials_text *opened;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_i_trials_text_load(ctx, path, &opened);
    return status == KILN_OK ? make(ctx, opened, out) : status;
}

static int can_be_opened(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file) fclose(file);
    return file != NULL;
}

/* assessment/sources.csv in the folder of a file of the database; NULL after a failure. */
static char *path_beside(kiln_context *ctx, const char *file)
{
    char *folder = kiln_i_path_directory(ctx, file);
    char *path = folder ? kiln_i_path_join(ctx, folder, "assessment/sources.csv") : NULL;
    kiln_i_free(ctx, folder);
    return path;
}

kiln_status kiln_known_sources_of(kiln_context *ctx, const kiln_database *db, kiln_known_sources **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!db || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    for (int i = 0; i < kiln_database_n_files(db); ++i) {
        char *path = path_beside(ctx, kiln_database_file(db, i));
        if (!path) return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
        const int is_there = can_be_opened(path);
        const kiln_status status = is_there ? kiln_known_sources_load(ctx, path, out) : KILN_OK;
        kiln_i_free(ctx, path);
        if (is_there) return status;
    }
    return KILN_OK;
}

void kiln_known_sources_free(kiln_known_sources *known)
{
    if (!known) return;
    kiln_context *ctx = known->text->table.ctx;
    kiln_i_free(ctx, known->source);
    kiln_i_trials_text_close(known->text);
    kiln_i_free(ctx, known);
}

/* The `length` bytes at `part`, in any case, somewhere in `text`. */
static int occurs(const char *text, const char *part, size_t length)
{
    for (; *text; ++text) {
        size_t i = 0;
        while (i < length && text[i] && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i])) ++i;
        if (i == length) return 1;
    }
    return 0;
}

static int occurs_in(const kiln_trial *trial, const char *part, size_t length)
{
    return occurs(trial->source, part, length) || occurs(trial->url, part, length);
}

static int all_occur(const kiln_trial *trial, const char *marks)
{
    int n = 0;
    for (size_t length; *(marks += strspn(marks, "; ")); marks += length, ++n) {
        length = strcspn(marks, ";");
        if (!occurs_in(trial, marks, length)) return 0;
    }
    return n > 0;
}

int kiln_known_sources_find(const kiln_known_sources *known, const kiln_trial *trial)
{
    for (int i = 0; known && trial && i < known->n; ++i) {
        const kiln_known_source *s = &known->source[i];
        if (*s->doi && occurs_in(trial, s->doi, strlen(s->doi))) return i;
        if (all_occur(trial, s->marks)) return i;
    }
    return -1;
}
