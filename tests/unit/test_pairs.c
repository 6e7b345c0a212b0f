#include "counting.h"
#include "support.h"

#include <kiln/kiln.h>
#include <stdio.h>

/* Two sublattices that mix: interactions given, ideal, of higher order, conditional, by name, per site; one pair has nothing. */
static const char model[] =
    "kiln: 1\nname: made\nbibliography:\n  made: {text: made up}\n  other: {text: another, doi: 10.1/2}\nfunctions:\n"
    "  G_O2: {G: 0, source: made, status: measured}\n"
    "  G_MO: {G: -500000, source: made, status: measured}\n"
    "  W_Co_Ni: {G: 1000 - 2*T, source: other, status: estimated, sigma: 500 J/mol, note: a guess}\n"
    "gases: {O2: G_O2}\nphases:\n  mix:\n    label: a mixture\n    formula: M3O4\n    sublattices:\n"
    "      - {name: A, sites: 1, constituents: [Mg+2, Zn+2]}\n"
    "      - {name: B, sites: 2, constituents: [Mg+2, Co+2, Ni+2, Zn+2]}\n"
    "      - {name: O, sites: 4, constituents: [O-2]}\n    end_members:\n"
    "      - {at: ['*', '*', '*'], G: 3*G_MO}\n"
    "    interactions:\n"
    "      - {pair: [Mg+2, Co+2], on: B, per: formula, W: 8000 - 2*T, source: made, status: measured, sigma: 1 kJ/mol}\n"
    "      - {pair: [Mg+2, Co+2], on: B, per: formula, order: 1, W: 500, source: made, status: measured}\n"
    "      - {pair: [Co+2, Ni+2], on: B, per: site, W: W_Co_Ni}\n"
    "      - {at: [Zn+2, [Mg+2, Zn+2], '*'], per: formula, W: 3000, source: made, status: measured}\n"
    "    ideal: [[Mg+2, Ni+2]]\n%s";

static kiln_database *load(const char *more)
{
    char text[4096];
    kiln_database *db;
    snprintf(text, sizeof text, model, more);
    ck_assert_msg(kiln_database_parse(ctx, text, strlen(text), "made", NULL, &db) == KILN_OK, "%s", kiln_context_error(ctx));
    return db;
}

/* E = 2 (per site) y y L0 = y y (8000 - 2 T) per formula. */
START_TEST(values_are_per_mole_of_sites_of_the_sublattice)
{
    static const int all[] = {0, 1, 2, 3};
    kiln_pair pair[6];
    kiln_database *db = load("");
    ck_assert_int_eq(kiln_database_mixing_sublattice(db, 0), 1);
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 4, all, 1000.0, pair), KILN_OK);
    ck_assert_str_eq(pair[0].a, "Mg+2");
    ck_assert_str_eq(pair[0].b, "Co+2");
    ck_assert_int_eq(pair[0].kind, KILN_PAIR_GIVEN);
    ck_assert_double_eq_tol(pair[0].L0_J_mol, 3000.0, 1e-9);
    ck_assert_double_eq_tol(pair[0].sigma_J_mol, 500.0, 1e-9);
    ck_assert_int_eq(pair[0].n_higher, 1);
    ck_assert(!pair[0].is_estimated);
    ck_assert_int_eq(pair[1].kind, KILN_PAIR_IDEAL); /* Mg, Ni */
    ck_assert_double_eq(pair[1].L0_J_mol, 0.0);
    kiln_database_free(db);
}
END_TEST

START_TEST(an_entry_that_only_names_a_function_has_its_source)
{
    static const int two[] = {1, 2};
    kiln_pair pair[1];
    kiln_database *db = load("");
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 2, two, 1000.0, pair), KILN_OK);
    ck_assert_double_eq_tol(pair[0].L0_J_mol, -1000.0, 1e-9);
    ck_assert_double_eq_tol(pair[0].sigma_J_mol, 500.0, 1e-9);
    ck_assert(pair[0].is_estimated);
    ck_assert_str_eq(pair[0].provenance.status, "estimated");
    ck_assert_str_eq(pair[0].provenance.source_key, "other");
    ck_assert_str_eq(pair[0].provenance.doi, "10.1/2");
    kiln_database_free(db);
}
END_TEST

