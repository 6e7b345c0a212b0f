/* What a phase says of the pairs that have no entry: one value for all, laws, or a list of forms of which the first that can say something counts. */
#include "data/reader.h"

#include "core/context.h"
#include "data/growth.h"
#include "data/law.h"

#include <math.h>
#include <string.h>

static int holds(const kiln_i_phase *phase, int species)
{
    for (int s = 0; s < phase->n_sublattices; s++)
        for (int i = 0; i < phase->sublattices[s].n_constituents; i++)
            if (phase->sublattices[s].constituents[i] == species) return 1;
    return 0;
}

static kiln_status find_ion(kiln_i_reader *r, int index, const kiln_i_yaml_node *node, int *species)
{
    const kiln_i_phase *phase = &r->db->phases[index];
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a constituent");
    if (status != KILN_OK) return status;
    *species = kiln_i_database_find_species(r->db, node->text);
    if (*species >= 0 && holds(phase, *species)) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, node, "expected a constituent of %.64s, found \"%.40s\"", phase->name, node->text);
}

static kiln_status read_charges(kiln_i_reader *r, const kiln_i_yaml_node *list, kiln_i_law *law)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "charges");
    if (status != KILN_OK) return status;
    if (list->n < 1 || list->n > KILN_LAW_MAX_LISTED)
        return kiln_i_yaml_fail(r->yaml, list, "expected 1 to %d charges, found %d", KILN_LAW_MAX_LISTED, list->n);
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next) {
        double charge = 0.0;
        if ((status = kiln_i_read_quantity(r, item, KILN_DIM_NUMBER, "a charge", &charge)) != KILN_OK) return status;
        if (!(charge >= 1.0 && charge <= 8.0) || fabs(charge - round(charge)) > 0.0)
            return kiln_i_yaml_fail(r->yaml, item, "expected a whole charge from 1 to 8, found \"%.40s\"", item->text);
        law->charges[law->n_charges++] = (int)charge;
    }
    return KILN_OK;
}

static kiln_status read_with(kiln_i_reader *r, int index, const kiln_i_yaml_node *list, kiln_i_law *law)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "with");
    if (status != KILN_OK) return status;
    if (list->n < 1 || list->n > KILN_LAW_MAX_LISTED)
        return kiln_i_yaml_fail(r->yaml, list, "expected 1 to %d constituents, found %d", KILN_LAW_MAX_LISTED, list->n);
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next)
        if ((status = find_ion(r, index, item, &law->with[law->n_with++])) != KILN_OK) return status;
    return KILN_OK;
}

static kiln_status read_coefficient(kiln_i_reader *r, const kiln_i_yaml_node *mapping, const char *key, int *has, double *J_mol)
{
    const kiln_i_yaml_node *node = kiln_i_yaml_get(mapping, key);
    *has = node != NULL;
    return node ? kiln_i_read_quantity(r, node, KILN_DIM_ENERGY, key, J_mol) : KILN_OK;
}

/* Neighbours of an ion, where its radius is asked for. */
static kiln_status read_coordination(kiln_i_reader *r, const kiln_i_yaml_node *mapping, kiln_i_law *law)
{
    const kiln_i_yaml_node *node = kiln_i_yaml_get(mapping, "coordination");
    double n = 0.0;
    if (!node && law->has_radius) return kiln_i_yaml_require(r->yaml, mapping, "coordination", &node);
    if (!node) return KILN_OK;
    if (!law->has_radius) return kiln_i_yaml_fail(r->yaml, node->key, "expected \"coordination\" with radius only");
    const kiln_status status = kiln_i_read_quantity(r, node, KILN_DIM_NUMBER, "coordination", &n);
    if (status != KILN_OK) return status;
    static const int known[] = {4, 6, 8, 12};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!(fabs(n - known[i]) > 0.0)) law->coordination = known[i];
    if (law->coordination) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, node, "expected 4, 6, 8 or 12 neighbours, found \"%.40s\"", node->text);
}

