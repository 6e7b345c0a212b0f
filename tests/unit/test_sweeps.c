/* Answers do not depend on the order in which they are asked for: 600 to 1600 K upwards, downwards and shuffled. */
#include "compare.h"
#include "peers.h"
#include "seeded.h"

static const char kiln_yaml[] = KILN_TEST_DATABASES "/kiln.yaml";
enum { N_T = 101 };
static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

/* 0: (Mg,Co,Ni,Cu,Zn)O in air with the default database; 1: five closed metals with two gaps. */
static void open_system(int which)
{
    if (which) write_peers(&t);
    bench_open(&b, which ? t.at : NULL, which ? NULL : kiln_yaml, which ? peers_formula : "(Mg,Co,Ni,Cu,Zn)O",
               which ? "closed" : "air", KILN_METHOD_NEWTON);
}

static double temperature(int k) { return 600.0 + 1000.0 * k / (N_T - 1); }

/* The order of a sweep: 0 upwards, 1 downwards, 2 and 3 shuffled, 4 from both ends in turn. */
static void order(int kind, int *at)
{
    state = (uint64_t)(50 + kind);
    for (int k = 0; k < N_T; ++k) at[k] = kind == 1 ? N_T - 1 - k : (kind == 4 && k % 2 ? N_T - 1 - k : k);
    for (int k = N_T - 1; (kind == 2 || kind == 3) && k > 0; --k) {
        const int j = integer(0, k), kept = at[k];
        at[k] = at[j];
        at[j] = kept;
    }
}

static void sweep(int kind, kiln_equilibrium *e)
{
    kiln_solver *solver;
    int at[N_T];
    order(kind, at);
    REQUIRE_OK(&b, kiln_solver_create(b.system, NULL, &solver));
    for (int k = 0; k < N_T; ++k) {
        REQUIRE_OK(&b, kiln_equilibrium_solve(solver, temperature(at[k]), &e[at[k]]));
        for (int p = 0; p < e[at[k]].n_phases; ++p) e[at[k]].phase[p].site_fractions = NULL; /* the next solve takes them */
    }
    kiln_solver_free(solver);
}

START_TEST(a_sweep_in_any_order_gives_the_same_equilibria)
{
    static kiln_equilibrium upwards[N_T], other[N_T];
    open_system(_i / 4);
    sweep(0, upwards);
    sweep(1 + _i % 4, other);
    for (int k = 0; k < N_T; ++k) {
        const double difference = state_difference(&upwards[k], &other[k], kiln_system_n_components(b.system));
        ck_assert_msg(difference <= 1e-9, "%.0f K: %s upwards, %s otherwise: %.2e", temperature(k),
                      state_text(b.system, &upwards[k]), state_text(b.system, &other[k]), difference);
        ck_assert(upwards[k].certificate.is_certified && other[k].certificate.is_certified);
        ck_assert_double_eq_tol(upwards[k].G_J_mol, other[k].G_J_mol, 1e-6); /* the solver's tolerance */
    }
}
END_TEST

static int same_phases(const kiln_equilibrium *a, const kiln_equilibrium *c)
{
    int count[64] = {0};
    for (int k = 0; k < a->n_phases; ++k) ++count[a->phase[k].phase];
    for (int k = 0; k < c->n_phases; ++k) --count[c->phase[k].phase];
    for (int p = 0; p < kiln_system_n_phases(b.system); ++p)
        if (count[p]) return 0;
    return 1;
}

/* Where the set of phases at `from` ends between there and `to`: a new solver that walks back and forth, to 1e-7 K. */
static double end_of(const kiln_equilibrium *from, double to)
{
    kiln_solver *solver;
    kiln_equilibrium e;
    double inside = from->T_K, outside = to;
    REQUIRE_OK(&b, kiln_solver_create(b.system, NULL, &solver));
    REQUIRE_OK(&b, kiln_equilibrium_solve(solver, inside, &e));
    while (fabs(outside - inside) > 1e-7) {
        const double middle = 0.5 * (inside + outside);
        REQUIRE_OK(&b, kiln_equilibrium_solve(solver, middle, &e));
        if (same_phases(&e, from)) inside = middle;
        else outside = middle;
    }
    kiln_solver_free(solver);
    return 0.5 * (inside + outside);
}

/* Between neighbours of the sweep whose phases differ by one. */
START_TEST(phases_change_at_the_same_temperature_from_either_side)
{
    static kiln_equilibrium e[N_T];
    int changes = 0;
    open_system(_i);
    sweep(0, e);
    for (int k = 0; k + 1 < N_T; ++k) {
        if (abs(e[k].n_phases - e[k + 1].n_phases) != 1) continue;
        const double from_below = end_of(&e[k], temperature(k + 1)), from_above = end_of(&e[k + 1], temperature(k));
        ck_assert_msg(fabs(from_below - from_above) <= 1e-6, "%s | %s: %.9f K from below, %.9f K from above",
                      state_text(b.system, &e[k]), state_text(b.system, &e[k + 1]), from_below, from_above);
        ++changes;
    }
    ck_assert_int_ge(changes, 3);
}
END_TEST

