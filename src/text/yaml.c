#include "text/yaml.h"

#include "core/context.h"
#include "text/file.h"
#include "text/utf8.h"

#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 32, MAX_FILE_BYTES = 64 << 20, BLOCK_BYTES = 16384 };

/* Nodes and strings live in blocks that are freed together. */
typedef struct kiln_i_yaml_block block;
struct kiln_i_yaml_block {
    block *next;
    size_t used, size;
    max_align_t data[];
};

static void *take(kiln_i_yaml *yaml, size_t bytes)
{
    const size_t need = (bytes + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    block *b = yaml->blocks;
    if (!b || b->size - b->used < need) {
        const size_t size = need > BLOCK_BYTES ? need : (size_t)BLOCK_BYTES;
        if (!(b = kiln_i_calloc(yaml->ctx, 1, sizeof *b + size))) return NULL;
        b->size = size;
        b->next = yaml->blocks;
        yaml->blocks = b;
    }
    void *ptr = (char *)b->data + b->used;
    b->used += need;
    return ptr;
}

static kiln_status no_memory(const kiln_i_yaml *yaml)
{
    return kiln_i_fail(yaml->ctx, KILN_E_NOMEM, "%s: no memory for the file's contents", yaml->name);
}

/* The tree under construction: the open collections, and the key that waits for its value in each. */
typedef struct builder {
    kiln_i_yaml *yaml;
    int depth;
    kiln_i_yaml_node *open[MAX_DEPTH], *last[MAX_DEPTH];
    const kiln_i_yaml_node *key[MAX_DEPTH];
    int n_documents;
} builder;

static kiln_status fail_at(const kiln_i_yaml *yaml, int line, int column, const char *text)
{
    return kiln_i_fail(yaml->ctx, KILN_E_PARSE, "%s:%d:%d: %s", yaml->name, line, column, text);
}

static int compare_keys(const void *a, const void *b)
{
    const kiln_i_yaml_node *const *x = a, *const *y = b;
    const int order = strcmp((*x)->text, (*y)->text);
    if (order) return order;
    return ((*x)->start > (*y)->start) - ((*x)->start < (*y)->start);
}

static kiln_status refuse_duplicate_keys(const kiln_i_yaml *yaml, const kiln_i_yaml_node *mapping)
{
    kiln_status status = KILN_OK;
    int n = 0;
    if (mapping->n < 2) return KILN_OK;
    const kiln_i_yaml_node **keys = kiln_i_calloc(yaml->ctx, (size_t)mapping->n, sizeof *keys);
    if (!keys) return no_memory(yaml);
    for (const kiln_i_yaml_node *m = mapping->first; m; m = m->next) keys[n++] = m->key;
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    for (int i = 1; i < n && status == KILN_OK; i++)
        if (strcmp(keys[i - 1]->text, keys[i]->text) == 0)
            status = kiln_i_yaml_fail(yaml, keys[i], "expected each key once, found \"%.60s\" again (first at line %d)",
                                      keys[i]->text, keys[i - 1]->line);
    kiln_i_free(yaml->ctx, keys);
    return status;
}

/* Put a finished or opening node where the parser stands. */
static kiln_status attach(builder *b, kiln_i_yaml_node *node)
{
    if (b->depth == 0) {
        b->yaml->root = node;
        return KILN_OK;
    }
    const int top = b->depth - 1;
    kiln_i_yaml_node *parent = b->open[top];
    if (parent->kind == KILN_YAML_MAPPING && !b->key[top]) {
        if (node->kind != KILN_YAML_SCALAR) return kiln_i_yaml_fail(b->yaml, node, "expected a key, found a collection");
        if (strcmp(node->text, "<<") == 0) return kiln_i_yaml_fail(b->yaml, node, "expected a key, found a merge key (<<)");
        b->key[top] = node;
        return KILN_OK;
    }
    node->key = b->key[top];
    b->key[top] = NULL;
    if (b->last[top]) b->last[top]->next = node;
    else parent->first = node;
    b->last[top] = node;
    parent->n++;
    return KILN_OK;
}

static kiln_i_yaml_node *new_node(builder *b, kiln_i_yaml_kind kind, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    kiln_i_yaml_node *node = take(b->yaml, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->text = "";
    if (mark) {
        node->line = mark->line + 1;
        node->column = mark->column + 1;
        node->start = mark->input_pos;
    } else { /* an empty value has no place of its own: use its key's */
        const kiln_i_yaml_node *near = b->depth ? b->key[b->depth - 1] : NULL;
        if (!near && b->depth) near = b->open[b->depth - 1];
        node->line = near ? near->line : 1;
        node->column = near ? near->column : 1;
        node->start = near ? near->start : 0;
    }
    return node;
}

static kiln_status add_scalar(builder *b, struct fy_event *event)
{
    struct fy_token *token = event->scalar.value;
    size_t length = 0;
    const char *text = token ? fy_token_get_text(token, &length) : "";
    kiln_i_yaml_node *node = new_node(b, KILN_YAML_SCALAR, event);
    char *copy = node && text ? take(b->yaml, length + 1) : NULL;
    if (!copy) return no_memory(b->yaml);
    memcpy(copy, text, length);
    copy[length] = '\0';
    node->text = copy;
    if (memchr(copy, '\0', length)) return kiln_i_yaml_fail(b->yaml, node, "expected text without NUL characters");
    return attach(b, node);
}

static kiln_status open_collection(builder *b, kiln_i_yaml_kind kind, struct fy_event *event)
{
    kiln_i_yaml_node *node = new_node(b, kind, event);
    if (!node) return no_memory(b->yaml);
    if (b->depth == MAX_DEPTH) return kiln_i_yaml_fail(b->yaml, node, "expected at most %d levels", MAX_DEPTH);
    const kiln_status status = attach(b, node);
    if (status != KILN_OK) return status;
    b->open[b->depth] = node;
    b->last[b->depth] = NULL;
    b->key[b->depth++] = NULL;
    return KILN_OK;
}

static kiln_status close_collection(builder *b)
{
    const kiln_i_yaml_node *node = b->open[--b->depth];
    return node->kind == KILN_YAML_MAPPING ? refuse_duplicate_keys(b->yaml, node) : KILN_OK;
}

static kiln_status refuse_properties(builder *b, struct fy_token *anchor, struct fy_token *tag)
{
    struct fy_token *token = anchor ? anchor : tag;
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    if (!token) return KILN_OK;
    return fail_at(b->yaml, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1,
                   anchor ? "anchors (&) are not accepted here" : "tags (!) are not accepted here");
}

static kiln_status on_event(builder *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    const int line = mark ? mark->line + 1 : 1, column = mark ? mark->column + 1 : 1;
    kiln_status status;
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return b->n_documents++ ? fail_at(b->yaml, line, column, "expected one document, found a second (---)") : KILN_OK;
    case FYET_ALIAS: return fail_at(b->yaml, line, column, "aliases (*) are not accepted; put an asterisk in quotes: \"*\"");
    case FYET_SCALAR:
        if ((status = refuse_properties(b, event->scalar.anchor, event->scalar.tag)) != KILN_OK) return status;
        return add_scalar(b, event);
    case FYET_MAPPING_START:
        if ((status = refuse_properties(b, event->mapping_start.anchor, event->mapping_start.tag)) != KILN_OK) return status;
        return open_collection(b, KILN_YAML_MAPPING, event);
    case FYET_SEQUENCE_START:
        if ((status = refuse_properties(b, event->sequence_start.anchor, event->sequence_start.tag)) != KILN_OK) return status;
        return open_collection(b, KILN_YAML_SEQUENCE, event);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END: return close_collection(b);
    default: return KILN_OK;
    }
}

/* The first complaint of the parser, in our words' form. */
static kiln_status report(const kiln_i_yaml *yaml, struct fy_diag *diag)
{
    void *previous = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &previous);
    if (!error) return fail_at(yaml, 1, 1, "expected YAML 1.2");
    return fail_at(yaml, error->line > 0 ? error->line : 1, error->column > 0 ? error->column : 1,
                   error->msg && *error->msg ? error->msg : "expected YAML 1.2");
}

