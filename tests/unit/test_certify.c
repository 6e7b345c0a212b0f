/* What a proof says, costs and needs; test_adversarial.c has proofs against brute force. */
#include "seeded.h"
#include "synthetic.h"

#include "solve/certify.h"

#include <math.h>

static const double R = 8.31446261815324, T_K = 1000.0;
static const char *const metals[] = {"Mg", "Ni", "Co", "Zn", "Cu", "Mn"};
static bench b;
static yaml_text t;

/* One sublattice of n metals, |W| up to w_max RT. */
static void open_solution(int n, double w_max)
{
    char formula[64] = "";
    t.used = 0;
    put(&t, "kiln: 1\nname: random\nphases:\n  a:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [");
    for (int i = 0; i < n; ++i) put(&t, "%s%s", i ? ", " : "", metals[i]);
    put(&t, "]}]\n    end_members:\n");
    for (int i = 0; i < n; ++i) put(&t, "      - {at: [%s], G: 0}\n", metals[i]);
    put(&t, "    interactions:\n");
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j)
            put(&t, "      - {pair: [%s, %s], on: M, per: formula, W: %.6f}\n", metals[i], metals[j],
                uniform(-w_max, w_max) * R * T_K);
    for (int i = 0; i < n; ++i) strcat(formula, metals[i]);
    bench_open(&b, t.at, NULL, formula, "closed", KILN_METHOD_NEWTON);
    kiln_i_system_set_temperature(b.system, T_K);
    b.solver->RT = R * T_K;
}

static double distance(const double *mu, int n, const double *y)
{
    double d = kiln_i_phase_energy(b.system, 0, y, NULL, NULL);
    for (int i = 0; i < n; ++i) d -= mu[i] * y[i];
    return d;
}

/* Least distance from many random starts. */
static double least_by_descent(const double *mu, int n)
{
    double linear[6], least = INFINITY;
    const kiln_i_mphase *p = &b.system->phases[0];
    const kiln_i_objective o = {0, linear, 0.0, b.solver->RT, p->n_constraints, p->constraint};
    for (int i = 0; i < n; ++i) linear[i] = -mu[i];
    for (int k = 0; k < 60; ++k) {
        double weight[6], y[6], value;
        for (int i = 0; i < n; ++i) weight[i] = uniform(-7.0, 0.0);
        if (kiln_i_project(b.solver, 0, weight, y) && kiln_i_newton_descend(b.solver, &o, y, &value) == KILN_OK)
            least = fmin(least, value);
    }
    return least;
}

/* Two sublattices of two, |G| up to 20 RT and |W| up to 4 RT. */
static void open_reciprocal(void)
{
    static const char *const on_m[] = {"Mg", "Ni"}, *const on_x[] = {"Co", "Zn"};
    t.used = 0;
    put(&t,
        "kiln: 1\nname: reciprocal\nphases:\n  a:\n    formula: MX\n    sublattices:\n"
        "      - {name: M, sites: 1, constituents: [Mg, Ni]}\n      - {name: X, sites: 1, constituents: [Co, Zn]}\n    end_members:\n");
    for (int i = 0; i < 4; ++i)
        put(&t, "      - {at: [%s, %s], G: %.3f}\n", on_m[i / 2], on_x[i % 2], uniform(-1.0, 1.0) * uniform(0.0, 20.0) * R * T_K);
    put(&t, "    interactions:\n      - {pair: [Mg, Ni], on: M, per: formula, W: %.3f}\n", uniform(-4.0, 4.0) * R * T_K);
    put(&t, "      - {pair: [Co, Zn], on: X, per: formula, W: %.3f}\n", uniform(-4.0, 4.0) * R * T_K);
    bench_open(&b, t.at, NULL, "MgNiCoZn", "closed", KILN_METHOD_NEWTON);
    kiln_i_system_set_temperature(b.system, T_K);
    b.solver->RT = R * T_K;
}

static double least_on_grid(const double *mu)
{
    double least = INFINITY;
    for (int i = 0; i <= 100; ++i)
        for (int j = 0; j <= 100; ++j) {
            const double u = i / 100.0, v = j / 100.0, x = u * u * (3.0 - 2.0 * u), z = v * v * (3.0 - 2.0 * v);
            const double y[] = {x, 1.0 - x, z, 1.0 - z};
            double n[4], d = kiln_i_phase_energy(b.system, 0, y, NULL, NULL);
            kiln_i_phase_amounts(b.system, 0, y, n);
            for (int c = 0; c < 4; ++c) d -= mu[c] * n[c];
            least = fmin(least, d);
        }
    return least;
}

