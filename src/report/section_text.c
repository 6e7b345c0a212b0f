#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 1024, NAMES_COLUMN = 42, JUNCTION_COLUMN = 28 };

typedef struct reading {
    const json_t *root, *fields;
    int has_T;         /* the second axis is a temperature */
    char x[80], y[80]; /* what the axes are */
    kiln_i_buffer *b;
} reading;

static void append(char *line, const char *text)
{
    const size_t used = strlen(line);
    snprintf(line + used, LINE - used, "%s", text);
}

static void phases_text(const json_t *phases, const char *key, char *line)
{
    size_t i;
    json_t *phase;
    if (json_array_size(phases) == 0) append(line, "no equilibrium found");
    json_array_foreach ((json_t *)phases, i, phase) {
        append(line, i ? " + " : "");
        append(line, kiln_i_tree_string(phase, key));
    }
}

static const char *member(const json_t *root, size_t which)
{
    return kiln_i_tree_string(json_array_get(kiln_i_tree_at(root, "input/end_members"), which), "formula");
}

static reading read_axes(const json_t *root, kiln_i_buffer *b)
{
    const char *varied = kiln_i_tree_string(root, "input/varied");
    const char *kind = kiln_i_tree_string(root, "input/diagram");
    reading r = {.root = root, .fields = kiln_i_tree_at(root, "result/fields"), .has_T = strcmp(kind, "ternary") != 0, .b = b};
    if (strcmp(kind, "tpo2") == 0) snprintf(r.x, sizeof r.x, "lg p(O2)");
    else snprintf(r.x, sizeof r.x, "x(%.70s)", varied && *varied ? varied : member(root, 0));
    snprintf(r.y, sizeof r.y, "x(%.70s)", member(root, 1));
    return r;
}

static double number_at(const json_t *pair, size_t k) { return json_number_value(json_array_get(pair, k)); }

/* "  850.12 to  1054.34" or, of a ternary, the share alone. */
static void render_fields(const reading *r)
{
    char line[LINE];
    size_t i;
    json_t *item;
    kiln_i_buffer_print(r->b, "\nfields  share %%%s\n", r->has_T ? "  °C" : "");
    json_array_foreach ((json_t *)r->fields, i, item) {
        const json_t *range = kiln_i_tree_at(item, "T_range_K");
        line[0] = '\0';
        phases_text(kiln_i_tree_at(item, "phases"), "label", line);
        if (!kiln_i_tree_is(item, "certified")) append(line, " (not certified throughout)");
        kiln_i_buffer_print(r->b, "%4d  %9.4f  ", (int)i + 1, 100.0 * kiln_i_tree_number(item, "share"));
        if (r->has_T && range)
            kiln_i_buffer_print(r->b, "%9.2f to %8.2f   ", kiln_i_celsius(number_at(range, 0)),
                                kiln_i_celsius(number_at(range, 1)));
        else kiln_i_buffer_print(r->b, "%24s", "");
        kiln_i_buffer_wrap(r->b, line, NAMES_COLUMN, NAMES_COLUMN);
    }
}

static void render_junctions(const reading *r)
{
    size_t i, k;
    json_t *item, *field;
    const json_t *list = kiln_i_tree_at(r->root, "result/junctions");
    if (json_array_size(list) == 0) return;
    kiln_i_buffer_print(r->b, "\nwhere three fields or more meet\n%10s  %12s    fields\n", r->has_T ? "°C" : r->x,
                        r->has_T ? r->x : r->y);
    json_array_foreach ((json_t *)list, i, item) {
        char line[LINE] = "", number[16];
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "fields"), k, field) {
            snprintf(number, sizeof number, "%s%d", k ? ", " : "", (int)json_integer_value(field) + 1);
            append(line, number);
        }
        const double u =
            kiln_i_tree_has(item, "x_A") ? kiln_i_tree_number(item, "x_A") : kiln_i_tree_number(item, "log10_po2_bar");
        if (r->has_T) kiln_i_buffer_print(r->b, "%9.1f  %12.4f    ", kiln_i_celsius(kiln_i_tree_number(item, "T_K")), u);
        else kiln_i_buffer_print(r->b, "%9.4f  %12.4f    ", u, kiln_i_tree_number(item, "x_B"));
        kiln_i_buffer_wrap(r->b, line, JUNCTION_COLUMN, JUNCTION_COLUMN);
    }
}

