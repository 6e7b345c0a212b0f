/* Private: a table of compositions that stays a file: read once from end to end, checked, and then again by position, so that memory does not hold its rows. */
#ifndef KILN_DATA_FORMULA_FILE_H
#define KILN_DATA_FORMULA_FILE_H

#include "text/table.h"

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { KILN_I_FORMULA_GROUP = 16 }; /* rows read together */

typedef struct kiln_i_formula_group {
    uint64_t offset; /* of its first byte */
    int line;
} kiln_i_formula_group;

typedef struct kiln_i_formula_file {
    kiln_context *ctx; /* borrowed */
    char *path;
    int file, formula; /* descriptor; column with the formulas */
    off_t size;        /* of the file, and when it was written, as it was read through */
    struct timespec written;
    kiln_i_table header;
    uint64_t n_rows;
    size_t n_groups, room;
    kiln_i_formula_group *group; /* [n_groups + 1] the last where the file ends */
    char sha256[65];             /* of the file */
} kiln_i_formula_file;

/* A file with a column "formula"; KILN_E_IO, KILN_E_PARSE ("path:line:column: ..."; also without rows) or KILN_E_NOMEM. kiln_i_formula_file_close it, also after a failure. */
kiln_status kiln_i_formula_file_open(kiln_context *ctx, const char *path, kiln_i_formula_file *out);
void kiln_i_formula_file_close(kiln_i_formula_file *f);
/* The rows of one group, from row group * KILN_I_FORMULA_GROUP on; kiln_i_table_free them. Any thread may ask, with a context of its own. */
kiln_status kiln_i_formula_file_read(const kiln_i_formula_file *f, kiln_context *ctx, size_t group, kiln_i_table *out);

#endif
