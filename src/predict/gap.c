#include "predict/gap_solver.h"

#include "core/context.h"
#include "predict/members.h"

#include <math.h>
#include <string.h>

static const double SAME = 1e-12; /* mol per mol of cations: end members that differ by less are one */

static kiln_status check_ends(const kiln_gap_solver *g, const kiln_composition *A, const kiln_composition *B, const double *a,
                              const double *b)
{
    double most = 0.0;
    for (int c = 0; c < g->system->n_closed; ++c) most = fmax(most, fabs(a[c] - b[c]));
    if (most > SAME) return KILN_OK;
    return kiln_i_fail(g->ctx, KILN_E_ARG, "%s and %s are the same composition%s: a join needs two that differ", A->canonical,
                       B->canonical,
                       g->system->n_open > 0 && strcmp(A->canonical, B->canonical) != 0
                           ? " in this atmosphere, which supplies the rest"
                           : "");
}

/* Whether a phase can hold two compositions of the grid or more. */
static int holds_a_range(kiln_gap_solver *g, int phase)
{
    int n = 0;
    for (int k = 0; k < g->fields.n_grid && n < 2; ++k) {
        kiln_i_fields_move(&g->fields, g->fields.grid[k]);
        n += kiln_i_hold_of(g->solver, phase)->is_possible;
    }
    return n > 1;
}

static kiln_status create_alone(kiln_gap_solver *g, int phase, const kiln_system_options *system_options, const double *a,
                                const double *b, kiln_i_structure *s)
{
    const char *name = kiln_system_phase_name(g->system, phase);
    kiln_system_options options = *system_options;
    options.without = NULL;
    options.n_without = 0;
    options.only = &name;
    options.n_only = 1;
    s->phase = phase;
    kiln_status status =
        kiln_system_create(g->ctx, g->system->db, &g->system->composition, &g->system->atmosphere, &options, &s->system);
    if (status == KILN_OK) status = kiln_solver_create(s->system, &g->solver->options, &s->solver);
    if (status == KILN_OK) status = kiln_i_target_create(s->solver, &s->target);
    return status == KILN_OK ? kiln_i_fields_create(s->solver, a, b, &s->fields) : status;
}

static kiln_status create_structures(kiln_gap_solver *g, const kiln_system_options *options, const double *a, const double *b)
{
    kiln_status status = KILN_OK;
    for (int p = 0; p < g->system->n_phases && status == KILN_OK; ++p) {
        if (g->system->phases[p].n_y == 0 || !holds_a_range(g, p)) continue;
        if (g->n_structures == KILN_GAP_MAX_STRUCTURES)
            return kiln_i_fail(g->ctx, KILN_E_ARG, "more than %d structures can hold the join; leave some out",
                               (int)KILN_GAP_MAX_STRUCTURES);
        status = create_alone(g, p, options, a, b, &g->structure[g->n_structures++]);
    }
    return status;
}

static kiln_status create(kiln_gap_solver *g, const kiln_database *db, const kiln_composition *A, const kiln_composition *B,
                          const kiln_atmosphere *atmosphere, const kiln_system_options *options,
                          const kiln_solver_options *solver_options)
{
    kiln_composition middle;
    double a[KILN_MAX_COMPONENTS], b[KILN_MAX_COMPONENTS];
    const kiln_composition *const ends[] = {A, B};
    kiln_status status = kiln_i_members_mix(g->ctx, 2, ends, NULL, &middle);
    if (status == KILN_OK) status = kiln_system_create(g->ctx, db, &middle, atmosphere, options, &g->system);
    if (status == KILN_OK) status = kiln_i_member_amounts(g->system, A, a);
    if (status == KILN_OK) status = kiln_i_member_amounts(g->system, B, b);
    if (status == KILN_OK) status = check_ends(g, A, B, a, b);
    if (status == KILN_OK) status = kiln_solver_create(g->system, solver_options, &g->solver);
    if (status == KILN_OK) status = kiln_i_fields_create(g->solver, a, b, &g->fields);
    return status == KILN_OK ? create_structures(g, options, a, b) : status;
}

kiln_status kiln_gap_solver_create(kiln_context *ctx, const kiln_database *db, const kiln_composition *A,
                                   const kiln_composition *B, const kiln_atmosphere *atmosphere,
                                   const kiln_system_options *system_options, const kiln_solver_options *solver_options,
                                   kiln_gap_solver **out)
{
    kiln_system_options options;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db || !A || !B || !atmosphere) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    (void)kiln_system_options_init(&options, KILN_SYSTEM_OPTIONS_VERSION);
    if (system_options) options = *system_options;
    kiln_gap_solver *g = kiln_i_calloc(ctx, 1, sizeof *g);
    if (!g) return kiln_i_fail(ctx, KILN_E_NOMEM, "workspace of a join");
    g->ctx = ctx;
    const kiln_status status = create(g, db, A, B, atmosphere, &options, solver_options);
    if (status != KILN_OK) {
        kiln_gap_solver_free(g);
        return status;
    }
    *out = g;
    return KILN_OK;
}

void kiln_gap_solver_free(kiln_gap_solver *g)
{
    if (!g) return;
    for (int k = 0; k < g->n_structures; ++k) {
        kiln_i_fields_destroy(&g->structure[k].fields);
        kiln_i_target_destroy(&g->structure[k].target);
        kiln_solver_free(g->structure[k].solver);
        kiln_system_free(g->structure[k].system);
    }
    kiln_i_fields_destroy(&g->fields);
    kiln_solver_free(g->solver);
    kiln_system_free(g->system);
    kiln_i_free(g->ctx, g);
}

const kiln_system *kiln_gap_system(const kiln_gap_solver *solver) { return solver ? solver->system : NULL; }

int kiln_gap_has_structure(const kiln_gap_solver *solver, int phase)
{
    for (int k = 0; solver && k < solver->n_structures; ++k)
        if (solver->structure[k].phase == phase) return 1;
    return 0;
}
