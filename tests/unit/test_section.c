/* Sections against closed forms, windows and single equilibria. */
#include "counting.h"
#include "seeded.h"
#include "synthetic.h"

#include "predict/members.h"

#include <math.h>

static const double R = 8.31446261815324; /* exact, SI 2019 */
static const double W = 20000.0;
static bench b;
static yaml_text t;
static kiln_section *section;

static void close_it(void)
{
    kiln_section_free(section);
    section = NULL;
    bench_close(&b);
}

/* One solution of all metals; Mg and Ni repel each other. */
static void open_solution(const char *metals)
{
    t.used = 0;
    put(&t,
        "kiln: 1\nname: synthetic\nphases:\n  s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [%s]}]\n    end_members:\n",
        metals);
    for (const char *m = metals; m; m = strchr(m, ',') ? strchr(m, ',') + 2 : NULL) put(&t, "      - {at: [%.2s], G: 0}\n", m);
    put(&t, "    interactions:\n      - {pair: [Mg, Ni], on: M, per: formula, W: %.10g}\n", W);
    if (strstr(metals, "Zn"))
        put(&t, "      - {pair: [Mg, Zn], on: M, per: formula, W: 0}\n      - {pair: [Ni, Zn], on: M, per: formula, W: 0}\n");
    memset(&b, 0, sizeof b);
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    REQUIRE_OK(&b, kiln_database_parse(b.ctx, t.at, strlen(t.at), "synthetic", NULL, &b.db));
}

static void open_default(void)
{
    memset(&b, 0, sizeof b);
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    REQUIRE_OK(&b, kiln_database_load(b.ctx, KILN_TEST_DATABASES "/kiln.yaml", &b.db));
}

typedef struct asked {
    kiln_composition member[3];
    kiln_atmosphere atmosphere;
    kiln_section_question question;
} asked;

static void ask(asked *a, kiln_section_kind kind, const char *atmosphere, const char *A, const char *B, const char *C,
                double low_K, double high_K)
{
    const char *text[] = {A, B, C};
    a->question = (kiln_section_question){.kind = kind,
                                          .db = b.db,
                                          .atmosphere = &a->atmosphere,
                                          .u_low = 0.0,
                                          .u_high = 1.0,
                                          .T_low_K = low_K,
                                          .T_high_K = high_K};
    REQUIRE_OK(&b, kiln_atmosphere_parse(b.ctx, atmosphere, &a->atmosphere));
    for (int m = 0; m < 3; ++m) {
        if (!text[m]) continue;
        REQUIRE_OK(&b, kiln_composition_parse(b.ctx, text[m], &a->member[m]));
        a->question.member[m] = &a->member[m];
    }
}

static void map(const asked *a)
{
    REQUIRE_OK(&b, kiln_section_create(b.ctx, &a->question, NULL, &section));
    ck_assert_int_eq(section->n_failed, 0);
    ck_assert(!section->is_truncated);
}

static int is_at_border(const kiln_section_point *p)
{
    if (section->kind == KILN_SECTION_TERNARY) return p->u < 1e-12 || p->v < 1e-12 || fabs(p->u + p->v - 1.0) < 1e-12;
    return fabs(p->u - section->u_low) < 1e-12 || fabs(p->u - section->u_high) < 1e-12 || fabs(p->v - section->v_low) < 1e-9 ||
           fabs(p->v - section->v_high) < 1e-9;
}

static int is_at_junction(const kiln_section_point *p)
{
    for (int i = 0; i < section->n_junctions; ++i)
        if (p->u == section->junction[i].u && p->v == section->junction[i].v) return 1;
    return 0;
}

/* Fields fill the plane; what the outer loops enclose beyond their own fields are holes; lines end at the border, in a junction, or where they begin. */
static void expect_whole(void)
{
    double sum = 0.0;
    for (int i = 0; i < section->n_fields; ++i) {
        double enclosed = 0.0;
        sum += section->field[i].share;
        for (int k = 0; k < section->field[i].n_loops; ++k) enclosed += section->field[i].loop[k].area;
        ck_assert(enclosed > section->field[i].share - 1e-9);
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-9);
    for (int i = 0; i < section->n_lines; ++i) {
        const kiln_section_line *l = &section->line[i];
        const kiln_section_point *first = &l->point[0], *last = &l->point[l->n - 1];
        ck_assert_int_ge(l->n, 2);
        ck_assert_int_ne(l->field[0], l->field[1]);
        const int is_closed = first->u == last->u && first->v == last->v;
        ck_assert(is_closed || ((is_at_border(first) || is_at_junction(first)) && (is_at_border(last) || is_at_junction(last))));
    }
}

/* Temperature of the symmetric binodal through x: ln(x / (1 - x)) = W (2 x - 1) / R T. */
static double binodal_K(double x) { return W * (2.0 * x - 1.0) / (R * log(x / (1.0 - x))); }

