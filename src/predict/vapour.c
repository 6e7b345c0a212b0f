#include "predict/vapour.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/species.h"

#include <kiln/step.h>
#include <math.h>
#include <string.h>

enum { OXYGEN = 8 };

static const double PA_PER_BAR = 1e5, S_PER_H = 3600.0, TWO_PI = 6.283185307179586;
static const double LARGEST_LOG10_P = 300.0;

kiln_status kiln_vapour_options_init(kiln_vapour_options *options, uint32_t version)
{
    if (!options || version != KILN_VAPOUR_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_vapour_options){.version = version, .film_mm = 10.0, .surface_cm2_g = 2.0, .loss_percent_h = 1.0};
    return KILN_OK;
}

static kiln_status check_options(kiln_context *ctx, const kiln_vapour_options *o)
{
    if (o->version != KILN_VAPOUR_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if (!(o->film_mm >= 0.1 && o->film_mm <= 1e3) || !(o->surface_cm2_g >= 1e-4 && o->surface_cm2_g <= 1e7) ||
        !(o->loss_percent_h > 0.0) || !isfinite(o->loss_percent_h))
        return kiln_i_fail(ctx, KILN_E_ARG,
                           "options: film %g mm (0.1 to 1000), surface %g cm2/g (1e-4 to 1e7), loss %g %% an hour (above 0)",
                           o->film_mm, o->surface_cm2_g, o->loss_percent_h);
    return KILN_OK;
}

/* The molecule of a species; 1 if all its atoms are components of the system and some of them closed. */
static int compose(const kiln_system *system, int vapour, kiln_i_molecule *m)
{
    const kiln_i_species *s = &system->db->vapours[vapour].species;
    double atoms = 0.0, n_closed = 0.0, n_open = 0.0;
    *m = (kiln_i_molecule){.vapour = vapour};
    for (int e = 0; e < s->n_elements; ++e) {
        atoms += s->count[e];
        m->M_g_mol += s->count[e] * kiln_i_element_weight(s->element[e]);
    }
    for (int c = 0; c < system->n_closed; ++c) n_closed += m->closed[c] = kiln_i_species_count(s, system->closed[c]);
    for (int k = 0; k < system->n_open; ++k) n_open += m->open[k] = kiln_i_species_count(s, system->open[k].z);
    const double n_oxygen = kiln_i_species_count(s, OXYGEN);
    m->volume = kiln_i_diffusion_volume(n_oxygen, atoms - n_oxygen);
    return n_closed > 0.0 && n_closed + n_open > atoms - 1e-9 && m->M_g_mol > 0.0;
}

static kiln_status choose_molecules(kiln_vapour *v)
{
    const size_t room = (size_t)v->system->db->n_vapours + 1;
    v->molecules = kiln_i_calloc(v->ctx, room, sizeof *v->molecules);
    v->species = kiln_i_calloc(v->ctx, room, sizeof *v->species);
    if (!v->molecules || !v->species) return kiln_i_fail(v->ctx, KILN_E_NOMEM, "vapour of %d species", v->system->db->n_vapours);
    for (int i = 0; i < v->system->db->n_vapours; ++i) v->n_molecules += compose(v->system, i, &v->molecules[v->n_molecules]);
    return KILN_OK;
}

/* The functions of the molecules with all that they refer to. */
static kiln_status list_functions(kiln_vapour *v)
{
    const kiln_database *db = v->system->db;
    const size_t room = (size_t)db->n_functions + 1;
    v->used = kiln_i_calloc(v->ctx, room, sizeof *v->used);
    v->function = kiln_i_calloc(v->ctx, room, sizeof *v->function);
    v->coefficient = kiln_i_calloc(v->ctx, room, sizeof *v->coefficient);
    unsigned char *uses = kiln_i_calloc(v->ctx, room, 1);
    const int has_room = v->used && v->function && v->coefficient && uses;
    for (int i = 0; has_room && i < v->n_molecules; ++i) uses[db->vapours[v->molecules[i].vapour].function] = 1;
    if (has_room) v->n_used = kiln_i_list_uses(db, uses, v->used);
    kiln_i_free(v->ctx, uses);
    return has_room ? KILN_OK : kiln_i_fail(v->ctx, KILN_E_NOMEM, "vapour: list of functions");
}

kiln_status kiln_vapour_create(kiln_system *system, const kiln_solver_options *solver_options, const kiln_vapour_options *options,
                               kiln_vapour **out)
{
    kiln_vapour_options o;
    if (out) *out = NULL;
    if (!system) return KILN_E_ARG;
    kiln_context *ctx = system->ctx;
    if (!out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    (void)kiln_vapour_options_init(&o, KILN_VAPOUR_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status status = check_options(ctx, &o);
    if (status != KILN_OK) return status;
    kiln_vapour *v = kiln_i_calloc(ctx, 1, sizeof *v);
    if (!v) return kiln_i_fail(ctx, KILN_E_NOMEM, "vapour");
    v->ctx = ctx;
    v->system = system;
    v->options = o;
    v->carrier = kiln_i_carrier_of(&system->atmosphere);
    status = kiln_solver_create(system, solver_options, &v->solver);
    if (status == KILN_OK) status = choose_molecules(v);
    if (status == KILN_OK) status = list_functions(v);
    if (status == KILN_OK) *out = v;
    else kiln_vapour_free(v);
    return status;
}

void kiln_vapour_free(kiln_vapour *v)
{
    if (!v) return;
    kiln_solver_free(v->solver);
    kiln_i_free(v->ctx, v->molecules);
    kiln_i_free(v->ctx, v->species);
    kiln_i_free(v->ctx, v->used);
    kiln_i_free(v->ctx, v->function);
    kiln_i_free(v->ctx, v->coefficient);
    kiln_i_free(v->ctx, v);
}

static kiln_status describe_species(kiln_vapour *v, double T_K)
{
    const kiln_database *db = v->system->db;
    const double decade = KILN_R * T_K * log(10.0);
    for (int i = 0; i < v->n_molecules; ++i) {
        const kiln_i_molecule *m = &v->molecules[i];
        const kiln_i_function *f = &db->functions[db->vapours[m->vapour].function];
        double g = v->function[db->vapours[m->vapour].function].g;
        for (int c = 0; c < v->system->n_closed; ++c) g -= m->closed[c] * v->equilibrium.mu_J_mol[c];
        for (int k = 0; k < v->system->n_open; ++k) g -= m->open[k] * v->equilibrium.mu_open_J_mol[k];
        kiln_vapour_species *s = &v->species[i];
        *s = (kiln_vapour_species){.formula = db->vapours[m->vapour].species.name,
                                   .log10_p_bar = -g / decade,
                                   .diffusivity_m2_s = kiln_i_diffusivity(&v->carrier, m->M_g_mol, m->volume, T_K),
                                   .extrapolated_K = fmax(0.0, fmax(f->T_min_K - T_K, T_K - f->T_max_K))};
        if (!(s->log10_p_bar <= LARGEST_LOG10_P) || !isfinite(g))
            return kiln_i_fail(v->ctx, KILN_E_RANGE,
                               "%s would have a pressure of 10^%.0f bar at %.2f K: no phase of database %s binds it", s->formula,
                               s->log10_p_bar, T_K, db->name);
        s->p_bar = pow(10.0, s->log10_p_bar);
    }
    return KILN_OK;
}

/* Fluxes of element c, and what they mean for the sample. */
static void describe_loss(const kiln_vapour *v, int c, double T_K, kiln_vapour_loss *out)
{
    double largest = 0.0;
    *out = (kiln_vapour_loss){.z = v->system->closed[c], .is_cation = v->system->is_cation[c], .main_species = -1};
    for (int i = 0; i < v->n_molecules; ++i) {
        const kiln_i_molecule *m = &v->molecules[i];
        if (!(m->closed[c] > 0.0)) continue;
        const double p_Pa = PA_PER_BAR * v->species[i].p_bar, RT = KILN_R * T_K;
        const double film = m->closed[c] * p_Pa * v->species[i].diffusivity_m2_s / (RT * 1e-3 * v->options.film_mm);
        out->free_mol_m2_s += m->closed[c] * p_Pa / sqrt(TWO_PI * 1e-3 * m->M_g_mol * RT);
        out->film_mol_m2_s += film;
        if (out->n_species++ > 0 && film <= largest) continue;
        out->main_species = i;
        largest = film;
    }
    const double mol_cm2_h = 1e-4 * S_PER_H * out->film_mol_m2_s, sample_mol_g = v->system->total[c] / v->equilibrium.mass_g;
    out->film_mg_cm2_h = 1e3 * kiln_i_element_weight(out->z) * mol_cm2_h;
    out->film_percent_h = 100.0 * mol_cm2_h * v->options.surface_cm2_g / sample_mol_g;
}

/* What leaves takes its oxygen along; what else was bound to it, half its mean valence for each atom, leaves as O2 through the same film. */
static double released_oxygen(const kiln_vapour *v, double T_K)
{
    double valence[KILN_MAX_COMPONENTS], released = 0.0;
    if (v->system->atmosphere.control != KILN_OXYGEN_PRESSURE) return 0.0;
    kiln_equilibrium_valences(v->solver, valence);
    for (int i = 0; i < v->n_molecules; ++i) {
        const kiln_i_molecule *m = &v->molecules[i];
        double oxygen = -m->open[0]; /* oxygen stands first */
        for (int c = 0; c < v->system->n_closed; ++c) oxygen += 0.5 * valence[c] * m->closed[c];
        released += 0.5 * oxygen * v->species[i].p_bar * v->species[i].diffusivity_m2_s;
    }
    return released / kiln_i_oxygen_diffusivity(&v->carrier, T_K);
}

kiln_status kiln_vapour_solve(kiln_vapour *v, double T_K, kiln_vapour_result *out)
{
    if (!v) return KILN_E_ARG;
    if (!out) return kiln_i_fail(v->ctx, KILN_E_ARG, "a NULL result");
    kiln_status status = kiln_equilibrium_solve(v->solver, T_K, &v->equilibrium);
    if (status != KILN_OK) return status;
    kiln_i_functions_evaluate(v->system->db->functions, v->n_used, v->used, T_K, v->system->shift, v->function);
    if ((status = describe_species(v, T_K)) != KILN_OK) return status;
    kiln_i_vapour_uncertainty(v);
    *out = (kiln_vapour_result){.T_K = T_K,
                                .n_species = v->n_molecules,
                                .species = v->species,
                                .n_losses = v->system->n_closed,
                                .equilibrium = &v->equilibrium,
                                .released_po2_bar = released_oxygen(v, T_K),
                                .mu_is_unique = v->equilibrium.mu_is_unique};
    for (int c = 0; c < v->system->n_closed; ++c) describe_loss(v, c, T_K, &out->loss[c]);
    return KILN_OK;
}
