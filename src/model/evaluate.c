#include "model/system.h"

#include "core/context.h"
#include "core/elements.h"
#include "core/order.h"
#include "data/species.h"

#include <math.h>
#include <string.h>

double kiln_i_monomial_value(const kiln_i_monomial *m, const double *y)
{
    double product = 1.0;
    for (int f = 0; f < m->n_factors; ++f) product *= y[m->factor[f]];
    if (m->power) {
        double linear = m->linear_0;
        for (int l = 0; l < m->n_linear; ++l) linear += m->linear_coefficient[l] * y[m->linear[l]];
        for (int k = 0; k < m->power; ++k) product *= linear;
    }
    return product;
}

static int local_index(kiln_i_form *form, int variable)
{
    for (int i = 0; i < form->n; ++i)
        if (form->unique[i] == variable) return i;
    form->unique[form->n] = variable;
    return form->n++;
}

/* Multiply the form by an affine factor with value v and derivative coefficients d[k] in local variables index[k]. */
static void multiply(kiln_i_form *form, double v, int n, const int *index, const double *d)
{
    for (int a = 0; a < form->n; ++a)
        for (int b = 0; b < form->n; ++b) form->hessian[a][b] *= v;
    for (int k = 0; k < n; ++k)
        for (int a = 0; a < form->n; ++a) {
            form->hessian[a][index[k]] += form->gradient[a] * d[k];
            form->hessian[index[k]][a] += form->gradient[a] * d[k];
        }
    for (int a = 0; a < form->n; ++a) form->gradient[a] *= v;
    for (int k = 0; k < n; ++k) form->gradient[index[k]] += form->value * d[k];
    form->value *= v;
}

void kiln_i_monomial_form(const kiln_i_monomial *m, const double *y, kiln_i_form *form)
{
    const double one = 1.0;
    memset(form, 0, sizeof *form);
    form->value = 1.0;
    for (int f = 0; f < m->n_factors; ++f) {
        const int index = local_index(form, m->factor[f]);
        multiply(form, y[m->factor[f]], 1, &index, &one);
    }
    if (!m->power) return;
    int index[3];
    double linear = m->linear_0;
    for (int l = 0; l < m->n_linear; ++l) {
        index[l] = local_index(form, m->linear[l]);
        linear += m->linear_coefficient[l] * y[m->linear[l]];
    }
    for (int k = 0; k < m->power; ++k) multiply(form, linear, m->n_linear, index, m->linear_coefficient);
}

static void add_form(const kiln_i_form *form, double value, int n_y, double *gradient, double *hessian)
{
    for (int a = 0; a < form->n; ++a) {
        if (gradient) gradient[form->unique[a]] += value * form->gradient[a];
        if (!hessian) continue;
        for (int b = 0; b < form->n; ++b) hessian[form->unique[a] + n_y * form->unique[b]] += value * form->hessian[a][b];
    }
}

/* Tc and beta as polynomials of y. */
static double magnetic_moment(int n, const kiln_i_monomial *m, const double *value, int n_y, const double *y, double *gradient,
                              double *hessian)
{
    double sum = 0.0;
    kiln_i_form form;
    for (int i = 0; i < n; ++i) {
        kiln_i_monomial_form(&m[i], y, &form);
        sum += value[i] * form.value;
        add_form(&form, value[i], n_y, gradient, hessian);
    }
    return sum;
}

/* A negative Tc or moment of the mixture, times this, is what an antiferromagnet has. */
static double order_factor(const kiln_i_mphase *p, double value)
{
    return value < 0.0 && p->antiferro < 0.0 ? 1.0 / p->antiferro : 1.0;
}

