/* What the cases share: a clock, timings in rounds, one row of output a case. A failure of the library ends the program with its sentence. */
#ifndef KILN_BENCH_H
#define KILN_BENCH_H

#include <kiln/kiln.h>
#include <stddef.h>

enum { BENCH_MAX_ROUNDS = 99 };

typedef struct bench_options {
    const char *json_path; /* NULL: no file                                                       */
    const char *only;      /* NULL: all; else only subjects whose name contains it                */
    int rounds;            /* at most, 1 .. BENCH_MAX_ROUNDS                                      */
    double budget_s;       /* of one subject: rounds end, and sweeps are thinned out, to keep it  */
    int n_solves;          /* of the memory case; 0 leaves it out                                 */
    int n_rows;            /* of the screening; 0 leaves it out                                   */
    int is_markdown;
} bench_options;

/* Numbers of one case, round after round, each round of equal length. */
typedef struct bench_series {
    double *at;
    size_t n, size;
} bench_series;

typedef struct bench_stats {
    int points, rounds;
    double mean_s;  /* of the points of one round, in the median round */
    double least_s; /* this and the quartiles are of all single times  */
    double quartile_s[3];
} bench_stats;

typedef struct bench_row {
    const char *subject, *name;
    bench_stats time;
    int has_answers;               /* 0: the four below mean nothing                                */
    int least_phases, most_phases; /* stable, over the points                                       */
    int n_proved;                  /* of the points; -1: no proof was asked for                     */
    double nodes;                  /* mean boxes of a certificate                                   */
    const char *against;           /* the case that the next two compare with; NULL: none           */
    double ratio;                  /* of the times in one round, median of the rounds               */
    double differ_J_mol;           /* largest difference of G                                       */
} bench_row;

/* Many equilibria from one solver: what they leave in memory. */
typedef struct bench_memory {
    const char *subject;
    int n_solves;
    double seconds;
    long allocations;                     /* through the context's allocator, while solving */
    long peak_before_KiB, peak_after_KiB; /* resident set of the process                 */
} bench_memory;

/* Processor time of all threads: on a machine with other work, wall clock would measure that too. */
double bench_cpu_s(void);
/* Since a reading of bench_cpu_s, less what the two readings take by themselves. */
double bench_cpu_since_s(double start_s);
double bench_wall_s(void);
long bench_peak_KiB(void);

/* A context whose allocations are counted. */
kiln_context *bench_context(void);
long bench_allocations(void);

/* Ends the program unless `status` is KILN_OK. */
void bench_require(const kiln_context *ctx, const char *subject, kiln_status status);

/* Memory that is there, or the program ends. NULL allocates. */
void *bench_realloc(void *old, size_t size);

/* 1 while another round, as long as the `n` since `start_s` of the wall clock, is asked for and fits the budget. */
int bench_another_round(const bench_options *options, double start_s, int n);

void bench_series_add(bench_series *series, double value);
void bench_series_free(bench_series *series);
bench_stats bench_series_stats(const bench_series *series, int rounds);
/* Sum of a round of `a` over that of `b`, median of the rounds. */
double bench_series_ratio(const bench_series *a, const bench_series *b, int rounds);
double bench_series_differ(const bench_series *a, const bench_series *b);

typedef struct bench_output bench_output;
bench_output *bench_output_open(const bench_options *options);
void bench_output_row(bench_output *out, const bench_row *row);
void bench_output_memory(bench_output *out, const bench_memory *memory);
/* A line below the table. */
void bench_output_note(bench_output *out, const char *line);
/* Prints what stands below the table, writes the JSON file, frees. The number of rows. */
int bench_output_close(bench_output *out);

#endif
