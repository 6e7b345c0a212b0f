/* Joins against closed forms: binodal and spinodal of regular solutions, solubilities of ideal ones, compounds, tie lines that leave the join. */
#include "compare.h"
#include "counting.h"
#include "seeded.h"

#include "predict/spinodal.h"

#include <math.h>

static const double R = 8.31446261815324; /* exact, SI 2019 */
static bench b;
static yaml_text t;
static kiln_gap gap;
static kiln_gap_solver *join;

static void close_it(void)
{
    kiln_gap_solver_free(join);
    join = NULL;
    bench_close(&b);
}

/* The database of `text`, or a file when it is NULL, and the join of two formulas. */
static void open_join(const char *text, const char *A, const char *B, const char *atmosphere)
{
    kiln_composition x[2];
    kiln_atmosphere a;
    close_it();
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    if (text) REQUIRE_OK(&b, kiln_database_parse(b.ctx, text, strlen(text), "synthetic", NULL, &b.db));
    else REQUIRE_OK(&b, kiln_database_load(b.ctx, KILN_TEST_DATABASES "/kiln.yaml", &b.db));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, A, &x[0]));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, B, &x[1]));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, atmosphere, &a));
    REQUIRE_OK(&b, kiln_gap_solver_create(b.ctx, b.db, &x[0], &x[1], &a, NULL, NULL, &join));
}

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

/* From 0.2 to 0.9999 of the critical temperature W / 2 R. Near it compositions answer the solver's tolerance of the energy without bound: there 1e-6. */
START_TEST(a_regular_solution_has_its_binodal_and_spinodal)
{
    static const double share[] = {0.2, 0.35, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 0.9999};
    const double W = 20000.0, T_K = share[_i] * W / (2.0 * R), x = binodal(W, T_K),
                 s = 0.5 * (1.0 - sqrt(1.0 - 2.0 * R * T_K / W));
    regular_solution(&t, W);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert_int_eq(gap.n_structures, 1);
    const kiln_gap_structure *alpha = &gap.structure[0];
    const double tolerance = share[_i] > 0.995 ? 1e-6 : 1e-9;
    ck_assert_int_eq(alpha->n_gaps, 1);
    ck_assert(alpha->is_stable && !alpha->gap[0].low.is_open && !alpha->gap[0].high.is_open);
    ck_assert_double_eq_tol(alpha->gap[0].low.x_A, x, tolerance * x);
    ck_assert_double_eq_tol(alpha->gap[0].high.x_B, x, tolerance * x);
    ck_assert_double_eq_tol(alpha->gap[0].low.other[0], 1.0 - x, tolerance);
    ck_assert_int_eq(alpha->n_spinodals, 2);
    ck_assert_double_eq_tol(alpha->spinodal[0], s, 1e-9);
    ck_assert_double_eq_tol(alpha->spinodal[1], 1.0 - s, 1e-9);
    /* nothing else competes: the fields are the same */
    ck_assert_int_eq(gap.n_fields, 3);
    ck_assert_double_eq_tol(gap.boundary[0].x_A, x, tolerance * x);
    ck_assert_double_eq_tol(gap.boundary[1].x_B, x, tolerance * x);
    ck_assert(gap.boundary[0].width == 0.0 && gap.certificate.is_certified);
}
END_TEST

START_TEST(above_the_critical_temperature_it_is_miscible)
{
    const double W = 20000.0, T_K = (1.0001 + 0.2 * _i) * W / (2.0 * R);
    regular_solution(&t, W);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert_int_eq(gap.structure[0].n_gaps, 0);
    ck_assert_int_eq(gap.structure[0].n_spinodals, 0);
    ck_assert_int_eq(gap.n_fields, 1);
    ck_assert_double_eq_tol(gap.field[0].low, 0.0, 1e-15);
    ck_assert_double_eq_tol(gap.field[0].high, 1.0, 1e-15);
    ck_assert(gap.certificate.is_certified);
}
END_TEST

static double subregular(double x, double W, double L, double T_K, double *slope)
{
    *slope = W * (1.0 - 2.0 * x) + L * (6.0 * x * (1.0 - x) - 1.0) + R * T_K * log(x / (1.0 - x));
    return x * (1.0 - x) * (W + L * (2.0 * x - 1.0)) + R * T_K * (x * log(x) + (1.0 - x) * log(1.0 - x));
}

