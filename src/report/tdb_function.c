#include "report/tdb.h"

#include "core/context.h"
#include "data/point.h"
#include "text/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Sums ---- */

static int is_linear(const kiln_i_piece *piece)
{
    for (int k = 0; k < piece->n_terms; ++k) {
        const kiln_i_term *term = &piece->terms[k];
        if (term->basis != KILN_BASIS_POWER || (fabs(term->power) > 0.0 && fabs(term->power - 1.0) > 0.0)) return 0;
    }
    return 1;
}

/* At constant heat capacity 0, a line goes on as it is. */
int kiln_i_export_is_plain(const kiln_i_function *f)
{
    if (f->beta > 0.0 || f->n_pieces > 1 || f->steps) return 0;
    return f->n_pieces == 0 || is_linear(f->pieces) || (f->pieces->T_min_K <= 0.0 && isinf(f->pieces->T_max_K));
}

static void add_term(kiln_i_export_sum *sum, kiln_i_basis basis, double power, double coefficient)
{
    for (int k = 0; k < sum->n_terms; ++k)
        if (sum->terms[k].basis == basis && !(fabs(sum->terms[k].power - power) > 0.0)) {
            sum->terms[k].coefficient += coefficient;
            return;
        }
    if (sum->n_terms == KILN_EXPORT_TERMS) sum->is_full = 1;
    else sum->terms[sum->n_terms++] = (kiln_i_term){basis, power, coefficient};
}

static void add_terms(kiln_i_export_sum *sum, const kiln_i_term *terms, int n, double factor)
{
    for (int k = 0; k < n; ++k) add_term(sum, terms[k].basis, terms[k].power, factor * terms[k].coefficient);
}

static void add_reference(kiln_i_export_sum *sum, int function, double factor)
{
    for (int k = 0; k < sum->n_references; ++k)
        if (sum->references[k].function == function) {
            sum->references[k].factor += factor;
            return;
        }
    if (sum->n_references == KILN_EXPORT_TERMS) sum->is_full = 1;
    else sum->references[sum->n_references++] = (kiln_i_reference){function, factor};
}

static void add_references(kiln_i_export_sum *sum, const kiln_i_function *f, double factor)
{
    for (int k = 0; k < f->n_references; ++k) add_reference(sum, f->references[k].function, factor * f->references[k].factor);
}

void kiln_i_export_add(const kiln_i_export *t, kiln_i_export_sum *sum, int function, double factor)
{
    const kiln_i_function *f = &t->db->functions[function];
    if (*t->function[function]) {
        add_reference(sum, function, factor);
        return;
    }
    if (f->n_pieces > 0) add_terms(sum, f->pieces->terms, f->pieces->n_terms, factor);
    add_references(sum, f, factor);
}

int kiln_i_export_is_zero(const kiln_i_export_sum *sum)
{
    for (int k = 0; k < sum->n_terms; ++k)
        if (fabs(sum->terms[k].coefficient) > 0.0) return 0;
    for (int k = 0; k < sum->n_references; ++k)
        if (fabs(sum->references[k].factor) > 0.0) return 0;
    return 1;
}

/* Whole powers only in Thermo-Calc: others are exponentials. */
static void write_factor(const kiln_i_term *term, char *out, size_t size)
{
    char number[KILN_NUMBER_TEXT];
    kiln_i_export_number(term->power, number);
    const int is_whole = !(fabs(term->power - round(term->power)) > 0.0);
    if (term->basis == KILN_BASIS_LN_T) snprintf(out, size, "*LN(T)");
    else if (term->basis == KILN_BASIS_T_LN_T) snprintf(out, size, "*T*LN(T)");
    else if (!(fabs(term->power) > 0.0)) *out = '\0';
    else if (!(fabs(term->power - 1.0) > 0.0)) snprintf(out, size, "*T");
    else if (!is_whole) snprintf(out, size, "*EXP(%s*LN(T))", number);
    else snprintf(out, size, term->power < 0.0 ? "*T**(%s)" : "*T**%s", number);
}

