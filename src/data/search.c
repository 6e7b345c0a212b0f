/* realpath and access are POSIX, outside C11. */
#define _XOPEN_SOURCE 700

#include "data/reader.h"

#include "core/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *join(kiln_context *ctx, const char *folder, size_t length, const char *name)
{
    const size_t size = length + strlen(name) + 2;
    char *path = kiln_i_calloc(ctx, size, 1);
    if (path) snprintf(path, size, "%.*s/%s", (int)length, folder, name);
    return path;
}

char *kiln_i_path_directory(kiln_context *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = kiln_i_strdup(ctx, slash ? path : ".");
    if (folder && slash) folder[slash > path ? slash - path : 1] = '\0';
    return folder;
}

char *kiln_i_path_join(kiln_context *ctx, const char *directory, const char *name)
{
    if (name[0] == '/' || strcmp(directory, ".") == 0) return kiln_i_strdup(ctx, name);
    return join(ctx, directory, strlen(directory), name);
}

char *kiln_i_path_real(kiln_context *ctx, const char *path)
{
    char *real = realpath(path, NULL), *copy = kiln_i_strdup(ctx, real);
    free(real);
    return copy;
}

/* Look for `name` in each folder of a colon-separated list; KILN_OK with *path NULL if it is in none. */
static kiln_status search_list(kiln_context *ctx, const char *list, const char *name, char **path)
{
    while (list && *list && !*path) {
        const size_t length = strcspn(list, ":");
        if (length > 0 && length < 65536) {
            char *candidate = join(ctx, list, length, name);
            if (!candidate) return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
            if (access(candidate, R_OK) == 0) *path = candidate;
            else kiln_i_free(ctx, candidate);
        }
        list += length + (list[length] == ':');
    }
    return KILN_OK;
}

/* The lists of folders, in the order in which they are searched. */
static kiln_status search_lists(kiln_context *ctx, const char *name, char **path)
{
    const char *lists[] = {
        getenv("KILN_DATABASE_PATH"),
#ifdef KILN_DATA_DIR_INSTALL
        KILN_DATA_DIR_INSTALL,
#endif
#ifdef KILN_DATA_DIR_SOURCE
        KILN_DATA_DIR_SOURCE,
#endif
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !*path; i++) {
        const kiln_status status = search_list(ctx, lists[i], name, path);
        if (status != KILN_OK) return status;
    }
    if (*path) return KILN_OK;
    return kiln_i_fail(ctx, KILN_E_IO, "%.400s: not found in KILN_DATABASE_PATH (%.200s), nor in kiln's own data folders", name,
                       lists[0] ? lists[0] : "not set");
}

kiln_status kiln_i_database_search(kiln_context *ctx, const char *name, char **path)
{
    *path = NULL;
    if (!name) return search_lists(ctx, "kiln.yaml", path); /* a kiln.yaml that happens to lie here is not the default */
    if (access(name, R_OK) != 0) {
        if (!strchr(name, '/')) return search_lists(ctx, name, path);
        return kiln_i_fail(ctx, KILN_E_IO, "%.400s: cannot be opened", name);
    }
    *path = kiln_i_strdup(ctx, name);
    return *path ? KILN_OK : kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
}
