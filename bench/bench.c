#define _POSIX_C_SOURCE 200809L

#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_cpu_s(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

/* A microsecond or two where the clock is a system call: as much as the smallest cases. */
static double reading_s(void)
{
    static double least = INFINITY;
    static int n;
    for (; n < 1000; ++n) {
        const double start = bench_cpu_s();
        least = fmin(least, bench_cpu_s() - start);
    }
    return least;
}

double bench_cpu_since_s(double start_s)
{
    const double end_s = bench_cpu_s();
    return fmax(0.0, end_s - start_s - reading_s());
}

double bench_wall_s(void) { return read_clock(CLOCK_MONOTONIC); }

long bench_peak_KiB(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

static long allocations;

static void *counting_alloc(void *user, size_t size)
{
    ++*(long *)user;
    return malloc(size);
}

static void counting_release(void *user, void *ptr)
{
    (void)user;
    free(ptr);
}

kiln_context *bench_context(void)
{
    static const kiln_allocator counting = {counting_alloc, counting_release, &allocations};
    kiln_context *ctx = NULL;
    bench_require(NULL, "context", kiln_context_create(&counting, &ctx));
    return ctx;
}

long bench_allocations(void) { return allocations; }

void bench_require(const kiln_context *ctx, const char *subject, kiln_status status)
{
    if (status == KILN_OK) return;
    fprintf(stderr, "bench_kiln: %s: %s: %s\n", subject, kiln_status_text(status), ctx ? kiln_context_error(ctx) : "");
    exit(EXIT_FAILURE);
}

void *bench_realloc(void *old, size_t size)
{
    void *p = realloc(old, size);
    bench_require(NULL, "bench", p ? KILN_OK : KILN_E_NOMEM);
    return p;
}

int bench_another_round(const bench_options *options, double start_s, int n)
{
    return n < options->rounds && (bench_wall_s() - start_s) * (n + 1) / n < options->budget_s;
}

void bench_series_add(bench_series *series, double value)
{
    if (series->n == series->size) {
        series->size = series->size ? 2 * series->size : 128;
        series->at = bench_realloc(series->at, series->size * sizeof *series->at);
    }
    series->at[series->n++] = value;
}

void bench_series_free(bench_series *series)
{
    free(series->at);
    *series = (bench_series){0};
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double round_sum(const bench_series *series, int rounds, int round)
{
    const size_t points = series->n / (size_t)rounds, first = points * (size_t)round;
    double sum = 0.0;
    for (size_t i = 0; i < points; ++i) sum += series->at[first + i];
    return sum;
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

bench_stats bench_series_stats(const bench_series *series, int rounds)
{
    bench_stats s = {.points = (int)series->n / rounds, .rounds = rounds};
    double sums[BENCH_MAX_ROUNDS], *sorted = bench_realloc(NULL, series->n * sizeof *sorted);
    for (int r = 0; r < rounds; ++r) sums[r] = round_sum(series, rounds, r);
    s.mean_s = median(sums, rounds) / s.points;
    for (size_t i = 0; i < series->n; ++i) sorted[i] = series->at[i];
    qsort(sorted, series->n, sizeof *sorted, ascending);
    s.least_s = sorted[0];
    for (size_t q = 0; q < 3; ++q) s.quartile_s[q] = sorted[(q + 1) * (series->n - 1) / 4];
    free(sorted);
    return s;
}

double bench_series_ratio(const bench_series *a, const bench_series *b, int rounds)
{
    double ratios[BENCH_MAX_ROUNDS];
    for (int r = 0; r < rounds; ++r) ratios[r] = round_sum(a, rounds, r) / round_sum(b, rounds, r);
    return median(ratios, rounds);
}

double bench_series_differ(const bench_series *a, const bench_series *b)
{
    double worst = 0.0;
    for (size_t i = 0; i < a->n && i < b->n; ++i) worst = fmax(worst, fabs(a->at[i] - b->at[i]));
    return worst;
}
