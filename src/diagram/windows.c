#include "diagram/section.h"

#include "core/context.h"
#include "predict/members.h"

#include <kiln/window.h>
#include <string.h>

/* Indices of phases belong to the system of one composition; names are the same everywhere. */
static kiln_section_end read_end(const kiln_i_section *w, const kiln_system *system, const kiln_window_end *end)
{
    kiln_section_end out = {.exists = end->kind != KILN_END_VALIDITY && end->kind != KILN_END_SEARCH_LIMIT,
                            .T_K = end->T_K,
                            .has_sigma = end->has_sigma,
                            .low_K = end->low_K,
                            .high_K = end->high_K,
                            .low_is_open = end->low_is_open,
                            .high_is_open = end->high_is_open,
                            .has_detected = end->has_detected,
                            .detected_K = end->detected_K,
                            .phase = -1};
    if (end->n_limits > 0) out.phase = kiln_system_find_phase(w->system, kiln_system_phase_name(system, end->limit[0].phase));
    return out;
}

static void read_window(const kiln_i_section *w, const kiln_system *system, const kiln_window *window, kiln_section_window *out)
{
    out->n_ranges = window->n_ranges;
    out->is_certified = window->certificate.is_certified;
    for (int r = 0; r < window->n_ranges; ++r) {
        out->low[r] = read_end(w, system, &window->range[r].low);
        out->high[r] = read_end(w, system, &window->range[r].high);
    }
}

/* What is the matter with one composition only leaves it without a window. */
static int is_local(kiln_status status)
{
    return status == KILN_E_NOT_CONVERGED || status == KILN_E_RANGE || status == KILN_E_MISSING || status == KILN_E_SINGULAR;
}

static kiln_status solve_one(const kiln_i_section *w, const kiln_section_question *q, int phase,
                             const kiln_window_options *options, kiln_window *window, kiln_section_window *out)
{
    kiln_composition mix;
    kiln_system *system = NULL;
    kiln_window_solver *solver = NULL;
    const double parts[] = {out->u, 1.0 - out->u};
    kiln_status status = kiln_i_members_mix(w->ctx, 2, q->member, parts, &mix);
    if (status == KILN_OK) status = kiln_system_create(w->ctx, q->db, &mix, q->atmosphere, q->system_options, &system);
    if (status == KILN_OK) status = kiln_window_solver_create(system, q->solver_options, options, &solver);
    const int here = status == KILN_OK ? kiln_system_find_phase(system, kiln_system_phase_name(w->system, phase)) : -1;
    if (here >= 0 && kiln_system_can_host(system, here)) {
        status = kiln_window_solve(solver, here, window);
        if (status == KILN_OK) read_window(w, system, window, out);
    }
    kiln_window_solver_free(solver);
    kiln_system_free(system);
    return is_local(status) ? KILN_OK : status;
}

kiln_status kiln_section_windows(const kiln_section *section, const kiln_section_question *question, int phase, int n,
                                 const double *u, const kiln_window_options *options, kiln_section_window *out)
{
    kiln_window_options o;
    if (!section) return KILN_E_ARG;
    const kiln_i_section *w = section->work;
    if (!question || !u || !out || section->kind != KILN_SECTION_ISOPLETH || phase < 0 || phase >= w->system->n_phases)
        return kiln_i_fail(w->ctx, KILN_E_ARG, "windows of phase %d along a section, or a NULL argument", phase);
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    if (options) o = *options;
    o.T_min_K = section->v_low;
    o.T_max_K = section->v_high;
    kiln_window *window = kiln_i_calloc(w->ctx, 1, sizeof *window);
    kiln_status status = window ? KILN_OK : kiln_i_fail(w->ctx, KILN_E_NOMEM, "windows along a section");
    for (int i = 0; i < n && status == KILN_OK; ++i) {
        out[i] = (kiln_section_window){.u = u[i]};
        status =
            u[i] >= section->u_low && u[i] <= section->u_high
                ? solve_one(w, question, phase, &o, window, &out[i])
                : kiln_i_fail(w->ctx, KILN_E_ARG, "a window at x = %g: expected %g to %g", u[i], section->u_low, section->u_high);
    }
    kiln_i_free(w->ctx, window);
    return status;
}
