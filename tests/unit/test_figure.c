#include "counting.h"
#include "report/figure.h"
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <string.h>

static void expect_quoted(const char *text, const char *quoted)
{
    kiln_i_buffer b = {.ctx = ctx};
    kiln_i_figure_quote(&b, text);
    ck_assert_int_eq(b.status, KILN_OK);
    ck_assert_str_eq(b.bytes, quoted);
    kiln_report_text_free(ctx, b.bytes);
}

START_TEST(amounts_in_formulas_are_subscripts)
{
    expect_quoted("Co3O4", "'Co_{3}O_{4}'");
    expect_quoted("(Mg,Co)0.25O", "'(Mg,Co)_{0.25}O'");
    expect_quoted("CeO2-d", "'CeO_{2\xe2\x88\x92\xce\xb4}'");
    expect_quoted("CeO2-delta alone", "'CeO_{2\xe2\x88\x92\xce\xb4} alone'");
    expect_quoted("NiO1+x", "'NiO_{1+x}'");
    expect_quoted("(Mg,Co)Ox", "'(Mg,Co)O_{x}'");
    expect_quoted("air (p(O2) = 0.2095 bar)", "'air (p(O_{2}) = 0.2095 bar)'");
}
END_TEST

START_TEST(other_digits_are_not)
{
    expect_quoted("400 Pa, H/D=1", "'400 Pa, H/D=1'");
    expect_quoted("1e-5", "'1e-5'");
    expect_quoted("oxygen2", "'oxygen2'");
    expect_quoted("Oxide", "'Oxide'");
    expect_quoted("2", "'2'");
}
END_TEST

START_TEST(what_gnuplot_would_read_is_escaped)
{
    expect_quoted("it's", "'it''s'");
    expect_quoted("a_b^c@d{e}&~\\", "'a\\_b\\^c\\@d\\{e\\}\\&\\~\\\\'");
    expect_quoted("two\nlines\tand\x7f", "'two lines and '");
    expect_quoted("`date`", "'`date`'"); /* nothing in single quotes is run */
    expect_quoted("", "''");
}
END_TEST

START_TEST(a_long_text_is_set_smaller)
{
    ck_assert_double_eq_tol(kiln_i_figure_text_width("Mg", 1000.0), 863.0 + 635.0, 1e-9);
    ck_assert_double_eq_tol(kiln_i_figure_text_width("O2", 1000.0), 787.0 + 0.8 * 636.0, 1e-9);
    ck_assert_double_eq(kiln_i_figure_text_fit("Mg", 8.0, 100.0), 8.0);
    ck_assert_double_eq_tol(kiln_i_figure_text_width("Mg", kiln_i_figure_text_fit("Mg", 8.0, 5.0)), 5.0, 1e-12);
}
END_TEST

static kiln_status write_ranges(double low, double high, double *step)
{
    kiln_i_figure f = {.ctx = ctx};
    kiln_i_panel *panel = kiln_i_figure_panel(&f, 0.5);
    panel->x = (kiln_i_axis){.low = low, .high = high};
    kiln_i_series *line = kiln_i_figure_series(&f, panel, KILN_I_SERIES_LINE, 0, "");
    kiln_i_figure_add(&f, line, low, 2.0, 0.0);
    kiln_i_figure_break(&f, line);
    kiln_i_figure_break(&f, line);
    kiln_i_figure_add(&f, line, high, 2.0, 0.0);
    ck_assert_uint_eq(line->n, 3); /* two breaks are one */
    kiln_i_figure_ranges(&f);
    ck_assert(panel->y.low < 2.0 && panel->y.high > 2.0); /* a flat line has a range to lie in */
    *step = panel->x.step;
    kiln_report_text_free(ctx, (char *)f.point);
    return f.status;
}

START_TEST(steps_of_axes_are_round)
{
    static const double high[] = {1.0, 500.0, 800.0, 2e-3, 7e5}, expected[] = {0.2, 100.0, 200.0, 5e-4, 2e5};
    double step;
    ck_assert_int_eq(write_ranges(0.0, high[_i], &step), KILN_OK);
    ck_assert_double_eq_tol(step, expected[_i], 1e-12 * expected[_i]);
}
END_TEST

