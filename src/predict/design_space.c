#include "predict/design_state.h"

#include "core/context.h"
#include "core/elements.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Shares are weighed to 0.1 % of the sublattice's cations. */
enum { PARTS = 1000 };
static const double ALLOWED = 1e-9; /* beyond a limit: rounding */

static const kiln_component *cation(const kiln_design *d, int i) { return &d->composition.component[d->space.component[i]]; }

static int index_of(const kiln_design *d, int z)
{
    for (int i = 0; i < d->space.n; ++i)
        if (cation(d, i)->z == z) return i;
    return -1;
}

/* ---- The sublattice and its variables ---- */

static int count_cations(const kiln_composition *x, int group)
{
    int n = 0;
    for (int i = 0; i < x->n; ++i) n += x->component[i].group == group && !x->component[i].is_anion;
    return n;
}

/* That of the first cation that varies, or the one with the most cations. */
static kiln_status find_group(kiln_design *d)
{
    const kiln_composition *x = &d->composition;
    d->group = -1;
    for (int i = 0; i < x->n && d->options.n_varied > 0; ++i)
        if (!x->component[i].is_anion && x->component[i].z == d->options.varied[0] &&
            (d->group < 0 || count_cations(x, x->component[i].group) > count_cations(x, d->group)))
            d->group = x->component[i].group;
    for (int g = 0; g < x->n_groups && d->options.n_varied == 0; ++g)
        if (d->group < 0 || count_cations(x, g) > count_cations(x, d->group)) d->group = g;
    if (d->group < 0)
        return kiln_i_fail(d->ctx, KILN_E_ARG, "%s has no cation %s to vary", x->canonical,
                           kiln_i_element_symbol(d->options.varied[0]));
    if (count_cations(x, d->group) < 2)
        return kiln_i_fail(d->ctx, KILN_E_ARG, "%s has one cation on that sublattice: offer others, as in (Mg,Ni)O",
                           x->canonical);
    for (int i = 0; i < x->n; ++i)
        if (x->component[i].group == d->group) d->space.component[d->space.n++] = i;
    return KILN_OK;
}

static kiln_status set_variables(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    double sites = 0.0, others = 0.0;
    for (int i = 0; i < s->n; ++i) {
        d->result.is_varied[i] = d->options.n_varied == 0;
        d->result.z[i] = cation(d, i)->z;
        sites += cation(d, i)->amount;
    }
    d->result.n = s->n;
    for (int k = 0; k < d->options.n_varied; ++k) {
        const int i = index_of(d, d->options.varied[k]);
        if (i < 0)
            return kiln_i_fail(d->ctx, KILN_E_ARG, "%s is no cation beside %s: those that vary share one sublattice",
                               kiln_i_element_symbol(d->options.varied[k]), kiln_i_element_symbol(cation(d, 0)->z));
        if (d->result.is_varied[i]++)
            return kiln_i_fail(d->ctx, KILN_E_ARG, "%s varies twice", kiln_i_element_symbol(d->options.varied[k]));
    }
    for (int i = 0; i < s->n; ++i) {
        if (!d->result.is_varied[i]) others += cation(d, i)->amount;
        else if (s->m == KILN_MAX_VARIED)
            return kiln_i_fail(d->ctx, KILN_E_ARG, "%d cations: at most %d vary at once; name those that shall", s->n,
                               (int)KILN_MAX_VARIED);
        else s->block[i][s->m++] = 1.0;
    }
    for (int i = 0; i < s->n; ++i)
        if (!d->result.is_varied[i]) s->block[i][s->m] = cation(d, i)->amount / others;
    s->m += others > 0.0;
    if (s->m < 2) return kiln_i_fail(d->ctx, KILN_E_ARG, "one cation that varies has nothing to vary against");
    return KILN_OK;
}

/* ---- Limits ---- */

