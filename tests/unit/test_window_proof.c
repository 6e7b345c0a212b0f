/* What the certificate of a window says, against closed forms and dense scans. */
#include "seeded.h"
#include "synthetic.h"

#include <math.h>

static const double R = 8.31446261815324;
static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

static void solve_alpha(const char *formula, kiln_window *w)
{
    bench_open(&b, t.at, NULL, formula, "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), w));
}

/* Another form is stable by 5 J/mol between 1040 and 1060 K, and nothing outside hints at it: no node of the scan, no tangent. */
START_TEST(a_dip_that_only_the_proof_can_see_is_found)
{
    kiln_window w;
    t.used = 0;
    put(&t, "kiln: 1\nname: dip\nfunctions:\n  G_b:\n    pieces:\n      - {range: 200 K .. 1040 K, G: 100}\n"
            "      - {range: 1040 K .. 1060 K, G: -5}\n      - {range: 1060 K .. 3000 K, G: 100}\n"
            "substances:\n  alpha: {formula: Mg, at: [Mg], G: 0}\n  beta: {formula: Mg, at: [Mg], G: G_b}\n");
    solve_alpha("Mg", &w);
    ck_assert_int_eq(w.n_ranges, 2);
    ck_assert_double_eq_tol(w.range[0].high.T_K, 1040.0, 1e-5);
    ck_assert_double_eq_tol(w.range[1].low.T_K, 1060.0, 1e-5);
    ck_assert_msg(w.certificate.is_certified, "%s", w.certificate.reason);
}
END_TEST

/* beta's own minimum lies at an end member, 20 J/mol above the plane at 980 and 1060 K and below it between them; from the ideal solution's minimum a descent ends
 * in another one. Only the floor of beta at the two temperatures tells that something can hide there. */
START_TEST(a_second_minimum_that_dips_between_is_found)
{
    kiln_window w;
    kiln_single_phase at;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: w\nfunctions:\n  dip:\n    pieces:\n      - {range: 200 K .. 980 K, G: 0}\n"
        "      - {range: 980 K .. 1060 K, G: \"51940 - 102*T + 0.05*T^2\"}\n      - {range: 1060 K .. 3000 K, G: 0}\n"
        "phases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni, Co, Zn]}]\n    end_members:\n"
        "      - {at: [Mg], G: \"-86148.6283 + 11.5262926433*T\"}\n      - {at: [Ni], G: \"-127583.4895 + 11.5262926433*T\"}\n"
        "      - {at: [Co], G: \"-69301.7323 + 11.5262926433*T\"}\n      - {at: [Zn], G: \"-4371.3547 + 11.5262926433*T\"}\n"
        "    ideal: [[Mg, Ni], [Mg, Co], [Mg, Zn], [Ni, Co], [Ni, Zn], [Co, Zn]]\n"
        "  beta:\n    formula: MX\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}, {name: X, sites: 1, constituents: [Co, Zn]}]\n"
        "    end_members:\n      - {at: [Mg, Co], G: -8627.8143}\n      - {at: [Mg, Zn], G: \"-90499.9832 + dip\"}\n"
        "      - {at: [Ni, Co], G: -15083.0685}\n      - {at: [Ni, Zn], G: 56158.5541}\n"
        "    interactions:\n      - {pair: [Mg, Ni], on: M, per: formula, W: 7604.516}\n      - {pair: [Co, Zn], on: X, per: formula, W: 14826.696}\n");
    solve_alpha("MgNiCoZn", &w);
    REQUIRE_OK(&b, kiln_window_at(b.window, w.phase, 1020.0, &at));
    ck_assert_double_eq_tol(at.least_J_mol, -30.0, 0.01);
    ck_assert_int_eq(w.n_ranges, 2);
    ck_assert_double_lt(w.range[0].high.T_K, 1020.0);
    ck_assert_double_gt(w.range[1].low.T_K, 1020.0);
    ck_assert_msg(w.certificate.is_certified, "%s", w.certificate.reason);
}
END_TEST