static kiln_status run(builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
    kiln_status status = KILN_OK;
    int ended = 0;
    while (status == KILN_OK && !ended) {
        struct fy_event *event = fy_parser_parse(parser);
        if (!event) return report(b->yaml, diag);
        ended = event->type == FYET_STREAM_END;
        status = on_event(b, event);
        fy_parser_event_free(parser, event);
    }
    return status;
}

static kiln_status build(kiln_i_yaml *yaml)
{
    kiln_status status = KILN_E_NOMEM;
    struct fy_diag_cfg diag_cfg;
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET};
    struct fy_parser *parser = NULL;
    builder b = {.yaml = yaml};
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (!diag) goto done;
    fy_diag_set_collect_errors(diag, true);
    cfg.diag = diag;
    if (!(parser = fy_parser_create(&cfg)) || fy_parser_set_string(parser, yaml->source, yaml->length)) goto done;
    status = run(&b, parser, diag);
done:
    fy_parser_destroy(parser);
    if (diag) fy_diag_destroy(diag);
    return status == KILN_E_NOMEM ? no_memory(yaml) : status;
}

/* What is wrong with the text at `at`, NULL if nothing: bytes that libfyaml would drop without a word, directives, some of which send version
 * 0.7.12 into an endless loop, and explicit keys, of which "? n: <tab>|" makes it free a list twice. `is_first`: only blanks, - and : before it. */
