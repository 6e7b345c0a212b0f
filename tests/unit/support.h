/* What every unit test shares: a context made before and freed after each test, and a main. */
#ifndef KILN_TEST_SUPPORT_H
#define KILN_TEST_SUPPORT_H

#include <check.h>
#include <kiln/context.h>
#include <stdlib.h>
#include <string.h>

static kiln_context *ctx;

static inline void context_setup(void) { ck_assert_int_eq(kiln_context_create(NULL, &ctx), KILN_OK); }

static inline void context_teardown(void)
{
    kiln_context_free(ctx);
    ctx = NULL;
}

/* Test case with that context, added to `suite`. */
static inline TCase *context_case(Suite *suite, const char *name)
{
    TCase *tc = tcase_create(name);
    tcase_add_checked_fixture(tc, context_setup, context_teardown);
    suite_add_tcase(suite, tc);
    return tc;
}

static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The last error mentions `words`. */
#define ck_assert_error_has(words) \
    ck_assert_msg(strstr(kiln_context_error(ctx), words) != NULL, "\"%s\" lacks \"%s\"", kiln_context_error(ctx), words)

#endif
