/* Private: the workspace of a window calculation and its parts.
 *   force.c        the target and its competitors at one temperature
 *   scan.c         at which temperatures to look
 *   cross.c        where driving forces change sign between them
 *   window.c       ranges between the crossings; the whole
 *   ends.c         what happens at an end: kind, limiting phases, valences, detection limit
 *   follow.c       an end of a window from a guess, without a scan
 *   uncertainty.c  sensitivities of every crossing and the joint distribution of the ends; linearise.c the same from the ends alone
 *   seen.c         what diffraction would see at one temperature, with its probability
 *   budget.c       energies of the single phase against the simple oxides
 *   prove.c        proof that nothing undercuts the phase at one temperature; between.c that nothing does between two (between_state.h); certificate.c of whole windows
 */
#ifndef KILN_PREDICT_WINDOW_SOLVER_H
#define KILN_PREDICT_WINDOW_SOLVER_H

#include "predict/rivals.h"

enum { KILN_MAX_CROSSINGS = KILN_MAX_RIVALS, KILN_MAX_EXTRA = 16, KILN_MAX_SPLITS = 14 };

/* Driving force f of one competitor changes sign at T_K. Competitor n_phases is the limiting set where mu is not unique. */
typedef struct kiln_i_crossing {
    int competitor;
    int from_below; /* f < 0 below */
    int decides; /* 1: on one side of it the target is single, on the other not, however many competitors are counted: where mu's null space changes, and with ends_only */
    int range;   /* whose end it may be, of the window: that of linearise.c; -1: any that it bounds by its temperature */
    double T_K;
    double slope;
    double variance; /* K^2, first order */
} kiln_i_crossing;

/* A range for joint samples of its ends: 1 where crossings say where an end is, 0 where it stays. */
typedef struct kiln_i_span {
    double low_K, high_K;
    int low_moves, high_moves;
} kiln_i_span;

typedef enum kiln_i_verdict {
    KILN_I_UNASKED,
    KILN_I_PROVED,  /* no constitution of any phase lies below the plane by more than the gap */
    KILN_I_REFUTED, /* one does; it is remembered in the solver */
    KILN_I_UNDECIDED
} kiln_i_verdict;

/* All driving forces at one temperature. */
typedef struct kiln_i_node {
    double T_K;
    int is_seen;       /* scan.c: looked at */
    double *f, *slope; /* [n_phases + 1]; infinity where a competitor does not exist */
    double spinodal, frozen_spinodal;
    int own_is_unasked; /* 1: another phase undercuts the target, and whether that also demixes was not asked */
    int n_null;         /* dimension of mu's null space: with one, the set competes, without, each phase by itself */
    int first_of_set;   /* the largest member of that set besides the target */
    /* prove.c */
    kiln_i_verdict verdict;
    int open_phase;     /* where it is not KILN_I_PROVED */
    const char *reason; /* static text */
    int boxes;
    double *mu, *mu_T; /* [n_closed] potentials before they are lowered by the gap; their slope */
    double *y;         /* [max_y] of the target */
    double amount;     /* of the target, formula units */
    double phi,
        phi_T; /* amount * w(y) - mu.b, nothing but rounding where mu is the target's own, and its slope at constant y; J, J/K */
    double lowered_by; /* gap, and what traces may gain, J per mol of closed components */
    double convexity;  /* share of the entropy's distance from the plane that the target keeps; 0 if none or not known */
    int is_convex;     /* 1: convex everywhere even without it */
    kiln_i_jet *jet;   /* [n_followed] those functions there */
    double *follow;    /* [n_closed x n_followed] of each potential in the functions that the plane follows to the next node */
    double distance;   /* of y from the lowered plane, J per mol of formula units */
    double *
        gradient; /* [max_y] of that, less multiples of the constraints: nearly nothing, as the lowered plane's own minimum is close */
    double *floor; /* [n_phases] proved lower bound of d at the lowered potentials, J per mol of formula units */
} kiln_i_node;

