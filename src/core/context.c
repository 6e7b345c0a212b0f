#include "core/context.h"

#include <kiln/version.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kiln_context {
    kiln_allocator allocator;
    char message[1024]; /* fixed, so that reporting E_NOMEM cannot itself fail */
};

static void *libc_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}
static void libc_release(void *user, void *ptr)
{
    (void)user;
    free(ptr);
}

const char *kiln_version(void) { return KILN_VERSION_STRING; }

kiln_status kiln_context_create(const kiln_allocator *allocator, kiln_context **out)
{
    const kiln_allocator libc = {libc_alloc, libc_release, NULL};
    const kiln_allocator chosen = allocator ? *allocator : libc;
    if (!out) return KILN_E_ARG;
    *out = NULL;
    kiln_context *ctx = chosen.alloc(chosen.user, sizeof *ctx);
    if (!ctx) return KILN_E_NOMEM;
    ctx->allocator = chosen;
    ctx->message[0] = '\0';
    *out = ctx;
    return KILN_OK;
}

void kiln_context_free(kiln_context *ctx)
{
    if (!ctx) return;
    const kiln_allocator allocator = ctx->allocator;
    allocator.release(allocator.user, ctx);
}

const char *kiln_context_error(const kiln_context *ctx) { return ctx ? ctx->message : ""; }

void *kiln_i_alloc(kiln_context *ctx, size_t n, size_t size)
{
    if (n == 0 || size == 0 || n > SIZE_MAX / size) return NULL;
    return ctx->allocator.alloc(ctx->allocator.user, n * size);
}

void *kiln_i_calloc(kiln_context *ctx, size_t n, size_t size)
{
    void *ptr = kiln_i_alloc(ctx, n, size);
    return ptr ? memset(ptr, 0, n * size) : NULL;
}

char *kiln_i_strdup(kiln_context *ctx, const char *text)
{
    if (!text) return NULL;
    const size_t bytes = strlen(text) + 1;
    char *copy = kiln_i_calloc(ctx, bytes, 1);
    return copy ? memcpy(copy, text, bytes) : NULL;
}

int kiln_i_grow(kiln_context *ctx, void *ptr, size_t old_n, size_t new_n, size_t size)
{
    void **array = ptr;
    void *larger = kiln_i_calloc(ctx, new_n, size);
    if (!larger) return 0;
    if (old_n) memcpy(larger, *array, old_n * size);
    kiln_i_free(ctx, *array);
    *array = larger;
    return 1;
}

void kiln_i_free(kiln_context *ctx, void *ptr)
{
    if (ptr) ctx->allocator.release(ctx->allocator.user, ptr);
}

kiln_status kiln_i_fail(kiln_context *ctx, kiln_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(ctx->message, sizeof ctx->message, format, args);
    va_end(args);
    return status;
}
