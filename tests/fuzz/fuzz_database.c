/* The database reader on arbitrary bytes: any text is read or refused with a position, and what is read is whole. */
#include "data/database.h"

#include <kiln/context.h>
#include <kiln/database.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 loses a few hundred bytes in fy_token_get_text on a scalar of many short parts (ten single quotes or empty lines in a
 * row). The unit tests, which have no such scalars, watch for what kiln itself might forget to give back. */
const char *__lsan_default_suppressions(void) { return "leak:libfyaml\n"; }

static void require(int holds)
{
    if (!holds) abort();
}

/* What the solver relies on. */
static void inspect(const kiln_database *db)
{
    for (int i = 0; i < db->n_functions; i++)
        for (int k = 0; k < db->functions[i].n_references; k++) require(db->functions[i].references[k].function < i);
    for (int i = 0; i < db->n_uncertain; i++) require(db->uncertain[i].function < db->n_functions);
    for (int p = 0; p < db->n_phases; p++) {
        const kiln_i_phase *phase = &db->phases[p];
        require(phase->n_sublattices > 0);
        for (int i = 0; i < phase->n_parameters; i++) {
            require(phase->parameters[i].function >= 0 && phase->parameters[i].function < db->n_functions);
            require(isfinite(phase->parameters[i].scale) && phase->parameters[i].scale > 0.0);
        }
    }
    for (int i = 0; i < db->n_functions; i++) {
        const kiln_i_jet value = kiln_i_function_own(&db->functions[i], 1273.15);
        (void)value;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kiln_context *ctx;
    kiln_database *db;
    if (size > 65536 || kiln_context_create(NULL, &ctx) != KILN_OK) return 0;
    const kiln_status status = kiln_database_parse(ctx, (const char *)data, size, "fuzz.yaml", NULL, &db);
    if (status == KILN_OK) {
        inspect(db);
        require(strlen(kiln_database_sha256(db)) == 64);
    } else {
        require(db == NULL && *kiln_context_error(ctx));
        require(status != KILN_E_PARSE || strncmp(kiln_context_error(ctx), "fuzz.yaml:", 10) == 0);
    }
    kiln_database_free(db);
    kiln_context_free(ctx);
    return 0;
}
