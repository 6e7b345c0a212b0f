/* Private: a database as YAML. database_yaml.c is the whole, database_yaml_value.c scalars, functions and values, database_yaml_phase.c phases with their
 * entries, and substances. */
#ifndef KILN_REPORT_DATABASE_YAML_H
#define KILN_REPORT_DATABASE_YAML_H

#include "data/database.h"
#include "report/buffer.h"

enum { KILN_DUMP_NAME = 512 }; /* bytes of the longest name */

typedef struct kiln_i_dump {
    const kiln_database *db;
    kiln_context *ctx;
    kiln_i_buffer out;
} kiln_i_dump;

void kiln_i_dump_add(kiln_i_dump *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What the format has no form for; the first sentence counts. */
void kiln_i_dump_fail(kiln_i_dump *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A scalar in double quotes; a name, which stands as it is if it is one of letters, digits and _; "key: text", nothing for NULL. */
void kiln_i_dump_quoted(kiln_i_dump *w, const char *text);
void kiln_i_dump_name(kiln_i_dump *w, const char *name);
void kiln_i_dump_number(kiln_i_dump *w, double value);
void kiln_i_dump_text(kiln_i_dump *w, const char *separator, const char *key, const char *text);

/* The value of an entry, times `times`; source, status, standard deviations and note, each after `separator`: ", " or a new line. */
void kiln_i_dump_value(kiln_i_dump *w, const kiln_i_function *f, double times);
void kiln_i_dump_provenance(kiln_i_dump *w, const kiln_i_function *f, const char *separator);
void kiln_i_dump_functions(kiln_i_dump *w);
/* What a function is called there, into `name`. */
const char *kiln_i_dump_function_name(const kiln_i_dump *w, const kiln_i_function *f, char name[KILN_DUMP_NAME]);

/* Phases, or those that the short form of substances says all of. */
void kiln_i_dump_phases(kiln_i_dump *w, int substances);

#endif
