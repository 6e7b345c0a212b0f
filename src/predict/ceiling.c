#include "predict/vapour.h"

#include "core/context.h"

#include <math.h>

static const double STEP_K = 50.0, ACCURACY_K = 0.1, SAME = 1e-6;
enum { MAX_ITERATIONS = 60 };

/* Loss at one temperature: of the cation that loses most, ln(loss / limit). */
typedef struct probe {
    double T_K, excess;
    int cation; /* index of the component, -1 where nothing is lost */
    double percent_h, sigma_decades, released_po2_bar;
    const char *species;
} probe;

static kiln_status probe_at(kiln_vapour *v, double T_K, probe *p)
{
    kiln_vapour_result r;
    const kiln_status status = kiln_vapour_solve(v, T_K, &r);
    *p = (probe){.T_K = T_K, .excess = -INFINITY, .cation = -1};
    for (int c = 0; status == KILN_OK && c < r.n_losses; ++c) {
        const kiln_vapour_loss *loss = &r.loss[c];
        if (!loss->is_cation || !(loss->film_percent_h > p->percent_h)) continue;
        *p = (probe){.T_K = T_K,
                     .excess = log(loss->film_percent_h / v->options.loss_percent_h),
                     .cation = c,
                     .percent_h = loss->film_percent_h,
                     .sigma_decades = r.species[loss->main_species].sigma_decades,
                     .released_po2_bar = r.released_po2_bar,
                     .species = r.species[loss->main_species].formula};
    }
    return status;
}

/* Regula falsi in 1/T, in which the logarithm of a pressure is all but straight; an end that stays counts half (M. Dowell, P. Jarratt, BIT 11 (1971) 168). */
static kiln_status narrow(kiln_vapour *v, probe *low, probe *high)
{
    double f_low = low->excess, f_high = high->excess;
    int last = 0;
    for (int i = 0; i < MAX_ITERATIONS && high->T_K - low->T_K > ACCURACY_K; ++i) {
        const double a = 1.0 / low->T_K, b = 1.0 / high->T_K;
        double T_K = 1.0 / (a + (b - a) * f_low / (f_low - f_high));
        if (!isfinite(f_low) || i % 8 == 7) T_K = 0.5 * (low->T_K + high->T_K);
        /* Close to an end the other one would never move: step over the root. */
        T_K = fmin(fmax(T_K, low->T_K + 0.4 * ACCURACY_K), high->T_K - 0.4 * ACCURACY_K);
        probe p;
        const kiln_status status = probe_at(v, T_K, &p);
        if (status != KILN_OK) return status;
        const int side = p.excess >= 0.0 ? 1 : -1;
        if (side > 0) {
            *high = p;
            f_high = p.excess;
            if (last > 0) f_low *= 0.5;
        } else {
            *low = p;
            f_low = p.excess;
            if (last < 0) f_high *= 0.5;
        }
        last = side;
    }
    return KILN_OK;
}

/* What an error of one standard deviation in the pressure means in temperature, by the slope over 2 K below the root. */
static kiln_status spread(kiln_vapour *v, const probe *at, double T_min_K, double *sigma_K)
{
    probe below;
    *sigma_K = -1.0;
    const double T_K = fmax(at->T_K - 2.0, 0.5 * (T_min_K + at->T_K));
    const kiln_status status = probe_at(v, T_K, &below);
    if (status != KILN_OK || at->sigma_decades < 0.0 || below.cation != at->cation) return status;
    const double slope = (at->excess - below.excess) / (at->T_K - T_K);
    if (slope > 0.0) *sigma_K = at->sigma_decades * log(10.0) / slope;
    return KILN_OK;
}

static void report(const kiln_vapour *v, const probe *at, kiln_vapour_ceiling *out)
{
    out->is_found = 1;
    out->T_K = at->T_K;
    out->sigma_K = -1.0;
    out->z = v->system->closed[at->cation];
    out->species = at->species;
    out->film_percent_h = at->percent_h;
    out->released_po2_bar = at->released_po2_bar;
}

/* `at` receives the last temperature looked at: the ceiling, or the end of the range where there is none. */
static kiln_status search(kiln_vapour *v, double T_min_K, double T_max_K, probe *at, kiln_vapour_ceiling *out)
{
    probe low;
    *out = (kiln_vapour_ceiling){.sigma_K = -1.0};
    kiln_status status = probe_at(v, T_min_K, at);
    if (status != KILN_OK) return status;
    if (at->excess >= 0.0) {
        report(v, at, out);
        out->is_below = 1;
        return KILN_OK;
    }
    while (at->T_K < T_max_K) {
        low = *at;
        if ((status = probe_at(v, fmin(low.T_K + STEP_K, T_max_K), at)) != KILN_OK) return status;
        if (at->excess < 0.0) continue;
        if ((status = narrow(v, &low, at)) != KILN_OK) return status;
        report(v, at, out);
        return spread(v, at, T_min_K, &out->sigma_K);
    }
    return KILN_OK;
}

/* The proved equilibrium where a search ended says the same as the one that was found. */
static kiln_status confirm(kiln_vapour *v, const probe *at, int *is_confirmed)
{
    probe p;
    const kiln_status status = probe_at(v, at->T_K, &p);
    *is_confirmed = status == KILN_OK && p.cation == at->cation && (p.cation < 0 || fabs(p.excess - at->excess) < SAME);
    return status;
}

kiln_status kiln_vapour_find_ceiling(kiln_vapour *v, double T_min_K, double T_max_K, kiln_vapour_ceiling *out)
{
    probe at;
    int is_confirmed = 0;
    if (!v) return KILN_E_ARG;
    if (!out || !(T_min_K > 0.0) || !(T_max_K > T_min_K) || !isfinite(T_max_K))
        return kiln_i_fail(v->ctx, KILN_E_ARG, "from %g to %g K, or a NULL result", T_min_K, T_max_K);
    const int certify = v->solver->options.certify;
    v->solver->options.certify =
        0; /* proofs of many cations are dear: one at the end, and of every step only where that one objects */
    kiln_status status = search(v, T_min_K, T_max_K, &at, out);
    v->solver->options.certify = certify;
    if (!certify || status != KILN_OK) return status;
    if ((status = confirm(v, &at, &is_confirmed)) != KILN_OK || is_confirmed) return status;
    return search(v, T_min_K, T_max_K, &at, out);
}
