/* PARAMETER. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"

#include <math.h>
#include <string.h>

/* "G(PHASE,A,B:C;1)" taken apart. */
typedef struct entry {
    kiln_i_tdb_word kind, phase;
    int n_sublattices, n_at[KILN_MAX_SUBLATTICES];
    kiln_i_tdb_word at[KILN_MAX_SUBLATTICES][KILN_MAX_CONSTITUENTS];
    double order;
    size_t begin; /* where its statement begins */
} entry;

static kiln_status fail_shape(const kiln_i_tdb *t, size_t at)
{
    return kiln_i_tdb_fail(&t->text, at, "expected an entry such as G(LIQUID,AL,ZN;0)");
}

static kiln_status read_constituents(kiln_i_tdb *t, kiln_i_tdb_cursor *c, entry *e)
{
    e->n_sublattices = 1;
    for (;;) {
        const kiln_i_tdb_word word = kiln_i_tdb_word_until(c, ",:;)");
        const int s = e->n_sublattices - 1;
        if (word.length == 0) return fail_shape(t, c->at);
        if (s < KILN_MAX_SUBLATTICES && e->n_at[s] < KILN_MAX_CONSTITUENTS) e->at[s][e->n_at[s]++] = word;
        if (kiln_i_tdb_take(c, ':')) {
            if (e->n_sublattices < 1000) e->n_sublattices++;
        } else if (!kiln_i_tdb_take(c, ',')) {
            return KILN_OK;
        }
    }
}

static kiln_status read_shape(kiln_i_tdb *t, kiln_i_tdb_cursor *c, entry *e)
{
    e->kind = kiln_i_tdb_word_until(c, "(");
    if (e->kind.length == 0 || !kiln_i_tdb_take(c, '(')) return fail_shape(t, e->kind.at);
    e->phase = kiln_i_tdb_word_until(c, ",:;)");
    if (e->phase.length == 0) return fail_shape(t, c->at);
    if (kiln_i_tdb_take(c, ':')) (void)kiln_i_tdb_word_until(c, ",;)"); /* LIQUID:L */
    if (!kiln_i_tdb_take(c, ',')) return fail_shape(t, c->at);
    const kiln_status status = read_constituents(t, c, e);
    if (status != KILN_OK) return status;
    if (kiln_i_tdb_take(c, ';') &&
        (!kiln_i_tdb_number(c, &e->order) || !(e->order >= 0.0) || !(e->order <= 99.0) || e->order > floor(e->order)))
        return kiln_i_tdb_fail(&t->text, c->at, "expected the order of the entry, a whole number from 0");
    return kiln_i_tdb_take(c, ')') ? KILN_OK : fail_shape(t, c->at);
}

/* What a parameter is named in a remark: all up to its bracket. */
static int label_length(const kiln_i_tdb *t, const entry *e)
{
    int n = 0;
    while (n < 90 && t->text.clean[e->kind.at + (size_t)n] && t->text.clean[e->kind.at + (size_t)n] != ')') n++;
    return n + (t->text.clean[e->kind.at + (size_t)n] == ')');
}

/* `why` follows the word, if there is one. */
static kiln_status unused(kiln_i_tdb *t, kiln_severity severity, const entry *e, const char *why, kiln_i_tdb_word what)
{
    return kiln_i_tdb_remark(t, severity, e->kind.at, "%.*s is not used: %.*s%s%s", label_length(t, e),
                             t->text.clean + e->kind.at, kiln_i_tdb_shown(what), what.text, what.length ? " " : "", why);
}

/* 0: it has no place in the model. */
static int kind_of(kiln_i_tdb_word kind, kiln_i_parameter_kind *out)
{
    if (kiln_i_tdb_is(kind, "G") || kiln_i_tdb_is(kind, "L")) *out = KILN_PARAMETER_G;
    else if (kiln_i_tdb_is(kind, "TC")) *out = KILN_PARAMETER_TC;
    else if (kiln_i_tdb_is(kind, "BMAGN") || kiln_i_tdb_is(kind, "BMAG") || kiln_i_tdb_is(kind, "BM")) *out = KILN_PARAMETER_BETA;
    else return 0;
    return 1;
}

