/* What-if changes of a database: "L(rocksalt;Cu,Zn)=-8kJ/mol", "W_Cu_Zn+=2kJ/mol", "G_CuO*T+=1J/mol/K", "Cu2ZnO3=2*G_CuO+G_ZnO-3000". What replaces or adds becomes a
 * small text that the reader takes as a file that extends the database, so that it obeys the rules and the errors of files; a shift is added to a function as it was read. */
#include "data/change.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/reader.h"
#include "text/quantity.h"

#include <kiln/composition.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_WORD = 128 };

/* A change taken apart. */
typedef struct change {
    const char *text; /* whole, for messages */
    char target[MAX_WORD * 2], value[MAX_WORD * 2], sigma[MAX_WORD];
    int is_shift, is_slope;
} change;

static void trim(char *text)
{
    size_t length = strlen(text), first = strspn(text, " ");
    while (length > first && text[length - 1] == ' ') --length;
    memmove(text, text + first, length - first);
    text[length - first] = '\0';
}

static kiln_status refuse(kiln_context *ctx, const char *text, const char *why)
{
    return kiln_i_fail(
        ctx, KILN_E_PARSE,
        "\"%s\": %s; expected for example L(rocksalt;Cu,Zn)=-8kJ/mol, W_Cu_Zn+=2kJ/mol or Cu2ZnO3=2*G_CuO+G_ZnO-3000", text, why);
}

static int is_bare(const char *value)
{
    double number;
    value += strspn(value, "+- ");
    const int scanned = kiln_i_number_scan(value, &number);
    return scanned > 0 && !value[scanned];
}

/* "W_Cu_Zn*T" is about the coefficient of T. */
static void split_slope(change *c)
{
    trim(c->target);
    const size_t length = strlen(c->target);
    if (length <= 2 || strcmp(c->target + length - 2, "*T") != 0) return;
    c->target[length - 2] = '\0';
    c->is_slope = 1;
}

static kiln_status take_apart(kiln_context *ctx, const char *text, change *c)
{
    const char *equals = strchr(text, '=');
    *c = (change){.text = text};
    if (strpbrk(text, "\"\\\n\r{}[]#&")) return refuse(ctx, text, "it holds a character that no name and no value has");
    if (!equals || equals == text) return refuse(ctx, text, "no value is given");
    c->is_shift = equals[-1] == '+';
    const size_t target = (size_t)(equals - text) - (size_t)c->is_shift;
    if (target >= sizeof c->target || strlen(equals + 1) >= sizeof c->value) return refuse(ctx, text, "too long");
    memcpy(c->target, text, target);
    strcpy(c->value, equals + 1);
    split_slope(c);
    char *spread = strstr(c->value, "+-"), *sign = strstr(c->value, "\xc2\xb1"); /* plus-minus sign */
    if (!spread || (sign && sign < spread)) spread = sign;
    if (spread) {
        snprintf(c->sigma, sizeof c->sigma, "%s", spread + 2);
        *spread = '\0';
        trim(c->sigma);
    }
    trim(c->value);
    if (!*c->value || !*c->target) return refuse(ctx, text, "no value is given");
    if (spread && is_bare(c->value)) { /* "-8 +- 2 kJ/mol" */
        double number;
        const char *unit = c->sigma + kiln_i_number_scan(c->sigma, &number);
        if (strlen(c->value) + strlen(unit) < sizeof c->value) strcat(c->value, unit);
    }
    if (is_bare(c->value)) return refuse(ctx, text, "a bare number has no unit, write J/mol or kJ/mol");
    if (c->is_slope && !c->is_shift) return refuse(ctx, text, "a coefficient of T can only be shifted, with +=");
    if (c->is_shift && *c->sigma) return refuse(ctx, text, "a shift leaves the standard deviation as it is");
    return KILN_OK;
}

/* ---- Pairs ---- */

static int find_phase(const kiln_database *db, const char *name)
{
    for (int i = 0; i < db->n_phases; ++i)
        if (strcasecmp(db->phases[i].name, name) == 0 || strcasecmp(db->phases[i].label, name) == 0) return i;
    return -1;
}

