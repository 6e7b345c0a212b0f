#include "model/system.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/compile.h"

#include <math.h>
#include <string.h>

kiln_status kiln_system_options_init(kiln_system_options *options, uint32_t version)
{
    if (!options || version != KILN_SYSTEM_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_system_options){.version = version, .allow_estimates = 1, .pressure_bar = 1.0, .R_J_molK = KILN_R};
    return KILN_OK;
}

/* Within 10 % of 1 bar, as 101325 Pa are, pressure says nothing of condensed phases. */
static const double NEAR_1_BAR = 0.1;

/* Open structs may hold anything: what the solver could not survive is refused here. */
static kiln_status check_inputs(kiln_context *ctx, const kiln_composition *x, const kiln_atmosphere *a)
{
    if (x->n < 1 || x->n > KILN_MAX_COMPONENTS)
        return kiln_i_fail(ctx, KILN_E_ARG, "a composition of %d elements: expected 1 to %d", x->n, (int)KILN_MAX_COMPONENTS);
    for (int i = 0; i < x->n; ++i) {
        const kiln_component *c = &x->component[i];
        if (c->z < 1 || c->z > KILN_MAX_Z || !isfinite(c->amount) || c->amount < 0.0)
            return kiln_i_fail(ctx, KILN_E_ARG, "component %d: element %d, amount %g mol", i, c->z, c->amount);
        for (int j = 0; j < i; ++j)
            if (x->component[j].z == c->z && x->component[j].group == c->group)
                return kiln_i_fail(ctx, KILN_E_ARG, "%s stands twice in the composition", kiln_i_element_symbol(c->z));
    }
    const double given = a->control == KILN_OXYGEN_PRESSURE ? a->po2_bar : (a->control == KILN_OXYGEN_CLOSED ? 1.0 : a->ratio);
    if (!(given > 0.0) || !isfinite(given) || !(a->pco2_bar >= 0.0) || !(a->ph2o_bar >= 0.0) || !isfinite(a->pco2_bar) ||
        !isfinite(a->ph2o_bar))
        return kiln_i_fail(ctx, KILN_E_ARG, "atmosphere: p(O2) %g bar, ratio %g, p(CO2) %g bar, p(H2O) %g bar", a->po2_bar,
                           a->ratio, a->pco2_bar, a->ph2o_bar);
    return KILN_OK;
}

