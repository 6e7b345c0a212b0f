/* mkdtemp and setenv are POSIX, outside C11. */
#define _XOPEN_SOURCE 700

/* docs/database-format.md: its example of a user's own file, read from the document as it stands. */
#include "support.h"

#include <kiln/database.h>
#include <stdio.h>

#define MARK "<!-- tests/unit/test_format.c reads this block -->\n```yaml\n"

static kiln_database *db, *original;
static int n_errors, n_missing;
static char folder[] = "/tmp/kiln-test-XXXXXX", path[64];

/* The block after MARK into a file outside the databases' folder. */
static void write_example(void)
{
    static char text[65536];
    FILE *file = fopen(KILN_TEST_DOCS "/database-format.md", "rb");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    char *start = strstr(text, MARK);
    ck_assert_ptr_nonnull(start);
    start += sizeof MARK - 1;
    char *end = strstr(start, "```\n");
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/mine.yaml", folder);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(start, file);
    fclose(file);
}

static void setup(void)
{
    context_setup();
    write_example();
    setenv("KILN_DATABASE_PATH", KILN_TEST_DATABASES, 1);
    ck_assert_msg(kiln_database_load(ctx, NULL, &original) == KILN_OK, "%s", kiln_context_error(ctx));
    ck_assert_msg(kiln_database_load(ctx, path, &db) == KILN_OK, "%s", kiln_context_error(ctx));
}

static void teardown(void)
{
    kiln_database_free(db);
    kiln_database_free(original);
    remove(path);
    remove(folder);
    context_teardown();
}

/* Entry of rock salt by name; -1 if there is none. */
static int find_entry(const kiln_database *database, const char *name, kiln_parameter_info *info)
{
    const int phase = kiln_database_find_phase(database, "rocksalt");
    for (int i = 0; kiln_database_parameter(database, phase, i, info) == KILN_OK; i++)
        if (strcmp(info->name, name) == 0) return i;
    return -1;
}

static int n_entries(const kiln_database *database)
{
    kiln_phase_info info;
    ck_assert_int_eq(kiln_database_phase(database, kiln_database_find_phase(database, "rocksalt"), &info), KILN_OK);
    return info.n_parameters;
}

static double value_of(const char *name, kiln_parameter_info *info, double *sigma)
{
    double value;
    const int i = find_entry(db, name, info);
    ck_assert_msg(i >= 0, "no entry %s", name);
    ck_assert_int_eq(kiln_database_parameter_value(db, ctx, kiln_database_find_phase(db, "rocksalt"), i, 1273.15, &value, sigma),
                     KILN_OK);
    return value;
}

START_TEST(an_interaction_is_replaced)
{
    kiln_parameter_info info;
    double sigma;
    ck_assert_int_ge(find_entry(original, "rocksalt:Co+2,Mg+2:*;0", &info), 0); /* otherwise the example adds a term */
    ck_assert_double_eq_tol(value_of("rocksalt:Co+2,Mg+2:*;0", &info, &sigma), 6300.0, 1e-9);
    ck_assert_double_eq_tol(sigma, 400.0, 1e-9);
    ck_assert_str_eq(info.provenance.source_key, "notebook");
    ck_assert_str_eq(info.per, "cation");
}
END_TEST

START_TEST(a_cation_has_its_end_member_and_all_its_pairs)
{
    kiln_parameter_info info;
    kiln_sublattice_info before, after;
    double sigma;
    const int rocksalt = kiln_database_find_phase(db, "rocksalt");
    ck_assert_int_eq(kiln_database_sublattice(original, kiln_database_find_phase(original, "rocksalt"), 0, &before), KILN_OK);
    ck_assert_int_eq(kiln_database_sublattice(db, rocksalt, 0, &after), KILN_OK);
    ck_assert_int_eq(after.n_constituents, before.n_constituents + 1);
    ck_assert_double_lt(value_of("rocksalt:V+2:*;0", &info, &sigma), -431800.0 - 38.9 * (1273.15 - 298.15));
    ck_assert_double_eq_tol(sigma, 5000.0, 1e-9);
    ck_assert_double_eq_tol(value_of("rocksalt:Mg+2,V+2:*;0", &info, &sigma), 8000.0, 1e-9);
    ck_assert_int_eq(info.is_default, 0);
    ck_assert_double_eq_tol(value_of("rocksalt:Ni+2,V+2:*;0", &info, &sigma), 89950.0 * 2 * (0.79 - 0.69) / (0.79 + 0.69), 1e-6);
    ck_assert_int_eq(info.is_default, 1);
    ck_assert_str_eq(info.provenance.estimate, "radius mismatch: r Ni+2 0.69, V+2 0.79 Å");
    /* the end member and one pair with each earlier constituent: nothing else is new */
    ck_assert_int_eq(n_entries(db), n_entries(original) + 1 + before.n_constituents);
}
END_TEST

static void count(void *user, const kiln_finding *finding)
{
    (void)user;
    n_errors += finding->severity == KILN_SEVERITY_ERROR;
    n_missing += strcmp(finding->kind, "pair") == 0;
}

START_TEST(the_example_is_sound)
{
    ck_assert_int_eq(kiln_database_check(db, ctx, count, NULL, NULL), KILN_OK);
    ck_assert_int_eq(n_errors, 0);
    ck_assert_int_eq(n_missing, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format");
    TCase *tc = tcase_create("format");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_interaction_is_replaced);
    tcase_add_test(tc, a_cation_has_its_end_member_and_all_its_pairs);
    tcase_add_test(tc, the_example_is_sound);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
