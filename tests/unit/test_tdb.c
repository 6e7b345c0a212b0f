/* TDB files: what each construct becomes, what is set aside with which remark, and each kind of error with its place. Values of files are compared with an evaluator that
 * shares nothing with this one in tests/cli/tdb.py. */
#include "counting.h"
#include "data/database.h"
#include "model/system.h"

#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>

#define ELEMENTS                                                                                            \
    "ELEMENT VA VACUUM 0 0 0 !\nELEMENT AL FCC_A1 26.98 4577 28.3 !\nELEMENT FE BCC_A2 55.85 4489 27.3 !\n" \
    "ELEMENT NI FCC_A1 58.69 4787 29.8 !\nELEMENT O 1/2_MOLE_O2(G) 16 4341 102.5 !\nTYPE_DEFINITION % SEQ * !\n"

static kiln_database *db;

static kiln_status parse(const char *text) { return kiln_database_parse(ctx, text, strlen(text), "f.tdb", NULL, &db); }

static void parse_ok(const char *text)
{
    const kiln_status status = parse(text);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
}

static void load_ok(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const kiln_status status = kiln_database_load(ctx, path, &db);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
}

static void free_database(void)
{
    kiln_database_free(db);
    db = NULL;
}

static kiln_i_jet value_of(const char *name, double T_K)
{
    enum { MOST = 1024 };
    static kiln_i_jet values[MOST];
    const int i = kiln_i_database_find_function(db, name);
    ck_assert_int_lt(db->n_functions, MOST);
    ck_assert_msg(i >= 0, "no function %s", name);
    kiln_i_functions_evaluate(db->functions, db->n_functions, NULL, T_K, NULL, values);
    return values[i];
}

static int has_remark(int line, const char *words)
{
    for (int i = 0; i < kiln_database_n_remarks(db); i++) {
        kiln_finding f;
        ck_assert_int_eq(kiln_database_remark(db, i, &f), KILN_OK);
        if (f.line == line && strstr(f.text, words)) return 1;
    }
    return 0;
}

/* ---- Text ---- */

START_TEST(bytes_of_old_files_are_read)
{
    static const char text[] = "\tElement Al FCC_A1 26.98 4577 28.3 !\r\n$ \xe9t\xe9 ! FUNCTION\r\n"
                               "Function\tGal\t298.15\r\n  +1.D3 + 2*T ; $ a comment ! of N\r\n 6000 N Ref1 !\r\n"
                               "LIST_OF_REFERENCES\r\nNUMBER SOURCE\r\n Ref1 'Andr\xe9, 1999'\r\n!\r\n";
    parse_ok(text);
    ck_assert_double_eq_tol(value_of("GAL", 500.0).g, 2000.0, 1e-9);
    const int source = db->functions[kiln_i_database_find_function(db, "GAL")].source;
    ck_assert_int_ge(source, 0);
    ck_assert_str_eq(db->sources[source].text, "Andr\xc3\xa9, 1999");
    ck_assert_int_eq(db->functions[kiln_i_database_find_function(db, "GAL")].line, 3);
    free_database();
}
END_TEST