/* For demixing not the distance itself is followed to its root: its slope, and so the bracket, have to be that of the distance whether sensitivities are asked for or not. */
START_TEST(brackets_do_not_depend_on_what_else_is_asked)
{
    kiln_window_options o;
    kiln_window all, ends;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: demixing\nphases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 20000}]\n");
    solve_alpha("Mg0.7Ni0.3", &all);
    ck_assert_int_eq(kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
    o.ends_only = 1;
    kiln_window_solver_free(b.window);
    REQUIRE_OK(&b, kiln_window_solver_create(b.system, NULL, &o, &b.window));
    REQUIRE_OK(&b, kiln_window_solve(b.window, all.phase, &ends));
    ck_assert(all.range[0].low.has_bracket && ends.range[0].low.has_bracket);
    ck_assert_double_eq_tol(ends.range[0].low.slope_J_molK, all.range[0].low.slope_J_molK, 1e-6);
    ck_assert_double_eq_tol(ends.range[0].low.bracket_low_K, all.range[0].low.bracket_low_K, 1e-6);
}
END_TEST

/* Nickel leaves the solution where step + R T ln x + W (1-x)^2 = 0: the end, and how far the gap moves it. */
START_TEST(brackets_hold_the_end_and_follow_from_gap_and_slope)
{
    const double x = 0.2, W = 5000.0, slope = 4.0 - R * log(x), T = (20000.0 + W * (1 - x) * (1 - x)) / slope;
    static const double gaps[] = {0.01, 1.0};
    kiln_solver_options o;
    kiln_window w;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: ends\nphases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 20000 - 4*T}]\n    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 5000}]\n"
        "substances:\n  nickel: {formula: Ni, at: [Ni], G: 0}\n");
    bench_open(&b, t.at, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    ck_assert_int_eq(kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION), KILN_OK);
    for (int i = 0; i < 2; ++i) {
        o.certify_gap_J_mol = gaps[i];
        kiln_window_solver_free(b.window);
        REQUIRE_OK(&b, kiln_window_solver_create(b.system, &o, NULL, &b.window));
        REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), &w));
        const kiln_window_end *low = &w.range[0].low;
        ck_assert(w.certificate.is_certified);
        ck_assert_double_ge(w.certificate.gap_J_mol, gaps[i]);
        ck_assert_double_le(w.certificate.gap_J_mol, gaps[i] + 2.0);
        ck_assert(low->has_bracket);
        ck_assert_double_lt(low->bracket_low_K, T);
        ck_assert_double_gt(low->bracket_high_K, T);
        ck_assert_double_eq_tol(low->bracket_high_K - low->bracket_low_K, 2.0 * (gaps[i] / slope + 1e-6), 1e-9);
    }
    o.certify = 0;
    kiln_window_solver_free(b.window);
    REQUIRE_OK(&b, kiln_window_solver_create(b.system, &o, NULL, &b.window));
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "alpha"), &w));
    ck_assert(!w.certificate.is_certified);
    ck_assert_str_eq(w.certificate.reason, "not asked for");
}
END_TEST

/* Energies with heat capacities, G = a + b T + c T ln T + d T^2, of the size of oxides'. */
static void put_energy(double low, double high)
{
    put(&t, "%.3f %+.5f*T %+.5f*T*ln(T) %+.7f*T^2", uniform(low, high), uniform(-8.0, 8.0), uniform(-2.0, 2.0),
        uniform(-2e-3, 2e-3));
}

static void put_solution(const char *name, int n, double low, double high)
{
    static const char *const metals[] = {"Mg", "Ni", "Co", "Zn"};
    put(&t, "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [", name);
    for (int i = 0; i < n; ++i) put(&t, "%s%s", i ? ", " : "", metals[i]);
    put(&t, "]}]\n    end_members:\n");
    for (int i = 0; i < n; ++i) {
        put(&t, "      - {at: [%s], G: \"", metals[i]);
        put_energy(low, high);
        put(&t, "\"}\n");
    }
    put(&t, "    interactions:\n");
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j)
            put(&t, "      - {pair: [%s, %s], on: M, per: formula, W: \"%.2f %+.4f*T\"}\n", metals[i], metals[j],
                uniform(-12e3, 22e3), uniform(-6.0, 6.0));
}

