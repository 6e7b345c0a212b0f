#include "predict/gap_solver.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

static void add_seed(kiln_gap_solver *g, double x)
{
    if (g->n_seeds < KILN_I_SEED_ROOM && x > 0.0 && x < 1.0) g->seed[g->n_seeds++] = x;
}

/* An end of a gap; the phase of the system alone is number 0, and what stands beside this end in equilibrium the copy furthest from it. */
static void describe_limit(const kiln_i_structure *s, const kiln_gap_boundary *at, double x_A, double x_B, int is_open,
                           kiln_gap_limit *out)
{
    int other = 0;
    for (int k = 1; k < at->n_phases; ++k)
        if (fabs(at->phase[k].x_A - x_A) > fabs(at->phase[other].x_A - x_A)) other = k;
    *out = (kiln_gap_limit){.x_A = x_A, .x_B = x_B, .is_open = is_open, .certificate = at->certificate};
    if (at->certificate.phase >= 0) out->certificate.phase = s->phase;
    memcpy(out->other, at->phase[other].composition, sizeof out->other);
}

static kiln_status describe_gaps(kiln_gap_solver *g, const kiln_i_structure *s, kiln_gap_structure *out)
{
    for (int i = 0; i < s->fields.n; ++i) {
        const kiln_i_stretch *t = &s->fields.stretch[i];
        if (t->at_low.n_phases < 2) continue;
        if (out->n_gaps == KILN_GAP_MAX_GAPS)
            return kiln_i_fail(g->ctx, KILN_E_NOT_CONVERGED, "%s at %.2f K has more than %d miscibility gaps on the join",
                               kiln_system_phase_name(g->system, s->phase), s->fields.T_K, (int)KILN_GAP_MAX_GAPS);
        kiln_gap_miscibility *gap = &out->gap[out->n_gaps++];
        const int low_is_open = i == 0 || s->fields.stretch[i - 1].at_low.n_phases == 0;
        const int high_is_open = i + 1 == s->fields.n || s->fields.stretch[i + 1].at_low.n_phases == 0;
        describe_limit(s, &t->at_low, t->low, t->low_B, low_is_open && !t->has_low, &gap->low);
        describe_limit(s, &t->at_high, t->high, t->high_B, high_is_open && !t->has_high, &gap->high);
        add_seed(g, 0.5 * (t->low + t->high));
    }
    return KILN_OK;
}

static kiln_status solve_alone(kiln_gap_solver *g, kiln_i_structure *s, double T_K, kiln_gap_structure *out)
{
    double seed[KILN_GAP_MAX_SPINODALS];
    int n_seeds = 0;
    memset(out, 0, sizeof *out);
    out->phase = s->phase;
    s->fields.T_K = T_K;
    const int n = kiln_i_spinodals(&s->fields, &s->target, out->spinodal, KILN_GAP_MAX_SPINODALS, &out->low, &out->high);
    if (n > KILN_GAP_MAX_SPINODALS)
        return kiln_i_fail(g->ctx, KILN_E_NOT_CONVERGED, "%s at %.2f K has more than %d spinodals on the join",
                           kiln_system_phase_name(g->system, s->phase), T_K, (int)KILN_GAP_MAX_SPINODALS);
    out->n_spinodals = n;
    for (int k = 0; k + 1 < n; ++k) seed[n_seeds++] = 0.5 * (out->spinodal[k] + out->spinodal[k + 1]);
    const kiln_status status = kiln_i_fields_solve(&s->fields, T_K, seed, n_seeds);
    return status == KILN_OK ? describe_gaps(g, s, out) : status;
}

/* The side with more phases has all that stand at the edge. */
static void describe_boundary(const kiln_i_stretch *low, const kiln_i_stretch *high, kiln_gap_boundary *out)
{
    *out = low->at_high.n_phases >= high->at_low.n_phases ? low->at_high : high->at_low;
    out->x_A = low->high;
    out->x_B = low->high_B;
    out->width = low->high_width;
    for (int k = 0; k < out->n_phases; ++k)
        if (out->phase[k].is_on_join) out->phase[k].share = fabs(out->phase[k].x_A - out->x_A) < 1e-9;
}

static void note_certificate(kiln_gap *out, const kiln_certificate *certificate)
{
    if ((!out->certificate.is_certified && !out->certificate.reason) ||
        kiln_i_certificate_is_worse(certificate, &out->certificate))
        out->certificate = *certificate;
}

static kiln_status describe_fields(const kiln_gap_solver *g, kiln_gap *out)
{
    const kiln_i_fields *f = &g->fields;
    if (f->n > KILN_GAP_MAX_FIELDS)
        return kiln_i_fail(g->ctx, KILN_E_NOT_CONVERGED, "more than %d phase fields on the join at %.2f K",
                           (int)KILN_GAP_MAX_FIELDS, f->T_K);
    out->n_fields = f->n;
    for (int i = 0; i < f->n; ++i) {
        const kiln_i_stretch *s = &f->stretch[i];
        kiln_gap_field *field = &out->field[i];
        field->low = s->low;
        field->high = s->high;
        field->n_phases = s->at_low.n_phases;
        for (int k = 0; k < field->n_phases; ++k) field->phase[k] = s->at_low.phase[k].phase;
        if (i + 1 == f->n) continue;
        describe_boundary(s, s + 1, &out->boundary[i]);
        note_certificate(out, &out->boundary[i].certificate);
    }
    if (f->n < 2) note_certificate(out, &f->whole);
    return KILN_OK;
}

/* Whether a structure is stable somewhere; then those first. */
static void sort_structures(kiln_gap *out)
{
    for (int k = 0; k < out->n_structures; ++k) {
        kiln_gap_structure *s = &out->structure[k];
        for (int i = 0; i < out->n_fields; ++i)
            for (int p = 0; p < out->field[i].n_phases; ++p) s->is_stable |= out->field[i].phase[p] == s->phase;
        for (int i = 0; i < s->n_gaps; ++i) {
            note_certificate(out, &s->gap[i].low.certificate);
            note_certificate(out, &s->gap[i].high.certificate);
        }
    }
    for (int k = 0, first = 0; k < out->n_structures; ++k) {
        if (!out->structure[k].is_stable) continue;
        for (int j = k; j > first; --j) {
            const kiln_gap_structure swap = out->structure[j];
            out->structure[j] = out->structure[j - 1];
            out->structure[j - 1] = swap;
        }
        ++first;
    }
}

kiln_status kiln_gap_solve(kiln_gap_solver *g, double T_K, kiln_gap *out)
{
    if (!g) return KILN_E_ARG;
    if (!out || !isfinite(T_K) || T_K <= 0.0) return kiln_i_fail(g->ctx, KILN_E_ARG, "T = %g K, or a NULL result", T_K);
    kiln_status status = KILN_OK;
    memset(out, 0, sizeof *out);
    out->T_K = T_K;
    out->certificate.phase = -1;
    g->n_seeds = 0;
    for (int k = 0; k < g->n_structures && status == KILN_OK; ++k) {
        kiln_gap_structure *structure = &out->structure[out->n_structures];
        status = solve_alone(g, &g->structure[k], T_K, structure);
        out->n_structures += structure->low <= structure->high;
    }
    if (status == KILN_OK) status = kiln_i_fields_solve(&g->fields, T_K, g->seed, g->n_seeds);
    if (status == KILN_OK) status = describe_fields(g, out);
    if (status == KILN_OK) sort_structures(out);
    return status;
}
