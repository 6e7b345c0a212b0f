#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>

void kiln_i_describe_end_member(kiln_i_tree *t, json_t *list, const kiln_composition *x)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    char formula[512];
    kiln_i_text_formula(x->canonical, formula, sizeof formula);
    kiln_i_tree_text(t, item, "canonical", x->canonical);
    kiln_i_tree_text(t, item, "formula", formula);
}

static void describe_names(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, int n, const int *phase)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int k = 0; k < n; ++k) kiln_i_describe_phase(t, kiln_i_tree_object(t, list, NULL), system, phase[k]);
}

static void describe_fields(kiln_i_tree *t, json_t *item, const kiln_system *system, const kiln_gap *row)
{
    json_t *list = kiln_i_tree_array(t, item, "fields");
    for (int i = 0; i < row->n_fields; ++i) {
        const kiln_gap_field *f = &row->field[i];
        json_t *field = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, field, "x_A_low", f->low);
        kiln_i_tree_real(t, field, "x_A_high", f->high);
        describe_names(t, field, "phases", system, f->n_phases, f->phase);
    }
}

static void describe_beside(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_gap_phase *p)
{
    json_t *phase = kiln_i_tree_object(t, list, NULL);
    kiln_i_describe_phase(t, phase, system, p->phase);
    kiln_i_describe_formula(t, phase, system, p->phase, p->composition, p->oxygen_mol);
    kiln_i_tree_real(t, phase, "x_A", p->x_A);
    kiln_i_tree_real(t, phase, "x_B", p->x_B);
}

static void describe_boundary(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_gap *row, int i)
{
    const kiln_gap_boundary *b = &row->boundary[i];
    const kiln_gap_field *below = &row->field[i], *above = below + 1;
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_real(t, item, "x_A", b->x_A);
    kiln_i_tree_real(t, item, "x_B", b->x_B);
    kiln_i_tree_real(t, item, "bracket", b->width);
    describe_names(t, item, "below", system, below->n_phases, below->phase);
    describe_names(t, item, "above", system, above->n_phases, above->phase);
    json_t *phases = kiln_i_tree_array(t, item, "phases");
    for (int k = 0; k < b->n_phases; ++k) {
        const kiln_gap_phase *p = &b->phase[k];
        describe_beside(t, phases, system, p);
        json_t *phase = json_array_get(phases, (size_t)k);
        kiln_i_tree_flag(t, phase, "on_join", p->is_on_join);
        kiln_i_tree_real(t, phase, "share", p->share);
        kiln_i_tree_real(t, phase, "oxygen_per_cation", p->oxygen_mol);
        kiln_i_describe_by_component(t, phase, "composition", system, p->composition);
    }
    kiln_i_describe_certificate(t, item, system, &b->certificate);
}

static void describe_limit(kiln_i_tree *t, json_t *gap, const char *key, const kiln_system *system, const kiln_gap_limit *limit)
{
    json_t *item = kiln_i_tree_object(t, gap, key);
    kiln_i_tree_real(t, item, "x_A", limit->x_A);
    kiln_i_tree_real(t, item, "x_B", limit->x_B);
    kiln_i_tree_flag(t, item, "open", limit->is_open);
    kiln_i_describe_by_component(t, item, "beside", system, limit->other);
    kiln_i_describe_certificate(t, item, system, &limit->certificate);
}

/* What appears where a field of `phase` alone ends: all at the edge but the copy of the phase that is there itself. */
static void describe_beyond(kiln_i_tree *t, json_t *end, const kiln_system *system, const kiln_gap_boundary *b,
                            const kiln_gap_field *beyond, int phase)
{
    json_t *list = kiln_i_tree_array(t, end, "beyond");
    int own = -1;
    for (int k = 0; k < b->n_phases; ++k)
        if (b->phase[k].phase == phase && (own < 0 || fabs(b->phase[k].x_A - b->x_A) < fabs(b->phase[own].x_A - b->x_A))) own = k;
    for (int k = 0; k < b->n_phases; ++k)
        if (k != own) describe_beside(t, list, system, &b->phase[k]);
    /* Two phases that follow each other with no field between them wide enough to be seen. */
    for (int k = 0; b->n_phases < 2 && k < beyond->n_phases && own >= 0; ++k)
        kiln_i_describe_phase(t, kiln_i_tree_object(t, list, NULL), system, beyond->phase[k]);
}

/* Ends of the fields that this phase has to itself: how much of either end member it dissolves, and what appears beyond. */
static void describe_solubility(kiln_i_tree *t, json_t *item, const kiln_system *system, const kiln_gap *row, int phase)
{
    json_t *list = kiln_i_tree_array(t, item, "single_phase");
    for (int i = 0; i < row->n_fields; ++i) {
        const kiln_gap_field *f = &row->field[i];
        if (f->n_phases != 1 || f->phase[0] != phase) continue;
        json_t *field = kiln_i_tree_object(t, list, NULL);
        for (int high = 0; high < 2; ++high) {
            json_t *end = kiln_i_tree_object(t, field, high ? "high" : "low");
            const int is_outer = high ? i + 1 == row->n_fields : i == 0;
            const kiln_gap_boundary *b = &row->boundary[high || i == 0 ? i : i - 1];
            const double x = high ? f->high : f->low;
            kiln_i_tree_real(t, end, "x_A", is_outer ? x : b->x_A);
            kiln_i_tree_real(t, end, "x_B", is_outer ? 1.0 - x : b->x_B);
            kiln_i_tree_flag(t, end, "outer", is_outer);
            if (!is_outer) describe_beyond(t, end, system, b, high ? f + 1 : f - 1, phase);
        }
    }
}

