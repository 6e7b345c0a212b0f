#include "data/reader.h"

#include "core/context.h"
#include "data/forms.h"
#include "data/growth.h"
#include "text/expression.h"

#include <math.h>
#include <string.h>

#define T_REFERENCE_K 298.15 /* of H298 and S298 */

int kiln_i_reader_find(const kiln_i_reader *r, const char *name, size_t length)
{
    return kiln_i_names_find(&r->names, name, length);
}

static kiln_status new_function(kiln_i_reader *r, const char *name, int *index)
{
    kiln_database *db = r->db;
    char *copy = kiln_i_strdup(r->ctx, name);
    if (!copy) return kiln_i_reader_no_memory(r);
    if (!kiln_i_push(r->ctx, &r->drafts, &r->n_drafts, sizeof *r->drafts)) goto failed;
    if (!kiln_i_push(r->ctx, &db->functions, &db->n_functions, sizeof *db->functions)) goto failed;
    *index = db->n_functions - 1;
    db->functions[*index].name = copy;
    return kiln_i_names_add(r->ctx, &r->names, copy, strlen(copy), *index) ? KILN_OK : kiln_i_reader_no_memory(r);
failed:
    kiln_i_free(r->ctx, copy);
    return kiln_i_reader_no_memory(r);
}

kiln_status kiln_i_reader_define(kiln_i_reader *r, const char *name, const kiln_i_yaml_node *node, int *index)
{
    const kiln_i_yaml_node *at = node->key ? node->key : node;
    return kiln_i_reader_define_at(r, name, at->line, at->column, index);
}

kiln_status kiln_i_reader_define_at(kiln_i_reader *r, const char *name, int line, int column, int *index)
{
    *index = kiln_i_reader_find(r, name, strlen(name));
    r->n_defined++;
    if (*index < 0) {
        const kiln_status status = new_function(r, name, index);
        if (status != KILN_OK) return status;
    } else {
        char *kept = r->db->functions[*index].name;
        r->db->functions[*index].name = NULL;
        kiln_i_function_clear(r->ctx, &r->db->functions[*index]);
        r->db->functions[*index].name = kept;
        kiln_i_free(r->ctx, r->drafts[*index].mentions);
        r->drafts[*index] = (kiln_i_draft){.replaced = r->n_defined};
    }
    kiln_i_function *f = &r->db->functions[*index];
    f->T_max_K = INFINITY;
    f->sigma_J_mol = -1.0;
    f->source = -1;
    f->status = KILN_VALUE_UNSTATED;
    f->file = r->file;
    f->line = line;
    f->column = column;
    return KILN_OK;
}

static kiln_status add_mention(kiln_i_reader *r, int index, const kiln_i_yaml_node *node, const kiln_i_expression_term *term)
{
    kiln_i_draft *draft = &r->drafts[index];
    kiln_i_mention *mention = kiln_i_push(r->ctx, &draft->mentions, &draft->n_mentions, sizeof *mention);
    if (!mention) return kiln_i_reader_no_memory(r);
    *mention = (kiln_i_mention){{r->file, node}, term->name_offset, term->name_length, -1, term->coefficient};
    return KILN_OK;
}

/* Names in a later piece must be those of the first, since a reference holds at all temperatures. */
static kiln_status same_mentions(kiln_i_reader *r, int index, const kiln_i_yaml_node *node, const kiln_i_expression *e)
{
    const kiln_i_draft *draft = &r->drafts[index];
    int n = 0, is_same = 1;
    for (int i = 0; i < e->n; i++) {
        const kiln_i_expression_term *term = &e->terms[i];
        if (!term->name_length) continue;
        const kiln_i_mention *m = n < draft->n_mentions ? &draft->mentions[n] : NULL;
        is_same = is_same && m && m->length == term->name_length && !(fabs(m->factor - term->coefficient) > 0.0) &&
                  strncmp(m->place.node->text + m->offset, node->text + term->name_offset, (size_t)m->length) == 0;
        n++;
    }
    if (is_same && n == draft->n_mentions) return KILN_OK;
    return kiln_i_yaml_fail(r->yaml, node, "expected the same names of functions in every piece, in the same order");
}

