#ifndef KILN_STATUS_H
#define KILN_STATUS_H

#include <kiln/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One row per status: name, fixed value, text. A value is never reused. */
#define KILN_STATUS_LIST(X)                                                   \
    X(KILN_OK, 0, "success")                                                  \
    X(KILN_E_ARG, -1, "invalid argument")                                     \
    X(KILN_E_NOMEM, -2, "out of memory")                                      \
    X(KILN_E_NOT_CONVERGED, -3, "iteration limit reached before convergence") \
    X(KILN_E_SINGULAR, -4, "linear system is singular to working precision")  \
    X(KILN_E_PARSE, -5, "text that could not be understood")                  \
    X(KILN_E_IO, -6, "file that could not be read or written")                \
    X(KILN_E_MISSING, -7, "the database lacks a parameter or a phase")        \
    X(KILN_E_RANGE, -8, "outside the range of validity")                      \
    X(KILN_E_INTERRUPTED, -9, "interrupted")

#define KILN_STATUS_ENUM(name, value, text) name = value,
typedef enum kiln_status { KILN_STATUS_LIST(KILN_STATUS_ENUM) } kiln_status;
#undef KILN_STATUS_ENUM

/** On a function whose status must not be dropped. */
#if defined(__GNUC__)
#define KILN_MUST_CHECK __attribute__((warn_unused_result))
#else
#define KILN_MUST_CHECK
#endif

/** Static English text for a status; never NULL, even for an unknown value. */
KILN_EXPORT const char *kiln_status_text(kiln_status status);

#ifdef __cplusplus
}
#endif
#endif
