#include "counting.h"
#include "support.h"
#include "text/table.h"

static kiln_status parse(const char *text, kiln_i_table *table)
{
    return kiln_i_table_parse(ctx, text, strlen(text), "t.csv", table);
}

START_TEST(fields_are_read_as_the_standard_says)
{
    kiln_i_table t;
    ck_assert_int_eq(parse("\xef\xbb\xbf"
                           "a, b ,C\r\n1,\"x, \"\"y\"\"\nz\" , 2 \n\n,,\n",
                           &t),
                     KILN_OK);
    ck_assert_int_eq(t.n_columns, 3);
    ck_assert_int_eq(t.n_rows, 2);
    ck_assert_int_eq(kiln_i_table_column(&t, "b"), 1);
    ck_assert_int_eq(kiln_i_table_column(&t, "C"), 2);
    ck_assert_int_eq(kiln_i_table_column(&t, "d"), -1);
    ck_assert_str_eq(kiln_i_table_cell(&t, 0, 1)->text, "x, \"y\" z");
    ck_assert_str_eq(kiln_i_table_cell(&t, 0, 2)->text, "2");
    ck_assert_str_eq(kiln_i_table_cell(&t, 1, 0)->text, "");
    ck_assert_int_eq(kiln_i_table_cell(&t, 0, 1)->line, 2);
    ck_assert_int_eq(kiln_i_table_cell(&t, 0, 1)->column, 3);
    ck_assert_int_eq(kiln_i_table_cell(&t, 1, 0)->line, 5);
    ck_assert_int_eq(kiln_i_table_fail(&t, kiln_i_table_cell(&t, 1, 1), "no %s", "good"), KILN_E_PARSE);
    ck_assert_error_has("t.csv:5:2: no good");
    kiln_i_table_free(&t);
}
END_TEST

START_TEST(remarks_are_skipped)
{
    kiln_i_table t;
    ck_assert_int_eq(parse("# what, \"this\na,b\n#1,2\n3,#4\n# end", &t), KILN_OK);
    ck_assert_int_eq(t.n_rows, 1);
    ck_assert_str_eq(kiln_i_table_cell(&t, 0, 1)->text, "#4");
    ck_assert_int_eq(kiln_i_table_cell(&t, 0, 1)->line, 4);
    kiln_i_table_free(&t);
    ck_assert_int_eq(parse("# only\n", &t), KILN_E_PARSE);
    ck_assert_error_has("expected a line with the names of the columns");
}
END_TEST

START_TEST(columns_count_characters)
{
    kiln_i_table t;
    ck_assert_int_eq(parse("\xce\xb4\xce\xb4,b\n\xe2\x82\x82,x", &t), KILN_OK);
    ck_assert_int_eq(kiln_i_table_cell(&t, -1, 1)->column, 4);
    ck_assert_int_eq(kiln_i_table_cell(&t, 0, 1)->column, 3);
    kiln_i_table_free(&t);
}
END_TEST

static const struct {
    const char *text, *says;
} bad[] = {{"", "t.csv:1:1: expected a line with the names of the columns"},
           {"\n\n", "expected a line with the names of the columns"},
           {"a,a\n1,2\n", "t.csv:1:3: expected each column once, found \"a\" again"},
           {"a,b\n1,2\n1\n", "t.csv:3:1: expected 2 fields as in the header, found 1"},
           {"a,b\n1,2,3\n",
            "t.csv:2:1: expected 2 fields as in the header, found 3; a text with commas needs quotes, \"(Mg,Ni)O\""},
           {"a,b\n1,\"2\n3,4\n", "t.csv:2:3: expected a quotation mark that ends this field"},
           {"a,b\n1,\"2\"3\n", "t.csv:2:6: expected a comma after a quoted field"},
           {"a,b\n1,2\"3\n", "t.csv:2:4: expected a field with quotation marks to be quoted"},
           {"a,b\n1,\xff\n", "t.csv:2:3: expected UTF-8"},
           {"a,b\n1,\x01\n", "t.csv:2:3: expected text, found a control character"}};

START_TEST(what_is_no_table_is_refused_with_its_place)
{
    kiln_i_table t;
    ck_assert_int_eq(parse(bad[_i].text, &t), KILN_E_PARSE);
    ck_assert_error_has(bad[_i].says);
    ck_assert_ptr_null(t.cell);
}
END_TEST

START_TEST(a_zero_byte_is_refused)
{
    kiln_i_table t;
    ck_assert_int_eq(kiln_i_table_parse(ctx, "a,b\n1,2\0,3\n", 11, "t.csv", &t), KILN_E_PARSE);
    ck_assert_error_has("found a NUL byte");
}
END_TEST

START_TEST(an_absent_file_is_an_error_of_the_file)
{
    kiln_i_table t;
    ck_assert_int_eq(kiln_i_table_load(ctx, "/nowhere/t.csv", &t), KILN_E_IO);
    ck_assert_error_has("/nowhere/t.csv: cannot be opened");
}
END_TEST

START_TEST(a_failing_allocation_is_reported_and_nothing_leaks)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_i_table t;
    const char *text = "a,b\n1,2\n";
    calls = out_now = fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    const long before = calls;
    ck_assert_int_eq(kiln_i_table_parse(own, text, strlen(text), "t", &t), KILN_OK);
    kiln_i_table_free(&t);
    const long n = calls - before;
    for (long k = 1; k <= n; ++k) {
        const long held = out_now;
        fail_at = calls + k;
        ck_assert_int_eq(kiln_i_table_parse(own, text, strlen(text), "t", &t), KILN_E_NOMEM);
        ck_assert_int_eq(out_now, held);
    }
    kiln_context_free(own);
    ck_assert_int_eq(out_now, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("table");
    TCase *tc = context_case(suite, "table");
    tcase_add_test(tc, fields_are_read_as_the_standard_says);
    tcase_add_test(tc, remarks_are_skipped);
    tcase_add_test(tc, columns_count_characters);
    tcase_add_loop_test(tc, what_is_no_table_is_refused_with_its_place, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(tc, a_zero_byte_is_refused);
    tcase_add_test(tc, an_absent_file_is_an_error_of_the_file);
    tcase_add_test(tc, a_failing_allocation_is_reported_and_nothing_leaks);
    return run_suite(suite);
}
