#include "predict/fit_state.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/growth.h"
#include "text/expression.h"
#include "text/quantity.h"

#include <kiln/nearest.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_NAMES = 64, MAX_FORMULA = 512, MAX_WHAT = 400 };
static const double DEFAULT_FURNACE_K = 10.0;

static const char *const kinds[] = {"solubility",    "boundary", "invariant",         "oxygen_potential", "oxygen_content",
                                    "transition",    "tie_line", "activity",          "mixing_enthalpy",  "gibbs_energy",
                                    "site_fraction", "function", "function_enthalpy", "outcome"};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

const char *kiln_fit_kind_name(kiln_fit_kind kind)
{
    return kind >= KILN_FIT_SOLUBILITY && kind <= KILN_FIT_OUTCOME ? kinds[kind] : "unknown";
}

void kiln_i_datum_clear(kiln_context *ctx, kiln_i_datum *d)
{
    for (int k = 0; k < d->n_legs; ++k) {
        kiln_i_leg *leg = &d->leg[k];
        kiln_i_rivals_destroy(&leg->rivals);
        kiln_i_target_destroy(&leg->target);
        kiln_solver_free(leg->solver);
        kiln_system_free(leg->system);
    }
    char *const texts[] = {d->id, d->source, d->note, d->what, d->place, d->problem};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) kiln_i_free(ctx, texts[i]);
    kiln_i_free(ctx, d->leg);
    kiln_i_free(ctx, d->factor);
    memset(d, 0, sizeof *d);
}

/* A record being turned into a datum. */
typedef struct making {
    kiln_fit *fit;
    const kiln_i_record *record;
    kiln_i_datum *d;
    kiln_atmosphere atmosphere;
    const char *phase, *beside, *with; /* names in the database; NULL */
    int n_without;
    const char *without[MAX_NAMES];
} making;

/* ---- Names ---- */

static kiln_status find_phase(const making *m, const kiln_i_field *f, const char *name, const char **found)
{
    const kiln_database *db = m->fit->db;
    kiln_nearest near = kiln_nearest_to(name);
    for (int i = 0; i < db->n_phases; ++i) {
        const kiln_i_phase *p = &db->phases[i];
        if (strcasecmp(p->name, name) == 0 || strcasecmp(p->label, name) == 0) {
            *found = p->name;
            return KILN_OK;
        }
        kiln_nearest_offer(&near, p->name);
    }
    if (near.name)
        return kiln_i_field_fail(m->fit->ctx, f, "database %s has no phase %.60s; did you mean %s?", db->name, name, near.name);
    return kiln_i_field_fail(m->fit->ctx, f, "database %s has no phase %.60s", db->name, name);
}

static kiln_status read_phase(const making *m, const char *key, int is_required, const char **out)
{
    kiln_i_field f = kiln_i_record_get(m->record, key);
    *out = NULL;
    if (!f.text) return is_required ? kiln_i_record_require(m->record, key, &f) : KILN_OK;
    return find_phase(m, &f, f.text, out);
}

static void next_word(const char **at, char *word, size_t size)
{
    *at += strspn(*at, " ,");
    size_t n = strcspn(*at, ",");
    const char *end = *at + n;
    while (n > 0 && (*at)[n - 1] == ' ') --n;
    snprintf(word, size, "%.*s", (int)n, *at);
    *at = end;
}

/* "tenorite, oxide_melt" of an invariant point. */
static kiln_status read_two_beside(making *m)
{
    kiln_i_field f;
    char word[2][128];
    kiln_status status = kiln_i_record_require(m->record, "beside", &f);
    if (status != KILN_OK) return status;
    const char *at = f.text;
    for (int k = 0; k < 2; ++k) next_word(&at, word[k], sizeof word[k]);
    if (!*word[1] || at[strspn(at, " ,")])
        return kiln_i_field_fail(m->fit->ctx, &f, "expected two phases, found \"%.60s\"", f.text);
    status = find_phase(m, &f, word[0], &m->with);
    if (status == KILN_OK) status = find_phase(m, &f, word[1], &m->beside);
    if (status == KILN_OK &&
        (strcmp(m->with, m->beside) == 0 || strcmp(m->with, m->phase) == 0 || strcmp(m->beside, m->phase) == 0))
        return kiln_i_field_fail(m->fit->ctx, &f, "expected two phases other than \"%s\" and each other, found \"%.60s\"",
                                 m->phase, f.text);
    return status;
}

