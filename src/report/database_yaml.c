/* A database as one YAML file: what the reader made of all its files, in the format of docs/database-format.md. */
#include "report/buffer.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/database.h"
#include "data/species.h"
#include "text/quantity.h"

#include <kiln/database_text.h>
#include <kiln/version.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TERMS = 64, NAME_BYTES = 512 };

typedef struct writer {
    const kiln_database *db;
    kiln_context *ctx;
    kiln_i_buffer out;
} writer;

#define add(w, ...) kiln_i_buffer_print(&(w)->out, __VA_ARGS__)

static void fail(writer *w, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (w->out.status == KILN_OK) w->out.status = kiln_i_fail(w->ctx, KILN_E_ARG, "%s", text);
}

static int is_differing(double a, double b) { return fabs(a - b) > 0.0; }

/* A scalar in double quotes. */
static void add_quoted(writer *w, const char *text)
{
    add(w, "\"");
    for (const char *p = text; *p; ++p) {
        if (*p == '"' || *p == '\\') add(w, "\\%c", *p);
        else if (*p == '\n') add(w, "\\n");
        else if (*p == '\t') add(w, "\\t");
        else kiln_i_buffer_add(&w->out, p, 1);
    }
    add(w, "\"");
}

/* Names of letters, digits and _ stand as they are. */
static void add_name(writer *w, const char *name)
{
    int is_plain = (*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z');
    for (const char *p = name; *p; ++p)
        is_plain =
            is_plain && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || strchr("_+-.", *p));
    if (is_plain) add(w, "%s", name);
    else add_quoted(w, name);
}

static void add_number(writer *w, double value)
{
    char number[KILN_NUMBER_TEXT];
    add(w, "%s", kiln_i_number_exact(value, number));
}

/* A comment, whose text must not end it. */
static void add_comment(writer *w, const char *before, const char *text)
{
    add(w, "# %s", before);
    for (const char *p = text; *p; ++p) kiln_i_buffer_add(&w->out, *p == '\n' || *p == '\r' ? " " : p, 1);
    add(w, "\n");
}

/* ---- Values ---- */

static const char *factor_of(const kiln_i_term *term, char out[KILN_NUMBER_TEXT + 4])
{
    char number[KILN_NUMBER_TEXT];
    if (term->basis == KILN_BASIS_LN_T) return "*ln(T)";
    if (term->basis == KILN_BASIS_T_LN_T) return "*T*ln(T)";
    if (!is_differing(term->power, 0.0)) return "";
    if (!is_differing(term->power, 1.0)) return "*T";
    snprintf(out, KILN_NUMBER_TEXT + 4, "*T^%s", kiln_i_number_exact(term->power, number));
    return out;
}

static void add_term(writer *w, double coefficient, const char *factor, int *n)
{
    char number[KILN_NUMBER_TEXT];
    add(w, "%s%s%s",
        *n == 0             ? (coefficient < 0.0 ? "-" : "")
        : coefficient < 0.0 ? " - "
                            : " + ",
        kiln_i_number_exact(fabs(coefficient), number), factor);
    ++*n;
}

/* Terms of a piece (NULL: none) and the functions referred to, all times `times`. */
static void add_expression(writer *w, const kiln_i_function *f, const kiln_i_piece *piece, double times)
{
    char factor[NAME_BYTES];
    int n = 0;
    for (int k = 0; piece && k < piece->n_terms; ++k)
        if (fabs(piece->terms[k].coefficient) > 0.0)
            add_term(w, times * piece->terms[k].coefficient, factor_of(&piece->terms[k], factor), &n);
    for (int k = 0; k < f->n_references; ++k) {
        const double c = times * f->references[k].factor;
        const char *name = w->db->functions[f->references[k].function].name;
        if (n == 0 && c > 0.0 && !is_differing(c, 1.0)) add(w, "%s", name);
        else if (!is_differing(fabs(c), 1.0)) add(w, "%s%s", n ? (c < 0.0 ? " - " : " + ") : "-", name);
        else {
            snprintf(factor, sizeof factor, "*%.500s", name);
            add_term(w, c, factor, &n);
            continue;
        }
        ++n;
    }
    if (n == 0) add(w, "0");
    if (n > MAX_TERMS) fail(w, "%.100s has %d terms; the format has room for %d", f->name, n, MAX_TERMS);
}

