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
} cases[] = {
    {HEAD "functions: {g: {G: 1, " FULL "}}\n", "", ""},
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
    {HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg, Co, Ni]}], end_members: [{at: [\"*\"], G: 1, " FULL
          "}], ideal: [[Mg, Co]], default_pair: {W: 0, per: site, " FULL "}}}\n",
     "default-pair ", "f.yaml:3:10: p has 2 pairs on sublattice M that only default_pair covers: Mg-Ni, Co-Ni"},
    {HEAD
     "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2, Mn+2, Cu2+2]}, {name: O, sites: 1, constituents: [O-2]}], "
     "end_members: [{at: [\"*\", O-2], G: 1, " FULL "}], interactions: [{pair: [Mg+2, Mn+2], per: site, W: 0, " FULL
     "}], default_pair: {law: size, radius: 9 kJ/mol, coordination: 6, per: site, sigma: 1 kJ/mol, source: here}}}\n",
     "pair law ", "f.yaml:3:10: p lacks 2 pairs on sublattice M, first Mg+2 and Cu2+2"},
    {HEAD
     "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2, Mn+2]}, {name: O, sites: 1, constituents: [O-2]}], "
     "end_members: [{at: [\"*\", O-2], G: 1, " FULL
     "}], default_pair: {law: size, radius: 9 kJ/mol, coordination: 6, per: site, sigma: 1 kJ/mol, source: here}}}\n",
     "law ", "f.yaml:3:10: p has 1 pair on sublattice M that a law of default_pair gives: Mg+2-Mn+2"},
    {HEAD
     "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2, Cu2+2]}, {name: O, sites: 1, constituents: [O-2]}], "
     "end_members: [{at: [\"*\", O-2], G: 1, " FULL
     "}], default_pair: [{law: size, radius: 9 kJ/mol, coordination: 6, per: site, sigma: 1 kJ/mol, source: here}, {W: 0, per: site, " FULL
     "}]}}\n",
     "default-pair law ", "f.yaml:3:10: p has 1 pair on sublattice M that only default_pair covers: Mg+2-Cu2+2"},
    {HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2]}], end_members: [{at: [Mg+2], G: 1, " FULL
          "}]}}\n",
     "charge ", "f.yaml:3:10: p cannot be neutral: its formula unit has a charge from +2 to +2"},
    {HEAD "phases: {p: {quality: entropy-only, note: x, sublattices: [{name: M, sites: 1, constituents: [Mg, Co]}]}}\n", "", ""},
    {HEAD "phases: {p: {quality: entropy-only, note: x, sublattices: [{name: M, sites: 1, constituents: [Mg]}], end_members: "
          "[{at: [Mg], G: 1, " FULL "}]}}\n",
     "quality ", "f.yaml:3:10: p has 1 entry, but is entropy-only: nothing uses it"},
    {HEAD "functions: {g: {formula: MgO, G: 1, " FULL "}}\nsubstances: {p: {formula: CoO, at: [Co+2, O-2], G: g}}\n", "balance ",
     "f.yaml:4:14: p:Co+2:O-2;0 does not balance: -1 Mg beside the formulas of the functions it names"},
    {HEAD "functions: {g: {formula: Mg2O, G: 1, " FULL
          "}}\nphases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg+2, Va]}, {name: O, sites: 1, "
          "constituents: [O-2]}], end_members: [{at: [Mg+2, \"*\"], G: g}, {at: [Va, \"*\"], G: 0, " FULL
          "}], ideal: [[Mg+2, Va]]}}\n",
     "balance ", "f.yaml:4:"},
    {HEAD "functions: {a: {G: 1, " FULL "}, b: {G: 1, " FULL "}}\ncovariance: [{parameters: [a, b], matrix: [[1], [2, 1]]}]\n",
     "covariance ", "f.yaml:3:13: the covariance that begins with a is not positive semidefinite"},
    {HEAD "functions: {g: {formula: ZnO, G: 1, " FULL "}}\nvapours: {Zn: g, ZnO: g}\n", "balance ",
     "f.yaml:4:11: the vapour Zn does not balance: its function g is about ZnO"},
    {HEAD "melting: {ZnO: {T: 2248 K}}\n", "source status sigma ",
     "f.yaml:3:11: the temperature of melting of ZnO has no source"},
    {HEAD "melting: {ZnO: {T: 2248 K, source: here, status: measured, sigma: 20 K}}\n", "", ""}};

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
        check(HEAD "functions: {g: {G: 1, " FULL "}, h: {G: 1, source: here, status: fitted, sigma: 1 J/mol}}\n"
                   "melting: {ZnO: {T: 2248 K, source: here, status: estimated, sigma: 20 K}}\n");
    ck_assert_int_eq(summary.n_values, 3);
    ck_assert_int_eq(summary.n_estimated, 2);
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