/* Terms of an expression into the last piece of a function. */
static kiln_status add_expression(kiln_i_reader *r, int index, const kiln_i_yaml_node *node, const kiln_i_expression *e,
                                  int is_first)
{
    kiln_i_function *f = &r->db->functions[index];
    kiln_status status = KILN_OK;
    for (int i = 0; i < e->n && status == KILN_OK; i++) {
        const kiln_i_expression_term *term = &e->terms[i];
        const kiln_i_basis basis = !term->has_log            ? KILN_BASIS_POWER
                                   : fabs(term->power) > 0.0 ? KILN_BASIS_T_LN_T
                                                             : KILN_BASIS_LN_T;
        if (!term->name_length) status = kiln_i_form_term(r->ctx, f, basis, term->has_log ? 0.0 : term->power, term->coefficient);
        else if (is_first) status = add_mention(r, index, node, term);
    }
    return status == KILN_OK && !is_first ? same_mentions(r, index, node, e) : status;
}

static kiln_status parse_expression(kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_i_expression *e)
{
    int offset;
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "an expression");
    if (status != KILN_OK) return status;
    status = kiln_i_expression_parse(r->ctx, node->text, e, &offset);
    return kiln_i_yaml_locate(r->yaml, node, offset, status);
}

static kiln_status set_text(kiln_i_reader *r, int index, const char *text)
{
    kiln_i_function *f = &r->db->functions[index];
    f->text = kiln_i_strdup(r->ctx, text);
    return f->text ? KILN_OK : kiln_i_reader_no_memory(r);
}

