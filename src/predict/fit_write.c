#include "predict/fit_state.h"

#include "core/context.h"
#include "data/reader.h"
#include "text/quantity.h"

#include <kiln/version.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A fitted function is written whole, as sums of powers of T, whatever form it was given in: the database's format knows no shift. */

enum { DIGITS = 12, VALUE_DIGITS = 9, SIGMA_DIGITS = 5 };

/* Text that grows; the first failure stays. */
typedef struct text {
    kiln_context *ctx;
    char *bytes;
    size_t used, size;
    int failed;
} text;

static void add(text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (!t->failed && length >= 0 && t->used + (size_t)length + 1 > t->size) {
        size_t size = t->size ? 2 * t->size : 4096;
        while (size < t->used + (size_t)length + 1) size *= 2;
        if (kiln_i_grow(t->ctx, &t->bytes, t->size, size, 1)) t->size = size;
        else t->failed = 1;
    }
    if (!t->failed && length >= 0) t->used += (size_t)vsnprintf(t->bytes + t->used, t->size - t->used, format, again);
    va_end(again);
}

/* A scalar of YAML in double quotes. */
static void add_quoted(text *t, const char *value)
{
    add(t, "\"");
    for (const char *p = value; *p; ++p) {
        if (*p == '"' || *p == '\\') add(t, "\\%c", *p);
        else if (*p == '\n' || *p == '\r') add(t, " ");
        else add(t, "%c", *p);
    }
    add(t, "\"");
}

/* What a comment holds must not end it. */
static void add_comment(text *t, const char *value)
{
    for (const char *p = value; *p; ++p) add(t, "%c", *p == '\n' || *p == '\r' ? ' ' : *p);
}

static const char *digits(double value, int n, char out[KILN_NUMBER_TEXT]) { return kiln_i_number_text(value, n, out); }

/* ---- Functions ---- */

static void add_term(text *t, double coefficient, int n_digits, const char *factor, int *n)
{
    char number[KILN_NUMBER_TEXT];
    if (coefficient == 0.0) return;
    if (*n > 0) add(t, coefficient < 0.0 ? " - " : " + ");
    else if (coefficient < 0.0) add(t, "-");
    add(t, "%s%s%s", digits(fabs(coefficient), n_digits, number), *factor ? "*" : "", factor);
    ++*n;
}

static const char *factor_of(const kiln_i_term *term, char out[40])
{
    if (term->basis == KILN_BASIS_LN_T) return "ln(T)";
    if (term->basis == KILN_BASIS_T_LN_T) return "T*ln(T)";
    if (term->power == 0.0) return "";
    if (term->power == 1.0) return "T";
    char number[KILN_NUMBER_TEXT];
    snprintf(out, 40, "T^%.30s", digits(term->power, DIGITS, number));
    return out;
}

/* Constant and slope with what the fit adds; the other terms and references as they were. */
static void add_expression(text *t, const kiln_fit *fit, const kiln_i_function *f, const kiln_i_piece *piece,
                           const double shift[2])
{
    double low[2] = {shift[0], shift[1]};
    char factor[40];
    int n = 0;
    for (int k = 0; piece && k < piece->n_terms; ++k) {
        const kiln_i_term *term = &piece->terms[k];
        if (term->basis == KILN_BASIS_POWER && (term->power == 0.0 || term->power == 1.0))
            low[term->power == 1.0] += term->coefficient;
    }
    add(t, "\"");
    for (int k = 0; k < f->n_references; ++k)
        add_term(t, f->references[k].factor, DIGITS, fit->db->functions[f->references[k].function].name, &n);
    add_term(t, low[0], VALUE_DIGITS + 3, "", &n);
    add_term(t, low[1], VALUE_DIGITS, "T", &n);
    for (int k = 0; piece && k < piece->n_terms; ++k) {
        const kiln_i_term *term = &piece->terms[k];
        if (term->basis == KILN_BASIS_POWER && (term->power == 0.0 || term->power == 1.0)) continue;
        add_term(t, term->coefficient, DIGITS, factor_of(term, factor), &n);
    }
    add(t, n == 0 ? "0\"" : "\"");
}

static void shift_of(const kiln_fit *fit, int function, double shift[2])
{
    shift[0] = shift[1] = 0.0;
    for (int p = 0; p < fit->n_parameters; ++p) {
        const kiln_i_fit_parameter *q = &fit->parameters[p];
        if (q->function == function) shift[q->is_slope] += q->sign * fit->theta[p] - q->base;
    }
}

