/* Families beyond oxides in the default database: what competes, what is known for its entropy only, and that neither disturbs the oxides. */
#include "family.h"

static kiln_database *db;

static void open_it(void)
{
    ck_assert_int_eq(kiln_context_create(NULL, &ctx), KILN_OK);
    ck_assert_int_eq(kiln_database_load(ctx, kiln_yaml, &db), KILN_OK);
}

static void close_all(void)
{
    bench_close(&b);
    kiln_database_free(db);
    kiln_context_free(ctx);
}

static double share(const kiln_equilibrium *e, const char *name)
{
    const kiln_equilibrium_phase *p = phase_of(e, name);
    return p ? p->mass_fraction : 0.0;
}

/* The constants of estimated functions stand for these enthalpies of formation at 298.15 K, as their sources have them. */
START_TEST(enthalpies_of_formation_are_those_of_the_sources)
{
    static const struct {
        const char *name;
        double H_J_mol;
    } known[] = {{"G_MnF2", -854970.0},    {"G_CoF2", -672690.0},         {"G_FeF2", -711260.0},    {"G_NiF2", -651525.0},
                 {"G_ZnF2", -764206.0},    {"G_FeF3", -249000.0 * 4.184}, {"G_K3FeF6", -2807000.0}, {"G_K3MnF6", -2849000.0},
                 {"G_K3CoF6", -2634000.0}, {"G_KF", -569900.0},           {"G_LiF", -618300.0},     {"G_MgF2", -1124200.0},
                 {"G_CuF2", -539819.68}};
    double G, S;
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
        const int f = kiln_database_find_function(db, known[i].name);
        ck_assert_int_ge(f, 0);
        ck_assert_int_eq(kiln_database_function_value(db, ctx, f, 298.15, &G, &S, NULL), KILN_OK);
        ck_assert_msg(fabs(G + 298.15 * S - known[i].H_J_mol) < 20.0, "%s: %.1f", known[i].name, G + 298.15 * S);
    }
}
END_TEST

/* Fluorine is a component like a cation: all of it stays in the solids, and manganese is oxidised where it is cold. */
START_TEST(a_fluoride_perovskite_competes)
{
    kiln_equilibrium e;
    at("K(Mg,Mn,Co,Ni,Zn)F3", "air", 900.0, &e);
    ck_assert_double_gt(share(&e, "fluoride_perovskite"), 1.0 - 1e-8);
    at("K(Mg,Mn,Co,Ni,Zn)F3", "air", 400.0, &e);
    ck_assert_double_gt(share(&e, "k3mnf6"), 0.1);
    at("K(Mg,Mn,Co,Ni,Zn)F3", "1e-10bar", 400.0, &e);
    ck_assert_double_lt(share(&e, "k3mnf6"), 1e-8);
    at("KFeF3", "air", 900.0, &e);
    ck_assert_double_gt(share(&e, "k3fef6"), 0.1);
    at("K3Mg2F7", "air", 900.0, &e); /* between K2MgF4 and KMgF3 */
    ck_assert_double_gt(share(&e, "potassium_fluorometallate"), 0.5);
    ck_assert_double_gt(share(&e, "fluoride_perovskite"), 0.3);
}
END_TEST

START_TEST(an_oxyfluoride_falls_into_its_competitors)
{
    kiln_equilibrium e;
    at("Li(Co,Ni,Mg,Zn)OF", "air", 1100.0, &e);
    ck_assert_double_gt(share(&e, "rocksalt") + share(&e, "layered_o3"), 0.6);
    ck_assert_double_gt(share(&e, "lithium_fluoride"), 0.2);
}
END_TEST

static kiln_status system_of(const char *formula, kiln_system **system)
{
    kiln_composition x;
    kiln_atmosphere air;
    ck_assert_msg(kiln_composition_parse(ctx, formula, &x) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "air", &air), KILN_OK);
    return kiln_system_create(ctx, db, &x, &air, NULL, system);
}

/* Where its elements are nowhere else there is no system; where they are, none of its phases can hold the composition. */
START_TEST(entropy_only_is_refused_with_what_is_missing)
{
    static const char *const known[][2] = {{"(Fe,Mn,Ni,Co,Ti)S2", "knows pyrite for its entropy only"},
                                           {"(Fe,Mn,Ni,Co,Cu)S", "knows monosulfide for its entropy only"},
                                           {"Na2(Mn,Fe,Co,Ni,Cu)Fe(CN)6", "knows Prussian-blue analogue for its entropy only"},
                                           {"K1.5Mn[Fe(CN)6]", "knows Prussian-blue analogue for its entropy only"},
                                           {"GeSnSbSiFeCuP", "knows alloy of one sublattice for its entropy only"},
                                           {"Na3(V,Mn,Fe,Cr,Al)2(PO4)3", "knows NASICON phosphate for its entropy only"},
                                           {"Li(Co,Ni,Cu,Mg,Zn)OF", "knows rock-salt oxyfluoride for its entropy only"}};
    kiln_system *system = NULL;
    kiln_status status = system_of(known[_i][0], &system);
    if (status == KILN_OK) {
        for (int i = 0; i < kiln_system_n_phases(system); ++i) ck_assert_int_eq(kiln_system_can_host(system, i), 0);
        status = kiln_system_check_energies(system);
    }
    ck_assert_int_eq(status, KILN_E_MISSING);
    ck_assert_error_has(known[_i][1]);
    kiln_system_free(system);
}
END_TEST

START_TEST(oxides_are_not_disturbed)
{
    static const char *const formulas[] = {"(Mg,Co,Ni,Cu,Zn)O", "LiFeO2", "Fe2O3", "Li(Ti,Fe)O2", "MgCO3"};
    static const char *const not_there[] = {"rocksalt_oxyfluoride", "pyrite",  "monosulfide",         "prussian_blue",
                                            "battery_alloy",        "nasicon", "fluoride_perovskite", "lithium_fluoride"};
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; ++i) {
        kiln_system *system;
        ck_assert_int_eq(system_of(formulas[i], &system), KILN_OK);
        for (size_t k = 0; k < sizeof not_there / sizeof *not_there; ++k)
            ck_assert_int_eq(kiln_system_find_phase(system, not_there[k]), -1);
        kiln_system_free(system);
    }
    /* The gas could supply the oxygen of an alloy, and the fluorine of an oxyfluoride is not there. */
    kiln_system *none = NULL;
    static const char *const unknown[] = {"In2O3", "PbO", "LiVO2", "InP"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; ++i) {
        ck_assert_int_eq(system_of(unknown[i], &none), KILN_E_MISSING);
        ck_assert_error_has("has no phase that holds");
    }
    kiln_system *iron;
    ck_assert_int_eq(system_of("FeO", &iron), KILN_OK);
    ck_assert_int_eq(kiln_system_check_energies(iron), KILN_OK);
    kiln_system_free(iron);
    ck_assert_int_eq(kiln_system_check_energies(NULL), KILN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("beyond oxides");
    TCase *tc = tcase_create("default database");
    tcase_add_checked_fixture(tc, open_it, close_all);
    tcase_add_test(tc, enthalpies_of_formation_are_those_of_the_sources);
    tcase_add_test(tc, a_fluoride_perovskite_competes);
    tcase_add_test(tc, an_oxyfluoride_falls_into_its_competitors);
    tcase_add_loop_test(tc, entropy_only_is_refused_with_what_is_missing, 0, 7);
    tcase_add_test(tc, oxides_are_not_disturbed);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