void kiln_i_export_sum_write(kiln_i_export *t, const kiln_i_export_sum *sum)
{
    char token[160], factor[64], number[KILN_NUMBER_TEXT];
    int n = 0;
    if (sum->is_full && t->out.status == KILN_OK)
        t->out.status = kiln_i_fail(t->ctx, KILN_E_ARG, "a value has more than %d terms, too many for a TDB", KILN_EXPORT_TERMS);
    for (int k = 0; k < sum->n_terms; ++k) {
        const double c = sum->terms[k].coefficient;
        if (!(fabs(c) > 0.0)) continue;
        write_factor(&sum->terms[k], factor, sizeof factor);
        snprintf(token, sizeof token, "%s%s%s", c > 0.0 ? "+" : "", kiln_i_export_number(c, number), factor);
        kiln_i_export_put(t, n++ == 0, token);
    }
    for (int k = 0; k < sum->n_references; ++k) {
        const double c = sum->references[k].factor;
        const char *name = t->function[sum->references[k].function];
        if (!(fabs(c) > 0.0)) continue;
        if (!(fabs(fabs(c) - 1.0) > 0.0)) snprintf(token, sizeof token, "%c%s#", c > 0.0 ? '+' : '-', name);
        else snprintf(token, sizeof token, "%s%s*%s#", c > 0.0 ? "+" : "", kiln_i_export_number(c, number), name);
        kiln_i_export_put(t, n++ == 0, token);
    }
    if (n == 0) kiln_i_export_put(t, 1, "+0");
}

/* ---- Functions ---- */

/* What a function is made of between two of its breaks: the piece, where it ends if this is beyond it (0: inside), and the side of Tc. */
typedef struct region {
    const kiln_i_piece *piece;
    double end_K;
    int is_ordered;
} region;

static region region_at(const kiln_i_function *f, double T_K)
{
    region r = {f->n_pieces > 0 ? kiln_i_piece_at(f, T_K) : NULL, 0.0, f->beta > 0.0 && T_K < f->Tc_K};
    if (!r.piece || is_linear(r.piece)) return r;
    if (T_K > r.piece->T_max_K) r.end_K = r.piece->T_max_K;
    if (T_K < r.piece->T_min_K) r.end_K = r.piece->T_min_K;
    return r;
}

static int is_same_region(const region *a, const region *b)
{
    return a->piece == b->piece && !(fabs(a->end_K - b->end_K) > 0.0) && a->is_ordered == b->is_ordered;
}

static double nearer_break(double candidate_K, double a_K, double b_K)
{
    return candidate_K > a_K + 1e-6 && candidate_K < b_K - 1e-6 ? candidate_K : b_K;
}

/* Where the region that begins at a_K ends: at a break beyond which something else holds. */
static double region_end(const kiln_i_function *f, double a_K, double high_K)
{
    for (double from = a_K, to;; from = to) {
        to = nearer_break(f->beta > 0.0 ? f->Tc_K : 0.0, from, high_K);
        for (int k = 0; k < f->n_pieces; ++k) {
            to = nearer_break(f->pieces[k].T_min_K, from, to);
            to = nearer_break(f->pieces[k].T_max_K, from, to);
        }
        if (!(to < high_K)) return high_K;
        const region here = region_at(f, 0.5 * (from + to)), next = region_at(f, to + 1e-6);
        if (!is_same_region(&here, &next)) return to;
    }
}

/* Beyond a piece the heat capacity is that at its end: H + C (T - end) - T (S + C ln(T / end)). */
static void add_beyond(kiln_i_export_sum *sum, const kiln_i_piece *piece, double end_K)
{
    const kiln_i_jet end = kiln_i_terms_value(piece->terms, piece->n_terms, end_K);
    const double C = -end_K * end.d2g, H = end.g - end_K * end.dg, S = -end.dg;
    add_term(sum, KILN_BASIS_POWER, 0.0, H - C * end_K);
    add_term(sum, KILN_BASIS_POWER, 1.0, C - S + C * log(end_K));
    add_term(sum, KILN_BASIS_T_LN_T, 0.0, -C);
}

static void write_region(kiln_i_export *t, const kiln_i_function *f, double T_K)
{
    const region r = region_at(f, T_K);
    kiln_i_term magnetic[KILN_MAGNETIC_TERMS];
    kiln_i_export_sum sum;
    sum.n_terms = sum.n_references = sum.is_full = 0;
    if (r.piece && r.end_K > 0.0) add_beyond(&sum, r.piece, r.end_K);
    else if (r.piece) add_terms(&sum, r.piece->terms, r.piece->n_terms, 1.0);
    if (f->beta > 0.0) add_terms(&sum, magnetic, kiln_i_magnetic_terms(f->Tc_K, f->beta, f->p, r.is_ordered, magnetic), 1.0);
    add_references(&sum, f, 1.0);
    const int has_program = r.piece && r.piece->n_steps > 0;
    if (!has_program || !kiln_i_export_is_zero(&sum)) kiln_i_export_sum_write(t, &sum);
    if (has_program) kiln_i_export_program(t, r.piece->steps, r.piece->n_steps);
}

