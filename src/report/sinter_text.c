#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double celsius(const json_t *node, const char *path) { return kiln_i_celsius(kiln_i_tree_number(node, path)); }

static double element_of(const json_t *array, size_t i) { return kiln_i_celsius(json_number_value(json_array_get(array, i))); }

/* "832 to 1115 °C (1105 to 1388 K)" of an array of two. */
static void span_text(const json_t *span, char *out, size_t size)
{
    snprintf(out, size, "%.0f to %.0f °C (%.0f to %.0f K)", element_of(span, 0), element_of(span, 1),
             json_number_value(json_array_get(span, 0)), json_number_value(json_array_get(span, 1)));
}

/* Why there is no window: what spoils it where it comes closest. */
static void render_nearest(const json_t *result, kiln_i_buffer *b)
{
    char text[384];
    size_t i;
    json_t *range;
    const json_t *nearest = kiln_i_tree_at(result, "nearest");
    snprintf(
        text, sizeof text,
        "nowhere: %s is not the only stable phase at any temperature here; it comes closest at %.0f °C, where %s is more stable",
        kiln_i_tree_string(result, "label"), celsius(nearest, "T_K"), kiln_i_tree_string(nearest, "label"));
    kiln_i_text_line(b, "fire", text);
    json_array_foreach ((json_t *)kiln_i_tree_at(nearest, "apparent_K"), i, range) {
        char span[96];
        span_text(kiln_i_tree_at(range, "range_K"), span, sizeof span);
        snprintf(text, sizeof text, "%s, where second phases stay below the 2 wt%% that diffraction sees", span);
        kiln_i_text_line(b, i ? "" : "  but", text);
    }
}

static void render_recommended(const json_t *result, kiln_i_buffer *b)
{
    char span[96], text[512];
    const json_t *r = kiln_i_tree_at(result, "recommended");
    if (kiln_i_tree_has(result, "nearest")) {
        render_nearest(result, b);
        return;
    }
    if (!kiln_i_tree_has(result, "recommended")) {
        kiln_i_text_line(b, "fire",
                         "no temperature lies above all floors and below all ceilings; see which of them could be moved");
        return;
    }
    span_text(kiln_i_tree_at(r, "fire_K"), span, sizeof span);
    snprintf(text, sizeof text, "%s%s%s%s", span, kiln_i_tree_is(r, "low_is_open") ? ", or lower: there is no floor" : "",
             kiln_i_tree_is(r, "high_is_open") ? ", or higher: the search ends there" : "",
             kiln_i_tree_is(r, "has_margins") ? "; limits with a standard deviation count with it"
             : kiln_i_tree_is(r, "by_diffraction")
                 ? "; strictly more than one phase, but second phases stay below what diffraction sees, at best values"
                 : "; without margins: those leave nothing, so take it as a guess");
    kiln_i_text_line(b, "fire", text);
    if (kiln_i_tree_has(r, "calcine_K")) {
        span_text(kiln_i_tree_at(r, "calcine_K"), span, sizeof span);
        kiln_i_text_line(b, "  calcine", span);
    }
    if (kiln_i_tree_has(r, "sinter_K")) {
        span_text(kiln_i_tree_at(r, "sinter_K"), span, sizeof span);
        kiln_i_text_line(b, "  sinter", span);
    } else if (kiln_i_tree_has(result, "densifies_from_K"))
        kiln_i_text_line(b, "  sinter", "it is not expected to densify below its ceiling [rule of thumb]");
}

/* "810 °C, with margin 945 °C: wurtzite (Zn0.9...)O below; fitted" */
static void render_limit(const json_t *result, const char *key, const char *name, const char *where, kiln_i_buffer *b)
{
    char text[640], phase[256] = "";
    const json_t *limit = kiln_i_tree_at(result, key);
    if (!kiln_i_tree_has(result, key)) return;
    if (kiln_i_tree_has(limit, "label")) kiln_i_text_phase(limit, phase, sizeof phase);
    int used =
        snprintf(text, sizeof text, "%.0f °C, with margin %.0f °C", celsius(limit, "T_K"), celsius(limit, "with_margin_K"));
    const char *kind = kiln_i_tree_string(limit, "kind");
    used += snprintf(text + used, sizeof text - (size_t)used, ": %s%s %s",
                     strcmp(kind, "liquid") == 0      ? "it melts, "
                     : strcmp(kind, "reduction") == 0 ? "it loses oxygen, "
                     : strcmp(kind, "demixing") == 0  ? "it demixes, "
                                                      : "",
                     phase, where);
    if (kiln_i_tree_has(limit, "seen_by_diffraction_from_K"))
        used += snprintf(text + used, sizeof text - (size_t)used, ", seen by diffraction from %.0f °C %s",
                         celsius(limit, "seen_by_diffraction_from_K"), strcmp(where, "below") == 0 ? "down" : "up");
    snprintf(text + used, sizeof text - (size_t)used, " [%s%s%s]", kiln_i_tree_string(limit, "basis"),
             kiln_i_tree_has(limit, "decided_by") ? ": " : "", kiln_i_tree_string(limit, "decided_by"));
    kiln_i_text_line(b, name, text);
}

