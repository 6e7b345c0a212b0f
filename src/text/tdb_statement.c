#include "text/tdb.h"

#include "core/context.h"
#include "text/quantity.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_STATEMENTS = 1 << 20, LEAST_LETTERS = 3 };

/* The first of those that a word abbreviates is meant. */
static const struct {
    const char *name;
    kiln_i_tdb_keyword keyword;
} keywords[] = {{"ELEMENT", KILN_TDB_ELEMENT},
                {"SPECIES", KILN_TDB_SPECIES},
                {"FUNCTION", KILN_TDB_FUNCTION},
                {"PHASE", KILN_TDB_PHASE},
                {"CONSTITUENT", KILN_TDB_CONSTITUENT},
                {"PARAMETER", KILN_TDB_PARAMETER},
                {"TYPE_DEFINITION", KILN_TDB_TYPE_DEFINITION},
                {"TEMPERATURE_LIMITS", KILN_TDB_TEMPERATURE_LIMITS},
                {"LIST_OF_REFERENCES", KILN_TDB_LIST_OF_REFERENCES},
                {"ADD_REFERENCES", KILN_TDB_LIST_OF_REFERENCES},
                {"DATABASE_INFORMATION", KILN_TDB_DATABASE_INFO},
                {"ADD_CONSTITUENT", KILN_TDB_UNREAD},
                {"COMPOUND_PHASE", KILN_TDB_UNREAD},
                {"ALLOTROPIC_PHASE", KILN_TDB_UNREAD},
                {"DEFINE_SYSTEM_DEFAULT", KILN_TDB_IDLE},
                {"DEFAULT_COMMAND", KILN_TDB_IDLE},
                {"ASSESSED_SYSTEMS", KILN_TDB_IDLE},
                {"REFERENCE_FILE", KILN_TDB_IDLE},
                {"VERSION_DATE", KILN_TDB_IDLE},
                {"FTP_FILE", KILN_TDB_IDLE},
                {"OPTIMIZATION", KILN_TDB_IDLE},
                {"ZERO_VOLUME_SPECIES", KILN_TDB_IDLE},
                {"DIFFUSION", KILN_TDB_IDLE}};

enum { N_KEYWORDS = sizeof keywords / sizeof *keywords };

