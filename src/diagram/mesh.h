/* Private: a triangulation of the unit square, or of its lower left half, by right isosceles triangles that are halved where more is to be seen.
 *
 * Newest-vertex bisection (W.F. Mitchell, ACM Trans. Math. Softw. 15 (1989) 326, doi:10.1145/76909.76912; as a pair of binary trees M. Duchaineau et al., Proc. IEEE
 * Visualization (1997) 81): a triangle is halved across its longest edge together with its neighbour there, which is first halved itself until it has that edge for its
 * longest. So no vertex ever lies on an edge of a triangle, and coordinates are exact in binary. */
#ifndef KILN_DIAGRAM_MESH_H
#define KILN_DIAGRAM_MESH_H

#include <kiln/context.h>

typedef struct kiln_i_mesh_vertex {
    double s, t;    /* in [0, 1] */
    int between[2]; /* it halves the edge of these two, the lower number first; -1: a corner of the domain */
} kiln_i_mesh_vertex;

/* Corners against the clock: the right angle first; the longest edge is opposite to it. */
typedef struct kiln_i_mesh_triangle {
    int corner[3];
    int across[3]; /* the triangle on the other side of the edge from corner k to the next; -1: none */
    int child[2];  /* -1: a leaf */
    int level;     /* halvings; the legs of level 2 k have length 2^-k */
} kiln_i_mesh_triangle;

typedef struct kiln_i_mesh {
    kiln_context *ctx;
    int n_vertices, vertex_room, n_triangles, triangle_room;
    kiln_i_mesh_vertex *vertex;
    kiln_i_mesh_triangle *triangle;
} kiln_i_mesh;

/* The square, or the triangle s + t <= 1, halved to the level given. */
kiln_status kiln_i_mesh_create(kiln_context *ctx, int is_triangle, int level, kiln_i_mesh *out);
void kiln_i_mesh_destroy(kiln_i_mesh *m);
/* Halves a leaf, and what has to be halved with it; nothing for any other triangle. New vertices stand at the end of the list. */
kiln_status kiln_i_mesh_split(kiln_i_mesh *m, int triangle);
int kiln_i_mesh_is_leaf(const kiln_i_mesh *m, int triangle);

#endif