static double add_magnetic(const kiln_system *system, const kiln_i_mphase *p, const double *y, double *gradient, double *hessian,
                           double *per_T)
{
    const int n = p->n_y;
    const double RT = system->R * system->T_K, T = system->T_K;
    double tg[KILN_MAX_Y] = {0}, bg[KILN_MAX_Y] = {0};
    const double tc_written = magnetic_moment(p->n_tc, p->tc, p->tc_value, n, y, tg, NULL);
    const double beta_written = magnetic_moment(p->n_beta, p->beta, p->beta_value, n, y, bg, NULL);
    const double tc_factor = order_factor(p, tc_written), beta_factor = order_factor(p, beta_written);
    const double tc = tc_factor * tc_written, beta = beta_factor * beta_written;
    for (int i = 0; i < n; ++i) {
        tg[i] *= tc_factor;
        bg[i] *= beta_factor;
    }
    if (per_T) *per_T = 0.0;
    /* Of the ordering less than (Tc/T)^5 is left, a negative sum means none: so that nothing jumps by more than rounding. */
    if (tc < 1e-6 * T || beta <= 0.0) return 0.0;
    const kiln_i_jet shape = kiln_i_magnetic_shape(T / tc, p->magnetic_p);
    const double g = shape.g, g1 = shape.dg, g2 = shape.d2g;
    const double u = log1p(beta), u1 = 1.0 / (1.0 + beta), t1 = -T / (tc * tc), t2 = 2.0 * T / (tc * tc * tc);
    const double f_t = RT * u * g1 * t1, f_b = RT * u1 * g;
    const double f_tt = RT * u * (g2 * t1 * t1 + g1 * t2), f_tb = RT * u1 * g1 * t1, f_bb = -RT * u1 * u1 * g;
    if (per_T) *per_T = system->R * u * g + RT * u * g1 / tc;
    if (gradient)
        for (int i = 0; i < n; ++i) gradient[i] += f_t * tg[i] + f_b * bg[i];
    if (hessian) {
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j)
                hessian[i + n * j] += f_tt * tg[i] * tg[j] + f_tb * (tg[i] * bg[j] + bg[i] * tg[j]) + f_bb * bg[i] * bg[j];
        kiln_i_form form;
        for (int i = 0; i < p->n_tc; ++i) {
            kiln_i_monomial_form(&p->tc[i], y, &form);
            add_form(&form, f_t * tc_factor * p->tc_value[i], n, NULL, hessian);
        }
        for (int i = 0; i < p->n_beta; ++i) {
            kiln_i_monomial_form(&p->beta[i], y, &form);
            add_form(&form, f_b * beta_factor * p->beta_value[i], n, NULL, hessian);
        }
    }
    return RT * u * g;
}

static void set_open(kiln_system *system)
{
    for (int k = 0; k < system->n_open; ++k) {
        kiln_i_open *open = &system->open[k];
        const double rt_factor = open->rt_factor + open->rt_shift;
        open->mu = open->constant + rt_factor * system->R * system->T_K;
        open->mu_T = rt_factor * system->R;
        for (int g = 0; g < open->n_gases; ++g) {
            open->mu += open->factor[g] * system->function[open->function[g]].g;
            open->mu_T += open->factor[g] * system->function[open->function[g]].dg;
        }
    }
}

static int mask_of(const kiln_i_mphase *p, const kiln_i_monomial *m)
{
    int mask = 0;
    for (int f = 0; f < m->n_factors; ++f) {
        const int bit = 1 << p->sublattice[m->factor[f]];
        if (m->power > 0 || mask & bit) return -1;
        mask |= bit;
    }
    return mask;
}

static int same_factors(const kiln_i_monomial *a, const kiln_i_monomial *b)
{
    for (int f = 0; f < a->n_factors; ++f)
        if (a->factor[f] != b->factor[f]) return 0;
    return a->n_factors == b->n_factors;
}

static int is_earlier(const kiln_i_mphase *p, const kiln_i_monomial *monomials, int t, int mask)
{
    for (int u = 0; u < t; ++u)
        if (mask_of(p, &monomials[u]) == mask) return 1;
    return 0;
}

