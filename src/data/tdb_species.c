/* ELEMENT and SPECIES. */
#include "data/tdb.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/growth.h"
#include "data/species.h"
#include "text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SPECIES = 4096, NAME_BYTES = 128, OXYGEN = 8 };

static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_sign(char c) { return c == '+' || c == '-'; }

/* Atomic number of a symbol in capitals; 0 if there is none. */
static int find_element(const char *symbol, size_t length)
{
    char text[3] = {0};
    if (length < 1 || length > 2) return 0;
    text[0] = symbol[0];
    if (length == 2) text[1] = (char)(symbol[1] >= 'A' && symbol[1] <= 'Z' ? symbol[1] - 'A' + 'a' : symbol[1]);
    return kiln_i_element_find(text, (int)length);
}

static kiln_i_tdb_species *push_species(kiln_i_tdb *t, kiln_i_tdb_word name)
{
    kiln_i_tdb_species *species = kiln_i_push(t->r->ctx, &t->species, &t->n_species, sizeof *species);
    if (!species || !kiln_i_names_add(t->r->ctx, &t->species_names, name.text, name.length, t->n_species - 1)) return NULL;
    species->name = name;
    species->index = -1;
    return species;
}

/* Vacancies and the electron have no atoms; an element that the periodic table lacks cannot be a component. */
static kiln_status add_element(kiln_i_tdb *t, kiln_i_tdb_element *e)
{
    kiln_i_tdb_species *species = push_species(t, e->name);
    if (!species) return kiln_i_reader_no_memory(t->r);
    if (kiln_i_tdb_is(e->name, "VA")) return KILN_OK;
    if (kiln_i_tdb_is(e->name, "/-")) {
        species->unusable = "electrons are no constituents here";
        return KILN_OK;
    }
    e->z = find_element(e->name.text, e->name.length);
    species->value = (kiln_i_species){.n_elements = 1, .element = {e->z}, .count = {1.0}};
    if (e->z) return KILN_OK;
    species->unusable = "it holds an element that the periodic table lacks";
    return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, e->name.at,
                             "%.*s is no element of the periodic table; constituents that hold it are left out",
                             e->name.length < 40 ? (int)e->name.length : 40, e->name.text);
}

kiln_status kiln_i_tdb_read_element(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    const kiln_i_tdb_word name = kiln_i_tdb_word_until(&c, ""), state = kiln_i_tdb_word_until(&c, "");
    if (name.length == 0) return kiln_i_tdb_fail(&t->text, name.at, "expected the symbol of an element");
    if (kiln_i_names_find(&t->element_names, name.text, name.length) >= 0)
        return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, name.at, "the element %.*s is defined again", (int)name.length,
                                 name.text);
    kiln_i_tdb_element *e = kiln_i_push(t->r->ctx, &t->elements, &t->n_elements, sizeof *e);
    if (!e || !kiln_i_names_add(t->r->ctx, &t->element_names, name.text, name.length, t->n_elements - 1))
        return kiln_i_reader_no_memory(t->r);
    *e = (kiln_i_tdb_element){.name = name};
    for (size_t i = 0; i + 1 < state.length; i++) e->is_half_O2 |= memcmp(state.text + i, "O2", 2) == 0;
    return add_element(t, e);
}

/* ---- Formulas ---- */

/* The element that an ELEMENT statement defines and that begins `text`: of two letters rather than of one, as "CO" is cobalt. */
static const kiln_i_tdb_element *element_at(const kiln_i_tdb *t, const char *text, size_t length)
{
    for (size_t n = length < 2 ? length : 2; n > 0 && *text != '/'; n--) { /* "/-" is an element too, the electron */
        const int found = kiln_i_names_find(&t->element_names, text, n);
        if (found >= 0) return &t->elements[found];
    }
    return NULL;
}

/* "+3", "-", "2+" of the whole rest; 0 if it is none. */
static int read_charge(const char *text, size_t length, double *charge)
{
    char digits[8] = "1";
    size_t n = 0;
    const size_t at = length > 0 && is_sign(text[0]) ? 1 : 0, end = at == 0 && length > 0 ? length - 1 : length;
    const char sign = at ? text[0] : length > 0 ? text[length - 1] : ' ';
    if (!is_sign(sign)) return 0;
    for (size_t i = at; i < end; i++) {
        if (!is_digit(text[i]) || n + 1 >= sizeof digits) return 0;
        digits[n++] = text[i];
    }
    if (n > 0) digits[n] = '\0';
    if (!kiln_i_number_scan(digits, charge) || *charge > 9.0) return 0;
    if (sign == '-') *charge = -*charge;
    return 1;
}

static kiln_status add_atoms(kiln_i_tdb_species *s, int z, double count)
{
    for (int i = 0; i < s->value.n_elements; i++)
        if (s->value.element[i] == z) {
            s->value.count[i] += count;
            return KILN_OK;
        }
    if (s->value.n_elements == KILN_MAX_ELEMENTS_OF_SPECIES) {
        s->unusable = "it has more than four elements";
        return KILN_OK;
    }
    s->value.element[s->value.n_elements] = z;
    s->value.count[s->value.n_elements++] = count;
    return KILN_OK;
}

/* Digits and points at text[*at]; 1 if there are none. What a sign follows is a charge, "FE2+", and stays. */
static int read_count(const char *text, size_t length, size_t *at, double *count)
{
    char digits[24];
    size_t n = 0, end = *at;
    while (end < length && (is_digit(text[end]) || text[end] == '.') && n + 1 < sizeof digits) digits[n++] = text[end++];
    digits[n] = '\0';
    *count = 1.0;
    if (n == 0 || (end + 1 == length && is_sign(text[end]))) return 1;
    *at = end;
    return kiln_i_number_scan(digits, count) == (int)n && *count > 0.0;
}

