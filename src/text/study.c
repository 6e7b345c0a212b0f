#include "text/study.h"

#include "core/context.h"
#include "text/file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a study owns besides its cases, piece by piece: they are small. */
struct piece {
    struct piece *next;
    max_align_t data[];
};

struct kiln_study_memory {
    kiln_context *ctx;
    struct piece *pieces;
};

/* A study and its memory in one block. */
struct whole {
    kiln_study study;
    struct kiln_study_memory memory;
};

void *kiln_i_study_take(kiln_i_study_reader *r, size_t n, size_t size)
{
    struct piece *piece = n < SIZE_MAX / size / 2 ? kiln_i_calloc(r->ctx, 1, sizeof *piece + n * size) : NULL;
    if (!piece) {
        (void)kiln_i_fail(r->ctx, KILN_E_NOMEM, "no memory for the study");
        return NULL;
    }
    piece->next = r->study->memory->pieces;
    r->study->memory->pieces = piece;
    return piece->data;
}

void kiln_study_free(kiln_study *study)
{
    if (!study) return;
    kiln_context *ctx = study->memory->ctx;
    for (struct piece *piece = study->memory->pieces, *next; piece; piece = next) {
        next = piece->next;
        kiln_i_free(ctx, piece);
    }
    kiln_i_free(ctx, study->cases);
    kiln_i_free(ctx, study);
}

char *kiln_i_study_copy(kiln_i_study_reader *r, const char *text)
{
    char *copy = kiln_i_study_take(r, strlen(text) + 1, 1);
    return copy ? strcpy(copy, text) : NULL;
}

/* One word or a list of words, each of the NULL-terminated `valid` and there once. */
static kiln_status read_words(kiln_i_study_reader *r, const kiln_i_yaml_node *node, const char *const *valid, int *n,
                              const char *const **out)
{
    const char *what = node->key->text;
    const int is_list = node->kind == KILN_YAML_SEQUENCE;
    const char **words = kiln_i_study_take(r, is_list ? (size_t)node->n + 1 : 1, sizeof *words);
    if (!words) return KILN_E_NOMEM;
    *out = words;
    for (const kiln_i_yaml_node *item = is_list ? node->first : node; item; item = is_list ? item->next : NULL) {
        const kiln_status status = kiln_i_yaml_expect(r->yaml, item, KILN_YAML_SCALAR, what);
        int found = 0;
        if (status != KILN_OK) return status;
        while (valid[found] && strcmp(valid[found], item->text) != 0) ++found;
        if (!valid[found])
            return kiln_i_yaml_fail(r->yaml, item, "expected %s of %s, %s or %s, found \"%.60s\"", what, valid[0], valid[1],
                                    valid[2], item->text);
        for (int i = 0; i < *n; ++i)
            if (words[i] == valid[found]) return kiln_i_yaml_fail(r->yaml, item, "expected %s once in %s", valid[found], what);
        words[(*n)++] = valid[found];
    }
    return KILN_OK;
}

kiln_status kiln_i_study_read_figures(kiln_i_study_reader *r, const kiln_i_yaml_node *node, int *n, const char *const **out)
{
    static const char *const figures[] = {"svg", "pdf", "png", NULL};
    return read_words(r, node, figures, n, out);
}

static kiln_status read_columns(kiln_i_study_reader *r, const kiln_i_yaml_node *node)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "summary, headings with members of results,");
    if (status != KILN_OK) return status;
    kiln_study_column *columns = kiln_i_study_take(r, (size_t)node->n + 1, sizeof *columns);
    if (!columns) return KILN_E_NOMEM;
    r->study->columns = columns;
    for (const kiln_i_yaml_node *m = node->first; m; m = m->next) {
        kiln_study_column *c = &columns[r->study->n_columns++];
        status = kiln_i_yaml_expect(r->yaml, m, KILN_YAML_SCALAR, "a member of results, such as result/windows/0/low/T_K,");
        if (status == KILN_OK) status = kiln_i_yaml_expect(r->yaml, m->key, KILN_YAML_SCALAR, "a heading");
        if (status != KILN_OK) return status;
        if (!(c->name = kiln_i_study_copy(r, m->key->text)) || !(c->member = kiln_i_study_copy(r, m->text))) return KILN_E_NOMEM;
    }
    return KILN_OK;
}

static int compare_names(const void *a, const void *b)
{
    const kiln_study_case *const *x = a, *const *y = b;
    const int order = strcmp((*x)->name, (*y)->name);
    return order ? order : (*x > *y) - (*x < *y);
}

/* Files are named by cases. */
static kiln_status refuse_equal_names(const kiln_i_study_reader *r)
{
    const kiln_study *s = r->study;
    const kiln_study_case **sorted = kiln_i_calloc(r->ctx, (size_t)s->n_cases, sizeof *sorted);
    kiln_status status = KILN_OK;
    if (!sorted) return kiln_i_fail(r->ctx, KILN_E_NOMEM, "%s: no memory for the study", s->file);
    for (int i = 0; i < s->n_cases; ++i) sorted[i] = &s->cases[i];
    qsort(sorted, (size_t)s->n_cases, sizeof *sorted, compare_names);
    for (int i = 1; i < s->n_cases && status == KILN_OK; ++i)
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            status = kiln_i_fail(r->ctx, KILN_E_PARSE, "%s:%d:%d: expected cases of different names, found another %s (line %d)",
                                 s->file, sorted[i]->line, sorted[i]->column, sorted[i]->name, sorted[i - 1]->line);
    kiln_i_free(r->ctx, sorted);
    return status;
}

