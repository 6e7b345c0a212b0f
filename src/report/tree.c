#include "report/tree.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

/* jansson returns NULL for text that is not UTF-8 and when memory ends; both must not pass for a missing member. */
static json_t *put(kiln_i_tree *t, json_t *parent, const char *key, json_t *value)
{
    if (t->status != KILN_OK || !parent) {
        json_decref(value);
        return NULL;
    }
    const int failed = key ? json_object_set_new(parent, key, value) : json_array_append_new(parent, value);
    if (failed) {
        t->status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "result '%s': no memory, or a text that is not UTF-8", key ? key : "list");
        return NULL;
    }
    return value;
}

json_t *kiln_i_tree_object(kiln_i_tree *t, json_t *parent, const char *key) { return put(t, parent, key, json_object()); }

json_t *kiln_i_tree_array(kiln_i_tree *t, json_t *parent, const char *key) { return put(t, parent, key, json_array()); }

void kiln_i_tree_real(kiln_i_tree *t, json_t *parent, const char *key, double value)
{
    if (t->status != KILN_OK || !parent) return;
    if (!isfinite(value)) {
        t->status = kiln_i_fail(t->ctx, KILN_E_NOT_CONVERGED, "result '%s' is not a finite number; nothing is reported",
                                key ? key : "list");
        return;
    }
    put(t, parent, key, json_real(value));
}

void kiln_i_tree_integer(kiln_i_tree *t, json_t *parent, const char *key, long long value)
{
    put(t, parent, key, json_integer(value));
}

void kiln_i_tree_flag(kiln_i_tree *t, json_t *parent, const char *key, int value) { put(t, parent, key, json_boolean(value)); }

void kiln_i_tree_text(kiln_i_tree *t, json_t *parent, const char *key, const char *text)
{
    put(t, parent, key, text ? json_string(text) : json_null());
}

void kiln_i_tree_note(kiln_i_tree *t, json_t *parent, const char *key, const char *note)
{
    size_t length = note ? strlen(note) : 0;
    while (length > 0 && strchr(" \t\r\n", note[length - 1])) --length;
    put(t, parent, key, length > 0 ? json_stringn(note, length) : json_null());
}

const json_t *kiln_i_tree_at(const json_t *node, const char *path)
{
    char key[64];
    while (node && *path) {
        const size_t length = strcspn(path, "/");
        if (length >= sizeof key) return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        node = json_object_get(node, key);
        path += length + (path[length] == '/');
    }
    return node;
}

double kiln_i_tree_number(const json_t *node, const char *path) { return json_number_value(kiln_i_tree_at(node, path)); }

const char *kiln_i_tree_string(const json_t *node, const char *path)
{
    const char *text = json_string_value(kiln_i_tree_at(node, path));
    return text ? text : "";
}

int kiln_i_tree_has(const json_t *node, const char *path)
{
    const json_t *value = kiln_i_tree_at(node, path);
    return value && !json_is_null(value);
}

int kiln_i_tree_is(const json_t *node, const char *path) { return json_is_true(kiln_i_tree_at(node, path)); }

int kiln_i_tree_lists(const json_t *list, size_t index)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item)
        if ((size_t)json_integer_value(item) == index) return 1;
    return 0;
}
