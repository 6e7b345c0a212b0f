/* Vapour over an equilibrium: pressures by direct arithmetic, derivatives against differences, fluxes in closed form, the ceiling, and what the database holds. */
#include "predict/vapour.h"

#include "synthetic.h"

#include <math.h>

#define R 8.31446261815324
#define LN10 2.302585092994046

static const char kiln_yaml[] = KILN_TEST_DATABASES "/kiln.yaml";
static bench b;
static kiln_vapour *v;
static kiln_vapour_result r;

static void close_it(void)
{
    kiln_vapour_free(v);
    v = NULL;
    bench_close(&b);
}

/* Database from text (with the shipped ones beside it), or the default; vapour over `formula` in `atmosphere`. */
static void open_it(const char *text, const char *formula, const char *atmosphere)
{
    kiln_composition x;
    kiln_atmosphere a;
    close_it();
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    if (text) REQUIRE_OK(&b, kiln_database_parse(b.ctx, text, strlen(text), "text", KILN_TEST_DATABASES, &b.db));
    else REQUIRE_OK(&b, kiln_database_load(b.ctx, kiln_yaml, &b.db));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, formula, &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, atmosphere, &a));
    REQUIRE_OK(&b, kiln_system_create(b.ctx, b.db, &x, &a, NULL, &b.system));
    REQUIRE_OK(&b, kiln_vapour_create(b.system, NULL, NULL, &v));
}

static double G(const char *name, double T_K)
{
    double g;
    REQUIRE_OK(&b, kiln_database_function_value(b.db, b.ctx, kiln_database_find_function(b.db, name), T_K, &g, NULL, NULL));
    return g;
}

static const kiln_vapour_species *species(const char *formula)
{
    for (int i = 0; i < r.n_species; ++i)
        if (strcmp(r.species[i].formula, formula) == 0) return &r.species[i];
    ck_abort_msg("no %s", formula);
    return NULL;
}

static double log10_p(const char *formula, double T_K)
{
    REQUIRE_OK(&b, kiln_vapour_solve(v, T_K, &r));
    return species(formula)->log10_p_bar;
}

/* ZnO = Zn(g) + O2/2 and ZnO = ZnO(g): exact, for pure ZnO dissolves nothing. */
START_TEST(zinc_over_its_oxide_is_direct_arithmetic)
{
    const double T_K = 1500.0, po2_bar = 0.2095, decade = R * T_K * LN10;
    open_it(NULL, "ZnO", "air");
    const double mu_O = 0.5 * (G("G_O2", T_K) + R * T_K * log(po2_bar));
    ck_assert_double_eq_tol(log10_p("Zn", T_K), (G("G_ZnO", T_K) - mu_O - G("G_Zn_gas", T_K)) / decade, 1e-9);
    ck_assert_double_eq_tol(species("ZnO")->log10_p_bar, (G("G_ZnO", T_K) - G("G_ZnO_gas", T_K)) / decade, 1e-9);
    ck_assert_double_eq_tol(species("Zn")->p_bar, 4.3e-6,
                            0.1e-6); /* by hand from the tables of both, US Bureau of Mines and NASA */
    ck_assert_double_eq_tol(species("Zn")->decades_per_po2, -0.5, 1e-9);
    ck_assert_double_eq_tol(species("ZnO")->decades_per_po2, 0.0, 1e-9);
    /* sigma of G_ZnO, G_Zn_gas and half of G_O2 */
    ck_assert_double_eq_tol(species("Zn")->sigma_decades, sqrt(1400.0 * 1400.0 + 2000.0 * 2000.0 + 25.0 * 25.0) / decade, 1e-9);
    ck_assert_int_eq(r.mu_is_unique, 1);
    ck_assert_int_eq(r.n_species, 2);
}
END_TEST

