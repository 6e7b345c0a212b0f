/* T-x diagrams against closed forms and independent roots. */
#include "counting.h"
#include "seeded.h"
#include "synthetic.h"

#include <math.h>

static const double R = 8.31446261815324; /* exact, SI 2019 */
static bench b;
static yaml_text t;
static kiln_gap_solver *join;
static kiln_tx *tx;

static void close_it(void)
{
    kiln_tx_free(tx);
    kiln_gap_solver_free(join);
    tx = NULL;
    join = NULL;
    bench_close(&b);
}

static void open_join(const char *A, const char *B)
{
    kiln_composition x[2];
    kiln_atmosphere a;
    close_it();
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    REQUIRE_OK(&b, kiln_database_parse(b.ctx, t.at, strlen(t.at), "synthetic", NULL, &b.db));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, A, &x[0]));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, B, &x[1]));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &a));
    REQUIRE_OK(&b, kiln_gap_solver_create(b.ctx, b.db, &x[0], &x[1], &a, NULL, NULL, &join));
}

static void solve(double low_K, double high_K)
{
    open_join("Mg", "Ni");
    REQUIRE_OK(&b, kiln_tx_create(join, low_K, high_K, NULL, &tx));
}

static int phase(const char *name)
{
    const int index = kiln_system_find_phase(kiln_gap_system(join), name);
    ck_assert_int_ge(index, 0);
    return index;
}

/* A solution of Mg and Ni with these energies of its ends, and W per formula. */
static void put_solution(const char *name, const char *role, const char *G_Mg, const char *G_Ni, double W)
{
    put(&t,
        "  %s:\n    role: %s\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: %s}, {at: [Ni], G: %s}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %.10g}]\n",
        name, role, G_Mg, G_Ni, W);
}

static void begin_database(void)
{
    t.used = 0;
    put(&t, "kiln: 1\nname: synthetic\nphases:\n");
}

static void put_pure(const char *name, const char *metal, const char *G)
{
    put(&t,
        "  %s:\n    formula: %s\n    sublattices: [{name: M, sites: 1, constituents: [%s]}]\n    end_members: [{at: [%s], G: %s}]\n",
        name, metal, metal, metal, G);
}

/* MgNi, per two atoms. */
static void put_compound(const char *name, const char *G)
{
    put(&t,
        "  %s:\n    formula: MgNi\n    sublattices: [{name: A, sites: 1, constituents: [Mg]}, {name: B, sites: 1, constituents: [Ni]}]\n"
        "    end_members: [{at: [Mg, Ni], G: %s}]\n",
        name, G);
}

static double root(double (*f)(double), double low, double high)
{
    const int sign = f(low) < 0.0;
    ck_assert_int_ne(sign, f(high) < 0.0);
    for (int i = 0; i < 200; ++i) {
        const double middle = 0.5 * (low + high);
        if ((f(middle) < 0.0) == sign) low = middle;
        else high = middle;
    }
    return 0.5 * (low + high);
}

static const kiln_tx_invariant *expect(kiln_tx_kind kind, double T_K, double tolerance_K)
{
    for (int i = 0; i < tx->n_invariants; ++i) {
        const kiln_tx_invariant *v = &tx->invariant[i];
        if (v->kind != kind || fabs(v->T_K - T_K) > tolerance_K) continue;
        ck_assert(v->is_certified);
        ck_assert(v->low_K < v->T_K && v->T_K < v->high_K && v->high_K - v->low_K < 1.001e-3);
        return v;
    }
    ck_abort_msg("no %s at %.9g K; the first is %s at %.9g K", kiln_tx_kind_name(kind), T_K,
                 tx->n_invariants ? kiln_tx_kind_name(tx->invariant[0].kind) : "none",
                 tx->n_invariants ? tx->invariant[0].T_K : 0.0);
    return NULL;
}

static void expect_phase(const kiln_tx_invariant *v, int k, const char *name, double x_A)
{
    ck_assert_int_lt(k, v->n_phases);
    ck_assert_str_eq(kiln_system_phase_name(kiln_gap_system(join), v->phase[k].phase), name);
    ck_assert_double_eq_tol(v->phase[k].x_A, x_A, 1e-9);
    ck_assert_double_eq_tol(v->phase[k].x_B, 1.0 - x_A, 1e-9);
}

