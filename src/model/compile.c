#include "model/compile.h"

#include "core/context.h"
#include "core/elements.h"

#include <math.h>
#include <string.h>

/* A phase while it is being reduced: which constituents are still possible, and where the variables are. */
typedef struct draft {
    const kiln_i_phase *source;
    int n_active[KILN_MAX_SUBLATTICES];
    unsigned char active[KILN_MAX_SUBLATTICES][KILN_MAX_CONSTITUENTS]; /* per constituent */
    int n_y;
    int sublattice[KILN_MAX_Y], species[KILN_MAX_Y];
    int n_rows;
    double row[KILN_MAX_SUBLATTICES + 1][KILN_MAX_Y], rhs[KILN_MAX_SUBLATTICES + 1];
} draft;

static int in_system(const kiln_system *system, int z)
{
    for (int c = 0; c < system->n_closed; ++c)
        if (system->closed[c] == z) return 1;
    return kiln_i_is_open(system, z);
}

static int species_possible(const kiln_system *system, const kiln_i_species *s)
{
    for (int e = 0; e < s->n_elements; ++e)
        if (!in_system(system, s->element[e])) return 0;
    return 1;
}

kiln_status kiln_i_compiler_create(kiln_system *system, kiln_i_compiler *c)
{
    const kiln_database *db = system->db;
    size_t n_species = (size_t)db->n_species + 1, most = 0;
    for (int i = 0; i < db->n_phases; ++i)
        if ((size_t)db->phases[i].n_parameters > most) most = (size_t)db->phases[i].n_parameters;
    *c = (kiln_i_compiler){.system = system};
    kiln_status status = kiln_i_simplex_create(system->ctx, KILN_COMPILE_MAX_ROWS, KILN_MAX_Y + 1, &c->lp);
    if (status != KILN_OK) return status;
    if (!(c->is_possible = kiln_i_alloc(system->ctx, n_species, 1)) ||
        !(c->variable = kiln_i_alloc(system->ctx, KILN_MAX_SUBLATTICES * n_species, sizeof *c->variable)) ||
        !(c->term = kiln_i_alloc(system->ctx, most + 1, sizeof *c->term))) {
        kiln_i_compiler_destroy(c);
        return kiln_i_fail(system->ctx, KILN_E_NOMEM, "phases");
    }
    for (int i = 0; i < db->n_species; ++i) c->is_possible[i] = (unsigned char)species_possible(system, &db->species[i]);
    return KILN_OK;
}

void kiln_i_compiler_destroy(kiln_i_compiler *c)
{
    kiln_i_simplex_destroy(&c->lp);
    kiln_i_free(c->system->ctx, c->is_possible);
    kiln_i_free(c->system->ctx, c->variable);
    kiln_i_free(c->system->ctx, c->term);
}

/* Variables and constraint rows of the constituents still active. 0: some sublattice is empty; -1: too many. */
static int lay_out(const kiln_system *system, draft *d)
{
    const kiln_i_phase *source = d->source;
    double fixed_charge = 0.0, largest = 0.0;
    d->n_y = d->n_rows = 0;
    for (int s = 0; s < source->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &source->sublattices[s];
        if (d->n_active[s] == 0) return 0;
        double *row = d->row[d->n_rows];
        if (d->n_active[s] > 1) {
            memset(row, 0, sizeof d->row[0]);
            d->rhs[d->n_rows++] = 1.0;
        }
        for (int c = 0; c < sub->n_constituents; ++c) {
            if (!d->active[s][c]) continue;
            if (d->n_active[s] == 1) {
                fixed_charge += sub->sites * system->db->species[sub->constituents[c]].charge;
                continue;
            }
            if (d->n_y == KILN_MAX_Y) return -1;
            row[d->n_y] = 1.0;
            d->sublattice[d->n_y] = s;
            d->species[d->n_y++] = sub->constituents[c];
        }
    }
    double *charge = d->row[d->n_rows];
    memset(charge, 0, sizeof d->row[0]);
    for (int i = 0; i < d->n_y; ++i) {
        charge[i] = source->sublattices[d->sublattice[i]].sites * system->db->species[d->species[i]].charge;
        largest = fmax(largest, fabs(charge[i]));
    }
    if (largest == 0.0) return fabs(fixed_charge) < 1e-9;
    for (int i = 0; i < d->n_y; ++i) charge[i] /= largest;
    d->rhs[d->n_rows++] = -fixed_charge / largest;
    return 1;
}

