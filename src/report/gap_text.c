#include "report/report.h"

#include <stdio.h>
#include <string.h>

#define NEAREST 1e-5 /* to an end member: what a structure holds is known on a grid that begins at 1e-6 */

enum { LINE = 1024, FIELDS_COLUMN = 50, ROW_COLUMN = 23 };

/* Six decimals, or three digits where that would be nothing. */
static const char *x_text(double x, char out[32])
{
    snprintf(out, 32, x == 0.0 ? "0" : x >= 1.0 ? "1" : x < 1e-3 ? "%.3g" : "%.6f", x);
    return out;
}

static void append(char *line, const char *text)
{
    const size_t used = strlen(line);
    snprintf(line + used, LINE - used, "%s", text);
}

static const char *end_member(const json_t *root, size_t which)
{
    return kiln_i_tree_string(json_array_get(kiln_i_tree_at(root, "input/end_members"), which), "formula");
}

/* "rock salt + wurtzite". */
static void phases_text(const json_t *phases, char *line)
{
    size_t i;
    json_t *phase;
    if (json_array_size(phases) == 0) append(line, "no combination of phases");
    json_array_foreach ((json_t *)phases, i, phase) {
        append(line, i ? " + " : "");
        append(line, kiln_i_tree_string(phase, "label"));
    }
}

static double upper_B(const json_t *row, size_t i)
{
    const json_t *boundaries = kiln_i_tree_at(row, "boundaries");
    return i < json_array_size(boundaries)
               ? kiln_i_tree_number(json_array_get(boundaries, i), "x_B")
               : 1.0 - kiln_i_tree_number(json_array_get(kiln_i_tree_at(row, "fields"), i), "x_A_high");
}

/* A line a field: both fractions at its ends and its phases. */
static void render_fields(const json_t *root, const json_t *row, kiln_i_buffer *b)
{
    size_t i;
    json_t *field;
    char line[LINE], low[32], high[32], low_B[32], high_B[32], names[2][80];
    const json_t *fields = kiln_i_tree_at(row, "fields");
    double B = 1.0 - kiln_i_tree_number(json_array_get(fields, 0), "x_A_low");
    for (size_t k = 0; k < 2; ++k) snprintf(names[k], sizeof names[k], "x(%.60s)", end_member(root, k));
    kiln_i_buffer_print(b, "  %-23s %-23s phases\n", names[0], names[1]);
    json_array_foreach ((json_t *)fields, i, field) {
        line[0] = '\0';
        phases_text(kiln_i_tree_at(field, "phases"), line);
        const int is_point = kiln_i_tree_number(field, "x_A_low") >= kiln_i_tree_number(field, "x_A_high");
        x_text(kiln_i_tree_number(field, "x_A_low"), low);
        x_text(kiln_i_tree_number(field, "x_A_high"), high);
        x_text(B, low_B);
        x_text(B = upper_B(row, i), high_B);
        kiln_i_buffer_print(b, "  %-9s %s %-9s  %-9s %s %-9s  ", is_point ? "" : low, is_point ? "at" : "to", high,
                            is_point ? "" : low_B, is_point ? "at" : "to", high_B);
        kiln_i_buffer_wrap(b, line, FIELDS_COLUMN, FIELDS_COLUMN);
    }
}

/* "to x(ZnO) = 0.263412, then with wurtzite (Zn0.96Mg0.04)O": the smaller of the two fractions, which says how much is dissolved. */
static void end_text(const json_t *root, const json_t *end, char *line)
{
    char number[32], phase[192], text[256];
    const double x_A = kiln_i_tree_number(end, "x_A"), x_B = kiln_i_tree_number(end, "x_B");
    size_t i;
    json_t *beyond;
    snprintf(text, sizeof text, "%sx(%.60s) = %s", *line ? "; " : "", end_member(root, x_A > x_B),
             x_text(x_A > x_B ? x_B : x_A, number));
    append(line, text);
    json_array_foreach ((json_t *)kiln_i_tree_at(end, "beyond"), i, beyond) {
        kiln_i_text_phase(beyond, phase, sizeof phase);
        append(line, i ? " and " : ", beyond it with ");
        append(line, phase);
    }
}

