#ifndef KILN_RANKS_H
#define KILN_RANKS_H

#include <kiln/status.h>

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Processes that do one calculation together, on one machine or many: each asks the same question, computes some of its parts, and then holds all of them. The library
 * knows nothing of how they talk: the caller gives a function that does, with MPI or anything else. Answers are bit for bit those of one process.
 */
typedef struct kiln_ranks {
    int rank;    /**< of this process, 0 to n_ranks - 1 */
    int n_ranks; /**< at least 1                        */
    /**
     * Called by every process at the same places in the same order, by the thread that has called the library. `parts` holds n_parts parts of `bytes` bytes each; part k is
     * known to the process of rank k % n_ranks, and afterwards to all. n_parts may be 0, and `parts` NULL then. A process whose arguments are refused, or that has no memory left to
     * tell the others of its failure, returns from the library without a call that the others make: `share` must then fail in these rather than wait, as those of the tool do.
     *
     * @return 0; anything else ends the calculation in this process with KILN_E_IO
     */
    int (*share)(void *parts, int n_parts, size_t bytes, void *user);
    /** In the same way: each process gives `bytes` bytes in `own`, and rank 0 receives those of all, one rank after the other, in `all` [n_ranks x bytes]; elsewhere that is NULL. */
    int (*gather)(const void *own, size_t bytes, void *all, void *user);
    void *user;
} kiln_ranks;

#ifdef __cplusplus
}
#endif
#endif
