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

/* Within what the model holds, and of an order that it knows. */
static void inspect_parameter(const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    int n_named = 0, n_pairs = 0, n_threes = 0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        n_named += p->n_at[s];
        n_pairs += p->n_at[s] == 2;
        n_threes += p->n_at[s] == 3;
    }
    require(n_named <= KILN_MAX_NAMED);
    require(p->order >= 0 && p->order <= 9);
    if (n_threes + n_pairs != 1) require(p->order <= (n_threes == 0 && n_pairs == 2 ? 2 : 0));
    if (n_threes > 0) require(p->order <= 2);
}

/* What listings ask for; of a long list the beginning. */
static void inspect_listing(kiln_context *ctx, const kiln_database *db, int phase)
{
    char text[32];
    kiln_parameter_info info;
    double value, sigma;
    for (int i = 0; i < 16 && kiln_database_parameter(db, phase, i, &info) == KILN_OK; i++) {
        require(kiln_database_parameter_value(db, ctx, phase, i, 1273.15, &value, &sigma) == KILN_OK);
        require(kiln_database_function_expression(db, ctx, info.function, 1273.15, text, sizeof text) == KILN_OK);
        require(strlen(text) < sizeof text);
    }
}

/* What the solver relies on. */
static void inspect(kiln_context *ctx, const kiln_database *db)
{
    for (int i = 0; i < db->n_functions; i++)
        for (int k = 0; k < db->functions[i].n_references; k++) require(db->functions[i].references[k].function < i);
    for (int i = 0; i < db->n_uncertain; i++) require(db->uncertain[i].function < db->n_functions);
    for (int p = 0; p < db->n_phases; p++) {
        const kiln_i_phase *phase = &db->phases[p];
        int n_constituents = 0;
        require(phase->n_sublattices > 0);
        for (int s = 0; s < phase->n_sublattices; s++) n_constituents += phase->sublattices[s].n_constituents;
        require(n_constituents <= KILN_MAX_CONSTITUENTS);
        inspect_listing(ctx, db, p);
        for (int i = 0; i < phase->n_parameters; i++) {
            require(phase->parameters[i].function >= 0 && phase->parameters[i].function < db->n_functions);
            inspect_parameter(phase, &phase->parameters[i]);
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
        inspect(ctx, db);
        require(strlen(kiln_database_sha256(db)) == 64);
    } else {
        require(db == NULL && *kiln_context_error(ctx));
        require(status != KILN_E_PARSE || strncmp(kiln_context_error(ctx), "fuzz.yaml:", 10) == 0);
    }
    kiln_database_free(db);
    kiln_context_free(ctx);
    return 0;
}
