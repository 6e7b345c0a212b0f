#define _POSIX_C_SOURCE 200809L

#include "core/context.h"
#include "report/sink.h"

#ifdef KILN_HAS_SQLITE

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };
/* How long a commit waits for those who read, before rows go on into the same transaction. */
enum { PATIENCE_MS = 5000 };

/* Rows and their record, which change together: a transaction is what is kept. */
typedef struct sqlite_sink {
    kiln_i_sink sink;
    sqlite3 *db;
    sqlite3_stmt *insert, *put_record;
    int in_transaction;
    char compact[PATH_SIZE]; /* name of what replaces the file in the end */
    char *recalled;          /* what the record said before there was a lock; NULL: there was none */
} sqlite_sink;

static kiln_status fail(const sqlite_sink *s)
{
    return kiln_i_fail(s->sink.ctx, KILN_E_IO, "%s cannot be written: %s", s->sink.path,
                       s->db ? sqlite3_errmsg(s->db) : "no memory");
}

static kiln_status run(const sqlite_sink *s, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? KILN_OK : fail(s);
}

static kiln_status fail_of_other(const sqlite_sink *s)
{
    return kiln_i_fail(s->sink.ctx, KILN_E_IO, "%s is being written by another screening", s->sink.path);
}

/* ---- Opening ---- */

/* What was begun and rolled back has no pages. */
static int is_empty(sqlite_sink *s)
{
    sqlite3_stmt *count = NULL;
    const int is_known =
        sqlite3_prepare_v2(s->db, "PRAGMA page_count", -1, &count, NULL) == SQLITE_OK && sqlite3_step(count) == SQLITE_ROW;
    const int empty = is_known && sqlite3_column_int64(count, 0) == 0;
    sqlite3_finalize(count);
    return empty;
}

static kiln_status read_record(sqlite_sink *s, char **record)
{
    static const char sql[] = "SELECT value FROM kiln_screening WHERE key = 'state'";
    sqlite3_stmt *select = NULL;
    kiln_status status;
    if (sqlite3_prepare_v2(s->db, sql, -1, &select, NULL) == SQLITE_OK && sqlite3_step(select) == SQLITE_ROW) {
        *record = kiln_i_strdup(s->sink.ctx, (const char *)sqlite3_column_text(select, 0));
        status = *record ? KILN_OK : kiln_i_fail(s->sink.ctx, KILN_E_NOMEM, "the record of %s", s->sink.path);
    } else if (sqlite3_errcode(s->db) == SQLITE_BUSY) status = fail_of_other(s);
    else
        status = kiln_i_fail(s->sink.ctx, KILN_E_IO,
                             "%s is there, and is no unfinished screening; name another file or remove it", s->sink.path);
    sqlite3_finalize(select);
    return status;
}

static kiln_status open_database(sqlite_sink *s, const char *path, int flags)
{
    return sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | flags, NULL) == SQLITE_OK ? KILN_OK : fail(s);
}

static kiln_status recall(kiln_i_sink *sink, char **record)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    struct stat there;
    *record = NULL;
    if (snprintf(s->compact, sizeof s->compact, "%s.new", sink->path) >= (int)sizeof s->compact)
        return kiln_i_fail(sink->ctx, KILN_E_IO, "%s cannot be written: %s", sink->path, strerror(ENAMETOOLONG));
    if (stat(sink->path, &there) != 0) return KILN_OK;
    kiln_status status = open_database(s, sink->path, 0);
    if (status != KILN_OK) return status;
    if (is_empty(s)) return KILN_OK;
    status = read_record(s, record);
    if (status != KILN_OK || (s->recalled = kiln_i_strdup(sink->ctx, *record))) return status;
    kiln_i_free(sink->ctx, *record);
    *record = NULL;
    return kiln_i_fail(sink->ctx, KILN_E_NOMEM, "the record of %s", sink->path);
}

