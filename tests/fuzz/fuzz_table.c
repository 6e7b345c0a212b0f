/* Bytes as a table of comma-separated values. Success means that every cell is text with a place, as many in each row as in the header. */
#include "fuzz.h"

#include "text/table.h"
#include "text/utf8.h"

static int is_utf8(const char *text)
{
    int length;
    while ((length = kiln_i_utf8_decode(text, NULL)) > 0) text += length;
    return length == 0;
}

static void check(const kiln_i_table *t, size_t size)
{
    int line = 0;
    fuzz_require(t->n_columns >= 1 && t->n_rows >= 1);
    for (int r = -1; r < t->n_rows; ++r)
        for (int c = 0; c < t->n_columns; ++c) {
            const kiln_i_cell *cell = kiln_i_table_at(t, r, c);
            fuzz_require(cell->text >= t->bytes && cell->text + strlen(cell->text) <= t->bytes + size);
            fuzz_require(is_utf8(cell->text));
            fuzz_require(cell->line >= line && cell->line >= 1 && cell->column >= 1);
            line = cell->line;
        }
    fuzz_require(kiln_i_table_column(t, kiln_i_table_at(t, -1, 0)->text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kiln_context *ctx;
    kiln_i_table table;
    fuzz_require(kiln_context_create(NULL, &ctx) == KILN_OK);
    const kiln_status status = kiln_i_table_parse(ctx, (const char *)data, size, "fuzz.csv", &table);
    if (status == KILN_OK) check(&table, size);
    else {
        fuzz_require(status == KILN_E_PARSE && table.cell == NULL);
        fuzz_require(strncmp(kiln_context_error(ctx), "fuzz.csv:", 9) == 0 && is_utf8(kiln_context_error(ctx)));
    }
    kiln_i_table_free(&table);
    kiln_context_free(ctx);
    return 0;
}
