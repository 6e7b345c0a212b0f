#include <kiln/design.h>

#include "core/context.h"
#include "core/elements.h"
#include "text/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *skip(const char *text) { return text + strspn(text, " "); }

/* A share, "0.05" or "5%"; the bytes used, 0: there is none. */
static int scan_share(const char *text, double *value)
{
    int used = kiln_i_number_scan(text, value);
    if (used > 0 && text[used] == '%') {
        *value /= 100.0;
        ++used;
    }
    return used;
}

static int scan_cation(const char *text, int *z)
{
    int used = 0;
    while (isalpha((unsigned char)text[used])) ++used;
    *z = kiln_i_element_find(text, used);
    return *z > 0 ? used : 0;
}

static kiln_status refuse_bound(kiln_context *ctx, const char *text)
{
    return kiln_i_fail(ctx, KILN_E_PARSE,
                       "bound \"%.60s\": expected a cation and its least and most fraction, 0 to 1, such as Cu=0.05:0.35 or "
                       "Cu=5%%:35%%",
                       text);
}

kiln_status kiln_design_bound_parse(kiln_context *ctx, const char *text, kiln_design_bound *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!text || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_design_bound b;
    const char *at = skip(text);
    int used = scan_cation(at, &b.z);
    at = skip(at + used);
    if (used == 0 || *at != '=') return refuse_bound(ctx, text);
    at = skip(at + 1);
    if ((used = scan_share(at, &b.least)) == 0) return refuse_bound(ctx, text);
    at = skip(at + used);
    b.most = b.least;
    if (*at == ':') {
        at = skip(at + 1);
        if ((used = scan_share(at, &b.most)) == 0) return refuse_bound(ctx, text);
        at = skip(at + used);
    }
    if (*at || !(b.least <= b.most && b.most <= 1.0)) return refuse_bound(ctx, text);
    *out = b;
    return KILN_OK;
}

/* One summand with its sign; the bytes used, 0: it is none. */
static int scan_summand(const char *text, int is_first, double *coefficient, int *z)
{
    const char *at = skip(text);
    double sign = 1.0;
    if (*at == '+' || *at == '-') {
        sign = *at == '-' ? -1.0 : 1.0;
        at = skip(at + 1);
    } else if (!is_first) return 0;
    *coefficient = 1.0;
    const int digits = kiln_i_number_scan(at, coefficient);
    at = skip(at + digits);
    if (digits && *at == '*') at = skip(at + 1);
    const int used = scan_cation(at, z);
    *coefficient *= sign;
    return used && isfinite(*coefficient) ? (int)(at + used - text) : 0;
}

static int add_summand(kiln_design_limit *l, int z, double coefficient)
{
    int k = 0;
    while (k < l->n && l->z[k] != z) ++k;
    if (k == KILN_MAX_VARIED) return 0;
    if (k == l->n) {
        l->z[l->n++] = z;
        l->coefficient[k] = 0.0;
    }
    l->coefficient[k] += coefficient;
    return 1;
}

kiln_status kiln_design_limit_parse(kiln_context *ctx, const char *text, kiln_design_limit *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!text || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_design_limit l = {.n = 0};
    const char *at = text;
    double coefficient;
    int z, used, is_good = 1, is_least;
    while ((used = scan_summand(at, l.n == 0, &coefficient, &z)) > 0 && is_good) {
        is_good = add_summand(&l, z, coefficient);
        at += used;
    }
    at = skip(at);
    is_least = *at == '>';
    is_good &= l.n > 0 && (*at == '<' || *at == '>') && at[1] == '=';
    if (is_good) {
        at = skip(at + 2);
        const int is_negative = *at == '-';
        used = scan_share(at + is_negative, &l.most);
        if (is_negative) l.most = -l.most;
        at = skip(at + is_negative + used);
        is_good = used > 0 && !*at && isfinite(l.most);
    }
    if (!is_good || strlen(text) >= sizeof l.text)
        return kiln_i_fail(ctx, KILN_E_PARSE,
                           "limit \"%.60s\": expected a sum of cations, <= or >=, and a number, such as Cu+Zn<=0.4 or "
                           "Ni-2*Zn>=0",
                           text);
    for (int k = 0; is_least && k < l.n; ++k) l.coefficient[k] = -l.coefficient[k];
    if (is_least) l.most = -l.most;
    snprintf(l.text, sizeof l.text, "%s", text);
    *out = l;
    return KILN_OK;
}
