#include "data/species.h"

#include "core/context.h"
#include "core/elements.h"

#include <math.h>
#include <string.h>

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* A plain decimal number without exponent; 0 characters if there is none. */
static int read_decimal(const char *text, double *value)
{
    int n = 0;
    double scale = 1.0;
    *value = 0.0;
    for (; is_digit(text[n]) && n < 9; n++) *value = 10.0 * *value + (text[n] - '0');
    if (n == 0) return 0;
    if (text[n] == '.' && is_digit(text[n + 1]))
        for (n++; is_digit(text[n]) && n < 18; n++) *value += (text[n] - '0') * (scale /= 10.0);
    return n;
}

static kiln_status add_element(kiln_context *ctx, const char *text, int z, double count, kiln_i_species *out)
{
    for (int i = 0; i < out->n_elements; i++)
        if (out->element[i] == z) {
            out->count[i] += count;
            return KILN_OK;
        }
    if (out->n_elements == KILN_MAX_ELEMENTS_OF_SPECIES)
        return kiln_i_fail(ctx, KILN_E_PARSE, "expected at most %d elements, found \"%.40s\"", KILN_MAX_ELEMENTS_OF_SPECIES,
                           text);
    out->element[out->n_elements] = z;
    out->count[out->n_elements++] = count;
    return KILN_OK;
}

/* "+2", "-1", "-" (one) at the end of the text. */
static kiln_status read_charge(kiln_context *ctx, const char *text, const char *at, kiln_i_species *out)
{
    double size = 1.0;
    const int n = read_decimal(at + 1, &size);
    if (n == 0) size = 1.0;
    if (at[1 + n] || size > 9.0)
        return kiln_i_fail(ctx, KILN_E_PARSE, "expected a charge such as +2 or -1 at the end, found \"%.40s\"", text);
    out->charge = *at == '-' ? -size : size;
    return KILN_OK;
}

kiln_status kiln_i_species_parse(kiln_context *ctx, const char *text, kiln_i_species *out)
{
    out->n_elements = 0;
    out->charge = 0.0;
    if (strcmp(text, "Va") == 0) return KILN_OK;
    const char *at = text;
    while (*at >= 'A' && *at <= 'Z') {
        double count;
        int length = at[1] >= 'a' && at[1] <= 'z' ? 2 : 1;
        const int z = kiln_i_element_find(at, length);
        if (!z) return kiln_i_fail(ctx, KILN_E_PARSE, "expected an element, found \"%.*s\" in \"%.40s\"", length, at, text);
        at += length;
        length = read_decimal(at, &count);
        if (length == 0) count = 1.0;
        if (!(count > 0.0)) return kiln_i_fail(ctx, KILN_E_PARSE, "expected a count above 0 in \"%.40s\"", text);
        at += length;
        const kiln_status status = add_element(ctx, text, z, count, out);
        if (status != KILN_OK) return status;
    }
    if (out->n_elements > 0 && (*at == '+' || *at == '-')) return read_charge(ctx, text, at, out);
    if (out->n_elements > 0 && !*at) return KILN_OK;
    return kiln_i_fail(ctx, KILN_E_PARSE, "expected a formula such as Mg+2, CO3-2 or Va, found \"%.40s\"", text);
}

double kiln_i_species_count(const kiln_i_species *species, int z)
{
    for (int i = 0; i < species->n_elements; i++)
        if (species->element[i] == z) return species->count[i];
    return 0.0;
}

int kiln_i_species_same(const kiln_i_species *a, const kiln_i_species *b)
{
    if (a->n_elements != b->n_elements || fabs(a->charge - b->charge) > 0.0) return 0;
    for (int i = 0; i < a->n_elements; i++)
        if (fabs(kiln_i_species_count(b, a->element[i]) - a->count[i]) > 0.0) return 0;
    return 1;
}
