#include <kiln/components.h>
#include <kiln/composition.h>

#include "core/context.h"
#include "core/elements.h"
#include "text/components.h"
#include "text/cyanide.h"
#include "text/formula.h"
#include "text/quantity.h"
#include "text/valence.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 9, OXYGEN = 8, FLUORINE = 9, N_RANKS = 5 };

/* One part in a million: below it an amount is a typing error rather than a dopant. The slack lets the canonical form, which has nine
 * digits, be read again. */
#define SMALLEST_AMOUNT 1e-6
#define LARGEST_TOTAL 1e6
#define SLACK 1e-8

/* A running sum closes a sublattice when it is an integer; written to three digits (0.333 three times) it is one only nearly. */
#define EXACT_SUM 1e-9
#define ROUNDED_SUM 0.005

static const char CYANIDE_READING[] =
    "a cyanometallate: CN is one ion; the metals bonded to its C, those bonded to its N and alkali metals are sublattices apart";
static const char DISULFIDE_READING[] = "as in pyrite: S or Se stands in pairs of charge -2";
static const char ALLOY_READING[] = "an alloy: without brackets all atoms share one sublattice";
static const char INTERSTITIAL_READING[] =
    "an alloy: without brackets all metals share one sublattice, and H, B, C and N another";
static const char LAYERED_READING[] = "a layered oxide: alkali metals on a sublattice of their own";
static const char MIXED_ANIONS_READING[] = "O and F share one sublattice; brackets would keep them apart";
static const char ROCK_SALT_READING[] =
    "disordered rock salt: all cations share one sublattice, O and F the other; with (O0.5F0.5)2 for OF the cations are as bracketed";

static kiln_status check_amounts(kiln_context *ctx, const char *text, const kiln_composition *c)
{
    double total = 0.0;
    for (int i = 0; i < c->n; ++i) {
        total += c->component[i].amount;
        if (!(c->component[i].amount >= SMALLEST_AMOUNT * (1.0 - SLACK)))
            return kiln_i_formula_refuse(ctx, text, 0, "the amount of %s is %g; the least accepted is %g",
                                         kiln_i_element_symbol(c->component[i].z), c->component[i].amount, SMALLEST_AMOUNT);
    }
    if (!(total <= LARGEST_TOTAL * (1.0 + SLACK)))
        return kiln_i_formula_refuse(ctx, text, 0, "the amounts sum to %g; the most accepted is %g", total, LARGEST_TOTAL);
    return KILN_OK;
}

/* Component of an atom; n of them where it is the first of its element on its kind of site. */
static int component_of(const kiln_composition *c, const unsigned char *place, int z, unsigned char wanted)
{
    int i = 0;
    while (i < c->n && (c->component[i].z != z || place[i] != wanted)) ++i;
    return i;
}

/* Ions of cyanide stand behind the metals bonded to them, these behind other metals, and the alkali metals first, so that the canonical
 * form is read alike. */
static int rank_of(const kiln_i_atom *atom, unsigned char place)
{
    if (place == KILN_PLACE_CAVITY) return 0;
    if (place == KILN_PLACE_CARBON_BONDED) return 2;
    if (place == KILN_PLACE_CYANIDE) return 3;
    return kiln_i_element_valences(atom->z)[0] < 0 ? 4 : 1;
}

/* Elements in order of first appearance, amounts added up; on different kinds of site they stay apart. bracket[i] is where element i appeared
 * first; the kinds of site are brackets of their own. */
static kiln_status merge(kiln_context *ctx, const char *text, const kiln_i_formula *formula, kiln_composition *c, int *bracket)
{
    unsigned char of_atom[KILN_MAX_FORMULA_BYTES], place[KILN_MAX_COMPONENTS];
    const int has_cyanide = kiln_i_cyanide_mark(formula, of_atom) > 0;
    if (has_cyanide) c->reading = CYANIDE_READING;
    for (int rank = 0; rank < (has_cyanide ? N_RANKS : 1); ++rank)
        for (int a = 0; a < formula->n; ++a) {
            const kiln_i_atom *atom = &formula->atom[a];
            if (has_cyanide && rank_of(atom, of_atom[a]) != rank) continue;
            const int i = component_of(c, place, atom->z, of_atom[a]);
            if (i == KILN_MAX_COMPONENTS)
                return kiln_i_formula_refuse(ctx, text, atom->column, "a formula has at most %d different elements",
                                             KILN_MAX_COMPONENTS);
            if (i == c->n) {
                place[i] = of_atom[a];
                bracket[i] = place[i] == KILN_PLACE_ANY ? atom->bracket : formula->n_brackets + place[i];
                c->component[i].joined = i > 0 && place[i] == KILN_PLACE_CYANIDE && place[i - 1] == KILN_PLACE_CYANIDE;
                c->component[c->n++].z = atom->z;
            }
            c->component[i].amount += atom->amount;
        }
    return check_amounts(ctx, text, c);
}

