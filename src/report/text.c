#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double kiln_i_celsius(double T_K) { return T_K - 273.15; }

void kiln_i_text_line(kiln_i_buffer *b, const char *label, const char *text)
{
    kiln_i_buffer_print(b, "  %-*s", KILN_TEXT_LABEL - 2, label);
    kiln_i_buffer_wrap(b, text, KILN_TEXT_LABEL, KILN_TEXT_LABEL);
}

/* Whole charges without decimals. */
static void charge_text(double charge, char *out, size_t size)
{
    snprintf(out, size, fabs(charge - round(charge)) < 0.005 ? "%+.0f" : "%+.2f", charge);
}

int kiln_i_text_valences(const json_t *valence, const json_t *input_charges, double least, char *out, size_t size)
{
    const char *element;
    json_t *value;
    size_t used = 0;
    int n = 0;
    out[0] = '\0';
    json_object_foreach ((json_t *)valence, element, value) {
        char charge[32];
        const double v = json_number_value(value);
        if (input_charges && fabs(v - kiln_i_tree_number(input_charges, element)) < least) continue;
        charge_text(v, charge, sizeof charge);
        if (used < size) used += (size_t)snprintf(out + used, size - used, "%s%s %s", n ? ", " : "", element, charge);
        ++n;
    }
    return n;
}

/* "a, b, c" of a list of texts, as a line; nothing for an empty list. */
static void list_line(const json_t *list, const char *label, kiln_i_buffer *b)
{
    char text[1024] = "";
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "", json_string_value(item));
    }
    if (*text) kiln_i_text_line(b, label, text);
}

void kiln_i_text_heading(const json_t *root, kiln_i_buffer *b)
{
    char text[512];
    const json_t *input = kiln_i_tree_at(root, "input");
    const double imbalance = kiln_i_tree_number(input, "charge_imbalance");
    kiln_i_buffer_print(b, "%s\n", kiln_i_tree_string(input, "canonical"));
    kiln_i_text_valences(kiln_i_tree_at(input, "charges"), NULL, 0.0, text, sizeof text - 64);
    if (fabs(imbalance) > 1e-6) snprintf(text + strlen(text), 64, " (as written they leave %+.3g)", imbalance);
    kiln_i_text_line(b, "charges", text);
    if (kiln_i_tree_has(input, "atmosphere")) kiln_i_text_line(b, "atmosphere", kiln_i_tree_string(input, "atmosphere/label"));
    list_line(kiln_i_tree_at(input, "without"), "left out", b);
    list_line(kiln_i_tree_at(input, "only"), "only", b);
}

static void entropy_value(const json_t *entropy, const char *basis, const char *words, kiln_i_buffer *b)
{
    char key[64];
    snprintf(key, sizeof key, "%s_R", basis);
    const double in_R = kiln_i_tree_number(entropy, key);
    snprintf(key, sizeof key, "%s_J_molK", basis);
    const double in_J = kiln_i_tree_number(entropy, key);
    snprintf(key, sizeof key, "%s_class", basis);
    kiln_i_buffer_print(b, "  %*s%6.3f R  %7.3f J/mol/K  %-6s  %s\n", KILN_TEXT_LABEL - 2, "", in_R, in_J,
                        kiln_i_tree_string(entropy, key), words);
}

void kiln_i_text_entropy(const json_t *entropy, kiln_i_buffer *b)
{
    kiln_i_text_line(b, "entropy", kiln_i_tree_string(entropy, "sentence"));
    entropy_value(entropy, "mixing_sublattice", "per mole of the mixing sublattice's sites", b);
    entropy_value(entropy, "per_cation", "per mole of cations", b);
    entropy_value(entropy, "per_formula", "per mole of formula units", b);
    entropy_value(entropy, "per_site", "per mole of sites", b);
}

void kiln_i_text_notes(const json_t *notes, kiln_i_buffer *b)
{
    size_t i;
    json_t *note;
    json_array_foreach ((json_t *)notes, i, note) kiln_i_text_line(b, "note", json_string_value(note));
}

/* Where a result rests on many sources, a reader wants the list only in full form (JSON) and the count here. */
void kiln_i_text_sources(const json_t *sources, kiln_i_buffer *b)
{
    char keys[1024] = "";
    size_t i, used = 0;
    json_t *source;
    json_array_foreach ((json_t *)sources, i, source) {
        const size_t room = sizeof keys - used;
        const int length = snprintf(keys + used, room, "%s%s", i ? ", " : "", kiln_i_tree_string(source, "key"));
        if (length < 0 || (size_t)length >= room) break;
        used += (size_t)length;
    }
    if (used) kiln_i_text_line(b, "sources", keys);
}

void kiln_i_text_footing(const json_t *root, kiln_i_buffer *b)
{
    char text[256], samples[96] = "";
    const json_t *input = kiln_i_tree_at(root, "input");
    if (!kiln_i_tree_is(root, "result/certificate/certified")) {
        snprintf(text, sizeof text, "not certified: %s", kiln_i_tree_string(root, "result/certificate/reason"));
        kiln_i_text_line(b, "certificate", text);
    }
    if (kiln_i_tree_has(input, "samples"))
        snprintf(samples, sizeof samples, "; %.0f joint samples, seed %.0f", kiln_i_tree_number(input, "samples"),
                 kiln_i_tree_number(input, "seed"));
    snprintf(text, sizeof text, "%s solver%s", kiln_i_tree_string(input, "solver"), samples);
    kiln_i_text_line(b, "method", text);
    snprintf(text, sizeof text, "%s, SHA-256 %.12s; kiln %s", kiln_i_tree_string(root, "database/name"),
             kiln_i_tree_string(root, "database/sha256"), kiln_i_tree_string(root, "kiln/version"));
    kiln_i_text_line(b, "database", text);
}
