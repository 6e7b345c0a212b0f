#include "predict/window_solver.h"

#include "core/random.h"
#include "data/database.h"
#include "predict/uncertainty.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* First order: a crossing moves by dT = -(df/dtheta)/(df/dT) dtheta, the envelope theorem giving df/dtheta without solving again. All crossings share
 * the parameters, so their joint covariance is S Sigma S'; ends are maxima and minima over competitors that trade places, hence sampled together. */

double kiln_i_extrapolation_sigma(const kiln_i_function *f, double T_K)
{
    const double bound = T_K < f->T_min_K ? f->T_min_K : (T_K > f->T_max_K ? f->T_max_K : T_K);
    if (bound == T_K) return 0.0;
    return 0.1 * fabs(T_K * kiln_i_function_own(f, T_K).d2g) * (T_K - bound) * (T_K - bound) / (2.0 * fmin(T_K, bound));
}

static double *row_of(const kiln_window_solver *w, int crossing)
{
    return w->sensitivity + (size_t)crossing * (size_t)(w->system->db->n_uncertain + 1);
}

const double *kiln_i_window_row(const kiln_window_solver *w, int crossing) { return row_of(w, crossing); }

kiln_status kiln_i_window_slope(kiln_window_solver *w, kiln_i_crossing *c)
{
    double f;
    const kiln_status status = kiln_i_window_force(w, c->competitor, c->T_K, KILN_I_USUAL, &f, &c->slope);
    if (status != KILN_OK) return status;
    if (!isfinite(f)) c->slope = 0.0; /* on the far side of a change of regime: nothing to differentiate */
    if (c->competitor == w->target.phase) {
        /* For demixing the quotient's slope was followed; what acts is that of the distance itself. */
        const kiln_i_rival *own = &w->rivals.rival[c->competitor];
        c->slope =
            kiln_i_target_slope(&w->target, kiln_i_phase_energy_T(w->system, c->competitor, own->y, NULL) / own->sigma, own->n);
    }
    return KILN_OK;
}

kiln_status kiln_i_window_force_row(kiln_window_solver *w, int competitor, double T_K, double scale, double *row,
                                    double *variance)
{
    const kiln_database *db = w->system->db;
    /* df/df_j of the competitor, or of the limiting set */
    const kiln_status status = kiln_i_rival_parameters(&w->rivals, competitor, w->coefficient);
    if (status != KILN_OK) return status;
    const double gas = db->gases[KILN_GAS_O2] >= 0 ? w->coefficient[db->gases[KILN_GAS_O2]] : 0.0;
    row[db->n_uncertain] = scale * gas * w->solver->RT * log(10.0);
    kiln_i_push_down(db, w->coefficient);
    for (int u = 0; u < db->n_uncertain; ++u) {
        const kiln_i_uncertain *unknown = &db->uncertain[u];
        row[u] = scale * w->coefficient[unknown->function] * (unknown->power == 1 ? T_K : 1.0);
    }
    *variance = 0.0;
    for (int f = 0; f < db->n_functions; ++f) {
        if (w->coefficient[f] == 0.0) continue;
        const double s = kiln_i_extrapolation_sigma(&db->functions[f], T_K) * w->coefficient[f] * scale;
        *variance += s * s;
    }
    return KILN_OK;
}

static kiln_status crossing_sensitivity(kiln_window_solver *w, int k)
{
    kiln_i_crossing *c = &w->crossings[k];
    double *row = row_of(w, k);
    const kiln_status status = kiln_i_window_slope(w, c);
    for (int u = 0; u <= w->system->db->n_uncertain; ++u) row[u] = 0.0;
    c->variance = 0.0;
    if (status != KILN_OK || fabs(c->slope) < 1e-9) return status;
    return kiln_i_window_force_row(w, c->competitor, c->T_K, -1.0 / c->slope, row, &c->variance);
}