/* sum c_i x_i <= b */
static kiln_i_design_row *add_row(kiln_i_design_space *s, const double *c, double b, double unit)
{
    kiln_i_design_row *row = &s->row[s->n_rows++];
    *row = (kiln_i_design_row){.b = b, .unit = unit};
    for (int j = 0; j < s->m; ++j)
        for (int i = 0; i < s->n; ++i) row->a[j] += c[i] * s->block[i][j];
    return row;
}

static kiln_status add_bounds(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    double least[KILN_MAX_COMPONENTS], most[KILN_MAX_COMPONENTS];
    for (int i = 0; i < s->n; ++i) {
        least[i] = d->options.least_fraction;
        most[i] = 1.0;
    }
    for (int k = 0; k < d->options.n_bounds; ++k) {
        const kiln_design_bound *b = &d->options.bounds[k];
        const int i = index_of(d, b->z);
        if (i < 0 || !(b->least >= 0.0 && b->least <= b->most && b->most <= 1.0))
            return kiln_i_fail(d->ctx, KILN_E_ARG, "bound of %s, %g to %g: expected a cation of the sublattice, and 0 to 1",
                               kiln_i_element_symbol(b->z), b->least, b->most);
        least[i] = fmax(least[i], b->least);
        most[i] = fmin(most[i], b->most);
    }
    for (int i = 0; i < s->n; ++i) {
        double c[KILN_MAX_COMPONENTS] = {0};
        const char *symbol = kiln_i_element_symbol(cation(d, i)->z);
        c[i] = -1.0;
        kiln_i_design_row *row = add_row(s, c, -least[i], 0.01);
        snprintf(row->text, sizeof row->text, "%s>=%g", symbol, least[i]);
        if (most[i] == 1.0) continue;
        c[i] = 1.0;
        row = add_row(s, c, most[i], 0.01);
        snprintf(row->text, sizeof row->text, "%s<=%g", symbol, most[i]);
    }
    return KILN_OK;
}

static kiln_status add_limits(kiln_design *d)
{
    for (int k = 0; k < d->options.n_limits; ++k) {
        const kiln_design_limit *l = &d->options.limits[k];
        double c[KILN_MAX_COMPONENTS] = {0};
        for (int q = 0; q < l->n; ++q) {
            const int i = index_of(d, l->z[q]);
            if (i < 0)
                return kiln_i_fail(d->ctx, KILN_E_ARG, "limit \"%s\": %s is no cation of the sublattice that varies", l->text,
                                   kiln_i_element_symbol(l->z[q]));
            c[i] += l->coefficient[q];
        }
        kiln_i_design_row *row = add_row(&d->space, c, l->most, 0.01);
        snprintf(row->text, sizeof row->text, "%s", l->text);
    }
    return KILN_OK;
}

/* Mass and cost of what is not on the sublattice, and of the whole sublattice as each of its cations. */
static kiln_status set_prices(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    double sites = 0.0;
    const kiln_element_table *table = d->options.elements;
    if (!table) return KILN_OK;
    const int column = kiln_element_table_find(table, "price_per_kg");
    if (column < 0) return kiln_i_fail(d->ctx, KILN_E_MISSING, "%s has no column price_per_kg", kiln_element_table_name(table));
    for (int i = 0; i < s->n; ++i) sites += cation(d, i)->amount;
    for (int c = 0; c < d->composition.n; ++c) {
        const kiln_component *part = &d->composition.component[c];
        const double kg = kiln_i_element_weight(part->z) / 1000.0;
        const double price = part->is_anion ? 0.0 : kg * kiln_element_table_number(table, column, part->z);
        if (!part->is_anion && !(price > 0.0))
            return kiln_i_fail(d->ctx, KILN_E_MISSING, "%s has no price above 0 of %s", kiln_element_table_name(table),
                               kiln_i_element_symbol(part->z));
        const int i = index_of(d, part->z);
        if (i >= 0 && s->component[i] == c) {
            s->cation_mass[i] = sites * kg;
            s->cation_cost[i] = sites * price;
        } else {
            s->oxide_mass += part->amount * kg;
            s->oxide_cost += part->amount * price;
        }
    }
    return KILN_OK;
}

