#define _POSIX_C_SOURCE 200809L

#include "core/blocks.h"
#include "core/context.h"
#include "core/ranks.h"
#include "report/screening_state.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* How much work the end of the process may cost. */
#define KEEP_S 1.0

typedef struct running {
    kiln_screening *screening;
    const kiln_screening_options *options;
    kiln_i_sink *sink; /* NULL: none */
    double kept_s;
    int is_whole;         /* the sink has all rows that were counted */
    pthread_mutex_t lock; /* of keep_going and the count that it is told */
    uint64_t n_done;
} running;

kiln_status kiln_screening_options_init(kiln_screening_options *options, uint32_t version)
{
    if (!options || version != KILN_SCREENING_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_screening_options){.version = version, .top = 20, .n_threads = 1};
    return KILN_OK;
}

static double now_s(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? (double)t.tv_sec + 1e-9 * (double)t.tv_nsec : 0.0;
}

/* The error of a thread that hands rows over. */
static kiln_status hand_on(const kiln_screening *s, kiln_context *ctx, kiln_status status)
{
    return status == KILN_OK ? KILN_OK : kiln_i_fail(ctx, status, "%s", kiln_context_error(s->ctx));
}

/* ---- The file ---- */

static kiln_status keep(running *r)
{
    char *record;
    const kiln_screening *s = r->screening;
    kiln_status status = kiln_i_screening_record(s, r->sink->bytes(r->sink), 0, &record);
    if (status == KILN_OK) status = r->sink->keep(r->sink, record);
    kiln_i_free(s->ctx, record);
    r->kept_s = now_s();
    return status;
}

static kiln_status finish(running *r)
{
    char *record = NULL;
    const kiln_screening *s = r->screening;
    kiln_status status = keep(r);
    if (status == KILN_OK) status = kiln_i_screening_record(s, r->sink->bytes(r->sink), 1, &record);
    if (status == KILN_OK) status = r->sink->finish(r->sink, record);
    kiln_i_free(s->ctx, record);
    return status;
}

/* ---- Rows ---- */

static kiln_status take(const kiln_screen_unit *unit, kiln_context *ctx, void *user)
{
    running *r = user;
    kiln_screening *s = r->screening;
    kiln_status status = KILN_OK;
    r->is_whole = 0;
    for (int i = 0; i < unit->n_rows && status == KILN_OK; ++i)
        status = kiln_i_screening_count(s, unit->first_row + (uint64_t)i, unit->field + i * s->screen->n_columns);
    if (status == KILN_OK && r->sink) status = r->sink->add(r->sink, unit);
    if (status == KILN_OK && r->sink && now_s() - r->kept_s > KEEP_S) status = keep(r);
    if (status != KILN_OK) return hand_on(s, ctx, status);
    r->is_whole = 1;
    (void)pthread_mutex_lock(&r->lock);
    r->n_done = s->n_done;
    (void)pthread_mutex_unlock(&r->lock);
    return r->options->take ? r->options->take(unit, ctx, r->options->user) : KILN_OK;
}

static int keep_going(void *user)
{
    running *r = user;
    int answer = 1;
    (void)pthread_mutex_lock(&r->lock);
    answer = r->options->keep_going(r->n_done, r->screening->screen->n_rows, r->options->user);
    (void)pthread_mutex_unlock(&r->lock);
    return answer;
}

static kiln_status take_best(const kiln_screen_unit *unit, kiln_context *ctx, void *user)
{
    const running *r = user;
    return hand_on(r->screening, ctx, kiln_i_screening_offer(r->screening, unit->first_row, unit->field));
}

/* Rows of a file that goes on or was finished are not read again but computed: a row is the same whenever it is. */
static kiln_status find_best_again(running *r, const uint64_t *best, int n)
{
    const kiln_screen_work work = {.n_threads = r->options->n_threads,
                                   .take = take_best,
                                   .keep_going = r->options->keep_going ? keep_going : NULL,
                                   .user = r};
    return kiln_i_screen_rows(r->screening->screen, r->screening->ctx, n, best, &work);
}

