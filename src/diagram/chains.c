#include "diagram/section.h"

#include "core/context.h"

#include <stdlib.h>

kiln_status kiln_i_segments_add(kiln_i_segments *p, const kiln_i_segment *piece)
{
    if (p->n == p->room) {
        const int room = p->room ? 2 * p->room : 1024;
        if (!kiln_i_grow(p->ctx, &p->piece, (size_t)p->room, (size_t)room, sizeof *p->piece))
            return kiln_i_fail(p->ctx, KILN_E_NOMEM, "lines of a section");
        p->room = room;
    }
    p->piece[p->n++] = *piece;
    return KILN_OK;
}

static int order(long long a, long long b) { return (a > b) - (a < b); }
static long long lower(const kiln_i_segment *p) { return p->from < p->to ? p->from : p->to; }
static long long upper(const kiln_i_segment *p) { return p->from < p->to ? p->to : p->from; }

/* By group and pair of points, then by direction. */
static int by_pair(const void *x, const void *y)
{
    const kiln_i_segment *a = x, *b = y;
    int sign = order(a->group, b->group);
    if (!sign) sign = order(lower(a), lower(b));
    if (!sign) sign = order(upper(a), upper(b));
    return sign ? sign : order(a->from, b->from);
}

void kiln_i_segments_cancel(kiln_i_segments *p)
{
    int kept = 0;
    if (p->n == 0) return;
    qsort(p->piece, (size_t)p->n, sizeof *p->piece, by_pair);
    for (int i = 0; i < p->n; ++i) {
        const int is_pair = i + 1 < p->n && p->piece[i].group == p->piece[i + 1].group &&
                            p->piece[i].from == p->piece[i + 1].to && p->piece[i].to == p->piece[i + 1].from;
        if (is_pair) ++i;
        else if (p->piece[i].from != p->piece[i].to) p->piece[kept++] = p->piece[i];
    }
    p->n = kept;
}

static int by_start(const void *x, const void *y)
{
    const kiln_i_segment *a = x, *b = y;
    const int sign = order(a->group, b->group);
    return sign ? sign : order(a->from, b->from);
}

/* The first piece not yet used of a group that begins at a point; -1: none. */
static int find_start(const kiln_i_segments *p, const char *is_used, int group, long long point)
{
    const kiln_i_segment key = {.group = group, .from = point};
    int low = 0, high = p->n;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (by_start(&p->piece[middle], &key) < 0) low = middle + 1;
        else high = middle;
    }
    for (; low < p->n && p->piece[low].group == group && p->piece[low].from == point; ++low)
        if (!is_used[low]) return low;
    return -1;
}

typedef struct chaining {
    const kiln_i_segments *p;
    char *is_used;
    const kiln_i_segment **chain;
} chaining;

static kiln_status follow(chaining *c, int first, kiln_i_chain_taker take, void *data)
{
    int n = 0;
    const long long begin = c->p->piece[first].from;
    for (int at = first; at >= 0;) {
        c->is_used[at] = 1;
        c->chain[n++] = &c->p->piece[at];
        if (c->p->piece[at].to == begin) return take(data, n, c->chain, 1);
        at = find_start(c->p, c->is_used, c->p->piece[at].group, c->p->piece[at].to);
    }
    return take(data, n, c->chain, 0);
}

/* Pieces at whose beginning no other ends come first. */
static void mark_beginnings(const kiln_i_segments *p, char *is_used, char *is_beginning)
{
    for (int i = 0; i < p->n; ++i) is_beginning[i] = 1;
    for (int i = 0; i < p->n; ++i)
        for (int k = find_start(p, is_used, p->piece[i].group, p->piece[i].to);
             k >= 0 && k < p->n && p->piece[k].group == p->piece[i].group && p->piece[k].from == p->piece[i].to; ++k)
            is_beginning[k] = 0;
}

kiln_status kiln_i_segments_chain(kiln_i_segments *p, kiln_i_chain_taker take, void *data)
{
    const size_t n = (size_t)p->n + 1;
    if (p->n == 0) return KILN_OK;
    char *marks = kiln_i_calloc(p->ctx, 2 * n, 1);
    chaining c = {p, marks, kiln_i_calloc(p->ctx, n, sizeof *c.chain)};
    kiln_status status = KILN_OK;
    if (!marks || !c.chain) status = kiln_i_fail(p->ctx, KILN_E_NOMEM, "lines of a section");
    if (status == KILN_OK) {
        qsort(p->piece, (size_t)p->n, sizeof *p->piece, by_start);
        mark_beginnings(p, marks, marks + n);
        for (int i = 0; i < p->n && status == KILN_OK; ++i)
            if (marks[n + (size_t)i] && !marks[i]) status = follow(&c, i, take, data);
        for (int i = 0; i < p->n && status == KILN_OK; ++i)
            if (!marks[i]) status = follow(&c, i, take, data);
    }
    kiln_i_free(p->ctx, marks);
    kiln_i_free(p->ctx, c.chain);
    return status;
}
