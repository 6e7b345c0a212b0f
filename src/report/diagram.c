#include "report/report.h"

#include "core/context.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 512 };

static void describe_names(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, const kiln_gap_field *f)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int k = 0; k < f->n_phases; ++k) kiln_i_describe_phase(t, kiln_i_tree_object(t, list, NULL), system, f->phase[k]);
}

static void describe_phases(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, int n,
                            const kiln_tx_phase *phase)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int k = 0; k < n; ++k) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_describe_phase(t, item, system, phase[k].phase);
        kiln_i_tree_real(t, item, "x_A", phase[k].x_A);
        kiln_i_tree_real(t, item, "x_B", phase[k].x_B);
    }
}

static void describe_sequence(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, int n,
                              const kiln_gap_field *field)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int k = 0; k < n; ++k) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "x_A_low", field[k].low);
        kiln_i_tree_real(t, item, "x_A_high", field[k].high);
        describe_names(t, item, "phases", system, &field[k]);
    }
}

/* "oxide melt -> rock salt + wurtzite", as on cooling. */
static void reaction_text(const kiln_system *system, const kiln_tx_invariant *v, char line[LINE])
{
    line[0] = '\0';
    for (int k = 0; k < v->n_phases; ++k) {
        const size_t used = strlen(line);
        snprintf(line + used, LINE - used, "%s%s",
                 k == 0                ? ""
                 : k == v->n_reactants ? " -> "
                                       : " + ",
                 kiln_system_phase_label(system, v->phase[k].phase));
    }
    if (v->kind != KILN_TX_CRITICAL) return;
    const char *label = kiln_system_phase_label(system, v->phase[0].phase);
    snprintf(line, LINE, "%.100s -> %.100s + %.100s", label, label, label);
}

static void describe_invariant(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_tx_invariant *v)
{
    char line[LINE];
    json_t *item = kiln_i_tree_object(t, list, NULL);
    reaction_text(system, v, line);
    kiln_i_tree_text(t, item, "kind", kiln_tx_kind_name(v->kind));
    kiln_i_tree_text(t, item, "reaction", v->n_phases ? line : NULL);
    kiln_i_tree_real(t, item, "T_K", v->T_K);
    kiln_i_tree_real(t, item, "tolerance_K", v->tolerance_K);
    if (v->sigma_K >= 0.0) kiln_i_tree_real(t, item, "sigma_K", v->sigma_K);
    else kiln_i_tree_text(t, item, "sigma_K", NULL);
    json_t *bracket = kiln_i_tree_array(t, item, "bracket_K");
    kiln_i_tree_real(t, bracket, NULL, v->low_K);
    kiln_i_tree_real(t, bracket, NULL, v->high_K);
    kiln_i_tree_flag(t, item, "certified", v->is_certified);
    describe_phases(t, item, "reactants", system, v->n_reactants, v->phase);
    describe_phases(t, item, "products", system, v->n_phases - v->n_reactants, v->phase + v->n_reactants);
    describe_sequence(t, item, "fields_below", system, v->n_below, v->below);
    describe_sequence(t, item, "fields_above", system, v->n_above, v->above);
}

static void describe_points(kiln_i_tree *t, json_t *parent, int n, const kiln_tx_point *point, int has_proofs)
{
    json_t *list = kiln_i_tree_array(t, parent, "points");
    for (int k = 0; k < n; ++k) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "T_K", point[k].T_K);
        kiln_i_tree_real(t, item, "x_A", point[k].x_A);
        kiln_i_tree_real(t, item, "x_B", point[k].x_B);
        if (has_proofs) kiln_i_tree_flag(t, item, "certified", point[k].is_certified);
    }
}

static void describe_index(kiln_i_tree *t, json_t *parent, const char *key, int index)
{
    if (index < 0) kiln_i_tree_text(t, parent, key, NULL);
    else kiln_i_tree_integer(t, parent, key, index);
}

static void describe_curve(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_tx_curve *c)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    describe_names(t, item, "below", system, &c->below);
    describe_names(t, item, "above", system, &c->above);
    describe_index(t, item, "begins", c->begins);
    describe_index(t, item, "ends", c->ends);
    describe_points(t, item, c->n, c->point, 1);
}

static void describe_area(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_tx_area *a)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    describe_names(t, item, "phases", system, &a->phases);
    kiln_i_tree_flag(t, item, "single", a->phases.n_phases == 1);
    kiln_i_tree_real(t, item, "T_low_K", a->T_low_K);
    kiln_i_tree_real(t, item, "T_high_K", a->T_high_K);
    json_t *label = kiln_i_tree_object(t, item, "label_at");
    kiln_i_tree_real(t, label, "T_K", a->T_K);
    kiln_i_tree_real(t, label, "x_A", a->x_A);
    kiln_i_tree_real(t, label, "width", a->width);
}

static void describe_spinodal(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_tx_spinodal *s)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_describe_phase(t, item, system, s->phase);
    kiln_i_tree_flag(t, item, "begins_critical", s->begins);
    kiln_i_tree_flag(t, item, "ends_critical", s->ends);
    describe_points(t, item, s->n, s->point, 0);
}

/* How far functions of stable phases are used outside their validity, at the ends of their fields. */
static double extrapolation(kiln_i_evidence *evidence, const kiln_tx *tx)
{
    double beyond_K = 0.0;
    for (int i = 0; i < tx->n_areas; ++i)
        for (int k = 0; k < tx->area[i].phases.n_phases; ++k) {
            const int phase = tx->area[i].phases.phase[k];
            kiln_i_evidence_add(evidence, phase);
            beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, phase, tx->area[i].T_low_K, NULL));
            beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, phase, tx->area[i].T_high_K, NULL));
        }
    return beyond_K;
}

static void describe_geometry(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_tx *tx)
{
    json_t *list = kiln_i_tree_array(t, result, "invariants");
    for (int i = 0; i < tx->n_invariants; ++i) describe_invariant(t, list, system, &tx->invariant[i]);
    list = kiln_i_tree_array(t, result, "fields");
    for (int i = 0; i < tx->n_areas; ++i) describe_area(t, list, system, &tx->area[i]);
    list = kiln_i_tree_array(t, result, "curves");
    for (int i = 0; i < tx->n_curves; ++i) describe_curve(t, list, system, &tx->curve[i]);
    list = kiln_i_tree_array(t, result, "spinodals");
    for (int i = 0; i < tx->n_spinodals; ++i) describe_spinodal(t, list, system, &tx->spinodal[i]);
    kiln_i_tree_integer(t, result, "unresolved", tx->n_unresolved);
    kiln_i_tree_integer(t, result, "temperatures", tx->n_temperatures);
    kiln_i_tree_flag(t, result, "truncated", tx->is_truncated);
}

kiln_status kiln_report_tx(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                           const kiln_composition *A, const kiln_composition *B, const kiln_tx *tx,
                           const kiln_report_tx_details *details, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !A || !B || !tx) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_tx);
    if (report) {
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        kiln_i_describe_ends(&t, input, A, B);
        json_t *range = kiln_i_tree_array(&t, input, "T_range_K");
        kiln_i_tree_real(&t, range, NULL, tx->T_low_K);
        kiln_i_tree_real(&t, range, NULL, tx->T_high_K);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        describe_geometry(&t, result, system, tx);
        if (details && details->experiments) kiln_i_describe_measured(&t, input, result, system, tx, details->experiments);
        report->extrapolated_K = extrapolation(&evidence, tx);
        kiln_i_tree_real(&t, result, "extrapolated_K", report->extrapolated_K);
        kiln_i_describe_certificate(&t, result, system, &tx->certificate);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
