#include "counting.h"
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>

/* Rock salt of MgO and ZnO with one interaction; ZnO is 10 kJ/mol less stable in it than in wurtzite, which dissolves nothing. */
static const char model[] =
    "kiln: 1\nname: made\nbibliography:\n  made: {text: made}\nfunctions:\n"
    "  G_O2: {G: 0, source: made, status: measured}\n"
    "  G_MgO: {G: -500000 - 20*T, range: 300 K .. 2000 K, source: made, status: measured}\n"
    "  G_ZnO: {G: -300000 - 30*T, range: 300 K .. 2000 K, source: made, status: measured}\n"
    "gases: {O2: G_O2}\nphases:\n  rocksalt:\n    formula: MO\n    anion_ratio: 1\n    sublattices:\n"
    "      - {name: M, sites: 1, constituents: [Mg+2, Zn+2]}\n"
    "      - {name: O, sites: 1, constituents: [O-2]}\n    end_members:\n"
    "      - {at: [Mg+2, O-2], G: G_MgO}\n      - {at: [Zn+2, O-2], G: G_ZnO + 10000}\n"
    "    interactions:\n      - {pair: [Mg+2, Zn+2], on: M, per: cation, W: %s, source: made, status: measured}\n"
    "substances:\n  zincite: {formula: ZnO, at: [Zn+2, O-2], G: G_ZnO}\n";

enum { ZN = 30 };
static const double R = 8.31446261815324;

typedef struct world {
    kiln_context *own;
    kiln_database *db;
    kiln_composition x;
    kiln_atmosphere air;
    kiln_system *system;
    int phase;
} world;

static kiln_status open_world(world *w, const kiln_allocator *allocator, const char *W, const char *formula)
{
    char text[4096];
    memset(w, 0, sizeof *w);
    kiln_status status = kiln_context_create(allocator, &w->own);
    if (status != KILN_OK) return status;
    snprintf(text, sizeof text, model, W);
    status = kiln_database_parse(w->own, text, strlen(text), "made", NULL, &w->db);
    if (status == KILN_OK) status = kiln_composition_parse(w->own, formula, &w->x);
    if (status == KILN_OK) status = kiln_atmosphere_parse(w->own, "air", &w->air);
    if (status == KILN_OK) status = kiln_system_create(w->own, w->db, &w->x, &w->air, NULL, &w->system);
    if (status == KILN_OK) w->phase = kiln_system_find_phase(w->system, "rocksalt");
    return status;
}

static void close_world(world *w)
{
    kiln_system_free(w->system);
    kiln_database_free(w->db);
    kiln_context_free(w->own);
}

static kiln_energy_question question_of(const world *w, double T_K, int n, const double *x)
{
    return (kiln_energy_question){.db = w->db,
                                  .composition = &w->x,
                                  .atmosphere = &w->air,
                                  .phase = "rocksalt",
                                  .z = ZN,
                                  .T_K = T_K,
                                  .n = n,
                                  .x = x};
}

static double ideal(double x) { return x > 0.0 && x < 1.0 ? x * log(x) + (1.0 - x) * log(1.0 - x) : 0.0; }

static void expect_budget(const kiln_energy_budget *b, double T_K, double x, double H, double S)
{
    const double transfer = 10000.0 * x, excess = x * (1.0 - x) * (H - S * T_K), entropy = R * T_K * ideal(x);
    ck_assert(b->has_formation);
    ck_assert_double_eq_tol(b->excess_J_mol, excess, 1e-6);
    ck_assert_double_eq_tol(b->excess_H_J_mol, x * (1.0 - x) * H, 1e-6);
    ck_assert_double_eq_tol(b->minus_TS_J_mol, entropy, 1e-6);
    ck_assert_double_eq_tol(b->dG_J_mol, transfer + excess + entropy, 1e-6);
    ck_assert_double_eq_tol(b->dH_J_mol, transfer + x * (1.0 - x) * H, 1e-6);
}

/* Of ZnO: f = -mu_ZnO + G_ZnO, with mu from the regular solution. */
static double force(double T_K, double x, double H, double S)
{
    return -(10000.0 + (1.0 - x) * (1.0 - x) * (H - S * T_K) + R * T_K * log(x));
}

