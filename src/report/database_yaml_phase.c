#include "report/database_yaml.h"

#include "core/elements.h"
#include "data/species.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int is_differing(double a, double b) { return fabs(a - b) > 0.0; }

/* ---- Entries of phases ---- */

static int n_groups(const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    int n = 0;
    for (int s = 0; s < phase->n_sublattices; ++s) n += p->n_at[s] > 1;
    return n;
}

static void add_at(kiln_i_dump *w, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    kiln_i_dump_add(w, "at: [");
    for (int s = 0; s < phase->n_sublattices; ++s) {
        kiln_i_dump_add(w, "%s%s", s ? ", " : "", p->n_at[s] > 1 ? "[" : p->n_at[s] == 0 ? "\"*\"" : "");
        for (int k = 0; k < p->n_at[s]; ++k) {
            kiln_i_dump_add(w, "%s", k ? ", " : "");
            kiln_i_dump_name(w, w->db->species[p->at[s][k]].name);
        }
        kiln_i_dump_add(w, "%s", p->n_at[s] > 1 ? "]" : "");
    }
    kiln_i_dump_add(w, "]");
}

/* What the reader multiplies an entry by again; the rest of its scale goes into the value. */
static double rest_of_scale(const kiln_i_parameter *p) { return p->per == KILN_PER_FORMULA ? p->scale : 1.0; }

static void add_entry(kiln_i_dump *w, const kiln_i_phase *phase, const kiln_i_parameter *p)
{
    const kiln_i_function *f = &w->db->functions[p->function];
    kiln_i_dump_add(w, "      - {");
    add_at(w, phase, p);
    if (n_groups(phase, p) > 0) {
        kiln_i_dump_add(w, ", per: %s", kiln_i_per_text(p->per));
        if (p->order > 0) kiln_i_dump_add(w, ", order: %d", p->order);
        kiln_i_dump_add(w, ", L: ");
    } else kiln_i_dump_add(w, ", G: ");
    kiln_i_dump_value(w, f, rest_of_scale(p));
    kiln_i_dump_provenance(w, f, ", ");
    kiln_i_dump_add(w, "}\n");
}

/* Of default_pair: the entry whose value every other pair without a law has, NULL if there is none. */
static const kiln_i_parameter *flat_default(const kiln_i_phase *phase, const kiln_database *db)
{
    for (int i = 0; i < phase->n_parameters; ++i)
        if (phase->parameters[i].is_default && !db->functions[phase->parameters[i].function].estimate)
            return &phase->parameters[i];
    return NULL;
}

/* A shift may have set one apart. */
static int is_same_value(const kiln_i_function *a, const kiln_i_function *b)
{
    if (a->n_pieces != b->n_pieces || a->n_references || b->n_references) return 0;
    if (is_differing(a->sigma_J_mol, b->sigma_J_mol) || is_differing(a->sigma_T_J_molK, b->sigma_T_J_molK)) return 0;
    if (a->n_pieces == 0) return 1;
    if (a->n_pieces > 1 || a->pieces->n_terms != b->pieces->n_terms) return 0;
    for (int k = 0; k < a->pieces->n_terms; ++k)
        if (a->pieces->terms[k].basis != b->pieces->terms[k].basis ||
            is_differing(a->pieces->terms[k].power, b->pieces->terms[k].power) ||
            is_differing(a->pieces->terms[k].coefficient, b->pieces->terms[k].coefficient))
            return 0;
    return 1;
}

static int is_flat(const kiln_i_dump *w, const kiln_i_parameter *flat, const kiln_i_parameter *p)
{
    return flat && p->is_default && !w->db->functions[p->function].estimate &&
           is_same_value(&w->db->functions[p->function], &w->db->functions[flat->function]);
}

static void add_entries(kiln_i_dump *w, const kiln_i_phase *phase, int interacts)
{
    const kiln_i_parameter *flat = flat_default(phase, w->db);
    int n = 0;
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        if (p->kind != KILN_PARAMETER_G || (n_groups(phase, p) > 0) != interacts || is_flat(w, flat, p)) continue;
        if (n++ == 0) kiln_i_dump_add(w, "    %s:\n", interacts ? "interactions" : "end_members");
        add_entry(w, phase, p);
    }
}

static void add_default(kiln_i_dump *w, const kiln_i_phase *phase)
{
    const kiln_i_parameter *flat = flat_default(phase, w->db);
    if (!flat) return;
    kiln_i_dump_add(w, "    default_pair: {per: %s, W: ", kiln_i_per_text(flat->per));
    kiln_i_dump_value(w, &w->db->functions[flat->function], rest_of_scale(flat));
    kiln_i_dump_provenance(w, &w->db->functions[flat->function], ", ");
    kiln_i_dump_add(w, "}\n");
}