static const char *complaint(const kiln_i_yaml *yaml, size_t at, int column, int is_first)
{
    const unsigned char c = (unsigned char)yaml->source[at];
    const char next = yaml->source[at + 1];
    if (c == '\0') return "expected text, found a NUL byte";
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return "expected text, found a control character";
    if (column == 1 && c == '%') return "expected YAML without directives, found % at the beginning of a line";
    if (is_first && c == '?' && (!next || strchr(" \t\r\n", next))) return "expected a key without ?, found ? before it";
    return NULL;
}

static kiln_status inspect(const kiln_i_yaml *yaml)
{
    int line = 1, column = 1, is_first = 1;
    int length;
    for (size_t at = 0; at < yaml->length; at += (size_t)length) {
        const char c = yaml->source[at];
        const char *wrong = complaint(yaml, at, column, is_first);
        length = kiln_i_utf8_decode(yaml->source + at, NULL);
        if (length < 0) wrong = "expected UTF-8";
        if (wrong) return fail_at(yaml, line, column, wrong);
        const int is_mark = at == 0 && length == 3 && memcmp(yaml->source, "\xEF\xBB\xBF", 3) == 0;
        const int ends_line = c == '\n' || (c == '\r' && yaml->source[at + 1] != '\n');
        column = ends_line || is_mark ? 1 : column + 1;
        line += ends_line;
        is_first = ends_line || is_mark || (is_first && strchr(" \t-:", c));
    }
    return KILN_OK;
}

kiln_status kiln_i_yaml_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_yaml **out)
{
    kiln_status status;
    *out = NULL;
    if (length > MAX_FILE_BYTES) return kiln_i_fail(ctx, KILN_E_PARSE, "%s:1:1: expected at most 64 MiB", name);
    kiln_i_yaml *yaml = kiln_i_calloc(ctx, 1, sizeof *yaml);
    if (!yaml) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", name);
    yaml->ctx = ctx;
    yaml->length = length;
    yaml->name = kiln_i_strdup(ctx, name);
    yaml->source = kiln_i_calloc(ctx, length + 1, 1);
    if (!yaml->name || !yaml->source) {
        status = kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", name);
        goto failed;
    }
    if (length) memcpy(yaml->source, text, length);
    if ((status = inspect(yaml)) != KILN_OK || (status = build(yaml)) != KILN_OK) goto failed;
    if (!yaml->root) {
        status = fail_at(yaml, 1, 1, "expected a mapping, found an empty file");
        goto failed;
    }
    *out = yaml;
    return KILN_OK;
failed:
    kiln_i_yaml_free(yaml);
    return status;
}

kiln_status kiln_i_yaml_load(kiln_context *ctx, const char *path, kiln_i_yaml **out)
{
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    kiln_status status = kiln_i_file_read(ctx, path, &text, &length);
    if (status == KILN_OK) status = kiln_i_yaml_parse(ctx, text, length, path, out);
    kiln_i_free(ctx, text);
    return status;
}

