/* Fits against truth: synthetic measurements of a model whose answers are known in closed form, and derivatives against differences. */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "core/context.h"
#include "core/random.h"
#include "counting.h"
#include "predict/fit_state.h"
#include "support.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* Rock salt (Mg,Zn)O beside ZnO, which dissolves nothing: RT ln x + W (1 - x)^2 + a + b T = 0 for the fraction x of Zn. */
static const double R = 8.31446261815324, W = 8000.0, A = 14000.0, B = -3.0;

static const char database[] =
    "kiln: 1\nname: made\nbibliography:\n  made: {text: \"made for tests\"}\nfunctions:\n"
    "  G_O2: {G: 0, range: 100 K .. 6000 K, source: made, status: measured}\n"
    "  G_MgO: {G: -500000, range: 300 K .. 2500 K, source: made, status: measured, sigma: 100 J/mol}\n"
    "  G_ZnO: {G: -300000, range: 300 K .. 2500 K, source: made, status: measured, sigma: 100 J/mol}\n"
    "  d_ZnO: {G: 12000 - 3*T, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 4 kJ/mol, sigma_T: 3 J/mol/K}\n"
    "  e_ZnO: {G: 0, range: 300 K .. 2500 K, source: made, status: estimated}\n"
    "gases: {O2: G_O2}\nphases:\n  rocksalt:\n    label: rock salt\n    formula: MO\n    anion_ratio: 1\n    sublattices:\n"
    "      - {name: M, sites: 1, constituents: [Mg+2, Zn+2]}\n      - {name: O, sites: 1, constituents: [O-2]}\n    end_members:\n"
    "      - {at: [Mg+2, O-2], G: G_MgO}\n      - {at: [Zn+2, O-2], G: G_ZnO + d_ZnO + e_ZnO}\n    interactions:\n"
    "      - {pair: [Mg+2, Zn+2], on: M, per: cation, W: 5 kJ/mol, sigma: 6 kJ/mol, source: made, status: estimated}\n"
    "substances:\n  zincite: {label: zincite, formula: ZnO, at: [Zn+2, O-2], G: G_ZnO}\n";

static char folder[] = "/tmp/kiln-fit-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[8][200];
    static int next;
    char *out = path[next++ % 8];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