#define SOLUTION                                                                                                                 \
    "kiln: 1\nname: toy\nfunctions:\n  G_O2: {G: -230*T, sigma: 0 J/mol}\n  G_MgO: {G: -600000 - 60*T, sigma: 0 J/mol}\n"        \
    "  G_ZnO: {G: -350000 - 80*T%s, sigma: %d J/mol}\n  G_Zn: {G: 130000 - 180*T, sigma: 0 J/mol}\n"                             \
    "gases: {O2: G_O2}\nvapours: {Zn: G_Zn}\nphases:\n  s:\n    sublattices: [{name: M, sites: 1, constituents: [Mg+2, Zn+2]}, " \
    "{name: O, sites: 1, constituents: [O-2]}]\n    end_members: [{at: [Mg+2, O-2], G: G_MgO}, {at: [Zn+2, O-2], G: G_ZnO}]\n"   \
    "    interactions: [{pair: [Mg+2, Zn+2], per: cation, W: %d, sigma: 0 J/mol}]\n"

static const char *solution(const char *shift, int sigma_J_mol, int W_J_mol)
{
    static char text[2048];
    snprintf(text, sizeof text, SOLUTION, shift, sigma_J_mol, W_J_mol);
    return text;
}

/* Raoult: p = x p(pure), and with a regular solution x exp(W (1 - x)^2 / RT). */
START_TEST(a_solution_lowers_the_pressure_by_its_activity)
{
    const double T_K = 1400.0, x = 0.2;
    open_it(solution("", 0, 0), "ZnO", "air");
    const double pure = log10_p("Zn", T_K);
    open_it(solution("", 0, 0), "Mg0.8Zn0.2O", "air");
    ck_assert_double_eq_tol(log10_p("Zn", T_K), pure + log10(x), 1e-9);
    open_it(solution("", 0, 9000), "Mg0.8Zn0.2O", "air");
    ck_assert_double_eq_tol(log10_p("Zn", T_K), pure + log10(x) + 9000.0 * 0.64 / (R * T_K * LN10), 1e-9);
}
END_TEST

/* The standard deviation is the derivative by the only uncertain function times its sigma. One phase, and two beside each other (W = 30 kJ/mol). */
START_TEST(sigma_agrees_with_differences)
{
    const int W = _i ? 30000 : 9000;
    const double T_K = 1200.0;
    const char *x = _i ? "Mg0.5Zn0.5O" : "Mg0.8Zn0.2O";
    open_it(solution(" + 50", 0, W), x, "air");
    const double high = log10_p("Zn", T_K);
    open_it(solution(" - 50", 0, W), x, "air");
    const double low = log10_p("Zn", T_K);
    open_it(solution("", 1000, W), x, "air");
    (void)log10_p("Zn", T_K);
    ck_assert_int_eq(r.equilibrium->n_phases, 1 + _i);
    ck_assert_double_eq_tol(species("Zn")->sigma_decades, fabs(high - low) / 100.0 * 1000.0, 1e-6);
}
END_TEST

/* Valences and phases answer to p(O2) too: 1773 K has copper's lower oxide beside the rock salt, argon an alloy. */
static const struct {
    const char *formula, *before, *after;
    double T_K, decades;
} oxygen[] = {{"(Mg,Co,Ni,Cu,Zn)O", "0.2bar", "0.202bar", 1300.0, 0.004321373782642},
              {"(Mg,Co,Ni,Cu,Zn)O", "0.2bar", "0.202bar", 1773.15, 0.004321373782642},
              {"(Mg,Co,Ni,Cu,Zn)O", "1e-5bar", "1.01e-5bar", 1673.15, 0.004321373782642},
              {"(Mg,Zn)O", "CO/CO2=0.1", "CO/CO2=0.101", 1400.0, -2.0 * 0.004321373782642},
              {"(Mg,Zn)O", "H2/H2O=0.1", "H2/H2O=0.101", 1400.0, -2.0 * 0.004321373782642}};