/* A horizontal line of a panel 100 points wide and high, in units of a point. */
static kiln_i_figure_label *add_line_with_label(kiln_i_figure *f, kiln_i_panel *panel, double y, const char *text)
{
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 0, "");
    kiln_i_figure_add(f, line, 10.0, y, 0.0);
    kiln_i_figure_add(f, line, 90.0, y, 0.0);
    kiln_i_figure_label *label = kiln_i_figure_label_at(f, panel, 50.0, y, text);
    label->is_floating = 1;
    label->reach = 40.0;
    return label;
}

static void expect_apart(const kiln_i_panel *panel)
{
    for (int i = 0; i < panel->n_labels; ++i)
        for (int j = 0; j < i; ++j) {
            const kiln_i_figure_box a = kiln_i_figure_label_box(panel, &panel->label[i], 8.0, 100.0, 100.0),
                                    b = kiln_i_figure_label_box(panel, &panel->label[j], 8.0, 100.0, 100.0);
            ck_assert(!kiln_i_figure_boxes_meet(&a, &b));
        }
}

/* Lines 3 points from each other: no text fits between, and no two texts on one side of all. */
START_TEST(labels_of_lines_stand_apart_or_become_letters)
{
    kiln_i_figure *f = calloc(1, sizeof *f);
    int keys = 0;
    f->ctx = ctx;
    kiln_i_panel *panel = kiln_i_figure_panel(f, 1.0);
    panel->x = panel->y = (kiln_i_axis){.low = 0.0, .high = 100.0};
    for (int i = 0; i < 4; ++i) (void)add_line_with_label(f, panel, 50.0 + 3.0 * i, "eutectic 1000 K");
    kiln_i_figure_float(f, panel, 8.0, 100.0, 100.0, &keys);
    expect_apart(panel);
    ck_assert_int_eq(panel->label[0].key, 0); /* below */
    ck_assert_double_lt(panel->label[0].y, 50.0);
    ck_assert_int_eq(panel->label[3].key, 0); /* above */
    ck_assert_int_eq(panel->label[1].key, 'a');
    ck_assert_int_eq(panel->label[2].key, 'b');
    for (int i = 1; i < 3; ++i) ck_assert_double_eq(panel->label[i].tip_y, 50.0 + 3.0 * i); /* each points to its own line */
    ck_assert_int_eq(keys, 2);
    kiln_report_text_free(ctx, (char *)f->point);
    free(f);
}
END_TEST

static kiln_i_series *add_level(kiln_i_figure *f, kiln_i_panel *panel, double y)
{
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 0, "a name");
    for (int k = 0; k <= 10; ++k) kiln_i_figure_add(f, line, k, y, 0.0);
    line->is_labelled = 1;
    return line;
}

START_TEST(names_of_lines_stand_beside_them_or_nowhere)
{
    static const double font = 8.0, width = 200.0, height = 100.0;
    int number = 0;
    kiln_i_figure *f = calloc(1, sizeof *f);
    f->ctx = ctx;
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.5);
    panel->x.high = panel->y.high = 10.0;
    kiln_i_series *low = add_level(f, panel, 2.0), *high = add_level(f, panel, 7.0);
    kiln_i_figure_place(f, panel, font, width, height, &number);
    ck_assert(low->has_label && high->has_label);
    ck_assert_double_lt(fabs(low->label_y - 2.0), 0.5 * fabs(low->label_y - 7.0));
    ck_assert_double_gt(fabs(low->label_y - 2.0) * height / 10.0, 0.5 * font); /* beside, not over it */
    ck_assert_double_lt(fabs(high->label_y - 7.0), 0.5 * fabs(high->label_y - 2.0));
    for (int k = 1; k < 40; ++k) add_level(f, panel, 0.25 * k);
    kiln_i_figure_place(f, panel, font, width, height, &number);
    ck_assert(!low->has_label && !high->has_label); /* no room among these */
    ck_assert_int_eq(f->status, KILN_OK);
    kiln_report_text_free(ctx, (char *)f->point);
    free(f);
}
END_TEST

START_TEST(boxes_that_touch_do_not_meet)
{
    const kiln_i_figure_box a = {0.0, 1.0, 0.0, 1.0}, beside = {1.0, 2.0, 0.0, 1.0}, over = {0.9, 2.0, 0.9, 2.0};
    ck_assert(!kiln_i_figure_boxes_meet(&a, &beside));
    ck_assert(kiln_i_figure_boxes_meet(&a, &over));
    ck_assert(kiln_i_figure_boxes_meet(&over, &a));
}
END_TEST

