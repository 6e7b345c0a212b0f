#include <kiln/trial.h>

#include "core/context.h"
#include "data/trials_text.h"
#include "text/quantity.h"

#include <math.h>
#include <string.h>

#define KELVIN 273.15
#define MOST_C 6000.0

typedef struct columns {
    int id, formula, structure, temperature, atmosphere, outcome, transition, equilibrium, kind, seen, conditions, source, url;
} columns;

const char *kiln_outcome_text(kiln_outcome outcome)
{
    return outcome == KILN_OUTCOME_SINGLE ? "single" : outcome == KILN_OUTCOME_MULTI ? "multi" : "";
}

static columns find_columns(const kiln_i_table *t)
{
    return (columns){.id = kiln_i_table_column(t, "id"),
                     .formula = kiln_i_table_column(t, "formula"),
                     .structure = kiln_i_table_column(t, "structure"),
                     .temperature = kiln_i_table_column(t, "temperature_C"),
                     .atmosphere = kiln_i_table_column(t, "atmosphere"),
                     .outcome = kiln_i_table_column(t, "outcome"),
                     .transition = kiln_i_table_column(t, "transition_temperature_C"),
                     .equilibrium = kiln_i_table_column(t, "equilibrium_flag"),
                     .kind = kiln_i_table_column(t, "row_kind"),
                     .seen = kiln_i_table_column(t, "secondary_phases"),
                     .conditions = kiln_i_table_column(t, "conditions"),
                     .source = kiln_i_table_column(t, "source"),
                     .url = kiln_i_table_column(t, "url")};
}

static kiln_status check_table(const kiln_i_table *t)
{
    static const char *const required[] = {"formula", "structure", "temperature_C", "atmosphere", "outcome"};
    for (int k = 0; k < 5; ++k)
        if (kiln_i_table_column(t, required[k]) < 0)
            return kiln_i_table_fail(t, &t->cell[0],
                                     "expected columns formula, structure, temperature_C, atmosphere and outcome, found no %s",
                                     required[k]);
    return t->n_rows > 0 ? KILN_OK : kiln_i_table_fail(t, &t->cell[0], "expected rows below the header, found none");
}

/* ---- Temperatures ---- */

static const char *skip_blanks(const char *p) { return p + strspn(p, " "); }

/* A number in °C at *p, as K; 0 where there is none or no temperature. */
static int read_celsius(const char **p, double *T_K)
{
    double T_C;
    const int used = kiln_i_signed_scan(*p, &T_C);
    if (used == 0 || !(T_C + KELVIN > 0.0 && T_C <= MOST_C)) return 0;
    *T_K = T_C + KELVIN;
    *p = skip_blanks(*p + used);
    return 1;
}

/* A number, a range or a bound; what follows in brackets is a remark. 0 where it is none of these. */
static int read_stated(const char *text, kiln_stated_temperature *out)
{
    const char bound = *text == '<' || *text == '>' || *text == '~' ? *text : '\0';
    const char *p = skip_blanks(text + (bound != '\0'));
    *out = (kiln_stated_temperature){NAN, NAN};
    if (!bound && (*p == '\0' || *p == '(')) return 1;
    if (!read_celsius(&p, &out->low_K)) return 0;
    out->high_K = out->low_K;
    if (bound == '<') out->low_K = -INFINITY;
    if (bound == '>') out->high_K = INFINITY;
    if (*p == '-' && !bound) {
        p = skip_blanks(p + 1);
        if (!read_celsius(&p, &out->high_K) || out->high_K < out->low_K) return 0;
    }
    return *p == '\0' || *p == '(';
}

static kiln_status read_temperature(const kiln_i_table *t, const kiln_i_cell *cell, kiln_stated_temperature *out)
{
    if (read_stated(cell->text, out)) return KILN_OK;
    return kiln_i_table_fail(
        t, cell, "expected a temperature in °C such as 900, 850-900 or >850, or nothing or a remark in brackets, found \"%.60s\"",
        cell->text);
}

