#include <kiln/filter.h>
#include <kiln/nearest.h>

#include "core/context.h"
#include "text/quantity.h"
#include "text/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NODES = 512, MAX_DEPTH = 64, MAX_BYTES = 4095, MAX_NAME = 128 };

typedef enum op {
    NUMBER,
    TEXT,
    COLUMN,
    NEGATE,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    LEAST,
    MOST,
    ABSOLUTE,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL,
    UNEQUAL,
    NOT,
    AND,
    OR
} op;

typedef enum type { IS_NUMBER, IS_TEXT, IS_EITHER, IS_CONDITION } type;

typedef struct node {
    op operation;
    type type;
    int a, b;     /* operands, or the column in a */
    double value; /* of NUMBER */
    int text;     /* of TEXT, an offset into the filter's own copy */
} node;

struct kiln_filter {
    kiln_context *ctx;
    char text[MAX_BYTES + 1]; /* texts in quotes end with a zero in it, once parsed */
    int n, root;
    node nodes[MAX_NODES];
};

typedef struct parser {
    kiln_context *ctx;
    kiln_filter *filter;
    const char *text; /* as given */
    int at, depth, n_columns;
    const kiln_column *columns;
} parser;

/* ---- Errors ---- */

static int column_of(const char *text, int at)
{
    int column = 1;
    for (int i = 0; i < at; ++i) column += ((unsigned char)text[i] & 0xC0) != 0x80;
    return column;
}

static kiln_status refuse(const parser *p, int at, const char *format, ...) __attribute__((format(printf, 3, 4)));

static kiln_status refuse(const parser *p, int at, const char *format, ...)
{
    char problem[400], shown[120];
    va_list args;
    va_start(args, format);
    vsnprintf(problem, sizeof problem, format, args);
    va_end(args);
    return kiln_i_fail(p->ctx, KILN_E_PARSE, "expression \"%s\", column %d: %s",
                       kiln_i_utf8_excerpt(p->text, shown, sizeof shown), column_of(p->text, at), problem);
}

static kiln_status expected(const parser *p, const char *what)
{
    char shown[24];
    if (!p->text[p->at]) return refuse(p, p->at, "expected %s, found the end", what);
    return refuse(p, p->at, "expected %s, found \"%s\"", what, kiln_i_utf8_excerpt(p->text + p->at, shown, sizeof shown));
}

static const char *type_text(type t)
{
    return t == IS_NUMBER ? "a number" : t == IS_TEXT ? "a text" : t == IS_CONDITION ? "a condition" : "a number or a text";
}

static kiln_status require(const parser *p, int at, int index, type wanted)
{
    const type found = p->filter->nodes[index].type;
    if (found == wanted || (wanted == IS_NUMBER && found == IS_EITHER)) return KILN_OK;
    return refuse(p, at, "expected %s, found %s", type_text(wanted), type_text(found));
}

/* ---- Words ---- */

static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static char peek(parser *p)
{
    while (p->text[p->at] == ' ' || p->text[p->at] == '\t' || p->text[p->at] == '\n') ++p->at;
    return p->text[p->at];
}

static int name_length(const char *text)
{
    int n = 0;
    while (is_letter(text[n]) || (n > 0 && is_digit(text[n]))) ++n;
    return n;
}

static int is_word(const char *text, int length, const char *word)
{
    return (int)strlen(word) == length && strncmp(text, word, (size_t)length) == 0;
}

static int take_word(parser *p, const char *word)
{
    (void)peek(p);
    const int length = name_length(p->text + p->at);
    if (!is_word(p->text + p->at, length, word)) return 0;
    p->at += length;
    return 1;
}

static int take_sign(parser *p, const char *sign)
{
    (void)peek(p);
    if (strncmp(p->text + p->at, sign, strlen(sign)) != 0) return 0;
    p->at += (int)strlen(sign);
    return 1;
}