START_TEST(a_gap_has_its_closed_form)
{
    asked a;
    double top = 0.0;
    open_solution("Mg, Ni");
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 700.0, 1400.0);
    map(&a);
    expect_whole();
    ck_assert_int_eq(section->n_fields, 2);
    ck_assert_int_eq(section->n_lines, 1);
    ck_assert_int_eq(section->n_junctions, 0);
    ck_assert(section->certificate.is_certified);
    for (int i = 0; i < section->line[0].n; ++i) {
        const kiln_section_point *p = &section->line[0].point[i];
        top = fmax(top, p->v);
        if (fabs(p->u - 0.5) > 1e-3) ck_assert_double_eq_tol(p->v, binodal_K(p->u), 0.02);
        ck_assert(p->is_certified);
    }
    ck_assert_double_eq_tol(top, W / (2.0 * R), 1.0); /* the top of a gap lies within a triangle */
    close_it();
}
END_TEST

START_TEST(a_part_of_the_range_is_the_same)
{
    asked a;
    open_solution("Mg, Ni");
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 800.0, 1100.0);
    a.question.u_low = 0.013;
    a.question.u_high = 0.37;
    map(&a);
    expect_whole();
    for (int i = 0; i < section->line[0].n; ++i)
        ck_assert_double_eq_tol(section->line[0].point[i].v, binodal_K(section->line[0].point[i].u), 0.02);
    close_it();
}
END_TEST

/* Potentials over RT of Mg, Ni, Zn. */
static void potentials(double x, double y, double T_K, double mu[3])
{
    const double w = W / (R * T_K), z = 1.0 - x - y;
    mu[0] = log(x) + w * y * (1.0 - x);
    mu[1] = log(y) + w * x * (1.0 - y);
    mu[2] = log(z) - w * x * y;
}

START_TEST(tie_lines_join_equal_potentials)
{
    asked a;
    open_solution("Mg, Ni, Zn");
    ask(&a, KILN_SECTION_TERNARY, "closed", "Mg", "Ni", "Zn", 900.0, 0.0);
    map(&a);
    expect_whole();
    ck_assert_int_eq(section->n_fields, 2);
    ck_assert_int_gt(section->n_ties, 3);
    for (int i = 0; i < section->n_ties; ++i) {
        const kiln_section_tie *tie = &section->tie[i];
        double mu[2][3];
        ck_assert_int_eq(tie->n, 2);
        ck_assert(tie->is_certified);
        for (int k = 0; k < 2; ++k) potentials(tie->u[k], tie->v[k], 900.0, mu[k]);
        for (int c = 0; c < 3; ++c)
            if (tie->u[0] + tie->v[0] < 1.0 - 1e-5 || c < 2) ck_assert_double_eq_tol(mu[0][c], mu[1][c], 1e-6);
    }
    close_it();
}
END_TEST

static int has_phases(const kiln_section_field *f, int n, const char *const *name)
{
    int all = f->n_phases == n;
    for (int k = 0; k < n && all; ++k)
        all = strcmp(kiln_system_phase_name(kiln_section_system(section), f->phase[k]), name[k]) == 0;
    return all;
}

static int find_field(int n, const char *const *name)
{
    int found = -1;
    for (int i = 0; i < section->n_fields && found < 0; ++i)
        if (has_phases(&section->field[i], n, name)) found = i;
    ck_assert_int_ge(found, 0);
    return found;
}

/* Temperatures at which the outline of a field crosses u, from below; their number. */
static int crossings(int field, double u, double *T_K)
{
    int n = 0;
    for (int k = 0; k < section->field[field].n_loops; ++k) {
        const kiln_section_loop *l = &section->field[field].loop[k];
        for (int i = 0; i < l->n; ++i) {
            const kiln_section_point *p = &l->point[i], *q = &l->point[(i + 1) % l->n];
            if ((p->u < u) != (q->u < u) && n < 8) T_K[n++] = p->v + (u - p->u) / (q->u - p->u) * (q->v - p->v);
        }
    }
    for (int i = 1; i < n; ++i)
        for (int k = i; k > 0 && T_K[k - 1] > T_K[k]; --k) {
            const double kept = T_K[k];
            T_K[k] = T_K[k - 1];
            T_K[k - 1] = kept;
        }
    return n;
}

/* The prototype lies on the join of CuO and the others; between neighbouring points of an outline the line is straight, so that it is compared at a point beside which they are near. */
START_TEST(a_field_of_one_phase_is_a_window)
{
    asked a;
    double T_K[8];
    kiln_window window;
    static const char *const rocksalt[] = {"rocksalt"};
    open_default();
    ask(&a, KILN_SECTION_ISOPLETH, "air", "CuO", "(Mg,Co,Ni,Zn)O", NULL, 973.15, 1473.15);
    a.question.u_low = 0.1;
    a.question.u_high = 0.3;
    map(&a);
    expect_whole();
    ck_assert_int_eq(crossings(find_field(1, rocksalt), 0.2, T_K), 2);
    kiln_composition x;
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "(Mg,Co,Ni,Cu,Zn)O", &x));
    bench_set(&b, &x, "air", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_window_solve(b.window, kiln_system_find_phase(b.system, "rocksalt"), &window));
    ck_assert_int_eq(window.n_ranges, 1);
    ck_assert_double_eq_tol(T_K[0], window.range[0].low.T_K, 0.25);
    ck_assert_double_eq_tol(T_K[1], window.range[0].high.T_K, 0.25);
    close_it();
}
END_TEST