static kiln_status read_cases(kiln_i_study_reader *r, const kiln_i_yaml_node *cases)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, cases, KILN_YAML_MAPPING, "cases");
    if (status == KILN_OK && cases->n == 0) status = kiln_i_yaml_fail(r->yaml, cases, "expected at least one case");
    for (const kiln_i_yaml_node *m = cases->first; m && status == KILN_OK; m = m->next) status = kiln_i_study_expand(r, m);
    if (status == KILN_OK) status = kiln_i_study_check_defaults(r, cases);
    return status == KILN_OK ? refuse_equal_names(r) : status;
}

/* What is left of a study besides JSON. */
static kiln_status read_results(kiln_i_study_reader *r, const kiln_i_yaml_node *root)
{
    static const char *const outputs[] = {"json", "csv", "txt", NULL};
    const kiln_i_yaml_node *node;
    kiln_study *s = r->study;
    kiln_status status = KILN_OK;
    if ((node = kiln_i_yaml_get(root, "outputs"))) status = read_words(r, node, outputs, &s->n_outputs, &s->outputs);
    if (status == KILN_OK && (node = kiln_i_yaml_get(root, "figures")))
        status = kiln_i_study_read_figures(r, node, &r->n_figures, &r->figures);
    if (status == KILN_OK && (node = kiln_i_yaml_get(root, "summary"))) status = read_columns(r, node);
    return status;
}

static kiln_status read_study(kiln_i_study_reader *r)
{
    static const char *const keys[] = {"study", "defaults", "cases", "outputs", "figures", "summary", NULL};
    const kiln_i_yaml_node *root = r->yaml->root, *name, *cases;
    kiln_status status = kiln_i_yaml_expect(r->yaml, root, KILN_YAML_MAPPING, "a study");
    if (status == KILN_OK) status = kiln_i_yaml_check_keys(r->yaml, root, keys);
    if (status == KILN_OK) status = kiln_i_yaml_require(r->yaml, root, "study", &name);
    if (status == KILN_OK) status = kiln_i_yaml_expect(r->yaml, name, KILN_YAML_SCALAR, "the study's name");
    if (status == KILN_OK) status = kiln_i_yaml_require(r->yaml, root, "cases", &cases);
    if (status != KILN_OK) return status;
    if ((r->defaults = kiln_i_yaml_get(root, "defaults")))
        status = kiln_i_yaml_expect(r->yaml, r->defaults, KILN_YAML_MAPPING, "defaults");
    if (status == KILN_OK) status = read_results(r, root);
    if (status == KILN_OK && !(r->study->name = kiln_i_study_copy(r, name->text))) status = KILN_E_NOMEM;
    return status == KILN_OK ? read_cases(r, cases) : status;
}

kiln_status kiln_study_parse(kiln_context *ctx, const char *text, size_t length, const char *name, int n_verbs,
                             const kiln_study_verb *verbs, kiln_study **out)
{
    kiln_i_yaml *yaml = NULL;
    char *copy;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !name || !verbs || n_verbs < 1 || !out)
        return kiln_i_fail(ctx, KILN_E_ARG, "a study needs a text, a name and verbs");
    struct whole *whole = kiln_i_calloc(ctx, 1, sizeof *whole);
    if (!whole) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the study", name);
    kiln_study *study = &whole->study;
    whole->memory.ctx = ctx;
    study->memory = &whole->memory;
    kiln_i_study_reader r = {.ctx = ctx, .study = study, .n_verbs = n_verbs, .verbs = verbs};
    kiln_status status = kiln_i_yaml_parse(ctx, text, length, name, &yaml);
    if (status != KILN_OK) goto failed;
    r.yaml = yaml;
    status = KILN_E_NOMEM;
    if (!(study->file = kiln_i_study_copy(&r, name)) || !(copy = kiln_i_study_take(&r, length + 1, 1))) goto failed;
    memcpy(copy, text, length);
    study->text = copy;
    study->length = length;
    if ((status = read_study(&r)) != KILN_OK) goto failed;
    kiln_i_yaml_free(yaml);
    *out = study;
    return KILN_OK;
failed:
    kiln_i_yaml_free(yaml);
    kiln_study_free(study);
    return status;
}

kiln_status kiln_study_load(kiln_context *ctx, const char *path, int n_verbs, const kiln_study_verb *verbs, kiln_study **out)
{
    char *text = NULL;
    size_t length;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path) return kiln_i_fail(ctx, KILN_E_ARG, "a study needs a path");
    kiln_status status = kiln_i_file_read(ctx, path, &text, &length);
    if (status == KILN_OK) status = kiln_study_parse(ctx, text, length, path, n_verbs, verbs, out);
    kiln_i_free(ctx, text);
    return status;
}
