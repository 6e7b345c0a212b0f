#include "predict/fields.h"

#include <math.h>

enum { ALONG = 9 };

/* The certified equilibrium at x, into f->fresh; whether it has the phases of `expected`. */
static kiln_status prove_at(kiln_i_fields *f, double x, const kiln_gap_boundary *expected, int *agrees)
{
    const kiln_status status = kiln_i_fields_sample(f, x, f->fresh);
    if (status != KILN_OK) return status;
    *agrees = kiln_i_same_phases(&f->fresh->at_low, expected);
    if (*agrees) return KILN_OK;
    f->fresh->at_low.certificate = (kiln_certificate){.phase = -1, .reason = "the proof found other phases at an edge"};
    return KILN_OK;
}

static kiln_status prove_line(kiln_i_fields *f, kiln_i_stretch *s, int *agrees)
{
    const kiln_status status = prove_at(f, 0.5 * (s->low + s->high), &s->at_low, agrees);
    s->at_low.certificate = s->at_high.certificate = f->fresh->at_low.certificate;
    return status;
}

/* Just inside: the bracket's own end. */
static kiln_status prove_edge(kiln_i_fields *f, kiln_i_stretch *s, int high, int *agrees)
{
    kiln_gap_boundary *at = high ? &s->at_high : &s->at_low;
    const double inside = high ? s->high - s->high_width : s->low + s->low_width;
    const kiln_status status = prove_at(f, fmin(fmax(inside, s->low), s->high), at, agrees);
    if (status == KILN_OK && *agrees) *at = f->fresh->at_low;
    else at->certificate = f->fresh->at_low.certificate;
    return status;
}

/* One field all along the join has no edge: some equilibria stand for it. */
static kiln_status prove_whole(kiln_i_fields *f, int *contradicted)
{
    for (int k = 1; k <= ALONG; ++k) {
        int agrees;
        const kiln_status status = prove_at(f, (double)k / (ALONG + 1), &f->stretch[0].at_low, &agrees);
        if (status != KILN_OK) return status;
        *contradicted |= !agrees;
        if (k == 1 || kiln_i_certificate_is_worse(&f->fresh->at_low.certificate, &f->whole))
            f->whole = f->fresh->at_low.certificate;
    }
    return KILN_OK;
}

kiln_status kiln_i_fields_prove(kiln_i_fields *f, int *contradicted)
{
    kiln_status status = KILN_OK;
    *contradicted = 0;
    if (f->n == 1) return prove_whole(f, contradicted);
    for (int i = 0; i < f->n && status == KILN_OK; ++i) {
        kiln_i_stretch *s = &f->stretch[i];
        int agrees = 1, agrees_low = 1;
        if (kiln_i_stretch_is_line(s)) {
            status = prove_line(f, s, &agrees);
        } else {
            const int n = s->at_low.n_phases;
            if (i > 0 && f->stretch[i - 1].at_low.n_phases < n) status = prove_edge(f, s, 0, &agrees_low);
            if (status == KILN_OK && i + 1 < f->n && f->stretch[i + 1].at_low.n_phases <= n)
                status = prove_edge(f, s, 1, &agrees);
        }
        *contradicted |= !agrees || !agrees_low;
    }
    return status;
}
