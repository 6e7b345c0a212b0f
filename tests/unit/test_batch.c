/* Many equilibria in one call: the same numbers as one by one, the same bits on any number of threads, and failures that stay in their rows. */
#include "compare.h"

#include <kiln/batch.h>
#include <kiln/structures.h>
#include <kiln/version.h>

static const char kiln_yaml[] = KILN_TEST_DATABASES "/kiln.yaml";
static const char formula[] = "(Mg,Co,Ni,Cu,Zn)O";
enum { N = 150, C = 5 };
static bench b;
static kiln_composition x;
static kiln_atmosphere air;

/* Every array of an answer. */
typedef struct arrays {
    kiln_status status[N];
    double G[N], oxygen[N], mass[N], mu[N][C], gap[N], amount[N][C], mass_fraction[N][C], composition[N][C][C], extrapolated[N];
    int unique[N], certified[N], n_phases[N], phase[N][C];
} arrays;

static kiln_batch_answer answer_of(arrays *a)
{
    return (kiln_batch_answer){.status = a->status,
                               .G_J_mol = a->G,
                               .oxygen_per_cation = a->oxygen,
                               .mass_g = a->mass,
                               .mu_J_mol = &a->mu[0][0],
                               .mu_is_unique = a->unique,
                               .is_certified = a->certified,
                               .gap_J_mol = a->gap,
                               .extrapolated_K = a->extrapolated,
                               .n_phases = a->n_phases,
                               .phase = &a->phase[0][0],
                               .component_mol = &a->amount[0][0],
                               .mass_fraction = &a->mass_fraction[0][0],
                               .composition = &a->composition[0][0][0]};
}

static void open_it(void)
{
    bench_open(&b, NULL, kiln_yaml, formula, "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, formula, &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "air", &air));
}

static void close_it(void) { bench_close(&b); }

static kiln_batch_question question_of(const double *T_K, int n_threads)
{
    return (kiln_batch_question){.about = {.db = b.db, .composition = &x, .atmosphere = &air},
                                 .n = N,
                                 .T_K = T_K,
                                 .extrapolate_K = 400.0,
                                 .n_threads = n_threads};
}

static void solve(const kiln_batch_question *q, arrays *a)
{
    const kiln_batch_answer answer = answer_of(a);
    memset(a, 0, sizeof *a);
    REQUIRE_OK(&b, kiln_batch_solve(b.ctx, q, &answer));
}

static void sweep(double *T_K)
{
    for (int i = 0; i < N; ++i) T_K[i] = 700.0 + 6.0 * i;
}

/* Temperature, composition and pressure all vary. */
static kiln_batch_question wandering(double *T_K, double (*amounts)[C], double *log10_po2)
{
    kiln_batch_question q = question_of(T_K, 1);
    for (int i = 0; i < N; ++i) {
        T_K[i] = 800.0 + (i * 37) % 600;
        log10_po2[i] = -6.0 + 0.04 * i;
        for (int c = 0; c < C; ++c) amounts[i][c] = 1.0 + (i * (c + 3)) % 11;
    }
    q.amounts = &amounts[0][0];
    q.log10_po2_bar = log10_po2;
    return q;
}

/* The composition of a row, written out for a system of its own. */
static void solve_alone(double T_K, const double *amounts, double log10_po2, kiln_equilibrium *e, kiln_system **system,
                        kiln_solver **solver)
{
    static const char *const symbols[C] = {"Mg", "Co", "Ni", "Cu", "Zn"};
    char text[256] = "";
    double sum = 0.0;
    kiln_composition alone;
    kiln_atmosphere gas = air;
    size_t used = 0;
    for (int c = 0; c < C; ++c) sum += amounts[c];
    for (int c = 0; c < C; ++c)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.15g", symbols[c], amounts[c] / sum);
    snprintf(text + used, sizeof text - used, "O");
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, text, &alone));
    gas.po2_bar = pow(10.0, log10_po2);
    REQUIRE_OK(&b, kiln_system_create(b.ctx, b.db, &alone, &gas, NULL, system));
    REQUIRE_OK(&b, kiln_solver_create(*system, NULL, solver));
    REQUIRE_OK(&b, kiln_equilibrium_solve(*solver, T_K, e));
}

