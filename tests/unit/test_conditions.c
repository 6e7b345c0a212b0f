#include "support.h"

#include <kiln/conditions.h>
#include <math.h>

static kiln_atmosphere atmosphere(const char *text)
{
    kiln_atmosphere a;
    ck_assert_msg(kiln_atmosphere_parse(ctx, text, &a) == KILN_OK, "%s: %s", text, kiln_context_error(ctx));
    return a;
}

static void atmosphere_refused(const char *text)
{
    kiln_atmosphere a, before;
    memset(&a, 0x5A, sizeof a);
    before = a;
    ck_assert_msg(kiln_atmosphere_parse(ctx, text, &a) == KILN_E_PARSE, "\"%s\" was accepted", text);
    ck_assert_mem_eq(&a, &before, sizeof a);
    ck_assert_str_ne(kiln_context_error(ctx), "");
}

START_TEST(air_holds_oxygen_and_carbon_dioxide)
{
    static const char *const spellings[] = {"air", "Air", " AIR "};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; ++i) {
        const kiln_atmosphere a = atmosphere(spellings[i]);
        ck_assert_int_eq(a.control, KILN_OXYGEN_PRESSURE);
        ck_assert_double_eq(a.po2_bar, 0.2095);
        ck_assert_double_eq(a.pco2_bar, 0.00042);
        ck_assert_double_eq(a.ph2o_bar, 0.0);
        ck_assert_double_eq(a.log10_po2_sigma, 0.0);
        ck_assert_str_eq(a.label, "air (p(O2) = 0.2095 bar, p(CO2) = 0.00042 bar)");
    }
}
END_TEST

START_TEST(bottled_gases_have_nominal_pressures)
{
    ck_assert_double_eq(atmosphere("O2").po2_bar, 1.0);
    ck_assert_str_eq(atmosphere("O2").label, "O2 (p(O2) = 1 bar)");
    ck_assert_double_eq(atmosphere("Ar").po2_bar, 1e-5);
    ck_assert_double_eq(atmosphere("N2").log10_po2_sigma, 1.0);
    ck_assert_str_eq(atmosphere("n2").label, "N2 (p(O2) = 1e-5 bar nominal, uncertain by a factor of 10)");
    ck_assert_double_eq(atmosphere("O2").pco2_bar, 0.0);
}
END_TEST

START_TEST(gas_mixtures_split_one_bar)
{
    const kiln_atmosphere co = atmosphere("CO/CO2=3"), h2 = atmosphere("H2/H2O = 0.25 ");
    ck_assert_int_eq(co.control, KILN_OXYGEN_CO_CO2);
    ck_assert_double_eq(co.ratio, 3.0);
    ck_assert_double_eq(co.pco2_bar, 0.25);
    ck_assert_double_eq(co.ph2o_bar, 0.0);
    ck_assert_str_eq(co.label, "CO/CO2 = 3 (p(CO2) = 0.25 bar)");
    ck_assert_int_eq(h2.control, KILN_OXYGEN_H2_H2O);
    ck_assert_double_eq(h2.ratio, 0.25);
    ck_assert_double_eq(h2.ph2o_bar, 0.8);
    ck_assert_double_eq(h2.pco2_bar, 0.0);
    ck_assert_int_eq(atmosphere("h2/h2o=1e-3").control, KILN_OXYGEN_H2_H2O);
}
END_TEST

START_TEST(closed_conserves_oxygen)
{
    const kiln_atmosphere a = atmosphere("closed");
    ck_assert_int_eq(a.control, KILN_OXYGEN_CLOSED);
    ck_assert_double_eq(a.po2_bar, 0.0);
}
END_TEST

