/* Private: what-if changes of a database, as text. */
#ifndef KILN_DATA_CHANGE_H
#define KILN_DATA_CHANGE_H

#include "data/database.h"

/* A change that replaces or adds, as a database text that extends the one it is about. */
typedef struct kiln_i_overlay {
    char text[2048];
    int is_shift; /* it only shifts: nothing to read */
} kiln_i_overlay;

kiln_status kiln_i_change_overlay(kiln_context *ctx, const kiln_database *db, const char *text, kiln_i_overlay *o);

/* Adds a shift to a database that nobody shares yet; other changes are left alone. */
kiln_status kiln_i_change_shift(kiln_context *ctx, kiln_database *db, const char *text);

/* The function that a number is of: "W_Cu_Zn", "fit_CuO_rs*T", "rocksalt:Cu+2,Zn+2:*;0", "L(rocksalt;Cu,Zn)". *function is -1 where the database has none, *sign -1 where it is that of the
 * pair the other way round. KILN_E_PARSE for an L(...) that is about no pair. */
kiln_status kiln_i_change_find(kiln_context *ctx, const kiln_database *db, const char *text, int *function, int *is_slope,
                               double *sign);

#endif