START_TEST(oxygen_moves_a_pressure_as_stated)
{
    double before[32], slope[32];
    open_it(NULL, oxygen[_i].formula, oxygen[_i].before);
    (void)log10_p("Zn", oxygen[_i].T_K);
    ck_assert_int_le(r.n_species, 32);
    for (int i = 0; i < r.n_species; ++i) {
        before[i] = r.species[i].log10_p_bar;
        slope[i] = 0.5 * r.species[i].decades_per_po2;
    }
    open_it(NULL, oxygen[_i].formula, oxygen[_i].after);
    (void)log10_p("Zn", oxygen[_i].T_K);
    for (int i = 0; i < r.n_species; ++i) {
        const double mean = slope[i] + 0.5 * r.species[i].decades_per_po2; /* of both ends: exact to second order */
        ck_assert_double_eq_tol((r.species[i].log10_p_bar - before[i]) / oxygen[_i].decades, mean, 2e-4);
    }
}
END_TEST

START_TEST(nominal_argon_adds_its_decade)
{
    open_it(NULL, "ZnO", "1e-5bar");
    (void)log10_p("Zn", 1500.0);
    const double known = species("Zn")->sigma_decades;
    open_it(NULL, "ZnO", "Ar");
    (void)log10_p("Zn", 1500.0);
    ck_assert_double_eq_tol(species("Zn")->sigma_decades, sqrt(known * known + 0.25), 1e-9);
}
END_TEST

/* Fluxes in closed form: units and moles of metal per molecule. */
START_TEST(fluxes_are_hertz_langmuir_and_film)
{
    const double T_K = 1600.0;
    double free_flux = 0.0, film = 0.0;
    open_it(NULL, "CuO", "air");
    REQUIRE_OK(&b, kiln_vapour_solve(v, T_K, &r));
    static const struct {
        const char *formula;
        double atoms, M_kg_mol;
    } of[] = {{"Cu", 1.0, 0.063546}, {"CuO", 1.0, 0.079545}, {"Cu2", 2.0, 0.127092}};
    for (int i = 0; i < 3; ++i) {
        const kiln_vapour_species *s = species(of[i].formula);
        free_flux += of[i].atoms * 1e5 * s->p_bar / sqrt(2.0 * 3.14159265358979 * of[i].M_kg_mol * R * T_K);
        film += of[i].atoms * 1e5 * s->p_bar * s->diffusivity_m2_s / (R * T_K * 0.01);
    }
    const kiln_vapour_loss *loss = &r.loss[0];
    ck_assert_int_eq(loss->n_species, 3);
    ck_assert_double_eq_tol(loss->free_mol_m2_s / free_flux, 1.0, 1e-5); /* atomic weights to five digits */
    ck_assert_double_eq_tol(loss->film_mol_m2_s / film, 1.0, 1e-12);
    ck_assert_double_lt(loss->film_mol_m2_s, loss->free_mol_m2_s);
    ck_assert_double_eq_tol(loss->film_mg_cm2_h / (film * 3600.0 * 1e-4 * 63.546e3), 1.0, 1e-4);
    /* 2 cm2/g, and the mass that holds a mole: of a melt between Cu2O, 71.545 g, and CuO, 79.545 g */
    const double mass_g = r.equilibrium->mass_g;
    ck_assert(mass_g > 71.545 && mass_g < 79.545);
    ck_assert_double_eq_tol(loss->film_percent_h / (100.0 * film * 3600.0 * 1e-4 * 2.0 * mass_g), 1.0, 1e-4);
}
END_TEST

START_TEST(rates_follow_the_options)
{
    kiln_vapour_options o;
    kiln_vapour *other;
    kiln_vapour_result q;
    open_it(NULL, "ZnO", "air");
    (void)log10_p("Zn", 1500.0);
    ck_assert_int_eq(kiln_vapour_options_init(&o, KILN_VAPOUR_OPTIONS_VERSION), KILN_OK);
    o.film_mm = 2.5;
    o.surface_cm2_g = 6.0;
    REQUIRE_OK(&b, kiln_vapour_create(b.system, NULL, &o, &other));
    REQUIRE_OK(&b, kiln_vapour_solve(other, 1500.0, &q));
    ck_assert_double_eq_tol(q.loss[0].free_mol_m2_s / r.loss[0].free_mol_m2_s, 1.0, 1e-12);
    ck_assert_double_eq_tol(q.loss[0].film_mol_m2_s / r.loss[0].film_mol_m2_s, 4.0, 1e-12);
    ck_assert_double_eq_tol(q.loss[0].film_percent_h / r.loss[0].film_percent_h, 12.0, 1e-11);
    kiln_vapour_free(other);
}
END_TEST

