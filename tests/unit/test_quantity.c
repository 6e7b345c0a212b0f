#include "support.h"

#include "text/quantity.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

static double parsed(const char *text, kiln_i_dimension dimension)
{
    double value = NAN;
    ck_assert_msg(kiln_i_quantity_parse(ctx, text, dimension, &value) == KILN_OK, "%s: %s", text, kiln_context_error(ctx));
    return value;
}

static void refused(const char *text, kiln_i_dimension dimension)
{
    double value = 42.0;
    ck_assert_msg(kiln_i_quantity_parse(ctx, text, dimension, &value) == KILN_E_PARSE, "\"%s\" gave %g", text, value);
    ck_assert_double_eq(value, 42.0);
    ck_assert_error_has("expected");
}

/* 1 ulp of slack: the factor is applied in one rounding. */
#define ck_assert_close(x, y) ck_assert_double_eq_tol(x, y, 4e-16 * fabs(y))

START_TEST(energies_become_joules_per_mole)
{
    static const char *const one_kilojoule[] =
        {"1000 J/mol",         "1kJ/mol",   "1 kJ mol-1",  "1 kJ mol^-1", "1e3 J mol\u207b\u00b9", "1 kJ\u00b7mol\u207b\u00b9",
         "  1.0e0   kJ/mol  ", "+1 kJ/mol", ".001e6 J/mol"};
    for (size_t i = 0; i < sizeof one_kilojoule / sizeof one_kilojoule[0]; ++i)
        ck_assert_close(parsed(one_kilojoule[i], KILN_DIM_ENERGY), 1000.0);
    ck_assert_close(parsed("1 kcal/mol", KILN_DIM_ENERGY), 4184.0);
    ck_assert_close(parsed("-2 cal/mol", KILN_DIM_ENERGY), -8.368);
    ck_assert_close(parsed("\u22122 cal/mol", KILN_DIM_ENERGY), -8.368);
    ck_assert_double_eq_tol(parsed("1 eV", KILN_DIM_ENERGY), 96485.33212, 1e-5); /* CODATA 2018 Faraday constant */
    ck_assert_double_eq_tol(parsed("1 meV", KILN_DIM_ENERGY), 96.48533212, 1e-8);
}
END_TEST

START_TEST(entropies_accept_every_common_spelling)
{
    static const char *const spellings[] = {"2.5 J/mol/K",     "2.5 J/K/mol",
                                            "2.5 J/(mol K)",   "2.5 J/(mol\u00b7K)",
                                            "2.5 J/(K mol)",   "2.5 J/mol K",
                                            "2.5 J mol-1 K-1", "2.5 J\u00b7K\u207b\u00b9\u00b7mol\u207b\u00b9",
                                            "2.5e-3 kJ/mol/K"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; ++i)
        ck_assert_close(parsed(spellings[i], KILN_DIM_ENTROPY), 2.5);
    ck_assert_close(parsed("1 cal/mol/K", KILN_DIM_ENTROPY), 4.184);
}
END_TEST

START_TEST(temperatures_and_intervals_differ_by_their_zero)
{
    static const char *const celsius[] = {"900C", "900 C", "900 \u00b0C", "900\u2103", "900 degC", "900 deg C", "900\u00a0C"};
    for (size_t i = 0; i < sizeof celsius / sizeof celsius[0]; ++i) {
        ck_assert_close(parsed(celsius[i], KILN_DIM_TEMPERATURE), 1173.15);
        ck_assert_close(parsed(celsius[i], KILN_DIM_INTERVAL), 900.0);
    }
    ck_assert_close(parsed("1173.15K", KILN_DIM_TEMPERATURE), 1173.15);
    ck_assert_close(parsed("-4C", KILN_DIM_TEMPERATURE), 269.15);
    ck_assert_close(parsed("300 \u212a", KILN_DIM_TEMPERATURE), 300.0);
}
END_TEST

