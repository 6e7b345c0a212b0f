#include "diagram/section.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the cells of all triangles hand over. */
typedef struct outlines {
    kiln_i_section *w;
    kiln_i_segments loops, lines; /* groups: the set; a number for the pair of sets */
    kiln_i_junctions junctions;
    double *share; /* [n_sets] of the section's area */
    int *field;    /* [n_sets] -> index of the field */
    int triangle;  /* the one that is handed over */
    int line_room;
} outlines;

static kiln_i_segment piece_between(int group, const kiln_i_cell_point *a, const kiln_i_cell_point *b)
{
    return (kiln_i_segment){group, a->node, b->node, a->s, a->t, b->s, b->t, a->is_certified, b->is_certified};
}

static kiln_status take_polygon(void *data, int set, int n, const kiln_i_cell_point *point)
{
    outlines *o = data;
    kiln_status status = KILN_OK;
    for (int i = 0; i < n && status == KILN_OK; ++i) {
        const kiln_i_segment piece = piece_between(set, &point[i], &point[(i + 1) % n]);
        status = kiln_i_segments_add(&o->loops, &piece);
    }
    return status;
}

/* A line has the set of the lower number on its left. */
static kiln_status take_chord(void *data, int left, int right, const kiln_i_cell_point *from, const kiln_i_cell_point *to)
{
    outlines *o = data;
    const int is_forward = left < right, low = is_forward ? left : right, high = is_forward ? right : left;
    const kiln_i_segment piece = piece_between(low * o->w->n_sets + high, is_forward ? from : to, is_forward ? to : from);
    return kiln_i_segments_add(&o->lines, &piece);
}

static kiln_status take_junction(void *data, const kiln_i_cell_point *at, double size, int n, const int *set)
{
    outlines *o = data;
    kiln_i_junctions *j = &o->junctions;
    if (j->n == j->room) {
        const int room = 2 * j->room + 16;
        if (!kiln_i_grow(o->w->ctx, &j->at, (size_t)j->room, (size_t)room, sizeof *j->at))
            return kiln_i_fail(o->w->ctx, KILN_E_NOMEM, "junctions of a section");
        j->room = room;
    }
    kiln_i_junction *out = &j->at[j->n++];
    *out = (kiln_i_junction){.node = at->node, .s = at->s, .t = at->t, .size = size};
    for (int k = 0; k < 3; ++k) {
        const kiln_i_mesh_vertex *v = &o->w->mesh.vertex[o->w->mesh.triangle[o->triangle].corner[k]];
        out->corner[k][0] = v->s;
        out->corner[k][1] = v->t;
    }
    for (int k = 0; k < n && out->n_fields < 8; ++k) out->field[out->n_fields++] = set[k];
    return KILN_OK;
}

static kiln_status walk(outlines *o)
{
    kiln_status status = KILN_OK;
    const kiln_i_cell_user user = {o, take_polygon, take_chord, take_junction};
    for (int k = 0; k < o->w->mesh.n_triangles && status == KILN_OK; ++k) {
        kiln_i_cell cell;
        int has_junction;
        if (!kiln_i_mesh_is_leaf(&o->w->mesh, k)) continue;
        o->triangle = k;
        status = kiln_i_cell_read(o->w, k, &cell);
        if (status == KILN_OK) status = kiln_i_cell_divide(&cell, kiln_i_section_new_node(o->w), &user, &has_junction);
    }
    return status;
}

/* ---- Fields ---- */

typedef struct ranked {
    double share;
    int set;
} ranked;

static int by_share(const void *x, const void *y)
{
    const ranked *a = x, *b = y;
    if (a->share != b->share) return a->share < b->share ? 1 : -1;
    return (a->set > b->set) - (a->set < b->set);
}

static void describe_field(const kiln_i_section *w, int index, double share, kiln_section_field *f)
{
    const kiln_i_phase_set *set = &w->set[index];
    *f = (kiln_section_field){.n_phases = set->n, .is_certified = set->is_certified && set->n > 0, .share = share};
    memcpy(f->phase, set->phase, sizeof f->phase);
    f->v_low = INFINITY;
    f->v_high = -INFINITY;
    if (set->sample < 0) return;
    f->u = kiln_i_section_u(w, w->mesh.vertex[set->sample].s);
    f->v = kiln_i_section_v(w, w->mesh.vertex[set->sample].t);
}