/* Points by rising temperature, each certified; ends at invariants there. */
static void check_curves(void)
{
    for (int i = 0; i < tx->n_curves; ++i) {
        const kiln_tx_curve *c = &tx->curve[i];
        ck_assert_int_ge(c->n, 2);
        for (int k = 0; k < c->n; ++k) ck_assert(c->point[k].is_certified && (k == 0 || c->point[k].T_K > c->point[k - 1].T_K));
        ck_assert_double_eq(c->point[0].T_K, c->begins < 0 ? tx->T_low_K : tx->invariant[c->begins].T_K);
        ck_assert_double_eq(c->point[c->n - 1].T_K, c->ends < 0 ? tx->T_high_K : tx->invariant[c->ends].T_K);
    }
}

/* Labels lie inside: the equilibrium there has the area's phases. */
static void check_labels(void)
{
    static kiln_gap gap;
    for (int i = 0; i < tx->n_areas; ++i) {
        const kiln_tx_area *a = &tx->area[i];
        int found = 0;
        ck_assert(a->T_K >= a->T_low_K && a->T_K <= a->T_high_K);
        if (a->width < 1e-6 || a->T_K <= a->T_low_K || a->T_K >= a->T_high_K) continue;
        REQUIRE_OK(&b, kiln_gap_solve(join, a->T_K, &gap));
        for (int k = 0; k < gap.n_fields; ++k)
            found |= gap.field[k].low < a->x_A && a->x_A < gap.field[k].high && gap.field[k].n_phases == a->phases.n_phases &&
                     gap.field[k].phase[0] == a->phases.phase[0];
        ck_assert(found);
    }
}

static double interpolate(const kiln_tx_curve *c, double T_K)
{
    int k = 0;
    while (k + 2 < c->n && c->point[k + 1].T_K < T_K) ++k;
    const kiln_tx_point *p = &c->point[k], *q = p + 1;
    return p->x_A + (q->x_A - p->x_A) * (T_K - p->T_K) / (q->T_K - p->T_K);
}

/* ---- One regular solution ---- */

/* Smaller root of R T ln(x / (1 - x)) + W (1 - 2 x) = 0 below x = 1/2. */
static double binodal(double W, double T_K)
{
    double low = 1e-300, high = 0.5 * (1.0 - sqrt(1.0 - 2.0 * R * T_K / W)); /* the spinodal lies inside */
    for (int i = 0; i < 2000 && high - low > 1e-17 * high; ++i) {
        const double x = 0.5 * (low + high);
        if (R * T_K * log(x / (1.0 - x)) + W * (1.0 - 2.0 * x) < 0.0) low = x;
        else high = x;
    }
    return 0.5 * (low + high);
}

/* Points to 1e-9 of the composition, but for the last kelvin, where it answers the solver's tolerance without bound; between them a straight line to 1e-3. */
START_TEST(a_regular_solution_has_its_gap_and_its_critical_point)
{
    const double W = 20000.0, top_K = W / (2.0 * R);
    regular_solution(&t, W);
    solve(400.0, 1500.0);
    ck_assert_int_eq(tx->n_invariants, 1);
    ck_assert_int_eq(tx->n_unresolved, 0);
    const kiln_tx_invariant *v = expect(KILN_TX_CRITICAL, top_K, 1e-3);
    ck_assert_double_eq_tol(v->phase[0].x_A, 0.5, 1e-6);
    ck_assert_int_eq(tx->n_curves, 2);
    check_curves();
    for (int k = 0; k < tx->curve[0].n; ++k) {
        const kiln_tx_point *p = &tx->curve[0].point[k], *q = &tx->curve[1].point[k];
        if (p->T_K > top_K - 1.0) continue;
        const double x = binodal(W, p->T_K);
        ck_assert_double_eq_tol(p->x_A, x, 1e-9 * x);
        ck_assert_double_eq_tol(q->x_B, x, 1e-9 * x);
    }
    for (double T_K = 401.0; T_K < top_K; T_K += 0.37)
        ck_assert_double_eq_tol(interpolate(&tx->curve[0], T_K), binodal(W, T_K), 1.2e-3);
    ck_assert_int_eq(tx->n_areas, 2); /* the solution goes around its gap */
    check_labels();
}
END_TEST

