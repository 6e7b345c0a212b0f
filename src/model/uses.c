/* Which functions of the database a phase or the whole system rests on, and where they are valid. */
#include "model/system.h"

#include "core/context.h"

void kiln_i_system_mark_uses(const kiln_system *system, int phase, unsigned char *uses, unsigned char mark)
{
    const kiln_i_mphase *p = &system->phases[phase];
    const kiln_i_phase *source = &system->db->phases[p->source];
    for (int i = 0; i < source->n_parameters; ++i) {
        const kiln_i_parameter *parameter = &source->parameters[i];
        int present = 1;
        for (int s = 0; s < source->n_sublattices && present; ++s)
            for (int k = 0; k < parameter->n_at[s] && present; ++k) {
                present = p->fixed[s] == parameter->at[s][k];
                for (int y = 0; y < p->n_y && !present; ++y)
                    present = p->sublattice[y] == s && p->species[y] == parameter->at[s][k];
            }
        if (present && parameter->function >= 0) uses[parameter->function] |= mark;
    }
    kiln_i_spread_uses(system->db, uses, mark);
}

static void mark_monomials(unsigned char *uses, int n, const kiln_i_monomial *monomials)
{
    for (int t = 0; t < n; ++t) uses[monomials[t].function] = 1;
}

kiln_status kiln_i_system_list_functions(kiln_system *system)
{
    const kiln_database *db = system->db;
    unsigned char *uses = kiln_i_calloc(system->ctx, (size_t)db->n_functions + 1, 1);
    system->used = kiln_i_calloc(system->ctx, (size_t)db->n_functions + 1, sizeof *system->used);
    if (!uses || !system->used) {
        kiln_i_free(system->ctx, uses);
        return kiln_i_fail(system->ctx, KILN_E_NOMEM, "list of functions");
    }
    for (int i = 0; i < system->n_phases; ++i) {
        const kiln_i_mphase *p = &system->phases[i];
        mark_monomials(uses, p->n_low + p->n_high, p->monomials);
        mark_monomials(uses, p->n_tc, p->tc);
        mark_monomials(uses, p->n_beta, p->beta);
    }
    for (int k = 0; k < system->n_open; ++k)
        for (int g = 0; g < system->open[k].n_gases; ++g) uses[system->open[k].function[g]] = 1;
    system->n_used = kiln_i_list_uses(db, uses, system->used);
    kiln_i_free(system->ctx, uses);
    return KILN_OK;
}

kiln_status kiln_system_phase_validity(const kiln_system *system, int phase, double *low_K, double *high_K)
{
    if (!system) return KILN_E_ARG;
    if (phase < 0 || phase >= system->n_phases || !low_K || !high_K)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "phase %d is not in the system, or a NULL argument", phase);
    const kiln_database *db = system->db;
    unsigned char *uses = kiln_i_calloc(system->ctx, (size_t)db->n_functions + 1, 1);
    if (!uses) return kiln_i_fail(system->ctx, KILN_E_NOMEM, "functions of a phase");
    kiln_i_system_mark_uses(system, phase, uses, 1);
    kiln_i_valid_range(db, uses, low_K, high_K);
    kiln_i_free(system->ctx, uses);
    return KILN_OK;
}
