#include "report/database_yaml.h"

#include "core/context.h"
#include "text/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TERMS = 64 };

void kiln_i_dump_add(kiln_i_dump *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    kiln_i_buffer_print_args(&w->out, format, args);
    va_end(args);
}

void kiln_i_dump_fail(kiln_i_dump *w, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (w->out.status == KILN_OK) w->out.status = kiln_i_fail(w->ctx, KILN_E_ARG, "%s", text);
}

static void add_escaped(kiln_i_dump *w, const char *text)
{
    for (const char *p = text; *p; ++p) {
        if (*p == '"' || *p == '\\') kiln_i_dump_add(w, "\\%c", *p);
        else if (*p == '\n') kiln_i_dump_add(w, "\\n");
        else if (*p == '\t') kiln_i_dump_add(w, "\\t");
        else kiln_i_buffer_add(&w->out, p, 1);
    }
}

void kiln_i_dump_quoted(kiln_i_dump *w, const char *text)
{
    kiln_i_dump_add(w, "\"");
    add_escaped(w, text);
    kiln_i_dump_add(w, "\"");
}

void kiln_i_dump_name(kiln_i_dump *w, const char *name)
{
    int is_plain = (*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z');
    for (const char *p = name; *p; ++p)
        is_plain =
            is_plain && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || strchr("_+-.", *p));
    if (is_plain) kiln_i_dump_add(w, "%s", name);
    else kiln_i_dump_quoted(w, name);
}

void kiln_i_dump_number(kiln_i_dump *w, double value)
{
    char number[KILN_NUMBER_TEXT];
    kiln_i_dump_add(w, "%s", kiln_i_number_exact(value, number));
}

void kiln_i_dump_text(kiln_i_dump *w, const char *separator, const char *key, const char *text)
{
    if (!text) return;
    kiln_i_dump_add(w, "%s%s: ", separator, key);
    kiln_i_dump_quoted(w, text);
}

/* ---- Values ---- */

static int is_differing(double a, double b) { return fabs(a - b) > 0.0; }

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

static void add_term(kiln_i_dump *w, double coefficient, const char *factor, int *n)
{
    char number[KILN_NUMBER_TEXT];
    kiln_i_dump_add(w, "%s%s%s",
                    *n == 0             ? (coefficient < 0.0 ? "-" : "")
                    : coefficient < 0.0 ? " - "
                                        : " + ",
                    kiln_i_number_exact(fabs(coefficient), number), factor);
    ++*n;
}

/* Terms of a piece (NULL: none) and the functions referred to, all times `times`. */
static void add_expression(kiln_i_dump *w, const kiln_i_function *f, const kiln_i_piece *piece, double times)
{
    char factor[KILN_DUMP_NAME];
    int n = 0;
    for (int k = 0; piece && k < piece->n_terms; ++k)
        if (fabs(piece->terms[k].coefficient) > 0.0)
            add_term(w, times * piece->terms[k].coefficient, factor_of(&piece->terms[k], factor), &n);
    for (int k = 0; k < f->n_references; ++k) {
        const double c = times * f->references[k].factor;
        const char *name = w->db->functions[f->references[k].function].name;
        if (n == 0 && c > 0.0 && !is_differing(c, 1.0)) kiln_i_dump_add(w, "%s", name);
        else if (!is_differing(fabs(c), 1.0)) kiln_i_dump_add(w, "%s%s", n ? (c < 0.0 ? " - " : " + ") : "-", name);
        else {
            snprintf(factor, sizeof factor, "*%.500s", name);
            add_term(w, c, factor, &n);
            continue;
        }
        ++n;
    }
    if (n == 0) kiln_i_dump_add(w, "0");
    if (n > MAX_TERMS) kiln_i_dump_fail(w, "%.100s has %d terms; the format has room for %d", f->name, n, MAX_TERMS);
}

static int is_unbounded(const kiln_i_piece *piece) { return !(piece->T_min_K > 0.0) && isinf(piece->T_max_K); }

/* Ranges of the format end somewhere. */
static void add_range(kiln_i_dump *w, const kiln_i_piece *piece)
{
    kiln_i_dump_number(w, piece->T_min_K > 0.0 ? piece->T_min_K : 1e-3);
    kiln_i_dump_add(w, " K .. ");
    kiln_i_dump_number(w, isfinite(piece->T_max_K) ? piece->T_max_K : 1e6);
    kiln_i_dump_add(w, " K");
}

