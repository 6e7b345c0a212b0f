/* Scores of forecasts, against cases counted by hand. */
#include "counting.h"
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>

/* By hand: called single 0.9 0.8 0.6 0.5, called multi 0.4 0.2; single are 0.9 0.6 0.4. Of the nine pairs of a single with a multi phase 0.9 wins three, 0.6 two, 0.4 one. */
static const kiln_case six[] = {{0.9, 9, 1}, {0.8, 8, 0}, {0.6, 6, 1}, {0.5, 5, 0}, {0.4, 4, 1}, {0.2, 2, 0}};

static kiln_scores scores_of(int n, const kiln_case *cases, int resamples)
{
    kiln_scores s;
    ck_assert_int_eq(kiln_scores_compute(ctx, n, cases, resamples, 1, &s), KILN_OK);
    return s;
}

START_TEST(six_cases_are_counted_as_by_hand)
{
    const kiln_scores s = scores_of(6, six, 0);
    ck_assert_int_eq(s.n, 6);
    ck_assert_int_eq(s.n_single, 3);
    ck_assert_int_eq(s.confusion.single_single, 2);
    ck_assert_int_eq(s.confusion.single_multi, 2);
    ck_assert_int_eq(s.confusion.multi_single, 1);
    ck_assert_int_eq(s.confusion.multi_multi, 1);
    ck_assert_double_eq_tol(s.balanced_accuracy, 0.5 * (2.0 / 3.0 + 1.0 / 3.0), 1e-15);
    ck_assert_double_eq_tol(s.auc, 6.0 / 9.0, 1e-15);
    /* 0.01 + 0.64 + 0.16 + 0.25 + 0.36 + 0.04 */
    ck_assert_double_eq_tol(s.brier, 1.46 / 6.0, 1e-15);
    ck_assert(isnan(s.auc_95.low) && isnan(s.brier_95.high));
}
END_TEST

START_TEST(a_tie_counts_half)
{
    static const kiln_case ties[] = {{1, 1, 1}, {1, 1, 0}, {1, 0, 0}, {1, 1, 1}};
    /* each single phase beats one and ties with one */
    ck_assert_double_eq_tol(kiln_roc_auc(4, ties), 0.75, 1e-15);
}
END_TEST

START_TEST(one_call_for_all_is_worth_half)
{
    static const kiln_case all[] = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 0}};
    const kiln_scores s = scores_of(4, all, 0);
    ck_assert_double_eq(s.balanced_accuracy, 0.5);
    ck_assert_double_eq(s.auc, 0.5);
    ck_assert_double_eq(s.brier, 0.25);
}
END_TEST

START_TEST(one_outcome_leaves_open_what_needs_two)
{
    static const kiln_case same[] = {{0.7, 1, 1}, {0.3, 2, 1}};
    const kiln_scores s = scores_of(2, same, 50), none = scores_of(0, NULL, 50);
    ck_assert(isnan(s.balanced_accuracy) && isnan(s.auc) && isnan(s.auc_95.low));
    ck_assert_double_eq_tol(s.brier, (0.09 + 0.49) / 2.0, 1e-15);
    ck_assert(s.brier_95.low <= s.brier && s.brier <= s.brier_95.high);
    ck_assert(isnan(none.brier) && none.n == 0);
}
END_TEST

START_TEST(a_perfect_forecast_has_no_spread)
{
    static const kiln_case right[] = {{1, 4, 1}, {1, 3, 1}, {0, 2, 0}, {0, 1, 0}};
    const kiln_scores s = scores_of(4, right, 200);
    ck_assert_double_eq(s.balanced_accuracy_95.low, 1.0);
    ck_assert_double_eq(s.auc_95.low, 1.0);
    ck_assert_double_eq(s.brier_95.high, 0.0);
}
END_TEST

/* Twenty forecasts of either outcome, 15 right: the share of right ones among 20 drawn with replacement has the standard deviation sqrt(0.75 0.25 / 20) = 0.097, the mean
 * of two such 0.068. */
START_TEST(the_bootstrap_has_the_spread_of_a_binomial)
{
    kiln_case cases[40];
    for (int i = 0; i < 40; ++i) {
        const int is_single = i < 20, is_right = i % 4 != 0;
        cases[i] = (kiln_case){is_right == is_single ? 1.0 : 0.0, 0.0, is_single};
    }
    const kiln_scores s = scores_of(40, cases, 4000), again = scores_of(40, cases, 4000);
    const double half = 1.96 * sqrt(0.75 * 0.25 / 40.0);
    ck_assert_double_eq(s.balanced_accuracy, 0.75);
    ck_assert_double_eq_tol(s.balanced_accuracy_95.low, 0.75 - half, 0.02); /* steps of 1/40 */
    ck_assert_double_eq_tol(s.balanced_accuracy_95.high, 0.75 + half, 0.02);
    ck_assert_double_eq(s.balanced_accuracy_95.low, again.balanced_accuracy_95.low);
}
END_TEST

