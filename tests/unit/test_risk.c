/* Windows over the uncertain numbers: closed forms where they are, whole windows of single samples, the same numbers on any threads, and what firings teach. */
#include "seeded.h"
#include "synthetic.h"

#include "core/random.h"
#include "predict/risk_state.h"

#include <math.h>

static const double R = 8.31446261815324;
static bench b;
static yaml_text t;
static kiln_risk *risk;

static void close_it(void)
{
    kiln_risk_free(risk);
    risk = NULL;
    bench_close(&b);
}

static void sample(const char *formula, const char *atmosphere, const char *phase, int n, int threads, uint64_t seed,
                   kiln_risk **out)
{
    kiln_composition x;
    kiln_atmosphere a;
    kiln_risk_options o;
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, formula, &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, atmosphere, &a));
    ck_assert_int_eq(kiln_risk_options_init(&o, KILN_RISK_OPTIONS_VERSION), KILN_OK);
    o.n_samples = n;
    o.n_threads = threads;
    o.seed = seed;
    const kiln_step_question q = {b.db, &x, &a, NULL, NULL};
    REQUIRE_OK(&b, kiln_risk_create(b.ctx, &q, NULL, kiln_system_find_phase(b.system, phase), 0.0, &o, out));
}

/* Nickel leaves an ideal solution where H - S T + R T ln x = 0, H uncertain by 500 J/mol: linear in H, so that samples and first order agree. */
static void put_linear(double sigma)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: linear\nbibliography:\n  t: {text: test}\nfunctions:\n"
        "  H: {G: 20000, sigma: %g J/mol, source: t, status: measured}\nphases:\n"
        "  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: H - 4*T}]\n    ideal: [[Mg, Ni]]\n"
        "substances:\n  nickel: {formula: Ni, at: [Ni], G: 0}\n",
        sigma);
    bench_open(&b, t.at, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
}

START_TEST(a_linear_case_has_its_closed_form)
{
    const double S = 4.0 - R * log(0.2), T = 20000.0 / S, sigma = 500.0 / S;
    kiln_risk_summary s;
    kiln_risk_point p;
    put_linear(500.0);
    sample("Mg0.8Ni0.2", "closed", "alpha", 16384, 1, 1, &risk);
    REQUIRE_OK(&b, kiln_risk_summarise(risk, &s));
    ck_assert_int_eq(s.n_failed, 0);
    ck_assert_int_eq(s.n_unknowns, 1);
    ck_assert_double_eq_tol(s.low.median_K, T, 0.02);
    ck_assert_double_eq_tol(s.low.standard_K, sigma, 0.002 * sigma);
    ck_assert_double_eq_tol(s.low.sigma_K, sigma, 0.01 * sigma);
    ck_assert_double_eq_tol(s.low.first_order_sigma_K, sigma, 0.04 * sigma); /* 4096 pseudo-random samples */
    ck_assert_double_eq(s.high.share_open, 1.0);
    for (int k = -2; k <= 2; ++k) {
        REQUIRE_OK(&b, kiln_risk_at(risk, T + k * sigma, &p));
        const double exact = 0.5 * erfc(-k / sqrt(2.0));
        ck_assert_double_eq_tol(p.probability, exact, 1e-3);
        ck_assert_double_le(p.standard_error, 1e-3);
    }
}
END_TEST

