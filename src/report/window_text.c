#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DECISIVE_SHOWN = 4, RIVALS_SHOWN = 6, INDENT = 17, MAX_CITED = 32 };

/* References in the order in which the text cites them. */
typedef struct citations {
    int n;
    const char *text[MAX_CITED];
} citations;

/* Number of a reference, from 1; 0 for none. */
static int cite(citations *cited, const char *text)
{
    int i = 0;
    while (i < cited->n && strcmp(cited->text[i], text) != 0) ++i;
    if (!*text || i == MAX_CITED) return 0;
    if (i == cited->n) cited->text[cited->n++] = text;
    return i + 1;
}

static void references(const citations *cited, kiln_i_buffer *b)
{
    char text[1024];
    for (int i = 0; i < cited->n; ++i) {
        snprintf(text, sizeof text, "[%d] %s", i + 1, cited->text[i]);
        kiln_i_text_line(b, i ? "" : "references", text);
    }
}

/* Kinds in words, as they read behind "below 858 °C". */
static const char *kind_words(const char *kind)
{
    static const char *const words[][2] = {
        {"phase", "another phase appears"},
        {"demixing", "it separates into two compositions of itself"},
        {"liquid", "it melts"},
        {"reduction", "cations are reduced: a phase with less oxygen appears"},
        {"validity", "not known: the parameters are not usable beyond; the window may go on"},
        {"search_limit", "not searched; the window goes on"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
        if (strcmp(kind, words[i][0]) == 0) return words[i][1];
    return kind;
}

/* "858 °C (68 %: 812 to 905)"; where the search ends first, "above 1700 °C". The interval, not ±: a maximum over competitors lies askew. */
static void end_text(const json_t *end, int is_high, char *out, size_t size)
{
    if (!kiln_i_tree_has(end, "T_K"))
        snprintf(out, size, "%s %.0f °C", is_high ? "above" : "below", kiln_i_celsius(kiln_i_tree_number(end, "searched_to_K")));
    else if (kiln_i_tree_has(end, "sigma_K"))
        snprintf(out, size, "%.0f °C (68 %%: %.0f to %.0f)", kiln_i_celsius(kiln_i_tree_number(end, "T_K")),
                 kiln_i_celsius(kiln_i_tree_number(end, "p16_K")), kiln_i_celsius(kiln_i_tree_number(end, "p84_K")));
    else snprintf(out, size, "%.0f °C", kiln_i_celsius(kiln_i_tree_number(end, "T_K")));
}

static double end_K(const json_t *end) { return kiln_i_tree_number(end, kiln_i_tree_has(end, "T_K") ? "T_K" : "searched_to_K"); }

static void headline(const json_t *structure, const json_t *range, kiln_i_buffer *b)
{
    char low[96], high[96];
    end_text(kiln_i_tree_at(range, "low"), 0, low, sizeof low);
    end_text(kiln_i_tree_at(range, "high"), 1, high, sizeof high);
    kiln_i_buffer_print(b, "\nsingle phase %s  %s  to  %s\n  (%.0f K to %.0f K)\n", kiln_i_tree_string(structure, "label"), low,
                        high, end_K(kiln_i_tree_at(range, "low")), end_K(kiln_i_tree_at(range, "high")));
    const double probability = kiln_i_tree_number(range, "probability");
    if (probability < 0.995) kiln_i_buffer_print(b, "%*sprobability that this window exists: %.2f\n", 2, "", probability);
}

/* "tenorite CuO (60 %) + periclase MgO (40 %)": the set of phases that appears, with shares where it has several. */
static void limits_text(const json_t *end, char *out, size_t size)
{
    size_t i, used = 0;
    json_t *limit;
    const json_t *limits = kiln_i_tree_at(end, "limits");
    out[0] = '\0';
    json_array_foreach ((json_t *)limits, i, limit) {
        if (used >= size) break;
        used += (size_t)snprintf(out + used, size - used, "%s%s %s", i ? " + " : "", kiln_i_tree_string(limit, "label"),
                                 kiln_i_tree_string(limit, "formula"));
        if (json_array_size(limits) > 1 && used < size)
            used += (size_t)snprintf(out + used, size - used, " (%.0f %%)", 100.0 * kiln_i_tree_number(limit, "share"));
    }
}

static void indented(kiln_i_buffer *b, const char *text)
{
    kiln_i_buffer_print(b, "%*s", INDENT, "");
    kiln_i_buffer_wrap(b, text, INDENT, INDENT + 2);
}

static void detection(const json_t *root, const json_t *end, int is_high, kiln_i_buffer *b)
{
    char text[256];
    const double percent = 100.0 * kiln_i_tree_number(root, "input/detect_mass_fraction");
    if (!kiln_i_tree_has(end, "detected_T_K")) {
        snprintf(text, sizeof text, "the second phases never reach %.3g wt %% in the range searched: XRD would not see them",
                 percent);
    } else {
        const double T_K = kiln_i_tree_number(end, "detected_T_K");
        snprintf(text, sizeof text, "XRD would see it %s %.0f °C (%.0f K), at %.3g wt %%", is_high ? "above" : "below",
                 kiln_i_celsius(T_K), T_K, percent);
    }
    indented(b, text);
}

static void decisive_line(const json_t *d, citations *cited, kiln_i_buffer *b)
{
    char effect[64], text[512], reference[16] = "";
    const char *unit = kiln_i_tree_string(d, "unit");
    const double sigma = kiln_i_tree_number(d, "sigma"), per_unit = kiln_i_tree_number(d, "K_per_unit");
    const int number = cite(cited, kiln_i_tree_string(d, "source"));
    if (strcmp(unit, "J/mol") == 0)
        snprintf(effect, sizeof effect, "± %.2g kJ/mol, %+.1f K per kJ/mol", sigma / 1000.0, 1000.0 * per_unit);
    else
        snprintf(effect, sizeof effect, "± %.2g %s, %+.1f K per %s", sigma, unit, per_unit,
                 strcmp(unit, "decades") == 0 ? "decade" : unit);
    if (number) snprintf(reference, sizeof reference, " [%d]", number);
    snprintf(text, sizeof text, "%4.0f K  %s%s %s; %s%s", kiln_i_tree_number(d, "contribution_K"), kiln_i_tree_string(d, "name"),
             kiln_i_tree_is(d, "slope") ? " * T" : "", effect, kiln_i_tree_string(d, "status"), reference);
    indented(b, text);
}

/* The largest few; what adds less than a twentieth of the first is left to the JSON. */
static void decisive(const json_t *end, citations *cited, kiln_i_buffer *b)
{
    const json_t *list = kiln_i_tree_at(end, "decisive");
    const double least = 0.05 * kiln_i_tree_number(json_array_get(list, 0), "contribution_K");
    if (json_array_size(list) > 0) indented(b, "decided by (each one's own share of the uncertainty):");
    for (size_t i = 0; i < json_array_size(list) && i < DECISIVE_SHOWN; ++i) {
        const json_t *d = json_array_get(list, i);
        if (kiln_i_tree_number(d, "contribution_K") >= least) decisive_line(d, cited, b);
    }
}

static void oxygen_line(const json_t *root, const json_t *structure, const json_t *end, kiln_i_buffer *b)
{
    char valences[256], text[384];
    const double ratio = kiln_i_tree_number(end, "oxygen_per_cation"),
                 nominal = kiln_i_tree_number(structure, "oxygen_per_cation_nominal");
    const int changed = kiln_i_text_valences(kiln_i_tree_at(end, "valence"), kiln_i_tree_at(root, "input/charges"), 0.02,
                                             valences, sizeof valences);
    if (!changed && !(nominal > 0.0 && fabs(ratio - nominal) > 0.01)) return;
    snprintf(text, sizeof text, "O/M = %.3f%s%s", ratio, changed ? "; mean charges " : "", valences);
    indented(b, text);
}

static void describe_end(const json_t *root, const json_t *structure, const json_t *end, int is_high, citations *cited,
                         kiln_i_buffer *b)
{
    char limits[512], text[640];
    const char *kind = kiln_i_tree_string(end, "kind");
    snprintf(text, sizeof text, "  %s %.0f °C", is_high ? "above" : "below", kiln_i_celsius(end_K(end)));
    const int left = INDENT - kiln_i_text_columns(text); /* above 1152 °C leaves two */
    kiln_i_buffer_print(b, "\n%s%*s", text, left > 1 ? left : 1, "");
    limits_text(end, limits, sizeof limits);
    snprintf(text, sizeof text, "%s%s%s", kind_words(kind), *limits ? ": " : "", limits);
    kiln_i_buffer_wrap(b, text, INDENT, INDENT + 2);
    if (kiln_i_tree_has(end, "T_K")) {
        detection(root, end, is_high, b);
        if (kiln_i_tree_has(end, "sigma_K")) {
            snprintf(text, sizeof text, "68 %% between %.0f and %.0f °C (median %.0f °C)",
                     kiln_i_celsius(kiln_i_tree_number(end, "p16_K")), kiln_i_celsius(kiln_i_tree_number(end, "p84_K")),
                     kiln_i_celsius(kiln_i_tree_number(end, "median_K")));
            indented(b, text);
        }
        decisive(end, cited, b);
    }
    oxygen_line(root, structure, end, b);
    if (kiln_i_tree_is(end, "extrapolated")) indented(b, "extrapolated: a function is used outside its stated validity here");
    if (is_high && !kiln_i_tree_is(structure, "melt_modelled"))
        indented(b, "melt not modelled: it may melt below this temperature");
}

/* "below 700 °C (973 K) wurtzite" of one end of an apparent window; nothing where the search ends. */
static void apparent_end(const json_t *end, const char *side, char *out, size_t size)
{
    const double T_K = kiln_i_tree_number(end, "T_K");
    out[0] = '\0';
    if (kiln_i_tree_has(end, "T_K"))
        snprintf(out, size, "%s %.0f °C (%.0f K) %s", side, kiln_i_celsius(T_K), T_K, kiln_i_tree_string(end, "label"));
}

/* A phase that is single nowhere may still look so: its second phase stays a trace. */
static void apparent(const json_t *root, const json_t *structure, kiln_i_buffer *b)
{
    char low[128], high[128], text[512];
    size_t i;
    json_t *range;
    const double percent = 100.0 * kiln_i_tree_number(root, "input/detect_mass_fraction");
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "apparent_windows"), i, range) {
        const json_t *ends[] = {kiln_i_tree_at(range, "low"), kiln_i_tree_at(range, "high")};
        apparent_end(ends[0], "below", low, sizeof low);
        apparent_end(ends[1], "above", high, sizeof high);
        snprintf(text, sizeof text,
                 "yet XRD would see one phase from %.0f to %.0f °C: second phases stay below %.3g wt %% there%s%s%s%s",
                 kiln_i_celsius(end_K(ends[0])), kiln_i_celsius(end_K(ends[1])), percent, *low || *high ? "; it would see " : "",
                 low, *low && *high ? ", " : "", high);
        kiln_i_buffer_print(b, "  ");
        kiln_i_buffer_wrap(b, text, 2, 4);
    }
}

