#define _POSIX_C_SOURCE 200809L

#include "study.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A column: a key of sweeps, or a member of results. */
typedef struct column {
    const char *name, *member; /* NULL: a key of sweeps */
    int is_temperature;        /* in K there, in °C in the table, in both in summary.csv */
    const char *unit;
    int width;
} column;

typedef struct table {
    const cli_study_folder *folder;
    const kiln_study *study;
    const json_t *cases; /* of the manifest */
    int n, n_keys;       /* those of sweeps come first */
    column *column;
    char **cell;  /* [cases x n], NULL: empty */
    int stride;   /* of a case's cells */
    int is_short; /* 1: of memory */
} table;

static char **cell_of(const table *t, int row, int i) { return &t->cell[(size_t)row * (size_t)t->stride + (size_t)i]; }
static const char *text_of(const table *t, int row, int i) { return *cell_of(t, row, i) ? *cell_of(t, row, i) : ""; }

/* ---- Columns ---- */

static void add_column(table *t, const char *name, const char *member)
{
    static const struct {
        const char *ending, *unit;
    } units[] = {{"T_K", "°C"},       {"fire_K/0", "°C"},     {"fire_K/1", "°C"}, {"_K", "K"},
                 {"_J_mol", "J/mol"}, {"_J_molK", "J/mol/K"}, {"_bar", "bar"},    {"_mm", "mm"},
                 {"_percent", "%"},   {"_percent_h", "%/h"},  {"_R", "R"}};
    for (int i = 0; i < t->n; ++i)
        if (strcmp(t->column[i].name, name) == 0) return;
    column *more = realloc(t->column, (size_t)(t->n + 1) * sizeof *more);
    t->is_short |= !more;
    if (!more) return;
    t->column = more;
    column *c = &t->column[t->n++];
    *c = (column){.name = name, .member = member, .unit = ""};
    const size_t length = member ? strlen(member) : 0;
    for (size_t i = 0; member && !*c->unit && i < sizeof units / sizeof *units; ++i) {
        const size_t ending = strlen(units[i].ending);
        if (length >= ending && strcmp(member + length - ending, units[i].ending) == 0) c->unit = units[i].unit;
    }
    c->is_temperature = strcmp(c->unit, "°C") == 0;
}

static void choose_columns(table *t, const cli_study_verbs *verbs)
{
    const kiln_study *s = t->study;
    for (int i = 0; i < s->n_cases; ++i)
        for (int k = 0; k < s->cases[i].n_variables; ++k) add_column(t, s->cases[i].variables[k].name, NULL);
    t->n_keys = t->n;
    for (int i = 0; i < s->n_columns; ++i) add_column(t, s->columns[i].name, s->columns[i].member);
    for (int i = 0; i < s->n_cases && s->n_columns == 0; ++i) {
        const char *const *own = verbs->of[s->cases[i].verb]->columns;
        for (int k = 0; own && own[k]; k += 2) add_column(t, own[k], own[k + 1]);
    }
}

/* The member of a result that a case has for a column, which by default differs from verb to verb. */
static const char *member_of(const table *t, const cli_study_verbs *verbs, int row, const column *c)
{
    const char *const *own = verbs->of[t->study->cases[row].verb]->columns;
    if (t->study->n_columns > 0) return c->member;
    for (int k = 0; own && own[k]; k += 2)
        if (strcmp(own[k], c->name) == 0) return own[k + 1];
    return "";
}

/* ---- Cells ---- */

/* Values stand side by side, with a plus between them. */
static void append(FILE *out, const char *text)
{
    if (ftell(out) > 0) fputs(" + ", out);
    fputs(text, out);
}

static void write_value(const json_t *value, FILE *out)
{
    char text[64];
    if (json_is_string(value)) append(out, json_string_value(value));
    else if (json_is_boolean(value)) append(out, json_is_true(value) ? "yes" : "no");
    else if (json_is_number(value)) {
        snprintf(text, sizeof text, "%.6g", json_number_value(value));
        append(out, text);
    }
}

/* A member of a member ...; * is each of a list. */
static void find_values(const json_t *node, const char *member, FILE *out)
{
    char key[64];
    const size_t length = strcspn(member, "/");
    if (!node || !*member || length >= sizeof key) {
        if (node && !*member) write_value(node, out);
        return;
    }
    snprintf(key, sizeof key, "%.*s", (int)length, member);
    const char *rest = member + length + (member[length] == '/');
    if (strcmp(key, "*") == 0) {
        for (size_t i = 0; i < json_array_size(node); ++i) find_values(json_array_get(node, i), rest, out);
        return;
    }
    find_values(json_is_array(node) ? json_array_get(node, (size_t)strtoul(key, NULL, 10)) : json_object_get(node, key), rest,
                out);
}

