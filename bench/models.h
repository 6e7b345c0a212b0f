/* What is solved: databases, compositions and temperatures. */
#ifndef KILN_BENCH_MODELS_H
#define KILN_BENCH_MODELS_H

#include "bench.h"

typedef struct bench_subject {
    char name[64];
    kiln_context *ctx;
    kiln_database *db;
    kiln_composition composition;
    kiln_atmosphere atmosphere;
    double *amounts; /* [n_components * n_compositions], replace those of the composition; NULL: one composition, as written */
    int n_compositions;
    double T_min_K, T_max_K;
    int n_temperatures;
} bench_subject;

/* A composition in air with the default database. */
void bench_subject_oxide(bench_subject *s, const char *formula, double T_min_K, double T_max_K);

/* Five cations on one sublattice in three regular solutions, rock salt, wurtzite and tenorite: the equimolar composition along 101 temperatures. */
void bench_subject_five(bench_subject *s);
/* Of these two cations, on a grid of 49 compositions and 101 temperatures. */
void bench_subject_binary(bench_subject *s);
/* Of all five, 1080 compositions spread evenly over the simplex, at one temperature. */
void bench_subject_simplex(bench_subject *s);

/* Regular solutions with parameters of the size of real oxides, the same in every run; 1 to 12 cations, 1 to 6 phases. */
void bench_subject_seeded(bench_subject *s, int n_cations, int n_phases);

void bench_subject_close(bench_subject *s);

/* The system of composition `i`; the caller frees it. */
kiln_system *bench_subject_system(const bench_subject *s, int i);
double bench_subject_temperature(const bench_subject *s, int i);

#endif
