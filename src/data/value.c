/* Values of functions and entries at one temperature, for listings. */
#include "data/database.h"

#include "core/context.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static kiln_status check_arguments(kiln_context *ctx, int i, int n, double T_K)
{
    if (i < 0 || i >= n) return kiln_i_fail(ctx, KILN_E_ARG, "item %d of %d", i, n);
    if (!(T_K > 0.0) || !isfinite(T_K)) return kiln_i_fail(ctx, KILN_E_ARG, "T = %g K", T_K);
    return KILN_OK;
}

/* Value of function i; references point backwards, so the functions before it are enough. */
static kiln_status value_at(const kiln_database *db, kiln_context *ctx, int i, double T_K, kiln_i_jet *value)
{
    kiln_i_jet *values = kiln_i_calloc(ctx, (size_t)i + 1, sizeof *values);
    if (!values) return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for %d values", i + 1);
    kiln_i_functions_evaluate(db->functions, i + 1, NULL, T_K, NULL, values);
    *value = values[i];
    kiln_i_free(ctx, values);
    if (isfinite(value->g) && isfinite(value->dg) && isfinite(value->d2g)) return KILN_OK;
    return kiln_i_fail(ctx, KILN_E_RANGE, "%s is not a finite number at %.2f K", db->functions[i].name, T_K);
}

kiln_status kiln_database_function_value(const kiln_database *db, kiln_context *ctx, int i, double T_K, double *G_J_mol,
                                         double *S_J_molK, double *Cp_J_molK)
{
    kiln_i_jet value;
    if (!db || !ctx) return KILN_E_ARG;
    kiln_status status = check_arguments(ctx, i, db->n_functions, T_K);
    if (status != KILN_OK || (status = value_at(db, ctx, i, T_K, &value)) != KILN_OK) return status;
    if (G_J_mol) *G_J_mol = value.g;
    if (S_J_molK) *S_J_molK = -value.dg;
    if (Cp_J_molK) *Cp_J_molK = -T_K * value.d2g;
    return KILN_OK;
}

/* How often each function 0 .. i is in function i, directly and through others. */
static kiln_status multiplicities(const kiln_database *db, kiln_context *ctx, int i, double **factor)
{
    *factor = kiln_i_calloc(ctx, (size_t)i + 1, sizeof **factor);
    if (!*factor) return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for %d factors", i + 1);
    (*factor)[i] = 1.0;
    for (int f = i; f >= 0; f--)
        for (int k = 0; k < db->functions[f].n_references; k++)
            (*factor)[db->functions[f].references[k].function] += (*factor)[f] * db->functions[f].references[k].factor;
    return KILN_OK;
}

void kiln_i_push_down(const kiln_database *db, int n, const int *which, double *coefficient)
{
    for (int k = n - 1; k >= 0; --k) {
        const int f = which ? which[k] : k;
        for (int r = 0; coefficient[f] != 0.0 && r < db->functions[f].n_references; ++r)
            coefficient[db->functions[f].references[r].function] += db->functions[f].references[r].factor * coefficient[f];
    }
}

/* d value / d (uncertain number u). */
static double slope_in(const kiln_database *db, const double *factor, int i, int u, double T_K)
{
    const kiln_i_uncertain *unknown = &db->uncertain[u];
    if (unknown->function > i) return 0.0;
    return factor[unknown->function] * (unknown->power ? T_K : 1.0);
}

double kiln_i_variance(const kiln_database *db, const double *factor, int i, double T_K)
{
    double variance = 0.0;
    for (int u = 0; u < db->n_uncertain; u++) {
        const double part = slope_in(db, factor, i, u, T_K) * db->uncertain[u].sigma;
        variance += part * part;
    }
    for (int c = 0; c < db->n_covariances; c++) {
        const kiln_i_covariance *block = &db->covariances[c];
        for (int k = 1; k < block->n; k++)
            for (int j = 0; j < k; j++)
                variance += 2.0 * slope_in(db, factor, i, block->uncertain[k], T_K) *
                            slope_in(db, factor, i, block->uncertain[j], T_K) * block->matrix[k + block->n * j];
    }
    return fmax(variance, 0.0);
}

kiln_status kiln_database_parameter_value(const kiln_database *db, kiln_context *ctx, int phase, int i, double T_K, double *value,
                                          double *sigma)
{
    kiln_i_jet jet;
    double *factor;
    if (!db || !ctx) return KILN_E_ARG;
    kiln_status status = check_arguments(ctx, phase, db->n_phases, T_K);
    if (status != KILN_OK || (status = check_arguments(ctx, i, db->phases[phase].n_parameters, T_K)) != KILN_OK) return status;
    const int function = db->phases[phase].parameters[i].function;
    if ((status = value_at(db, ctx, function, T_K, &jet)) != KILN_OK) return status;
    if ((status = multiplicities(db, ctx, function, &factor)) != KILN_OK) return status;
    int is_stated = 0;
    for (int f = 0; f <= function; f++)
        is_stated = is_stated ||
                    (fabs(factor[f]) > 0.0 && (db->functions[f].sigma_J_mol >= 0.0 || db->functions[f].sigma_T_J_molK > 0.0));
    if (value) *value = jet.g;
    if (sigma) *sigma = is_stated ? sqrt(kiln_i_variance(db, factor, function, T_K)) : -1.0;
    kiln_i_free(ctx, factor);
    return KILN_OK;
}