/* Largest possible y_i under the rows, by linear programming; -1 when nothing is feasible. */
static double largest_fraction(const draft *d, int wanted, kiln_i_simplex *lp)
{
    double b[KILN_MAX_SUBLATTICES + 1], column[KILN_MAX_SUBLATTICES + 1];
    for (int r = 0; r < d->n_rows; ++r) b[r] = fabs(d->rhs[r]);
    kiln_i_simplex_reset(lp, d->n_rows, b);
    for (int i = 0; i < d->n_y; ++i) {
        for (int r = 0; r < d->n_rows; ++r) column[r] = d->rhs[r] < 0.0 ? -d->row[r][i] : d->row[r][i];
        (void)kiln_i_simplex_add(lp, column, i == wanted ? -1.0 : 0.0);
    }
    const kiln_status status = kiln_i_simplex_solve(lp);
    if (status == KILN_E_MISSING) return -1.0;
    if (status != KILN_OK) return 1.0; /* undecided: the constituent stays */
    for (int k = 0; k < d->n_rows; ++k)
        if (lp->basis[k] == wanted) return lp->x[k];
    return 0.0;
}

/* Constituents that neutrality forces to zero leave; the layout settles because each round removes at least one. Result as of lay_out. */
static int remove_impossible(const kiln_system *system, draft *d, kiln_i_simplex *lp)
{
    for (;;) {
        const int laid = lay_out(system, d);
        if (laid <= 0) return laid;
        int removed = 0;
        for (int i = 0; i < d->n_y; ++i) {
            const double most = largest_fraction(d, i, lp);
            if (most < 0.0) return 0;
            if (most > 1e-9) continue;
            const kiln_i_sublattice *sub = &d->source->sublattices[d->sublattice[i]];
            for (int c = 0; c < sub->n_constituents; ++c)
                if (sub->constituents[c] == d->species[i] && d->active[d->sublattice[i]][c]) {
                    d->active[d->sublattice[i]][c] = 0;
                    --d->n_active[d->sublattice[i]];
                    removed = 1;
                }
        }
        if (!removed) return 1;
    }
}

/* The neutrality row is dropped where it follows from the sums (all constituents of each sublattice equally charged). */
static void drop_dependent_row(draft *d)
{
    double charge[KILN_MAX_SUBLATTICES];
    int seen[KILN_MAX_SUBLATTICES] = {0};
    const double *row = d->row[d->n_rows - 1];
    for (int i = 0; i < d->n_y; ++i) {
        const int s = d->sublattice[i];
        if (seen[s] && fabs(charge[s] - row[i]) > 1e-12) return;
        seen[s] = 1;
        charge[s] = row[i];
    }
    --d->n_rows;
}

static int has_charge_row(const kiln_system *system, const draft *d)
{
    for (int i = 0; i < d->n_y; ++i)
        if (system->db->species[d->species[i]].charge != 0.0) return d->n_rows > 0;
    return 0;
}

static void add_amounts(const kiln_system *system, const kiln_i_species *species, double sites, double *closed, double *open,
                        double *mass)
{
    for (int e = 0; e < species->n_elements; ++e) {
        const double n = sites * species->count[e];
        *mass += n * kiln_i_element_weight(species->element[e]);
        for (int c = 0; c < system->n_closed; ++c)
            if (system->closed[c] == species->element[e]) closed[c] += n;
        for (int k = 0; k < system->n_open; ++k)
            if (system->open[k].z == species->element[e]) open[k] += n;
    }
}

static kiln_status allocate(kiln_context *ctx, const kiln_system *system, const draft *d, kiln_i_mphase *p)
{
    /* One element at least, so that a stoichiometric phase needs no special case. */
    const size_t n = (size_t)d->n_y + 1, closed = (size_t)system->n_closed, open = (size_t)system->n_open + 1;
    const size_t rows = (size_t)d->n_rows + 1;
    if (!(p->sublattice = kiln_i_calloc(ctx, n, sizeof *p->sublattice)) ||
        !(p->species = kiln_i_calloc(ctx, n, sizeof *p->species)) || !(p->sites = kiln_i_calloc(ctx, n, sizeof *p->sites)) ||
        !(p->mass = kiln_i_calloc(ctx, n, sizeof *p->mass)) ||
        !(p->constraint = kiln_i_calloc(ctx, rows * n, sizeof *p->constraint)) ||
        !(p->constraint_rhs = kiln_i_calloc(ctx, rows, sizeof *p->constraint_rhs)) ||
        !(p->amount = kiln_i_calloc(ctx, closed * n, sizeof *p->amount)) ||
        !(p->amount_0 = kiln_i_calloc(ctx, closed, sizeof *p->amount_0)) ||
        !(p->open = kiln_i_calloc(ctx, open * n, sizeof *p->open)) ||
        !(p->open_0 = kiln_i_calloc(ctx, open, sizeof *p->open_0)) || !(p->c = kiln_i_calloc(ctx, n, sizeof *p->c)) ||
        !(p->c_T = kiln_i_calloc(ctx, n, sizeof *p->c_T)) || !(p->q = kiln_i_calloc(ctx, n * n, sizeof *p->q)) ||
        !(p->q_T = kiln_i_calloc(ctx, n * n, sizeof *p->q_T)))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "phase %s", d->source->name);
    return KILN_OK;
}

