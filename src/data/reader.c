#include "data/reader.h"

#include "core/context.h"
#include "core/digest.h"
#include "data/change.h"
#include "data/growth.h"
#include "text/file.h"

#include <stdio.h>
#include <string.h>

enum { MAX_FILES = 64, FORMAT_VERSION = 1 };

kiln_status kiln_i_reader_no_memory(kiln_i_reader *r) { return kiln_i_fail(r->ctx, KILN_E_NOMEM, "no memory for the database"); }

const kiln_i_yaml *kiln_i_reader_yaml(const kiln_i_reader *r, kiln_i_place place) { return r->files[place.file].yaml; }

static kiln_status add_source(kiln_i_reader *r, const char *key, const char *text, const char *doi)
{
    kiln_i_source *slot = NULL;
    for (int i = 0; i < r->db->n_sources; i++)
        if (strcmp(r->db->sources[i].key, key) == 0) slot = &r->db->sources[i];
    if (!slot) {
        slot = kiln_i_push(r->ctx, &r->db->sources, &r->db->n_sources, sizeof *slot);
        if (!slot || !(slot->key = kiln_i_strdup(r->ctx, key))) return kiln_i_reader_no_memory(r);
    }
    kiln_i_free(r->ctx, slot->text);
    kiln_i_free(r->ctx, slot->doi);
    slot->text = kiln_i_strdup(r->ctx, text);
    slot->doi = kiln_i_strdup(r->ctx, doi);
    return !slot->text || (doi && !slot->doi) ? kiln_i_reader_no_memory(r) : KILN_OK;
}

static kiln_status read_bibliography(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    static const char *const keys[] = {"text", "doi", NULL};
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "bibliography");
    for (const kiln_i_yaml_node *m = status == KILN_OK ? mapping->first : NULL; m && status == KILN_OK; m = m->next) {
        const kiln_i_yaml_node *text, *doi = kiln_i_yaml_get(m, "doi");
        if ((status = kiln_i_yaml_expect(r->yaml, m, KILN_YAML_MAPPING, "a source")) != KILN_OK) return status;
        if ((status = kiln_i_yaml_check_keys(r->yaml, m, keys)) != KILN_OK) return status;
        if ((status = kiln_i_yaml_require(r->yaml, m, "text", &text)) != KILN_OK) return status;
        if ((status = kiln_i_yaml_expect(r->yaml, text, KILN_YAML_SCALAR, "text")) != KILN_OK) return status;
        if (doi && (status = kiln_i_yaml_expect(r->yaml, doi, KILN_YAML_SCALAR, "doi")) != KILN_OK) return status;
        status = add_source(r, m->key->text, text->text, doi ? doi->text : NULL);
    }
    return status;
}

static kiln_status read_gases(kiln_i_reader *r, const kiln_i_yaml_node *mapping)
{
    kiln_status status = kiln_i_yaml_expect(r->yaml, mapping, KILN_YAML_MAPPING, "gases");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, mapping, kiln_i_gas_names)) != KILN_OK) return status;
    for (const kiln_i_yaml_node *m = mapping->first; m; m = m->next) {
        if ((status = kiln_i_yaml_expect(r->yaml, m, KILN_YAML_SCALAR, "the name of a function")) != KILN_OK) return status;
        for (int g = 0; g < KILN_N_GASES; g++)
            if (strcmp(kiln_i_gas_names[g], m->key->text) == 0) r->gases[g] = (kiln_i_place){r->file, m};
    }
    return KILN_OK;
}

/* Kept for later: a covariance may name any entry of any file. */
static kiln_status keep_covariances(kiln_i_reader *r, const kiln_i_yaml_node *sequence)
{
    const kiln_status status = kiln_i_yaml_expect(r->yaml, sequence, KILN_YAML_SEQUENCE, "covariance");
    if (status != KILN_OK) return status;
    for (const kiln_i_yaml_node *item = sequence->first; item; item = item->next) {
        kiln_i_late *late = kiln_i_push(r->ctx, &r->covariances, &r->n_covariances, sizeof *late);
        if (!late) return kiln_i_reader_no_memory(r);
        *late = (kiln_i_late){{r->file, item}, r->n_defined};
    }
    return KILN_OK;
}

