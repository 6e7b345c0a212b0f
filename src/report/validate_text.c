#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 1024, LIST = 4096, WHAT = 12, REASON = 6 };

static double percent(const json_t *node, const char *path) { return 100.0 * kiln_i_tree_number(node, path); }

static void value_text(const json_t *item, const char *path, const char *format, char out[32])
{
    if (kiln_i_tree_has(item, path)) snprintf(out, 32, format, kiln_i_tree_number(item, path));
    else snprintf(out, 32, "-");
}

/* "0.81 (0.60-1.00)"; "-" where it is not known. */
static void score_text(const json_t *item, const char *key, char out[64])
{
    char interval_key[64];
    snprintf(interval_key, sizeof interval_key, "%s_95", key);
    const json_t *interval = kiln_i_tree_at(item, interval_key);
    if (!kiln_i_tree_has(item, key)) snprintf(out, 64, "-");
    else if (!kiln_i_tree_has(item, interval_key)) snprintf(out, 64, "%.3f", kiln_i_tree_number(item, key));
    else
        snprintf(out, 64, "%.3f (%.2f-%.2f)", kiln_i_tree_number(item, key), json_number_value(json_array_get(interval, 0)),
                 json_number_value(json_array_get(interval, 1)));
}

/* ---- Scores ---- */

static void render_judge(const json_t *item, kiln_i_buffer *b)
{
    char balanced[64], auc[64], brier[64];
    score_text(item, "balanced_accuracy", balanced);
    score_text(item, "auc", auc);
    score_text(item, "brier", brier);
    kiln_i_buffer_print(b, "  %-22s %3.0f  %3.0f %3.0f %3.0f %3.0f  %-17s %-17s %s\n", kiln_i_tree_string(item, "judge"),
                        kiln_i_tree_number(item, "n"), kiln_i_tree_number(item, "confusion/single_called_single"),
                        kiln_i_tree_number(item, "confusion/single_called_multi"),
                        kiln_i_tree_number(item, "confusion/multi_called_single"),
                        kiln_i_tree_number(item, "confusion/multi_called_multi"), balanced, auc, brier);
}

static void render_better(const json_t *set, const char *key, const char *what, kiln_i_buffer *b)
{
    char line[LINE];
    if (!kiln_i_tree_has(set, key)) snprintf(line, sizeof line, "%s: needs both outcomes", what);
    else snprintf(line, sizeof line, "%s: %s", what, kiln_i_tree_is(set, key) ? "above every rule" : "not above every rule");
    kiln_i_text_line(b, "kiln", line);
}

static void render_calibration(const json_t *judge, kiln_i_buffer *b)
{
    size_t i;
    json_t *bin;
    kiln_i_buffer_print(b, "\n  forecasts of kiln     n   mean P  seen single  95 %%\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(judge, "calibration"), i, bin) {
        char mean[32], observed[32], interval[64] = "";
        const json_t *pair = kiln_i_tree_at(bin, "observed_95");
        value_text(bin, "mean_probability", "%.3f", mean);
        value_text(bin, "observed", "%.3f", observed);
        if (kiln_i_tree_has(bin, "observed_95"))
            snprintf(interval, sizeof interval, "%.2f-%.2f", json_number_value(json_array_get(pair, 0)),
                     json_number_value(json_array_get(pair, 1)));
        kiln_i_buffer_print(b, "  P from %.1f to %.1f     %3.0f %8s %12s%s%s\n", kiln_i_tree_number(bin, "low"),
                            kiln_i_tree_number(bin, "high"), kiln_i_tree_number(bin, "n"), mean, observed, *interval ? "  " : "",
                            interval);
    }
}

static void render_set(const json_t *set, kiln_i_buffer *b)
{
    size_t i;
    json_t *judge;
    const json_t *judges = kiln_i_tree_at(set, "judges");
    const char *name = kiln_i_tree_has(set, "family") ? kiln_i_tree_string(set, "family") : "all structures";
    if (!judges) return;
    const double scored = kiln_i_tree_number(set, "scored"), single = kiln_i_tree_number(set, "single");
    kiln_i_buffer_print(b, "\n%s: %.0f of %.0f rows that test kiln are scored (%.0f %%), %.0f single and %.0f multi\n", name,
                        scored, kiln_i_tree_number(set, "eligible"), percent(set, "coverage"), single, scored - single);
    kiln_i_buffer_print(b, "\n  %-22s %3s  %7s %7s  %-17s %-17s %s\n  %-22s %3s  %3s %3s %3s %3s  %-17s %-17s %s\n", "seen", "",
                        "single", "multi", "balanced accuracy", "area under ROC", "Brier score", "called", "n", "s", "m", "s",
                        "m", "(95 %)", "(95 %)", "(95 %)");
    json_array_foreach ((json_t *)judges, i, judge) render_judge(judge, b);
    kiln_i_buffer_print(b, "\n");
    render_better(set, "balanced_accuracy_above_every_rule", "balanced accuracy", b);
    render_better(set, "auc_above_every_rule", "area under the ROC curve", b);
    render_calibration(json_array_get(judges, 0), b);
}

