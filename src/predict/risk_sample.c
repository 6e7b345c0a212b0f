#include "predict/risk_state.h"

#include "core/context.h"

#include <math.h>

enum { BOXES = 200 };

void kiln_i_sampler_free(kiln_i_sampler *s)
{
    if (!s) return;
    kiln_window_solver_free(s->window);
    kiln_system_free(s->system);
    kiln_i_free(s->ctx, s->z);
    kiln_i_free(s->ctx, s->theta);
    kiln_i_free(s->ctx, s);
}

kiln_status kiln_i_sampler_create(const kiln_risk *risk, const kiln_step_question *q, const kiln_window_options *window_options,
                                  kiln_context *ctx, kiln_i_sampler **out)
{
    kiln_i_sampler *s = kiln_i_calloc(ctx, 1, sizeof *s);
    kiln_window_options o = *window_options;
    if (!s) return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of samples");
    s->risk = risk;
    s->ctx = ctx;
    o.ends_only = 1;
    o.n_samples = 0;
    s->z = kiln_i_calloc(ctx, (size_t)risk->unknowns.n + 2, sizeof *s->z);
    s->theta = kiln_i_calloc(ctx, (size_t)risk->unknowns.n + 1, sizeof *s->theta);
    kiln_status status = s->z && s->theta ? KILN_OK : kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of samples");
    if (status == KILN_OK) status = kiln_system_create(ctx, q->db, q->composition, q->atmosphere, q->system_options, &s->system);
    if (status == KILN_OK) status = kiln_i_system_allow_shifts(s->system);
    if (status == KILN_OK) status = kiln_window_solver_create(s->system, q->solver_options, &o, &s->window);
    if (status == KILN_OK) *out = s;
    else kiln_i_sampler_free(s);
    return status;
}

kiln_status kiln_i_sampler_restart(kiln_i_sampler *s)
{
    kiln_i_forget(s->window->solver);
    return kiln_i_target_set(&s->window->target, s->risk->phase);
}

/* First order, over all competitors that can bound the window at best values. */
static double predict(const kiln_risk *r, const double *z, int is_low)
{
    const kiln_window_range *range = r->range >= 0 ? &r->window.range[r->range] : NULL;
    const double limit = is_low ? r->start_low_K : r->start_high_K;
    double best = is_low ? -INFINITY : INFINITY;
    for (int k = 0; range && k < r->solver->n_crossings; ++k) {
        const kiln_i_crossing *c = &r->solver->crossings[k];
        double T_K = c->T_K;
        if (c->from_below != is_low || (is_low ? c->T_K > limit + 1e-6 : c->T_K < limit - 1e-6)) continue;
        for (int i = 0; i < r->unknowns.n; ++i) T_K += r->row[k + r->solver->n_crossings * i] * z[i];
        best = is_low ? fmax(best, T_K) : fmin(best, T_K);
    }
    return isfinite(best) ? best : limit;
}

static int limit_of(const kiln_window_end *end)
{
    return end->kind == KILN_END_VALIDITY || end->kind == KILN_END_SEARCH_LIMIT || end->n_limits == 0 ? -1 : end->limit[0].phase;
}

/* Where following the forces ends nowhere: the whole window by its scan. */
static kiln_i_outcome solve_whole(kiln_i_sampler *s)
{
    const kiln_risk *r = s->risk;
    kiln_i_outcome o = {.low_limit = -1, .high_limit = -1};
    o.is_failed = kiln_window_solve(s->window, r->phase, &s->whole) != KILN_OK;
    if (o.is_failed) return o;
    const int range = kiln_i_risk_range(&s->whole, 0.5 * (r->start_low_K + r->start_high_K));
    if (range < 0) {
        o.low_K = o.high_K = s->whole.best_T_K;
        o.low_limit = o.high_limit = s->whole.best_limit;
        return o;
    }
    o.low_K = s->whole.range[range].low.T_K;
    o.high_K = s->whole.range[range].high.T_K;
    o.low_limit = limit_of(&s->whole.range[range].low);
    o.high_limit = limit_of(&s->whole.range[range].high);
    return o;
}

/* In the middle of the window nothing undercuts; else it is two windows, or the end was that of another one. */
static int is_whole(kiln_i_sampler *s, const kiln_i_outcome *o)
{
    kiln_i_node *node = &s->window->nodes[0];
    if (o->low_K >= o->high_K) return 1;
    if (kiln_i_window_forces(s->window, 0.5 * (o->low_K + o->high_K), KILN_I_QUICK, node) != KILN_OK) return 0;
    for (int c = 0; c <= s->system->n_phases; ++c)
        if (node->f[c] < 0.0) return 0;
    return 1;
}

static kiln_i_outcome solve(kiln_i_sampler *s)
{
    const kiln_risk *r = s->risk;
    kiln_i_outcome o = {.low_limit = -1, .high_limit = -1};
    kiln_i_unknowns_transform(&r->unknowns, s->z, s->theta);
    kiln_i_unknowns_apply(&r->unknowns, s->theta, s->system);
    const double first_K = r->window.scanned_min_K, last_K = r->window.scanned_max_K;
    if (kiln_i_window_follow(s->window, BOXES, 1, predict(r, s->z, 1), first_K, last_K, &o.low_K, &o.low_limit) &&
        kiln_i_window_follow(s->window, BOXES, 0, predict(r, s->z, 0), first_K, last_K, &o.high_K, &o.high_limit) &&
        is_whole(s, &o))
        return o;
    return solve_whole(s);
}

kiln_i_outcome kiln_i_sampler_solve(kiln_i_sampler *s, int sample)
{
    kiln_i_risk_draw(s->risk, sample, s->z);
    return solve(s);
}

kiln_i_outcome kiln_i_sampler_best(kiln_i_sampler *s)
{
    for (int i = 0; i < s->risk->unknowns.n; ++i) s->z[i] = 0.0;
    return solve(s);
}
