/* The reader of TDB files on arbitrary bytes: any text is read or refused with a position, what is read is whole, and every remark has a place in the text. */
#include "data/database.h"
#include "fuzz.h"

#include <kiln/context.h>
#include <kiln/database.h>
#include <math.h>

/* Within what the model holds, and of an order that it knows. */
static void inspect_parameter(const kiln_database *db, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    int n_named = 0, n_pairs = 0, n_threes = 0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        fuzz_require(p->n_at[s] >= 0 && p->n_at[s] <= KILN_MAX_INTERACTING);
        n_named += p->n_at[s];
        n_pairs += p->n_at[s] == 2;
        n_threes += p->n_at[s] == 3;
        for (int i = 0; i < p->n_at[s]; i++) fuzz_require(p->at[s][i] >= 0 && p->at[s][i] < db->n_species);
    }
    fuzz_require(n_named <= KILN_MAX_NAMED);
    fuzz_require(p->order >= 0 && p->order <= (n_threes > 0 ? 2 : n_pairs == 1 ? 9 : n_pairs == 2 ? 2 : 0));
    fuzz_require(p->function >= 0 && p->function < db->n_functions && p->scale == 1.0);
    if (p->kind != KILN_PARAMETER_G) fuzz_require(phase->magnetic_p > 0.0 && phase->magnetic_p < 1.0);
}

static void inspect_phase(const kiln_database *db, const kiln_i_phase *phase)
{
    int n_constituents = 0;
    fuzz_require(phase->n_sublattices > 0 && phase->n_sublattices <= KILN_MAX_SUBLATTICES);
    for (int s = 0; s < phase->n_sublattices; s++) {
        fuzz_require(phase->sublattices[s].n_constituents > 0 && phase->sublattices[s].sites > 0.0);
        n_constituents += phase->sublattices[s].n_constituents;
    }
    fuzz_require(n_constituents <= KILN_MAX_CONSTITUENTS);
    for (int i = 0; i < phase->n_parameters; i++) inspect_parameter(db, phase, &phase->parameters[i]);
}

static void inspect_functions(kiln_context *ctx, const kiln_database *db)
{
    char text[64];
    kiln_i_jet *values = calloc((size_t)db->n_functions + 1, sizeof *values);
    fuzz_require(values != NULL);
    for (int i = 0; i < db->n_functions; i++)
        for (int k = 0; k < db->functions[i].n_references; k++) fuzz_require(db->functions[i].references[k].function < i);
    kiln_i_functions_evaluate(db->functions, db->n_functions, NULL, 1273.15, NULL, values);
    free(values);
    for (int i = 0; i < db->n_functions && i < 16; i++)
        fuzz_require(kiln_database_function_expression(db, ctx, i, 1273.15, text, sizeof text) == KILN_OK);
}

static void inspect(kiln_context *ctx, const kiln_database *db, size_t size)
{
    kiln_finding remark;
    inspect_functions(ctx, db);
    for (int p = 0; p < db->n_phases; p++) inspect_phase(db, &db->phases[p]);
    for (int i = 0; kiln_database_remark(db, i, &remark) == KILN_OK; i++)
        fuzz_require(*remark.text && remark.line >= 1 && remark.column >= 1 && (size_t)remark.line <= size + 1);
    fuzz_require(kiln_database_check(db, ctx, NULL, NULL, NULL) == KILN_OK);
    fuzz_require(strlen(kiln_database_sha256(db)) == 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kiln_context *ctx;
    kiln_database *db;
    if (size > 65536 || kiln_context_create(NULL, &ctx) != KILN_OK) return 0;
    char *text = fuzz_text(data, size);
    const kiln_status status = kiln_database_parse(ctx, text, size, "fuzz.tdb", NULL, &db);
    if (status == KILN_OK) {
        inspect(ctx, db, size);
    } else {
        fuzz_require(db == NULL && status == KILN_E_PARSE);
        fuzz_require(strncmp(kiln_context_error(ctx), "fuzz.tdb:", 9) == 0);
    }
    free(text);
    kiln_database_free(db);
    kiln_context_free(ctx);
    return 0;
}
