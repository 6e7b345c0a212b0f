#include "core/context.h"
#include "predict/screen_state.h"
#include "predict/structure_entropy.h"
#include "text/quantity.h"

#include <kiln/structures.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define KELVIN 273.15

/* ---- Fields ---- */

static void put_number(kiln_field *field, double value)
{
    if (isfinite(value)) *field = (kiln_field){KILN_FIELD_NUMBER, value, NULL};
}

/* The text's place in the unit's texts; its address is known when they grow no more. */
static kiln_status put_text(kiln_i_screener *s, kiln_field *field, const char *text)
{
    const size_t size = strlen(text) + 1;
    if (s->room - s->used < size) {
        const size_t room = 2 * s->room + size + 4096;
        if (!kiln_i_grow(s->ctx, &s->text, s->used, room, 1)) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "texts of rows");
        s->room = room;
    }
    memcpy(s->text + s->used, text, size);
    *field = (kiln_field){KILN_FIELD_TEXT, (double)s->used, NULL};
    s->used += size;
    return KILN_OK;
}

/* ---- A composition in an atmosphere ---- */

/* Failures that end the work rather than belong to a row. */
static int is_general(kiln_status status)
{
    return status == KILN_E_NOMEM || status == KILN_E_IO || status == KILN_E_INTERRUPTED;
}

static kiln_i_outcome_kind outcome_of(kiln_status status)
{
    if (status == KILN_E_MISSING) return KILN_I_LACKS;
    if (status == KILN_E_RANGE) return KILN_I_OUT_OF_RANGE;
    if (status == KILN_E_NOT_CONVERGED || status == KILN_E_SINGULAR) return KILN_I_NOT_CONVERGED;
    return KILN_I_NOT_COMPUTED;
}

void kiln_i_screener_close_case(kiln_i_screener *s)
{
    kiln_window_solver_free(s->ends);
    kiln_window_solver_free(s->whole);
    kiln_system_free(s->system);
    s->ends = s->whole = NULL;
    s->system = NULL;
    s->has_case = 0;
}

static kiln_status note(kiln_i_screener *s, kiln_i_outcome_kind kind)
{
    s->failure = kind;
    snprintf(s->reason, sizeof s->reason, "%s", kiln_context_error(s->ctx));
    return KILN_OK;
}

static kiln_status make_system(kiln_i_screener *s, int atmosphere)
{
    const kiln_screen *q = s->screen;
    kiln_status status =
        kiln_system_create(s->ctx, q->db, &s->composition, &q->atmosphere[atmosphere], &q->system_options, &s->system);
    kiln_window_options ends = q->window_options;
    ends.ends_only = 1;
    ends.n_samples = 0;
    if (status == KILN_OK) status = kiln_window_solver_create(s->system, &q->solver_options, &ends, &s->ends);
    if (status == KILN_OK && q->window_options.n_samples > 0)
        status = kiln_window_solver_create(s->system, &q->solver_options, &q->window_options, &s->whole);
    if (status == KILN_OK || is_general(status)) return status;
    return note(s, outcome_of(status));
}

static kiln_status open_case(kiln_i_screener *s, uint64_t index)
{
    const int n_atmospheres = s->screen->n_atmospheres;
    if (s->has_case && s->case_index == index) return KILN_OK;
    kiln_i_screener_close_case(s);
    s->composition.n = 0;
    s->formula[0] = '\0';
    s->failure = KILN_I_SINGLE;
    kiln_status status = kiln_i_candidate_read(&s->reader, index / (uint64_t)n_atmospheres, s->formula);
    if (is_general(status)) return status;
    if (status == KILN_OK) status = kiln_composition_parse(s->ctx, s->formula, &s->composition);
    if (status == KILN_OK) status = make_system(s, (int)(index % (uint64_t)n_atmospheres));
    else if (!is_general(status)) status = note(s, KILN_I_NO_FORMULA);
    s->has_case = status == KILN_OK;
    s->case_index = index;
    return status;
}

/* ---- A window ---- */

/* "wurtzite + La2O3" */
static kiln_status put_limits(kiln_i_screener *s, const kiln_window_end *end, kiln_field *field)
{
    char text[1024] = "";
    size_t used = 0;
    for (int i = 0; i < end->n_limits && used < sizeof text; ++i)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " + " : "",
                                 kiln_system_phase_label(s->system, end->limit[i].phase));
    return used ? put_text(s, field, text) : KILN_OK;
}

/* A quantile beyond the search is not known, and with it the width of the distribution. */
static void put_quantiles(const kiln_window_end *end, kiln_field *sigma, kiln_field *low, kiln_field *high)
{
    if (!end->has_sigma) return;
    if (!end->low_is_open && !end->high_is_open) put_number(sigma, end->sigma_K);
    if (!end->low_is_open) put_number(low, end->low_K - KELVIN);
    if (!end->high_is_open) put_number(high, end->high_K - KELVIN);
}

static int is_limit_of_search(kiln_end_kind kind) { return kind == KILN_END_SEARCH_LIMIT || kind == KILN_END_VALIDITY; }

