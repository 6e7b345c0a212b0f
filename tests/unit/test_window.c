#include "synthetic.h"

#include "predict/window_solver.h"

#include <math.h>

static const double R = 8.31446261815324;
static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

/* T at which x is on the symmetric binodal: W (2x - 1) / (R ln(x / (1 - x))); its limit at x = 1/2 is W / 2R. */
static double binodal_T(double W, double x)
{
    return fabs(x - 0.5) < 1e-12 ? W / (2.0 * R) : W * (2.0 * x - 1.0) / (R * log(x / (1.0 - x)));
}

START_TEST(demixing_ends_at_the_exact_binodal)
{
    const double W = 20000.0, fraction[] = {0.5, 0.5001, 0.501, 0.52, 0.6, 0.8, 0.95};
    const double x = fraction[_i];
    char formula[64];
    snprintf(formula, sizeof formula, "Mg%.4fNi%.4f", x, 1.0 - x);
    regular_solution(&t, W);
    bench_open(&b, t.at, NULL, formula, "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    REQUIRE_OK(&b, kiln_window_solve(b.window, 0, &w));
    ck_assert_int_eq(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_DEMIXING);
    ck_assert_double_eq_tol(w.range[0].low.T_K, binodal_T(W, x), 1e-3);
    ck_assert_int_eq(w.range[0].high.kind, KILN_END_SEARCH_LIMIT);
    if (fabs(x - 0.5) > 0.01) /* the other side of the gap */
        ck_assert_double_eq_tol(w.range[0].low.limit[0].composition[0], 1.0 - x, 1e-4);
    const double spinodal = 2.0 * x * (1.0 - x) * W / R;
    ck_assert_int_eq(w.has_spinodal, spinodal > w.scanned_min_K);
    if (w.has_spinodal) ck_assert_double_eq_tol(w.spinodal_K, spinodal, 1e-3);
}
END_TEST

/* T_c = W / (2 a R) with W per formula and a sites: here W is written per site, so T_c = W / 2R whatever a is. */
START_TEST(critical_temperature_does_not_depend_on_the_formula_unit)
{
    const double W = 18000.0, sites = 1.0 + _i;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: sites\nphases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: %g, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n    interactions: [{pair: [Mg, Ni], on: M, per: site, W: %g}]\n",
        sites, W);
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    REQUIRE_OK(&b, kiln_window_solve(b.window, 0, &w));
    ck_assert_double_eq_tol(w.range[0].low.T_K, W / (2.0 * R), 1e-3);
}
END_TEST

/* The demixing measure itself: its infimum is negative exactly below the binodal, also beside the critical point. */
START_TEST(demixing_measure_changes_sign_on_the_binodal)
{
    const double W = 20000.0, fraction[] = {0.5, 0.5005, 0.55, 0.7, 0.9};
    const double x = fraction[_i], T = binodal_T(W, x);
    char formula[64];
    snprintf(formula, sizeof formula, "Mg%.4fNi%.4f", x, 1.0 - x);
    regular_solution(&t, W);
    bench_open(&b, t.at, NULL, formula, "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_i_target_set(&b.window->target, 0));
    const double relative[] = {-1e-2, -1e-4, 1e-4, 1e-2};
    for (int k = 0; k < 4; ++k) {
        double g, slope;
        REQUIRE_OK(&b, kiln_i_window_force(b.window, 0, T * (1.0 + relative[k]), 1, &g, &slope));
        ck_assert_msg(k < 2 ? g < 0.0 : g > 0.0, "x = %g, T/T_binodal = %g: g = %g", x, 1.0 + relative[k], g);
    }
}
END_TEST

/* A fixed-ratio compound fixes one combination of potentials only: it competes with sets. AB2 against A + 2 B and, where it is lower, AB + B. */
START_TEST(a_compound_is_limited_by_a_set_of_phases)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: compounds\nsubstances:\n"
        "  magnesium: {formula: Mg, at: [Mg], G: 0}\n  nickel: {formula: Ni, at: [Ni], G: 0}\n"
        "  one_one: {formula: MgNi, at: [Mg, Ni], G: %s}\n  one_two: {formula: MgNi2, at: [Mg, Ni], G: -30000 + 25*T}\n",
        _i == 0 ? "5000" : "-10000");
    bench_open(&b, t.at, NULL, "MgNi2", "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "one_two"), &w));
    ck_assert_int_eq(w.n_ranges, 1);
    /* G(AB2) = 0 at 1200 K; with AB at -10000 J/mol already at 800 K. */
    ck_assert_double_eq_tol(w.range[0].high.T_K, _i == 0 ? 1200.0 : 800.0, 1e-5);
    ck_assert_int_eq(w.range[0].high.n_limits, 2);
    for (int l = 0; l < 2; ++l) {
        const kiln_limit_phase *limit = &w.range[0].high.limit[l];
        const int is_nickel = strcmp(kiln_system_phase_name(b.system, limit->phase), "nickel") == 0;
        /* shares by moles of components: Mg + 2 Ni is 1/3 : 2/3, MgNi + Ni is 2/3 : 1/3 */
        ck_assert_double_eq_tol(limit->share, (_i == 0) == is_nickel ? 2.0 / 3.0 : 1.0 / 3.0, 1e-9);
    }
    /* slope of the set: -(25 J/K) per 3 mol of components */
    ck_assert_double_eq_tol(w.range[0].high.slope_J_molK, -25.0 / 3.0, 1e-6);
}
END_TEST

