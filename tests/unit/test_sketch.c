#include "report/figure.h"
#include "support.h"

#include <kiln/kiln.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 60, LINES = 64, LINE = 256 };

/* One panel from 0 to 1 in both directions; the inside begins at column 8 of 60 and has 49 columns. Height 0.4: ten rows. */
static kiln_i_figure figure;
static char line[LINES][LINE];
static int n_lines;

static kiln_i_panel *open_panel(void)
{
    memset(&figure, 0, sizeof figure);
    figure.ctx = ctx;
    kiln_i_panel *panel = kiln_i_figure_panel(&figure, 0.4);
    panel->x = (kiln_i_axis){.label = "along", .high = 1.0};
    panel->y = (kiln_i_axis){.label = "across", .high = 1.0};
    return panel;
}

static kiln_i_series *add_series(kiln_i_panel *panel, kiln_i_series_kind kind, int style, const char *name, int n,
                                 const double (*point)[3])
{
    kiln_i_series *s = kiln_i_figure_series(&figure, panel, kind, style, name);
    ck_assert_ptr_nonnull(s);
    for (int i = 0; i < n; ++i) kiln_i_figure_add(&figure, s, point[i][0], point[i][1], point[i][2]);
    s->is_labelled = kind == KILN_I_SERIES_AREA || kind == KILN_I_SERIES_POLYGON;
    return s;
}

static void sketch(void)
{
    kiln_i_buffer b = {.ctx = ctx};
    kiln_i_figure_ranges(&figure);
    kiln_i_figure_sketch(&figure, COLUMNS, &b);
    ck_assert_int_eq(figure.status, KILN_OK);
    ck_assert_int_eq(b.status, KILN_OK);
    n_lines = 0;
    for (char *text = b.bytes, *end; (end = strchr(text, '\n')); text = end + 1) {
        ck_assert_int_lt(n_lines, LINES);
        snprintf(line[n_lines++], LINE, "%.*s", (int)(end - text), text);
    }
    kiln_report_text_free(ctx, b.bytes);
    kiln_report_text_free(ctx, (char *)figure.point);
}

static int count(const char *part)
{
    int n = 0;
    for (int i = 0; i < n_lines; ++i)
        for (const char *p = line[i]; (p = strstr(p, part)); p += strlen(part)) ++n;
    return n;
}

/* The last line with this part, "" without one. */
static const char *line_with(const char *part)
{
    for (int i = n_lines - 1; i >= 0; --i)
        if (strstr(line[i], part)) return line[i];
    return "";
}

START_TEST(a_frame_has_numbers_and_titles)
{
    open_panel();
    snprintf(figure.title, sizeof figure.title, "(Mg,Zn)O");
    sketch();
    static const char *const expected[] = {"(Mg,Zn)O",
                                           "",
                                           "across",
                                           "       ┌─────────────────────────────────────────────────┐",
                                           "     1 ┤                                                 │",
                                           "       │                                                 │",
                                           "   0.8 ┤                                                 │",
                                           "       │                                                 │",
                                           "   0.6 ┤                                                 │",
                                           "       │                                                 │",
                                           "   0.4 ┤                                                 │",
                                           "       │                                                 │",
                                           "   0.2 ┤                                                 │",
                                           "     0 ┤                                                 │",
                                           "       └┬────────┬─────────┬─────────┬─────────┬────────┬┘",
                                           "        0       0.2       0.4       0.6       0.8       1",
                                           "                              along",
                                           ""};
    ck_assert_int_eq(n_lines, (int)(sizeof expected / sizeof *expected));
    for (int i = 0; i < n_lines; ++i) ck_assert_str_eq(line[i], expected[i]);
}
END_TEST

START_TEST(an_area_is_hatched_and_holds_its_name)
{
    static const double lower[][3] = {{0.0, 0.0, 0.5}, {1.0, 0.0, 0.5}}, upper[][3] = {{0.0, 0.5, 1.0}, {1.0, 0.5, 1.0}};
    kiln_i_panel *panel = open_panel();
    add_series(panel, KILN_I_SERIES_AREA, 2, "rock salt", 2, lower);
    add_series(panel, KILN_I_SERIES_AREA, 5, "spinel", 2, upper);
    sketch();
    ck_assert_int_eq(count("/"), 5 * 49 - 11);
    ck_assert_int_eq(count("x"), 5 * 49 - 8);
    ck_assert_ptr_nonnull(strstr(line_with("rock salt"), "/ rock salt /"));
    ck_assert_int_eq(count("rock salt"), 1); /* and not in the legend */
}
END_TEST