static void add_range(text *t, double low_K, double high_K)
{
    char low[KILN_NUMBER_TEXT], high[KILN_NUMBER_TEXT];
    if (low_K > 0.0 && high_K < 1e8) add(t, ", range: %s K .. %s K", digits(low_K, DIGITS, low), digits(high_K, DIGITS, high));
}

/* The key of the fit itself in the bibliography: of its own, so that a database may stand on several fits. */
static void add_key(text *t, const kiln_fit *fit)
{
    char key[200];
    snprintf(key, sizeof key, "%.190s_fit", fit->name);
    add_quoted(t, key);
}

/* Sources, sigmas, note; a sigma that was not fitted stays. */
static void add_provenance(text *t, const kiln_fit *fit, int function)
{
    const kiln_i_function *f = &fit->db->functions[function];
    double sigma[2] = {f->sigma_J_mol, f->sigma_T_J_molK};
    char number[KILN_NUMBER_TEXT];
    for (int p = 0; p < fit->n_parameters; ++p)
        if (fit->parameters[p].function == function) sigma[fit->parameters[p].is_slope] = sqrt(kiln_fit_covariance(fit, p, p));
    add(t, ", source: ");
    add_key(t, fit);
    add(t, ", status: fitted");
    if (sigma[0] >= 0.0) add(t, ", sigma: %s J/mol", digits(sigma[0], SIGMA_DIGITS, number));
    if (sigma[1] > 0.0) add(t, ", sigma_T: %s J/mol/K", digits(sigma[1], SIGMA_DIGITS, number));
    if (!f->note) return;
    add(t, ", note: ");
    add_quoted(t, f->note);
}

/* What it was, in a comment. */
static void add_before(text *t, const kiln_fit *fit, int function, int indent)
{
    char expression[500];
    const kiln_i_function *f = &fit->db->functions[function];
    if (kiln_database_function_expression(fit->db, fit->ctx, function, 1000.0, expression, sizeof expression) != KILN_OK)
        t->failed = 1;
    else
        add(t, "%*s# was %s at 1000 K%s%s\n", indent, "", expression, f->source >= 0 ? ", " : "",
            f->source >= 0 ? fit->db->sources[f->source].key : "");
}

static void add_function(text *t, const kiln_fit *fit, int function)
{
    const kiln_i_function *f = &fit->db->functions[function];
    char number[3][KILN_NUMBER_TEXT];
    double shift[2];
    shift_of(fit, function, shift);
    add_before(t, fit, function, 2);
    add(t, "  %s: {", f->name);
    if (f->formula) {
        add(t, "formula: ");
        add_quoted(t, f->formula);
        add(t, ", ");
    }
    if (f->n_pieces <= 1) {
        add(t, "G: ");
        add_expression(t, fit, f, f->n_pieces ? f->pieces : NULL, shift);
        add_range(t, f->T_min_K, f->T_max_K);
    } else {
        add(t, "pieces: [");
        for (int k = 0; k < f->n_pieces; ++k) {
            add(t, "%s{G: ", k ? ", " : "");
            add_expression(t, fit, f, &f->pieces[k], shift);
            add_range(t, f->pieces[k].T_min_K, f->pieces[k].T_max_K);
            add(t, "}");
        }
        add(t, "]");
    }
    if (f->beta > 0.0)
        add(t, ", magnetic: {Tc: %s K, beta: %s, p: %s}", digits(f->Tc_K, DIGITS, number[0]), digits(f->beta, DIGITS, number[1]),
            digits(f->p, DIGITS, number[2]));
    add_provenance(t, fit, function);
    add(t, "}\n");
}

/* ---- Entries of phases ---- */

static int is_interaction(const kiln_i_phase *phase, const kiln_i_parameter *entry)
{
    for (int s = 0; s < phase->n_sublattices; ++s)
        if (entry->n_at[s] > 1) return 1;
    return 0;
}

