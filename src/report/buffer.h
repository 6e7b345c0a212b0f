/* Private: text that grows, for renderers; failures stay in `status` and are checked once. */
#ifndef KILN_REPORT_BUFFER_H
#define KILN_REPORT_BUFFER_H

#include <kiln/context.h>

#include <stdarg.h>

typedef struct kiln_i_buffer {
    kiln_context *ctx;
    kiln_status status;
    char *bytes; /* zero-terminated once anything was added; free with kiln_i_free */
    size_t used, size;
} kiln_i_buffer;

void kiln_i_buffer_add(kiln_i_buffer *b, const char *bytes, size_t length);
void kiln_i_buffer_print(kiln_i_buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void kiln_i_buffer_print_args(kiln_i_buffer *b, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Columns that UTF-8 text takes on a terminal, one a character. */
int kiln_i_text_columns(const char *text);
/* Words of `text`, broken before column 90; lines after the first are indented by `indent`. `column` is where the text starts. */
void kiln_i_buffer_wrap(kiln_i_buffer *b, const char *text, int column, int indent);
/* The same before column `line_columns`. */
void kiln_i_buffer_wrap_within(kiln_i_buffer *b, const char *text, int column, int indent, int line_columns);

#endif
