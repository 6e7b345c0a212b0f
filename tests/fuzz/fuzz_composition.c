/* Any text: either a refusal with a sentence and an untouched result, or a composition that keeps every promise of its header. */
#include "fuzz.h"

#include "core/elements.h"
#include "text/utf8.h"

#include <kiln/composition.h>
#include <kiln/entropy.h>
#include <math.h>

static void require_utf8(const char *text)
{
    int length;
    while ((length = kiln_i_utf8_decode(text, NULL)) > 0) text += length;
    fuzz_require(length == 0);
}

static int has_cyanide(const kiln_composition *c)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].joined) return 1;
    return 0;
}

static void require_sound(const kiln_composition *c)
{
    double charge = 0.0, size = 0.0;
    int seen[KILN_MAX_Z + 1] = {0}, used[KILN_MAX_GROUPS] = {0};
    fuzz_require(c->n >= 1 && c->n <= KILN_MAX_COMPONENTS);
    fuzz_require(c->n_groups >= 1 && c->n_groups <= KILN_MAX_GROUPS);
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *e = &c->component[i];
        fuzz_require(e->z >= 1 && e->z <= KILN_MAX_Z && seen[e->z]++ < 2);
        fuzz_require(isfinite(e->amount) && e->amount > 0.0);
        fuzz_require(isfinite(e->valence) && fabs(e->valence) <= 8.0);
        fuzz_require(e->group >= 0 && e->group < c->n_groups);
        fuzz_require(used[e->group] == 0 || used[e->group] == 1 + e->is_anion); /* cations and anions never share one */
        used[e->group] = 1 + e->is_anion;
        charge += e->valence * e->amount;
        size += fabs(e->valence) * e->amount;
    }
    for (int z = 1; z <= KILN_MAX_Z; ++z) fuzz_require(seen[z] < 2 || has_cyanide(c)); /* elsewhere an element is one component */
    for (int g = 0; g < c->n_groups; ++g) fuzz_require(used[g] != 0 && (g == 0 || used[g] >= used[g - 1]));
    fuzz_require(fabs(charge - c->charge_imbalance) <= 2e-7 * size);
    fuzz_require(isfinite(c->anions_per_cation) && c->anions_per_cation >= 0.0);
    fuzz_require(memchr(c->canonical, '\0', sizeof c->canonical) != NULL);
}

/* The component of c that is to be number k of x again: as many of its element come before. */
static const kiln_component *find(const kiln_composition *c, const kiln_composition *x, int k)
{
    int i = -1, before = 0;
    for (int j = 0; j < k; ++j) before += x->component[j].z == x->component[k].z;
    do {
        ++i;
        while (i < c->n && c->component[i].z != x->component[k].z) ++i;
        fuzz_require(i < c->n);
    } while (before-- > 0);
    return &c->component[i];
}

/* The canonical form has nine digits; normalising its brackets may move the last. */
static void require_same_amounts(const kiln_composition *a, const kiln_composition *b)
{
    fuzz_require(a->n == b->n && a->oxygen_is_variable == b->oxygen_is_variable);
    for (int i = 0; i < a->n; ++i) {
        const kiln_component *e = &a->component[i];
        fuzz_require(fabs(e->amount - find(b, a, i)->amount) <= 1e-7 * e->amount);
    }
}

static void require_same_sublattices(const kiln_composition *a, const kiln_composition *b)
{
    fuzz_require(a->n_groups == b->n_groups);
    for (int i = 0; i < a->n; ++i) {
        const kiln_component *e = &a->component[i], *f = find(b, a, i);
        fuzz_require(e->group == f->group && e->is_anion == f->is_anion);
    }
}

/* Amounts of at most four decimals that sum to at most 100: no charge is then so near the limit of neutrality (1e-7 of all charges) that
 * the ninth digit decides which elements are anions. */
static int is_ordinary(const kiln_composition *c)
{
    double total = 0.0;
    for (int i = 0; i < c->n; ++i) {
        const double steps = 1e4 * c->component[i].amount;
        if (fabs(steps - round(steps)) > 1e-9) return 0;
        total += c->component[i].amount;
    }
    return total <= 100.0;
}

static void require_canonical(kiln_context *ctx, const kiln_composition *c)
{
    kiln_composition again;
    fuzz_require(kiln_composition_parse(ctx, c->canonical, &again) == KILN_OK);
    require_same_amounts(c, &again);
    if (is_ordinary(c)) require_same_sublattices(c, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kiln_context *ctx;
    kiln_composition c, before;
    kiln_entropy entropy;
    char *text = fuzz_text(data, size);
    fuzz_require(kiln_context_create(NULL, &ctx) == KILN_OK);
    memset(&c, 0x5A, sizeof c);
    before = c;
    const kiln_status status = kiln_composition_parse(ctx, text, &c);
    if (status == KILN_OK) {
        require_sound(&c);
        require_canonical(ctx, &c);
        fuzz_require(kiln_entropy_compute(&c, &entropy) == KILN_OK);
        fuzz_require(entropy.mixing.R >= 0.0 && entropy.mixing.R <= log(KILN_MAX_COMPONENTS) + 1e-12);
        fuzz_require(isfinite(entropy.per_formula.R) && isfinite(entropy.per_site.R) && isfinite(entropy.per_cation.R));
    } else {
        fuzz_require(status == KILN_E_PARSE);
        fuzz_require(memcmp(&c, &before, sizeof c) == 0);
        fuzz_require(kiln_context_error(ctx)[0] != '\0');
        require_utf8(kiln_context_error(ctx));
    }
    kiln_context_free(ctx);
    free(text);
    return 0;
}
