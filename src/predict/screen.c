#include "predict/screen_state.h"

#include "core/context.h"
#include "model/system.h"
#include "predict/window_solver.h"

#include <string.h>

static const kiln_column own_columns[KILN_I_N_SCREEN_COLUMNS] = {
    [KILN_I_FORMULA] = {"formula", KILN_FIELD_TEXT},
    [KILN_I_PHASE] = {"phase", KILN_FIELD_TEXT},
    [KILN_I_ATMOSPHERE] = {"atmosphere", KILN_FIELD_TEXT},
    [KILN_I_STATUS] = {"status", KILN_FIELD_TEXT},
    [KILN_I_T_LOW] = {"T_low_C", KILN_FIELD_NUMBER},
    [KILN_I_T_HIGH] = {"T_high_C", KILN_FIELD_NUMBER},
    [KILN_I_WIDTH] = {"width_K", KILN_FIELD_NUMBER},
    [KILN_I_N_WINDOWS] = {"n_windows", KILN_FIELD_NUMBER},
    [KILN_I_SIGMA_LOW] = {"sigma_low_K", KILN_FIELD_NUMBER},
    [KILN_I_SIGMA_HIGH] = {"sigma_high_K", KILN_FIELD_NUMBER},
    [KILN_I_T_LOW_16] = {"T_low_16_C", KILN_FIELD_NUMBER},
    [KILN_I_T_LOW_84] = {"T_low_84_C", KILN_FIELD_NUMBER},
    [KILN_I_T_HIGH_16] = {"T_high_16_C", KILN_FIELD_NUMBER},
    [KILN_I_T_HIGH_84] = {"T_high_84_C", KILN_FIELD_NUMBER},
    [KILN_I_LOW_LIMIT] = {"low_limit", KILN_FIELD_TEXT},
    [KILN_I_HIGH_LIMIT] = {"high_limit", KILN_FIELD_TEXT},
    [KILN_I_LOW_KIND] = {"low_kind", KILN_FIELD_TEXT},
    [KILN_I_HIGH_KIND] = {"high_kind", KILN_FIELD_TEXT},
    [KILN_I_P_WINDOW] = {"P_window", KILN_FIELD_NUMBER},
    [KILN_I_XRD_LOW] = {"XRD_low_C", KILN_FIELD_NUMBER},
    [KILN_I_XRD_HIGH] = {"XRD_high_C", KILN_FIELD_NUMBER},
    [KILN_I_S_R] = {"S_R", KILN_FIELD_NUMBER},
    [KILN_I_CLASS] = {"class", KILN_FIELD_TEXT},
    [KILN_I_ESTIMATED] = {"estimated_share", KILN_FIELD_NUMBER},
    [KILN_I_CERTIFIED] = {"certified", KILN_FIELD_NUMBER},
    [KILN_I_GAP] = {"gap_J_mol", KILN_FIELD_NUMBER},
    [KILN_I_BEST] = {"best_J_mol", KILN_FIELD_NUMBER},
    [KILN_I_BEST_T] = {"best_T_C", KILN_FIELD_NUMBER},
    [KILN_I_REASON] = {"reason", KILN_FIELD_TEXT},
    [KILN_I_P_AT] = {"P_at", KILN_FIELD_NUMBER},
    [KILN_I_P_XRD_AT] = {"P_XRD_at", KILN_FIELD_NUMBER},
};

const char *kiln_i_outcome_text(kiln_i_outcome_kind kind)
{
    static const char *const texts[KILN_I_N_OUTCOMES] = {
        [KILN_I_SINGLE] = "single",
        [KILN_I_NEVER_SINGLE] = "never single",
        [KILN_I_NO_FORMULA] = "no formula",
        [KILN_I_NO_STRUCTURE] = "no structure",
        [KILN_I_LACKS] = "missing",
        [KILN_I_OUT_OF_RANGE] = "out of range",
        [KILN_I_NOT_CONVERGED] = "not converged",
        [KILN_I_NOT_COMPUTED] = "not computed",
    };
    return texts[kind];
}

/* ---- Columns ---- */

