#include "text/study.h"

#include "core/context.h"

#include <kiln/nearest.h>
#include <stdio.h>
#include <string.h>

/* The words of a command under way; `text` holds the value that is being written. */
typedef struct words {
    kiln_i_study_reader *r;
    kiln_i_point *point;
    int n;
    char *word[KILN_STUDY_WORDS];
    char text[KILN_STUDY_VALUE];
} words;

/* ---- Verbs and keys ---- */

static int find_option(const kiln_study_verb *verb, const char *key)
{
    for (int i = 0; i < verb->n_options; ++i)
        if (strcmp(verb->options[i].name, key) == 0) return i;
    return -1;
}

static int is_arguments(const kiln_study_verb *verb, const char *key)
{
    return verb->n_most > 0 && strcmp(verb->argument_key, key) == 0;
}

int kiln_i_study_takes(const kiln_study_verb *verb, const char *key)
{
    return is_arguments(verb, key) || find_option(verb, key) >= 0;
}

static int is_reserved(const char *key)
{
    return strcmp(key, "verb") == 0 || strcmp(key, "sweep") == 0 || strcmp(key, "figures") == 0;
}

static void offer_keys(const kiln_study_verb *verb, kiln_nearest *nearest)
{
    kiln_nearest_offer(nearest, "verb");
    kiln_nearest_offer(nearest, "sweep");
    kiln_nearest_offer(nearest, "figures");
    if (verb->n_most > 0) kiln_nearest_offer(nearest, verb->argument_key);
    for (int i = 0; i < verb->n_options; ++i) kiln_nearest_offer(nearest, verb->options[i].name);
}

static void list_keys(const kiln_study_verb *verb, char *list, size_t size)
{
    int used = snprintf(list, size, "verb, sweep, figures%s%s", verb->n_most > 0 ? ", " : "",
                        verb->n_most > 0 ? verb->argument_key : "");
    for (int i = 0; i < verb->n_options && used < (int)size; ++i)
        used += snprintf(list + used, size - (size_t)used, ", %s", verb->options[i].name);
}

static kiln_status refuse_key(const kiln_i_study_reader *r, const kiln_study_verb *verb, const kiln_i_yaml_node *key)
{
    char list[560];
    kiln_nearest nearest = kiln_nearest_to(key->text);
    offer_keys(verb, &nearest);
    list_keys(verb, list, sizeof list);
    return kiln_i_yaml_fail(r->yaml, key, "kiln %s has no \"%.40s\"%s%s%s; valid keys are %s", verb->name, key->text,
                            nearest.name ? ", did you mean " : "", nearest.name ? nearest.name : "", nearest.name ? "?" : "",
                            list);
}

static kiln_status refuse_verb(const kiln_i_study_reader *r, const kiln_i_yaml_node *node)
{
    char list[480] = "";
    kiln_nearest nearest = kiln_nearest_to(node->text);
    for (int i = 0, used = 0; i < r->n_verbs && used < (int)sizeof list; ++i) {
        kiln_nearest_offer(&nearest, r->verbs[i].name);
        used += snprintf(list + used, sizeof list - (size_t)used, "%s%s", i ? ", " : "", r->verbs[i].name);
    }
    return kiln_i_yaml_fail(r->yaml, node, "there is no verb \"%.40s\"%s%s%s; verbs are %s", node->text,
                            nearest.name ? ", did you mean " : "", nearest.name ? nearest.name : "", nearest.name ? "?" : "",
                            list);
}

kiln_status kiln_i_study_find_verb(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, int *verb)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a case");
    if (status != KILN_OK) return status;
    const kiln_i_yaml_node *name = kiln_i_yaml_get(node, "verb");
    if (!name && r->defaults) name = kiln_i_yaml_get(r->defaults, "verb");
    if (!name) return kiln_i_yaml_fail(r->yaml, node->key, "expected the key \"verb\" here or in defaults, which is missing");
    if ((status = kiln_i_yaml_expect(r->yaml, name, KILN_YAML_SCALAR, "the verb")) != KILN_OK) return status;
    for (*verb = 0; *verb < r->n_verbs; ++*verb)
        if (strcmp(r->verbs[*verb].name, name->text) == 0) return KILN_OK;
    return refuse_verb(r, name);
}

kiln_status kiln_i_study_check_case(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, int verb)
{
    for (const kiln_i_yaml_node *m = node->first; m; m = m->next)
        if (!is_reserved(m->key->text) && !kiln_i_study_takes(&r->verbs[verb], m->key->text))
            return refuse_key(r, &r->verbs[verb], m->key);
    return KILN_OK;
}