static kiln_status add(parser *p, node made, int *index)
{
    if (p->filter->n == MAX_NODES) return refuse(p, p->at, "expected at most %d operations", (int)MAX_NODES);
    *index = p->filter->n;
    p->filter->nodes[p->filter->n++] = made;
    return KILN_OK;
}

/* ---- Operands ---- */

static kiln_status parse_or(parser *p, int *index);
static kiln_status parse_sum(parser *p, int *index);

static kiln_status find_column(const parser *p, int at, const char *name, int *column)
{
    kiln_nearest search = kiln_nearest_to(name);
    for (int c = 0; c < p->n_columns; ++c) {
        if (strcmp(p->columns[c].name, name) == 0) {
            *column = c;
            return KILN_OK;
        }
        kiln_nearest_offer(&search, p->columns[c].name);
    }
    if (search.name) return refuse(p, at, "there is no column \"%.60s\"; did you mean \"%.60s\"?", name, search.name);
    return refuse(p, at, "there is no column \"%.60s\"", name);
}

static kiln_status parse_column(parser *p, int at, int length, int *index)
{
    char name[MAX_NAME];
    int column = 0;
    if (length >= MAX_NAME) return refuse(p, at, "expected a name of at most %d bytes", MAX_NAME - 1);
    memcpy(name, p->text + at, (size_t)length);
    name[length] = '\0';
    const kiln_status status = find_column(p, at, name, &column);
    if (status != KILN_OK) return status;
    const kiln_field_kind kind = p->columns[column].kind;
    const type t = kind == KILN_FIELD_NUMBER ? IS_NUMBER : kind == KILN_FIELD_TEXT ? IS_TEXT : IS_EITHER;
    return add(p, (node){.operation = COLUMN, .type = t, .a = column}, index);
}

/* [name of a column] */
static kiln_status parse_bracketed(parser *p, int *index)
{
    const int start = ++p->at;
    const char *end = strchr(p->text + start, ']');
    if (!end) return refuse(p, start - 1, "expected \"]\" after the name of a column");
    p->at = (int)(end - p->text) + 1;
    return parse_column(p, start, (int)(end - p->text) - start, index);
}

static kiln_status parse_text(parser *p, int *index)
{
    const char quote = p->text[p->at];
    const int start = ++p->at;
    const char *end = strchr(p->text + start, quote);
    if (!end) return refuse(p, start - 1, "expected a quotation mark that ends this text");
    p->filter->text[end - p->text] = '\0';
    p->at = (int)(end - p->text) + 1;
    return add(p, (node){.operation = TEXT, .type = IS_TEXT, .text = start}, index);
}

static kiln_status parse_number(parser *p, int *index)
{
    double value;
    const int used = kiln_i_number_scan(p->text + p->at, &value);
    if (used == 0) return expected(p, "a number");
    if (is_letter(p->text[p->at + used])) return refuse(p, p->at, "expected a number without a unit: columns say theirs");
    if (!isfinite(value)) return refuse(p, p->at, "expected a smaller number");
    p->at += used;
    return add(p, (node){.operation = NUMBER, .type = IS_NUMBER, .value = value}, index);
}

/* The arguments of min and max, folded pairwise, or the one of abs. */
static kiln_status parse_call(parser *p, op operation, int *index)
{
    kiln_status status;
    if (!take_sign(p, "(")) return expected(p, "\"(\"");
    if (++p->depth > MAX_DEPTH) return refuse(p, p->at - 1, "expected functions nested at most %d deep", MAX_DEPTH);
    for (int n = 0;; ++n) {
        int argument, at = (peek(p), p->at);
        if ((status = parse_sum(p, &argument)) != KILN_OK) return status;
        if ((status = require(p, at, argument, IS_NUMBER)) != KILN_OK) return status;
        if (operation == ABSOLUTE) status = add(p, (node){.operation = operation, .type = IS_NUMBER, .a = argument}, index);
        else if (n > 0) status = add(p, (node){.operation = operation, .type = IS_NUMBER, .a = *index, .b = argument}, index);
        else *index = argument;
        if (status != KILN_OK) return status;
        if (operation == ABSOLUTE || !take_sign(p, ",")) break;
    }
    --p->depth;
    return take_sign(p, ")") ? KILN_OK : expected(p, operation == ABSOLUTE ? "\")\"" : "\",\" or \")\"");
}