/* CoO and Co3O4: the line is where the gas has the pressure that both have. */
START_TEST(oxygen_over_two_oxides_has_one_pressure)
{
    asked a;
    static const char *const rocksalt[] = {"rocksalt"}, *const spinel[] = {"spinel"};
    open_default();
    ask(&a, KILN_SECTION_TPO2, "air", "CoO", NULL, NULL, 973.15, 1473.15);
    a.question.u_low = -4.0;
    a.question.u_high = 0.0;
    map(&a);
    expect_whole();
    const int low = find_field(1, spinel), high = find_field(1, rocksalt);
    int n_checked = 0;
    for (int i = 0; i < section->n_lines; ++i) {
        const kiln_section_line *l = &section->line[i];
        if (l->field[0] + l->field[1] != low + high || l->field[0] * l->field[1] != low * high) continue;
        for (int k = 0; k < l->n; k += 10) {
            kiln_equilibrium e[2];
            char text[64];
            snprintf(text, sizeof text, "%.12ebar", pow(10.0, l->point[k].u));
            kiln_composition x;
            REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "CoO", &x));
            bench_set(&b, &x, text, KILN_METHOD_NEWTON);
            for (int side = 0; side < 2; ++side)
                REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, l->point[k].v + (side ? 0.002 : -0.002), &e[side]));
            ck_assert_int_eq(e[0].n_phases, 1);
            ck_assert_int_eq(e[1].n_phases, 1);
            ck_assert_int_ne(e[0].phase[0].phase, e[1].phase[0].phase);
            ++n_checked;
        }
    }
    ck_assert_int_gt(n_checked, 3);
    ck_assert_int_eq(section->n_contours, 0); /* the valence passes 2.5 across the line, not inside a field */
    close_it();
}
END_TEST

START_TEST(contours_have_their_valence)
{
    asked a;
    kiln_section_options o;
    int n_checked = 0;
    open_default();
    ask(&a, KILN_SECTION_TPO2, "air", "(Mg,Fe)O", NULL, NULL, 1273.15, 1673.15);
    a.question.u_low = -10.0;
    a.question.u_high = -1.0;
    ck_assert_int_eq(kiln_section_options_init(&o, KILN_SECTION_OPTIONS_VERSION), KILN_OK);
    o.grid = 16;
    REQUIRE_OK(&b, kiln_section_create(b.ctx, &a.question, &o, &section));
    expect_whole();
    kiln_composition x;
    REQUIRE_OK(&b, kiln_composition_parse(b.ctx, "(Mg,Fe)O", &x));
    for (int i = 0; i < section->n_contours; ++i) {
        const kiln_section_contour *c = &section->contour[i];
        for (int k = 0; k < c->n; k += 5) {
            kiln_equilibrium e;
            double valence[KILN_MAX_COMPONENTS];
            char text[64];
            snprintf(text, sizeof text, "%.12ebar", pow(10.0, c->point[k].u));
            bench_set(&b, &x, text, KILN_METHOD_NEWTON);
            REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, c->point[k].v, &e));
            kiln_equilibrium_valences(b.solver, valence);
            ck_assert_double_eq_tol(valence[c->component], c->valence, 0.005);
            ++n_checked;
        }
    }
    ck_assert_int_gt(n_checked, 3);
    close_it();
}
END_TEST

START_TEST(three_phases_make_a_triangle)
{
    asked a;
    int n = 0;
    open_default();
    ask(&a, KILN_SECTION_TERNARY, "air", "NiO", "MgO", "CuO", 1273.15, 0.0);
    map(&a);
    expect_whole();
    for (int i = 0; i < section->n_ties; ++i) {
        const kiln_section_tie *tie = &section->tie[i];
        if (tie->n != 3) continue;
        const double area =
            0.5 * fabs((tie->u[1] - tie->u[0]) * (tie->v[2] - tie->v[0]) - (tie->u[2] - tie->u[0]) * (tie->v[1] - tie->v[0]));
        double share = 0.0;
        for (int f = 0; f < section->n_fields; ++f)
            if (section->field[f].n_phases == 3) share += section->field[f].share;
        ck_assert_double_eq_tol(2.0 * area, share, 1e-3);
        ++n;
    }
    ck_assert_int_eq(n, 1);
    close_it();
}
END_TEST

/* ---- Fields against equilibria elsewhere ---- */

static double over_u(double u) { return (u - section->u_low) / (section->u_high - section->u_low); }
static double over_v(double v) { return (v - section->v_low) / (section->v_high - section->v_low); }

