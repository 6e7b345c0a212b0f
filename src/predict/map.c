#define _POSIX_C_SOURCE 200809L

#include <kiln/map.h>

#include "core/context.h"
#include "predict/window_solver.h"
#include "text/table.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FORMULA, STRUCTURE, TEMPERATURE, ATMOSPHERE, OUTCOME, ID, N_COLUMNS };
static const char *const heading[N_COLUMNS] = {"formula", "structure", "temperature_C", "atmosphere", "outcome", "id"};
static const double ZERO_C = 273.15;

struct kiln_map_work {
    kiln_context *ctx;
    kiln_i_table table;
    int column[N_COLUMNS]; /* -1: there is none */
    const char *only;      /* borrowed during the load; NULL: all structures */
};

const char *kiln_map_outcome_text(kiln_map_outcome outcome)
{
    static const char *const names[] = {"single", "multi", "other"};
    return (unsigned)outcome <= KILN_MAP_OTHER ? names[outcome] : "";
}

void kiln_map_free(kiln_map *map)
{
    if (!map) return;
    kiln_context *ctx = map->work->ctx;
    kiln_i_table_free(&map->work->table);
    kiln_i_free(ctx, map->work);
    kiln_i_free(ctx, map->point);
    kiln_i_free(ctx, map);
}

static kiln_status find_columns(kiln_map *map)
{
    const kiln_i_table *table = &map->work->table;
    if (table->n_rows == 0) return kiln_i_table_fail(table, kiln_i_table_cell(table, -1, 0), "there are no rows");
    for (int k = 0; k < N_COLUMNS; ++k) {
        map->work->column[k] = kiln_i_table_column(table, heading[k]);
        if (map->work->column[k] < 0 && k != ID)
            return kiln_i_table_fail(table, kiln_i_table_cell(table, -1, 0),
                                     "there is no column %s; expected formula, structure, temperature_C, atmosphere and outcome",
                                     heading[k]);
    }
    return KILN_OK;
}

static const kiln_i_cell *cell_of(const kiln_map *map, int row, int k)
{
    return kiln_i_table_cell(&map->work->table, row, map->work->column[k]);
}

/* "Rock salt" is rocksalt. */
static int is_same_name(const char *a, const char *b)
{
    for (;; ++a, ++b) {
        while (*a == ' ' || *a == '_' || *a == '-') ++a;
        while (*b == ' ' || *b == '_' || *b == '-') ++b;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return 0;
        if (!*a) return 1;
    }
}

/* By name or label; index in the database, -1: there is none. */
static int find_structure(const kiln_database *db, const char *text)
{
    for (int i = 0; i < db->n_phases; ++i)
        if (is_same_name(db->phases[i].name, text) || is_same_name(db->phases[i].label, text)) return i;
    return -1;
}

/* Where what a lower layer says is about one cell. */
static kiln_status locate(const kiln_map *map, const kiln_i_cell *cell, kiln_status status)
{
    char sentence[400];
    if (status != KILN_E_PARSE) return status;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(map->work->ctx));
    return kiln_i_table_fail(&map->work->table, cell, "%s", sentence);
}

static kiln_status read_temperature(const kiln_map *map, const kiln_i_cell *cell, double *T_K)
{
    char *end;
    *T_K = 0.0;
    if (!*cell->text) return KILN_OK;
    const double T_C = strtod(cell->text, &end);
    if (end == cell->text || end != cell->text + strspn(cell->text, "0123456789.eE+-") || *end)
        return kiln_i_table_fail(&map->work->table, cell,
                                 "expected a temperature in degrees Celsius, a number alone, found \"%.40s\"", cell->text);
    *T_K = T_C + ZERO_C;
    if (*T_K > 0.0 && *T_K <= 6000.0) return KILN_OK;
    return kiln_i_table_fail(&map->work->table, cell, "%s C is no temperature", cell->text);
}

/* ---- One row ---- */

typedef struct row {
    kiln_composition composition;
    kiln_atmosphere atmosphere;
    int structure; /* index in the database */
} row;

