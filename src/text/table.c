#define _POSIX_C_SOURCE 200809L

#include "text/table.h"

#include "core/context.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FIRST_ROOM = 65536, MOST_BYTES = 1 << 26, MOST_COLUMNS = 200 };

typedef struct cursor {
    char *at;
    int line, column;
} cursor;

kiln_status kiln_i_table_fail(const kiln_i_table *table, const kiln_i_cell *cell, const char *format, ...)
{
    char sentence[512];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return kiln_i_fail(table->ctx, KILN_E_PARSE, "%s:%d:%d: %s", table->name, cell->line, cell->column, sentence);
}

static kiln_status fail_here(const kiln_i_table *t, const cursor *c, const char *sentence)
{
    const kiln_i_cell here = {"", c->line, c->column};
    return kiln_i_table_fail(t, &here, "%s", sentence);
}

/* One character on; what is no text is refused. */
static kiln_status step(const kiln_i_table *t, cursor *c)
{
    uint32_t code = 0;
    const int length = kiln_i_utf8_decode(c->at, &code);
    if (length < 0) return fail_here(t, c, "expected UTF-8");
    if (code < 0x20 && code != '\t' && code != '\n' && code != '\r') return fail_here(t, c, "a control character");
    c->at += length;
    c->column = code == '\n' ? 1 : c->column + 1;
    c->line += code == '\n';
    return KILN_OK;
}

static int ends_field(char c) { return c == ',' || c == '\n' || c == '\r' || c == '\0'; }

static kiln_status add_cell(kiln_i_table *t, size_t n, const kiln_i_cell *cell)
{
    if (n == t->room) {
        const size_t room = t->room ? 2 * t->room : 64;
        if (!kiln_i_grow(t->ctx, &t->cell, t->room, room, sizeof *t->cell))
            return kiln_i_fail(t->ctx, KILN_E_NOMEM, "%s: no memory for the table", t->name);
        t->room = room;
    }
    t->cell[n] = *cell;
    return KILN_OK;
}

/* From after the opening quote to after the closing one; the text moves together over doubled quotes. */
static kiln_status read_quoted(const kiln_i_table *t, cursor *c, const cursor *start, char **end)
{
    char *to = c->at;
    for (;;) {
        if (!*c->at) return fail_here(t, start, "a quote that is not closed");
        if (*c->at == '"') {
            if (c->at[1] != '"') break;
            ++c->at;
            ++c->column;
        }
        const char *from = c->at;
        const kiln_status status = step(t, c);
        if (status != KILN_OK) return status;
        memmove(to, from, (size_t)(c->at - from));
        to += c->at - from;
    }
    *end = to;
    const kiln_status status = step(t, c);
    while (*c->at == ' ') ++c->at, ++c->column;
    return status == KILN_OK && !ends_field(*c->at) ? fail_here(t, c, "expected a comma after the closing quote") : status;
}

/* A field; the cursor is left at what ends it, which *end may be overwritten by the caller. */
static kiln_status read_field(const kiln_i_table *t, cursor *c, kiln_i_cell *cell, char **end)
{
    kiln_status status = KILN_OK;
    while (*c->at == ' ') ++c->at, ++c->column;
    const cursor start = *c;
    *cell = (kiln_i_cell){c->at, c->line, c->column};
    if (*c->at == '"') {
        if ((status = step(t, c)) != KILN_OK) return status;
        cell->text = c->at;
        return read_quoted(t, c, &start, end);
    }
    while (!ends_field(*c->at) && status == KILN_OK) status = step(t, c);
    *end = c->at;
    while (*end > cell->text && (*end)[-1] == ' ') --*end;
    return status;
}

/* One line; *n counts all cells. */
static kiln_status read_line(kiln_i_table *t, cursor *c, size_t *n)
{
    int fields = 0;
    const cursor start = *c;
    for (;;) {
        kiln_i_cell cell;
        char *end = c->at;
        kiln_status status = read_field(t, c, &cell, &end);
        if (status == KILN_OK && ++fields > MOST_COLUMNS) status = fail_here(t, c, "more columns than are accepted");
        if (status == KILN_OK) status = add_cell(t, (*n)++, &cell);
        if (status != KILN_OK) return status;
        const char what = *c->at;
        if (what == '\r' && c->at[1] == '\n') ++c->at;
        if (what) ++c->at;
        ++c->column;
        *end = '\0';
        if (what == ',') continue;
        ++c->line;
        c->column = 1;
        break;
    }
    if (t->n_columns == 0) t->n_columns = fields;
    if (fields == t->n_columns) return KILN_OK;
    const kiln_i_cell here = {"", start.line, start.column};
    return kiln_i_table_fail(t, &here, "%d fields, where the header has %d%s", fields, t->n_columns,
                             fields > t->n_columns ? "; a text with commas needs quotes, \"(Mg,Ni)O\"" : "");
}

