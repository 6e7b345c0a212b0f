#include "data/reader.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/growth.h"

#include <string.h>

kiln_status kiln_i_reader_phase(kiln_i_reader *r, const kiln_i_yaml_node *node, int *index)
{
    kiln_database *db = r->db;
    if (strpbrk(node->key->text, ":;,* ") || !*node->key->text || strlen(node->key->text) > 64)
        return kiln_i_yaml_fail(r->yaml, node->key,
                                "expected a name of at most 64 characters without blanks and : ; , *, found \"%.70s\"",
                                node->key->text);
    if (!kiln_i_push(r->ctx, &r->defaults, &r->n_defaults, sizeof *r->defaults)) return kiln_i_reader_no_memory(r);
    kiln_i_phase *phase = kiln_i_push(r->ctx, &db->phases, &db->n_phases, sizeof *phase);
    if (!phase) return kiln_i_reader_no_memory(r);
    *index = db->n_phases - 1;
    phase->anion_ratio = -1.0;
    phase->file = r->file;
    phase->line = node->key->line;
    phase->column = node->key->column;
    phase->name = kiln_i_strdup(r->ctx, node->key->text);
    phase->label = kiln_i_strdup(r->ctx, node->key->text);
    return phase->name && phase->label ? KILN_OK : kiln_i_reader_no_memory(r);
}

static kiln_status read_role(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *node)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "role");
    if (status != KILN_OK) return status;
    for (int i = KILN_ROLE_SOLID; i <= KILN_ROLE_GAS; i++)
        if (strcmp(kiln_i_role_text((kiln_i_role)i), node->text) == 0) {
            phase->role = (kiln_i_role)i;
            return KILN_OK;
        }
    return kiln_i_yaml_fail(r->yaml, node, "expected solid, alloy, liquid, carbonate or gas, found \"%.40s\"", node->text);
}

static kiln_status read_quality(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *node)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "quality");
    if (status != KILN_OK) return status;
    for (int i = KILN_QUALITY_FULL; i <= KILN_QUALITY_ENTROPY_ONLY; i++)
        if (strcmp(kiln_i_quality_text((kiln_i_quality)i), node->text) == 0) {
            phase->quality = (kiln_i_quality)i;
            if (phase->quality != KILN_QUALITY_ENTROPY_ONLY || phase->note) return KILN_OK;
            return kiln_i_yaml_fail(r->yaml, node, "expected a note beside entropy-only that says what is missing");
        }
    return kiln_i_yaml_fail(r->yaml, node, "expected full, screening or entropy-only, found \"%.40s\"", node->text);
}

/* {Cu: 0.30, text: "..."}: one warning for each element named. */
static kiln_status read_warnings(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *mapping)
{
    const kiln_i_yaml_node *text;
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "warn_above");
    if (status != KILN_OK || (status = kiln_i_yaml_require(r->yaml, mapping, "text", &text)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_expect(r->yaml, text, KILN_YAML_SCALAR, "text")) != KILN_OK) return status;
    for (const kiln_i_yaml_node *m = mapping->first; m; m = m->next) {
        const int element = kiln_i_element_find(m->key->text, (int)strlen(m->key->text));
        double fraction = 0.0;
        if (m == text) continue;
        if (!element) return kiln_i_yaml_fail(r->yaml, m->key, "expected an element, found \"%.40s\"", m->key->text);
        if ((status = kiln_i_read_quantity(r, m, KILN_DIM_NUMBER, "a fraction", &fraction)) != KILN_OK) return status;
        if (!(fraction >= 0.0 && fraction <= 1.0))
            return kiln_i_yaml_fail(r->yaml, m, "expected a fraction from 0 to 1, found %g", fraction);
        kiln_i_warning *warning = kiln_i_push(r->ctx, &phase->warnings, &phase->n_warnings, sizeof *warning);
        if (!warning) return kiln_i_reader_no_memory(r);
        *warning = (kiln_i_warning){element, fraction, kiln_i_strdup(r->ctx, text->text)};
        if (!warning->text) return kiln_i_reader_no_memory(r);
    }
    return KILN_OK;
}

