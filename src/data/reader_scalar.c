#include "data/reader.h"

#include "core/context.h"
#include "data/growth.h"
#include "data/species.h"

#include <string.h>

enum { MAX_SPECIES = 4096 };

kiln_status kiln_i_read_quantity(kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_i_dimension dimension, const char *what,
                                 double *value)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, what);
    if (status != KILN_OK) return status;
    return kiln_i_yaml_locate(r->yaml, node, 0, kiln_i_quantity_parse(r->ctx, node->text, dimension, value));
}

/* Bytes text[0 .. length) without outer blanks as a temperature. */
static kiln_status read_limit(kiln_i_reader *r, const char *text, size_t length, double *T_K)
{
    char copy[64];
    while (length > 0 && *text == ' ') text++, length--;
    while (length > 0 && text[length - 1] == ' ') length--;
    if (length >= sizeof copy) return kiln_i_fail(r->ctx, KILN_E_PARSE, "expected a temperature, found \"%.70s\"", text);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return kiln_i_quantity_parse(r->ctx, copy, KILN_DIM_TEMPERATURE, T_K);
}

kiln_status kiln_i_read_range(kiln_i_reader *r, const kiln_i_yaml_node *node, double *T_min_K, double *T_max_K)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a range");
    if (status != KILN_OK) return status;
    const char *dots = strstr(node->text, "..");
    if (!dots) return kiln_i_yaml_fail(r->yaml, node, "expected a range such as 298.15 K .. 1800 K, found \"%.60s\"", node->text);
    status = read_limit(r, node->text, (size_t)(dots - node->text), T_min_K);
    if (status == KILN_OK) status = read_limit(r, dots + 2, strlen(dots + 2), T_max_K);
    if (status != KILN_OK) return kiln_i_yaml_locate(r->yaml, node, 0, status);
    if (*T_min_K > 0.0 && *T_min_K < *T_max_K) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, node, "expected a range that rises from above 0 K, found \"%.60s\"", node->text);
}

kiln_status kiln_i_read_text(kiln_i_reader *r, const kiln_i_yaml_node *mapping, const char *key, char **text)
{
    const kiln_i_yaml_node *node = kiln_i_yaml_get(mapping, key);
    if (!node) return KILN_OK;
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, key);
    if (status != KILN_OK) return status;
    char *copy = kiln_i_strdup(r->ctx, node->text);
    if (!copy) return kiln_i_reader_no_memory(r);
    kiln_i_free(r->ctx, *text);
    *text = copy;
    return KILN_OK;
}

kiln_status kiln_i_read_species(kiln_i_reader *r, const kiln_i_yaml_node *node, int *species)
{
    kiln_i_species parsed = {0};
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a constituent");
    if (status != KILN_OK) return status;
    *species = kiln_i_database_find_species(r->db, node->text);
    if (*species >= 0) return KILN_OK;
    if ((status = kiln_i_species_parse(r->ctx, node->text, &parsed)) != KILN_OK)
        return kiln_i_yaml_locate(r->yaml, node, 0, status);
    if (r->db->n_species == MAX_SPECIES)
        return kiln_i_yaml_fail(r->yaml, node, "expected at most %d different constituents", MAX_SPECIES);
    kiln_i_species *slot = kiln_i_push(r->ctx, &r->db->species, &r->db->n_species, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(r);
    *slot = parsed;
    slot->name = kiln_i_strdup(r->ctx, node->text);
    *species = r->db->n_species - 1;
    return slot->name ? KILN_OK : kiln_i_reader_no_memory(r);
}

kiln_status kiln_i_read_source(kiln_i_reader *r, const kiln_i_yaml_node *node, int *source)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "source");
    if (status != KILN_OK) return status;
    for (int i = 0; i < r->db->n_sources; i++)
        if (strcmp(r->db->sources[i].key, node->text) == 0) {
            *source = i;
            return KILN_OK;
        }
    return kiln_i_yaml_fail(r->yaml, node, "expected a key of the bibliography, found \"%.60s\"", node->text);
}

kiln_status kiln_i_read_value_status(kiln_i_reader *r, const kiln_i_yaml_node *node, int *value_status)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "status");
    if (status != KILN_OK) return status;
    for (int i = 0; i < KILN_VALUE_UNSTATED; i++)
        if (strcmp(kiln_i_value_status_text((kiln_i_status_of_value)i), node->text) == 0) {
            *value_status = i;
            return KILN_OK;
        }
    return kiln_i_yaml_fail(r->yaml, node, "expected measured, assessed, fitted or estimated, found \"%.40s\"", node->text);
}

kiln_status kiln_i_read_sigma(kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_i_dimension dimension, double *sigma)
{
    const kiln_status status = kiln_i_read_quantity(r, node, dimension, "sigma", sigma);
    if (status != KILN_OK || *sigma >= 0.0) return status;
    return kiln_i_yaml_fail(r->yaml, node, "expected a standard deviation of 0 or more, found \"%.40s\"", node->text);
}
