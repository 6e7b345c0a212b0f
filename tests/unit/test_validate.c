/* Published syntheses: reading them, what they are used for, and forecasts in closed form. */
#include "counting.h"
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>

static const double R = 8.31446261815324;

/* Ideal rock salt in which ZnO is 10 kJ/mol less stable than in zincite, give or take 0.5: Mg(1-x)Zn(x)O is single above -10000 / (R ln x). */
static const char model[] =
    "kiln: 1\nname: made\nbibliography:\n  made: {text: made}\nfunctions:\n"
    "  G_O2: {G: 0, source: made, status: measured}\n"
    "  G_MgO: {G: -500000, range: 300 K .. 2000 K, source: made, status: measured}\n"
    "  G_ZnO: {G: -300000, range: 300 K .. 2000 K, source: made, status: measured}\n"
    "  step: {G: 10000, range: 300 K .. 2000 K, source: made, status: measured, sigma: 500 J/mol}\n"
    "gases: {O2: G_O2}\nphases:\n  rocksalt:\n    label: rock salt\n    structure: halite, B1\n    formula: MO\n    anion_ratio: 1\n"
    "    sublattices:\n"
    "      - {name: M, sites: 1, constituents: [Mg+2, Zn+2]}\n"
    "      - {name: O, sites: 1, constituents: [O-2]}\n    end_members:\n"
    "      - {at: [Mg+2, O-2], G: G_MgO}\n      - {at: [Zn+2, O-2], G: G_ZnO + step}\n"
    "substances:\n  zincite: {label: wurtzite, formula: ZnO, at: [Zn+2, O-2], G: G_ZnO}\n"
    "  lime: {formula: CaO, at: [Ca+2, O-2], G: -600000}\n";

static kiln_database *db;

static void setup(void)
{
    context_setup();
    ck_assert_msg(kiln_database_parse(ctx, model, strlen(model), "made", NULL, &db) == KILN_OK, "%s", kiln_context_error(ctx));
}

static void teardown(void)
{
    kiln_database_free(db);
    context_teardown();
}

static kiln_status parse(const char *text, kiln_trials **out) { return kiln_trials_parse(ctx, text, strlen(text), "t.csv", out); }

#define HEADER "id,formula,structure,temperature_C,atmosphere,outcome"

/* ---- Reading ---- */

static const struct {
    const char *text;
    double low_C, high_C; /* NAN: none */
} stated[] = {{"900", 900, 900},
              {"-5.5", -5.5, -5.5},
              {"850-900", 850, 900},
              {"850 - 900 (calc)", 850, 900},
              {"875 (850-900)", 875, 875},
              {"~900", 900, 900},
              {">850", 850, INFINITY},
              {"<1500", -INFINITY, 1500},
              {"", NAN, NAN},
              {"(lower)", NAN, NAN}};

START_TEST(temperatures_are_read_as_they_are_stated)
{
    char text[256];
    kiln_trials *t;
    snprintf(text, sizeof text, HEADER ",transition_temperature_C\na,MgO,rocksalt,%s,air,single,\"%s\"\n", stated[_i].text,
             stated[_i].text);
    ck_assert_msg(parse(text, &t) == KILN_OK, "%s", kiln_context_error(ctx));
    const kiln_stated_temperature *T[] = {&t->trial[0].T, &t->trial[0].transition};
    for (int k = 0; k < 2; ++k) {
        if (isnan(stated[_i].low_C)) ck_assert(isnan(T[k]->low_K) && isnan(T[k]->high_K));
        else {
            ck_assert(T[k]->low_K == stated[_i].low_C + 273.15);
            ck_assert(T[k]->high_K == stated[_i].high_C + 273.15);
        }
    }
    kiln_trials_free(t);
}
END_TEST