static const struct {
    const char *text, *error;
} faults[] = {
    {"FUNCTION A 298.15 1; 6000 N\nFUNCTION B 298.15 2; 6000 N !\n",
     "f.tdb:1:28: expected \"!\" at the end of the FUNCTION that begins at line 1, found the statement of line 2"},
    {"ELEMENT VA VACUUM 0 0 0 !\nFUNCTION A 298.15\n  1; 6000 N\n\n",
     "f.tdb:3:12: expected \"!\" at the end of the FUNCTION that begins at line 2, found the end"},
    {"LIST_OF_REFERENCES\n A 'b'\nPARAMETER G(X,Y;0) 298.15 1; 6000 N !\n",
     "f.tdb:2:7: expected \"!\" at the end of the LIST_OF_REFERENCES"},
    {"FUNCTION GHSERAL 298.15 1; 6000 N !\nFUNCTION B 298.15 +GHSERLA#; 6000 N !\n",
     "f.tdb:2:20: expected T or the name of a function, found \"GHSERLA\"; did you mean GHSERAL?"},
    {"FUNCTION A 298.15 +B#; 6000 N !\nFUNCTION B 298.15 +C#; 6000 N !\nFUNCTION C 298.15 +B#; 6000 N !\n",
     "circle, found B -> C -> B"},
    {"FUNCTION A 298.15 +T*EXP(A#); 6000 N !\n",
     "f.tdb:1:10: expected functions that do not refer to each other in a circle, found A -> A"},
    {"FUNCTION A 298.15 +T**; 6000 N !\n", "f.tdb:1:23: expected a number, T or the name of a function, found \";\""},
    {"FUNCTION A 298.15 +T**T; 6000 N !\n", "f.tdb:1:23: expected a number as exponent"},
    {"FUNCTION A 298.15 +SIN(T); 6000 N !\n", "f.tdb:1:20: expected LN, LOG or EXP before a bracket, found \"SIN\""},
    {"FUNCTION A 298.15 (1+T; 6000 N !\n", "f.tdb:1:23: expected \")\", found \";\""},
    {"FUNCTION A 298.15 1 2; 6000 N !\n", "f.tdb:1:21: expected an operator or \";\", found \"2;\""},
    {"FUNCTION A 298.15 1E999; 6000 N !\n", "expected a finite number"},
    {"FUNCTION A 298.15 LN(0); 6000 N !\n", "expected a finite number"},
    {"FUNCTION A T; 6000 N !\n", "f.tdb:1:12: expected a temperature, or a comma"},
    {"FUNCTION A 298.15 T; 200 N !\n", "expected a temperature above 298.15 K"},
    {"FUNCTION A 298.15 T; 6000 X !\n", "f.tdb:1:27: expected Y before another range of temperature or N, found \"X\""},
    {"FUNCTION A 298.15 T; 600 Y !\n", "expected a number, T or the name of a function, found the end of the statement"},
    {ELEMENTS "SPECIES X QQ2 !\n",
     "f.tdb:7:11: expected a formula of elements that the file defines, such as AL2O3 or FE1/+2, found \"QQ2\""},
    {ELEMENTS "PHASE L % 1 0 !\n", "f.tdb:7:13: expected a number of sites"},
    {ELEMENTS "PHASE L % 1 1 !\nPHASE L % 1 1 !\n", "f.tdb:8:7: expected each phase once"},
    {ELEMENTS "PHASE L % 2 1 1 !\nCONSTITUENT L :AL: !\n", "f.tdb:8:13: expected constituents on 2 sublattices of L, found 1"},
    {ELEMENTS "PHASE L % 1 1 !\nCONSTITUENT L :AL,CU: !\n", "f.tdb:8:19: expected a species that the file defines, found \"CU\""},
    {ELEMENTS "PHASE LIQ_A % 1 1 !\nPHASE LIQ_B % 1 1 !\nCONSTITUENT LIQ :AL: !\n", "f.tdb:9:13: expected the name of one phase"},
    {ELEMENTS "PHASE L % 1 1 !\nCONSTITUENT L :AL: !\nPARAMETER G(L) 298.15 1; 6000 N !\n",
     "f.tdb:9:14: expected an entry such as"},
    {"TYPE_DEFINITION & GES A_P_D X MAGNETIC -1 !\n", "expected an antiferromagnetic factor"},
    {ELEMENTS "TYPE_DEFINITION & GES A_P_D BCC MAGNETIC -1 .4 !\nPHASE BCC %& 1 1 !\nCONSTITUENT BCC :FE: !\n"
              "PARAMETER TC(BCC,FE;0) 298.15 2000-T; 6000 N !\n",
     "f.tdb:10:11: expected a number for TC(BCC,FE;0), which may not depend on temperature"},
    {ELEMENTS "TYPE_DEFINITION & GES A_P_D BCC MAGNETIC -1 .4 !\nPHASE BCC %& 1 1 !\nCONSTITUENT BCC :FE: !\n"
              "PARAMETER BMAGN(BCC,FE;0) 298.15 2; 900 Y 1; 6000 N !\n",
     "expected a number for BMAGN(BCC,FE;0), which may not depend on temperature"},
};

START_TEST(faults_have_their_place)
{
    ck_assert_int_eq(parse(faults[_i].text), KILN_E_PARSE);
    ck_assert_ptr_null(db);
    ck_assert_error_has(faults[_i].error);
    ck_assert_int_eq(strncmp(kiln_context_error(ctx), "f.tdb:", 6), 0);
}
END_TEST

/* ---- Functions ---- */

