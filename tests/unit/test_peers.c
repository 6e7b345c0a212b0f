/* The system that other programs get wrong at one temperature in ten: five metals, three regular solutions, two gaps in one of them. Every answer from a
 * cold start has its proof, is what brute force finds, and does not depend on what was asked before. */
#include "compare.h"
#include "hull.h"
#include "peers.h"

static bench b;
static yaml_text t;
static hull h;

static void open_it(void)
{
    write_peers(&t);
    bench_open(&b, t.at, NULL, peers_formula, "closed", KILN_METHOD_NEWTON);
    hull_open(&h, &b, 20000);
}

static void close_it(void)
{
    hull_close(&h);
    bench_close(&b);
}

/* As hull_solve, for the answer at hand: brute force ends within half of the certificate's gap, 0.01 J/mol. It may not lie below the answer by more than the
 * programme's amounts are wrong, 1e-10 of potentials of 1e5 J/mol; nor may any constitution lie below the plane by more than the solver's tolerance of 1e-6. */
static void is_right(const kiln_equilibrium *e)
{
    const double G = hull_solve(&h, b.system->total, 5e-3);
    ck_assert_msg(e->certificate.is_certified, "%.2f K, %s: %s", e->T_K, state_text(b.system, e), e->certificate.reason);
    ck_assert_double_le(e->certificate.gap_J_mol, 0.01 + 1e-6);
    state_is_consistent(b.system, e);
    ck_assert_msg(fabs(e->G_J_mol - G) <= (e->G_J_mol > G ? 1e-5 : 0.01), "%.2f K, %s: G = %.6f, by brute force %.6f J/mol",
                  e->T_K, state_text(b.system, e), e->G_J_mol, G);
    double least = 0.0; /* Check writes a line to a file for every assertion: none in this loop */
    for (int j = 0; j < h.n; ++j) {
        double d = h.w[j];
        for (int c = 0; c < b.system->n_closed; ++c) d -= e->mu_J_mol[c] * h.amounts[c + b.system->n_closed * j];
        least = fmin(least, d);
    }
    ck_assert_msg(least >= -2e-6, "%.2f K, %s: a constitution lies %g J/mol below the plane", e->T_K, state_text(b.system, e),
                  -least);
}

/* From a new solver into *e; and the same from the bench's own, whatever it has solved before. */
static void solve_both(double T_K, kiln_solver **cold, kiln_equilibrium *e)
{
    kiln_equilibrium warm;
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, &warm));
    REQUIRE_OK(&b, kiln_solver_create(b.system, NULL, cold));
    REQUIRE_OK(&b, kiln_equilibrium_solve(*cold, T_K, e));
    const double difference = state_difference(e, &warm, b.system->n_closed);
    ck_assert_msg(difference <= 1e-9, "%.2f K: %s from a cold start, %s after others; %.2e", T_K, state_text(b.system, e),
                  state_text(b.system, &warm), difference);
    ck_assert_double_eq_tol(e->G_J_mol, warm.G_J_mol, 1e-7);
    ck_assert(warm.certificate.is_certified);
}

static void solve_and_check(double T_K)
{
    kiln_solver *cold = NULL;
    kiln_equilibrium e;
    solve_both(T_K, &cold, &e);
    is_right(&e);
    kiln_solver_free(cold);
}

/* 600 to 1600 K in steps of 10 K, each run every eighth, upwards in even runs and downwards in odd ones. */
START_TEST(all_temperatures_are_certified_and_right)
{
    state = (uint64_t)(600 + _i);
    const int last = _i + (100 - _i) / 8 * 8;
    for (int k = _i; k <= last; k += 8) {
        kiln_i_system_set_temperature(b.system, 600.0 + 10.0 * (_i % 2 ? _i + last - k : k));
        hull_sample(&h, 500);
        solve_and_check(b.system->T_K);
    }
}
END_TEST

/* What makes the system hard: rock salt comes three times, twice and once, beside one of each of the others until they dissolve. */
START_TEST(rock_salt_has_two_gaps)
{
    static const struct {
        double T_K;
        int rocksalts, phases;
    } expected[] = {{600.0, 3, 5}, {850.0, 2, 4}, {1000.0, 1, 3}, {1200.0, 1, 2}, {1400.0, 1, 1}};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; ++k) {
        kiln_equilibrium e;
        int rocksalts = 0;
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, expected[k].T_K, &e));
        for (int j = 0; j < e.n_phases; ++j) rocksalts += e.phase[j].phase == kiln_system_find_phase(b.system, "rocksalt");
        ck_assert_int_eq(rocksalts, expected[k].rocksalts);
        ck_assert_int_eq(e.n_phases, expected[k].phases);
    }
}
END_TEST

/* Amounts from nearly equal to four decades apart. */
static void random_total(void)
{
    const double spread = uniform(0.1, 2.0);
    double sum = 0.0;
    for (int c = 0; c < b.system->n_closed; ++c) sum += b.system->total[c] = exp(spread * log(uniform(1e-2, 1.0)));
    for (int c = 0; c < b.system->n_closed; ++c) b.system->total[c] /= sum;
}

/* 1000 compositions, 25 at each of 40 temperatures. */
START_TEST(all_compositions_are_certified_and_right)
{
    state = (uint64_t)(1000 + _i);
    for (int k = 0; k < 4; ++k) {
        kiln_i_system_set_temperature(b.system, 600.0 + 25.0 * (4 * _i + k) + uniform(0.0, 25.0));
        hull_sample(&h, 500);
        for (int composition = 0; composition < 25; ++composition) {
            random_total();
            solve_and_check(b.system->T_K);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peers");
    TCase *tc = tcase_create("five metals");
    tcase_add_checked_fixture(tc, open_it, close_it);
    tcase_add_test(tc, rock_salt_has_two_gaps);
    tcase_add_loop_test(tc, all_temperatures_are_certified_and_right, 0, 8);
    tcase_add_loop_test(tc, all_compositions_are_certified_and_right, 0, 10);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
