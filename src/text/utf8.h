/* Private: UTF-8 as people type it. */
#ifndef KILN_TEXT_UTF8_H
#define KILN_TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Code point at the start of a zero-terminated text and its length in bytes; 0 at the end of the text, -1 where the
 * bytes are not UTF-8 (overlong forms and surrogates included). `code` may be NULL. */
int kiln_i_utf8_decode(const char *text, uint32_t *code);

/* True for space, tab, line ends, and the no-break, thin and narrow spaces of typeset text. */
int kiln_i_utf8_is_space(uint32_t code);

/* Bytes of white space at the start of `text`. */
int kiln_i_utf8_spaces(const char *text);

/* The beginning of `text` for a message: cut between characters, "..." where cut, '?' for what is not UTF-8 or not
 * printable. Returns `out`. */
const char *kiln_i_utf8_excerpt(const char *text, char *out, size_t size);

#endif
