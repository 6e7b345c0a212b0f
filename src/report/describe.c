#include "report/report.h"

#include "core/elements.h"
#include "model/system.h"
#include "text/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { OXYGEN = 8, FORMULA_TEXT = 512 };

/* Where a fraction would be printed as 0.00 the element is left out of a formula; the composition beside it has every digit. */
#define SMALLEST_PRINTED 0.005

static int is_joined(const kiln_composition *x, int i) { return i + 1 < x->n && x->component[i + 1].joined; }

const char *kiln_i_ion_symbol(const kiln_composition *x, int i)
{
    return is_joined(x, i) ? "CN" : kiln_i_element_symbol(x->component[i].z);
}

/* By ion; an element on a second kind of site, bonded to the carbon of cyanide, has a key of its own. */
static void describe_charges(kiln_i_tree *t, json_t *charges, const kiln_composition *x)
{
    char key[32];
    for (int i = 0; i < x->n; ++i) {
        const char *symbol = kiln_i_ion_symbol(x, i);
        if (x->component[i].joined) continue;
        snprintf(key, sizeof key, "%s%s", symbol, kiln_i_tree_has(charges, symbol) ? " (C-bonded)" : "");
        kiln_i_tree_real(t, charges, key, x->component[i].valence + (is_joined(x, i) ? x->component[i + 1].valence : 0.0));
    }
}

void kiln_i_describe_composition(kiln_i_tree *t, json_t *input, const char *formula, const kiln_composition *composition)
{
    kiln_i_tree_text(t, input, "formula", formula ? formula : composition->canonical);
    kiln_i_tree_text(t, input, "canonical", composition->canonical);
    describe_charges(t, kiln_i_tree_object(t, input, "charges"), composition);
    kiln_i_tree_text(t, input, "reading", composition->reading);
    kiln_i_tree_real(t, input, "charge_imbalance", composition->charge_imbalance);
    kiln_i_tree_real(t, input, "anions_per_cation", composition->anions_per_cation);
    kiln_i_tree_flag(t, input, "by_components", composition->by_components);
}

void kiln_i_describe_database(kiln_i_tree *t, json_t *root, const kiln_database *db)
{
    json_t *database = kiln_i_tree_object(t, root, "database");
    kiln_i_tree_text(t, database, "name", kiln_database_name(db));
    kiln_i_tree_text(t, database, "sha256", kiln_database_sha256(db));
    int n_aside = 0;
    for (int i = 0; i < db->n_remarks; ++i) n_aside += db->remarks[i].severity != KILN_SEVERITY_NOTE;
    if (n_aside > 0) kiln_i_tree_integer(t, database, "set_aside", n_aside);
    if (kiln_database_n_changes(db) == 0) return;
    json_t *changes = kiln_i_tree_array(t, database, "changes");
    for (int i = 0; i < kiln_database_n_changes(db); ++i) kiln_i_tree_text(t, changes, NULL, kiln_database_change(db, i));
}

const char *kiln_i_fraction_words(const json_t *input, int several)
{
    if (kiln_i_tree_is(input, "by_components")) return several ? "mole fractions" : "mole fraction";
    return several ? "mole fractions of cations" : "mole fraction of cations";
}

static const char *control_text(kiln_oxygen_control control)
{
    switch (control) {
    case KILN_OXYGEN_PRESSURE: return "p(O2)";
    case KILN_OXYGEN_H2_H2O: return "H2/H2O";
    case KILN_OXYGEN_CO_CO2: return "CO/CO2";
    case KILN_OXYGEN_CLOSED: break;
    }
    return "closed";
}

/* Among components oxygen is none that needs a word of its own. */
void kiln_i_describe_atmosphere(kiln_i_tree *t, json_t *parent, const char *key, const kiln_atmosphere *a, int by_components)
{
    const int is_plain = by_components && a->control == KILN_OXYGEN_CLOSED;
    json_t *atmosphere = kiln_i_tree_object(t, parent, key);
    kiln_i_tree_text(t, atmosphere, "label", is_plain ? control_text(a->control) : a->label);
    kiln_i_tree_text(t, atmosphere, "oxygen", control_text(a->control));
    if (a->control == KILN_OXYGEN_PRESSURE) kiln_i_tree_real(t, atmosphere, "po2_bar", a->po2_bar);
    if (a->control == KILN_OXYGEN_H2_H2O || a->control == KILN_OXYGEN_CO_CO2) kiln_i_tree_real(t, atmosphere, "ratio", a->ratio);
    kiln_i_tree_real(t, atmosphere, "pco2_bar", a->pco2_bar);
    kiln_i_tree_real(t, atmosphere, "ph2o_bar", a->ph2o_bar);
    kiln_i_tree_real(t, atmosphere, "log10_po2_sigma", a->log10_po2_sigma);
}

