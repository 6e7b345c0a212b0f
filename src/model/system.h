/* Private: a database reduced to chosen components and conditions, as arrays; one phase's G, gradient and Hessian.
 *
 * Per mole of formula units, with y the free site fractions of a phase,
 *   w(y, T) = G(y, T) - sum_open n_k(y) mu_k(T)
 *           = c0 + c.y + y'Qy/2 + (terms of higher degree) + R T sum_i a_i y_i ln y_i + magnetic(y, T),
 * where everything that depends on T alone is computed once per temperature. A sublattice with a single constituent has no variable. */
#ifndef KILN_MODEL_SYSTEM_H
#define KILN_MODEL_SYSTEM_H

#include "data/database.h"

#include <kiln/system.h>

#define KILN_R 8.31446261815324 /* J/mol/K, exact, SI 2019 */

enum { KILN_MAX_FACTORS = 12, KILN_MAX_OPEN = 3 + KILN_MAX_FIXED, KILN_MAX_GAS_TERMS = 4, KILN_MAX_Y = 64 };

/* value(T) * product of variables * (l0 + sum lcoef * y_lvar)^power */
typedef struct kiln_i_monomial {
    int n_factors, factor[KILN_MAX_FACTORS];
    int power, n_linear, linear[3];
    double linear_0, linear_coefficient[3];
    int parameter; /* of the database's phase */
    int function;
    double scale;
} kiln_i_monomial;

/* A monomial without its value, with gradient and Hessian in its own few variables; unique[] lists them. */
typedef struct kiln_i_form {
    int n, unique[KILN_MAX_FACTORS + 3];
    double value, gradient[KILN_MAX_FACTORS + 3], hessian[KILN_MAX_FACTORS + 3][KILN_MAX_FACTORS + 3];
} kiln_i_form;

/* The same without derivatives. */
double kiln_i_monomial_value(const kiln_i_monomial *m, const double *y);
void kiln_i_monomial_form(const kiln_i_monomial *m, const double *y, kiln_i_form *form);

typedef struct kiln_i_mphase {
    int source;                         /* index of the database's phase */
    int n_y, n_constraints, has_charge; /* has_charge: the last constraint is neutrality */
    int n_sublattices;                  /* of the database's phase */
    int fixed[KILN_MAX_SUBLATTICES];    /* species on a sublattice with one constituent, else -1 */
    int *sublattice;                    /* [n_y] of the database's phase */
    int *species;                       /* [n_y] */
    double *sites;                      /* [n_y] a_s */
    double *constraint;                 /* [n_constraints x n_y] orthonormal rows are not needed; full row rank */
    double *constraint_rhs;             /* [n_constraints] */
    double *amount;                     /* [n_closed x n_y] d n / d y */
    double *amount_0;                   /* [n_closed] n at y = 0 */
    double *open;                       /* [n_open x n_y] */
    double *open_0;                     /* [n_open] */
    double mass_0, *mass;               /* g per mol of formula units: mass_0 + mass.y */
    int n_low, n_high;                  /* monomials: first those of degree <= 2 without a linear factor */
    kiln_i_monomial *monomials;
    double magnetic_p; /* 0: none */
    double antiferro;  /* < 0: what a negative Tc, or moment, of the mixture is divided by; 0: a negative one is none */
    int n_tc, n_beta;
    kiln_i_monomial *tc, *beta;
    int can_host;
    double gas; /* mol of gas species per mol of formula units; 0 of a condensed phase */
    /* At the current temperature, with derivative in T: */
    double c0, c0_T, *c, *c_T, *q, *q_T; /* q: [n_y x n_y] symmetric */
    double *high, *high_T;               /* [n_high] */
    double *tc_value, *beta_value;       /* [n_tc], [n_beta] */
    double
        floor; /* lower bound of all that is neither linear nor ideal entropy, over the whole phase, J per mol of formula units */
} kiln_i_mphase;

/* 1 if nothing but the ideal entropy is of higher degree than the second: then the Hessian without it is p->q. */
static inline int kiln_i_is_quadratic(const kiln_i_mphase *p) { return p->n_high == 0 && !(p->magnetic_p > 0.0); }

/* An open component: its chemical potential is constant + sum factor * G(gas) + (rt_factor + rt_shift) * R T. */
typedef struct kiln_i_open {
    int z;
    int n_gases, function[KILN_MAX_GAS_TERMS];
    double constant, factor[KILN_MAX_GAS_TERMS], rt_factor, rt_shift;
    double mu, mu_T; /* at the current temperature */
} kiln_i_open;

/* constant + slope * T at any temperature, with all that it refers to. */
typedef struct kiln_i_line {
    int function;
    double constant, slope;
} kiln_i_line;

/* A pair without an entry in the database, taken as ideal and flagged. */
typedef struct kiln_i_missing_pair {
    int phase, sublattice, species[2]; /* phase of the system */
} kiln_i_missing_pair;

