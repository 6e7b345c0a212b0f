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

static void require_sound(const kiln_composition *c)
{
    double charge = 0.0, size = 0.0;
    int seen[KILN_MAX_Z + 1] = {0}, used[KILN_MAX_GROUPS] = {0};
    fuzz_require(c->n >= 1 && c->n <= KILN_MAX_COMPONENTS);
    fuzz_require(c->n_groups >= 1 && c->n_groups <= KILN_MAX_GROUPS);
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *e = &c->component[i];
        fuzz_require(e->z >= 1 && e->z <= KILN_MAX_Z && !seen[e->z]++);
        fuzz_require(isfinite(e->amount) && e->amount > 0.0);
        fuzz_require(isfinite(e->valence) && fabs(e->valence) <= 8.0);
        fuzz_require(e->group >= 0 && e->group < c->n_groups);
        fuzz_require(used[e->group] == 0 || used[e->group] == 1 + e->is_anion); /* cations and anions never share one */
        used[e->group] = 1 + e->is_anion;
        charge += e->valence * e->amount;
        size += fabs(e->valence) * e->amount;
    }
    for (int g = 0; g < c->n_groups; ++g) fuzz_require(used[g] != 0 && (g == 0 || used[g] >= used[g - 1]));
    fuzz_require(fabs(charge - c->charge_imbalance) <= 2e-7 * size);
    fuzz_require(isfinite(c->anions_per_cation) && c->anions_per_cation >= 0.0);
    fuzz_require(memchr(c->canonical, '\0', sizeof c->canonical) != NULL);
}

/* The canonical form has nine digits; normalising its brackets may move the last. */
static void require_same(const kiln_composition *a, const kiln_composition *b)
{
    fuzz_require(a->n == b->n && a->n_groups == b->n_groups && a->oxygen_is_variable == b->oxygen_is_variable);
    for (int i = 0; i < a->n; ++i) {
        int k = 0;
        while (k < b->n && b->component[k].z != a->component[i].z) ++k;
        fuzz_require(k < b->n);
        fuzz_require(fabs(a->component[i].amount - b->component[k].amount) <= 1e-7 * a->component[i].amount);
        fuzz_require(a->component[i].group == b->component[k].group);
        fuzz_require(a->component[i].is_anion == b->component[k].is_anion);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kiln_context *ctx;
    kiln_composition c, again;
    kiln_entropy entropy;
    char *text = fuzz_text(data, size);
    fuzz_require(kiln_context_create(NULL, &ctx) == KILN_OK);
    memset(&c, 0x5A, sizeof c);
    again = c;
    const kiln_status status = kiln_composition_parse(ctx, text, &c);
    if (status == KILN_OK) {
        require_sound(&c);
        fuzz_require(kiln_composition_parse(ctx, c.canonical, &again) == KILN_OK);
        require_same(&c, &again);
        fuzz_require(kiln_entropy_compute(&c, &entropy) == KILN_OK);
        fuzz_require(entropy.mixing.R >= 0.0 && entropy.mixing.R <= log(KILN_MAX_COMPONENTS) + 1e-12);
        fuzz_require(isfinite(entropy.per_formula.R) && isfinite(entropy.per_site.R) && isfinite(entropy.per_cation.R));
    } else {
        fuzz_require(status == KILN_E_PARSE);
        fuzz_require(memcmp(&c, &again, sizeof c) == 0);
        fuzz_require(kiln_context_error(ctx)[0] != '\0');
        require_utf8(kiln_context_error(ctx));
    }
    kiln_context_free(ctx);
    free(text);
    return 0;
}