/* Whether a run that sums to `sum` over n elements is complete, given the amount that would come next (0: none). */
static int closes(double sum, int n, double next)
{
    const double off = fabs(sum - round(sum));
    if (round(sum) < 1.0) return 0;
    if (off <= EXACT_SUM * sum) return 1;
    if (n < 2 || off > ROUNDED_SUM) return 0;
    return fabs(sum + next - round(sum)) >= off; /* Mg0.9Co0.099Fe0.001: the next one completes it better */
}

/* Sublattices of the cations or of the anions: a bracket is one; a run outside brackets is cut where its sum reaches an integer, and
 * what is left over at its end is one more. */
static void group(kiln_composition *c, const int *bracket, int anions)
{
    int last = -1, run = 0;
    double sum = 0.0;
    for (int i = 0; i < c->n; ++i) {
        kiln_component *e = &c->component[i];
        if (e->is_anion != anions) {
            run = 0; /* anions between cations end a run, and the reverse */
            continue;
        }
        if (bracket[i] >= 0) {
            int same = 0;
            while (same < i && (c->component[same].is_anion != anions || bracket[same] != bracket[i])) ++same;
            e->group = same < i ? c->component[same].group : c->n_groups++;
            run = 0;
            continue;
        }
        if (!run) {
            last = c->n_groups++;
            sum = 0.0;
        }
        e->group = last;
        sum += e->amount;
        const int more = i + 1 < c->n && bracket[i + 1] < 0 && c->component[i + 1].is_anion == anions;
        run = closes(sum, ++run, more ? c->component[i + 1].amount : 0.0) ? 0 : run;
    }
}

/* What goes between the atoms of a metal and not in their place. */
static int is_interstitial(int z) { return z == 1 || z == 5 || z == 6 || z == 7; }

static int is_alloy_without_brackets(const kiln_composition *c, const int *bracket)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].is_anion || bracket[i] >= 0) return 0;
    return c->n > 1;
}

static void put_in_one(kiln_composition *c, int *bracket, int anions, int own)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].is_anion == anions) bracket[i] = own;
}

/* Only O and F, outside brackets (NULL: all are) and, as their amounts are whole, on sublattices of their own; no cation binds the oxygen for itself. */
static int has_loose_oxygen_and_fluorine(const kiln_composition *c, const int *bracket)
{
    static const int binding[] = {5, 6, 7, 14, 15, 16}; /* B, C, N, Si, P, S */
    int group[2] = {-1, -1};
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *e = &c->component[i];
        for (size_t k = 0; k < sizeof binding / sizeof *binding; ++k)
            if (e->z == binding[k]) return 0;
        if (!e->is_anion) continue;
        if ((e->z != OXYGEN && e->z != FLUORINE) || (bracket && bracket[i] >= 0)) return 0;
        group[e->z == FLUORINE] = e->group;
    }
    return group[0] >= 0 && group[1] >= 0 && group[0] != group[1];
}

/* AxMO2 without brackets in which a sublattice of the text holds alkali and other metals: Na0.67Fe0.5Mn0.5O2. */
static int is_layered_oxide(const kiln_composition *c, const int *bracket)
{
    double alkali = 0.0, others = 0.0, oxygen = 0.0;
    int is_mixed = 0;
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *e = &c->component[i];
        if (bracket[i] >= 0 || (e->is_anion && e->z != OXYGEN)) return 0;
        if (e->is_anion) oxygen += e->amount;
        else if (kiln_i_is_alkali(e->z)) alkali += e->amount;
        else others += e->amount;
        for (int j = 0; j < i; ++j)
            is_mixed |= !e->is_anion && c->component[j].group == e->group && !c->component[j].is_anion &&
                        kiln_i_is_alkali(c->component[j].z) != kiln_i_is_alkali(e->z);
    }
    return is_mixed && alkali <= others + ROUNDED_SUM && fabs(oxygen - 2.0 * others) <= 2.0 * ROUNDED_SUM * others;
}