static int compare(kiln_i_tdb_word a, kiln_i_tdb_word b)
{
    const size_t n = a.length < b.length ? a.length : b.length;
    const int order = memcmp(a.text, b.text, n);
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* Constituents of each sublattice by the alphabet, which odd orders refer to. Returns whether any moved. */
static int sort(entry *e)
{
    int moved = 0;
    for (int s = 0; s < e->n_sublattices; s++)
        for (int i = 1; i < e->n_at[s]; i++)
            for (int j = i; j > 0 && compare(e->at[s][j], e->at[s][j - 1]) < 0; j--) {
                const kiln_i_tdb_word word = e->at[s][j];
                e->at[s][j] = e->at[s][j - 1];
                e->at[s][j - 1] = word;
                moved = 1;
            }
    return moved;
}

/* A constituent of sublattice s of the database's phase; why it is none, NULL if it is one. */
static const char *find_occupant(const kiln_i_tdb *t, const kiln_i_phase *phase, int s, kiln_i_tdb_word name, int *index)
{
    const kiln_i_tdb_species *species = kiln_i_tdb_species_of(t, name);
    if (!species) return "is no species of the file";
    if (species->unusable) return "is left out of every phase";
    *index = species->index;
    for (int i = 0; *index >= 0 && i < phase->sublattices[s].n_constituents; i++)
        if (phase->sublattices[s].constituents[i] == *index) return NULL;
    return "is no constituent of its sublattice";
}

/* Species and order into p. What stands against it, about the word *what; NULL: nothing does. */
static const char *fill(const kiln_i_tdb *t, const kiln_i_phase *phase, const entry *e, kiln_i_parameter *p,
                        kiln_i_tdb_word *what)
{
    int n_named = 0;
    *what = (kiln_i_tdb_word){"", 0, 0};
    for (int s = 0; s < e->n_sublattices; s++) {
        if (e->n_at[s] == 1 && kiln_i_tdb_is(e->at[s][0], "*")) continue;
        if (e->n_at[s] > KILN_MAX_INTERACTING) return "more than three constituents interact on a sublattice";
        for (int k = 0; k < e->n_at[s]; k++) {
            const char *why = find_occupant(t, phase, s, e->at[s][k], &p->at[s][k]);
            for (int j = 0; j < k && !why; j++)
                if (p->at[s][j] == p->at[s][k]) why = "stands twice on its sublattice";
            if (why) {
                *what = e->at[s][k];
                return why;
            }
            n_named++;
        }
        p->n_at[s] = e->n_at[s];
    }
    if (n_named > KILN_MAX_NAMED) return "it names more constituents than a term may have here";
    if (e->order > kiln_i_entry_max_order(p, phase->n_sublattices)) return "what interacts has no term of this order here";
    p->order = (int)e->order;
    return NULL;
}

/* Under the name of the entry; an earlier statement about the same is replaced, as other programs do. */
static kiln_status place(kiln_i_tdb *t, const entry *e, kiln_i_phase *phase, kiln_i_parameter *p)
{
    char name[KILN_ENTRY_NAME_BYTES];
    int line, column;
    kiln_i_parameter *slot = NULL;
    kiln_status status = KILN_OK;
    if (!kiln_i_entry_name(t->r->db, phase, p, name))
        return kiln_i_tdb_fail(&t->text, e->kind.at, "expected names of constituents that fit into %d characters",
                               KILN_ENTRY_NAME_BYTES);
    const int known = kiln_i_reader_find(t->r, name, strlen(name));
    for (int i = 0; known >= 0 && i < phase->n_parameters; i++)
        if (phase->parameters[i].function == known) slot = &phase->parameters[i];
    if (slot)
        status = kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, e->kind.at, "%.*s stands here again and replaces that of line %d",
                                   label_length(t, e), t->text.clean + e->kind.at, t->r->db->functions[known].line);
    if (status != KILN_OK) return status;
    kiln_i_tdb_locate(&t->text, e->begin, &line, &column);
    if ((status = kiln_i_reader_define_at(t->r, name, line, column, &p->function)) != KILN_OK) return status;
    if (!slot) slot = kiln_i_push(t->r->ctx, &phase->parameters, &phase->n_parameters, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(t->r);
    *slot = *p;
    return KILN_OK;
}

/* The energy of a gas of atmospheres, or of a vapour, in a phase that is set aside. */
static int is_of_gas(const kiln_i_tdb *t, const entry *e)
{
    if (!kiln_i_tdb_is(e->kind, "G") || e->n_sublattices != 1 || e->n_at[0] != 1 || e->order > 0.0) return 0;
    const kiln_i_tdb_species *species = kiln_i_tdb_species_of(t, e->at[0][0]);
    return species && !species->unusable && kiln_i_tdb_is_gas(&species->value);
}

/* The phase in the database; NULL where the entry is not used, and a remark says so. */
static kiln_status find_phase(kiln_i_tdb *t, const entry *e, kiln_i_phase **out)
{
    static const kiln_i_tdb_word none = {"", 0, 0};
    const int found = kiln_i_tdb_find_phase(t, e->phase);
    *out = NULL;
    if (found == -2)
        return kiln_i_tdb_fail(&t->text, e->phase.at, "expected the name of one phase, found \"%.*s\", which shortens several",
                               kiln_i_tdb_shown(e->phase), e->phase.text);
    if (found < 0) return unused(t, KILN_SEVERITY_WARNING, e, "has no PHASE statement", e->phase);
    const kiln_i_tdb_phase *phase = &t->phases[found];
    if (phase->set_aside && phase->gas && is_of_gas(t, e)) {
        *out = phase->gas;
        return KILN_OK;
    }
    if (phase->set_aside) return unused(t, KILN_SEVERITY_NOTE, e, "its phase is set aside", none);
    if (phase->index < 0) return unused(t, KILN_SEVERITY_NOTE, e, "its phase has no constituents", none);
    kiln_i_phase *there = &t->r->db->phases[phase->index];
    if (e->n_sublattices == there->n_sublattices) {
        *out = there;
        return KILN_OK;
    }
    return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, e->kind.at,
                             "%.*s is not used: it is about %d sublattices, and its phase has %d", label_length(t, e),
                             t->text.clean + e->kind.at, e->n_sublattices, there->n_sublattices);
}