static int is_unbounded(const kiln_i_piece *piece) { return !(piece->T_min_K > 0.0) && isinf(piece->T_max_K); }

/* Ranges of the format end somewhere. */
static void add_range(writer *w, const kiln_i_piece *piece)
{
    add_number(w, piece->T_min_K > 0.0 ? piece->T_min_K : 1e-3);
    add(w, " K .. ");
    add_number(w, isfinite(piece->T_max_K) ? piece->T_max_K : 1e6);
    add(w, " K");
}

/* `separator` stands before each key: ", " or a new line. */
static void add_provenance(writer *w, const kiln_i_function *f, const char *separator)
{
    if (f->source >= 0) {
        add(w, "%ssource: ", separator);
        add_name(w, w->db->sources[f->source].key);
    }
    if (f->status != KILN_VALUE_UNSTATED)
        add(w, "%sstatus: %s", separator, kiln_i_value_status_text((kiln_i_status_of_value)f->status));
    if (f->sigma_J_mol >= 0.0) {
        add(w, "%ssigma: ", separator);
        add_number(w, f->sigma_J_mol);
        add(w, " J/mol");
    }
    if (f->sigma_T_J_molK > 0.0) {
        add(w, "%ssigma_T: ", separator);
        add_number(w, f->sigma_T_J_molK);
        add(w, " J/mol/K");
    }
    if (!f->note && !f->estimate) return;
    char *text = kiln_i_calloc(w->ctx, (f->note ? strlen(f->note) : 0) + (f->estimate ? strlen(f->estimate) : 0) + 16, 1);
    add(w, "%snote: ", separator);
    if (text)
        sprintf(text, "%s%s%s%s", f->estimate ? "by " : "", f->estimate ? f->estimate : "", f->estimate && f->note ? "; " : "",
                f->note ? f->note : "");
    add_quoted(w, text ? text : "");
    if (!text) w->out.status = KILN_E_NOMEM;
    kiln_i_free(w->ctx, text);
}

static int is_entry(const kiln_i_function *f) { return strchr(f->name, ':') != NULL; }

static int is_of_gas(const kiln_database *db, int function)
{
    for (int g = 0; g < KILN_N_GASES; ++g)
        if (db->gases[g] == function) return 1;
    for (int v = 0; v < db->n_vapours; ++v)
        if (db->vapours[v].function == function) return 1;
    return 0;
}

/* An entry has one expression and one range, and no other place may name it: what is more becomes a function beside it. */
static int needs_function(const writer *w, const kiln_i_function *f)
{
    return is_entry(f) && (f->n_pieces > 1 || f->beta > 0.0 || is_of_gas(w->db, (int)(f - w->db->functions)));
}

/* The gas of a TDB may be too large for a phase. */
static int is_in_phase(const kiln_database *db, int function)
{
    for (int i = 0; i < db->n_phases; ++i)
        for (int k = 0; k < db->phases[i].n_parameters; ++k)
            if (db->phases[i].parameters[k].function == function) return 1;
    return 0;
}

/* The name of that function, which no other may have. */
static void beside(const writer *w, const kiln_i_function *f, char name[NAME_BYTES])
{
    size_t used = (size_t)snprintf(name, NAME_BYTES, "at_");
    for (const char *p = f->name; *p && used + 16 < NAME_BYTES; ++p) {
        const int is_word = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        name[used++] = is_word ? *p : *p == '+' ? 'p' : *p == '-' ? 'm' : '_';
    }
    snprintf(name + used, NAME_BYTES - used, "_%d", (int)(f - w->db->functions));
    while (kiln_i_database_find_function(w->db, name) >= 0 && strlen(name) + 2 < NAME_BYTES) strcat(name, "_");
}

