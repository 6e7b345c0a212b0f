#include "predict/fields.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

static const double NEAREST = 1e-6; /* to an end member that is sampled */
static const double ON_JOIN = 1e-9; /* largest deviation of a composition, mol per mol of cations */

enum { STEPS = 50, SPARSE_STEPS = 10 };

void kiln_i_fields_make_sparse(kiln_i_fields *f, int is_sparse)
{
    const int steps = is_sparse ? SPARSE_STEPS : STEPS;
    f->is_sparse = is_sparse;
    f->n_grid = 0;
    for (double x = NEAREST; x < 0.015; x *= 10.0) f->grid[f->n_grid++] = x;
    for (int i = 1; i < steps; ++i) f->grid[f->n_grid++] = (double)i / steps;
    for (double x = 0.01; x > 0.5 * NEAREST; x *= 0.1) f->grid[f->n_grid++] = 1.0 - x;
}

kiln_status kiln_i_fields_create(kiln_solver *solver, const double *a, const double *b, kiln_i_fields *f)
{
    kiln_context *ctx = solver->ctx;
    memset(f, 0, sizeof *f);
    f->solver = solver;
    f->is_disjoint = 1;
    for (int c = 0; c < solver->n_closed; ++c) {
        f->a[c] = a[c];
        f->b[c] = b[c];
        if (solver->system->is_cation[c] && a[c] > 0.0 && b[c] > 0.0) f->is_disjoint = 0;
    }
    kiln_i_fields_make_sparse(f, 0);
    if ((f->approach = kiln_i_calloc(ctx, (size_t)solver->system->n_phases * KILN_I_GRID + 1, sizeof *f->approach)) &&
        (f->beside = kiln_i_calloc(ctx, 2 * (size_t)solver->system->n_phases + 1, sizeof *f->beside)) &&
        (f->stretch = kiln_i_calloc(ctx, KILN_I_FIELD_ROOM, sizeof *f->stretch)) &&
        (f->fresh = kiln_i_calloc(ctx, 1, sizeof *f->fresh)))
        return KILN_OK;
    kiln_i_fields_destroy(f);
    return kiln_i_fail(ctx, KILN_E_NOMEM, "fields of a join");
}

void kiln_i_fields_destroy(kiln_i_fields *f)
{
    if (!f || !f->solver) return;
    kiln_i_free(f->solver->ctx, f->approach);
    kiln_i_free(f->solver->ctx, f->beside);
    kiln_i_free(f->solver->ctx, f->stretch);
    kiln_i_free(f->solver->ctx, f->fresh);
    memset(f, 0, sizeof *f);
}

int kiln_i_certificate_is_worse(const kiln_certificate *a, const kiln_certificate *b)
{
    return a->is_certified < b->is_certified || (a->is_certified == b->is_certified && a->gap_J_mol > b->gap_J_mol);
}

void kiln_i_fields_move(kiln_i_fields *f, double x)
{
    double total[KILN_MAX_COMPONENTS];
    for (int c = 0; c < f->solver->n_closed; ++c) total[c] = x * f->a[c] + (1.0 - x) * f->b[c];
    kiln_i_solver_set_totals(f->solver, total);
}

/* ---- One sample ---- */

/* x of the point of the join nearest to n [n_closed], mol per mol of cations; how far n lies from it. */
static double project(const kiln_i_fields *f, const double *n, double *deviation)
{
    double along = 0.0, length = 0.0;
    const int C = f->solver->n_closed;
    for (int c = 0; c < C; ++c) {
        along += (n[c] - f->b[c]) * (f->a[c] - f->b[c]);
        length += (f->a[c] - f->b[c]) * (f->a[c] - f->b[c]);
    }
    const double x = along / length;
    *deviation = 0.0;
    for (int c = 0; c < C; ++c) *deviation = fmax(*deviation, fabs(n[c] - x * f->a[c] - (1.0 - x) * f->b[c]));
    return x;
}

static void describe_phase(const kiln_i_fields *f, const kiln_equilibrium_phase *k, kiln_gap_phase *out)
{
    const kiln_system *system = f->solver->system;
    const int C = f->solver->n_closed;
    double n[KILN_MAX_COMPONENTS], cations = 0.0, deviation, of_A = 0.0, of_B = 0.0;
    for (int c = 0; c < C; ++c)
        if (system->is_cation[c]) cations += k->composition[c];
    memset(out, 0, sizeof *out);
    out->phase = k->phase;
    memcpy(out->composition, k->composition, sizeof out->composition);
    if (!(cations > 0.0)) return;
    for (int c = 0; c < C; ++c) {
        n[c] = k->composition[c] / cations;
        if (system->is_cation[c]) *(f->a[c] > 0.0 ? &of_A : &of_B) += n[c];
    }
    out->x_A = project(f, n, &deviation);
    out->x_B = 1.0 - out->x_A;
    out->is_on_join = deviation < ON_JOIN;
    if (f->is_disjoint) {
        out->x_A = of_A;
        out->x_B = of_B;
    }
    out->share = k->amount_mol * k->component_mol * cations;
    out->oxygen_mol = k->oxygen_mol / (k->component_mol * cations);
}