/* ---- Beginning and going on ---- */

static kiln_status begin(running *r)
{
    char *record;
    kiln_status status = kiln_i_screening_record(r->screening, 0, 0, &record);
    if (status == KILN_OK) status = r->sink->begin(r->sink, record);
    kiln_i_free(r->screening->ctx, record);
    return status == KILN_OK ? keep(r) : status;
}

static kiln_status go_on(running *r, const char *record, int *is_finished)
{
    kiln_screening *s = r->screening;
    uint64_t bytes = 0;
    int n = 0;
    uint64_t *best = kiln_i_calloc(s->ctx, (size_t)s->top + 1, sizeof *best);
    if (!best) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "the best rows");
    kiln_status status = kiln_i_screening_recall(s, record, r->options->path, &bytes, is_finished, best, &n);
    s->n_found = s->n_done;
    r->n_done = s->n_done;
    if (status == KILN_OK) status = (*is_finished ? r->sink->check : r->sink->resume)(r->sink, bytes);
    if (status == KILN_OK) status = find_best_again(r, best, n);
    kiln_i_free(s->ctx, best);
    return status;
}

static kiln_status open_file(running *r, int *is_finished)
{
    char *record;
    const kiln_screening *s = r->screening;
    kiln_status status = kiln_i_sink_open(s->ctx, r->options->path, s->screen->n_columns, s->screen->column, &r->sink);
    if (status == KILN_OK) status = r->sink->recall(r->sink, &record);
    if (status != KILN_OK) return status;
    status = record ? go_on(r, record, is_finished) : begin(r);
    kiln_i_free(s->ctx, record);
    return status;
}

/* What failed, as the context says, and what can be done about it. */
static kiln_status say_kept(const running *r, kiln_status status)
{
    char sentence[512];
    const kiln_screening *s = r->screening;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(s->ctx));
    return kiln_i_fail(s->ctx, status, "%s; what %s holds is kept, and the same command goes on from there", sentence,
                       r->options->path);
}

/* What is there is worth keeping, whatever has failed; a failure of that is the one to tell. */
static kiln_status keep_after(running *r, kiln_status status)
{
    char sentence[512];
    const kiln_screening *s = r->screening;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(s->ctx));
    const kiln_status kept = keep(r);
    return kept == KILN_OK ? kiln_i_fail(s->ctx, status, "%s", sentence) : kept;
}

/* Where ranks begin, as the one that has the file says. */
typedef struct beginning {
    uint64_t unit;
    int is_finished;
} beginning;

static kiln_status run_rest(running *r, const beginning *from)
{
    kiln_screening *s = r->screening;
    const kiln_screen_work work = {.first = from->unit,
                                   .stride = 1,
                                   .n_threads = r->options->n_threads,
                                   .take = take,
                                   .keep_going = r->options->keep_going ? keep_going : NULL,
                                   .user = r};
    r->kept_s = 0.0; /* the first unit at once, so that even a short life gets on */
    kiln_status status = kiln_i_screen_run_ranks(s->screen, s->ctx, &work, r->options->ranks);
    if (!r->sink) return status;
    if (status == KILN_OK) status = finish(r);
    else if (r->is_whole) status = keep_after(r, status);
    return status == KILN_OK ? KILN_OK : say_kept(r, status);
}

static kiln_status run(running *r)
{
    beginning from = {0};
    const kiln_ranks *ranks = r->options->ranks;
    const int has_file = r->options->path && (!ranks || ranks->rank == 0);
    kiln_status status = has_file ? open_file(r, &from.is_finished) : KILN_OK;
    from.unit = (r->screening->n_done + KILN_SCREEN_UNIT - 1) / KILN_SCREEN_UNIT;
    status = kiln_i_ranks_share(r->screening->ctx, ranks, status, &from, 1, sizeof from);
    return status == KILN_OK && !from.is_finished ? run_rest(r, &from) : status;
}

