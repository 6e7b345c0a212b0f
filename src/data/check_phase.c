#include "data/check.h"

#include "core/elements.h"
#include "data/species.h"

#include <math.h>
#include <stdio.h>

enum { MAX_END_MEMBERS = 1 << 20, NAME_BYTES = 256 };

static const kiln_i_species *species_of(const kiln_i_check *check, const kiln_i_phase *phase, int s, int i)
{
    return &check->db->species[phase->sublattices[s].constituents[i]];
}

/* 1 if an entry without interactions holds where constituent choice[s] fills each sublattice. */
static int covers(const kiln_i_phase *phase, const kiln_i_parameter *p, const int *choice)
{
    if (p->kind != KILN_PARAMETER_G) return 0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        if (p->n_at[s] > 1) return 0;
        if (p->n_at[s] == 1 && p->at[s][0] != phase->sublattices[s].constituents[choice[s]]) return 0;
    }
    return 1;
}

/* Next combination of constituents, the last sublattice fastest; 0 when all have been. */
static int next_choice(const kiln_i_phase *phase, int *choice)
{
    for (int s = phase->n_sublattices - 1; s >= 0; s--) {
        if (++choice[s] < phase->sublattices[s].n_constituents) return 1;
        choice[s] = 0;
    }
    return 0;
}

static double n_end_members(const kiln_i_phase *phase)
{
    double n = 1.0;
    for (int s = 0; s < phase->n_sublattices; s++) n *= phase->sublattices[s].n_constituents;
    return n;
}

static void write_choice(const kiln_i_check *check, const kiln_i_phase *phase, const int *choice, char text[NAME_BYTES])
{
    int used = 0;
    for (int s = 0; s < phase->n_sublattices && used < NAME_BYTES; s++)
        used += snprintf(text + used, (size_t)(NAME_BYTES - used), "%s%s", s ? ":" : "",
                         species_of(check, phase, s, choice[s])->name);
}

static void check_end_members(kiln_i_check *check, const kiln_i_phase *phase)
{
    int choice[KILN_MAX_SUBLATTICES] = {0}, n_missing = 0;
    char first[NAME_BYTES] = "";
    if (n_end_members(phase) > MAX_END_MEMBERS) {
        kiln_i_check_add(check, KILN_SEVERITY_NOTE, "end-member", phase->file, phase->line, phase->column,
                         "%s has %.0f end members, too many to look at each", phase->name, n_end_members(phase));
        return;
    }
    do {
        int is_covered = 0;
        for (int i = 0; i < phase->n_parameters && !is_covered; i++) is_covered = covers(phase, &phase->parameters[i], choice);
        if (!is_covered && n_missing++ == 0) write_choice(check, phase, choice, first);
    } while (next_choice(phase, choice));
    if (n_missing > 0)
        kiln_i_check_add(check, KILN_SEVERITY_ERROR, "end-member", phase->file, phase->line, phase->column,
                         "%s lacks the Gibbs energy of %d end member%s, first %s", phase->name, n_missing,
                         n_missing > 1 ? "s" : "", first);
}

static int has_pair(const kiln_i_phase *phase, int s, int a, int b)
{
    for (int i = 0; i < phase->n_parameters; i++) {
        const kiln_i_parameter *p = &phase->parameters[i];
        if (p->kind != KILN_PARAMETER_G || p->n_at[s] != 2) continue;
        if ((p->at[s][0] == a && p->at[s][1] == b) || (p->at[s][0] == b && p->at[s][1] == a)) return 1;
    }
    return 0;
}

static void check_pairs(kiln_i_check *check, const kiln_i_phase *phase)
{
    if (phase->role == KILN_ROLE_GAS) return; /* ideal by its nature */
    for (int s = 0; s < phase->n_sublattices; s++) {
        const kiln_i_sublattice *sublattice = &phase->sublattices[s];
        int n_missing = 0, first[2] = {0, 0};
        for (int j = 1; j < sublattice->n_constituents; j++)
            for (int i = 0; i < j; i++)
                if (!has_pair(phase, s, sublattice->constituents[i], sublattice->constituents[j]) && n_missing++ == 0) {
                    first[0] = i;
                    first[1] = j;
                }
        if (n_missing > 0)
            kiln_i_check_add(check, KILN_SEVERITY_WARNING, "pair", phase->file, phase->line, phase->column,
                             "%s lacks %d pair%s on sublattice %s, first %s and %s", phase->name, n_missing,
                             n_missing > 1 ? "s" : "", sublattice->name, species_of(check, phase, s, first[0])->name,
                             species_of(check, phase, s, first[1])->name);
    }
}

/* Pairs that nothing but default_pair covers: counted as entries, yet nobody measured or assessed them. Those that its laws give, and those with its one value. */
static void check_default_pairs(kiln_i_check *check, const kiln_i_phase *phase, int by_law)
{
    enum { MAX_LISTED = 8 };
    for (int s = 0; s < phase->n_sublattices; s++) {
        char list[NAME_BYTES] = "";
        int n = 0, used = 0;
        for (int i = 0; i < phase->n_parameters; i++) {
            const kiln_i_parameter *p = &phase->parameters[i];
            if (!p->is_default || p->n_at[s] != 2 || (check->db->functions[p->function].estimate != NULL) != by_law) continue;
            if (n++ >= MAX_LISTED || used >= NAME_BYTES) continue;
            used += snprintf(list + used, (size_t)(NAME_BYTES - used), "%s%s-%s", n > 1 ? ", " : "",
                             check->db->species[p->at[s][0]].name, check->db->species[p->at[s][1]].name);
        }
        if (n > 0)
            kiln_i_check_add(check, by_law ? KILN_SEVERITY_NOTE : KILN_SEVERITY_WARNING, by_law ? "law" : "default-pair",
                             phase->file, phase->line, phase->column, "%s has %d pair%s on sublattice %s that %s: %s%s",
                             phase->name, n, n > 1 ? "s" : "", phase->sublattices[s].name,
                             by_law ? "a law of default_pair gives" : "only default_pair covers", list,
                             n > MAX_LISTED ? ", ..." : "");
    }
}

