#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DECISIVE_SHOWN = 4, RIVALS_SHOWN = 6, PAIRS_SHOWN = 12, LAWS_SHOWN = 6, INDENT = 17, MAX_CITED = 32 };

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
        {"search_limit", "not searched"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
        if (strcmp(kind, words[i][0]) == 0) return words[i][1];
    return kind;
}

static double end_K(const json_t *end) { return kiln_i_tree_number(end, kiln_i_tree_has(end, "T_K") ? "T_K" : "searched_to_K"); }

/* Monte Carlo quantiles have no more digits than this: 5 °C, 10 °C where they are further apart than 200. */
static double rounded(const json_t *end, const char *key)
{
    const double width = kiln_i_tree_number(end, "p84_K") - kiln_i_tree_number(end, "p16_K"), unit = width > 200.0 ? 10.0 : 5.0;
    return kiln_i_text_no_minus(unit * round(kiln_i_celsius(kiln_i_tree_number(end, key)) / unit), 0.5);
}

/* "780 to 940", "below 200 to 940", "780 to above 1700". */
static void interval_text(const json_t *end, char *out, size_t size)
{
    const int low_open = kiln_i_tree_is(end, "p16_is_open"), high_open = kiln_i_tree_is(end, "p84_is_open");
    const double low = low_open ? kiln_i_celsius(kiln_i_tree_number(end, "p16_K")) : rounded(end, "p16_K"),
                 high = high_open ? kiln_i_celsius(kiln_i_tree_number(end, "p84_K")) : rounded(end, "p84_K");
    snprintf(out, size, "%s%.0f to %s%.0f", low_open ? "below " : "", low, high_open ? "above " : "", high);
}

/* "858 °C (68 %: 810 to 905)"; where the search ends first, "above 1700 °C". The interval, not ±: a maximum over competitors lies askew. */
static void end_text(const json_t *end, int is_high, char *out, size_t size)
{
    char interval[64];
    const double T_C = kiln_i_celsius(end_K(end));
    interval_text(end, interval, sizeof interval);
    if (!kiln_i_tree_has(end, "T_K")) snprintf(out, size, "%s %.0f °C", is_high ? "above" : "below", T_C);
    else if (kiln_i_tree_has(end, "sigma_K")) snprintf(out, size, "%.0f °C (68 %%: %s)", T_C, interval);
    else snprintf(out, size, "%.0f °C", T_C);
}

static void headline(const json_t *structure, const json_t *range, kiln_i_buffer *b)
{
    char low[96], high[96], text[384];
    end_text(kiln_i_tree_at(range, "low"), 0, low, sizeof low);
    end_text(kiln_i_tree_at(range, "high"), 1, high, sizeof high);
    const char *label = kiln_i_tree_string(structure, "label");
    snprintf(text, sizeof text, "single phase %s  %s  to  %s", label, low, high);
    if (kiln_i_text_columns(text) <= 90) kiln_i_buffer_print(b, "\n%s\n", text);
    else kiln_i_buffer_print(b, "\nsingle phase %s  %s\n  to  %s\n", label, low, high);
    kiln_i_buffer_print(b, "  (%.0f K to %.0f K)\n", end_K(kiln_i_tree_at(range, "low")), end_K(kiln_i_tree_at(range, "high")));
    const double probability = kiln_i_tree_number(range, "probability");
    if (probability < 0.995)
        kiln_i_buffer_print(b, "  probability that this window exists: %.2f to first order; `kiln risk` samples it in full\n",
                            probability);
}

/* "tenorite CuO (60 %) + periclase MgO (40 %)": the set of phases that appears, with shares where it has several. Traces are left out beside more; where all
 * that appears is a trace, beside the structure itself, it is what is named. */