static void render_small_families(const json_t *families, kiln_i_buffer *b)
{
    char line[LIST] = "";
    size_t i;
    json_t *set;
    json_array_foreach ((json_t *)families, i, set) {
        const size_t used = strlen(line);
        const double scored = kiln_i_tree_number(set, "scored"), single = kiln_i_tree_number(set, "single");
        if (kiln_i_tree_at(set, "judges")) continue;
        snprintf(line + used, sizeof line - used, "%s%s %.0f of %.0f", used ? "; " : "", kiln_i_tree_string(set, "family"),
                 scored, kiln_i_tree_number(set, "eligible"));
        const size_t now = strlen(line);
        if (scored > 0.0) snprintf(line + now, sizeof line - now, " (%.0f single, %.0f multi)", single, scored - single);
    }
    if (!*line) return;
    kiln_i_buffer_print(b, "\n");
    kiln_i_text_line(b, "too few",
                     "structures with fewer than 5 rows of either outcome are scored together only; of rows that test kiln");
    kiln_i_text_line(b, "", line);
}

static void render_transitions(const json_t *e, kiln_i_buffer *b)
{
    char line[LINE];
    if (kiln_i_tree_number(e, "n") > 0.0)
        snprintf(line, sizeof line, "%.0f stated; onset less stated: mean %+.0f K, mean size %.0f K, root mean square %.0f K",
                 kiln_i_tree_number(e, "n"), kiln_i_tree_number(e, "mean_K"), kiln_i_tree_number(e, "mean_absolute_K"),
                 kiln_i_tree_number(e, "rms_K"));
    else snprintf(line, sizeof line, "no stated temperature can be compared");
    const size_t used = strlen(line);
    if (kiln_i_tree_number(e, "bounds") > 0.0)
        snprintf(line + used, sizeof line - used, "; %.0f of %.0f bounds met", kiln_i_tree_number(e, "bounds_met"),
                 kiln_i_tree_number(e, "bounds"));
    kiln_i_text_line(b, "transitions", line);
    kiln_i_text_line(b, "", "the rules name no temperature");
}

/* ---- Rows ---- */

static void id_text(const json_t *row, char out[32])
{
    if (kiln_i_tree_has(row, "id")) snprintf(out, 32, "%.31s", kiln_i_tree_string(row, "id"));
    else snprintf(out, 32, "line %.0f", kiln_i_tree_number(row, "line"));
}

/* " 1.61 s": what a rule goes by, and what it calls. */
static void rule_text(const json_t *row, const char *value, double scale, int digits, const char *call, char out[32])
{
    if (!kiln_i_tree_has(row, call)) snprintf(out, 32, "-");
    else snprintf(out, 32, "%.*f %c", digits, scale * kiln_i_tree_number(row, value), *kiln_i_tree_string(row, call));
}

static void describe_line(const json_t *row, char *line, size_t size)
{
    const json_t *f = kiln_i_tree_at(row, "forecast");
    snprintf(line, size, "%.300s, %.60s", kiln_i_tree_string(row, "formula"), kiln_i_tree_string(row, "atmosphere"));
    size_t used = strlen(line);
    if (strcmp(kiln_i_tree_string(f, "structure"), kiln_i_tree_string(row, "family")) != 0)
        snprintf(line + used, size - used, ", as %.60s", kiln_i_tree_string(f, "structure"));
    used = strlen(line);
    if (kiln_i_tree_has(f, "instead"))
        snprintf(line + used, size - used, "; instead one phase, %.60s", kiln_i_tree_string(f, "instead"));
    else if (kiln_i_tree_has(f, "second_phase") && kiln_i_tree_number(f, "second_mass_fraction") >= 1.0)
        snprintf(line + used, size - used, "; not there, most is %.60s", kiln_i_tree_string(f, "second_phase"));
    else if (kiln_i_tree_has(f, "second_phase"))
        snprintf(line + used, size - used, "; beside it %.1f wt%%, most of it %.60s", percent(f, "second_mass_fraction"),
                 kiln_i_tree_string(f, "second_phase"));
    used = strlen(line);
    if (kiln_i_tree_has(row, "seen")) snprintf(line + used, size - used, "; seen: %.200s", kiln_i_tree_string(row, "seen"));
}

