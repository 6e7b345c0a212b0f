#include "predict/candidates.h"

#include "core/context.h"
#include "core/elements.h"

#include <kiln/nearest.h>
#include <math.h>
#include <string.h>

static const char HOLE[] = "(*)";
#define LEAST_STEP 1e-4

kiln_status kiln_candidates_options_init(kiln_candidates_options *options, uint32_t version)
{
    if (!options || version != KILN_CANDIDATES_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_candidates_options){.version = version,
                                         .kind = KILN_CANDIDATES_LIST,
                                         .choose_least = 5,
                                         .choose_most = 5,
                                         .step = 0.1,
                                         .n = 1000,
                                         .seed = 1};
    return KILN_OK;
}

uint64_t kiln_i_binomial(int n, int k)
{
    uint64_t value = 1;
    if (k < 0 || k > n) return 0;
    for (int i = 1; i <= k; ++i) { /* n - k + i over i, a whole number in each step */
        const uint64_t factor = (uint64_t)(n - k + i);
        if (value > UINT64_MAX / factor) return UINT64_MAX;
        value = value * factor / (uint64_t)i;
    }
    return value;
}

static int has_pool(kiln_candidates_kind kind)
{
    return kind == KILN_CANDIDATES_CHOOSE || kind == KILN_CANDIDATES_GRID || kind == KILN_CANDIDATES_RANDOM;
}

/* ---- Pools ---- */

/* A symbol of a cation at *text, and past the comma behind it. */
static kiln_status read_cation(kiln_context *ctx, const char *from, const char **text, int *z)
{
    const char *p = *text + strspn(*text, " ");
    const int length = (int)strcspn(p, ", ");
    *z = kiln_i_element_find(p, length);
    if (!*z)
        return kiln_i_fail(ctx, KILN_E_PARSE,
                           "cations \"%.200s\": expected symbols between commas, such as Mg,Co,Ni, found \"%.*s\"", from,
                           length < 20 ? length : 20, p);
    if (kiln_i_element_valences(*z)[0] < 0)
        return kiln_i_fail(ctx, KILN_E_PARSE, "cations \"%.200s\": %s is an anion", from, kiln_i_element_symbol(*z));
    p += length;
    p += strspn(p, " ");
    p += *p == ',';
    *text = p + strspn(p, " ");
    return KILN_OK;
}

static kiln_status read_pool(kiln_candidates *c, const char *from)
{
    if (!from) return kiln_i_fail(c->ctx, KILN_E_ARG, "expected a pool of cations to take from, such as Mg,Co,Ni,Cu,Zn");
    for (const char *p = from + strspn(from, " "); *p || c->n_pool == 0;) {
        int z;
        const kiln_status status = read_cation(c->ctx, from, &p, &z);
        if (status != KILN_OK) return status;
        for (int i = 0; i < c->n_pool; ++i)
            if (c->pool[i] == z)
                return kiln_i_fail(c->ctx, KILN_E_PARSE, "cations \"%.200s\": %s is there twice", from, kiln_i_element_symbol(z));
        if (c->n_pool == KILN_MAX_POOL)
            return kiln_i_fail(c->ctx, KILN_E_PARSE, "cations \"%.200s\": expected at most %d", from, (int)KILN_MAX_POOL);
        c->pool[c->n_pool++] = z;
    }
    return KILN_OK;
}

/* ---- Kinds ---- */

static kiln_status read_step(kiln_candidates *c, double step)
{
    const double steps = step > 0.0 ? round(1.0 / step) : 0.0;
    if (!(step >= LEAST_STEP && step <= 1.0 && fabs(steps * step - 1.0) < 1e-9))
        return kiln_i_fail(c->ctx, KILN_E_ARG, "steps of %g %%: expected a whole part of 100 %%, such as 10 %%, from %g %% on",
                           100.0 * step, 100.0 * LEAST_STEP);
    c->steps = (int)steps;
    return KILN_OK;
}

