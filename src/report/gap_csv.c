#include "report/report.h"

#include <stdio.h>
#include <string.h>

static void csv_begin(const json_t *row, const char *kind, const char *phase, double x_A, double x_B, kiln_i_buffer *b)
{
    kiln_i_csv_temperature(b, row, "T_K");
    kiln_i_csv_text(b, kind);
    kiln_i_csv_text(b, phase);
    kiln_i_csv_value(b, x_A);
    kiln_i_csv_value(b, x_B);
}

static void csv_names(const json_t *phases, kiln_i_buffer *b)
{
    char line[1024] = "";
    size_t i;
    json_t *phase;
    json_array_foreach ((json_t *)phases, i, phase) {
        const size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, "%s%s", i ? " + " : "", kiln_i_tree_string(phase, "phase"));
    }
    kiln_i_csv_text(b, line);
}

static void csv_boundaries(const json_t *row, kiln_i_buffer *b)
{
    size_t i;
    json_t *edge;
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "boundaries"), i, edge) {
        csv_begin(row, "boundary", "", kiln_i_tree_number(edge, "x_A"), kiln_i_tree_number(edge, "x_B"), b);
        csv_names(kiln_i_tree_at(edge, "below"), b);
        csv_names(kiln_i_tree_at(edge, "above"), b);
        kiln_i_csv_text(b, kiln_i_tree_is(edge, "certificate/certified") ? "yes" : "no");
        kiln_i_csv_text(b, "");
        kiln_i_csv_end(b);
    }
}

static void csv_own(const json_t *row, const char *kind, const char *phase, const json_t *at, kiln_i_buffer *b)
{
    csv_begin(row, kind, phase, kiln_i_tree_number(at, "x_A"), kiln_i_tree_number(at, "x_B"), b);
    kiln_i_csv_text(b, "");
    kiln_i_csv_text(b, "");
    kiln_i_csv_text(b, !kiln_i_tree_has(at, "certificate") ? "" : kiln_i_tree_is(at, "certificate/certified") ? "yes" : "no");
    kiln_i_csv_text(b, "");
    kiln_i_csv_end(b);
}

static void csv_structure(const json_t *row, const json_t *structure, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    const char *phase = kiln_i_tree_string(structure, "phase");
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "binodals"), i, item) {
        csv_own(row, "binodal", phase, kiln_i_tree_at(item, "low"), b);
        csv_own(row, "binodal", phase, kiln_i_tree_at(item, "high"), b);
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "spinodals"), i, item) csv_own(row, "spinodal", phase, item, b);
}

/* A line for every edge, binodal composition and spinodal. */
void kiln_i_gap_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *row, *structure;
    kiln_i_buffer_print(b, "T_C,T_K,kind,phase,x_A,x_B,below,above,certified,failed\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) {
        if (kiln_i_tree_has(row, "failed")) {
            kiln_i_csv_temperature(b, row, "T_K");
            for (int empty = 0; empty < 7; ++empty) kiln_i_csv_text(b, "");
            kiln_i_csv_text(b, kiln_i_tree_string(row, "failed"));
            kiln_i_csv_end(b);
            continue;
        }
        csv_boundaries(row, b);
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "structures"), k, structure) csv_structure(row, structure, b);
    }
}
