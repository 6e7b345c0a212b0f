#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Standard deviations that differ by more are worth a sentence. */
#define NOTABLE 0.15

static double percent(const json_t *node, const char *path) { return 100.0 * kiln_i_tree_number(node, path); }

/* "guggenite 38 %, wurtzite 34 %": shares from 0.5 % on. */
static void shares_text(const json_t *list, int with_side, char *out, size_t size)
{
    size_t i, used = 0;
    json_t *item;
    out[0] = '\0';
    json_array_foreach ((json_t *)list, i, item) {
        const double share = percent(item, "share");
        if (share < 0.5 || used >= size) continue;
        const char *label = kiln_i_tree_has(item, "label") ? kiln_i_tree_string(item, "label") : "(beyond the search range)";
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s %.0f %%", used ? ", " : "", label, with_side ? " " : "",
                                 with_side ? kiln_i_tree_string(item, "side") : "", share);
    }
}

static void render_at(const json_t *result, kiln_i_buffer *b)
{
    char text[768], shares[512];
    const json_t *at = kiln_i_tree_at(result, "at");
    if (!kiln_i_tree_has(result, "at")) return;
    const double T_K = kiln_i_tree_number(at, "T_K");
    int used =
        snprintf(text, sizeof text, "P(%s alone) = %.3f ± %.3f at %.0f °C (%.0f K)", kiln_i_tree_string(result, "label"),
                 kiln_i_tree_number(at, "probability"), kiln_i_tree_number(at, "standard_error"), kiln_i_celsius(T_K), T_K);
    if (kiln_i_tree_has(at, "first_order"))
        used += snprintf(text + used, sizeof text - (size_t)used, "; to first order %.3f", kiln_i_tree_number(at, "first_order"));
    if (kiln_i_tree_has(at, "required"))
        snprintf(text + used, sizeof text - (size_t)used, "; %s the %.3g required",
                 kiln_i_tree_is(at, "is_met") ? "meets" : "misses", kiln_i_tree_number(at, "required"));
    kiln_i_text_line(b, "answer", text);
    shares_text(kiln_i_tree_at(at, "spoiled_by"), 1, shares, sizeof shares);
    if (*shares) {
        snprintf(text, sizeof text, "%s of the samples (below: it is there below the window, above: above it)", shares);
        kiln_i_text_line(b, "spoiled by", text);
    }
}

static void render_best(const json_t *result, kiln_i_buffer *b)
{
    char text[256];
    const json_t *best = kiln_i_tree_at(result, "best_values");
    if (kiln_i_tree_has(result, "best_values"))
        snprintf(text, sizeof text, "%.0f to %.0f °C at best values; there is one in %.1f ± %.1f %% of the samples",
                 kiln_i_celsius(kiln_i_tree_number(best, "low_K")), kiln_i_celsius(kiln_i_tree_number(best, "high_K")),
                 percent(result, "window_exists"), percent(result, "window_exists_standard_error"));
    else
        snprintf(text, sizeof text, "none at best values; there is one in %.1f ± %.1f %% of the samples",
                 percent(result, "window_exists"), percent(result, "window_exists_standard_error"));
    kiln_i_text_line(b, "window", text);
}

