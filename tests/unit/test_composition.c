#include "support.h"

#include "core/elements.h"

#include <kiln/composition.h>
#include <math.h>
#include <stdio.h>

static kiln_composition parsed(const char *text)
{
    kiln_composition c;
    ck_assert_msg(kiln_composition_parse(ctx, text, &c) == KILN_OK, "%s: %s", text, kiln_context_error(ctx));
    return c;
}

static const kiln_component *find(const kiln_composition *c, const char *symbol)
{
    for (int i = 0; i < c->n; ++i)
        if (strcmp(kiln_i_element_symbol(c->component[i].z), symbol) == 0) return &c->component[i];
    ck_abort_msg("no %s in %s", symbol, c->canonical);
    return NULL;
}

static void refused(const char *text, const char *words)
{
    kiln_composition c = {.n = -7};
    ck_assert_msg(kiln_composition_parse(ctx, text, &c) == KILN_E_PARSE, "\"%s\" was accepted as %s", text, c.canonical);
    ck_assert_int_eq(c.n, -7);
    ck_assert_error_has(words);
}

static void canonical_is(const char *text, const char *canonical)
{
    const kiln_composition c = parsed(text);
    ck_assert_str_eq(c.canonical, canonical);
}

START_TEST(every_spelling_of_the_prototype_is_the_same)
{
    static const char *const spellings[] = {"(Mg,Co,Ni,Cu,Zn)O",
                                            "(MgCoNiCuZn)0.2O",
                                            "Mg0.2Co0.2Ni0.2Cu0.2Zn0.2O",
                                            "[Mg,Co,Ni,Cu,Zn]O",
                                            "{Mg, Co, Ni, Cu, Zn}O",
                                            " ( Mg , Co,Ni ,Cu,Zn ) O ",
                                            "(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O",
                                            "(Mg0.2,Co0.2,Ni0.2,Cu0.2,Zn0.2)O",
                                            "(MgCoNiCuZn)1/5O",
                                            "Mg\u2080.\u2082Co\u2080.\u2082Ni\u2080.\u2082Cu\u2080.\u2082Zn\u2080.\u2082O",
                                            "Mg1/5Co1/5Ni1/5Cu1/5Zn1/5O",
                                            "Mg\u2080\u00b7\u2082Co.2Ni0.20Cu00.2Zn0.2O1.0",
                                            "((Mg,Co)0.4(Ni,Cu,Zn)0.6)O"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; ++i) {
        const kiln_composition c = parsed(spellings[i]);
        ck_assert_str_eq(c.canonical, "(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O");
        ck_assert_int_eq(c.n, 6);
        ck_assert_int_eq(c.n_groups, 2);
        for (int k = 0; k < 5; ++k) {
            ck_assert_double_eq_tol(c.component[k].amount, 0.2, 1e-15);
            ck_assert_double_eq(c.component[k].valence, 2.0);
            ck_assert_int_eq(c.component[k].group, 0);
            ck_assert_int_eq(c.component[k].is_anion, 0);
        }
        ck_assert_int_eq(c.component[5].is_anion, 1);
        ck_assert_int_eq(c.component[5].group, 1);
        ck_assert_double_eq(c.charge_imbalance, 0.0);
        ck_assert_double_eq_tol(c.anions_per_cation, 1.0, 1e-15);
        ck_assert_int_eq(c.oxygen_is_variable, 0);
    }
}
END_TEST

