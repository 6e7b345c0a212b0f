/* Measured points of a join beside its diagram. */
#include "report/report.h"

#include "core/context.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 512, COLUMN = 52 };

/* ---- What the diagram has there ---- */

static int covers(const kiln_tx_curve *c, double T_K)
{
    return c->n > 1 && T_K >= c->point[0].T_K && T_K <= c->point[c->n - 1].T_K;
}

/* A straight line between neighbouring points, which are as near to each other as the diagram's tolerances say. */
static double x_at(const kiln_tx_curve *c, double T_K)
{
    int k = 0;
    while (k + 2 < c->n && c->point[k + 1].T_K <= T_K) ++k;
    const kiln_tx_point *p = &c->point[k], *q = p + 1;
    return p->x_A + (q->x_A - p->x_A) * (T_K - p->T_K) / (q->T_K - p->T_K);
}

static int is_phase(const kiln_system *system, const kiln_gap_field *f, const char *name)
{
    return f->n_phases == 1 && (!*name || strcmp(kiln_system_phase_name(system, f->phase[0]), name) == 0 ||
                                strcmp(kiln_system_phase_label(system, f->phase[0]), name) == 0);
}

/* The nearest edge of a field of one phase, of that phase where one is named; NAN where there is none at this temperature. */
static double nearest_edge(const kiln_system *system, const kiln_tx *tx, const kiln_experiment *e)
{
    double nearest = NAN;
    for (int i = 0; i < tx->n_curves; ++i) {
        const kiln_tx_curve *c = &tx->curve[i];
        if (!covers(c, e->T_K) || (!is_phase(system, &c->below, e->phase) && !is_phase(system, &c->above, e->phase))) continue;
        const double x = x_at(c, e->T_K);
        if (!(fabs(x - e->x_A) >= fabs(nearest - e->x_A))) nearest = x;
    }
    return nearest;
}

static const kiln_gap_field *field_at(const kiln_tx *tx, double T_K, double x_A)
{
    const kiln_gap_field *found = NULL;
    double next = INFINITY, last = -INFINITY;
    if (T_K < tx->T_low_K || T_K > tx->T_high_K) return NULL;
    for (int i = 0; i < tx->n_curves; ++i) {
        if (!covers(&tx->curve[i], T_K)) continue;
        const double x = x_at(&tx->curve[i], T_K);
        if (x >= x_A && x < next) {
            next = x;
            found = &tx->curve[i].below;
        } else if (x < x_A && x > last && isinf(next)) {
            last = x;
            found = &tx->curve[i].above;
        }
    }
    for (int i = 0; i < tx->n_areas && !found; ++i)
        if (T_K >= tx->area[i].T_low_K && T_K <= tx->area[i].T_high_K) found = &tx->area[i].phases;
    return found;
}

static void describe_model(kiln_i_tree *t, json_t *item, const kiln_system *system, const kiln_tx *tx, const kiln_experiment *e)
{
    const double x = e->kind == KILN_EXPERIMENT_BOUNDARY ? nearest_edge(system, tx, e) : NAN;
    const kiln_gap_field *field = field_at(tx, e->T_K, e->x_A);
    json_t *model = kiln_i_tree_object(t, item, "model");
    if (isnan(x)) kiln_i_tree_text(t, model, "x_A", NULL);
    else kiln_i_tree_real(t, model, "x_A", x);
    json_t *list = kiln_i_tree_array(t, model, "phases");
    for (int k = 0; field && k < field->n_phases; ++k)
        kiln_i_describe_phase(t, kiln_i_tree_object(t, list, NULL), system, field->phase[k]);
}

static void describe_sigma(kiln_i_tree *t, json_t *item, const char *key, double sigma)
{
    if (isnan(sigma)) kiln_i_tree_text(t, item, key, NULL);
    else kiln_i_tree_real(t, item, key, sigma);
}

static const char *or_null(const char *text) { return *text ? text : NULL; }

void kiln_i_describe_measured(kiln_i_tree *t, json_t *input, json_t *result, const kiln_system *system, const kiln_tx *tx,
                              const kiln_experiments *experiments)
{
    json_t *file = kiln_i_tree_object(t, input, "experiments");
    kiln_i_tree_text(t, file, "file", experiments->name);
    kiln_i_tree_integer(t, file, "other_joins", experiments->n_others);
    json_t *list = kiln_i_tree_array(t, result, "experiments");
    for (int i = 0; i < experiments->n; ++i) {
        const kiln_experiment *e = &experiments->point[i];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "kind", kiln_experiment_kind_name(e->kind));
        kiln_i_tree_real(t, item, "T_K", e->T_K);
        describe_sigma(t, item, "sigma_T_K", e->sigma_T_K);
        kiln_i_tree_real(t, item, "x_A", e->x_A);
        kiln_i_tree_real(t, item, "x_B", 1.0 - e->x_A);
        describe_sigma(t, item, "sigma_x", e->sigma_x);
        kiln_i_tree_text(t, item, "phase", or_null(e->phase));
        kiln_i_tree_text(t, item, "label", or_null(e->label));
        kiln_i_tree_text(t, item, "source", or_null(e->source));
        kiln_i_tree_integer(t, item, "line", e->line);
        describe_model(t, item, system, tx, e);
    }
}

/* ---- Text ---- */

static void number_text(const json_t *item, const char *path, const char *format, char out[32])
{
    if (kiln_i_tree_has(item, path)) snprintf(out, 32, format, kiln_i_tree_number(item, path));
    else snprintf(out, 32, "-");
}

static void append(char *line, const char *text)
{
    const size_t used = strlen(line);
    snprintf(line + used, LINE - used, "%s", text);
}

void kiln_i_text_measured(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *item, *phase;
    const json_t *list = kiln_i_tree_at(root, "result/experiments");
    if (!kiln_i_tree_has(root, "input/experiments")) return;
    kiln_i_buffer_print(b, "\nmeasured     °C        x    sigma    model  what, here: the phases of the model\n");
    json_array_foreach ((json_t *)list, i, item) {
        char sigma[32], model[32], line[LINE] = "";
        number_text(item, "sigma_x", "%.3f", sigma);
        number_text(item, "model/x_A", "%.4f", model);
        append(line, kiln_i_tree_string(item, "kind"));
        if (kiln_i_tree_has(item, "phase")) append(line, " of ");
        append(line, kiln_i_tree_string(item, "phase"));
        if (kiln_i_tree_has(item, "label")) append(line, ", ");
        append(line, kiln_i_tree_string(item, "label"));
        append(line, "; here: ");
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "model/phases"), k, phase) {
            append(line, k ? " + " : "");
            append(line, kiln_i_tree_string(phase, "label"));
        }
        if (k == 0) append(line, "outside the diagram");
        kiln_i_buffer_print(b, "%12.1f %10.4f %7s %8s  ", kiln_i_celsius(kiln_i_tree_number(item, "T_K")),
                            kiln_i_tree_number(item, "x_A"), sigma, model);
        kiln_i_buffer_wrap(b, line, COLUMN - 10, COLUMN - 10);
    }
    if (json_array_size(list) == 0) kiln_i_buffer_print(b, "  no point of this join\n");
}