static double distance_to(const kiln_section_point *p, const kiln_section_point *q, double u, double v)
{
    const double x = over_u(u) - over_u(p->u), y = over_v(v) - over_v(p->v);
    const double dx = over_u(q->u) - over_u(p->u), dy = over_v(q->v) - over_v(p->v), square = dx * dx + dy * dy;
    const double along = square > 0.0 ? fmin(fmax((x * dx + y * dy) / square, 0.0), 1.0) : 0.0;
    return hypot(x - along * dx, y - along * dy);
}

/* Over the ranges, to the nearest line. */
static double distance_to_lines(double u, double v)
{
    double least = INFINITY;
    for (int i = 0; i < section->n_lines; ++i)
        for (int k = 0; k + 1 < section->line[i].n; ++k)
            least = fmin(least, distance_to(&section->line[i].point[k], &section->line[i].point[k + 1], u, v));
    return least;
}

static int is_within(const kiln_section_loop *l, double u, double v)
{
    int is_in = 0;
    for (int i = 0; i < l->n; ++i) {
        const kiln_section_point *p = &l->point[i], *q = &l->point[(i + 1) % l->n];
        if ((p->v <= v) != (q->v <= v) && u < p->u + (v - p->v) / (q->v - p->v) * (q->u - p->u)) is_in = !is_in;
    }
    return is_in;
}

/* That with the smallest loop around the point. */
static const kiln_section_field *field_at(double u, double v)
{
    const kiln_section_field *found = NULL;
    double least = INFINITY;
    for (int i = 0; i < section->n_fields; ++i)
        for (int k = 0; k < section->field[i].n_loops; ++k) {
            const kiln_section_loop *l = &section->field[i].loop[k];
            if (l->area >= least || !is_within(l, u, v)) continue;
            least = l->area;
            found = &section->field[i];
        }
    ck_assert_msg(found != NULL, "no field at %.17g, %.17g", u, v);
    return found;
}

/* By a system and a solver of their own; phases by the section's numbers. What rounding of the composition brings in is left out. */
static void solve_at(const asked *a, double u, double v, kiln_equilibrium *e)
{
    const int is_ternary = section->kind == KILN_SECTION_TERNARY;
    kiln_composition mix = a->member[0];
    kiln_atmosphere atmosphere = a->atmosphere;
    kiln_system *system = NULL;
    kiln_solver *solver = NULL;
    const double parts[] = {u, is_ternary ? v : 1.0 - u, 1.0 - u - v};
    if (section->kind == KILN_SECTION_TPO2) atmosphere.po2_bar = pow(10.0, u);
    else REQUIRE_OK(&b, kiln_i_members_mix(b.ctx, is_ternary ? 3 : 2, a->question.member, parts, &mix));
    REQUIRE_OK(&b, kiln_system_create(b.ctx, b.db, &mix, &atmosphere, NULL, &system));
    REQUIRE_OK(&b, kiln_solver_create(system, NULL, &solver));
    REQUIRE_OK(&b, kiln_equilibrium_solve(solver, is_ternary ? section->T_K : v, e));
    while (e->n_phases > 1 && e->phase[e->n_phases - 1].amount_mol < 1e-9) --e->n_phases;
    for (int k = 0; k < e->n_phases; ++k)
        e->phase[k].phase =
            kiln_system_find_phase(kiln_section_system(section), kiln_system_phase_name(system, e->phase[k].phase));
    kiln_solver_free(solver);
    kiln_system_free(system);
}

static int has_phases_of(const kiln_section_field *f, const kiln_equilibrium *e)
{
    if (f->n_phases != e->n_phases) return 0;
    for (int k = 0; k < e->n_phases; ++k) {
        int n = 0;
        for (int i = 0; i < e->n_phases; ++i) n += (e->phase[i].phase == e->phase[k].phase) - (f->phase[i] == e->phase[k].phase);
        if (n != 0) return 0;
    }
    return 1;
}

/* Between its points a line bends by the section's straightness at most, and a map is judged no nearer to a line than twice that. */
static void expect_phases(const asked *a, int n_points)
{
    for (int i = 0; i < n_points; ++i) {
        kiln_equilibrium e;
        double s = uniform(0.0, 1.0), r = uniform(0.0, 1.0);
        if (section->kind == KILN_SECTION_TERNARY && s + r > 1.0) {
            s = 1.0 - s;
            r = 1.0 - r;
        }
        const double u = section->u_low + s * (section->u_high - section->u_low);
        const double v = section->v_low + r * (section->v_high - section->v_low);
        if (distance_to_lines(u, v) < 1e-3) continue;
        solve_at(a, u, v, &e);
        if (!e.certificate.is_certified) continue;
        const kiln_section_field *f = field_at(u, v);
        ck_assert_msg(has_phases_of(f, &e), "at %.17g, %.17g: %d phases, %s first; the field has %d, %s first", u, v, e.n_phases,
                      kiln_system_phase_name(kiln_section_system(section), e.phase[0].phase), f->n_phases,
                      f->n_phases ? kiln_system_phase_name(kiln_section_system(section), f->phase[0]) : "none");
    }
}