START_TEST(its_spinodal_ends_at_the_critical_point)
{
    const double W = 20000.0, top_K = W / (2.0 * R);
    regular_solution(&t, W);
    solve(400.0, 1500.0);
    ck_assert_int_eq(tx->n_spinodals, 2);
    for (int i = 0; i < 2; ++i) {
        const kiln_tx_spinodal *s = &tx->spinodal[i];
        ck_assert(!s->begins && s->ends);
        ck_assert_double_eq_tol(s->point[s->n - 1].T_K, top_K, 1e-3);
        for (int k = 0; k + 1 < s->n; ++k) {
            const double x = 0.5 * (1.0 - sqrt(1.0 - 2.0 * R * s->point[k].T_K / W));
            ck_assert_double_eq_tol(i ? s->point[k].x_B : s->point[k].x_A, x, 1e-7);
        }
    }
}
END_TEST

/* W - 2 R T = 100 - (T - 1000)^2 / 1000 J/mol: the gap opens on heating and closes again, at 1000 K +- 100 sqrt(10), and the solution goes around it. */
START_TEST(a_gap_may_close_at_both_ends)
{
    const double half_K = 100.0 * sqrt(10.0);
    begin_database();
    put(&t,
        "  alpha:\n    role: solid\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: \"-900 + %.17g*T - 0.001*T^2\"}]\n",
        2.0 * R + 2.0);
    solve(500.0, 1500.0);
    ck_assert_int_eq(tx->n_invariants, 2);
    ck_assert_int_eq(tx->n_unresolved, 0);
    for (int side = -1; side <= 1; side += 2) {
        const kiln_tx_invariant *v = expect(KILN_TX_CRITICAL, 1000.0 + side * half_K, 1e-3);
        ck_assert_double_eq_tol(v->phase[0].x_A, 0.5, 1e-6);
    }
    ck_assert_int_eq(tx->n_curves, 2);
    ck_assert_int_eq(tx->n_areas, 2);
    check_curves();
    check_labels();
    for (int k = 0; k < tx->curve[0].n; ++k) {
        const kiln_tx_point *p = &tx->curve[0].point[k];
        const double from_end_K = half_K - fabs(p->T_K - 1000.0), excess = 100.0 - 1e-3 * (p->T_K - 1000.0) * (p->T_K - 1000.0);
        if (from_end_K < 1.0) continue; /* as above: there x answers the solver's tolerance without bound */
        ck_assert_double_eq_tol(p->x_A, binodal(2.0 * R * p->T_K + excess, p->T_K), 1e-8);
    }
    ck_assert_int_eq(tx->n_spinodals, 2);
    for (int i = 0; i < 2; ++i) {
        const kiln_tx_spinodal *s = &tx->spinodal[i];
        ck_assert(s->begins && s->ends);
        ck_assert_double_eq_tol(s->point[0].T_K, 1000.0 - half_K, 1e-3);
        ck_assert_double_eq_tol(s->point[s->n - 1].T_K, 1000.0 + half_K, 1e-3);
    }
}
END_TEST

/* ---- An ideal liquid over pure solids: G(liquid) - G(solid) is 10000 - 10 T and 12000 - 10 T ---- */

static double excess_of_fractions(double T_K)
{
    return exp((10.0 * T_K - 10000.0) / (R * T_K)) + exp((10.0 * T_K - 12000.0) / (R * T_K)) - 1.0;
}

START_TEST(pure_solids_and_an_ideal_liquid_have_a_eutectic)
{
    begin_database();
    put_solution("melt", "liquid", "10000 - 10*T", "12000 - 10*T", 0.0);
    put_pure("solid_mg", "Mg", "0");
    put_pure("solid_ni", "Ni", "0");
    solve(500.0, 1500.0);
    const double T_K = root(excess_of_fractions, 400.0, 990.0), x = exp((10.0 * T_K - 10000.0) / (R * T_K));
    ck_assert_int_eq(tx->n_invariants, 3);
    const kiln_tx_invariant *v = expect(KILN_TX_EUTECTIC, T_K, 1e-6);
    ck_assert_int_eq(v->n_reactants, 1);
    expect_phase(v, 0, "melt", x);
    expect_phase(v, 1, "solid_ni", 0.0);
    expect_phase(v, 2, "solid_mg", 1.0);
    expect_phase(expect(KILN_TX_MELTING, 1000.0, 1e-6), 0, "melt", 1.0);
    expect_phase(expect(KILN_TX_MELTING, 1200.0, 1e-6), 0, "melt", 0.0);
    check_curves();
    check_labels();
    int n_liquidus = 0;
    for (int i = 0; i < tx->n_curves; ++i) {
        const kiln_tx_curve *c = &tx->curve[i];
        const int is_Ni = c->below.n_phases == 2 && c->above.n_phases == 1,
                  is_Mg = c->below.n_phases == 1 && c->above.n_phases == 2;
        if ((is_Ni && c->above.phase[0] == phase("melt")) || (is_Mg && c->below.phase[0] == phase("melt"))) {
            ++n_liquidus;
            for (int k = 0; k < c->n; ++k) {
                const double T = c->point[k].T_K, solid = exp((10.0 * T - (is_Ni ? 12000.0 : 10000.0)) / (R * T));
                ck_assert_double_eq_tol(is_Ni ? c->point[k].x_B : c->point[k].x_A, solid, 1e-9);
            }
        }
    }
    ck_assert_int_eq(n_liquidus, 2);
}
END_TEST

