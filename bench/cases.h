/* What is measured. Each function adds its rows to the output. */
#ifndef KILN_BENCH_CASES_H
#define KILN_BENCH_CASES_H

#include "models.h"

/* What to do with the questions of a subject: bits. */
enum {
    BENCH_SET_UP = 1, /* report what the system and a solver cost before any question */
    BENCH_COLD = 2,   /* a new solver for each question                               */
    BENCH_WARM = 4,   /* one solver along the temperatures                            */
    BENCH_NLOPT = 8,  /* cold, by Newton and on the reference path, few questions     */
    BENCH_WINDOW = 16 /* bench_window as well                                         */
};

/* Cold and warm with and without certificate, in turn round after round; then NLopt beside Newton. */
void bench_equilibrium(bench_output *out, const bench_options *options, const bench_subject *s, int ways);

/* The window of the phase that fits the formula, with the defaults and without joint samples. */
void bench_window(bench_output *out, const bench_options *options, const bench_subject *s);

/* The default database. */
void bench_load(bench_output *out, const bench_options *options);
/* Ten thousand samples of the prototype's uncertain numbers. */
void bench_risk(bench_output *out, const bench_options *options);
/* pool.c: windows of many compositions, each from nothing. */
void bench_pools(bench_output *out, const bench_options *options);
/* join.c: phase fields and T-x diagrams of some joins. */
void bench_joins(bench_output *out, const bench_options *options);
/* section.c: an isopleth, a triangle, T over p(O2). */
void bench_sections(bench_output *out, const bench_options *options);
/* screen.c: windows of random compositions, on one thread and on two, and what they leave in memory. */
void bench_screen(bench_output *out, const bench_options *options, const bench_subject *s);
/* Very many certified equilibria from one solver. */
void bench_flat_memory(bench_output *out, const bench_options *options, const bench_subject *s);

#endif