static void limits_text(const json_t *end, char *out, size_t size)
{
    size_t i, used = 0;
    json_t *limit;
    char name[256];
    out[0] = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(end, "limits"), i, limit) {
        const double percent = 100.0 * kiln_i_tree_number(limit, "share");
        if (used >= size || (i > 0 && percent < 0.5)) continue;
        kiln_i_text_phase(limit, name, sizeof name);
        if (percent < 0.5) {
            snprintf(out, size, "a trace of %s", name);
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? " + " : "", name);
        if (percent < 99.5 && used < size) used += (size_t)snprintf(out + used, size - used, " (%.0f %%)", percent);
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
    char effect[64], text[768], reference[16] = "";
    const char *unit = kiln_i_tree_string(d, "unit"), *law = kiln_i_tree_string(d, "estimate");
    const double sigma = kiln_i_tree_number(d, "sigma"), per_unit = kiln_i_tree_number(d, "K_per_unit");
    const int number = cite(cited, kiln_i_tree_string(d, "source"));
    if (strcmp(unit, "J/mol") == 0)
        snprintf(effect, sizeof effect, "± %.2g kJ/mol, %+.1f K per kJ/mol", sigma / 1000.0, 1000.0 * per_unit);
    else
        snprintf(effect, sizeof effect, "± %.2g %s, %+.1f K per %s", sigma, unit, per_unit,
                 strcmp(unit, "decades") == 0 ? "decade" : unit);
    if (number) snprintf(reference, sizeof reference, " [%d]", number);
    snprintf(text, sizeof text, "%4.0f K  %s%s %s; %s%s%s%s", kiln_i_tree_number(d, "contribution_K"),
             kiln_i_tree_string(d, "name"), kiln_i_tree_is(d, "slope") ? " * T" : "", effect, kiln_i_tree_string(d, "status"),
             *law ? " by " : "", law, reference);
    indented(b, text);
}

/* The largest few; what adds less than a twentieth of the first is left to the JSON. */
static void decisive(const json_t *end, citations *cited, kiln_i_buffer *b)
{
    const json_t *list = kiln_i_tree_at(end, "decisive");
    const double least = 0.05 * kiln_i_tree_number(json_array_get(list, 0), "contribution_K");
    if (json_array_size(list) > 0) indented(b, "decided by (what each alone would add; correlated ones partly cancel):");
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

/* Where the samples say otherwise than the best values: an end is the first of several competitors, and another may come first. */
static void skewness(const json_t *end, kiln_i_buffer *b)
{
    char text[256];
    const double T_K = kiln_i_tree_number(end, "T_K"), median_K = kiln_i_tree_number(end, "median_K");
    if (!kiln_i_tree_has(end, "sigma_K") || fabs(median_K - T_K) < 0.25 * kiln_i_tree_number(end, "sigma_K")) return;
    const double T_C = kiln_i_celsius(T_K);
    const int is_outside = T_C < rounded(end, "p16_K") || T_C > rounded(end, "p84_K");
    snprintf(text, sizeof text, "%smedian %.0f °C: with other parameter values other competitors come first",
             is_outside ? "outside its own 68 % interval; " : "", rounded(end, "median_K"));
    indented(b, text);
}

static void extrapolation(const json_t *node, kiln_i_buffer *b)
{
    char text[256];
    if (!kiln_i_tree_has(node, "extrapolated_function")) return;
    snprintf(text, sizeof text, "extrapolated: %s is used %.0f K outside its stated validity",
             kiln_i_tree_string(node, "extrapolated_function"), fmax(kiln_i_tree_number(node, "extrapolated_K"), 1.0));
    indented(b, text);
}

static void describe_end(const json_t *root, const json_t *structure, const json_t *end, int is_high, citations *cited,
                         kiln_i_buffer *b)
{
    char limits[512], text[640];
    const char *kind = kiln_i_tree_string(end, "kind");
    if (!is_high && strcmp(kind, "search_limit") == 0) return; /* the headline says it */
    snprintf(text, sizeof text, "  %s %.0f °C", is_high ? "above" : "below", kiln_i_celsius(end_K(end)));
    const int left = INDENT - kiln_i_text_columns(text); /* above 1152 °C leaves two */
    kiln_i_buffer_print(b, "\n%s%*s", text, left > 1 ? left : 1, "");
    limits_text(end, limits, sizeof limits);
    if (kiln_i_tree_is(end, "critical_point"))
        snprintf(text, sizeof text, "a critical point: it begins to separate into two compositions of itself");
    else snprintf(text, sizeof text, "%s%s%s", kind_words(kind), *limits ? ": " : "", limits);
    kiln_i_buffer_wrap(b, text, INDENT, INDENT + 2);
    if (kiln_i_tree_has(end, "T_K")) {
        detection(root, end, is_high, b);
        skewness(end, b);
        decisive(end, cited, b);
    }
    oxygen_line(root, structure, end, b);
    extrapolation(end, b);
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

/* A phase that is single nowhere may still look so: its second phase stays a trace. Then that is the answer, and stands first. */
static void apparent(const json_t *root, const json_t *structure, kiln_i_buffer *b)
{
    char low[128], high[128], text[512];
    size_t i;
    json_t *range;
    const double percent = 100.0 * kiln_i_tree_number(root, "input/detect_mass_fraction");
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "apparent_windows"), i, range) {
        const json_t *ends[] = {kiln_i_tree_at(range, "low"), kiln_i_tree_at(range, "high")};
        end_text(ends[0], 0, low, sizeof low);
        end_text(ends[1], 1, high, sizeof high);
        kiln_i_buffer_print(b, "\nXRD would see one phase, %s,  %s  to  %s\n  (%.0f K to %.0f K)\n",
                            kiln_i_tree_string(structure, "label"), low, high, end_K(ends[0]), end_K(ends[1]));
        apparent_end(ends[0], "below", low, sizeof low);
        apparent_end(ends[1], "above", high, sizeof high);
        snprintf(text, sizeof text, "second phases stay below %.3g wt %% there%s%s%s%s", percent,
                 *low || *high ? "; it would see " : "", low, *low && *high ? ", " : "", high);
        kiln_i_buffer_print(b, "  ");
        kiln_i_buffer_wrap(b, text, 2, 4);
    }
}