/* ---- A compound that melts incongruently: liquid of Mg 8000 - 10 T, of Ni 20000 - 10 T ---- */

static const double G_compound = -4965.0;
static double peritectic(double T_K)
{
    return exp((G_compound - 8000.0 + 10.0 * T_K) / (R * T_K)) + exp((10.0 * T_K - 20000.0) / (R * T_K)) - 1.0;
}
/* beside pure Mg: a_Ni = exp((G - g_Ni) / RT) */
static double eutectic(double T_K)
{
    return exp((10.0 * T_K - 8000.0) / (R * T_K)) + exp((G_compound - 20000.0 + 10.0 * T_K) / (R * T_K)) - 1.0;
}

/* The melt of the eutectic above with uncertain energies, each shifted by some standard deviations. */
static void melt_with(double Mg, double Ni)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: synthetic\nbibliography:\n  made: {text: made}\nfunctions:\n"
        "  G_Mg: {G: %.10g - 10*T, sigma: 50 J/mol, source: made, status: measured}\n"
        "  G_Ni: {G: %.10g - 10*T, sigma: 80 J/mol, source: made, status: measured}\nphases:\n",
        10000.0 + 50.0 * Mg, 12000.0 + 80.0 * Ni);
    put_solution("melt", "liquid", "G_Mg", "G_Ni", 0.0);
    put_pure("solid_mg", "Mg", "0");
    put_pure("solid_ni", "Ni", "0");
    solve(500.0, 1500.0);
    ck_assert_int_eq(tx->n_invariants, 3);
}

static double temperature_of(kiln_tx_kind kind, double x)
{
    for (int i = 0; i < tx->n_invariants; ++i)
        if (tx->invariant[i].kind == kind && (kind == KILN_TX_EUTECTIC || tx->invariant[i].phase[0].x_A == x))
            return tx->invariant[i].T_K;
    ck_abort();
    return 0.0;
}

START_TEST(invariants_answer_to_the_numbers_of_the_database)
{
    static const struct {
        kiln_tx_kind kind;
        double x;
    } asked[] = {{KILN_TX_EUTECTIC, 0.0}, {KILN_TX_MELTING, 0.0}, {KILN_TX_MELTING, 1.0}};
    double T_K[3][4], sigma_K[3];
    for (int k = 0; k < 4; ++k) { /* a tenth of a standard deviation up and down, of one and the other */
        const double step = k % 2 ? -0.1 : 0.1;
        melt_with(k < 2 ? step : 0.0, k < 2 ? 0.0 : step);
        for (int i = 0; i < 3; ++i) T_K[i][k] = temperature_of(asked[i].kind, asked[i].x);
    }
    melt_with(0.0, 0.0);
    for (int i = 0; i < 3; ++i)
        for (int v = 0; v < tx->n_invariants; ++v)
            if (tx->invariant[v].T_K == temperature_of(asked[i].kind, asked[i].x)) sigma_K[i] = tx->invariant[v].sigma_K;
    for (int i = 0; i < 3; ++i)
        ck_assert_double_eq_tol(sigma_K[i], hypot(5.0 * (T_K[i][0] - T_K[i][1]), 5.0 * (T_K[i][2] - T_K[i][3])), 1e-3);
    ck_assert_double_eq_tol(sigma_K[1], 8.0, 1e-6); /* 80 J/mol over 10 J/mol/K */
}
END_TEST

