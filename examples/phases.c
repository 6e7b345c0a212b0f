/* Which phases a composition consists of at some temperatures: one solver, asked again and again. */
#include <kiln/kiln.h>

#include <stdio.h>

static kiln_status print_phases(kiln_context *ctx, const kiln_database *db, const char *formula)
{
    kiln_composition composition;
    kiln_atmosphere air;
    kiln_equilibrium found;
    kiln_system *system = NULL;
    kiln_solver *solver = NULL;
    kiln_status status = kiln_composition_parse(ctx, formula, &composition);
    if (status == KILN_OK) status = kiln_atmosphere_parse(ctx, "air", &air);
    if (status == KILN_OK) status = kiln_system_create(ctx, db, &composition, &air, NULL, &system);
    if (status == KILN_OK) status = kiln_solver_create(system, NULL, &solver);
    for (double T_C = 700.0; status == KILN_OK && T_C < 1050.0; T_C += 100.0) {
        if ((status = kiln_equilibrium_solve(solver, T_C + 273.15, &found)) != KILN_OK) break;
        printf("%.0f C%s:", T_C, found.certificate.is_certified ? "" : " (not proved)");
        for (int i = 0; i < found.n_phases; ++i)
            printf(" %.1f %% %s", 100.0 * found.phase[i].mass_fraction, kiln_system_phase_label(system, found.phase[i].phase));
        printf("\n");
    }
    kiln_solver_free(solver);
    kiln_system_free(system);
    return status;
}

int main(int argc, char **argv)
{
    kiln_context *ctx = NULL;
    kiln_database *db = NULL;
    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 1;
    kiln_status status = kiln_database_load(ctx, NULL, &db);
    if (status == KILN_OK) status = print_phases(ctx, db, argc > 1 ? argv[1] : "(Mg,Co,Ni,Cu,Zn)O");
    if (status != KILN_OK) fprintf(stderr, "%s\n", kiln_context_error(ctx));
    kiln_database_free(db);
    kiln_context_free(ctx);
    return status == KILN_OK ? 0 : 1;
}