/* A constituent of that name, or the first one of that element alone, as the database lists them; -1 if there is none. */
static int find_constituent(const kiln_database *db, const kiln_i_sublattice *s, const char *name)
{
    const int z = kiln_i_element_find(name, (int)strlen(name));
    for (int i = 0; i < s->n_constituents; ++i)
        if (strcmp(db->species[s->constituents[i]].name, name) == 0) return s->constituents[i];
    for (int i = 0; z > 0 && i < s->n_constituents; ++i) {
        const kiln_i_species *species = &db->species[s->constituents[i]];
        if (species->n_elements == 1 && species->element[0] == z) return s->constituents[i];
    }
    return -1;
}

typedef struct pair {
    const kiln_i_phase *phase;
    const kiln_i_sublattice *sublattice;
    int species[2], order;
    int is_reversed;               /* the entry names them the other way round: its odd orders have the other sign */
    const kiln_i_parameter *entry; /* NULL: the database has none */
} pair;

static void find_entry(pair *p, int s)
{
    p->entry = NULL;
    for (int k = 0; k < p->phase->n_parameters; ++k) {
        const kiln_i_parameter *entry = &p->phase->parameters[k];
        int others = 0;
        for (int t = 0; t < p->phase->n_sublattices; ++t)
            others += t != s && entry->n_at[t] != 0 && p->phase->sublattices[t].n_constituents > 1;
        if (entry->kind != KILN_PARAMETER_G || entry->n_at[s] != 2 || entry->order != p->order || others) continue;
        const int *at = entry->at[s];
        const int is_reversed = at[0] == p->species[1] && at[1] == p->species[0];
        if (!is_reversed && (at[0] != p->species[0] || at[1] != p->species[1])) continue;
        p->entry = entry;
        p->is_reversed = is_reversed;
    }
}

/* "rocksalt;Cu,Zn" or "spinel;Co+2,Mn+2;0;A": phase, two constituents of one sublattice, order, sublattice. */
static kiln_status find_pair(kiln_context *ctx, const kiln_database *db, const change *c, pair *p)
{
    char text[sizeof c->target], *field[4] = {"", "", "", ""}, message[MAX_WORD * 3];
    const size_t length = strlen(c->target);
    int n = 0;
    if (c->target[length - 1] != ')') return refuse(ctx, c->text, "the bracket is never closed");
    snprintf(text, sizeof text, "%.*s", (int)(length - 3), c->target + 2);
    for (char *at = text; at && n < 4; ++n) {
        field[n] = at;
        if ((at = strchr(at, ';'))) *at++ = '\0';
        trim(field[n]);
    }
    char *comma = strchr(field[1], ',');
    const int phase = find_phase(db, field[0]);
    if (!comma) return refuse(ctx, c->text, "an interaction needs two constituents with a comma between them");
    *comma++ = '\0';
    trim(field[1]);
    trim(comma);
    if (phase < 0) {
        snprintf(message, sizeof message, "database %s has no phase %s", db->name, field[0]);
        return refuse(ctx, c->text, message);
    }
    *p = (pair){.phase = &db->phases[phase]};
    if (*field[2] && (strlen(field[2]) != 1 || !isdigit((unsigned char)*field[2])))
        return refuse(ctx, c->text, "the order is a digit");
    p->order = *field[2] ? *field[2] - '0' : 0;
    for (int s = 0; s < p->phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sublattice = &p->phase->sublattices[s];
        if (*field[3] && strcmp(field[3], sublattice->name) != 0) continue;
        p->species[0] = find_constituent(db, sublattice, field[1]);
        p->species[1] = find_constituent(db, sublattice, comma);
        if (p->species[0] < 0 || p->species[1] < 0 || p->species[0] == p->species[1]) continue;
        if (p->sublattice)
            return refuse(ctx, c->text, "more than one sublattice holds both; name it, as in L(spinel;Co+2,Mn+2;0;A)");
        p->sublattice = sublattice;
        find_entry(p, s);
    }
    if (p->sublattice) {
        p->species[0] = find_constituent(db, p->sublattice, field[1]);
        p->species[1] = find_constituent(db, p->sublattice, comma);
        return KILN_OK;
    }
    snprintf(message, sizeof message, "no sublattice of %s holds both %s and %s", p->phase->name, field[1], comma);
    return refuse(ctx, c->text, message);
}