START_TEST(a_compound_that_melts_incongruently_has_a_peritectic)
{
    begin_database();
    put_solution("melt", "liquid", "8000 - 10*T", "20000 - 10*T", 0.0);
    put_pure("solid_mg", "Mg", "0");
    put_pure("solid_ni", "Ni", "0");
    put_compound("compound", "-4965");
    solve(500.0, 2100.0);
    const double T_K = root(peritectic, 600.0, 1500.0), low_K = root(eutectic, 400.0, 799.0);
    const kiln_tx_invariant *v = expect(KILN_TX_PERITECTIC, T_K, 1e-6);
    ck_assert_int_eq(v->n_reactants, 2);
    expect_phase(v, 0, "solid_ni", 0.0);
    expect_phase(v, 1, "melt", 1.0 - exp((10.0 * T_K - 20000.0) / (R * T_K)));
    expect_phase(v, 2, "compound", 0.5);
    v = expect(KILN_TX_EUTECTIC, low_K, 1e-6);
    expect_phase(v, 0, "melt", exp((10.0 * low_K - 8000.0) / (R * low_K)));
    (void)expect(KILN_TX_MELTING, 800.0, 1e-6);
    (void)expect(KILN_TX_MELTING, 2000.0, 1e-6);
    ck_assert_int_eq(tx->n_invariants, 4);
    check_curves();
    check_labels();
}
END_TEST

/* ---- A regular solution whose nickel end is less stable than another solid below 1000 K ---- */

static const double W_alpha = 20000.0;
static double monotectoid(double T_K)
{
    const double x = binodal(W_alpha, T_K); /* of magnesium in the nickel-rich alpha */
    return R * T_K * log(1.0 - x) + W_alpha * x * x + 5000.0 - 5.0 * T_K;
}

START_TEST(a_gap_that_ends_on_a_third_phase_has_a_monotectoid)
{
    begin_database();
    put_solution("alpha", "solid", "0", "0", W_alpha);
    put_pure("beta", "Ni", "-5000 + 5*T");
    solve(500.0, 1400.0);
    const double T_K = root(monotectoid, 600.0, 1190.0), x = binodal(W_alpha, T_K);
    const kiln_tx_invariant *v = expect(KILN_TX_MONOTECTOID, T_K, 1e-6);
    expect_phase(v, 0, "alpha", x);
    expect_phase(v, 1, "beta", 0.0);
    expect_phase(v, 2, "alpha", 1.0 - x);
    (void)expect(KILN_TX_CRITICAL, W_alpha / (2.0 * R), 1e-3);
    (void)expect(KILN_TX_TRANSITION, 1000.0, 1e-6);
    ck_assert_int_eq(tx->n_invariants, 3);
    check_curves();
    check_labels();
}
END_TEST

/* ---- Eutectoid of a regular solution between two pure solids, found on the tie lines ---- */

static double gamma_of(double x) { return 6000.0 * (1.0 - x) * (1.0 - x); } /* R T ln of the activity coefficient at x */
/* Of the fraction x in gamma beside its own pure solid, which is more stable by g, RT ln x + 6000 (1 - x)^2 = -g; the lower root, on the convex side. */
static double beside(double g, double T_K)
{
    double low = 1e-12, high = 1.0;
    for (int i = 0; i < 200; ++i) {
        const double x = 0.5 * (low + high);
        if (R * T_K * log(x) + gamma_of(x) < -g) low = x;
        else high = x;
    }
    return 0.5 * (low + high);
}
static double eutectoid(double T_K) { return beside(6000.0 - 5.0 * T_K, T_K) + beside(7000.0 - 5.0 * T_K, T_K) - 1.0; }

START_TEST(a_regular_solution_between_pure_solids_has_a_eutectoid)
{
    begin_database();
    put_solution("gamma", "solid", "6000 - 5*T", "7000 - 5*T", 6000.0);
    put_pure("solid_mg", "Mg", "0");
    put_pure("solid_ni", "Ni", "0");
    solve(500.0, 1500.0);
    const double T_K = root(eutectoid, 600.0, 1190.0);
    const kiln_tx_invariant *v = expect(KILN_TX_EUTECTOID, T_K, 1e-6);
    expect_phase(v, 0, "gamma", beside(6000.0 - 5.0 * T_K, T_K));
    (void)expect(KILN_TX_TRANSITION, 1200.0, 1e-6);
    (void)expect(KILN_TX_TRANSITION, 1400.0, 1e-6);
    ck_assert_int_eq(tx->n_invariants, 3);
    check_curves();
}
END_TEST

