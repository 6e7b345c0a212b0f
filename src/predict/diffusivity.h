/* Private: diffusion of vapour in the gas of a furnace.
 * E.N. Fuller, P.D. Schettler, J.C. Giddings, Ind. Eng. Chem. 58 (1966) 18, doi:10.1021/ie50677a007. */
#ifndef KILN_PREDICT_DIFFUSIVITY_H
#define KILN_PREDICT_DIFFUSIVITY_H

#include <kiln/conditions.h>

typedef enum kiln_i_carrier_gas {
    KILN_CARRIER_N2,
    KILN_CARRIER_O2,
    KILN_CARRIER_AR,
    KILN_CARRIER_H2,
    KILN_CARRIER_H2O,
    KILN_CARRIER_CO,
    KILN_CARRIER_CO2,
    KILN_N_CARRIERS
} kiln_i_carrier_gas;

/* Mole fractions, sum 1. */
typedef struct kiln_i_carrier {
    double fraction[KILN_N_CARRIERS];
} kiln_i_carrier;

/* The furnace gas at 1 bar: what the atmosphere names, and argon or nitrogen for the rest. */
kiln_i_carrier kiln_i_carrier_of(const kiln_atmosphere *atmosphere);

/* Diffusion volume of a molecule, cm3/mol, of n_oxygen atoms of oxygen and n_other of anything else. */
double kiln_i_diffusion_volume(double n_oxygen, double n_other);

/* Diffusivity at 1 bar, m2/s, of a vapour of molar mass M_g_mol and diffusion volume v_cm3_mol. */
double kiln_i_diffusivity(const kiln_i_carrier *carrier, double M_g_mol, double v_cm3_mol, double T_K);

/* That of O2 in it. */
double kiln_i_oxygen_diffusivity(const kiln_i_carrier *carrier, double T_K);

#endif
