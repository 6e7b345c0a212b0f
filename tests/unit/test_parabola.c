/* The quadratic function below a phase's distance to a plane, at random constitutions of random boxes. */
#include "seeded.h"
#include "synthetic.h"

#include "solve/certify.h"
#include "solve/search.h"

#include <math.h>
#include <string.h>

enum { N = 4 };
static const double R = 8.31446261815324, T_K = 1000.0;
static const char *const metals[N] = {"Mg", "Ni", "Co", "Zn"};
static bench b;
static yaml_text t;

/* One sublattice, pairs of up to 3 RT, with subregular parts of up to 1.5 RT. */
static void open_solution(int is_subregular)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: random\nphases:\n  a:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni, Co, Zn]}]\n"
        "    end_members:\n");
    for (int i = 0; i < N; ++i) put(&t, "      - {at: [%s], G: 0}\n", metals[i]);
    put(&t, "    interactions:\n");
    for (int i = 0; i < N; ++i)
        for (int j = i + 1; j < N; ++j)
            for (int order = 0; order <= is_subregular; ++order)
                put(&t, "      - {at: [[%s, %s]], order: %d, per: formula, L: %.6f}\n", metals[i], metals[j], order,
                    uniform(-3.0, 3.0) / (order + 1) * R * T_K);
    bench_open(&b, t.at, NULL, "MgNiCoZn", "closed", KILN_METHOD_NEWTON);
    kiln_i_system_set_temperature(b.system, T_K);
    b.solver->RT = R * T_K;
}

static void random_constitution(double *y)
{
    double sum = 0.0;
    for (int i = 0; i < N; ++i) sum += y[i] = pow(uniform(0.0, 1.0), 3.0) + 1e-6;
    for (int i = 0; i < N; ++i) y[i] /= sum;
}

/* A box about a random constitution, with every cut as wide as the phase. */
static void random_box(const double *y, kiln_i_box *box)
{
    kiln_i_box_whole(b.solver, &b.solver->certifier->spectrum, box);
    for (int i = 0; i < N; ++i) {
        const double width = pow(10.0, uniform(-2.5, 0.0));
        box->y_low[i] = fmax(y[i] - width, 0.0);
        box->y_high[i] = fmin(y[i] + width, 1.0);
    }
}

/* A constitution of the box near to that inside it; 0 where chance does not give one. */
static int constitution_in(const kiln_i_box *box, const double *inside, double *y)
{
    double share = 1.0;
    random_constitution(y);
    for (int i = 0; i < N; ++i) {
        if (y[i] > box->y_high[i]) share = fmin(share, (box->y_high[i] - inside[i]) / (y[i] - inside[i]));
        if (y[i] < box->y_low[i]) share = fmin(share, (inside[i] - box->y_low[i]) / (inside[i] - y[i]));
    }
    share *= uniform(0.0, 1.0);
    for (int i = 0; i < N; ++i) y[i] = inside[i] + share * (y[i] - inside[i]);
    return share > 0.0;
}

static double parabola_at(const kiln_i_parabola *a, const double *y)
{
    double sum = a->value;
    for (int k = 0; k < a->n_directions; ++k) {
        double along = 0.0;
        for (int i = 0; i < N; ++i) along += a->across[i + N * k] * (y[i] - a->y[i]);
        ck_assert_double_ge(along, a->low[k] - 1e-9);
        ck_assert_double_le(along, a->high[k] + 1e-9);
        sum += along * (a->slope[k] + 0.5 * a->curvature[k] * along);
    }
    return sum;
}