START_TEST(pressures_become_bar)
{
    ck_assert_close(parsed("1e-5bar", KILN_DIM_PRESSURE), 1e-5);
    ck_assert_close(parsed("1 atm", KILN_DIM_PRESSURE), 1.01325);
    ck_assert_close(parsed("101325 Pa", KILN_DIM_PRESSURE), 1.01325);
    ck_assert_close(parsed("101.325 kPa", KILN_DIM_PRESSURE), 1.01325);
    ck_assert_close(parsed("0.1 MPa", KILN_DIM_PRESSURE), 1.0);
    ck_assert_close(parsed("5 mbar", KILN_DIM_PRESSURE), 5e-3);
    ck_assert_close(parsed("11.25 cm3/mol", KILN_DIM_VOLUME), 11.25);
    ck_assert_close(parsed("11.25 cm³ mol⁻¹", KILN_DIM_VOLUME), 11.25);
    ck_assert_double_eq_tol(parsed("760 Torr", KILN_DIM_PRESSURE), 1.01325, 1e-15);
}
END_TEST

START_TEST(plain_numbers_take_no_unit)
{
    ck_assert_double_eq(parsed("0.5", KILN_DIM_NUMBER), 0.5);
    ck_assert_double_eq(parsed("-1.", KILN_DIM_NUMBER), -1.0);
    refused("0.5 K", KILN_DIM_NUMBER);
}
END_TEST

START_TEST(what_is_no_decimal_number_is_refused)
{
    static const char *const bad[] = {"",       "   ",     "K",       "nan",     "nan K",    "inf K", "-inf K", "infinity",
                                      "0x10 K", "0x1p3 K", "1e K",    "1e+ K",   ".K",       ". K",   "--1 K",  "+-1 K",
                                      "1,5 K",  "1.5.2 K", "1 000 K", "1e999 K", "-1e999 K", "1_0 K"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) refused(bad[i], KILN_DIM_TEMPERATURE);
}
END_TEST

START_TEST(a_bare_number_is_an_error_that_says_so)
{
    refused("900", KILN_DIM_TEMPERATURE);
    ck_assert_error_has("without a unit");
    ck_assert_error_has("degC");
    refused("5", KILN_DIM_ENERGY);
    ck_assert_error_has("kJ/mol");
}
END_TEST

START_TEST(units_of_another_dimension_or_case_are_refused)
{
    refused("900 F", KILN_DIM_TEMPERATURE);
    refused("900 k", KILN_DIM_TEMPERATURE);
    refused("900 bar", KILN_DIM_TEMPERATURE);
    refused("1 J", KILN_DIM_ENERGY);
    refused("1 J/mol/K", KILN_DIM_ENERGY);
    refused("1 J/mol", KILN_DIM_ENTROPY);
    refused("1 K x", KILN_DIM_TEMPERATURE);
    refused("1 K\xff", KILN_DIM_TEMPERATURE);
    refused("1 \u03a9", KILN_DIM_TEMPERATURE);
    refused("1 a-unit-name-longer-than-any-that-exists", KILN_DIM_ENERGY);
    refused("1 barbarbar", KILN_DIM_PRESSURE);
}
END_TEST

START_TEST(messages_stay_printable)
{
    refused("1 \xff\x01\xc3 K and a text that goes on for much longer than any message should repeat", KILN_DIM_TEMPERATURE);
    ck_assert_error_has("1 ???");
    ck_assert_error_has("...");
}
END_TEST