kiln_status kiln_i_system_options_check(kiln_context *ctx, const kiln_system_options *o)
{
    if (o->version != KILN_SYSTEM_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if (!(o->pressure_bar > 0.0 && isfinite(o->pressure_bar)))
        return kiln_i_fail(ctx, KILN_E_ARG, "a pressure of %g bar: expected one above 0", o->pressure_bar);
    if (!(o->R_J_molK >= 8.3 && o->R_J_molK <= 8.33))
        return kiln_i_fail(ctx, KILN_E_ARG, "a gas constant of %g J/mol/K: expected 8.3 to 8.33", o->R_J_molK);
    if (o->n_fixed < 0 || o->n_fixed > KILN_MAX_FIXED)
        return kiln_i_fail(ctx, KILN_E_ARG, "%d potentials given: expected 0 to %d", o->n_fixed, (int)KILN_MAX_FIXED);
    for (int k = 0; k < o->n_fixed; ++k) {
        const kiln_fixed_potential *f = &o->fixed[k];
        if (f->z < 1 || f->z > KILN_MAX_Z ||
            !(f->is_activity ? f->value > 0.0 && isfinite(log(f->value)) : fabs(f->value) <= KILN_MOST_POTENTIAL))
            return kiln_i_fail(ctx, KILN_E_ARG, "potential %d: element %d, value %g", k, f->z, f->value);
    }
    return KILN_OK;
}

/* A gas is fixed by the atmosphere, if there is one; of what is known for its entropy only there is no Gibbs energy to compare. */
static int takes_part(const kiln_system *system, const kiln_i_phase *phase)
{
    return (phase->role != KILN_ROLE_GAS || system->atmosphere.control == KILN_OXYGEN_CLOSED) &&
           phase->quality != KILN_QUALITY_ENTROPY_ONLY;
}

/* Whether a phase holds element z, or holds it as (part of) an anion. */
static int phase_holds(const kiln_database *db, const kiln_i_phase *phase, int z, int as_anion)
{
    for (int s = 0; s < phase->n_sublattices; ++s)
        for (int c = 0; c < phase->sublattices[s].n_constituents; ++c) {
            const kiln_i_species *species = &db->species[phase->sublattices[s].constituents[c]];
            for (int e = 0; e < species->n_elements; ++e)
                if (species->element[e] == z && (!as_anion || species->charge < 0.0)) return 1;
        }
    return 0;
}

int kiln_i_database_holds(const kiln_system *system, int z)
{
    const kiln_database *db = system->db;
    for (int i = 0; i < db->n_phases; ++i)
        if (takes_part(system, &db->phases[i]) && phase_holds(db, &db->phases[i], z, 0)) return 1;
    return 0;
}

static int is_written(const kiln_composition *x, int z)
{
    for (int i = 0; i < x->n; ++i)
        if (x->component[i].z == z && x->component[i].amount > 0.0) return 1;
    return 0;
}

/* Closed components in the composition's order, normalised to one mole of closed cations. */
static kiln_status set_closed_components(kiln_system *system)
{
    const kiln_composition *x = &system->composition;
    double cations = 0.0;
    for (int i = 0; i < x->n; ++i) {
        const kiln_component *e = &x->component[i];
        int c = 0;
        if (kiln_i_is_open(system, e->z) || e->amount <= 0.0) continue;
        while (c < system->n_closed && system->closed[c] != e->z) ++c; /* Fe of Fe[Fe(CN)6] stands on two sublattices */
        if (c == system->n_closed) {
            system->closed[c] = e->z;
            system->is_cation[c] = !e->is_anion;
            system->total[system->n_closed++] = 0.0;
        }
        system->total[c] += e->amount;
        if (!e->is_anion) cations += e->amount;
    }
    if (cations <= 0.0)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "%s has no cation besides what the atmosphere fixes", x->canonical);
    for (int c = 0; c < system->n_closed; ++c) system->total[c] /= cations;
    system->formula_scale = cations;
    return KILN_OK;
}

static int named(const char *name, const char *const *list, int n)
{
    for (int i = 0; i < n; ++i)
        if (strcmp(name, list[i]) == 0) return 1;
    return 0;
}

static kiln_status check_names(const kiln_system *system, const char *const *list, int n)
{
    for (int i = 0; i < n; ++i)
        if (kiln_i_database_find_phase(system->db, list[i]) < 0)
            return kiln_i_fail(system->ctx, KILN_E_ARG, "database %s has no phase '%s'", system->db->name, list[i]);
    return KILN_OK;
}

static int variable_of(const kiln_i_mphase *p, int sublattice, int species)
{
    for (int i = 0; i < p->n_y; ++i)
        if (p->species[i] == species && p->sublattice[i] == sublattice) return i;
    return -1;
}

/* For which variables some entry of the phase names two, and only them, as interacting on their sublattice: is_given [n_y x n_y]. What default_pair made is none, but where estimates
 * are allowed the value of a law is. */
static void list_given(const kiln_database *db, const kiln_i_mphase *p, int allow, unsigned char *is_given)
{
    const kiln_i_phase *phase = &db->phases[p->source];
    memset(is_given, 0, (size_t)(p->n_y * p->n_y));
    for (int k = 0; k < phase->n_parameters; ++k) {
        const kiln_i_parameter *entry = &phase->parameters[k];
        if (entry->kind != KILN_PARAMETER_G || (entry->is_default && !(allow && db->functions[entry->function].estimate)))
            continue;
        for (int s = 0; s < phase->n_sublattices; ++s) {
            if (entry->n_at[s] != 2) continue;
            const int i = variable_of(p, s, entry->at[s][0]), j = i >= 0 ? variable_of(p, s, entry->at[s][1]) : -1;
            if (j >= 0) is_given[i + p->n_y * j] = is_given[j + p->n_y * i] = 1;
        }
    }
}

