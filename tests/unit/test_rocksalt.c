/* The default database against the facts it was built from, and against those it was not. */
#include "family.h"

static int holds(const kiln_equilibrium *e, const char *phase) { return phase_of(e, phase) != NULL; }

/* The phase given is present below T_C - 5 and absent above T_C + 5: boundaries in air of the assessments the database takes over
 * (Chen 2003 with CoO of the same set 897 C; NASA CEA 1023.5 C; Grundy 2003 878.7 C; Sundman 1991 with vacancies 1384 C). */
START_TEST(redox_boundaries_in_air)
{
    static const struct {
        const char *formula, *phase;
        double T_C;
    } boundary[] = {{"Co3O4", "spinel", 897.0},
                    {"CuO", "tenorite", 1023.5},
                    {"Mn2O3", "bixbyite", 878.7},
                    {"Fe2O3", "corundum", 1384.0}};
    kiln_equilibrium e;
    bench_open(&b, NULL, kiln_yaml, boundary[_i].formula, "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, boundary[_i].T_C + 273.15 - 5.0, &e));
    ck_assert_msg(holds(&e, boundary[_i].phase), "%s below its boundary", boundary[_i].formula);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, boundary[_i].T_C + 273.15 + 5.0, &e));
    ck_assert_msg(!holds(&e, boundary[_i].phase), "%s above its boundary", boundary[_i].formula);
}
END_TEST

/* log10 fO2 at 1300 K: O'Neill and Pownceby, Contrib. Mineral. Petrol. 114 (1993) 296: -9.933, -11.418, -5.950; the set gives -9.93, -11.42, -5.96. */
START_TEST(metal_oxide_buffers)
{
    static const struct {
        const char *formula, *oxide;
        double log_fo2;
    } buffer[] = {{"NiO", "rocksalt", -9.93}, {"CoO", "rocksalt", -11.42}, {"Cu2O", "cuprite", -5.96}};
    for (int side = -1; side <= 1; side += 2) {
        char pressure[64];
        kiln_equilibrium e;
        snprintf(pressure, sizeof pressure, "%.6ebar", pow(10.0, buffer[_i].log_fo2 + 0.02 * side));
        bench_open(&b, NULL, kiln_yaml, buffer[_i].formula, pressure, KILN_METHOD_NEWTON);
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 1300.0, &e));
        ck_assert_msg(holds(&e, buffer[_i].oxide) == (side > 0), "%s at %s", buffer[_i].formula, pressure);
        bench_close(&b);
    }
}
END_TEST

static void solve_window(const char *formula, const char *atmosphere, kiln_window *w)
{
    bench_open(&b, NULL, kiln_yaml, formula, atmosphere, KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_window_default_phase(b.system), w));
}

static int is_single(const kiln_window *w, double T_C)
{
    for (int r = 0; r < w->n_ranges; ++r)
        if (w->range[r].low.T_K <= T_C + 273.15 && w->range[r].high.T_K >= T_C + 273.15) return 1;
    return 0;
}

/* Quenched from 1000 C in air: Fracchia et al., Nat. Commun. 13 (2022) 2977. Only the first may be fitted. */
START_TEST(copper_series_is_single_at_1000_C)
{
    static const char *const formulas[] = {"Ni0.8Cu0.2O", "Ni0.6Cu0.2Zn0.2O", "Ni0.4Cu0.2Zn0.2Co0.2O", "(Mg,Co,Ni,Cu,Zn)O"};
    kiln_window w;
    solve_window(formulas[_i], "air", &w);
    ck_assert_str_eq(kiln_system_phase_name(b.system, w.phase), "rocksalt");
    ck_assert(is_single(&w, 1000.0));
}
END_TEST

START_TEST(the_prototype_has_one_window_that_ends_by_melting)
{
    kiln_window w;
    solve_window("(Mg,Co,Ni,Cu,Zn)O", "air", &w);
    ck_assert_int_eq(w.n_ranges, 1);
    const kiln_window_end *low = &w.range[0].low, *high = &w.range[0].high;
    ck_assert_int_eq(low->kind, KILN_END_PHASE);
    ck_assert_int_eq(high->kind, KILN_END_LIQUID);
    ck_assert(low->has_sigma && low->sigma_K > 5.0 && high->has_sigma && high->sigma_K > 5.0);
    ck_assert(low->has_detected && low->detected_K < low->T_K);
    ck_assert(high->has_detected && high->detected_K > high->T_K);
    ck_assert_int_gt(low->n_decisive, 2);
    ck_assert_double_gt(low->slope_J_molK, 0.0);
    ck_assert_double_lt(high->slope_J_molK, 0.0);
    ck_assert(low->low_K <= low->median_K && low->median_K <= low->high_K);
}
END_TEST

