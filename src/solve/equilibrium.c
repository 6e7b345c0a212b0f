#include "solve/solver.h"

#include "core/context.h"
#include "data/database.h"
#include "solve/certify.h"

#include <math.h>
#include <string.h>

enum { MAX_SETS = 20 };

/* A phase that could hold nothing but vacancies at a negative energy would be made without end: w >= 0 must hold where no closed component is left. A large price
 * on them drives the phase there. */
static int drive_out(kiln_solver *s, int phase, kiln_i_objective *o)
{
    const double price = 1e3 * s->RT;
    const kiln_i_mphase *p = &s->system->phases[phase];
    double held = 0.0;
    *o = (kiln_i_objective){phase, s->linear, 0.0, s->RT, p->n_constraints, p->constraint};
    for (int c = 0; c < s->n_closed; ++c) held += p->amount_0[c];
    if (p->n_y == 0 || held > 0.0) return 0;
    for (int i = 0; i < p->n_y; ++i) {
        s->linear[i] = 0.0;
        for (int c = 0; c < s->n_closed; ++c) s->linear[i] += price * p->amount[c + s->n_closed * i];
        s->weight[i] = -s->linear[i] / (s->RT * p->sites[i]);
    }
    return kiln_i_project(s, phase, s->weight, s->direction) &&
           kiln_i_phase_amounts(s->system, phase, s->direction, NULL) <= KILN_EMPTY;
}

void kiln_i_list_emptiable(kiln_solver *s)
{
    kiln_i_objective o;
    s->RT = s->system->R * 1000.0; /* whether a phase can be empty does not depend on temperature */
    for (int phase = 0; phase < s->system->n_phases; ++phase) s->is_emptiable[phase] = (char)drive_out(s, phase, &o);
}

kiln_status kiln_i_refuse_empty_phases(kiln_solver *s)
{
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        kiln_i_objective o;
        double value;
        if (!s->is_emptiable[phase] || !drive_out(s, phase, &o)) continue;
        if (kiln_i_newton_descend(s, &o, s->direction, &value) != KILN_OK || value >= -1e-6 * s->RT) continue;
        return kiln_i_fail(
            s->ctx, KILN_E_MISSING,
            "phase %s: of vacancies or components without an amount alone it has %.6g J/mol < 0 at %.2f K, so it would form without end",
            kiln_system_phase_name(s->system, phase), value, s->system->T_K);
    }
    return KILN_OK;
}

/* Extreme constitutions of every phase, so that the linear programme is feasible and starts near the answer. */
static kiln_status seed_pool(kiln_solver *s)
{
    const double out_of_sight = -60.0; /* a fraction of 1e-26 beside the favoured one */
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        const kiln_i_mphase *p = &s->system->phases[phase];
        for (int i = 0; i < (p->n_y > 0 ? p->n_y : 1); ++i) {
            for (int j = 0; j < p->n_y; ++j) s->weight[j] = p->sublattice[j] == p->sublattice[i] && j != i ? out_of_sight : 0.0;
            if (!kiln_i_project(s, phase, s->weight, s->direction)) continue;
            const kiln_status status = kiln_i_pool_add(s, phase, s->direction);
            if (status != KILN_OK) return status;
        }
        for (int k = 0; k < s->n_warm[phase]; ++k) {
            const kiln_status status = kiln_i_pool_add(s, phase, s->warm[phase] + (size_t)(p->n_y * k));
            if (status != KILN_OK) return status;
        }
    }
    return KILN_OK;
}

