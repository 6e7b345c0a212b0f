#include "diagram/tx.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

static kiln_i_tx_entry *add_entry(kiln_i_tx *w)
{
    if (w->n_entries == w->entry_room) {
        const int room = 2 * w->entry_room + 64;
        if (!kiln_i_grow(w->ctx, &w->entry, (size_t)w->entry_room, (size_t)room, sizeof *w->entry)) return NULL;
        w->entry_room = room;
    }
    return &w->entry[w->n_entries++];
}

kiln_status kiln_i_tx_add_row(kiln_i_tx *w, const kiln_i_tx_row *row)
{
    kiln_i_tx_row *copy = kiln_i_calloc(w->ctx, 1, sizeof *copy);
    kiln_i_tx_entry *entry = copy ? add_entry(w) : NULL;
    if (!entry) {
        kiln_i_free(w->ctx, copy);
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "rows of a diagram");
    }
    *copy = *row;
    *entry = (kiln_i_tx_entry){copy, -1};
    const kiln_tx *tx = w->tx;
    const double share = (row->T_K - tx->T_low_K) / (tx->T_high_K - tx->T_low_K);
    if (!w->options.keep_going || w->options.keep_going(share, w->options.user)) return KILN_OK;
    return kiln_i_fail(w->ctx, KILN_E_INTERRUPTED, "interrupted at %.2f K", row->T_K);
}

static void copy_fields(const kiln_i_tx_row *row, int first, int end, kiln_gap_field *out, int *n)
{
    for (int i = first; i < end && *n < KILN_GAP_MAX_FIELDS; ++i, ++*n) {
        const kiln_i_tx_field *f = &row->field[i];
        out[*n] = (kiln_gap_field){.low = f->low, .high = f->high, .n_phases = f->n_phases};
        memcpy(out[*n].phase, f->phase, sizeof f->phase);
    }
}

static int certified(const kiln_i_tx_row *row, int first, int end)
{
    int all = row->n > 1 || row->field[0].is_certified;
    for (int i = first > 0 ? first - 1 : 0; i < end && i + 1 < row->n; ++i) all &= row->field[i].edge_is_certified;
    return all;
}

/* `found` lies between two rows that are next to each other; unresolved where it is NULL. */
static kiln_status add_invariant(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b, const kiln_tx_invariant *found)
{
    kiln_tx *tx = w->tx;
    if (tx->n_invariants == w->invariant_room) {
        const int room = 2 * w->invariant_room + 16;
        if (!kiln_i_grow(w->ctx, &tx->invariant, (size_t)w->invariant_room, (size_t)room, sizeof *tx->invariant))
            return kiln_i_fail(w->ctx, KILN_E_NOMEM, "invariants of a diagram");
        w->invariant_room = room;
    }
    kiln_i_tx_entry *entry = add_entry(w);
    if (!entry) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "rows of a diagram");
    const kiln_i_tx_block k = kiln_i_tx_compare(a, b);
    *entry = (kiln_i_tx_entry){NULL, tx->n_invariants};
    kiln_tx_invariant *out = &tx->invariant[tx->n_invariants++];
    if (found) *out = *found;
    else *out = (kiln_tx_invariant){.T_K = 0.5 * (a->T_K + b->T_K), .tolerance_K = 0.5 * (b->T_K - a->T_K)};
    out->low_K = a->T_K;
    out->high_K = b->T_K;
    out->sigma_K = -1.0;
    out->n_below = out->n_above = 0;
    copy_fields(a, k.first, k.end_below, out->below, &out->n_below);
    copy_fields(b, k.first, k.end_above, out->above, &out->n_above);
    out->is_certified = certified(a, k.first, k.end_below) && certified(b, k.first, k.end_above);
    tx->n_unresolved += !found;
    return KILN_OK;
}

/* ---- Where the sequence of fields stays the same ---- */

/* Whether the middle of a boundary is where a straight line has it. */
static int is_straight(const kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *m, const kiln_i_tx_row *b)
{
    for (int i = 0; i + 1 < a->n; ++i) {
        const double at_a = a->field[i].high, at_b = b->field[i].high, off = fabs(m->field[i].high - 0.5 * (at_a + at_b));
        if (off > w->options.tolerance_x) return 0;
        if (off <= 0.1 * w->options.tolerance_x) continue;
        if (off * (b->T_K - a->T_K) > w->options.tolerance_K * fabs(at_b - at_a)) return 0;
    }
    return 1;
}

static int is_exhausted(kiln_i_tx *w)
{
    if (w->tx->n_temperatures < w->options.most_points) return 0;
    w->tx->is_truncated = 1;
    return 1;
}

/* Compositions around those of the invariant's phases; at an end member, where its fields are narrower than the grid looks for, ever nearer to it. */
static int seeds_around(const kiln_tx_invariant *found, double *seed)
{
    int n = 0;
    for (int k = 0; k < found->n_phases; ++k)
        for (int j = 0; j <= k; ++j) {
            const double x = 0.5 * (found->phase[k].x_A + found->phase[j].x_A);
            if (x > 0.0 && x < 1.0) seed[n++] = x;
        }
    for (double x = 1e-7; x > 0.5e-10; x *= 0.1) {
        if (found->phase[0].x_A <= 0.0) seed[n++] = x;
        if (found->phase[0].x_B <= 0.0) seed[n++] = 1.0 - x;
    }
    return n;
}

