/* PHASE and CONSTITUENT. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_PHASE_NAME = 64 };

kiln_status kiln_i_tdb_set_aside(kiln_i_tdb *t, kiln_i_tdb_phase *phase, const char *format, ...)
{
    char why[300];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    if (phase->set_aside) return KILN_OK;
    if (!(phase->set_aside = kiln_i_strdup(t->r->ctx, why))) return kiln_i_reader_no_memory(t->r);
    return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, phase->at, "the phase %.*s is set aside: %s",
                             kiln_i_tdb_shown(phase->name), phase->name.text, why);
}

int kiln_i_tdb_find_phase(const kiln_i_tdb *t, kiln_i_tdb_word name)
{
    int found = -1;
    const int exact = kiln_i_names_find(&t->phase_names, name.text, name.length);
    if (exact >= 0) return exact;
    for (int i = 0; i < t->n_phases; i++) {
        char full[MAX_PHASE_NAME + 1] = {0};
        memcpy(full, t->phases[i].name.text, t->phases[i].name.length);
        if (name.length == 0 || !kiln_i_tdb_abbreviates(name.text, name.length, full)) continue;
        if (found >= 0) return -2;
        found = i;
    }
    return found;
}

/* What ":X" behind a name means for the model. */
static kiln_status check_code(kiln_i_tdb *t, kiln_i_tdb_phase *phase)
{
    switch (phase->code) {
    case 'Y':
        return kiln_i_tdb_set_aside(t, phase,
                                    "the ionic two-sublattice liquid changes its numbers of sites with its composition, which no "
                                    "phase does here");
    case 'A': return kiln_i_tdb_set_aside(t, phase, "it is an aqueous solution");
    case 'F':
    case 'B':
        return kiln_i_tdb_set_aside(t, phase, "its ordering (:%c) gives parameters to permutations of its sublattices",
                                    phase->code);
    case '\0':
    case 'G':
    case 'I':
    case 'L':
    case 'S': return KILN_OK;
    default: return kiln_i_tdb_set_aside(t, phase, "what :%c behind its name means is not known here", phase->code);
    }
}

static kiln_status read_sites(kiln_i_tdb *t, kiln_i_tdb_cursor *c, kiln_i_tdb_phase *phase)
{
    double n;
    (void)kiln_i_tdb_peek(c);
    size_t at = c->at;
    if (!kiln_i_tdb_number(c, &n) || !(n >= 1.0) || !(n <= 100.0) || n > floor(n))
        return kiln_i_tdb_fail(&t->text, at, "expected the number of sublattices of %.*s", kiln_i_tdb_shown(phase->name),
                               phase->name.text);
    phase->n_sublattices = (int)n;
    for (int s = 0; s < phase->n_sublattices; s++) {
        double sites;
        (void)kiln_i_tdb_peek(c);
        at = c->at;
        if (!kiln_i_tdb_number(c, &sites) || !(sites > 0.0) || !(sites <= 1000.0))
            return kiln_i_tdb_fail(&t->text, at,
                                   "expected a number of sites above 0 and up to 1000 for each of the %d sublattices of %.*s",
                                   phase->n_sublattices, kiln_i_tdb_shown(phase->name), phase->name.text);
        if (s < KILN_MAX_SUBLATTICES) phase->sites[s] = sites;
    }
    if (phase->n_sublattices <= KILN_MAX_SUBLATTICES) return KILN_OK;
    return kiln_i_tdb_set_aside(t, phase, "it has %d sublattices, and at most %d are possible here", phase->n_sublattices,
                                KILN_MAX_SUBLATTICES);
}