/* Sublattices, by the text; and where it leaves them open by what such compounds are. */
static void group_all(kiln_composition *c, int *bracket, int n_brackets)
{
    const int own = n_brackets + KILN_N_PLACES;
    if (is_alloy_without_brackets(c, bracket)) {
        c->reading = ALLOY_READING;
        for (int i = 0; i < c->n; ++i) {
            bracket[i] = own + is_interstitial(c->component[i].z);
            if (bracket[i] > own) c->reading = INTERSTITIAL_READING;
        }
    }
    group(c, bracket, 0);
    if (is_layered_oxide(c, bracket)) {
        for (int i = 0; i < c->n; ++i)
            if (!c->component[i].is_anion) bracket[i] = own + kiln_i_is_alkali(c->component[i].z);
        c->reading = LAYERED_READING;
        c->n_groups = 0;
        group(c, bracket, 0);
    }
    const int n_of_cations = c->n_groups;
    group(c, bracket, 1);
    if (kiln_i_is_disulfide(c)) c->reading = DISULFIDE_READING;
    if (!has_loose_oxygen_and_fluorine(c, bracket)) return;
    const int is_rock_salt = n_of_cations > 1 && fabs(c->anions_per_cation - 1.0) < EXACT_SUM;
    put_in_one(c, bracket, 1, own);
    if (is_rock_salt) put_in_one(c, bracket, 0, own + 1);
    c->reading = is_rock_salt ? ROCK_SALT_READING : MIXED_ANIONS_READING;
    c->n_groups = 0;
    group(c, bracket, 0);
    group(c, bracket, 1);
}

typedef struct writer {
    char *text;
    size_t used, size;
    int overflow, brackets;
} writer;

static void put(writer *w, const char *text)
{
    const size_t length = strlen(text);
    if (w->used + length + 1 > w->size) {
        w->overflow = 1;
        return;
    }
    memcpy(w->text + w->used, text, length + 1);
    w->used += length;
}

/* 1 is not written. */
static void put_amount(writer *w, double amount)
{
    char digits[KILN_NUMBER_TEXT];
    kiln_i_number_text(amount, DIGITS, digits);
    if (strcmp(digits, "1") != 0) put(w, digits);
}

static void put_element(writer *w, const kiln_composition *c, const kiln_component *e, double amount)
{
    put(w, kiln_i_element_symbol(e->z));
    put_amount(w, amount);
    if (e->z == OXYGEN && c->oxygen_is_variable) put(w, "-d");
}

/* Of the last sublattice of cations before CN: as a bare metal it would be read with those before it, or without some of it. */
static int is_bracketed_cyanometal(const kiln_composition *c, double sum)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].joined) return fabs(KILN_AROUND_A_METAL * sum - c->component[i].amount) > EXACT_SUM * sum;
    return 0;
}

/* "(CN)6" */
static void put_ion(writer *w, const kiln_composition *c, int g)
{
    double amount = 0.0;
    put(w, "(");
    for (int i = 0; i < c->n; ++i) {
        if (c->component[i].group != g) continue;
        put(w, kiln_i_element_symbol(c->component[i].z));
        amount = c->component[i].amount;
    }
    put(w, ")");
    put_amount(w, amount);
}

/* One sublattice: a bracket of fractions with its total behind it, or a bare element where reading it alone gives the same sublattice. */
static void put_group(writer *w, const kiln_composition *c, int g, int is_last)
{
    const kiln_component *only = NULL;
    double sum = 0.0;
    int n = 0, is_joined = 0;
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].group == g) {
            only = &c->component[i];
            sum += only->amount;
            is_joined |= only->joined;
            ++n;
        }
    if (is_joined) {
        put_ion(w, c, g);
        return;
    }
    const int is_whole = fabs(sum - round(sum)) <= EXACT_SUM * sum;
    if (n == 1 && (is_whole || is_last) && !w->brackets && !(is_last && !only->is_anion && is_bracketed_cyanometal(c, sum))) {
        put_element(w, c, only, is_whole ? round(sum) : sum); /* nine digits might round it off the integer it counted as */
        return;
    }
    put(w, "(");
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].group == g) put_element(w, c, &c->component[i], c->component[i].amount / sum);
    put(w, ")");
    put_amount(w, sum);
}

static int count_groups_of_cations(const kiln_composition *c)
{
    int n = 0;
    for (int i = 0; i < c->n; ++i)
        if (!c->component[i].is_anion && c->component[i].group >= n) n = c->component[i].group + 1;
    return n;
}