static kiln_status read_law(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping, kiln_i_law *law)
{
    const kiln_i_yaml_node *name, *sigma, *source, *charges = kiln_i_yaml_get(mapping, "charges");
    const kiln_i_yaml_node *with = kiln_i_yaml_get(mapping, "with");
    *law = (kiln_i_law){0};
    kiln_status status = kiln_i_yaml_require(r->yaml, mapping, "law", &name);
    if (status != KILN_OK || (status = kiln_i_yaml_expect(r->yaml, name, KILN_YAML_SCALAR, "law")) != KILN_OK) return status;
    law->name = name->text;
    if (!*name->text || strlen(name->text) > 60)
        return kiln_i_yaml_fail(r->yaml, name, "expected a name of the law of at most 60 characters");
    if ((status = read_coefficient(r, mapping, "radius", &law->has_radius, &law->radius_J_mol)) != KILN_OK) return status;
    if ((status = read_coefficient(r, mapping, "volume", &law->has_volume, &law->volume_J_mol)) != KILN_OK) return status;
    if ((status = read_coefficient(r, mapping, "charge", &law->has_charge, &law->charge_J_mol)) != KILN_OK) return status;
    if (!law->has_radius && !law->has_volume)
        return kiln_i_yaml_fail(r->yaml, mapping, "expected radius or volume, the coefficient of a mismatch, in a law");
    if ((status = read_coordination(r, mapping, law)) != KILN_OK) return status;
    if (charges && (status = read_charges(r, charges, law)) != KILN_OK) return status;
    if (with && (status = read_with(r, index, with, law)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, mapping, "sigma", &sigma)) != KILN_OK) return status;
    return kiln_i_yaml_require(r->yaml, mapping, "source", &source);
}

static int is_law(const kiln_i_yaml_node *form) { return kiln_i_yaml_get(form, "law") != NULL; }

static kiln_status check_form(kiln_i_reader *r, int index, const kiln_i_yaml_node *form)
{
    static const char *const flat[] = {"W", "L", "per", "range", "sigma", "sigma_T", "source", "status", "note", NULL};
    static const char *const keys[] = {"law",  "radius", "volume", "charge", "coordination", "charges",
                                       "with", "per",    "sigma",  "source", "note",         NULL};
    kiln_i_law law;
    kiln_status status = kiln_i_yaml_expect(r->yaml, form, KILN_YAML_MAPPING, "default_pair");
    if (status != KILN_OK) return status;
    if (!is_law(form)) return kiln_i_yaml_check_keys(r->yaml, form, flat);
    if ((status = kiln_i_yaml_check_keys(r->yaml, form, keys)) != KILN_OK) return status;
    return read_law(r, index, form, &law);
}

/* The forms of default_pair: the members of a list, or the node itself. */
static const kiln_i_yaml_node *first_form(const kiln_i_yaml_node *node)
{
    return node->kind == KILN_YAML_SEQUENCE ? node->first : node;
}

static const kiln_i_yaml_node *next_form(const kiln_i_yaml_node *node, const kiln_i_yaml_node *form)
{
    return node->kind == KILN_YAML_SEQUENCE ? form->next : NULL;
}

kiln_status kiln_i_read_default_pair(kiln_i_reader *r, int index, const kiln_i_yaml_node *node)
{
    kiln_status status = KILN_OK;
    const kiln_i_yaml_node *last = NULL;
    if (!first_form(node)) return kiln_i_yaml_fail(r->yaml, node, "expected at least one form of default_pair");
    for (const kiln_i_yaml_node *form = first_form(node); form && status == KILN_OK; last = form, form = next_form(node, form)) {
        status = check_form(r, index, form);
        if (status == KILN_OK && last && !is_law(last))
            status = kiln_i_yaml_fail(r->yaml, form, "expected the value that holds for every pair last in default_pair");
    }
    if (status != KILN_OK) return status;
    r->defaults[index] = (kiln_i_place){r->file, node};
    r->db->phases[index].has_default_pair = 1;
    return KILN_OK;
}

