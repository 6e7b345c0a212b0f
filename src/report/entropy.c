#include "report/report.h"

#include "core/context.h"

#include <kiln/map.h>

#include <stdio.h>

static void describe_value(kiln_i_tree *t, json_t *parent, const char *basis, const kiln_entropy_value *value)
{
    char key[64];
    snprintf(key, sizeof key, "%s_R", basis);
    kiln_i_tree_real(t, parent, key, value->R);
    snprintf(key, sizeof key, "%s_J_molK", basis);
    kiln_i_tree_real(t, parent, key, value->J_mol_K);
    snprintf(key, sizeof key, "%s_class", basis);
    kiln_i_tree_text(t, parent, key, kiln_entropy_class_text(value->grade));
}

void kiln_i_describe_entropy(kiln_i_tree *t, json_t *parent, const kiln_entropy *entropy)
{
    kiln_i_tree_text(t, parent, "class", kiln_entropy_class_text(entropy->grade));
    kiln_i_tree_flag(t, parent, "class_depends_on_basis", entropy->class_depends_on_basis);
    kiln_i_tree_text(t, parent, "sentence", entropy->sentence);
    kiln_i_tree_flag(t, parent, "high_entropy", entropy->grade == KILN_ENTROPY_HIGH);
    kiln_i_tree_text(t, parent, "verdict", entropy->verdict);
    kiln_i_tree_flag(t, parent, "alloy", entropy->is_alloy);
    kiln_i_tree_flag(t, parent, "anions_mix", entropy->anions_mix);
    describe_value(t, parent, "cations_and_anions", &entropy->both);
    describe_value(t, parent, "mixing_sublattice", &entropy->mixing);
    describe_value(t, parent, "per_cation", &entropy->per_cation);
    describe_value(t, parent, "per_formula", &entropy->per_formula);
    describe_value(t, parent, "per_site", &entropy->per_site);
    describe_value(t, parent, "pooled_per_cation", &entropy->pooled);
}

void kiln_i_describe_tolerance(kiln_i_tree *t, json_t *parent, const kiln_composition *composition)
{
    kiln_tolerance sizes;
    if (kiln_tolerance_factor(composition, &sizes) != KILN_OK) {
        kiln_i_tree_text(t, parent, "tolerance", NULL);
        return;
    }
    json_t *node = kiln_i_tree_object(t, parent, "tolerance");
    kiln_i_tree_real(t, node, "factor", sizes.t);
    kiln_i_tree_real(t, node, "r_A_A", sizes.r_A_A);
    kiln_i_tree_real(t, node, "r_B_A", sizes.r_B_A);
    kiln_i_tree_real(t, node, "r_X_A", sizes.r_X_A);
    kiln_i_tree_integer(t, node, "neighbours_of_A", sizes.coordination_A);
}

static void describe_sublattices(kiln_i_tree *t, json_t *parent, const kiln_composition *composition, const kiln_entropy *entropy)
{
    json_t *list = kiln_i_tree_array(t, parent, "sublattices");
    for (int g = 0; g < entropy->n_groups; ++g) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        json_t *elements = kiln_i_tree_object(t, item, "elements");
        for (int i = 0; i < composition->n; ++i)
            if (composition->component[i].group == g && !composition->component[i].joined)
                kiln_i_tree_real(t, elements, kiln_i_ion_symbol(composition, i), composition->component[i].amount);
        kiln_i_tree_real(t, item, "sites_per_formula", entropy->group_sites[g]);
        kiln_i_tree_real(t, item, "entropy_R", entropy->group_R[g]);
        kiln_i_tree_flag(t, item, "sets_the_class", g == entropy->mixing_group);
    }
}

kiln_status kiln_report_entropy(kiln_context *ctx, const char *formula, const kiln_composition *composition,
                                const kiln_entropy *entropy, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !composition || !entropy) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_entropy);
    if (!report) return t.status;
    kiln_i_describe_composition(&t, kiln_i_tree_object(&t, report->root, "input"), formula, composition);
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    kiln_i_describe_entropy(&t, result, entropy);
    describe_sublattices(&t, result, composition, entropy);
    kiln_i_describe_tolerance(&t, result, composition);
    return kiln_i_report_finish(&t, report, out);
}