/* Twice the area of a triangle. */
static double turn(const kiln_section_point *p, const kiln_section_point *q, const kiln_section_point *r)
{
    return (over_u(q->u) - over_u(p->u)) * (over_v(r->v) - over_v(p->v)) -
           (over_v(q->v) - over_v(p->v)) * (over_u(r->u) - over_u(p->u));
}

static int are_apart(double x, double y) { return x * y < 0.0 && fmin(fabs(x), fabs(y)) > 1e-12; }

static void expect_no_crossing(const kiln_section_line *l, const kiln_section_line *m)
{
    for (int i = 0; i + 1 < l->n; ++i)
        for (int k = 0; k + 1 < (l == m ? i : m->n); ++k) {
            const kiln_section_point *p = &l->point[i], *q = &l->point[i + 1], *r = &m->point[k], *s = &m->point[k + 1];
            ck_assert_msg(!(are_apart(turn(p, q, r), turn(p, q, s)) && are_apart(turn(r, s, p), turn(r, s, q))),
                          "lines cross near %.17g, %.17g", p->u, p->v);
        }
}

static void expect_no_crossings(void)
{
    for (int i = 0; i < section->n_lines; ++i)
        for (int k = 0; k <= i; ++k) expect_no_crossing(&section->line[i], &section->line[k]);
}

static void put_random_end(const char *metal, double low_K, double high_K)
{
    const double S = uniform(6.0, 15.0);
    if (high_K > 0.0) put(&t, "      - {at: [%s], G: %.6f - %.6f*T}\n", metal, S * uniform(low_K, high_K), S);
    else put(&t, "      - {at: [%s], G: %.6f - %.6f*T}\n", metal, uniform(0.0, 4000.0), uniform(0.0, 3.0));
}

static void put_random_solution(const char *name, int n_metals, double low_K, double high_K, double least_W, double most_W)
{
    static const char *const metal[] = {"Mg", "Ni", "Zn", "Co"};
    put(&t, "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg", name);
    for (int i = 1; i < n_metals; ++i) put(&t, ", %s", metal[i]);
    put(&t, "]}]\n    end_members:\n");
    for (int i = 0; i < n_metals; ++i) put_random_end(metal[i], low_K, high_K);
    put(&t, "    interactions:\n");
    for (int i = 0; i < n_metals; ++i)
        for (int j = 0; j < i; ++j)
            put(&t, "      - {pair: [%s, %s], on: M, per: formula, W: %.10g}\n", metal[j], metal[i], uniform(least_W, most_W));
}

static void put_compound(const char *first, int n, const char *second, const char *G)
{
    put(&t,
        "  %s%d%s:\n    formula: %s%d%s\n    sublattices: [{name: A, sites: %d, constituents: [%s]}, {name: B, sites: 1, constituents: [%s]}]\n"
        "    end_members: [{at: [%s, %s], G: %s}]\n",
        first, n, second, first, n, second, n, first, second, first, second, G);
}

static void begin_database(void)
{
    t.used = 0;
    put(&t, "kiln: 1\nname: synthetic\nphases:\n");
}

static void open_database(void)
{
    memset(&b, 0, sizeof b);
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    REQUIRE_OK(&b, kiln_database_parse(b.ctx, t.at, strlen(t.at), "synthetic", NULL, &b.db));
}

static void open_random(int n_metals, int n_compounds)
{
    static const struct {
        const char *first, *second;
        int n;
    } compound[] = {{"Mg", "Ni", 1}, {"Ni", "Mg", 2}, {"Zn", "Mg", 2}};
    begin_database();
    put_random_solution("melt", n_metals, 800.0, 1600.0, -15000.0, 15000.0);
    put_random_solution("alpha", n_metals, 0.0, 0.0, -8000.0, 25000.0);
    put_random_solution("beta", n_metals, 0.0, 0.0, -8000.0, 25000.0);
    for (int k = 0; k < n_compounds; ++k) {
        char G[64];
        const int i = k == 0 ? 0 : n_metals > 2 ? 2 : 1;
        const double size = 0.5 * (compound[i].n + 1);
        snprintf(G, sizeof G, "%.6f + %.6f*T", size * uniform(-12000.0, -3000.0), size * uniform(0.0, 4.0));
        put_compound(compound[i].first, compound[i].n, compound[i].second, G);
    }
    open_database();
}

/* Binary and ternary isopleths, the latter also between two compounds, where every point lies on a tie line; triangles of three and of four metals. */
START_TEST(random_sections_agree_with_equilibria)
{
    static const int n_metals[] = {2, 3, 3, 4};
    asked a;
    state = 5000u + (uint64_t)_i;
    open_random(n_metals[_i % 4], _i / 4 % 3);
    switch (_i % 4) {
    case 0: ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 500.0, 1700.0); break;
    case 1:
        ask(&a, KILN_SECTION_ISOPLETH, "closed", _i % 8 == 1 ? "Mg" : "MgNi", _i % 8 == 1 ? "NiZn" : "Zn2Mg", NULL, 500.0,
            1700.0);
        break;
    case 2: ask(&a, KILN_SECTION_TERNARY, "closed", "Mg", "Ni", "Zn", uniform(600.0, 1500.0), 0.0); break;
    default: ask(&a, KILN_SECTION_TERNARY, "closed", "MgNi", "Co", "ZnCo", uniform(600.0, 1500.0), 0.0); break;
    }
    map(&a);
    expect_whole();
    expect_no_crossings();
    expect_phases(&a, 120);
    close_it();
}
END_TEST

