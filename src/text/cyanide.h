/* Private: cyanometallates among formulas, Na2Mn[Fe(CN)6]: CN is one ion, and the metal bonded to its carbon is not that bonded to its nitrogen. */
#ifndef KILN_TEXT_CYANIDE_H
#define KILN_TEXT_CYANIDE_H

#include "text/formula.h"

typedef enum kiln_i_place {
    KILN_PLACE_ANY,
    KILN_PLACE_CAVITY,
    KILN_PLACE_CARBON_BONDED,
    KILN_PLACE_CYANIDE,
    KILN_N_PLACES
} kiln_i_place;

/* place [formula->n] of every atom; the number of times cyanide stands as (CN)6 behind a cation. At least two ions, for Ti(CN) is a carbonitride; and
 * nowhere beside elements that are now cations, now anions (C, N, P, S ...). Bonded to carbon are the metals that share the outermost bracket with the ions, or else
 * the bracket before them, or bare metals before them, whole ones, until six ions surround each (write the bracket where a metal is on both sides: KFe[Fe(CN)6]); alkali metals are in the cavities. */
enum { KILN_AROUND_A_METAL = 6 };
int kiln_i_cyanide_mark(const kiln_i_formula *formula, unsigned char *place);

#endif