struct kiln_window_solver {
    kiln_context *ctx;
    kiln_system *system; /* borrowed */
    kiln_solver *solver; /* for the target and its rivals */
    kiln_window_options options;
    kiln_i_target target;
    kiln_i_rivals rivals;
    int n_nodes, max_nodes;
    kiln_i_node *nodes; /* by rising temperature; behind them spare ones */
    double *node_data;
    kiln_i_jet *node_jets;
    int n_extra; /* temperatures to look at besides the scan's own */
    double extra_K[KILN_MAX_EXTRA];
    kiln_i_bend *bend;         /* [n_functions], of lines 0 */
    kiln_i_jet *jet_a, *jet_b; /* [n_functions] between.c: at both temperatures, where has_curved_products */
    int has_curved_products;   /* 1: the target has products of fractions on functions that are no lines */
    unsigned char *is_curved;  /* [n_functions] */
    int **curved_term,
        *curved_terms; /* between_polynomial.c: [n_phases] monomials on functions that are no lines, each list ended by -1; all of them */
    int n_followed, max_followed, *followed; /* functions that the plane follows */
    int part_phase;                          /* of the parts kept, -1: none */
    double *part;                            /* [n_followed x (1 + max_y)] */
    int *follow_place;                       /* [n_functions] the reverse, -1 for others */
    double *least_amount, *largest_amount;   /* [n_phases] bounds of the moles of closed components in a formula unit */
    int boxes_left;                          /* for all proofs of one window */
    char *is_done;                           /* [n_phases + 1] cross.c */
    int n_crossings;
    kiln_i_crossing crossings[KILN_MAX_CROSSINGS];
    int n_spans; /* linearise.c */
    kiln_i_span span[KILN_MAX_RANGES];
    int n_unknown, *unknown; /* uncertain numbers of the functions that the system uses, index in the database */
    int *place;              /* [n_uncertain] the reverse, -1 for others */
    double *coefficient;     /* [n_functions] */
    unsigned char *uses;     /* [n_functions] */
    double *sensitivity;     /* [KILN_MAX_CROSSINGS x (n_unknown + 1)]: dT/dparameter; the last one is log10 p(O2) */
    double *covariance;      /* [KILN_MAX_CROSSINGS x KILN_MAX_CROSSINGS] of the crossings, K^2 */
    double *samples;         /* [2 x n_samples] */
    double *factor, *normal, *lapack;
    double *seen_row,
        *seen_factor; /* seen.c: [KILN_MAX_CROSSINGS x (n_unknown + 1)] and [KILN_MAX_CROSSINGS x KILN_MAX_CROSSINGS]; not with ends_only */
    int has_factor;                           /* 1: factor * normals gives joint shifts of the crossings, K */
    const double *limit_y[KILN_MAX_LIMITS];   /* constitutions of the end described last */
    kiln_system *simple[KILN_MAX_COMPONENTS]; /* each closed cation alone, for the energy budget */
    kiln_solver *simple_solver[KILN_MAX_COMPONENTS];
};

/* window.c: KILN_OK, or KILN_E_ARG for options that kiln_window_solver_create would refuse. */
kiln_status kiln_i_window_options_check(kiln_context *ctx, const kiln_window_options *options);

/* scan.c: all nodes of the range to search, from the hot end down; with ends_only and proofs only as many as tell where the ends are. */
kiln_status kiln_i_window_scan(kiln_window_solver *w, kiln_window *out);
/* cross.c: the crossings between them, by rising temperature. With ends_only those that end a range. */
kiln_status kiln_i_window_cross(kiln_window_solver *w);
/* cross.c: some competitor undercuts the target at both nodes, and its tangents there do not say otherwise of those between: for a driving force that bends one way only
 * they cannot. */
int kiln_i_stays_undercut(const kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b);

/* force.c: least driving force at a node; *limit is whose it is. */
double kiln_i_least_force(const kiln_window_solver *w, const kiln_i_node *node, int *limit);

/* force.c: f and its slope for one competitor at T_K; the target is solved there. */
kiln_status kiln_i_window_force(kiln_window_solver *w, int competitor, double T_K, kiln_i_effort effort, double *f,
                                double *slope);
/* force.c: the same where the target has been solved. */
kiln_status kiln_i_window_force_here(kiln_window_solver *w, int competitor, kiln_i_effort effort, double *f, double *slope);

/* force.c: energies between the target and every competitor that no bound shows to be further than far_RT above the plane, with their slopes; of demixing those of the
 * distance itself, not its quotient. Infinity for the others. */
kiln_status kiln_i_window_near(kiln_window_solver *w, double T_K, double far_RT, kiln_i_node *node);
/* force.c: makes a quotient with its slope, as they stand in the rivals for demixing, the distance itself, J per mol of closed components, and its slope; infinite
 * where no other composition of the target is near. */
void kiln_i_window_distance(const kiln_window_solver *w, int competitor, double *f, double *slope);

/* force.c: all driving forces at one temperature, without proof. */
kiln_status kiln_i_window_forces(kiln_window_solver *w, double T_K, kiln_i_effort effort, kiln_i_node *node);

/* force.c: everything at one temperature, with its proof where no competitor undercuts; a competitor that the proof finds counts. */
kiln_status kiln_i_window_look(kiln_window_solver *w, double T_K, kiln_i_effort effort, kiln_i_node *node);

/* force.c: the same with effort QUICK for the proof's sake: no driving forces where the proof succeeds. */
kiln_status kiln_i_window_confirm(kiln_window_solver *w, double T_K, kiln_i_node *node);

/* force.c: the largest member of the limiting set besides the target itself, and the target if there is none. */
int kiln_i_first_of_set(const kiln_window_solver *w);

/* follow.c: an end of the target's window by its competitors' tangents, from a guess, between two temperatures; KILN_I_QUICK and without proof. Where there is no window the low
 * end lies above the high one. `boxes`: that a proof against demixing may take at each temperature, before it is searched for instead. *limit: the phase there, -1 where the window goes on. 0: it was not found. */
int kiln_i_window_follow(kiln_window_solver *w, int boxes, int is_low, double start_K, double first_K, double last_K, double *T_K,
                         int *limit);

