#include "text/study.h"

#include "core/context.h"

#include <stdio.h>
#include <string.h>

/* The lists of a sweep: those of a product, each an axis of its own, then those that are zipped, one axis together. */
typedef struct sweep {
    int n, n_product;
    const kiln_i_yaml_node *list[KILN_STUDY_VARIABLES];
} sweep;

static int is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("._+-", c));
}

/* ---- Names ---- */

static kiln_status check_name(const kiln_i_study_reader *r, const kiln_i_yaml_node *key)
{
    const char *name = key->text;
    int plain = *name != '\0' && *name != '.' && *name != '-' && strlen(name) <= KILN_STUDY_NAME;
    for (const char *p = name; *p; ++p) plain &= is_plain(*p);
    if (!plain)
        return kiln_i_yaml_fail(
            r->yaml, key,
            "a case names files: expected letters, digits and . _ + -, neither . nor - first, at most %d of them, found \"%.60s\"",
            KILN_STUDY_NAME, name);
    if (strcmp(name, "summary") == 0 || strcmp(name, "manifest") == 0)
        return kiln_i_yaml_fail(r->yaml, key, "%s is a file that every study writes; expected another name for a case", name);
    return KILN_OK;
}

/* What of a value may stand in the name of a file; a run of anything else is one _. */
static size_t add_plain(char *out, size_t used, size_t size, const char *value)
{
    int gap = 0;
    const size_t start = used;
    for (; *value && used + 2 < size; ++value) {
        gap |= !is_plain(*value);
        if (!is_plain(*value)) continue;
        if (gap && used > start) out[used++] = '_';
        out[used++] = *value;
        gap = 0;
    }
    out[used] = '\0';
    return used;
}

/* "copper-0.1-Ar", or by number where that is too long. */
static char *name_point(kiln_i_study_reader *r, const char *base, const kiln_i_point *point, int index)
{
    char name[2 * KILN_STUDY_NAME + 16];
    size_t used = (size_t)snprintf(name, sizeof name, "%s", base);
    for (int i = 0; i < point->n && used + 2 < sizeof name; ++i) {
        name[used++] = '-';
        used = add_plain(name, used, sizeof name, point->binding[i].value->text);
    }
    if (used > KILN_STUDY_NAME) snprintf(name, sizeof name, "%.*s-%d", KILN_STUDY_NAME - 6, base, index + 1);
    return kiln_i_study_copy(r, name);
}

/* ---- Lists ---- */

static kiln_status check_list(const kiln_i_study_reader *r, const sweep *s, const kiln_i_yaml_node *list)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "the values of a sweep");
    if (status == KILN_OK && list->n == 0)
        status = kiln_i_yaml_fail(r->yaml, list->key, "expected values of %s, found none", list->key->text);
    for (const kiln_i_yaml_node *item = list->first; item && status == KILN_OK; item = item->next)
        status = kiln_i_yaml_expect(r->yaml, item, KILN_YAML_SCALAR, "each value of a sweep");
    if (status != KILN_OK) return status;
    if (s->n == KILN_STUDY_VARIABLES)
        return kiln_i_yaml_fail(r->yaml, list->key, "expected at most %d keys in a sweep", KILN_STUDY_VARIABLES);
    for (int i = 0; i < s->n; ++i)
        if (strcmp(s->list[i]->key->text, list->key->text) == 0)
            return kiln_i_yaml_fail(r->yaml, list->key, "expected %s in product or in zip, found it in both", list->key->text);
    if (s->n > s->n_product && list->n != s->list[s->n_product]->n)
        return kiln_i_yaml_fail(r->yaml, list, "zip goes through its lists together: expected %d values of %s as of %s, found %d",
                                s->list[s->n_product]->n, list->key->text, s->list[s->n_product]->key->text, list->n);
    return KILN_OK;
}

static kiln_status add_lists(const kiln_i_study_reader *r, sweep *s, const kiln_i_yaml_node *lists)
{
    kiln_status status = lists ? kiln_i_yaml_expect(r->yaml, lists, KILN_YAML_MAPPING, "keys with lists of values") : KILN_OK;
    for (const kiln_i_yaml_node *m = lists ? lists->first : NULL; m && status == KILN_OK; m = m->next)
        if ((status = check_list(r, s, m)) == KILN_OK) s->list[s->n++] = m;
    return status;
}