/* No less than a moment anywhere: products of one fraction on each of the same sublattices add up to 1, so that the largest of their values counts; other products of
 * fractions lie between 0 and 1, powers of differences between -1 and 1. */
static double largest_moment(const kiln_i_mphase *p, int n, const kiln_i_monomial *monomials, const double *value, double sign)
{
    double sum = 0.0;
    for (int t = 0; t < n; ++t) {
        const int mask = mask_of(p, &monomials[t]);
        if (mask >= 0 && is_earlier(p, monomials, t, mask)) continue; /* counted with the first of its kind */
        double most = monomials[t].power > 0 ? fabs(value[t]) : fmax(sign * value[t], 0.0);
        for (int u = 0; mask >= 0 && u < n; ++u) {
            if (mask_of(p, &monomials[u]) != mask) continue;
            double total = 0.0;
            for (int v = 0; v < n; ++v)
                if (monomials[v].power == 0 && same_factors(&monomials[u], &monomials[v])) total += sign * value[v];
            most = fmax(most, total);
        }
        sum += most;
    }
    return sum;
}

/* The same of either sign, a negative one as an antiferromagnet has it. */
static double largest_order(const kiln_i_mphase *p, int n, const kiln_i_monomial *monomials, const double *value)
{
    const double most = largest_moment(p, n, monomials, value, 1.0);
    return p->antiferro < 0.0 ? fmax(most, largest_moment(p, n, monomials, value, -1.0) / -p->antiferro) : most;
}

/* Products of site fractions at their largest: sum_{i<j} y_i y_j <= (1 - 1/n)/2 on one sublattice, sum_{ij} y_i y'_j = 1 across two; any other monomial at
 * most 1/4 where two of its factors share a sublattice, else 1. Magnetism is least at the largest Curie temperature and moment. */
static double nonlinear_floor(const kiln_system *system, const kiln_i_mphase *p)
{
    double worst[KILN_MAX_SUBLATTICES][KILN_MAX_SUBLATTICES] = {{0}}, sum = 0.0;
    int count[KILN_MAX_SUBLATTICES] = {0};
    const int n = p->n_y;
    for (int j = 0; j < n; ++j) {
        ++count[p->sublattice[j]];
        for (int i = 0; i < j; ++i) {
            double *w = &worst[p->sublattice[i]][p->sublattice[j]];
            *w = kiln_i_lesser(p->q[i + n * j], *w);
        }
    }
    for (int s = 0; s < KILN_MAX_SUBLATTICES; ++s)
        for (int t = s; t < KILN_MAX_SUBLATTICES; ++t)
            if (worst[s][t] < 0.0) sum += worst[s][t] * (s == t ? 0.5 * (1.0 - 1.0 / count[s]) : 1.0);
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        double most = 1.0;
        for (int f = 1; f < m->n_factors; ++f)
            if (p->sublattice[m->factor[f]] == p->sublattice[m->factor[f - 1]] && m->factor[f] != m->factor[f - 1]) most = 0.25;
        if (m->power % 2 == 1 || p->high[t] < 0.0) sum -= fabs(p->high[t]) * most; /* else nowhere negative */
    }
    if (p->magnetic_p > 0.0) {
        const double tc = largest_order(p, p->n_tc, p->tc, p->tc_value);
        const double beta = largest_order(p, p->n_beta, p->beta, p->beta_value);
        if (tc > 0.0 && beta > 0.0) {
            const double g = kiln_i_magnetic_shape(system->T_K / tc, p->magnetic_p).g;
            sum += system->R * system->T_K * log1p(beta) * fmin(g, 0.0);
        }
    }
    return sum;
}

double kiln_i_phase_largest_moment(const kiln_system *system, int phase)
{
    const kiln_i_mphase *p = &system->phases[phase];
    return p->magnetic_p > 0.0 ? fmax(largest_order(p, p->n_beta, p->beta, p->beta_value), 0.0) : 0.0;
}

