#include "predict/candidates.h"

#include "core/context.h"
#include "core/elements.h"
#include "core/random.h"
#include "text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 9 };
#define LEAST_AMOUNT 1e-6 /* of a formula */

typedef struct member {
    int z;
    double amount;
} member;

/* Choice number `index` of k of the pool, in the order of the pool. */
static void choose(const kiln_candidates *c, int k, uint64_t index, member *members)
{
    int next = 0;
    for (int i = 0; i < k; ++i, ++next) {
        for (;; ++next) { /* how many choices have this cation as the i-th */
            const uint64_t n = kiln_i_binomial(c->n_pool - next - 1, k - i - 1);
            if (index < n) break;
            index -= n;
        }
        members[i].z = c->pool[next];
    }
}

static int choice(const kiln_candidates *c, uint64_t index, member *members)
{
    int k = c->choose_least;
    for (uint64_t n; k < c->choose_most && index >= (n = kiln_i_binomial(c->n_pool, k)); ++k) index -= n;
    choose(c, k, index, members);
    return k;
}

/* Point number `index` of the grid: the first amount falls from 1. */
static int grid_point(const kiln_candidates *c, uint64_t index, member *members)
{
    int left = c->steps, n = 0;
    for (int i = 0; i < c->n_pool; ++i) {
        int take = left;
        const int others = c->n_pool - i - 1;
        for (; others > 0; --take) { /* in how many ways the others share what is left */
            const uint64_t ways = kiln_i_binomial(left - take + others - 1, others - 1);
            if (index < ways) break;
            index -= ways;
        }
        if (take > 0) members[n++] = (member){c->pool[i], (double)take / c->steps};
        left -= take;
    }
    return n;
}

/* Exponential numbers over their sum fall evenly on the simplex; each index has a stream of its own. */
static int random_point(const kiln_candidates *c, uint64_t index, member *members)
{
    uint64_t state = c->seed, own;
    double share[KILN_MAX_MIXED], sum = 0.0;
    int n = 0;
    own = kiln_i_random(&state) + index;
    own = kiln_i_random(&own);
    for (int i = 0; i < c->n_pool; ++i) sum += share[i] = -log(kiln_i_uniform(&own));
    for (int i = 0; i < c->n_pool; ++i)
        if (share[i] >= LEAST_AMOUNT * sum) members[n++] = (member){c->pool[i], share[i] / sum};
    return n;
}

/* The formula with (Mg0.3Co0.7), or (Mg,Co) where they share equally, in the place of (*). */
static void fill_in(const char *template, int n, const member *members, int is_equal, char formula[KILN_FORMULA_BYTES])
{
    char amount[KILN_NUMBER_TEXT];
    const char *hole = strchr(template, '*');
    size_t used = (size_t)snprintf(formula, KILN_FORMULA_BYTES, "%.*s", (int)(hole - template), template);
    for (int i = 0; i < n; ++i)
        used += (size_t)snprintf(formula + used, KILN_FORMULA_BYTES - used, "%s%s%s", is_equal && i > 0 ? "," : "",
                                 kiln_i_element_symbol(members[i].z),
                                 is_equal || n == 1 ? "" : kiln_i_number_text(members[i].amount, DIGITS, amount));
    snprintf(formula + used, KILN_FORMULA_BYTES - used, "%s", hole + 1);
}

static kiln_status substitute(const kiln_candidates *c, kiln_context *ctx, int formula, uint64_t index,
                              char out[KILN_FORMULA_BYTES])
{
    kiln_composition x;
    const kiln_status status =
        kiln_composition_replace(ctx, &c->composition[formula], c->out_z, c->in_z, (double)index / c->steps, &x);
    if (status == KILN_OK) snprintf(out, KILN_FORMULA_BYTES, "%s", x.canonical);
    return status;
}

static kiln_status read_row(kiln_i_candidate_reader *r, uint64_t index, char formula[KILN_FORMULA_BYTES])
{
    const kiln_i_formula_file *f = &r->candidates->table;
    const size_t group = (size_t)(index / KILN_I_FORMULA_GROUP);
    if (!r->rows.ctx || r->group != group) {
        kiln_i_table_free(&r->rows);
        const kiln_status status = kiln_i_formula_file_read(f, r->ctx, group, &r->rows);
        if (status != KILN_OK) return status;
        r->group = group;
    }
    r->row = (int)(index % KILN_I_FORMULA_GROUP);
    snprintf(formula, KILN_FORMULA_BYTES, "%s", kiln_i_table_cell(&r->rows, r->row, f->formula)->text);
    return KILN_OK;
}

kiln_status kiln_i_candidate_read(kiln_i_candidate_reader *r, uint64_t index, char formula[KILN_FORMULA_BYTES])
{
    const kiln_candidates *c = r->candidates;
    member members[KILN_MAX_MIXED];
    if (c->kind == KILN_CANDIDATES_TABLE) return read_row(r, index, formula);
    const int i = (int)(index / c->n_each);
    const uint64_t own = index % c->n_each;
    int n = 0;
    switch (c->kind) {
    case KILN_CANDIDATES_CHOOSE: n = choice(c, own, members); break;
    case KILN_CANDIDATES_GRID: n = grid_point(c, own, members); break;
    case KILN_CANDIDATES_RANDOM: n = random_point(c, own, members); break;
    case KILN_CANDIDATES_SUBSTITUTE: return substitute(c, r->ctx, i, own, formula);
    default: snprintf(formula, KILN_FORMULA_BYTES, "%s", c->formula[i]); return KILN_OK;
    }
    fill_in(c->formula[i], n, members, c->kind == KILN_CANDIDATES_CHOOSE, formula);
    return KILN_OK;
}

int kiln_i_candidates_carried(const kiln_candidates *c)
{
    return c->kind == KILN_CANDIDATES_TABLE ? c->table.header.n_columns - 1 : 0;
}

/* Columns of a table but that of the formulas. */
static int carried_column(const kiln_candidates *c, int i) { return i + (i >= c->table.formula); }

const char *kiln_i_candidates_carried_name(const kiln_candidates *c, int i)
{
    return kiln_i_table_cell(&c->table.header, -1, carried_column(c, i))->text;
}

const char *kiln_i_candidate_carried(const kiln_i_candidate_reader *r, int i)
{
    return kiln_i_table_cell(&r->rows, r->row, carried_column(r->candidates, i))->text;
}

void kiln_i_candidate_reader_close(kiln_i_candidate_reader *r) { kiln_i_table_free(&r->rows); }

kiln_status kiln_candidates_at(const kiln_candidates *c, kiln_context *ctx, uint64_t index, char formula[KILN_FORMULA_BYTES])
{
    if (!ctx) return KILN_E_ARG;
    if (!c || !formula || index >= kiln_candidates_n(c)) return kiln_i_fail(ctx, KILN_E_ARG, "no candidate of that index");
    kiln_i_candidate_reader reader = {.candidates = c, .ctx = ctx};
    const kiln_status status = kiln_i_candidate_read(&reader, index, formula);
    kiln_i_candidate_reader_close(&reader);
    return status;
}
