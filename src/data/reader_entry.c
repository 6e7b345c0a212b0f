#include "data/reader.h"

#include "core/context.h"
#include "data/growth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ORDER = 9 };

static int sublattice_holds(const kiln_i_sublattice *sublattice, int species)
{
    for (int i = 0; i < sublattice->n_constituents; i++)
        if (sublattice->constituents[i] == species) return 1;
    return 0;
}

static kiln_status read_occupant(kiln_i_reader *r, const kiln_i_sublattice *sublattice, const kiln_i_yaml_node *node,
                                 int *species)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a constituent");
    if (status != KILN_OK) return status;
    *species = kiln_i_database_find_species(r->db, node->text);
    if (*species >= 0 && sublattice_holds(sublattice, *species)) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, node, "expected a constituent of sublattice %.40s, found \"%.40s\"", sublattice->name,
                            node->text);
}

/* A list of two or three different constituents that interact. */
static kiln_status read_group(kiln_i_reader *r, const kiln_i_sublattice *sublattice, const kiln_i_yaml_node *list, int *n,
                              int *at)
{
    if (list->n < 2 || list->n > KILN_MAX_INTERACTING)
        return kiln_i_yaml_fail(r->yaml, list, "expected two or three constituents, found %d", list->n);
    *n = 0;
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next) {
        const kiln_status status = read_occupant(r, sublattice, item, &at[*n]);
        if (status != KILN_OK) return status;
        for (int i = 0; i < *n; i++)
            if (at[i] == at[*n])
                return kiln_i_yaml_fail(r->yaml, item, "expected different constituents, found \"%.40s\" again", item->text);
        ++*n;
    }
    return KILN_OK;
}

static kiln_status read_at(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *list, kiln_i_parameter *p)
{
    int s = 0;
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "at");
    if (status != KILN_OK) return status;
    if (list->n != phase->n_sublattices)
        return kiln_i_yaml_fail(r->yaml, list, "expected one entry for each of %d sublattices, found %d", phase->n_sublattices,
                                list->n);
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next, s++) {
        const kiln_i_sublattice *sublattice = &phase->sublattices[s];
        if (item->kind == KILN_YAML_SEQUENCE) status = read_group(r, sublattice, item, &p->n_at[s], p->at[s]);
        else if (item->kind == KILN_YAML_SCALAR && strcmp(item->text, "*") == 0) continue;
        else if ((status = read_occupant(r, sublattice, item, &p->at[s][0])) == KILN_OK) p->n_at[s] = 1;
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

/* The sublattice of a pair: the one named, or the only one that holds both. */
static kiln_status pair_sublattice(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *pair,
                                   const kiln_i_yaml_node *on, int *sublattice)
{
    int n = 0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        int holds = 1;
        if (on) holds = on->kind == KILN_YAML_SCALAR && strcmp(phase->sublattices[s].name, on->text) == 0;
        for (const kiln_i_yaml_node *item = pair->first; item && !on; item = item->next) {
            const int species = item->kind == KILN_YAML_SCALAR ? kiln_i_database_find_species(r->db, item->text) : -1;
            holds = holds && species >= 0 && sublattice_holds(&phase->sublattices[s], species);
        }
        if (holds) *sublattice = s;
        n += holds;
    }
    if (n == 1) return KILN_OK;
    if (on)
        return kiln_i_yaml_fail(r->yaml, on, "expected the name of a sublattice of %.64s, found \"%.40s\"", phase->name,
                                on->text);
    return kiln_i_yaml_fail(r->yaml, pair,
                            n ? "expected \"on\" with the sublattice: more than one holds this pair"
                              : "expected two constituents of one sublattice");
}

static kiln_status read_pair(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *pair,
                             const kiln_i_yaml_node *on, kiln_i_parameter *p)
{
    int s = 0;
    kiln_status status = kiln_i_yaml_expect(r->yaml, pair, KILN_YAML_SEQUENCE, "a pair");
    if (status != KILN_OK) return status;
    if (pair->n != 2) return kiln_i_yaml_fail(r->yaml, pair, "expected two constituents, found %d", pair->n);
    if ((status = pair_sublattice(r, phase, pair, on, &s)) != KILN_OK) return status;
    return read_group(r, &phase->sublattices[s], pair, &p->n_at[s], p->at[s]);
}

