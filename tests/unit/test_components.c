/* Conditions as CALPHAD programs state them, and what they do: fractions of components, potentials, pressure, the gas constant. */
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>

static const double R = 8.31446261815324;

/* A regular alloy, a gas of its two metals, and carbon dissolved on sites of its own. */
static const char text[] =
    "kiln: 1\nname: alloy\nphases:\n"
    "  alloy:\n    role: alloy\n    formula: M\n"
    "    sublattices: [{name: M, sites: 1, constituents: [Al, Zn]}, {name: I, sites: 1, constituents: [C, Va]}]\n"
    "    end_members:\n      - {at: [Al, Va], G: -20000 - 30*T}\n      - {at: [Zn, Va], G: -15000 - 45*T}\n"
    "      - {at: [Al, C], G: 30000 - 30*T}\n      - {at: [Zn, C], G: 35000 - 45*T}\n"
    "    interactions: [{pair: [Al, Zn], on: M, per: formula, W: 6000}]\n    ideal: [[C, Va]]\n"
    "  gas:\n    role: gas\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Al, Zn]}]\n"
    "    end_members: [{at: [Al], G: 300000 - 150*T}, {at: [Zn], G: 100000 - 140*T}]\n    ideal: [[Al, Zn]]\n";

static kiln_database *db;
static kiln_system *s;
static kiln_solver *solver;

static void close_it(void)
{
    kiln_solver_free(solver);
    kiln_system_free(s);
    kiln_database_free(db);
    solver = NULL;
    s = NULL;
    db = NULL;
    context_teardown();
}

static kiln_status open_it(const char *conditions, double R_J_molK, kiln_conditions *c)
{
    kiln_atmosphere closed;
    kiln_system_options o;
    ck_assert_msg(kiln_conditions_parse(ctx, conditions, c) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "closed", &closed), KILN_OK);
    ck_assert_int_eq(kiln_system_options_init(&o, KILN_SYSTEM_OPTIONS_VERSION), KILN_OK);
    o.pressure_bar = c->P_bar;
    o.n_fixed = c->n_fixed;
    memcpy(o.fixed, c->fixed, sizeof o.fixed);
    if (R_J_molK > 0.0) o.R_J_molK = R_J_molK;
    if (!db)
        ck_assert_msg(kiln_database_parse(ctx, text, strlen(text), "alloy", NULL, &db) == KILN_OK, "%s", kiln_context_error(ctx));
    kiln_solver_free(solver);
    kiln_system_free(s);
    solver = NULL;
    const kiln_status status = kiln_system_create(ctx, db, &c->composition, &closed, &o, &s);
    return status == KILN_OK ? kiln_solver_create(s, NULL, &solver) : status;
}

static kiln_equilibrium solve(const char *conditions, double R_J_molK)
{
    kiln_conditions c;
    kiln_equilibrium e;
    ck_assert_msg(open_it(conditions, R_J_molK, &c) == KILN_OK, "%s: %s", conditions, kiln_context_error(ctx));
    ck_assert_msg(kiln_equilibrium_solve(solver, c.T_K, &e) == KILN_OK, "%s: %s", conditions, kiln_context_error(ctx));
    ck_assert(e.certificate.is_certified);
    return e;
}

START_TEST(lists_are_read_in_any_form)
{
    static const char *const same[] = {"Al, x(Zn)=0.4, T=600, P=1e5, N=1", "AL;X(ZN)=.4;t=600K",
                                       " x( zn ) = 0.4 al T=326.85C p=1bar", "x(Al)=0.6 x(Zn)=0.4 T=600"};
    for (size_t i = 0; i < sizeof same / sizeof *same; ++i) {
        kiln_conditions c;
        ck_assert_msg(kiln_conditions_parse(ctx, same[i], &c) == KILN_OK, "%s", kiln_context_error(ctx));
        ck_assert_int_eq(c.composition.n, 2);
        ck_assert_double_eq_tol(kiln_composition_fraction(&c.composition, 30), 0.4, 1e-15);
        ck_assert_double_eq_tol(c.T_K, 600.0, 1e-9);
        ck_assert_double_eq_tol(c.P_bar, 1.0, 1e-12);
        ck_assert(c.composition.by_components);
    }
}
END_TEST