/* D at 1 atm and 673.15 K, cm2/s: T.R. Marrero, E.A. Mason, J. Phys. Chem. Ref. Data 1 (1972) 1, as in the CRC Handbook of Chemistry and Physics. The
 * correlation is said to be good to 10 %; CO2 in air is its worst here. */
static const struct {
    double fraction[KILN_N_CARRIERS], M_g_mol, volume, D_cm2_s;
} measured[] = {{{[KILN_CARRIER_N2] = 1.0}, 39.95, 16.1, 0.815},
                {{[KILN_CARRIER_O2] = 1.0}, 39.95, 16.1, 0.793},
                {{[KILN_CARRIER_AR] = 1.0}, 83.798, 22.8, 0.605},
                {{[KILN_CARRIER_AR] = 1.0}, 131.29, 37.9, 0.498},
                {{[KILN_CARRIER_H2] = 1.0}, 39.95, 16.1, 3.496},
                {{[KILN_CARRIER_CO] = 1.0}, 39.95, 16.1, 0.815},
                {{[KILN_CARRIER_CO2] = 1.0}, 39.95, 16.1, 0.689},
                {{[KILN_CARRIER_N2] = 0.7905, [KILN_CARRIER_O2] = 0.2095}, 39.95, 16.1, 0.810},
                {{[KILN_CARRIER_N2] = 0.7905, [KILN_CARRIER_O2] = 0.2095}, 44.009, 26.9, 0.728},
                {{[KILN_CARRIER_N2] = 0.7905, [KILN_CARRIER_O2] = 0.2095}, 18.015, 12.7, 1.135}};

START_TEST(diffusivities_are_those_measured)
{
    kiln_i_carrier carrier;
    memcpy(carrier.fraction, measured[_i].fraction, sizeof carrier.fraction);
    const double D_m2_s = kiln_i_diffusivity(&carrier, measured[_i].M_g_mol, measured[_i].volume, 673.15);
    ck_assert_double_eq_tol(D_m2_s / (1e-4 * 1.01325 * measured[_i].D_cm2_s), 1.0, 0.12);
}
END_TEST

static const struct {
    const char *atmosphere;
    double fraction[KILN_N_CARRIERS];
} carriers[] = {{"air", {[KILN_CARRIER_O2] = 0.2095, [KILN_CARRIER_CO2] = 0.00042, [KILN_CARRIER_N2] = 0.79008}},
                {"O2", {[KILN_CARRIER_O2] = 1.0}},
                {"Ar", {[KILN_CARRIER_O2] = 1e-5, [KILN_CARRIER_AR] = 1.0 - 1e-5}},
                {"N2", {[KILN_CARRIER_O2] = 1e-5, [KILN_CARRIER_N2] = 1.0 - 1e-5}},
                {"20bar", {[KILN_CARRIER_O2] = 1.0}},
                {"H2/H2O=3", {[KILN_CARRIER_H2] = 0.75, [KILN_CARRIER_H2O] = 0.25}},
                {"CO/CO2=1", {[KILN_CARRIER_CO] = 0.5, [KILN_CARRIER_CO2] = 0.5}},
                {"closed", {[KILN_CARRIER_N2] = 1.0}}};

START_TEST(the_carrier_is_the_atmosphere)
{
    kiln_context *ctx_here;
    kiln_atmosphere a;
    ck_assert_int_eq(kiln_context_create(NULL, &ctx_here), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx_here, carriers[_i].atmosphere, &a), KILN_OK);
    const kiln_i_carrier c = kiln_i_carrier_of(&a);
    for (int g = 0; g < KILN_N_CARRIERS; ++g) ck_assert_double_eq_tol(c.fraction[g], carriers[_i].fraction[g], 1e-12);
    kiln_context_free(ctx_here);
}
END_TEST