/* Inside a proved window no scan, however dense and thorough, finds anything lower by more than the gap; nor outside one that the phase were single. */
START_TEST(nothing_undercuts_inside_a_proved_window)
{
    int ranges = 0, proved = 0;
    double widest_gap = 0.0;
    state = (uint64_t)(900 + _i);
    for (int model = 0; model < 12; ++model) {
        kiln_window w;
        kiln_single_phase at;
        const int n = integer(2, 4);
        t.used = 0;
        put(&t, "kiln: 1\nname: random\nphases:\n");
        put_solution("alpha", n, 0.0, 2000.0);
        put_solution("beta", n, 4000.0, 30000.0);
        put_solution("gamma", n, 8000.0, 40000.0);
        solve_alpha(n == 2 ? "Mg0.6Ni0.4" : (n == 3 ? "Mg0.5Ni0.3Co0.2" : "Mg0.4Ni0.3Co0.2Zn0.1"), &w);
        ranges += w.n_ranges > 0;
        proved += w.certificate.is_certified;
        for (int r = 0; w.certificate.is_certified && r < w.n_ranges; ++r) {
            const double low = w.range[r].low.T_K, width = w.range[r].high.T_K - low;
            for (int k = 1; k < 60; ++k) {
                REQUIRE_OK(&b, kiln_window_at(b.window, w.phase, low + width * k / 60.0, &at));
                ck_assert_msg(at.least_J_mol >= -w.certificate.gap_J_mol, "model %d/%d at %.2f K: %.3f J/mol below", _i, model,
                              low + width * k / 60.0, -at.least_J_mol);
            }
            widest_gap = fmax(widest_gap, w.certificate.gap_J_mol);
        }
        bench_close(&b);
    }
    ck_assert_int_ge(ranges, 3);
    ck_assert_msg(proved == ranges, "%d of %d proved", proved, ranges);
    ck_assert_double_le(widest_gap, 2.01);
}
END_TEST

/* For screening: the same ends and certificate, and nothing beside. */
START_TEST(ends_alone_are_the_same_ends)
{
    kiln_window full, lean;
    kiln_window_options o;
    bench_open(&b, NULL, KILN_TEST_DATABASES "/kiln.yaml", "(Mg,Co,Ni,Cu,Zn)O", "air", KILN_METHOD_NEWTON);
    const int phase = kiln_system_find_phase(b.system, "rocksalt");
    REQUIRE_OK(&b, kiln_window_solve(b.window, phase, &full));
    ck_assert_int_eq(kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
    o.ends_only = 1;
    o.n_samples = 0;
    kiln_window_solver_free(b.window);
    REQUIRE_OK(&b, kiln_window_solver_create(b.system, NULL, &o, &b.window));
    REQUIRE_OK(&b, kiln_window_solve(b.window, phase, &lean));
    ck_assert_int_eq(lean.n_ranges, 1);
    ck_assert_double_eq_tol(lean.range[0].low.T_K, full.range[0].low.T_K, 1e-6);
    ck_assert_double_eq_tol(lean.range[0].high.T_K, full.range[0].high.T_K, 1e-6);
    ck_assert_int_eq(lean.range[0].low.limit[0].phase, full.range[0].low.limit[0].phase);
    ck_assert(lean.certificate.is_certified && full.certificate.is_certified);
    ck_assert(!lean.range[0].low.has_sigma && !lean.range[0].low.has_detected && lean.n_rivals == 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("window_proof");
    TCase *tc = tcase_create("proved windows");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, a_dip_that_only_the_proof_can_see_is_found);
    tcase_add_test(tc, a_second_minimum_that_dips_between_is_found);
    tcase_add_test(tc, brackets_do_not_depend_on_what_else_is_asked);
    tcase_add_test(tc, brackets_hold_the_end_and_follow_from_gap_and_slope);
    tcase_add_loop_test(tc, nothing_undercuts_inside_a_proved_window, 0, 10);
    tcase_add_test(tc, ends_alone_are_the_same_ends);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
