/* LIST_OF_REFERENCES, and what stands behind a value. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"

#include <stdio.h>
#include <string.h>

/* Owns both texts from here on. */
static kiln_status add_source(kiln_i_tdb *t, char *key, char *text)
{
    kiln_database *db = t->r->db;
    kiln_i_source *slot = key && text ? kiln_i_push(t->r->ctx, &db->sources, &db->n_sources, sizeof *slot) : NULL;
    if (!slot) {
        kiln_i_free(t->r->ctx, key);
        kiln_i_free(t->r->ctx, text);
        return kiln_i_reader_no_memory(t->r);
    }
    *slot = (kiln_i_source){.key = key, .text = text};
    const int is_findable = kiln_i_names_add(t->r->ctx, &t->source_names, key, strlen(key), db->n_sources - 1);
    return is_findable ? KILN_OK : kiln_i_reader_no_memory(t->r);
}

/* "86DIN 'A. Dinsdale, ...'": a key and a quoted text, which may go on over lines; without quotes the rest of the line. */
static kiln_status read_entry(kiln_i_tdb *t, kiln_i_tdb_cursor *c)
{
    const char *clean = t->text.clean;
    const kiln_i_tdb_word word = kiln_i_tdb_word_until(c, "'\"");
    const char quote = kiln_i_tdb_peek(c);
    const int is_quoted = quote == '\'' || quote == '"';
    size_t end = c->at += (size_t)is_quoted;
    if (is_quoted) {
        /* A quote inside the text does not stand at the end of a line. */
        while (end < c->end) {
            if (clean[end] == quote) {
                size_t after = end + 1;
                while (after < c->end && clean[after] == ' ') after++;
                if (after == c->end || clean[after] == '\n') break;
            }
            end++;
        }
    } else {
        while (end < c->end && clean[end] != '\n') end++;
    }
    const size_t begin = c->at;
    c->at = end < c->end ? end + 1 : end;
    if (kiln_i_names_find(&t->source_names, word.text, word.length) >= 0)
        return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, word.at, "this reference is listed again; the first text counts");
    return add_source(t, kiln_i_tdb_copy(t, word), kiln_i_tdb_excerpt(t, begin, end));
}

kiln_status kiln_i_tdb_read_references(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s), after = c;
    kiln_status status = KILN_OK;
    if (kiln_i_tdb_is(kiln_i_tdb_word_until(&after, ""), "NUMBER") && kiln_i_tdb_is(kiln_i_tdb_word_until(&after, ""), "SOURCE"))
        c = after;
    while (status == KILN_OK && kiln_i_tdb_peek(&c)) {
        const size_t at = c.at;
        status = read_entry(t, &c);
        if (c.at == at) c.at++;
    }
    return status;
}

/* "REF:86DIN", "REF86DIN" and "86DIN" may all stand for one key. */
static int find_cited(const kiln_i_tdb *t, kiln_i_tdb_word word)
{
    const int whole = kiln_i_names_find(&t->source_names, word.text, word.length);
    if (whole >= 0 || word.length < 3 || memcmp(word.text, "REF", 3) != 0) return whole;
    const size_t skipped = word.length > 3 && word.text[3] == ':' ? 4 : 3;
    return kiln_i_names_find(&t->source_names, word.text + skipped, word.length - skipped);
}

kiln_status kiln_i_tdb_cite(kiln_i_tdb *t, kiln_i_tdb_cursor *c, int *source)
{
    static const char unlisted[] = "cited without an entry in the list of references";
    kiln_i_tdb_word word = kiln_i_tdb_word_until(c, "");
    if (kiln_i_tdb_is(word, "REF:") || kiln_i_tdb_is(word, "REF")) word = kiln_i_tdb_word_until(c, "");
    *source = -1;
    if (word.length == 0) return KILN_OK;
    *source = find_cited(t, word);
    if (*source >= 0) return KILN_OK;
    *source = t->r->db->n_sources;
    const kiln_status status = add_source(t, kiln_i_tdb_copy(t, word), kiln_i_strdup(t->r->ctx, unlisted));
    if (status != KILN_OK) return status;
    return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, word.at, "the reference %.*s is not in the list of references",
                             kiln_i_tdb_shown(word), word.text);
}