START_TEST(pressures_rise_with_temperature)
{
    double last[32];
    open_it(NULL, "(Mg,Co,Ni,Cu,Zn)O", "air");
    for (int i = 0; i < 32; ++i) last[i] = -INFINITY;
    for (double T_K = 900.0; T_K < 1901.0; T_K += 50.0) {
        REQUIRE_OK(&b, kiln_vapour_solve(v, T_K, &r));
        ck_assert_int_eq(r.n_species, 11);
        for (int i = 0; i < r.n_species; ++i) {
            ck_assert_double_gt(r.species[i].log10_p_bar, last[i]);
            ck_assert_double_gt(r.species[i].sigma_decades, 0.0);
            last[i] = r.species[i].log10_p_bar;
        }
    }
}
END_TEST

/* Liquid metals of the same tables, McBride, Zehe, Gordon, NASA/TP-2002-211556, boil at 1 atm at 1180 K (Zn) and 1361 K (Mg); at 1 bar 1 K below. CRC Handbook:
 * 907 and 1090 C. */
static const struct {
    const char *metal, *liquid;
    double boiling_K;
} metals[] = {{"Zn", "3.776530427, 0, 0, 0, 0, -431.734588, -15.67077937", 1180.0},
              {"Mg", "4.125318269, 0, 0, 0, 0, -658.991948, -19.37828582", 1362.0}};

START_TEST(liquid_metals_boil_where_they_do)
{
    char text[1024];
    double low = 900.0, high = 1600.0;
    snprintf(
        text, sizeof text,
        "kiln: 1\nname: metal\ninclude: [vapour.yaml]\nfunctions:\n  G_liquid:\n    formula: %s\n    nasa9:\n      R: 8.31451\n"
        "      pieces:\n        - {range: 600 K .. 6000 K, c: [0, 0, %s]}\nsubstances: {liquid: {formula: %s, G: G_liquid}}\n",
        metals[_i].metal, metals[_i].liquid, metals[_i].metal);
    open_it(text, metals[_i].metal, "closed");
    while (high - low > 0.01) {
        const double T_K = 0.5 * (low + high);
        *(log10_p(metals[_i].metal, T_K) < 0.0 ? &low : &high) = T_K;
    }
    ck_assert_double_eq_tol(low, metals[_i].boiling_K, 3.0);
    ck_assert_double_eq(species(metals[_i].metal)->decades_per_po2, 0.0);
    ck_assert_double_eq(r.released_po2_bar, 0.0);
}
END_TEST

/* Zn + O2/2 from ZnO: half a molecule of O2 for each atom of zinc, at the ratio of their diffusivities. */
START_TEST(released_oxygen_follows_the_metal)
{
    kiln_i_carrier carrier = {{[KILN_CARRIER_O2] = 1e-5, [KILN_CARRIER_AR] = 1.0 - 1e-5}};
    open_it(NULL, "ZnO", "Ar");
    (void)log10_p("Zn", 1500.0);
    const kiln_vapour_species *zn = species("Zn");
    const double expected = 0.5 * zn->p_bar * zn->diffusivity_m2_s / kiln_i_oxygen_diffusivity(&carrier, 1500.0);
    ck_assert_double_eq_tol(r.released_po2_bar / expected, 1.0, 1e-9); /* ZnO(g) releases none */
    ck_assert_double_gt(r.released_po2_bar, 1e-5);
}
END_TEST

static double percent_at(double T_K)
{
    double most = 0.0;
    REQUIRE_OK(&b, kiln_vapour_solve(v, T_K, &r));
    for (int c = 0; c < r.n_losses; ++c) most = fmax(most, r.loss[c].film_percent_h);
    return most;
}

static const char *const gases[] = {"air", "O2", "Ar", "CO/CO2=0.01"};