/* "LIQUID:L", the codes of its TYPE_DEFINITIONs, the number of sublattices and the sites of each. */
kiln_status kiln_i_tdb_read_phase(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    const kiln_i_tdb_word name = kiln_i_tdb_word_until(&c, ":");
    if (name.length == 0 || name.length > MAX_PHASE_NAME || memchr(name.text, ';', name.length) ||
        memchr(name.text, ',', name.length))
        return kiln_i_tdb_fail(&t->text, name.at, "expected the name of a phase, of at most %d characters", MAX_PHASE_NAME);
    if (kiln_i_names_find(&t->phase_names, name.text, name.length) >= 0)
        return kiln_i_tdb_fail(&t->text, name.at, "expected each phase once, found %.*s again", kiln_i_tdb_shown(name),
                               name.text);
    kiln_i_tdb_phase *phase = kiln_i_push(t->r->ctx, &t->phases, &t->n_phases, sizeof *phase);
    if (!phase || !kiln_i_names_add(t->r->ctx, &t->phase_names, name.text, name.length, t->n_phases - 1))
        return kiln_i_reader_no_memory(t->r);
    *phase = (kiln_i_tdb_phase){.name = name, .at = name.at, .index = -1};
    if (c.at < c.end && t->text.clean[c.at] == ':') {
        c.at++;
        const kiln_i_tdb_word code = kiln_i_tdb_word_until(&c, "");
        if (code.length != 1) return kiln_i_tdb_fail(&t->text, code.at, "expected one letter behind the colon, such as L");
        phase->code = code.text[0];
    }
    phase->types = kiln_i_tdb_word_until(&c, "");
    const kiln_status status = check_code(t, phase);
    return status != KILN_OK ? status : read_sites(t, &c, phase);
}

/* ---- Constituents ---- */

/* A phase's constituents while they are read. */
typedef struct list {
    int n_sublattices, n[KILN_MAX_SUBLATTICES], at[KILN_MAX_SUBLATTICES][KILN_MAX_CONSTITUENTS];
    int n_all;
} list;

static int is_gas(const kiln_i_tdb_phase *phase) { return phase->code == 'G' || kiln_i_tdb_is(phase->name, "GAS"); }

/* How much a gas holds is no matter for its gases and vapours, which are functions. */
static kiln_status add_to_gas(kiln_i_tdb *t, kiln_i_tdb_phase *phase, int species)
{
    kiln_context *ctx = t->r->ctx;
    if (!is_gas(phase) || phase->n_sublattices != 1) return KILN_OK;
    if (!phase->gas) {
        if (!(phase->gas = kiln_i_calloc(ctx, 1, sizeof *phase->gas))) return kiln_i_reader_no_memory(t->r);
        phase->gas->n_sublattices = 1;
        if (!(phase->gas->name = kiln_i_tdb_copy(t, phase->name))) return kiln_i_reader_no_memory(t->r);
    }
    kiln_i_sublattice *all = &phase->gas->sublattices[0];
    int *slot = kiln_i_push(ctx, &all->constituents, &all->n_constituents, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(t->r);
    *slot = species;
    return KILN_OK;
}

static const char *rest_of(const kiln_i_tdb_phase *phase)
{
    return is_gas(phase) ? "; its gases of atmospheres and vapours are kept" : "";
}

static kiln_status add_constituent(kiln_i_tdb *t, kiln_i_tdb_phase *phase, list *l, kiln_i_tdb_word name)
{
    kiln_i_tdb_species *species;
    int index;
    const int s = l->n_sublattices - 1;
    kiln_status status = kiln_i_tdb_find_species(t, name, &species);
    if (status != KILN_OK || s >= KILN_MAX_SUBLATTICES) return status;
    if (!species)
        return kiln_i_tdb_fail(&t->text, name.at, "expected a species that the file defines, found \"%.*s\"",
                               kiln_i_tdb_shown(name), name.text);
    if (species->unusable) {
        if (species->value.n_elements == KILN_MAX_ELEMENTS_OF_SPECIES)
            return kiln_i_tdb_set_aside(t, phase, "its constituent %.*s has more than four elements%s", kiln_i_tdb_shown(name),
                                        name.text, rest_of(phase));
        return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, name.at, "the constituent %.*s of %.*s is left out: %s",
                                 kiln_i_tdb_shown(name), name.text, kiln_i_tdb_shown(phase->name), phase->name.text,
                                 species->unusable);
    }
    if ((status = kiln_i_tdb_enter_species(t, species, &index)) != KILN_OK) return status;
    if ((status = add_to_gas(t, phase, index)) != KILN_OK) return status;
    for (int i = 0; i < l->n[s]; i++)
        if (l->at[s][i] == index)
            return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, name.at, "the constituent %.*s stands here again",
                                     kiln_i_tdb_shown(name), name.text);
    if (l->n_all++ >= KILN_MAX_CONSTITUENTS)
        return kiln_i_tdb_set_aside(t, phase, "it has more constituents than the %d that are possible here%s",
                                    KILN_MAX_CONSTITUENTS, rest_of(phase));
    l->at[s][l->n[s]++] = index;
    return KILN_OK;
}

