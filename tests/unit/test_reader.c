/* mkdtemp and setenv are POSIX, outside C11. */
#define _XOPEN_SOURCE 700

/* The database reader: what each section means, and each kind of error with its place. */
#include "core/elements.h"
#include "counting.h"
#include "data/database.h"

#include "support.h"

#include <math.h>
#include <stdio.h>

#define HEAD "kiln: 1\nname: t\n"

static kiln_database *db;

static kiln_status parse(const char *text) { return kiln_database_parse(ctx, text, strlen(text), "f.yaml", NULL, &db); }

static void parse_ok(const char *text)
{
    const kiln_status status = parse(text);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
}

static void free_database(void)
{
    kiln_database_free(db);
    db = NULL;
}

static kiln_i_jet value_of(const char *name, double T_K)
{
    kiln_i_jet values[64];
    const int i = kiln_i_database_find_function(db, name);
    ck_assert_int_lt(db->n_functions, 64);
    ck_assert_int_ge(i, 0);
    kiln_i_functions_evaluate(db->functions, db->n_functions, NULL, T_K, NULL, values);
    return values[i];
}

START_TEST(functions_refer_forwards_and_are_ordered)
{
    parse_ok(HEAD "functions:\n  a: {G: 2*b - 5}\n  b: {G: c + T}\n  c: {G: 3*T*ln(T), sigma: 1 kJ/mol, sigma_T: 0.5 J/mol/K}\n");
    ck_assert_double_eq_tol(value_of("a", 500.0).g, 2.0 * (1500.0 * log(500.0) + 500.0) - 5.0, 1e-8);
    for (int i = 0; i < db->n_functions; i++)
        for (int k = 0; k < db->functions[i].n_references; k++) ck_assert_int_lt(db->functions[i].references[k].function, i);
    ck_assert_int_eq(db->n_uncertain, 2);
    ck_assert_double_eq(db->uncertain[0].sigma, 1000.0);
    ck_assert_int_eq(db->uncertain[1].power, 1);
    free_database();
}
END_TEST

/* A step of enthalpy Htr at the end of a piece leaves G continuous. */
START_TEST(heat_capacity_pieces_are_chained)
{
    parse_ok(HEAD
             "functions:\n  g:\n    cp:\n      H298: -100 kJ/mol\n      S298: 50 J/mol/K\n      pieces:\n"
             "        - {range: 298.15 K .. 500 K, Cp: 40, Htr: 1 kJ/mol}\n        - {range: 500 K .. 900 K, Cp: 44 + 0.01*T}\n");
    const kiln_i_jet below = value_of("g", 500.0 - 1e-7), above = value_of("g", 500.0);
    ck_assert_double_eq_tol(below.g, above.g, 1e-4);
    ck_assert_double_eq_tol((above.g - 500.0 * above.dg) - (below.g - 500.0 * below.dg), 1000.0, 1e-3);
    ck_assert_double_eq_tol(-298.15 * value_of("g", 298.15).d2g, 40.0, 1e-9);
    ck_assert_double_eq_tol(value_of("g", 298.15).g, -1e5 - 298.15 * 50.0, 1e-6);
    free_database();
}
END_TEST

START_TEST(a_piece_with_its_own_h_and_s_starts_at_298_k)
{
    parse_ok(
        HEAD
        "functions:\n  g:\n    cp:\n      pieces:\n        - {range: 298.15 K .. 500 K, H298: 0 J/mol, S298: 10 J/mol/K, Cp: 40}\n"
        "        - {range: 500 K .. 900 K, H298: 5 kJ/mol, S298: 20 J/mol/K, Cp: 44}\n");
    ck_assert_double_eq_tol(value_of("g", 600.0).g,
                            5000.0 + 44.0 * (600.0 - 298.15) - 600.0 * (20.0 + 44.0 * log(600.0 / 298.15)), 1e-6);
    free_database();
}
END_TEST

static const char phase_text[] =
    HEAD "functions: {G_MgO: {G: -600000}}\n"
         "phases:\n"
         "  rs:\n"
         "    sublattices:\n"
         "      - {name: M, sites: 2, constituents: [Mg+2, Co+2, Co+3, Va]}\n"
         "      - {name: O, sites: 3, constituents: [O-2]}\n"
         "    end_members:\n"
         "      - {at: [Mg+2, O-2], G: 2*G_MgO + 12}\n"
         "      - {at: [Co+3, \"*\"], G: 5 kJ/mol, sigma: 10 kJ/mol, status: estimated, source: here}\n"
         "    interactions:\n"
         "      - {pair: [Mg+2, Co+2], per: cation, W: 5.1 kJ/mol, sigma: 0.3 kJ/mol}\n"
         "      - {at: [[Co+3, Co+2], O-2], per: formula, order: 1, L: 20070 - 3*T}\n"
         "    ideal: [[Mg+2, Co+3]]\n"
         "    default_pair: {W: 0, sigma: 5 kJ/mol, status: estimated, source: here, per: site}\n"
         "    warn_above: {Co: 0.3, text: much cobalt}\n"
         "    magnetic: {p: 0.28, Tc: [{at: [Co+2, \"*\"], value: 290}], beta: [{at: [Co+2, \"*\"], value: 2}]}\n";

static const kiln_i_parameter *entry(const kiln_i_phase *phase, const char *name)
{
    for (int i = 0; i < phase->n_parameters; i++)
        if (strcmp(db->functions[phase->parameters[i].function].name, name) == 0) return &phase->parameters[i];
    ck_abort_msg("no entry %s", name);
    return NULL;
}