START_TEST(a_name_without_room_stands_in_the_legend)
{
    static const double thin[][3] = {{0.0, 0.0, 0.5}, {0.1, 0.0, 0.5}};
    add_series(open_panel(), KILN_I_SERIES_AREA, 2, "rock salt", 2, thin);
    sketch();
    ck_assert_str_eq(line_with("rock salt"), "        /// rock salt");
}
END_TEST

/* A hundredth of the height, a thousandth of the width: one row, one column. */
START_TEST(what_is_thinner_than_a_cell_gets_one)
{
    static const double flat[][3] = {{0.0, 0.42, 0.43}, {1.0, 0.42, 0.43}}, narrow[][3] = {{0.5, 0.0, 1.0}, {0.501, 0.0, 1.0}},
                        polygon[][3] = {{0.1, 0.85, 0.0}, {0.101, 0.85, 0.0}, {0.101, 0.851, 0.0}};
    kiln_i_panel *panel = open_panel();
    add_series(panel, KILN_I_SERIES_AREA, 2, "", 2, flat);
    add_series(panel, KILN_I_SERIES_AREA, 3, "", 2, narrow);
    add_series(panel, KILN_I_SERIES_POLYGON, 5, "", 3, polygon);
    sketch();
    ck_assert_int_eq(count("/"), 48);
    ck_assert_int_eq(count("\\"), 10);
    ck_assert_int_eq(count("x"), 1);
}
END_TEST

START_TEST(what_has_no_thickness_is_not_there)
{
    static const double none[][3] = {{0.0, 0.5, 0.5}, {1.0, 0.5, 0.5}};
    add_series(open_panel(), KILN_I_SERIES_AREA, 2, "", 2, none);
    sketch();
    ck_assert_int_eq(count("/"), 0);
}
END_TEST

START_TEST(lines_are_letters_and_points_are_markers)
{
    static const double level[][3] = {{0.0, 0.05, 0.0}, {1.0, 0.05, 0.0}}, dashed[][3] = {{0.0, 0.95, 0.0}, {1.0, 0.95, 0.0}},
                        points[][3] = {{0.0, 0.5, 0.0}, {1.0, 0.5, 0.0}};
    kiln_i_panel *panel = open_panel();
    add_series(panel, KILN_I_SERIES_LINE, 1, "measured", 2, level);
    add_series(panel, KILN_I_SERIES_LINE, 3, "guessed", 2, dashed)->is_dashed = 1;
    add_series(panel, KILN_I_SERIES_POINTS, 0, "", 2, points);
    sketch();
    ck_assert_int_eq(count("*"), 49 + 3); /* with its place in the legend */
    ck_assert_int_eq(count("+"), 17 + 2);
    ck_assert_int_eq(count("●"), 2); /* at the very edges, within the frame */
    ck_assert_str_eq(line_with("guessed"), "        *** measured  + + guessed");
}
END_TEST

START_TEST(a_break_is_a_gap)
{
    static const double a[][3] = {{0.0, 0.5, 0.0}, {0.25, 0.5, 0.0}};
    kiln_i_series *s = add_series(open_panel(), KILN_I_SERIES_LINE, 1, "", 2, a);
    kiln_i_figure_break(&figure, s);
    kiln_i_figure_add(&figure, s, 0.75, 0.5, 0.0);
    kiln_i_figure_add(&figure, s, 1.0, 0.5, 0.0);
    sketch();
    ck_assert_int_eq(count("*"), 26);
    ck_assert_ptr_nonnull(strstr(line_with("*"), "* "));
}
END_TEST

