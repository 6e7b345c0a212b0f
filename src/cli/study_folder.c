#define _DEFAULT_SOURCE

#include "study.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGE ".new"

static cli_exit no_memory(void) { return cli_fail(CLI_NOT_CONVERGED, "out of memory"); }

/* "a", "b", "c" in one; owned, NULL without memory. */
static char *join(const char *a, const char *b, const char *c)
{
    const size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
    char *out = malloc(size);
    if (out) snprintf(out, size, "%s%s%s", a, b, c);
    return out;
}

char *cli_study_path(const cli_study_folder *folder, const char *name, const char *extension)
{
    char *stem = join(folder->path, "/", name);
    char *path = stem ? join(stem, ".", extension) : NULL;
    free(stem);
    return path;
}

char *cli_study_stage(const cli_study_folder *folder, const char *name, const char *extension)
{
    const cli_study_folder stage = {.path = join(folder->path, "/", STAGE)};
    char *path = stage.path ? cli_study_path(&stage, name, extension) : NULL;
    free(stage.path);
    return path;
}

/* ---- Places ---- */

/* Folders of KILN_DATABASE_PATH stay the same when this process goes elsewhere. */
static cli_exit fix_database_path(void)
{
    const char *given = getenv("KILN_DATABASE_PATH");
    char *here = getcwd(NULL, 0), *fixed = join("", "", "");
    for (const char *p = given; p && *p && fixed && here;) {
        const size_t length = strcspn(p, ":");
        char *one = strndup(p, length);
        char *absolute = one && *one && *one != '/' ? join(here, "/", one) : one ? strdup(one) : NULL;
        char *longer = absolute ? join(fixed, *fixed ? ":" : "", absolute) : NULL;
        free(one);
        free(absolute);
        free(fixed);
        fixed = longer;
        p += length + (p[length] == ':');
    }
    const int failed = !fixed || !here || (given && setenv("KILN_DATABASE_PATH", fixed, 1) != 0);
    free(fixed);
    free(here);
    return failed ? no_memory() : CLI_OK;
}

/* Beside the study, with its name. */
static char *default_folder(const char *study)
{
    const char *slash = strrchr(study, '/'), *dot = strrchr(slash ? slash : study, '.');
    char *stem = dot && dot > study && dot[-1] != '/' ? strndup(study, (size_t)(dot - study)) : join(study, ".", "results");
    return stem;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    char *absolute = folder ? realpath(folder, NULL) : NULL;
    free(folder);
    return absolute;
}

char *cli_absolute_path(const char *path) { return realpath(path, NULL); }

cli_exit cli_enter_folder(const char *file, char **absolute)
{
    if (!(*absolute = folder_of(file))) return cli_fail(CLI_FILE, "%s: its folder cannot be entered: %s", file, strerror(errno));
    const cli_exit code = fix_database_path();
    if (code != CLI_OK) return code;
    return chdir(*absolute) == 0 ? CLI_OK : cli_fail(CLI_FILE, "%s cannot be entered: %s", *absolute, strerror(errno));
}

static void empty_folder(DIR *list)
{
    for (struct dirent *item = readdir(list); item; item = readdir(list))
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0) unlinkat(dirfd(list), item->d_name, 0);
}

/* Where results are written before they take their names, without what a killed study has left there. */
static cli_exit make_stage(const cli_study_folder *folder)
{
    char *stage = join(folder->path, "/", STAGE);
    if (!stage) return no_memory();
    const int made = mkdir(stage, 0777) == 0 || errno == EEXIST;
    DIR *list = made ? opendir(stage) : NULL;
    const cli_exit code = list ? CLI_OK : cli_fail(CLI_FILE, "%s cannot be written: %s", folder->path, strerror(errno));
    if (list) {
        empty_folder(list);
        closedir(list);
    }
    free(stage);
    return code;
}

/* Nothing but what stands beside a case's files is left there: the record of a screening, which the manifest replaces. */
static void drop_stage(const cli_study_folder *folder)
{
    char *stage = folder->path ? join(folder->path, "/", STAGE) : NULL;
    DIR *list = stage ? opendir(stage) : NULL;
    if (list) {
        empty_folder(list);
        closedir(list);
        rmdir(stage);
    }
    free(stage);
}