START_TEST(entries_of_a_phase_have_names_scales_and_flags)
{
    parse_ok(phase_text);
    const kiln_i_phase *rs = &db->phases[kiln_i_database_find_phase(db, "rs")];
    ck_assert_double_eq(entry(rs, "rs:Co+2,Mg+2:*;0")->scale, 2.0);
    ck_assert_double_eq(entry(rs, "rs:Co+2,Co+3:O-2;1")->scale, 1.0);
    ck_assert_int_eq(entry(rs, "rs:Co+2,Co+3:O-2;1")->at[0][0], kiln_i_database_find_species(db, "Co+3"));
    ck_assert_int_eq(entry(rs, "rs:Co+3,Mg+2:*;0")->is_ideal, 1);
    ck_assert_int_eq(entry(rs, "rs:Mg+2,Va:*;0")->is_default, 1);
    ck_assert_double_eq(db->functions[entry(rs, "rs:Mg+2,Va:*;0")->function].sigma_J_mol, 5000.0);
    ck_assert_int_eq(entry(rs, "rs:Co+3:*;0")->n_at[1], 0);
    ck_assert_int_eq(entry(rs, "rs.Tc:Co+2:*;0")->kind, KILN_PARAMETER_TC);
    /* two end members, all six pairs of four constituents, Tc and beta */
    ck_assert_int_eq(rs->n_parameters, 2 + 6 + 2);
    ck_assert_double_eq(value_of("rs:Mg+2:O-2;0", 1000.0).g, -1199988.0);
    ck_assert_str_eq(rs->warnings[0].text, "much cobalt");
    ck_assert_double_eq(rs->anion_ratio, -1.0);
    free_database();
}
END_TEST

START_TEST(sites_of_a_substance_follow_from_its_formula)
{
    parse_ok(HEAD "substances:\n  calcite: {formula: CaCO3, at: [Ca+2, CO3-2], G: 1, role: carbonate}\n"
                  "  ferrite: {formula: Ca2Fe2O5, at: [Ca+2, Fe+3, O-2], G: 1}\n  lump: {formula: CuO, G: 1}\n"
                  "  co: {formula: Co3O4, at: [Co+2, Co+3, O-2], sites: [1, 2, 4], G: 1}\n");
    ck_assert_int_eq(db->phases[0].role, KILN_ROLE_CARBONATE);
    ck_assert_double_eq(db->phases[0].sublattices[1].sites, 1.0);
    ck_assert_double_eq(db->phases[1].sublattices[1].sites, 2.0);
    ck_assert_double_eq(db->phases[1].sublattices[2].sites, 5.0);
    ck_assert_int_eq(db->phases[2].n_sublattices, 1);
    ck_assert_double_eq(db->phases[3].sublattices[1].sites, 2.0);
    free_database();
}
END_TEST

START_TEST(vapours_name_functions_and_melting_points_are_found_by_composition)
{
    kiln_vapour_info vapour;
    kiln_melting_info melting;
    kiln_composition x;
    parse_ok(HEAD "functions: {b: {G: a}, a: {G: 1}, c: {G: 2*T}}\nvapours: {ZnO: c, W3O9: b}\n"
                  "melting:\n  Mg(OH)2: {T: 350 C, decomposes: yes, note: in air, source: here, status: estimated}\n"
                  "  V2O4: {T: 1818 K, sigma: 20 K}\n");
    ck_assert_int_eq(kiln_database_n_vapours(db), 2);
    ck_assert_int_eq(kiln_database_vapour(db, 1, &vapour), KILN_OK);
    ck_assert_str_eq(vapour.formula, "W3O9");
    ck_assert_int_eq(vapour.function, kiln_database_find_function(db, "b"));
    ck_assert_int_eq(vapour.line, 4);
    ck_assert_int_eq(kiln_database_vapour(db, 2, &vapour), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_melting(db, -1, &melting), KILN_E_ARG);
    ck_assert_int_eq(kiln_composition_parse(ctx, "MgO2H2", &x), KILN_OK);
    ck_assert_int_eq(kiln_database_find_melting(db, &x), 0);
    ck_assert_int_eq(kiln_database_melting(db, 0, &melting), KILN_OK);
    ck_assert_double_eq_tol(melting.T_K, 623.15, 1e-9);
    ck_assert_int_eq(melting.decomposes, 1);
    ck_assert_double_lt(melting.sigma_K, 0.0);
    ck_assert_str_eq(melting.note, "in air");
    ck_assert_str_eq(melting.source_key, "here");
    ck_assert_int_eq(kiln_composition_parse(ctx, "VO2", &x), KILN_OK);
    ck_assert_int_eq(kiln_database_find_melting(db, &x), 1);
    ck_assert_int_eq(kiln_composition_parse(ctx, "VO", &x), KILN_OK);
    ck_assert_int_eq(kiln_database_find_melting(db, &x), -1);
    free_database();
}
END_TEST

START_TEST(a_covariance_replaces_sigmas)
{
    parse_ok(
        HEAD
        "functions: {a: {G: 1, sigma: 1 J/mol}, b: {G: a + 2*T}}\ncovariance:\n  - parameters: [b*T, a]\n    matrix: [[4], [-3, 9]]\n");
    ck_assert_int_eq(db->n_covariances, 1);
    ck_assert_int_eq(db->n_uncertain, 2);
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "a")].sigma_J_mol, 3.0);
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "b")].sigma_T_J_molK, 2.0);
    ck_assert_double_eq(db->covariances[0].matrix[2], -3.0);
    free_database();
}
END_TEST

/* As sha256sum prints it for the bytes of HEAD. */
START_TEST(the_digest_is_that_of_the_bytes)
{
    parse_ok(HEAD);
    ck_assert_str_eq(kiln_database_sha256(db), "fe3716c1cc720a2793d51b35da0efa33d91213bc5609b675cdb8e60375f529d3");
    ck_assert_str_eq(kiln_database_name(db), "t");
    free_database();
}
END_TEST

#define FUNCTION HEAD "functions:\n  g:\n    "
#define PHASE \
    HEAD      \
        "phases:\n  p:\n    sublattices: [{name: M, sites: 1, constituents: [Mg+2, Co+2]}, {name: O, sites: 1, constituents: [O-2]}]\n    "

/* Four sublattices with two constituents each, or three. */
#define MIXED                                                                                                                             \
    HEAD                                                                                                                                  \
        "phases:\n  p:\n    sublattices: [{name: A, sites: 1, constituents: [Mg, Co, Ni]}, {name: B, sites: 1, constituents: [Mg, Co]}, " \
        "{name: C, sites: 1, constituents: [Mg, Co]}]\n    "

