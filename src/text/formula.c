#include "text/formula.h"

#include <kiln/composition.h>

#include "core/context.h"
#include "core/elements.h"
#include "text/quantity.h"
#include "text/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 16, MAX_DIGITS = 30, CARBON = 6, NITROGEN = 7, OXYGEN = 8 };

/* A sum of subscripts is an integer within 0.5 %, but never more than 0.05 away from it. */
#define SUM_TOLERANCE 0.005
#define SUM_TOLERANCE_MOST 0.05

/* Far beyond any formula, and far from overflow. */
#define LARGEST_AMOUNT 1e6

typedef struct parser {
    kiln_context *ctx;
    const char *text;
    int at, depth;
    kiln_i_formula *out;
} parser;

/* What stands between two commas or brackets. */
typedef struct member {
    int first_atom, n_items, n_amounts; /* n_amounts: items with a written subscript */
    int all_integer, n_brackets, n_anions;
    double sum; /* of the subscripts */
} member;

static kiln_status parse_member(parser *p, member *m);

kiln_status kiln_i_formula_refuse(kiln_context *ctx, const char *text, int column, const char *format, ...)
{
    char shown[120], problem[400], where[24] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(problem, sizeof problem, format, args);
    va_end(args);
    if (column > 0) snprintf(where, sizeof where, ", column %d", column);
    return kiln_i_fail(ctx, KILN_E_PARSE, "formula \"%s\"%s: %s", kiln_i_utf8_excerpt(text, shown, sizeof shown), where, problem);
}

static int column_of(const parser *p, int at)
{
    int column = 1;
    for (int i = 0; i < at;) {
        const int length = kiln_i_utf8_decode(p->text + i, NULL);
        i += length > 0 ? length : 1;
        ++column;
    }
    return column;
}

static uint32_t peek(const parser *p)
{
    uint32_t code = 0;
    return kiln_i_utf8_decode(p->text + p->at, &code) > 0 ? code : 0;
}

static void advance(parser *p)
{
    const int length = kiln_i_utf8_decode(p->text + p->at, NULL);
    if (length > 0) p->at += length;
}

static void skip_spaces(parser *p) { p->at += kiln_i_utf8_spaces(p->text + p->at); }

static int is_upper(uint32_t c) { return c >= 'A' && c <= 'Z'; }
static int is_lower(uint32_t c) { return c >= 'a' && c <= 'z'; }
static int is_plain_digit(uint32_t c) { return c >= '0' && c <= '9'; }
static int is_subscript_digit(uint32_t c) { return c >= 0x2080 && c <= 0x2089; }
static int is_digit(uint32_t c) { return is_plain_digit(c) || is_subscript_digit(c); }
static int is_slash(uint32_t c) { return c == '/' || c == 0x2044 || c == 0x2215; }
static int is_minus(uint32_t c) { return c == '-' || c == 0x2212 || c == 0x2013 || c == 0x208B; }
static int is_plus(uint32_t c) { return c == '+' || c == 0x208A || c == 0x00B1; }

/* Middle dots, leaders and full-width stops serve as points among Unicode subscripts, which have none of their own. */
static int is_subscript_point(uint32_t c) { return c == 0x00B7 || c == 0x2024 || c == 0x2027 || c == 0x22C5 || c == 0xFF0E; }

static uint32_t closing_of(uint32_t open) { return open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : 0; }
static int is_closing(uint32_t c) { return c == ')' || c == ']' || c == '}'; }

static kiln_status refuse_here(const parser *p, const char *what)
{
    char shown[24];
    const int column = column_of(p, p->at);
    if (!p->text[p->at]) return kiln_i_formula_refuse(p->ctx, p->text, column, "%s, found the end", what);
    return kiln_i_formula_refuse(p->ctx, p->text, column, "%s, found \"%s\"", what,
                                 kiln_i_utf8_excerpt(p->text + p->at, shown, sizeof shown));
}