static void never(const json_t *structure, kiln_i_buffer *b)
{
    char text[512];
    const json_t *best = kiln_i_tree_at(structure, "closest"), *searched = kiln_i_tree_at(structure, "searched");
    const double T_K = kiln_i_tree_number(best, "T_K");
    kiln_i_buffer_print(b, "\nnever single phase %s  from %.0f °C to %.0f °C  (%.0f K to %.0f K)\n",
                        kiln_i_tree_string(structure, "label"), kiln_i_celsius(kiln_i_tree_number(searched, "from_K")),
                        kiln_i_celsius(kiln_i_tree_number(searched, "to_K")), kiln_i_tree_number(searched, "from_K"),
                        kiln_i_tree_number(searched, "to_K"));
    if (strcmp(kiln_i_tree_string(searched, "from_kind"), "validity") == 0 ||
        strcmp(kiln_i_tree_string(searched, "to_kind"), "validity") == 0)
        kiln_i_buffer_print(b, "  the search ended where the parameters of the structure are no longer usable\n");
    if (kiln_i_tree_is(best, "demixing"))
        snprintf(text, sizeof text, "closest at %.0f °C (%.0f K), where it still separates into two compositions of itself",
                 kiln_i_celsius(T_K), T_K);
    else
        snprintf(text, sizeof text, "closest at %.0f °C (%.0f K), where %s is still favoured by %.2f kJ per mol of cations",
                 kiln_i_celsius(T_K), T_K, kiln_i_tree_string(best, "label"),
                 -kiln_i_tree_number(best, "driving_force_J_mol") / 1000.0);
    kiln_i_buffer_print(b, "  ");
    kiln_i_buffer_wrap(b, text, 2, 4);
}

