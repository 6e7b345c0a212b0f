#include "data/check.h"

#include "data/species.h"

#include <math.h>

/* A function that states its formula must be about the species that names it. */
static kiln_status check_vapour(kiln_i_check *check, const kiln_i_vapour *v)
{
    const kiln_i_function *f = &check->db->functions[v->function];
    kiln_i_species formula = {0};
    if (!f->formula) return KILN_OK;
    const kiln_status status = kiln_i_species_parse(check->ctx, f->formula, &formula);
    if (status == KILN_E_NOMEM) return status;
    int is_same = status == KILN_OK && formula.n_elements == v->species.n_elements;
    for (int e = 0; is_same && e < formula.n_elements; e++)
        is_same = fabs(formula.count[e] - kiln_i_species_count(&v->species, formula.element[e])) < 1e-6;
    if (!is_same)
        kiln_i_check_add(check, KILN_SEVERITY_ERROR, "balance", v->file, v->line, v->column,
                         "the vapour %s does not balance: its function %s is about %s", v->species.name, f->name, f->formula);
    return KILN_OK;
}

static void check_melting(kiln_i_check *check, const kiln_i_melting *m)
{
    check->summary.n_values++;
    check->summary.n_estimated += m->status == KILN_VALUE_ESTIMATED;
    const char *lacks[] = {m->source < 0 ? "source" : NULL, m->status == KILN_VALUE_UNSTATED ? "status" : NULL,
                           m->sigma_K < 0.0 ? "sigma" : NULL};
    for (int i = 0; i < 3; i++)
        if (lacks[i])
            kiln_i_check_add(check, KILN_SEVERITY_NOTE, lacks[i], m->file, m->line, m->column,
                             "the temperature of melting of %s has no %s", m->formula, lacks[i]);
}

kiln_status kiln_i_check_vapours(kiln_i_check *check)
{
    kiln_status status = KILN_OK;
    for (int i = 0; i < check->db->n_vapours && status == KILN_OK; i++) status = check_vapour(check, &check->db->vapours[i]);
    for (int i = 0; i < check->db->n_meltings && status == KILN_OK; i++) check_melting(check, &check->db->meltings[i]);
    return status;
}
