/* Private: how a section is mapped.
 *
 *   section.c    the workspace, the question, the whole
 *   samples.c    equilibria at points of the plane, sets of phases
 *   crossings.c  where the set changes along an edge of the mesh
 *   refine.c     which triangles are halved
 *   cells.c      the fields inside one triangle
 *   chains.c     segments put together
 *   junctions.c  where fields meet, to better than a triangle
 *   outlines.c   from the cells of all triangles to lines, loops and junctions
 *   ties.c       tie lines of a ternary
 *   contours.c   mean valences
 *   windows.c    windows along an isopleth */
#ifndef KILN_DIAGRAM_SECTION_H
#define KILN_DIAGRAM_SECTION_H

#include "diagram/mesh.h"
#include "solve/solver.h"

#include <kiln/section.h>

enum { KILN_I_EDGE_CROSSINGS = 12, KILN_I_CELL_ARCS = 3 * KILN_I_EDGE_CROSSINGS + 3 };

/* The phases of an equilibrium, by rising index. */
typedef struct kiln_i_phase_set {
    int n, phase[KILN_SECTION_MAX_PHASES];
    int is_certified; /* so far */
    int sample;       /* vertex at which it was met, -1: at none */
} kiln_i_phase_set;

/* An equilibrium: its set, and what of the cations each of the phases holds. */
typedef struct kiln_i_sample {
    int set, is_certified;
    double share[KILN_SECTION_MAX_PHASES];
} kiln_i_sample;

/* A change of the set along an edge, from one end of the edge (the vertex of the lower number) to the other. */
typedef struct kiln_i_crossing_point {
    double along; /* 0 to 1 */
    int from, to; /* sets */
    int is_certified;
    int node; /* number among all points of the map */
} kiln_i_crossing_point;

typedef struct kiln_i_section_edge {
    int end[2]; /* vertices, the lower number first; -1: an empty place of the table */
    int n;
    kiln_i_crossing_point crossing[KILN_I_EDGE_CROSSINGS];
} kiln_i_section_edge;

typedef struct kiln_section_work {
    kiln_context *ctx;
    kiln_section *section;
    kiln_section_options options;
    kiln_system_options system_options;
    kiln_system *system;
    kiln_solver *solver;
    double member[3][KILN_MAX_COMPONENTS]; /* closed components of each member per mole of cations */
    double log10_po2;                      /* of the atmosphere */
    kiln_equilibrium equilibrium;          /* the last */
    int has_equilibrium;

    kiln_i_mesh mesh;
    int n_samples, sample_room;
    kiln_i_sample *sample; /* [n_samples] one for each vertex */
    int wants_forces;      /* of vertices: until the triangles that a new phase comes near to are halved */
    double
        *force; /* [n_samples x n_phases] driving forces of absent phases, J per mole of closed components; 0 of those present */
    double *valence; /* [n_samples x n_closed] for T-p(O2) */
    int n_sets, set_room;
    kiln_i_phase_set *set;
    int n_edges, edge_room; /* a power of two, at most half full */
    kiln_i_section_edge *edge;
    int n_nodes; /* of crossings and junctions, whose numbers are odd; those of vertices are even */
} kiln_i_section;

/* samples.c: the equilibrium at s, t of the unit square. One that fails has the set without phases. */
kiln_status kiln_i_section_solve(kiln_i_section *w, double s, double t, kiln_i_sample *out);
/* Driving force of a phase over the equilibrium just solved, infinity where that is not defined. */
double kiln_i_section_force(kiln_i_section *w, int phase);
/* Samples for all vertices that have none. */
kiln_status kiln_i_section_fill(kiln_i_section *w);
int kiln_i_section_is_in(const kiln_i_phase_set *set, int phase);
/* From the unit square to conditions. */
double kiln_i_section_u(const kiln_i_section *w, double s);
double kiln_i_section_v(const kiln_i_section *w, double t);

/* crossings.c: a number for a crossing or a junction; that of a vertex. */
int kiln_i_section_new_node(kiln_i_section *w);
static inline int kiln_i_section_vertex_node(int vertex) { return 2 * vertex; }
/* The edge between two vertices, searched if it was not yet; NULL after a failure, which is in *status. Valid until the next call. */
const kiln_i_section_edge *kiln_i_section_edge_of(kiln_i_section *w, int a, int b, kiln_status *status);

