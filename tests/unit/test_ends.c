/* Uncertainty of the ends alone, as for screening, against closed forms and against the full window's. */
#include "synthetic.h"

#include <math.h>

static const double R = 8.31446261815324;
static bench b;

static void close_it(void) { bench_close(&b); }

static double normal_share_below(double z) { return 0.5 * erfc(-z / sqrt(2.0)); }

/* The window of `phase` with ends_only, in place of the full one's solver. */
static void solve_ends(int phase, int n_samples, kiln_window *w)
{
    kiln_window_options o;
    ck_assert_int_eq(kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
    o.ends_only = 1;
    o.n_samples = n_samples;
    kiln_window_solver_free(b.window);
    b.window = NULL;
    REQUIRE_OK(&b, kiln_window_solver_create(b.system, NULL, &o, &b.window));
    REQUIRE_OK(&b, kiln_window_solve(b.window, phase, w));
}

static const char solution_and_pure[] =
    "kiln: 1\nname: ends\nbibliography: {me: {text: somebody}}\nfunctions:\n"
    "  step: {G: 20000 - 4*T, sigma: 2000 J/mol, source: me, status: estimated}\n"
    "  gone: {G: 36000 - 25*T, sigma: 1500 J/mol, source: me, status: measured}\n"
    "phases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
    "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: step}]\n"
    "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 5000, sigma: 500 J/mol, status: measured, source: me}]\n"
    "substances:\n  nickel: {formula: Ni, at: [Ni], G: 0}\n  vapour: {formula: Mg, at: [Mg], G: gone}\n";

/* Forces linear in T, one competitor an end: T_low = (step + W (1-x)^2) / slope, T_high likewise, so that the first order is all there is. */
START_TEST(one_competitor_an_end_has_its_closed_form)
{
    const double x = 0.2, W = 5000.0, share = (1 - x) * (1 - x);
    const double low_slope = 4.0 - R * log(x), T_low = (20000.0 + W * share) / low_slope;
    const double high_slope = 25.0 + R * log(1 - x), T_high = (36000.0 - W * x * x) / high_slope;
    const double sigma_low = hypot(2000.0, 500.0 * share) / low_slope, sigma_high = hypot(1500.0, 500.0 * x * x) / high_slope;
    const int n = 40000;
    const double noise = 4.0 / sqrt(n);
    kiln_window w;
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    solve_ends(kiln_system_find_phase(b.system, "alpha"), n, &w);
    const kiln_window_end *low = &w.range[0].low, *high = &w.range[0].high;
    ck_assert(low->has_sigma && high->has_sigma);
    ck_assert_double_eq_tol(low->sigma_K, sigma_low, noise * sigma_low);
    ck_assert_double_eq_tol(high->sigma_K, sigma_high, noise * sigma_high);
    ck_assert_double_eq_tol(low->median_K, T_low, noise * sigma_low);
    ck_assert_double_eq_tol(high->median_K, T_high, noise * sigma_high);
    ck_assert_double_eq_tol(low->low_K, T_low - sigma_low, noise * sigma_low);
    ck_assert_str_eq(low->decisive[0].name, "step");
    ck_assert_double_eq_tol(low->decisive[0].dT_dparameter, 1.0 / low_slope, 1e-9);
    ck_assert_double_eq_tol(w.range[0].probability, normal_share_below((T_high - T_low) / hypot(sigma_low, sigma_high)), noise);
    for (double T_K = 900.0; T_K < 1900.0; T_K += 100.0)
        ck_assert_double_eq_tol(kiln_window_probability(b.window, T_K),
                                normal_share_below((T_K - T_low) / sigma_low) * normal_share_below((T_high - T_K) / sigma_high),
                                noise);
}
END_TEST

static const struct {
    const char *formula, *phase;
} real[] = {{"(Mg,Co,Ni,Cu,Zn)O", "rocksalt"},
            {"(Co,Ni,Cu,Zn)O", "rocksalt"},
            {"(Mg,Ni,Mn,Co)O", "rocksalt"},
            {"(Mn,Co,Ni)3O4", "spinel"},
            {"(Hf,Nd,Eu,Tb,Ho)O2", "fluorite"}};
enum { N_REAL = sizeof real / sizeof *real };

static void compare_ends(const kiln_window_end *lean, const kiln_window_end *full)
{
    ck_assert_int_eq(lean->has_sigma, full->has_sigma);
    if (!full->has_sigma) return;
    ck_assert_double_eq_tol(lean->sigma_K, full->sigma_K, 0.1 * full->sigma_K);
    ck_assert_double_eq_tol(lean->median_K, full->median_K, 0.15 * full->sigma_K);
    ck_assert_double_eq_tol(lean->low_K, full->low_K, 0.15 * full->sigma_K);
    ck_assert_double_eq_tol(lean->high_K, full->high_K, 0.15 * full->sigma_K);
}

START_TEST(real_ends_are_as_uncertain_as_in_the_full_window)
{
    static const double T_K[] = {873.15, 1073.15, 1273.15, 1473.15, 1673.15};
    kiln_window lean, full;
    double probability[5];
    bench_open(&b, NULL, KILN_TEST_DATABASES "/kiln.yaml", real[_i].formula, "air", KILN_METHOD_NEWTON);
    const int phase = kiln_system_find_phase(b.system, real[_i].phase);
    REQUIRE_OK(&b, kiln_window_solve(b.window, phase, &full));
    for (int k = 0; k < 5; ++k) probability[k] = kiln_window_probability(b.window, T_K[k]);
    solve_ends(phase, 4096, &lean);
    ck_assert_int_gt(full.n_ranges, 0);
    ck_assert_int_eq(lean.n_ranges, full.n_ranges);
    for (int r = 0; r < full.n_ranges; ++r) {
        compare_ends(&lean.range[r].low, &full.range[r].low);
        compare_ends(&lean.range[r].high, &full.range[r].high);
        ck_assert_double_eq_tol(lean.range[r].probability, full.range[r].probability, 0.05);
    }
    for (int k = 0; k < 5; ++k)
        ck_assert_msg(fabs(kiln_window_probability(b.window, T_K[k]) - probability[k]) < 0.05, "%s at %g K: %g for %g",
                      real[_i].formula, T_K[k], kiln_window_probability(b.window, T_K[k]), probability[k]);
}
END_TEST

/* beta undercuts alpha by 500 + T/10 within 1000 J/mol, everywhere: alpha is single where beta's constant is high enough. */
START_TEST(a_phase_that_is_never_single_has_its_probability)
{
    static const char database[] =
        "kiln: 1\nname: never\nfunctions:\n  G_b: {G: -500 - 0.1*T, sigma: 1000 J/mol}\n"
        "substances:\n  alpha: {formula: Mg, at: [Mg], G: 0}\n  beta: {formula: Mg, at: [Mg], G: G_b}\n";
    kiln_window w;
    bench_open(&b, database, NULL, "Mg", "closed", KILN_METHOD_NEWTON);
    solve_ends(kiln_system_find_phase(b.system, "alpha"), 40000, &w);
    ck_assert_int_eq(w.n_ranges, 0);
    for (double T_K = 500.0; T_K < 1900.0; T_K += 200.0)
        ck_assert_double_eq_tol(kiln_window_probability(b.window, T_K), normal_share_below(-0.5 - 1e-4 * T_K), 0.01);
}
END_TEST

START_TEST(without_samples_a_range_is_certain)
{
    kiln_window w;
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    solve_ends(kiln_system_find_phase(b.system, "alpha"), 0, &w);
    ck_assert(!w.range[0].low.has_sigma);
    ck_assert_double_eq(w.range[0].probability, 1.0);
    ck_assert_double_eq(kiln_window_probability(b.window, w.range[0].low.T_K - 1.0), 0.0);
    ck_assert_double_eq(kiln_window_probability(b.window, w.range[0].low.T_K + 1.0), 1.0);
    ck_assert_double_eq(kiln_window_probability(b.window, w.range[0].high.T_K + 1.0), 0.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ends");
    TCase *tc = tcase_create("ends alone");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, one_competitor_an_end_has_its_closed_form);
    tcase_add_loop_test(tc, real_ends_are_as_uncertain_as_in_the_full_window, 0, N_REAL);
    tcase_add_test(tc, a_phase_that_is_never_single_has_its_probability);
    tcase_add_test(tc, without_samples_a_range_is_certain);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
