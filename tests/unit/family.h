/* Tests of one family of the default database: an equilibrium of a formula, its phases, both methods, and tables of independent Gibbs energies. */
#ifndef KILN_TEST_FAMILY_H
#define KILN_TEST_FAMILY_H

#include "data/database.h"
#include "synthetic.h"

#include <math.h>

static const char kiln_yaml[] = KILN_TEST_DATABASES "/kiln.yaml";
static const double R = 8.31446261815324; /* exact, SI 2019 */
static bench b;

static inline void close_it(void) { bench_close(&b); }

static inline void at(const char *formula, const char *atmosphere, double T_K, kiln_equilibrium *e)
{
    bench_close(&b);
    bench_open(&b, NULL, kiln_yaml, formula, atmosphere, KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, e));
}

static inline const kiln_equilibrium_phase *phase_of(const kiln_equilibrium *e, const char *name)
{
    for (int k = 0; k < e->n_phases; ++k)
        if (strcmp(kiln_system_phase_name(b.system, e->phase[k].phase), name) == 0) return &e->phase[k];
    return NULL;
}

/* Of all phases of this name: a melt or a spinel may be there twice. */
static inline double mass_fraction(const kiln_equilibrium *e, const char *name)
{
    double sum = 0.0;
    for (int k = 0; k < e->n_phases; ++k)
        if (strcmp(kiln_system_phase_name(b.system, e->phase[k].phase), name) == 0) sum += e->phase[k].mass_fraction;
    return sum;
}

/* Newton's method and NLopt, each from the beginning. */
static inline void expect_methods_agree(const char *formula, const char *atmosphere, double T_K, double tolerance_J_mol)
{
    kiln_equilibrium newton, nlopt;
    at(formula, atmosphere, T_K, &newton);
    bench_close(&b);
    bench_open(&b, NULL, kiln_yaml, formula, atmosphere, KILN_METHOD_NLOPT);
    REQUIRE_OK(&b, kiln_equilibrium_solve(b.solver, T_K, &nlopt));
    ck_assert_double_eq_tol(newton.G_J_mol, nlopt.G_J_mol, tolerance_J_mol);
    ck_assert_int_eq(newton.n_phases, nlopt.n_phases);
}

/* Rows: function,"source",T_K,G_J_mol,tolerance_J_mol; the file says where the tolerances come from. */
static inline void expect_table(const char *path, int least)
{
    static kiln_i_jet values[4096];
    char line[512];
    int n = 0;
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(kiln_context_create(NULL, &b.ctx), KILN_OK);
    REQUIRE_OK(&b, kiln_database_load(b.ctx, kiln_yaml, &b.db));
    ck_assert_int_le(b.db->n_functions, 4096);
    while (fgets(line, sizeof line, file)) {
        double T_K, want, tolerance;
        char *comma = strchr(line, ','), *numbers = strstr(line, "\",");
        if (!comma || !numbers || sscanf(numbers + 2, "%lf,%lf,%lf", &T_K, &want, &tolerance) != 3) continue;
        *comma = '\0';
        const int i = kiln_i_database_find_function(b.db, line);
        ck_assert_msg(i >= 0, "no function %s", line);
        kiln_i_functions_evaluate(b.db->functions, b.db->n_functions, NULL, T_K, NULL, values);
        ck_assert_msg(fabs(values[i].g - want) <= tolerance, "%s at %g K: %.2f, expected %.2f J/mol", line, T_K, values[i].g,
                      want);
        n++;
    }
    fclose(file);
    ck_assert_int_gt(n, least);
}

#endif
