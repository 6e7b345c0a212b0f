/* Private: the grammar of chemical formulas, before any chemistry: a flat list of atoms with amounts and brackets. */
#ifndef KILN_TEXT_FORMULA_H
#define KILN_TEXT_FORMULA_H

#include <kiln/context.h>

enum { KILN_MAX_FORMULA_BYTES = 511 }; /* as long as a canonical form, which must be read again */

typedef struct kiln_i_atom {
    int z;
    int bracket;   /* outermost bracket that holds it, -1 for none */
    int column;    /* of its symbol, 1-based, in characters */
    int is_ion;    /* C or N of a bracket (CN) */
    double amount; /* mol per formula as written */
} kiln_i_atom;

typedef struct kiln_i_formula {
    int n; /* each atom takes at least one byte of text */
    kiln_i_atom atom[KILN_MAX_FORMULA_BYTES];
    int n_brackets;
    int oxygen_is_variable;
    int bare_list_column; /* of the first bracket such as "(MgCoNi)": several elements, no commas, no amounts; 0 for none */
} kiln_i_formula;

/* Grammar: include/kiln/composition.h. On failure KILN_E_PARSE with the column in the sentence. */
kiln_status kiln_i_formula_parse(kiln_context *ctx, const char *text, kiln_i_formula *out);

/* KILN_E_PARSE with a sentence of the form `formula "...", column 3: problem`; column 0: none. */
kiln_status kiln_i_formula_refuse(kiln_context *ctx, const char *text, int column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