static kiln_status prepare_choices(kiln_candidates *c, const kiln_candidates_options *o)
{
    if (!(o->choose_least >= 1 && o->choose_least <= o->choose_most && o->choose_most <= KILN_MAX_MIXED &&
          o->choose_most <= c->n_pool))
        return kiln_i_fail(c->ctx, KILN_E_ARG,
                           "choices of %d to %d cations of %d: expected at least 1, at most all and at most %d", o->choose_least,
                           o->choose_most, c->n_pool, (int)KILN_MAX_MIXED);
    c->choose_least = o->choose_least;
    c->choose_most = o->choose_most;
    for (int k = o->choose_least; k <= o->choose_most; ++k) {
        const uint64_t more = kiln_i_binomial(c->n_pool, k);
        c->n_each = more > UINT64_MAX - c->n_each ? UINT64_MAX : c->n_each + more;
    }
    return KILN_OK;
}

static kiln_status prepare_mixtures(kiln_candidates *c, const kiln_candidates_options *o)
{
    if (c->n_pool > KILN_MAX_MIXED)
        return kiln_i_fail(c->ctx, KILN_E_ARG, "%d cations in one formula: expected at most %d", c->n_pool, (int)KILN_MAX_MIXED);
    c->seed = o->seed;
    c->n_each = o->n;
    if (c->kind == KILN_CANDIDATES_RANDOM)
        return o->n > 0 ? KILN_OK : kiln_i_fail(c->ctx, KILN_E_ARG, "no random compositions: expected at least 1");
    const kiln_status status = read_step(c, o->step);
    c->n_each = kiln_i_binomial(c->steps + c->n_pool - 1, c->n_pool - 1);
    return status;
}

static kiln_status read_substitution(kiln_candidates *c, const char *text)
{
    const char *p = text;
    kiln_status status = KILN_OK;
    const char *equals = text ? strchr(text, '=') : NULL;
    if (equals) {
        c->out_z = kiln_i_element_find(text, (int)(equals - text));
        p = equals + 1;
        c->in_z = kiln_i_element_find(p, (int)strlen(p));
    }
    if (!c->out_z || !c->in_z || c->out_z == c->in_z)
        return kiln_i_fail(c->ctx, KILN_E_PARSE,
                           "substitution \"%.60s\": expected two cations, such as Cu=Mg, which brings Mg for Cu",
                           text ? text : "");
    if (!(c->composition = kiln_i_calloc(c->ctx, (size_t)c->n_formulas, sizeof *c->composition)))
        return kiln_i_fail(c->ctx, KILN_E_NOMEM, "formulas");
    for (int i = 0; i < c->n_formulas && status == KILN_OK; ++i) {
        kiln_composition half;
        status = kiln_composition_parse(c->ctx, c->formula[i], &c->composition[i]);
        if (status == KILN_OK) status = kiln_composition_replace(c->ctx, &c->composition[i], c->out_z, c->in_z, 0.5, &half);
    }
    return status;
}

static kiln_status prepare_substitutions(kiln_candidates *c, const kiln_candidates_options *o)
{
    const kiln_status status = read_step(c, o->step);
    c->n_each = (uint64_t)c->steps + 1;
    return status == KILN_OK ? read_substitution(c, o->substitute) : status;
}

static kiln_status prepare(kiln_candidates *c, const kiln_candidates_options *o)
{
    kiln_status status = has_pool(c->kind) ? read_pool(c, o->from) : KILN_OK;
    if (status != KILN_OK) return status;
    switch (c->kind) {
    case KILN_CANDIDATES_LIST: c->n_each = 1; return KILN_OK;
    case KILN_CANDIDATES_CHOOSE: return prepare_choices(c, o);
    case KILN_CANDIDATES_GRID:
    case KILN_CANDIDATES_RANDOM: return prepare_mixtures(c, o);
    case KILN_CANDIDATES_SUBSTITUTE: return prepare_substitutions(c, o);
    case KILN_CANDIDATES_TABLE: break;
    }
    if (!o->path) return kiln_i_fail(c->ctx, KILN_E_ARG, "expected a file with a column formula");
    status = kiln_i_formula_file_open(c->ctx, o->path, &c->table);
    c->n_each = c->table.n_rows;
    return status;
}

/* ---- Formulas ---- */

