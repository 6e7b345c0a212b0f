#include "core/ranks.h"

#include <stdio.h>
#include <string.h>

enum { MAX_RANKS = 1000000, MAX_MESSAGE = 256 };

/* How a process fared, as the others hear of it. */
typedef struct outcome {
    kiln_status status;
    char message[MAX_MESSAGE];
} outcome;

kiln_status kiln_i_ranks_check(kiln_context *ctx, const kiln_ranks *r)
{
    if (!r) return KILN_OK;
    if (r->n_ranks < 1 || r->n_ranks > MAX_RANKS || r->rank < 0 || r->rank >= r->n_ranks)
        return kiln_i_fail(ctx, KILN_E_ARG, "rank %d of %d: expected 0 to n - 1, and n from 1 to %d", r->rank, r->n_ranks,
                           (int)MAX_RANKS);
    return r->share && r->gather ? KILN_OK : kiln_i_fail(ctx, KILN_E_ARG, "ranks without functions that share and gather parts");
}

int kiln_i_ranks_own(const kiln_ranks *r, int n_parts)
{
    if (!r) return n_parts;
    return n_parts > r->rank ? (n_parts - r->rank - 1) / r->n_ranks + 1 : 0;
}

int kiln_i_ranks_part(const kiln_ranks *r, int own) { return r ? r->rank + own * r->n_ranks : own; }

static kiln_status lost(kiln_context *ctx, const kiln_ranks *r)
{
    return kiln_i_fail(ctx, KILN_E_IO, "rank %d of %d: the parts of the others did not arrive", r->rank, r->n_ranks);
}

/* The failure of the lowest rank that failed. */
static kiln_status agree(kiln_context *ctx, const kiln_ranks *r, kiln_status own)
{
    outcome *all = kiln_i_calloc(ctx, (size_t)r->n_ranks, sizeof *all);
    if (!all) return kiln_i_fail(ctx, KILN_E_NOMEM, "outcomes of %d ranks", r->n_ranks);
    all[r->rank].status = own;
    if (own != KILN_OK) snprintf(all[r->rank].message, MAX_MESSAGE, "%s", kiln_context_error(ctx));
    kiln_status status = r->share(all, r->n_ranks, sizeof *all, r->user) == 0 ? KILN_OK : lost(ctx, r);
    for (int k = 0; k < r->n_ranks && status == KILN_OK; ++k)
        if (all[k].status != KILN_OK) status = kiln_i_fail(ctx, all[k].status, "%s", all[k].message);
    kiln_i_free(ctx, all);
    return status;
}

kiln_status kiln_i_ranks_share(kiln_context *ctx, const kiln_ranks *r, kiln_status status, void *parts, int n_parts, size_t bytes)
{
    if (!r || r->n_ranks == 1) return status;
    if ((status = agree(ctx, r, status)) != KILN_OK) return status;
    return r->share(parts, n_parts, bytes, r->user) == 0 ? KILN_OK : lost(ctx, r);
}

kiln_status kiln_i_ranks_gather(kiln_context *ctx, const kiln_ranks *r, kiln_status status, const void *own, size_t bytes,
                                void *all)
{
    if ((status = agree(ctx, r, status)) != KILN_OK) return status;
    return r->gather(own, bytes, all, r->user) == 0 ? KILN_OK : lost(ctx, r);
}