static void render_solubility(const json_t *root, const json_t *structure, kiln_i_buffer *b)
{
    char line[LINE] = "";
    size_t i;
    json_t *field;
    const json_t *fields = kiln_i_tree_at(structure, "single_phase");
    json_array_foreach ((json_t *)fields, i, field)
        for (int high = 0; high < 2; ++high) {
            const json_t *end = kiln_i_tree_at(field, high ? "high" : "low");
            if (!kiln_i_tree_is(end, "outer")) end_text(root, end, line);
        }
    if (json_array_size(fields) == 0)
        append(line, kiln_i_tree_is(structure, "stable") ? "never single phase" : "not stable on this join");
    else if (!*line) append(line, "single phase all along the join");
    kiln_i_text_line(b, "  limits", line);
}

/* "0.123456 to 0.9" of a gap by itself, with "open" where it goes on. */
static void gap_text(const json_t *gap, char *line)
{
    static const char *const ends[] = {"low", "high"};
    char number[32];
    for (int high = 0; high < 2; ++high) {
        const json_t *end = kiln_i_tree_at(gap, ends[high]);
        append(line, high ? " to " : *line ? ", " : "");
        append(line, x_text(kiln_i_tree_number(end, "x_A"), number));
        if (kiln_i_tree_is(end, "open")) append(line, " (goes on beyond the join)");
    }
}

static void binodal_text(const json_t *root, const json_t *structure, char *line)
{
    char name[96];
    size_t i;
    json_t *item;
    line[0] = '\0';
    if (kiln_i_tree_is(structure, "miscible")) {
        append(line, "none: miscible at all compositions");
        return;
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "binodals"), i, item) gap_text(item, line);
    snprintf(name, sizeof name, " in x(%.60s)", end_member(root, 0));
    append(line, name);
}

static void spinodal_text(const json_t *structure, char *line)
{
    char number[32];
    size_t i;
    json_t *item;
    line[0] = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "spinodals"), i, item) {
        append(line, i ? ", " : "");
        append(line, x_text(kiln_i_tree_number(item, "x_A"), number));
    }
    if (!*line) append(line, "none");
}

static void render_structure(const json_t *root, const json_t *structure, kiln_i_buffer *b)
{
    char line[LINE], low[32], high[32];
    const double from = kiln_i_tree_number(structure, "x_A_low"), to = kiln_i_tree_number(structure, "x_A_high");
    kiln_i_buffer_print(b, "\n  %s\n", kiln_i_tree_string(structure, "label"));
    render_solubility(root, structure, b);
    if (from > NEAREST || to < 1.0 - NEAREST) {
        snprintf(line, sizeof line, "x(%.60s) from %s to %s only, on a grid of 0.02", end_member(root, 0),
                 x_text(from > NEAREST ? from : 0.0, low), x_text(to < 1.0 - NEAREST ? to : 1.0, high));
        kiln_i_text_line(b, "  holds", line);
    }
    binodal_text(root, structure, line);
    kiln_i_text_line(b, "  own gap", line);
    if (kiln_i_tree_is(structure, "miscible") && json_array_size(kiln_i_tree_at(structure, "spinodals")) == 0) return;
    spinodal_text(structure, line);
    kiln_i_text_line(b, "  spinodal", line);
}

/* One that is neither stable nor demixes says little: such are named in a line together. */
static int is_plain(const json_t *structure)
{
    return !kiln_i_tree_is(structure, "stable") && kiln_i_tree_is(structure, "miscible") &&
           json_array_size(kiln_i_tree_at(structure, "spinodals")) == 0;
}

static void render_plain(const json_t *structures, kiln_i_buffer *b)
{
    char line[LINE] = "";
    size_t i;
    json_t *structure;
    json_array_foreach ((json_t *)structures, i, structure) {
        if (!is_plain(structure)) continue;
        append(line, *line ? ", " : "");
        append(line, kiln_i_tree_string(structure, "label"));
    }
    if (!*line) return;
    append(line, ": not stable here; by themselves miscible at all compositions they can hold");
    kiln_i_buffer_print(b, "\n");
    kiln_i_text_line(b, "others", line);
}

static void render_failure(const json_t *row, kiln_i_buffer *b)
{
    char line[LINE];
    snprintf(line, sizeof line, "no result: %s", kiln_i_tree_string(row, "failed"));
    kiln_i_buffer_wrap(b, line, ROW_COLUMN, ROW_COLUMN);
}

