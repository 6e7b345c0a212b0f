/* What every fuzz target shares. Assertions abort, so that both libFuzzer and the replay stop on a broken promise. */
#ifndef KILN_TEST_FUZZ_H
#define KILN_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Holds in every build type, unlike assert. */
#define fuzz_require(condition)                                                     \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

/* Zero-terminated copy on the heap, of exactly the right size so that AddressSanitizer sees one byte too far. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    fuzz_require(text != NULL);
    if (size) memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

#endif
