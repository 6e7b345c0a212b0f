/* Equilibria by brute force: the lower hull of many constitutions of every phase, with more of them where it matters. It shares with the library the energy of
 * a phase, the projection onto feasible constitutions and the linear programme, and nothing of pricing, Newton's method or the proof. */
#ifndef KILN_TEST_HULL_H
#define KILN_TEST_HULL_H

#include "seeded.h"
#include "synthetic.h"

#include "core/simplex.h"
#include "solve/solver.h"

enum { HULL_MAX_Y = 32, HULL_STARTS = 5 };

typedef struct hull {
    bench *b;
    kiln_i_simplex lp;
    int n, capacity;
    int *phase;      /* [capacity] */
    double *y;       /* [HULL_MAX_Y x capacity] */
    double *w;       /* [capacity] J per mol of formula units */
    double *amounts; /* [n_closed x capacity] */
    double *d;       /* [capacity] distance to the plane of the last solution */
    double mu[KILN_MAX_COMPONENTS];
} hull;

static inline void hull_open(hull *h, bench *b, int capacity)
{
    const size_t room = (size_t)capacity;
    *h = (hull){.b = b, .capacity = capacity};
    ck_assert_int_eq(kiln_i_simplex_create(b->ctx, b->system->n_closed, capacity, &h->lp), KILN_OK);
    h->phase = malloc(room * sizeof *h->phase);
    h->y = malloc(room * HULL_MAX_Y * sizeof *h->y);
    h->w = malloc(room * sizeof *h->w);
    h->d = malloc(room * sizeof *h->d);
    h->amounts = malloc(room * (size_t)b->system->n_closed * sizeof *h->amounts);
    ck_assert(h->phase && h->y && h->w && h->d && h->amounts);
}

static inline void hull_close(hull *h)
{
    kiln_i_simplex_destroy(&h->lp);
    free(h->phase);
    free(h->y);
    free(h->w);
    free(h->d);
    free(h->amounts);
    memset(h, 0, sizeof *h);
}

static inline void hull_add(hull *h, int phase, const double *y)
{
    const kiln_system *system = h->b->system;
    double *amounts = h->amounts + (size_t)h->n * (size_t)system->n_closed;
    if (h->n == h->capacity || kiln_i_phase_amounts(system, phase, y, amounts) < 1e-6) return;
    h->phase[h->n] = phase;
    memcpy(h->y + (size_t)h->n * HULL_MAX_Y, y, (size_t)system->phases[phase].n_y * sizeof *y);
    h->w[h->n++] = kiln_i_phase_energy(system, phase, y, NULL, NULL);
}

/* A random constitution, from near the middle to near a corner; 0 where none is feasible. */
static inline int hull_random(hull *h, int phase, double *y)
{
    double log_weight[HULL_MAX_Y];
    const double spread = exp(uniform(0.0, 3.0));
    for (int i = 0; i < h->b->system->phases[phase].n_y; ++i) log_weight[i] = spread * log(uniform(0.0, 1.0));
    return kiln_i_project(h->b->solver, phase, log_weight, y);
}

/* Constitutions of all phases at the system's temperature: the corners, and as many random ones as asked for. */
static inline void hull_sample(hull *h, int per_phase)
{
    h->n = 0;
    for (int p = 0; p < h->b->system->n_phases; ++p) {
        double y[HULL_MAX_Y], log_weight[HULL_MAX_Y];
        const int n = h->b->system->phases[p].n_y;
        ck_assert_int_le(n, HULL_MAX_Y);
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j < n; ++j) log_weight[j] = j == i ? 0.0 : -60.0;
            if (kiln_i_project(h->b->solver, p, log_weight, y)) hull_add(h, p, y);
        }
        for (int k = 0; k < (n ? per_phase : 1); ++k)
            if (hull_random(h, p, y)) hull_add(h, p, y);
    }
}

/* w - mu.n and its gradient, J per mol of formula units. */
static inline double hull_distance(const hull *h, int phase, const double *mu, const double *y, double *gradient)
{
    const kiln_system *system = h->b->system;
    const kiln_i_mphase *p = &system->phases[phase];
    double amounts[KILN_MAX_COMPONENTS], d = kiln_i_phase_energy(system, phase, y, gradient, NULL);
    (void)kiln_i_phase_amounts(system, phase, y, amounts);
    for (int c = 0; c < system->n_closed; ++c) {
        d -= mu[c] * amounts[c];
        for (int i = 0; gradient && i < p->n_y; ++i) gradient[i] -= mu[c] * p->amount[c + system->n_closed * i];
    }
    return d;
}