static int n_groups(const kiln_i_parameter *p, int n_sublattices)
{
    int n = 0;
    for (int s = 0; s < n_sublattices; s++) n += p->n_at[s] > 1;
    return n;
}

static kiln_status read_where(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *entry, kiln_i_entry_form form,
                              kiln_i_parameter *p)
{
    const kiln_i_yaml_node *at = kiln_i_yaml_get(entry, "at"), *pair = kiln_i_yaml_get(entry, "pair");
    const kiln_i_yaml_node *on = kiln_i_yaml_get(entry, "on");
    if (!!at + !!pair != 1)
        return kiln_i_yaml_fail(r->yaml, entry, form == KILN_ENTRY_INTERACTION ? "expected either at or pair" : "expected at");
    if (at && on) return kiln_i_yaml_fail(r->yaml, on->key, "expected \"on\" with pair only");
    const kiln_status status = pair ? read_pair(r, phase, pair, on, p) : read_at(r, phase, at, p);
    if (status != KILN_OK) return status;
    const int groups = n_groups(p, phase->n_sublattices);
    int n_named = 0;
    for (int s = 0; s < phase->n_sublattices; s++) n_named += p->n_at[s];
    if (n_named > KILN_MAX_NAMED)
        return kiln_i_yaml_fail(r->yaml, at, "expected at most %d constituents in one entry, found %d", KILN_MAX_NAMED, n_named);
    if (form == KILN_ENTRY_END_MEMBER && groups)
        return kiln_i_yaml_fail(r->yaml, at, "expected single constituents, found a list");
    if (form == KILN_ENTRY_INTERACTION && !groups)
        return kiln_i_yaml_fail(r->yaml, at, "expected a list of interacting constituents on one sublattice at least");
    return KILN_OK;
}

static double cation_sites(const kiln_i_reader *r, const kiln_i_phase *phase)
{
    double sites = 0.0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        int holds = 0;
        for (int i = 0; i < phase->sublattices[s].n_constituents; i++)
            holds |= r->db->species[phase->sublattices[s].constituents[i]].charge > 0.0;
        if (holds) sites += phase->sublattices[s].sites;
    }
    return sites;
}

kiln_status kiln_i_read_per(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *entry, kiln_i_parameter *p)
{
    const kiln_i_yaml_node *per;
    kiln_status status = kiln_i_yaml_require(r->yaml, entry, "per", &per);
    if (status != KILN_OK || (status = kiln_i_yaml_expect(r->yaml, per, KILN_YAML_SCALAR, "per")) != KILN_OK) return status;
    if (strcmp(per->text, "formula") == 0) {
        p->per = KILN_PER_FORMULA;
        p->scale = 1.0;
    } else if (strcmp(per->text, "cation") == 0) {
        p->per = KILN_PER_CATION;
        p->scale = cation_sites(r, phase);
        if (!(p->scale > 0.0))
            return kiln_i_yaml_fail(r->yaml, per, "expected formula or site: %.64s has no cations", phase->name);
    } else if (strcmp(per->text, "site") == 0) {
        if (n_groups(p, phase->n_sublattices) != 1)
            return kiln_i_yaml_fail(r->yaml, per, "expected formula or cation: the entry is not on one sublattice");
        p->per = KILN_PER_SITE;
        for (int s = 0; s < phase->n_sublattices; s++)
            if (p->n_at[s] > 1) p->scale = phase->sublattices[s].sites;
    } else {
        return kiln_i_yaml_fail(r->yaml, per, "expected formula, cation or site, found \"%.40s\"", per->text);
    }
    return KILN_OK;
}