/* ---- Others ---- */

/* G of the compound from its elements is 1e-3 (T - 800)^2 - 10: stable between 700 and 900 K only. */
START_TEST(a_compound_may_appear_and_leave_again)
{
    begin_database();
    put_pure("solid_mg", "Mg", "0");
    put_pure("solid_ni", "Ni", "0");
    put_compound("compound", "630 - 1.6*T + 0.001*T^2");
    solve(500.0, 1111.0);
    const kiln_tx_invariant *v = expect(KILN_TX_EUTECTOID, 700.0, 1e-6);
    ck_assert_int_eq(v->n_reactants, 1);
    expect_phase(v, 0, "compound", 0.5);
    v = expect(KILN_TX_PERITECTOID, 900.0, 1e-6);
    ck_assert_int_eq(v->n_reactants, 2);
    expect_phase(v, 2, "compound", 0.5);
    ck_assert_int_eq(tx->n_invariants, 2);
    check_curves();
}
END_TEST

/* The solid's W of 8000 J/mol lowers its melting from 1000 K to (10000 - 8000 / 4) / 10 at the middle. */
/* A compound that leaves inside a field does not touch the curve at that field's other side, nor one that appears there on heating. */
START_TEST(a_compound_inside_a_field_leaves_its_far_boundary_alone)
{
    for (int rises = 0; rises < 2; ++rises) {
        begin_database();
        put_solution("fcc", "alloy", "0", "0", 0.0);
        put_solution("hcp", "alloy", "-2000", "20000", 0.0);
        put_compound("compound",
                     rises ? "2000 - 13.2*T" : "-14000"); /* RT ln 1/4 is what the solution has: equal at 1200 K or so */
        solve(1100.0, 1300.0);
        int found = 0;
        for (int c = 0; c < tx->n_curves; ++c) {
            const kiln_tx_curve *curve = &tx->curve[c];
            const kiln_gap_field *two = curve->below.n_phases == 2 ? &curve->below : &curve->above;
            const kiln_gap_field *one = two == &curve->below ? &curve->above : &curve->below;
            if (one->n_phases != 1 || one->phase[0] != phase("fcc")) continue;
            if (two->phase[0] != phase("hcp") && two->phase[1] != phase("hcp")) continue;
            ++found;
            ck_assert_double_eq(curve->point[0].T_K, 1100.0);
            ck_assert_double_eq(curve->point[curve->n - 1].T_K, 1300.0);
            for (int k = 0; k < curve->n; ++k) {
                /* Mg in fcc beside hcp: RT ln(x / y) = -2000, RT ln((1-x) / (1-y)) = 20000 */
                const double T = curve->point[k].T_K, u = exp(-2000.0 / (R * T)), v = exp(20000.0 / (R * T));
                ck_assert_double_eq_tol(curve->point[k].x_A, u * (v - 1.0) / (v - u), 1e-7);
            }
        }
        ck_assert_int_eq(found, 1);
        ck_assert_int_ge(tx->n_invariants, 1);
    }
}
END_TEST

START_TEST(a_melting_minimum_is_congruent)
{
    begin_database();
    put_solution("melt", "liquid", "10000 - 10*T", "10000 - 10*T", 0.0);
    put_solution("solid", "solid", "0", "0", 8000.0);
    solve(600.0, 1111.0);
    const kiln_tx_invariant *v = expect(KILN_TX_CONGRUENT, 800.0, 1e-6);
    ck_assert_str_eq(kiln_system_phase_name(kiln_gap_system(join), v->phase[0].phase), "melt");
    ck_assert_double_eq_tol(v->phase[0].x_A, 0.5, 1e-9);
    int n_melting = 0;
    for (int i = 0; i < tx->n_invariants; ++i)
        n_melting += tx->invariant[i].kind == KILN_TX_MELTING && fabs(tx->invariant[i].T_K - 1000.0) < 1e-6;
    /* both ends melt at one temperature: two changes at once are no single reaction */
    ck_assert(n_melting == 2 || tx->n_unresolved == 1);
    check_curves();
}
END_TEST

