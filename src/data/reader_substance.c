#include "data/reader.h"

#include "core/context.h"
#include "data/growth.h"
#include "data/species.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A substance replaces a phase of the same name from an earlier file; the functions of that phase's entries go with it. */
static kiln_status open_substance(kiln_i_reader *r, const kiln_i_yaml_node *node, int *index)
{
    kiln_database *db = r->db;
    *index = kiln_i_database_find_phase(db, node->key->text);
    if (*index < 0) return kiln_i_reader_phase(r, node, index);
    kiln_i_phase *phase = &db->phases[*index];
    if (phase->file == r->file)
        return kiln_i_yaml_fail(r->yaml, node->key, "expected each phase once, found %.64s again (first at line %d)", phase->name,
                                phase->line);
    for (int i = 0; i < phase->n_parameters; i++) r->drafts[phase->parameters[i].function].is_dropped = 1;
    kiln_i_phase_clear(r->ctx, phase);
    r->defaults[*index] = (kiln_i_place){0, NULL};
    *phase = (kiln_i_phase){.anion_ratio = -1.0, .file = r->file, .line = node->key->line, .column = node->key->column};
    phase->name = kiln_i_strdup(r->ctx, node->key->text);
    phase->label = kiln_i_strdup(r->ctx, node->key->text);
    return phase->name && phase->label ? KILN_OK : kiln_i_reader_no_memory(r);
}

static kiln_status add_site(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *node)
{
    int species = -1;
    char name[16];
    const kiln_status status = kiln_i_read_species(r, node, &species);
    if (status != KILN_OK) return status;
    if (phase->n_sublattices == KILN_MAX_SUBLATTICES)
        return kiln_i_yaml_fail(r->yaml, node, "expected at most %d sublattices", KILN_MAX_SUBLATTICES);
    kiln_i_sublattice *sublattice = &phase->sublattices[phase->n_sublattices++];
    snprintf(name, sizeof name, "%d", phase->n_sublattices);
    sublattice->name = kiln_i_strdup(r->ctx, name);
    int *slot = kiln_i_push(r->ctx, &sublattice->constituents, &sublattice->n_constituents, sizeof *slot);
    if (!slot || !sublattice->name) return kiln_i_reader_no_memory(r);
    *slot = species;
    return KILN_OK;
}

/* `at`, or the whole formula as one neutral constituent. */
static kiln_status add_sites(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *at, const kiln_i_yaml_node *formula)
{
    if (!at) {
        const kiln_status status = add_site(r, phase, formula);
        phase->sublattices[0].sites = 1.0;
        return status;
    }
    kiln_status status = kiln_i_yaml_expect(r->yaml, at, KILN_YAML_SEQUENCE, "at");
    if (status == KILN_OK && at->n == 0) return kiln_i_yaml_fail(r->yaml, at, "expected at least one constituent");
    for (const kiln_i_yaml_node *item = status == KILN_OK ? at->first : NULL; item && status == KILN_OK; item = item->next)
        status = add_site(r, phase, item);
    return status;
}

static const kiln_i_species *species_at(const kiln_i_reader *r, const kiln_i_phase *phase, int s)
{
    return &r->db->species[phase->sublattices[s].constituents[0]];
}

/* Sites from the elements that one constituent alone has: Co+2 and O-2 of CoO, Ca+2 and CO3-2 of CaCO3. */
static void deduce_sites(const kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_species *formula)
{
    for (int e = 0; e < formula->n_elements; e++) {
        int owner = -1, n_owners = 0;
        for (int s = 0; s < phase->n_sublattices; s++)
            if (kiln_i_species_count(species_at(r, phase, s), formula->element[e]) > 0.0) {
                owner = s;
                n_owners++;
            }
        if (n_owners == 1)
            phase->sublattices[owner].sites =
                formula->count[e] / kiln_i_species_count(species_at(r, phase, owner), formula->element[e]);
    }
}

static kiln_status read_sites(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *list)
{
    int s = 0;
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "sites");
    if (status != KILN_OK) return status;
    if (list->n != phase->n_sublattices)
        return kiln_i_yaml_fail(r->yaml, list, "expected %d numbers of sites, found %d", phase->n_sublattices, list->n);
    for (const kiln_i_yaml_node *item = list->first; item && status == KILN_OK; item = item->next, s++)
        status = kiln_i_read_quantity(r, item, KILN_DIM_NUMBER, "sites", &phase->sublattices[s].sites);
    return status;
}

