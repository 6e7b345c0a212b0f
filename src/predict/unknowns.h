/* Private: the uncertain numbers behind a system as independent standard normal ones, and what values of them do to its functions. */
#ifndef KILN_PREDICT_UNKNOWNS_H
#define KILN_PREDICT_UNKNOWNS_H

#include "model/system.h"

typedef enum kiln_i_unknown_kind {
    KILN_UNKNOWN_STATED,       /* a sigma of the database */
    KILN_UNKNOWN_EXTRAPOLATED, /* what a function's use beyond its validity adds */
    KILN_UNKNOWN_OXYGEN        /* log10 of the oxygen pressure */
} kiln_i_unknown_kind;

typedef struct kiln_i_unknown {
    kiln_i_unknown_kind kind;
    int uncertain; /* index in the database; n_uncertain for oxygen, -1 for extrapolation */
    int function;  /* -1 for oxygen */
    int power;     /* 0: constant, 1: coefficient of T */
    double sigma;  /* J/mol, J/mol/K or decades */
} kiln_i_unknown;

/* Correlated ones: theta = root z over those listed. */
typedef struct kiln_i_root {
    int n;
    int *unknown; /* [n] */
    double *root; /* [n x n] column-major, root root' = covariance */
} kiln_i_root;

typedef struct kiln_i_unknowns {
    kiln_context *ctx;
    int n;
    kiln_i_unknown *at; /* [n] */
    int n_roots;
    kiln_i_root *roots;
    char *is_correlated; /* [n] */
} kiln_i_unknowns;

/* Those of the functions that the system uses; extrapolation as at low_K and high_K, the larger. */
kiln_status kiln_i_unknowns_create(const kiln_system *system, double low_K, double high_K, kiln_i_unknowns *out);
void kiln_i_unknowns_destroy(kiln_i_unknowns *u);

/* theta [n] from independent standard normal z [n]. */
void kiln_i_unknowns_transform(const kiln_i_unknowns *u, const double *z, double *theta);
/* Derivatives in z [n] from those in theta [n]. */
void kiln_i_unknowns_pull_back(const kiln_i_unknowns *u, const double *in_theta, double *in_z);
/* Shifts the functions of a system that allows it, and its oxygen pressure. */
void kiln_i_unknowns_apply(const kiln_i_unknowns *u, const double *theta, kiln_system *system);

#endif
