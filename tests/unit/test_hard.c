/* Cases that an earlier state of the solver got wrong, each with an answer known otherwise. */
#include "synthetic.h"

#include <math.h>

static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

static void start(const char *more)
{
    t.used = 0;
    put(&t, "kiln: 1\nname: hard\n%s", more);
}

static void solve_named(const char *formula, const char *phase, kiln_window *w)
{
    bench_open(&b, t.at, NULL, formula, "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, phase), w));
}

/* An end member that only its product term makes stable: no sublattice alone points to it. (Mg)(Ni)(Mg) is Mg2Ni at -100 kJ. */
START_TEST(a_reciprocal_end_member_is_found)
{
    start(
        "phases:\n  p:\n    formula: M3\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg, Ni]}\n"
        "      - {name: B, sites: 1, constituents: [Mg, Ni]}\n      - {name: C, sites: 1, constituents: [Mg, Ni]}\n"
        "    end_members:\n      - {at: ['*', '*', '*'], G: 0}\n      - {at: [Mg, '*', '*'], G: 30000}\n      - {at: ['*', Ni, '*'], G: 30000}\n"
        "      - {at: ['*', '*', Mg], G: 30000}\n      - {at: [Mg, Ni, Mg], G: -100000}\n    default_pair: {W: 0, per: formula}\n"
        "substances:\n  m: {formula: Mg, at: [Mg], G: 0}\n  n: {formula: Ni, at: [Ni], G: 0}\n");
    bench_open(&b, t.at, NULL, "Mg2Ni", "closed", KILN_METHOD_NEWTON);
    kiln_equilibrium e;
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 500.0, &e));
    ck_assert_double_le(e.G_J_mol, -10000.0 / 3.0 + 1e-6); /* per mole of metal atoms */
    ck_assert(e.certificate.is_certified);
}
END_TEST

/* A compound with antisites so dear that they say nothing about the potentials: its limit is the pair of pure metals, which never comes. */
START_TEST(a_line_compound_with_rare_defects_is_single_everywhere)
{
    start(
        "phases:\n  c:\n    formula: MN\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg, Ni]}\n      - {name: B, sites: 1, constituents: [Mg, Ni]}\n"
        "    end_members: [{at: [Mg, Ni], G: -60000}, {at: [Mg, Mg], G: 340000}, {at: [Ni, Ni], G: 340000}, {at: [Ni, Mg], G: 740000}]\n"
        "    default_pair: {W: 0, per: formula}\nsubstances:\n  m: {formula: Mg, at: [Mg], G: 0}\n  n: {formula: Ni, at: [Ni], G: 0}\n");
    kiln_window w;
    solve_named("MgNi", "c", &w);
    ck_assert_int_eq(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_SEARCH_LIMIT);
    ck_assert_int_eq(w.range[0].high.kind, KILN_END_SEARCH_LIMIT);
}
END_TEST

/* Demixing of a phase with a fixed ratio: T at which x is on the binodal of W is W (2x - 1) / (R ln(x/(1-x))), so dT/dW = T/W. */
START_TEST(demixing_of_a_fixed_ratio_phase_has_its_sensitivity)
{
    static const double fraction[] = {0.25, 0.45, 0.5};
    const double x = fraction[_i], W = 20000.0, R = 8.31446261815324;
    const double T = x == 0.5 ? W / (2 * R) : W * (2 * x - 1) / (R * log(x / (1 - x)));
    char formula[64];
    start(
        "bibliography: {me: {text: me}}\nphases:\n  p:\n    formula: YM\n    sublattices:\n      - {name: A, sites: 1, constituents: [Y]}\n"
        "      - {name: B, sites: 1, constituents: [Ce, Zr]}\n    end_members: [{at: [Y, Ce], G: 0}, {at: [Y, Zr], G: 0}]\n"
        "    interactions: [{pair: [Ce, Zr], on: B, per: formula, W: 20000, sigma: 1000 J/mol, source: me, status: fitted}]\n");
    snprintf(formula, sizeof formula, "YCe%.2fZr%.2f", x, 1.0 - x);
    kiln_window w;
    solve_named(formula, "p", &w);
    ck_assert_int_eq(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_DEMIXING);
    ck_assert_double_eq_tol(w.range[0].low.T_K, T, 1e-3);
    ck_assert_int_eq(w.range[0].low.n_decisive, 1);
    ck_assert_double_eq_tol(w.range[0].low.decisive[0].dT_dparameter, T / W, 2e-3 * T / W);
    ck_assert_double_eq_tol(w.range[0].low.sigma_K, 1000.0 * T / W, 0.05 * 1000.0 * T / W);
}
END_TEST

