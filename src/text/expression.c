#include "text/expression.h"

#include "core/context.h"
#include "text/quantity.h"

#include <math.h>
#include <string.h>

/* Character classes written out, so that the host's locale has no say. */
static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static int is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

typedef struct scanner {
    kiln_context *ctx;
    const char *text;
    int at;
} scanner;

static void skip_spaces(scanner *s)
{
    while (is_space(s->text[s->at])) s->at++;
}

static char peek(scanner *s)
{
    skip_spaces(s);
    return s->text[s->at];
}

static kiln_status expected(scanner *s, const char *what)
{
    const char found = peek(s);
    if (!found) return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected %s, found the end of the expression", what);
    return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected %s, found \"%.12s\"", what, s->text + s->at);
}

static int number_length(const char *text)
{
    int n = 0, digits = 0;
    for (; is_digit(text[n]); n++) digits++;
    if (text[n] == '.')
        for (n++; is_digit(text[n]); n++) digits++;
    if (!digits) return 0;
    if (text[n] == 'e' || text[n] == 'E') {
        const int sign = text[n + 1] == '+' || text[n + 1] == '-';
        if (is_digit(text[n + 1 + sign]))
            for (n += 1 + sign; is_digit(text[n]);) n++;
    }
    return n;
}

static int name_length(const char *text)
{
    int n = 0;
    while (is_letter(text[n]) || (n > 0 && is_digit(text[n]))) n++;
    return n;
}

static int is_word(const char *text, int length, const char *word)
{
    return (size_t)length == strlen(word) && strncmp(text, word, (size_t)length) == 0;
}

int kiln_i_expression_is_name(const char *name)
{
    const int n = name_length(name);
    return n > 0 && !name[n] && !is_word(name, n, "T") && !is_word(name, n, "ln") && !is_word(name, n, "LN");
}

static kiln_status read_number(scanner *s, double *value)
{
    char copy[64];
    const int n = number_length(s->text + s->at);
    if (!n) return expected(s, "a number");
    if (n >= (int)sizeof copy) return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected a number of at most 63 characters");
    memcpy(copy, s->text + s->at, (size_t)n);
    copy[n] = '\0';
    const kiln_status status = kiln_i_quantity_parse(s->ctx, copy, KILN_DIM_NUMBER, value);
    if (status == KILN_OK) s->at += n;
    return status;
}

/* What may follow T: nothing, ^n, **n, with n signed and possibly in brackets. */
static kiln_status read_power(scanner *s, double *power)
{
    kiln_status status;
    *power = 1.0;
    if (peek(s) == '^') s->at++;
    else if (s->text[s->at] == '*' && s->text[s->at + 1] == '*') s->at += 2;
    else return KILN_OK;
    const int bracket = peek(s) == '(';
    if (bracket) s->at++;
    const char sign = peek(s);
    if (sign == '-' || sign == '+') s->at++;
    skip_spaces(s);
    if ((status = read_number(s, power)) != KILN_OK) return status;
    if (sign == '-') *power = -*power;
    if (fabs(*power) > 100.0) return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected a power from -100 to 100, found %g", *power);
    if (!bracket) return KILN_OK;
    if (peek(s) != ')') return expected(s, "\")\" after the power");
    s->at++;
    return KILN_OK;
}

static kiln_status read_log(scanner *s, kiln_i_expression_term *term)
{
    s->at += 2;
    if (peek(s) != '(') return expected(s, "\"(T)\" after ln");
    s->at++;
    if (peek(s) != 'T') return expected(s, "T");
    s->at++;
    if (peek(s) != ')') return expected(s, "\")\"");
    s->at++;
    if (term->has_log) return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected at most one ln(T) in a term");
    term->has_log = 1;
    return KILN_OK;
}

/* One factor of a term; `divides` after a slash. */
static kiln_status read_factor(scanner *s, int divides, kiln_i_expression_term *term)
{
    const char c = peek(s);
    const char *text = s->text + s->at;
    const int length = name_length(text);
    kiln_status status;
    double value;
    if (is_digit(c) || c == '.') {
        if ((status = read_number(s, &value)) != KILN_OK) return status;
        if (divides && !(fabs(value) > 0.0)) return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected a divisor other than 0");
        term->coefficient = divides ? term->coefficient / value : term->coefficient * value;
        return KILN_OK;
    }
    if (is_word(text, length, "T")) {
        s->at++;
        if ((status = read_power(s, &value)) != KILN_OK) return status;
        term->power += divides ? -value : value;
        return KILN_OK;
    }
    if (length == 0) return expected(s, "a number, T, ln(T) or the name of a function");
    if (divides) return expected(s, "a number or T after \"/\"");
    if (is_word(text, length, "ln") || is_word(text, length, "LN")) return read_log(s, term);
    if (term->name_length) return expected(s, "at most one name in a term");
    term->name_offset = s->at;
    term->name_length = length;
    s->at += length;
    return KILN_OK;
}

static kiln_status read_term(scanner *s, double sign, kiln_i_expression_term *term)
{
    *term = (kiln_i_expression_term){.coefficient = sign};
    kiln_status status = read_factor(s, 0, term);
    while (status == KILN_OK) {
        const char c = peek(s);
        if (c != '*' && c != '/') break;
        s->at++;
        status = read_factor(s, c == '/', term);
    }
    if (status != KILN_OK) return status;
    const int has_power = fabs(term->power) > 0.0;
    if (term->name_length && (term->has_log || has_power))
        return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected a number times a name, found a name times a function of T");
    if (term->has_log && has_power && fabs(term->power - 1.0) > 0.0)
        return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected ln(T) or T*ln(T), found ln(T) with T^%g", term->power);
    if (!isfinite(term->coefficient)) return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected a finite coefficient");
    return KILN_OK;
}

static kiln_status read_terms(scanner *s, kiln_i_expression *out)
{
    for (out->n = 0; out->n == 0 || peek(s);) {
        const char c = peek(s);
        if (c == '+' || c == '-') s->at++;
        else if (out->n > 0) return expected(s, "\"+\", \"-\", \"*\", \"/\" or the end");
        if (out->n == KILN_MAX_EXPRESSION_TERMS)
            return kiln_i_fail(s->ctx, KILN_E_PARSE, "expected at most %d terms", KILN_MAX_EXPRESSION_TERMS);
        const kiln_status status = read_term(s, c == '-' ? -1.0 : 1.0, &out->terms[out->n]);
        if (status != KILN_OK) return status;
        out->n++;
    }
    return KILN_OK;
}

kiln_status kiln_i_expression_parse(kiln_context *ctx, const char *text, kiln_i_expression *out, int *offset)
{
    scanner s = {ctx, text, 0};
    *offset = 0;
    if (strlen(text) > 65536) return kiln_i_fail(ctx, KILN_E_PARSE, "expected an expression of at most 64 KiB");
    const kiln_status status = read_terms(&s, out);
    *offset = s.at;
    return status;
}