static kiln_status read_row(kiln_map *map, const kiln_database *db, int r, row *out)
{
    kiln_map_point *p = &map->point[r];
    kiln_context *ctx = map->work->ctx;
    const kiln_i_cell *formula = cell_of(map, r, FORMULA), *atmosphere = cell_of(map, r, ATMOSPHERE);
    p->line = formula->line;
    p->id = cell_of(map, r, ID)->text;
    p->formula = formula->text;
    p->structure = cell_of(map, r, STRUCTURE)->text;
    p->atmosphere = atmosphere->text;
    p->outcome_text = cell_of(map, r, OUTCOME)->text;
    p->outcome = strcasecmp(p->outcome_text, "single") == 0  ? KILN_MAP_SINGLE
                 : strcasecmp(p->outcome_text, "multi") == 0 ? KILN_MAP_MULTI
                                                             : KILN_MAP_OTHER;
    if (!*formula->text) return kiln_i_table_fail(&map->work->table, formula, "expected a formula");
    kiln_status status = locate(map, formula, kiln_composition_parse(ctx, formula->text, &out->composition));
    if (status == KILN_OK) status = read_temperature(map, cell_of(map, r, TEMPERATURE), &p->T_K);
    if (status == KILN_OK && *atmosphere->text)
        status = locate(map, atmosphere, kiln_atmosphere_parse(ctx, atmosphere->text, &out->atmosphere));
    out->structure = find_structure(db, p->structure);
    if (status == KILN_OK) snprintf(p->canonical, sizeof p->canonical, "%s", out->composition.canonical);
    return status;
}

static void refuse(kiln_map_point *p, const char *format, const char *what)
{
    snprintf(p->reason, sizeof p->reason, format, what);
}

/* The enthalpies of the structure at its internal equilibrium. */
static kiln_status solve(kiln_map *map, kiln_map_point *p, kiln_window_solver *w, int phase)
{
    kiln_energy_budget budget = {0};
    double low_K, high_K;
    kiln_status status = kiln_i_target_set(&w->target, phase);
    if (status != KILN_OK) return status;
    kiln_i_window_validity(w, phase, &low_K, &high_K);
    const double beyond_K = fmax(fmax(low_K - p->T_K, p->T_K - high_K), 0.0);
    if (beyond_K > w->options.extrapolate_K)
        return kiln_i_fail(w->ctx, KILN_E_RANGE, "%s is used %.0f K outside its validity", p->label, beyond_K);
    status = kiln_i_target_solve(&w->target, p->T_K, 1);
    if (status == KILN_OK) status = kiln_i_budget_solve(w, p->T_K, &budget);
    if (status != KILN_OK) return status;
    p->mixing_H_J_mol = budget.excess_H_J_mol;
    p->has_formation = budget.has_formation;
    p->formation_H_J_mol = budget.dH_J_mol;
    p->has_place = 1;
    map->extrapolated_K = fmax(map->extrapolated_K, beyond_K);
    return KILN_OK;
}

static kiln_status place(kiln_map *map, const kiln_database *db, const kiln_system_options *options, const row *here,
                         kiln_map_point *p)
{
    kiln_system *system = NULL;
    kiln_window_solver *w = NULL;
    kiln_window_options o;
    (void)kiln_window_options_init(&o, KILN_WINDOW_OPTIONS_VERSION);
    o.n_samples = 0;
    kiln_status status = kiln_system_create(map->work->ctx, db, &here->composition, &here->atmosphere, options, &system);
    const int phase = status == KILN_OK ? kiln_system_find_phase(system, p->phase) : -1;
    if (status == KILN_OK && (phase < 0 || !kiln_system_can_host(system, phase)))
        status = kiln_i_fail(map->work->ctx, KILN_E_MISSING, "%s as the database describes it cannot hold it", p->label);
    if (status == KILN_OK) status = kiln_window_solver_create(system, NULL, &o, &w);
    if (status == KILN_OK) status = solve(map, p, w, phase);
    kiln_window_solver_free(w);
    kiln_system_free(system);
    return status;
}