/* A program's derivatives against differences, and a product of functions against their values. */
START_TEST(what_is_no_sum_is_evaluated_with_its_derivatives)
{
    static const char *const names[] = {"EINSTEIN", "WEIGHTED", "ROOT", "CHANGED", "QUOTIENT"};
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const int f = kiln_i_database_find_function(db, names[k]);
        const double T = 1100.0, h = 0.05;
        const kiln_i_jet below = value_of(names[k], T - h), at = value_of(names[k], T), above = value_of(names[k], T + h);
        ck_assert_ptr_nonnull(db->functions[f].steps);
        ck_assert_double_eq_tol(at.dg, (above.g - below.g) / (2.0 * h), 1e-5 * fabs(at.dg) + 1e-6);
        ck_assert_double_eq_tol(at.d2g, (above.dg - below.dg) / (2.0 * h), 1e-5 * fabs(at.d2g) + 1e-7);
    }
    const double T = 1100.0;
    ck_assert_double_eq_tol(value_of("EINSTEIN", T).g, 8.31451 * T * log(1.0 - exp(-200.0 / T)), 1e-8);
    ck_assert_double_eq_tol(value_of("WEIGHTED", T).g, T * value_of("GAL", T).g * 1e-4, 1e-8);
    ck_assert_double_eq_tol(value_of("CHANGED", T).g, value_of("GAL", T).g + 0.5 * value_of("GFE", T).g - 12000.0, 1e-8);
    free_database();
}
END_TEST

/* Sums stay sums, so that windows over them can be proved. */
START_TEST(sums_are_terms_and_references)
{
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    const kiln_i_function *nested = &db->functions[kiln_i_database_find_function(db, "NESTED")];
    ck_assert_ptr_null(nested->steps);
    ck_assert_int_eq(nested->n_references, 3);
    ck_assert_double_eq_tol(value_of("LATER", 400.0).g, 3.0 * 400.0 - 100.0 + 640.0, 1e-9);
    ck_assert_double_eq(value_of("TWICE", 400.0).g, 2.0);
    ck_assert_double_eq_tol(value_of("GASCON", 400.0).g, 8.31451 * 400.0 * log(2.0), 1e-9);
    ck_assert_double_eq(db->functions[kiln_i_database_find_function(db, "GZR")].T_max_K, 4000.0);
    for (int i = 0; i < db->n_functions; i++)
        for (int k = 0; k < db->functions[i].n_references; k++) ck_assert_int_lt(db->functions[i].references[k].function, i);
    free_database();
}
END_TEST

/* What a program says of its bend is that nothing is known. */
START_TEST(a_program_has_no_proved_bend)
{
    static kiln_i_bend bend[256];
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    ck_assert_int_lt(db->n_functions, 256);
    (void)kiln_i_functions_bend(db->functions, db->n_functions, NULL, 1000.0, 1010.0, bend);
    ck_assert_double_ge(bend[kiln_i_database_find_function(db, "WEIGHTED")].spread, KILN_ANY_SPREAD);
    ck_assert_double_lt(bend[kiln_i_database_find_function(db, "NESTED")].spread, 1.0);
    free_database();
}
END_TEST

/* ---- Phases ---- */

typedef struct model {
    kiln_system *system;
    int phase;
} model;

static model model_of(const char *formula, const char *phase, double T_K)
{
    kiln_composition x;
    kiln_atmosphere gas;
    model m = {0};
    ck_assert_int_eq(kiln_composition_parse(ctx, formula, &x), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "closed", &gas), KILN_OK);
    const kiln_status status = kiln_system_create(ctx, db, &x, &gas, NULL, &m.system);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    m.phase = kiln_system_find_phase(m.system, phase);
    ck_assert_int_ge(m.phase, 0);
    kiln_i_system_set_temperature(m.system, T_K);
    return m;
}

/* (y_a - y_b) with a before b in the alphabet, however the entry names them; the three orders of a ternary term weigh its constituents in that order. */
START_TEST(orders_refer_to_the_alphabet)
{
    const double T = 1500.0, y[3] = {0.5, 0.3, 0.2}; /* Al, Ni, Fe as the phase lists them */
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    model m = model_of("Al0.5Ni0.3Fe0.2", "LIQUID", T);
    const double al = y[0], ni = y[1], fe = y[2];
    const double expected = al * (value_of("GAL", T).g + 11005.0 - 11.8 * T) + fe * (value_of("GFE", T).g + 12040.0 - 6.6 * T) +
                            ni * (value_of("GNI", T).g + 16414.0 - 9.4 * T) +
                            al * ni * (-207109.0 + 41.3 * T + (al - ni) * (-10186.0 + 5.9 * T)) + fe * ni * (-16911.0 + 5.2 * T) +
                            al * fe * ni * (al * -10000.0 + fe * (20000.0 - 3.0 * T) + ni * -5000.0);
    ck_assert_double_eq_tol(kiln_i_phase_excess(m.system, m.phase, y, NULL, NULL), expected, 1e-6);
    kiln_system_free(m.system);
    free_database();
}
END_TEST

