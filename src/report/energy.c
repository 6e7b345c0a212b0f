#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>

static void describe_budget(kiln_i_tree *t, json_t *row, const kiln_energy_budget *b)
{
    json_t *budget = kiln_i_tree_object(t, row, "energy_budget");
    static const char *const of_formation[] = {"dG_J_mol", "dH_J_mol", "transfer_J_mol"};
    const double formation[] = {b->dG_J_mol, b->dH_J_mol, b->dG_J_mol - b->excess_J_mol - b->minus_TS_J_mol};
    for (int k = 0; k < 3; ++k) {
        if (b->has_formation) kiln_i_tree_real(t, budget, of_formation[k], formation[k]);
        else kiln_i_tree_text(t, budget, of_formation[k], NULL);
    }
    kiln_i_tree_real(t, budget, "excess_J_mol", b->excess_J_mol);
    kiln_i_tree_real(t, budget, "excess_H_J_mol", b->excess_H_J_mol);
    kiln_i_tree_real(t, budget, "S_conf_J_molK", b->S_conf_J_molK);
    kiln_i_tree_real(t, budget, "minus_TS_conf_J_mol", b->minus_TS_J_mol);
    kiln_i_tree_real(t, budget, "mixing_J_mol", b->excess_J_mol + b->minus_TS_J_mol);
}

static void describe_index(kiln_i_tree *t, json_t *parent, const char *key, int index)
{
    if (index < 0) kiln_i_tree_text(t, parent, key, NULL);
    else kiln_i_tree_integer(t, parent, key, index);
}

/* One number for each competitor, null where it has none. */
static void describe_forces(kiln_i_tree *t, json_t *row, const kiln_energy *e, int r)
{
    json_t *list = kiln_i_tree_array(t, row, "driving_forces_J_mol");
    for (int c = 0; c < e->n_competitors; ++c) {
        const double f = e->competitor[c].force_J_mol[r];
        if (isnan(f)) kiln_i_tree_text(t, list, NULL, NULL);
        else kiln_i_tree_real(t, list, NULL, f);
    }
}

static void describe_row(kiln_i_tree *t, json_t *list, const kiln_energy *e, int r)
{
    const kiln_energy_row *row = &e->row[r];
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_real(t, item, "T_K", row->T_K);
    if (e->z > 0) kiln_i_tree_real(t, item, "x", row->x);
    if (*row->failure) {
        kiln_i_tree_text(t, item, "failed", row->failure);
        return;
    }
    kiln_i_tree_text(t, item, "state", kiln_energy_proof_text(row->proof));
    kiln_i_tree_flag(t, item, "certified", row->proof == KILN_ENERGY_SINGLE);
    if (row->proof == KILN_ENERGY_OPEN) {
        kiln_i_tree_text(t, item, "reason", row->reason);
        kiln_i_tree_text(t, item, "open_phase", *row->open_phase ? row->open_phase : NULL);
    }
    kiln_i_tree_real(t, item, "least_driving_force_J_mol", row->least_J_mol);
    describe_index(t, item, "limited_by", row->limit);
    describe_budget(t, item, &row->budget);
    describe_forces(t, item, e, r);
}

static const char *kind_text(kiln_energy_kind kind)
{
    return kind == KILN_ENERGY_PHASE ? "phase" : kind == KILN_ENERGY_DEMIXING ? "demixing" : "set";
}

static void describe_competitors(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_energy *e)
{
    json_t *list = kiln_i_tree_array(t, result, "competitors");
    for (int c = 0; c < e->n_competitors; ++c) {
        const kiln_energy_competitor *k = &e->competitor[c];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "kind", kind_text(k->kind));
        kiln_i_tree_text(t, item, "phase", k->kind == KILN_ENERGY_SET ? NULL : k->name);
        kiln_i_tree_text(t, item, "label", k->kind == KILN_ENERGY_DEMIXING ? "demixing" : k->label);
        if (k->kind == KILN_ENERGY_PHASE) kiln_i_describe_quality(t, item, system->db, k->name);
        kiln_i_tree_real(t, item, "least_J_mol", k->least_J_mol);
        kiln_i_tree_real(t, item, e->z > 0 ? "at_x" : "at_K", e->z > 0 ? e->row[k->least_row].x : e->row[k->least_row].T_K);
    }
    list = kiln_i_tree_array(t, result, "ends");
    for (int k = 0; k < e->n_ends; ++k) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, e->z > 0 ? "x" : "T_K", e->z > 0 ? e->end[k].x : e->end[k].T_K);
        kiln_i_tree_text(t, item, "single", e->end[k].is_low ? "above" : "below");
        describe_index(t, item, "limited_by", e->end[k].competitor);
        kiln_i_tree_real(t, item, "tolerance", e->end[k].tolerance);
    }
}

