#define _DEFAULT_SOURCE /* flock */

#include "core/context.h"
#include "report/sink.h"
#include "text/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLUSH_BYTES = 1 << 18, PATH_SIZE = 4096 };

typedef struct text_sink {
    kiln_i_sink sink;
    int is_json, file; /* descriptor, -1: none */
    uint64_t written;  /* bytes of the file */
    kiln_i_buffer buffer;
    char record[PATH_SIZE], unfinished[PATH_SIZE]; /* names */
    char *recalled;                                /* what the record said before the rows were locked; NULL: there was none */
} text_sink;

static kiln_status fail(const kiln_i_sink *sink, const char *path)
{
    return kiln_i_fail(sink->ctx, KILN_E_IO, "%s cannot be written: %s", path, strerror(errno));
}

static int write_all(int file, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t done = write(file, bytes, n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return 0;
        bytes += done;
        n -= (size_t)done;
    }
    return 1;
}

static kiln_status flush(text_sink *t)
{
    kiln_i_buffer *b = &t->buffer;
    if (b->status != KILN_OK) return b->status;
    if (b->used > 0 && !write_all(t->file, b->bytes, b->used)) return fail(&t->sink, t->sink.path);
    t->written += b->used;
    b->used = 0;
    return KILN_OK;
}

/* A second one that writes the same rows would spoil both. */
static kiln_status open_rows(text_sink *t, int flags)
{
    t->file = open(t->sink.path, O_WRONLY | O_CLOEXEC | flags, 0666);
    if (t->file < 0) return fail(&t->sink, t->sink.path);
    if (flock(t->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return kiln_i_fail(t->sink.ctx, KILN_E_IO, "%s is being written by another screening", t->sink.path);
    return KILN_OK;
}

static int set_names(text_sink *t)
{
    const char *path = t->sink.path;
    return snprintf(t->record, sizeof t->record, "%s.state", path) < (int)sizeof t->record &&
           snprintf(t->unfinished, sizeof t->unfinished, "%s.state.new", path) < (int)sizeof t->unfinished;
}

static kiln_status recall(kiln_i_sink *sink, char **record)
{
    text_sink *t = (text_sink *)sink;
    struct stat rows, state;
    size_t length;
    *record = NULL;
    if (!set_names(t)) {
        errno = ENAMETOOLONG;
        return fail(sink, sink->path);
    }
    const int has_rows = stat(sink->path, &rows) == 0, has_record = stat(t->record, &state) == 0;
    if (!has_record && has_rows && (rows.st_size > 0 || !S_ISREG(rows.st_mode))) /* an empty one: begun, and killed at once */
        return kiln_i_fail(
            sink->ctx, KILN_E_IO,
            "%s is there without its record, %s.state: it is no unfinished screening; name another file or remove it", sink->path,
            sink->path);
    if (!has_record) return KILN_OK;
    const kiln_status status = kiln_i_file_read(sink->ctx, t->record, record, &length);
    if (status != KILN_OK || (t->recalled = kiln_i_strdup(sink->ctx, *record))) return status;
    kiln_i_free(sink->ctx, *record);
    *record = NULL;
    return kiln_i_fail(sink->ctx, KILN_E_NOMEM, "the record of %s", sink->path);
}

/* With the lock: what was recalled without it still holds; else the rows that it tells of are no longer those that are there. */
static kiln_status check_recalled(text_sink *t)
{
    char *now = NULL;
    size_t length;
    struct stat state;
    kiln_status status = KILN_OK;
    if (t->recalled || stat(t->record, &state) == 0) status = kiln_i_file_read(t->sink.ctx, t->record, &now, &length);
    const int is_same = now && t->recalled ? strcmp(now, t->recalled) == 0 : now == t->recalled;
    kiln_i_free(t->sink.ctx, now);
    if (status != KILN_OK || is_same) return status;
    return kiln_i_fail(t->sink.ctx, KILN_E_IO, "%s was written by another screening meanwhile", t->sink.path);
}

/* The rows of the record are there. */
static kiln_status check_rows(kiln_i_sink *sink, uint64_t bytes)
{
    const text_sink *t = (const text_sink *)sink;
    struct stat rows;
    if (stat(sink->path, &rows) != 0 && errno == ENOENT)
        return kiln_i_fail(sink->ctx, KILN_E_IO, "%s is gone, and its record is there; remove that, %s, to begin again",
                           sink->path, t->record);
    if (stat(sink->path, &rows) != 0 || (uint64_t)rows.st_size < bytes)
        return kiln_i_fail(sink->ctx, KILN_E_IO,
                           "%s has %.0f bytes, fewer than the %.0f of its record; remove both to begin again", sink->path,
                           (double)rows.st_size, (double)bytes);
    return KILN_OK;
}

/* The new record takes the place of the old one at once, or not at all. */
static kiln_status put_record(text_sink *t, const char *record)
{
    const int file = open(t->unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return fail(&t->sink, t->record);
    int is_done = write_all(file, record, strlen(record)) && fsync(file) == 0;
    int error = errno;
    if (close(file) != 0 && is_done) {
        is_done = 0;
        error = errno;
    }
    if (is_done && rename(t->unfinished, t->record) == 0) {
        kiln_i_sink_sync_folder(t->record);
        return KILN_OK;
    }
    if (is_done) error = errno;
    (void)unlink(t->unfinished);
    errno = error;
    return fail(&t->sink, t->record);
}

static kiln_status go_on(text_sink *t, uint64_t bytes)
{
    if (ftruncate(t->file, (off_t)bytes) != 0 || lseek(t->file, 0, SEEK_END) < 0) return fail(&t->sink, t->sink.path);
    t->written = bytes;
    if (bytes > 0 || t->is_json) return KILN_OK;
    kiln_i_screen_header(&t->buffer, t->sink.n_columns, t->sink.column);
    return flush(t);
}

static kiln_status begin(kiln_i_sink *sink, const char *record)
{
    text_sink *t = (text_sink *)sink;
    struct stat rows;
    kiln_status status = open_rows(t, O_CREAT);
    if (status == KILN_OK) status = check_recalled(t);
    if (status == KILN_OK && fstat(t->file, &rows) == 0 && rows.st_size > 0)
        status = kiln_i_fail(sink->ctx, KILN_E_IO, "%s was written by another program meanwhile", sink->path);
    if (status == KILN_OK) status = put_record(t, record); /* before the first of them, so that rows never stand without one */
    return status == KILN_OK ? go_on(t, 0) : status;
}

static kiln_status resume(kiln_i_sink *sink, uint64_t bytes)
{
    text_sink *t = (text_sink *)sink;
    kiln_status status = bytes > 0 ? check_rows(sink, bytes) : KILN_OK;
    if (status == KILN_OK) status = open_rows(t, bytes > 0 ? 0 : O_CREAT);
    if (status == KILN_OK) status = check_recalled(t);
    if (status == KILN_OK) status = check_rows(sink, bytes);
    return status == KILN_OK ? go_on(t, bytes) : status;
}

static kiln_status add(kiln_i_sink *sink, const kiln_screen_unit *unit)
{
    text_sink *t = (text_sink *)sink;
    for (int r = 0; r < unit->n_rows; ++r) {
        const kiln_field *field = unit->field + r * sink->n_columns;
        if (t->is_json) kiln_i_screen_json(&t->buffer, sink->n_columns, sink->column, field);
        else kiln_i_screen_csv(&t->buffer, sink->n_columns, sink->column, field);
    }
    return t->buffer.used < FLUSH_BYTES ? t->buffer.status : flush(t);
}

static uint64_t bytes_of(const kiln_i_sink *sink)
{
    const text_sink *t = (const text_sink *)sink;
    return t->written + t->buffer.used;
}

static kiln_status keep(kiln_i_sink *sink, const char *record)
{
    text_sink *t = (text_sink *)sink;
    const kiln_status status = flush(t);
    if (status != KILN_OK) return status;
    if (fdatasync(t->file) != 0 && errno != EINVAL && errno != EROFS)
        return fail(sink, sink->path); /* EINVAL: nothing that can be synchronised */
    return put_record(t, record);
}

static void close_sink(kiln_i_sink *sink)
{
    text_sink *t = (text_sink *)sink;
    if (t->file >= 0) (void)close(t->file);
    kiln_i_free(sink->ctx, t->buffer.bytes);
    kiln_i_free(sink->ctx, t->recalled);
    kiln_i_free(sink->ctx, t);
}

kiln_status kiln_i_sink_text(kiln_context *ctx, int is_json, kiln_i_sink **out)
{
    text_sink *t = kiln_i_calloc(ctx, 1, sizeof *t);
    if (!t) return kiln_i_fail(ctx, KILN_E_NOMEM, "a file of rows");
    t->sink = (kiln_i_sink){.recall = recall,
                            .begin = begin,
                            .resume = resume,
                            .check = check_rows,
                            .add = add,
                            .bytes = bytes_of,
                            .keep = keep,
                            .finish = keep,
                            .close = close_sink};
    t->is_json = is_json;
    t->file = -1;
    t->buffer.ctx = ctx;
    *out = &t->sink;
    return KILN_OK;
}