/* ---- The screening ---- */

static kiln_status copy_text(kiln_context *ctx, const char *text, char **out)
{
    *out = kiln_i_strdup(ctx, text);
    return *out || !text ? KILN_OK : kiln_i_fail(ctx, KILN_E_NOMEM, "conditions on rows");
}

static kiln_status prepare(kiln_screening *s, const kiln_screening_options *o)
{
    const kiln_screen *screen = s->screen;
    kiln_status status = copy_text(s->ctx, o->where, &s->where);
    if (status == KILN_OK) status = copy_text(s->ctx, o->sort, &s->sort);
    if (status == KILN_OK && o->where)
        status = kiln_filter_parse(s->ctx, o->where, KILN_FILTER_CONDITION, screen->n_columns, screen->column, &s->filter);
    if (status == KILN_OK && o->sort)
        status = kiln_filter_parse(s->ctx, o->sort, KILN_FILTER_NUMBER, screen->n_columns, screen->column, &s->ranking);
    if (status != KILN_OK) return status;
    s->best = kiln_i_calloc(s->ctx, (size_t)s->top + 1, sizeof *s->best);
    return s->best ? KILN_OK : kiln_i_fail(s->ctx, KILN_E_NOMEM, "the best rows");
}

kiln_status kiln_screening_run(kiln_context *ctx, const kiln_screen *screen, const kiln_screening_options *options,
                               kiln_screening **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!screen || !options || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (options->version != KILN_SCREENING_OPTIONS_VERSION || options->top < 0 || options->top > KILN_MAX_TOP)
        return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u, the best %d rows (0 to %d)", options->version, options->top,
                           (int)KILN_MAX_TOP);
    if (options->n_threads < 1 || options->n_threads > KILN_MAX_THREADS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d threads: expected 1 to %d", options->n_threads, (int)KILN_MAX_THREADS);
    if (kiln_i_ranks_check(ctx, options->ranks) != KILN_OK) return KILN_E_ARG;
    kiln_screening *s = kiln_i_calloc(ctx, 1, sizeof *s);
    if (!s) return kiln_i_fail(ctx, KILN_E_NOMEM, "a screening");
    *s = (kiln_screening){.ctx = ctx, .screen = screen, .top = options->top};
    running r = {.screening = s, .options = options, .kept_s = now_s(), .is_whole = 1};
    kiln_status status = prepare(s, options);
    if (status == KILN_OK && pthread_mutex_init(&r.lock, NULL) != 0) status = kiln_i_fail(ctx, KILN_E_NOMEM, "a lock");
    if (status == KILN_OK) {
        status = run(&r);
        (void)pthread_mutex_destroy(&r.lock);
    }
    if (r.sink) r.sink->close(r.sink);
    if (status == KILN_OK) *out = s;
    else kiln_screening_free(s);
    return status;
}

void kiln_screening_free(kiln_screening *s)
{
    if (!s) return;
    for (int i = 0; i < s->n_best; ++i) kiln_i_free(s->ctx, s->best[i].field);
    kiln_i_free(s->ctx, s->best);
    kiln_filter_free(s->filter);
    kiln_filter_free(s->ranking);
    kiln_i_free(s->ctx, s->where);
    kiln_i_free(s->ctx, s->sort);
    kiln_i_free(s->ctx, s);
}

uint64_t kiln_screening_n_found(const kiln_screening *s) { return s ? s->n_found : 0; }
uint64_t kiln_screening_n_passed(const kiln_screening *s) { return s ? s->n_passed : 0; }
int kiln_screening_n_best(const kiln_screening *s) { return s ? s->n_best : 0; }

const kiln_field *kiln_screening_best(const kiln_screening *s, int rank, uint64_t *row)
{
    if (!s || rank < 0 || rank >= s->n_best) return NULL;
    if (row) *row = s->best[rank].row;
    return s->best[rank].field;
}