/* Digits with at most one point, all plain or all subscript, into ASCII. */
static kiln_status parse_digits(parser *p, double *value, int *has_point)
{
    char digits[MAX_DIGITS + 2];
    const int start = p->at, subscript = !is_plain_digit(peek(p)) && peek(p) != '.';
    size_t used = 0;
    *has_point = 0;
    for (uint32_t c = peek(p);; c = peek(p)) {
        char add;
        if (subscript ? is_subscript_digit(c) : is_plain_digit(c)) add = (char)('0' + (c - (subscript ? 0x2080U : '0')));
        else if (!*has_point && (c == '.' || (subscript && is_subscript_point(c)))) add = '.';
        else break;
        if (add == '.') *has_point = 1;
        if (used >= MAX_DIGITS)
            return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, start), "an amount has at most %d digits", MAX_DIGITS);
        digits[used++] = add;
        advance(p);
    }
    digits[used] = '\0';
    if (digits[used - 1] == '.') return refuse_here(p, "expected a digit after the point");
    if (is_digit(peek(p))) return refuse_here(p, "subscript and plain digits are mixed");
    if (!kiln_i_number_scan(digits, value)) return refuse_here(p, "expected a digit after the point");
    return KILN_OK;
}

/* What may not follow an amount, though people write it. */
static kiln_status check_after_amount(const parser *p, int has_point, int of_anion)
{
    const uint32_t c = peek(p);
    if (c == '.') return refuse_here(p, "expected one point in an amount");
    if (c == ',' && is_digit((unsigned char)p->text[p->at + 1]))
        return refuse_here(p, "decimals are written with a point, not a comma");
    /* CaSO4.2H2O would read as O4.2 H2 O; water follows an anion. */
    if (has_point && of_anion && strcmp(p->text + p->at, "H2O") == 0)
        return refuse_here(p, "ambiguous; write water of a hydrate as (H2O)2");
    if (c == 'e') return refuse_here(p, "amounts have no exponent; write 0.001, not 1e-3");
    return KILN_OK;
}

static int is_usually_anion(int z) { return kiln_i_element_valences(z)[0] < 0; }

/* Optional subscript of what ends with element z: a number or a fraction of whole numbers; 1 when absent. */
static kiln_status parse_amount(parser *p, int z, double *amount, int *is_written)
{
    const int start = p->at;
    int has_point, divisor_has_point;
    double divisor;
    kiln_status status;
    *amount = 1.0;
    *is_written = is_digit(peek(p)) || peek(p) == '.';
    if (!*is_written) return KILN_OK;
    if ((status = parse_digits(p, amount, &has_point)) != KILN_OK) return status;
    if (is_slash(peek(p))) {
        advance(p);
        if (!is_digit(peek(p))) return refuse_here(p, "expected a whole number after \"/\"");
        if ((status = parse_digits(p, &divisor, &divisor_has_point)) != KILN_OK) return status;
        if (has_point || divisor_has_point)
            return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, start), "a fraction has whole numbers, such as 1/3");
        if (!(divisor > 0.0)) return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, start), "division by zero");
        *amount /= divisor;
    }
    if ((status = check_after_amount(p, has_point, is_usually_anion(z))) != KILN_OK) return status;
    if (!(*amount > 0.0))
        return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, start), "an amount must be above 0; leave out what is absent");
    if (*amount > LARGEST_AMOUNT)
        return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, start), "an amount must be at most %g", LARGEST_AMOUNT);
    return KILN_OK;
}

