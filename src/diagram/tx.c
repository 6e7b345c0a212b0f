#include "diagram/tx.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

kiln_status kiln_tx_options_init(kiln_tx_options *options, uint32_t version)
{
    if (!options || version != KILN_TX_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_tx_options){.version = version,
                                 .n_intervals = 12,
                                 .tolerance_x = 1e-3,
                                 .tolerance_K = 0.5,
                                 .least_K = 0.02,
                                 .most_points = 2000,
                                 .all_spinodals = 0};
    return KILN_OK;
}

static kiln_status check_options(kiln_context *ctx, const kiln_tx_options *o)
{
    if (o->version != KILN_TX_OPTIONS_VERSION)
        return kiln_i_fail(ctx, KILN_E_ARG, "options of a diagram: version %u, this library has %d", (unsigned)o->version,
                           KILN_TX_OPTIONS_VERSION);
    if (o->n_intervals < 1 || o->n_intervals > 1000)
        return kiln_i_fail(ctx, KILN_E_ARG, "n_intervals = %d: expected 1 to 1000", o->n_intervals);
    if (!(o->tolerance_x > 0.0 && o->tolerance_x <= 1.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "tolerance_x = %g: expected (0, 1]", o->tolerance_x);
    if (!(o->tolerance_K > 0.0) || !isfinite(o->tolerance_K) || !(o->least_K > 0.0) || !isfinite(o->least_K))
        return kiln_i_fail(ctx, KILN_E_ARG, "tolerance_K = %g, least_K = %g: expected > 0", o->tolerance_K, o->least_K);
    if (o->most_points < 10 || o->most_points > 100000)
        return kiln_i_fail(ctx, KILN_E_ARG, "most_points = %d: expected 10 to 100000", o->most_points);
    return KILN_OK;
}

/* ---- End members by themselves ---- */

static kiln_status create_pure(kiln_i_tx *w, int end)
{
    const kiln_system *system = w->join->system;
    const double *amount = end ? w->join->fields.b : w->join->fields.a;
    const int other = system->closed[amount[0] > 0.0 ? 1 : 0];
    const char *names[KILN_GAP_MAX_STRUCTURES * 4];
    kiln_system_options options;
    kiln_composition pure = system->composition;
    (void)kiln_system_options_init(&options, KILN_SYSTEM_OPTIONS_VERSION);
    for (int i = 0; i < pure.n; ++i)
        if (pure.component[i].z == other) pure.component[i].amount = 0.0;
    for (int p = 0; p < system->n_phases && options.n_only < (int)(sizeof names / sizeof *names); ++p)
        names[options.n_only++] = kiln_system_phase_name(system, p);
    options.only = names;
    const kiln_status status = kiln_system_create(w->ctx, system->db, &pure, &system->atmosphere, &options, &w->pure[end]);
    return status == KILN_OK ? kiln_solver_create(w->pure[end], &w->join->solver->options, &w->pure_solver[end]) : status;
}

static int is_binary(const kiln_gap_solver *join)
{
    const kiln_system *s = join->system;
    return s->n_closed == 2 && s->is_cation[0] && s->is_cation[1] && join->fields.is_disjoint;
}

/* ---- The whole ---- */

/* Not quite equal intervals: a temperature given in round numbers, of a transition say, should not fall on one. */
static double coarse(const kiln_i_tx *w, int i)
{
    const int n = w->options.n_intervals;
    const double span = w->tx->T_high_K - w->tx->T_low_K;
    return i == 0 ? w->tx->T_low_K : i == n ? w->tx->T_high_K : w->tx->T_low_K + span * (i - 0.01371) / n;
}

static kiln_status trace_all(kiln_i_tx *w)
{
    const int n = w->options.n_intervals;
    kiln_i_tx_row a, b;
    kiln_status status = kiln_i_tx_row_solve(w, coarse(w, 0), NULL, 0, &a);
    if (status == KILN_OK) status = kiln_i_tx_add_row(w, &a);
    for (int i = 1; i <= n && status == KILN_OK; ++i, a = b) {
        double seed[KILN_I_SEED_ROOM];
        status = kiln_i_tx_row_solve(w, coarse(w, i), seed, kiln_i_tx_seeds(&a, seed, KILN_I_SEED_ROOM), &b);
        if (status == KILN_OK) status = kiln_i_tx_trace(w, &a, &b);
        if (status == KILN_OK) status = kiln_i_tx_add_row(w, &b);
    }
    return status;
}

static void drop_rows(kiln_i_tx *w)
{
    for (int e = 0; e < w->n_entries; ++e) kiln_i_free(w->ctx, w->entry[e].row);
    kiln_i_free(w->ctx, w->entry);
    w->entry = NULL;
    w->n_entries = w->entry_room = 0;
    for (int end = 0; end < 2; ++end) {
        kiln_solver_free(w->pure_solver[end]);
        kiln_system_free(w->pure[end]);
        w->pure_solver[end] = NULL;
        w->pure[end] = NULL;
    }
}

static kiln_status compute(kiln_i_tx *w)
{
    kiln_status status = KILN_OK;
    for (int end = 0; end < 2 && status == KILN_OK; ++end) status = create_pure(w, end);
    if (status == KILN_OK) status = trace_all(w);
    if (status == KILN_OK) status = kiln_i_tx_sigmas(w);
    if (status == KILN_OK) status = kiln_i_tx_assemble(w);
    if (status == KILN_OK) status = kiln_i_tx_spinodals(w);
    drop_rows(w);
    w->join = NULL;
    return status;
}

kiln_status kiln_tx_create(kiln_gap_solver *join, double low_K, double high_K, const kiln_tx_options *options, kiln_tx **out)
{
    kiln_tx_options o;
    if (out) *out = NULL;
    if (!join) return KILN_E_ARG;
    kiln_context *ctx = join->ctx;
    if (!out || !isfinite(low_K) || !isfinite(high_K) || low_K <= 0.0 || low_K >= high_K)
        return kiln_i_fail(ctx, KILN_E_ARG, "a diagram from %g K to %g K, or a NULL result", low_K, high_K);
    (void)kiln_tx_options_init(&o, KILN_TX_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status status = check_options(ctx, &o);
    if (status != KILN_OK) return status;
    if (!is_binary(join))
        return kiln_i_fail(
            ctx, KILN_E_ARG,
            "a T-x diagram is of two cations, one in each end member; any other path of compositions is an isopleth");
    kiln_tx *tx = kiln_i_calloc(ctx, 1, sizeof *tx);
    if (tx) tx->work = kiln_i_calloc(ctx, 1, sizeof *tx->work);
    if (!tx || !tx->work) {
        kiln_i_free(ctx, tx);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "a diagram");
    }
    *tx->work = (kiln_i_tx){.ctx = ctx, .join = join, .options = o, .tx = tx};
    tx->T_low_K = low_K;
    tx->T_high_K = high_K;
    tx->certificate.phase = -1;
    if ((status = compute(tx->work)) == KILN_OK) *out = tx;
    else kiln_tx_free(tx);
    return status;
}

void kiln_tx_free(kiln_tx *tx)
{
    if (!tx) return;
    kiln_context *ctx = tx->work->ctx;
    for (int i = 0; i < tx->n_curves; ++i) kiln_i_free(ctx, tx->curve[i].point);
    for (int i = 0; i < tx->n_spinodals; ++i) kiln_i_free(ctx, tx->spinodal[i].point);
    kiln_i_free(ctx, tx->curve);
    kiln_i_free(ctx, tx->invariant);
    kiln_i_free(ctx, tx->area);
    kiln_i_free(ctx, tx->spinodal);
    kiln_i_free(ctx, tx->work);
    kiln_i_free(ctx, tx);
}
