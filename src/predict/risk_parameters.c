#include "predict/risk_state.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>

/* What knowing one number would do. For the ends the squared correlation: the share of their variance that a line through the number explains. For "single at T" the share of
 * p (1 - p) that goes when the number is known to lie in one of CLASSES: no line, as the outcome is 0 or 1. Classes are of equal weight, but halved again and again in both
 * tails, so that a rare outcome that one tail makes is seen. */

enum { EVEN_CLASSES = 24, TAIL_CLASSES = 6, CLASSES = EVEN_CLASSES + 2 * TAIL_CLASSES, MOST_SAMPLES = 65536 };

/* Some of the samples, with all unknowns. */
typedef struct table {
    const kiln_risk *risk;
    int n, n_unknowns;
    double *theta; /* [n_unknowns x n] */
    int *sample;   /* [n] */
    struct entry *sorted;
} table;

typedef struct entry {
    double theta, weight;
    int is_single;
} entry;

static const kiln_i_outcome *outcome_of(const table *t, int i) { return &t->risk->outcome[t->sample[i]]; }
static double weight_of(const table *t, int i) { return t->risk->weight[t->sample[i]]; }
static double theta_of(const table *t, int unknown, int i)
{
    return t->theta[(size_t)unknown + (size_t)t->n_unknowns * (size_t)i];
}

static void free_table(table *t)
{
    kiln_context *ctx = t->risk->ctx;
    kiln_i_free(ctx, t->theta);
    kiln_i_free(ctx, t->sample);
    kiln_i_free(ctx, t->sorted);
}

static kiln_status make_table(const kiln_risk *r, table *t)
{
    *t = (table){.risk = r, .n = r->n < MOST_SAMPLES ? r->n : MOST_SAMPLES, .n_unknowns = r->unknowns.n};
    const size_t U = (size_t)t->n_unknowns;
    double *z = kiln_i_calloc(r->ctx, U + 2, sizeof *z);
    t->theta = kiln_i_calloc(r->ctx, U * (size_t)t->n + 1, sizeof *t->theta);
    t->sample = kiln_i_calloc(r->ctx, (size_t)t->n, sizeof *t->sample);
    t->sorted = kiln_i_calloc(r->ctx, (size_t)t->n, sizeof *t->sorted);
    if (!z || !t->theta || !t->sample || !t->sorted) {
        free_table(t);
        kiln_i_free(r->ctx, z);
        return kiln_i_fail(r->ctx, KILN_E_NOMEM, "%d samples of %d numbers", t->n, t->n_unknowns);
    }
    for (int i = 0; i < t->n; ++i) {
        /* the first of each replicate: they are even, what skips some is not */
        const int share = t->n / KILN_RISK_REPLICATES, replicate = i / share;
        t->sample[i] = replicate * (r->n / KILN_RISK_REPLICATES) + i % share;
        kiln_i_risk_draw(r, t->sample[i], z);
        kiln_i_unknowns_transform(&r->unknowns, z, t->theta + U * (size_t)i);
    }
    kiln_i_free(r->ctx, z);
    return KILN_OK;
}

static int by_theta(const void *a, const void *b)
{
    const double x = ((const entry *)a)->theta, y = ((const entry *)b)->theta;
    return (x > y) - (x < y);
}

/* The share of the weight below the upper edge of class k, 1 .. CLASSES. */
static double upper_edge(int k)
{
    if (k <= TAIL_CLASSES) return ldexp(1.0 / EVEN_CLASSES, k - 1 - TAIL_CLASSES);
    if (k >= CLASSES - TAIL_CLASSES)
        return 1.0 - (k == CLASSES ? 0.0 : ldexp(1.0 / EVEN_CLASSES, CLASSES - k - 1 - TAIL_CLASSES));
    return (double)(k - TAIL_CLASSES) / EVEN_CLASSES;
}

