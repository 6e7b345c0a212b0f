#include "diagram/mesh.h"

#include "core/context.h"

#include <string.h>

enum { FIRST_ROOM = 512 };
enum { EDGE_OUT, EDGE_BASE, EDGE_BACK }; /* from the right angle, opposite to it, back to it */

static kiln_status add_vertex(kiln_i_mesh *m, kiln_i_mesh_vertex v, int *index)
{
    if (m->n_vertices == m->vertex_room) {
        const int room = m->vertex_room ? 2 * m->vertex_room : FIRST_ROOM;
        if (!kiln_i_grow(m->ctx, &m->vertex, (size_t)m->n_vertices, (size_t)room, sizeof *m->vertex))
            return kiln_i_fail(m->ctx, KILN_E_NOMEM, "vertices of a section");
        m->vertex_room = room;
    }
    *index = m->n_vertices;
    m->vertex[m->n_vertices++] = v;
    return KILN_OK;
}

static kiln_status add_triangle(kiln_i_mesh *m, int a, int b, int c, int level, int *index)
{
    if (m->n_triangles == m->triangle_room) {
        const int room = m->triangle_room ? 2 * m->triangle_room : FIRST_ROOM;
        if (!kiln_i_grow(m->ctx, &m->triangle, (size_t)m->n_triangles, (size_t)room, sizeof *m->triangle))
            return kiln_i_fail(m->ctx, KILN_E_NOMEM, "triangles of a section");
        m->triangle_room = room;
    }
    *index = m->n_triangles;
    m->triangle[m->n_triangles++] = (kiln_i_mesh_triangle){{a, b, c}, {-1, -1, -1}, {-1, -1}, level};
    return KILN_OK;
}

int kiln_i_mesh_is_leaf(const kiln_i_mesh *m, int triangle) { return m->triangle[triangle].child[0] < 0; }

/* The neighbour at an edge knows its triangle by a new number. */
static void renumber(kiln_i_mesh *m, int neighbour, int before, int now)
{
    for (int k = 0; neighbour >= 0 && k < 3; ++k)
        if (m->triangle[neighbour].across[k] == before) m->triangle[neighbour].across[k] = now;
}

/* Two children at the middle of the base; what lies across the halves of the base is left open. */
static kiln_status halve(kiln_i_mesh *m, int triangle, int middle)
{
    int low, high;
    const kiln_i_mesh_triangle t = m->triangle[triangle];
    kiln_status status = add_triangle(m, middle, t.corner[0], t.corner[1], t.level + 1, &low);
    if (status == KILN_OK) status = add_triangle(m, middle, t.corner[2], t.corner[0], t.level + 1, &high);
    if (status != KILN_OK) return status;
    m->triangle[low].across[EDGE_OUT] = high;
    m->triangle[high].across[EDGE_BACK] = low;
    m->triangle[low].across[EDGE_BASE] = t.across[EDGE_OUT];
    m->triangle[high].across[EDGE_BASE] = t.across[EDGE_BACK];
    renumber(m, t.across[EDGE_OUT], triangle, low);
    renumber(m, t.across[EDGE_BACK], triangle, high);
    m->triangle[triangle].child[0] = low;
    m->triangle[triangle].child[1] = high;
    return KILN_OK;
}

static kiln_i_mesh_vertex middle_of(const kiln_i_mesh *m, int i, int j)
{
    const kiln_i_mesh_vertex *a = &m->vertex[i], *b = &m->vertex[j];
    return (kiln_i_mesh_vertex){0.5 * (a->s + b->s), 0.5 * (a->t + b->t), {i < j ? i : j, i < j ? j : i}};
}

kiln_status kiln_i_mesh_split(kiln_i_mesh *m, int triangle)
{
    int middle = 0, beyond = m->triangle[triangle].across[EDGE_BASE];
    kiln_status status = KILN_OK;
    if (!kiln_i_mesh_is_leaf(m, triangle)) return KILN_OK;
    if (beyond >= 0 && m->triangle[beyond].across[EDGE_BASE] != triangle) {
        if ((status = kiln_i_mesh_split(m, beyond)) != KILN_OK) return status;
        beyond = m->triangle[triangle].across[EDGE_BASE];
    }
    if ((status = add_vertex(m, middle_of(m, m->triangle[triangle].corner[1], m->triangle[triangle].corner[2]), &middle)) !=
        KILN_OK)
        return status;
    if ((status = halve(m, triangle, middle)) != KILN_OK || beyond < 0) return status;
    if ((status = halve(m, beyond, middle)) != KILN_OK) return status;
    const int low = m->triangle[triangle].child[0], high = m->triangle[triangle].child[1];
    const int beyond_low = m->triangle[beyond].child[0], beyond_high = m->triangle[beyond].child[1];
    m->triangle[low].across[EDGE_BACK] = beyond_high;
    m->triangle[beyond_high].across[EDGE_OUT] = low;
    m->triangle[high].across[EDGE_OUT] = beyond_low;
    m->triangle[beyond_low].across[EDGE_BACK] = high;
    return KILN_OK;
}

static kiln_status split_to(kiln_i_mesh *m, int level)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < m->n_triangles && status == KILN_OK; ++k)
        if (m->triangle[k].level < level) status = kiln_i_mesh_split(m, k);
    return status;
}

kiln_status kiln_i_mesh_create(kiln_context *ctx, int is_triangle, int level, kiln_i_mesh *out)
{
    int v[4], lower, upper;
    static const kiln_i_mesh_vertex corner[] = {{0.0, 0.0, {-1, -1}},
                                                {1.0, 0.0, {-1, -1}},
                                                {0.0, 1.0, {-1, -1}},
                                                {1.0, 1.0, {-1, -1}}};
    memset(out, 0, sizeof *out);
    out->ctx = ctx;
    kiln_status status = KILN_OK;
    for (int k = 0; k < (is_triangle ? 3 : 4) && status == KILN_OK; ++k) status = add_vertex(out, corner[k], &v[k]);
    if (status == KILN_OK) status = add_triangle(out, v[0], v[1], v[2], 0, &lower);
    if (status == KILN_OK && !is_triangle) {
        status = add_triangle(out, v[3], v[2], v[1], 0, &upper);
        if (status == KILN_OK) {
            out->triangle[lower].across[EDGE_BASE] = upper;
            out->triangle[upper].across[EDGE_BASE] = lower;
        }
    }
    if (status == KILN_OK) status = split_to(out, level);
    if (status != KILN_OK) kiln_i_mesh_destroy(out);
    return status;
}

void kiln_i_mesh_destroy(kiln_i_mesh *m)
{
    kiln_i_free(m->ctx, m->vertex);
    kiln_i_free(m->ctx, m->triangle);
    m->vertex = NULL;
    m->triangle = NULL;
    m->n_vertices = m->n_triangles = m->vertex_room = m->triangle_room = 0;
}