static kiln_status read_version(kiln_i_reader *r, const kiln_i_yaml_node *root)
{
    const kiln_i_yaml_node *version, *name;
    double number = 0.0;
    kiln_status status = kiln_i_yaml_require(r->yaml, root, "kiln", &version);
    if (status != KILN_OK) return status;
    if ((status = kiln_i_read_quantity(r, version, KILN_DIM_NUMBER, "kiln", &number)) != KILN_OK) return status;
    if (number < FORMAT_VERSION || number > FORMAT_VERSION)
        return kiln_i_yaml_fail(r->yaml, version, "expected version %d of the format, found \"%.40s\"", FORMAT_VERSION,
                                version->text);
    if ((status = kiln_i_yaml_require(r->yaml, root, "name", &name)) != KILN_OK) return status;
    if ((status = kiln_i_yaml_expect(r->yaml, name, KILN_YAML_SCALAR, "name")) != KILN_OK || r->file > 0) return status;
    if ((status = kiln_i_read_text(r, root, "name", &r->db->name)) != KILN_OK) return status;
    return kiln_i_read_text(r, root, "description", &r->db->description);
}

/* The place of an include before the sentence about a file that cannot be read. */
static kiln_status locate_include(const kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_status status)
{
    char sentence[900];
    if (status != KILN_E_IO) return status;
    snprintf(sentence, sizeof sentence, "%s", kiln_context_error(r->ctx));
    return kiln_i_fail(r->ctx, status, "%s:%d:%d: %s", r->yaml->name, node->line, node->column, sentence);
}

static kiln_status read_file(kiln_i_reader *r, const char *path, const kiln_i_yaml_node *include);

/* An include: once, however many files name it, and never while it is being read itself. */
static kiln_status read_include(kiln_i_reader *r, const kiln_i_yaml_node *node)
{
    const kiln_i_source_file *from = &r->files[r->file];
    kiln_status status = kiln_i_yaml_expect(r->yaml, node, KILN_YAML_SCALAR, "a file name");
    if (status != KILN_OK) return status;
    if (!from->directory) return kiln_i_yaml_fail(r->yaml, node, "expected a text without include, found \"%.60s\"", node->text);
    char *path;
    status = kiln_i_include_search(r->ctx, from->directory, node->text, &path);
    if (status != KILN_OK) return locate_include(r, node, status);
    char *real = kiln_i_path_real(r->ctx, path);
    int known = -1;
    for (int i = 0; real && i < r->n_files; i++)
        if (r->files[i].real_path && strcmp(r->files[i].real_path, real) == 0) known = i;
    if (known >= 0 && r->files[known].is_open)
        status =
            kiln_i_yaml_fail(r->yaml, node, "expected files that do not include each other, found \"%.200s\" again", node->text);
    else if (known < 0 && r->n_files == MAX_FILES)
        status = kiln_i_yaml_fail(r->yaml, node, "expected at most %d files", MAX_FILES);
    else if (known < 0) status = read_file(r, path, node);
    kiln_i_free(r->ctx, real);
    kiln_i_free(r->ctx, path);
    return status;
}

static kiln_status read_includes(kiln_i_reader *r, const kiln_i_yaml_node *sequence)
{
    const int file = r->file;
    kiln_status status = kiln_i_yaml_expect(r->yaml, sequence, KILN_YAML_SEQUENCE, "include");
    for (const kiln_i_yaml_node *item = status == KILN_OK ? sequence->first : NULL; item && status == KILN_OK;
         item = item->next) {
        status = read_include(r, item);
        r->file = file;
        r->yaml = r->files[file].yaml;
    }
    return status;
}

