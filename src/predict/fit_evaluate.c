#include "predict/fit_state.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

/* Conditions in J per mole of cations. Derivatives in the numbers follow from the envelope theorem: a driving force is a minimum over the constitution of what is beside, and
 * potentials answer by one back-substitution in the target's own equations. Slopes in the measured coordinate are central differences of such solutions, which are converged far
 * below the step. */

static const double LEAST_SIGMA = 1e-3; /* J/mol: no measurement is better, and nothing is divided by 0 */
enum { MOST_STEPS = 25 };

/* Where a condition is looked at: at the measured point, or beside it. */
typedef struct point {
    double T_K, x, decades; /* x: of every leg that varies, less its own; decades: of p(O2) */
    double x_leg[2];
} point;

void kiln_i_fit_apply(kiln_fit *fit, const double *theta)
{
    memcpy(fit->applied, theta, (size_t)fit->n_parameters * sizeof *theta);
    for (int i = 0; i < fit->n_data; ++i)
        for (int k = 0; k < fit->data[i].n_legs; ++k) {
            kiln_system *system = fit->data[i].leg[k].system;
            if (!system || !system->shift) continue;
            ++system->version;
            for (int p = 0; p < fit->n_parameters; ++p) system->shift[fit->parameters[p].function] = (kiln_i_shift){0.0, 0.0};
            for (int p = 0; p < fit->n_parameters; ++p) {
                const kiln_i_fit_parameter *q = &fit->parameters[p];
                const double shift = q->sign * theta[p] - q->base;
                if (q->is_slope) system->shift[q->function].slope += shift;
                else system->shift[q->function].constant += shift;
            }
        }
}

/* ---- Legs ---- */

/* The leg at a fraction of the cation that varies. */
static kiln_status set_fraction(kiln_i_leg *leg, double x)
{
    kiln_composition moved;
    double total[KILN_MAX_COMPONENTS], cations = 0.0;
    kiln_system *system = leg->system;
    if (!leg->varied) return KILN_OK;
    const kiln_status status = kiln_composition_vary(system->ctx, &leg->composition, leg->varied, x, &moved);
    if (status != KILN_OK) return status;
    for (int c = 0; c < system->n_closed; ++c)
        for (int i = 0; i < moved.n; ++i)
            if (moved.component[i].z == system->closed[c]) {
                total[c] = moved.component[i].amount;
                if (system->is_cation[c]) cations += total[c];
            }
    for (int c = 0; c < system->n_closed; ++c) total[c] /= cations;
    kiln_i_solver_set_totals(leg->solver, total);
    return KILN_OK;
}

/* Phase `phase` of a leg in internal equilibrium, as if nothing had been solved before. */
static kiln_status settle(kiln_i_leg *leg, int phase, double T_K, double decades)
{
    kiln_i_forget(leg->solver);
    kiln_i_system_shift_oxygen(leg->system, decades);
    const kiln_status status = kiln_i_target_set(&leg->target, phase);
    return status == KILN_OK ? kiln_i_target_solve(&leg->target, T_K, 1) : status;
}

/* Adds to the gradient what coefficients of functions mean for it; powers: whether a slope counts times T. */
static void collect(const kiln_fit *fit, double *coefficient, double factor, double T_K, double *gradient)
{
    kiln_i_push_down(fit->db, fit->db->n_functions, NULL, coefficient);
    for (int p = 0; gradient && p < fit->n_parameters; ++p) {
        const kiln_i_fit_parameter *q = &fit->parameters[p];
        gradient[p] += factor * q->sign * coefficient[q->function] * (q->is_slope ? T_K : 1.0);
    }
}

static double *cleared(kiln_fit *fit, double *coefficient)
{
    memset(coefficient, 0, (size_t)fit->db->n_functions * sizeof *coefficient);
    return coefficient;
}