/* Less oxygen brings reduction to lower temperatures, and hydrogen gives metal. */
START_TEST(less_oxygen_lowers_the_reduction_end)
{
    static const char *const atmospheres[] = {"0.8bar", "air", "1e-3bar", "Ar"};
    double before = INFINITY;
    for (int k = 0; k < 4; ++k) {
        kiln_window w;
        solve_window("(Mg,Co,Ni,Cu,Zn)O", atmospheres[k], &w);
        ck_assert_int_ge(w.n_rivals, 1);
        double reduction = -1.0;
        for (int r = 0; r < w.n_rivals; ++r)
            if (!w.rival[r].from_below && strcmp(kiln_system_phase_name(b.system, w.rival[r].phase), "cuprite") == 0)
                reduction = w.rival[r].T_K;
        ck_assert_msg(reduction > 0.0 && reduction < before - 50.0, "%s: %g K after %g K", atmospheres[k], reduction, before);
        before = reduction;
        bench_close(&b);
    }
    kiln_equilibrium e;
    bench_open(&b, NULL, kiln_yaml, "(Mg,Co,Ni,Cu,Zn)O", "H2/H2O=1", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 1273.15, &e));
    ck_assert(holds(&e, "alloy_fcc"));
    ck_assert(holds(&e, "rocksalt")); /* magnesia stays */
}
END_TEST

/* Carbonates compete where the atmosphere holds CO2: calcite in air below about 600 C, lime above. */
START_TEST(calcite_decomposes_in_air)
{
    kiln_equilibrium e;
    bench_open(&b, NULL, kiln_yaml, "CaO", "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 700.0, &e));
    ck_assert(!holds(&e, "rocksalt"));
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, 1100.0, &e));
    ck_assert(holds(&e, "rocksalt"));
}
END_TEST

/* A thermobalance on heating: Co3O4 loses a third of ... (1 - 3 M(CoO)/M(Co3O4)) = 6.64 % of its mass at 893 C, valence 8/3 to 2. */
START_TEST(step_gives_the_mass_loss_of_cobalt_oxide)
{
    const double T[] = {1100.0, 1300.0};
    kiln_step_row row[2];
    bench_open(&b, NULL, kiln_yaml, "Co3O4", "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_step_solve(b.solver, 2, T, row, NULL, NULL));
    ck_assert_double_eq_tol(row[0].mass_change_percent, 0.0, 1e-12);
    ck_assert_double_eq_tol(row[1].mass_change_percent, -6.64, 0.25); /* the rest is Co1-xO */
    ck_assert_double_eq_tol(row[0].valence[0], 8.0 / 3.0, 0.01);
    ck_assert_double_eq_tol(row[1].valence[0], 2.0, 0.05);
    ck_assert_double_eq_tol(row[0].oxygen_per_cation, 4.0 / 3.0, 0.01);
}
END_TEST

/* Both paths on the real database, several phases, charged sublattices. */
START_TEST(newton_and_nlopt_agree_on_the_prototype)
{
    expect_methods_agree("(Mg,Co,Ni,Cu,Zn)O", "air", 873.15 + 200.0 * _i, 1e-6);
}
END_TEST

/* Solubilities in rock salt as kiln computes them, in a composition chosen inside the two-phase field, against what was measured. The tolerance is twice the
 * measurement's uncertainty or that of the fit, whichever is larger. */
START_TEST(measured_solubilities_in_rock_salt)
{
    static const struct {
        const char *formula, *atmosphere;
        int component;
        double T_C, measured, tolerance;
    } fact[] = {/* Paranthaman, David, Lindemer, Mater. Res. Bull. 32 (1997) 165 */
                {"Mg0.6Cu0.4O", "air", 1, 850.0, 0.09, 0.03},
                {"Mg0.6Cu0.4O", "air", 1, 1050.0, 0.20, 0.05},
                /* Activities of MgO in NiO-MgO-ZnO, TMS 1993: one phase at 0.20, two at 0.25 and above, 917-964 C, 1 atm O2 */
                {"Mg0.3Ni0.3Zn0.4O", "O2", 2, 940.0, 0.225, 0.05},
                {"Mg0.1Ni0.5Zn0.4O", "O2", 2, 940.0, 0.225, 0.05},
                /* Driessens, Rieck, Coenen, J. Inorg. Nucl. Chem. 30 (1968) 747: largest solubility */
                {"Co0.4Cu0.6O", "air", 1, 1000.0, 0.39, 0.05}};
    kiln_equilibrium e;
    bench_open(&b, NULL, kiln_yaml, fact[_i].formula, fact[_i].atmosphere, KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, fact[_i].T_C + 273.15, &e));
    ck_assert_int_ge(e.n_phases, 2);
    for (int k = 0; k < e.n_phases; ++k)
        if (strcmp(kiln_system_phase_name(b.system, e.phase[k].phase), "rocksalt") == 0) {
            ck_assert_double_eq_tol(e.phase[k].composition[fact[_i].component], fact[_i].measured, fact[_i].tolerance);
            return;
        }
    ck_abort_msg("%s holds no rock salt", fact[_i].formula);
}
END_TEST