START_TEST(mass_fractions_become_mole_fractions)
{
    kiln_composition x;
    ck_assert_int_eq(kiln_composition_parse(ctx, "Al, w(Zn)=0.5", &x), KILN_OK);
    ck_assert_double_eq_tol(kiln_composition_fraction(&x, 30), (1.0 / 65.38) / (1.0 / 65.38 + 1.0 / 26.9815385), 1e-5);
    ck_assert_msg(strncmp(x.canonical, "Al0.7078", 8) == 0, "%s", x.canonical);
}
END_TEST

static const struct {
    const char *text, *words;
} bad[] = {{"x(Zn)=0.4", "sum to 0.4"},
           {"Al, x(Zn)=1.4", "from 0 to 1"},
           {"Al, x(Zn)=0.7, x(Mg)=0.6", "leaves nothing"},
           {"Al, Zn, x(Mg)=0.1", "only one element"},
           {"Al, x(Zn)=0.4, x(Zn)=0.1", "already"},
           {"Al, x(Zn)=0.4, w(Mg)=0.1", "together"},
           {"Al, x(Zn)=", "value"},
           {"Al, x(Qq)=0.1", "symbol of an element"},
           {"Al, x(Zn,fcc)=0.1", "column 9"},
           {"Al, y(Zn)=0.1", "unknown condition"},
           {"Al, x(Zn)=0.4, N=2", "N=1"},
           {"Al, x(Zn)=0.4, T=-5", "from 1 K"},
           {"Al, x(Zn)=0.4, P=0", "above 0"},
           {"Al, x(Zn)=0.4, ac(C)=0", "1e-300"},
           {"Al, x(Zn)=0.4, mu(Al)=-1e4", "both an amount and a potential"},
           {"T=900", "no component"},
           {"x(Al)=0.5 x(Zn)=0.5 T=600 C", "right behind its number"},
           {"Al, x(Zn)=0.4, mu(C)=1e9", "1e7"},
           {"Al, x(Zn)=nan", "from 0 to 1"},
           {"Al, x(Zn)=0.4, mu(C)=1e999", "1e999"}};

START_TEST(what_is_wrong_is_named)
{
    kiln_conditions c, before;
    memset(&c, 0x5A, sizeof c);
    before = c;
    ck_assert_msg(kiln_conditions_parse(ctx, bad[_i].text, &c) == KILN_E_PARSE, "\"%s\" was accepted", bad[_i].text);
    ck_assert_mem_eq(&c, &before, sizeof c);
    ck_assert_error_has(bad[_i].words);
}
END_TEST

START_TEST(a_composition_has_no_temperature)
{
    kiln_composition x;
    ck_assert_int_eq(kiln_composition_parse(ctx, "Al, x(Zn)=0.4, T=600", &x), KILN_E_PARSE);
    ck_assert_error_has("no part of a composition");
}
END_TEST

/* One solution: G and mu in closed form, per mole of atoms, with either gas constant. */
START_TEST(energies_are_per_mole_of_atoms)
{
    static const double constants[] = {8.31446261815324, 8.31451};
    const double T = 600.0, x = 0.4, W = 6000.0;
    for (int i = 0; i < 2; ++i) {
        const kiln_equilibrium e = solve("Al, x(Zn)=0.4, T=600", constants[i]);
        const double ideal = constants[i] * T * (x * log(x) + (1.0 - x) * log(1.0 - x));
        const double G = (1.0 - x) * (-20000.0 - 30.0 * T) + x * (-15000.0 - 45.0 * T) + ideal + W * x * (1.0 - x);
        ck_assert_int_eq(e.n_phases, 1);
        ck_assert_double_eq_tol(e.G_J_mol, G, 1e-6);
        ck_assert_double_eq_tol(e.mu_J_mol[1], -15000.0 - 45.0 * T + constants[i] * T * log(x) + W * (1.0 - x) * (1.0 - x), 1e-6);
    }
}
END_TEST

