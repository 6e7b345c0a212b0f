/* Joins: the fields at one temperature, and the diagram over a range with its figure's script. */
#include "cases.h"

#include <kiln/report.h>
#include <stdio.h>
#include <string.h>

typedef struct join {
    const char *A, *B;
    double low_K, high_K;
} join;

static const join joins[] = {{"MgO", "ZnO", 873.15, 1973.15},
                             {"CaO", "NiO", 873.15, 1973.15},
                             {"MgO", "CuO", 873.15, 1773.15},
                             {"CoO", "ZnO", 873.15, 1973.15},
                             {"MgO", "MnO", 873.15, 1973.15}};

enum { CREATED, GAP, GAP_UNPROVED, DIAGRAM, SCRIPT, N_WAYS };
static const char *const names[N_WAYS] = {"join created", "gap at 1000 C, proved", "gap at 1000 C, unproved", "T-x diagram",
                                          "its report and figure's script"};

typedef struct subject {
    char name[64];
    kiln_context *ctx;
    kiln_database *db;
    kiln_composition A, B;
    kiln_atmosphere air;
} subject;

static void open_subject(subject *s, const join *j)
{
    *s = (subject){.ctx = bench_context()};
    snprintf(s->name, sizeof s->name, "%s - %s in air", j->A, j->B);
    bench_require(s->ctx, s->name, kiln_database_load(s->ctx, NULL, &s->db));
    bench_require(s->ctx, s->name, kiln_composition_parse(s->ctx, j->A, &s->A));
    bench_require(s->ctx, s->name, kiln_composition_parse(s->ctx, j->B, &s->B));
    bench_require(s->ctx, s->name, kiln_atmosphere_parse(s->ctx, "air", &s->air));
}

static kiln_gap_solver *create(const subject *s, int certify, bench_series *time)
{
    kiln_gap_solver *solver = NULL;
    kiln_solver_options o;
    bench_require(s->ctx, s->name, kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION));
    o.certify = certify;
    const double start = bench_cpu_s();
    bench_require(s->ctx, s->name, kiln_gap_solver_create(s->ctx, s->db, &s->A, &s->B, &s->air, NULL, &o, &solver));
    if (time) bench_series_add(time, bench_cpu_since_s(start));
    return solver;
}

static void time_gap(const subject *s, kiln_gap_solver *solver, bench_series *time)
{
    static kiln_gap gap; /* large for a stack */
    const double start = bench_cpu_s();
    bench_require(s->ctx, s->name, kiln_gap_solve(solver, 1273.15, &gap));
    bench_series_add(time, bench_cpu_since_s(start));
}

static void time_diagram(const subject *s, const join *j, kiln_gap_solver *solver, bench_series *diagram, bench_series *script)
{
    kiln_tx *tx = NULL;
    kiln_report *report = NULL;
    char *text = NULL;
    double start = bench_cpu_s();
    bench_require(s->ctx, s->name, kiln_tx_create(solver, j->low_K, j->high_K, NULL, &tx));
    bench_series_add(diagram, bench_cpu_since_s(start));
    start = bench_cpu_s();
    bench_require(s->ctx, s->name, kiln_report_tx(s->ctx, kiln_gap_system(solver), NULL, &s->A, &s->B, tx, NULL, &report));
    bench_require(s->ctx, s->name, kiln_report_figure(report, NULL, &text, NULL));
    bench_series_add(script, bench_cpu_since_s(start));
    kiln_report_text_free(s->ctx, text);
    kiln_report_free(report);
    kiln_tx_free(tx);
}

static void run_round(const subject *s, const join *j, bench_series time[N_WAYS])
{
    kiln_gap_solver *solver = create(s, 1, &time[CREATED]), *unproved = create(s, 0, NULL);
    time_gap(s, solver, &time[GAP]);
    time_gap(s, unproved, &time[GAP_UNPROVED]);
    time_diagram(s, j, solver, &time[DIAGRAM], &time[SCRIPT]);
    kiln_gap_solver_free(unproved);
    kiln_gap_solver_free(solver);
}

static void run_join(bench_output *out, const bench_options *options, const join *j)
{
    subject s;
    bench_series time[N_WAYS] = {{0}};
    int n = 0;
    open_subject(&s, j);
    if (!options->only || strstr(s.name, options->only)) {
        const double start = bench_wall_s();
        do run_round(&s, j, time);
        while (bench_another_round(options, start, ++n));
    }
    for (int way = 0; way < N_WAYS; ++way) {
        bench_row row = {.subject = s.name, .name = names[way]};
        if (n > 0) {
            row.time = bench_series_stats(&time[way], n);
            bench_output_row(out, &row);
        }
        bench_series_free(&time[way]);
    }
    kiln_database_free(s.db);
    kiln_context_free(s.ctx);
}

void bench_joins(bench_output *out, const bench_options *options)
{
    for (size_t i = 0; i < sizeof joins / sizeof *joins; ++i) run_join(out, options, &joins[i]);
}
