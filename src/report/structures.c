#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/compile.h"
#include "model/system.h"

#include <kiln/equilibrium.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SAME_RATIO 0.01

static int is_of(const kiln_i_species *species, int z) { return species->n_elements == 1 && species->element[0] == z; }

/* Largest charge of one element's ions in a phase of the database; 0 if it has none. */
static int largest_charge(const kiln_database *db, const kiln_i_phase *p, int z, double *charge)
{
    int found = 0;
    for (int s = 0; s < p->n_sublattices; ++s)
        for (int i = 0; i < p->sublattices[s].n_constituents; ++i) {
            const kiln_i_species *ion = &db->species[p->sublattices[s].constituents[i]];
            if (!is_of(ion, z) || (found && ion->charge / ion->count[0] <= *charge)) continue;
            *charge = ion->charge / ion->count[0];
            found = 1;
        }
    return found;
}

/* Mean charge a cation needs when every anion site is filled: 8/3 in M3O4. */
static double needed_charge(const kiln_database *db, const kiln_i_phase *p)
{
    double negative = 0.0, cation_sites = 0.0;
    for (int s = 0; s < p->n_sublattices; ++s) {
        double least = 0.0;
        for (int i = 0; i < p->sublattices[s].n_constituents; ++i)
            least = fmin(least, db->species[p->sublattices[s].constituents[i]].charge);
        if (least < 0.0) negative -= p->sublattices[s].sites * least;
        else cation_sites += p->sublattices[s].sites;
    }
    return cation_sites > 0.0 ? negative / cation_sites : 0.0;
}

/* Names between commas of the elements a phase has no ions of; the number of those it has. */
static int list_absent(const kiln_system *system, const kiln_i_phase *p, char *out, size_t size)
{
    int present = 0;
    double charge = 0.0;
    out[0] = '\0';
    for (int c = 0; c < system->n_closed; ++c) {
        const size_t used = strlen(out);
        if (!system->is_cation[c]) continue;
        if (largest_charge(system->db, p, system->closed[c], &charge)) ++present;
        else snprintf(out + used, size - used, "%s%s", used ? ", " : "", kiln_i_element_symbol(system->closed[c]));
    }
    return present;
}

/* Why a phase that has ions of all these elements cannot hold the composition by itself, and the charges where they are the reason. */
static void describe_charges(kiln_i_tree *t, json_t *item, const kiln_system *system, const kiln_i_phase *p)
{
    char text[256];
    double largest = 0.0, amount = 0.0;
    const double needed = needed_charge(system->db, p);
    for (int c = 0; c < system->n_closed; ++c) {
        double charge = 0.0;
        if (!system->is_cation[c]) continue;
        (void)largest_charge(system->db, p, system->closed[c], &charge);
        largest += system->total[c] * charge;
        amount += system->total[c];
    }
    if (amount > 0.0) largest /= amount;
    if (largest > needed - 1e-9) {
        kiln_i_tree_text(t, item, "reason", "has sites that these cations fill in no neutral way");
        return;
    }
    snprintf(text, sizeof text, "needs a mean charge of %+.2f per cation; with the ions it has these reach %+.2f at most", needed,
             largest);
    kiln_i_tree_text(t, item, "reason", text);
    kiln_i_tree_real(t, item, "charge_needed", needed);
    kiln_i_tree_real(t, item, "charge_largest", largest);
}

static int is_listed(const json_t *names, const char *name)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)names, i, item)
        if (strcmp(json_string_value(item), name) == 0) return 1;
    return 0;
}

