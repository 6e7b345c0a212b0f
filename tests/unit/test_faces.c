/* Compositions that lack a cation, or hold 1e-12 of it: the answers are those of the smaller system. */
#include "compare.h"
#include "peers.h"

static const char kiln_yaml[] = KILN_TEST_DATABASES "/kiln.yaml";
static const char *const cations[] = {"Mg", "Co", "Ni", "Cu", "Zn"};
static bench full, reduced;
static yaml_text t;

static void close_both(void)
{
    bench_close(&full);
    bench_close(&reduced);
}

/* Run 0: the default database in air; run 1: five closed metals with two gaps. */
static void open_system(bench *b, int which, const char *formula)
{
    if (which == 1) write_peers(&t);
    bench_open(b, which ? t.at : NULL, which ? NULL : kiln_yaml, formula, which ? "closed" : "air", KILN_METHOD_NEWTON);
}

/* Of the cations in `kept` (a bit each) one mole each, of the others `trace`, in the full system; the reduced one has never heard of them. */
static void open_both(int which, int kept, double trace)
{
    kiln_composition x;
    char formula[64] = "";
    for (int c = 0; c < 5; ++c)
        if (kept >> c & 1) strcat(formula, cations[c]);
    if (!which) strcat(formula, "O");
    open_system(&reduced, which, formula);
    open_system(&full, which, which ? peers_formula : "MgCoNiCuZnO");
    REQUIRE_OK(&full, kiln_composition_parse(full.ctx, which ? peers_formula : "MgCoNiCuZnO", &x));
    for (int c = 0; c < 5; ++c) x.component[c].amount = kept >> c & 1 ? 1.0 : trace;
    bench_set(&full, &x, which ? "closed" : "air", KILN_METHOD_NEWTON);
}

/* The state without the cations that the reduced system does not know, and without phases that exist only for their sake. */
static void reduce_state(kiln_equilibrium *e, int kept, double trace)
{
    int n = 0;
    for (int k = 0; k < e->n_phases; ++k) {
        const kiln_equilibrium_phase from = e->phase[k];
        if (from.amount_mol * from.component_mol < 20.0 * trace) continue;
        e->phase[n] = from;
        e->phase[n].phase = kiln_system_find_phase(reduced.system, kiln_system_phase_name(full.system, from.phase));
        for (int c = 0, i = 0; trace > 0.0 && c < 5; ++c)
            if (kept >> c & 1) e->phase[n].composition[i++] = from.composition[c];
        ++n;
    }
    e->n_phases = n;
}

/* A trace t of a cation moves the energy by t (mu - G), mu at t, less t RT or so, and compositions by some t. The solver's own tolerance is 1e-6 J/mol. */
static void compare_at(double T_K, int kept, double trace)
{
    kiln_equilibrium whole, limit;
    REQUIRE_OK(&reduced, kiln_equilibrium_solve(reduced.solver, T_K, &limit));
    REQUIRE_OK(&full, kiln_equilibrium_solve(full.solver, T_K, &whole));
    ck_assert_msg(whole.certificate.is_certified, "%g K, cations %d, trace %g: %s", T_K, kept, trace, whole.certificate.reason);
    state_is_consistent(full.system, &whole);
    double expected = limit.G_J_mol;
    for (int c = 0; trace > 0.0 && c < 5; ++c)
        if (!(kept >> c & 1)) expected += trace / __builtin_popcount((unsigned)kept) * (whole.mu_J_mol[c] - limit.G_J_mol);
    ck_assert_msg(fabs(whole.G_J_mol - expected) <= 1e-6 + 1e5 * trace, "%g K, cations %d, trace %g: %.9f, not %.9f J/mol", T_K,
                  kept, trace, whole.G_J_mol, expected);
    reduce_state(&whole, kept, trace);
    const double difference = state_difference(&whole, &limit, kiln_system_n_components(reduced.system));
    ck_assert_msg(difference <= 1e-9 + 1e4 * trace, "%g K, cations %d, trace %g: %s, not %s: %.2e", T_K, kept, trace,
                  state_text(reduced.system, &whole), state_text(reduced.system, &limit), difference);
}

static const double traces[] = {0.0, 1e-12, 1e-9};

/* Every face, edge and corner of the five: all 30 proper subsets of the cations in both systems, at five temperatures. */
START_TEST(a_face_has_the_answer_of_its_own_system)
{
    const int which = _i % 2, kept = 1 + _i / 2 % 30;
    const double trace = traces[_i / 60];
    open_both(which, kept, trace);
    ck_assert_int_eq(kiln_system_n_components(full.system), trace > 0.0 ? 5 : kiln_system_n_components(reduced.system));
    for (double T_K = 650.0; T_K < 1600.0; T_K += 225.0) compare_at(T_K, kept, trace);
}
END_TEST

static void compare_ends(const kiln_window_end *a, const kiln_window_end *b, int kept, double trace)
{
    ck_assert_msg(a->kind == b->kind, "cations %d, trace %g: %s, not %s", kept, trace, kiln_end_kind_text(a->kind),
                  kiln_end_kind_text(b->kind));
    ck_assert_msg(fabs(a->T_K - b->T_K) <= 1e-6 + 1e4 * trace, "cations %d, trace %g: ends at %.9f K, not %.9f K", kept, trace, a->T_K, b->T_K);
}

/* A trace ends no window of rock salt; it moves one by its share of the components times some R T^2 over an enthalpy. */
START_TEST(a_face_has_the_window_of_its_own_system)
{
    static kiln_window whole, limit;
    const int which = _i % 2, kept = 1 + _i / 2 % 30;
    const double trace = traces[_i / 60];
    open_both(which, kept, trace);
    const int phase = kiln_system_find_phase(full.system, "rocksalt"), same = kiln_system_find_phase(reduced.system, "rocksalt");
    REQUIRE_OK(&reduced, kiln_window_solve(reduced.window, same, &limit));
    REQUIRE_OK(&full, kiln_window_solve(full.window, phase, &whole));
    ck_assert_msg(whole.n_ranges == limit.n_ranges, "cations %d, trace %g: %d windows, not %d", kept, trace, whole.n_ranges,
                  limit.n_ranges);
    for (int r = 0; r < whole.n_ranges; ++r) {
        compare_ends(&whole.range[r].low, &limit.range[r].low, kept, trace);
        compare_ends(&whole.range[r].high, &limit.range[r].high, kept, trace);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faces");
    TCase *tc = tcase_create("cations at nothing and next to it");
    tcase_add_checked_fixture(tc, NULL, close_both);
    tcase_add_loop_test(tc, a_face_has_the_answer_of_its_own_system, 0, 180);
    tcase_add_loop_test(tc, a_face_has_the_window_of_its_own_system, 0, 180);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
