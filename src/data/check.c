#include "data/check.h"

#include "core/context.h"

#include <lapacke.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define JUMP_J_MOL 5.0 /* between pieces: above the rounding of tables, below what moves a boundary by 1 K */

void kiln_i_check_add(kiln_i_check *check, kiln_severity severity, const char *kind, int file, int line, int column,
                      const char *format, ...)
{
    char text[512];
    va_list args;
    check->summary.n_errors += severity == KILN_SEVERITY_ERROR;
    check->summary.n_warnings += severity == KILN_SEVERITY_WARNING;
    check->summary.n_notes += severity == KILN_SEVERITY_NOTE;
    if (!check->visit) return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const kiln_finding finding = {severity, kind, text, check->db->files[file], line, column};
    check->visit(check->user, &finding);
}

/* Steps and gaps between the pieces of a function. */
static void check_pieces(kiln_i_check *check, const kiln_i_function *f)
{
    for (int i = 1; i < f->n_pieces && !f->steps; i++) {
        const kiln_i_piece *below = &f->pieces[i - 1], *above = &f->pieces[i];
        const double T_K = above->T_min_K;
        if (T_K > below->T_max_K + 1e-9) {
            kiln_i_check_add(check, KILN_SEVERITY_WARNING, "gap", f->file, f->line, f->column,
                             "%s is not given between %g and %g K", f->name, below->T_max_K, T_K);
            continue;
        }
        const double jump =
            kiln_i_terms_value(above->terms, above->n_terms, T_K).g - kiln_i_terms_value(below->terms, below->n_terms, T_K).g;
        if (fabs(jump) > JUMP_J_MOL)
            kiln_i_check_add(check, KILN_SEVERITY_ERROR, "jump", f->file, f->line, f->column,
                             "%s jumps by %.4g J/mol at %g K, where two pieces meet", f->name, jump, T_K);
    }
}

/* A substance with a formula has a heat capacity above 0 wherever it is valid; differences and interactions need not. */
static void check_heat_capacity(kiln_i_check *check, const kiln_i_function *f)
{
    enum { N_POINTS = 64 };
    if (!f->formula || f->n_references > 0) return;
    for (int i = 0; i < f->n_pieces; i++) {
        const kiln_i_piece *piece = &f->pieces[i];
        if (!isfinite(piece->T_max_K)) continue;
        for (int k = 0; k <= N_POINTS; k++) {
            const double T_K = piece->T_min_K + (piece->T_max_K - piece->T_min_K) * k / N_POINTS;
            const double cp = -T_K * kiln_i_function_own(f, T_K).d2g;
            if (!(cp < 0.0)) continue;
            kiln_i_check_add(check, KILN_SEVERITY_WARNING, "heat-capacity", f->file, f->line, f->column,
                             "%s has a heat capacity of %.3g J/mol/K at %.0f K", f->name, cp, T_K);
            return;
        }
    }
}

/* 1 if a function states a number itself, rather than only naming others. */
static int has_own_value(const kiln_i_function *f)
{
    for (int i = 0; i < f->n_pieces; i++)
        if (f->pieces[i].n_terms > 0) return 1;
    return f->steps || f->n_references == 0;
}

static void check_provenance(kiln_i_check *check, const kiln_i_function *f)
{
    if (!has_own_value(f)) return;
    check->summary.n_values++;
    check->summary.n_estimated += f->status == KILN_VALUE_ESTIMATED;
    if (f->source < 0)
        kiln_i_check_add(check, KILN_SEVERITY_NOTE, "source", f->file, f->line, f->column, "%s has no source", f->name);
    if (f->status == KILN_VALUE_UNSTATED)
        kiln_i_check_add(check, KILN_SEVERITY_NOTE, "status", f->file, f->line, f->column, "%s has no status", f->name);
    if (f->sigma_J_mol < 0.0)
        kiln_i_check_add(check, KILN_SEVERITY_NOTE, "sigma", f->file, f->line, f->column, "%s has no sigma", f->name);
}

