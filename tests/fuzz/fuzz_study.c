/* Studies: success means cases of words that are not empty and whose names are safe file names. */
#include "fuzz.h"

#include <kiln/study.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const kiln_study_option options[] = {{"at", 1, 0}, {"set", 1, 1}, {"no-certify", 0, 0}};
    static const kiln_study_verb verbs[] = {{"window", "formula", 1, 1, 3, options}, {"diagram tx", "formula", 2, 2, 2, options}};
    kiln_context *ctx;
    kiln_study *study = NULL;
    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 0;
    const kiln_status status = kiln_study_parse(ctx, (const char *)data, size, "fuzz", 2, verbs, &study);
    fuzz_require((status == KILN_OK) == (study != NULL));
    for (int i = 0; study && i < study->n_cases; ++i) {
        const kiln_study_case *c = &study->cases[i];
        fuzz_require(c->n_words >= 2 && c->verb >= 0 && c->verb < 2 && c->line > 0 && c->column > 0);
        fuzz_require(*c->name && *c->name != '.' && *c->name != '-' && strlen(c->name) <= 100 && !strchr(c->name, '/'));
        for (int k = 0; k < c->n_words; ++k) fuzz_require(*c->words[k] && !strpbrk(c->words[k], "\r\n"));
    }
    kiln_study_free(study);
    kiln_context_free(ctx);
    return 0;
}
