/* The evaluator of G(T), and the forms that are turned into its terms. */
#include "data/forms.h"
#include "data/function.h"

#include "core/context.h"
#include "support.h"

#include <math.h>

#define R 8.31446261815324

static void release(kiln_i_function *f)
{
    kiln_i_free(ctx, f->pieces);
    kiln_i_free(ctx, f->terms);
}

/* Central differences of own(); h = 1e-3 T keeps truncation below 1e-5 relative and rounding below 1e-6. */
static void check_derivatives(const kiln_i_function *f, double T_K)
{
    const double h = 1e-3 * T_K;
    const kiln_i_jet low = kiln_i_function_own(f, T_K - h), mid = kiln_i_function_own(f, T_K),
                     high = kiln_i_function_own(f, T_K + h);
    ck_assert_double_eq_tol(mid.dg, (high.g - low.g) / (2.0 * h), 1e-5 * fabs(mid.dg) + 1e-6);
    ck_assert_double_eq_tol(mid.d2g, (high.dg - low.dg) / (2.0 * h), 1e-4 * fabs(mid.d2g) + 1e-9);
}

START_TEST(derivatives_match_differences_for_every_basis)
{
    static const kiln_i_term terms[] = {{KILN_BASIS_POWER, 0.0, -1e4},   {KILN_BASIS_POWER, 1.0, 120.0},
                                        {KILN_BASIS_T_LN_T, 0.0, -24.0}, {KILN_BASIS_LN_T, 0.0, 300.0},
                                        {KILN_BASIS_POWER, 2.0, -4e-3},  {KILN_BASIS_POWER, -1.0, 7e4},
                                        {KILN_BASIS_POWER, 0.5, 11.0},   {KILN_BASIS_POWER, -9.0, 1e25},
                                        {KILN_BASIS_POWER, 7.0, -4e-21}};
    kiln_i_piece piece = {200.0, 3000.0, terms, 9, NULL, 0};
    const kiln_i_function f = {.pieces = &piece, .n_pieces = 1};
    check_derivatives(&f, 300.0 + 250.0 * _i);
}
END_TEST

/* Outside the pieces the heat capacity is that of the end, and G and S join. */
START_TEST(extrapolation_keeps_the_heat_capacity)
{
    static const kiln_i_term terms[] = {{KILN_BASIS_POWER, 0.0, 5e3},
                                        {KILN_BASIS_T_LN_T, 0.0, -25.0},
                                        {KILN_BASIS_POWER, 2.0, -3e-3}};
    kiln_i_piece piece = {400.0, 1200.0, terms, 3, NULL, 0};
    const kiln_i_function f = {.pieces = &piece, .n_pieces = 1};
    const double end_K = _i ? 1200.0 : 400.0, out_K = _i ? 2000.0 : 300.0, step_K = _i ? 1e-6 : -1e-6;
    const kiln_i_jet at = kiln_i_function_own(&f, end_K), beyond = kiln_i_function_own(&f, end_K + step_K);
    const kiln_i_jet far_out = kiln_i_function_own(&f, out_K);
    ck_assert_double_eq_tol(beyond.g, at.g, 1e-3);
    ck_assert_double_eq_tol(beyond.dg, at.dg, 1e-6);
    ck_assert_double_eq_tol(-out_K * far_out.d2g, -end_K * at.d2g, 1e-9);
    check_derivatives(&f, out_K);
}
END_TEST

START_TEST(temperature_selects_the_piece)
{
    static const kiln_i_term terms[] = {{KILN_BASIS_POWER, 0.0, 1.0}, {KILN_BASIS_POWER, 0.0, 2.0}};
    kiln_i_piece pieces[] = {{300.0, 500.0, terms, 1, NULL, 0}, {500.0, 900.0, terms + 1, 1, NULL, 0}};
    const kiln_i_function f = {.pieces = pieces, .n_pieces = 2};
    ck_assert_double_eq(kiln_i_function_own(&f, 200.0).g, 1.0);
    ck_assert_double_eq(kiln_i_function_own(&f, 499.9).g, 1.0);
    ck_assert_double_eq(kiln_i_function_own(&f, 500.0).g, 2.0);
    ck_assert_double_eq(kiln_i_function_own(&f, 1000.0).g, 2.0);
}
END_TEST

