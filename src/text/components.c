#include "text/components.h"

#include <kiln/components.h>

#include "core/context.h"
#include "core/elements.h"
#include "text/quantity.h"
#include "text/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Conditions as CALPHAD programs state them: a list of "x(Zn)=0.4" and the like, in any case, between commas, semicolons or spaces. */

static const double SUM_TOLERANCE = 1e-6;
static const double BAR_PER_PA = 1e-5;

typedef enum kind { MOLE_FRACTION, MASS_FRACTION, POTENTIAL, ACTIVITY, TEMPERATURE, PRESSURE, AMOUNT, BALANCE } kind;

/* One item of the list, as written from `start` on. */
typedef struct item {
    const char *start;
    kind kind;
    int z;
    char value[48]; /* what stands behind "=" */
} item;

/* Which unit an element alone may have been meant as, behind a number without one. */
static int is_unit(const char *at, kind before)
{
    return before == TEMPERATURE ? *at == 'C' || *at == 'K' || *at == 'c' || *at == 'k'
                                 : before == PRESSURE && (*at == 'P' || *at == 'p') && (at[1] == 'a' || at[1] == 'A');
}

typedef struct list {
    kiln_context *ctx;
    const char *text;
    int n_fractions, z[KILN_MAX_COMPONENTS];
    double fraction[KILN_MAX_COMPONENTS];
    int is_mass, balance; /* index of the component that takes the rest, -1 for none */
    int has_T, has_P, has_N;
    kiln_conditions out;
} list;

static kiln_status refuse(const list *l, const char *at, const char *problem)
{
    char shown[64];
    return kiln_i_fail(l->ctx, KILN_E_PARSE, "conditions \"%s\", column %d: %s",
                       kiln_i_utf8_excerpt(l->text, shown, sizeof shown), (int)(at - l->text) + 1, problem);
}

int kiln_is_conditions(const char *text) { return text && strchr(text, '=') != NULL; }

/* "ZN", "zn" and "Zn": CALPHAD programs write symbols in capitals. */
static int element_of(const char *name, size_t length)
{
    char symbol[3] = {0};
    if (length < 1 || length > 2) return 0;
    symbol[0] = (char)toupper((unsigned char)name[0]);
    if (length == 2) symbol[1] = (char)tolower((unsigned char)name[1]);
    return kiln_i_element_find(symbol, (int)length);
}

static int is_word(const char *name, size_t length, const char *word)
{
    if (strlen(word) != length) return 0;
    for (size_t i = 0; i < length; ++i)
        if (tolower((unsigned char)name[i]) != word[i]) return 0;
    return 1;
}

/* "x" "(Zn)", "T", "mu(O)" or a bare element. */
static kiln_status read_left(const list *l, const char **at, item *out)
{
    static const struct {
        const char *word;
        kind kind;
        int has_element;
    } words[] = {{"x", MOLE_FRACTION, 1}, {"w", MASS_FRACTION, 1}, {"mu", POTENTIAL, 1}, {"ac", ACTIVITY, 1},
                 {"acr", ACTIVITY, 1},    {"t", TEMPERATURE, 0},   {"p", PRESSURE, 0},   {"n", AMOUNT, 0}};
    const char *name = *at;
    size_t length = 0;
    while (isalpha((unsigned char)name[length])) ++length;
    *at += length;
    out->start = name;
    const char *next = *at + kiln_i_utf8_spaces(*at);
    if (*next != '(' && *next != '=') {
        out->kind = BALANCE;
        out->z = element_of(name, length);
        return out->z
                   ? KILN_OK
                   : refuse(
                         l, name,
                         "expected an element or a condition such as x(Zn)=0.4, w(C)=0.01, mu(O)=-2e5, ac(C)=0.5, T=900, P=1e5 or N=1");
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
        if (!is_word(name, length, words[i].word) || words[i].has_element != (*next == '(')) continue;
        out->kind = words[i].kind;
        if (!words[i].has_element) {
            *at = next;
            return KILN_OK;
        }
        const char *inside = next + 1 + kiln_i_utf8_spaces(next + 1);
        size_t n = 0;
        while (isalpha((unsigned char)inside[n])) ++n;
        out->z = element_of(inside, n);
        if (!out->z) return refuse(l, inside, "expected the symbol of an element");
        *at = inside + n + kiln_i_utf8_spaces(inside + n);
        if (**at != ')')
            return refuse(l, *at, "expected \")\"; fractions of a phase and of sublattices cannot be conditions here");
        *at += 1;
        return KILN_OK;
    }
    return refuse(l, name, "unknown condition; expected x(Zn), w(Zn), mu(Zn), ac(Zn), T, P or N");
}

