#include <kiln/scores.h>

#include "core/context.h"
#include "core/random.h"

#include <math.h>
#include <stdlib.h>

/* The normal quantile of 97.5 %. */
#define Z_95 1.959963984540054
static const kiln_interval unknown = {NAN, NAN};

static int is_called_single(const kiln_case *c) { return c->probability >= 0.5; }

kiln_confusion kiln_confusion_count(int n, const kiln_case *cases)
{
    kiln_confusion c = {0};
    for (int i = 0; i < n; ++i) {
        if (is_called_single(&cases[i])) ++*(cases[i].is_single ? &c.single_single : &c.single_multi);
        else ++*(cases[i].is_single ? &c.multi_single : &c.multi_multi);
    }
    return c;
}

double kiln_balanced_accuracy(const kiln_confusion *c)
{
    const int single = c->single_single + c->multi_single, multi = c->single_multi + c->multi_multi;
    if (single == 0 || multi == 0) return NAN;
    return 0.5 * ((double)c->single_single / single + (double)c->multi_multi / multi);
}

double kiln_roc_auc(int n, const kiln_case *cases)
{
    double above = 0.0;
    int single = 0;
    for (int i = 0; i < n; ++i) {
        if (!cases[i].is_single) continue;
        ++single;
        for (int k = 0; k < n; ++k)
            if (!cases[k].is_single) above += cases[i].rank > cases[k].rank ? 1.0 : cases[i].rank == cases[k].rank ? 0.5 : 0.0;
    }
    return single > 0 && single < n ? above / ((double)single * (n - single)) : NAN;
}

double kiln_brier_score(int n, const kiln_case *cases)
{
    double sum = 0.0;
    for (int i = 0; i < n; ++i) sum += pow(cases[i].probability - (cases[i].is_single != 0), 2.0);
    return n > 0 ? sum / n : NAN;
}

/* Wilson's interval of a share k of n. */
static kiln_interval share_interval(double share, int n)
{
    const double z2 = Z_95 * Z_95 / n, middle = (share + z2 / 2.0) / (1.0 + z2),
                 half = Z_95 / (1.0 + z2) * sqrt(share * (1.0 - share) / n + z2 / (4.0 * n));
    return (kiln_interval){fmax(middle - half, 0.0), fmin(middle + half, 1.0)};
}

void kiln_calibration(int n, const kiln_case *cases, int n_bins, kiln_calibration_bin *bins)
{
    for (int b = 0; b < n_bins; ++b) bins[b] = (kiln_calibration_bin){.low = (double)b / n_bins, .high = (b + 1.0) / n_bins};
    for (int i = 0; i < n; ++i) {
        kiln_calibration_bin *bin = &bins[(int)fmin(cases[i].probability * n_bins, n_bins - 1.0)];
        ++bin->n;
        bin->mean += cases[i].probability;
        bin->observed += cases[i].is_single != 0;
    }
    for (int b = 0; b < n_bins; ++b) {
        kiln_calibration_bin *bin = &bins[b];
        bin->mean = bin->n > 0 ? bin->mean / bin->n : NAN;
        bin->observed = bin->n > 0 ? bin->observed / bin->n : NAN;
        bin->observed_95 = bin->n > 0 ? share_interval(bin->observed, bin->n) : unknown;
    }
}

/* ---- Bootstrap ---- */

enum { BALANCED, AUC, BRIER, N_SCORES };

/* Cases sorted by outcome, and room for a resample and for what all resamples score. */
typedef struct bootstrap {
    kiln_case *sorted, *drawn; /* [n] single phases first */
    double *score;             /* [N_SCORES x resamples] */
} bootstrap;

static void draw(const kiln_case *from, int n, uint64_t *state, kiln_case *out)
{
    for (int i = 0; i < n; ++i) out[i] = from[(int)fmin(kiln_i_uniform(state) * n, n - 1.0)];
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static kiln_interval percentiles(double *score, int n)
{
    qsort(score, (size_t)n, sizeof *score, ascending);
    return (kiln_interval){score[(int)(0.025 * (n - 1))], score[(int)ceil(0.975 * (n - 1))]};
}

static void resample(const bootstrap *b, int resamples, uint64_t seed, kiln_scores *s)
{
    uint64_t state = seed;
    for (int r = 0; r < resamples; ++r) {
        draw(b->sorted, s->n_single, &state, b->drawn);
        draw(b->sorted + s->n_single, s->n - s->n_single, &state, b->drawn + s->n_single);
        const kiln_confusion confusion = kiln_confusion_count(s->n, b->drawn);
        b->score[BALANCED * resamples + r] = kiln_balanced_accuracy(&confusion);
        b->score[AUC * resamples + r] = kiln_roc_auc(s->n, b->drawn);
        b->score[BRIER * resamples + r] = kiln_brier_score(s->n, b->drawn);
    }
    if (s->n_single > 0 && s->n_single < s->n) {
        s->balanced_accuracy_95 = percentiles(b->score + BALANCED * resamples, resamples);
        s->auc_95 = percentiles(b->score + AUC * resamples, resamples);
    }
    s->brier_95 = percentiles(b->score + BRIER * resamples, resamples);
}

static void sort_by_outcome(int n, const kiln_case *cases, kiln_case *out)
{
    int at = 0;
    for (int single = 1; single >= 0; --single)
        for (int i = 0; i < n; ++i)
            if ((cases[i].is_single != 0) == single) out[at++] = cases[i];
}

kiln_status kiln_scores_compute(kiln_context *ctx, int n, const kiln_case *cases, int resamples, uint64_t seed, kiln_scores *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!out || n < 0 || (n > 0 && !cases) || resamples < 0) return kiln_i_fail(ctx, KILN_E_ARG, "%d cases", n);
    kiln_scores s = {.n = n, .balanced_accuracy_95 = unknown, .auc_95 = unknown, .brier_95 = unknown};
    for (int i = 0; i < n; ++i) {
        if (!(cases[i].probability >= 0.0 && cases[i].probability <= 1.0) || isnan(cases[i].rank))
            return kiln_i_fail(ctx, KILN_E_ARG, "case %d: probability %g", i, cases[i].probability);
        s.n_single += cases[i].is_single != 0;
    }
    s.confusion = kiln_confusion_count(n, cases);
    s.balanced_accuracy = kiln_balanced_accuracy(&s.confusion);
    s.auc = kiln_roc_auc(n, cases);
    s.brier = kiln_brier_score(n, cases);
    if (n > 0 && resamples > 0) {
        bootstrap b = {kiln_i_calloc(ctx, (size_t)n, sizeof *b.sorted), kiln_i_calloc(ctx, (size_t)n, sizeof *b.drawn),
                       kiln_i_calloc(ctx, (size_t)N_SCORES * (size_t)resamples, sizeof *b.score)};
        const int has_room = b.sorted && b.drawn && b.score;
        if (has_room) {
            sort_by_outcome(n, cases, b.sorted);
            resample(&b, resamples, seed, &s);
        }
        kiln_i_free(ctx, b.sorted);
        kiln_i_free(ctx, b.drawn);
        kiln_i_free(ctx, b.score);
        if (!has_room) return kiln_i_fail(ctx, KILN_E_NOMEM, "%d resamples of %d cases", resamples, n);
    }
    *out = s;
    return KILN_OK;
}