/* cost <= most * mass, linear in the fractions */
static void add_cost(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    double c[KILN_MAX_COMPONENTS], mass = s->oxide_mass;
    if (!(d->options.most_cost > 0.0)) return;
    for (int i = 0; i < s->n; ++i) {
        c[i] = s->cation_cost[i] - d->options.most_cost * s->cation_mass[i];
        mass += s->cation_mass[i] / s->n;
    }
    const double scale = 1.0 / (d->options.most_cost * mass); /* as a share of the cost */
    for (int i = 0; i < s->n; ++i) c[i] *= scale;
    kiln_i_design_row *row = add_row(s, c, scale * (d->options.most_cost * s->oxide_mass - s->oxide_cost), 0.01);
    snprintf(row->text, sizeof row->text, "cost<=%g", d->options.most_cost);
}

/* ---- What they leave ---- */

/* Least of objective.v over rows that are used; KILN_E_MISSING: nothing is left. */
static kiln_status least_of(kiln_design *d, const char *used, const double *objective, double *least)
{
    kiln_i_design_space *s = &d->space;
    double b[KILN_I_DESIGN_ROWS + 1], column[KILN_I_DESIGN_ROWS + 1];
    int n = 0, row[KILN_I_DESIGN_ROWS];
    for (int r = 0; r < s->n_rows; ++r)
        if (!used || used[r]) row[n++] = r;
    for (int k = 0; k < n; ++k) b[k] = fabs(s->row[row[k]].b);
    b[n] = 1.0;
    kiln_i_simplex_reset(&s->lp, n + 1, b);
    for (int j = 0; j < s->m; ++j) {
        for (int k = 0; k < n; ++k) column[k] = s->row[row[k]].b < 0.0 ? -s->row[row[k]].a[j] : s->row[row[k]].a[j];
        column[n] = 1.0;
        (void)kiln_i_simplex_add(&s->lp, column, objective[j]);
    }
    for (int k = 0; k < n; ++k) {
        memset(column, 0, sizeof column);
        column[k] = s->row[row[k]].b < 0.0 ? -1.0 : 1.0;
        (void)kiln_i_simplex_add(&s->lp, column, 0.0);
    }
    const kiln_status status = kiln_i_simplex_solve(&s->lp);
    *least = 0.0;
    for (int k = 0; status == KILN_OK && k <= n; ++k)
        if (s->lp.basis[k] >= 0 && s->lp.basis[k] < s->m) *least += objective[s->lp.basis[k]] * s->lp.x[k];
    return status;
}

/* Rows that exclude each other and none of which could be spared for that. */
static kiln_status name_contradiction(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    char used[KILN_I_DESIGN_ROWS], text[640] = "";
    const double nothing[KILN_I_VARIABLES] = {0};
    double least;
    memset(used, 1, sizeof used);
    for (int r = 0; r < s->n_rows; ++r) {
        used[r] = 0;
        if (least_of(d, used, nothing, &least) == KILN_OK) used[r] = 1;
    }
    for (int r = 0; r < s->n_rows; ++r) {
        const size_t at = strlen(text);
        if (used[r]) snprintf(text + at, sizeof text - at, "%s%s", at ? ", " : "", s->row[r].text);
    }
    return kiln_i_fail(d->ctx, KILN_E_ARG, "no composition satisfies %s together: the fractions of a sublattice sum to 1", text);
}

/* Entropy over R that is left for n cations of which one has the share x. */
static double most_entropy_beside(double x, int n)
{
    double sum = n > 2 ? (1.0 - x) * log(n - 1.0) : 0.0;
    if (x > 0.0) sum -= x * log(x);
    if (x < 1.0) sum -= (1.0 - x) * log(1.0 - x);
    return sum;
}

