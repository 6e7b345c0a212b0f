/* databases/substances.yaml and vapour.yaml against an independent evaluation of the same coefficients, and against measured oxygen buffers. */
#include "data/database.h"

#include "support.h"

#include <kiln/database.h>
#include <math.h>
#include <stdio.h>

#define R 8.31446261815324
#define LN10 2.302585092994046

static kiln_database *db;
static kiln_i_jet values[512];

static void setup(void) /* vapour.yaml includes substances.yaml */
{
    context_setup();
    const kiln_status status = kiln_database_load(ctx, KILN_TEST_DATABASES "/vapour.yaml", &db);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_le(db->n_functions, 512);
}

static void teardown(void)
{
    kiln_database_free(db);
    context_teardown();
}

static double G(const char *name, double T_K)
{
    const int i = kiln_i_database_find_function(db, name);
    ck_assert_msg(i >= 0, "no function %s", name);
    kiln_i_functions_evaluate(db->functions, db->n_functions, NULL, T_K, NULL, values);
    return values[i].g;
}

/* Rows: function,"source",T_K,G_J_mol,tolerance_J_mol; the file says where the tolerances come from. */
static const char *const tables[] = {KILN_TEST_DATA "/gibbs_table.csv", KILN_TEST_DATA "/vapour_table.csv"};

START_TEST(every_function_reproduces_its_source)
{
    char line[512];
    int n = 0;
    FILE *file = fopen(tables[_i], "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file)) {
        double T_K, want, tolerance;
        char *comma = strchr(line, ','), *numbers = strstr(line, "\",");
        if (!comma || !numbers || sscanf(numbers + 2, "%lf,%lf,%lf", &T_K, &want, &tolerance) != 3) continue;
        *comma = '\0';
        const double got = G(line, T_K);
        ck_assert_msg(fabs(got - want) <= tolerance, "%s at %g K: %.2f, expected %.2f J/mol", line, T_K, got, want);
        n++;
    }
    fclose(file);
    ck_assert_int_gt(n, 1000);
}
END_TEST

/* log10 fO2 of metal + n/2 O2 = oxide at 1300 K: H.St.C. O'Neill, M.I. Pownceby, Contrib. Mineral. Petrol. 114 (1993) 296 has -9.933,
 * -11.418 and -5.950. */
static const struct {
    const char *metal, *oxide;
    double n_metal, n_O2, log10_fO2;
} buffers[] = {{"G_Ni_fcc", "G_NiO", 1.0, 0.5, -9.93},
               {"G_Co_fcc", "G_CoO", 1.0, 0.5, -11.42},
               {"G_Cu_fcc", "G_Cu2O", 2.0, 0.5, -5.96}};

START_TEST(metal_oxide_buffers_are_where_they_are_measured)
{
    const double T_K = 1300.0;
    const double dG =
        G(buffers[_i].oxide, T_K) - buffers[_i].n_metal * G(buffers[_i].metal, T_K) - buffers[_i].n_O2 * G("G_O2", T_K);
    ck_assert_double_eq_tol(dG / (buffers[_i].n_O2 * R * T_K * LN10), buffers[_i].log10_fO2, 0.02);
}
END_TEST

/* Driving force of reduction in air, n_high oxide = n_low lower oxide + n_O2 O2; it changes sign where the two coexist. */
static double reduction(const char *high, double n_high, const char *low, double n_low, double n_O2, double T_K)
{
    return n_low * G(low, T_K) + n_O2 * (G("G_O2", T_K) + R * T_K * log(0.2095)) - n_high * G(high, T_K);
}

static const struct {
    const char *high, *low;
    double n_high, n_low, n_O2, T_C, tolerance_K;
} boundaries[] = {{"G_CuO", "G_Cu2O", 2.0, 1.0, 0.5, 1023.5, 5.0}, {"G_Mn2O3", "G_Mn3O4", 3.0, 2.0, 0.5, 878.7, 1.0}};

START_TEST(oxides_decompose_in_air_where_they_should)
{
    double low_K = 900.0, high_K = 1600.0;
    while (high_K - low_K > 1e-3) {
        const double T_K = 0.5 * (low_K + high_K);
        const double force = reduction(boundaries[_i].high, boundaries[_i].n_high, boundaries[_i].low, boundaries[_i].n_low,
                                       boundaries[_i].n_O2, T_K);
        if (force > 0.0) low_K = T_K;
        else high_K = T_K;
    }
    ck_assert_double_eq_tol(low_K - 273.15, boundaries[_i].T_C, boundaries[_i].tolerance_K);
}
END_TEST

/* Farmer and O'Neill (2023), their heat capacities integrated: 12929 and 12032 J/mol at 1000 and 1273 K; 20466 for MgO. */
START_TEST(structure_differences_are_those_of_their_source)
{
    ck_assert_double_eq_tol(G("dG_ZnO_rs", 1000.0), 12929.0, 2.0);
    ck_assert_double_eq_tol(G("dG_ZnO_rs", 1273.0), 12032.0, 2.0);
    ck_assert_double_eq_tol(G("dG_MgO_wz", 1000.0), 20466.0, 2.0);
}
END_TEST

/* SGTE: bcc and fcc iron are equally stable at 1184.8 and 1667.5 K, (Dinsdale 1991); hcp and fcc cobalt at 700.1 K. */
START_TEST(metals_transform_where_they_should)
{
    ck_assert_double_eq_tol(G("G_Fe_bcc", 1184.8), G("G_Fe_fcc", 1184.8), 0.5);
    ck_assert_double_eq_tol(G("G_Fe_bcc", 1667.5), G("G_Fe_fcc", 1667.5), 0.5);
    ck_assert_double_eq_tol(G("G_Co_hcp", 700.1), G("G_Co_fcc", 700.1), 0.5);
    ck_assert_double_lt(G("G_Co_hcp", 500.0), G("G_Co_fcc", 500.0));
    ck_assert_double_lt(G("G_Fe_fcc", 1400.0), G("G_Fe_bcc", 1400.0));
}
END_TEST

static void refuse_errors(void *user, const kiln_finding *finding)
{
    (void)user;
    ck_assert_msg(finding->severity != KILN_SEVERITY_ERROR, "%s:%d: %s", finding->file, finding->line, finding->text);
    ck_assert_msg(finding->severity != KILN_SEVERITY_NOTE, "%s:%d: %s", finding->file, finding->line, finding->text);
}

START_TEST(the_file_passes_its_own_check)
{
    kiln_check_summary summary;
    ck_assert_int_eq(kiln_database_check(db, ctx, refuse_errors, NULL, &summary), KILN_OK);
    ck_assert_int_gt(summary.n_values, 60);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("substances");
    TCase *tc = tcase_create("substances");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, every_function_reproduces_its_source, 0, (int)(sizeof tables / sizeof *tables));
    tcase_add_loop_test(tc, metal_oxide_buffers_are_where_they_are_measured, 0, (int)(sizeof buffers / sizeof *buffers));
    tcase_add_loop_test(tc, oxides_decompose_in_air_where_they_should, 0, (int)(sizeof boundaries / sizeof *boundaries));
    tcase_add_test(tc, structure_differences_are_those_of_their_source);
    tcase_add_test(tc, metals_transform_where_they_should);
    tcase_add_test(tc, the_file_passes_its_own_check);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
