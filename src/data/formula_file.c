#define _POSIX_C_SOURCE 200809L

#include "data/formula_file.h"

#include "core/context.h"
#include "core/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, MOST_GROUP_BYTES = 1 << 24 };

/* Cuts the bytes of a file into lines that a table has; a field in quotes may hold line ends, and comments and empty lines are none. */
typedef struct splitter {
    kiln_i_formula_file *f;
    SHA256_CTX hash;
    char *bytes; /* of the group that grows, from offset on */
    size_t used, room, scanned;
    uint64_t offset;
    int first_line, line; /* of the group and of the byte scanned next */
    int in_quotes, in_comment, is_empty;
    int n_rows; /* of the group */
} splitter;

static kiln_status take_header(splitter *s)
{
    kiln_i_formula_file *f = s->f;
    const kiln_status status = kiln_i_table_parse(f->ctx, s->bytes, s->used, f->path, &f->header);
    if (status != KILN_OK) return status;
    f->formula = kiln_i_table_column(&f->header, "formula");
    return f->formula >= 0 ? KILN_OK : kiln_i_table_fail(&f->header, f->header.cell, "expected a column formula, found none");
}

static kiln_status note_group(splitter *s)
{
    kiln_i_formula_file *f = s->f;
    if (f->n_groups + 1 >= f->room) {
        const size_t room = f->room ? 2 * f->room : 64;
        if (!kiln_i_grow(f->ctx, &f->group, f->room, room, sizeof *f->group))
            return kiln_i_fail(f->ctx, KILN_E_NOMEM, "%s: no memory for the places of its rows", f->path);
        f->room = room;
    }
    f->group[f->n_groups++] = (kiln_i_formula_group){s->offset, s->first_line};
    return KILN_OK;
}

/* What has been gathered up to `length` bytes: the header, or a group of rows, which is read to see that it can be. */
static kiln_status end_group(splitter *s, size_t length)
{
    kiln_i_formula_file *f = s->f;
    kiln_i_table rows;
    const size_t used = s->used;
    kiln_status status = KILN_OK;
    s->used = length;
    if (!f->header.ctx) status = take_header(s);
    else {
        status = kiln_i_table_parse_part(f->ctx, s->bytes, s->used, f->path, s->first_line, f->header.n_columns, &rows);
        if (status != KILN_OK) return status;
        f->n_rows += (uint64_t)rows.n_rows;
        kiln_i_table_free(&rows);
        status = note_group(s);
    }
    if (status != KILN_OK) return status;
    memmove(s->bytes, s->bytes + length, used - length);
    s->used = used - length;
    s->offset += length;
    s->scanned = 0;
    s->first_line = s->line;
    s->n_rows = 0;
    return KILN_OK;
}

/* The mark that some programs put before UTF-8, at the beginning of the file. */
static int is_mark(const splitter *s)
{
    static const char mark[] = "\xEF\xBB\xBF";
    return s->offset == 0 && s->scanned <= 3 && s->bytes[s->scanned - 1] == mark[s->scanned - 1];
}

static void begin_line(splitter *s)
{
    s->in_comment = 0;
    s->is_empty = 1;
}

static kiln_status scan(splitter *s)
{
    while (s->scanned < s->used) {
        const char c = s->bytes[s->scanned++];
        if (c == '\n' && s->line == INT_MAX)
            return kiln_i_fail(s->f->ctx, KILN_E_PARSE, "%s: expected at most %d lines", s->f->path, INT_MAX);
        s->line += c == '\n';
        if (c == '\n' && !s->in_quotes) {
            s->n_rows += !s->is_empty;
            begin_line(s);
            const int most = s->f->header.ctx ? KILN_I_FORMULA_GROUP : 1;
            if (s->n_rows < most) continue;
            const kiln_status status = end_group(s, s->scanned);
            if (status != KILN_OK) return status;
        } else if (s->is_empty && c == '#') s->in_comment = 1;
        else if (!s->in_comment && c != ' ' && c != '\t' && c != '\r' && c != '\n' && !is_mark(s)) {
            s->is_empty = 0;
            if (c == '"') s->in_quotes = !s->in_quotes;
        }
    }
    return KILN_OK;
}

