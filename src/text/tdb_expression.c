#include "text/tdb.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

enum { MAX_NESTING = 64, MAX_STEPS = 4096 };

/* Recursive descent: sum, product, power, value. `waiting` counts values on the stack of whoever evaluates. */
typedef struct parser {
    kiln_i_tdb_cursor *c;
    kiln_i_tdb_expression *out;
    int nesting, waiting, R_is_function;
} parser;

static kiln_status parse_sum(parser *p);

static kiln_status expected(const parser *p, const char *what)
{
    kiln_i_tdb_cursor here = *p->c;
    const char next = kiln_i_tdb_peek(&here);
    if (!next) return kiln_i_tdb_fail(here.text, here.at, "expected %s, found the end of the statement", what);
    kiln_i_tdb_word word = kiln_i_tdb_word_until(&here, "");
    const int length = word.length < 40 ? (int)word.length : 40;
    return kiln_i_tdb_fail(here.text, word.at, "expected %s, found \"%.*s\"", what, length, word.text);
}

static int is_number(const kiln_i_tdb_expression *e, int back)
{
    return e->n >= back && e->steps[e->n - back].op == KILN_TDB_NUMBER;
}

static kiln_status push(parser *p, kiln_i_tdb_step step)
{
    kiln_i_tdb_expression *e = p->out;
    kiln_context *ctx = p->c->text->ctx;
    if (e->n == MAX_STEPS) return kiln_i_tdb_fail(p->c->text, p->c->at, "expected at most %d terms and signs", MAX_STEPS);
    if ((e->n & (e->n - 1)) == 0 && !kiln_i_grow(ctx, &e->steps, (size_t)e->n, e->n ? 2 * (size_t)e->n : 1, sizeof *e->steps))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for an expression", p->c->text->name);
    e->steps[e->n++] = step;
    if (step.op <= KILN_TDB_NAME && ++p->waiting > KILN_TDB_MAX_DEPTH)
        return kiln_i_tdb_fail(p->c->text, p->c->at, "expected at most %d values nested in each other", KILN_TDB_MAX_DEPTH);
    return KILN_OK;
}

static kiln_status push_number(parser *p, double value)
{
    return push(p, (kiln_i_tdb_step){.op = KILN_TDB_NUMBER, .value = value});
}

static kiln_status finite_result(const parser *p, double value)
{
    return isfinite(value) ? KILN_OK : kiln_i_tdb_fail(p->c->text, p->c->at, "expected a finite number before this place");
}

static double apply(kiln_i_tdb_op op, double a, double b)
{
    switch (op) {
    case KILN_TDB_ADD: return a + b;
    case KILN_TDB_MULTIPLY: return a * b;
    case KILN_TDB_DIVIDE: return a / b;
    case KILN_TDB_POWER: return pow(a, b);
    case KILN_TDB_LN: return log(a);
    default: return exp(a);
    }
}

/* An operation of two values; numbers become their result at once. */
static kiln_status push_binary(parser *p, kiln_i_tdb_op op)
{
    kiln_i_tdb_expression *e = p->out;
    p->waiting--;
    if (!is_number(e, 1) || !is_number(e, 2)) return push(p, (kiln_i_tdb_step){.op = op});
    e->n--;
    e->steps[e->n - 1].value = apply(op, e->steps[e->n - 1].value, e->steps[e->n].value);
    return finite_result(p, e->steps[e->n - 1].value);
}

static kiln_status push_unary(parser *p, kiln_i_tdb_op op, double exponent)
{
    kiln_i_tdb_expression *e = p->out;
    if (!is_number(e, 1)) return push(p, (kiln_i_tdb_step){.op = op, .value = exponent});
    e->steps[e->n - 1].value = apply(op, e->steps[e->n - 1].value, exponent);
    return finite_result(p, e->steps[e->n - 1].value);
}

static kiln_status negate(parser *p)
{
    const kiln_status status = push_number(p, -1.0);
    return status != KILN_OK ? status : push_binary(p, KILN_TDB_MULTIPLY);
}

static kiln_status parse_bracket(parser *p)
{
    if (!kiln_i_tdb_take(p->c, '(')) return expected(p, "\"(\"");
    if (++p->nesting > MAX_NESTING) return kiln_i_tdb_fail(p->c->text, p->c->at, "expected at most %d brackets", MAX_NESTING);
    const kiln_status status = parse_sum(p);
    p->nesting--;
    if (status != KILN_OK) return status;
    return kiln_i_tdb_take(p->c, ')') ? KILN_OK : expected(p, "\")\"");
}

