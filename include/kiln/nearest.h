#ifndef KILN_NEAREST_H
#define KILN_NEAREST_H

#include <kiln/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** "Did you mean": the one of several names that a mistyped word is nearest to. Strings are borrowed. */
typedef struct kiln_nearest {
    const char *word;
    const char *name; /**< the best so far; NULL: none is a slip or two away */
    int slips;        /**< its distance, or what is accepted                 */
} kiln_nearest;

/** A search for `word` (not NULL, nor are the names offered): one slip is accepted of fewer than 4 bytes, two of fewer than 12, else three. */
KILN_EXPORT kiln_nearest kiln_nearest_to(const char *word);
/** Offers a name; the first of equally near ones stays. Distance: bytes to insert, leave out or change, ignoring the case of ASCII letters (V.I. Levenshtein, Sov.
 * Phys. Dokl. 10 (1966) 707); words of more than 64 bytes are near to none. */
KILN_EXPORT void kiln_nearest_offer(kiln_nearest *search, const char *name);

#ifdef __cplusplus
}
#endif
#endif