static kiln_status note_missing(kiln_system *system, int phase, int allow, int i, int j, int *room)
{
    const kiln_i_mphase *p = &system->phases[phase];
    const kiln_i_phase *source = &system->db->phases[p->source];
    if (!allow)
        return kiln_i_fail(system->ctx, KILN_E_MISSING, "database %s: phase %s has no interaction between %s and %s on %s",
                           system->db->name, source->name, system->db->species[p->species[i]].name,
                           system->db->species[p->species[j]].name, source->sublattices[p->sublattice[i]].name);
    if (system->n_missing == *room) {
        const int more = 2 * *room + 16;
        if (!kiln_i_grow(system->ctx, &system->missing, (size_t)*room, (size_t)more, sizeof *system->missing))
            return kiln_i_fail(system->ctx, KILN_E_NOMEM, "list of missing pairs");
        *room = more;
    }
    system->missing[system->n_missing++] = (kiln_i_missing_pair){phase, p->sublattice[i], {p->species[i], p->species[j]}};
    return KILN_OK;
}

static kiln_status find_missing(kiln_system *system, int allow)
{
    unsigned char is_given[KILN_MAX_Y * KILN_MAX_Y];
    int room = 0;
    for (int phase = 0; phase < system->n_phases; ++phase) {
        const kiln_i_mphase *p = &system->phases[phase];
        if (system->db->phases[p->source].role == KILN_ROLE_GAS) continue; /* ideal by its nature */
        list_given(system->db, p, allow, is_given);
        for (int i = 0; i < p->n_y; ++i)
            for (int j = i + 1; j < p->n_y; ++j) {
                if (p->sublattice[i] != p->sublattice[j] || is_given[i + p->n_y * j]) continue;
                const kiln_status status = note_missing(system, phase, allow, i, j, &room);
                if (status != KILN_OK) return status;
            }
    }
    return KILN_OK;
}

/* Whether the composition as written has every element that is an anion in the phase, and none that the phase lacks: an oxide is neither an
 * oxyfluoride nor an alloy, though the gas may supply its oxygen. */
static int is_kin(const kiln_system *system, const kiln_i_phase *phase)
{
    const kiln_composition *x = &system->composition;
    for (int i = 0; i < x->n; ++i)
        if (x->component[i].amount > 0.0 && !phase_holds(system->db, phase, x->component[i].z, x->component[i].is_anion))
            return 0;
    for (int s = 0; s < phase->n_sublattices; ++s)
        for (int c = 0; c < phase->sublattices[s].n_constituents; ++c) {
            const kiln_i_species *ion = &system->db->species[phase->sublattices[s].constituents[c]];
            for (int e = 0; ion->charge < 0.0 && e < ion->n_elements; ++e)
                if (!is_written(x, ion->element[e])) return 0;
        }
    return 1;
}

/* Whether phase i of the database, which takes no part, could hold the composition by itself. */
static kiln_status could_hold(kiln_system *system, int i, kiln_i_compiler *c, int *holds)
{
    kiln_i_mphase p;
    const kiln_status status = kiln_i_phase_compile(c, i, &p, holds);
    if (status == KILN_OK && *holds) *holds = kiln_i_phase_can_hold(system, &p, &c->lp, system->total);
    kiln_i_mphase_destroy(system->ctx, &p);
    return status;
}

static kiln_status find_entropy_only(kiln_system *system, kiln_i_compiler *c)
{
    system->entropy_only = -1;
    for (int i = 0; i < system->db->n_phases; ++i) {
        int holds = 0;
        const kiln_i_phase *phase = &system->db->phases[i];
        if (phase->quality != KILN_QUALITY_ENTROPY_ONLY || !is_kin(system, phase)) continue;
        const kiln_status status = could_hold(system, i, c, &holds);
        if (status != KILN_OK) return status;
        if (!holds) continue;
        system->entropy_only = i;
        return KILN_OK;
    }
    return KILN_OK;
}

kiln_status kiln_system_check_energies(const kiln_system *system)
{
    if (!system || system->entropy_only < 0) return KILN_OK;
    const kiln_i_phase *phase = &system->db->phases[system->entropy_only];
    return kiln_i_fail(system->ctx, KILN_E_MISSING, "%s: database %s knows %s for its entropy only: %s",
                       system->composition.canonical, system->db->name, phase->label, phase->note);
}

