/* The public view of a database, for listings. */
#define _POSIX_C_SOURCE 200809L

#include "data/database.h"

#include "core/context.h"

#include <kiln/nearest.h>
#include <string.h>
#include <strings.h>

static int is_index(int i, int n) { return i >= 0 && i < n; }

int kiln_database_n_files(const kiln_database *db) { return db ? db->n_files : 0; }
int kiln_database_n_functions(const kiln_database *db) { return db ? db->n_functions : 0; }
int kiln_database_n_phases(const kiln_database *db) { return db ? db->n_phases : 0; }

const char *kiln_database_file(const kiln_database *db, int i) { return db && is_index(i, db->n_files) ? db->files[i] : NULL; }

int kiln_database_find_function(const kiln_database *db, const char *name)
{
    return db && name ? kiln_i_database_find_function(db, name) : -1;
}

int kiln_database_find_phase(const kiln_database *db, const char *name)
{
    return db && name ? kiln_i_database_find_phase(db, name) : -1;
}

/* A beginning of three letters or more will do where nothing is near. */
static const char *nearest_phase(const kiln_database *db, const char *text)
{
    kiln_nearest search = kiln_nearest_to(text);
    for (int i = 0; i < db->n_phases; ++i) kiln_nearest_offer(&search, db->phases[i].name);
    for (int i = 0; !search.name && i < db->n_phases && strlen(text) >= 3; ++i)
        if (strncasecmp(text, db->phases[i].name, strlen(text)) == 0) search.name = db->phases[i].name;
    return search.name;
}

kiln_status kiln_database_meant_phase(const kiln_database *db, kiln_context *ctx, const char *text, int *phase)
{
    if (!ctx) return KILN_E_ARG;
    if (!db || !text || !phase) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    for (int i = 0; i < db->n_phases; ++i)
        if (strcasecmp(db->phases[i].name, text) == 0 || strcasecmp(db->phases[i].label, text) == 0) {
            *phase = i;
            return KILN_OK;
        }
    const char *near = nearest_phase(db, text);
    return kiln_i_fail(ctx, KILN_E_ARG, "database %s has no phase \"%s\"%s%s%s", db->name, text, near ? "; did you mean " : "",
                       near ? near : "", near ? "?" : "");
}

int kiln_database_n_remarks(const kiln_database *db) { return db ? db->n_remarks : 0; }

kiln_status kiln_database_remark(const kiln_database *db, int i, kiln_finding *out)
{
    if (!db || !out || !is_index(i, db->n_remarks)) return KILN_E_ARG;
    const kiln_i_remark *r = &db->remarks[i];
    *out = (kiln_finding){r->severity, "tdb", r->text, db->files[r->file], r->line, r->column};
    return KILN_OK;
}

static kiln_provenance provenance_of(const kiln_database *db, const kiln_i_function *f)
{
    const kiln_i_source *source = f->source >= 0 ? &db->sources[f->source] : NULL;
    return (kiln_provenance){.sigma_J_mol = f->sigma_J_mol,
                             .sigma_T_J_molK = f->sigma_T_J_molK,
                             .status = kiln_i_value_status_text((kiln_i_status_of_value)f->status),
                             .source_key = source ? source->key : NULL,
                             .source = source ? source->text : NULL,
                             .doi = source ? source->doi : NULL,
                             .note = f->note,
                             .estimate = f->estimate,
                             .file = db->files[f->file],
                             .line = f->line,
                             .column = f->column};
}

kiln_status kiln_database_function(const kiln_database *db, int i, kiln_function_info *out)
{
    if (!db || !out || !is_index(i, db->n_functions)) return KILN_E_ARG;
    const kiln_i_function *f = &db->functions[i];
    *out = (kiln_function_info){f->name,    f->formula, f->text ? f->text : "", strchr(f->name, ':') != NULL,
                                f->T_min_K, f->T_max_K, provenance_of(db, f)};
    return KILN_OK;
}

kiln_status kiln_database_phase(const kiln_database *db, int i, kiln_phase_info *out)
{
    if (!db || !out || !is_index(i, db->n_phases)) return KILN_E_ARG;
    const kiln_i_phase *p = &db->phases[i];
    *out = (kiln_phase_info){.name = p->name,
                             .label = p->label,
                             .structure = p->structure,
                             .formula = p->formula,
                             .family = p->family,
                             .note = p->note,
                             .role = kiln_i_role_text(p->role),
                             .quality = kiln_i_quality_text(p->quality),
                             .anion_ratio = p->anion_ratio,
                             .n_sublattices = p->n_sublattices,
                             .n_parameters = p->n_parameters,
                             .has_default_pair = p->has_default_pair,
                             .file = db->files[p->file],
                             .line = p->line,
                             .column = p->column};
    return KILN_OK;
}

static const kiln_i_sublattice *sublattice_at(const kiln_database *db, int phase, int sublattice)
{
    if (!db || !is_index(phase, db->n_phases) || !is_index(sublattice, db->phases[phase].n_sublattices)) return NULL;
    return &db->phases[phase].sublattices[sublattice];
}

kiln_status kiln_database_sublattice(const kiln_database *db, int phase, int sublattice, kiln_sublattice_info *out)
{
    const kiln_i_sublattice *s = sublattice_at(db, phase, sublattice);
    if (!s || !out) return KILN_E_ARG;
    *out = (kiln_sublattice_info){s->name, s->sites, s->n_constituents};
    return KILN_OK;
}

const char *kiln_database_constituent(const kiln_database *db, int phase, int sublattice, int i)
{
    const kiln_i_sublattice *s = sublattice_at(db, phase, sublattice);
    return s && is_index(i, s->n_constituents) ? db->species[s->constituents[i]].name : NULL;
}

static const char *kind_of(const kiln_i_parameter *p, int n_sublattices)
{
    if (p->kind == KILN_PARAMETER_TC) return "Tc";
    if (p->kind == KILN_PARAMETER_BETA) return "beta";
    for (int s = 0; s < n_sublattices; s++)
        if (p->n_at[s] > 1) return "interaction";
    return "end member";
}

kiln_status kiln_database_parameter(const kiln_database *db, int phase, int i, kiln_parameter_info *out)
{
    if (!db || !out || !is_index(phase, db->n_phases) || !is_index(i, db->phases[phase].n_parameters)) return KILN_E_ARG;
    const kiln_i_parameter *p = &db->phases[phase].parameters[i];
    const kiln_i_function *f = &db->functions[p->function];
    *out = (kiln_parameter_info){f->name,
                                 kind_of(p, db->phases[phase].n_sublattices),
                                 f->text ? f->text : "",
                                 p->scale,
                                 p->function,
                                 p->is_ideal,
                                 p->is_default,
                                 provenance_of(db, f),
                                 p->kind == KILN_PARAMETER_G ? kiln_i_per_text(p->per) : NULL};
    return KILN_OK;
}
