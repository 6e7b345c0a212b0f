/* Private: the language of G(T) in databases: a sum of terms in T, ln(T) and names, docs/database-format.md. */
#ifndef KILN_TEXT_EXPRESSION_H
#define KILN_TEXT_EXPRESSION_H

#include <kiln/context.h>

enum { KILN_MAX_EXPRESSION_TERMS = 64 };

/* coefficient * T^power * (ln T, if has_log) * (the named quantity, if name_length > 0). */
typedef struct kiln_i_expression_term {
    double coefficient;
    double power;
    int has_log;
    int name_offset, name_length; /* into the text; length 0 for none. A name stands alone: power 0, no ln. */
} kiln_i_expression_term;

typedef struct kiln_i_expression {
    int n;
    kiln_i_expression_term terms[KILN_MAX_EXPRESSION_TERMS];
} kiln_i_expression;

/* Parse `text`. On failure returns KILN_E_PARSE with a sentence without position, and *offset is the byte at fault. */
kiln_status kiln_i_expression_parse(kiln_context *ctx, const char *text, kiln_i_expression *out, int *offset);

/* 1 if `name` may name a function: letters, digits and _, no digit first, neither T nor ln. */
int kiln_i_expression_is_name(const char *name);

#endif
