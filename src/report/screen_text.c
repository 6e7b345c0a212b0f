#include "core/context.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>

enum { CELL = 128, MOST_COLUMNS = 96, LINE = 1024, OWN_COLUMNS = 8 };

static double number(const json_t *node, const char *path) { return kiln_i_tree_number(node, path); }

/* ---- Lines above the table ---- */

static void join(const json_t *list, const char *between, char *out, size_t size)
{
    size_t i, used = 0;
    json_t *item;
    out[0] = '\0';
    json_array_foreach ((json_t *)list, i, item)
        if (used < size) used += (size_t)snprintf(out + used, size - used, "%s%s", i ? between : "", json_string_value(item));
}

static void candidates_text(const json_t *c, char *out, size_t size)
{
    char formulas[320], pool[320];
    const char *kind = kiln_i_tree_string(c, "kind");
    const double n = number(c, "n"), step = 100.0 * number(c, "step");
    join(kiln_i_tree_at(c, "formulas"), " and ", formulas, sizeof formulas);
    join(kiln_i_tree_at(c, "from"), ",", pool, sizeof pool);
    if (strcmp(kind, "choose") == 0 && number(c, "choose_least") < number(c, "choose_most"))
        snprintf(out, size, "%.0f: %s with %.0f to %.0f of %s in equal shares", n, formulas, number(c, "choose_least"),
                 number(c, "choose_most"), pool);
    else if (strcmp(kind, "choose") == 0)
        snprintf(out, size, "%.0f: %s with %.0f of %s in equal shares", n, formulas, number(c, "choose_least"), pool);
    else if (strcmp(kind, "grid") == 0) snprintf(out, size, "%.0f: %s with %s in steps of %.4g %%", n, formulas, pool, step);
    else if (strcmp(kind, "random") == 0)
        snprintf(out, size, "%.0f: %s with %s at random, seed %.0f", n, formulas, pool, number(c, "seed"));
    else if (strcmp(kind, "substitute") == 0)
        snprintf(out, size, "%.0f: %s with %s in steps of %.4g %%", n, formulas, kiln_i_tree_string(c, "substitute"), step);
    else if (strcmp(kind, "table") == 0)
        snprintf(out, size, "%.0f of %s, SHA-256 %.12s", n, kiln_i_tree_string(c, "file"), kiln_i_tree_string(c, "sha256"));
    else snprintf(out, size, "%.0f: %s", n, formulas);
}

static void render_question(const json_t *input, kiln_i_buffer *b)
{
    char text[LINE];
    size_t i, used = 0;
    json_t *item;
    candidates_text(kiln_i_tree_at(input, "candidates"), text, sizeof text);
    kiln_i_text_line(b, "candidates", text);
    join(kiln_i_tree_at(input, "structures"), ", ", text, sizeof text);
    kiln_i_text_line(b, "structure", *text ? text : "the one that each formula suggests");
    json_array_foreach ((json_t *)kiln_i_tree_at(input, "atmospheres"), i, item)
        if (used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "; " : "",
                                     kiln_i_tree_string(item, "atmosphere/label"));
    kiln_i_text_line(b, "atmosphere", text);
}

static void render_counts(const json_t *root, kiln_i_buffer *b)
{
    char text[LINE];
    const char *status;
    json_t *n;
    const json_t *counts = kiln_i_tree_at(root, "result/counts"), *input = kiln_i_tree_at(root, "input");
    size_t used = (size_t)snprintf(text, sizeof text, "%.0f", number(counts, "rows"));
    const char *between = ": ";
    json_object_foreach ((json_t *)kiln_i_tree_at(counts, "status"), status, n) {
        if (json_integer_value(n) == 0 || used >= sizeof text) continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.0f %s", between, (double)json_integer_value(n), status);
        between = ", ";
    }
    if (number(counts, "uncertified") > 0.0 && used < sizeof text)
        snprintf(text + used, sizeof text - used, "; %.0f windows are not certified", number(counts, "uncertified"));
    kiln_i_text_line(b, "rows", text);
    if (!kiln_i_tree_has(input, "where") && !kiln_i_tree_has(input, "sort")) return;
    used = (size_t)snprintf(text, sizeof text, "%.0f rows", number(counts, "passed"));
    if (kiln_i_tree_has(input, "where") && used < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, " with %s", kiln_i_tree_string(input, "where"));
    if (kiln_i_tree_has(input, "sort") && used < sizeof text)
        snprintf(text + used, sizeof text - used, ", the largest %s first", kiln_i_tree_string(input, "sort"));
    kiln_i_text_line(b, "selected", text);
}

/* ---- The table ---- */

typedef struct table {
    const char *title[MOST_COLUMNS];
    int width[MOST_COLUMNS], is_right[MOST_COLUMNS];
    int n_columns, n_rows;
    char (*cell)[CELL]; /* [n_rows x n_columns] by rows */
} table;

