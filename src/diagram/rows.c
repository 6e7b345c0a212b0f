#include "diagram/tx.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

static const double POINT = 1e-11; /* in x: a field no wider is that of a compound, and needs no sample of its own */

int kiln_i_tx_same_field(const kiln_i_tx_field *a, const kiln_i_tx_field *b)
{
    int same = a->n_phases == b->n_phases && a->is_line == b->is_line;
    for (int k = 0; same && k < a->n_phases; ++k) same = a->phase[k] == b->phase[k];
    for (int k = 0; same && a->is_line && k < 2; ++k) same = a->end[k] == b->end[k];
    return same;
}

int kiln_i_tx_same_row(const kiln_i_tx_row *a, const kiln_i_tx_row *b)
{
    int same = a->n == b->n;
    for (int i = 0; same && i < a->n; ++i) same = kiln_i_tx_same_field(&a->field[i], &b->field[i]);
    return same;
}

kiln_i_tx_block kiln_i_tx_compare(const kiln_i_tx_row *below, const kiln_i_tx_row *above)
{
    kiln_i_tx_block k = {0, below->n, above->n};
    while (k.first < below->n && k.first < above->n && kiln_i_tx_same_field(&below->field[k.first], &above->field[k.first]))
        ++k.first;
    while (k.end_below > k.first && k.end_above > k.first &&
           kiln_i_tx_same_field(&below->field[k.end_below - 1], &above->field[k.end_above - 1])) {
        --k.end_below;
        --k.end_above;
    }
    return k;
}

int kiln_i_tx_seeds(const kiln_i_tx_row *row, double *seed, int room)
{
    int n = 0;
    for (int i = 0; i < row->n; ++i) {
        const double x = 0.5 * (row->field[i].low + row->field[i].high);
        if (n < room && x > 0.0 && x < 1.0) seed[n++] = x;
    }
    return n;
}

static void note(kiln_i_tx *w, const kiln_certificate *certificate)
{
    kiln_certificate *worst = &w->tx->certificate;
    if ((!worst->is_certified && !worst->reason) || kiln_i_certificate_is_worse(certificate, worst)) *worst = *certificate;
}

static void read_line(kiln_i_tx_field *out, const kiln_gap_boundary *at)
{
    const int first = at->phase[0].x_A <= at->phase[1].x_A;
    out->end[0] = at->phase[!first].phase;
    out->end[1] = at->phase[first].phase;
}

static void read_stretch(const kiln_i_stretch *s, kiln_i_tx_field *out)
{
    memset(out, 0, sizeof *out);
    out->low = s->low;
    out->high = s->high;
    out->low_B = s->low > 0.0 ? s->low_B : 1.0;
    out->high_B = s->high < 1.0 ? s->high_B : 0.0;
    out->n_phases = s->at_low.n_phases;
    for (int k = 0; k < out->n_phases; ++k) out->phase[k] = s->at_low.phase[k].phase;
    out->is_line = kiln_i_stretch_is_line(s);
    out->is_certified = s->at_low.certificate.is_certified && s->at_high.certificate.is_certified;
    if (out->is_line) read_line(out, &s->at_low);
}

/* A tie line that begins (or ends) nearer to an end member than the grid looks: the phase at its end has a field there. */
static void add_outer(kiln_i_tx_row *row, int high)
{
    const kiln_i_tx_field *line = &row->field[high ? row->n - 1 : 0];
    kiln_i_tx_field outer = {.n_phases = 1, .phase = {line->end[high]}, .is_certified = line->is_certified};
    if (!line->is_line || row->n == KILN_I_TX_FIELDS) return;
    outer.low = high ? line->high : 0.0;
    outer.low_B = high ? line->high_B : 1.0;
    outer.high = high ? 1.0 : line->low;
    outer.high_B = high ? 0.0 : line->low_B;
    if (!high) memmove(&row->field[1], &row->field[0], (size_t)row->n * sizeof outer);
    row->field[high ? row->n : 0] = outer;
    ++row->n;
}

/* The side with more phases has all that stand at the edge. */
static const kiln_certificate *certificate_of_edge(const kiln_i_stretch *low, const kiln_i_stretch *high)
{
    return low->at_high.n_phases >= high->at_low.n_phases ? &low->at_high.certificate : &high->at_low.certificate;
}

/* Edges at which a tie line ends have its proof. */
static void mark_edges(kiln_i_tx_row *row)
{
    for (int i = 0; i + 1 < row->n; ++i) {
        const kiln_i_tx_field *low = &row->field[i], *high = low + 1;
        if (low->is_line || high->is_line)
            row->field[i].edge_is_certified = low->is_line ? low->is_certified : high->is_certified;
    }
}

