#include "predict/design_state.h"

#include <math.h>
#include <string.h>

/* Forces in units of R times 1000 K: near 1 for what is far away, whatever the temperature. */
#define FORCE_J_MOL (8.31446261815324 * 1000.0)

/* For proofs against demixing: the scan of what is best has its own, which find what is missed. */
enum { BOXES = 0 };
/* Of demixing, whose derivatives are dear; at 1 the solution is ideal. */
static const double CLOSE_RT = 0.2;
/* Of what does not compete at all, or is so far that how far makes no difference. */
static const double MOST = 10.0, MOST_INDEX = 50.0;
/* Beside an end at 1 K from it a force is some J/mol; a usual slope. */
static const double UNDERCUT_J_MOL = 0.01, STEEP_J_MOLK = 5.0;
/* Steps of central differences: demixing, whose quotient has no derivative in closed form away from its zero, and margins, which hold derivatives already. */
static const double STEP_V = 1e-4, STEP_K = 0.5;

static kiln_status set_composition(kiln_design *d, const double *v)
{
    double total[KILN_MAX_COMPONENTS];
    for (int c = 0; c < d->system->n_closed; ++c) {
        total[c] = d->total_0[c];
        for (int j = 0; j < d->space.m; ++j) total[c] += d->total_v[c][j] * v[j];
    }
    kiln_i_solver_set_totals(d->window->solver, total);
    return kiln_i_target_follow(&d->window->target, d->phase);
}

static kiln_status solve(kiln_design *d, const double *v, double T_K)
{
    kiln_window_solver *w = d->window;
    const kiln_status status = set_composition(d, v);
    w->boxes_left = BOXES;
    return status == KILN_OK ? kiln_i_window_forces(w, T_K, KILN_I_USUAL, &w->nodes[0]) : status;
}

/* Whether the force is known and not only a bound far above 0. */
static int is_known(const kiln_design *d, int competitor)
{
    const kiln_i_rivals *r = &d->window->rivals;
    if (!isfinite(d->window->nodes[0].f[competitor])) return 0;
    return competitor == d->system->n_phases || !r->rival[competitor].is_bound;
}

/* n . dmu/db of a competitor, or of the limiting set. */
static kiln_status plane_response(kiln_design *d, int competitor, double *by_total)
{
    kiln_i_rivals *r = &d->window->rivals;
    const int C = d->system->n_closed;
    double n[KILN_MAX_COMPONENTS] = {0};
    if (competitor < d->system->n_phases) return kiln_i_target_composition(&d->window->target, r->rival[competitor].n, by_total);
    for (int k = 0; k < r->n_set; ++k)
        for (int c = 0; c < C; ++c) n[c] += r->set_share[k] * r->set[k].n[c];
    return kiln_i_target_composition(&d->window->target, n, by_total);
}

/* v_j a little larger or smaller, the others in proportion. */
static void move(int m, const double *v, int j, double step, double *out)
{
    for (int k = 0; k < m; ++k) out[k] = v[k] * (1.0 - step);
    out[j] += step;
}

/* By the envelope theorem the competitor's constitution stays: df = - n . dmu. Only the direction along the simplex counts. */
static kiln_status differentiate(kiln_design *d, const double *v, int competitor, double *by_v)
{
    double by_total[KILN_MAX_COMPONENTS], along = 0.0;
    const int m = d->space.m;
    const kiln_status status = plane_response(d, competitor, by_total);
    for (int j = 0; j < m; ++j) {
        by_v[j] = 0.0;
        for (int c = 0; c < d->system->n_closed; ++c) by_v[j] -= by_total[c] * d->total_v[c][j] / FORCE_J_MOL;
        along += by_v[j] * v[j];
    }
    for (int j = 0; j < m; ++j) by_v[j] -= along;
    return status;
}

static kiln_status demixing_at(kiln_design *d, const double *v, double T_K, double *f)
{
    const kiln_status status = solve(d, v, T_K);
    *f = d->window->nodes[0].f[d->phase] / FORCE_J_MOL;
    return status;
}