/* L0 + (y_A - y_B) L1 + (y_C - y_D) L2 of two sublattices; wildcards; magnetism of the mixture. */
START_TEST(two_sublattices_mix_as_written)
{
    const double T = 900.0, fe = 0.6, ni = 0.4, o = 0.1, va = 0.9, y[4] = {fe, ni, o, va};
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    model m = model_of("Fe0.6Ni0.4O0.3", "BCC_A2", T);
    double expected = fe * va * value_of("GFE", T).g + ni * va * (value_of("GNI", T).g + 8715.084 - 3.556 * T) +
                      o * (3.0 * value_of("GHSEROO", T).g + 200000.0) + fe * ni * (-956.63 - 1.28726 * T) +
                      fe * ni * o * va * (-1000.0 - 2000.0 * (fe - ni) - 3000.0 * (o - va));
    expected += kiln_i_magnetic(T, va * (1043.0 * fe + 575.0 * ni), va * (2.22 * fe + 0.85 * ni), 0.4).g;
    ck_assert_double_eq_tol(kiln_i_phase_excess(m.system, m.phase, y, NULL, NULL), expected, 1e-6);
    kiln_system_free(m.system);
    free_database();
}
END_TEST

/* Of the mixture: which sign it has depends on the composition. Derivatives against differences, on either side. */
START_TEST(antiferromagnets_are_divided_by_their_factor)
{
    static const char text[] =
        ELEMENTS "TYPE_DEFINITION & GES A_P_D BCC MAGNETIC -3.0 .28 !\nPHASE BCC %& 1 1 !\nCONSTITUENT BCC :FE,NI: !\n"
                 "PARAMETER G(BCC,FE;0) 298.15 0; 6000 N !\nPARAMETER G(BCC,NI;0) 298.15 0; 6000 N !\n"
                 "PARAMETER TC(BCC,FE;0) 298.15 1000; 6000 N !\nPARAMETER TC(BCC,NI;0) 298.15 -1500; 6000 N !\n"
                 "PARAMETER BMAGN(BCC,FE;0) 298.15 2; 6000 N !\nPARAMETER BMAGN(BCC,NI;0) 298.15 -6; 6000 N !\n";
    static const double fractions[] = {0.9, 0.65, 0.5, 0.3, 0.05};
    const double T = 450.0, h = 1e-6;
    parse_ok(text);
    model m = model_of("Fe0.5Ni0.5", "BCC", T);
    for (size_t k = 0; k < sizeof fractions / sizeof *fractions; k++) {
        const double fe = fractions[k], y[2] = {fe, 1.0 - fe}, above[2] = {fe + h, 1.0 - fe}, below[2] = {fe - h, 1.0 - fe};
        const double tc = 1000.0 * fe - 1500.0 * (1.0 - fe), beta = 2.0 * fe - 6.0 * (1.0 - fe);
        double gradient[2], hessian[4], at_above[2], at_below[2];
        const double value = kiln_i_phase_excess(m.system, m.phase, y, gradient, hessian);
        ck_assert_double_eq_tol(value, kiln_i_magnetic(T, tc < 0.0 ? tc / -3.0 : tc, beta < 0.0 ? beta / -3.0 : beta, 0.28).g,
                                1e-9);
        const double up = kiln_i_phase_excess(m.system, m.phase, above, at_above, NULL);
        const double down = kiln_i_phase_excess(m.system, m.phase, below, at_below, NULL);
        ck_assert_double_eq_tol(gradient[0], (up - down) / (2.0 * h), 1e-4 * fabs(gradient[0]) + 1e-3);
        ck_assert_double_eq_tol(hessian[0], (at_above[0] - at_below[0]) / (2.0 * h), 1e-4 * fabs(hessian[0]) + 1e-2);
    }
    kiln_system_free(m.system);
    free_database();
}
END_TEST