static void render_forecast(const json_t *row, kiln_i_buffer *b)
{
    char id[32], entropy[32], mismatch[32], line[LINE];
    const json_t *f = kiln_i_tree_at(row, "forecast");
    id_text(row, id);
    rule_text(row, "entropy_R", 1.0, 2, "rules/entropy", entropy);
    rule_text(row, "size_mismatch", 100.0, 1, "rules/size", mismatch);
    describe_line(row, line, sizeof line);
    kiln_i_buffer_print(b, "  %-8s %5.0f  %-6s %6.3f %c%s %7s %7s\n%*s", id, kiln_i_celsius(kiln_i_tree_number(row, "T_K/low")),
                        kiln_i_tree_string(row, "outcome"), kiln_i_tree_number(f, "probability"),
                        *kiln_i_tree_string(f, "outcome"), kiln_i_tree_is(f, "right") ? "     " : " miss", entropy, mismatch,
                        WHAT, "");
    kiln_i_buffer_wrap(b, line, WHAT, WHAT);
}

static int has_use(const json_t *row, const char *use) { return strcmp(kiln_i_tree_string(row, "use"), use) == 0; }

static void render_scored(const json_t *rows, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    kiln_i_buffer_print(b, "\nscored rows (s: called single, m: called multi)\n  %-8s %5s  %-6s %6s %6s %8s %7s\n", "", "°C ",
                        "seen", "P", "", "S, R", "size, %");
    json_array_foreach ((json_t *)rows, i, row)
        if (has_use(row, "scored")) render_forecast(row, b);
}

static void render_onsets(const json_t *rows, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    int n = 0;
    json_array_foreach ((json_t *)rows, i, row) {
        char id[32], low[32], high[32], sigma[32];
        if (!kiln_i_tree_is(row, "transition_counts")) continue;
        if (n++ == 0) kiln_i_buffer_print(b, "\nonsets, °C: seen by diffraction, and stated\n");
        id_text(row, id);
        value_text(row, "transition_K/low", "%.0f", low);
        value_text(row, "transition_K/high", "%.0f", high);
        value_text(row, "onset_sigma_K", "%.0f", sigma);
        if (kiln_i_tree_has(row, "transition_K/low"))
            snprintf(low, sizeof low, "%.0f", kiln_i_celsius(kiln_i_tree_number(row, "transition_K/low")));
        if (kiln_i_tree_has(row, "transition_K/high"))
            snprintf(high, sizeof high, "%.0f", kiln_i_celsius(kiln_i_tree_number(row, "transition_K/high")));
        kiln_i_buffer_print(b, "  %-8s %5.0f ± %-4s stated from %s to %s  %s\n", id,
                            kiln_i_celsius(kiln_i_tree_number(row, "onset_K")), sigma, low, high,
                            kiln_i_tree_string(row, "formula"));
    }
}

static int is_first(const json_t *rows, size_t i, const char *use, const char *reason)
{
    for (size_t k = 0; k < i; ++k) {
        const json_t *row = json_array_get(rows, k);
        if (has_use(row, use) && strcmp(kiln_i_tree_string(row, "reason"), reason) == 0) return 0;
    }
    return 1;
}

/* Rows of one reason: how many, which, and what kiln would have said of those that it can judge. */
static void render_reason(const json_t *rows, const char *use, const char *reason, kiln_i_buffer *b)
{
    char line[LIST], ids[LIST - LINE] = "", id[32];
    size_t i;
    json_t *row;
    int n = 0, judged = 0, right = 0;
    json_array_foreach ((json_t *)rows, i, row) {
        const size_t used = strlen(ids);
        if (!has_use(row, use) || strcmp(kiln_i_tree_string(row, "reason"), reason) != 0) continue;
        id_text(row, id);
        snprintf(ids + used, sizeof ids - used, " %s", id);
        judged += kiln_i_tree_has(row, "forecast/right");
        right += kiln_i_tree_is(row, "forecast/right");
        ++n;
    }
    snprintf(line, sizeof line, "%.500s:%.3000s", reason, ids);
    const size_t used = strlen(line);
    if (judged) snprintf(line + used, sizeof line - used, " (of %d forecasts %d right)", judged, right);
    kiln_i_buffer_print(b, "%4d  ", n);
    kiln_i_buffer_wrap(b, line, REASON, REASON);
}

static void render_reasons(const json_t *rows, const char *use, const char *title, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    int has_title = 0;
    json_array_foreach ((json_t *)rows, i, row) {
        const char *reason = kiln_i_tree_string(row, "reason");
        if (!has_use(row, use) || !is_first(rows, i, use, reason)) continue;
        if (!has_title) kiln_i_buffer_print(b, "\n%s\n", title);
        has_title = 1;
        render_reason(rows, use, reason, b);
    }
}

/* ---- The whole ---- */

