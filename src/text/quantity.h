/* Private: numbers with units, as databases and command lines write them. */
#ifndef KILN_TEXT_QUANTITY_H
#define KILN_TEXT_QUANTITY_H

#include <kiln/context.h>

typedef enum kiln_i_dimension {
    KILN_DIM_ENERGY,      /* J/mol; accepts J/mol, kJ/mol, cal/mol, kcal/mol, eV (per particle), meV */
    KILN_DIM_ENTROPY,     /* J/mol/K; accepts J/mol/K, J/K/mol, kJ/mol/K, cal/mol/K */
    KILN_DIM_TEMPERATURE, /* K; accepts K, C, °C, degC */
    KILN_DIM_INTERVAL,    /* K; a temperature difference: 5 K and 5 C are the same */
    KILN_DIM_PRESSURE,    /* bar; accepts bar, mbar, atm, Pa, kPa, MPa, Torr */
    KILN_DIM_VOLUME,      /* cm3/mol; accepts no other */
    KILN_DIM_NUMBER       /* no unit allowed */
} kiln_i_dimension;

/* Value of `text` in the SI-like unit named above. On failure returns KILN_E_PARSE with a sentence that names what was found and what
 * would be accepted; nan, inf and hexadecimal floats are refused. Units may also be written with spaces, dots and
 * exponents (kJ mol⁻¹, J/(mol·K)). Independent of the locale. */
kiln_status kiln_i_quantity_parse(kiln_context *ctx, const char *text, kiln_i_dimension dimension, double *value);

/* Unsigned decimal number at the start of `text`: "12", "0.5", ".5", "1.", "1e-5". Returns the bytes used, 0 if there is none;
 * *value overflows to infinity and underflows to 0. Independent of the locale; within one unit in the last place. */
int kiln_i_number_scan(const char *text, double *value);
/* The same with a minus before it, or without. */
int kiln_i_signed_scan(const char *text, double *value);

/* `value` with at most `digits` significant digits, no exponent within 1e-12 .. 1e12, no trailing zeros, a point whatever the locale.
 * `out` holds at least KILN_NUMBER_TEXT bytes. Returns `out`. */
enum { KILN_NUMBER_TEXT = 40 };
const char *kiln_i_number_text(double value, int digits, char *out);

/* The same with as few digits as give exactly `value` again, to a reader that rounds correctly and where possible to kiln_i_number_scan too. */
const char *kiln_i_number_exact(double value, char *out);

#endif
