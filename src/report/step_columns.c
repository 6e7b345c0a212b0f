#include "report/report.h"

#include <string.h>

enum { INSTANCES = 16 };

const json_t *kiln_i_step_instance(const json_t *row, const kiln_i_step_column *c)
{
    size_t i;
    json_t *phase;
    int seen = 0;
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "phases"), i, phase)
        if (strcmp(kiln_i_tree_string(phase, "phase"), c->phase) == 0 && seen++ == c->instance) return phase;
    return NULL;
}

int kiln_i_step_columns(const json_t *rows, kiln_i_step_column *columns)
{
    size_t i, k;
    json_t *row, *phase;
    int n = 0;
    json_array_foreach ((json_t *)rows, i, row)
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "phases"), k, phase) {
            kiln_i_step_column c = {kiln_i_tree_string(phase, "phase"), 0};
            while (c.instance < INSTANCES && kiln_i_step_instance(row, &c) != phase) ++c.instance;
            int known = 0;
            for (int j = 0; j < n && !known; ++j)
                known = strcmp(columns[j].phase, c.phase) == 0 && columns[j].instance == c.instance;
            if (!known && n < KILN_STEP_COLUMNS) columns[n++] = c;
        }
    return n;
}

int kiln_i_step_followed(const json_t *root, kiln_i_step_column *column)
{
    *column = (kiln_i_step_column){kiln_i_tree_string(root, "input/compositions_of/phase"), 0}; /* the heaviest comes first */
    return *column->phase != '\0';
}

int kiln_i_step_cations(const json_t *root, const kiln_i_step_column *column, const char *symbol[KILN_MAX_COMPONENTS])
{
    size_t i;
    const char *element;
    json_t *row, *amount;
    const json_t *charges = kiln_i_tree_at(root, "input/charges"), *phase = NULL;
    int n = 0;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row)
        if (!phase) phase = kiln_i_step_instance(row, column);
    json_object_foreach ((json_t *)kiln_i_tree_at(phase, "composition"), element, amount)
        if (!(kiln_i_tree_number(charges, element) < 0.0) && n < KILN_MAX_COMPONENTS) symbol[n++] = element;
    return n;
}

double kiln_i_step_share(const json_t *phase, int n, const char *const *symbol, int k)
{
    double sum = 0.0;
    const json_t *composition = kiln_i_tree_at(phase, "composition");
    for (int i = 0; i < n; ++i) sum += kiln_i_tree_number(composition, symbol[i]);
    return sum > 0.0 ? kiln_i_tree_number(composition, symbol[k]) / sum : 0.0;
}