START_TEST(canonical_forms_read_well)
{
    canonical_is("La0.8Sr0.2(Cr0.2Mn0.2Fe0.2Co0.2Ni0.2)O3", "(La0.8Sr0.2)(Cr0.2Mn0.2Fe0.2Co0.2Ni0.2)O3");
    canonical_is("(Cr,Mn,Fe,Co,Ni)3O4", "(Cr0.2Mn0.2Fe0.2Co0.2Ni0.2)3O4");
    canonical_is("NdCeO3.5", "NdCeO3.5");
    canonical_is("LiNi0.8Mn0.2O2", "Li(Ni0.8Mn0.2)O2");
    canonical_is("Mg(OH)2", "MgH2O2");
    canonical_is("LaO0.9F0.1", "La(O0.9F0.1)");
    canonical_is("(La)0.95MnO3", "(La)0.95MnO3");
    canonical_is("FeFe2O4", "Fe3O4");
    canonical_is("(Mn)0.4H2O", "(Mn)0.4H2O"); /* no hydrate: water follows an anion */
    canonical_is("Ca(SO4)(H2O)2", "CaSH4O6");
    canonical_is("Nd0.333Sm0.333Gd0.333MnO3", "(Nd0.333333333Sm0.333333333Gd0.333333333)0.999MnO3");
}
END_TEST

START_TEST(oxygen_may_be_variable)
{
    static const char *const spellings[] = {"Ce0.5Zr0.5O2-d",           "Ce0.5Zr0.5O2-x",
                                            "Ce0.5Zr0.5O2-delta",       "Ce0.5Zr0.5O2-\u03b4",
                                            "Ce0.5Zr0.5O2\u2212\u03b4", "Ce\u2080.\u2085Zr\u2080.\u2085O\u2082\u208b\u2093",
                                            "Ce0.5Zr0.5O2+x",           "(Ce,Zr)O2\u2013d "};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; ++i) {
        const kiln_composition c = parsed(spellings[i]);
        ck_assert_str_eq(c.canonical, "(Ce0.5Zr0.5)O2-d");
        ck_assert_int_eq(c.oxygen_is_variable, 1);
        ck_assert_double_eq(find(&c, "O")->amount, 2.0);
    }
    canonical_is("BaTi(O0.9-dF0.1)3", "BaTi(O0.9-dF0.1)3");
}
END_TEST

static void group_is(const char *text, const char *symbol, int group)
{
    const kiln_composition c = parsed(text);
    ck_assert_msg(find(&c, symbol)->group == group, "%s: %s in %d", text, symbol, find(&c, symbol)->group);
}

static void charge_is(const char *text, const char *symbol, double charge)
{
    const kiln_composition c = parsed(text);
    ck_assert_msg(fabs(find(&c, symbol)->valence - charge) < 1e-9, "%s: %s %+g", text, symbol, find(&c, symbol)->valence);
    ck_assert_double_eq(c.charge_imbalance, 0.0);
}

START_TEST(charges_beyond_oxides)
{
    const char *const pyrite = "(Fe,Mn,Ni,Co,Ti)S2", *const metals[] = {"Fe", "Mn", "Ni", "Co", "Ti"};
    for (size_t i = 0; i < sizeof metals / sizeof *metals; ++i) charge_is(pyrite, metals[i], 2.0);
    charge_is(pyrite, "S", -1.0);
    charge_is("TiS2", "S", -2.0);
    charge_is("FeS", "Fe", 2.0);
    charge_is("Fe2S3", "Fe", 3.0);
    charge_is("K(Mg,Mn,Fe,Co,Cu)F3", "Fe", 2.0);
    charge_is("K(Mg,Mn,Fe,Co,Cu)F3", "Cu", 2.0);
    charge_is("FeF3", "Fe", 3.0);
    charge_is("Fe2O3", "Fe", 3.0);
    charge_is("Na3V2(PO4)3", "V", 3.0);
    charge_is("VO2", "V", 4.0);
}
END_TEST