static int compare_names(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* Tc and beta are marked after the phase's name. */
int kiln_i_entry_name(const kiln_database *db, const kiln_i_phase *phase, const kiln_i_parameter *p,
                      char name[KILN_ENTRY_NAME_BYTES])
{
    static const char *const kind[] = {"", ".Tc", ".beta"};
    int used = snprintf(name, KILN_ENTRY_NAME_BYTES, "%s%s", phase->name, kind[p->kind]);
    for (int s = 0; s < phase->n_sublattices; s++) {
        const char *names[KILN_MAX_INTERACTING] = {"*"};
        const int n = p->n_at[s] ? p->n_at[s] : 1;
        for (int i = 0; i < p->n_at[s]; i++) names[i] = db->species[p->at[s][i]].name;
        qsort(names, (size_t)n, sizeof *names, compare_names);
        for (int i = 0; i < n && used < KILN_ENTRY_NAME_BYTES; i++)
            used += snprintf(name + used, (size_t)(KILN_ENTRY_NAME_BYTES - used), "%c%s", i ? ',' : ':', names[i]);
    }
    if (used < KILN_ENTRY_NAME_BYTES) used += snprintf(name + used, (size_t)(KILN_ENTRY_NAME_BYTES - used), ";%d", p->order);
    return used < KILN_ENTRY_NAME_BYTES;
}

kiln_status kiln_i_reader_place(kiln_i_reader *r, int index, const kiln_i_yaml_node *node, kiln_i_parameter *p)
{
    kiln_i_phase *phase = &r->db->phases[index];
    char name[KILN_ENTRY_NAME_BYTES];
    kiln_i_parameter *slot = NULL;
    if (!kiln_i_entry_name(r->db, phase, p, name))
        return kiln_i_yaml_fail(r->yaml, node, "expected names of constituents that fit into %d characters",
                                KILN_ENTRY_NAME_BYTES);
    const int known = kiln_i_reader_find(r, name, strlen(name));
    if (known >= 0 && !r->drafts[known].is_dropped) {
        if (r->db->functions[known].file == r->file)
            return kiln_i_yaml_fail(r->yaml, node, "expected each entry once, found %.200s again (first at line %d)", name,
                                    r->db->functions[known].line);
        for (int i = 0; i < phase->n_parameters; i++)
            if (phase->parameters[i].function == known) slot = &phase->parameters[i];
    }
    const kiln_status status = kiln_i_reader_define(r, name, node, &p->function);
    if (status != KILN_OK) return status;
    if (!slot) slot = kiln_i_push(r->ctx, &phase->parameters, &phase->n_parameters, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(r);
    *slot = *p;
    return KILN_OK;
}

/* Highest order of what interacts, and its name. */
typedef struct order_rule {
    int limit;
    const char *of;
} order_rule;

/* A pair: powers of its difference. Two pairs: order k is the difference of the k-th. Three constituents: the weight of the k-th. */
static order_rule order_rule_of(const kiln_i_parameter *p, int n_sublattices)
{
    int n_pairs = 0, n_threes = 0;
    for (int s = 0; s < n_sublattices; s++) {
        n_pairs += p->n_at[s] == 2;
        n_threes += p->n_at[s] == 3;
    }
    if (n_threes == 1 && n_pairs == 0) return (order_rule){2, "three interacting constituents"};
    if (n_threes > 0) return (order_rule){0, "three interacting constituents and others beside them"};
    switch (n_pairs) {
    case 0: return (order_rule){0, "nothing that interacts"};
    case 1: return (order_rule){MAX_ORDER, "one pair"};
    case 2: return (order_rule){2, "two pairs"};
    default: return (order_rule){0, "more than two pairs"};
    }
}

int kiln_i_entry_max_order(const kiln_i_parameter *p, int n_sublattices) { return order_rule_of(p, n_sublattices).limit; }

static kiln_status read_order(kiln_i_reader *r, const kiln_i_yaml_node *entry, const kiln_i_phase *phase, kiln_i_parameter *p)
{
    const kiln_i_yaml_node *node = kiln_i_yaml_get(entry, "order");
    const order_rule rule = order_rule_of(p, phase->n_sublattices);
    double order = 0.0;
    if (!node) return KILN_OK;
    const kiln_status status = kiln_i_read_quantity(r, node, KILN_DIM_NUMBER, "order", &order);
    if (status != KILN_OK) return status;
    if (order >= 0.0 && order <= rule.limit) p->order = (int)order;
    if (order >= 0.0 && order <= rule.limit && !(order > p->order)) return KILN_OK;
    if (rule.limit == 0)
        return kiln_i_yaml_fail(r->yaml, node, "expected order 0 of an entry with %s, found \"%.40s\"", rule.of, node->text);
    return kiln_i_yaml_fail(r->yaml, node,
                            "expected a whole number from 0 to %d, the orders of an entry with %s, found \"%.40s\"", rule.limit,
                            rule.of, node->text);
}

kiln_status kiln_i_entry_value(kiln_i_reader *r, const kiln_i_yaml_node *entry, kiln_i_entry_form form,
                               const kiln_i_yaml_node **value)
{
    const kiln_i_yaml_node *W = kiln_i_yaml_get(entry, "W"), *L = kiln_i_yaml_get(entry, "L");
    if (form != KILN_ENTRY_INTERACTION)
        return kiln_i_yaml_require(r->yaml, entry, form == KILN_ENTRY_END_MEMBER ? "G" : "value", value);
    if (!!W + !!L != 1) return kiln_i_yaml_fail(r->yaml, entry, "expected either W or L");
    *value = W ? W : L;
    return KILN_OK;
}

static kiln_status read_entry(kiln_i_reader *r, int index, const kiln_i_yaml_node *entry, kiln_i_entry_form form)
{
    static const char *const end_keys[] = {"at", "G", "range", "sigma", "sigma_T", "source", "status", "note", NULL};
    static const char *const mixing_keys[] = {"at",    "pair",  "on",      "per",    "order",  "W",    "L",
                                              "range", "sigma", "sigma_T", "source", "status", "note", NULL};
    static const char *const magnetic_keys[] = {"at", "value", "order", "source", "status", "note", NULL};
    static const kiln_i_parameter_kind kinds[] = {KILN_PARAMETER_G, KILN_PARAMETER_G, KILN_PARAMETER_TC, KILN_PARAMETER_BETA};
    const kiln_i_yaml_node *value;
    kiln_i_parameter p = {.kind = kinds[form], .scale = 1.0};
    kiln_status status = kiln_i_yaml_expect(r->yaml, entry, KILN_YAML_MAPPING, "an entry");
    if (status != KILN_OK) return status;
    status = kiln_i_yaml_check_keys(r->yaml, entry,
                                    form == KILN_ENTRY_END_MEMBER    ? end_keys
                                    : form == KILN_ENTRY_INTERACTION ? mixing_keys
                                                                     : magnetic_keys);
    if (status != KILN_OK) return status;
    const kiln_i_phase *phase = &r->db->phases[index];
    if ((status = read_where(r, phase, entry, form, &p)) != KILN_OK) return status;
    if ((status = read_order(r, entry, phase, &p)) != KILN_OK) return status;
    if (form == KILN_ENTRY_INTERACTION && (status = kiln_i_read_per(r, phase, entry, &p)) != KILN_OK) return status;
    if ((status = kiln_i_entry_value(r, entry, form, &value)) != KILN_OK) return status;
    if ((status = kiln_i_reader_place(r, index, entry, &p)) != KILN_OK) return status;
    const int is_magnetic = p.kind != KILN_PARAMETER_G;
    if (is_magnetic) status = kiln_i_reader_constant(r, p.function, value, p.kind == KILN_PARAMETER_TC);
    else status = kiln_i_reader_value(r, p.function, entry, value);
    return status != KILN_OK ? status : kiln_i_reader_provenance(r, p.function, entry);
}

kiln_status kiln_i_read_entries(kiln_i_reader *r, int phase, const kiln_i_yaml_node *sequence, kiln_i_entry_form form)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, sequence, KILN_YAML_SEQUENCE, sequence->key->text);
    for (const kiln_i_yaml_node *item = status == KILN_OK ? sequence->first : NULL; item && status == KILN_OK; item = item->next)
        status = read_entry(r, phase, item, form);
    return status;
}

kiln_status kiln_i_read_ideal(kiln_i_reader *r, int index, const kiln_i_yaml_node *sequence)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, sequence, KILN_YAML_SEQUENCE, "ideal");
    for (const kiln_i_yaml_node *item = status == KILN_OK ? sequence->first : NULL; item && status == KILN_OK;
         item = item->next) {
        kiln_i_parameter p = {.kind = KILN_PARAMETER_G, .scale = 1.0, .is_ideal = 1};
        if ((status = read_pair(r, &r->db->phases[index], item, NULL, &p)) != KILN_OK) return status;
        if ((status = kiln_i_reader_place(r, index, item, &p)) != KILN_OK) return status;
        kiln_i_function *f = &r->db->functions[p.function];
        if (!(f->text = kiln_i_strdup(r->ctx, "ideal"))) return kiln_i_reader_no_memory(r);
    }
    return status;
}