/* Beside an apparent window a driving force would mislead: where the phase holds its cations in one proportion only, the chemical
 * potentials are not fixed, and the least force over all of them is no energy that a reaction would give. */
static void never_strictly(const json_t *structure, kiln_i_buffer *b)
{
    char text[512];
    const json_t *best = kiln_i_tree_at(structure, "closest");
    snprintf(text, sizeof text, "never single in the strict sense: a little of another phase%s%s%s is always stable beside it",
             kiln_i_tree_is(best, "demixing") ? "" : ", such as ",
             kiln_i_tree_is(best, "demixing") ? "" : kiln_i_tree_string(best, "label"),
             kiln_i_tree_is(best, "demixing") ? "" : ",");
    kiln_i_buffer_print(b, "  ");
    kiln_i_buffer_wrap(b, text, 2, 4);
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
        snprintf(text, sizeof text, "closest at %.0f °C (%.0f K), where %s is still favoured by %.3g kJ per mol of cations",
                 kiln_i_celsius(T_K), T_K, kiln_i_tree_string(best, "label"),
                 -kiln_i_tree_number(best, "driving_force_J_mol") / 1000.0);
    kiln_i_buffer_print(b, "  ");
    kiln_i_buffer_wrap(b, text, 2, 4);
}

/* "wurtzite below 810 ± 115 °C"; where the driving force hardly depends on temperature, the temperature is hardly known. */
static int rival_text(const json_t *rival, const char *side, char *out, size_t size)
{
    char spread[32] = "°C (poorly determined)";
    const double sigma_K = kiln_i_tree_number(rival, "sigma_K");
    if (!(sigma_K > 0.0)) snprintf(spread, sizeof spread, "°C");
    else if (sigma_K < 500.0) snprintf(spread, sizeof spread, "± %.0f °C", sigma_K < 25.0 ? sigma_K : 5.0 * round(sigma_K / 5.0));
    return snprintf(out, size, "%s %s %.0f %s",
                    kiln_i_tree_is(rival, "demixing") ? "demixing" : kiln_i_tree_string(rival, "label"), side,
                    kiln_i_celsius(kiln_i_tree_number(rival, "T_K")), spread);
}

