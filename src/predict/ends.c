#include "predict/window_solver.h"

#include <math.h>
#include <string.h>

const char *kiln_end_kind_text(kiln_end_kind kind)
{
    static const char *const text[] = {"phase", "demixing", "liquid", "reduction", "validity", "search_limit"};
    return (unsigned)kind < sizeof text / sizeof *text ? text[kind] : "unknown";
}

static void describe_limit(const kiln_window_solver *w, int phase, const kiln_i_rival *rival, double share, kiln_limit_phase *out)
{
    double cations = 0.0;
    memset(out, 0, sizeof *out);
    out->phase = phase;
    out->share = share;
    for (int c = 0; c < w->system->n_closed; ++c) {
        out->composition[c] = rival->n[c];
        if (w->system->is_cation[c]) cations += rival->n[c] * rival->sigma;
    }
    out->oxygen_per_cation = cations > 0.0 ? kiln_i_phase_oxygen(w->system, phase, rival->y) / cations : 0.0;
}

/* The competitor at its crossing, or the largest members of the set. */
static void describe_limits(kiln_window_solver *w, int competitor, kiln_window_end *end)
{
    const kiln_i_rivals *r = &w->rivals;
    end->n_limits = 0;
    if (competitor < w->system->n_phases) {
        w->limit_y[0] = r->rival[competitor].y;
        describe_limit(w, competitor, &r->rival[competitor], 1.0, &end->limit[end->n_limits++]);
        return;
    }
    /* other phases first: what appears matters more than what the target becomes */
    for (int own = 0; own <= 1; ++own)
        for (int l = 0; l < r->n_set && end->n_limits < KILN_MAX_LIMITS; ++l) {
            if ((r->set_phase[l] == w->target.phase) != own) continue;
            w->limit_y[end->n_limits] = r->set[l].y;
            describe_limit(w, r->set_phase[l], &r->set[l], r->set_share[l], &end->limit[end->n_limits++]);
        }
}

/* Charge lost by the cations on going from the target into the limiting set, per mole of closed components: > 0 is reduction. Elements whose charge a phase does not
 * tell are left out. */
static double charge_lost(const kiln_window_solver *w, const kiln_window_end *end)
{
    double lost = 0.0;
    for (int l = 0; l < end->n_limits; ++l) {
        const kiln_limit_phase *limit = &end->limit[l];
        for (int c = 0; c < w->system->n_closed; ++c) {
            int known_here, known_there;
            const int z = w->system->closed[c];
            if (!w->system->is_cation[c]) continue;
            const double here = kiln_i_phase_valence(w->system, w->target.phase, w->target.y, z, &known_here);
            const double there = kiln_i_phase_valence(w->system, limit->phase, w->limit_y[l], z, &known_there);
            if (known_here && known_there) lost += limit->share * limit->composition[c] * (here - there);
        }
    }
    return lost;
}

/* A set that holds another composition of the target beside other phases is named after those. Heating releases oxygen, never cooling: where a low end lowers
 * the mean charge in what appears, the rest gains it. */
static kiln_end_kind kind_of(const kiln_window_solver *w, const kiln_window_end *end, int is_high)
{
    const double noticeable = 0.05;
    int others = 0;
    for (int l = 0; l < end->n_limits; ++l) {
        const kiln_i_mphase *p = &w->system->phases[end->limit[l].phase];
        others += end->limit[l].phase != w->target.phase;
        if (w->system->db->phases[p->source].role == KILN_ROLE_LIQUID) return KILN_END_LIQUID;
    }
    if (others == 0) return KILN_END_DEMIXING;
    return is_high && charge_lost(w, end) > noticeable ? KILN_END_REDUCTION : KILN_END_PHASE;
}

/* Whether any function behind the phase, however deep, is used outside its stated validity at T. */
static int extrapolated(const kiln_window_solver *w, int phase, double T_K)
{
    double low, high;
    kiln_i_window_validity(w, phase, &low, &high);
    return T_K < low || T_K > high;
}

static void describe_target(const kiln_window_solver *w, kiln_window_end *end)
{
    const kiln_i_target *t = &w->target;
    double cations = 0.0;
    for (int c = 0; c < w->system->n_closed; ++c) {
        end->valence[c] = kiln_i_phase_valence(w->system, t->phase, t->y, w->system->closed[c], NULL);
        if (w->system->is_cation[c]) cations += t->n[c];
    }
    end->oxygen_per_cation = kiln_i_phase_oxygen(w->system, t->phase, t->y) / cations;
    end->is_extrapolated = extrapolated(w, t->phase, end->T_K);
}

kiln_status kiln_i_window_describe_end(kiln_window_solver *w, int crossing, double T_K, kiln_end_kind otherwise,
                                       kiln_window_end *end)
{
    const int P = w->system->n_phases;
    end->T_K = T_K;
    end->kind = otherwise;
    kiln_i_crossing *c = crossing >= 0 ? &w->crossings[crossing] : NULL;
    kiln_status status = KILN_OK;
    if (c && w->options.ends_only) { /* else its slope is known with the sensitivities */
        status = kiln_i_window_slope(w, c);
    } else {
        status = kiln_i_target_solve(&w->target, T_K, 0);
        if (status == KILN_OK && c)
            status = c->competitor == P ? kiln_i_rivals_solve(&w->rivals, KILN_I_USUAL)
                                        : kiln_i_rival_solve(&w->rivals, c->competitor, KILN_I_USUAL);
    }
    if (status != KILN_OK) return status;
    describe_target(w, end);
    if (!c) return KILN_OK;
    end->slope_J_molK = c->slope;
    describe_limits(w, c->competitor, end);
    for (int l = 0; l < end->n_limits; ++l) end->is_extrapolated |= extrapolated(w, end->limit[l].phase, T_K);
    end->kind = kind_of(w, end, !c->from_below);
    return KILN_OK;
}