static void set_phase(const kiln_system *system, kiln_i_mphase *p)
{
    const int n = p->n_y;
    p->c0 = p->gas * system->R * system->T_K * system->log_P;
    p->c0_T = p->gas * system->R * system->log_P;
    memset(p->q, 0, (size_t)(n * n) * sizeof *p->q);
    memset(p->q_T, 0, (size_t)(n * n) * sizeof *p->q_T);
    for (int i = 0; i < n; ++i) {
        p->c[i] = p->c_T[i] = 0.0;
        for (int k = 0; k < system->n_open; ++k) {
            p->c[i] -= p->open[k + system->n_open * i] * system->open[k].mu;
            p->c_T[i] -= p->open[k + system->n_open * i] * system->open[k].mu_T;
        }
    }
    for (int k = 0; k < system->n_open; ++k) {
        p->c0 -= p->open_0[k] * system->open[k].mu;
        p->c0_T -= p->open_0[k] * system->open[k].mu_T;
    }
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        const double value = m->scale * system->function[m->function].g;
        const double value_T = m->scale * system->function[m->function].dg;
        if (t >= p->n_low) {
            p->high[t - p->n_low] = value;
            p->high_T[t - p->n_low] = value_T;
        } else if (m->n_factors == 0) {
            p->c0 += value;
            p->c0_T += value_T;
        } else if (m->n_factors == 1) {
            p->c[m->factor[0]] += value;
            p->c_T[m->factor[0]] += value_T;
        } else {
            const int i = m->factor[0], j = m->factor[1];
            p->q[i + n * j] += value;
            p->q[j + n * i] += value;
            p->q_T[i + n * j] += value_T;
            p->q_T[j + n * i] += value_T;
        }
    }
    for (int t = 0; t < p->n_tc; ++t) p->tc_value[t] = p->tc[t].scale * system->function[p->tc[t].function].g;
    for (int t = 0; t < p->n_beta; ++t) p->beta_value[t] = p->beta[t].scale * system->function[p->beta[t].function].g;
    p->floor = nonlinear_floor(system, p);
}

kiln_status kiln_i_system_check_values(const kiln_system *system)
{
    for (int k = 0; k < system->n_used; ++k) {
        const int f = system->used[k];
        if (isfinite(system->function[f].g) && isfinite(system->function[f].dg)) continue;
        const kiln_i_function *function = &system->db->functions[f];
        return kiln_i_fail(system->ctx, KILN_E_RANGE, "%s:%d: %s is not a finite number at %.2f K",
                           function->file >= 0 && function->file < system->db->n_files ? system->db->files[function->file]
                                                                                       : system->db->name,
                           function->line, function->name, system->T_K);
    }
    return KILN_OK;
}

void kiln_i_system_evaluate(const kiln_system *system, double T_K, kiln_i_jet *out)
{
    const kiln_i_function *functions = system->db->functions;
    if (system->shift) {
        kiln_i_functions_evaluate(functions, system->n_used, system->used, T_K, system->shift, out);
        return;
    }
    for (int k = 0; k < system->n_lines; ++k) {
        const kiln_i_line *line = &system->lines[k];
        out[line->function] = (kiln_i_jet){line->constant + line->slope * T_K, line->slope, 0.0};
    }
    kiln_i_functions_evaluate(functions, system->n_curved, system->curved, T_K, NULL, out);
}

void kiln_i_system_set_temperature(kiln_system *system, double T_K)
{
    system->T_K = T_K;
    kiln_i_system_evaluate(system, T_K, system->function);
    set_open(system);
    for (int i = 0; i < system->n_phases; ++i) set_phase(system, &system->phases[i]);
}