static void describe_structure(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_gap *row,
                               const kiln_gap_structure *s)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_describe_phase(t, item, system, s->phase);
    kiln_i_tree_flag(t, item, "stable", s->is_stable);
    kiln_i_tree_real(t, item, "x_A_low", s->low);
    kiln_i_tree_real(t, item, "x_A_high", s->high);
    describe_solubility(t, item, system, row, s->phase);
    kiln_i_tree_flag(t, item, "miscible", s->n_gaps == 0);
    json_t *gaps = kiln_i_tree_array(t, item, "binodals");
    for (int k = 0; k < s->n_gaps; ++k) {
        json_t *gap = kiln_i_tree_object(t, gaps, NULL);
        describe_limit(t, gap, "low", system, &s->gap[k].low);
        describe_limit(t, gap, "high", system, &s->gap[k].high);
    }
    json_t *spinodals = kiln_i_tree_array(t, item, "spinodals");
    for (int k = 0; k < s->n_spinodals; ++k) {
        json_t *spinodal = kiln_i_tree_object(t, spinodals, NULL);
        kiln_i_tree_real(t, spinodal, "x_A", s->spinodal[k]);
        kiln_i_tree_real(t, spinodal, "x_B", 1.0 - s->spinodal[k]);
    }
}

/* How far functions of the stable phases and of the structures asked for are used outside their validity. */
static double beyond_validity(kiln_i_evidence *evidence, const kiln_gap *row, int phase, const char **worst)
{
    double beyond_K = 0.0;
    for (int i = 0; i < row->n_fields; ++i)
        for (int k = 0; k < row->field[i].n_phases; ++k)
            beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, row->field[i].phase[k], row->T_K, worst));
    if (phase >= 0) beyond_K = fmax(beyond_K, kiln_i_evidence_extrapolation(evidence, phase, row->T_K, worst));
    return beyond_K;
}

static void describe_row(kiln_i_tree *t, json_t *rows, const kiln_system *system, const kiln_gap *row, const char *failure,
                         const kiln_report_row_details *d, kiln_i_evidence *evidence, kiln_i_rows *sum)
{
    const char *worst = "";
    json_t *item = kiln_i_tree_object(t, rows, NULL);
    kiln_i_tree_real(t, item, "T_K", row->T_K);
    const double beyond_K = failure ? 0.0 : beyond_validity(evidence, row, d->phase, &worst);
    failure = kiln_i_rows_failure(sum, failure, beyond_K, d->extrapolate_K, worst);
    if (failure) {
        kiln_i_tree_text(t, item, "failed", failure);
        return;
    }
    describe_fields(t, item, system, row);
    json_t *boundaries = kiln_i_tree_array(t, item, "boundaries");
    for (int i = 0; i + 1 < row->n_fields; ++i) describe_boundary(t, boundaries, system, row, i);
    json_t *structures = kiln_i_tree_array(t, item, "structures");
    for (int k = 0; k < row->n_structures; ++k)
        if (d->phase < 0 || row->structure[k].phase == d->phase) {
            describe_structure(t, structures, system, row, &row->structure[k]);
            kiln_i_evidence_add(evidence, row->structure[k].phase);
        }
    for (int i = 0; i < row->n_fields; ++i)
        for (int k = 0; k < row->field[i].n_phases; ++k) kiln_i_evidence_add(evidence, row->field[i].phase[k]);
    kiln_i_tree_real(t, item, "extrapolated_K", beyond_K);
    kiln_i_describe_certificate(t, item, system, &row->certificate);
    kiln_i_rows_add(sum, beyond_K, &row->certificate);
}

void kiln_i_describe_ends(kiln_i_tree *t, json_t *input, const kiln_composition *A, const kiln_composition *B)
{
    json_t *ends = kiln_i_tree_array(t, input, "end_members");
    kiln_i_describe_end_member(t, ends, A);
    kiln_i_describe_end_member(t, ends, B);
    char basis[64];
    snprintf(basis, sizeof basis, "%s: x_A + x_B = 1", kiln_i_fraction_words(input, 0));
    kiln_i_tree_text(t, input, "basis", basis);
}

static void describe_join(kiln_i_tree *t, json_t *input, const kiln_composition *A, const kiln_composition *B, int n_rows,
                          const kiln_gap *rows, const char *phase)
{
    kiln_i_describe_ends(t, input, A, B);
    kiln_i_tree_text(t, input, "phase", phase);
    json_t *range = kiln_i_tree_array(t, input, "T_range_K");
    kiln_i_tree_real(t, range, NULL, rows[0].T_K);
    kiln_i_tree_real(t, range, NULL, rows[n_rows - 1].T_K);
}

kiln_status kiln_report_gap(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                            const kiln_composition *A, const kiln_composition *B, int n_rows, const kiln_gap *rows,
                            const kiln_report_row_details *details, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !A || !B || !rows || n_rows < 1) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no row");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_report_row_details d = details ? *details : (kiln_report_row_details){.extrapolate_K = INFINITY, .phase = -1};
    const kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_gap);
    if (report) {
        kiln_i_rows sum = {0};
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        describe_join(&t, input, A, B, n_rows, rows, d.phase >= 0 ? kiln_system_phase_name(system, d.phase) : NULL);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        json_t *list = kiln_i_tree_array(&t, result, "rows");
        for (int i = 0; i < n_rows; ++i)
            describe_row(&t, list, system, &rows[i], d.failures ? d.failures[i] : NULL, &d, &evidence, &sum);
        kiln_i_rows_describe(&t, report, result, system, &sum, n_rows);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
