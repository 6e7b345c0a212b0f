#include "predict/fit_state.h"

#include "core/context.h"
#include "core/digest.h"
#include "data/change.h"
#include "data/growth.h"
#include "data/reader.h"
#include "text/file.h"
#include "text/quantity.h"

#include <kiln/nearest.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_TABLES = 16, MAX_ADDED = 64, MAX_CHANGE = 256, FORMAT_VERSION = 1 };
static const double DEFAULT_THRESHOLD = 2.0;

/* Everything that is read before the first datum is. */
typedef struct reading {
    kiln_fit *fit;
    kiln_i_yaml *yaml; /* NULL: a table alone */
    const kiln_i_yaml_node *defaults;
    int n_tables;
    kiln_i_table table[MAX_TABLES];
    char *table_name[MAX_TABLES];
    int n_added; /* pairs that the database lacks, as changes of it */
    char *added[MAX_ADDED];
} reading;

kiln_status kiln_fit_options_init(kiln_fit_options *options, uint32_t version)
{
    if (!options || version != KILN_FIT_OPTIONS_VERSION) return KILN_E_ARG;
    *options = (kiln_fit_options){.version = version, .extrapolate_K = 400.0, .n_starts = 1, .seed = 1, .max_iterations = 100};
    return KILN_OK;
}

static kiln_status check_options(kiln_context *ctx, const kiln_fit_options *o)
{
    if (o->version != KILN_FIT_OPTIONS_VERSION) return kiln_i_fail(ctx, KILN_E_ARG, "options: version %u", o->version);
    if (!(o->extrapolate_K >= 0.0) || o->n_starts < 1 || o->n_starts > 1000 || o->max_iterations < 1 ||
        (o->method != KILN_FIT_GAUSS_NEWTON && o->method != KILN_FIT_NLOPT))
        return kiln_i_fail(ctx, KILN_E_ARG, "options: extrapolate_K %g, n_starts %d, max_iterations %d, method %d",
                           o->extrapolate_K, o->n_starts, o->max_iterations, (int)o->method);
    return KILN_OK;
}

static kiln_status no_memory(kiln_context *ctx) { return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for the data set"); }

/* ---- Files ---- */

static kiln_status load_table(reading *r, const char *path)
{
    kiln_fit *fit = r->fit;
    char *text = NULL;
    size_t length = 0;
    char *name = kiln_i_strdup(fit->ctx, path);
    if (!name) return no_memory(fit->ctx);
    r->table_name[r->n_tables] = name;
    kiln_i_table *table = &r->table[r->n_tables++];
    kiln_status status = kiln_i_file_read(fit->ctx, path, &text, &length);
    if (status == KILN_OK) {
        SHA256_Update(fit->hash, (const uint8_t *)text, length);
        status = kiln_i_table_parse(fit->ctx, text, length, name, table);
    }
    kiln_i_free(fit->ctx, text);
    return status;
}

static kiln_status load_tables(reading *r, const kiln_i_yaml_node *list)
{
    kiln_context *ctx = r->fit->ctx;
    if (!list) return KILN_OK;
    kiln_status status = kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "tables");
    for (const kiln_i_yaml_node *item = status == KILN_OK ? list->first : NULL; item && status == KILN_OK; item = item->next) {
        if ((status = kiln_i_yaml_expect(r->yaml, item, KILN_YAML_SCALAR, "a file name")) != KILN_OK) return status;
        if (r->n_tables == MAX_TABLES) return kiln_i_yaml_fail(r->yaml, item, "expected at most %d tables", (int)MAX_TABLES);
        char *path = kiln_i_path_join(ctx, r->fit->directory, item->text);
        if (!path) return no_memory(ctx);
        status = load_table(r, path);
        kiln_i_free(ctx, path);
    }
    return status;
}