static void render_one(const json_t *root, const json_t *row, kiln_i_buffer *b)
{
    size_t i;
    json_t *structure;
    const double T_K = kiln_i_tree_number(row, "T_K");
    kiln_i_buffer_print(b, "\n%.2f °C (%.2f K)\n\n", kiln_i_celsius(T_K), T_K);
    if (kiln_i_tree_has(row, "failed")) {
        render_failure(row, b);
        return;
    }
    render_fields(root, row, b);
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "structures"), i, structure)
        if (!is_plain(structure) || json_array_size(kiln_i_tree_at(row, "structures")) == 1) render_structure(root, structure, b);
    if (json_array_size(kiln_i_tree_at(row, "structures")) > 1) render_plain(kiln_i_tree_at(row, "structures"), b);
}

/* "wurtzite | 0.03 | rock salt + wurtzite | 0.73 | rock salt". */
static void render_row(const json_t *row, kiln_i_buffer *b)
{
    char line[LINE] = "", number[32];
    size_t i;
    json_t *field;
    const double T_K = kiln_i_tree_number(row, "T_K");
    kiln_i_buffer_print(b, "%9.2f %8.2f%s   ", kiln_i_celsius(T_K), T_K,
                        kiln_i_tree_number(row, "extrapolated_K") > 0.0 ? "*" : " ");
    if (kiln_i_tree_has(row, "failed")) {
        render_failure(row, b);
        return;
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "fields"), i, field) {
        if (i) {
            append(line, " | ");
            append(line, x_text(kiln_i_tree_number(field, "x_A_low"), number));
            append(line, " | ");
        }
        phases_text(kiln_i_tree_at(field, "phases"), line);
    }
    kiln_i_buffer_wrap(b, line, ROW_COLUMN, ROW_COLUMN);
}

/* What a structure does by itself, a line a temperature; nothing where it is miscible throughout, or stable nowhere and not asked for. */
static void render_own(const json_t *root, const json_t *rows, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *row, *structure;
    int n = 0;
    char line[LINE], own[LINE], spinodal[LINE];
    json_array_foreach ((json_t *)rows, i, row)
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "structures"), k, structure) {
            if (kiln_i_tree_is(structure, "miscible") && json_array_size(kiln_i_tree_at(structure, "spinodals")) == 0) continue;
            if (!kiln_i_tree_is(structure, "stable") && !kiln_i_tree_has(root, "input/phase")) continue;
            if (!n++) kiln_i_buffer_print(b, "\n%*s°C %8s    gaps of a structure by itself\n", 7, "", "K");
            const double T_K = kiln_i_tree_number(row, "T_K");
            binodal_text(root, structure, own);
            spinodal_text(structure, spinodal);
            kiln_i_buffer_print(b, "%9.2f %8.2f    ", kiln_i_celsius(T_K), T_K);
            snprintf(line, sizeof line, "%.80s: %.400s; spinodal %.300s", kiln_i_tree_string(structure, "label"), own, spinodal);
            kiln_i_buffer_wrap(b, line, ROW_COLUMN, ROW_COLUMN);
        }
}

static void render_table(const json_t *root, const json_t *rows, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    kiln_i_buffer_print(b, "\n%*s°C %8s    phases, and x(%s) where they change\n", 7, "", "K", end_member(root, 0));
    json_array_foreach ((json_t *)rows, i, row) render_row(row, b);
    render_own(root, rows, b);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *row;
    const json_t *rows = kiln_i_tree_at(root, "result/rows");
    double extrapolated_K = 0.0;
    json_array_foreach ((json_t *)rows, i, row)
        if (kiln_i_tree_number(row, "extrapolated_K") > extrapolated_K)
            extrapolated_K = kiln_i_tree_number(row, "extrapolated_K");
    kiln_i_text_heading(root, b);
    if (json_array_size(rows) == 1) render_one(root, json_array_get(rows, 0), b);
    else render_table(root, rows, b);
    kiln_i_buffer_print(b, "\n");
    snprintf(line, sizeof line, "x is the %s: x(%.60s) + x(%.60s) = 1", kiln_i_fraction_words(kiln_i_tree_at(root, "input"), 0),
             end_member(root, 0), end_member(root, 1));
    kiln_i_text_line(b, "basis", line);
    kiln_i_text_line(b, "own gap", "of the structure by itself, every other phase left out: metastable where another is stable");
    snprintf(line, sizeof line, "functions of stable phases are used up to %.0f K outside their stated validity", extrapolated_K);
    if (extrapolated_K > 0.0) kiln_i_text_line(b, json_array_size(rows) == 1 ? "extrapolated" : "*", line);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

const kiln_i_report_kind kiln_i_kind_gap = {"kiln.gap/1", render_text, kiln_i_gap_csv};