/* [Li, Na]: without any of these elements the structure is another one's affair. */
static kiln_status read_only_with(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *list)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "only_with");
    if (status != KILN_OK) return status;
    if (list->n == 0 || list->n > KILN_MAX_ONLY_WITH)
        return kiln_i_yaml_fail(r->yaml, list, "expected 1 to %d elements", KILN_MAX_ONLY_WITH);
    phase->n_only_with = 0;
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next) {
        const char *text = item->kind == KILN_YAML_SCALAR ? item->text : "a list";
        const int element = kiln_i_element_find(text, (int)strlen(text));
        if (!element) return kiln_i_yaml_fail(r->yaml, item, "expected an element, found \"%.40s\"", text);
        phase->only_with[phase->n_only_with++] = element;
    }
    return KILN_OK;
}

kiln_status kiln_i_read_phase_texts(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping)
{
    kiln_i_phase *phase = &r->db->phases[index];
    const kiln_i_yaml_node *role = kiln_i_yaml_get(mapping, "role"), *ratio = kiln_i_yaml_get(mapping, "anion_ratio");
    const kiln_i_yaml_node *warnings = kiln_i_yaml_get(mapping, "warn_above"), *quality = kiln_i_yaml_get(mapping, "quality");
    kiln_status status = kiln_i_read_text(r, mapping, "label", &phase->label);
    if (status == KILN_OK) status = kiln_i_read_text(r, mapping, "structure", &phase->structure);
    if (status == KILN_OK) status = kiln_i_read_text(r, mapping, "formula", &phase->formula);
    if (status == KILN_OK) status = kiln_i_read_text(r, mapping, "family", &phase->family);
    if (status == KILN_OK) status = kiln_i_read_text(r, mapping, "note", &phase->note);
    if (status == KILN_OK && role) status = read_role(r, phase, role);
    if (status == KILN_OK && quality) status = read_quality(r, phase, quality);
    if (status == KILN_OK && warnings) status = read_warnings(r, phase, warnings);
    if (status != KILN_OK || !ratio) return status;
    if ((status = kiln_i_read_quantity(r, ratio, KILN_DIM_NUMBER, "anion_ratio", &phase->anion_ratio)) != KILN_OK) return status;
    if (phase->anion_ratio >= 0.0) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, ratio, "expected an anion_ratio of 0 or more, found %g", phase->anion_ratio);
}

static kiln_status add_constituent(kiln_i_reader *r, const kiln_i_phase *phase, kiln_i_sublattice *sublattice,
                                   const kiln_i_yaml_node *node)
{
    int species = -1, n = 0;
    const kiln_status status = kiln_i_read_species(r, node, &species);
    if (status != KILN_OK) return status;
    for (int i = 0; i < sublattice->n_constituents; i++)
        if (sublattice->constituents[i] == species)
            return kiln_i_yaml_fail(r->yaml, node, "expected each constituent once, found \"%.40s\" again", node->text);
    for (int s = 0; s < phase->n_sublattices; s++) n += phase->sublattices[s].n_constituents;
    if (n == KILN_MAX_CONSTITUENTS)
        return kiln_i_yaml_fail(r->yaml, node, "expected at most %d constituents on all sublattices of %.64s together",
                                KILN_MAX_CONSTITUENTS, phase->name);
    int *slot = kiln_i_push(r->ctx, &sublattice->constituents, &sublattice->n_constituents, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(r);
    *slot = species;
    return KILN_OK;
}

static kiln_status add_constituents(kiln_i_reader *r, const kiln_i_phase *phase, kiln_i_sublattice *sublattice,
                                    const kiln_i_yaml_node *list)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "constituents");
    if (status == KILN_OK && list->n == 0) return kiln_i_yaml_fail(r->yaml, list, "expected at least one constituent");
    for (const kiln_i_yaml_node *item = list->first; item && status == KILN_OK; item = item->next)
        status = add_constituent(r, phase, sublattice, item);
    return status;
}

