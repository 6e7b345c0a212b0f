#include "core/blocks.h"

#include <pthread.h>
#include <stdio.h>

enum { MAX_MESSAGE = 512 };

/* What all threads share. */
typedef struct pool {
    const kiln_i_block_work *work;
    int n_blocks;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t moved; /* what a thread may wait for: `given`, `status` */
    int next, done;
    int given, is_giving; /* blocks below `given` were; a thread is at it */
    char *is_made;        /* [ahead] */
    int failed;           /* lowest block that failed, n_blocks for a thread that could not begin */
    kiln_status status;
    char message[MAX_MESSAGE];
} pool;

static void note_failure(pool *p, int block, kiln_status status, const char *message)
{
    if (p->status != KILN_OK && block >= p->failed) return;
    p->failed = block;
    p->status = status;
    snprintf(p->message, sizeof p->message, "%s", message);
}

static int is_over(const pool *p) { return p->status == KILN_E_INTERRUPTED || (p->work->give && p->status != KILN_OK); }

static int take_block(pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    while (p->work->give && p->next < p->n_blocks && p->next - p->given >= p->work->ahead && !is_over(p))
        (void)pthread_cond_wait(&p->moved, &p->lock);
    const int block = is_over(p) ? p->n_blocks : p->next++;
    (void)pthread_mutex_unlock(&p->lock);
    return block;
}

/* Gives what is next as long as it is there; the lock is not held meanwhile, and a block that another thread ends is left to this one. */
static void give_made(pool *p, kiln_context *ctx)
{
    const kiln_i_block_work *w = p->work;
    if (p->is_giving) return;
    p->is_giving = 1;
    while (p->given < p->n_blocks && p->is_made[p->given % w->ahead]) {
        const int block = p->given;
        p->is_made[block % w->ahead] = 0;
        (void)pthread_mutex_unlock(&p->lock);
        const kiln_status status = w->give(w->shared, ctx, block);
        (void)pthread_mutex_lock(&p->lock);
        if (status == KILN_OK) ++p->given;
        else note_failure(p, block, status, kiln_context_error(ctx));
    }
    p->is_giving = 0;
}

static void end_block(pool *p, int block, kiln_status status, kiln_context *ctx)
{
    const kiln_i_block_work *w = p->work;
    char text[MAX_MESSAGE];
    (void)pthread_mutex_lock(&p->lock);
    ++p->done;
    if (status != KILN_OK) note_failure(p, block, status, kiln_context_error(ctx));
    if (w->keep_going && p->status == KILN_OK && !w->keep_going(p->done, p->n_blocks, w->user)) {
        snprintf(text, sizeof text, "after %d of %d parts", p->done, p->n_blocks);
        note_failure(p, 0, KILN_E_INTERRUPTED, text);
    }
    if (w->give) {
        p->is_made[block % w->ahead] = status == KILN_OK;
        give_made(p, ctx);
        (void)pthread_cond_broadcast(&p->moved);
    }
    (void)pthread_mutex_unlock(&p->lock);
}

static void *run(void *data)
{
    pool *p = data;
    const kiln_i_block_work *w = p->work;
    kiln_context *ctx = NULL;
    void *own = NULL;
    kiln_status status = kiln_context_create(NULL, &ctx);
    if (status == KILN_OK) status = w->open(w->shared, ctx, &own);
    if (status == KILN_OK)
        for (int block = take_block(p); block < p->n_blocks; block = take_block(p)) end_block(p, block, w->run(own, block), ctx);
    else {
        (void)pthread_mutex_lock(&p->lock);
        note_failure(p, p->n_blocks, status, ctx ? kiln_context_error(ctx) : "a context of its own");
        (void)pthread_cond_broadcast(&p->moved);
        (void)pthread_mutex_unlock(&p->lock);
    }
    if (own) w->close(own);
    kiln_context_free(ctx);
    return NULL;
}

kiln_status kiln_i_run_blocks(kiln_context *ctx, int n_threads, int n_blocks, const kiln_i_block_work *work)
{
    if (n_threads < 1 || n_threads > KILN_MAX_THREADS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d threads: expected 1 to %d", n_threads, (int)KILN_MAX_THREADS);
    pool p = {.work = work, .n_blocks = n_blocks, .failed = n_blocks};
    const int wanted = (n_threads < n_blocks ? n_threads : n_blocks) - 1;
    pthread_t *threads = kiln_i_calloc(ctx, (size_t)(wanted > 0 ? wanted : 0) + 1, sizeof *threads);
    p.is_made = kiln_i_calloc(ctx, (size_t)(work->give ? work->ahead : 0) + 1, 1);
    if (!threads || !p.is_made || pthread_mutex_init(&p.lock, NULL) != 0 || pthread_cond_init(&p.moved, NULL) != 0) {
        kiln_i_free(ctx, threads);
        kiln_i_free(ctx, p.is_made);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "%d threads", n_threads);
    }
    int started = 0;
    while (started < wanted && pthread_create(&threads[started], NULL, run, &p) == 0) ++started;
    (void)run(&p); /* this thread takes its share, and all of it where no other could start */
    for (int i = 0; i < started; ++i) (void)pthread_join(threads[i], NULL);
    (void)pthread_cond_destroy(&p.moved);
    (void)pthread_mutex_destroy(&p.lock);
    kiln_i_free(ctx, threads);
    kiln_i_free(ctx, p.is_made);
    return p.status == KILN_OK ? KILN_OK : kiln_i_fail(ctx, p.status, "%s", p.message);
}