/* Potential of element z in the leg's phase. */
static kiln_status potential(kiln_fit *fit, kiln_i_leg *leg, int z, double T_K, double factor, double *mu, double *gradient)
{
    const kiln_i_target *t = &leg->target;
    const int C = leg->solver->n_closed;
    double n[KILN_MAX_COMPONENTS] = {0};
    int c = 0;
    kiln_status status = settle(leg, leg->phase, T_K, 0.0);
    if (status != KILN_OK) return status;
    while (c < C && leg->system->closed[c] != z) ++c;
    if (c == C)
        return kiln_i_fail(fit->ctx, KILN_E_MISSING, "%s of this composition holds no %s of its own",
                           kiln_system_phase_name(leg->system, leg->phase), kiln_element_symbol(z));
    for (int k = 0; k < t->n_null; ++k)
        if (fabs(t->null[c + C * k]) > 1e-6)
            return kiln_i_fail(
                fit->ctx, KILN_E_MISSING,
                "%s leaves the potential of %s open at this composition; one at which its amount can vary both ways does not",
                kiln_system_phase_name(leg->system, leg->phase), kiln_element_symbol(z));
    *mu = t->mu[c];
    if (!gradient) return KILN_OK;
    n[c] = -1.0;
    status = kiln_i_target_adjoint(&leg->target, n, cleared(fit, fit->coefficient));
    if (status == KILN_OK) collect(fit, fit->coefficient, factor, T_K, gradient);
    return status;
}

/* Moles of cations in a formula unit of the target. */
static double cations_of(const kiln_i_leg *leg)
{
    double sum = 0.0;
    for (int c = 0; c < leg->system->n_closed; ++c)
        if (leg->system->is_cation[c]) sum += leg->target.n[c];
    return sum;
}

/* Gibbs energy per mole of cations of a phase at the leg's composition. */
static kiln_status energy(kiln_fit *fit, kiln_i_leg *leg, int phase, const point *at, double factor, double *g, double *gradient)
{
    const kiln_status status = settle(leg, phase, at->T_K, at->decades);
    if (status != KILN_OK) return status;
    const double cations = cations_of(leg);
    *g = leg->target.w / cations;
    if (!gradient) return KILN_OK;
    kiln_i_phase_parameters(leg->system, phase, leg->target.y, 1.0 / cations, NULL, cleared(fit, fit->coefficient));
    collect(fit, fit->coefficient, factor, at->T_K, gradient);
    return KILN_OK;
}

/* What a formula unit gains in cations with each site fraction. */
static void cations_by_site(const kiln_i_leg *leg, double *cations)
{
    const kiln_i_mphase *p = &leg->system->phases[leg->target.phase];
    const int C = leg->solver->n_closed;
    for (int i = 0; i < leg->target.n_y; ++i) {
        cations[i] = 0.0;
        for (int c = 0; c < C; ++c)
            if (leg->system->is_cation[c]) cations[i] += p->amount[c + C * i];
    }
}

/* How v.y answers through the constitution, which minimises w / n: -v' Q (grad dw/dtheta - (dw/dtheta) grad n / n), Q the inverse of the Hessian on what the composition leaves free. */
static void answer_along(kiln_fit *fit, kiln_i_leg *leg, const double *v, double T_K, double factor, double *gradient)
{
    kiln_solver *s = leg->solver;
    const kiln_i_target *t = &leg->target;
    const int n = t->n_y;
    const kiln_i_objective o = {t->phase, NULL, 0.0, s->RT, t->hold->n_rows, t->hold->constraint};
    double x[KILN_MAX_Y], cations[KILN_MAX_Y], answer = 0.0;
    if (n <= t->hold->n_rows) return;
    cations_by_site(leg, cations);
    (void)kiln_i_phase_energy(leg->system, t->phase, t->y, s->gradient, s->hessian);
    if (!kiln_i_factor(s, &o, t->y, s->hessian)) return;
    kiln_i_factor_solve(s, n, t->hold->n_rows, v, x);
    for (int i = 0; i < n; ++i) {
        answer += x[i] * cations[i];
        x[i] = -x[i];
    }
    kiln_i_phase_parameters(leg->system, t->phase, t->y, answer / cations_of(leg), x, cleared(fit, fit->implicit));
    collect(fit, fit->implicit, factor, T_K, gradient);
}

/* The enthalpy h = (w - T w_T) / n per mole of cations is not what the constitution minimises. */
static void answer_inside(kiln_fit *fit, kiln_i_leg *leg, double h, double T_K, double factor, double *gradient)
{
    const kiln_i_target *t = &leg->target;
    double v[KILN_MAX_Y], w_T[KILN_MAX_Y], w_y[KILN_MAX_Y], cations[KILN_MAX_Y];
    cations_by_site(leg, cations);
    (void)kiln_i_phase_energy_T(leg->system, t->phase, t->y, w_T);
    (void)kiln_i_phase_energy(leg->system, t->phase, t->y, w_y, NULL);
    for (int i = 0; i < t->n_y; ++i) v[i] = (w_y[i] - T_K * w_T[i] - h * cations[i]) / cations_of(leg);
    answer_along(fit, leg, v, T_K, factor, gradient);
}