kiln_status kiln_i_window_second_phases(kiln_window_solver *w, double T_K, double *fraction, int *second)
{
    kiln_equilibrium e;
    const kiln_status status = kiln_equilibrium_solve(w->solver, T_K, &e);
    if (status != KILN_OK) return status;
    int target = -1, next = -1;
    for (int k = 0; k < e.n_phases; ++k)
        if (e.phase[k].phase == w->target.phase && (target < 0 || e.phase[k].mass_fraction > e.phase[target].mass_fraction))
            target = k;
    for (int k = 0; k < e.n_phases; ++k)
        if (k != target && (next < 0 || e.phase[k].mass_fraction > e.phase[next].mass_fraction)) next = k;
    *fraction = target >= 0 ? 1.0 - e.phase[target].mass_fraction : 1.0;
    if (second) *second = next >= 0 ? e.phase[next].phase : -1;
    return KILN_OK;
}

/* Where the fraction passes `wanted` between a (below it) and b (above): regula falsi with the Illinois weight, to 0.01 K. */
static kiln_status find_detected(kiln_window_solver *w, double wanted, double a, double fa, double b, double fb, double *T_K)
{
    fa -= wanted;
    fb -= wanted;
    for (int side = 0; fabs(b - a) > 0.01;) {
        double T = (a * fb - b * fa) / (fb - fa), f;
        /* a step into the interval by half the tolerance, so that the bracket closes from both sides */
        if (fabs(T - a) < 0.004) T = a + (b > a ? 0.004 : -0.004);
        if (fabs(T - b) < 0.004) T = b + (a > b ? 0.004 : -0.004);
        const kiln_status status = kiln_i_window_second_phases(w, T, &f, NULL);
        if (status != KILN_OK) return status;
        f -= wanted;
        if (f < 0.0) {
            a = T;
            fa = f;
            if (side == -1) fb *= 0.5;
            side = -1;
        } else {
            b = T;
            fb = f;
            if (side == 1) fa *= 0.5;
            side = 1;
        }
    }
    *T_K = 0.5 * (a + b);
    return KILN_OK;
}

kiln_status kiln_i_window_detect(kiln_window_solver *w, double T_end, double T_stop, kiln_window_end *end)
{
    const double wanted = w->options.detect_mass_fraction, direction = T_stop < T_end ? -1.0 : 1.0;
    /* small first steps where another window is near: the gap between them must not be stepped over */
    double inside = T_end, within = 0.0, step = fmin(16.0, 0.125 * fabs(T_stop - T_end));
    end->has_detected = 0;
    for (;;) {
        double outside = inside + direction * step, fraction;
        if ((outside - T_stop) * direction > 0.0) outside = T_stop;
        if (fabs(outside - inside) < 1e-9) return KILN_OK;
        kiln_status status = kiln_i_window_second_phases(w, outside, &fraction, NULL);
        if (status != KILN_OK) return status;
        if (fraction >= wanted) {
            end->has_detected = 1;
            return find_detected(w, wanted, inside, within, outside, fraction, &end->detected_K);
        }
        inside = outside;
        within = fraction;
        step *= 2.0;
    }
}

/* The limit crossed between two scan temperatures, with the second phase on the far side. */
static kiln_status cross_limit(kiln_window_solver *w, double seen_below, double f_below, double seen, double f_seen, double *T_K,
                               int *phase)
{
    const double beyond_K = 0.5;
    const kiln_status status = find_detected(w, w->options.detect_mass_fraction, seen_below, f_below, seen, f_seen, T_K);
    if (status != KILN_OK) return status;
    /* just beyond: further away others may have taken over */
    const double far_K = seen > *T_K ? fmin(*T_K + beyond_K, seen) : fmax(*T_K - beyond_K, seen);
    return kiln_i_window_second_phases(w, far_K, &f_seen, phase);
}

/* A first look without a proof: that it is multiphase is the rule here and claims nothing, what looks single is solved again with its proof. */
static kiln_status look_for_single(kiln_window_solver *w, double T_K, double *fraction)
{
    const int certify = w->solver->options.certify;
    w->solver->options.certify = 0;
    kiln_status status = kiln_i_window_second_phases(w, T_K, fraction, NULL);
    w->solver->options.certify = certify;
    if (status == KILN_OK && certify && *fraction < w->options.detect_mass_fraction)
        status = kiln_i_window_second_phases(w, T_K, fraction, NULL);
    return status;
}

kiln_status kiln_i_window_apparent(kiln_window_solver *w, kiln_window *out)
{
    const double limit = w->options.detect_mass_fraction;
    double before = 1.0;
    kiln_apparent_range *open = NULL;
    for (int i = 0; i < w->n_nodes; ++i) {
        const double T = w->nodes[i].T_K;
        double fraction;
        kiln_status status = look_for_single(w, T, &fraction);
        if (status != KILN_OK) return status;
        if (fraction < limit && !open) {
            if (out->n_apparent == KILN_MAX_RANGES) return KILN_OK;
            open = &out->apparent[out->n_apparent++];
            *open = (kiln_apparent_range){.low_K = T, .low_phase = -1, .high_phase = -1, .low_is_limited = i > 0};
            if (i > 0) status = cross_limit(w, T, fraction, w->nodes[i - 1].T_K, before, &open->low_K, &open->low_phase);
        } else if (fraction >= limit && open) {
            open->high_is_limited = 1;
            status = cross_limit(w, w->nodes[i - 1].T_K, before, T, fraction, &open->high_K, &open->high_phase);
            open = NULL;
        }
        if (status != KILN_OK) return status;
        if (open) open->high_K = T;
        before = fraction;
    }
    return KILN_OK;
}
