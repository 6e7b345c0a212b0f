#ifndef KILN_SECTION_H
#define KILN_SECTION_H

#include <kiln/gap.h>
#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A section is a plane of two conditions, u and v, with the phases that are stable at each point of it. */

typedef enum kiln_section_kind {
    KILN_SECTION_ISOPLETH, /**< u: x of the mixture x A + (1 - x) B, mole fraction of closed cations; v: temperature, K            */
    KILN_SECTION_TPO2, /**< u: log10 of p(O2) in bar over one composition; v: temperature, K                                  */
    KILN_SECTION_TERNARY /**< u, v: x_A and x_B of mixtures of A, B and C at one temperature, mole fractions of closed cations; u + v <= 1 */
} kiln_section_kind;

enum { KILN_SECTION_MAX_PHASES = KILN_MAX_COMPONENTS };

/** What is mapped. Everything is borrowed for the call. */
typedef struct kiln_section_question {
    kiln_section_kind kind;
    const kiln_database *db;
    const kiln_composition *member[3]; /**< A, B (isopleth); the composition (T-p(O2)); A, B, C (ternary)               */
    const kiln_atmosphere *atmosphere; /**< T-p(O2): its oxygen has to be a pressure, which is then varied               */
    const kiln_system_options *system_options; /**< NULL: the defaults                                                           */
    const kiln_solver_options *solver_options; /**< NULL: the defaults                                                           */
    double u_low, u_high;     /**< isopleth: within [0, 1]; T-p(O2): within [-40, 3]; ternary: ignored          */
    double T_low_K, T_high_K; /**< K, finite, > 0, the first below the second; ternary: T_low_K is its temperature */
} kiln_section_question;

#define KILN_SECTION_OPTIONS_VERSION 1

/** How finely a section is mapped. Fill with kiln_section_options_init, then edit. */
typedef struct kiln_section_options {
    uint32_t version;
    /** default 32; the search begins with so many intervals along each side, a power of 2 from 4 to 256 */
    int grid;
    /** default 1e-7; boundaries are bracketed to this part of the range of u (ternary: of 1), in (0, 0.01]. Fields narrower than some ten of it, over the ranges, are lines */
    double tolerance_u;
    /** default 1e-4; boundaries are bracketed to this along temperature, K, > 0 */
    double tolerance_K;
    /** default 5e-4; how far a boundary may bend away from the straight line between its points, over the ranges, in (0, 0.1] */
    double straightness;
    /** default 200000; equilibria at most, 1000 or more */
    int most_points;
    /** default 500; boxes for the proof of one equilibrium, if that is less than the solver's own, at least 1. Proofs that take in the mean of the first points more work than 0.8 of so many
     * boxes of a quadratic energy are given up for the rest (a box of an energy of higher degree is 20 of them) */
    int quick_budget;
    /** default NULL; called now and then with the share of the points known so far that is done, 0 to 1; 0 ends it */
    int (*keep_going)(double share, void *user);
    void *user;
} kiln_section_options;

KILN_EXPORT kiln_status kiln_section_options_init(kiln_section_options *options, uint32_t version);

typedef struct kiln_section_point {
    double u, v;
    int is_certified; /**< 1: the equilibria on both sides of the boundary here are proved */
} kiln_section_point;

/** A closed curve. */
typedef struct kiln_section_loop {
    int n;
    kiln_section_point *point; /**< [n] against the clock; the first is not repeated */
    double area;               /**< of what is inside, over that of the section, holes included */
} kiln_section_loop;

/** All of the plane with the same phases: one part or several. */
typedef struct kiln_section_field {
    int n_phases; /**< 0: no equilibrium was found, or no combination of the phases has these compositions */
    int phase[KILN_SECTION_MAX_PHASES]; /**< by rising index in kiln_section_system; a miscibility gap lists one twice         */
    int is_certified;                   /**< 1: all equilibria in it are                                                      */
    double share;                       /**< of the area of the section                                                       */
    double u, v;                        /**< a point in it at which an equilibrium was computed                               */
    double v_low, v_high;               /**< from where to where along v it reaches                                           */
    int n_loops;
    kiln_section_loop
        *loop; /**< [n_loops] outer edges of its parts, by falling area; fields inside a part come as parts of their own */
} kiln_section_field;

/** A boundary between two fields. */
typedef struct kiln_section_line {
    int field[2]; /**< on the left and on the right of its direction */
    int n;
    kiln_section_point *point; /**< [n] 2 or more; a closed one repeats the first */
} kiln_section_line;

/** A point at which three or more fields meet. */
typedef struct kiln_section_junction {
    double u, v; /**< where its lines meet if they go on straight from the triangle it was narrowed to        */
    double size; /**< over the ranges: how far it may be off, from how well they meet; of the triangle if only one line tells */
    int n_fields, field[8];
} kiln_section_junction;

