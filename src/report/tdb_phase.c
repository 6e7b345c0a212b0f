#include "report/tdb.h"

#include "core/context.h"
#include "core/elements.h"
#include "text/quantity.h"
#include "text/tdb.h"

#include <math.h>
#include <stdio.h>
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

static const char *species_name(const kiln_i_export *t, int species) { return t->species[species].name; }

/* Few items, and none of them alike. */
static void sort_species(const kiln_i_export *t, int n, int *species)
{
    for (int i = 1; i < n; ++i)
        for (int k = i; k > 0 && strcmp(species_name(t, species[k - 1]), species_name(t, species[k])) > 0; --k) {
            const int swap = species[k];
            species[k] = species[k - 1];
            species[k - 1] = swap;
        }
}

static int is_interaction(const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    for (int s = 0; s < phase->n_sublattices; ++s)
        if (p->n_at[s] > 1) return 1;
    return 0;
}

/* ---- Interactions ---- */

/* Whether a ternary term has the weights v: as the model has it, when all three orders are there (model/compile.c). */
static int is_weighted(const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    int seen = 0;
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *q = &phase->parameters[i];
        int is_same = q->kind == p->kind;
        for (int s = 0; s < phase->n_sublattices; ++s) {
            is_same = is_same && q->n_at[s] == p->n_at[s];
            for (int k = 0; is_same && k < p->n_at[s]; ++k) {
                int found = 0;
                for (int l = 0; l < q->n_at[s]; ++l) found |= q->at[s][l] == p->at[s][k];
                is_same = found;
            }
        }
        if (is_same) seen |= 1 << q->order;
    }
    return (seen & 7) == 7;
}

/* Sign and order after the constituents were sorted: a difference turns round, the weight of a constituent goes where that stands. */
static void turn(const kiln_i_phase *phase, const kiln_i_parameter *p, key *k)
{
    int pairs[KILN_MAX_SUBLATTICES], n_pairs = 0, three = -1;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        if (p->n_at[s] == 2) pairs[n_pairs++] = s;
        if (p->n_at[s] == 3) three = s;
    }
    int of = -1; /* the sublattice whose difference counts */
    if (three >= 0 && n_pairs == 0) {
        k->order = 0;
        for (int i = 0; i < 3 && is_weighted(phase, p); ++i)
            if (k->at[three][i] == p->at[three][p->order]) k->order = i;
    } else if (three < 0 && n_pairs == 1) of = pairs[0];
    else if (three < 0 && n_pairs == 2 && p->order > 0) of = pairs[p->order - 1];
    const int is_odd = n_pairs == 1 ? p->order % 2 : 1;
    if (of >= 0 && is_odd && k->at[of][0] != p->at[of][0]) k->factor = -k->factor;
}

static void key_of(const kiln_i_export *t, const kiln_i_phase *phase, const kiln_i_parameter *p, key *k)
{
    int has_three = 0;
    *k = (key){.kind = p->kind, .order = p->order, .factor = p->scale};
    for (int s = 0; s < phase->n_sublattices; ++s) has_three |= p->n_at[s] == 3;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        k->n_at[s] = p->n_at[s];
        memcpy(k->at[s], p->at[s], sizeof k->at[s]);
        sort_species(t, k->n_at[s], k->at[s]);
        if (p->n_at[s] > 0 || sub->n_constituents > 1 || has_three)
            continue; /* whether three are weighted depends on what is named */
        k->n_at[s] = 1;
        k->at[s][0] = sub->constituents[0];
    }
    turn(phase, p, k);
}

static int is_same_key(const kiln_i_phase *phase, const key *a, const key *b)
{
    for (int s = 0; s < phase->n_sublattices; ++s) {
        if (a->n_at[s] != b->n_at[s]) return 0;
        for (int k = 0; k < a->n_at[s]; ++k)
            if (a->at[s][k] != b->at[s][k]) return 0;
    }
    return a->kind == b->kind && a->order == b->order;
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
            snprintf(token, sizeof token, "%s%s", i ? "," : s ? ":" : "", species_name(t, k->at[s][i]));
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

/* An entry with all that say the same in a TDB, if it is the first of them. */
static void write_entry(kiln_i_export *t, const kiln_i_phase *phase, int index)
{
    key mine, other;
    kiln_i_export_sum sum;
    int source = -1;
    sum.n_terms = sum.n_references = sum.is_full = 0;
    key_of(t, phase, &phase->parameters[index], &mine);
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        if (is_interaction(phase, p) != is_interaction(phase, &phase->parameters[index])) continue;
        key_of(t, phase, p, &other);
        if (!is_same_key(phase, &mine, &other)) continue;
        if (i < index) return;
        comment_entry(t, p);
        kiln_i_export_add(t, &sum, p->function, other.factor);
        if (source < 0) source = kiln_i_export_source(t->db, p->function);
    }
    put_parameter(t, phase, &mine, &sum, source);
}