/* Six elements as competitors of one compound: the limiting set has six members. Sum of the elements' G is -6000. */
START_TEST(a_limiting_set_may_be_large)
{
    start(
        "phases:\n  p:\n    formula: six\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg]}\n      - {name: B, sites: 1, constituents: [Ni]}\n"
        "      - {name: C, sites: 1, constituents: [Co]}\n      - {name: D, sites: 1, constituents: [Zn]}\n      - {name: E, sites: 1, constituents: [Cu]}\n"
        "      - {name: F, sites: 1, constituents: [Fe]}\n    end_members: [{at: [Mg, Ni, Co, Zn, Cu, Fe], G: -30000 + 25*T}]\n"
        "substances:\n  a: {formula: Mg, at: [Mg], G: 1000}\n  b: {formula: Ni, at: [Ni], G: -2000}\n  c: {formula: Co, at: [Co], G: 3000}\n"
        "  d: {formula: Zn, at: [Zn], G: -4000}\n  e: {formula: Cu, at: [Cu], G: 5000}\n  f: {formula: Fe, at: [Fe], G: -9000}\n");
    kiln_window w;
    solve_named("MgNiCoZnCuFe", "p", &w);
    ck_assert_double_eq_tol(w.range[0].high.T_K, (30000.0 - 6000.0) / 25.0, 1e-5);
}
END_TEST

/* Two compositions of one phase limit a compound: each keeps its own. */
START_TEST(a_set_may_hold_one_phase_twice)
{
    start(
        "bibliography: {me: {text: me}}\nfunctions:\n  G_c: {G: -30000 + 25*T, sigma: 100 J/mol, source: me, status: fitted}\nphases:\n  alpha:\n    formula: M\n"
        "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 40000}]\nsubstances:\n  c: {formula: MgNi2, at: [Mg, Ni], G: G_c}\n");
    kiln_window w;
    solve_named("MgNi2", "c", &w);
    const kiln_window_end *high = &w.range[0].high;
    ck_assert_int_eq(high->n_limits, 2);
    const double first = high->limit[0].composition[0], second = high->limit[1].composition[0];
    ck_assert_double_eq_tol(first + second, 1.0, 1e-6); /* the two sides of a symmetric gap */
    ck_assert_double_gt(fabs(first - second), 0.9);
    /* dT/dG_c = -1/(slope per formula): by differences of the exact end */
    ck_assert_int_ge(high->n_decisive, 1);
    const double predicted = high->decisive[0].dT_dparameter, T = high->T_K;
    bench_close(&b);
    t.used = 0;
    start(
        "phases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 40000}]\n"
        "substances:\n  c: {formula: MgNi2, at: [Mg, Ni], G: -29900 + 25*T}\n");
    solve_named("MgNi2", "c", &w);
    ck_assert_double_eq_tol((w.range[0].high.T_K - T) / 100.0, predicted, 1e-3 * fabs(predicted));
}
END_TEST

/* Ordered and disordered wells at one composition: the target takes the lower. */
START_TEST(the_target_finds_its_lowest_well)
{
    start(
        "phases:\n  p:\n    formula: MN\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg, Ni]}\n      - {name: B, sites: 1, constituents: [Mg, Ni]}\n"
        "    end_members: [{at: [Mg, Ni], G: -14000}, {at: [Ni, Mg], G: -10000}, {at: [Mg, Mg], G: 30000}, {at: [Ni, Ni], G: 30000}]\n"
        "    interactions: [{at: [[Mg, Ni], '*'], per: formula, order: 1, L: 14000}]\n    default_pair: {W: 0, per: formula}\n"
        "substances:\n  m: {formula: Mg, at: [Mg], G: 0}\n  n: {formula: Ni, at: [Ni], G: 0}\n  c: {formula: MgNi, at: [Mg, Ni], G: -12000}\n");
    kiln_window w;
    solve_named("MgNi", "p", &w);
    ck_assert_int_eq(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_SEARCH_LIMIT);
}
END_TEST

/* A gap of 4 K between two windows is seen by diffraction although the scan steps 20 K. */
START_TEST(detection_does_not_step_over_a_narrow_gap)
{
    start("substances:\n  alpha: {formula: Mg, at: [Mg], G: 0}\n  beta: {formula: Mg, at: [Mg], G: 1010021 - 2010*T + T^2}\n");
    kiln_window w;
    solve_named("Mg", "alpha", &w);
    ck_assert_int_eq(w.n_ranges, 2);
    ck_assert(w.range[0].high.has_detected);
    ck_assert_double_eq_tol(w.range[0].high.detected_K, 1003.0, 0.02);
}
END_TEST

