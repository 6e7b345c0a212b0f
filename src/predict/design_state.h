/* Private: the search for a composition, and its parts.
 *   design.c         the whole: two global searches, local ones, rounding, the direct answer
 *   design_text.c    bounds, limits and prices as people write them
 *   design_space.c   compositions that are allowed: variables, limits, entropy, rounding
 *   design_force.c   driving forces and the goal at a composition, with derivatives
 *   design_search.c  ISRES and SLSQP
 *   design_answer.c  what is told of an optimum: multipliers, flatness, its window solved directly */
#ifndef KILN_PREDICT_DESIGN_STATE_H
#define KILN_PREDICT_DESIGN_STATE_H

#include "core/simplex.h"
#include "predict/window_solver.h"

#include <kiln/design.h>

enum {
    KILN_I_VARIABLES = KILN_MAX_VARIED + 1, /* shares of the sublattice: a cation each, and one of all that stay in proportion */
    KILN_I_UNKNOWNS = KILN_I_VARIABLES + 2, /* and temperatures, or the margin */
    KILN_I_DESIGN_ROWS = 2 * KILN_MAX_COMPONENTS + KILN_MAX_DESIGN_LIMITS + 1,
    KILN_I_ROUNDED = 16,
    KILN_I_MARGINS = 2 * (KILN_MAX_RIVALS + 1)
};

/* a.v <= b */
typedef struct kiln_i_design_row {
    double a[KILN_I_VARIABLES], b;
    double unit; /* what 0.01 of it is in b */
    char text[64];
} kiln_i_design_row;

typedef struct kiln_i_design_space {
    int n;                                               /* cations of the sublattice */
    int component[KILN_MAX_COMPONENTS];                  /* of the composition */
    int m;                                               /* variables v, sum 1 */
    double block[KILN_MAX_COMPONENTS][KILN_I_VARIABLES]; /* x = block v */
    int n_rows;
    kiln_i_design_row row[KILN_I_DESIGN_ROWS];
    double least_entropy;                                 /* over R; 0: any */
    double low[KILN_I_VARIABLES], high[KILN_I_VARIABLES]; /* what rows and entropy leave of each variable */
    double centre[KILN_I_VARIABLES];                      /* of the most entropy */
    double oxide_mass, cation_mass[KILN_MAX_COMPONENTS];  /* kg per formula: of all but the sublattice, of it as that cation */
    double oxide_cost, cation_cost[KILN_MAX_COMPONENTS];  /* likewise */
    kiln_i_simplex lp;
} kiln_i_design_space;

/* Driving forces over R T of all competitors at a temperature, or margins by the goal; derivatives along the simplex: e_j - v. */
typedef struct kiln_i_margins {
    int n;
    double value[KILN_MAX_RIVALS + 1], by_T[KILN_MAX_RIVALS + 1], by_v[KILN_MAX_RIVALS + 1][KILN_I_VARIABLES];
} kiln_i_margins;

/* A composition that a search has come to. */
typedef struct kiln_i_design_found {
    double v[KILN_I_VARIABLES], value, low_K, high_K;
    int is_proved; /* 1: by a scan with its proofs */
} kiln_i_design_found;

struct kiln_design {
    kiln_context *ctx;
    const kiln_database *db;
    kiln_composition composition; /* the start */
    kiln_design_options options;
    int group, phase;
    kiln_i_design_space space;
    /* The search's own system, of which only the amounts change. */
    kiln_system *system;
    kiln_window_solver *window;
    double total_0[KILN_MAX_COMPONENTS], total_v[KILN_MAX_COMPONENTS][KILN_I_VARIABLES]; /* b = total_0 + total_v v */
    double first_K, last_K;                                                              /* that is searched */
    double guess_low_K, guess_high_K;
    double *row; /* [n_uncertain + 1] */
    kiln_i_margins at[2];
    long n_evaluations;
    kiln_system *start_system, *best_system;
    kiln_design_result result;
};

/* 1: the goal is a temperature or a width, K; else an index or a share. */
static inline int kiln_i_design_is_thermal(const kiln_design *d)
{
    return d->options.goal == KILN_DESIGN_ONSET || d->options.goal == KILN_DESIGN_WIDTH;
}