START_TEST(a_magnetic_type_is_that_of_its_phase)
{
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    const kiln_i_phase *corundum = &db->phases[kiln_i_database_find_phase(db, "CORUNDUM")];
    ck_assert_double_eq(corundum->magnetic_p, 0.28);
    ck_assert_double_eq(corundum->antiferro, -3.0);
    ck_assert_double_eq(db->phases[kiln_i_database_find_phase(db, "LIQUID")].magnetic_p, 0.0);
    model m = model_of("Al2O3", "CORUNDUM", 90.0);
    const double expected = value_of("CORUNDUM:Al+3:Va:O-2;0", 90.0).g + kiln_i_magnetic(90.0, 100.0, 1.0, 0.28).g;
    ck_assert_double_eq_tol(kiln_i_phase_excess(m.system, m.phase, NULL, NULL, NULL), expected, 1e-6);
    kiln_system_free(m.system);
    free_database();
}
END_TEST

START_TEST(roles_names_and_gases)
{
    kiln_phase_info info;
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    static const char *const roles[][2] = {{"GAS", "gas"},
                                           {"LIQUID", "liquid"},
                                           {"BCC_A2", "alloy"},
                                           {"CORUNDUM", "solid"},
                                           {"ZIRCONIA", "solid"}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        ck_assert_int_eq(kiln_database_phase(db, kiln_database_find_phase(db, roles[i][0]), &info), KILN_OK);
        ck_assert_str_eq(info.role, roles[i][1]);
    }
    ck_assert_str_eq(kiln_database_name(db), "constructs");
    ck_assert_ptr_nonnull(db->description);
    ck_assert_int_eq(db->gases[KILN_GAS_O2], kiln_i_database_find_function(db, "GAS:O2;0"));
    ck_assert_int_eq(db->gases[KILN_GAS_CO2], -1);
    ck_assert_int_eq(db->n_vapours, 1);
    ck_assert_str_eq(db->vapours[0].species.name, "AlO");
    const kiln_i_phase *zirconia = &db->phases[kiln_i_database_find_phase(db, "ZIRCONIA")];
    ck_assert_str_eq(db->species[zirconia->sublattices[0].constituents[1]].name, "Zr+4");
    ck_assert_int_eq(db->phases[kiln_i_database_find_phase(db, "CARBIDE")].n_sublattices, 2);
    free_database();
}
END_TEST

/* A gas forms where no atmosphere is given, and there only. */
START_TEST(a_gas_takes_part_in_closed_systems)
{
    kiln_composition x;
    kiln_atmosphere air;
    kiln_system *system;
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    model m = model_of("AlO3", "GAS", 1500.0);
    const double y[2] = {0.75, 0.25};
    ck_assert_double_eq_tol(kiln_i_phase_energy(m.system, m.phase, y, NULL, NULL),
                            0.75 * value_of("GAS:O2;0", 1500.0).g + 0.25 * value_of("GAS:AlO;0", 1500.0).g +
                                KILN_R * 1500.0 * (0.75 * log(0.75) + 0.25 * log(0.25)),
                            1e-6);
    kiln_system_free(m.system);
    ck_assert_int_eq(kiln_composition_parse(ctx, "Al2O3", &x), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "air", &air), KILN_OK);
    ck_assert_int_eq(kiln_system_create(ctx, db, &x, &air, NULL, &system), KILN_OK);
    ck_assert_int_eq(kiln_system_find_phase(system, "GAS"), -1);
    kiln_system_free(system);
    free_database();
}
END_TEST

/* ---- Remarks ---- */

START_TEST(what_is_set_aside_is_said)
{
    static const struct {
        int line;
        const char *words;
    } remarks[] = {{9, "QQ is no element"},
                   {18, "the condition is not looked at"},
                   {22, "IONIC is set aside: the ionic two-sublattice liquid"},
                   {24, "G(IONIC,AL+3:O-2;0) is not used"},
                   {25, "L12 is set aside"},
                   {28, "SIGMA is set aside: it is the ordered form of SIGMA_DIS"},
                   {30, "SIGMA_DIS is set aside: it is a part of SIGMA"},
                   {32, "KOHLER is set aside: TERNARY_EXTRAPOLAT"},
                   {34, "HEUSLER is set aside"},
                   {36, "XIONG is set aside"},
                   {38, "LAYERS is set aside: it has 9 sublattices"},
                   {40, "LARGE is set aside"},
                   {42, "ALONE is set aside: no CONSTITUENT"},
                   {45, "the constituent QQO of A1 is left out"},
                   {48, "QQ is left out"},
                   {49, "FE is no constituent"},
                   {50, "ZZ is no species"},
                   {51, "it is about 2 sublattices"},
                   {52, "no term of this order"},
                   {53, "no type of its phase is MAGNETIC"},
                   {54, "MQ has no place"},
                   {55, "NOWHERE has no PHASE statement"},
                   {56, "no PHASE statement"},
                   {57, "STRANGE"},
                   {58, "COMPOUND_PHASE statements are not read here"},
                   {58, "\"STRAY\"; it is not used"}};
    load_ok(KILN_TEST_DATA "/tdb", "set-aside.tdb");
    ck_assert_int_eq(db->n_phases, 1);
    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
        ck_assert_msg(has_remark(remarks[i].line, remarks[i].words), "no remark \"%s\" at line %d", remarks[i].words,
                      remarks[i].line);
    kiln_check_summary summary;
    ck_assert_int_eq(kiln_database_check(db, ctx, NULL, NULL, &summary), KILN_OK);
    ck_assert_int_eq(summary.n_errors, 1);
    ck_assert_double_eq(value_of("A1:Al,Ni;0", 500.0).g, -3000.0); /* stray words end where the next statement begins */
    kiln_finding f;
    ck_assert_int_eq(kiln_database_remark(db, db->n_remarks, &f), KILN_E_ARG);
    ck_assert_int_eq(kiln_database_n_remarks(NULL), 0);
    free_database();
}
END_TEST