static const struct {
    const char *text, *error;
} bad[] =
    {{"", "t.csv:"},
     {"formula,structure,temperature_C,outcome\nMgO,rocksalt,900,single\n",
      "t.csv:1:1: expected columns formula, structure, temperature_C, atmosphere and outcome, found no atmosphere"},
     {HEADER "\n", "t.csv:1:1: expected rows below the header, found none"},
     {HEADER "\na,MgO,rocksalt,hot,air,single\n",
      "t.csv:2:16: expected a temperature in °C such as 900, 850-900 or >850, or nothing or a remark in brackets, found \"hot\""},
     {HEADER "\na,MgO,rocksalt,900K,air,single\n", "found \"900K\""},
     {HEADER "\na,MgO,rocksalt,900-850,air,single\n", "found \"900-850\""},
     {HEADER "\na,MgO,rocksalt,-300,air,single\n", "found \"-300\""},
     {HEADER "\na,MgO,rocksalt,nan,air,single\n", "found \"nan\""},
     {HEADER "\na,MgO,rocksalt,900,air,mixed\n",
      "t.csv:2:24: expected single or multi, or nothing or a remark in brackets, found \"mixed\""},
     {HEADER ",transition_temperature_C\na,MgO,rocksalt,900,air,single,soon\n", "t.csv:2:31: expected a temperature"}};

START_TEST(what_cannot_be_read_is_refused_with_its_place)
{
    kiln_trials *t;
    ck_assert_int_eq(parse(bad[_i].text, &t), KILN_E_PARSE);
    ck_assert_ptr_null(t);
    ck_assert_error_has(bad[_i].error);
}
END_TEST

static const char sources[] = "key,doi,marks,used_in,citation\n"
                              "one,10.1000/xyz,,facts.csv,One\ntwo,,Somebody; 1999;J. Made,facts.csv,Two\n";

static int known_of(const char *source, const char *url)
{
    kiln_known_sources *known;
    const kiln_trial trial = {.source = source, .url = url};
    ck_assert_int_eq(kiln_known_sources_parse(ctx, sources, strlen(sources), "s.csv", &known), KILN_OK);
    const int found = kiln_known_sources_find(known, &trial);
    kiln_known_sources_free(known);
    return found;
}

START_TEST(a_source_is_known_by_its_doi_or_by_all_its_marks)
{
    ck_assert_int_eq(known_of("Nobody 2001", "https://doi.org/10.1000/XYZ"), 0);
    ck_assert_int_eq(known_of("SOMEBODY and others, J. Made 3, 17 (1999), abstract", ""), 1);
    ck_assert_int_eq(known_of("Somebody and others, J. Made 3, 17 (1998)", ""), -1);
    ck_assert_int_eq(known_of("", ""), -1);
    kiln_known_sources *known;
    static const char empty[] = "key,doi,marks,used_in,citation\nx,,,facts.csv,X\n", short_[] = "key,doi\nx,y\n";
    ck_assert_int_eq(kiln_known_sources_parse(ctx, empty, strlen(empty), "s.csv", &known), KILN_E_PARSE);
    ck_assert_error_has("s.csv:2:1: expected a doi or marks of \"x\", found neither");
    ck_assert_int_eq(kiln_known_sources_parse(ctx, short_, strlen(short_), "s.csv", &known), KILN_E_PARSE);
    ck_assert_error_has("s.csv:1:1: expected columns key, doi, marks, used_in and citation, found no marks");
    ck_assert_int_eq(kiln_known_sources_of(ctx, db, &known), KILN_OK);
    ck_assert_ptr_null(known); /* a database from memory has no folder */
}
END_TEST