/* Hillert and Jarl made g, g' and g'' meet at tau = 1 but for the truncation of their series, below 0.3 %. */
START_TEST(magnetic_branches_meet_at_the_critical_temperature)
{
    const double p = _i ? 0.4 : 0.28, Tc = 1043.0;
    const kiln_i_jet below = kiln_i_magnetic(Tc * (1.0 - 1e-9), Tc, 2.22, p), above = kiln_i_magnetic(Tc, Tc, 2.22, p);
    ck_assert_double_eq_tol(below.g, above.g, 3e-3 * fabs(above.g));
    ck_assert_double_eq_tol(below.dg, above.dg, 3e-3 * fabs(above.dg));
}
END_TEST

/* Between full order and full disorder lies the entropy R ln(beta + 1), whatever p. */
START_TEST(magnetic_entropy_spans_r_ln_beta_plus_one)
{
    const double beta = 1.7, Tc = 800.0;
    const kiln_i_jet cold = kiln_i_magnetic(0.5, Tc, beta, 0.28), hot = kiln_i_magnetic(1e4 * Tc, Tc, beta, 0.28);
    ck_assert_double_eq_tol(cold.dg - hot.dg, R * log(beta + 1.0), 1e-6);
}
END_TEST

START_TEST(magnetic_derivatives_match_differences)
{
    const kiln_i_function f = {.Tc_K = 1043.0, .beta = 2.22, .p = 0.4};
    check_derivatives(&f, 200.0 + 190.0 * _i);
}
END_TEST

/* Of either side of the critical temperature: above it for p > 0.49. */
START_TEST(no_magnetic_heat_capacity_exceeds_the_peak)
{
    for (int i = 1; i < 20; ++i) {
        const double p = 0.05 * i;
        double most = 0.0;
        for (int k = -200; k <= 200; ++k) {
            const double T_K = 1000.0 * (1.0 + 1e-3 * k + (k >= 0 ? 1e-9 : -1e-9));
            most = fmax(most, -T_K * kiln_i_magnetic(T_K, 1000.0, 1.0, p).d2g / (8.31446261815324 * log(2.0)));
        }
        ck_assert_double_le(most, kiln_i_magnetic_peak(p) * (1.0 + 1e-6));
        ck_assert_double_ge(most, 0.99 * kiln_i_magnetic_peak(p));
    }
}
END_TEST

START_TEST(references_add_up_in_order)
{
    static const kiln_i_term one[] = {{KILN_BASIS_POWER, 0.0, 10.0}}, two[] = {{KILN_BASIS_POWER, 1.0, 3.0}};
    kiln_i_piece first = {1.0, 5000.0, one, 1, NULL, 0}, second = {1.0, 5000.0, two, 1, NULL, 0};
    kiln_i_reference to_first = {0, 7.0}, to_both[] = {{0, -1.0}, {1, 2.0}};
    const kiln_i_function f[] = {{.pieces = &first, .n_pieces = 1},
                                 {.pieces = &second, .n_pieces = 1, .references = &to_first, .n_references = 1},
                                 {.references = to_both, .n_references = 2}};
    kiln_i_jet out[3];
    kiln_i_functions_evaluate(f, 3, NULL, 100.0, NULL, out);
    ck_assert_double_eq_tol(out[1].g, 300.0 + 70.0, 1e-9);
    ck_assert_double_eq_tol(out[2].g, -10.0 + 2.0 * 370.0, 1e-9);
    ck_assert_double_eq_tol(out[2].dg, 6.0, 1e-12);
}
END_TEST