START_TEST(structures_of_one_composition_change_places)
{
    begin_database();
    put_pure("cold_mg", "Mg", "-1000");
    put_pure("hot_mg", "Mg", "-T");
    put_pure("solid_ni", "Ni", "0");
    put_compound("cold", "-8000");
    put_compound("hot", "-6600 - 2*T");
    solve(500.0, 1211.0);
    const kiln_tx_invariant *v = expect(KILN_TX_TRANSITION, 1000.0, 1e-6);
    expect_phase(v, 0, "hot_mg", 1.0);
    expect_phase(v, 1, "cold_mg", 1.0);
    v = expect(KILN_TX_TRANSITION, 700.0, 1e-6);
    expect_phase(v, 0, "hot", 0.5);
    expect_phase(v, 1, "cold", 0.5);
    ck_assert_int_eq(tx->n_invariants, 2);
}
END_TEST

static void put_random_solution(const char *name, const char *role, double low_K, double high_K, double least_W, double most_W)
{
    char G[2][64];
    for (int k = 0; k < 2; ++k) {
        const double S = uniform(6.0, 15.0);
        snprintf(G[k], sizeof G[k], "%.6f - %.6f*T", S * uniform(low_K, high_K), S);
    }
    put_solution(name, role, G[0], G[1], uniform(least_W, most_W));
}

/* Every edge of a row of kiln_gap_solve lies on a curve, as near as lines between points are. */
static void check_row(double T_K)
{
    static kiln_gap gap;
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    for (int i = 0; i + 1 < gap.n_fields; ++i) {
        double nearest = 1.0;
        for (int k = 0; k < tx->n_curves; ++k) {
            const kiln_tx_curve *c = &tx->curve[k];
            if (c->point[0].T_K <= T_K && T_K <= c->point[c->n - 1].T_K)
                nearest = fmin(nearest, fabs(interpolate(c, T_K) - gap.boundary[i].x_A));
        }
        ck_assert_double_lt(nearest, 1.5e-3);
    }
}

START_TEST(random_diagrams_agree_with_rows_at_other_temperatures)
{
    state = 100u + (uint64_t)_i;
    begin_database();
    put_random_solution("melt", "liquid", 800.0, 1600.0, -15000.0, 15000.0);
    put_solution("alpha", "solid", "0", "3000", uniform(-8000.0, 25000.0));
    put_solution("beta", "solid", "2000 - 3*T", "0", uniform(-8000.0, 25000.0));
    if (_i % 2) put_compound("compound", "-8000 - 2*T");
    solve(500.0, 1700.0);
    ck_assert_int_eq(tx->n_unresolved, 0);
    ck_assert_int_ge(tx->n_invariants, 1);
    check_curves();
    for (double T_K = 507.3; T_K < 1700.0; T_K += 101.7) check_row(T_K);
}
END_TEST

