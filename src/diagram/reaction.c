#include "diagram/tx.h"

#include <math.h>
#include <string.h>

static const double POINT = 1e-11; /* in x: the width of a compound's field */

typedef struct change {
    kiln_i_tx *w;
    const kiln_i_tx_row *below, *above;
    kiln_i_tx_block k;
    int n_below, n_above; /* fields that differ */
    kiln_tx_invariant *out;
} change;

static int is_liquid(const change *c, int phase)
{
    const kiln_system *system = c->w->join->system;
    return system->db->phases[system->phases[phase].source].role == KILN_ROLE_LIQUID;
}

static void add_phase(kiln_tx_invariant *out, int phase, double x_A, double x_B)
{
    out->phase[out->n_phases++] = (kiln_tx_phase){phase, x_A, x_B};
}

/* ---- Three phases ---- */

/* The middle one becomes the outer two on cooling. */
static kiln_tx_kind kind_of_decomposition(const change *c, const int p[3])
{
    if (is_liquid(c, p[1]))
        return p[0] == p[1] || p[2] == p[1] || is_liquid(c, p[0]) || is_liquid(c, p[2]) ? KILN_TX_MONOTECTIC : KILN_TX_EUTECTIC;
    if (is_liquid(c, p[0]) || is_liquid(c, p[2])) return KILN_TX_METATECTIC;
    return p[0] == p[1] || p[2] == p[1] ? KILN_TX_MONOTECTOID : KILN_TX_EUTECTOID;
}

static kiln_tx_kind kind_of_formation(const change *c, const int p[3])
{
    if (is_liquid(c, p[1])) return KILN_TX_REMELTING;
    if (is_liquid(c, p[0]) && is_liquid(c, p[2])) return KILN_TX_SYNTECTIC;
    return is_liquid(c, p[0]) || is_liquid(c, p[2]) ? KILN_TX_PERITECTIC : KILN_TX_PERITECTOID;
}

/* Lines `left` and right = left + 2 of the row that has the middle phase, which is `over` the invariant or under it. */
static int three_phases(const change *c, int over, int left)
{
    const kiln_i_tx_row *row = over ? c->above : c->below;
    kiln_tx_invariant *out = c->out;
    double x[3][2];
    if (left < 0 || left + 2 >= row->n) return 0;
    const kiln_i_tx_field *l = &row->field[left], *r = l + 2;
    if (!l->is_line || !r->is_line || l->end[1] != r->end[0]) return 0;
    if (!kiln_i_tx_three_phases(c->w, row->T_K, l, r, c->below->T_K, c->above->T_K, &out->T_K, x)) return 0;
    const int p[3] = {l->end[0], l->end[1], r->end[1]};
    out->kind = over ? kind_of_decomposition(c, p) : kind_of_formation(c, p);
    out->n_reactants = over ? 1 : 2;
    if (over) add_phase(out, p[1], x[1][0], x[1][1]);
    add_phase(out, p[0], x[0][0], x[0][1]);
    add_phase(out, p[2], x[2][0], x[2][1]);
    if (!over) add_phase(out, p[1], x[1][0], x[1][1]);
    out->tolerance_K = 1e-6;
    return 1;
}

/* One field of two phases on one side, and a third phase in its middle on the other. */
static int is_three_phases(const change *c)
{
    const int over = c->n_above == 3 && c->n_below == 1, under = c->n_above == 1 && c->n_below == 3;
    if (!over && !under) return 0;
    const kiln_i_tx_field *line = over ? &c->below->field[c->k.first] : &c->above->field[c->k.first];
    const kiln_i_tx_field *left = over ? &c->above->field[c->k.first] : &c->below->field[c->k.first];
    if (!line->is_line || !left->is_line || left->end[0] != line->end[0] || left[2].end[1] != line->end[1]) return 0;
    return three_phases(c, over, c->k.first);
}

/* ---- A gap of one structure ---- */

/* Its tie lines and one of the two single-phase fields beside them come in together; the other field continues what is there without the gap. It closes at a critical point, or ends on a
 * third phase, whose tie line with the structure then stands on either side of it. */
static int is_gap(const change *c)
{
    const int over = c->n_above == 2 && c->n_below == 0, under = c->n_above == 0 && c->n_below == 2;
    const kiln_i_tx_row *row = over ? c->above : c->below;
    if (!over && !under) return 0;
    const kiln_i_tx_field *gap = &row->field[c->k.first];
    if (!gap->is_line || gap->end[0] != gap->end[1]) return 0;
    if (three_phases(c, over, c->k.first) || three_phases(c, over, c->k.first - 2)) return 1;
    double x;
    if (!kiln_i_tx_critical(c->w, gap->end[0], gap->low, gap->high, c->below->T_K, c->above->T_K, &c->out->T_K, &x)) return 0;
    c->out->kind = KILN_TX_CRITICAL;
    c->out->tolerance_K = 1e-3;
    c->out->n_reactants = 1;
    add_phase(c->out, gap->end[0], x, 1.0 - x);
    return 1;
}

