/* Private: parts of one calculation that several processes compute. */
#ifndef KILN_CORE_RANKS_H
#define KILN_CORE_RANKS_H

#include "core/context.h"

#include <kiln/ranks.h>

/* Checks what a caller has given; NULL is one process alone. */
kiln_status kiln_i_ranks_check(kiln_context *ctx, const kiln_ranks *ranks);

/* The parts 0 .. n_parts - 1 of which this process has the first, and every n_ranks-th after it. */
int kiln_i_ranks_own(const kiln_ranks *ranks, int n_parts);
/* Which part is this process's own number `own`. */
int kiln_i_ranks_part(const kiln_ranks *ranks, int own);

/* After this process has computed its own parts, with `status` and its message in the context: every process gets all of them, or the failure of the lowest rank that failed. */
kiln_status kiln_i_ranks_share(kiln_context *ctx, const kiln_ranks *ranks, kiln_status status, void *parts, int n_parts,
                               size_t bytes);
/* In the same way: `bytes` bytes of each rank go to rank 0, into all [n_ranks x bytes], which is NULL elsewhere. */
kiln_status kiln_i_ranks_gather(kiln_context *ctx, const kiln_ranks *ranks, kiln_status status, const void *own, size_t bytes,
                                void *all);

#endif