/* ---- End members ---- */

static int is_named(const kiln_i_phase *phase, const kiln_i_parameter *p, const key *member)
{
    for (int s = 0; s < phase->n_sublattices; ++s)
        if (p->n_at[s] > 1 || (p->n_at[s] == 1 && p->at[s][0] != member->at[s][0])) return 0;
    return p->kind == member->kind;
}

static void write_end_member(kiln_i_export *t, const kiln_i_phase *phase, const key *member)
{
    kiln_i_export_sum sum;
    int source = -1, n = 0;
    sum.n_terms = sum.n_references = sum.is_full = 0;
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        if (!is_named(phase, p, member)) continue;
        kiln_i_export_add(t, &sum, p->function, p->scale);
        if (source < 0) source = kiln_i_export_source(t->db, p->function);
        ++n;
    }
    if (n > 0 && (member->kind == KILN_PARAMETER_G || !kiln_i_export_is_zero(&sum)))
        put_parameter(t, phase, member, &sum, source);
}

/* All combinations of one constituent a sublattice, the last one fastest. */
static void write_end_members(kiln_i_export *t, const kiln_i_phase *phase, int *const sorted[KILN_MAX_SUBLATTICES],
                              kiln_i_parameter_kind kind)
{
    int at[KILN_MAX_SUBLATTICES] = {0}, s = 0;
    while (s >= 0) {
        key member = {.kind = kind};
        for (int r = 0; r < phase->n_sublattices; ++r) {
            member.n_at[r] = 1;
            member.at[r][0] = sorted[r][at[r]];
        }
        write_end_member(t, phase, &member);
        for (s = phase->n_sublattices - 1; s >= 0 && ++at[s] == phase->sublattices[s].n_constituents; --s) at[s] = 0;
    }
}

static int is_small(const kiln_i_phase *phase)
{
    double n = 1.0;
    for (int s = 0; s < phase->n_sublattices; ++s) n *= phase->sublattices[s].n_constituents;
    return n <= MAX_END_MEMBERS;
}

/* ---- Phases ---- */

/* The letter that stands for the magnetism of a phase; '%': none. */
static char type_of(const kiln_database *db, int phase)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t n = 0;
    for (int i = 0; i < phase; ++i) n += db->phases[i].magnetic_p > 0.0;
    return db->phases[phase].magnetic_p > 0.0 && n < sizeof letters - 1 ? letters[n] : '%';
}

static int is_written(const kiln_i_phase *phase) { return phase->quality != KILN_QUALITY_ENTROPY_ONLY; }

/* Whether the sum of Tc or of moments may be negative somewhere. */
static int may_be_negative(const kiln_database *db, const kiln_i_phase *phase)
{
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        const kiln_i_function *f = &db->functions[p->function];
        if (p->kind == KILN_PARAMETER_G) continue;
        if (p->order > 0 || f->n_references > 0 || f->steps) return 1;
        for (int piece = 0; piece < f->n_pieces; ++piece)
            for (int k = 0; k < f->pieces[piece].n_terms; ++k)
                if (p->scale * f->pieces[piece].terms[k].coefficient < 0.0) return 1;
    }
    return 0;
}

/* What negative sums are divided by. Where the phase has none there is no ordering: a large divisor leaves none to speak of, and kiln reads it as none. */
static double antiferromagnetic_factor(const kiln_database *db, const kiln_i_phase *phase)
{
    if (phase->antiferro < 0.0) return phase->antiferro;
    if (may_be_negative(db, phase)) return KILN_TDB_NO_ORDER;
    return phase->magnetic_p > 0.34 ? -1.0 : -3.0;
}

void kiln_i_export_magnetic_types(kiln_i_export *t)
{
    char token[160], p[KILN_NUMBER_TEXT], factor[KILN_NUMBER_TEXT];
    for (int i = 0; i < t->db->n_phases; ++i) {
        const kiln_i_phase *phase = &t->db->phases[i];
        const char type = type_of(t->db, i);
        if (!(phase->magnetic_p > 0.0) || !is_written(phase)) continue;
        if (type == '%' && t->out.status == KILN_OK)
            t->out.status = kiln_i_fail(t->ctx, KILN_E_ARG, "too many phases with magnetism for a TDB");
        snprintf(token, sizeof token, "TYPE_DEFINITION %c GES A_P_D %s MAGNETIC %s %s", type, t->phase[i],
                 kiln_i_export_number(antiferromagnetic_factor(t->db, phase), factor),
                 kiln_i_export_number(phase->magnetic_p, p));
        kiln_i_export_put(t, 0, token);
        kiln_i_export_end(t);
    }
}