/* What each cation alone is, at the first and last temperature. */
static void describe_references(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_energy *e)
{
    json_t *list = kiln_i_tree_array(t, result, "references");
    for (int k = 0; k < 2; ++k) {
        double oxygen;
        const kiln_energy_row *row = &e->row[k ? e->n_rows - 1 : 0];
        if (*row->failure || !row->budget.has_formation || (k && row->T_K == e->row[0].T_K)) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "T_K", row->T_K);
        kiln_i_describe_references(t, item, system, row->T_K, &oxygen);
    }
}

/* The worst of all rows where the phase is not undercut. */
static void describe_proofs(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_energy *e)
{
    kiln_certificate worst = {.phase = -1, .reason = "nowhere single: another is more stable at every row"};
    for (int r = 0; r < e->n_rows; ++r) {
        const kiln_energy_row *row = &e->row[r];
        if (*row->failure || row->proof == KILN_ENERGY_UNDERCUT) continue;
        if (row->proof == KILN_ENERGY_OPEN) {
            worst = (kiln_certificate){.phase = kiln_system_find_phase(system, row->open_phase), .reason = row->reason};
            break;
        }
        worst.is_certified = 1;
        worst.gap_J_mol = fmax(worst.gap_J_mol, row->gap_J_mol);
    }
    kiln_i_tree_integer(t, result, "open_rows", e->n_open);
    kiln_i_describe_certificate(t, result, system, &worst);
}

static double describe_rows(kiln_i_tree *t, json_t *result, const kiln_energy *e, int phase, kiln_i_evidence *evidence)
{
    double beyond_K = 0.0;
    int n_failed = 0;
    json_t *list = kiln_i_tree_array(t, result, "rows");
    for (int r = 0; r < e->n_rows; ++r) {
        describe_row(t, list, e, r);
        if (*e->row[r].failure) ++n_failed;
        else beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, phase, e->row[r].T_K, NULL));
    }
    kiln_i_tree_integer(t, result, "failed_rows", n_failed);
    return beyond_K;
}

static void describe_evidence(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_energy *e,
                              kiln_i_evidence *evidence)
{
    for (int c = 0; c < e->n_competitors; ++c) {
        const int phase = kiln_system_find_phase(system, e->competitor[c].name);
        if (phase >= 0 && e->competitor[c].least_J_mol < 0.0) kiln_i_evidence_add(evidence, phase);
    }
    kiln_i_evidence_describe(t, result, evidence);
}

static void describe(kiln_i_tree *t, kiln_report *report, const kiln_system *system, const kiln_report_question *question,
                     const kiln_energy *e, kiln_i_evidence *evidence)
{
    const int phase = kiln_system_find_phase(system, e->phase);
    json_t *input = kiln_i_describe_question(t, report->root, system, question);
    kiln_i_tree_text(t, input, "varied", e->z > 0 ? kiln_i_element_symbol(e->z) : NULL);
    if (e->z > 0) kiln_i_tree_real(t, input, "T_K", e->row[0].T_K);
    else {
        json_t *range = kiln_i_tree_array(t, input, "T_range_K");
        kiln_i_tree_real(t, range, NULL, e->row[0].T_K);
        kiln_i_tree_real(t, range, NULL, e->row[e->n_rows - 1].T_K);
    }
    json_t *result = kiln_i_tree_object(t, report->root, "result");
    kiln_i_describe_phase(t, result, system, phase);
    kiln_i_tree_text(t, result, "basis", "J per mole of cations");
    kiln_i_tree_text(t, result, "force_basis",
                     system->atmosphere.control == KILN_OXYGEN_CLOSED
                         ? "J per mole of the competitor's closed components, oxygen among them"
                         : "J per mole of the competitor's cations");
    if (e->z > 0) kiln_i_tree_real(t, result, "x_as_written", kiln_composition_fraction(&system->composition, e->z));
    kiln_i_evidence_add(evidence, phase);
    report->extrapolated_K = describe_rows(t, result, e, phase, evidence);
    describe_competitors(t, result, system, e);
    describe_references(t, result, system, e);
    kiln_i_tree_real(t, result, "extrapolated_K", report->extrapolated_K);
    describe_proofs(t, result, system, e);
    describe_evidence(t, result, system, e, evidence);
}

kiln_status kiln_report_energy(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                               const kiln_energy *energy, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !energy || kiln_system_find_phase(system, energy->phase) < 0)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or a system without the phase");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_energy);
    if (report) describe(&t, report, system, question, energy, &evidence);
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
