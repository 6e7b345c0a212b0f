#include "synthetic.h"

#include "model/system.h"

#include <math.h>

/* Two charged sublattices with every kind of term: end members, Redlich-Kister to third order, reciprocal, ternary with and without
 * weights, magnetism; T-dependent. */
static const char everything[] =
    "kiln: 1\nname: everything\n"
    "functions:\n  G_base: {G: -250000 + 200*T - 40*T*ln(T) - 0.004*T^2 + 2e5/T}\n"
    "gases: {O2: G_base}\n"
    "phases:\n  spinel:\n    formula: M3O4\n    anion_ratio: 1.3333\n    sublattices:\n"
    "      - {name: A, sites: 1, constituents: [Mg+2, Fe+2, Fe+3, Al+3]}\n"
    "      - {name: B, sites: 2, constituents: [Mg+2, Fe+2, Fe+3, Al+3, Va]}\n"
    "      - {name: O, sites: 4, constituents: [O-2]}\n"
    "    end_members:\n"
    "      - {at: [Mg+2, '*', '*'], G: G_base + 1000}\n      - {at: [Fe+2, '*', '*'], G: G_base - 2*T}\n"
    "      - {at: [Fe+3, '*', '*'], G: G_base + 7000}\n      - {at: [Al+3, '*', '*'], G: G_base + 20000 - 3*T}\n"
    "      - {at: ['*', Mg+2, '*'], G: 2*G_base}\n      - {at: ['*', Fe+2, '*'], G: 2*G_base + 4000}\n"
    "      - {at: ['*', Fe+3, '*'], G: 2*G_base - 5000}\n      - {at: ['*', Al+3, '*'], G: 2*G_base - 9000 + T}\n"
    "      - {at: ['*', Va, '*'], G: 90000}\n      - {at: [Fe+3, Fe+2, O-2], G: -3000 + 0.5*T}\n"
    "    interactions:\n"
    "      - {at: [[Mg+2, Fe+2], '*', '*'], per: formula, L: 12000 - 4*T}\n"
    "      - {at: [[Mg+2, Fe+2], '*', '*'], per: formula, order: 1, L: 3000}\n"
    "      - {at: [[Mg+2, Fe+2], Fe+3, '*'], per: formula, order: 2, L: -2500}\n"
    "      - {at: [[Fe+2, Fe+3], '*', '*'], per: formula, order: 3, L: 1500 + T}\n"
    "      - {at: ['*', [Fe+3, Al+3], '*'], per: formula, L: 40000}\n"
    "      - {at: [[Fe+2, Fe+3], [Fe+2, Fe+3], '*'], per: formula, L: -20000}\n"
    "      - {at: [[Mg+2, Fe+2], [Fe+3, Al+3], '*'], per: formula, order: 1, L: 8000}\n"
    "      - {at: [[Mg+2, Fe+2], [Fe+3, Al+3], '*'], per: formula, order: 2, L: 6000}\n"
    "      - {at: ['*', [Mg+2, Fe+2, Fe+3], '*'], per: formula, L: 5000}\n"
    "      - {at: [[Mg+2, Fe+2, Fe+3], '*', '*'], per: formula, order: 0, L: 4000}\n"
    "      - {at: [[Mg+2, Fe+2, Fe+3], '*', '*'], per: formula, order: 1, L: -3000}\n"
    "      - {at: [[Mg+2, Fe+2, Fe+3], '*', '*'], per: formula, order: 2, L: 2000}\n"
    "    default_pair: {W: 0, sigma: 5 kJ/mol, status: estimated, per: formula}\n"
    "    magnetic:\n      p: 0.28\n      Tc: [{at: ['*', Fe+3, '*'], value: 700}, {at: [Fe+3, '*', '*'], value: 300}]\n"
    "      beta: [{at: ['*', Fe+3, '*'], value: 22}, {at: [Fe+3, Fe+2, '*'], value: 11}]\n";

static bench b;

static void open_everything(void) { bench_open(&b, everything, NULL, "MgFeAlO4", "air", KILN_METHOD_NEWTON); }
static void close_it(void) { bench_close(&b); }

/* A point with every fraction well inside (0, 1); sums hold, neutrality need not for a derivative. */
static void some_point(double *y)
{
    const double a[] = {0.3, 0.25, 0.25, 0.2}, c[] = {0.15, 0.2, 0.3, 0.25, 0.1};
    memcpy(y, a, sizeof a);
    memcpy(y + 4, c, sizeof c);
}

