/* Candidates by index: as many as combinatorics says, each once, in the order that is promised. */
#define _POSIX_C_SOURCE 200809L

#include "support.h"

#include <fcntl.h>
#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static kiln_candidates_options o;

static void setup(void)
{
    context_setup();
    ck_assert_int_eq(kiln_candidates_options_init(&o, KILN_CANDIDATES_OPTIONS_VERSION), KILN_OK);
}

static kiln_candidates *made(void)
{
    kiln_candidates *c;
    const kiln_status status = kiln_candidates_create(ctx, &o, &c);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    return c;
}

static void from(kiln_candidates_kind kind, const char *const *formulas, int n, const char *pool)
{
    o.kind = kind;
    o.formulas = formulas;
    o.n_formulas = n;
    o.from = pool;
}

static const char *at(const kiln_candidates *c, uint64_t index)
{
    static char formula[KILN_FORMULA_BYTES];
    ck_assert_int_eq(kiln_candidates_at(c, ctx, index, formula), KILN_OK);
    return formula;
}

static kiln_composition composition_at(const kiln_candidates *c, uint64_t index)
{
    kiln_composition x;
    ck_assert_int_eq(kiln_composition_parse(ctx, at(c, index), &x), KILN_OK);
    return x;
}

static int refused(const char *says)
{
    kiln_candidates *c;
    const kiln_status status = kiln_candidates_create(ctx, &o, &c);
    ck_assert_int_ne(status, KILN_OK);
    ck_assert_ptr_null(c);
    ck_assert_error_has(says);
    return status;
}

static const char *const rocksalt[] = {"(*)O"}, *const two[] = {"La(*)O3", "(*)3O4"};

/* All subsets of 3 and 4 of seven, by brute force over bits: the same set, each once. */
START_TEST(choices_are_all_subsets)
{
    static const char *const symbols[] = {"Mg", "Co", "Ni", "Cu", "Zn", "Mn", "Fe"};
    int seen[128] = {0};
    from(KILN_CANDIDATES_CHOOSE, rocksalt, 1, "Mg,Co,Ni,Cu,Zn,Mn,Fe");
    o.choose_least = 3;
    o.choose_most = 4;
    kiln_candidates *c = made();
    ck_assert_uint_eq(kiln_candidates_n(c), 35 + 35);
    for (uint64_t i = 0; i < 70; ++i) {
        const kiln_composition x = composition_at(c, i);
        int bits = 0;
        for (int k = 0; k < x.n; ++k)
            for (int s = 0; s < 7; ++s)
                if (strcmp(kiln_element_symbol(x.component[k].z), symbols[s]) == 0) {
                    bits |= 1 << s;
                    ck_assert_double_eq_tol(x.component[k].amount, 1.0 / (x.n - 1), 1e-15);
                }
        ck_assert_int_eq(x.n - 1, i < 35 ? 3 : 4);
        ck_assert_int_eq(seen[bits]++, 0);
    }
    kiln_candidates_free(c);
}
END_TEST

START_TEST(choices_come_in_the_order_of_the_pool)
{
    from(KILN_CANDIDATES_CHOOSE, two, 2, " Mg, Co ,Ni,Cu");
    o.choose_least = o.choose_most = 2;
    kiln_candidates *c = made();
    static const char *const order[] = {"Mg,Co", "Mg,Ni", "Mg,Cu", "Co,Ni", "Co,Cu", "Ni,Cu"};
    ck_assert_uint_eq(kiln_candidates_n(c), 12);
    for (int i = 0; i < 6; ++i) {
        char formula[64];
        snprintf(formula, sizeof formula, "La(%s)O3", order[i]);
        ck_assert_str_eq(at(c, (uint64_t)i), formula);
        snprintf(formula, sizeof formula, "(%s)3O4", order[i]);
        ck_assert_str_eq(at(c, (uint64_t)i + 6), formula);
    }
    kiln_candidates_free(c);
}
END_TEST