/* The share between 1 / n and `end` at which that falls to the least entropy. */
static double entropy_edge(const kiln_i_design_space *s, double end)
{
    double inside = 1.0 / s->n, outside = end;
    if (most_entropy_beside(end, s->n) >= s->least_entropy) return end;
    for (int k = 0; k < 50; ++k) {
        const double x = 0.5 * (inside + outside);
        *(most_entropy_beside(x, s->n) >= s->least_entropy ? &inside : &outside) = x;
    }
    return inside;
}

static kiln_status set_ranges(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    for (int j = 0; j < s->m; ++j) {
        double objective[KILN_I_VARIABLES] = {0}, least, most;
        objective[j] = 1.0;
        kiln_status status = least_of(d, NULL, objective, &least);
        if (status == KILN_E_MISSING) return name_contradiction(d);
        objective[j] = -1.0;
        if (status == KILN_OK) status = least_of(d, NULL, objective, &most);
        if (status != KILN_OK) return status;
        s->low[j] = fmax(least, 0.0);
        s->high[j] = fmin(-most, 1.0);
        if (s->m != s->n || !(s->least_entropy > 0.0)) continue;
        s->low[j] = fmax(s->low[j], entropy_edge(s, 0.0));
        s->high[j] = fmin(s->high[j], entropy_edge(s, 1.0));
    }
    return KILN_OK;
}

static kiln_status check_entropy(kiln_design *d)
{
    char text[640] = "";
    kiln_i_design_space *s = &d->space;
    const kiln_status status = kiln_i_design_most_entropy(d);
    const double most = kiln_i_design_entropy(d, s->centre, NULL);
    if (status != KILN_OK || most >= s->least_entropy - ALLOWED) return status;
    for (int r = 0; r < s->n_rows; ++r) {
        const size_t at = strlen(text);
        double sum = -s->row[r].b;
        for (int j = 0; j < s->m; ++j) sum += s->row[r].a[j] * s->centre[j];
        if (sum > -1e-5) snprintf(text + at, sizeof text - at, "%s%s", at ? ", " : "", s->row[r].text);
    }
    return kiln_i_fail(d->ctx, KILN_E_ARG, "an entropy of %g R: %d cations %s%s reach %.3f R at most", s->least_entropy, s->n,
                       *text ? "with " : "on one sublattice", text, most);
}

kiln_status kiln_i_design_space_create(kiln_design *d)
{
    kiln_i_design_space *s = &d->space;
    kiln_status status = find_group(d);
    if (status == KILN_OK) status = set_variables(d);
    if (status == KILN_OK) status = set_prices(d);
    if (status == KILN_OK) status = add_bounds(d);
    if (status == KILN_OK) status = add_limits(d);
    if (status != KILN_OK) return status;
    add_cost(d);
    double v[KILN_I_VARIABLES] = {0}, sites = 0.0;
    for (int i = 0; i < s->n; ++i) sites += cation(d, i)->amount;
    for (int i = 0; i < s->n; ++i)
        for (int j = 0; j < s->m; ++j)
            if (s->block[i][j] > 0.0) v[j] += cation(d, i)->amount / sites;
    const double at_start = kiln_i_design_entropy(d, v, NULL);
    s->least_entropy = d->options.least_entropy >= 0.0 ? d->options.least_entropy
                       : at_start >= 1.5               ? 1.5
                       : at_start >= 1.0               ? 1.0
                                                       : 0.0;
    memcpy(s->centre, v, sizeof v);
    d->result.least_entropy = s->least_entropy;
    status = kiln_i_simplex_create(d->ctx, s->n_rows + 1, s->m + s->n_rows, &s->lp);
    if (status == KILN_OK) status = set_ranges(d);
    return status == KILN_OK ? check_entropy(d) : status;
}

/* ---- Compositions ---- */

