/* The language of G(T). */
#include "text/expression.h"

#include "support.h"

static kiln_i_expression e;
static int offset;

static kiln_status parse(const char *text) { return kiln_i_expression_parse(ctx, text, &e, &offset); }

START_TEST(every_kind_of_term_is_read)
{
    static const char *const text =
        "-402478 + 259.356*T - 46.835*T*ln(T)-.00385*T^2 + 212922/T + 2.2960305E+31*T**(-9) + 7*G_Fe3O4 - dG "
        "+ 3*LN(T) + T^0.5 - 1e3/T^2 + 6*G_x/2";
    static const struct {
        double coefficient, power;
        int has_log;
        const char *name;
    } want[] = {{-402478, 0, 0, ""}, {259.356, 1, 0, ""},       {-46.835, 1, 1, ""},  {-0.00385, 2, 0, ""},
                {212922, -1, 0, ""}, {2.2960305e31, -9, 0, ""}, {7, 0, 0, "G_Fe3O4"}, {-1, 0, 0, "dG"},
                {3, 0, 1, ""},       {1, 0.5, 0, ""},           {-1e3, -2, 0, ""},    {3, 0, 0, "G_x"}};
    ck_assert_int_eq(parse(text), KILN_OK);
    ck_assert_int_eq(e.n, 12);
    for (int i = 0; i < e.n; i++) {
        ck_assert_double_eq_tol(e.terms[i].coefficient, want[i].coefficient,
                                1e-12 * (want[i].coefficient > 0 ? want[i].coefficient : -want[i].coefficient));
        ck_assert_double_eq(e.terms[i].power, want[i].power);
        ck_assert_int_eq(e.terms[i].has_log, want[i].has_log);
        ck_assert_int_eq(e.terms[i].name_length, (int)strlen(want[i].name));
        ck_assert_int_eq(strncmp(text + e.terms[i].name_offset, want[i].name, strlen(want[i].name)), 0);
    }
}
END_TEST

/* Each fault with the byte it is at and what was expected. */
static const struct {
    const char *text;
    int offset;
    const char *expected;
} faults[] = {{"", 0, "found the end"},
              {"1 +", 3, "found the end"},
              {"1 2", 2, "expected \"+\""},
              {"5.1 kJ/mol", 4, "expected \"+\""},
              {"2*(T + 1)", 2, "expected a number, T"},
              {"ln T", 3, "\"(T)\" after ln"},
              {"ln(x)", 3, "expected T"},
              {"T^x", 2, "expected a number"},
              {"T^(2", 4, "\")\" after the power"},
              {"T^1e9", 5, "from -100 to 100"},
              {"1/0", 3, "other than 0"},
              {"1/ln(T)", 2, "after \"/\""},
              {"G_a*G_b", 4, "at most one name"},
              {"T*G_a", 5, "a number times a name"},
              {"T^2*ln(T)", 9, "expected ln(T) or T*ln(T)"},
              {"ln(T)*ln(T)", 11, "at most one ln"},
              {"1e308*1e308", 11, "finite"},
              {"nan", 3, ""},
              {"0x10", 1, "expected \"+\""},
              {"1 + \xC3\xA9", 4, "expected a number, T"}};

START_TEST(a_fault_is_located)
{
    if (!*faults[_i].expected) {
        ck_assert_int_eq(parse(faults[_i].text), KILN_OK); /* a name like any other; it is looked up later */
        return;
    }
    ck_assert_int_eq(parse(faults[_i].text), KILN_E_PARSE);
    ck_assert_int_eq(offset, faults[_i].offset);
    ck_assert_error_has(faults[_i].expected);
}
END_TEST

START_TEST(too_many_terms_are_refused)
{
    char text[256] = "1";
    for (int i = 0; i < KILN_MAX_EXPRESSION_TERMS; i++) strcat(text, "+1");
    ck_assert_int_eq(parse(text), KILN_E_PARSE);
    ck_assert_error_has("at most 64 terms");
    text[strlen(text) - 2] = '\0';
    ck_assert_int_eq(parse(text), KILN_OK);
}
END_TEST

START_TEST(names_are_told_from_words_of_the_language)
{
    ck_assert(kiln_i_expression_is_name("G_MnO"));
    ck_assert(kiln_i_expression_is_name("_x2"));
    ck_assert(!kiln_i_expression_is_name("T"));
    ck_assert(!kiln_i_expression_is_name("ln"));
    ck_assert(!kiln_i_expression_is_name("2x"));
    ck_assert(!kiln_i_expression_is_name("a-b"));
    ck_assert(!kiln_i_expression_is_name(""));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("expression");
    TCase *tc = context_case(suite, "expression");
    tcase_add_test(tc, every_kind_of_term_is_read);
    tcase_add_loop_test(tc, a_fault_is_located, 0, (int)(sizeof faults / sizeof *faults));
    tcase_add_test(tc, too_many_terms_are_refused);
    tcase_add_test(tc, names_are_told_from_words_of_the_language);
    return run_suite(suite);
}
