/* Measured points of a join, from tables. */
#include "counting.h"
#include "support.h"
#include "text/table.h"

#include <kiln/kiln.h>
#include <math.h>

static kiln_composition mgo, cuo;

static void setup(void)
{
    context_setup();
    ck_assert_int_eq(kiln_composition_parse(ctx, "MgO", &mgo), KILN_OK);
    ck_assert_int_eq(kiln_composition_parse(ctx, "CuO", &cuo), KILN_OK);
}

static kiln_status parse(const char *text, kiln_experiments **out)
{
    return kiln_experiments_parse(ctx, text, strlen(text), "points.csv", &mgo, &cuo, out);
}

START_TEST(fields_are_read_as_rfc_4180_says)
{
    static const char text[] =
        "\xEF\xBB\xBF# a comment, with \"anything\"\r\n\n a ,\"b \"\"c\"\"\",c\r\n1, two words ,\"x,y\nz\"\n  \n,,\n";
    kiln_i_table t;
    ck_assert_int_eq(kiln_i_table_parse(ctx, text, sizeof text - 1, "t.csv", &t), KILN_OK);
    ck_assert_int_eq(t.n_columns, 3);
    ck_assert_int_eq(t.n_rows, 2);
    ck_assert_int_eq(kiln_i_table_column(&t, "b \"c\""), 1);
    ck_assert_int_eq(kiln_i_table_column(&t, "d"), -1);
    ck_assert_str_eq(kiln_i_table_cell(&t, 0, 1)->text, "two words");
    ck_assert_str_eq(kiln_i_table_cell(&t, 0, 2)->text, "x,y z");
    ck_assert_int_eq(kiln_i_table_cell(&t, 0, 2)->line, 4);
    ck_assert_int_eq(kiln_i_table_cell(&t, 0, 2)->column, 15);
    ck_assert_str_eq(kiln_i_table_cell(&t, 1, 0)->text, "");
    ck_assert_int_eq(kiln_i_table_cell(&t, 1, 0)->line, 7);
    ck_assert_str_eq(kiln_i_table_cell(&t, 1, -1)->text, "");
    kiln_i_table_free(&t);
    kiln_i_table_free(&t);
}
END_TEST

START_TEST(points_have_their_columns)
{
    kiln_experiments *e;
    ck_assert_int_eq(parse("note,x,T_C,sigma_x,sigma_T,kind,phase,label,source\n"
                           "n,0.91,850,0.01,,,rocksalt,P 1997,Paranthaman 1997\n"
                           "n,1,1e3,,5,single,,,\"a source, in full\"\n",
                           &e),
                     KILN_OK);
    ck_assert_int_eq(e->n, 2);
    ck_assert_int_eq(e->n_others, 0);
    ck_assert_str_eq(e->name, "points.csv");
    const kiln_experiment *p = e->point, *q = p + 1;
    ck_assert_double_eq(p->T_K, 1123.15);
    ck_assert_double_eq(p->x_A, 0.91);
    ck_assert_double_eq(p->sigma_x, 0.01);
    ck_assert(isnan(p->sigma_T_K) && isnan(q->sigma_x));
    ck_assert_int_eq(p->kind, KILN_EXPERIMENT_BOUNDARY);
    ck_assert_str_eq(p->phase, "rocksalt");
    ck_assert_str_eq(p->label, "P 1997");
    ck_assert_int_eq(p->line, 2);
    ck_assert_double_eq(q->T_K, 1273.15);
    ck_assert_double_eq(q->sigma_T_K, 5.0);
    ck_assert_int_eq(q->kind, KILN_EXPERIMENT_SINGLE);
    ck_assert_str_eq(q->label, "a source, in full"); /* without one of its own */
    kiln_experiments_free(e);
}
END_TEST

/* x belongs to the row's own A; rows about other joins are counted, and checked all the same. */
START_TEST(rows_are_turned_to_the_join_asked_for)
{
    kiln_experiments *e;
    ck_assert_int_eq(parse("A,B,T_K,x\nCuO,MgO,1123,0.09\nMgO,CuO,1123,0.91\nNiO,CuO,1123,0.3\nMg1O1,Cu2O2,1000,0.5\n", &e),
                     KILN_OK);
    ck_assert_int_eq(e->n, 2);
    ck_assert_int_eq(e->n_others, 2); /* Cu2O2 is written otherwise */
    for (int i = 0; i < e->n; ++i) ck_assert_double_eq_tol(e->point[i].x_A, 0.91, 1e-15);
    ck_assert_double_eq(e->point[1].T_K, 1123.0);
    kiln_experiments_free(e);
}
END_TEST