static kiln_status enthalpy(kiln_fit *fit, kiln_i_leg *leg, double T_K, double factor, double *h, double *gradient)
{
    const kiln_status status = settle(leg, leg->phase, T_K, 0.0);
    if (status != KILN_OK) return status;
    const kiln_i_target *t = &leg->target;
    const double cations = cations_of(leg);
    *h = (t->w - T_K * kiln_i_phase_energy_T(leg->system, t->phase, t->y, NULL)) / cations;
    if (!gradient) return KILN_OK;
    kiln_i_phase_parameters(leg->system, t->phase, t->y, 1.0 / cations, NULL, cleared(fit, fit->coefficient));
    collect(fit, fit->coefficient, factor, 0.0, gradient); /* what goes with T is all entropy */
    answer_inside(fit, leg, *h, T_K, factor, gradient);
    return KILN_OK;
}

/* ---- Driving forces ---- */

/* The least of all that compete with the leg's phase; *which n_phases for the limiting set. */
static double least_rival(const kiln_i_leg *leg, int *which)
{
    const kiln_i_rivals *r = &leg->rivals;
    const int n = leg->system->n_phases;
    double least = leg->target.n_null > 0 ? r->set_f : INFINITY;
    *which = n;
    for (int p = 0; p < n; ++p) {
        if ((leg->target.n_null > 0 && p != leg->phase) || !r->rival[p].exists || !(r->rival[p].f < least)) continue;
        least = r->rival[p].f;
        *which = p;
    }
    return least;
}

static kiln_status force_at(kiln_fit *fit, kiln_i_leg *leg, const point *at, double *f, int *which)
{
    kiln_status status = settle(leg, leg->phase, at->T_K, at->decades);
    if (status != KILN_OK) return status;
    const int is_one = leg->beside >= 0 && (leg->target.n_null == 0 || leg->beside == leg->phase);
    status = is_one ? kiln_i_rival_solve(&leg->rivals, leg->beside, KILN_I_THOROUGH)
                    : kiln_i_rivals_solve(&leg->rivals, KILN_I_THOROUGH);
    if (status != KILN_OK) return status;
    *which = leg->beside;
    if (is_one) *f = leg->rivals.rival[leg->beside].exists ? leg->rivals.rival[leg->beside].f : INFINITY;
    else *f = least_rival(leg, which);
    if (isfinite(*f)) return KILN_OK;
    return kiln_i_fail(fit->ctx, KILN_E_MISSING, "nothing makes up %s beside %s", leg->composition.canonical,
                       kiln_system_phase_name(leg->system, leg->phase));
}

/* The driving force of `beside` at the potentials of the phase and of what is `with` it, which has one composition. By the envelope theorem it is the energy of the reaction of the three. */
static kiln_status invariant(kiln_fit *fit, kiln_i_leg *leg, const point *at, double *f, double *gradient)
{
    kiln_i_target *t = &leg->target;
    const kiln_i_rival *with = &leg->rivals.rival[leg->with], *beside = &leg->rivals.rival[leg->beside];
    const int C = leg->solver->n_closed;
    double along[2] = {0.0, 0.0};
    kiln_status status = settle(leg, leg->phase, at->T_K, at->decades);
    if (status == KILN_OK && t->n_null != 1)
        return kiln_i_fail(fit->ctx, KILN_E_MISSING,
                           "%s of %s leaves %d potentials open: an invariant point with two phases needs 1",
                           kiln_system_phase_name(leg->system, leg->phase), leg->composition.canonical, t->n_null);
    if (status == KILN_OK) status = kiln_i_rival_solve(&leg->rivals, leg->with, KILN_I_THOROUGH);
    if (status != KILN_OK) return status;
    for (int c = 0; with->exists && c < C; ++c) along[0] += t->null[c] * with->n[c];
    if (fabs(along[0]) < 1e-6)
        return kiln_i_fail(fit->ctx, KILN_E_MISSING, "%s leaves the potentials as open as %s does",
                           kiln_system_phase_name(leg->system, leg->with), kiln_system_phase_name(leg->system, leg->phase));
    for (int c = 0; c < C; ++c) t->mu[c] += with->f / along[0] * t->null[c];
    if ((status = kiln_i_rival_solve(&leg->rivals, leg->beside, KILN_I_THOROUGH)) != KILN_OK) return status;
    if (!beside->exists) return kiln_i_fail(fit->ctx, KILN_E_MISSING, "nothing makes up %s", leg->composition.canonical);
    *f = beside->f;
    for (int c = 0; c < C; ++c) along[1] += t->null[c] * beside->n[c];
    const int phase[2] = {leg->beside, leg->with};
    const double factor[2] = {1.0, -along[1] / along[0]};
    for (int k = 0; gradient && k < 2 && status == KILN_OK; ++k) {
        status = kiln_i_rival_parameters(&leg->rivals, phase[k], fit->coefficient);
        if (status == KILN_OK) collect(fit, fit->coefficient, factor[k], at->T_K, gradient);
    }
    return status;
}