void kiln_i_design_normalise(int m, double *v)
{
    double sum = 0.0;
    for (int j = 0; j < m; ++j) {
        v[j] = fmax(v[j], 1e-9);
        sum += v[j];
    }
    for (int j = 0; j < m; ++j) v[j] /= sum;
}

void kiln_i_design_fractions(const kiln_design *d, const double *v, double *x)
{
    for (int i = 0; i < d->space.n; ++i) {
        x[i] = 0.0;
        for (int j = 0; j < d->space.m; ++j) x[i] += d->space.block[i][j] * v[j];
    }
}

double kiln_i_design_entropy(const kiln_design *d, const double *v, double *by_v)
{
    double x[KILN_MAX_COMPONENTS], sum = 0.0;
    kiln_i_design_fractions(d, v, x);
    for (int j = 0; by_v && j < d->space.m; ++j) by_v[j] = 0.0;
    for (int i = 0; i < d->space.n; ++i) {
        const double ln = log(fmax(x[i], 1e-12));
        sum -= fmax(x[i], 0.0) * ln;
        for (int j = 0; by_v && j < d->space.m; ++j) by_v[j] -= d->space.block[i][j] * (ln + 1.0);
    }
    return sum;
}

double kiln_i_design_cost(const kiln_design *d, const double *v)
{
    const kiln_i_design_space *s = &d->space;
    double x[KILN_MAX_COMPONENTS], cost = s->oxide_cost, mass = s->oxide_mass;
    kiln_i_design_fractions(d, v, x);
    for (int i = 0; i < s->n; ++i) {
        cost += x[i] * s->cation_cost[i];
        mass += x[i] * s->cation_mass[i];
    }
    return mass > 0.0 ? cost / mass : 0.0;
}

double kiln_i_design_excess(const kiln_design *d, const double *v)
{
    const kiln_i_design_space *s = &d->space;
    double most = s->least_entropy > 0.0 ? s->least_entropy - kiln_i_design_entropy(d, v, NULL) : -1.0;
    for (int r = 0; r < s->n_rows; ++r) {
        double sum = -s->row[r].b;
        for (int j = 0; j < s->m; ++j) sum += s->row[r].a[j] * v[j];
        most = fmax(most, sum);
    }
    return most;
}

/* One way to round up: its distance from v, infinite where it is not allowed. */
static double round_up(const kiln_design *d, const double *v, const int *floor_of, unsigned up, double *out)
{
    double distance = 0.0;
    int sum = 0;
    for (int j = 0; j < d->space.m; ++j) {
        const int parts = floor_of[j] + (int)(up >> j & 1u);
        sum += parts;
        out[j] = (double)parts / PARTS;
        distance += (out[j] - v[j]) * (out[j] - v[j]);
    }
    return sum == PARTS && kiln_i_design_excess(d, out) <= ALLOWED ? distance : INFINITY;
}

int kiln_i_design_round(const kiln_design *d, const double *v, double (*out)[KILN_I_VARIABLES])
{
    const int m = d->space.m;
    double far[KILN_I_ROUNDED], tried[KILN_I_VARIABLES];
    int n = 0, floor_of[KILN_I_VARIABLES];
    for (int j = 0; j < m; ++j) floor_of[j] = (int)floor(PARTS * v[j] + 1e-6);
    for (unsigned up = 0; up < 1u << m; ++up) {
        const double distance = round_up(d, v, floor_of, up, tried);
        if (!isfinite(distance) || (n == KILN_I_ROUNDED && distance >= far[n - 1])) continue;
        int place = n < KILN_I_ROUNDED ? n++ : n - 1;
        for (; place > 0 && distance < far[place - 1]; --place) {
            far[place] = far[place - 1];
            memcpy(out[place], out[place - 1], sizeof tried);
        }
        far[place] = distance;
        memcpy(out[place], tried, sizeof tried);
    }
    return n;
}
