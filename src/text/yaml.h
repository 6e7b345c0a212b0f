/* Private: the subset of YAML that kiln's files use, as a tree in which every node knows its line and column.
 * Reading is done by libfyaml's event parser; the tree is ours, so that positions, limits and memory are ours too. Refused, each with
 * its position: anchors, aliases, merge keys, tags, directives, several documents, duplicate keys, control characters, what is not UTF-8,
 * empty files, depth above 32. */
#ifndef KILN_TEXT_YAML_H
#define KILN_TEXT_YAML_H

#include <kiln/context.h>

typedef enum kiln_i_yaml_kind { KILN_YAML_SCALAR, KILN_YAML_MAPPING, KILN_YAML_SEQUENCE } kiln_i_yaml_kind;

typedef struct kiln_i_yaml_node kiln_i_yaml_node;
struct kiln_i_yaml_node {
    kiln_i_yaml_kind kind;
    const char *text;            /* scalar: zero-terminated, "" for none */
    int n;                       /* members of a mapping, items of a sequence */
    const kiln_i_yaml_node *key; /* of a mapping's member: its key, a scalar */
    const kiln_i_yaml_node *first, *next;
    int line, column; /* 1-based */
    size_t start;     /* byte in the source where the text begins */
};

typedef struct kiln_i_yaml {
    kiln_context *ctx; /* borrowed */
    char *name;        /* as messages call the file */
    char *source;
    size_t length;
    const kiln_i_yaml_node *root;
    struct kiln_i_yaml_block *blocks;
} kiln_i_yaml;

/* Parse `length` bytes (copied). KILN_E_PARSE with "name:line:column: ...", or KILN_E_NOMEM; *out is NULL then. */
kiln_status kiln_i_yaml_parse(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_yaml **out);
/* The same from a file; KILN_E_IO if it cannot be read. */
kiln_status kiln_i_yaml_load(kiln_context *ctx, const char *path, kiln_i_yaml **out);
/* NULL is ignored. */
void kiln_i_yaml_free(kiln_i_yaml *yaml);

/* Line and column of byte `offset` of a scalar's text, also where a plain scalar runs over several lines. */
void kiln_i_yaml_position(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, int offset, int *line, int *column);

/* Record "name:line:column: ..." for a node and return KILN_E_PARSE. */
kiln_status kiln_i_yaml_fail(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Put the position of byte `offset` of a scalar before the sentence in the context; KILN_E_NOMEM passes unchanged. */
kiln_status kiln_i_yaml_locate(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, int offset, kiln_status status);

/* Member of a mapping, NULL if absent. */
const kiln_i_yaml_node *kiln_i_yaml_get(const kiln_i_yaml_node *mapping, const char *key);
/* The same; absence is an error at the mapping. */
kiln_status kiln_i_yaml_require(const kiln_i_yaml *yaml, const kiln_i_yaml_node *mapping, const char *key,
                                const kiln_i_yaml_node **out);
/* The node must be of this kind; a scalar must not be empty. `what` names it in the message. */
kiln_status kiln_i_yaml_expect(const kiln_i_yaml *yaml, const kiln_i_yaml_node *node, kiln_i_yaml_kind kind, const char *what);
/* Every key of the mapping must be in the NULL-terminated list, which the message prints. */
kiln_status kiln_i_yaml_check_keys(const kiln_i_yaml *yaml, const kiln_i_yaml_node *mapping, const char *const *valid);

#endif
