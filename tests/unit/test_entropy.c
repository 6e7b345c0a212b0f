#include "support.h"

#include <kiln/entropy.h>
#include <math.h>

/* Sums of a few logarithms of amounts parsed to full precision. */
#define TOLERANCE 1e-12

#define LN5 1.6094379124341003
#define LN7 1.9459101490553132

static kiln_entropy entropy_of(const char *formula)
{
    kiln_composition c;
    kiln_entropy s;
    ck_assert_msg(kiln_composition_parse(ctx, formula, &c) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_OK);
    return s;
}

START_TEST(n_equal_cations_give_ln_n)
{
    static const char *const formulas[] = {"MgO", "(Mg,Co)O", "(Mg,Co,Ni)O", "(Mg,Co,Ni,Cu)O", "(Mg,Co,Ni,Cu,Zn)O"};
    static const kiln_entropy_class classes[] = {KILN_ENTROPY_LOW, KILN_ENTROPY_LOW, KILN_ENTROPY_MEDIUM, KILN_ENTROPY_MEDIUM,
                                                 KILN_ENTROPY_HIGH};
    const kiln_entropy s = entropy_of(formulas[_i]);
    ck_assert_double_eq_tol(s.mixing.R, log(_i + 1.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_cation.R, log(_i + 1.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_formula.R, log(_i + 1.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_site.R, log(_i + 1.0) / 2.0, TOLERANCE);
    ck_assert_double_eq_tol(s.mixing.J_mol_K, 8.31446261815324 * log(_i + 1.0), 10 * TOLERANCE);
    ck_assert_int_eq(s.grade, classes[_i]);
}
END_TEST

START_TEST(two_cation_sublattices_are_kept_apart)
{
    const kiln_entropy s = entropy_of("La0.8Sr0.2(Cr,Mn,Fe,Co,Ni)O3");
    const double a = -(0.8 * log(0.8) + 0.2 * log(0.2));
    ck_assert_double_eq_tol(s.group_R[0], a, TOLERANCE);
    ck_assert_double_eq_tol(s.group_R[1], log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.group_R[2], 0.0, TOLERANCE);
    ck_assert_double_eq_tol(s.group_sites[2], 3.0, TOLERANCE);
    ck_assert_int_eq(s.n_groups, 3);
    ck_assert_int_eq(s.mixing_group, 1);
    ck_assert_double_eq_tol(s.mixing.R, log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_formula.R, a + log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_cation.R, 0.5 * (a + log(5.0)), TOLERANCE);
    /* One common set: the choice of sublattice adds ln 2. */
    ck_assert_double_eq_tol(s.pooled.R, log(2.0) + 0.5 * (a + log(5.0)), TOLERANCE);
    ck_assert_int_eq(s.grade, KILN_ENTROPY_HIGH);
}
END_TEST

START_TEST(a_doped_layered_oxide_is_low_entropy_on_its_mixing_site)
{
    const kiln_entropy s = entropy_of("LiNi0.8Mn0.13Ti0.02Mg0.02Nb0.01Mo0.02O2");
    const double x[] = {0.8, 0.13, 0.02, 0.02, 0.01, 0.02};
    double expected = 0.0;
    for (size_t i = 0; i < sizeof x / sizeof x[0]; ++i) expected -= x[i] * log(x[i]);
    ck_assert_double_eq_tol(s.mixing.R, expected, TOLERANCE);
    ck_assert_double_lt(s.mixing.R, 1.0);
    ck_assert_int_eq(s.grade, KILN_ENTROPY_LOW);
    ck_assert_double_eq_tol(s.per_cation.R, 0.5 * expected, TOLERANCE);
    ck_assert_int_eq(s.pooled.grade, KILN_ENTROPY_MEDIUM); /* with lithium counted as if it mixed */
    ck_assert_int_eq(s.class_depends_on_basis, 0);
}
END_TEST

START_TEST(a_spinel_says_that_its_class_depends_on_the_basis)
{
    const kiln_entropy s = entropy_of("(Cr,Mn,Fe,Co,Ni)3O4");
    ck_assert_double_eq_tol(s.mixing.R, log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_formula.R, 3.0 * log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_site.R, 3.0 / 7.0 * log(5.0), TOLERANCE);
    ck_assert_int_eq(s.grade, KILN_ENTROPY_HIGH);
    ck_assert_int_eq(s.class_depends_on_basis, 1);
    ck_assert_str_eq(s.sentence,
                     "The class depends on the basis: high per mole of mixing cations (1.61 R), high per mole of cations "
                     "(1.61 R), high per mole of formula units (4.83 R), low per mole of sites (0.69 R).");
}
END_TEST

/* Y, Ba and Cu have a sublattice each: nothing mixes, whatever a common pool of cations would give. */
START_TEST(ordered_cations_have_no_entropy)
{
    const kiln_entropy s = entropy_of("YBa2Cu3O7");
    ck_assert_double_eq_tol(s.per_cation.R, 0.0, TOLERANCE);
    ck_assert_double_eq_tol(s.pooled.R, -(log(1.0 / 6.0) / 6.0 + log(1.0 / 3.0) / 3.0 + log(0.5) / 2.0), TOLERANCE);
    ck_assert_int_eq(s.class_depends_on_basis, 0);
    ck_assert_str_eq(s.sentence, "The class is low on every basis.");
}
END_TEST

START_TEST(a_sublattice_that_does_not_mix_halves_the_entropy_of_a_cation)
{
    const kiln_entropy s = entropy_of("Sr(Ti,Zr,Hf,Sn,Nb)O3");
    ck_assert_double_eq_tol(s.mixing.R, log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_cation.R, 0.5 * log(5.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_site.R, 0.2 * log(5.0), TOLERANCE);
    ck_assert_int_eq(s.grade, KILN_ENTROPY_HIGH);
}
END_TEST

START_TEST(a_pure_oxide_is_low_on_every_basis)
{
    const kiln_entropy s = entropy_of("MgO");
    ck_assert_int_eq(s.class_depends_on_basis, 0);
    ck_assert_str_eq(s.sentence, "The class is low on every basis.");
}
END_TEST

START_TEST(mixing_anions_count_per_formula_and_beside_the_cations)
{
    const kiln_entropy s = entropy_of("La(O,F)2");
    ck_assert_double_eq_tol(s.per_formula.R, 2.0 * log(2.0), TOLERANCE);
    ck_assert_double_eq_tol(s.per_site.R, 2.0 * log(2.0) / 3.0, TOLERANCE);
    ck_assert_double_eq_tol(s.mixing.R, 0.0, TOLERANCE);
    ck_assert_double_eq_tol(s.per_cation.R, 2.0 * log(2.0), TOLERANCE); /* anions count, as in an energy budget */
    ck_assert_double_eq_tol(s.pooled.R, 0.0, TOLERANCE);
    ck_assert_int_eq(s.mixing_group, 0);
    ck_assert_double_eq_tol(s.both.R, log(2.0), TOLERANCE); /* per mole of sites */
}
END_TEST

/* Families of batteries: formula, then S in R per mole of mixing cations, per cation, per formula and per site, and the class. */
static const struct {
    const char *formula;
    double mixing, per_cation, per_formula, per_site;
    kiln_entropy_class grade;
} battery[] = {
    {"K(Mg,Mn,Co,Ni,Zn)F3", LN5, LN5 / 2, LN5, LN5 / 5, KILN_ENTROPY_HIGH},
    {"(Fe,Mn,Ni,Co,Ti)S2", LN5, LN5, LN5, LN5 / 3, KILN_ENTROPY_HIGH},
    {"(Fe,Mn,Ni,Co,Cu)S", LN5, LN5, LN5, LN5 / 2, KILN_ENTROPY_HIGH},
    {"Na2(Mn,Fe,Co,Ni,Cu)Fe(CN)6", LN5, LN5 / 4, LN5, LN5 / 10, KILN_ENTROPY_HIGH}, /* CN fills one site */
    {"Na2Mn[Fe(CN)6]", 0.0, 0.0, 0.0, 0.0, KILN_ENTROPY_LOW},
    {"GeSnSbSiFeCuP", LN7, LN7, 7 * LN7, LN7, KILN_ENTROPY_HIGH},
    {"Ge0.2Sn0.2Sb0.2Zn0.2Cu0.2", LN5, LN5, LN5, LN5, KILN_ENTROPY_HIGH},
    {"Na3(V,Mn,Fe,Cr,Al)2(PO4)3", LN5, LN5 / 4, 2 * LN5, LN5 / 10, KILN_ENTROPY_HIGH},
    {"Na3V2(PO4)3", 0.0, 0.0, 0.0, 0.0, KILN_ENTROPY_LOW},
};

START_TEST(families_of_batteries_have_their_entropies)
{
    const kiln_entropy s = entropy_of(battery[_i].formula);
    ck_assert_double_eq_tol(s.mixing.R, battery[_i].mixing, TOLERANCE);
    ck_assert_double_eq_tol(s.per_cation.R, battery[_i].per_cation, TOLERANCE);
    ck_assert_double_eq_tol(s.per_formula.R, battery[_i].per_formula, 10 * TOLERANCE);
    ck_assert_double_eq_tol(s.per_site.R, battery[_i].per_site, TOLERANCE);
    ck_assert_double_eq(s.both.R, s.mixing.R);
    ck_assert_int_eq(s.grade, battery[_i].grade);
}
END_TEST

/* (Li0.5M0.1 x 5)(O0.5F0.5): both sublattices mix, and the class is that of their sum. */
START_TEST(an_oxyfluoride_counts_both_sublattices)
{
    const kiln_entropy s = entropy_of("Li(Co,Ni,Cu,Mg,Zn)OF");
    const double cations = 0.5 * log(2.0) + 0.5 * log(10.0), anions = log(2.0);
    ck_assert_int_eq(s.n_groups, 2);
    ck_assert_int_eq(s.anions_mix, 1);
    ck_assert_double_eq_tol(s.mixing.R, cations, TOLERANCE);
    ck_assert_double_eq_tol(s.both.R, cations + anions, TOLERANCE);
    ck_assert_double_eq_tol(s.per_cation.R, cations + anions, TOLERANCE);
    ck_assert_double_eq_tol(s.per_formula.R, 2.0 * (cations + anions), TOLERANCE);
    ck_assert_double_eq_tol(s.per_site.R, 0.5 * (cations + anions), TOLERANCE);
    ck_assert_int_eq(s.grade, KILN_ENTROPY_HIGH);
    ck_assert_int_eq(s.mixing.grade, KILN_ENTROPY_MEDIUM);
    ck_assert(strstr(s.sentence, "medium per mole of mixing cations (1.498 R)") != NULL); /* not 1.50 */
    ck_assert_str_eq(s.verdict, "\"High entropy\" applies by the rule of 1.5 R: 2.19 R of cations and anions together.");
}
END_TEST

START_TEST(what_is_not_high_entropy_is_told_so)
{
    ck_assert_str_eq(entropy_of("LiNi0.8Mn0.13Ti0.02Mg0.02Nb0.01Mo0.02O2").verdict,
                     "\"High entropy\" does not apply by the rule of 1.5 R: 0.72 R per mole of mixing cations.");
    ck_assert_str_eq(entropy_of("GeSn").verdict,
                     "\"High entropy\" does not apply by the rule of 1.5 R: 0.69 R per mole of mixing atoms.");
}
END_TEST

START_TEST(classes_have_names)
{
    ck_assert_str_eq(kiln_entropy_class_text(KILN_ENTROPY_LOW), "low");
    ck_assert_str_eq(kiln_entropy_class_text(KILN_ENTROPY_MEDIUM), "medium");
    ck_assert_str_eq(kiln_entropy_class_text(KILN_ENTROPY_HIGH), "high");
}
END_TEST

/* A ternary (1-2a, a, a) crosses 1 R near a = 0.2557; six elements (1-5a, a, ...) cross 1.5 R near a = 0.1014: bisect to the limit. */
START_TEST(classes_change_exactly_at_their_limits)
{
    const int n = _i ? 6 : 3;
    const double limit = _i ? 1.5 : 1.0;
    kiln_composition c;
    kiln_entropy s;
    double low = 1e-3, high = 1.0 / n;
    ck_assert_int_eq(kiln_composition_parse(ctx, _i ? "(Mg,Co,Ni,Cu,Zn,Mn)O" : "(Mg,Co,Ni)O", &c), KILN_OK);
    for (int k = 0; k < 60; ++k) {
        const double a = 0.5 * (low + high);
        c.component[0].amount = 1.0 - (n - 1) * a;
        for (int j = 1; j < n; ++j) c.component[j].amount = a;
        ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_OK);
        ck_assert_int_eq(s.grade == (_i ? KILN_ENTROPY_HIGH : KILN_ENTROPY_MEDIUM), s.mixing.R >= limit - 1e-12);
        *(s.mixing.R < limit ? &low : &high) = a;
    }
    ck_assert_double_eq_tol(s.mixing.R, limit, 1e-12);
}
END_TEST

/* The value depends on fractions only: doubling the formula doubles per_formula and nothing else. */
START_TEST(entropy_scales_with_the_formula_only_where_it_should)
{
    const kiln_entropy one = entropy_of("(Mg,Co,Ni)O"), two = entropy_of("(Mg,Co,Ni)2O2");
    ck_assert_double_eq_tol(two.per_formula.R, 2.0 * one.per_formula.R, TOLERANCE);
    ck_assert_double_eq_tol(two.per_cation.R, one.per_cation.R, TOLERANCE);
    ck_assert_double_eq_tol(two.pooled.R, one.pooled.R, TOLERANCE);
    ck_assert_double_eq_tol(two.per_site.R, one.per_site.R, TOLERANCE);
    ck_assert_double_eq_tol(two.mixing.R, one.mixing.R, TOLERANCE);
}
END_TEST

START_TEST(damaged_compositions_are_refused)
{
    kiln_composition good, c;
    kiln_entropy s = {.n_groups = -7};
    ck_assert_int_eq(kiln_composition_parse(ctx, "(Mg,Co)O", &good), KILN_OK);
    ck_assert_int_eq(kiln_entropy_compute(NULL, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_entropy_compute(&good, NULL), KILN_E_ARG);
    c = good, c.n = 0;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    c = good, c.n = KILN_MAX_COMPONENTS + 1;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    c = good, c.n_groups = KILN_MAX_GROUPS + 1;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    c = good, c.component[1].group = c.n_groups;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    c = good, c.component[0].amount = NAN;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    c = good, c.component[0].amount = 0.0;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    c = good, c.component[0].is_anion = c.component[1].is_anion = 1;
    ck_assert_int_eq(kiln_entropy_compute(&c, &s), KILN_E_ARG);
    ck_assert_int_eq(s.n_groups, -7);
}
END_TEST

/* n components: ln n at 1/n, ln(n - 1) without one of them, 0 of it alone. */
START_TEST(the_curve_of_n_components_has_its_maximum_at_ln_n)
{
    kiln_entropy_curve c;
    ck_assert_int_eq(kiln_entropy_of_components(_i, &c), KILN_OK);
    ck_assert_int_eq(c.n_components, _i);
    ck_assert_double_eq_tol(c.x_max, 1.0 / _i, TOLERANCE);
    ck_assert_double_eq_tol(c.max_R, log(_i), TOLERANCE);
    ck_assert_double_eq_tol(c.R[0], log(_i - 1.0), TOLERANCE);
    ck_assert_double_eq(c.R[KILN_ENTROPY_POINTS - 1], 0.0);
    for (int i = 0; i < KILN_ENTROPY_POINTS; ++i) {
        ck_assert(c.R[i] <= c.max_R + TOLERANCE);
        if (i > 0 && i + 1 < KILN_ENTROPY_POINTS) ck_assert(c.R[i - 1] + c.R[i + 1] < 2.0 * c.R[i]); /* concave */
    }
}
END_TEST

START_TEST(classes_begin_and_end_where_the_curve_passes_their_limits)
{
    kiln_entropy_curve c;
    ck_assert_int_eq(kiln_entropy_of_components(5, &c), KILN_OK);
    const double ends[] = {c.low[1], c.high[1], c.high[0]}, limit[] = {1.5, 1.5, 1.0};
    for (int k = 0; k < 3; ++k)
        ck_assert_double_eq_tol(-ends[k] * log(ends[k]) - (1.0 - ends[k]) * log((1.0 - ends[k]) / 4.0), limit[k], 1e-9);
    ck_assert_double_eq(c.low[0], 0.0); /* four without it are medium already */
    ck_assert_int_eq(kiln_entropy_of_components(4, &c), KILN_OK);
    ck_assert(isnan(c.low[1]) && isnan(c.high[1]));
    ck_assert_int_eq(kiln_entropy_of_components(1, &c), KILN_E_ARG);
    ck_assert_int_eq(kiln_entropy_of_components(5, NULL), KILN_E_ARG);
}
END_TEST

/* Every point of the curves is the entropy of that composition. */
static void expect_points(const char *formula, int z)
{
    kiln_composition c, there;
    kiln_entropy s;
    kiln_entropy_curve mixing, per_site;
    ck_assert_int_eq(kiln_composition_parse(ctx, formula, &c), KILN_OK);
    ck_assert_int_eq(kiln_entropy_vary(&c, z, &mixing, &per_site), KILN_OK);
    for (int i = 0; i < KILN_ENTROPY_POINTS; i += 10) {
        const double x = (double)i / (KILN_ENTROPY_POINTS - 1);
        ck_assert_int_eq(kiln_composition_vary(ctx, &c, z, x, &there), KILN_OK);
        ck_assert_double_eq_tol(kiln_composition_fraction(&there, z), x, TOLERANCE);
        ck_assert_int_eq(kiln_entropy_compute(&there, &s), KILN_OK);
        ck_assert_double_eq_tol(mixing.R[i], s.mixing.R, TOLERANCE);
        ck_assert_double_eq_tol(per_site.R[i], s.per_site.R, TOLERANCE);
    }
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, z, mixing.x_max, &there), KILN_OK);
    ck_assert_int_eq(kiln_entropy_compute(&there, &s), KILN_OK);
    ck_assert_double_eq_tol(mixing.max_R, s.mixing.R, TOLERANCE);
    ck_assert_double_eq_tol(per_site.max_R, s.per_site.R, TOLERANCE);
}

START_TEST(a_varied_cation_gives_the_entropies_of_its_compositions)
{
    expect_points("(Mg,Co,Ni,Cu,Zn)O", 29);
    expect_points("Mg0.5Ni0.3Zn0.2O", 12);
    expect_points("La0.8Sr0.2(Cr,Mn,Fe,Co,Ni)O3", 38); /* the other sublattice sets the class throughout */
    expect_points("La0.8Sr0.2(Mn0.9Co0.1)O3", 38);     /* and here in part */
}
END_TEST

START_TEST(what_has_no_fraction_to_vary_is_refused)
{
    kiln_composition c;
    kiln_entropy_curve mixing, per_site;
    ck_assert_int_eq(kiln_composition_parse(ctx, "Li(Mn,Ni)O2", &c), KILN_OK);
    ck_assert_int_eq(kiln_entropy_vary(&c, 3, &mixing, &per_site), KILN_E_ARG);  /* alone */
    ck_assert_int_eq(kiln_entropy_vary(&c, 8, &mixing, &per_site), KILN_E_ARG);  /* an anion */
    ck_assert_int_eq(kiln_entropy_vary(&c, 30, &mixing, &per_site), KILN_E_ARG); /* not there */
    ck_assert_int_eq(kiln_entropy_vary(NULL, 25, &mixing, &per_site), KILN_E_ARG);
    ck_assert_int_eq(kiln_entropy_vary(&c, 25, NULL, &per_site), KILN_E_ARG);
    ck_assert_int_eq(kiln_entropy_vary(&c, 25, &mixing, &per_site), KILN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("entropy");
    TCase *tc = context_case(suite, "entropy");
    tcase_add_loop_test(tc, n_equal_cations_give_ln_n, 0, 5);
    tcase_add_test(tc, two_cation_sublattices_are_kept_apart);
    tcase_add_test(tc, a_doped_layered_oxide_is_low_entropy_on_its_mixing_site);
    tcase_add_test(tc, a_spinel_says_that_its_class_depends_on_the_basis);
    tcase_add_test(tc, ordered_cations_have_no_entropy);
    tcase_add_test(tc, a_sublattice_that_does_not_mix_halves_the_entropy_of_a_cation);
    tcase_add_test(tc, a_pure_oxide_is_low_on_every_basis);
    tcase_add_test(tc, mixing_anions_count_per_formula_and_beside_the_cations);
    tcase_add_loop_test(tc, families_of_batteries_have_their_entropies, 0, (int)(sizeof battery / sizeof *battery));
    tcase_add_test(tc, an_oxyfluoride_counts_both_sublattices);
    tcase_add_test(tc, what_is_not_high_entropy_is_told_so);
    tcase_add_test(tc, classes_have_names);
    tcase_add_loop_test(tc, classes_change_exactly_at_their_limits, 0, 2);
    tcase_add_test(tc, entropy_scales_with_the_formula_only_where_it_should);
    tcase_add_test(tc, damaged_compositions_are_refused);
    tcase_add_loop_test(tc, the_curve_of_n_components_has_its_maximum_at_ln_n, 2, 9);
    tcase_add_test(tc, classes_begin_and_end_where_the_curve_passes_their_limits);
    tcase_add_test(tc, a_varied_cation_gives_the_entropies_of_its_compositions);
    tcase_add_test(tc, what_has_no_fraction_to_vary_is_refused);
    return run_suite(suite);
}
