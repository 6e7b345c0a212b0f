#include "report/canvas.h"

#include "core/context.h"
#include "text/utf8.h"

enum { ELLIPSIS = 0x2026 };

int kiln_i_canvas_open(kiln_context *ctx, int columns, int rows, kiln_i_canvas *c)
{
    *c = (kiln_i_canvas){columns, rows, kiln_i_calloc(ctx, (size_t)columns * (size_t)rows, sizeof *c->cell)};
    return c->cell != NULL;
}

void kiln_i_canvas_close(kiln_context *ctx, kiln_i_canvas *c) { kiln_i_free(ctx, c->cell); }

void kiln_i_canvas_put(kiln_i_canvas *c, int column, int row, uint32_t code)
{
    if (column >= 0 && column < c->columns && row >= 0 && row < c->rows) c->cell[row * c->columns + column] = code;
}

static uint32_t printable(uint32_t code, int length)
{
    return length < 0 || code < 0x20 || (code >= 0x7F && code < 0xA0) ? '?' : code;
}

static void put_along(kiln_i_canvas *c, int column, int row, int right, int down, const char *text, int most)
{
    uint32_t code = 0;
    int length;
    for (int i = 0; i < most && (length = kiln_i_utf8_decode(text, &code)) != 0; ++i) {
        text += length > 0 ? length : 1;
        const int is_cut = i + 1 == most && *text;
        kiln_i_canvas_put(c, column + i * right, row + i * down, is_cut ? ELLIPSIS : printable(code, length));
    }
}

void kiln_i_canvas_text(kiln_i_canvas *c, int column, int row, const char *text, int most)
{
    put_along(c, column, row, 1, 0, text, most);
}

void kiln_i_canvas_upright(kiln_i_canvas *c, int column, int row, const char *text, int most)
{
    put_along(c, column, row, 0, 1, text, most);
}

/* RFC 3629. */
static size_t encode(uint32_t code, char out[4])
{
    static const unsigned char lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    const size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(lead[n] | code);
    return n;
}

void kiln_i_canvas_write(const kiln_i_canvas *c, kiln_i_buffer *b)
{
    char bytes[4];
    for (int row = 0; row < c->rows; ++row) {
        const uint32_t *cell = &c->cell[row * c->columns];
        int n = c->columns;
        while (n > 0 && (cell[n - 1] == 0 || cell[n - 1] == ' ')) --n;
        for (int i = 0; i < n; ++i) kiln_i_buffer_add(b, bytes, encode(cell[i] ? cell[i] : ' ', bytes));
        kiln_i_buffer_print(b, "\n");
    }
}