static double lowest(const kiln_i_function *f)
{
    const double first_K = f->n_pieces > 0 ? f->pieces[0].T_min_K : 0.0;
    return first_K > 0.0 && first_K < KILN_EXPORT_LOW_K ? first_K : KILN_EXPORT_LOW_K;
}

static double highest(const kiln_i_function *f)
{
    const double last_K = f->n_pieces > 0 ? f->pieces[f->n_pieces - 1].T_max_K : 0.0;
    return last_K > KILN_EXPORT_HIGH_K && isfinite(last_K) ? last_K : KILN_EXPORT_HIGH_K;
}

static void describe(kiln_i_export *t, int function)
{
    const kiln_i_function *f = &t->db->functions[function];
    char title[400], ordering[120] = "";
    if (f->beta > 0.0)
        snprintf(ordering, sizeof ordering, "; ordering below %.10g K, beta %.10g, p %.4g, written out", f->Tc_K, f->beta, f->p);
    const int is_same = kiln_i_export_is_same_name(t->function[function], f->name);
    snprintf(title, sizeof title, "%s%s%.100s%s%s%s", t->function[function], is_same ? "" : " is ", is_same ? "" : f->name,
             f->formula ? "; " : "", f->formula ? f->formula : "", ordering);
    kiln_i_export_provenance(t, title, function);
}

void kiln_i_export_function(kiln_i_export *t, int function)
{
    const kiln_i_function *f = &t->db->functions[function];
    const double high_K = highest(f);
    char number[KILN_NUMBER_TEXT], token[KILN_NUMBER_TEXT + 4];
    describe(t, function);
    kiln_i_export_put(t, 0, "FUNCTION");
    kiln_i_export_put(t, 1, t->function[function]);
    kiln_i_export_put(t, 1, kiln_i_export_number(lowest(f), number));
    for (double a = lowest(f), b; a < high_K; a = b) {
        b = region_end(f, a, high_K);
        write_region(t, f, 0.5 * (a + b));
        snprintf(token, sizeof token, "; %s %c", kiln_i_export_number(b, number), b < high_K ? 'Y' : 'N');
        kiln_i_export_put(t, 0, token);
    }
    kiln_i_export_end(t);
}

/* ---- Where values come from ---- */

int kiln_i_export_source(const kiln_database *db, int function)
{
    const kiln_i_function *f = &db->functions[function];
    while (f->source < 0 && f->n_references == 1 && !f->steps) f = &db->functions[f->references[0].function];
    return f->source;
}

int kiln_i_export_has_provenance(const kiln_i_function *f)
{
    return f->sigma_J_mol >= 0.0 || f->sigma_T_J_molK > 0.0 || f->status != KILN_VALUE_UNSTATED || f->source >= 0 ||
           f->estimate || f->note;
}

/* A text of bounded parts, which has room for all of them. */
typedef struct remark {
    size_t used;
    char text[1600];
} remark;

static void say(remark *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(remark *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    r->used += (size_t)vsnprintf(r->text + r->used, sizeof r->text - r->used, format, args);
    va_end(args);
}

void kiln_i_export_provenance(kiln_i_export *t, const char *title, int function)
{
    const kiln_i_function *f = &t->db->functions[function];
    char number[KILN_NUMBER_TEXT];
    remark r = {.used = 0};
    say(&r, "%.500s", title);
    if (f->sigma_J_mol >= 0.0) say(&r, "; sigma %s J/mol", kiln_i_number_exact(f->sigma_J_mol, number));
    if (f->sigma_T_J_molK > 0.0) say(&r, "; sigma of the slope %s J/mol/K", kiln_i_number_exact(f->sigma_T_J_molK, number));
    if (f->status != KILN_VALUE_UNSTATED) say(&r, "; %s", kiln_i_value_status_text((kiln_i_status_of_value)f->status));
    if (f->source >= 0) say(&r, "; %.60s", t->db->sources[f->source].key);
    if (f->T_min_K > 0.0 && isfinite(f->T_max_K)) say(&r, "; valid from %.10g K to %.10g K", f->T_min_K, f->T_max_K);
    if (f->estimate) say(&r, "; by %.200s", f->estimate);
    if (f->note) say(&r, "; %.400s", f->note);
    kiln_i_export_comment(t, "%s", r.text);
}
