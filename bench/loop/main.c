/* Equilibria one after the other from one solver, as a program in C would ask for them: what bench/python_equilibria.py is measured against. Usage: bench_loop N FORMULA LOW_K HIGH_K
 * Prints processor seconds of the loop, and the mean of G to compare answers by. */
#include <kiln/kiln.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_s(void) { return (double)clock() / CLOCKS_PER_SEC; }

static kiln_status solve(kiln_solver *solver, int n, double low_K, double high_K, double *sum_J_mol)
{
    *sum_J_mol = 0.0;
    for (int i = 0; i < n; ++i) {
        kiln_equilibrium e;
        const double T_K = low_K + (high_K - low_K) * i / (n - 1);
        const kiln_status status = kiln_equilibrium_solve(solver, T_K, &e);
        if (status != KILN_OK) return status;
        *sum_J_mol += e.G_J_mol;
    }
    return KILN_OK;
}

int main(int argc, char **argv)
{
    if (argc != 5 || atoi(argv[1]) < 2) {
        fprintf(stderr, "usage: bench_loop N FORMULA LOW_K HIGH_K\n");
        return 2;
    }
    kiln_context *ctx = NULL;
    kiln_database *db = NULL;
    kiln_system *system = NULL;
    kiln_solver *solver = NULL;
    kiln_composition composition;
    kiln_atmosphere air;
    double sum_J_mol = 0.0, start_s = 0.0;
    const int n = atoi(argv[1]);
    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 1;
    kiln_status status = kiln_database_load(ctx, NULL, &db);
    if (status == KILN_OK) status = kiln_composition_parse(ctx, argv[2], &composition);
    if (status == KILN_OK) status = kiln_atmosphere_parse(ctx, "air", &air);
    if (status == KILN_OK) {
        start_s = cpu_s();
        status = kiln_system_create(ctx, db, &composition, &air, NULL, &system);
    }
    if (status == KILN_OK) status = kiln_solver_create(system, NULL, &solver);
    if (status == KILN_OK) status = solve(solver, n, strtod(argv[3], NULL), strtod(argv[4], NULL), &sum_J_mol);
    if (status == KILN_OK) printf("%.6f %.9g\n", cpu_s() - start_s, sum_J_mol / n);
    else fprintf(stderr, "%s\n", kiln_context_error(ctx));
    kiln_solver_free(solver);
    kiln_system_free(system);
    kiln_database_free(db);
    kiln_context_free(ctx);
    return status == KILN_OK ? 0 : 1;
}