/* Elements with counts, then a charge, which "/" may begin. 0 if it is no such thing. */
static int read_formula(const kiln_i_tdb *t, kiln_i_tdb_word word, kiln_i_tdb_species *out)
{
    size_t at = 0;
    while (at < word.length) {
        const kiln_i_tdb_element *e = element_at(t, word.text + at, word.length - at);
        double count;
        if (!e) break;
        at += e->name.length;
        if (!read_count(word.text, word.length, &at, &count)) return 0;
        if (kiln_i_tdb_is(e->name, "VA")) continue;
        if (!e->z) out->unusable = "it holds an element that the periodic table lacks";
        else if (add_atoms(out, e->z, count) != KILN_OK) return 0;
    }
    if (at == 0 || at == word.length) return at > 0;
    if (word.text[at] == '/') at++;
    if (out->value.n_elements == 0) out->unusable = "a vacancy has no charge here";
    return read_charge(word.text + at, word.length - at, &out->value.charge);
}

kiln_status kiln_i_tdb_read_species(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    const kiln_i_tdb_word name = kiln_i_tdb_word_until(&c, ""), formula = kiln_i_tdb_word_until(&c, "");
    kiln_i_tdb_species read = {.name = name, .index = -1};
    if (formula.length == 0) return kiln_i_tdb_fail(&t->text, formula.at, "expected the name of a species and its formula");
    if (!read_formula(t, formula, &read))
        return kiln_i_tdb_fail(&t->text, formula.at,
                               "expected a formula of elements that the file defines, such as AL2O3 or FE1/+2, found \"%.*s\"",
                               kiln_i_tdb_shown(formula), formula.text);
    kiln_i_tdb_species *species = kiln_i_tdb_species_of(t, name);
    if (species) {
        *species = read;
        return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, name.at, "the species %.*s is defined again; this formula counts",
                                 kiln_i_tdb_shown(name), name.text);
    }
    if (!(species = push_species(t, name))) return kiln_i_reader_no_memory(t->r);
    *species = read;
    return KILN_OK;
}

kiln_i_tdb_species *kiln_i_tdb_species_of(const kiln_i_tdb *t, kiln_i_tdb_word name)
{
    const int found = kiln_i_names_find(&t->species_names, name.text, name.length);
    return found >= 0 ? &t->species[found] : NULL;
}

kiln_status kiln_i_tdb_find_species(kiln_i_tdb *t, kiln_i_tdb_word name, kiln_i_tdb_species **out)
{
    kiln_i_tdb_species read = {.name = name, .index = -1};
    *out = kiln_i_tdb_species_of(t, name);
    if (*out || !read_formula(t, name, &read)) return KILN_OK;
    if (!(*out = push_species(t, name))) return kiln_i_reader_no_memory(t->r);
    **out = read;
    return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, name.at, "no SPECIES statement defines %.*s, which is read as a formula",
                             kiln_i_tdb_shown(name), name.text);
}

/* "Al2O3", "Fe+2", "Va". */
static void write_name(const kiln_i_species *s, char out[NAME_BYTES])
{
    char number[KILN_NUMBER_TEXT];
    int used = 0;
    for (int i = 0; i < s->n_elements; i++)
        used += snprintf(out + used, (size_t)(NAME_BYTES - used), "%s%.12s", kiln_i_element_symbol(s->element[i]),
                         s->count[i] == 1.0 ? "" : kiln_i_number_text(s->count[i], 8, number));
    if (s->n_elements == 0) used = snprintf(out, NAME_BYTES, "Va");
    if (s->charge != 0.0) snprintf(out + used, (size_t)(NAME_BYTES - used), "%+g", s->charge);
}

/* Whether another name of this file already stands for species `index` of the database: then both may meet in one phase, as isomers do. */
static int is_taken(const kiln_i_tdb *t, int index)
{
    for (int i = 0; i < t->n_species; i++)
        if (t->species[i].index == index) return 1;
    return 0;
}

kiln_status kiln_i_tdb_enter_species(kiln_i_tdb *t, kiln_i_tdb_species *species, int *index)
{
    kiln_database *db = t->r->db;
    char name[NAME_BYTES];
    *index = species->index;
    if (*index >= 0) return KILN_OK;
    write_name(&species->value, name);
    int known = kiln_i_database_find_species(db, name);
    if (known >= 0 && (is_taken(t, known) || !kiln_i_species_same(&db->species[known], &species->value))) {
        const size_t used = strlen(name);
        snprintf(name + used, sizeof name - used, "(%.*s)", species->name.length < 40 ? (int)species->name.length : 40,
                 species->name.text);
        known = kiln_i_database_find_species(db, name);
        if (known >= 0 && !kiln_i_species_same(&db->species[known], &species->value))
            return kiln_i_tdb_fail(&t->text, species->name.at, "expected different names of species, found %s again", name);
    }
    if (known < 0) {
        if (db->n_species == MAX_SPECIES)
            return kiln_i_tdb_fail(&t->text, species->name.at, "expected at most %d different constituents", MAX_SPECIES);
        kiln_i_species *slot = kiln_i_push(t->r->ctx, &db->species, &db->n_species, sizeof *slot);
        if (!slot) return kiln_i_reader_no_memory(t->r);
        *slot = species->value;
        if (!(slot->name = kiln_i_strdup(t->r->ctx, name))) return kiln_i_reader_no_memory(t->r);
        known = db->n_species - 1;
    }
    *index = species->index = known;
    return KILN_OK;
}
