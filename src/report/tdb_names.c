#include "report/tdb.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/growth.h"
#include "data/species.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
static int is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

int kiln_i_export_is_same_name(const char *name, const char *original)
{
    for (; *name && *original; ++name, ++original)
        if (*name != upper(*original)) return 0;
    return !*name && !*original;
}

/* Whether one of n names of `size` bytes each is `name`. */
static int is_among(const char *names, size_t size, int n, const char *name)
{
    for (int i = 0; i < n; ++i)
        if (strcmp(names + (size_t)i * size, name) == 0) return 1;
    return 0;
}

/* What the language itself is called. */
static int is_reserved(const char *name)
{
    static const char *const words[] = {"T", "P", "R", "LN", "LOG", "EXP", "ABS", "SIN", "COS", "ERF"};
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
        if (strcmp(words[i], name) == 0) return 1;
    return 0;
}

/* The name numbered, shortened for that. */
static void number(char *name, size_t size, int k)
{
    char suffix[16];
    const size_t length = (size_t)snprintf(suffix, sizeof suffix, "_%d", k);
    size_t used = strlen(name);
    if (used + length + 1 > size) used = size - 1 - length;
    memcpy(name + used, suffix, length + 1);
}

/* Name `n` of an array: `original` in capitals, with letters, digits and _ only; numbered where it is taken. */
static void make_name(char *names, size_t size, int n, const char *original)
{
    char plain[64];
    size_t used = 0;
    if (!is_letter(*original)) plain[used++] = 'X';
    for (const char *p = original; *p && used + 1 < size; ++p) plain[used++] = is_word(*p) ? upper(*p) : '_';
    plain[used] = '\0';
    char *name = names + (size_t)n * size;
    memcpy(name, plain, used + 1);
    for (int k = 2; is_reserved(name) || is_among(names, size, n, name); ++k) {
        memcpy(name, plain, used + 1);
        number(name, size, k);
    }
}

/* ---- Species ---- */

static int is_element(const char *name)
{
    for (int z = 1; z <= KILN_MAX_Z; ++z)
        if (kiln_i_export_is_same_name(name, kiln_i_element_symbol(z))) return 1;
    return 0;
}

/* Capitals do not tell CO from Co, so that every count is written. */
static void write_formula(const kiln_i_species *s, char name[KILN_EXPORT_NAME])
{
    char text[128] = "";
    for (int e = 0; e < s->n_elements; ++e) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%.6g", kiln_i_element_symbol(s->element[e]), s->count[e]);
    }
    const size_t used = strlen(text);
    if (fabs(s->charge) > 0.0) snprintf(text + used, sizeof text - used, "%+.6g", s->charge);
    snprintf(name, KILN_EXPORT_NAME, "%.24s", text);
    for (char *p = name; *p; ++p) *p = upper(*p);
}

static int is_legal_species(const char *name)
{
    if (strlen(name) >= KILN_EXPORT_NAME) return 0;
    for (const char *p = name; *p; ++p)
        if (!is_word(*p) && !strchr("+-.", *p)) return 0;
    return 1;
}

static int is_taken(const kiln_i_export *t, int n)
{
    for (int i = 0; i < n; ++i)
        if (strcmp(t->species[i].name, t->species[n].name) == 0) return 1;
    return is_element(t->species[n].name);
}

static void name_species(kiln_i_export *t, int n)
{
    const kiln_i_species *s = &t->species[n].what;
    char *name = t->species[n].name;
    const int is_bare = s->n_elements == 1 && !(fabs(s->count[0] - 1.0) > 0.0) && !(fabs(s->charge) > 0.0);
    snprintf(name, KILN_EXPORT_NAME, "%.24s",
             s->n_elements == 0 ? "VA"
             : is_bare          ? kiln_i_element_symbol(s->element[0])
                                : s->name);
    for (char *p = name; *p; ++p) *p = upper(*p);
    if (s->n_elements == 0 || is_bare) return;
    if (!is_legal_species(s->name) || is_taken(t, n)) write_formula(s, name);
    for (int k = 2; is_taken(t, n); ++k) {
        write_formula(s, name);
        number(name, KILN_EXPORT_NAME, k);
    }
}

