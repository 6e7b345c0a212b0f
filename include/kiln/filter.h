#ifndef KILN_FILTER_H
#define KILN_FILTER_H

#include <kiln/context.h>
#include <kiln/export.h>
#include <kiln/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a field of a table holds. */
typedef enum kiln_field_kind {
    KILN_FIELD_NONE, /**< nothing; of a column: a number or a text, as it comes in each row */
    KILN_FIELD_NUMBER,
    KILN_FIELD_TEXT
} kiln_field_kind;

/** A column of a table. */
typedef struct kiln_column {
    const char *name;
    kiln_field_kind kind;
} kiln_column;

/** One field of a row. */
typedef struct kiln_field {
    kiln_field_kind kind;
    double number;    /**< finite; with KILN_FIELD_NUMBER       */
    const char *text; /**< zero-terminated; with KILN_FIELD_TEXT */
} kiln_field;

/** A condition on the rows of a table, or a number that ranks them, such as "T_low_C < 1000 and S_R >= 1.5" or "width_K - 2*sigma_low_K". */
typedef struct kiln_filter kiln_filter;

/** What an expression has to give. */
typedef enum kiln_filter_kind { KILN_FILTER_CONDITION, KILN_FILTER_NUMBER } kiln_filter_kind;

/**
 * Parse an expression over columns. By rising precedence:
 *
 *   or, and, not              of conditions
 *   < <= > >= == !=           of two numbers; == and != of two texts, too
 *   + -, then * /, then -x    of numbers
 *   12.5, 'text', T_low_C     a number, a text, a column; [name of a column] where that has other characters than letters, digits and _
 *   min(a, b, ...) max(a, b, ...) abs(a) and brackets
 *
 * A field without a value, and a number divided by 0, make what is computed from them missing, and a comparison with it false: not (T_low_C < 1000) holds of a row without T_low_C.
 *
 * @param text     UTF-8, zero-terminated, at most 4095 bytes; copied
 * @param columns  [n_columns] what names mean; names are copied
 * @param out      receives the filter (NULL on failure); kiln_filter_free it before the context
 * @return KILN_OK; KILN_E_PARSE, the sentence names the column of the text and what would be accepted; KILN_E_ARG; KILN_E_NOMEM.
 *
 * Thread safety: any number of threads may ask one filter.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_filter_parse(kiln_context *ctx, const char *text, kiln_filter_kind kind, int n_columns,
                                                          const kiln_column *columns, kiln_filter **out);
KILN_EXPORT void kiln_filter_free(kiln_filter *filter);

/** 1 where a row of n_columns fields satisfies a condition. */
KILN_EXPORT int kiln_filter_passes(const kiln_filter *filter, const kiln_field *row);

/** The number of a row, NAN where it is missing. */
KILN_EXPORT double kiln_filter_number(const kiln_filter *filter, const kiln_field *row);

#ifdef __cplusplus
}
#endif
#endif
