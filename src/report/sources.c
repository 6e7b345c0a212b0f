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

enum { IN_RESULT = 1, IN_QUESTION = 2 };

void kiln_i_evidence_add(kiln_i_evidence *evidence, int phase)
{
    kiln_i_system_mark_uses(evidence->system, phase, evidence->uses, IN_RESULT);
}

double kiln_i_evidence_extrapolation(kiln_i_evidence *evidence, int phase, double T_K, const char **worst)
{
    const kiln_database *db = evidence->system->db;
    double beyond = 0.0;
    kiln_i_system_mark_uses(evidence->system, phase, evidence->uses, IN_QUESTION);
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
