#include <kiln/energy.h>

#include "predict/window_solver.h"

#include "core/context.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Energies and driving forces row by row. Competitors are known by the database's phases, so that systems of several compositions can share a table. */

struct kiln_energy_work {
    kiln_context *ctx;
    double *force; /* [n_rows] for each of the database's phases, then for the set */
};

static const double TOLERANCE_K = 1e-6, TOLERANCE_X = 1e-7;

const char *kiln_energy_proof_text(kiln_energy_proof proof)
{
    static const char *const names[] = {"open", "single", "undercut"};
    return (unsigned)proof <= KILN_ENERGY_UNDERCUT ? names[proof] : "";
}

void kiln_energy_free(kiln_energy *e)
{
    if (!e) return;
    kiln_context *ctx = e->work->ctx;
    kiln_i_free(ctx, e->work->force);
    kiln_i_free(ctx, e->work);
    kiln_i_free(ctx, e->row);
    kiln_i_free(ctx, e->competitor);
    kiln_i_free(ctx, e);
}

static int by_least(const void *a, const void *b)
{
    const double x = ((const kiln_energy_competitor *)a)->least_J_mol, y = ((const kiln_energy_competitor *)b)->least_J_mol;
    return (x > y) - (x < y);
}

/* Room for the rows and for every phase as a competitor; target: index in the database. */
static kiln_status create(kiln_context *ctx, const kiln_database *db, int target, int n_rows, kiln_energy **out)
{
    const size_t n = (size_t)db->n_phases + 1, N = (size_t)n_rows;
    kiln_energy *e = kiln_i_calloc(ctx, 1, sizeof *e);
    if (!e || !(e->work = kiln_i_calloc(ctx, 1, sizeof *e->work))) {
        kiln_i_free(ctx, e);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "energies of %d rows", n_rows);
    }
    e->work->ctx = ctx;
    if (!(e->row = kiln_i_calloc(ctx, N, sizeof *e->row)) ||
        !(e->work->force = kiln_i_calloc(ctx, n * N, sizeof *e->work->force)) ||
        !(e->competitor = kiln_i_calloc(ctx, n, sizeof *e->competitor))) {
        kiln_energy_free(e);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "energies of %d rows", n_rows);
    }
    for (size_t k = 0; k < n * N; ++k) e->work->force[k] = NAN;
    for (size_t p = 0; p < n; ++p) {
        const int is_set = (int)p == db->n_phases;
        e->competitor[p] = (kiln_energy_competitor){is_set             ? KILN_ENERGY_SET
                                                    : (int)p == target ? KILN_ENERGY_DEMIXING
                                                                       : KILN_ENERGY_PHASE,
                                                    is_set ? "" : db->phases[p].name,
                                                    is_set ? "other phases together" : db->phases[p].label,
                                                    INFINITY,
                                                    0,
                                                    e->work->force + p * N};
    }
    e->phase = db->phases[target].name;
    e->label = db->phases[target].label;
    e->n_rows = n_rows;
    e->n_competitors = (int)n;
    *out = e;
    return KILN_OK;
}

/* Index in the table of competitor c of a system, which counts the set last. */
static int index_of(const kiln_system *system, int c)
{
    return c == system->n_phases ? system->db->n_phases : system->phases[c].source;
}

/* The least driving force at the node looked at last; INFINITY without a competitor. */
static double least_of(const kiln_window_solver *w, int *limit)
{
    double least = INFINITY;
    *limit = -1;
    for (int c = 0; c <= w->system->n_phases; ++c)
        if (w->nodes[0].f[c] < least) {
            least = w->nodes[0].f[c];
            *limit = index_of(w->system, c);
        }
    return least;
}

static void read_proof(const kiln_window_solver *w, const kiln_single_phase *single, kiln_energy_row *row)
{
    const kiln_i_node *node = &w->nodes[0];
    row->open_phase = "";
    row->reason = "";
    if (!single->is_single) {
        row->proof = KILN_ENERGY_UNDERCUT;
        return;
    }
    if (node->verdict == KILN_I_PROVED) {
        row->proof = KILN_ENERGY_SINGLE;
        row->gap_J_mol = node->lowered_by;
        return;
    }
    row->proof = KILN_ENERGY_OPEN;
    row->reason = node->verdict == KILN_I_UNASKED ? "not asked for"
                  : node->reason                  ? node->reason
                                                  : "a competitor lies within the gap";
    if (node->verdict != KILN_I_UNASKED) row->open_phase = kiln_system_phase_name(w->system, node->open_phase);
}