static void compare_row(const arrays *a, int row, const kiln_equilibrium *e)
{
    ck_assert_int_eq(a->status[row], KILN_OK);
    ck_assert_double_eq_tol(a->G[row], e->G_J_mol, 1e-5);
    ck_assert_double_eq_tol(a->oxygen[row], e->oxygen_mol, 1e-8);
    ck_assert_double_eq_tol(a->mass[row], e->mass_g, 1e-6);
    ck_assert_int_eq(a->certified[row], e->certificate.is_certified);
    ck_assert_int_eq(a->n_phases[row], e->n_phases);
    for (int k = 0; k < e->n_phases; ++k) {
        const kiln_equilibrium_phase *p = &e->phase[k];
        int like = -1;
        for (int j = 0; j < a->n_phases[row]; ++j)
            if (a->phase[row][j] == p->phase && fabs(a->composition[row][j][0] - p->composition[0]) < 1e-6) like = j;
        ck_assert_msg(like >= 0, "row %d lacks %s", row, kiln_system_phase_name(b.system, p->phase));
        ck_assert_double_eq_tol(a->amount[row][like], p->amount_mol * p->component_mol, 1e-6);
        ck_assert_double_eq_tol(a->mass_fraction[row][like], p->mass_fraction, 1e-6);
        for (int c = 0; c < C; ++c) ck_assert_double_eq_tol(a->composition[row][like][c], p->composition[c], 1e-6);
    }
    for (int k = e->n_phases; k < C; ++k) ck_assert_int_eq(a->phase[row][k], -1);
    for (int c = 0; c < C && e->mu_is_unique; ++c) ck_assert_double_eq_tol(a->mu[row][c], e->mu_J_mol[c], 1e-3);
}

START_TEST(rows_are_what_they_are_alone)
{
    static arrays a;
    double T_K[N], amounts[N][C], log10_po2[N];
    kiln_batch_question q = wandering(T_K, amounts, log10_po2);
    solve(&q, &a);
    for (int row = 0; row < N; row += 7) {
        kiln_equilibrium e;
        kiln_system *system;
        kiln_solver *solver;
        solve_alone(T_K[row], amounts[row], log10_po2[row], &e, &system, &solver);
        compare_row(&a, row, &e);
        kiln_solver_free(solver);
        kiln_system_free(system);
    }
}
END_TEST

START_TEST(temperatures_alone_leave_composition_and_gas_as_they_are)
{
    static arrays a;
    double T_K[N];
    kiln_equilibrium e;
    sweep(T_K);
    const kiln_batch_question q = question_of(T_K, 1);
    solve(&q, &a);
    for (int row = 0; row < N; row += 5) {
        REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K[row], &e));
        compare_row(&a, row, &e);
    }
}
END_TEST

START_TEST(threads_give_the_same_bits)
{
    static arrays one, many;
    static const int threads[] = {2, 3, 64};
    double T_K[N], amounts[N][C], log10_po2[N];
    kiln_batch_question q = wandering(T_K, amounts, log10_po2);
    solve(&q, &one);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; ++i) {
        q.n_threads = threads[i];
        solve(&q, &many);
        ck_assert_msg(memcmp(&one, &many, sizeof one) == 0, "%d threads give other bits", threads[i]);
    }
}
END_TEST

START_TEST(a_failed_row_leaves_the_others)
{
    static arrays with, without;
    double T_K[N], bad_T_K[N], amounts[N][C], log10_po2[N];
    kiln_batch_question q = wandering(T_K, amounts, log10_po2);
    memcpy(bad_T_K, T_K, sizeof T_K);
    solve(&q, &without);
    bad_T_K[3] = -1.0;
    bad_T_K[4] = NAN;
    amounts[5][2] = 0.0;
    log10_po2[6] = 7.0;
    log10_po2[7] = NAN;
    q.T_K = bad_T_K;
    solve(&q, &with);
    for (int row = 3; row < 8; ++row) {
        ck_assert_int_eq(with.status[row], KILN_E_ARG);
        ck_assert(isnan(with.G[row]) && isnan(with.mu[row][0]));
        ck_assert_int_eq(with.n_phases[row], 0);
        ck_assert_int_eq(with.phase[row][0], -1);
    }
    for (int row = 0; row < N; ++row) {
        if (row >= 3 && row < 8) continue;
        ck_assert_int_eq(with.status[row], KILN_OK);
        ck_assert_double_eq_tol(with.G[row], without.G[row], 1e-5);
    }
}
END_TEST

