/* Private: a fit. Every datum becomes a condition on chemical potentials in J per mole of cations, evaluated at the measured composition, temperature and atmosphere.
 *
 *   fit_read.c     the data set: files, parameters, records
 *   fit_record.c   one record of YAML or of a table: its fields, with their places
 *   fit_data.c     from a record to a datum with its systems
 *   fit_evaluate.c what a condition misses by, and its derivatives
 *   fit_solve.c    least squares; fit_nlopt.c the same by NLopt
 *   fit_answers.c  covariance, what decides what
 *   fit_write.c    the fitted numbers as a database
 */
#ifndef KILN_PREDICT_FIT_STATE_H
#define KILN_PREDICT_FIT_STATE_H

#include "predict/rivals.h"
#include "text/table.h"
#include "text/yaml.h"

#include <kiln/fit.h>

/* One phase at one composition, with what it is compared with. */
typedef struct kiln_i_leg {
    kiln_composition composition; /* at the measured fraction                                 */
    kiln_system *system;
    kiln_solver *solver;
    kiln_i_target target;
    kiln_i_rivals rivals;
    int phase, beside; /* in the system; beside -1: whatever is nearest, or nothing */
    int with;          /* of an invariant point: what fixes the potential that the phase leaves open; else -1 */
    int varied;        /* the cation whose fraction was measured, 0 for none        */
    int sublattice;    /* of a site fraction: which, of the database's phase        */
    double x;          /* that fraction                                             */
    double share;      /* of a reference: moles of its cation per mole of cations   */
} kiln_i_leg;

typedef struct kiln_i_datum {
    char *id, *source, *note, *what, *place;
    kiln_fit_kind kind;
    int line;
    int n_legs;
    kiln_i_leg *leg;
    int component;      /* atomic number: of an activity, of a tie line, of a site fraction */
    int is_energy;      /* an activity or oxygen pressure given as a potential       */
    int is_single;      /* of an outcome                                             */
    double T_K, value;  /* value: fraction, K, log10 bar, J/mol                       */
    double *factor;     /* [n_functions] of a sum of functions; NULL                 */
    double start;       /* that sum where the fit begins                              */
    double sigma;       /* of it in the same unit; NAN: only the energy's            */
    double sigma_model; /* J per mole of cations                                     */
    kiln_status status; /* other than KILN_OK: cannot be evaluated                   */
    char *problem;
    int row; /* among those evaluated, -1 */
} kiln_i_datum;

typedef struct kiln_i_fit_parameter {
    char *name, *source, *note;
    char *place;
    int function, is_slope;
    double sign;
    double base;    /* of the function in the database; 0 where it has several pieces: then the value is a shift */
    double start;   /* sign * base */
    int has_prior;  /* 1 */
    int is_default; /* the prior is the database's, correlations included */
    double prior, sigma;
} kiln_i_fit_parameter;

/* One step's linear problem: residuals and their derivatives at a point. */
typedef struct kiln_i_linear {
    double *force;    /* [n] what the condition misses by, J per mole of cations, positive where the model's value is too large */
    double *s;        /* [n] its standard deviation                                       */
    double *slope;    /* [n] d force / d value, J/mol per unit of the datum; 0 where it has none */
    double *jacobian; /* [n x P] row-major: d force / d theta                              */
} kiln_i_linear;

struct kiln_fit {
    kiln_context *ctx;
    kiln_fit_options options;
    kiln_database *db;
    char *name, *description, *file, *database, *directory, sha256[65];
    void *hash; /* while reading */
    int is_robust;
    double threshold;
    int n_sources; /* bibliography of the data set */
    struct kiln_i_fit_source {
        char *key, *text, *doi;
    } * sources;
    int n_parameters;
    kiln_i_fit_parameter *parameters;
    int n_data;
    kiln_i_datum *data;
    int n_rows;
    kiln_i_datum **rows;            /* [n_rows] borrowed: those that are evaluated */
    double *coefficient, *implicit; /* [n_functions] */
    double *applied;                /* [P] the numbers that data are evaluated with */

