/* Gas species over condensed phases, and temperatures of melting. */
#include "data/reader.h"

#include "core/context.h"
#include "data/growth.h"
#include "data/species.h"

#include <kiln/composition.h>
#include <math.h>
#include <string.h>

static int has_same_elements(int n, const int *z, const double *count, int m, const int *other_z, const double *other_count)
{
    if (n != m) return 0;
    for (int i = 0; i < n; i++) {
        int found = 0;
        for (int j = 0; j < m && !found; j++) found = z[i] == other_z[j] && fabs(count[i] - other_count[j]) < 1e-9;
        if (!found) return 0;
    }
    return 1;
}

/* The species of the same elements and counts, however written; -1 if there is none. */
static int find_vapour(const kiln_database *db, const kiln_i_species *s)
{
    for (int i = 0; i < db->n_vapours; i++) {
        const kiln_i_species *other = &db->vapours[i].species;
        if (has_same_elements(s->n_elements, s->element, s->count, other->n_elements, other->element, other->count)) return i;
    }
    return -1;
}

static kiln_status add_vapour(kiln_i_reader *r, int *index)
{
    kiln_i_place *place = kiln_i_push(r->ctx, &r->vapours, &r->n_vapours, sizeof *place);
    if (!place) return kiln_i_reader_no_memory(r);
    if (!kiln_i_push(r->ctx, &r->db->vapours, &r->db->n_vapours, sizeof *r->db->vapours)) return kiln_i_reader_no_memory(r);
    *index = r->db->n_vapours - 1;
    return KILN_OK;
}

static kiln_status read_vapour(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    const kiln_i_yaml_node *key = node->key;
    kiln_i_species species = {0};
    kiln_status status = kiln_i_species_parse(r->ctx, key->text, &species);
    if (status != KILN_OK) return kiln_i_yaml_locate(r->yaml, key, 0, status);
    if (species.n_elements == 0 || fabs(species.charge) > 0.0)
        return kiln_i_yaml_fail(r->yaml, key, "expected a neutral formula such as ZnO or W3O9, found \"%.40s\"", key->text);
    if ((status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "the name of a function")) != KILN_OK) return status;
    int index = find_vapour(r->db, &species);
    if (index >= 0 && r->db->vapours[index].file == r->file)
        return kiln_i_yaml_fail(r->yaml, key, "expected each species once, found %.40s again (first as %.40s at line %d)",
                                key->text, r->db->vapours[index].species.name, r->db->vapours[index].line);
    if (index < 0 && (status = add_vapour(r, &index)) != KILN_OK) return status;
    kiln_i_vapour *vapour = &r->db->vapours[index];
    kiln_i_free(r->ctx, vapour->species.name);
    *vapour = (kiln_i_vapour){.species = species, .function = -1, .file = r->file, .line = key->line, .column = key->column};
    r->vapours[index] = (kiln_i_place){r->file, node};
    return (vapour->species.name = kiln_i_strdup(r->ctx, key->text)) ? KILN_OK : kiln_i_reader_no_memory(r);
}

kiln_status kiln_i_read_vapours(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "vapours");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next)
        status = read_vapour(r, m);
    return status;
}

/* Elements of a formula as people write substances, with brackets: Mg(OH)2. */
static kiln_status read_formula(kiln_i_reader *r, const kiln_i_yaml_node *key, kiln_i_melting *m)
{
    kiln_composition x;
    const kiln_status status = kiln_composition_parse(r->ctx, key->text, &x);
    if (status != KILN_OK) return kiln_i_yaml_locate(r->yaml, key, 0, status);
    if (x.n > KILN_MAX_ELEMENTS_OF_FORMULA)
        return kiln_i_yaml_fail(r->yaml, key, "expected at most %d elements, found \"%.60s\"", KILN_MAX_ELEMENTS_OF_FORMULA,
                                key->text);
    double atoms = 0.0;
    for (int i = 0; i < x.n; i++) atoms += x.component[i].amount;
    for (m->n_elements = 0; m->n_elements < x.n; m->n_elements++) {
        m->element[m->n_elements] = x.component[m->n_elements].z;
        m->share[m->n_elements] = x.component[m->n_elements].amount / atoms;
    }
    return KILN_OK;
}

static int find_melting(const kiln_database *db, const kiln_i_melting *m)
{
    for (int i = 0; i < db->n_meltings; i++) {
        const kiln_i_melting *other = &db->meltings[i];
        if (has_same_elements(m->n_elements, m->element, m->share, other->n_elements, other->element, other->share)) return i;
    }
    return -1;
}

static kiln_status read_decomposes(kiln_i_reader *r, const kiln_i_yaml_node *node, int *decomposes)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "yes or no");
    if (status != KILN_OK) return status;
    *decomposes = strcmp(node->text, "yes") == 0;
    if (*decomposes || strcmp(node->text, "no") == 0) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, node, "expected yes or no, found \"%.40s\"", node->text);
}

static kiln_status read_melting_values(kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_i_melting *m)
{
    static const char *const keys[] = {"T", "sigma", "decomposes", "source", "status", "note", NULL};
    const kiln_i_yaml_node *T, *sigma = kiln_i_yaml_get(node, "sigma"), *decomposes = kiln_i_yaml_get(node, "decomposes");
    const kiln_i_yaml_node *source = kiln_i_yaml_get(node, "source"), *value_status = kiln_i_yaml_get(node, "status");
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a temperature of melting");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, node, "T", &T)) != KILN_OK) return status;
    if ((status = kiln_i_read_quantity(r, T, KILN_DIM_TEMPERATURE, "T", &m->T_K)) != KILN_OK) return status;
    if (!(m->T_K > 0.0)) return kiln_i_yaml_fail(r->yaml, T, "expected a temperature above 0 K, found \"%.40s\"", T->text);
    if (sigma) status = kiln_i_read_sigma(r, sigma, KILN_DIM_INTERVAL, &m->sigma_K);
    if (status == KILN_OK && decomposes) status = read_decomposes(r, decomposes, &m->decomposes);
    if (status == KILN_OK && source) status = kiln_i_read_source(r, source, &m->source);
    if (status == KILN_OK && value_status) status = kiln_i_read_value_status(r, value_status, &m->status);
    return status;
}

static kiln_status read_melting_point(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    kiln_database *db = r->db;
    kiln_i_melting m = {.sigma_K = -1.0,
                        .source = -1,
                        .status = KILN_VALUE_UNSTATED,
                        .file = r->file,
                        .line = node->key->line,
                        .column = node->key->column};
    kiln_status status = read_formula(r, node->key, &m);
    if (status != KILN_OK || (status = read_melting_values(r, node, &m)) != KILN_OK) return status;
    const int known = find_melting(db, &m);
    if (known >= 0 && db->meltings[known].file == r->file)
        return kiln_i_yaml_fail(r->yaml, node->key, "expected each substance once, found %.60s again (first as %.60s at line %d)",
                                node->key->text, db->meltings[known].formula, db->meltings[known].line);
    kiln_i_melting *slot = known >= 0 ? &db->meltings[known] : kiln_i_push(r->ctx, &db->meltings, &db->n_meltings, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(r);
    kiln_i_free(r->ctx, slot->formula);
    kiln_i_free(r->ctx, slot->note);
    *slot = m;
    if (!(slot->formula = kiln_i_strdup(r->ctx, node->key->text))) return kiln_i_reader_no_memory(r);
    return kiln_i_read_text(r, node, "note", &slot->note);
}

kiln_status kiln_i_read_melting(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "melting");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next)
        status = read_melting_point(r, m);
    return status;
}
