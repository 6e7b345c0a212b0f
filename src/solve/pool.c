#include "solve/solver.h"

#include "core/context.h"

#include <string.h>

/* Candidate constitutions, one column each, per mole of closed components so that a reduced cost compares phases of any formula size. */

int kiln_i_pool_capacity(const kiln_system *system)
{
    int starts = 0;
    for (int p = 0; p < system->n_phases; ++p) starts += system->phases[p].n_y + KILN_MAX_MINIMA + 1;
    return 2 * starts + 400;
}

void kiln_i_pool_clear(kiln_solver *s)
{
    s->n_pool = 0;
    kiln_i_simplex_reset(&s->lp, s->n_closed, s->system->total);
}

/* When the pool is full only the basic columns stay: the optimum so far is not lost. */
static void make_room(kiln_solver *s)
{
    kiln_i_simplex_compress(&s->lp, s->map);
    for (int old = 0; old < s->n_pool; ++old) {
        const int now = s->map[old];
        if (now < 0) continue;
        memmove(s->pool_y + (size_t)(s->max_y * now), s->pool_y + (size_t)(s->max_y * old), (size_t)s->max_y * sizeof *s->pool_y);
        s->pool_phase[now] = s->pool_phase[old];
        s->pool_w[now] = s->pool_w[old];
        s->pool_sigma[now] = s->pool_sigma[old];
    }
    s->n_pool = s->lp.n;
}

kiln_status kiln_i_pool_add(kiln_solver *s, int phase, const double *y)
{
    const int n = s->system->phases[phase].n_y;
    double *amounts = s->singular;
    if (s->n_pool == s->pool_room) {
        /* only an optimal basis tells which candidates matter */
        const kiln_status status = kiln_i_simplex_solve(&s->lp);
        if (status != KILN_OK) return status;
        make_room(s);
    }
    const double sigma = kiln_i_phase_amounts(s->system, phase, y, amounts);
    if (sigma <= KILN_EMPTY) return KILN_OK;
    for (int c = 0; c < s->n_closed; ++c) amounts[c] /= sigma;
    const double w = kiln_i_phase_energy(s->system, phase, y, NULL, NULL);
    const int index = kiln_i_simplex_add(&s->lp, amounts, w / sigma);
    if (index < 0) return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "no room for more than %d candidates", s->pool_room);
    memcpy(s->pool_y + (size_t)(s->max_y * index), y, (size_t)n * sizeof *y);
    s->pool_phase[index] = phase;
    s->pool_w[index] = w;
    s->pool_sigma[index] = sigma;
    s->n_pool = s->lp.n;
    return KILN_OK;
}

kiln_status kiln_i_pool_solve(kiln_solver *s, double *mu)
{
    const kiln_status status = kiln_i_simplex_solve(&s->lp);
    memcpy(mu, s->lp.dual, (size_t)s->n_closed * sizeof *mu);
    return status;
}
