#include <kiln/element_table.h>

#include "core/context.h"
#include "core/digest.h"
#include "core/elements.h"
#include "text/file.h"
#include "text/quantity.h"
#include "text/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* How a column is taken together over a compound. */
typedef enum how { MEAN, MOST, PER_KG } how;

struct kiln_element_table {
    kiln_context *ctx;
    char *file, sha256[KILN_I_DIGEST];
    int n_columns;
    char *name[KILN_I_TABLE_COLUMNS];
    how how[KILN_I_TABLE_COLUMNS];
    double *value; /* [n_columns x (KILN_MAX_Z + 1)] by columns, NAN where there is none */
};

static int ends_with(const char *name, const char *end)
{
    const size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

static how how_of(const char *name) { return ends_with(name, "_per_kg") ? PER_KG : ends_with(name, "_max") ? MOST : MEAN; }

static double *value_at(const kiln_element_table *e, int column, int z) { return &e->value[column * (KILN_MAX_Z + 1) + z]; }

static kiln_status read_number(const kiln_i_table *t, const kiln_i_cell *cell, double *value)
{
    *value = NAN;
    if (!*cell->text) return KILN_OK;
    const int used = kiln_i_signed_scan(cell->text, value);
    if (used == 0 || cell->text[used] || !isfinite(*value))
        return kiln_i_table_fail(t, cell, "expected a number or nothing, found \"%.60s\"", cell->text);
    return KILN_OK;
}

static kiln_status read_row(kiln_element_table *e, const kiln_i_table *t, int row, int key, char *is_there)
{
    const kiln_i_cell *cell = kiln_i_table_cell(t, row, key);
    const int z = kiln_i_element_find(cell->text, (int)strlen(cell->text));
    kiln_status status = KILN_OK;
    if (!z) return kiln_i_table_fail(t, cell, "expected the symbol of an element, found \"%.60s\"", cell->text);
    if (is_there[z]) return kiln_i_table_fail(t, cell, "expected each element once, found %s again", cell->text);
    is_there[z] = 1;
    for (int c = 0; c < e->n_columns && status == KILN_OK; ++c)
        status = read_number(t, kiln_i_table_cell(t, row, c + (c >= key)), value_at(e, c, z));
    return status;
}

static kiln_status read_columns(kiln_element_table *e, const kiln_i_table *t, int key)
{
    for (int c = 0; c < t->n_columns; ++c) {
        const kiln_i_cell *header = kiln_i_table_cell(t, -1, c);
        if (c == key) continue;
        if (!*header->text) return kiln_i_table_fail(t, header, "expected the name of a column, found none");
        if (!(e->name[e->n_columns] = kiln_i_strdup(e->ctx, header->text)))
            return kiln_i_fail(e->ctx, KILN_E_NOMEM, "%s: no memory for its numbers", t->name);
        e->how[e->n_columns++] = how_of(header->text);
    }
    if (e->n_columns == 0) return kiln_i_table_fail(t, t->cell, "expected columns of numbers beside the elements, found none");
    const size_t n = (size_t)e->n_columns * (KILN_MAX_Z + 1);
    if (!(e->value = kiln_i_calloc(e->ctx, n, sizeof *e->value)))
        return kiln_i_fail(e->ctx, KILN_E_NOMEM, "%s: no memory for its numbers", t->name);
    for (size_t i = 0; i < n; ++i) e->value[i] = NAN;
    return KILN_OK;
}

static kiln_status read_table(kiln_element_table *e, const kiln_i_table *t)
{
    char is_there[KILN_MAX_Z + 1] = {0};
    const int key = kiln_i_table_column(t, "element");
    if (key < 0) return kiln_i_table_fail(t, t->cell, "expected a column element, found none");
    kiln_status status = read_columns(e, t, key);
    for (int row = 0; row < t->n_rows && status == KILN_OK; ++row) status = read_row(e, t, row, key, is_there);
    return status;
}

static kiln_status describe(kiln_element_table *e, const char *text, size_t length, const char *name)
{
    kiln_i_digest(text, length, e->sha256);
    e->file = kiln_i_strdup(e->ctx, name);
    return e->file ? KILN_OK : kiln_i_fail(e->ctx, KILN_E_NOMEM, "%s: no memory for its numbers", name);
}

kiln_status kiln_element_table_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                     kiln_element_table **out)
{
    kiln_i_table table;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !name || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_status status = kiln_i_table_parse(ctx, text, length, name, &table);
    if (status != KILN_OK) return status;
    kiln_element_table *e = kiln_i_calloc(ctx, 1, sizeof *e);
    if (e) {
        e->ctx = ctx;
        status = read_table(e, &table);
    } else status = kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for its numbers", name);
    kiln_i_table_free(&table);
    if (status == KILN_OK) status = describe(e, text, length, name);
    if (status == KILN_OK) *out = e;
    else kiln_element_table_free(e);
    return status;
}

kiln_status kiln_element_table_load(kiln_context *ctx, const char *path, kiln_element_table **out)
{
    char *text = NULL;
    size_t length = 0;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_status status = kiln_i_file_read(ctx, path, &text, &length);
    if (status == KILN_OK) status = kiln_element_table_parse(ctx, text, length, path, out);
    kiln_i_free(ctx, text);
    return status;
}

void kiln_element_table_free(kiln_element_table *e)
{
    if (!e) return;
    for (int c = 0; c < e->n_columns; ++c) kiln_i_free(e->ctx, e->name[c]);
    kiln_i_free(e->ctx, e->value);
    kiln_i_free(e->ctx, e->file);
    kiln_i_free(e->ctx, e);
}

const char *kiln_element_table_name(const kiln_element_table *table) { return table ? table->file : ""; }

const char *kiln_element_table_sha256(const kiln_element_table *table) { return table ? table->sha256 : ""; }

int kiln_element_table_n_columns(const kiln_element_table *table) { return table ? table->n_columns : 0; }

const char *kiln_element_table_column(const kiln_element_table *table, int column)
{
    return table && column >= 0 && column < table->n_columns ? table->name[column] : "";
}

int kiln_element_table_find(const kiln_element_table *table, const char *name)
{
    for (int c = 0; table && name && c < table->n_columns; ++c)
        if (strcmp(table->name[c], name) == 0) return c;
    return -1;
}

double kiln_element_table_number(const kiln_element_table *table, int column, int z)
{
    if (!table || column < 0 || column >= table->n_columns || z < 1 || z > KILN_MAX_Z) return NAN;
    return *value_at(table, column, z);
}

double kiln_element_table_value(const kiln_element_table *table, int column, const kiln_composition *x, int *missing_z)
{
    double sum = 0.0, weight = 0.0, most = -INFINITY;
    if (missing_z) *missing_z = 0;
    if (!table || column < 0 || column >= table->n_columns || !x) return NAN;
    const how taken = table->how[column];
    for (int i = 0; i < x->n; ++i) {
        const kiln_component *k = &x->component[i];
        double value = *value_at(table, column, k->z);
        const double amount = taken == PER_KG ? k->amount * kiln_i_element_weight(k->z) : k->amount;
        if (k->is_anion && taken != PER_KG) continue;
        if (!(amount > 0.0)) value = NAN; /* an element without a standard weight */
        if (isnan(value) && !k->is_anion) {
            if (missing_z) *missing_z = k->z;
            return NAN;
        }
        weight += amount;
        if (isnan(value)) continue;
        sum += amount * value;
        most = fmax(most, value);
    }
    return taken == MOST ? most : sum / weight;
}
