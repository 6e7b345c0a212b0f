#include "data/reader.h"

#include "core/context.h"
#include "data/growth.h"

#include <math.h>
#include <string.h>

enum { MAX_CORRELATED = 256 };

/* Position in db->uncertain of the constant or slope of a function, appended if new; -1 without memory. */
static int find_uncertain(kiln_i_reader *r, int function, int power)
{
    kiln_database *db = r->db;
    for (int i = 0; i < db->n_uncertain; i++)
        if (db->uncertain[i].function == function && db->uncertain[i].power == power) return i;
    kiln_i_uncertain *u = kiln_i_push(r->ctx, &db->uncertain, &db->n_uncertain, sizeof *u);
    if (!u) return -1;
    u->function = function;
    u->power = power;
    return db->n_uncertain - 1;
}

/* "dG_CuO_rs", "rocksalt:Cu+2,Mg+2:*;0", either with *T at its end. */
static kiln_status read_name(kiln_i_reader *r, const kiln_i_yaml_node *node, int *uncertain)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a parameter");
    if (status != KILN_OK) return status;
    size_t length = strlen(node->text);
    const int power = length > 2 && strcmp(node->text + length - 2, "*T") == 0;
    if (power) length -= 2;
    /* Functions have moved; the name is looked up where they are now. */
    int function = -1;
    for (int i = 0; i < r->db->n_functions && function < 0; i++)
        if (strncmp(r->db->functions[i].name, node->text, length) == 0 && !r->db->functions[i].name[length]) function = i;
    if (function < 0)
        return kiln_i_yaml_fail(r->yaml, node, "expected the name of a function or of an entry of a phase, found \"%.80s\"",
                                node->text);
    *uncertain = find_uncertain(r, function, power);
    return *uncertain < 0 ? kiln_i_reader_no_memory(r) : KILN_OK;
}

static kiln_status read_names(kiln_i_reader *r, const kiln_i_yaml_node *list, kiln_i_covariance *block)
{
    int n = 0;
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next, n++) {
        const kiln_status status = read_name(r, item, &block->uncertain[n]);
        if (status != KILN_OK) return status;
        for (const kiln_i_covariance *b = r->db->covariances; b <= block; b++)
            for (int i = 0; i < (b == block ? n : b->n); i++)
                if (b->uncertain[i] == block->uncertain[n])
                    return kiln_i_yaml_fail(r->yaml, item, "expected each parameter once, found \"%.80s\" again", item->text);
    }
    return KILN_OK;
}

static kiln_status read_row(kiln_i_reader *r, const kiln_i_yaml_node *row, int i, kiln_i_covariance *block)
{
    int j = 0;
    if (row->kind != KILN_YAML_SEQUENCE || row->n != i + 1)
        return kiln_i_yaml_fail(r->yaml, row, "expected row %d of a lower triangle: %d numbers", i + 1, i + 1);
    for (const kiln_i_yaml_node *item = row->first; item; item = item->next, j++) {
        double value = 0.0;
        const kiln_status status = kiln_i_read_quantity(r, item, KILN_DIM_NUMBER, "a covariance", &value);
        if (status != KILN_OK) return status;
        if (j == i && value < 0.0) return kiln_i_yaml_fail(r->yaml, item, "expected a variance of 0 or more, found %g", value);
        block->matrix[i + block->n * j] = block->matrix[j + block->n * i] = value;
    }
    return KILN_OK;
}

static kiln_status read_matrix(kiln_i_reader *r, const kiln_i_yaml_node *matrix, kiln_i_covariance *block)
{
    int i = 0;
    kiln_status status = kiln_i_yaml_expect(r->yaml, matrix, KILN_YAML_SEQUENCE, "matrix");
    if (status != KILN_OK) return status;
    if (matrix->n != block->n)
        return kiln_i_yaml_fail(r->yaml, matrix, "expected %d rows, one for each parameter, found %d", block->n, matrix->n);
    for (const kiln_i_yaml_node *row = matrix->first; row && status == KILN_OK; row = row->next)
        status = read_row(r, row, i++, block);
    for (i = 0; i < block->n && status == KILN_OK; i++) {
        kiln_i_uncertain *u = &r->db->uncertain[block->uncertain[i]];
        u->sigma = sqrt(block->matrix[i + block->n * i]);
        if (u->power) r->db->functions[u->function].sigma_T_J_molK = u->sigma;
        else r->db->functions[u->function].sigma_J_mol = u->sigma;
    }
    return status;
}

static kiln_status read_block(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    static const char *const keys[] = {"parameters", "matrix", NULL};
    const kiln_i_yaml_node *names, *matrix;
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a covariance");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, node, "parameters", &names)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, node, "matrix", &matrix)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_expect(r->yaml, names, KILN_YAML_SEQUENCE, "parameters")) != KILN_OK) return status;
    if (names->n == 0 || names->n > MAX_CORRELATED)
        return kiln_i_yaml_fail(r->yaml, names, "expected 1 to %d parameters, found %d", MAX_CORRELATED, names->n);
    kiln_i_covariance *block = kiln_i_push(r->ctx, &r->db->covariances, &r->db->n_covariances, sizeof *block);
    if (!block) return kiln_i_reader_no_memory(r);
    const size_t n = (size_t)names->n;
    block->uncertain = kiln_i_calloc(r->ctx, n, sizeof *block->uncertain);
    block->matrix = kiln_i_calloc(r->ctx, n * n, sizeof *block->matrix);
    if (!block->uncertain || !block->matrix) return kiln_i_reader_no_memory(r);
    block->n = names->n;
    if ((status = read_names(r, names, block)) != KILN_OK) return status;
    return read_matrix(r, matrix, block);
}

/* Every function with a sigma, then every slope, then the covariances, which may add to them. */
kiln_status kiln_i_reader_uncertain(kiln_i_reader *r)
{
    kiln_status status = KILN_OK;
    for (int power = 0; power < 2; power++)
        for (int i = 0; i < r->db->n_functions; i++) {
            const double sigma = power ? r->db->functions[i].sigma_T_J_molK : r->db->functions[i].sigma_J_mol;
            if (!(sigma > 0.0)) continue;
            kiln_i_uncertain *u = kiln_i_push(r->ctx, &r->db->uncertain, &r->db->n_uncertain, sizeof *u);
            if (!u) return kiln_i_reader_no_memory(r);
            *u = (kiln_i_uncertain){i, power, sigma};
        }
    for (int i = 0; i < r->n_covariances && status == KILN_OK; i++) {
        r->file = r->covariances[i].file;
        r->yaml = kiln_i_reader_yaml(r, r->covariances[i]);
        status = read_block(r, r->covariances[i].node);
    }
    return status;
}