/* 15504 of five of twenty, and 2.5e11 of twelve of forty-eight: any index at once. */
START_TEST(choices_of_many)
{
    from(KILN_CANDIDATES_CHOOSE, rocksalt, 1, "Mg,Co,Ni,Cu,Zn,Mn,Fe,Ca,Sr,Ba,Cd,Be,V,Ti,Cr,Al,Ga,In,Sc,Y");
    kiln_candidates *c = made();
    ck_assert_uint_eq(kiln_candidates_n(c), 15504);
    ck_assert_str_eq(at(c, 15503), "(Al,Ga,In,Sc,Y)O");
    kiln_candidates_free(c);
    o.from =
        "Mg,Co,Ni,Cu,Zn,Mn,Fe,Ca,Sr,Ba,Cd,Be,V,Ti,Cr,Al,Ga,In,Sc,Y,La,Ce,Pr,Nd,Sm,Eu,Gd,Tb,Dy,Ho,Er,Tm,Yb,Lu,Zr,Hf,Nb,Ta,Mo,W,Li,Na,K,Rb,Cs,Ag,Pb,Bi";
    o.choose_least = o.choose_most = 12;
    c = made();
    ck_assert_uint_eq(kiln_candidates_n(c), UINT64_C(69668534468));
    ck_assert_str_eq(at(c, 0), "(Mg,Co,Ni,Cu,Zn,Mn,Fe,Ca,Sr,Ba,Cd,Be)O");
    ck_assert_str_eq(at(c, UINT64_C(69668534467)), "(Nb,Ta,Mo,W,Li,Na,K,Rb,Cs,Ag,Pb,Bi)O");
    kiln_candidates_free(c);
    o.kind = KILN_CANDIDATES_GRID;
    o.from = "Mg,Co,Ni,Cu,Zn,Mn,Fe,Ca,Sr,Ba,Cd,Be,V,Ti,Cr,Al,Ga,In,Sc,Y";
    o.step = 0.01;
    (void)refused("more than 1e15 candidates");
}
END_TEST

/* Every point of the lattice once: amounts are whole numbers of steps that sum to all of them, and every one differs from the last. */
START_TEST(a_grid_is_the_whole_lattice)
{
    enum { M = 10 };
    int seen[M + 1][M + 1][M + 1] = {{{0}}}, n = 0;
    from(KILN_CANDIDATES_GRID, rocksalt, 1, "Mg,Co,Ni,Zn");
    kiln_candidates *c = made();
    ck_assert_uint_eq(kiln_candidates_n(c), 286); /* 13 over 3 */
    ck_assert_str_eq(at(c, 0), "(Mg)O");
    ck_assert_str_eq(at(c, 1), "(Mg0.9Co0.1)O");
    ck_assert_str_eq(at(c, 285), "(Zn)O");
    for (uint64_t i = 0; i < 286; ++i) {
        const kiln_composition x = composition_at(c, i);
        const double amount[] = {kiln_composition_fraction(&x, 12), kiln_composition_fraction(&x, 27),
                                 kiln_composition_fraction(&x, 28), kiln_composition_fraction(&x, 30)};
        int k[4], sum = 0;
        for (int j = 0; j < 4; ++j) {
            k[j] = (int)round(M * amount[j]);
            ck_assert_double_eq_tol(M * amount[j], k[j], 1e-9);
            sum += k[j];
        }
        ck_assert_int_eq(sum, M);
        n += seen[k[0]][k[1]][k[2]]++ == 0;
    }
    ck_assert_int_eq(n, 286);
    kiln_candidates_free(c);
}
END_TEST

/* The mean of each amount is 1/n, its variance (n - 1) / n^2 / (n + 1), as of Dirichlet's distribution; number i does not depend on how many there are. */
START_TEST(random_ones_fall_evenly_and_by_index)
{
    enum { N = 20000, C = 4 };
    double sum = 0.0, squares = 0.0;
    from(KILN_CANDIDATES_RANDOM, rocksalt, 1, "Mg,Co,Ni,Zn");
    o.n = N;
    kiln_candidates *c = made();
    for (uint64_t i = 0; i < N; ++i) {
        const kiln_composition x = composition_at(c, i);
        const double share = kiln_composition_fraction(&x, 27);
        sum += share;
        squares += share * share;
    }
    const double mean = sum / N, variance = squares / N - mean * mean, exact = (C - 1.0) / (C * C * (C + 1.0));
    ck_assert_double_eq_tol(mean, 0.25, 4.0 * sqrt(exact / N));
    ck_assert_double_eq_tol(variance, exact, 0.04 * exact);
    char formula[KILN_FORMULA_BYTES];
    strcpy(formula, at(c, 77));
    kiln_candidates_free(c);
    o.n = 100;
    c = made();
    ck_assert_str_eq(at(c, 77), formula);
    kiln_candidates_free(c);
    o.seed = 2;
    c = made();
    ck_assert_str_ne(at(c, 77), formula);
    kiln_candidates_free(c);
}
END_TEST