static kiln_status add_column(kiln_screen *s, const char *name, kiln_field_kind kind)
{
    for (int i = 0; i < s->n_columns; ++i)
        if (strcmp(s->column[i].name, name) == 0)
            return kiln_i_fail(s->ctx, KILN_E_ARG, "column \"%.60s\" of a table is one of the screening, too; rename it there",
                               name);
    if (s->n_columns == KILN_MAX_SCREEN_COLUMNS)
        return kiln_i_fail(s->ctx, KILN_E_ARG, "more than %d columns", (int)KILN_MAX_SCREEN_COLUMNS);
    s->column[s->n_columns++] = (kiln_column){name, kind};
    return KILN_OK;
}

static kiln_status name_columns(kiln_screen *s)
{
    kiln_status status = KILN_OK;
    s->n_columns = s->at_K > 0.0 ? KILN_I_N_SCREEN_COLUMNS : KILN_I_P_AT;
    memcpy(s->column, own_columns, (size_t)s->n_columns * sizeof *own_columns);
    s->first_element = s->n_columns;
    for (int i = 0; i < kiln_element_table_n_columns(s->elements) && status == KILN_OK; ++i)
        status = add_column(s, kiln_element_table_column(s->elements, i), KILN_FIELD_NUMBER);
    s->first_carried = s->n_columns;
    for (int i = 0; i < kiln_i_candidates_carried(s->candidates) && status == KILN_OK; ++i)
        status = add_column(s, kiln_i_candidates_carried_name(s->candidates, i), KILN_FIELD_NONE);
    return status;
}

/* ---- The question ---- */

static kiln_status copy_phases(kiln_screen *s, const kiln_screen_question *q)
{
    if (q->n_phases < 0 || q->n_phases > KILN_MAX_SCREEN_PHASES || (q->n_phases > 0 && !q->phases))
        return kiln_i_fail(s->ctx, KILN_E_ARG, "%d structures: expected 0 to %d", q->n_phases, (int)KILN_MAX_SCREEN_PHASES);
    for (int i = 0; i < q->n_phases; ++i) {
        int phase;
        kiln_phase_info info;
        kiln_status status = kiln_database_meant_phase(s->db, s->ctx, q->phases[i], &phase);
        if (status == KILN_OK) status = kiln_database_phase(s->db, phase, &info);
        if (status != KILN_OK) return status;
        if (!(s->phase[s->n_phases++] = kiln_i_strdup(s->ctx, info.name))) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "structures");
    }
    return KILN_OK;
}

static kiln_status copy_atmospheres(kiln_screen *s, const kiln_screen_question *q)
{
    if (q->n_atmospheres < 1 || q->n_atmospheres > KILN_MAX_SCREEN_ATMOSPHERES || !q->atmospheres)
        return kiln_i_fail(s->ctx, KILN_E_ARG, "%d atmospheres: expected 1 to %d", q->n_atmospheres,
                           (int)KILN_MAX_SCREEN_ATMOSPHERES);
    for (int i = 0; i < q->n_atmospheres; ++i) {
        s->atmosphere[i] = q->atmospheres[i];
        s->atmosphere_name[s->n_atmospheres++] =
            kiln_i_strdup(s->ctx, q->atmosphere_names ? q->atmosphere_names[i] : s->atmosphere[i].label);
        if (!s->atmosphere_name[i]) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "atmospheres");
    }
    return KILN_OK;
}

/* The names of phases that the options leave out or keep. */
static kiln_status copy_names(kiln_screen *s)
{
    kiln_system_options *o = &s->system_options;
    const int n = o->n_without + o->n_only;
    if (n == 0) return KILN_OK;
    if (!(s->names = kiln_i_calloc(s->ctx, (size_t)n, sizeof *s->names)))
        return kiln_i_fail(s->ctx, KILN_E_NOMEM, "names of phases");
    for (int i = 0; i < n; ++i)
        if (!(s->names[i] = kiln_i_strdup(s->ctx, i < o->n_without ? o->without[i] : o->only[i - o->n_without])))
            return kiln_i_fail(s->ctx, KILN_E_NOMEM, "names of phases");
    o->without = (const char *const *)s->names;
    o->only = (const char *const *)s->names + o->n_without;
    if (o->n_only == 0) o->only = NULL;
    return KILN_OK;
}