/* "wurtzite below 810 ± 113 °C"; where the driving force hardly depends on temperature, ± says nothing but that. */
static int rival_text(const json_t *rival, const char *side, char *out, size_t size)
{
    char spread[32] = "°C (hardly depends on T)";
    const double sigma_K = kiln_i_tree_number(rival, "sigma_K");
    if (sigma_K < 500.0) snprintf(spread, sizeof spread, "± %.0f °C", sigma_K);
    return snprintf(out, size, "%s %s %.0f %s",
                    kiln_i_tree_is(rival, "demixing") ? "demixing" : kiln_i_tree_string(rival, "label"), side,
                    kiln_i_celsius(kiln_i_tree_number(rival, "T_K")), spread);
}

/* Competitors on one side of the window, the nearest first; they are stored by rising temperature. */
static void rivals(const json_t *structure, const char *side, kiln_i_buffer *b)
{
    char text[1024] = "";
    int shown = 0, more = 0;
    const json_t *list = kiln_i_tree_at(structure, "rivals");
    const size_t n = json_array_size(list);
    const int is_below = strcmp(side, "below") == 0;
    for (size_t i = 0; i < n; ++i) {
        const json_t *rival = json_array_get(list, is_below ? n - 1 - i : i);
        const size_t used = strlen(text);
        if (strcmp(kiln_i_tree_string(rival, "stable"), side) != 0) continue;
        if (shown == RIVALS_SHOWN || used + 128 > sizeof text) {
            ++more;
            continue;
        }
        if (shown++) strcat(text, "; ");
        rival_text(rival, side, text + strlen(text), sizeof text - strlen(text));
    }
    if (more) snprintf(text + strlen(text), sizeof text - strlen(text), "; and %d more", more);
    if (shown) kiln_i_text_line(b, is_below ? "from below" : "from above", text);
}