/* Its name among functions. */
static const char *name_of(const writer *w, const kiln_i_function *f, char name[NAME_BYTES])
{
    if (needs_function(w, f)) beside(w, f, name);
    else snprintf(name, NAME_BYTES, "%.500s", f->name);
    return name;
}

static void add_value(writer *w, const kiln_i_function *f, double times)
{
    char name[NAME_BYTES];
    int n = 0;
    if (!needs_function(w, f)) {
        add_expression(w, f, f->n_pieces > 0 ? f->pieces : NULL, times);
        if (f->n_pieces == 0 || is_unbounded(f->pieces)) return;
        add(w, ", range: ");
        add_range(w, f->pieces);
        return;
    }
    beside(w, f, name);
    if (!is_differing(times, 1.0)) {
        add(w, "%s", name);
        return;
    }
    memmove(name + 1, name, strlen(name) + 1);
    *name = '*';
    add_term(w, times, name, &n);
}

/* The format has sums of terms and functions only. */
static void refuse_program(writer *w, const kiln_i_function *f)
{
    if (!f->steps) return;
    fail(w, "%.150s (%.150s:%d) is no sum of powers of T, ln T, T ln T and functions, so YAML has no form for it; a TDB has",
         f->name, w->db->files[f->file], f->line);
}

static void add_function(writer *w, const kiln_i_function *f)
{
    char name[NAME_BYTES];
    add(w, "  %s:\n", name_of(w, f, name));
    if (f->formula) {
        add(w, "    formula: ");
        add_quoted(w, f->formula);
        add(w, "\n");
    }
    if (f->n_pieces > 1) add(w, "    pieces:\n");
    for (int k = 0; k < f->n_pieces && f->n_pieces > 1; ++k) {
        add(w, "      - {range: ");
        add_range(w, &f->pieces[k]);
        add(w, ", G: ");
        add_expression(w, f, &f->pieces[k], 1.0);
        add(w, "}\n");
    }
    if (f->n_pieces <= 1) {
        add(w, "    G: ");
        add_expression(w, f, f->n_pieces > 0 ? f->pieces : NULL, 1.0);
        add(w, "\n");
    }
    if (f->n_pieces == 1 && !is_unbounded(f->pieces)) {
        add(w, "    range: ");
        add_range(w, f->pieces);
        add(w, "\n");
    }
    if (f->beta > 0.0) {
        add(w, "    magnetic: {Tc: ");
        add_number(w, f->Tc_K);
        add(w, " K, beta: ");
        add_number(w, f->beta);
        add(w, ", p: ");
        add_number(w, f->p);
        add(w, "}\n");
    }
    if (is_entry(f) && is_in_phase(w->db, (int)(f - w->db->functions))) return; /* the entry itself has the rest */
    add_provenance(w, f, "\n    ");
    add(w, "\n");
}

/* ---- Entries of phases ---- */

static int n_groups(const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    int n = 0;
    for (int s = 0; s < phase->n_sublattices; ++s) n += p->n_at[s] > 1;
    return n;
}

static void add_at(writer *w, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    add(w, "at: [");
    for (int s = 0; s < phase->n_sublattices; ++s) {
        add(w, "%s%s", s ? ", " : "", p->n_at[s] > 1 ? "[" : p->n_at[s] == 0 ? "\"*\"" : "");
        for (int k = 0; k < p->n_at[s]; ++k) {
            add(w, "%s", k ? ", " : "");
            add_name(w, w->db->species[p->at[s][k]].name);
        }
        add(w, "%s", p->n_at[s] > 1 ? "]" : "");
    }
    add(w, "]");
}

/* What the reader multiplies an entry by again; the rest of its scale goes into the value. */
static double rest_of_scale(const kiln_i_parameter *p) { return p->per == KILN_PER_FORMULA ? p->scale : 1.0; }

static void add_entry(writer *w, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    const kiln_i_function *f = &w->db->functions[p->function];
    add(w, "      - {");
    add_at(w, phase, p);
    if (n_groups(phase, p) > 0) {
        add(w, ", per: %s", kiln_i_per_text(p->per));
        if (p->order > 0) add(w, ", order: %d", p->order);
        add(w, ", L: ");
    } else add(w, ", G: ");
    add_value(w, f, rest_of_scale(p));
    add_provenance(w, f, ", ");
    add(w, "}\n");
}

