/* Work in blocks on several threads: all of it is done, and what blocks make comes in their order, with a bound on how much is kept. */
#include "support.h"

#include "core/blocks.h"

enum { N = 500, AHEAD = 5 };

typedef struct task {
    int kept[AHEAD]; /* what block b made, at b % AHEAD */
    int n_given, fails_at, refuses_at;
    int made[N];
} task;

static kiln_status open_one(void *shared, kiln_context *own, void **out)
{
    (void)own;
    *out = shared;
    return KILN_OK;
}

static void close_one(void *own) { (void)own; }

/* Blocks of very different length, so that they end in another order than they begin. */
static kiln_status run_one(void *own, int block)
{
    task *t = own;
    volatile double x = 1.0;
    for (int i = 0; i < (block % 7 == 0 ? 20000 : 20); ++i) x = x * 1.0000001 + 1e-9;
    t->kept[block % AHEAD] = 3 * block + (x < 0.0);
    t->made[block] = 1;
    return block == t->fails_at ? KILN_E_NOT_CONVERGED : KILN_OK;
}

static kiln_status give_one(void *shared, kiln_context *own, int block)
{
    task *t = shared;
    (void)own;
    if (block != t->n_given || t->kept[block % AHEAD] != 3 * block) return KILN_E_SINGULAR;
    if (block == t->refuses_at) return KILN_E_IO;
    ++t->n_given;
    return KILN_OK;
}

static kiln_status solve(task *t, int n_threads)
{
    const kiln_i_block_work work =
        {.open = open_one, .run = run_one, .close = close_one, .shared = t, .give = give_one, .ahead = AHEAD};
    return kiln_i_run_blocks(ctx, n_threads, N, &work);
}

START_TEST(blocks_are_given_in_their_order)
{
    task t = {.fails_at = -1, .refuses_at = -1};
    ck_assert_int_eq(solve(&t, _i), KILN_OK);
    ck_assert_int_eq(t.n_given, N);
    for (int b = 0; b < N; ++b) ck_assert_int_eq(t.made[b], 1);
}
END_TEST

START_TEST(blocks_before_a_failure_are_given)
{
    task t = {.fails_at = 123, .refuses_at = -1};
    ck_assert_int_eq(solve(&t, _i), KILN_E_NOT_CONVERGED);
    ck_assert_int_eq(t.n_given, 123);
    ck_assert_int_eq(t.made[123 + AHEAD], 0);
}
END_TEST

START_TEST(who_takes_them_may_end_it)
{
    task t = {.fails_at = -1, .refuses_at = 77};
    ck_assert_int_eq(solve(&t, _i), KILN_E_IO);
    ck_assert_int_eq(t.n_given, 77);
    ck_assert_int_eq(t.made[N - 1], 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blocks");
    TCase *tc = context_case(suite, "blocks");
    tcase_add_loop_test(tc, blocks_are_given_in_their_order, 1, 9);
    tcase_add_loop_test(tc, blocks_before_a_failure_are_given, 1, 9);
    tcase_add_loop_test(tc, who_takes_them_may_end_it, 1, 9);
    return run_suite(suite);
}