static int is_pair(const change *c) { return strncmp(c->target, "L(", 2) == 0; }

/* ---- What replaces and adds: a text for the reader ---- */

static kiln_status add_line(kiln_context *ctx, kiln_i_overlay *o, const char *section, const char *line)
{
    const size_t needed = strlen(o->text) + strlen(section) + strlen(line) + 2;
    if (needed > sizeof o->text) return kiln_i_fail(ctx, KILN_E_ARG, "too many changes");
    strcat(strcat(o->text, section), line);
    return KILN_OK;
}

/* Provenance of a value stated by the user. */
static const char *spread_of(const change *c, char out[MAX_WORD * 2])
{
    if (*c->sigma) snprintf(out, MAX_WORD * 2, ", sigma: \"%s\", status: estimated, source: here", c->sigma);
    else snprintf(out, MAX_WORD * 2, ", status: estimated, source: here");
    return out;
}

static kiln_status replace_pair(kiln_context *ctx, const kiln_database *db, const change *c, kiln_i_overlay *o)
{
    pair p;
    char line[MAX_WORD * 8], spread[MAX_WORD * 2];
    const kiln_status status = find_pair(ctx, db, c, &p);
    if (status != KILN_OK) return status;
    const char *per = kiln_i_per_text(p.entry && !p.entry->is_ideal ? p.entry->per : KILN_PER_CATION);
    snprintf(line, sizeof line, "  %s:\n    interactions:\n      - {pair: [%s, %s], on: %s, order: %d, per: %s, %s: \"%s\"%s}\n",
             p.phase->name, db->species[p.species[0]].name, db->species[p.species[1]].name, p.sublattice->name, p.order, per,
             p.order ? "L" : "W", c->value, spread_of(c, spread));
    return add_line(ctx, o, "phases:\n", line);
}

/* A name that the database has is a function to replace, any other a compound to add. */
static kiln_status replace_named(kiln_context *ctx, const kiln_database *db, const change *c, kiln_i_overlay *o)
{
    char line[MAX_WORD * 12], spread[MAX_WORD * 2];
    if (strchr(c->target, ':'))
        return refuse(ctx, c->text, "an entry of a phase can be shifted with +=, and a pair set with L(phase;A,B)=");
    spread_of(c, spread);
    if (kiln_i_database_find_function(db, c->target) >= 0) {
        snprintf(line, sizeof line, "  %s: {G: \"%s\"%s}\n", c->target, c->value, spread);
        return add_line(ctx, o, "functions:\n", line);
    }
    kiln_composition compound;
    if (kiln_composition_parse(ctx, c->target, &compound) != KILN_OK)
        return refuse(ctx, c->text, "the database has no function of that name, and it is no formula");
    snprintf(line, sizeof line, "  %s: {formula: %s, G: \"%s\"%s}\n", c->target, c->target, c->value, spread);
    return add_line(ctx, o, "substances:\n", line);
}

/* Each change is a document of its own, for a section may not come twice in one. */
kiln_status kiln_i_change_overlay(kiln_context *ctx, const kiln_database *db, const char *text, kiln_i_overlay *o)
{
    change c;
    kiln_status status = take_apart(ctx, text, &c);
    if (status != KILN_OK) return status;
    snprintf(o->text, sizeof o->text,
             "kiln: 1\nname: what if\n"); /* that of the database stays; written here it would need quotes */
    o->is_shift = c.is_shift;
    if (c.is_shift) return KILN_OK;
    return is_pair(&c) ? replace_pair(ctx, db, &c, o) : replace_named(ctx, db, &c, o);
}

/* ---- Shifts ---- */