static kiln_status read_outcome(const kiln_i_table *t, const kiln_i_cell *cell, kiln_outcome *out)
{
    *out = KILN_OUTCOME_NONE;
    if (*cell->text == '\0' || *cell->text == '(') return KILN_OK;
    for (int k = KILN_OUTCOME_SINGLE; k <= KILN_OUTCOME_MULTI; ++k)
        if (strcmp(cell->text, kiln_outcome_text((kiln_outcome)k)) == 0) {
            *out = (kiln_outcome)k;
            return KILN_OK;
        }
    return kiln_i_table_fail(t, cell, "expected single or multi, or nothing or a remark in brackets, found \"%.60s\"",
                             cell->text);
}

/* ---- Rows ---- */

static kiln_status read_trial(const kiln_i_table *t, const columns *c, int row, kiln_trial *out)
{
    const kiln_i_cell *formula = kiln_i_table_cell(t, row, c->formula), *T = kiln_i_table_cell(t, row, c->temperature);
    *out = (kiln_trial){.line = formula->line,
                        .id = kiln_i_table_cell(t, row, c->id)->text,
                        .formula = formula->text,
                        .structure = kiln_i_table_cell(t, row, c->structure)->text,
                        .atmosphere = kiln_i_table_cell(t, row, c->atmosphere)->text,
                        .source = kiln_i_table_cell(t, row, c->source)->text,
                        .url = kiln_i_table_cell(t, row, c->url)->text,
                        .temperature = T->text,
                        .equilibrium = kiln_i_table_cell(t, row, c->equilibrium)->text,
                        .kind = kiln_i_table_cell(t, row, c->kind)->text,
                        .seen = kiln_i_table_cell(t, row, c->seen)->text,
                        .conditions = kiln_i_table_cell(t, row, c->conditions)->text};
    kiln_status status = read_temperature(t, T, &out->T);
    if (status == KILN_OK) status = read_temperature(t, kiln_i_table_cell(t, row, c->transition), &out->transition);
    if (status == KILN_OK) status = read_outcome(t, kiln_i_table_cell(t, row, c->outcome), &out->outcome);
    return status;
}

static kiln_status read_trials(kiln_trials *made)
{
    const kiln_i_table *t = &made->text->table;
    const columns c = find_columns(t);
    kiln_status status = check_table(t);
    if (status == KILN_OK && !(made->trial = kiln_i_calloc(t->ctx, (size_t)t->n_rows, sizeof *made->trial)))
        status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "%s: no memory for its rows", t->name);
    for (int row = 0; row < t->n_rows && status == KILN_OK; ++row) status = read_trial(t, &c, row, &made->trial[made->n++]);
    made->name = t->name;
    return status;
}

/* Takes the text over, also after a failure. */
static kiln_status make(kiln_context *ctx, struct kiln_trials_text *text, kiln_trials **out)
{
    kiln_trials *made = kiln_i_calloc(ctx, 1, sizeof *made);
    if (!made) {
        kiln_i_trials_text_close(text);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for the rows of a table");
    }
    made->text = text;
    const kiln_status status = read_trials(made);
    if (status == KILN_OK) *out = made;
    else kiln_trials_free(made);
    return status;
}

kiln_status kiln_trials_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_trials **out)
{
    struct kiln_trials_text *opened;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !name || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_i_trials_text_open(ctx, text, length, name, &opened);
    return status == KILN_OK ? make(ctx, opened, out) : status;
}

kiln_status kiln_trials_load(kiln_context *ctx, const char *path, kiln_trials **out)
{
    struct kiln_trials_text *opened;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_i_trials_text_load(ctx, path, &opened);
    return status == KILN_OK ? make(ctx, opened, out) : status;
}

void kiln_trials_free(kiln_trials *trials)
{
    if (!trials) return;
    kiln_context *ctx = trials->text->table.ctx;
    kiln_i_free(ctx, trials->trial);
    kiln_i_trials_text_close(trials->text);
    kiln_i_free(ctx, trials);
}
