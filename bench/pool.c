/* Five of n cations in equal parts, each composition from nothing to the proved ends of its window: what screening costs. */
#include "cases.h"

#include <stdio.h>
#include <string.h>

enum { FIVE = 5, MOST = 20, N_SAMPLES = 256 };

/* Compositions before + five of the cations + after, every stride-th of all choices. */
typedef struct pool {
    const char *name, *before, *after, *structure;
    int stride, n;
    const char *cations[MOST];
} pool;

static const pool pools[] = {
    {"five of 11 in rock salt", "(", ")O", "rock salt", 4, 11, {"Mg", "Co", "Ni", "Cu", "Zn", "Mn", "Fe", "Ca", "Cd", "Sr", "Li"}},
    {"five of 19 in fluorite",
     "(",
     ")O2",
     "fluorite",
     97,
     19,
     {"Zr", "Hf", "Ce", "Ti", "Sn", "La", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Y", "Ho", "Er", "Tm", "Yb", "Lu"}},
    {"five of 11 in spinel", "(", ")3O4", "spinel", 20, 11, {"Mg", "Co", "Ni", "Cu", "Zn", "Mn", "Fe", "Al", "Cr", "Ga", "Ti"}},
    {"five of 10 in perovskite", "La(", ")O3", "perovskite", 8, 10, {"Al", "Cr", "Mn", "Fe", "Co", "Ni", "Ti", "Zr", "Hf", "Sn"}},
};

typedef enum stage { SYSTEM, STRUCTURE, SOLVER, ENDS, SAMPLES, TOTAL, N_STAGES } stage;

typedef struct screening {
    const pool *pool;
    kiln_context *ctx;
    kiln_database *db;
    kiln_atmosphere atmosphere;
    bench_series stages[N_STAGES];
    double worst_s;
} screening;

/* The window of one phase with its ends proved; seconds of the solver's creation and of the window. */
static void solve(screening *s, kiln_system *system, int phase, int n_samples, double *create_s, double *solve_s)
{
    static kiln_window window; /* large for a stack */
    kiln_window_options o;
    kiln_window_solver *solver = NULL;
    bench_require(s->ctx, s->pool->name, kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION));
    o.ends_only = 1;
    o.n_samples = n_samples;
    double start = bench_cpu_s();
    bench_require(s->ctx, s->pool->name, kiln_window_solver_create(system, NULL, &o, &solver));
    *create_s = bench_cpu_since_s(start);
    start = bench_cpu_s();
    bench_require(s->ctx, s->pool->name, kiln_window_solve(solver, phase, &window));
    *solve_s = bench_cpu_since_s(start);
    kiln_window_solver_free(solver);
}

/* One composition; those that the structure cannot hold are left out. */
static void screen_one(screening *s, const char *formula)
{
    double time_s[N_STAGES], other_s;
    kiln_composition x;
    kiln_structures structures;
    kiln_system *system = NULL;
    bench_require(s->ctx, formula, kiln_composition_parse(s->ctx, formula, &x));
    double start = bench_cpu_s();
    bench_require(s->ctx, formula, kiln_system_create(s->ctx, s->db, &x, &s->atmosphere, NULL, &system));
    time_s[SYSTEM] = bench_cpu_since_s(start);
    start = bench_cpu_s();
    const kiln_status status = kiln_structures_find(system, s->pool->structure, &structures);
    time_s[STRUCTURE] = bench_cpu_since_s(start);
    if (status == KILN_OK) {
        solve(s, system, structures.phase[0], 0, &time_s[SOLVER], &time_s[ENDS]);
        solve(s, system, structures.phase[0], N_SAMPLES, &other_s, &time_s[SAMPLES]);
        time_s[TOTAL] = time_s[SYSTEM] + time_s[STRUCTURE] + time_s[SOLVER] + time_s[ENDS];
        for (int k = 0; k < N_STAGES; ++k) bench_series_add(&s->stages[k], time_s[k]);
        if (time_s[ENDS] > s->worst_s) s->worst_s = time_s[ENDS];
    }
    kiln_system_free(system);
}

/* The next choice of five of n by rising index; 0 after the last. */
static int next_choice(int n, int *chosen)
{
    int k = FIVE - 1;
    while (k >= 0 && chosen[k] == n - FIVE + k) --k;
    if (k < 0) return 0;
    ++chosen[k];
    for (int i = k + 1; i < FIVE; ++i) chosen[i] = chosen[i - 1] + 1;
    return 1;
}

static void screen_all(screening *s)
{
    int chosen[FIVE] = {0, 1, 2, 3, 4}, count = 0;
    do {
        char formula[64];
        if (count++ % s->pool->stride) continue;
        snprintf(formula, sizeof formula, "%s%s,%s,%s,%s,%s%s", s->pool->before, s->pool->cations[chosen[0]],
                 s->pool->cations[chosen[1]], s->pool->cations[chosen[2]], s->pool->cations[chosen[3]],
                 s->pool->cations[chosen[4]], s->pool->after);
        screen_one(s, formula);
    } while (next_choice(s->pool->n, chosen));
}

static void report(bench_output *out, screening *s)
{
    static const char *const names[] = {"system set up",       "structure found",           "window solver created",
                                        "window, ends proved", "window, ends, 256 samples", "all but the samples"};
    bench_series worst = {0};
    for (int k = 0; k < N_STAGES; ++k) {
        bench_row row = {.subject = s->pool->name, .name = names[k], .time = bench_series_stats(&s->stages[k], 1)};
        bench_output_row(out, &row);
        bench_series_free(&s->stages[k]);
    }
    bench_series_add(&worst, s->worst_s);
    bench_row row = {.subject = s->pool->name, .name = "worst window", .time = bench_series_stats(&worst, 1)};
    bench_output_row(out, &row);
    bench_series_free(&worst);
}

void bench_pools(bench_output *out, const bench_options *options)
{
    for (size_t i = 0; i < sizeof pools / sizeof *pools; ++i) {
        screening s = {.pool = &pools[i]};
        if (options->only && !strstr(pools[i].name, options->only)) continue;
        s.ctx = bench_context();
        bench_require(s.ctx, s.pool->name, kiln_database_load(s.ctx, NULL, &s.db));
        bench_require(s.ctx, s.pool->name, kiln_atmosphere_parse(s.ctx, "air", &s.atmosphere));
        screen_all(&s);
        report(out, &s);
        kiln_database_free(s.db);
        kiln_context_free(s.ctx);
    }
}
