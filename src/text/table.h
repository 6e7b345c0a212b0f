/* Private: comma-separated values (RFC 4180) in which every field knows its line and column. */
#ifndef KILN_TEXT_TABLE_H
#define KILN_TEXT_TABLE_H

#include <kiln/context.h>

typedef struct kiln_i_cell {
    const char *text; /* without quotes, and without spaces at its ends */
    int line, column; /* 1-based, of where it begins; columns count characters */
} kiln_i_cell;

typedef struct kiln_i_table {
    kiln_context *ctx; /* borrowed */
    char *name;        /* as messages call the file */
    char *bytes;
    int n_columns, n_rows;
    size_t room;
    kiln_i_cell *cell; /* [n_columns * (n_rows + 1)], row by row; first the header */
} kiln_i_table;

/* Read a file with a header line. Refused, each with its position: nothing but a header, nothing at all, a row with more or fewer fields, an open quote, what is not
 * UTF-8, control characters. Empty lines and those that begin with # are skipped. KILN_E_IO if it cannot be read, KILN_E_PARSE, KILN_E_NOMEM; the table is empty then. */
kiln_status kiln_i_table_load(kiln_context *ctx, const char *path, kiln_i_table *out);
/* The same from `length` bytes, which are copied. */
kiln_status kiln_i_table_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_table *out);
void kiln_i_table_free(kiln_i_table *table);

/* Column of a heading, ignoring case; -1: there is none. */
int kiln_i_table_column(const kiln_i_table *table, const char *heading);
/* Field of row 0 .. n_rows - 1. */
const kiln_i_cell *kiln_i_table_at(const kiln_i_table *table, int row, int column);
/* KILN_E_PARSE with "name:line:column: ". */
kiln_status kiln_i_table_fail(const kiln_i_table *table, const kiln_i_cell *cell, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