START_TEST(the_last_of_two_entries_counts)
{
    load_ok(KILN_TEST_DATA "/tdb", "constructs.tdb");
    ck_assert(has_remark(78, "L(LIQUID,FE,ZR;0) stands here again and replaces that of line 77"));
    ck_assert_double_eq(value_of("LIQUID:Fe,Zr;0", 500.0).g, -80000.0);
    ck_assert(has_remark(70, "by the alphabet"));
    ck_assert(has_remark(48, "TWICE"));
    free_database();
}
END_TEST

/* ---- Beside YAML ---- */

START_TEST(yaml_extends_a_tdb_file)
{
    static const char text[] = "kiln: 1\nname: t\ninclude: [constructs.tdb]\nfunctions:\n  TWICE: {G: 7 + GAL}\n  b: {G: 2*GFE}\n"
                               "phases:\n  LIQUID:\n    interactions:\n      - {pair: [Ni, Zr], per: formula, L: b - 30000}\n";
    ck_assert_int_eq(kiln_database_parse(ctx, text, strlen(text), "f.yaml", KILN_TEST_DATA "/tdb", &db), KILN_OK);
    ck_assert_double_eq_tol(value_of("TWICE", 500.0).g, 7.0 + value_of("GAL", 500.0).g, 1e-9);
    ck_assert_double_eq_tol(value_of("LIQUID:Ni,Zr;0", 500.0).g, 2.0 * value_of("GFE", 500.0).g - 30000.0, 1e-9);
    ck_assert_str_eq(kiln_database_name(db), "t");
    free_database();
}
END_TEST

START_TEST(what_if_changes_apply)
{
    static const char *const changes[] = {"L(LIQUID;Al,Ni)+=1kJ/mol", "L(LIQUID;Fe,Zr)=-8kJ/mol"};
    kiln_database *plain;
    ck_assert_int_eq(kiln_database_load(ctx, KILN_TEST_DATA "/tdb/constructs.tdb", &plain), KILN_OK);
    db = plain;
    const double before = value_of("LIQUID:Al,Ni;0", 600.0).g;
    kiln_database_free(plain);
    const kiln_status status = kiln_database_load_changed(ctx, KILN_TEST_DATA "/tdb/constructs.tdb", 2, changes, &db);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_double_eq_tol(value_of("LIQUID:Al,Ni;0", 600.0).g, before + 1000.0, 1e-9);
    ck_assert_double_eq_tol(value_of("LIQUID:Fe,Zr;0", 600.0).g, -8000.0, 1e-9);
    free_database();
}
END_TEST

/* ---- Memory ---- */

static long count_allocations(void)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_database *read = NULL;
    calls = out_now = 0;
    const kiln_status created = kiln_context_create(&counting, &own);
    if (created != KILN_OK) return calls;
    const kiln_status status = kiln_database_load(own, KILN_TEST_DATA "/tdb/constructs.tdb", &read);
    ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !read));
    kiln_database_free(read);
    kiln_context_free(own);
    ck_assert_int_eq(out_now, 0);
    return calls;
}