static void write_file(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void write_file(const char *name, const char *format, ...)
{
    va_list args;
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    va_start(args, format);
    vfprintf(file, format, args);
    va_end(args);
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    context_setup();
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    write_file("made.yaml", "%s", database);
}

static void teardown(void)
{
    static const char *const names[] = {"made.yaml", "three.yaml", "data.fit.yaml", "data.csv", "out.yaml"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) (void)unlink(path_of(names[i]));
    (void)rmdir(folder);
    context_teardown();
}

static double solubility(double T_K)
{
    double x = 0.3;
    for (int k = 0; k < 200; ++k) { /* from above in the first solution, x < 1/2 */
        const double f = R * T_K * log(x) + W * (1 - x) * (1 - x) + A + B * T_K, slope = R * T_K / x - 2 * W * (1 - x);
        x = fmin(fmax(x - f / slope, 0.5 * x), 0.5 * (1.0 + x));
    }
    return x;
}

#define HEAD "kiln-fit: 1\nname: made\ndatabase: made.yaml\n"
#define FREE "parameters:\n  - {name: d_ZnO, prior: none}\n  - {name: \"L(rocksalt;Mg,Zn)\", prior: none}\n"

static kiln_fit *load(const char *name)
{
    kiln_fit *fit;
    const kiln_status status = kiln_fit_load(ctx, path_of(name), NULL, &fit);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    return fit;
}

static kiln_fit *solved(const char *name)
{
    kiln_fit *fit = load(name);
    const kiln_status status = kiln_fit_solve(fit);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    return fit;
}

/* n solubilities between 1000 and 2000 K with normal errors of `sigma`; `outlier` is off by 15 of them. */
static void write_solubilities(const char *head, int n, double sigma, uint64_t *state, int outlier)
{
    FILE *file = fopen(path_of("data.fit.yaml"), "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "%sdata:\n", head);
    for (int i = 0; i < n; ++i) {
        double z[2] = {0.0, 0.0};
        const double T_K = 1000.0 + 1000.0 * i / (n - 1);
        if (state) kiln_i_normals(state, 1, z);
        if (i == outlier) z[0] += 15.0;
        fprintf(
            file,
            "  - {kind: solubility, phase: rocksalt, composition: \"(Mg,Zn)O\", of: Zn, value: %.12f, sigma: %g, T: %.6f K, beside: zincite}\n",
            solubility(T_K) + sigma * z[0], sigma, T_K);
    }
    ck_assert_int_eq(fclose(file), 0);
}

static kiln_fit_parameter parameter(const kiln_fit *fit, int i)
{
    kiln_fit_parameter p;
    ck_assert_int_eq(kiln_fit_get_parameter(fit, i, &p), KILN_OK);
    return p;
}

/* Exact data give the truth back, from a start 2 to 3 kJ/mol away. */
START_TEST(exact_data_give_the_truth_back)
{
    write_solubilities(
        HEAD
        "parameters:\n  - {name: d_ZnO, prior: none}\n  - {name: \"d_ZnO*T\", prior: none}\n  - {name: \"L(rocksalt;Mg,Zn)\", prior: none}\n",
        9, 0.01, NULL, -1);
    kiln_fit *fit = solved("data.fit.yaml");
    kiln_fit_summary s;
    ck_assert_double_eq_tol(parameter(fit, 0).value, A, 0.05); /* 1e-5 of its sigma */
    ck_assert_double_eq_tol(parameter(fit, 1).value, B, 5e-5);
    ck_assert_double_eq_tol(parameter(fit, 2).value, W, 0.05);
    ck_assert_int_eq(kiln_fit_summarise(fit, &s), KILN_OK);
    ck_assert_double_lt(s.chi2, 1e-9);
    ck_assert_double_eq(s.scale, 1.0);
    ck_assert_double_eq(s.dof, 6.0);
    kiln_fit_datum d;
    ck_assert_int_eq(kiln_fit_get_datum(fit, 3, &d), KILN_OK);
    ck_assert_double_eq_tol(d.model, d.measured, 1e-7);
    kiln_fit_free(fit);
}
END_TEST

/* Over repeated measurements the errors of the parameters over the stated standard deviations have unit variance, correlations included: their chi-square of 2 has mean 2, and chi-square
 * itself the degrees of freedom. 150 repeats: 0.16 and 0.3 are standard errors of these means; 4 of them are allowed. The loss is squares, because Huber's throws information away that the
 * covariance of a normal sample does not know of. */
START_TEST(stated_covariances_cover_the_truth)
{
    enum { REPEATS = 150, DATA = 9 };
    double joint = 0.0, chi2 = 0.0, square[2] = {0.0, 0.0};
    uint64_t state = 11;
    for (int k = 0; k < REPEATS; ++k) {
        kiln_fit_summary s;
        write_solubilities(
            HEAD "loss: squares\nparameters:\n  - {name: d_ZnO, prior: none}\n  - {name: \"L(rocksalt;Mg,Zn)\", prior: none}\n",
            DATA, 0.004, &state, -1);
        kiln_fit *fit = load("data.fit.yaml");
        ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
        ck_assert_int_eq(kiln_fit_summarise(fit, &s), KILN_OK);
        const double e0 = parameter(fit, 0).value - A, e1 = parameter(fit, 1).value - W;
        const double a = kiln_fit_covariance(fit, 0, 0) / s.scale, b = kiln_fit_covariance(fit, 0, 1) / s.scale,
                     c = kiln_fit_covariance(fit, 1, 1) / s.scale;
        joint += (c * e0 * e0 - 2.0 * b * e0 * e1 + a * e1 * e1) / (a * c - b * b);
        square[0] += e0 * e0 / a;
        square[1] += e1 * e1 / c;
        chi2 += s.chi2;
        kiln_fit_free(fit);
    }
    ck_assert_double_eq_tol(joint / REPEATS, 2.0, 0.65);
    ck_assert_double_eq_tol(square[0] / REPEATS, 1.0, 0.47);
    ck_assert_double_eq_tol(square[1] / REPEATS, 1.0, 0.47);
    ck_assert_double_eq_tol(chi2 / REPEATS, DATA - 2.0, 1.25);
}
END_TEST

/* One datum 15 sigma off. */
START_TEST(huber_s_loss_stands_an_outlier)
{
    static const char *const heads[] = {HEAD FREE, HEAD "loss: squares\n" FREE};
    double off[2], weight[2];
    for (int k = 0; k < 2; ++k) {
        uint64_t state = 5;
        kiln_fit_datum d;
        write_solubilities(heads[k], 12, 0.004, &state, 7);
        kiln_fit *fit = solved("data.fit.yaml");
        const kiln_fit_parameter p = parameter(fit, 1);
        ck_assert_int_eq(kiln_fit_get_datum(fit, 7, &d), KILN_OK);
        weight[k] = d.weight;
        off[k] = fabs(p.value - W);
        kiln_fit_free(fit);
    }
    ck_assert_double_lt(weight[0], 0.25);
    ck_assert_double_eq(weight[1], 1.0);
    ck_assert_double_lt(2.0 * off[0], off[1]);
}
END_TEST

/* Leave-one-out by leverage is exact where the problem is linear: here nearly, for the errors are small. */
START_TEST(leaving_a_datum_out_is_what_leverage_says)
{
    uint64_t state = 3;
    kiln_fit_datum d;
    write_solubilities(HEAD "loss: squares\n" FREE, 7, 0.0005, &state, -1);
    kiln_fit *fit = solved("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_get_datum(fit, 2, &d), KILN_OK);
    const double measured = fit->rows[2]->value;
    kiln_fit_free(fit);
    fit = load("data.fit.yaml");
    fit->rows[2]->sigma *= 1e4; /* counts nothing */
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    const double left_out = (fit->model[2] - measured) / 0.0005;
    ck_assert_double_eq_tol(d.left_out, left_out, 0.02 * fabs(left_out));
    kiln_fit_free(fit);
}
END_TEST

/* What one datum and the priors leave is a weighted mean. */
START_TEST(priors_are_data)
{
    kiln_fit_summary s;
    write_file(
        "data.fit.yaml", HEAD
        "parameters:\n  - {name: d_ZnO, prior: 10 kJ/mol, sigma: 2 kJ/mol}\ndata:\n"
        "  - {kind: activity, phase: rocksalt, composition: Mg0.5Zn0.5O, of: Zn, reference: zincite, value: 3 kJ/mol, sigma: 1 kJ/mol, T: 1000 K}\n");
    kiln_fit *fit = solved("data.fit.yaml");
    /* mu - G_ZnO = RT ln 1/2 + W/4 + d - 3 T, so that the datum says d = this +- 1 kJ/mol */
    const double says = 3000.0 - R * 1000.0 * log(0.5) - 1250.0 + 3000.0;
    const kiln_fit_parameter p = parameter(fit, 0);
    ck_assert_double_eq_tol(p.sigma, 1000.0 * sqrt(0.8), 1e-6);
    ck_assert_int_eq(kiln_fit_summarise(fit, &s), KILN_OK);
    ck_assert_double_eq_tol(p.value, (says + 10000.0 / 4.0) / 1.25, 1e-4);
    ck_assert_double_eq_tol(p.data_share, 0.8, 1e-9);
    ck_assert_double_eq_tol(kiln_fit_eigenvalue(fit, 0), 4.0, 1e-9);
    ck_assert_double_eq_tol(kiln_fit_share(fit, 0, 0) + kiln_fit_share(fit, 0, -1), 1.0, 1e-12);
    kiln_fit_free(fit);
}
END_TEST

/* A law is fitted to the functions it is to estimate: 4 k and 9 k measured at one temperature, k with its slope known. */
START_TEST(a_sum_of_functions_is_a_datum)
{
    kiln_fit_datum d;
    write_file("three.yaml",
               "kiln: 1\nname: three\ninclude: [made.yaml]\nfunctions:\n"
               "  k: {G: 3000 + 2*T, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 1 kJ/mol}\n  k9: {G: 9*k}\n");
    write_file("data.fit.yaml",
               "kiln-fit: 1\nname: made\ndatabase: three.yaml\nparameters:\n  - {name: k, prior: none}\ndata:\n"
               "  - {kind: function, function: \"4*k + G_ZnO - G_MgO\", value: 224 kJ/mol, sigma: 2 kJ/mol, T: 1000 K}\n"
               "  - {kind: function, function: k9, value: 45 kJ/mol, sigma: 2 kJ/mol, T: 1000 K}\n"
               "  - {id: hot, kind: function, function: k9, value: 45 kJ/mol, sigma: 2 kJ/mol, T: 9000 K}\n");
    kiln_fit *fit = load("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_n_problems(fit), 1);
    fit->options.leave_out = 1;
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    /* k is 3000 + 2000 or less 2000: 4 x = 24 and 9 x = 45, weighted by 4 and 9 */
    ck_assert_double_eq_tol(parameter(fit, 0).value, (4.0 * 24000.0 + 9.0 * 45000.0) / 97.0 - 2000.0, 1e-3);
    ck_assert_double_eq_tol(parameter(fit, 0).sigma, 2000.0 / sqrt(97.0), 1e-6);
    ck_assert_int_eq(kiln_fit_get_datum(fit, 0, &d), KILN_OK);
    ck_assert_str_eq(d.what, "4*k + G_ZnO - G_MgO");
    ck_assert_double_eq_tol(d.model, 200000.0 + 4.0 * (parameter(fit, 0).value + 2000.0), 1e-3);
    kiln_fit_free(fit);
}
END_TEST

/* Of an enthalpy what goes with T is no part: k = a + b T from its enthalpy and its value. MgO of made.yaml is linear in T. */
START_TEST(an_enthalpy_of_functions_is_a_datum)
{
    kiln_fit_datum d;
    double G[2];
    write_file(
        "three.yaml",
        "kiln: 1\nname: three\ninclude: [made.yaml]\nfunctions:\n"
        "  k: {G: 3000 + 2*T, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 1 kJ/mol}\n  k2: {G: 2*k + G_MgO}\n");
    kiln_database *db;
    ck_assert_int_eq(kiln_database_load(ctx, path_of("three.yaml"), &db), KILN_OK);
    for (int i = 0; i < 2; ++i)
        ck_assert_int_eq(kiln_database_function_value(db, ctx, kiln_database_find_function(db, "G_MgO"), 999.5 + i, &G[i], NULL,
                                                      NULL),
                         KILN_OK);
    kiln_database_free(db);
    const double h = 0.5 * (G[0] + G[1]) - 1000.0 * (G[1] - G[0]); /* of MgO */
    char text[900];
    snprintf(
        text, sizeof text,
        "kiln-fit: 1\nname: made\ndatabase: three.yaml\nparameters:\n  - {name: k, prior: none}\n  - {name: \"k*T\", prior: none}\ndata:\n"
        "  - {kind: function_enthalpy, function: k2, value: %.6f J/mol, sigma: 2 kJ/mol, T: 1000 K}\n"
        "  - {kind: function, function: k, value: 17 kJ/mol, sigma: 3 kJ/mol, T: 1000 K}\n",
        2.0 * 5000.0 + h);
    write_file("data.fit.yaml", text);
    kiln_fit *fit = load("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    ck_assert_double_eq_tol(parameter(fit, 0).value, 5000.0, 1e-2);
    ck_assert_double_eq_tol(parameter(fit, 0).sigma, 1000.0, 1e-6);
    ck_assert_double_eq_tol(parameter(fit, 1).value, 12.0, 1e-5);
    ck_assert_double_eq_tol(parameter(fit, 1).sigma, hypot(3.0, 1.0), 1e-9);
    ck_assert_int_eq(kiln_fit_get_datum(fit, 0, &d), KILN_OK);
    ck_assert_double_eq_tol(d.model, d.measured, 1e-2);
    kiln_fit_free(fit);
}
END_TEST

/* Numbers that act only together, and one that acts on nothing. */
START_TEST(what_nothing_determines_is_named)
{
    write_solubilities(HEAD "parameters:\n  - {name: d_ZnO, prior: none}\n  - {name: e_ZnO}\n  - {name: \"L(rocksalt;Mg,Zn)\"}\n",
                       5, 0.01, NULL, -1);
    kiln_fit *fit = load("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_E_SINGULAR);
    ck_assert_error_has("d_ZnO - 1 e_ZnO");
    kiln_fit_free(fit);
    write_solubilities(HEAD "parameters:\n  - {name: d_ZnO}\n  - {name: G_O2, prior: none}\n", 5, 0.01, NULL, -1);
    fit = load("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_E_SINGULAR);
    ck_assert_error_has("determines G_O2");
    kiln_fit_free(fit);
    /* one datum, two numbers, no priors */
    write_file(
        "data.fit.yaml", HEAD FREE
        "data:\n  - {kind: solubility, phase: rocksalt, composition: Mg0.9Zn0.1O, of: Zn, sigma: 0.01, T: 1300 K, beside: zincite}\n");
    fit = load("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_E_SINGULAR);
    ck_assert_error_has("combination");
    kiln_fit_free(fit);
}
END_TEST

START_TEST(nlopt_ends_at_the_same_place)
{
    uint64_t state = 9;
    kiln_fit_options o;
    kiln_fit_summary s;
    write_solubilities(HEAD "parameters:\n  - {name: d_ZnO}\n  - {name: \"d_ZnO*T\"}\n  - {name: \"L(rocksalt;Mg,Zn)\"}\n", 8,
                       0.01, &state, 4);
    kiln_fit *newton = solved("data.fit.yaml"), *nlopt;
    ck_assert_int_eq(kiln_fit_options_init(&o, KILN_FIT_OPTIONS_VERSION), KILN_OK);
    o.method = KILN_FIT_NLOPT;
    o.n_starts = 4;
    ck_assert_int_eq(kiln_fit_load(ctx, path_of("data.fit.yaml"), &o, &nlopt), KILN_OK);
    ck_assert_int_eq(kiln_fit_solve(nlopt), KILN_OK);
    ck_assert_int_eq(kiln_fit_summarise(nlopt, &s), KILN_OK);
    ck_assert_double_ge(s.nlopt_distance, 0.0);
    ck_assert_double_lt(s.nlopt_distance, 1e-3);
    ck_assert_int_eq(s.n_starts, 4);
    ck_assert_int_eq(s.n_minima, 1);
    for (int p = 0; p < 3; ++p)
        ck_assert_double_eq_tol(parameter(newton, p).value, parameter(nlopt, p).value, 1e-4 * parameter(newton, p).sigma);
    kiln_fit_free(newton);
    kiln_fit_free(nlopt);
}
END_TEST

/* MgZn2O3 beside zincite and an ideal rock salt: with mu(ZnO) that of zincite x = exp(-d / RT) of Zn dissolves, and the compound is RT ln(1 - x) from its oxides. A melt of CuO0.5 and CuO in oxygen
 * of 0.1 bar: g(CuO) - g(CuO0.5) = RT ln(p) / 4 - RT ln(x / (1 - x)). */
START_TEST(an_invariant_point_and_an_oxygen_content)
{
    static const double T_K = 1500.0, x = 0.2;
    kiln_fit_datum d;
    write_file(
        "three.yaml",
        "kiln: 1\nname: three\ninclude: [made.yaml]\nfunctions:\n"
        "  d_C: {G: -5000, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 9 kJ/mol}\n"
        "  d_CuO: {G: 0, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 90 kJ/mol}\n"
        "phases:\n  rocksalt:\n    interactions:\n      - {pair: [Mg+2, Zn+2], on: M, per: cation, W: 0, source: made, status: estimated}\n"
        "  melt:\n    formula: MO\n    sublattices: [{name: M, sites: 1, constituents: [CuO0.5, CuO]}]\n    end_members:\n"
        "      - {at: [CuO0.5], G: -100000, source: made, status: estimated}\n      - {at: [CuO], G: -100000 + d_CuO}\n"
        "    ideal: [[CuO0.5, CuO]]\n"
        "substances:\n  compound: {formula: MgZn2O3, at: [Mg+2, Zn+2, O-2], G: G_MgO + 2*G_ZnO + d_C}\n");
    write_file(
        "data.fit.yaml",
        "kiln-fit: 1\nname: made\ndatabase: three.yaml\nparameters:\n  - {name: d_C, prior: none}\n  - {name: d_CuO, prior: none}\ndata:\n"
        "  - {kind: invariant, phase: compound, composition: MgZn2O3, beside: \"zincite, rocksalt\", value: %g K, sigma: 5 K}\n"
        "  - {kind: oxygen_content, phase: melt, composition: CuO%g, value: 0.1 bar, sigma: 0.1, T: %g K}\n",
        T_K, 0.5 + 0.5 * x, T_K);
    kiln_fit *fit = solved("data.fit.yaml");
    const double RT = R * T_K;
    ck_assert_double_eq_tol(parameter(fit, 0).value, RT * log(1.0 - exp(-(12000.0 - 3.0 * T_K) / RT)), 0.05);
    ck_assert_double_eq_tol(parameter(fit, 1).value, 0.25 * RT * log(0.1) - RT * log(x / (1.0 - x)), 0.05);
    ck_assert_double_eq_tol(parameter(fit, 1).sigma, 0.25 * RT * log(10.0) * 0.1, 0.05);
    ck_assert_int_eq(kiln_fit_get_datum(fit, 0, &d), KILN_OK);
    ck_assert_double_eq_tol(d.model, T_K, 1e-3);
    ck_assert_str_eq(d.what, "compound MgZn2O3 beside zincite and rocksalt");
    kiln_fit_free(fit);
}
END_TEST

/* (Mg,Zn)[Mg,Zn]O2 with MgZnO2: Zn on A costs E in all, so that x / (1 - x) = exp(-E / 2RT) of it is there, and the compound is E x + 2RT (x ln x + (1 - x) ln(1 - x)) from its oxides. */
START_TEST(a_site_fraction_and_a_gibbs_energy)
{
    static const double T_K = 1200.0, E = 9000.0, F = -7000.0;
    kiln_fit_datum d;
    const double RT = R * T_K, x = 1.0 / (1.0 + exp(0.5 * E / RT));
    write_file(
        "three.yaml",
        "kiln: 1\nname: three\ninclude: [made.yaml]\nfunctions:\n"
        "  d_A: {G: 0, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 30 kJ/mol}\n"
        "  d_all: {G: 0, range: 300 K .. 2500 K, source: made, status: estimated, sigma: 30 kJ/mol}\n"
        "phases:\n  ordered:\n    formula: M2O2\n    sublattices:\n      - {name: A, sites: 1, constituents: [Mg+2, Zn+2]}\n"
        "      - {name: B, sites: 1, constituents: [Mg+2, Zn+2]}\n      - {name: O, sites: 2, constituents: [O-2]}\n    end_members:\n"
        "      - {at: [Mg+2, \"*\", \"*\"], G: G_MgO + d_all}\n      - {at: [Zn+2, \"*\", \"*\"], G: G_ZnO + d_all + d_A}\n"
        "      - {at: [\"*\", Mg+2, \"*\"], G: G_MgO}\n      - {at: [\"*\", Zn+2, \"*\"], G: G_ZnO}\n"
        "    default_pair: {W: 0, per: site, source: made, status: estimated}\n");
    write_file(
        "data.fit.yaml",
        "kiln-fit: 1\nname: made\ndatabase: three.yaml\nparameters:\n  - {name: d_A, prior: none}\n  - {name: d_all, prior: none}\ndata:\n"
        "  - {kind: site_fraction, phase: ordered, composition: MgZnO2, of: Zn, on: A, value: %.12f, sigma: 0.01, T: %g K}\n"
        "  - {kind: gibbs_energy, phase: ordered, composition: MgZnO2, reference: \"Mg=rocksalt, Zn=zincite\", value: %.6f J/mol, sigma: 100 J/mol, T: %g K}\n",
        x, T_K, 0.5 * (F + E * x + 2.0 * RT * (x * log(x) + (1.0 - x) * log(1.0 - x))), T_K);
    kiln_fit *fit = solved("data.fit.yaml");
    ck_assert_double_eq_tol(parameter(fit, 0).value, E, 0.01);
    ck_assert_double_eq_tol(parameter(fit, 1).value, F, 0.01);
    ck_assert_double_eq_tol(parameter(fit, 0).sigma, 2.0 * RT * 0.01 / (x * (1.0 - x)), 1.0);
    ck_assert_int_eq(kiln_fit_get_datum(fit, 0, &d), KILN_OK);
    ck_assert_double_eq_tol(d.model, x, 1e-6);
    ck_assert_str_eq(d.what, "ordered MgZnO2, Zn on A");
    ck_assert_str_eq(d.unit, "");
    kiln_fit_free(fit);
}
END_TEST

/* ---- Derivatives ---- */

/* One of each kind on the default database, inside whose phases charges and sites are exchanged, and demixing. */
static const char kinds_of_data[] =
    "kiln-fit: 1\nname: kinds\ndatabase: kiln.yaml\nparameters:\n  - {name: fit_CuO_rs}\n  - {name: \"fit_CuO_rs*T\"}\n  - {name: fit_ZnO_rs}\n  - {name: W_Mg_Cu}\n  - {name: W_Co_Cu}\n"
    "  - {name: G_CuO}\n  - {name: \"G_CoO*T\"}\n  - {name: spA_Co2}\n  - {name: G_CoO_Co3}\n  - {name: \"L(rocksalt;Mg,Ca)\"}\n  - {name: inv_Mg}\n"
    "  - {name: melt_Ca_Cu}\n  - {name: \"fit_Ca2CuO3*T\"}\n  - {name: LK_Li}\n  - {name: rs_Li}\ndata:\n"
    "  - {id: solubility, kind: solubility, phase: rocksalt, composition: Mg0.9Cu0.1O, of: Cu, sigma: 0.01, T: 900 C, beside: guggenite}\n"
    "  - {id: any, kind: solubility, phase: rocksalt, composition: Co0.7Cu0.3O, of: Cu, sigma: 0.01, T: 950 C}\n"
    "  - {id: vacant, kind: solubility, phase: rocksalt, composition: Li0.3Co0.7O, of: Li, sigma: 0.01, T: 1050 C, beside: layered_o3}\n"
    "  - {id: demixing, kind: solubility, phase: rocksalt, composition: Mg0.95Ca0.05O, of: Ca, sigma: 0.01, T: 1700 C, beside: rocksalt}\n"
    "  - {id: boundary, kind: boundary, phase: rocksalt, composition: \"(Mg,Co,Ni,Cu,Zn)O\", value: 870 C, sigma: 20 K, beside: wurtzite}\n"
    "  - {id: oxygen, kind: oxygen_potential, phase: rocksalt, composition: Mg0.5Co0.5O, value: 1e-12 bar, sigma: 0.3, T: 1000 C, beside: alloy_fcc}\n"
    "  - {id: invariant, kind: invariant, phase: ca2cuo3, composition: Ca2CuO3, beside: \"tenorite, oxide_melt\", value: 1014 C, sigma: 5 K}\n"
    "  - {id: content, kind: oxygen_content, phase: oxide_melt, composition: CuO0.6, value: 0.2 bar, sigma: 0.3, T: 1200 C}\n"
    "  - {id: transition, kind: transition, phase: rocksalt, composition: CoO, beside: spinel, value: 897 C, sigma: 5 K}\n"
    "  - {id: set, kind: boundary, phase: guggenite, composition: Cu2MgO3, value: 1050 C, sigma: 20 K}\n"
    "  - {id: tie, kind: tie_line, phase: rocksalt, composition: Mg0.8Cu0.2O, of: Cu, beside: guggenite, beside_composition: Cu2.02Mg0.98O3, sigma: 0.01, T: 1000 C}\n"
    "  - {id: activity, kind: activity, phase: spinel, composition: CoFe2O4, of: Co, reference: rocksalt, value: 0.3, sigma: 0.05, T: 1000 C}\n"
    "  - {id: enthalpy, kind: mixing_enthalpy, phase: spinel, composition: MgFe2O4, reference: \"Mg=rocksalt, Fe=corundum\", value: -5 kJ/mol, sigma: 2 kJ/mol, T: 1000 C}\n"
    "  - {id: gibbs, kind: gibbs_energy, phase: spinel, composition: MgFe2O4, reference: \"Mg=rocksalt, Fe=corundum\", value: -8 kJ/mol, sigma: 2 kJ/mol, T: 1000 C}\n"
    "  - {id: site, kind: site_fraction, phase: spinel, composition: MgFe2O4, of: Mg, on: A, value: 0.2, sigma: 0.02, T: 1000 C}\n"
    "  - {id: redox, kind: site_fraction, phase: spinel, composition: CoFe2O4, of: Co, on: A, value: 0.3, sigma: 0.02, T: 1000 C}\n"
    "  - {id: function, kind: function, function: \"2*fit_CuO_rs - G_CuO + spB_Ti4 + 0.5*inv_Mg\", value: 30 kJ/mol, sigma: 2 kJ/mol, T: 1000 C}\n"
    "  - {id: single, kind: outcome, phase: rocksalt, composition: \"(Mg,Co,Ni,Cu,Zn)O\", value: single, T: 750 C}\n";

START_TEST(derivatives_are_those_of_differences)
{
    enum { MOST = 16 };
    kiln_fit *fit;
    double theta[MOST], gradient[MOST], f[2], force;
    write_file("data.fit.yaml", "%s", kinds_of_data);
    kiln_fit_options o;
    ck_assert_int_eq(kiln_fit_options_init(&o, KILN_FIT_OPTIONS_VERSION), KILN_OK);
    o.database = KILN_TEST_DATABASES "/kiln.yaml";
    const kiln_status status = kiln_fit_load(ctx, path_of("data.fit.yaml"), &o, &fit);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    for (int i = 0; i < kiln_fit_n_problems(fit); ++i) {
        kiln_fit_problem_info p;
        ck_assert_int_eq(kiln_fit_get_problem(fit, i, &p), KILN_OK);
        ck_abort_msg("%s: %s", p.id, p.text);
    }
    for (int p = 0; p < fit->n_parameters; ++p) theta[p] = fit->parameters[p].start;
    for (int i = 0; i < fit->n_rows; ++i) {
        int n_moved = 0;
        kiln_i_fit_apply(fit, theta);
        ck_assert_msg(kiln_i_datum_evaluate(fit, fit->rows[i], &force, gradient, NULL) == KILN_OK, "%s: %s", fit->rows[i]->id,
                      kiln_context_error(ctx));
        for (int p = 0; p < fit->n_parameters; ++p) {
            const double was = theta[p], step = fit->parameters[p].is_slope ? 0.02 : 20.0;
            for (int k = 0; k < 2; ++k) {
                theta[p] = was + (k ? step : -step);
                kiln_i_fit_apply(fit, theta);
                ck_assert_int_eq(kiln_i_datum_evaluate(fit, fit->rows[i], &f[k], NULL, NULL), KILN_OK);
            }
            theta[p] = was;
            const double difference = (f[1] - f[0]) / (2.0 * step), size = fit->parameters[p].is_slope ? 1000.0 : 1.0;
            /* forces are converged to 1e-7 J/mol, and bend over some RT */
            ck_assert_msg(fabs(gradient[p] - difference) < size * 3e-5 + 1e-4 * fabs(difference),
                          "%s in %s: %g, by differences %g", fit->rows[i]->id, fit->parameters[p].name, gradient[p], difference);
            n_moved += fabs(gradient[p]) > 1e-6;
        }
        ck_assert_msg(n_moved > 0, "%s rests on nothing", fit->rows[i]->id);
    }
    kiln_fit_free(fit);
}
END_TEST

/* ---- The database ---- */

START_TEST(what_is_written_is_read_back)
{
    uint64_t state = 2;
    char *text;
    size_t length;
    kiln_database *db;
    kiln_function_info info;
    double value, sigma;
    write_solubilities(HEAD "parameters:\n  - {name: \"L(rocksalt;Zn,Mg)\"}\n  - {name: d_ZnO}\n  - {name: \"d_ZnO*T\"}\n", 8,
                       0.01, &state, -1);
    kiln_fit *fit = solved("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_write(fit, "mine", folder, "kiln fit data.fit.yaml", &text, &length), KILN_OK);
    ck_assert_uint_eq(strlen(text), length);
    ck_assert_ptr_nonnull(strstr(text, "include: [\"made.yaml\"]"));
    ck_assert_int_eq(kiln_database_parse(ctx, text, length, "mine", folder, &db), KILN_OK);
    const int f = kiln_database_find_function(db, "d_ZnO"), phase = kiln_database_find_phase(db, "rocksalt");
    ck_assert_int_eq(kiln_database_function(db, f, &info), KILN_OK);
    ck_assert_str_eq(info.provenance.status, "fitted");
    ck_assert_str_eq(info.provenance.source_key, "made_fit");
    ck_assert_double_eq_tol(info.provenance.sigma_J_mol, parameter(fit, 1).sigma, 1e-3);
    ck_assert_int_eq(kiln_database_function_value(db, ctx, f, 1500.0, &value, NULL, NULL), KILN_OK);
    ck_assert_double_eq_tol(value, parameter(fit, 1).value + 1500.0 * parameter(fit, 2).value, 1e-3);
    kiln_parameter_info entry;
    int found = 0;
    for (int i = 0; kiln_database_parameter(db, phase, i, &entry) == KILN_OK; ++i) {
        if (strcmp(entry.kind, "interaction") != 0) continue;
        ck_assert_int_eq(kiln_database_parameter_value(db, ctx, phase, i, 1500.0, &value, &sigma), KILN_OK);
        ck_assert_double_eq_tol(value, parameter(fit, 0).value, 1e-3);
        ck_assert_double_eq_tol(sigma, parameter(fit, 0).sigma, 1e-3);
        ++found;
    }
    ck_assert_int_eq(found, 1);
    ck_assert_int_eq(db->n_covariances, 1);
    ck_assert_double_eq_tol(db->covariances[0].matrix[0 + 3 * 1], kiln_fit_covariance(fit, 0, 1),
                            1e-6 * fabs(kiln_fit_covariance(fit, 0, 1)));
    kiln_check_summary check;
    ck_assert_int_eq(kiln_database_check(db, ctx, NULL, NULL, &check), KILN_OK);
    ck_assert_int_eq(check.n_errors, 0);
    kiln_database_free(db);
    kiln_fit_text_free(ctx, text);
    kiln_fit_free(fit);
}
END_TEST

/* Functions in every form keep their value but for the shift: NASA polynomials, several pieces, magnetism, references. */
START_TEST(every_form_of_function_survives)
{
    static const char *const names[] = {"G_O2", "G_MnO", "G_NiO", "G_Fe3_rs", "G_Mn3O4", "G_CoO"};
    char text[2000] = "kiln-fit: 1\nname: forms\nparameters:\n", *written;
    size_t length;
    kiln_fit *fit;
    kiln_fit_options o;
    kiln_database *before, *after;
    ck_assert_int_eq(kiln_database_load(ctx, KILN_TEST_DATABASES "/kiln.yaml", &before), KILN_OK);
    for (size_t k = 0; k < sizeof names / sizeof *names; ++k) {
        if (kiln_database_find_function(before, names[k]) < 0) continue;
        snprintf(text + strlen(text), sizeof text - strlen(text), "  - {name: %s, prior: 0 J/mol, sigma: 1 J/mol}\n", names[k]);
    }
    strcat(text, "data:\n  - {kind: transition, phase: rocksalt, composition: CoO, beside: spinel, value: 900 C, sigma: 5 K}\n");
    write_file("data.fit.yaml", "%s", text);
    ck_assert_int_eq(kiln_fit_options_init(&o, KILN_FIT_OPTIONS_VERSION), KILN_OK);
    o.database = KILN_TEST_DATABASES "/kiln.yaml";
    ck_assert_int_eq(kiln_fit_load(ctx, path_of("data.fit.yaml"), &o, &fit), KILN_OK);
    for (int p = 0; p < fit->n_parameters; ++p) fit->parameters[p].prior = fit->parameters[p].start; /* near where they are */
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    ck_assert_msg(kiln_fit_write(fit, "forms", folder, NULL, &written, &length) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_database_parse(ctx, written, length, "forms", folder, &after), KILN_OK);
    for (int p = 0; p < fit->n_parameters; ++p)
        for (double T_K = 250.0; T_K < 2600.0; T_K += 130.0) {
            double a, b, s[2], cp[2], shift = 0.0;
            const char *name = parameter(fit, p).entry;
            ck_assert_int_eq(kiln_database_function_value(before, ctx, kiln_database_find_function(before, name), T_K, &a, &s[0],
                                                          &cp[0]),
                             KILN_OK);
            ck_assert_int_eq(kiln_database_function_value(after, ctx, kiln_database_find_function(after, name), T_K, &b, &s[1],
                                                          &cp[1]),
                             KILN_OK);
            shift = b - a;
            ck_assert_msg(fabs(shift) < 10.0, "%s at %g K: %g J/mol apart", name, T_K, shift);
            ck_assert_msg(fabs(s[0] - s[1]) < 1e-3 && fabs(cp[0] - cp[1]) < 1e-3, "%s at %g K: S %g, %g; Cp %g, %g", name, T_K,
                          s[0], s[1], cp[0], cp[1]);
        }
    kiln_database_free(before);
    kiln_database_free(after);
    kiln_fit_text_free(ctx, written);
    kiln_fit_free(fit);
}
END_TEST

/* ---- Files ---- */

#define DATUM \
    "data:\n  - {kind: solubility, phase: rocksalt, composition: Mg0.9Zn0.1O, of: Zn, sigma: 0.01, T: 1300 K, beside: zincite}\n"

static const struct {
    const char *text, *error;
} refused[] = {
    {"name: x\n", "data.fit.yaml:1:1: "},
    {"kiln-fit: 2\nname: x\n", "data.fit.yaml:1:11: expected version 1"},
    {HEAD "paremeters: []\n", ":4:1: "},
    {HEAD "parameters:\n  - {name: d_ZnP}\n" DATUM, ":5:12: database made has no function or entry d_ZnP; did you mean d_ZnO?"},
    {HEAD "parameters:\n  - {name: d_ZnO}\n  - {name: d_ZnO}\n" DATUM, ":6:12: expected each parameter once"},
    {HEAD "parameters:\n  - {name: d_ZnO, prior: 3}\n" DATUM, ":5:26: expected an energy"},
    {HEAD "parameters:\n  - {name: d_ZnO, prior: 3 kJ/mol, sigma: 0 kJ/mol}\n" DATUM,
     ":5:43: expected a prior with a sigma above 0"},
    {HEAD "parameters:\n  - {name: \"L(rocksalt;Mg,Fe)\"}\n" DATUM,
     ":5:13: \"L(rocksalt;Mg,Fe)\": no sublattice of rocksalt holds both"},
    {HEAD DATUM, "data.fit.yaml:1:1: expected at least one parameter"},
    {HEAD "parameters:\n  - {name: d_ZnO}\n", "data.fit.yaml:1:1: expected at least one datum"},
    {HEAD "loss: cauchy\n", ":4:7: expected huber or squares"},
    {HEAD "threshold: 0\n", ":4:12: expected 0.1 to 100"},
    {HEAD FREE "data:\n  - {kind: solubilty}\n", ":8:12: expected solubility, boundary"},
    {HEAD FREE "data:\n  - {kind: invariant, phase: zincite, beside: rocksalt}\n", ":8:47: expected two phases"},
    {HEAD FREE "data:\n  - {kind: invariant, phase: zincite, beside: \"rocksalt, zincite\"}\n",
     ":8:48: expected two phases other than"},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksald}\n",
     ":8:31: database made has no phase rocksald; did you mean rocksalt?"},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksalt}\n", ":8:5: expected a composition, found none"},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksalt, composition: MgO2Q, T: 900 C}\n", ":8:54: "},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900}\n", ":8:70: "},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, of: Cu}\n",
     ":8:81: expected a cation of"},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, of: Zn}\n",
     ":8:5: expected a sigma, found none"},
    {HEAD FREE "data:\n  - {kind: solubility, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, of: Zn, value: 1.5}\n",
     ":8:92: expected a fraction above 0 and below 1"},
    {HEAD FREE "data:\n  - {kind: site_fraction, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, of: Zn, on: N}\n",
     ":8:92: expected a sublattice of rocksalt, found"},
    {HEAD FREE "data:\n  - {kind: site_fraction, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, of: Zn, on: M, value: 0}\n",
     ":8:102: expected a fraction above 0 and below 1"},
    {HEAD FREE "data:\n  - {kind: function, T: 900 C, value: 0 J/mol, sigma: 1 J/mol, function: 2*d_ZnP}\n",
     ":8:74: database made has no function d_ZnP"},
    {HEAD FREE "data:\n  - {kind: function, T: 900 C, value: 0 J/mol, sigma: 1 J/mol, function: d_ZnO - 3}\n",
     ":8:74: expected a sum of functions"},
    {HEAD FREE "data:\n  - {kind: gibbs_energy, phase: rocksalt, composition: Mg0.5Zn0.5O}\n", ":8:5: expected a T"},
    {HEAD FREE "data:\n  - {kind: outcome, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, value: one}\n",
     ":8:81: expected single or multi"},
    {HEAD FREE "data:\n  - {kind: outcome, phase: rocksalt, composition: Mg0.5Zn0.5O, T: 900 C, value: single, source: me}\n",
     ":8:97: expected a key of the bibliography"},
    {HEAD "tables: [none.csv]\n" FREE, "none.csv: cannot be opened"},
    {"kiln-fit: 1\nname: made\ndatabase: nowhere.yaml\n", ":3:11: nowhere.yaml: not found"},
};

START_TEST(what_data_sets_refuse)
{
    kiln_fit *fit = (kiln_fit *)1;
    write_file("data.fit.yaml", "%s", refused[_i].text);
    const kiln_status status = kiln_fit_load(ctx, path_of("data.fit.yaml"), NULL, &fit);
    ck_assert_msg(status == KILN_E_PARSE || status == KILN_E_IO, "%d: %s", (int)status, kiln_context_error(ctx));
    ck_assert_ptr_null(fit);
    ck_assert_error_has(refused[_i].error);
}
END_TEST

START_TEST(a_table_alone_is_a_data_set)
{
    kiln_fit *fit;
    kiln_fit_options o;
    ck_assert_int_eq(kiln_fit_options_init(&o, KILN_FIT_OPTIONS_VERSION), KILN_OK);
    o.database = path_of("made.yaml");
    write_file("data.csv",
               "id,kind,parameter,phase,composition,of,value,sigma,T,beside,source\n,parameter,d_ZnO,,,,12 kJ/mol,5 kJ/mol,,,\n"
               "a,solubility,,rocksalt,\"(Mg,Zn)O\",Zn,%.9f,0.01,1500 K,zincite,somebody\n",
               solubility(1500.0));
    ck_assert_msg(kiln_fit_load(ctx, path_of("data.csv"), &o, &fit) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    kiln_fit_free(fit);
    write_file("data.csv", "id,kind,parameter,value,sigma\n,parameter,d_ZnO,12 kJ/mol,5\n");
    ck_assert_int_eq(kiln_fit_load(ctx, path_of("data.csv"), &o, &fit), KILN_E_PARSE);
    ck_assert_error_has("data.csv:2:28: expected an energy");
    write_file("data.csv", "id,knd\n");
    ck_assert_int_eq(kiln_fit_load(ctx, path_of("data.csv"), &o, &fit), KILN_E_PARSE);
}
END_TEST

/* A phase that is missing, a temperature far outside; the rest goes on where that is asked for. */
START_TEST(data_that_cannot_be_evaluated_are_listed)
{
    kiln_fit *fit;
    kiln_fit_options o;
    kiln_fit_problem_info p;
    write_file(
        "data.fit.yaml", HEAD
        "parameters:\n  - {name: d_ZnO}\n" DATUM
        "  - {id: cold, kind: solubility, phase: rocksalt, composition: Mg0.9Zn0.1O, of: Zn, sigma: 0.01, T: 5000 K, beside: zincite}\n"
        "  - {id: given, kind: site_fraction, phase: rocksalt, composition: Mg0.9Zn0.1O, of: Zn, on: M, value: 0.1, sigma: 0.01, T: 1300 K}\n"
        "  - {id: lone, kind: solubility, phase: zincite, composition: Mg0.9Zn0.1O, of: Zn, sigma: 0.01, T: 1300 K, beside: rocksalt}\n");
    fit = load("data.fit.yaml");
    ck_assert_int_eq(kiln_fit_n_problems(fit), 3);
    ck_assert_int_eq(kiln_fit_get_problem(fit, 0, &p), KILN_OK);
    ck_assert_str_eq(p.id, "cold");
    ck_assert_int_eq(p.status, KILN_E_RANGE);
    ck_assert_int_eq(kiln_fit_get_problem(fit, 1, &p), KILN_OK);
    ck_assert_int_eq(p.status, KILN_E_MISSING);
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_E_MISSING);
    ck_assert_error_has("data.fit.yaml:8:5: cold: ");
    kiln_fit_free(fit);
    ck_assert_int_eq(kiln_fit_options_init(&o, KILN_FIT_OPTIONS_VERSION), KILN_OK);
    o.leave_out = 1;
    ck_assert_int_eq(kiln_fit_load(ctx, path_of("data.fit.yaml"), &o, &fit), KILN_OK);
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    kiln_fit_free(fit);
}
END_TEST

/* A firing that the database contradicts moves the number; one that it agrees with does not. */
START_TEST(outcomes_speak_where_they_are_missed)
{
    static const char *const outcome[] = {"single", "multi"};
    double value[2];
    for (int k = 0; k < 2; ++k) {
        /* (Mg0.5Zn0.5)O at 2000 K: RT ln 2 = 11.5 kJ/mol against 12 - 6 + 1.25: one phase */
        write_file(
            "data.fit.yaml",
            HEAD
            "parameters:\n  - {name: d_ZnO}\ndata:\n  - {kind: outcome, phase: rocksalt, composition: Mg0.5Zn0.5O, value: %s, T: 2000 K, sigma: 20 K}\n",
            outcome[k]);
        kiln_fit *fit = solved("data.fit.yaml");
        value[k] = parameter(fit, 0).value;
        kiln_fit_free(fit);
    }
    ck_assert_double_eq_tol(value[0], 12000.0, 1e-9);
    ck_assert_double_gt(value[1], 15000.0);
}
END_TEST

START_TEST(failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_status status = KILN_E_NOMEM;
    write_file(
        "data.fit.yaml", HEAD
        "bibliography:\n  a: {text: somebody, doi: 10.1/2}\nparameters:\n  - {name: d_ZnO, source: a}\n  - {name: \"L(rocksalt;Mg,Zn)\", note: pair}\ndata:\n"
        "  - {kind: solubility, phase: rocksalt, composition: Mg0.9Zn0.1O, of: Zn, sigma: 0.01, T: 1300 K, beside: zincite, source: a}\n"
        "  - {kind: mixing_enthalpy, phase: rocksalt, composition: Mg0.5Zn0.5O, value: 2 kJ/mol, sigma: 1 kJ/mol}\n"
        "  - {kind: function, function: 2*d_ZnO, value: 20 kJ/mol, sigma: 9 kJ/mol, T: 1300 K}\n");
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        kiln_fit *fit = NULL;
        char *text = NULL;
        kiln_report *report = NULL;
        calls = 0;
        fail_at = at;
        status = kiln_fit_load(own, path_of("data.fit.yaml"), NULL, &fit);
        if (status == KILN_OK) status = kiln_fit_solve(fit);
        if (status == KILN_OK) status = kiln_fit_write(fit, "x", folder, "", &text, NULL);
        if (status == KILN_OK) status = kiln_report_fit(own, fit, &report);
        fail_at = 0;
        ck_assert_msg(status == KILN_OK || status == KILN_E_NOMEM, "allocation %ld: %d %s", at, (int)status,
                      kiln_context_error(own));
        kiln_report_free(report);
        kiln_fit_text_free(own, text);
        kiln_fit_free(fit);
        ck_assert_msg(out_now == before, "allocation %ld left %ld: %s", at, out_now - before, kiln_context_error(own));
    }
    ck_assert_int_eq(status, KILN_OK);
    kiln_context_free(own);
}
END_TEST

