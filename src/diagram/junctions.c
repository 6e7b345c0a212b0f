#include "diagram/section.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>

/* Rays with less than this square of the sine between them meet nowhere in particular. */
static const double PARALLEL = 1e-5;
/* Over the ranges: junctions of neighbouring triangles that are nearer than this to the point between them are one. */
static const double ONE_POINT = 2e-5;

typedef struct placing {
    kiln_i_junctions *j;
    double length; /* of rays, over the size of the triangle */
} placing;

static int by_node(const void *x, const void *y)
{
    const long long a = ((const kiln_i_junction *)x)->node, b = ((const kiln_i_junction *)y)->node;
    return (a > b) - (a < b);
}

static kiln_i_junction *find(const kiln_i_junctions *j, long long node)
{
    const kiln_i_junction key = {.node = node};
    return j->n ? bsearch(&key, j->at, (size_t)j->n, sizeof *j->at, by_node) : NULL;
}

/* The line through p and q. */
static void add_ray(kiln_i_junction *at, double p_s, double p_t, double q_s, double q_t)
{
    const double length = hypot(p_s - q_s, p_t - q_t);
    if (at->n_rays == KILN_I_CELL_ARCS || length == 0.0) return;
    kiln_i_ray *r = &at->ray[at->n_rays++];
    *r = (kiln_i_ray){.normal_s = (q_t - p_t) / length, .normal_t = (p_s - q_s) / length};
    r->offset = r->normal_s * p_s + r->normal_t * p_t;
}

/* A line that leaves a junction: the ray through its first point, on the triangle's edge, and the first one far enough from that. What ends in the next triangle has no direction. */
static void note_end(const placing *p, int n, const kiln_i_segment *const *piece, int is_backward)
{
    const kiln_i_segment *first = piece[is_backward ? n - 1 : 0];
    kiln_i_junction *at = find(p->j, is_backward ? first->to : first->from);
    if (!at) return;
    const double s = is_backward ? first->s : first->to_s, t = is_backward ? first->t : first->to_t;
    for (int k = 1; k < n; ++k) {
        const kiln_i_segment *next = piece[is_backward ? n - 1 - k : k];
        const double far_s = is_backward ? next->s : next->to_s, far_t = is_backward ? next->t : next->to_t;
        if (find(p->j, is_backward ? next->from : next->to)) return; /* its own position is not known yet */
        if (hypot(far_s - s, far_t - t) < p->length * at->size) continue;
        add_ray(at, s, t, far_s, far_t);
        return;
    }
}

static kiln_status note_ends(void *data, int n, const kiln_i_segment *const *piece, int is_closed)
{
    if (is_closed) return KILN_OK;
    note_end(data, n, piece, 0);
    note_end(data, n, piece, 1);
    return KILN_OK;
}

/* The point nearest to all rays; 0 where they are parallel. */
static int intersect(const kiln_i_junction *at, double *s, double *t)
{
    double ss = 0.0, st = 0.0, tt = 0.0, bs = 0.0, bt = 0.0;
    for (int k = 0; k < at->n_rays; ++k) {
        const kiln_i_ray *r = &at->ray[k];
        ss += r->normal_s * r->normal_s;
        st += r->normal_s * r->normal_t;
        tt += r->normal_t * r->normal_t;
        bs += r->normal_s * r->offset;
        bt += r->normal_t * r->offset;
    }
    const double determinant = ss * tt - st * st;
    if (determinant < PARALLEL) return 0;
    *s = (tt * bs - st * bt) / determinant;
    *t = (ss * bt - st * bs) / determinant;
    return 1;
}

