/* Proofs against brute force: random phases, potentials placed so that the true minimum of the distance is just above or below 0. */
#include "synthetic.h"

#include "solve/certify.h"

#include <math.h>
#include <stdint.h>

static const double R = 8.31446261815324, T_K = 1000.0;
static const char *const metals[] = {"Mg", "Ni", "Co", "Zn", "Cu", "Mn"};
static uint64_t state;
static bench b;
static yaml_text t;

static double uniform(double low, double high)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return low + (high - low) * ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1.0p-53;
}

/* One sublattice of n metals, |W| up to w_max RT, subregular terms of 0.3 of that on request. */
static void open_solution(int n, double w_max, int subregular)
{
    char formula[64] = "";
    t.used = 0;
    put(&t, "kiln: 1\nname: random\nphases:\n  a:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [");
    for (int i = 0; i < n; ++i) put(&t, "%s%s", i ? ", " : "", metals[i]);
    put(&t, "]}]\n    end_members:\n");
    for (int i = 0; i < n; ++i) put(&t, "      - {at: [%s], G: 0}\n", metals[i]);
    put(&t, "    interactions:\n");
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j) {
            put(&t, "      - {pair: [%s, %s], on: M, per: formula, W: %.6f}\n", metals[i], metals[j],
                uniform(-w_max, w_max) * R * T_K);
            if (subregular)
                put(&t, "      - {at: [[%s, %s]], order: 1, per: formula, L: %.6f}\n", metals[i], metals[j],
                    0.3 * uniform(-w_max, w_max) * R * T_K);
        }
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

/* Least distance over a grid of the simplex (two or three constituents). */
static double least_on_grid(const double *mu, int n, int divisions)
{
    double least = INFINITY, y[3];
    for (int i = 0; i <= divisions; ++i)
        for (int j = 0; j <= (n == 2 ? 0 : divisions - i); ++j) {
            y[0] = (double)i / divisions;
            y[1] = n == 2 ? 1.0 - y[0] : (double)j / divisions;
            y[2] = 1.0 - y[0] - (double)j / divisions;
            if (n == 3 && y[2] < 0.0) y[2] = 0.0;
            least = fmin(least, distance(mu, n, y));
        }
    return least;
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

/* Shifts all potentials so that the least distance becomes `wanted`, asks, and checks what is claimed. 1: decided. */
static int ask(int n, double wanted)
{
    double mu[6], witness[6];
    kiln_i_proof proof;
    for (int i = 0; i < n; ++i) mu[i] = uniform(-2.0, 2.0) * R * T_K;
    const double least = least_by_descent(mu, n);
    for (int i = 0; i < n; ++i) mu[i] += least - wanted;
    kiln_i_certify(b.solver, 0, mu, 20000, witness, &proof);
    if (proof.is_certified) {
        ck_assert_msg(wanted > 0.0, "%d constituents: a false certificate at %g J/mol", n, wanted);
        if (n <= 3) ck_assert_double_ge(least_on_grid(mu, n, n == 2 ? 2000 : 80), 0.0);
    }
    if (proof.has_witness) ck_assert_double_lt(distance(mu, n, witness), 0.0);
    return proof.is_certified || proof.has_witness;
}

/* 50 models each of 2 to 6 constituents (2 to 4 where subregular), up to 4 and 8 RT, five questions each: 4 000 in all. */
START_TEST(no_certificate_is_false_and_none_is_withheld)
{
    const double w_max = _i < 2 ? 4.0 : 8.0, wanted[] = {0.01, -0.01, 100.0, -100.0, 2000.0};
    const int subregular = _i % 2;
    int asked = 0, decided = 0;
    state = (uint64_t)(4242 + _i);
    for (int n = 2; n <= (subregular ? 4 : 6); ++n)
        for (int model = 0; model < 50; ++model) {
            open_solution(n, w_max, subregular);
            for (int k = 0; k < 5; ++k, ++asked) decided += ask(n, wanted[k]);
            bench_close(&b);
        }
    ck_assert_msg(decided >= asked - asked / 1000, "%d of %d decided", decided, asked);
}
END_TEST

/* Two charged sublattices with vacancies, site counts 1 and 2, pairs up to w_max RT, subregular terms of 0.3 of that, reciprocal energies up to 4 RT. */
static void open_spinel(double w_max)
{
    static const char *const A[] = {"Mg+2", "Fe+2", "Fe+3"}, *const B[] = {"Mg+2", "Fe+2", "Fe+3", "Va"};
    t.used = 0;
    put(&t,
        "kiln: 1\nname: random\nfunctions:\n  G_O2: {G: -230*T}\ngases: {O2: G_O2}\nphases:\n  a:\n    formula: M3O4\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg+2, Fe+2, Fe+3]}\n"
        "      - {name: B, sites: 2, constituents: [Mg+2, Fe+2, Fe+3, Va]}\n      - {name: O, sites: 4, constituents: [O-2]}\n    end_members:\n");
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 4; ++j) put(&t, "      - {at: [%s, %s, O-2], G: %.6f}\n", A[i], B[j], uniform(-4.0, 4.0) * R * T_K);
    put(&t, "    default_pair: {W: 0, per: formula}\n    interactions:\n");
    for (int i = 0; i < 4; ++i)
        for (int j = i + 1; j < 4; ++j)
            put(&t,
                "      - {at: ['*', [%s, %s], O-2], order: 0, per: formula, L: %.6f}\n      - {at: ['*', [%s, %s], O-2], order: 1, per: formula, L: %.6f}\n",
                B[i], B[j], 2.0 * uniform(-w_max, w_max) * R * T_K, B[i], B[j], 0.3 * uniform(-w_max, w_max) * R * T_K);
    bench_open(&b, t.at, NULL, "MgFe2O4", "air", KILN_METHOD_NEWTON);
    kiln_i_system_set_temperature(b.system, T_K);
    b.solver->RT = R * T_K;
}

