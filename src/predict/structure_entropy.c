#include "predict/structure_entropy.h"

#include "predict/structures.h"

/* Species i of a phase as the system has it, those of one-constituent sublattices last; its sublattice, -1 behind the last. */
static int species_at(const kiln_i_mphase *p, int i, int *species)
{
    if (i < p->n_y) {
        *species = p->species[i];
        return p->sublattice[i];
    }
    for (int s = 0, k = p->n_y; s < p->n_sublattices; ++s) {
        if (p->fixed[s] < 0 || k++ < i) continue;
        *species = p->fixed[s];
        return s;
    }
    return -1;
}

/* Bit s: ions of the element may stand on sublattice s. */
static unsigned sublattices_of(const kiln_system *system, const kiln_i_mphase *p, int z)
{
    unsigned bits = 0;
    int species, s;
    for (int i = 0; (s = species_at(p, i, &species)) >= 0; ++i) {
        const kiln_i_species *ion = &system->db->species[species];
        if (ion->n_elements == 1 && ion->element[0] == z) bits |= 1u << s;
    }
    return bits;
}

/* All sublattices that can be reached from `bits` over elements that stand on several. */
static unsigned spread(const unsigned *of, int n, unsigned bits)
{
    for (unsigned before = 0; before != bits;) {
        before = bits;
        for (int i = 0; i < n; ++i)
            if (of[i] & bits) bits |= of[i];
    }
    return bits;
}

/* Groups as the phase has them: cations that share a sublattice, directly or over a third one, are one group. */
static void regroup(const kiln_system *system, int phase, kiln_composition *composition)
{
    unsigned of[KILN_MAX_COMPONENTS] = {0}, group_bits[KILN_MAX_GROUPS];
    int old_group[KILN_MAX_GROUPS], n = 0;
    for (int i = 0; i < composition->n; ++i)
        if (!composition->component[i].is_anion)
            of[i] = sublattices_of(system, &system->phases[phase], composition->component[i].z);
    for (int anions = 0; anions < 2; ++anions)
        for (int i = 0; i < composition->n; ++i) {
            kiln_component *e = &composition->component[i];
            if (e->is_anion != anions) continue;
            const unsigned bits = anions ? 0 : spread(of, composition->n, of[i]);
            int g = 0;
            while (g < n && !(bits ? group_bits[g] == bits : group_bits[g] == 0 && old_group[g] == e->group)) ++g;
            if (g == KILN_MAX_GROUPS) return;
            if (g == n) {
                group_bits[n] = bits;
                old_group[n++] = e->group;
            }
            e->group = g;
        }
    composition->n_groups = n;
}

kiln_status kiln_i_structure_entropy(const kiln_system *system, int phase, kiln_entropy *out)
{
    kiln_composition composition = system->composition;
    if (!kiln_i_is_layered(system, phase)) regroup(system, phase, &composition);
    return kiln_entropy_compute(&composition, out);
}
