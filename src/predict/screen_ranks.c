/* Units that several processes compute: in rounds, in which every rank has some of each, and rank 0 takes all of them in order. */
#include "core/ranks.h"
#include "predict/screen_state.h"

#include <string.h>

/* Units of each thread in a round: enough for long and short ones to even out, few enough to be kept in memory and to be written every other second. */
enum { ROUND = 16, MOST = 1 << 20 };

/* Units on their way to rank 0, one after the other: fields, each its kind and then its number, or its text to the zero. */
typedef struct parcel {
    size_t size, room;
    char *bytes;
} parcel;

typedef struct rounds {
    const kiln_screen *screen;
    const kiln_screen_work *work;
    const kiln_ranks *ranks;
    kiln_context *ctx, *common; /* the caller's; of what threads hand over */
    uint64_t first;             /* unit of the round */
    int n;                      /* its units */
    parcel own;                 /* those of this rank */
    uint64_t *size;             /* [n] bytes of each unit, in the end of all ranks' */
    kiln_field *field;          /* [KILN_SCREEN_UNIT x n_columns] */
} rounds;

/* ---- Packing ---- */

/* Room for `room` bytes in all. */
static int make_room(kiln_context *ctx, parcel *p, size_t room)
{
    if (room <= p->room) return 1;
    if (!kiln_i_grow(ctx, &p->bytes, p->room, room, 1)) return 0;
    p->room = room;
    return 1;
}

static int add(kiln_context *ctx, parcel *p, const void *bytes, size_t n)
{
    if (p->size + n > p->room && !make_room(ctx, p, 2 * p->room + n + 1024)) return 0;
    memcpy(p->bytes + p->size, bytes, n);
    p->size += n;
    return 1;
}

static int add_field(kiln_context *ctx, parcel *p, const kiln_field *f)
{
    const char kind = (char)f->kind;
    if (!add(ctx, p, &kind, 1)) return 0;
    if (f->kind == KILN_FIELD_NUMBER) return add(ctx, p, &f->number, sizeof f->number);
    return f->kind != KILN_FIELD_TEXT || add(ctx, p, f->text, strlen(f->text) + 1);
}

static kiln_status pack(const kiln_screen_unit *unit, kiln_context *ctx, void *user)
{
    rounds *r = user;
    const size_t before = r->own.size;
    for (int i = 0; i < unit->n_rows * r->screen->n_columns; ++i)
        if (!add_field(r->common, &r->own, &unit->field[i])) return kiln_i_fail(ctx, KILN_E_NOMEM, "rows on their way to rank 0");
    r->size[unit->index - r->first] = r->own.size - before;
    return KILN_OK;
}

/* Texts stay where they are. */
static void unpack(const char *bytes, int n, kiln_field *field)
{
    for (int i = 0; i < n; ++i) {
        field[i] = (kiln_field){.kind = (kiln_field_kind)*bytes++};
        if (field[i].kind == KILN_FIELD_NUMBER) {
            memcpy(&field[i].number, bytes, sizeof field[i].number);
            bytes += sizeof field[i].number;
        } else if (field[i].kind == KILN_FIELD_TEXT) {
            field[i].text = bytes;
            bytes += strlen(bytes) + 1;
        }
    }
}

/* ---- Rounds ---- */

static int keep_going(void *user)
{
    const rounds *r = user;
    return r->work->keep_going(r->work->user);
}

static kiln_status compute_own(rounds *r)
{
    const int n = kiln_i_ranks_own(r->ranks, r->n);
    r->own.size = 0;
    const kiln_screen_work work = {.first = r->first + (uint64_t)r->ranks->rank,
                                   .stride = (uint64_t)r->ranks->n_ranks,
                                   .n = (uint64_t)n,
                                   .n_threads = r->work->n_threads,
                                   .take = pack,
                                   .keep_going = r->work->keep_going ? keep_going : NULL,
                                   .user = r};
    return n > 0 ? kiln_screen_run(r->screen, r->ctx, &work) : KILN_OK;
}

