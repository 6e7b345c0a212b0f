/* What evaporates from a composition, and up to which temperature that does not matter. Build as window.c says; then
 *   ./vapour "(Mg,Co,Ni,Cu,Zn)O" air 1300C */
#include <kiln/kiln.h>

#include <stdio.h>

static void print_vapour(const kiln_vapour_result *result)
{
    for (int i = 0; i < result->n_species; ++i)
        printf("  %-6s 10^%.2f bar, +- %.2f decades, %+.2f a decade of p(O2)\n", result->species[i].formula,
               result->species[i].log10_p_bar, result->species[i].sigma_decades, result->species[i].decades_per_po2);
    for (int c = 0; c < result->n_losses; ++c) {
        const kiln_vapour_loss *loss = &result->loss[c];
        if (loss->n_species == 0) printf("  %s: no vapour known\n", kiln_element_symbol(loss->z));
        else
            printf("  %s: %.2g mg/cm2/h, %.2g %% an hour, mostly as %s\n", kiln_element_symbol(loss->z), loss->film_mg_cm2_h,
                   loss->film_percent_h, result->species[loss->main_species].formula);
    }
}

int main(int argc, char **argv)
{
    const char *formula = argc > 1 ? argv[1] : "(Mg,Co,Ni,Cu,Zn)O", *gas = argc > 2 ? argv[2] : "air";
    kiln_context *ctx = NULL;
    kiln_database *db = NULL;
    kiln_system *system = NULL;
    kiln_vapour *vapour = NULL;
    kiln_composition composition;
    kiln_atmosphere atmosphere;
    kiln_vapour_result result;
    kiln_vapour_ceiling ceiling;
    kiln_status status;
    double T_K;

    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 1;
    if ((status = kiln_database_load(ctx, NULL, &db)) != KILN_OK) goto done;
    if ((status = kiln_composition_parse(ctx, formula, &composition)) != KILN_OK) goto done;
    if ((status = kiln_atmosphere_parse(ctx, gas, &atmosphere)) != KILN_OK) goto done;
    if ((status = kiln_temperature_parse(ctx, argc > 3 ? argv[3] : "1300C", &T_K)) != KILN_OK) goto done;
    if ((status = kiln_system_create(ctx, db, &composition, &atmosphere, NULL, &system)) != KILN_OK) goto done;
    if ((status = kiln_vapour_create(system, NULL, NULL, &vapour)) != KILN_OK) goto done;
    if ((status = kiln_vapour_solve(vapour, T_K, &result)) != KILN_OK) goto done;
    printf("%s in %s at %.0f C\n", composition.canonical, atmosphere.label, T_K - 273.15);
    print_vapour(&result);
    if ((status = kiln_vapour_find_ceiling(vapour, 873.15, 1973.15, &ceiling)) != KILN_OK) goto done;
    if (ceiling.is_found)
        printf("  a cation loses 1 %% an hour at %.0f C (+- %.0f K) as %s\n", ceiling.T_K - 273.15, ceiling.sigma_K,
               ceiling.species);
done:
    if (status != KILN_OK) fprintf(stderr, "%s\n", kiln_context_error(ctx));
    kiln_vapour_free(vapour);
    kiln_system_free(system);
    kiln_database_free(db);
    kiln_context_free(ctx);
    return status == KILN_OK ? 0 : 1;
}
