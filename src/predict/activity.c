#include <kiln/activity.h>

#include "core/context.h"
#include "data/database.h"
#include "predict/fields.h"
#include "predict/target.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Squared weight, relative to the best known direction, with which a direction of potentials must show in the phases present to be known: as in target.c, traces below 1e-13 say
 * nothing. */
static const double KNOWN = 1e-13;
static const double TOUCHED = 1e-6; /* share of a component in an unknown direction above which its potential is open */

/* A cation alone in the same atmosphere. */
typedef struct alone {
    kiln_system *system;
    kiln_solver *solver;
    kiln_i_target target;
    kiln_equilibrium equilibrium;
    int is_solved; /* at the last temperature */
} alone;

struct kiln_activity_solver {
    kiln_context *ctx;
    kiln_system *system;
    kiln_solver *solver;
    int is_gaseous; /* no closed anion: a cation alone is an oxide with the oxygen it takes from the gas */
    alone *cation;  /* [n_closed] */
    double *matrix; /* [n_closed x n_closed] */
    double *values; /* [n_closed] */
    int n_jets;     /* functions up to that of O2 */
    kiln_i_jet *jet;
};

static kiln_status create_alone(kiln_activity_solver *a, int c)
{
    kiln_system_options options;
    kiln_solver_options solver_options = a->solver->options;
    kiln_composition composition = a->system->composition;
    (void)kiln_system_options_init(&options, KILN_SYSTEM_OPTIONS_VERSION);
    for (int i = 0; i < composition.n; ++i)
        if (composition.component[i].z != a->system->closed[c] && !composition.component[i].is_anion)
            composition.component[i].amount = 0.0;
    kiln_status status =
        kiln_system_create(a->ctx, a->system->db, &composition, &a->system->atmosphere, &options, &a->cation[c].system);
    if (status == KILN_E_MISSING) return KILN_OK; /* no phase holds this cation alone */
    if (status == KILN_OK) status = kiln_solver_create(a->cation[c].system, &solver_options, &a->cation[c].solver);
    return status == KILN_OK ? kiln_i_target_create(a->cation[c].solver, &a->cation[c].target) : status;
}

static kiln_status create(kiln_activity_solver *a, const kiln_solver_options *options)
{
    const size_t C = (size_t)a->system->n_closed;
    kiln_status status = kiln_solver_create(a->system, options, &a->solver);
    if (status != KILN_OK) return status;
    if (!(a->cation = kiln_i_calloc(a->ctx, C, sizeof *a->cation)) ||
        !(a->matrix = kiln_i_calloc(a->ctx, C * C, sizeof *a->matrix)) ||
        !(a->values = kiln_i_calloc(a->ctx, C, sizeof *a->values)))
        return kiln_i_fail(a->ctx, KILN_E_NOMEM, "workspace of activities");
    a->n_jets = a->system->db->gases[KILN_GAS_O2] + 1;
    if (!(a->jet = kiln_i_calloc(a->ctx, (size_t)a->n_jets + 1, sizeof *a->jet)))
        return kiln_i_fail(a->ctx, KILN_E_NOMEM, "workspace of activities");
    a->is_gaseous = 1;
    for (int c = 0; c < a->system->n_closed; ++c) a->is_gaseous &= a->system->is_cation[c];
    for (int c = 0; c < a->system->n_closed && a->is_gaseous && status == KILN_OK; ++c) status = create_alone(a, c);
    return status;
}

kiln_status kiln_activity_solver_create(kiln_system *system, const kiln_solver_options *options, kiln_activity_solver **out)
{
    if (out) *out = NULL;
    if (!system) return KILN_E_ARG;
    if (!out) return kiln_i_fail(system->ctx, KILN_E_ARG, "a NULL argument");
    kiln_activity_solver *a = kiln_i_calloc(system->ctx, 1, sizeof *a);
    if (!a) return kiln_i_fail(system->ctx, KILN_E_NOMEM, "workspace of activities");
    a->ctx = system->ctx;
    a->system = system;
    const kiln_status status = create(a, options);
    if (status != KILN_OK) {
        kiln_activity_solver_free(a);
        return status;
    }
    *out = a;
    return KILN_OK;
}

void kiln_activity_solver_free(kiln_activity_solver *a)
{
    if (!a) return;
    for (int c = 0; a->cation && c < a->system->n_closed; ++c) {
        kiln_i_target_destroy(&a->cation[c].target);
        kiln_solver_free(a->cation[c].solver);
        kiln_system_free(a->cation[c].system);
    }
    kiln_i_free(a->ctx, a->cation);
    kiln_i_free(a->ctx, a->matrix);
    kiln_i_free(a->ctx, a->values);
    kiln_i_free(a->ctx, a->jet);
    kiln_solver_free(a->solver);
    kiln_i_free(a->ctx, a);
}