START_TEST(budgets_and_forces_over_temperature_are_those_of_the_regular_solution)
{
    static const double T_K[] = {1500.0, 1300.0, 1000.0};
    world w;
    kiln_energy *e;
    ck_assert_int_eq(open_world(&w, NULL, "8000 - 3*T", "Mg0.7Zn0.3O"), KILN_OK);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, w.phase, 3, T_K, &e), KILN_OK);
    ck_assert_int_eq(e->n_rows, 3);
    ck_assert_int_eq(e->z, 0);
    for (int r = 0; r < 3; ++r) {
        ck_assert_double_eq(e->row[r].T_K, T_K[r]);
        expect_budget(&e->row[r].budget, T_K[r], 0.3, 8000.0, 3.0);
    }
    ck_assert_str_eq(e->competitor[0].name, "zincite");
    for (int r = 0; r < 3; ++r) {
        ck_assert_double_eq_tol(e->competitor[0].force_J_mol[r], force(T_K[r], 0.3, 8000.0, 3.0), 1e-5);
        ck_assert_int_eq(e->row[r].proof, force(T_K[r], 0.3, 8000.0, 3.0) > 0.0 ? KILN_ENERGY_SINGLE : KILN_ENERGY_UNDERCUT);
    }
    ck_assert_int_eq(e->n_open, 0);
    kiln_energy_free(e);
    close_world(&w);
}
END_TEST

START_TEST(the_driving_force_is_zero_where_the_window_ends)
{
    static const double T_K[] = {1000.0, 1900.0};
    world w;
    kiln_energy *e;
    ck_assert_int_eq(open_world(&w, NULL, "8000 - 3*T", "Mg0.7Zn0.3O"), KILN_OK);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, w.phase, 2, T_K, &e), KILN_OK);
    ck_assert_int_eq(e->n_ends, 1);
    ck_assert(e->end[0].is_low);
    ck_assert_int_eq(e->end[0].competitor, 0);
    /* -10000 - 0.49 (8000 - 3 T) - R T ln 0.3 = 0 */
    ck_assert_double_eq_tol(e->end[0].T_K, (10000.0 + 0.49 * 8000.0) / (0.49 * 3.0 - R * log(0.3)), e->end[0].tolerance);
    kiln_energy_free(e);
    close_world(&w);
}
END_TEST

START_TEST(budgets_and_forces_over_a_fraction_are_those_of_the_regular_solution)
{
    static const double x[] = {0.0, 0.1, 0.25, 0.5, 0.9, 1.0};
    enum { N = sizeof x / sizeof *x };
    const double T_K = 1500.0;
    world w;
    kiln_energy *e;
    ck_assert_int_eq(open_world(&w, NULL, "8000 - 3*T", "Mg0.7Zn0.3O"), KILN_OK);
    const kiln_energy_question q = question_of(&w, T_K, N, x);
    ck_assert_int_eq(kiln_energy_over_x(w.own, &q, &e), KILN_OK);
    ck_assert_int_eq(e->z, ZN);
    for (int r = 0; r < N; ++r) {
        ck_assert_str_eq(e->row[r].failure, "");
        expect_budget(&e->row[r].budget, T_K, x[r], 8000.0, 3.0);
        if (x[r] > 0.0 && x[r] < 1.0)
            ck_assert_double_eq_tol(e->competitor[0].force_J_mol[r], force(T_K, x[r], 8000.0, 3.0), 1e-5);
    }
    ck_assert(isnan(e->competitor[0].force_J_mol[0])); /* no zinc, no zincite */
    ck_assert_int_eq(e->n_ends, 1);
    ck_assert(!e->end[0].is_low);
    ck_assert_double_eq_tol(force(T_K, e->end[0].x, 8000.0, 3.0), 0.0, 0.02); /* 1e-7 of x times df/dx, about RT / x */
    kiln_energy_free(e);
    close_world(&w);
}
END_TEST

/* W = 25 kJ/mol: T_c = W/2R = 1503 K. */
START_TEST(demixing_is_a_competitor_of_its_own)
{
    static const double T_K[] = {1200.0, 1900.0};
    world w;
    kiln_system_options o;
    const char *only[] = {"rocksalt"};
    kiln_energy *e;
    ck_assert_int_eq(open_world(&w, NULL, "25000", "Mg0.5Zn0.5O"), KILN_OK);
    kiln_system_free(w.system);
    ck_assert_int_eq(kiln_system_options_init(&o, KILN_SYSTEM_OPTIONS_VERSION), KILN_OK);
    o.only = only;
    o.n_only = 1;
    ck_assert_int_eq(kiln_system_create(w.own, w.db, &w.x, &w.air, &o, &w.system), KILN_OK);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, kiln_system_find_phase(w.system, "rocksalt"), 2, T_K, &e), KILN_OK);
    ck_assert_int_eq(e->n_competitors, 1);
    ck_assert_int_eq(e->competitor[0].kind, KILN_ENERGY_DEMIXING);
    ck_assert_int_eq(e->n_ends, 1);
    ck_assert_double_eq_tol(e->end[0].T_K, 25000.0 / (2.0 * R), 1e-3);
    kiln_energy_free(e);
    close_world(&w);
}
END_TEST