/* Prussian blue: iron on two kinds of site, and CN one ion; the canonical form says the same. */
START_TEST(cyanometallates_keep_their_metals_apart)
{
    static const char *const spellings[] = {"Fe4[Fe(CN)6]3", "Fe4(Fe(CN)6)3", "Fe4Fe3(CN)18"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; ++i) {
        const kiln_composition c = parsed(spellings[i]);
        ck_assert_str_eq(c.canonical, "Fe4Fe3(CN)18");
        ck_assert_int_eq(c.n, 4);
        ck_assert_int_eq(c.n_groups, 3);
        ck_assert_double_eq(c.component[0].valence, 3.0);
        ck_assert_double_eq(c.component[1].valence, 2.0);
        ck_assert_int_eq(c.component[2].joined, 0);
        ck_assert_int_eq(c.component[3].joined, 1);
        ck_assert_double_eq_tol(c.anions_per_cation, 18.0 / 7.0, 1e-12);
        ck_assert_double_eq(c.charge_imbalance, 0.0);
        ck_assert(strstr(c.reading, "cyanometallate") != NULL);
    }
    canonical_is("Na2(Mn,Fe,Co,Ni,Cu)Fe(CN)6", "Na2(Mn0.2Fe0.2Co0.2Ni0.2Cu0.2)Fe(CN)6");
    canonical_is("Na2Mn[Fe0.5Mn0.5(CN)6]", "Na2Mn(Fe0.5Mn0.5)(CN)6");
    canonical_is("Na2Mn(Fe0.5Mn0.5)(CN)6", "Na2Mn(Fe0.5Mn0.5)(CN)6");
    canonical_is("Na1.6Mn[Fe(CN)6]0.9", "(Na)1.6MnFe0.9(CN)5.4");
    canonical_is("Fe(CN)6Fe2", "Fe2Fe(CN)6");
    canonical_is("Na2MnFe(CN)6(H2O)2", "Na2MnH4Fe(CN)6O2");
    canonical_is("TiCN", "TiCN"); /* a carbonitride */
}
END_TEST

START_TEST(alloys_and_oxyfluorides_share_sublattices_unless_bracketed)
{
    ck_assert_int_eq(parsed("GeSnSbSiFeCuP").n_groups, 1);
    ck_assert_int_eq(parsed("Fe2(Nb,Ti)").n_groups, 2);
    ck_assert_int_eq(parsed("Li(Co,Ni)OF").n_groups, 2);
    ck_assert_int_eq(parsed("Li(Co,Ni)(O0.5F0.5)2").n_groups, 3);
    ck_assert_int_eq(parsed("BaFeO2F").n_groups, 3);      /* no rock salt */
    ck_assert_int_eq(parsed("LiVPO4F").n_groups, 5);      /* the oxygen is bound to P */
    ck_assert_int_eq(parsed("LiCoO1.9F0.1").n_groups, 3); /* a layered oxide: the amounts say that O and F share */
    canonical_is("Fe2(Nb,Ti)", "(Fe)2(Nb0.5Ti0.5)");      /* brackets, or it would be one sublattice */
    canonical_is("Li(Co,Ni)(O)F", "(Li)(Co0.5Ni0.5)(O)(F)");
    canonical_is("Li(Co,Ni)OF", "(Li0.5Co0.25Ni0.25)2(O0.5F0.5)2");
    canonical_is("(Li0.5Co0.25Ni0.25)2(O0.5F0.5)2", "(Li0.5Co0.25Ni0.25)2(O0.5F0.5)2");
    ck_assert_ptr_null(parsed("(Mg,Co)O").reading);
    ck_assert_ptr_null(parsed("Li(Co,Ni)(O0.5F0.5)2").reading);
}
END_TEST

START_TEST(sublattices_follow_brackets_and_running_sums)
{
    group_is("LiNi0.8Mn0.2O2", "Li", 0);
    group_is("LiNi0.8Mn0.2O2", "Ni", 1);
    group_is("LiNi0.8Mn0.2O2", "Mn", 1);
    group_is("LiNi0.8Mn0.2O2", "O", 2);
    group_is("La0.8Sr0.2(Cr,Mn)O3", "Sr", 0);
    group_is("La0.8Sr0.2(Cr,Mn)O3", "Mn", 1);
    group_is("La0.95MnO3", "Mn", 0);                /* never an integer: one sublattice */
    group_is("(La)0.95MnO3", "Mn", 1);              /* a bracket says otherwise */
    group_is("Mg0.999Fe0.001O", "Fe", 0);           /* a dilute dopant completes its sublattice */
    group_is("Nd0.333Sm0.333Gd0.333MnO3", "Mn", 1); /* three digits of thirds are complete */
    group_is("LaO0.9F0.1", "F", 1);
    group_is("La2O2S", "S", 2);
    group_is("((Mg,Co)0.5(Ni,Cu)0.5)O", "Cu", 0); /* inner brackets belong to the outer one */
}
END_TEST

