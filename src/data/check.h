/* Private: the parts of kiln_database_check. */
#ifndef KILN_DATA_CHECK_H
#define KILN_DATA_CHECK_H

#include "data/database.h"

typedef struct kiln_i_check {
    const kiln_database *db;
    kiln_context *ctx;
    void (*visit)(void *user, const kiln_finding *finding);
    void *user;
    kiln_check_summary summary;
} kiln_i_check;

/* Report a finding at a place; the sentence follows as for printf. */
void kiln_i_check_add(kiln_i_check *check, kiln_severity severity, const char *kind, int file, int line, int column,
                      const char *format, ...) __attribute__((format(printf, 7, 8)));

/* check_phase.c: coverage of end members and pairs, neutrality, balance of formulas. */
void kiln_i_check_phase(kiln_i_check *check, const kiln_i_phase *phase);

/* check_vapour.c: formulas of gas species against those of their functions, provenance of temperatures of melting. */
kiln_status kiln_i_check_vapours(kiln_i_check *check);

#endif