/* What a proof says of d far above the plane holds everywhere, not only where the plane was near: windows build on it. */
START_TEST(the_lower_bound_of_a_proof_holds_everywhere)
{
    int n_certified = 0;
    state = 1;
    for (int model = 0; model < 100; ++model) {
        open_reciprocal();
        for (int k = 0; k < 20; ++k) {
            double mu[4], witness[4];
            kiln_i_proof proof;
            for (int c = 0; c < 4; ++c) mu[c] = uniform(-10.0, 10.0) * R * T_K;
            const double above = exp(uniform(log(1.0), log(3000.0))), shift = 0.5 * (least_on_grid(mu) - above);
            for (int c = 0; c < 4; ++c) mu[c] += shift; /* two moles a formula unit */
            kiln_i_certify(b.solver, 0, mu, 20000, witness, &proof);
            n_certified += proof.is_certified;
            if (proof.is_certified) ck_assert_double_le(proof.lower, above + 1e-6);
        }
        bench_close(&b);
    }
    ck_assert_int_gt(n_certified, 1900);
}
END_TEST

/* A Curie temperature that only a negative subregular term lifts above zero: the floor of the magnetic energy has to see it. */
START_TEST(the_cheap_bound_knows_magnetism)
{
    double mu[2] = {-4000.0, -4000.0};
    t.used = 0;
    put(&t,
        "kiln: 1\nname: m\nphases:\n  a:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 0}]\n"
        "    magnetic:\n      p: 0.28\n      Tc: [{at: [[Mg, Ni]], order: 1, value: -20000}]\n"
        "      beta: [{at: [Mg], value: 2}, {at: [Ni], value: 2}]\n");
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    kiln_i_system_set_temperature(b.system, 300.0);
    b.solver->RT = R * 300.0;
    const double bound = kiln_i_quick_bound(b.solver, 0, mu);
    for (int i = 0; i <= 100; ++i) ck_assert_double_ge(distance(mu, 2, (double[]){0.01 * i, 1.0 - 0.01 * i}), bound);
    bench_close(&b);
}
END_TEST

/* Convex: one box. Hopeless: the cheap bound. */
START_TEST(easy_questions_cost_little)
{
    double mu[3] = {-3.0 * R * T_K, -3.0 * R * T_K, -3.0 * R * T_K}, witness[3];
    kiln_i_proof proof;
    open_solution(3, 0.5);
    kiln_i_certify(b.solver, 0, mu, 10, witness, &proof);
    ck_assert(proof.is_certified);
    ck_assert_int_le(proof.nodes, 1);
    ck_assert_double_gt(kiln_i_quick_bound(b.solver, 0, mu), 0.0);
    bench_close(&b);
}
END_TEST

START_TEST(a_spent_budget_is_said)
{
    double mu[6], witness[6];
    kiln_i_proof proof;
    state = 99;
    open_solution(6, 8.0);
    for (int i = 0; i < 6; ++i) mu[i] = 0.0;
    const double least = least_by_descent(mu, 6);
    for (int i = 0; i < 6; ++i) mu[i] += least - 0.01;
    kiln_i_certify(b.solver, 0, mu, 2, witness, &proof);
    ck_assert(!proof.is_certified);
    ck_assert_ptr_nonnull(proof.reason);
    bench_close(&b);
}
END_TEST

/* A symmetric pair above its critical temperature, at x = 1/2: d = RT KL - W (y - 1/2)^2 and KL >= 2 (y - 1/2)^2 with equality at 1/2, so that d keeps 1 - W / 2RT of it and no more.
 * Unevenly mixed, in a gap, nothing is kept. */
