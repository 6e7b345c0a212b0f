/* What the proofs at two temperatures say of those between them, against every phase searched there. */
#include "data/point.h"
#include "seeded.h"
#include "synthetic.h"

#include "predict/window_solver.h"

#include <math.h>

static bench b;
static yaml_text t;

static void close_it(void) { bench_close(&b); }

enum { N_FUNCTIONS = 6 };
static const char *const metals[] = {"Mg", "Ni", "Co"};

/* Three pieces that meet with jumps and kinks; some with magnetic ordering. */
static void put_function(int k)
{
    const double at[] = {200.0, round(uniform(600.0, 1000.0)), round(uniform(1100.0, 1700.0)), 3000.0};
    double value = 0.0;
    put(&t, "  F%d:\n    pieces:\n", k);
    for (int i = 0; i < 3; ++i) {
        const double slope = uniform(-0.2, 0.2), curve = uniform(-5e-3, 5e-3);
        const double constant = value - slope * at[i] - curve * at[i] * at[i];
        put(&t, "      - {range: %.0f K .. %.0f K, G: \"%.9f %+.9f*T %+.12f*T^2\"}\n", at[i], at[i + 1], constant, slope, curve);
        value = constant + slope * at[i + 1] + curve * at[i + 1] * at[i + 1] + uniform(-4.0, 4.0);
    }
    if (uniform(0.0, 1.0) < 0.3)
        put(&t, "    magnetic: {Tc: %.1f K, beta: %.2f, p: %.2f}\n", uniform(500.0, 1500.0), uniform(0.3, 4.0),
            uniform(0.2, 0.9));
}

static void put_energy(double low, double high)
{
    put(&t, "%.3f %+.5f*T %+.5f*T*ln(T) %+.7f*T^2 %+.2f*F%d\"}\n", uniform(low, high), uniform(-8.0, 8.0), uniform(-6.0, 6.0),
        uniform(-8e-3, 8e-3), uniform(0.2, 2.0), integer(0, N_FUNCTIONS - 1));
}

static void put_constituents(int n, int has_vacancies)
{
    for (int i = 0; i < n; ++i) put(&t, "%s%s", i ? ", " : "", metals[i]);
    put(&t, "%s]}", has_vacancies ? ", Va" : "");
}

static void put_pairs(int n, const char *on)
{
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j)
            put(&t, "      - {pair: [%s, %s], on: %s, per: formula, W: \"%.2f %+.4f*T\"}\n", metals[i], metals[j], on,
                uniform(-12e3, 18e3), uniform(-5.0, 5.0));
}

static void put_one_sublattice(const char *name, int n, double low, double high)
{
    put(&t, "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [", name);
    put_constituents(n, 0);
    put(&t, "]\n    end_members:\n");
    for (int i = 0; i < n; ++i) {
        put(&t, "      - {at: [%s], G: \"", metals[i]);
        put_energy(low, high);
    }
    put(&t, "    interactions:\n");
    put_pairs(n, "M");
    if (uniform(0.0, 1.0) < 0.3)
        put(&t, "      - {pair: [%s, %s], on: M, order: 1, per: formula, W: \"%.2f %+.4f*T %+.6f*T^2\"}\n", metals[0], metals[1],
            uniform(-4e3, 4e3), uniform(-2.0, 2.0), uniform(-1e-3, 1e-3));
    if (uniform(0.0, 1.0) > 0.3) return;
    put(&t, "    magnetic:\n      p: %.2f\n      Tc: [", uniform(0.2, 0.9));
    for (int i = 0; i < n; ++i) put(&t, "%s{at: [%s], value: %.1f}", i ? ", " : "", metals[i], uniform(-300.0, 1500.0));
    put(&t, "]\n      beta: [");
    for (int i = 0; i < n; ++i) put(&t, "%s{at: [%s], value: %.2f}", i ? ", " : "", metals[i], uniform(0.0, 3.0));
    put(&t, "]\n");
}