START_TEST(what_a_diagram_refuses)
{
    kiln_tx_options o;
    regular_solution(&t, 20000.0);
    open_join("Mg", "Ni");
    ck_assert_int_eq(kiln_tx_create(NULL, 400.0, 500.0, NULL, &tx), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_create(join, 500.0, 400.0, NULL, &tx), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_create(join, 0.0, 400.0, NULL, &tx), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_create(join, 400.0, INFINITY, NULL, &tx), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_create(join, 400.0, 500.0, NULL, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_options_init(NULL, KILN_TX_OPTIONS_VERSION), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_options_init(&o, 0), KILN_E_ARG);
    ck_assert_int_eq(kiln_tx_options_init(&o, KILN_TX_OPTIONS_VERSION), KILN_OK);
    o.n_intervals = 0;
    ck_assert_int_eq(kiln_tx_create(join, 400.0, 500.0, &o, &tx), KILN_E_ARG);
    ck_assert_ptr_null(tx);
    kiln_tx_free(NULL);
    open_join("Mg", "MgNi");
    ck_assert_int_eq(kiln_tx_create(join, 400.0, 500.0, NULL, &tx), KILN_E_ARG);
    ck_assert_ptr_null(tx);
    ck_assert_ptr_nonnull(strstr(kiln_context_error(b.ctx), "isopleth"));
    ck_assert_str_eq(kiln_tx_kind_name(KILN_TX_EUTECTIC), "eutectic");
    ck_assert_str_eq(kiln_tx_kind_name((kiln_tx_kind)99), "unknown");
}
END_TEST

START_TEST(few_points_are_said_to_be_few)
{
    kiln_tx_options o;
    regular_solution(&t, 20000.0);
    open_join("Mg", "Ni");
    ck_assert_int_eq(kiln_tx_options_init(&o, KILN_TX_OPTIONS_VERSION), KILN_OK);
    o.most_points = 20;
    REQUIRE_OK(&b, kiln_tx_create(join, 400.0, 1500.0, &o, &tx));
    ck_assert(tx->is_truncated);
    check_curves();
}
END_TEST

/* ---- How far it is ---- */

typedef struct witness {
    int n_calls, last_call; /* 0 ends it at none */
    double share;
} witness;

static int rises(double share, void *user)
{
    witness *seen = user;
    ck_assert(share >= seen->share && share <= 1.0);
    seen->share = share;
    return ++seen->n_calls != seen->last_call;
}

START_TEST(the_share_that_is_done_rises_to_one)
{
    kiln_tx_options o;
    witness seen = {0};
    regular_solution(&t, 20000.0);
    open_join("Mg", "Ni");
    ck_assert_int_eq(kiln_tx_options_init(&o, KILN_TX_OPTIONS_VERSION), KILN_OK);
    o.keep_going = rises;
    o.user = &seen;
    REQUIRE_OK(&b, kiln_tx_create(join, 400.0, 1500.0, &o, &tx));
    ck_assert_int_gt(seen.n_calls, o.n_intervals);
    ck_assert_double_eq(seen.share, 1.0);
}
END_TEST

START_TEST(a_diagram_may_be_interrupted)
{
    kiln_tx_options o;
    witness seen = {.last_call = 20};
    regular_solution(&t, 20000.0);
    open_join("Mg", "Ni");
    ck_assert_int_eq(kiln_tx_options_init(&o, KILN_TX_OPTIONS_VERSION), KILN_OK);
    o.keep_going = rises;
    o.user = &seen;
    ck_assert_int_eq(kiln_tx_create(join, 400.0, 1500.0, &o, &tx), KILN_E_INTERRUPTED);
    ck_assert_ptr_null(tx);
    ck_assert_int_eq(seen.n_calls, 20);
}
END_TEST

/* ---- Memory ---- */

START_TEST(failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_composition mg, ni;
    kiln_atmosphere a;
    kiln_gap_solver *solver;
    kiln_tx *made = NULL;
    kiln_status status = KILN_E_NOMEM;
    regular_solution(&t, 20000.0);
    open_join("Mg", "Ni");
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Mg", &mg));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Ni", &ni));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &a));
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    ck_assert_int_eq(kiln_gap_solver_create(own, b.db, &mg, &ni, &a, NULL, NULL, &solver), KILN_OK);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        calls = 0;
        fail_at = at;
        status = kiln_tx_create(solver, 1190.0, 1210.0, NULL, &made);
        fail_at = 0;
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !made && out_now == before));
    }
    ck_assert_int_eq(status, KILN_OK);
    kiln_tx_free(made);
    ck_assert_int_eq(out_now, before);
    kiln_gap_solver_free(solver);
    kiln_context_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("diagram");
    TCase *tc = tcase_create("tx");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, a_regular_solution_has_its_gap_and_its_critical_point);
    tcase_add_test(tc, its_spinodal_ends_at_the_critical_point);
    tcase_add_test(tc, a_gap_may_close_at_both_ends);
    tcase_add_test(tc, pure_solids_and_an_ideal_liquid_have_a_eutectic);
    tcase_add_test(tc, invariants_answer_to_the_numbers_of_the_database);
    tcase_add_test(tc, a_compound_that_melts_incongruently_has_a_peritectic);
    tcase_add_test(tc, a_gap_that_ends_on_a_third_phase_has_a_monotectoid);
    tcase_add_test(tc, a_regular_solution_between_pure_solids_has_a_eutectoid);
    tcase_add_test(tc, a_compound_may_appear_and_leave_again);
    tcase_add_test(tc, a_compound_inside_a_field_leaves_its_far_boundary_alone);
    tcase_add_test(tc, a_melting_minimum_is_congruent);
    tcase_add_test(tc, structures_of_one_composition_change_places);
    tcase_add_loop_test(tc, random_diagrams_agree_with_rows_at_other_temperatures, 0, 8);
    tcase_add_test(tc, what_a_diagram_refuses);
    tcase_add_test(tc, few_points_are_said_to_be_few);
    tcase_add_test(tc, the_share_that_is_done_rises_to_one);
    tcase_add_test(tc, a_diagram_may_be_interrupted);
    tcase_add_test(tc, failed_allocations_are_undone);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
