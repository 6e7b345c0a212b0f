#include "report/report.h"

#include "core/context.h"

#include <kiln/version.h>
#include <string.h>

kiln_report *kiln_i_report_new(kiln_i_tree *t, const kiln_i_report_kind *kind)
{
    kiln_report *report = kiln_i_calloc(t->ctx, 1, sizeof *report);
    if (!report) {
        t->status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "report");
        return NULL;
    }
    report->ctx = t->ctx;
    report->kind = kind;
    if (!(report->root = json_object())) t->status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "result tree");
    kiln_i_tree_text(t, report->root, "schema", kind->schema);
    json_t *kiln = kiln_i_tree_object(t, report->root, "kiln");
    kiln_i_tree_text(t, kiln, "version", KILN_VERSION_STRING);
    return report;
}

kiln_status kiln_i_report_finish(const kiln_i_tree *t, kiln_report *report, kiln_report **out)
{
    if (t->status == KILN_OK) *out = report;
    else kiln_report_free(report);
    return t->status;
}

void kiln_report_free(kiln_report *report)
{
    if (!report) return;
    json_decref(report->root);
    kiln_i_free(report->ctx, report);
}

double kiln_report_extrapolated_K(const kiln_report *report) { return report ? report->extrapolated_K : 0.0; }

kiln_status kiln_report_set_command(kiln_report *report, int n, const char *const *words)
{
    if (!report) return KILN_E_ARG;
    if (n < 1 || !words) return kiln_i_fail(report->ctx, KILN_E_ARG, "a command of %d words", words ? n : 0);
    kiln_i_tree t = {report->ctx, KILN_OK};
    json_t *list = kiln_i_tree_array(&t, report->root, "command");
    for (int i = 0; i < n; ++i) kiln_i_tree_text(&t, list, NULL, words[i]);
    return t.status;
}

static int add_bytes(const char *bytes, size_t length, void *buffer)
{
    kiln_i_buffer *b = buffer;
    kiln_i_buffer_add(b, bytes, length);
    return b->status == KILN_OK ? 0 : -1;
}

static void render_json(const json_t *root, kiln_i_buffer *b)
{
    const size_t flags = JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12);
    if (json_dump_callback(root, add_bytes, b, flags) != 0 && b->status == KILN_OK)
        b->status = kiln_i_fail(b->ctx, KILN_E_NOMEM, "JSON text of the result");
    kiln_i_buffer_add(b, "\n", 1);
}

kiln_status kiln_report_write(const kiln_report *report, kiln_report_format format, char **text, size_t *length)
{
    if (text) *text = NULL;
    if (!report) return KILN_E_ARG;
    if (!text) return kiln_i_fail(report->ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_buffer b = {.ctx = report->ctx};
    switch (format) {
    case KILN_REPORT_TEXT:
        report->kind->text(report->root, &b);
        kiln_i_text_quality(report->root, &b);
        break;
    case KILN_REPORT_JSON: render_json(report->root, &b); break;
    case KILN_REPORT_CSV: report->kind->csv(report->root, &b); break;
    default: return kiln_i_fail(report->ctx, KILN_E_ARG, "format %d", (int)format);
    }
    if (b.status != KILN_OK) {
        kiln_i_free(b.ctx, b.bytes);
        return b.status;
    }
    *text = b.bytes;
    if (length) *length = b.used;
    return KILN_OK;
}

void kiln_report_text_free(kiln_context *ctx, char *text)
{
    if (ctx) kiln_i_free(ctx, text);
}