static kiln_status fill(kiln_energy *e, kiln_window_solver *w, int phase, int r)
{
    kiln_single_phase single;
    kiln_energy_row *row = &e->row[r];
    kiln_status status = kiln_window_at(w, phase, row->T_K, &single);
    if (status != KILN_OK) return status;
    row->least_J_mol = least_of(w, &row->limit);
    if (row->limit < 0) row->least_J_mol = 0.0;
    read_proof(w, &single, row);
    for (int c = 0; c <= w->system->n_phases; ++c)
        if (isfinite(w->nodes[0].f[c])) e->work->force[index_of(w->system, c) * e->n_rows + r] = w->nodes[0].f[c];
    return kiln_i_budget_solve(w, row->T_K, &row->budget);
}

static int is_local(kiln_status status)
{
    return status == KILN_E_NOT_CONVERGED || status == KILN_E_MISSING || status == KILN_E_SINGULAR || status == KILN_E_RANGE;
}

/* A row that fails leaves the others; what would fail every time does not. */
static kiln_status keep_failure(kiln_energy *e, int r, kiln_status status)
{
    if (status == KILN_OK || !is_local(status)) return status;
    snprintf(e->row[r].failure, sizeof e->row[r].failure, "%s", kiln_context_error(e->work->ctx));
    return KILN_OK;
}

/* The least of every competitor; those that never compete are dropped, the nearest come first, and limits follow. */
static void sort_competitors(kiln_energy *e)
{
    int n = 0;
    for (int c = 0; c < e->n_competitors; ++c) {
        kiln_energy_competitor *k = &e->competitor[c];
        for (int r = 0; r < e->n_rows; ++r)
            if (k->force_J_mol[r] < k->least_J_mol) {
                k->least_J_mol = k->force_J_mol[r];
                k->least_row = r;
            }
    }
    qsort(e->competitor, (size_t)e->n_competitors, sizeof *e->competitor, by_least);
    while (n < e->n_competitors && isfinite(e->competitor[n].least_J_mol)) ++n;
    e->n_competitors = n;
}

/* Where competitor `index` of the unsorted table stands now; -1: not there. */
static int place_of(const kiln_energy *e, int index)
{
    for (int c = 0; c < e->n_competitors; ++c)
        if (index >= 0 && e->competitor[c].force_J_mol == e->work->force + (size_t)index * (size_t)e->n_rows) return c;
    return -1;
}

static kiln_status finish(kiln_energy *e, kiln_status status, kiln_energy **out)
{
    int n_solved = 0;
    for (int r = 0; r < e->n_rows; ++r) n_solved += e->row[r].failure[0] == '\0';
    if (status == KILN_OK && n_solved == 0) status = kiln_i_fail(e->work->ctx, KILN_E_NOT_CONVERGED, "%s", e->row[0].failure);
    if (status != KILN_OK) {
        kiln_energy_free(e);
        return status;
    }
    sort_competitors(e);
    for (int r = 0; r < e->n_rows; ++r) {
        e->row[r].limit = place_of(e, e->row[r].limit);
        e->n_open += e->row[r].failure[0] == '\0' && e->row[r].proof == KILN_ENERGY_OPEN;
    }
    for (int k = 0; k < e->n_ends; ++k) e->end[k].competitor = place_of(e, e->end[k].competitor);
    *out = e;
    return KILN_OK;
}

static void add_end(kiln_energy *e, double T_K, double x, int competitor, int is_low, double tolerance)
{
    if (e->n_ends < KILN_ENERGY_ENDS) e->end[e->n_ends++] = (kiln_energy_end){T_K, x, competitor, is_low, tolerance};
}

/* ---- Over temperature ---- */

static void add_window_end(kiln_energy *e, const kiln_system *system, const kiln_window_end *end, int is_low)
{
    if (end->kind == KILN_END_VALIDITY || end->kind == KILN_END_SEARCH_LIMIT || end->n_limits == 0) return;
    add_end(e, end->T_K, 0.0, index_of(system, end->n_limits > 1 ? system->n_phases : end->limit[0].phase), is_low, TOLERANCE_K);
}