/* A gap narrower than the grid, between its points: second derivative 0 at both spinodals, one tangent at both ends. */
START_TEST(a_narrow_gap_between_grid_points_is_found)
{
    const double W = 20000.0, L = 1300.0;
    double most = 0.0, slope[2], G[2];
    for (double x = 0.01; x < 0.99; x += 1e-5) most = fmax(most, x * (1.0 - x) * (2.0 * W - 6.0 * L * (1.0 - 2.0 * x)) / R);
    const double T_K = most * (1.0 - 2e-5); /* below the critical temperature */
    t.used = 0;
    put(&t,
        "kiln: 1\nname: regular\nphases:\n  alpha:\n    formula: M\n"
        "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 20000}, {at: [[Mg, Ni]], per: formula, order: 1, L: 1300}]\n");
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    const kiln_gap_structure *alpha = &gap.structure[0];
    ck_assert_int_eq(alpha->n_gaps, 1);
    ck_assert_int_eq(alpha->n_spinodals, 2);
    for (int k = 0; k < 2; ++k) {
        const double x = alpha->spinodal[k];
        ck_assert_double_eq_tol(R * T_K / (x * (1.0 - x)) - 2.0 * W + 6.0 * L * (1.0 - 2.0 * x), 0.0, 1e-6 * R * T_K);
    }
    const double low = alpha->gap[0].low.x_A, high = alpha->gap[0].high.x_A;
    ck_assert_double_lt(high - low, 0.02);
    ck_assert(low < alpha->spinodal[0] && alpha->spinodal[1] < high);
    G[0] = subregular(low, W, L, T_K, &slope[0]);
    G[1] = subregular(high, W, L, T_K, &slope[1]);
    ck_assert_double_eq_tol((slope[1] - slope[0]) / (R * T_K), 0.0, 1e-7);
    ck_assert_double_eq_tol((G[1] - G[0] - slope[0] * (high - low)) / (R * T_K), 0.0, 1e-9);
    ck_assert_int_eq(gap.n_fields, 3);
}
END_TEST

/* An ideal solution beside a pure competitor dissolves exp(-dG / RT). */
START_TEST(an_ideal_solution_dissolves_what_a_pure_competitor_leaves)
{
    const double T_K = 600.0 + 200.0 * _i, dG = 15000.0, x = exp(-dG / (R * T_K));
    t.used = 0;
    put(&t,
        "kiln: 1\nname: ideal\nphases:\n  alpha:\n    formula: M\n"
        "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 15000}]\n"
        "  beta:\n    formula: Ni\n    sublattices: [{name: M, sites: 1, constituents: [Ni]}]\n    end_members: [{at: [Ni], G: 0}]\n");
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert_int_eq(gap.n_fields, 2); /* beta dissolves nothing: its field has no width and lies at the end */
    ck_assert_int_eq(gap.field[0].n_phases, 2);
    ck_assert_double_eq_tol(gap.boundary[0].x_B, x, 1e-9 * x);
    ck_assert_double_eq_tol(gap.boundary[0].x_A, 1.0 - x, 1e-12);
    ck_assert_int_eq(gap.n_structures, 1); /* beta is no structure: it holds one composition */
    ck_assert(gap.boundary[0].certificate.is_certified);
}
END_TEST