/* Solid phases of the database with the formula's anions per cation and ions of at least one of its cations. */
void kiln_i_describe_rejected(kiln_i_tree *t, json_t *result, const kiln_system *system, const json_t *input)
{
    char absent[128], text[192];
    json_t *list = kiln_i_tree_array(t, result, "rejected_structures");
    const json_t *only = kiln_i_tree_at(input, "only");
    for (int i = 0; i < system->db->n_phases; ++i) {
        const kiln_i_phase *p = &system->db->phases[i];
        const int own = kiln_system_find_phase(system, p->name);
        if (p->role != KILN_ROLE_SOLID || p->anion_ratio < 0.0 || (own >= 0 && system->phases[own].can_host)) continue;
        if (fabs(p->anion_ratio - system->composition.anions_per_cation) > SAME_RATIO) continue;
        if (!kiln_i_phase_is_called_for(system, p)) continue;
        if (list_absent(system, p, absent, sizeof absent) == 0) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "phase", p->name);
        kiln_i_tree_text(t, item, "label", p->label);
        snprintf(text, sizeof text, "has no ions of %s", absent);
        if (is_listed(kiln_i_tree_at(input, "without"), p->name) || (json_array_size(only) > 0 && !is_listed(only, p->name)))
            kiln_i_tree_text(t, item, "reason", "is left out");
        else if (p->quality == KILN_QUALITY_ENTROPY_ONLY) kiln_i_tree_text(t, item, "reason", "is known for its entropy only");
        else if (*absent) kiln_i_tree_text(t, item, "reason", text);
        else describe_charges(t, item, system, p);
    }
}

/* One cation alone in the same atmosphere, as the reference of the formation energies has it; KILN_E_MISSING where no phase holds it. */
static kiln_status solve_alone(kiln_context *ctx, const kiln_system *system, int c, double T_K, kiln_system **alone,
                               kiln_solver **solver, kiln_equilibrium *e)
{
    kiln_system_options options;
    kiln_solver_options solver_options;
    kiln_composition composition = system->composition;
    (void)kiln_system_options_init(&options, KILN_SYSTEM_OPTIONS_VERSION);
    (void)kiln_solver_options_init(&solver_options, KILN_SOLVER_OPTIONS_VERSION);
    solver_options.certify = 0;
    for (int i = 0; i < composition.n; ++i)
        if (composition.component[i].z != system->closed[c] && !composition.component[i].is_anion)
            composition.component[i].amount = 0.0;
    kiln_status status = kiln_system_create(ctx, system->db, &composition, &system->atmosphere, &options, alone);
    if (status == KILN_OK) status = kiln_solver_create(*alone, &solver_options, solver);
    return status == KILN_OK ? kiln_equilibrium_solve(*solver, T_K, e) : status;
}

/* "Co3O4" of the phases of an equilibrium. */
static void describe_alone(kiln_i_tree *t, json_t *references, const char *element, const kiln_system *alone,
                           const kiln_equilibrium *e)
{
    char text[128] = "";
    json_t *scratch = json_object();
    for (int k = 0; k < e->n_phases; ++k) {
        const kiln_equilibrium_phase *phase = &e->phase[k];
        double cations = 0.0;
        for (int c = 0; c < alone->n_closed; ++c)
            if (alone->is_cation[c]) cations += phase->composition[c] * phase->component_mol;
        json_object_clear(scratch);
        kiln_i_describe_formula(t, scratch, alone, phase->phase, phase->composition,
                                cations > 0.0 ? phase->oxygen_mol / cations : 0.0);
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", k ? " + " : "", kiln_i_tree_string(scratch, "formula"));
    }
    json_decref(scratch);
    kiln_i_tree_text(t, references, element, text);
}

void kiln_i_describe_references(kiln_i_tree *t, json_t *budget, const kiln_system *system, double T_K, double *oxygen)
{
    json_t *references = kiln_i_tree_object(t, budget, "references");
    *oxygen = 0.0;
    for (int c = 0; c < system->n_closed && t->status == KILN_OK; ++c) {
        kiln_system *alone = NULL;
        kiln_solver *solver = NULL;
        kiln_equilibrium e;
        if (!system->is_cation[c]) continue;
        const kiln_status status = solve_alone(t->ctx, system, c, T_K, &alone, &solver, &e);
        if (status == KILN_OK) {
            describe_alone(t, references, kiln_i_element_symbol(system->closed[c]), alone, &e);
            *oxygen += system->total[c] * e.oxygen_mol;
        } else if (status == KILN_E_NOMEM) {
            t->status = status;
        }
        kiln_solver_free(solver);
        kiln_system_free(alone);
    }
}
