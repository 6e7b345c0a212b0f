/* An allocator that fails at call `fail_at` (0: never) and counts what is out. */
#ifndef KILN_TEST_COUNTING_H
#define KILN_TEST_COUNTING_H

#include <kiln/context.h>
#include <stdlib.h>

static long calls, out_now, fail_at;

static inline void *counting_alloc(void *user, size_t size)
{
    (void)user;
    if (++calls == fail_at) return NULL;
    ++out_now;
    return malloc(size);
}

static inline void counting_release(void *user, void *ptr)
{
    (void)user;
    if (ptr) --out_now;
    free(ptr);
}

#endif