START_TEST(failed_allocations_leave_nothing)
{
    const kiln_allocator allocator = {counting_alloc, counting_release, NULL};
    kiln_context *counted;
    kiln_trials *t;
    kiln_known_sources *known;
    static const char text[] = HEADER "\na,MgO,rocksalt,900,air,single\n";
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&allocator, &counted), KILN_OK);
    const long before = out_now;
    int failures = 0;
    for (long k = 1; k < 40; ++k) {
        fail_at = calls + k;
        const kiln_status first = kiln_trials_parse(counted, text, strlen(text), "t.csv", &t);
        fail_at = calls + k;
        const kiln_status second = kiln_known_sources_parse(counted, sources, strlen(sources), "s.csv", &known);
        fail_at = 0;
        ck_assert(first == KILN_OK || (first == KILN_E_NOMEM && !t));
        ck_assert(second == KILN_OK || (second == KILN_E_NOMEM && !known));
        failures += (first != KILN_OK) + (second != KILN_OK);
        kiln_trials_free(t);
        kiln_known_sources_free(known);
        ck_assert_int_eq(out_now, before);
    }
    ck_assert_int_ge(failures, 8);
    kiln_context_free(counted);
}
END_TEST

/* ---- Windows as diffraction sees them ---- */

typedef struct asked {
    kiln_database *db;
    kiln_system *system;
    kiln_window_solver *solver;
    kiln_window window;
} asked;

static asked ask(const char *text, const char *formula)
{
    asked a = {.db = NULL};
    kiln_composition c;
    kiln_atmosphere air;
    ck_assert_msg(kiln_database_parse(ctx, text, strlen(text), "made", NULL, &a.db) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_composition_parse(ctx, formula, &c), KILN_OK);
    ck_assert_int_eq(kiln_atmosphere_parse(ctx, "air", &air), KILN_OK);
    ck_assert_int_eq(kiln_system_create(ctx, a.db, &c, &air, NULL, &a.system), KILN_OK);
    ck_assert_int_eq(kiln_window_solver_create(a.system, NULL, NULL, &a.solver), KILN_OK);
    ck_assert_msg(kiln_window_solve(a.solver, kiln_system_find_phase(a.system, "rocksalt"), &a.window) == KILN_OK, "%s",
                  kiln_context_error(ctx));
    return a;
}

static void end(asked *a)
{
    kiln_window_solver_free(a->solver);
    kiln_system_free(a->system);
    kiln_database_free(a->db);
}

static double seen(asked *a, double T_K)
{
    double P;
    ck_assert_msg(kiln_window_seen(a->solver, &a->window, T_K, &P) == KILN_OK, "%s", kiln_context_error(ctx));
    return P;
}

/* Driving force of ZnO: 10000 + RT ln 0.3, give or take 500; seen where it is as far below zero as at the onset. */
START_TEST(what_is_seen_follows_from_the_driving_force)
{
    asked a = ask(model, "Mg0.7Zn0.3O");
    const kiln_window_end *low = &a.window.range[0].low;
    ck_assert_double_eq_tol(low->T_K, 10000.0 / (R * log(1.0 / 0.3)), 1e-3);
    ck_assert(low->has_detected && low->detected_K < low->T_K - 1.0);
    ck_assert_double_eq_tol(seen(&a, low->detected_K), 0.5, 0.02);
    for (int k = -4; k <= 4; ++k) {
        const double T = low->T_K + 25.0 * k, sigmas = -R * log(0.3) * (T - low->detected_K) / 500.0;
        ck_assert_double_eq_tol(seen(&a, T), 0.5 * erfc(-sigmas / sqrt(2.0)),
                                T < low->T_K ? 0.05 : 0.02); /* below it amounts are taken as proportional */
    }
    double P;
    ck_assert_int_eq(kiln_window_seen(a.solver, &a.window, 3000.0, &P), KILN_E_ARG);
    ck_assert_int_eq(kiln_window_seen(a.solver, NULL, 1000.0, &P), KILN_E_ARG);
    ck_assert_int_eq(kiln_window_seen(NULL, &a.window, 1000.0, &P), KILN_E_ARG);
    end(&a);
}
END_TEST

