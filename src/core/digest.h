/* Private: SHA-256, by libmd, as the text that results carry. */
#ifndef KILN_CORE_DIGEST_H
#define KILN_CORE_DIGEST_H

#include <sha256.h>
#include <stddef.h>

enum { KILN_I_DIGEST = 65 }; /* hexadecimal, with its zero */

/* Ends the hash. */
void kiln_i_digest_end(SHA256_CTX *hash, char out[KILN_I_DIGEST]);
/* Of n bytes. */
void kiln_i_digest(const void *bytes, size_t n, char out[KILN_I_DIGEST]);

#endif
