/* Random models: the two solver paths against each other, and both against dense convex hulls that know nothing of pricing. */
#include "seeded.h"
#include "synthetic.h"

#include "core/simplex.h"
#include "model/system.h"

static const double R = 8.31446261815324;
static const char *const metals[] = {"Mg", "Ni", "Co", "Zn", "Cu"};

/* Up to three phases on one sublattice, pairs up to w_max J/mol, sometimes subregular: gaps are common. */
static void write_solutions(yaml_text *t, int n_metals, int n_phases, double w_max)
{
    t->used = 0;
    put(t, "kiln: 1\nname: random\nphases:\n");
    for (int p = 0; p < n_phases; ++p) {
        put(t, "  phase%d:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [", p);
        for (int i = 0; i < n_metals; ++i) put(t, "%s%s", i ? ", " : "", metals[i]);
        put(t, "]}]\n    end_members:\n");
        for (int i = 0; i < n_metals; ++i)
            put(t, "      - {at: [%s], G: %.6f}\n", metals[i], p ? uniform(-8000.0, 12000.0) : 0.0);
        put(t, "    interactions:\n");
        for (int i = 0; i < n_metals; ++i)
            for (int j = i + 1; j < n_metals; ++j) {
                put(t, "      - {pair: [%s, %s], on: M, per: formula, W: %.6f}\n", metals[i], metals[j], uniform(-w_max, w_max));
                if (integer(0, 2) == 0)
                    put(t, "      - {at: [[%s, %s]], order: 1, per: formula, L: %.6f}\n", metals[i], metals[j],
                        uniform(-0.4, 0.4) * w_max);
            }
    }
}

/* A spinel with site distribution, two valences and vacancies, beside rock salt and a sesquioxide; oxygen open. */
static void write_spinel(yaml_text *t, double w_max)
{
    static const char *const ions[] = {"Mg+2", "Fe+2", "Fe+3", "Al+3"};
    t->used = 0;
    put(t,
        "kiln: 1\nname: charged\nfunctions:\n  G_O2: {G: -230*T}\ngases: {O2: G_O2}\nphases:\n"
        "  spinel:\n    formula: M3O4\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg+2, Fe+2, Fe+3, Al+3]}\n"
        "      - {name: B, sites: 2, constituents: [Mg+2, Fe+2, Fe+3, Al+3, Va]}\n      - {name: O, sites: 4, constituents: [O-2]}\n"
        "    end_members:\n");
    for (int i = 0; i < 4; ++i) {
        const double base = i < 2 ? -300000.0 : -420000.0;
        put(t, "      - {at: [%s, '*', '*'], G: %.4f}\n", ions[i], base + uniform(-30000.0, 30000.0));
        put(t, "      - {at: ['*', %s, '*'], G: %.4f}\n", ions[i], 2.0 * base + uniform(-40000.0, 40000.0));
    }
    put(t, "      - {at: ['*', Va, '*'], G: %.4f}\n    interactions:\n", uniform(0.0, 80000.0));
    for (int i = 0; i < 4; ++i)
        for (int j = i + 1; j < 4; ++j) {
            put(t, "      - {at: [[%s, %s], '*', '*'], per: formula, L: %.4f}\n", ions[i], ions[j], uniform(-w_max, w_max));
            put(t, "      - {at: ['*', [%s, %s], '*'], per: formula, L: %.4f}\n", ions[i], ions[j], 2.0 * uniform(-w_max, w_max));
        }
    put(t, "      - {at: [[Fe+2, Fe+3], [Fe+2, Fe+3], '*'], per: formula, L: %.4f}\n", uniform(-w_max, w_max));
    put(t,
        "    default_pair: {W: 0, per: formula}\n  rocksalt:\n    formula: MO\n    sublattices:\n"
        "      - {name: M, sites: 1, constituents: [Mg+2, Fe+2, Fe+3, Va]}\n      - {name: O, sites: 1, constituents: [O-2]}\n"
        "    end_members: [{at: [Mg+2, O-2], G: %.4f}, {at: [Fe+2, O-2], G: %.4f}, {at: [Fe+3, O-2], G: %.4f}, {at: [Va, O-2], G: 0}]\n"
        "    default_pair: {W: %.4f, per: formula}\n",
        uniform(-340000.0, -300000.0), uniform(-330000.0, -290000.0), uniform(-420000.0, -380000.0), uniform(0.0, 0.5) * w_max);
    put(t,
        "  corundum:\n    formula: M2O3\n    sublattices:\n      - {name: M, sites: 2, constituents: [Fe+3, Al+3]}\n"
        "      - {name: O, sites: 3, constituents: [O-2]}\n    end_members: [{at: [Fe+3, O-2], G: -860000}, {at: [Al+3, O-2], G: -870000}]\n"
        "    default_pair: {W: %.4f, per: cation}\n",
        uniform(0.0, 1.0) * w_max);
}

static void random_formula(char *out, size_t size, const char *const *elements, int n, const char *tail)
{
    size_t used = 0;
    for (int i = 0; i < n; ++i) used += (size_t)snprintf(out + used, size - used, "%s%.4f", elements[i], uniform(0.01, 1.0));
    snprintf(out + used, size - used, "%s", tail);
}