/* Sets that have an area; the others were met on edges only, by rounding. */
static kiln_status list_fields(outlines *o)
{
    kiln_i_section *w = o->w;
    kiln_section *section = w->section;
    const double whole = section->kind == KILN_SECTION_TERNARY ? 0.5 : 1.0;
    ranked *rank = kiln_i_calloc(w->ctx, (size_t)w->n_sets + 1, sizeof *rank);
    section->field = kiln_i_calloc(w->ctx, (size_t)w->n_sets + 1, sizeof *section->field);
    if (!rank || !section->field) {
        kiln_i_free(w->ctx, rank);
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "fields of a section");
    }
    for (int i = 0; i < o->loops.n; ++i) {
        const kiln_i_segment *piece = &o->loops.piece[i];
        o->share[piece->group] += 0.5 * (piece->s * piece->to_t - piece->to_s * piece->t);
    }
    for (int k = 0; k < w->n_sets; ++k) rank[k] = (ranked){o->share[k] / whole, k};
    qsort(rank, (size_t)w->n_sets, sizeof *rank, by_share);
    for (int k = 0; k < w->n_sets; ++k) {
        o->field[rank[k].set] = section->n_fields;
        describe_field(w, rank[k].set, rank[k].share, &section->field[section->n_fields++]);
    }
    kiln_i_free(w->ctx, rank);
    return KILN_OK;
}

/* ---- Loops and lines ---- */

static kiln_section_point point_of(const kiln_i_section *w, double s, double t, int is_certified)
{
    return (kiln_section_point){kiln_i_section_u(w, s), kiln_i_section_v(w, t), is_certified};
}

/* Between junctions that are one point. */
static int is_without_length(const kiln_i_segment *p) { return p->s == p->to_s && p->t == p->to_t; }

/* A point on the way from one to another. */
static int is_straight(const kiln_i_segment *a, const kiln_i_segment *b)
{
    const double ds = a->to_s - a->s, dt = a->to_t - a->t, es = b->to_s - b->s, et = b->to_t - b->t;
    return fabs(ds * et - dt * es) <= 1e-9 * (hypot(ds, dt) * hypot(es, et)) && ds * es + dt * et > 0.0;
}

static kiln_status take_loop(void *data, int n, const kiln_i_segment *const *piece, int is_closed)
{
    outlines *o = data;
    kiln_i_section *w = o->w;
    double twice = 0.0;
    for (int i = 0; i < n; ++i) twice += piece[i]->s * piece[i]->to_t - piece[i]->to_s * piece[i]->t;
    if (!is_closed || twice <= 0.0) return KILN_OK; /* the inner edge of a part: the fields within it are parts of their own */
    kiln_section_field *f = &w->section->field[o->field[piece[0]->group]];
    if (!kiln_i_grow(w->ctx, &f->loop, (size_t)f->n_loops, (size_t)f->n_loops + 1, sizeof *f->loop))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "loops of a section");
    kiln_section_loop *loop = &f->loop[f->n_loops++];
    *loop = (kiln_section_loop){.point = kiln_i_calloc(w->ctx, (size_t)n, sizeof *loop->point),
                                .area = 0.5 * twice / (w->section->kind == KILN_SECTION_TERNARY ? 0.5 : 1.0)};
    if (!loop->point) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "loops of a section");
    for (int i = 0; i < n; ++i) {
        if (is_without_length(piece[i]) || is_straight(piece[(i + n - 1) % n], piece[i])) continue;
        const kiln_section_point p = point_of(w, piece[i]->s, piece[i]->t, piece[i]->is_certified);
        loop->point[loop->n++] = p;
        f->v_low = fmin(f->v_low, p.v);
        f->v_high = fmax(f->v_high, p.v);
    }
    return KILN_OK;
}

