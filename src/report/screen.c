#include "core/context.h"
#include "core/elements.h"
#include "report/report.h"
#include "report/screening_state.h"

#include <kiln/version.h>
#include <stdio.h>

static const char *const kind_texts[] = {
    [KILN_CANDIDATES_LIST] = "list",     [KILN_CANDIDATES_CHOOSE] = "choose",         [KILN_CANDIDATES_GRID] = "grid",
    [KILN_CANDIDATES_RANDOM] = "random", [KILN_CANDIDATES_SUBSTITUTE] = "substitute", [KILN_CANDIDATES_TABLE] = "table",
};

/* ---- The question ---- */

static void describe_substitution(kiln_i_tree *t, json_t *parent, const kiln_candidates *c)
{
    char text[16];
    snprintf(text, sizeof text, "%s=%s", kiln_i_element_symbol(c->out_z), kiln_i_element_symbol(c->in_z));
    kiln_i_tree_text(t, parent, "substitute", text);
}

/* What varies, and how. */
static void describe_kind(kiln_i_tree *t, json_t *parent, const kiln_candidates *c)
{
    if (c->n_pool > 0) {
        json_t *pool = kiln_i_tree_array(t, parent, "from");
        for (int i = 0; i < c->n_pool; ++i) kiln_i_tree_text(t, pool, NULL, kiln_i_element_symbol(c->pool[i]));
    }
    if (c->kind == KILN_CANDIDATES_CHOOSE) {
        kiln_i_tree_integer(t, parent, "choose_least", c->choose_least);
        kiln_i_tree_integer(t, parent, "choose_most", c->choose_most);
    }
    if (c->kind == KILN_CANDIDATES_SUBSTITUTE) describe_substitution(t, parent, c);
    if (c->steps > 0) kiln_i_tree_real(t, parent, "step", 1.0 / c->steps);
    if (c->kind == KILN_CANDIDATES_RANDOM) kiln_i_tree_integer(t, parent, "seed", (long long)c->seed);
    if (c->kind != KILN_CANDIDATES_TABLE) return;
    kiln_i_tree_text(t, parent, "file", c->table.path);
    kiln_i_tree_text(t, parent, "sha256", c->table.sha256);
}

static void describe_candidates(kiln_i_tree *t, json_t *input, const kiln_candidates *c)
{
    json_t *candidates = kiln_i_tree_object(t, input, "candidates");
    kiln_i_tree_text(t, candidates, "kind", kind_texts[c->kind]);
    kiln_i_tree_integer(t, candidates, "n", (long long)kiln_candidates_n(c));
    json_t *formulas = kiln_i_tree_array(t, candidates, "formulas");
    for (int i = 0; i < c->n_formulas; ++i) kiln_i_tree_text(t, formulas, NULL, c->formula[i]);
    describe_kind(t, candidates, c);
}

static void describe_elements(kiln_i_tree *t, json_t *input, const kiln_element_table *elements)
{
    if (!elements) return;
    json_t *table = kiln_i_tree_object(t, input, "elements");
    kiln_i_tree_text(t, table, "file", kiln_element_table_name(elements));
    kiln_i_tree_text(t, table, "sha256", kiln_element_table_sha256(elements));
}

static void describe_windows(kiln_i_tree *t, json_t *input, const kiln_screen *s)
{
    const kiln_window_options *o = &s->window_options;
    json_t *searched = kiln_i_tree_array(t, input, "searched_K");
    kiln_i_tree_real(t, searched, NULL, o->T_min_K);
    kiln_i_tree_real(t, searched, NULL, o->T_max_K);
    kiln_i_tree_real(t, input, "step_K", o->step_K);
    kiln_i_tree_real(t, input, "extrapolate_K", o->extrapolate_K);
    kiln_i_tree_integer(t, input, "samples", o->n_samples);
    kiln_i_tree_integer(t, input, "seed", (long long)o->seed);
    if (s->at_K > 0.0) kiln_i_tree_real(t, input, "at_K", s->at_K);
    else kiln_i_tree_text(t, input, "at_K", NULL);
}