/* Of default_pair: the entry whose value every other pair without a law has, NULL if there is none. */
static const kiln_i_parameter *flat_default(const kiln_i_phase *phase, const kiln_database *db)
{
    for (int i = 0; i < phase->n_parameters; ++i)
        if (phase->parameters[i].is_default && !db->functions[phase->parameters[i].function].estimate)
            return &phase->parameters[i];
    return NULL;
}

/* A shift may have set one apart. */
static int is_same_value(const kiln_i_function *a, const kiln_i_function *b)
{
    if (a->n_pieces != b->n_pieces || a->n_references || b->n_references) return 0;
    if (is_differing(a->sigma_J_mol, b->sigma_J_mol) || is_differing(a->sigma_T_J_molK, b->sigma_T_J_molK)) return 0;
    if (a->n_pieces == 0) return 1;
    if (a->n_pieces > 1 || a->pieces->n_terms != b->pieces->n_terms) return 0;
    for (int k = 0; k < a->pieces->n_terms; ++k)
        if (a->pieces->terms[k].basis != b->pieces->terms[k].basis ||
            is_differing(a->pieces->terms[k].power, b->pieces->terms[k].power) ||
            is_differing(a->pieces->terms[k].coefficient, b->pieces->terms[k].coefficient))
            return 0;
    return 1;
}

static int is_flat(const writer *w, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    const kiln_i_parameter *flat = flat_default(phase, w->db);
    return flat && p->is_default && !w->db->functions[p->function].estimate &&
           is_same_value(&w->db->functions[p->function], &w->db->functions[flat->function]);
}

static void add_entries(writer *w, const kiln_i_phase *phase, int interacts)
{
    int n = 0;
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        if (p->kind != KILN_PARAMETER_G || (n_groups(phase, p) > 0) != interacts || is_flat(w, phase, p)) continue;
        if (n++ == 0) add(w, "    %s:\n", interacts ? "interactions" : "end_members");
        add_entry(w, phase, p);
    }
}

static void add_default(writer *w, const kiln_i_phase *phase)
{
    const kiln_i_parameter *flat = flat_default(phase, w->db);
    if (!flat) return;
    add(w, "    default_pair: {per: %s, W: ", kiln_i_per_text(flat->per));
    add_value(w, &w->db->functions[flat->function], rest_of_scale(flat));
    add_provenance(w, &w->db->functions[flat->function], ", ");
    add(w, "}\n");
}

static void add_magnetic_entries(writer *w, const kiln_i_phase *phase, kiln_i_parameter_kind kind)
{
    int n = 0;
    add(w, "      %s:", kind == KILN_PARAMETER_TC ? "Tc" : "beta");
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        const kiln_i_function *f = &w->db->functions[p->function];
        double value = 0.0;
        if (p->kind != kind) continue;
        for (int k = 0; f->n_pieces > 0 && k < f->pieces->n_terms; ++k) {
            if (f->pieces->terms[k].basis != KILN_BASIS_POWER || is_differing(f->pieces->terms[k].power, 0.0))
                fail(w, "%.200s depends on temperature, which the format does not know", f->name);
            value += f->pieces->terms[k].coefficient;
        }
        if (f->n_references || f->n_pieces > 1) fail(w, "%.200s is more than a number, which the format does not know", f->name);
        add(w, "%s        - {", n++ ? "" : "\n");
        add_at(w, phase, p);
        if (p->order > 0) add(w, ", order: %d", p->order);
        add(w, ", value: ");
        add_number(w, p->scale * value);
        add_provenance(w, f, ", ");
        add(w, "}\n");
    }
    if (n == 0) add(w, " []\n");
}