/* The polynomial part, from either the values at T or their derivatives in T. */
static double polynomial(const kiln_i_mphase *p, double c0, const double *c, const double *q, const double *high, const double *y,
                         double *gradient, double *hessian)
{
    const int n = p->n_y;
    double value = c0;
    for (int j = 0; j < n; ++j) {
        double qy = 0.0;
        for (int i = 0; i < n; ++i) qy += q[i + n * j] * y[i];
        value += (c[j] + 0.5 * qy) * y[j];
        if (gradient) gradient[j] = c[j] + qy;
    }
    if (hessian) memcpy(hessian, q, (size_t)(n * n) * sizeof *q);
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        if (!gradient && !hessian) {
            value += high[t] * kiln_i_monomial_value(m, y);
            continue;
        }
        kiln_i_form form;
        kiln_i_monomial_form(m, y, &form);
        value += high[t] * form.value;
        add_form(&form, high[t], n, gradient, hessian);
    }
    return value;
}

double kiln_i_phase_excess(const kiln_system *system, int phase, const double *y, double *gradient, double *hessian)
{
    const kiln_i_mphase *p = &system->phases[phase];
    double value = polynomial(p, p->c0, p->c, p->q, p->high, y, gradient, hessian);
    if (p->magnetic_p > 0.0) value += add_magnetic(system, p, y, gradient, hessian, NULL);
    return value;
}

double kiln_i_phase_energy(const kiln_system *system, int phase, const double *y, double *gradient, double *hessian)
{
    const kiln_i_mphase *p = &system->phases[phase];
    const double RT = system->R * system->T_K;
    double value = kiln_i_phase_excess(system, phase, y, gradient, hessian);
    for (int i = 0; i < p->n_y; ++i) {
        if (y[i] <= 0.0) continue;
        const double ln = log(y[i]);
        value += RT * p->sites[i] * y[i] * ln;
        if (gradient) gradient[i] += RT * p->sites[i] * (ln + 1.0);
    }
    return value;
}

double kiln_i_phase_energy_T(const kiln_system *system, int phase, const double *y, double *gradient)
{
    const kiln_i_mphase *p = &system->phases[phase];
    double value = polynomial(p, p->c0_T, p->c_T, p->q_T, p->high_T, y, gradient, NULL);
    for (int i = 0; i < p->n_y; ++i) {
        if (y[i] <= 0.0) continue;
        const double ln = log(y[i]);
        value += system->R * p->sites[i] * y[i] * ln;
        if (gradient) gradient[i] += system->R * p->sites[i] * (ln + 1.0);
    }
    if (p->magnetic_p > 0.0) {
        double per_T;
        (void)add_magnetic(system, p, y, NULL, NULL, &per_T);
        value += per_T;
        /* d2(magnetic)/dT dy by the exact relation of the two first derivatives' formulas, taken as a symmetric difference
         * in T: the term is below 1 % of the entropy gradient and enters only sensitivities. */
        if (gradient) {
            double up[KILN_MAX_Y] = {0}, down[KILN_MAX_Y] = {0};
            kiln_system shifted = *system;
            const double h = 1e-4 * system->T_K;
            shifted.T_K = system->T_K + h;
            (void)add_magnetic(&shifted, p, y, up, NULL, NULL);
            shifted.T_K = system->T_K - h;
            (void)add_magnetic(&shifted, p, y, down, NULL, NULL);
            for (int i = 0; i < p->n_y; ++i) gradient[i] += (up[i] - down[i]) / (2.0 * h);
        }
    }
    return value;
}

void kiln_i_phase_parameters(const kiln_system *system, int phase, const double *y, double weight, const double *direction,
                             double *coefficient)
{
    const kiln_i_mphase *p = &system->phases[phase];
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        kiln_i_form form;
        kiln_i_monomial_form(m, y, &form);
        double value = weight * form.value;
        for (int a = 0; direction && a < form.n; ++a) value += direction[form.unique[a]] * form.gradient[a];
        coefficient[m->function] += m->scale * value;
    }
    for (int k = 0; k < system->n_open; ++k) {
        const kiln_i_open *open = &system->open[k];
        double amount = weight * kiln_i_phase_open_amount(system, phase, k, y);
        for (int i = 0; direction && i < p->n_y; ++i) amount += direction[i] * p->open[k + system->n_open * i];
        for (int g = 0; g < open->n_gases; ++g) coefficient[open->function[g]] -= amount * open->factor[g];
    }
}