START_TEST(rows_far_outside_validity_have_no_answer)
{
    static arrays a;
    double T_K[N];
    sweep(T_K);
    T_K[1] = 3000.0;
    kiln_batch_question q = question_of(T_K, 1);
    solve(&q, &a);
    ck_assert_int_eq(a.status[0], KILN_OK);
    ck_assert_int_eq(a.status[1], KILN_E_RANGE);
    ck_assert(isnan(a.G[1]) && a.extrapolated[1] > 400.0 && a.extrapolated[0] <= 400.0);
    q.extrapolate_K = INFINITY;
    solve(&q, &a);
    ck_assert_int_eq(a.status[1], KILN_OK);
    ck_assert(isfinite(a.G[1]));
    q.extrapolate_K = NAN;
    const kiln_batch_answer answer = answer_of(&a);
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, &answer), KILN_E_ARG);
}
END_TEST

START_TEST(quantities_may_be_left_out)
{
    double T_K[N], G[N];
    sweep(T_K);
    const kiln_batch_question q = question_of(T_K, 1);
    const kiln_batch_answer only_G = {.G_J_mol = G}, nothing = {.G_J_mol = NULL};
    REQUIRE_OK(&b, kiln_batch_solve(b.ctx, &q, &only_G));
    for (int row = 0; row < N; ++row) ck_assert(isfinite(G[row]));
    REQUIRE_OK(&b, kiln_batch_solve(b.ctx, &q, &nothing));
}
END_TEST

static int stop(int done, int total, void *user)
{
    ck_assert_int_le(done, total);
    ++*(int *)user;
    return 0;
}

START_TEST(what_a_batch_refuses)
{
    double T_K[N], log10_po2[N] = {0.0};
    int calls = 0;
    const kiln_batch_answer nothing = {.G_J_mol = NULL};
    sweep(T_K);
    kiln_batch_question q = question_of(T_K, 1);
    ck_assert_int_eq(kiln_batch_solve(NULL, &q, &nothing), KILN_E_ARG);
    ck_assert_int_eq(kiln_batch_solve(b.ctx, NULL, &nothing), KILN_E_ARG);
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, NULL), KILN_E_ARG);
    q.n = 0;
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, &nothing), KILN_E_ARG);
    q = question_of(NULL, 1);
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, &nothing), KILN_E_ARG);
    q = question_of(T_K, 0);
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, &nothing), KILN_E_ARG);
    q = question_of(T_K, 1);
    q.keep_going = stop;
    q.user = &calls;
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, &nothing), KILN_E_INTERRUPTED);
    ck_assert_int_eq(calls, 1);
    q = question_of(T_K, 1);
    q.log10_po2_bar = log10_po2;
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "CO/CO2=1", &air));
    ck_assert_int_eq(kiln_batch_solve(b.ctx, &q, &nothing), KILN_E_ARG);
    ck_assert_ptr_nonnull(strstr(kiln_context_error(b.ctx), "CO/CO2 = 1"));
}
END_TEST

/* Closed oxygen is a component like the others. */
START_TEST(closed_oxygen_varies_too)
{
    static arrays a;
    enum { M = 3 };
    double T_K[M] = {1200.0, 1200.0, 1200.0}, amounts[M][2] = {{1.0, 1.0}, {3.0, 4.0}, {3.0, 3.5}};
    const kiln_batch_answer answer = {.status = a.status, .oxygen_per_cation = a.oxygen, .n_phases = a.n_phases};
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "CoO", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &air));
    kiln_batch_question q = question_of(T_K, 1);
    q.n = M;
    q.amounts = &amounts[0][0];
    REQUIRE_OK(&b, kiln_batch_solve(b.ctx, &q, &answer));
    for (int row = 0; row < M; ++row) {
        ck_assert_int_eq(a.status[row], KILN_OK);
        ck_assert_double_eq_tol(a.oxygen[row], amounts[row][1] / amounts[row][0], 1e-9);
    }
    ck_assert_int_eq(a.n_phases[2], 2);
}
END_TEST

