/* The public view of gas species and temperatures of melting. */
#include "data/database.h"

#include <math.h>

int kiln_database_n_vapours(const kiln_database *db) { return db ? db->n_vapours : 0; }
int kiln_database_n_meltings(const kiln_database *db) { return db ? db->n_meltings : 0; }

kiln_status kiln_database_vapour(const kiln_database *db, int i, kiln_vapour_info *out)
{
    if (!db || !out || i < 0 || i >= db->n_vapours) return KILN_E_ARG;
    const kiln_i_vapour *v = &db->vapours[i];
    *out = (kiln_vapour_info){v->species.name, v->function, db->files[v->file], v->line, v->column};
    return KILN_OK;
}

kiln_status kiln_database_melting(const kiln_database *db, int i, kiln_melting_info *out)
{
    if (!db || !out || i < 0 || i >= db->n_meltings) return KILN_E_ARG;
    const kiln_i_melting *m = &db->meltings[i];
    const kiln_i_source *source = m->source >= 0 ? &db->sources[m->source] : NULL;
    *out = (kiln_melting_info){.formula = m->formula,
                               .T_K = m->T_K,
                               .sigma_K = m->sigma_K,
                               .decomposes = m->decomposes,
                               .status = kiln_i_value_status_text((kiln_i_status_of_value)m->status),
                               .source_key = source ? source->key : NULL,
                               .source = source ? source->text : NULL,
                               .doi = source ? source->doi : NULL,
                               .note = m->note,
                               .file = db->files[m->file],
                               .line = m->line,
                               .column = m->column};
    return KILN_OK;
}

static double share_of(const kiln_composition *x, double atoms, int z)
{
    for (int i = 0; i < x->n; i++)
        if (x->component[i].z == z) return x->component[i].amount / atoms;
    return 0.0;
}

int kiln_database_find_melting(const kiln_database *db, const kiln_composition *x)
{
    const double rounding = 1e-9;
    double atoms = 0.0;
    for (int i = 0; x && i < x->n; i++) atoms += x->component[i].amount;
    for (int i = 0; db && atoms > 0.0 && i < db->n_meltings; i++) {
        const kiln_i_melting *m = &db->meltings[i];
        int is_same = m->n_elements == x->n;
        for (int e = 0; is_same && e < m->n_elements; e++)
            is_same = fabs(share_of(x, atoms, m->element[e]) - m->share[e]) < rounding;
        if (is_same) return i;
    }
    return -1;
}
