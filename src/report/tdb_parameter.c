#include "report/tdb.h"

#include "core/context.h"
#include "text/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* End members are written one by one, since not every program knows "*" there, as long as they are not more than this. */
enum { MAX_END_MEMBERS = 20000 };

/* An entry as a TDB has it: constituents in alphabetical order, and what that and the unit make of its value. */
typedef struct key {
    kiln_i_parameter_kind kind;
    int n_at[KILN_MAX_SUBLATTICES], at[KILN_MAX_SUBLATTICES][KILN_MAX_INTERACTING];
    int order;
    double factor;
} key;

static int is_interaction(const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    for (int s = 0; s < phase->n_sublattices; ++s)
        if (p->n_at[s] > 1) return 1;
    return 0;
}

static void fail(kiln_i_export *t, const kiln_i_phase *phase)
{
    if (t->out.status == KILN_OK) t->out.status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "parameters of %s", phase->name);
}

/* ---- Keys ---- */

/* Sign and order after the constituents were sorted: a difference turns round, the weight of a constituent goes where that stands. A ternary term `is_weighted` as the model has it, when all
 * three orders are there (model/compile.c). */
static void turn(const kiln_i_phase *phase, const kiln_i_parameter *p, int is_weighted, key *k)
{
    int pairs[KILN_MAX_SUBLATTICES], n_pairs = 0, three = -1;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        if (p->n_at[s] == 2) pairs[n_pairs++] = s;
        if (p->n_at[s] == 3) three = s;
    }
    int of = -1; /* the sublattice whose difference counts */
    if (three >= 0 && n_pairs == 0) {
        k->order = 0;
        for (int i = 0; i < 3 && is_weighted; ++i)
            if (k->at[three][i] == p->at[three][p->order]) k->order = i;
    } else if (three < 0 && n_pairs == 1) of = pairs[0];
    else if (three < 0 && n_pairs == 2 && p->order > 0) of = pairs[p->order - 1];
    const int is_odd = n_pairs == 1 ? p->order % 2 : 1;
    if (of >= 0 && is_odd && k->at[of][0] != p->at[of][0]) k->factor = -k->factor;
}

/* Before its turn. */
static void key_of(const kiln_i_export *t, const kiln_i_phase *phase, const kiln_i_parameter *p, key *k)
{
    int has_three = 0;
    *k = (key){.kind = p->kind, .order = p->order, .factor = p->scale};
    for (int s = 0; s < phase->n_sublattices; ++s) has_three |= p->n_at[s] == 3;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        k->n_at[s] = p->n_at[s];
        memcpy(k->at[s], p->at[s], sizeof k->at[s]);
        kiln_i_export_sort_species(t, k->n_at[s], k->at[s]);
        if (p->n_at[s] > 0 || sub->n_constituents > 1 || has_three)
            continue; /* whether three are weighted depends on what is named */
        k->n_at[s] = 1;
        k->at[s][0] = sub->constituents[0];
    }
}

static void put_key(kiln_i_export *t, const kiln_i_phase *phase, const key *k)
{
    static const char *const kinds[] = {"G(", "TC(", "BMAGN("};
    char token[KILN_EXPORT_NAME + 16];
    kiln_i_export_put(t, 0, "PARAMETER");
    snprintf(token, sizeof token, "%s%s,", kinds[k->kind], t->phase[phase - t->db->phases]);
    kiln_i_export_put(t, 1, token);
    for (int s = 0; s < phase->n_sublattices; ++s) {
        if (k->n_at[s] == 0) kiln_i_export_put(t, 0, s ? ":*" : "*");
        for (int i = 0; i < k->n_at[s]; ++i) {
            snprintf(token, sizeof token, "%s%s", i ? "," : s ? ":" : "", t->species[k->at[s][i]].name);
            kiln_i_export_put(t, 0, token);
        }
    }
    snprintf(token, sizeof token, ";%d)", k->order);
    kiln_i_export_put(t, 0, token);
}

/* Energies of kiln are at 1 bar, and what they depend on the pressure by is left to a gas itself. */
static int is_of_gas(const kiln_i_phase *phase, const key *k)
{
    return phase->role == KILN_ROLE_GAS && phase->n_sublattices == 1 && k->kind == KILN_PARAMETER_G && k->n_at[0] == 1;
}

