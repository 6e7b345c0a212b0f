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
    return w->sensitivity + (size_t)crossing * (size_t)(w->n_unknown + 1);
}

const double *kiln_i_window_row(const kiln_window_solver *w, int crossing) { return row_of(w, crossing); }

double kiln_i_window_sensitivity(const kiln_window_solver *w, int crossing, int uncertain)
{
    const int place = uncertain == w->system->db->n_uncertain ? w->n_unknown : w->place[uncertain];
    return place >= 0 ? row_of(w, crossing)[place] : 0.0;
}

kiln_status kiln_i_window_slope(kiln_window_solver *w, kiln_i_crossing *c)
{
    double f;
    const kiln_status status = kiln_i_window_force(w, c->competitor, c->T_K, KILN_I_USUAL, &f, &c->slope);
    if (status != KILN_OK) return status;
    /* For demixing the quotient's slope was followed; what acts is that of the distance itself. */
    if (isfinite(f)) kiln_i_window_distance(w, c->competitor, &f, &c->slope);
    else c->slope = 0.0; /* on the far side of a change of regime: nothing to differentiate */
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
    row[w->n_unknown] = scale * gas * w->solver->RT * log(10.0);
    kiln_i_push_down(db, w->system->n_used, w->system->used, w->coefficient);
    for (int k = 0; k < w->n_unknown; ++k) {
        const kiln_i_uncertain *unknown = &db->uncertain[w->unknown[k]];
        row[k] = scale * w->coefficient[unknown->function] * (unknown->power == 1 ? T_K : 1.0);
    }
    *variance = 0.0;
    for (int k = 0; k < w->system->n_used; ++k) {
        const int f = w->system->used[k];
        if (w->coefficient[f] == 0.0) continue;
        const double s = kiln_i_extrapolation_sigma(&db->functions[f], T_K) * w->coefficient[f] * scale;
        *variance += s * s;
    }
    return KILN_OK;
}

kiln_status kiln_i_window_crossing_row(kiln_window_solver *w, int crossing)
{
    kiln_i_crossing *c = &w->crossings[crossing];
    return kiln_i_window_force_row(w, c->competitor, w->system->T_K, -1.0 / c->slope, row_of(w, crossing), &c->variance);
}

static kiln_status crossing_sensitivity(kiln_window_solver *w, int k)
{
    kiln_i_crossing *c = &w->crossings[k];
    double *row = row_of(w, k);
    const kiln_status status = kiln_i_window_slope(w, c);
    memset(row, 0, (size_t)(w->n_unknown + 1) * sizeof *row);
    c->variance = 0.0;
    if (status != KILN_OK || fabs(c->slope) < 1e-9) return status;
    return kiln_i_window_crossing_row(w, k);
}