static const struct {
    const char *text, *message;
} faults[] = {
    {"name: t\n", "f.yaml:1:1: expected the key \"kiln\""},
    {"kiln: 2\nname: t\n", "f.yaml:1:7: expected version 1 of the format, found \"2\""},
    {"kiln: 1\n", "f.yaml:1:1: expected the key \"name\""},
    {"- kiln\n", "f.yaml:1:1: expected a database as a mapping"},
    {HEAD "phase: {}\n", "f.yaml:3:1: expected one of the keys kiln, name, description"},
    {HEAD "include: [x.yaml]\n", "f.yaml:3:11: expected a text without include"},
    {HEAD "bibliography: {a: {doi: x}}\n", "f.yaml:3:16: expected the key \"text\""},
    {HEAD "functions:\n  T: {G: 1}\n", "f.yaml:4:3: expected a name of letters, digits and _"},
    {FUNCTION "note: x\n", "f.yaml:4:3: expected exactly one of G, pieces, nasa9 and cp"},
    {FUNCTION "G: 1 +\n", "f.yaml:5:11: expected a number, T, ln(T) or the name of a function, found the end"},
    {FUNCTION "G: 1 + H_x*2\n", "f.yaml:5:12: expected the name of a function, found \"H_x\""},
    {FUNCTION "G: 1\n    g: 2\n", "f.yaml:6:5: expected one of the keys formula, G, range"},
    {FUNCTION "G: 1\n    range: 300 .. 400 K\n", "f.yaml:6:12: "},
    {FUNCTION "G: 1\n    range: 400 K .. 300 K\n", "f.yaml:6:12: expected a range that rises"},
    {FUNCTION "G: 1\n    range: 300 K\n", "f.yaml:6:12: expected a range such as"},
    {FUNCTION "G: 1\n    source: nobody\n", "f.yaml:6:13: expected a key of the bibliography, found \"nobody\""},
    {FUNCTION "G: 1\n    status: guessed\n", "f.yaml:6:13: expected measured, assessed, fitted or estimated, found \"guessed\""},
    {FUNCTION "G: 1\n    sigma: -1 J/mol\n", "f.yaml:6:12: expected a standard deviation"},
    {FUNCTION "G: 1\n    sigma: 1 K\n", "f.yaml:6:12: "},
    {FUNCTION "G: 1\n    magnetic: {Tc: -290 K, beta: 2, p: 0.28}\n", "f.yaml:6:20: "},
    {FUNCTION "pieces: [{range: 300 K .. 500 K, G: 1}, {range: 400 K .. 600 K, G: 1}]\n",
     "f.yaml:5:53: expected a piece that begins at or above 500 K"},
    {FUNCTION "pieces: [{range: 300 K .. 500 K, G: 1}, {range: 500 K .. 600 K, G: g}]\n",
     "f.yaml:5:72: expected the same names of functions in every piece"},
    {FUNCTION "pieces: []\n", "f.yaml:5:13: expected at least one piece"},
    {FUNCTION "nasa9: {R: 8.31451, pieces: [{range: 200 K .. 1000 K, c: [1, 2]}]}\n",
     "f.yaml:5:62: expected nine coefficients, found 2"},
    {FUNCTION "nasa9: {R: 1.987, pieces: [{range: 200 K .. 1000 K, c: [1,2,3,4,5,6,7,8,9]}]}\n",
     "f.yaml:5:16: expected the gas constant"},
    {FUNCTION "cp: {S298: 1 J/mol/K, pieces: [{range: 298 K .. 1000 K, Cp: 1}]}\n", "f.yaml:5:5: expected the key \"H298\""},
    {FUNCTION "cp: {H298: 1 J/mol, S298: 1 J/mol/K, pieces: [{range: 298 K .. 1000 K, Cp: ln(T)}]}\n",
     "f.yaml:5:80: expected Cp as powers of T"},
    {FUNCTION "cp: {H298: 1 J/mol, S298: 1 J/mol/K, pieces: [{range: 298 K .. 1000 K, Cp: 1, Htr: 1 J/mol}]}\n",
     "f.yaml:5:88: expected Htr only where another piece follows"},
    {HEAD "functions: {a: {G: b}, b: {G: 2*a}}\n",
     "f.yaml:3:33: expected functions that do not refer to each other in a circle, found \"a\""},
    {HEAD "functions: {a: {G: a}}\n", "f.yaml:3:20: expected functions that do not refer to each other"},
    {HEAD "gases: {O2: G_O2}\n", "f.yaml:3:13: expected the name of a function, found \"G_O2\""},
    {HEAD "gases: {N2: G_N2}\n", "f.yaml:3:9: expected one of the keys O2, CO2, H2O, H2, CO"},
    {HEAD "vapours: {ZnO: G_ZnO_gas}\n", "f.yaml:3:16: expected the name of a function, found \"G_ZnO_gas\""},
    {HEAD "vapours: {Zn0O: g}\n", "f.yaml:3:11: expected a count above 0"},
    {HEAD "vapours: {Zq: g}\n", "f.yaml:3:11: expected an element, found \"Zq\""},
    {HEAD "vapours: {Zn+2: g}\n", "f.yaml:3:11: expected a neutral formula such as ZnO or W3O9, found \"Zn+2\""},
    {HEAD "vapours: {Va: g}\n", "f.yaml:3:11: expected a neutral formula"},
    {HEAD "functions: {g: {G: 1}}\nvapours: {ZnO: g, OZn: g}\n",
     "f.yaml:4:19: expected each species once, found OZn again (first as ZnO at line 4)"},
    {HEAD "vapours: {Zn: [g]}\n", "f.yaml:3:15: expected the name of a function"},
    {HEAD "vapours: [Zn]\n", "f.yaml:3:10: expected vapours"},
    {HEAD "melting: {ZnO: {sigma: 10 K}}\n", "f.yaml:3:11: expected the key \"T\""},
    {HEAD "melting: {ZnO: {T: 1975}}\n", "f.yaml:3:20: "},
    {HEAD "melting: {ZnO: {T: 0 K}}\n", "f.yaml:3:20: expected a temperature above 0 K, found \"0 K\""},
    {HEAD "melting: {ZnO: {T: 2248 K, sigma: -1 K}}\n", "f.yaml:3:35: expected a standard deviation of 0 or more"},
    {HEAD "melting: {ZnO: {T: 2248 K, decomposes: 1}}\n", "f.yaml:3:40: expected yes or no, found \"1\""},
    {HEAD "melting: {ZnO: {T: 2248 K, source: nobody}}\n", "f.yaml:3:36: expected a key of the bibliography, found \"nobody\""},
    {HEAD "melting: {ZnO: {T: 2248 K, status: guessed}}\n", "f.yaml:3:36: expected measured, assessed, fitted or estimated"},
    {HEAD "melting: {ZnO: {T: 2248 K, in: air}}\n", "f.yaml:3:28: expected one of the keys T, sigma, decomposes"},
    {HEAD "melting: {Zn+2: {T: 2248 K}}\n", "f.yaml:3:11: formula \"Zn+2\", column 3: "},
    {HEAD "melting: {VO2: {T: 1 K}, V2O4: {T: 1 K}}\n",
     "f.yaml:3:26: expected each substance once, found V2O4 again (first as VO2 at line 3)"},
    {HEAD "phases: {p: {label: x}}\n", "f.yaml:3:10: expected the key \"sublattices\""},
    {HEAD "phases: {p: {add_constituents: {M: [Mg+2]}}}\n",
     "f.yaml:3:14: expected sublattices: no earlier file defines the phase p"},
    {HEAD "phases: {\"a:b\": {}}\n", "f.yaml:3:11: expected a name of at most 64 characters"},
    {PHASE "role: slag\n", "f.yaml:6:11: expected solid, alloy, liquid, carbonate or gas"},
    {PHASE "quality: poor\n", "f.yaml:6:14: expected full, screening or entropy-only, found \"poor\""},
    {PHASE "quality: entropy-only\n", "f.yaml:6:14: expected a note beside entropy-only that says what is missing"},
    {PHASE "warn_above: {Xx: 0.3, text: a}\n", "f.yaml:6:18: expected an element, found \"Xx\""},
    {PHASE "only_with: [Li, Xx]\n", "f.yaml:6:21: expected an element, found \"Xx\""},
    {PHASE "only_with: []\n", "f.yaml:6:16: expected 1 to 8 elements"},
    {PHASE "only_with: Li\n", "f.yaml:6:16: "},
    {PHASE "only_with: [[Li]]\n", "f.yaml:6:17: expected an element, found \"a list\""},
    {PHASE "end_members: [{at: [Mg+2], G: 1}]\n", "f.yaml:6:24: expected one entry for each of 2 sublattices, found 1"},
    {PHASE "end_members: [{at: [Zn+2, O-2], G: 1}]\n", "f.yaml:6:25: expected a constituent of sublattice M, found \"Zn+2\""},
    {PHASE "end_members: [{at: [[Mg+2, Co+2], O-2], G: 1}]\n", "f.yaml:6:24: expected single constituents, found a list"},
    {PHASE "end_members: [{at: [Mg+2, O-2]}]\n", "f.yaml:6:19: expected the key \"G\""},
    {PHASE "end_members: [{at: [Mg+2, O-2], G: 1}, {at: [Mg+2, O-2], G: 2}]\n",
     "f.yaml:6:44: expected each entry once, found p:Mg+2:O-2;0 again (first at line 6)"},
    {PHASE "interactions: [{pair: [Mg+2, Co+2], W: 1}]\n", "f.yaml:6:20: expected the key \"per\""},
    {PHASE "interactions: [{pair: [Mg+2, Co+2], per: mole, W: 1}]\n",
     "f.yaml:6:46: expected formula, cation or site, found \"mole\""},
    {PHASE "interactions: [{pair: [Mg+2, O-2], per: site, W: 1}]\n", "f.yaml:6:27: expected two constituents of one sublattice"},
    {PHASE "interactions: [{pair: [Mg+2, Mg+2], per: site, W: 1}]\n", "f.yaml:6:34: expected different constituents"},
    {PHASE "interactions: [{pair: [Mg+2, Co+2], on: X, per: site, W: 1}]\n",
     "f.yaml:6:45: expected the name of a sublattice of p, found \"X\""},
    {PHASE "interactions: [{at: [Mg+2, O-2], per: site, L: 1}]\n", "f.yaml:6:25: expected a list of interacting constituents"},
    {PHASE "interactions: [{pair: [Mg+2, Co+2], per: site, W: 1, L: 2}]\n", "f.yaml:6:20: expected either W or L"},
    {PHASE "interactions: [{pair: [Mg+2, Co+2], per: site, order: 1.5, W: 1}]\n",
     "f.yaml:6:59: expected a whole number from 0 to 9"},
    {PHASE "interactions: [{pair: [Mg+2, Co+2], per: site, W: 5 kJ}]\n", "f.yaml:6:55: expected an energy with its unit"},
    {PHASE "default_pair: []\n", "f.yaml:6:19: expected at least one form of default_pair"},
    {PHASE "default_pair: {law: a, W: 1}\n", "f.yaml:6:28: expected one of the keys law, radius, volume"},
    {PHASE "default_pair: {law: a, charge: 1 J/mol, per: site}\n", "f.yaml:6:19: expected radius or volume"},
    {PHASE "default_pair: {law: a, radius: 1, per: site}\n", "f.yaml:6:36: expected an energy with its unit"},
    {PHASE "default_pair: {law: a, radius: 1 J/mol, per: site}\n", "f.yaml:6:5: expected the key \"coordination\""},
    {PHASE "default_pair: {law: a, radius: 1 J/mol, coordination: 7}\n",
     "f.yaml:6:59: expected 4, 6, 8 or 12 neighbours, found \"7\""},
    {PHASE "default_pair: {law: a, volume: 1 J/mol, coordination: 6}\n",
     "f.yaml:6:45: expected \"coordination\" with radius only"},
    {PHASE "default_pair: {law: a, volume: 1 J/mol, charges: [2.5]}\n", "f.yaml:6:55: expected a whole charge from 1 to 8"},
    {PHASE "default_pair: {law: a, volume: 1 J/mol, charges: []}\n", "f.yaml:6:54: expected 1 to 8 charges, found 0"},
    {PHASE "default_pair: {law: a, volume: 1 J/mol, with: [Zn+2]}\n", "f.yaml:6:52: expected a constituent of p, found \"Zn+2\""},
    {PHASE "default_pair: {law: a, volume: 1 J/mol, per: site}\n", "f.yaml:6:5: expected the key \"sigma\""},
    {PHASE "default_pair: {law: a, volume: 1 J/mol, sigma: 1 J/mol}\n", "f.yaml:6:5: expected the key \"source\""},
    {PHASE "default_pair: [{W: 0, per: site}, {W: 0, per: site}]\n",
     "f.yaml:6:39: expected the value that holds for every pair last"},
    {PHASE "volumes: [{of: Mg+2, V: 11.25, source: here}]\n", "f.yaml:6:29: expected a molar volume with its unit"},
    {PHASE "volumes: [{of: Mg+2, V: 0 cm3/mol, source: here}]\n", "f.yaml:6:29: expected a volume above 0"},
    {PHASE "volumes: [{of: Mg+2, V: 11.25 cm3/mol}]\n", "f.yaml:6:15: expected the key \"source\""},
    {PHASE "volumes: [{of: Zn+2, V: 11.25 cm3/mol, source: here}]\n", "f.yaml:6:20: expected a constituent of p"},
    {MIXED "interactions: [{at: [[Mg, Co], [Mg, Co], Mg], per: formula, order: 3, L: 1}]\n",
     "f.yaml:6:72: expected a whole number from 0 to 2, the orders of an entry with two pairs, found \"3\""},
    {MIXED "interactions: [{at: [[Mg, Co], [Mg, Co], [Mg, Co]], per: formula, order: 1, L: 1}]\n",
     "f.yaml:6:78: expected order 0 of an entry with more than two pairs, found \"1\""},
    {MIXED "interactions: [{at: [[Mg, Co, Ni], [Mg, Co], Mg], per: formula, order: 1, L: 1}]\n",
     "f.yaml:6:76: expected order 0 of an entry with three interacting constituents and others beside them"},
    {MIXED "interactions: [{at: [[Mg, Co, Ni], Mg, Mg], per: formula, order: 3, L: 1}]\n",
     "f.yaml:6:70: expected a whole number from 0 to 2, the orders of an entry with three interacting constituents"},
    {PHASE "magnetic: {p: 0.28, Tc: [{at: [Mg+2, O-2], order: 1, value: 3}], beta: []}\n",
     "f.yaml:6:55: expected order 0 of an entry with nothing that interacts"},
    {PHASE "magnetic: {p: 0.28, Tc: [{at: [Mg+2, O-2], value: 300 + 0.1*T}], beta: []}\n",
     "f.yaml:6:55: expected a constant, without T and names of functions, found \"300 + 0.1*T\""},
    {PHASE "magnetic: {p: 0.28, Tc: [], beta: [{at: [Mg+2, O-2], value: b}]}\n", "f.yaml:6:65: expected a constant"},
    {PHASE "magnetic: {p: 0.28, Tc: [{at: [Mg+2, O-2], value: 3 J/mol}], beta: []}\n", "f.yaml:6:55: expected a temperature"},
    {PHASE "magnetic: {p: 0.28, Tc: [{at: [Mg+2, O-2], value: 3, sigma: 1 K}], beta: []}\n",
     "f.yaml:6:58: expected one of the keys at, value, order"},
    {PHASE
     "magnetic: {p: 0.28, Tc: [{at: [Mg+2, O-2], value: 3}], beta: []}\ncovariance: [{parameters: [\"p.Tc:Mg+2:O-2;0\"], matrix: [[1]]}]\n",
     "f.yaml:7:29: expected a Gibbs energy: magnetism has no uncertainty"},
    {PHASE "magnetic: {p: 2, Tc: [], beta: []}\n", "f.yaml:6:19: expected p above 0 and below 1"},
    {HEAD "phases: {p: {sublattices: [{name: M, sites: 0, constituents: [Mg]}]}}\n",
     "f.yaml:3:45: expected a number of sites above 0"},
    {HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg, Mg]}]}}\n",
     "f.yaml:3:67: expected each constituent once"},
    {HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [mg]}]}}\n",
     "f.yaml:3:63: expected a formula such as Mg+2"},
    {HEAD "substances: {a: {formula: CuO, at: [Cu+2, S-2], G: 1}}\n", "f.yaml:3:36: expected"},
    {HEAD "substances: {a: {formula: Co3O4, at: [Co+2, Co+3, O-2], G: 1}}\n",
     "f.yaml:3:38: expected \"sites\": how many of Co+2"},
    {HEAD "substances: {a: {formula: CuO, at: [Cu+2, O-2]}}\n", "f.yaml:3:14: expected the key \"G\""},
    {HEAD "functions: {a: {G: 1}}\ncovariance: [{parameters: [b], matrix: [[1]]}]\n",
     "f.yaml:4:28: expected the name of a function or of an entry"},
    {HEAD "functions: {a: {G: 1}}\ncovariance: [{parameters: [a, a], matrix: [[1], [0, 1]]}]\n",
     "f.yaml:4:31: expected each parameter once"},
    {HEAD "functions: {a: {G: 1}}\ncovariance: [{parameters: [a], matrix: [[1, 2]]}]\n",
     "f.yaml:4:41: expected row 1 of a lower triangle"},
    {HEAD "functions: {a: {G: 1}}\ncovariance: [{parameters: [a], matrix: [[-1]]}]\n",
     "f.yaml:4:42: expected a variance of 0 or more"}};