START_TEST(sections_of_oxides_agree_with_equilibria)
{
    asked a;
    state = 77u + (uint64_t)_i;
    open_default();
    switch (_i) {
    case 0: ask(&a, KILN_SECTION_ISOPLETH, "air", "CuO", "(Mg,Co,Ni,Zn)O", NULL, 873.15, 1573.15); break;
    case 1: ask(&a, KILN_SECTION_ISOPLETH, "air", "CaO", "CuO", NULL, 873.15, 1473.15); break;
    case 2: ask(&a, KILN_SECTION_TERNARY, "air", "MgO", "CaO", "CuO", 1173.15, 0.0); break;
    case 3: ask(&a, KILN_SECTION_TERNARY, "air", "(Co,Ni)O", "MgO", "ZnO", 1173.15, 0.0); break;
    default:
        ask(&a, KILN_SECTION_TPO2, "air", "(Mg,Co,Ni)O", NULL, NULL, 973.15, 1573.15);
        a.question.u_low = -12.0;
        a.question.u_high = 0.0;
        break;
    }
    map(&a);
    expect_whole();
    expect_no_crossings();
    expect_phases(&a, 50);
    close_it();
}
END_TEST

/* A solution that is stable between two others, over a range that narrows from 1 K to 0.01 K. */
START_TEST(narrow_fields_are_found)
{
    static const char *const gamma[] = {"gamma"};
    const double width_K = pow(10.0, -_i);
    asked a;
    double T_K[8];
    begin_database();
    for (int p = 0; p < 3; ++p) {
        static const char *const name[] = {"alpha", "gamma", "beta"};
        const double T1 = 1003.7, T2 = T1 + width_K, H = p == 0 ? 0.0 : p == 1 ? 5.0 * T1 : 5.0 * (T1 + T2), S = 5.0 * p;
        put(&t,
            "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: %.12g - %.12g*T}, {at: [Ni], G: %.12g - %.12g*T}]\n"
            "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 0}]\n",
            name[p], H, S, H + 100.0 * p, S);
    }
    open_database();
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 500.0, 1500.0);
    map(&a);
    expect_whole();
    expect_no_crossings();
    /* at the end of Mg, where phases of one composition change places */
    ck_assert_int_eq(crossings(find_field(1, gamma), 1.0 - 1e-6, T_K), 2);
    ck_assert_double_eq_tol(T_K[0], 1003.7, 1e-3);
    ck_assert_double_eq_tol(T_K[1] - T_K[0], width_K, 2e-4);
    close_it();
}
END_TEST

/* A gap that is closed all around: W = 2 R T (1 + e) - K (T - T0)^2, of half widths sqrt(3 e / 8) in x and sqrt(2 R T0 e / K) in T. A field of a second phase: an ellipse. */
static void open_small(int is_gap, double half_width, double x, double T_K)
{
    begin_database();
    if (is_gap) {
        const double e = 8.0 / 3.0 * half_width * half_width, K = 2.0 * R * T_K * e / pow(1200.0 * half_width, 2.0);
        put(&t,
            "  s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
            "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %.15g + %.15g*T - %.15g*T^2}]\n",
            -K * T_K * T_K, 2.0 * R * (1.0 + e) + 2.0 * K * T_K, K);
    } else {
        const double c = 20000.0, K = c / (1200.0 * 1200.0), base = K * T_K * T_K - c * half_width * half_width;
        put(&t,
            "  s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
            "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: 0}]\n"
            "  r:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
            "    end_members: [{at: [Mg], G: %.15g - %.15g*T + %.15g*T^2}, {at: [Ni], G: %.15g - %.15g*T + %.15g*T^2}]\n"
            "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %.15g}]\n",
            base + c * (1.0 - x) * (1.0 - x), 2.0 * K * T_K, K, base + c * x * x, 2.0 * K * T_K, K, -c);
    }
    open_database();
}

/* Steps of the grid are 0.03 of the ranges. */
START_TEST(closed_fields_and_gaps_smaller_than_the_grid_are_found)
{
    asked a;
    const int is_gap = _i % 2;
    state = 9000u + (uint64_t)_i;
    open_small(is_gap, is_gap ? 0.015 : 0.005, uniform(0.2, 0.8), uniform(700.0, 1300.0));
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 400.0, 1600.0);
    map(&a);
    expect_whole();
    ck_assert_int_ge(section->n_fields, 2);
    close_it();
}
END_TEST