/* Two squares of one name that are too small for it have one number. */
START_TEST(polygons_without_room_are_numbered)
{
    static const double first[][3] = {{0.1, 0.1, 0.0}, {0.2, 0.1, 0.0}, {0.2, 0.3, 0.0}, {0.1, 0.3, 0.0}},
                        second[][3] = {{0.6, 0.1, 0.0}, {0.7, 0.1, 0.0}, {0.7, 0.3, 0.0}, {0.6, 0.3, 0.0}},
                        third[][3] = {{0.8, 0.1, 0.0}, {0.9, 0.1, 0.0}, {0.9, 0.3, 0.0}, {0.8, 0.3, 0.0}};
    kiln_i_panel *panel = open_panel();
    add_series(panel, KILN_I_SERIES_POLYGON, 2, "rock salt", 4, first);
    add_series(panel, KILN_I_SERIES_POLYGON, 2, "rock salt", 4, second);
    add_series(panel, KILN_I_SERIES_POLYGON, 5, "wurtzite", 4, third);
    sketch();
    ck_assert_str_eq(line_with("rock salt"), "         1  rock salt   2  wurtzite");
    ck_assert_int_eq(count("/1/"), 2);
    ck_assert_int_eq(count("x2x"), 1);
}
END_TEST

START_TEST(a_turned_panel_has_t_along_y_and_kelvins_beside_it)
{
    static const double half[][3] = {{600.0, 0.0, 0.5}, {1000.0, 0.0, 0.5}};
    kiln_i_panel *panel = open_panel();
    panel->is_turned = 1;
    panel->y = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1, .low = 600.0, .high = 1000.0};
    add_series(panel, KILN_I_SERIES_AREA, 2, "", 2, half);
    sketch();
    ck_assert_int_eq(count("/"), 10 * 23); /* half of 45 columns, with the cell whose middle is the edge */
    ck_assert_ptr_nonnull(strstr(line_with("├ 1200"), "│"));
    ck_assert_str_eq(line[1], "temperature (°C)                             temperature (K)");
}
END_TEST

START_TEST(marks_run_across_and_labels_stand_where_they_are_put)
{
    kiln_i_panel *panel = open_panel();
    snprintf(figure.marks_name, sizeof figure.marks_name, "phases change");
    kiln_i_figure_mark(&figure, panel, 0.5);
    kiln_i_figure_label *label = kiln_i_figure_label_at(&figure, panel, 0.0, 0.95, "eutectic");
    label->anchor = KILN_I_LABEL_LEFT;
    kiln_i_figure_label_at(&figure, panel, 0.25, 0.5, "up")->angle = 90;
    sketch();
    ck_assert_int_eq(count("┊"), 10 + 1);
    ck_assert_ptr_nonnull(strstr(line_with("eutectic"), "┤eutectic  "));
    ck_assert_int_eq(count("up"), 0);
    ck_assert_int_eq(count("            u "), 1);
}
END_TEST

static kiln_i_figure_label *float_at(kiln_i_panel *panel, double x, double y, const char *text)
{
    kiln_i_figure_label *label = kiln_i_figure_label_at(&figure, panel, x, y, text);
    label->is_floating = 1;
    label->reach = 0.1;
    return label;
}

/* On the line at half the height, over it; at the right edge, moved into the frame; on an upright line, beside it. */
START_TEST(floating_labels_stand_beside_their_lines)
{
    static const double level[][3] = {{0.0, 0.45, 0.0}, {1.0, 0.45, 0.0}}, upright[][3] = {{0.2, 0.0, 0.0}, {0.2, 0.4, 0.0}};
    kiln_i_panel *panel = open_panel();
    add_series(panel, KILN_I_SERIES_LINE, 0, "", 2, level)->is_edge = 1;
    add_series(panel, KILN_I_SERIES_LINE, 0, "", 2, upright)->is_edge = 1;
    float_at(panel, 0.5, 0.45, "eutectic");
    float_at(panel, 1.0, 0.45, "melting");
    float_at(panel, 0.2, 0.2, "compound")->angle = 90;
    sketch();
    ck_assert_ptr_nonnull(strstr(line_with("eutectic"), "   melting│"));
    ck_assert_ptr_nonnull(strstr(line_with("compound"), "*compound "));
    ck_assert_int_eq(count("*"), 49 + 4);
    for (int i = 1; i < n_lines; ++i)
        if (strstr(line[i], "****")) ck_assert_ptr_nonnull(strstr(line[i - 1], "eutectic"));
}
END_TEST