static kiln_status read_document(kiln_i_reader *r)
{
    typedef kiln_status section_reader(kiln_i_reader *, const kiln_i_yaml_node *);
    static const char *const keys[] = {"kiln",   "name",       "description", "include", "bibliography", "functions", "gases",
                                       "phases", "substances", "vapours",     "melting", "covariance",   NULL};
    static const struct {
        const char *key;
        section_reader *read;
    } sections[] = {{"include", read_includes},           {"bibliography", read_bibliography},
                    {"functions", kiln_i_read_functions}, {"gases", read_gases},
                    {"phases", kiln_i_read_phases},       {"substances", kiln_i_read_substances},
                    {"vapours", kiln_i_read_vapours},     {"melting", kiln_i_read_melting},
                    {"covariance", keep_covariances}};
    const kiln_i_yaml_node *root = r->yaml->root;
    kiln_status status = kiln_i_yaml_expect(r->yaml, root, KILN_YAML_MAPPING, "a database");
    if (status != KILN_OK || (status = kiln_i_yaml_check_keys(r->yaml, root, keys)) != KILN_OK) return status;
    if ((status = read_version(r, root)) != KILN_OK) return status;
    for (size_t i = 0; i < sizeof sections / sizeof *sections && status == KILN_OK; i++) {
        const kiln_i_yaml_node *section = kiln_i_yaml_get(root, sections[i].key);
        if (section) status = sections[i].read(r, section);
    }
    return status;
}

/* A file is begun: the reader owns its tree (NULL for a TDB file) and path from here on. */
static kiln_status enter_file(kiln_i_reader *r, kiln_i_yaml *yaml, const char *name, const char *directory, char *real_path)
{
    kiln_i_source_file *file = kiln_i_push(r->ctx, &r->files, &r->n_files, sizeof *file);
    if (!file) {
        kiln_i_yaml_free(yaml);
        kiln_i_free(r->ctx, real_path);
        return kiln_i_reader_no_memory(r);
    }
    r->file = r->n_files - 1;
    r->yaml = yaml;
    *file = (kiln_i_source_file){.yaml = yaml, .real_path = real_path, .is_open = 1};
    if (directory && !(file->directory = kiln_i_strdup(r->ctx, directory))) return kiln_i_reader_no_memory(r);
    char **slot = kiln_i_push(r->ctx, &r->db->files, &r->db->n_files, sizeof *slot);
    return slot && (*slot = kiln_i_strdup(r->ctx, name)) ? KILN_OK : kiln_i_reader_no_memory(r);
}

/* Enter a parsed tree, which the reader owns from here on, as the file being read, and read it. */
static kiln_status read_tree(kiln_i_reader *r, kiln_i_yaml *yaml, const char *directory, char *real_path)
{
    kiln_status status = enter_file(r, yaml, yaml->name, directory, real_path);
    if (status != KILN_OK) return status;
    const int index = r->file;
    SHA256_Update(r->hash, (const uint8_t *)yaml->source, yaml->length);
    status = read_document(r);
    r->files[index].is_open = 0;
    return status;
}

/* The text of a TDB file; real_path, NULL for a text in memory, is the reader's from here on. */
static kiln_status read_tdb_text(kiln_i_reader *r, const char *text, size_t length, const char *name, char *real_path)
{
    kiln_status status = enter_file(r, NULL, name, NULL, real_path);
    if (status != KILN_OK) return status;
    SHA256_Update(r->hash, (const uint8_t *)text, length);
    status = kiln_i_read_tdb(r, text, length, name);
    r->files[r->file].is_open = 0;
    return status;
}

/* A TDB file, which may be the first one or included by a YAML file. */
static kiln_status read_tdb(kiln_i_reader *r, const char *path, const kiln_i_yaml_node *include)
{
    char *text = NULL;
    size_t length = 0;
    kiln_status status = kiln_i_file_read(r->ctx, path, &text, &length);
    if (status != KILN_OK && include) status = locate_include(r, include, status);
    if (status == KILN_OK) status = read_tdb_text(r, text, length, path, kiln_i_path_real(r->ctx, path));
    kiln_i_free(r->ctx, text);
    return status;
}

