/* Private: building and reading result trees (jansson) without a check on every line. */
#ifndef KILN_REPORT_TREE_H
#define KILN_REPORT_TREE_H

#include <kiln/context.h>

#include <jansson.h>

/* The first failure stays in `status`; what follows it does nothing, so a builder checks once at its end. */
typedef struct kiln_i_tree {
    kiln_context *ctx;
    kiln_status status;
} kiln_i_tree;

/* Each puts a value into `parent`: an object with `key`, or an array with key NULL. A NULL parent (an earlier failure) is ignored. A
 * real that is not finite fails with KILN_E_NOT_CONVERGED and its key; a NULL text is written as null. */
json_t *kiln_i_tree_object(kiln_i_tree *t, json_t *parent, const char *key); /* borrowed from its parent */
json_t *kiln_i_tree_array(kiln_i_tree *t, json_t *parent, const char *key);
void kiln_i_tree_real(kiln_i_tree *t, json_t *parent, const char *key, double value);
void kiln_i_tree_integer(kiln_i_tree *t, json_t *parent, const char *key, long long value);
void kiln_i_tree_flag(kiln_i_tree *t, json_t *parent, const char *key, int value);
void kiln_i_tree_text(kiln_i_tree *t, json_t *parent, const char *key, const char *text);
/* The same without white space at its end: block texts of YAML end in a line feed; nothing but that is null. */
void kiln_i_tree_note(kiln_i_tree *t, json_t *parent, const char *key, const char *note);

/* Reading; `path` has members separated by '/'. Absent or null: 0, "" or NULL. */
const json_t *kiln_i_tree_at(const json_t *node, const char *path);
double kiln_i_tree_number(const json_t *node, const char *path);
const char *kiln_i_tree_string(const json_t *node, const char *path);
int kiln_i_tree_has(const json_t *node, const char *path); /* present and not null */
int kiln_i_tree_lists(const json_t *list, size_t index);   /* an array of integers holds it */
int kiln_i_tree_is(const json_t *node, const char *path);  /* present and true */

#endif