static kiln_status read_volume(kiln_i_reader *r, int index, const kiln_i_yaml_node *item)
{
    static const char *const keys[] = {"of", "V", "source", "status", "note", NULL};
    kiln_i_phase *phase = &r->db->phases[index];
    const kiln_i_yaml_node *of, *V, *source, *value_status = kiln_i_yaml_get(item, "status");
    kiln_i_volume volume = {0};
    int ignored;
    kiln_status status = kiln_i_yaml_expect(r->yaml, item, KILN_YAML_MAPPING, "a volume");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, item, keys)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, item, "of", &of)) != KILN_OK) return status;
    if ((status = find_ion(r, index, of, &volume.species)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, item, "V", &V)) != KILN_OK) return status;
    if ((status = kiln_i_read_quantity(r, V, KILN_DIM_VOLUME, "V", &volume.cm3_mol)) != KILN_OK) return status;
    if (!(volume.cm3_mol > 0.0)) return kiln_i_yaml_fail(r->yaml, V, "expected a volume above 0, found \"%.40s\"", V->text);
    if ((status = kiln_i_yaml_require(r->yaml, item, "source", &source)) != KILN_OK) return status;
    if ((status = kiln_i_read_source(r, source, &ignored)) != KILN_OK) return status;
    if (value_status && (status = kiln_i_read_value_status(r, value_status, &ignored)) != KILN_OK) return status;
    for (int i = 0; i < phase->n_volumes; i++)
        if (phase->volumes[i].species == volume.species) {
            phase->volumes[i] = volume;
            return KILN_OK;
        }
    kiln_i_volume *slot = kiln_i_push(r->ctx, &phase->volumes, &phase->n_volumes, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(r);
    *slot = volume;
    return KILN_OK;
}

kiln_status kiln_i_read_volumes(kiln_i_reader *r, int index, const kiln_i_yaml_node *sequence)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, sequence, KILN_YAML_SEQUENCE, "volumes");
    for (const kiln_i_yaml_node *item = sequence->first; item && status == KILN_OK; item = item->next)
        status = read_volume(r, index, item);
    return status;
}

/* ---- Filling ---- */

/* A pair without an entry, and what kept the laws from it. */
typedef struct uncovered {
    int phase, sublattice, species[2];
    int lacking; /* species of which a law would have to know more; -1 none */
    char reason[KILN_LAW_TEXT_BYTES];
} uncovered;

static kiln_status add_entry(kiln_i_reader *r, const uncovered *pair, const kiln_i_yaml_node *form, int *function)
{
    kiln_i_parameter p = {.kind = KILN_PARAMETER_G, .scale = 1.0, .is_default = 1};
    p.n_at[pair->sublattice] = 2;
    memcpy(p.at[pair->sublattice], pair->species, sizeof pair->species);
    kiln_status status = kiln_i_read_per(r, &r->db->phases[pair->phase], form, &p);
    if (status == KILN_OK) status = kiln_i_reader_place(r, pair->phase, form, &p);
    *function = p.function;
    return status;
}

static kiln_status add_flat(kiln_i_reader *r, const uncovered *pair, const kiln_i_yaml_node *form)
{
    const kiln_i_yaml_node *value;
    int function;
    kiln_status status = kiln_i_entry_value(r, form, KILN_ENTRY_INTERACTION, &value);
    if (status != KILN_OK || (status = add_entry(r, pair, form, &function)) != KILN_OK) return status;
    if ((status = kiln_i_reader_value(r, function, form, value)) != KILN_OK) return status;
    return kiln_i_reader_provenance(r, function, form);
}

/* *done stays 0 where the law says nothing of the pair. */
static kiln_status add_by_law(kiln_i_reader *r, uncovered *pair, const kiln_i_yaml_node *form, int *done)
{
    const kiln_i_phase *phase = &r->db->phases[pair->phase];
    char text[KILN_LAW_TEXT_BYTES];
    int function;
    kiln_i_law law;
    kiln_status status = read_law(r, pair->phase, form, &law);
    if (status != KILN_OK || !kiln_i_law_covers(&law, r->db, pair->species[0], pair->species[1])) return status;
    for (int k = 0; k < 2; k++) {
        kiln_i_law_lacks(&law, r->db, phase, pair->species[k], text);
        if (!*text) continue;
        pair->lacking = pair->species[k];
        memcpy(pair->reason, text, sizeof text);
        return KILN_OK;
    }
    const double W = kiln_i_law_value(&law, r->db, phase, pair->species[0], pair->species[1], text);
    if ((status = add_entry(r, pair, form, &function)) != KILN_OK) return status;
    if ((status = kiln_i_reader_estimate(r, function, W, text)) != KILN_OK) return status;
    *done = 1;
    return kiln_i_reader_provenance(r, function, form);
}

