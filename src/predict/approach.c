#include "predict/fields.h"

#include <math.h>

enum { MAX_GOLDEN = 40 };

/* Phases that come near between grid points. */

static int is_in(const kiln_gap_boundary *set, int phase)
{
    for (int k = 0; k < set->n_phases; ++k)
        if (set->phase[k].phase == phase) return 1;
    return 0;
}

/* Driving force of a phase at these potentials, J per mole of closed components. */
static double driving_force(kiln_i_fields *f, int phase, const double *mu)
{
    kiln_solver *s = f->solver;
    double least = INFINITY;
    const int count = kiln_i_price(s, phase, mu, KILN_I_USUAL);
    for (int k = 0; k < count; ++k) {
        const double sigma = kiln_i_phase_amounts(s->system, phase, s->minima + (size_t)(s->max_y * k), NULL);
        if (sigma > KILN_EMPTY) least = fmin(least, s->minimum[k] / sigma);
    }
    return least;
}

/* ---- Between two places ---- */

/* A place on the join and the potentials of its equilibrium; x NAN: not known. */
typedef struct place {
    double x, mu[2];
} place;

static const place NOWHERE = {.x = NAN};

/* Of a sample that was just taken. Of two components only: others' potentials are not fixed by places on the join. */
static place place_of_sample(const kiln_i_fields *f, double x)
{
    const kiln_solver *s = f->solver;
    return s->n_closed == 2 && s->mu_is_unique ? (place){x, {s->mu[0], s->mu[1]}} : NOWHERE;
}

static place place_of_grid(const kiln_i_fields *f, int g)
{
    return (place){isnan(f->mu[2 * g]) ? NAN : f->grid[g], {f->mu[2 * g], f->mu[2 * g + 1]}};
}

/* Whether the phase cannot be stable between two places: the energy along the join is convex, so it lies under the straight line between them, and the phase lies over that line. */
static int stays_over(kiln_i_fields *f, int phase, const place *p, const place *q)
{
    const place *const at[2] = {p, q};
    double n[2][2], energy[2], mu[2];
    if (!(p->x < q->x)) return 0; /* also where one is not known */
    for (int k = 0; k < 2; ++k) {
        for (int c = 0; c < 2; ++c) n[k][c] = at[k]->x * f->a[c] + (1.0 - at[k]->x) * f->b[c];
        energy[k] = at[k]->mu[0] * n[k][0] + at[k]->mu[1] * n[k][1];
    }
    const double determinant = n[0][0] * n[1][1] - n[0][1] * n[1][0];
    mu[0] = (energy[0] * n[1][1] - energy[1] * n[0][1]) / determinant;
    mu[1] = (energy[1] * n[0][0] - energy[0] * n[1][0]) / determinant;
    return isfinite(mu[0]) && isfinite(mu[1]) && driving_force(f, phase, mu) > 0.0;
}

void kiln_i_fields_note(kiln_i_fields *f, int g, const kiln_gap_boundary *set)
{
    const place here = set->n_phases > 0 ? place_of_sample(f, f->grid[g]) : NOWHERE;
    for (int c = 0; c < 2; ++c) f->mu[2 * g + c] = isnan(here.x) ? NAN : here.mu[c];
    for (int p = 0; p < f->solver->system->n_phases; ++p)
        f->approach[g + KILN_I_GRID * p] =
            set->n_phases == 0 || is_in(set, p) || !f->solver->mu_is_unique ? INFINITY : driving_force(f, p, f->solver->mu);
}

static int stretch_at(const kiln_i_fields *f, double x)
{
    for (int i = 0; i < f->n; ++i)
        if (x >= f->stretch[i].low && x <= f->stretch[i].high) return i;
    return -1;
}

/* Another set was found at f->fresh inside stretch i: it becomes a stretch of its own, between the parts of the old one that are known. */
static kiln_status split(kiln_i_fields *f, int i, double low, double high)
{
    kiln_i_stretch found = *f->fresh, upper = f->stretch[i];
    kiln_status status = kiln_i_fields_sample(f, high, f->fresh);
    if (status != KILN_OK) return status;
    kiln_i_stretch_extend_down(&upper, f->fresh);
    if ((status = kiln_i_fields_sample(f, low, f->fresh)) != KILN_OK) return status;
    kiln_i_stretch_extend_up(&f->stretch[i], f->fresh);
    found.low = fmax(found.low, low);
    found.high = fmin(found.high, high);
    if ((status = kiln_i_fields_insert(f, i + 1, &found)) != KILN_OK) return status;
    return kiln_i_fields_insert(f, i + 2, &upper);
}

/* Golden section (Kiefer, Proc. Am. Math. Soc. 4 (1953) 502) on the driving force between x = low and high until the phase is stable, or its least value is found, or the phase cannot be
 * stable between these any more. `ends`: low and high as places. */
static kiln_status follow(kiln_i_fields *f, int i, int phase, double low, double high, const place ends[2], int *found)
{
    const double r = 0.3819660112501051;
    double a = low, b = high, x[2] = {low + r * (high - low), high - r * (high - low)}, value[2] = {NAN, NAN};
    place at[2] = {NOWHERE, NOWHERE}, end[2] = {ends[0], ends[1]};
    *found = 0;
    for (int step = 0; step < MAX_GOLDEN && b - a > 1e-9; ++step) {
        for (int k = 0; k < 2; ++k) {
            if (!isnan(value[k])) continue;
            const kiln_status status = kiln_i_fields_sample(f, x[k], f->fresh);
            if (status != KILN_OK) return status;
            if (!kiln_i_same_phases(&f->fresh->at_low, &f->stretch[i].at_low)) {
                *found = 1;
                return split(f, i, low, high);
            }
            value[k] = driving_force(f, phase, f->solver->mu);
            at[k] = place_of_sample(f, x[k]);
        }
        const int up = value[0] > value[1];
        if (stays_over(f, phase, &end[0], &at[up]) && stays_over(f, phase, &at[up], &end[1])) return KILN_OK;
        if (up) a = x[0];
        else b = x[1];
        end[!up] = at[!up];
        x[!up] = x[up];
        value[!up] = value[up];
        at[!up] = at[up];
        x[up] = up ? b - r * (b - a) : a + r * (b - a);
        value[up] = NAN;
    }
    return KILN_OK;
}