START_TEST(classes_of_probability_hold_their_cases)
{
    kiln_calibration_bin bins[5];
    static const kiln_case edge[] = {{0.0, 0, 0}, {0.2, 0, 1}, {0.3, 0, 0}, {1.0, 0, 1}};
    kiln_calibration(4, edge, 5, bins);
    ck_assert_int_eq(bins[0].n, 1);
    ck_assert_int_eq(bins[1].n, 2);
    ck_assert_int_eq(bins[2].n, 0);
    ck_assert_int_eq(bins[4].n, 1);
    ck_assert_double_eq_tol(bins[1].mean, 0.25, 1e-15);
    ck_assert_double_eq(bins[1].observed, 0.5);
    ck_assert(isnan(bins[2].mean) && isnan(bins[2].observed_95.low));
    /* Wilson, one of two: (1/2 + z^2/4) / (1 + z^2/2) = 1/2, half width 0.4055 */
    ck_assert_double_eq_tol(bins[1].observed_95.low, 0.0945, 1e-4);
    ck_assert_double_eq_tol(bins[1].observed_95.high, 0.9055, 1e-4);
    /* one of one: 1 / (1 + z^2) */
    ck_assert_double_eq_tol(bins[4].observed_95.low, 1.0 / (1.0 + 1.959964 * 1.959964), 1e-6);
    ck_assert_double_eq_tol(bins[4].observed_95.high, 1.0, 1e-15);
}
END_TEST

START_TEST(what_is_no_probability_is_refused)
{
    kiln_scores s;
    const kiln_case wrong = {1.5, 0, 1}, nan = {0.5, NAN, 1};
    ck_assert_int_eq(kiln_scores_compute(ctx, 1, &wrong, 0, 1, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_scores_compute(ctx, 1, &nan, 0, 1, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_scores_compute(ctx, 1, NULL, 0, 1, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_scores_compute(NULL, 0, NULL, 0, 1, &s), KILN_E_ARG);
}
END_TEST

START_TEST(a_failed_allocation_leaves_nothing)
{
    const kiln_allocator allocator = {counting_alloc, counting_release, NULL};
    kiln_context *counted;
    kiln_scores s;
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&allocator, &counted), KILN_OK);
    for (long k = 1; k <= 3; ++k) {
        const long before = out_now;
        fail_at = calls + k;
        ck_assert_int_eq(kiln_scores_compute(counted, 6, six, 10, 1, &s), KILN_E_NOMEM);
        ck_assert_int_eq(out_now, before);
    }
    fail_at = 0;
    kiln_context_free(counted);
}
END_TEST

/* sqrt(sum x (1 - r / mean)^2) of Mg 0.72 and Zn 0.74, and what has no radius. */
START_TEST(mismatch_is_that_of_two_ions)
{
    kiln_composition c;
    double delta, mean;
    int z = 0;
    ck_assert_int_eq(kiln_composition_parse(ctx, "Mg0.7Zn0.3O", &c), KILN_OK);
    ck_assert_int_eq(kiln_size_mismatch(&c, &delta, &mean, NULL), KILN_OK);
    ck_assert_double_eq_tol(mean, 0.72 + 0.3 * 0.02, 1e-12);
    ck_assert_double_eq_tol(delta, sqrt(0.21) * 0.02 / mean, 1e-12);
    c.component[0].valence = 4.0;
    ck_assert_int_eq(kiln_size_mismatch(&c, &delta, &mean, &z), KILN_E_MISSING);
    ck_assert_int_eq(z, 12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scores");
    TCase *tc = context_case(suite, "scores");
    tcase_add_test(tc, six_cases_are_counted_as_by_hand);
    tcase_add_test(tc, a_tie_counts_half);
    tcase_add_test(tc, one_call_for_all_is_worth_half);
    tcase_add_test(tc, one_outcome_leaves_open_what_needs_two);
    tcase_add_test(tc, a_perfect_forecast_has_no_spread);
    tcase_add_test(tc, the_bootstrap_has_the_spread_of_a_binomial);
    tcase_add_test(tc, classes_of_probability_hold_their_cases);
    tcase_add_test(tc, what_is_no_probability_is_refused);
    tcase_add_test(tc, a_failed_allocation_leaves_nothing);
    tcase_add_test(tc, mismatch_is_that_of_two_ions);
    return run_suite(suite);
}