/* Whether any competitor's temperature has a standard deviation. */
static int has_spread(const json_t *structure)
{
    size_t i;
    json_t *rival;
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "rivals"), i, rival)
        if (kiln_i_tree_number(rival, "sigma_K") > 0.0) return 1;
    return 0;
}

/* Competitors on one side of the window, the nearest first; they are stored by rising temperature. Their number. */
static int rivals(const json_t *structure, const char *side, kiln_i_buffer *b)
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
    return shown;
}

static void spinodal(const json_t *structure, kiln_i_buffer *b)
{
    char text[256], frozen[128] = "";
    const json_t *node = kiln_i_tree_at(structure, "spinodal");
    const json_t *low = kiln_i_tree_at(json_array_get(kiln_i_tree_at(structure, "windows"), 0), "low");
    if (!kiln_i_tree_has(low, "T_K")) return; /* no end that a cooling sample would pass */
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

enum { N_BUDGET_ROWS = 5 };

static void budget_row(kiln_i_buffer *b, const json_t *budget, const char *key, const char *words, double per_formula)
{
    const double value = kiln_i_tree_number(budget, key) / 1000.0;
    if (!kiln_i_tree_has(budget, key)) return;
    kiln_i_buffer_print(b, "%*s%8.2f  %8.2f   ", KILN_TEXT_LABEL, "", kiln_i_text_no_minus(value, 0.005),
                        kiln_i_text_no_minus(value * per_formula, 0.005));
    kiln_i_buffer_wrap(b, words, KILN_TEXT_LABEL + 21, KILN_TEXT_LABEL + 21);
}

/* "MgO, Co3O4, CuO" */
static void references_text(const json_t *budget, char *out, size_t size)
{
    const char *element;
    json_t *formula;
    size_t used = 0;
    out[0] = '\0';
    json_object_foreach ((json_t *)kiln_i_tree_at(budget, "references"), element, formula)
        if (used < size) used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", json_string_value(formula));
}

/* The largest energy tells whether there is anything to say: a pure oxide has zeros only. */
static int is_worth_a_line(const json_t *budget)
{
    static const char *const keys[N_BUDGET_ROWS] = {"transfer_J_mol", "excess_J_mol", "minus_TS_conf_J_mol", "dG_J_mol",
                                                    "dH_J_mol"};
    for (int i = 0; i < N_BUDGET_ROWS; ++i)
        if (fabs(kiln_i_tree_number(budget, keys[i])) >= 50.0) return 1; /* J/mol */
    return 0;
}

static void budget(const json_t *root, const json_t *structure, kiln_i_buffer *b)
{
    char text[640], formula[256], references[256];
    const json_t *node = kiln_i_tree_at(structure, "energy_budget");
    if (!kiln_i_tree_has(structure, "energy_budget") || !is_worth_a_line(node)) return;
    const double T_K = kiln_i_tree_number(node, "T_K"), per_formula = kiln_i_tree_number(node, "cations_per_formula");
    kiln_i_text_formula(kiln_i_tree_string(root, "input/canonical"), formula, sizeof formula);
    snprintf(text, sizeof text, "at %.0f °C (%.0f K), kJ per mol of cations and per mol of %s", kiln_i_celsius(T_K), T_K,
             formula);
    kiln_i_text_line(b, "energies", text);
    references_text(node, references, sizeof references);
    snprintf(text, sizeof text, "taking %s into this structure%s", references,
             fabs(kiln_i_tree_number(node, "oxygen_taken_up")) > 0.005 ? ", O2 exchanged with the gas" : "");
    budget_row(b, node, "transfer_J_mol", text, per_formula);
    budget_row(b, node, "excess_J_mol", "excess: pair interactions", per_formula);
    budget_row(b, node, "minus_TS_conf_J_mol", "-T S of configuration", per_formula);
    budget_row(b, node, "dG_J_mol", "sum of these: Gibbs energy from those oxides", per_formula);
    budget_row(b, node, "dH_J_mol", "enthalpy from those oxides", per_formula);
}

/* "volume mismatch: V Mg+2 11.25, Cd+2 15.68 cm3/mol ± 4.9 kJ/mol", a line each. */
static void pairs_by_law(const json_t *list, kiln_i_buffer *b)
{
    char text[384];
    for (size_t i = 0; i < json_array_size(list) && i < LAWS_SHOWN; ++i) {
        const json_t *pair = json_array_get(list, i);
        snprintf(text, sizeof text, "%.256s ± %.2g kJ/mol", kiln_i_tree_string(pair, "estimate"),
                 kiln_i_tree_number(pair, "sigma_J_mol") / 1000.0);
        kiln_i_text_line(b, "", text);
    }
    if (json_array_size(list) <= LAWS_SHOWN) return;
    snprintf(text, sizeof text, "and %d more by such laws; `kiln diagram pairs` lists them",
             (int)json_array_size(list) - (int)LAWS_SHOWN);
    kiln_i_text_line(b, "", text);
}

/* Nothing for a pure oxide, which has no pairs that count. A pair may lack an interaction on several sublattices: it is named once. */
static void estimates(const json_t *structure, kiln_i_buffer *b)
{
    char text[640];
    const json_t *node = kiln_i_tree_at(structure, "estimates"), *pairs = kiln_i_tree_at(node, "pairs_taken_as_ideal");
    const double estimated = kiln_i_tree_number(node, "estimated");
    const size_t n = json_array_size(pairs);
    int shown = 0, more = 0;
    if (json_object_size(kiln_i_tree_at(structure, "composition")) < 2 || !(estimated > 0.0)) return;
    snprintf(text, sizeof text, "%.0f of the structure's %.0f parameters are estimates", estimated,
             kiln_i_tree_number(node, "parameters"));
    for (size_t i = 0; i < n; ++i) {
        const char *pair = json_string_value(json_array_get(pairs, i));
        const size_t used = strlen(text);
        int known = 0;
        for (size_t k = 0; k < i && !known; ++k) known = strcmp(json_string_value(json_array_get(pairs, k)), pair) == 0;
        if (known) continue;
        if (shown == PAIRS_SHOWN) ++more;
        else snprintf(text + used, sizeof text - used, "%s%s", shown++ ? ", " : "; missing, taken as ideal: ", pair);
    }
    if (more) snprintf(text + strlen(text), sizeof text - strlen(text), " and %d more", more);
    kiln_i_text_line(b, "estimates", text);
    pairs_by_law(kiln_i_tree_at(node, "pairs_by_law"), b);
}

/* "high: 1.61 R per mole of mixing cations; 0.80 R per mole of sites"; nothing where nothing mixes. */
static void entropy(const json_t *structure, kiln_i_buffer *b)
{
    char text[256], both[64] = "";
    const json_t *node = kiln_i_tree_at(structure, "entropy");
    if (kiln_i_tree_number(node, "per_formula_R") < 0.0005) return;
    if (kiln_i_tree_is(node, "anions_mix"))
        snprintf(both, sizeof both, "%.2f R of cations and anions together, ", kiln_i_tree_number(node, "cations_and_anions_R"));
    snprintf(text, sizeof text, "%s: %s%.2f R per mole of mixing %s, %.2f R per mole of sites (ideal)",
             kiln_i_tree_string(node, "class"), both, kiln_i_tree_number(node, "mixing_sublattice_R"),
             kiln_i_tree_is(node, "alloy") ? "atoms" : "cations", kiln_i_tree_number(node, "per_site_R"));
    kiln_i_text_line(b, "entropy", text);
}

/* Why the answer is about this structure, where the formula suggests others. */
static void explain_choice(const json_t *root, kiln_i_buffer *b)
{
    char text[512];
    size_t i;
    json_t *item;
    const json_t *result = kiln_i_tree_at(root, "result");
    const double wanted = kiln_i_tree_number(root, "input/anions_per_cation"), own = kiln_i_tree_number(result, "anion_ratio");
    if (kiln_i_tree_is(result, "named") || !kiln_i_tree_has(result, "anion_ratio") || fabs(own - wanted) < 0.01) return;
    snprintf(text, sizeof text,
             "WARNING: no structure of the database with O/M = %.4g can hold these cations by itself:", wanted);
    kiln_i_buffer_wrap(b, text, 0, 2);
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "rejected_structures"), i, item) {
        snprintf(text, sizeof text, "%s %s", kiln_i_tree_string(item, "label"), kiln_i_tree_string(item, "reason"));
        kiln_i_buffer_print(b, "  ");
        kiln_i_buffer_wrap(b, text, 2, 4);
    }
    if (i == 0) kiln_i_buffer_print(b, "  it has none with these cations and this ratio\n");
    snprintf(text, sizeof text, "What follows is about %s, O/M = %.4g, instead; `kiln equilibrium` shows what forms.",
             kiln_i_tree_string(result, "label"), own);
    kiln_i_buffer_wrap(b, text, 0, 2);
    kiln_i_buffer_print(b, "\n");
}