START_TEST(it_lies_below_everywhere_in_its_box)
{
    double data[7 * N + 1], linear[N], y[100][N], d[100], centre[N] = {0.25, 0.25, 0.25, 0.25}, tilt[N] = {0.0}, mu[N];
    kiln_i_box box = {data, data + N, data + 2 * N, data + 3 * N, data + 4 * N, data + 5 * N, data + 6 * N};
    int n_left_out = 0;
    state = 77 + (uint64_t)_i;
    open_solution(_i % 2);
    struct kiln_i_certifier *c = b.solver->certifier;
    kiln_i_parabola *a = &c->parabola;
    for (int k = 0; k < 60; ++k) {
        double inside[N];
        for (int i = 0; i < N; ++i) mu[i] = uniform(-2.0, 2.0) * R * T_K;
        const kiln_i_objective o = kiln_i_distance(b.solver, 0, mu, linear);
        ck_assert(kiln_i_spectrum_set(b.solver, 0, mu, tilt, centre, 1, &c->spectrum));
        random_constitution(inside);
        random_box(inside, &box);
        if (k % 3 == 0) random_constitution(a->y); /* its centre need not lie in the box */
        else memcpy(a->y, inside, sizeof inside);
        kiln_i_parabola_set(b.solver, &o, &c->spectrum, &box, a);
        ck_assert(a->is_known);
        int n = 0;
        for (int trial = 0; trial < 100; ++trial) n += constitution_in(&box, inside, y[n]);
        for (int l = 0; l < n; ++l) {
            d[l] = kiln_i_objective_value(b.solver, &o, y[l], NULL, NULL);
            const double below = parabola_at(a, y[l]);
            ck_assert_double_ge(d[l], below - 1e-6);
            ck_assert_double_ge(below, a->bound - 1e-6);
        }
        const double margin = a->bound + pow(10.0, uniform(-2.0, 4.0));
        const int is_left = kiln_i_parabola_narrow(b.solver, 0, margin, a, &box);
        for (int l = 0; l < n; ++l) {
            const int is_out = !is_left || y[l][0] < box.y_low[0] || y[l][0] > box.y_high[0] || y[l][1] < box.y_low[1] ||
                               y[l][1] > box.y_high[1];
            n_left_out += is_out;
            if (is_out) ck_assert_double_ge(d[l], margin - 1e-6);
        }
    }
    ck_assert_int_gt(n_left_out, 0);
    bench_close(&b);
}
END_TEST

/* A quadratic energy about the middle of a narrow box: nothing is lost but a third of what the entropy's curvature changes by. */
START_TEST(it_is_tight_where_the_box_is_narrow)
{
    double data[7 * N + 1], linear[N], mu[N] = {0.0}, tilt[N] = {0.0}, step = 1e-3;
    kiln_i_box box = {data, data + N, data + 2 * N, data + 3 * N, data + 4 * N, data + 5 * N, data + 6 * N};
    state = 5;
    open_solution(0);
    struct kiln_i_certifier *c = b.solver->certifier;
    kiln_i_parabola *a = &c->parabola;
    const kiln_i_objective o = kiln_i_distance(b.solver, 0, mu, linear);
    for (int i = 0; i < N; ++i) a->y[i] = 0.25;
    ck_assert(kiln_i_spectrum_set(b.solver, 0, mu, tilt, a->y, 1, &c->spectrum));
    kiln_i_box_whole(b.solver, &c->spectrum, &box);
    for (int i = 0; i < N; ++i) {
        box.y_low[i] = 0.25 - step;
        box.y_high[i] = 0.25 + step;
    }
    kiln_i_parabola_set(b.solver, &o, &c->spectrum, &box, a);
    const double y[N] = {0.25 + step, 0.25 - step, 0.25 + step, 0.25 - step}, entropy = 2.0 * R * T_K * step * step / 0.25;
    const double lost = kiln_i_objective_value(b.solver, &o, y, NULL, NULL) - parabola_at(a, y);
    ck_assert_double_ge(lost, 0.0);
    ck_assert_double_le(lost, 1.1 * entropy * step / 0.25 / 3.0);
    bench_close(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parabola");
    TCase *tc = tcase_create("bounds");
    tcase_add_loop_test(tc, it_lies_below_everywhere_in_its_box, 0, 6);
    tcase_add_test(tc, it_is_tight_where_the_box_is_narrow);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