/* Cobalt oxide in air at two temperatures. */
typedef struct cobalt {
    kiln_context *own;
    kiln_database *db;
    kiln_system *system;
    kiln_solver *solver;
    kiln_report *report;
} cobalt;

static void open_cobalt(cobalt *c, const kiln_allocator *allocator)
{
    static const double T_K[] = {1000.0, 1300.0};
    kiln_step_row rows[2];
    kiln_composition x;
    kiln_atmosphere air;
    ck_assert_int_eq(kiln_context_create(allocator, &c->own), KILN_OK);
    ck_assert_int_eq(kiln_database_load(c->own, KILN_TEST_DATABASES "/kiln.yaml", &c->db), KILN_OK);
    ck_assert_int_eq(kiln_composition_parse(c->own, "CoO", &x), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(c->own, "air", &air), KILN_OK);
    ck_assert_int_eq(kiln_system_create(c->own, c->db, &x, &air, NULL, &c->system), KILN_OK);
    ck_assert_int_eq(kiln_solver_create(c->system, NULL, &c->solver), KILN_OK);
    ck_assert_int_eq(kiln_step_solve(c->solver, 2, T_K, rows, NULL, NULL), KILN_OK);
    ck_assert_int_eq(kiln_report_step(c->own, c->system, NULL, 2, rows, NULL, &c->report), KILN_OK);
}

static void close_cobalt(cobalt *c)
{
    kiln_report_free(c->report);
    kiln_solver_free(c->solver);
    kiln_system_free(c->system);
    kiln_database_free(c->db);
    kiln_context_free(c->own);
}

/* Of a script and of a sketch. */
START_TEST(failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    cobalt c;
    char *text = NULL;
    kiln_status status = KILN_E_NOMEM;
    fail_at = 0;
    open_cobalt(&c, &counting);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        calls = 0;
        fail_at = at;
        status = _i ? kiln_report_sketch(c.report, 0, &text, NULL) : kiln_report_figure(c.report, NULL, &text, NULL);
        fail_at = 0;
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !text && out_now == before));
    }
    ck_assert_int_eq(status, KILN_OK);
    kiln_report_text_free(c.own, text);
    close_cobalt(&c);
    ck_assert_int_eq(out_now, 0);
}
END_TEST

START_TEST(cations_of_a_phase_have_a_panel)
{
    static const double T_K[] = {1000.0, 1300.0};
    kiln_step_row rows[2];
    kiln_report *report;
    cobalt c;
    char *script;
    open_cobalt(&c, NULL);
    ck_assert_int_eq(kiln_step_solve(c.solver, 2, T_K, rows, NULL, NULL), KILN_OK);
    kiln_report_step_details details = {.extrapolate_K = INFINITY, .compositions_of = "spinel"};
    ck_assert_int_eq(kiln_report_step(c.own, c.system, NULL, 2, rows, &details, &report), KILN_OK);
    ck_assert_int_eq(kiln_report_figure(report, NULL, &script, NULL), KILN_OK);
    ck_assert_ptr_nonnull(strstr(script, "cations of cubic spinel"));
    ck_assert_ptr_nonnull(strstr(script, "$panel3_1"));
    kiln_report_text_free(c.own, script);
    kiln_report_free(report);
    details.compositions_of = "perovskite";
    ck_assert_int_eq(kiln_report_step(c.own, c.system, NULL, 2, rows, &details, &report), KILN_E_ARG);
    ck_assert_ptr_null(report);
    close_cobalt(&c);
}
END_TEST