START_TEST(a_fault_is_told_with_its_place)
{
    ck_assert_int_eq(parse(faults[_i].text), KILN_E_PARSE);
    ck_assert_ptr_null(db);
    ck_assert_error_has(faults[_i].message);
}
END_TEST

/* Orders 0, 1 and 2 of two pairs; a constant Tc with and without its unit. */
START_TEST(orders_that_the_model_knows_are_read)
{
    parse_ok(MIXED
             "interactions:\n      - {at: [[Mg, Co], [Mg, Co], Mg], per: formula, order: 0, L: 1}\n"
             "      - {at: [[Mg, Co], [Mg, Co], Mg], per: formula, order: 1, L: 1}\n"
             "      - {at: [[Mg, Co], [Mg, Co], Mg], per: formula, order: 2, L: 1}\n"
             "      - {at: [[Mg, Co], [Mg, Co], [Co, Mg]], per: formula, L: 1}\n"
             "      - {at: [[Mg, Co, Ni], [Co, Mg], Mg], per: formula, L: 1}\n"
             "    magnetic: {p: 0.28, Tc: [{at: [Mg, Mg, Mg], value: -424 + 4}, {at: [Co, Mg, Mg], value: 290 K}], beta: []}\n");
    ck_assert_double_eq(value_of("p.Tc:Mg:Mg:Mg;0", 300.0).g, -420.0);
    ck_assert_double_eq(value_of("p.Tc:Co:Mg:Mg;0", 2000.0).g, 290.0);
    free_database();
}
END_TEST

