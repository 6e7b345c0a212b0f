#include <kiln/batch.h>

#include "core/blocks.h"
#include "solve/solver.h"

#include <math.h>
#include <string.h>

#define LEAST_LOG10_PO2 (-60.0)
#define MOST_LOG10_PO2 6.0

/* What all threads share. */
typedef struct shared {
    const kiln_batch_question *question;
    const kiln_batch_answer *answer;
} shared;

typedef struct worker {
    const shared *shared;
    kiln_context *ctx; /* borrowed */
    kiln_system *system;
    kiln_solver *solver;
    double total[KILN_MAX_COMPONENTS]; /* of the composition, which a block starts from */
    double log10_po2_bar;              /* of the atmosphere */
    double *low_K, *high_K;            /* [n_phases] validity */
    kiln_equilibrium equilibrium;
} worker;

static void close_worker(void *own)
{
    worker *w = own;
    kiln_solver_free(w->solver);
    kiln_system_free(w->system);
    kiln_i_free(w->ctx, w->low_K);
    kiln_i_free(w->ctx, w->high_K);
    kiln_i_free(w->ctx, w);
}

static kiln_status set_validity(worker *w)
{
    const int n = w->system->n_phases;
    w->low_K = kiln_i_calloc(w->ctx, (size_t)n + 1, sizeof *w->low_K);
    w->high_K = kiln_i_calloc(w->ctx, (size_t)n + 1, sizeof *w->high_K);
    kiln_status status = w->low_K && w->high_K ? KILN_OK : kiln_i_fail(w->ctx, KILN_E_NOMEM, "validity of phases");
    for (int p = 0; p < n && status == KILN_OK; ++p)
        status = kiln_system_phase_validity(w->system, p, &w->low_K[p], &w->high_K[p]);
    return status;
}

static kiln_status open_worker(void *shared_data, kiln_context *ctx, void **own)
{
    const shared *s = shared_data;
    const kiln_step_question *q = &s->question->about;
    worker *w = kiln_i_calloc(ctx, 1, sizeof *w);
    if (!w) return kiln_i_fail(ctx, KILN_E_NOMEM, "a thread's workspace");
    w->shared = s;
    w->ctx = ctx;
    kiln_status status = kiln_system_create(ctx, q->db, q->composition, q->atmosphere, q->system_options, &w->system);
    if (status == KILN_OK) status = kiln_solver_create(w->system, q->solver_options, &w->solver);
    if (status == KILN_OK) status = set_validity(w);
    if (status != KILN_OK) {
        close_worker(w);
        return status;
    }
    memcpy(w->total, w->system->total, sizeof w->total);
    w->log10_po2_bar = q->atmosphere->control == KILN_OXYGEN_PRESSURE ? log10(q->atmosphere->po2_bar) : 0.0;
    *own = w;
    return KILN_OK;
}

/* Amounts per mole of closed cations; 0 if they are no composition of these components. */
static int normalise(const kiln_system *system, const double *amounts, double *total)
{
    double cations = 0.0;
    for (int c = 0; c < system->n_closed; ++c) {
        if (!(amounts[c] > 0.0) || !isfinite(amounts[c])) return 0;
        if (system->is_cation[c]) cations += amounts[c];
    }
    for (int c = 0; c < system->n_closed; ++c) {
        total[c] = amounts[c] / cations;
        if (!(total[c] > 0.0 && isfinite(total[c]))) return 0;
    }
    return 1;
}

/* The system as the row states it. */
static kiln_status set_row(worker *w, int row)
{
    const kiln_batch_question *q = w->shared->question;
    const int n = w->system->n_closed;
    double total[KILN_MAX_COMPONENTS];
    if (q->amounts) {
        if (!normalise(w->system, q->amounts + (size_t)row * (size_t)n, total))
            return kiln_i_fail(w->ctx, KILN_E_ARG, "row %d: amounts must be finite and above 0", row);
        if (memcmp(total, w->system->total, (size_t)n * sizeof *total) != 0) kiln_i_solver_set_totals(w->solver, total);
    }
    if (q->log10_po2_bar) {
        const double x = q->log10_po2_bar[row];
        if (!(x >= LEAST_LOG10_PO2 && x <= MOST_LOG10_PO2))
            return kiln_i_fail(w->ctx, KILN_E_ARG, "row %d: log10 of p(O2) = %g; expected %g to %g", row, x, LEAST_LOG10_PO2,
                               MOST_LOG10_PO2);
        kiln_i_system_shift_oxygen(w->system, x - w->log10_po2_bar);
    }
    return KILN_OK;
}

static void put(double *array, size_t at, double value)
{
    if (array) array[at] = value;
}

static void put_integer(int *array, size_t at, int value)
{
    if (array) array[at] = value;
}