static void put_two_sublattices(const char *name, int n, double low, double high)
{
    const int vacancies = uniform(0.0, 1.0) < 0.5;
    put(&t, "  %s:\n    formula: M3X\n    sublattices: [{name: M, sites: 3, constituents: [", name);
    put_constituents(n, 0);
    put(&t, ", {name: X, sites: 1, constituents: [");
    put_constituents(n, vacancies);
    put(&t, "]\n    end_members:\n");
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n + vacancies; ++j) {
            put(&t, "      - {at: [%s, %s], G: \"", metals[i], j < n ? metals[j] : "Va");
            put_energy(low, high);
        }
    put(&t, "    interactions:\n");
    put_pairs(n, "M");
    put_pairs(n, "X");
    if (!vacancies) return;
    put(&t, "    ideal: [");
    for (int i = 0; i < n; ++i) put(&t, "%s[%s, Va]", i ? ", " : "", metals[i]);
    put(&t, "]\n");
}

static void random_model(void)
{
    const int n = integer(2, 3), is_simple = uniform(0.0, 1.0) < 0.7;
    t.used = 0;
    put(&t, "kiln: 1\nname: between\nfunctions:\n");
    for (int k = 0; k < N_FUNCTIONS; ++k) put_function(k);
    put(&t, "phases:\n");
    if (is_simple) put_one_sublattice("alpha", n, 0.0, 1500.0);
    else put_two_sublattices("alpha", n, 0.0, 4000.0);
    put_one_sublattice("beta", n, 1000.0, 9000.0);
    put_two_sublattices("gamma", n, is_simple ? 8000.0 : 4000.0, 30000.0);
    bench_open(&b, t.at, NULL, n == 2 ? "Mg0.6Ni0.4" : "Mg0.5Ni0.3Co0.2", "closed", KILN_METHOD_NEWTON);
    kiln_window_solver *w = b.window;
    REQUIRE_OK(&b, kiln_i_target_set(&w->target, kiln_system_find_phase(b.system, "alpha")));
}

static void put_oxide(const char *name, const char *constituents, double low, double high, double oxidation)
{
    static const char *const species[] = {"Mg+2", "Ni+2", "Ni+3"};
    const int n = oxidation != 0.0 ? 3 : 2;
    put(&t, "  %s:\n    formula: MO\n    sublattices:\n      - {name: M, sites: 1, constituents: [%s]}\n", name, constituents);
    put(&t, "      - {name: O, sites: 1, constituents: [O-2]}\n    end_members:\n");
    if (n == 3) put(&t, "      - {at: [Va, O-2], G: 0}\n");
    for (int i = 0; i < n; ++i) {
        put(&t, "      - {at: [%s, O-2], G: \"%.1f + ", species[i], i == 2 ? oxidation : 0.0);
        put_energy(low, high);
    }
    put(&t, "    interactions:\n");
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j)
            put(&t, "      - {pair: [%s, %s], on: M, per: formula, W: \"%.2f %+.4f*T\"}\n", species[i], species[j],
                uniform(-8e3, 12e3), uniform(-3.0, 3.0));
    if (n == 3) put(&t, "    ideal: [[Mg+2, Va], [Ni+2, Va], [Ni+3, Va]]\n");
}

/* A cation that is oxidised, beside vacancies, so that constitution and amount of the phase change with temperature. */
static void random_oxide(void)
{
    t.used = 0;
    put(&t, "kiln: 1\nname: between\nfunctions:\n  G_O2: {G: \"-230*T %+.3f*T*ln(T)\"}\n", uniform(-4.0, 4.0));
    for (int k = 0; k < N_FUNCTIONS; ++k) put_function(k);
    put(&t, "gases: {O2: G_O2}\nphases:\n");
    put_oxide("alpha", "Mg+2, Ni+2, Ni+3, Va", 0.0, 1500.0, uniform(-50e3, -10e3));
    put_oxide("beta", "Mg+2, Ni+2", 1000.0, 9000.0, 0.0);
    bench_open(&b, t.at, NULL, "(Mg0.6Ni0.4)O", "air", KILN_METHOD_NEWTON);
    kiln_window_solver *w = b.window;
    REQUIRE_OK(&b, kiln_i_target_set(&w->target, kiln_system_find_phase(b.system, "alpha")));
}

/* Where pieces of a function meet between two temperatures; 0 for nowhere. */
static double break_between(kiln_window_solver *w, double low, double high)
{
    return kiln_i_functions_bend(w->system->db->functions, w->system->n_used, w->system->used, low, high, w->bend);
}