double kiln_i_phase_amounts(const kiln_system *system, int phase, const double *y, double *amounts)
{
    const kiln_i_mphase *p = &system->phases[phase];
    double sum = 0.0;
    for (int c = 0; c < system->n_closed; ++c) {
        double n = p->amount_0[c];
        for (int i = 0; i < p->n_y; ++i) n += p->amount[c + system->n_closed * i] * y[i];
        if (amounts) amounts[c] = n;
        sum += n;
    }
    return sum;
}

double kiln_i_phase_open_amount(const kiln_system *system, int phase, int k, const double *y)
{
    const kiln_i_mphase *p = &system->phases[phase];
    double n = p->open_0[k];
    for (int i = 0; i < p->n_y; ++i) n += p->open[k + system->n_open * i] * y[i];
    return n;
}

double kiln_i_phase_oxygen(const kiln_system *system, int phase, const double *y)
{
    const int oxygen = 8;
    for (int k = 0; k < system->n_open; ++k)
        if (system->open[k].z == oxygen) return kiln_i_phase_open_amount(system, phase, k, y);
    double amounts[KILN_MAX_COMPONENTS];
    (void)kiln_i_phase_amounts(system, phase, y, amounts);
    for (int c = 0; c < system->n_closed; ++c)
        if (system->closed[c] == oxygen) return amounts[c];
    return 0.0;
}

double kiln_i_phase_mass(const kiln_system *system, int phase, const double *y)
{
    const kiln_i_mphase *p = &system->phases[phase];
    double mass = p->mass_0;
    for (int i = 0; i < p->n_y; ++i) mass += p->mass[i] * y[i];
    return mass;
}

/* Charge of one atom of element z, which the species holds `count` of: its own, or beside oxygen alone what balances O-2. */
static int charge_beside_oxygen(const kiln_i_species *species, int z, double count, double *charge)
{
    enum { OXYGEN = 8 };
    const double oxygen = kiln_i_species_count(species, OXYGEN);
    if (species->n_elements == 1) *charge = species->charge / count;
    else if (species->n_elements == 2 && oxygen > 0.0) *charge = z == OXYGEN ? -2.0 : (species->charge + 2.0 * oxygen) / count;
    else return 0;
    return 1;
}

/* Adds the amount of element z in a constituent on `sites` sites, and its charge; 0 where nothing tells the charge. */
static int add_ion(const kiln_i_species *species, int z, double sites, double *amount, double *charge)
{
    const double count = kiln_i_species_count(species, z);
    double each;
    if (count == 0.0) return 1;
    if (!charge_beside_oxygen(species, z, count, &each)) return sites < 1e-12;
    *amount += sites * count;
    *charge += sites * count * each;
    return 1;
}

double kiln_i_phase_valence(const kiln_system *system, int phase, const double *y, int z, int *known)
{
    const kiln_i_mphase *p = &system->phases[phase];
    const kiln_i_phase *source = &system->db->phases[p->source];
    double amount = 0.0, charge = 0.0;
    int all = 1;
    for (int i = 0; i < p->n_y; ++i) all &= add_ion(&system->db->species[p->species[i]], z, p->sites[i] * y[i], &amount, &charge);
    for (int s = 0; s < p->n_sublattices; ++s)
        if (p->fixed[s] >= 0)
            all &= add_ion(&system->db->species[p->fixed[s]], z, source->sublattices[s].sites, &amount, &charge);
    if (known) *known = all;
    return amount > 0.0 ? charge / amount : 0.0;
}
