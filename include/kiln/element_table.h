#ifndef KILN_ELEMENT_TABLE_H
#define KILN_ELEMENT_TABLE_H

#include <kiln/composition.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A user's numbers by element, such as prices and risks of supply, and what they make of a compound. */
typedef struct kiln_element_table kiln_element_table;

/**
 * From comma-separated values (RFC 4180, UTF-8, # begins a comment): a column `element` with symbols, each once, and columns of numbers, or empty fields. How a column is taken together over
 * a compound is said by the end of its name:
 *
 *   NAME          the mean over its cations, by moles
 *   NAME_max      the largest of its cations
 *   NAME_per_kg   a quantity per kg of the element, as a price: that of the elements in a kg of the compound as its formula is written; anions count where the table has them
 *
 * @param text    [length] not zero-terminated necessarily; copied
 * @param name    what messages call the file; copied
 * @param out     receives the table (NULL on failure); kiln_element_table_free it before the context
 * @return KILN_OK; KILN_E_PARSE ("name:line:column: expected ..., found ..."); KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_element_table_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                                                 kiln_element_table **out);
/** The same from a file; KILN_E_IO if it cannot be read. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_element_table_load(kiln_context *ctx, const char *path, kiln_element_table **out);
KILN_EXPORT void kiln_element_table_free(kiln_element_table *table);

/** Name of its file, and the SHA-256 of what was read, in hexadecimal; borrowed. */
KILN_EXPORT const char *kiln_element_table_name(const kiln_element_table *table);
KILN_EXPORT const char *kiln_element_table_sha256(const kiln_element_table *table);

/** Number of columns besides the elements, and their names; borrowed. */
KILN_EXPORT int kiln_element_table_n_columns(const kiln_element_table *table);
KILN_EXPORT const char *kiln_element_table_column(const kiln_element_table *table, int column);

/** Index of a column by its name; -1: there is none. */
KILN_EXPORT int kiln_element_table_find(const kiln_element_table *table, const char *name);
/** The number of an element itself, by atomic number; NAN where the table has none. */
KILN_EXPORT double kiln_element_table_number(const kiln_element_table *table, int column, int z);

/**
 * What a column makes of a compound; NAN where the table lacks a number that it takes.
 *
 * @param missing_z  receives the atomic number of the first element that lacks it, 0 where none does; may be NULL
 */
KILN_EXPORT double kiln_element_table_value(const kiln_element_table *table, int column, const kiln_composition *composition,
                                            int *missing_z);

#ifdef __cplusplus
}
#endif
#endif