static int is_blank(char c) { return c == ' ' || c == '\n'; }
static int is_letter(char c) { return c >= 'A' && c <= 'Z'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_joint(char c) { return c == '_' || c == '-'; }

int kiln_i_tdb_abbreviates(const char *word, size_t length, const char *full)
{
    size_t i = 0;
    while (i < length) {
        for (; i < length && !is_joint(word[i]); i++, full++)
            if (word[i] != *full) return 0;
        if (i == length) return 1;
        while (*full && !is_joint(*full)) full++;
        if (!*full) return 0;
        full++;
        i++;
        if (i == length) return 0;
    }
    return 0;
}

/* The keyword that a word is or abbreviates, with three letters at least, or a letter of each of two parts; -1 for none. */
static int keyword_of(const char *word, size_t length)
{
    size_t letters = 0;
    int parts = 1;
    for (size_t i = 0; i < length; i++) {
        if (!is_letter(word[i]) && !is_joint(word[i])) return -1;
        letters += (size_t)is_letter(word[i]);
        parts += is_joint(word[i]);
    }
    if (letters < LEAST_LETTERS && parts < 3) return -1;
    for (int k = 0; k < N_KEYWORDS; k++)
        if (kiln_i_tdb_abbreviates(word, length, keywords[k].name)) return k;
    return -1;
}

static size_t word_length(const kiln_i_tdb_text *t, size_t at)
{
    size_t end = at;
    while (end < t->length && !is_blank(t->clean[end]) && t->clean[end] != '!') end++;
    return end - at;
}

static size_t skip_blanks(const kiln_i_tdb_text *t, size_t at)
{
    while (at < t->length && is_blank(t->clean[at])) at++;
    return at;
}

/* What cannot stand in a sentence: "FUNCTION NAME 298.15", "PARAMETER G(", or any other keyword but those that are common words. */
static int looks_like_statement(const kiln_i_tdb_text *t, size_t at, int keyword)
{
    const size_t name = skip_blanks(t, at + word_length(t, at)), length = word_length(t, name);
    switch (keywords[keyword].keyword) {
    case KILN_TDB_PARAMETER: return length > 2 && memchr(t->clean + name, '(', length) != NULL;
    case KILN_TDB_FUNCTION: return length > 0 && is_digit(t->clean[skip_blanks(t, name + length)]);
    case KILN_TDB_TYPE_DEFINITION: return length == 1; /* its code */
    case KILN_TDB_LIST_OF_REFERENCES: return memchr(t->clean + at, '_', word_length(t, at)) != NULL;
    default: return 0;
    }
}

/* A line that begins a statement inside one that begins with `keyword` (-1: none): its "!" is missing. */
static int begins_statement(const kiln_i_tdb_text *t, size_t at, int keyword)
{
    const size_t length = word_length(t, at);
    const int other = length > LEAST_LETTERS ? keyword_of(t->clean + at, length) : -1;
    if (other < 0) return 0;
    if (keyword < 0) return 1;
    switch (keywords[keyword].keyword) {
    case KILN_TDB_LIST_OF_REFERENCES:
    case KILN_TDB_DATABASE_INFO:
    case KILN_TDB_IDLE: return looks_like_statement(t, at, other);
    default: return 1;
    }
}

/* Where a statement ends whose text begins at `at`: its "!", a line that begins another, or the end of the file. */
static size_t find_end(const kiln_i_tdb_text *t, size_t at, int keyword)
{
    for (; at < t->length && t->clean[at] != '!'; at++) {
        if (t->clean[at] != '\n') continue;
        const size_t word = skip_blanks(t, at);
        if (word < t->length && begins_statement(t, word, keyword)) return word;
        if (word > at + 1) at = word - 1;
    }
    return at;
}

static kiln_status fail_unfinished(const kiln_i_tdb_text *t, const kiln_i_tdb_statement *s)
{
    size_t end = s->end;
    int line, column, next_line, next_column;
    while (end > s->begin && is_blank(t->clean[end - 1])) end--;
    kiln_i_tdb_locate(t, s->at, &line, &column);
    kiln_i_tdb_locate(t, s->end, &next_line, &next_column);
    if (s->end == t->length)
        return kiln_i_tdb_fail(t, end, "expected \"!\" at the end of the %s that begins at line %d, found the end of the file",
                               s->name, line);
    return kiln_i_tdb_fail(t, end, "expected \"!\" at the end of the %s that begins at line %d, found the statement of line %d",
                           s->name, line, next_line);
}

static kiln_status add_statement(kiln_i_tdb_text *t, size_t *at)
{
    if (t->n_statements == MAX_STATEMENTS) return kiln_i_tdb_fail(t, *at, "expected at most %d statements", MAX_STATEMENTS);
    const int n = t->n_statements, is_full = (n & (n - 1)) == 0; /* room doubles at powers of 2 */
    if (is_full && !kiln_i_grow(t->ctx, &t->statements, (size_t)n, n ? 2 * (size_t)n : 1, sizeof *t->statements))
        return kiln_i_fail(t->ctx, KILN_E_NOMEM, "%s: no memory for its statements", t->name);
    kiln_i_tdb_statement *s = &t->statements[t->n_statements++];
    const size_t length = word_length(t, *at);
    const int keyword = keyword_of(t->clean + *at, length);
    *s = (kiln_i_tdb_statement){KILN_TDB_UNKNOWN, "", *at, *at, 0};
    if (keyword >= 0) *s = (kiln_i_tdb_statement){keywords[keyword].keyword, keywords[keyword].name, *at, *at + length, 0};
    s->end = find_end(t, s->begin, keyword);
    const int is_closed = s->end < t->length && t->clean[s->end] == '!';
    *at = s->end + (size_t)is_closed;
    return is_closed || keyword < 0 ? KILN_OK : fail_unfinished(t, s);
}

/* Capitals; blanks for tabs, carriage returns, other control characters and comments, which "$" begins. */
static void clean(kiln_i_tdb_text *t)
{
    int in_comment = 0;
    for (size_t i = 0; i < t->length; i++) {
        const char c = t->source[i];
        if (c == '\n') in_comment = 0;
        else if (c == '$') in_comment = 1;
        if (c == '\n') t->clean[i] = '\n';
        else if (in_comment || (unsigned char)c < ' ' || c == 127) t->clean[i] = ' ';
        else t->clean[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
}

static int find_lines(kiln_i_tdb_text *t)
{
    int n = 1;
    for (size_t i = 0; i < t->length; i++) n += t->source[i] == '\n';
    if (!(t->lines = kiln_i_calloc(t->ctx, (size_t)n, sizeof *t->lines))) return 0;
    for (size_t i = 0; i < t->length; i++)
        if (t->source[i] == '\n') t->lines[++t->n_lines] = i + 1;
    t->n_lines++;
    return 1;
}

static int is_utf8(const kiln_i_tdb_text *t)
{
    for (size_t at = 0; at < t->length;) {
        const int bytes = t->source[at] ? kiln_i_utf8_decode(t->source + at, NULL) : 1;
        if (bytes < 0) return 0;
        at += (size_t)bytes;
    }
    return 1;
}

/* What is not UTF-8 is taken as Latin-1, so that names and sources can be printed. 0: no memory. */
static int make_utf8(kiln_i_tdb_text *t)
{
    if (is_utf8(t)) return 1;
    size_t length = 0;
    for (size_t at = 0; at < t->length; at++) length += (unsigned char)t->source[at] < 0x80 ? 1 : 2;
    char *made = kiln_i_calloc(t->ctx, length + 1, 1), *to = made;
    if (!made) return 0;
    for (size_t at = 0; at < t->length; at++) {
        const unsigned char c = (unsigned char)t->source[at];
        if (c >= 0x80) *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
    }
    kiln_i_free(t->ctx, t->source);
    t->source = made;
    t->length = length;
    return 1;
}

kiln_status kiln_i_tdb_split(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_tdb_text *out)
{
    kiln_status status = KILN_OK;
    *out = (kiln_i_tdb_text){.ctx = ctx, .length = length};
    out->name = kiln_i_strdup(ctx, name);
    out->source = kiln_i_calloc(ctx, length + 1, 1);
    if (out->source && length > 0) memcpy(out->source, text, length);
    if (!out->name || !out->source || !make_utf8(out) || !(out->clean = kiln_i_calloc(ctx, out->length + 1, 1)))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", name);
    clean(out);
    if (!find_lines(out)) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", name);
    for (size_t at = skip_blanks(out, 0); at < out->length && status == KILN_OK; at = skip_blanks(out, at))
        status = add_statement(out, &at);
    return status;
}

void kiln_i_tdb_text_free(kiln_i_tdb_text *text)
{
    kiln_i_free(text->ctx, text->name);
    kiln_i_free(text->ctx, text->source);
    kiln_i_free(text->ctx, text->clean);
    kiln_i_free(text->ctx, text->lines);
    kiln_i_free(text->ctx, text->statements);
}

void kiln_i_tdb_locate(const kiln_i_tdb_text *text, size_t at, int *line, int *column)
{
    int low = 0, high = text->n_lines;
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        if (text->lines[middle] <= at) low = middle;
        else high = middle;
    }
    *line = low + 1;
    *column = 1;
    for (size_t i = text->lines[low]; i < at && i < text->length; i++)
        *column += ((unsigned char)text->source[i] & 0xc0) != 0x80; /* characters */
}

kiln_status kiln_i_tdb_fail(const kiln_i_tdb_text *text, size_t at, const char *format, ...)
{
    char sentence[700];
    int line, column;
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    kiln_i_tdb_locate(text, at, &line, &column);
    return kiln_i_fail(text->ctx, KILN_E_PARSE, "%.250s:%d:%d: %s", text->name, line, column, sentence);
}

/* ---- Cursors ---- */

kiln_i_tdb_cursor kiln_i_tdb_begin(const kiln_i_tdb_text *text, const kiln_i_tdb_statement *statement)
{
    return (kiln_i_tdb_cursor){text, statement->begin, statement->end};
}

char kiln_i_tdb_peek(kiln_i_tdb_cursor *c)
{
    while (c->at < c->end && is_blank(c->text->clean[c->at])) c->at++;
    return c->at < c->end ? c->text->clean[c->at] : '\0';
}

int kiln_i_tdb_take(kiln_i_tdb_cursor *c, char wanted)
{
    if (kiln_i_tdb_peek(c) != wanted) return 0;
    c->at++;
    return 1;
}

kiln_i_tdb_word kiln_i_tdb_word_until(kiln_i_tdb_cursor *c, const char *stops)
{
    (void)kiln_i_tdb_peek(c);
    const char *text = c->text->clean;
    kiln_i_tdb_word word = {text + c->at, 0, c->at};
    for (; c->at < c->end && !is_blank(text[c->at]) && !strchr(stops, text[c->at]); c->at++) word.length++;
    return word;
}

int kiln_i_tdb_number(kiln_i_tdb_cursor *c, double *value)
{
    enum { MAX_DIGITS = 63 };
    char digits[MAX_DIGITS + 1];
    (void)kiln_i_tdb_peek(c);
    const char *text = c->text->clean;
    size_t at = c->at, n = 0;
    const int is_negative = at < c->end && text[at] == '-';
    if (is_negative || (at < c->end && text[at] == '+')) at++;
    while (at < c->end && (is_digit(text[at]) || text[at] == '.') && n < MAX_DIGITS - 8) digits[n++] = text[at++];
    if (n == 0) return 0;
    if (at < c->end && (text[at] == 'E' || text[at] == 'D')) {
        const size_t sign = at + 1 < c->end && (text[at + 1] == '+' || text[at + 1] == '-') ? 1 : 0;
        if (at + 1 + sign < c->end && is_digit(text[at + 1 + sign])) {
            digits[n++] = 'e';
            if (sign) digits[n++] = text[at + 1];
            for (at += 1 + sign; at < c->end && is_digit(text[at]) && n < MAX_DIGITS; at++) digits[n++] = text[at];
        }
    }
    digits[n] = '\0';
    if (kiln_i_number_scan(digits, value) != (int)n) return 0;
    if (is_negative) *value = -*value;
    c->at = at;
    return 1;
}

int kiln_i_tdb_is(kiln_i_tdb_word word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}