/* Terms of magnetism have values in K and Bohr magnetons; pairs listed as ideal state nothing but that. */
static kiln_status find_exempt(kiln_i_check *check, char **exempt)
{
    const kiln_database *db = check->db;
    *exempt = kiln_i_calloc(check->ctx, (size_t)db->n_functions + 1, 1);
    if (!*exempt) return kiln_i_fail(check->ctx, KILN_E_NOMEM, "no memory for %d marks", db->n_functions);
    for (int p = 0; p < db->n_phases; p++)
        for (int i = 0; i < db->phases[p].n_parameters; i++) {
            const kiln_i_parameter *q = &db->phases[p].parameters[i];
            (*exempt)[q->function] = q->is_ideal || q->kind != KILN_PARAMETER_G;
        }
    return KILN_OK;
}

static kiln_status check_functions(kiln_i_check *check)
{
    char *exempt;
    const kiln_status status = find_exempt(check, &exempt);
    if (status != KILN_OK) return status;
    for (int i = 0; i < check->db->n_functions; i++) {
        const kiln_i_function *f = &check->db->functions[i];
        check_pieces(check, f);
        check_heat_capacity(check, f);
        if (!exempt[i]) check_provenance(check, f);
    }
    kiln_i_free(check->ctx, exempt);
    return KILN_OK;
}

/* Eigenvalues of the correlation matrix, whose units are all 1; rounding of printed digits may make one slightly negative. */
static kiln_status check_covariance(kiln_i_check *check, const kiln_i_covariance *block)
{
    const kiln_database *db = check->db;
    const size_t n = (size_t)block->n;
    const kiln_i_function *first = &db->functions[db->uncertain[block->uncertain[0]].function];
    const lapack_int order = (lapack_int)block->n, room = 3 * order;
    kiln_status status = KILN_OK;
    double *work = kiln_i_calloc(check->ctx, n * n + 4 * n, sizeof *work);
    if (!work) return kiln_i_fail(check->ctx, KILN_E_NOMEM, "no memory for a covariance of %d parameters", block->n);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++) {
            const double scale = sqrt(block->matrix[i + n * i] * block->matrix[j + n * j]);
            work[i + n * j] = scale > 0.0 ? block->matrix[i + n * j] / scale : 0.0;
            if (!(scale > 0.0) && fabs(block->matrix[i + n * j]) > 0.0) work[i + n * j] = 2.0; /* covariance without variance */
        }
    double *values = work + n * n;
    const lapack_int info = LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'N', 'L', order, work, order, values, values + n, room);
    if (info != 0) status = kiln_i_fail(check->ctx, KILN_E_SINGULAR, "dsyev returned %d for a covariance", (int)info);
    else if (values[0] < -1e-6 * (double)n)
        kiln_i_check_add(
            check, KILN_SEVERITY_ERROR, "covariance", first->file, first->line, first->column,
            "the covariance that begins with %s is not positive semidefinite: its correlation matrix has the eigenvalue %.3g",
            first->name, values[0]);
    kiln_i_free(check->ctx, work);
    return status;
}

kiln_status kiln_database_check(const kiln_database *db, kiln_context *ctx,
                                void (*visit)(void *user, const kiln_finding *finding), void *user, kiln_check_summary *summary)
{
    if (!ctx) return KILN_E_ARG;
    if (!db) return kiln_i_fail(ctx, KILN_E_ARG, "db is NULL");
    kiln_i_check check = {.db = db, .ctx = ctx, .visit = visit, .user = user};
    for (int i = 0; i < db->n_remarks; i++) {
        const kiln_i_remark *r = &db->remarks[i];
        kiln_i_check_add(&check, r->severity, "tdb", r->file, r->line, r->column, "%s", r->text);
    }
    kiln_status status = check_functions(&check);
    for (int i = 0; i < db->n_phases && status == KILN_OK; i++) kiln_i_check_phase(&check, &db->phases[i]);
    if (status == KILN_OK) status = kiln_i_check_vapours(&check);
    for (int i = 0; i < db->n_covariances && status == KILN_OK; i++) status = check_covariance(&check, &db->covariances[i]);
    if (status == KILN_OK && summary) *summary = check.summary;
    return status;
}