/* refine.c */
kiln_status kiln_i_section_refine(kiln_i_section *w);

/* cells.c: a point where the outline of a cell bends. */
typedef struct kiln_i_cell_point {
    double s, t;
    int node, is_certified;
} kiln_i_cell_point;

/* The outline of a triangle against the clock: its corners and the crossings between them. Crossings cut it into arcs of one set each. */
typedef struct kiln_i_cell {
    int n_points;
    kiln_i_cell_point point[KILN_I_CELL_ARCS];
    int is_crossing[KILN_I_CELL_ARCS];
    int set[KILN_I_CELL_ARCS]; /* of the stretch from point i to the next */
} kiln_i_cell;

kiln_status kiln_i_cell_read(kiln_i_section *w, int triangle, kiln_i_cell *cell);

/* What a cell consists of, handed out piece by piece: polygons of one set, and chords between two. */
typedef struct kiln_i_cell_user {
    void *data;
    kiln_status (*polygon)(void *data, int set, int n, const kiln_i_cell_point *point);
    kiln_status (*chord)(void *data, int left, int right, const kiln_i_cell_point *from, const kiln_i_cell_point *to);
    kiln_status (*junction)(void *data, const kiln_i_cell_point *at, double size, int n, const int *set);
} kiln_i_cell_user;
/* Arcs between two parts of the same set are cut off by a chord, until there are none; three arcs or more then meet in a junction. `junction_node` is its number if there is one. Returns 1 in
 * *has_junction. */
kiln_status kiln_i_cell_divide(const kiln_i_cell *cell, int junction_node, const kiln_i_cell_user *user, int *has_junction);

/* chains.c: directed segments from point to point that belong to groups, put together end to start. */
typedef struct kiln_i_segment {
    int group;
    long long from, to; /* numbers of the points */
    double s, t;        /* of the first point */
    double to_s, to_t;
    int is_certified, to_is_certified;
} kiln_i_segment;
typedef struct kiln_i_segments {
    kiln_context *ctx;
    int n, room;
    kiln_i_segment *piece;
} kiln_i_segments;
kiln_status kiln_i_segments_add(kiln_i_segments *p, const kiln_i_segment *piece);
/* Of segments of one group that run both ways between the same points, neither stays. */
void kiln_i_segments_cancel(kiln_i_segments *p);
/* All chains, one after the other: `take` gets each with its segments in order; `is_closed`: the last one ends where the first begins. Open chains are found from their beginnings. The segments
 * are sorted. */
typedef kiln_status (*kiln_i_chain_taker)(void *data, int n, const kiln_i_segment *const *piece, int is_closed);
kiln_status kiln_i_segments_chain(kiln_i_segments *p, kiln_i_chain_taker take, void *data);

/* junctions.c: a line, as normal . (s, t) = offset. */
typedef struct kiln_i_ray {
    double normal_s, normal_t, offset;
} kiln_i_ray;
typedef struct kiln_i_junction {
    long long node;
    double s, t, size;   /* size: over the ranges, how far off it may be */
    double corner[3][2]; /* of its triangle, against the clock */
    int n_fields, field[8];
    int n_rays, is_placed;
    kiln_i_ray ray[KILN_I_CELL_ARCS];
    double new_s, new_t, off;
} kiln_i_junction;
typedef struct kiln_i_junctions {
    int n, room;
    kiln_i_junction *at;
} kiln_i_junctions;
/* From anywhere in their triangles to where the lines that end there meet if they go on straight; with them go the ends of the segments. */
kiln_status kiln_i_junctions_place(kiln_i_junctions *j, kiln_i_segments *lines, kiln_i_segments *loops);

/* outlines.c, ties.c, contours.c: into w->section. */
kiln_status kiln_i_section_outline(kiln_i_section *w);
kiln_status kiln_i_section_tie(kiln_i_section *w);
kiln_status kiln_i_section_contour(kiln_i_section *w);

#endif