static void render_heading(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    const json_t *rows = kiln_i_tree_at(root, "result/rows");
    kiln_i_buffer_print(b, "validation: %s\n", kiln_i_tree_string(root, "input/file"));
    snprintf(line, sizeof line,
             "%.0f: %.0f scored, %.0f of sources that the database has learned from, %.0f not eligible, %.0f not judged",
             kiln_i_tree_number(rows, "all"), kiln_i_tree_number(rows, "scored"), kiln_i_tree_number(rows, "known_source"),
             kiln_i_tree_number(rows, "not_eligible"), kiln_i_tree_number(rows, "not_judged"));
    kiln_i_text_line(b, "rows", line);
    kiln_i_text_line(b, "learned from",
                     kiln_i_tree_has(root, "input/known_sources") ? kiln_i_tree_string(root, "input/known_sources")
                                                                  : "no list of sources: no row was left out for that");
    snprintf(line, sizeof line, "second phases below %.3g wt%% together are not seen",
             percent(root, "input/detect_mass_fraction"));
    kiln_i_text_line(b, "detection", line);
}

static void render_footing(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    const json_t *input = kiln_i_tree_at(root, "input"), *rows = kiln_i_tree_at(root, "result/rows");
    kiln_i_buffer_print(b, "\n");
    if (!kiln_i_tree_is(input, "certify")) snprintf(line, sizeof line, "none: no proofs were asked for");
    else
        snprintf(line, sizeof line, "%.0f of %.0f forecasts rest on certified windows or equilibria",
                 kiln_i_tree_number(rows, "certified"), kiln_i_tree_number(rows, "forecasts"));
    kiln_i_text_line(b, "certificates", line);
    snprintf(line, sizeof line,
             "P from %.0f joint samples a window; intervals of 95 %% from %.0f resamples of the rows of either outcome (of shares: "
             "Wilson's); seed %.0f",
             kiln_i_tree_number(input, "samples"), kiln_i_tree_number(input, "resamples"), kiln_i_tree_number(input, "seed"));
    kiln_i_text_line(b, "method", line);
    kiln_i_text_database(root, b);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *set;
    const json_t *result = kiln_i_tree_at(root, "result"), *rows = kiln_i_tree_at(result, "list"),
                 *families = kiln_i_tree_at(result, "families");
    render_heading(root, b);
    json_array_foreach ((json_t *)families, i, set) render_set(set, b);
    render_small_families(families, b);
    render_transitions(kiln_i_tree_at(result, "transition_errors"), b);
    render_scored(rows, b);
    render_onsets(rows, b);
    render_reasons(rows, "known source", "left out: sources that the database has learned from", b);
    render_reasons(rows, "not eligible", "not eligible", b);
    render_reasons(rows, "not judged", "not judged", b);
    render_footing(root, b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    kiln_i_buffer_print(b, "line,id,formula,family,T_C,T_K,atmosphere,outcome,use,probability,forecast,right,second_phase,"
                           "second_mass_fraction,onset_C,onset_K,onset_sigma_K,entropy_R,size_mismatch,reason\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/list"), i, row) {
        kiln_i_csv_number(b, row, "line");
        kiln_i_csv_text(b, kiln_i_tree_string(row, "id"));
        kiln_i_csv_text(b, kiln_i_tree_string(row, "formula"));
        kiln_i_csv_text(b, kiln_i_tree_string(row, "family"));
        kiln_i_csv_temperature(b, row, "T_K/low");
        kiln_i_csv_text(b, kiln_i_tree_string(row, "atmosphere"));
        kiln_i_csv_text(b, kiln_i_tree_string(row, "outcome"));
        kiln_i_csv_text(b, kiln_i_tree_string(row, "use"));
        kiln_i_csv_number(b, row, "forecast/probability");
        kiln_i_csv_text(b, kiln_i_tree_string(row, "forecast/outcome"));
        kiln_i_csv_text(b, !kiln_i_tree_has(row, "forecast/right") ? "" : kiln_i_tree_is(row, "forecast/right") ? "yes" : "no");
        kiln_i_csv_text(b, kiln_i_tree_string(row, "forecast/second_phase"));
        kiln_i_csv_number(b, row, "forecast/second_mass_fraction");
        kiln_i_csv_temperature(b, row, "onset_K");
        kiln_i_csv_number(b, row, "onset_sigma_K");
        kiln_i_csv_number(b, row, "entropy_R");
        kiln_i_csv_number(b, row, "size_mismatch");
        kiln_i_csv_text(b, kiln_i_tree_string(row, "reason"));
        kiln_i_csv_end(b);
    }
}

const kiln_i_report_kind kiln_i_kind_validate = {"kiln.validate/1", render_text, render_csv};
