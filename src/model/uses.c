/* Which functions of the database a phase rests on, and where they are valid. */
#include "model/system.h"

#include "core/context.h"

#include <math.h>

/* References point backwards, so one pass from the end carries every use to what it is made of. */
static void spread(const kiln_database *db, unsigned char *uses, unsigned char mark)
{
    for (int f = db->n_functions - 1; f >= 0; --f)
        for (int r = 0; (uses[f] & mark) && r < db->functions[f].n_references; ++r)
            uses[db->functions[f].references[r].function] |= mark;
}

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
    spread(system->db, uses, mark);
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
    *low_K = 0.0;
    *high_K = INFINITY;
    for (int f = 0; f < db->n_functions; ++f) {
        if (!uses[f]) continue;
        *low_K = fmax(*low_K, db->functions[f].T_min_K);
        *high_K = fmin(*high_K, db->functions[f].T_max_K);
    }
    kiln_i_free(system->ctx, uses);
    return KILN_OK;
}