/* ZnO leaves for zincite below 40000 / (R ln 50) = 1230 K, and for another form above 20000 / (52.5 - R ln 50) = 1001 K: never single, and between 1050 and 1400 K less than 2 wt% has left. */
static const char twice[] =
    "kiln: 1\nname: made\nbibliography:\n  made: {text: made}\nfunctions:\n"
    "  G_O2: {G: 0, source: made, status: measured}\n"
    "  G_MgO: {G: -500000, range: 300 K .. 2000 K, source: made, status: measured}\n"
    "  G_ZnO: {G: -300000, range: 300 K .. 2000 K, source: made, status: measured}\n"
    "  step: {G: 40000, range: 300 K .. 2000 K, source: made, status: measured, sigma: 1000 J/mol}\n"
    "gases: {O2: G_O2}\nphases:\n  rocksalt:\n    label: rock salt\n    formula: MO\n    anion_ratio: 1\n    sublattices:\n"
    "      - {name: M, sites: 1, constituents: [Mg+2, Zn+2]}\n"
    "      - {name: O, sites: 1, constituents: [O-2]}\n    end_members:\n"
    "      - {at: [Mg+2, O-2], G: G_MgO}\n      - {at: [Zn+2, O-2], G: G_ZnO + step}\n"
    "substances:\n  zincite: {formula: ZnO, at: [Zn+2, O-2], G: G_ZnO}\n"
    "  hot: {formula: ZnO, at: [Zn+2, O-2], G: G_ZnO + 60000 - 52.5*T}\n";

START_TEST(a_phase_never_single_is_seen_so_between_its_apparent_ends)
{
    asked a = ask(twice, "Mg0.98Zn0.02O");
    ck_assert_int_eq(a.window.n_ranges, 0);
    ck_assert_int_eq(a.window.n_apparent, 1);
    const kiln_apparent_range *apparent = &a.window.apparent[0];
    ck_assert(apparent->low_is_limited && apparent->high_is_limited);
    ck_assert_double_eq_tol(seen(&a, apparent->low_K), 0.5, 0.1);
    ck_assert_double_eq_tol(seen(&a, apparent->high_K), 0.5, 0.1);
    ck_assert_double_lt(kiln_window_probability(a.solver, 1143.0), 0.01);
    ck_assert_double_lt(seen(&a, apparent->low_K - 100.0), 0.02);
    end(&a);
}
END_TEST

/* A compound 100 J per mole of ZnO below rock salt at all temperatures, give or take 2000: no crossing tells how sure that is. */
START_TEST(a_competitor_that_never_crosses_is_as_sure_as_its_force)
{
    static const char text[] =
        "kiln: 1\nname: made\nbibliography:\n  made: {text: made}\nfunctions:\n"
        "  G_O2: {G: 0, source: made, status: measured}\n"
        "  off: {G: 100, range: 300 K .. 2000 K, source: made, status: measured, sigma: 2000 J/mol}\n"
        "gases: {O2: G_O2}\nphases:\n  rocksalt:\n    label: rock salt\n    formula: MO\n    anion_ratio: 1\n    sublattices:\n"
        "      - {name: M, sites: 1, constituents: [Zn+2]}\n      - {name: O, sites: 1, constituents: [O-2]}\n"
        "    end_members:\n      - {at: [Zn+2, O-2], G: -300000 + off}\n"
        "substances:\n  zincite: {formula: ZnO, at: [Zn+2, O-2], G: -300000}\n";
    asked a = ask(text, "ZnO");
    ck_assert_int_eq(a.window.n_ranges, 0);
    ck_assert_double_lt(kiln_window_probability(a.solver, 1000.0), 1e-9);
    /* The smallest excess turns all of it over, so that 2 wt% mean 2 J. */
    ck_assert_double_eq_tol(seen(&a, 1000.0), 0.5 * erfc(98.0 / 2000.0 / sqrt(2.0)), 0.02);
    end(&a);
}
END_TEST

/* ---- Validation ---- */