/* A neutral species of the gas, which a solid may have for a constituent too. The first function counts. */
static int add_gas(kiln_i_export *t, const kiln_i_species *species, int function)
{
    int at = 0;
    while (at < t->n_species && !kiln_i_species_same(&t->species[at].what, species)) ++at;
    for (int g = 0; g < t->n_gases; ++g)
        if (t->gases[g].species == at) return 1;
    if (at == t->n_species) {
        kiln_i_export_species *slot = kiln_i_push(t->ctx, &t->species, &t->n_species, sizeof *slot);
        if (!slot) return 0;
        slot->what = *species;
        name_species(t, at);
    }
    kiln_i_export_gas *gas = kiln_i_push(t->ctx, &t->gases, &t->n_gases, sizeof *gas);
    if (gas) *gas = (kiln_i_export_gas){at, function};
    return gas != NULL;
}

static int is_in_gas_phase(const kiln_database *db, int function)
{
    for (int i = 0; i < db->n_phases; ++i)
        for (int k = 0; db->phases[i].role == KILN_ROLE_GAS && k < db->phases[i].n_parameters; ++k)
            if (db->phases[i].parameters[k].function == function) return 1;
    return 0;
}

/* Whether all gases and vapours stand in phases that are gases, as those of a TDB do. */
static int has_gas_phase(const kiln_database *db)
{
    for (int g = 0; g < KILN_N_GASES; ++g)
        if (db->gases[g] >= 0 && !is_in_gas_phase(db, db->gases[g])) return 0;
    for (int v = 0; v < db->n_vapours; ++v)
        if (!is_in_gas_phase(db, db->vapours[v].function)) return 0;
    return 1;
}

static int name_all_species(kiln_i_export *t)
{
    const kiln_database *db = t->db;
    for (int i = 0; i < db->n_species; ++i) {
        kiln_i_export_species *slot = kiln_i_push(t->ctx, &t->species, &t->n_species, sizeof *slot);
        if (!slot) return 0;
        slot->what = db->species[i];
        name_species(t, i);
    }
    if (has_gas_phase(db)) return 1;
    for (int g = 0; g < KILN_N_GASES; ++g) {
        const char *name = kiln_i_gas_names[g];
        kiln_i_species species = {.name = (char *)name};
        if (db->gases[g] < 0) continue;
        if (kiln_i_species_parse(t->ctx, name, &species) != KILN_OK || !add_gas(t, &species, db->gases[g])) return 0;
    }
    for (int v = 0; v < db->n_vapours; ++v)
        if (!add_gas(t, &db->vapours[v].species, db->vapours[v].function)) return 0;
    return 1;
}

kiln_status kiln_i_export_names(kiln_i_export *t)
{
    const kiln_database *db = t->db;
    t->function = kiln_i_calloc(t->ctx, (size_t)db->n_functions + 1, sizeof *t->function);
    t->phase = kiln_i_calloc(t->ctx, (size_t)db->n_phases + 1, sizeof *t->phase);
    t->source = kiln_i_calloc(t->ctx, (size_t)db->n_sources + 1, sizeof *t->source);
    if (!t->function || !t->phase || !t->source || !name_all_species(t))
        return kiln_i_fail(t->ctx, KILN_E_NOMEM, "names of a TDB");
    for (int i = 0; i < db->n_functions; ++i) {
        const kiln_i_function *f = &db->functions[i];
        if (!strchr(f->name, ':') || !kiln_i_export_is_plain(f)) make_name(t->function[0], sizeof *t->function, i, f->name);
    }
    for (int i = 0; i < db->n_phases; ++i) {
        const char *name = db->phases[i].name;
        make_name(t->phase[0], sizeof *t->phase, i, t->n_gases > 0 && kiln_i_export_is_same_name("GAS", name) ? "GAS_2" : name);
    }
    for (int i = 0; i < db->n_sources; ++i) make_name(t->source[0], sizeof *t->source, i, db->sources[i].key);
    return KILN_OK;
}