/* LN of a negative number at 1000 K, a number at 2500 K: the first is refused with its place and leaves nothing behind. */
START_TEST(what_has_no_value_is_refused_by_name)
{
    static const char text[] = "ELEMENT AL FCC_A1 26.98 4577 28.3 !\nELEMENT ZN HCP_ZN 65.39 5657 41.6 !\n"
                               "FUNCTION F 298.15 +1000*LN(T-2000); 6000 N !\nPHASE A % 1 1 !\nCONSTITUENT A :AL,ZN: !\n"
                               "PARAMETER G(A,AL;0) 298.15 +F#; 6000 N !\nPARAMETER G(A,ZN;0) 298.15 -10*T; 6000 N !\n";
    kiln_composition x;
    kiln_atmosphere closed;
    kiln_system *system;
    kiln_solver *solver;
    kiln_equilibrium e;
    double value;
    ck_assert_msg(parse(text) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_composition_parse(ctx, "Al, x(Zn)=0.5", &x), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "closed", &closed), KILN_OK);
    ck_assert_int_eq(kiln_system_create(ctx, db, &x, &closed, NULL, &system), KILN_OK);
    ck_assert_int_eq(kiln_solver_create(system, NULL, &solver), KILN_OK);
    ck_assert_int_eq(kiln_equilibrium_solve(solver, 1000.0, &e), KILN_E_RANGE);
    ck_assert_error_has("f.tdb:3: F is not a finite number");
    ck_assert_int_eq(kiln_equilibrium_solve(solver, 2500.0, &e), KILN_OK);
    ck_assert_int_eq(kiln_database_function_value(db, ctx, kiln_database_find_function(db, "F"), 1000.0, &value, NULL, NULL),
                     KILN_E_RANGE);
    kiln_solver_free(solver);
    kiln_system_free(system);
}
END_TEST

/* Letters beyond ASCII of an old file, in a source and in a name, come out as UTF-8, and columns count characters. */
START_TEST(latin_1_comes_out_as_utf_8)
{
    static const char text[] =
        "ELEMENT AL FCC_A1 26.98 4577 28.3 !\nPHASE PH\xe9 % 1 1 !\nCONSTITUENT PH\xe9 :AL: !\n"
        "PARAMETER G(PH\xe9,AL;0) 298.15 0; 6000 N R1 !\nLIST_OF_REFERENCES\nNUMBER SOURCE\nR1 'M\xfcller' !\n";
    kiln_phase_info phase;
    kiln_parameter_info parameter;
    ck_assert_msg(parse(text) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_database_phase(db, 0, &phase), KILN_OK);
    ck_assert_msg(strstr(phase.name, "\xc3\xa9") != NULL, "%s", phase.name);
    ck_assert_int_eq(kiln_database_parameter(db, 0, 0, &parameter), KILN_OK);
    ck_assert_str_eq(parameter.provenance.source, "M\xc3\xbcller");
}
END_TEST

/* Common words begin lines of references too. */
START_TEST(references_may_speak_of_types_and_lists)
{
    static const char text[] = "ELEMENT AL FCC_A1 26.98 4577 28.3 !\nPHASE A % 1 1 !\nCONSTITUENT A :AL: !\n"
                               "PARAMETER G(A,AL;0) 298.15 0; 6000 N R1 !\nLIST_OF_REFERENCES\nNUMBER SOURCE\n"
                               "R1 'a solution of\n type II, and a\n list of what dissolves' !\n";
    ck_assert_msg(parse(text) == KILN_OK, "%s", kiln_context_error(ctx));
}
END_TEST

START_TEST(every_failed_allocation_is_survived)
{
    fail_at = 0;
    const long all = count_allocations();
    ck_assert_int_gt(all, 100);
    for (fail_at = 1; fail_at <= all; fail_at += 1 + fail_at / 200) (void)count_allocations();
    fail_at = 0;
}
END_TEST

/* ---- Files of others ---- */

static const char *others(void) { return getenv("KILN_TEST_TDB_DIR"); }

typedef struct known_equilibrium {
    const char *file, *formula;
    double T_K, G_J_mol;
    int n_phases;
} known_equilibrium;

/* Energies that two independent programs agree on, with R = 8.31451; that of 2019 changes them by less than half a joule. */
static const known_equilibrium known[] = {
    {"alzn_mey.tdb", "Al0.7Zn0.3", 500.0, -17787.443, 2}, {"alzn_mey.tdb", "Al0.6Zn0.4", 600.0, -23783.26, 2},
    {"alzn_mey.tdb", "Al0.3Zn0.7", 700.0, -32643.752, 2}, {"alzn_mey.tdb", "Al0.6Zn0.4", 800.0, -36673.432, 2},
    {"pbsn.tdb", "Pb0.3Sn0.7", 450.0, -26067.469, 2},     {"pbsn.tdb", "Pb0.5Sn0.5", 300.0, -17452.533, 2},
};

