#include "predict/members.h"

#include "core/context.h"

#include <stdio.h>
#include <string.h>

static int add_element(kiln_composition *mix, const kiln_component *from, double share)
{
    int i = 0;
    while (i < mix->n && mix->component[i].z != from->z) ++i;
    if (i == KILN_MAX_COMPONENTS) return 0;
    if (i == mix->n) {
        mix->component[mix->n++] = *from;
        mix->component[i].amount = 0.0;
    }
    mix->component[i].amount += share * from->amount;
    return 1;
}

/* All as written: what the atmosphere supplies among them only shifts the composition that a system begins with. */
static double cations_of(const kiln_composition *x)
{
    double sum = 0.0;
    for (int i = 0; i < x->n; ++i)
        if (!x->component[i].is_anion) sum += x->component[i].amount;
    return sum;
}

kiln_status kiln_i_members_mix(kiln_context *ctx, int n, const kiln_composition *const *member, const double *parts,
                               kiln_composition *out)
{
    memset(out, 0, sizeof *out);
    out->by_components = 1;
    for (int m = 0; m < n; ++m) {
        const kiln_composition *x = member[m];
        const double cations = cations_of(x), share = parts ? parts[m] : 1.0 / n;
        if (!(cations > 0.0)) return kiln_i_fail(ctx, KILN_E_ARG, "%s holds no cation: an end member needs one", x->canonical);
        for (int i = 0; i < x->n; ++i)
            if (!add_element(out, &x->component[i], share / cations))
                return kiln_i_fail(ctx, KILN_E_ARG, "%s: at most %d elements together with the other end members", x->canonical,
                                   (int)KILN_MAX_COMPONENTS);
        out->by_components &= x->by_components;
        out->anions_per_cation += share * x->anions_per_cation;
        out->charge_imbalance += share * x->charge_imbalance / cations;
        const size_t used = strlen(out->canonical);
        snprintf(out->canonical + used, sizeof out->canonical - used, "%s%.120s", m ? " - " : "", x->canonical);
    }
    for (int i = 0; i < out->n; ++i) out->component[i].group = out->component[i].is_anion;
    out->n_groups = 2;
    return KILN_OK;
}

kiln_status kiln_i_member_amounts(const kiln_system *system, const kiln_composition *member, double *amount)
{
    double cations = 0.0;
    for (int c = 0; c < system->n_closed; ++c) {
        amount[c] = 0.0;
        for (int i = 0; i < member->n; ++i)
            if (member->component[i].z == system->closed[c]) amount[c] = member->component[i].amount;
        if (system->is_cation[c]) cations += amount[c];
    }
    if (!(cations > 0.0))
        return kiln_i_fail(system->ctx, KILN_E_ARG, "%s has no cation besides what the atmosphere fixes", member->canonical);
    for (int c = 0; c < system->n_closed; ++c) amount[c] /= cations;
    return KILN_OK;
}
