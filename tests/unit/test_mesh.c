#include "counting.h"
#include "diagram/mesh.h"
#include "support.h"

#include <math.h>

static double area_of(const kiln_i_mesh *m, int k)
{
    const int *c = m->triangle[k].corner;
    const kiln_i_mesh_vertex *a = &m->vertex[c[0]], *b = &m->vertex[c[1]], *d = &m->vertex[c[2]];
    return 0.5 * ((b->s - a->s) * (d->t - a->t) - (b->t - a->t) * (d->s - a->s));
}

/* Leaves turn against the clock and fill the domain; neighbours know each other and share the two corners of their edge. */
static void expect_conforming(const kiln_i_mesh *m, double area)
{
    double sum = 0.0;
    for (int k = 0; k < m->n_triangles; ++k) {
        if (!kiln_i_mesh_is_leaf(m, k)) continue;
        ck_assert(area_of(m, k) > 0.0);
        sum += area_of(m, k);
        for (int e = 0; e < 3; ++e) {
            const int n = m->triangle[k].across[e], from = m->triangle[k].corner[e], to = m->triangle[k].corner[(e + 1) % 3];
            const kiln_i_mesh_vertex *a = &m->vertex[from], *b = &m->vertex[to];
            if (n < 0) {
                const int on_axis = (a->s == 0.0 && b->s == 0.0) || (a->t == 0.0 && b->t == 0.0);
                const int on_far = (a->s == 1.0 && b->s == 1.0) || (a->t == 1.0 && b->t == 1.0);
                ck_assert(on_axis || on_far || (a->s + a->t == 1.0 && b->s + b->t == 1.0));
                continue;
            }
            ck_assert(kiln_i_mesh_is_leaf(m, n));
            int found = 0;
            for (int f = 0; f < 3; ++f)
                found +=
                    m->triangle[n].across[f] == k && m->triangle[n].corner[f] == to && m->triangle[n].corner[(f + 1) % 3] == from;
            ck_assert_int_eq(found, 1);
        }
    }
    ck_assert_double_eq_tol(sum, area, 1e-14);
}

START_TEST(a_mesh_stays_conforming)
{
    kiln_i_mesh m;
    unsigned random = 12345;
    ck_assert_int_eq(kiln_i_mesh_create(ctx, _i, 6, &m), KILN_OK);
    ck_assert_int_eq(m.n_vertices, _i ? 45 : 81);
    expect_conforming(&m, _i ? 0.5 : 1.0);
    for (int k = 0; k < 200; ++k) {
        random = random * 1664525u + 1013904223u;
        ck_assert_int_eq(kiln_i_mesh_split(&m, (int)(random >> 8) % m.n_triangles), KILN_OK);
    }
    expect_conforming(&m, _i ? 0.5 : 1.0);
    kiln_i_mesh_destroy(&m);
}
END_TEST

/* Halving towards one point costs a few triangles a level. */
START_TEST(a_mesh_can_be_fine_in_one_place)
{
    kiln_i_mesh m;
    ck_assert_int_eq(kiln_i_mesh_create(ctx, 0, 4, &m), KILN_OK);
    for (int level = 4; level < 40; ++level) {
        int leaf = -1;
        for (int k = 0; k < m.n_triangles && leaf < 0; ++k) {
            const int *c = m.triangle[k].corner;
            if (kiln_i_mesh_is_leaf(&m, k) && (c[0] == 0 || c[1] == 0 || c[2] == 0)) leaf = k;
        }
        ck_assert_int_eq(kiln_i_mesh_split(&m, leaf), KILN_OK);
    }
    expect_conforming(&m, 1.0);
    ck_assert_int_lt(m.n_vertices, 200);
    kiln_i_mesh_destroy(&m);
}
END_TEST

START_TEST(failed_allocations_are_undone)
{
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own;
    kiln_status status = KILN_E_NOMEM;
    fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    const long before = out_now;
    for (long at = 1; status == KILN_E_NOMEM; ++at) {
        kiln_i_mesh m;
        calls = 0;
        fail_at = at;
        status = kiln_i_mesh_create(own, 0, 14, &m);
        fail_at = 0;
        if (status == KILN_OK) kiln_i_mesh_destroy(&m);
        ck_assert_int_eq(out_now, before);
    }
    ck_assert_int_eq(status, KILN_OK);
    kiln_context_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mesh");
    TCase *tc = context_case(suite, "triangles");
    tcase_add_loop_test(tc, a_mesh_stays_conforming, 0, 2);
    tcase_add_test(tc, a_mesh_can_be_fine_in_one_place);
    tcase_add_test(tc, failed_allocations_are_undone);
    return run_suite(suite);
}
