/* realpath and access are POSIX, outside C11; dladdr is in no standard, and this macro shows it in glibc and musl. */
#define _GNU_SOURCE

#include "data/reader.h"

#include "core/context.h"

#include <dlfcn.h>
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

/* Real path of the file that holds this code: the shared library, or the program it was linked into. From malloc; NULL if unknown. */
static char *own_file(void)
{
#ifndef KILN_STATIC_DEFINE
    static const char here = 0;
    Dl_info info;
    /* Of a program itself dladdr says what it was called by, which without a slash says nothing. */
    if (dladdr(&here, &info) && info.dli_fname && strchr(info.dli_fname, '/')) {
        char *path = realpath(info.dli_fname, NULL);
        if (path) return path;
    }
#endif
    return realpath("/proc/self/exe", NULL);
}

/* The data folder of the installation, or of the build tree, which has the same layout, that this code lies in: `up` leads there
 * from the folder of the code. *folder is NULL if that is unknown. */
static kiln_status own_folder(kiln_context *ctx, const char *up, char **folder)
{
    char *file = own_file(), *slash = file ? strrchr(file, '/') : NULL;
    kiln_status status = KILN_OK;
    *folder = NULL;
    if (slash) {
        size_t length = (size_t)(slash - file);
        for (; length > 0 && strncmp(up, "../", 3) == 0; up += 3) /* real paths have no links on the way up */
            while (length > 0 && file[--length] != '/') {}
        char *path = join(ctx, file, length, up);
        char *real = path ? realpath(path, NULL) : NULL;
        *folder = kiln_i_strdup(ctx, real ? real : path);
        if (!*folder) status = kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
        free(real);
        kiln_i_free(ctx, path);
    }
    free(file);
    return status;
}

/* KILN_DATABASE_PATH, the data folder beside the library, beside the program, and the one chosen when kiln was configured. A source
 * tree is not among them: an installed kiln must not read a checkout that happens to be on the same machine. `besides` stands in the
 * message for what was tried before. */
static kiln_status search_lists(kiln_context *ctx, const char *name, const char *besides, char **path)
{
    enum { N_PLACES = 4 };
    static const char *const up[] = {KILN_DATA_FROM_LIB, KILN_DATA_FROM_BIN};
    const char *places[N_PLACES] = {getenv("KILN_DATABASE_PATH"), NULL, NULL, KILN_DATA_DIR_INSTALL};
    char *own[2] = {NULL, NULL}, tried[600] = "";
    kiln_status status = KILN_OK;
    for (int i = 0; i < 2 && status == KILN_OK; i++) {
        if (i > 0 && strcmp(up[i], up[0]) == 0) continue;
        status = own_folder(ctx, up[i], &own[i]);
        places[1 + i] = own[i];
    }
    for (int i = 0; i < N_PLACES && !*path && status == KILN_OK; i++) status = search_list(ctx, places[i], name, path);
    for (int i = 1, used = 0; i < N_PLACES && status == KILN_OK && !*path; i++)
        if (places[i] && used < (int)sizeof tried)
            used += snprintf(tried + used, sizeof tried - (size_t)used, "%s%s", used ? ", " : "", places[i]);
    for (int i = 0; i < 2; i++) kiln_i_free(ctx, own[i]);
    if (status != KILN_OK || *path) return status;
    return kiln_i_fail(ctx, KILN_E_IO, "%.300s: not found %sin KILN_DATABASE_PATH (%.200s), %s", name, besides,
                       places[0] ? places[0] : "not set", tried);
}

kiln_status kiln_i_include_search(kiln_context *ctx, const char *directory, const char *name, char **path)
{
    *path = kiln_i_path_join(ctx, directory, name);
    if (!*path) return kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
    if (access(*path, F_OK) == 0) return KILN_OK; /* a file that may not be read is not passed over for another of its name */
    kiln_i_free(ctx, *path);
    *path = NULL;
    if (name[0] == '/') return kiln_i_fail(ctx, KILN_E_IO, "%.400s: cannot be opened", name);
    return search_lists(ctx, name, "beside this file, nor ", path);
}

kiln_status kiln_i_database_search(kiln_context *ctx, const char *name, char **path)
{
    *path = NULL;
    if (!name) return search_lists(ctx, "kiln.yaml", "", path); /* a kiln.yaml that happens to lie here is not the default */
    if (access(name, R_OK) != 0) {
        if (!strchr(name, '/')) return search_lists(ctx, name, "", path);
        return kiln_i_fail(ctx, KILN_E_IO, "%.400s: cannot be opened", name);
    }
    *path = kiln_i_strdup(ctx, name);
    return *path ? KILN_OK : kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
}

kiln_status kiln_i_data_search(kiln_context *ctx, const char *name, char **path)
{
    *path = NULL;
    if (access(name, F_OK) != 0 && name[0] != '/') return search_lists(ctx, name, "here, nor ", path);
    *path = kiln_i_strdup(ctx, name);
    return *path ? KILN_OK : kiln_i_fail(ctx, KILN_E_NOMEM, "no memory for a path");
}