/* Where second phases reach the detection limit; the end of the search where they are not met. */
static void put_detected(const kiln_window_end *end, kiln_field *field)
{
    if (is_limit_of_search(end->kind)) put_number(field, end->T_K - KELVIN);
    else if (end->has_detected) put_number(field, end->detected_K - KELVIN);
}

/* Of a phase that is never single: where second phases together stay traces. */
static void put_apparent(const kiln_window *w, kiln_field *f)
{
    int widest = 0;
    if (w->n_apparent == 0) return;
    for (int r = 1; r < w->n_apparent; ++r)
        if (w->apparent[r].high_K - w->apparent[r].low_K > w->apparent[widest].high_K - w->apparent[widest].low_K) widest = r;
    put_number(&f[KILN_I_XRD_LOW], w->apparent[widest].low_K - KELVIN);
    put_number(&f[KILN_I_XRD_HIGH], w->apparent[widest].high_K - KELVIN);
}

static int widest_of(const kiln_window *w)
{
    int widest = 0;
    for (int r = 1; r < w->n_ranges; ++r)
        if (w->range[r].high.T_K - w->range[r].low.T_K > w->range[widest].high.T_K - w->range[widest].low.T_K) widest = r;
    return widest;
}

static kiln_status put_range(kiln_i_screener *s, kiln_field *f)
{
    const kiln_window *w = &s->window;
    const kiln_window_range *r = &w->range[widest_of(w)];
    put_number(&f[KILN_I_T_LOW], r->low.T_K - KELVIN);
    put_number(&f[KILN_I_T_HIGH], r->high.T_K - KELVIN);
    put_number(&f[KILN_I_WIDTH], r->high.T_K - r->low.T_K);
    put_quantiles(&r->low, &f[KILN_I_SIGMA_LOW], &f[KILN_I_T_LOW_16], &f[KILN_I_T_LOW_84]);
    put_quantiles(&r->high, &f[KILN_I_SIGMA_HIGH], &f[KILN_I_T_HIGH_16], &f[KILN_I_T_HIGH_84]);
    if (s->whole) {
        put_number(&f[KILN_I_P_WINDOW], r->probability);
        put_detected(&r->low, &f[KILN_I_XRD_LOW]);
        put_detected(&r->high, &f[KILN_I_XRD_HIGH]);
    }
    if (s->screen->solver_options.certify) {
        put_number(&f[KILN_I_CERTIFIED], w->certificate.is_certified);
        if (w->certificate.is_certified) put_number(&f[KILN_I_GAP], w->certificate.gap_J_mol);
    }
    kiln_status status = put_limits(s, &r->low, &f[KILN_I_LOW_LIMIT]);
    if (status == KILN_OK) status = put_limits(s, &r->high, &f[KILN_I_HIGH_LIMIT]);
    if (status == KILN_OK) status = put_text(s, &f[KILN_I_LOW_KIND], kiln_end_kind_text(r->low.kind));
    return status == KILN_OK ? put_text(s, &f[KILN_I_HIGH_KIND], kiln_end_kind_text(r->high.kind)) : status;
}

/* Without samples whether it is inside a range. */
static double probability_at(kiln_i_screener *s, double T_K)
{
    const kiln_window *w = &s->window;
    if (s->whole) return kiln_window_probability(s->whole, T_K);
    int is_inside = 0;
    for (int r = 0; r < w->n_ranges; ++r) is_inside |= T_K >= w->range[r].low.T_K && T_K <= w->range[r].high.T_K;
    return is_inside;
}

static kiln_status put_entropy(kiln_i_screener *s, const kiln_entropy *entropy, kiln_field *f)
{
    put_number(&f[KILN_I_S_R], entropy->mixing.R);
    return put_text(s, &f[KILN_I_CLASS], kiln_entropy_class_text(entropy->grade));
}

static kiln_status put_window(kiln_i_screener *s, kiln_field *f)
{
    const kiln_window *w = &s->window;
    kiln_entropy entropy;
    if (kiln_i_structure_entropy(s->system, w->phase, &entropy) == KILN_OK) {
        const kiln_status status = put_entropy(s, &entropy, f);
        if (status != KILN_OK) return status;
    }
    put_number(&f[KILN_I_N_WINDOWS], w->n_ranges);
    if (w->n_parameters > 0) put_number(&f[KILN_I_ESTIMATED], (double)w->n_estimated / w->n_parameters);
    if (s->screen->at_K > 0.0) put_number(&f[KILN_I_P_AT], probability_at(s, s->screen->at_K));
    double seen;
    if (s->screen->at_K > 0.0 && s->whole && kiln_window_seen(s->whole, w, s->screen->at_K, &seen) == KILN_OK)
        put_number(&f[KILN_I_P_XRD_AT], seen);
    if (w->n_ranges > 0) return put_range(s, f);
    put_apparent(w, f);
    put_number(&f[KILN_I_BEST], w->best_J_mol);
    put_number(&f[KILN_I_BEST_T], w->best_T_K - KELVIN);
    return KILN_OK;
}