/* The share of the outcome's variance that goes, less what so many classes would show by chance. */
static double explained(const table *t, int unknown, double T_K)
{
    double total = 0.0, single = 0.0, squares = 0.0, passed = 0.0, weight = 0.0, inside = 0.0, left = 0.0;
    for (int i = 0; i < t->n; ++i) {
        t->sorted[i] = (entry){theta_of(t, unknown, i), weight_of(t, i), kiln_i_is_single(outcome_of(t, i), T_K)};
        total += t->sorted[i].weight;
        single += t->sorted[i].is_single * t->sorted[i].weight;
        squares += t->sorted[i].weight * t->sorted[i].weight;
    }
    const double variance = single * (1.0 - single / total);
    if (!(variance > 1e-9 * total)) return 0.0;
    qsort(t->sorted, (size_t)t->n, sizeof *t->sorted, by_theta);
    for (int i = 0, class = 1; i < t->n; ++i) {
        passed += t->sorted[i].weight;
        weight += t->sorted[i].weight;
        inside += t->sorted[i].is_single * t->sorted[i].weight;
        if (passed < upper_edge(class) * total && i + 1 < t->n) continue;
        if (weight > 0.0) left += inside * (1.0 - inside / weight);
        weight = inside = 0.0;
        while (class < CLASSES && passed >= upper_edge(class) * total) ++class;
    }
    const double chance = (CLASSES - 1) * squares / (total * total);
    return fmax(1.0 - left / variance - chance, 0.0);
}

/* Squared correlation of a number with an end, over the samples with a window. */
static double correlation(const table *t, int unknown, int is_low)
{
    double W = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, syy = 0.0, sxy = 0.0;
    const double about = is_low ? t->risk->start_low_K : t->risk->start_high_K;
    for (int i = 0; i < t->n; ++i) {
        const kiln_i_outcome *o = outcome_of(t, i);
        const double w = weight_of(t, i), x = theta_of(t, unknown, i), y = (is_low ? o->low_K : o->high_K) - about;
        if (!kiln_i_has_window(o)) continue;
        W += w;
        sx += w * x;
        sy += w * y;
        sxx += w * x * x;
        syy += w * y * y;
        sxy += w * x * y;
    }
    const double xx = sxx - sx * sx / W, yy = syy - sy * sy / W, xy = sxy - sx * sy / W;
    return W > 0.0 && xx > 0.0 && yy > 1e-12 ? fmin(xy * xy / (xx * yy), 1.0) : 0.0;
}

/* |dT/dparameter| sigma of the crossing that bounds the range there. */
static double first_order(const kiln_risk *r, int uncertain, double sigma, int is_low)
{
    if (r->range < 0 || uncertain < 0) return NAN;
    const double end_K = is_low ? r->start_low_K : r->start_high_K;
    for (int k = 0; k < r->solver->n_crossings; ++k)
        if (fabs(r->solver->crossings[k].T_K - end_K) < 1e-6)
            return fabs(kiln_i_window_sensitivity(r->solver, k, uncertain)) * sigma;
    return NAN;
}

static kiln_risk_parameter describe(const table *t, int unknown, double T_K)
{
    const kiln_risk *r = t->risk;
    const kiln_i_unknown *u = &r->unknowns.at[unknown];
    kiln_risk_parameter p = {.name = "p(O2)", .is_slope = u->power == 1, .sigma = u->sigma, .status = "stated", .source = ""};
    if (u->function >= 0) {
        const kiln_i_function *f = &r->db->functions[u->function];
        p.name = f->name;
        p.status =
            u->kind == KILN_UNKNOWN_EXTRAPOLATED ? "extrapolated" : kiln_i_value_status_text((kiln_i_status_of_value)f->status);
        p.source = f->source >= 0 ? r->db->sources[f->source].text : "";
    }
    p.low_share = correlation(t, unknown, 1);
    p.high_share = correlation(t, unknown, 0);
    p.low_K = first_order(r, u->uncertain, u->sigma, 1);
    p.high_K = first_order(r, u->uncertain, u->sigma, 0);
    p.risk_share = T_K > 0.0 ? explained(t, unknown, T_K) : 0.0;
    return p;
}

static double rank(const kiln_risk_parameter *p, double T_K)
{
    return T_K > 0.0 ? p->risk_share : fmax(p->low_share, p->high_share);
}

kiln_status kiln_risk_parameters(const kiln_risk *r, double T_K, int most, kiln_risk_parameter *out, int *n)
{
    table t;
    if (!r) return KILN_E_ARG;
    if (!out || !n || most < 0 || !(T_K >= 0.0)) return kiln_i_fail(r->ctx, KILN_E_ARG, "%d parameters at %g K", most, T_K);
    *n = 0;
    const kiln_status status = make_table(r, &t);
    if (status != KILN_OK) return status;
    for (int unknown = 0; unknown < t.n_unknowns; ++unknown) {
        const kiln_risk_parameter p = describe(&t, unknown, T_K);
        int place = *n;
        while (place > 0 && rank(&out[place - 1], T_K) < rank(&p, T_K)) --place;
        if (place == most) continue;
        if (*n < most) ++*n;
        for (int k = *n - 1; k > place; --k) out[k] = out[k - 1];
        out[place] = p;
    }
    free_table(&t);
    return KILN_OK;
}