static void put_sublattices(kiln_i_export *t, int index, int *const sorted[KILN_MAX_SUBLATTICES])
{
    const kiln_i_phase *phase = &t->db->phases[index];
    const char *suffix = phase->role == KILN_ROLE_LIQUID ? ":L" : phase->role == KILN_ROLE_GAS ? ":G" : "";
    const char magnetic = type_of(t->db, index);
    char token[160], number[KILN_NUMBER_TEXT];
    snprintf(token, sizeof token, "PHASE %s%s %%%.*s %d", t->phase[index], suffix, magnetic != '%', &magnetic,
             phase->n_sublattices);
    kiln_i_export_put(t, 0, token);
    for (int s = 0; s < phase->n_sublattices; ++s)
        kiln_i_export_put(t, 1, kiln_i_export_number(phase->sublattices[s].sites, number));
    kiln_i_export_end(t);
    snprintf(token, sizeof token, "CONSTITUENT %s%s :", t->phase[index], suffix);
    kiln_i_export_put(t, 0, token);
    for (int s = 0; s < phase->n_sublattices; ++s) {
        for (int i = 0; i < phase->sublattices[s].n_constituents; ++i) {
            snprintf(token, sizeof token, "%s%s", i ? "," : "", species_name(t, sorted[s][i]));
            kiln_i_export_put(t, 0, token);
        }
        kiln_i_export_put(t, 0, ":");
    }
    kiln_i_export_end(t);
}

/* What kiln knows of a phase and a TDB has no place for. */
static void describe(kiln_i_export *t, int index)
{
    const kiln_i_phase *phase = &t->db->phases[index];
    kiln_i_export_comment(t, " ");
    kiln_i_export_comment(t, "%s: %s%s%s%s%s%s%s; %s; %s%s%s", t->phase[index],
                          kiln_i_export_is_same_name(t->phase[index], phase->name) ? "" : phase->name,
                          kiln_i_export_is_same_name(t->phase[index], phase->name) ? "" : "; ", phase->label,
                          phase->structure ? "; " : "", phase->structure ? phase->structure : "", phase->formula ? "; " : "",
                          phase->formula ? phase->formula : "", kiln_i_role_text(phase->role),
                          kiln_i_quality_text(phase->quality), phase->family ? "; family " : "",
                          phase->family ? phase->family : "");
    if (phase->note) kiln_i_export_comment(t, "note: %s", phase->note);
    if (phase->anion_ratio >= 0.0) kiln_i_export_comment(t, "anions per cation: %.10g", phase->anion_ratio);
    for (int i = 0; i < phase->n_warnings; ++i)
        kiln_i_export_comment(t, "above a share of %.10g of %s: %s", phase->warnings[i].fraction,
                              kiln_i_element_symbol(phase->warnings[i].element), phase->warnings[i].text);
    for (int i = 0; i < phase->n_only_with; ++i)
        kiln_i_export_comment(t, "%s %s", i ? "or" : "kiln leaves it out of systems without",
                              kiln_i_element_symbol(phase->only_with[i]));
}

static void write_values(kiln_i_export *t, const kiln_i_phase *phase, int *const sorted[KILN_MAX_SUBLATTICES])
{
    const int each = is_small(phase);
    for (int i = 0; i < phase->n_parameters; ++i)
        if (each && !is_interaction(phase, &phase->parameters[i])) comment_entry(t, &phase->parameters[i]);
    for (int kind = KILN_PARAMETER_G; each && kind <= KILN_PARAMETER_BETA; ++kind)
        write_end_members(t, phase, sorted, (kiln_i_parameter_kind)kind);
    for (int i = 0; i < phase->n_parameters; ++i)
        if (!each || is_interaction(phase, &phase->parameters[i])) write_entry(t, phase, i);
}

void kiln_i_export_phase(kiln_i_export *t, int index)
{
    const kiln_i_phase *phase = &t->db->phases[index];
    int *sorted[KILN_MAX_SUBLATTICES] = {NULL}, is_complete = 1;
    describe(t, index);
    if (!is_written(phase)) {
        kiln_i_export_comment(t, "not written: no Gibbs energy of it is known");
        return;
    }
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        sorted[s] = kiln_i_calloc(t->ctx, (size_t)sub->n_constituents, sizeof **sorted);
        is_complete = is_complete && sorted[s];
        if (!sorted[s]) continue;
        memcpy(sorted[s], sub->constituents, (size_t)sub->n_constituents * sizeof **sorted);
        sort_species(t, sub->n_constituents, sorted[s]);
    }
    if (is_complete) {
        put_sublattices(t, index, sorted);
        write_values(t, phase, sorted);
    } else if (t->out.status == KILN_OK) {
        t->out.status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "constituents of %s", phase->name);
    }
    for (int s = 0; s < phase->n_sublattices; ++s) kiln_i_free(t->ctx, sorted[s]);
}
