/* Private: a table that outlives its reading, because what was read from it points into it. */
#ifndef KILN_DATA_TRIALS_TEXT_H
#define KILN_DATA_TRIALS_TEXT_H

#include "text/file.h"
#include "text/table.h"

#include <kiln/trial.h>

struct kiln_trials_text {
    kiln_i_table table;
    char *name;
};

/* As kiln_i_table_parse; *out is NULL after a failure. kiln_i_trials_text_close it. */
kiln_status kiln_i_trials_text_open(kiln_context *ctx, const char *text, size_t length, const char *name,
                                    struct kiln_trials_text **out);
/* The same of a file. */
kiln_status kiln_i_trials_text_load(kiln_context *ctx, const char *path, struct kiln_trials_text **out);
void kiln_i_trials_text_close(struct kiln_trials_text *text);

#endif