/* The target is solved elsewhere afterwards. */
static kiln_status differentiate_demixing(kiln_design *d, const double *v, double T_K, kiln_i_margins *out)
{
    double moved[KILN_I_VARIABLES], up = 0.0, down = 0.0;
    kiln_status status = demixing_at(d, v, T_K + STEP_K, &up);
    if (status == KILN_OK) status = demixing_at(d, v, T_K - STEP_K, &down);
    out->by_T[d->phase] = (up - down) / (2.0 * STEP_K);
    for (int j = 0; j < d->space.m && status == KILN_OK; ++j) {
        const double h = fmin(STEP_V, 0.1 * v[j]);
        move(d->space.m, v, j, h, moved);
        status = demixing_at(d, moved, T_K, &up);
        move(d->space.m, v, j, -h, moved);
        if (status == KILN_OK) status = demixing_at(d, moved, T_K, &down);
        out->by_v[d->phase][j] = (up - down) / (2.0 * h);
    }
    return status;
}

kiln_status kiln_i_design_forces(kiln_design *d, const double *v, double T_K, int with_derivatives, kiln_i_margins *out)
{
    kiln_status status = solve(d, v, T_K);
    const kiln_i_node *node = &d->window->nodes[0];
    out->n = d->system->n_phases + 1;
    for (int k = 0; k < out->n && status == KILN_OK; ++k) {
        const int counts = is_known(d, k);
        out->value[k] = isfinite(node->f[k]) ? node->f[k] / FORCE_J_MOL : MOST;
        out->by_T[k] = counts && k != d->phase && isfinite(node->slope[k]) ? node->slope[k] / FORCE_J_MOL : 0.0;
        memset(out->by_v[k], 0, sizeof out->by_v[k]);
        if (with_derivatives && counts && k != d->phase) status = differentiate(d, v, k, out->by_v[k]);
    }
    const int is_close = is_known(d, d->phase) && node->f[d->phase] < CLOSE_RT * d->window->solver->RT;
    if (status != KILN_OK || !with_derivatives || !is_close) return status;
    return differentiate_demixing(d, v, T_K, out);
}

/* ---- Margins at one temperature ---- */

/* Standard deviation of a driving force by the database's uncertain numbers, J per mol of closed components. */
static kiln_status sigma_of(kiln_design *d, int competitor, double *sigma)
{
    double variance;
    const kiln_status status = kiln_i_window_force_row(d->window, competitor, d->options.at_K, 1.0, d->row, &variance);
    *sigma = sqrt(fmax(kiln_i_window_covariance(d->window, d->row, d->row) + variance, 0.0));
    return status;
}

/* What one relative error, the same of every cation's amount and in the worst combination, takes from a driving force. */
static kiln_status weighing_of(kiln_design *d, int competitor, double *loss)
{
    double by_total[KILN_MAX_COMPONENTS];
    const kiln_status status = plane_response(d, competitor, by_total);
    *loss = 0.0;
    for (int c = 0; c < d->system->n_closed; ++c)
        if (d->system->is_cation[c]) *loss += fabs(by_total[c] * d->system->total[c]);
    return status;
}

/* Of demixing the distance per mole of closed components, of which the driving force is a quotient with the same sign. */
static double demixing_distance(const kiln_design *d)
{
    const kiln_i_rival *own = &d->window->rivals.rival[d->phase];
    double f = kiln_i_phase_energy(d->system, d->phase, own->y, NULL, NULL) / own->sigma;
    for (int c = 0; c < d->system->n_closed; ++c) f -= d->window->target.mu[c] * own->n[c];
    return own->f < 0.0 ? fmin(f, 0.0) : fmax(f, 0.0);
}

