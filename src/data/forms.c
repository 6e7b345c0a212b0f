#include "data/forms.h"

#include "data/growth.h"

#include "core/context.h"

#include <math.h>

static int is_zero(double x) { return !(fabs(x) > 0.0); }

/* While a function is built, the terms of its last piece are the last ones of its array. */
static kiln_i_term *last_terms(const kiln_i_function *f, int *n_all)
{
    *n_all = 0;
    for (int i = 0; i < f->n_pieces; i++) *n_all += f->pieces[i].n_terms;
    return f->terms ? f->terms + *n_all - f->pieces[f->n_pieces - 1].n_terms : NULL;
}

static kiln_status no_memory(kiln_context *ctx, const kiln_i_function *f)
{
    return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for function %s", f->name ? f->name : "");
}

kiln_status kiln_i_form_piece(kiln_context *ctx, kiln_i_function *f, double T_min_K, double T_max_K)
{
    kiln_i_piece *piece = kiln_i_push(ctx, &f->pieces, &f->n_pieces, sizeof *piece);
    if (!piece) return no_memory(ctx, f);
    piece->T_min_K = T_min_K;
    piece->T_max_K = T_max_K;
    return KILN_OK;
}

kiln_status kiln_i_form_term(kiln_context *ctx, kiln_i_function *f, kiln_i_basis basis, double power, double coefficient)
{
    int n_all;
    kiln_i_piece *piece = &f->pieces[f->n_pieces - 1];
    kiln_i_term *terms = last_terms(f, &n_all);
    if (is_zero(coefficient)) return KILN_OK;
    for (int i = 0; i < piece->n_terms; i++)
        if (terms[i].basis == basis && is_zero(terms[i].power - power)) {
            terms[i].coefficient += coefficient;
            return KILN_OK;
        }
    kiln_i_term *term = kiln_i_push(ctx, &f->terms, &n_all, sizeof *term);
    if (!term) return no_memory(ctx, f);
    *term = (kiln_i_term){basis, power, coefficient};
    piece->n_terms++;
    return KILN_OK;
}

kiln_status kiln_i_form_step(kiln_context *ctx, kiln_i_function *f, kiln_i_step step)
{
    int n_all = 0;
    for (int i = 0; i < f->n_pieces; i++) n_all += f->pieces[i].n_steps;
    kiln_i_step *slot = kiln_i_push(ctx, &f->steps, &n_all, sizeof *slot);
    if (!slot) return no_memory(ctx, f);
    *slot = step;
    f->pieces[f->n_pieces - 1].n_steps++;
    return KILN_OK;
}

void kiln_i_form_seal(kiln_i_function *f)
{
    const kiln_i_term *terms = f->terms;
    const kiln_i_step *steps = f->steps;
    for (int i = 0; i < f->n_pieces; i++) {
        f->pieces[i].terms = terms;
        f->pieces[i].steps = steps;
        if (terms) terms += f->pieces[i].n_terms;
        if (steps) steps += f->pieces[i].n_steps;
    }
}

kiln_i_jet kiln_i_form_last(const kiln_i_function *f, double T_K)
{
    int n_all;
    const kiln_i_term *terms = last_terms(f, &n_all);
    return kiln_i_terms_value(terms, f->pieces[f->n_pieces - 1].n_terms, T_K);
}

/* G of Cp = c T^n with both integration constants 0:
 *   n = 0: c T - c T ln T;   n = -1: c ln T + c;   else: -c T^(n+1) / (n (n + 1)). */
static kiln_status add_cp_term(kiln_context *ctx, kiln_i_function *f, double c, double n)
{
    kiln_status status;
    if (is_zero(n)) {
        if ((status = kiln_i_form_term(ctx, f, KILN_BASIS_POWER, 1.0, c)) != KILN_OK) return status;
        return kiln_i_form_term(ctx, f, KILN_BASIS_T_LN_T, 0.0, -c);
    }
    if (is_zero(n + 1.0)) {
        if ((status = kiln_i_form_term(ctx, f, KILN_BASIS_LN_T, 0.0, c)) != KILN_OK) return status;
        return kiln_i_form_term(ctx, f, KILN_BASIS_POWER, 0.0, c);
    }
    return kiln_i_form_term(ctx, f, KILN_BASIS_POWER, n + 1.0, -c / (n * (n + 1.0)));
}

/* G += H - S T. */
static kiln_status add_constants(kiln_context *ctx, kiln_i_function *f, double H, double S)
{
    const kiln_status status = kiln_i_form_term(ctx, f, KILN_BASIS_POWER, 0.0, H);
    return status != KILN_OK ? status : kiln_i_form_term(ctx, f, KILN_BASIS_POWER, 1.0, -S);
}

kiln_status kiln_i_form_cp(kiln_context *ctx, kiln_i_function *f, const kiln_i_power *cp, int n, double T_K, double H_J_mol,
                           double S_J_molK)
{
    for (int i = 0; i < n; i++) {
        const kiln_status status = add_cp_term(ctx, f, cp[i].coefficient, cp[i].power);
        if (status != KILN_OK) return status;
    }
    const kiln_i_jet raw = kiln_i_form_last(f, T_K);
    return add_constants(ctx, f, H_J_mol - (raw.g - T_K * raw.dg), S_J_molK + raw.dg);
}

kiln_status kiln_i_form_nasa9(kiln_context *ctx, kiln_i_function *f, double R_J_molK, const double c[9])
{
    for (int i = 0; i < 7; i++) {
        const kiln_status status = add_cp_term(ctx, f, R_J_molK * c[i], i - 2.0);
        if (status != KILN_OK) return status;
    }
    /* eqs. 2 and 3 have c8 and c9 as the constants of indefinite integrals; that of c1 T^-2 + c2/T is -c1/T + c2 ln T in H
     * and -c1/(2 T^2) - c2/T in S, as add_cp_term takes them */
    return add_constants(ctx, f, R_J_molK * c[7], R_J_molK * c[8]);
}