static void valence_is(const char *text, const char *symbol, double valence)
{
    const kiln_composition c = parsed(text);
    ck_assert_double_eq_tol(find(&c, symbol)->valence, valence, 1e-9);
    ck_assert_double_eq(c.charge_imbalance, 0.0);
}

START_TEST(valences_follow_from_electroneutrality)
{
    valence_is("MgO", "Mg", 2.0);
    valence_is("Co3O4", "Co", 8.0 / 3.0);
    valence_is("Fe3O4", "Fe", 8.0 / 3.0);
    valence_is("FeO", "Fe", 2.0);
    valence_is("Fe2O3", "Fe", 3.0);
    valence_is("Cu2O", "Cu", 1.0);
    valence_is("MnO2", "Mn", 4.0);
    valence_is("Ce2O3", "Ce", 3.0);
    valence_is("Pr6O11", "Pr", 22.0 / 6.0);
    valence_is("YBa2Cu3O7", "Cu", 7.0 / 3.0);
    valence_is("EuTiO3", "Eu", 2.0);
    valence_is("La0.5Sr0.5MnO3", "Mn", 3.5);
    valence_is("La0.5Sr0.5CrO3", "Cr", 3.5);
    valence_is("CaSO4", "S", 6.0);
    valence_is("La2O2S", "S", -2.0);
    valence_is("CaCO3", "C", 4.0);
    valence_is("TiC", "C", -4.0);
    valence_is("CoNi", "Co", 0.0);
    valence_is("(Cr,Mn,Fe,Co,Ni)3O4", "Cr", 3.0);
    valence_is("(Cr,Mn,Fe,Co,Ni)3O4", "Ni", 2.0); /* manganese and cobalt oxidise before nickel */
    valence_is("LaFeO2.9", "Fe", 2.8);
}
END_TEST

START_TEST(charges_that_cannot_balance_are_reported)
{
    ck_assert_double_eq(parsed("MgO2").charge_imbalance, -2.0);
    ck_assert_double_eq_tol(parsed("Mg0.9Li0.1O").charge_imbalance, -0.1, 1e-15);
    ck_assert_double_eq(parsed("Al2O2").charge_imbalance, 2.0);
}
END_TEST

START_TEST(charges_and_amounts_add_up)
{
    const kiln_composition c = parsed("La0.8Sr0.2(Cr0.2Mn0.2Fe0.2Co0.2Ni0.2)O3-d");
    double charge = 0.0, cations = 0.0;
    for (int i = 0; i < c.n; ++i) {
        charge += c.component[i].amount * c.component[i].valence;
        cations += c.component[i].is_anion ? 0.0 : c.component[i].amount;
    }
    ck_assert_double_eq_tol(charge, 0.0, 1e-12);
    ck_assert_double_eq_tol(cations, 2.0, 1e-12);
    ck_assert_double_eq_tol(c.anions_per_cation, 1.5, 1e-12);
}
END_TEST

START_TEST(brackets_are_normalised_within_half_a_percent)
{
    const kiln_composition c = parsed("(Mg0.333Co0.333Ni0.333)O");
    ck_assert_double_eq_tol(find(&c, "Ni")->amount, 1.0 / 3.0, 1e-15);
    refused("(Mg0.33Co0.33Ni0.33)O", "sum to 0.99");
    refused("(La0.8Sr0.15)MnO3", "sum to 0.95");
    refused("(La0.8,Sr0.15)MnO3", "must sum to 1");
    refused("(Mg0.002Co0.002)O", "sum to 0.004");
}
END_TEST

START_TEST(unbracketed_amounts_are_left_as_written)
{
    const kiln_composition c = parsed("Fe0.996O");
    ck_assert_double_eq(find(&c, "Fe")->amount, 0.996);
}
END_TEST

