#include "predict/risk_state.h"

#include "core/blocks.h"
#include "core/context.h"
#include "core/ranks.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { BLOCK = 32, MAX_SAMPLES = 1000000 };

kiln_status kiln_risk_options_init(kiln_risk_options *options, uint32_t version)
{
    if (!options || version != KILN_RISK_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_risk_options){.version = version, .n_samples = 8192, .seed = 1, .n_threads = 1};
    return KILN_OK;
}

static kiln_status check_options(kiln_context *ctx, const kiln_risk_options *o)
{
    if (o->version != KILN_RISK_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if (o->n_samples < KILN_RISK_REPLICATES || o->n_samples > MAX_SAMPLES)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d samples: expected %d to %d", o->n_samples, (int)KILN_RISK_REPLICATES,
                           (int)MAX_SAMPLES);
    if (o->n_threads < 1 || o->n_threads > KILN_MAX_THREADS)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d threads: expected 1 to %d", o->n_threads, (int)KILN_MAX_THREADS);
    return kiln_i_ranks_check(ctx, o->ranks);
}

/* ---- Points ---- */

void kiln_i_risk_draw(const kiln_risk *r, int sample, double *z)
{
    const int n = r->unknowns.n, per_replicate = r->n / KILN_RISK_REPLICATES, replicate = sample / per_replicate;
    uint64_t own = r->options.seed, common = r->options.seed;
    uint32_t shift[KILN_SOBOL_DIMENSIONS];
    double even[KILN_SOBOL_DIMENSIONS];
    /* streams far apart: the state after the seed is scrambled once, and its place */
    own = kiln_i_random(&own) ^ ((uint64_t)sample << 20);
    common = kiln_i_random(&common) ^ ((uint64_t)(replicate + 1) << 52);
    kiln_i_normals(&own, n, z);
    for (int d = 0; d < KILN_SOBOL_DIMENSIONS; ++d) shift[d] = (uint32_t)(kiln_i_random(&common) >> 32);
    kiln_i_sobol((uint32_t)(sample % per_replicate), r->n_lead, shift, even);
    for (int d = 0; d < r->n_lead; ++d) {
        const double *v = r->lead + (size_t)d * (size_t)n;
        double along = kiln_i_normal_quantile(even[d]);
        for (int i = 0; i < n; ++i) along -= v[i] * z[i];
        for (int i = 0; i < n; ++i) z[i] += v[i] * along;
    }
}

/* dT/dz of all crossings. */
static void find_rows(kiln_risk *r, double *in_theta, double *in_z)
{
    const int K = r->solver->n_crossings, n = r->unknowns.n;
    for (int k = 0; k < K; ++k) {
        for (int i = 0; i < n; ++i) {
            const int uncertain = r->unknowns.at[i].uncertain;
            in_theta[i] = uncertain >= 0 ? kiln_i_window_sensitivity(r->solver, k, uncertain) : 0.0;
        }
        kiln_i_unknowns_pull_back(&r->unknowns, in_theta, in_z);
        for (int i = 0; i < n; ++i) r->row[k + K * i] = in_z[i];
    }
}

