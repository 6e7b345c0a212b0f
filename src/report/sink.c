#define _POSIX_C_SOURCE 200809L

#include "report/sink.h"

#include "core/context.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

kiln_status kiln_i_sink_open(kiln_context *ctx, const char *path, int n_columns, const kiln_column *column, kiln_i_sink **out)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    const char *extension = dot ? dot : "";
    kiln_status status;
    *out = NULL;
    if (strcmp(extension, ".csv") == 0 || strcmp(extension, ".jsonl") == 0)
        status = kiln_i_sink_text(ctx, strcmp(extension, ".jsonl") == 0, out);
    else if (strcmp(extension, ".sqlite") == 0) status = kiln_i_sink_sqlite(ctx, out);
    else return kiln_i_fail(ctx, KILN_E_ARG, "%s: rows go into a file with the extension .csv, .jsonl or .sqlite", path);
    if (status != KILN_OK) return status;
    (*out)->ctx = ctx;
    (*out)->path = path;
    (*out)->n_columns = n_columns;
    (*out)->column = column;
    return KILN_OK;
}

void kiln_i_sink_sync_folder(const char *path)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    const int length = slash == path ? 1 : slash ? (int)(slash - path) : 1;
    if (snprintf(folder, sizeof folder, "%.*s", length, slash ? path : ".") >= (int)sizeof folder) return;
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;
    (void)fsync(file); /* EINVAL of some file systems: nothing that can be synchronised */
    (void)close(file);
}