static void render_ties(const reading *r)
{
    size_t i, k;
    json_t *item, *end;
    const json_t *list = kiln_i_tree_at(r->root, "result/tie_lines");
    if (json_array_size(list) == 0) return;
    kiln_i_buffer_print(r->b, "\ntie lines, as %s, %s\n", r->x, r->y);
    json_array_foreach ((json_t *)list, i, item) {
        char line[LINE] = "", text[96];
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "ends"), k, end) {
            snprintf(text, sizeof text, "%s%.40s (%.4f, %.4f)", k ? " - " : "", kiln_i_tree_string(end, "label"),
                     kiln_i_tree_number(end, "x_A"), kiln_i_tree_number(end, "x_B"));
            append(line, text);
        }
        kiln_i_buffer_print(r->b, "  ");
        kiln_i_buffer_wrap(r->b, line, 2, 4);
    }
}

/* A quantile that lies beyond the search range is not known. */
static void quantile_text(const json_t *end, const char *key, char out[16])
{
    if (kiln_i_tree_has(end, key)) snprintf(out, 16, "%.0f", kiln_i_celsius(kiln_i_tree_number(end, key)));
    else snprintf(out, 16, "-");
}

/* "803.4 (760 to 850)" */
static void end_text(const json_t *end, char *out, size_t size)
{
    char low[16], high[16];
    const double T_C = kiln_i_celsius(kiln_i_tree_number(end, "T_K"));
    quantile_text(end, "low_K", low);
    quantile_text(end, "high_K", high);
    if (!kiln_i_tree_is(end, "is_end")) snprintf(out, size, "-");
    else if (!kiln_i_tree_has(end, "low_K") && !kiln_i_tree_has(end, "high_K")) snprintf(out, size, "%.1f", T_C);
    else snprintf(out, size, "%.1f (%s to %s)", T_C, low, high);
}

static const char *name_or_dash(const char *name) { return name && *name ? name : "-"; }

static void render_window(const reading *r, const json_t *row, const json_t *range)
{
    char low[64], high[64];
    end_text(kiln_i_tree_at(range, "low"), low, sizeof low);
    end_text(kiln_i_tree_at(range, "high"), high, sizeof high);
    const char *below = kiln_i_tree_string(range, "low/label"), *above = kiln_i_tree_string(range, "high/label");
    kiln_i_buffer_print(r->b, "  %8.4f%s %-21s %-21s %s | %s\n", kiln_i_tree_number(row, "x_A"),
                        kiln_i_tree_is(row, "certified") ? " " : "!", low, high, name_or_dash(below), name_or_dash(above));
}

static void render_windows(const reading *r)
{
    size_t i, k;
    json_t *row, *range;
    const json_t *windows = kiln_i_tree_at(r->root, "result/windows");
    if (!windows) return;
    kiln_i_buffer_print(r->b, "\n%s alone, with 68 %% intervals (! not certified)\n  %-9s %-21s %-21s %s\n",
                        kiln_i_tree_string(windows, "structure/label"), r->x, "from °C", "to °C", "then below | above");
    json_array_foreach ((json_t *)kiln_i_tree_at(windows, "rows"), i, row) {
        if (json_array_size(kiln_i_tree_at(row, "ranges")) == 0)
            kiln_i_buffer_print(r->b, "  %8.4f   nowhere\n", kiln_i_tree_number(row, "x_A"));
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "ranges"), k, range) render_window(r, row, range);
    }
}