/* A number followed by a letter is a quantity with its unit; any other text is an expression. */
static int has_unit(const char *text)
{
    const char *at = text + strspn(text, "+- ");
    const size_t digits = strspn(at, "0123456789.");
    if (digits == 0) return 0;
    at += digits;
    if ((*at == 'e' || *at == 'E') && strspn(at + 1, "+-0123456789") > 0) at += 1 + strspn(at + 1, "+-0123456789");
    at += strspn(at, " ");
    return (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
}

kiln_status kiln_i_reader_value(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping, const kiln_i_yaml_node *scalar)
{
    kiln_i_function *f = &r->db->functions[index];
    const kiln_i_yaml_node *range = kiln_i_yaml_get(mapping, "range");
    kiln_i_expression e;
    double value, T_min_K = 0.0, T_max_K = INFINITY;
    kiln_status status = kiln_i_yaml_expect(r->yaml, scalar, KILN_YAML_SCALAR, "a value");
    if (status != KILN_OK || (status = set_text(r, index, scalar->text)) != KILN_OK) return status;
    if (range && (status = kiln_i_read_range(r, range, &T_min_K, &T_max_K)) != KILN_OK) return status;
    f->T_min_K = T_min_K;
    f->T_max_K = T_max_K;
    if ((status = kiln_i_form_piece(r->ctx, f, T_min_K, T_max_K)) != KILN_OK) return status;
    if (has_unit(scalar->text)) {
        if ((status = kiln_i_read_quantity(r, scalar, KILN_DIM_ENERGY, "a value", &value)) != KILN_OK) return status;
        status = kiln_i_form_term(r->ctx, f, KILN_BASIS_POWER, 0.0, value);
    } else {
        if ((status = parse_expression(r, scalar, &e)) != KILN_OK) return status;
        status = add_expression(r, index, scalar, &e, 1);
    }
    kiln_i_form_seal(f);
    return status;
}

kiln_status kiln_i_reader_constant(kiln_i_reader *r, int index, const kiln_i_yaml_node *scalar, int is_temperature)
{
    kiln_i_function *f = &r->db->functions[index];
    kiln_i_expression e;
    double value = 0.0;
    kiln_status status = kiln_i_yaml_expect(r->yaml, scalar, KILN_YAML_SCALAR, "a value");
    if (status != KILN_OK || (status = set_text(r, index, scalar->text)) != KILN_OK) return status;
    if (is_temperature && has_unit(scalar->text)) {
        if ((status = kiln_i_read_quantity(r, scalar, KILN_DIM_TEMPERATURE, "a value", &value)) != KILN_OK) return status;
    } else {
        if ((status = parse_expression(r, scalar, &e)) != KILN_OK) return status;
        for (int i = 0; i < e.n; i++) {
            if (e.terms[i].has_log || e.terms[i].name_length || fabs(e.terms[i].power) > 0.0)
                return kiln_i_yaml_fail(r->yaml, scalar, "expected a constant, without T and names of functions, found \"%.60s\"",
                                        scalar->text);
            value += e.terms[i].coefficient;
        }
    }
    if ((status = kiln_i_form_piece(r->ctx, f, 0.0, INFINITY)) != KILN_OK) return status;
    status = kiln_i_form_term(r->ctx, f, KILN_BASIS_POWER, 0.0, value);
    kiln_i_form_seal(f);
    return status;
}

kiln_status kiln_i_reader_estimate(kiln_i_reader *r, int index, double J_mol, const char *estimate)
{
    kiln_i_function *f = &r->db->functions[index];
    char text[KILN_NUMBER_TEXT];
    kiln_status status = set_text(r, index, kiln_i_number_text(J_mol, 6, text));
    if (status != KILN_OK) return status;
    if (!(f->estimate = kiln_i_strdup(r->ctx, estimate))) return kiln_i_reader_no_memory(r);
    f->status = KILN_VALUE_ESTIMATED;
    if ((status = kiln_i_form_piece(r->ctx, f, 0.0, INFINITY)) != KILN_OK) return status;
    status = kiln_i_form_term(r->ctx, f, KILN_BASIS_POWER, 0.0, J_mol);
    kiln_i_form_seal(f);
    return status;
}

/* The range of a piece, which must follow the piece before it; a new last piece of the function. */
static kiln_status open_piece(kiln_i_reader *r, int index, const kiln_i_yaml_node *piece)
{
    kiln_i_function *f = &r->db->functions[index];
    const kiln_i_yaml_node *range;
    double T_min_K, T_max_K;
    kiln_status status = kiln_i_yaml_require(r->yaml, piece, "range", &range);
    if (status != KILN_OK || (status = kiln_i_read_range(r, range, &T_min_K, &T_max_K)) != KILN_OK) return status;
    if (f->n_pieces > 0 && T_min_K < f->pieces[f->n_pieces - 1].T_max_K - 1e-9)
        return kiln_i_yaml_fail(r->yaml, range, "expected a piece that begins at or above %.10g K, where the one before ends",
                                f->pieces[f->n_pieces - 1].T_max_K);
    if (f->n_pieces == 0) f->T_min_K = T_min_K;
    f->T_max_K = T_max_K;
    return kiln_i_form_piece(r->ctx, f, T_min_K, T_max_K);
}

typedef kiln_status piece_reader(kiln_i_reader *r, int index, const kiln_i_yaml_node *parent, const kiln_i_yaml_node *piece);

static kiln_status read_pieces(kiln_i_reader *r, int index, const kiln_i_yaml_node *parent, const char *const *keys,
                               piece_reader *read)
{
    const kiln_i_yaml_node *pieces;
    kiln_status status = kiln_i_yaml_require(r->yaml, parent, "pieces", &pieces);
    if (status != KILN_OK) return status;
    if ((status = kiln_i_yaml_expect(r->yaml, pieces, KILN_YAML_SEQUENCE, "pieces")) != KILN_OK) return status;
    if (pieces->n == 0) return kiln_i_yaml_fail(r->yaml, pieces, "expected at least one piece");
    for (const kiln_i_yaml_node *piece = pieces->first; piece; piece = piece->next) {
        if ((status = kiln_i_yaml_expect(r->yaml, piece, KILN_YAML_MAPPING, "a piece")) != KILN_OK) return status;
        if ((status = kiln_i_yaml_check_keys(r->yaml, piece, keys)) != KILN_OK) return status;
        if ((status = read(r, index, parent, piece)) != KILN_OK) return status;
    }
    kiln_i_form_seal(&r->db->functions[index]);
    return KILN_OK;
}

static kiln_status read_g_piece(kiln_i_reader *r, int index, const kiln_i_yaml_node *parent, const kiln_i_yaml_node *piece)
{
    const kiln_i_yaml_node *g;
    kiln_i_expression e;
    kiln_status status = kiln_i_yaml_require(r->yaml, piece, "G", &g);
    (void)parent;
    if (status != KILN_OK || (status = parse_expression(r, g, &e)) != KILN_OK) return status;
    if ((status = open_piece(r, index, piece)) != KILN_OK) return status;
    return add_expression(r, index, g, &e, r->db->functions[index].n_pieces == 1);
}

static kiln_status read_nasa_piece(kiln_i_reader *r, int index, const kiln_i_yaml_node *parent, const kiln_i_yaml_node *piece)
{
    const kiln_i_yaml_node *gas_constant, *list;
    double R = 0.0, c[9];
    int n = 0;
    kiln_status status = open_piece(r, index, piece);
    if (status != KILN_OK || (status = kiln_i_yaml_require(r->yaml, parent, "R", &gas_constant)) != KILN_OK) return status;
    if ((status = kiln_i_read_quantity(r, gas_constant, KILN_DIM_NUMBER, "R", &R)) != KILN_OK) return status;
    if (!(fabs(R - 8.314) < 0.01))
        return kiln_i_yaml_fail(r->yaml, gas_constant, "expected the gas constant in J/mol/K, near 8.314, found %g", R);
    if ((status = kiln_i_yaml_require(r->yaml, piece, "c", &list)) != KILN_OK) return status;
    if (list->kind != KILN_YAML_SEQUENCE || list->n != 9)
        return kiln_i_yaml_fail(r->yaml, list, "expected nine coefficients, found %d", list->n);
    for (const kiln_i_yaml_node *item = list->first; item; item = item->next)
        if ((status = kiln_i_read_quantity(r, item, KILN_DIM_NUMBER, "a coefficient", &c[n++])) != KILN_OK) return status;
    return kiln_i_form_nasa9(r->ctx, &r->db->functions[index], R, c);
}

/* Cp as powers of T. */
static kiln_status read_cp(kiln_i_reader *r, const kiln_i_yaml_node *piece, kiln_i_power *cp, int *n)
{
    const kiln_i_yaml_node *node;
    kiln_i_expression e;
    kiln_status status = kiln_i_yaml_require(r->yaml, piece, "Cp", &node);
    if (status != KILN_OK || (status = parse_expression(r, node, &e)) != KILN_OK) return status;
    for (*n = 0; *n < e.n; ++*n) {
        if (e.terms[*n].has_log || e.terms[*n].name_length)
            return kiln_i_yaml_fail(r->yaml, node, "expected Cp as powers of T, without ln(T) and names");
        cp[*n] = (kiln_i_power){e.terms[*n].coefficient, e.terms[*n].power};
    }
    return KILN_OK;
}

/* H and S that the next piece starts from: its own at 298.15 K, or those at the end of the piece before, plus its Htr. */
static kiln_status cp_start(kiln_i_reader *r, int index, const kiln_i_yaml_node *parent, const kiln_i_yaml_node *piece,
                            double *T_K, double *H, double *S)
{
    const kiln_i_function *f = &r->db->functions[index];
    const kiln_i_yaml_node *owner = f->n_pieces == 0 && !kiln_i_yaml_get(piece, "H298") ? parent : piece;
    const kiln_i_yaml_node *h = kiln_i_yaml_get(owner, "H298"), *s = kiln_i_yaml_get(owner, "S298"), *transition = NULL;
    double Htr = 0.0;
    kiln_status status;
    if (f->n_pieces == 0 || h || s) {
        *T_K = T_REFERENCE_K;
        if ((status = kiln_i_yaml_require(r->yaml, owner, "H298", &h)) != KILN_OK) return status;
        if ((status = kiln_i_yaml_require(r->yaml, owner, "S298", &s)) != KILN_OK) return status;
        if ((status = kiln_i_read_quantity(r, h, KILN_DIM_ENERGY, "H298", H)) != KILN_OK) return status;
        return kiln_i_read_quantity(r, s, KILN_DIM_ENTROPY, "S298", S);
    }
    *T_K = f->pieces[f->n_pieces - 1].T_max_K;
    const kiln_i_yaml_node *pieces = kiln_i_yaml_get(parent, "pieces");
    for (const kiln_i_yaml_node *m = pieces->first; m && m != piece; m = m->next) transition = kiln_i_yaml_get(m, "Htr");
    if (transition && (status = kiln_i_read_quantity(r, transition, KILN_DIM_ENERGY, "Htr", &Htr)) != KILN_OK) return status;
    const kiln_i_jet end = kiln_i_form_last(f, *T_K);
    *H = end.g - *T_K * end.dg + Htr;
    *S = -end.dg + Htr / *T_K;
    return KILN_OK;
}

static kiln_status read_cp_piece(kiln_i_reader *r, int index, const kiln_i_yaml_node *parent, const kiln_i_yaml_node *piece)
{
    kiln_i_power cp[KILN_MAX_EXPRESSION_TERMS];
    const kiln_i_yaml_node *transition = kiln_i_yaml_get(piece, "Htr");
    double T_K = 0.0, H = 0.0, S = 0.0;
    int n;
    if (transition && !piece->next) return kiln_i_yaml_fail(r->yaml, transition, "expected Htr only where another piece follows");
    kiln_status status = cp_start(r, index, parent, piece, &T_K, &H, &S);
    if (status != KILN_OK || (status = open_piece(r, index, piece)) != KILN_OK) return status;
    if ((status = read_cp(r, piece, cp, &n)) != KILN_OK) return status;
    return kiln_i_form_cp(r->ctx, &r->db->functions[index], cp, n, T_K, H, S);
}

/* One number of the magnetic mapping, which must be above 0. */
static kiln_status read_positive(kiln_i_reader *r, const kiln_i_yaml_node *mapping, const char *key, kiln_i_dimension dimension,
                                 double *value)
{
    const kiln_i_yaml_node *node;
    kiln_status status = kiln_i_yaml_require(r->yaml, mapping, key, &node);
    if (status != KILN_OK || (status = kiln_i_read_quantity(r, node, dimension, key, value)) != KILN_OK) return status;
    return *value > 0.0 ? KILN_OK : kiln_i_yaml_fail(r->yaml, node, "expected %s above 0, found \"%.40s\"", key, node->text);
}

static kiln_status read_magnetic(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping)
{
    static const char *const keys[] = {"Tc", "beta", "p", NULL};
    kiln_i_function *f = &r->db->functions[index];
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "magnetic");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, mapping, keys)) != KILN_OK) return status;
    if ((status = read_positive(r, mapping, "Tc", KILN_DIM_TEMPERATURE, &f->Tc_K)) != KILN_OK) return status;
    if ((status = read_positive(r, mapping, "p", KILN_DIM_NUMBER, &f->p)) != KILN_OK) return status;
    if (f->p >= 1.0) return kiln_i_yaml_fail(r->yaml, mapping, "expected p below 1 (0.28, or 0.4 for bcc), found %g", f->p);
    return read_positive(r, mapping, "beta", KILN_DIM_NUMBER, &f->beta);
}

