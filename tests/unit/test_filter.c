/* Conditions and rankings of rows: what they mean, and what is said of those that mean nothing. */
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>

static const kiln_column columns[] = {{"T_low_C", KILN_FIELD_NUMBER},
                                      {"S_R", KILN_FIELD_NUMBER},
                                      {"phase", KILN_FIELD_TEXT},
                                      {"gap", KILN_FIELD_NUMBER},
                                      {"own column", KILN_FIELD_NONE}};
enum { N = sizeof columns / sizeof *columns };
/* gap has no value */
static const kiln_field row[N] = {{KILN_FIELD_NUMBER, 900.0, NULL},
                                  {KILN_FIELD_NUMBER, 1.5, NULL},
                                  {KILN_FIELD_TEXT, 0.0, "rocksalt"},
                                  {KILN_FIELD_NONE, 0.0, NULL},
                                  {KILN_FIELD_NUMBER, -2.0, NULL}};

static kiln_filter *parsed(const char *text, kiln_filter_kind kind)
{
    kiln_filter *filter;
    const kiln_status status = kiln_filter_parse(ctx, text, kind, N, columns, &filter);
    ck_assert_msg(status == KILN_OK, "%s: %s", text, kiln_context_error(ctx));
    return filter;
}

static const struct {
    const char *text;
    int passes;
} conditions[] = {
    {"T_low_C < 1000", 1},
    {"T_low_C < 1000 and S_R >= 1.5", 1},
    {"T_low_C < 900 or S_R > 1.5", 0},
    {"not T_low_C < 900", 1},
    {"not (T_low_C < 900 or S_R == 1.5)", 0},
    {"T_low_C <= 900 and T_low_C >= 900 and T_low_C == 900", 1},
    {"T_low_C != 900", 0},
    {"phase == 'rocksalt'", 1},
    {"phase == \"rocksalt\"", 1},
    {"phase != 'spinel'", 1},
    {"phase == 'Rocksalt'", 0},
    {"[own column] == -2", 1},
    {"[own column] == 'x'", 0},
    {"[own column] != 'x'", 0}, /* a number is no text */
    {"2 + 3 * 4 == 14 and (2 + 3) * 4 == 20 and 8 / 4 / 2 == 1 and 7 - 4 - 2 == 1 and --1 == 1 and -2 * -3 == 6", 1},
    {"min(3, S_R, 2) == 1.5 and max(3, S_R) == 3 and abs(-2.5) == 2.5 and abs(-(1 - 3)) == 2", 1},
    {"1e3 > 999.5 and .5 == 0.5", 1},
    {"T_low_C < 1000 or gap < 1 and gap < 1", 1}, /* and binds closer */
    /* what is missing satisfies no comparison */
    {"gap < 1e9", 0},
    {"gap != 0", 0},
    {"not (gap < 1e9)", 1},
    {"gap + T_low_C > 0", 0},
    {"max(gap, 5) == 5", 0},
    {"1 / 0 > 0 or 1 / 0 <= 0", 0},
};

START_TEST(conditions_hold_as_they_read)
{
    kiln_filter *filter = parsed(conditions[_i].text, KILN_FILTER_CONDITION);
    ck_assert_msg(kiln_filter_passes(filter, row) == conditions[_i].passes, "%s", conditions[_i].text);
    ck_assert(isnan(kiln_filter_number(filter, row)));
    kiln_filter_free(filter);
}
END_TEST

START_TEST(a_ranking_is_a_number)
{
    kiln_filter *filter = parsed("-T_low_C + 2 * S_R", KILN_FILTER_NUMBER), *missing = parsed("gap", KILN_FILTER_NUMBER);
    ck_assert_double_eq_tol(kiln_filter_number(filter, row), -897.0, 1e-12);
    ck_assert_int_eq(kiln_filter_passes(filter, row), 0);
    ck_assert(isnan(kiln_filter_number(missing, row)));
    kiln_filter_free(filter);
    kiln_filter_free(missing);
}
END_TEST

