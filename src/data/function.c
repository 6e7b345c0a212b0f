#include "data/point.h"

#include "core/order.h"

#include <math.h>

#define GAS_CONSTANT 8.31446261815324 /* J/mol/K, exact, SI 2019 */

kiln_i_jet kiln_i_terms_at(const kiln_i_term *terms, int n, const kiln_i_point *p)
{
    const double inverse = p->inverse;
    kiln_i_jet sum = {0.0, 0.0, 0.0};
    for (int i = 0; i < n; i++) {
        const double c = terms[i].coefficient, power = terms[i].power;
        switch (terms[i].basis) {
        case KILN_BASIS_POWER: {
            const double value = c * kiln_i_power(p, power), first = power * value * inverse;
            sum.g += value;
            sum.dg += first;
            sum.d2g += (power - 1.0) * first * inverse;
            break;
        }
        case KILN_BASIS_T_LN_T:
            sum.g += c * p->T_K * p->log_T;
            sum.dg += c * (p->log_T + 1.0);
            sum.d2g += c * inverse;
            break;
        case KILN_BASIS_LN_T:
            sum.g += c * p->log_T;
            sum.dg += c * inverse;
            sum.d2g -= c * inverse * inverse;
            break;
        }
    }
    return sum;
}

kiln_i_jet kiln_i_terms_value(const kiln_i_term *terms, int n, double T_K)
{
    kiln_i_point p;
    kiln_i_point_set(&p, T_K);
    return kiln_i_terms_at(terms, n, &p);
}

/* From the state at `end_K` on at constant heat capacity: G = H - T S with H = H0 + Cp (T - T0), S = S0 + Cp ln(T/T0). */
static kiln_i_jet extrapolate(kiln_i_jet end, double end_K, double T_K)
{
    const double cp = -end_K * end.d2g, entropy = -end.dg + cp * log(T_K / end_K);
    const double enthalpy = end.g - end_K * end.dg + cp * (T_K - end_K);
    return (kiln_i_jet){enthalpy - T_K * entropy, -entropy, -cp / T_K};
}

const kiln_i_piece *kiln_i_piece_at(const kiln_i_function *f, double T_K)
{
    const kiln_i_piece *piece = f->pieces;
    for (int i = 1; i < f->n_pieces && f->pieces[i].T_min_K <= T_K; i++) piece = &f->pieces[i];
    return piece;
}

kiln_i_jet kiln_i_function_at(const kiln_i_function *f, const kiln_i_point *p)
{
    const double T_K = p->T_K;
    kiln_i_jet own = {0.0, 0.0, 0.0};
    if (f->n_pieces > 0) {
        const kiln_i_piece *piece = kiln_i_piece_at(f, T_K);
        const double inside_K = kiln_i_lesser(kiln_i_greater(T_K, piece->T_min_K), piece->T_max_K);
        if (inside_K < T_K || inside_K > T_K)
            own = extrapolate(kiln_i_terms_value(piece->terms, piece->n_terms, inside_K), inside_K, T_K);
        else own = kiln_i_terms_at(piece->terms, piece->n_terms, p);
    }
    if (f->beta > 0.0) {
        const kiln_i_jet magnetic = kiln_i_magnetic(T_K, f->Tc_K, f->beta, f->p);
        own.g += magnetic.g;
        own.dg += magnetic.dg;
        own.d2g += magnetic.d2g;
    }
    return own;
}

kiln_i_jet kiln_i_function_own(const kiln_i_function *f, double T_K)
{
    kiln_i_point p;
    kiln_i_point_set(&p, T_K);
    return kiln_i_function_at(f, &p);
}

void kiln_i_functions_evaluate(const kiln_i_function *f, int n, const int *which, double T_K, const kiln_i_shift *shift,
                               kiln_i_jet *out)
{
    kiln_i_point p;
    kiln_i_point_set(&p, T_K);
    for (int k = 0; k < n; k++) {
        const int i = which ? which[k] : k;
        kiln_i_jet sum = kiln_i_function_at(&f[i], &p);
        if (shift) {
            sum.g += shift[i].constant + shift[i].slope * T_K;
            sum.dg += shift[i].slope;
        }
        if (f[i].steps) {
            const kiln_i_piece *piece = kiln_i_piece_at(&f[i], T_K);
            const kiln_i_jet value = kiln_i_program_value(piece->steps, piece->n_steps, T_K, out);
            sum.g += value.g;
            sum.dg += value.dg;
            sum.d2g += value.d2g;
        }
        for (int r = 0; r < f[i].n_references; r++) {
            const kiln_i_reference *reference = &f[i].references[r];
            const kiln_i_jet *other = &out[reference->function];
            sum.g += reference->factor * other->g;
            sum.dg += reference->factor * other->dg;
            sum.d2g += reference->factor * other->d2g;
        }
        out[i] = sum;
    }
}