static kiln_status read_sublattice(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *node)
{
    static const char *const keys[] = {"name", "sites", "constituents", NULL};
    const kiln_i_yaml_node *name, *sites, *constituents;
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a sublattice");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if (phase->n_sublattices == KILN_MAX_SUBLATTICES)
        return kiln_i_yaml_fail(r->yaml, node, "expected at most %d sublattices", KILN_MAX_SUBLATTICES);
    kiln_i_sublattice *sublattice = &phase->sublattices[phase->n_sublattices++];
    if ((status = kiln_i_yaml_require(r->yaml, node, "name", &name)) != KILN_OK) return status;
    if ((status = kiln_i_read_text(r, node, "name", &sublattice->name)) != KILN_OK) return status;
    for (int s = 0; s < phase->n_sublattices - 1; s++)
        if (strcmp(phase->sublattices[s].name, sublattice->name) == 0)
            return kiln_i_yaml_fail(r->yaml, name, "expected a different name for each sublattice, found \"%.40s\" again",
                                    name->text);
    if ((status = kiln_i_yaml_require(r->yaml, node, "sites", &sites)) != KILN_OK) return status;
    if ((status = kiln_i_read_quantity(r, sites, KILN_DIM_NUMBER, "sites", &sublattice->sites)) != KILN_OK) return status;
    if (!(sublattice->sites > 0.0 && sublattice->sites <= 1000.0))
        return kiln_i_yaml_fail(r->yaml, sites, "expected a number of sites above 0 and up to 1000, found %g", sublattice->sites);
    if ((status = kiln_i_yaml_require(r->yaml, node, "constituents", &constituents)) != KILN_OK) return status;
    return add_constituents(r, phase, sublattice, constituents);
}

static kiln_status read_sublattices(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *node)
{
    const kiln_i_yaml_node *list;
    kiln_status status = kiln_i_yaml_require(r->yaml, node, "sublattices", &list);
    if (status != KILN_OK || (status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "sublattices")) != KILN_OK)
        return status;
    if (list->n == 0) return kiln_i_yaml_fail(r->yaml, list, "expected at least one sublattice");
    for (const kiln_i_yaml_node *item = list->first; item && status == KILN_OK; item = item->next)
        status = read_sublattice(r, phase, item);
    return status;
}

/* add_constituents: {M: [Cd+2]} of a phase that an earlier file defines. */
static kiln_status extend_sublattices(kiln_i_reader *r, kiln_i_phase *phase, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "add_constituents");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next) {
        kiln_i_sublattice *found = NULL;
        for (int s = 0; s < phase->n_sublattices; s++)
            if (strcmp(phase->sublattices[s].name, m->key->text) == 0) found = &phase->sublattices[s];
        if (!found)
            return kiln_i_yaml_fail(r->yaml, m->key, "expected the name of a sublattice of %.64s, found \"%.40s\"", phase->name,
                                    m->key->text);
        status = add_constituents(r, phase, found, m);
    }
    return status;
}

/* The sublattices of a phase seen for the first time, or the additions to one of an earlier file. */
static kiln_status open_phase(kiln_i_reader *r, const kiln_i_yaml_node *node, int *index)
{
    const kiln_i_yaml_node *sublattices = kiln_i_yaml_get(node, "sublattices"),
                           *added = kiln_i_yaml_get(node, "add_constituents");
    *index = kiln_i_database_find_phase(r->db, node->key->text);
    if (*index < 0) {
        const kiln_status status = kiln_i_reader_phase(r, node, index);
        if (status != KILN_OK) return status;
        if (added)
            return kiln_i_yaml_fail(r->yaml, added->key, "expected sublattices: no earlier file defines the phase %.64s",
                                    node->key->text);
        return read_sublattices(r, &r->db->phases[*index], node);
    }
    kiln_i_phase *phase = &r->db->phases[*index];
    if (sublattices)
        return kiln_i_yaml_fail(r->yaml, sublattices->key, "expected add_constituents: %.64s is already defined at %.200s:%d",
                                phase->name, r->db->files[phase->file], phase->line);
    return added ? extend_sublattices(r, phase, added) : KILN_OK;
}