/* One case at least has to have the option. */
static kiln_status check_default(const kiln_i_study_reader *r, const kiln_i_yaml_node *key, const kiln_i_yaml_node *cases)
{
    int verb = 0;
    for (const kiln_i_yaml_node *m = cases->first; m; m = m->next) {
        const kiln_status status = kiln_i_study_find_verb(r, m, &verb);
        if (status != KILN_OK || kiln_i_study_takes(&r->verbs[verb], key->text)) return status;
    }
    return refuse_key(r, &r->verbs[verb], key);
}

kiln_status kiln_i_study_check_defaults(const kiln_i_study_reader *r, const kiln_i_yaml_node *cases)
{
    kiln_status status = KILN_OK;
    for (const kiln_i_yaml_node *m = r->defaults ? r->defaults->first : NULL; m && status == KILN_OK; m = m->next)
        if (!is_reserved(m->key->text)) status = check_default(r, m->key, cases);
    return status;
}

/* ---- Words ---- */

static kiln_status add_word(words *w, const char *text)
{
    if (w->n == KILN_STUDY_WORDS) return kiln_i_fail(w->r->ctx, KILN_E_PARSE, "expected at most %d words", KILN_STUDY_WORDS);
    return (w->word[w->n] = kiln_i_study_copy(w->r, text)) && ++w->n ? KILN_OK : KILN_E_NOMEM;
}

static kiln_status add_words(words *w, const char *text)
{
    char word[64];
    const size_t length = strcspn(text, " ");
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    const kiln_status status = add_word(w, word);
    return status == KILN_OK && text[length] ? add_words(w, text + length + 1) : status;
}

/* The text of a value, in w->text. */
static kiln_status read_value(words *w, const kiln_i_yaml_node *node, const char *what)
{
    kiln_status status = kiln_i_yaml_expect(w->r->yaml, node, KILN_YAML_SCALAR, what);
    if (status == KILN_OK) status = kiln_i_study_substitute(w->r, node, w->point, w->text);
    if (status == KILN_OK && (!w->text[0] || strpbrk(w->text, "\r\n")))
        return kiln_i_yaml_fail(w->r->yaml, node, "expected %s on one line", what);
    return status;
}

static kiln_status add_flag(words *w, const kiln_study_option *option, const kiln_i_yaml_node *node)
{
    const kiln_status status = read_value(w, node, "true or false");
    if (status != KILN_OK) return status;
    if (strcmp(w->text, "false") == 0) return KILN_OK;
    if (strcmp(w->text, "true") != 0)
        return kiln_i_yaml_fail(w->r->yaml, node, "%s takes no value: expected true or false, found \"%.60s\"", option->name,
                                w->text);
    snprintf(w->text, sizeof w->text, "--%s", option->name);
    return add_word(w, w->text);
}

/* A value that begins with a minus would be taken for an option. */
static kiln_status add_value(words *w, const kiln_study_option *option, const kiln_i_yaml_node *node)
{
    char name[64];
    kiln_status status = read_value(w, node, option->name);
    if (status != KILN_OK) return status;
    const size_t length = (size_t)snprintf(name, sizeof name, "--%s", option->name);
    if (w->text[0] == '-') {
        if (length + strlen(w->text) + 2 > sizeof w->text) return kiln_i_yaml_fail(w->r->yaml, node, "expected a shorter value");
        memmove(w->text + length + 1, w->text, strlen(w->text) + 1);
        memcpy(w->text, name, length);
        w->text[length] = '=';
        return add_word(w, w->text);
    }
    status = add_word(w, name);
    return status == KILN_OK ? add_word(w, w->text) : status;
}

static kiln_status add_option(words *w, const kiln_study_option *option, const kiln_i_yaml_node *node)
{
    kiln_status status = KILN_OK;
    if (!option->takes_value) return add_flag(w, option, node);
    if (node->kind == KILN_YAML_SEQUENCE && option->repeats) {
        for (const kiln_i_yaml_node *item = node->first; item && status == KILN_OK; item = item->next)
            status = add_value(w, option, item);
        return status;
    }
    if (node->kind == KILN_YAML_SEQUENCE)
        return kiln_i_yaml_fail(w->r->yaml, node, "expected one value of %s, found a list; several cases are made by sweep",
                                option->name);
    return add_value(w, option, node);
}

/* What a case says of a key: its sweep, the case itself, the defaults; NULL: nothing. */
static const kiln_i_yaml_node *look_up(words *w, const kiln_i_yaml_node *node, const char *key)
{
    for (int i = 0; i < w->point->n; ++i)
        if (strcmp(w->point->binding[i].key->text, key) == 0) {
            w->point->binding[i].is_used = 1;
            return w->point->binding[i].value;
        }
    const kiln_i_yaml_node *own = kiln_i_yaml_get(node, key);
    return own || !w->r->defaults ? own : kiln_i_yaml_get(w->r->defaults, key);
}