/* Everything about one structure but what all share. */
static void describe_structure(const json_t *root, const json_t *structure, citations *cited, kiln_i_buffer *b)
{
    size_t i;
    json_t *range;
    char text[256];
    const char *crystal = kiln_i_tree_string(structure, "structure");
    snprintf(text, sizeof text, "%s%s%s%s%s", kiln_i_tree_string(structure, "label"), *crystal ? " (" : "", crystal,
             *crystal ? ")" : "", kiln_i_tree_has(structure, "quality") ? ", of screening quality" : "");
    kiln_i_text_line(b, "structure", text);
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "windows"), i, range) {
        headline(structure, range, b);
        describe_end(root, structure, kiln_i_tree_at(range, "low"), 0, cited, b);
        describe_end(root, structure, kiln_i_tree_at(range, "high"), 1, cited, b);
    }
    apparent(root, structure, b);
    if (json_array_size(kiln_i_tree_at(structure, "apparent_windows")) > 0) never_strictly(structure, b);
    else if (kiln_i_tree_has(structure, "closest")) never(structure, b);
    kiln_i_buffer_print(b, "\n");
    const int below = rivals(structure, "below", b), above = rivals(structure, "above", b);
    const int is_sampled = kiln_i_tree_number(root, "input/samples") > 0.0 && below + above > 0;
    if (is_sampled && !has_spread(structure))
        kiln_i_text_line(b, "uncertainty", "not known: the database states no standard deviation of what decides here");
    else if (is_sampled && (below > 1 || above > 1) && !kiln_i_tree_has(structure, "closest"))
        kiln_i_text_line(b, "", "± is each one's own; the 68 % intervals are those of whichever comes first");
    spinodal(structure, b);
    budget(root, structure, b);
    estimates(structure, b);
    kiln_i_text_notes(kiln_i_tree_at(structure, "notes"), b);
    entropy(structure, b);
    kiln_i_text_tolerance(structure, b);
}