static kiln_status allocate_terms(kiln_context *ctx, const kiln_i_phase *source, kiln_i_mphase *p)
{
    const size_t all = (size_t)(p->n_low + p->n_high) + 1, high = (size_t)p->n_high + 1, tc = (size_t)p->n_tc + 1,
                 beta = (size_t)p->n_beta + 1;
    if (!(p->monomials = kiln_i_alloc(ctx, all, sizeof *p->monomials)) || !(p->tc = kiln_i_alloc(ctx, tc, sizeof *p->tc)) ||
        !(p->beta = kiln_i_alloc(ctx, beta, sizeof *p->beta)) || !(p->high = kiln_i_calloc(ctx, high, sizeof *p->high)) ||
        !(p->high_T = kiln_i_calloc(ctx, high, sizeof *p->high_T)) ||
        !(p->tc_value = kiln_i_calloc(ctx, tc, sizeof *p->tc_value)) ||
        !(p->beta_value = kiln_i_calloc(ctx, beta, sizeof *p->beta_value)))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "phase %s", source->name);
    return KILN_OK;
}

void kiln_i_mphase_destroy(kiln_context *ctx, kiln_i_mphase *p)
{
    void *owned[] = {p->sublattice, p->species, p->sites,  p->mass,      p->constraint, p->constraint_rhs, p->amount,
                     p->amount_0,   p->open,    p->open_0, p->monomials, p->tc,         p->beta,           p->c,
                     p->c_T,        p->q,       p->q_T,    p->high,      p->high_T,     p->tc_value,       p->beta_value};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; ++i) kiln_i_free(ctx, owned[i]);
    memset(p, 0, sizeof *p);
}

static void fill_geometry(const kiln_system *system, const draft *d, kiln_i_mphase *p)
{
    p->n_y = d->n_y;
    p->n_constraints = d->n_rows;
    p->n_sublattices = d->source->n_sublattices;
    for (int s = 0; s < p->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &d->source->sublattices[s];
        p->fixed[s] = -1;
        for (int c = 0; c < sub->n_constituents && d->n_active[s] == 1; ++c)
            if (d->active[s][c]) p->fixed[s] = sub->constituents[c];
        if (p->fixed[s] >= 0)
            add_amounts(system, &system->db->species[p->fixed[s]], sub->sites, p->amount_0, p->open_0, &p->mass_0);
    }
    for (int i = 0; i < d->n_y; ++i) {
        p->sublattice[i] = d->sublattice[i];
        p->species[i] = d->species[i];
        p->sites[i] = d->source->sublattices[d->sublattice[i]].sites;
        for (int r = 0; r < d->n_rows; ++r) p->constraint[r + d->n_rows * i] = d->row[r][i];
        add_amounts(system, &system->db->species[d->species[i]], p->sites[i], p->amount + (size_t)(system->n_closed * i),
                    p->open + (size_t)(system->n_open * i), &p->mass[i]);
    }
    memcpy(p->constraint_rhs, d->rhs, (size_t)d->n_rows * sizeof *d->rhs);
}

enum { FIXED = -1, ABSENT = -2 };

/* The variable of every species on every sublattice. */
static void list_variables(const kiln_i_compiler *c, const kiln_i_mphase *p)
{
    const int n = c->system->db->n_species;
    for (int i = 0; i < p->n_sublattices * n; ++i) c->variable[i] = ABSENT;
    for (int s = 0; s < p->n_sublattices; ++s)
        if (p->fixed[s] >= 0) c->variable[s * n + p->fixed[s]] = FIXED;
    for (int i = 0; i < p->n_y; ++i) c->variable[p->sublattice[i] * n + p->species[i]] = (short)i;
}

