/* Private: tables as comma-separated values (RFC 4180): a header line, quoted fields where needed. Besides, lines that begin with # and empty ones do not count, and blanks around a field
 * that is not quoted do not belong to it. Every field knows its line and column. */
#ifndef KILN_TEXT_TABLE_H
#define KILN_TEXT_TABLE_H

#include <kiln/context.h>

#include <stddef.h>

enum { KILN_I_TABLE_COLUMNS = 64 };

typedef struct kiln_i_cell {
    const char *text; /* zero-terminated UTF-8 without control characters; "" for an empty field */
    int line, column; /* 1-based */
} kiln_i_cell;

typedef struct kiln_i_table {
    kiln_context *ctx; /* borrowed */
    const char *name;  /* borrowed: as messages call the file */
    int n_columns, n_rows;
    kiln_i_cell *cell; /* [n_columns * (n_rows + 1)] by rows; the first is the header */
    char *bytes;
} kiln_i_table;

/* KILN_E_PARSE with "name:line:column: expected ..., found ..."; KILN_E_NOMEM. *out is empty then. kiln_i_table_free it. */
kiln_status kiln_i_table_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_table *out);
/* The same of a file, which `name` in messages is; KILN_E_IO if it cannot be read. */
kiln_status kiln_i_table_load(kiln_context *ctx, const char *path, kiln_i_table *out);
/* Rows of a table of n_columns whose header was read before: `line` is that of the first byte, and the header's own fields are empty. */
kiln_status kiln_i_table_parse_part(kiln_context *ctx, const char *text, size_t length, const char *name, int line, int n_columns,
                                    kiln_i_table *out);
void kiln_i_table_free(kiln_i_table *table);
/* Index of the column with this header; -1 without. */
int kiln_i_table_column(const kiln_i_table *table, const char *header);
/* Field of a row, from 0 on, or -1 for the header; an empty one where there is no such column (-1). */
const kiln_i_cell *kiln_i_table_cell(const kiln_i_table *table, int row, int column);
kiln_status kiln_i_table_fail(const kiln_i_table *table, const kiln_i_cell *cell, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
