#include "report/report.h"

#include "core/context.h"

#include <math.h>

/* Where the values of entries are listed: where oxides are fired. */
#define ENTRY_T_K 1000.0

static void describe_identity(kiln_i_tree *t, json_t *root, const kiln_database *db)
{
    json_t *database = kiln_i_tree_object(t, root, "database");
    kiln_i_tree_text(t, database, "name", kiln_database_name(db));
    kiln_i_tree_text(t, database, "sha256", kiln_database_sha256(db));
    json_t *files = kiln_i_tree_array(t, database, "files");
    for (int i = 0; i < kiln_database_n_files(db); ++i) kiln_i_tree_text(t, files, NULL, kiln_database_file(db, i));
}

static void describe_info(kiln_i_tree *t, json_t *parent, const kiln_phase_info *info)
{
    kiln_i_tree_text(t, parent, "phase", info->name);
    kiln_i_tree_text(t, parent, "label", info->label);
    kiln_i_tree_text(t, parent, "structure", info->structure);
    kiln_i_tree_text(t, parent, "general_formula", info->formula);
    kiln_i_tree_text(t, parent, "family", info->family);
    kiln_i_tree_text(t, parent, "role", info->role);
    kiln_i_tree_text(t, parent, "quality", info->quality);
    if (info->anion_ratio < 0.0) kiln_i_tree_text(t, parent, "anion_ratio", NULL);
    else kiln_i_tree_real(t, parent, "anion_ratio", info->anion_ratio);
    kiln_i_tree_integer(t, parent, "parameters", info->n_parameters);
    kiln_i_tree_note(t, parent, "note", info->note);
}

static void describe_vapours(kiln_i_tree *t, json_t *result, const kiln_database *db)
{
    json_t *list = kiln_i_tree_array(t, result, "vapours");
    for (int i = 0; i < kiln_database_n_vapours(db); ++i) {
        kiln_vapour_info info;
        kiln_function_info function;
        if (kiln_database_vapour(db, i, &info) != KILN_OK) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "formula", info.formula);
        if (kiln_database_function(db, info.function, &function) == KILN_OK) kiln_i_tree_text(t, item, "function", function.name);
    }
}

static void describe_meltings(kiln_i_tree *t, json_t *result, const kiln_database *db)
{
    json_t *list = kiln_i_tree_array(t, result, "melting");
    for (int i = 0; i < kiln_database_n_meltings(db); ++i) {
        kiln_melting_info info;
        if (kiln_database_melting(db, i, &info) != KILN_OK) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "formula", info.formula);
        kiln_i_tree_real(t, item, "T_K", info.T_K);
        if (info.sigma_K < 0.0) kiln_i_tree_text(t, item, "sigma_K", NULL);
        else kiln_i_tree_real(t, item, "sigma_K", info.sigma_K);
        kiln_i_tree_flag(t, item, "decomposes", info.decomposes);
        kiln_i_tree_text(t, item, "status", info.status);
        kiln_i_tree_text(t, item, "source_key", info.source_key);
        kiln_i_tree_text(t, item, "source", info.source);
        kiln_i_tree_text(t, item, "doi", info.doi);
        kiln_i_tree_note(t, item, "note", info.note);
        kiln_i_tree_text(t, item, "file", info.file);
        kiln_i_tree_integer(t, item, "line", info.line);
    }
}

kiln_status kiln_report_database(kiln_context *ctx, const kiln_database *db, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_database);
    if (!report) return t.status;
    describe_identity(&t, report->root, db);
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    kiln_i_tree_integer(&t, result, "functions", kiln_database_n_functions(db));
    json_t *phases = kiln_i_tree_array(&t, result, "phases");
    for (int i = 0; i < kiln_database_n_phases(db); ++i) {
        kiln_phase_info info;
        if (kiln_database_phase(db, i, &info) == KILN_OK) describe_info(&t, kiln_i_tree_object(&t, phases, NULL), &info);
    }
    describe_vapours(&t, result, db);
    describe_meltings(&t, result, db);
    return kiln_i_report_finish(&t, report, out);
}

