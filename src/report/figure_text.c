#include "report/figure.h"

#include <ctype.h>
#include <string.h>

/* Advances of DejaVu Sans 2.37 from the blank to the tilde, in thousandths of the size (its table hmtx); other letters are taken as
 * OTHER wide. Subscripts are set at 0.8 of the size. */
static const short advance[] = {318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
                                636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
                                575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
                                611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
                                278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
enum { FIRST = ' ', LAST = '~', OTHER = 700 };
#define SUBSCRIPT 0.8

static size_t number_length(const char *p)
{
    size_t n = strspn(p, "0123456789");
    if (n > 0 && p[n] == '.') n += 1 + strspn(p + n + 1, "0123456789");
    return n > 0 && p[n - 1] == '.' ? n - 1 : n;
}

/* "-d", "+x", "-delta" after an amount: the part that is not known. */
static size_t open_length(const char *p)
{
    static const char *const names[] = {"delta", "\xce\xb4", "d", "x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        const size_t n = strlen(names[i]);
        if (strncmp(p, names[i], n) == 0 && !isalnum((unsigned char)p[n])) return n;
    }
    return 0;
}

/* Is `p` just behind an element's symbol or a bracket? */
static int follows_member(const char *text, const char *p)
{
    if (p == text) return 0;
    if (p[-1] == ')' || isupper((unsigned char)p[-1])) return 1;
    return p - text > 1 && islower((unsigned char)p[-1]) && isupper((unsigned char)p[-2]);
}

size_t kiln_i_figure_subscript(const char *text, const char *p)
{
    if (!follows_member(text, p) || strchr(text, '_')) return 0; /* FCC_A1 is a name */
    const size_t number = number_length(p);
    if (number == 0) return p[-1] == 'O' && *p == 'x' ? open_length(p) : 0;
    if (p[number] != '-' && p[number] != '+') return number;
    const size_t open = open_length(p + number + 1);
    return open ? number + 1 + open : number;
}

/* One byte, escaped for an enhanced text in single quotes: there a backslash takes the meaning from what follows it. */
static void add_byte(kiln_i_buffer *b, char c)
{
    static const char special[] = "_^@{}&~\\";
    if (c == '\'') kiln_i_buffer_add(b, "''", 2);
    else if ((unsigned char)c < 0x20 || c == 0x7f) kiln_i_buffer_add(b, " ", 1);
    else {
        if (strchr(special, c)) kiln_i_buffer_add(b, "\\", 1);
        kiln_i_buffer_add(b, &c, 1);
    }
}

static void add_subscript(kiln_i_buffer *b, const char *p, size_t n)
{
    kiln_i_buffer_print(b, "_{");
    for (size_t i = 0; i < n; ++i) {
        if (p[i] == '-') kiln_i_buffer_print(b, "\xe2\x88\x92");
        else if (p[i] == 'd') {
            kiln_i_buffer_print(b, "\xce\xb4");
            break; /* d or delta, which ends it */
        } else kiln_i_buffer_add(b, p + i, 1);
    }
    kiln_i_buffer_print(b, "}");
}

void kiln_i_figure_quote(kiln_i_buffer *b, const char *text)
{
    kiln_i_buffer_print(b, "'");
    for (const char *p = text; *p;) {
        const size_t n = kiln_i_figure_subscript(text, p);
        if (n > 0) add_subscript(b, p, n);
        else add_byte(b, *p);
        p += n ? n : 1;
    }
    kiln_i_buffer_print(b, "'");
}

static double width_of(const char *p)
{
    if (*p >= FIRST && *p <= LAST) return advance[*p - FIRST] / 1000.0;
    return ((unsigned char)*p & 0xC0) == 0x80 ? 0.0 : OTHER / 1000.0; /* bytes that go on a character have none */
}

double kiln_i_figure_text_width(const char *text, double font)
{
    double ems = 0.0;
    for (const char *p = text; *p;) {
        const size_t n = kiln_i_figure_subscript(text, p);
        for (size_t i = 0; i < n; ++i) ems += SUBSCRIPT * width_of(p + i);
        if (n == 0) ems += width_of(p);
        p += n ? n : 1;
    }
    return ems * font;
}

double kiln_i_figure_text_fit(const char *text, double font, double room)
{
    const double width = kiln_i_figure_text_width(text, font);
    return width > room ? font * room / width : font;
}