static kiln_status read_without(making *m)
{
    const kiln_i_field f = kiln_i_record_get(m->record, "without");
    char word[128];
    for (const char *at = f.text ? f.text : ""; *at;) {
        next_word(&at, word, sizeof word);
        if (!*word) continue;
        if (m->n_without == MAX_NAMES) return kiln_i_field_fail(m->fit->ctx, &f, "expected at most %d phases", (int)MAX_NAMES);
        const kiln_status status = find_phase(m, &f, word, &m->without[m->n_without]);
        if (status != KILN_OK) return status;
        ++m->n_without;
    }
    return KILN_OK;
}

static kiln_status read_formula(const making *m, const char *key, kiln_composition *out)
{
    kiln_i_field f;
    const kiln_status status = kiln_i_record_require(m->record, key, &f);
    if (status != KILN_OK) return status;
    return kiln_i_field_locate(m->fit->ctx, &f, kiln_composition_parse(m->fit->ctx, f.text, out));
}

/* The cation of `of` in a composition. */
static kiln_status read_cation(const making *m, const kiln_composition *x, int *z)
{
    kiln_i_field f;
    const kiln_status status = kiln_i_record_require(m->record, "of", &f);
    if (status != KILN_OK) return status;
    *z = kiln_i_element_find(f.text, (int)strlen(f.text));
    for (int i = 0; i < x->n; ++i)
        if (*z > 0 && x->component[i].z == *z && !x->component[i].is_anion) return KILN_OK;
    return kiln_i_field_fail(m->fit->ctx, &f, "expected a cation of %s, found \"%.40s\"", x->canonical, f.text);
}

/* ---- Legs ---- */

/* Why a datum has to stay out; only exhaustion ends the reading. */
static kiln_status set_aside(kiln_fit *fit, kiln_i_datum *d, kiln_status status)
{
    if (status == KILN_OK || status == KILN_E_NOMEM || d->status != KILN_OK) return status == KILN_E_NOMEM ? status : KILN_OK;
    char text[700];
    snprintf(text, sizeof text, "%.600s", kiln_context_error(fit->ctx));
    d->status = status;
    d->problem = kiln_i_strdup(fit->ctx, text);
    return d->problem ? KILN_OK : kiln_i_fail(fit->ctx, KILN_E_NOMEM, "a datum");
}

/* What a function is used at beyond its validity and beyond what is allowed. */
static kiln_status check_function(const kiln_fit *fit, int function, double T_K)
{
    const kiln_i_function *f = &fit->db->functions[function];
    const double beyond = fmax(f->T_min_K - T_K, T_K - f->T_max_K);
    if (!(beyond > fit->options.extrapolate_K)) return KILN_OK;
    return kiln_i_fail(fit->ctx, KILN_E_RANGE, "%.2f K is %.0f K outside the validity of %s; at most %.0f K are accepted", T_K,
                       beyond, f->name, fit->options.extrapolate_K);
}

static kiln_status check_validity(const kiln_fit *fit, const kiln_system *system, double T_K)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < system->n_used && status == KILN_OK; ++k) status = check_function(fit, system->used[k], T_K);
    return status;
}

/* A system of `phase`, `beside` and what is with them alone or, with beside NULL and `all`, of everything. */
static kiln_status open_system(making *m, kiln_i_leg *leg, const char *phase, const char *beside, int all)
{
    kiln_fit *fit = m->fit;
    kiln_system_options options;
    kiln_solver_options solver;
    const char *only[3] = {phase};
    int n_only = 1;
    if (beside && strcmp(beside, phase) != 0) only[n_only++] = beside;
    if (beside && m->with) only[n_only++] = m->with;
    (void)kiln_system_options_init(&options, KILN_SYSTEM_OPTIONS_VERSION);
    (void)kiln_solver_options_init(&solver, KILN_SOLVER_OPTIONS_VERSION);
    options.only = only;
    options.n_only = all ? 0 : n_only;
    options.without = m->without;
    options.n_without = m->n_without;
    kiln_status status = kiln_system_create(fit->ctx, fit->db, &leg->composition, &m->atmosphere, &options, &leg->system);
    if (status == KILN_OK && !all) status = check_validity(fit, leg->system, m->d->T_K);
    if (status == KILN_OK) status = kiln_i_system_allow_shifts(leg->system);
    if (status == KILN_OK) status = kiln_solver_create(leg->system, &solver, &leg->solver);
    if (status == KILN_OK) status = kiln_i_target_create(leg->solver, &leg->target);
    if (status == KILN_OK) status = kiln_i_rivals_create(&leg->target, &leg->rivals);
    if (status != KILN_OK) return status;
    leg->phase = kiln_system_find_phase(leg->system, phase);
    leg->beside = beside ? kiln_system_find_phase(leg->system, beside) : -1;
    leg->with = m->with ? kiln_system_find_phase(leg->system, m->with) : -1;
    if (leg->phase < 0 || !kiln_system_can_host(leg->system, leg->phase))
        return kiln_i_fail(fit->ctx, KILN_E_MISSING, "phase %s cannot hold %s by itself", phase, leg->composition.canonical);
    if (beside && leg->beside < 0)
        return kiln_i_fail(fit->ctx, KILN_E_MISSING, "phase %s cannot form from %s in this atmosphere", beside,
                           leg->composition.canonical);
    if (m->with && (leg->with < 0 || leg->system->phases[leg->with].n_y > leg->system->phases[leg->with].n_constraints))
        return kiln_i_fail(fit->ctx, KILN_E_MISSING,
                           "the first phase beside %s, %s, has to have one composition among the elements of %s", phase, m->with,
                           leg->composition.canonical);
    return KILN_OK;
}