void kiln_i_dump_provenance(kiln_i_dump *w, const kiln_i_function *f, const char *separator)
{
    if (f->source >= 0) {
        kiln_i_dump_add(w, "%ssource: ", separator);
        kiln_i_dump_name(w, w->db->sources[f->source].key);
    }
    if (f->status != KILN_VALUE_UNSTATED)
        kiln_i_dump_add(w, "%sstatus: %s", separator, kiln_i_value_status_text((kiln_i_status_of_value)f->status));
    if (f->sigma_J_mol >= 0.0) {
        kiln_i_dump_add(w, "%ssigma: ", separator);
        kiln_i_dump_number(w, f->sigma_J_mol);
        kiln_i_dump_add(w, " J/mol");
    }
    if (f->sigma_T_J_molK > 0.0) {
        kiln_i_dump_add(w, "%ssigma_T: ", separator);
        kiln_i_dump_number(w, f->sigma_T_J_molK);
        kiln_i_dump_add(w, " J/mol/K");
    }
    if (!f->note && !f->estimate) return;
    kiln_i_dump_add(w, "%snote: \"%s", separator, f->estimate ? "by " : "");
    if (f->estimate) add_escaped(w, f->estimate);
    if (f->estimate && f->note) kiln_i_dump_add(w, "; ");
    if (f->note) add_escaped(w, f->note);
    kiln_i_dump_add(w, "\"");
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
static int needs_function(const kiln_i_dump *w, const kiln_i_function *f)
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
static void beside(const kiln_i_dump *w, const kiln_i_function *f, char name[KILN_DUMP_NAME])
{
    size_t used = (size_t)snprintf(name, KILN_DUMP_NAME, "at_");
    for (const char *p = f->name; *p && used + 16 < KILN_DUMP_NAME; ++p) {
        const int is_word = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        name[used++] = is_word ? *p : *p == '+' ? 'p' : *p == '-' ? 'm' : '_';
    }
    snprintf(name + used, KILN_DUMP_NAME - used, "_%d", (int)(f - w->db->functions));
    while (kiln_i_database_find_function(w->db, name) >= 0 && strlen(name) + 2 < KILN_DUMP_NAME) strcat(name, "_");
}

const char *kiln_i_dump_function_name(const kiln_i_dump *w, const kiln_i_function *f, char name[KILN_DUMP_NAME])
{
    if (needs_function(w, f)) beside(w, f, name);
    else snprintf(name, KILN_DUMP_NAME, "%.500s", f->name);
    return name;
}

void kiln_i_dump_value(kiln_i_dump *w, const kiln_i_function *f, double times)
{
    char name[KILN_DUMP_NAME];
    int n = 0;
    if (!needs_function(w, f)) {
        add_expression(w, f, f->n_pieces > 0 ? f->pieces : NULL, times);
        if (f->n_pieces == 0 || is_unbounded(f->pieces)) return;
        kiln_i_dump_add(w, ", range: ");
        add_range(w, f->pieces);
        return;
    }
    beside(w, f, name);
    if (!is_differing(times, 1.0)) {
        kiln_i_dump_add(w, "%s", name);
        return;
    }
    memmove(name + 1, name, strlen(name) + 1);
    *name = '*';
    add_term(w, times, name, &n);
}

static void add_function(kiln_i_dump *w, const kiln_i_function *f)
{
    char name[KILN_DUMP_NAME];
    kiln_i_dump_add(w, "  %s:\n", kiln_i_dump_function_name(w, f, name));
    if (f->formula) {
        kiln_i_dump_add(w, "    formula: ");
        kiln_i_dump_quoted(w, f->formula);
        kiln_i_dump_add(w, "\n");
    }
    if (f->n_pieces > 1) kiln_i_dump_add(w, "    pieces:\n");
    for (int k = 0; k < f->n_pieces && f->n_pieces > 1; ++k) {
        kiln_i_dump_add(w, "      - {range: ");
        add_range(w, &f->pieces[k]);
        kiln_i_dump_add(w, ", G: ");
        add_expression(w, f, &f->pieces[k], 1.0);
        kiln_i_dump_add(w, "}\n");
    }
    if (f->n_pieces <= 1) {
        kiln_i_dump_add(w, "    G: ");
        add_expression(w, f, f->n_pieces > 0 ? f->pieces : NULL, 1.0);
        kiln_i_dump_add(w, "\n");
    }
    if (f->n_pieces == 1 && !is_unbounded(f->pieces)) {
        kiln_i_dump_add(w, "    range: ");
        add_range(w, f->pieces);
        kiln_i_dump_add(w, "\n");
    }
    if (f->beta > 0.0) {
        kiln_i_dump_add(w, "    magnetic: {Tc: ");
        kiln_i_dump_number(w, f->Tc_K);
        kiln_i_dump_add(w, " K, beta: ");
        kiln_i_dump_number(w, f->beta);
        kiln_i_dump_add(w, ", p: ");
        kiln_i_dump_number(w, f->p);
        kiln_i_dump_add(w, "}\n");
    }
    if (is_entry(f) && is_in_phase(w->db, (int)(f - w->db->functions))) return; /* the entry itself has the rest */
    kiln_i_dump_provenance(w, f, "\n    ");
    kiln_i_dump_add(w, "\n");
}

void kiln_i_dump_functions(kiln_i_dump *w)
{
    int n = 0;
    for (int i = 0; i < w->db->n_functions; ++i) {
        const kiln_i_function *f = &w->db->functions[i];
        if (is_entry(f) && !needs_function(w, f)) continue;
        if (n++ == 0) kiln_i_dump_add(w, "functions:\n");
        add_function(w, f);
    }
}