/* What is wrong with one row's question is its reason; what is wrong with the machine is a failure. */
static kiln_status keep_reason(kiln_map *map, kiln_map_point *p, kiln_status status)
{
    if (status != KILN_E_MISSING && status != KILN_E_RANGE && status != KILN_E_NOT_CONVERGED && status != KILN_E_SINGULAR)
        return status;
    refuse(p, "%s", kiln_context_error(map->work->ctx));
    return KILN_OK;
}

static kiln_status judge(kiln_map *map, const kiln_database *db, const kiln_system_options *options, int r)
{
    row here;
    int z = 0;
    kiln_map_point *p = &map->point[r];
    kiln_status status = read_row(map, db, r, &here);
    if (status != KILN_OK) return status;
    if (here.structure < 0) refuse(p, "the database has no structure \"%.80s\"", p->structure);
    else if (map->work->only && strcmp(db->phases[here.structure].name, map->work->only) != 0)
        refuse(p, "its structure is not %s", map->work->only);
    else if (!(p->T_K > 0.0)) refuse(p, "no temperature is given%s", "");
    else if (!*p->atmosphere) refuse(p, "no atmosphere is given%s", "");
    else if (kiln_size_mismatch(&here.composition, &p->delta, &p->mean_radius_A, &z) != KILN_OK)
        refuse(p, "no radius of %s at its charge", kiln_element_symbol(z));
    if (*p->reason) return KILN_OK;
    p->phase = db->phases[here.structure].name;
    p->label = db->phases[here.structure].label;
    status = keep_reason(map, p, place(map, db, options, &here, p));
    if (p->has_place && p->outcome == KILN_MAP_OTHER)
        refuse(p, *p->outcome_text ? "the outcome is \"%.80s\"" : "no outcome is given%s", p->outcome_text);
    map->n_judged += p->has_place && p->outcome != KILN_MAP_OTHER;
    return status;
}

static kiln_status judge_all(kiln_map *map, const kiln_database *db, const kiln_system_options *options)
{
    kiln_status status = find_columns(map);
    map->n = map->work->table.n_rows;
    if (status == KILN_OK && !(map->point = kiln_i_calloc(map->work->ctx, (size_t)map->n, sizeof *map->point)))
        status = kiln_i_fail(map->work->ctx, KILN_E_NOMEM, "%d compositions", map->n);
    for (int r = 0; r < map->n && status == KILN_OK; ++r) status = judge(map, db, options, r);
    return status;
}

static kiln_status create(kiln_context *ctx, const char *only, kiln_map **out)
{
    kiln_map *map = kiln_i_calloc(ctx, 1, sizeof *map);
    if (!map || !(map->work = kiln_i_calloc(ctx, 1, sizeof *map->work))) {
        kiln_i_free(ctx, map);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "map");
    }
    map->work->ctx = map->work->table.ctx = ctx;
    map->work->only = only;
    *out = map;
    return KILN_OK;
}

static kiln_status finish(kiln_map *map, const kiln_database *db, const kiln_system_options *options, kiln_status status,
                          kiln_map **out)
{
    if (status == KILN_OK) status = judge_all(map, db, options);
    map->work->only = NULL;
    if (status == KILN_OK) *out = map;
    else kiln_map_free(map);
    return status;
}

kiln_status kiln_map_load(kiln_context *ctx, const char *path, const kiln_database *db, const kiln_system_options *options,
                          const char *only, kiln_map **out)
{
    kiln_map *map;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path || !db || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = create(ctx, only, &map);
    return status == KILN_OK ? finish(map, db, options, kiln_i_table_load(ctx, path, &map->work->table), out) : status;
}

kiln_status kiln_map_parse(kiln_context *ctx, const char *text, size_t length, const char *name, const kiln_database *db,
                           const kiln_system_options *options, const char *only, kiln_map **out)
{
    kiln_map *map;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text || !name || !db || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = create(ctx, only, &map);
    return status == KILN_OK ? finish(map, db, options, kiln_i_table_parse(ctx, text, length, name, &map->work->table), out)
                             : status;
}