static void add_entry(text *t, const kiln_fit *fit, const kiln_i_phase *phase, const kiln_i_parameter *entry)
{
    const kiln_i_function *f = &fit->db->functions[entry->function];
    const int interacts = is_interaction(phase, entry);
    double shift[2];
    shift_of(fit, entry->function, shift);
    add_before(t, fit, entry->function, 6);
    add(t, "      - {at: [");
    for (int s = 0; s < phase->n_sublattices; ++s) {
        add(t, "%s%s", s ? ", " : "", entry->n_at[s] > 1 ? "[" : "");
        if (entry->n_at[s] == 0) add(t, "\"*\"");
        for (int k = 0; k < entry->n_at[s]; ++k) add(t, "%s%s", k ? ", " : "", fit->db->species[entry->at[s][k]].name);
        add(t, "%s", entry->n_at[s] > 1 ? "]" : "");
    }
    add(t, "], ");
    if (interacts) add(t, "per: %s, order: %d, L: ", kiln_i_per_text(entry->per), entry->order);
    else add(t, "G: ");
    add_expression(t, fit, f, f->n_pieces ? f->pieces : NULL, shift);
    add_range(t, f->T_min_K, f->T_max_K);
    add_provenance(t, fit, entry->function);
    add(t, "}\n");
}

static int is_fitted(const kiln_fit *fit, int function)
{
    for (int p = 0; p < fit->n_parameters; ++p)
        if (fit->parameters[p].function == function) return 1;
    return 0;
}

/* Whether function `function` is the value of an entry. */
static int is_entry(const kiln_fit *fit, int function) { return strchr(fit->db->functions[function].name, ':') != NULL; }

static void add_phase(text *t, const kiln_fit *fit, const kiln_i_phase *phase)
{
    int n = 0;
    for (int interacts = 0; interacts < 2; ++interacts) {
        int m = 0;
        for (int i = 0; i < phase->n_parameters; ++i) {
            const kiln_i_parameter *entry = &phase->parameters[i];
            if (is_interaction(phase, entry) != interacts || !is_fitted(fit, entry->function) || !is_entry(fit, entry->function))
                continue;
            if (n++ == 0) add(t, "  %s:\n", phase->name);
            if (m++ == 0) add(t, "    %s:\n", interacts ? "interactions" : "end_members");
            add_entry(t, fit, phase, entry);
        }
    }
}

static void add_numbers(text *t, const kiln_fit *fit)
{
    int n_functions = 0, n_entries = 0;
    for (int f = 0; f < fit->db->n_functions; ++f) {
        if (!is_fitted(fit, f)) continue;
        if (is_entry(fit, f)) {
            ++n_entries;
            continue;
        }
        if (n_functions++ == 0) add(t, "functions:\n");
        add_function(t, fit, f);
    }
    if (n_entries == 0) return;
    add(t, "phases:\n");
    for (int p = 0; p < fit->db->n_phases; ++p) add_phase(t, fit, &fit->db->phases[p]);
}

static void add_covariance(text *t, const kiln_fit *fit)
{
    char number[KILN_NUMBER_TEXT];
    add(t, "covariance:\n  - parameters: [");
    for (int p = 0; p < fit->n_parameters; ++p) {
        const kiln_i_fit_parameter *q = &fit->parameters[p];
        add(t, "%s\"%s%s\"", p ? ", " : "", fit->db->functions[q->function].name, q->is_slope ? "*T" : "");
    }
    add(t, "]\n    matrix:\n");
    for (int i = 0; i < fit->n_parameters; ++i) {
        add(t, "      - [");
        for (int j = 0; j <= i; ++j)
            add(t, "%s%s", j ? ", " : "",
                digits(fit->parameters[i].sign * fit->parameters[j].sign * kiln_fit_covariance(fit, i, j), DIGITS, number));
        add(t, "]\n");
    }
}

/* ---- The whole ---- */

static int is_cited(const kiln_fit *fit, const char *key)
{
    for (int i = 0; i < fit->n_rows; ++i)
        if (fit->rows[i]->source && strcmp(fit->rows[i]->source, key) == 0) return 1;
    for (int p = 0; p < fit->n_parameters; ++p)
        if (fit->parameters[p].source && strcmp(fit->parameters[p].source, key) == 0) return 1;
    return 0;
}

/* The data set's file without its folder. */
static const char *base_of(const kiln_fit *fit)
{
    const char *slash = strrchr(fit->file, '/');
    return slash ? slash + 1 : fit->file;
}

