#include "synthetic.h"

#include "model/system.h"

#include <math.h>

static const double R = 8.31446261815324;
static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

/* Upper root x > 1/2 of ln(x / (1 - x)) = (W / RT) (2x - 1): the symmetric binodal. */
static double binodal(double w)
{
    double low = 0.5, high = 1.0 - 1e-16;
    const double x0 = 0.5 * (1.0 + 1e-9);
    low = x0;
    for (int k = 0; k < 200; ++k) {
        const double x = 0.5 * (low + high);
        if (log(x / (1.0 - x)) < w * (2.0 * x - 1.0)) low = x;
        else high = x;
    }
    return 0.5 * (low + high);
}

/* T / T_c from deep inside the gap to a part in a thousand below its top; both solver paths. */
START_TEST(symmetric_gap_has_its_exact_binodal)
{
    const double W = 20000.0, Tc = W / (2.0 * R), ratio[] = {0.3, 0.5, 0.8, 0.95, 0.99, 0.999};
    regular_solution(&t, W);
    bench_open(&b, t.at, NULL, "MgNi", "closed", _i < 6 ? KILN_METHOD_NEWTON : KILN_METHOD_NLOPT);
    const double T = Tc * ratio[_i % 6], x = binodal(W / (R * T));
    kiln_equilibrium e;
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T, &e));
    ck_assert_int_eq(e.n_phases, 2);
    /* SLSQP finds the energy to 1e-8 J/mol, which fixes the composition to its square root over the curvature. */
    const double tolerance = _i < 6 ? 1e-9 : 1e-4;
    for (int k = 0; k < 2; ++k) {
        const double found = e.phase[k].composition[0];
        ck_assert_double_eq_tol(found > 0.5 ? found : 1.0 - found, x, tolerance);
        ck_assert_double_eq_tol(e.phase[k].amount_mol, 0.5, 10 * tolerance);
    }
    ck_assert_double_eq_tol(e.G_J_mol, R * T * (x * log(x) + (1 - x) * log(1 - x)) + W * x * (1 - x), 1e-6);
}
END_TEST

START_TEST(above_the_critical_temperature_there_is_one_phase)
{
    const double W = 20000.0, Tc = W / (2.0 * R);
    regular_solution(&t, W);
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    kiln_equilibrium e;
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, Tc * (1.0 + 1e-6), &e));
    ck_assert_int_eq(e.n_phases, 1);
    ck_assert_double_eq_tol(e.phase[0].composition[0], 0.5, 1e-9); /* curvature is 1e-6 RT there */
}
END_TEST

/* Pure B beside an ideal solution in which B costs dG: x_B = exp(-dG / RT). */
START_TEST(ideal_solubility_is_a_boltzmann_factor)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: ideal\nphases:\n  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 25000 - 3*T}]\n    ideal: [[Mg, Ni]]\n"
        "substances:\n  nickel: {formula: Ni, at: [Ni], G: 0}\n");
    bench_open(&b, t.at, NULL, "Mg0.6Ni0.4", "closed", KILN_METHOD_NEWTON);
    const double T = 600.0 + 200.0 * _i;
    kiln_equilibrium e;
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T, &e));
    ck_assert_int_eq(e.n_phases, 2);
    for (int k = 0; k < 2; ++k)
        if (strcmp(kiln_system_phase_name(b.system, e.phase[k].phase), "alpha") == 0)
            ck_assert_double_eq_tol(e.phase[k].composition[1] / exp(-(25000.0 - 3.0 * T) / (R * T)), 1.0, 1e-10);
    ck_assert_double_eq_tol(e.mu_J_mol[1], 0.0, 1e-7);
}
END_TEST

static const char three_phases[] =
    "kiln: 1\nname: three\nphases:\n"
    "  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni, Co]}]\n"
    "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}, {at: [Co], G: 4000}]\n"
    "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 22000 - 3*T}, {pair: [Mg, Co], on: M, per: formula, W: 9000},\n"
    "                   {pair: [Ni, Co], on: M, per: formula, W: 15000}, {at: [[Mg, Ni]], per: formula, order: 1, L: 4000}]\n"
    "  beta:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni, Co]}]\n"
    "    end_members: [{at: [Mg], G: 7000 - 2*T}, {at: [Ni], G: 9000}, {at: [Co], G: 0}]\n"
    "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: -3000}, {pair: [Mg, Co], on: M, per: formula, W: 12000},\n"
    "                   {pair: [Ni, Co], on: M, per: formula, W: 5000}]\n"
    "  compound:\n    formula: M3\n    sublattices: [{name: A, sites: 1, constituents: [Mg, Co]}, {name: B, sites: 2, constituents: [Ni, Co]}]\n"
    "    end_members: [{at: [Mg, Ni], G: -24000}, {at: [Mg, Co], G: -3000}, {at: [Co, Ni], G: 3000}, {at: [Co, Co], G: 12000}]\n"
    "    interactions: [{at: [[Mg, Co], '*'], per: formula, L: 6000}, {at: ['*', [Ni, Co]], per: formula, L: 9000}]\n";