/* Two ideal solutions and between them a compound that is stable by 1 J per mol of atoms, narrower than the grid and beside its points. */
START_TEST(a_compound_between_grid_points_is_found)
{
    const double T_K = 1000.0, x = 0.5087 + 0.0005 * _i, ideal = R * T_K * (x * log(x) + (1.0 - x) * log(1.0 - x)),
                 depth = _i % 2 ? 1.0 : 0.01;
    t.used = 0;
    put(&t,
        "kiln: 1\nname: compound\nphases:\n  alpha:\n    formula: M\n"
        "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 0}]\n"
        "  compound:\n    formula: MgNi\n    sublattices: [{name: A, sites: %.17g, constituents: [Mg]}, {name: B, sites: %.17g, constituents: [Ni]}]\n"
        "    end_members: [{at: [Mg, Ni], G: %.17g}]\n",
        x, 1.0 - x, ideal - depth);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert_int_eq(gap.n_fields, 5);
    ck_assert_int_eq(gap.field[2].n_phases, 1);
    ck_assert_str_eq(kiln_system_phase_name(kiln_gap_system(join), gap.field[2].phase[0]), "compound");
    ck_assert_double_eq_tol(gap.field[2].low, x, 1e-12);
    ck_assert_double_eq_tol(gap.field[2].high, x, 1e-12);
    for (int k = 0; k < 4; k += 3) { /* the tangent at the solution's limit passes through the compound */
        const double y = gap.boundary[k].x_A, G = R * T_K * (y * log(y) + (1.0 - y) * log(1.0 - y)),
                     slope = R * T_K * log(y / (1.0 - y));
        ck_assert_double_eq_tol(G + slope * (x - y), ideal - depth, 1e-6);
        ck_assert_double_lt(fabs(y - x), 0.02);
    }
}
END_TEST

/* The same between the last grid point before a gap and the gap: the solution demixes from x = 0.2 or so on, the compound lies within 0.015 of its edge. */
START_TEST(a_compound_beside_a_gap_is_found)
{
    const double W = 20000.0, T_K = 0.75 * W / (2.0 * R), edge = binodal(W, T_K), below = edge - 0.004 - 0.001 * _i;
    const double x = _i % 2 ? below : 1.0 - below;
    const double G = R * T_K * (x * log(x) + (1.0 - x) * log(1.0 - x)) + W * x * (1.0 - x);
    t.used = 0;
    put(&t,
        "kiln: 1\nname: compound\nphases:\n  alpha:\n    formula: M\n"
        "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 20000}]\n"
        "  compound:\n    formula: MgNi\n    sublattices: [{name: A, sites: %.17g, constituents: [Mg]}, {name: B, sites: %.17g, "
        "constituents: [Ni]}]\n"
        "    end_members: [{at: [Mg, Ni], G: %.17g}]\n",
        x, 1.0 - x, G - 1e-3);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert_msg(gap.n_fields == 7, "%d fields, the edge at %.5f, the compound at %.5f", gap.n_fields, edge, x);
}
END_TEST