/* `n` elements as constituents of sublattice M, `also` on another. */
static kiln_status parse_many(int n, const char *also)
{
    static char text[4096];
    int used = snprintf(text, sizeof text, HEAD "phases:\n  p:\n    sublattices:\n      - {name: M, sites: 1, constituents: [");
    for (int z = 1; z <= n; z++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s", z > 1 ? ", " : "", kiln_i_element_symbol(z));
    snprintf(text + used, sizeof text - (size_t)used, "]}\n      - {name: O, sites: 1, constituents: [%s]}\n", also);
    return parse(text);
}

START_TEST(more_constituents_than_the_model_holds_are_refused)
{
    ck_assert_int_eq(parse_many(KILN_MAX_CONSTITUENTS - 1, "O-2"), KILN_OK);
    free_database();
    ck_assert_int_eq(parse_many(KILN_MAX_CONSTITUENTS - 1, "O-2, Va"), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:7:49: expected at most 64 constituents on all sublattices of p together");
    ck_assert_int_eq(parse_many(KILN_MAX_CONSTITUENTS + 1, "Va"), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:6:");
}
END_TEST

/* Five sublattices of three, all interacting: 15 factors. */
START_TEST(an_entry_that_names_too_many_is_refused)
{
    char text[2048];
    int used = snprintf(text, sizeof text, HEAD "phases:\n  p:\n    sublattices:\n");
    for (int s = 0; s < 5; s++)
        used +=
            snprintf(text + used, sizeof text - (size_t)used, "      - {name: S%d, sites: 1, constituents: [Mg, Co, Ni]}\n", s);
    const char *const three = "[Mg, Co, Ni]";
    snprintf(text + used, sizeof text - (size_t)used,
             "    interactions:\n      - {at: [%s, %s, %s, %s, \"*\"], per: formula, L: 1}\n", three, three, three, three);
    parse_ok(text);
    free_database();
    snprintf(text + used, sizeof text - (size_t)used,
             "    interactions:\n      - {at: [%s, %s, %s, %s, Mg], per: formula, L: 1}\n", three, three, three, three);
    ck_assert_int_eq(parse(text), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:12:14: expected at most 12 constituents in one entry, found 13");
}
END_TEST

/* Files in a folder of the test's own: they include each other. */
static char folder[] = "/tmp/kiln-test-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static kiln_status load(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return kiln_database_load(ctx, path, &db);
}

static void folder_setup(void)
{
    context_setup();
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void folder_teardown(void)
{
    static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    remove(folder);
    context_teardown();
}

START_TEST(an_including_file_extends_and_overrides)
{
    write_file(
        "a.yaml", HEAD
        "functions: {g: {G: 1}, h: {G: g}}\nphases:\n  p:\n    sublattices: [{name: M, sites: 1, constituents: [Mg+2, Co+2]}]\n"
        "    end_members: [{at: [Mg+2], G: h}]\n    interactions: [{pair: [Mg+2, Co+2], per: formula, W: 10}]\n"
        "substances: {s: {formula: CuO, G: 1}}\n");
    write_file("b.yaml", HEAD
               "include: [a.yaml]\nfunctions: {g: {G: 5}}\nphases:\n  p:\n    label: other\n    add_constituents: {M: [Zn+2]}\n"
               "    interactions: [{pair: [Co+2, Mg+2], per: formula, W: 20}, {pair: [Zn+2, Mg+2], per: formula, W: 30}]\n"
               "substances: {s: {formula: Cu2O, G: 2}}\n");
    write_file("c.yaml", "kiln: 1\nname: top\ninclude: [b.yaml, a.yaml]\n");
    ck_assert_msg(load("c.yaml") == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(db->n_files, 3);
    ck_assert_str_eq(db->name, "top");
    ck_assert_double_eq(value_of("p:Mg+2;0", 1000.0).g, 5.0);
    ck_assert_double_eq(value_of("p:Co+2,Mg+2;0", 1000.0).g, 20.0);
    const kiln_i_phase *p = &db->phases[kiln_i_database_find_phase(db, "p")],
                       *s = &db->phases[kiln_i_database_find_phase(db, "s")];
    ck_assert_str_eq(p->label, "other");
    ck_assert_int_eq(p->sublattices[0].n_constituents, 3);
    ck_assert_int_eq(p->n_parameters, 3);
    ck_assert_str_eq(s->formula, "Cu2O");
    ck_assert_int_eq(s->n_parameters, 1);
    ck_assert_int_lt(kiln_i_database_find_function(db, "s:CuO;0"), 0);
    free_database();
}
END_TEST

START_TEST(a_later_file_replaces_vapours_and_melting_points)
{
    write_file("a.yaml", HEAD "functions: {f: {G: 1}, g: {G: 2}}\nvapours: {ZnO: f, Zn: f}\n"
                              "melting: {ZnO: {T: 2248 K, note: old}, CuO: {T: 1364 K}}\n");
    write_file("b.yaml", HEAD "include: [a.yaml]\nvapours: {OZn: g}\nmelting: {ZnO: {T: 2250 K}}\n");
    ck_assert_msg(load("b.yaml") == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(db->n_vapours, 2);
    ck_assert_int_eq(db->vapours[0].function, kiln_i_database_find_function(db, "g"));
    ck_assert_str_eq(db->vapours[0].species.name, "OZn");
    ck_assert_int_eq(db->n_meltings, 2);
    ck_assert_double_eq(db->meltings[0].T_K, 2250.0);
    ck_assert_ptr_null(db->meltings[0].note);
    free_database();
}
END_TEST

/* What a later file replaces leaves the matrix with its row and column. */
START_TEST(a_replaced_function_leaves_its_covariance)
{
    write_file("a.yaml", HEAD
               "functions: {f: {G: 1}, g: {G: 2}, h: {G: 3}}\n"
               "covariance: [{parameters: [f, g, h], matrix: [[1], [2, 9], [3, 4, 16]]}, {parameters: [g*T], matrix: [[25]]}]\n");
    write_file("b.yaml", HEAD "include: [a.yaml]\nfunctions: {g: {G: 5, sigma: 7 J/mol}}\n");
    ck_assert_msg(load("b.yaml") == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "g")].sigma_J_mol, 7.0);
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "g")].sigma_T_J_molK, 0.0);
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "h")].sigma_J_mol, 4.0);
    ck_assert_int_eq(db->n_covariances, 1);
    ck_assert_int_eq(db->covariances[0].n, 2);
    ck_assert_double_eq(db->covariances[0].matrix[1], 3.0);
    free_database();
    /* a matrix of the later file itself holds for what it replaced */
    write_file("b.yaml", HEAD "include: [a.yaml]\nfunctions: {g: {G: 5}}\ncovariance: [{parameters: [g], matrix: [[36]]}]\n");
    ck_assert_msg(load("b.yaml") == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "g")].sigma_J_mol, 6.0);
    ck_assert_int_eq(db->n_covariances, 2);
    free_database();
}
END_TEST

