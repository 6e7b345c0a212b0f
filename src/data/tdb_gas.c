/* The gas phase of a TDB file gives the gases of atmospheres and the vapours over condensed phases. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"
#include "data/species.h"

#include <math.h>
#include <string.h>

enum { HYDROGEN = 1, CARBON = 6, OXYGEN = 8 };

static int has_atoms(const kiln_i_species *s, double H, double C, double O)
{
    const int n = (H > 0.0) + (C > 0.0) + (O > 0.0);
    return s->charge == 0.0 && s->n_elements == n && kiln_i_species_count(s, HYDROGEN) == H &&
           kiln_i_species_count(s, CARBON) == C && kiln_i_species_count(s, OXYGEN) == O;
}

/* KILN_N_GASES for one that no atmosphere is made of. */
static int gas_of(const kiln_i_species *s)
{
    static const double atoms[KILN_N_GASES][3] = {[KILN_GAS_O2] = {0, 0, 2},
                                                  [KILN_GAS_CO2] = {0, 1, 2},
                                                  [KILN_GAS_H2O] = {2, 0, 1},
                                                  [KILN_GAS_H2] = {2, 0, 0},
                                                  [KILN_GAS_CO] = {0, 1, 1}};
    int g = 0;
    while (g < KILN_N_GASES && !has_atoms(s, atoms[g][0], atoms[g][1], atoms[g][2])) g++;
    return g;
}

/* Only what takes an element besides those of atmospheres away is a loss. */
static int is_vapour(const kiln_i_species *s)
{
    int others = 0;
    for (int e = 0; e < s->n_elements; e++)
        others += s->element[e] != HYDROGEN && s->element[e] != CARBON && s->element[e] != OXYGEN;
    return s->charge == 0.0 && others > 0;
}

int kiln_i_tdb_is_gas(const kiln_i_species *species) { return gas_of(species) < KILN_N_GASES || is_vapour(species); }

static kiln_status add_vapour(kiln_i_tdb *t, const kiln_i_species *species, int function)
{
    kiln_i_reader *r = t->r;
    const kiln_i_function *f = &r->db->functions[function];
    for (int i = 0; i < r->db->n_vapours; i++)
        if (strcmp(r->db->vapours[i].species.name, species->name) == 0) return KILN_OK;
    kiln_i_place *place = kiln_i_push(r->ctx, &r->vapours, &r->n_vapours, sizeof *place);
    kiln_i_vapour *vapour = place ? kiln_i_push(r->ctx, &r->db->vapours, &r->db->n_vapours, sizeof *vapour) : NULL;
    if (!vapour) return kiln_i_reader_no_memory(r);
    *vapour = (kiln_i_vapour){.species = *species, .function = function, .file = r->file, .line = f->line, .column = f->column};
    return (vapour->species.name = kiln_i_strdup(r->ctx, species->name)) ? KILN_OK : kiln_i_reader_no_memory(r);
}

static kiln_status read_phase(kiln_i_tdb *t, const kiln_i_phase *phase)
{
    kiln_status status = KILN_OK;
    for (int i = 0; i < phase->n_parameters && status == KILN_OK; i++) {
        const kiln_i_parameter *p = &phase->parameters[i];
        if (p->kind != KILN_PARAMETER_G || phase->n_sublattices != 1 || p->n_at[0] != 1) continue;
        const kiln_i_species *species = &t->r->db->species[p->at[0][0]];
        const int gas = gas_of(species);
        if (gas < KILN_N_GASES) t->r->gas_function[gas] = p->function + 1;
        if (is_vapour(species)) status = add_vapour(t, species, p->function);
    }
    return status;
}

/* Without a gas phase: oxygen whose reference state is half a mole of O2, and its SER function. */
static kiln_status oxygen_of_reference(kiln_i_tdb *t)
{
    static const char from[] = "GHSEROO", name[] = "O2_OF_GHSEROO";
    const int half = kiln_i_reader_find(t->r, from, strlen(from));
    int index;
    for (int i = 0; i < t->n_elements && half >= 0; i++) {
        if (t->elements[i].z != OXYGEN || !t->elements[i].is_half_O2) continue;
        const kiln_i_function *f = &t->r->db->functions[half];
        kiln_status status = kiln_i_reader_define_at(t->r, name, f->line, f->column, &index);
        if (status != KILN_OK) return status;
        kiln_i_draft *draft = &t->r->drafts[index];
        kiln_i_mention *mention = kiln_i_push(t->r->ctx, &draft->mentions, &draft->n_mentions, sizeof *mention);
        if (!mention || !(t->r->db->functions[index].text = kiln_i_strdup(t->r->ctx, "2*GHSEROO")))
            return kiln_i_reader_no_memory(t->r);
        *mention = (kiln_i_mention){{t->r->file, NULL}, 0, 0, half, 2.0};
        t->r->gas_function[KILN_GAS_O2] = index + 1;
        return kiln_i_tdb_remark(
            t, KILN_SEVERITY_NOTE, t->elements[i].name.at,
            "the gas O2 of atmospheres is 2*GHSEROO, since no gas phase has it and the reference state of O is half a mole of O2");
    }
    return KILN_OK;
}

kiln_status kiln_i_tdb_read_gases(kiln_i_tdb *t)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < t->n_phases && status == KILN_OK; k++) {
        const kiln_i_tdb_phase *phase = &t->phases[k];
        if (phase->index >= 0 && t->r->db->phases[phase->index].role == KILN_ROLE_GAS)
            status = read_phase(t, &t->r->db->phases[phase->index]);
        else if (phase->set_aside && phase->gas) status = read_phase(t, phase->gas);
    }
    return status == KILN_OK && !t->r->gas_function[KILN_GAS_O2] ? oxygen_of_reference(t) : status;
}
