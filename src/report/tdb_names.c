#include "report/tdb.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/growth.h"
#include "data/names.h"
#include "data/species.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
static int is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

void kiln_i_export_capitals(char *text)
{
    for (; *text; ++text) *text = upper(*text);
}

int kiln_i_export_is_same_name(const char *name, const char *original)
{
    for (; *name && *original; ++name, ++original)
        if (*name != upper(*original)) return 0;
    return !*name && !*original;
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

/* An array of names while it is made. */
typedef struct namer {
    kiln_i_names taken;
    size_t size;
    char *names;
    int *next; /* by name: the number to try next where another wants it too, since no lower one becomes free; 0: none was tried */
} namer;

static int is_taken(const namer *all, const char *name)
{
    return is_reserved(name) || kiln_i_names_find(&all->taken, name, strlen(name)) >= 0;
}

/* Name `n`: `original` in capitals, with letters, digits and _ only; numbered where it is taken. 0 without memory. */
static int make_name(kiln_context *ctx, namer *all, int n, const char *original)
{
    char plain[64];
    size_t used = 0;
    if (!is_letter(*original)) plain[used++] = 'X';
    for (const char *p = original; *p && used + 1 < all->size; ++p) plain[used++] = is_word(*p) ? upper(*p) : '_';
    plain[used] = '\0';
    char *name = all->names + (size_t)n * all->size;
    memcpy(name, plain, used + 1);
    const int first = kiln_i_names_find(&all->taken, plain, used);
    int k = first >= 0 && all->next[first] ? all->next[first] : 2;
    for (; is_taken(all, name); ++k) {
        memcpy(name, plain, used + 1);
        number(name, all->size, k);
    }
    if (first >= 0) all->next[first] = k;
    return kiln_i_names_add(ctx, &all->taken, name, strlen(name), n);
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
    kiln_i_export_capitals(name);
}

static int is_legal_species(const char *name)
{
    if (strlen(name) >= KILN_EXPORT_NAME) return 0;
    for (const char *p = name; *p; ++p)
        if (!is_word(*p) && !strchr("+-.", *p)) return 0;
    return 1;
}

static int is_species_taken(const kiln_i_export *t, int n)
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
    kiln_i_export_capitals(name);
    if (s->n_elements == 0 || is_bare) return;
    if (!is_legal_species(s->name) || is_species_taken(t, n)) write_formula(s, name);
    for (int k = 2; is_species_taken(t, n); ++k) {
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

/* ---- All ---- */

/* What a function, a phase or a source is to be called; NULL: nothing. */
typedef const char *original_name(const kiln_i_export *t, int i);

/* Names of n items, of `size` bytes each; NULL without memory. */
static void *name_all(kiln_i_export *t, int n, size_t size, original_name *original)
{
    namer all = {.size = size,
                 .names = kiln_i_calloc(t->ctx, (size_t)n + 1, size),
                 .next = kiln_i_calloc(t->ctx, (size_t)n + 1, sizeof *all.next)};
    int is_made = all.names && all.next;
    for (int i = 0; i < n && is_made; ++i) {
        const char *name = original(t, i);
        if (name) is_made = make_name(t->ctx, &all, i, name);
    }
    if (!is_made) kiln_i_free(t->ctx, all.names);
    kiln_i_names_free(t->ctx, &all.taken);
    kiln_i_free(t->ctx, all.next);
    return is_made ? all.names : NULL;
}

static const char *function_name(const kiln_i_export *t, int i)
{
    const kiln_i_function *f = &t->db->functions[i];
    return strchr(f->name, ':') && kiln_i_export_is_plain(f) ? NULL : f->name;
}

static const char *phase_name(const kiln_i_export *t, int i)
{
    const char *name = t->db->phases[i].name;
    return t->n_gases > 0 && kiln_i_export_is_same_name("GAS", name) ? "GAS_2" : name;
}

static const char *source_name(const kiln_i_export *t, int i) { return t->db->sources[i].key; }

kiln_status kiln_i_export_names(kiln_i_export *t)
{
    const kiln_database *db = t->db;
    if (name_all_species(t) && (t->function = name_all(t, db->n_functions, sizeof *t->function, function_name)) &&
        (t->phase = name_all(t, db->n_phases, sizeof *t->phase, phase_name)) &&
        (t->type = kiln_i_calloc(t->ctx, (size_t)db->n_phases + 1, 1)) &&
        (t->source = name_all(t, db->n_sources, sizeof *t->source, source_name)))
        return KILN_OK;
    return kiln_i_fail(t->ctx, KILN_E_NOMEM, "names of a TDB");
}

void kiln_i_export_free_names(kiln_i_export *t)
{
    kiln_i_free(t->ctx, t->function);
    kiln_i_free(t->ctx, t->phase);
    kiln_i_free(t->ctx, t->source);
    kiln_i_free(t->ctx, t->type);
    kiln_i_free(t->ctx, t->species);
    kiln_i_free(t->ctx, t->gases);
}