static const struct {
    const char *text, *says;
} errors[] = {
    {"", "column 1: expected a number, 'a text', a column, a function or \"(\", found the end"},
    {"T_low < 5", "column 1: there is no column \"T_low\"; did you mean \"T_low_C\"?"},
    {"S_R > 1 and volume > 3", "column 13: there is no column \"volume\""},
    {"S_R > 1 S_R < 2", "column 9: expected an operator or the end, found \"S_R < 2\""},
    {"S_R = 1", "column 5: expected \"==\", found \"=\""},
    {"S_R", "column 1: expected a condition, found a number"},
    {"S_R > 'x'", "column 5: expected two numbers or two texts, found one of each"},
    {"phase < 'x'", "column 7: expected == or != between texts"},
    {"phase + 1 > 2", "column 1: expected a number, found a text"},
    {"1 + (S_R > 1) > 2", "column 5: expected a number, found a condition"},
    {"-phase == 1", "column 2: expected a number, found a text"},
    {"S_R > 1 and T_low_C", "column 13: expected a condition, found a number"},
    {"not S_R", "column 5: expected a condition, found a number"},
    {"1 < S_R < 2", "column 9: expected and, or, or the end: a comparison has two sides"},
    {"(S_R > 1) == (S_R > 2)", "found one of conditions: join these by and, or"},
    {"(S_R > 1", "column 9: expected \")\" or an operator, found the end"},
    {"min(S_R > 1", "expected \",\" or \")\""},
    {"sqrt(S_R) > 1", "column 1: expected min, max or abs, found \"sqrt\""},
    {"abs(1, 2) > 0", "column 6: expected \")\", found"},
    {"phase == 'rock", "column 10: expected a quotation mark that ends this text"},
    {"[own > 1", "column 1: expected \"]\" after the name of a column"},
    {"T_low_C < 900C", "column 11: expected a number without a unit"},
    {"'\xc3\xa4\xc3\xb6' == phase and 1 <",
     "column 22: expected a number, 'a text', a column, a function or \"(\", found the end"},
};

START_TEST(errors_name_their_column)
{
    kiln_filter *filter;
    ck_assert_int_eq(kiln_filter_parse(ctx, errors[_i].text, KILN_FILTER_CONDITION, N, columns, &filter), KILN_E_PARSE);
    ck_assert_ptr_null(filter);
    ck_assert_error_has(errors[_i].says);
}
END_TEST

START_TEST(a_condition_ranks_nothing)
{
    kiln_filter *filter;
    ck_assert_int_eq(kiln_filter_parse(ctx, "S_R > 1", KILN_FILTER_NUMBER, N, columns, &filter), KILN_E_PARSE);
    ck_assert_error_has("expected a number, found a condition");
    ck_assert_int_eq(kiln_filter_parse(ctx, "phase", KILN_FILTER_NUMBER, N, columns, &filter), KILN_E_PARSE);
    ck_assert_int_eq(kiln_filter_parse(NULL, "1", KILN_FILTER_NUMBER, N, columns, &filter), KILN_E_ARG);
    ck_assert_int_eq(kiln_filter_parse(ctx, NULL, KILN_FILTER_NUMBER, N, columns, &filter), KILN_E_ARG);
}
END_TEST

/* What is too deep or too long is refused, not run into the stack or past the end. */
START_TEST(size_is_limited)
{
    static const char *const bits[] = {"(", "not ", "-", "1+", "min("};
    char text[8192];
    kiln_filter *filter;
    for (size_t b = 0; b < sizeof bits / sizeof *bits; ++b)
        for (int n = 60; n < 2000; n += 400) {
            text[0] = '\0';
            for (int i = 0; i < n && strlen(text) < 7000; ++i) strcat(text, bits[b]);
            strcat(text, "1");
            const kiln_status status = kiln_filter_parse(ctx, text, KILN_FILTER_NUMBER, N, columns, &filter);
            ck_assert(status == KILN_OK || status == KILN_E_PARSE);
            if (status == KILN_OK) (void)kiln_filter_number(filter, row);
            kiln_filter_free(filter);
        }
    text[0] = '\0';
    for (int i = 0; i < 70; ++i) strcat(text, "max(");
    ck_assert_int_eq(kiln_filter_parse(ctx, text, KILN_FILTER_NUMBER, N, columns, &filter), KILN_E_PARSE);
    ck_assert_error_has("expected functions nested at most 64 deep");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filter");
    TCase *tc = context_case(suite, "filter");
    tcase_add_loop_test(tc, conditions_hold_as_they_read, 0, (int)(sizeof conditions / sizeof *conditions));
    tcase_add_test(tc, a_ranking_is_a_number);
    tcase_add_loop_test(tc, errors_name_their_column, 0, (int)(sizeof errors / sizeof *errors));
    tcase_add_test(tc, a_condition_ranks_nothing);
    tcase_add_test(tc, size_is_limited);
    return run_suite(suite);
}