static const kiln_window_end *find_end(const kiln_window *w, const kiln_window_end *like)
{
    for (int r = 0; r < w->n_ranges; ++r) {
        if (w->range[r].low.kind == like->kind && fabs(w->range[r].low.T_K - like->T_K) < 1.0) return &w->range[r].low;
        if (w->range[r].high.kind == like->kind && fabs(w->range[r].high.T_K - like->T_K) < 1.0) return &w->range[r].high;
    }
    return NULL;
}

static void has_the_same_ends(const kiln_window *w, const kiln_window *reference, double T_min_K, double T_max_K, double step_K)
{
    for (int r = 0; r < reference->n_ranges; ++r)
        for (int high = 0; high < 2; ++high) {
            const kiln_window_end *wanted = high ? &reference->range[r].high : &reference->range[r].low;
            if (wanted->kind == KILN_END_SEARCH_LIMIT || wanted->kind == KILN_END_VALIDITY || wanted->T_K < T_min_K ||
                wanted->T_K > T_max_K)
                continue;
            const kiln_window_end *found = find_end(w, wanted);
            ck_assert_msg(found != NULL, "%g to %g K by %g K: no end at %.6f K", T_min_K, T_max_K, step_K, wanted->T_K);
            ck_assert_msg(fabs(found->T_K - wanted->T_K) <= 1e-6, "%g to %g K by %g K: %.9f K, not %.9f K", T_min_K, T_max_K,
                          step_K, found->T_K, wanted->T_K);
            ck_assert_int_eq(found->n_limits, wanted->n_limits);
            for (int l = 0; l < wanted->n_limits; ++l)
                for (int c = 0; c < kiln_system_n_components(b.system); ++c)
                    ck_assert_double_eq_tol(found->limit[l].composition[c], wanted->limit[l].composition[c], 1e-9);
        }
}

/* Scans of other ranges, whose points lie elsewhere, by a solver that has worked at the other end before. */
START_TEST(windows_end_where_they_end_however_they_are_scanned)
{
    static kiln_window reference, w;
    static const struct {
        double T_min_K, T_max_K, step_K;
    } scan[] = {{600.0, 1600.0, 20.0},
                {473.15, 1973.15, 37.0},
                {611.0, 1899.0, 7.0},
                {500.0, 1303.0, 100.0},
                {1107.0, 1950.0, 20.0}};
    open_system(_i);
    const int phase = kiln_system_find_phase(b.system, "rocksalt");
    REQUIRE_OK(&b, kiln_window_solve(b.window, phase, &reference));
    ck_assert_int_ge(reference.n_ranges, 1);
    for (size_t k = 0; k < sizeof scan / sizeof *scan; ++k) {
        kiln_window_options o;
        kiln_window_solver *solver;
        kiln_single_phase at;
        ck_assert_int_eq(kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
        o.T_min_K = scan[k].T_min_K;
        o.T_max_K = scan[k].T_max_K;
        o.step_K = scan[k].step_K;
        REQUIRE_OK(&b, kiln_window_solver_create(b.system, NULL, &o, &solver));
        for (int i = 0; i < 3; ++i) REQUIRE_OK(&b, kiln_window_at(solver, phase, 1600.0 - 500.0 * i, &at));
        REQUIRE_OK(&b, kiln_window_solve(solver, phase, &w));
        has_the_same_ends(&w, &reference, o.T_min_K, o.T_max_K, o.step_K);
        kiln_window_solver_free(solver);
    }
}
END_TEST

/* Just outside the window the equilibrium holds the phase that limits it, just inside it does not: as near as the solver's tolerance of 1e-6 J/mol allows, ten times over. */
START_TEST(equilibria_change_where_windows_end)
{
    static kiln_window w;
    open_system(_i);
    const int phase = kiln_system_find_phase(b.system, "rocksalt");
    REQUIRE_OK(&b, kiln_window_solve(b.window, phase, &w));
    for (int r = 0; r < w.n_ranges; ++r)
        for (int high = 0; high < 2; ++high) {
            const kiln_window_end *end = high ? &w.range[r].high : &w.range[r].low;
            const double off = 1e-5 / fabs(end->slope_J_molK);
            kiln_equilibrium inside, outside;
            if (end->kind == KILN_END_SEARCH_LIMIT || end->kind == KILN_END_VALIDITY) continue;
            REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, high ? end->T_K - off : end->T_K + off, &inside));
            ck_assert_int_eq(inside.n_phases, 1);
            REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, high ? end->T_K + off : end->T_K - off, &outside));
            ck_assert_msg(outside.n_phases > 1, "%.9f K, %.1e K outside the window (%g J/mol/K): only %s", outside.T_K, off,
                          end->slope_J_molK, state_text(b.system, &outside));
        }
}
END_TEST