static void add_magnetism(writer *w, const kiln_i_phase *phase)
{
    if (!(phase->magnetic_p > 0.0)) return;
    add(w, "    magnetic:\n      p: ");
    add_number(w, phase->magnetic_p);
    add(w, "\n");
    if (phase->antiferro < 0.0) {
        add(w, "      antiferro: ");
        add_number(w, phase->antiferro);
        add(w, "\n");
    }
    add_magnetic_entries(w, phase, KILN_PARAMETER_TC);
    add_magnetic_entries(w, phase, KILN_PARAMETER_BETA);
}

/* ---- Phases ---- */

static void add_text(writer *w, const char *separator, const char *key, const char *text)
{
    if (!text) return;
    add(w, "%s%s: ", separator, key);
    add_quoted(w, text);
}

/* Texts that phases and substances have; the first key begins without a separator's comma. */
static void add_texts(writer *w, const kiln_i_phase *phase, const char *separator)
{
    add_text(w, *separator == ',' ? "" : separator, "label", phase->label);
    add_text(w, separator, "structure", phase->structure);
    add_text(w, separator, "formula", phase->formula);
    add_text(w, separator, "family", phase->family);
    if (phase->anion_ratio >= 0.0) {
        add(w, "%sanion_ratio: ", separator);
        add_number(w, phase->anion_ratio);
    }
    add(w, "%srole: %s", separator, kiln_i_role_text(phase->role));
    if (phase->quality != KILN_QUALITY_FULL) add(w, "%squality: %s", separator, kiln_i_quality_text(phase->quality));
    add_text(w, separator, "note", phase->note);
}

/* One text for all: those that differ are joined. */
static void add_warnings(writer *w, const kiln_i_phase *phase)
{
    char joined[2000] = "";
    if (phase->n_warnings == 0) return;
    add(w, "    warn_above: {");
    for (int i = 0; i < phase->n_warnings; ++i) {
        const size_t used = strlen(joined);
        add(w, "%s: ", kiln_i_element_symbol(phase->warnings[i].element));
        add_number(w, phase->warnings[i].fraction);
        add(w, ", ");
        if (!strstr(joined, phase->warnings[i].text))
            snprintf(joined + used, sizeof joined - used, "%s%s", used ? "; " : "", phase->warnings[i].text);
    }
    add_text(w, "", "text", joined);
    add(w, "}\n");
}

static void add_sublattices(writer *w, const kiln_i_phase *phase)
{
    add(w, "    sublattices:\n");
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        add(w, "      - {name: ");
        add_quoted(w, sub->name);
        add(w, ", sites: ");
        add_number(w, sub->sites);
        add(w, ", constituents: [");
        for (int i = 0; i < sub->n_constituents; ++i) {
            add(w, "%s", i ? ", " : "");
            add_name(w, w->db->species[sub->constituents[i]].name);
        }
        add(w, "]}\n");
    }
}

static void add_phase(writer *w, const kiln_i_phase *phase)
{
    add(w, "  ");
    add_name(w, phase->name);
    add(w, ":");
    add_texts(w, phase, "\n    ");
    add(w, "\n");
    add_warnings(w, phase);
    for (int i = 0; i < phase->n_only_with; ++i)
        add(w, "%s%s%s", i ? ", " : "    only_with: [", kiln_i_element_symbol(phase->only_with[i]),
            i + 1 == phase->n_only_with ? "]\n" : "");
    add_sublattices(w, phase);
    add_entries(w, phase, 0);
    add_entries(w, phase, 1);
    add_default(w, phase);
    add_magnetism(w, phase);
}