static void spinodal(const json_t *structure, kiln_i_buffer *b)
{
    char text[256], frozen[128] = "";
    const json_t *node = kiln_i_tree_at(structure, "spinodal");
    if (!kiln_i_tree_has(structure, "spinodal")) {
        kiln_i_text_line(b, "on cooling", "it stays metastable down to the end of the search: no spinodal there");
        return;
    }
    const double T_K = kiln_i_tree_number(node, "open_oxygen_K"), frozen_K = kiln_i_tree_number(node, "frozen_oxygen_K");
    if (!kiln_i_tree_has(node, "frozen_oxygen_K"))
        snprintf(frozen, sizeof frozen, "; with frozen oxygen (a quench) none was found");
    else if (fabs(frozen_K - T_K) > 0.5)
        snprintf(frozen, sizeof frozen, "; with frozen oxygen (a quench) %.0f °C (%.0f K)", kiln_i_celsius(frozen_K), frozen_K);
    snprintf(text, sizeof text, "metastable down to the spinodal, %.0f °C (%.0f K) with oxygen exchanged%s", kiln_i_celsius(T_K),
             T_K, frozen);
    kiln_i_text_line(b, "on cooling", text);
}

static void budget_row(kiln_i_buffer *b, const json_t *budget, const char *key, const char *words, double per_formula)
{
    double value = kiln_i_tree_number(budget, key) / 1000.0;
    if (fabs(value) < 0.005) value = 0.0; /* no -0.00 */
    kiln_i_buffer_print(b, "%*s%8.2f  %8.2f   %s\n", KILN_TEXT_LABEL, "", value, value * per_formula, words);
}