static void describe_provenance(kiln_i_tree *t, json_t *parent, const kiln_provenance *p)
{
    if (p->sigma_J_mol < 0.0) kiln_i_tree_text(t, parent, "sigma_J_mol", NULL);
    else kiln_i_tree_real(t, parent, "sigma_J_mol", p->sigma_J_mol);
    kiln_i_tree_real(t, parent, "sigma_T_J_molK", p->sigma_T_J_molK);
    kiln_i_tree_text(t, parent, "status", p->status);
    kiln_i_tree_text(t, parent, "source_key", p->source_key);
    kiln_i_tree_text(t, parent, "source", p->source);
    kiln_i_tree_text(t, parent, "doi", p->doi);
    kiln_i_tree_note(t, parent, "note", p->note);
    kiln_i_tree_text(t, parent, "estimate", p->estimate);
    kiln_i_tree_text(t, parent, "file", p->file);
    kiln_i_tree_integer(t, parent, "line", p->line);
}

static void describe_sublattices(kiln_i_tree *t, json_t *result, const kiln_database *db, int phase, int n)
{
    json_t *list = kiln_i_tree_array(t, result, "sublattices");
    for (int s = 0; s < n; ++s) {
        kiln_sublattice_info info;
        if (kiln_database_sublattice(db, phase, s, &info) != KILN_OK) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "name", info.name);
        kiln_i_tree_real(t, item, "sites", info.sites);
        json_t *constituents = kiln_i_tree_array(t, item, "constituents");
        for (int i = 0; i < info.n_constituents; ++i)
            kiln_i_tree_text(t, constituents, NULL, kiln_database_constituent(db, phase, s, i));
    }
}

/* Value and standard deviation at one temperature, functions put in; null where there is none. */
static void describe_value_at(kiln_i_tree *t, json_t *item, const kiln_database *db, int phase, int i, double T_K)
{
    double value, sigma;
    if (t->status == KILN_OK) t->status = kiln_database_parameter_value(db, t->ctx, phase, i, T_K, &value, &sigma);
    if (t->status != KILN_OK) return;
    kiln_i_tree_real(t, item, "T_K", T_K);
    kiln_i_tree_real(t, item, "value_at_T", value);
    if (sigma < 0.0) kiln_i_tree_text(t, item, "sigma_at_T", NULL);
    else kiln_i_tree_real(t, item, "sigma_at_T", sigma);
}

static void describe_entries(kiln_i_tree *t, json_t *result, const kiln_database *db, int phase, int n)
{
    json_t *list = kiln_i_tree_array(t, result, "entries");
    for (int i = 0; i < n; ++i) {
        kiln_parameter_info info;
        if (kiln_database_parameter(db, phase, i, &info) != KILN_OK) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "name", info.name);
        kiln_i_tree_text(t, item, "kind", info.kind);
        kiln_i_tree_text(t, item, "value", info.value);
        kiln_i_tree_text(t, item, "per", info.per);
        kiln_i_tree_real(t, item, "scale", info.scale);
        describe_value_at(t, item, db, phase, i, ENTRY_T_K);
        kiln_i_tree_flag(t, item, "listed_as_ideal", info.is_ideal);
        kiln_i_tree_flag(t, item, "from_default_pair", info.is_default);
        describe_provenance(t, item, &info.provenance);
    }
}

kiln_status kiln_report_phase(kiln_context *ctx, const kiln_database *db, int phase, kiln_report **out)
{
    kiln_phase_info info;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db || kiln_database_phase(db, phase, &info) != KILN_OK)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no phase %d", phase);
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_phase);
    if (!report) return t.status;
    describe_identity(&t, report->root, db);
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    describe_info(&t, result, &info);
    describe_sublattices(&t, result, db, phase, info.n_sublattices);
    describe_entries(&t, result, db, phase, info.n_parameters);
    return kiln_i_report_finish(&t, report, out);
}

/* What the function is near ENTRY_T_K, or at the end of its validity that is nearest to it. */
static void describe_expression(kiln_i_tree *t, json_t *result, const kiln_database *db, int function,
                                const kiln_function_info *info)
{
    char text[1024];
    const double T_K = fmax(fmin(ENTRY_T_K, info->T_max_K), fmax(info->T_min_K, 1.0));
    if (t->status == KILN_OK) t->status = kiln_database_function_expression(db, t->ctx, function, T_K, text, sizeof text);
    if (t->status != KILN_OK) return;
    kiln_i_tree_text(t, result, "expression", text);
    kiln_i_tree_real(t, result, "expression_T_K", T_K);
}

