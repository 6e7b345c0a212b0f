#include <kiln/step.h>

#include "core/context.h"
#include "solve/solver.h"

#include <math.h>

void kiln_equilibrium_valences(const kiln_solver *solver, double *valence)
{
    const kiln_system *system = solver->system;
    for (int c = 0; c < solver->n_closed; ++c) {
        double charge = 0.0, amount = 0.0;
        for (int k = 0; k < solver->n_instances; ++k) {
            const kiln_i_instance *i = &solver->instances[k];
            const double n = i->amount * i->n[c];
            charge += n * kiln_i_phase_valence(system, i->phase, i->y, system->closed[c], NULL);
            amount += n;
        }
        valence[c] = amount > 0.0 ? charge / amount : 0.0;
    }
}

kiln_status kiln_step_solve(kiln_solver *solver, int n_T, const double *T_K, kiln_step_row *rows,
                            int (*keep_going)(int done, int total, void *user), void *user)
{
    if (!solver) return KILN_E_ARG;
    if (n_T < 1 || !T_K || !rows) return kiln_i_fail(solver->ctx, KILN_E_ARG, "%d temperatures, or a NULL array", n_T);
    for (int t = 0; t < n_T; ++t) {
        kiln_equilibrium *e = &rows[t].equilibrium;
        const kiln_status status = kiln_equilibrium_solve(solver, T_K[t], e);
        if (status != KILN_OK) return status;
        kiln_equilibrium_valences(solver, rows[t].valence);
        rows[t].oxygen_per_cation = e->oxygen_mol;
        rows[t].mass_change_percent = 100.0 * (e->mass_g / rows[0].equilibrium.mass_g - 1.0);
        for (int k = 0; k < e->n_phases; ++k) {
            e->phase[k].site_fractions = NULL;
            e->phase[k].n_site_fractions = 0;
        }
        if (keep_going && !keep_going(t + 1, n_T, user))
            return kiln_i_fail(solver->ctx, KILN_E_INTERRUPTED, "after %d of %d temperatures", t + 1, n_T);
    }
    return KILN_OK;
}
