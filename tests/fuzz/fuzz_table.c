/* Tables of measured points: success means finite values within the promised range. */
#include "fuzz.h"

#include <kiln/experiment.h>
#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kiln_context *ctx;
    kiln_composition A, B;
    kiln_experiments *e = NULL;
    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 0;
    fuzz_require(kiln_composition_parse(ctx, "MgO", &A) == KILN_OK && kiln_composition_parse(ctx, "CuO", &B) == KILN_OK);
    const kiln_status status = kiln_experiments_parse(ctx, (const char *)data, size, "fuzz", &A, &B, &e);
    fuzz_require((status == KILN_OK) == (e != NULL));
    for (int i = 0; e && i < e->n; ++i) {
        const kiln_experiment *p = &e->point[i];
        fuzz_require(p->T_K > 0.0 && isfinite(p->T_K) && p->x_A >= 0.0 && p->x_A <= 1.0 && p->line > 1);
        fuzz_require(isnan(p->sigma_x) || (p->sigma_x >= 0.0 && p->sigma_x <= 1.0));
    }
    kiln_experiments_free(e);
    kiln_context_free(ctx);
    return 0;
}