static kiln_i_leg *add_leg(making *m, const kiln_composition *x)
{
    kiln_i_leg *leg = &m->d->leg[m->d->n_legs++];
    leg->composition = *x;
    return leg;
}

/* One leg; what is wrong with the datum rather than with its text sets it aside. */
static kiln_status open_leg(making *m, const kiln_composition *x, const char *phase, const char *beside, int all)
{
    return set_aside(m->fit, m->d, open_system(m, add_leg(m, x), phase, beside, all));
}

/* ---- Numbers ---- */

static kiln_status read_temperature(making *m, const char *key, double *T_K)
{
    kiln_i_field f;
    const kiln_status status = kiln_i_record_require(m->record, key, &f);
    if (status != KILN_OK) return status;
    return kiln_i_field_locate(m->fit->ctx, &f, kiln_temperature_parse(m->fit->ctx, f.text, T_K));
}

static kiln_status read_atmosphere(making *m)
{
    const kiln_i_field name = kiln_i_record_get(m->record, "atmosphere");
    return kiln_i_field_locate(m->fit->ctx, &name,
                               kiln_atmosphere_parse(m->fit->ctx, name.text ? name.text : "air", &m->atmosphere));
}

/* 1: `text` is an energy, in *out. */
static int is_energy(kiln_context *ctx, const char *text, double *out)
{
    return kiln_i_quantity_parse(ctx, text, KILN_DIM_ENERGY, out) == KILN_OK;
}

/* The standard deviation in the unit of the value, or as an energy of the condition. */
static kiln_status read_sigma(making *m, kiln_i_dimension dimension, double fallback)
{
    kiln_i_datum *d = m->d;
    const kiln_i_field f = kiln_i_record_get(m->record, "sigma");
    double energy = 0.0;
    kiln_status status = kiln_i_record_quantity(m->record, "sigma_model", KILN_DIM_ENERGY, &d->sigma_model);
    if (status != KILN_OK) return status;
    d->sigma = f.text ? NAN : fallback;
    if (f.text && dimension != KILN_DIM_ENERGY && is_energy(m->fit->ctx, f.text, &energy))
        d->sigma_model = hypot(d->sigma_model, energy);
    else if ((status = kiln_i_record_quantity(m->record, "sigma", (int)dimension, &d->sigma)) != KILN_OK) return status;
    if (d->sigma < 0.0 || d->sigma_model < 0.0 || energy < 0.0 || (f.text && !(d->sigma > 0.0) && !(energy > 0.0)))
        return kiln_i_field_fail(m->fit->ctx, &f, "expected a standard deviation above 0, found \"%.40s\"", f.text ? f.text : "");
    if (!(d->sigma > 0.0) && !(d->sigma_model > 0.0)) return kiln_i_field_fail(m->fit->ctx, &f, "expected a sigma, found none");
    return KILN_OK;
}

/* ---- Kinds ---- */

/* The measured fraction: of the formula, or of `value`, to which the formula is brought. */
static kiln_status read_fraction(making *m, kiln_composition *x, int *z)
{
    kiln_context *ctx = m->fit->ctx;
    kiln_i_field f = kiln_i_record_get(m->record, "value");
    kiln_status status = read_cation(m, x, z);
    if (status != KILN_OK) return status;
    m->d->value = kiln_composition_fraction(x, *z);
    if ((status = kiln_i_record_quantity(m->record, "value", KILN_DIM_NUMBER, &m->d->value)) != KILN_OK) return status;
    if (!f.text) f = kiln_i_record_get(m->record, "of");
    if (!(m->d->value > 0.0 && m->d->value < 1.0))
        return kiln_i_field_fail(ctx, &f, "expected a fraction above 0 and below 1, found %g", m->d->value);
    return kiln_i_field_locate(ctx, &f, kiln_composition_vary(ctx, x, *z, m->d->value, x));
}

