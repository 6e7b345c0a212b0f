#include "diagram/tx.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

/* What goes on from row to row: for each boundary its curve, for each field its area. */
typedef struct strip {
    kiln_i_tx *w;
    int n;
    int curve[KILN_I_TX_FIELDS], area[KILN_I_TX_FIELDS];
} strip;

static kiln_gap_field names(const kiln_i_tx_field *f)
{
    kiln_gap_field out = {.n_phases = f->n_phases};
    memcpy(out.phase, f->phase, sizeof out.phase);
    return out;
}

static kiln_status add_point(kiln_i_tx *w, int curve, kiln_tx_point point)
{
    kiln_tx_curve *c = &w->tx->curve[curve];
    /* Room doubles at powers of two. */
    if ((c->n & (c->n - 1)) == 0 &&
        !kiln_i_grow(w->ctx, &c->point, (size_t)c->n, (size_t)(c->n ? 2 * c->n : 1), sizeof *c->point))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "curves of a diagram");
    c->point[c->n++] = point;
    return KILN_OK;
}

/* The phase that stands at boundary i, at an invariant: of its single-phase side the nearest, without one where the row has it. */
static kiln_tx_point end_point(const kiln_i_tx_row *row, int i, const kiln_tx_invariant *v)
{
    const kiln_i_tx_field *low = &row->field[i], *single = low->n_phases == 1 ? low : low + 1;
    kiln_tx_point out = {v->T_K, low->high, low->high_B, v->is_certified};
    double nearest = INFINITY;
    for (int k = 0; k < v->n_phases && single->n_phases == 1; ++k) {
        const double off = fabs(v->phase[k].x_A - low->high);
        if (v->phase[k].phase != single->phase[0] || off >= nearest) continue;
        nearest = off;
        out.x_A = v->phase[k].x_A;
        out.x_B = v->phase[k].x_B;
    }
    return out;
}

static kiln_status begin_curve(strip *s, const kiln_i_tx_row *row, int i, int invariant)
{
    kiln_i_tx *w = s->w;
    kiln_tx *tx = w->tx;
    if (tx->n_curves == w->curve_room) {
        const int room = 2 * w->curve_room + 32;
        if (!kiln_i_grow(w->ctx, &tx->curve, (size_t)w->curve_room, (size_t)room, sizeof *tx->curve))
            return kiln_i_fail(w->ctx, KILN_E_NOMEM, "curves of a diagram");
        w->curve_room = room;
    }
    s->curve[i] = tx->n_curves;
    tx->curve[tx->n_curves++] =
        (kiln_tx_curve){.below = names(&row->field[i]), .above = names(&row->field[i + 1]), .begins = invariant, .ends = -1};
    return invariant < 0 ? KILN_OK : add_point(w, s->curve[i], end_point(row, i, &tx->invariant[invariant]));
}

static kiln_status begin_area(strip *s, const kiln_i_tx_row *row, int i, double T_K)
{
    kiln_i_tx *w = s->w;
    kiln_tx *tx = w->tx;
    if (tx->n_areas == w->area_room) {
        const int room = 2 * w->area_room + 32;
        if (!kiln_i_grow(w->ctx, &tx->area, (size_t)w->area_room, (size_t)room, sizeof *tx->area))
            return kiln_i_fail(w->ctx, KILN_E_NOMEM, "areas of a diagram");
        w->area_room = room;
    }
    s->area[i] = tx->n_areas;
    tx->area[tx->n_areas++] = (kiln_tx_area){.phases = names(&row->field[i]), .T_low_K = T_K, .T_high_K = T_K, .width = -1.0};
    return KILN_OK;
}