/* a' Sigma b over all uncertain numbers: independent ones by sigma, correlated blocks by their matrix, and the atmosphere. */
double kiln_i_window_covariance(const kiln_window_solver *w, const double *a, const double *b)
{
    const kiln_database *db = w->system->db;
    const double atmosphere = w->system->atmosphere.control == KILN_OXYGEN_PRESSURE ? w->system->atmosphere.log10_po2_sigma : 0.0;
    double sum = a[w->n_unknown] * b[w->n_unknown] * atmosphere * atmosphere;
    for (int k = 0; k < w->n_unknown; ++k) {
        const double sigma = db->uncertain[w->unknown[k]].sigma;
        sum += a[k] * b[k] * sigma * sigma;
    }
    for (int k = 0; k < db->n_covariances; ++k) {
        const kiln_i_covariance *block = &db->covariances[k];
        for (int i = 0; i < block->n; ++i) {
            const int at_i = w->place[block->uncertain[i]];
            for (int j = 0; at_i >= 0 && j < block->n; ++j) {
                const int at_j = w->place[block->uncertain[j]];
                const double sigma = db->uncertain[block->uncertain[i]].sigma, already = i == j ? sigma * sigma : 0.0;
                if (at_j >= 0) sum += a[at_i] * b[at_j] * (block->matrix[i + block->n * j] - already);
            }
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

void kiln_i_window_correlate(kiln_window_solver *w)
{
    const int K = w->n_crossings;
    for (int i = 0; i < K; ++i)
        for (int j = 0; j <= i; ++j) {
            const double own = i == j ? w->crossings[i].variance : 0.0; /* extrapolation, of each crossing alone */
            w->covariance[i + K * j] = w->covariance[j + K * i] = kiln_i_window_covariance(w, row_of(w, i), row_of(w, j)) + own;
        }
    for (int k = 0; k < K; ++k) w->crossings[k].variance = fmax(w->covariance[k + K * k], 0.0);
    memcpy(w->factor, w->covariance, (size_t)(K * K) * sizeof *w->factor);
    w->has_factor = kiln_i_window_factorise(w, K, w->factor);
}

kiln_status kiln_i_window_sensitivities(kiln_window_solver *w)
{
    for (int k = 0; k < w->n_crossings; ++k) {
        const kiln_status status = crossing_sensitivity(w, k);
        if (status != KILN_OK) return status;
    }
    kiln_i_window_correlate(w);
    return KILN_OK;
}

/* The k-th of n numbers by size, k from 0 (C. A. R. Hoare, Commun. ACM 4 (1961) 321); they are reordered, smaller ones before it and larger ones behind. */
static double select_by_size(double *x, int n, int k)
{
    for (int low = 0, high = n - 1; low < high;) {
        const double pivot = x[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (x[i] < pivot) ++i;
            while (x[j] > pivot) --j;
            if (i > j) break;
            const double spare = x[i];
            x[i++] = x[j];
            x[j--] = spare;
        }
        if (k <= j) high = j;
        else if (k >= i) low = i;
        else break;
    }
    return x[k];
}

static void quantiles(double *sample, int n, kiln_window_end *end)
{
    const int median = (int)(0.5 * (n - 1)), low = (int)(0.158655 * (n - 1)), high = (int)(0.841345 * (n - 1));
    end->has_sigma = 1;
    end->median_K = select_by_size(sample, n, median);
    end->low_K = select_by_size(sample, median + 1, low);
    end->high_K = select_by_size(sample + median, n - median, high - median);
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
    for (int k = 0; k < w->n_unknown; ++k) {
        const int u = w->unknown[k];
        if (row[k] != 0.0) add_decisive(w, u, row[k], marginal_sigma(db, u), end);
    }
    if (w->system->atmosphere.control == KILN_OXYGEN_PRESSURE)
        add_decisive(w, db->n_uncertain, row[w->n_unknown], w->system->atmosphere.log10_po2_sigma, end);
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

/* The ends of range r in one sample, from the temperatures of all crossings; an end without crossings stays. */
static void ends_of_sample(const kiln_window_solver *w, int r, const kiln_i_span *span, const double *T, double *low,
                           double *high)
{
    *low = span->low_moves ? -INFINITY : span->low_K;
    *high = span->high_moves ? INFINITY : span->high_K;
    for (int k = 0; k < w->n_crossings; ++k) {
        const kiln_i_crossing *c = &w->crossings[k];
        const int is_low = c->range < 0 ? c->T_K <= span->low_K + 1e-6 : c->range == r;
        const int is_high = c->range < 0 ? c->T_K >= span->high_K - 1e-6 : c->range == r;
        if (c->from_below && is_low) *low = fmax(*low, T[k]);
        if (!c->from_below && is_high) *high = fmin(*high, T[k]);
    }
}

void kiln_i_window_distribution(kiln_window_solver *w, kiln_window *window, int r, int low, int high)
{
    const int n = w->options.n_samples;
    kiln_window_range *range = &window->range[r];
    const kiln_i_span span = {range->low.T_K, range->high.T_K, low >= 0, high >= 0};
    list_decisive(w, low, &range->low);
    list_decisive(w, high, &range->high);
    if (n == 0 || !w->has_factor || !is_uncertain(w)) return;
    double *lows = w->samples, *highs = w->samples + n, T[KILN_MAX_CROSSINGS];
    uint64_t state = w->options.seed;
    int open = 0;
    for (int s = 0; s < n; ++s) {
        sample_crossings(w, &state, T);
        ends_of_sample(w, r, &span, T, &lows[s], &highs[s]);
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

/* The same with ends_only, where nothing is known of crossings beyond the ends: inside a range, as the sample moves it. */
static int is_inside_at(const kiln_window_solver *w, const double *at, double T_K)
{
    for (int r = 0; r < w->n_spans; ++r) {
        double low, high;
        ends_of_sample(w, r, &w->span[r], at, &low, &high);
        if (low < high && T_K >= low && T_K <= high) return 1;
    }
    return 0;
}

double kiln_window_probability(kiln_window_solver *w, double T_K)
{
    double T[KILN_MAX_CROSSINGS];
    uint64_t state = w->options.seed;
    int (*const is_single)(const kiln_window_solver *, const double *, double) =
        w->options.ends_only ? is_inside_at : is_single_at;
    const int n = w->has_factor ? w->options.n_samples : 0;
    int single = 0;
    for (int k = 0; k < w->n_crossings; ++k) T[k] = w->crossings[k].T_K;
    if (n == 0) return is_single(w, T, T_K);
    for (int s = 0; s < n; ++s) {
        sample_crossings(w, &state, T);
        single += is_single(w, T, T_K);
    }
    return (double)single / n;
}