/* The compound lies on a vertical line of the first grid; beside it there is no field of the compound alone. */
START_TEST(a_compound_on_the_path_is_a_line)
{
    static const char *const names[][2] = {{"s", "Mg1Ni"}, {"r", "Mg1Ni"}};
    asked a;
    int n_upright = 0;
    begin_database();
    put(&t,
        "  s:\n    formula: Mg\n    sublattices: [{name: M, sites: 1, constituents: [Mg]}]\n    end_members: [{at: [Mg], G: 0}]\n");
    put(&t,
        "  r:\n    formula: Ni\n    sublattices: [{name: M, sites: 1, constituents: [Ni]}]\n    end_members: [{at: [Ni], G: 0}]\n");
    put_compound("Mg", 1, "Ni", "-8000");
    open_database();
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 700.0, 1400.0);
    map(&a);
    expect_whole();
    ck_assert_int_eq(section->n_fields, 2);
    ck_assert_int_eq(section->n_lines, 1);
    ck_assert_int_eq(section->n_junctions, 0);
    ck_assert_int_ne(find_field(2, names[0]), find_field(2, names[1]));
    for (int i = 0; i < section->line[0].n; ++i) n_upright += fabs(section->line[0].point[i].u - 0.5) < 1e-6;
    ck_assert_int_eq(n_upright, section->line[0].n);
    close_it();
}
END_TEST

/* Copper becomes cuprite within less than 0.001 K, as it dissolves next to nothing: three phases stand beside each other on a line. */
START_TEST(a_field_without_width_is_a_line)
{
    asked a;
    open_default();
    ask(&a, KILN_SECTION_TPO2, "air", "(Co,Ni,Cu)O", NULL, NULL, 1123.15, 1353.15);
    a.question.u_low = -8.0;
    a.question.u_high = -4.0;
    map(&a);
    expect_whole();
    expect_no_crossings();
    ck_assert_int_eq(section->n_fields, 2);
    ck_assert_int_eq(section->n_junctions, 0);
    close_it();
}
END_TEST

/* Beyond the compound nothing holds the nickel. */
START_TEST(what_has_no_equilibrium_is_a_field_without_phases)
{
    asked a;
    int n_empty = 0;
    begin_database();
    put(&t,
        "  s:\n    formula: Mg\n    sublattices: [{name: M, sites: 1, constituents: [Mg]}]\n    end_members: [{at: [Mg], G: 0}]\n");
    put_compound("Mg", 2, "Ni", "-8000");
    open_database();
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 700.0, 1400.0);
    REQUIRE_OK(&b, kiln_section_create(b.ctx, &a.question, NULL, &section));
    expect_whole();
    ck_assert_int_eq(section->n_fields, 2);
    ck_assert_int_gt(section->n_failed, 0);
    for (int i = 0; i < section->n_fields; ++i) {
        const kiln_section_field *f = &section->field[i];
        n_empty += f->n_phases == 0;
        ck_assert_double_eq_tol(f->share, f->n_phases == 0 ? 2.0 / 3.0 : 1.0 / 3.0, 1e-6);
        ck_assert_int_eq(f->is_certified, f->n_phases > 0);
    }
    ck_assert_int_eq(n_empty, 1);
    close_it();
}
END_TEST

/* Invariant temperatures of binary diagrams, which are solved for by themselves. */
START_TEST(junctions_are_invariant_points)
{
    asked a;
    kiln_tx *tx;
    kiln_gap_solver *join;
    open_default();
    ask(&a, KILN_SECTION_ISOPLETH, "air", _i ? "MgO" : "NiO", "CuO", NULL, 873.15, 1573.15);
    map(&a);
    REQUIRE_OK(&b, kiln_gap_solver_create(b.ctx, b.db, &a.member[0], &a.member[1], &a.atmosphere, NULL, NULL, &join));
    REQUIRE_OK(&b, kiln_tx_create(join, 873.15, 1573.15, NULL, &tx));
    for (int i = 0; i < tx->n_invariants; ++i)
        for (int k = 0; k < tx->invariant[i].n_phases; ++k) {
            const double x = tx->invariant[i].phase[k].x_A;
            double nearest = INFINITY;
            if (tx->invariant[i].n_phases < 3 || x < 1e-6) continue; /* cuprite, at an end */
            for (int n = 0; n < section->n_junctions; ++n) {
                const kiln_section_junction *j = &section->junction[n];
                if (fabs(j->u - x) > 1e-4) continue;
                ck_assert_double_lt(j->size, 1e-5);
                nearest = fmin(nearest, fabs(j->v - tx->invariant[i].T_K));
            }
            ck_assert_double_lt(nearest, 0.005);
        }
    kiln_tx_free(tx);
    kiln_gap_solver_free(join);
    close_it();
}
END_TEST

static void expect_refused(const asked *a, const char *words)
{
    ck_assert_int_eq(kiln_section_create(b.ctx, &a->question, NULL, &section), KILN_E_ARG);
    ck_assert_ptr_null(section);
    ck_assert_msg(strstr(kiln_context_error(b.ctx), words) != NULL, "\"%s\" lacks \"%s\"", kiln_context_error(b.ctx), words);
}

static int stop(double share, void *user)
{
    ck_assert(share >= 0.0 && share <= 1.0);
    return ++*(int *)user <= 3;
}