/* The text behind "=" up to the next separator, which a unit may stand before. */
static kiln_status read_value(const list *l, const char **at, item *out)
{
    size_t length = 0;
    *at += kiln_i_utf8_spaces(*at);
    if (**at != '=') return refuse(l, *at, "expected \"=\"");
    *at += 1;
    *at += kiln_i_utf8_spaces(*at);
    while ((*at)[length] && !strchr(",;", (*at)[length]) && kiln_i_utf8_spaces(*at + length) == 0) ++length;
    if (length == 0) return refuse(l, *at, "expected a value");
    if (length >= sizeof out->value) return refuse(l, *at, "this value is too long");
    memcpy(out->value, *at, length);
    out->value[length] = '\0';
    *at += length;
    return KILN_OK;
}

static kiln_status read_item(const list *l, const char **at, item *out)
{
    kiln_status status = read_left(l, at, out);
    if (status == KILN_OK && out->kind != BALANCE) status = read_value(l, at, out);
    if (status != KILN_OK) return status;
    *at += kiln_i_utf8_spaces(*at);
    if (**at == ',' || **at == ';') *at += 1;
    *at += kiln_i_utf8_spaces(*at);
    return KILN_OK;
}

/* A number without a unit; 0 if it is none. */
static int is_plain(const list *l, const item *i, double *value)
{
    return kiln_i_quantity_parse(l->ctx, i->value, KILN_DIM_NUMBER, value) == KILN_OK;
}

/* A number in the unit that CALPHAD programs take it in, or with a unit of its own. */
static kiln_status quantity(const list *l, const item *i, kiln_i_dimension dimension, double per_plain, double *value)
{
    if (is_plain(l, i, value)) {
        *value *= per_plain;
        return KILN_OK;
    }
    return kiln_i_quantity_parse(l->ctx, i->value, dimension, value);
}

static kiln_status add_fraction(list *l, const item *i)
{
    double value = 0.0;
    for (int k = 0; k < l->n_fractions; ++k)
        if (l->z[k] == i->z) return refuse(l, i->start, "this element has been given already");
    if (l->n_fractions == KILN_MAX_COMPONENTS) return refuse(l, i->start, "too many components");
    if (i->kind == BALANCE) {
        if (l->balance >= 0) return refuse(l, i->start, "only one element can take the rest; give the others x(...) or w(...)");
        l->balance = l->n_fractions;
    } else {
        if (!is_plain(l, i, &value) || !(value >= 0.0 && value <= 1.0))
            return refuse(l, i->start, "a fraction is a number from 0 to 1");
        const int is_mass = i->kind == MASS_FRACTION, is_first = l->n_fractions - (l->balance >= 0) == 0;
        if (!is_first && l->is_mass != is_mass) return refuse(l, i->start, "mole and mass fractions cannot stand together");
        l->is_mass = is_mass;
    }
    l->z[l->n_fractions] = i->z;
    l->fraction[l->n_fractions++] = value;
    return KILN_OK;
}

static kiln_status add_fixed(list *l, const item *i)
{
    kiln_conditions *c = &l->out;
    kiln_fixed_potential fixed = {.z = i->z, .is_activity = i->kind == ACTIVITY};
    for (int k = 0; k < c->n_fixed; ++k)
        if (c->fixed[k].z == i->z) return refuse(l, i->start, "this potential has been given already");
    if (c->n_fixed == KILN_MAX_FIXED) return refuse(l, i->start, "too many potentials");
    if (fixed.is_activity) {
        if (!is_plain(l, i, &fixed.value) || !(fixed.value >= 1e-300 && fixed.value <= 1e300))
            return refuse(l, i->start, "an activity is a number from 1e-300 to 1e300");
    } else {
        const kiln_status status = quantity(l, i, KILN_DIM_ENERGY, 1.0, &fixed.value);
        if (status != KILN_OK) return status;
        if (fabs(fixed.value) > KILN_MOST_POTENTIAL) return refuse(l, i->start, "a potential is a number from -1e7 to 1e7 J/mol");
    }
    c->fixed[c->n_fixed++] = fixed;
    return KILN_OK;
}

static kiln_status add_number(list *l, const item *i)
{
    double value;
    kiln_conditions *c = &l->out;
    int *has = i->kind == TEMPERATURE ? &l->has_T : i->kind == PRESSURE ? &l->has_P : &l->has_N;
    if (*has) return refuse(l, i->start, "this has been given already");
    *has = 1;
    if (i->kind == AMOUNT) {
        if (!is_plain(l, i, &value) || value != 1.0) return refuse(l, i->start, "amounts are per mole of atoms: N=1");
        return KILN_OK;
    }
    const kiln_status status = i->kind == TEMPERATURE ? quantity(l, i, KILN_DIM_TEMPERATURE, 1.0, &value)
                                                      : quantity(l, i, KILN_DIM_PRESSURE, BAR_PER_PA, &value);
    if (status != KILN_OK) return status;
    if (i->kind == TEMPERATURE && !(value >= 1.0 && value <= 1e5))
        return refuse(l, i->start, "expected a temperature from 1 K to 100 000 K");
    if (i->kind == PRESSURE && !(value >= 1e-30 && value <= 1e6))
        return refuse(l, i->start, "expected a pressure above 0 and up to 1e6 bar; without a unit it is in Pa");
    *(i->kind == TEMPERATURE ? &c->T_K : &c->P_bar) = value;
    return KILN_OK;
}

