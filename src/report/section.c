#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"

#include <math.h>

static const char *kind_name(kiln_section_kind kind)
{
    switch (kind) {
    case KILN_SECTION_ISOPLETH: return "isopleth";
    case KILN_SECTION_TPO2: return "tpo2";
    case KILN_SECTION_TERNARY: break;
    }
    return "ternary";
}

/* The two numbers of every point. */
static void axis_names(kiln_section_kind kind, const char *name[2])
{
    name[0] = kind == KILN_SECTION_TPO2 ? "log10_po2_bar" : "x_A";
    name[1] = kind == KILN_SECTION_TERNARY ? "x_B" : "T_K";
}

static void describe_pair(kiln_i_tree *t, json_t *parent, const char *key, double a, double b)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    kiln_i_tree_real(t, list, NULL, a);
    kiln_i_tree_real(t, list, NULL, b);
}

static void describe_axes(kiln_i_tree *t, json_t *input, const kiln_section *s)
{
    const char *name[2];
    axis_names(s->kind, name);
    json_t *axes = kiln_i_tree_array(t, input, "axes");
    kiln_i_tree_text(t, axes, NULL, name[0]);
    kiln_i_tree_text(t, axes, NULL, name[1]);
    describe_pair(t, input, "u_range", s->u_low, s->u_high);
    if (s->kind == KILN_SECTION_TERNARY) kiln_i_tree_real(t, input, "T_K", s->T_K);
    else describe_pair(t, input, "T_range_K", s->v_low, s->v_high);
}

static void describe_input(kiln_i_tree *t, json_t *input, const kiln_section *s, const kiln_report_section_details *d)
{
    kiln_i_tree_text(t, input, "diagram", kind_name(s->kind));
    json_t *members = kiln_i_tree_array(t, input, "end_members");
    for (int m = 0; m < 3 && d->member[m]; ++m) kiln_i_describe_end_member(t, members, d->member[m]);
    kiln_i_tree_text(t, input, "varied", d->varied);
    kiln_i_tree_text(t, input, "basis",
                     s->kind == KILN_SECTION_TPO2 ? "log10 of the oxygen pressure in bar" : kiln_i_fraction_words(input, 0));
    describe_axes(t, input, s);
}

static void describe_names(kiln_i_tree *t, json_t *parent, const kiln_system *system, int n, const int *phase)
{
    json_t *list = kiln_i_tree_array(t, parent, "phases");
    for (int k = 0; k < n; ++k) kiln_i_describe_phase(t, kiln_i_tree_object(t, list, NULL), system, phase[k]);
}

static void describe_points(kiln_i_tree *t, json_t *parent, int n, const kiln_section_point *point, int has_proofs)
{
    json_t *points = kiln_i_tree_array(t, parent, "points");
    int n_unproved = 0;
    for (int k = 0; k < n; ++k) {
        json_t *pair = kiln_i_tree_array(t, points, NULL);
        kiln_i_tree_real(t, pair, NULL, point[k].u);
        kiln_i_tree_real(t, pair, NULL, point[k].v);
        n_unproved += !point[k].is_certified;
    }
    if (!has_proofs) return;
    json_t *unproved = kiln_i_tree_array(t, parent, "not_certified");
    for (int k = 0; k < n && n_unproved > 0; ++k)
        if (!point[k].is_certified) kiln_i_tree_integer(t, unproved, NULL, k);
}

static void describe_field(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_section *s,
                           const kiln_section_field *f)
{
    const char *name[2];
    json_t *item = kiln_i_tree_object(t, list, NULL);
    axis_names(s->kind, name);
    describe_names(t, item, system, f->n_phases, f->phase);
    kiln_i_tree_flag(t, item, "single", f->n_phases == 1);
    kiln_i_tree_flag(t, item, "certified", f->is_certified);
    kiln_i_tree_real(t, item, "share", f->share);
    json_t *at = kiln_i_tree_object(t, item, "at");
    kiln_i_tree_real(t, at, name[0], f->u);
    kiln_i_tree_real(t, at, name[1], f->v);
    if (s->kind != KILN_SECTION_TERNARY && f->n_loops > 0) describe_pair(t, item, "T_range_K", f->v_low, f->v_high);
    json_t *loops = kiln_i_tree_array(t, item, "loops");
    for (int k = 0; k < f->n_loops; ++k) {
        json_t *loop = kiln_i_tree_object(t, loops, NULL);
        kiln_i_tree_real(t, loop, "area", f->loop[k].area);
        describe_points(t, loop, f->loop[k].n, f->loop[k].point, 0);
    }
}

static void describe_lines(kiln_i_tree *t, json_t *result, const kiln_section *s)
{
    json_t *list = kiln_i_tree_array(t, result, "lines");
    for (int i = 0; i < s->n_lines; ++i) {
        json_t *item = kiln_i_tree_object(t, list, NULL), *between = kiln_i_tree_array(t, item, "between");
        kiln_i_tree_integer(t, between, NULL, s->line[i].field[0]);
        kiln_i_tree_integer(t, between, NULL, s->line[i].field[1]);
        describe_points(t, item, s->line[i].n, s->line[i].point, 1);
    }
}

static void describe_junctions(kiln_i_tree *t, json_t *result, const kiln_section *s)
{
    const char *name[2];
    json_t *list = kiln_i_tree_array(t, result, "junctions");
    axis_names(s->kind, name);
    for (int i = 0; i < s->n_junctions; ++i) {
        const kiln_section_junction *j = &s->junction[i];
        json_t *item = kiln_i_tree_object(t, list, NULL), *fields = kiln_i_tree_array(t, item, "fields");
        for (int k = 0; k < j->n_fields; ++k) kiln_i_tree_integer(t, fields, NULL, j->field[k]);
        kiln_i_tree_real(t, item, name[0], j->u);
        kiln_i_tree_real(t, item, name[1], j->v);
        kiln_i_tree_real(t, item, "size", j->size);
    }
}