static kiln_status check_formula(const kiln_candidates *c, const char *formula)
{
    const char *hole = strstr(formula, HOLE);
    if (strlen(formula) >= KILN_FORMULA_BYTES / 2)
        return kiln_i_fail(c->ctx, KILN_E_PARSE, "a formula has at most %d bytes", KILN_FORMULA_BYTES / 2 - 1);
    if (has_pool(c->kind) && (!hole || strstr(hole + 1, HOLE)))
        return kiln_i_fail(c->ctx, KILN_E_PARSE,
                           "formula \"%.200s\": expected (*) once, where the cations of the pool go, as in (*)O or La(*)O3",
                           formula);
    if (!has_pool(c->kind) && hole)
        return kiln_i_fail(c->ctx, KILN_E_PARSE, "formula \"%.200s\": (*) takes cations from a pool, and there is none", formula);
    return KILN_OK;
}

static kiln_status copy_formulas(kiln_candidates *c, const kiln_candidates_options *o)
{
    const int is_table = o->kind == KILN_CANDIDATES_TABLE;
    if (o->n_formulas < !is_table || o->n_formulas > (is_table ? 0 : KILN_MAX_FORMULAS) || (o->n_formulas > 0 && !o->formulas))
        return kiln_i_fail(c->ctx, KILN_E_ARG, "%d formulas: expected %s", o->n_formulas,
                           is_table ? "none, as the table has them" : "1 to 64");
    for (int i = 0; i < o->n_formulas; ++i) {
        const kiln_status status = check_formula(c, o->formulas[i]);
        if (status != KILN_OK) return status;
        if (!(c->formula[c->n_formulas++] = kiln_i_strdup(c->ctx, o->formulas[i])))
            return kiln_i_fail(c->ctx, KILN_E_NOMEM, "formulas");
    }
    return KILN_OK;
}

/* A formula that is wrong is so with any cations: the first of each tells. */
static kiln_status check_first(const kiln_candidates *c)
{
    char formula[KILN_FORMULA_BYTES];
    kiln_composition x;
    kiln_status status = KILN_OK;
    for (int i = 0; i < c->n_formulas && status == KILN_OK; ++i) {
        status = kiln_candidates_at(c, c->ctx, (uint64_t)i * c->n_each, formula);
        if (status == KILN_OK) status = kiln_composition_parse(c->ctx, formula, &x);
    }
    return status;
}

kiln_status kiln_candidates_create(kiln_context *ctx, const kiln_candidates_options *options, kiln_candidates **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!options || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (options->version != KILN_CANDIDATES_OPTIONS_VERSION || options->kind < KILN_CANDIDATES_LIST ||
        options->kind > KILN_CANDIDATES_TABLE)
        return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u, kind %d", options->version, (int)options->kind);
    kiln_candidates *c = kiln_i_calloc(ctx, 1, sizeof *c);
    if (!c) return kiln_i_fail(ctx, KILN_E_NOMEM, "candidates");
    *c = (kiln_candidates){.ctx = ctx, .kind = options->kind, .table = {.file = -1}};
    kiln_status status = copy_formulas(c, options);
    if (status == KILN_OK) status = prepare(c, options);
    const uint64_t times = c->n_formulas > 0 ? (uint64_t)c->n_formulas : 1;
    if (status == KILN_OK && c->n_each > KILN_MOST_CANDIDATES / times)
        status = kiln_i_fail(ctx, KILN_E_ARG, "more than 1e15 candidates: expected fewer cations, larger steps or fewer choices");
    if (status == KILN_OK) status = check_first(c);
    if (status == KILN_OK) *out = c;
    else kiln_candidates_free(c);
    return status;
}

void kiln_candidates_free(kiln_candidates *c)
{
    if (!c) return;
    for (int i = 0; i < c->n_formulas; ++i) kiln_i_free(c->ctx, c->formula[i]);
    kiln_i_free(c->ctx, c->composition);
    kiln_i_formula_file_close(&c->table);
    kiln_i_free(c->ctx, c);
}

uint64_t kiln_candidates_n(const kiln_candidates *c)
{
    if (!c) return 0;
    return c->n_each * (c->n_formulas > 0 ? (uint64_t)c->n_formulas : 1);
}