/* To a local minimum of the distance by exponentiated gradients (J. Kivinen, M. Warmuth, Inf. Comput. 132 (1997) 1) with a step that grows and shrinks: slow,
 * but no second derivative. */
static inline double hull_descend(const hull *h, int phase, const double *mu, double *y)
{
    const kiln_i_mphase *p = &h->b->system->phases[phase];
    const double RT = KILN_R * h->b->system->T_K;
    double gradient[HULL_MAX_Y], log_weight[HULL_MAX_Y], next[HULL_MAX_Y], eta = 1.0;
    double d = hull_distance(h, phase, mu, y, gradient);
    for (int iteration = 0, idle = 0; iteration < 500 && idle < 3 && eta > 1e-6; ++iteration) {
        for (int i = 0; i < p->n_y; ++i) log_weight[i] = log(y[i]) - eta * gradient[i] / (RT * p->sites[i]);
        if (!kiln_i_project(h->b->solver, phase, log_weight, next)) return d;
        const double gained = d - hull_distance(h, phase, mu, next, NULL);
        if (!(gained > 0.0)) {
            eta *= 0.4;
            continue;
        }
        idle = gained < 1e-9 ? idle + 1 : 0;
        eta = fmin(1.3 * eta, 8.0);
        memcpy(y, next, (size_t)p->n_y * sizeof *y);
        d = hull_distance(h, phase, mu, y, gradient);
    }
    return d;
}

/* The columns of a phase nearest to the plane, HULL_STARTS at most; their number. */
static inline int hull_nearest(const hull *h, int phase, int *nearest)
{
    int n = 0;
    for (int j = 0; j < h->n; ++j) {
        if (h->phase[j] != phase || (n == HULL_STARTS && h->d[j] >= h->d[nearest[n - 1]])) continue;
        int at = n < HULL_STARTS ? n++ : n - 1;
        for (; at > 0 && h->d[nearest[at - 1]] > h->d[j]; --at) nearest[at] = nearest[at - 1];
        nearest[at] = j;
    }
    return n;
}

/* Minima of every phase's distance to the plane, from the nearest columns and a random one; those below it are added. The least distance. */
static inline double hull_refine(hull *h, double enough)
{
    double least = 0.0;
    for (int p = 0; p < h->b->system->n_phases; ++p) {
        int nearest[HULL_STARTS];
        const int n = hull_nearest(h, p, nearest);
        for (int k = 0; k <= n && h->b->system->phases[p].n_y; ++k) {
            double y[HULL_MAX_Y];
            if (k < n) memcpy(y, h->y + (size_t)nearest[k] * HULL_MAX_Y, sizeof y);
            else if (!hull_random(h, p, y)) continue;
            const double d = hull_descend(h, p, h->mu, y);
            if (d < -0.1 * enough) hull_add(h, p, y);
            least = fmin(least, d);
        }
    }
    return least;
}

/* The programme with all columns; it goes on from its last basis. */
static inline void hull_programme(hull *h)
{
    const int C = h->b->system->n_closed;
    while (h->lp.n < h->n) (void)kiln_i_simplex_add(&h->lp, h->amounts + (size_t)(h->lp.n * C), h->w[h->lp.n]);
    REQUIRE_OK(h->b, kiln_i_simplex_solve(&h->lp));
    memcpy(h->mu, h->lp.dual, (size_t)C * sizeof *h->mu);
    for (int j = 0; j < h->n; ++j) {
        h->d[j] = h->w[j];
        for (int c = 0; c < C; ++c) h->d[j] -= h->mu[c] * h->amounts[c + C * j];
    }
}

/* Energy of the best mixture found for `total` [n_closed], J per mol of closed cations: an upper bound of the true one whatever became of the refinement, which ends where no
 * phase is found further than `enough` below the plane. */
static inline double hull_solve(hull *h, const double *total, double enough)
{
    double G = 0.0;
    kiln_i_simplex_reset(&h->lp, h->b->system->n_closed, total);
    for (int round = 0; round < 100; ++round) {
        hull_programme(h);
        if (hull_refine(h, enough) > -enough) break;
    }
    hull_programme(h);
    for (int r = 0; r < h->lp.m; ++r)
        if (h->lp.basis[r] >= 0) G += h->lp.x[r] * h->lp.cost[h->lp.basis[r]];
    return G;
}

#endif