/* The heat capacity, and H and S at the start, come back out. */
START_TEST(heat_capacity_form_reproduces_h_s_and_cp)
{
    static const kiln_i_power cp[] = {{45.0, 0.0}, {8e-3, 1.0}, {-7e5, -2.0}, {60.0, -0.5}, {12.0, -1.0}, {1e-6, 2.0}};
    kiln_i_function f = {0};
    ck_assert_int_eq(kiln_i_form_piece(ctx, &f, 298.15, 1800.0), KILN_OK);
    ck_assert_int_eq(kiln_i_form_cp(ctx, &f, cp, 6, 298.15, -3e5, 40.0), KILN_OK);
    kiln_i_form_seal(&f);
    const kiln_i_jet start = kiln_i_function_own(&f, 298.15), later = kiln_i_function_own(&f, 1000.0);
    ck_assert_double_eq_tol(start.g - 298.15 * start.dg, -3e5, 1e-6);
    ck_assert_double_eq_tol(-start.dg, 40.0, 1e-9);
    ck_assert_double_eq_tol(-1000.0 * later.d2g, 45.0 + 8.0 - 0.7 + 60.0 / sqrt(1000.0) + 0.012 + 1.0, 1e-9);
    release(&f);
}
END_TEST

/* c3 = 7/2 alone is the rigid diatomic gas: H = 7/2 R T + c8 R, S = 7/2 R ln T + c9 R. */
START_TEST(nasa_form_has_its_integration_constants)
{
    const double c[9] = {0.0, 0.0, 3.5, 0.0, 0.0, 0.0, 0.0, -1000.0, 4.0};
    kiln_i_function f = {0};
    ck_assert_int_eq(kiln_i_form_piece(ctx, &f, 200.0, 1000.0), KILN_OK);
    ck_assert_int_eq(kiln_i_form_nasa9(ctx, &f, 8.31451, c), KILN_OK);
    kiln_i_form_seal(&f);
    const kiln_i_jet at = kiln_i_function_own(&f, 500.0);
    ck_assert_double_eq_tol(at.g - 500.0 * at.dg, 8.31451 * (3.5 * 500.0 - 1000.0), 1e-8);
    ck_assert_double_eq_tol(-at.dg, 8.31451 * (3.5 * log(500.0) + 4.0), 1e-10);
    ck_assert_double_eq_tol(-500.0 * at.d2g, 3.5 * 8.31451, 1e-10);
    release(&f);
}
END_TEST

START_TEST(equal_terms_merge_and_zeros_vanish)
{
    kiln_i_function f = {0};
    ck_assert_int_eq(kiln_i_form_piece(ctx, &f, 1.0, 2.0), KILN_OK);
    ck_assert_int_eq(kiln_i_form_term(ctx, &f, KILN_BASIS_POWER, 2.0, 1.5), KILN_OK);
    ck_assert_int_eq(kiln_i_form_term(ctx, &f, KILN_BASIS_POWER, 2.0, 2.0), KILN_OK);
    ck_assert_int_eq(kiln_i_form_term(ctx, &f, KILN_BASIS_POWER, 3.0, 0.0), KILN_OK);
    ck_assert_int_eq(f.pieces[0].n_terms, 1);
    ck_assert_double_eq(f.terms[0].coefficient, 3.5);
    release(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("function");
    TCase *tc = context_case(suite, "function");
    tcase_add_loop_test(tc, derivatives_match_differences_for_every_basis, 0, 10);
    tcase_add_loop_test(tc, extrapolation_keeps_the_heat_capacity, 0, 2);
    tcase_add_test(tc, temperature_selects_the_piece);
    tcase_add_loop_test(tc, magnetic_branches_meet_at_the_critical_temperature, 0, 2);
    tcase_add_test(tc, magnetic_entropy_spans_r_ln_beta_plus_one);
    tcase_add_loop_test(tc, magnetic_derivatives_match_differences, 0, 10);
    tcase_add_test(tc, no_magnetic_heat_capacity_exceeds_the_peak);
    tcase_add_test(tc, references_add_up_in_order);
    tcase_add_test(tc, heat_capacity_form_reproduces_h_s_and_cp);
    tcase_add_test(tc, nasa_form_has_its_integration_constants);
    tcase_add_test(tc, equal_terms_merge_and_zeros_vanish);
    return run_suite(suite);
}