/* Counted for each species and reason: what db check reports. */
static kiln_status note_gap(kiln_i_reader *r, const uncovered *pair)
{
    kiln_i_phase *phase = &r->db->phases[pair->phase];
    for (int i = 0; i < phase->n_law_gaps; i++) {
        kiln_i_law_gap *gap = &phase->law_gaps[i];
        if (gap->species != pair->lacking || gap->sublattice != pair->sublattice || strcmp(gap->reason, pair->reason) != 0)
            continue;
        ++gap->n_pairs;
        return KILN_OK;
    }
    kiln_i_law_gap *gap = kiln_i_push(r->ctx, &phase->law_gaps, &phase->n_law_gaps, sizeof *gap);
    if (!gap) return kiln_i_reader_no_memory(r);
    *gap = (kiln_i_law_gap){pair->lacking, pair->sublattice, 1, kiln_i_strdup(r->ctx, pair->reason)};
    return gap->reason ? KILN_OK : kiln_i_reader_no_memory(r);
}

static kiln_status fill_pair(kiln_i_reader *r, uncovered *pair)
{
    const kiln_i_yaml_node *node = r->defaults[pair->phase].node;
    int done = 0;
    kiln_status status = KILN_OK;
    pair->lacking = -1;
    for (const kiln_i_yaml_node *form = first_form(node); form && status == KILN_OK && !done; form = next_form(node, form))
        status = is_law(form) ? add_by_law(r, pair, form, &done) : add_flat(r, pair, form);
    return status == KILN_OK && !done && pair->lacking >= 0 ? note_gap(r, pair) : status;
}

/* Position of a species among the constituents of a sublattice, which holds it. */
static int position_of(const kiln_i_sublattice *sublattice, int species)
{
    int i = 0;
    while (sublattice->constituents[i] != species) i++;
    return i;
}

static void mark_covered(const kiln_i_phase *phase, int s, int *covered)
{
    const kiln_i_sublattice *sublattice = &phase->sublattices[s];
    for (int k = 0; k < phase->n_parameters; k++) {
        const kiln_i_parameter *p = &phase->parameters[k];
        if (p->kind != KILN_PARAMETER_G || p->n_at[s] != 2) continue;
        const int i = position_of(sublattice, p->at[s][0]), j = position_of(sublattice, p->at[s][1]);
        covered[i + sublattice->n_constituents * j] = covered[j + sublattice->n_constituents * i] = 1;
    }
}

static kiln_status fill_sublattice(kiln_i_reader *r, int index, int s)
{
    const int n = r->db->phases[index].sublattices[s].n_constituents;
    kiln_status status = KILN_OK;
    int *covered = kiln_i_calloc(r->ctx, (size_t)n * (size_t)n, sizeof *covered);
    if (!covered) return kiln_i_reader_no_memory(r);
    mark_covered(&r->db->phases[index], s, covered);
    for (int j = 1; j < n; j++)
        for (int i = 0; i < j && status == KILN_OK; i++) {
            const int *at = r->db->phases[index].sublattices[s].constituents;
            uncovered pair = {.phase = index, .sublattice = s, .species = {at[i], at[j]}};
            if (!covered[i + n * j]) status = fill_pair(r, &pair);
        }
    kiln_i_free(r->ctx, covered);
    return status;
}

kiln_status kiln_i_reader_fill_defaults(kiln_i_reader *r)
{
    kiln_status status = KILN_OK;
    for (int index = 0; index < r->db->n_phases; index++) {
        if (!r->defaults[index].node) continue;
        r->file = r->defaults[index].file;
        r->yaml = kiln_i_reader_yaml(r, r->defaults[index]);
        for (int s = 0; s < r->db->phases[index].n_sublattices && status == KILN_OK; s++)
            if (r->db->phases[index].sublattices[s].n_constituents > 1) status = fill_sublattice(r, index, s);
    }
    return status;
}