START_TEST(rows_outside_validity_fail_alone)
{
    static const double T_K[] = {1500.0, 2300.0, 2500.0};
    world w;
    kiln_energy *e;
    ck_assert_int_eq(open_world(&w, NULL, "8000", "Mg0.7Zn0.3O"), KILN_OK);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, w.phase, 3, T_K, &e), KILN_OK);
    ck_assert_str_eq(e->row[0].failure, "");
    ck_assert_str_eq(e->row[1].failure, "");
    ck_assert(strstr(e->row[2].failure, "400 K outside its validity") != NULL);
    kiln_energy_free(e);
    close_world(&w);
}
END_TEST

START_TEST(without_a_proof_rows_are_open)
{
    static const double T_K[] = {1000.0, 1900.0};
    world w;
    kiln_solver_options o;
    kiln_energy *e;
    ck_assert_int_eq(open_world(&w, NULL, "8000", "Mg0.7Zn0.3O"), KILN_OK);
    ck_assert_int_eq(kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION), KILN_OK);
    o.certify = 0;
    ck_assert_int_eq(kiln_energy_over_T(w.system, &o, w.phase, 2, T_K, &e), KILN_OK);
    ck_assert_int_eq(e->row[0].proof, KILN_ENERGY_UNDERCUT);
    ck_assert_int_eq(e->row[1].proof, KILN_ENERGY_OPEN);
    ck_assert_str_eq(e->row[1].reason, "not asked for");
    ck_assert_int_eq(e->n_open, 1);
    ck_assert_str_eq(kiln_energy_proof_text(e->row[1].proof), "open");
    kiln_energy_free(e);
    close_world(&w);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    static const double T_K[] = {1000.0, -1.0}, x[] = {0.5, 0.4};
    world w;
    kiln_energy *e = (kiln_energy *)&w;
    ck_assert_int_eq(open_world(&w, NULL, "8000", "Mg0.7Zn0.3O"), KILN_OK);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, w.phase, 2, T_K, &e), KILN_E_ARG);
    ck_assert_ptr_null(e);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, w.phase, 1, T_K, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_energy_over_T(w.system, NULL, 99, 2, T_K, &e), KILN_E_ARG);
    ck_assert_int_eq(kiln_energy_over_T(NULL, NULL, 0, 2, T_K, &e), KILN_E_ARG);
    kiln_energy_question q = question_of(&w, 1500.0, 2, x);
    ck_assert_int_eq(kiln_energy_over_x(w.own, &q, &e), KILN_E_ARG); /* not rising */
    q = question_of(&w, 1500.0, 1, x);
    ck_assert_int_eq(kiln_energy_over_x(w.own, &q, &e), KILN_E_ARG);
    q = question_of(&w, 1500.0, 2, NULL);
    ck_assert_int_eq(kiln_energy_over_x(w.own, &q, &e), KILN_E_ARG);
    q.z = 29;
    q.x = T_K;
    ck_assert_int_eq(kiln_energy_over_x(w.own, &q, &e), KILN_E_ARG);
    kiln_energy_free(NULL);
    close_world(&w);
}
END_TEST

static kiln_status energies(const kiln_allocator *allocator)
{
    static const double T_K[] = {1000.0, 1900.0}, x[] = {0.2, 0.6};
    world w;
    kiln_energy *e = NULL, *f = NULL;
    kiln_status status = open_world(&w, allocator, "8000", "Mg0.7Zn0.3O");
    if (status == KILN_OK) status = kiln_energy_over_T(w.system, NULL, w.phase, 2, T_K, &e);
    const kiln_energy_question q = question_of(&w, 1500.0, 2, x);
    if (status == KILN_OK) status = kiln_energy_over_x(w.own, &q, &f);
    if (status != KILN_OK) ck_assert_ptr_null(f);
    kiln_energy_free(e);
    kiln_energy_free(f);
    close_world(&w);
    return status;
}

START_TEST(a_failing_allocation_is_reported_and_nothing_leaks)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    calls = out_now = fail_at = 0;
    ck_assert_int_eq(energies(&counting), KILN_OK);
    ck_assert_int_eq(out_now, 0);
    const long n = calls;
    for (long k = 1; k <= n; k += 1 + n / 400) {
        calls = out_now = 0;
        fail_at = k;
        ck_assert_int_eq(energies(&counting), KILN_E_NOMEM);
        ck_assert_int_eq(out_now, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("energy");
    TCase *tc = context_case(suite, "energy");
    tcase_add_test(tc, budgets_and_forces_over_temperature_are_those_of_the_regular_solution);
    tcase_add_test(tc, the_driving_force_is_zero_where_the_window_ends);
    tcase_add_test(tc, budgets_and_forces_over_a_fraction_are_those_of_the_regular_solution);
    tcase_add_test(tc, demixing_is_a_competitor_of_its_own);
    tcase_add_test(tc, rows_outside_validity_fail_alone);
    tcase_add_test(tc, without_a_proof_rows_are_open);
    tcase_add_test(tc, what_makes_no_sense_is_refused);
    tcase_add_test(tc, a_failing_allocation_is_reported_and_nothing_leaks);
    return run_suite(suite);
}