/* ":A,B%:C:", where "&" may stand at the end of a line and "%" marks what there is most of. */
static kiln_status read_lists(kiln_i_tdb *t, kiln_i_tdb_cursor *c, kiln_i_tdb_phase *phase, list *l)
{
    kiln_status status = KILN_OK;
    for (char next = kiln_i_tdb_peek(c); next && status == KILN_OK; next = kiln_i_tdb_peek(c)) {
        if (next == ':') {
            c->at++;
            if (kiln_i_tdb_peek(c)) l->n_sublattices++;
        } else if (next == ',' || next == '&' || next == '%') {
            c->at++;
        } else {
            status = add_constituent(t, phase, l, kiln_i_tdb_word_until(c, ",:%&"));
        }
    }
    return status;
}

/* "CARBIDE:I :FE:C:" has the code of the phase before its first sublattice; one of a single constituent of that name looks the same but for their number. */
static void skip_code(const kiln_i_tdb *t, kiln_i_tdb_cursor *c, const kiln_i_tdb_phase *phase)
{
    const char *text = t->text.clean;
    if (!phase->code || c->at + 1 >= c->end || text[c->at] != ':' || text[c->at + 1] != phase->code) return;
    kiln_i_tdb_cursor after = {c->text, c->at + 2, c->end};
    if (kiln_i_tdb_peek(&after) != ':') return;
    int colons = 0;
    for (size_t i = after.at; i < c->end; i++) colons += text[i] == ':';
    if (colons >= phase->n_sublattices) *c = after;
}

/* The phase as the model has it; one per sublattice, named 1, 2, ... */
static kiln_status build_phase(kiln_i_tdb *t, kiln_i_tdb_phase *phase, const list *l)
{
    kiln_i_reader *r = t->r;
    if (!kiln_i_push(r->ctx, &r->defaults, &r->n_defaults, sizeof *r->defaults)) return kiln_i_reader_no_memory(r);
    kiln_i_phase *out = kiln_i_push(r->ctx, &r->db->phases, &r->db->n_phases, sizeof *out);
    if (!out) return kiln_i_reader_no_memory(r);
    phase->index = r->db->n_phases - 1;
    out->anion_ratio = -1.0;
    out->file = r->file;
    out->magnetic_p = phase->p;
    out->antiferro = phase->antiferro;
    kiln_i_tdb_locate(&t->text, phase->at, &out->line, &out->column);
    if (!(out->name = kiln_i_tdb_copy(t, phase->name)) || !(out->label = kiln_i_strdup(r->ctx, out->name)))
        return kiln_i_reader_no_memory(r);
    for (int s = 0; s < l->n_sublattices; s++) {
        kiln_i_sublattice *sub = &out->sublattices[out->n_sublattices++];
        char name[4] = {(char)('1' + s)};
        sub->sites = phase->sites[s];
        if (!(sub->name = kiln_i_strdup(r->ctx, name))) return kiln_i_reader_no_memory(r);
        for (int i = 0; i < l->n[s]; i++) {
            int *slot = kiln_i_push(r->ctx, &sub->constituents, &sub->n_constituents, sizeof *slot);
            if (!slot) return kiln_i_reader_no_memory(r);
            *slot = l->at[s][i];
        }
    }
    return KILN_OK;
}