/* `include` is the entry that names it, NULL for the first file. */
static kiln_status read_file(kiln_i_reader *r, const char *path, const kiln_i_yaml_node *include)
{
    kiln_i_yaml *yaml;
    if (kiln_i_is_tdb(path)) return read_tdb(r, path, include);
    kiln_status status = kiln_i_yaml_load(r->ctx, path, &yaml);
    if (status != KILN_OK) return include ? locate_include(r, include, status) : status;
    char *directory = kiln_i_path_directory(r->ctx, path), *real = kiln_i_path_real(r->ctx, path);
    if (directory && real) {
        status = read_tree(r, yaml, directory, real);
    } else {
        kiln_i_yaml_free(yaml);
        kiln_i_free(r->ctx, real);
        status = kiln_i_reader_no_memory(r);
    }
    kiln_i_free(r->ctx, directory);
    return status;
}

static void free_reader(kiln_i_reader *r)
{
    for (int i = 0; i < r->n_files; i++) {
        kiln_i_yaml_free(r->files[i].yaml);
        kiln_i_free(r->ctx, r->files[i].directory);
        kiln_i_free(r->ctx, r->files[i].real_path);
    }
    for (int i = 0; i < r->n_drafts; i++) kiln_i_free(r->ctx, r->drafts[i].mentions);
    kiln_i_free(r->ctx, r->files);
    kiln_i_free(r->ctx, r->drafts);
    kiln_i_names_free(r->ctx, &r->names);
    kiln_i_free(r->ctx, r->defaults);
    kiln_i_free(r->ctx, r->vapours);
    kiln_i_free(r->ctx, r->covariances);
    kiln_i_free(r->ctx, r->order);
}

static kiln_status finish(kiln_i_reader *r)
{
    kiln_status status = kiln_i_reader_fill_defaults(r);
    if (status == KILN_OK) status = kiln_i_reader_resolve(r);
    if (status == KILN_OK) status = kiln_i_reader_uncertain(r);
    if (status != KILN_OK) return status;
    kiln_i_digest_end(r->hash, r->db->sha256);
    return KILN_OK;
}

/* Texts that extend what was read, each named by the change it stands for. */
static kiln_status read_overlays(kiln_i_reader *r, int n, const kiln_i_overlay *overlays, const char *const *names)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < n && status == KILN_OK; ++k) {
        kiln_i_yaml *yaml;
        if (overlays[k].is_shift) continue;
        status = kiln_i_yaml_parse(r->ctx, overlays[k].text, strlen(overlays[k].text), names[k], &yaml);
        if (status == KILN_OK) status = read_tree(r, yaml, NULL, NULL);
    }
    return status;
}

/* What a read starts from: a file; or a tree from memory (owned from here on) with a folder for its includes; or a TDB text from memory. */
typedef struct origin {
    const char *path;
    kiln_i_yaml *yaml;
    const char *directory, *text, *name;
    size_t length;
} origin;

static kiln_status read_origin(kiln_i_reader *r, const origin *from)
{
    if (from->yaml) return read_tree(r, from->yaml, from->directory, NULL);
    return from->text ? read_tdb_text(r, from->text, from->length, from->name, NULL) : read_file(r, from->path, NULL);
}

/* The origin, then the texts that extend it. */
static kiln_status read_all(kiln_context *ctx, const origin *from, int n_overlays, const kiln_i_overlay *overlays,
                            const char *const *names, kiln_database **out)
{
    SHA256_CTX hash;
    kiln_database *db = kiln_i_calloc(ctx, 1, sizeof *db);
    if (!db) {
        kiln_i_yaml_free(from->yaml);
        return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for the database");
    }
    db->ctx = ctx;
    kiln_i_reader reader = {.ctx = ctx, .db = db, .hash = &hash};
    SHA256_Init(&hash);
    kiln_status status = add_source(&reader, "here", "this database", NULL);
    if (status != KILN_OK) kiln_i_yaml_free(from->yaml);
    else status = read_origin(&reader, from);
    if (status == KILN_OK) status = read_overlays(&reader, n_overlays, overlays, names);
    if (status == KILN_OK) status = finish(&reader);
    free_reader(&reader);
    if (status == KILN_OK) *out = db;
    else kiln_database_free(db);
    return status;
}

