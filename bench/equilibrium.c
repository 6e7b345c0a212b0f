#include "cases.h"

/* One way to solve: its times and its answers. */
typedef struct variant {
    const char *name;
    int way, certify, against; /* `against`: the variant before it that it is compared with, -1 none */
    bench_series solve, create, G;
    int least_phases, most_phases, n_proved;
    double nodes;
} variant;

typedef struct run {
    const bench_subject *subject;
    variant *variant;
    int n_variants;
    int step_T, step_x; /* of all questions every so many */
    bench_series set_up;
    int n_rounds;
} run;

static kiln_solver *create_solver(const run *r, variant *v, kiln_system *system)
{
    kiln_solver_options o;
    kiln_solver *solver = NULL;
    bench_require(r->subject->ctx, v->name, kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION));
    o.method = v->way == BENCH_NLOPT ? KILN_METHOD_NLOPT : KILN_METHOD_NEWTON;
    o.certify = v->certify;
    const double start = bench_cpu_s();
    bench_require(r->subject->ctx, r->subject->name, kiln_solver_create(system, &o, &solver));
    bench_series_add(&v->create, bench_cpu_since_s(start));
    return solver;
}

static void solve(const run *r, variant *v, kiln_solver *solver, double T_K)
{
    kiln_equilibrium e;
    const double start = bench_cpu_s();
    bench_require(r->subject->ctx, r->subject->name, kiln_equilibrium_solve(solver, T_K, &e));
    bench_series_add(&v->solve, bench_cpu_since_s(start));
    bench_series_add(&v->G, e.G_J_mol);
    if (e.n_phases < v->least_phases || v->least_phases == 0) v->least_phases = e.n_phases;
    if (e.n_phases > v->most_phases) v->most_phases = e.n_phases;
    v->n_proved += e.certificate.is_certified;
    v->nodes += e.certificate.nodes;
}

static void run_temperatures(const run *r, variant *v, kiln_system *system)
{
    kiln_solver *solver = NULL;
    for (int t = 0; t < r->subject->n_temperatures; t += r->step_T) {
        if (!solver || v->way != BENCH_WARM) {
            kiln_solver_free(solver);
            solver = create_solver(r, v, system);
        }
        solve(r, v, solver, bench_subject_temperature(r->subject, t));
    }
    kiln_solver_free(solver);
}

static void run_round(run *r)
{
    for (int i = 0; i < r->n_variants; ++i)
        for (int x = 0; x < r->subject->n_compositions; x += r->step_x) {
            const double start = bench_cpu_s();
            kiln_system *system = bench_subject_system(r->subject, x);
            bench_series_add(&r->set_up, bench_cpu_since_s(start));
            run_temperatures(r, &r->variant[i], system);
            kiln_system_free(system);
        }
    ++r->n_rounds;
}

static void clear(run *r)
{
    r->n_rounds = 0;
    r->set_up.n = 0;
    for (int i = 0; i < r->n_variants; ++i) {
        variant *v = &r->variant[i];
        v->solve.n = v->create.n = v->G.n = 0;
        v->least_phases = v->most_phases = v->n_proved = 0;
        v->nodes = 0.0;
    }
}

/* A first round on a tenth of the questions warms the caches and says how many of them fit the budget; all steps divide 100, so that both ends of
 * a sweep of 101 temperatures are always solved. */
static void run_rounds(run *r, const bench_options *options)
{
    static const int steps[] = {1, 2, 5, 10};
    int *step = r->subject->n_temperatures > 1 ? &r->step_T : &r->step_x, s = 0;
    double start = bench_wall_s();
    r->step_T = r->step_x = 1;
    *step = 10;
    run_round(r);
    const double whole_s = 10.0 * (bench_wall_s() - start);
    while (s < 3 && whole_s / steps[s] > options->budget_s) ++s;
    *step = steps[s];
    clear(r);
    start = bench_wall_s();
    do run_round(r);
    while (bench_another_round(options, start, r->n_rounds));
}

static void report_variant(bench_output *out, const run *r, const variant *v)
{
    const bench_subject *s = r->subject;
    bench_row row = {.subject = s->name, .name = v->name, .has_answers = 1, .n_proved = -1};
    row.time = bench_series_stats(&v->solve, r->n_rounds);
    row.least_phases = v->least_phases;
    row.most_phases = v->most_phases;
    if (v->certify) {
        row.n_proved = v->n_proved / r->n_rounds;
        row.nodes = v->nodes / (double)v->solve.n;
    }
    if (v->against >= 0) {
        const variant *other = &r->variant[v->against];
        row.against = other->name;
        row.ratio = bench_series_ratio(&v->solve, &other->solve, r->n_rounds);
        row.differ_J_mol = bench_series_differ(&v->G, &other->G);
    }
    bench_output_row(out, &row);
}

static void report_series(bench_output *out, const run *r, const char *name, const bench_series *series)
{
    bench_row row = {.subject = r->subject->name, .name = name};
    row.time = bench_series_stats(series, r->n_rounds);
    bench_output_row(out, &row);
}

static void run_and_report(bench_output *out, const bench_options *options, const bench_subject *s, variant *variants, int n,
                           int with_set_up)
{
    run r = {.subject = s, .variant = variants, .n_variants = n};
    run_rounds(&r, options);
    if (with_set_up) {
        report_series(out, &r, "system set up", &r.set_up);
        report_series(out, &r, "solver created", &r.variant[0].create);
    }
    for (int i = 0; i < n; ++i) report_variant(out, &r, &variants[i]);
    for (int i = 0; i < n; ++i) {
        bench_series_free(&variants[i].solve);
        bench_series_free(&variants[i].create);
        bench_series_free(&variants[i].G);
    }
    bench_series_free(&r.set_up);
}

void bench_equilibrium(bench_output *out, const bench_options *options, const bench_subject *s, int ways)
{
    variant newton[4];
    int n = 0;
    if (ways & BENCH_COLD) {
        newton[n++] = (variant){.name = "cold", .way = BENCH_COLD, .against = -1};
        newton[n++] = (variant){.name = "cold, certified", .way = BENCH_COLD, .certify = 1, .against = 0};
    }
    if (ways & BENCH_WARM) {
        newton[n] = (variant){.name = "warm", .way = BENCH_WARM, .against = -1};
        newton[n + 1] = (variant){.name = "warm, certified", .way = BENCH_WARM, .certify = 1, .against = n};
        n += 2;
    }
    if (n > 0) run_and_report(out, options, s, newton, n, ways & BENCH_SET_UP);
    if (ways & BENCH_NLOPT) {
        variant both[2] = {{.name = "cold, Newton", .way = BENCH_COLD, .against = -1},
                           {.name = "cold, NLopt", .way = BENCH_NLOPT, .against = 0}};
        run_and_report(out, options, s, both, 2, 0);
    }
}
