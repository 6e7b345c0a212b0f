/* Antiferromagnets of TDB files, which write Tc and moments as negative numbers. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct extent {
    double least, most;
} extent;

/* Values of one kind in a phase, at temperatures that tell their signs. */
static extent extent_of(const kiln_i_phase *phase, kiln_i_parameter_kind kind, const kiln_i_jet *values)
{
    extent e = {0.0, 0.0};
    for (int i = 0; i < phase->n_parameters; i++) {
        if (phase->parameters[i].kind != kind) continue;
        e.least = fmin(e.least, values[phase->parameters[i].function].g);
        e.most = fmax(e.most, values[phase->parameters[i].function].g);
    }
    return e;
}

/* The own function of an entry, times a factor. */
static void multiply(kiln_i_function *f, double factor)
{
    int n = 0;
    for (int k = 0; k < f->n_pieces; k++) n += f->pieces[k].n_terms;
    for (int i = 0; i < n; i++) f->terms[i].coefficient *= factor;
    for (int i = 0; i < f->n_references; i++) f->references[i].factor *= factor;
}

/* 0: of both signs, or a program: which factor holds depends on the composition. */
static int settle_kind(kiln_database *db, kiln_i_phase *phase, kiln_i_parameter_kind kind, const kiln_i_jet *values)
{
    const extent e = extent_of(phase, kind, values);
    if (!(e.least < 0.0)) return 1;
    if (e.most > 0.0) return 0;
    for (int i = 0; i < phase->n_parameters; i++) {
        kiln_i_function *f = &db->functions[phase->parameters[i].function];
        if (phase->parameters[i].kind != kind) continue;
        if (f->steps) return 0;
        multiply(f, 1.0 / phase->antiferro);
    }
    return 1;
}

static kiln_status remove_phase(kiln_i_reader *r, int index)
{
    kiln_database *db = r->db;
    kiln_i_phase *phase = &db->phases[index];
    char sentence[300];
    snprintf(
        sentence, sizeof sentence,
        "the phase %.64s is set aside: its Tc or moments are positive and negative, so that the antiferromagnetic factor depends on the composition",
        phase->name);
    kiln_i_remark *remark = kiln_i_push(r->ctx, &db->remarks, &db->n_remarks, sizeof *remark);
    if (!remark) return kiln_i_reader_no_memory(r);
    *remark = (kiln_i_remark){KILN_SEVERITY_WARNING, kiln_i_strdup(r->ctx, sentence), phase->file, phase->line, phase->column};
    if (!remark->text) return kiln_i_reader_no_memory(r);
    kiln_i_phase_clear(r->ctx, phase);
    db->n_phases--;
    memmove(phase, phase + 1, (size_t)(db->n_phases - index) * sizeof *phase);
    memset(&db->phases[db->n_phases], 0, sizeof *db->phases);
    return KILN_OK;
}

kiln_status kiln_i_tdb_settle_magnetism(kiln_i_reader *r)
{
    const double T_K = 1000.0;
    kiln_database *db = r->db;
    kiln_status status = KILN_OK;
    int n = 0;
    for (int p = 0; p < db->n_phases; p++) n += db->phases[p].antiferro < 0.0;
    if (n == 0) return KILN_OK;
    kiln_i_jet *values = kiln_i_calloc(r->ctx, (size_t)db->n_functions + 1, sizeof *values);
    if (!values) return kiln_i_reader_no_memory(r);
    kiln_i_functions_evaluate(db->functions, db->n_functions, NULL, T_K, NULL, values);
    for (int p = 0; p < db->n_phases && status == KILN_OK; p++) {
        kiln_i_phase *phase = &db->phases[p];
        if (!(phase->antiferro < 0.0)) continue;
        const int is_settled =
            settle_kind(db, phase, KILN_PARAMETER_TC, values) && settle_kind(db, phase, KILN_PARAMETER_BETA, values);
        phase->antiferro = 0.0;
        if (!is_settled) status = remove_phase(r, p--);
    }
    kiln_i_free(r->ctx, values);
    return status;
}