const kiln_system *kiln_activity_system(const kiln_activity_solver *solver) { return solver ? solver->system : NULL; }

/* ---- Which potentials are determined ---- */

/* What the phases present say about potentials, in components weighted by the root of their amounts: n n' of each phase, which lies on the plane, and R T J Q J', by which its
 * constitution answers. Null vectors are directions that nobody notices. */
static void known_directions(kiln_activity_solver *a)
{
    kiln_solver *s = a->solver;
    const int C = s->n_closed;
    double weight[KILN_MAX_COMPONENTS];
    memset(a->matrix, 0, (size_t)(C * C) * sizeof *a->matrix);
    for (int c = 0; c < C; ++c) weight[c] = 1.0 / sqrt(s->system->total[c]);
    for (int k = 0; k < s->n_instances; ++k) {
        kiln_i_instance *i = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[i->phase];
        kiln_i_instance_respond(s, i, 0);
        for (int c = 0; c < C; ++c)
            for (int d = 0; d < C; ++d) {
                double sum = i->n[c] * i->n[d] / i->sigma;
                for (int y = 0; y < p->n_y; ++y) sum += s->RT * p->amount[d + C * y] * i->response[c + C * y];
                a->matrix[d + C * c] += i->amount * weight[c] * weight[d] * sum;
            }
    }
}

static kiln_status find_determined(kiln_activity_solver *a, kiln_activity *out)
{
    kiln_solver *s = a->solver;
    const int C = s->n_closed;
    known_directions(a);
    for (int c = 0; c < C; ++c) out->component[c].is_determined = 1;
    if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', C, a->matrix, C, a->values, s->lapack, s->lapack_size) != 0)
        return kiln_i_fail(a->ctx, KILN_E_SINGULAR, "eigenvalues of the potentials: dsyev failed");
    for (int k = 0; k < C; ++k)
        for (int c = 0; c < C && a->values[k] <= KNOWN * a->values[C - 1]; ++c)
            if (fabs(a->matrix[c + C * k]) > TOUCHED) out->component[c].is_determined = 0;
    return KILN_OK;
}

/* ---- References ---- */

/* A certificate of a cation alone, in terms of the whole system's phases. */
static void note_certificate(const kiln_activity_solver *a, const alone *r, kiln_activity *out)
{
    const kiln_certificate *own = &r->equilibrium.certificate;
    if (!kiln_i_certificate_is_worse(own, &out->certificate)) return;
    out->certificate = *own;
    if (own->phase >= 0)
        out->certificate.phase = kiln_system_find_phase(a->system, kiln_system_phase_name(r->system, own->phase));
}

static kiln_status solve_references(kiln_activity_solver *a, double T_K, kiln_activity *out)
{
    for (int c = 0; c < a->system->n_closed; ++c) {
        alone *r = &a->cation[c];
        r->is_solved = 0;
        if (!r->solver) continue;
        const kiln_status status = kiln_equilibrium_solve(r->solver, T_K, &r->equilibrium);
        if (status == KILN_E_MISSING) continue;
        if (status != KILN_OK) return status;
        for (int k = 0; k < r->equilibrium.n_phases; ++k) { /* what the target does next takes them */
            r->equilibrium.phase[k].site_fractions = NULL;
            r->equilibrium.phase[k].n_site_fractions = 0;
        }
        r->is_solved = 1;
        note_certificate(a, r, out);
    }
    return KILN_OK;
}

/* mu of cation c alone in the structure of a phase of the system; 0 where it cannot have it. */
static int in_structure(kiln_activity_solver *a, int c, int phase, double T_K, double *mu)
{
    alone *r = &a->cation[c];
    if (!r->solver) return 0;
    const int own = kiln_system_find_phase(r->system, kiln_system_phase_name(a->system, phase));
    if (own < 0 || !kiln_system_can_host(r->system, own) || kiln_i_target_set(&r->target, own) != KILN_OK ||
        kiln_i_target_solve(&r->target, T_K, 1) != KILN_OK)
        return 0;
    *mu = r->target.w / r->target.sigma;
    return isfinite(*mu);
}

/* ---- The whole ---- */

