#include "report/report.h"

#include "model/system.h"

#include "text/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

double kiln_i_celsius(double T_K) { return T_K - 273.15; }

void kiln_i_text_line(kiln_i_buffer *b, const char *label, const char *text)
{
    kiln_i_buffer_print(b, "  %-*s", KILN_TEXT_LABEL - 2, label);
    kiln_i_buffer_wrap(b, text, KILN_TEXT_LABEL, KILN_TEXT_LABEL);
}

enum { FORMULA_DIGITS = 4, MAX_MEMBERS = 64 };

static int is_element(const char *p) { return isupper((unsigned char)*p) != 0; }

/* Member of a formula at `p`: an element and its amount (1 if none is written). Returns the bytes it takes, 0 if there is none. */
static size_t read_member(const char *p, char element[3], double *amount)
{
    if (!is_element(p)) return 0;
    size_t length = 1 + (islower((unsigned char)p[1]) != 0);
    memcpy(element, p, length);
    element[length] = '\0';
    *amount = 1.0;
    return length + (size_t)kiln_i_number_scan(p + length, amount);
}

static void add_amount(double amount, char *out, size_t size)
{
    char number[KILN_NUMBER_TEXT];
    const size_t used = strlen(out);
    snprintf(out + used, size - used, "%s", amount == 1.0 ? "" : kiln_i_number_text(amount, FORMULA_DIGITS, number));
}

/* A bracket of members: "(Mg,Co)" where they share alike, "Li" for one alone. Returns the bytes it takes, 0 where it is something else. */
static size_t write_bracket(const char *p, char *out, size_t size)
{
    char element[MAX_MEMBERS][3];
    double amount[MAX_MEMBERS];
    int n = 0, alike = 1;
    const char *end = p + 1;
    for (size_t length; n < MAX_MEMBERS && (length = read_member(end, element[n], &amount[n])) > 0; end += length, ++n)
        alike &= fabs(amount[n] - amount[0]) < 1e-9;
    if (n == 0 || *end != ')') return 0;
    alike &= n > 1 && fabs(n * amount[0] - 1.0) < 1e-6;
    if (n > 1) strcat(out, "(");
    for (int i = 0; i < n; ++i) {
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", alike && i ? "," : "", element[i]);
        if (!alike) add_amount(amount[i], out, size);
    }
    if (n > 1) strcat(out, ")");
    return (size_t)(end - p) + 1;
}

void kiln_i_text_formula(const char *canonical, char *out, size_t size)
{
    out[0] = '\0';
    for (const char *p = canonical; *p && strlen(out) + KILN_NUMBER_TEXT < size;) {
        double amount;
        size_t length = *p == '(' ? write_bracket(p, out, size) : 0;
        if (!length && (length = (size_t)kiln_i_number_scan(p, &amount)) > 0) add_amount(amount, out, size);
        if (!length) {
            strncat(out, p, 1);
            length = 1;
        }
        p += length;
    }
}

/* "M3O4", "Cu2MO3": a formula whose M stands for any metal. */
static int is_general(const char *word)
{
    for (; *word; ++word)
        if (*word == 'M' && !islower((unsigned char)word[1])) return 1;
    return 0;
}