/* Pairs that the laws of default_pair would reach if they knew more of one of the two ions. */
static void check_law_gaps(kiln_i_check *check, const kiln_i_phase *phase)
{
    for (int i = 0; i < phase->n_law_gaps; i++) {
        const kiln_i_law_gap *gap = &phase->law_gaps[i];
        kiln_i_check_add(check, KILN_SEVERITY_WARNING, "law", phase->file, phase->line, phase->column,
                         "%s: %s, so that no law of default_pair gives %d of its pairs on sublattice %s", phase->name,
                         gap->reason, gap->n_pairs, phase->sublattices[gap->sublattice].name);
    }
}

/* The formula unit can be neutral if 0 lies between the lowest and the highest charge its constituents allow. */
static void check_neutrality(kiln_i_check *check, const kiln_i_phase *phase)
{
    double low = 0.0, high = 0.0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        double least = INFINITY, most = -INFINITY;
        for (int i = 0; i < phase->sublattices[s].n_constituents; i++) {
            least = fmin(least, species_of(check, phase, s, i)->charge);
            most = fmax(most, species_of(check, phase, s, i)->charge);
        }
        low += phase->sublattices[s].sites * least;
        high += phase->sublattices[s].sites * most;
    }
    if (low > 1e-6 || high < -1e-6)
        kiln_i_check_add(check, KILN_SEVERITY_ERROR, "charge", phase->file, phase->line, phase->column,
                         "%s cannot be neutral: its formula unit has a charge from %+g to %+g", phase->name, low, high);
}

/* What entry p puts on sublattice s; NULL where it leaves a choice. */
static const kiln_i_species *occupant(const kiln_i_check *check, const kiln_i_phase *phase, const kiln_i_parameter *p, int s)
{
    if (p->n_at[s] == 1) return &check->db->species[p->at[s][0]];
    return p->n_at[s] == 0 && phase->sublattices[s].n_constituents == 1 ? species_of(check, phase, s, 0) : NULL;
}

/* Elements of a formula unit that entry p fixes: 0 if it leaves a sublattice open. */
static int entry_contents(const kiln_i_check *check, const kiln_i_phase *phase, const kiln_i_parameter *p, double *amount)
{
    for (int z = 0; z <= KILN_MAX_Z; z++) amount[z] = 0.0;
    for (int s = 0; s < phase->n_sublattices; s++) {
        const kiln_i_species *species = occupant(check, phase, p, s);
        if (!species) return 0;
        for (int e = 0; e < species->n_elements; e++)
            amount[species->element[e]] += phase->sublattices[s].sites * species->count[e];
    }
    return 1;
}

static double entry_charge(const kiln_i_check *check, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    double charge = 0.0;
    for (int s = 0; s < phase->n_sublattices; s++) charge += phase->sublattices[s].sites * occupant(check, phase, p, s)->charge;
    return charge;
}

/* A neutral end member made of functions that all have formulas must have the elements of their sum; charged ones lean on a reference
 * state of their own and are not compared. */
static void check_balance(kiln_i_check *check, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    const kiln_i_function *f = &check->db->functions[p->function];
    double amount[KILN_MAX_Z + 1];
    int n_formulas = 0;
    if (p->kind != KILN_PARAMETER_G || f->n_references == 0 || !entry_contents(check, phase, p, amount)) return;
    if (fabs(entry_charge(check, phase, p)) > 1e-6) return;
    for (int k = 0; k < f->n_references; k++) {
        const kiln_i_function *part = &check->db->functions[f->references[k].function];
        kiln_i_species formula = {0};
        if (!part->formula) continue;
        if (kiln_i_species_parse(check->ctx, part->formula, &formula) != KILN_OK) return;
        n_formulas++;
        for (int e = 0; e < formula.n_elements; e++) amount[formula.element[e]] -= f->references[k].factor * formula.count[e];
    }
    for (int z = 1; z <= KILN_MAX_Z && n_formulas > 0; z++)
        if (fabs(amount[z]) > 1e-3) {
            kiln_i_check_add(check, KILN_SEVERITY_WARNING, "balance", f->file, f->line, f->column,
                             "%s does not balance: %+g %s beside the formulas of the functions it names", f->name, amount[z],
                             kiln_i_element_symbol(z));
            return;
        }
}

/* Entries of a phase that takes part in no equilibrium would lie idle unseen. */
static void check_idle(kiln_i_check *check, const kiln_i_phase *phase)
{
    if (phase->n_parameters > 0)
        kiln_i_check_add(check, KILN_SEVERITY_WARNING, "quality", phase->file, phase->line, phase->column,
                         "%s has %d entr%s, but is entropy-only: nothing uses %s", phase->name, phase->n_parameters,
                         phase->n_parameters > 1 ? "ies" : "y", phase->n_parameters > 1 ? "them" : "it");
}

void kiln_i_check_phase(kiln_i_check *check, const kiln_i_phase *phase)
{
    if (phase->quality == KILN_QUALITY_ENTROPY_ONLY) {
        check_idle(check, phase);
        check_neutrality(check, phase);
        return;
    }
    check_end_members(check, phase);
    check_pairs(check, phase);
    check_default_pairs(check, phase, 0);
    check_default_pairs(check, phase, 1);
    check_law_gaps(check, phase);
    check_neutrality(check, phase);
    for (int i = 0; i < phase->n_parameters; i++) check_balance(check, phase, &phase->parameters[i]);
}