/* Whether the short form of substances says all: one constituent a sublattice, one value, a formula that they make up. */
static int is_substance(const writer *w, const kiln_i_phase *phase)
{
    kiln_i_species formula = {.n_elements = 0};
    double sum[KILN_MAX_ELEMENTS_OF_SPECIES] = {0}, all = 0.0, inside = 0.0;
    char name[16];
    if (phase->n_parameters != 1 || phase->n_warnings || phase->n_only_with || phase->magnetic_p > 0.0 || !phase->formula)
        return 0;
    if (phase->parameters->kind != KILN_PARAMETER_G || phase->quality == KILN_QUALITY_ENTROPY_ONLY) return 0;
    if (kiln_i_species_parse(w->ctx, phase->formula, &formula) != KILN_OK || fabs(formula.charge) > 0.0) return 0;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        snprintf(name, sizeof name, "%d", s + 1);
        if (sub->n_constituents != 1 || phase->parameters->n_at[s] != 1 || strcmp(sub->name, name) != 0) return 0;
        const kiln_i_species *species = &w->db->species[sub->constituents[0]];
        for (int e = 0; e < species->n_elements; ++e) all += sub->sites * species->count[e];
        for (int e = 0; e < formula.n_elements; ++e) sum[e] += sub->sites * kiln_i_species_count(species, formula.element[e]);
    }
    for (int e = 0; e < formula.n_elements; ++e) {
        inside += sum[e];
        if (fabs(sum[e] - formula.count[e]) > 1e-7) return 0;
    }
    return formula.n_elements > 0 && fabs(all - inside) < 1e-9;
}

static void add_substance(writer *w, const kiln_i_phase *phase)
{
    const kiln_i_function *f = &w->db->functions[phase->parameters->function];
    const int is_whole = phase->n_sublattices == 1 && !is_differing(phase->sublattices[0].sites, 1.0) &&
                         strcmp(w->db->species[phase->sublattices[0].constituents[0]].name, phase->formula) == 0;
    add(w, "  ");
    add_name(w, phase->name);
    add(w, ": {");
    add_texts(w, phase, ", ");
    if (!is_whole) {
        add(w, ", ");
        add_at(w, phase, phase->parameters);
        for (int s = 0; s < phase->n_sublattices; ++s) {
            add(w, "%s", s ? ", " : ", sites: [");
            add_number(w, phase->sublattices[s].sites);
        }
        add(w, "]");
    }
    add(w, ", G: ");
    add_value(w, f, phase->parameters->scale);
    /* one note only: that of the phase and that of its value are the same key */
    kiln_i_function provenance = *f;
    provenance.note = phase->note ? NULL : f->note;
    add_provenance(w, &provenance, ", ");
    add(w, "}\n");
}

/* ---- The whole ---- */

static void add_head(writer *w, const char *command)
{
    const kiln_database *db = w->db;
    char remark[300];
    add_comment(w, "Written by kiln " KILN_VERSION_STRING, command ? ":" : "");
    if (command) add_comment(w, "  ", command);
    add_comment(w, "from files with the SHA-256 ", db->sha256);
    for (int i = 0; i < db->n_changes; ++i) add_comment(w, "changed: ", db->changes[i]);
    for (int i = 0; i < db->n_remarks; ++i) {
        if (db->remarks[i].severity == KILN_SEVERITY_NOTE) continue;
        snprintf(remark, sizeof remark, "not as written in %.200s:%d: ", db->files[db->remarks[i].file], db->remarks[i].line);
        add_comment(w, remark, db->remarks[i].text);
    }
    add(w, "kiln: 1\nname: ");
    add_quoted(w, db->name ? db->name : "database");
    add(w, "\n");
    if (db->description) {
        add(w, "description: ");
        add_quoted(w, db->description);
        add(w, "\n");
    }
}

static void add_bibliography(writer *w)
{
    int n = 0;
    for (int i = 0; i < w->db->n_sources; ++i) {
        const kiln_i_source *s = &w->db->sources[i];
        if (strcmp(s->key, "here") == 0 && strcmp(s->text, "this database") == 0 && !s->doi) continue;
        if (n++ == 0) add(w, "bibliography:\n");
        add(w, "  ");
        add_name(w, s->key);
        add_text(w, ": {", "text", s->text);
        add_text(w, ", ", "doi", s->doi);
        add(w, "}\n");
    }
}

static void add_gases(writer *w)
{
    char name[NAME_BYTES];
    int n = 0;
    for (int g = 0; g < KILN_N_GASES; ++g)
        if (w->db->gases[g] >= 0)
            add(w, "%s%s: %s", n++ ? ", " : "gases: {", kiln_i_gas_names[g],
                name_of(w, &w->db->functions[w->db->gases[g]], name));
    if (n) add(w, "}\n");
    for (int v = 0; v < w->db->n_vapours; ++v) {
        add(w, "%s  ", v ? "" : "vapours:\n");
        add_name(w, w->db->vapours[v].species.name);
        add(w, ": %s\n", name_of(w, &w->db->functions[w->db->vapours[v].function], name));
    }
}

