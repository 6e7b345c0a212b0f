#include "report/tdb.h"

#include "core/context.h"
#include "core/elements.h"
#include "text/quantity.h"
#include "text/tdb.h"

#include <stdio.h>
#include <string.h>

void kiln_i_export_sort_species(const kiln_i_export *t, int n, int *species)
{
    for (int i = 1; i < n; ++i)
        for (int k = i; k > 0 && strcmp(t->species[species[k - 1]].name, t->species[species[k]].name) > 0; --k) {
            const int swap = species[k];
            species[k] = species[k - 1];
            species[k - 1] = swap;
        }
}

static int is_written(const kiln_i_phase *phase) { return phase->quality != KILN_QUALITY_ENTROPY_ONLY; }

/* Whether the sum of Tc or of moments may be negative somewhere. */
static int may_be_negative(const kiln_database *db, const kiln_i_phase *phase)
{
    for (int i = 0; i < phase->n_parameters; ++i) {
        const kiln_i_parameter *p = &phase->parameters[i];
        const kiln_i_function *f = &db->functions[p->function];
        if (p->kind == KILN_PARAMETER_G) continue;
        if (p->order > 0 || f->n_references > 0 || f->steps) return 1;
        for (int piece = 0; piece < f->n_pieces; ++piece)
            for (int k = 0; k < f->pieces[piece].n_terms; ++k)
                if (p->scale * f->pieces[piece].terms[k].coefficient < 0.0) return 1;
    }
    return 0;
}

/* What negative sums are divided by. Where the phase has none there is no ordering: a large divisor leaves none to speak of, and kiln reads it as none. */
static double antiferromagnetic_factor(const kiln_database *db, const kiln_i_phase *phase)
{
    if (phase->antiferro < 0.0) return phase->antiferro;
    if (may_be_negative(db, phase)) return KILN_TDB_NO_ORDER;
    return phase->magnetic_p > 0.34 ? -1.0 : -3.0;
}

void kiln_i_export_magnetic_types(kiln_i_export *t)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char token[160], p[KILN_NUMBER_TEXT], factor[KILN_NUMBER_TEXT];
    size_t n = 0;
    for (int i = 0; i < t->db->n_phases; ++i) {
        const kiln_i_phase *phase = &t->db->phases[i];
        const char type = phase->magnetic_p > 0.0 && n < sizeof letters - 1 ? letters[n] : '%';
        n += phase->magnetic_p > 0.0;
        t->type[i] = type;
        if (!(phase->magnetic_p > 0.0) || !is_written(phase)) continue;
        if (type == '%' && t->out.status == KILN_OK)
            t->out.status = kiln_i_fail(t->ctx, KILN_E_ARG, "too many phases with magnetism for a TDB");
        snprintf(token, sizeof token, "TYPE_DEFINITION %c GES A_P_D %s MAGNETIC %s %s", type, t->phase[i],
                 kiln_i_export_number(antiferromagnetic_factor(t->db, phase), factor),
                 kiln_i_export_number(phase->magnetic_p, p));
        kiln_i_export_put(t, 0, token);
        kiln_i_export_end(t);
    }
}

static void put_sublattices(kiln_i_export *t, int index, int *const sorted[KILN_MAX_SUBLATTICES])
{
    const kiln_i_phase *phase = &t->db->phases[index];
    const char *suffix = phase->role == KILN_ROLE_LIQUID ? ":L" : phase->role == KILN_ROLE_GAS ? ":G" : "";
    char token[160], number[KILN_NUMBER_TEXT];
    snprintf(token, sizeof token, "PHASE %s%s %%%.*s %d", t->phase[index], suffix, t->type[index] != '%', &t->type[index],
             phase->n_sublattices);
    kiln_i_export_put(t, 0, token);
    for (int s = 0; s < phase->n_sublattices; ++s)
        kiln_i_export_put(t, 1, kiln_i_export_number(phase->sublattices[s].sites, number));
    kiln_i_export_end(t);
    snprintf(token, sizeof token, "CONSTITUENT %s%s :", t->phase[index], suffix);
    kiln_i_export_put(t, 0, token);
    for (int s = 0; s < phase->n_sublattices; ++s) {
        for (int i = 0; i < phase->sublattices[s].n_constituents; ++i) {
            snprintf(token, sizeof token, "%s%s", i ? "," : "", t->species[sorted[s][i]].name);
            kiln_i_export_put(t, 0, token);
        }
        kiln_i_export_put(t, 0, ":");
    }
    kiln_i_export_end(t);
}

/* What kiln knows of a phase and a TDB has no place for. */
static void describe(kiln_i_export *t, int index)
{
    const kiln_i_phase *phase = &t->db->phases[index];
    kiln_i_export_comment(t, " ");
    kiln_i_export_comment(t, "%s: %s%s%s%s%s%s%s; %s; %s%s%s", t->phase[index],
                          kiln_i_export_is_same_name(t->phase[index], phase->name) ? "" : phase->name,
                          kiln_i_export_is_same_name(t->phase[index], phase->name) ? "" : "; ", phase->label,
                          phase->structure ? "; " : "", phase->structure ? phase->structure : "", phase->formula ? "; " : "",
                          phase->formula ? phase->formula : "", kiln_i_role_text(phase->role),
                          kiln_i_quality_text(phase->quality), phase->family ? "; family " : "",
                          phase->family ? phase->family : "");
    if (phase->note) kiln_i_export_comment(t, "note: %s", phase->note);
    if (phase->anion_ratio >= 0.0) kiln_i_export_comment(t, "anions per cation: %.10g", phase->anion_ratio);
    for (int i = 0; i < phase->n_warnings; ++i)
        kiln_i_export_comment(t, "above a share of %.10g of %s: %s", phase->warnings[i].fraction,
                              kiln_i_element_symbol(phase->warnings[i].element), phase->warnings[i].text);
    for (int i = 0; i < phase->n_only_with; ++i)
        kiln_i_export_comment(t, "%s %s", i ? "or" : "kiln leaves it out of systems without",
                              kiln_i_element_symbol(phase->only_with[i]));
}

void kiln_i_export_phase(kiln_i_export *t, int index)
{
    const kiln_i_phase *phase = &t->db->phases[index];
    int *sorted[KILN_MAX_SUBLATTICES] = {NULL}, is_complete = 1;
    describe(t, index);
    if (!is_written(phase)) {
        kiln_i_export_comment(t, "not written: no Gibbs energy of it is known");
        return;
    }
    for (int s = 0; s < phase->n_sublattices; ++s) {
        const kiln_i_sublattice *sub = &phase->sublattices[s];
        sorted[s] = kiln_i_calloc(t->ctx, (size_t)sub->n_constituents, sizeof **sorted);
        is_complete = is_complete && sorted[s];
        if (!sorted[s]) continue;
        memcpy(sorted[s], sub->constituents, (size_t)sub->n_constituents * sizeof **sorted);
        kiln_i_export_sort_species(t, sub->n_constituents, sorted[s]);
    }
    if (is_complete) {
        put_sublattices(t, index, sorted);
        kiln_i_export_parameters(t, phase, sorted);
    } else if (t->out.status == KILN_OK) {
        t->out.status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "constituents of %s", phase->name);
    }
    for (int s = 0; s < phase->n_sublattices; ++s) kiln_i_free(t->ctx, sorted[s]);
}
