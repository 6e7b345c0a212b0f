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
} kiln_i_block_work;

/* Runs blocks 0 .. n_blocks - 1 on n_threads (the caller's own included, 1 .. KILN_MAX_THREADS); where fewer can be had, those do the work. Other threads take
 * their memory from the C library. Returns KILN_OK or the failure of the lowest block that failed, with its message. */
kiln_status kiln_i_run_blocks(kiln_context *ctx, int n_threads, int n_blocks, const kiln_i_block_work *work);

#endif
