#include "text/utf8.h"

#include <string.h>

/* Length and payload of a leading byte; 0 for a byte that cannot lead. */
static int lead(unsigned char byte, uint32_t *bits)
{
    if (byte < 0x80) return *bits = byte, 1;
    if (byte >= 0xC2 && byte <= 0xDF) return *bits = byte & 0x1FU, 2;
    if (byte >= 0xE0 && byte <= 0xEF) return *bits = byte & 0x0FU, 3;
    if (byte >= 0xF0 && byte <= 0xF4) return *bits = byte & 0x07U, 4;
    return 0;
}

int kiln_i_utf8_decode(const char *text, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t value;
    if (!bytes[0]) return 0;
    const int length = lead(bytes[0], &value);
    if (!length) return -1;
    for (int i = 1; i < length; ++i) { /* the final zero is no continuation, so this never reads past it */
        if ((bytes[i] & 0xC0U) != 0x80U) return -1;
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return -1;
    if (code) *code = value;
    return length;
}

int kiln_i_utf8_is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x00A0 || code == 0x2009 || code == 0x202F;
}

int kiln_i_utf8_spaces(const char *text)
{
    uint32_t code;
    int used = 0, length;
    while ((length = kiln_i_utf8_decode(text + used, &code)) > 0 && kiln_i_utf8_is_space(code)) used += length;
    return used;
}

const char *kiln_i_utf8_excerpt(const char *text, char *out, size_t size)
{
    static const char more[] = "...";
    size_t used = 0;
    while (*text) {
        uint32_t code = 0;
        int length = kiln_i_utf8_decode(text, &code);
        const int printable = length > 0 && code >= 0x20 && code != 0x7F && !(code >= 0x80 && code < 0xA0);
        if (length < 0) length = 1;
        if (used + (size_t)length + sizeof more > size) {
            memcpy(out + used, more, sizeof more);
            return out;
        }
        if (printable) memcpy(out + used, text, (size_t)length);
        else out[used] = '?';
        used += printable ? (size_t)length : 1U;
        text += length;
    }
    out[used] = '\0';
    return out;
}