/* A pressure on gas phases, the gas constant, potentials given. */
static void describe_conditions(kiln_i_tree *t, json_t *input, const kiln_system_options *o)
{
    kiln_i_tree_real(t, input, "pressure_bar", o->pressure_bar);
    kiln_i_tree_real(t, input, "gas_constant_J_molK", o->R_J_molK);
    json_t *potentials = kiln_i_tree_object(t, input, "potentials_J_mol"),
           *activities = kiln_i_tree_object(t, input, "activities");
    for (int k = 0; k < o->n_fixed; ++k)
        kiln_i_tree_real(t, o->fixed[k].is_activity ? activities : potentials, kiln_i_element_symbol(o->fixed[k].z),
                         o->fixed[k].value);
}

static void describe_names(kiln_i_tree *t, json_t *parent, const char *key, const char *const *names, int n)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int i = 0; i < n; ++i) kiln_i_tree_text(t, list, NULL, names[i]);
}

void kiln_i_describe_options(kiln_i_tree *t, json_t *input, const kiln_system_options *system, const kiln_solver_options *solver)
{
    describe_conditions(t, input, system);
    kiln_i_tree_flag(t, input, "estimates", system->allow_estimates);
    describe_names(t, input, "without", system->without, system->n_without);
    describe_names(t, input, "only", system->only, system->n_only);
    kiln_i_tree_text(t, input, "solver", solver->method == KILN_METHOD_NLOPT ? "nlopt" : "newton");
    kiln_i_tree_flag(t, input, "certify", solver->certify);
    kiln_i_tree_real(t, input, "certify_gap_J_mol", solver->certify_gap_J_mol);
    kiln_i_tree_integer(t, input, "certify_budget", solver->certify_budget);
}

json_t *kiln_i_describe_question(kiln_i_tree *t, json_t *root, const kiln_system *system, const kiln_report_question *question)
{
    kiln_system_options system_options;
    kiln_solver_options solver_options;
    (void)kiln_system_options_init(&system_options, KILN_SYSTEM_OPTIONS_VERSION);
    (void)kiln_solver_options_init(&solver_options, KILN_SOLVER_OPTIONS_VERSION);
    if (question && question->system_options) system_options = *question->system_options;
    if (question && question->solver_options) solver_options = *question->solver_options;
    kiln_i_describe_database(t, root, system->db);
    json_t *input = kiln_i_tree_object(t, root, "input");
    kiln_i_describe_composition(t, input, question ? question->formula : NULL, &system->composition);
    kiln_i_describe_atmosphere(t, input, "atmosphere", &system->atmosphere, system->composition.by_components);
    kiln_i_describe_options(t, input, &system_options, &solver_options);
    return input;
}

void kiln_i_describe_by_component(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, const double *value)
{
    json_t *object = kiln_i_tree_object(t, parent, key);
    for (int c = 0; c < system->n_closed; ++c) kiln_i_tree_real(t, object, kiln_i_element_symbol(system->closed[c]), value[c]);
}

static const kiln_i_phase *source_of(const kiln_system *system, int phase)
{
    return &system->db->phases[system->phases[phase].source];
}

void kiln_i_describe_quality(kiln_i_tree *t, json_t *parent, const kiln_database *db, const char *phase)
{
    kiln_phase_info info;
    if (!phase || kiln_database_phase(db, kiln_database_find_phase(db, phase), &info) != KILN_OK) return;
    if (strcmp(info.quality, kiln_i_quality_text(KILN_QUALITY_FULL)) != 0) kiln_i_tree_text(t, parent, "quality", info.quality);
}

void kiln_i_describe_phase(kiln_i_tree *t, json_t *parent, const kiln_system *system, int phase)
{
    const kiln_i_phase *source = source_of(system, phase);
    kiln_i_tree_text(t, parent, "phase", source->name);
    kiln_i_tree_text(t, parent, "label", source->label);
    kiln_i_tree_text(t, parent, "structure", source->structure);
    kiln_i_describe_quality(t, parent, system->db, source->name);
}