START_TEST(files_in_a_circle_are_refused)
{
    write_file("a.yaml", HEAD "include: [b.yaml]\n");
    write_file("b.yaml", HEAD "include: [a.yaml]\n");
    ck_assert_int_eq(load("a.yaml"), KILN_E_PARSE);
    ck_assert_error_has("b.yaml:3:11: expected files that do not include each other");
}
END_TEST

START_TEST(a_phase_defined_twice_is_refused)
{
    write_file("a.yaml", HEAD "phases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg]}]}}\n");
    write_file("b.yaml", HEAD "include: [a.yaml]\nphases: {p: {sublattices: [{name: M, sites: 1, constituents: [Mg]}]}}\n");
    ck_assert_int_eq(load("b.yaml"), KILN_E_PARSE);
    ck_assert_error_has("b.yaml:4:14: expected add_constituents: p is already defined at");
}
END_TEST

START_TEST(an_absent_file_is_an_io_error)
{
    ck_assert_int_eq(kiln_database_load(ctx, "no-such-database.yaml", &db), KILN_E_IO);
    ck_assert_error_has("no-such-database.yaml: not found");
    write_file("a.yaml", HEAD "include: [missing.yaml]\n");
    ck_assert_int_eq(load("a.yaml"), KILN_E_IO);
    ck_assert_error_has("a.yaml:3:11: missing.yaml: not found beside this file, nor in KILN_DATABASE_PATH (not set), ");
    ck_assert_ptr_null(db);
    write_file("b.yaml", HEAD "include:\n  - a.yaml\n"); /* said once, where the absent file is named */
    ck_assert_int_eq(load("b.yaml"), KILN_E_IO);
    ck_assert_error_has("a.yaml:3:11: missing.yaml: ");
    ck_assert_ptr_null(strstr(kiln_context_error(ctx), "b.yaml"));
    write_file("a.yaml", HEAD "include: [/nonexistent/x.yaml]\n");
    ck_assert_int_eq(load("a.yaml"), KILN_E_IO);
    ck_assert_error_has("a.yaml:3:11: /nonexistent/x.yaml: cannot be opened");
}
END_TEST

