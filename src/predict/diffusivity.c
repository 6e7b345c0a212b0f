#include "predict/diffusivity.h"

#include <math.h>
#include <string.h>

/* Molar masses, g/mol, and the diffusion volumes of simple molecules in Fuller, Schettler and Giddings' table, cm3/mol. */
static const struct {
    double M_g_mol, volume;
} gases[KILN_N_CARRIERS] =
    {[KILN_CARRIER_N2] = {28.014, 17.9}, [KILN_CARRIER_O2] = {31.998, 16.6},  [KILN_CARRIER_AR] = {39.95, 16.1},
     [KILN_CARRIER_H2] = {2.016, 7.07},  [KILN_CARRIER_H2O] = {18.015, 12.7}, [KILN_CARRIER_CO] = {28.010, 18.9},
     [KILN_CARRIER_CO2] = {44.009, 26.9}};

/* Their increment for an atom of oxygen; metals have none in the table: the mean of krypton (22.8) and xenon (37.9), its heavy atoms. Either of the two
 * would change a diffusivity in air by 13 %. */
static const double OXYGEN_VOLUME = 5.48, ATOM_VOLUME = 30.0;
static const double BAR_PER_ATM = 1.01325;

kiln_i_carrier kiln_i_carrier_of(const kiln_atmosphere *a)
{
    kiln_i_carrier c = {{0}};
    double named = 0.0;
    if (a->control == KILN_OXYGEN_PRESSURE) c.fraction[KILN_CARRIER_O2] = a->po2_bar;
    c.fraction[KILN_CARRIER_CO2] = a->pco2_bar;
    c.fraction[KILN_CARRIER_H2O] = a->ph2o_bar;
    if (a->control == KILN_OXYGEN_H2_H2O) c.fraction[KILN_CARRIER_H2] = a->ratio * a->ph2o_bar;
    if (a->control == KILN_OXYGEN_CO_CO2) c.fraction[KILN_CARRIER_CO] = a->ratio * a->pco2_bar;
    for (int g = 0; g < KILN_N_CARRIERS; ++g) named += c.fraction[g];
    if (named < 1.0) c.fraction[strncmp(a->label, "Ar ", 3) == 0 ? KILN_CARRIER_AR : KILN_CARRIER_N2] = 1.0 - named;
    for (int g = 0; g < KILN_N_CARRIERS; ++g) c.fraction[g] /= fmax(named, 1.0);
    return c;
}

double kiln_i_diffusion_volume(double n_oxygen, double n_other) { return n_oxygen * OXYGEN_VOLUME + n_other * ATOM_VOLUME; }

double kiln_i_diffusivity(const kiln_i_carrier *carrier, double M_g_mol, double v_cm3_mol, double T_K)
{
    double resistance = 0.0; /* Blanc's law: those of the gases of a mixture add up */
    for (int g = 0; g < KILN_N_CARRIERS; ++g) {
        const double width = cbrt(v_cm3_mol) + cbrt(gases[g].volume);
        const double D_m2_s =
            1e-7 * pow(T_K, 1.75) * sqrt(1.0 / M_g_mol + 1.0 / gases[g].M_g_mol) / (width * width) * BAR_PER_ATM;
        resistance += carrier->fraction[g] / D_m2_s;
    }
    return 1.0 / resistance;
}

double kiln_i_oxygen_diffusivity(const kiln_i_carrier *carrier, double T_K)
{
    return kiln_i_diffusivity(carrier, gases[KILN_CARRIER_O2].M_g_mol, gases[KILN_CARRIER_O2].volume, T_K);
}
