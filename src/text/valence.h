/* Private: charges of the elements of a formula from their common valences. */
#ifndef KILN_TEXT_VALENCE_H
#define KILN_TEXT_VALENCE_H

#include <kiln/composition.h>

/* Fill valence, is_anion and charge_imbalance from z and amount. Every element starts at its usual valence; what is missing
 * to electroneutrality is then taken where it costs least: a step between neighbouring valences costs per unit of charge its size times
 * the rank of the valence it reaches, and among equals the lighter element is oxidised and the heavier reduced first (ionisation energies
 * rise along a row of the periodic table). Fe without oxygen begins at +2 and V in phosphates at +3; C and N of a cyanide (`joined`) are +2 and -3, S and Se of
 * kiln_i_is_disulfide -1, and stay so. The last step is partial: a mean valence. Elements that are anions or cations by circumstance
 * (S, N, P, ...) take whichever leaves the smaller imbalance. A formula without anions is metallic: all valences 0. */
void kiln_i_valences_infer(kiln_composition *composition);

/* Two S or Se per cation, most cations being of Mn to Zn, which form pyrites: S2 pairs of charge -2, where TiS2 has single S-2. */
int kiln_i_is_disulfide(const kiln_composition *c);

#endif