START_TEST(a_floating_label_without_room_is_a_letter)
{
    static const double lines[10][2][3] = {{{0.0, 0.05, 0.0}, {0.95, 0.05, 0.0}}, {{0.0, 0.15, 0.0}, {0.95, 0.15, 0.0}},
                                           {{0.0, 0.25, 0.0}, {0.95, 0.25, 0.0}}, {{0.0, 0.35, 0.0}, {0.95, 0.35, 0.0}},
                                           {{0.0, 0.45, 0.0}, {0.95, 0.45, 0.0}}, {{0.0, 0.55, 0.0}, {0.95, 0.55, 0.0}},
                                           {{0.0, 0.65, 0.0}, {0.95, 0.65, 0.0}}, {{0.0, 0.75, 0.0}, {0.95, 0.75, 0.0}},
                                           {{0.0, 0.85, 0.0}, {0.95, 0.85, 0.0}}, {{0.0, 0.95, 0.0}, {0.95, 0.95, 0.0}}};
    kiln_i_panel *panel = open_panel();
    for (int i = 0; i < 10; ++i) add_series(panel, KILN_I_SERIES_LINE, 0, "", 2, lines[i])->is_edge = 1;
    float_at(panel, 0.5, 0.45, "eutectic");
    float_at(panel, 1.0, 0.45, "melting");
    sketch();
    ck_assert_int_eq(count("*a*"), 1); /* nowhere but on its line */
    ck_assert_ptr_nonnull(strstr(line_with("b│"), "* b│"));
    ck_assert_str_eq(line_with("eutectic"), "         a  eutectic   b  melting");
}
END_TEST

/* A database may hold what a terminal would obey. */
START_TEST(control_characters_do_not_pass)
{
    static const double lower[][3] = {{0.0, 0.0, 0.5}, {1.0, 0.0, 0.5}};
    kiln_i_panel *panel = open_panel();
    snprintf(figure.title, sizeof figure.title, "a\x1b[31mb");
    snprintf(figure.stamp, sizeof figure.stamp,
             "c\xc2\x9b"
             "d\xff");
    snprintf(panel->x.label, sizeof panel->x.label, "x\x07");
    add_series(panel, KILN_I_SERIES_AREA, 2, "e\x1b[0mf", 2, lower);
    sketch();
    ck_assert_int_eq(count("\x1b") + count("\x07") + count("\xc2\x9b") + count("\xff"), 0);
    ck_assert_str_eq(line[0], "a?[31mb");
    ck_assert_int_eq(count("e?[0mf"), 1);
}
END_TEST

START_TEST(long_texts_are_wrapped_or_cut)
{
    static const double thin[][3] = {{0.0, 0.0, 0.5}, {0.1, 0.0, 0.5}};
    kiln_i_panel *panel = open_panel();
    snprintf(figure.subtitle, sizeof figure.subtitle, "%0*d %0*d", 50, 1, 50, 2);
    char name[101];
    snprintf(name, sizeof name, "%0*d", 100, 3);
    add_series(panel, KILN_I_SERIES_AREA, 2, name, 2, thin);
    sketch();
    for (int i = 0; i < n_lines; ++i) ck_assert_int_le(kiln_i_text_columns(line[i]), COLUMNS);
    ck_assert_ptr_nonnull(strstr(line_with("///"), "…"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sketch");
    TCase *tc = context_case(suite, "sketch");
    tcase_add_test(tc, a_frame_has_numbers_and_titles);
    tcase_add_test(tc, an_area_is_hatched_and_holds_its_name);
    tcase_add_test(tc, a_name_without_room_stands_in_the_legend);
    tcase_add_test(tc, what_is_thinner_than_a_cell_gets_one);
    tcase_add_test(tc, what_has_no_thickness_is_not_there);
    tcase_add_test(tc, lines_are_letters_and_points_are_markers);
    tcase_add_test(tc, a_break_is_a_gap);
    tcase_add_test(tc, polygons_without_room_are_numbered);
    tcase_add_test(tc, a_turned_panel_has_t_along_y_and_kelvins_beside_it);
    tcase_add_test(tc, marks_run_across_and_labels_stand_where_they_are_put);
    tcase_add_test(tc, floating_labels_stand_beside_their_lines);
    tcase_add_test(tc, a_floating_label_without_room_is_a_letter);
    tcase_add_test(tc, control_characters_do_not_pass);
    tcase_add_test(tc, long_texts_are_wrapped_or_cut);
    return run_suite(suite);
}
