#include "report/report.h"

#include "text/quantity.h"

#include <string.h>

enum { DIGITS = 10 };

static void separate(kiln_i_buffer *b)
{
    if (b->used > 0 && b->bytes[b->used - 1] != '\n') kiln_i_buffer_add(b, ",", 1);
}

void kiln_i_csv_quoted(kiln_i_buffer *b, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        kiln_i_buffer_add(b, text, strlen(text));
        return;
    }
    kiln_i_buffer_add(b, "\"", 1);
    for (const char *p = text; *p; ++p) kiln_i_buffer_add(b, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    kiln_i_buffer_add(b, "\"", 1);
}

void kiln_i_csv_text(kiln_i_buffer *b, const char *text)
{
    separate(b);
    kiln_i_csv_quoted(b, text);
}

void kiln_i_csv_value(kiln_i_buffer *b, double value)
{
    char number[KILN_NUMBER_TEXT];
    separate(b);
    kiln_i_buffer_print(b, "%s", kiln_i_number_text(value, DIGITS, number));
}

void kiln_i_csv_number(kiln_i_buffer *b, const json_t *node, const char *path)
{
    if (kiln_i_tree_has(node, path)) kiln_i_csv_value(b, kiln_i_tree_number(node, path));
    else separate(b);
}

void kiln_i_csv_temperature(kiln_i_buffer *b, const json_t *node, const char *path)
{
    if (kiln_i_tree_has(node, path)) {
        kiln_i_csv_value(b, kiln_i_celsius(kiln_i_tree_number(node, path)));
        kiln_i_csv_value(b, kiln_i_tree_number(node, path));
    } else {
        separate(b);
        separate(b);
    }
}

void kiln_i_csv_end(kiln_i_buffer *b) { kiln_i_buffer_add(b, "\n", 1); }