kiln_status kiln_database_load(kiln_context *ctx, const char *path, kiln_database **out)
{
    char *found;
    if (!out) return ctx ? kiln_i_fail(ctx, KILN_E_ARG, "out is NULL") : KILN_E_ARG;
    *out = NULL;
    if (!ctx) return KILN_E_ARG;
    kiln_status status = kiln_i_database_search(ctx, path, &found);
    if (status != KILN_OK) return status;
    status = read_all(ctx, &(origin){.path = found}, 0, NULL, NULL, out);
    kiln_i_free(ctx, found);
    return status;
}

/* The changes themselves, for whoever reads a result. */
static kiln_status keep_changes(kiln_database *db, int n, const char *const *changes)
{
    if (!(db->changes = kiln_i_calloc(db->ctx, (size_t)n + 1, sizeof *db->changes)))
        return kiln_i_fail(db->ctx, KILN_E_NOMEM, "no memory for %d changes", n);
    for (int k = 0; k < n; ++k) {
        if (!(db->changes[k] = kiln_i_strdup(db->ctx, changes[k])))
            return kiln_i_fail(db->ctx, KILN_E_NOMEM, "no memory for %d changes", n);
        ++db->n_changes;
    }
    return KILN_OK;
}

/* The database as it is says what the changes mean; read anew with them it is the answer. */
static kiln_status load_changed(kiln_context *ctx, const char *path, int n, const char *const *changes, kiln_i_overlay *overlays,
                                kiln_database **out)
{
    kiln_database *plain = NULL;
    kiln_status status = read_all(ctx, &(origin){.path = path}, 0, NULL, NULL, &plain);
    for (int k = 0; k < n && status == KILN_OK; ++k) status = kiln_i_change_overlay(ctx, plain, changes[k], &overlays[k]);
    kiln_database_free(plain);
    if (status == KILN_OK) status = read_all(ctx, &(origin){.path = path}, n, overlays, changes, out);
    for (int k = 0; k < n && status == KILN_OK; ++k) status = kiln_i_change_shift(ctx, *out, changes[k]);
    return status == KILN_OK ? keep_changes(*out, n, changes) : status;
}

kiln_status kiln_database_load_changed(kiln_context *ctx, const char *path, int n, const char *const *changes,
                                       kiln_database **out)
{
    char *found;
    if (n == 0) return kiln_database_load(ctx, path, out);
    if (!out || n < 0 || !changes) return ctx ? kiln_i_fail(ctx, KILN_E_ARG, "%d changes, or a NULL argument", n) : KILN_E_ARG;
    *out = NULL;
    if (!ctx) return KILN_E_ARG;
    kiln_status status = kiln_i_database_search(ctx, path, &found);
    if (status != KILN_OK) return status;
    kiln_i_overlay *overlays = kiln_i_calloc(ctx, (size_t)n, sizeof *overlays);
    status = overlays ? load_changed(ctx, found, n, changes, overlays, out)
                      : kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for %d changes", n);
    kiln_i_free(ctx, overlays);
    kiln_i_free(ctx, found);
    if (status != KILN_OK) {
        kiln_database_free(*out);
        *out = NULL;
    }
    return status;
}

kiln_status kiln_database_parse(kiln_context *ctx, const char *text, size_t length, const char *name, const char *directory,
                                kiln_database **out)
{
    kiln_i_yaml *yaml;
    if (!out) return ctx ? kiln_i_fail(ctx, KILN_E_ARG, "out is NULL") : KILN_E_ARG;
    *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!text && length > 0) return kiln_i_fail(ctx, KILN_E_ARG, "text is NULL");
    if (name && kiln_i_is_tdb(name)) {
        const origin from = {.text = text ? text : "", .length = length, .name = name};
        return read_all(ctx, &from, 0, NULL, NULL, out);
    }
    const kiln_status status = kiln_i_yaml_parse(ctx, text, length, name ? name : "text", &yaml);
    if (status != KILN_OK) return status;
    return read_all(ctx, &(origin){.yaml = yaml, .directory = directory}, 0, NULL, NULL, out);
}
