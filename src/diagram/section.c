#include "diagram/section.h"

#include "core/context.h"
#include "predict/members.h"

#include <math.h>
#include <string.h>

kiln_status kiln_section_options_init(kiln_section_options *options, uint32_t version)
{
    if (!options || version != KILN_SECTION_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_section_options){.version = version,
                                      .grid = 32,
                                      .tolerance_u = 1e-7,
                                      .tolerance_K = 1e-4,
                                      .straightness = 5e-4,
                                      .most_points = 200000,
                                      .quick_budget = 500};
    return KILN_OK;
}

static kiln_status check_options(kiln_context *ctx, const kiln_section_options *o)
{
    if (o->version != KILN_SECTION_OPTIONS_VERSION)
        return kiln_i_fail(ctx, KILN_E_ARG, "options of a section: version %u, this library has %d", (unsigned)o->version,
                           KILN_SECTION_OPTIONS_VERSION);
    if (o->grid < 4 || o->grid > 256 || (o->grid & (o->grid - 1)) != 0)
        return kiln_i_fail(ctx, KILN_E_ARG, "grid = %d: expected a power of 2 from 4 to 256", o->grid);
    if (!(o->tolerance_u > 0.0 && o->tolerance_u <= 0.01) || !(o->tolerance_K > 0.0) || !isfinite(o->tolerance_K) ||
        !(o->straightness > 0.0 && o->straightness <= 0.1))
        return kiln_i_fail(ctx, KILN_E_ARG,
                           "tolerance_u = %g, tolerance_K = %g, straightness = %g: expected (0, 0.01], > 0 and (0, 0.1]",
                           o->tolerance_u, o->tolerance_K, o->straightness);
    if (o->most_points < 1000 || o->quick_budget < 1)
        return kiln_i_fail(ctx, KILN_E_ARG, "most_points = %d, quick_budget = %d: expected at least 1000 and 1", o->most_points,
                           o->quick_budget);
    return KILN_OK;
}

static int n_members(kiln_section_kind kind) { return kind == KILN_SECTION_TERNARY ? 3 : kind == KILN_SECTION_ISOPLETH ? 2 : 1; }

static kiln_status check_question(kiln_context *ctx, const kiln_section_question *q)
{
    if (q->kind != KILN_SECTION_ISOPLETH && q->kind != KILN_SECTION_TPO2 && q->kind != KILN_SECTION_TERNARY)
        return kiln_i_fail(ctx, KILN_E_ARG, "a section of kind %d", (int)q->kind);
    if (!q->db || !q->atmosphere) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    for (int m = 0; m < n_members(q->kind); ++m)
        if (!q->member[m]) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (!isfinite(q->T_low_K) || q->T_low_K <= 0.0) return kiln_i_fail(ctx, KILN_E_ARG, "a section at %g K", q->T_low_K);
    if (q->kind == KILN_SECTION_TERNARY) return KILN_OK;
    if (!isfinite(q->T_high_K) || q->T_high_K <= q->T_low_K)
        return kiln_i_fail(ctx, KILN_E_ARG, "a section from %g K to %g K", q->T_low_K, q->T_high_K);
    const double least = q->kind == KILN_SECTION_ISOPLETH ? 0.0 : -40.0, most = q->kind == KILN_SECTION_ISOPLETH ? 1.0 : 3.0;
    if (!(q->u_low >= least && q->u_low < q->u_high && q->u_high <= most))
        return kiln_i_fail(ctx, KILN_E_ARG, "%s from %g to %g: expected a range within %g to %g",
                           q->kind == KILN_SECTION_ISOPLETH ? "x" : "log10 of p(O2)", q->u_low, q->u_high, least, most);
    if (q->kind == KILN_SECTION_TPO2 && q->atmosphere->control != KILN_OXYGEN_PRESSURE)
        return kiln_i_fail(ctx, KILN_E_ARG, "%s does not fix the oxygen by its pressure, which is what shall be varied",
                           q->atmosphere->label);
    return KILN_OK;
}

/* ---- The system ---- */

static double determinant(double (*m)[KILN_MAX_COMPONENTS], int i, int j) { return m[0][i] * m[1][j] - m[0][j] * m[1][i]; }

/* Members on one line or at one point make no plane. */
static kiln_status check_members(const kiln_i_section *w, const kiln_section_question *q)
{
    const int n = n_members(q->kind), C = w->system->n_closed;
    double most = 0.0, difference[2][KILN_MAX_COMPONENTS] = {{0.0}};
    for (int m = 0; m + 1 < n; ++m)
        for (int c = 0; c < C; ++c) difference[m][c] = w->member[m][c] - w->member[n - 1][c];
    for (int i = 0; i < C; ++i) {
        if (n == 2) most = fmax(most, fabs(difference[0][i]));
        for (int j = 0; n == 3 && j < C; ++j) most = fmax(most, fabs(determinant(difference, i, j)));
    }
    if (n == 1 || most > 1e-9) return KILN_OK;
    if (n == 2)
        return kiln_i_fail(w->ctx, KILN_E_ARG,
                           "%s and %s have the same cations in the same ratio: a section needs two that differ",
                           q->member[0]->canonical, q->member[1]->canonical);
    return kiln_i_fail(w->ctx, KILN_E_ARG, "%s, %s and %s lie on one line: a triangle needs three corners",
                       q->member[0]->canonical, q->member[1]->canonical, q->member[2]->canonical);
}