/* A sum of terms being collected, and the text it becomes. */
typedef struct sum {
    int n;
    kiln_i_term *terms;
    int is_magnetic, has_program;
} sum;

static void add_term(sum *s, const kiln_i_term *term, double factor)
{
    for (int i = 0; i < s->n; i++)
        if (s->terms[i].basis == term->basis && !(fabs(s->terms[i].power - term->power) > 0.0)) {
            s->terms[i].coefficient += factor * term->coefficient;
            return;
        }
    s->terms[s->n] = *term;
    s->terms[s->n++].coefficient *= factor;
}

static const kiln_i_piece *piece_at(const kiln_i_function *f, double T_K)
{
    const kiln_i_piece *piece = f->pieces;
    for (int i = 1; i < f->n_pieces && f->pieces[i].T_min_K <= T_K; i++) piece = &f->pieces[i];
    return piece;
}

static kiln_status collect(const kiln_database *db, kiln_context *ctx, int i, double T_K, const double *factor, sum *s)
{
    size_t room = 1;
    for (int f = 0; f <= i; f++)
        if (db->functions[f].n_pieces > 0) room += (size_t)piece_at(&db->functions[f], T_K)->n_terms;
    if (!(s->terms = kiln_i_calloc(ctx, room, sizeof *s->terms))) return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for terms");
    for (int f = i; f >= 0; f--) {
        if (!(fabs(factor[f]) > 0.0)) continue;
        s->is_magnetic |= db->functions[f].beta > 0.0;
        s->has_program |= db->functions[f].steps != NULL;
        if (db->functions[f].n_pieces == 0) continue;
        const kiln_i_piece *piece = piece_at(&db->functions[f], T_K);
        for (int k = 0; k < piece->n_terms; k++) add_term(s, &piece->terms[k], factor[f]);
    }
    return KILN_OK;
}

/* "14230", " - 4*T", " + 2.5*T*ln(T)", "1e6*T^-2". */
static int write_term(const kiln_i_term *term, int is_first, char *out, size_t size)
{
    const double c = term->coefficient;
    const char *sign = is_first ? (c < 0.0 ? "-" : "") : (c < 0.0 ? " - " : " + ");
    int used = snprintf(out, size, "%s%.10g", sign, fabs(c));
    if (term->basis == KILN_BASIS_T_LN_T) return used + snprintf(out + used, size - (size_t)used, "*T*ln(T)");
    if (term->basis == KILN_BASIS_LN_T) return used + snprintf(out + used, size - (size_t)used, "*ln(T)");
    if (!(fabs(term->power) > 0.0)) return used;
    if (!(fabs(term->power - 1.0) > 0.0)) return used + snprintf(out + used, size - (size_t)used, "*T");
    return used + snprintf(out + used, size - (size_t)used, "*T^%.10g", term->power);
}

static void write_sum(const sum *s, char *text, size_t size)
{
    char part[96];
    size_t used = 0;
    int n_written = 0;
    text[0] = '\0';
    for (int i = 0; i <= s->n + 2; i++) {
        if (i < s->n && !(fabs(s->terms[i].coefficient) > 0.0)) continue;
        if (i < s->n) (void)write_term(&s->terms[i], n_written == 0, part, sizeof part);
        else if (i == s->n && n_written == 0) strcpy(part, "0");
        else if (i == s->n + 1 && s->is_magnetic) strcpy(part, " + magnetic");
        else if (i == s->n + 2 && s->has_program) strcpy(part, " + what is no sum of powers");
        else continue;
        if (used + strlen(part) >= size) {
            if (size > 3) strcpy(text + (used + 4 <= size ? used : size - 4), "...");
            return;
        }
        strcpy(text + used, part);
        used += strlen(part);
        n_written++;
    }
}

kiln_status kiln_database_function_expression(const kiln_database *db, kiln_context *ctx, int i, double T_K, char *text,
                                              size_t size)
{
    double *factor;
    sum s = {0};
    if (!db || !ctx) return KILN_E_ARG;
    if (!text || size == 0) return kiln_i_fail(ctx, KILN_E_ARG, "no room for text");
    kiln_status status = check_arguments(ctx, i, db->n_functions, T_K);
    if (status != KILN_OK || (status = multiplicities(db, ctx, i, &factor)) != KILN_OK) return status;
    status = collect(db, ctx, i, T_K, factor, &s);
    if (status == KILN_OK) write_sum(&s, text, size);
    kiln_i_free(ctx, s.terms);
    kiln_i_free(ctx, factor);
    return status;
}