/* Those of a block, but for the one that goes on, if any. */
static kiln_status end_curves(strip *s, const kiln_i_tx_row *row, kiln_i_tx_block k, int goes_on, int invariant)
{
    kiln_status status = KILN_OK;
    for (int i = k.first > 0 ? k.first - 1 : 0; i < k.end_below && i + 1 < row->n && status == KILN_OK; ++i) {
        if (i == goes_on) continue;
        s->w->tx->curve[s->curve[i]].ends = invariant;
        status = add_point(s->w, s->curve[i], end_point(row, i, &s->w->tx->invariant[invariant]));
    }
    return status;
}

/* A closing gap or two-phase field leaves one area where there were two of the same phase: the fields at its sides are one. */
static int is_one_area(const kiln_i_tx *w, const kiln_i_tx_row *row, kiln_i_tx_block k, int end, int invariant)
{
    const kiln_tx_kind kind = w->tx->invariant[invariant].kind;
    return (kind == KILN_TX_CRITICAL || kind == KILN_TX_CONGRUENT) && k.first > 0 && end > k.first &&
           kiln_i_tx_same_field(&row->field[k.first - 1], &row->field[end - 1]);
}

static void mark_one_area(kiln_i_tx *w, int kept, int dropped)
{
    if (kept == dropped) return;
    kiln_tx_area *a = &w->tx->area[kept], *b = &w->tx->area[dropped];
    a->T_low_K = fmin(a->T_low_K, b->T_low_K);
    a->T_high_K = fmax(a->T_high_K, b->T_high_K);
    b->phases.n_phases = -1; /* taken out at the end */
}

/* From the row under an invariant to the one over it. */
static kiln_status cross(strip *s, const kiln_i_tx_row *below, const kiln_i_tx_row *above, int invariant)
{
    kiln_i_tx *w = s->w;
    const double T_K = w->tx->invariant[invariant].T_K;
    const kiln_i_tx_block k = kiln_i_tx_compare(below, above);
    const int shift = k.end_above - k.end_below;
    const int closes = is_one_area(w, below, k, k.end_below, invariant), opens = is_one_area(w, above, k, k.end_above, invariant);
    /* Where nothing is left of the block on one side, the last boundary of it on the other is that of the field around it, which goes on. */
    const int on_below = closes && k.end_above == k.first ? k.end_below - 1 : opens && k.end_below == k.first ? k.first - 1 : -1;
    const int on_above = on_below < 0 ? -1 : closes ? k.first - 1 : k.end_above - 1;
    strip old = *s;
    kiln_status status = end_curves(s, below, k, on_below, invariant);
    for (int i = k.first; i < k.end_below; ++i) w->tx->area[old.area[i]].T_high_K = T_K;
    if (closes) mark_one_area(w, old.area[k.first - 1], old.area[k.end_below - 1]);
    for (int i = 0; i < above->n && status == KILN_OK; ++i) {
        if (i < k.first) s->area[i] = old.area[i];
        else if (i >= k.end_above) s->area[i] = old.area[i - shift];
        else status = begin_area(s, above, i, T_K);
        if (status != KILN_OK || i + 1 == above->n) continue;
        if (i == on_above) s->curve[i] = old.curve[on_below];
        else if (i + 1 < k.first) s->curve[i] = old.curve[i];
        else if (i >= k.end_above) s->curve[i] = old.curve[i - shift];
        else status = begin_curve(s, above, i, invariant);
    }
    if (status == KILN_OK && opens) {
        w->tx->area[s->area[k.end_above - 1]].phases.n_phases = -1;
        s->area[k.end_above - 1] = s->area[k.first - 1];
    }
    s->n = above->n;
    return status;
}

static kiln_status begin_all(strip *s, const kiln_i_tx_row *row)
{
    kiln_status status = KILN_OK;
    s->n = row->n;
    for (int i = 0; i < row->n && status == KILN_OK; ++i) {
        status = begin_area(s, row, i, row->T_K);
        if (status == KILN_OK && i + 1 < row->n) status = begin_curve(s, row, i, -1);
    }
    return status;
}