START_TEST(repeated_elements_are_added_up)
{
    const kiln_composition c = parsed("Mn(Mn,Co)2O4");
    ck_assert_int_eq(c.n, 3);
    ck_assert_double_eq(find(&c, "Mn")->amount, 2.0);
    ck_assert_double_eq(find(&c, "Co")->amount, 1.0);
    ck_assert_int_eq(c.n_groups, 3);
}
END_TEST

START_TEST(canonical_forms_are_fixed_points)
{
    static const char *const formulas[] = {"(Mg,Co,Ni,Cu,Zn)O",
                                           "La0.8Sr0.2(Cr,Mn,Fe,Co,Ni)O3",
                                           "Ce0.5Zr0.5O2-d",
                                           "(La)0.95MnO3",
                                           "LaO0.9F0.1",
                                           "LiNi0.8Mn0.13Ti0.02Mg0.02Nb0.01Mo0.02O2",
                                           "Mg(OH)2",
                                           "CaSO4",
                                           "Mg1/3Nb2/3O2",
                                           "La0.95MnO3",
                                           "Mg0.000001Ni0.999999O",
                                           "Mg500000O500000",
                                           "La0.8O3Sr0.2Mn"};
    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; ++i) {
        const kiln_composition a = parsed(formulas[i]), b = parsed(a.canonical);
        ck_assert_str_eq(a.canonical, b.canonical);
        ck_assert_int_eq(a.n_groups, b.n_groups);
        for (int k = 0; k < a.n; ++k) {
            const kiln_component *x = &a.component[k], *y = find(&b, kiln_i_element_symbol(x->z));
            ck_assert_double_eq_tol(x->amount, y->amount, 1e-8 * x->amount);
            ck_assert_int_eq(x->group, y->group);
        }
    }
}
END_TEST

START_TEST(unknown_elements_come_with_a_suggestion)
{
    refused("(mg,Co)O", "column 2: unknown element \"mg\"; did you mean \"Mg\"?");
    refused("(MG,Co)O", "did you mean \"Mg\"?");
    refused("Mgo", "unknown element \"Mgo\"");
    refused("MgXxO", "unknown element \"Xx\"");
    refused("Mg\u2082o", "column 4: unknown element \"o\"; did you mean \"O\"?"); /* columns count characters */
    refused("Oxygen", "unknown element \"Oxygen\"");
}
END_TEST

START_TEST(bad_brackets_are_refused)
{
    refused("(Mg,Co", "column 1: this bracket is never closed");
    refused("Mg)O", "column 3: this bracket was never opened");
    refused("(Mg,Co]O", "expected \")\"");
    refused("()O", "expected an element or a bracket");
    refused("(Mg,,Co)O", "expected an element or a bracket");
    refused("(,Mg)O", "expected an element or a bracket");
    refused("(Mg,)O", "expected an element or a bracket");
    refused("((((((((((((((((((Mg))))))))))))))))))O", "nested");
}
END_TEST

START_TEST(bad_amounts_are_refused)
{
    refused("Mg0O", "above 0");
    refused("Mg0.0Co0O0", "above 0");
    refused("(Mg,Co)0O", "above 0");
    refused("Mg-1O", "amounts are positive");
    refused("Mg1/0O", "division by zero");
    refused("Mg1/O", "whole number");
    refused("Mg0.5/2O", "whole numbers");
    refused("Mg1e-3O", "no exponent");
    refused("Mg1.2.3O", "one point");
    refused("Mg1.O", "digit after the point");
    refused("Mgnan", "unknown element");
    refused("MgOinf", "unknown element");
    refused("Mg9999999O", "at most");
    refused("((Mg999999)999999)O", "exceeds");
    refused("Mg0.0000001O", "least accepted");
    refused("Mg600000O600000", "most accepted");
    refused("Mg0.00000000000000000000000000000000001O", "digits");
    refused("2MgO", "before the amount");
    refused("Mg 0.2O", "directly");
    refused("Mg2\u2080O", "mixed");
    refused("Mg0,2O", "with a point");
    refused("(Mg0,2Co0,8)O", "with a point");
}
END_TEST