static kiln_status read_solubility(making *m, kiln_composition *x)
{
    int z;
    kiln_status status = read_temperature(m, "T", &m->d->T_K);
    if (status == KILN_OK) status = read_fraction(m, x, &z);
    if (status == KILN_OK) status = read_sigma(m, KILN_DIM_NUMBER, NAN);
    if (status == KILN_OK) status = open_leg(m, x, m->phase, m->beside, !m->beside);
    if (status != KILN_OK) return status;
    m->d->leg[0].varied = z;
    m->d->leg[0].x = m->d->value;
    return KILN_OK;
}

static kiln_status read_boundary(making *m, kiln_composition *x)
{
    kiln_status status = read_temperature(m, "value", &m->d->T_K);
    m->d->value = m->d->T_K;
    if (status == KILN_OK) status = read_sigma(m, KILN_DIM_INTERVAL, NAN);
    return status == KILN_OK ? open_leg(m, x, m->phase, m->beside, !m->beside) : status;
}

static kiln_status read_transition(making *m, kiln_composition *x)
{
    kiln_status status = read_boundary(m, x);
    if (status != KILN_OK || m->d->status != KILN_OK) return status;
    const kiln_i_leg *leg = &m->d->leg[0];
    if (kiln_system_can_host(leg->system, leg->beside)) return KILN_OK;
    return set_aside(m->fit, m->d,
                     kiln_i_fail(m->fit->ctx, KILN_E_MISSING, "phase %s cannot hold %s by itself", m->beside, x->canonical));
}

/* A pressure, or the potential of O2 against O2 at 1 bar; the atmosphere then is that pressure. */
static kiln_status read_oxygen(making *m)
{
    kiln_i_field f;
    kiln_i_datum *d = m->d;
    kiln_context *ctx = m->fit->ctx;
    double energy, p_bar = 0.0;
    kiln_status status = read_temperature(m, "T", &d->T_K);
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "value", &f);
    if (status != KILN_OK) return status;
    const double decade = KILN_R * d->T_K * log(10.0); /* of p(O2), J per mole of O2 */
    if (is_energy(ctx, f.text, &energy)) {
        d->is_energy = 1;
        d->value = energy / decade;
    } else {
        if ((status = kiln_i_field_locate(ctx, &f, kiln_pressure_parse(ctx, f.text, &p_bar))) != KILN_OK) return status;
        d->value = log10(p_bar);
    }
    if (d->is_energy) {
        if ((status = read_sigma(m, KILN_DIM_ENERGY, NAN)) != KILN_OK) return status;
        d->sigma /= decade;
    } else if ((status = read_sigma(m, KILN_DIM_NUMBER, NAN)) != KILN_OK) return status;
    if (!(fabs(d->value) < 60.0)) return kiln_i_field_fail(ctx, &f, "expected an oxygen pressure from 1e-60 to 1e60 bar");
    m->atmosphere = (kiln_atmosphere){.control = KILN_OXYGEN_PRESSURE, .po2_bar = pow(10.0, d->value)};
    return KILN_OK;
}

static kiln_status read_oxygen_potential(making *m, kiln_composition *x)
{
    const kiln_status status = read_oxygen(m);
    return status == KILN_OK ? open_leg(m, x, m->phase, m->beside, !m->beside) : status;
}

/* One leg with its oxygen closed, one in the gas. */
static kiln_status read_oxygen_content(making *m, kiln_composition *x)
{
    kiln_status status = read_oxygen(m);
    if (status != KILN_OK) return status;
    const kiln_atmosphere gas = m->atmosphere;
    m->atmosphere = (kiln_atmosphere){.control = KILN_OXYGEN_CLOSED};
    status = open_leg(m, x, m->phase, NULL, 0);
    m->atmosphere = gas;
    return status == KILN_OK ? open_leg(m, x, m->phase, NULL, 0) : status;
}

static kiln_status read_outcome(making *m, kiln_composition *x)
{
    kiln_i_field f;
    kiln_status status = read_temperature(m, "T", &m->d->T_K);
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "value", &f);
    if (status != KILN_OK) return status;
    m->d->is_single = strcmp(f.text, "single") == 0;
    if (!m->d->is_single && strcmp(f.text, "multi") != 0)
        return kiln_i_field_fail(m->fit->ctx, &f, "expected single or multi, found \"%.40s\"", f.text);
    m->d->value = m->d->T_K;
    status = read_sigma(m, KILN_DIM_INTERVAL, DEFAULT_FURNACE_K);
    return status == KILN_OK ? open_leg(m, x, m->phase, m->beside, !m->beside) : status;
}