static kiln_status read_margins(kiln_design *d, kiln_design_goal goal, const double *v, kiln_i_margins *out)
{
    kiln_status status = solve(d, v, d->options.at_K);
    const double most = goal == KILN_DESIGN_TOLERANCE ? 1.0 : MOST_INDEX;
    out->n = d->system->n_phases + 1;
    for (int k = 0; k < out->n && status == KILN_OK; ++k) {
        double scale = 0.0;
        out->value[k] = most;
        out->by_T[k] = 0.0;
        /* beside the target's own composition distance and deviation both vanish */
        if (!is_known(d, k) || (k == d->phase && d->window->rivals.rival[k].f_T == 0.0)) continue;
        const double f = k == d->phase ? demixing_distance(d) : d->window->nodes[0].f[k];
        status = goal == KILN_DESIGN_TOLERANCE ? weighing_of(d, k, &scale) : sigma_of(d, k, &scale);
        out->value[k] = scale > 0.0 ? fmax(fmin(f / scale, most), -most) : f < 0.0 ? -most : most;
    }
    return status;
}

kiln_status kiln_i_design_margins(kiln_design *d, kiln_design_goal goal, const double *v, int with_derivatives,
                                  kiln_i_margins *out)
{
    kiln_i_margins up, down;
    double moved[KILN_I_VARIABLES];
    kiln_status status = read_margins(d, goal, v, out);
    for (int j = 0; j < d->space.m && with_derivatives && status == KILN_OK; ++j) {
        const double h = fmin(STEP_V, 0.1 * v[j]);
        move(d->space.m, v, j, h, moved);
        status = read_margins(d, goal, moved, &up);
        move(d->space.m, v, j, -h, moved);
        if (status == KILN_OK) status = read_margins(d, goal, moved, &down);
        for (int k = 0; k < out->n && status == KILN_OK; ++k) out->by_v[k][j] = (up.value[k] - down.value[k]) / (2.0 * h);
    }
    return status;
}

double kiln_i_design_least(const kiln_i_margins *m)
{
    double least = INFINITY;
    for (int k = 0; k < m->n; ++k) least = fmin(least, m->value[k]);
    return least;
}

/* ---- The goal ---- */

/* Ends are where tangents lead; a competitor that bends, or comes and goes between, shows itself beside them or in the middle. The least force there, J per mol of closed
 * components; 0: none is negative. */
static int least_inside(kiln_design *d, const kiln_i_design_found *at, double *least)
{
    const double beside_K = 1.0, T[] = {at->low_K + beside_K, 0.5 * (at->low_K + at->high_K), at->high_K - beside_K};
    int limit;
    *least = 0.0;
    for (int i = 0; i < 3 && at->high_K - at->low_K > 2.0 * beside_K; ++i) {
        if (kiln_i_window_forces(d->window, T[i], KILN_I_QUICK, &d->window->nodes[0]) != KILN_OK) return 0;
        *least = fmin(*least, kiln_i_least_force(d->window, &d->window->nodes[0], &limit));
    }
    return 1;
}

/* Ends by following competitors from where they were last. What is undercut between them has no window, and is the farther from one the more it is. */
static int find_ends(kiln_design *d, kiln_i_design_found *out)
{
    int limit;
    double least;
    kiln_window_solver *w = d->window;
    if (set_composition(d, out->v) != KILN_OK ||
        !kiln_i_window_follow(w, BOXES, 1, d->guess_low_K, d->first_K, d->last_K, &out->low_K, &limit) ||
        !kiln_i_window_follow(w, BOXES, 0, d->guess_high_K, d->first_K, d->last_K, &out->high_K, &limit) ||
        !least_inside(d, out, &least))
        return 0;
    if (least < -UNDERCUT_J_MOL) out->high_K = out->low_K + least / STEEP_J_MOLK;
    return 1;
}

int kiln_i_design_evaluate(kiln_design *d, const double *v, kiln_i_design_found *out)
{
    ++d->n_evaluations;
    out->is_proved = 0;
    memmove(out->v, v, (size_t)d->space.m * sizeof *v);
    if (kiln_i_design_is_thermal(d)) {
        if (!find_ends(d, out)) return 0;
        out->value = d->options.goal == KILN_DESIGN_ONSET ? out->low_K : out->high_K - out->low_K;
        return 1;
    }
    out->low_K = out->high_K = 0.0;
    if (kiln_i_design_margins(d, d->options.goal, v, 0, &d->at[0]) != KILN_OK) return 0;
    out->value = kiln_i_design_least(&d->at[0]);
    return 1;
}