static const char rows[] = HEADER ",equilibrium_flag,row_kind,transition_temperature_C,source\n"
                                  "warm,Mg0.7Zn0.3O,Rock Salt (cubic),1000,air,single,plausible,observed,650-700,\"A, J. 1\"\n"
                                  "cold,Mg0.7Zn0.3O,halite,400,air,multi,,observed,,\"A, J. 1\"\n"
                                  "wrong,Mg0.7Zn0.3O,rocksalt,600,air,single,,observed,>800,\"A, J. 1\"\n"
                                  "known,Mg0.7Zn0.3O,rocksalt,1000,air,multi,,observed,,\"Somebody, J. Made (1999)\"\n"
                                  "told,Mg0.7Zn0.3O,rocksalt,1000,air,multi,plausible,label_from_Memory,700,\"A, J. 1\"\n"
                                  "nano,Mg0.7Zn0.3O,rocksalt,1000,air,multi,no (nano),observed,700,\"A, J. 1\"\n"
                                  "when,Mg0.7Zn0.3O,rocksalt,,air,multi,,observed,,\"A, J. 1\"\n"
                                  "about,Mg0.7Zn0.3O,rocksalt,900-1000,air,multi,,observed,,\"A, J. 1\"\n"
                                  "what,Mg0.7Zn0.3O,rocksalt,900,air,,,observed,,\"A, J. 1\"\n"
                                  "other,Mg0.7Zn0.3O,fluorite,900,air,multi,,observed,,\"A, J. 1\"\n"
                                  "none,Mg0.5Ce0.5O,rocksalt,900,air,multi,,observed,,\"A, J. 1\"\n"
                                  "ion,Mg0.5Ca0.5O,rocksalt,900,air,multi,,observed,,\"A, J. 1\"\n"
                                  "gas,Mg0.7Zn0.3O,rocksalt,900,25 kbar,multi,,observed,,\"A, J. 1\"\n"
                                  "text,Mg0.7Qq0.3O,rocksalt,900,air,multi,,observed,,\"A, J. 1\"\n"
                                  "hot,Mg0.7Zn0.3O,rocksalt,3000,air,multi,,observed,,\"A, J. 1\"\n";

static const struct {
    kiln_trial_use use;
    const char *reason;
} expected[] = {{KILN_TRIAL_SCORED, ""},
                {KILN_TRIAL_SCORED, ""},
                {KILN_TRIAL_SCORED, ""},
                {KILN_TRIAL_KNOWN, "two, in facts.csv"},
                {KILN_TRIAL_INELIGIBLE, "quoted from memory"},
                {KILN_TRIAL_INELIGIBLE, "equilibrium: no (nano)"},
                {KILN_TRIAL_INELIGIBLE, "no temperature is stated"},
                {KILN_TRIAL_INELIGIBLE, "its temperature is no one number: 900-1000"},
                {KILN_TRIAL_INELIGIBLE, "no outcome is stated"},
                {KILN_TRIAL_NOT_JUDGED, "database made has no structure called fluorite"},
                {KILN_TRIAL_NOT_JUDGED, "database made has no phase that holds Ce"},
                {KILN_TRIAL_NOT_JUDGED, "rock salt as database made describes it has no ions of Ca"},
                {KILN_TRIAL_NOT_JUDGED, "no atmosphere is stated, only words: 25 kbar"},
                {KILN_TRIAL_NOT_JUDGED, "Qq"},
                {KILN_TRIAL_NOT_JUDGED, "3000 °C is outside"}};
enum { N_ROWS = sizeof expected / sizeof *expected };

static kiln_validation *validate(const kiln_trials *trials, int resamples)
{
    kiln_known_sources *known;
    kiln_validate_options o;
    kiln_validation *v;
    ck_assert_int_eq(kiln_validate_options_init(&o, KILN_VALIDATE_OPTIONS_VERSION), KILN_OK);
    o.resamples = resamples;
    ck_assert_int_eq(kiln_known_sources_parse(ctx, sources, strlen(sources), "s.csv", &known), KILN_OK);
    ck_assert_msg(kiln_validate(ctx, db, trials, known, NULL, NULL, &o, &v) == KILN_OK, "%s", kiln_context_error(ctx));
    kiln_known_sources_free(known);
    return v;
}

