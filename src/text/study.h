/* Private: how a study is read.
 *
 *   study.c             the file and what stands at its top
 *   study_case.c        one case at one point of its sweep -> words
 *   study_sweep.c       product and zip -> points, and the names of their cases
 *   study_substitute.c  {x} and {0.25*(1-x)} in values */
#ifndef KILN_TEXT_STUDY_H
#define KILN_TEXT_STUDY_H

#include "text/yaml.h"

#include <kiln/study.h>

enum { KILN_STUDY_VARIABLES = 16, KILN_STUDY_WORDS = 512, KILN_STUDY_NAME = 100, KILN_STUDY_VALUE = 4096 };

typedef struct kiln_i_study_reader {
    kiln_context *ctx;
    kiln_study *study;
    const kiln_i_yaml *yaml;
    int n_verbs;
    const kiln_study_verb *verbs;
    const kiln_i_yaml_node *defaults; /* a mapping; NULL: none */
    int n_figures;                    /* of a case without its own */
    const char *const *figures;
} kiln_i_study_reader;

/* A key of a sweep with its value at one point. */
typedef struct kiln_i_binding {
    const kiln_i_yaml_node *key, *value;
    int is_used;
} kiln_i_binding;

typedef struct kiln_i_point {
    int n;
    kiln_i_binding binding[KILN_STUDY_VARIABLES];
} kiln_i_point;

/* Zeroed memory and a copied text that live as long as the study; NULL after KILN_E_NOMEM was recorded. */
void *kiln_i_study_take(kiln_i_study_reader *r, size_t n, size_t size);
char *kiln_i_study_copy(kiln_i_study_reader *r, const char *text);

/* One figure or a list of them. */
kiln_status kiln_i_study_read_figures(kiln_i_study_reader *r, const kiln_i_yaml_node *node, int *n, const char *const **out);

/* study_substitute.c: the text of a scalar with what stands in braces replaced, into out [KILN_STUDY_VALUE]; bindings used are marked. */
kiln_status kiln_i_study_substitute(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, kiln_i_point *point, char *out);

/* study_case.c: the verb of a case, of its own or by default; keys of the case and of the defaults that nothing takes are refused. */
kiln_status kiln_i_study_find_verb(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, int *verb);
kiln_status kiln_i_study_check_case(const kiln_i_study_reader *r, const kiln_i_yaml_node *node, int verb);
kiln_status kiln_i_study_check_defaults(const kiln_i_study_reader *r, const kiln_i_yaml_node *cases);
/* 1: a key that sets an option or the arguments of the verb. */
int kiln_i_study_takes(const kiln_study_verb *verb, const char *key);
/* Words and variables of one case; every binding has to be of use. */
kiln_status kiln_i_study_fill_case(kiln_i_study_reader *r, const kiln_i_yaml_node *node, kiln_i_point *point,
                                   kiln_study_case *out);

/* study_sweep.c: all cases of a node of `cases`, added to the study. */
kiln_status kiln_i_study_expand(kiln_i_study_reader *r, const kiln_i_yaml_node *node);

#endif