/* Units of the ranks in turn, as they were dealt out; where those of each have been read to stands in `at`. */
static kiln_status take_all(const rounds *r, const char *all, size_t most, size_t *at)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < r->n && status == KILN_OK; ++k) {
        const uint64_t index = r->first + (uint64_t)k, first_row = index * KILN_SCREEN_UNIT, left = r->screen->n_rows - first_row;
        const kiln_screen_unit unit = {index, first_row, left < KILN_SCREEN_UNIT ? (int)left : KILN_SCREEN_UNIT, r->field};
        const int rank = k % r->ranks->n_ranks;
        unpack(all + (size_t)rank * most + at[rank], unit.n_rows * r->screen->n_columns, r->field);
        at[rank] += (size_t)r->size[k];
        status = r->work->take(&unit, r->ctx, r->work->user);
    }
    return status;
}

/* Bytes that every rank sends: as many as the one with the most has. */
static size_t most_bytes(const rounds *r)
{
    size_t most = 1;
    for (int rank = 0; rank < r->ranks->n_ranks; ++rank) {
        size_t sum = 0;
        for (int k = rank; k < r->n; k += r->ranks->n_ranks) sum += (size_t)r->size[k];
        most = sum > most ? sum : most;
    }
    return most;
}

static kiln_status hand_over(rounds *r, kiln_status status)
{
    status = kiln_i_ranks_share(r->ctx, r->ranks, status, r->size, r->n, sizeof *r->size);
    if (status != KILN_OK) return status;
    const size_t most = most_bytes(r), n_ranks = (size_t)r->ranks->n_ranks;
    const int is_first = r->ranks->rank == 0;
    char *all = is_first ? kiln_i_alloc(r->ctx, n_ranks * most, 1) : NULL;
    size_t *at = is_first ? kiln_i_calloc(r->ctx, n_ranks, sizeof *at) : NULL;
    if ((is_first && (!all || !at)) || !make_room(r->common, &r->own, most))
        status = kiln_i_fail(r->ctx, KILN_E_NOMEM, "rows of all ranks");
    status = kiln_i_ranks_gather(r->ctx, r->ranks, status, r->own.bytes, most, all);
    if (status == KILN_OK && is_first) status = take_all(r, all, most, at);
    kiln_i_free(r->ctx, all);
    kiln_i_free(r->ctx, at);
    return status;
}

static kiln_status run_rounds(rounds *r, int most)
{
    const uint64_t n_units = kiln_screen_n_units(r->screen);
    kiln_status status = KILN_OK;
    for (r->first = r->work->first; r->first < n_units && status == KILN_OK; r->first += (uint64_t)r->n) {
        r->n = n_units - r->first < (uint64_t)most ? (int)(n_units - r->first) : most;
        status = hand_over(r, compute_own(r));
        /* what rank 0 could not take is known to all before they go on */
        status = kiln_i_ranks_share(r->ctx, r->ranks, status, NULL, 0, 0);
    }
    return status;
}

kiln_status kiln_i_screen_run_ranks(const kiln_screen *screen, kiln_context *ctx, const kiln_screen_work *work,
                                    const kiln_ranks *ranks)
{
    if (!ranks || ranks->n_ranks == 1) return kiln_screen_run(screen, ctx, work);
    const uint64_t wanted = (uint64_t)ROUND * (uint64_t)work->n_threads * (uint64_t)ranks->n_ranks;
    const int most = wanted < MOST ? (int)wanted : MOST;
    rounds r = {.screen = screen, .work = work, .ranks = ranks, .ctx = ctx};
    kiln_status status = kiln_context_create(NULL, &r.common);
    if (status != KILN_OK) (void)kiln_i_fail(ctx, status, "a context of the threads");
    r.size = kiln_i_calloc(ctx, (size_t)most, sizeof *r.size);
    r.field = kiln_i_calloc(ctx, (size_t)(KILN_SCREEN_UNIT * screen->n_columns), sizeof *r.field);
    if (status == KILN_OK && !(r.size && r.field)) status = kiln_i_fail(ctx, KILN_E_NOMEM, "rows of all ranks");
    status = kiln_i_ranks_share(ctx, ranks, status, NULL, 0, 0); /* one that lacks memory keeps nobody waiting */
    if (status == KILN_OK) status = run_rounds(&r, most);
    if (r.common) kiln_i_free(r.common, r.own.bytes);
    kiln_i_free(ctx, r.size);
    kiln_i_free(ctx, r.field);
    kiln_context_free(r.common);
    return status;
}