static void put_name(kiln_i_buffer *b, const char *name)
{
    kiln_i_buffer_add(b, "\"", 1);
    for (const char *p = name; *p; ++p) kiln_i_buffer_add(b, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    kiln_i_buffer_add(b, "\"", 1);
}

static kiln_status prepare(sqlite_sink *s, const char *sql, sqlite3_stmt **out)
{
    return sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK ? KILN_OK : fail(s);
}

static kiln_status prepare_all(sqlite_sink *s)
{
    kiln_i_buffer b = {.ctx = s->sink.ctx};
    kiln_i_buffer_print(&b, "INSERT INTO rows VALUES (?");
    for (int i = 0; i < s->sink.n_columns; ++i) kiln_i_buffer_print(&b, ", ?");
    kiln_i_buffer_print(&b, ")");
    kiln_status status = b.status == KILN_OK ? prepare(s, b.bytes, &s->insert) : b.status;
    if (status == KILN_OK) status = prepare(s, "INSERT OR REPLACE INTO kiln_screening VALUES ('state', ?)", &s->put_record);
    kiln_i_free(s->sink.ctx, b.bytes);
    return status;
}

/* SQLite does not tell upper from lower case, and has a column `row` beside those given. */
static kiln_status check_names(const sqlite_sink *s)
{
    for (int i = 0; i < s->sink.n_columns; ++i) {
        const char *name = s->sink.column[i].name;
        int is_taken = strcasecmp(name, "row") == 0;
        for (int k = 0; k < i; ++k) is_taken |= strcasecmp(name, s->sink.column[k].name) == 0;
        if (is_taken)
            return kiln_i_fail(s->sink.ctx, KILN_E_ARG,
                               "%s: SQLite would have two columns named \"%.60s\"; rename that of your table, or write a .csv or "
                               ".jsonl file",
                               s->sink.path, name);
    }
    return KILN_OK;
}

static kiln_status create_tables(sqlite_sink *s)
{
    kiln_i_buffer b = {.ctx = s->sink.ctx};
    kiln_i_buffer_print(&b, "CREATE TABLE kiln_screening (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
                            "CREATE TABLE rows (\"row\" INTEGER PRIMARY KEY");
    for (int i = 0; i < s->sink.n_columns; ++i) {
        const kiln_field_kind kind = s->sink.column[i].kind;
        kiln_i_buffer_print(&b, ", ");
        put_name(&b, s->sink.column[i].name);
        kiln_i_buffer_print(&b, "%s", kind == KILN_FIELD_NUMBER ? " REAL" : kind == KILN_FIELD_TEXT ? " TEXT" : "");
    }
    kiln_i_buffer_print(&b, ");");
    const kiln_status status = b.status == KILN_OK ? run(s, b.bytes) : b.status;
    kiln_i_free(s->sink.ctx, b.bytes);
    return status;
}

/* ---- Rows ---- */

static kiln_status step(sqlite_sink *s, sqlite3_stmt *statement)
{
    const int is_done = sqlite3_step(statement) == SQLITE_DONE;
    const kiln_status status = is_done ? KILN_OK : fail(s);
    (void)sqlite3_reset(statement);
    return status;
}

static kiln_status commit(sqlite_sink *s, const char *record)
{
    if (sqlite3_bind_text(s->put_record, 1, record, -1, SQLITE_TRANSIENT) != SQLITE_OK) return fail(s);
    kiln_status status = step(s, s->put_record);
    if (status == KILN_OK) status = run(s, "COMMIT");
    s->in_transaction = status != KILN_OK;
    return status;
}

static kiln_status start(sqlite_sink *s)
{
    if (s->in_transaction) return KILN_OK;
    const kiln_status status = run(s, "BEGIN IMMEDIATE");
    s->in_transaction = status == KILN_OK;
    return status;
}

/* The lock, at once or not at all; after that others who write are gone, and those who read are waited for. */
static kiln_status lock(sqlite_sink *s)
{
    const kiln_status status = start(s);
    if (status != KILN_OK) return sqlite3_errcode(s->db) == SQLITE_BUSY ? fail_of_other(s) : status;
    (void)sqlite3_busy_timeout(s->db, PATIENCE_MS);
    return KILN_OK;
}

static kiln_status begin(kiln_i_sink *sink, const char *record)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    kiln_status status = check_names(s);
    if (status == KILN_OK && !s->db) status = open_database(s, sink->path, SQLITE_OPEN_CREATE);
    if (status == KILN_OK) status = lock(s);
    if (status == KILN_OK) status = create_tables(s);
    if (status == KILN_OK) status = prepare_all(s);
    return status == KILN_OK ? commit(s, record) : status;
}

static kiln_status resume(kiln_i_sink *sink, uint64_t bytes)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    char *now = NULL;
    (void)bytes; /* what was not kept was rolled back when the file was opened */
    kiln_status status = lock(s);
    if (status == KILN_OK) status = read_record(s, &now);
    if (status == KILN_OK && strcmp(now, s->recalled) != 0)
        status = kiln_i_fail(sink->ctx, KILN_E_IO, "%s was written by another screening meanwhile", sink->path);
    kiln_i_free(sink->ctx, now);
    return status == KILN_OK ? prepare_all(s) : status;
}

static kiln_status check(kiln_i_sink *sink, uint64_t bytes)
{
    (void)sink, (void)bytes; /* rows and record are one file */
    return KILN_OK;
}