/* Without brackets these sublattices would be read as fewer. */
static int needs_brackets(const kiln_composition *c)
{
    int n_anions = 0;
    for (int i = 0; i < c->n; ++i) n_anions += c->component[i].is_anion;
    return (n_anions == 0 && c->n_groups > 1) || has_loose_oxygen_and_fluorine(c, NULL);
}

static kiln_status write_canonical(kiln_context *ctx, const char *text, kiln_composition *c)
{
    writer w = {c->canonical, 0, sizeof c->canonical, 0, needs_brackets(c)};
    const int n_cation_groups = count_groups_of_cations(c);
    for (int g = 0; g < c->n_groups; ++g) put_group(&w, c, g, g == n_cation_groups - 1 || g == c->n_groups - 1);
    if (w.overflow)
        return kiln_i_formula_refuse(ctx, text, 0,
                                     "the formula is too long to be written out in full; use fewer digits or elements");
    return KILN_OK;
}

static void sum_up(kiln_composition *c)
{
    double cations = 0.0, anions = 0.0;
    for (int i = 0; i < c->n; ++i)
        if (!c->component[i].joined) *(c->component[i].is_anion ? &anions : &cations) += c->component[i].amount;
    c->anions_per_cation = cations > 0.0 ? anions / cations : 0.0;
}

static kiln_status parse_components(kiln_context *ctx, const char *text, kiln_composition *out)
{
    kiln_conditions conditions;
    const kiln_status status = kiln_conditions_parse(ctx, text, &conditions);
    if (status != KILN_OK) return status;
    if (conditions.T_K > 0.0 || conditions.P_bar != 1.0 || conditions.n_fixed > 0)
        return kiln_i_formula_refuse(
            ctx, text, 0, "temperature, pressure and potentials are no part of a composition; expected x(...) or w(...)");
    *out = conditions.composition;
    return KILN_OK;
}

kiln_status kiln_composition_parse(kiln_context *ctx, const char *text, kiln_composition *out)
{
    kiln_i_formula formula;
    kiln_composition c = {0};
    int bracket[KILN_MAX_COMPONENTS];
    kiln_status status;
    if (!ctx) return KILN_E_ARG;
    if (!text || !out) return kiln_i_fail(ctx, KILN_E_ARG, "formula: NULL argument");
    if (kiln_is_conditions(text)) return parse_components(ctx, text, out);
    if ((status = kiln_i_formula_parse(ctx, text, &formula)) != KILN_OK) return status;
    if ((status = merge(ctx, text, &formula, &c, bracket)) != KILN_OK) return status;
    c.oxygen_is_variable = formula.oxygen_is_variable;
    kiln_i_valences_infer(&c);
    if (formula.bare_list_column && c.charge_imbalance > 0.0)
        return kiln_i_formula_refuse(
            ctx, text, formula.bare_list_column,
            "ambiguous: taken as written there are %g positive charges too many; separate the elements by commas "
            "to share the subscript equally, as in (Mg,Co,Ni)O, or give each its amount",
            c.charge_imbalance);
    sum_up(&c);
    group_all(&c, bracket, formula.n_brackets);
    if (count_groups_of_cations(&c) == 0)
        return kiln_i_formula_refuse(ctx, text, 0, "there is no cation; expected a compound such as (Mg,Co,Ni,Cu,Zn)O");
    if (c.n_groups > KILN_MAX_GROUPS)
        return kiln_i_formula_refuse(ctx, text, 0, "there are %d sublattices; at most %d are accepted (use brackets)", c.n_groups,
                                     KILN_MAX_GROUPS);
    if ((status = write_canonical(ctx, text, &c)) != KILN_OK) return status;
    *out = c;
    return KILN_OK;
}

static int index_of(const kiln_composition *c, int z)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].z == z) return i;
    return -1;
}

static double amount_of_group(const kiln_composition *c, int g)
{
    double sum = 0.0;
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].group == g) sum += c->component[i].amount;
    return sum;
}

double kiln_composition_fraction(const kiln_composition *c, int z)
{
    const int k = c ? index_of(c, z) : -1;
    return k < 0 ? 0.0 : c->component[k].amount / amount_of_group(c, c->component[k].group);
}

static void drop_empty(kiln_composition *c)
{
    int n = 0;
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].amount > 0.0) c->component[n++] = c->component[i];
    c->n = n;
}