static const char solution_and_pure[] =
    "kiln: 1\nname: ends\nbibliography: {me: {text: somebody}}\nfunctions:\n"
    "  step: {G: 20000 - 4*T, sigma: 2000 J/mol, source: me, status: estimated}\n"
    "  melt: {G: -40000 + 50*T, sigma: 1000 J/mol, source: me, status: measured}\n"
    "phases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
    "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: step}]\n"
    "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 5000, sigma: 500 J/mol, status: measured, source: me}]\n"
    "substances:\n  nickel: {formula: Ni, at: [Ni], G: 0}\n  vapour: {formula: Mg, at: [Mg], G: 36000 - 25*T}\n";

/* Low end: mu_Ni = step + RT ln x + W (1 - x)^2 = 0. High end: mu_Mg = RT ln(1 - x) + W x^2 = 36000 - 25 T. */
START_TEST(both_ends_and_their_uncertainty_follow_from_the_potentials)
{
    const double x = 0.2, W = 5000.0;
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), &w));
    ck_assert_int_eq(w.n_ranges, 1);
    const double slope_low = -4.0 + R * log(x), T_low = -(20000.0 + W * (1 - x) * (1 - x)) / slope_low;
    const double slope_high = -25.0 - R * log(1 - x), T_high = (W * x * x - 36000.0) / slope_high;
    ck_assert_double_eq_tol(w.range[0].low.T_K, T_low, 1e-5);
    ck_assert_double_eq_tol(w.range[0].high.T_K, T_high, 1e-5);
    ck_assert_double_eq_tol(w.range[0].low.slope_J_molK, -slope_low, 1e-6);
    ck_assert_double_eq_tol(w.range[0].high.slope_J_molK, slope_high, 1e-6);
    /* dT/d(step) = 1 / |slope|, dT/dW = (1 - x)^2 / |slope| */
    const kiln_window_end *low = &w.range[0].low;
    ck_assert_int_eq(low->n_decisive, 2);
    ck_assert_str_eq(low->decisive[0].name, "step");
    ck_assert_double_eq_tol(low->decisive[0].dT_dparameter, -1.0 / slope_low, 1e-9);
    ck_assert_str_eq(low->decisive[0].status, "estimated");
    ck_assert_str_eq(low->decisive[0].source, "somebody");
    ck_assert_double_eq_tol(low->decisive[1].dT_dparameter, -(1 - x) * (1 - x) / slope_low, 1e-9);
    const double sigma = hypot(2000.0, 500.0 * (1 - x) * (1 - x)) / -slope_low;
    ck_assert_double_eq_tol(w.rival[0].sigma_K, sigma, 1e-6 * sigma);
    ck_assert_double_eq_tol(low->sigma_K, sigma, 0.05 * sigma); /* 4096 samples: 1.5 % */
    ck_assert_double_eq_tol(low->median_K, T_low, 0.06 * sigma);
    /* energies: excess W x (1 - x), entropy of mixing */
    ck_assert_double_eq_tol(w.budget.excess_J_mol, W * x * (1 - x), 1e-8);
    ck_assert_double_eq_tol(w.budget.S_conf_J_molK, -R * (x * log(x) + (1 - x) * log(1 - x)), 1e-10);
    ck_assert(w.budget.has_formation);
    ck_assert_double_eq_tol(w.budget.dG_J_mol,
                            R * w.budget.T_K * (x * log(x) + (1 - x) * log(1 - x)) + W * x * (1 - x) +
                                x * (20000.0 - 4.0 * w.budget.T_K),
                            1e-6);
    ck_assert_double_eq_tol(w.budget.dH_J_mol, W * x * (1 - x) + x * 20000.0, 1e-6);
}
END_TEST