/* The constituents on their sites must make up the formula. */
static kiln_status check_sum(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *node,
                             const kiln_i_species *formula)
{
    for (int s = 0; s < phase->n_sublattices; s++) {
        const kiln_i_species *species = species_at(r, phase, s);
        if (!(phase->sublattices[s].sites > 0.0))
            return kiln_i_yaml_fail(r->yaml, node, "expected \"sites\": how many of %.40s does not follow from the formula",
                                    species->name);
        for (int e = 0; e < species->n_elements; e++)
            if (!(kiln_i_species_count(formula, species->element[e]) > 0.0))
                return kiln_i_yaml_fail(r->yaml, node, "expected constituents of %.40s only, found %.40s", phase->formula,
                                        species->name);
    }
    for (int e = 0; e < formula->n_elements; e++) {
        double sum = 0.0;
        for (int s = 0; s < phase->n_sublattices; s++)
            sum += phase->sublattices[s].sites * kiln_i_species_count(species_at(r, phase, s), formula->element[e]);
        if (fabs(sum - formula->count[e]) > 1e-6)
            return kiln_i_yaml_fail(r->yaml, node, "expected constituents that make up %.40s", phase->formula);
    }
    return KILN_OK;
}

static kiln_status read_stoichiometry(kiln_i_reader *r, int index, const kiln_i_yaml_node *node)
{
    const kiln_i_yaml_node *formula_node, *at = kiln_i_yaml_get(node, "at"), *sites = kiln_i_yaml_get(node, "sites");
    kiln_i_phase *phase = &r->db->phases[index];
    kiln_i_species formula = {0};
    kiln_status status = kiln_i_yaml_require(r->yaml, node, "formula", &formula_node);
    if (status != KILN_OK || (status = kiln_i_yaml_expect(r->yaml, formula_node, KILN_YAML_SCALAR, "formula")) != KILN_OK)
        return status;
    status = kiln_i_species_parse(r->ctx, formula_node->text, &formula);
    if (status != KILN_OK) return kiln_i_yaml_locate(r->yaml, formula_node, 0, status);
    if (formula.n_elements == 0) return kiln_i_yaml_fail(r->yaml, formula_node, "expected a formula with elements");
    if (sites && !at) return kiln_i_yaml_fail(r->yaml, sites->key, "expected \"sites\" with \"at\" only");
    if ((status = add_sites(r, phase, at, formula_node)) != KILN_OK) return status;
    if (sites) status = read_sites(r, phase, sites);
    else if (at) deduce_sites(r, phase, &formula);
    if (status != KILN_OK) return status;
    return check_sum(r, phase, at ? at : formula_node, &formula);
}

static kiln_status read_substance(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    static const char *const keys[] = {"label",     "formula", "at",     "sites",       "G",    "range",
                                       "structure", "family",  "role",   "anion_ratio", "note", "sigma",
                                       "sigma_T",   "source",  "status", "quality",     NULL};
    const kiln_i_yaml_node *g;
    kiln_i_parameter p = {.kind = KILN_PARAMETER_G, .scale = 1.0};
    int index;
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a substance");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if ((status = open_substance(r, node, &index)) != KILN_OK) return status;
    if ((status = kiln_i_read_phase_texts(r, index, node)) != KILN_OK) return status;
    if ((status = read_stoichiometry(r, index, node)) != KILN_OK) return status;
    for (int s = 0; s < r->db->phases[index].n_sublattices; s++) {
        p.n_at[s] = 1;
        p.at[s][0] = r->db->phases[index].sublattices[s].constituents[0];
    }
    if ((status = kiln_i_yaml_require(r->yaml, node, "G", &g)) != KILN_OK) return status;
    if ((status = kiln_i_reader_place(r, index, node, &p)) != KILN_OK) return status;
    if ((status = kiln_i_reader_value(r, p.function, node, g)) != KILN_OK) return status;
    return kiln_i_reader_provenance(r, p.function, node);
}

kiln_status kiln_i_read_substances(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "substances");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next)
        status = read_substance(r, m);
    return status;
}