/* Amounts have changed: checks, charges and the name. */
static kiln_status finish_change(kiln_context *ctx, const char *text, kiln_composition *c, kiln_composition *out)
{
    drop_empty(c);
    kiln_status status = check_amounts(ctx, text, c);
    if (status != KILN_OK) return status;
    if (c->by_components) {
        kiln_i_components_name(c);
        *out = *c;
        return KILN_OK;
    }
    kiln_i_valences_infer(c);
    sum_up(c);
    if (kiln_i_is_disulfide(c)) c->reading = DISULFIDE_READING;
    else if (c->reading == DISULFIDE_READING) c->reading = NULL;
    if ((status = write_canonical(ctx, text, c)) != KILN_OK) return status;
    *out = *c;
    return KILN_OK;
}

kiln_status kiln_composition_vary(kiln_context *ctx, const kiln_composition *composition, int z, double x, kiln_composition *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!composition || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_composition c = *composition;
    const int k = index_of(&c, z);
    if (k < 0 || c.component[k].is_anion)
        return kiln_i_fail(ctx, KILN_E_ARG, "%s has no cation %s", c.canonical, kiln_i_element_symbol(z));
    const double sites = amount_of_group(&c, c.component[k].group), others = sites - c.component[k].amount;
    if (!(others > EXACT_SUM * sites))
        return kiln_i_fail(ctx, KILN_E_ARG, "%s is alone on its sublattice in %s", kiln_i_element_symbol(z), c.canonical);
    if (!(x >= 0.0 && x <= 1.0)) return kiln_i_fail(ctx, KILN_E_ARG, "a fraction of %g", x);
    for (int i = 0; i < c.n; ++i)
        if (i != k && c.component[i].group == c.component[k].group) c.component[i].amount *= (1.0 - x) * sites / others;
    c.component[k].amount = x * sites;
    return finish_change(ctx, composition->canonical, &c, out);
}

/* Where `to` is, or would come: its index, which may be the number of components; -1 where it has no place. */
static int place_of(const kiln_composition *c, int from, int to)
{
    const int k = index_of(c, to);
    if (k < 0) return c->n < KILN_MAX_COMPONENTS ? c->n : -1;
    return c->component[k].is_anion || c->component[k].group != c->component[from].group ? -1 : k;
}

kiln_status kiln_composition_replace(kiln_context *ctx, const kiln_composition *composition, int from, int to, double share,
                                     kiln_composition *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!composition || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_composition c = *composition;
    const int i = index_of(&c, from);
    if (i < 0 || c.component[i].is_anion)
        return kiln_i_fail(ctx, KILN_E_ARG, "%s has no cation %s", c.canonical, kiln_i_element_symbol(from));
    const int k = place_of(&c, i, to);
    if (!*kiln_i_element_symbol(to) || from == to || k < 0 || kiln_i_element_valences(to)[0] < 0)
        return kiln_i_fail(ctx, KILN_E_ARG, "%s cannot take the place of %s in %s",
                           *kiln_i_element_symbol(to) ? kiln_i_element_symbol(to) : "it", kiln_i_element_symbol(from),
                           c.canonical);
    if (!(share >= 0.0 && share <= 1.0)) return kiln_i_fail(ctx, KILN_E_ARG, "a share of %g", share);
    if (k == c.n) c.component[c.n++] = (kiln_component){.z = to, .group = c.component[i].group};
    c.component[k].amount += share * c.component[i].amount;
    c.component[i].amount *= 1.0 - share;
    return finish_change(ctx, composition->canonical, &c, out);
}

kiln_status kiln_composition_set_fractions(kiln_context *ctx, const kiln_composition *composition, int group,
                                           const double *fraction, kiln_composition *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!composition || !fraction || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_composition c = *composition;
    const double sites = amount_of_group(&c, group);
    double sum = 0.0;
    for (int i = 0; i < c.n; ++i) {
        if (c.component[i].group != group) continue;
        if (!(fraction[i] >= 0.0 && fraction[i] <= 1.0)) return kiln_i_fail(ctx, KILN_E_ARG, "a fraction of %g", fraction[i]);
        c.component[i].amount = fraction[i] * sites;
        sum += fraction[i];
    }
    if (!(fabs(sum - 1.0) <= EXACT_SUM)) return kiln_i_fail(ctx, KILN_E_ARG, "fractions that sum to %g: expected 1", sum);
    return finish_change(ctx, composition->canonical, &c, out);
}

const char *kiln_element_symbol(int z) { return kiln_i_element_symbol(z); }