static int is_metal(int z)
{
    static const int others[] = {1, 2, 6, 7, 8, 9, 10, 15, 16, 17, 18, 34, 35, 36, 53, 54};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == z) return 0;
    return 1;
}

/* An alloy: neutral atoms, a metal among them wherever there is no vacancy. */
static int is_alloy(const kiln_database *db, const kiln_i_phase *phase)
{
    for (int s = 0; s < phase->n_sublattices; s++) {
        int is_metallic = 0;
        for (int i = 0; i < phase->sublattices[s].n_constituents; i++) {
            const kiln_i_species *species = &db->species[phase->sublattices[s].constituents[i]];
            if (species->charge != 0.0 || species->n_elements > 1) return 0;
            is_metallic |= species->n_elements == 0 || is_metal(species->element[0]);
        }
        if (!is_metallic) return 0;
    }
    return 1;
}

static kiln_i_role guess_role(const kiln_database *db, const kiln_i_phase *phase, char code)
{
    if (code == 'G' || strcmp(phase->name, "GAS") == 0) return KILN_ROLE_GAS;
    if (code == 'L' || strncmp(phase->name, "LIQ", 3) == 0 || strstr(phase->name, "LIQUID")) return KILN_ROLE_LIQUID;
    return is_alloy(db, phase) ? KILN_ROLE_ALLOY : KILN_ROLE_SOLID;
}

static kiln_status finish_phase(kiln_i_tdb *t, kiln_i_tdb_phase *phase, const list *l)
{
    kiln_database *db = t->r->db;
    for (int i = 0; i < t->n_phases_before; i++)
        if (kiln_i_tdb_is(phase->name, db->phases[i].name))
            return kiln_i_tdb_fail(&t->text, phase->at, "expected a phase that no file before has, found %s of %.200s:%d",
                                   db->phases[i].name, db->files[db->phases[i].file], db->phases[i].line);
    for (int s = 0; s < l->n_sublattices; s++)
        if (l->n[s] == 0) return kiln_i_tdb_set_aside(t, phase, "no constituent is left on its sublattice %d", s + 1);
    const kiln_status status = build_phase(t, phase, l);
    if (status != KILN_OK) return status;
    kiln_i_phase *out = &db->phases[phase->index];
    out->role = guess_role(db, out, phase->code);
    return KILN_OK;
}

kiln_status kiln_i_tdb_read_constituents(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    const kiln_i_tdb_word name = kiln_i_tdb_word_until(&c, ":");
    const int found = kiln_i_tdb_find_phase(t, name);
    list l = {0};
    if (found == -2)
        return kiln_i_tdb_fail(&t->text, name.at, "expected the name of one phase, found \"%.*s\", which shortens several",
                               kiln_i_tdb_shown(name), name.text);
    if (found < 0)
        return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, name.at,
                                 "no PHASE statement is about %.*s; its constituents are not used", kiln_i_tdb_shown(name),
                                 name.text);
    kiln_i_tdb_phase *phase = &t->phases[found];
    if (phase->set_aside)
        return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, s->at, "the phase %.*s is set aside", kiln_i_tdb_shown(phase->name),
                                 phase->name.text);
    if (phase->index >= 0)
        return kiln_i_tdb_fail(&t->text, name.at, "expected the constituents of %.*s once, found them again",
                               kiln_i_tdb_shown(phase->name), phase->name.text);
    skip_code(t, &c, phase);
    if (kiln_i_tdb_peek(&c) != ':')
        return kiln_i_tdb_fail(&t->text, c.at, "expected \":\" before the constituents of a sublattice");
    const kiln_status status = read_lists(t, &c, phase, &l);
    if (status != KILN_OK || phase->set_aside) return status;
    if (l.n_sublattices != phase->n_sublattices)
        return kiln_i_tdb_fail(&t->text, name.at, "expected constituents on %d sublattices of %.*s, found %d",
                               phase->n_sublattices, kiln_i_tdb_shown(phase->name), phase->name.text, l.n_sublattices);
    return finish_phase(t, phase, &l);
}