/* "807 ± 82"; "< 200" where the search ends there. */
static void end_text(const json_t *row, const char *key, const char *sigma, const char *kind, int is_low, char out[CELL])
{
    const char *ends = kiln_i_tree_string(row, kind);
    const int is_open = strcmp(ends, "search_limit") == 0 || strcmp(ends, "validity") == 0;
    if (!kiln_i_tree_has(row, key)) snprintf(out, CELL, "%s", "");
    else if (is_open) snprintf(out, CELL, "%s %.0f", is_low ? "<" : ">", number(row, key));
    else if (kiln_i_tree_has(row, sigma)) snprintf(out, CELL, "%.0f ± %.0f", number(row, key), number(row, sigma));
    else snprintf(out, CELL, "%.0f", number(row, key));
}

/* What ends the window, or why there is none. */
static void limits_text(const json_t *row, char out[CELL])
{
    const char *status = kiln_i_tree_string(row, "status");
    const char *low = kiln_i_tree_string(row, "low_limit"), *high = kiln_i_tree_string(row, "high_limit");
    if (strcmp(status, "single") == 0) snprintf(out, CELL, "%.50s / %.50s", *low ? low : "-", *high ? high : "-");
    else if (kiln_i_tree_has(row, "XRD_low_C"))
        snprintf(out, CELL, "never single; to XRD %.0f to %.0f °C", number(row, "XRD_low_C"), number(row, "XRD_high_C"));
    else if (strcmp(status, "never single") == 0)
        snprintf(out, CELL, "never single: %.0f J/mol off at %.0f °C", -number(row, "best_J_mol"), number(row, "best_T_C"));
    else snprintf(out, CELL, "%s", status);
}

static void probability_text(const json_t *row, const char *key, char out[CELL])
{
    if (kiln_i_tree_has(row, key)) snprintf(out, CELL, "%.2f", number(row, key));
    else out[0] = '\0';
}

/* A column of the user's, a number or a text. */
static void value_text(const json_t *row, const char *column, char out[CELL])
{
    const json_t *value = json_object_get(row, column);
    if (json_is_number(value)) snprintf(out, CELL, "%.5g", json_number_value(value));
    else snprintf(out, CELL, "%.100s", json_is_string(value) ? json_string_value(value) : "");
}

static void fill_row(const json_t *root, const json_t *row, const table *t, char (*cell)[CELL])
{
    const int has_at = kiln_i_tree_has(root, "input/at_K");
    kiln_i_text_formula(kiln_i_tree_string(row, "formula"), cell[0], CELL);
    snprintf(cell[1], CELL, "%.60s", kiln_i_tree_string(row, "phase"));
    snprintf(cell[2], CELL, "%.60s", kiln_i_tree_string(row, "atmosphere"));
    end_text(row, "T_low_C", "sigma_low_K", "low_kind", 1, cell[3]);
    end_text(row, "T_high_C", "sigma_high_K", "high_kind", 0, cell[4]);
    probability_text(row, has_at ? "P_at" : "P_window", cell[5]);
    if (kiln_i_tree_has(row, "S_R")) snprintf(cell[6], CELL, "%.2f", number(row, "S_R"));
    limits_text(row, cell[7]);
    for (int c = OWN_COLUMNS; c < t->n_columns; ++c) value_text(row, t->title[c], cell[c]);
}

/* Columns of the screening itself, and those that come from tables of the user. */
static void set_columns(const json_t *root, table *t)
{
    static const char *const titles[OWN_COLUMNS] = {"formula", "structure", "gas", "low °C",
                                                    "high °C", "P",         "S/R", "below / above"};
    static const char *const after[] = {"P_XRD_at", "reason"};
    size_t i;
    json_t *name;
    int is_own = 1;
    for (int c = 0; c < OWN_COLUMNS; ++c) t->title[t->n_columns++] = titles[c];
    for (int c = 3; c < 7; ++c) t->is_right[c] = 1;
    const char *last = after[!kiln_i_tree_has(root, "input/at_K")];
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/columns"), i, name) {
        if (!is_own && t->n_columns < MOST_COLUMNS) {
            t->is_right[t->n_columns] = 1;
            t->title[t->n_columns++] = json_string_value(name);
        }
        is_own &= strcmp(json_string_value(name), last) != 0;
    }
}

/* A column that says nothing is left out: one gas, no probabilities. */
static void set_widths(table *t)
{
    for (int c = 0; c < t->n_columns; ++c) {
        int is_idle = c == 2 || c == 5;
        for (int r = 0; r < t->n_rows; ++r) {
            const char *text = t->cell[r * t->n_columns + c];
            const int columns = kiln_i_text_columns(text);
            if (columns > t->width[c]) t->width[c] = columns;
            is_idle &= strcmp(text, t->cell[c]) == 0 && (c == 2 || !*text);
        }
        if (is_idle) t->width[c] = 0;
        else if (kiln_i_text_columns(t->title[c]) > t->width[c]) t->width[c] = kiln_i_text_columns(t->title[c]);
    }
}

