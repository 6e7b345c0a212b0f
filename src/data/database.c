#include "data/database.h"

#include "core/context.h"
#include "data/reader.h"

#include <string.h>

void kiln_i_function_clear(kiln_context *ctx, kiln_i_function *f)
{
    kiln_i_free(ctx, f->name);
    kiln_i_free(ctx, f->formula);
    kiln_i_free(ctx, f->text);
    kiln_i_free(ctx, f->note);
    kiln_i_free(ctx, f->estimate);
    kiln_i_free(ctx, f->pieces);
    kiln_i_free(ctx, f->terms);
    kiln_i_free(ctx, f->steps);
    kiln_i_free(ctx, f->references);
    *f = (kiln_i_function){0};
}

void kiln_i_phase_clear(kiln_context *ctx, kiln_i_phase *phase)
{
    char *const texts[] = {phase->name, phase->label, phase->structure, phase->formula, phase->family, phase->note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) kiln_i_free(ctx, texts[i]);
    for (int s = 0; s < phase->n_sublattices; s++) {
        kiln_i_free(ctx, phase->sublattices[s].name);
        kiln_i_free(ctx, phase->sublattices[s].constituents);
    }
    for (int i = 0; i < phase->n_warnings; i++) kiln_i_free(ctx, phase->warnings[i].text);
    kiln_i_free(ctx, phase->warnings);
    for (int i = 0; i < phase->n_law_gaps; i++) kiln_i_free(ctx, phase->law_gaps[i].reason);
    kiln_i_free(ctx, phase->law_gaps);
    kiln_i_free(ctx, phase->volumes);
    kiln_i_free(ctx, phase->parameters);
    *phase = (kiln_i_phase){0};
}

void kiln_database_free(kiln_database *db)
{
    if (!db) return;
    kiln_context *ctx = db->ctx;
    for (int i = 0; i < db->n_files; i++) kiln_i_free(ctx, db->files[i]);
    for (int i = 0; i < db->n_changes; i++) kiln_i_free(ctx, db->changes[i]);
    kiln_i_free(ctx, db->changes);
    for (int i = 0; i < db->n_sources; i++) {
        kiln_i_free(ctx, db->sources[i].key);
        kiln_i_free(ctx, db->sources[i].text);
        kiln_i_free(ctx, db->sources[i].doi);
    }
    for (int i = 0; i < db->n_species; i++) kiln_i_free(ctx, db->species[i].name);
    for (int i = 0; i < db->n_functions; i++) kiln_i_function_clear(ctx, &db->functions[i]);
    for (int i = 0; i < db->n_phases; i++) kiln_i_phase_clear(ctx, &db->phases[i]);
    for (int i = 0; i < db->n_vapours; i++) kiln_i_free(ctx, db->vapours[i].species.name);
    for (int i = 0; i < db->n_meltings; i++) {
        kiln_i_free(ctx, db->meltings[i].formula);
        kiln_i_free(ctx, db->meltings[i].note);
    }
    for (int i = 0; i < db->n_covariances; i++) {
        kiln_i_free(ctx, db->covariances[i].uncertain);
        kiln_i_free(ctx, db->covariances[i].matrix);
    }
    for (int i = 0; i < db->n_remarks; i++) kiln_i_free(ctx, db->remarks[i].text);
    kiln_i_free(ctx, db->remarks);
    kiln_i_free(ctx, db->files);
    kiln_i_free(ctx, db->sources);
    kiln_i_free(ctx, db->species);
    kiln_i_free(ctx, db->functions);
    kiln_i_free(ctx, db->phases);
    kiln_i_free(ctx, db->vapours);
    kiln_i_free(ctx, db->meltings);
    kiln_i_free(ctx, db->uncertain);
    kiln_i_free(ctx, db->covariances);
    kiln_i_free(ctx, db->name);
    kiln_i_free(ctx, db->description);
    kiln_i_free(ctx, db);
}

const char *kiln_database_name(const kiln_database *db) { return db ? db->name : ""; }
const char *kiln_database_sha256(const kiln_database *db) { return db ? db->sha256 : ""; }
int kiln_database_n_changes(const kiln_database *db) { return db ? db->n_changes : 0; }
const char *kiln_database_change(const kiln_database *db, int i)
{
    return db && i >= 0 && i < db->n_changes ? db->changes[i] : NULL;
}

int kiln_i_database_find_function(const kiln_database *db, const char *name)
{
    for (int i = 0; i < db->n_functions; i++)
        if (strcmp(db->functions[i].name, name) == 0) return i;
    return -1;
}

int kiln_i_database_find_phase(const kiln_database *db, const char *name)
{
    for (int i = 0; i < db->n_phases; i++)
        if (strcmp(db->phases[i].name, name) == 0) return i;
    return -1;
}

int kiln_i_database_find_species(const kiln_database *db, const char *name)
{
    for (int i = 0; i < db->n_species; i++)
        if (strcmp(db->species[i].name, name) == 0) return i;
    return -1;
}

const char *const kiln_i_gas_names[KILN_N_GASES + 1] = {"O2", "CO2", "H2O", "H2", "CO", NULL};

const char *kiln_i_per_text(kiln_i_per per)
{
    static const char *const text[] = {"formula", "cation", "site"};
    return text[per];
}

const char *kiln_i_value_status_text(kiln_i_status_of_value status)
{
    static const char *const text[] = {"measured", "assessed", "fitted", "estimated", "not stated"};
    return status >= KILN_VALUE_MEASURED && status <= KILN_VALUE_UNSTATED ? text[status] : text[KILN_VALUE_UNSTATED];
}

const char *kiln_i_quality_text(kiln_i_quality quality)
{
    static const char *const text[] = {"full", "screening", "entropy-only"};
    return quality >= KILN_QUALITY_FULL && quality <= KILN_QUALITY_ENTROPY_ONLY ? text[quality] : text[KILN_QUALITY_FULL];
}

const char *kiln_i_role_text(kiln_i_role role)
{
    static const char *const text[] = {"solid", "alloy", "liquid", "carbonate", "gas"};
    return role >= KILN_ROLE_SOLID && role <= KILN_ROLE_GAS ? text[role] : text[KILN_ROLE_SOLID];
}