/* Whether a function is the same number at any temperature. */
static int is_constant(const kiln_database *db, int index)
{
    const kiln_i_function *f = &db->functions[index];
    double first = 0.0;
    if (f->steps || f->beta > 0.0) return 0;
    for (int k = 0; k < f->n_pieces; ++k) {
        double value = 0.0;
        for (int t = 0; t < f->pieces[k].n_terms; ++t) {
            const kiln_i_term *term = &f->pieces[k].terms[t];
            if (term->coefficient != 0.0 && !(term->basis == KILN_BASIS_POWER && term->power == 0.0)) return 0;
            value += term->coefficient;
        }
        if (k > 0 && value != first) return 0;
        first = value;
    }
    for (int r = 0; r < f->n_references; ++r)
        if (f->references[r].factor != 0.0 && !is_constant(db, f->references[r].function)) return 0;
    return 1;
}

/* Magnetic ordering is that of one Curie temperature and moment: its heat and the proofs rest on that. */
static kiln_status check_magnetic(kiln_i_tdb *t, const entry *e, const kiln_i_parameter *p)
{
    if (p->kind == KILN_PARAMETER_G || is_constant(t->r->db, p->function)) return KILN_OK;
    return kiln_i_tdb_fail(&t->text, e->kind.at, "expected a number for %.*s, which may not depend on temperature",
                           label_length(t, e), t->text.clean + e->kind.at);
}