static void put_cell(const table *t, int c, const char *text, int is_last, kiln_i_buffer *b)
{
    const int blanks = t->width[c] - kiln_i_text_columns(text);
    if (t->width[c] == 0) return;
    if (t->is_right[c]) kiln_i_buffer_print(b, "  %*s%s", blanks > 0 ? blanks : 0, "", text);
    else kiln_i_buffer_print(b, "  %s%*s", text, is_last || blanks < 0 ? 0 : blanks, "");
}

static void put_table(const table *t, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "\n");
    for (int c = 0; c < t->n_columns; ++c) put_cell(t, c, t->title[c], c + 1 == t->n_columns, b);
    kiln_i_buffer_print(b, "\n");
    for (int r = 0; r < t->n_rows; ++r) {
        for (int c = 0; c < t->n_columns; ++c) put_cell(t, c, t->cell[r * t->n_columns + c], c + 1 == t->n_columns, b);
        kiln_i_buffer_print(b, "\n");
    }
}

static void render_rows(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    const json_t *rows = kiln_i_tree_at(root, "result/rows");
    table t = {.n_rows = (int)json_array_size(rows)};
    if (t.n_rows == 0) return;
    set_columns(root, &t);
    t.cell = kiln_i_calloc(b->ctx, (size_t)(t.n_rows * t.n_columns), sizeof *t.cell);
    if (!t.cell) {
        b->status = kiln_i_fail(b->ctx, KILN_E_NOMEM, "text of the result");
        return;
    }
    json_array_foreach ((json_t *)rows, i, row) fill_row(root, kiln_i_tree_at(row, "values"), &t, t.cell + (int)i * t.n_columns);
    set_widths(&t);
    put_table(&t, b);
    kiln_i_free(b->ctx, t.cell);
}

/* ---- Below ---- */

static void render_notes(const json_t *root, kiln_i_buffer *b)
{
    char text[LINE];
    const char *column;
    json_t *n;
    json_object_foreach ((json_t *)kiln_i_tree_at(root, "result/counts/without_value"), column, n) {
        if (json_integer_value(n) == 0) continue;
        snprintf(text, sizeof text, "%.60s is empty in %.0f row%s: %.200s lacks a number of one of the cations", column,
                 (double)json_integer_value(n), json_integer_value(n) == 1 ? "" : "s",
                 kiln_i_tree_string(root, "input/elements/file"));
        kiln_i_text_line(b, "note", text);
    }
}

static void render_method(const json_t *root, kiln_i_buffer *b)
{
    char text[LINE];
    const json_t *input = kiln_i_tree_at(root, "input"), *searched = kiln_i_tree_at(input, "searched_K");
    size_t used =
        (size_t)snprintf(text, sizeof text, "windows from %.0f to %.0f °C, %s solver",
                         kiln_i_celsius(json_number_value(json_array_get(searched, 0))),
                         kiln_i_celsius(json_number_value(json_array_get(searched, 1))), kiln_i_tree_string(input, "solver"));
    if (number(input, "samples") > 0.0)
        used += (size_t)snprintf(text + used, sizeof text - used, "; %.0f joint samples, seed %.0f", number(input, "samples"),
                                 number(input, "seed"));
    if (kiln_i_tree_has(input, "at_K"))
        snprintf(text + used, sizeof text - used, "; P: of a single phase at %.0f °C", kiln_i_celsius(number(input, "at_K")));
    kiln_i_text_line(b, "method", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    render_question(kiln_i_tree_at(root, "input"), b);
    render_counts(root, b);
    render_rows(root, b);
    kiln_i_buffer_print(b, "\n");
    render_notes(root, b);
    render_method(root, b);
    kiln_i_text_database(root, b);
}

/* As in a file of rows, the index first. */
static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *row, *column;
    const json_t *columns = kiln_i_tree_at(root, "result/columns");
    kiln_i_csv_text(b, "row");
    json_array_foreach ((json_t *)columns, k, column) kiln_i_csv_text(b, json_string_value(column));
    kiln_i_csv_end(b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) {
        kiln_i_csv_value(b, number(row, "row"));
        json_array_foreach ((json_t *)columns, k, column) {
            const json_t *value = json_object_get(kiln_i_tree_at(row, "values"), json_string_value(column));
            if (json_is_number(value)) kiln_i_csv_value(b, json_number_value(value));
            else kiln_i_csv_text(b, json_is_string(value) ? json_string_value(value) : "");
        }
        kiln_i_csv_end(b);
    }
}

const kiln_i_report_kind kiln_i_kind_screen = {"kiln.screen/1", render_text, render_csv};