/* Demixing is followed by its quotient, whose derivative at a spinodal has no envelope: by differences. */
static kiln_status force_by_differences(kiln_fit *fit, kiln_i_leg *leg, const point *at, double *gradient)
{
    kiln_system *system = leg->system;
    for (int p = 0; p < fit->n_parameters; ++p) {
        const kiln_i_fit_parameter *q = &fit->parameters[p];
        double *number = q->is_slope ? &system->shift[q->function].slope : &system->shift[q->function].constant;
        const double was = *number, step = q->is_slope ? 1e-3 : 1.0;
        double f[2];
        for (int k = 0; k < 2; ++k) {
            int which;
            *number = was + (k ? step : -step) * q->sign;
            ++system->version;
            const kiln_status status = force_at(fit, leg, at, &f[k], &which);
            *number = was;
            ++system->version;
            if (status != KILN_OK) return status;
        }
        gradient[p] += (f[1] - f[0]) / (2.0 * step);
    }
    return KILN_OK;
}

/* A competitor's constitution minimises its distance d from the plane, not the driving force f = d / sigma: where vacancies let sigma vary, and f is not 0, f answers through the constitution
 * as well, by (f / sigma) v' Q (grad dw/dtheta - J' dmu/dtheta), v the gradient of sigma and Q the inverse of the Hessian on the phase's own constraints. */
static kiln_status answer_of_rival(kiln_fit *fit, kiln_i_leg *leg, int phase, double T_K, double *gradient)
{
    kiln_solver *s = leg->solver;
    const kiln_i_rival *rival = &leg->rivals.rival[phase];
    const kiln_i_mphase *p = &leg->system->phases[phase];
    const int n = p->n_y, C = s->n_closed;
    const kiln_i_objective o = {phase, NULL, 0.0, s->RT, p->n_constraints, p->constraint};
    double v[KILN_MAX_Y], x[KILN_MAX_Y], moles[KILN_MAX_COMPONENTS] = {0};
    for (int i = 0; i < n; ++i) {
        v[i] = 0.0;
        for (int c = 0; c < C; ++c) v[i] += p->amount[c + C * i];
    }
    if (n <= p->n_constraints || leg->target.n_null > 0) return KILN_OK;
    (void)kiln_i_phase_energy(leg->system, phase, rival->y, s->gradient, s->hessian);
    if (!kiln_i_factor(s, &o, rival->y, s->hessian)) return KILN_OK;
    kiln_i_factor_solve(s, n, p->n_constraints, v, x);
    for (int i = 0; i < n; ++i) {
        x[i] *= rival->f / rival->sigma;
        for (int c = 0; c < C; ++c) moles[c] += p->amount[c + C * i] * x[i];
    }
    kiln_i_phase_parameters(leg->system, phase, rival->y, 0.0, x, cleared(fit, fit->coefficient));
    const kiln_status status = kiln_i_target_adjoint(&leg->target, moles, fit->coefficient);
    if (status == KILN_OK) collect(fit, fit->coefficient, 1.0, T_K, gradient);
    return status;
}