START_TEST(a_share_of_the_entropy_is_proved_up_to_its_limit)
{
    const double W = 12000.0, RT = R * T_K, limit = 1.0 - W / (2.0 * RT), even[] = {0.5, 0.5}, uneven[] = {0.2, 0.8};
    double mu[2], witness[2];
    kiln_i_proof proof;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: pair\nphases:\n  a:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %g}]\n",
        W);
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    kiln_i_system_set_temperature(b.system, T_K);
    b.solver->RT = RT;
    mu[0] = mu[1] = RT * log(0.5) + 0.25 * W - 1e-6;
    kiln_i_certify_share(b.solver, 0, mu, limit - 0.01, even, 20000, witness, &proof);
    ck_assert_msg(proof.is_certified, "%s", proof.reason);
    kiln_i_certify_share(b.solver, 0, mu, limit + 0.01, even, 20000, witness, &proof);
    ck_assert(proof.has_witness);
    ck_assert_double_eq(b.solver->RT, RT);
    const double kl = witness[0] * log(witness[0] / 0.5) + witness[1] * log(witness[1] / 0.5);
    ck_assert_double_lt(distance(mu, 2, witness), (limit + 0.01) * RT * kl);
    b.solver->RT = R * 600.0; /* below W / 2R: x = 0.2 lies inside the gap */
    kiln_i_system_set_temperature(b.system, 600.0);
    for (int i = 0; i < 2; ++i) mu[i] = b.solver->RT * log(uneven[i]) + W * uneven[1 - i] * uneven[1 - i] - 1e-6;
    kiln_i_certify_share(b.solver, 0, mu, 0.01, uneven, 20000, witness, &proof);
    ck_assert(proof.has_witness);
    bench_close(&b);
}
END_TEST

/* A solution of six metals with strong interactions: what is proved of a random constitution's share holds at random constitutions. */
START_TEST(a_proved_share_holds_everywhere)
{
    double mu[6], witness[6], from[6], y[6];
    int n_proved = 0;
    state = 4242 + (uint64_t)_i;
    open_solution(6, 2.5);
    for (int k = 0; k < 20; ++k) {
        kiln_i_proof proof;
        double sum = 0.0, gradient[6];
        for (int i = 0; i < 6; ++i) sum += from[i] = 0.05 + uniform(0.0, 1.0);
        for (int i = 0; i < 6; ++i) from[i] /= sum;
        const double w = kiln_i_phase_energy(b.system, 0, from, gradient, NULL);
        double mean = w;
        for (int i = 0; i < 6; ++i) mean -= from[i] * gradient[i];
        for (int i = 0; i < 6; ++i) mu[i] = gradient[i] + mean - 1e-3; /* the tangent plane, lowered */
        kiln_i_certify_share(b.solver, 0, mu, 0.1, from, 20000, witness, &proof);
        n_proved += proof.is_certified;
        for (int trial = 0; proof.is_certified && trial < 2000; ++trial) {
            double kl = 0.0;
            sum = 0.0;
            for (int i = 0; i < 6; ++i) sum += y[i] = pow(uniform(0.0, 1.0), 3.0) + 1e-9;
            for (int i = 0; i < 6; ++i) kl += y[i] / sum * log(y[i] / sum / from[i]);
            for (int i = 0; i < 6; ++i) y[i] /= sum;
            ck_assert_double_ge(distance(mu, 6, y), 0.1 * R * T_K * kl - 1e-6);
        }
    }
    ck_assert_int_gt(n_proved, 0);
    bench_close(&b);
}
END_TEST

/* The certificate of an equilibrium: G is within the gap of a proved bound, and a tighter gap is proved too. */
START_TEST(equilibria_carry_their_certificate)
{
    kiln_solver_options o;
    kiln_equilibrium e;
    state = 7;
    open_solution(5, 4.0);
    ck_assert_int_eq(kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION), KILN_OK);
    for (int k = 0; k < 3; ++k) {
        static const double gap[] = {1.0, 0.01, 1e-4};
        o.certify_gap_J_mol = gap[k];
        kiln_solver_free(b.solver);
        REQUIRE_OK(&b, kiln_solver_create(b.system, &o, &b.solver));
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, &e));
        ck_assert(e.certificate.is_certified);
        ck_assert_double_eq_tol(e.certificate.gap_J_mol, gap[k], 1e-6 + 1e-6 * gap[k]);
    }
    o.certify = 0;
    kiln_solver_free(b.solver);
    REQUIRE_OK(&b, kiln_solver_create(b.system, &o, &b.solver));
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, &e));
    ck_assert(!e.certificate.is_certified);
    ck_assert_str_eq(e.certificate.reason, "not asked for");
    bench_close(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certify");
    TCase *tc = tcase_create("proofs");
    tcase_add_test(tc, the_cheap_bound_knows_magnetism);
    tcase_add_test(tc, the_lower_bound_of_a_proof_holds_everywhere);
    tcase_add_test(tc, easy_questions_cost_little);
    tcase_add_test(tc, a_spent_budget_is_said);
    tcase_add_test(tc, a_share_of_the_entropy_is_proved_up_to_its_limit);
    tcase_add_loop_test(tc, a_proved_share_holds_everywhere, 0, 5);
    tcase_add_test(tc, equilibria_carry_their_certificate);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
