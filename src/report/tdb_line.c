#include "report/tdb.h"

#include "core/context.h"
#include "text/quantity.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Thermo-Calc reads 80 columns; a semicolon or an end may follow the last piece. */
enum { LINE = 76, COMMENT = 2048 };

void kiln_i_export_put(kiln_i_export *t, int is_word, const char *text)
{
    const int length = (int)strlen(text), blank = is_word && t->column > 0;
    if (t->column > 2 && t->column + blank + length > LINE) {
        kiln_i_buffer_print(&t->out, "\n  %s", text);
        t->column = 2 + length;
        return;
    }
    kiln_i_buffer_print(&t->out, "%s%s", blank ? " " : "", text);
    t->column += blank + length;
}

void kiln_i_export_end(kiln_i_export *t)
{
    kiln_i_buffer_print(&t->out, " !\n");
    t->column = 0;
}

char kiln_i_export_clean(char c)
{
    if (c == '!') return '.';
    if (c == '$') return '?'; /* a comment would begin */
    if (c == '\'') return '`';
    return c == '\n' || c == '\t' ? ' ' : c < ' ' || c > '~' ? '?' : c;
}

/* Words of cleaned text in lines that begin with $; a word longer than a line is broken. */
static void wrap(kiln_i_export *t, const char *text)
{
    int column = 0;
    for (const char *p = text + strspn(text, " "); *p; p += strspn(p, " ")) {
        int length = (int)strcspn(p, " ");
        if (length > LINE - 2) length = LINE - 2;
        if (column > 0 && column + 1 + length > LINE) {
            kiln_i_buffer_print(&t->out, "\n");
            column = 0;
        }
        kiln_i_buffer_print(&t->out, "%s %.*s", column ? "" : "$", length, p);
        column += length + (column ? 1 : 2);
        p += length;
    }
    kiln_i_buffer_print(&t->out, column ? "\n" : "$\n");
}

void kiln_i_export_comment(kiln_i_export *t, const char *format, ...)
{
    char text[COMMENT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *p = text; *p; ++p) *p = kiln_i_export_clean(*p);
    wrap(t, text);
}

const char *kiln_i_export_number(double value, char *out)
{
    char *exponent = strchr(kiln_i_number_exact(value, out), 'e');
    if (exponent) *exponent = 'E';
    return out;
}
