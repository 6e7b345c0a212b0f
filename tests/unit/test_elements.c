#include "support.h"

#include "core/elements.h"

#include <math.h>

START_TEST(every_symbol_is_found_again)
{
    const char *symbol = kiln_i_element_symbol(_i);
    ck_assert_int_eq(kiln_i_element_find(symbol, (int)strlen(symbol)), _i);
}
END_TEST

START_TEST(known_elements_have_their_numbers)
{
    static const struct {
        const char *symbol;
        int z;
    } known[] = {{"H", 1},   {"O", 8},   {"Mg", 12}, {"Fe", 26}, {"Zr", 40},
                 {"La", 57}, {"Lu", 71}, {"Hf", 72}, {"U", 92},  {"Og", 118}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i) {
        ck_assert_int_eq(kiln_i_element_find(known[i].symbol, (int)strlen(known[i].symbol)), known[i].z);
        ck_assert_str_eq(kiln_i_element_symbol(known[i].z), known[i].symbol);
    }
}
END_TEST

START_TEST(what_is_no_symbol_is_not_found)
{
    ck_assert_int_eq(kiln_i_element_find("Xx", 2), 0);
    ck_assert_int_eq(kiln_i_element_find("mg", 2), 0);
    ck_assert_int_eq(kiln_i_element_find("MG", 2), 0);
    ck_assert_int_eq(kiln_i_element_find("M", 1), 0);
    ck_assert_int_eq(kiln_i_element_find("Mgx", 3), 0);
    ck_assert_int_eq(kiln_i_element_find("", 0), 0);
    ck_assert_int_eq(kiln_i_element_find("Mg", 0), 0);
    ck_assert_int_eq(kiln_i_element_find("Co2", 2), 27); /* only `length` letters count */
}
END_TEST

START_TEST(numbers_outside_the_table_are_empty)
{
    static const int outside[] = {-1, 0, 119, 100000};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; ++i) {
        ck_assert_str_eq(kiln_i_element_symbol(outside[i]), "");
        ck_assert_double_eq(kiln_i_element_weight(outside[i]), 0.0);
        ck_assert_int_eq(kiln_i_element_valences(outside[i])[0], 0);
    }
}
END_TEST

/* Weights rise with z but for the known inversions Ar-K, Co-Ni, Te-I and Th-Pa: a slip of a row would show. */
START_TEST(weights_rise_but_for_the_known_inversions)
{
    double before = 0.0;
    for (int z = 1; z <= KILN_MAX_Z; ++z) {
        const double weight = kiln_i_element_weight(z);
        if (!(weight > 0.0)) continue;
        const int inverted = z == 19 || z == 28 || z == 53 || z == 91;
        ck_assert_int_eq(weight < before, inverted);
        before = weight;
    }
}
END_TEST

/* MgO 40.304, La2O3 325.82 g/mol (CRC Handbook of Chemistry and Physics), rounded there to the last digit. */
START_TEST(molar_masses_of_oxides_add_up)
{
    ck_assert_double_eq_tol(kiln_i_element_weight(12) + kiln_i_element_weight(8), 40.304, 1e-3);
    ck_assert_double_eq_tol(2 * kiln_i_element_weight(57) + 3 * kiln_i_element_weight(8), 325.82, 1e-2);
    ck_assert_double_eq(kiln_i_element_weight(43), 0.0); /* technetium has no standard atomic weight */
}
END_TEST

static void valences_are(const char *symbol, const int *expected)
{
    const int *v = kiln_i_element_valences(kiln_i_element_find(symbol, (int)strlen(symbol)));
    for (int k = 0;; ++k) {
        ck_assert_msg(v[k] == expected[k], "%s: %d instead of %d", symbol, v[k], expected[k]);
        if (!expected[k]) return;
    }
}

START_TEST(the_usual_valence_comes_first)
{
    valences_are("Mg", (const int[]){2, 0});
    valences_are("Co", (const int[]){2, 3, 4, 0});
    valences_are("Ni", (const int[]){2, 3, 0});
    valences_are("Cu", (const int[]){2, 1, 3, 0});
    valences_are("Mn", (const int[]){2, 3, 4, 0});
    valences_are("Fe", (const int[]){3, 2, 4, 0});
    valences_are("Ce", (const int[]){4, 3, 0});
    valences_are("Pr", (const int[]){3, 4, 0});
    valences_are("O", (const int[]){-2, 0});
    valences_are("F", (const int[]){-1, 0});
    valences_are("Ar", (const int[]){0});
}
END_TEST

START_TEST(no_valence_is_listed_twice)
{
    const int *v = kiln_i_element_valences(_i);
    for (int k = 0; v[k]; ++k)
        for (int j = 0; j < k; ++j) ck_assert_int_ne(v[j], v[k]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("elements");
    TCase *tc = context_case(suite, "periodic table");
    tcase_add_loop_test(tc, every_symbol_is_found_again, 1, KILN_MAX_Z + 1);
    tcase_add_test(tc, known_elements_have_their_numbers);
    tcase_add_test(tc, what_is_no_symbol_is_not_found);
    tcase_add_test(tc, numbers_outside_the_table_are_empty);
    tcase_add_test(tc, weights_rise_but_for_the_known_inversions);
    tcase_add_test(tc, molar_masses_of_oxides_add_up);
    tcase_add_test(tc, the_usual_valence_comes_first);
    tcase_add_loop_test(tc, no_valence_is_listed_twice, 1, KILN_MAX_Z + 1);
    return run_suite(suite);
}