static kiln_status parse_brackets(parser *p, int *index)
{
    ++p->at;
    if (++p->depth > MAX_DEPTH) return refuse(p, p->at - 1, "expected brackets nested at most %d deep", MAX_DEPTH);
    const kiln_status status = parse_or(p, index);
    --p->depth;
    if (status != KILN_OK) return status;
    return take_sign(p, ")") ? KILN_OK : expected(p, "\")\" or an operator");
}

static kiln_status parse_operand(parser *p, int *index)
{
    const char c = peek(p);
    if (is_digit(c) || c == '.') return parse_number(p, index);
    if (c == '\'' || c == '"') return parse_text(p, index);
    if (c == '[') return parse_bracketed(p, index);
    if (c == '(') return parse_brackets(p, index);
    const int at = p->at, length = name_length(p->text + at);
    if (length == 0) return expected(p, "a number, 'a text', a column, a function or \"(\"");
    p->at += length;
    if (peek(p) == '(') {
        if (is_word(p->text + at, length, "min")) return parse_call(p, LEAST, index);
        if (is_word(p->text + at, length, "max")) return parse_call(p, MOST, index);
        if (is_word(p->text + at, length, "abs")) return parse_call(p, ABSOLUTE, index);
        return refuse(p, at, "expected min, max or abs, found \"%.*s\"", length < 60 ? length : 60, p->text + at);
    }
    return parse_column(p, at, length, index);
}

/* ---- Operators ---- */

static kiln_status parse_negated(parser *p, int *index)
{
    int signs = 0;
    while (take_sign(p, "-")) ++signs;
    (void)peek(p);
    const int at = p->at;
    kiln_status status = parse_operand(p, index);
    if (status != KILN_OK || signs == 0) return status;
    status = require(p, at, *index, IS_NUMBER);
    if (status != KILN_OK || signs % 2 == 0) return status;
    return add(p, (node){.operation = NEGATE, .type = IS_NUMBER, .a = *index}, index);
}

/* Operands of numbers between two signs of one rank, from the left. */
static kiln_status parse_chain(parser *p, kiln_status (*next)(parser *, int *), const char *first, op of_first,
                               const char *second, op of_second, int *index)
{
    (void)peek(p);
    int left_at = p->at;
    kiln_status status = next(p, index);
    while (status == KILN_OK) {
        const int is_first = take_sign(p, first);
        if (!is_first && !take_sign(p, second)) break;
        int right, right_at = (peek(p), p->at);
        if ((status = require(p, left_at, *index, IS_NUMBER)) != KILN_OK) break;
        if ((status = next(p, &right)) != KILN_OK) break;
        if ((status = require(p, right_at, right, IS_NUMBER)) != KILN_OK) break;
        status = add(p, (node){.operation = is_first ? of_first : of_second, .type = IS_NUMBER, .a = *index, .b = right}, index);
    }
    return status;
}

static kiln_status parse_product(parser *p, int *index)
{
    return parse_chain(p, parse_negated, "*", MULTIPLY, "/", DIVIDE, index);
}

static kiln_status parse_sum(parser *p, int *index) { return parse_chain(p, parse_product, "+", ADD, "-", SUBTRACT, index); }

static int take_comparison(parser *p, op *operation)
{
    static const struct {
        const char *sign;
        int means; /* longer ones first */
    } signs[] = {{"<=", LESS_OR_EQUAL}, {">=", GREATER_OR_EQUAL}, {"==", EQUAL}, {"!=", UNEQUAL}, {"<", LESS}, {">", GREATER}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; ++i)
        if (take_sign(p, signs[i].sign)) {
            *operation = (op)signs[i].means;
            return 1;
        }
    return 0;
}