/* The composition with cation z alone; where oxygen is closed, with as much of it as balances that cation. */
static kiln_composition alone(const kiln_composition *x, int z)
{
    kiln_composition one = *x;
    double charge = 0.0, own = 0.0;
    for (int i = 0; i < one.n; ++i) {
        kiln_component *c = &one.component[i];
        if (c->is_anion) continue;
        charge += c->amount * c->valence;
        if (c->z == z) own = c->amount * c->valence;
        else c->amount = 0.0;
    }
    for (int i = 0; i < one.n && charge > 0.0; ++i)
        if (one.component[i].is_anion) one.component[i].amount *= own / charge;
    snprintf(one.canonical, sizeof one.canonical, "%s alone", kiln_element_symbol(z));
    return one;
}

static kiln_status read_activity(making *m, kiln_composition *x)
{
    kiln_i_field f;
    kiln_i_datum *d = m->d;
    const char *reference;
    kiln_status status = read_temperature(m, "T", &d->T_K);
    if (status == KILN_OK) status = read_cation(m, x, &d->component);
    if (status == KILN_OK) status = read_phase(m, "reference", 1, &reference);
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "value", &f);
    if (status != KILN_OK) return status;
    const double RT = KILN_R * d->T_K;
    d->is_energy = is_energy(m->fit->ctx, f.text, &d->value);
    if (d->is_energy) {
        if ((status = read_sigma(m, KILN_DIM_ENERGY, NAN)) != KILN_OK) return status;
    } else {
        double a = 0.0;
        if ((status = kiln_i_record_quantity(m->record, "value", KILN_DIM_NUMBER, &a)) != KILN_OK) return status;
        if (!(a > 0.0)) return kiln_i_field_fail(m->fit->ctx, &f, "expected an activity above 0, found \"%.40s\"", f.text);
        if ((status = read_sigma(m, KILN_DIM_NUMBER, NAN)) != KILN_OK) return status;
        d->value = RT * log(a);
        d->sigma *= RT / a;
    }
    const kiln_composition one = alone(x, d->component);
    status = open_leg(m, x, m->phase, NULL, 0);
    return status == KILN_OK ? open_leg(m, &one, reference, NULL, 0) : status;
}

/* The structure that a cation is counted from: "Cu=tenorite, Zn=wurtzite, rocksalt" names one for those not named; without any the phase's own. */
static kiln_status find_reference(const making *m, const kiln_i_field *f, int z, const char **phase)
{
    char word[160];
    *phase = m->phase;
    for (const char *at = f->text ? f->text : ""; *at;) {
        next_word(&at, word, sizeof word);
        char *equals = strchr(word, '='), *name = equals ? equals + 1 : word;
        if (!*word) continue;
        if (equals) *equals = '\0';
        const int of = equals ? kiln_i_element_find(word, (int)strlen(word)) : 0;
        if (equals && of <= 0) return kiln_i_field_fail(m->fit->ctx, f, "expected an element, found \"%.40s\"", word);
        if (of && of != z) continue;
        const kiln_status status = find_phase(m, f, name, phase);
        if (status != KILN_OK || of) return status;
    }
    return KILN_OK;
}

/* From the cations alone; an enthalpy may leave its temperature out. */
static kiln_status read_formation(making *m, kiln_composition *x)
{
    kiln_i_field f;
    const kiln_i_field reference = kiln_i_record_get(m->record, "reference");
    const int has_T = m->d->kind != KILN_FIT_ENTHALPY || kiln_i_record_get(m->record, "T").text;
    double cations = 0.0;
    m->d->T_K = 298.15;
    kiln_status status = has_T ? read_temperature(m, "T", &m->d->T_K) : KILN_OK;
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "value", &f);
    if (status == KILN_OK) status = kiln_i_record_quantity(m->record, "value", KILN_DIM_ENERGY, &m->d->value);
    if (status == KILN_OK) status = read_sigma(m, KILN_DIM_ENERGY, NAN);
    if (status == KILN_OK) status = open_leg(m, x, m->phase, NULL, 0);
    for (int i = 0; i < x->n; ++i)
        if (!x->component[i].is_anion) cations += x->component[i].amount;
    for (int i = 0; i < x->n && status == KILN_OK; ++i) {
        const char *phase;
        if (x->component[i].is_anion) continue;
        const kiln_composition one = alone(x, x->component[i].z);
        if ((status = find_reference(m, &reference, x->component[i].z, &phase)) != KILN_OK) return status;
        if ((status = open_leg(m, &one, phase, NULL, 0)) != KILN_OK) return status;
        m->d->leg[m->d->n_legs - 1].share = x->component[i].amount / cations;
    }
    return status;
}

/* `on` among the sublattices of the phase. */
static kiln_status read_sublattice(const making *m, int *sublattice)
{
    kiln_i_field f;
    const kiln_database *db = m->fit->db;
    const kiln_i_phase *phase = &db->phases[kiln_database_find_phase(db, m->phase)];
    const kiln_status status = kiln_i_record_require(m->record, "on", &f);
    if (status != KILN_OK) return status;
    for (*sublattice = 0; *sublattice < phase->n_sublattices; ++*sublattice)
        if (strcmp(phase->sublattices[*sublattice].name, f.text) == 0) return KILN_OK;
    return kiln_i_field_fail(m->fit->ctx, &f, "expected a sublattice of %s, found \"%.40s\"", m->phase, f.text);
}

