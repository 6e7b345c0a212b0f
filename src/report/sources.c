#include "report/report.h"

#include "core/context.h"
#include "model/system.h"

#include <math.h>
#include <string.h>

kiln_status kiln_i_evidence_open(kiln_context *ctx, const kiln_system *system, kiln_i_evidence *evidence)
{
    *evidence = (kiln_i_evidence){.ctx = ctx, .system = system};
    evidence->uses = kiln_i_calloc(ctx, (size_t)system->db->n_functions + 1, 1);
    return evidence->uses ? KILN_OK : kiln_i_fail(ctx, KILN_E_NOMEM, "list of sources");
}

void kiln_i_evidence_close(kiln_i_evidence *evidence) { kiln_i_free(evidence->ctx, evidence->uses); }

/* References point backwards, so one pass from the end carries every use to what it is made of. */
static void spread(const kiln_database *db, unsigned char *uses, unsigned char mark)
{
    for (int f = db->n_functions - 1; f >= 0; --f)
        for (int r = 0; (uses[f] & mark) && r < db->functions[f].n_references; ++r)
            uses[db->functions[f].references[r].function] |= mark;
}

/* Functions of the entries whose named constituents all exist in the system's version of the phase. */
static void mark_phase(const kiln_i_evidence *e, int phase, unsigned char mark)
{
    const kiln_i_mphase *p = &e->system->phases[phase];
    const kiln_i_phase *source = &e->system->db->phases[p->source];
    for (int i = 0; i < source->n_parameters; ++i) {
        const kiln_i_parameter *parameter = &source->parameters[i];
        int present = 1;
        for (int s = 0; s < source->n_sublattices && present; ++s)
            for (int k = 0; k < parameter->n_at[s] && present; ++k) {
                present = p->fixed[s] == parameter->at[s][k];
                for (int y = 0; y < p->n_y && !present; ++y)
                    present = p->sublattice[y] == s && p->species[y] == parameter->at[s][k];
            }
        if (present && parameter->function >= 0) e->uses[parameter->function] |= mark;
    }
    spread(e->system->db, e->uses, mark);
}

enum { IN_RESULT = 1, IN_QUESTION = 2 };

void kiln_i_evidence_add(kiln_i_evidence *evidence, int phase) { mark_phase(evidence, phase, IN_RESULT); }

double kiln_i_evidence_extrapolation(kiln_i_evidence *evidence, int phase, double T_K, const char **worst)
{
    const kiln_database *db = evidence->system->db;
    double beyond = 0.0;
    mark_phase(evidence, phase, IN_QUESTION);
    for (int f = 0; f < db->n_functions; ++f) {
        if (!(evidence->uses[f] & IN_QUESTION)) continue;
        evidence->uses[f] = (unsigned char)(evidence->uses[f] & ~IN_QUESTION);
        const double outside_K = fmax(db->functions[f].T_min_K - T_K, T_K - db->functions[f].T_max_K);
        if (outside_K <= beyond) continue;
        beyond = outside_K;
        if (worst) *worst = db->functions[f].name;
    }
    return beyond;
}

kiln_status kiln_report_phase_validity(kiln_context *ctx, const kiln_system *system, int phase, double *low_K, double *high_K)
{
    kiln_i_evidence evidence;
    if (!ctx) return KILN_E_ARG;
    if (!system || phase < 0 || phase >= system->n_phases || !low_K || !high_K)
        return kiln_i_fail(ctx, KILN_E_ARG, "phase %d is not in the system, or a NULL argument", phase);
    const kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    mark_phase(&evidence, phase, IN_QUESTION);
    *low_K = 0.0;
    *high_K = INFINITY;
    for (int f = 0; f < system->db->n_functions; ++f) {
        if (!(evidence.uses[f] & IN_QUESTION)) continue;
        *low_K = fmax(*low_K, system->db->functions[f].T_min_K);
        *high_K = fmin(*high_K, system->db->functions[f].T_max_K);
    }
    kiln_i_evidence_close(&evidence);
    return KILN_OK;
}

void kiln_i_evidence_describe(kiln_i_tree *t, json_t *parent, const kiln_i_evidence *evidence)
{
    const kiln_database *db = evidence->system->db;
    json_t *list = kiln_i_tree_array(t, parent, "sources");
    for (int s = 0; s < db->n_sources; ++s) {
        int used = 0;
        for (int f = 0; f < db->n_functions && !used; ++f) used = (evidence->uses[f] & IN_RESULT) && db->functions[f].source == s;
        if (!used) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "key", db->sources[s].key);
        kiln_i_tree_text(t, item, "text", db->sources[s].text);
        kiln_i_tree_text(t, item, "doi", db->sources[s].doi);
    }
}