static void add_magnetic_entries(kiln_i_dump *w, const kiln_i_phase *phase, kiln_i_parameter_kind kind)
{
    int n = 0;
    kiln_i_dump_add(w, "      %s:", kind == KILN_PARAMETER_TC ? "Tc" : "beta");
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        const kiln_i_function *f = &w->db->functions[p->function];
        double value = 0.0;
        if (p->kind != kind) continue;
        for (int k = 0; f->n_pieces > 0 && k < f->pieces->n_terms; ++k) {
            if (f->pieces->terms[k].basis != KILN_BASIS_POWER || is_differing(f->pieces->terms[k].power, 0.0))
                kiln_i_dump_fail(w, "%.200s depends on temperature, which the format does not know", f->name);
            value += f->pieces->terms[k].coefficient;
        }
        if (f->n_references || f->n_pieces > 1)
            kiln_i_dump_fail(w, "%.200s is more than a number, which the format does not know", f->name);
        kiln_i_dump_add(w, "%s        - {", n++ ? "" : "\n");
        add_at(w, phase, p);
        if (p->order > 0) kiln_i_dump_add(w, ", order: %d", p->order);
        kiln_i_dump_add(w, ", value: ");
        kiln_i_dump_number(w, p->scale * value);
        kiln_i_dump_provenance(w, f, ", ");
        kiln_i_dump_add(w, "}\n");
    }
    if (n == 0) kiln_i_dump_add(w, " []\n");
}

static void add_magnetism(kiln_i_dump *w, const kiln_i_phase *phase)
{
    if (!(phase->magnetic_p > 0.0)) return;
    kiln_i_dump_add(w, "    magnetic:\n      p: ");
    kiln_i_dump_number(w, phase->magnetic_p);
    kiln_i_dump_add(w, "\n");
    if (phase->antiferro < 0.0) {
        kiln_i_dump_add(w, "      antiferro: ");
        kiln_i_dump_number(w, phase->antiferro);
        kiln_i_dump_add(w, "\n");
    }
    add_magnetic_entries(w, phase, KILN_PARAMETER_TC);
    add_magnetic_entries(w, phase, KILN_PARAMETER_BETA);
}

/* ---- Phases ---- */

/* Texts that phases and substances have; the first key begins without a separator's comma. */
static void add_texts(kiln_i_dump *w, const kiln_i_phase *phase, const char *separator)
{
    kiln_i_dump_text(w, *separator == ',' ? "" : separator, "label", phase->label);
    kiln_i_dump_text(w, separator, "structure", phase->structure);
    kiln_i_dump_text(w, separator, "formula", phase->formula);
    kiln_i_dump_text(w, separator, "family", phase->family);
    if (phase->anion_ratio >= 0.0) {
        kiln_i_dump_add(w, "%sanion_ratio: ", separator);
        kiln_i_dump_number(w, phase->anion_ratio);
    }
    kiln_i_dump_add(w, "%srole: %s", separator, kiln_i_role_text(phase->role));
    if (phase->quality != KILN_QUALITY_FULL) kiln_i_dump_add(w, "%squality: %s", separator, kiln_i_quality_text(phase->quality));
    kiln_i_dump_text(w, separator, "note", phase->note);
}

/* One text for all: those that differ are joined. */
static void add_warnings(kiln_i_dump *w, const kiln_i_phase *phase)
{
    char joined[2000] = "";
    if (phase->n_warnings == 0) return;
    kiln_i_dump_add(w, "    warn_above: {");
    for (int i = 0; i < phase->n_warnings; ++i) {
        const size_t used = strlen(joined);
        kiln_i_dump_add(w, "%s: ", kiln_i_element_symbol(phase->warnings[i].element));
        kiln_i_dump_number(w, phase->warnings[i].fraction);
        kiln_i_dump_add(w, ", ");
        if (!strstr(joined, phase->warnings[i].text))
            snprintf(joined + used, sizeof joined - used, "%s%s", used ? "; " : "", phase->warnings[i].text);
    }
    kiln_i_dump_text(w, "", "text", joined);
    kiln_i_dump_add(w, "}\n");
}

static void add_sublattices(kiln_i_dump *w, const kiln_i_phase *phase)
{
    kiln_i_dump_add(w, "    sublattices:\n");
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        kiln_i_dump_add(w, "      - {name: ");
        kiln_i_dump_quoted(w, sub->name);
        kiln_i_dump_add(w, ", sites: ");
        kiln_i_dump_number(w, sub->sites);
        kiln_i_dump_add(w, ", constituents: [");
        for (int i = 0; i < sub->n_constituents; ++i) {
            kiln_i_dump_add(w, "%s", i ? ", " : "");
            kiln_i_dump_name(w, w->db->species[sub->constituents[i]].name);
        }
        kiln_i_dump_add(w, "]}\n");
    }
}

