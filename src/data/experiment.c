#include <kiln/experiment.h>

#include "core/context.h"
#include "text/quantity.h"
#include "text/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define KELVIN 273.15

typedef struct columns {
    int T_C, T_K, x, A, B, sigma_x, sigma_T, kind, phase, label, source;
} columns;

const char *kiln_experiment_kind_name(kiln_experiment_kind kind)
{
    static const char *const names[] = {"boundary", "single", "multiple", "invariant"};
    return kind >= KILN_EXPERIMENT_BOUNDARY && kind <= KILN_EXPERIMENT_INVARIANT ? names[kind] : "unknown";
}

static kiln_status find_columns(const kiln_i_table *t, columns *c)
{
    *c = (columns){kiln_i_table_column(t, "T_C"),     kiln_i_table_column(t, "T_K"),   kiln_i_table_column(t, "x"),
                   kiln_i_table_column(t, "A"),       kiln_i_table_column(t, "B"),     kiln_i_table_column(t, "sigma_x"),
                   kiln_i_table_column(t, "sigma_T"), kiln_i_table_column(t, "kind"),  kiln_i_table_column(t, "phase"),
                   kiln_i_table_column(t, "label"),   kiln_i_table_column(t, "source")};
    if ((c->T_C < 0) == (c->T_K < 0))
        return kiln_i_table_fail(t, &t->cell[0], "expected one column of temperatures, T_C or T_K, found %s",
                                 c->T_C < 0 ? "none" : "both");
    if (c->x < 0) return kiln_i_table_fail(t, &t->cell[0], "expected a column x, the mole fraction of cations, found none");
    if ((c->A < 0) != (c->B < 0))
        return kiln_i_table_fail(t, &t->cell[c->A < 0 ? c->B : c->A], "expected both columns A and B, found one");
    return KILN_OK;
}

/* A plain number, with a sign where it may have one. */
static kiln_status read_number(const kiln_i_table *t, const kiln_i_cell *cell, const char *what, double low, double high,
                               double *out)
{
    const int is_negative = *cell->text == '-', sign = is_negative || *cell->text == '+';
    const int used = kiln_i_number_scan(cell->text + sign, out);
    if (is_negative) *out = -*out;
    if (used == 0 || cell->text[sign + used] || !(*out >= low && *out <= high))
        return kiln_i_table_fail(t, cell, "expected %s, found \"%.60s\"", what, cell->text);
    return KILN_OK;
}

static kiln_status read_temperature(const kiln_i_table *t, const columns *c, int row, double *T_K)
{
    const int is_celsius = c->T_C >= 0;
    const kiln_i_cell *cell = kiln_i_table_cell(t, row, is_celsius ? c->T_C : c->T_K);
    const kiln_status status = read_number(t, cell,
                                           is_celsius ? "a temperature in °C, above -273.15 and up to 6000"
                                                      : "a temperature in K, above 0 and up to 6273.15",
                                           is_celsius ? 1e-9 - KELVIN : 1e-9, is_celsius ? 6000.0 : 6000.0 + KELVIN, T_K);
    if (is_celsius) *T_K += KELVIN;
    return status;
}

static kiln_status read_sigma(const kiln_i_table *t, const kiln_i_cell *cell, const char *what, double most, double *out)
{
    *out = NAN;
    return *cell->text ? read_number(t, cell, what, 0.0, most, out) : KILN_OK;
}

static kiln_status read_kind(const kiln_i_table *t, const kiln_i_cell *cell, kiln_experiment_kind *out)
{
    *out = KILN_EXPERIMENT_BOUNDARY;
    if (!*cell->text) return KILN_OK;
    for (int k = KILN_EXPERIMENT_BOUNDARY; k <= KILN_EXPERIMENT_INVARIANT; ++k)
        if (strcmp(cell->text, kiln_experiment_kind_name((kiln_experiment_kind)k)) == 0) {
            *out = (kiln_experiment_kind)k;
            return KILN_OK;
        }
    return kiln_i_table_fail(t, cell, "expected boundary, single, multiple or invariant, found \"%.60s\"", cell->text);
}

/* Cut between characters where it is too long. */
static void copy_text(const char *text, char *out, size_t size)
{
    size_t n = strlen(text);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) --n;
    }
    memcpy(out, text, n);
    out[n] = '\0';
}

/* ---- The join of a row ---- */

static kiln_status read_end(const kiln_i_table *t, const kiln_i_cell *cell, kiln_composition *out)
{
    char reason[256];
    if (!*cell->text) return kiln_i_table_fail(t, cell, "expected a formula, found none");
    const kiln_status status = kiln_composition_parse(t->ctx, cell->text, out);
    if (status != KILN_E_PARSE) return status;
    snprintf(reason, sizeof reason, "%.250s", kiln_context_error(t->ctx));
    return kiln_i_table_fail(t, cell, "%s", reason);
}

