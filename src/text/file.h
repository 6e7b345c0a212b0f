/* Private: whole files. */
#ifndef KILN_TEXT_FILE_H
#define KILN_TEXT_FILE_H

#include <kiln/context.h>

#include <stddef.h>

/* The bytes of a file, of 64 MiB at most, into *text, which is for the caller to free, also after failure. KILN_E_IO, KILN_E_PARSE or KILN_E_NOMEM with the path. */
kiln_status kiln_i_file_read(kiln_context *ctx, const char *path, char **text, size_t *length);

#endif
