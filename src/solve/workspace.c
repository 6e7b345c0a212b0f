#include "solve/solver.h"

#include "core/context.h"
#include "solve/certify.h"

#include <math.h>

kiln_status kiln_solver_options_init(kiln_solver_options *options, uint32_t version)
{
    if (!options || version != KILN_SOLVER_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_solver_options){.version = version,
                                     .method = KILN_METHOD_NEWTON,
                                     .tolerance_J_mol = 1e-6,
                                     .max_rounds = 1000,
                                     .certify = 1,
                                     .certify_gap_J_mol = 0.01,
                                     .certify_budget = 20000};
    return KILN_OK;
}

/* Doubles needed by dgelsd of order m, by the formula of its documentation (SMLSIZ = 25), and by the QR and eigenvalue routines of order n. */
static int lapack_room(int m, int n)
{
    int levels = 1;
    for (int size = m / 26; size > 0; size /= 2) ++levels;
    const int gelsd = 12 * m + 2 * m * 25 + 8 * m * levels + m + 26 * 26, others = 64 * (n + 1);
    return gelsd > others ? gelsd : others;
}

static kiln_status allocate_vectors(kiln_solver *s)
{
    kiln_context *ctx = s->ctx;
    const size_t n = (size_t)s->max_y, m = (size_t)s->max_rows, C = (size_t)s->n_closed, K = C + 2, order = C + K;
    s->lapack_size = lapack_room((int)order, s->max_y);
    s->pool_room = kiln_i_pool_capacity(s->system);
    const size_t room = (size_t)s->pool_room;
    struct {
        double **array;
        size_t size;
    } wanted[] = {{&s->gradient, n},
                  {&s->hessian, n * n},
                  {&s->scale, n},
                  {&s->step, n},
                  {&s->trial, n},
                  {&s->qr, n * (m + n)},
                  {&s->reduced, n * n},
                  {&s->eigen, n * n},
                  {&s->eigenvalue, n},
                  {&s->along, n},
                  {&s->lapack, (size_t)s->lapack_size},
                  {&s->factor, n * n},
                  {&s->transfer, n * n},
                  {&s->weight, 2 * n},
                  {&s->linear, n},
                  {&s->minima, n * KILN_MAX_MINIMA},
                  {&s->pool_w, room},
                  {&s->pool_sigma, room},
                  {&s->mu, C},
                  {&s->system_matrix, order * order},
                  {&s->system_rhs, order},
                  {&s->system_copy, order * order},
                  {&s->singular, order},
                  {&s->direction, n * (K + 2)}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
        if (!(*wanted[i].array = kiln_i_calloc(ctx, wanted[i].size, sizeof(double)))) return KILN_E_NOMEM;
    if (!(s->pool_y = kiln_i_alloc(ctx, n * room, sizeof *s->pool_y))) return KILN_E_NOMEM;
    if (!(s->pool_phase = kiln_i_calloc(ctx, room, sizeof *s->pool_phase))) return KILN_E_NOMEM;
    if (!(s->order = kiln_i_calloc(ctx, n, sizeof *s->order))) return KILN_E_NOMEM;
    if (!(s->map = kiln_i_calloc(ctx, room, sizeof *s->map))) return KILN_E_NOMEM;
    /* iwork of dgelsd: 3 minmn nlvl + 11 minmn */
    if (!(s->pivots = kiln_i_calloc(ctx, order * 32, sizeof *s->pivots))) return KILN_E_NOMEM;
    return KILN_OK;
}

static kiln_status allocate_instances(kiln_solver *s)
{
    const size_t n = (size_t)s->max_y, C = (size_t)s->n_closed;
    if (!(s->instances = kiln_i_calloc(s->ctx, C + 2, sizeof *s->instances))) return KILN_E_NOMEM;
    for (size_t k = 0; k < C + 2; ++k) {
        kiln_i_instance *i = &s->instances[k];
        if (!(i->y = kiln_i_calloc(s->ctx, n, sizeof *i->y)) || !(i->n = kiln_i_calloc(s->ctx, C, sizeof *i->n)) ||
            !(i->gradient = kiln_i_calloc(s->ctx, n, sizeof *i->gradient)) ||
            !(i->response = kiln_i_calloc(s->ctx, n * C, sizeof *i->response)) ||
            !(i->residual = kiln_i_calloc(s->ctx, n, sizeof *i->residual)))
            return KILN_E_NOMEM;
    }
    return KILN_OK;
}

static kiln_status allocate_warm(kiln_solver *s)
{
    const size_t phases = (size_t)s->system->n_phases + 1;
    if (!(s->warm = kiln_i_calloc(s->ctx, phases, sizeof *s->warm))) return KILN_E_NOMEM;
    if (!(s->n_warm = kiln_i_calloc(s->ctx, phases, sizeof *s->n_warm))) return KILN_E_NOMEM;
    for (int p = 0; p < s->system->n_phases; ++p) {
        const size_t room = (size_t)s->system->phases[p].n_y * KILN_MAX_MINIMA + 1;
        if (!(s->warm[p] = kiln_i_calloc(s->ctx, room, sizeof **s->warm))) return KILN_E_NOMEM;
    }
    return KILN_OK;
}

kiln_status kiln_i_solver_options_check(kiln_context *ctx, const kiln_solver_options *o)
{
    if (o->version != KILN_SOLVER_OPTIONS_VERSION || !(o->tolerance_J_mol > 0.0 && o->tolerance_J_mol <= 1.0) ||
        o->max_rounds < 1)
        return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u, tolerance %g J/mol, max_rounds %d", o->version,
                           o->tolerance_J_mol, o->max_rounds);
    if (!(o->certify_gap_J_mol >= 1e-5 && o->certify_gap_J_mol <= 1000.0) || o->certify_budget < 1)
        return kiln_i_fail(ctx, KILN_E_ARG, "certificate: gap %g J/mol (1e-5 to 1000), budget %d (at least 1)",
                           o->certify_gap_J_mol, o->certify_budget);
    return KILN_OK;
}

