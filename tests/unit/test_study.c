/* Studies: what is read, sweeps against lists written by hand, and refusals with their places. */
#include "counting.h"
#include "support.h"

#include <kiln/kiln.h>
#include <stdio.h>

static const kiln_study_option window_options[] = {{"at", 1, 0}, {"atmosphere", 1, 0}, {"set", 1, 1}, {"no-certify", 0, 0}};
static const kiln_study_option gap_options[] = {{"range", 1, 0}, {"set", 1, 1}};
static const kiln_study_option fit_options[] = {{"starts", 1, 0}};
static const kiln_study_verb verbs[] = {{"window", "formula", 1, 1, 4, window_options},
                                        {"diagram tx", "formula", 2, 2, 2, gap_options},
                                        {"fit", "what", 1, 1, 1, fit_options},
                                        {"entropy curves", "formula", 0, 1, 0, NULL}};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

static kiln_status parse(const char *text, kiln_study **out)
{
    return kiln_study_parse(ctx, text, strlen(text), "s.yaml", N_VERBS, verbs, out);
}

static kiln_study *read(const char *text)
{
    kiln_study *study;
    const kiln_status status = parse(text, &study);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    return study;
}

/* Name and words of a case, "name: word|word". */
static void has_case(const kiln_study *study, int i, const char *expected)
{
    char line[512];
    ck_assert_int_lt(i, study->n_cases);
    const kiln_study_case *c = &study->cases[i];
    int used = snprintf(line, sizeof line, "%s:", c->name);
    for (int k = 0; k < c->n_words; ++k)
        used += snprintf(line + used, sizeof line - (size_t)used, "%c%s", k ? '|' : ' ', c->words[k]);
    ck_assert_str_eq(line, expected);
}

static const char whole[] = "study: copper\n"
                            "defaults: {verb: window, atmosphere: air, no-certify: true}\n"
                            "cases:\n"
                            "  base: {formula: MgO, at: 900C}\n"
                            "  soft: {formula: MgO, no-certify: false, set: [a=1, b=-2], atmosphere: -Ar}\n"
                            "  join: {verb: diagram tx, formula: [MgO, CuO], range: 800C:900C, figures: []}\n"
                            "  fit: {verb: fit, what: data.yaml}\n"
                            "  curves: {verb: entropy curves}\n"
                            "outputs: [csv, json]\n"
                            "figures: svg\n"
                            "summary: {from: result/windows/0/low/T_K, by: result/x}\n";

START_TEST(a_study_is_read)
{
    kiln_study *s = read(whole);
    ck_assert_str_eq(s->name, "copper");
    ck_assert_str_eq(s->file, "s.yaml");
    ck_assert_str_eq(s->text, whole);
    ck_assert_int_eq(s->n_cases, 5);
    has_case(s, 0, "base: window|MgO|--at|900C|--atmosphere|air|--no-certify");
    has_case(s, 1, "soft: window|MgO|--atmosphere=-Ar|--set|a=1|--set|b=-2");
    has_case(s, 2, "join: diagram|tx|MgO|CuO|--range|800C:900C");
    has_case(s, 3, "fit: fit|data.yaml");
    has_case(s, 4, "curves: entropy|curves");
    ck_assert_int_eq(s->cases[2].verb, 1);
    ck_assert_int_eq(s->cases[2].line, 6);
    ck_assert_int_eq(s->cases[2].column, 3);
    ck_assert_int_eq(s->n_outputs, 2);
    ck_assert_str_eq(s->outputs[1], "json");
    ck_assert_int_eq(s->cases[0].n_figures, 1);
    ck_assert_str_eq(s->cases[0].figures[0], "svg");
    ck_assert_int_eq(s->cases[2].n_figures, 0);
    ck_assert_int_eq(s->n_columns, 2);
    ck_assert_str_eq(s->columns[0].name, "from");
    ck_assert_str_eq(s->columns[0].member, "result/windows/0/low/T_K");
    kiln_study_free(s);
}
END_TEST

START_TEST(a_product_goes_through_all_combinations)
{
    kiln_study *s = read("study: s\ncases:\n  c:\n    verb: window\n    formula: \"(MgCo){0.5*(1-x)}Cu{x}O\"\n"
                         "    sweep: {product: {x: [0.1, 0.2], atmosphere: [air, H2/H2O=1]}}\n");
    ck_assert_int_eq(s->n_cases, 4);
    has_case(s, 0, "c-0.1-air: window|(MgCo)0.45Cu0.1O|--atmosphere|air");
    has_case(s, 1, "c-0.1-H2_H2O_1: window|(MgCo)0.45Cu0.1O|--atmosphere|H2/H2O=1");
    has_case(s, 2, "c-0.2-air: window|(MgCo)0.4Cu0.2O|--atmosphere|air");
    has_case(s, 3, "c-0.2-H2_H2O_1: window|(MgCo)0.4Cu0.2O|--atmosphere|H2/H2O=1");
    ck_assert_int_eq(s->cases[3].n_variables, 2);
    ck_assert_str_eq(s->cases[3].variables[0].name, "x");
    ck_assert_str_eq(s->cases[3].variables[0].value, "0.2");
    ck_assert_str_eq(s->cases[3].variables[1].value, "H2/H2O=1");
    kiln_study_free(s);
}
END_TEST

