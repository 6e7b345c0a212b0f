/** @file database_text.h  A database as text: for other programs (TDB) and for kiln (YAML). */
#ifndef KILN_DATABASE_TEXT_H
#define KILN_DATABASE_TEXT_H
#include <kiln/database.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The whole database, whatever files it came from, in the TDB format of Thermo-Calc, which pycalphad and OpenCalphad read too: all phases that have
 * Gibbs energies, the gases and vapours as one gas phase, every number with as many digits as give it again. What the format has no place for stands in
 * comments (docs/tdb.md).
 *
 * @param command  how it was asked for, for the comment at its top; NULL: not said
 * @param text     receives zero-terminated ASCII (NULL on failure), lines of at most 80 characters; kiln_database_text_free it
 * @param length   its bytes without the final 0; may be NULL
 * @return KILN_OK; KILN_E_ARG for a NULL, or a value with more terms than the writer has room for; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_write_tdb(const kiln_database *db, kiln_context *ctx, const char *command, char **text, size_t *length);

/**
 * The whole database as one YAML file without includes, which kiln_database_load reads to the same Gibbs energies (docs/database-format.md). Values that a law
 * of default_pair gave become entries of their own, with the law in their note.
 *
 * @param command  as above
 * @param text     receives zero-terminated UTF-8 (NULL on failure); kiln_database_text_free it
 * @return KILN_OK; KILN_E_ARG for a NULL, or for something the format cannot say, which a database from a TDB may hold: the sentence names a value that is no sum, with its file and line; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_write_yaml(const kiln_database *db, kiln_context *ctx, const char *command, char **text, size_t *length);

/** Free such a text; NULL is ignored. */
KILN_EXPORT void kiln_database_text_free(kiln_context *ctx, char *text);

#ifdef __cplusplus
}
#endif
#endif
