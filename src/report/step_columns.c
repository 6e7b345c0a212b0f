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
