#include "core/digest.h"

void kiln_i_digest_end(SHA256_CTX *hash, char out[KILN_I_DIGEST])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[SHA256_DIGEST_LENGTH];
    SHA256_Final(bytes, hash);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; ++i) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * SHA256_DIGEST_LENGTH] = '\0';
}

void kiln_i_digest(const void *bytes, size_t n, char out[KILN_I_DIGEST])
{
    SHA256_CTX hash;
    SHA256_Init(&hash);
    SHA256_Update(&hash, bytes, n);
    kiln_i_digest_end(&hash, out);
}
