#include "predict/fit_state.h"

#include "core/context.h"
#include "text/quantity.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

kiln_i_field kiln_i_record_place(const kiln_i_record *r)
{
    if (r->node) return (kiln_i_field){NULL, r->yaml->name, r->node->line, r->node->column};
    const kiln_i_cell *first = kiln_i_table_cell(r->table, r->row, 0);
    return (kiln_i_field){NULL, r->table->name, first->line, 1};
}

/* A member of the record, else of the defaults of the data set. */
kiln_i_field kiln_i_record_get(const kiln_i_record *r, const char *key)
{
    kiln_i_field f = kiln_i_record_place(r);
    const kiln_i_yaml_node *node = r->node ? kiln_i_yaml_get(r->node, key) : NULL;
    if (!r->node) {
        const kiln_i_cell *cell = kiln_i_table_cell(r->table, r->row, kiln_i_table_column(r->table, key));
        if (*cell->text) f = (kiln_i_field){cell->text, r->table->name, cell->line, cell->column};
    }
    if (!node && !f.text && r->defaults) node = kiln_i_yaml_get(r->defaults, key);
    if (node) f = (kiln_i_field){node->text, r->yaml->name, node->line, node->column};
    return f;
}

kiln_status kiln_i_record_require(const kiln_i_record *r, const char *key, kiln_i_field *out)
{
    *out = kiln_i_record_get(r, key);
    return out->text ? KILN_OK : kiln_i_field_fail(r->ctx, out, "expected a %s, found none", key);
}

kiln_status kiln_i_field_fail(kiln_context *ctx, const kiln_i_field *f, const char *format, ...)
{
    char sentence[600];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (f->line == 0) return kiln_i_fail(ctx, KILN_E_PARSE, "%s: %s", f->file, sentence); /* the place is in the name */
    return kiln_i_fail(ctx, KILN_E_PARSE, "%s:%d:%d: %s", f->file, f->line, f->column, sentence);
}

kiln_status kiln_i_field_locate(kiln_context *ctx, const kiln_i_field *f, kiln_status status)
{
    char sentence[600];
    if (status == KILN_OK || status == KILN_E_NOMEM) return status;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(ctx));
    return kiln_i_field_fail(ctx, f, "%s", sentence);
}

kiln_status kiln_i_record_text(const kiln_i_record *r, const char *key, char **out)
{
    const kiln_i_field f = kiln_i_record_get(r, key);
    *out = NULL;
    if (!f.text) return KILN_OK;
    *out = kiln_i_strdup(r->ctx, f.text);
    return *out ? KILN_OK : kiln_i_fail(r->ctx, KILN_E_NOMEM, "a text of the data set");
}

kiln_status kiln_i_record_quantity(const kiln_i_record *r, const char *key, int dimension, double *out)
{
    const kiln_i_field f = kiln_i_record_get(r, key);
    if (!f.text) return KILN_OK;
    return kiln_i_field_locate(r->ctx, &f, kiln_i_quantity_parse(r->ctx, f.text, (kiln_i_dimension)dimension, out));
}