/* A name as `include` finds one: beside the data set, else on the search path. */
static kiln_status load_database(reading *r, const kiln_i_yaml_node *node)
{
    kiln_fit *fit = r->fit;
    kiln_context *ctx = fit->ctx;
    const char *own = fit->options.database;
    char *path = NULL;
    kiln_status status = KILN_OK;
    if (!own && node) {
        if ((status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a database")) != KILN_OK) return status;
        status = kiln_i_include_search(ctx, fit->directory, node->text, &path);
        if (status == KILN_E_IO) {
            char sentence[600];
            snprintf(sentence, sizeof sentence, "%s", kiln_context_error(ctx));
            return kiln_i_fail(ctx, status, "%s:%d:%d: %s", r->yaml->name, node->line, node->column, sentence);
        }
        if (status != KILN_OK) return status;
    }
    kiln_i_free(ctx, fit->database);
    fit->database = kiln_i_strdup(ctx, own ? own : node ? node->text : "kiln.yaml");
    const char *file = own ? own : path;
    if (!fit->database) status = no_memory(ctx);
    else {
        kiln_database_free(fit->db);
        fit->db = NULL;
        status = kiln_database_load_changed(ctx, file, r->n_added, (const char *const *)r->added, &fit->db);
    }
    kiln_i_free(ctx, path);
    return status;
}

/* ---- Parameters ---- */

static int is_magnetic(const kiln_database *db, int function)
{
    for (int p = 0; p < db->n_phases; ++p)
        for (int i = 0; i < db->phases[p].n_parameters; ++i)
            if (db->phases[p].parameters[i].function == function && db->phases[p].parameters[i].kind != KILN_PARAMETER_G)
                return 1;
    return 0;
}

static kiln_status unknown_name(const kiln_fit *fit, const kiln_i_field *f)
{
    const kiln_database *db = fit->db;
    kiln_nearest near = kiln_nearest_to(f->text);
    for (int i = 0; i < db->n_functions; ++i) kiln_nearest_offer(&near, db->functions[i].name);
    if (near.name)
        return kiln_i_field_fail(fit->ctx, f, "database %s has no function or entry %.80s; did you mean %s?", db->name, f->text,
                                 near.name);
    return kiln_i_field_fail(fit->ctx, f, "database %s has no function or entry %.80s; `kiln db show` lists them", db->name,
                             f->text);
}

/* Coefficient of T^power in a function's only piece. */
static double coefficient_of(const kiln_i_function *f, int power)
{
    double sum = 0.0;
    for (int t = 0; f->n_pieces == 1 && t < f->pieces[0].n_terms; ++t)
        if (f->pieces[0].terms[t].basis == KILN_BASIS_POWER && f->pieces[0].terms[t].power == power)
            sum += f->pieces[0].terms[t].coefficient;
    return sum;
}

static kiln_status resolve(kiln_fit *fit, kiln_i_fit_parameter *p, const kiln_i_field *f)
{
    kiln_status status = kiln_i_change_find(fit->ctx, fit->db, f->text, &p->function, &p->is_slope, &p->sign);
    if (status != KILN_OK) return kiln_i_field_locate(fit->ctx, f, status);
    if (p->function < 0) return unknown_name(fit, f);
    if (is_magnetic(fit->db, p->function))
        return kiln_i_field_fail(fit->ctx, f, "expected a Gibbs energy, found a term of magnetism, \"%.80s\"", f->text);
    if (fit->db->functions[p->function].steps)
        return kiln_i_field_fail(fit->ctx, f, "expected a sum of powers of T, found what is none, \"%.80s\"", f->text);
    for (const kiln_i_fit_parameter *q = fit->parameters; q < p; ++q)
        if (q->function == p->function && q->is_slope == p->is_slope)
            return kiln_i_field_fail(fit->ctx, f, "expected each parameter once, found \"%.80s\" again", f->text);
    const kiln_i_function *function = &fit->db->functions[p->function];
    p->base = coefficient_of(function, p->is_slope);
    p->start = p->sign * p->base;
    if (!p->is_default) return KILN_OK;
    p->prior = p->start;
    p->sigma = p->is_slope ? function->sigma_T_J_molK : function->sigma_J_mol;
    p->has_prior = p->sigma > 0.0;
    return KILN_OK;
}

static kiln_status read_prior(const kiln_i_record *r, kiln_i_fit_parameter *p, const char *prior_key)
{
    const int dimension = p->is_slope ? KILN_DIM_ENTROPY : KILN_DIM_ENERGY;
    const kiln_i_field prior = kiln_i_record_get(r, prior_key), sigma = kiln_i_record_get(r, "sigma");
    if (prior.text && strcmp(prior.text, "none") == 0) {
        p->has_prior = p->is_default = 0;
        return sigma.text ? kiln_i_field_fail(r->ctx, &sigma, "expected no sigma without a prior, found \"%.40s\"", sigma.text)
                          : KILN_OK;
    }
    p->is_default = !prior.text && !sigma.text;
    kiln_status status = kiln_i_record_quantity(r, prior_key, dimension, &p->prior);
    if (status == KILN_OK) status = kiln_i_record_quantity(r, "sigma", dimension, &p->sigma);
    if (status != KILN_OK || p->is_default) return status;
    if (!(p->sigma > 0.0))
        return kiln_i_field_fail(r->ctx, sigma.text ? &sigma : &prior, "expected a prior with a sigma above 0, found %s",
                                 sigma.text ? sigma.text : "none");
    p->has_prior = 1;
    return KILN_OK;
}

/* A pair that the database lacks is added to it, ideal until it is fitted. */
static kiln_status add_pair(reading *r, const kiln_i_field *f, int function, int is_slope)
{
    if (function >= 0 || strncmp(f->text, "L(", 2) != 0) return KILN_OK;
    char text[MAX_CHANGE];
    const int length = (int)strlen(f->text) - (is_slope ? 2 : 0);
    snprintf(text, sizeof text, "%.*s=0J/mol", length, f->text);
    for (int k = 0; k < r->n_added; ++k)
        if (strcmp(r->added[k], text) == 0) return KILN_OK;
    if (r->n_added == MAX_ADDED) return kiln_i_field_fail(r->fit->ctx, f, "expected at most %d new interactions", (int)MAX_ADDED);
    if (!(r->added[r->n_added] = kiln_i_strdup(r->fit->ctx, text))) return no_memory(r->fit->ctx);
    ++r->n_added;
    return KILN_OK;
}

static kiln_status add_parameter(reading *r, const kiln_i_record *record, const char *name_key, const char *prior_key)
{
    kiln_fit *fit = r->fit;
    kiln_i_field f;
    char place[700];
    kiln_status status = kiln_i_record_require(record, name_key, &f);
    if (status != KILN_OK) return status;
    kiln_i_fit_parameter *p = kiln_i_push(fit->ctx, &fit->parameters, &fit->n_parameters, sizeof *p);
    snprintf(place, sizeof place, "%.600s:%d:%d", f.file, f.line, f.column);
    if (!p || !(p->name = kiln_i_strdup(fit->ctx, f.text)) || !(p->place = kiln_i_strdup(fit->ctx, place)))
        return no_memory(fit->ctx);
    if ((status = kiln_i_record_text(record, "source", &p->source)) != KILN_OK) return status;
    if ((status = kiln_i_record_text(record, "note", &p->note)) != KILN_OK) return status;
    status = kiln_i_change_find(fit->ctx, fit->db, f.text, &p->function, &p->is_slope, &p->sign);
    if (status != KILN_OK) return kiln_i_field_locate(fit->ctx, &f, status);
    if ((status = add_pair(r, &f, p->function, p->is_slope)) != KILN_OK) return status;
    if ((status = read_prior(record, p, prior_key)) != KILN_OK) return status;
    if (p->function < 0 && strncmp(f.text, "L(", 2) == 0) { /* without a prior of its own nothing is known of it */
        p->is_default = 0;
        return KILN_OK;
    }
    return resolve(fit, p, &f);
}

/* With the pairs added, functions have moved. */
static kiln_status resolve_again(kiln_fit *fit)
{
    for (int i = 0; i < fit->n_parameters; ++i) {
        kiln_i_fit_parameter *p = &fit->parameters[i];
        const kiln_i_field f = {p->name, p->place, 0, 0};
        const kiln_status status = resolve(fit, p, &f);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

static int is_parameter_row(const kiln_i_record *record)
{
    const kiln_i_field kind = kiln_i_record_get(record, "kind");
    return kind.text && strcmp(kind.text, "parameter") == 0;
}

static kiln_status read_parameters(reading *r, const kiln_i_yaml_node *list)
{
    static const char *const keys[] = {"name", "prior", "sigma", "source", "note", NULL};
    kiln_i_record record = {.ctx = r->fit->ctx, .yaml = r->yaml};
    kiln_status status = list ? kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "parameters") : KILN_OK;
    for (const kiln_i_yaml_node *item = list && status == KILN_OK ? list->first : NULL; item && status == KILN_OK;
         item = item->next) {
        if ((status = kiln_i_yaml_expect(r->yaml, item, KILN_YAML_MAPPING, "a parameter")) != KILN_OK) return status;
        if ((status = kiln_i_yaml_check_keys(r->yaml, item, keys)) != KILN_OK) return status;
        record.node = item;
        status = add_parameter(r, &record, "name", "prior");
    }
    record.node = NULL;
    for (int t = 0; t < r->n_tables; ++t)
        for (int row = 0; row < r->table[t].n_rows && status == KILN_OK; ++row) {
            record.table = &r->table[t];
            record.row = row;
            if (is_parameter_row(&record)) status = add_parameter(r, &record, "parameter", "value");
        }
    return status;
}

/* ---- Data ---- */

static const char *const datum_keys[] = {"id",     "kind",  "phase", "composition", "beside",     "beside_composition", "of",
                                         "T",      "value", "sigma", "sigma_model", "atmosphere", "reference",          "without",
                                         "source", "note",  "on",    "function",    NULL};

static kiln_status check_columns(const kiln_i_table *t)
{
    for (int c = 0; c < t->n_columns; ++c) {
        int k = 0;
        while (datum_keys[k] && strcmp(datum_keys[k], t->cell[c].text) != 0) ++k;
        if (!datum_keys[k] && strcmp(t->cell[c].text, "parameter") != 0)
            return kiln_i_table_fail(t, &t->cell[c],
                                     "expected a column of docs/fit.md, such as kind, value or sigma, found \"%.60s\"",
                                     t->cell[c].text);
    }
    return KILN_OK;
}

static kiln_status read_data(reading *r, const kiln_i_yaml_node *list)
{
    kiln_i_record record = {.ctx = r->fit->ctx, .yaml = r->yaml, .defaults = r->defaults};
    kiln_status status = list ? kiln_i_yaml_expect(r->yaml, list, KILN_YAML_SEQUENCE, "data") : KILN_OK;
    for (const kiln_i_yaml_node *item = list && status == KILN_OK ? list->first : NULL; item && status == KILN_OK;
         item = item->next) {
        if ((status = kiln_i_yaml_expect(r->yaml, item, KILN_YAML_MAPPING, "a datum")) != KILN_OK) return status;
        if ((status = kiln_i_yaml_check_keys(r->yaml, item, datum_keys)) != KILN_OK) return status;
        for (const kiln_i_yaml_node *m = item->first; m && status == KILN_OK; m = m->next)
            status = kiln_i_yaml_expect(r->yaml, m, KILN_YAML_SCALAR, m->key->text);
        record.node = item;
        if (status == KILN_OK) status = kiln_i_fit_add_datum(r->fit, &record);
    }
    record.node = NULL;
    for (int t = 0; t < r->n_tables && status == KILN_OK; ++t) {
        record.table = &r->table[t];
        status = check_columns(record.table);
        for (record.row = 0; record.row < r->table[t].n_rows && status == KILN_OK; ++record.row)
            if (!is_parameter_row(&record)) status = kiln_i_fit_add_datum(r->fit, &record);
    }
    return status;
}

/* ---- The head of the file ---- */

static kiln_status read_source(reading *r, const kiln_i_yaml_node *m)
{
    static const char *const keys[] = {"text", "doi", NULL};
    kiln_fit *fit = r->fit;
    const kiln_i_yaml_node *text, *doi = kiln_i_yaml_get(m, "doi");
    kiln_status status = kiln_i_yaml_expect(r->yaml, m, KILN_YAML_MAPPING, "a source");
    if (status == KILN_OK) status = kiln_i_yaml_check_keys(r->yaml, m, keys);
    if (status == KILN_OK) status = kiln_i_yaml_require(r->yaml, m, "text", &text);
    if (status == KILN_OK) status = kiln_i_yaml_expect(r->yaml, text, KILN_YAML_SCALAR, "text");
    if (status == KILN_OK && doi) status = kiln_i_yaml_expect(r->yaml, doi, KILN_YAML_SCALAR, "doi");
    if (status != KILN_OK) return status;
    struct kiln_i_fit_source *s = kiln_i_push(fit->ctx, &fit->sources, &fit->n_sources, sizeof *s);
    if (!s || !(s->key = kiln_i_strdup(fit->ctx, m->key->text)) || !(s->text = kiln_i_strdup(fit->ctx, text->text)) ||
        (doi && !(s->doi = kiln_i_strdup(fit->ctx, doi->text))))
        return no_memory(fit->ctx);
    return KILN_OK;
}

static kiln_status read_loss(reading *r, const kiln_i_yaml_node *root)
{
    kiln_fit *fit = r->fit;
    const kiln_i_yaml_node *loss = kiln_i_yaml_get(root, "loss"), *threshold = kiln_i_yaml_get(root, "threshold");
    if (loss && strcmp(loss->text ? loss->text : "", "huber") != 0 && strcmp(loss->text ? loss->text : "", "squares") != 0)
        return kiln_i_yaml_fail(r->yaml, loss, "expected huber or squares, found \"%.40s\"", loss->text ? loss->text : "");
    fit->is_robust = !loss || strcmp(loss->text, "huber") == 0;
    if (!threshold) return KILN_OK;
    kiln_status status = kiln_i_yaml_expect(r->yaml, threshold, KILN_YAML_SCALAR, "threshold");
    if (status == KILN_OK)
        status = kiln_i_yaml_locate(r->yaml, threshold, 0,
                                    kiln_i_quantity_parse(fit->ctx, threshold->text, KILN_DIM_NUMBER, &fit->threshold));
    if (status == KILN_OK && !(fit->threshold >= 0.1 && fit->threshold <= 100.0))
        return kiln_i_yaml_fail(r->yaml, threshold, "expected 0.1 to 100, found \"%.40s\"", threshold->text);
    return status;
}

static kiln_status read_head(reading *r)
{
    static const char *const keys[] = {"kiln-fit",  "name",     "description", "database", "bibliography", "loss",
                                       "threshold", "defaults", "parameters",  "data",     "tables",       NULL};
    const kiln_i_yaml *yaml = r->yaml;
    const kiln_i_yaml_node *root = yaml->root, *version, *name, *description, *list;
    double number = 0.0;
    kiln_status status = kiln_i_yaml_expect(yaml, root, KILN_YAML_MAPPING, "a data set");
    if (status == KILN_OK) status = kiln_i_yaml_check_keys(yaml, root, keys);
    if (status == KILN_OK) status = kiln_i_yaml_require(yaml, root, "kiln-fit", &version);
    if (status == KILN_OK) status = kiln_i_yaml_expect(yaml, version, KILN_YAML_SCALAR, "kiln-fit");
    if (status == KILN_OK)
        status =
            kiln_i_yaml_locate(yaml, version, 0, kiln_i_quantity_parse(r->fit->ctx, version->text, KILN_DIM_NUMBER, &number));
    if (status != KILN_OK) return status;
    if (number < FORMAT_VERSION || number > FORMAT_VERSION)
        return kiln_i_yaml_fail(yaml, version, "expected version %d of the format, found \"%.40s\"", (int)FORMAT_VERSION,
                                version->text);
    if ((status = kiln_i_yaml_require(yaml, root, "name", &name)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_expect(yaml, name, KILN_YAML_SCALAR, "name")) != KILN_OK) return status;
    if ((description = kiln_i_yaml_get(root, "description")))
        status = kiln_i_yaml_expect(yaml, description, KILN_YAML_SCALAR, "description");
    if (status != KILN_OK) return status;
    if (!(r->fit->name = kiln_i_strdup(r->fit->ctx, name->text)) ||
        (description && !(r->fit->description = kiln_i_strdup(r->fit->ctx, description->text))))
        return no_memory(r->fit->ctx);
    if ((list = kiln_i_yaml_get(root, "bibliography")))
        status = kiln_i_yaml_expect(yaml, list, KILN_YAML_MAPPING, "bibliography");
    for (const kiln_i_yaml_node *m = list && status == KILN_OK ? list->first : NULL; m && status == KILN_OK; m = m->next)
        status = read_source(r, m);
    if (status == KILN_OK && (r->defaults = kiln_i_yaml_get(root, "defaults"))) {
        status = kiln_i_yaml_expect(yaml, r->defaults, KILN_YAML_MAPPING, "defaults");
        if (status == KILN_OK) status = kiln_i_yaml_check_keys(yaml, r->defaults, datum_keys);
        for (const kiln_i_yaml_node *m = r->defaults->first; m && status == KILN_OK; m = m->next)
            status = kiln_i_yaml_expect(yaml, m, KILN_YAML_SCALAR, m->key->text);
    }
    return status == KILN_OK ? read_loss(r, root) : status;
}

/* ---- The whole ---- */

static const kiln_i_yaml_node *section(const reading *r, const char *key)
{
    return r->yaml ? kiln_i_yaml_get(r->yaml->root, key) : NULL;
}

static kiln_status read_all(reading *r)
{
    kiln_fit *fit = r->fit;
    kiln_status status = load_tables(r, section(r, "tables"));
    if (status == KILN_OK) status = load_database(r, section(r, "database"));
    if (status == KILN_OK) status = read_parameters(r, section(r, "parameters"));
    if (status != KILN_OK) return status;
    if (r->n_added > 0 && (status = load_database(r, section(r, "database"))) == KILN_OK) status = resolve_again(fit);
    if (status != KILN_OK) return status;
    if (fit->n_parameters == 0)
        return kiln_i_fail(fit->ctx, KILN_E_PARSE, "%s:1:1: expected at least one parameter to fit, found none", fit->file);
    if (!(fit->coefficient = kiln_i_calloc(fit->ctx, (size_t)fit->db->n_functions + 1, sizeof *fit->coefficient)) ||
        !(fit->implicit = kiln_i_calloc(fit->ctx, (size_t)fit->db->n_functions + 1, sizeof *fit->implicit)) ||
        !(fit->applied = kiln_i_calloc(fit->ctx, (size_t)fit->n_parameters, sizeof *fit->applied)))
        return no_memory(fit->ctx);
    if ((status = read_data(r, section(r, "data"))) != KILN_OK) return status;
    if (fit->n_data == 0)
        return kiln_i_fail(fit->ctx, KILN_E_PARSE, "%s:1:1: expected at least one datum, found none", fit->file);
    return KILN_OK;
}

static int is_table(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && strcasecmp(dot, ".csv") == 0;
}

static kiln_status read_file(reading *r)
{
    kiln_fit *fit = r->fit;
    const char *slash = strrchr(fit->file, '/'), *base = slash ? slash + 1 : fit->file;
    if (is_table(fit->file)) {
        if (!(fit->name = kiln_i_strdup(fit->ctx, base))) return no_memory(fit->ctx);
        *strrchr(fit->name, '.') = '\0';
        return load_table(r, fit->file);
    }
    const kiln_status status = kiln_i_yaml_load(fit->ctx, fit->file, &r->yaml);
    if (status != KILN_OK) return status;
    SHA256_Update(fit->hash, (const uint8_t *)r->yaml->source, r->yaml->length);
    return read_head(r);
}

/* A first look at every datum: what cannot be evaluated where the fit begins never can. */
static kiln_status look(kiln_fit *fit)
{
    double f;
    if (!(fit->rows = kiln_i_calloc(fit->ctx, (size_t)fit->n_data, sizeof *fit->rows)) ||
        !(fit->theta = kiln_i_calloc(fit->ctx, (size_t)fit->n_parameters, sizeof *fit->theta)))
        return no_memory(fit->ctx);
    for (int p = 0; p < fit->n_parameters; ++p) fit->theta[p] = fit->parameters[p].start;
    kiln_i_fit_apply(fit, fit->theta);
    for (int i = 0; i < fit->n_data; ++i) {
        kiln_i_datum *d = &fit->data[i];
        if (d->status == KILN_OK) {
            const kiln_status status = kiln_i_datum_evaluate(fit, d, &f, NULL, NULL);
            if (status == KILN_E_NOMEM) return status;
            if (status != KILN_OK) {
                d->status = status;
                if (!(d->problem = kiln_i_strdup(fit->ctx, kiln_context_error(fit->ctx)))) return no_memory(fit->ctx);
            }
        }
        if (d->status != KILN_OK) continue;
        d->row = fit->n_rows;
        fit->rows[fit->n_rows++] = d;
    }
    return KILN_OK;
}

kiln_status kiln_fit_load(kiln_context *ctx, const char *path, const kiln_fit_options *options, kiln_fit **out)
{
    SHA256_CTX hash;
    kiln_fit_options o;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!path || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    (void)kiln_fit_options_init(&o, KILN_FIT_OPTIONS_VERSION);
    if (options) o = *options;
    kiln_status status = check_options(ctx, &o);
    if (status != KILN_OK) return status;
    kiln_fit *fit = kiln_i_calloc(ctx, 1, sizeof *fit);
    reading *r = kiln_i_calloc(ctx, 1, sizeof *r);
    if (fit) fit->ctx = ctx;
    if (!fit || !r) status = no_memory(ctx);
    else {
        fit->options = o;
        fit->is_robust = 1;
        fit->threshold = DEFAULT_THRESHOLD;
        fit->hash = &hash;
        r->fit = fit;
        SHA256_Init(&hash);
        status = kiln_i_data_search(ctx, path, &fit->file);
        if (status == KILN_OK && !(fit->directory = kiln_i_path_directory(ctx, fit->file))) status = no_memory(ctx);
        if (status == KILN_OK) status = read_file(r);
        if (status == KILN_OK) status = read_all(r);
        if (status == KILN_OK) status = look(fit);
        kiln_i_digest_end(&hash, fit->sha256);
        fit->hash = NULL;
        fit->options.database = NULL; /* the caller's, and read */
        for (int t = 0; t < r->n_tables; ++t) {
            kiln_i_table_free(&r->table[t]);
            kiln_i_free(ctx, r->table_name[t]);
        }
        for (int k = 0; k < r->n_added; ++k) kiln_i_free(ctx, r->added[k]);
        kiln_i_yaml_free(r->yaml);
    }
    kiln_i_free(ctx, r);
    if (status == KILN_OK) *out = fit;
    else kiln_fit_free(fit);
    return status;
}

void kiln_fit_free(kiln_fit *fit)
{
    if (!fit) return;
    kiln_context *ctx = fit->ctx;
    for (int i = 0; i < fit->n_data; ++i) kiln_i_datum_clear(ctx, &fit->data[i]);
    for (int i = 0; i < fit->n_parameters; ++i) {
        char *const texts[] = {fit->parameters[i].name, fit->parameters[i].source, fit->parameters[i].note,
                               fit->parameters[i].place};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; ++k) kiln_i_free(ctx, texts[k]);
    }
    for (int i = 0; i < fit->n_sources; ++i) {
        kiln_i_free(ctx, fit->sources[i].key);
        kiln_i_free(ctx, fit->sources[i].text);
        kiln_i_free(ctx, fit->sources[i].doi);
    }
    void *const owned[] = {fit->data,     fit->parameters,  fit->sources,     fit->rows,      fit->coefficient,
                           fit->implicit, fit->applied,     fit->theta,       fit->whitening, fit->at.force,
                           fit->at.s,     fit->at.slope,    fit->at.jacobian, fit->residual,  fit->weight,
                           fit->model,    fit->leverage,    fit->covariance,  fit->values,    fit->vectors,
                           fit->name,     fit->description, fit->file,        fit->database,  fit->directory};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; ++k) kiln_i_free(ctx, owned[k]);
    kiln_database_free(fit->db);
    kiln_i_free(ctx, fit);
}

const kiln_database *kiln_fit_database(const kiln_fit *fit) { return fit ? fit->db : NULL; }

int kiln_fit_n_problems(const kiln_fit *fit) { return fit ? fit->n_data - fit->n_rows : 0; }

kiln_status kiln_fit_get_problem(const kiln_fit *fit, int i, kiln_fit_problem_info *out)
{
    if (!fit) return KILN_E_ARG;
    for (int k = 0; out && k < fit->n_data; ++k) {
        const kiln_i_datum *d = &fit->data[k];
        if (d->status == KILN_OK || i-- != 0) continue;
        *out = (kiln_fit_problem_info){d->id, d->problem, d->status};
        return KILN_OK;
    }
    return kiln_i_fail(fit->ctx, KILN_E_ARG, "no such datum, or a NULL argument");
}