static void write_phase(const kiln_batch_answer *a, size_t at, int n, const kiln_equilibrium_phase *p)
{
    put_integer(a->phase, at, p ? p->phase : -1);
    put(a->component_mol, at, p ? p->amount_mol * p->component_mol : 0.0);
    put(a->mass_fraction, at, p ? p->mass_fraction : 0.0);
    for (int c = 0; c < n; ++c) put(a->composition, at * (size_t)n + (size_t)c, p ? p->composition[c] : 0.0);
}

/* NULL: the row has no answer. */
static void write_row(const kiln_batch_answer *a, int row, int n, const kiln_equilibrium *e)
{
    const size_t r = (size_t)row;
    put(a->G_J_mol, r, e ? e->G_J_mol : NAN);
    put(a->oxygen_per_cation, r, e ? e->oxygen_mol : NAN);
    put(a->mass_g, r, e ? e->mass_g : NAN);
    put_integer(a->mu_is_unique, r, e ? e->mu_is_unique : 0);
    put_integer(a->is_certified, r, e ? e->certificate.is_certified : 0);
    put(a->gap_J_mol, r, e ? e->certificate.gap_J_mol : NAN);
    put_integer(a->n_phases, r, e ? e->n_phases : 0);
    for (int k = 0; k < n; ++k) {
        const size_t at = r * (size_t)n + (size_t)k;
        put(a->mu_J_mol, at, e ? e->mu_J_mol[k] : NAN);
        write_phase(a, at, n, e && k < e->n_phases ? &e->phase[k] : NULL);
    }
}

/* How far outside their validity functions of the stable phases are used. */
static double extrapolation(const worker *w)
{
    const kiln_equilibrium *e = &w->equilibrium;
    double beyond_K = 0.0;
    for (int k = 0; k < e->n_phases; ++k) {
        const int p = e->phase[k].phase;
        beyond_K = fmax(beyond_K, fmax(w->low_K[p] - e->T_K, e->T_K - w->high_K[p]));
    }
    return beyond_K;
}

static kiln_status solve_row(worker *w, int row, double *beyond_K)
{
    const kiln_batch_question *q = w->shared->question;
    *beyond_K = NAN;
    kiln_status status = set_row(w, row);
    if (status == KILN_OK) status = kiln_equilibrium_solve(w->solver, q->T_K[row], &w->equilibrium);
    if (status != KILN_OK) return status;
    *beyond_K = extrapolation(w);
    return *beyond_K <= q->extrapolate_K ? KILN_OK
                                         : kiln_i_fail(w->ctx, KILN_E_RANGE, "row %d: %.0f K outside validity", row, *beyond_K);
}

/* Failures that belong to a row. */
static int is_local(kiln_status status)
{
    return status == KILN_E_ARG || status == KILN_E_MISSING || status == KILN_E_NOT_CONVERGED || status == KILN_E_SINGULAR ||
           status == KILN_E_RANGE;
}

static kiln_status run_block(void *own, int block)
{
    worker *w = own;
    const kiln_batch_question *q = w->shared->question;
    const int first = block * KILN_BATCH_BLOCK, left = q->n - first, n = left < KILN_BATCH_BLOCK ? left : KILN_BATCH_BLOCK;
    kiln_i_solver_set_totals(w->solver, w->total);
    kiln_i_forget(w->solver);
    for (int row = first; row < first + n; ++row) {
        double beyond_K;
        const kiln_status status = solve_row(w, row, &beyond_K);
        if (status != KILN_OK && !is_local(status)) return status;
        if (w->shared->answer->status) w->shared->answer->status[row] = status;
        put(w->shared->answer->extrapolated_K, (size_t)row, beyond_K);
        write_row(w->shared->answer, row, w->system->n_closed, status == KILN_OK ? &w->equilibrium : NULL);
    }
    return KILN_OK;
}

kiln_status kiln_batch_solve(kiln_context *ctx, const kiln_batch_question *question, const kiln_batch_answer *answer)
{
    if (!ctx) return KILN_E_ARG;
    if (!question || !answer || !question->T_K || !question->about.atmosphere || !question->about.composition ||
        question->n < 1 || !(question->extrapolate_K >= 0.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "no rows, a NULL argument, or %g K beyond validity",
                           question ? question->extrapolate_K : 0.0);
    if (question->log10_po2_bar && question->about.atmosphere->control != KILN_OXYGEN_PRESSURE)
        return kiln_i_fail(ctx, KILN_E_ARG, "pressures of oxygen by row need an atmosphere that states one, not %s",
                           question->about.atmosphere->label);
    shared s = {.question = question, .answer = answer};
    const kiln_i_block_work work = {.open = open_worker,
                                    .run = run_block,
                                    .close = close_worker,
                                    .keep_going = question->keep_going,
                                    .shared = &s,
                                    .user = question->user};
    const int n_blocks = (question->n - 1) / KILN_BATCH_BLOCK + 1;
    return kiln_i_run_blocks(ctx, question->n_threads, n_blocks, &work);
}