static kiln_status compile_phases(kiln_system *system, const kiln_system_options *o)
{
    kiln_i_compiler c;
    kiln_status status = kiln_i_compiler_create(system, &c);
    if (status != KILN_OK) return status;
    if (!(system->phases = kiln_i_calloc(system->ctx, (size_t)system->db->n_phases + 1, sizeof *system->phases))) {
        status = kiln_i_fail(system->ctx, KILN_E_NOMEM, "phases");
        goto done;
    }
    for (int i = 0; i < system->db->n_phases; ++i) {
        const kiln_i_phase *phase = &system->db->phases[i];
        kiln_i_mphase *p = &system->phases[system->n_phases];
        int exists;
        if (!takes_part(system, phase) || named(phase->name, o->without, o->n_without)) continue;
        if (o->n_only > 0 && !named(phase->name, o->only, o->n_only)) continue;
        status = kiln_i_phase_compile(&c, i, p, &exists);
        if (status != KILN_OK || !exists) kiln_i_mphase_destroy(system->ctx, p);
        if (status != KILN_OK) goto done;
        if (!exists) continue;
        p->can_host = kiln_i_phase_can_hold(system, p, &c.lp, system->total);
        if (p->n_y > system->max_y) system->max_y = p->n_y;
        if (p->n_constraints > system->max_constraints) system->max_constraints = p->n_constraints;
        ++system->n_phases;
    }
    status = find_entropy_only(system, &c);
done:
    kiln_i_compiler_destroy(&c);
    return status;
}

/* Every closed component must occur in some phase, or no equilibrium exists. */
static kiln_status check_coverage(const kiln_system *system)
{
    for (int c = 0; c < system->n_closed; ++c) {
        int found = 0;
        for (int i = 0; i < system->n_phases && !found; ++i) {
            const kiln_i_mphase *p = &system->phases[i];
            found = p->amount_0[c] > 0.0;
            for (int y = 0; y < p->n_y && !found; ++y) found = p->amount[c + system->n_closed * y] > 0.0;
        }
        if (!found && system->entropy_only >= 0) return kiln_system_check_energies(system);
        if (!found)
            return kiln_i_fail(system->ctx, KILN_E_MISSING,
                               kiln_i_database_holds(system, system->closed[c])
                                   ? "database %s has no phase that holds %s with these elements and in this atmosphere"
                                   : "database %s has no phase that holds %s",
                               system->db->name, kiln_i_element_symbol(system->closed[c]));
    }
    return KILN_OK;
}

/* A potential of what no phase holds would be a condition without effect. */
static kiln_status check_fixed(const kiln_system *system, const kiln_system_options *o)
{
    for (int k = 0; k < o->n_fixed; ++k)
        if (!kiln_i_database_holds(system, o->fixed[k].z))
            return kiln_i_fail(system->ctx, KILN_E_MISSING,
                               "a potential of %s is given, but database %s has no phase that holds it",
                               kiln_i_element_symbol(o->fixed[k].z), system->db->name);
    return KILN_OK;
}

/* Pressure changes an ideal gas; of condensed phases no volume is known. */
static kiln_status check_pressure(const kiln_system *system)
{
    for (int i = 0; i < system->n_phases; ++i)
        if (system->phases[i].gas > 0.0) return KILN_OK;
    if (fabs(system->log_P) < NEAR_1_BAR) return KILN_OK;
    return kiln_i_fail(
        system->ctx, KILN_E_ARG,
        "a pressure of %g bar: no gas phase takes part here, and what pressure does to condensed phases is not known; expected 1 bar",
        exp(system->log_P));
}