    /* After kiln_fit_solve; P parameters, n rows. */
    int is_solved;
    double *theta;                                /* [P] */
    double *whitening;                            /* [P x P] column-major: prior residuals = whitening (theta - prior) */
    kiln_i_linear at;                             /* the solution's */
    double *residual, *weight, *model, *leverage; /* [n] */
    double *covariance;                           /* [P x P] unscaled */
    double *values, *vectors;                     /* [P], [P x P] column-major: identifiability */
    kiln_fit_summary summary;
};

/* fit_record.c */
typedef struct kiln_i_record {
    kiln_context *ctx;
    const kiln_i_yaml *yaml;
    const kiln_i_yaml_node *node, *defaults; /* mappings; node NULL for a row of a table */
    const kiln_i_table *table;
    int row;
} kiln_i_record;
typedef struct kiln_i_field {
    const char *text; /* NULL: not given */
    const char *file;
    int line, column;
} kiln_i_field;
kiln_i_field kiln_i_record_get(const kiln_i_record *r, const char *key);
/* The same; its absence is an error of the record. */
kiln_status kiln_i_record_require(const kiln_i_record *r, const char *key, kiln_i_field *out);
kiln_i_field kiln_i_record_place(const kiln_i_record *r);
kiln_status kiln_i_field_fail(kiln_context *ctx, const kiln_i_field *f, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The sentence in the context with the field's place before it; KILN_E_NOMEM passes. */
kiln_status kiln_i_field_locate(kiln_context *ctx, const kiln_i_field *f, kiln_status status);
/* Copy of an optional field, NULL where absent. */
kiln_status kiln_i_record_text(const kiln_i_record *r, const char *key, char **out);
kiln_status kiln_i_record_quantity(const kiln_i_record *r, const char *key, int dimension,
                                   double *out); /* left alone where absent */

/* fit_data.c */
kiln_status kiln_i_fit_add_datum(kiln_fit *fit, const kiln_i_record *r);
void kiln_i_datum_clear(kiln_context *ctx, kiln_i_datum *d);

/* fit_evaluate.c: sets the numbers of every system to theta [P]. */
void kiln_i_fit_apply(kiln_fit *fit, const double *theta);
/* What datum d misses by at the numbers applied; `gradient` [P] and `slope` may be NULL, the slope's needs further solutions. KILN_E_MISSING, KILN_E_NOT_CONVERGED. */
kiln_status kiln_i_datum_evaluate(kiln_fit *fit, kiln_i_datum *d, double *force, double *gradient, double *slope);
/* Standard deviation of the force from the slope. */
double kiln_i_datum_sigma(const kiln_i_datum *d, double slope);
/* The value that the numbers applied would give, NAN where there is none near. */
double kiln_i_datum_model(kiln_fit *fit, kiln_i_datum *d, double force, double slope);

/* fit_solve.c: at theta, of all rows. Forces alone take their sign from the slopes that are there. */
typedef enum kiln_i_detail { KILN_I_FORCES, KILN_I_JACOBIAN, KILN_I_SLOPES } kiln_i_detail; /* each with what stands before it */
kiln_status kiln_i_fit_linearise(kiln_fit *fit, const double *theta, kiln_i_detail detail, kiln_i_linear *out);
/* rho(r) + prior, halved, with the standard deviations that `at` has. */
double kiln_i_fit_cost(const kiln_fit *fit, const double *theta, const kiln_i_linear *at);
double kiln_i_fit_weight(const kiln_fit *fit, double r); /* psi(r) / r */
double kiln_i_fit_unit(const kiln_fit *fit, int p);      /* the size of a parameter: its prior's sigma, 1 kJ/mol, 1 J/mol/K */

/* fit_nlopt.c: theta [P] to the minimum of the cost with the standard deviations as at the start, then with those there, until it stays. */
kiln_status kiln_i_fit_nlopt(kiln_fit *fit, double *theta);

/* fit_answers.c */
kiln_status kiln_i_fit_answer(kiln_fit *fit);

#endif
