#include "predict/vapour.h"

#include "predict/uncertainty.h"

#include <math.h>
#include <string.h>

/* The derivative of a.mu, moles a of the closed components, in every function, added to v->coefficient. The phases present answer as one linear system
 * K [dmu / RT; dN] = [sum N J Q grad(dw/df); (dw/df) / RT] (newton.c), so a.dmu is z times the right-hand side, with K z = [RT a; 0]. 0 where K is
 * singular: the phases do not fix a.mu. */
static int add_potential(kiln_vapour *v, const double *a, int order)
{
    kiln_solver *s = v->solver;
    const int C = s->n_closed;
    for (int i = 0; i < order; ++i) s->system_rhs[i] = i < C ? s->RT * a[i] : 0.0;
    if (!kiln_i_newton_solve(s, order) || !s->mu_is_unique) return 0;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const int n = s->system->phases[instance->phase].n_y;
        double *direction = s->step;
        memset(direction, 0, (size_t)n * sizeof *direction);
        for (int c = 0; c < C; ++c)
            for (int i = 0; i < n; ++i) direction[i] += instance->amount * instance->response[c + C * i] * s->system_rhs[c];
        kiln_i_phase_parameters(s->system, instance->phase, instance->y, s->system_rhs[C + k] / s->RT, direction, v->coefficient);
    }
    return 1;
}

/* d(sum a mu) / d mu_O from the coefficients of functions as used: by the gas that enters through the potential of oxygen alone. */
static double by_oxygen(const kiln_vapour *v)
{
    const kiln_database *db = v->system->db;
    switch (v->system->atmosphere.control) {
    case KILN_OXYGEN_PRESSURE: return 2.0 * v->coefficient[db->gases[KILN_GAS_O2]];
    case KILN_OXYGEN_H2_H2O: return -v->coefficient[db->gases[KILN_GAS_H2]];
    case KILN_OXYGEN_CO_CO2: return -v->coefficient[db->gases[KILN_GAS_CO]];
    case KILN_OXYGEN_CLOSED: break;
    }
    return 0.0;
}

static void answer(kiln_vapour *v, int i, int order)
{
    const kiln_system *system = v->system;
    const kiln_database *db = system->db;
    const kiln_i_molecule *m = &v->molecules[i];
    kiln_vapour_species *s = &v->species[i];
    const int own = db->vapours[m->vapour].function;
    const double decade = KILN_R * system->T_K * log(10.0);
    memset(v->coefficient, 0, (size_t)db->n_functions * sizeof *v->coefficient);
    if (!add_potential(v, m->closed, order)) {
        s->sigma_decades = -1.0;
        return;
    }
    for (int k = 0; k < system->n_open; ++k)
        for (int g = 0; g < system->open[k].n_gases; ++g)
            v->coefficient[system->open[k].function[g]] += m->open[k] * system->open[k].factor[g];
    s->decades_per_po2 = 0.5 * by_oxygen(v);
    v->coefficient[own] -= 1.0;
    kiln_i_push_down(db, db->n_functions, NULL, v->coefficient);
    double variance = kiln_i_variance(db, v->coefficient, db->n_functions - 1, system->T_K);
    for (int f = 0; f < db->n_functions; ++f) {
        if (v->coefficient[f] == 0.0) continue;
        const double extra = kiln_i_extrapolation_sigma(&db->functions[f], system->T_K) * v->coefficient[f];
        variance += extra * extra;
    }
    const double atmosphere =
        system->atmosphere.control == KILN_OXYGEN_PRESSURE ? s->decades_per_po2 * system->atmosphere.log10_po2_sigma : 0.0;
    s->sigma_decades = sqrt(variance / (decade * decade) + atmosphere * atmosphere);
}

void kiln_i_vapour_uncertainty(kiln_vapour *v)
{
    kiln_solver *s = v->solver;
    for (int k = 0; k < s->n_instances; ++k) kiln_i_instance_respond(s, &s->instances[k], 1);
    const int order = kiln_i_newton_matrix(s);
    for (int i = 0; i < v->n_molecules; ++i) answer(v, i, order);
}
