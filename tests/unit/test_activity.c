/* Activities against closed forms: ideal and regular solutions, Gibbs-Duhem, references, potentials that nothing fixes. */
#include "counting.h"
#include "synthetic.h"

#include <math.h>

static const double R = 8.31446261815324; /* exact, SI 2019 */
static const char kiln_yaml[] = KILN_TEST_DATABASES "/kiln.yaml";
static bench b;
static yaml_text t;
static kiln_activity a;
static kiln_activity_solver *solver;

static void close_it(void)
{
    kiln_activity_solver_free(solver);
    solver = NULL;
    bench_close(&b);
}

static void set_composition(const kiln_composition *x, const char *atmosphere)
{
    kiln_activity_solver_free(solver);
    solver = NULL;
    bench_set(&b, x, atmosphere, KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_activity_solver_create(b.system, NULL, &solver));
}

/* The database of `text`, or the default one when it is NULL. */
static void open_it(const char *text, const char *formula, const char *atmosphere)
{
    close_it();
    bench_open(&b, text, text ? NULL : kiln_yaml, formula, atmosphere, KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_activity_solver_create(b.system, NULL, &solver));
}

/* Another composition of the first `n` elements of the formula opened with. */
static void set_fractions(const char *formula, const char *atmosphere, int n, const double *x)
{
    kiln_composition c;
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, formula, &c));
    for (int i = 0; i < n; ++i) c.component[i].amount = x[i];
    set_composition(&c, atmosphere);
}

START_TEST(activities_of_an_ideal_solution_are_its_fractions)
{
    static const double x[][3] = {{0.2, 0.3, 0.5}, {1e-6, 0.5, 0.499999}, {0.9, 0.0999, 1e-4}};
    t.used = 0;
    put(&t, "kiln: 1\nname: ideal\nphases:\n  alpha:\n    formula: M\n"
            "    sublattices: [{name: M, sites: 1, constituents: [Mg, Co, Ni]}]\n"
            "    end_members: [{at: [Mg], G: -50000}, {at: [Co], G: 10000}, {at: [Ni], G: 3000}]\n");
    open_it(t.at, "MgCoNi", "closed");
    for (size_t k = 0; k < sizeof x / sizeof *x; ++k) {
        set_fractions("MgCoNi", "closed", 3, x[k]);
        REQUIRE_OK(&b, kiln_activity_solve(solver, 1000.0, &a));
        ck_assert_int_eq(a.n_components, 3);
        for (int c = 0; c < 3; ++c) {
            ck_assert_int_eq(a.component[c].kind, KILN_ACTIVITY_KNOWN);
            ck_assert_double_eq_tol(a.component[c].activity, x[k][c], 1e-9 * x[k][c]);
            ck_assert_double_eq_tol(a.component[c].coefficient, 1.0, 1e-9);
            ck_assert_str_eq(a.component[c].reference_phase, "alpha");
            ck_assert(a.phase[0].has_structure[c]);
            ck_assert_double_eq_tol(a.phase[0].structure_coefficient[c], 1.0, 1e-9);
        }
        ck_assert(a.certificate.is_certified && !a.has_oxygen);
    }
}
END_TEST

/* ln gamma = W (1 - x)^2 / RT: Raoult's law at x -> 1, Henry's at x -> 0. */
START_TEST(a_regular_solution_obeys_raoult_and_henry)
{
    static const double at[] = {1e-8, 1e-4, 0.1, 0.3, 0.5, 0.8, 0.999, 1.0 - 1e-7};
    const double W = 12000.0, T_K = 1000.0, x = at[_i], both[] = {x, 1.0 - x};
    regular_solution(&t, W);
    open_it(t.at, "MgNi", "closed");
    set_fractions("MgNi", "closed", 2, both);
    REQUIRE_OK(&b, kiln_activity_solve(solver, T_K, &a));
    const double mg = exp(W * (1.0 - x) * (1.0 - x) / (R * T_K)), ni = exp(W * x * x / (R * T_K));
    ck_assert_double_eq_tol(a.component[0].coefficient, mg, 1e-8 * mg);
    ck_assert_double_eq_tol(a.component[1].coefficient, ni, 1e-8 * ni);
    ck_assert_double_eq_tol(a.component[0].activity, x * mg, 1e-8 * x * mg);
    if (_i == 7) ck_assert_double_eq_tol(a.component[0].coefficient, 1.0, 1e-9);
    if (_i == 0) ck_assert_double_eq_tol(a.component[0].coefficient, exp(W / (R * T_K)), 1e-6);
}
END_TEST