/* A pair of temperatures, often with a break of some function between them or at an end; both proved. */
static int proved_pair(kiln_window_solver *w, kiln_i_node *from, kiln_i_node *to)
{
    double low = uniform(500.0, 1900.0), high = low + exp(uniform(log(0.5), log(150.0)));
    const double inside = break_between(w, low, high), where = uniform(0.0, 1.0);
    if (inside > 0.0 && where < 0.4) high = inside;
    else if (inside > 0.0 && where < 0.5) low = inside;
    kiln_i_forget(w->solver);
    w->boxes_left = 20000;
    return kiln_i_window_look(w, low, KILN_I_QUICK, from) == KILN_OK && from->verdict == KILN_I_PROVED &&
           kiln_i_window_look(w, high, KILN_I_QUICK, to) == KILN_OK && to->verdict == KILN_I_PROVED;
}

/* What is left of a potential by the functions that the plane follows. */
static double left_of(const kiln_window_solver *w, const kiln_i_node *from, int c, double mu)
{
    for (int k = 0; k < w->n_followed; ++k)
        mu -= from->follow[c + w->system->n_closed * k] * w->system->function[w->followed[k]].g;
    return mu;
}

/* The plane of between.c at T, where the system is left. */
static void plane_at(kiln_window_solver *w, const kiln_i_node *from, const kiln_i_node *to, const kiln_i_between *bound,
                     double T_K, double *mu)
{
    const double width = to->T_K - from->T_K, s = (T_K - from->T_K) / width, u = T_K - 0.5 * (from->T_K + to->T_K);
    for (int c = 0; c < w->system->n_closed; ++c)
        mu[c] = (T_K - from->T_K) * (T_K - to->T_K) * (bound->m[c] / 2.0 + bound->m_u[c] * u / 6.0);
    kiln_i_system_set_temperature(w->system, from->T_K);
    for (int c = 0; c < w->system->n_closed; ++c) mu[c] += (1.0 - s) * left_of(w, from, c, from->mu[c]);
    kiln_i_system_set_temperature(w->system, to->T_K);
    for (int c = 0; c < w->system->n_closed; ++c) mu[c] += s * left_of(w, from, c, to->mu[c]);
    kiln_i_system_set_temperature(w->system, T_K);
    for (int c = 0; c < w->system->n_closed; ++c) mu[c] -= left_of(w, from, c, 0.0);
}

/* The target exceeds the plane by no more than is said, and no phase comes below the lowered plane. */
static void check_temperature(kiln_window_solver *w, const double *mu, double lowered_by, const kiln_i_between *bound)
{
    kiln_solver *s = w->solver;
    double lowered[KILN_MAX_COMPONENTS], plane = 0.0, total = 0.0;
    for (int c = 0; c < w->system->n_closed; ++c) {
        plane += mu[c] * w->system->total[c];
        total += w->system->total[c];
        lowered[c] = mu[c] - lowered_by - bound->lowering;
    }
    const double excess = (w->target.amount * w->target.w - plane) / total;
    ck_assert_msg(excess <= bound->excess + 1e-6, "%.2f K: %.6f J/mol above the plane, %.6f said\n%s", w->system->T_K, excess,
                  bound->excess, t.at);
    for (int phase = 0; phase < w->system->n_phases; ++phase) {
        const int count = kiln_i_price(s, phase, lowered, KILN_I_THOROUGH);
        for (int k = 0; k < count; ++k)
            ck_assert_msg(s->minimum[k] >= -1e-6, "%.2f K: phase %d %.6f J/mol below the plane lowered by %.6f\n%s",
                          w->system->T_K, phase, -s->minimum[k], bound->lowering, t.at);
    }
}

static void check_at(kiln_window_solver *w, const kiln_i_node *from, const kiln_i_node *to, const kiln_i_between *bound,
                     double lowered_by, double T_K)
{
    double mu[KILN_MAX_COMPONENTS];
    plane_at(w, from, to, bound, T_K, mu);
    if (kiln_i_target_solve(&w->target, T_K, 0) == KILN_OK) check_temperature(w, mu, lowered_by, bound);
}

