/* Which functions of the database a phase or the whole system rests on, and where they are valid. */
#include "model/system.h"

#include "core/context.h"

void kiln_i_system_mark_uses(const kiln_system *system, int phase, unsigned char *uses, unsigned char mark)
{
    const kiln_i_mphase *p = &system->phases[phase];
    const kiln_i_phase *source = &system->db->phases[p->source];
    for (int i = 0; i < source->n_parameters; ++i) {
        const kiln_i_parameter *parameter = &source->parameters[i];
        int present = 1;
        for (int s = 0; s < source->n_sublattices && present; ++s)
            for (int k = 0; k < parameter->n_at[s] && present; ++k) {
                present = p->fixed[s] == parameter->at[s][k];
                for (int y = 0; y < p->n_y && !present; ++y)
                    present = p->sublattice[y] == s && p->species[y] == parameter->at[s][k];
            }
        if (present && parameter->function >= 0) uses[parameter->function] |= mark;
    }
    kiln_i_spread_uses(system->db, uses, mark);
}

static void mark_monomials(unsigned char *uses, int n, const kiln_i_monomial *monomials)
{
    for (int t = 0; t < n; ++t) uses[monomials[t].function] = 1;
}

/* Whether a function's own part is a straight line, whose value and slope are then in *out. */
static int is_line(const kiln_i_function *f, kiln_i_line *out)
{
    if (f->beta > 0.0 || f->steps || f->n_pieces > 1) return 0;
    for (int t = 0; f->n_pieces > 0 && t < f->pieces[0].n_terms; ++t) {
        const kiln_i_term *term = &f->pieces[0].terms[t];
        if (term->basis != KILN_BASIS_POWER || (term->power != 0.0 && term->power != 1.0)) return 0;
        *(term->power == 0.0 ? &out->constant : &out->slope) += term->coefficient;
    }
    return 1;
}

/* Lines, that may refer to lines, and the rest. Of a function that is a line system->function holds value and slope meanwhile, and in d2g that it is one. */
static void sort_functions(kiln_system *system)
{
    const kiln_database *db = system->db;
    for (int k = 0; k < system->n_used; ++k) {
        const kiln_i_function *f = &db->functions[system->used[k]];
        kiln_i_line line = {.function = system->used[k]};
        int is = is_line(f, &line);
        for (int r = 0; r < f->n_references && is; ++r) {
            const kiln_i_jet *other = &system->function[f->references[r].function];
            is = other->d2g != 0.0;
            line.constant += f->references[r].factor * other->g;
            line.slope += f->references[r].factor * other->dg;
        }
        if (is) system->lines[system->n_lines++] = line;
        else system->curved[system->n_curved++] = system->used[k];
        system->function[system->used[k]] = (kiln_i_jet){line.constant, line.slope, is};
    }
    for (int k = 0; k < system->n_used; ++k) system->function[system->used[k]] = (kiln_i_jet){0.0, 0.0, 0.0};
}

kiln_status kiln_i_system_list_functions(kiln_system *system)
{
    const kiln_database *db = system->db;
    const size_t room = (size_t)db->n_functions + 1;
    unsigned char *uses = kiln_i_calloc(system->ctx, room, 1);
    system->used = kiln_i_alloc(system->ctx, room, sizeof *system->used);
    if (!uses || !system->used) {
        kiln_i_free(system->ctx, uses);
        return kiln_i_fail(system->ctx, KILN_E_NOMEM, "list of functions");
    }
    for (int i = 0; i < system->n_phases; ++i) {
        const kiln_i_mphase *p = &system->phases[i];
        mark_monomials(uses, p->n_low + p->n_high, p->monomials);
        mark_monomials(uses, p->n_tc, p->tc);
        mark_monomials(uses, p->n_beta, p->beta);
    }
    for (int k = 0; k < system->n_open; ++k)
        for (int g = 0; g < system->open[k].n_gases; ++g) uses[system->open[k].function[g]] = 1;
    system->n_used = kiln_i_list_uses(db, uses, system->used);
    kiln_i_free(system->ctx, uses);
    system->curved = kiln_i_alloc(system->ctx, (size_t)system->n_used + 1, sizeof *system->curved);
    system->lines = kiln_i_alloc(system->ctx, (size_t)system->n_used + 1, sizeof *system->lines);
    if (!system->curved || !system->lines) return kiln_i_fail(system->ctx, KILN_E_NOMEM, "list of functions");
    sort_functions(system);
    return KILN_OK;
}

kiln_status kiln_system_phase_validity(const kiln_system *system, int phase, double *low_K, double *high_K)
{
    if (!system) return KILN_E_ARG;
    if (phase < 0 || phase >= system->n_phases || !low_K || !high_K)
        return kiln_i_fail(system->ctx, KILN_E_ARG, "phase %d is not in the system, or a NULL argument", phase);
    const kiln_database *db = system->db;
    unsigned char *uses = kiln_i_calloc(system->ctx, (size_t)db->n_functions + 1, 1);
    if (!uses) return kiln_i_fail(system->ctx, KILN_E_NOMEM, "functions of a phase");
    kiln_i_system_mark_uses(system, phase, uses, 1);
    kiln_i_valid_range(db, db->n_functions, NULL, uses, low_K, high_K);
    kiln_i_free(system->ctx, uses);
    return KILN_OK;
}