static cli_exit make_folder(cli_study_folder *folder, const char *path)
{
    if ((mkdir(path, 0777) != 0 && errno != EEXIST) || !(folder->path = realpath(path, NULL)))
        return cli_fail(CLI_FILE, "the folder %s cannot be made: %s", path, strerror(errno));
    folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0) return cli_fail(CLI_FILE, "%s cannot be opened: %s", path, strerror(errno));
    if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        close(folder->lock);
        folder->lock = -1; /* what is there is another's */
        return cli_fail(CLI_FILE, "%s: %s", path,
                        error == EWOULDBLOCK ? "another kiln study writes to this folder" : strerror(error));
    }
    return make_stage(folder);
}

/* ---- What was there ---- */

static int is_safe(const char *name) { return name && *name && !strchr(name, '/'); }

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The way from one folder to another, both absolute: "..", "../..", "../b", ".". */
static char *way(const char *from, const char *to)
{
    size_t common = 0;
    for (size_t i = 0;; ++i) {
        if ((from[i] == '/' || !from[i]) && (to[i] == '/' || !to[i])) common = i;
        if (from[i] != to[i] || !from[i]) break;
    }
    char *path = strdup("");
    for (const char *p = from + common; path && *p; p += strcspn(p + 1, "/") + 1) {
        if (!p[1]) break;
        char *longer = join(path, *path ? "/" : "", "..");
        free(path);
        path = longer;
    }
    const char *rest = to + common + (to[common] == '/');
    char *whole = path && *rest ? join(path, *path ? "/" : "", rest) : path ? strdup(*path ? path : ".") : NULL;
    free(path);
    return whole;
}

/* 1: a study in another place has made it. */
static int is_from_elsewhere(const cli_study_folder *folder, const json_t *manifest, const char *study)
{
    const char *home = json_string_value(json_object_get(manifest, "folder"));
    char *here = folder_of(study), *expected = here ? way(folder->path, here) : NULL;
    const int differs = home && expected && strcmp(home, expected) != 0;
    free(here);
    free(expected);
    return differs;
}

static cli_exit refuse_other(const cli_study_folder *folder, const json_t *manifest, const char *study)
{
    const char *other = json_string_value(json_object_get(json_object_get(manifest, "study"), "file"));
    const int is_namesake = other && strcmp(other, base_of(study)) == 0;
    if (!other || (is_namesake && !is_from_elsewhere(folder, manifest, study))) return CLI_OK;
    return cli_fail(CLI_FILE, "%s holds the results of %s%s; expected a folder of its own for %s", folder->name,
                    is_namesake ? "another " : "", other, base_of(study));
}

/* Files that no study has left would be overwritten by cases of their names. */
static cli_exit refuse_foreign(const cli_study_folder *folder)
{
    DIR *list = opendir(folder->path);
    cli_exit code = list ? CLI_OK : cli_fail(CLI_FILE, "%s cannot be read: %s", folder->name, strerror(errno));
    for (struct dirent *item = list ? readdir(list) : NULL; item && code == CLI_OK; item = readdir(list))
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0 && strcmp(item->d_name, STAGE) != 0)
            code = cli_fail(CLI_FILE, "%s holds %s and no results of a study; expected a new or an empty folder", folder->name,
                            item->d_name);
    if (list) closedir(list);
    return code;
}

/* Cases of a manifest by name. One that cannot be read makes every case a new one; one of another study keeps its folder for itself, whose files would go. */
static cli_exit read_before(cli_study_folder *folder, const char *study)
{
    size_t i;
    json_t *entry;
    cli_exit code = CLI_OK;
    char *path = cli_study_path(folder, "manifest", "json");
    json_t *manifest = path ? json_load_file(path, 0, NULL) : NULL;
    const char *schema = json_string_value(json_object_get(manifest, "schema"));
    if (path && access(path, F_OK) != 0) code = refuse_foreign(folder);
    if (schema && strcmp(schema, CLI_STUDY_SCHEMA) == 0) {
        code = refuse_other(folder, manifest, study);
        json_array_foreach (json_object_get(manifest, "cases"), i, entry) {
            const char *name = json_string_value(json_object_get(entry, "name"));
            if (is_safe(name)) json_object_set(folder->before, name, entry);
        }
    }
    json_decref(manifest);
    free(path);
    return code;
}

