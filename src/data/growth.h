/* Private: arrays that grow by one, with no capacity to store. */
#ifndef KILN_DATA_GROWTH_H
#define KILN_DATA_GROWTH_H

#include <kiln/context.h>

/* A zeroed item at the end of the array that *array points to, and *n one more; NULL on exhaustion, both unchanged.
 * Room doubles at 4, 8, 16, ..., so the room of an array follows from n; grow such an array by this function alone. */
void *kiln_i_push(kiln_context *ctx, void *array, int *n, size_t size);

#endif