/* strtod of the C locale is the reference; ours promises one unit in the last place, and exactness for short numbers. */
START_TEST(numbers_agree_with_strtod)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "0.1",
                                          "0.30000000000000004",
                                          "123456789012345678901234567890",
                                          "1e22",
                                          "1e23",
                                          "5e-324",
                                          "2.2250738585072014e-308",
                                          "1.7976931348623157e308",
                                          "0.00000000000000000000000000012345",
                                          "9007199254740993",
                                          "299792458",
                                          "6.02214076e23",
                                          "1.602176634e-19",
                                          "3.14159265358979323846"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        double value;
        const double expected = strtod(numbers[i], NULL);
        ck_assert_int_eq(kiln_i_number_scan(numbers[i], &value), (int)strlen(numbers[i]));
        ck_assert_double_ge(value, nextafter(expected, -INFINITY));
        ck_assert_double_le(value, nextafter(expected, INFINITY));
        if (strlen(numbers[i]) <= 15 && fabs(log10(expected + 1e-300)) < 15.0) ck_assert_double_eq(value, expected);
    }
}
END_TEST

START_TEST(a_scan_stops_where_the_number_does)
{
    double value;
    ck_assert_int_eq(kiln_i_number_scan("1.5kJ", &value), 3);
    ck_assert_double_eq(value, 1.5);
    ck_assert_int_eq(kiln_i_number_scan("1.5eV", &value), 3); /* an e without digits is no exponent */
    ck_assert_int_eq(kiln_i_number_scan("1..5", &value), 2);
    ck_assert_int_eq(kiln_i_number_scan("-1", &value), 0);
    ck_assert_int_eq(kiln_i_number_scan(".", &value), 0);
    ck_assert_int_eq(kiln_i_number_scan("1e99999999999999999999", &value), 22);
    ck_assert(isinf(value));
    ck_assert_int_eq(kiln_i_number_scan("1e-99999999999999999999", &value), 23);
    ck_assert_double_eq(value, 0.0);
    ck_assert_int_eq(kiln_i_number_scan("0e99999", &value), 7);
    ck_assert_double_eq(value, 0.0);
}
END_TEST

START_TEST(written_numbers_are_short)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {{0.2, 9, "0.2"},        {1.0 / 3.0, 9, "0.333333333"}, {1.0, 9, "1"}, {3.5, 9, "3.5"},     {100.0, 9, "100"},
                 {1e-6, 9, "0.000001"},  {1234567.0, 4, "1234567"},     {0.0, 9, "0"}, {1e-15, 4, "1e-15"}, {-0.25, 9, "-0.25"},
                 {0.99999999999, 9, "1"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char text[KILN_NUMBER_TEXT];
        ck_assert_str_eq(kiln_i_number_text(cases[i].value, cases[i].digits, text), cases[i].text);
    }
}
END_TEST

/* Passes trivially where no such locale is installed; the scan itself never asks for it. */
START_TEST(a_decimal_comma_locale_changes_nothing)
{
    char text[KILN_NUMBER_TEXT];
    setlocale(LC_ALL, "de_DE.UTF-8");
    ck_assert_double_eq(parsed("1.5 K", KILN_DIM_TEMPERATURE), 1.5);
    ck_assert_str_eq(kiln_i_number_text(0.25, 9, text), "0.25");
    setlocale(LC_ALL, "C");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quantity");
    TCase *tc = context_case(suite, "values");
    tcase_add_test(tc, energies_become_joules_per_mole);
    tcase_add_test(tc, entropies_accept_every_common_spelling);
    tcase_add_test(tc, temperatures_and_intervals_differ_by_their_zero);
    tcase_add_test(tc, pressures_become_bar);
    tcase_add_test(tc, plain_numbers_take_no_unit);
    tc = context_case(suite, "refusals");
    tcase_add_test(tc, what_is_no_decimal_number_is_refused);
    tcase_add_test(tc, a_bare_number_is_an_error_that_says_so);
    tcase_add_test(tc, units_of_another_dimension_or_case_are_refused);
    tcase_add_test(tc, messages_stay_printable);
    tc = context_case(suite, "numbers");
    tcase_add_test(tc, numbers_agree_with_strtod);
    tcase_add_test(tc, a_scan_stops_where_the_number_does);
    tcase_add_test(tc, written_numbers_are_short);
    tcase_add_test(tc, a_decimal_comma_locale_changes_nothing);
    return run_suite(suite);
}