static kiln_status read_chunk(splitter *s, size_t *n)
{
    kiln_i_formula_file *f = s->f;
    if (s->room < s->used + CHUNK) {
        if (s->room >= MOST_GROUP_BYTES) { /* a quotation mark that never ends: this says where it is */
            const kiln_status status = end_group(s, s->used);
            return status != KILN_OK ? status
                                     : kiln_i_fail(f->ctx, KILN_E_PARSE, "%s:%d:1: expected shorter rows", f->path, s->line);
        }
        if (!kiln_i_grow(f->ctx, &s->bytes, s->room, 2 * s->room + CHUNK, 1))
            return kiln_i_fail(f->ctx, KILN_E_NOMEM, "%s: no memory for its rows", f->path);
        s->room = 2 * s->room + CHUNK;
    }
    ssize_t got;
    do got = read(f->file, s->bytes + s->used, CHUNK);
    while (got < 0 && errno == EINTR);
    if (got < 0) return kiln_i_fail(f->ctx, KILN_E_IO, "%s: cannot be read: %s", f->path, strerror(errno));
    *n = (size_t)got;
    SHA256_Update(&s->hash, (const uint8_t *)s->bytes + s->used, *n);
    s->used += *n;
    return KILN_OK;
}

static kiln_status read_through(splitter *s)
{
    size_t n = 1;
    kiln_status status = KILN_OK;
    while (n > 0 && status == KILN_OK) {
        n = 0;
        status = read_chunk(s, &n);
        if (status == KILN_OK) status = scan(s);
    }
    s->n_rows += !s->is_empty; /* a last line without an end */
    if (status == KILN_OK && (s->n_rows > 0 || s->in_quotes || !s->f->header.ctx)) status = end_group(s, s->used);
    if (status != KILN_OK) return status;
    if (s->f->n_rows == 0)
        return kiln_i_table_fail(&s->f->header, s->f->header.cell, "expected rows below the header, found none");
    status = note_group(s); /* where the file ends */
    --s->f->n_groups;
    return status;
}

static int is_as_read(const kiln_i_formula_file *f)
{
    struct stat now;
    return fstat(f->file, &now) == 0 && now.st_size == f->size && now.st_mtim.tv_sec == f->written.tv_sec &&
           now.st_mtim.tv_nsec == f->written.tv_nsec;
}

kiln_status kiln_i_formula_file_open(kiln_context *ctx, const char *path, kiln_i_formula_file *out)
{
    *out = (kiln_i_formula_file){.ctx = ctx, .file = -1};
    if (!(out->path = kiln_i_strdup(ctx, path))) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for its rows", path);
    out->file = open(path, O_RDONLY | O_CLOEXEC);
    if (out->file < 0) return kiln_i_fail(ctx, KILN_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    if (lseek(out->file, 0, SEEK_CUR) < 0)
        return kiln_i_fail(ctx, KILN_E_IO, "%s: expected a file that can be read again by position, not a pipe", path);
    struct stat before;
    if (fstat(out->file, &before) != 0) return kiln_i_fail(ctx, KILN_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    out->size = before.st_size;
    out->written = before.st_mtim;
    splitter s = {.f = out, .first_line = 1, .line = 1};
    SHA256_Init(&s.hash);
    begin_line(&s);
    kiln_status status = read_through(&s);
    if (status == KILN_OK && !is_as_read(out)) status = kiln_i_fail(ctx, KILN_E_IO, "%s: has changed while it was read", path);
    kiln_i_digest_end(&s.hash, out->sha256);
    kiln_i_free(ctx, s.bytes);
    return status;
}

void kiln_i_formula_file_close(kiln_i_formula_file *f)
{
    if (!f->ctx) return;
    if (f->file >= 0) (void)close(f->file);
    kiln_i_table_free(&f->header);
    kiln_i_free(f->ctx, f->group);
    kiln_i_free(f->ctx, f->path);
    *f = (kiln_i_formula_file){.file = -1};
}

static int read_at(int file, char *bytes, size_t n, uint64_t offset)
{
    for (size_t done = 0; done < n;) {
        const ssize_t got = pread(file, bytes + done, n - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        done += (size_t)got;
    }
    return 1;
}

kiln_status kiln_i_formula_file_read(const kiln_i_formula_file *f, kiln_context *ctx, size_t group, kiln_i_table *out)
{
    const kiln_i_formula_group *g = &f->group[group];
    const size_t length = (size_t)(g[1].offset - g->offset);
    *out = (kiln_i_table){0};
    char *bytes = kiln_i_alloc(ctx, length + 1, 1);
    if (!bytes) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for its rows", f->path);
    kiln_status status = KILN_E_IO;
    if (read_at(f->file, bytes, length, g->offset))
        status = kiln_i_table_parse_part(ctx, bytes, length, f->path, g->line, f->header.n_columns, out);
    kiln_i_free(ctx, bytes);
    const uint64_t first = (uint64_t)group * KILN_I_FORMULA_GROUP, left = f->n_rows - first;
    const int n = left < KILN_I_FORMULA_GROUP ? (int)left : KILN_I_FORMULA_GROUP;
    if (status == KILN_OK && out->n_rows == n && is_as_read(f)) return KILN_OK;
    kiln_i_table_free(out);
    return kiln_i_fail(ctx, KILN_E_IO, "%s: has changed while its rows were computed", f->path);
}
