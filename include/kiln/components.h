#ifndef KILN_COMPONENTS_H
#define KILN_COMPONENTS_H

#include <kiln/composition.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KILN_MAX_FIXED = 4 };
#define KILN_MOST_POTENTIAL 1e7 /* J/mol, of a potential that is given */

/** A component whose chemical potential is given instead of its amount. */
typedef struct kiln_fixed_potential {
    int z;           /**< atomic number                                                                        */
    int is_activity; /**< 1: value is an activity, mu = R T ln(value)                                          */
    double value;    /**< mu, J/mol, or an activity > 0; both referred to the database's references (H_SER) */
} kiln_fixed_potential;

/** Conditions of an equilibrium as CALPHAD programs state them. An open struct, plain data. */
typedef struct kiln_conditions {
    double T_K;                   /**< 0: not stated            */
    double P_bar;                 /**< 1 where it is not stated */
    kiln_composition composition; /**< by_components, sum 1     */
    int n_fixed;
    kiln_fixed_potential fixed[KILN_MAX_FIXED];
} kiln_conditions;

/** 1 if a text is a list of conditions, which has a "=", rather than a formula. */
KILN_EXPORT int kiln_is_conditions(const char *text);

/**
 * Parse a list of conditions between commas, semicolons or spaces, in any case:
 *
 *   x(Zn)=0.4   mole fraction            w(Zn)=0.4   mass fraction (of all components, not both kinds)
 *   Al          alone: takes the rest    mu(O)=-2e5  chemical potential, J/mol or with a unit
 *   ac(C)=0.5   activity                 T=900       temperature, K or with a unit
 *   P=1e5       pressure, Pa or with a unit          N=1         the amount, which can only be 1 mol of atoms
 *
 * e.g. "Al, x(Zn)=0.4, T=600". Without an element alone the fractions have to sum to 1 within 1e-6. Potentials and activities are referred to
 * what the database refers the elements to; they belong to components without an amount.
 *
 * @param out  filled on success; untouched on failure
 * @return KILN_OK; KILN_E_PARSE, the sentence names the column and what would be accepted; KILN_E_ARG (a NULL).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_conditions_parse(kiln_context *ctx, const char *text, kiln_conditions *out);

#ifdef __cplusplus
}
#endif
#endif