START_TEST(what_a_section_refuses)
{
    asked a;
    int calls_made = 0;
    kiln_section_options o;
    open_default();
    ask(&a, KILN_SECTION_TERNARY, "air", "NiO", "MgO", "(Mg,Ni)O", 1273.15, 0.0);
    expect_refused(&a, "one line");
    ask(&a, KILN_SECTION_ISOPLETH, "air", "NiO", "NiO1.1", NULL, 1000.0, 1200.0);
    expect_refused(&a, "same cations");
    ask(&a, KILN_SECTION_ISOPLETH, "air", "NiO", "MgO", NULL, 1200.0, 1000.0);
    expect_refused(&a, "from 1200 K to 1000 K");
    ask(&a, KILN_SECTION_ISOPLETH, "air", "NiO", "MgO", NULL, 1000.0, 1200.0);
    a.question.u_high = 1.5;
    expect_refused(&a, "within 0 to 1");
    ask(&a, KILN_SECTION_TPO2, "H2/H2O=1", "NiO", NULL, NULL, 1000.0, 1200.0);
    expect_refused(&a, "does not fix the oxygen");
    ask(&a, KILN_SECTION_ISOPLETH, "air", "NiO", "MgO", NULL, 1000.0, 1200.0);
    a.question.member[1] = NULL;
    expect_refused(&a, "NULL");
    ask(&a, KILN_SECTION_ISOPLETH, "air", "NiO", "MgO", NULL, 1000.0, 1200.0);
    ck_assert_int_eq(kiln_section_options_init(&o, KILN_SECTION_OPTIONS_VERSION), KILN_OK);
    o.grid = 33;
    ck_assert_int_eq(kiln_section_create(b.ctx, &a.question, &o, &section), KILN_E_ARG);
    o.grid = 32;
    o.keep_going = stop;
    o.user = &calls_made;
    ck_assert_int_eq(kiln_section_create(b.ctx, &a.question, &o, &section), KILN_E_INTERRUPTED);
    ck_assert_int_eq(calls_made, 4);
    close_it();
}
END_TEST

START_TEST(failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_status status = KILN_E_NOMEM;
    kiln_section_options o;
    asked a;
    fail_at = 0;
    open_solution("Mg, Ni");
    kiln_database_free(b.db);
    kiln_context_free(b.ctx);
    ck_assert_int_eq(kiln_context_create(&counting, &b.ctx), KILN_OK);
    REQUIRE_OK(&b, kiln_database_parse(b.ctx, t.at, strlen(t.at), "synthetic", NULL, &b.db));
    ask(&a, KILN_SECTION_ISOPLETH, "closed", "Mg", "Ni", NULL, 700.0, 1400.0);
    ck_assert_int_eq(kiln_section_options_init(&o, KILN_SECTION_OPTIONS_VERSION), KILN_OK);
    o.grid = 4;
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        calls = 0;
        fail_at = at;
        status = kiln_section_create(b.ctx, &a.question, &o, &section);
        fail_at = 0;
        ck_assert(status == KILN_OK || (status == KILN_E_NOMEM && !section && out_now == before));
    }
    ck_assert_int_eq(status, KILN_OK);
    close_it();
    ck_assert_int_eq(out_now, 0);
}
END_TEST

/* All `n` of a loop, or with KILN_SECTION_SHARE = k every k-th part of them. */
static int share_of(int n)
{
    const char *text = getenv("KILN_SECTION_SHARE");
    const int share = text ? atoi(text) : 1;
    return share > 1 ? (n + share - 1) / share : n;
}

int main(void)
{
    Suite *suite = suite_create("section");
    TCase *tc = context_case(suite, "maps");
    tcase_add_test(tc, a_gap_has_its_closed_form);
    tcase_add_test(tc, a_part_of_the_range_is_the_same);
    tcase_add_test(tc, tie_lines_join_equal_potentials);
    tcase_add_test(tc, a_field_of_one_phase_is_a_window);
    tcase_add_test(tc, oxygen_over_two_oxides_has_one_pressure);
    tcase_add_test(tc, contours_have_their_valence);
    tcase_add_test(tc, three_phases_make_a_triangle);
    tcase_add_loop_test(tc, random_sections_agree_with_equilibria, 0, share_of(16));
    tcase_add_loop_test(tc, sections_of_oxides_agree_with_equilibria, 0, share_of(5));
    tcase_add_loop_test(tc, narrow_fields_are_found, 0, 3);
    tcase_add_loop_test(tc, closed_fields_and_gaps_smaller_than_the_grid_are_found, 0, share_of(12));
    tcase_add_test(tc, a_compound_on_the_path_is_a_line);
    tcase_add_test(tc, a_field_without_width_is_a_line);
    tcase_add_test(tc, what_has_no_equilibrium_is_a_field_without_phases);
    tcase_add_loop_test(tc, junctions_are_invariant_points, 0, 2);
    tcase_add_test(tc, what_a_section_refuses);
    tcase_add_test(tc, failed_allocations_are_undone);
    return run_suite(suite);
}