static kiln_status read_sweep(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, sweep *s)
{
    static const char *const keys[] = {"product", "zip", NULL};
    const kiln_i_yaml_node *given = kiln_i_yaml_get(node, "sweep");
    if (!given && r->defaults) given = kiln_i_yaml_get(r->defaults, "sweep");
    if (!given) return KILN_OK;
    kiln_status status = kiln_i_yaml_expect(r->yaml, given, KILN_YAML_MAPPING, "a sweep, product or zip,");
    if (status == KILN_OK) status = kiln_i_yaml_check_keys(r->yaml, given, keys);
    s->n_product = KILN_STUDY_VARIABLES; /* while these are read nothing is zipped */
    if (status == KILN_OK) status = add_lists(r, s, kiln_i_yaml_get(given, "product"));
    s->n_product = s->n;
    if (status == KILN_OK) status = add_lists(r, s, kiln_i_yaml_get(given, "zip"));
    if (status == KILN_OK && s->n == 0) status = kiln_i_yaml_fail(r->yaml, given->key, "expected keys in the sweep, found none");
    return status;
}

/* ---- Points ---- */

static int count_points(const sweep *s)
{
    long n = s->n > s->n_product ? s->list[s->n_product]->n : 1;
    for (int i = 0; i < s->n_product && n <= KILN_MAX_STUDY_CASES; ++i) n *= s->list[i]->n;
    return n <= KILN_MAX_STUDY_CASES ? (int)n : KILN_MAX_STUDY_CASES + 1;
}

static const kiln_i_yaml_node *item_of(const kiln_i_yaml_node *list, int index)
{
    const kiln_i_yaml_node *item = list->first;
    while (index-- > 0) item = item->next;
    return item;
}

/* The digits of `index`, of which those of the zipped lists are one, the last. */
static void make_point(const sweep *s, int index, kiln_i_point *point)
{
    const int n_zip = s->n > s->n_product ? s->list[s->n_product]->n : 1;
    int rest = index / n_zip;
    point->n = s->n;
    for (int i = s->n - 1; i >= 0; --i) {
        const kiln_i_yaml_node *list = s->list[i];
        point->binding[i] = (kiln_i_binding){list->key, item_of(list, i < s->n_product ? rest % list->n : index % n_zip), 0};
        if (i < s->n_product) rest /= list->n;
    }
}

static kiln_status add_case(kiln_i_study_reader *r, const kiln_i_yaml_node *node, const sweep *s, int index, int verb,
                            kiln_study_case *out)
{
    kiln_i_point point;
    make_point(s, index, &point);
    *out = (kiln_study_case){.verb = verb, .line = node->key->line, .column = node->key->column};
    if (!(out->name = name_point(r, node->key->text, &point, index))) return KILN_E_NOMEM;
    return kiln_i_study_fill_case(r, node, &point, out);
}

kiln_status kiln_i_study_expand(kiln_i_study_reader *r, const kiln_i_yaml_node *node)
{
    int verb = 0;
    sweep s = {.n = 0};
    kiln_study *study = r->study;
    kiln_status status = check_name(r, node->key);
    if (status == KILN_OK) status = kiln_i_study_find_verb(r, node, &verb);
    if (status == KILN_OK) status = kiln_i_study_check_case(r, node, verb);
    if (status == KILN_OK) status = read_sweep(r, node, &s);
    if (status != KILN_OK) return status;
    const int n = count_points(&s);
    if (n > KILN_MAX_STUDY_CASES - study->n_cases)
        return kiln_i_yaml_fail(r->yaml, node->key, "expected at most %d cases in a study", KILN_MAX_STUDY_CASES);
    if (!kiln_i_grow(r->ctx, &study->cases, (size_t)study->n_cases, (size_t)(study->n_cases + n), sizeof *study->cases))
        return kiln_i_fail(r->ctx, KILN_E_NOMEM, "%s: no memory for the study", study->file);
    for (int i = 0; i < n && status == KILN_OK; ++i)
        if ((status = add_case(r, node, &s, i, verb, &study->cases[study->n_cases])) == KILN_OK) ++study->n_cases;
    return status;
}
