/* FUNCTION, and the values of parameters: expressions in T become the terms of function.h, or programs where they are no sums of such. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/forms.h"
#include "data/growth.h"

#include <kiln/nearest.h>
#include <math.h>
#include <string.h>

enum { MAX_MONOMIALS = 512 };

/* coefficient * T^power * (ln T, logs times) * (a function, if >= 0). */
typedef struct monomial {
    double coefficient, power;
    int logs, function;
} monomial;

/* One range of temperature while a value is read. */
typedef struct range {
    double low, high;
    kiln_i_tdb_expression e;
    int first, n, is_sum; /* its monomials; is_sum 0: it has no such form */
} range;

typedef struct value {
    kiln_i_tdb *t;
    int n_ranges;
    range *ranges;
    int n;
    monomial *monomials; /* of all ranges, then what an expression leaves while it is expanded */
} value;

/* ---- Expansion ---- */

/* Where the operands of an expression begin; the last ends where the array does. */
typedef struct operands {
    value *v;
    int depth, start[KILN_TDB_MAX_DEPTH + 1];
    int failed; /* without memory */
} operands;

static int push(operands *o, monomial m)
{
    monomial *slot =
        o->v->n - o->start[0] < MAX_MONOMIALS ? kiln_i_push(o->v->t->r->ctx, &o->v->monomials, &o->v->n, sizeof *slot) : NULL;
    if (slot) *slot = m;
    else o->failed |= o->v->n - o->start[0] < MAX_MONOMIALS;
    return slot != NULL;
}

static int push_operand(operands *o, monomial m)
{
    o->start[o->depth++] = o->v->n;
    return push(o, m);
}

/* The last operand's only monomial, if it is a number times a power of T. */
static monomial *plain_power(const operands *o)
{
    monomial *m = &o->v->monomials[o->v->n - 1];
    if (o->v->n - o->start[o->depth - 1] != 1 || m->logs > 0 || m->function >= 0) return NULL;
    return m;
}

static int multiply(operands *o)
{
    value *v = o->v;
    const int a = o->start[o->depth - 2], b = o->start[o->depth - 1], end = v->n;
    for (int i = a; i < b; i++)
        for (int j = b; j < end; j++) {
            const monomial x = v->monomials[i], y = v->monomials[j];
            if (x.function >= 0 && y.function >= 0) return 0;
            if (!push(o, (monomial){x.coefficient * y.coefficient, x.power + y.power, x.logs + y.logs,
                                    x.function >= 0 ? x.function : y.function}))
                return 0;
        }
    memmove(v->monomials + a, v->monomials + end, (size_t)(v->n - end) * sizeof *v->monomials);
    v->n = a + v->n - end;
    o->depth--;
    return 1;
}

static int divide(operands *o)
{
    monomial *m = plain_power(o);
    if (!m) return 0;
    m->coefficient = 1.0 / m->coefficient;
    m->power = -m->power;
    return multiply(o);
}

static int raise_to(operands *o, double exponent)
{
    monomial *m = exponent == 1.0 ? NULL : plain_power(o);
    if (!m) return exponent == 1.0;
    m->coefficient = pow(m->coefficient, exponent);
    m->power *= exponent;
    return isfinite(m->coefficient);
}

/* ln(c T^p) = ln c + p ln T. */
static int take_log(operands *o)
{
    monomial *m = plain_power(o);
    if (!m || !(m->coefficient > 0.0)) return 0;
    const double power = m->power;
    *m = (monomial){log(m->coefficient), 0.0, 0, -1};
    return power == 0.0 || push(o, (monomial){power, 0.0, 1, -1});
}

/* exp(c + p ln T) = e^c T^p. */
static int take_exp(operands *o)
{
    const int first = o->start[o->depth - 1];
    monomial result = {0.0, 0.0, 0, -1};
    for (int i = first; i < o->v->n; i++) {
        const monomial *m = &o->v->monomials[i];
        if (m->function >= 0 || m->power != 0.0 || m->logs > 1) return 0;
        if (m->logs) result.power += m->coefficient;
        else result.coefficient += m->coefficient;
    }
    result.coefficient = exp(result.coefficient);
    if (o->v->n == first || !isfinite(result.coefficient)) return 0;
    o->v->monomials[first] = result;
    o->v->n = first + 1;
    return 1;
}

