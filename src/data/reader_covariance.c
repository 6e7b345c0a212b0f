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

/* A covariance while it is read: what its names stand for, and where each of them is in the block; -1 for one that a later file replaced,
 * whose own sigma counts. */
typedef struct reading {
    int n, n_kept, n_defined;
    int uncertain[MAX_CORRELATED], position[MAX_CORRELATED];
} reading;

static int is_magnetic(const kiln_database *db, int function)
{
    for (int p = 0; p < db->n_phases; p++)
        for (int i = 0; i < db->phases[p].n_parameters; i++)
            if (db->phases[p].parameters[i].function == function && db->phases[p].parameters[i].kind != KILN_PARAMETER_G)
                return 1;
    return 0;
}

/* 1 if a file read after the covariance defines the function anew. */
static int is_replaced(const kiln_i_reader *r, int function, int n_defined)
{
    for (int i = 0; i < r->n_drafts; i++)
        if (r->order[i] == function) return r->drafts[i].replaced > n_defined;
    return 0;
}

/* "dG_CuO_rs", "rocksalt:Cu+2,Mg+2:*;0", either with *T at its end; *uncertain is -1 for one that was replaced. */
static kiln_status read_name(kiln_i_reader *r, const kiln_i_yaml_node *node, int n_defined, int *uncertain)
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
    if (is_magnetic(r->db, function))
        return kiln_i_yaml_fail(r->yaml, node, "expected a Gibbs energy: magnetism has no uncertainty, found \"%.80s\"",
                                node->text);
    *uncertain = -1;
    if (is_replaced(r, function, n_defined)) return KILN_OK;
    *uncertain = find_uncertain(r, function, power);
    return *uncertain < 0 ? kiln_i_reader_no_memory(r) : KILN_OK;
}

static int is_taken(const kiln_i_reader *r, const reading *c, int uncertain)
{
    for (int i = 0; i < c->n_kept; i++)
        if (c->uncertain[i] == uncertain) return 1;
    for (int k = 0; k < r->db->n_covariances; k++)
        for (int i = 0; i < r->db->covariances[k].n; i++)
            if (r->db->covariances[k].uncertain[i] == uncertain) return 1;
    return 0;
}

static kiln_status read_names(kiln_i_reader *r, const kiln_i_yaml_node *list, reading *c)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "parameters");
    if (status != KILN_OK) return status;
    if (list->n == 0 || list->n > MAX_CORRELATED)
        return kiln_i_yaml_fail(r->yaml, list, "expected 1 to %d parameters, found %d", MAX_CORRELATED, list->n);
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next) {
        int uncertain = -1;
        if ((status = read_name(r, item, c->n_defined, &uncertain)) != KILN_OK) return status;
        if (uncertain >= 0 && is_taken(r, c, uncertain))
            return kiln_i_yaml_fail(r->yaml, item, "expected each parameter once, found \"%.80s\" again", item->text);
        c->position[c->n++] = uncertain < 0 ? -1 : c->n_kept;
        if (uncertain >= 0) c->uncertain[c->n_kept++] = uncertain;
    }
    return KILN_OK;
}

static kiln_status read_row(kiln_i_reader *r, const kiln_i_yaml_node *row, int i, const reading *c, kiln_i_covariance *block)
{
    int j = 0;
    if (row->kind != KILN_YAML_SEQUENCE || row->n != i + 1)
        return kiln_i_yaml_fail(r->yaml, row, "expected row %d of a lower triangle: %d numbers", i + 1, i + 1);
    for (const kiln_i_yaml_node *item = row->first; item; item = item->next, j++) {
        const int a = c->position[i], b = c->position[j];
        double value = 0.0;
        const kiln_status status = kiln_i_read_quantity(r, item, KILN_DIM_NUMBER, "a covariance", &value);
        if (status != KILN_OK) return status;
        if (j == i && value < 0.0) return kiln_i_yaml_fail(r->yaml, item, "expected a variance of 0 or more, found %g", value);
        if (a >= 0 && b >= 0) block->matrix[a + block->n * b] = block->matrix[b + block->n * a] = value;
    }
    return KILN_OK;
}

static kiln_status read_matrix(kiln_i_reader *r, const kiln_i_yaml_node *matrix, const reading *c, kiln_i_covariance *block)
{
    int i = 0;
    kiln_status status = kiln_i_yaml_expect(r->yaml, matrix, KILN_YAML_SEQUENCE, "matrix");
    if (status != KILN_OK) return status;
    if (matrix->n != c->n)
        return kiln_i_yaml_fail(r->yaml, matrix, "expected %d rows, one for each parameter, found %d", c->n, matrix->n);
    for (const kiln_i_yaml_node *row = matrix->first; row && status == KILN_OK; row = row->next)
        status = read_row(r, row, i++, c, block);
    for (i = 0; i < block->n && status == KILN_OK; i++) {
        kiln_i_uncertain *u = &r->db->uncertain[block->uncertain[i]];
        u->sigma = sqrt(block->matrix[i + block->n * i]);
        if (u->power) r->db->functions[u->function].sigma_T_J_molK = u->sigma;
        else r->db->functions[u->function].sigma_J_mol = u->sigma;
    }
    return status;
}

static kiln_status read_block(kiln_i_reader *r, const kiln_i_yaml_node *node, int n_defined)
{
    static const char *const keys[] = {"parameters", "matrix", NULL};
    const kiln_i_yaml_node *names, *matrix;
    reading c = {.n_defined = n_defined};
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a covariance");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, node, "parameters", &names)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_require(r->yaml, node, "matrix", &matrix)) != KILN_OK) return status;
    if ((status = read_names(r, names, &c)) != KILN_OK || c.n_kept == 0) return status;
    kiln_i_covariance *block = kiln_i_push(r->ctx, &r->db->covariances, &r->db->n_covariances, sizeof *block);
    if (!block) return kiln_i_reader_no_memory(r);
    const size_t n = (size_t)c.n_kept;
    block->uncertain = kiln_i_calloc(r->ctx, n, sizeof *block->uncertain);
    block->matrix = kiln_i_calloc(r->ctx, n * n, sizeof *block->matrix);
    if (!block->uncertain || !block->matrix) return kiln_i_reader_no_memory(r);
    block->n = c.n_kept;
    memcpy(block->uncertain, c.uncertain, n * sizeof *block->uncertain);
    return read_matrix(r, matrix, &c, block);
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
        r->file = r->covariances[i].place.file;
        r->yaml = kiln_i_reader_yaml(r, r->covariances[i].place);
        status = read_block(r, r->covariances[i].place.node, r->covariances[i].n_defined);
    }
    return status;
}