/* Texts are equal or not; they have no order here. */
static kiln_status check_comparison(const parser *p, int at, op operation, int a, int b)
{
    const type left = p->filter->nodes[a].type, right = p->filter->nodes[b].type;
    if (left == IS_CONDITION || right == IS_CONDITION)
        return refuse(p, at, "expected a comparison of numbers or texts, found one of conditions: join these by and, or");
    if ((left == IS_TEXT && right == IS_NUMBER) || (left == IS_NUMBER && right == IS_TEXT))
        return refuse(p, at, "expected two numbers or two texts, found one of each");
    if ((left == IS_TEXT || right == IS_TEXT) && operation != EQUAL && operation != UNEQUAL)
        return refuse(p, at, "expected == or != between texts");
    return KILN_OK;
}

static kiln_status parse_comparison(parser *p, int *index)
{
    op operation;
    int right, at;
    kiln_status status = parse_sum(p, index);
    if (status != KILN_OK) return status;
    at = (peek(p), p->at);
    if (p->text[at] == '=' && p->text[at + 1] != '=') return refuse(p, at, "expected \"==\", found \"=\"");
    if (!take_comparison(p, &operation)) return KILN_OK;
    if ((status = parse_sum(p, &right)) != KILN_OK) return status;
    if ((status = check_comparison(p, at, operation, *index, right)) != KILN_OK) return status;
    status = add(p, (node){.operation = operation, .type = IS_CONDITION, .a = *index, .b = right}, index);
    at = (peek(p), p->at);
    if (status == KILN_OK && take_comparison(p, &operation))
        return refuse(p, at, "expected and, or, or the end: a comparison has two sides, as in a < b and b < c");
    return status;
}

static kiln_status parse_not(parser *p, int *index)
{
    if (!take_word(p, "not")) return parse_comparison(p, index);
    if (++p->depth > MAX_DEPTH) return refuse(p, p->at, "expected at most %d nested conditions", MAX_DEPTH);
    const int at = (peek(p), p->at);
    kiln_status status = parse_not(p, index);
    --p->depth;
    if (status == KILN_OK) status = require(p, at, *index, IS_CONDITION);
    return status == KILN_OK ? add(p, (node){.operation = NOT, .type = IS_CONDITION, .a = *index}, index) : status;
}

static kiln_status parse_joined(parser *p, kiln_status (*next)(parser *, int *), const char *word, op operation, int *index)
{
    (void)peek(p);
    const int left_at = p->at;
    kiln_status status = next(p, index);
    while (status == KILN_OK && take_word(p, word)) {
        int right, right_at = (peek(p), p->at);
        if ((status = require(p, left_at, *index, IS_CONDITION)) != KILN_OK) break;
        if ((status = next(p, &right)) != KILN_OK) break;
        if ((status = require(p, right_at, right, IS_CONDITION)) != KILN_OK) break;
        status = add(p, (node){.operation = operation, .type = IS_CONDITION, .a = *index, .b = right}, index);
    }
    return status;
}

static kiln_status parse_and(parser *p, int *index) { return parse_joined(p, parse_not, "and", AND, index); }
static kiln_status parse_or(parser *p, int *index) { return parse_joined(p, parse_and, "or", OR, index); }

static kiln_status parse_all(parser *p, kiln_filter_kind kind)
{
    const kiln_status status = parse_or(p, &p->filter->root);
    if (status != KILN_OK) return status;
    if (peek(p)) return expected(p, "an operator or the end");
    return require(p, 0, p->filter->root, kind == KILN_FILTER_CONDITION ? IS_CONDITION : IS_NUMBER);
}

