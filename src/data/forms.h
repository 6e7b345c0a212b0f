/* Private: the forms in which thermochemical tables give G(T), turned into the terms of data/function.h. */
#ifndef KILN_DATA_FORMS_H
#define KILN_DATA_FORMS_H

#include "data/function.h"

#include <kiln/context.h>

/* coefficient * T^power of a heat capacity, J/mol/K. */
typedef struct kiln_i_power {
    double coefficient, power;
} kiln_i_power;

/* Start a new last piece of f. Terms are added to the last piece; equal ones merge. Both return KILN_OK or KILN_E_NOMEM. */
kiln_status kiln_i_form_piece(kiln_context *ctx, kiln_i_function *f, double T_min_K, double T_max_K);
kiln_status kiln_i_form_term(kiln_context *ctx, kiln_i_function *f, kiln_i_basis basis, double power, double coefficient);
/* Append a step to the program of the last piece; where one piece has a program, all have. */
kiln_status kiln_i_form_step(kiln_context *ctx, kiln_i_function *f, kiln_i_step step);
/* Point the pieces at their terms and steps, once all are there: they move while the array grows. */
void kiln_i_form_seal(kiln_i_function *f);

/* Fill the last piece from Cp = sum of n powers, with enthalpy H_J_mol and entropy S_J_molK at T_K. */
kiln_status kiln_i_form_cp(kiln_context *ctx, kiln_i_function *f, const kiln_i_power *cp, int n, double T_K, double H_J_mol,
                           double S_J_molK);
/* Fill the last piece from NASA's nine coefficients with the gas constant they were fitted with: B.J. McBride, M.J. Zehe, S. Gordon,
 * NASA/TP-2002-211556 (2002), eqs. 1 to 3. */
kiln_status kiln_i_form_nasa9(kiln_context *ctx, kiln_i_function *f, double R_J_molK, const double c[9]);
/* Value of the last piece while f is being built. */
kiln_i_jet kiln_i_form_last(const kiln_i_function *f, double T_K);

#endif
