/* Small databases written as text, and the objects made from them. Components are metals in a closed atmosphere, so that no gas is needed. */
#ifndef KILN_TEST_SYNTHETIC_H
#define KILN_TEST_SYNTHETIC_H

#include "support.h"

#include <kiln/kiln.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct bench {
    kiln_context *ctx;
    kiln_database *db;
    kiln_system *system;
    kiln_solver *solver;
    kiln_window_solver *window;
} bench;

#define REQUIRE_OK(b, call)                                                                           \
    do {                                                                                              \
        const kiln_status status_ = (call);                                                           \
        ck_assert_msg(status_ == KILN_OK, "%s: %d %s", #call, status_, kiln_context_error((b)->ctx)); \
    } while (0)

static inline void bench_close(bench *b)
{
    kiln_window_solver_free(b->window);
    kiln_solver_free(b->solver);
    kiln_system_free(b->system);
    kiln_database_free(b->db);
    kiln_context_free(b->ctx);
    memset(b, 0, sizeof *b);
}

/* System, solver and window solver for a composition, in place of what there was. */
static inline void bench_set(bench *b, const kiln_composition *x, const char *atmosphere, kiln_method method)
{
    kiln_atmosphere a;
    kiln_solver_options o;
    kiln_window_solver_free(b->window);
    kiln_solver_free(b->solver);
    kiln_system_free(b->system);
    b->window = NULL;
    b->solver = NULL;
    REQUIRE_OK(b, kiln_atmosphere_parse(b->ctx, atmosphere, &a));
    REQUIRE_OK(b, kiln_system_create(b->ctx, b->db, x, &a, NULL, &b->system));
    ck_assert_int_eq(kiln_solver_options_init(&o, KILN_SOLVER_OPTIONS_VERSION), KILN_OK);
    o.method = method;
    REQUIRE_OK(b, kiln_solver_create(b->system, &o, &b->solver));
    REQUIRE_OK(b, kiln_window_solver_create(b->system, NULL, NULL, &b->window));
}

/* Database from text, or from a file when `text` is NULL; then a system for `formula`. */
static inline void bench_open(bench *b, const char *text, const char *file, const char *formula, const char *atmosphere,
                              kiln_method method)
{
    kiln_composition x;
    memset(b, 0, sizeof *b);
    ck_assert_int_eq(kiln_context_create(NULL, &b->ctx), KILN_OK);
    if (text) REQUIRE_OK(b, kiln_database_parse(b->ctx, text, strlen(text), "synthetic", NULL, &b->db));
    else REQUIRE_OK(b, kiln_database_load(b->ctx, file, &b->db));
    REQUIRE_OK(b, kiln_composition_parse(b->ctx, formula, &x));
    bench_set(b, &x, atmosphere, method);
}

/* Text put together with printf formats. */
typedef struct yaml_text {
    char at[32768];
    size_t used;
} yaml_text;

__attribute__((format(printf, 2, 3))) static inline void put(yaml_text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    t->used += (size_t)vsnprintf(t->at + t->used, sizeof t->at - t->used, format, args);
    va_end(args);
    ck_assert_uint_lt(t->used, sizeof t->at);
}

/* One regular solution of two metals, W per formula (one site), J/mol. */
static inline void regular_solution(yaml_text *t, double W)
{
    t->used = 0;
    put(t,
        "kiln: 1\nname: regular\nphases:\n  alpha:\n    formula: M\n"
        "    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
        "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: 0}]\n"
        "    interactions: [{pair: [Mg, Ni], on: M, per: formula, W: %.10g}]\n",
        W);
}

#endif