static void render_end(const json_t *result, const char *key, const char *name, kiln_i_buffer *b)
{
    char text[768], shares[512];
    const json_t *end = kiln_i_tree_at(result, key);
    if (!kiln_i_tree_has(result, key)) return;
    const double sigma = kiln_i_tree_number(end, "sigma_K"), first = kiln_i_tree_number(end, "first_order_sigma_K");
    int used = snprintf(text, sizeof text, "%.0f °C; 68 %%: %.0f to %.0f, 90 %%: %.0f to %.0f °C; half the 68 %% is %.0f K",
                        kiln_i_celsius(kiln_i_tree_number(end, "median_K")), kiln_i_celsius(kiln_i_tree_number(end, "p16_K")),
                        kiln_i_celsius(kiln_i_tree_number(end, "p84_K")), kiln_i_celsius(kiln_i_tree_number(end, "p05_K")),
                        kiln_i_celsius(kiln_i_tree_number(end, "p95_K")), sigma);
    if (kiln_i_tree_has(end, "first_order_sigma_K"))
        used += snprintf(text + used, sizeof text - (size_t)used, ", to first order %.0f K", first);
    if (percent(end, "beyond_search_range") >= 0.5)
        snprintf(text + used, sizeof text - (size_t)used, "; in %.0f %% of the samples it goes on beyond the search range",
                 percent(end, "beyond_search_range"));
    kiln_i_text_line(b, name, text);
    shares_text(kiln_i_tree_at(end, "limits"), 0, shares, sizeof shares);
    if (*shares) kiln_i_text_line(b, "  set by", shares);
    if (kiln_i_tree_has(end, "first_order_sigma_K") && fabs(first - sigma) > NOTABLE * sigma)
        kiln_i_text_line(
            b, "",
            "(the first order moves each limiting phase of the best values along its tangent; the samples let others take "
            "their place and phases change their composition)");
}

static void render_curve(const json_t *curve, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    if (json_array_size(curve) == 0) return;
    kiln_i_buffer_print(b, "\n%*s°C %8s %10s %8s %12s\n", 7, "", "K", "P(single)", "±", "first order");
    json_array_foreach ((json_t *)curve, i, row) {
        const double T_K = kiln_i_tree_number(row, "T_K");
        kiln_i_buffer_print(b, "%9.2f %8.2f %10.4f %7.4f ", kiln_i_celsius(T_K), T_K, kiln_i_tree_number(row, "probability"),
                            kiln_i_tree_number(row, "standard_error"));
        if (kiln_i_tree_has(row, "first_order")) kiln_i_buffer_print(b, "%12.4f\n", kiln_i_tree_number(row, "first_order"));
        else kiln_i_buffer_print(b, "%12s\n", "-");
    }
}

static void first_order_text(const json_t *item, const char *key, char *out, size_t size)
{
    if (kiln_i_tree_has(item, key)) snprintf(out, size, "%.0f", kiln_i_tree_number(item, key));
    else snprintf(out, size, "-");
}

static void render_parameters(const json_t *result, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    const json_t *list = kiln_i_tree_at(result, "parameters");
    const int has_at = kiln_i_tree_has(result, "at");
    if (json_array_size(list) == 0) return;
    kiln_i_buffer_print(b, "\n  what decides: by how much the variance shrinks when a number is known%s\n",
                        has_at ? ", the top one to\n  be measured first" : "");
    kiln_i_buffer_print(b, "  %-26s %13s  %-10s %5s  %-12s %s\n", "number", "sigma", "status", has_at ? "risk" : "", "low end",
                        "high end");
    json_array_foreach ((json_t *)list, i, item) {
        char sigma[48], risk[16] = "", low[16], high[16];
        const double size = kiln_i_tree_number(item, "sigma");
        snprintf(sigma, sizeof sigma, size >= 100.0 ? "%.0f %s" : "%.3g %s", size, kiln_i_tree_string(item, "unit"));
        if (has_at) snprintf(risk, sizeof risk, "%.0f %%", percent(item, "risk_share"));
        first_order_text(item, "low_first_order_K", low, sizeof low);
        first_order_text(item, "high_first_order_K", high, sizeof high);
        kiln_i_buffer_print(b, "  %-26s %13s  %-10.10s %5s  %3.0f %% (%s K)%*s %3.0f %% (%s K)\n",
                            kiln_i_tree_string(item, "name"), sigma, kiln_i_tree_string(item, "status"), risk,
                            percent(item, "low_share"), low, (int)(strlen(low) < 3 ? 3 - strlen(low) : 0), "",
                            percent(item, "high_share"), high);
    }
    kiln_i_buffer_print(
        b,
        "  (in brackets: first order at best values; 0 K beside a share: it acts through a phase\n  that sets the end in other samples)\n\n");
}