static kiln_status find_window(kiln_energy *e, kiln_window_solver *w, int phase, kiln_window *window)
{
    const kiln_status status = kiln_window_solve(w, phase, window);
    for (int r = 0; status == KILN_OK && r < window->n_ranges; ++r) {
        add_window_end(e, w->system, &window->range[r].low, 1);
        add_window_end(e, w->system, &window->range[r].high, 0);
    }
    return status;
}

static kiln_status fill_over_T(kiln_energy *e, kiln_window_solver *w, int phase, const kiln_window *window)
{
    for (int r = 0; r < e->n_rows; ++r) {
        kiln_energy_row *row = &e->row[r];
        kiln_status status = KILN_OK;
        if (row->T_K < window->scanned_min_K - 1e-6 || row->T_K > window->scanned_max_K + 1e-6)
            status = kiln_i_fail(w->ctx, KILN_E_RANGE, "%s is used more than %.0f K outside its validity", e->label,
                                 w->options.extrapolate_K);
        else status = fill(e, w, phase, r);
        if ((status = keep_failure(e, r, status)) != KILN_OK) return status;
    }
    return KILN_OK;
}

static kiln_status run_over_T(kiln_energy *e, kiln_system *system, const kiln_solver_options *solver_options, int phase)
{
    kiln_window_options o;
    kiln_window_solver *w = NULL;
    kiln_window *window = kiln_i_calloc(system->ctx, 1, sizeof *window);
    if (!window) return kiln_i_fail(system->ctx, KILN_E_NOMEM, "window");
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    o.T_min_K = INFINITY;
    o.T_max_K = 0.0;
    for (int r = 0; r < e->n_rows; ++r) {
        o.T_min_K = fmin(o.T_min_K, e->row[r].T_K);
        o.T_max_K = fmax(o.T_max_K, e->row[r].T_K);
    }
    o.step_K = fmax(fmin(o.step_K, (o.T_max_K - o.T_min_K) / 4.0), 0.1);
    o.n_samples = 0;
    o.find_apparent = 0;
    kiln_status status = kiln_window_solver_create(system, solver_options, &o, &w);
    if (status == KILN_OK) status = find_window(e, w, phase, window);
    if (status == KILN_OK) status = fill_over_T(e, w, phase, window);
    kiln_window_solver_free(w);
    kiln_i_free(system->ctx, window);
    return status;
}

kiln_status kiln_energy_over_T(kiln_system *system, const kiln_solver_options *solver_options, int phase, int n,
                               const double *T_K, kiln_energy **out)
{
    kiln_energy *e;
    if (out) *out = NULL;
    if (!system) return KILN_E_ARG;
    if (!out || !T_K || n < 2 || phase < 0 || phase >= system->n_phases)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "phase %d of %d at %d temperatures", phase, system->n_phases, n);
    for (int r = 0; r < n; ++r)
        if (!(isfinite(T_K[r]) && T_K[r] > 0.0)) return kiln_i_fail(system->ctx, KILN_E_ARG, "T = %g K", T_K[r]);
    const kiln_status status = create(system->ctx, system->db, system->phases[phase].source, n, &e);
    if (status != KILN_OK) return status;
    for (int r = 0; r < n; ++r) e->row[r].T_K = T_K[r];
    return finish(e, run_over_T(e, system, solver_options, phase), out);
}

/* ---- Over a fraction ---- */

/* The system at one fraction, and the phase in it. */
typedef struct station {
    kiln_system *system;
    kiln_window_solver *solver;
    int phase;
} station;

static void leave(station *s)
{
    kiln_window_solver_free(s->solver);
    kiln_system_free(s->system);
    *s = (station){NULL, NULL, -1};
}

static kiln_status enter(kiln_context *ctx, const kiln_energy_question *q, double x, int with_budget, station *s)
{
    kiln_composition there;
    kiln_window_options o;
    *s = (station){NULL, NULL, -1};
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    o.n_samples = 0;
    o.ends_only = !with_budget;
    kiln_status status = kiln_composition_vary(ctx, q->composition, q->z, x, &there);
    if (status == KILN_OK) status = kiln_system_create(ctx, q->db, &there, q->atmosphere, q->system_options, &s->system);
    if (status != KILN_OK) return status;
    s->phase = kiln_system_find_phase(s->system, q->phase);
    if (s->phase < 0 || !kiln_system_can_host(s->system, s->phase))
        return kiln_i_fail(ctx, KILN_E_MISSING, "%s cannot hold %s by itself", q->phase, there.canonical);
    return kiln_window_solver_create(s->system, q->solver_options, &o, &s->solver);
}