START_TEST(an_oxygen_pressure_needs_a_unit)
{
    ck_assert_double_eq(atmosphere("1e-5bar").po2_bar, 1e-5);
    ck_assert_str_eq(atmosphere("1e-5bar").label, "p(O2) = 1e-5 bar");
    ck_assert_double_eq(atmosphere("0.2 atm").po2_bar, 0.2 * 1.01325);
    ck_assert_str_eq(atmosphere("9.999999e-10 bar").label, "p(O2) = 1e-9 bar");
    ck_assert_str_eq(atmosphere("1e-320 bar").label, "p(O2) = 1e-320 bar");
    atmosphere_refused("0.2");
    ck_assert_error_has("without a unit");
}
END_TEST

START_TEST(bad_atmospheres_are_refused)
{
    static const char *const bad[] = {"",           " ",          "helium",      "airy",         "air air",    "0 bar",
                                      "-1 bar",     "1e-999 bar", "nan bar",     "H2/H2O",       "H2/H2O=",    "H2/H2O=0",
                                      "H2/H2O=-1",  "H2/H2O=nan", "H2/H2O=1e30", "CO/CO2=1 bar", "CO/CO2=1,5", "CO/CO2:1",
                                      "closed box", "\xff",       "CO2/CO=1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) atmosphere_refused(bad[i]);
    atmosphere_refused("helium");
    ck_assert_error_has("accepted: air, O2");
}
END_TEST

START_TEST(temperatures_are_kelvin_or_celsius)
{
    double T_K = 0.0;
    ck_assert_int_eq(kiln_temperature_parse(ctx, "900C", &T_K), KILN_OK);
    ck_assert_double_eq(T_K, 1173.15);
    ck_assert_int_eq(kiln_temperature_parse(ctx, "1173 K", &T_K), KILN_OK);
    ck_assert_double_eq(T_K, 1173.0);
    ck_assert_int_eq(kiln_temperature_parse(ctx, "1K", &T_K), KILN_OK);
}
END_TEST

START_TEST(temperatures_below_one_kelvin_are_refused)
{
    static const char *const bad[] = {"900", "0K", "0.5K", "-300C", "-273C", "900F", "", "hot"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        double T_K = 7.0;
        ck_assert_msg(kiln_temperature_parse(ctx, bad[i], &T_K) == KILN_E_PARSE, "\"%s\" was accepted", bad[i]);
        ck_assert_double_eq(T_K, 7.0);
    }
}
END_TEST

START_TEST(a_range_has_two_or_three_parts)
{
    double first = 0.0, last = 0.0, step = 0.0;
    ck_assert_int_eq(kiln_temperature_range_parse(ctx, "600C:1400C:5K", &first, &last, &step), KILN_OK);
    ck_assert_double_eq(first, 873.15);
    ck_assert_double_eq(last, 1673.15);
    ck_assert_double_eq(step, 5.0);
    ck_assert_int_eq(kiln_temperature_range_parse(ctx, "600 C : 1673.15 K : 5 C", &first, &last, &step), KILN_OK);
    ck_assert_double_eq(last, 1673.15);
    ck_assert_double_eq(step, 5.0); /* an interval of 5 C is 5 K */
    ck_assert_int_eq(kiln_temperature_range_parse(ctx, "600C:1400C", &first, &last, &step), KILN_OK);
    ck_assert_double_eq(step, 0.0);
}
END_TEST

START_TEST(bad_ranges_are_refused)
{
    static const char *const bad[] = {"",
                                      "600C",
                                      "600:1400C",
                                      "600C:1400",
                                      "600C:1400C:5",
                                      "600C:1400C:0K",
                                      "600C:1400C:-5K",
                                      "600C:1400C:5K:1K",
                                      "1400C:600C",
                                      "600C:600C",
                                      "600C:1400C:",
                                      "::",
                                      "600C:700C:101K",
                                      "600C:1400C:5K:",
                                      "600C                                                                 :1400C"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        double first = 1.0, last = 2.0, step = 3.0;
        ck_assert_msg(kiln_temperature_range_parse(ctx, bad[i], &first, &last, &step) == KILN_E_PARSE, "\"%s\" was accepted",
                      bad[i]);
        ck_assert_double_eq(first + last + step, 6.0);
    }
}
END_TEST

START_TEST(null_arguments_are_refused)
{
    kiln_atmosphere a;
    double x;
    ck_assert_int_eq(kiln_atmosphere_parse(NULL, "air", &a), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, NULL, &a), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "air", NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_temperature_parse(NULL, "1K", &x), KILN_E_ARG);
    ck_assert_int_eq(kiln_temperature_parse(ctx, NULL, &x), KILN_E_ARG);
    ck_assert_int_eq(kiln_temperature_parse(ctx, "1K", NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_temperature_range_parse(NULL, "1K:2K", &x, &x, &x), KILN_E_ARG);
    ck_assert_int_eq(kiln_temperature_range_parse(ctx, NULL, &x, &x, &x), KILN_E_ARG);
    ck_assert_int_eq(kiln_temperature_range_parse(ctx, "1K:2K", &x, &x, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_pressure_parse(NULL, "1bar", &x), KILN_E_ARG);
    ck_assert_int_eq(kiln_pressure_parse(ctx, NULL, &x), KILN_E_ARG);
    ck_assert_int_eq(kiln_pressure_parse(ctx, "1bar", NULL), KILN_E_ARG);
}
END_TEST

START_TEST(pressures_are_above_zero)
{
    double p_bar = 7.0;
    ck_assert_int_eq(kiln_pressure_parse(ctx, "20 kPa", &p_bar), KILN_OK);
    ck_assert_double_eq(p_bar, 0.2);
    ck_assert_int_eq(kiln_pressure_parse(ctx, "0 Pa", &p_bar), KILN_E_PARSE);
    ck_assert_error_has("above 0");
    ck_assert_int_eq(kiln_pressure_parse(ctx, "20", &p_bar), KILN_E_PARSE);
    ck_assert_double_eq(p_bar, 0.2);
}
END_TEST

START_TEST(gases_of_an_atmosphere_can_be_set)
{
    kiln_atmosphere a;
    const double none = 0.0, little = 1e-3, negative = -1.0;
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "air", &a), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, NULL, NULL, NULL), KILN_OK);
    ck_assert_double_eq(a.pco2_bar, 0.00042);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, &little, &none, &little), KILN_OK);
    ck_assert_double_eq(a.po2_bar, 1e-3);
    ck_assert_double_eq(a.pco2_bar, 0.0);
    ck_assert_str_eq(a.label, "p(O2) = 0.001 bar, p(H2O) = 0.001 bar");
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, &none, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, NULL, &negative, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, NULL, NULL, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "CO/CO2=1", &a), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, &little, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, NULL, &little, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, NULL, NULL, &little), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "closed", &a), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_set_gases(ctx, &a, NULL, &little, NULL), KILN_E_ARG);
    ck_assert_error_has("closed system");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conditions");
    TCase *tc = context_case(suite, "atmosphere");
    tcase_add_test(tc, gases_of_an_atmosphere_can_be_set);
    tcase_add_test(tc, air_holds_oxygen_and_carbon_dioxide);
    tcase_add_test(tc, bottled_gases_have_nominal_pressures);
    tcase_add_test(tc, gas_mixtures_split_one_bar);
    tcase_add_test(tc, closed_conserves_oxygen);
    tcase_add_test(tc, an_oxygen_pressure_needs_a_unit);
    tcase_add_test(tc, bad_atmospheres_are_refused);
    tc = context_case(suite, "temperature and pressure");
    tcase_add_test(tc, temperatures_are_kelvin_or_celsius);
    tcase_add_test(tc, temperatures_below_one_kelvin_are_refused);
    tcase_add_test(tc, a_range_has_two_or_three_parts);
    tcase_add_test(tc, bad_ranges_are_refused);
    tcase_add_test(tc, null_arguments_are_refused);
    tcase_add_test(tc, pressures_are_above_zero);
    return run_suite(suite);
}
