/* Equilibrium and window of the prototype oxide (Mg,Co,Ni,Cu,Zn)O in air with the default database. One line a case: name, repeats, median and least time,
 * rounds of pricing, worst distance below the plane. Times are wall clock of one thread. */
#include <kiln/kiln.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct subject {
    kiln_context *ctx;
    kiln_database *db;
    kiln_system *system;
    kiln_composition composition;
    kiln_atmosphere air;
} subject;

static double seconds(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check(const subject *s, kiln_status status)
{
    if (status == KILN_OK) return;
    fprintf(stderr, "bench: %s\n", s->ctx ? kiln_context_error(s->ctx) : kiln_status_text(status));
    exit(EXIT_FAILURE);
}

static void report(const char *name, int n, double *times, int rounds, double worst)
{
    qsort(times, (size_t)n, sizeof *times, ascending);
    printf("%-34s n = %4d   median %10.1f us   least %10.1f us   rounds %3d   worst %.1e J/mol\n", name, n, 1e6 * times[n / 2],
           1e6 * times[0], rounds, worst);
}

/* Equilibria at n temperatures from 600 to 1600 K: each from a new solver (cold), or one solver along the sweep; with their certificates or without. */
static void bench_equilibrium(const subject *s, kiln_method method, int cold, int certify, int n, const char *name)
{
    static double times[101];
    kiln_solver_options o;
    kiln_solver *solver = NULL;
    kiln_equilibrium e;
    int rounds = 0;
    double worst = 0.0;
    check(s, kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION));
    o.method = method;
    o.certify = certify;
    for (int i = 0; i < n; ++i) {
        if (cold || !solver) {
            kiln_solver_free(solver);
            check(s, kiln_solver_create(s->system, &o, &solver));
        }
        const double start = seconds();
        check(s, kiln_equilibrium_solve(solver, 600.0 + 1000.0 * i / (n - 1), &e));
        times[i] = seconds() - start;
        rounds += e.rounds;
        worst = e.worst_J_mol < worst ? e.worst_J_mol : worst;
    }
    kiln_solver_free(solver);
    report(name, n, times, rounds / n, worst);
}

static void bench_window(const subject *s, int n)
{
    static double times[64];
    kiln_window_solver *solver;
    kiln_window w;
    check(s, kiln_window_solver_create(s->system, NULL, NULL, &solver));
    for (int i = 0; i < n; ++i) {
        const double start = seconds();
        check(s, kiln_window_solve(solver, kiln_window_default_phase(s->system), &w));
        times[i] = seconds() - start;
    }
    kiln_window_solver_free(solver);
    report("window, both ends, detection, sigma", n, times, 0, 0.0);
}

static void bench_load(subject *s, int n)
{
    static double times[64];
    for (int i = 0; i < n; ++i) {
        kiln_database *db;
        const double start = seconds();
        check(s, kiln_database_load(s->ctx, NULL, &db));
        times[i] = seconds() - start;
        kiln_database_free(db);
    }
    report("database load and check", n, times, 0, 0.0);
}

int main(void)
{
    subject s = {0};
    check(&s, kiln_context_create(NULL, &s.ctx));
    check(&s, kiln_database_load(s.ctx, NULL, &s.db));
    check(&s, kiln_composition_parse(s.ctx, "(Mg,Co,Ni,Cu,Zn)O", &s.composition));
    check(&s, kiln_atmosphere_parse(s.ctx, "air", &s.air));
    check(&s, kiln_system_create(s.ctx, s.db, &s.composition, &s.air, NULL, &s.system));
    bench_load(&s, 15);
    bench_equilibrium(&s, KILN_METHOD_NEWTON, 1, 0, 101, "equilibrium, cold");
    bench_equilibrium(&s, KILN_METHOD_NEWTON, 1, 1, 101, "equilibrium, cold, proved");
    bench_equilibrium(&s, KILN_METHOD_NEWTON, 0, 0, 101, "equilibrium, along a sweep");
    bench_equilibrium(&s, KILN_METHOD_NEWTON, 0, 1, 101, "equilibrium, along a sweep, proved");
    bench_equilibrium(&s, KILN_METHOD_NLOPT, 1, 0, 101, "equilibrium, cold, NLopt SLSQP");
    bench_window(&s, 15);
    kiln_system_free(s.system);
    kiln_database_free(s.db);
    kiln_context_free(s.ctx);
    return EXIT_SUCCESS;
}