static void add_phase(kiln_i_dump *w, const kiln_i_phase *phase)
{
    kiln_i_dump_add(w, "  ");
    kiln_i_dump_name(w, phase->name);
    kiln_i_dump_add(w, ":");
    add_texts(w, phase, "\n    ");
    kiln_i_dump_add(w, "\n");
    add_warnings(w, phase);
    for (int i = 0; i < phase->n_only_with; ++i)
        kiln_i_dump_add(w, "%s%s%s", i ? ", " : "    only_with: [", kiln_i_element_symbol(phase->only_with[i]),
                        i + 1 == phase->n_only_with ? "]\n" : "");
    add_sublattices(w, phase);
    add_entries(w, phase, 0);
    add_entries(w, phase, 1);
    add_default(w, phase);
    add_magnetism(w, phase);
}

/* Whether the short form of substances says all: one constituent a sublattice, one value, a formula that they make up. */
static int is_substance(const kiln_i_dump *w, const kiln_i_phase *phase)
{
    kiln_i_species formula = {.n_elements = 0};
    double sum[KILN_MAX_ELEMENTS_OF_SPECIES] = {0}, all = 0.0, inside = 0.0;
    char name[16];
    if (phase->n_parameters != 1 || phase->n_warnings || phase->n_only_with || phase->magnetic_p > 0.0 || !phase->formula)
        return 0;
    if (phase->parameters->kind != KILN_PARAMETER_G || phase->quality == KILN_QUALITY_ENTROPY_ONLY) return 0;
    if (kiln_i_species_parse(w->ctx, phase->formula, &formula) != KILN_OK || fabs(formula.charge) > 0.0) return 0;
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        snprintf(name, sizeof name, "%d", s + 1);
        if (sub->n_constituents != 1 || phase->parameters->n_at[s] != 1 || strcmp(sub->name, name) != 0) return 0;
        const kiln_i_species *species = &w->db->species[sub->constituents[0]];
        for (int e = 0; e < species->n_elements; ++e) all += sub->sites * species->count[e];
        for (int e = 0; e < formula.n_elements; ++e) sum[e] += sub->sites * kiln_i_species_count(species, formula.element[e]);
    }
    for (int e = 0; e < formula.n_elements; ++e) {
        inside += sum[e];
        if (fabs(sum[e] - formula.count[e]) > 1e-7) return 0;
    }
    return formula.n_elements > 0 && fabs(all - inside) < 1e-9;
}

static void add_substance(kiln_i_dump *w, const kiln_i_phase *phase)
{
    const kiln_i_function *f = &w->db->functions[phase->parameters->function];
    const int is_whole = phase->n_sublattices == 1 && !is_differing(phase->sublattices[0].sites, 1.0) &&
                         strcmp(w->db->species[phase->sublattices[0].constituents[0]].name, phase->formula) == 0;
    kiln_i_dump_add(w, "  ");
    kiln_i_dump_name(w, phase->name);
    kiln_i_dump_add(w, ": {");
    add_texts(w, phase, ", ");
    if (!is_whole) {
        kiln_i_dump_add(w, ", ");
        add_at(w, phase, phase->parameters);
        for (int s = 0; s < phase->n_sublattices; ++s) {
            kiln_i_dump_add(w, "%s", s ? ", " : ", sites: [");
            kiln_i_dump_number(w, phase->sublattices[s].sites);
        }
        kiln_i_dump_add(w, "]");
    }
    kiln_i_dump_add(w, ", G: ");
    kiln_i_dump_value(w, f, phase->parameters->scale);
    /* one note only: that of the phase and that of its value are the same key */
    kiln_i_function provenance = *f;
    provenance.note = phase->note ? NULL : f->note;
    kiln_i_dump_provenance(w, &provenance, ", ");
    kiln_i_dump_add(w, "}\n");
}

void kiln_i_dump_phases(kiln_i_dump *w, int substances)
{
    int n = 0;
    for (int i = 0; i < w->db->n_phases; ++i) {
        const kiln_i_phase *phase = &w->db->phases[i];
        if (is_substance(w, phase) != substances) continue;
        if (n++ == 0) kiln_i_dump_add(w, "%s:\n", substances ? "substances" : "phases");
        if (substances) add_substance(w, phase);
        else add_phase(w, phase);
    }
}