/* By rising index, copies of one phase by rising x. */
static void insert_phase(kiln_gap_boundary *at, const kiln_gap_phase *phase)
{
    int place = at->n_phases++;
    for (; place > 0; --place) {
        const kiln_gap_phase *before = &at->phase[place - 1];
        if (before->phase < phase->phase || (before->phase == phase->phase && before->x_A <= phase->x_A)) break;
        at->phase[place] = *before;
    }
    at->phase[place] = *phase;
}

/* Two phases on the join: the whole stretch between them has them, exactly. */
static void use_tie_line(kiln_i_stretch *s)
{
    const kiln_gap_phase *p = &s->at_low.phase[0], *q = &s->at_low.phase[1];
    if (s->at_low.n_phases != 2 || !p->is_on_join || !q->is_on_join) return;
    if (p->x_A > q->x_A) {
        const kiln_gap_phase *swap = p;
        p = q;
        q = swap;
    }
    s->low = fmax(p->x_A, 0.0);
    s->low_B = fmin(p->x_B, 1.0);
    s->high = fmin(q->x_A, 1.0);
    s->high_B = fmax(q->x_B, 0.0);
    s->has_low = s->has_high = 1;
}

kiln_status kiln_i_fields_sample(kiln_i_fields *f, double x, kiln_i_stretch *out)
{
    kiln_solver *s = f->solver;
    kiln_equilibrium e;
    memset(out, 0, sizeof *out);
    out->low = out->high = x;
    out->low_B = out->high_B = 1.0 - x;
    out->at_low.certificate = (kiln_certificate){.phase = -1, .reason = "no combination of the phases has this composition"};
    out->at_high = out->at_low;
    kiln_i_fields_move(f, x);
    const kiln_status status = kiln_equilibrium_solve(s, f->T_K, &e);
    if (status == KILN_E_MISSING) return KILN_OK; /* no phase at all */
    if (status != KILN_OK) return status;
    if (e.n_phases > KILN_GAP_MAX_PHASES)
        return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "%d phases side by side: at most %d are expected on a join", e.n_phases,
                           (int)KILN_GAP_MAX_PHASES);
    for (int k = 0; k < e.n_phases; ++k) {
        kiln_gap_phase phase;
        describe_phase(f, &e.phase[k], &phase);
        insert_phase(&out->at_low, &phase);
    }
    out->at_low.certificate = e.certificate;
    use_tie_line(out);
    out->at_high = out->at_low;
    return KILN_OK;
}

/* ---- The whole ---- */

/* A composition between what is there already; nothing where a tie line covers it. */
static kiln_status add(kiln_i_fields *f, double x)
{
    int place = 0;
    while (place < f->n && f->stretch[place].high < x) ++place;
    if (place < f->n && f->stretch[place].low <= x) return KILN_OK;
    const kiln_status status = kiln_i_fields_sample(f, x, f->fresh);
    if (status != KILN_OK) return status;
    if (place > 0) f->fresh->low = fmax(f->fresh->low, f->stretch[place - 1].high);
    if (place < f->n) f->fresh->high = fmin(f->fresh->high, f->stretch[place].low);
    return kiln_i_fields_insert(f, place, f->fresh);
}

static void open_outer_edges(kiln_i_fields *f)
{
    kiln_i_stretch *first = &f->stretch[0], *last = &f->stretch[f->n - 1];
    if (!first->has_low) first->low = 0.0;
    if (!last->has_high) last->high = 1.0;
}

static kiln_status explore(kiln_i_fields *f, const double *seed, int n_seeds)
{
    kiln_status status = KILN_OK;
    f->n = 0;
    kiln_i_forget(f->solver);
    for (int p = 0; p < f->solver->system->n_phases; ++p)
        for (int g = 0; g < f->n_grid; ++g) f->approach[g + KILN_I_GRID * p] = INFINITY;
    for (int g = 0; g < 2 * f->n_grid; ++g) f->mu[g] = NAN;
    for (int g = 0; g < f->n_grid && status == KILN_OK; ++g) {
        const int before = f->n;
        status = add(f, f->grid[g]);
        if (status == KILN_OK && f->n > before) kiln_i_fields_note(f, g, &f->fresh->at_low);
        /* Along a tie line potentials do not change. */
        for (int p = 0; f->n == before && g > 0 && p < f->solver->system->n_phases; ++p)
            f->approach[g + KILN_I_GRID * p] = f->approach[g - 1 + KILN_I_GRID * p];
    }
    for (int k = 0; k < n_seeds && status == KILN_OK; ++k) status = add(f, seed[k]);
    if (status == KILN_OK) status = kiln_i_fields_close(f);
    if (status == KILN_OK) status = kiln_i_fields_seek(f);
    if (status == KILN_OK) open_outer_edges(f);
    return status;
}

/* First without proofs, then with one for each edge; should a proof find other phases there, with proofs from the beginning. */
kiln_status kiln_i_fields_solve(kiln_i_fields *f, double T_K, const double *seed, int n_seeds)
{
    const int certify = f->solver->options.certify;
    int contradicted = 0;
    f->T_K = T_K;
    f->whole = (kiln_certificate){.phase = -1, .reason = "not asked for"};
    f->solver->options.certify = 0;
    kiln_status status = explore(f, seed, n_seeds);
    f->solver->options.certify = certify;
    if (status != KILN_OK || !certify) return status;
    status = kiln_i_fields_prove(f, &contradicted);
    if (status != KILN_OK || !contradicted) return status;
    return (status = explore(f, seed, n_seeds)) == KILN_OK ? kiln_i_fields_prove(f, &contradicted) : status;
}