static int same_at(const kiln_i_parameter *a, const kiln_i_parameter *b, int n_sublattices)
{
    for (int s = 0; s < n_sublattices; ++s) {
        if (a->n_at[s] != b->n_at[s]) return 0;
        for (int k = 0; k < a->n_at[s]; ++k) { /* as sets: the order of the constituents is each entry's own */
            int found = 0;
            for (int l = 0; l < b->n_at[s]; ++l) found |= a->at[s][k] == b->at[s][l];
            if (!found) return 0;
        }
    }
    return a->kind == b->kind;
}

/* Ternary terms are weighted by v_i only when the database gives a value for each of the three orders. */
static int ternary_is_weighted(const kiln_i_phase *phase, const kiln_i_parameter *parameter)
{
    int seen = 0;
    for (int i = 0; i < phase->n_parameters; ++i)
        if (same_at(&phase->parameters[i], parameter, phase->n_sublattices)) seen |= 1 << phase->parameters[i].order;
    return (seen & 7) == 7;
}

static void set_difference(kiln_i_monomial *m, const int *variables, int power)
{
    m->power = power;
    m->n_linear = 2;
    m->linear[0] = variables[0];
    m->linear[1] = variables[1];
    m->linear_coefficient[0] = 1.0;
    m->linear_coefficient[1] = -1.0;
}

static void set_ternary_weight(kiln_i_monomial *m, const int *variables, int which)
{
    m->power = 1;
    m->n_linear = 3;
    m->linear_0 = 1.0 / 3.0;
    for (int k = 0; k < 3; ++k) {
        m->linear[k] = variables[k];
        m->linear_coefficient[k] = (k == which ? 1.0 : 0.0) - 1.0 / 3.0;
    }
}

/* 0: the parameter vanishes here because a species it names does not occur. */
static int to_monomial(const kiln_i_compiler *c, const kiln_i_phase *phase, int index, kiln_i_monomial *m)
{
    const kiln_i_parameter *parameter = &phase->parameters[index];
    const int n = c->system->db->n_species;
    int pairs[KILN_MAX_SUBLATTICES][2], n_pairs = 0, ternary[3], has_ternary = 0;
    for (int s = 0; s < phase->n_sublattices; ++s)
        for (int k = 0; k < parameter->n_at[s]; ++k)
            if (c->variable[s * n + parameter->at[s][k]] == ABSENT) return 0;
    memset(m, 0, sizeof *m);
    for (int s = 0; s < phase->n_sublattices; ++s) {
        int variables[KILN_MAX_INTERACTING];
        for (int k = 0; k < parameter->n_at[s]; ++k) {
            variables[k] = c->variable[s * n + parameter->at[s][k]];
            if (variables[k] < 0) continue;
            if (m->n_factors == KILN_MAX_FACTORS) return 0;
            m->factor[m->n_factors++] = variables[k];
        }
        if (parameter->n_at[s] == 2) memcpy(pairs[n_pairs++], variables, sizeof pairs[0]);
        if (parameter->n_at[s] == 3) {
            memcpy(ternary, variables, sizeof ternary);
            has_ternary = 1;
        }
    }
    if (has_ternary) {
        if (ternary_is_weighted(phase, parameter)) set_ternary_weight(m, ternary, parameter->order);
    } else if (n_pairs == 1 && parameter->order > 0) {
        set_difference(m, pairs[0], parameter->order);
    } else if (n_pairs == 2 && parameter->order > 0 && parameter->order <= 2) {
        set_difference(m, pairs[parameter->order - 1], 1);
    }
    m->parameter = index;
    m->function = parameter->function;
    m->scale = parameter->scale;
    return 1;
}

static int is_low(const kiln_i_monomial *m) { return m->n_factors <= 2 && m->power == 0; }

/* Every entry that does not vanish here, counted by kind. */
static int list_terms(kiln_i_compiler *c, const kiln_i_phase *phase, kiln_i_mphase *p)
{
    int n = 0;
    list_variables(c, p);
    for (int i = 0; i < phase->n_parameters; ++i) {
        if (!to_monomial(c, phase, i, &c->term[n])) continue;
        switch (phase->parameters[i].kind) {
        case KILN_PARAMETER_G: ++*(is_low(&c->term[n]) ? &p->n_low : &p->n_high); break;
        case KILN_PARAMETER_TC: ++p->n_tc; break;
        case KILN_PARAMETER_BETA: ++p->n_beta; break;
        }
        ++n;
    }
    return n;
}