cli_exit cli_study_open_folder(cli_study_folder *folder, const char *study, const char *wanted)
{
    *folder = (cli_study_folder){.lock = -1, .before = json_object(), .name = wanted ? strdup(wanted) : default_folder(study)};
    cli_exit code = folder->name && folder->before ? make_folder(folder, folder->name) : no_memory();
    if (code == CLI_OK) code = read_before(folder, study);
    return code == CLI_OK ? cli_enter_folder(study, &folder->home) : code;
}

void cli_study_close_folder(cli_study_folder *folder)
{
    if (folder->lock >= 0) {
        drop_stage(folder);
        close(folder->lock);
    }
    json_decref(folder->before);
    free(folder->name);
    free(folder->path);
    free(folder->home);
}

static int is_as_recorded(const cli_study_folder *folder, const json_t *file)
{
    char sha256[65];
    const char *name = json_string_value(json_object_get(file, "name")),
               *recorded = json_string_value(json_object_get(file, "sha256"));
    char *path = is_safe(name) && recorded ? join(folder->path, "/", name) : NULL;
    const int same = path && cli_file_sha256(path, sha256) && strcmp(sha256, recorded) == 0;
    free(path);
    return same;
}

json_t *cli_study_unchanged(const cli_study_folder *folder, const char *name, const char *key)
{
    size_t i;
    json_t *file, *entry = json_object_get(folder->before, name);
    const char *recorded = json_string_value(json_object_get(entry, "key"));
    if (!*key || !recorded || strcmp(recorded, key) != 0) return NULL;
    const json_t *code = json_object_get(entry, "exit_code"), *files = json_object_get(entry, "files");
    if (!json_is_integer(code) || !cli_job_is_good((int)json_integer_value(code)) || json_array_size(files) == 0) return NULL;
    json_array_foreach (files, i, file)
        if (!is_as_recorded(folder, file)) return NULL;
    return entry;
}

/* ---- What is there now ---- */

void cli_study_accept(const cli_study_folder *folder, const char *name, const char *extension)
{
    char *from = cli_study_stage(folder, name, extension), *to = cli_study_path(folder, name, extension);
    if (from && to && rename(from, to) != 0) unlink(to);
    free(from);
    free(to);
}

json_t *cli_study_files(const cli_study_folder *folder, const char *name, const char *const *extensions, int n)
{
    json_t *files = json_array();
    for (int i = 0; i < n; ++i) {
        char sha256[65];
        char *path = cli_study_path(folder, name, extensions[i]);
        if (path && cli_file_sha256(path, sha256))
            json_array_append_new(files, json_pack("{s:s, s:s}", "name", strrchr(path, '/') + 1, "sha256", sha256));
        free(path);
    }
    return files;
}

cli_exit cli_study_write_manifest(const cli_study_folder *folder, const kiln_study *study, const json_t *cases)
{
    char *home = way(folder->path, folder->home), *path = cli_study_path(folder, "manifest", "json");
    json_t *manifest = json_pack("{s:s, s:{s:s}, s:{s:s, s:s, s:s#}, s:s, s:O}", "schema", CLI_STUDY_SCHEMA, "kiln", "version",
                                 kiln_version(), "study", "name", study->name, "file", base_of(study->file), "text", study->text,
                                 (int)study->length, "folder", home ? home : ".", "cases", cases);
    char *text = manifest ? json_dumps(manifest, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    const cli_exit code = text && home && path ? cli_output_file(path, text, strlen(text)) : no_memory();
    free(text);
    free(path);
    free(home);
    json_decref(manifest);
    return code;
}

/* What someone has changed stays. */
static void drop_files_of(const cli_study_folder *folder, const json_t *entry, const json_t *names)
{
    size_t i;
    json_t *file;
    json_array_foreach (json_object_get(entry, "files"), i, file) {
        const char *name = json_string_value(json_object_get(file, "name"));
        if (!name || json_object_get(names, name) || !is_as_recorded(folder, file)) continue;
        char *path = join(folder->path, "/", name);
        if (path) unlink(path);
        free(path);
    }
}

void cli_study_drop_files(const cli_study_folder *folder, const json_t *cases)
{
    size_t i, k;
    const char *name;
    json_t *entry, *file, *names = json_object();
    json_array_foreach (cases, i, entry) {
        json_array_foreach (json_object_get(entry, "files"), k, file)
            json_object_set_new(names, json_string_value(json_object_get(file, "name")), json_true());
    }
    json_object_foreach (folder->before, name, entry) drop_files_of(folder, entry, names);
    json_decref(names);
}
