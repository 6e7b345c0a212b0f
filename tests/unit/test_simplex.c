#include "support.h"

#include "core/simplex.h"

#include <math.h>

static kiln_i_simplex lp;

static void setup(void)
{
    context_setup();
    ck_assert_int_eq(kiln_i_simplex_create(ctx, 4, 16, &lp), KILN_OK);
}

static void teardown(void)
{
    kiln_i_simplex_destroy(&lp);
    context_teardown();
}

/* min -x1 - 2 x2, x1 + x2 + s1 = 4, x2 + s2 = 3: optimum -7 at (1, 3), duals (-1, -1). */
START_TEST(optimum_and_duals_of_a_known_programme)
{
    const double b[] = {4.0, 3.0}, x1[] = {1.0, 0.0}, x2[] = {1.0, 1.0}, s1[] = {1.0, 0.0}, s2[] = {0.0, 1.0};
    kiln_i_simplex_reset(&lp, 2, b);
    kiln_i_simplex_add(&lp, x1, -1.0);
    kiln_i_simplex_add(&lp, x2, -2.0);
    kiln_i_simplex_add(&lp, s1, 0.0);
    kiln_i_simplex_add(&lp, s2, 0.0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    ck_assert_double_eq_tol(lp.dual[0], -1.0, 1e-14);
    ck_assert_double_eq_tol(lp.dual[1], -1.0, 1e-14);
    ck_assert_double_eq_tol(lp.dual[0] * b[0] + lp.dual[1] * b[1], -7.0, 1e-13);
}
END_TEST

START_TEST(a_column_added_later_improves_the_optimum)
{
    const double b[] = {1.0}, a[] = {1.0};
    kiln_i_simplex_reset(&lp, 1, b);
    kiln_i_simplex_add(&lp, a, 5.0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    ck_assert_double_eq_tol(lp.dual[0], 5.0, 1e-14);
    kiln_i_simplex_add(&lp, a, 3.0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    ck_assert_double_eq_tol(lp.dual[0], 3.0, 1e-14);
    ck_assert_int_eq(lp.basis[0], 1);
}
END_TEST

START_TEST(an_impossible_right_hand_side_is_reported)
{
    const double b[] = {1.0, 1.0}, a[] = {1.0, 2.0};
    kiln_i_simplex_reset(&lp, 2, b);
    kiln_i_simplex_add(&lp, a, 0.0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_E_MISSING);
}
END_TEST

START_TEST(an_unbounded_programme_is_reported)
{
    const double b[] = {1.0}, a[] = {1.0}, ray[] = {-1.0};
    kiln_i_simplex_reset(&lp, 1, b);
    kiln_i_simplex_add(&lp, a, 0.0);
    kiln_i_simplex_add(&lp, ray, -1.0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_E_NOT_CONVERGED);
}
END_TEST

/* Beale's programme cycles under Dantzig's rule without a safeguard; its optimum is -1/20 (E. Beale, Nav. Res. Logist. Q. 2 (1955) 269). */
START_TEST(a_cycling_programme_ends)
{
    const double b[] = {0.0, 0.0, 1.0};
    const double column[][3] = {{0.25, 0.5, 0.0}, {-60.0, -90.0, 0.0}, {-0.04, -0.02, 1.0}, {9.0, 3.0, 0.0},
                                {1.0, 0.0, 0.0},  {0.0, 1.0, 0.0},     {0.0, 0.0, 1.0}};
    const double cost[] = {-0.75, 150.0, -0.02, 6.0, 0.0, 0.0, 0.0};
    kiln_i_simplex_reset(&lp, 3, b);
    for (int j = 0; j < 7; ++j) kiln_i_simplex_add(&lp, column[j], cost[j]);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    double value = 0.0;
    for (int k = 0; k < 3; ++k)
        if (lp.basis[k] >= 0) value += cost[lp.basis[k]] * lp.x[k];
    ck_assert_double_eq_tol(value, -0.05, 1e-12);
}
END_TEST

START_TEST(compression_keeps_the_basis)
{
    const double b[] = {1.0}, a[] = {1.0};
    int map[3];
    kiln_i_simplex_reset(&lp, 1, b);
    kiln_i_simplex_add(&lp, a, 5.0);
    kiln_i_simplex_add(&lp, a, 2.0);
    kiln_i_simplex_add(&lp, a, 4.0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    kiln_i_simplex_compress(&lp, map);
    ck_assert_int_eq(lp.n, 1);
    ck_assert_int_eq(map[0], -1);
    ck_assert_int_eq(map[1], 0);
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    ck_assert_double_eq_tol(lp.dual[0], 2.0, 1e-14);
}
END_TEST

START_TEST(a_full_programme_refuses_more_columns)
{
    const double b[] = {1.0}, a[] = {1.0};
    kiln_i_simplex_reset(&lp, 1, b);
    for (int j = 0; j < 16; ++j) ck_assert_int_eq(kiln_i_simplex_add(&lp, a, 1.0), j);
    ck_assert_int_eq(kiln_i_simplex_add(&lp, a, 1.0), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("simplex");
    TCase *tc = tcase_create("linear programmes");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, optimum_and_duals_of_a_known_programme);
    tcase_add_test(tc, a_column_added_later_improves_the_optimum);
    tcase_add_test(tc, an_impossible_right_hand_side_is_reported);
    tcase_add_test(tc, an_unbounded_programme_is_reported);
    tcase_add_test(tc, a_cycling_programme_ends);
    tcase_add_test(tc, compression_keeps_the_basis);
    tcase_add_test(tc, a_full_programme_refuses_more_columns);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