static int find_entry(const char *name)
{
    kiln_parameter_info info;
    int i = 0;
    while (kiln_database_parameter(db, 0, i, &info) == KILN_OK && strcmp(info.name, name) != 0) i++;
    return i;
}

/* What a value is per, what it comes to at a temperature, and how sure that is. */
START_TEST(an_entry_is_resolved)
{
    static const char text[] =
        HEAD "functions: {a: {G: 100 - 2*T, sigma: 3 J/mol, sigma_T: 0.01 J/mol/K}, b: {G: 2*a + 5, sigma: 8 J/mol}, c: {G: 7}}\n"
             "phases: {p: {sublattices: [{name: M, sites: 2, constituents: [Mg, Co, Ni]}], "
             "end_members: [{at: [Mg], G: b + c}, {at: [Co], G: c}, {at: [Ni], G: 4 - 0.5*T*ln(T) + 2*T^-1}], "
             "interactions: [{pair: [Mg, Co], per: site, W: a}, {pair: [Mg, Ni], per: formula, W: 1, sigma: 4 J/mol}], "
             "default_pair: {W: 0, sigma: 5 kJ/mol, per: site}, "
             "magnetic: {p: 0.28, Tc: [{at: [Ni], value: 633}], beta: [{at: [Ni], value: 0.6}]}}}\n"
             "covariance: [{parameters: [a, b], matrix: [[16], [-12, 64]]}]\n";
    kiln_parameter_info info;
    double value, sigma;
    char words[64];
    ck_assert_msg(kiln_database_parse(ctx, text, sizeof text - 1, "f.yaml", NULL, &db) == KILN_OK, "%s", kiln_context_error(ctx));
    const int mixing = find_entry("p:Co,Mg;0"), end = find_entry("p:Mg;0");
    ck_assert_int_eq(kiln_database_parameter(db, 0, mixing, &info), KILN_OK);
    ck_assert_str_eq(info.per, "site");
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 0, mixing, 1000.0, &value, &sigma), KILN_OK);
    ck_assert_double_eq_tol(value, -1900.0, 1e-9);
    ck_assert_double_eq_tol(sigma * sigma, 16.0 + 10.0 * 10.0, 1e-9); /* the matrix replaces 3 J/mol; the slope stays */
    ck_assert_int_eq(kiln_database_function_expression(db, ctx, info.function, 1000.0, words, sizeof words), KILN_OK);
    ck_assert_str_eq(words, "100 - 2*T");
    /* 2 a + b + c: var = 4 (16 + 100) + 64 + 2 * 2 * (-12) */
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 0, end, 1000.0, &value, &sigma), KILN_OK);
    ck_assert_double_eq_tol(value, 2.0 * -1900.0 + 5.0 + 7.0, 1e-9);
    ck_assert_double_eq_tol(sigma * sigma, 4.0 * 116.0 + 64.0 - 48.0, 1e-9);
    ck_assert_int_eq(kiln_database_parameter(db, 0, end, &info), KILN_OK);
    ck_assert_str_eq(info.per, "formula");
    ck_assert_int_eq(kiln_database_function_expression(db, ctx, info.function, 1000.0, words, sizeof words), KILN_OK);
    ck_assert_str_eq(words, "212 - 4*T");
    ck_assert_int_eq(kiln_database_function_expression(db, ctx, info.function, 1000.0, words, 8), KILN_OK);
    ck_assert_str_eq(words, "212...");
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 0, find_entry("p:Co;0"), 1000.0, NULL, &sigma), KILN_OK);
    ck_assert_double_lt(sigma, 0.0); /* nobody states one */
    ck_assert_int_eq(kiln_database_parameter(db, 0, find_entry("p:Ni;0"), &info), KILN_OK);
    ck_assert_int_eq(kiln_database_function_expression(db, ctx, info.function, 1000.0, words, sizeof words), KILN_OK);
    ck_assert_str_eq(words, "4 - 0.5*T*ln(T) + 2*T^-1");
    ck_assert_int_eq(kiln_database_parameter(db, 0, find_entry("p:Co,Ni;0"), &info), KILN_OK);
    ck_assert_int_eq(info.is_default, 1);
    ck_assert_str_eq(info.per, "site");
    ck_assert_int_eq(kiln_database_parameter(db, 0, find_entry("p.Tc:Ni;0"), &info), KILN_OK);
    ck_assert_ptr_null(info.per);
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 0, find_entry("p.Tc:Ni;0"), 1000.0, &value, NULL), KILN_OK);
    ck_assert_double_eq(value, 633.0);
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 0, 99, 1000.0, &value, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 1, 0, 1000.0, &value, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, 0, 0, -1.0, &value, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_parameter_value(NULL, ctx, 0, 0, 1.0, &value, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_function_expression(db, ctx, 0, 1000.0, words, 0), KILN_E_ARG);
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
    tcase_add_test(tc, an_entry_is_resolved);
    return run_suite(suite);
}