static void add_bibliography(text *t, const kiln_fit *fit)
{
    char line[400];
    add(t, "bibliography:\n  ");
    add_key(t, fit);
    add(t, ": {text: ");
    snprintf(line, sizeof line, "kiln %s fit of %.100s, %d data, SHA-256 %.12s", KILN_VERSION_STRING, base_of(fit), fit->n_rows,
             fit->sha256);
    add_quoted(t, line);
    add(t, "}\n");
    for (int i = 0; i < fit->n_sources; ++i) {
        if (!is_cited(fit, fit->sources[i].key)) continue;
        add(t, "  %s: {text: ", fit->sources[i].key);
        add_quoted(t, fit->sources[i].text);
        if (fit->sources[i].doi) {
            add(t, ", doi: ");
            add_quoted(t, fit->sources[i].doi);
        }
        add(t, "}\n");
    }
}

static void compose(text *t, const kiln_fit *fit, const char *name, const char *include, const char *command)
{
    const kiln_fit_summary *s = &fit->summary;
    char number[3][KILN_NUMBER_TEXT];
    add(t, "# Written by kiln %s fit: do not edit, fit again.\n", KILN_VERSION_STRING);
    if (command) {
        add(t, "#   ");
        add_comment(t, command);
        add(t, "\n");
    }
    add(t, "# Data set ");
    add_comment(t, base_of(fit));
    add(t, ", SHA-256 %s\n# fitted in %s, SHA-256 %s\n", fit->sha256, kiln_database_name(fit->db), kiln_database_sha256(fit->db));
    add(t, "# %d data, %d priors, %d parameters; chi-square %s of %s, covariance times %s\n", s->n_data, s->n_priors,
        s->n_parameters, digits(s->chi2, 4, number[0]), digits(s->dof, 4, number[1]), digits(s->scale, 4, number[2]));
    add(t, "kiln: 1\nname: ");
    add_quoted(t, name);
    if (fit->description) {
        add(t, "\ndescription: ");
        add_quoted(t, fit->description);
    }
    add(t, "\ninclude: [");
    add_quoted(t, include);
    add(t, "]\n");
    add_bibliography(t, fit);
    add_numbers(t, fit);
    add_covariance(t, fit);
}

/* The database as an include of a file in `directory`: by the name that the data set has for it, where that leads to the same file, else by its path. */
static kiln_status find_include(const kiln_fit *fit, const char *directory, char **include)
{
    char *found = NULL;
    kiln_status status = kiln_i_include_search(fit->ctx, directory, fit->database, &found);
    if (status != KILN_OK && status != KILN_E_IO) return status;
    char *real = found ? kiln_i_path_real(fit->ctx, found) : NULL,
         *path = kiln_i_path_real(fit->ctx, kiln_database_file(fit->db, 0));
    const int is_same = real && path && strcmp(real, path) == 0;
    *include = is_same ? kiln_i_strdup(fit->ctx, fit->database) : path ? kiln_i_strdup(fit->ctx, path) : NULL;
    kiln_i_free(fit->ctx, found);
    kiln_i_free(fit->ctx, real);
    kiln_i_free(fit->ctx, path);
    return *include ? KILN_OK : kiln_i_fail(fit->ctx, KILN_E_NOMEM, "text of the database");
}

kiln_status kiln_fit_write(const kiln_fit *fit, const char *name, const char *directory, const char *command, char **out,
                           size_t *length)
{
    text t = {0};
    kiln_database *db = NULL;
    char *include = NULL;
    if (out) *out = NULL;
    if (!fit) return KILN_E_ARG;
    if (!out || !name || !*name || !fit->is_solved)
        return kiln_i_fail(fit->ctx, KILN_E_ARG, "a fit that is not solved, or a NULL argument");
    if (!directory) directory = ".";
    kiln_status status = find_include(fit, directory, &include);
    if (status != KILN_OK) return status;
    t.ctx = fit->ctx;
    compose(&t, fit, name, include, command);
    if (t.failed || !t.bytes) status = kiln_i_fail(fit->ctx, KILN_E_NOMEM, "text of the database");
    else status = kiln_database_parse(fit->ctx, t.bytes, t.used, name, directory, &db); /* it must be read back */
    kiln_database_free(db);
    kiln_i_free(fit->ctx, include);
    if (status != KILN_OK) {
        kiln_i_free(fit->ctx, t.bytes);
        return status;
    }
    *out = t.bytes;
    if (length) *length = t.used;
    return KILN_OK;
}

void kiln_fit_text_free(kiln_context *ctx, char *text_of)
{
    if (ctx) kiln_i_free(ctx, text_of);
}
