#include "report/report.h"
#include "support.h"

#include <math.h>
#include <stdio.h>

static kiln_entropy five(kiln_composition *composition)
{
    kiln_entropy entropy;
    ck_assert_int_eq(kiln_composition_parse(ctx, "(Mg,Co,Ni,Cu,Zn)O", composition), KILN_OK);
    ck_assert_int_eq(kiln_entropy_compute(composition, &entropy), KILN_OK);
    return entropy;
}

START_TEST(every_format_says_the_same_number)
{
    static const char *const number[] = {"1.609 R", "\"per_cation_R\": 1.6094379124", "per_cation,1.609437912,"};
    kiln_composition composition;
    const kiln_entropy entropy = five(&composition);
    kiln_report *report;
    char *text;
    size_t length;
    ck_assert_int_eq(kiln_report_entropy(ctx, "typed", &composition, &entropy, &report), KILN_OK);
    ck_assert_int_eq(kiln_report_write(report, (kiln_report_format)_i, &text, &length), KILN_OK);
    ck_assert_msg(strstr(text, number[_i]) != NULL, "%s", text);
    ck_assert_uint_eq(length, strlen(text));
    kiln_report_text_free(ctx, text);
    kiln_report_free(report);
}
END_TEST

START_TEST(not_a_number_never_leaves)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    kiln_composition composition;
    kiln_entropy entropy = five(&composition);
    kiln_report *report = (kiln_report *)&composition;
    entropy.per_cation.R = bad[_i];
    ck_assert_int_eq(kiln_report_entropy(ctx, NULL, &composition, &entropy, &report), KILN_E_NOT_CONVERGED);
    ck_assert_ptr_null(report);
    ck_assert_error_has("per_cation_R");
}
END_TEST

START_TEST(text_that_is_not_utf8_is_refused)
{
    kiln_composition composition;
    const kiln_entropy entropy = five(&composition);
    kiln_report *report;
    ck_assert_int_eq(kiln_report_entropy(ctx, "\xff", &composition, &entropy, &report), KILN_E_NOMEM);
    ck_assert_ptr_null(report);
    ck_assert_error_has("formula");
}
END_TEST

START_TEST(a_command_is_a_member_of_json_alone)
{
    static const char *const words[] = {"entropy", "(Mg,Co)O", "--set=-1"}, *const bad[] = {"\xff"};
    kiln_composition composition;
    const kiln_entropy entropy = five(&composition);
    kiln_report *report;
    char *without, *with;
    for (int format = 0; format < 3; ++format) {
        ck_assert_int_eq(kiln_report_entropy(ctx, "typed", &composition, &entropy, &report), KILN_OK);
        ck_assert_int_eq(kiln_report_write(report, (kiln_report_format)format, &without, NULL), KILN_OK);
        ck_assert_int_eq(kiln_report_set_command(report, 3, words), KILN_OK);
        ck_assert_int_eq(kiln_report_set_command(report, 3, words), KILN_OK);
        ck_assert_int_eq(kiln_report_write(report, (kiln_report_format)format, &with, NULL), KILN_OK);
        const size_t same = strlen(without) - 3; /* but for the end, "\n}\n" */
        ck_assert_int_eq(strncmp(with, without, same), 0);
        if (format == KILN_REPORT_JSON)
            ck_assert_str_eq(with + same, ",\n  \"command\": [\n    \"entropy\",\n    \"(Mg,Co)O\",\n    \"--set=-1\"\n  ]\n}\n");
        else ck_assert_str_eq(with, without);
        kiln_report_text_free(ctx, without);
        kiln_report_text_free(ctx, with);
        ck_assert_int_eq(kiln_report_set_command(report, 0, words), KILN_E_ARG);
        ck_assert_int_eq(kiln_report_set_command(report, 1, NULL), KILN_E_ARG);
        ck_assert_int_eq(kiln_report_set_command(report, 1, bad), KILN_E_NOMEM);
        kiln_report_free(report);
    }
    ck_assert_int_eq(kiln_report_set_command(NULL, 3, words), KILN_E_ARG);
}
END_TEST