static void render_vapour(const json_t *result, kiln_i_buffer *b)
{
    size_t i;
    json_t *loss;
    char text[640];
    const json_t *v = kiln_i_tree_at(result, "vapour_ceiling"), *s = kiln_i_tree_at(result, "vapour_settings");
    if (kiln_i_tree_has(result, "vapour_ceiling"))
        snprintf(
            text, sizeof text,
            "%.0f °C, with margin %.0f °C: %s leaves as %s at %.3g %% an hour, through %.3g mm of gas, with %.3g cm2/g [estimated]",
            celsius(v, "T_K"), celsius(v, "with_margin_K"), kiln_i_tree_string(v, "element"), kiln_i_tree_string(v, "species"),
            kiln_i_tree_number(v, "film_percent_h"), kiln_i_tree_number(s, "film_mm"), kiln_i_tree_number(s, "surface_cm2_g"));
    else
        snprintf(text, sizeof text, "none up to the end of the search: no cation with known vapour leaves at %.3g %% an hour",
                 kiln_i_tree_number(s, "loss_percent_h"));
    if (kiln_i_tree_has(result, "vapour_settings")) kiln_i_text_line(b, "vapour", text);
    int used = 0, unknown = 0;
    char missing[128] = "";
    text[0] = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "losses"), i, loss) {
        if (!kiln_i_tree_is(loss, "is_known")) {
            unknown += snprintf(missing + unknown, sizeof missing - (size_t)unknown, "%s%s", unknown ? ", " : "",
                                kiln_i_tree_string(loss, "element"));
            continue;
        }
        if (kiln_i_tree_number(loss, "film_percent_h") < 1e-6 || used >= (int)sizeof text) continue;
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s %.1e %%/h (%.1e mg/cm2/h; into vacuum %.1e)",
                         used ? ", " : "", kiln_i_tree_string(loss, "element"), kiln_i_tree_number(loss, "film_percent_h"),
                         kiln_i_tree_number(loss, "film_mg_cm2_h"), kiln_i_tree_number(loss, "free_mg_cm2_h"));
    }
    if (used) {
        char line[768];
        snprintf(line, sizeof line, "at %.0f °C: %s [estimated]", element_of(kiln_i_tree_at(result, "recommended/fire_K"), 1),
                 text);
        if (kiln_i_tree_has(result, "recommended")) kiln_i_text_line(b, "  losses", line);
    }
    if (unknown) {
        snprintf(text, sizeof text, "not known of %s", missing);
        kiln_i_text_line(b, "", text);
    }
}

static void render_precursors(const json_t *result, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    char text[768] = "";
    size_t used = 0;
    const json_t *kinetic = kiln_i_tree_at(result, "kinetic_floor");
    if (kiln_i_tree_has(result, "kinetic_floor")) {
        snprintf(text, sizeof text,
                 "%.0f °C: half the %s point of %s, the precursor that becomes mobile first [rule of thumb, Tammann]",
                 celsius(kinetic, "T_K"), kiln_i_tree_is(kinetic, "decomposes") ? "decomposition" : "melting",
                 kiln_i_tree_string(kinetic, "precursor"));
        kiln_i_text_line(b, "to react", text);
    }
    text[0] = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "precursors"), i, item) {
        if (used >= sizeof text) break;
        if (!kiln_i_tree_is(item, "is_known"))
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s (melting point not known)", used ? ", " : "",
                                     kiln_i_tree_string(item, "formula"));
        else
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s %.0f °C", used ? ", " : "",
                                     kiln_i_tree_string(item, "formula"),
                                     kiln_i_tree_is(item, "decomposes") ? "decomposes" : "melts", celsius(item, "melts_K"));
    }
    if (used) kiln_i_text_line(b, "  precursors", text);
    if (kiln_i_tree_has(result, "densifies_from_K")) {
        snprintf(text, sizeof text, "%.0f °C: 0.8 of the solidus, %.0f °C, in kelvin [rule of thumb]",
                 celsius(result, "densifies_from_K"), celsius(result, "solidus_K"));
        kiln_i_text_line(b, "to densify", text);
    }
}

