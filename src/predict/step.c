#include <kiln/step.h>

#include "core/blocks.h"
#include "solve/solver.h"

#include <math.h>

void kiln_equilibrium_valences(const kiln_solver *solver, double *valence)
{
    const kiln_system *system = solver->system;
    for (int c = 0; c < solver->n_closed; ++c) {
        double charge = 0.0, amount = 0.0;
        for (int k = 0; k < solver->n_instances; ++k) {
            const kiln_i_instance *i = &solver->instances[k];
            const double n = i->amount * i->n[c];
            charge += n * kiln_i_phase_valence(system, i->phase, i->y, system->closed[c], NULL);
            amount += n;
        }
        valence[c] = amount > 0.0 ? charge / amount : 0.0;
    }
}

static kiln_status solve_row(kiln_solver *solver, double T_K, kiln_step_row *row)
{
    kiln_equilibrium *e = &row->equilibrium;
    const kiln_status status = kiln_equilibrium_solve(solver, T_K, e);
    if (status != KILN_OK) return status;
    kiln_equilibrium_valences(solver, row->valence);
    row->oxygen_per_cation = e->oxygen_mol;
    for (int k = 0; k < e->n_phases; ++k) {
        e->phase[k].site_fractions = NULL;
        e->phase[k].n_site_fractions = 0;
    }
    return KILN_OK;
}

static void set_mass_change(kiln_step_row *rows, int t)
{
    rows[t].mass_change_percent = 100.0 * (rows[t].equilibrium.mass_g / rows[0].equilibrium.mass_g - 1.0);
}

kiln_status kiln_step_solve(kiln_solver *solver, int n_T, const double *T_K, kiln_step_row *rows,
                            int (*keep_going)(int done, int total, void *user), void *user)
{
    if (!solver) return KILN_E_ARG;
    if (n_T < 1 || !T_K || !rows) return kiln_i_fail(solver->ctx, KILN_E_ARG, "%d temperatures, or a NULL array", n_T);
    for (int t = 0; t < n_T; ++t) {
        if (t % KILN_STEP_BLOCK == 0) kiln_i_forget(solver);
        const kiln_status status = solve_row(solver, T_K[t], &rows[t]);
        if (status != KILN_OK) return status;
        set_mass_change(rows, t);
        if (keep_going && !keep_going(t + 1, n_T, user))
            return kiln_i_fail(solver->ctx, KILN_E_INTERRUPTED, "after %d of %d temperatures", t + 1, n_T);
    }
    return KILN_OK;
}

/* ---- Several threads ---- */

/* What all threads share. */
typedef struct shared {
    const kiln_step_question *question;
    int n_T;
    const double *T_K;
    kiln_step_row *rows;
} shared;

typedef struct worker {
    const shared *shared;
    kiln_context *ctx; /* borrowed */
    kiln_system *system;
    kiln_solver *solver;
} worker;

static void close_worker(void *own)
{
    worker *w = own;
    kiln_solver_free(w->solver);
    kiln_system_free(w->system);
    kiln_i_free(w->ctx, w);
}

static kiln_status open_worker(void *shared_data, kiln_context *ctx, void **own)
{
    const shared *s = shared_data;
    const kiln_step_question *q = s->question;
    worker *w = kiln_i_calloc(ctx, 1, sizeof *w);
    if (!w) return kiln_i_fail(ctx, KILN_E_NOMEM, "a thread's workspace");
    w->shared = s;
    w->ctx = ctx;
    kiln_status status = kiln_system_create(ctx, q->db, q->composition, q->atmosphere, q->system_options, &w->system);
    if (status == KILN_OK) status = kiln_solver_create(w->system, q->solver_options, &w->solver);
    if (status == KILN_OK) *own = w;
    else close_worker(w);
    return status;
}

static kiln_status run_block(void *own, int block)
{
    const worker *w = own;
    const int first = block * KILN_STEP_BLOCK, last = first + KILN_STEP_BLOCK;
    kiln_i_forget(w->solver);
    for (int t = first; t < last && t < w->shared->n_T; ++t) {
        const kiln_status status = solve_row(w->solver, w->shared->T_K[t], &w->shared->rows[t]);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

kiln_status kiln_step_parallel(kiln_context *ctx, const kiln_step_question *question, int n_threads, int n_T, const double *T_K,
                               kiln_step_row *rows)
{
    if (!ctx) return KILN_E_ARG;
    if (!question || n_T < 1 || !T_K || !rows) return kiln_i_fail(ctx, KILN_E_ARG, "%d temperatures, or a NULL argument", n_T);
    shared s = {.question = question, .n_T = n_T, .T_K = T_K, .rows = rows};
    const kiln_i_block_work work = {.open = open_worker, .run = run_block, .close = close_worker, .shared = &s};
    const kiln_status status = kiln_i_run_blocks(ctx, n_threads, (n_T + KILN_STEP_BLOCK - 1) / KILN_STEP_BLOCK, &work);
    for (int t = 0; t < n_T && status == KILN_OK; ++t) set_mass_change(rows, t);
    return status;
}