/* Bit for bit: everything a row says. */
static int same_row(const kiln_step_row *one, const kiln_step_row *other)
{
    const kiln_equilibrium *x = &one->equilibrium, *y = &other->equilibrium;
    int same = x->n_phases == y->n_phases && x->certificate.nodes == y->certificate.nodes && x->rounds == y->rounds;
    for (int k = 0; same && k < x->n_phases; ++k) {
        const kiln_equilibrium_phase *p = &x->phase[k], *q = &y->phase[k];
        same = p->phase == q->phase && memcmp(&p->amount_mol, &q->amount_mol, sizeof p->amount_mol) == 0 &&
               memcmp(&p->mass_fraction, &q->mass_fraction, sizeof p->mass_fraction) == 0 &&
               memcmp(p->composition, q->composition, sizeof p->composition) == 0;
    }
    return same && memcmp(x->mu_J_mol, y->mu_J_mol, sizeof x->mu_J_mol) == 0 &&
           memcmp(&x->G_J_mol, &y->G_J_mol, sizeof x->G_J_mol) == 0 &&
           memcmp(&x->certificate.gap_J_mol, &y->certificate.gap_J_mol, sizeof x->certificate.gap_J_mol) == 0 &&
           memcmp(one->valence, other->valence, sizeof one->valence) == 0 &&
           memcmp(&one->mass_change_percent, &other->mass_change_percent, sizeof one->mass_change_percent) == 0;
}

/* One thread or many, and one solver in this thread: the same bits. */
START_TEST(a_sweep_has_the_same_bits_on_any_number_of_threads)
{
    static kiln_step_row serial[N_T], rows[N_T];
    static const int threads[] = {1, 2, 3, 7, 64};
    double T_K[N_T];
    kiln_composition x;
    kiln_atmosphere a;
    open_system(_i);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, _i ? peers_formula : "(Mg,Co,Ni,Cu,Zn)O", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, _i ? "closed" : "air", &a));
    const kiln_step_question question = {.db = b.db, .composition = &x, .atmosphere = &a};
    for (int k = 0; k < N_T; ++k) T_K[k] = temperature(k);
    REQUIRE_OK(&b, kiln_step_solve(b.solver, N_T, T_K, serial, NULL, NULL));
    for (size_t i = 0; i < sizeof threads / sizeof *threads; ++i) {
        memset(rows, 0, sizeof rows);
        REQUIRE_OK(&b, kiln_step_parallel(b.ctx, &question, threads[i], N_T, T_K, rows));
        for (int k = 0; k < N_T; ++k)
            ck_assert_msg(same_row(&serial[k], &rows[k]), "%.0f K differs on %d threads", T_K[k], threads[i]);
    }
}
END_TEST

START_TEST(what_a_parallel_sweep_refuses)
{
    kiln_step_row row;
    const double T_K[] = {1000.0, -1.0};
    static kiln_step_row rows[2];
    kiln_composition x;
    kiln_atmosphere a;
    open_system(1);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, peers_formula, &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &a));
    const kiln_step_question question = {.db = b.db, .composition = &x, .atmosphere = &a};
    ck_assert_int_eq(kiln_step_parallel(NULL, &question, 1, 1, T_K, &row), KILN_E_ARG);
    ck_assert_int_eq(kiln_step_parallel(b.ctx, NULL, 1, 1, T_K, &row), KILN_E_ARG);
    ck_assert_int_eq(kiln_step_parallel(b.ctx, &question, 0, 1, T_K, &row), KILN_E_ARG);
    ck_assert_int_eq(kiln_step_parallel(b.ctx, &question, 1, 0, T_K, &row), KILN_E_ARG);
    ck_assert_int_eq(kiln_step_parallel(b.ctx, &question, 2, 2, T_K, rows), KILN_E_ARG);
    ck_assert_msg(strstr(kiln_context_error(b.ctx), "T = -1 K") != NULL, "%s", kiln_context_error(b.ctx));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sweeps");
    TCase *tc = tcase_create("order");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, a_sweep_in_any_order_gives_the_same_equilibria, 0, 8);
    tcase_add_loop_test(tc, phases_change_at_the_same_temperature_from_either_side, 0, 2);
    tcase_add_loop_test(tc, windows_end_where_they_end_however_they_are_scanned, 0, 2);
    tcase_add_loop_test(tc, equilibria_change_where_windows_end, 0, 2);
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, a_sweep_has_the_same_bits_on_any_number_of_threads, 0, 2);
    tcase_add_test(tc, what_a_parallel_sweep_refuses);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