static kiln_status copy_options(kiln_screen *s, const kiln_screen_question *q)
{
    kiln_window_options *w = &s->window_options;
    (void)kiln_system_options_init(&s->system_options, KILN_SYSTEM_OPTIONS_VERSION);
    (void)kiln_solver_options_init(&s->solver_options, KILN_SOLVER_OPTIONS_VERSION);
    (void)kiln_window_options_init(w, KILN_WINDOW_OPTIONS_VERSION);
    if (q->system_options) s->system_options = *q->system_options;
    if (q->solver_options) s->solver_options = *q->solver_options;
    if (q->window_options) *w = *q->window_options;
    w->ends_only = w->n_samples == 0;
    w->find_apparent = 1;
    s->at_K = q->at_K;
    kiln_status status = kiln_i_system_options_check(s->ctx, &s->system_options);
    if (status == KILN_OK) status = kiln_i_solver_options_check(s->ctx, &s->solver_options);
    if (status == KILN_OK) status = kiln_i_window_options_check(s->ctx, w);
    if (status != KILN_OK) return status;
    if (!(s->at_K >= w->T_min_K && s->at_K <= w->T_max_K) && (s->at_K < 0.0 || s->at_K > 0.0))
        return kiln_i_fail(s->ctx, KILN_E_ARG, "%.2f K is outside the search range, %.2f K to %.2f K", s->at_K, w->T_min_K,
                           w->T_max_K);
    return copy_names(s);
}

static kiln_status count_rows(kiln_screen *s)
{
    const uint64_t times = (uint64_t)s->n_atmospheres * (uint64_t)(s->n_phases > 0 ? s->n_phases : 1),
                   n = kiln_candidates_n(s->candidates);
    if (n > KILN_MOST_SCREEN_ROWS / times)
        return kiln_i_fail(s->ctx, KILN_E_ARG, "%.3g candidates in %d structures and atmospheres: expected at most %.0g rows",
                           (double)n, (int)times, (double)KILN_MOST_SCREEN_ROWS);
    s->n_rows = n * times;
    return KILN_OK;
}

kiln_status kiln_screen_create(kiln_context *ctx, const kiln_screen_question *question, kiln_screen **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!question || !out || !question->db || !question->candidates) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_screen *s = kiln_i_calloc(ctx, 1, sizeof *s);
    if (!s) return kiln_i_fail(ctx, KILN_E_NOMEM, "a screening");
    *s = (kiln_screen){.ctx = ctx, .db = question->db, .candidates = question->candidates, .elements = question->elements};
    kiln_status status = copy_options(s, question);
    if (status == KILN_OK) status = copy_phases(s, question);
    if (status == KILN_OK) status = copy_atmospheres(s, question);
    if (status == KILN_OK) status = name_columns(s);
    if (status == KILN_OK) status = count_rows(s);
    if (status == KILN_OK) *out = s;
    else kiln_screen_free(s);
    return status;
}

void kiln_screen_free(kiln_screen *s)
{
    if (!s) return;
    for (int i = 0; i < s->n_phases; ++i) kiln_i_free(s->ctx, s->phase[i]);
    for (int i = 0; i < s->n_atmospheres; ++i) kiln_i_free(s->ctx, s->atmosphere_name[i]);
    for (int i = 0; s->names && i < s->system_options.n_without + s->system_options.n_only; ++i) kiln_i_free(s->ctx, s->names[i]);
    kiln_i_free(s->ctx, s->names);
    kiln_i_free(s->ctx, s);
}

uint64_t kiln_screen_n_rows(const kiln_screen *screen) { return screen ? screen->n_rows : 0; }

uint64_t kiln_screen_n_units(const kiln_screen *screen)
{
    return screen ? (screen->n_rows + KILN_SCREEN_UNIT - 1) / KILN_SCREEN_UNIT : 0;
}

int kiln_screen_n_columns(const kiln_screen *screen) { return screen ? screen->n_columns : 0; }

const kiln_column *kiln_screen_columns(const kiln_screen *screen) { return screen ? screen->column : NULL; }