kiln_status kiln_system_create(kiln_context *ctx, const kiln_database *db, const kiln_composition *composition,
                               const kiln_atmosphere *atmosphere, const kiln_system_options *options, kiln_system **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !db || !composition || !atmosphere) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_system_options o;
    (void)kiln_system_options_init(&o, KILN_SYSTEM_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status input = check_inputs(ctx, composition, atmosphere);
    if (input == KILN_OK) input = kiln_i_system_options_check(ctx, &o);
    if (input != KILN_OK) return input;
    kiln_system *s = kiln_i_calloc(ctx, 1, sizeof *s);
    if (!s) return kiln_i_fail(ctx, KILN_E_NOMEM, "system");
    s->ctx = ctx;
    s->db = db;
    s->composition = *composition;
    s->atmosphere = *atmosphere;
    s->R = o.R_J_molK;
    s->log_P = log(o.pressure_bar);
    kiln_status status = KILN_OK;
    if (!(s->function = kiln_i_calloc(ctx, (size_t)db->n_functions + 1, sizeof *s->function)))
        status = kiln_i_fail(ctx, KILN_E_NOMEM, "functions");
    if (status == KILN_OK) status = check_names(s, o.without, o.n_without);
    if (status == KILN_OK) status = check_names(s, o.only, o.n_only);
    if (status == KILN_OK) status = kiln_i_set_open_components(s, &o);
    if (status == KILN_OK) status = set_closed_components(s);
    if (status == KILN_OK) status = compile_phases(s, &o);
    if (status == KILN_OK) status = check_coverage(s);
    if (status == KILN_OK) status = check_pressure(s);
    if (status == KILN_OK) status = check_fixed(s, &o);
    if (status == KILN_OK) status = find_missing(s, o.allow_estimates);
    if (status == KILN_OK) status = kiln_i_system_list_functions(s);
    if (status != KILN_OK) {
        kiln_system_free(s);
        return status;
    }
    *out = s;
    return KILN_OK;
}

void kiln_system_free(kiln_system *system)
{
    if (!system) return;
    for (int i = 0; i < system->n_phases; ++i) kiln_i_mphase_destroy(system->ctx, &system->phases[i]);
    kiln_i_free(system->ctx, system->phases);
    kiln_i_free(system->ctx, system->missing);
    kiln_i_free(system->ctx, system->used);
    kiln_i_free(system->ctx, system->curved);
    kiln_i_free(system->ctx, system->lines);
    kiln_i_free(system->ctx, system->function);
    kiln_i_free(system->ctx, system->shift);
    kiln_i_free(system->ctx, system);
}

kiln_status kiln_i_system_allow_shifts(kiln_system *system)
{
    if (system->shift) return KILN_OK;
    system->shift = kiln_i_calloc(system->ctx, (size_t)system->db->n_functions + 1, sizeof *system->shift);
    return system->shift ? KILN_OK : kiln_i_fail(system->ctx, KILN_E_NOMEM, "shifts of functions");
}

int kiln_system_n_components(const kiln_system *system) { return system->n_closed; }

int kiln_system_component(const kiln_system *system, int i, double *amount)
{
    if (i < 0 || i >= system->n_closed) return 0;
    if (amount) *amount = system->total[i];
    return system->closed[i];
}

int kiln_system_n_phases(const kiln_system *system) { return system->n_phases; }

static const kiln_i_phase *source_of(const kiln_system *system, int phase)
{
    return phase >= 0 && phase < system->n_phases ? &system->db->phases[system->phases[phase].source] : NULL;
}

const char *kiln_system_phase_name(const kiln_system *system, int phase)
{
    const kiln_i_phase *source = source_of(system, phase);
    return source ? source->name : "";
}

const char *kiln_system_phase_label(const kiln_system *system, int phase)
{
    const kiln_i_phase *source = source_of(system, phase);
    return source ? source->label : "";
}

int kiln_system_find_phase(const kiln_system *system, const char *name)
{
    for (int i = 0; name && i < system->n_phases; ++i)
        if (strcmp(kiln_system_phase_name(system, i), name) == 0) return i;
    return -1;
}

int kiln_system_can_host(const kiln_system *system, int phase)
{
    return phase >= 0 && phase < system->n_phases && system->phases[phase].can_host;
}

double kiln_system_anion_ratio(const kiln_system *system, int phase)
{
    const kiln_i_phase *source = source_of(system, phase);
    return source ? source->anion_ratio : -1.0;
}