static void render_remarks(const reading *r)
{
    char line[LINE];
    snprintf(line, sizeof line, "%.0f equilibria", kiln_i_tree_number(r->root, "result/equilibria"));
    if (kiln_i_tree_number(r->root, "result/failed") > 0.0) {
        char text[64];
        snprintf(text, sizeof text, ", of which %.0f were not found", kiln_i_tree_number(r->root, "result/failed"));
        append(line, text);
    }
    if (kiln_i_tree_is(r->root, "result/truncated"))
        append(line, ": the most that are allowed, so that the map is coarser than it should be");
    kiln_i_text_line(r->b, "points", line);
    snprintf(line, sizeof line, "%s", kiln_i_tree_string(r->root, "input/basis"));
    kiln_i_text_line(r->b, "basis", line);
    snprintf(line, sizeof line, "functions of stable phases are used up to %.0f K outside their stated validity",
             kiln_i_tree_number(r->root, "result/extrapolated_K"));
    if (kiln_i_tree_number(r->root, "result/extrapolated_K") > 0.0) kiln_i_text_line(r->b, "extrapolated", line);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    const reading r = read_axes(root, b);
    kiln_i_text_heading(root, b);
    render_fields(&r);
    render_junctions(&r);
    render_ties(&r);
    render_windows(&r);
    kiln_i_buffer_print(b, "\n");
    render_remarks(&r);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

/* ---- CSV ---- */

static void csv_row(const reading *r, const char *kind, size_t index, double u, double v, const char *first, const char *second,
                    const char *certified)
{
    kiln_i_csv_text(r->b, kind);
    kiln_i_csv_value(r->b, (double)index + 1.0);
    kiln_i_csv_value(r->b, u);
    if (r->has_T) kiln_i_csv_value(r->b, kiln_i_celsius(v));
    kiln_i_csv_value(r->b, v);
    kiln_i_csv_text(r->b, first);
    kiln_i_csv_text(r->b, second);
    kiln_i_csv_text(r->b, certified);
    kiln_i_csv_end(r->b);
}

static void field_name(const reading *r, const json_t *number, char line[LINE])
{
    line[0] = '\0';
    phases_text(kiln_i_tree_at(json_array_get(r->fields, (size_t)json_integer_value(number)), "phases"), "phase", line);
}

static void csv_line(const reading *r, size_t index, const json_t *line)
{
    char left[LINE], right[LINE];
    size_t k;
    json_t *point;
    const json_t *between = kiln_i_tree_at(line, "between");
    field_name(r, json_array_get(between, 0), left);
    field_name(r, json_array_get(between, 1), right);
    json_array_foreach ((json_t *)kiln_i_tree_at(line, "points"), k, point)
        csv_row(r, "line", index, number_at(point, 0), number_at(point, 1), left, right,
                kiln_i_tree_lists(kiln_i_tree_at(line, "not_certified"), k) ? "no" : "yes");
}

static void csv_ties(const reading *r)
{
    size_t i, k;
    json_t *item, *end;
    json_array_foreach ((json_t *)kiln_i_tree_at(r->root, "result/tie_lines"), i, item)
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "ends"), k, end)
            csv_row(r, "tie", i, kiln_i_tree_number(end, "x_A"), kiln_i_tree_number(end, "x_B"), kiln_i_tree_string(end, "phase"),
                    "", kiln_i_tree_is(item, "certified") ? "yes" : "no");
}

static void csv_contours(const reading *r)
{
    size_t i, k;
    json_t *item, *point;
    json_array_foreach ((json_t *)kiln_i_tree_at(r->root, "result/valence_contours"), i, item) {
        char valence[32];
        snprintf(valence, sizeof valence, "%+.1f", kiln_i_tree_number(item, "valence"));
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "points"), k, point)
            csv_row(r, "valence", i, number_at(point, 0), number_at(point, 1), kiln_i_tree_string(item, "element"), valence, "");
    }
}

static void csv_windows(const reading *r)
{
    static const char *const ends[] = {"low", "high"};
    size_t i, k;
    json_t *row, *range;
    json_array_foreach ((json_t *)kiln_i_tree_at(r->root, "result/windows/rows"), i, row)
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "ranges"), k, range)
            for (int side = 0; side < 2; ++side) {
                const json_t *end = kiln_i_tree_at(range, ends[side]);
                if (!kiln_i_tree_is(end, "is_end")) continue;
                const double u = kiln_i_tree_number(row, "x_A");
                const char *certified = kiln_i_tree_is(row, "certified") ? "yes" : "no", *name = kiln_i_tree_string(end, "phase");
                csv_row(r, "window", i, u, kiln_i_tree_number(end, "T_K"), ends[side], name ? name : "", certified);
                if (kiln_i_tree_has(end, "low_K"))
                    csv_row(r, "window 16 %", i, u, kiln_i_tree_number(end, "low_K"), ends[side], "", "");
                if (kiln_i_tree_has(end, "high_K"))
                    csv_row(r, "window 84 %", i, u, kiln_i_tree_number(end, "high_K"), ends[side], "", "");
            }
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    const reading r = read_axes(root, b);
    size_t i, k;
    json_t *item, *field;
    const json_t *axes = kiln_i_tree_at(root, "input/axes");
    kiln_i_buffer_print(b, "kind,index,%s,%s%s,of,beside,certified\n", json_string_value(json_array_get(axes, 0)),
                        r.has_T ? "T_C," : "", json_string_value(json_array_get(axes, 1)));
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/lines"), i, item) csv_line(&r, i, item);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/junctions"), i, item)
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "fields"), k, field) {
            char line[LINE];
            field_name(&r, field, line);
            csv_row(&r, "junction", i,
                    kiln_i_tree_has(item, "x_A") ? kiln_i_tree_number(item, "x_A") : kiln_i_tree_number(item, "log10_po2_bar"),
                    r.has_T ? kiln_i_tree_number(item, "T_K") : kiln_i_tree_number(item, "x_B"), line, "", "");
        }
    csv_ties(&r);
    csv_contours(&r);
    csv_windows(&r);
}

const kiln_i_report_kind kiln_i_kind_section = {"kiln.diagram.section/1", render_text, render_csv};