static int expand_step(operands *o, const kiln_i_tdb_step *step, int function)
{
    switch (step->op) {
    case KILN_TDB_NUMBER: return push_operand(o, (monomial){step->value, 0.0, 0, -1});
    case KILN_TDB_T: return push_operand(o, (monomial){1.0, 1.0, 0, -1});
    case KILN_TDB_NAME: return push_operand(o, (monomial){1.0, 0.0, 0, function});
    case KILN_TDB_ADD: o->depth--; return 1; /* the monomials of both are neighbours already */
    case KILN_TDB_MULTIPLY: return multiply(o);
    case KILN_TDB_DIVIDE: return divide(o);
    case KILN_TDB_POWER: return raise_to(o, step->value);
    case KILN_TDB_LN: return take_log(o);
    case KILN_TDB_EXP: return take_exp(o);
    }
    return 0;
}

static int is_term(const monomial *m)
{
    if (m->coefficient == 0.0) return 1;
    if (!isfinite(m->coefficient) || !isfinite(m->power)) return 0;
    if (m->function >= 0) return m->power == 0.0 && m->logs == 0;
    return m->logs == 0 || (m->logs == 1 && (m->power == 0.0 || m->power == 1.0));
}

static int function_of(const kiln_i_tdb *t, kiln_i_tdb_word name) { return kiln_i_reader_find(t->r, name.text, name.length); }

static kiln_status expand(value *v, range *r)
{
    operands o = {.v = v};
    r->first = v->n;
    r->is_sum = 1;
    o.start[0] = v->n;
    for (int i = 0; i < r->e.n && r->is_sum; i++) {
        const kiln_i_tdb_step *step = &r->e.steps[i];
        r->is_sum = expand_step(&o, step, step->op == KILN_TDB_NAME ? function_of(v->t, step->name) : -1);
    }
    if (o.failed) return kiln_i_reader_no_memory(v->t->r);
    for (int i = r->first; i < v->n && r->is_sum; i++) r->is_sum = is_term(&v->monomials[i]);
    if (!r->is_sum) v->n = r->first;
    r->n = v->n - r->first;
    return KILN_OK;
}

/* ---- Into the function ---- */

static kiln_status mention(kiln_i_tdb *t, int index, int target, double factor)
{
    kiln_i_draft *draft = &t->r->drafts[index];
    for (int i = 0; i < draft->n_mentions; i++)
        if (draft->mentions[i].target == target) {
            draft->mentions[i].factor += factor;
            return KILN_OK;
        }
    kiln_i_mention *slot = kiln_i_push(t->r->ctx, &draft->mentions, &draft->n_mentions, sizeof *slot);
    if (!slot) return kiln_i_reader_no_memory(t->r);
    *slot = (kiln_i_mention){{t->r->file, NULL}, 0, 0, target, factor};
    return KILN_OK;
}

/* Factor of a function in a range. */
static double factor_in(const value *v, const range *r, int function)
{
    double sum = 0.0;
    for (int i = r->first; i < r->first + r->n; i++)
        if (v->monomials[i].function == function) sum += v->monomials[i].coefficient;
    return sum;
}

/* References hold at all temperatures, so they must be the same in every range. */
static int have_same_references(const value *v)
{
    for (int k = 0; k < v->n_ranges; k++) {
        if (!v->ranges[k].is_sum) return 0;
        for (int i = v->ranges[k].first; i < v->ranges[k].first + v->ranges[k].n; i++) {
            const int function = v->monomials[i].function;
            for (int other = 0; function >= 0 && other < v->n_ranges; other++)
                if (factor_in(v, &v->ranges[other], function) != factor_in(v, &v->ranges[k], function)) return 0;
        }
    }
    return 1;
}

static kiln_status add_terms(value *v, int index)
{
    kiln_context *ctx = v->t->r->ctx;
    kiln_status status = KILN_OK;
    for (int k = 0; k < v->n_ranges && status == KILN_OK; k++) {
        const range *r = &v->ranges[k];
        kiln_i_function *f = &v->t->r->db->functions[index];
        status = kiln_i_form_piece(ctx, f, r->low, r->high);
        for (int i = r->first; i < r->first + r->n && status == KILN_OK; i++) {
            const monomial *m = &v->monomials[i];
            const kiln_i_basis basis = m->logs == 0 ? KILN_BASIS_POWER : m->power != 0.0 ? KILN_BASIS_T_LN_T : KILN_BASIS_LN_T;
            if (m->function < 0) status = kiln_i_form_term(ctx, f, basis, m->logs ? 0.0 : m->power, m->coefficient);
            else if (k == 0 && m->coefficient != 0.0) status = mention(v->t, index, m->function, m->coefficient);
        }
    }
    return status;
}