/** A tie line, or the triangle of three phases in equilibrium, of a ternary whose corners differ in three elements only. */
typedef struct kiln_section_tie {
    int n; /**< 2 or 3 */
    int phase[3];
    double u[3], v[3];
    int is_certified;
} kiln_section_tie;

/** Where the mean valence of an element has one value, n + 1/2: points to 0.002, on the edges of the search's triangles. Where it jumps across a boundary, that is the contour. */
typedef struct kiln_section_contour {
    int component; /**< index in kiln_section_system */
    double valence;
    int n;
    kiln_section_point *point; /**< [n] */
} kiln_section_contour;

typedef struct kiln_section {
    kiln_section_kind kind;
    double u_low, u_high, v_low, v_high; /**< ternary: 0 to 1 */
    double T_K;                          /**< of a ternary, else 0 */
    int n_equilibria, n_failed;          /**< failed: without an answer */
    int is_truncated;                    /**< 1: most_points was reached, and the map is coarser than asked for */
    int n_fields, n_lines, n_junctions, n_ties, n_contours;
    kiln_section_field *field; /**< by falling share */
    kiln_section_line *line;
    kiln_section_junction *junction;
    kiln_section_tie *tie;
    kiln_section_contour *contour;
    kiln_certificate certificate;   /**< the worst of all equilibria */
    struct kiln_section_work *work; /**< private */
} kiln_section;

/**
 * Map a section.
 *
 * Equilibria at the corners of a triangular grid. Where the corners of a triangle have different phases its edges are searched: the edge is narrowed on each pair of neighbouring sets of
 * phases by secants in the amount of the phase that leaves, or its driving force, safeguarded by bisection; a set met on the way splits the edge in two. Triangles are halved
 * where boundaries bend, where more than two fields meet, and where a phase that is nowhere stable comes nearer to it than its driving force varies over the triangle. Inside a triangle boundaries are straight.
 * Edges see a thin field at different lengths, and some miss it, so that its width is looked at across: under 1e-6 of the ranges it is a line.
 * Fields that lie wholly between the points and do not come that near, closed miscibility gaps above all, are not seen: they are smaller than the grid.
 *
 * In a section through more components than it has axes, tie lines leave the plane and phase amounts do not follow from it: L.S. Palatnik, A.I. Landau, Phase Equilibria in Multicomponent Systems (1964);
 * M. Hillert, Phase Equilibria, Phase Diagrams and Phase Transformations (2008), ch. 10.
 *
 * @param options  NULL: the defaults
 * @param out      receives the section (NULL on failure); kiln_section_free it before the context
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM; KILN_E_MISSING (as kiln_system_create); KILN_E_INTERRUPTED (keep_going); KILN_E_NOT_CONVERGED (no equilibrium
 *         anywhere). Single equilibria that fail are counted, and are a field without phases.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_section_create(kiln_context *ctx, const kiln_section_question *question,
                                                            const kiln_section_options *options, kiln_section **out);
KILN_EXPORT void kiln_section_free(kiln_section *section);

/** One end of a window along an isopleth. */
typedef struct kiln_section_end {
    int exists; /**< 0: the search ended there, at T_K                                          */
    double T_K;
    int has_sigma;
    double low_K,
        high_K; /**< with has_sigma: 16 and 84 % quantiles over the uncertain numbers of the database                     */
    int low_is_open, high_is_open; /**< 1: that quantile lies beyond the search range                     */
    int has_detected;
    double detected_K; /**< where the second phases reach the detection limit, beyond the end                  */
    int phase;         /**< first of those that limit it, index in kiln_section_system; -1: none           */
} kiln_section_end;

/** Where a structure is the only stable phase, at one composition of an isopleth. */
typedef struct kiln_section_window {
    double u;
    int n_ranges; /**< 0: nowhere in the range of T, or the structure cannot hold the composition */
    kiln_section_end low[KILN_MAX_RANGES], high[KILN_MAX_RANGES]; /**< [n_ranges] by rising temperature */
    int is_certified;
} kiln_section_window;

/**
 * Windows of a structure with their uncertainty along an isopleth: kiln_window_solve at each composition, the search range that of the section.
 *
 * @param section   an isopleth
 * @param question  what it was made from
 * @param phase     index in kiln_section_system
 * @param n, u      [n] compositions within [u_low, u_high]
 * @param options   of the windows, their search range aside; NULL: the defaults
 * @param out       [n] caller's array
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM; what kiln_window_solve returns for other reasons than one composition.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_section_windows(const kiln_section *section, const kiln_section_question *question,
                                                             int phase, int n, const double *u,
                                                             const kiln_window_options *options, kiln_section_window *out);

/** The system whose indices of phases and components the section uses. Borrowed. */
KILN_EXPORT const kiln_system *kiln_section_system(const kiln_section *section);

#ifdef __cplusplus
}
#endif
#endif