START_TEST(pairs_without_a_value_say_why)
{
    static const int three[] = {0, 3, 1};
    kiln_pair pair[3];
    kiln_database *db = load("");
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 3, three, 1000.0, pair), KILN_OK);
    ck_assert_int_eq(pair[0].kind, KILN_PAIR_CONDITIONAL);
    ck_assert_int_eq(pair[0].parameter, -1);
    ck_assert_int_eq(pair[2].kind, KILN_PAIR_MISSING);
    ck_assert(pair[2].sigma_J_mol < 0.0);
    ck_assert_str_eq(pair[2].provenance.status, "not stated");
    ck_assert_str_eq(kiln_pair_kind_text(pair[0].kind), "conditional");
    kiln_database_free(db);
    db = load("    default_pair: {W: 700, per: site, sigma: 2 kJ/mol, source: made, status: estimated}\n");
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 3, three, 1000.0, pair), KILN_OK);
    ck_assert_int_eq(pair[2].kind, KILN_PAIR_DEFAULT);
    ck_assert(pair[2].is_estimated);
    ck_assert_double_eq_tol(pair[2].L0_J_mol, 700.0, 1e-9);
    kiln_database_free(db);
}
END_TEST

/* Interactions of rock salt that nothing but default_pair gives, as `forms` say. */
static kiln_database *by_law(const char *forms)
{
    char text[4096];
    kiln_database *db;
    snprintf(
        text, sizeof text,
        "kiln: 1\nname: made\nfunctions:\n  G_O2: {G: 0, source: here, status: measured}\ngases: {O2: G_O2}\nphases:\n  rs:\n"
        "    formula: MO\n    sublattices:\n"
        "      - {name: M, sites: 2, constituents: [Mg+2, Mn+2, Co+3, Cu2+2, Va, Zr+4, U+4]}\n"
        "      - {name: O, sites: 2, constituents: [O-2]}\n    end_members:\n      - {at: ['*', '*'], G: -500000}\n"
        "    volumes:\n      - {of: Mg+2, V: 11.25 cm3/mol, source: here}\n      - {of: Mn+2, V: 13.22 cm3/mol, source: here}\n"
        "    default_pair: %s\n",
        forms);
    ck_assert_msg(kiln_database_parse(ctx, text, strlen(text), "made", NULL, &db) == KILN_OK, "%s", kiln_context_error(ctx));
    return db;
}

enum { MG, MN, CO3, CU2, VA, ZR, U4 };

static kiln_pair pair_of(const kiln_database *db, int a, int b)
{
    const int two[] = {a, b};
    kiln_pair pair[1];
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 0, 2, two, 1000.0, pair), KILN_OK);
    return pair[0];
}

static const struct {
    const char *form;
    int a, b;
    double L0;        /* J per mole of sites */
    const char *says; /* NULL: the law says nothing of the pair */
} laws[] = {
    {"{law: size, radius: 90 kJ/mol, coordination: 6, per: cation, sigma: 5 kJ/mol, source: here}", MG, MN,
     90000.0 * 2 * (0.83 - 0.72) / (0.83 + 0.72), "size: r Mg+2 0.72, Mn+2 0.83 Å"},
    {"{law: size, volume: 77 kJ/mol, per: cation, sigma: 5 kJ/mol, source: here}", MG, MN,
     77000.0 * 2 * (13.22 - 11.25) / (13.22 + 11.25), "size: V Mg+2 11.25, Mn+2 13.22 cm3/mol"},
    {"{law: both, radius: 10 kJ/mol, coordination: 6, volume: -1 kJ/mol, per: formula, sigma: 5 kJ/mol, source: here}", MG, MN,
     (10000.0 * 2 * 0.11 / 1.55 - 1000.0 * 2 * 1.97 / 24.47) / 2,
     "both: r Mg+2 0.72, Mn+2 0.83 Å; V Mg+2 11.25, Mn+2 13.22 cm3/mol"},
    {"{law: size, radius: 90 kJ/mol, coordination: 6, charge: 3 kJ/mol, per: cation, sigma: 5 kJ/mol, source: here}", MG, CO3,
     90000.0 * 2 * (0.72 - 0.61) / (0.72 + 0.61) + 3000.0, "size: r Mg+2 0.72, Co+3 0.61 Å; charges 1 apart"},
    {"{law: size, radius: 90 kJ/mol, coordination: 8, per: cation, sigma: 5 kJ/mol, source: here}", ZR, U4,
     90000.0 * 2 * (1.0 - 0.84) / 1.84, "size: r Zr+4 0.84, U+4 1 Å"},
    {"{law: size, radius: 90 kJ/mol, coordination: 6, per: cation, sigma: 5 kJ/mol, source: here}", MG, CO3, 0.0, NULL},
    {"{law: size, radius: 90 kJ/mol, coordination: 6, charges: [4], per: cation, sigma: 5 kJ/mol, source: here}", MG, MN, 0.0,
     NULL},
    {"{law: size, radius: 90 kJ/mol, coordination: 6, with: [U+4], per: cation, sigma: 5 kJ/mol, source: here}", MG, MN, 0.0,
     NULL},
    {"{law: size, radius: 90 kJ/mol, coordination: 6, per: cation, sigma: 5 kJ/mol, source: here}", MG, CU2, 0.0, NULL},
    {"{law: size, volume: 77 kJ/mol, charge: 1 kJ/mol, per: cation, sigma: 5 kJ/mol, source: here}", ZR, U4, 0.0, NULL},
    {"{law: size, radius: 90 kJ/mol, coordination: 6, charge: 1 kJ/mol, per: cation, sigma: 5 kJ/mol, source: here}", MG, VA, 0.0,
     NULL},
};

