#include "data/trials_text.h"

#include "core/context.h"

kiln_status kiln_i_trials_text_open(kiln_context *ctx, const char *text, size_t length, const char *name,
                                    struct kiln_trials_text **out)
{
    struct kiln_trials_text *made = kiln_i_calloc(ctx, 1, sizeof *made);
    char *copy = kiln_i_strdup(ctx, name);
    *out = NULL;
    kiln_status status = made && copy ? kiln_i_table_parse(ctx, text, length, copy, &made->table)
                                      : kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the table", name);
    if (status != KILN_OK) {
        kiln_i_free(ctx, copy);
        kiln_i_free(ctx, made);
        return status;
    }
    made->name = copy;
    *out = made;
    return KILN_OK;
}

void kiln_i_trials_text_close(struct kiln_trials_text *text)
{
    kiln_context *ctx = text->table.ctx;
    kiln_i_table_free(&text->table);
    kiln_i_free(ctx, text->name);
    kiln_i_free(ctx, text);
}

kiln_status kiln_i_trials_text_load(kiln_context *ctx, const char *path, struct kiln_trials_text **out)
{
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    kiln_status status = kiln_i_file_read(ctx, path, &text, &length);
    if (status == KILN_OK) status = kiln_i_trials_text_open(ctx, text, length, path, out);
    kiln_i_free(ctx, text);
    return status;
}