START_TEST(every_row_is_scored_or_says_why_not)
{
    kiln_trials *t;
    ck_assert_msg(parse(rows, &t) == KILN_OK, "%s", kiln_context_error(ctx));
    kiln_validation *v = validate(t, 100);
    ck_assert_int_eq(v->n, N_ROWS);
    for (int i = 0; i < N_ROWS; ++i) {
        ck_assert_msg(v->verdict[i].use == expected[i].use, "%s: %s", t->trial[i].id, v->verdict[i].reason);
        if (*expected[i].reason)
            ck_assert_msg(strstr(v->verdict[i].reason, expected[i].reason) != NULL, "%s: %s", t->trial[i].id,
                          v->verdict[i].reason);
        else ck_assert_str_eq(v->verdict[i].reason, "");
    }
    ck_assert_int_eq(v->count[KILN_TRIAL_SCORED], 3);
    ck_assert_int_eq(v->count[KILN_TRIAL_KNOWN], 1);
    ck_assert_int_eq(v->count[KILN_TRIAL_INELIGIBLE], 5);
    ck_assert_int_eq(v->count[KILN_TRIAL_NOT_JUDGED], 6);
    ck_assert_str_eq(v->verdict[0].family, "rock salt");
    ck_assert_int_eq(v->n_families, 3);
    ck_assert_int_eq(v->family[0].n_eligible, 9);
    ck_assert_int_eq(v->family[1].n_scored, 3);
    ck_assert_str_eq(v->family[2].name, "fluorite");
    kiln_validation_free(v);
    kiln_trials_free(t);
}
END_TEST

START_TEST(forecasts_and_rules_are_scored_side_by_side)
{
    kiln_trials *t;
    kiln_scores s;
    ck_assert_int_eq(parse(rows, &t), KILN_OK);
    kiln_validation *v = validate(t, 0);
    ck_assert_double_gt(v->verdict[0].probability, 0.99);
    ck_assert_double_lt(v->verdict[1].probability, 0.01);
    ck_assert_double_lt(v->verdict[2].probability, 0.5);
    ck_assert_double_lt(v->verdict[0].second_mass_fraction, 1e-9);
    ck_assert_double_gt(v->verdict[1].second_mass_fraction, 0.1);
    ck_assert_int_eq(v->verdict[1].second, kiln_database_find_phase(db, "zincite"));
    ck_assert(v->verdict[1].is_certified);
    ck_assert_int_eq(kiln_validation_scores(v, t, 0, KILN_JUDGE_KILN, &s), KILN_OK);
    ck_assert_double_eq_tol(s.balanced_accuracy, 0.75, 1e-12);
    ck_assert_double_eq_tol(s.auc, 1.0, 1e-12);
    ck_assert_int_eq(kiln_validation_scores(v, t, 0, KILN_JUDGE_ALWAYS, &s), KILN_OK);
    ck_assert_double_eq_tol(s.balanced_accuracy, 0.5, 1e-12);
    ck_assert_double_eq_tol(s.auc, 0.5, 1e-12);
    ck_assert_int_eq(kiln_validation_scores(v, t, 1, KILN_JUDGE_ENTROPY, &s), KILN_OK);
    ck_assert_int_eq(s.confusion.multi_single, 2); /* 0.61 R */
    ck_assert_int_eq(kiln_validation_scores(v, t, 0, KILN_JUDGE_SIZE, &s), KILN_OK);
    ck_assert_int_eq(s.confusion.single_multi, 1);
    ck_assert_int_eq(kiln_validation_scores(v, t, 9, KILN_JUDGE_SIZE, &s), KILN_E_ARG);
    /* Stated 675 and above 800 °C; the onset lies below 726. */
    const double onset_K = v->verdict[0].onset_K;
    ck_assert_int_eq(v->transitions.n, 1);
    ck_assert_double_eq_tol(v->transitions.mean_K, onset_K - 948.15, 1e-9);
    ck_assert_double_eq_tol(v->transitions.rms_K, fabs(onset_K - 948.15), 1e-9);
    ck_assert_int_eq(v->transitions.n_bounds, 1);
    ck_assert_int_eq(v->transitions.n_bounds_met, 0);
    ck_assert(!v->verdict[4].counts_transition && !v->verdict[5].counts_transition);
    kiln_validation_free(v);
    kiln_trials_free(t);
}
END_TEST