/* Least distance from many starts, at y. */
static double least_of_spinel(const double *mu, double *best)
{
    double linear[7], least = INFINITY;
    const kiln_i_mphase *p = &b.system->phases[0];
    const int C = b.system->n_closed;
    kiln_i_objective o = {0, linear, 0.0, b.solver->RT, p->n_constraints, p->constraint};
    for (int c = 0; c < C; ++c) o.constant -= mu[c] * p->amount_0[c];
    for (int i = 0; i < p->n_y; ++i) {
        linear[i] = 0.0;
        for (int c = 0; c < C; ++c) linear[i] -= mu[c] * p->amount[c + C * i];
    }
    for (int k = 0; k < 80; ++k) {
        double weight[7], y[7], value;
        for (int i = 0; i < p->n_y; ++i) weight[i] = uniform(-7.0, 0.0);
        if (!kiln_i_project(b.solver, 0, weight, y) || kiln_i_newton_descend(b.solver, &o, y, &value) != KILN_OK ||
            value >= least)
            continue;
        least = value;
        memcpy(best, y, (size_t)p->n_y * sizeof *y);
    }
    return least;
}

/* 60 charged models, five questions each: neutrality, vacancies, several sublattices and terms beyond the quadratic at once. */
START_TEST(charged_phases_get_no_false_certificate)
{
    static const double wanted[] = {1.0, -1.0, 200.0, -200.0, 3000.0};
    int decided = 0;
    state = 271;
    for (int model = 0; model < 60; ++model) {
        open_spinel(model % 2 ? 2.0 : 4.0);
        ck_assert_int_eq(b.system->phases[0].n_y, 7);
        for (int k = 0; k < 5; ++k) {
            double mu[2], y[7], witness[7], least = INFINITY;
            kiln_i_proof proof;
            for (int c = 0; c < 2; ++c) mu[c] = uniform(-2.0, 2.0) * R * T_K;
            for (int round = 0; round < 30 && fabs(least - wanted[k]) > 0.1 * fabs(wanted[k]); ++round) {
                least = least_of_spinel(mu, y);
                const double shift = (least - wanted[k]) / kiln_i_phase_amounts(b.system, 0, y, NULL);
                if (fabs(least - wanted[k]) > 0.1 * fabs(wanted[k]))
                    for (int c = 0; c < 2; ++c) mu[c] += shift;
            }
            kiln_i_certify(b.solver, 0, mu, 20000, witness, &proof);
            if (proof.is_certified) ck_assert_msg(least >= 0.0, "a false certificate at %g J/mol", least);
            if (least < 0.0) ck_assert_double_lt(kiln_i_quick_bound(b.solver, 0, mu), 0.0);
            decided += proof.is_certified || proof.has_witness;
        }
        bench_close(&b);
    }
    ck_assert_msg(decided >= 290, "%d of 300 decided", decided);
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
    open_solution(3, 0.5, 0);
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
    open_solution(6, 8.0, 0);
    for (int i = 0; i < 6; ++i) mu[i] = 0.0;
    const double least = least_by_descent(mu, 6);
    for (int i = 0; i < 6; ++i) mu[i] += least - 0.01;
    kiln_i_certify(b.solver, 0, mu, 2, witness, &proof);
    ck_assert(!proof.is_certified);
    ck_assert_ptr_nonnull(proof.reason);
    bench_close(&b);
}
END_TEST

/* The certificate of an equilibrium: G is within the gap of a proved bound, and a tighter gap is proved too. */
START_TEST(equilibria_carry_their_certificate)
{
    kiln_solver_options o;
    kiln_equilibrium e;
    state = 7;
    open_solution(5, 4.0, 0);
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
    tcase_add_loop_test(tc, no_certificate_is_false_and_none_is_withheld, 0, 4);
    tcase_add_test(tc, charged_phases_get_no_false_certificate);
    tcase_add_test(tc, the_cheap_bound_knows_magnetism);
    tcase_add_test(tc, easy_questions_cost_little);
    tcase_add_test(tc, a_spent_budget_is_said);
    tcase_add_test(tc, equilibria_carry_their_certificate);
    tcase_set_timeout(tc, 240);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
