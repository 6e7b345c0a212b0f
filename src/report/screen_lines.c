#include "report/report.h"
#include "report/sink.h"
#include "text/quantity.h"

#include <string.h>

enum { DIGITS = 10 };

static void put(kiln_i_buffer *b, const char *text) { kiln_i_buffer_add(b, text, strlen(text)); }

/* What a table of candidates has brought is given back as it is, whatever its digits. */
static void put_number(kiln_i_buffer *b, const kiln_column *column, double value)
{
    char number[KILN_NUMBER_TEXT];
    const int is_carried = column->kind == KILN_FIELD_NONE;
    put(b, is_carried ? kiln_i_number_exact(value, number) : kiln_i_number_text(value, DIGITS, number));
}

void kiln_i_screen_header(kiln_i_buffer *b, int n_columns, const kiln_column *column)
{
    for (int i = 0; i < n_columns; ++i) {
        if (i > 0) put(b, ",");
        kiln_i_csv_quoted(b, column[i].name);
    }
    put(b, "\n");
}

void kiln_i_screen_csv(kiln_i_buffer *b, int n_columns, const kiln_column *column, const kiln_field *field)
{
    for (int i = 0; i < n_columns; ++i) {
        if (i > 0) put(b, ",");
        if (field[i].kind == KILN_FIELD_TEXT) kiln_i_csv_quoted(b, field[i].text);
        else if (field[i].kind == KILN_FIELD_NUMBER) put_number(b, &column[i], field[i].number);
    }
    put(b, "\n");
}

/* Texts are UTF-8 without control characters; should one hold any, it is escaped, too. */
static void put_json_text(kiln_i_buffer *b, const char *text)
{
    put(b, "\"");
    for (const char *p = text; *p;) {
        size_t plain = 0;
        while (p[plain] && p[plain] != '"' && p[plain] != '\\' && (unsigned char)p[plain] >= 0x20) ++plain;
        kiln_i_buffer_add(b, p, plain);
        p += plain;
        if (!*p) break;
        if (*p == '"' || *p == '\\') kiln_i_buffer_print(b, "\\%c", *p);
        else kiln_i_buffer_print(b, "\\u%04x", (unsigned)(unsigned char)*p);
        ++p;
    }
    put(b, "\"");
}

void kiln_i_screen_json(kiln_i_buffer *b, int n_columns, const kiln_column *column, const kiln_field *field)
{
    for (int i = 0; i < n_columns; ++i) {
        put(b, i > 0 ? ", " : "{");
        put_json_text(b, column[i].name);
        put(b, ": ");
        if (field[i].kind == KILN_FIELD_TEXT) put_json_text(b, field[i].text);
        else if (field[i].kind == KILN_FIELD_NUMBER) put_number(b, &column[i], field[i].number);
        else put(b, "null");
    }
    put(b, "}\n");
}