/* The same energy twice, written differently: the twin coincides with the target, it does not undercut it. */
START_TEST(a_twin_phase_does_not_end_the_window)
{
    start("functions:\n  g1: {G: -1234.5 - 31.7*T}\n  g2: {G: 777.7 + 3.1*T}\nsubstances:\n"
          "  a: {formula: Mg3Ni3, at: [Mg, Ni], G: 3*g1 + 3*g2}\n  b: {formula: MgNi, at: [Mg, Ni], G: g1 + g2}\n");
    kiln_window w;
    solve_named("MgNi", "b", &w);
    ck_assert_int_eq(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_SEARCH_LIMIT);
}
END_TEST

/* A phase of vacancies alone with negative energy would be made without end: the database is wrong, and that is said. */
START_TEST(an_empty_phase_of_negative_energy_is_refused)
{
    start(
        "phases:\n  p:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni, Va]}]\n"
        "    end_members: [{at: [Mg], G: 9000}, {at: [Ni], G: 7000}, {at: [Va], G: -500}]\n    default_pair: {W: 0, per: formula}\n"
        "substances:\n  m: {formula: Mg, at: [Mg], G: -20000}\n  n: {formula: Ni, at: [Ni], G: -20000}\n");
    kiln_equilibrium e;
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    ck_assert_int_eq(kiln_equilibrium_solve(b.solver, 900.0, &e), KILN_E_MISSING);
    ck_assert_msg(strstr(kiln_context_error(b.ctx), "vacancies") != NULL, "%s", kiln_context_error(b.ctx));
}
END_TEST

/* Stoichiometric answers by the reference path. */
START_TEST(nlopt_survives_a_compound)
{
    start(
        "substances:\n  m: {formula: Mg, at: [Mg], G: 0}\n  n: {formula: Ni, at: [Ni], G: 0}\n  c: {formula: MgNi2, at: [Mg, Ni], G: -30000}\n");
    kiln_equilibrium e;
    bench_open(&b, t.at, NULL, "MgNi2", "closed", KILN_METHOD_NLOPT);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 1000.0, &e));
    ck_assert_int_eq(e.n_phases, 1);
    ck_assert_double_eq_tol(e.G_J_mol, -10000.0, 1e-6);
    ck_assert_double_eq_tol(e.phase[0].amount_mol, 1.0 / 3.0, 1e-9);
}
END_TEST

START_TEST(damaged_inputs_are_refused)
{
    kiln_composition x, bad;
    kiln_atmosphere closed, gas;
    kiln_system *system;
    start("substances:\n  m: {formula: Mg, at: [Mg], G: 0}\n  n: {formula: Ni, at: [Ni], G: 0}\n");
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "MgNi", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &closed));
    bad = x;
    bad.component[0].amount = NAN;
    ck_assert_int_eq(kiln_system_create(b.ctx, b.db, &bad, &closed, NULL, &system), KILN_E_ARG);
    bad = x;
    bad.component[1].z = bad.component[0].z;
    ck_assert_int_eq(kiln_system_create(b.ctx, b.db, &bad, &closed, NULL, &system), KILN_E_ARG);
    bad = x;
    bad.n = 40;
    ck_assert_int_eq(kiln_system_create(b.ctx, b.db, &bad, &closed, NULL, &system), KILN_E_ARG);
    gas = closed;
    gas.control = KILN_OXYGEN_PRESSURE;
    gas.po2_bar = 0.0;
    ck_assert_int_eq(kiln_system_create(b.ctx, b.db, &x, &gas, NULL, &system), KILN_E_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hard");
    TCase *tc = tcase_create("hard cases");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, a_reciprocal_end_member_is_found);
    tcase_add_test(tc, a_line_compound_with_rare_defects_is_single_everywhere);
    tcase_add_loop_test(tc, demixing_of_a_fixed_ratio_phase_has_its_sensitivity, 0, 3);
    tcase_add_test(tc, a_limiting_set_may_be_large);
    tcase_add_test(tc, a_set_may_hold_one_phase_twice);
    tcase_add_test(tc, the_target_finds_its_lowest_well);
    tcase_add_test(tc, detection_does_not_step_over_a_narrow_gap);
    tcase_add_test(tc, a_twin_phase_does_not_end_the_window);
    tcase_add_test(tc, an_empty_phase_of_negative_energy_is_refused);
    tcase_add_test(tc, nlopt_survives_a_compound);
    tcase_add_test(tc, damaged_inputs_are_refused);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
