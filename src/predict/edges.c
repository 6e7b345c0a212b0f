#include "predict/fields.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

enum { MAX_STEPS = 4000 };
static const double BRACKET = 1e-10;  /* in x: what bisection leaves of an edge */
static const double TOUCHING = 1e-12; /* in x: edges of two tie lines that meet in a compound */

int kiln_i_same_phases(const kiln_gap_boundary *a, const kiln_gap_boundary *b)
{
    int same = a->n_phases == b->n_phases;
    for (int k = 0; same && k < a->n_phases; ++k) same = a->phase[k].phase == b->phase[k].phase;
    return same;
}

kiln_status kiln_i_fields_insert(kiln_i_fields *f, int at, const kiln_i_stretch *s)
{
    if (f->n == KILN_I_FIELD_ROOM)
        return kiln_i_fail(f->solver->ctx, KILN_E_NOT_CONVERGED, "more than %d phase fields on the join", (int)KILN_I_FIELD_ROOM);
    memmove(&f->stretch[at + 1], &f->stretch[at], (size_t)(f->n - at) * sizeof *f->stretch);
    f->stretch[at] = *s;
    ++f->n;
    return KILN_OK;
}

void kiln_i_stretch_extend_up(kiln_i_stretch *s, const kiln_i_stretch *by)
{
    s->high = by->high;
    s->high_B = by->high_B;
    s->has_high = by->has_high;
    s->high_width = by->high_width;
    s->at_high = by->at_high;
}

void kiln_i_stretch_extend_down(kiln_i_stretch *s, const kiln_i_stretch *by)
{
    s->low = by->low;
    s->low_B = by->low_B;
    s->has_low = by->has_low;
    s->low_width = by->low_width;
    s->at_low = by->at_low;
}

static void remove_at(kiln_i_fields *f, int at)
{
    --f->n;
    memmove(&f->stretch[at], &f->stretch[at + 1], (size_t)(f->n - at) * sizeof *f->stretch);
}

/* The phase at the end of a tie line (`high`: its upper end), alone, as a stretch without extent. */
static void end_of(const kiln_i_stretch *line, int high, kiln_i_stretch *out)
{
    const kiln_gap_boundary *at = high ? &line->at_high : &line->at_low;
    const int first = at->phase[0].x_A <= at->phase[1].x_A;
    memset(out, 0, sizeof *out);
    out->low = out->high = high ? line->high : line->low;
    out->low_B = out->high_B = high ? line->high_B : line->low_B;
    out->has_low = out->has_high = 1;
    out->at_low.n_phases = 1;
    out->at_low.phase[0] = at->phase[first == high];
    out->at_low.phase[0].share = 1.0;
    out->at_low.certificate = at->certificate;
    out->at_high = out->at_low;
}

int kiln_i_stretch_is_line(const kiln_i_stretch *s)
{
    return s->at_low.n_phases == 2 && s->at_low.phase[0].is_on_join && s->at_low.phase[1].is_on_join;
}

/* An upper and a lower neighbour of which one is a tie line and the other the single phase at its end, or both are tie lines that meet in a compound: what lies between is
 * known. */
static int meet(kiln_i_fields *f, int i, kiln_status *status)
{
    kiln_i_stretch *low = &f->stretch[i], *high = low + 1, end, other;
    if (kiln_i_stretch_is_line(low) && !high->has_low) {
        end_of(low, 1, &end);
        if (!kiln_i_same_phases(&end.at_low, &high->at_low)) return 0;
        kiln_i_stretch_extend_down(high, &end);
        return 1;
    }
    if (kiln_i_stretch_is_line(high) && !low->has_high) {
        end_of(high, 0, &end);
        if (!kiln_i_same_phases(&end.at_low, &low->at_high)) return 0;
        kiln_i_stretch_extend_up(low, &end);
        return 1;
    }
    if (!kiln_i_stretch_is_line(low) || !kiln_i_stretch_is_line(high) || high->low - low->high > TOUCHING) return 0;
    end_of(low, 1, &end);
    end_of(high, 0, &other);
    if (!kiln_i_same_phases(&end.at_low, &other.at_low)) return 0;
    *status = kiln_i_fields_insert(f, i + 1, &end);
    return 1;
}

/* The two neighbours meet here: what is left between them is the width of the bracket. */
static void fix_edge(kiln_i_stretch *low, kiln_i_stretch *high)
{
    const double width = fmax(high->low - low->high, 0.0), x = low->has_high   ? low->high
                                                               : high->has_low ? high->low
                                                                               : 0.5 * (low->high + high->low);
    const double x_B = low->has_high ? low->high_B : high->has_low ? high->low_B : 1.0 - x;
    low->high = high->low = x;
    low->high_B = high->low_B = x_B;
    low->high_width = high->low_width = width;
    low->has_high = high->has_low = 1;
}

/* One step with what lies between stretches i and i + 1; *done: nothing is open there any more. */
static kiln_status close_in(kiln_i_fields *f, int i, int *done)
{
    kiln_i_stretch *low = &f->stretch[i], *high = low + 1;
    kiln_status status = KILN_OK;
    *done = 0;
    if (!low->has_high && !high->has_low && kiln_i_same_phases(&low->at_high, &high->at_low)) {
        kiln_i_stretch_extend_up(low, high);
        remove_at(f, i + 1);
        return KILN_OK;
    }
    if (low->has_high && high->has_low && high->low - low->high <= TOUCHING &&
        !(kiln_i_stretch_is_line(low) && kiln_i_stretch_is_line(high))) {
        *done = 1;
        return KILN_OK;
    }
    if (meet(f, i, &status)) {
        *done = 1;
        return status;
    }
    if (high->low - low->high < BRACKET) {
        fix_edge(low, high);
        *done = 1;
        return KILN_OK;
    }
    if ((status = kiln_i_fields_sample(f, 0.5 * (low->high + high->low), f->fresh)) != KILN_OK) return status;
    if (f->fresh->low < low->high) f->fresh->low = low->high;
    if (f->fresh->high > high->low) f->fresh->high = high->low;
    return kiln_i_fields_insert(f, i + 1, f->fresh);
}

kiln_status kiln_i_fields_close(kiln_i_fields *f)
{
    int done, budget = MAX_STEPS;
    for (int i = 0; i + 1 < f->n;) {
        if (budget-- == 0)
            return kiln_i_fail(f->solver->ctx, KILN_E_NOT_CONVERGED, "the phase fields of the join at %.2f K do not settle",
                               f->T_K);
        const kiln_status status = close_in(f, i, &done);
        if (status != KILN_OK) return status;
        i += done;
    }
    return KILN_OK;
}