static void budget(const json_t *structure, kiln_i_buffer *b)
{
    char text[256];
    const json_t *node = kiln_i_tree_at(structure, "energy_budget");
    if (!kiln_i_tree_has(structure, "energy_budget")) return;
    const double T_K = kiln_i_tree_number(node, "T_K"), per_formula = kiln_i_tree_number(node, "cations_per_formula");
    snprintf(text, sizeof text, "at %.0f °C (%.0f K), kJ per mol of cations and per mol of formula units", kiln_i_celsius(T_K),
             T_K);
    kiln_i_text_line(b, "energies", text);
    budget_row(b, node, "dG_J_mol", "Gibbs energy from the simple oxides stable there", per_formula);
    budget_row(b, node, "dH_J_mol", "enthalpy of the same", per_formula);
    budget_row(b, node, "excess_J_mol", "excess: pair interactions", per_formula);
    budget_row(b, node, "minus_TS_conf_J_mol", "-T S of configuration", per_formula);
}

static void estimates(const json_t *structure, kiln_i_buffer *b)
{
    char text[640];
    size_t i, used;
    json_t *pair;
    const json_t *node = kiln_i_tree_at(structure, "estimates"), *pairs = kiln_i_tree_at(node, "pairs_taken_as_ideal");
    used = (size_t)snprintf(text, sizeof text, "%.0f of the structure's %.0f parameters are estimates",
                            kiln_i_tree_number(node, "estimated"), kiln_i_tree_number(node, "parameters"));
    json_array_foreach ((json_t *)pairs, i, pair)
        if (used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                     i ? ", " : "; missing, taken as ideal: ", json_string_value(pair));
    kiln_i_text_line(b, "estimates", text);
}

/* Everything about one structure but what all share. */
static void describe_structure(const json_t *root, const json_t *structure, citations *cited, kiln_i_buffer *b)
{
    size_t i;
    json_t *range;
    char text[256];
    const char *crystal = kiln_i_tree_string(structure, "structure");
    snprintf(text, sizeof text, *crystal ? "%s (%s)" : "%s", kiln_i_tree_string(structure, "label"), crystal);
    kiln_i_text_line(b, "structure", text);
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "windows"), i, range) {
        headline(structure, range, b);
        describe_end(root, structure, kiln_i_tree_at(range, "low"), 0, cited, b);
        describe_end(root, structure, kiln_i_tree_at(range, "high"), 1, cited, b);
    }
    if (kiln_i_tree_has(structure, "closest")) never(structure, b);
    apparent(root, structure, b);
    kiln_i_buffer_print(b, "\n");
    rivals(structure, "below", b);
    rivals(structure, "above", b);
    if (!kiln_i_tree_has(structure, "closest")) spinodal(structure, b);
    budget(structure, b);
    estimates(structure, b);
    kiln_i_text_notes(kiln_i_tree_at(structure, "notes"), b);
}

static void answer_at(const json_t *root, kiln_i_buffer *b)
{
    const json_t *at = kiln_i_tree_at(root, "result/at");
    const double T_K = kiln_i_tree_number(at, "T_K");
    const char *label = kiln_i_tree_string(root, "result/label");
    char text[384];
    if (!kiln_i_tree_has(root, "result/at")) return;
    if (kiln_i_tree_is(at, "single_phase"))
        snprintf(text, sizeof text, "yes: at %.0f °C (%.0f K) %s is the only stable phase; nearest competitor %s",
                 kiln_i_celsius(T_K), T_K, label,
                 kiln_i_tree_is(at, "demixing") ? "its own demixing" : kiln_i_tree_string(at, "label"));
    else if (kiln_i_tree_is(at, "demixing"))
        snprintf(text, sizeof text, "no: at %.0f °C (%.0f K) %s separates into two compositions of itself", kiln_i_celsius(T_K),
                 T_K, label);
    else
        snprintf(text, sizeof text,
                 "no: at %.0f °C (%.0f K) %s is not the only stable phase; %s is favoured by %.2f kJ per mol of cations",
                 kiln_i_celsius(T_K), T_K, label, kiln_i_tree_string(at, "label"),
                 -kiln_i_tree_number(at, "least_driving_force_J_mol") / 1000.0);
    kiln_i_buffer_wrap(b, text, 0, 4);
    if (kiln_i_tree_number(at, "extrapolated_K") > 0.0)
        kiln_i_buffer_print(b, "    extrapolated: %.0f K outside the validity of its functions\n",
                            kiln_i_tree_number(at, "extrapolated_K"));
    if (!kiln_i_tree_is(root, "result/melt_modelled")) kiln_i_buffer_print(b, "    melt not modelled: it may have melted\n");
    kiln_i_buffer_print(b, "\n");
}

