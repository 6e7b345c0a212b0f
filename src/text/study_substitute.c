#include "text/study.h"

#include "core/context.h"
#include "text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 32, DIGITS = 12 };

/* What stands in braces, read from left to right. */
typedef struct scanner {
    const kiln_i_study_reader *r;
    kiln_i_point *point;
    const char *text; /* of the whole value */
    int at, depth;
} scanner;

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static char peek(scanner *s)
{
    while (s->text[s->at] == ' ') s->at++;
    return s->text[s->at];
}

static int name_length(const char *text)
{
    int n = 0;
    while (is_letter(text[n]) || (n > 0 && (is_digit(text[n]) || text[n] == '-'))) n++;
    while (n > 0 && text[n - 1] == '-') n--;
    return n;
}

static kiln_status expected(scanner *s, const char *what)
{
    if (!peek(s)) return kiln_i_fail(s->r->ctx, KILN_E_PARSE, "expected %s, found the end of the value", what);
    return kiln_i_fail(s->r->ctx, KILN_E_PARSE, "expected %s, found \"%.12s\"", what, s->text + s->at);
}

/* A key of the sweep; x-y is a name where there is such a key, else a difference. */
static kiln_i_binding *find(const scanner *s, int *length)
{
    for (int n = name_length(s->text + s->at); n > 0;) {
        for (int i = 0; i < s->point->n; ++i) {
            const char *name = s->point->binding[i].key->text;
            if (strlen(name) == (size_t)n && strncmp(name, s->text + s->at, (size_t)n) == 0) {
                *length = n;
                return &s->point->binding[i];
            }
        }
        do --n;
        while (n > 0 && s->text[s->at + n] != '-');
    }
    return NULL;
}

static kiln_status refuse_name(scanner *s)
{
    char list[256] = "";
    const int n = name_length(s->text + s->at);
    for (int i = 0; i < s->point->n; ++i) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", s->point->binding[i].key->text);
    }
    if (!*list) snprintf(list, sizeof list, "none: this case has no sweep");
    return kiln_i_fail(s->r->ctx, KILN_E_PARSE, "expected a name of the case's sweep (%s), found \"%.*s\"", list, n < 60 ? n : 60,
                       s->text + s->at);
}

static kiln_status read_variable(scanner *s, double *value)
{
    int length;
    kiln_i_binding *b = find(s, &length);
    if (!b) return refuse_name(s);
    const char *text = b->value->text;
    const int sign = *text == '-' || *text == '+', used = kiln_i_number_scan(text + sign, value);
    if (!used || text[sign + used])
        return kiln_i_fail(s->r->ctx, KILN_E_PARSE, "expected numbers to calculate with, found %.60s = %.60s", b->key->text,
                           text);
    if (*text == '-') *value = -*value;
    b->is_used = 1;
    s->at += length;
    return KILN_OK;
}

static kiln_status read_sum(scanner *s, double *value);

static kiln_status read_factor(scanner *s, double *value)
{
    const char c = peek(s);
    if (is_letter(c)) return read_variable(s, value);
    if (c == '-' || c == '(') {
        if (++s->depth > MAX_DEPTH) return kiln_i_fail(s->r->ctx, KILN_E_PARSE, "expected at most %d brackets", MAX_DEPTH);
        s->at++;
        const kiln_status status = c == '-' ? read_factor(s, value) : read_sum(s, value);
        if (status != KILN_OK) return status;
        s->depth--;
        if (c == '-') *value = -*value;
        else if (peek(s) != ')') return expected(s, "\")\"");
        else s->at++;
        return KILN_OK;
    }
    const int used = kiln_i_number_scan(s->text + s->at, value);
    if (!used) return expected(s, "a number, a name of the sweep or \"(\"");
    s->at += used;
    return KILN_OK;
}

static kiln_status read_product(scanner *s, double *value)
{
    kiln_status status = read_factor(s, value);
    for (char c = peek(s); status == KILN_OK && (c == '*' || c == '/'); c = peek(s)) {
        double next = 1.0;
        s->at++;
        if ((status = read_factor(s, &next)) == KILN_OK) *value = c == '*' ? *value * next : *value / next;
    }
    return status;
}

static kiln_status read_sum(scanner *s, double *value)
{
    kiln_status status = read_product(s, value);
    for (char c = peek(s); status == KILN_OK && (c == '+' || c == '-'); c = peek(s)) {
        double next = 0.0;
        s->at++;
        if ((status = read_product(s, &next)) == KILN_OK) *value += c == '+' ? next : -next;
    }
    return status;
}

/* {x}: the text itself. 1 if it was that. */
static int read_name_alone(scanner *s, const char **text)
{
    int length;
    const int start = s->at;
    if (!is_letter(peek(s))) return 0;
    kiln_i_binding *b = find(s, &length);
    if (b) s->at += length;
    if (!b || peek(s) != '}') {
        s->at = start;
        return 0;
    }
    b->is_used = 1;
    *text = b->value->text;
    return 1;
}

/* Behind "{", up to and with "}". */
static kiln_status read_braces(scanner *s, char number[KILN_NUMBER_TEXT], const char **text)
{
    double value = 0.0;
    if (!read_name_alone(s, text)) {
        const kiln_status status = read_sum(s, &value);
        if (status != KILN_OK) return status;
        if (peek(s) != '}') return expected(s, "+, -, *, / or \"}\"");
        if (!isfinite(value))
            return kiln_i_fail(s->r->ctx, KILN_E_PARSE, "expected a finite number, found a division by zero or an overflow");
        *text = kiln_i_number_text(fabs(value) > 0.0 ? value : 0.0, DIGITS, number);
    }
    s->at++;
    return KILN_OK;
}

kiln_status kiln_i_study_substitute(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, kiln_i_point *point, char *out)
{
    scanner s = {.r = r, .point = point, .text = node->text};
    size_t used = 0;
    while (s.text[s.at]) {
        char number[KILN_NUMBER_TEXT];
        const char *piece = s.text + s.at;
        size_t length = 1;
        kiln_status status = KILN_OK;
        if (*piece == '{') {
            s.at++;
            if ((status = read_braces(&s, number, &piece)) == KILN_OK) length = strlen(piece);
        } else if (*piece == '}') status = kiln_i_fail(r->ctx, KILN_E_PARSE, "expected \"{\" before \"}\"");
        else s.at++;
        if (status == KILN_OK && used + length >= KILN_STUDY_VALUE)
            status = kiln_i_fail(r->ctx, KILN_E_PARSE, "expected at most %d bytes", KILN_STUDY_VALUE - 1);
        if (status != KILN_OK) return kiln_i_yaml_locate(r->yaml, node, s.at, status);
        memcpy(out + used, piece, length);
        used += length;
    }
    out[used] = '\0';
    return KILN_OK;
}
