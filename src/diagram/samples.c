#include "diagram/section.h"

#include "core/context.h"
#include "solve/certify.h"

#include <kiln/step.h>
#include <math.h>
#include <string.h>

/* An element that is absent at an edge of the plane counts as a trace: a system has all its components everywhere. */
static const double TRACE = 1e-7;
/* Compositions are solved for half a tolerance nearer to this point, which is no vertex and none with simple fractions: so no vertex lies on a compound or on the tie line between two, where a
 * phase would be alone, or a pair, on a line without width. */
static const double INNER_S = 0.37041, INNER_T = 0.29287;
/* A phase with less of the cations than this is there by rounding. */
static const double NOTHING = 1e-9;
enum { TRIALS = 100 };
/* Of the budget, in boxes of a quadratic energy: by default a few milliseconds a point, where an answer without its proof takes a fraction of one. */
static const double DEAR = 0.8;

double kiln_i_section_u(const kiln_i_section *w, double s)
{
    return w->section->u_low + s * (w->section->u_high - w->section->u_low);
}

double kiln_i_section_v(const kiln_i_section *w, double t)
{
    return w->section->v_low + t * (w->section->v_high - w->section->v_low);
}

static void move_composition(kiln_i_section *w, const double *share, int n)
{
    double total[KILN_MAX_COMPONENTS], least[KILN_MAX_COMPONENTS], sum = 0.0;
    kiln_solver *solver = w->solver;
    const int had_answer = solver->has_answer;
    for (int c = 0; c < solver->n_closed; ++c) {
        total[c] = least[c] = 0.0;
        for (int m = 0; m < n; ++m) {
            total[c] += share[m] * w->member[m][c];
            least[c] = fmax(least[c], TRACE * w->member[m][c]);
        }
        total[c] = fmax(total[c], least[c]);
        if (w->system->is_cation[c]) sum += total[c];
    }
    for (int c = 0; c < solver->n_closed; ++c) total[c] /= sum;
    kiln_i_solver_set_totals(solver, total);
    solver->has_answer = had_answer; /* near the last point its phases are a good beginning, and no more than that */
}

/* Off a vertex, see above. */
static void shift(const kiln_i_section *w, double *s, double *t)
{
    const double ds = INNER_S - *s, dt = w->section->kind == KILN_SECTION_TERNARY ? INNER_T - *t : 0.0, length = hypot(ds, dt);
    if (w->section->kind == KILN_SECTION_TPO2 || length == 0.0) return;
    *s += 0.5 * w->options.tolerance_u * ds / length;
    *t += 0.5 * w->options.tolerance_u * dt / length;
}

/* The system at s, t; its temperature. */
static double move(kiln_i_section *w, double s, double t)
{
    shift(w, &s, &t);
    const double u = kiln_i_section_u(w, s), v = kiln_i_section_v(w, t);
    switch (w->section->kind) {
    case KILN_SECTION_ISOPLETH: move_composition(w, (double[]){u, 1.0 - u}, 2); return v;
    case KILN_SECTION_TPO2: kiln_i_system_shift_oxygen(w->system, u - w->log10_po2); return v;
    case KILN_SECTION_TERNARY: move_composition(w, (double[]){u, v, fmax(1.0 - u - v, 0.0)}, 3); break;
    }
    return w->section->T_K;
}

int kiln_i_section_is_in(const kiln_i_phase_set *set, int phase)
{
    for (int k = 0; k < set->n; ++k)
        if (set->phase[k] == phase) return 1;
    return 0;
}

static int same_set(const kiln_i_phase_set *a, int n, const int *phase)
{
    return a->n == n && memcmp(a->phase, phase, (size_t)n * sizeof *phase) == 0;
}

static kiln_status find_set(kiln_i_section *w, int n, const int *phase, int *index)
{
    for (*index = 0; *index < w->n_sets; ++*index)
        if (same_set(&w->set[*index], n, phase)) return KILN_OK;
    if (w->n_sets == w->set_room) {
        const int room = 2 * w->set_room + 16;
        if (!kiln_i_grow(w->ctx, &w->set, (size_t)w->set_room, (size_t)room, sizeof *w->set))
            return kiln_i_fail(w->ctx, KILN_E_NOMEM, "fields of a section");
        w->set_room = room;
    }
    kiln_i_phase_set *set = &w->set[w->n_sets++];
    *set = (kiln_i_phase_set){.n = n, .is_certified = 1, .sample = -1};
    memcpy(set->phase, phase, (size_t)n * sizeof *phase);
    return KILN_OK;
}

static void note_certificate(kiln_i_section *w, const kiln_certificate *certificate)
{
    kiln_certificate *worst = &w->section->certificate;
    if (worst->is_certified && certificate->is_certified) worst->gap_J_mol = fmax(worst->gap_J_mol, certificate->gap_J_mol);
    else if (worst->is_certified) *worst = *certificate;
}

/* Insertion by rising index, shares along with the phases; their number. */
static int sort_phases(const kiln_equilibrium *e, double cations, int *phase, double *share)
{
    int n = 0;
    for (int k = 0; k < e->n_phases; ++k) {
        const double amount = e->phase[k].amount_mol * e->phase[k].component_mol / cations;
        if (amount < NOTHING) continue;
        int place = n++;
        for (; place > 0 && phase[place - 1] > e->phase[k].phase; --place) {
            phase[place] = phase[place - 1];
            share[place] = share[place - 1];
        }
        phase[place] = e->phase[k].phase;
        share[place] = amount;
    }
    return n;
}