static const char *key_of(const kiln_study_case *c, const char *name)
{
    for (int i = 0; i < c->n_variables; ++i)
        if (strcmp(c->variables[i].name, name) == 0) return c->variables[i].value;
    return "";
}

static int exit_code_of(const json_t *entry) { return (int)json_integer_value(json_object_get(entry, "exit_code")); }

static void fill_cell(table *t, const char *key, const json_t *result, const char *member, char **cell)
{
    size_t length;
    FILE *out = open_memstream(cell, &length);
    if (out && key) fputs(key, out);
    else if (out) find_values(result, member, out);
    t->is_short |= !out || fclose(out) != 0;
}

static void fill_row(table *t, const cli_study_verbs *verbs, int row)
{
    const kiln_study_case *c = &t->study->cases[row];
    char *path = cli_study_path(t->folder, c->name, "json");
    json_t *result = path ? json_load_file(path, 0, NULL) : NULL;
    free(path);
    for (int i = 0; i < t->n; ++i) {
        const char *key = i < t->n_keys ? key_of(c, t->column[i].name) : NULL;
        fill_cell(t, key, result, key ? NULL : member_of(t, verbs, row, &t->column[i]), cell_of(t, row, i));
    }
    json_decref(result);
}

static int is_empty(const table *t, int i)
{
    int empty = 1;
    for (int row = 0; row < t->study->n_cases; ++row) empty &= !*text_of(t, row, i);
    return empty;
}

/* Of the columns that verbs have by themselves those without a value in any case go; one that was asked for may be misspelt. */
static void drop_empty_columns(const cli_session *session, table *t)
{
    int n = t->n_keys;
    for (int i = t->n_keys; i < t->n; ++i) {
        if (is_empty(t, i) && t->study->n_columns == 0) continue;
        if (is_empty(t, i))
            cli_note(session, "the column \"%s\" is empty: no result has %s", t->column[i].name, t->column[i].member);
        t->column[n] = t->column[i];
        for (int row = 0; row < t->study->n_cases && n < i; ++row) {
            char *spare = *cell_of(t, row, n);
            *cell_of(t, row, n) = *cell_of(t, row, i);
            *cell_of(t, row, i) = spare;
        }
        ++n;
    }
    t->n = n;
}

/* ---- Text ---- */