/* (Ni,Cu)O in air, the oxygen exchanged with the gas: x dmu(Ni) + (1 - x) dmu(Cu) = 0 along the single-phase field, and G = sum x mu. */
START_TEST(potentials_along_a_join_obey_gibbs_and_duhem)
{
    const double T_K = 1173.15, h = 1e-4;
    open_it(NULL, "(Ni,Cu)O", "air");
    for (double x = 0.7; x < 0.995; x += 0.04) {
        double mu[2][2];
        for (int side = 0; side < 2; ++side) {
            const double both[] = {x + (side ? h : -h), 1.0 - x - (side ? h : -h)};
            set_fractions("(Ni,Cu)O", "air", 2, both);
            REQUIRE_OK(&b, kiln_activity_solve(solver, T_K, &a));
            ck_assert_int_eq(a.equilibrium.n_phases, 1);
            ck_assert_double_eq_tol(both[0] * a.component[0].mu_J_mol + both[1] * a.component[1].mu_J_mol, a.equilibrium.G_J_mol,
                                    1e-6);
            for (int c = 0; c < 2; ++c) mu[side][c] = a.component[c].mu_J_mol;
        }
        /* central differences: of second order in h / (1 - x) */
        const double ni = x * (mu[1][0] - mu[0][0]), cu = (1.0 - x) * (mu[1][1] - mu[0][1]);
        ck_assert_msg(fabs(ni + cu) < 1e-4 * fabs(cu), "x = %g: %g and %g J/mol", x, ni, cu);
    }
}
END_TEST

/* Copper is tenorite in air up to about 1030 C, cuprite above; its activity is 1 where that phase is present and saturates at the edge. */
START_TEST(the_reference_is_what_the_cation_alone_is)
{
    open_it(NULL, "(Ni,Cu)O", "air");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1173.15, &a));
    ck_assert_str_eq(a.component[0].reference_phase, "rocksalt");
    ck_assert_str_eq(a.component[1].reference_phase, "tenorite");
    ck_assert_double_eq_tol(a.component[1].reference_oxygen_mol, 1.0, 1e-6);
    ck_assert_int_eq(a.equilibrium.n_phases, 2);
    for (int k = 0; k < 2; ++k) { /* tenorite dissolves little nickel: Raoult */
        if (strcmp(kiln_system_phase_name(b.system, a.equilibrium.phase[k].phase), "tenorite") != 0) continue;
        ck_assert_double_eq_tol(a.phase[k].coefficient[1], 1.0, 0.01);
        ck_assert_double_eq_tol(a.phase[k].structure_activity[1], a.component[1].activity, 1e-9);
    }
    ck_assert_double_eq_tol(a.component[1].coefficient, 0.0, 1e-15); /* two phases: each has its own */
    ck_assert_double_eq_tol(a.log10_po2, log10(0.2095), 1e-9);
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1320.0, &a)); /* below the first melt */
    ck_assert_str_eq(a.component[1].reference_phase, "cuprite");
    ck_assert_double_eq_tol(a.component[1].reference_oxygen_mol, 0.5, 1e-9);
    ck_assert_double_eq_tol(a.component[1].activity, 1.0, 1e-6); /* cuprite, a pure substance, is present */
}
END_TEST