/* Within the validity, as far as that is stated. */
static void describe_values(kiln_i_tree *t, json_t *result, const kiln_database *db, int function, const kiln_function_info *info)
{
    static const double temperatures[] = {298.15, 500.0, 750.0, 1000.0, 1250.0, 1500.0, 1750.0, 2000.0};
    json_t *list = kiln_i_tree_array(t, result, "values");
    for (size_t i = 0; i < sizeof temperatures / sizeof *temperatures && t->status == KILN_OK; ++i) {
        double G, S, Cp;
        const double T_K = temperatures[i];
        if (T_K < info->T_min_K - 1e-6 || T_K > info->T_max_K) continue;
        t->status = kiln_database_function_value(db, t->ctx, function, T_K, &G, &S, &Cp);
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "T_K", T_K);
        kiln_i_tree_real(t, item, "G_J_mol", G);
        kiln_i_tree_real(t, item, "S_J_molK", S);
        kiln_i_tree_real(t, item, "Cp_J_molK", Cp);
    }
}

kiln_status kiln_report_function(kiln_context *ctx, const kiln_database *db, int function, kiln_report **out)
{
    kiln_function_info info;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db || kiln_database_function(db, function, &info) != KILN_OK)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no function %d", function);
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_function);
    if (!report) return t.status;
    describe_identity(&t, report->root, db);
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    kiln_i_tree_text(&t, result, "name", info.name);
    kiln_i_tree_text(&t, result, "formula", info.formula);
    kiln_i_tree_text(&t, result, "value", info.value);
    kiln_i_tree_real(&t, result, "valid_from_K", info.T_min_K);
    if (isfinite(info.T_max_K)) kiln_i_tree_real(&t, result, "valid_to_K", info.T_max_K);
    else kiln_i_tree_text(&t, result, "valid_to_K", NULL);
    describe_provenance(&t, result, &info.provenance);
    describe_expression(&t, result, db, function, &info);
    describe_values(&t, result, db, function, &info);
    return kiln_i_report_finish(&t, report, out);
}

static const char *severity_text(kiln_severity severity)
{
    switch (severity) {
    case KILN_SEVERITY_ERROR: return "error";
    case KILN_SEVERITY_WARNING: return "warning";
    case KILN_SEVERITY_NOTE: break;
    }
    return "note";
}

typedef struct findings {
    kiln_i_tree *tree;
    json_t *list;
} findings;

static void visit(void *user, const kiln_finding *finding)
{
    findings *f = user;
    json_t *item = kiln_i_tree_object(f->tree, f->list, NULL);
    kiln_i_tree_text(f->tree, item, "severity", severity_text(finding->severity));
    kiln_i_tree_text(f->tree, item, "kind", finding->kind);
    kiln_i_tree_text(f->tree, item, "text", finding->text);
    kiln_i_tree_text(f->tree, item, "file", finding->file);
    kiln_i_tree_integer(f->tree, item, "line", finding->line);
    kiln_i_tree_integer(f->tree, item, "column", finding->column);
}

kiln_status kiln_report_check(kiln_context *ctx, const kiln_database *db, kiln_check_summary *summary, kiln_report **out)
{
    kiln_check_summary counts = {0};
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_check);
    if (!report) return t.status;
    describe_identity(&t, report->root, db);
    json_t *result = kiln_i_tree_object(&t, report->root, "result");
    findings f = {&t, kiln_i_tree_array(&t, result, "findings")};
    const kiln_status status = kiln_database_check(db, ctx, visit, &f, &counts);
    if (t.status == KILN_OK) t.status = status;
    kiln_i_tree_integer(&t, result, "errors", counts.n_errors);
    kiln_i_tree_integer(&t, result, "warnings", counts.n_warnings);
    kiln_i_tree_integer(&t, result, "notes", counts.n_notes);
    kiln_i_tree_integer(&t, result, "values", counts.n_values);
    kiln_i_tree_integer(&t, result, "estimated", counts.n_estimated);
    if (summary) *summary = counts;
    return kiln_i_report_finish(&t, report, out);
}
