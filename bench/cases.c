/* All but the equilibria one by one: windows, reading, memory. */
#include "cases.h"

/* A window with all that stands beside it; its ends and their certificate alone, as for screening; the same without the certificate. */
typedef enum window_kind { WHOLE, ENDS, ENDS_UNPROVED, N_WINDOW_KINDS } window_kind;

/* The structure that the formula suggests; synthetic subjects have one named so. */
static int target_of(const kiln_system *system)
{
    const int suggested = kiln_window_default_phase(system);
    return suggested >= 0 ? suggested : kiln_system_find_phase(system, "rocksalt");
}

static void time_window(const bench_subject *s, kiln_system *system, window_kind kind, bench_series *create, bench_series *solve)
{
    static kiln_window w; /* large for a stack */
    kiln_window_options o;
    kiln_solver_options solving;
    kiln_window_solver *solver = NULL;
    bench_require(s->ctx, s->name, kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION));
    bench_require(s->ctx, s->name, kiln_solver_options_init(&solving, KILN_SOLVER_OPTIONS_VERSION));
    o.ends_only = kind != WHOLE;
    if (kind != WHOLE) o.n_samples = 0;
    solving.certify = kind != ENDS_UNPROVED;
    double start = bench_cpu_s();
    bench_require(s->ctx, s->name, kiln_window_solver_create(system, &solving, &o, &solver));
    if (kind == WHOLE) bench_series_add(create, bench_cpu_since_s(start));
    start = bench_cpu_s();
    bench_require(s->ctx, s->name, kiln_window_solve(solver, target_of(system), &w));
    bench_series_add(solve, bench_cpu_since_s(start));
    kiln_window_solver_free(solver);
}

static void report(bench_output *out, const char *subject, const char *name, const bench_series *series, int rounds)
{
    bench_row row = {.subject = subject, .name = name, .time = bench_series_stats(series, rounds)};
    bench_output_row(out, &row);
}

void bench_window(bench_output *out, const bench_options *options, const bench_subject *s)
{
    static const char *const names[] = {"window, all of it", "window, ends proved", "window, ends unproved"};
    bench_series create = {0}, solve[N_WINDOW_KINDS] = {{0}};
    kiln_system *system = bench_subject_system(s, 0);
    const double start = bench_wall_s();
    int n = 0;
    do {
        for (int kind = 0; kind < N_WINDOW_KINDS; ++kind) time_window(s, system, (window_kind)kind, &create, &solve[kind]);
    } while (bench_another_round(options, start, ++n));
    report(out, s->name, "window solver created", &create, n);
    for (int kind = 0; kind < N_WINDOW_KINDS; ++kind) {
        report(out, s->name, names[kind], &solve[kind], n);
        bench_series_free(&solve[kind]);
    }
    bench_series_free(&create);
    kiln_system_free(system);
}

/* A risk curve's samples, wall clock: several threads are what it is about. */
void bench_risk(bench_output *out, const bench_options *options)
{
    enum { SAMPLES = 10000, MOST_THREADS = 2 };
    static const char *const names[MOST_THREADS] = {"10 000 samples, 1 thread, wall", "10 000 samples, 2 threads, wall"};
    static const char subject[] = "risk of (Mg,Co,Ni,Cu,Zn)O in air";
    kiln_context *ctx = bench_context();
    kiln_database *db = NULL;
    kiln_composition x;
    kiln_atmosphere air;
    kiln_system *system = NULL;
    kiln_risk_options o;
    bench_series times[MOST_THREADS] = {{0}};
    bench_require(ctx, subject, kiln_database_load(ctx, NULL, &db));
    bench_require(ctx, subject, kiln_composition_parse(ctx, "(Mg,Co,Ni,Cu,Zn)O", &x));
    bench_require(ctx, subject, kiln_atmosphere_parse(ctx, "air", &air));
    bench_require(ctx, subject, kiln_system_create(ctx, db, &x, &air, NULL, &system));
    bench_require(ctx, subject, kiln_risk_options_init(&o, KILN_RISK_OPTIONS_VERSION));
    o.n_samples = SAMPLES;
    const kiln_step_question question = {db, &x, &air, NULL, NULL};
    const double start = bench_wall_s();
    int n = 0;
    do {
        for (int t = 0; t < MOST_THREADS; ++t) {
            kiln_risk *risk = NULL;
            o.n_threads = t + 1;
            const double begin = bench_wall_s();
            bench_require(ctx, subject, kiln_risk_create(ctx, &question, NULL, target_of(system), 0.0, &o, &risk));
            bench_series_add(&times[t], bench_wall_s() - begin);
            kiln_risk_free(risk);
        }
    } while (bench_another_round(options, start, ++n));
    for (int t = 0; t < MOST_THREADS; ++t) {
        report(out, subject, names[t], &times[t], n);
        bench_series_free(&times[t]);
    }
    kiln_system_free(system);
    kiln_database_free(db);
    kiln_context_free(ctx);
}

void bench_load(bench_output *out, const bench_options *options)
{
    kiln_context *ctx = bench_context();
    bench_series times = {0};
    for (int i = 0; i < options->rounds; ++i) {
        kiln_database *db = NULL;
        const double start = bench_cpu_s();
        bench_require(ctx, "default database", kiln_database_load(ctx, NULL, &db));
        bench_series_add(&times, bench_cpu_since_s(start));
        kiln_database_free(db);
    }
    report(out, "default database", "load and check", &times, options->rounds);
    bench_series_free(&times);
    kiln_context_free(ctx);
}

/* Question i of a walk up and down the temperatures without end. */
static double walk_temperature(const bench_subject *s, int i)
{
    const int period = 2 * (s->n_temperatures - 1), at = i % period;
    return bench_subject_temperature(s, at < s->n_temperatures ? at : period - at);
}

/* The first thousand are not counted: the process still maps pages of the libraries then. */
void bench_flat_memory(bench_output *out, const bench_options *options, const bench_subject *s)
{
    bench_memory m = {.subject = s->name};
    kiln_system *system = bench_subject_system(s, 0);
    kiln_solver *solver = NULL;
    kiln_equilibrium e;
    bench_require(s->ctx, s->name, kiln_solver_create(system, NULL, &solver));
    for (int i = 0; i < 1000; ++i) bench_require(s->ctx, s->name, kiln_equilibrium_solve(solver, walk_temperature(s, i), &e));
    const long allocations = bench_allocations();
    m.peak_before_KiB = bench_peak_KiB();
    const double start = bench_wall_s(), cpu_start = bench_cpu_s();
    for (; m.n_solves < options->n_solves && bench_wall_s() - start < 6.0 * options->budget_s; ++m.n_solves)
        bench_require(s->ctx, s->name, kiln_equilibrium_solve(solver, walk_temperature(s, m.n_solves), &e));
    m.seconds = bench_cpu_since_s(cpu_start);
    m.peak_after_KiB = bench_peak_KiB();
    m.allocations = bench_allocations() - allocations;
    bench_output_memory(out, &m);
    kiln_solver_free(solver);
    kiln_system_free(system);
}
