/* kiln_database_check, and the public listing of a database. */
#include "support.h"

#include <kiln/database.h>
#include <math.h>
#include <stdio.h>

#define HEAD "kiln: 1\nname: t\n"
#define FULL "source: here, status: estimated, sigma: 1 J/mol"

static kiln_database *db;
static char kinds[512], first_text[512];

static void collect(void *user, const kiln_finding *finding)
{
    (void)user;
    if (!*first_text)
        snprintf(first_text, sizeof first_text, "%s:%d:%d: %s", finding->file, finding->line, finding->column, finding->text);
    strncat(kinds, finding->kind, sizeof kinds - strlen(kinds) - 1);
    strncat(kinds, " ", sizeof kinds - strlen(kinds) - 1);
}

static kiln_check_summary check(const char *text)
{
    kiln_check_summary summary;
    *kinds = *first_text = '\0';
    const kiln_status status = kiln_database_parse(ctx, text, strlen(text), "f.yaml", NULL, &db);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_database_check(db, ctx, collect, NULL, &summary), KILN_OK);
    kiln_database_free(db);
    return summary;
}

static const struct {
    const char *text, *kinds, *first;
} cases[] =
    {{HEAD "functions: {g: {G: 1, " FULL "}}\n", "", ""},
     {HEAD "functions: {g: {G: 1}}\n", "source status sigma ", "f.yaml:3:13: g has no source"},
     {HEAD "functions: {g: {G: 1, " FULL "}, h: {G: 2*g}}\n", "", ""},
     {HEAD "functions: {g: {pieces: [{range: 300 K .. 500 K, G: 1}, {range: 500 K .. 600 K, G: 7}], " FULL "}}\n", "jump ",
      "f.yaml:3:13: g jumps by 6 J/mol at 500 K, where two pieces meet"},
     {HEAD "functions: {g: {pieces: [{range: 300 K .. 500 K, G: 1}, {range: 550 K .. 600 K, G: 1}], " FULL "}}\n", "gap ",
      "f.yaml:3:13: g is not given between 500 and 550 K"},
     {HEAD "functions: {g: {formula: MgO, G: 5*T*ln(T), range: 300 K .. 500 K, " FULL "}}\n", "heat-capacity ",
      "f.yaml:3:13: g has a heat capacity of -5 J/mol/K at 300 K"},
     {HEAD
      "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2, Co+2]}, {name: O, sites: 1, constituents: [O-2]}], "
      "end_members: [{at: [Mg+2, O-2], G: 1, " FULL "}], ideal: [[Mg+2, Co+2]]}}\n",
      "end-member ", "f.yaml:3:10: p lacks the Gibbs energy of 1 end member, first Co+2:O-2"},
     {HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg, Co]}], end_members: [{at: [\"*\"], G: 1, " FULL
           "}]}}\n",
      "pair ", "f.yaml:3:10: p lacks 1 pair on sublattice M, first Mg and Co"},
     {HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2]}], end_members: [{at: [Mg+2], G: 1, " FULL
           "}]}}\n",
      "charge ", "f.yaml:3:10: p cannot be neutral: its formula unit has a charge from +2 to +2"},
     {HEAD "functions: {g: {formula: MgO, G: 1, " FULL "}}\nsubstances: {p: {formula: CoO, at: [Co+2, O-2], G: g}}\n", "balance ",
      "f.yaml:4:14: p:Co+2:O-2;0 does not balance: -1 Mg beside the formulas of the functions it names"},
     {HEAD "functions: {a: {G: 1, " FULL "}, b: {G: 1, " FULL "}}\ncovariance: [{parameters: [a, b], matrix: [[1], [2, 1]]}]\n",
      "covariance ", "f.yaml:3:13: the covariance that begins with a is not positive semidefinite"}};

START_TEST(a_fault_is_found)
{
    (void)check(cases[_i].text);
    ck_assert_str_eq(kinds, cases[_i].kinds);
    ck_assert_msg(strncmp(first_text, cases[_i].first, strlen(cases[_i].first)) == 0, "\"%s\"", first_text);
}
END_TEST

