/* Open components: elements whose chemical potential the atmosphere or a condition fixes. */
#include "core/context.h"
#include "core/elements.h"
#include "model/compile.h"

#include <math.h>

enum { OXYGEN = 8, CARBON = 6, HYDROGEN = 1 };

/* mu of an open component += factor * (G of a gas). */
static kiln_status add_gas(kiln_system *system, kiln_i_open *open, kiln_i_gas gas, double factor)
{
    const int function = system->db->gases[gas];
    if (function < 0)
        return kiln_i_fail(system->ctx, KILN_E_MISSING, "database %s: the atmosphere needs the gas %s; a closed one needs none",
                           system->db->name, kiln_i_gas_names[gas]);
    open->function[open->n_gases] = function;
    open->factor[open->n_gases++] = factor;
    return KILN_OK;
}

/* Oxygen: p(O2), or a buffered gas mixture, whose ratio fixes mu_O with no O2 pressure of its own. */
static kiln_status open_oxygen(kiln_system *system, const kiln_atmosphere *a)
{
    kiln_i_open *o = &system->open[system->n_open++];
    *o = (kiln_i_open){.z = OXYGEN};
    kiln_status status;
    switch (a->control) {
    case KILN_OXYGEN_PRESSURE: o->rt_factor = 0.5 * log(a->po2_bar); return add_gas(system, o, KILN_GAS_O2, 0.5);
    case KILN_OXYGEN_H2_H2O:
        o->rt_factor = -log(a->ratio);
        if ((status = add_gas(system, o, KILN_GAS_H2O, 1.0)) != KILN_OK) return status;
        return add_gas(system, o, KILN_GAS_H2, -1.0);
    case KILN_OXYGEN_CO_CO2:
        o->rt_factor = -log(a->ratio);
        if ((status = add_gas(system, o, KILN_GAS_CO2, 1.0)) != KILN_OK) return status;
        return add_gas(system, o, KILN_GAS_CO, -1.0);
    case KILN_OXYGEN_CLOSED: break;
    }
    return KILN_OK;
}

/* Carbon from CO2 and hydrogen from H2O: mu of the gas less that of its oxygen, which stands first in system->open. */
static kiln_status open_with_oxygen(kiln_system *system, int z, kiln_i_gas gas, double pressure_bar, double share, double oxygen)
{
    kiln_i_open *o = &system->open[system->n_open++];
    const kiln_i_open *mu_o = &system->open[0];
    *o = (kiln_i_open){.z = z};
    const kiln_status status = add_gas(system, o, gas, share);
    if (status != KILN_OK) return status;
    for (int g = 0; g < mu_o->n_gases; ++g) {
        o->function[o->n_gases] = mu_o->function[g];
        o->factor[o->n_gases++] = -oxygen * mu_o->factor[g];
    }
    o->rt_factor = share * log(pressure_bar) - oxygen * mu_o->rt_factor;
    return KILN_OK;
}

static kiln_status open_atmosphere(kiln_system *system)
{
    const kiln_atmosphere *a = &system->atmosphere;
    if (a->control == KILN_OXYGEN_CLOSED) return KILN_OK;
    kiln_status status = open_oxygen(system, a);
    if (status == KILN_OK && a->pco2_bar > 0.0 && kiln_i_database_holds(system, CARBON))
        status = open_with_oxygen(system, CARBON, KILN_GAS_CO2, a->pco2_bar, 1.0, 2.0);
    if (status == KILN_OK && a->ph2o_bar > 0.0 && kiln_i_database_holds(system, HYDROGEN))
        status = open_with_oxygen(system, HYDROGEN, KILN_GAS_H2O, a->ph2o_bar, 0.5, 0.5);
    return status;
}

int kiln_i_is_open(const kiln_system *system, int z)
{
    for (int k = 0; k < system->n_open; ++k)
        if (system->open[k].z == z) return 1;
    return 0;
}

kiln_status kiln_i_set_open_components(kiln_system *system, const kiln_system_options *o)
{
    const kiln_status status = open_atmosphere(system);
    for (int k = 0; status == KILN_OK && k < o->n_fixed; ++k) {
        const kiln_fixed_potential *fixed = &o->fixed[k];
        if (kiln_i_is_open(system, fixed->z))
            return kiln_i_fail(system->ctx, KILN_E_ARG, "%s has two potentials; the atmosphere or a condition fixes it, not both",
                               kiln_i_element_symbol(fixed->z));
        kiln_i_open *open = &system->open[system->n_open++];
        *open = (kiln_i_open){.z = fixed->z};
        *(fixed->is_activity ? &open->rt_factor : &open->constant) = fixed->is_activity ? log(fixed->value) : fixed->value;
    }
    return status;
}

void kiln_i_system_shift_oxygen(kiln_system *system, double decades)
{
    ++system->version;
    if (system->n_open == 0 || system->atmosphere.control != KILN_OXYGEN_PRESSURE) return;
    kiln_i_open *oxygen = &system->open[0];
    oxygen->rt_shift = 0.5 * log(10.0) * decades;
    /* Carbon and hydrogen come as oxides, from whose potential that of oxygen is taken off: behind the gas itself. */
    for (int k = 1; k < system->n_open; ++k)
        system->open[k].rt_shift = system->open[k].factor[1] / oxygen->factor[0] * oxygen->rt_shift;
}