START_TEST(ambiguous_formulas_are_refused)
{
    refused("(MgCoNiCuZn)O", "ambiguous");
    refused("(CrMnFeCoNi)3O4", "separate the elements by commas");
    refused("(Mg0.5,Co)O", "ambiguous");
    refused("(MgCo,Ni)O", "ambiguous");
    refused("((MgCo),Ni)O", "ambiguous");
    refused("CaSO4.2H2O", "hydrate");
    refused("Cu(NO3)2.3H2O", "hydrate");
    refused("Mg1-xCoxO", "only oxygen may be variable");
    refused("(Mg,Co)-dO", "only oxygen");
}
END_TEST

START_TEST(garbage_is_refused)
{
    static char many[600];
    refused("", "empty");
    refused(" \t ", "empty");
    refused("MgO!", "found \"!\"");
    refused("MgO-", "minus");
    refused("Mg2+O", "charges");
    refused("MgO-d2", "after the variable oxygen");
    refused("MgO\xff", "UTF-8");
    refused("Mg\xc0\xafO", "UTF-8");
    refused("MgO\xe2\x82", "UTF-8");
    refused("O2", "no cation");
    refused("Mg,Co", "comma");
    memset(many, 'O', sizeof many - 1);
    refused(many, "at most 511 bytes");
    for (int z = 1, at = 0; z <= 40; ++z) at += snprintf(many + at, sizeof many - (size_t)at, "%s", kiln_i_element_symbol(z));
    refused(many, "different elements");
    refused("(Li)(Be)(B)(Na)(Mg)(Al)(Si)(K)(Ca)(Sc)(Ti)(V)(Cr)(Mn)(Fe)(Co)O", "sublattices");
}
END_TEST

START_TEST(every_element_parses_in_a_formula)
{
    char text[8];
    kiln_composition c;
    snprintf(text, sizeof text, "%sKO", kiln_i_element_symbol(_i));
    ck_assert_int_eq(kiln_composition_parse(ctx, text, &c), KILN_OK);
    ck_assert_int_eq(c.component[0].z, _i);
}
END_TEST

START_TEST(null_arguments_are_refused)
{
    kiln_composition c;
    ck_assert_int_eq(kiln_composition_parse(NULL, "MgO", &c), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_parse(ctx, NULL, &c), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_parse(ctx, "MgO", NULL), KILN_E_ARG);
}
END_TEST

START_TEST(a_varied_fraction_leaves_the_others_in_ratio)
{
    kiln_composition c, d;
    ck_assert_int_eq(kiln_composition_parse(ctx, "(Mg0.5Ni0.25Zn0.25)Mn2O4", &c), KILN_OK);
    ck_assert_double_eq_tol(kiln_composition_fraction(&c, 12), 0.5, 1e-12);
    ck_assert_double_eq_tol(kiln_composition_fraction(&c, 25), 1.0, 1e-12);
    ck_assert_double_eq(kiln_composition_fraction(&c, 29), 0.0);
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 12, 0.2, &d), KILN_OK);
    ck_assert_str_eq(d.canonical, "(Mg0.2Ni0.4Zn0.4)Mn2O4");
    ck_assert_double_eq_tol(d.anions_per_cation, c.anions_per_cation, 1e-12);
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 12, 0.0, &d), KILN_OK);
    ck_assert_str_eq(d.canonical, "(Ni0.5Zn0.5)Mn2O4");
    ck_assert_int_eq(d.n, 4);
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 12, 1.0, &c), KILN_OK); /* in place */
    ck_assert_str_eq(c.canonical, "MgMn2O4");
}
END_TEST