static kiln_status read_site_fraction(making *m, kiln_composition *x)
{
    kiln_i_field f;
    kiln_i_datum *d = m->d;
    int sublattice;
    kiln_status status = read_temperature(m, "T", &d->T_K);
    if (status == KILN_OK) status = read_cation(m, x, &d->component);
    if (status == KILN_OK) status = read_sublattice(m, &sublattice);
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "value", &f);
    if (status == KILN_OK) status = kiln_i_record_quantity(m->record, "value", KILN_DIM_NUMBER, &d->value);
    if (status != KILN_OK) return status;
    if (!(d->value > 0.0 && d->value < 1.0))
        return kiln_i_field_fail(m->fit->ctx, &f, "expected a fraction above 0 and below 1, found %g", d->value);
    if ((status = read_sigma(m, KILN_DIM_NUMBER, NAN)) != KILN_OK) return status;
    if ((status = open_leg(m, x, m->phase, NULL, 0)) != KILN_OK) return status;
    d->leg[0].sublattice = sublattice;
    return KILN_OK;
}

static kiln_status read_tie_line(making *m, kiln_composition *x, const kiln_composition *y)
{
    kiln_i_datum *d = m->d;
    int z = 0;
    const int has_of = kiln_i_record_get(m->record, "of").text != NULL;
    kiln_status status = read_temperature(m, "T", &d->T_K);
    if (status == KILN_OK && has_of) status = read_cation(m, x, &z);
    if (status == KILN_OK) status = read_sigma(m, KILN_DIM_NUMBER, NAN);
    if (status != KILN_OK) return status;
    if (d->sigma > 0.0 && !has_of) {
        const kiln_i_field f = kiln_i_record_get(m->record, "sigma");
        return kiln_i_field_fail(m->fit->ctx, &f, "expected an energy, or besides the cation that it is `of`");
    }
    status = open_leg(m, x, m->phase, NULL, 0);
    if (status == KILN_OK) status = open_leg(m, y, m->beside, NULL, 0);
    for (int k = 0; status == KILN_OK && k < 2; ++k) {
        d->leg[k].varied = z;
        d->leg[k].x = kiln_composition_fraction(k ? y : x, z);
    }
    return status;
}

/* One term of a sum of functions: a number times a name. */
static kiln_status add_term(making *m, const kiln_i_field *f, const kiln_i_expression_term *term)
{
    char name[128];
    double value = 0.0, entropy = 0.0;
    kiln_i_datum *d = m->d;
    const kiln_database *db = m->fit->db;
    snprintf(name, sizeof name, "%.*s", term->name_length, f->text + term->name_offset);
    if (!*name) return kiln_i_field_fail(m->fit->ctx, f, "expected a sum of functions, found \"%.60s\"", f->text);
    const int function = kiln_database_find_function(db, name);
    if (function < 0) return kiln_i_field_fail(m->fit->ctx, f, "database %s has no function %.60s", db->name, name);
    const kiln_status status = kiln_database_function_value(db, m->fit->ctx, function, d->T_K, &value, &entropy, NULL);
    if (d->kind == KILN_FIT_SUM_ENTHALPY) value += d->T_K * entropy;
    d->factor[function] += term->coefficient;
    d->start += term->coefficient * value;
    return status;
}

/* Whether all functions that the sum rests on hold at its temperature. */
static kiln_status check_sum(const making *m)
{
    kiln_fit *fit = m->fit;
    const int n = fit->db->n_functions;
    kiln_status status = KILN_OK;
    memcpy(fit->coefficient, m->d->factor, (size_t)n * sizeof *fit->coefficient);
    kiln_i_push_down(fit->db, n, NULL, fit->coefficient);
    for (int k = 0; k < n && status == KILN_OK; ++k)
        if (fit->coefficient[k] != 0.0) status = check_function(fit, k, m->d->T_K);
    return set_aside(fit, m->d, status);
}