kiln_status kiln_filter_parse(kiln_context *ctx, const char *text, kiln_filter_kind kind, int n_columns,
                              const kiln_column *columns, kiln_filter **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !out || n_columns < 0 || (n_columns > 0 && !columns)) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (strlen(text) > MAX_BYTES) return kiln_i_fail(ctx, KILN_E_PARSE, "an expression has at most %d bytes", (int)MAX_BYTES);
    kiln_filter *filter = kiln_i_calloc(ctx, 1, sizeof *filter);
    if (!filter) return kiln_i_fail(ctx, KILN_E_NOMEM, "an expression");
    filter->ctx = ctx;
    strcpy(filter->text, text);
    parser p = {.ctx = ctx, .filter = filter, .text = text, .n_columns = n_columns, .columns = columns};
    const kiln_status status = parse_all(&p, kind);
    if (status == KILN_OK) *out = filter;
    else kiln_filter_free(filter);
    return status;
}

void kiln_filter_free(kiln_filter *filter)
{
    if (filter) kiln_i_free(filter->ctx, filter);
}

/* ---- Values ---- */

/* The first that is missing decides, which fmin and fmax would pass over. */
static double extreme_of(double a, double b, int is_least)
{
    if (isnan(a) || isnan(b)) return NAN;
    return is_least ? fmin(a, b) : fmax(a, b);
}

static double number_of(const kiln_filter *f, int index, const kiln_field *row)
{
    const node *n = &f->nodes[index];
    if (n->operation == NUMBER) return n->value;
    if (n->operation == COLUMN) return row[n->a].kind == KILN_FIELD_NUMBER ? row[n->a].number : NAN;
    const double a = number_of(f, n->a, row);
    if (n->operation == NEGATE) return -a;
    if (n->operation == ABSOLUTE) return fabs(a);
    const double b = number_of(f, n->b, row);
    double value = NAN;
    if (n->operation == ADD) value = a + b;
    else if (n->operation == SUBTRACT) value = a - b;
    else if (n->operation == MULTIPLY) value = a * b;
    else if (n->operation == DIVIDE) value = a / b;
    else if (n->operation == LEAST || n->operation == MOST) value = extreme_of(a, b, n->operation == LEAST);
    return isfinite(value) ? value : NAN;
}

/* NULL where it is no text. */
static const char *text_of(const kiln_filter *f, int index, const kiln_field *row)
{
    const node *n = &f->nodes[index];
    if (n->operation == TEXT) return f->text + n->text;
    return n->operation == COLUMN && row[n->a].kind == KILN_FIELD_TEXT ? row[n->a].text : NULL;
}

static int compares(const kiln_filter *f, const node *n, const kiln_field *row)
{
    const char *left = text_of(f, n->a, row), *right = text_of(f, n->b, row);
    if (left && right && n->operation == EQUAL) return strcmp(left, right) == 0;
    if (left && right && n->operation == UNEQUAL) return strcmp(left, right) != 0;
    if (left || right) return 0;
    if (f->nodes[n->a].type == IS_TEXT || f->nodes[n->b].type == IS_TEXT) return 0;
    const double a = number_of(f, n->a, row), b = number_of(f, n->b, row);
    if (isnan(a) || isnan(b)) return 0;
    switch (n->operation) {
    case LESS: return a < b;
    case LESS_OR_EQUAL: return a <= b;
    case GREATER: return a > b;
    case GREATER_OR_EQUAL: return a >= b;
    case EQUAL: return a <= b && a >= b;
    default: return a < b || a > b;
    }
}

static int holds(const kiln_filter *f, int index, const kiln_field *row)
{
    const node *n = &f->nodes[index];
    if (n->operation == NOT) return !holds(f, n->a, row);
    if (n->operation == AND) return holds(f, n->a, row) && holds(f, n->b, row);
    if (n->operation == OR) return holds(f, n->a, row) || holds(f, n->b, row);
    return compares(f, n, row);
}

int kiln_filter_passes(const kiln_filter *filter, const kiln_field *row)
{
    return filter->nodes[filter->root].type == IS_CONDITION && holds(filter, filter->root, row);
}

double kiln_filter_number(const kiln_filter *filter, const kiln_field *row)
{
    return filter->nodes[filter->root].type == IS_CONDITION ? NAN : number_of(filter, filter->root, row);
}