static kiln_status place_and_read(kiln_i_tdb *t, kiln_i_tdb_cursor *c, entry *e, kiln_i_phase *phase, kiln_i_parameter *p)
{
    kiln_i_tdb_word what;
    kiln_status status = KILN_OK;
    const int moved = sort(e);
    const char *why = fill(t, phase, e, p, &what);
    if (why) return unused(t, what.length ? KILN_SEVERITY_WARNING : KILN_SEVERITY_ERROR, e, why, what);
    if (moved && p->order > 0)
        status = kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, e->kind.at,
                                   "%.*s: its order refers to its constituents by the alphabet, not as written",
                                   label_length(t, e), t->text.clean + e->kind.at);
    if (status == KILN_OK) status = place(t, e, phase, p);
    if (status == KILN_OK) status = kiln_i_tdb_read_value(t, c, p->function);
    return status == KILN_OK ? check_magnetic(t, e, p) : status;
}

kiln_status kiln_i_tdb_read_parameter(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    static const kiln_i_tdb_word none = {"", 0, 0};
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    kiln_i_parameter p = {.scale = 1.0};
    kiln_i_phase *phase;
    entry e = {.begin = s->at};
    kiln_status status = read_shape(t, &c, &e);
    if (status != KILN_OK) return status;
    if (!kind_of(e.kind, &p.kind))
        return unused(t, KILN_SEVERITY_WARNING, &e, "has no place in the model, as G, L, TC and BMAGN have", e.kind);
    if ((status = find_phase(t, &e, &phase)) != KILN_OK || !phase) return status;
    if (p.kind != KILN_PARAMETER_G && !(phase->magnetic_p > 0.0))
        return unused(t, KILN_SEVERITY_WARNING, &e, "no type of its phase is MAGNETIC", none);
    return place_and_read(t, &c, &e, phase, &p);
}

/* ---- Three interacting constituents ---- */

static int triple_of(const kiln_i_parameter *p, int n_sublattices)
{
    for (int s = 0; s < n_sublattices; s++)
        if (p->n_at[s] == 3) return s;
    return -1;
}

static int same_place(const kiln_i_parameter *a, const kiln_i_parameter *b)
{
    return a->kind == b->kind && memcmp(a->n_at, b->n_at, sizeof a->n_at) == 0 && memcmp(a->at, b->at, sizeof a->at) == 0;
}

/* An entry of order `order` beside p whose value is 0. */
static kiln_status add_zero(kiln_i_tdb *t, kiln_i_phase *phase, kiln_i_parameter p, int order)
{
    char name[KILN_ENTRY_NAME_BYTES];
    const kiln_i_function *f = &t->r->db->functions[p.function];
    p.order = order;
    (void)kiln_i_entry_name(t->r->db, phase, &p, name); /* one digit differs from a name that fits */
    kiln_status status = kiln_i_reader_define_at(t->r, name, f->line, f->column, &p.function);
    if (status != KILN_OK) return status;
    kiln_i_function *zero = &t->r->db->functions[p.function];
    if (!(zero->text = kiln_i_strdup(t->r->ctx, "0"))) return kiln_i_reader_no_memory(t->r);
    kiln_i_parameter *slot = kiln_i_push(t->r->ctx, &phase->parameters, &phase->n_parameters, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(t->r);
    *slot = p;
    return KILN_OK;
}

kiln_status kiln_i_tdb_complete_ternaries(kiln_i_tdb *t)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < t->n_phases; k++) {
        if (t->phases[k].index < 0) continue;
        kiln_i_phase *phase = &t->r->db->phases[t->phases[k].index];
        for (int i = 0; i < phase->n_parameters && status == KILN_OK; i++) {
            const kiln_i_parameter p = phase->parameters[i];
            int seen = 0;
            if (p.order == 0 || triple_of(&p, phase->n_sublattices) < 0) continue;
            for (int j = 0; j < phase->n_parameters; j++)
                if (same_place(&phase->parameters[j], &p)) seen |= 1 << phase->parameters[j].order;
            for (int order = 0; order < 3 && status == KILN_OK; order++)
                if (!(seen & 1 << order)) status = add_zero(t, phase, p, order);
        }
    }
    return status;
}