/* From a point inside the triangle towards s, t, not beyond its sides. */
static void stay_inside(const kiln_i_junction *at, double *s, double *t)
{
    double share = 1.0;
    for (int k = 0; k < 3; ++k) {
        const double *p = at->corner[k], *q = at->corner[(k + 1) % 3];
        const double from = (q[0] - p[0]) * (at->t - p[1]) - (q[1] - p[1]) * (at->s - p[0]);
        const double to = (q[0] - p[0]) * (*t - p[1]) - (q[1] - p[1]) * (*s - p[0]);
        if (to < 0.0) share = fmin(share, fmax(from, 0.0) / (fmax(from, 0.0) - to));
    }
    *s = at->s + share * (*s - at->s);
    *t = at->t + share * (*t - at->t);
}

static double spread(const kiln_i_junction *at, double s, double t)
{
    double most = 0.0;
    for (int k = 0; k < at->n_rays; ++k)
        most = fmax(most, fabs(at->ray[k].normal_s * s + at->ray[k].normal_t * t - at->ray[k].offset));
    return most;
}

/* Rays of one length; then the points where they meet. `is_second`: the rays are longer, and tell how far what the first ones said may be off. */
static kiln_status place(kiln_i_junctions *j, kiln_i_segments *lines, double length, int is_second)
{
    placing p = {j, length};
    for (int i = 0; i < j->n; ++i) j->at[i].n_rays = 0;
    const kiln_status status = kiln_i_segments_chain(lines, note_ends, &p);
    for (int i = 0; i < j->n && status == KILN_OK; ++i) {
        kiln_i_junction *at = &j->at[i];
        double s, t;
        if ((is_second && !at->is_placed) || !intersect(at, &s, &t)) continue;
        stay_inside(at, &s, &t);
        if (is_second) {
            at->off = fmax(at->off, hypot(s - at->new_s, t - at->new_t));
            continue;
        }
        at->is_placed = 1;
        at->new_s = s;
        at->new_t = t;
        at->off = spread(at, s, t);
    }
    return status;
}

static void settle(kiln_i_junctions *j)
{
    for (int i = 0; i < j->n; ++i) {
        kiln_i_junction *at = &j->at[i];
        if (!at->is_placed || at->off >= at->size) continue;
        at->s = at->new_s;
        at->t = at->new_t;
        at->size = at->off;
    }
}

/* Two that a line of two pieces joins, with almost no length: both to the point between them, on the edge that their triangles share. */
static kiln_status unite(void *data, int n, const kiln_i_segment *const *piece, int is_closed)
{
    kiln_i_junction *a = find(data, piece[0]->from), *b = find(data, piece[n - 1]->to);
    if (n != 2 || is_closed || !a || !b) return KILN_OK;
    const double s = piece[0]->to_s, t = piece[0]->to_t;
    if (hypot(a->s - s, a->t - t) > ONE_POINT || hypot(b->s - s, b->t - t) > ONE_POINT) return KILN_OK;
    a->s = b->s = s;
    a->t = b->t = t;
    a->size = b->size = fmax(a->size, b->size);
    return KILN_OK;
}

static void move_ends(const kiln_i_junctions *j, kiln_i_segments *segments)
{
    for (int i = 0; i < segments->n; ++i) {
        kiln_i_segment *piece = &segments->piece[i];
        const kiln_i_junction *from = find(j, piece->from), *to = find(j, piece->to);
        if (from) {
            piece->s = from->s;
            piece->t = from->t;
        }
        if (to) {
            piece->to_s = to->s;
            piece->to_t = to->t;
        }
    }
}

kiln_status kiln_i_junctions_place(kiln_i_junctions *j, kiln_i_segments *lines, kiln_i_segments *loops)
{
    if (j->n > 0) qsort(j->at, (size_t)j->n, sizeof *j->at, by_node);
    kiln_status status = place(j, lines, 1.0, 0);
    if (status == KILN_OK) status = place(j, lines, 3.0, 1);
    settle(j);
    if (status == KILN_OK) status = kiln_i_segments_chain(lines, unite, j);
    move_ends(j, lines);
    move_ends(j, loops);
    return status;
}
