/* Private: a page of characters, one code point a cell, to be drawn on in any order. */
#ifndef KILN_REPORT_CANVAS_H
#define KILN_REPORT_CANVAS_H

#include "report/buffer.h"

#include <stdint.h>

typedef struct kiln_i_canvas {
    int columns, rows; /* row 0 is the highest */
    uint32_t *cell;    /* [columns * rows] 0: blank */
} kiln_i_canvas;

/* 0 after a failure. A canvas of zeros may be closed. */
int kiln_i_canvas_open(kiln_context *ctx, int columns, int rows, kiln_i_canvas *c);
void kiln_i_canvas_close(kiln_context *ctx, kiln_i_canvas *c);

/* What lies outside is not drawn. */
void kiln_i_canvas_put(kiln_i_canvas *c, int column, int row, uint32_t code);
/* Along the row, or down the column; what is not printable becomes a question mark, and beyond `most` characters the text is cut and ends in an ellipsis. */
void kiln_i_canvas_text(kiln_i_canvas *c, int column, int row, const char *text, int most);
void kiln_i_canvas_upright(kiln_i_canvas *c, int column, int row, const char *text, int most);
/* Lines of UTF-8 without blanks at their ends. */
void kiln_i_canvas_write(const kiln_i_canvas *c, kiln_i_buffer *b);

#endif