void kiln_i_text_phase(const json_t *phase, char *out, size_t size)
{
    const char *label = kiln_i_tree_string(phase, "label"), *formula = kiln_i_tree_string(phase, "formula");
    const char *last = strrchr(label, ' ');
    last = last ? last + 1 : label;
    const int is_metal = strlen(formula) <= 2 && !strstr(label, "alloy");
    if (!*formula || strcmp(last, formula) == 0 || (is_metal && last != label)) snprintf(out, size, "%s", label);
    else if (last != label && is_general(last)) snprintf(out, size, "%.*s %s", (int)(last - 1 - label), label, formula);
    else snprintf(out, size, "%s %s", label, formula);
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

static int is_metal(const json_t *charges)
{
    const char *element;
    json_t *charge;
    json_object_foreach ((json_t *)charges, element, charge)
        if (json_number_value(charge) != 0.0) return 0;
    return 1;
}

/* "mu(O) = -200000 J/mol, ac(C) = 0.5, P = 2 bar, R = 8.31451 J/mol/K": what is not as by default. */
static void conditions_line(const json_t *input, kiln_i_buffer *b)
{
    char text[384] = "";
    size_t used = 0;
    const char *key;
    json_t *value;
    const double P = kiln_i_tree_number(input, "pressure_bar"), R = kiln_i_tree_number(input, "gas_constant_J_molK");
    json_object_foreach ((json_t *)kiln_i_tree_at(input, "potentials_J_mol"), key, value)
        used += (size_t)snprintf(text + used, sizeof text - used, "%smu(%s) = %.9g J/mol", used ? ", " : "", key,
                                 json_number_value(value));
    json_object_foreach ((json_t *)kiln_i_tree_at(input, "activities"), key, value)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%sac(%s) = %.9g", used ? ", " : "", key, json_number_value(value));
    if (P > 0.0 && P != 1.0) used += (size_t)snprintf(text + used, sizeof text - used, "%sP = %.9g bar", used ? ", " : "", P);
    if (R > 0.0 && R != KILN_R) snprintf(text + used, sizeof text - used, "%sR = %.9g J/mol/K", used ? ", " : "", R);
    if (*text) kiln_i_text_line(b, "conditions", text);
}

void kiln_i_text_heading(const json_t *root, kiln_i_buffer *b)
{
    char text[512];
    const json_t *input = kiln_i_tree_at(root, "input");
    const double imbalance = kiln_i_tree_number(input, "charge_imbalance");
    kiln_i_text_formula(kiln_i_tree_string(input, "canonical"), text, sizeof text);
    kiln_i_buffer_print(b, "%s\n", text);
    kiln_i_text_valences(kiln_i_tree_at(input, "charges"), NULL, 0.0, text, sizeof text - 64);
    if (fabs(imbalance) > 1e-6) snprintf(text + strlen(text), 64, " (as written they leave %+.3g)", imbalance);
    if (!is_metal(kiln_i_tree_at(input, "charges"))) kiln_i_text_line(b, "charges", text);
    if (kiln_i_tree_has(input, "reading")) kiln_i_text_line(b, "read as", kiln_i_tree_string(input, "reading"));
    if (kiln_i_tree_has(input, "atmosphere")) kiln_i_text_line(b, "atmosphere", kiln_i_tree_string(input, "atmosphere/label"));
    conditions_line(input, b);
    list_line(kiln_i_tree_at(root, "database/changes"), "what if", b);
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
    const int is_alloy = kiln_i_tree_is(entropy, "alloy");
    kiln_i_text_line(b, "entropy", kiln_i_tree_string(entropy, "sentence"));
    if (kiln_i_tree_is(entropy, "anions_mix")) entropy_value(entropy, "cations_and_anions", "of cations and anions together", b);
    entropy_value(entropy, "mixing_sublattice", is_alloy ? "per mole of mixing atoms" : "per mole of mixing cations", b);
    entropy_value(entropy, "per_cation", is_alloy ? "per mole of atoms" : "per mole of cations", b);
    entropy_value(entropy, "per_formula", "per mole of formula units", b);
    entropy_value(entropy, "per_site", "per mole of sites", b);
    if (fabs(kiln_i_tree_number(entropy, "pooled_per_cation_R") - kiln_i_tree_number(entropy, "per_cation_R")) > 5e-4)
        entropy_value(entropy, "pooled_per_cation",
                      is_alloy ? "per mole of atoms, all pooled" : "per mole of cations, all pooled", b);
}

void kiln_i_text_notes(const json_t *notes, kiln_i_buffer *b)
{
    size_t i;
    json_t *note;
    json_array_foreach ((json_t *)notes, i, note) kiln_i_text_line(b, "note", json_string_value(note));
}

enum { QUALITIES_LISTED = 16 };

/* Labels of the phases of one quality anywhere in a result, each once. */
static int list_of_quality(const json_t *node, const char *quality, const char **label, int n)
{
    size_t i;
    const char *key;
    json_t *item;
    const char *own = kiln_i_tree_string(node, kiln_i_tree_has(node, "label") ? "label" : "structure");
    int known = n == QUALITIES_LISTED || strcmp(kiln_i_tree_string(node, "quality"), quality) != 0;
    for (int k = 0; k < n && !known; ++k) known = strcmp(label[k], own) == 0;
    if (!known) label[n++] = own;
    json_object_foreach ((json_t *)node, key, item) n = list_of_quality(item, quality, label, n);
    json_array_foreach ((json_t *)node, i, item) n = list_of_quality(item, quality, label, n);
    return n;
}

static void quality_line(const json_t *root, const char *quality, const char *sentence, kiln_i_buffer *b)
{
    const char *label[QUALITIES_LISTED];
    char text[1024];
    const int n = list_of_quality(root, quality, label, 0);
    snprintf(text, sizeof text, "%s (kiln db show says why):", sentence);
    for (int k = 0; k < n; ++k) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s %s", k ? "," : "", label[k]);
    }
    if (n) kiln_i_text_line(b, "quality", text);
}