/* The interval of one of the ends includes the temperature. */
static int is_within_interval(const json_t *structure, double T_K)
{
    size_t i;
    json_t *range;
    json_array_foreach ((json_t *)kiln_i_tree_at(structure, "windows"), i, range)
        for (int high = 0; high < 2; ++high) {
            const json_t *end = kiln_i_tree_at(range, high ? "high" : "low");
            if (kiln_i_tree_has(end, "sigma_K") && T_K >= kiln_i_tree_number(end, "p16_K") &&
                T_K <= kiln_i_tree_number(end, "p84_K"))
                return 1;
        }
    return 0;
}

/* "yes", "probably (probability 0.70)", "doubtful (...)": how sure the answer is, not only what the best values say. */
static void verdict(const json_t *root, char *out, size_t size)
{
    const json_t *at = kiln_i_tree_at(root, "result/at");
    const int is_single = kiln_i_tree_is(at, "single_phase");
    const double p = kiln_i_tree_number(at, "probability"), agree = is_single ? p : 1.0 - p;
    const char *sure = is_single ? "yes" : "no", *likely = is_single ? "probably" : "probably not";
    if (!kiln_i_tree_has(at, "probability"))
        snprintf(out, size, "%s",
                 is_within_interval(kiln_i_tree_at(root, "result"), kiln_i_tree_number(at, "T_K")) ? likely : sure);
    else if (agree >= 0.995) snprintf(out, size, "%s", sure);
    else
        snprintf(out, size, "%s (probability %s%.2f)",
                 agree >= 0.95  ? sure
                 : agree >= 0.5 ? likely
                                : "doubtful",
                 is_single ? "" : "of one phase ", p);
}