static kiln_status add_program(value *v, int index)
{
    kiln_i_function *f = &v->t->r->db->functions[index];
    kiln_status status = KILN_OK;
    for (int k = 0; k < v->n_ranges && status == KILN_OK; k++) {
        const range *r = &v->ranges[k];
        status = kiln_i_form_piece(v->t->r->ctx, f, r->low, r->high);
        for (int i = 0; i < r->e.n && status == KILN_OK; i++) {
            const kiln_i_tdb_step *s = &r->e.steps[i];
            kiln_i_step step = {(kiln_i_op)s->op, s->value, -1}; /* the operations of both are the same, in the same order */
            if (s->op == KILN_TDB_NAME) {
                step.function = function_of(v->t, s->name);
                status = mention(v->t, index, step.function, 0.0);
            }
            if (status == KILN_OK) status = kiln_i_form_step(v->t->r->ctx, f, step);
        }
    }
    return status;
}

/* Ranges of a function that only refers to others would be breaks without a meaning. */
static void drop_empty_pieces(kiln_context *ctx, kiln_i_function *f)
{
    for (int k = 0; k < f->n_pieces; k++)
        if (f->pieces[k].n_terms > 0 || f->pieces[k].n_steps > 0) return;
    kiln_i_free(ctx, f->pieces);
    f->pieces = NULL;
    f->n_pieces = 0;
}

static kiln_status fill(value *v, int index)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < v->n_ranges && status == KILN_OK; k++) status = expand(v, &v->ranges[k]);
    if (status != KILN_OK) return status;
    status = have_same_references(v) ? add_terms(v, index) : add_program(v, index);
    kiln_i_function *f = &v->t->r->db->functions[index];
    if (status != KILN_OK) return status;
    f->T_min_K = v->ranges[0].low;
    f->T_max_K = v->ranges[v->n_ranges - 1].high;
    drop_empty_pieces(v->t->r->ctx, f);
    kiln_i_form_seal(f);
    return KILN_OK;
}

/* ---- Reading ---- */

static kiln_status check_names(kiln_i_tdb *t, const kiln_i_tdb_expression *e)
{
    for (int i = 0; i < e->n; i++) {
        const kiln_i_tdb_word name = e->steps[i].name;
        if (e->steps[i].op != KILN_TDB_NAME || function_of(t, name) >= 0) continue;
        char *word = kiln_i_tdb_copy(t, name);
        if (!word) return kiln_i_reader_no_memory(t->r);
        kiln_nearest nearest = kiln_nearest_to(word);
        for (int f = 0; f < t->r->db->n_functions; f++) kiln_nearest_offer(&nearest, t->r->db->functions[f].name);
        const kiln_status status =
            kiln_i_tdb_fail(&t->text, name.at, "expected T or the name of a function, found \"%.60s\"%s%.60s%s", word,
                            nearest.name ? "; did you mean " : "", nearest.name ? nearest.name : "", nearest.name ? "?" : "");
        kiln_i_free(t->r->ctx, word);
        return status;
    }
    return KILN_OK;
}

/* A limit of temperature; where a comma stands for it, the one that the file has for all. */
static kiln_status read_limit(kiln_i_tdb *t, kiln_i_tdb_cursor *c, double usual_K, double *T_K)
{
    const double least_K = 1e-3; /* powers of T and ln T end at 0 K */
    int is_left_out = 0;
    *T_K = usual_K;
    if (kiln_i_tdb_number(c, T_K)) {
        if (!(*T_K >= 0.0) || !isfinite(*T_K))
            return kiln_i_tdb_fail(&t->text, c->at, "expected a temperature above 0 K before this place");
        *T_K = fmax(*T_K, least_K);
        return KILN_OK;
    }
    while (kiln_i_tdb_take(c, ',')) is_left_out = 1;
    return is_left_out ? KILN_OK : kiln_i_tdb_fail(&t->text, c->at, "expected a temperature, or a comma for the usual one");
}

static kiln_status note_R(kiln_i_tdb *t, size_t at)
{
    if (t->said_R) return KILN_OK;
    t->said_R = 1;
    return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, at,
                             "R is 8.31451 J/mol/K, as in the programs that TDB files are written for");
}

static kiln_status read_range(kiln_i_tdb *t, kiln_i_tdb_cursor *c, double low, range *r)
{
    r->low = low;
    kiln_i_tdb_word here = {NULL, 0, c->at};
    kiln_status status = kiln_i_tdb_parse(c, t->has_R, &r->e);
    if (status == KILN_OK && r->e.uses_R) status = note_R(t, here.at);
    if (status == KILN_OK) status = check_names(t, &r->e);
    if (status == KILN_OK) status = read_limit(t, c, t->T_max_K, &r->high);
    if (status != KILN_OK) return status;
    if (r->high > r->low) return KILN_OK;
    return kiln_i_tdb_fail(&t->text, c->at, "expected a temperature above %g K, where the range begins, found %g K", r->low,
                           r->high);
}