struct kiln_system {
    kiln_context *ctx;       /* borrowed */
    const kiln_database *db; /* borrowed */
    kiln_composition composition;
    kiln_atmosphere atmosphere;
    int n_closed, closed[KILN_MAX_COMPONENTS]; /* atomic numbers */
    double total[KILN_MAX_COMPONENTS];         /* b, mol per mol of closed cations */
    int is_cation[KILN_MAX_COMPONENTS];
    double formula_scale; /* mol of closed cations per mol of input formula */
    int n_open;
    kiln_i_open open[KILN_MAX_OPEN];
    int n_phases;
    kiln_i_mphase *phases;
    int entropy_only; /* index in the database of a phase without Gibbs energies that could hold the composition; -1: none */
    int n_missing;
    kiln_i_missing_pair *missing;
    int max_y, max_constraints;
    double T_K;            /* 0: none set */
    double R;              /* J/mol/K */
    double log_P;          /* ln(P / bar), of gas phases */
    int n_used, *used;     /* functions that the phases and gases rest on, by rising index */
    int n_curved, *curved; /* those of them that are no straight lines in T, and these: most interactions are */
    int n_lines;
    kiln_i_line *lines;
    kiln_i_jet *function; /* [db->n_functions] at T; of functions not used: 0 */
    kiln_i_shift *shift;  /* [db->n_functions] what this system adds to the database's functions; NULL for nothing */
    unsigned version;     /* goes up with every change of shifts: what is known at a temperature is of one version */
};

/* Values of the functions used, out [db->n_functions] indexed by function; others are left as they are. */
void kiln_i_system_evaluate(const kiln_system *system, double T_K, kiln_i_jet *out);
/* Evaluate everything that depends on T alone. T_K > 0. Allocates nothing. */
void kiln_i_system_set_temperature(kiln_system *system, double T_K);
/* KILN_E_RANGE, with its name and place, where a function has no finite value at that temperature: EXP and LN of a TDB file may not. Nothing is to be solved then. */
kiln_status kiln_i_system_check_values(const kiln_system *system);

/* Room for shifts, all 0; then shift[f] may be set, with `version` going up, and counts from the next temperature set on. Solvers have to forget what they know: kiln_i_forget. */
kiln_status kiln_i_system_allow_shifts(kiln_system *system);
/* open.c: the oxygen pressure 10^decades times what the atmosphere says, from the next temperature set on; only where it is given as a pressure. */
void kiln_i_system_shift_oxygen(kiln_system *system, double decades);
/* KILN_OK, or KILN_E_ARG for options that kiln_system_create would refuse whatever the composition; names of phases are not looked at. */
kiln_status kiln_i_system_options_check(kiln_context *ctx, const kiln_system_options *options);

/* w(y) in J per mole of formula units at the current temperature; y [n_y] >= 0. With `gradient` [n_y] (needs y > 0) and `hessian`
 * [n_y x n_y], both may be NULL; the Hessian leaves out the entropy's diagonal R T a_i / y_i. */
double kiln_i_phase_energy(const kiln_system *system, int phase, const double *y, double *gradient, double *hessian);
/* The same without the ideal entropy: what is left of w. */
double kiln_i_phase_excess(const kiln_system *system, int phase, const double *y, double *gradient, double *hessian);
/* dw/dT at constant y, and its gradient in y (may be NULL). */
double kiln_i_phase_energy_T(const kiln_system *system, int phase, const double *y, double *gradient);
/* For each function f of the database, add weight * (d w / d f) + direction . grad_y (d w / d f) to coefficient[f]; open components included.
 * `direction` [n_y] may be NULL. */
void kiln_i_phase_parameters(const kiln_system *system, int phase, const double *y, double weight, const double *direction,
                             double *coefficient);

/* uses.c: system->used, of which only values are computed, and which of them are lines. */
kiln_status kiln_i_system_list_functions(kiln_system *system);
/* uses.c: set `mark` in uses[f], of [db->n_functions], for every function that the phase rests on: entries whose named constituents all exist in the system's version of it, and what they refer to. */
void kiln_i_system_mark_uses(const kiln_system *system, int phase, unsigned char *uses, unsigned char mark);

/* No less than the magnetic moment of any constitution; 0 for a phase without. */
double kiln_i_phase_largest_moment(const kiln_system *system, int phase);

/* Closed amounts n(y) [n_closed], mol per mol of formula units, their sum, and the amount of open component k. */
double kiln_i_phase_amounts(const kiln_system *system, int phase, const double *y, double *amounts);
double kiln_i_phase_open_amount(const kiln_system *system, int phase, int k, const double *y);
/* Oxygen, closed or open, mol per mol of formula units. */
double kiln_i_phase_oxygen(const kiln_system *system, int phase, const double *y);
double kiln_i_phase_mass(const kiln_system *system, int phase, const double *y); /* g per mol of formula units */
/* Mean charge of element z in the phase, in an oxide such as CuO0.5 the one that balances O-2; 0 when it is absent, and *known = 0 (may be NULL) where it stands in
 * other constituents of several elements, whose charges are their own. */
double kiln_i_phase_valence(const kiln_system *system, int phase, const double *y, int z, int *known);

#endif