/* By the names that rows have. */
static void describe_atmospheres(kiln_i_tree *t, json_t *input, const kiln_screen *s)
{
    json_t *atmospheres = kiln_i_tree_array(t, input, "atmospheres");
    for (int i = 0; i < s->n_atmospheres; ++i) {
        json_t *item = kiln_i_tree_object(t, atmospheres, NULL);
        kiln_i_tree_text(t, item, "name", s->atmosphere_name[i]);
        kiln_i_describe_atmosphere(t, item, "atmosphere", &s->atmosphere[i], 0);
    }
}

void kiln_i_describe_screening(kiln_i_tree *t, json_t *root, const kiln_screening *s)
{
    const kiln_screen *screen = s->screen;
    kiln_i_tree_text(t, kiln_i_tree_object(t, root, "kiln"), "version", KILN_VERSION_STRING);
    kiln_i_describe_database(t, root, screen->db);
    json_t *input = kiln_i_tree_object(t, root, "input");
    describe_candidates(t, input, screen->candidates);
    json_t *structures = kiln_i_tree_array(t, input, "structures");
    for (int i = 0; i < screen->n_phases; ++i) kiln_i_tree_text(t, structures, NULL, screen->phase[i]);
    describe_atmospheres(t, input, screen);
    kiln_i_describe_options(t, input, &screen->system_options, &screen->solver_options);
    describe_windows(t, input, screen);
    describe_elements(t, input, screen->elements);
    kiln_i_tree_text(t, input, "where", s->where);
    kiln_i_tree_text(t, input, "sort", s->sort);
    kiln_i_tree_integer(t, input, "top", s->top);
}

/* ---- The result ---- */

void kiln_i_describe_counts(kiln_i_tree *t, json_t *parent, const kiln_screening *s)
{
    const kiln_screen *screen = s->screen;
    json_t *counts = kiln_i_tree_object(t, parent, "counts");
    kiln_i_tree_integer(t, counts, "rows", (long long)s->n_done);
    json_t *status = kiln_i_tree_object(t, counts, "status");
    for (int k = 0; k < KILN_I_N_OUTCOMES; ++k)
        kiln_i_tree_integer(t, status, kiln_i_outcome_text((kiln_i_outcome_kind)k), (long long)s->count[k]);
    kiln_i_tree_integer(t, counts, "uncertified", (long long)s->n_uncertified);
    kiln_i_tree_integer(t, counts, "passed", (long long)s->n_passed);
    json_t *without = kiln_i_tree_object(t, counts, "without_value");
    for (int i = screen->first_element; i < screen->first_carried; ++i)
        kiln_i_tree_integer(t, without, screen->column[i].name, (long long)s->without[i]);
}

/* Columns stand apart, as some have the names that a user's tables give them. */
static void describe_row(kiln_i_tree *t, json_t *list, const kiln_screen *screen, const kiln_i_best *best)
{
    kiln_phase_info info;
    const char *phase = best->field[KILN_I_PHASE].text;
    json_t *row = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_integer(t, row, "row", (long long)best->row);
    if (phase && kiln_database_phase(screen->db, kiln_database_find_phase(screen->db, phase), &info) == KILN_OK) {
        kiln_i_tree_text(t, row, "label", info.label);
        kiln_i_describe_quality(t, row, screen->db, phase);
    }
    json_t *values = kiln_i_tree_object(t, row, "values");
    for (int i = 0; i < screen->n_columns; ++i) {
        const kiln_field *f = &best->field[i];
        if (f->kind == KILN_FIELD_NUMBER) kiln_i_tree_real(t, values, screen->column[i].name, f->number);
        else kiln_i_tree_text(t, values, screen->column[i].name, f->kind == KILN_FIELD_TEXT ? f->text : NULL);
    }
}

kiln_status kiln_report_screen(kiln_context *ctx, const kiln_screening *screening, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !screening) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    const kiln_screen *screen = screening->screen;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_screen);
    if (!report) return t.status;
    kiln_i_describe_screening(&t, report->root, screening);
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    kiln_i_describe_counts(&t, result, screening);
    json_t *columns = kiln_i_tree_array(&t, result, "columns");
    for (int i = 0; i < screen->n_columns; ++i) kiln_i_tree_text(&t, columns, NULL, screen->column[i].name);
    json_t *rows = kiln_i_tree_array(&t, result, "rows");
    for (int i = 0; i < screening->n_best; ++i) describe_row(&t, rows, screen, &screening->best[i]);
    return kiln_i_report_finish(&t, report, out);
}
