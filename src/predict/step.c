#include <kiln/step.h>

#include "core/context.h"
#include "solve/solver.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>

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

static void set_mass_changes(int n_T, kiln_step_row *rows)
{
    for (int t = 0; t < n_T; ++t)
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
        rows[t].mass_change_percent = 100.0 * (rows[t].equilibrium.mass_g / rows[0].equilibrium.mass_g - 1.0);
        if (keep_going && !keep_going(t + 1, n_T, user))
            return kiln_i_fail(solver->ctx, KILN_E_INTERRUPTED, "after %d of %d temperatures", t + 1, n_T);
    }
    return KILN_OK;
}

/* ---- Several threads ---- */

enum { MAX_THREADS = 1024, MAX_MESSAGE = 256 };

/* What all threads share. */
typedef struct shared {
    const kiln_step_question *question;
    int n_T, n_blocks;
    const double *T_K;
    kiln_step_row *rows;
    pthread_mutex_t lock; /* of what follows */
    int next_block;
    int failed; /* lowest index that failed, n_T for none */
    kiln_status status;
    char message[MAX_MESSAGE];
} shared;

static void note_failure(shared *s, int index, kiln_status status, const kiln_context *ctx)
{
    (void)pthread_mutex_lock(&s->lock);
    if (index < s->failed || (s->status == KILN_OK && index == s->n_T)) {
        s->failed = index;
        s->status = status;
        snprintf(s->message, sizeof s->message, "%s", ctx ? kiln_context_error(ctx) : "a context of its own");
    }
    (void)pthread_mutex_unlock(&s->lock);
}

static int take_block(shared *s)
{
    (void)pthread_mutex_lock(&s->lock);
    const int block = s->next_block++;
    (void)pthread_mutex_unlock(&s->lock);
    return block;
}

static void solve_blocks(shared *s, kiln_context *ctx, kiln_solver *solver)
{
    for (int block = take_block(s); block < s->n_blocks; block = take_block(s)) {
        const int first = block * KILN_STEP_BLOCK, end = first + KILN_STEP_BLOCK < s->n_T ? first + KILN_STEP_BLOCK : s->n_T;
        kiln_i_forget(solver);
        for (int t = first; t < end; ++t) {
            const kiln_status status = solve_row(solver, s->T_K[t], &s->rows[t]);
            if (status == KILN_OK) continue;
            note_failure(s, t, status, ctx);
            break;
        }
    }
}

static void *work(void *data)
{
    shared *s = data;
    const kiln_step_question *q = s->question;
    kiln_context *ctx = NULL;
    kiln_system *system = NULL;
    kiln_solver *solver = NULL;
    kiln_status status = kiln_context_create(NULL, &ctx);
    if (status == KILN_OK) status = kiln_system_create(ctx, q->db, q->composition, q->atmosphere, q->system_options, &system);
    if (status == KILN_OK) status = kiln_solver_create(system, q->solver_options, &solver);
    if (status == KILN_OK) solve_blocks(s, ctx, solver);
    else note_failure(s, s->n_T, status, ctx);
    kiln_solver_free(solver);
    kiln_system_free(system);
    kiln_context_free(ctx);
    return NULL;
}

kiln_status kiln_step_parallel(kiln_context *ctx, const kiln_step_question *question, int n_threads, int n_T, const double *T_K,
                               kiln_step_row *rows)
{
    if (!ctx) return KILN_E_ARG;
    if (!question || n_T < 1 || !T_K || !rows) return kiln_i_fail(ctx, KILN_E_ARG, "%d temperatures, or a NULL argument", n_T);
    if (n_threads < 1 || n_threads > MAX_THREADS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d threads: expected 1 to %d", n_threads, (int)MAX_THREADS);
    shared s = {.question = question, .n_T = n_T, .T_K = T_K, .rows = rows, .failed = n_T};
    s.n_blocks = (n_T + KILN_STEP_BLOCK - 1) / KILN_STEP_BLOCK;
    const int wanted = (n_threads < s.n_blocks ? n_threads : s.n_blocks) - 1;
    pthread_t *threads = kiln_i_calloc(ctx, (size_t)wanted + 1, sizeof *threads);
    if (!threads || pthread_mutex_init(&s.lock, NULL) != 0) {
        kiln_i_free(ctx, threads);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "%d threads", n_threads);
    }
    int started = 0;
    while (started < wanted && pthread_create(&threads[started], NULL, work, &s) == 0) ++started;
    (void)work(&s); /* this thread takes its share, and all of it where no other could start */
    for (int i = 0; i < started; ++i) (void)pthread_join(threads[i], NULL);
    (void)pthread_mutex_destroy(&s.lock);
    kiln_i_free(ctx, threads);
    if (s.status != KILN_OK) return kiln_i_fail(ctx, s.status, "%s", s.message);
    set_mass_changes(n_T, rows);
    return KILN_OK;
}