START_TEST(a_law_gives_pairs_from_sizes_and_charges)
{
    kiln_database *db = by_law(laws[_i].form);
    const kiln_pair pair = pair_of(db, laws[_i].a, laws[_i].b);
    ck_assert_int_eq(pair.kind, laws[_i].says ? KILN_PAIR_DEFAULT : KILN_PAIR_MISSING);
    if (laws[_i].says) {
        ck_assert_double_eq_tol(pair.L0_J_mol, laws[_i].L0, 1e-9 * 90000.0);
        ck_assert_str_eq(pair.provenance.estimate, laws[_i].says);
        ck_assert_str_eq(pair.provenance.status, "estimated");
        ck_assert(pair.is_estimated && pair.sigma_J_mol > 0.0);
    }
    kiln_database_free(db);
}
END_TEST

/* The first form that can say something: volumes, else radii, else one value for all. */
START_TEST(forms_are_asked_in_their_order)
{
    kiln_database *db =
        by_law("[{law: V, volume: 77 kJ/mol, per: cation, sigma: 4 kJ/mol, source: here}, "
               "{law: r, radius: 90 kJ/mol, coordination: 8, per: cation, sigma: 6 kJ/mol, source: here, note: wide}, "
               "{W: 700, per: cation, sigma: 9 kJ/mol, source: here, status: estimated}]");
    kiln_pair pair = pair_of(db, MG, MN);
    ck_assert_double_eq_tol(pair.sigma_J_mol, 4000.0, 1e-9);
    pair = pair_of(db, ZR, U4);
    ck_assert_double_eq_tol(pair.sigma_J_mol, 6000.0, 1e-9);
    ck_assert_str_eq(pair.provenance.note, "wide");
    pair = pair_of(db, MG, CO3);
    ck_assert_double_eq_tol(pair.L0_J_mol, 700.0, 1e-9);
    ck_assert_ptr_null(pair.provenance.estimate);
    kiln_database_free(db);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    static const int two[] = {0, 9};
    kiln_pair pair[1];
    kiln_database *db = load("");
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 2, two, 1000.0, pair), KILN_E_ARG);
    ck_assert_error_has("constituent 9 of 4");
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 1, two, 1000.0, pair), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 7, 2, two, 1000.0, pair), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 4, 1, 2, two, 1000.0, pair), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_pairs(db, ctx, 0, 1, 2, two, -1.0, pair), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_pairs(NULL, ctx, 0, 1, 2, two, 1000.0, pair), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_mixing_sublattice(db, 7), -1);
    ck_assert_int_eq(kiln_database_mixing_sublattice(NULL, 0), -1);
    kiln_database_free(db);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pairs");
    TCase *tc = context_case(suite, "pairs");
    tcase_add_test(tc, values_are_per_mole_of_sites_of_the_sublattice);
    tcase_add_test(tc, an_entry_that_only_names_a_function_has_its_source);
    tcase_add_test(tc, pairs_without_a_value_say_why);
    tcase_add_loop_test(tc, a_law_gives_pairs_from_sizes_and_charges, 0, sizeof laws / sizeof *laws);
    tcase_add_test(tc, forms_are_asked_in_their_order);
    tcase_add_test(tc, what_makes_no_sense_is_refused);
    return run_suite(suite);
}
