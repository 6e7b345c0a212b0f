#include "text/file.h"

#include "core/context.h"

#include <stdio.h>

enum { MAX_BYTES = 64 << 20 };

/* Its size is not asked for beforehand, so that pipes work too. */
static kiln_status read_all(kiln_context *ctx, FILE *file, const char *path, char **text, size_t *length)
{
    size_t room = 65536;
    *length = 0;
    if (!(*text = kiln_i_calloc(ctx, room, 1))) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", path);
    for (;;) {
        *length += fread(*text + *length, 1, room - *length, file);
        if (*length < room) break;
        if (room > MAX_BYTES) return kiln_i_fail(ctx, KILN_E_PARSE, "%s:1:1: expected at most 64 MiB", path);
        if (!kiln_i_grow(ctx, text, room, 2 * room, 1)) return kiln_i_fail(ctx, KILN_E_NOMEM, "%s: no memory for the file", path);
        room *= 2;
    }
    return ferror(file) ? kiln_i_fail(ctx, KILN_E_IO, "%s: cannot be read", path) : KILN_OK;
}

kiln_status kiln_i_file_read(kiln_context *ctx, const char *path, char **text, size_t *length)
{
    *text = NULL;
    *length = 0;
    FILE *file = fopen(path, "rb");
    if (!file) return kiln_i_fail(ctx, KILN_E_IO, "%s: cannot be opened", path);
    const kiln_status status = read_all(ctx, file, path, text, length);
    fclose(file);
    return status;
}