START_TEST(equilibria_of_others_are_found)
{
    const known_equilibrium *k = &known[_i];
    kiln_composition x;
    kiln_atmosphere closed;
    kiln_system *system;
    kiln_solver *solver;
    static kiln_equilibrium e;
    if (!others()) {
        printf("skipped: KILN_TEST_TDB_DIR names no folder\n");
        return;
    }
    load_ok(others(), k->file);
    ck_assert_int_eq(kiln_composition_parse(ctx, k->formula, &x), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "closed", &closed), KILN_OK);
    ck_assert_int_eq(kiln_system_create(ctx, db, &x, &closed, NULL, &system), KILN_OK);
    ck_assert_int_eq(kiln_solver_create(system, NULL, &solver), KILN_OK);
    ck_assert_int_eq(kiln_equilibrium_solve(solver, k->T_K, &e), KILN_OK);
    ck_assert_double_eq_tol(e.G_J_mol, k->G_J_mol, 0.5);
    ck_assert_int_eq(e.n_phases, k->n_phases);
    ck_assert_int_eq(e.certificate.is_certified, 1);
    kiln_solver_free(solver);
    kiln_system_free(system);
    free_database();
}
END_TEST

START_TEST(files_of_others_are_read)
{
    static const struct {
        const char *file;
        int n_phases, n_set_aside;
    } files[] = {{"alzn_mey.tdb", 3, 0}, {"pbsn.tdb", 3, 0}, {"cuo.tdb", 4, 1}, {"Fe-O.tdb", 7, 1}, {"zrlayalo.tdb", 17, 1}};
    if (!others()) {
        printf("skipped: KILN_TEST_TDB_DIR names no folder\n");
        return;
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        int n = 0;
        load_ok(others(), files[i].file);
        ck_assert_int_eq(db->n_phases, files[i].n_phases);
        for (int r = 0; r < db->n_remarks; r++)
            n += strncmp(db->remarks[r].text, "the phase ", 10) == 0 && strstr(db->remarks[r].text, "aside:");
        ck_assert_int_eq(n, files[i].n_set_aside);
        if (strcmp(files[i].file, "cuo.tdb") == 0)
            ck_assert_double_eq_tol(0.5 * value_of("GAS:O2;0", 1000.0).g, -110380.61, 0.01);
        free_database();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tdb");
    TCase *text = context_case(suite, "text");
    tcase_add_test(text, bytes_of_old_files_are_read);
    tcase_add_loop_test(text, faults_have_their_place, 0, sizeof faults / sizeof *faults);
    TCase *functions = context_case(suite, "functions");
    tcase_add_test(functions, what_is_no_sum_is_evaluated_with_its_derivatives);
    tcase_add_test(functions, sums_are_terms_and_references);
    tcase_add_test(functions, a_program_has_no_proved_bend);
    TCase *phases = context_case(suite, "phases");
    tcase_add_test(phases, orders_refer_to_the_alphabet);
    tcase_add_test(phases, two_sublattices_mix_as_written);
    tcase_add_test(phases, antiferromagnets_are_divided_by_their_factor);
    tcase_add_test(phases, a_magnetic_type_is_that_of_its_phase);
    tcase_add_test(phases, roles_names_and_gases);
    tcase_add_test(phases, a_gas_takes_part_in_closed_systems);
    TCase *remarks = context_case(suite, "remarks");
    tcase_add_test(remarks, what_is_set_aside_is_said);
    tcase_add_test(remarks, the_last_of_two_entries_counts);
    TCase *beside = context_case(suite, "beside YAML");
    tcase_add_test(beside, yaml_extends_a_tdb_file);
    tcase_add_test(beside, what_if_changes_apply);
    tcase_add_test(beside, what_has_no_value_is_refused_by_name);
    tcase_add_test(beside, latin_1_comes_out_as_utf_8);
    tcase_add_test(beside, references_may_speak_of_types_and_lists);
    TCase *memory = context_case(suite, "memory");
    tcase_add_test(memory, every_failed_allocation_is_survived);
    TCase *files = context_case(suite, "files of others");
    tcase_add_test(files, files_of_others_are_read);
    tcase_add_loop_test(files, equilibria_of_others_are_found, 0, sizeof known / sizeof *known);
    return run_suite(suite);
}