START_TEST(a_substitution_runs_from_none_to_all)
{
    static const char *const formulas[] = {"(Mg,Co,Ni,Cu,Zn)O", "La0.8Sr0.2(Cu,Fe)O3"};
    from(KILN_CANDIDATES_SUBSTITUTE, formulas, 2, NULL);
    o.substitute = "Cu=Mn";
    o.step = 0.25;
    kiln_candidates *c = made();
    ck_assert_uint_eq(kiln_candidates_n(c), 10);
    ck_assert_str_eq(at(c, 0), "(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O");
    ck_assert_str_eq(at(c, 1), "(Mg0.2Co0.2Ni0.2Cu0.15Zn0.2Mn0.05)O");
    ck_assert_str_eq(at(c, 4), "(Mg0.2Co0.2Ni0.2Zn0.2Mn0.2)O");
    ck_assert_str_eq(at(c, 9), "(La0.8Sr0.2)(Fe0.5Mn0.5)O3");
    kiln_candidates_free(c);
    o.substitute = "Cu=Mg"; /* which the first has already, and the second has no room for other than on Cu's sites */
    c = made();
    ck_assert_str_eq(at(c, 4), "(Mg0.4Co0.2Ni0.2Zn0.2)O");
    kiln_candidates_free(c);
    o.substitute = "Fe=La";
    (void)refused("(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O has no cation Fe");
    o.formulas = formulas + 1;
    o.n_formulas = 1;
    (void)refused("La cannot take the place of Fe");
}
END_TEST

/* ---- Tables ---- */

static char path[] = "/tmp/kiln-candidates-XXXXXX";

static void write_table(const char *text)
{
    strcpy(path, "/tmp/kiln-candidates-XXXXXX");
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    FILE *out = fdopen(file, "wb");
    fputs(text, out);
    fclose(out);
    o.kind = KILN_CANDIDATES_TABLE;
    o.path = path;
}

/* Rows with comments, empty lines, quotes and line ends in them between: rows by index are those of reading it whole. */
START_TEST(a_table_is_read_by_position)
{
    static char text[400000];
    size_t used = (size_t)sprintf(text, "\xEF\xBB\xBF# of\n\nname, formula ,remark\n");
    enum { ROWS = 3000 };
    for (int i = 0; i < ROWS; ++i) {
        if (i % 7 == 0) used += (size_t)sprintf(text + used, "# \"a comment, %d\n", i);
        if (i % 5 == 0) used += (size_t)sprintf(text + used, " \r\n");
        used += (size_t)sprintf(text + used,
                                i % 3 ? "n%d,\"(Mg0.%04dCo0.%04d)O\",\"a \"\"b\"\",\nc\"\r\n" : "n%d,\"(Mg0.%04dCo0.%04d)O\",\n",
                                i, i + 1, 10000 - i - 1);
    }
    text[--used] = '\0'; /* the last line may end with the file */
    write_table(text);
    kiln_candidates *c = made();
    ck_assert_uint_eq(kiln_candidates_n(c), ROWS);
    for (int k = 0; k < ROWS; ++k) {
        const int i = (k * 1237) % ROWS;
        char formula[64];
        sprintf(formula, "(Mg0.%04dCo0.%04d)O", i + 1, 10000 - i - 1);
        ck_assert_str_eq(at(c, (uint64_t)i), formula);
    }
    ck_assert_int_eq(truncate(path, 2000), 0);
    char formula[KILN_FORMULA_BYTES];
    ck_assert_int_eq(kiln_candidates_at(c, ctx, ROWS - 1, formula), KILN_E_IO);
    ck_assert_error_has("has changed while its rows were computed");
    kiln_candidates_free(c);
    unlink(path);
}
END_TEST

