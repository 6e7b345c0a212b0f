/* Windows of random compositions. Their number does not matter to the time of a row, nor to memory: --rows 1000000 shows that. */
#include "cases.h"

#include <stdio.h>

static kiln_status drop(const kiln_screen_unit *unit, kiln_context *ctx, void *user)
{
    (void)ctx;
    *(uint64_t *)user += (uint64_t)unit->n_rows;
    return KILN_OK;
}

static kiln_candidates *random_points(const bench_subject *s, int n)
{
    static const char *const formulas[] = {"(*)"};
    kiln_candidates_options o;
    kiln_candidates *candidates = NULL;
    bench_require(s->ctx, s->name, kiln_candidates_options_init(&o, KILN_CANDIDATES_OPTIONS_VERSION));
    o.kind = KILN_CANDIDATES_RANDOM;
    o.formulas = formulas;
    o.n_formulas = 1;
    o.from = "Mg,Zn,Ni,Cu,Co";
    o.n = (uint64_t)n;
    bench_require(s->ctx, s->name, kiln_candidates_create(s->ctx, &o, &candidates));
    return candidates;
}

static kiln_screen *screen_of(const bench_subject *s, const kiln_candidates *candidates, int n_samples)
{
    static const char *const phases[] = {"rocksalt"};
    kiln_window_options o;
    kiln_screen *screen = NULL;
    bench_require(s->ctx, s->name, kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION));
    o.n_samples = n_samples;
    const kiln_screen_question question = {.db = s->db,
                                           .candidates = candidates,
                                           .n_phases = 1,
                                           .phases = phases,
                                           .n_atmospheres = 1,
                                           .atmospheres = &s->atmosphere,
                                           .window_options = &o};
    bench_require(s->ctx, s->name, kiln_screen_create(s->ctx, &question, &screen));
    return screen;
}

/* Wall clock of a row. */
static double time_rows(const bench_subject *s, const kiln_screen *screen, int n_threads)
{
    uint64_t n = 0;
    const kiln_screen_work work = {.stride = 1, .n_threads = n_threads, .take = drop, .user = &n};
    const double start = bench_wall_s();
    bench_require(s->ctx, s->name, kiln_screen_run(screen, s->ctx, &work));
    return (bench_wall_s() - start) / (double)n;
}

void bench_screen(bench_output *out, const bench_options *options, const bench_subject *s)
{
    enum { MOST_THREADS = 2 };
    static const char *const names[][MOST_THREADS] = {{"ends, 1 thread, wall", "ends, 2 threads, wall"},
                                                      {"4096 samples, 1 thread, wall", "4096 samples, 2 threads, wall"}};
    static const int samples[] = {0, 4096};
    char line[400];
    kiln_candidates *candidates = random_points(s, options->n_rows);
    const long before_KiB = bench_peak_KiB();
    for (int k = 0; k < 2; ++k) {
        kiln_screen *screen = screen_of(s, candidates, samples[k]);
        for (int t = 0; t < MOST_THREADS; ++t) {
            bench_series times = {0};
            bench_series_add(&times, time_rows(s, screen, t + 1));
            const bench_row row = {.subject = "screening, a row", .name = names[k][t], .time = bench_series_stats(&times, 1)};
            bench_output_row(out, &row);
            bench_series_free(&times);
        }
        kiln_screen_free(screen);
    }
    snprintf(line, sizeof line, "screening: %d rows four times over; peak memory %.1f MiB before, %.1f MiB after.",
             options->n_rows, (double)before_KiB / 1024.0, (double)bench_peak_KiB() / 1024.0);
    bench_output_note(out, line);
    kiln_candidates_free(candidates);
}