/* ---- Two phases of one composition ---- */

static int finish_two(const change *c, kiln_tx_kind kind, int hot, int cold, double x_A, double x_B)
{
    if (!(c->out->T_K > c->below->T_K && c->out->T_K < c->above->T_K)) return 0;
    c->out->kind = kind;
    c->out->n_reactants = 1;
    c->out->tolerance_K = 1e-6;
    add_phase(c->out, hot, x_A, x_B);
    add_phase(c->out, cold, x_A, x_B);
    return 1;
}

static int change_of_structure(const change *c, int hot, int cold)
{
    return is_liquid(c, hot) || is_liquid(c, cold) ? KILN_TX_MELTING : KILN_TX_TRANSITION;
}

/* An end member that changes its structure: at this end the outermost fields differ, by the outermost phase. */
static int is_end_member(const change *c, int high)
{
    const kiln_i_tx_row *low_row = c->below, *high_row = c->above;
    const int at_end = high ? c->k.end_below == low_row->n && c->k.end_above == high_row->n : c->k.first == 0;
    const int expected =
        (c->n_below == 2 && c->n_above == 0) || (c->n_below == 0 && c->n_above == 2) || (c->n_below == 2 && c->n_above == 2);
    if (!at_end || !expected) return 0;
    const int cold = low_row->field[high ? low_row->n - 1 : 0].phase[0],
              hot = high_row->field[high ? high_row->n - 1 : 0].phase[0];
    const int pair[2] = {cold, hot};
    if (cold == hot || !kiln_i_tx_pure(c->w, !high, pair, low_row->T_K, high_row->T_K, &c->out->T_K)) return 0;
    return finish_two(c, change_of_structure(c, hot, cold), hot, cold, high, !high);
}

/* A phase inside the field of another one, with which it has a composition in common. */
static int is_congruent(const change *c)
{
    const int over = c->n_above == 4 && c->n_below == 0, under = c->n_above == 0 && c->n_below == 4;
    if (!over && !under) return 0;
    const kiln_i_tx_field *f = (over ? c->above : c->below)->field + c->k.first;
    if (!f[0].is_line || !f[2].is_line || f[0].end[0] != f[2].end[1] || f[0].end[1] != f[2].end[0]) return 0;
    const int outer = f[0].end[0], inner = f[0].end[1], pair[2] = {outer, inner};
    const double low_K = c->below->T_K, high_K = c->above->T_K;
    double x = 0.5 * (f[1].low + f[1].high);
    const int found = f[1].high - f[1].low <= POINT
                          ? kiln_i_tx_same_energy(c->w, x, pair, low_K, high_K, &c->out->T_K)
                          : kiln_i_tx_congruent(c->w, f[0].low, f[2].high, pair, low_K, high_K, &c->out->T_K, &x);
    return found && finish_two(c, KILN_TX_CONGRUENT, over ? inner : outer, over ? outer : inner, x, 1.0 - x);
}

/* A compound that becomes another one of the same composition. */
static int is_compound(const change *c)
{
    if (c->n_below != 3 || c->n_above != 3) return 0;
    const kiln_i_tx_field *cold = &c->below->field[c->k.first + 1], *hot = &c->above->field[c->k.first + 1];
    if (cold->n_phases != 1 || hot->n_phases != 1 || cold->high - cold->low > POINT || hot->high - hot->low > POINT ||
        fabs(cold->low - hot->low) > POINT)
        return 0;
    const int pair[2] = {cold->phase[0], hot->phase[0]};
    return kiln_i_tx_same_energy(c->w, cold->low, pair, c->below->T_K, c->above->T_K, &c->out->T_K) &&
           finish_two(c, change_of_structure(c, pair[1], pair[0]), pair[1], pair[0], cold->low, cold->low_B);
}

int kiln_i_tx_recognise(kiln_i_tx *w, const kiln_i_tx_row *below, const kiln_i_tx_row *above, kiln_tx_invariant *out)
{
    const kiln_i_tx_block k = kiln_i_tx_compare(below, above);
    const change c = {w, below, above, k, k.end_below - k.first, k.end_above - k.first, out};
    memset(out, 0, sizeof *out);
    return is_three_phases(&c) || is_gap(&c) || is_end_member(&c, 0) || is_end_member(&c, 1) || is_congruent(&c) ||
           is_compound(&c);
}

const char *kiln_tx_kind_name(kiln_tx_kind kind)
{
    static const char *const names[] = {"unresolved", "eutectic",   "eutectoid",   "monotectic", "monotectoid",
                                        "metatectic", "peritectic", "peritectoid", "syntectic",  "remelting",
                                        "transition", "melting",    "congruent",   "critical"};
    return kind >= KILN_TX_UNRESOLVED && kind <= KILN_TX_CRITICAL ? names[kind] : "unknown";
}
