/* Private: the names of constituents, "Mg+2", "CO3-2", "Cu", "Va", and plain formulas, "Ca2Fe2O5". */
#ifndef KILN_DATA_SPECIES_H
#define KILN_DATA_SPECIES_H

#include "data/database.h"

/* Elements, counts and charge of `text` into *out (its name is left alone). KILN_E_PARSE with a sentence without position. */
kiln_status kiln_i_species_parse(kiln_context *ctx, const char *text, kiln_i_species *out);

/* Atoms of element z in a species, 0 if none. */
double kiln_i_species_count(const kiln_i_species *species, int z);
/* The same atoms and charge, whatever they are called. */
int kiln_i_species_same(const kiln_i_species *a, const kiln_i_species *b);

#endif