static kiln_status read_function(making *m)
{
    kiln_i_field f;
    kiln_i_datum *d = m->d;
    kiln_context *ctx = m->fit->ctx;
    kiln_i_expression sum;
    int offset = 0;
    kiln_status status = read_temperature(m, "T", &d->T_K);
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "value", &f);
    if (status == KILN_OK) status = kiln_i_record_quantity(m->record, "value", KILN_DIM_ENERGY, &d->value);
    if (status == KILN_OK) status = read_sigma(m, KILN_DIM_ENERGY, NAN);
    if (status == KILN_OK) status = kiln_i_record_require(m->record, "function", &f);
    if (status != KILN_OK) return status;
    if (!(d->factor = kiln_i_calloc(ctx, (size_t)m->fit->db->n_functions, sizeof *d->factor)) ||
        !(d->what = kiln_i_strdup(ctx, f.text)))
        return kiln_i_fail(ctx, KILN_E_NOMEM, "a datum");
    status = kiln_i_field_locate(ctx, &f, kiln_i_expression_parse(ctx, f.text, &sum, &offset));
    for (int k = 0; status == KILN_OK && k < sum.n; ++k) status = add_term(m, &f, &sum.terms[k]);
    return status == KILN_OK ? check_sum(m) : status;
}

/* ---- The whole ---- */

static kiln_status describe(making *m, const kiln_composition *x, const kiln_composition *y)
{
    char what[MAX_WHAT];
    kiln_i_datum *d = m->d;
    int used = snprintf(what, sizeof what, "%s %.120s", m->phase, x->canonical);
    if (m->beside)
        used += snprintf(what + used, sizeof what - (size_t)used, " %s %s%s%s%s%.120s",
                         d->kind == KILN_FIT_TRANSITION ? "=" : "beside", m->with ? m->with : "", m->with ? " and " : "",
                         m->beside, y ? " " : "", y ? y->canonical : "");
    if (d->component) used += snprintf(what + used, sizeof what - (size_t)used, ", %s", kiln_i_element_symbol(d->component));
    if (d->kind == KILN_FIT_SITE_FRACTION)
        snprintf(what + used, sizeof what - (size_t)used, " on %.60s", kiln_i_record_get(m->record, "on").text);
    if (d->kind == KILN_FIT_OUTCOME) snprintf(what + used, sizeof what - (size_t)used, ", %s", d->is_single ? "single" : "multi");
    d->what = kiln_i_strdup(m->fit->ctx, what);
    return d->what ? KILN_OK : kiln_i_fail(m->fit->ctx, KILN_E_NOMEM, "a datum");
}

static kiln_status make(making *m, kiln_composition *x, const kiln_composition *y)
{
    kiln_status status = KILN_OK;
    /* Legs stay where they are: rivals point at their target. */
    const int counts = m->d->kind == KILN_FIT_ENTHALPY || m->d->kind == KILN_FIT_GIBBS_ENERGY;
    const size_t most = counts ? (size_t)x->n + 1 : 2;
    if (!(m->d->leg = kiln_i_calloc(m->fit->ctx, most, sizeof *m->d->leg)))
        return kiln_i_fail(m->fit->ctx, KILN_E_NOMEM, "a datum");
    switch (m->d->kind) {
    case KILN_FIT_SOLUBILITY: status = read_solubility(m, x); break;
    case KILN_FIT_BOUNDARY:
    case KILN_FIT_INVARIANT: status = read_boundary(m, x); break;
    case KILN_FIT_OXYGEN_POTENTIAL: status = read_oxygen_potential(m, x); break;
    case KILN_FIT_OXYGEN_CONTENT: status = read_oxygen_content(m, x); break;
    case KILN_FIT_TRANSITION: status = read_transition(m, x); break;
    case KILN_FIT_TIE_LINE: status = read_tie_line(m, x, y); break;
    case KILN_FIT_ACTIVITY: status = read_activity(m, x); break;
    case KILN_FIT_ENTHALPY:
    case KILN_FIT_GIBBS_ENERGY: status = read_formation(m, x); break;
    case KILN_FIT_SITE_FRACTION: status = read_site_fraction(m, x); break;
    case KILN_FIT_OUTCOME: status = read_outcome(m, x); break;
    case KILN_FIT_FUNCTION:
    case KILN_FIT_SUM_ENTHALPY: break; /* has no composition: read_function */
    }
    return status == KILN_OK ? describe(m, x, y) : status;
}

static kiln_status label(making *m, int component)
{
    kiln_i_datum *d = m->d;
    const kiln_i_field place = kiln_i_record_place(m->record), id = kiln_i_record_get(m->record, "id");
    char text[700];
    if (component) snprintf(text, sizeof text, "%.80s(%s)", id.text ? id.text : "", kiln_i_element_symbol(component));
    else if (id.text) snprintf(text, sizeof text, "%.80s", id.text);
    else snprintf(text, sizeof text, "line %d", place.line);
    d->line = place.line;
    d->row = -1;
    d->id = kiln_i_strdup(m->fit->ctx, text);
    snprintf(text, sizeof text, "%.600s:%d:%d", place.file, place.line, place.column);
    d->place = kiln_i_strdup(m->fit->ctx, text);
    if (!d->id || !d->place) return kiln_i_fail(m->fit->ctx, KILN_E_NOMEM, "a datum");
    const kiln_status status = kiln_i_record_text(m->record, "source", &d->source);
    return status == KILN_OK ? kiln_i_record_text(m->record, "note", &d->note) : status;
}