static int is_without_answer(kiln_status status)
{
    return status == KILN_E_NOT_CONVERGED || status == KILN_E_MISSING || status == KILN_E_RANGE || status == KILN_E_SINGULAR;
}

kiln_status kiln_i_section_solve(kiln_i_section *w, double s, double t, kiln_i_sample *out)
{
    int phase[KILN_SECTION_MAX_PHASES];
    memset(out, 0, sizeof *out);
    const double T_K = move(w, s, t);
    ++w->section->n_equilibria;
    const kiln_status status = kiln_equilibrium_solve(w->solver, T_K, &w->equilibrium);
    w->has_equilibrium = status == KILN_OK;
    if (is_without_answer(status)) {
        ++w->section->n_failed;
        return find_set(w, 0, phase, &out->set);
    }
    if (status != KILN_OK) return status;
    const int n = sort_phases(&w->equilibrium, kiln_i_total(w->solver), phase, out->share);
    out->is_certified = w->equilibrium.certificate.is_certified;
    note_certificate(w, &w->equilibrium.certificate);
    const kiln_status found = find_set(w, n, phase, &out->set);
    if (found == KILN_OK) w->set[out->set].is_certified &= out->is_certified;
    return found;
}

double kiln_i_section_force(kiln_i_section *w, int phase)
{
    kiln_solver *s = w->solver;
    double least = INFINITY;
    if (!w->has_equilibrium || !s->mu_is_unique) return INFINITY;
    const int count = kiln_i_price(s, phase, s->mu, KILN_I_USUAL);
    for (int k = 0; k < count; ++k) {
        const double sigma = kiln_i_phase_amounts(s->system, phase, s->minima + (size_t)(s->max_y * k), NULL);
        if (sigma > KILN_EMPTY) least = fmin(least, s->minimum[k] / sigma);
    }
    return least;
}

static kiln_status make_room(kiln_i_section *w)
{
    const size_t P = (size_t)w->system->n_phases, C = (size_t)w->system->n_closed;
    if (w->mesh.n_vertices <= w->sample_room) return KILN_OK;
    const size_t old = (size_t)w->sample_room, room = 2 * (size_t)w->mesh.n_vertices;
    if (!kiln_i_grow(w->ctx, &w->sample, old, room, sizeof *w->sample) ||
        !kiln_i_grow(w->ctx, &w->force, old * P, room * P, sizeof *w->force) ||
        !kiln_i_grow(w->ctx, &w->valence, old * C, room * C, sizeof *w->valence))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "points of a section");
    w->sample_room = (int)room;
    return KILN_OK;
}

static void note_forces(kiln_i_section *w, const kiln_i_sample *sample, double *force)
{
    for (int p = 0; p < w->system->n_phases; ++p)
        force[p] = kiln_i_section_is_in(&w->set[sample->set], p) ? 0.0 : kiln_i_section_force(w, p);
}

/* Where proofs are dear they are not tried everywhere: the first samples tell. */
static void give_up_proofs(kiln_i_section *w)
{
    if (w->n_samples + 1 != TRIALS || (double)w->solver->certifier->work <= DEAR * w->options.quick_budget * TRIALS) return;
    w->solver->options.certify = 0;
    w->section->certificate =
        (kiln_certificate){.phase = -1, .reason = "proofs of this section are dear, and were not tried everywhere"};
}

static int is_stopped(const kiln_i_section *w)
{
    const double fraction = (double)w->n_samples / (double)(w->mesh.n_vertices + 1);
    return w->options.keep_going && w->n_samples % 64 == 0 && !w->options.keep_going(fraction, w->options.user);
}

/* Where there is no proof every start is tried at every second vertex of the first grid; those between have what their neighbours found to begin from. */
static int is_thorough(const kiln_i_section *w, const kiln_i_mesh_vertex *v)
{
    const double half = 0.5 * w->options.grid;
    return floor(half * v->s) == half * v->s && floor(half * v->t) == half * v->t;
}

kiln_status kiln_i_section_fill(kiln_i_section *w)
{
    kiln_status status = make_room(w);
    for (; status == KILN_OK && w->n_samples < w->mesh.n_vertices; ++w->n_samples) {
        const int i = w->n_samples;
        const kiln_i_mesh_vertex *vertex = &w->mesh.vertex[i];
        if (is_stopped(w)) return kiln_i_fail(w->ctx, KILN_E_INTERRUPTED, "the section was not mapped to its end");
        w->solver->confirmation = is_thorough(w, vertex) ? KILN_I_THOROUGH : KILN_I_USUAL;
        if ((status = kiln_i_section_solve(w, vertex->s, vertex->t, &w->sample[i])) != KILN_OK) return status;
        give_up_proofs(w);
        if (w->wants_forces) note_forces(w, &w->sample[i], w->force + (size_t)i * (size_t)w->system->n_phases);
        if (w->has_equilibrium) kiln_equilibrium_valences(w->solver, w->valence + (size_t)i * (size_t)w->system->n_closed);
        if (w->set[w->sample[i].set].sample < 0) w->set[w->sample[i].set].sample = i;
    }
    return status;
}