/* a' Sigma b over all uncertain numbers: independent ones by sigma, correlated blocks by their matrix, and the atmosphere. */
double kiln_i_window_covariance(const kiln_window_solver *w, const double *a, const double *b)
{
    const kiln_database *db = w->system->db;
    const double atmosphere = w->system->atmosphere.control == KILN_OXYGEN_PRESSURE ? w->system->atmosphere.log10_po2_sigma : 0.0;
    double sum = a[db->n_uncertain] * b[db->n_uncertain] * atmosphere * atmosphere;
    for (int u = 0; u < db->n_uncertain; ++u) sum += a[u] * b[u] * db->uncertain[u].sigma * db->uncertain[u].sigma;
    for (int k = 0; k < db->n_covariances; ++k) {
        const kiln_i_covariance *block = &db->covariances[k];
        for (int i = 0; i < block->n; ++i)
            for (int j = 0; j < block->n; ++j) {
                const int ui = block->uncertain[i], uj = block->uncertain[j];
                const double already = i == j ? db->uncertain[ui].sigma * db->uncertain[ui].sigma : 0.0;
                sum += a[ui] * b[uj] * (block->matrix[i + block->n * j] - already);
            }
    }
    return sum;
}

int kiln_i_window_factorise(kiln_window_solver *w, int K, double *matrix)
{
    double *value = w->normal;
    if (K > 0 && LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', K, matrix, K, value, w->lapack, 64 * KILN_MAX_CROSSINGS) != 0)
        return 0;
    for (int k = 0; k < K; ++k)
        for (int i = 0; i < K; ++i) matrix[i + K * k] *= sqrt(fmax(value[k], 0.0));
    return 1;
}

kiln_status kiln_i_window_sensitivities(kiln_window_solver *w)
{
    const int K = w->n_crossings;
    for (int k = 0; k < K; ++k) {
        const kiln_status status = crossing_sensitivity(w, k);
        if (status != KILN_OK) return status;
    }
    for (int i = 0; i < K; ++i)
        for (int j = 0; j <= i; ++j) {
            const double own = i == j ? w->crossings[i].variance : 0.0; /* extrapolation, of each crossing alone */
            w->covariance[i + K * j] = w->covariance[j + K * i] = kiln_i_window_covariance(w, row_of(w, i), row_of(w, j)) + own;
        }
    for (int k = 0; k < K; ++k) w->crossings[k].variance = fmax(w->covariance[k + K * k], 0.0);
    memcpy(w->factor, w->covariance, (size_t)(K * K) * sizeof *w->factor);
    w->has_factor = kiln_i_window_factorise(w, K, w->factor);
    return KILN_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void quantiles(double *sample, int n, kiln_window_end *end)
{
    qsort(sample, (size_t)n, sizeof *sample, ascending);
    end->has_sigma = 1;
    end->median_K = sample[(int)(0.5 * (n - 1))];
    end->low_K = sample[(int)(0.158655 * (n - 1))];
    end->high_K = sample[(int)(0.841345 * (n - 1))];
    end->sigma_K = 0.5 * (end->high_K - end->low_K);
}

static void add_decisive(const kiln_window_solver *w, int u, double dT, double sigma, kiln_window_end *end)
{
    const kiln_database *db = w->system->db;
    const double contribution = fabs(dT) * sigma;
    int place = end->n_decisive;
    if (!(contribution > 0.05)) return; /* K: below what anyone would act on */
    while (place > 0 && end->decisive[place - 1].contribution_K < contribution) --place;
    if (place == KILN_MAX_DECISIVE) return;
    if (end->n_decisive < KILN_MAX_DECISIVE) ++end->n_decisive;
    for (int k = end->n_decisive - 1; k > place; --k) end->decisive[k] = end->decisive[k - 1];
    kiln_decisive *d = &end->decisive[place];
    *d = (kiln_decisive){.name = "p(O2)",
                         .sigma = sigma,
                         .dT_dparameter = dT,
                         .contribution_K = contribution,
                         .status = "stated",
                         .source = ""};
    if (u == db->n_uncertain) return;
    const kiln_i_function *f = &db->functions[db->uncertain[u].function];
    d->name = f->name;
    d->is_slope = db->uncertain[u].power == 1;
    d->status = kiln_i_value_status_text((kiln_i_status_of_value)f->status);
    d->source = f->source >= 0 ? db->sources[f->source].text : "";
    d->estimate = f->estimate;
}

static double marginal_sigma(const kiln_database *db, int u)
{
    for (int k = 0; k < db->n_covariances; ++k)
        for (int i = 0; i < db->covariances[k].n; ++i)
            if (db->covariances[k].uncertain[i] == u)
                return sqrt(fmax(db->covariances[k].matrix[i + db->covariances[k].n * i], 0.0));
    return db->uncertain[u].sigma;
}

static void list_decisive(kiln_window_solver *w, int crossing, kiln_window_end *end)
{
    if (crossing < 0) return;
    const kiln_database *db = w->system->db;
    const double *row = row_of(w, crossing);
    for (int u = 0; u < db->n_uncertain; ++u) add_decisive(w, u, row[u], marginal_sigma(db, u), end);
    if (w->system->atmosphere.control == KILN_OXYGEN_PRESSURE)
        add_decisive(w, db->n_uncertain, row[db->n_uncertain], w->system->atmosphere.log10_po2_sigma, end);
}

/* One joint sample: the temperature of each crossing. */
static void sample_crossings(kiln_window_solver *w, uint64_t *state, double *T)
{
    const int K = w->n_crossings;
    kiln_i_normals(state, K, w->normal);
    for (int k = 0; k < K; ++k) {
        T[k] = w->crossings[k].T_K;
        for (int j = 0; j < K; ++j) T[k] += w->factor[k + K * j] * w->normal[j];
    }
}

static void clip_quantiles(const kiln_window *window, kiln_window_end *end)
{
    const double low = window->scanned_min_K, high = window->scanned_max_K;
    end->low_is_open = end->low_K < low;
    end->high_is_open = end->high_K > high;
    end->low_K = fmin(fmax(end->low_K, low), high);
    end->high_K = fmin(fmax(end->high_K, low), high);
    end->median_K = fmin(fmax(end->median_K, low), high);
    end->sigma_K = 0.5 * (end->high_K - end->low_K);
}

/* Of a database that states no standard deviation nothing is uncertain, as far as it says. */
static int is_uncertain(const kiln_window_solver *w)
{
    return w->system->db->n_uncertain > 0 || w->system->atmosphere.log10_po2_sigma > 0.0;
}

void kiln_i_window_distribution(kiln_window_solver *w, const kiln_window *window, kiln_window_range *range, int low, int high)
{
    const int K = w->n_crossings, n = w->options.n_samples;
    list_decisive(w, low, &range->low);
    list_decisive(w, high, &range->high);
    if (n == 0 || !w->has_factor || !is_uncertain(w)) return;
    const double T_low = range->low.T_K, T_high = range->high.T_K;
    double *lows = w->samples, *highs = w->samples + n, T[KILN_MAX_CROSSINGS];
    uint64_t state = w->options.seed;
    int open = 0;
    for (int s = 0; s < n; ++s) {
        sample_crossings(w, &state, T);
        lows[s] = low >= 0 ? -INFINITY : T_low;
        highs[s] = high >= 0 ? INFINITY : T_high;
        for (int k = 0; k < K; ++k) {
            const kiln_i_crossing *c = &w->crossings[k];
            if (low >= 0 && c->from_below && c->T_K <= T_low + 1e-6) lows[s] = fmax(lows[s], T[k]);
            if (high >= 0 && !c->from_below && c->T_K >= T_high - 1e-6) highs[s] = fmin(highs[s], T[k]);
        }
        open += lows[s] < highs[s];
    }
    range->probability = (double)open / n;
    if (low >= 0) quantiles(lows, n, &range->low);
    if (high >= 0) quantiles(highs, n, &range->high);
    if (low >= 0) clip_quantiles(window, &range->low);
    if (high >= 0) clip_quantiles(window, &range->high);
}

/* Whether no competitor is stable at T_K when crossing k stands at at[k]: each begins as its first crossing says and changes at every one passed. */
static int is_single_at(const kiln_window_solver *w, const double *at, double T_K)
{
    for (int c = 0; c <= w->system->n_phases; ++c) {
        int is_stable = w->n_nodes > 0 && w->nodes[0].f[c] < 0.0, first = 1;
        for (int k = 0; k < w->n_crossings; ++k) {
            if (w->crossings[k].competitor != c) continue;
            if (first) is_stable = w->crossings[k].from_below;
            first = 0;
            if (at[k] < T_K) is_stable = !w->crossings[k].from_below;
        }
        if (is_stable) return 0;
    }
    return 1;
}

double kiln_window_probability(kiln_window_solver *w, double T_K)
{
    double T[KILN_MAX_CROSSINGS];
    uint64_t state = w->options.seed;
    const int n = w->has_factor ? w->options.n_samples : 0;
    int single = 0;
    for (int k = 0; k < w->n_crossings; ++k) T[k] = w->crossings[k].T_K;
    if (n == 0) return is_single_at(w, T, T_K);
    for (int s = 0; s < n; ++s) {
        sample_crossings(w, &state, T);
        single += is_single_at(w, T, T_K);
    }
    return (double)single / n;
}