/* Below the low end the lever rule gives the second phase: 2 % by mass is reached where alpha holds x' nickel. */
START_TEST(detection_limit_follows_the_lever_rule)
{
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), &w));
    const double m_Mg = 24.305, m_Ni = 58.693, total = 0.8 * m_Mg + 0.2 * m_Ni;
    const double precipitated = 0.02 * total / m_Ni, x = (0.2 - precipitated) / (1.0 - precipitated);
    const double T = (20000.0 + 5000.0 * (1 - x) * (1 - x)) / (4.0 - R * log(x));
    ck_assert(w.range[0].low.has_detected);
    ck_assert_double_eq_tol(w.range[0].low.detected_K, T, 0.02);
}
END_TEST

START_TEST(the_same_question_has_the_same_answer)
{
    kiln_window first, second;
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, 0, &first));
    bench_close(&b);
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, 0, &second));
    ck_assert_double_eq(first.range[0].low.T_K, second.range[0].low.T_K);
    ck_assert_double_eq(first.range[0].low.sigma_K, second.range[0].low.sigma_K);
}
END_TEST

/* A convex f, as heat capacities make it, can leave two windows, or a gap narrower than the scan. */
START_TEST(a_narrow_gap_between_scan_points_is_found)
{
    /* rival - alpha = (T - 1005)^2 - 4 J/mol: negative from 1003 to 1007 K, between nodes 20 K apart */
    static const char database[] = "kiln: 1\nname: narrow\nsubstances:\n  alpha: {formula: Mg, at: [Mg], G: 0}\n"
                                   "  beta: {formula: Mg, at: [Mg], G: 1010021 - 2010*T + T^2}\n";
    bench_open(&b, database, NULL, "Mg", "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), &w));
    ck_assert_int_eq(w.n_ranges, 2);
    ck_assert_double_eq_tol(w.range[0].high.T_K, 1003.0, 1e-5);
    ck_assert_double_eq_tol(w.range[1].low.T_K, 1007.0, 1e-5);
}
END_TEST

START_TEST(a_phase_that_is_never_single_says_how_close_it_comes)
{
    static const char database[] = "kiln: 1\nname: never\nsubstances:\n  alpha: {formula: Mg, at: [Mg], G: 0}\n"
                                   "  beta: {formula: Mg, at: [Mg], G: -500 - 0.1*T}\n";
    bench_open(&b, database, NULL, "Mg", "closed", KILN_METHOD_NEWTON);
    kiln_window w;
    kiln_single_phase at;
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), &w));
    ck_assert_int_eq(w.n_ranges, 0);
    ck_assert_double_eq_tol(w.best_J_mol, -500.0 - 0.1 * 473.15, 1e-6);
    ck_assert_double_eq_tol(w.best_T_K, 473.15, 1e-9);
    ck_assert_str_eq(kiln_system_phase_name(b.system, w.best_limit), "beta");
    REQUIRE_OK(&b, kiln_window_at(b.window, kiln_system_find_phase(b.system, "alpha"), 1000.0, &at));
    ck_assert(!at.is_single);
    ck_assert_double_eq_tol(at.least_J_mol, -600.0, 1e-6);
}
END_TEST

