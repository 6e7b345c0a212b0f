#include "predict/window_solver.h"

#include <math.h>

/* Each cation alone in the same atmosphere: its stable simple oxide (or metal, or carbonate) is the reference of the formation energies. */
kiln_status kiln_i_budget_create(kiln_window_solver *w)
{
    kiln_system_options options;
    (void)kiln_system_options_init(&options, KILN_SYSTEM_OPTIONS_VERSION);
    for (int c = 0; c < w->system->n_closed; ++c)
        if (!w->system->is_cation[c]) return KILN_OK; /* with a closed anion no cation stands alone: no formation energies */
    for (int c = 0; c < w->system->n_closed; ++c) {
        kiln_composition alone = w->system->composition;
        for (int i = 0; i < alone.n; ++i)
            if (alone.component[i].z != w->system->closed[c] && !alone.component[i].is_anion) alone.component[i].amount = 0.0;
        kiln_status status = kiln_system_create(w->ctx, w->system->db, &alone, &w->system->atmosphere, &options, &w->simple[c]);
        if (status == KILN_E_MISSING) return KILN_OK; /* no phase holds this cation alone: no formation energies */
        if (status == KILN_OK) status = kiln_solver_create(w->simple[c], NULL, &w->simple_solver[c]);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

/* G and H of one cation's simple oxide at the temperature set; H from dw/dT at the equilibrium constitution (envelope theorem). */
static kiln_status simple_oxide(kiln_window_solver *w, int c, double T_K, double *g, double *h)
{
    kiln_equilibrium e;
    const kiln_status status = kiln_equilibrium_solve(w->simple_solver[c], T_K, &e);
    if (status != KILN_OK) return status;
    double g_T = 0.0;
    for (int k = 0; k < e.n_phases; ++k)
        g_T += e.phase[k].amount_mol * kiln_i_phase_energy_T(w->simple[c], e.phase[k].phase, e.phase[k].site_fractions, NULL);
    *g = e.G_J_mol;
    *h = e.G_J_mol - T_K * g_T;
    return KILN_OK;
}

/* What the pair terms add, and its derivative in T: monomials that name two or more constituents of one sublattice. */
static double excess(const kiln_system *system, const kiln_i_mphase *p, const double *y, double *slope)
{
    const kiln_i_phase *source = &system->db->phases[p->source];
    double sum = 0.0;
    *slope = 0.0;
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        const kiln_i_parameter *parameter = &source->parameters[m->parameter];
        int interacts = 0;
        for (int s = 0; s < source->n_sublattices; ++s) interacts |= parameter->n_at[s] > 1;
        if (!interacts) continue;
        const double form = m->scale * kiln_i_monomial_value(m, y);
        sum += form * system->function[m->function].g;
        *slope += form * system->function[m->function].dg;
    }
    return sum;
}

/* Formation energies from the simple oxides; left out where one cation has none. */
static kiln_status formation(kiln_window_solver *w, double T_K, double cations, kiln_energy_budget *out)
{
    const kiln_i_target *t = &w->target;
    double dG = t->w / cations;
    double dH = (t->w - T_K * kiln_i_phase_energy_T(w->system, t->phase, t->y, NULL)) / cations;
    for (int c = 0; c < w->system->n_closed; ++c) {
        double g, h;
        if (!w->simple_solver[c]) return KILN_OK;
        const kiln_status status = simple_oxide(w, c, T_K, &g, &h);
        if (status == KILN_E_MISSING) return KILN_OK;
        if (status != KILN_OK) return status;
        dG -= w->system->total[c] * g;
        dH -= w->system->total[c] * h;
    }
    out->has_formation = 1;
    out->dG_J_mol = dG;
    out->dH_J_mol = dH;
    return KILN_OK;
}

kiln_status kiln_i_budget_solve(kiln_window_solver *w, double T_K, kiln_energy_budget *out)
{
    const kiln_i_target *t = &w->target;
    const kiln_i_mphase *p = &w->system->phases[t->phase];
    const kiln_status status = kiln_i_target_solve(&w->target, T_K, 0);
    if (status != KILN_OK) return status;
    double S = 0.0, slope;
    for (int i = 0; i < p->n_y; ++i)
        if (t->y[i] > 0.0) S -= t->solver->system->R * p->sites[i] * t->y[i] * log(t->y[i]);
    double cations = 0.0;
    for (int c = 0; c < w->system->n_closed; ++c)
        if (w->system->is_cation[c]) cations += t->n[c];
    out->T_K = T_K;
    out->per_formula = cations;
    out->S_conf_J_molK = S / cations;
    out->minus_TS_J_mol = -T_K * S / cations;
    out->excess_J_mol = excess(w->system, p, t->y, &slope) / cations;
    out->excess_H_J_mol = out->excess_J_mol - T_K * slope / cations;
    return formation(w, T_K, cations, out);
}