START_TEST(structures_of_a_formula)
{
    kiln_structures s;
    int phase;
    REQUIRE_OK(&b, kiln_structures_find(b.system, NULL, &s));
    ck_assert_str_eq(kiln_system_phase_name(b.system, s.phase[0]), "rocksalt");
    ck_assert_int_gt(s.n, 1);
    ck_assert_int_eq(s.lacks_layered, 0);
    REQUIRE_OK(&b, kiln_structures_choose(b.system, NULL, &s, &phase));
    ck_assert_int_eq(phase, s.phase[0]);
    REQUIRE_OK(&b, kiln_structures_find(b.system, "Wurtzite", &s));
    ck_assert_int_eq(s.n, 1);
    ck_assert_int_eq(kiln_structures_find(b.system, "rocksald", &s), KILN_E_ARG);
    ck_assert_ptr_nonnull(strstr(kiln_context_error(b.ctx), "did you mean rocksalt?"));
    ck_assert_int_eq(kiln_structures_find(b.system, "corundum", &s), KILN_E_MISSING);
    ck_assert_int_eq(kiln_structures_find(NULL, NULL, &s), KILN_E_ARG);
    ck_assert_int_eq(kiln_structures_find(b.system, NULL, NULL), KILN_E_ARG);
}
END_TEST

START_TEST(validity_of_a_phase)
{
    double low_K, high_K;
    const int rocksalt = kiln_system_find_phase(b.system, "rocksalt");
    REQUIRE_OK(&b, kiln_system_phase_validity(b.system, rocksalt, &low_K, &high_K));
    ck_assert(low_K > 0.0 && low_K < 400.0 && high_K > 1300.0 && high_K < 3000.0);
    ck_assert_int_eq(kiln_system_phase_validity(b.system, -1, &low_K, &high_K), KILN_E_ARG);
    ck_assert_int_eq(kiln_system_phase_validity(b.system, rocksalt, NULL, &high_K), KILN_E_ARG);
    ck_assert_int_eq(kiln_system_phase_validity(NULL, rocksalt, &low_K, &high_K), KILN_E_ARG);
    ck_assert_str_eq(kiln_version(), KILN_VERSION_STRING);
}
END_TEST

START_TEST(transitions_between_rows)
{
    enum { ROWS = 3 };
    static kiln_step_row rows[ROWS];
    const double T_K[ROWS] = {1000.0, 1200.0, 1400.0};
    const int failed[ROWS] = {0, 1, 0};
    kiln_transition change[4];
    int n;
    REQUIRE_OK(&b, kiln_step_solve(b.solver, ROWS, T_K, rows, NULL, NULL));
    REQUIRE_OK(&b, kiln_step_transitions(b.solver, ROWS, rows, NULL, 0.1, 4, change, &n));
    ck_assert_int_ge(n, 1);
    ck_assert(change[n - 1].T_K > 1000.0 && change[n - 1].T_K < 1200.0);
    ck_assert_int_eq(change[n - 1].n_after, 1);
    REQUIRE_OK(&b, kiln_step_transitions(b.solver, ROWS, rows, failed, 0.1, 4, change, &n));
    ck_assert_int_eq(n, 0);
    REQUIRE_OK(&b, kiln_step_transitions(b.solver, ROWS, rows, NULL, 0.1, 0, change, &n));
    ck_assert_int_eq(n, 0);
    ck_assert_int_eq(kiln_step_transitions(b.solver, ROWS, rows, NULL, 0.0, 4, change, &n), KILN_E_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *tc = tcase_create("rows");
    tcase_add_checked_fixture(tc, open_it, close_it);
    tcase_add_test(tc, rows_are_what_they_are_alone);
    tcase_add_test(tc, temperatures_alone_leave_composition_and_gas_as_they_are);
    tcase_add_test(tc, threads_give_the_same_bits);
    tcase_add_test(tc, a_failed_row_leaves_the_others);
    tcase_add_test(tc, rows_far_outside_validity_have_no_answer);
    tcase_add_test(tc, quantities_may_be_left_out);
    tcase_add_test(tc, what_a_batch_refuses);
    tcase_add_test(tc, closed_oxygen_varies_too);
    tcase_add_test(tc, structures_of_a_formula);
    tcase_add_test(tc, validity_of_a_phase);
    tcase_add_test(tc, transitions_between_rows);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