START_TEST(the_search_stops_at_validity)
{
    static const char database[] =
        "kiln: 1\nname: valid\nfunctions:\n  G_a: {G: 0, range: 900 K .. 1200 K}\n"
        "substances:\n  alpha: {formula: Mg, at: [Mg], G: G_a}\n  beta: {formula: Mg, at: [Mg], G: 1000}\n";
    kiln_window_options o;
    kiln_window w;
    bench_open(&b, database, NULL, "Mg", "closed", KILN_METHOD_NEWTON);
    const int alpha = kiln_system_find_phase(b.system, "alpha");
    REQUIRE_OK(&b, kiln_window_solve(b.window, alpha, &w));
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_VALIDITY);
    ck_assert_double_eq_tol(w.range[0].low.T_K, 500.0, 1e-9);
    ck_assert_double_eq_tol(w.range[0].high.T_K, 1600.0, 1e-9);
    ck_assert(w.range[0].low.is_extrapolated);
    kiln_window_solver_free(b.window);
    b.window = NULL;
    ck_assert_int_eq(kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
    o.T_min_K = 1700.0;
    REQUIRE_OK(&b, kiln_window_solver_create(b.system, NULL, &o, &b.window));
    ck_assert_int_eq(kiln_window_solve(b.window, alpha, &w), KILN_E_RANGE);
}
END_TEST

START_TEST(bad_options_are_refused)
{
    kiln_window_options o;
    kiln_window_solver *solver;
    kiln_window w;
    regular_solution(&t, 1000.0);
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    ck_assert_int_eq(kiln_window_options_init(&o, 77), KILN_E_ARG);
    const struct {
        size_t offset;
        double value;
    } wrong[] = {{offsetof(kiln_window_options, T_min_K), -1.0},
                 {offsetof(kiln_window_options, T_min_K), NAN},
                 {offsetof(kiln_window_options, T_max_K), 100.0},
                 {offsetof(kiln_window_options, step_K), 0.0},
                 {offsetof(kiln_window_options, detect_mass_fraction), 0.0},
                 {offsetof(kiln_window_options, detect_mass_fraction), 0.9},
                 {offsetof(kiln_window_options, extrapolate_K), -1.0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
        ck_assert_int_eq(kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
        memcpy((char *)&o + wrong[i].offset, &wrong[i].value, sizeof wrong[i].value);
        ck_assert_int_eq(kiln_window_solver_create(b.system, NULL, &o, &solver), KILN_E_ARG);
        ck_assert_ptr_null(solver);
    }
    ck_assert_int_eq(kiln_window_solve(b.window, 5, &w), KILN_E_ARG);
    ck_assert_int_eq(kiln_window_solve(b.window, 0, NULL), KILN_E_ARG);
}
END_TEST

/* Nickel cannot hold magnesium. */
START_TEST(a_phase_that_cannot_hold_the_composition_is_refused)
{
    kiln_window w;
    bench_open(&b, solution_and_pure, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    ck_assert_int_eq(kiln_window_solve(b.window, kiln_system_find_phase(b.system, "nickel"), &w), KILN_E_MISSING);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("window");
    TCase *tc = tcase_create("closed forms");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, demixing_ends_at_the_exact_binodal, 0, 7);
    tcase_add_loop_test(tc, critical_temperature_does_not_depend_on_the_formula_unit, 0, 3);
    tcase_add_loop_test(tc, demixing_measure_changes_sign_on_the_binodal, 0, 5);
    tcase_add_loop_test(tc, a_compound_is_limited_by_a_set_of_phases, 0, 2);
    tcase_add_test(tc, both_ends_and_their_uncertainty_follow_from_the_potentials);
    tcase_add_test(tc, detection_limit_follows_the_lever_rule);
    tcase_add_test(tc, the_same_question_has_the_same_answer);
    tcase_add_test(tc, a_narrow_gap_between_scan_points_is_found);
    tcase_add_test(tc, a_phase_that_is_never_single_says_how_close_it_comes);
    tcase_add_test(tc, the_search_stops_at_validity);
    tcase_add_test(tc, bad_options_are_refused);
    tcase_add_test(tc, a_phase_that_cannot_hold_the_composition_is_refused);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