/* Just below 1000 K the other phase lies 1 J/mol lower than the piece that begins there says: so much the plane has to be lowered. */
START_TEST(a_jump_at_an_end_counts_in_full)
{
    double mu[KILN_MAX_COMPONENTS];
    t.used = 0;
    put(&t, "kiln: 1\nname: jump\nfunctions:\n  F:\n    pieces:\n      - {range: 200 K .. 1000 K, G: 99 - 0.1*T}\n"
            "      - {range: 1000 K .. 3000 K, G: 0}\nphases:\n");
    for (int k = 0; k < 2; ++k)
        put(&t,
            "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n    ideal: [[Mg, Ni]]\n"
            "    end_members: [{at: [Mg], G: %s}, {at: [Ni], G: %s}]\n",
            k ? "beta" : "alpha", k ? "F" : "0", k ? "F" : "0");
    bench_open(&b, t.at, NULL, "Mg0.6Ni0.4", "closed", KILN_METHOD_NEWTON);
    kiln_window_solver *w = b.window;
    kiln_i_node *from = &w->nodes[0], *to = &w->nodes[1];
    REQUIRE_OK(&b, kiln_i_target_set(&w->target, 0));
    w->boxes_left = 100;
    REQUIRE_OK(&b, kiln_i_window_look(w, 990.0, KILN_I_QUICK, from));
    REQUIRE_OK(&b, kiln_i_window_look(w, 1000.0, KILN_I_QUICK, to));
    ck_assert(from->verdict == KILN_I_PROVED && to->verdict == KILN_I_PROVED);
    const kiln_i_between bound = kiln_i_gap_between(w, from, to, INFINITY);
    const double last = nextafter(1000.0, 0.0);
    plane_at(w, from, to, &bound, last, mu);
    REQUIRE_OK(&b, kiln_i_target_solve(&w->target, last, 0));
    check_temperature(w, mu, fmax(from->lowered_by, to->lowered_by), &bound);
    ck_assert_double_ge(bound.lowering, 1.0 - 0.011); /* the nodes' own gap helps */
}
END_TEST

/* The first ten of alloys, then of oxides. */
START_TEST(nothing_lies_beyond_the_bounds_between_two_proofs)
{
    enum { MODELS = 300, PAIRS = 8, POINTS = 8 };
    int proved = 0, useful = 0, broken = 0;
    state = (uint64_t)(7000 + _i);
    for (int model = 0; model < MODELS; ++model) {
        if (_i < 10) random_model();
        else random_oxide();
        kiln_window_solver *w = b.window;
        kiln_i_node *from = &w->nodes[0], *to = &w->nodes[1];
        for (int pair = 0; pair < PAIRS; ++pair) {
            if (!proved_pair(w, from, to)) continue;
            const kiln_i_between bound = kiln_i_gap_between(w, from, to, INFINITY);
            const double width = to->T_K - from->T_K, lowered_by = fmax(from->lowered_by, to->lowered_by);
            ++proved;
            if (!isfinite(bound.gap)) continue;
            useful += bound.gap < 100.0;
            for (int k = 1; k <= POINTS; ++k)
                check_at(w, from, to, &bound, lowered_by, k < POINTS ? from->T_K + width * k / POINTS : nextafter(to->T_K, 0.0));
            const double inside = break_between(w, from->T_K, to->T_K);
            if (!(inside > 0.0)) continue;
            ++broken;
            check_at(w, from, to, &bound, lowered_by, inside);
            check_at(w, from, to, &bound, lowered_by, nextafter(inside, 0.0));
        }
        bench_close(&b);
    }
    ck_assert_int_ge(proved, MODELS / 2);
    ck_assert_int_ge(40 * broken, proved);
    ck_assert_int_ge(3 * useful, proved);
}
END_TEST

/* Whole powers up to 12 stand in a table, all others do not: the third derivative of T^16, of magnetic ordering, has T^13. */
START_TEST(powers_beside_the_table_are_computed)
{
    static const double power[] = {-100.0, -13.0, -12.5, -12.0, -1.0, 0.0, 0.5, 12.0, 12.5, 13.0, 14.0, 100.0};
    kiln_i_point point;
    kiln_i_point_set(&point, 1.25);
    for (size_t k = 0; k < sizeof power / sizeof *power; ++k)
        ck_assert_double_eq_tol(kiln_i_power(&point, power[k]) / pow(1.25, power[k]), 1.0, 1e-13);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("between");
    TCase *tc = tcase_create("between two proofs");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, a_jump_at_an_end_counts_in_full);
    tcase_add_loop_test(tc, nothing_lies_beyond_the_bounds_between_two_proofs, 0, 15);
    tcase_add_test(tc, powers_beside_the_table_are_computed);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
