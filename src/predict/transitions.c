#include <kiln/step.h>

#include "core/context.h"
#include "solve/solver.h"

#include <math.h>
#include <string.h>

/* The stable phases at one temperature, by rising index. */
typedef struct phase_set {
    int n, phase[KILN_MAX_COMPONENTS];
} phase_set;

typedef struct search {
    kiln_solver *solver;
    double tolerance_K;
    int most, n;
    kiln_transition *out;
} search;

static phase_set set_of(const kiln_equilibrium *e)
{
    phase_set set = {.n = e->n_phases};
    for (int k = 0; k < set.n; ++k) {
        int place = k;
        for (; place > 0 && set.phase[place - 1] > e->phase[k].phase; --place) set.phase[place] = set.phase[place - 1];
        set.phase[place] = e->phase[k].phase;
    }
    return set;
}

static int are_equal(const phase_set *a, const phase_set *b)
{
    return a->n == b->n && memcmp(a->phase, b->phase, (size_t)a->n * sizeof *a->phase) == 0;
}

static void add(search *s, double T_K, const phase_set *before, const phase_set *after)
{
    if (s->n == s->most) return;
    kiln_transition *change = &s->out[s->n++];
    change->T_K = T_K;
    change->n_before = before->n;
    change->n_after = after->n;
    memcpy(change->before, before->phase, sizeof before->phase);
    memcpy(change->after, after->phase, sizeof after->phase);
}

static void find(search *s, double a, const phase_set *at_a, double b, const phase_set *at_b)
{
    while (fabs(b - a) > s->tolerance_K) {
        kiln_equilibrium e;
        const double middle = 0.5 * (a + b);
        if (kiln_equilibrium_solve(s->solver, middle, &e) != KILN_OK) break;
        const phase_set set = set_of(&e);
        if (are_equal(&set, at_a)) {
            a = middle;
        } else if (are_equal(&set, at_b)) {
            b = middle;
        } else {
            find(s, a, at_a, middle, &set);
            find(s, middle, &set, b, at_b);
            return;
        }
    }
    add(s, 0.5 * (a + b), at_a, at_b);
}

kiln_status kiln_step_transitions(kiln_solver *solver, int n, const kiln_step_row *rows, const int *failed, double tolerance_K,
                                  int most, kiln_transition *out, int *n_out)
{
    if (!solver) return KILN_E_ARG;
    if (n < 1 || !rows || !(tolerance_K > 0.0) || most < 0 || !out || !n_out)
        return kiln_i_fail(solver->ctx, KILN_E_ARG, "%d rows to %g K, or a NULL argument", n, tolerance_K);
    search s = {.solver = solver, .tolerance_K = tolerance_K, .most = most, .out = out};
    for (int i = 0; i + 1 < n; ++i) {
        if (failed && (failed[i] || failed[i + 1])) continue;
        const kiln_equilibrium *e = &rows[i].equilibrium, *next = &rows[i + 1].equilibrium;
        const phase_set a = set_of(e), b = set_of(next);
        if (!are_equal(&a, &b)) find(&s, e->T_K, &a, next->T_K, &b);
    }
    *n_out = s.n;
    return KILN_OK;
}