static kiln_status add_arguments(words *w, const kiln_study_verb *verb, const kiln_i_yaml_node *node)
{
    const kiln_i_yaml_node *value = verb->n_most > 0 ? look_up(w, node, verb->argument_key) : NULL;
    kiln_status status = KILN_OK;
    if (!value && verb->n_least == 0) return KILN_OK;
    if (!value)
        return kiln_i_yaml_fail(w->r->yaml, node->key, "expected the key \"%s\" of kiln %s, which is missing", verb->argument_key,
                                verb->name);
    const int is_list = value->kind == KILN_YAML_SEQUENCE, n = is_list ? value->n : 1;
    if (n < verb->n_least || n > verb->n_most)
        return kiln_i_yaml_fail(w->r->yaml, value, "expected %s%d in %s of kiln %s, found %d",
                                verb->n_least < verb->n_most ? "at most " : "", verb->n_most, verb->argument_key, verb->name, n);
    for (const kiln_i_yaml_node *item = is_list ? value->first : value; item && status == KILN_OK;
         item = is_list ? item->next : NULL) {
        status = read_value(w, item, verb->argument_key);
        if (status == KILN_OK && w->text[0] == '-')
            status = kiln_i_yaml_fail(w->r->yaml, item, "expected %s, found an option", verb->argument_key);
        if (status == KILN_OK) status = add_word(w, w->text);
    }
    return status;
}

static kiln_status refuse_unused(const kiln_i_study_reader *r, const kiln_study_verb *verb, const kiln_i_yaml_node *key)
{
    char list[440];
    kiln_nearest nearest = kiln_nearest_to(key->text);
    offer_keys(verb, &nearest);
    list_keys(verb, list, sizeof list);
    return kiln_i_yaml_fail(r->yaml, key,
                            "\"%.40s\" is neither a key of kiln %s nor in the case's values as {%.40s}%s%s%s; keys are %s",
                            key->text, verb->name, key->text, nearest.name ? ", did you mean " : "",
                            nearest.name ? nearest.name : "", nearest.name ? "?" : "", list);
}

static kiln_status keep_variables(const words *w, kiln_study_case *out)
{
    kiln_study_variable *variables = kiln_i_study_take(w->r, (size_t)w->point->n + 1, sizeof *variables);
    if (!variables) return KILN_E_NOMEM;
    for (int i = 0; i < w->point->n; ++i) {
        const kiln_i_binding *b = &w->point->binding[i];
        if (!b->is_used) return refuse_unused(w->r, &w->r->verbs[out->verb], b->key);
        if (!(variables[i].name = kiln_i_study_copy(w->r, b->key->text)) ||
            !(variables[i].value = kiln_i_study_copy(w->r, b->value->text)))
            return KILN_E_NOMEM;
    }
    out->variables = variables;
    out->n_variables = w->point->n;
    return KILN_OK;
}

static kiln_status keep_words(const words *w, kiln_study_case *out)
{
    const char **copy = kiln_i_study_take(w->r, (size_t)w->n + 1, sizeof *copy);
    if (!copy) return KILN_E_NOMEM;
    for (int i = 0; i < w->n; ++i) copy[i] = w->word[i];
    out->words = copy;
    out->n_words = w->n;
    return KILN_OK;
}

static kiln_status keep_figures(kiln_i_study_reader *r, const kiln_i_yaml_node *node, kiln_study_case *out)
{
    const kiln_i_yaml_node *own = kiln_i_yaml_get(node, "figures");
    if (!own && r->defaults) own = kiln_i_yaml_get(r->defaults, "figures");
    if (own) return kiln_i_study_read_figures(r, own, &out->n_figures, &out->figures);
    out->n_figures = r->n_figures;
    out->figures = r->figures;
    return KILN_OK;
}

kiln_status kiln_i_study_fill_case(kiln_i_study_reader *r, const kiln_i_yaml_node *node, kiln_i_point *point,
                                   kiln_study_case *out)
{
    const kiln_study_verb *verb = &r->verbs[out->verb];
    words w = {.r = r, .point = point};
    kiln_status status = add_words(&w, verb->name);
    if (status == KILN_OK) status = add_arguments(&w, verb, node);
    for (int i = 0; i < verb->n_options && status == KILN_OK; ++i) {
        const kiln_i_yaml_node *value = look_up(&w, node, verb->options[i].name);
        if (value) status = add_option(&w, &verb->options[i], value);
    }
    if (status == KILN_OK) status = keep_figures(r, node, out);
    if (status == KILN_OK) status = keep_variables(&w, out);
    return status == KILN_OK ? keep_words(&w, out) : status;
}