/* alpha of Mg, Co and Ni, beta of Mg and Ni, both ideal: beta appears where sum over Mg and Ni of x exp(-dG / RT) = 1, linear in x; its composition lies beside the join. */
START_TEST(an_edge_whose_tie_line_leaves_the_join)
{
    const double T_K = 1000.0 + 50.0 * _i, RT = R * T_K, mg = exp(-20000.0 / RT), ni = exp(9000.0 / RT);
    const double x = (ni - 1.0) / (ni - 0.5 * mg); /* 0.5 x mg + (1 - x) ni = 1 */
    t.used = 0;
    put(&t, "kiln: 1\nname: three\nphases:\n  alpha:\n    formula: M\n"
            "    sublattices: [{name: M, sites: 1, constituents: [Mg, Co, Ni]}]\n"
            "    end_members: [{at: [Mg], G: 0}, {at: [Co], G: 0}, {at: [Ni], G: 0}]\n"
            "  beta:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: 20000}, {at: [Ni], G: -9000}]\n");
    open_join(t.at, "MgCo", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert_int_eq(gap.n_fields, 2);
    const kiln_gap_boundary *edge = &gap.boundary[0];
    ck_assert_double_eq_tol(edge->x_A, x, 1e-9);
    ck_assert_double_le(edge->width, 1e-9);
    ck_assert_int_eq(edge->n_phases, 2);
    const kiln_gap_phase *beta = &edge->phase[1];
    ck_assert(!beta->is_on_join && edge->phase[0].is_on_join);
    ck_assert_double_eq_tol(beta->composition[0], 0.5 * x * mg, 1e-8);
    ck_assert_double_eq_tol(beta->share, 0.0, 1e-8);
    ck_assert(edge->certificate.is_certified);
}
END_TEST

/* ---- Random binaries against their convex hull ---- */

enum { CELLS = 20000, PHASES = 3 };

typedef struct random_phase {
    double g[2], W, L;
} random_phase;

static double energy(const random_phase *p, double x, double RT)
{
    return x * p->g[0] + (1.0 - x) * p->g[1] + x * (1.0 - x) * (p->W + p->L * (2.0 * x - 1.0)) +
           RT * (x * log(x) + (1.0 - x) * log(1.0 - x));
}

static void write_random(random_phase *phases, double RT)
{
    t.used = 0;
    put(&t, "kiln: 1\nname: random\nphases:\n");
    for (int k = 0; k < PHASES; ++k) {
        random_phase *p = &phases[k];
        *p = (random_phase){{uniform(-0.8, 0.8) * RT, uniform(-0.8, 0.8) * RT}, uniform(-1.5, 3.2) * RT, uniform(-0.9, 0.9) * RT};
        put(&t, "  p%d:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n", k);
        put(&t, "    end_members: [{at: [Mg], G: %.17g}, {at: [Ni], G: %.17g}]\n", p->g[0], p->g[1]);
        put(&t,
            "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %.17g}, {at: [[Mg, Ni]], per: formula, order: 1, L: %.17g}]\n",
            p->W, p->L);
    }
}

/* Lower hull of the least energy on a fine grid (A. M. Andrew, Inf. Process. Lett. 9 (1979) 216): its points, rising; their number. */
static int lower_hull(const random_phase *phases, double RT, int *hull)
{
    static double g[CELLS];
    int n = 0;
    for (int i = 1; i < CELLS; ++i) {
        g[i] = INFINITY;
        for (int k = 0; k < PHASES; ++k) g[i] = fmin(g[i], energy(&phases[k], (double)i / CELLS, RT));
        while (n >= 2 &&
               (g[hull[n - 1]] - g[hull[n - 2]]) * (i - hull[n - 1]) >= (g[i] - g[hull[n - 1]]) * (hull[n - 1] - hull[n - 2]))
            --n;
        hull[n++] = i;
    }
    return n;
}

/* A two-phase field with these ends, to within a few cells. */
static int has_field(double low, double high)
{
    for (int i = 0; i < gap.n_fields; ++i)
        if (gap.field[i].n_phases == 2 && fabs(gap.field[i].low - low) < 4.0 / CELLS &&
            fabs(gap.field[i].high - high) < 4.0 / CELLS)
            return 1;
    return 0;
}

START_TEST(random_binaries_agree_with_their_hull)
{
    static int hull[CELLS];
    random_phase phases[PHASES];
    const double T_K = 1000.0, RT = R * T_K;
    int wide = 0, found = 0;
    state = (uint64_t)(1000 + _i);
    write_random(phases, RT);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert(gap.certificate.is_certified);
    const int n = lower_hull(phases, RT, hull);
    for (int k = 0; k + 1 < n; ++k) {
        const double low = (double)hull[k] / CELLS, high = (double)hull[k + 1] / CELLS;
        if (hull[k + 1] - hull[k] < 20) continue; /* curvature within a cell */
        ++wide;
        ck_assert_msg(has_field(low, high), "model %d: no field from %.5f to %.5f", _i, low, high);
    }
    for (int i = 0; i < gap.n_fields; ++i)
        found += gap.field[i].n_phases == 2 && gap.field[i].high - gap.field[i].low > 30.0 / CELLS;
    ck_assert_msg(found <= wide, "model %d: %d fields, %d in the hull", _i, found, wide);
}
END_TEST

/* The default database: every edge against equilibria of systems made for compositions on either side of it. */
START_TEST(edges_are_those_of_single_equilibria)
{
    static const char *const ends[][2] = {{"NiO", "CuO"}, {"MgO", "CuO"}, {"CoO", "ZnO"}, {"(Mg,Co)O", "(Ni,Zn)O"}};
    const double T_K = 1173.15, off = 1e-6;
    open_join(NULL, ends[_i][0], ends[_i][1], "air");
    REQUIRE_OK(&b, kiln_gap_solve(join, T_K, &gap));
    ck_assert(gap.certificate.is_certified && gap.n_fields >= 2);
    for (int k = 0; k + 1 < gap.n_fields; ++k)
        for (int above = 0; above < 2; ++above) {
            const kiln_gap_field *field = &gap.field[k + above];
            const double x = gap.boundary[k].x_A + (above ? off : -off);
            char formula[256];
            kiln_equilibrium e;
            kiln_composition composition;
            if (x < field->low || x > field->high) continue;
            snprintf(formula, sizeof formula,
                     _i == 3   ? "(Mg%.12fCo%.12fNi%.12fZn%.12f)O"
                     : _i == 0 ? "(Ni%.12fCu%.12f)O"
                     : _i == 1 ? "(Mg%.12fCu%.12f)O"
                               : "(Co%.12fZn%.12f)O",
                     _i == 3 ? 0.5 * x : x, _i == 3 ? 0.5 * x : 1.0 - x, 0.5 * (1.0 - x), 0.5 * (1.0 - x));
            REQUIRE_OK(&b, kiln_composition_parse(b.ctx, formula, &composition));
            bench_set(&b, &composition, "air", KILN_METHOD_NEWTON);
            REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, &e));
            ck_assert_msg(e.n_phases == field->n_phases, "%s: %s, not %d phases", formula, state_text(b.system, &e),
                          field->n_phases);
        }
}
END_TEST