/* What is new between rows nearer to each other than this, or beside an invariant that explains their difference, is what makes them differ, and that is looked at in the middles of their fields. */
static const double NEAR_K = 15.0;

static kiln_status full_row(kiln_i_tx *w, double T_K, const kiln_i_tx_row *a, const kiln_i_tx_row *b,
                            const kiln_tx_invariant *found, kiln_i_tx_row *out)
{
    double seed[KILN_I_SEED_ROOM];
    int n = kiln_i_tx_seeds(a, seed, KILN_I_SEED_ROOM / 3);
    n += kiln_i_tx_seeds(b, seed + n, KILN_I_SEED_ROOM / 3);
    if (found) n += seeds_around(found, seed + n);
    kiln_i_fields *f = &w->join->fields;
    kiln_i_fields_make_sparse(f, found || b->T_K - a->T_K < NEAR_K);
    const kiln_status status = kiln_i_tx_row_solve(w, T_K, seed, n, out);
    kiln_i_fields_make_sparse(f, 0);
    return status;
}

static kiln_status both_halves(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *m, const kiln_i_tx_row *b)
{
    kiln_status status = kiln_i_tx_trace(w, a, m);
    if (status == KILN_OK) status = kiln_i_tx_add_row(w, m);
    return status == KILN_OK ? kiln_i_tx_trace(w, m, b) : status;
}

static kiln_status refine(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b)
{
    kiln_i_tx_row m;
    int agrees;
    if (b->T_K - a->T_K < w->options.least_K || is_exhausted(w)) return KILN_OK;
    kiln_status status = kiln_i_tx_row_between(w, a, b, &m, &agrees);
    if (status == KILN_OK && !agrees) status = full_row(w, 0.5 * (a->T_K + b->T_K), a, b, NULL, &m);
    if (status != KILN_OK) return status;
    if (kiln_i_tx_same_row(a, &m) && is_straight(w, a, &m, b)) return kiln_i_tx_add_row(w, &m);
    return both_halves(w, a, &m, b);
}

/* ---- Where it changes ---- */

/* A change of the sequence of fields is closed in on to this. */
static const double BRACKET_K = 1e-3;

static kiln_status halve(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b)
{
    kiln_i_tx_row m;
    if (is_exhausted(w)) return add_invariant(w, a, b, NULL);
    const kiln_status status = full_row(w, 0.5 * (a->T_K + b->T_K), a, b, NULL, &m);
    return status == KILN_OK ? both_halves(w, a, &m, b) : status;
}

/* A row beside the invariant, which is the one given where that is as near. */
static kiln_status beside(kiln_i_tx *w, double T_K, const kiln_i_tx_row *a, const kiln_i_tx_row *b,
                          const kiln_tx_invariant *found, const kiln_i_tx_row *near, kiln_i_tx_row *out)
{
    if (fabs(near->T_K - found->T_K) > 0.5 * BRACKET_K) return full_row(w, T_K, a, b, found, out);
    *out = *near;
    return KILN_OK;
}

/* The invariant that the sequences suggest, if the rows beside it bear it out; *done = 0 otherwise. */
static kiln_status settle(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b, int *done)
{
    kiln_i_tx_row low, high;
    kiln_tx_invariant found, again;
    *done = 0;
    if (!kiln_i_tx_recognise(w, a, b, &found)) return KILN_OK;
    kiln_status status = beside(w, found.T_K - 0.5 * BRACKET_K, a, b, &found, a, &low);
    if (status == KILN_OK) status = beside(w, found.T_K + 0.5 * BRACKET_K, a, b, &found, b, &high);
    if (status != KILN_OK) return status;
    if (!kiln_i_tx_recognise(w, &low, &high, &again) || again.kind != found.kind) return KILN_OK;
    *done = 1;
    if (low.T_K > a->T_K) {
        status = kiln_i_tx_trace(w, a, &low);
        if (status == KILN_OK) status = kiln_i_tx_add_row(w, &low);
    }
    if (status == KILN_OK) status = add_invariant(w, &low, &high, &again);
    if (status == KILN_OK && high.T_K < b->T_K) {
        status = kiln_i_tx_add_row(w, &high);
        if (status == KILN_OK) status = kiln_i_tx_trace(w, &high, b);
    }
    return status;
}

kiln_status kiln_i_tx_trace(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b)
{
    int done = 0;
    if (kiln_i_tx_same_row(a, b)) return refine(w, a, b);
    const kiln_status status = settle(w, a, b, &done);
    if (status != KILN_OK || done) return status;
    return b->T_K - a->T_K <= BRACKET_K ? add_invariant(w, a, b, NULL) : halve(w, a, b);
}