START_TEST(the_ceiling_is_where_the_limit_is_reached)
{
    kiln_vapour_ceiling c;
    open_it(NULL, "(Mg,Co,Ni,Cu,Zn)O", gases[_i]);
    REQUIRE_OK(&b, kiln_vapour_find_ceiling(v, 873.15, 2000.0, &c));
    ck_assert_int_eq(c.is_found, 1);
    ck_assert_int_eq(c.is_below, 0);
    ck_assert_int_eq(c.z, 30);
    ck_assert_str_eq(c.species, "Zn");
    ck_assert_double_ge(c.film_percent_h, 1.0);
    ck_assert_double_gt(c.sigma_K, 0.0);
    ck_assert_double_eq_tol(percent_at(c.T_K), c.film_percent_h, 1e-6 * c.film_percent_h);
    ck_assert_double_eq_tol(r.released_po2_bar, c.released_po2_bar, 1e-6 * c.released_po2_bar + 1e-300);
    ck_assert_double_lt(percent_at(c.T_K - 0.1), 1.0);
    /* one standard deviation of the pressure moves the end by sigma_K, to first order */
    (void)percent_at(c.T_K);
    const double sigma = species("Zn")->sigma_decades, less = log10(percent_at(c.T_K - 1.0)),
                 more = log10(percent_at(c.T_K + 1.0));
    ck_assert_double_eq_tol(c.sigma_K, sigma / (0.5 * (more - less)), 0.02 * c.sigma_K);
}
END_TEST

START_TEST(a_ceiling_may_lie_outside_the_range)
{
    kiln_vapour_ceiling c;
    open_it(NULL, "(Mg,Co,Ni,Cu,Zn)O", "air");
    REQUIRE_OK(&b, kiln_vapour_find_ceiling(v, 873.15, 1200.0, &c));
    ck_assert_int_eq(c.is_found, 0);
    REQUIRE_OK(&b, kiln_vapour_find_ceiling(v, 1850.0, 1900.0, &c));
    ck_assert_int_eq(c.is_found + c.is_below, 2);
    ck_assert_double_eq(c.T_K, 1850.0);
    ck_assert_double_lt(c.sigma_K, 0.0);
    open_it(NULL, "MgO", "air");
    REQUIRE_OK(&b, kiln_vapour_find_ceiling(v, 873.15, 1900.0, &c));
    ck_assert_int_eq(c.is_found, 0);
}
END_TEST

/* No gas species of an element: its loss is unknown, not nothing. */
START_TEST(an_element_without_vapour_says_so)
{
    open_it(solution("", 0, 0), "Mg0.8Zn0.2O", "air");
    (void)log10_p("Zn", 1400.0);
    ck_assert_int_eq(r.n_losses, 2);
    ck_assert_int_eq(r.loss[0].n_species, 0);
    ck_assert_int_eq(r.loss[0].main_species, -1);
    ck_assert_int_eq(r.loss[1].n_species, 1);
    ck_assert_int_eq(r.loss[1].is_cation, 1);
}
END_TEST

/* A compound alone fixes only the sum of its cations' potentials. */
START_TEST(a_compound_alone_does_not_fix_pressures)
{
    open_it(
        "kiln: 1\nname: c\nfunctions: {G_O2: {G: -230*T}, c: {G: -1e6, sigma: 1 kJ/mol}, z: {G: 130000 - 180*T}}\ngases: {O2: G_O2}\n"
        "vapours: {Zn: z}\nsubstances: {c: {formula: ZnMgO2, at: [Zn+2, Mg+2, O-2], sites: [1, 1, 2], G: c}}\n",
        "ZnMgO2", "air");
    (void)log10_p("Zn", 1400.0);
    ck_assert_int_eq(r.mu_is_unique, 0);
    ck_assert_double_lt(species("Zn")->sigma_decades, 0.0);
    ck_assert_double_eq(species("Zn")->decades_per_po2, 0.0);
}
END_TEST