/* Other rows in the same places are noticed, too. */
START_TEST(a_table_that_is_written_anew_is_noticed)
{
    char formula[KILN_FORMULA_BYTES];
    const struct timespec earlier[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    write_table("formula\nMgO\nCoO\n");
    ck_assert_int_eq(utimensat(AT_FDCWD, path, earlier, 0), 0);
    kiln_candidates *c = made();
    ck_assert_str_eq(at(c, 1), "CoO");
    FILE *out = fopen(path, "r+b");
    ck_assert_ptr_nonnull(out);
    fputs("formula\nMgO\nNiO\n", out);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(kiln_candidates_at(c, ctx, 1, formula), KILN_E_IO);
    ck_assert_error_has("has changed while its rows were computed");
    kiln_candidates_free(c);
    unlink(path);
}
END_TEST

static const struct {
    const char *text, *says;
} tables[] = {
    {"", ":1:1: expected a line with the names of the columns"},
    {"formula\n", ":1:1: expected rows below the header, found none"},
    {"name,T\na,b\n", ":1:1: expected a column formula, found none"},
    {"formula,formula\na,b\n", ":1:9: expected each column once"},
    {"formula,T\nMgO,1\nMgO\n", ":3:1: expected 2 fields as in the header, found 1"},
    {"formula\n(Mg,Ni)O\n", ":2:1: expected 1 fields as in the header, found 2; a text with commas needs quotes"},
    {"formula,T\n\n# c\nMgO,\"1\nCoO,2\n", ":4:5: expected a quotation mark that ends this field"},
    {"formula,T\nMgO,a\"1\n", ":2:6: expected a field with quotation marks to be quoted"},
    {"formula\nMgO\n\xff\n", ":3:1: expected UTF-8"},
    {"formula\nMgO\na\x01\n", ":3:2: expected text, found a control character"},
};

START_TEST(a_malformed_table_says_where)
{
    write_table(tables[_i].text);
    ck_assert_int_eq(refused(tables[_i].says), KILN_E_PARSE);
    unlink(path);
}
END_TEST

START_TEST(an_error_far_down_has_its_line)
{
    static char text[100000];
    size_t used = (size_t)sprintf(text, "formula\n");
    for (int i = 0; i < 5000; ++i) used += (size_t)sprintf(text + used, "MgO\n");
    sprintf(text + used, "MgO,CoO\n");
    write_table(text);
    (void)refused(":5002:1: expected 1 fields");
    unlink(path);
    o.path = "/nowhere/at/all.csv";
    ck_assert_int_eq(refused("/nowhere/at/all.csv: cannot be opened: No such file"), KILN_E_IO);
}
END_TEST

START_TEST(what_cannot_be_meant_is_refused)
{
    static const char *const plain[] = {"MgO"}, *const twice[] = {"(*)(*)O4"}, *const wrong[] = {"Qq(*)O3"};
    (void)refused("0 formulas: expected 1 to 64");
    from(KILN_CANDIDATES_CHOOSE, plain, 1, "Mg,Co,Ni,Cu,Zn");
    (void)refused("expected (*) once");
    o.formulas = twice;
    (void)refused("expected (*) once");
    o.formulas = wrong;
    (void)refused("unknown element \"Qq\"");
    o.formulas = rocksalt;
    o.from = "Mg,Co,Xx";
    (void)refused("found \"Xx\"");
    o.from = "Mg,Co,Mg";
    (void)refused("Mg is there twice");
    o.from = "Mg,O";
    (void)refused("O is an anion");
    o.from = "";
    (void)refused("expected symbols between commas");
    o.from = NULL;
    (void)refused("expected a pool of cations");
    o.from = "Mg,Co";
    (void)refused("choices of 5 to 5 cations of 2");
    o.kind = KILN_CANDIDATES_GRID;
    o.step = 0.3;
    (void)refused("steps of 30 %: expected a whole part of 100 %");
    o.step = NAN;
    (void)refused("expected a whole part");
    o.kind = KILN_CANDIDATES_LIST;
    (void)refused("(*) takes cations from a pool, and there is none");
    o.kind = KILN_CANDIDATES_SUBSTITUTE;
    o.formulas = plain;
    o.step = 0.1;
    o.substitute = "Mg";
    (void)refused("expected two cations, such as Cu=Mg");
    o.kind = KILN_CANDIDATES_RANDOM;
    o.formulas = rocksalt;
    o.n = 0;
    (void)refused("no random compositions");
    o.version = 7;
    ck_assert_int_eq(refused("version 7"), KILN_E_ARG);
    ck_assert_int_eq(kiln_candidates_options_init(&o, 7), KILN_E_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("candidates");
    TCase *tc = tcase_create("candidates");
    tcase_add_checked_fixture(tc, setup, context_teardown);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, choices_are_all_subsets);
    tcase_add_test(tc, choices_come_in_the_order_of_the_pool);
    tcase_add_test(tc, choices_of_many);
    tcase_add_test(tc, a_grid_is_the_whole_lattice);
    tcase_add_test(tc, random_ones_fall_evenly_and_by_index);
    tcase_add_test(tc, a_substitution_runs_from_none_to_all);
    tcase_add_test(tc, a_table_is_read_by_position);
    tcase_add_test(tc, a_table_that_is_written_anew_is_noticed);
    tcase_add_loop_test(tc, a_malformed_table_says_where, 0, (int)(sizeof tables / sizeof *tables));
    tcase_add_test(tc, an_error_far_down_has_its_line);
    tcase_add_test(tc, what_cannot_be_meant_is_refused);
    return run_suite(suite);
}
