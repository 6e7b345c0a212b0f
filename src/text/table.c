#include "text/table.h"

#include "core/context.h"
#include "text/file.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CELLS = 1 << 20, MAX_MESSAGE = 400 };

/* Reads from `at`, writes fields without quotes to `bytes`, which never gets ahead. */
typedef struct scanner {
    kiln_i_table *table;
    const char *at;
    char *put;
    int line, column, room;
} scanner;

static kiln_status fail_at(const kiln_i_table *table, int line, int column, const char *what)
{
    return kiln_i_fail(table->ctx, KILN_E_PARSE, "%s:%d:%d: %s", table->name, line, column, what);
}

kiln_status kiln_i_table_fail(const kiln_i_table *table, const kiln_i_cell *cell, const char *format, ...)
{
    char message[MAX_MESSAGE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fail_at(table, cell->line, cell->column, message);
}

/* ---- Bytes ---- */

static void next(scanner *s)
{
    if (*s->at == '\n') {
        ++s->line;
        s->column = 1;
    } else if (((unsigned char)*s->at & 0xC0) != 0x80) ++s->column;
    ++s->at;
}

static int is_blank(char c) { return c == ' ' || c == '\t'; }
static int is_end(char c) { return c == '\0' || c == '\n' || c == '\r'; }
static void skip_blanks(scanner *s)
{
    while (is_blank(*s->at)) next(s);
}

static void skip_line_end(scanner *s)
{
    if (*s->at == '\r') next(s);
    if (*s->at == '\n') next(s);
}

/* Comments and empty lines. */
static void skip_idle_lines(scanner *s)
{
    for (;;) {
        const char *p = s->at;
        while (is_blank(*p)) ++p;
        if (*p == '\0' || !(*p == '#' || is_end(*p))) {
            while (*p == '\0' && *s->at) next(s);
            return;
        }
        while (!is_end(*s->at)) next(s);
        skip_line_end(s);
    }
}

/* UTF-8 without control characters but tabs and line ends. */
static kiln_status check_bytes(const kiln_i_table *table, const char *text, size_t length, int line)
{
    int column = 1;
    for (size_t i = 0; i < length;) {
        uint32_t code = 0;
        const int n = kiln_i_utf8_decode(text + i, &code);
        if (n == 0) return fail_at(table, line, column, "expected text, found a NUL byte");
        if (n < 0) return fail_at(table, line, column, "expected UTF-8, found other bytes");
        if ((code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7F)
            return fail_at(table, line, column, "expected text, found a control character");
        column = code == '\n' ? 1 : column + 1;
        line += code == '\n';
        i += (size_t)n;
    }
    return KILN_OK;
}

/* ---- Fields ---- */

static kiln_status add_cell(scanner *s, int n_cells, int line, int column)
{
    kiln_i_table *t = s->table;
    if (n_cells == MAX_CELLS) return fail_at(t, line, column, "expected at most a million fields");
    if (n_cells == s->room) {
        const int room = s->room ? 2 * s->room : 256;
        if (!kiln_i_grow(t->ctx, &t->cell, (size_t)s->room, (size_t)room, sizeof *t->cell))
            return kiln_i_fail(t->ctx, KILN_E_NOMEM, "%s: no memory for the table", t->name);
        s->room = room;
    }
    t->cell[n_cells] = (kiln_i_cell){s->put, line, column};
    return KILN_OK;
}

static kiln_status read_quoted(scanner *s)
{
    const int line = s->line, column = s->column;
    for (next(s);;) {
        if (*s->at == '\0') return fail_at(s->table, line, column, "expected a quotation mark that ends this field");
        if (*s->at == '"') {
            next(s);
            if (*s->at != '"') break;
        }
        *s->put++ = is_end(*s->at) || *s->at == '\t' ? ' ' : *s->at;
        next(s);
    }
    skip_blanks(s);
    return *s->at == ',' || is_end(*s->at) ? KILN_OK
                                           : fail_at(s->table, s->line, s->column, "expected a comma after a quoted field");
}

static kiln_status read_plain(scanner *s)
{
    char *end = s->put;
    for (; *s->at != ',' && !is_end(*s->at); next(s)) {
        if (*s->at == '"') return fail_at(s->table, s->line, s->column, "expected a field with quotation marks to be quoted");
        *s->put++ = *s->at == '\t' ? ' ' : *s->at;
        if (!is_blank(s->put[-1])) end = s->put;
    }
    s->put = end;
    return KILN_OK;
}

static kiln_status read_field(scanner *s, int n_cells)
{
    skip_blanks(s);
    kiln_status status = add_cell(s, n_cells, s->line, s->column);
    if (status == KILN_OK) status = *s->at == '"' ? read_quoted(s) : read_plain(s);
    *s->put++ = '\0';
    return status;
}

/* One line; the number of its fields. */
static kiln_status read_row(scanner *s, int first, int *n)
{
    *n = 0;
    for (;;) {
        if (*n == KILN_I_TABLE_COLUMNS) return fail_at(s->table, s->line, s->column, "expected at most 64 columns");
        const kiln_status status = read_field(s, first + (*n)++);
        if (status != KILN_OK) return status;
        if (*s->at != ',') break;
        next(s);
    }
    skip_line_end(s);
    return KILN_OK;
}

/* The first row is the header, unless it was read before. */
static kiln_status read_rows(scanner *s)
{
    kiln_i_table *t = s->table;
    int n, used = 0;
    for (; used < t->n_columns; ++used) {
        const kiln_status status = add_cell(s, used, s->line, 1);
        if (status != KILN_OK) return status;
    }
    if (used) *s->put++ = '\0';
    for (skip_idle_lines(s); *s->at; skip_idle_lines(s)) {
        const int line = s->line;
        const kiln_status status = read_row(s, used, &n);
        if (status != KILN_OK) return status;
        if (used == 0) t->n_columns = n;
        else if (n != t->n_columns)
            return kiln_i_fail(t->ctx, KILN_E_PARSE, "%s:%d:1: expected %d fields as in the header, found %d%s", t->name, line,
                               t->n_columns, n, n > t->n_columns ? "; a text with commas needs quotes, \"(Mg,Ni)O\"" : "");
        else ++t->n_rows;
        used += n;
    }
    return used ? KILN_OK : fail_at(t, s->line, 1, "expected a line with the names of the columns");
}

static kiln_status check_header(const kiln_i_table *t)
{
    for (int i = 0; i < t->n_columns; ++i)
        for (int j = 0; j < i; ++j)
            if (*t->cell[i].text && strcmp(t->cell[i].text, t->cell[j].text) == 0)
                return kiln_i_table_fail(t, &t->cell[i], "expected each column once, found \"%.60s\" again", t->cell[i].text);
    return KILN_OK;
}

kiln_status kiln_i_table_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_table *out)
{
    return kiln_i_table_parse_part(ctx, text, length, name, 1, 0, out);
}

kiln_status kiln_i_table_parse_part(kiln_context *ctx, const char *text, size_t length, const char *name, int line, int n_columns,
                                    kiln_i_table *out)
{
    *out = (kiln_i_table){.ctx = ctx, .name = name, .n_columns = n_columns};
    /* Without the mark that some programs put before UTF-8; a field needs no more bytes than it had, and one at the end of the text a zero. */
    const size_t mark = line == 1 && length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    char *source = kiln_i_calloc(ctx, length + 1, 1);
    if (source) out->bytes = kiln_i_calloc(ctx, length + 3, 1);
    if (!source || !out->bytes) {
        kiln_i_free(ctx, source);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the table", name);
    }
    memcpy(source, text + mark, length - mark);
    scanner s = {out, source, out->bytes, line, 1, 0};
    kiln_status status = check_bytes(out, source, length - mark, line);
    if (status == KILN_OK) status = read_rows(&s);
    if (status == KILN_OK && n_columns == 0) status = check_header(out);
    kiln_i_free(ctx, source);
    if (status != KILN_OK) kiln_i_table_free(out);
    return status;
}

kiln_status kiln_i_table_load(kiln_context *ctx, const char *path, kiln_i_table *out)
{
    char *text = NULL;
    size_t length = 0;
    *out = (kiln_i_table){0};
    kiln_status status = kiln_i_file_read(ctx, path, &text, &length);
    if (status == KILN_OK) status = kiln_i_table_parse(ctx, text, length, path, out);
    kiln_i_free(ctx, text);
    return status;
}

void kiln_i_table_free(kiln_i_table *table)
{
    if (!table->ctx) return;
    kiln_i_free(table->ctx, table->cell);
    kiln_i_free(table->ctx, table->bytes);
    *table = (kiln_i_table){0};
}

int kiln_i_table_column(const kiln_i_table *table, const char *header)
{
    for (int i = 0; i < table->n_columns; ++i)
        if (strcmp(table->cell[i].text, header) == 0) return i;
    return -1;
}

const kiln_i_cell *kiln_i_table_cell(const kiln_i_table *table, int row, int column)
{
    static const kiln_i_cell none = {"", 0, 0};
    return column < 0 ? &none : &table->cell[column + table->n_columns * (row + 1)];
}