static void render_firings(const json_t *result, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    char text[512];
    const json_t *list = kiln_i_tree_at(result, "observations"), *before = kiln_i_tree_at(result, "before_observations");
    json_array_foreach ((json_t *)list, i, item) {
        const double T_K = kiln_i_tree_number(item, "T_K");
        const double expected = 100.0 * kiln_i_tree_number(item, "expected");
        snprintf(text, sizeof text, "%.0f °C (%.0f K): %s%s%s; the database gave that %.2g %%%s", kiln_i_celsius(T_K), T_K,
                 strcmp(kiln_i_tree_string(item, "outcome"), "single") == 0 ? "single phase" : "more than one phase",
                 kiln_i_tree_has(item, "label") ? ", with " : "", kiln_i_tree_string(item, "label"), expected,
                 expected < 5.0
                     ? ": a surprise. Was it misread, or too short to reach equilibrium (a precursor that is left)? Else some of "
                       "the numbers below are further off than they say"
                     : "");
        kiln_i_text_line(b, i ? "" : "fired", text);
    }
    if (kiln_i_tree_has(before, "low") && kiln_i_tree_has(result, "low")) {
        snprintf(
            text, sizeof text,
            "low end %.0f (%.0f to %.0f) °C before, %.0f (%.0f to %.0f) °C with these firings; %.0f of %.0f samples still count",
            kiln_i_celsius(kiln_i_tree_number(before, "low/median_K")), kiln_i_celsius(kiln_i_tree_number(before, "low/p16_K")),
            kiln_i_celsius(kiln_i_tree_number(before, "low/p84_K")), kiln_i_celsius(kiln_i_tree_number(result, "low/median_K")),
            kiln_i_celsius(kiln_i_tree_number(result, "low/p16_K")), kiln_i_celsius(kiln_i_tree_number(result, "low/p84_K")),
            kiln_i_tree_number(result, "samples/effective"), kiln_i_tree_number(result, "samples/n"));
        kiln_i_text_line(b, "learned", text);
    }
    if (!kiln_i_tree_has(result, "next_firing")) return;
    const double T_K = kiln_i_tree_number(result, "next_firing/T_K");
    snprintf(text, sizeof text,
             "%.0f °C (%.0f K) would tell most (%.2f of the one bit that an outcome can); furnace ± %.0f K, weighing ± %.2g %%",
             kiln_i_celsius(T_K), T_K, kiln_i_tree_number(result, "next_firing/information_bits"),
             kiln_i_tree_number(result, "firing_errors/furnace_K"), percent(result, "firing_errors/weighing"));
    kiln_i_text_line(b, "fire next", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char text[256];
    const json_t *result = kiln_i_tree_at(root, "result"), *samples = kiln_i_tree_at(result, "samples");
    kiln_i_text_heading(root, b);
    kiln_i_text_line(b, "structure", kiln_i_tree_string(result, "label"));
    kiln_i_buffer_print(b, "\n");
    render_at(result, b);
    render_best(result, b);
    render_end(result, "low", "low end", b);
    render_end(result, "high", "high end", b);
    render_firings(result, b);
    render_curve(kiln_i_tree_at(result, "curve"), b);
    render_parameters(result, b);
    snprintf(text, sizeof text, "%.0f, over %.0f uncertain numbers, in %.0f replicates (the ± is their spread), seed %.0f%s",
             kiln_i_tree_number(samples, "n"), kiln_i_tree_number(samples, "uncertain_numbers"),
             kiln_i_tree_number(samples, "replicates"), kiln_i_tree_number(samples, "seed"),
             kiln_i_tree_number(samples, "failed") > 0.0 ? "; some failed and are left out" : "");
    kiln_i_text_line(b, "samples", text);
    kiln_i_text_sources(kiln_i_tree_at(result, "sources"), b);
    kiln_i_text_footing(root, b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    kiln_i_buffer_print(b, "T_C,T_K,probability,standard_error,first_order\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/curve"), i, row) {
        kiln_i_csv_temperature(b, row, "T_K");
        kiln_i_csv_number(b, row, "probability");
        kiln_i_csv_number(b, row, "standard_error");
        kiln_i_csv_number(b, row, "first_order");
        kiln_i_csv_end(b);
    }
}

const kiln_i_report_kind kiln_i_kind_risk = {"kiln.risk/1", render_text, render_csv};