static kiln_status add_row(strip *s, const kiln_i_tx_row *row)
{
    kiln_status status = KILN_OK;
    for (int i = 0; i < row->n && status == KILN_OK; ++i) {
        const kiln_i_tx_field *f = &row->field[i];
        kiln_tx_area *area = &s->w->tx->area[s->area[i]];
        area->T_high_K = fmax(area->T_high_K, row->T_K);
        if (i + 1 == row->n) continue;
        status = add_point(s->w, s->curve[i], (kiln_tx_point){row->T_K, f->high, f->high_B, f->edge_is_certified});
    }
    return status;
}

/* ---- Labels ---- */

/* The widest place, less so towards the top and the bottom of the area. */
static void place_label(kiln_tx_area *area, const kiln_i_tx_row *row, const kiln_i_tx_field *f, double *best)
{
    const double height = area->T_high_K - area->T_low_K, width = f->high - f->low;
    const double inside = height > 0.0 ? fmin(row->T_K - area->T_low_K, area->T_high_K - row->T_K) / height : 0.0;
    const double score = (fmax(width, 0.0) + 1e-9) * sqrt(fmax(inside, 0.0) + 1e-6); /* of a compound the height alone counts */
    if (area->width >= 0.0 && score <= *best) return;
    *best = score;
    area->width = fmax(width, 0.0);
    area->T_K = row->T_K;
    area->x_A = 0.5 * (f->low + f->high);
}

/* Again from row to row, now that it is known where areas begin and end; `area` [n_rows x KILN_I_TX_FIELDS] says which field is which. */
static void place_labels(kiln_i_tx *w, const int *area, double *best)
{
    int at = 0;
    for (int e = 0; e < w->n_entries; ++e) {
        const kiln_i_tx_row *row = w->entry[e].row;
        if (!row) continue;
        for (int i = 0; i < row->n; ++i) {
            const int a = area[i + KILN_I_TX_FIELDS * at];
            place_label(&w->tx->area[a], row, &row->field[i], &best[a]);
        }
        ++at;
    }
}

/* Those that turned out to be part of another one, and those between rows, which no row shows. */
static void drop_areas(kiln_tx *tx)
{
    int n = 0;
    for (int i = 0; i < tx->n_areas; ++i)
        if (tx->area[i].phases.n_phases >= 0 && tx->area[i].width >= 0.0) tx->area[n++] = tx->area[i];
    tx->n_areas = n;
}

static kiln_status walk(kiln_i_tx *w, int *area)
{
    strip s = {.w = w};
    const kiln_i_tx_row *last = NULL;
    int invariant = -1, at = 0;
    kiln_status status = KILN_OK;
    for (int e = 0; e < w->n_entries && status == KILN_OK; ++e) {
        const kiln_i_tx_row *row = w->entry[e].row;
        if (!row) {
            invariant = w->entry[e].invariant;
            continue;
        }
        if (!last) status = begin_all(&s, row);
        else if (invariant >= 0) status = cross(&s, last, row, invariant);
        if (status == KILN_OK) status = add_row(&s, row);
        memcpy(area + KILN_I_TX_FIELDS * at++, s.area, sizeof s.area);
        last = row;
        invariant = -1;
    }
    return status;
}

kiln_status kiln_i_tx_assemble(kiln_i_tx *w)
{
    int *area = kiln_i_calloc(w->ctx, (size_t)w->n_entries * KILN_I_TX_FIELDS, sizeof *area);
    kiln_status status = area ? walk(w, area) : kiln_i_fail(w->ctx, KILN_E_NOMEM, "areas of a diagram");
    double *best = status == KILN_OK ? kiln_i_calloc(w->ctx, (size_t)w->tx->n_areas + 1, sizeof *best) : NULL;
    if (status == KILN_OK && !best) status = kiln_i_fail(w->ctx, KILN_E_NOMEM, "areas of a diagram");
    if (status == KILN_OK) {
        place_labels(w, area, best);
        drop_areas(w->tx);
    }
    kiln_i_free(w->ctx, best);
    kiln_i_free(w->ctx, area);
    return status;
}
