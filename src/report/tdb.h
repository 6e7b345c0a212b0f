/* Private: a database as a TDB, the format of Thermo-Calc. tdb.c is the whole, tdb_line.c its lines, tdb_names.c its names, tdb_function.c values over
 * temperature, tdb_program.c those that are no sums, tdb_phase.c phases, tdb_parameter.c their parameters. */
#ifndef KILN_REPORT_TDB_H
#define KILN_REPORT_TDB_H

#include "data/database.h"
#include "report/buffer.h"

/* Longest names, with their final 0, that the programs of today take; temperatures between which values are written where the database goes no further. */
enum { KILN_EXPORT_FUNCTION = 26, KILN_EXPORT_NAME = 25 };
#define KILN_EXPORT_LOW_K 298.15
#define KILN_EXPORT_HIGH_K 6000.0

typedef struct kiln_i_export_species {
    kiln_i_species what; /* its name is borrowed */
    char name[KILN_EXPORT_NAME];
} kiln_i_export_species;

/* A constituent of the gas, and its function. */
typedef struct kiln_i_export_gas {
    int species, function;
} kiln_i_export_gas;

typedef struct kiln_i_export {
    const kiln_database *db;
    kiln_context *ctx;
    kiln_i_buffer out;
    int column;
    char (*function)[KILN_EXPORT_FUNCTION]; /* names; "": none, since its value stands where it is used */
    char (*phase)[KILN_EXPORT_NAME];
    char (*source)[KILN_EXPORT_NAME];
    char *type; /* of each phase: the letter that stands for its magnetism; '%': none */
    int n_species;
    kiln_i_export_species *species; /* those of the database, then those of the gas */
    int n_gases;                    /* 0 also where phases have all gases and vapours */
    kiln_i_export_gas *gases;
} kiln_i_export;

/* tdb_line.c. A piece of a line that must stay whole, after a blank where `is_word`; the end of a command; a comment of any length; a number. */
void kiln_i_export_put(kiln_i_export *t, int is_word, const char *text);
void kiln_i_export_end(kiln_i_export *t);
void kiln_i_export_comment(kiln_i_export *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *kiln_i_export_number(double value, char *out);
/* What no command may hold is replaced: "!" ends one, "'" a text, and other programs read ASCII. */
char kiln_i_export_clean(char c);

/* tdb_names.c: all names, each once whatever the case of its letters, and room for types. */
kiln_status kiln_i_export_names(kiln_i_export *t);
void kiln_i_export_free_names(kiln_i_export *t); /* also after a failure */
void kiln_i_export_capitals(char *text);
/* Whether `name` is that of the database but for the case of its letters. */
int kiln_i_export_is_same_name(const char *name, const char *original);

/* tdb_function.c: a sum of terms and functions, which holds at every temperature. */
enum { KILN_EXPORT_TERMS = 256 };
typedef struct kiln_i_export_sum {
    int n_terms, n_references, is_full;
    kiln_i_term terms[KILN_EXPORT_TERMS];
    kiln_i_reference references[KILN_EXPORT_TERMS];
} kiln_i_export_sum;
/* Whether the own part of a function is one sum of terms at all temperatures, beyond its range too. */
int kiln_i_export_is_plain(const kiln_i_function *f);
/* factor * function; its terms, if it has no name of its own. */
void kiln_i_export_add(const kiln_i_export *t, kiln_i_export_sum *sum, int function, double factor);
int kiln_i_export_is_zero(const kiln_i_export_sum *sum);
void kiln_i_export_sum_write(kiln_i_export *t, const kiln_i_export_sum *sum);
void kiln_i_export_function(kiln_i_export *t, int function);
/* tdb_program.c: a program as an expression, with its sign. */
void kiln_i_export_program(kiln_i_export *t, const kiln_i_step *steps, int n);
/* "sigma 600 J/mol; assessed; chen2003; ..." of a function as a comment after `title`. */
void kiln_i_export_provenance(kiln_i_export *t, const char *title, int function);
int kiln_i_export_has_provenance(const kiln_i_function *f);
/* Its source, or that of the only function it stands for; -1: none. */
int kiln_i_export_source(const kiln_database *db, int function);

/* tdb_parameter.c: the parameters of a phase. sorted[s]: constituents of a sublattice as below. */
void kiln_i_export_parameters(kiln_i_export *t, const kiln_i_phase *phase, int *const sorted[KILN_MAX_SUBLATTICES]);

/* tdb_phase.c: types of all phases, before the first is written. */
void kiln_i_export_magnetic_types(kiln_i_export *t);
void kiln_i_export_phase(kiln_i_export *t, int phase);
/* By name; few, and none of them alike. */
void kiln_i_export_sort_species(const kiln_i_export *t, int n, int *species);

#endif