/* Directions that move the crossings most: those of the largest singular values of the rows, from the eigenvectors of row row'. */
static kiln_status find_leading(kiln_risk *r)
{
    const int K = r->solver->n_crossings, n = r->unknowns.n;
    double gram[KILN_MAX_CROSSINGS * KILN_MAX_CROSSINGS] = {0.0}, value[KILN_MAX_CROSSINGS];
    for (int a = 0; a < K; ++a)
        for (int b = 0; b < K; ++b)
            for (int i = 0; i < n; ++i) gram[a + K * b] += r->row[a + K * i] * r->row[b + K * i];
    if (K > 0 && LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', K, gram, K, value) != 0)
        return kiln_i_fail(r->ctx, KILN_E_SINGULAR, "directions of the samples");
    for (int d = K - 1; d >= 0 && r->n_lead < KILN_SOBOL_DIMENSIONS; --d) {
        if (!(value[d] > 1e-10 * value[K - 1])) break;
        double *v = r->lead + (size_t)r->n_lead++ * (size_t)n;
        for (int i = 0; i < n; ++i) {
            v[i] = 0.0;
            for (int k = 0; k < K; ++k) v[i] += gram[k + K * d] * r->row[k + K * i];
            v[i] /= sqrt(value[d]);
        }
    }
    return KILN_OK;
}

static kiln_status find_directions(kiln_risk *r)
{
    const size_t n = (size_t)r->unknowns.n + 1, K = (size_t)r->solver->n_crossings + 1;
    double *work = kiln_i_calloc(r->ctx, 2 * n, sizeof *work);
    r->row = kiln_i_calloc(r->ctx, K * n, sizeof *r->row);
    r->lead = kiln_i_calloc(r->ctx, KILN_SOBOL_DIMENSIONS * n, sizeof *r->lead);
    kiln_status status = KILN_E_NOMEM;
    if (work && r->row && r->lead) {
        find_rows(r, work, work + n);
        status = find_leading(r);
    } else (void)kiln_i_fail(r->ctx, status, "directions of the samples");
    kiln_i_free(r->ctx, work);
    return status;
}

/* ---- Samples ---- */

typedef struct shared {
    kiln_risk *risk;
    const kiln_step_question *question;
    const kiln_window_options *window_options;
} shared;

static kiln_status open_sampler(void *data, kiln_context *ctx, void **own)
{
    const shared *s = data;
    kiln_i_sampler *sampler = NULL;
    const kiln_status status = kiln_i_sampler_create(s->risk, s->question, s->window_options, ctx, &sampler);
    *own = sampler;
    return status;
}

static void close_sampler(void *own) { kiln_i_sampler_free(own); }

static int count_blocks(const kiln_risk *r) { return (r->n + BLOCK - 1) / BLOCK; }

static kiln_status run_block(void *own, int own_block)
{
    kiln_i_sampler *s = own;
    kiln_i_outcome *outcome = s->risk->outcome;
    const int block = kiln_i_ranks_part(s->risk->options.ranks, own_block);
    const kiln_status status = kiln_i_sampler_restart(s);
    if (status != KILN_OK) return status;
    for (int i = block * BLOCK; i < (block + 1) * BLOCK && i < s->risk->n; ++i) outcome[i] = kiln_i_sampler_solve(s, i);
    return KILN_OK;
}

static kiln_status solve_samples(kiln_risk *r, const kiln_step_question *question, const kiln_window_options *window_options)
{
    shared s = {r, question, window_options};
    const kiln_i_block_work work = {.open = open_sampler,
                                    .run = run_block,
                                    .close = close_sampler,
                                    .keep_going = r->options.keep_going,
                                    .shared = &s,
                                    .user = r->options.user};
    const int n_blocks = count_blocks(r), n_own = kiln_i_ranks_own(r->options.ranks, n_blocks);
    kiln_status status = n_own > 0 ? kiln_i_run_blocks(r->ctx, r->options.n_threads, n_own, &work) : KILN_OK;
    status = kiln_i_ranks_share(r->ctx, r->options.ranks, status, r->outcome, n_blocks, BLOCK * sizeof *r->outcome);
    if (status != KILN_OK) return status;
    int failed = 0;
    for (int i = 0; i < r->n; ++i) failed += r->outcome[i].is_failed;
    if (2 * failed > r->n)
        return kiln_i_fail(r->ctx, KILN_E_NOT_CONVERGED, "the window was found in %d of %d samples only", r->n - failed, r->n);
    for (int i = 0; i < r->n; ++i) r->weight[i] = r->outcome[i].is_failed ? 0.0 : 1.0 / (r->n - failed);
    return KILN_OK;
}

/* ---- Best values ---- */

/* Distance of a temperature from a range, 0 inside; for 0 K a wider range is nearer. */
static double distance(const kiln_window_range *range, double T_K)
{
    if (T_K == 0.0) return range->low.T_K - range->high.T_K;
    return fmax(fmax(range->low.T_K - T_K, T_K - range->high.T_K), 0.0);
}

int kiln_i_risk_range(const kiln_window *w, double T_K)
{
    int best = -1;
    for (int k = 0; k < w->n_ranges; ++k)
        if (best < 0 || distance(&w->range[k], T_K) < distance(&w->range[best], T_K)) best = k;
    return best;
}

static void choose_range(kiln_risk *r, double T_K)
{
    const kiln_window *w = &r->window;
    r->range = kiln_i_risk_range(w, T_K);
    r->start_low_K = r->range >= 0 ? w->range[r->range].low.T_K : w->best_T_K;
    r->start_high_K = r->range >= 0 ? w->range[r->range].high.T_K : w->best_T_K;
}

static kiln_status solve_best(kiln_risk *r, const kiln_step_question *q, const kiln_window_options *window_options,
                              double range_T_K)
{
    kiln_status status = kiln_system_create(r->ctx, q->db, q->composition, q->atmosphere, q->system_options, &r->system);
    if (status == KILN_OK) status = kiln_window_solver_create(r->system, q->solver_options, window_options, &r->solver);
    if (status == KILN_OK) status = kiln_window_solve(r->solver, r->phase, &r->window);
    if (status != KILN_OK) return status;
    choose_range(r, range_T_K);
    return kiln_i_unknowns_create(r->system, r->start_low_K, r->start_high_K, &r->unknowns);
}

/* One amount a little larger: how far the ends at best values move, per unit of its relative error. */
static kiln_status weigh_one(kiln_risk *r, const kiln_step_question *q, const kiln_window_options *window_options, int component,
                             const kiln_i_outcome *best)
{
    const double h = 0.01;
    kiln_composition c = *q->composition;
    kiln_step_question changed = *q;
    kiln_i_sampler *s;
    c.component[component].amount *= 1.0 + h;
    changed.composition = &c;
    kiln_status status = kiln_i_sampler_create(r, &changed, window_options, r->ctx, &s);
    if (status != KILN_OK) return status;
    if (kiln_i_sampler_restart(s) == KILN_OK) { /* else a compound that holds no other amounts: it has no derivative */
        const kiln_i_outcome o = kiln_i_sampler_best(s);
        if (!o.is_failed) {
            r->low_weighing_K = hypot(r->low_weighing_K, (o.low_K - best->low_K) / h);
            r->high_weighing_K = hypot(r->high_weighing_K, (o.high_K - best->high_K) / h);
        }
    }
    kiln_i_sampler_free(s);
    return status;
}

static kiln_status find_weighing(kiln_risk *r, const kiln_step_question *q, const kiln_window_options *window_options)
{
    kiln_i_sampler *s;
    kiln_status status = kiln_i_sampler_create(r, q, window_options, r->ctx, &s);
    if (status != KILN_OK) return status;
    status = kiln_i_sampler_restart(s);
    const kiln_i_outcome best = status == KILN_OK ? kiln_i_sampler_best(s) : (kiln_i_outcome){.is_failed = 1};
    kiln_i_sampler_free(s);
    for (int i = 0; status == KILN_OK && !best.is_failed && i < q->composition->n; ++i)
        if (!q->composition->component[i].is_anion && q->composition->component[i].amount > 0.0)
            status = weigh_one(r, q, window_options, i, &best);
    return status;
}

static kiln_status allocate_samples(kiln_risk *r)
{
    r->n = (r->options.n_samples + KILN_RISK_REPLICATES - 1) / KILN_RISK_REPLICATES * KILN_RISK_REPLICATES;
    r->outcome =
        kiln_i_calloc(r->ctx, (size_t)count_blocks(r) * BLOCK, sizeof *r->outcome); /* whole blocks, to be shared by ranks */
    r->weight = kiln_i_calloc(r->ctx, (size_t)r->n, sizeof *r->weight);
    return r->outcome && r->weight ? KILN_OK : kiln_i_fail(r->ctx, KILN_E_NOMEM, "%d samples", r->n);
}

kiln_status kiln_risk_create(kiln_context *ctx, const kiln_step_question *question, const kiln_window_options *window_options,
                             int phase, double range_T_K, const kiln_risk_options *options, kiln_risk **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!question || !question->db || !out || !(range_T_K >= 0.0)) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_risk_options o;
    kiln_window_options wo;
    (void)kiln_risk_options_init(&o, KILN_RISK_OPTIONS_VERSION);
    (void)kiln_window_options_init(&wo, KILN_WINDOW_OPTIONS_VERSION);
    if (options) o = *options;
    if (window_options) wo = *window_options;
    wo.ends_only = 0; /* sensitivities say where to look */
    kiln_status status = check_options(ctx, &o);
    if (status != KILN_OK) return status;
    kiln_risk *r = kiln_i_calloc(ctx, 1, sizeof *r);
    if (!r) return kiln_i_fail(ctx, KILN_E_NOMEM, "samples");
    *r = (kiln_risk){.ctx = ctx, .db = question->db, .phase = phase, .options = o};
    status = solve_best(r, question, &wo, range_T_K);
    if (status == KILN_OK) status = find_directions(r);
    if (status == KILN_OK) status = find_weighing(r, question, &wo);
    if (status == KILN_OK) status = allocate_samples(r);
    if (status == KILN_OK) status = solve_samples(r, question, &wo);
    if (status == KILN_OK) *out = r;
    else kiln_risk_free(r);
    return status;
}

void kiln_risk_free(kiln_risk *r)
{
    if (!r) return;
    kiln_context *ctx = r->ctx;
    kiln_i_unknowns_destroy(&r->unknowns);
    kiln_window_solver_free(r->solver);
    kiln_system_free(r->system);
    void *owned[] = {r->row, r->lead, r->outcome, r->weight};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(ctx, owned[i]);
    kiln_i_free(ctx, r);
}

const kiln_system *kiln_risk_system(const kiln_risk *risk) { return risk->system; }

const kiln_window *kiln_risk_window(const kiln_risk *risk, int *range)
{
    if (range) *range = risk->range;
    return &risk->window;
}