/* NiO and CuO in air: rock salt takes up a good part of the copper, tenorite little nickel; the loss of stability lies inside the gap. */
START_TEST(copper_in_nickel_oxide)
{
    open_join(NULL, "NiO", "CuO", "air");
    REQUIRE_OK(&b, kiln_gap_solve(join, 1173.15, &gap));
    ck_assert_int_eq(gap.n_fields, 3);
    ck_assert_str_eq(kiln_system_phase_name(kiln_gap_system(join), gap.field[0].phase[0]), "tenorite");
    ck_assert_str_eq(kiln_system_phase_name(kiln_gap_system(join), gap.field[2].phase[0]), "rocksalt");
    ck_assert(gap.boundary[0].x_A > 0.001 && gap.boundary[0].x_A < 0.1);
    ck_assert(gap.boundary[1].x_B > 0.15 && gap.boundary[1].x_B < 0.5);
}
END_TEST

/* Another temperature before, and other compositions, change nothing. */
START_TEST(answers_do_not_depend_on_what_was_solved_before)
{
    static kiln_gap first;
    open_join(NULL, "MgO", "ZnO", "air");
    REQUIRE_OK(&b, kiln_gap_solve(join, 1273.15, &first));
    REQUIRE_OK(&b, kiln_gap_solve(join, 700.0, &gap));
    REQUIRE_OK(&b, kiln_gap_solve(join, 1273.15, &gap));
    ck_assert_int_eq(gap.n_fields, first.n_fields);
    for (int k = 0; k + 1 < gap.n_fields; ++k) ck_assert_double_eq_tol(gap.boundary[k].x_A, first.boundary[k].x_A, 1e-12);
}
END_TEST

START_TEST(what_a_join_refuses)
{
    kiln_composition mg, ni, half;
    kiln_atmosphere a;
    kiln_gap_solver *refused;
    regular_solution(&t, 20000.0);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Mg", &mg));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Ni", &ni));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Mg2", &half));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &a));
    ck_assert_int_eq(kiln_gap_solver_create(NULL, b.db, &mg, &ni, &a, NULL, NULL, &refused), KILN_E_ARG);
    ck_assert_int_eq(kiln_gap_solver_create(b.ctx, b.db, &mg, NULL, &a, NULL, NULL, &refused), KILN_E_ARG);
    ck_assert_int_eq(kiln_gap_solver_create(b.ctx, b.db, &mg, &half, &a, NULL, NULL, &refused), KILN_E_ARG);
    ck_assert_msg(strstr(kiln_context_error(b.ctx), "same composition") && !refused, "%s", kiln_context_error(b.ctx));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Fe", &half));
    ck_assert_int_eq(kiln_gap_solver_create(b.ctx, b.db, &mg, &half, &a, NULL, NULL, &refused), KILN_E_MISSING);
    ck_assert_int_eq(kiln_gap_solve(join, -1.0, &gap), KILN_E_ARG);
    ck_assert_int_eq(kiln_gap_solve(join, NAN, &gap), KILN_E_ARG);
    ck_assert_int_eq(kiln_gap_solve(join, 1000.0, NULL), KILN_E_ARG);
    ck_assert_int_eq(kiln_gap_solve(NULL, 1000.0, &gap), KILN_E_ARG);
    ck_assert(kiln_gap_has_structure(join, 0) && !kiln_gap_has_structure(join, 1) && !kiln_gap_has_structure(NULL, 0));
    kiln_gap_solver_free(NULL);
    kiln_report *report;
    ck_assert_int_eq(kiln_report_gap(NULL, kiln_gap_system(join), NULL, &mg, &ni, 1, &gap, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_gap(b.ctx, kiln_gap_system(join), NULL, &mg, &ni, 0, &gap, NULL, &report), KILN_E_ARG);
    ck_assert_int_eq(kiln_report_gap(b.ctx, kiln_gap_system(join), NULL, NULL, &ni, 1, &gap, NULL, &report), KILN_E_ARG);
    ck_assert_ptr_null(report);
}
END_TEST