/* Another structure of the same stoichiometry that has a window there, NULL for none. */
static const char *single_instead(const json_t *root, double T_K)
{
    size_t i, k;
    json_t *other, *range;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "other_structures"), i, other)
        json_array_foreach ((json_t *)kiln_i_tree_at(other, "windows"), k, range)
            if (T_K >= end_K(kiln_i_tree_at(range, "low")) && T_K <= end_K(kiln_i_tree_at(range, "high")))
                return kiln_i_tree_string(other, "label");
    return NULL;
}

static void answer_at(const json_t *root, kiln_i_buffer *b)
{
    const json_t *at = kiln_i_tree_at(root, "result/at");
    const double T_K = kiln_i_tree_number(at, "T_K");
    const char *label = kiln_i_tree_string(root, "result/label");
    char text[512], sure[64];
    if (!kiln_i_tree_has(root, "result/at")) return;
    verdict(root, sure, sizeof sure);
    if (kiln_i_tree_is(at, "single_phase"))
        snprintf(text, sizeof text, "%s: at %.0f °C (%.0f K) %s is the only stable phase; nearest competitor %s", sure,
                 kiln_i_celsius(T_K), T_K, label,
                 kiln_i_tree_is(at, "demixing") ? "its own demixing" : kiln_i_tree_string(at, "label"));
    else if (kiln_i_tree_is(at, "apparent"))
        snprintf(text, sizeof text,
                 "strictly no: at %.0f °C (%.0f K) a trace of %s is stable beside %s; but it stays below %.3g wt %%, and XRD "
                 "would see one phase",
                 kiln_i_celsius(T_K), T_K, kiln_i_tree_is(at, "demixing") ? "another phase" : kiln_i_tree_string(at, "label"),
                 label, 100.0 * kiln_i_tree_number(root, "input/detect_mass_fraction"));
    else if (kiln_i_tree_is(at, "demixing"))
        snprintf(text, sizeof text, "%s: at %.0f °C (%.0f K) %s separates into two compositions of itself", sure,
                 kiln_i_celsius(T_K), T_K, label);
    else
        snprintf(text, sizeof text,
                 "%s: at %.0f °C (%.0f K) %s is not the only stable phase; %s is favoured by %.3g kJ per mol of cations", sure,
                 kiln_i_celsius(T_K), T_K, label, kiln_i_tree_string(at, "label"),
                 -kiln_i_tree_number(at, "least_driving_force_J_mol") / 1000.0);
    kiln_i_buffer_wrap(b, text, 0, 4);
    const char *instead = kiln_i_tree_is(at, "single_phase") ? NULL : single_instead(root, T_K);
    if (instead) kiln_i_buffer_print(b, "    %s, of the same stoichiometry, is single phase there\n", instead);
    if (kiln_i_tree_has(at, "extrapolated_function"))
        kiln_i_buffer_print(b, "    extrapolated: %s is used %.0f K outside its stated validity\n",
                            kiln_i_tree_string(at, "extrapolated_function"), kiln_i_tree_number(at, "extrapolated_K"));
    if (!kiln_i_tree_is(root, "result/melt_modelled")) kiln_i_buffer_print(b, "    melt not modelled: it may have melted\n");
    kiln_i_buffer_print(b, "\n");
}