/* prove.c: the verdict at the node's temperature, which must be the system's, for the potentials in node->mu. */
void kiln_i_prove(kiln_window_solver *w, kiln_i_node *node);

/* between.c: what the proofs at two nodes say of all temperatures between them. Energies in J per mole of closed components, infinity where there is no bound. */
typedef struct kiln_i_between {
    double m[KILN_MAX_COMPONENTS],
        m_u[KILN_MAX_COMPONENTS]; /* [n_closed] the plane's second and third derivatives in the middle, J/mol/K^2 and J/mol/K^3 */
    double excess;                /* of the target over the plane */
    double lowering;              /* of the plane, besides the nodes' own, below which no phase comes */
    double gap;                   /* their sum, with the nodes' own: how far the target can lie above the least energy */
    double split_K;               /* where to look next if that is too much */
} kiln_i_between;

/* `enough`: what excess and lowering may come to; beyond it not every phase is looked at. */
kiln_i_between kiln_i_gap_between(kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b, double enough);

/* between_polynomial.c: lists for the proofs between temperatures. */
kiln_status kiln_i_between_list(kiln_window_solver *w);
/* Which functions the plane follows from a node where the target has just been solved, and by how much. */
void kiln_i_between_follow(kiln_window_solver *w, kiln_i_node *node);

/* certificate.c: proves every range of the window, and sets brackets of its ends. *again: a competitor was found inside, its temperature is in extra_K. */
kiln_status kiln_i_window_certify(kiln_window_solver *w, kiln_window *out, int *again);

/* window.c: where every function behind a phase is valid: K, 0 and infinity where nothing is stated. */
void kiln_i_window_validity(const kiln_window_solver *w, int phase, double *low, double *high);

/* ends.c */
kiln_status kiln_i_window_describe_end(kiln_window_solver *w, int crossing, double T_K, kiln_end_kind otherwise,
                                       kiln_window_end *end);
/* Temperatures between the scan's limits at which second phases stay below the detection limit, for a target that is never single. */
kiln_status kiln_i_window_apparent(kiln_window_solver *w, kiln_window *out);
kiln_status kiln_i_window_detect(kiln_window_solver *w, double T_end, double T_stop, kiln_window_end *end);
/* Mass fraction of everything but the largest instance of the target; `second` (may be NULL) receives the most abundant phase of the rest, -1 for none. */
kiln_status kiln_i_window_second_phases(kiln_window_solver *w, double T_K, double *fraction, int *second);

/* uncertainty.c: sensitivities of all crossings and their joint distribution; then quantiles of the ends of a range and what decides them. */
kiln_status kiln_i_window_sensitivities(kiln_window_solver *w);
kiln_status kiln_i_window_slope(kiln_window_solver *w, kiln_i_crossing *c); /* d(driving force)/dT there, in c */
/* The row of a crossing, whose competitor has just been solved at the target's temperature and has a slope, and the variance that extrapolated functions add. */
kiln_status kiln_i_window_crossing_row(kiln_window_solver *w, int crossing);
/* Joint distribution of the crossings from their rows. */
void kiln_i_window_correlate(kiln_window_solver *w);
void kiln_i_window_distribution(kiln_window_solver *w, kiln_window *window, int range, int low_crossing, int high_crossing);
/* linearise.c: with ends_only. Where the window has no range, samples of what is missing where it is best. */
kiln_status kiln_i_window_linearise(kiln_window_solver *w, kiln_window *out);

/* window.c: room for what follows from the uncertain numbers, sensitivities and joint samples, and for what diffraction sees. Ends alone without samples do without it, until it is asked for. */
kiln_status kiln_i_window_keep_rows(kiln_window_solver *w);

/* scale * df/d(uncertain number) of a competitor that has just been solved at T_K: row [n_unknown + 1], the last of log10 p(O2); and the variance that extrapolated functions add. */
kiln_status kiln_i_window_force_row(kiln_window_solver *w, int competitor, double T_K, double scale, double *row,
                                    double *variance);
/* a' Sigma b over all uncertain numbers and the atmosphere. */
double kiln_i_window_covariance(const kiln_window_solver *w, const double *a, const double *b);
/* Covariance [K x K] to a factor L with L L' = covariance, from its eigenvectors: competitors may be fully correlated. 0 on failure. */
int kiln_i_window_factorise(kiln_window_solver *w, int K, double *matrix);

/* dT/d(uncertain number) of a crossing after the sensitivities: [n_unknown + 1], the last of log10 p(O2). */
const double *kiln_i_window_row(const kiln_window_solver *w, int crossing);
/* The same of one number by its index in the database, n_uncertain for log10 p(O2). */
double kiln_i_window_sensitivity(const kiln_window_solver *w, int crossing, int uncertain);

/* budget.c */
kiln_status kiln_i_budget_create(kiln_window_solver *w);
kiln_status kiln_i_budget_solve(kiln_window_solver *w, double T_K, kiln_energy_budget *out);

#endif