static kiln_status read_phase_magnetic(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping)
{
    static const char *const keys[] = {"p", "antiferro", "Tc", "beta", NULL};
    const kiln_i_yaml_node *p, *Tc, *beta, *antiferro = kiln_i_yaml_get(mapping, "antiferro");
    double *factor = &r->db->phases[index].antiferro, *value = &r->db->phases[index].magnetic_p;
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "magnetic");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, mapping, keys)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, mapping, "p", &p)) != KILN_OK) return status;
    if ((status = kiln_i_read_quantity(r, p, KILN_DIM_NUMBER, "p", value)) != KILN_OK) return status;
    if (!(*value > 0.0 && *value < 1.0)) return kiln_i_yaml_fail(r->yaml, p, "expected p above 0 and below 1, found %g", *value);
    if (antiferro && (status = kiln_i_read_quantity(r, antiferro, KILN_DIM_NUMBER, "antiferro", factor)) != KILN_OK)
        return status;
    if (antiferro && !(*factor < 0.0))
        return kiln_i_yaml_fail(r->yaml, antiferro, "expected a factor below 0, such as -1 or -3, found %g", *factor);
    if ((status = kiln_i_yaml_require(r->yaml, mapping, "Tc", &Tc)) != KILN_OK) return status;
    if ((status = kiln_i_read_entries(r, index, Tc, KILN_ENTRY_TC)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, mapping, "beta", &beta)) != KILN_OK) return status;
    return kiln_i_read_entries(r, index, beta, KILN_ENTRY_BETA);
}

static kiln_status read_phase(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    static const char *const keys[] = {"label", "structure",    "formula",     "anion_ratio",      "family",      "role",
                                       "note",  "warn_above",   "sublattices", "add_constituents", "end_members", "interactions",
                                       "ideal", "default_pair", "volumes",     "magnetic",         "only_with",   "quality",
                                       NULL};
    const kiln_i_yaml_node *ends = kiln_i_yaml_get(node, "end_members"), *mixing = kiln_i_yaml_get(node, "interactions");
    const kiln_i_yaml_node *ideal = kiln_i_yaml_get(node, "ideal"), *pair = kiln_i_yaml_get(node, "default_pair");
    const kiln_i_yaml_node *magnetic = kiln_i_yaml_get(node, "magnetic"), *only = kiln_i_yaml_get(node, "only_with");
    const kiln_i_yaml_node *volumes = kiln_i_yaml_get(node, "volumes");
    int index;
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a phase");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if ((status = open_phase(r, node, &index)) != KILN_OK) return status;
    if ((status = kiln_i_read_phase_texts(r, index, node)) != KILN_OK) return status;
    if (only && (status = read_only_with(r, &r->db->phases[index], only)) != KILN_OK) return status;
    if (ends && (status = kiln_i_read_entries(r, index, ends, KILN_ENTRY_END_MEMBER)) != KILN_OK) return status;
    if (mixing && (status = kiln_i_read_entries(r, index, mixing, KILN_ENTRY_INTERACTION)) != KILN_OK) return status;
    if (ideal && (status = kiln_i_read_ideal(r, index, ideal)) != KILN_OK) return status;
    if (volumes && (status = kiln_i_read_volumes(r, index, volumes)) != KILN_OK) return status;
    if (pair && (status = kiln_i_read_default_pair(r, index, pair)) != KILN_OK) return status;
    return magnetic ? read_phase_magnetic(r, index, magnetic) : KILN_OK;
}

kiln_status kiln_i_read_phases(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "phases");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next)
        status = read_phase(r, m);
    return status;
}