/* `sign` receives -1 where the function is that of the pair the other way round. */
static kiln_status find_shifted(kiln_context *ctx, const kiln_database *db, const change *c, int *function, double *sign)
{
    pair p;
    if (is_pair(c)) {
        const kiln_status status = find_pair(ctx, db, c, &p);
        if (status != KILN_OK) return status;
        if (!p.entry) return refuse(ctx, c->text, "the database has no such interaction to shift; set it with =");
        *function = p.entry->function;
        *sign = p.is_reversed && p.order % 2 == 1 ? -1.0 : 1.0;
        return KILN_OK;
    }
    *function = kiln_i_database_find_function(db, c->target);
    if (*function >= 0) return KILN_OK;
    char message[MAX_WORD * 3];
    snprintf(message, sizeof message, "database %s has no function or entry %s; `kiln db show` lists them", db->name, c->target);
    return refuse(ctx, c->text, message);
}

kiln_status kiln_i_change_find(kiln_context *ctx, const kiln_database *db, const char *text, int *function, int *is_slope,
                               double *sign)
{
    change c = {.text = text};
    pair p;
    *sign = 1.0;
    if (strlen(text) >= sizeof c.target) return refuse(ctx, text, "too long");
    strcpy(c.target, text);
    split_slope(&c);
    *is_slope = c.is_slope;
    *function = kiln_i_database_find_function(db, c.target);
    if (*function >= 0 || !is_pair(&c)) return KILN_OK;
    const kiln_status status = find_pair(ctx, db, &c, &p);
    if (status != KILN_OK || !p.entry) return status;
    *function = p.entry->function;
    if (p.is_reversed && p.order % 2 == 1) *sign = -1.0;
    return KILN_OK;
}

/* A term more in every piece; one piece for all temperatures where the function only refers to others. */
static kiln_status add_term(kiln_context *ctx, kiln_i_function *f, double value, int power)
{
    const int n_pieces = f->n_pieces > 0 ? f->n_pieces : 1;
    int n_terms = n_pieces, at = 0;
    for (int k = 0; k < f->n_pieces; ++k) n_terms += f->pieces[k].n_terms;
    kiln_i_term *terms = kiln_i_calloc(ctx, (size_t)n_terms, sizeof *terms);
    kiln_i_piece *pieces = kiln_i_calloc(ctx, (size_t)n_pieces, sizeof *pieces);
    if (!terms || !pieces) {
        kiln_i_free(ctx, terms);
        kiln_i_free(ctx, pieces);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a change of %s", f->name);
    }
    for (int k = 0; k < n_pieces; ++k) {
        const kiln_i_piece old = f->n_pieces > 0 ? f->pieces[k] : (kiln_i_piece){.T_max_K = 1e9};
        pieces[k] = old;
        pieces[k].terms = terms + at;
        for (int t = 0; t < old.n_terms; ++t) terms[at++] = old.terms[t];
        terms[at++] = (kiln_i_term){KILN_BASIS_POWER, (double)power, value};
        pieces[k].n_terms = old.n_terms + 1;
    }
    kiln_i_free(ctx, f->terms);
    kiln_i_free(ctx, f->pieces);
    f->terms = terms;
    f->pieces = pieces;
    f->n_pieces = n_pieces;
    return KILN_OK;
}

kiln_status kiln_i_change_shift(kiln_context *ctx, kiln_database *db, const char *text)
{
    change c;
    int function = -1;
    double value, sign = 1.0;
    kiln_status status = take_apart(ctx, text, &c);
    if (status == KILN_OK && c.is_shift) status = find_shifted(ctx, db, &c, &function, &sign);
    if (status != KILN_OK || !c.is_shift) return status;
    status = kiln_i_quantity_parse(ctx, c.value, c.is_slope ? KILN_DIM_ENTROPY : KILN_DIM_ENERGY, &value);
    if (status == KILN_OK) return add_term(ctx, &db->functions[function], sign * value, c.is_slope);
    char why[MAX_WORD * 4]; /* the change has to name itself */
    snprintf(why, sizeof why, "%s", kiln_context_error(ctx));
    return refuse(ctx, text, why);
}
