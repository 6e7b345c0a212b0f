#include "predict/sinter.h"

#include "core/context.h"
#include "model/system.h"

#include <math.h>

/* Another gas may bring or take phases, so that they are found by name: oxygen, where the question is closed and has none. */
static kiln_status try_gas(const kiln_system *asked, const kiln_step_question *q, const kiln_window_options *window_options,
                           int phase, kiln_window *window, kiln_sinter_gas *gas)
{
    kiln_atmosphere a = *q->atmosphere;
    kiln_window_options o = *window_options;
    kiln_system *system = NULL;
    kiln_window_solver *solver = NULL;
    a.control = KILN_OXYGEN_PRESSURE;
    a.po2_bar = gas->po2_bar;
    a.log10_po2_sigma = 0.0;
    o.ends_only = 1;
    o.n_samples = 0;
    kiln_status status = kiln_system_create(asked->ctx, q->db, q->composition, &a, q->system_options, &system);
    if (status == KILN_OK) status = kiln_window_solver_create(system, q->solver_options, &o, &solver);
    if (status == KILN_OK)
        status = kiln_window_solve(solver, kiln_system_find_phase(system, kiln_system_phase_name(asked, phase)), window);
    kiln_window_solver_free(solver);
    if (status != KILN_OK) {
        kiln_system_free(system);
        return status;
    }
    gas->n_ranges = window->n_ranges;
    gas->high_phase = -1;
    for (int r = 0; r < window->n_ranges; ++r) {
        const kiln_window_end *low = &window->range[r].low, *high = &window->range[r].high;
        if (high->T_K - low->T_K <= gas->high_K - gas->low_K) continue;
        gas->low_K = low->T_K;
        gas->high_K = high->T_K;
        gas->low_kind = low->kind;
        gas->high_kind = high->kind;
        gas->high_phase =
            high->n_limits > 0 ? kiln_system_find_phase(asked, kiln_system_phase_name(system, high->limit[0].phase)) : -1;
    }
    kiln_system_free(system);
    return KILN_OK;
}

kiln_status kiln_i_sinter_gases(const kiln_system *asked, const kiln_step_question *q, const kiln_window_options *o, int phase,
                                kiln_sinter *s)
{
    static const double pressures[] = {1.0, 0.2095, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
    const int n = sizeof pressures / sizeof *pressures;
    int has_asked = q->atmosphere->control != KILN_OXYGEN_PRESSURE;
    kiln_context *ctx = asked->ctx;
    kiln_window *window = kiln_i_calloc(ctx, 1, sizeof *window);
    if (!window) return kiln_i_fail(ctx, KILN_E_NOMEM, "windows in other gases");
    for (int i = 0; i < n; ++i) {
        const int is_asked =
            q->atmosphere->control == KILN_OXYGEN_PRESSURE && fabs(log(pressures[i] / q->atmosphere->po2_bar)) < 1e-6;
        has_asked |= is_asked;
        s->gas[s->n_gases++] = (kiln_sinter_gas){.po2_bar = pressures[i], .is_asked = is_asked};
    }
    if (!has_asked) s->gas[s->n_gases++] = (kiln_sinter_gas){.po2_bar = q->atmosphere->po2_bar, .is_asked = 1};
    kiln_status status = KILN_OK;
    for (int i = 0; i < s->n_gases && status == KILN_OK; ++i) {
        status = try_gas(asked, q, o, phase, window, &s->gas[i]);
        if (status != KILN_OK || s->gas[i].n_ranges == 0) continue;
        const kiln_sinter_gas *best = s->widest_gas >= 0 ? &s->gas[s->widest_gas] : NULL;
        if (!best || s->gas[i].high_K - s->gas[i].low_K > best->high_K - best->low_K + 0.01) s->widest_gas = i;
    }
    kiln_i_free(ctx, window);
    return status;
}