void kiln_i_yaml_free(kiln_i_yaml *yaml)
{
    if (!yaml) return;
    while (yaml->blocks) {
        block *next = yaml->blocks->next;
        kiln_i_free(yaml->ctx, yaml->blocks);
        yaml->blocks = next;
    }
    kiln_i_free(yaml->ctx, yaml->source);
    kiln_i_free(yaml->ctx, yaml->name);
    kiln_i_free(yaml->ctx, yaml);
}

/* Folding changes white space only, so the k-th visible character of the text is the k-th one of the source. */
void kiln_i_yaml_position(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, int offset, int *line, int *column)
{
    size_t visible = 0, at = node->start;
    *line = node->line;
    *column = node->column;
    if (node->kind != KILN_YAML_SCALAR || offset <= 0) return;
    for (int i = 0; i < offset && node->text[i]; i++) visible += !strchr(" \t\r\n", node->text[i]);
    const int at_end = !node->text[offset < (int)strlen(node->text) ? offset : (int)strlen(node->text)];
    for (; at < yaml->length; at++) {
        const char c = yaml->source[at];
        const int blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (visible == 0 && (!blank || at_end)) break;
        if (!blank) visible--;
        *column = c == '\n' ? 1 : *column + ((c & 0xC0) != 0x80);
        *line += c == '\n';
    }
}

kiln_status kiln_i_yaml_fail(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, const char *format, ...)
{
    char sentence[768];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return fail_at(yaml, node->line, node->column, sentence);
}

kiln_status kiln_i_yaml_locate(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, int offset, kiln_status status)
{
    char sentence[768];
    int line, column;
    if (status != KILN_E_PARSE) return status;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(yaml->ctx));
    kiln_i_yaml_position(yaml, node, offset, &line, &column);
    return fail_at(yaml, line, column, sentence);
}

const kiln_i_yaml_node *kiln_i_yaml_get(const kiln_i_yaml_node *mapping, const char *key)
{
    if (mapping->kind != KILN_YAML_MAPPING) return NULL;
    for (const kiln_i_yaml_node *m = mapping->first; m; m = m->next)
        if (strcmp(m->key->text, key) == 0) return m;
    return NULL;
}

kiln_status kiln_i_yaml_require(const kiln_i_yaml *yaml, const kiln_i_yaml_node *mapping, const char *key,
                                const kiln_i_yaml_node **out)
{
    *out = kiln_i_yaml_get(mapping, key);
    if (*out) return KILN_OK;
    return kiln_i_yaml_fail(yaml, mapping->key ? mapping->key : mapping, "expected the key \"%s\", which is missing", key);
}

static const char *kind_text(const kiln_i_yaml_node *node)
{
    if (node->kind == KILN_YAML_MAPPING) return "a mapping";
    if (node->kind == KILN_YAML_SEQUENCE) return "a sequence";
    return *node->text ? node->text : "nothing";
}

kiln_status kiln_i_yaml_expect(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, kiln_i_yaml_kind kind, const char *what)
{
    static const char *const form[] = {"one value", "a mapping (key: value)", "a sequence ([a, b])"};
    if (node->kind == kind && (kind != KILN_YAML_SCALAR || *node->text)) return KILN_OK;
    return kiln_i_yaml_fail(yaml, node, "expected %s as %s, found %.60s", what, form[kind], kind_text(node));
}

kiln_status kiln_i_yaml_check_keys(const kiln_i_yaml *yaml, const kiln_i_yaml_node *mapping, const char *const *valid)
{
    for (const kiln_i_yaml_node *m = mapping->first; m; m = m->next) {
        char list[512] = "";
        size_t used = 0;
        int known = 0;
        for (int i = 0; valid[i]; i++) known |= strcmp(valid[i], m->key->text) == 0;
        for (int i = 0; !known && valid[i] && used < sizeof list - 1; i++)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", valid[i]);
        if (!known) return kiln_i_yaml_fail(yaml, m->key, "expected one of the keys %s; found \"%.60s\"", list, m->key->text);
    }
    return KILN_OK;
}