kiln_status kiln_i_reader_provenance(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping)
{
    kiln_i_function *f = &r->db->functions[index];
    const kiln_i_yaml_node *sigma = kiln_i_yaml_get(mapping, "sigma"), *slope = kiln_i_yaml_get(mapping, "sigma_T");
    const kiln_i_yaml_node *source = kiln_i_yaml_get(mapping, "source"), *status_node = kiln_i_yaml_get(mapping, "status");
    kiln_status status = kiln_i_read_text(r, mapping, "note", &f->note);
    if (status == KILN_OK && sigma) status = kiln_i_read_sigma(r, sigma, KILN_DIM_ENERGY, &f->sigma_J_mol);
    if (status == KILN_OK && slope) status = kiln_i_read_sigma(r, slope, KILN_DIM_ENTROPY, &f->sigma_T_J_molK);
    if (status == KILN_OK && source) status = kiln_i_read_source(r, source, &f->source);
    if (status == KILN_OK && status_node) status = kiln_i_read_value_status(r, status_node, &f->status);
    return status;
}

/* The one form a function is given in. */
static kiln_status read_form(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping)
{
    static const char *const g_keys[] = {"range", "G", NULL}, *const nasa_keys[] = {"range", "c", NULL};
    static const char *const cp_keys[] = {"range", "Cp", "Htr", "H298", "S298", NULL};
    static const char *const nasa_parent[] = {"R", "pieces", NULL}, *const cp_parent[] = {"H298", "S298", "pieces", NULL};
    const kiln_i_yaml_node *g = kiln_i_yaml_get(mapping, "G"), *pieces = kiln_i_yaml_get(mapping, "pieces");
    const kiln_i_yaml_node *nasa = kiln_i_yaml_get(mapping, "nasa9"), *cp = kiln_i_yaml_get(mapping, "cp");
    const kiln_i_yaml_node *parent = nasa ? nasa : cp;
    kiln_status status;
    if (!!g + !!pieces + !!nasa + !!cp != 1)
        return kiln_i_yaml_fail(r->yaml, mapping->key, "expected exactly one of G, pieces, nasa9 and cp");
    if (g) return kiln_i_reader_value(r, index, mapping, g);
    if (pieces) {
        if ((status = set_text(r, index, "in pieces")) != KILN_OK) return status;
        return read_pieces(r, index, mapping, g_keys, read_g_piece);
    }
    if ((status = set_text(r, index, nasa ? "NASA nine-coefficient polynomials" : "heat capacity, H298, S298")) != KILN_OK)
        return status;
    if ((status = kiln_i_yaml_expect(r->yaml, parent, KILN_YAML_MAPPING, parent->key->text)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_check_keys(r->yaml, parent, nasa ? nasa_parent : cp_parent)) != KILN_OK) return status;
    return read_pieces(r, index, parent, nasa ? nasa_keys : cp_keys, nasa ? read_nasa_piece : read_cp_piece);
}

