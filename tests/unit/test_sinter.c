/* Where to fire: the recommendation stands between its limits, the limits are those of window and vapour, and rules of thumb are kept apart. */
#include "synthetic.h"

#include <math.h>

static bench b;
static kiln_sinter s;

static void close_it(void) { bench_close(&b); }

static kiln_status solve(const char *formula, const char *atmosphere, const char *phase, const kiln_sinter_options *o)
{
    kiln_composition x;
    kiln_atmosphere a;
    bench_close(&b);
    bench_open(&b, NULL, KILN_TEST_DATABASES "/kiln.yaml", formula, atmosphere, KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, formula, &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, atmosphere, &a));
    const kiln_step_question q = {b.db, &x, &a, NULL, NULL};
    return kiln_sinter_solve(b.ctx, &q, NULL, kiln_system_find_phase(b.system, phase), o, &s);
}

static kiln_sinter_options defaults(void)
{
    kiln_sinter_options o;
    ck_assert_int_eq(kiln_sinter_options_init(&o, KILN_SINTER_OPTIONS_VERSION), KILN_OK);
    return o;
}

START_TEST(the_range_stands_between_its_limits)
{
    kiln_window w;
    REQUIRE_OK(&b, solve("(Mg,Co,Ni,Cu,Zn)O", "air", "rocksalt", NULL));
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "rocksalt"), &w));
    ck_assert_int_eq(s.range, 0);
    ck_assert_double_eq_tol(s.floor.T_K, w.range[0].low.T_K, 1e-6);
    ck_assert_double_eq_tol(s.ceiling.T_K, w.range[0].high.T_K, 1e-6);
    ck_assert_double_eq_tol(s.floor.safe_K, w.range[0].low.high_K, 1e-6);
    ck_assert_double_eq_tol(s.ceiling.safe_K, w.range[0].high.low_K, 1e-6);
    ck_assert_int_eq(s.is_safe, 1);
    ck_assert_double_ge(s.low_K, s.floor.safe_K);
    ck_assert_double_ge(s.low_K, s.kinetic.T_K);
    ck_assert_double_le(s.high_K, fmin(s.ceiling.safe_K, s.vapour_limit.safe_K));
    ck_assert(s.low_K <= s.calcine_low_K && s.calcine_high_K <= s.high_K && s.low_K <= s.sinter_low_K &&
              s.sinter_high_K == s.high_K);
    ck_assert_int_eq(s.window.range[0].high.kind, KILN_END_LIQUID);
    ck_assert_double_eq(s.solidus_K, s.ceiling.T_K);
    ck_assert_double_eq_tol(s.densify_K, 0.8 * s.solidus_K, 1e-9);
    ck_assert_double_eq_tol(s.freeze_K, 0.5 * s.solidus_K, 1e-9);
    ck_assert(s.has_cooled);
    ck_assert_int_gt(s.cooled.n_phases, 1);
}
END_TEST

/* Zinc carries the vapour's ceiling; it rises with oxygen and with the film. */
START_TEST(vapour_sets_a_ceiling_of_its_own)
{
    kiln_sinter_options o = defaults();
    o.scan_gases = 0;
    REQUIRE_OK(&b, solve("(Mg,Co,Ni,Cu,Zn)O", "air", "rocksalt", &o));
    const double air_K = s.vapour.T_K;
    ck_assert_int_eq(s.vapour.z, 30);
    ck_assert_int_eq(s.n_gases, 0);
    REQUIRE_OK(&b, solve("(Mg,Co,Ni,Cu,Zn)O", "O2", "rocksalt", &o));
    ck_assert_double_gt(s.vapour.T_K, air_K + 20.0);
    o.vapour.film_mm = 30.0;
    REQUIRE_OK(&b, solve("(Mg,Co,Ni,Cu,Zn)O", "air", "rocksalt", &o));
    ck_assert_double_gt(s.vapour.T_K, air_K + 20.0);
    for (int i = 0; i < s.n_losses; ++i)
        if (s.loss[i].z == 30) ck_assert_double_lt(s.loss[i].film_percent_h, o.vapour.loss_percent_h);
}
END_TEST

