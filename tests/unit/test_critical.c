/* The top of a symmetric miscibility gap, where two compositions become one: against its exact curve down to a part in a million below it. */
#include "synthetic.h"

#include <float.h>
#include <math.h>

static const double R = 8.31446261815324, W = 20000.0; /* J per mol of sites, so that T_c = W / 2R whatever the formula */
static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

/* A regular solution with `sites` sites a formula unit, and a second sublattice that holds three Y where there are more than one. */
static void open_solution(int sites, double x)
{
    kiln_composition composition;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: regular\nphases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: %d, constituents: [Mg, Ni]}%s]\n"
        "    end_members: [{at: [Mg%s], G: 0}, {at: [Ni%s], G: 0}]\n    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %g}]\n",
        sites, sites > 1 ? ", {name: Y, sites: 3, constituents: [Y]}" : "", sites > 1 ? ", Y" : "", sites > 1 ? ", Y" : "",
        W * sites);
    bench_open(&b, t.at, NULL, sites > 1 ? "MgNiY" : "MgNi", "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, sites > 1 ? "MgNiY" : "MgNi", &composition));
    composition.component[0].amount = sites * x;
    composition.component[1].amount = sites * (1.0 - x);
    if (sites > 1) composition.component[2].amount = 3.0;
    bench_set(&b, &composition, "closed", KILN_METHOD_NEWTON);
}

/* Width 1 - 2x of the gap at T = T_c (1 - e): ln((1 - x) / x) = (W / RT) (1 - 2x), that is artanh(u) / u - 1 = e / (1 - e). The left side by its series, which
 * does not cancel: u is below 0.6 for e up to 0.1. */
static double exact_width(double e)
{
    double low = 0.0, high = 0.9;
    for (int k = 0; k < 200; ++k) {
        const double u = 0.5 * (low + high);
        double sum = 0.0, power = u * u;
        for (int n = 3; n < 400; n += 2, power *= u * u) sum += power / n;
        if (sum < e / (1.0 - e)) low = u;
        else high = u;
    }
    return 0.5 * (low + high);
}

/* How well a composition is defined: with curvature 8 e RT at the ends of the gap, u apart, moving both ends by dx opens 8 e u RT dx between the two tangents,
 * and energies are known to some hundred roundings of RT. */
static double definition(double e) { return 1e-9 + 100.0 * DBL_EPSILON / (8.0 * e * exact_width(e)); }

/* Fraction of Mg among Mg and Ni. */
static double fraction(const kiln_equilibrium_phase *phase)
{
    return phase->composition[0] / (phase->composition[0] + phase->composition[1]);
}

/* Two phases at the ends of the gap, in the amounts of the lever rule; the width found. */
static double check_gap(const kiln_equilibrium *e, double below, double x)
{
    const double u = exact_width(below), tolerance = definition(below);
    ck_assert_msg(e->n_phases == 2, "T/T_c = 1 - %g: %d phase(s)", below, e->n_phases);
    const int rich = fraction(&e->phase[1]) > fraction(&e->phase[0]);
    const double low = fraction(&e->phase[!rich]), high = fraction(&e->phase[rich]);
    const double share = e->phase[rich].amount_mol / (e->phase[0].amount_mol + e->phase[1].amount_mol);
    ck_assert_msg(fabs(low - 0.5 * (1.0 - u)) <= tolerance && fabs(high - 0.5 * (1.0 + u)) <= tolerance,
                  "T/T_c = 1 - %g: %.12f and %.12f, exact %.12f and %.12f", below, low, high, 0.5 * (1.0 - u), 0.5 * (1.0 + u));
    ck_assert_double_eq_tol(share, 0.5 + (x - 0.5) / u, 2.0 * tolerance / u);
    return high - low;
}

/* At the middle, and a third of the way to either end. Each decade of 1 - T/T_c from 0.1 to 1e-6, and 1, 2 and 3 sites a formula unit. */
START_TEST(the_gap_is_exact_up_to_its_top)
{
    const double below = pow(10.0, -1.0 - _i % 6);
    for (int k = -1; k <= 1; ++k) {
        kiln_equilibrium e;
        const double x = 0.5 + k * exact_width(below) / 6.0;
        open_solution(1 + _i / 6, x);
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, W / (2.0 * R) * (1.0 - below), &e));
        (void)check_gap(&e, below, x);
        ck_assert(e.certificate.is_certified);
        bench_close(&b);
    }
}
END_TEST

/* One solver up the gap, twenty temperatures a decade: the width falls at every step as the square root it is, and is never cut off. */
START_TEST(the_top_is_not_flat)
{
    double before = INFINITY;
    open_solution(1 + _i, 0.5);
    for (int k = 0; k <= 100; ++k) {
        kiln_equilibrium e;
        const double below = pow(10.0, -1.0 - 0.05 * k);
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, W / (2.0 * R) * (1.0 - below), &e));
        const double width = check_gap(&e, below, 0.5);
        ck_assert_double_lt(width, before);
        before = width;
    }
}
END_TEST

/* And down it from above: one phase as far as the top. A composition inside its spinodal's image is as sharp as the curvature 4 e RT. */
START_TEST(above_the_top_there_is_one_phase)
{
    open_solution(1 + _i, 0.5);
    for (int k = 0; k <= 50; ++k) {
        kiln_equilibrium e;
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, W / (2.0 * R) * (1.0 + pow(10.0, -1.0 - 0.1 * k)), &e));
        ck_assert_int_eq(e.n_phases, 1);
        ck_assert_double_eq_tol(fraction(&e.phase[0]), 0.5, 1e-9);
        ck_assert(e.certificate.is_certified);
    }
}
END_TEST

/* Windows end on the curve T / T_c = u / artanh(u), whose top is round: 1e-6 off the middle it lies 1e-12 lower. */
START_TEST(windows_end_on_the_curve)
{
    static const double off[] = {0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.3};
    const double x = 0.5 + off[_i % 8], u = 2.0 * x - 1.0;
    kiln_window w;
    open_solution(1 + _i / 8, x);
    REQUIRE_OK(&b, kiln_window_solve(b.window, 0, &w));
    ck_assert_int_eq(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_DEMIXING);
    const double T = W / (2.0 * R) * (u > 0.0 ? u / atanh(u) : 1.0);
    ck_assert_msg(fabs(w.range[0].low.T_K - T) <= 1e-6, "x = %.6f: %.9f K, exact %.9f K", x, w.range[0].low.T_K, T);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("critical");
    TCase *tc = tcase_create("symmetric gap");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, the_gap_is_exact_up_to_its_top, 0, 18);
    tcase_add_loop_test(tc, the_top_is_not_flat, 0, 3);
    tcase_add_loop_test(tc, above_the_top_there_is_one_phase, 0, 3);
    tcase_add_loop_test(tc, windows_end_on_the_curve, 0, 24);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
