/* Private: work that falls into blocks, on several threads. What a block gives depends on its index alone, never on which thread runs it or what that thread did before. */
#ifndef KILN_CORE_BLOCKS_H
#define KILN_CORE_BLOCKS_H

#include "core/context.h"

enum { KILN_MAX_THREADS = 1024 };

typedef struct kiln_i_block_work {
    /* A thread's own workspace, made with a context of its own; on failure *own stays NULL. */
    kiln_status (*open)(void *shared, kiln_context *ctx, void **own);
    kiln_status (*run)(void *own, int block);
    void (*close)(void *own); /* never NULL */
    int (*keep_going)(int blocks_done, int n_blocks,
                      void *user); /* NULL for none; one call at a time; 0 ends the work with KILN_E_INTERRUPTED */
    void *shared, *user;
    /* NULL for none. Takes what block after block has made, in their order, one call at a time, by any thread, whose context takes the error; a failure ends the work. A block begins
     * only when the one `ahead` before it was given, so that what block b makes may stand in place b % ahead. */
    kiln_status (*give)(void *shared, kiln_context *ctx, int block);
    int ahead; /* with `give`, >= 1 */
} kiln_i_block_work;

/* Runs blocks 0 .. n_blocks - 1 on n_threads (the caller's own included, 1 .. KILN_MAX_THREADS); where fewer can be had, those do the work. Other threads take
 * their memory from the C library. Returns KILN_OK or the failure of the lowest block that failed, with its message; with `give` no block begins
 * after a failure, and those before the one that failed are given. */
kiln_status kiln_i_run_blocks(kiln_context *ctx, int n_threads, int n_blocks, const kiln_i_block_work *work);

#endif
