/* Private: what names stand for, found by a hash. The names are borrowed and must stay where they are. */
#ifndef KILN_DATA_NAMES_H
#define KILN_DATA_NAMES_H

#include <kiln/context.h>

#include <stddef.h>

typedef struct kiln_i_named {
    const char *name; /* NULL: an empty slot */
    size_t length;
    int index;
} kiln_i_named;

/* Zeroed at first. */
typedef struct kiln_i_names {
    int n, n_slots;
    kiln_i_named *slots;
} kiln_i_names;

/* -1 for none. */
int kiln_i_names_find(const kiln_i_names *names, const char *name, size_t length);
/* A name that is not there yet. 0 without memory. */
int kiln_i_names_add(kiln_context *ctx, kiln_i_names *names, const char *name, size_t length, int index);
void kiln_i_names_free(kiln_context *ctx, kiln_i_names *names);

#endif