static void describe_component(const kiln_activity_solver *a, int c, kiln_activity *out)
{
    const double RT = a->solver->RT;
    kiln_component_activity *k = &out->component[c];
    k->z = a->system->closed[c];
    k->is_cation = a->system->is_cation[c];
    k->fraction = a->system->total[c];
    if (!k->is_determined) k->kind = KILN_ACTIVITY_UNDETERMINED;
    else if (!a->is_gaseous) k->kind = KILN_ACTIVITY_NO_GAS;
    else if (!a->cation[c].is_solved) k->kind = KILN_ACTIVITY_NO_REFERENCE;
    else k->kind = KILN_ACTIVITY_KNOWN;
    k->mu_J_mol = k->is_determined ? out->equilibrium.mu_J_mol[c] : 0.0;
    if (k->kind != KILN_ACTIVITY_KNOWN) return;
    /* One component and so one phase; G per mole of the cation is its mu. */
    const alone *r = &a->cation[c];
    const kiln_equilibrium_phase *phase = &r->equilibrium.phase[0];
    k->reference_J_mol = r->equilibrium.G_J_mol;
    k->reference_phase = kiln_system_phase_name(r->system, phase->phase);
    k->reference_label = kiln_system_phase_label(r->system, phase->phase);
    k->reference_oxygen_mol = phase->oxygen_mol / phase->component_mol;
    k->activity = exp((k->mu_J_mol - k->reference_J_mol) / RT);
    if (out->equilibrium.n_phases == 1) k->coefficient = k->activity / k->fraction;
}

static void describe_phase(kiln_activity_solver *a, const kiln_equilibrium_phase *present, const kiln_activity *whole,
                           kiln_phase_activity *out)
{
    const kiln_system *system = a->system;
    double cations = 0.0;
    for (int c = 0; c < system->n_closed; ++c)
        if (system->is_cation[c]) cations += present->composition[c];
    for (int c = 0; c < system->n_closed; ++c) {
        const kiln_component_activity *k = &whole->component[c];
        out->fraction[c] = cations > 0.0 ? present->composition[c] / cations : 0.0;
        if (!(out->fraction[c] > 0.0)) continue;
        if (k->kind == KILN_ACTIVITY_KNOWN) out->coefficient[c] = k->activity / out->fraction[c];
        if (!k->is_determined || !in_structure(a, c, present->phase, whole->equilibrium.T_K, &out->structure_J_mol[c])) continue;
        out->has_structure[c] = 1;
        out->structure_activity[c] = exp((k->mu_J_mol - out->structure_J_mol[c]) / a->solver->RT);
        out->structure_coefficient[c] = out->structure_activity[c] / out->fraction[c];
    }
}

/* O from the atmosphere (the first open component), or closed and determined. */
static void describe_oxygen(const kiln_activity_solver *a, kiln_activity *out)
{
    const kiln_system *system = a->system;
    if (system->n_open > 0 && system->open[0].z == 8) {
        out->has_oxygen = 1;
        out->mu_O_J_mol = system->open[0].mu;
    }
    for (int c = 0; c < system->n_closed; ++c)
        if (system->closed[c] == 8 && out->component[c].is_determined) {
            out->has_oxygen = 1;
            out->mu_O_J_mol = out->component[c].mu_J_mol;
        }
    if (!out->has_oxygen || a->n_jets == 0) return;
    kiln_i_functions_evaluate(system->db->functions, a->n_jets, NULL, system->T_K, system->shift, a->jet);
    out->has_po2 = 1;
    out->log10_po2 = (2.0 * out->mu_O_J_mol - a->jet[a->n_jets - 1].g) / (a->solver->RT * log(10.0));
}

kiln_status kiln_activity_solve(kiln_activity_solver *a, double T_K, kiln_activity *out)
{
    if (!a) return KILN_E_ARG;
    if (!out) return kiln_i_fail(a->ctx, KILN_E_ARG, "a NULL result");
    memset(out, 0, sizeof *out);
    kiln_status status = kiln_equilibrium_solve(a->solver, T_K, &out->equilibrium);
    if (status != KILN_OK) return status;
    out->n_components = a->system->n_closed;
    out->certificate = out->equilibrium.certificate;
    if ((status = find_determined(a, out)) != KILN_OK) return status;
    if ((status = solve_references(a, T_K, out)) != KILN_OK) return status;
    for (int c = 0; c < out->n_components; ++c) describe_component(a, c, out);
    for (int k = 0; k < out->equilibrium.n_phases; ++k) describe_phase(a, &out->equilibrium.phase[k], out, &out->phase[k]);
    describe_oxygen(a, out);
    return KILN_OK;
}