static kiln_status take_line(void *data, int n, const kiln_i_segment *const *piece, int is_closed)
{
    outlines *o = data;
    kiln_i_section *w = o->w;
    kiln_section *section = w->section;
    (void)is_closed; /* then the last point is the first */
    while (n > 0 && is_without_length(piece[n - 1])) --n;
    while (n > 0 && is_without_length(piece[0])) {
        ++piece;
        --n;
    }
    if (n == 0) return KILN_OK;
    if (section->n_lines == o->line_room) {
        const int room = 2 * o->line_room + 32;
        if (!kiln_i_grow(w->ctx, &section->line, (size_t)o->line_room, (size_t)room, sizeof *section->line))
            return kiln_i_fail(w->ctx, KILN_E_NOMEM, "lines of a section");
        o->line_room = room;
    }
    kiln_section_line *line = &section->line[section->n_lines++];
    *line = (kiln_section_line){.field = {o->field[piece[0]->group / w->n_sets], o->field[piece[0]->group % w->n_sets]},
                                .point = kiln_i_calloc(w->ctx, (size_t)n + 1, sizeof *line->point)};
    if (!line->point) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "lines of a section");
    for (int i = 0; i < n; ++i) line->point[line->n++] = point_of(w, piece[i]->s, piece[i]->t, piece[i]->is_certified);
    line->point[line->n++] = point_of(w, piece[n - 1]->to_s, piece[n - 1]->to_t, piece[n - 1]->to_is_certified);
    return KILN_OK;
}

static void add_field(kiln_section_junction *j, int field)
{
    for (int k = 0; k < j->n_fields; ++k)
        if (j->field[k] == field) return;
    if (j->n_fields < 8) j->field[j->n_fields++] = field;
}

/* Those at one point are one. */
static kiln_status list_junctions(outlines *o)
{
    kiln_section *section = o->w->section;
    section->junction = kiln_i_calloc(o->w->ctx, (size_t)o->junctions.n + 1, sizeof *section->junction);
    if (!section->junction) return kiln_i_fail(o->w->ctx, KILN_E_NOMEM, "junctions of a section");
    for (int i = 0; i < o->junctions.n; ++i) {
        const kiln_i_junction *from = &o->junctions.at[i];
        const double u = kiln_i_section_u(o->w, from->s), v = kiln_i_section_v(o->w, from->t);
        kiln_section_junction *to = section->junction;
        while (to < section->junction + section->n_junctions && (to->u != u || to->v != v)) ++to;
        if (to == section->junction + section->n_junctions) {
            ++section->n_junctions;
            *to = (kiln_section_junction){.u = u, .v = v};
        }
        to->size = fmax(to->size, from->size);
        for (int k = 0; k < from->n_fields; ++k) add_field(to, o->field[from->field[k]]);
    }
    return KILN_OK;
}

static int by_area(const void *x, const void *y)
{
    const double a = ((const kiln_section_loop *)x)->area, b = ((const kiln_section_loop *)y)->area;
    return (a < b) - (a > b);
}

static kiln_status put_together(outlines *o)
{
    kiln_section *section = o->w->section;
    kiln_i_segments_cancel(&o->loops);
    kiln_status status = kiln_i_junctions_place(&o->junctions, &o->lines, &o->loops);
    if (status == KILN_OK) status = list_fields(o);
    if (status == KILN_OK) status = list_junctions(o);
    if (status == KILN_OK) status = kiln_i_segments_chain(&o->loops, take_loop, o);
    if (status == KILN_OK) status = kiln_i_segments_chain(&o->lines, take_line, o);
    for (int i = 0; i < section->n_fields; ++i)
        if (section->field[i].n_loops > 0)
            qsort(section->field[i].loop, (size_t)section->field[i].n_loops, sizeof *section->field[i].loop, by_area);
    /* without a loop: a set met on edges alone, within what they are searched to */
    while (section->n_fields > 0 && section->field[section->n_fields - 1].n_loops == 0 &&
           section->field[section->n_fields - 1].share <= 0.0)
        --section->n_fields;
    return status;
}

kiln_status kiln_i_section_outline(kiln_i_section *w)
{
    outlines o = {.w = w, .loops = {.ctx = w->ctx}, .lines = {.ctx = w->ctx}};
    const size_t n = (size_t)w->n_sets + 1;
    o.share = kiln_i_calloc(w->ctx, n, sizeof *o.share);
    o.field = kiln_i_calloc(w->ctx, n, sizeof *o.field);
    kiln_status status = o.share && o.field ? walk(&o) : kiln_i_fail(w->ctx, KILN_E_NOMEM, "fields of a section");
    if (status == KILN_OK) status = put_together(&o);
    kiln_i_free(w->ctx, o.loops.piece);
    kiln_i_free(w->ctx, o.lines.piece);
    kiln_i_free(w->ctx, o.junctions.at);
    kiln_i_free(w->ctx, o.share);
    kiln_i_free(w->ctx, o.field);
    return status;
}