START_TEST(arguments_are_checked)
{
    kiln_composition composition;
    const kiln_entropy entropy = five(&composition);
    kiln_report *report;
    char *text;
    ck_assert_int_eq(kiln_report_entropy(NULL, NULL, &composition, &entropy, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_entropy(ctx, NULL, NULL, &entropy, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_window(ctx, NULL, NULL, NULL, NULL, 0, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_equilibrium(ctx, NULL, NULL, NULL, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_step(ctx, NULL, NULL, 0, NULL, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_database(ctx, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_phase(ctx, NULL, 0, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_function(ctx, NULL, 0, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_check(ctx, NULL, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_write(NULL, KILN_REPORT_TEXT, &text, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_entropy(ctx, NULL, &composition, &entropy, &report), KILN_OK);
    ck_assert_int_eq(kiln_report_write(report, (kiln_report_format)9, &text, NULL), KILN_E_ARG);
    kiln_report_free(report);
    kiln_report_free(NULL);
}
END_TEST

/* Fails the allocation number `left`, and counts what is alive. */
typedef struct meter {
    int left, alive;
} meter;

static void *meter_alloc(void *user, size_t size)
{
    meter *m = user;
    if (m->left-- == 0) return NULL;
    ++m->alive;
    return malloc(size);
}

static void meter_release(void *user, void *ptr)
{
    --((meter *)user)->alive;
    free(ptr);
}

START_TEST(exhausted_memory_is_reported_and_freed)
{
    meter m = {.left = -1};
    const kiln_allocator allocator = {meter_alloc, meter_release, &m};
    kiln_composition composition;
    const kiln_entropy entropy = five(&composition);
    kiln_context *limited;
    kiln_report *report = NULL;
    char *text = NULL;
    ck_assert_int_eq(kiln_context_create(&allocator, &limited), KILN_OK);
    m.left = _i;
    kiln_status status = kiln_report_entropy(limited, NULL, &composition, &entropy, &report);
    if (status == KILN_OK) status = kiln_report_write(report, KILN_REPORT_JSON, &text, NULL);
    ck_assert(status == KILN_E_NOMEM || (status == KILN_OK && _i > 1));
    if (status != KILN_OK) ck_assert_ptr_null(text);
    kiln_report_text_free(limited, text);
    kiln_report_free(report);
    kiln_context_free(limited);
    ck_assert_int_eq(m.alive, 0);
}
END_TEST

START_TEST(fields_of_a_table_are_quoted_where_they_must_be)
{
    kiln_i_buffer b = {.ctx = ctx};
    kiln_i_csv_text(&b, "a,b");
    kiln_i_csv_text(&b, "say \"x\"");
    kiln_i_csv_text(&b, "");
    kiln_i_csv_value(&b, 0.1);
    kiln_i_csv_end(&b);
    kiln_i_csv_text(&b, "plain");
    ck_assert_str_eq(b.bytes, "\"a,b\",\"say \"\"x\"\"\",,0.1\nplain");
    kiln_i_buffer_add(&b, "", 0);
    kiln_report_text_free(ctx, b.bytes);
}
END_TEST

START_TEST(wrapped_lines_stay_within_90_columns)
{
    kiln_i_buffer b = {.ctx = ctx};
    char words[1200] = "";
    for (int i = 0; i < 100; ++i) strcat(words, i % 3 ? "± 45 °C " : "wurtzite\n");
    kiln_i_buffer_wrap(&b, words, 0, 4);
    for (char *line = strtok(b.bytes, "\n"); line; line = strtok(NULL, "\n")) ck_assert_int_le(kiln_i_text_columns(line), 90);
    kiln_report_text_free(ctx, b.bytes);
}
END_TEST

START_TEST(a_number_stays_with_its_unit)
{
    static const char *const together[] = {"1.61 R", "653 ± 94 °C", "2 wt %", "10 kJ/mol)"};
    for (int lead = 40; lead < 90; ++lead) {
        kiln_i_buffer b = {.ctx = ctx};
        char text[256];
        snprintf(text, sizeof text, "%.*s %s end", lead,
                 "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", together[_i]);
        kiln_i_buffer_wrap(&b, text, 0, 4);
        ck_assert_msg(strstr(b.bytes, together[_i]) != NULL, "%s", b.bytes);
        kiln_report_text_free(ctx, b.bytes);
    }
}
END_TEST

START_TEST(formulas_are_printed_as_a_person_would_write_them)
{
    static const char *const pairs[][2] = {
        {"(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O", "(Mg,Co,Ni,Cu,Zn)O"},
        {"(Mg0.166666667Co0.166666667Ni0.166666667Cu0.166666667Zn0.166666667Mn0.166666667)O", "(Mg,Co,Ni,Cu,Zn,Mn)O"},
        {"(Li)0.1(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)0.9O", "Li0.1(Mg,Co,Ni,Cu,Zn)0.9O"},
        {"(Mg0.333333333Co0.666666667)O", "(Mg0.3333Co0.6667)O"},
        {"LiNi0.8Mn0.2O2", "LiNi0.8Mn0.2O2"},
        {"NiFe2O4", "NiFe2O4"},
        {"Ce0.5Zr0.5O2-d", "Ce0.5Zr0.5O2-d"},
        {"", ""},
    };
    char text[512];
    kiln_i_text_formula(pairs[_i][0], text, sizeof text);
    ck_assert_str_eq(text, pairs[_i][1]);
}
END_TEST

START_TEST(a_phase_is_named_once)
{
    static const char *const cases[][3] = {
        {"wurtzite", "ZnO", "wurtzite ZnO"},
        {"LiFeO2", "LiFeO2", "LiFeO2"},
        {"bcc iron", "Fe", "bcc iron"},
        {"fcc alloy", "Cu", "fcc alloy Cu"},
        {"guggenite Cu2MO3", "(Mg0.1Cu0.9)O", "guggenite (Mg0.1Cu0.9)O"},
        {"rock salt", "", "rock salt"},
    };
    char text[128];
    json_t *phase = json_pack("{s:s, s:s}", "label", cases[_i][0], "formula", cases[_i][1]);
    kiln_i_text_phase(phase, text, sizeof text);
    ck_assert_str_eq(text, cases[_i][2]);
    json_decref(phase);
}
END_TEST

START_TEST(notes_end_without_a_line_feed)
{
    kiln_i_tree t = {ctx, KILN_OK};
    json_t *root = json_object();
    kiln_i_tree_note(&t, root, "a", "two\nlines\n \n");
    kiln_i_tree_note(&t, root, "b", "\n");
    kiln_i_tree_note(&t, root, "c", NULL);
    ck_assert_str_eq(kiln_i_tree_string(root, "a"), "two\nlines");
    ck_assert(!kiln_i_tree_has(root, "b") && !kiln_i_tree_has(root, "c"));
    json_decref(root);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *tc = context_case(suite, "report");
    tcase_add_loop_test(tc, every_format_says_the_same_number, 0, 3);
    tcase_add_loop_test(tc, not_a_number_never_leaves, 0, 3);
    tcase_add_test(tc, text_that_is_not_utf8_is_refused);
    tcase_add_test(tc, a_command_is_a_member_of_json_alone);
    tcase_add_test(tc, arguments_are_checked);
    tcase_add_loop_test(tc, exhausted_memory_is_reported_and_freed, 0, 8);
    tcase_add_test(tc, fields_of_a_table_are_quoted_where_they_must_be);
    tcase_add_test(tc, wrapped_lines_stay_within_90_columns);
    tcase_add_loop_test(tc, a_number_stays_with_its_unit, 0, 4);
    tcase_add_loop_test(tc, formulas_are_printed_as_a_person_would_write_them, 0, 8);
    tcase_add_loop_test(tc, a_phase_is_named_once, 0, 6);
    tcase_add_test(tc, notes_end_without_a_line_feed);
    return run_suite(suite);
}