/* Where the neighbourhood of x in its stretch ends on the side of `grid`: there, or a little before the edge of the stretch. */
static double neighbourhood(double x, double grid, double edge)
{
    return fabs(grid - x) < fabs(edge - x) ? grid : edge + 0.01 * (x - edge);
}

static kiln_status seek_between_grid_points(kiln_i_fields *f)
{
    for (int p = 0; p < f->solver->system->n_phases; ++p)
        for (int g = 1; g + 1 < f->n_grid; ++g) {
            const double *d = &f->approach[g + KILN_I_GRID * p], x = f->grid[g];
            int found;
            const int i = stretch_at(f, x);
            if (!isfinite(d[-1]) || !isfinite(d[0]) || !isfinite(d[1]) || d[0] > d[-1] || d[0] > d[1] || i < 0 ||
                kiln_i_stretch_is_line(&f->stretch[i]))
                continue;
            const place before = place_of_grid(f, g - 1), here = place_of_grid(f, g), after = place_of_grid(f, g + 1);
            if (stays_over(f, p, &before, &here) && stays_over(f, p, &here, &after)) continue;
            const double low = neighbourhood(x, f->grid[g - 1], f->stretch[i].low);
            const double high = neighbourhood(x, f->grid[g + 1], f->stretch[i].high);
            const place ends[2] = {low == before.x ? before : NOWHERE, high == after.x ? after : NOWHERE};
            kiln_status status = follow(f, i, p, low, high, ends, &found);
            if (status == KILN_OK && found) status = kiln_i_fields_close(f);
            if (status != KILN_OK) return status;
        }
    return KILN_OK;
}

/* The last grid point before an edge of stretch i, on the side of the edge; -1 without. */
static int grid_before(const kiln_i_fields *f, int i, int is_upper)
{
    int last = -1;
    for (int g = 0; g < f->n_grid; ++g)
        if (f->grid[g] > f->stretch[i].low && f->grid[g] < f->stretch[i].high && (is_upper || last < 0)) last = g;
    return last;
}

/* Driving forces at x of the phases that its sample lacks, infinity for others, into `force` [n_phases]. */
static kiln_status forces_at(kiln_i_fields *f, double x, double *force)
{
    const kiln_status status = kiln_i_fields_sample(f, x, f->fresh);
    for (int p = 0; status == KILN_OK && p < f->solver->system->n_phases; ++p)
        force[p] = is_in(&f->fresh->at_low, p) ? INFINITY : driving_force(f, p, f->solver->mu);
    return status;
}

/* Between the edge of a tie line and the last grid point before it, in stretch i: a phase nearer to the plane just inside the stretch than at the edge has a minimum there. */
static kiln_status seek_beside(kiln_i_fields *f, int i, int line, int *found)
{
    const double edge = line > i ? f->stretch[i].high : f->stretch[i].low;
    double *at_edge = f->beside, *inside = f->beside + f->solver->system->n_phases;
    const int g = grid_before(f, i, line > i);
    int n_left = 0;
    *found = 0;
    if (g < 0) return KILN_OK;
    const double last = f->grid[g], near = edge + 0.01 * (last - edge);
    kiln_status status = forces_at(f, 0.5 * (f->stretch[line].low + f->stretch[line].high), at_edge);
    const place from = place_of_sample(f, edge), to = place_of_grid(f, g); /* potentials are those all along the line */
    for (int p = 0; status == KILN_OK && p < f->solver->system->n_phases; ++p) {
        if (line > i ? stays_over(f, p, &to, &from) : stays_over(f, p, &from, &to)) at_edge[p] = INFINITY;
        n_left += isfinite(at_edge[p]);
    }
    if (status != KILN_OK || n_left == 0) return status;
    status = forces_at(f, near, inside);
    if (status != KILN_OK || !kiln_i_same_phases(&f->fresh->at_low, &f->stretch[i].at_low)) return status;
    const place ends[2] = {line > i ? to : NOWHERE, line > i ? NOWHERE : to};
    for (int p = 0; p < f->solver->system->n_phases && !*found && status == KILN_OK; ++p)
        if (isfinite(at_edge[p]) && inside[p] < at_edge[p])
            status = follow(f, i, p, fmin(last, near), fmax(last, near), ends, found);
    return status;
}

static kiln_status seek_beside_lines(kiln_i_fields *f)
{
    for (int i = 0; i < f->n; ++i)
        for (int line = i - 1; line <= i + 1; line += 2) {
            int found;
            if (line < 0 || line >= f->n || kiln_i_stretch_is_line(&f->stretch[i]) || !kiln_i_stretch_is_line(&f->stretch[line]))
                continue;
            kiln_status status = seek_beside(f, i, line, &found);
            if (status == KILN_OK && found) status = kiln_i_fields_close(f);
            if (status != KILN_OK) return status;
            if (found) return seek_beside_lines(f); /* each time there is a field more */
        }
    return KILN_OK;
}

kiln_status kiln_i_fields_seek(kiln_i_fields *f)
{
    const kiln_status status = seek_between_grid_points(f);
    return status == KILN_OK ? seek_beside_lines(f) : status;
}