/* Smallest multiple of the cations, up to 6, that makes an amount nearly a whole number: spinel's 4/3 O a cation is M3O4. 1 if none
 * does. */
static int whole_multiple(double per_cation)
{
    for (int m = 1; m <= 6; ++m)
        if (fabs(m * per_cation - round(m * per_cation)) < 0.02) return m;
    return 1;
}

/* The cations with their fractions; in brackets when there are several and something follows. */
static void write_cations(const kiln_system *system, const double *composition, double sum, int multiple, int something_follows,
                          char *out, size_t size)
{
    char number[KILN_NUMBER_TEXT];
    size_t used = 0;
    int n = 0;
    for (int c = 0; c < system->n_closed && used < size; ++c) {
        const double fraction = composition[c] / sum;
        if (!system->is_cation[c] || fraction < SMALLEST_PRINTED) continue;
        const char *amount =
            fraction > 1.0 - SMALLEST_PRINTED ? "" : kiln_i_number_text(round(100.0 * fraction) / 100.0, 2, number);
        used += (size_t)snprintf(out + used, size - used, "%s%s", kiln_i_element_symbol(system->closed[c]), amount);
        ++n;
    }
    if (n > 1 && something_follows && used + 2 < size) {
        memmove(out + 1, out, used + 1);
        out[0] = '(';
        strcat(out, ")");
    }
    if (multiple > 1 && strlen(out) + KILN_NUMBER_TEXT < size) strcat(out, kiln_i_number_text(multiple, 3, number));
}

/* Oxygen (and what else is no cation) behind the cations. */
static void write_anions(const kiln_system *system, const double *composition, double cations, double oxygen_per_cation,
                         int multiple, char *out, size_t size)
{
    char number[KILN_NUMBER_TEXT];
    for (int c = 0; c < system->n_closed; ++c) {
        const double amount = multiple * composition[c] / cations;
        if (system->is_cation[c] || system->closed[c] == OXYGEN || amount < SMALLEST_PRINTED) continue;
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", kiln_i_element_symbol(system->closed[c]),
                 fabs(amount - 1.0) < SMALLEST_PRINTED ? "" : kiln_i_number_text(amount, 3, number));
    }
    double oxygen = multiple * oxygen_per_cation;
    if (oxygen < SMALLEST_PRINTED) return;
    if (fabs(oxygen - round(oxygen)) < 0.02) oxygen = round(oxygen);
    const size_t used = strlen(out);
    snprintf(out + used, size - used, "O%s", oxygen == 1.0 ? "" : kiln_i_number_text(oxygen, 4, number));
}

/* Open carbon and hydrogen do not show in a composition of closed components: there the database's own formula serves. */
static int holds_other_open(const kiln_system *system, int phase)
{
    const kiln_i_mphase *p = &system->phases[phase];
    for (int k = 0; k < system->n_open; ++k) {
        if (system->open[k].z == OXYGEN) continue;
        if (p->open_0[k] != 0.0) return 1;
        for (int y = 0; y < p->n_y; ++y)
            if (p->open[k + system->n_open * y] != 0.0) return 1;
    }
    return 0;
}

/* "MO", "Cu2MO3": M stands for any metal, so that it is no composition. */
static int is_general(const char *formula)
{
    for (; *formula; ++formula)
        if (*formula == 'M' && !islower((unsigned char)formula[1])) return 1;
    return 0;
}

/* Whether the database's own formula is printed: CaFe2O4 reads better than (Ca0.33Fe0.67)3O4. */
static int has_own_formula(const kiln_system *system, int phase, const double *composition, int other)
{
    const kiln_i_phase *source = source_of(system, phase);
    int n = 0;
    for (int c = 0; c < system->n_closed; ++c) n += system->is_cation[c] && composition[c] > 0.0;
    if (n == 0) return 1;
    return source->formula && system->phases[phase].n_y == 0 && (n > 1 || other) && !is_general(source->formula);
}

/* Cations in a printed formula. A melt is no compound: CuO0.6, not Cu5O3. */
static int printed_cations(const kiln_system *system, int phase, double anions_per_cation, int other)
{
    return other || source_of(system, phase)->role == KILN_ROLE_LIQUID ? 1 : whole_multiple(anions_per_cation);
}