START_TEST(a_fraction_that_cannot_be_varied_is_refused)
{
    kiln_composition c, d = {.n = -7};
    ck_assert_int_eq(kiln_composition_parse(ctx, "(Mg,Ni)Mn2O4", &c), KILN_OK);
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 25, 0.5, &d), KILN_E_ARG);
    ck_assert_error_has("Mn is alone on its sublattice");
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 8, 0.5, &d), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 30, 0.5, &d), KILN_E_ARG);
    ck_assert_error_has("no cation Zn");
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 12, 1.5, &d), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_vary(ctx, &c, 12, 1e-9, &d), KILN_E_PARSE);
    ck_assert_int_eq(kiln_composition_vary(ctx, NULL, 12, 0.5, &d), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_vary(NULL, &c, 12, 0.5, &d), KILN_E_ARG);
    ck_assert_int_eq(d.n, -7);
}
END_TEST

START_TEST(fractions_of_a_sublattice_are_set)
{
    kiln_composition c, d = {.n = -7};
    ck_assert_int_eq(kiln_composition_parse(ctx, "(Mg,Ni,Zn)Mn2O4", &c), KILN_OK);
    const double x[] = {0.2, 0.5, 0.3, 7.0, 7.0}, less[] = {0.2, 0.5, 0.2, 0.0, 0.0}, none[] = {0.0, 0.4, 0.6, 0.0, 0.0},
                 below[] = {-0.1, 0.5, 0.6, 0.0, 0.0};
    ck_assert_int_eq(kiln_composition_set_fractions(ctx, &c, 0, less, &d), KILN_E_ARG);
    ck_assert_error_has("sum to 0.9");
    ck_assert_int_eq(kiln_composition_set_fractions(ctx, &c, 0, below, &d), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_set_fractions(ctx, &c, 0, NULL, &d), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_set_fractions(NULL, &c, 0, x, &d), KILN_E_ARG);
    ck_assert_int_eq(d.n, -7);
    ck_assert_int_eq(kiln_composition_set_fractions(ctx, &c, 0, x, &d), KILN_OK);
    ck_assert_str_eq(d.canonical, "(Mg0.2Ni0.5Zn0.3)Mn2O4");
    ck_assert_int_eq(kiln_composition_set_fractions(ctx, &c, 0, none, &c), KILN_OK); /* in place */
    ck_assert_str_eq(c.canonical, "(Ni0.4Zn0.6)Mn2O4");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("composition");
    TCase *tc = context_case(suite, "accepted");
    tcase_add_test(tc, every_spelling_of_the_prototype_is_the_same);
    tcase_add_test(tc, canonical_forms_read_well);
    tcase_add_test(tc, fractions_of_a_sublattice_are_set);
    tcase_add_test(tc, oxygen_may_be_variable);
    tcase_add_test(tc, charges_beyond_oxides);
    tcase_add_test(tc, cyanometallates_keep_their_metals_apart);
    tcase_add_test(tc, alloys_and_oxyfluorides_share_sublattices_unless_bracketed);
    tcase_add_test(tc, sublattices_follow_brackets_and_running_sums);
    tcase_add_test(tc, brackets_are_normalised_within_half_a_percent);
    tcase_add_test(tc, unbracketed_amounts_are_left_as_written);
    tcase_add_test(tc, repeated_elements_are_added_up);
    tcase_add_test(tc, canonical_forms_are_fixed_points);
    tcase_add_loop_test(tc, every_element_parses_in_a_formula, 1, KILN_MAX_Z + 1);
    tcase_add_test(tc, a_varied_fraction_leaves_the_others_in_ratio);
    tcase_add_test(tc, a_fraction_that_cannot_be_varied_is_refused);
    tc = context_case(suite, "charges");
    tcase_add_test(tc, valences_follow_from_electroneutrality);
    tcase_add_test(tc, charges_that_cannot_balance_are_reported);
    tcase_add_test(tc, charges_and_amounts_add_up);
    tc = context_case(suite, "refused");
    tcase_add_test(tc, unknown_elements_come_with_a_suggestion);
    tcase_add_test(tc, bad_brackets_are_refused);
    tcase_add_test(tc, bad_amounts_are_refused);
    tcase_add_test(tc, ambiguous_formulas_are_refused);
    tcase_add_test(tc, garbage_is_refused);
    tcase_add_test(tc, null_arguments_are_refused);
    return run_suite(suite);
}