static kiln_status read_lines(kiln_i_table *t, size_t length)
{
    size_t n = 0;
    cursor c = {t->bytes, 1, 1};
    if (length >= 3 && memcmp(c.at, "\xef\xbb\xbf", 3) == 0) c.at += 3;
    while (c.at < t->bytes + length) {
        if (!*c.at) return fail_here(t, &c, "a control character");
        if (*c.at == '#') { /* a remark */
            kiln_status status = KILN_OK;
            while (*c.at && *c.at != '\n' && status == KILN_OK) status = step(t, &c);
            if (status != KILN_OK) return status;
            if (*c.at) status = step(t, &c);
            continue;
        }
        if (*c.at == '\n' || *c.at == '\r') {
            if (*c.at == '\n') ++c.line;
            ++c.at;
            continue;
        }
        const kiln_status status = read_line(t, &c, &n);
        if (status != KILN_OK) return status;
        ++t->n_rows;
    }
    if (--t->n_rows > 0) return KILN_OK;
    const kiln_i_cell start = {"", 1, 1};
    return t->n_rows < 0 ? kiln_i_table_fail(t, &start, "the file is empty; expected a header and rows")
                         : kiln_i_table_fail(t, &start, "there are no rows below the header");
}

kiln_status kiln_i_table_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_table *out)
{
    kiln_i_table t = {.ctx = ctx};
    *out = t;
    kiln_status status = KILN_OK;
    if (!(t.name = kiln_i_strdup(ctx, name)) || !(t.bytes = kiln_i_calloc(ctx, length + 1, 1)))
        status = kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the table", name);
    if (status == KILN_OK) {
        memcpy(t.bytes, text, length);
        status = read_lines(&t, length);
    }
    if (status == KILN_OK) *out = t;
    else kiln_i_table_free(&t);
    return status;
}

static kiln_status read_all(kiln_context *ctx, FILE *file, const char *path, char **text, size_t *length)
{
    size_t room = FIRST_ROOM;
    if (!(*text = kiln_i_calloc(ctx, room, 1))) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", path);
    while ((*length += fread(*text + *length, 1, room - *length, file)) == room) {
        if (room >= MOST_BYTES) return kiln_i_fail(ctx, KILN_E_PARSE, "%s:1:1: expected at most 64 MiB", path);
        if (!kiln_i_grow(ctx, text, room, 2 * room, 1)) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", path);
        room *= 2;
    }
    return ferror(file) ? kiln_i_fail(ctx, KILN_E_IO, "%s: cannot be read", path) : KILN_OK;
}

kiln_status kiln_i_table_load(kiln_context *ctx, const char *path, kiln_i_table *out)
{
    char *text = NULL;
    size_t length = 0;
    *out = (kiln_i_table){.ctx = ctx};
    FILE *file = fopen(path, "rb");
    if (!file) return kiln_i_fail(ctx, KILN_E_IO, "%s: cannot be opened", path);
    kiln_status status = read_all(ctx, file, path, &text, &length);
    fclose(file);
    if (status == KILN_OK) status = kiln_i_table_parse(ctx, text, length, path, out);
    kiln_i_free(ctx, text);
    return status;
}

void kiln_i_table_free(kiln_i_table *t)
{
    kiln_i_free(t->ctx, t->cell);
    kiln_i_free(t->ctx, t->bytes);
    kiln_i_free(t->ctx, t->name);
    *t = (kiln_i_table){.ctx = t->ctx};
}

const kiln_i_cell *kiln_i_table_at(const kiln_i_table *t, int row, int column)
{
    return &t->cell[(size_t)(row + 1) * (size_t)t->n_columns + (size_t)column];
}

int kiln_i_table_column(const kiln_i_table *t, const char *heading)
{
    for (int c = 0; c < t->n_columns; ++c)
        if (strcasecmp(kiln_i_table_at(t, -1, c)->text, heading) == 0) return c;
    return -1;
}