/* A ferrite of exactly one divalent to two ferric ions holds traces of defects and of rock salt at every temperature. They end nothing; as they grow, rock
 * salt does. */
START_TEST(traces_do_not_end_a_ferrite)
{
    static const char *const formula[] = {"NiFe2O4", "(Ni,Zn)Fe2O4"};
    kiln_window w;
    kiln_single_phase single;
    kiln_equilibrium e;
    solve_window(formula[_i], "air", &w);
    ck_assert_int_eq(w.n_ranges, 1);
    const kiln_window_end *high = &w.range[0].high;
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_SEARCH_LIMIT);
    ck_assert_int_eq(high->kind, KILN_END_PHASE);
    ck_assert_str_eq(kiln_system_phase_name(b.system, high->limit[0].phase), "rocksalt");
    REQUIRE_OK(&b, kiln_window_at(b.window, w.phase, high->T_K - 20.0, &single));
    ck_assert(single.is_single);
    REQUIRE_OK(&b, kiln_window_at(b.window, w.phase, high->T_K + 20.0, &single));
    ck_assert(!single.is_single);
    ck_assert_str_eq(kiln_system_phase_name(b.system, single.limit), "rocksalt");
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, high->T_K, &e));
    for (int k = 0; k < e.n_phases; ++k)
        if (e.phase[k].phase != w.phase) ck_assert_double_lt(e.phase[k].mass_fraction, 1e-3);
}
END_TEST

/* Cooling in a given gas never releases oxygen, whatever the valences in the phase that appears. */
START_TEST(a_low_end_is_no_reduction)
{
    kiln_window w;
    solve_window("(Cr,Mn,Fe,Co,Ni)3O4", "air", &w);
    ck_assert_int_ge(w.n_ranges, 1);
    ck_assert_int_eq(w.range[0].low.kind, KILN_END_PHASE);
}
END_TEST

/* With most constituents of the spinel ruled out by the composition there are as many rows as fractions. */
START_TEST(compositions_that_leave_no_freedom_are_answered)
{
    static const char *const formula[] = {"(Mg,Mn,Fe,Co,Ni,Zn)3O4", "(Zn,Mn,Mg)3O4", "MnCr2O4", "(Co,Cu,Mg,Ni,Zn)Cr2O4"};
    kiln_window w;
    solve_window(formula[_i], "air", &w);
    ck_assert_str_eq(kiln_system_phase_name(b.system, w.phase), "spinel");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rocksalt");
    TCase *tc = tcase_create("default database");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, redox_boundaries_in_air, 0, 4);
    tcase_add_loop_test(tc, metal_oxide_buffers, 0, 3);
    tcase_add_loop_test(tc, copper_series_is_single_at_1000_C, 0, 4);
    tcase_add_test(tc, the_prototype_has_one_window_that_ends_by_melting);
    tcase_add_test(tc, less_oxygen_lowers_the_reduction_end);
    tcase_add_test(tc, calcite_decomposes_in_air);
    tcase_add_loop_test(tc, measured_solubilities_in_rock_salt, 0, 5);
    tcase_add_test(tc, step_gives_the_mass_loss_of_cobalt_oxide);
    tcase_add_loop_test(tc, newton_and_nlopt_agree_on_the_prototype, 0, 3);
    tcase_add_loop_test(tc, traces_do_not_end_a_ferrite, 0, 2);
    tcase_add_test(tc, a_low_end_is_no_reduction);
    tcase_add_loop_test(tc, compositions_that_leave_no_freedom_are_answered, 0, 4);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
