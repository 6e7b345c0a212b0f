#include "report/figure.h"

#include <stdio.h>
#include <string.h>

const char *kiln_i_phase_label(const json_t *phases, size_t k) { return kiln_i_tree_string(json_array_get(phases, k), "label"); }

void kiln_i_field_name(const json_t *phases, char *out, size_t size)
{
    size_t k;
    json_t *phase;
    out[0] = '\0';
    json_array_foreach ((json_t *)phases, k, phase) {
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", k ? " + " : "", kiln_i_tree_string(phase, "label"));
    }
}

int kiln_i_field_same(const json_t *a, const json_t *b)
{
    if (json_array_size(a) != json_array_size(b)) return 0;
    for (size_t k = 0; k < json_array_size(a); ++k)
        if (strcmp(kiln_i_phase_label(a, k), kiln_i_phase_label(b, k)) != 0) return 0;
    return 1;
}

int kiln_i_phase_style(kiln_i_phase_styles *known, const char *label)
{
    for (int i = 0; i < known->n; ++i)
        if (strcmp(known->label[i], label) == 0) return i;
    if (known->n < KILN_FIGURE_SERIES) known->label[known->n++] = label;
    return known->n - 1;
}