static int bind(sqlite3_stmt *insert, int place, const kiln_field *field)
{
    if (field->kind == KILN_FIELD_TEXT) return sqlite3_bind_text(insert, place, field->text, -1, SQLITE_STATIC);
    if (field->kind == KILN_FIELD_NUMBER) return sqlite3_bind_double(insert, place, field->number);
    return sqlite3_bind_null(insert, place);
}

static kiln_status add(kiln_i_sink *sink, const kiln_screen_unit *unit)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    kiln_status status = start(s);
    for (int r = 0; r < unit->n_rows && status == KILN_OK; ++r) {
        int error = sqlite3_bind_int64(s->insert, 1, (sqlite3_int64)(unit->first_row + (uint64_t)r));
        for (int i = 0; i < sink->n_columns && error == SQLITE_OK; ++i)
            error = bind(s->insert, i + 2, &unit->field[r * sink->n_columns + i]);
        status = error == SQLITE_OK ? step(s, s->insert) : fail(s);
    }
    return status;
}

static uint64_t bytes_of(const kiln_i_sink *sink)
{
    (void)sink;
    return 0;
}

static kiln_status keep(kiln_i_sink *sink, const char *record)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    kiln_status status = start(s);
    if (status == KILN_OK) status = commit(s, record);
    const int is_read = status != KILN_OK && s->in_transaction && sqlite3_errcode(s->db) == SQLITE_BUSY;
    return is_read ? KILN_OK : status; /* someone reads for long: what is added next is kept together with this */
}

/* ---- The end ---- */

static void close_database(sqlite_sink *s)
{
    sqlite3_finalize(s->insert);
    sqlite3_finalize(s->put_record);
    s->insert = s->put_record = NULL;
    sqlite3_close(s->db);
    s->db = NULL;
    s->in_transaction = 0;
}

/* The pages of a file tell when it was written; a copy made in one go does not, so that it is the same however often the work was ended. */
static kiln_status copy(sqlite_sink *s)
{
    sqlite3_stmt *vacuum = NULL;
    (void)unlink(s->compact);
    kiln_status status = prepare(s, "VACUUM INTO ?", &vacuum);
    if (status == KILN_OK && sqlite3_bind_text(vacuum, 1, s->compact, -1, SQLITE_STATIC) != SQLITE_OK) status = fail(s);
    if (status == KILN_OK && sqlite3_step(vacuum) != SQLITE_DONE) status = fail(s);
    sqlite3_finalize(vacuum);
    return status;
}

static kiln_status finish(kiln_i_sink *sink, const char *record)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    kiln_status status = s->in_transaction ? run(s, "COMMIT") : KILN_OK; /* which a reader has put off */
    if (status == KILN_OK) status = copy(s);
    if (status == KILN_OK) {
        close_database(s);
        status = open_database(s, s->compact, 0);
        if (status == KILN_OK) status = start(s);
        if (status == KILN_OK) status = prepare_all(s);
        if (status == KILN_OK) status = commit(s, record);
        close_database(s);
    }
    if (status == KILN_OK && rename(s->compact, sink->path) == 0) {
        kiln_i_sink_sync_folder(sink->path);
        return KILN_OK;
    }
    if (status == KILN_OK) status = kiln_i_fail(sink->ctx, KILN_E_IO, "%s cannot be written: %s", sink->path, strerror(errno));
    (void)unlink(s->compact);
    return status;
}

static void close_sink(kiln_i_sink *sink)
{
    sqlite_sink *s = (sqlite_sink *)sink;
    close_database(s);
    kiln_i_free(sink->ctx, s->recalled);
    kiln_i_free(sink->ctx, s);
}

kiln_status kiln_i_sink_sqlite(kiln_context *ctx, kiln_i_sink **out)
{
    sqlite_sink *s = kiln_i_calloc(ctx, 1, sizeof *s);
    if (!s) return kiln_i_fail(ctx, KILN_E_NOMEM, "a file of rows");
    s->sink = (kiln_i_sink){.recall = recall,
                            .begin = begin,
                            .resume = resume,
                            .check = check,
                            .add = add,
                            .bytes = bytes_of,
                            .keep = keep,
                            .finish = finish,
                            .close = close_sink};
    *out = &s->sink;
    return KILN_OK;
}

#else

kiln_status kiln_i_sink_sqlite(kiln_context *ctx, kiln_i_sink **out)
{
    *out = NULL;
    return kiln_i_fail(ctx, KILN_E_ARG, "this kiln was built without SQLite (Debian: libsqlite3-dev); .csv and .jsonl need none");
}

#endif
