/* The table on stdout, row by row as the cases end, and the JSON file at the end. Times are seconds in JSON. */
#include "bench.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_COLUMNS = 12, CELL = 48 };

struct bench_output {
    bench_options options;
    json_t *results, *memory;
    char below[1024]; /* lines for below the table */
};

static const struct {
    const char *title;
    int width;
} columns[N_COLUMNS] = {{"subject", 29}, {"case", 21},  {"n x rounds", 10}, {"mean", 8},   {"median", 8}, {"quartiles", 17},
                        {"least", 8},    {"phases", 6}, {"nodes", 7},       {"proved", 9}, {"ratio", 7},  {"differ", 8}};

static void print_line(const bench_output *out, char cell[N_COLUMNS][CELL])
{
    for (int i = 0; i < N_COLUMNS; ++i) printf("%s%-*s", out->options.is_markdown ? "| " : "", columns[i].width + 1, cell[i]);
    puts(out->options.is_markdown ? "|" : "");
    fflush(stdout);
}

static void print_head(const bench_output *out)
{
    char title[N_COLUMNS][CELL] = {{0}}, rule[N_COLUMNS][CELL] = {{0}};
    for (int i = 0; i < N_COLUMNS; ++i) {
        snprintf(title[i], CELL, "%s", columns[i].title);
        memset(rule[i], '-', (size_t)columns[i].width);
    }
    print_line(out, title);
    print_line(out, rule);
}

bench_output *bench_output_open(const bench_options *options)
{
    bench_output *out = bench_realloc(NULL, sizeof *out);
    *out = (bench_output){.options = *options, .results = json_array()};
    print_head(out);
    return out;
}

/* Digits behind the point that make three in all. */
static int digits(double value) { return value < 9.995 ? 2 : value < 99.95 ? 1 : 0; }

/* Three digits, in the unit that leaves one to three of them before the point. */
static void put_time(char *cell, double seconds)
{
    static const struct {
        double factor;
        const char *name;
    } units[] = {{1e6, "us"}, {1e3, "ms"}, {1.0, "s"}};
    int u = 0;
    while (u < 2 && seconds * units[u].factor >= 999.5) ++u;
    const double value = seconds * units[u].factor;
    snprintf(cell, CELL, "%.*f %s", digits(value), value, units[u].name);
}

static void put_quartiles(char *cell, const bench_stats *time)
{
    char low[CELL], high[CELL];
    put_time(low, time->quartile_s[0]);
    put_time(high, time->quartile_s[2]);
    snprintf(cell, CELL, "%.20s, %.20s", low, high);
}

static void print_row(const bench_output *out, const bench_row *row)
{
    char cell[N_COLUMNS][CELL] = {{0}};
    snprintf(cell[0], CELL, "%s", row->subject);
    snprintf(cell[1], CELL, "%s", row->name);
    snprintf(cell[2], CELL, "%d x %d", row->time.points, row->time.rounds);
    put_time(cell[3], row->time.mean_s);
    put_time(cell[4], row->time.quartile_s[1]);
    put_quartiles(cell[5], &row->time);
    put_time(cell[6], row->time.least_s);
    if (row->has_answers) {
        if (row->least_phases == row->most_phases) snprintf(cell[7], CELL, "%d", row->least_phases);
        else snprintf(cell[7], CELL, "%d-%d", row->least_phases, row->most_phases);
        if (row->n_proved >= 0) {
            snprintf(cell[8], CELL, "%.*f", digits(row->nodes), row->nodes);
            snprintf(cell[9], CELL, "%d/%d", row->n_proved, row->time.points);
        }
    }
    if (row->against) {
        snprintf(cell[10], CELL, "%.*f", digits(row->ratio), row->ratio);
        if (row->has_answers) snprintf(cell[11], CELL, "%.1e", row->differ_J_mol);
    }
    print_line(out, cell);
}

static void set(json_t *object, const char *key, json_t *value)
{
    bench_require(NULL, key, json_object_set_new(object, key, value) == 0 ? KILN_OK : KILN_E_NOMEM);
}

static json_t *row_json(const bench_row *row)
{
    json_t *o = json_object();
    set(o, "subject", json_string(row->subject));
    set(o, "case", json_string(row->name));
    set(o, "points", json_integer(row->time.points));
    set(o, "rounds", json_integer(row->time.rounds));
    set(o, "mean_s", json_real(row->time.mean_s));
    set(o, "least_s", json_real(row->time.least_s));
    set(o, "quartiles_s", json_pack("[f,f,f]", row->time.quartile_s[0], row->time.quartile_s[1], row->time.quartile_s[2]));
    if (row->has_answers) set(o, "phases", json_pack("[i,i]", row->least_phases, row->most_phases));
    if (row->has_answers && row->n_proved >= 0) {
        set(o, "nodes", json_real(row->nodes));
        set(o, "proved", json_integer(row->n_proved));
    }
    if (row->against) {
        set(o, "against", json_string(row->against));
        set(o, "ratio", json_real(row->ratio));
        if (row->has_answers) set(o, "differ_J_mol", json_real(row->differ_J_mol));
    }
    return o;
}

void bench_output_row(bench_output *out, const bench_row *row)
{
    print_row(out, row);
    bench_require(NULL, row->name, json_array_append_new(out->results, row_json(row)) == 0 ? KILN_OK : KILN_E_NOMEM);
}

void bench_output_memory(bench_output *out, const bench_memory *m)
{
    const double rate = m->n_solves / m->seconds;
    char line[400];
    snprintf(
        line, sizeof line,
        "%s: %d certified equilibria from one solver, %.0f in a second; %ld allocations; peak memory %.1f MiB before, %.1f MiB after.",
        m->subject, m->n_solves, rate, m->allocations, (double)m->peak_before_KiB / 1024.0, (double)m->peak_after_KiB / 1024.0);
    bench_output_note(out, line);
    out->memory = json_pack("{s:s, s:i, s:f, s:I, s:I, s:I}", "subject", m->subject, "solves", m->n_solves, "per_second", rate,
                            "allocations", (json_int_t)m->allocations, "peak_before_KiB", (json_int_t)m->peak_before_KiB,
                            "peak_after_KiB", (json_int_t)m->peak_after_KiB);
}

void bench_output_note(bench_output *out, const char *line)
{
    const size_t used = strlen(out->below);
    snprintf(out->below + used, sizeof out->below - used, "%s%s", used ? "\n" : "", line);
}

static void write_json(const bench_output *out)
{
    json_t *root = json_object();
    set(root, "kiln", json_string(KILN_VERSION_STRING));
    set(root, "budget_s", json_real(out->options.budget_s));
    set(root, "results", json_incref(out->results));
    if (out->memory) set(root, "memory", json_incref(out->memory));
    if (json_dump_file(root, out->options.json_path, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0) {
        fprintf(stderr, "bench_kiln: cannot write %s\n", out->options.json_path);
        exit(EXIT_FAILURE);
    }
    json_decref(root);
}

int bench_output_close(bench_output *out)
{
    const int n_rows = (int)json_array_size(out->results);
    if (out->below[0]) printf("\n%s\n", out->below);
    if (out->options.json_path) write_json(out);
    json_decref(out->results);
    json_decref(out->memory);
    free(out);
    return n_rows;
}