static kiln_status open_system(kiln_i_section *w, const kiln_section_question *q)
{
    kiln_composition mix;
    kiln_solver_options solver_options;
    const int n = n_members(q->kind);
    (void)kiln_solver_options_init(&solver_options, KILN_SOLVER_OPTIONS_VERSION);
    if (q->solver_options) solver_options = *q->solver_options;
    if (solver_options.certify_budget > w->options.quick_budget) solver_options.certify_budget = w->options.quick_budget;
    if (q->kind == KILN_SECTION_TPO2) mix = *q->member[0];
    kiln_status status = q->kind == KILN_SECTION_TPO2 ? KILN_OK : kiln_i_members_mix(w->ctx, n, q->member, NULL, &mix);
    if (status == KILN_OK) status = kiln_system_create(w->ctx, q->db, &mix, q->atmosphere, q->system_options, &w->system);
    for (int m = 0; m < n && status == KILN_OK; ++m) status = kiln_i_member_amounts(w->system, q->member[m], w->member[m]);
    if (status == KILN_OK) status = check_members(w, q);
    if (status == KILN_OK && q->kind == KILN_SECTION_TPO2) w->log10_po2 = log10(q->atmosphere->po2_bar);
    return status == KILN_OK ? kiln_solver_create(w->system, &solver_options, &w->solver) : status;
}

/* ---- The whole ---- */

static int level_of(int grid)
{
    int level = 0;
    for (; grid > 1; grid /= 2) level += 2;
    return level;
}

static void set_ranges(kiln_section *section, const kiln_section_question *q)
{
    const int is_ternary = q->kind == KILN_SECTION_TERNARY;
    section->kind = q->kind;
    section->u_low = is_ternary ? 0.0 : q->u_low;
    section->u_high = is_ternary ? 1.0 : q->u_high;
    section->v_low = is_ternary ? 0.0 : q->T_low_K;
    section->v_high = is_ternary ? 1.0 : q->T_high_K;
    section->T_K = is_ternary ? q->T_low_K : 0.0;
    section->certificate = (kiln_certificate){.is_certified = 1, .phase = -1};
}

static kiln_status map(kiln_i_section *w)
{
    kiln_status status =
        kiln_i_mesh_create(w->ctx, w->section->kind == KILN_SECTION_TERNARY, level_of(w->options.grid), &w->mesh);
    w->wants_forces = 1;
    if (status == KILN_OK) status = kiln_i_section_fill(w);
    if (status == KILN_OK && w->section->n_failed == w->section->n_equilibria)
        return KILN_E_NOT_CONVERGED; /* as the last one said */
    if (status == KILN_OK) status = kiln_i_section_refine(w);
    if (status == KILN_OK) status = kiln_i_section_outline(w);
    if (status == KILN_OK) status = kiln_i_section_tie(w);
    return status == KILN_OK ? kiln_i_section_contour(w) : status;
}

/* All but the system, whose indices the section uses. */
static void drop_work(kiln_i_section *w)
{
    kiln_solver_free(w->solver);
    kiln_i_mesh_destroy(&w->mesh);
    kiln_i_free(w->ctx, w->sample);
    kiln_i_free(w->ctx, w->force);
    kiln_i_free(w->ctx, w->valence);
    kiln_i_free(w->ctx, w->set);
    kiln_i_free(w->ctx, w->edge);
    w->solver = NULL;
    w->sample = NULL;
    w->force = w->valence = NULL;
    w->set = NULL;
    w->edge = NULL;
}

kiln_status kiln_section_create(kiln_context *ctx, const kiln_section_question *question, const kiln_section_options *options,
                                kiln_section **out)
{
    kiln_section_options o;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!question || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    (void)kiln_section_options_init(&o, KILN_SECTION_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status status = check_options(ctx, &o);
    if (status == KILN_OK) status = check_question(ctx, question);
    if (status != KILN_OK) return status;
    kiln_section *section = kiln_i_calloc(ctx, 1, sizeof *section);
    if (section) section->work = kiln_i_calloc(ctx, 1, sizeof *section->work);
    if (!section || !section->work) {
        kiln_i_free(ctx, section);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "a section");
    }
    kiln_i_section *w = section->work;
    w->ctx = ctx;
    w->section = section;
    w->options = o;
    w->mesh.ctx = ctx;
    set_ranges(section, question);
    status = open_system(w, question);
    if (status == KILN_OK) status = map(w);
    if (status == KILN_OK) {
        drop_work(w);
        *out = section;
    } else kiln_section_free(section);
    return status;
}

void kiln_section_free(kiln_section *section)
{
    if (!section) return;
    kiln_i_section *w = section->work;
    kiln_context *ctx = w->ctx;
    drop_work(w);
    for (int i = 0; i < section->n_fields; ++i) {
        for (int k = 0; k < section->field[i].n_loops; ++k) kiln_i_free(ctx, section->field[i].loop[k].point);
        kiln_i_free(ctx, section->field[i].loop);
    }
    for (int i = 0; i < section->n_lines; ++i) kiln_i_free(ctx, section->line[i].point);
    for (int i = 0; i < section->n_contours; ++i) kiln_i_free(ctx, section->contour[i].point);
    void *owned[] = {section->field, section->line, section->junction, section->tie, section->contour};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(ctx, owned[i]);
    kiln_system_free(w->system);
    kiln_i_free(ctx, w);
    kiln_i_free(ctx, section);
}

const kiln_system *kiln_section_system(const kiln_section *section) { return section ? section->work->system : NULL; }