/* Relative to another structure the activity differs by the difference of the pure oxides, whatever else is there. */
START_TEST(activities_relative_to_a_structure_differ_by_its_stability)
{
    open_it(NULL, "(Mg0.8Zn0.2)O", "air");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1273.15, &a));
    ck_assert_int_eq(a.equilibrium.n_phases, 1);
    ck_assert_str_eq(a.component[1].reference_phase, "wurtzite");
    ck_assert(a.phase[0].has_structure[1]);
    const double difference = a.phase[0].structure_J_mol[1] - a.component[1].reference_J_mol;
    ck_assert_double_gt(difference, 0.0); /* rock-salt ZnO is not the stable one */
    ck_assert_double_eq_tol(a.component[1].activity, a.phase[0].structure_activity[1] * exp(difference / (R * 1273.15)), 1e-9);
    ck_assert_double_eq_tol(a.phase[0].structure_activity[0], a.component[0].activity, 1e-12);
}
END_TEST

/* The compound fixes a sum only; the solution beside it fixes its own component. */
START_TEST(what_nothing_fixes_is_not_determined)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: compound\nphases:\n  compound:\n    formula: MgNi\n"
        "    sublattices: [{name: A, sites: 1, constituents: [Mg]}, {name: B, sites: 1, constituents: [Ni]}]\n"
        "    end_members: [{at: [Mg, Ni], G: -90000}]\n"
        "  Mg:\n    formula: Mg\n    sublattices: [{name: M, sites: 1, constituents: [Mg]}]\n    end_members: [{at: [Mg], G: 0}]\n"
        "  Ni:\n    formula: Ni\n    sublattices: [{name: M, sites: 1, constituents: [Ni]}]\n    end_members: [{at: [Ni], G: 0}]\n"
        "  Co:\n    formula: Co\n    sublattices: [{name: M, sites: 1, constituents: [Co]}]\n    end_members: [{at: [Co], G: -5000}]\n");
    open_it(t.at, "MgNi", "closed");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1000.0, &a));
    for (int c = 0; c < 2; ++c) {
        ck_assert_int_eq(a.component[c].kind, KILN_ACTIVITY_UNDETERMINED);
        ck_assert(!a.component[c].is_determined && !a.phase[0].has_structure[c] && a.component[c].activity < 1e-300);
    }
    open_it(t.at, "MgNiCo", "closed");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1000.0, &a));
    ck_assert(!a.component[0].is_determined && !a.component[1].is_determined && a.component[2].is_determined);
    ck_assert_double_eq_tol(a.component[2].mu_J_mol, -5000.0, 1e-6);
    ck_assert_double_eq_tol(a.component[2].activity, 1.0, 1e-9);
    /* An excess of one end fixes both. */
    open_it(t.at, "Mg2Ni", "closed");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1000.0, &a));
    ck_assert_double_eq_tol(a.component[0].activity, 1.0, 1e-9);
    ck_assert_double_eq_tol(a.component[1].mu_J_mol, -90000.0, 1e-6);
    ck_assert_double_eq_tol(a.component[1].activity, exp(-90000.0 / (R * 1000.0)), 1e-12);
}
END_TEST

START_TEST(a_compound_of_the_default_database_is_not_determined)
{
    open_it(NULL, "CuFeO2", "Ar");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 973.15, &a));
    ck_assert_int_eq(a.equilibrium.n_phases, 1);
    ck_assert(!a.component[0].is_determined && !a.component[1].is_determined);
    ck_assert(a.has_oxygen && a.has_po2);
    ck_assert_double_eq_tol(a.log10_po2, -5.0, 1e-9);
}
END_TEST