static kiln_status read_function(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    static const char *const keys[] = {"formula", "G",      "range", "pieces",  "nasa9", "cp", "magnetic",
                                       "source",  "status", "sigma", "sigma_T", "note",  NULL};
    const kiln_i_yaml_node *magnetic = kiln_i_yaml_get(node, "magnetic");
    int index;
    kiln_status status;
    if (!kiln_i_expression_is_name(node->key->text))
        return kiln_i_yaml_fail(r->yaml, node->key,
                                "expected a name of letters, digits and _ other than T and ln, found \"%.60s\"", node->key->text);
    if ((status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_MAPPING, "a function")) != KILN_OK) return status;
    if ((status = kiln_i_yaml_check_keys(r->yaml, node, keys)) != KILN_OK) return status;
    if ((status = kiln_i_reader_define(r, node->key->text, node, &index)) != KILN_OK) return status;
    if ((status = kiln_i_read_text(r, node, "formula", &r->db->functions[index].formula)) != KILN_OK) return status;
    if ((status = read_form(r, index, node)) != KILN_OK) return status;
    if (magnetic && (status = read_magnetic(r, index, magnetic)) != KILN_OK) return status;
    return kiln_i_reader_provenance(r, index, node);
}

kiln_status kiln_i_read_functions(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "functions");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next)
        status = read_function(r, m);
    return status;
}