/* C and Va mix by themselves: y(C) / y(Va) = exp((mu - 50000) / RT), whatever the metals. */
START_TEST(a_given_potential_sets_what_dissolves)
{
    const double T = 1500.0;
    const kiln_equilibrium at_mu = solve("Al, x(Zn)=0.1, T=1500, mu(C)=45kJ/mol, P=100bar", 0.0);
    const double ratio = exp((45000.0 - 50000.0) / (R * T));
    ck_assert_int_eq(at_mu.n_phases, 1);
    ck_assert_double_eq_tol(at_mu.phase[0].site_fractions[2], ratio / (1.0 + ratio), 1e-9);
    ck_assert_double_eq_tol(at_mu.mu_open_J_mol[0], 45000.0, 1e-9);
    const kiln_equilibrium at_a = solve("Al, x(Zn)=0.1, T=1500, ac(C)=20, P=100bar", 0.0);
    const double by_a = 20.0 * exp(-50000.0 / (R * T));
    ck_assert_double_eq_tol(at_a.phase[0].site_fractions[2], by_a / (1.0 + by_a), 1e-9);
}
END_TEST

/* Pure zinc boils where 115000 - 95 T + R T ln P = 0. */
START_TEST(pressure_acts_on_the_gas)
{
    static const double bar[] = {0.1, 1.0, 10.0};
    char conditions[64];
    for (int i = 0; i < 3; ++i) {
        const double T = 115000.0 / (95.0 - R * log(bar[i]));
        for (int above = 0; above < 2; ++above) {
            snprintf(conditions, sizeof conditions, "Zn T=%.6f P=%gbar", T + (above ? 0.01 : -0.01), bar[i]);
            const kiln_equilibrium e = solve(conditions, 0.0);
            ck_assert_int_eq(e.n_phases, 1);
            ck_assert_str_eq(kiln_system_phase_name(s, e.phase[0].phase), above ? "gas" : "alloy");
        }
    }
}
END_TEST

/* Beside an oxide the rest of the oxygen is a gas without any cation, of which a report has to count something. */
START_TEST(a_gas_without_cations_is_reported)
{
    static const char oxide[] = "kiln: 1\nname: oxide\nsubstances:\n  oxide: {formula: MgO, at: [Mg, O], G: -600000}\n"
                                "phases:\n  gas:\n    role: gas\n    formula: M\n"
                                "    sublattices: [{name: M, sites: 1, constituents: [Mg, O]}]\n"
                                "    end_members: [{at: [Mg], G: 100000}, {at: [O], G: -100000}]\n    ideal: [[Mg, O]]\n";
    kiln_conditions c;
    kiln_equilibrium e;
    kiln_report *report;
    ck_assert_msg(kiln_database_parse(ctx, oxide, strlen(oxide), "oxide", NULL, &db) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_msg(open_it("x(Mg)=0.3, O, T=1000", 0.0, &c) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_msg(kiln_equilibrium_solve(solver, c.T_K, &e) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(e.n_phases, 2);
    ck_assert_msg(kiln_report_equilibrium(ctx, s, NULL, &e, NULL, &report) == KILN_OK, "%s", kiln_context_error(ctx));
    kiln_report_free(report);
}
END_TEST

START_TEST(conditions_without_effect_are_refused)
{
    kiln_conditions c;
    ck_assert_int_eq(open_it("Al, x(Zn)=0.4, T=600, mu(O)=-1e5", 0.0, &c), KILN_E_MISSING);
    ck_assert_error_has("no phase that holds it");
    ck_assert_int_eq(open_it("Al, x(Zn)=0.4", 9.0, &c), KILN_E_ARG);
    ck_assert_error_has("8.3 to 8.33");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("components");
    TCase *tc = tcase_create("conditions");
    tcase_add_checked_fixture(tc, context_setup, close_it);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, lists_are_read_in_any_form);
    tcase_add_test(tc, mass_fractions_become_mole_fractions);
    tcase_add_loop_test(tc, what_is_wrong_is_named, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tc, a_composition_has_no_temperature);
    tcase_add_test(tc, energies_are_per_mole_of_atoms);
    tcase_add_test(tc, a_given_potential_sets_what_dissolves);
    tcase_add_test(tc, pressure_acts_on_the_gas);
    tcase_add_test(tc, a_gas_without_cations_is_reported);
    tcase_add_test(tc, conditions_without_effect_are_refused);
    return run_suite(suite);
}