static int columns_of(const char *text)
{
    int n = 0;
    for (; *text; ++text) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* A line of the table, without blanks at its end. */
typedef struct line {
    int gap; /* blanks owed before the next text */
} line;

static void put(line *l, const char *text, int width)
{
    const int n = columns_of(text);
    if (n > 0) {
        printf("%*s%s", l->gap, "", text);
        l->gap = 0;
    }
    l->gap += width + 2 - n;
}

static void end_line(line *l)
{
    putchar('\n');
    l->gap = 0;
}

/* As the table shows it. */
static const char *shown(const column *c, const char *cell, char out[32])
{
    char *end;
    const double value = strtod(cell, &end);
    if (!c->is_temperature || end == cell || *end) return cell;
    snprintf(out, 32, "%.0f", value - 273.15);
    return out;
}

static int name_width(table *t)
{
    int width = 4;
    char text[32];
    for (int row = 0; row < t->study->n_cases; ++row) {
        const int n = columns_of(t->study->cases[row].name);
        if (n > width) width = n;
    }
    for (int i = 0; i < t->n; ++i) {
        column *c = &t->column[i];
        c->width = columns_of(c->name) > columns_of(c->unit) ? columns_of(c->name) : columns_of(c->unit);
        for (int row = 0; row < t->study->n_cases; ++row) {
            const int n = columns_of(shown(c, text_of(t, row, i), text));
            if (n > c->width) c->width = n;
        }
    }
    return width;
}

static void print_failures(const table *t)
{
    for (int row = 0; row < t->study->n_cases; ++row) {
        const json_t *entry = json_array_get(t->cases, (size_t)row);
        const char *message = json_string_value(json_object_get(entry, "message"));
        if (message && *message)
            printf("\n%s:%d: %s, exit %d:\n  %s\n", t->study->file, t->study->cases[row].line, t->study->cases[row].name,
                   exit_code_of(entry), message);
    }
}

static void print_row(const table *t, int row, int width)
{
    char text[32];
    line l = {0};
    put(&l, t->study->cases[row].name, width);
    for (int i = 0; i < t->n; ++i) put(&l, shown(&t->column[i], text_of(t, row, i), text), t->column[i].width);
    if (!cli_job_is_good(exit_code_of(json_array_get(t->cases, (size_t)row)))) put(&l, "! failed", 0);
    end_line(&l);
}

static cli_exit print(table *t)
{
    line l = {0};
    int has_units = 0;
    const int width = name_width(t);
    printf("%s\n\n", t->study->name);
    put(&l, "case", width);
    for (int i = 0; i < t->n; ++i) put(&l, t->column[i].name, t->column[i].width);
    end_line(&l);
    put(&l, "", width);
    for (int i = 0; i < t->n; ++i) {
        has_units |= *t->column[i].unit != '\0';
        put(&l, t->column[i].unit, t->column[i].width);
    }
    if (has_units) end_line(&l);
    for (int row = 0; row < t->study->n_cases; ++row) print_row(t, row, width);
    print_failures(t);
    return fflush(stdout) == 0 ? CLI_OK : cli_output_failed(errno);
}

/* ---- CSV ---- */

/* A field's text and what is added to it, in quotes where it has to be. */
static void put_pair(FILE *out, const char *text, const char *ending, int is_first)
{
    const int is_quoted = strpbrk(text, ",\"\n") != NULL;
    if (!is_first) fputc(',', out);
    if (is_quoted) fputc('"', out);
    for (; *text; ++text) fputs((char[]){*text, *text == '"' ? '"' : '\0', '\0'}, out);
    fputs(ending, out);
    if (is_quoted) fputc('"', out);
}

static void put_field(FILE *out, const char *text, int is_first) { put_pair(out, text, "", is_first); }

static void put_temperature(FILE *out, const char *cell)
{
    char *end, text[32] = "";
    const double value = strtod(cell, &end);
    if (end != cell && !*end) snprintf(text, sizeof text, "%.6g", value - 273.15);
    put_field(out, text, 0);
    put_field(out, cell, 0);
}

static void put_row(const table *t, int row, FILE *out)
{
    char code[16];
    const json_t *entry = json_array_get(t->cases, (size_t)row);
    const char *message = json_string_value(json_object_get(entry, "message"));
    put_field(out, t->study->cases[row].name, 1);
    for (int i = 0; i < t->n; ++i)
        if (t->column[i].is_temperature) put_temperature(out, text_of(t, row, i));
        else put_field(out, text_of(t, row, i), 0);
    snprintf(code, sizeof code, "%d", exit_code_of(entry));
    put_field(out, code, 0);
    put_field(out, message ? message : "", 0);
    fputc('\n', out);
}

static void put_heading(const table *t, FILE *out)
{
    put_field(out, "case", 1);
    for (int i = 0; i < t->n; ++i) {
        const column *c = &t->column[i];
        if (!c->is_temperature) put_field(out, c->name, 0);
        else
            for (int k = 0; k < 2; ++k) put_pair(out, c->name, k ? "_K" : "_C", 0);
    }
    fputs(",exit_code,message\n", out);
}

static cli_exit write_csv(const table *t)
{
    char *text = NULL, *path = cli_study_path(t->folder, "summary", "csv");
    size_t length;
    FILE *out = path ? open_memstream(&text, &length) : NULL;
    if (out) {
        put_heading(t, out);
        for (int row = 0; row < t->study->n_cases; ++row) put_row(t, row, out);
    }
    const cli_exit code =
        out && fclose(out) == 0 ? cli_output_file(path, text, length) : cli_fail(CLI_NOT_CONVERGED, "out of memory");
    free(text);
    free(path);
    return code;
}

static void release(table *t)
{
    for (int k = 0; t->cell && k < t->study->n_cases * t->stride; ++k) free(t->cell[k]);
    free(t->cell);
    free(t->column);
}

cli_exit cli_study_summarise(const cli_session *session, const cli_study_folder *folder, const kiln_study *study,
                             const cli_study_verbs *verbs, const json_t *cases)
{
    table t = {.folder = folder, .study = study, .cases = cases};
    cli_exit code = CLI_OK;
    choose_columns(&t, verbs);
    t.stride = t.n;
    t.cell = calloc((size_t)study->n_cases * (size_t)t.n + 1, sizeof *t.cell);
    for (int row = 0; row < study->n_cases && t.cell; ++row) fill_row(&t, verbs, row);
    if (!t.cell || t.is_short) {
        code = cli_fail(CLI_NOT_CONVERGED, "out of memory");
    } else {
        drop_empty_columns(session, &t);
        code = write_csv(&t);
        if (code == CLI_OK) code = print(&t);
    }
    release(&t);
    return code;
}
