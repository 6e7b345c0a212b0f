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

void kiln_i_buffer_print(kiln_i_buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    if (length >= 0 && reserve(b, (size_t)length)) {
        vsnprintf(b->bytes + b->used, (size_t)length + 1, format, again);
        b->used += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

int kiln_i_text_columns(const char *text)
{
    int columns = 0;
    for (; *text; ++text) columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

void kiln_i_buffer_wrap(kiln_i_buffer *b, const char *text, int column, int indent)
{
    char word[512];
    int is_first = 1;
    for (const char *p = text + strspn(text, " \n\t"); *p;) {
        size_t length = strcspn(p, " \n\t");
        if (length >= sizeof word) length = sizeof word - 1;
        memcpy(word, p, length);
        word[length] = '\0';
        const int columns = kiln_i_text_columns(word);
        if (!is_first && column + 1 + columns > LINE_COLUMNS) {
            kiln_i_buffer_print(b, "\n%*s%s", indent, "", word);
            column = indent + columns;
        } else {
            kiln_i_buffer_print(b, "%s%s", is_first ? "" : " ", word);
            column += columns + !is_first;
        }
        is_first = 0;
        p += length;
        p += strspn(p, " \n\t");
    }
    kiln_i_buffer_print(b, "\n");
}