/* Anions in all, oxygen and the closed ones, per mol of cations. */
static double anions_of(const kiln_system *system, const double *composition, double oxygen_per_cation)
{
    double cations = 0.0, anions = 0.0;
    for (int c = 0; c < system->n_closed; ++c)
        if (system->is_cation[c]) cations += composition[c];
        else if (system->closed[c] != OXYGEN) anions += composition[c];
    return oxygen_per_cation + (cations > 0.0 ? anions / cations : 0.0);
}

double kiln_i_formula_cations(const kiln_system *system, int phase, const double *composition, double oxygen_per_cation,
                              double cations_per_unit)
{
    const int other = holds_other_open(system, phase);
    if (has_own_formula(system, phase, composition, other)) return cations_per_unit;
    return printed_cations(system, phase, anions_of(system, composition, oxygen_per_cation), other);
}

void kiln_i_describe_formula(kiln_i_tree *t, json_t *parent, const kiln_system *system, int phase, const double *composition,
                             double oxygen_per_cation)
{
    char text[FORMULA_TEXT] = "";
    double cations = 0.0;
    const int other = holds_other_open(system, phase);
    if (has_own_formula(system, phase, composition, other)) {
        kiln_i_tree_text(t, parent, "formula", source_of(system, phase)->formula);
        return;
    }
    for (int c = 0; c < system->n_closed; ++c)
        if (system->is_cation[c]) cations += composition[c];
    const int multiple = printed_cations(system, phase, anions_of(system, composition, oxygen_per_cation), other);
    const int is_alloy = !other && oxygen_per_cation < SMALLEST_PRINTED && cations > 1.0 - SMALLEST_PRINTED;
    write_cations(system, composition, cations, multiple, !is_alloy, text, sizeof text);
    if (!other) write_anions(system, composition, cations, oxygen_per_cation, multiple, text, sizeof text);
    kiln_i_tree_text(t, parent, "formula", text);
}

void kiln_i_describe_notes(kiln_i_tree *t, json_t *parent, const kiln_system *system, int phase, const double *composition)
{
    char text[256];
    const kiln_i_phase *source = source_of(system, phase);
    json_t *notes = kiln_i_tree_array(t, parent, "notes");
    double cations = 0.0;
    for (int c = 0; c < system->n_closed; ++c)
        if (system->is_cation[c]) cations += composition[c];
    for (int w = 0; w < source->n_warnings && cations > 0.0; ++w)
        for (int c = 0; c < system->n_closed; ++c) {
            const kiln_i_warning *warning = &source->warnings[w];
            if (system->closed[c] != warning->element || composition[c] / cations <= warning->fraction) continue;
            snprintf(text, sizeof text, "%s: above %.0f %% %s of the cations (here %.0f %%)", warning->text,
                     100.0 * warning->fraction, kiln_i_element_symbol(warning->element), 100.0 * composition[c] / cations);
            kiln_i_tree_text(t, notes, NULL, text);
        }
    kiln_i_tree_note(t, parent, "database_note", source->note);
}

void kiln_i_describe_certificate(kiln_i_tree *t, json_t *parent, const kiln_system *system, const kiln_certificate *certificate)
{
    json_t *object = kiln_i_tree_object(t, parent, "certificate");
    kiln_i_tree_flag(t, object, "certified", certificate && certificate->is_certified);
    if (!certificate) {
        kiln_i_tree_text(t, object, "reason", "not computed");
    } else if (certificate->is_certified) {
        kiln_i_tree_real(t, object, "gap_J_mol", certificate->gap_J_mol);
        kiln_i_tree_integer(t, object, "boxes", certificate->nodes);
    } else {
        const int has_phase = certificate->phase >= 0 && certificate->phase < system->n_phases;
        kiln_i_tree_text(t, object, "reason", certificate->reason ? certificate->reason : "not computed");
        kiln_i_tree_text(t, object, "phase", has_phase ? kiln_system_phase_name(system, certificate->phase) : NULL);
        kiln_i_tree_text(t, object, "label", has_phase ? kiln_system_phase_label(system, certificate->phase) : NULL);
        kiln_i_tree_integer(t, object, "boxes", certificate->nodes);
    }
}