/* The least driving force at x, and whose it is. */
static kiln_status look(kiln_context *ctx, const kiln_energy_question *q, double x, double *least, int *limit)
{
    station s;
    kiln_single_phase single;
    kiln_status status = enter(ctx, q, x, 0, &s);
    if (status == KILN_OK) status = kiln_window_at(s.solver, s.phase, q->T_K, &single);
    if (status == KILN_OK) *least = least_of(s.solver, limit);
    leave(&s);
    return status;
}

/* Regula falsi (Illinois) between a row where the phase is single and one where it is undercut. */
static kiln_status find_end(kiln_energy *e, const kiln_energy_question *q, const kiln_energy_row *a, const kiln_energy_row *b)
{
    enum { MOST = 60 };
    double x[] = {a->x, b->x}, f[] = {a->least_J_mol, b->least_J_mol};
    int side = -1, limit = f[0] < 0.0 ? a->limit : b->limit;
    for (int k = 0; k < MOST && fabs(x[1] - x[0]) > TOLERANCE_X; ++k) {
        double least, middle = x[0] + (x[1] - x[0]) * f[0] / (f[0] - f[1]);
        int here;
        /* Where one side has no competitor, and now and then, half way. */
        if (!isfinite(middle) || k % 3 == 2) middle = 0.5 * (x[0] + x[1]);
        const kiln_status status = look(e->work->ctx, q, middle, &least, &here);
        if (status != KILN_OK) return status;
        const int to = (least < 0.0) == (f[1] < 0.0);
        if (least < 0.0) limit = here;
        x[to] = middle;
        f[to] = least;
        if (side == to) f[!to] *= 0.5;
        side = to;
    }
    add_end(e, q->T_K, 0.5 * (x[0] + x[1]), limit, b->proof != KILN_ENERGY_UNDERCUT, TOLERANCE_X);
    return KILN_OK;
}

static int changes(const kiln_energy_row *a, const kiln_energy_row *b)
{
    return !*a->failure && !*b->failure && (a->proof == KILN_ENERGY_UNDERCUT) != (b->proof == KILN_ENERGY_UNDERCUT);
}

static kiln_status run_over_x(kiln_context *ctx, kiln_energy *e, const kiln_energy_question *q)
{
    for (int r = 0; r < e->n_rows; ++r) {
        station s;
        kiln_status status = enter(ctx, q, e->row[r].x, 1, &s);
        if (status == KILN_OK) status = fill(e, s.solver, s.phase, r);
        leave(&s);
        status = keep_failure(e, r, status);
        if (status == KILN_OK && r > 0 && changes(&e->row[r - 1], &e->row[r])) {
            status = find_end(e, q, &e->row[r - 1], &e->row[r]);
            if (is_local(status)) status = KILN_OK; /* the rows on either side stand as they are */
        }
        if (status != KILN_OK) return status;
        if (q->keep_going && !q->keep_going(r + 1, e->n_rows, q->user)) return kiln_i_fail(ctx, KILN_E_INTERRUPTED, "stopped");
    }
    return KILN_OK;
}

static int are_fractions(int n, const double *x)
{
    for (int r = 0; r < n; ++r)
        if (!(x[r] >= 0.0 && x[r] <= 1.0) || (r > 0 && !(x[r] > x[r - 1]))) return 0;
    return 1;
}

kiln_status kiln_energy_over_x(kiln_context *ctx, const kiln_energy_question *q, kiln_energy **out)
{
    kiln_energy *e;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !q || !q->db || !q->composition || !q->atmosphere || !q->phase || !q->x)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const int target = kiln_database_find_phase(q->db, q->phase);
    if (target < 0 || q->n < 2 || !(isfinite(q->T_K) && q->T_K > 0.0) || !are_fractions(q->n, q->x))
        return kiln_i_fail(ctx, KILN_E_ARG, "%s at %g K and %d fractions", q->phase, q->T_K, q->n);
    kiln_composition there;
    kiln_status status = kiln_composition_vary(ctx, q->composition, q->z, 0.5, &there);
    if (status == KILN_OK) status = create(ctx, q->db, target, q->n, &e);
    if (status != KILN_OK) return status;
    e->z = q->z;
    for (int r = 0; r < e->n_rows; ++r) {
        e->row[r].T_K = q->T_K;
        e->row[r].x = q->x[r];
    }
    return finish(e, run_over_x(ctx, e, q), out);
}