static kiln_status driving_force(kiln_fit *fit, kiln_i_leg *leg, const point *at, double *f, double *gradient)
{
    int which;
    kiln_status status = force_at(fit, leg, at, f, &which);
    if (status != KILN_OK || !gradient) return status;
    if (which == leg->phase) return force_by_differences(fit, leg, at, gradient);
    if ((status = kiln_i_rival_parameters(&leg->rivals, which, fit->coefficient)) != KILN_OK) return status;
    collect(fit, fit->coefficient, 1.0, at->T_K, gradient);
    return which < leg->system->n_phases ? answer_of_rival(fit, leg, which, at->T_K, gradient) : KILN_OK;
}

/* ---- Conditions ---- */

static kiln_status activity(kiln_fit *fit, kiln_i_datum *d, double *f, double *gradient)
{
    double mu, reference;
    kiln_status status = potential(fit, &d->leg[0], d->component, d->T_K, 1.0, &mu, gradient);
    if (status == KILN_OK) status = potential(fit, &d->leg[1], d->component, d->T_K, -1.0, &reference, gradient);
    if (status == KILN_OK) *f = mu - reference - d->value;
    return status;
}

/* The potential of oxygen in the phase less that in the gas, per mole of O. */
static kiln_status oxygen_content(kiln_fit *fit, kiln_i_datum *d, const point *at, double *f, double *gradient)
{
    enum { OXYGEN = 8 };
    double mu;
    kiln_system *gas = d->leg[1].system;
    const kiln_i_open *oxygen = &gas->open[0];
    const kiln_status status = potential(fit, &d->leg[0], OXYGEN, d->T_K, 1.0, &mu, gradient);
    if (status != KILN_OK) return status;
    kiln_i_system_shift_oxygen(gas, at->decades);
    kiln_i_system_set_temperature(gas, d->T_K);
    *f = mu - oxygen->mu;
    (void)cleared(fit, fit->coefficient);
    for (int k = 0; k < oxygen->n_gases; ++k) fit->coefficient[oxygen->function[k]] -= oxygen->factor[k];
    collect(fit, fit->coefficient, 1.0, d->T_K, gradient);
    return KILN_OK;
}

static kiln_status tie_line(kiln_fit *fit, kiln_i_datum *d, const point *at, double *f, double *gradient)
{
    double mu[2] = {0.0, 0.0};
    kiln_status status = KILN_OK;
    for (int k = 0; k < 2 && status == KILN_OK; ++k) {
        if (d->leg[k].varied) status = set_fraction(&d->leg[k], at->x_leg[k]);
        if (status == KILN_OK) status = potential(fit, &d->leg[k], d->component, d->T_K, k ? -1.0 : 1.0, &mu[k], gradient);
    }
    *f = mu[0] - mu[1];
    return status;
}

/* The phase less its cations alone: enthalpies or Gibbs energies. */
static kiln_status formation(kiln_fit *fit, kiln_i_datum *d, const point *at, double *f, double *gradient)
{
    kiln_status status = KILN_OK;
    *f = -d->value;
    for (int k = 0; k < d->n_legs && status == KILN_OK; ++k) {
        kiln_i_leg *leg = &d->leg[k];
        const double share = k == 0 ? 1.0 : -leg->share;
        double one = 0.0;
        status = d->kind == KILN_FIT_ENTHALPY ? enthalpy(fit, leg, at->T_K, share, &one, gradient)
                                              : energy(fit, leg, leg->phase, at, share, &one, gradient);
        *f += share * one;
    }
    return status;
}

/* RT ln x/(1 - x) of the equilibrium less that of the measured fraction x of a sublattice that a cation takes: what favours the cation there against all else. */
static kiln_status site_fraction(kiln_fit *fit, kiln_i_datum *d, const point *at, double *f, double *gradient)
{
    kiln_i_leg *leg = &d->leg[0];
    const kiln_i_target *t = &leg->target;
    double v[KILN_MAX_Y], x = 0.0;
    int c = 0;
    const kiln_status status = settle(leg, leg->phase, at->T_K, 0.0);
    if (status != KILN_OK) return status;
    const kiln_i_mphase *p = &leg->system->phases[leg->phase];
    const int C = leg->solver->n_closed;
    while (c < C && leg->system->closed[c] != d->component) ++c;
    for (int i = 0; i < t->n_y; ++i) {
        v[i] = p->sublattice[i] == leg->sublattice && c < C && p->amount[c + C * i] > 0.0;
        x += v[i] * t->y[i];
    }
    if (!(x > 0.0 && x < 1.0) || t->n_y <= t->hold->n_rows)
        return kiln_i_fail(fit->ctx, KILN_E_MISSING, "nothing but the composition decides where %s of %s is",
                           kiln_element_symbol(d->component), leg->composition.canonical);
    const double RT = KILN_R * at->T_K;
    *f = RT * (log(x / (1.0 - x)) - log(at->x / (1.0 - at->x)));
    if (gradient) answer_along(fit, leg, v, at->T_K, RT / (x * (1.0 - x)), gradient);
    return KILN_OK;
}

