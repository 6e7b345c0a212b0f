#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHA256_SHOWN = 12, MOST_FONT = 64, LEAST_COLUMNS = 60, MOST_COLUMNS = 200, DEFAULT_COLUMNS = 90 };
#define LEAST_MM 60.0
#define MOST_MM 400.0

static const struct {
    const kiln_i_report_kind *kind;
    kiln_i_figure_builder build;
} builders[] = {{&kiln_i_kind_step, kiln_i_step_figure},     {&kiln_i_kind_risk, kiln_i_risk_figure},
                {&kiln_i_kind_gap, kiln_i_gap_figure},       {&kiln_i_kind_entropy_curves, kiln_i_entropy_figure},
                {&kiln_i_kind_tx, kiln_i_tx_figure},         {&kiln_i_kind_section, kiln_i_section_figure},

                {&kiln_i_kind_energy, kiln_i_energy_figure}, {&kiln_i_kind_pairs, kiln_i_pairs_figure},
                {&kiln_i_kind_map, kiln_i_map_figure},       {&kiln_i_kind_validate, kiln_i_validate_figure}};

static kiln_i_figure_builder builder_of(const kiln_report *report)
{
    for (size_t i = 0; i < sizeof builders / sizeof *builders; ++i)
        if (builders[i].kind == report->kind) return builders[i].build;
    return NULL;
}

kiln_status kiln_figure_options_init(kiln_figure_options *options, uint32_t version)
{
    if (!options || version != KILN_FIGURE_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_figure_options){.version = version};
    return KILN_OK;
}

/* The name goes into the script between quotes and before a comma. */
static int is_font(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -";
    const size_t n = strlen(name);
    return n > 0 && n <= MOST_FONT && strspn(name, allowed) == n && strspn(name, " -") == 0;
}

static kiln_status check_options(kiln_context *ctx, const kiln_figure_options *o)
{
    if (o->version != KILN_FIGURE_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if ((unsigned)o->format > KILN_FIGURE_PNG || (unsigned)o->theme > KILN_FIGURE_SLIDE)
        return kiln_i_fail(ctx, KILN_E_ARG, "figure format %d, theme %d", (int)o->format, (int)o->theme);
    if (o->width_mm != 0.0 && !(o->width_mm >= LEAST_MM && o->width_mm <= MOST_MM))
        return kiln_i_fail(ctx, KILN_E_ARG, "a figure %g mm wide: expected %g to %g mm", o->width_mm, LEAST_MM, MOST_MM);
    if (o->font && !is_font(o->font))
        return kiln_i_fail(ctx, KILN_E_ARG,
                           "a font's name has up to %d letters, digits, spaces and hyphens and begins with neither of the latter",
                           (int)MOST_FONT);
    return KILN_OK;
}

/* Parts of a list after each other: "what if: a; b". */
static void append_list(const json_t *list, const char *label, char *out, size_t size)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item) {
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s%s", i ? ", " : "; ", i ? "" : label, json_string_value(item));
    }
}

/* What the figure is about and what it rests on. */
static void describe(const json_t *root, kiln_i_figure *f)
{
    kiln_i_text_formula(kiln_i_tree_string(root, "input/canonical"), f->title, sizeof f->title);
    snprintf(f->subtitle, sizeof f->subtitle, "%s", kiln_i_tree_string(root, "input/atmosphere/label"));
    append_list(kiln_i_tree_at(root, "database/changes"), "what if: ", f->subtitle, sizeof f->subtitle);
    append_list(kiln_i_tree_at(root, "input/without"), "left out: ", f->subtitle, sizeof f->subtitle);
    append_list(kiln_i_tree_at(root, "input/only"), "only: ", f->subtitle, sizeof f->subtitle);
    snprintf(f->stamp, sizeof f->stamp, "kiln %s", kiln_i_tree_string(root, "kiln/version"));
    const size_t used = strlen(f->stamp);
    if (kiln_i_tree_has(root, "database"))
        snprintf(f->stamp + used, sizeof f->stamp - used, ", database %.100s %.*s", kiln_i_tree_string(root, "database/name"),
                 SHA256_SHOWN, kiln_i_tree_string(root, "database/sha256"));
}

int kiln_report_has_figure(const kiln_report *report) { return report && builder_of(report); }

/* A figure with its ranges, to be drawn and freed; NULL after a failure. */
static kiln_i_figure *build(const kiln_report *report)
{
    kiln_i_figure *f = kiln_i_calloc(report->ctx, 1, sizeof *f);
    if (!f) return NULL;
    f->ctx = report->ctx;
    describe(report->root, f);
    builder_of(report)(report->root, f);
    if (f->status == KILN_OK) kiln_i_figure_ranges(f);
    return f;
}

/* Hand over the text, or free it and return what failed. */
static kiln_status finish(kiln_i_figure *f, kiln_i_buffer *b, char **text, size_t *length)
{
    if (b->status == KILN_OK) b->status = f->status;
    kiln_i_free(f->ctx, f->point);
    kiln_i_free(f->ctx, f);
    if (b->status != KILN_OK) {
        kiln_i_free(b->ctx, b->bytes);
        return b->status;
    }
    *text = b->bytes;
    if (length) *length = b->used;
    return KILN_OK;
}

static kiln_status check_report(const kiln_report *report, char **text)
{
    if (text) *text = NULL;
    if (!report) return KILN_E_ARG;
    if (!text) return kiln_i_fail(report->ctx, KILN_E_ARG, "a NULL argument");
    if (!builder_of(report)) return kiln_i_fail(report->ctx, KILN_E_ARG, "there is no figure of %s", report->kind->schema);
    return KILN_OK;
}

kiln_status kiln_report_figure(const kiln_report *report, const kiln_figure_options *options, char **script, size_t *length)
{
    kiln_i_layout layout;
    kiln_status status = check_report(report, script);
    if (status != KILN_OK) return status;
    const kiln_figure_options o = options ? *options : (kiln_figure_options){.version = KILN_FIGURE_OPTIONS_VERSION};
    if ((status = check_options(report->ctx, &o)) != KILN_OK) return status;
    kiln_i_buffer b = {.ctx = report->ctx};
    kiln_i_figure *f = build(report);
    if (!f) return kiln_i_fail(report->ctx, KILN_E_NOMEM, "figure");
    if (f->status == KILN_OK) {
        kiln_i_figure_lay_out(f, &o, &layout);
        kiln_i_figure_script(f, &o, &layout, &b);
    }
    return finish(f, &b, script, length);
}

kiln_status kiln_report_sketch(const kiln_report *report, int columns, char **text, size_t *length)
{
    const kiln_status status = check_report(report, text);
    if (status != KILN_OK) return status;
    if (columns == 0) columns = DEFAULT_COLUMNS;
    if (columns < LEAST_COLUMNS || columns > MOST_COLUMNS)
        return kiln_i_fail(report->ctx, KILN_E_ARG, "a figure of %d columns: expected %d to %d", columns, (int)LEAST_COLUMNS,
                           (int)MOST_COLUMNS);
    kiln_i_buffer b = {.ctx = report->ctx};
    kiln_i_figure *f = build(report);
    if (!f) return kiln_i_fail(report->ctx, KILN_E_NOMEM, "figure");
    if (f->status == KILN_OK) kiln_i_figure_sketch(f, columns, &b);
    return finish(f, &b, text, length);
}