/* Each outcome is the window that a scan of the shifted system finds, with its certificate. */
START_TEST(samples_are_whole_windows)
{
    enum { N = 96 };
    kiln_window w;
    kiln_window_options wo;
    kiln_composition x;
    kiln_atmosphere a;
    kiln_i_sampler *s;
    int compared = 0;
    bench_open(&b, NULL, KILN_TEST_DATABASES "/kiln.yaml", "(Mg,Co,Ni,Cu,Zn)O", "air", KILN_METHOD_NEWTON);
    const int phase = kiln_system_find_phase(b.system, "rocksalt");
    sample("(Mg,Co,Ni,Cu,Zn)O", "air", "rocksalt", N, 2, 7, &risk);
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "(Mg,Co,Ni,Cu,Zn)O", &x));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "air", &a));
    ck_assert_int_eq(kiln_window_options_init(&wo, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
    const kiln_step_question q = {b.db, &x, &a, NULL, NULL};
    REQUIRE_OK(&b, kiln_i_sampler_create(risk, &q, &wo, b.ctx, &s));
    for (int i = 0; i < N; ++i) {
        REQUIRE_OK(&b, kiln_i_sampler_restart(s));
        const kiln_i_outcome o = kiln_i_sampler_solve(s, i);
        ck_assert(!o.is_failed);
        REQUIRE_OK(&b, kiln_window_solve(s->window, phase, &w));
        if (w.n_ranges == 0) {
            ck_assert_double_ge(o.low_K, o.high_K);
            continue;
        }
        if (w.n_ranges > 1) continue; /* one of them is followed */
        ck_assert_double_eq_tol(o.low_K, w.range[0].low.T_K, 0.01);
        ck_assert_double_eq_tol(o.high_K, w.range[0].high.T_K, 0.01);
        ck_assert_double_eq_tol(risk->outcome[i].low_K, o.low_K, 0.01);
        ++compared;
    }
    kiln_i_sampler_free(s);
    ck_assert_int_ge(compared, N - 8);
}
END_TEST

START_TEST(threads_do_not_matter)
{
    kiln_risk *other = NULL;
    bench_open(&b, NULL, KILN_TEST_DATABASES "/kiln.yaml", "(Mg,Co,Ni,Cu,Zn)O", "Ar", KILN_METHOD_NEWTON);
    sample("(Mg,Co,Ni,Cu,Zn)O", "Ar", "rocksalt", 256, 1, 3, &risk);
    sample("(Mg,Co,Ni,Cu,Zn)O", "Ar", "rocksalt", 256, 3, 3, &other);
    for (int i = 0; i < 256; ++i) {
        ck_assert_double_eq(risk->outcome[i].low_K, other->outcome[i].low_K);
        ck_assert_double_eq(risk->outcome[i].high_K, other->outcome[i].high_K);
        ck_assert_int_eq(risk->outcome[i].low_limit, other->outcome[i].low_limit);
    }
    kiln_risk_free(other);
}
END_TEST

/* Correlated numbers: G_Ni - G_Mg matters only, so that with full correlation nothing is uncertain. */
START_TEST(covariances_are_sampled)
{
    static const double correlation[] = {0.0, 0.9};
    const double S = 4.0 - R * log(0.2);
    for (int k = 0; k < 2; ++k) {
        kiln_risk_summary s;
        t.used = 0;
        put(&t,
            "kiln: 1\nname: correlated\nbibliography:\n  t: {text: test}\nfunctions:\n"
            "  A: {G: 20000, sigma: 300 J/mol, source: t, status: fitted}\n  B: {G: 0, sigma: 300 J/mol, source: t, status: fitted}\n"
            "covariance:\n  - parameters: [A, B]\n    matrix:\n      - [90000]\n      - [%g, 90000]\nphases:\n"
            "  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: A - 4*T}]\n    ideal: [[Mg, Ni]]\n"
            "substances:\n  nickel: {formula: Ni, at: [Ni], G: B}\n",
            90000.0 * correlation[k]);
        bench_open(&b, t.at, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
        sample("Mg0.8Ni0.2", "closed", "alpha", 8192, 1, 1, &risk);
        REQUIRE_OK(&b, kiln_risk_summarise(risk, &s));
        const double sigma = 300.0 * sqrt(2.0 - 2.0 * correlation[k]) / S;
        ck_assert_double_eq_tol(s.low.standard_K, sigma, 0.01 * sigma);
        close_it();
    }
}
END_TEST

/* One number decides alone; the other cannot matter. */
START_TEST(the_number_that_decides_is_named)
{
    const double S = 4.0 - R * log(0.2);
    kiln_risk_parameter p[4];
    int n;
    t.used = 0;
    put(&t, "kiln: 1\nname: two\nbibliography:\n  t: {text: test}\nfunctions:\n"
            "  large: {G: 20000, sigma: 500 J/mol, source: t, status: measured}\n"
            "  small: {G: 0, sigma: 50 J/mol, source: t, status: estimated}\nphases:\n"
            "  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: large - 4*T}]\n    ideal: [[Mg, Ni]]\n"
            "substances:\n  nickel: {formula: Ni, at: [Ni], G: small}\n");
    bench_open(&b, t.at, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    sample("Mg0.8Ni0.2", "closed", "alpha", 8192, 1, 1, &risk);
    REQUIRE_OK(&b, kiln_risk_parameters(risk, 20000.0 / S, 4, p, &n));
    ck_assert_int_eq(n, 2);
    ck_assert_str_eq(p[0].name, "large");
    ck_assert_double_gt(p[0].risk_share, 0.8);
    ck_assert_double_lt(p[1].risk_share, 0.05);
    ck_assert_double_eq_tol(p[0].low_share, 0.99, 0.01);
    ck_assert_double_eq_tol(p[0].low_K, 500.0 / S, 0.01);
    ck_assert_str_eq(p[1].status, "estimated");
}
END_TEST

/* Gaussian end, one firing: the posterior of the end given "multi" at its median is the upper half, blurred by the furnace: closed form of the mean. */
START_TEST(a_firing_moves_the_end_as_bayes_says)
{
    const double S = 4.0 - R * log(0.2), T = 20000.0 / S, sigma = 500.0 / S, pi = 3.141592653589793;
    const kiln_observation_errors e = {.furnace_K = 10.0, .weighing = 0.0, .misread = 1e-6};
    const kiln_observation multi = {T, 0, -1}, single = {T, 1, -1}, nonsense[] = {{T + 8 * sigma, 0, -1}, {T - 8 * sigma, 1, -1}};
    kiln_risk_summary s;
    double next_K, bits;
    put_linear(500.0);
    sample("Mg0.8Ni0.2", "closed", "alpha", 16384, 1, 1, &risk);
    const double hidden = risk->window.range[0].low.has_detected
                              ? risk->window.range[0].low.T_K - risk->window.range[0].low.detected_K
                              : 0.0; /* diffraction sees less than thermodynamics */
    const double width = hypot(sigma, e.furnace_K), c = hidden / width;
    const double density = exp(-0.5 * c * c) / sqrt(2.0 * pi), tail = 0.5 * erfc(c / sqrt(2.0));
    REQUIRE_OK(&b, kiln_risk_observe(risk, 1, &multi, &e));
    REQUIRE_OK(&b, kiln_risk_summarise(risk, &s));
    ck_assert_double_eq_tol(s.low.mean_K, T + sigma * sigma / width * density / tail, 0.1);
    REQUIRE_OK(&b, kiln_risk_observe(risk, 1, &single, &e));
    REQUIRE_OK(&b, kiln_risk_summarise(risk, &s));
    ck_assert_double_eq_tol(s.low.mean_K, T - sigma * sigma / width * density / (1.0 - tail), 0.1);
    ck_assert_int_eq(kiln_risk_observe(risk, 2, nonsense, &e), KILN_E_RANGE);
    REQUIRE_OK(&b, kiln_risk_observe(risk, 0, NULL, NULL));
    REQUIRE_OK(&b, kiln_risk_summarise(risk, &s));
    ck_assert_double_eq_tol(s.low.mean_K, T, 0.02);
    /* most is learned at the median of what diffraction sees */
    REQUIRE_OK(&b, kiln_risk_next(risk, &e, 800.0, 1700.0, &next_K, &bits));
    ck_assert_double_eq_tol(next_K, T - hidden, 10.0);
    ck_assert_double_gt(bits, 0.4);
    ck_assert_double_le(bits, 1.0);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    kiln_risk_point p;
    const kiln_observation_errors bad = {0.0, 0.0, 0.05}, good = {10.0, 0.0, 0.05};
    const kiln_observation odd = {1200.0, 1, 0};
    put_linear(500.0);
    sample("Mg0.8Ni0.2", "closed", "alpha", 16, 1, 1, &risk);
    ck_assert_int_eq(kiln_risk_at(risk, 100.0, &p), KILN_E_ARG);
    ck_assert_int_eq(kiln_risk_at(risk, NAN, &p), KILN_E_ARG);
    ck_assert_int_eq(kiln_risk_observe(risk, 1, &odd, &bad), KILN_E_ARG);
    ck_assert_int_eq(kiln_risk_observe(risk, 1, &odd, &good), KILN_E_ARG);
    ck_assert_int_eq(kiln_risk_observe(risk, -1, NULL, &good), KILN_E_ARG);
}
END_TEST

/* The first points of Sobol's sequence, an integral that plain random points give to 1 % only, and quantiles. */
START_TEST(points_are_even_and_quantiles_exact)
{
    const uint32_t none[KILN_SOBOL_DIMENSIONS] = {0};
    double x[KILN_SOBOL_DIMENSIONS], sum = 0.0;
    kiln_i_sobol(3, KILN_SOBOL_DIMENSIONS, none, x);
    ck_assert_double_eq_tol(x[0], 0.75, 1e-9);
    ck_assert_double_eq_tol(x[1], 0.25, 1e-9);
    for (uint32_t i = 0; i < 4096; ++i) {
        kiln_i_sobol(i, KILN_SOBOL_DIMENSIONS, none, x);
        sum += x[0] * x[3] * x[7];
    }
    ck_assert_double_eq_tol(sum / 4096.0, 0.125, 2e-4);
    for (double p = 1e-10; p < 1.0; p *= 1.7)
        ck_assert_double_eq_tol(0.5 * erfc(-kiln_i_normal_quantile(p) / sqrt(2.0)) / p, 1.0, 1e-12);
    ck_assert_double_eq_tol(kiln_i_normal_quantile(0.5), 0.0, 1e-15);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("risk");
    TCase *tc = tcase_create("samples");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_test(tc, a_linear_case_has_its_closed_form);
    tcase_add_test(tc, samples_are_whole_windows);
    tcase_add_test(tc, threads_do_not_matter);
    tcase_add_test(tc, covariances_are_sampled);
    tcase_add_test(tc, the_number_that_decides_is_named);
    tcase_add_test(tc, a_firing_moves_the_end_as_bayes_says);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_test(tc, points_are_even_and_quantiles_exact);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