/* Price one phase at mu and add what lies further than `enough` below the plane; *worst falls to the least distance per mole of closed components. */
static kiln_status generate_from(kiln_solver *s, int phase, const double *mu, double enough, kiln_i_effort effort, double *worst)
{
    const int n = s->system->phases[phase].n_y, count = kiln_i_price(s, phase, mu, effort);
    for (int k = 0; k < count; ++k) {
        const double *y = s->minima + (size_t)(s->max_y * k);
        const double sigma = kiln_i_phase_amounts(s->system, phase, y, NULL);
        if (sigma <= KILN_EMPTY) continue;
        const double distance = s->minimum[k] / sigma;
        if (distance < *worst) *worst = distance;
        if (k > 0 && distance >= -enough) break;
        if (n > 0 && distance < 0.1 * s->RT) kiln_i_remember(s, phase, y);
        if (distance >= -enough) continue;
        const kiln_status status = kiln_i_pool_add(s, phase, y);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

static int is_present(const kiln_solver *s, int phase)
{
    for (int k = 0; k < s->n_instances; ++k)
        if (s->instances[k].phase == phase) return 1;
    return 0;
}

typedef enum scope { ALL_PHASES, ABSENT_PHASES } scope;

/* The same for every phase (or every one that is not present) that is not hopeless. */
static kiln_status generate(kiln_solver *s, const double *mu, double enough, kiln_i_effort effort, scope which, double *worst)
{
    *worst = 0.0;
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        if (which == ABSENT_PHASES && is_present(s, phase)) continue;
        if (kiln_i_quick_bound(s, phase, mu) >= 0.0) continue;
        const kiln_status status = generate_from(s, phase, mu, enough, effort, worst);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

/* Whether w is convex along the segment between two constitutions of a phase: then they belong to one instance. Curvature tells a gap apart even where,
 * beside a critical point, its energy barrier is lost in rounding. */
static int same_instance(kiln_solver *s, int phase, const double *a, const double *b)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const int n = p->n_y, steps = 8;
    for (int k = 1; k < steps; ++k) {
        const double t = (double)k / steps;
        double curvature = 0.0;
        for (int i = 0; i < n; ++i) s->trial[i] = (1.0 - t) * a[i] + t * b[i];
        (void)kiln_i_phase_excess(s->system, phase, s->trial, s->gradient, s->hessian);
        for (int j = 0; j < n; ++j) {
            double row = s->RT * p->sites[j] / s->trial[j] * (b[j] - a[j]);
            for (int i = 0; i < n; ++i) row += s->hessian[i + n * j] * (b[i] - a[i]);
            curvature += row * (b[j] - a[j]);
        }
        if (curvature < 0.0) return 0;
    }
    return 1;
}

/* Join a basic column to the instance it belongs to, or open a new one. */
static void place_column(kiln_solver *s, int column, double amount)
{
    const int phase = s->pool_phase[column], n = s->system->phases[phase].n_y;
    const double *y = s->pool_y + (size_t)(s->max_y * column);
    for (int k = 0; k < s->n_instances; ++k) {
        kiln_i_instance *i = &s->instances[k];
        if (i->phase != phase || !same_instance(s, phase, i->y, y)) continue;
        const double share = amount / (amount + i->amount);
        for (int j = 0; j < n; ++j) i->y[j] += share * (y[j] - i->y[j]);
        i->amount += amount;
        return;
    }
    kiln_i_instance *i = &s->instances[s->n_instances++];
    i->phase = phase;
    i->amount = amount;
    memcpy(i->y, y, (size_t)n * sizeof *y);
}

static void instances_from_pool(kiln_solver *s)
{
    s->n_instances = 0;
    for (int row = 0; row < s->n_closed; ++row) {
        const int column = s->lp.basis[row];
        if (column < 0 || s->lp.x[row] <= 1e-14) continue;
        place_column(s, column, s->lp.x[row] / s->pool_sigma[column]);
    }
}

/* Column generation until nothing lies further than `enough` below the plane. */
static kiln_status refine_plane(kiln_solver *s, double *mu, double enough, kiln_i_effort effort, int *rounds, double *worst)
{
    kiln_status status = kiln_i_pool_solve(s, mu);
    while (status == KILN_OK && *rounds < s->options.max_rounds) {
        ++*rounds;
        if ((status = generate(s, mu, 0.1 * enough, effort, ALL_PHASES, worst)) != KILN_OK) return status;
        if (*worst >= -enough) return KILN_OK;
        status = kiln_i_pool_solve(s, mu);
    }
    return status;
}

static kiln_status add_instances(kiln_solver *s)
{
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_status status = kiln_i_pool_add(s, s->instances[k].phase, s->instances[k].y);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

/* Two instances that have become one are joined. */
static void join_equal_instances(kiln_solver *s)
{
    for (int a = 0; a < s->n_instances; ++a)
        for (int b = s->n_instances - 1; b > a; --b) {
            const kiln_i_instance gone = s->instances[b];
            const int n = s->system->phases[gone.phase].n_y;
            double most = 0.0;
            if (s->instances[a].phase != gone.phase) continue;
            for (int i = 0; i < n; ++i) most = fmax(most, fabs(s->instances[a].y[i] - gone.y[i]));
            if (most > 1e-9) continue;
            s->instances[a].amount += gone.amount;
            s->instances[b] = s->instances[--s->n_instances];
            s->instances[s->n_instances] = gone; /* keeps its buffers for reuse */
        }
}

/* Each instance to its own minimum at the present plane: a column of the programme may lie anywhere in its basin, and beside a critical point even
 * inside the spinodal, where Newton has no sense of direction. */
static void settle_instances(kiln_solver *s)
{
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *instance = &s->instances[k];
        const kiln_i_mphase *p = &s->system->phases[instance->phase];
        double value;
        if (p->n_y == p->n_constraints) continue;
        const kiln_i_objective o = kiln_i_distance(s, instance->phase, s->mu, s->linear);
        memcpy(s->direction, instance->y, (size_t)p->n_y * sizeof *s->direction);
        if (kiln_i_descend(s, &o, s->direction, &value) == KILN_OK)
            memcpy(instance->y, s->direction, (size_t)p->n_y * sizeof *s->direction);
    }
    join_equal_instances(s);
}

static kiln_status polish(kiln_solver *s)
{
    settle_instances(s);
    return s->options.method == KILN_METHOD_NLOPT ? kiln_i_nlopt_polish(s, s->system->total) : kiln_i_newton(s, s->system->total);
}

static double rounding(const kiln_solver *s, const double *mu)
{
    double largest = s->RT;
    for (int c = 0; c < s->n_closed; ++c) largest = fmax(largest, fabs(mu[c]));
    return 1e-14 * largest;
}

/* A constitution that refutes the plane, as found by the proof: its local minimum becomes a candidate. */
static kiln_status use_witness(kiln_solver *s, int phase, double *y, double *worst)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const kiln_i_objective o = kiln_i_distance(s, phase, s->mu, s->linear);
    double value = p->c0;
    if (p->n_y == 0) value += o.constant;
    else if (kiln_i_newton_descend(s, &o, y, &value) != KILN_OK) value = kiln_i_objective_value(s, &o, y, NULL, NULL);
    const double sigma = kiln_i_phase_amounts(s->system, phase, y, NULL);
    if (sigma > KILN_EMPTY) *worst = fmin(*worst, value / sigma);
    kiln_i_remember(s, phase, y);
    return kiln_i_pool_add(s, phase, y);
}

/* Prove phase by phase that nothing lies below the plane lowered by the gap. Lowered potentials that pass are feasible in the dual, so mu.b less gap times sum b
 * bounds G from below whatever the phases' formula units. */
static kiln_status prove(kiln_solver *s, double *worst)
{
    kiln_certificate *certificate = &s->certificate;
    double *lowered = s->system_rhs, *witness = s->minima;
    *certificate = (kiln_certificate){.is_certified = 1, .phase = -1};
    for (int c = 0; c < s->n_closed; ++c) lowered[c] = s->mu[c] - s->options.certify_gap_J_mol;
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        kiln_i_proof proof;
        s->has_one_minimum[phase] = 0;
        if (kiln_i_quick_bound(s, phase, lowered) >= 0.0) continue;
        kiln_i_certify(s, phase, lowered, s->options.certify_budget, witness, &proof);
        certificate->nodes += proof.nodes;
        s->has_one_minimum[phase] = (char)proof.has_one_minimum;
        if (proof.is_certified) continue;
        if (certificate->is_certified) {
            certificate->is_certified = 0;
            certificate->phase = phase;
            certificate->reason = proof.has_witness ? "a better constitution was found" : proof.reason;
        }
        if (!proof.has_witness) continue;
        const kiln_status status = use_witness(s, phase, witness, worst);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

/* An instance inside the spinodal, which Newton may well converge to, becomes two: on both sides along the direction in which it is unstable. 1 if that was done. */
static int split_instance(kiln_solver *s, int k)
{
    kiln_i_instance *one = &s->instances[k], *other = &s->instances[s->n_instances];
    const kiln_i_mphase *p = &s->system->phases[one->phase];
    const kiln_i_objective plain = {one->phase, NULL, 0.0, s->RT, p->n_constraints, p->constraint};
    const kiln_i_objective o = kiln_i_distance(s, one->phase, s->mu, s->linear);
    double direction[KILN_MAX_Y], step = INFINITY, value, apart = 0.0;
    const int n = p->n_y;
    if (!kiln_i_softest(s, &plain, one->y, direction)) return 0;
    for (int i = 0; i < n; ++i)
        if (direction[i] != 0.0) step = fmin(step, 0.1 * one->y[i] / fabs(direction[i]));
    for (int i = 0; i < n; ++i) {
        other->y[i] = one->y[i] - step * direction[i];
        one->y[i] += step * direction[i];
    }
    if (kiln_i_newton_descend(s, &o, one->y, &value) != KILN_OK || kiln_i_newton_descend(s, &o, other->y, &value) != KILN_OK)
        return 0;
    for (int i = 0; i < n; ++i) apart = fmax(apart, fabs(one->y[i] - other->y[i]));
    other->phase = one->phase;
    other->amount = one->amount = 0.5 * one->amount;
    s->n_instances += apart > 1e-9;
    return apart > 1e-9;
}

static int all_are_stable(const kiln_solver *s)
{
    int stable = 1;
    for (int k = 0; k < s->n_instances; ++k) stable &= s->instances[k].is_stable;
    return stable;
}

static int split_unstable(kiln_solver *s)
{
    int done = 0;
    for (int k = s->n_instances - 1; k >= 0; --k)
        if (!s->instances[k].is_stable && s->n_instances < s->n_closed) done |= split_instance(s, k);
    return done;
}

/* To what distance phases present are first searched for a second minimum: beside a critical point it is all but as deep as the first. */
static double finest(const kiln_solver *s) { return fmax(1e-3 * s->options.tolerance_J_mol, rounding(s, s->mu)); }

/* Whether nothing lies below the plane at s->mu: by proof, to within its gap, and to `fine` the phases present that could be in two minds (without a proof all phases, to the
 * tolerance), priced from every start. What does lie below becomes a candidate. */
static kiln_status confirm(kiln_solver *s, double fine, int *confirmed, double *worst)
{
    const double tolerance = s->options.tolerance_J_mol;
    double present = 0.0;
    kiln_status status = KILN_OK;
    join_equal_instances(s);
    *worst = 0.0;
    s->certificate = (kiln_certificate){.phase = -1, .reason = "not asked for"};
    if (s->options.certify) status = prove(s, worst);
    if (status == KILN_OK && *worst >= -tolerance && !s->certificate.is_certified)
        status = generate(s, s->mu, 0.1 * tolerance, s->confirmation, ALL_PHASES, worst);
    for (int k = 0; status == KILN_OK && s->certificate.is_certified && k < s->n_instances; ++k)
        if (!s->has_one_minimum[s->instances[k].phase] && !kiln_i_is_convex_everywhere(s, s->instances[k].phase))
            status = generate_from(s, s->instances[k].phase, s->mu, 0.1 * fine, KILN_I_THOROUGH, &present);
    *worst = fmin(*worst, present);
    *confirmed = status == KILN_OK && *worst >= -tolerance && present >= -fine;
    return status;
}

/* The linear programme's own answer, for where Newton's is none: amounts below rounding (a trace of a second phase beside a nearly stoichiometric one,
 * without which the potentials would be wrong), or equations singular in floating point (a gap within some 1e-5 of its critical temperature). Its
 * energy is as good as the plane, its compositions only as good as the energy tells them apart. */
static kiln_status accept_programme(kiln_solver *s, const double *plane, int *confirmed, double *worst)
{
    instances_from_pool(s);
    memcpy(s->mu, plane, (size_t)s->n_closed * sizeof *plane);
    for (int k = 0; k < s->n_instances; ++k) kiln_i_instance_respond(s, &s->instances[k], 0);
    return confirm(s, s->options.tolerance_J_mol, confirmed, worst);
}

/* The phase that holds the composition at the least energy as the only instance; 0 if there is none. */
static int choose_host(kiln_solver *s)
{
    double least = INFINITY, *y = s->minima;
    int best = -1, last = -1;
    for (int phase = 0; phase < s->system->n_phases; ++phase) {
        if (!kiln_i_hold_of(s, phase)->is_possible) continue;
        const double energy = kiln_i_settle_alone(s, phase, NULL);
        last = phase;
        if (energy >= least) continue;
        least = energy;
        best = phase;
        memcpy(y, s->instances[0].y, (size_t)s->holds[phase].n_y * sizeof *y);
    }
    if (best < 0 || best == last) return best >= 0;
    return isfinite(kiln_i_settle_alone(s, best, y));
}

/* Instances to begin with: the last answer's phases, or one that holds everything. 0 if neither leads to a solution of the equilibrium equations. */
static int begin(kiln_solver *s)
{
    if (s->options.method == KILN_METHOD_NLOPT) return 0;
    return (s->has_answer && kiln_i_newton(s, s->system->total) == KILN_OK) || choose_host(s);
}

/* Distance of a candidate from the plane at s->mu, J per mole of closed components. */
static double candidate_distance(const kiln_solver *s, int column)
{
    double d = s->lp.cost[column];
    for (int c = 0; c < s->n_closed; ++c) d -= s->mu[c] * s->lp.column[c + s->n_closed * column];
    return d;
}

static int belongs_to_an_instance(kiln_solver *s, int column)
{
    for (int k = 0; k < s->n_instances; ++k)
        if (s->instances[k].phase == s->pool_phase[column] &&
            same_instance(s, s->pool_phase[column], s->instances[k].y, s->pool_y + (size_t)(s->max_y * column)))
            return 1;
    return 0;
}

/* Candidates from `first` on become instances with a small amount, the furthest below the plane first, as long as there may be more phases. Newton tells which of
 * them stay. */
static void admit(kiln_solver *s, int first)
{
    const double little = 1e-3;
    while (s->n_instances < s->n_closed) {
        double least = 0.0;
        int best = -1;
        for (int column = first; column < s->n_pool; ++column) {
            const double d = candidate_distance(s, column);
            if (d >= least || belongs_to_an_instance(s, column)) continue;
            least = d;
            best = column;
        }
        if (best < 0) return;
        place_column(s, best, little * kiln_i_total(s) / s->pool_sigma[best]);
    }
}

/* From one set of phases to the next: what lies below the plane of the present set joins it, Newton drops what does not stay, and the new set has a new plane. Where the
 * set is full the linear programme says what leaves. Few rounds suffice, or it is given up: *confirmed = 0. */
static kiln_status by_phase_sets(kiln_solver *s, int *rounds, int *confirmed, double *worst)
{
    const double tolerance = s->options.tolerance_J_mol;
    for (*rounds = 1; *rounds <= MAX_SETS; ++*rounds) {
        kiln_status status = add_instances(s);
        if (status != KILN_OK) return status;
        const int first = s->n_pool;
        status = s->options.certify ? generate(s, s->mu, 0.1 * tolerance, KILN_I_QUICK, ABSENT_PHASES, worst)
                                    : generate(s, s->mu, 0.1 * tolerance, KILN_I_USUAL, ALL_PHASES, worst);
        if (status != KILN_OK) return status;
        if (*worst >= -tolerance && all_are_stable(s) &&
            ((status = confirm(s, finest(s), confirmed, worst)) != KILN_OK || *confirmed))
            return status;
        if (split_unstable(s)) {
            /* Newton next */
        } else if (s->n_instances < s->n_closed) {
            admit(s, first);
        } else {
            if (kiln_i_pool_solve(s, s->mu) != KILN_OK) return KILN_OK;
            instances_from_pool(s);
        }
        if (kiln_i_newton(s, s->system->total) != KILN_OK) return KILN_OK;
    }
    return KILN_OK;
}

/* Column generation to ever closer planes, each tried as a start for Newton. */
static kiln_status by_programme(kiln_solver *s, int *rounds, int *confirmed, double *worst)
{
    const double tolerance = s->options.tolerance_J_mol;
    double enough = 0.02 * s->RT, plane[KILN_MAX_COMPONENTS];
    kiln_status status = seed_pool(s);
    for (int last = 0; status == KILN_OK && !last;) {
        const double least = finest(s);
        if ((status = refine_plane(s, plane, enough, KILN_I_USUAL, rounds, worst)) != KILN_OK) return status;
        const int plane_is_good = *worst >= -tolerance;
        last = *rounds >= s->options.max_rounds;
        instances_from_pool(s);
        memcpy(s->mu, plane, (size_t)s->n_closed * sizeof *plane);
        /* Newton may converge inside a spinodal, where beside a critical point no energy tells. */
        const int polished = polish(s) == KILN_OK && (s->options.method == KILN_METHOD_NLOPT || all_are_stable(s));
        if (polished) {
            if ((status = confirm(s, tolerance, confirmed, worst)) != KILN_OK || *confirmed) return status;
            if ((status = add_instances(s)) != KILN_OK) return status;
        }
        if (plane_is_good && (polished || last || enough <= least)) {
            if ((status = accept_programme(s, plane, confirmed, worst)) != KILN_OK || *confirmed) return status;
        }
        /* The set of phases was not yet right, or two compositions beside a critical point not yet told apart: a closer plane tells more. */
        enough = fmax(0.2 * enough, least);
    }
    return status;
}

static kiln_status find_equilibrium(kiln_solver *s, int *rounds, double *worst)
{
    int confirmed = 0;
    kiln_status status = kiln_i_refuse_empty_phases(s);
    if (status != KILN_OK) return status;
    kiln_i_pool_clear(s);
    *rounds = 0;
    if (begin(s)) status = by_phase_sets(s, rounds, &confirmed, worst);
    if (status == KILN_OK && !confirmed) status = by_programme(s, rounds, &confirmed, worst);
    if (status != KILN_OK || confirmed) return status;
    return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED,
                       "no equilibrium at %.2f K after %d rounds; a phase lies %.3g J/mol below the plane", s->system->T_K,
                       *rounds, -*worst);
}

static void describe_phase(const kiln_solver *s, const kiln_i_instance *k, kiln_equilibrium_phase *out)
{
    double amounts[KILN_MAX_COMPONENTS];
    memset(out, 0, sizeof *out);
    out->phase = k->phase;
    out->amount_mol = k->amount;
    out->component_mol = kiln_i_phase_amounts(s->system, k->phase, k->y, amounts);
    out->oxygen_mol = kiln_i_phase_oxygen(s->system, k->phase, k->y);
    for (int c = 0; c < s->n_closed; ++c) out->composition[c] = amounts[c] / out->component_mol;
    out->site_fractions = k->y;
    out->n_site_fractions = s->system->phases[k->phase].n_y;
}

/* G less mu.b, which is rounding, and what the plane was lowered by. */
static double certified_gap(const kiln_solver *s)
{
    double gap = 0.0;
    for (int k = 0; k < s->n_instances; ++k) gap += s->instances[k].amount * s->instances[k].w;
    for (int c = 0; c < s->n_closed; ++c) gap += s->system->total[c] * (s->options.certify_gap_J_mol - s->mu[c]);
    return gap;
}

static void describe(const kiln_solver *s, int rounds, double worst, kiln_equilibrium *out)
{
    memset(out, 0, sizeof *out);
    out->T_K = s->system->T_K;
    out->n_phases = s->n_instances;
    out->mu_is_unique = s->mu_is_unique;
    out->rounds = rounds;
    out->worst_J_mol = worst;
    out->certificate = s->certificate;
    for (int c = 0; c < s->n_closed; ++c) out->mu_J_mol[c] = s->mu[c];
    if (s->certificate.is_certified) out->certificate.gap_J_mol = certified_gap(s);
    for (int k = 0; k < s->system->n_open; ++k) out->mu_open_J_mol[k] = s->system->open[k].mu;
    for (int k = 0; k < s->n_instances; ++k) {
        const kiln_i_instance *i = &s->instances[k];
        describe_phase(s, i, &out->phase[k]);
        out->G_J_mol += i->amount * i->w;
        out->oxygen_mol += i->amount * out->phase[k].oxygen_mol;
        out->mass_g += i->amount * kiln_i_phase_mass(s->system, i->phase, i->y);
    }
    for (int k = 0; k < s->n_instances; ++k)
        out->phase[k].mass_fraction =
            s->instances[k].amount * kiln_i_phase_mass(s->system, s->instances[k].phase, s->instances[k].y) / out->mass_g;
}

kiln_status kiln_equilibrium_solve(kiln_solver *solver, double T_K, kiln_equilibrium *out)
{
    if (!solver) return KILN_E_ARG;
    if (!out || !isfinite(T_K) || T_K <= 0.0) return kiln_i_fail(solver->ctx, KILN_E_ARG, "T = %g K, or a NULL result", T_K);
    int rounds = 0;
    double worst = 0.0;
    kiln_i_system_set_temperature(solver->system, T_K);
    solver->RT = solver->system->R * T_K;
    kiln_status status = kiln_i_system_check_values(solver->system);
    if (status == KILN_OK) status = find_equilibrium(solver, &rounds, &worst);
    if (status == KILN_E_NOT_CONVERGED) {
        /* Constitutions remembered from elsewhere can mislead: once more without them. */
        kiln_i_forget(solver);
        status = find_equilibrium(solver, &rounds, &worst);
    }
    if (status != KILN_OK && status != KILN_E_NOT_CONVERGED) return status;
    if (status != KILN_OK) solver->certificate = (kiln_certificate){.phase = -1, .reason = "no equilibrium was found"};
    describe(solver, rounds, worst, out);
    if (!isfinite(out->G_J_mol) && status == KILN_OK) {
        kiln_i_forget(solver); /* or what is no number would be where the next begins */
        return kiln_i_fail(solver->ctx, KILN_E_NOT_CONVERGED, "the energy at %.2f K is not a number", T_K);
    }
    solver->has_answer = status == KILN_OK;
    for (int k = 0; status == KILN_OK && k < solver->n_instances; ++k)
        kiln_i_remember(solver, solver->instances[k].phase, solver->instances[k].y);
    return status;
}

int kiln_system_site(const kiln_system *system, int phase, int i, const char **sublattice, const char **constituent)
{
    if (phase < 0 || phase >= system->n_phases || i < 0 || i >= system->phases[phase].n_y) return 0;
    const kiln_i_mphase *p = &system->phases[phase];
    if (sublattice) *sublattice = system->db->phases[p->source].sublattices[p->sublattice[i]].name;
    if (constituent) *constituent = system->db->species[p->species[i]].name;
    return 1;
}