START_TEST(a_zip_goes_through_its_lists_together)
{
    kiln_study *s = read(
        "study: s\ndefaults: {verb: window, formula: \"{metal}O\", sweep: {product: {at: [1K, 2K]}, zip: {metal: [Mg, Ni], v: [-3, 4]}}}\n"
        "cases:\n  c: {set: [\"L={v}kJ/mol\"]}\n");
    ck_assert_int_eq(s->n_cases, 4);
    has_case(s, 0, "c-1K-Mg--3: window|MgO|--at|1K|--set|L=-3kJ/mol");
    has_case(s, 1, "c-1K-Ni-4: window|NiO|--at|1K|--set|L=4kJ/mol");
    has_case(s, 2, "c-2K-Mg--3: window|MgO|--at|2K|--set|L=-3kJ/mol");
    has_case(s, 3, "c-2K-Ni-4: window|NiO|--at|2K|--set|L=4kJ/mol");
    kiln_study_free(s);
}
END_TEST

START_TEST(braces_calculate)
{
    static const struct {
        const char *in, *out;
    } rows[] = {{"{x}", "0.30"},
                {"{x*1}", "0.3"},
                {"{1-x}", "0.7"},
                {"{ (1 - x) / 4 }", "0.175"},
                {"{-x+1e-3}", "-0.299"},
                {"{2*(x-(x-1))}", "2"},
                {"{x-x}", "0"},
                {"a{x}b{y}c", "a0.30b7c"},
                {"{y-x}", "6.7"},
                {"{x-y}", "hyphen"},
                {"{1/3}", "0.333333333333"},
                {"{-(-y)}", "7"},
                {"{x - y}", "-6.7"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        char text[512], words[256];
        snprintf(
            text, sizeof text,
            "study: s\ncases: {c: {verb: window, formula: \"q%s\", set: [\"{x}{y}{x-y}\"], sweep: {zip: {x: [0.30], y: [7], x-y: [hyphen]}}}}\n",
            rows[i].in);
        kiln_study *s = read(text);
        snprintf(words, sizeof words, "q%s", rows[i].out);
        ck_assert_str_eq(s->cases[0].words[1], words);
        kiln_study_free(s);
    }
}
END_TEST

START_TEST(long_names_become_numbers)
{
    kiln_study *s = read(
        "study: s\ncases: {c: {verb: window, sweep: {product: {formula: ["
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, \"(Mg,Co)O\"]}}}}\n");
    ck_assert_str_eq(s->cases[0].name, "c-1");
    ck_assert_str_eq(s->cases[1].name, "c-Mg_Co_O");
    kiln_study_free(s);
}
END_TEST

#define CASE(text) "study: s\ndefaults: {verb: window, formula: MgO}\ncases:\n  c: {" text "}\n"

/* A malformed study and how its message begins; what else it has to say. */
static const struct {
    const char *text, *place, *words;
} refused[] = {
    {"", "s.yaml:1:1: ", ""},
    {"- a\n", "s.yaml:1:1: ", "expected a study as a mapping"},
    {"cases: {a: {verb: window, formula: MgO}}\n", "s.yaml:1:1: ", "\"study\""},
    {"study: s\n", "s.yaml:1:1: ", "\"cases\""},
    {"study: s\ncases: []\n", "s.yaml:2:8: ", "cases as a mapping"},
    {"study: s\ncases: {}\n", "s.yaml:2:8: ", "at least one case"},
    {"study: [s]\ncases: {a: {verb: fit, what: f}}\n", "s.yaml:1:8: ", "name"},
    {"study: s\ncasse: {}\n",
     "s.yaml:2:1: ", "expected one of the keys study, defaults, cases, outputs, figures, summary; found \"casse\""},
    {"study: s\nstudy: s\n", "s.yaml:2:1: ", "each key once"},
    {"study: s\ncases: {a: 1}\n", "s.yaml:2:12: ", "a case as a mapping"},
    {"study: s\ncases: {a: {formula: MgO}}\n", "s.yaml:2:9: ", "\"verb\""},
    {"study: s\ncases:\n  a: {verb: widow}\n", "s.yaml:3:13: ", "did you mean window?; verbs are window, diagram tx, fit"},
    {"study: s\ncases:\n  a: {verb: [window]}\n", "s.yaml:3:13: ", "the verb as one value"},
    {"study: s\ndefaults: [a]\ncases: {a: {verb: fit, what: f}}\n", "s.yaml:2:11: ", "defaults as a mapping"},
    {"study: s\ndefaults: {verb: fit, what: f, atmosphere: air}\ncases: {a: {}}\n",
     "s.yaml:2:32: ", "kiln fit has no \"atmosphere\""},
    {"study: s\ncases:\n  a/b: {verb: fit, what: f}\n", "s.yaml:3:3: ", "letters, digits"},
    {"study: s\ncases:\n  .a: {verb: fit, what: f}\n", "s.yaml:3:3: ", "found \".a\""},
    {"study: s\ncases:\n  manifest: {verb: fit, what: f}\n", "s.yaml:3:3: ", "every study writes"},
    {"study: s\ncases:\n  a: {verb: window}\n", "s.yaml:3:3: ", "\"formula\" of kiln window"},
    {"study: s\ncases:\n  a: {verb: diagram tx, formula: MgO}\n",
     "s.yaml:3:34: ", "expected 2 in formula of kiln diagram tx, found 1"},
    {"study: s\ncases:\n  a: {verb: fit, formula: MgO}\n",
     "s.yaml:3:18: ", "kiln fit has no \"formula\"; valid keys are verb, sweep, figures, what, starts"},
    {CASE("atmosfere: air"), "s.yaml:4:7: ",
     "kiln window has no \"atmosfere\", did you mean atmosphere?; valid keys are verb, sweep, figures, formula, at, atmosphere, set, no-certify"},
    {CASE("format: json"), "s.yaml:4:7: ", "no \"format\""},
    {CASE("at: [900C, 950C]"), "s.yaml:4:11: ", "one value of at, found a list; several cases are made by sweep"},
    {CASE("at: {T: 900C}"), "s.yaml:4:11: ", "at as one value"},
    {CASE("at: "), "s.yaml:4:7: ", "at as one value"},
    {CASE("set: [[a]]"), "s.yaml:4:13: ", "set as one value"},
    {CASE("no-certify: yes"), "s.yaml:4:19: ", "no-certify takes no value: expected true or false, found \"yes\""},
    {CASE("formula: --help"), "s.yaml:4:16: ", "found an option"},
    {CASE("formula: \"a\\nb\""), "s.yaml:4:17: ", "on one line"},
    {CASE("sweep: 1"), "s.yaml:4:14: ", "product or zip"},
    {CASE("sweep: {}"), "s.yaml:4:7: ", "expected keys in the sweep"},
    {CASE("sweep: {prodct: {at: [1K]}}"), "s.yaml:4:15: ", "expected one of the keys product, zip; found \"prodct\""},
    {CASE("sweep: {product: [1K]}"), "s.yaml:4:24: ", "keys with lists"},
    {CASE("sweep: {product: {at: 1K}}"), "s.yaml:4:29: ", "as a sequence"},
    {CASE("sweep: {product: {at: []}}"), "s.yaml:4:25: ", "values of at, found none"},
    {CASE("sweep: {product: {at: [[1K]]}}"), "s.yaml:4:30: ", "each value of a sweep as one value"},
    {CASE("sweep: {product: {y: [1]}}"),
     "s.yaml:4:25: ", "\"y\" is neither a key of kiln window nor in the case's values as {y}"},
    {CASE("sweep: {product: {atmosfere: [air]}}"), "s.yaml:4:25: ", "as {atmosfere}, did you mean atmosphere?; keys are verb"},
    {CASE("sweep: {zip: {at: [1K, 2K], set: [a]}}"), "s.yaml:4:40: ", "expected 2 values of set as of at, found 1"},
    {CASE("sweep: {product: {at: [1K]}, zip: {at: [2K]}}"), "s.yaml:4:42: ", "found it in both"},
    {CASE("sweep: {product: {at: [1K, 1K]}}"), "s.yaml:4:3: ", "another c-1K"},
    {CASE("at: \"{x}\""), "s.yaml:4:13: ", "none: this case has no sweep"},
    {CASE("at: \"{y}\", sweep: {zip: {x: [1]}}"), "s.yaml:4:13: ", "a name of the case's sweep (x), found \"y\""},
    {CASE("at: \"{x\", sweep: {zip: {x: [1]}}"), "s.yaml:4:14: ", "found the end"},
    {CASE("at: \"{x*}\", sweep: {zip: {x: [1]}}"), "s.yaml:4:15: ", "expected a number, a name"},
    {CASE("at: \"{(x}\", sweep: {zip: {x: [1]}}"), "s.yaml:4:15: ", "expected \")\""},
    {CASE("at: \"{x 2}\", sweep: {zip: {x: [1]}}"), "s.yaml:4:15: ", "expected +, -, *, /"},
    {CASE("at: \"{}\""), "s.yaml:4:13: ", "expected a number"},
    {CASE("at: \"a}\""), "s.yaml:4:13: ", "\"{\" before"},
    {CASE("at: \"{1/x}\", sweep: {zip: {x: [0]}}"), "s.yaml:4:16: ", "division by zero"},
    {CASE("at: \"{2*x}\", sweep: {zip: {x: [Ar]}}"), "s.yaml:4:15: ", "numbers to calculate with, found x = Ar"},
    {CASE("figures: [gif]"), "s.yaml:4:17: ", "expected figures of svg, pdf or png, found \"gif\""},
    {CASE("at: 1K") "outputs: [xml]\n", "s.yaml:5:11: ", "expected outputs of json, csv or txt, found \"xml\""},
    {CASE("at: 1K") "outputs: [csv, csv]\n", "s.yaml:5:16: ", "csv once"},
    {CASE("at: 1K") "figures: {svg: 1}\n", "s.yaml:5:10: ", "figures"},
    {CASE("at: 1K") "summary: [result]\n", "s.yaml:5:10: ", "summary"},
    {CASE("at: 1K") "summary: {from: [a]}\n", "s.yaml:5:17: ", "a member of results"},
};

START_TEST(what_is_wrong_has_its_place)
{
    kiln_study *s;
    ck_assert_int_eq(parse(refused[_i].text, &s), KILN_E_PARSE);
    ck_assert_ptr_null(s);
    const char *error = kiln_context_error(ctx);
    ck_assert_msg(strncmp(error, refused[_i].place, strlen(refused[_i].place)) == 0, "\"%s\" is not at %s", error,
                  refused[_i].place);
    ck_assert_error_has(refused[_i].words);
}
END_TEST

START_TEST(more_cases_than_allowed_are_refused)
{
    char list[1024] = "", text[4096];
    for (int i = 0; i < 101; ++i) snprintf(list + strlen(list), sizeof list - strlen(list), "%s%d", i ? ", " : "", i);
    snprintf(text, sizeof text,
             "study: s\ncases: {c: {verb: window, formula: \"{a}{b}\", sweep: {product: {a: [%s], b: [%s]}}}}\n", list, list);
    kiln_study *s;
    ck_assert_int_eq(parse(text, &s), KILN_E_PARSE);
    ck_assert_error_has("at most 10000 cases");
}
END_TEST

START_TEST(arguments_are_checked)
{
    kiln_study *s;
    ck_assert_int_eq(kiln_study_parse(NULL, "a", 1, "a", 1, verbs, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_study_parse(ctx, "a", 1, "a", 0, verbs, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_study_parse(ctx, "a", 1, "a", 1, verbs, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_study_load(ctx, "/nonexistent/study.yaml", N_VERBS, verbs, &s), KILN_E_IO);
    ck_assert_ptr_null(s);
    kiln_study_free(NULL);
}
END_TEST

START_TEST(every_failed_allocation_is_reported)
{
    const kiln_allocator allocator = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    int ended = 0;
    for (fail_at = 2; !ended && fail_at < 2000; ++fail_at) {
        kiln_study *s;
        calls = out_now = 0;
        ck_assert_int_eq(kiln_context_create(&allocator, &own), KILN_OK);
        const kiln_status status = kiln_study_parse(own, whole, sizeof whole - 1, "s.yaml", N_VERBS, verbs, &s);
        ended = status == KILN_OK;
        if (!ended) ck_assert_int_eq(status, KILN_E_NOMEM);
        ck_assert(ended == (s != NULL));
        kiln_study_free(s);
        kiln_context_free(own);
        ck_assert_int_eq(out_now, 0);
    }
    ck_assert(ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("study");
    TCase *tc = context_case(suite, "reading");
    tcase_add_test(tc, a_study_is_read);
    tcase_add_test(tc, a_product_goes_through_all_combinations);
    tcase_add_test(tc, a_zip_goes_through_its_lists_together);
    tcase_add_test(tc, braces_calculate);
    tcase_add_test(tc, long_names_become_numbers);
    tcase_add_loop_test(tc, what_is_wrong_has_its_place, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tc, more_cases_than_allowed_are_refused);
    tcase_add_test(tc, arguments_are_checked);
    tcase_add_test(tc, every_failed_allocation_is_reported);
    return run_suite(suite);
}