/* Iron beside wustite in a closed system fixes the oxygen: p(O2) of the same two phases in a gas of that pressure. */
START_TEST(a_closed_system_has_an_oxygen_pressure)
{
    char atmosphere[64];
    open_it(NULL, "(Mg,Fe)O", "closed");
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1273.15, &a));
    ck_assert_int_eq(a.component[2].z, 8);
    ck_assert_int_eq(a.component[0].kind, KILN_ACTIVITY_NO_GAS);
    ck_assert(a.has_oxygen && a.has_po2 && a.component[0].is_determined);
    const double mu = a.component[1].mu_J_mol;
    snprintf(atmosphere, sizeof atmosphere, "%.15gbar", pow(10.0, a.log10_po2));
    open_it(NULL, "(Mg,Fe)O", atmosphere);
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1273.15, &a));
    ck_assert_double_eq_tol(a.component[1].mu_J_mol, mu, 1e-3);
    ck_assert_double_eq_tol(a.component[1].activity, 1.0, 1e-6); /* metal is present, and iron alone is metal there */
}
END_TEST

START_TEST(what_activities_refuse)
{
    kiln_activity_solver *none;
    regular_solution(&t, 12000.0);
    open_it(t.at, "MgNi", "closed");
    ck_assert_int_eq(kiln_activity_solver_create(NULL, NULL, &none), KILN_E_ARG);
    ck_assert_int_eq(kiln_activity_solver_create(b.system, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_activity_solve(NULL, 1000.0, &a), KILN_E_ARG);
    ck_assert_int_eq(kiln_activity_solve(solver, 1000.0, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_activity_solve(solver, 0.0, &a), KILN_E_ARG);
    ck_assert_int_eq(kiln_activity_solve(solver, INFINITY, &a), KILN_E_ARG);
    ck_assert_ptr_eq(kiln_activity_system(solver), b.system);
    ck_assert_ptr_null(kiln_activity_system(NULL));
    kiln_activity_solver_free(NULL);
    kiln_report *report;
    ck_assert_int_eq(kiln_report_activity(NULL, b.system, NULL, 1, &a, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_activity(b.ctx, NULL, NULL, 1, &a, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_activity(b.ctx, b.system, NULL, 0, &a, NULL, &report), KILN_E_ARG);
    REQUIRE_OK(&b, kiln_activity_solve(solver, 1000.0, &a));
    a.component[0].activity = INFINITY;
    ck_assert_int_eq(kiln_report_activity(b.ctx, b.system, NULL, 1, &a, NULL, &report), KILN_E_NOT_CONVERGED);
    ck_assert_ptr_null(report);
}
END_TEST

START_TEST(a_solve_allocates_nothing_and_failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_composition x;
    kiln_atmosphere gas;
    kiln_system *system;
    kiln_activity_solver *counted = NULL;
    kiln_status status = KILN_E_NOMEM;
    regular_solution(&t, 12000.0);
    open_it(t.at, "MgNi", "closed");
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "MgNi", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &gas));
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    ck_assert_int_eq(kiln_system_create(own, b.db, &x, &gas, NULL, &system), KILN_OK);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        calls = 0;
        fail_at = at;
        status = kiln_activity_solver_create(system, NULL, &counted);
        fail_at = 0;
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !counted && out_now == before));
    }
    calls = 0;
    ck_assert_int_eq(kiln_activity_solve(counted, 1000.0, &a), KILN_OK);
    ck_assert_int_eq(calls, 0);
    kiln_activity_solver_free(counted);
    kiln_system_free(system);
    kiln_context_free(own);
    ck_assert_int_eq(out_now, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("activity");
    TCase *tc = tcase_create("activities");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, activities_of_an_ideal_solution_are_its_fractions);
    tcase_add_loop_test(tc, a_regular_solution_obeys_raoult_and_henry, 0, 8);
    tcase_add_test(tc, potentials_along_a_join_obey_gibbs_and_duhem);
    tcase_add_test(tc, the_reference_is_what_the_cation_alone_is);
    tcase_add_test(tc, activities_relative_to_a_structure_differ_by_its_stability);
    tcase_add_test(tc, what_nothing_fixes_is_not_determined);
    tcase_add_test(tc, a_compound_of_the_default_database_is_not_determined);
    tcase_add_test(tc, a_closed_system_has_an_oxygen_pressure);
    tcase_add_test(tc, what_activities_refuse);
    tcase_add_test(tc, a_solve_allocates_nothing_and_failed_allocations_are_undone);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
