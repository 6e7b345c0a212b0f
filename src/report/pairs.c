#include "report/report.h"

#include "core/context.h"
#include "data/database.h"

#include <stdio.h>
#include <string.h>

static void describe_source(kiln_i_tree *t, json_t *item, const kiln_provenance *p)
{
    kiln_i_tree_text(t, item, "status", p->status);
    kiln_i_tree_text(t, item, "source_key", p->source_key);
    kiln_i_tree_text(t, item, "source", p->source);
    kiln_i_tree_text(t, item, "doi", p->doi);
    kiln_i_tree_note(t, item, "note", p->note);
    kiln_i_tree_text(t, item, "estimate", p->estimate);
}

static void describe_pair(kiln_i_tree *t, json_t *list, const kiln_pair *pair)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_text(t, item, "a", pair->a);
    kiln_i_tree_text(t, item, "b", pair->b);
    kiln_i_tree_text(t, item, "kind", kiln_pair_kind_text(pair->kind));
    if (pair->parameter < 0) kiln_i_tree_text(t, item, "L0_J_mol", NULL);
    else kiln_i_tree_real(t, item, "L0_J_mol", pair->L0_J_mol);
    if (pair->sigma_J_mol < 0.0) kiln_i_tree_text(t, item, "sigma_J_mol", NULL);
    else kiln_i_tree_real(t, item, "sigma_J_mol", pair->sigma_J_mol);
    kiln_i_tree_flag(t, item, "estimated", pair->is_estimated);
    kiln_i_tree_integer(t, item, "higher_orders", pair->n_higher);
    describe_source(t, item, &pair->provenance);
}

/* "kJ per mole of cations" where every site of the sublattice holds one cation and all cations stand on it. */
static const char *basis_of(const kiln_i_phase *phase, int sublattice)
{
    for (int s = 0; s < phase->n_sublattices; ++s)
        if (s != sublattice && phase->sublattices[s].n_constituents > 1) return "J per mole of sites of the sublattice";
    return "J per mole of mixing sites (cations)";
}

static void describe(kiln_i_tree *t, kiln_report *report, const kiln_database *db, const kiln_report_pairs_question *q,
                     const kiln_pair *pairs)
{
    const kiln_i_phase *phase = &db->phases[q->phase];
    const kiln_i_sublattice *sublattice = &phase->sublattices[q->sublattice];
    kiln_i_describe_database(t, report->root, db);
    json_t *input = kiln_i_tree_object(t, report->root, "input");
    kiln_i_tree_real(t, input, "T_K", q->T_K);
    kiln_i_tree_flag(t, input, "sigma", q->shows_sigma);
    json_t *result = kiln_i_tree_object(t, report->root, "result");
    kiln_i_tree_text(t, result, "phase", phase->name);
    kiln_i_tree_text(t, result, "label", phase->label);
    kiln_i_tree_text(t, result, "structure", phase->structure);
    kiln_i_describe_quality(t, result, db, phase->name);
    kiln_i_tree_text(t, result, "sublattice", sublattice->name);
    kiln_i_tree_real(t, result, "sites_per_formula", sublattice->sites);
    kiln_i_tree_text(t, result, "basis", basis_of(phase, q->sublattice));
    json_t *list = kiln_i_tree_array(t, result, "constituents");
    for (int i = 0; i < q->n; ++i)
        kiln_i_tree_text(t, list, NULL, kiln_database_constituent(db, q->phase, q->sublattice, q->constituent[i]));
    list = kiln_i_tree_array(t, result, "pairs");
    int n_estimated = 0, n_missing = 0;
    for (int k = 0; k < q->n * (q->n - 1) / 2; ++k) {
        describe_pair(t, list, &pairs[k]);
        n_estimated += pairs[k].is_estimated;
        n_missing += pairs[k].parameter < 0;
    }
    kiln_i_tree_integer(t, result, "estimated", n_estimated);
    kiln_i_tree_integer(t, result, "without_value", n_missing);
}

kiln_status kiln_report_pairs(kiln_context *ctx, const kiln_database *db, const kiln_report_pairs_question *question,
                              const kiln_pair *pairs, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db || !question || !question->constituent || !pairs || question->phase < 0 || question->phase >= db->n_phases ||
        question->sublattice < 0 || question->sublattice >= db->phases[question->phase].n_sublattices)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no such phase or sublattice");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_pairs);
    if (!report) return t.status;
    describe(&t, report, db, question, pairs);
    return kiln_i_report_finish(&t, report, out);
}