/* What is shipped is what its data set gives: the data set is the one it was written from, and values and covariances are the fit's. */
static const char *const shipped[] = {"rocksalt", "fluorite", "melt", "spinel", "layered", "perovskite"};

START_TEST(shipped_fits_are_repeated)
{
    kiln_fit *fit;
    kiln_fit_summary s;
    kiln_database *db;
    char path[400];
    snprintf(path, sizeof path, "%s/assessment/%s.fit.yaml", KILN_TEST_DATABASES, shipped[_i]);
    const kiln_status status = kiln_fit_load(ctx, path, NULL, &fit);
    ck_assert_msg(status == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_int_eq(kiln_fit_n_problems(fit), 0);
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    ck_assert_int_eq(kiln_fit_summarise(fit, &s), KILN_OK);
    snprintf(path, sizeof path, "%s/%s-fitted.yaml", KILN_TEST_DATABASES, shipped[_i]);
    ck_assert_msg(kiln_database_load(ctx, path, &db) == KILN_OK, "%s", kiln_context_error(ctx));
    const kiln_i_covariance *block = &db->covariances[db->n_covariances - 1];
    ck_assert_int_eq(block->n, s.n_parameters);
    for (int p = 0; p < s.n_parameters; ++p) {
        const kiln_fit_parameter at = parameter(fit, p);
        const int f = kiln_database_find_function(db, at.entry);
        double value[2];
        char hash[13];
        ck_assert_int_ge(f, 0);
        snprintf(hash, sizeof hash, "%s", s.sha256);
        ck_assert_msg(strstr(db->sources[db->functions[f].source].text, hash) != NULL, "%s: another data set: %s", path,
                      db->sources[db->functions[f].source].text);
        for (int k = 0; k < 2; ++k)
            ck_assert_int_eq(kiln_database_function_value(db, ctx, f, 1000.0 + k, &value[k], NULL, NULL), KILN_OK);
        const double slope = value[1] - value[0];
        ck_assert_double_eq_tol(at.value, at.is_slope ? slope : value[0] - 1000.0 * slope, 1e-5 * at.sigma);
        for (int q = 0; q <= p; ++q)
            ck_assert_double_eq_tol(block->matrix[p + block->n * q], kiln_fit_covariance(fit, p, q),
                                    1e-5 * at.sigma * parameter(fit, q).sigma);
    }
    kiln_database_free(db);
    kiln_fit_free(fit);
}
END_TEST

/* The sigma of the law of layered oxides is what its compounds deviate by where each is left out: then the deviations in sigma have unit mean square, for Li and for Na. */
START_TEST(the_law_of_layered_oxides_knows_its_scatter)
{
    kiln_fit *fit;
    double square[2] = {0.0, 0.0};
    int n[2] = {0, 0};
    ck_assert_int_eq(kiln_fit_load(ctx, KILN_TEST_DATABASES "/assessment/layered.fit.yaml", NULL, &fit), KILN_OK);
    ck_assert_int_eq(kiln_fit_solve(fit), KILN_OK);
    for (int i = 0; i < fit->n_rows; ++i) {
        kiln_fit_datum d;
        ck_assert_int_eq(kiln_fit_get_datum(fit, i, &d), KILN_OK);
        if (d.kind != KILN_FIT_FUNCTION) continue;
        const int alkali = d.id[0] == 'N';
        square[alkali] += d.left_out * d.left_out;
        ++n[alkali];
    }
    for (int k = 0; k < 2; ++k) {
        ck_assert_int_eq(n[k], 4);
        ck_assert_double_eq_tol(sqrt(square[k] / n[k]), 1.0, 0.1);
    }
    kiln_fit_free(fit);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fit");
    TCase *tc = tcase_create("fits");
    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, exact_data_give_the_truth_back);
    tcase_add_test(tc, stated_covariances_cover_the_truth);
    tcase_add_test(tc, huber_s_loss_stands_an_outlier);
    tcase_add_test(tc, leaving_a_datum_out_is_what_leverage_says);
    tcase_add_test(tc, priors_are_data);
    tcase_add_test(tc, a_sum_of_functions_is_a_datum);
    tcase_add_test(tc, an_enthalpy_of_functions_is_a_datum);
    tcase_add_test(tc, what_nothing_determines_is_named);
    tcase_add_test(tc, nlopt_ends_at_the_same_place);
    tcase_add_test(tc, an_invariant_point_and_an_oxygen_content);
    tcase_add_test(tc, a_site_fraction_and_a_gibbs_energy);
    tcase_add_test(tc, derivatives_are_those_of_differences);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_test(tc, every_form_of_function_survives);
    tcase_add_loop_test(tc, what_data_sets_refuse, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tc, a_table_alone_is_a_data_set);
    tcase_add_test(tc, data_that_cannot_be_evaluated_are_listed);
    tcase_add_test(tc, outcomes_speak_where_they_are_missed);
    tcase_add_test(tc, failed_allocations_are_undone);
    tcase_add_test(tc, the_law_of_layered_oxides_knows_its_scatter);
    tcase_add_loop_test(tc, shipped_fits_are_repeated, 0, (int)(sizeof shipped / sizeof *shipped));
    return run_suite(suite);
}