static double energy_by(const char *database, const char *formula, const char *atmosphere, kiln_method method, double T,
                        int *solved)
{
    bench b;
    kiln_equilibrium e;
    bench_open(&b, database, NULL, formula, atmosphere, method);
    const kiln_status status = kiln_equilibrium_solve(b.solver, T, &e);
    *solved = status == KILN_OK;
    if (!*solved)
        fprintf(stderr, "%s by %s: %s\n", formula, method == KILN_METHOD_NLOPT ? "NLopt" : "Newton", kiln_context_error(b.ctx));
    bench_close(&b);
    return e.G_J_mol;
}

/* 26 runs of 20 problems: three of four on one sublattice with |W| to 4 RT, the rest charged with terms to 10 RT. */
START_TEST(newton_and_nlopt_agree)
{
    static yaml_text t;
    for (int k = 0; k < 20; ++k) {
        state = (uint64_t)(1000 * _i + k);
        const double T = uniform(700.0, 1600.0);
        char formula[256];
        const int charged = k % 4 == 3;
        if (charged) {
            static const char *const cations[] = {"Mg", "Fe", "Al"};
            write_spinel(&t, 10.0 * R * T);
            random_formula(formula, sizeof formula, cations, 3, "O4");
        } else {
            const int n = integer(2, 5);
            write_solutions(&t, n, integer(1, 3), 4.0 * R * T);
            random_formula(formula, sizeof formula, metals, n, "");
        }
        const char *atmosphere = charged ? "O2" : "closed";
        int newton_solved, nlopt_solved;
        const double newton = energy_by(t.at, formula, atmosphere, KILN_METHOD_NEWTON, T, &newton_solved);
        const double nlopt = energy_by(t.at, formula, atmosphere, KILN_METHOD_NLOPT, T, &nlopt_solved);
        ck_assert_msg(newton_solved && nlopt_solved, "problem %d/%d did not converge", _i, k);
        ck_assert_msg(fabs(newton - nlopt) < 1e-6, "problem %d/%d: %.9f and %.9f J/mol", _i, k, newton, nlopt);
    }
}
END_TEST

/* Lower hull of all phases sampled on a grid of the composition space, at the system's composition: an upper bound of G that tends to it. */
static double dense_hull(bench *b, double T, int divisions)
{
    static double y[8];
    kiln_i_simplex lp;
    const int C = kiln_system_n_components(b->system), columns = C == 2 ? divisions + 1 : (divisions + 1) * (divisions + 2) / 2;
    double total[8];
    for (int c = 0; c < C; ++c) kiln_system_component(b->system, c, &total[c]);
    ck_assert_int_eq(kiln_i_simplex_create(b->ctx, C, columns * kiln_system_n_phases(b->system), &lp), KILN_OK);
    kiln_i_system_set_temperature(b->system, T);
    kiln_i_simplex_reset(&lp, C, total);
    for (int p = 0; p < kiln_system_n_phases(b->system); ++p)
        for (int i = 0; i <= divisions; ++i)
            for (int j = 0; j <= (C == 2 ? 0 : divisions - i); ++j) {
                y[0] = (double)i / divisions;
                y[1] = C == 2 ? 1.0 - y[0] : (double)j / divisions;
                if (C == 3) y[2] = (double)(divisions - i - j) / divisions;
                (void)kiln_i_simplex_add(&lp, y, kiln_i_phase_energy(b->system, p, y, NULL, NULL));
            }
    ck_assert_int_eq(kiln_i_simplex_solve(&lp), KILN_OK);
    double G = 0.0;
    for (int c = 0; c < C; ++c) G += lp.dual[c] * total[c];
    kiln_i_simplex_destroy(&lp);
    return G;
}

/* The hull lies above the equilibrium by at most the sagitta of one grid cell: curvature RT/x(1-x) + 2 W times h^2 / 8 a dimension, away from the
 * edges; near them x ln x bends by h at most. */
static void compare_with_hull(int n_metals, int divisions, int problem)
{
    static yaml_text t;
    bench b;
    kiln_equilibrium e;
    char formula[256];
    state = (uint64_t)(777000 + 100 * n_metals + problem);
    const double T = uniform(600.0, 1500.0), h = 1.0 / divisions;
    write_solutions(&t, n_metals, integer(1, 3), 5.0 * R * T);
    random_formula(formula, sizeof formula, metals, n_metals, "");
    bench_open(&b, t.at, NULL, formula, "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T, &e));
    const double hull = dense_hull(&b, T, divisions);
    ck_assert_msg(e.G_J_mol <= hull + 1e-7, "%s: equilibrium %.9f above hull %.9f", formula, e.G_J_mol, hull);
    ck_assert_msg(e.G_J_mol >= hull - 2.0 * R * T * h, "%s: equilibrium %.9f, hull %.9f", formula, e.G_J_mol, hull);
    bench_close(&b);
}

START_TEST(binaries_agree_with_a_dense_hull)
{
    for (int k = 0; k < 10; ++k) compare_with_hull(2, 4000, 10 * _i + k);
}
END_TEST

START_TEST(ternaries_agree_with_a_dense_hull)
{
    for (int k = 0; k < 3; ++k) compare_with_hull(3, 60, 3 * _i + k);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tc = tcase_create("random models");
    tcase_add_loop_test(tc, newton_and_nlopt_agree, 0, 26);
    tcase_add_loop_test(tc, binaries_agree_with_a_dense_hull, 0, 5);
    tcase_add_loop_test(tc, ternaries_agree_with_a_dense_hull, 0, 5);
    tcase_set_timeout(tc, 300);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
