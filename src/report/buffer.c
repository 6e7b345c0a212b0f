#include "report/buffer.h"

#include "core/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_SIZE = 1024, LINE_COLUMNS = 90 };

static int reserve(kiln_i_buffer *b, size_t more)
{
    if (b->status != KILN_OK) return 0;
    const size_t needed = b->used + more + 1;
    if (needed <= b->size) return 1;
    size_t size = b->size ? 2 * b->size : FIRST_SIZE;
    if (size < needed) size = needed;
    if (!kiln_i_grow(b->ctx, &b->bytes, b->used, size, 1)) {
        b->status = kiln_i_fail(b->ctx, KILN_E_NOMEM, "text of the result");
        return 0;
    }
    b->size = size;
    return 1;
}

void kiln_i_buffer_add(kiln_i_buffer *b, const char *bytes, size_t length)
{
    if (!reserve(b, length)) return;
    memcpy(b->bytes + b->used, bytes, length);
    b->used += length;
    b->bytes[b->used] = '\0';
}

void kiln_i_buffer_print_args(kiln_i_buffer *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    if (length >= 0 && reserve(b, (size_t)length)) {
        vsnprintf(b->bytes + b->used, (size_t)length + 1, format, again);
        b->used += (size_t)length;
    }
    va_end(again);
}

void kiln_i_buffer_print(kiln_i_buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    kiln_i_buffer_print_args(b, format, args);
    va_end(args);
}

int kiln_i_text_columns(const char *text)
{
    int columns = 0;
    for (; *text; ++text) columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

static size_t word_length(const char *p) { return strcspn(p, " \n\t"); }

/* A number and its unit, and what stands around ±, stay on one line: 1.61 R, 653 ± 94 °C. */
static int belongs_to_next(const char *word, size_t length, const char *next)
{
    static const char *const units[] = {"°C", "K", "R", "%", "wt", "mol", "kJ", "kJ/mol", "J/mol", "J/mol/K", "±"};
    const char last = word[length - 1];
    if (length == strlen("±") && memcmp(word, "±", length) == 0) return 1;
    if (length == 2 && memcmp(word, "wt", 2) == 0) return *next == '%';
    if (last < '0' || last > '9') return 0;
    const size_t unit = strcspn(next, " \n\t,;:.)");
    for (size_t i = 0; i < sizeof units / sizeof *units; ++i)
        if (unit == strlen(units[i]) && memcmp(next, units[i], unit) == 0) return 1;
    return 0;
}

/* The words at `p` that must not be parted, with single spaces; returns the bytes of `p` they took. */
static size_t take_words(const char *p, char *out, size_t size)
{
    const char *start = p;
    size_t used = 0;
    for (;;) {
        size_t length = word_length(p);
        if (length > size - used - 2) length = size - used - 2;
        memcpy(out + used, p, length);
        used += length;
        const char *next = p + length + strspn(p + length, " \n\t");
        if (!*next || next == p + length || used + 32 > size || !belongs_to_next(p, length, next)) {
            out[used] = '\0';
            return (size_t)(next - start);
        }
        out[used++] = ' ';
        p = next;
    }
}

void kiln_i_buffer_wrap(kiln_i_buffer *b, const char *text, int column, int indent)
{
    kiln_i_buffer_wrap_within(b, text, column, indent, LINE_COLUMNS);
}

void kiln_i_buffer_wrap_within(kiln_i_buffer *b, const char *text, int column, int indent, int line_columns)
{
    char words[512];
    int is_first = 1;
    for (const char *p = text + strspn(text, " \n\t"); *p;) {
        p += take_words(p, words, sizeof words);
        const int columns = kiln_i_text_columns(words);
        if (!is_first && column + 1 + columns > line_columns) {
            kiln_i_buffer_print(b, "\n%*s%s", indent, "", words);
            column = indent + columns;
        } else {
            kiln_i_buffer_print(b, "%s%s", is_first ? "" : " ", words);
            column += columns + !is_first;
        }
        is_first = 0;
    }
    kiln_i_buffer_print(b, "\n");
}