/* A limit so strict that nothing is left is said to be so, and no range is made up. */
START_TEST(nothing_left_is_an_answer)
{
    kiln_sinter_options o = defaults();
    o.scan_gases = 0;
    o.vapour.loss_percent_h = 1e-12;
    REQUIRE_OK(&b, solve("(Mg,Co,Ni,Cu,Zn)O", "air", "rocksalt", &o));
    ck_assert_int_eq(s.is_safe, -1);
    ck_assert_double_ge(s.low_K, s.high_K);
    ck_assert_double_eq(s.calcine_high_K, 0.0);
}
END_TEST

START_TEST(other_gases_are_tried)
{
    int asked = 0;
    REQUIRE_OK(&b, solve("(Mg,Co,Ni,Cu,Zn)O", "Ar", "rocksalt", NULL));
    ck_assert_int_eq(s.range, -1); /* copper is reduced */
    ck_assert_int_ge(s.n_gases, 7);
    for (int i = 0; i < s.n_gases; ++i) {
        asked += s.gas[i].is_asked;
        if (s.gas[i].is_asked) ck_assert_double_eq_tol(s.gas[i].po2_bar, 1e-5, 1e-12);
    }
    ck_assert_int_eq(asked, 1);
    ck_assert_int_ge(s.widest_gas, 0);
    ck_assert_double_eq(s.gas[s.widest_gas].po2_bar, 1.0);
    ck_assert_double_gt(s.gas[s.widest_gas].high_K, s.gas[s.widest_gas].low_K + 300.0);
}
END_TEST

/* Closed and without oxygen the alloy is the only phase; in a gas it is one of seven. */
START_TEST(gases_bring_phases)
{
    REQUIRE_OK(&b, solve("Cu0.5Ni0.5", "closed", "alloy_fcc", NULL));
    ck_assert_int_eq(s.n_gases, 7);
    ck_assert_double_eq(s.gas[6].po2_bar, 1e-6);
    ck_assert_int_eq(s.gas[6].n_ranges, 1);
    ck_assert_double_eq_tol(s.gas[6].low_K, 1330.0 + 273.15, 2.0);
    ck_assert_int_eq(s.gas[0].n_ranges, 0);
}
END_TEST

START_TEST(precursors_follow_tammann)
{
    kiln_composition of[3];
    kiln_sinter_options o = defaults();
    o.scan_gases = 0;
    REQUIRE_OK(&b, solve("(Mg,Ni)O", "air", "rocksalt", &o));
    ck_assert_int_eq(s.n_precursors, 2);
    ck_assert_str_eq(s.precursor[0].formula, "MgO");
    ck_assert_str_eq(s.precursor[s.first_mobile].formula, "NiO");
    ck_assert_double_eq_tol(s.kinetic.T_K, 0.5 * s.precursor[1].T_melt_K, 1e-9);
    ck_assert_double_eq_tol(s.precursor[1].T_melt_K, 2228.0, 1.0); /* US Bureau of Mines Bulletin 672 */
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "MgO", &of[0]));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "NiCO3", &of[1]));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Ni7O9", &of[2]));
    o.precursors = of;
    o.n_precursors = 3;
    REQUIRE_OK(&b, solve("(Mg,Ni)O", "air", "rocksalt", &o));
    ck_assert_int_eq(s.n_precursors, 3);
    ck_assert(s.precursor[1].is_carbonate && !s.precursor[2].is_known);
    ck_assert_int_eq(s.first_mobile, 0);
}
END_TEST

START_TEST(wrong_options_are_refused)
{
    kiln_sinter_options o = defaults();
    o.n_precursors = 1;
    ck_assert_int_eq(solve("NiO", "air", "rocksalt", &o), KILN_E_ARG);
    o = defaults();
    o.cool_to_K = -1.0;
    ck_assert_int_eq(solve("NiO", "air", "rocksalt", &o), KILN_E_ARG);
    o = defaults();
    o.vapour.film_mm = 0.0;
    ck_assert_int_eq(solve("NiO", "air", "rocksalt", &o), KILN_E_ARG);
    ck_assert_int_eq(kiln_sinter_options_init(&o, 99), KILN_E_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sinter");
    TCase *tc = tcase_create("firing");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, the_range_stands_between_its_limits);
    tcase_add_test(tc, vapour_sets_a_ceiling_of_its_own);
    tcase_add_test(tc, nothing_left_is_an_answer);
    tcase_add_test(tc, other_gases_are_tried);
    tcase_add_test(tc, gases_bring_phases);
    tcase_add_test(tc, precursors_follow_tammann);
    tcase_add_test(tc, wrong_options_are_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
