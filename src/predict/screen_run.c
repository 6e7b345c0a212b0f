#include "core/blocks.h"
#include "predict/screen_state.h"

#include <limits.h>
#include <string.h>

enum { AHEAD = 4 }; /* units of a thread that may wait for those before them */

/* What a unit has made until it is given. */
typedef struct place {
    kiln_field *field; /* [KILN_SCREEN_UNIT x n_columns] */
    char *text;
    size_t room;
} place;

/* What all threads share. */
typedef struct shared {
    const kiln_screen *screen;
    const kiln_screen_work *work;
    const uint64_t *row; /* the rows that are computed, one a block; NULL: units are */
    place *places;       /* [ahead] */
    int ahead;
} shared;

typedef struct worker {
    const shared *shared;
    kiln_i_screener screener;
} worker;

static void close_worker(void *own)
{
    worker *w = own;
    kiln_i_screener_close_case(&w->screener);
    kiln_i_candidate_reader_close(&w->screener.reader);
    kiln_i_free(w->screener.ctx, w);
}

static kiln_status open_worker(void *shared_data, kiln_context *ctx, void **own)
{
    const shared *s = shared_data;
    worker *w = kiln_i_calloc(ctx, 1, sizeof *w);
    if (!w) return kiln_i_fail(ctx, KILN_E_NOMEM, "a thread's workspace");
    w->shared = s;
    w->screener.screen = s->screen;
    w->screener.ctx = ctx;
    w->screener.reader = (kiln_i_candidate_reader){.candidates = s->screen->candidates, .ctx = ctx};
    *own = w;
    return KILN_OK;
}

/* Rows of a block: where they begin, and how many. */
static uint64_t first_row_of(const shared *s, int block)
{
    return s->row ? s->row[block] : (s->work->first + s->work->stride * (uint64_t)block) * KILN_SCREEN_UNIT;
}

static int rows_of(const shared *s, int block)
{
    const uint64_t left = s->screen->n_rows - first_row_of(s, block);
    return s->row ? 1 : left < KILN_SCREEN_UNIT ? (int)left : KILN_SCREEN_UNIT;
}

/* Texts have their addresses now. */
static void settle(const kiln_i_screener *s, kiln_field *field, int n)
{
    for (int i = 0; i < n; ++i)
        if (field[i].kind == KILN_FIELD_TEXT) field[i] = (kiln_field){KILN_FIELD_TEXT, 0.0, s->text + (size_t)field[i].number};
}

static kiln_status run_unit(void *own, int block)
{
    worker *w = own;
    kiln_i_screener *s = &w->screener;
    const kiln_screen_work *work = w->shared->work;
    place *p = &w->shared->places[block % w->shared->ahead];
    const uint64_t first_row = first_row_of(w->shared, block);
    const int n = rows_of(w->shared, block), n_columns = s->screen->n_columns;
    kiln_status status = KILN_OK;
    kiln_i_screener_close_case(s); /* so that nothing of another unit is used */
    s->text = p->text;
    s->room = p->room;
    s->used = 0;
    for (int i = 0; i < n && status == KILN_OK; ++i) {
        if (work->keep_going && !work->keep_going(work->user)) status = kiln_i_fail(s->ctx, KILN_E_INTERRUPTED, "interrupted");
        else status = kiln_i_screen_row(s, first_row + (uint64_t)i, p->field + i * n_columns);
    }
    settle(s, p->field, status == KILN_OK ? n * n_columns : 0);
    p->text = s->text;
    p->room = s->room;
    return status;
}

static kiln_status give_unit(void *shared_data, kiln_context *ctx, int block)
{
    const shared *s = shared_data;
    const uint64_t first_row = first_row_of(s, block);
    const kiln_screen_unit made = {first_row / KILN_SCREEN_UNIT, first_row, rows_of(s, block), s->places[block % s->ahead].field};
    return s->work->take(&made, ctx, s->work->user);
}

/* Texts are those of the threads, whose memory is the C library's, as is that of this context. */
static kiln_status make_places(shared *s, kiln_context *ctx)
{
    if (!(s->places = kiln_i_calloc(ctx, (size_t)s->ahead, sizeof *s->places))) return KILN_E_NOMEM;
    for (int i = 0; i < s->ahead; ++i)
        if (!(s->places[i].field = kiln_i_calloc(ctx, (size_t)(KILN_SCREEN_UNIT * s->screen->n_columns), sizeof(kiln_field))))
            return KILN_E_NOMEM;
    return KILN_OK;
}

static void free_places(shared *s, kiln_context *ctx)
{
    for (int i = 0; s->places && i < s->ahead; ++i) {
        kiln_i_free(ctx, s->places[i].field);
        kiln_i_free(ctx, s->places[i].text);
    }
    kiln_i_free(ctx, s->places);
}

static kiln_status run_all(kiln_context *ctx, shared *s, uint64_t n)
{
    kiln_context *common; /* of what passes from thread to thread */
    kiln_status status = kiln_context_create(NULL, &common);
    if (status != KILN_OK) return kiln_i_fail(ctx, status, "a context of the threads");
    const kiln_i_block_work work =
        {.open = open_worker, .run = run_unit, .close = close_worker, .give = give_unit, .ahead = s->ahead, .shared = s};
    status = make_places(s, common);
    if (status != KILN_OK) (void)kiln_i_fail(ctx, status, "rows that wait to be given");
    else status = kiln_i_run_blocks(ctx, s->work->n_threads, (int)n, &work);
    free_places(s, common);
    kiln_context_free(common);
    return status;
}

kiln_status kiln_i_screen_rows(const kiln_screen *screen, kiln_context *ctx, int n, const uint64_t *row,
                               const kiln_screen_work *work)
{
    shared s = {.screen = screen, .work = work, .row = row, .ahead = AHEAD * work->n_threads};
    return n > 0 ? run_all(ctx, &s, (uint64_t)n) : KILN_OK;
}

kiln_status kiln_screen_run(const kiln_screen *screen, kiln_context *ctx, const kiln_screen_work *work)
{
    if (!ctx) return KILN_E_ARG;
    if (!screen || !work || !work->take) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (work->stride < 1 || work->n_threads < 1 || work->n_threads > KILN_MAX_THREADS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d threads, each %.0f. unit: expected 1 to %d threads and at least each unit",
                           work->n_threads, (double)work->stride, (int)KILN_MAX_THREADS);
    const uint64_t n_units = kiln_screen_n_units(screen);
    uint64_t n = work->first < n_units ? (n_units - work->first - 1) / work->stride + 1 : 0;
    if (work->n > 0 && work->n < n) n = work->n;
    if (n == 0) return KILN_OK;
    if (n > INT_MAX) return kiln_i_fail(ctx, KILN_E_ARG, "%.0f units: expected at most %d at a time", (double)n, INT_MAX);
    shared s = {.screen = screen, .work = work, .ahead = AHEAD * work->n_threads};
    return run_all(ctx, &s, n);
}