START_TEST(what_sketches_refuse)
{
    static const int widths[] = {-1, 59, 201};
    cobalt c;
    char *text = NULL;
    size_t length;
    open_cobalt(&c, NULL);
    ck_assert_int_eq(kiln_report_sketch(NULL, 0, &text, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_sketch(c.report, 0, NULL, NULL), KILN_E_ARG);
    for (int i = 0; i < 3; ++i) {
        ck_assert_int_eq(kiln_report_sketch(c.report, widths[i], &text, NULL), KILN_E_ARG);
        ck_assert_ptr_null(text);
    }
    ck_assert_int_eq(kiln_report_sketch(c.report, 200, &text, &length), KILN_OK);
    ck_assert_uint_eq(length, strlen(text));
    ck_assert_ptr_nonnull(strstr(text, "rock salt"));
    kiln_report_text_free(c.own, text);
    close_cobalt(&c);
}
END_TEST

START_TEST(what_figures_refuse)
{
    cobalt c;
    char *script = NULL;
    size_t length;
    kiln_figure_options o;
    open_cobalt(&c, NULL);
    ck_assert_int_eq(kiln_figure_options_init(NULL, KILN_FIGURE_OPTIONS_VERSION), KILN_E_ARG);
    ck_assert_int_eq(kiln_figure_options_init(&o, 0), KILN_E_ARG);
    ck_assert_int_eq(kiln_figure_options_init(&o, KILN_FIGURE_OPTIONS_VERSION), KILN_OK);
    ck_assert_int_eq(kiln_report_figure(NULL, &o, &script, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_figure(c.report, &o, NULL, NULL), KILN_E_ARG);
    static const double widths[] = {59.0, 401.0, -85.0, NAN, INFINITY};
    for (int i = 0; i < 5; ++i) {
        o.width_mm = widths[i];
        ck_assert_int_eq(kiln_report_figure(c.report, &o, &script, NULL), KILN_E_ARG);
        ck_assert_ptr_null(script);
    }
    static const char *const fonts[] = {"",       " Sans", "Sans'",
                                        "Sans,9", "a\nb",  "0123456789012345678901234567890123456789012345678901234567890123x"};
    for (int i = 0; i < 6; ++i) {
        o = (kiln_figure_options){.version = KILN_FIGURE_OPTIONS_VERSION, .font = fonts[i]};
        ck_assert_int_eq(kiln_report_figure(c.report, &o, &script, NULL), KILN_E_ARG);
        ck_assert_ptr_nonnull(strstr(kiln_context_error(c.own), "letters, digits"));
    }
    o.font = "Nimbus Sans-2";
    ck_assert_int_eq(kiln_report_figure(c.report, &o, &script, NULL), KILN_OK);
    ck_assert_ptr_nonnull(strstr(script, "font 'Nimbus Sans-2,8'"));
    kiln_report_text_free(c.own, script);
    o = (kiln_figure_options){.version = KILN_FIGURE_OPTIONS_VERSION, .format = KILN_FIGURE_PDF, .theme = KILN_FIGURE_SLIDE};
    ck_assert_int_eq(kiln_report_figure(c.report, &o, &script, &length), KILN_OK);
    ck_assert_uint_eq(length, strlen(script));
    ck_assert_ptr_nonnull(strstr(script, "set terminal pdfcairo"));
    kiln_report_text_free(c.own, script);
    close_cobalt(&c);
}
END_TEST

START_TEST(not_every_result_has_a_figure)
{
    kiln_composition x;
    kiln_entropy entropy;
    kiln_report *report;
    char *script;
    ck_assert_int_eq(kiln_composition_parse(ctx, "(Mg,Co)O", &x), KILN_OK);
    ck_assert_int_eq(kiln_entropy_compute(&x, &entropy), KILN_OK);
    ck_assert_int_eq(kiln_report_entropy(ctx, NULL, &x, &entropy, &report), KILN_OK);
    ck_assert_int_eq(kiln_report_has_figure(report), 0);
    ck_assert_int_eq(kiln_report_has_figure(NULL), 0);
    ck_assert_int_eq(kiln_report_figure(report, NULL, &script, NULL), KILN_E_ARG);
    ck_assert_error_has("kiln.entropy/1");
    ck_assert_int_eq(kiln_report_sketch(report, 0, &script, NULL), KILN_E_ARG);
    kiln_report_free(report);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("figure");
    TCase *tc = context_case(suite, "figures");
    tcase_add_test(tc, amounts_in_formulas_are_subscripts);
    tcase_add_test(tc, other_digits_are_not);
    tcase_add_test(tc, what_gnuplot_would_read_is_escaped);
    tcase_add_test(tc, a_long_text_is_set_smaller);
    tcase_add_loop_test(tc, steps_of_axes_are_round, 0, 5);
    tcase_add_loop_test(tc, failed_allocations_are_undone, 0, 2);
    tcase_add_test(tc, what_sketches_refuse);
    tcase_add_test(tc, cations_of_a_phase_have_a_panel);
    tcase_add_test(tc, labels_of_lines_stand_apart_or_become_letters);
    tcase_add_test(tc, boxes_that_touch_do_not_meet);
    tcase_add_test(tc, names_of_lines_stand_beside_them_or_nowhere);
    tcase_add_test(tc, what_figures_refuse);
    tcase_add_test(tc, not_every_result_has_a_figure);
    return run_suite(suite);
}