/* "wurtzite 900 to 1200 °C; never single phase: tenorite, guggenite". */
static void mention(const json_t *others, kiln_i_buffer *b)
{
    char text[512] = "", never_text[256] = "";
    size_t i;
    json_t *other;
    json_array_foreach ((json_t *)others, i, other) {
        const json_t *range = json_array_get(kiln_i_tree_at(other, "windows"), 0);
        const char *label = kiln_i_tree_string(other, "label");
        const size_t used = strlen(text), more = strlen(never_text);
        if (range)
            snprintf(text + used, sizeof text - used, "%s%s %.0f to %.0f °C", used ? "; " : "", label,
                     kiln_i_celsius(end_K(kiln_i_tree_at(range, "low"))), kiln_i_celsius(end_K(kiln_i_tree_at(range, "high"))));
        else snprintf(never_text + more, sizeof never_text - more, "%s%s", more ? ", " : "", label);
    }
    const size_t used = strlen(text);
    if (*never_text) snprintf(text + used, sizeof text - used, "%snever single phase: %s", used ? "; " : "", never_text);
    if (*text) kiln_i_text_line(b, "others", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *other;
    citations cited = {0};
    const json_t *others = kiln_i_tree_at(root, "other_structures");
    const int all = kiln_i_tree_is(root, "input/all_structures");
    explain_choice(root, b);
    answer_at(root, b);
    kiln_i_text_heading(root, b);
    describe_structure(root, kiln_i_tree_at(root, "result"), &cited, b);
    json_array_foreach ((json_t *)others, i, other) {
        if (!all) break;
        kiln_i_buffer_print(b, "\n");
        describe_structure(root, other, &cited, b);
    }
    if (!all) mention(others, b);
    references(&cited, b);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

static void csv_end(const json_t *end, kiln_i_buffer *b)
{
    kiln_i_csv_temperature(b, end, "T_K");
    kiln_i_csv_number(b, end, "sigma_K");
    kiln_i_csv_temperature(b, end, "median_K");
    kiln_i_csv_temperature(b, end, "p16_K");
    kiln_i_csv_temperature(b, end, "p84_K");
    kiln_i_csv_text(b, kiln_i_tree_string(end, "kind"));
    kiln_i_csv_text(b, kiln_i_tree_string(end, "limited_by"));
    kiln_i_csv_temperature(b, end, "detected_T_K");
}

/* The answer of --at, about the first structure; empty otherwise. */
static void csv_at(const json_t *structure, kiln_i_buffer *b)
{
    const json_t *at = kiln_i_tree_at(structure, "at");
    kiln_i_csv_temperature(b, at, "T_K");
    kiln_i_csv_text(b, !at ? "" : kiln_i_tree_is(at, "single_phase") ? "yes" : "no");
    kiln_i_csv_number(b, at, "probability");
    kiln_i_csv_text(b, kiln_i_tree_string(at, "limited_by"));
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
        csv_at(structure, b);
        kiln_i_csv_end(b);
    }
}

static void csv_end_header(const char *end, kiln_i_buffer *b)
{
    static const char *const columns[] = {"T_C",   "T_K",   "sigma_K", "median_C",   "median_K",     "p16_C",       "p16_K",
                                          "p84_C", "p84_K", "kind",    "limited_by", "detected_T_C", "detected_T_K"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; ++i) kiln_i_buffer_print(b, ",%s_%s", end, columns[i]);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *other;
    kiln_i_buffer_print(b, "formula,atmosphere,phase");
    csv_end_header("low", b);
    csv_end_header("high", b);
    kiln_i_buffer_print(b, ",probability,closest_T_C,closest_T_K,closest_driving_force_J_mol,closest_limited_by,"
                           "at_T_C,at_T_K,at_single_phase,at_probability,at_limited_by\n");
    csv_structure(root, kiln_i_tree_at(root, "result"), b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "other_structures"), i, other) csv_structure(root, other, b);
}

const kiln_i_report_kind kiln_i_kind_window = {"kiln.window/1", render_text, render_csv};
