#include <kiln/composition.h>

#include "core/context.h"
#include "core/elements.h"
#include "text/formula.h"
#include "text/quantity.h"
#include "text/valence.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 9, OXYGEN = 8 };

/* One part in a million: below it an amount is a typing error rather than a dopant. The slack lets the canonical form, which has nine
 * digits, be read again. */
#define SMALLEST_AMOUNT 1e-6
#define LARGEST_TOTAL 1e6
#define SLACK 1e-8

/* A running sum closes a sublattice when it is an integer; written to three digits (0.333 three times) it is one only nearly. */
#define EXACT_SUM 1e-9
#define ROUNDED_SUM 0.005

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

/* Elements in order of first appearance, amounts added up. bracket[i] is where element i appeared first. */
static kiln_status merge(kiln_context *ctx, const char *text, const kiln_i_formula *formula, kiln_composition *c, int *bracket)
{
    for (int a = 0; a < formula->n; ++a) {
        const kiln_i_atom *atom = &formula->atom[a];
        int i = 0;
        while (i < c->n && c->component[i].z != atom->z) ++i;
        if (i == KILN_MAX_COMPONENTS)
            return kiln_i_formula_refuse(ctx, text, atom->column, "a formula has at most %d different elements",
                                         KILN_MAX_COMPONENTS);
        if (i == c->n) {
            bracket[i] = atom->bracket;
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

typedef struct writer {
    char *text;
    size_t used, size;
    int overflow;
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

/* One sublattice: a bracket of fractions with its total behind it, or a bare element where reading it alone gives the same sublattice. */
static void put_group(writer *w, const kiln_composition *c, int g, int is_last)
{
    const kiln_component *only = NULL;
    double sum = 0.0;
    int n = 0;
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].group == g) {
            only = &c->component[i];
            sum += only->amount;
            ++n;
        }
    const int is_whole = fabs(sum - round(sum)) <= EXACT_SUM * sum;
    if (n == 1 && (is_whole || is_last)) {
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

static kiln_status write_canonical(kiln_context *ctx, const char *text, kiln_composition *c)
{
    writer w = {c->canonical, 0, sizeof c->canonical, 0};
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
    for (int i = 0; i < c->n; ++i) *(c->component[i].is_anion ? &anions : &cations) += c->component[i].amount;
    c->anions_per_cation = cations > 0.0 ? anions / cations : 0.0;
}

kiln_status kiln_composition_parse(kiln_context *ctx, const char *text, kiln_composition *out)
{
    kiln_i_formula formula;
    kiln_composition c = {0};
    int bracket[KILN_MAX_COMPONENTS];
    kiln_status status;
    if (!ctx) return KILN_E_ARG;
    if (!text || !out) return kiln_i_fail(ctx, KILN_E_ARG, "formula: NULL argument");
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
    group(&c, bracket, 0);
    if (c.n_groups == 0)
        return kiln_i_formula_refuse(ctx, text, 0, "there is no cation; expected a compound such as (Mg,Co,Ni,Cu,Zn)O");
    group(&c, bracket, 1);
    if (c.n_groups > KILN_MAX_GROUPS)
        return kiln_i_formula_refuse(ctx, text, 0, "there are %d sublattices; at most %d are accepted (use brackets)", c.n_groups,
                                     KILN_MAX_GROUPS);
    sum_up(&c);
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
    drop_empty(&c);
    kiln_status status = check_amounts(ctx, composition->canonical, &c);
    if (status != KILN_OK) return status;
    kiln_i_valences_infer(&c);
    sum_up(&c);
    if ((status = write_canonical(ctx, composition->canonical, &c)) != KILN_OK) return status;
    *out = c;
    return KILN_OK;
}

const char *kiln_element_symbol(int z) { return kiln_i_element_symbol(z); }
