#include "report/report.h"

#include "core/context.h"
#include "model/system.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Tree ---- */

void kiln_i_describe_brief_end(kiln_i_tree *t, json_t *range, const char *key, const kiln_system *system,
                               const kiln_window_end *e)
{
    json_t *end = kiln_i_tree_object(t, range, key);
    const int is_absent = e->kind == KILN_END_VALIDITY || e->kind == KILN_END_SEARCH_LIMIT;
    kiln_i_tree_text(t, end, "kind", kiln_end_kind_text(e->kind));
    if (is_absent) kiln_i_tree_text(t, end, "T_K", NULL);
    else kiln_i_tree_real(t, end, "T_K", e->T_K);
    if (e->has_sigma) {
        kiln_i_tree_real(t, end, "p16_K", e->low_K);
        kiln_i_tree_real(t, end, "p84_K", e->high_K);
    }
    if (e->n_limits > 0) kiln_i_describe_phase(t, end, system, e->limit[0].phase);
}

static void describe_variant(kiln_i_tree *t, json_t *list, const kiln_report_variant *v)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_text(t, item, "name", v->name);
    if (!v->window) {
        kiln_i_tree_text(t, item, "failed", v->reason);
        return;
    }
    kiln_i_tree_text(t, item, "formula", v->system->composition.canonical);
    kiln_i_describe_phase(t, item, v->system, v->window->phase);
    json_t *ranges = kiln_i_tree_array(t, item, "ranges");
    for (int r = 0; r < v->window->n_ranges; ++r) {
        json_t *range = kiln_i_tree_object(t, ranges, NULL);
        kiln_i_describe_brief_end(t, range, "low", v->system, &v->window->range[r].low);
        kiln_i_describe_brief_end(t, range, "high", v->system, &v->window->range[r].high);
    }
    kiln_i_describe_certificate(t, item, v->system, v->window->n_ranges > 0 ? &v->window->certificate : NULL);
}

kiln_status kiln_report_compare(kiln_context *ctx, const kiln_report_question *question, int n,
                                const kiln_report_variant *variants, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || n < 1 || !variants || !variants[0].system)
        return kiln_i_fail(ctx, KILN_E_ARG, "no base case, or a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    kiln_status status = kiln_i_evidence_open(ctx, variants[0].system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_compare);
    if (report) {
        (void)kiln_i_describe_question(&t, report->root, variants[0].system, question);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        json_t *list = kiln_i_tree_array(&t, result, "variants");
        for (int k = 0; k < n; ++k) describe_variant(&t, list, &variants[k]);
        if (variants[0].window) kiln_i_evidence_add(&evidence, variants[0].window->phase);
        kiln_i_describe_certificate(&t, result, variants[0].system, variants[0].window ? &variants[0].window->certificate : NULL);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}

/* ---- Text and table ---- */

static void end_text(const json_t *end, char *out, size_t size)
{
    if (!kiln_i_tree_has(end, "T_K")) {
        snprintf(out, size, "open");
        return;
    }
    int used = snprintf(out, size, "%.0f", kiln_i_celsius(kiln_i_tree_number(end, "T_K")));
    if (kiln_i_tree_has(end, "p16_K"))
        used += snprintf(out + used, size - (size_t)used, " (%.0f to %.0f)", kiln_i_celsius(kiln_i_tree_number(end, "p16_K")),
                         kiln_i_celsius(kiln_i_tree_number(end, "p84_K")));
    if (kiln_i_tree_has(end, "label")) snprintf(out + used, size - (size_t)used, " %s", kiln_i_tree_string(end, "label"));
}

/* Against the first range of the base case. */
static void shift_text(const json_t *base, const json_t *range, const char *path, char *out, size_t size)
{
    if (base == range || !kiln_i_tree_has(base, path) || !kiln_i_tree_has(range, path)) *out = '\0';
    else
        snprintf(out, size, "%+.0f", kiln_i_text_no_minus(kiln_i_tree_number(range, path) - kiln_i_tree_number(base, path), 0.5));
}

static void render_variant(const json_t *variant, const json_t *base, kiln_i_buffer *b)
{
    size_t i;
    json_t *range;
    char low[128], high[128], low_shift[16], high_shift[16];
    const json_t *ranges = kiln_i_tree_at(variant, "ranges");
    kiln_i_buffer_print(b, "  %s\n", kiln_i_tree_string(variant, "name"));
    if (kiln_i_tree_has(variant, "failed")) {
        kiln_i_buffer_print(b, "    no result: ");
        kiln_i_buffer_wrap(b, kiln_i_tree_string(variant, "failed"), 15, 15);
        return;
    }
    if (json_array_size(ranges) == 0) kiln_i_buffer_print(b, "    never single phase\n");
    json_array_foreach ((json_t *)ranges, i, range) {
        end_text(kiln_i_tree_at(range, "low"), low, sizeof low);
        end_text(kiln_i_tree_at(range, "high"), high, sizeof high);
        shift_text(base, range, "low/T_K", low_shift, sizeof low_shift);
        shift_text(base, range, "high/T_K", high_shift, sizeof high_shift);
        kiln_i_buffer_print(b, *high_shift ? "    %-36s %5s   %-32s %5s\n" : "    %-36s %5s   %s\n", low, low_shift, high,
                            high_shift);
    }
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *variant;
    const json_t *list = kiln_i_tree_at(root, "result/variants"), *first = json_array_get(list, 0);
    const json_t *base = json_array_get(kiln_i_tree_at(first, "ranges"), 0);
    kiln_i_text_heading(root, b);
    kiln_i_text_line(b, "structure", kiln_i_tree_string(first, "label"));
    kiln_i_buffer_print(b, "\n    %-36s %5s   %-32s %5s\n", "low end, °C (68 %), set by", "K", "high end, °C (68 %), set by",
                        "K");
    json_array_foreach ((json_t *)list, i, variant) render_variant(variant, base, b);
    kiln_i_buffer_print(b, "    (K: how far from the base case)\n\n");
    kiln_i_text_footing(root, b);
}

/* A line for each range; for a variant without one a line with empty ends, so that it is not lost. */
static void add_row(const json_t *variant, const json_t *range, kiln_i_buffer *b)
{
    static const char *const ends[] = {"low", "high"};
    kiln_i_csv_text(b, kiln_i_tree_string(variant, "name"));
    kiln_i_csv_text(b, kiln_i_tree_string(variant, "formula"));
    kiln_i_csv_text(b, kiln_i_tree_string(variant, "phase"));
    for (int e = 0; e < 2; ++e) {
        const json_t *end = range ? kiln_i_tree_at(range, ends[e]) : NULL;
        kiln_i_csv_temperature(b, end, "T_K");
        kiln_i_csv_number(b, end, "p16_K");
        kiln_i_csv_number(b, end, "p84_K");
        kiln_i_csv_text(b, end ? kiln_i_tree_string(end, "phase") : "");
    }
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *variant, *range;
    kiln_i_buffer_print(
        b, "variant,formula,phase,low_C,low_K,low_p16_K,low_p84_K,low_set_by,high_C,high_K,high_p16_K,high_p84_K,high_set_by\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/variants"), i, variant) {
        const json_t *ranges = kiln_i_tree_at(variant, "ranges");
        if (json_array_size(ranges) == 0) add_row(variant, NULL, b);
        json_array_foreach ((json_t *)ranges, k, range) add_row(variant, range, b);
    }
}

const kiln_i_report_kind kiln_i_kind_compare = {"kiln.compare/1", render_text, render_csv};
