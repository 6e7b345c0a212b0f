/* Private: where the rows of a screening go: sink_text.c writes CSV and JSON Lines, sink_sqlite.c a database. Failures are KILN_E_IO and name the file. */
#ifndef KILN_REPORT_SINK_H
#define KILN_REPORT_SINK_H

#include "report/buffer.h"

#include <kiln/screen.h>

typedef struct kiln_i_sink kiln_i_sink;
struct kiln_i_sink {
    /* The record that stands with the rows, NULL where there is none and no rows either; kiln_i_free it. */
    kiln_status (*recall)(kiln_i_sink *sink, char **record);
    /* Begins, where `record` is the first of all, or goes on after `bytes` (record NULL). */
    kiln_status (*begin)(kiln_i_sink *sink, const char *record);
    kiln_status (*resume)(kiln_i_sink *sink, uint64_t bytes);
    /* Of one that is finished: the rows of its record, of so many bytes, are there. */
    kiln_status (*check)(kiln_i_sink *sink, uint64_t bytes);
    kiln_status (*add)(kiln_i_sink *sink, const kiln_screen_unit *unit);
    /* Bytes that the rows added so far take, for the record; 0 where they need none. */
    uint64_t (*bytes)(const kiln_i_sink *sink);
    /* All rows added so far are on the disk, and the record says so. */
    kiln_status (*keep)(kiln_i_sink *sink, const char *record);
    /* After that: no row will follow. */
    kiln_status (*finish)(kiln_i_sink *sink, const char *record);
    void (*close)(kiln_i_sink *sink);
    kiln_context *ctx; /* borrowed, as the columns */
    const char *path;
    int n_columns;
    const kiln_column *column;
};

/* By the extension of `path`; KILN_E_ARG for another. The sink's close frees it. */
kiln_status kiln_i_sink_open(kiln_context *ctx, const char *path, int n_columns, const kiln_column *column, kiln_i_sink **out);
/* A name that has changed in the folder of a file is on the disk, where its file system can do so. */
void kiln_i_sink_sync_folder(const char *path);
kiln_status kiln_i_sink_sqlite(kiln_context *ctx, kiln_i_sink **out);
kiln_status kiln_i_sink_text(kiln_context *ctx, int is_json, kiln_i_sink **out);

/* screen_lines.c: a row as a line of CSV or of JSON; the header of CSV. */
void kiln_i_screen_header(kiln_i_buffer *b, int n_columns, const kiln_column *column);
void kiln_i_screen_csv(kiln_i_buffer *b, int n_columns, const kiln_column *column, const kiln_field *field);
void kiln_i_screen_json(kiln_i_buffer *b, int n_columns, const kiln_column *column, const kiln_field *field);

#endif
