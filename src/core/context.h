/* Private: what every kiln source file may use of the context. */
#ifndef KILN_CORE_CONTEXT_H
#define KILN_CORE_CONTEXT_H
#include <kiln/context.h>

/* Zeroed array of n * size bytes, or NULL on overflow or exhaustion. */
void *kiln_i_calloc(kiln_context *ctx, size_t n, size_t size);
/* The same without the zeros: for large workspaces that are written before they are read, whose untouched pages then cost nothing. */
void *kiln_i_alloc(kiln_context *ctx, size_t n, size_t size);
/* Copy of a string, NULL on exhaustion or for NULL. */
char *kiln_i_strdup(kiln_context *ctx, const char *text);
void kiln_i_free(kiln_context *ctx, void *ptr);

/* Array of `old_n` items grown to `new_n`, new ones zeroed; *ptr is unchanged and 0 returned on failure. */
int kiln_i_grow(kiln_context *ctx, void *ptr, size_t old_n, size_t new_n, size_t size);

/* Record a message and return `status`, so that a failure is one line. */
kiln_status kiln_i_fail(kiln_context *ctx, kiln_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
#endif
