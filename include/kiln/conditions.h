#ifndef KILN_CONDITIONS_H
#define KILN_CONDITIONS_H

#include <kiln/context.h>
#include <kiln/export.h>
#include <kiln/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How the oxygen potential is fixed. */
typedef enum kiln_oxygen_control {
    KILN_OXYGEN_PRESSURE, /**< p(O2) given                                   */
    KILN_OXYGEN_H2_H2O,   /**< ratio p(H2)/p(H2O) given                      */
    KILN_OXYGEN_CO_CO2,   /**< ratio p(CO)/p(CO2) given                      */
    KILN_OXYGEN_CLOSED    /**< oxygen is conserved like a cation             */
} kiln_oxygen_control;

/** The atmosphere over the sample; total pressure 1 bar. Plain data; fill by kiln_atmosphere_parse. */
typedef struct kiln_atmosphere {
    kiln_oxygen_control control;
    double po2_bar;         /**< with KILN_OXYGEN_PRESSURE                              */
    double ratio;           /**< with KILN_OXYGEN_H2_H2O and KILN_OXYGEN_CO_CO2         */
    double pco2_bar;        /**< 0: no CO2, carbonates do not compete                   */
    double ph2o_bar;        /**< 0: no H2O                                              */
    double log10_po2_sigma; /**< uncertainty of the oxygen pressure, decades            */
    char label[96];         /**< canonical, e.g. "air (p(O2) = 0.2095 bar, p(CO2) = 0.00042 bar)" */
} kiln_atmosphere;

/**
 * Parse an atmosphere: "air", "O2", "Ar", "N2", "H2/H2O=1", "CO/CO2=1", "closed", or a p(O2) with a unit, "1e-5bar", "0.2atm".
 * air: O2 0.2095 bar, CO2 0.00042 bar; O2: 1 bar; Ar, N2: 1e-5 bar nominal, a decade of uncertainty. CO/CO2=r also sets p(CO2) = 1/(1 + r) bar,
 * H2/H2O=r sets p(H2O) = 1/(1 + r) bar.
 * Names in any case. `out` is untouched on failure.
 * @return KILN_OK; KILN_E_PARSE (a bare number, a pressure of 0 or below, an unknown name); KILN_E_ARG (a NULL).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_atmosphere_parse(kiln_context *ctx, const char *text, kiln_atmosphere *out);

/**
 * Other pressures in an atmosphere, and its label. What is NULL stays as it is.
 *
 * @param po2_bar             > 0; only where the atmosphere states p(O2); its uncertainty is then none
 * @param pco2_bar, ph2o_bar  0 (none) or more; not with closed oxygen, nor where the ratio sets the pressure (CO2 with CO/CO2, H2O with H2/H2O)
 * @return KILN_OK; KILN_E_ARG with the reason; the atmosphere is then untouched.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_atmosphere_set_gases(kiln_context *ctx, kiln_atmosphere *atmosphere, const double *po2_bar,
                                                                  const double *pco2_bar, const double *ph2o_bar);

/** Temperature with a unit, "900C", "900 °C", "1173K", into kelvin; a bare number is an error that says so. At least 1 K. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_temperature_parse(kiln_context *ctx, const char *text, double *T_K);

/** Range "600C:1400C:5K" into kelvin: first < last and step (> 0, at most the span; optional, then *step_K = 0). */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_temperature_range_parse(kiln_context *ctx, const char *text, double *first_K,
                                                                     double *last_K, double *step_K);

/** Pressure with a unit (bar, mbar, atm, Pa, kPa, MPa, Torr) into bar; > 0. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_pressure_parse(kiln_context *ctx, const char *text, double *p_bar);

#ifdef __cplusplus
}
#endif
#endif