/* "-d", "-x", "-delta" or its Greek letter, after oxygen; also with a plus. A sign that is none of these is an error. */
static kiln_status parse_variable(parser *p, int z)
{
    const uint32_t sign = peek(p);
    if (!is_minus(sign) && !is_plus(sign)) return KILN_OK;
    parser after = *p;
    advance(&after);
    const uint32_t c = peek(&after);
    if (strncmp(p->text + after.at, "delta", 5) == 0) after.at += 5;
    else if (c == 'd' || c == 'x' || c == 0x03B4 || c == 0x1D6FF || c == 0x2093) advance(&after);
    else if (is_plus(sign)) return refuse_here(p, "expected an element or a bracket (charges are not written)");
    else return refuse_here(p, "a minus may only introduce -d, -x or -delta after oxygen; amounts are positive numbers");
    if (z != OXYGEN) return refuse_here(p, "only oxygen may be variable; other amounts need numbers");
    *p = after;
    if (is_lower(peek(p)) || is_digit(peek(p)) || peek(p) == '.')
        return refuse_here(p, "expected an element, a bracket or the end after the variable oxygen");
    p->out->oxygen_is_variable = 1;
    return KILN_OK;
}

/* Explain an unknown symbol of `length` letters at the current place, with the right spelling where it is a matter of case. */
static kiln_status refuse_symbol(const parser *p, int length)
{
    const char *s = p->text + p->at;
    for (int n = 2; n >= 1; --n) {
        char fixed[3] = {0};
        for (int i = 0; i < n && ((s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z')); ++i)
            fixed[i] = (char)(i == 0 ? s[i] & ~0x20 : s[i] | 0x20);
        if (fixed[n - 1] && strncmp(fixed, s, (size_t)n) != 0 && kiln_i_element_find(fixed, n))
            return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, p->at), "unknown element \"%.*s\"; did you mean \"%s\"?",
                                         n > length ? n : length, s, fixed);
    }
    return kiln_i_formula_refuse(p->ctx, p->text, column_of(p, p->at),
                                 "unknown element \"%.*s\"; expected a symbol such as Mg or O", length, s);
}

static kiln_status parse_element(parser *p, int bracket, member *m)
{
    const char *s = p->text + p->at;
    int length = 1, is_written;
    double amount;
    kiln_status status;
    if (!is_upper((unsigned char)s[0])) return refuse_symbol(p, 1);
    while (length < 12 && is_lower((unsigned char)s[length])) ++length;
    const int z = length <= 2 ? kiln_i_element_find(s, length) : 0;
    if (!z) return refuse_symbol(p, length);
    const int column = column_of(p, p->at);
    p->at += length;
    if ((status = parse_amount(p, z, &amount, &is_written)) != KILN_OK) return status;
    if ((status = parse_variable(p, z)) != KILN_OK) return status;
    p->out->atom[p->out->n++] = (kiln_i_atom){.z = z, .bracket = bracket, .column = column, .amount = amount};
    ++m->n_items;
    m->n_amounts += is_written;
    m->all_integer &= fabs(amount - round(amount)) < 1e-9;
    m->n_anions += is_usually_anion(z);
    m->sum += amount;
    return KILN_OK;
}

static kiln_status scale(parser *p, int first_atom, int end_atom, double factor)
{
    for (int i = first_atom; i < end_atom; ++i) {
        kiln_i_atom *atom = &p->out->atom[i];
        atom->amount *= factor;
        if (!(atom->amount <= LARGEST_AMOUNT))
            return kiln_i_formula_refuse(p->ctx, p->text, atom->column, "the amount of %s exceeds %g",
                                         kiln_i_element_symbol(atom->z), LARGEST_AMOUNT);
    }
    return KILN_OK;
}

/* Nearest integer above 0 within the tolerance, or 0. */
static double near_integer(double sum)
{
    const double whole = round(sum);
    return whole >= 1.0 && fabs(sum - whole) <= fmin(SUM_TOLERANCE * whole, SUM_TOLERANCE_MOST) ? whole : 0.0;
}

/* Members between commas: equal shares where no amount is written, the written ones where all are and they sum to 1. */
static kiln_status share(parser *p, int column, const member *members, int n)
{
    double sum = 0.0;
    int n_written = 0;
    kiln_status status;
    for (int i = 0; i < n; ++i) {
        const member *m = &members[i];
        const int member_column = p->out->atom[m->first_atom].column;
        if (m->n_items > 1)
            return kiln_i_formula_refuse(p->ctx, p->text, member_column,
                                         "ambiguous: between commas stands one element or one bracket");
        n_written += m->n_amounts;
        sum += m->sum;
    }
    if (n_written != 0 && n_written != n)
        return kiln_i_formula_refuse(p->ctx, p->text, column,
                                     "ambiguous: in a list with commas give all members an amount, or none");
    if (n_written && near_integer(sum) != 1.0)
        return kiln_i_formula_refuse(p->ctx, p->text, column, "amounts in a list with commas must sum to 1, found %g", sum);
    for (int i = 0; i < n; ++i) {
        const int end = i + 1 < n ? members[i + 1].first_atom : p->out->n;
        if ((status = scale(p, members[i].first_atom, end, 1.0 / (n_written ? sum : n))) != KILN_OK) return status;
    }
    return KILN_OK;
}

/* No commas: plain arithmetic, but fractions on one kind of site must fill it. */
static kiln_status normalise(parser *p, int column, const member *m)
{
    if (m->n_items > 1 && !m->n_amounts && !m->n_brackets && !m->n_anions && !p->out->bare_list_column)
        p->out->bare_list_column = column;
    if (m->all_integer || (m->n_anions != 0 && m->n_anions != m->n_items)) return KILN_OK;
    const double whole = near_integer(m->sum);
    if (!(whole > 0.0))
        return kiln_i_formula_refuse(p->ctx, p->text, column,
                                     "the amounts in this bracket sum to %g, not to a whole number within 0.5 %%; "
                                     "correct them, or write their total behind the bracket, as in (La0.8Sr0.2)0.95MnO3",
                                     m->sum);
    return scale(p, m->first_atom, p->out->n, whole / m->sum);
}

/* A list in a comma bracket's member counts as one item: its atoms must sum to 1 for "equal shares" to have a meaning. */
static kiln_status check_nested(parser *p, int column, const member *members, int n)
{
    for (int i = 0; n > 1 && i < n; ++i) {
        const int end = i + 1 < n ? members[i + 1].first_atom : p->out->n;
        double atoms = 0.0;
        for (int k = members[i].first_atom; k < end; ++k) atoms += p->out->atom[k].amount;
        if (members[i].n_brackets && fabs(atoms - members[i].sum) > 1e-6 * members[i].sum)
            return kiln_i_formula_refuse(p->ctx, p->text, column,
                                         "ambiguous: a bracket between commas must itself sum to 1, found %g",
                                         atoms / members[i].sum);
    }
    return KILN_OK;
}

static kiln_status parse_members(parser *p, uint32_t closing, int column)
{
    member members[KILN_MAX_COMPONENTS];
    int n = 0;
    kiln_status status;
    for (;;) {
        if (n == KILN_MAX_COMPONENTS)
            return kiln_i_formula_refuse(p->ctx, p->text, column, "a list has at most %d members", KILN_MAX_COMPONENTS);
        if ((status = parse_member(p, &members[n])) != KILN_OK) return status;
        if (members[n++].n_items == 0) return refuse_here(p, "expected an element or a bracket");
        if (peek(p) != ',') break;
        advance(p);
    }
    if (peek(p) != closing) {
        if (!p->text[p->at])
            return kiln_i_formula_refuse(p->ctx, p->text, column, "this bracket is never closed; expected \"%c\" at the end",
                                         (int)closing);
        return refuse_here(p, closing == ')' ? "expected \")\"" : closing == ']' ? "expected \"]\"" : "expected \"}\"");
    }
    advance(p);
    if ((status = check_nested(p, column, members, n)) != KILN_OK) return status;
    return n > 1 ? share(p, column, members, n) : normalise(p, column, &members[0]);
}

/* A bracket of C and N alone, each without an amount: (CN)6 is six ions, (C,N)6 and (C3N3)2 are not. */
static void mark_ion(parser *p, int first)
{
    kiln_i_atom *atom = &p->out->atom[first];
    if (p->out->n - first != 2 || atom[0].z != CARBON || atom[1].z != NITROGEN) return;
    if (atom[0].amount == 1.0 && atom[1].amount == 1.0) atom[0].is_ion = atom[1].is_ion = 1;
}

static kiln_status parse_bracket(parser *p, member *m)
{
    const int column = column_of(p, p->at), first = p->out->n;
    const uint32_t closing = closing_of(peek(p));
    int is_written;
    double amount;
    kiln_status status;
    if (++p->depth > MAX_DEPTH)
        return kiln_i_formula_refuse(p->ctx, p->text, column, "brackets are nested more than %d deep", MAX_DEPTH);
    if (p->depth == 1) ++p->out->n_brackets;
    advance(p);
    if ((status = parse_members(p, closing, column)) != KILN_OK) return status;
    --p->depth;
    mark_ion(p, first);
    if ((status = parse_amount(p, p->out->atom[p->out->n - 1].z, &amount, &is_written)) != KILN_OK) return status;
    if ((status = parse_variable(p, 0)) != KILN_OK) return status;
    if ((status = scale(p, first, p->out->n, amount)) != KILN_OK) return status;
    ++m->n_items;
    ++m->n_brackets;
    m->n_amounts += is_written;
    m->all_integer &= fabs(amount - round(amount)) < 1e-9;
    m->n_anions += is_usually_anion(p->out->atom[first].z);
    m->sum += amount;
    return KILN_OK;
}

/* Items up to a comma, a closing bracket or the end. */
static kiln_status parse_member(parser *p, member *m)
{
    *m = (member){.first_atom = p->out->n, .all_integer = 1};
    for (;;) {
        skip_spaces(p);
        const uint32_t c = peek(p);
        kiln_status status;
        if (!p->text[p->at] || c == ',' || is_closing(c)) return KILN_OK;
        if (closing_of(c)) status = parse_bracket(p, m);
        else if (is_upper(c) || is_lower(c)) status = parse_element(p, p->depth ? p->out->n_brackets - 1 : -1, m);
        else if (is_digit(c) || c == '.')
            return refuse_here(p, m->n_items ? "an amount must follow its element directly"
                                             : "expected an element or a bracket before the amount");
        else return refuse_here(p, "expected an element or a bracket");
        if (status != KILN_OK) return status;
    }
}

/* Length within bounds and UTF-8 throughout, so that later steps need not ask again. */
static kiln_status check_text(kiln_context *ctx, const char *text)
{
    int bytes = 0, column = 1, length;
    while (bytes <= KILN_MAX_FORMULA_BYTES && (length = kiln_i_utf8_decode(text + bytes, NULL)) != 0) {
        if (length < 0) return kiln_i_formula_refuse(ctx, text, column, "the text is not valid UTF-8");
        bytes += length;
        ++column;
    }
    if (bytes > KILN_MAX_FORMULA_BYTES)
        return kiln_i_formula_refuse(ctx, text, 0, "a formula has at most %d bytes", KILN_MAX_FORMULA_BYTES);
    if (!text[kiln_i_utf8_spaces(text)])
        return kiln_i_fail(ctx, KILN_E_PARSE, "the formula is empty; expected one such as (Mg,Co,Ni,Cu,Zn)O");
    return KILN_OK;
}

kiln_status kiln_i_formula_parse(kiln_context *ctx, const char *text, kiln_i_formula *out)
{
    parser p = {.ctx = ctx, .text = text, .out = out};
    member whole;
    kiln_status status = check_text(ctx, text);
    if (status != KILN_OK) return status;
    out->n = out->n_brackets = out->oxygen_is_variable = out->bare_list_column = 0;
    if ((status = parse_member(&p, &whole)) != KILN_OK) return status;
    if (peek(&p) == ',') return refuse_here(&p, "a comma stands only inside brackets (decimals are written with a point)");
    if (is_closing(peek(&p))) return refuse_here(&p, "this bracket was never opened");
    return KILN_OK;
}