/* "Y": another range follows; "N", or the end: none does. */
static kiln_status read_more(kiln_i_tdb *t, kiln_i_tdb_cursor *c, int *more)
{
    *more = kiln_i_tdb_take(c, 'Y');
    if (*more || kiln_i_tdb_take(c, 'N')) return KILN_OK;
    if (!kiln_i_tdb_peek(c)) return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, c->at, "N is left out at the end");
    const kiln_i_tdb_word word = kiln_i_tdb_word_until(c, "");
    return kiln_i_tdb_fail(&t->text, word.at, "expected Y before another range of temperature or N, found \"%.*s\"",
                           kiln_i_tdb_shown(word), word.text);
}

static kiln_status read_ranges(value *v, kiln_i_tdb_cursor *c)
{
    kiln_i_tdb *t = v->t;
    double low;
    int more = 1;
    kiln_status status = read_limit(t, c, t->T_min_K, &low);
    while (status == KILN_OK && more) {
        range *r = kiln_i_push(t->r->ctx, &v->ranges, &v->n_ranges, sizeof *r);
        if (!r) return kiln_i_reader_no_memory(t->r);
        status = read_range(t, c, low, r);
        low = r->high;
        if (status == KILN_OK) status = read_more(t, c, &more);
    }
    return status;
}

kiln_status kiln_i_tdb_read_value(kiln_i_tdb *t, kiln_i_tdb_cursor *c, int index)
{
    value v = {.t = t};
    (void)kiln_i_tdb_peek(c);
    const size_t begin = c->at;
    kiln_status status = read_ranges(&v, c);
    const size_t end = c->at;
    int source = -1;
    if (status == KILN_OK) status = kiln_i_tdb_cite(t, c, &source);
    if (status == KILN_OK) status = fill(&v, index);
    kiln_i_function *f = &t->r->db->functions[index];
    if (status == KILN_OK) {
        f->source = source;
        f->status = source >= 0 ? KILN_VALUE_ASSESSED : KILN_VALUE_UNSTATED;
        if (!(f->text = kiln_i_tdb_excerpt(t, begin, end))) status = kiln_i_reader_no_memory(t->r);
    }
    for (int k = 0; k < v.n_ranges; k++) kiln_i_tdb_expression_free(t->r->ctx, &v.ranges[k].e);
    kiln_i_free(t->r->ctx, v.ranges);
    kiln_i_free(t->r->ctx, v.monomials);
    return status;
}

/* Names first, so that any function may use any other. */
kiln_status kiln_i_tdb_declare_function(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    const kiln_i_tdb_word name = kiln_i_tdb_word_until(&c, "#;");
    int index = function_of(t, name), line, column;
    if (name.length == 0 || name.length > 64 || memchr(name.text, ':', name.length))
        return kiln_i_tdb_fail(&t->text, name.at, "expected the name of a function, of at most 64 characters and without \":\"");
    const int is_again = index >= 0 && t->r->db->functions[index].file == t->r->file;
    kiln_status status = KILN_OK;
    if (is_again)
        status = kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, name.at,
                                   "the function %.*s stands here again and replaces that of line %d", kiln_i_tdb_shown(name),
                                   name.text, t->r->db->functions[index].line);
    char *copy = kiln_i_tdb_copy(t, name);
    if (!copy) return kiln_i_reader_no_memory(t->r);
    kiln_i_tdb_locate(&t->text, name.at, &line, &column);
    if (status == KILN_OK) status = kiln_i_reader_define_at(t->r, copy, line, column, &index);
    kiln_i_free(t->r->ctx, copy);
    t->has_R |= kiln_i_tdb_is(name, "R");
    return status;
}

kiln_status kiln_i_tdb_read_function(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    const kiln_i_tdb_word name = kiln_i_tdb_word_until(&c, "#;");
    const int index = function_of(t, name);
    int line, column;
    (void)kiln_i_tdb_take(&c, '#');
    kiln_i_tdb_locate(&t->text, name.at, &line, &column);
    const kiln_i_function *f = &t->r->db->functions[index];
    return f->line == line && f->column == column ? kiln_i_tdb_read_value(t, &c, index)
                                                  : KILN_OK; /* a later statement replaces it */
}