/* One parameter; `source` is its reference, -1 for none. */
static void put_parameter(kiln_i_export *t, const kiln_i_phase *phase, const key *k, const kiln_i_export_sum *sum, int source)
{
    put_key(t, phase, k);
    kiln_i_export_put(t, 1, "298.15");
    kiln_i_export_sum_write(t, sum);
    if (is_of_gas(phase, k)) {
        char token[KILN_NUMBER_TEXT + 24], number[KILN_NUMBER_TEXT];
        const double sites = phase->sublattices[0].sites;
        snprintf(token, sizeof token, "+%s*R*T*LN(1E-05*P)", kiln_i_export_number(sites, number));
        kiln_i_export_put(t, 0, sites == 1.0 ? "+R*T*LN(1E-05*P)" : token);
    }
    kiln_i_export_put(t, 0, "; 6000 N");
    if (source >= 0) kiln_i_export_put(t, 1, t->source[source]);
    kiln_i_export_end(t);
}

/* "[Co+2,Mg+2]:*": what an entry is of. */
static void write_title(const kiln_i_export *t, const kiln_i_parameter *p, char *title, size_t size)
{
    snprintf(title, size, "%.400s%s%s%s", t->db->functions[p->function].name, p->per == KILN_PER_FORMULA ? "" : " per ",
             p->per == KILN_PER_FORMULA ? "" : kiln_i_per_text(p->per),
             p->is_ideal     ? "; known to be ideal"
             : p->is_default ? "; no entry: from default_pair"
                             : "");
}

static void comment_entry(kiln_i_export *t, const kiln_i_parameter *p)
{
    char title[500];
    if (!p->is_ideal && !p->is_default && !kiln_i_export_has_provenance(&t->db->functions[p->function])) return;
    write_title(t, p, title, sizeof title);
    kiln_i_export_provenance(t, title, p->function);
}

/* ---- Entries ---- */

/* An entry of a phase by its place there, and the first of those that say the same in a TDB. */
typedef struct entry {
    key key;
    int index, first;
} entry;

static int compare_places(const key *a, const key *b)
{
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    for (int s = 0; s < KILN_MAX_SUBLATTICES; ++s) {
        if (a->n_at[s] != b->n_at[s]) return a->n_at[s] - b->n_at[s];
        for (int k = 0; k < a->n_at[s]; ++k)
            if (a->at[s][k] != b->at[s][k]) return a->at[s][k] - b->at[s][k];
    }
    return 0;
}

static int by_place(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    const int places = compare_places(&a->key, &b->key);
    return places ? places : a->index - b->index;
}

static int by_key(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    const int places = compare_places(&a->key, &b->key);
    if (places) return places;
    return a->key.order != b->key.order ? a->key.order - b->key.order : a->index - b->index;
}

static int by_first(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    return a->first != b->first ? a->first - b->first : a->index - b->index;
}

/* Every key takes its turn, which depends on the orders of all entries of the same constituents. */
static void turn_all(const kiln_i_phase *phase, int n, entry *entries)
{
    qsort(entries, (size_t)n, sizeof *entries, by_place);
    for (int from = 0, to; from < n; from = to) {
        int seen = 0;
        for (to = from; to < n && compare_places(&entries[from].key, &entries[to].key) == 0; ++to)
            seen |= 1 << entries[to].key.order;
        for (int i = from; i < to; ++i) turn(phase, &phase->parameters[entries[i].index], (seen & 7) == 7, &entries[i].key);
    }
}

/* Entries of the same key become neighbours, where the first of them stands in the phase. */
static void group(int n, entry *entries)
{
    qsort(entries, (size_t)n, sizeof *entries, by_key);
    for (int i = 0; i < n; ++i) {
        const entry *before = i > 0 ? &entries[i - 1] : NULL;
        const int is_same =
            before && before->key.order == entries[i].key.order && compare_places(&before->key, &entries[i].key) == 0;
        entries[i].first = is_same ? before->first : entries[i].index;
    }
    qsort(entries, (size_t)n, sizeof *entries, by_first);
}

/* Entries of one key, from the first one on. Returns how many. */
static int write_group(kiln_i_export *t, const kiln_i_phase *phase, int n, const entry *entries)
{
    kiln_i_export_sum sum;
    int source = -1, i = 0;
    sum.n_terms = sum.n_references = sum.is_full = 0;
    for (; i < n && entries[i].first == entries->first; ++i) {
        const kiln_i_parameter *p = &phase->parameters[entries[i].index];
        comment_entry(t, p);
        kiln_i_export_add(t, &sum, p->function, entries[i].key.factor);
        if (source < 0) source = kiln_i_export_source(t->db, p->function);
    }
    put_parameter(t, phase, &entries->key, &sum, source);
    return i;
}