/* A number that is none is never written. */
START_TEST(a_report_refuses_what_is_no_number)
{
    kiln_composition x[2];
    kiln_report *report;
    char *text;
    regular_solution(&t, 20000.0);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Mg", &x[0]));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Ni", &x[1]));
    REQUIRE_OK(&b, kiln_gap_solve(join, 800.0, &gap));
    for (int format = KILN_REPORT_TEXT; format <= KILN_REPORT_CSV; ++format) {
        REQUIRE_OK(&b, kiln_report_gap(b.ctx, kiln_gap_system(join), NULL, &x[0], &x[1], 1, &gap, NULL, &report));
        REQUIRE_OK(&b, kiln_report_write(report, (kiln_report_format)format, &text, NULL));
        ck_assert(*text && !strstr(text, "nan") && !strstr(text, "inf"));
        kiln_report_text_free(b.ctx, text);
        kiln_report_free(report);
    }
    gap.boundary[0].x_A = NAN;
    ck_assert_int_eq(kiln_report_gap(b.ctx, kiln_gap_system(join), NULL, &x[0], &x[1], 1, &gap, NULL, &report),
                     KILN_E_NOT_CONVERGED);
}
END_TEST

START_TEST(a_solve_allocates_nothing_and_failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_composition mg, ni;
    kiln_atmosphere a;
    kiln_gap_solver *solver = NULL;
    kiln_status status = KILN_E_NOMEM;
    regular_solution(&t, 20000.0);
    open_join(t.at, "Mg", "Ni", "closed");
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Mg", &mg));
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "Ni", &ni));
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, "closed", &a));
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        calls = 0;
        fail_at = at;
        status = kiln_gap_solver_create(own, b.db, &mg, &ni, &a, NULL, NULL, &solver);
        fail_at = 0;
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !solver && out_now == before));
    }
    calls = 0;
    ck_assert_int_eq(kiln_gap_solve(solver, 1000.0, &gap), KILN_OK);
    ck_assert_int_eq(calls, 0);
    kiln_gap_solver_free(solver);
    ck_assert_int_eq(out_now, before);
    kiln_context_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gap");
    TCase *tc = tcase_create("joins");
    tcase_add_checked_fixture(tc, NULL, close_it);
    tcase_add_loop_test(tc, a_regular_solution_has_its_binodal_and_spinodal, 0, 9);
    tcase_add_loop_test(tc, above_the_critical_temperature_it_is_miscible, 0, 3);
    tcase_add_test(tc, a_narrow_gap_between_grid_points_is_found);
    tcase_add_loop_test(tc, an_ideal_solution_dissolves_what_a_pure_competitor_leaves, 0, 6);
    tcase_add_loop_test(tc, a_compound_between_grid_points_is_found, 0, 6);
    tcase_add_loop_test(tc, a_compound_beside_a_gap_is_found, 0, 12);
    tcase_add_loop_test(tc, an_edge_whose_tie_line_leaves_the_join, 0, 4);
    tcase_add_loop_test(tc, random_binaries_agree_with_their_hull, 0, 200);
    tcase_add_loop_test(tc, edges_are_those_of_single_equilibria, 0, 4);
    tcase_add_test(tc, copper_in_nickel_oxide);
    tcase_add_test(tc, answers_do_not_depend_on_what_was_solved_before);
    tcase_add_test(tc, what_a_join_refuses);
    tcase_add_test(tc, a_report_refuses_what_is_no_number);
    tcase_add_test(tc, a_solve_allocates_nothing_and_failed_allocations_are_undone);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
