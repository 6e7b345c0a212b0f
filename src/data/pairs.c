#include <kiln/pairs.h>

#include "core/context.h"
#include "data/database.h"

#include <math.h>
#include <string.h>

const char *kiln_pair_kind_text(kiln_pair_kind kind)
{
    static const char *const names[] = {"missing", "given", "ideal", "default", "conditional"};
    return (unsigned)kind <= KILN_PAIR_CONDITIONAL ? names[kind] : "";
}

int kiln_database_mixing_sublattice(const kiln_database *db, int phase)
{
    int best = -1, most = 1;
    if (!db || phase < 0 || phase >= db->n_phases) return -1;
    for (int s = 0; s < db->phases[phase].n_sublattices; ++s) {
        if (db->phases[phase].sublattices[s].n_constituents <= most) continue;
        most = db->phases[phase].sublattices[s].n_constituents;
        best = s;
    }
    return best;
}

/* Is the entry about these two, whatever else stands where? */
static int names_pair(const kiln_i_parameter *p, int s, int a, int b)
{
    return p->kind == KILN_PARAMETER_G && p->n_at[s] == 2 &&
           ((p->at[s][0] == a && p->at[s][1] == b) || (p->at[s][0] == b && p->at[s][1] == a));
}

/* Whether it counts only where another sublattice, which has a choice, is occupied as it says. */
static int is_conditional(const kiln_i_phase *phase, const kiln_i_parameter *p, int s)
{
    for (int k = 0; k < phase->n_sublattices; ++k)
        if (k != s && p->n_at[k] > 0 && phase->sublattices[k].n_constituents > 1) return 1;
    return 0;
}

static int rests_on_estimates(const kiln_database *db, int function)
{
    const kiln_i_function *f = &db->functions[function];
    if (f->status == KILN_VALUE_ESTIMATED) return 1;
    for (int r = 0; r < f->n_references; ++r)
        if (rests_on_estimates(db, f->references[r].function)) return 1;
    return 0;
}

static int has_own_terms(const kiln_i_function *f)
{
    for (int k = 0; k < f->n_pieces; ++k)
        if (f->pieces[k].n_terms > 0 || f->steps) return 1;
    return 0;
}

/* The function that says where the value comes from: an entry that only names another leaves that to it. */
static int origin_of(const kiln_database *db, int function)
{
    const kiln_i_function *f = &db->functions[function];
    while (!has_own_terms(f) && f->n_references == 1 && db->functions[f->references[0].function].source >= 0) {
        function = f->references[0].function;
        f = &db->functions[function];
    }
    return function;
}

static kiln_status describe(const kiln_database *db, kiln_context *ctx, int phase, int s, int i, double T_K, kiln_pair *out)
{
    double value, sigma;
    kiln_function_info info;
    const kiln_i_parameter *p = &db->phases[phase].parameters[i];
    kiln_status status = kiln_database_parameter_value(db, ctx, phase, i, T_K, &value, &sigma);
    if (status == KILN_OK) status = kiln_database_function(db, origin_of(db, p->function), &info);
    if (status != KILN_OK) return status;
    const double per_site = p->scale / db->phases[phase].sublattices[s].sites;
    out->kind = p->is_ideal ? KILN_PAIR_IDEAL : p->is_default ? KILN_PAIR_DEFAULT : KILN_PAIR_GIVEN;
    out->parameter = i;
    out->L0_J_mol = per_site * value;
    out->sigma_J_mol = sigma < 0.0 ? -1.0 : per_site * sigma;
    out->is_estimated = p->is_default || rests_on_estimates(db, p->function);
    out->provenance = info.provenance;
    return KILN_OK;
}

static kiln_status find(const kiln_database *db, kiln_context *ctx, int phase, int s, int a, int b, double T_K, kiln_pair *out)
{
    const kiln_i_phase *p = &db->phases[phase];
    *out = (kiln_pair){.a = db->species[a].name,
                       .b = db->species[b].name,
                       .parameter = -1,
                       .sigma_J_mol = -1.0,
                       .provenance = {.sigma_J_mol = -1.0, .status = kiln_i_value_status_text(KILN_VALUE_UNSTATED)}};
    for (int i = 0; i < p->n_parameters; ++i) {
        const kiln_i_parameter *entry = &p->parameters[i];
        if (!names_pair(entry, s, a, b)) continue;
        if (entry->order > 0) ++out->n_higher;
        else if (is_conditional(p, entry, s)) out->kind = out->parameter < 0 ? KILN_PAIR_CONDITIONAL : out->kind;
        else {
            const kiln_status status = describe(db, ctx, phase, s, i, T_K, out);
            if (status != KILN_OK) return status;
        }
    }
    return KILN_OK;
}

kiln_status kiln_database_pairs(const kiln_database *db, kiln_context *ctx, int phase, int sublattice, int n,
                                const int *constituent, double T_K, kiln_pair *out)
{
    if (!db || !ctx) return KILN_E_ARG;
    if (!constituent || !out || phase < 0 || phase >= db->n_phases || sublattice < 0 ||
        sublattice >= db->phases[phase].n_sublattices || n < 2 || !(isfinite(T_K) && T_K > 0.0))
        return kiln_i_fail(ctx, KILN_E_ARG, "pairs of %d constituents at %g K", n, T_K);
    const kiln_i_sublattice *s = &db->phases[phase].sublattices[sublattice];
    for (int i = 0; i < n; ++i)
        if (constituent[i] < 0 || constituent[i] >= s->n_constituents)
            return kiln_i_fail(ctx, KILN_E_ARG, "constituent %d of %d", constituent[i], s->n_constituents);
    for (int i = 1; i < n; ++i)
        for (int j = 0; j < i; ++j) {
            const kiln_status status = find(db, ctx, phase, sublattice, s->constituents[constituent[j]],
                                            s->constituents[constituent[i]], T_K, &out[i * (i - 1) / 2 + j]);
            if (status != KILN_OK) return status;
        }
    return KILN_OK;
}