/* Hillert and Jarl, eqs. 6 and 7: g(tau) with its tau-derivatives below the critical temperature... */
static kiln_i_jet ordered_branch(double tau, double p)
{
    const double q = 1.0 / p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q;
    const double a = 79.0 / (140.0 * p), b = 474.0 / 497.0 * q;
    const double t2 = tau * tau, t3 = t2 * tau, t9 = t3 * t3 * t3, t15 = t9 * t3 * t3;
    kiln_i_jet g;
    g.g = 1.0 - (a / tau + b * (t3 / 6.0 + t9 / 135.0 + t15 / 600.0)) / A;
    g.dg = -(-a / t2 + b * (t3 / 2.0 + t9 / 15.0 + t15 / 40.0) / tau) / A;
    g.d2g = -(2.0 * a / t3 + b * (t3 + t9 * 8.0 / 15.0 + t15 * 14.0 / 40.0) / t2) / A;
    return g;
}

/* ... and above it. */
static kiln_i_jet disordered_branch(double tau, double p)
{
    const double q = 1.0 / p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q;
    const double t2 = tau * tau, u5 = 1.0 / (t2 * t2 * tau), u15 = u5 * u5 * u5, u25 = u15 * u5 * u5;
    kiln_i_jet g;
    g.g = -(u5 / 10.0 + u15 / 315.0 + u25 / 1500.0) / A;
    g.dg = (u5 / 2.0 + u15 / 21.0 + u25 / 60.0) / (tau * A);
    g.d2g = -(u5 * 3.0 + u15 * 16.0 / 21.0 + u25 * 26.0 / 60.0) / (t2 * A);
    return g;
}

kiln_i_jet kiln_i_magnetic_shape(double tau, double p) { return tau < 1.0 ? ordered_branch(tau, p) : disordered_branch(tau, p); }

kiln_i_jet kiln_i_magnetic(double T_K, double Tc_K, double beta, double p)
{
    if (!(Tc_K > 0.0) || !(beta > 0.0) || !(p > 0.0)) return (kiln_i_jet){0.0, 0.0, 0.0};
    const double tau = T_K / Tc_K, factor = GAS_CONSTANT * log1p(beta);
    const kiln_i_jet g = kiln_i_magnetic_shape(tau, p);
    return (kiln_i_jet){factor * T_K * g.g, factor * (g.g + tau * g.dg), factor * (2.0 * g.dg + tau * g.d2g) / Tc_K};
}

int kiln_i_magnetic_terms(double Tc_K, double beta, double p, int is_ordered, kiln_i_term out[KILN_MAGNETIC_TERMS])
{
    static const double below[] = {4.0, 10.0, 16.0}, above[] = {-4.0, -14.0, -24.0};
    const double q = 1.0 / p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q, b = 474.0 / 497.0 * q;
    const double below_size[] = {b / 6.0, b / 135.0, b / 600.0}, above_size[] = {1.0 / 10.0, 1.0 / 315.0, 1.0 / 1500.0};
    const double factor = GAS_CONSTANT * log1p(beta);
    for (int k = 0; k < 3; ++k) {
        const double power = is_ordered ? below[k] : above[k], size = (is_ordered ? below_size[k] : above_size[k]) / A;
        out[k] = (kiln_i_term){KILN_BASIS_POWER, power, -factor * size * pow(Tc_K, 1.0 - power)};
    }
    if (!is_ordered) return 3;
    out[3] = (kiln_i_term){KILN_BASIS_POWER, 1.0, factor};
    out[4] = (kiln_i_term){KILN_BASIS_POWER, 0.0, -factor * 79.0 / (140.0 * p) / A * Tc_K};
    return 5;
}