START_TEST(gradient_is_the_derivative_of_the_energy)
{
    double y[9], g[9], up[9], down[9];
    kiln_i_system_set_temperature(b.system, 500.0 + 400.0 * _i); /* below and above the magnetic transition */
    ck_assert_int_eq(b.system->phases[0].n_y, 9);
    some_point(y);
    (void)kiln_i_phase_energy(b.system, 0, y, g, NULL);
    for (int i = 0; i < 9; ++i) {
        const double h = 1e-5;
        memcpy(up, y, sizeof y);
        memcpy(down, y, sizeof y);
        up[i] += h;
        down[i] -= h;
        const double slope =
            (kiln_i_phase_energy(b.system, 0, up, NULL, NULL) - kiln_i_phase_energy(b.system, 0, down, NULL, NULL)) / (2 * h);
        ck_assert_double_eq_tol(g[i], slope, 1e-2); /* h^2 g'''/6 + eps G/h ~ 1e-3 J/mol */
    }
}
END_TEST

START_TEST(hessian_is_the_derivative_of_the_gradient)
{
    double y[9], H[81], up[9], down[9], gu[9], gd[9], g[9];
    kiln_i_system_set_temperature(b.system, 500.0 + 400.0 * _i);
    some_point(y);
    (void)kiln_i_phase_excess(b.system, 0, y, g, H);
    for (int i = 0; i < 9; ++i) {
        const double h = 1e-5;
        memcpy(up, y, sizeof y);
        memcpy(down, y, sizeof y);
        up[i] += h;
        down[i] -= h;
        (void)kiln_i_phase_excess(b.system, 0, up, gu, NULL);
        (void)kiln_i_phase_excess(b.system, 0, down, gd, NULL);
        for (int j = 0; j < 9; ++j) ck_assert_double_eq_tol(H[j + 9 * i], (gu[j] - gd[j]) / (2 * h), 0.05);
    }
}
END_TEST

START_TEST(temperature_derivatives_match_differences)
{
    double y[9], g[9], gu[9], gd[9];
    const double T = 500.0 + 400.0 * _i, h = 1e-3 * T;
    some_point(y);
    kiln_i_system_set_temperature(b.system, T + h);
    const double up = kiln_i_phase_energy(b.system, 0, y, gu, NULL);
    kiln_i_system_set_temperature(b.system, T - h);
    const double down = kiln_i_phase_energy(b.system, 0, y, gd, NULL);
    kiln_i_system_set_temperature(b.system, T);
    ck_assert_double_eq_tol(kiln_i_phase_energy_T(b.system, 0, y, g), (up - down) / (2 * h), 1e-3);
    for (int i = 0; i < 9; ++i) ck_assert_double_eq_tol(g[i], (gu[i] - gd[i]) / (2 * h), 1e-2);
}
END_TEST

/* Changing a function by 1 J/mol changes w by its coefficient; along a direction the gradient changes likewise. */
START_TEST(parameter_derivatives_match_differences)
{
    double y[9], direction[9], coefficient[256] = {0}, g0[9], g1[9];
    some_point(y);
    for (int i = 0; i < 9; ++i) direction[i] = 0.1 * (i + 1);
    kiln_i_system_set_temperature(b.system, 900.0);
    ck_assert_int_le(b.db->n_functions, 256);
    REQUIRE_OK(&b, kiln_i_system_allow_shifts(b.system));
    kiln_i_phase_parameters(b.system, 0, y, 2.0, direction, coefficient);
    for (int t = 0; t < b.system->phases[0].n_low + b.system->phases[0].n_high; ++t) {
        const kiln_i_monomial *m = &b.system->phases[0].monomials[t];
        const double shift = 1e3;
        const double before = kiln_i_phase_energy(b.system, 0, y, g0, NULL);
        b.system->shift[m->function].constant = shift;
        kiln_i_system_set_temperature(b.system, 900.0);
        const double after = kiln_i_phase_energy(b.system, 0, y, g1, NULL);
        double expected = 2.0 * (after - before);
        for (int i = 0; i < 9; ++i) expected += direction[i] * (g1[i] - g0[i]);
        b.system->shift[m->function].constant = 0.0;
        kiln_i_system_set_temperature(b.system, 900.0);
        ck_assert_double_eq_tol(coefficient[m->function] * shift, expected, 1e-4);
    }
}
END_TEST

/* Straight lines are set apart from the other functions; together they are all that the system uses, and their values those of the functions. */
START_TEST(lines_have_the_values_of_their_functions)
{
    kiln_i_jet *all = calloc((size_t)b.db->n_functions + 1, sizeof *all);
    ck_assert_int_eq(b.system->n_lines + b.system->n_curved, b.system->n_used);
    ck_assert_int_gt(b.system->n_lines, 0);
    for (double T_K = 300.0; T_K < 2500.0; T_K += 200.0) {
        kiln_i_system_set_temperature(b.system, T_K);
        kiln_i_functions_evaluate(b.db->functions, b.db->n_functions, NULL, T_K, NULL, all);
        for (int k = 0; k < b.system->n_used; ++k) {
            const kiln_i_jet *is = &b.system->function[b.system->used[k]], *wanted = &all[b.system->used[k]];
            ck_assert_double_eq_tol(is->g, wanted->g, 1e-12 * fabs(wanted->g) + 1e-9);
            ck_assert_double_eq_tol(is->dg, wanted->dg, 1e-12 * fabs(wanted->dg) + 1e-12);
            ck_assert_double_eq_tol(is->d2g, wanted->d2g, 1e-15);
        }
    }
    free(all);
}
END_TEST

