#include "report/report.h"

#include "core/context.h"

static void describe_point(kiln_i_tree *t, json_t *list, const kiln_database *db, const kiln_map_point *p, int index)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_integer(t, item, "number", index + 1);
    kiln_i_tree_integer(t, item, "line", p->line);
    kiln_i_tree_text(t, item, "id", *p->id ? p->id : NULL);
    kiln_i_tree_text(t, item, "formula", p->formula);
    kiln_i_tree_text(t, item, "canonical", p->canonical);
    kiln_i_tree_text(t, item, "structure", p->structure);
    if (p->T_K > 0.0) kiln_i_tree_real(t, item, "T_K", p->T_K);
    else kiln_i_tree_text(t, item, "T_K", NULL);
    kiln_i_tree_text(t, item, "atmosphere", *p->atmosphere ? p->atmosphere : NULL);
    kiln_i_tree_text(t, item, "outcome", kiln_map_outcome_text(p->outcome));
    kiln_i_tree_flag(t, item, "judged", p->has_place && p->outcome != KILN_MAP_OTHER);
    kiln_i_tree_text(t, item, "reason", *p->reason ? p->reason : NULL);
    if (!p->has_place) return;
    kiln_i_tree_text(t, item, "phase", p->phase);
    kiln_i_tree_text(t, item, "label", p->label);
    kiln_i_describe_quality(t, item, db, p->phase);
    kiln_i_tree_real(t, item, "delta_percent", 100.0 * p->delta);
    kiln_i_tree_real(t, item, "mean_radius_A", p->mean_radius_A);
    kiln_i_tree_real(t, item, "mixing_H_J_mol", p->mixing_H_J_mol);
    if (p->has_formation) kiln_i_tree_real(t, item, "formation_H_J_mol", p->formation_H_J_mol);
    else kiln_i_tree_text(t, item, "formation_H_J_mol", NULL);
}

kiln_status kiln_report_map(kiln_context *ctx, const kiln_database *db, const char *file, int shows_formation,
                            const kiln_map *map, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db || !map) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_map);
    if (!report) return t.status;
    kiln_i_describe_database(&t, report->root, db);
    json_t *input = kiln_i_tree_object(&t, report->root, "input");
    kiln_i_tree_text(&t, input, "file", file);
    kiln_i_tree_text(&t, input, "enthalpy", shows_formation ? "formation" : "mixing");
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    kiln_i_tree_text(&t, result, "basis", "J per mole of cations");
    kiln_i_tree_text(&t, result, "radii", "Shannon 1976, effective ionic radii, six neighbours, high spin");
    json_t *list = kiln_i_tree_array(&t, result, "compositions");
    for (int i = 0; i < map->n; ++i) describe_point(&t, list, db, &map->point[i], i);
    kiln_i_tree_integer(&t, result, "judged", map->n_judged);
    kiln_i_tree_integer(&t, result, "not_judged", map->n - map->n_judged);
    kiln_i_tree_real(&t, result, "extrapolated_K", map->extrapolated_K);
    report->extrapolated_K = map->extrapolated_K;
    return kiln_i_report_finish(&t, report, out);
}