static void render_cooling(const json_t *result, kiln_i_buffer *b)
{
    size_t i, used = 0;
    json_t *phase;
    char text[768], name[256];
    const json_t *cooling = kiln_i_tree_at(result, "cooling"), *floor = kiln_i_tree_at(result, "thermodynamic_floor");
    if (kiln_i_tree_has(result, "thermodynamic_floor")) {
        kiln_i_text_phase(floor, name, sizeof name);
        int n = snprintf(text, sizeof text, "below %.0f °C %s separates first", celsius(floor, "T_K"), name);
        const double frozen = celsius(cooling, "frozen_below_K");
        if (kiln_i_tree_has(cooling, "frozen_below_K"))
            snprintf(text + n, sizeof text - (size_t)n,
                     frozen < celsius(floor, "T_K")
                         ? "; quench from above it to below %.0f °C, where cations hardly move [rule of thumb, Tammann]"
                         : ", but below %.0f °C cations hardly move: it stays one phase on cooling [rule of thumb, Tammann]",
                     frozen);
        kiln_i_text_line(b, "cooling", text);
    }
    if (kiln_i_tree_has(cooling, "spinodal_K")) {
        snprintf(text, sizeof text, "%.0f °C: below, it demixes without nucleation", celsius(cooling, "spinodal_K"));
        kiln_i_text_line(b, "  spinodal", text);
    }
    if (!kiln_i_tree_has(cooling, "phases")) return;
    used = (size_t)snprintf(text, sizeof text, "to %.0f °C, in equilibrium: ", celsius(cooling, "slowly_to_K"));
    json_array_foreach ((json_t *)kiln_i_tree_at(cooling, "phases"), i, phase) {
        kiln_i_text_phase(phase, name, sizeof name);
        if (used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %.1f wt%%", i ? ", " : "", name,
                                     100.0 * kiln_i_tree_number(phase, "mass_fraction"));
    }
    kiln_i_text_line(b, kiln_i_tree_has(result, "thermodynamic_floor") ? "  slowly" : "cooling", text);
}

static void render_gases(const json_t *list, kiln_i_buffer *b)
{
    size_t i;
    json_t *gas;
    if (json_array_size(list) == 0) return;
    kiln_i_buffer_print(b, "\n  %-14s %-27s %s\n", "p(O2), bar", "window, °C, best values", "ends above with");
    json_array_foreach ((json_t *)list, i, gas) {
        char window[64];
        const json_t *span = kiln_i_tree_at(gas, "window_K");
        if (kiln_i_tree_has(gas, "window_K"))
            snprintf(window, sizeof window, "%s%.0f to %s%.0f", kiln_i_tree_is(gas, "low_is_open") ? "below " : "",
                     element_of(span, 0), kiln_i_tree_is(gas, "high_is_open") ? "above " : "", element_of(span, 1));
        else snprintf(window, sizeof window, "never single");
        kiln_i_buffer_print(b, "  %-14.4g %-26s %s%s%s\n", kiln_i_tree_number(gas, "po2_bar"), window,
                            kiln_i_tree_string(gas, "label"), kiln_i_tree_is(gas, "asked") ? "  <- asked" : "",
                            kiln_i_tree_is(gas, "widest") ? "  <- widest" : "");
    }
    kiln_i_buffer_print(b, "\n");
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_text_heading(root, b);
    kiln_i_text_line(b, "structure", kiln_i_tree_string(result, "label"));
    kiln_i_buffer_print(b, "\n");
    render_recommended(result, b);
    kiln_i_buffer_print(b, "\n");
    render_limit(result, "thermodynamic_floor", "floor", "below", b);
    render_limit(result, "thermodynamic_ceiling", "ceiling", "above", b);
    render_vapour(result, b);
    render_precursors(result, b);
    render_cooling(result, b);
    render_gases(kiln_i_tree_at(result, "oxygen_pressures"), b);
    if (kiln_i_tree_number(result, "released_po2_bar") > 0.0) {
        char text[256];
        const double released = kiln_i_tree_number(result, "released_po2_bar"),
                     given = kiln_i_tree_number(root, "input/atmosphere/po2_bar");
        if (given > 0.0 && released > 0.1 * given) {
            snprintf(
                text, sizeof text,
                "the oxide itself would raise p(O2) at its surface by %.1e bar, against %.1e bar given: losses are upper limits",
                released, given);
            kiln_i_text_line(b, "note", text);
        }
    }
    if (!kiln_i_tree_is(result, "melt_modelled"))
        kiln_i_text_line(b, "note", "melt not modelled: it may melt below these temperatures");
    kiln_i_text_footing(root, b);
}

static void add_row(kiln_i_buffer *b, const char *name, const json_t *node, const char *T, const char *margin, const char *basis)
{
    if (!kiln_i_tree_has(node, T)) return;
    kiln_i_csv_text(b, name);
    kiln_i_csv_temperature(b, node, T);
    kiln_i_csv_temperature(b, node, margin);
    kiln_i_csv_text(b, basis);
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const limits[] = {"thermodynamic_floor", "thermodynamic_ceiling", "vapour_ceiling", "kinetic_floor"};
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_buffer_print(b, "limit,T_C,T_K,with_margin_C,with_margin_K,basis\n");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
        const json_t *limit = kiln_i_tree_at(result, limits[i]);
        add_row(b, limits[i], limit, "T_K", "with_margin_K", kiln_i_tree_string(limit, "basis"));
    }
    add_row(b, "densifies_from", result, "densifies_from_K", "none", "rule of thumb");
    add_row(b, "spinodal", kiln_i_tree_at(result, "cooling"), "spinodal_K", "none", "assessed");
    add_row(b, "frozen_below", kiln_i_tree_at(result, "cooling"), "frozen_below_K", "none", "rule of thumb");
}

const kiln_i_report_kind kiln_i_kind_sinter = {"kiln.sinter/1", render_text, render_csv};