kiln_status kiln_solver_create(kiln_system *system, const kiln_solver_options *options, kiln_solver **out)
{
    if (out) *out = NULL;
    if (!system) return KILN_E_ARG;
    kiln_context *ctx = system->ctx;
    if (!out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_solver_options o;
    (void)kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status status = kiln_i_solver_options_check(ctx, &o);
    if (status != KILN_OK) return status;
    kiln_solver *s = kiln_i_calloc(ctx, 1, sizeof *s);
    if (!s) return kiln_i_fail(ctx, KILN_E_NOMEM, "solver");
    s->ctx = ctx;
    s->system = system;
    s->options = o;
    s->confirmation = KILN_I_THOROUGH;
    s->n_closed = system->n_closed;
    s->max_y = system->max_y + 1;
    /* the phase's own, the composition's and frozen oxygen's; where the composition leaves no freedom, one for each constituent */
    s->max_rows = system->max_constraints + system->n_closed + 1;
    if (s->max_rows < s->max_y + 1) s->max_rows = s->max_y + 1;
    status = allocate_vectors(s);
    if (status == KILN_OK) status = allocate_instances(s);
    if (status == KILN_OK) status = allocate_warm(s);
    if (status == KILN_OK && !(s->is_emptiable = kiln_i_calloc(ctx, (size_t)system->n_phases + 1, 1))) status = KILN_E_NOMEM;
    if (status == KILN_OK && (!(s->convex = kiln_i_calloc(ctx, (size_t)system->n_phases + 1, 1)) ||
                              !(s->has_one_minimum = kiln_i_calloc(ctx, (size_t)system->n_phases + 1, 1)) ||
                              !(s->convex_T_K = kiln_i_calloc(ctx, (size_t)system->n_phases + 1, sizeof *s->convex_T_K))))
        status = KILN_E_NOMEM;
    s->least_sites = 1.0;
    for (int p = 0; p < system->n_phases; ++p)
        for (int i = 0; i < system->phases[p].n_y; ++i) s->least_sites = fmin(s->least_sites, system->phases[p].sites[i]);
    if (status == KILN_OK) kiln_i_list_emptiable(s);
    if (status == KILN_OK) status = kiln_i_holds_create(s);
    if (status == KILN_OK) status = kiln_i_simplex_create(ctx, s->n_closed + 1, s->pool_room, &s->lp);
    if (status == KILN_OK && !(s->certifier = kiln_i_calloc(ctx, 1, sizeof *s->certifier))) status = KILN_E_NOMEM;
    if (status == KILN_OK) status = kiln_i_certifier_create(s, s->certifier);
    if (status == KILN_OK && o.method == KILN_METHOD_NLOPT) status = kiln_i_nlopt_create(s);
    if (status != KILN_OK) {
        kiln_solver_free(s);
        return kiln_i_fail(ctx, status, "workspace of the solver: %d phases, %d components", system->n_phases, system->n_closed);
    }
    *out = s;
    return KILN_OK;
}

void kiln_solver_free(kiln_solver *s)
{
    if (!s) return;
    kiln_context *ctx = s->ctx;
    double *doubles[] = {s->gradient, s->hessian,    s->scale,      s->step,    s->trial,         s->qr,         s->reduced,
                         s->eigen,    s->eigenvalue, s->along,      s->lapack,  s->weight,        s->linear,     s->minima,
                         s->pool_y,   s->pool_w,     s->pool_sigma, s->mu,      s->system_matrix, s->system_rhs, s->system_copy,
                         s->singular, s->direction,  s->factor,     s->transfer};
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; ++i) kiln_i_free(ctx, doubles[i]);
    kiln_i_free(ctx, s->pool_phase);
    kiln_i_free(ctx, s->order);
    kiln_i_free(ctx, s->map);
    kiln_i_free(ctx, s->pivots);
    for (int k = 0; s->instances && k < s->n_closed + 2; ++k) {
        kiln_i_free(ctx, s->instances[k].y);
        kiln_i_free(ctx, s->instances[k].n);
        kiln_i_free(ctx, s->instances[k].gradient);
        kiln_i_free(ctx, s->instances[k].response);
        kiln_i_free(ctx, s->instances[k].residual);
    }
    kiln_i_free(ctx, s->instances);
    for (int p = 0; s->warm && p < s->system->n_phases; ++p) kiln_i_free(ctx, s->warm[p]);
    kiln_i_free(ctx, s->warm);
    kiln_i_free(ctx, s->n_warm);
    kiln_i_holds_free(s);
    kiln_i_free(ctx, s->is_emptiable);
    kiln_i_free(ctx, s->convex);
    kiln_i_free(ctx, s->convex_T_K);
    kiln_i_free(ctx, s->has_one_minimum);
    kiln_i_simplex_destroy(&s->lp);
    kiln_i_nlopt_free(s);
    if (s->certifier) kiln_i_certifier_destroy(s, s->certifier);
    kiln_i_free(ctx, s->certifier);
    kiln_i_free(ctx, s);
}