/* To be made small. Without a window that is wide enough a composition is worse than any that has one, by what its window lacks. */
static double loss_of(const kiln_design *d, const kiln_i_design_found *p)
{
    const double rounding_K = 1.0;
    if (d->options.goal != KILN_DESIGN_ONSET) return -p->value;
    const double lack_K = d->options.least_width_K - (p->high_K - p->low_K);
    return lack_K > rounding_K ? d->last_K + lack_K : p->value;
}

double kiln_i_design_gain(const kiln_design *d, const kiln_i_design_found *a, const kiln_i_design_found *b)
{
    return loss_of(d, b) - loss_of(d, a);
}

int kiln_i_design_is_plateau(const kiln_design *d, const kiln_i_design_found *at)
{
    const double close_K = 0.01;
    const int is_low_open = at->low_K <= d->first_K + close_K, is_high_open = at->high_K >= d->last_K - close_K;
    if (d->options.goal == KILN_DESIGN_ONSET) return is_low_open && at->high_K - at->low_K >= d->options.least_width_K;
    return d->options.goal == KILN_DESIGN_WIDTH && is_low_open && is_high_open;
}

/* ---- The same as a smooth problem: unknowns and constraints ---- */

int kiln_i_design_unknowns(const kiln_design *d, const kiln_i_design_found *at, double *z)
{
    const int m = d->space.m;
    memcpy(z, at->v, (size_t)m * sizeof *z);
    z[m] = kiln_i_design_is_thermal(d) ? at->low_K / 100.0 : at->value;
    if (d->options.goal != KILN_DESIGN_WIDTH) return m + 1;
    z[m + 1] = at->high_K / 100.0;
    return m + 2;
}

void kiln_i_design_direction(const kiln_design *d, double *by_z)
{
    const int m = d->space.m;
    for (int j = 0; j < m; ++j) by_z[j] = 0.0;
    by_z[m] = kiln_i_design_is_thermal(d) ? 1.0 : -1.0;
    if (d->options.goal == KILN_DESIGN_WIDTH) by_z[m + 1] = -1.0;
}

static void write_rows(const kiln_i_margins *at, int m, int N, int unknown, double by_unknown, double *value, double *by_z)
{
    for (int k = 0; k < at->n; ++k) {
        value[k] = at->value[k];
        if (!by_z) continue;
        double *row = by_z + (size_t)(N * k);
        for (int j = 0; j < N; ++j) row[j] = j < m ? at->by_v[k][j] : 0.0;
        row[unknown] = by_unknown == 0.0 ? at->by_T[k] * 100.0 : by_unknown;
    }
}

int kiln_i_design_constraints(kiln_design *d, const double *z, double *value, double *by_z)
{
    const int m = d->space.m, N = m + (d->options.goal == KILN_DESIGN_WIDTH ? 2 : 1), P = d->system->n_phases + 1;
    double v[KILN_I_VARIABLES];
    ++d->n_evaluations;
    memcpy(v, z, (size_t)m * sizeof *v);
    kiln_i_design_normalise(m, v);
    if (!kiln_i_design_is_thermal(d)) {
        if (kiln_i_design_margins(d, d->options.goal, v, by_z != NULL, &d->at[0]) != KILN_OK) return -1;
        write_rows(&d->at[0], m, N, m, -1.0, value, by_z);
        for (int k = 0; k < P; ++k) value[k] -= z[m];
        return P;
    }
    const int upper = N - 1;
    const double low_K = 100.0 * z[m], high_K = upper > m ? 100.0 * z[upper] : low_K + d->options.least_width_K;
    if (kiln_i_design_forces(d, v, low_K, by_z != NULL, &d->at[0]) != KILN_OK ||
        kiln_i_design_forces(d, v, high_K, by_z != NULL, &d->at[1]) != KILN_OK)
        return -1;
    write_rows(&d->at[0], m, N, m, 0.0, value, by_z);
    write_rows(&d->at[1], m, N, upper, 0.0, value + P, by_z ? by_z + (size_t)(N * P) : NULL);
    return 2 * P;
}
