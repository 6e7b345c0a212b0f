#include "report/tdb.h"

#include "core/context.h"
#include "text/quantity.h"

#include <math.h>
#include <stdio.h>

/* A program; start[i] is the first step of the value that step i completes, so that the left operand of step i ends before start[i - 1]. */
typedef struct program {
    kiln_i_export *t;
    const kiln_i_step *steps;
    int *start;
} program;

static int left_of(const program *w, int i) { return w->start[i - 1] - 1; }
static int is_product(const kiln_i_step *step) { return step->op == KILN_OP_MULTIPLY || step->op == KILN_OP_DIVIDE; }

static void find_starts(program *w, int n)
{
    for (int i = 0; i < n; ++i) {
        const kiln_i_op op = w->steps[i].op;
        if (op <= KILN_OP_FUNCTION) w->start[i] = i;
        else if (op == KILN_OP_ADD || is_product(&w->steps[i])) w->start[i] = w->start[left_of(w, i)];
        else w->start[i] = w->start[i - 1];
    }
}

static void put(const program *w, const char *text, const char *suffix)
{
    char token[160];
    snprintf(token, sizeof token, "%s%s", text, suffix);
    kiln_i_export_put(w->t, 0, token);
}

static void put_sum(const program *w, int i, int is_signed);

/* "(...)", "LN(...)". */
static void put_inside(const program *w, const char *before, int i, const char *suffix)
{
    put(w, before, "");
    put_sum(w, i, 0);
    put(w, ")", suffix);
}

static void put_name(const program *w, int function, const char *suffix)
{
    char token[KILN_EXPORT_FUNCTION + 4];
    snprintf(token, sizeof token, "%s#", w->t->function[function]);
    put(w, token, suffix);
}

static void put_number(const program *w, double value, const char *suffix)
{
    char number[KILN_NUMBER_TEXT], bracket[KILN_NUMBER_TEXT + 2];
    kiln_i_export_number(value, number);
    snprintf(bracket, sizeof bracket, "(%s)", number);
    put(w, value < 0.0 ? bracket : number, suffix);
}

static void put_value(const program *w, int i, const char *suffix);

/* Whole powers only in Thermo-Calc; a power of a power needs brackets, as programs differ in what comes first. */
static void put_power(const program *w, int i, const char *suffix)
{
    char number[KILN_NUMBER_TEXT], exponent[KILN_NUMBER_TEXT + 8];
    const double n = w->steps[i].value;
    kiln_i_export_number(n, number);
    if (fabs(n - round(n)) > 0.0) {
        put_inside(w, "EXP(LN(", i - 1, n < 0.0 ? "*(" : "*");
        snprintf(exponent, sizeof exponent, n < 0.0 ? "%s))" : "%s)", number);
        put(w, exponent, suffix);
    } else if (*suffix) {
        put_inside(w, "(", i, suffix);
    } else {
        snprintf(exponent, sizeof exponent, n < 0.0 ? "**(%s)" : "**%s", number);
        put_value(w, i - 1, exponent);
    }
}

/* What may stand between "*" and "*"; the suffix, an exponent, must not be parted from it. */
static void put_value(const program *w, int i, const char *suffix)
{
    const kiln_i_step *step = &w->steps[i];
    switch (step->op) {
    case KILN_OP_NUMBER: put_number(w, step->value, suffix); break;
    case KILN_OP_T: put(w, "T", suffix); break;
    case KILN_OP_FUNCTION: put_name(w, step->function, suffix); break;
    case KILN_OP_LN: put_inside(w, "LN(", i - 1, suffix); break;
    case KILN_OP_EXP: put_inside(w, "EXP(", i - 1, suffix); break;
    case KILN_OP_POWER: put_power(w, i, suffix); break;
    case KILN_OP_ADD:
    case KILN_OP_MULTIPLY:
    case KILN_OP_DIVIDE: put_inside(w, "(", i, suffix); break;
    }
}

/* Thermo-Calc has no "/". `is_turned`: the number that it begins with is written without its sign. */
static void put_product(const program *w, int i, int is_turned)
{
    const kiln_i_step *step = &w->steps[i];
    if (is_product(step)) {
        put_product(w, left_of(w, i), is_turned);
        put(w, "*", "");
        put_value(w, i - 1, step->op == KILN_OP_DIVIDE ? "**(-1)" : "");
    } else if (is_turned) put_number(w, -step->value, "");
    else put_value(w, i, "");
}

/* Whether it begins with a negative number. */
static int is_negative(const program *w, int i)
{
    while (is_product(&w->steps[i])) i = left_of(w, i);
    return w->steps[i].op == KILN_OP_NUMBER && w->steps[i].value < 0.0;
}

/* What "-" before a product is read as. */
static int is_negated(const program *w, int i)
{
    return w->steps[i].op == KILN_OP_MULTIPLY && w->steps[i - 1].op == KILN_OP_NUMBER && w->steps[i - 1].value == -1.0;
}

static void put_term(const program *w, int i, int is_signed)
{
    const int is_negation = is_negated(w, i), is_turned = !is_negation && is_negative(w, i);
    if (is_signed || is_negation || is_turned) put(w, is_negation || is_turned ? "-" : "+", "");
    put_product(w, is_negation ? left_of(w, i) : i, is_turned);
}

/* `is_signed`: a "+" stands before its first term too. */
static void put_sum(const program *w, int i, int is_signed)
{
    if (w->steps[i].op == KILN_OP_ADD) {
        put_sum(w, left_of(w, i), is_signed);
        put_term(w, i - 1, 1);
    } else put_term(w, i, is_signed);
}

void kiln_i_export_program(kiln_i_export *t, const kiln_i_step *steps, int n)
{
    program w = {t, steps, kiln_i_calloc(t->ctx, (size_t)n, sizeof *w.start)};
    if (!w.start) {
        if (t->out.status == KILN_OK) t->out.status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "an expression of a TDB");
        return;
    }
    find_starts(&w, n);
    kiln_i_export_put(t, 1, "");
    put_sum(&w, n - 1, 1);
    kiln_i_free(t->ctx, w.start);
}