static kiln_status read_list(list *l)
{
    const char *at = l->text + kiln_i_utf8_spaces(l->text);
    kind before = AMOUNT;
    kiln_status status = KILN_OK;
    while (*at && status == KILN_OK) {
        item i = {.z = 0};
        if ((status = read_item(l, &at, &i)) != KILN_OK) break;
        if (i.kind == BALANCE && is_unit(i.start, before))
            return refuse(l, i.start,
                          "a unit stands right behind its number, as in T=600C; an element that takes the rest comes first");
        before = i.kind;
        if (i.kind == MOLE_FRACTION || i.kind == MASS_FRACTION || i.kind == BALANCE) status = add_fraction(l, &i);
        else if (i.kind == POTENTIAL || i.kind == ACTIVITY) status = add_fixed(l, &i);
        else status = add_number(l, &i);
    }
    return status;
}

/* All fractions, as mole fractions with the sum 1. */
static kiln_status complete(list *l)
{
    double sum = 0.0, moles = 0.0;
    char problem[128];
    if (l->n_fractions == 0) return refuse(l, l->text, "no component; expected x(Zn)=0.4, w(Zn)=0.4, or an element alone");
    for (int k = 0; k < l->n_fractions; ++k) sum += l->fraction[k];
    if (l->balance >= 0 ? sum > 1.0 + SUM_TOLERANCE : fabs(sum - 1.0) > SUM_TOLERANCE) {
        snprintf(problem, sizeof problem, "the fractions sum to %.9g%s", sum,
                 l->balance >= 0 ? ", which leaves nothing for the rest"
                                 : "; the element that takes the rest stands alone, as in \"Al, x(Zn)=0.4\"");
        return refuse(l, l->text, problem);
    }
    if (l->balance >= 0) l->fraction[l->balance] = fmax(1.0 - sum, 0.0);
    for (int k = 0; k < l->n_fractions; ++k) {
        if (l->is_mass) l->fraction[k] /= kiln_i_element_weight(l->z[k]);
        moles += l->fraction[k];
    }
    for (int k = 0; k < l->n_fractions; ++k) l->fraction[k] /= moles;
    for (int k = 0; k < l->out.n_fixed; ++k)
        for (int i = 0; i < l->n_fractions; ++i)
            if (l->out.fixed[k].z == l->z[i]) {
                snprintf(problem, sizeof problem, "%s has both an amount and a potential", kiln_i_element_symbol(l->z[i]));
                return refuse(l, l->text, problem);
            }
    return KILN_OK;
}

void kiln_i_components_name(kiln_composition *x)
{
    char number[KILN_NUMBER_TEXT];
    size_t used = 0;
    for (int k = 0; k < x->n && used < sizeof x->canonical; ++k) {
        const double amount = x->component[k].amount;
        used +=
            (size_t)snprintf(x->canonical + used, sizeof x->canonical - used, "%s%s", kiln_i_element_symbol(x->component[k].z),
                             amount == 1.0 ? "" : kiln_i_number_text(amount, 9, number));
    }
}

/* O, F and Cl beside anything else are written, and counted against it, as anions are. */
static int is_anion(int z) { return z == 8 || z == 9 || z == 17; }

/* No charges, one kind of site, all per mole of atoms. */
static void compose(list *l)
{
    kiln_composition *x = &l->out.composition;
    int has_cation = 0;
    for (int k = 0; k < l->n_fractions; ++k) has_cation |= l->fraction[k] > 0.0 && !is_anion(l->z[k]);
    x->by_components = 1;
    x->n_groups = 1;
    x->reading = "elements as components, per mole of atoms";
    for (int k = 0; k < l->n_fractions; ++k)
        x->component[x->n++] =
            (kiln_component){.z = l->z[k], .amount = l->fraction[k], .is_anion = has_cation && is_anion(l->z[k])};
    kiln_i_components_name(x);
}

kiln_status kiln_conditions_parse(kiln_context *ctx, const char *text, kiln_conditions *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!text || !out) return kiln_i_fail(ctx, KILN_E_ARG, "conditions: NULL argument");
    list l = {.ctx = ctx, .text = text, .balance = -1, .out = {.P_bar = 1.0}};
    kiln_status status = read_list(&l);
    if (status == KILN_OK) status = complete(&l);
    if (status != KILN_OK) return status;
    compose(&l);
    *out = l.out;
    return KILN_OK;
}