static kiln_status parse_name(parser *p)
{
    kiln_i_tdb_word word = kiln_i_tdb_word_until(p->c, "+-*/()#;,:&'\"=<>[]{}");
    if (word.length == 0) return expected(p, "a number, T or the name of a function");
    if (kiln_i_tdb_take(p->c, '#')) return push(p, (kiln_i_tdb_step){.op = KILN_TDB_NAME, .name = word});
    const int is_call = kiln_i_tdb_peek(p->c) == '(';
    if (is_call) {
        const int is_ln = kiln_i_tdb_is(word, "LN") || kiln_i_tdb_is(word, "LOG");
        if (!is_ln && !kiln_i_tdb_is(word, "EXP"))
            return kiln_i_tdb_fail(p->c->text, word.at, "expected LN, LOG or EXP before a bracket, found \"%.*s\"",
                                   word.length < 40 ? (int)word.length : 40, word.text);
        const kiln_status status = parse_bracket(p);
        return status != KILN_OK ? status : push_unary(p, is_ln ? KILN_TDB_LN : KILN_TDB_EXP, 0.0);
    }
    if (kiln_i_tdb_is(word, "T")) return push(p, (kiln_i_tdb_step){.op = KILN_TDB_T});
    if (kiln_i_tdb_is(word, "P")) return push_number(p, KILN_TDB_P);
    if (kiln_i_tdb_is(word, "R") && !p->R_is_function) {
        p->out->uses_R = 1;
        return push_number(p, KILN_TDB_R);
    }
    return push(p, (kiln_i_tdb_step){.op = KILN_TDB_NAME, .name = word});
}

static kiln_status parse_value(parser *p)
{
    double value;
    const char next = kiln_i_tdb_peek(p->c);
    if (next == '(') return parse_bracket(p);
    if (next != '.' && !(next >= '0' && next <= '9')) return parse_name(p);
    if (!kiln_i_tdb_number(p->c, &value)) return expected(p, "a number");
    const kiln_status status = finite_result(p, value);
    return status != KILN_OK ? status : push_number(p, value);
}

/* A sign and a number or a bracket, which must come to a number. */
static kiln_status parse_exponent(parser *p, double *exponent)
{
    const size_t at = p->c->at;
    const int is_negative = kiln_i_tdb_take(p->c, '-');
    if (!is_negative) (void)kiln_i_tdb_take(p->c, '+');
    const kiln_status status = parse_value(p);
    if (status != KILN_OK) return status;
    if (!is_number(p->out, 1)) return kiln_i_tdb_fail(p->c->text, at, "expected a number as exponent");
    p->waiting--;
    *exponent = p->out->steps[--p->out->n].value * (is_negative ? -1.0 : 1.0);
    return KILN_OK;
}

static int take_power(kiln_i_tdb_cursor *c)
{
    if (kiln_i_tdb_peek(c) != '*' || c->at + 1 >= c->end || c->text->clean[c->at + 1] != '*') return 0;
    c->at += 2;
    return 1;
}

static kiln_status parse_power(parser *p)
{
    double exponent = 1.0;
    kiln_status status = parse_value(p);
    while (status == KILN_OK && take_power(p->c)) {
        if ((status = parse_exponent(p, &exponent)) == KILN_OK) status = push_unary(p, KILN_TDB_POWER, exponent);
    }
    return status;
}

/* A factor after "*" or "/" may have a sign of its own. */
static kiln_status parse_factor(parser *p)
{
    const int is_negative = kiln_i_tdb_take(p->c, '-');
    if (!is_negative) (void)kiln_i_tdb_take(p->c, '+');
    const kiln_status status = parse_power(p);
    return status == KILN_OK && is_negative ? negate(p) : status;
}

static kiln_status parse_product(parser *p)
{
    kiln_status status = parse_power(p);
    while (status == KILN_OK) {
        const int is_product = kiln_i_tdb_take(p->c, '*');
        if (!is_product && !kiln_i_tdb_take(p->c, '/')) break;
        if ((status = parse_factor(p)) == KILN_OK) status = push_binary(p, is_product ? KILN_TDB_MULTIPLY : KILN_TDB_DIVIDE);
    }
    return status;
}

static kiln_status parse_sum(parser *p)
{
    kiln_status status = KILN_OK;
    for (int n = 0; status == KILN_OK; n++) {
        const int is_negative = kiln_i_tdb_take(p->c, '-');
        const int has_sign = is_negative || kiln_i_tdb_take(p->c, '+');
        if (n > 0 && !has_sign) break;
        if ((status = parse_product(p)) == KILN_OK && is_negative) status = negate(p);
        if (status == KILN_OK && n > 0) status = push_binary(p, KILN_TDB_ADD);
    }
    return status;
}

kiln_status kiln_i_tdb_parse(kiln_i_tdb_cursor *c, int R_is_function, kiln_i_tdb_expression *out)
{
    parser p = {.c = c, .out = out, .R_is_function = R_is_function};
    const kiln_status status = parse_sum(&p);
    if (status != KILN_OK) return status;
    return kiln_i_tdb_take(c, ';') ? KILN_OK : expected(&p, "an operator or \";\"");
}

void kiln_i_tdb_expression_free(kiln_context *ctx, kiln_i_tdb_expression *e)
{
    kiln_i_free(ctx, e->steps);
    *e = (kiln_i_tdb_expression){0};
}