/* design_space.c */
kiln_status kiln_i_design_space_create(kiln_design *d);
void kiln_i_design_fractions(const kiln_design *d, const double *v, double *x);    /* [n] */
double kiln_i_design_entropy(const kiln_design *d, const double *v, double *by_v); /* over R; by_v [m] may be NULL */
double kiln_i_design_cost(const kiln_design *d, const double *v);
/* How far v breaks a row or the entropy, the most of all; <= 0: it is allowed. */
double kiln_i_design_excess(const kiln_design *d, const double *v);
/* Allowed multiples of 0.001 beside v, nearest first: out [KILN_I_ROUNDED x KILN_I_VARIABLES]; their number. */
int kiln_i_design_round(const kiln_design *d, const double *v, double (*out)[KILN_I_VARIABLES]);
/* Brings v [m] on the simplex. */
void kiln_i_design_normalise(int m, double *v);

/* design_force.c */
/* Driving forces over R T at v, T_K. */
kiln_status kiln_i_design_forces(kiln_design *d, const double *v, double T_K, int with_derivatives, kiln_i_margins *out);
/* Driving forces in the unit of the goal, probability or tolerance, at at_K. */
kiln_status kiln_i_design_margins(kiln_design *d, kiln_design_goal goal, const double *v, int with_derivatives,
                                  kiln_i_margins *out);
/* The least of them. */
double kiln_i_design_least(const kiln_i_margins *m);
/* The goal and the ends of the window at v; 0: not found. */
int kiln_i_design_evaluate(kiln_design *d, const double *v, kiln_i_design_found *out);
/* 1: the search range sets the goal, no competitor, and nothing is left to gain. */
int kiln_i_design_is_plateau(const kiln_design *d, const kiln_i_design_found *at);
/* > 0 where a is better than b, in the goal's unit; without a window that is wide enough it is worse than any that has one. */
double kiln_i_design_gain(const kiln_design *d, const kiln_i_design_found *a, const kiln_i_design_found *b);

/* design_search.c */
/* The most entropy that the rows leave, at centre. */
kiln_status kiln_i_design_most_entropy(kiln_design *d);
/* ISRES from a seed: up to `most` good points, best first, each apart from the others; their number. */
kiln_status kiln_i_design_explore(kiln_design *d, uint64_t seed, int most, kiln_i_design_found *out, int *n);
/* SLSQP from a point, in place, step by step in a box about it; 0: it could not be evaluated. */
int kiln_i_design_polish(kiln_design *d, kiln_i_design_found *at);
/* The best with variable j at a given share, by one SLSQP from a point beside it; 0: the limits leave none, or it failed. */
int kiln_i_design_profile(kiln_design *d, const kiln_i_design_found *from, int j, double share, kiln_i_design_found *out);
/* Unknowns of the local search at a point: v, then T / 100 K of one or two ends, or the margin; their number. */
int kiln_i_design_unknowns(const kiln_design *d, const kiln_i_design_found *at, double *z);
/* All constraints >= 0 of competitors at unknowns z, with derivatives [n x N] where by_z is given; their number, -1: not found. */
int kiln_i_design_constraints(kiln_design *d, const double *z, double *value, double *by_z);
/* The goal as SLSQP minimises it, linear in z. */
void kiln_i_design_direction(const kiln_design *d, double *by_z);

/* design_answer.c */
void kiln_i_design_point_of(const kiln_design *d, const kiln_i_design_found *at, kiln_design_point *out);
kiln_status kiln_i_design_find_active(kiln_design *d, const kiln_i_design_found *at);
/* 1: no small change within the limits gains anything, to first order. */
int kiln_i_design_is_optimum(kiln_design *d, const kiln_i_design_found *at);
void kiln_i_design_find_flatness(kiln_design *d, const kiln_i_design_found *at);
/* The window of a scan that serves a goal in K best: the lowest one that is wide enough, or the widest; -1: none. */
int kiln_i_design_range(const kiln_design *d, const kiln_window *w);
kiln_status kiln_i_design_answer(kiln_design *d, const kiln_step_question *question, const kiln_window_options *window_options,
                                 const double *v, kiln_system **system, kiln_design_answer *out);

#endif
