#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>

static const double LIMIT[] = {1.0, 1.5}; /* from which the class is medium, and high */

static void describe_share(kiln_i_tree *t, json_t *parent, const char *key, double low, double high)
{
    if (isnan(low)) {
        kiln_i_tree_text(t, parent, key, NULL);
        return;
    }
    json_t *share = kiln_i_tree_array(t, parent, key);
    kiln_i_tree_real(t, share, NULL, low);
    kiln_i_tree_real(t, share, NULL, high);
}

static void describe_curve(kiln_i_tree *t, json_t *list, const char *basis, const kiln_entropy_curve *c)
{
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_text(t, item, "basis", basis);
    kiln_i_tree_integer(t, item, "components", c->n_components);
    json_t *maximum = kiln_i_tree_object(t, item, "maximum");
    kiln_i_tree_real(t, maximum, "x", c->x_max);
    kiln_i_tree_real(t, maximum, "entropy_R", c->max_R);
    kiln_i_tree_real(t, maximum, "entropy_J_molK", c->max_R * KILN_R);
    describe_share(t, item, "at_least_medium_x", c->low[0], c->high[0]);
    describe_share(t, item, "high_x", c->low[1], c->high[1]);
    json_t *points = kiln_i_tree_array(t, item, "points");
    for (int i = 0; i < KILN_ENTROPY_POINTS; ++i) {
        json_t *point = kiln_i_tree_object(t, points, NULL);
        kiln_i_tree_real(t, point, "x", (double)i / (KILN_ENTROPY_POINTS - 1));
        kiln_i_tree_real(t, point, "entropy_R", c->R[i]);
        kiln_i_tree_real(t, point, "entropy_J_molK", c->R[i] * KILN_R);
    }
}

/* The tree up to its "curves", which are borrowed. */
static json_t *begin(kiln_i_tree *t, kiln_report *report, const char *cation)
{
    json_t *result = kiln_i_tree_object(t, report->root, "result");
    kiln_i_tree_text(t, result, "cation", cation);
    json_t *classes = kiln_i_tree_object(t, result, "classes");
    kiln_i_tree_real(t, classes, "medium_from_R", LIMIT[0]);
    kiln_i_tree_real(t, classes, "high_from_R", LIMIT[1]);
    return kiln_i_tree_array(t, result, "curves");
}

kiln_status kiln_report_entropy_of_components(kiln_context *ctx, int n, const kiln_entropy_curve *curves, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !curves || n < 1) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no curves");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_entropy_curves);
    if (!report) return t.status;
    kiln_i_tree_text(&t, kiln_i_tree_object(&t, report->root, "input"), "formula", NULL);
    json_t *list = begin(&t, report, NULL);
    for (int i = 0; i < n; ++i) describe_curve(&t, list, "mixing_sublattice", &curves[i]);
    return kiln_i_report_finish(&t, report, out);
}

/* Where the composition itself lies. */
static void describe_own(kiln_i_tree *t, json_t *result, const kiln_composition *composition, int z)
{
    kiln_entropy entropy;
    if (kiln_entropy_compute(composition, &entropy) != KILN_OK) return;
    json_t *own = kiln_i_tree_object(t, result, "composition");
    kiln_i_tree_real(t, own, "x", kiln_composition_fraction(composition, z));
    kiln_i_describe_entropy(t, own, &entropy);
}

kiln_status kiln_report_entropy_vary(kiln_context *ctx, const char *formula, const kiln_composition *composition, int z,
                                     const kiln_entropy_curve *mixing, const kiln_entropy_curve *per_site, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !composition || !mixing || !per_site) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_entropy_curves);
    if (!report) return t.status;
    kiln_i_describe_composition(&t, kiln_i_tree_object(&t, report->root, "input"), formula, composition);
    json_t *list = begin(&t, report, kiln_i_element_symbol(z));
    describe_curve(&t, list, "mixing_sublattice", mixing);
    describe_curve(&t, list, "per_site", per_site);
    describe_own(&t, json_object_get(report->root, "result"), composition, z);
    return kiln_i_report_finish(&t, report, out);
}