/* Beside the including file first, even where the path has one of the same name; on the path if there is none beside it. */
START_TEST(an_include_is_looked_for_beside_its_file_and_then_on_the_path)
{
    char other[] = "/tmp/kiln-test-XXXXXX", path[128];
    ck_assert_ptr_nonnull(mkdtemp(other));
    snprintf(path, sizeof path, "%s/b.yaml", other);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(HEAD "functions: {g: {G: 2}}\n", file);
    fclose(file);
    setenv("KILN_DATABASE_PATH", other, 1);
    write_file("a.yaml", HEAD "include: [b.yaml]\n");
    ck_assert_msg(load("a.yaml") == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_double_eq(value_of("g", 300.0).g, 2.0);
    free_database();
    write_file("b.yaml", HEAD "functions: {g: {G: 1}}\n");
    ck_assert_msg(load("a.yaml") == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_double_eq(value_of("g", 300.0).g, 1.0);
    free_database();
    unsetenv("KILN_DATABASE_PATH");
    remove(path);
    remove(other);
}
END_TEST

START_TEST(a_database_is_found_on_the_path)
{
    char list[160];
    write_file("a.yaml", HEAD);
    snprintf(list, sizeof list, "/nonexistent:%s", folder);
    setenv("KILN_DATABASE_PATH", list, 1);
    ck_assert_int_eq(kiln_database_load(ctx, "a.yaml", &db), KILN_OK);
    unsetenv("KILN_DATABASE_PATH");
    free_database();
}
END_TEST

/* A text that begins like a number with a unit is one; a name may contain any letters. */
START_TEST(a_value_is_a_quantity_or_an_expression)
{
    parse_ok(HEAD "functions: {G_FeV: {G: 1e3 - 1}, a: {G: 2*G_FeV}, b: {G: 1 eV}, c: {G: -2.5e1 kJ/mol}}\n");
    ck_assert_double_eq_tol(value_of("a", 300.0).g, 1998.0, 1e-9);
    ck_assert_double_eq_tol(value_of("b", 300.0).g, 96485.332, 1e-3);
    ck_assert_double_eq_tol(value_of("c", 300.0).g, -25000.0, 1e-9);
    free_database();
    ck_assert_int_eq(parse(HEAD "functions: {a: {G: 5 kJ}}\n"), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:3:20: ");
}
END_TEST

START_TEST(null_arguments_are_refused)
{
    ck_assert_int_eq(kiln_database_load(ctx, "x", NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_parse(NULL, "x", 1, "x", NULL, &db), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_parse(ctx, NULL, 1, "x", NULL, &db), KILN_E_ARG);
    kiln_database_free(NULL);
}
END_TEST

/* Every kind of section, with what is read late. */
static const char *const allocating[] =
    {phase_text,
     HEAD
     "bibliography: {a: {text: b, doi: c}}\nfunctions: {a: {G: 1}, b: {G: 2*a}, c: {G: 3}, d: {G: c - a}, e: {G: 5}}\n"
     "gases: {O2: a}\nvapours: {MgO: b, Mg: a}\nmelting: {Mg(OH)2: {T: 600 K, note: n}, MgO: {T: 3100 K}}\nsubstances: {s: {formula: MgO, at: [Mg+2, O-2], G: e}}\n"
     "covariance: [{parameters: [a, b, c*T], matrix: [[1], [0, 1], [0, 0, 1]]}, {parameters: [d], matrix: [[4]]}]\n",
     PHASE "volumes: [{of: Mg+2, V: 11 cm3/mol, source: here}]\n    default_pair:\n"
           "      - {law: V, volume: 1 J/mol, per: site, sigma: 1 J/mol, source: here}\n"
           "      - {law: r, radius: 1 J/mol, coordination: 6, with: [Mg+2], per: site, sigma: 1 J/mol, source: here, note: n}\n"
           "  q:\n    sublattices: [{name: M, sites: 1, constituents: [Mg+2, Cu2+2]}]\n"
           "    default_pair: {law: r, radius: 1 J/mol, coordination: 6, per: site, sigma: 1 J/mol, source: here}\n"};

START_TEST(every_failed_allocation_is_reported_and_undone)
{
    const char *text = allocating[_i];
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_status status = KILN_E_NOMEM;
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    for (long at = 1; status == KILN_E_NOMEM; at++) {
        const long before = out_now;
        calls = 0;
        fail_at = at;
        status = kiln_database_parse(own, text, strlen(text), "f.yaml", NULL, &db);
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && db == NULL && *kiln_context_error(own)));
        if (status == KILN_OK) kiln_database_free(db);
        ck_assert_int_eq(out_now, before);
        ck_assert_int_lt(at, 100000);
    }
    ck_assert_int_eq(status, KILN_OK);
    kiln_context_free(own);
    db = NULL;
}
END_TEST

/* A file found on the path, and one that it includes from there. */
START_TEST(every_failed_allocation_of_a_search_is_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_status status = KILN_E_NOMEM;
    fail_at = 0;
    write_file("a.yaml", HEAD "include: [b.yaml]\n");
    write_file("b.yaml", HEAD);
    setenv("KILN_DATABASE_PATH", folder, 1);
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    for (long at = 1; status != KILN_OK; at++) {
        const long before = out_now;
        calls = 0;
        fail_at = at;
        status = kiln_database_load(own, "a.yaml", &db);
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && db == NULL && *kiln_context_error(own)));
        if (status == KILN_OK) kiln_database_free(db);
        ck_assert_int_eq(out_now, before);
        ck_assert_int_lt(at, 100000);
    }
    unsetenv("KILN_DATABASE_PATH");
    kiln_context_free(own);
    db = NULL;
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reader");
    TCase *tc = context_case(suite, "reader"), *files = tcase_create("files");
    tcase_add_test(tc, functions_refer_forwards_and_are_ordered);
    tcase_add_test(tc, heat_capacity_pieces_are_chained);
    tcase_add_test(tc, a_piece_with_its_own_h_and_s_starts_at_298_k);
    tcase_add_test(tc, entries_of_a_phase_have_names_scales_and_flags);
    tcase_add_test(tc, sites_of_a_substance_follow_from_its_formula);
    tcase_add_test(tc, vapours_name_functions_and_melting_points_are_found_by_composition);
    tcase_add_test(tc, a_covariance_replaces_sigmas);
    tcase_add_test(tc, the_digest_is_that_of_the_bytes);
    tcase_add_loop_test(tc, a_fault_is_told_with_its_place, 0, (int)(sizeof faults / sizeof *faults));
    tcase_add_test(tc, orders_that_the_model_knows_are_read);
    tcase_add_test(tc, more_constituents_than_the_model_holds_are_refused);
    tcase_add_test(tc, an_entry_that_names_too_many_is_refused);
    tcase_add_test(tc, a_value_is_a_quantity_or_an_expression);
    tcase_add_test(tc, null_arguments_are_refused);
    tcase_add_loop_test(tc, every_failed_allocation_is_reported_and_undone, 0, (int)(sizeof allocating / sizeof *allocating));
    tcase_add_checked_fixture(files, folder_setup, folder_teardown);
    tcase_add_test(files, an_including_file_extends_and_overrides);
    tcase_add_test(files, a_later_file_replaces_vapours_and_melting_points);
    tcase_add_test(files, a_replaced_function_leaves_its_covariance);
    tcase_add_test(files, files_in_a_circle_are_refused);
    tcase_add_test(files, a_phase_defined_twice_is_refused);
    tcase_add_test(files, an_absent_file_is_an_io_error);
    tcase_add_test(files, an_include_is_looked_for_beside_its_file_and_then_on_the_path);
    tcase_add_test(files, a_database_is_found_on_the_path);
    tcase_add_test(files, every_failed_allocation_of_a_search_is_undone);
    suite_add_tcase(suite, files);
    return run_suite(suite);
}