static kiln_status transition(kiln_fit *fit, kiln_i_datum *d, const point *at, double *f, double *gradient)
{
    double a, b;
    kiln_status status = energy(fit, &d->leg[0], d->leg[0].beside, at, 1.0, &a, gradient);
    if (status == KILN_OK) status = energy(fit, &d->leg[0], d->leg[0].phase, at, -1.0, &b, gradient);
    if (status == KILN_OK) *f = a - b;
    return status;
}

/* Linear in the numbers: the value where the fit began and what they have moved since. What goes with T is no enthalpy. */
static kiln_status sum_of_functions(kiln_fit *fit, const kiln_i_datum *d, double *f, double *gradient)
{
    const double T_K = d->kind == KILN_FIT_SUM_ENTHALPY ? 0.0 : d->T_K;
    memcpy(fit->coefficient, d->factor, (size_t)fit->db->n_functions * sizeof *d->factor);
    collect(fit, fit->coefficient, 1.0, T_K, gradient);
    *f = d->start - d->value;
    for (int p = 0; p < fit->n_parameters; ++p) {
        const kiln_i_fit_parameter *q = &fit->parameters[p];
        *f += q->sign * fit->coefficient[q->function] * (q->is_slope ? T_K : 1.0) * (fit->applied[p] - q->start);
    }
    return KILN_OK;
}

static kiln_status condition(kiln_fit *fit, kiln_i_datum *d, const point *at, double *f, double *gradient)
{
    kiln_status status = KILN_OK;
    switch (d->kind) {
    case KILN_FIT_SOLUBILITY: status = set_fraction(&d->leg[0], at->x); break;
    case KILN_FIT_INVARIANT: return invariant(fit, &d->leg[0], at, f, gradient);
    case KILN_FIT_OXYGEN_CONTENT: return oxygen_content(fit, d, at, f, gradient);
    case KILN_FIT_TRANSITION: return transition(fit, d, at, f, gradient);
    case KILN_FIT_TIE_LINE: return tie_line(fit, d, at, f, gradient);
    case KILN_FIT_ACTIVITY: return activity(fit, d, f, gradient);
    case KILN_FIT_ENTHALPY:
    case KILN_FIT_GIBBS_ENERGY: return formation(fit, d, at, f, gradient);
    case KILN_FIT_FUNCTION:
    case KILN_FIT_SUM_ENTHALPY: return sum_of_functions(fit, d, f, gradient);
    case KILN_FIT_SITE_FRACTION: return site_fraction(fit, d, at, f, gradient);
    case KILN_FIT_BOUNDARY:
    case KILN_FIT_OXYGEN_POTENTIAL:
    case KILN_FIT_OUTCOME: break;
    }
    return status == KILN_OK ? driving_force(fit, &d->leg[0], at, f, gradient) : status;
}

static int is_fraction(const kiln_i_datum *d) { return d->kind == KILN_FIT_SOLUBILITY || d->kind == KILN_FIT_SITE_FRACTION; }

static point measured_point(const kiln_i_datum *d)
{
    point at = {.T_K = d->T_K};
    if (is_fraction(d)) at.x = d->value;
    for (int k = 0; k < 2 && k < d->n_legs; ++k) at.x_leg[k] = d->leg[k].x;
    return at;
}