static const struct {
    const char *text, *says;
} refused[] = {
    {"", "points.csv:1:1: expected a line with the names of the columns"},
    {"x\n0.5\n", "points.csv:1:1: expected one column of temperatures, T_C or T_K, found none"},
    {"T_C,T_K,x\n", "points.csv:1:1: expected one column of temperatures, T_C or T_K, found both"},
    {"T_C\n900\n", "points.csv:1:1: expected a column x"},
    {"T_C,x,A\n900,0.5,MgO\n", "points.csv:1:7: expected both columns A and B, found one"},
    {"T_C,x,x\n", "points.csv:1:7: expected each column once, found \"x\" again"},
    {"T_C,x\n900\n", "points.csv:2:1: expected 2 fields as in the header, found 1"},
    {"T_C,x\n900,0.5,1\n", "points.csv:2:1: expected 2 fields as in the header, found 3"},
    {"T_C,x\nwarm,0.5\n", "points.csv:2:1: expected a temperature in °C, above -273.15 and up to 6000, found \"warm\""},
    {"T_C,x\n900C,0.5\n", "found \"900C\""},
    {"T_C,x\n-274,0.5\n", "found \"-274\""},
    {"T_K,x\n0,0.5\n", "points.csv:2:1: expected a temperature in K"},
    {"T_K,x\n1000,1.5\n", "points.csv:2:6: expected a mole fraction from 0 to 1, found \"1.5\""},
    {"T_K,x\n1000,nan\n", "found \"nan\""},
    {"T_K,x\n1000,\n", "points.csv:2:6: expected a mole fraction from 0 to 1, found \"\""},
    {"T_K,x,sigma_x\n1000,0.5,-1\n", "points.csv:2:10: expected a deviation from 0 to 1"},
    {"T_K,x,sigma_T\n1000,0.5,1e9\n", "expected a deviation in K"},
    {"T_K,x,kind\n1000,0.5,odd\n", "points.csv:2:10: expected boundary, single, multiple or invariant, found \"odd\""},
    {"A,B,T_K,x\nMgO,Xy,1000,0.5\n", "points.csv:2:5: "},
    {"A,B,T_K,x\nMgO,,1000,0.5\n", "points.csv:2:5: expected a formula, found none"},
    {"T_K,x\n1000,\"0.5\n", "points.csv:2:6: expected a quotation mark that ends this field"},
    {"T_K,x\n1000,\"0.5\" 1\n", "points.csv:2:12: expected a comma after a quoted field"},
    {"T_K,x\n1000,0\"5\n", "points.csv:2:7: expected a field with quotation marks to be quoted"},
    {"T_K,x\n\xFF,0.5\n", "points.csv:2:1: expected UTF-8"},
    {"T_K,x\n1\x01,0.5\n", "points.csv:2:2: expected text, found a control character"},
};

START_TEST(what_tables_refuse)
{
    kiln_experiments *e = (kiln_experiments *)&mgo;
    ck_assert_int_eq(parse(refused[_i].text, &e), KILN_E_PARSE);
    ck_assert_ptr_null(e);
    ck_assert_error_has(refused[_i].says);
}
END_TEST

START_TEST(what_callers_get_wrong)
{
    kiln_experiments *e;
    ck_assert_int_eq(kiln_experiments_parse(NULL, "", 0, "", &mgo, &cuo, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_experiments_parse(ctx, NULL, 0, "", &mgo, &cuo, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_experiments_parse(ctx, "", 0, "", NULL, &cuo, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_experiments_parse(ctx, "", 0, "", &mgo, &cuo, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_experiments_parse(ctx, "T_K,x\n1,\0", 9, "z", &mgo, &cuo, &e), KILN_E_PARSE);
    ck_assert_error_has("NUL");
    ck_assert_int_eq(kiln_experiments_load(ctx, "/nowhere.csv", &mgo, &cuo, &e), KILN_E_IO);
    ck_assert_error_has("/nowhere.csv");
    ck_assert_ptr_null(e);
    kiln_experiments_free(NULL);
    ck_assert_str_eq(kiln_experiment_kind_name(KILN_EXPERIMENT_INVARIANT), "invariant");
    ck_assert_str_eq(kiln_experiment_kind_name((kiln_experiment_kind)99), "unknown");
}
END_TEST

/* The reference table of this project: every row is about one of the joins that the documentation draws. */
START_TEST(the_reference_table_is_read)
{
    kiln_experiments *e;
    ck_assert_int_eq(kiln_experiments_load(ctx, KILN_TEST_DATA "/binary_solubility.csv", &mgo, &cuo, &e), KILN_OK);
    ck_assert_int_eq(e->n, 8);
    ck_assert_int_eq(e->n_others, 8);
    for (int i = 0; i < e->n; ++i) ck_assert(*e->point[i].label && *e->point[i].source);
    kiln_experiments_free(e);
}
END_TEST

START_TEST(failed_allocations_are_undone)
{
    static const char text[] = "T_K,x,label\n1000,0.5,\"a\"\n1100,0.6,b\n";
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_experiments *e = NULL;
    kiln_status status = KILN_E_NOMEM;
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        calls = 0;
        fail_at = at;
        status = kiln_experiments_parse(own, text, sizeof text - 1, "t", &mgo, &cuo, &e);
        fail_at = 0;
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !e && out_now == before));
    }
    ck_assert_int_eq(status, KILN_OK);
    kiln_experiments_free(e);
    ck_assert_int_eq(out_now, before);
    kiln_context_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("experiment");
    TCase *tc = tcase_create("tables");
    tcase_add_checked_fixture(tc, setup, context_teardown);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, fields_are_read_as_rfc_4180_says);
    tcase_add_test(tc, points_have_their_columns);
    tcase_add_test(tc, rows_are_turned_to_the_join_asked_for);
    tcase_add_loop_test(tc, what_tables_refuse, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tc, what_callers_get_wrong);
    tcase_add_test(tc, the_reference_table_is_read);
    tcase_add_test(tc, failed_allocations_are_undone);
    return run_suite(suite);
}