START_TEST(an_impossible_pressure_is_an_error)
{
    kiln_vapour_result before = {.T_K = 7.0};
    r = before;
    open_it("kiln: 1\nname: c\nfunctions: {G_O2: {G: -230*T}, c: {G: -1000}, z: {G: -1e9}}\ngases: {O2: G_O2}\nvapours: {Zn: z}\n"
            "substances: {c: {formula: ZnO, at: [Zn+2, O-2], G: c}}\n",
            "ZnO", "air");
    ck_assert_int_eq(kiln_vapour_solve(v, 1000.0, &r), KILN_E_RANGE);
    ck_assert_ptr_nonnull(strstr(kiln_context_error(b.ctx), "Zn would have a pressure of 10^"));
    ck_assert_double_eq(r.T_K, 7.0);
}
END_TEST

START_TEST(systems_do_not_evaluate_vapour)
{
    int n_used[2];
    for (int i = 0; i < 2; ++i) {
        open_it(i ? NULL : "kiln: 1\nname: r\ninclude: [rocksalt-fitted.yaml, melt-fitted.yaml]\n", "(Mg,Co,Ni,Cu,Zn)O", "air");
        n_used[i] = b.system->n_used;
    }
    ck_assert_int_eq(n_used[0], n_used[1]);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    kiln_vapour_options o;
    kiln_vapour *other;
    kiln_vapour_ceiling c;
    open_it(NULL, "ZnO", "air");
    ck_assert_int_eq(kiln_vapour_options_init(&o, 99), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_options_init(NULL, KILN_VAPOUR_OPTIONS_VERSION), KILN_E_ARG);
    for (int i = 0; i < 6; ++i) {
        ck_assert_int_eq(kiln_vapour_options_init(&o, KILN_VAPOUR_OPTIONS_VERSION), KILN_OK);
        if (i == 0) o.film_mm = 0.0;
        if (i == 1) o.film_mm = NAN;
        if (i == 2) o.surface_cm2_g = 1e8;
        if (i == 3) o.loss_percent_h = 0.0;
        if (i == 4) o.loss_percent_h = INFINITY;
        if (i == 5) o.version = 0;
        ck_assert_int_eq(kiln_vapour_create(b.system, NULL, &o, &other), KILN_E_ARG);
        ck_assert_ptr_null(other);
    }
    ck_assert_int_eq(kiln_vapour_create(NULL, NULL, NULL, &other), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_create(b.system, NULL, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_solve(v, -1.0, &r), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_solve(v, 1000.0, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_solve(NULL, 1000.0, &r), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_find_ceiling(v, 1000.0, 1000.0, &c), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_find_ceiling(v, NAN, 1000.0, &c), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_find_ceiling(v, 500.0, INFINITY, &c), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_find_ceiling(v, 500.0, 1000.0, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_vapour_find_ceiling(NULL, 500.0, 1000.0, &c), KILN_E_ARG);
}
END_TEST

typedef struct meter {
    long calls, live, fail_at;
} meter;

static void *meter_alloc(void *user, size_t size)
{
    meter *m = user;
    if (++m->calls == m->fail_at) return NULL;
    ++m->live;
    return malloc(size);
}

static void meter_release(void *user, void *p)
{
    --((meter *)user)->live;
    free(p);
}

static kiln_status open_metered(meter *m)
{
    const kiln_allocator allocator = {meter_alloc, meter_release, m};
    const char *text = solution("", 100, 9000);
    kiln_composition x;
    kiln_atmosphere a;
    kiln_status status = kiln_context_create(&allocator, &b.ctx);
    if (status == KILN_OK) status = kiln_composition_parse(b.ctx, "Mg0.8Zn0.2O", &x);
    if (status == KILN_OK) status = kiln_atmosphere_parse(b.ctx, "air", &a);
    if (status == KILN_OK) status = kiln_database_parse(b.ctx, text, strlen(text), "text", NULL, &b.db);
    if (status == KILN_OK) status = kiln_system_create(b.ctx, b.db, &x, &a, NULL, &b.system);
    if (status == KILN_OK) status = kiln_vapour_create(b.system, NULL, NULL, &v);
    return status;
}

START_TEST(solving_allocates_nothing)
{
    meter m = {0, 0, 0};
    kiln_vapour_ceiling c;
    ck_assert_int_eq(open_metered(&m), KILN_OK);
    const long before = m.calls;
    REQUIRE_OK(&b, kiln_vapour_find_ceiling(v, 600.0, 2000.0, &c));
    ck_assert_int_eq(c.is_found, 1);
    ck_assert_int_eq(m.calls, before);
    close_it();
    ck_assert_int_eq(m.live, 0);
}
END_TEST

START_TEST(every_failed_allocation_is_survived)
{
    meter clean = {0, 0, 0};
    ck_assert_int_eq(open_metered(&clean), KILN_OK);
    close_it();
    for (long k = 1; k <= clean.calls; ++k) {
        meter m = {0, 0, k};
        ck_assert_int_eq(open_metered(&m), KILN_E_NOMEM);
        ck_assert_ptr_null(v);
        close_it();
        ck_assert_int_eq(m.live, 0);
    }
}
END_TEST

/* Each species of the shipped database with the formula of its function, every melting point found by its own formula. */
START_TEST(the_shipped_sections_are_whole)
{
    kiln_vapour_info vapour;
    kiln_melting_info melting;
    kiln_function_info function;
    open_it(NULL, "ZnO", "air");
    ck_assert_int_ge(kiln_database_n_vapours(b.db), 92);
    for (int i = 0; kiln_database_vapour(b.db, i, &vapour) == KILN_OK; ++i) {
        ck_assert_int_eq(kiln_database_function(b.db, vapour.function, &function), KILN_OK);
        ck_assert_str_eq(function.formula, vapour.formula);
    }
    ck_assert_int_ge(kiln_database_n_meltings(b.db), 90);
    for (int i = 0; kiln_database_melting(b.db, i, &melting) == KILN_OK; ++i) {
        kiln_composition x;
        REQUIRE_OK(&b, kiln_composition_parse(b.ctx, melting.formula, &x));
        ck_assert_int_eq(kiln_database_find_melting(b.db, &x), i);
        ck_assert_double_gt(melting.sigma_K, 0.0);
        ck_assert_ptr_nonnull(melting.source);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vapour");
    TCase *tc = tcase_create("vapour");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, zinc_over_its_oxide_is_direct_arithmetic);
    tcase_add_test(tc, a_solution_lowers_the_pressure_by_its_activity);
    tcase_add_loop_test(tc, sigma_agrees_with_differences, 0, 2);
    tcase_add_loop_test(tc, oxygen_moves_a_pressure_as_stated, 0, (int)(sizeof oxygen / sizeof *oxygen));
    tcase_add_test(tc, nominal_argon_adds_its_decade);
    tcase_add_test(tc, fluxes_are_hertz_langmuir_and_film);
    tcase_add_test(tc, rates_follow_the_options);
    tcase_add_loop_test(tc, diffusivities_are_those_measured, 0, (int)(sizeof measured / sizeof *measured));
    tcase_add_loop_test(tc, the_carrier_is_the_atmosphere, 0, (int)(sizeof carriers / sizeof *carriers));
    tcase_add_test(tc, pressures_rise_with_temperature);
    tcase_add_loop_test(tc, liquid_metals_boil_where_they_do, 0, (int)(sizeof metals / sizeof *metals));
    tcase_add_test(tc, released_oxygen_follows_the_metal);
    tcase_add_loop_test(tc, the_ceiling_is_where_the_limit_is_reached, 0, (int)(sizeof gases / sizeof *gases));
    tcase_add_test(tc, a_ceiling_may_lie_outside_the_range);
    tcase_add_test(tc, an_element_without_vapour_says_so);
    tcase_add_test(tc, a_compound_alone_does_not_fix_pressures);
    tcase_add_test(tc, an_impossible_pressure_is_an_error);
    tcase_add_test(tc, systems_do_not_evaluate_vapour);
    tcase_add_test(tc, bad_arguments_are_refused);
    tcase_add_test(tc, solving_allocates_nothing);
    tcase_add_test(tc, every_failed_allocation_is_survived);
    tcase_add_test(tc, the_shipped_sections_are_whole);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