void kiln_i_text_quality(const json_t *root, kiln_i_buffer *b)
{
    if (!kiln_i_tree_at(root, "input")) return; /* a list of the database itself */
    quality_line(root, "screening", "of screening quality, for ranking rather than for numbers", b);
    quality_line(root, "entropy-only", "known for its entropy only", b);
}

double kiln_i_text_no_minus(double value, double least) { return fabs(value) < least ? 0.0 : value; }

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

/* "; limiting phases cross within 0.001 K of the ends": the widest half bracket of the ends of a window; nothing for other answers. */
static void bracket_text(const json_t *root, char *out, size_t size)
{
    static const char *const ends[] = {"low", "high"};
    double widest = 0.0;
    size_t i;
    json_t *range;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/windows"), i, range)
        for (int e = 0; e < 2; ++e) {
            const json_t *bracket = kiln_i_tree_at(kiln_i_tree_at(range, ends[e]), "bracket_K");
            if (bracket) widest = fmax(widest, 0.5 * (kiln_i_tree_number(bracket, "high") - kiln_i_tree_number(bracket, "low")));
        }
    out[0] = '\0';
    if (widest > 0.0) snprintf(out, size, "; limiting phases cross within %.1g K of the ends", fmax(widest, 1e-4));
}

void kiln_i_text_database(const json_t *root, kiln_i_buffer *b)
{
    char text[512];
    snprintf(text, sizeof text, "%.300s, SHA-256 %.12s; kiln %s", kiln_i_tree_string(root, "database/name"),
             kiln_i_tree_string(root, "database/sha256"), kiln_i_tree_string(root, "kiln/version"));
    kiln_i_text_line(b, "database", text);
    if (!(kiln_i_tree_number(root, "database/set_aside") > 0.0)) return;
    const double n = kiln_i_tree_number(root, "database/set_aside");
    snprintf(text, sizeof text, "%.0f place%s of its files; `kiln db check` lists them", n, n == 1.0 ? "" : "s");
    kiln_i_text_line(b, "set aside", text);
}

void kiln_i_text_footing(const json_t *root, kiln_i_buffer *b)
{
    char text[256], samples[96] = "";
    const json_t *input = kiln_i_tree_at(root, "input"), *certificate = kiln_i_tree_at(root, "result/certificate");
    const double gap = kiln_i_tree_number(certificate, "gap_J_mol");
    bracket_text(root, samples, sizeof samples);
    if (kiln_i_tree_is(certificate, "certified"))
        snprintf(text, sizeof text,
                 gap < 99.5 ? "certified: nothing is more stable%s by more than %.2g J/mol%s"
                            : "certified: nothing is more stable%s by more than %.0f J/mol%s",
                 kiln_i_tree_has(root, "result/windows") ? " inside" : "", gap, samples);
    else
        snprintf(text, sizeof text, "not certified: %s%s%s", kiln_i_tree_string(certificate, "label"),
                 kiln_i_tree_has(certificate, "label") ? ": " : "", kiln_i_tree_string(certificate, "reason"));
    kiln_i_text_line(b, "certificate", text);
    samples[0] = '\0';
    if (kiln_i_tree_has(input, "samples"))
        snprintf(samples, sizeof samples, "; %.0f joint samples, seed %.0f", kiln_i_tree_number(input, "samples"),
                 kiln_i_tree_number(input, "seed"));
    snprintf(text, sizeof text, "%s solver%s", kiln_i_tree_string(input, "solver"), samples);
    kiln_i_text_line(b, "method", text);
    kiln_i_text_database(root, b);
}