/* Several phases at once: mass balance, the phase rule, equal potentials, and no phase below the plane. */
START_TEST(equilibria_obey_balance_and_phase_rule)
{
    static const char *const formulas[] = {"MgNiCo", "Mg2NiCo", "MgNi2", "Mg0.1Ni0.1Co0.8", "Mg0.001NiCo"};
    bench_open(&b, three_phases, NULL, formulas[_i % 5], "closed", KILN_METHOD_NEWTON);
    for (double T = 300.0; T < 2000.0; T += 50.0) {
        kiln_equilibrium e;
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T, &e));
        const int C = kiln_system_n_components(b.system);
        ck_assert_int_le(e.n_phases, C);
        for (int c = 0; c < C; ++c) {
            double wanted, sum = 0.0;
            kiln_system_component(b.system, c, &wanted);
            for (int k = 0; k < e.n_phases; ++k)
                sum += e.phase[k].amount_mol * e.phase[k].component_mol * e.phase[k].composition[c];
            ck_assert_double_eq_tol(sum, wanted, 1e-11);
        }
        double G = 0.0, total;
        for (int c = 0; c < C; ++c) {
            kiln_system_component(b.system, c, &total);
            G += e.mu_J_mol[c] * total;
        }
        ck_assert_double_eq_tol(G, e.G_J_mol, 1e-7);
        ck_assert_double_ge(e.worst_J_mol, -1e-6);
    }
}
END_TEST

/* Gibbs-Duhem at fixed T along a composition path: sum x_i dmu_i = 0. */
START_TEST(chemical_potentials_obey_gibbs_duhem)
{
    const double T = 1100.0, h = 1e-4;
    kiln_equilibrium e[3];
    double x[3][3];
    for (int k = 0; k < 3; ++k) {
        char formula[64];
        snprintf(formula, sizeof formula, "Mg%.6fNi%.6fCo0.2", 0.1 * (_i + 1) + (k - 1) * h, 0.8 - 0.1 * (_i + 1) - (k - 1) * h);
        bench_open(&b, three_phases, NULL, formula, "closed", KILN_METHOD_NEWTON);
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T, &e[k]));
        for (int c = 0; c < 3; ++c) kiln_system_component(b.system, c, &x[k][c]);
        bench_close(&b);
    }
    double sum = 0.0, size = 0.0;
    for (int c = 0; c < 3; ++c) {
        sum += x[1][c] * (e[2].mu_J_mol[c] - e[0].mu_J_mol[c]) / (2 * h);
        size += fabs(x[1][c] * (e[2].mu_J_mol[c] - e[0].mu_J_mol[c]) / (2 * h));
    }
    ck_assert_double_eq_tol(sum, 0.0, 1e-5 * (size + 1.0)); /* h^2 of the third derivative */
}
END_TEST

/* A component at 1e-9 changes the energy by about 1e-9 of its size; at exactly 0 it is left out. */
START_TEST(a_trace_component_has_the_limit_of_none)
{
    kiln_equilibrium e[3];
    const double trace[] = {0.0, 1e-12, 1e-9};
    for (int k = 0; k < 3; ++k) {
        kiln_composition x;
        bench_open(&b, three_phases, NULL, "MgNiCo", "closed", KILN_METHOD_NEWTON);
        REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "MgNiCo", &x));
        x.component[2].amount = trace[k];
        bench_set(&b, &x, "closed", KILN_METHOD_NEWTON);
        ck_assert_int_eq(kiln_system_n_components(b.system), k == 0 ? 2 : 3);
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 800.0, &e[k]));
        bench_close(&b);
    }
    for (int k = 1; k < 3; ++k) {
        ck_assert_int_eq(e[k].n_phases, e[0].n_phases);
        ck_assert_double_eq_tol(e[k].G_J_mol, e[0].G_J_mol, 1e6 * trace[k]);
    }
}
END_TEST

