#include "seeded.h"
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

static void add_mixture(const double *x)
{
    double cost = 0.0;
    for (int r = 0; r < 4; ++r) cost += 1e4 * x[r] * log(x[r]);
    ck_assert_int_ge(kiln_i_simplex_add(&lp, x, cost), 0);
}

static void random_mixture(double *x)
{
    double sum = 0.0;
    for (int r = 0; r < 4; ++r) sum += x[r] = uniform(0.01, 1.0);
    for (int r = 0; r < 4; ++r) x[r] /= sum;
}

static void add_beside(const double *x)
{
    double moved[4];
    for (int r = 0; r < 4; ++r) moved[r] = x[r];
    for (int r = 0; r < 3; ++r) {
        const double step = uniform(-1e-9, 1e-9);
        moved[r] += step;
        moved[3] -= step;
    }
    add_mixture(moved);
}

/* Two columns hold all there is, and others follow within 1e-9 of them, as from a minimiser that is no more exact: bases of both are all but
 * singular, and their amounts only good to some 1e-5. */
START_TEST(almost_equal_columns_are_in_the_basis_once)
{
    double x[2][4], b[4], y[4];
    for (int problem = 0; problem < 200; ++problem) {
        state = (uint64_t)(1000 * _i + problem);
        kiln_i_simplex_destroy(&lp);
        ck_assert_int_eq(kiln_i_simplex_create(ctx, 4, 64, &lp), KILN_OK);
        random_mixture(x[0]);
        random_mixture(x[1]);
        for (int r = 0; r < 4; ++r) b[r] = 0.84 * x[0][r] + 0.16 * x[1][r];
        kiln_i_simplex_reset(&lp, 4, b);
        for (int r = 0; r < 4; ++r) {
            for (int c = 0; c < 4; ++c) y[c] = c == r ? 1.0 : 1e-26;
            add_mixture(y);
        }
        for (int k = 0; k < 2; ++k) add_mixture(x[k]);
        for (int round = 0; round < 6; ++round) {
            ck_assert_msg(kiln_i_simplex_solve(&lp) == KILN_OK, "problem %d/%d: %s", _i, problem, kiln_context_error(ctx));
            for (int k = 0; k < 4; ++k)
                for (int l = 0; l < k; ++l)
                    ck_assert_msg(lp.basis[k] != lp.basis[l], "problem %d/%d: column %d twice", _i, problem, lp.basis[k]);
            for (int r = 0; r < 4; ++r) {
                double held = -b[r];
                for (int k = 0; k < 4; ++k) held += lp.x[k] * lp.column[r + 4 * lp.basis[k]];
                ck_assert_double_le(fabs(held), 1e-4);
            }
            for (int k = 0; k < 2; ++k) add_beside(x[k]);
            random_mixture(y);
            add_mixture(y);
        }
    }
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
    tcase_add_loop_test(tc, almost_equal_columns_are_in_the_basis_once, 0, 20);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