static void read_fields(kiln_i_tx *w, kiln_i_fields *f, kiln_i_tx_row *out)
{
    if (f->n == 1) { /* it has no edges */
        f->stretch[0].at_low.certificate = f->stretch[0].at_high.certificate = f->whole;
        note(w, &f->whole);
    }
    for (int i = 0; i < f->n; ++i) {
        read_stretch(&f->stretch[i], &out->field[out->n++]);
        if (i + 1 == f->n) continue;
        const kiln_certificate *certificate = certificate_of_edge(&f->stretch[i], &f->stretch[i + 1]);
        out->field[i].edge_is_certified = certificate->is_certified;
        note(w, certificate);
    }
    add_outer(out, 0);
    add_outer(out, 1);
    mark_edges(out);
}

kiln_status kiln_i_tx_row_solve(kiln_i_tx *w, double T_K, const double *seed, int n_seeds, kiln_i_tx_row *out)
{
    kiln_i_fields *f = &w->join->fields;
    memset(out, 0, sizeof *out);
    out->T_K = T_K;
    ++w->tx->n_temperatures;
    const kiln_status status = kiln_i_fields_solve(f, T_K, seed, n_seeds);
    if (status != KILN_OK) return status;
    if (f->n > KILN_GAP_MAX_FIELDS)
        return kiln_i_fail(w->ctx, KILN_E_NOT_CONVERGED, "more than %d phase fields on the join at %.2f K",
                           (int)KILN_GAP_MAX_FIELDS, T_K);
    read_fields(w, f, out);
    return KILN_OK;
}

/* The tie line through the middle of a field of two rows. */
static kiln_status line_between(kiln_i_tx *w, const kiln_i_tx_field *a, const kiln_i_tx_field *b, kiln_i_tx_field *out,
                                int *agrees)
{
    kiln_i_fields *f = &w->join->fields;
    const double x = 0.25 * (a->low + a->high + b->low + b->high);
    const kiln_status status = kiln_i_fields_sample(f, x, f->fresh);
    if (status != KILN_OK) return status;
    read_stretch(f->fresh, out);
    *agrees = kiln_i_tx_same_field(a, out);
    if (*agrees) note(w, &f->fresh->at_low.certificate);
    return KILN_OK;
}

/* Whether a phase still has the middle of its field to itself. */
static kiln_status check_middle(kiln_i_tx *w, const kiln_i_tx_field *expected, int *agrees)
{
    kiln_i_fields *f = &w->join->fields;
    if (expected->high - expected->low <= POINT) {
        *agrees = expected->high - expected->low >= -POINT;
        return KILN_OK;
    }
    const double x = 0.5 * (expected->low + expected->high);
    if (!(x > 0.0 && x < 1.0)) return KILN_OK;
    const kiln_status status = kiln_i_fields_sample(f, x, f->fresh);
    if (status != KILN_OK) return status;
    *agrees = f->fresh->at_low.n_phases == 1 && f->fresh->at_low.phase[0].phase == expected->phase[0];
    return KILN_OK;
}

static void take_edges(kiln_i_tx_row *row, int i, const kiln_i_tx_field *like)
{
    kiln_i_tx_field *out = &row->field[i];
    *out = *like;
    out->low = i > 0 ? row->field[i - 1].high : 0.0;
    out->low_B = i > 0 ? row->field[i - 1].high_B : 1.0;
    out->high = i + 1 < row->n ? row->field[i + 1].low : 1.0;
    out->high_B = i + 1 < row->n ? row->field[i + 1].low_B : 0.0;
    out->is_certified = (i == 0 || row->field[i - 1].is_certified) && (i + 1 == row->n || row->field[i + 1].is_certified);
}

/* Tie lines, and single phases that have no other neighbours. */
static int alternates(const kiln_i_tx_row *row)
{
    for (int i = 0; i < row->n; ++i) {
        const kiln_i_tx_field *f = &row->field[i];
        if (!f->is_line && (f->n_phases != 1 || (i > 0 && !row->field[i - 1].is_line))) return 0;
    }
    return 1;
}

kiln_status kiln_i_tx_row_between(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b, kiln_i_tx_row *out, int *agrees)
{
    kiln_i_fields *f = &w->join->fields;
    kiln_status status = KILN_OK;
    memset(out, 0, sizeof *out);
    out->T_K = f->T_K = 0.5 * (a->T_K + b->T_K);
    out->n = a->n;
    if (!(*agrees = alternates(a))) return KILN_OK;
    ++w->tx->n_temperatures;
    for (int i = 0; i < a->n && status == KILN_OK && *agrees; ++i)
        if (a->field[i].is_line) status = line_between(w, &a->field[i], &b->field[i], &out->field[i], agrees);
    for (int i = 0; i < a->n && status == KILN_OK && *agrees; ++i) {
        if (a->field[i].is_line) continue;
        take_edges(out, i, &a->field[i]);
        const int certify = f->solver->options.certify;
        f->solver->options.certify = 0;
        status = check_middle(w, &out->field[i], agrees);
        f->solver->options.certify = certify;
    }
    mark_edges(out);
    return status;
}