START_TEST(a_phase_that_is_there_instead_is_named)
{
    kiln_trials *t;
    ck_assert_int_eq(parse(HEADER "\nall,ZnO,disordered rock salt,1000,air,single\nsome,Mg0.7Zn0.3O,rocksalt,500,air,multi\n",
                           &t),
                     KILN_OK);
    kiln_validation *v = validate(t, 0);
    ck_assert_str_eq(v->verdict[0].family, "rock salt");
    ck_assert_double_eq_tol(v->verdict[0].second_mass_fraction, 1.0, 1e-12);
    ck_assert_int_eq(v->verdict[0].instead, kiln_database_find_phase(db, "zincite"));
    ck_assert_int_eq(v->verdict[1].second, kiln_database_find_phase(db, "zincite"));
    ck_assert_int_eq(v->verdict[1].instead, -1);
    kiln_validation_free(v);
    kiln_trials_free(t);
}
END_TEST

static int stop(int done, int total, void *user)
{
    (void)total;
    (void)user;
    return done < 2;
}

START_TEST(wrong_options_and_an_interruption_are_refused)
{
    kiln_trials *t;
    kiln_validation *v;
    kiln_validate_options o;
    ck_assert_int_eq(parse(rows, &t), KILN_OK);
    ck_assert_int_eq(kiln_validate_options_init(&o, 99), KILN_E_ARG);
    ck_assert_int_eq(kiln_validate_options_init(&o, KILN_VALIDATE_OPTIONS_VERSION), KILN_OK);
    o.detect_mass_fraction = 0.0;
    ck_assert_int_eq(kiln_validate(ctx, db, t, NULL, NULL, NULL, &o, &v), KILN_E_ARG);
    o.detect_mass_fraction = 0.02;
    o.resamples = -1;
    ck_assert_int_eq(kiln_validate(ctx, db, t, NULL, NULL, NULL, &o, &v), KILN_E_ARG);
    o.resamples = 0;
    o.keep_going = stop;
    ck_assert_int_eq(kiln_validate(ctx, db, t, NULL, NULL, NULL, &o, &v), KILN_E_INTERRUPTED);
    ck_assert_ptr_null(v);
    ck_assert_int_eq(kiln_validate(ctx, db, NULL, NULL, NULL, NULL, NULL, &v), KILN_E_ARG);
    kiln_trials_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("validate");
    TCase *tc = tcase_create("validate");
    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(suite, tc);
    tcase_add_loop_test(tc, temperatures_are_read_as_they_are_stated, 0, (int)(sizeof stated / sizeof *stated));
    tcase_add_loop_test(tc, what_cannot_be_read_is_refused_with_its_place, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(tc, a_source_is_known_by_its_doi_or_by_all_its_marks);
    tcase_add_test(tc, failed_allocations_leave_nothing);
    tcase_add_test(tc, what_is_seen_follows_from_the_driving_force);
    tcase_add_test(tc, a_competitor_that_never_crosses_is_as_sure_as_its_force);
    tcase_add_test(tc, a_phase_never_single_is_seen_so_between_its_apparent_ends);
    tcase_add_test(tc, every_row_is_scored_or_says_why_not);
    tcase_add_test(tc, forecasts_and_rules_are_scored_side_by_side);
    tcase_add_test(tc, a_phase_that_is_there_instead_is_named);
    tcase_add_test(tc, wrong_options_and_an_interruption_are_refused);
    return run_suite(suite);
}