static void add_phases(writer *w, int substances)
{
    int n = 0;
    for (int i = 0; i < w->db->n_phases; ++i) {
        const kiln_i_phase *phase = &w->db->phases[i];
        if (is_substance(w, phase) != substances) continue;
        if (n++ == 0) add(w, "%s:\n", substances ? "substances" : "phases");
        if (substances) add_substance(w, phase);
        else add_phase(w, phase);
    }
}

static void add_meltings(writer *w)
{
    for (int i = 0; i < w->db->n_meltings; ++i) {
        const kiln_i_melting *m = &w->db->meltings[i];
        add(w, "%s  ", i ? "" : "melting:\n");
        add_quoted(w, m->formula);
        add(w, ": {T: ");
        add_number(w, m->T_K);
        add(w, " K");
        if (m->sigma_K >= 0.0) {
            add(w, ", sigma: ");
            add_number(w, m->sigma_K);
            add(w, " K");
        }
        if (m->decomposes) add(w, ", decomposes: yes");
        if (m->source >= 0) {
            add(w, ", source: ");
            add_name(w, w->db->sources[m->source].key);
        }
        if (m->status != KILN_VALUE_UNSTATED) add(w, ", status: %s", kiln_i_value_status_text((kiln_i_status_of_value)m->status));
        add_text(w, ", ", "note", m->note);
        add(w, "}\n");
    }
}

static void add_covariance(writer *w, const kiln_i_covariance *block)
{
    char name[NAME_BYTES];
    add(w, "  - parameters: [");
    for (int k = 0; k < block->n; ++k) {
        const kiln_i_uncertain *u = &w->db->uncertain[block->uncertain[k]];
        snprintf(name, sizeof name, "%.500s%s", w->db->functions[u->function].name, u->power ? "*T" : "");
        add(w, "%s", k ? ", " : "");
        add_quoted(w, name);
    }
    add(w, "]\n    matrix:\n");
    for (int i = 0; i < block->n; ++i) {
        add(w, "      - [");
        for (int j = 0; j <= i; ++j) {
            add(w, "%s", j ? ", " : "");
            add_number(w, block->matrix[i + block->n * j]);
        }
        add(w, "]\n");
    }
}

static void compose(writer *w, const char *command)
{
    const kiln_database *db = w->db;
    int n = 0;
    for (int i = 0; i < db->n_functions; ++i) refuse_program(w, &db->functions[i]);
    add_head(w, command);
    add_bibliography(w);
    for (int i = 0; i < db->n_functions; ++i) {
        if (is_entry(&db->functions[i]) && !needs_function(w, &db->functions[i])) continue;
        if (n++ == 0) add(w, "functions:\n");
        add_function(w, &db->functions[i]);
    }
    add_gases(w);
    add_phases(w, 0);
    add_phases(w, 1);
    add_meltings(w);
    for (int i = 0; i < db->n_covariances; ++i) {
        if (i == 0) add(w, "covariance:\n");
        add_covariance(w, &db->covariances[i]);
    }
}

kiln_status kiln_database_write_yaml(const kiln_database *db, kiln_context *ctx, const char *command, char **text, size_t *length)
{
    kiln_database *again = NULL;
    if (text) *text = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!db || !text) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    writer w = {.db = db, .ctx = ctx, .out = {.ctx = ctx}};
    compose(&w, command);
    kiln_status status = w.out.status;
    if (status == KILN_OK) status = kiln_database_parse(ctx, w.out.bytes, w.out.used, "the text written", NULL, &again);
    kiln_database_free(again); /* it must be read back */
    if (status != KILN_OK) {
        kiln_i_free(ctx, w.out.bytes);
        return status;
    }
    *text = w.out.bytes;
    if (length) *length = w.out.used;
    return KILN_OK;
}