static void describe_ties(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_section *s)
{
    json_t *list = kiln_i_tree_array(t, result, "tie_lines");
    for (int i = 0; i < s->n_ties; ++i) {
        const kiln_section_tie *tie = &s->tie[i];
        json_t *item = kiln_i_tree_object(t, list, NULL), *ends = kiln_i_tree_array(t, item, "ends");
        for (int k = 0; k < tie->n; ++k) {
            json_t *end = kiln_i_tree_object(t, ends, NULL);
            kiln_i_describe_phase(t, end, system, tie->phase[k]);
            kiln_i_tree_real(t, end, "x_A", tie->u[k]);
            kiln_i_tree_real(t, end, "x_B", tie->v[k]);
        }
        kiln_i_tree_flag(t, item, "certified", tie->is_certified);
    }
}

static void describe_contours(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_section *s)
{
    json_t *list = kiln_i_tree_array(t, result, "valence_contours");
    for (int i = 0; i < s->n_contours; ++i) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        const int z = kiln_system_component(system, s->contour[i].component, NULL);
        kiln_i_tree_text(t, item, "element", kiln_i_element_symbol(z));
        kiln_i_tree_real(t, item, "valence", s->contour[i].valence);
        describe_points(t, item, s->contour[i].n, s->contour[i].point, 0);
    }
}

/* ---- Windows along an isopleth ---- */

static void describe_end(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, const kiln_section_end *e)
{
    json_t *item = kiln_i_tree_object(t, parent, key);
    kiln_i_tree_flag(t, item, "is_end", e->exists);
    kiln_i_tree_real(t, item, "T_K", e->T_K);
    if (e->has_sigma && !e->low_is_open) kiln_i_tree_real(t, item, "low_K", e->low_K);
    if (e->has_sigma && !e->high_is_open) kiln_i_tree_real(t, item, "high_K", e->high_K);
    if (e->has_detected) kiln_i_tree_real(t, item, "detected_K", e->detected_K);
    if (e->phase >= 0) kiln_i_describe_phase(t, item, system, e->phase);
}

static void describe_windows(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_report_section_details *d)
{
    if (d->n_windows == 0) return;
    json_t *windows = kiln_i_tree_object(t, result, "windows"), *structure = kiln_i_tree_object(t, windows, "structure"),
           *rows = kiln_i_tree_array(t, windows, "rows");
    kiln_i_describe_phase(t, structure, system, d->phase);
    for (int i = 0; i < d->n_windows; ++i) {
        const kiln_section_window *w = &d->windows[i];
        json_t *row = kiln_i_tree_object(t, rows, NULL), *ranges;
        kiln_i_tree_real(t, row, "x_A", w->u);
        kiln_i_tree_flag(t, row, "certified", w->is_certified);
        ranges = kiln_i_tree_array(t, row, "ranges");
        for (int r = 0; r < w->n_ranges; ++r) {
            json_t *range = kiln_i_tree_object(t, ranges, NULL);
            describe_end(t, range, "low", system, &w->low[r]);
            describe_end(t, range, "high", system, &w->high[r]);
        }
    }
}

/* How far functions of stable phases are used outside their validity, at the ends of their fields. */
static double extrapolation(kiln_i_evidence *evidence, const kiln_section *s)
{
    double beyond_K = 0.0;
    const int is_ternary = s->kind == KILN_SECTION_TERNARY;
    for (int i = 0; i < s->n_fields; ++i) {
        const kiln_section_field *f = &s->field[i];
        for (int k = 0; k < f->n_phases; ++k) {
            kiln_i_evidence_add(evidence, f->phase[k]);
            if (f->n_loops == 0) continue;
            const double low_K = is_ternary ? s->T_K : f->v_low, high_K = is_ternary ? s->T_K : f->v_high;
            beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, f->phase[k], low_K, NULL));
            beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, f->phase[k], high_K, NULL));
        }
    }
    return beyond_K;
}

static void describe_geometry(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_section *s)
{
    json_t *list = kiln_i_tree_array(t, result, "fields");
    for (int i = 0; i < s->n_fields; ++i) describe_field(t, list, system, s, &s->field[i]);
    describe_lines(t, result, s);
    describe_junctions(t, result, s);
    if (s->kind == KILN_SECTION_TERNARY) describe_ties(t, result, system, s);
    if (s->kind == KILN_SECTION_TPO2) describe_contours(t, result, system, s);
    kiln_i_tree_integer(t, result, "equilibria", s->n_equilibria);
    kiln_i_tree_integer(t, result, "failed", s->n_failed);
    kiln_i_tree_flag(t, result, "truncated", s->is_truncated);
}

kiln_status kiln_report_section(kiln_context *ctx, const kiln_section *section, const kiln_report_question *question,
                                const kiln_report_section_details *details, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !section || !details) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_system *system = kiln_section_system(section);
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_section);
    if (report) {
        describe_input(&t, kiln_i_describe_question(&t, report->root, system, question), section, details);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        describe_geometry(&t, result, system, section);
        describe_windows(&t, result, system, details);
        report->extrapolated_K = extrapolation(&evidence, section);
        kiln_i_tree_real(&t, result, "extrapolated_K", report->extrapolated_K);
        kiln_i_describe_certificate(&t, result, system, &section->certificate);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