static void mention(const json_t *structure, char *text, size_t size)
{
    const json_t *range = json_array_get(kiln_i_tree_at(structure, "windows"), 0);
    const size_t used = strlen(text);
    if (range)
        snprintf(text + used, size - used, "%s%s %.0f to %.0f °C", used ? "; " : "", kiln_i_tree_string(structure, "label"),
                 kiln_i_celsius(end_K(kiln_i_tree_at(range, "low"))), kiln_i_celsius(end_K(kiln_i_tree_at(range, "high"))));
    else snprintf(text + used, size - used, "%s%s never single phase", used ? "; " : "", kiln_i_tree_string(structure, "label"));
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *other;
    char mentions[512] = "";
    citations cited = {0};
    const json_t *others = kiln_i_tree_at(root, "other_structures");
    answer_at(root, b);
    kiln_i_text_heading(root, b);
    describe_structure(root, kiln_i_tree_at(root, "result"), &cited, b);
    json_array_foreach ((json_t *)others, i, other) {
        if (kiln_i_tree_is(root, "input/all_structures")) {
            kiln_i_buffer_print(b, "\n");
            describe_structure(root, other, &cited, b);
        } else if (strlen(mentions) + 64 < sizeof mentions) {
            mention(other, mentions, sizeof mentions);
        }
    }
    if (*mentions) kiln_i_text_line(b, "others", mentions);
    if (kiln_i_tree_has(root, "result/entropy"))
        kiln_i_text_line(b, "entropy", kiln_i_tree_string(root, "result/entropy/sentence"));
    references(&cited, b);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

static void csv_end(const json_t *end, kiln_i_buffer *b)
{
    kiln_i_csv_temperature(b, end, "T_K");
    kiln_i_csv_number(b, end, "sigma_K");
    kiln_i_csv_text(b, kiln_i_tree_string(end, "kind"));
    kiln_i_csv_text(b, kiln_i_tree_string(end, "limited_by"));
    kiln_i_csv_temperature(b, end, "detected_T_K");
}

/* A line per window; a structure without one has a line with empty ends. */
static void csv_structure(const json_t *root, const json_t *structure, kiln_i_buffer *b)
{
    const json_t *windows = kiln_i_tree_at(structure, "windows");
    const size_t n = json_array_size(windows);
    for (size_t i = 0; i < (n ? n : 1); ++i) {
        const json_t *range = json_array_get(windows, i);
        kiln_i_csv_text(b, kiln_i_tree_string(root, "input/canonical"));
        kiln_i_csv_text(b, kiln_i_tree_string(root, "input/atmosphere/label"));
        kiln_i_csv_text(b, kiln_i_tree_string(structure, "phase"));
        csv_end(kiln_i_tree_at(range, "low"), b);
        csv_end(kiln_i_tree_at(range, "high"), b);
        kiln_i_csv_number(b, range, "probability");
        kiln_i_csv_temperature(b, structure, "closest/T_K");
        kiln_i_csv_number(b, structure, "closest/driving_force_J_mol");
        kiln_i_csv_text(b, kiln_i_tree_string(structure, "closest/limited_by"));
        kiln_i_csv_end(b);
    }
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *other;
    kiln_i_buffer_print(b, "formula,atmosphere,phase,"
                           "low_T_C,low_T_K,low_sigma_K,low_kind,low_limited_by,low_detected_T_C,low_detected_T_K,"
                           "high_T_C,high_T_K,high_sigma_K,high_kind,high_limited_by,high_detected_T_C,high_detected_T_K,"
                           "probability,closest_T_C,closest_T_K,closest_driving_force_J_mol,closest_limited_by\n");
    csv_structure(root, kiln_i_tree_at(root, "result"), b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "other_structures"), i, other) csv_structure(root, other, b);
}

const kiln_i_report_kind kiln_i_kind_window = {"kiln.window/1", render_text, render_csv};