/* The coordinate that was measured; NULL where the value is an energy itself. */
static double *coordinate(const kiln_i_datum *d, point *at, double *step)
{
    switch (d->kind) {
    case KILN_FIT_SITE_FRACTION:
    case KILN_FIT_SOLUBILITY: *step = 0.02 * fmin(d->value, 1.0 - d->value); return &at->x;
    case KILN_FIT_BOUNDARY:
    case KILN_FIT_INVARIANT:
    case KILN_FIT_TRANSITION:
    case KILN_FIT_OUTCOME: *step = 0.5; return &at->T_K;
    case KILN_FIT_OXYGEN_POTENTIAL:
    case KILN_FIT_OXYGEN_CONTENT: *step = 0.02; return &at->decades;
    case KILN_FIT_TIE_LINE:
    case KILN_FIT_ACTIVITY:
    case KILN_FIT_GIBBS_ENERGY:
    case KILN_FIT_FUNCTION:
    case KILN_FIT_SUM_ENTHALPY:
    case KILN_FIT_ENTHALPY: break;
    }
    return NULL;
}

static kiln_status difference(kiln_fit *fit, kiln_i_datum *d, point *at, double *moved, double step, double *slope)
{
    double f[2];
    const double was = *moved;
    for (int k = 0; k < 2; ++k) {
        *moved = was + (k ? step : -step);
        const kiln_status status = condition(fit, d, at, &f[k], NULL);
        *moved = was;
        if (status != KILN_OK) return status;
    }
    *slope = (f[1] - f[0]) / (2.0 * step);
    return KILN_OK;
}

/* Of a tie line the errors of both ends, as one slope. */
static kiln_status tie_slope(kiln_fit *fit, kiln_i_datum *d, point *at, double *slope)
{
    double side[2] = {0.0, 0.0};
    kiln_status status = KILN_OK;
    for (int k = 0; k < 2 && status == KILN_OK; ++k) {
        const double x = d->leg[k].x;
        if (d->leg[k].varied && x > 0.0 && x < 1.0)
            status = difference(fit, d, at, &at->x_leg[k], 0.02 * fmin(x, 1.0 - x), &side[k]);
    }
    *slope = hypot(side[0], side[1]);
    return status;
}

kiln_status kiln_i_datum_evaluate(kiln_fit *fit, kiln_i_datum *d, double *force, double *gradient, double *slope)
{
    point at = measured_point(d);
    double step = 0.0, *moved = coordinate(d, &at, &step);
    for (int p = 0; gradient && p < fit->n_parameters; ++p) gradient[p] = 0.0;
    kiln_status status = condition(fit, d, &at, force, gradient);
    if (status != KILN_OK || !slope) return status;
    *slope = 1.0;
    if (d->kind == KILN_FIT_TIE_LINE) status = tie_slope(fit, d, &at, slope);
    else if (moved) status = difference(fit, d, &at, moved, step, slope);
    return status;
}

double kiln_i_datum_sigma(const kiln_i_datum *d, double slope)
{
    const double measured = d->sigma > 0.0 ? fabs(slope) * d->sigma : 0.0;
    return fmax(hypot(measured, d->sigma_model), LEAST_SIGMA);
}

/* Newton with differences from the measured value, never further than half way to where the coordinate ends. */
double kiln_i_datum_model(kiln_fit *fit, kiln_i_datum *d, double force, double slope)
{
    point at = measured_point(d);
    double step = 0.0, *moved = coordinate(d, &at, &step), f = force;
    const double offset = moved == &at.decades ? d->value : 0.0;
    if (d->kind == KILN_FIT_OUTCOME || d->kind == KILN_FIT_TIE_LINE) return NAN;
    if (!moved) return d->value + force;
    const double low = is_fraction(d) ? 0.0 : moved == &at.T_K ? 100.0 : -60.0;
    const double high = is_fraction(d) ? 1.0 : moved == &at.T_K ? 6000.0 : 60.0;
    for (int k = 0; k < MOST_STEPS; ++k) {
        double next = *moved - f / slope;
        if (!isfinite(next)) return NAN;
        if (next <= low) next = 0.5 * (low + *moved);
        if (next >= high) next = 0.5 * (high + *moved);
        const int is_there = fabs(next - *moved) < 1e-3 * step;
        *moved = next;
        if (is_there) return offset + *moved;
        if (is_fraction(d)) step = 0.02 * fmin(next, 1.0 - next);
        if (condition(fit, d, &at, &f, NULL) != KILN_OK || difference(fit, d, &at, moved, step, &slope) != KILN_OK) return NAN;
    }
    return NAN;
}
