#include "data/growth.h"

#include "core/context.h"

#include <string.h>

void *kiln_i_push(kiln_context *ctx, void *array, int *n, size_t size)
{
    void **items = array;
    const size_t old = (size_t)*n;
    if (*n >= 1 << 28) return NULL;
    const int is_full = old == 0 || (old >= 4 && (old & (old - 1)) == 0);
    if (is_full && !kiln_i_grow(ctx, array, old, old ? 2 * old : 4, size)) return NULL;
    void *item = (char *)*items + old * size;
    memset(item, 0, size);
    ++*n;
    return item;
}
