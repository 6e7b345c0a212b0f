/* Private: the periodic table, and the valences ions commonly have in oxides. */
#ifndef KILN_CORE_ELEMENTS_H
#define KILN_CORE_ELEMENTS_H

enum { KILN_MAX_Z = 118 };

/* Symbol of atomic number z, 1..118; "" outside. */
const char *kiln_i_element_symbol(int z);
/* Atomic number of a symbol of `length` letters (case as in the table), 0 if unknown. */
int kiln_i_element_find(const char *symbol, int length);
/* Standard atomic weight, g/mol; source in elements.c. 0 where none is given. */
double kiln_i_element_weight(int z);
/* Common valences of element z in oxides, most usual first, 0-terminated; anions are negative (O: -2, F: -1). */
const int *kiln_i_element_valences(int z);
/* Li, Na, K, Rb, Cs. */
int kiln_i_is_alkali(int z);

#endif