typedef struct meter {
    long calls, live, fail_at;
} meter;

static void *meter_alloc(void *user, size_t size)
{
    meter *m = user;
    if (m->fail_at && m->calls + 1 == m->fail_at) {
        ++m->calls;
        return NULL;
    }
    ++m->calls;
    void *p = malloc(size);
    m->live += p != NULL;
    return p;
}

static void meter_release(void *user, void *p)
{
    --((meter *)user)->live;
    free(p);
}

static kiln_status open_metered(meter *m, bench *out)
{
    const kiln_allocator allocator = {meter_alloc, meter_release, m};
    kiln_composition x;
    kiln_atmosphere a;
    memset(out, 0, sizeof *out);
    kiln_status status = kiln_context_create(&allocator, &out->ctx);
    if (status == KILN_OK) status = kiln_composition_parse(out->ctx, "MgNiCo", &x);
    if (status == KILN_OK) status = kiln_atmosphere_parse(out->ctx, "closed", &a);
    if (status == KILN_OK) status = kiln_database_parse(out->ctx, three_phases, sizeof three_phases - 1, "three", NULL, &out->db);
    if (status == KILN_OK) status = kiln_system_create(out->ctx, out->db, &x, &a, NULL, &out->system);
    if (status == KILN_OK) status = kiln_solver_create(out->system, NULL, &out->solver);
    if (status == KILN_OK) status = kiln_window_solver_create(out->system, NULL, NULL, &out->window);
    return status;
}

START_TEST(solving_allocates_nothing)
{
    meter m = {0, 0, 0};
    bench it;
    kiln_equilibrium e;
    kiln_window w;
    ck_assert_int_eq(open_metered(&m, &it), KILN_OK);
    const long before = m.calls;
    for (double T = 400.0; T < 1600.0; T += 100.0) ck_assert_int_eq(kiln_equilibrium_solve(it.solver, T, &e), KILN_OK);
    ck_assert_int_eq(kiln_window_solve(it.window, 0, &w), KILN_OK);
    ck_assert_int_eq(m.calls, before);
    bench_close(&it);
    ck_assert_int_eq(m.live, 0);
}
END_TEST

/* Fail the k-th allocation in turn until all succeed: a clean code and nothing leaked. */
START_TEST(every_failed_allocation_is_survived)
{
    meter clean = {0, 0, 0};
    bench it;
    ck_assert_int_eq(open_metered(&clean, &it), KILN_OK);
    bench_close(&it);
    for (long k = 1; k <= clean.calls; k += 1 + k / 40) {
        meter m = {0, 0, k};
        ck_assert_int_eq(open_metered(&m, &it), KILN_E_NOMEM);
        bench_close(&it);
        ck_assert_int_eq(m.live, 0);
    }
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    kiln_solver_options o;
    kiln_solver *s;
    kiln_equilibrium e;
    regular_solution(&t, 1000.0);
    bench_open(&b, t.at, NULL, "MgNi", "closed", KILN_METHOD_NEWTON);
    ck_assert_int_eq(kiln_solver_options_init(&o, 99), KILN_E_ARG);
    ck_assert_int_eq(kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION), KILN_OK);
    o.tolerance_J_mol = NAN;
    ck_assert_int_eq(kiln_solver_create(b.system, &o, &s), KILN_E_ARG);
    ck_assert_ptr_null(s);
    ck_assert_int_eq(kiln_equilibrium_solve(b.solver, -5.0, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_equilibrium_solve(b.solver, NAN, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_equilibrium_solve(b.solver, 300.0, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_equilibrium_solve(NULL, 300.0, &e), KILN_E_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("solve");
    TCase *tc = tcase_create("equilibria");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, symmetric_gap_has_its_exact_binodal, 0, 12);
    tcase_add_test(tc, above_the_critical_temperature_there_is_one_phase);
    tcase_add_loop_test(tc, ideal_solubility_is_a_boltzmann_factor, 0, 5);
    tcase_add_loop_test(tc, equilibria_obey_balance_and_phase_rule, 0, 5);
    tcase_add_loop_test(tc, chemical_potentials_obey_gibbs_duhem, 0, 6);
    tcase_add_test(tc, a_trace_component_has_the_limit_of_none);
    tcase_add_test(tc, solving_allocates_nothing);
    tcase_add_test(tc, every_failed_allocation_is_survived);
    tcase_add_test(tc, bad_arguments_are_refused);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
