/* The oxide melt of the default database against melting points and eutectics: docs/melt-assessment.md says which were fitted. */
#include "family.h"

static void solve(double T_K, kiln_equilibrium *e)
{
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, e));
    ck_assert_msg(e->certificate.is_certified, "at %g K", T_K);
}

/* The first melt on heating, between the measured temperature less and plus the tolerance. */
START_TEST(melting_begins_where_it_was_measured)
{
    static const struct {
        const char *formula, *atmosphere;
        double T_K, tolerance_K;
    } fact[] =
        {/* beside metal: Neumann, Zhong, Chang, Bull. Alloy Phase Diagrams (1984), doi:10.1007/BF02868948; metal in the melt is left out */
         {"Cu2O", "1.148e-4bar", 1496.0, 10.0},
         {"Cu2O", "air", 1407.0, 10.0},
         /* Cu2O + CuO + melt: J. Phase Equilib. (2001), doi:10.1007/s11669-001-0050-x */
         {"CuO", "0.69bar", 1364.0, 5.0},
         /* CuO + Ca2CuO3 + melt, 1012 to 1016 C from memory; then Wong-Ng et al., Physica C 279 (1997) 31: CaO + melt */
         {"Ca0.15Cu0.85O", "air", 1287.0, 5.0},
         /* fusion itself: NASA/TP-2002-211556; US Bureau of Mines Bulletin 672 */
         {"MgO", "air", 3100.0, 5.0},
         {"NiO", "O2", 2228.0, 30.0},
         /* not fitted: McBride et al. and handbooks, 1597 C */
         {"Fe3O4", "air", 1870.0, 10.0}};
    kiln_equilibrium e;
    bench_open(&b, NULL, kiln_yaml, fact[_i].formula, fact[_i].atmosphere, KILN_METHOD_NEWTON);
    solve(fact[_i].T_K - fact[_i].tolerance_K, &e);
    ck_assert_msg(mass_fraction(&e, "oxide_melt") == 0.0, "%s melts too early", fact[_i].formula);
    solve(fact[_i].T_K + fact[_i].tolerance_K, &e);
    ck_assert_msg(mass_fraction(&e, "oxide_melt") > 0.0, "%s melts too late", fact[_i].formula);
}
END_TEST

/* Ca2CuO3 melts to CaO and melt at 1034 C in air. */
START_TEST(calcium_cuprate_melts_incongruently)
{
    kiln_equilibrium e;
    bench_open(&b, NULL, kiln_yaml, "Ca2CuO3", "air", KILN_METHOD_NEWTON);
    solve(1307.0 - 10.0, &e);
    ck_assert_double_gt(mass_fraction(&e, "ca2cuo3"), 0.999);
    solve(1307.0 + 10.0, &e);
    ck_assert(mass_fraction(&e, "oxide_melt") > 0.0 && mass_fraction(&e, "rocksalt") > 0.0);
}
END_TEST

/* From 850 to 1100 C in air the mixtures of Paranthaman, David and Lindemer, Mater. Res. Bull. 32 (1997) 165, stayed solid. */
START_TEST(magnesia_with_copper_oxide_is_solid_to_1100_C)
{
    static const char *const formula[] = {"Mg0.8Cu0.2O", "Mg0.5Cu0.5O", "Mg0.25Cu0.75O"};
    bench_open(&b, NULL, kiln_yaml, formula[_i], "air", KILN_METHOD_NEWTON);
    for (double T_K = 1123.15; T_K < 1374.0; T_K += 25.0) {
        kiln_equilibrium e;
        solve(T_K, &e);
        ck_assert_msg(mass_fraction(&e, "oxide_melt") == 0.0, "%s at %g K", formula[_i], T_K);
    }
}
END_TEST

START_TEST(the_prototype_is_solid_below_1000_C)
{
    bench_open(&b, NULL, kiln_yaml, "(Mg,Co,Ni,Cu,Zn)O", "air", KILN_METHOD_NEWTON);
    for (double T_K = 773.15; T_K < 1274.0; T_K += 25.0) {
        kiln_equilibrium e;
        solve(T_K, &e);
        ck_assert_msg(mass_fraction(&e, "oxide_melt") == 0.0, "melt at %g K", T_K);
    }
}
END_TEST

/* Melting turns Cu+2 into Cu+: the oxygen exchange seen above about 1450 K in air (Experimental thermodynamic study of (MgCoNiCuZn)0.2O, ChemRxiv, 7 October 2025,
 * abstract), to which nothing was fitted. */
START_TEST(the_prototype_ends_by_melting)
{
    kiln_window w;
    bench_open(&b, NULL, kiln_yaml, "(Mg,Co,Ni,Cu,Zn)O", "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_window_default_phase(b.system), &w));
    ck_assert_int_eq(w.n_ranges, 1);
    const kiln_window_end *high = &w.range[0].high;
    ck_assert_int_eq(high->kind, KILN_END_LIQUID);
    ck_assert_double_eq_tol(high->T_K, 1450.0, 50.0);
    ck_assert(high->has_sigma && high->sigma_K > 30.0 && high->sigma_K < 100.0);
    ck_assert(w.certificate.is_certified);
}
END_TEST

/* Oxides of the melt are written without charges; those of their metals balance O-2. */
START_TEST(charges_in_the_melt_balance_oxygen)
{
    const double T[] = {1373.15, 1573.15};
    kiln_step_row row[2];
    bench_open(&b, NULL, kiln_yaml, "(Mg,Co,Ni,Cu,Zn)O", "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_step_solve(b.solver, 2, T, row, NULL, NULL));
    double charge = 0.0;
    for (int c = 0; c < 5; ++c) charge += 0.2 * row[1].valence[c];
    ck_assert_double_eq_tol(charge, 2.0 * row[1].oxygen_per_cation, 1e-9);
    ck_assert_double_eq_tol(row[1].valence[0], 2.0, 1e-9);
    ck_assert(row[1].valence[3] > 1.0 && row[1].valence[3] < row[0].valence[3]);
    ck_assert_double_lt(row[1].mass_change_percent, -0.3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("melt");
    TCase *tc = tcase_create("default database");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, melting_begins_where_it_was_measured, 0, 7);
    tcase_add_test(tc, calcium_cuprate_melts_incongruently);
    tcase_add_loop_test(tc, magnesia_with_copper_oxide_is_solid_to_1100_C, 0, 3);
    tcase_add_test(tc, the_prototype_is_solid_below_1000_C);
    tcase_add_test(tc, the_prototype_ends_by_melting);
    tcase_add_test(tc, charges_in_the_melt_balance_oxygen);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
