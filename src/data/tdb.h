/* Private: the state of reading a TDB file into a database, shared by the tdb_*.c files. docs/tdb.md says what each construct becomes. */
#ifndef KILN_DATA_TDB_H
#define KILN_DATA_TDB_H

#include "data/reader.h"
#include "text/tdb.h"

typedef struct kiln_i_tdb_element {
    kiln_i_tdb_word name;
    int z;          /* 0: not in the periodic table, or the electron */
    int is_half_O2; /* its reference state is half a mole of O2 */
} kiln_i_tdb_element;

typedef struct kiln_i_tdb_species {
    kiln_i_tdb_word name;
    kiln_i_species value; /* without a name */
    const char *unusable; /* why no phase may hold it; NULL: it may */
    int index;            /* in the database; -1: no phase has needed it yet */
} kiln_i_tdb_species;

/* "GES A_P_D phase MAGNETIC ..." and others, by the code that phases carry. */
typedef enum kiln_i_tdb_type_kind {
    KILN_TDB_TYPE_IDLE,
    KILN_TDB_TYPE_MAGNETIC,
    KILN_TDB_TYPE_ORDER,
    KILN_TDB_TYPE_MODEL
} kiln_i_tdb_type_kind;
typedef struct kiln_i_tdb_type {
    char code;
    kiln_i_tdb_type_kind kind;
    kiln_i_tdb_word phase, command, other; /* "@" stands for every phase with the code; other: the disordered phase */
    double antiferro, p;
    int is_never; /* the disordered part is no phase by itself */
    size_t at;
} kiln_i_tdb_type;

typedef struct kiln_i_tdb_phase {
    kiln_i_tdb_word name, types;
    char code; /* "L" of LIQUID:L; 0 for none */
    int n_sublattices;
    double sites[KILN_MAX_SUBLATTICES];
    size_t at;
    int index;       /* in the database; -1: not there */
    char *set_aside; /* why it is not; NULL: it is, or waits for its constituents */
    double antiferro, p;
    kiln_i_phase *
        gas; /* of a gas: its constituents, and once it is set aside for what it holds, the values of those that atmospheres and vapours need */
} kiln_i_tdb_phase;

typedef struct kiln_i_tdb {
    kiln_i_reader *r;
    kiln_i_tdb_text text;
    int n_elements, n_species, n_types, n_phases;
    kiln_i_tdb_element *elements;
    kiln_i_tdb_species *species;
    kiln_i_tdb_type *types;
    kiln_i_tdb_phase *phases;
    kiln_i_names element_names, species_names, phase_names; /* places in these arrays */
    kiln_i_names source_names;                              /* places in the database, of this file's sources */
    int n_phases_before;                                    /* in the database, of other files */
    int has_R;                                              /* a function of this name hides the constant */
    int said_R;                                             /* the remark on the constant is made */
    double T_min_K, T_max_K;                                /* where a range leaves its end out */
} kiln_i_tdb;

/* tdb_read.c: keeps a remark on the place. Sentences begin with a small letter or a name. */
kiln_status kiln_i_tdb_remark(kiln_i_tdb *t, kiln_severity severity, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Bytes [begin, end) of the source, blanks squeezed, in UTF-8; NULL without memory. */
char *kiln_i_tdb_excerpt(const kiln_i_tdb *t, size_t begin, size_t end);
char *kiln_i_tdb_copy(const kiln_i_tdb *t, kiln_i_tdb_word word);
/* Bytes of a word that a sentence quotes. */
int kiln_i_tdb_shown(kiln_i_tdb_word word);

/* tdb_species.c */
kiln_status kiln_i_tdb_read_element(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
kiln_status kiln_i_tdb_read_species(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
/* The species that a statement defines; NULL for none. */
kiln_i_tdb_species *kiln_i_tdb_species_of(const kiln_i_tdb *t, kiln_i_tdb_word name);
/* The same; one that no statement defines is read as a formula. NULL in *out: there is none. */
kiln_status kiln_i_tdb_find_species(kiln_i_tdb *t, kiln_i_tdb_word name, kiln_i_tdb_species **out);
/* Its index in the database, where it is entered when first asked for. */
kiln_status kiln_i_tdb_enter_species(kiln_i_tdb *t, kiln_i_tdb_species *species, int *index);

/* tdb_phase.c */
kiln_status kiln_i_tdb_read_phase(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
kiln_status kiln_i_tdb_read_constituents(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
/* The phase that a name is or abbreviates; -1 for none, -2 for more than one. */
int kiln_i_tdb_find_phase(const kiln_i_tdb *t, kiln_i_tdb_word name);
kiln_status kiln_i_tdb_set_aside(kiln_i_tdb *t, kiln_i_tdb_phase *phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* tdb_type.c */
kiln_status kiln_i_tdb_read_type(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
kiln_status kiln_i_tdb_apply_types(kiln_i_tdb *t);

/* tdb_function.c */
kiln_status kiln_i_tdb_declare_function(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
kiln_status kiln_i_tdb_read_function(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
/* The pieces after a name or a bracket, into function `index`, with the source that is cited behind them. */
kiln_status kiln_i_tdb_read_value(kiln_i_tdb *t, kiln_i_tdb_cursor *c, int index);

/* tdb_parameter.c */
kiln_status kiln_i_tdb_read_parameter(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
/* Orders of three interacting constituents that the file leaves out, which are 0. */
kiln_status kiln_i_tdb_complete_ternaries(kiln_i_tdb *t);

/* tdb_gas.c: gases of atmospheres and vapours from the gas phase, also from one that is set aside; whether a species is one. */
int kiln_i_tdb_is_gas(const kiln_i_species *species);
kiln_status kiln_i_tdb_read_gases(kiln_i_tdb *t);

/* tdb_source.c */
kiln_status kiln_i_tdb_read_references(kiln_i_tdb *t, const kiln_i_tdb_statement *s);
/* The source cited by the words from the cursor on; -1 for none. */
kiln_status kiln_i_tdb_cite(kiln_i_tdb *t, kiln_i_tdb_cursor *c, int *source);

#endif