static void fill_terms(const kiln_i_compiler *c, int n, const kiln_i_phase *phase, kiln_i_mphase *p)
{
    int low = 0, high = p->n_low, tc = 0, beta = 0;
    for (int k = 0; k < n; ++k) {
        const kiln_i_monomial *m = &c->term[k];
        switch (phase->parameters[m->parameter].kind) {
        case KILN_PARAMETER_G: p->monomials[is_low(m) ? low++ : high++] = *m; break;
        case KILN_PARAMETER_TC: p->tc[tc++] = *m; break;
        case KILN_PARAMETER_BETA: p->beta[beta++] = *m; break;
        }
    }
    p->magnetic_p = p->n_tc > 0 && p->n_beta > 0 ? phase->magnetic_p : 0.0;
    p->antiferro = phase->antiferro;
}

static int holds_a_closed_component(const kiln_system *system, const kiln_i_mphase *p)
{
    for (int c = 0; c < system->n_closed; ++c) {
        if (p->amount_0[c] > 0.0) return 1;
        for (int i = 0; i < p->n_y; ++i)
            if (p->amount[c + system->n_closed * i] > 0.0) return 1;
    }
    return 0;
}

int kiln_i_phase_can_hold(const kiln_system *system, const kiln_i_mphase *p, kiln_i_simplex *lp, const double *total)
{
    /* Variables N y_i and N; rows: A (N y) - rhs N = 0, amounts = total. */
    double b[KILN_COMPILE_MAX_ROWS], column[KILN_COMPILE_MAX_ROWS];
    const int rows = p->n_constraints + system->n_closed;
    for (int r = 0; r < p->n_constraints; ++r) b[r] = 0.0;
    for (int c = 0; c < system->n_closed; ++c) b[p->n_constraints + c] = total[c];
    kiln_i_simplex_reset(lp, rows, b);
    for (int i = 0; i <= p->n_y; ++i) {
        const int is_n = i == p->n_y;
        for (int r = 0; r < p->n_constraints; ++r)
            column[r] = is_n ? -p->constraint_rhs[r] : p->constraint[r + p->n_constraints * i];
        for (int c = 0; c < system->n_closed; ++c)
            column[p->n_constraints + c] = is_n ? p->amount_0[c] : p->amount[c + system->n_closed * i];
        (void)kiln_i_simplex_add(lp, column, 0.0);
    }
    return kiln_i_simplex_solve(lp) == KILN_OK;
}

int kiln_i_phase_is_called_for(const kiln_system *system, const kiln_i_phase *phase)
{
    for (int i = 0; i < phase->n_only_with; ++i)
        if (in_system(system, phase->only_with[i])) return 1;
    return phase->n_only_with == 0;
}

/* Constituents whose elements the system has; 0: some sublattice has none. */
static int activate(const kiln_i_compiler *c, const kiln_i_phase *phase, draft *d)
{
    d->source = phase;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        d->n_active[s] = 0;
        for (int k = 0; k < sub->n_constituents; ++k) {
            d->active[s][k] = c->is_possible[sub->constituents[k]];
            d->n_active[s] += d->active[s][k];
        }
        if (d->n_active[s] == 0) return 0;
    }
    return 1;
}

kiln_status kiln_i_phase_compile(kiln_i_compiler *c, int source, kiln_i_mphase *out, int *exists)
{
    kiln_system *system = c->system;
    kiln_context *ctx = system->ctx;
    const kiln_i_phase *phase = &system->db->phases[source];
    draft d;
    *exists = 0;
    memset(out, 0, sizeof *out);
    out->source = source;
    if (phase->role == KILN_ROLE_GAS) out->gas = phase->sublattices[0].sites;
    if (!kiln_i_phase_is_called_for(system, phase) || !activate(c, phase, &d)) return KILN_OK;
    const int possible = remove_impossible(system, &d, &c->lp);
    if (possible < 0)
        return kiln_i_fail(ctx, KILN_E_ARG, "phase %s: more than %d constituents are possible at once", phase->name,
                           (int)KILN_MAX_Y);
    if (possible == 0) return KILN_OK;
    if (has_charge_row(system, &d)) drop_dependent_row(&d);
    kiln_status status = allocate(ctx, system, &d, out);
    if (status != KILN_OK) return status;
    fill_geometry(system, &d, out);
    *exists = holds_a_closed_component(system, out);
    if (!*exists) return KILN_OK;
    const int n = list_terms(c, phase, out);
    if ((status = allocate_terms(ctx, phase, out)) != KILN_OK) return status;
    fill_terms(c, n, phase, out);
    out->has_charge = out->n_constraints;
    for (int i = 0; i < out->n_y; ++i) out->has_charge -= i == 0 || out->sublattice[i] != out->sublattice[i - 1];
    return KILN_OK;
}