static kiln_status check_source(const making *m)
{
    const kiln_i_field f = kiln_i_record_get(m->record, "source");
    if (!f.text || m->record->table) return KILN_OK; /* in tables it is free text */
    for (int i = 0; i < m->fit->n_sources; ++i)
        if (strcmp(m->fit->sources[i].key, f.text) == 0) return KILN_OK;
    return kiln_i_field_fail(m->fit->ctx, &f, "expected a key of the bibliography, found \"%.60s\"", f.text);
}

static kiln_status begin(making *m, kiln_fit_kind kind, int component)
{
    kiln_fit *fit = m->fit;
    if (!(m->d = kiln_i_push(fit->ctx, &fit->data, &fit->n_data, sizeof *m->d)))
        return kiln_i_fail(fit->ctx, KILN_E_NOMEM, "a datum");
    m->d->kind = kind;
    m->d->component = component;
    return label(m, component);
}

static kiln_status add(making *m, kiln_fit_kind kind, int component, const kiln_composition *x, const kiln_composition *y)
{
    kiln_composition moved = *x;
    const kiln_status status = begin(m, kind, component);
    return status == KILN_OK ? make(m, &moved, y) : status;
}

/* A tie line is an equality for each cation that both phases hold. */
static kiln_status add_tie_line(making *m, const kiln_composition *x)
{
    kiln_composition y;
    int n = 0;
    kiln_status status = read_formula(m, "beside_composition", &y);
    for (int i = 0; i < x->n && status == KILN_OK; ++i)
        for (int j = 0; j < y.n && status == KILN_OK; ++j) {
            if (x->component[i].is_anion || y.component[j].is_anion || x->component[i].z != y.component[j].z) continue;
            status = add(m, KILN_FIT_TIE_LINE, x->component[i].z, x, &y);
            ++n;
        }
    if (status != KILN_OK || n > 0) return status;
    const kiln_i_field f = kiln_i_record_get(m->record, "beside_composition");
    return kiln_i_field_fail(m->fit->ctx, &f, "expected a composition that shares a cation with %s", x->canonical);
}

static int has_neighbour(kiln_fit_kind kind)
{
    return kind != KILN_FIT_ACTIVITY && kind != KILN_FIT_ENTHALPY && kind != KILN_FIT_GIBBS_ENERGY &&
           kind != KILN_FIT_SITE_FRACTION && kind != KILN_FIT_OXYGEN_CONTENT;
}

kiln_status kiln_i_fit_add_datum(kiln_fit *fit, const kiln_i_record *r)
{
    making m = {.fit = fit, .record = r};
    kiln_composition x;
    kiln_i_field f;
    int kind = 0;
    kiln_status status = kiln_i_record_require(r, "kind", &f);
    if (status != KILN_OK) return status;
    while (kind < N_KINDS && strcmp(kinds[kind], f.text) != 0) ++kind;
    if (kind == N_KINDS)
        return kiln_i_field_fail(
            fit->ctx, &f,
            "expected solubility, boundary, invariant, oxygen_potential, oxygen_content, transition, tie_line, activity, "
            "mixing_enthalpy, gibbs_energy, site_fraction, function, function_enthalpy or outcome, found \"%.40s\"",
            f.text);
    const int has_beside = has_neighbour((kiln_fit_kind)kind);
    status = check_source(&m);
    if (kind == KILN_FIT_FUNCTION || kind == KILN_FIT_SUM_ENTHALPY) {
        if (status == KILN_OK) status = begin(&m, (kiln_fit_kind)kind, 0);
        return status == KILN_OK ? read_function(&m) : status;
    }
    if (status == KILN_OK) status = read_phase(&m, "phase", 1, &m.phase);
    if (status == KILN_OK && kind == KILN_FIT_INVARIANT) status = read_two_beside(&m);
    else if (status == KILN_OK && has_beside)
        status = read_phase(&m, "beside", kind == KILN_FIT_TRANSITION || kind == KILN_FIT_TIE_LINE, &m.beside);
    if (status == KILN_OK) status = read_without(&m);
    if (status == KILN_OK) status = read_atmosphere(&m);
    if (status == KILN_OK) status = read_formula(&m, "composition", &x);
    if (status != KILN_OK) return status;
    return kind == KILN_FIT_TIE_LINE ? add_tie_line(&m, &x) : add(&m, (kiln_fit_kind)kind, 0, &x, NULL);
}