/* All entries, or only those of what interacts. */
static void write_entries(kiln_i_export *t, const kiln_i_phase *phase, int is_all)
{
    int n = 0;
    entry *entries = kiln_i_calloc(t->ctx, (size_t)phase->n_parameters + 1, sizeof *entries);
    if (!entries) {
        fail(t, phase);
        return;
    }
    for (int i = 0; i < phase->n_parameters; ++i) {
        if (!is_all && !is_interaction(phase, &phase->parameters[i])) continue;
        key_of(t, phase, &phase->parameters[i], &entries[n].key);
        entries[n++].index = i;
    }
    turn_all(phase, n, entries);
    group(n, entries);
    for (int i = 0; i < n;) i += write_group(t, phase, n - i, &entries[i]);
    kiln_i_free(t->ctx, entries);
}

/* ---- End members ---- */

static void write_end_member(kiln_i_export *t, const kiln_i_phase *phase, const key *member, int n, const int *named_by)
{
    kiln_i_export_sum sum;
    int source = -1;
    sum.n_terms = sum.n_references = sum.is_full = 0;
    for (int i = 0; i < n; ++i) {
        const kiln_i_parameter *p = &phase->parameters[named_by[i]];
        kiln_i_export_add(t, &sum, p->function, p->scale);
        if (source < 0) source = kiln_i_export_source(t->db, p->function);
    }
    if (member->kind == KILN_PARAMETER_G || !kiln_i_export_is_zero(&sum)) put_parameter(t, phase, member, &sum, source);
}

/* End members of one kind, while they are written. */
typedef struct members {
    kiln_i_export *t;
    const kiln_i_phase *phase;
    int *const *sorted;
    int *room; /* a list for each sublattice that is chosen, one after the other */
    key member;
} members;

/* All combinations from sublattice s on, the last one fastest; the n parameters are those that name no other constituents before it. */
static void write_end_members(members *m, int s, int n, const int *named_by)
{
    const kiln_i_phase *phase = m->phase;
    if (n == 0) return;
    if (s == phase->n_sublattices) {
        write_end_member(m->t, phase, &m->member, n, named_by);
        return;
    }
    int *rest = m->room + (size_t)(s + 1) * (size_t)phase->n_parameters;
    m->member.n_at[s] = 1;
    for (int i = 0; i < phase->sublattices[s].n_constituents; ++i) {
        const int species = m->member.at[s][0] = m->sorted[s][i];
        int n_rest = 0;
        for (int k = 0; k < n; ++k) {
            const kiln_i_parameter *p = &phase->parameters[named_by[k]];
            if (p->n_at[s] == 0 || p->at[s][0] == species) rest[n_rest++] = named_by[k];
        }
        write_end_members(m, s + 1, n_rest, rest);
    }
}

static void write_all_end_members(kiln_i_export *t, const kiln_i_phase *phase, int *const sorted[KILN_MAX_SUBLATTICES])
{
    const size_t n_lists = (size_t)phase->n_sublattices + 1;
    members m = {t, phase, sorted, kiln_i_calloc(t->ctx, n_lists * (size_t)phase->n_parameters + 1, sizeof *m.room), {0}};
    if (!m.room) {
        fail(t, phase);
        return;
    }
    for (int kind = KILN_PARAMETER_G; kind <= KILN_PARAMETER_BETA; ++kind) {
        int n = 0;
        m.member.kind = (kiln_i_parameter_kind)kind;
        for (int i = 0; i < phase->n_parameters; ++i)
            if ((int)phase->parameters[i].kind == kind && !is_interaction(phase, &phase->parameters[i])) m.room[n++] = i;
        write_end_members(&m, 0, n, m.room);
    }
    kiln_i_free(t->ctx, m.room);
}

static int is_small(const kiln_i_phase *phase)
{
    double n = 1.0;
    for (int s = 0; s < phase->n_sublattices; ++s) n *= phase->sublattices[s].n_constituents;
    return n <= MAX_END_MEMBERS;
}

void kiln_i_export_parameters(kiln_i_export *t, const kiln_i_phase *phase, int *const sorted[KILN_MAX_SUBLATTICES])
{
    const int each = is_small(phase);
    for (int i = 0; i < phase->n_parameters; ++i)
        if (each && !is_interaction(phase, &phase->parameters[i])) comment_entry(t, &phase->parameters[i]);
    if (each) write_all_end_members(t, phase, sorted);
    write_entries(t, phase, !each);
}
