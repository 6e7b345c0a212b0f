/* The single-phase window of a composition, from a program. With kiln installed under $prefix:
 *   export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
 *   cc window.c $(pkg-config --cflags --libs kiln) -o window
 *   ./window "(Mg,Co,Ni,Cu,Zn)O" air
 * With CMake: find_package(kiln), then link kiln::kiln (README, Link). */
#include <kiln/kiln.h>

#include <stdio.h>

static void print_end(const char *name, const kiln_system *system, const kiln_window_end *end)
{
    printf("%s %.0f C (%s", name, end->T_K - 273.15, kiln_end_kind_text(end->kind));
    for (int l = 0; l < end->n_limits; ++l) printf(", %s", kiln_system_phase_label(system, end->limit[l].phase));
    printf(")");
    if (end->has_sigma) printf(", 68 %% between %.0f and %.0f C", end->low_K - 273.15, end->high_K - 273.15);
    printf("\n");
}

int main(int argc, char **argv)
{
    const char *formula = argc > 1 ? argv[1] : "(Mg,Co,Ni,Cu,Zn)O", *gas = argc > 2 ? argv[2] : "air";
    kiln_context *ctx = NULL;
    kiln_database *db = NULL;
    kiln_system *system = NULL;
    kiln_window_solver *solver = NULL;
    kiln_composition composition;
    kiln_atmosphere atmosphere;
    kiln_window window;
    kiln_status status;

    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 1;
    if ((status = kiln_database_load(ctx, NULL, &db)) != KILN_OK) goto done;
    if ((status = kiln_composition_parse(ctx, formula, &composition)) != KILN_OK) goto done;
    if ((status = kiln_atmosphere_parse(ctx, gas, &atmosphere)) != KILN_OK) goto done;
    if ((status = kiln_system_create(ctx, db, &composition, &atmosphere, NULL, &system)) != KILN_OK) goto done;
    if ((status = kiln_window_solver_create(system, NULL, NULL, &solver)) != KILN_OK) goto done;
    if ((status = kiln_window_solve(solver, kiln_window_default_phase(system), &window)) != KILN_OK) goto done;

    printf("%s in %s: %s\n", composition.canonical, atmosphere.label, kiln_system_phase_label(system, window.phase));
    for (int r = 0; r < window.n_ranges; ++r) {
        print_end("  from", system, &window.range[r].low);
        print_end("  to  ", system, &window.range[r].high);
    }
    if (window.n_ranges == 0)
        printf("  never single phase: closest at %.0f C, where %s is %.0f J/mol more stable\n", window.best_T_K - 273.15,
               kiln_system_phase_label(system, window.best_limit), -window.best_J_mol);
done:
    if (status != KILN_OK) fprintf(stderr, "%s\n", kiln_context_error(ctx));
    kiln_window_solver_free(solver);
    kiln_system_free(system);
    kiln_database_free(db);
    kiln_context_free(ctx);
    return status == KILN_OK ? 0 : 1;
}