START_TEST(estimated_values_are_counted)
{
    const kiln_check_summary summary =
        check(HEAD "functions: {g: {G: 1, " FULL "}, h: {G: 1, source: here, status: fitted, sigma: 1 J/mol}}\n");
    ck_assert_int_eq(summary.n_values, 2);
    ck_assert_int_eq(summary.n_estimated, 1);
    ck_assert_int_eq(summary.n_errors + summary.n_warnings + summary.n_notes, 0);
}
END_TEST

START_TEST(a_database_lists_what_it_holds)
{
    static const char text[] =
        HEAD "bibliography: {a: {text: \"A, B\", doi: 10.1/2}}\nfunctions: {g: {formula: MgO, G: 5 - 25*T*ln(T), "
             "range: 300 K .. 900 K, source: a, status: assessed, sigma: 2 kJ/mol}}\n"
             "phases: {p: {label: rock salt, sublattices: [{name: M, sites: 2, constituents: [Mg+2, Co+2]}], "
             "interactions: [{pair: [Mg+2, Co+2], per: site, W: 5.1 kJ/mol}]}}\n";
    kiln_function_info f;
    kiln_phase_info p;
    kiln_sublattice_info s;
    kiln_parameter_info w;
    double g, entropy, cp;
    ck_assert_int_eq(kiln_database_parse(ctx, text, sizeof text - 1, "f.yaml", NULL, &db), KILN_OK);
    ck_assert_int_eq(kiln_database_function(db, kiln_database_find_function(db, "g"), &f), KILN_OK);
    ck_assert_str_eq(f.value, "5 - 25*T*ln(T)");
    ck_assert_str_eq(f.provenance.doi, "10.1/2");
    ck_assert_str_eq(f.provenance.status, "assessed");
    ck_assert_double_eq(f.provenance.sigma_J_mol, 2000.0);
    ck_assert_int_eq(f.is_entry, 0);
    ck_assert_int_eq(kiln_database_phase(db, kiln_database_find_phase(db, "p"), &p), KILN_OK);
    ck_assert_str_eq(p.label, "rock salt");
    ck_assert_str_eq(p.role, "solid");
    ck_assert_int_eq(kiln_database_sublattice(db, 0, 0, &s), KILN_OK);
    ck_assert_double_eq(s.sites, 2.0);
    ck_assert_str_eq(kiln_database_constituent(db, 0, 0, 1), "Co+2");
    ck_assert_ptr_null(kiln_database_constituent(db, 0, 0, 2));
    ck_assert_int_eq(kiln_database_parameter(db, 0, 0, &w), KILN_OK);
    ck_assert_str_eq(w.kind, "interaction");
    ck_assert_str_eq(w.value, "5.1 kJ/mol");
    ck_assert_double_eq(w.scale, 2.0);
    ck_assert_int_eq(kiln_database_parameter(db, 0, 1, &w), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_function_value(db, ctx, kiln_database_find_function(db, "g"), 500.0, &g, &entropy, &cp),
                     KILN_OK);
    ck_assert_double_eq_tol(g, 5.0 - 25.0 * 500.0 * log(500.0), 1e-8);
    ck_assert_double_eq_tol(cp, 25.0, 1e-10);
    ck_assert_double_eq_tol(entropy, 25.0 * (log(500.0) + 1.0), 1e-10);
    ck_assert_int_eq(kiln_database_function_value(db, ctx, 0, -1.0, &g, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_n_files(db), 1);
    ck_assert_str_eq(kiln_database_file(db, 0), "f.yaml");
    kiln_database_free(db);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("check");
    TCase *tc = context_case(suite, "check");
    tcase_add_loop_test(tc, a_fault_is_found, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tc, estimated_values_are_counted);
    tcase_add_test(tc, a_database_lists_what_it_holds);
    return run_suite(suite);
}
