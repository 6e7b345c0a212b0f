/* Private: laws that estimate the interaction of two ions of one sublattice from their sizes and charges. */
#ifndef KILN_DATA_LAW_H
#define KILN_DATA_LAW_H

#include "data/database.h"

enum { KILN_LAW_MAX_LISTED = 8, KILN_LAW_TEXT_BYTES = 256 };

/* W = radius 2|ra - rb|/(ra + rb) + volume 2|Va - Vb|/(Va + Vb) + charge |za - zb|, r of Shannon among `coordination` neighbours, V stated by the phase. */
typedef struct kiln_i_law {
    const char *name; /* borrowed from the text it was read from */
    int has_radius, has_volume, has_charge;
    double radius_J_mol, volume_J_mol, charge_J_mol;
    int coordination;
    int n_charges, charges[KILN_LAW_MAX_LISTED]; /* of the ions that it speaks of; none listed: of any */
    int n_with, with[KILN_LAW_MAX_LISTED];       /* species, one of which has to be in the pair; none listed: whatever */
} kiln_i_law;

/* Whether a law speaks of two species of a phase: both cations, of charges that it lists, of the same charge unless it has a term for the difference. */
int kiln_i_law_covers(const kiln_i_law *law, const kiln_database *db, int a, int b);

/* What the law would have to know of a species and nobody says, such as "no Shannon radius of Cu2+2 among 6 neighbours"; "" where nothing is lacking. */
void kiln_i_law_lacks(const kiln_i_law *law, const kiln_database *db, const kiln_i_phase *phase, int species,
                      char text[KILN_LAW_TEXT_BYTES]);

/* W of a pair that it covers and of which it lacks nothing, J/mol, with its name and inputs, such as "radius mismatch: r Mg+2 0.72, V+2 0.79 Å". */
double kiln_i_law_value(const kiln_i_law *law, const kiln_database *db, const kiln_i_phase *phase, int a, int b,
                        char text[KILN_LAW_TEXT_BYTES]);

#endif