START_TEST(missing_constituents_leave_the_phase)
{
    bench_close(&b);
    bench_open(&b, everything, NULL, "FeO", "air", KILN_METHOD_NEWTON);
    ck_assert_int_eq(b.system->phases[0].n_y, 5); /* A: Fe+2 Fe+3; B: Fe+2 Fe+3 Va */
    ck_assert_int_eq(b.system->phases[0].n_constraints, 3);
    const char *sublattice, *constituent;
    ck_assert(kiln_system_site(b.system, 0, 4, &sublattice, &constituent));
    ck_assert_str_eq(sublattice, "B");
    ck_assert_str_eq(constituent, "Va");
    ck_assert(!kiln_system_site(b.system, 0, 5, NULL, NULL));
}
END_TEST

/* With aluminium alone nothing balances vacancies but one ratio: (Al)(Al5/6 Va1/6)2O4, so no variable is forced to zero but none is free. */
START_TEST(neutrality_can_fix_the_constitution)
{
    bench_close(&b);
    bench_open(&b, everything, NULL, "Al2O3", "air", KILN_METHOD_NEWTON);
    kiln_equilibrium e;
    ck_assert_int_eq(kiln_equilibrium_solve(b.solver, 1000.0, &e), KILN_OK);
    ck_assert_int_eq(e.n_phases, 1);
    ck_assert_double_eq_tol(e.phase[0].site_fractions[0], 5.0 / 6.0, 1e-12);
    ck_assert_double_eq_tol(e.phase[0].amount_mol * 8.0 / 3.0, 1.0, 1e-12);
}
END_TEST

START_TEST(elements_without_a_phase_are_named)
{
    kiln_composition x;
    kiln_atmosphere air;
    kiln_system *system;
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "(Mg,Fe,Zr)O", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "air", &air));
    ck_assert_int_eq(kiln_system_create(b.ctx, b.db, &x, &air, NULL, &system), KILN_E_MISSING);
    ck_assert_ptr_null(system);
    ck_assert_msg(strstr(kiln_context_error(b.ctx), "Zr") != NULL, "%s", kiln_context_error(b.ctx));
}
END_TEST

START_TEST(a_missing_pair_is_an_error_only_without_estimates)
{
    static const char database[] = "kiln: 1\nname: gap\nphases:\n  alpha:\n    formula: M\n"
                                   "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
                                   "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n";
    kiln_composition x;
    kiln_atmosphere closed;
    kiln_system_options o;
    kiln_system *system;
    kiln_database *db;
    REQUIRE_OK(&b, kiln_database_parse(b.ctx, database, strlen(database), "gap", NULL, &db));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "MgNi", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &closed));
    ck_assert_int_eq(kiln_system_options_init(&o, KILN_SYSTEM_OPTIONS_VERSION), KILN_OK);
    o.allow_estimates = 0;
    ck_assert_int_eq(kiln_system_create(b.ctx, db, &x, &closed, &o, &system), KILN_E_MISSING);
    ck_assert_msg(strstr(kiln_context_error(b.ctx), "Mg") && strstr(kiln_context_error(b.ctx), "Ni"), "%s",
                  kiln_context_error(b.ctx));
    o.allow_estimates = 1;
    REQUIRE_OK(&b, kiln_system_create(b.ctx, db, &x, &closed, &o, &system));
    ck_assert_int_eq(system->n_missing, 1);
    kiln_system_free(system);
    kiln_database_free(db);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model");
    TCase *tc = tcase_create("energy of a phase");
    tcase_add_checked_fixture(tc, open_everything, close_it);
    tcase_add_loop_test(tc, gradient_is_the_derivative_of_the_energy, 0, 3);
    tcase_add_loop_test(tc, hessian_is_the_derivative_of_the_gradient, 0, 3);
    tcase_add_loop_test(tc, temperature_derivatives_match_differences, 0, 3);
    tcase_add_test(tc, parameter_derivatives_match_differences);
    tcase_add_test(tc, lines_have_the_values_of_their_functions);
    tcase_add_test(tc, missing_constituents_leave_the_phase);
    tcase_add_test(tc, neutrality_can_fix_the_constitution);
    tcase_add_test(tc, elements_without_a_phase_are_named);
    tcase_add_test(tc, a_missing_pair_is_an_error_only_without_estimates);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