/* The structure with the widest window of several, where the first is never single, as kiln_structures_choose has it; the window of its ends is left, but where there is nothing to choose and a whole one follows. */
static kiln_status choose(kiln_i_screener *s, const kiln_structures *found, int *phase)
{
    int last = *phase = found->phase[0];
    double widest = 0.0;
    if (found->n == 1 && s->whole) return KILN_OK;
    const kiln_status first = kiln_window_solve(s->ends, last, &s->window);
    if (is_general(first) || (first == KILN_OK && s->window.n_ranges > 0)) return first;
    for (int i = 1; i < found->n; ++i) {
        last = found->phase[i];
        const kiln_status status = kiln_window_solve(s->ends, last, &s->window);
        if (is_general(status)) return status;
        if (status != KILN_OK || kiln_window_widest_K(&s->window) <= widest) continue;
        widest = kiln_window_widest_K(&s->window);
        *phase = last;
    }
    return found->n == 1 ? first : *phase == last ? KILN_OK : kiln_window_solve(s->ends, *phase, &s->window);
}

static kiln_status solve(kiln_i_screener *s, const kiln_structures *found)
{
    int phase;
    const kiln_status status = choose(s, found, &phase);
    return status == KILN_OK && s->whole ? kiln_window_solve(s->whole, phase, &s->window) : status;
}

static kiln_status find_and_solve(kiln_i_screener *s, const char *name, kiln_i_outcome_kind *outcome, kiln_field *f)
{
    kiln_structures found;
    kiln_status status = kiln_structures_find(s->system, name, &found);
    *outcome = KILN_I_NO_STRUCTURE;
    if (status != KILN_OK) return status;
    if (!name || found.n == 1) status = solve(s, &found);
    *outcome = status == KILN_E_MISSING ? KILN_I_NO_STRUCTURE : outcome_of(status);
    if (status == KILN_OK && !name) status = put_text(s, &f[KILN_I_PHASE], kiln_system_phase_name(s->system, s->window.phase));
    if (status != KILN_OK) return status;
    *outcome = s->window.n_ranges > 0 ? KILN_I_SINGLE : KILN_I_NEVER_SINGLE;
    return put_window(s, f);
}

/* ---- What needs no system ---- */

static kiln_status put_composition(kiln_i_screener *s, kiln_field *f)
{
    kiln_entropy entropy;
    const kiln_composition *x = &s->composition;
    kiln_status status = put_text(s, &f[KILN_I_FORMULA], x->n > 0 ? x->canonical : s->formula);
    if (x->n == 0 || status != KILN_OK) return status;
    for (int i = 0; i < kiln_element_table_n_columns(s->screen->elements); ++i)
        put_number(&f[s->screen->first_element + i], kiln_element_table_value(s->screen->elements, i, x, NULL));
    return kiln_entropy_compute(x, &entropy) == KILN_OK ? put_entropy(s, &entropy, f) : KILN_OK;
}

/* A number where all of the field is one. */
static kiln_status put_carried(kiln_i_screener *s, kiln_field *f)
{
    for (int i = 0; i < kiln_i_candidates_carried(s->screen->candidates); ++i) {
        const char *text = kiln_i_candidate_carried(&s->reader, i);
        double value;
        const int used = kiln_i_signed_scan(text, &value);
        kiln_field *field = &f[s->screen->first_carried + i];
        if (!*text) continue;
        if (used > 0 && !text[used] && isfinite(value)) put_number(field, value);
        else {
            const kiln_status status = put_text(s, field, text);
            if (status != KILN_OK) return status;
        }
    }
    return KILN_OK;
}

kiln_status kiln_i_screen_row(kiln_i_screener *s, uint64_t row, kiln_field *field)
{
    const kiln_screen *q = s->screen;
    const uint64_t n_phases = q->n_phases > 0 ? (uint64_t)q->n_phases : 1;
    const char *name = q->n_phases > 0 ? q->phase[row % n_phases] : NULL;
    kiln_i_outcome_kind outcome;
    memset(field, 0, (size_t)q->n_columns * sizeof *field);
    kiln_status status = open_case(s, row / n_phases);
    if (status == KILN_OK) status = put_composition(s, field);
    if (status == KILN_OK) status = put_carried(s, field);
    if (status == KILN_OK)
        status = put_text(s, &field[KILN_I_ATMOSPHERE], q->atmosphere_name[row / n_phases % (uint64_t)q->n_atmospheres]);
    if (status == KILN_OK && name) status = put_text(s, &field[KILN_I_PHASE], name);
    if (status != KILN_OK) return status;
    outcome = s->failure;
    const char *reason = s->reason;
    if (outcome == KILN_I_SINGLE) { /* no failure so far */
        status = find_and_solve(s, name, &outcome, field);
        if (is_general(status)) return status;
        reason = kiln_context_error(s->ctx);
    }
    status = put_text(s, &field[KILN_I_STATUS], kiln_i_outcome_text(outcome));
    if (status != KILN_OK || outcome == KILN_I_SINGLE || outcome == KILN_I_NEVER_SINGLE) return status;
    return put_text(s, &field[KILN_I_REASON], reason);
}