static int is_same(const kiln_composition *a, const kiln_composition *b) { return strcmp(a->canonical, b->canonical) == 0; }

/* *turn: 0 as asked for, 1 the other way round, -1 another join. */
static kiln_status read_join(const kiln_i_table *t, const columns *c, int row, const kiln_composition *A,
                             const kiln_composition *B, int *turn)
{
    kiln_composition a, b;
    *turn = 0;
    if (c->A < 0) return KILN_OK;
    kiln_status status = read_end(t, kiln_i_table_cell(t, row, c->A), &a);
    if (status == KILN_OK) status = read_end(t, kiln_i_table_cell(t, row, c->B), &b);
    if (status != KILN_OK) return status;
    *turn = is_same(&a, A) && is_same(&b, B) ? 0 : is_same(&a, B) && is_same(&b, A) ? 1 : -1;
    return KILN_OK;
}

static kiln_status read_point(const kiln_i_table *t, const columns *c, int row, int turn, kiln_experiment *out)
{
    const kiln_i_cell *x = kiln_i_table_cell(t, row, c->x), *label = kiln_i_table_cell(t, row, c->label),
                      *source = kiln_i_table_cell(t, row, c->source);
    kiln_status status = read_temperature(t, c, row, &out->T_K);
    if (status == KILN_OK) status = read_number(t, x, "a mole fraction from 0 to 1", 0.0, 1.0, &out->x_A);
    if (status == KILN_OK)
        status = read_sigma(t, kiln_i_table_cell(t, row, c->sigma_x), "a deviation from 0 to 1", 1.0, &out->sigma_x);
    if (status == KILN_OK)
        status = read_sigma(t, kiln_i_table_cell(t, row, c->sigma_T), "a deviation in K from 0 to 6000", 6000.0, &out->sigma_T_K);
    if (status == KILN_OK) status = read_kind(t, kiln_i_table_cell(t, row, c->kind), &out->kind);
    if (status != KILN_OK) return status;
    if (turn) out->x_A = 1.0 - out->x_A;
    copy_text(kiln_i_table_cell(t, row, c->phase)->text, out->phase, sizeof out->phase);
    copy_text(*label->text ? label->text : source->text, out->label, sizeof out->label);
    copy_text(source->text, out->source, sizeof out->source);
    out->line = x->line;
    return KILN_OK;
}

static kiln_status read_points(const kiln_i_table *t, const kiln_composition *A, const kiln_composition *B, kiln_experiments *out)
{
    columns c;
    kiln_status status = find_columns(t, &c);
    if (status == KILN_OK && !(out->point = kiln_i_calloc(t->ctx, (size_t)t->n_rows + 1, sizeof *out->point)))
        return kiln_i_fail(t->ctx, KILN_E_NOMEM, "%s: no memory for its points", t->name);
    for (int row = 0; row < t->n_rows && status == KILN_OK; ++row) {
        int turn;
        status = read_join(t, &c, row, A, B, &turn);
        if (status == KILN_OK) status = read_point(t, &c, row, turn, &out->point[out->n]);
        if (turn < 0) ++out->n_others;
        else ++out->n;
    }
    return status;
}

/* Takes the table over, also after a failure. */
static kiln_status make(kiln_i_table *table, const kiln_composition *A, const kiln_composition *B, kiln_experiments **out)
{
    kiln_context *ctx = table->ctx;
    kiln_status status;
    kiln_experiments *made = kiln_i_calloc(ctx, 1, sizeof *made);
    if (made) {
        made->ctx = ctx;
        copy_text(table->name, made->name, sizeof made->name);
        status = read_points(table, A, B, made);
    } else status = kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for its points", table->name);
    kiln_i_table_free(table);
    if (status == KILN_OK) *out = made;
    else kiln_experiments_free(made);
    return status;
}

kiln_status kiln_experiments_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                   const kiln_composition *A, const kiln_composition *B, kiln_experiments **out)
{
    kiln_i_table table;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !name || !A || !B || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_i_table_parse(ctx, text, length, name, &table);
    return status == KILN_OK ? make(&table, A, B, out) : status;
}

kiln_status kiln_experiments_load(kiln_context *ctx, const char *path, const kiln_composition *A, const kiln_composition *B,
                                  kiln_experiments **out)
{
    kiln_i_table table;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path || !A || !B || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_i_table_load(ctx, path, &table);
    return status == KILN_OK ? make(&table, A, B, out) : status;
}

void kiln_experiments_free(kiln_experiments *experiments)
{
    if (!experiments) return;
    kiln_i_free(experiments->ctx, experiments->point);
    kiln_i_free(experiments->ctx, experiments);
}
