/* Private: the state of reading a database, shared by the reader*.c files. Names are looked up when all files are read, so that
 * a file may use what a later one defines or replaces; until then the trees of all files stay in memory. */
#ifndef KILN_DATA_READER_H
#define KILN_DATA_READER_H

#include "data/database.h"
#include "data/names.h"
#include "text/quantity.h"
#include "text/yaml.h"

/* A node and the file it stands in. */
typedef struct kiln_i_place {
    int file;
    const kiln_i_yaml_node *node;
} kiln_i_place;

/* A function named in an expression: `length` bytes at `offset` of a scalar; without a node, `target` itself. */
typedef struct kiln_i_mention {
    kiln_i_place place;
    int offset, length, target;
    double factor;
} kiln_i_mention;

/* What a function of the database has besides itself while it is read. */
typedef struct kiln_i_draft {
    int n_mentions;
    kiln_i_mention *mentions;
    int is_dropped; /* belonged to a substance that was replaced */
    int replaced;   /* when a later file replaced it, as kiln_i_reader.n_defined then was; 0 never */
} kiln_i_draft;

/* A covariance, and how many definitions had been read when it was. */
typedef struct kiln_i_late {
    kiln_i_place place;
    int n_defined;
} kiln_i_late;

typedef struct kiln_i_source_file {
    kiln_i_yaml *yaml; /* NULL: a TDB file */
    char *directory;   /* what its includes are relative to; NULL: it may have none */
    char *real_path;   /* NULL for a text in memory */
    int is_open;       /* being read: an include of it would be a cycle */
} kiln_i_source_file;

typedef struct kiln_i_reader {
    kiln_context *ctx;
    kiln_database *db;
    int n_files;
    kiln_i_source_file *files; /* parallel to db->files */
    int file;                  /* the one being read */
    const kiln_i_yaml *yaml;   /* its tree */
    int n_drafts;
    kiln_i_draft *drafts; /* parallel to db->functions */
    kiln_i_names names;   /* of the functions */
    int n_defaults;
    kiln_i_place *defaults; /* default_pair of each phase, one form or a list, parallel to db->phases; node NULL for none */
    kiln_i_place gases[KILN_N_GASES];
    int gas_function[KILN_N_GASES]; /* where no place names it: index + 1, 0 for none */
    int n_vapours;
    kiln_i_place *vapours; /* the function each species names, parallel to db->vapours; node NULL: it is known */
    int n_covariances;
    kiln_i_late *covariances;
    int n_defined; /* functions defined so far, each replacement counted */
    int *order;    /* new index of each function, once resolved; -1 dropped */
    void *hash;    /* SHA-256 state */
} kiln_i_reader;

kiln_status kiln_i_reader_no_memory(kiln_i_reader *r);
/* The tree that a place stands in. */
const kiln_i_yaml *kiln_i_reader_yaml(const kiln_i_reader *r, kiln_i_place place);

/* reader_function.c */
kiln_status kiln_i_read_functions(kiln_i_reader *r, const kiln_i_yaml_node *mapping);
int kiln_i_reader_find(const kiln_i_reader *r, const char *name, size_t length);
/* A new function, or the emptied one of the same name; its place is that of `node`. */
kiln_status kiln_i_reader_define(kiln_i_reader *r, const char *name, const kiln_i_yaml_node *node, int *index);
kiln_status kiln_i_reader_define_at(kiln_i_reader *r, const char *name, int line, int column, int *index);
/* Value of function `index` from a scalar: a quantity of energy, or an expression in J/mol, valid in the mapping's `range` if any. */
kiln_status kiln_i_reader_value(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping, const kiln_i_yaml_node *scalar);
/* The same from a constant: a plain number, or with `is_temperature` a quantity such as 424 K. */
kiln_status kiln_i_reader_constant(kiln_i_reader *r, int index, const kiln_i_yaml_node *scalar, int is_temperature);
/* A constant, and the law and inputs that it was estimated with. */
kiln_status kiln_i_reader_estimate(kiln_i_reader *r, int index, double J_mol, const char *estimate);
/* sigma, sigma_T, source, status, note of a mapping. */
kiln_status kiln_i_reader_provenance(kiln_i_reader *r, int index, const kiln_i_yaml_node *mapping);

/* reader_scalar.c */
kiln_status kiln_i_read_quantity(kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_i_dimension dimension, const char *what,
                                 double *value);
kiln_status kiln_i_read_range(kiln_i_reader *r, const kiln_i_yaml_node *node, double *T_min_K, double *T_max_K);
/* Copy of an optional text member into *text (freed first). */
kiln_status kiln_i_read_text(kiln_i_reader *r, const kiln_i_yaml_node *mapping, const char *key, char **text);
kiln_status kiln_i_read_species(kiln_i_reader *r, const kiln_i_yaml_node *node, int *species);
/* A bibliography key ("here" stands for the database itself), a kiln_i_status_of_value, a standard deviation of 0 or more. */
kiln_status kiln_i_read_source(kiln_i_reader *r, const kiln_i_yaml_node *node, int *source);
kiln_status kiln_i_read_value_status(kiln_i_reader *r, const kiln_i_yaml_node *node, int *value_status);
kiln_status kiln_i_read_sigma(kiln_i_reader *r, const kiln_i_yaml_node *node, kiln_i_dimension dimension, double *sigma);

/* reader_phase.c */
kiln_status kiln_i_read_phases(kiln_i_reader *r, const kiln_i_yaml_node *mapping);
kiln_status kiln_i_reader_phase(kiln_i_reader *r, const kiln_i_yaml_node *node, int *index);
/* label, structure, formula, family, note, role, quality, anion_ratio, warn_above. */
kiln_status kiln_i_read_phase_texts(kiln_i_reader *r, int phase, const kiln_i_yaml_node *mapping);

/* reader_substance.c */
kiln_status kiln_i_read_substances(kiln_i_reader *r, const kiln_i_yaml_node *mapping);

/* reader_entry.c */
typedef enum kiln_i_entry_form {
    KILN_ENTRY_END_MEMBER,
    KILN_ENTRY_INTERACTION,
    KILN_ENTRY_TC,
    KILN_ENTRY_BETA
} kiln_i_entry_form;
kiln_status kiln_i_read_entries(kiln_i_reader *r, int phase, const kiln_i_yaml_node *sequence, kiln_i_entry_form form);
kiln_status kiln_i_read_ideal(kiln_i_reader *r, int phase, const kiln_i_yaml_node *sequence);
/* The node with an entry's value; per: as written, and moles of what it names in one mole of formula units. */
kiln_status kiln_i_entry_value(kiln_i_reader *r, const kiln_i_yaml_node *entry, kiln_i_entry_form form,
                               const kiln_i_yaml_node **value);
kiln_status kiln_i_read_per(kiln_i_reader *r, const kiln_i_phase *phase, const kiln_i_yaml_node *entry, kiln_i_parameter *p);
enum { KILN_ENTRY_NAME_BYTES = 512 };
/* "rocksalt:Cu+2,Mg+2:*;0", the name of an entry; 0 if it does not fit. */
int kiln_i_entry_name(const kiln_database *db, const kiln_i_phase *phase, const kiln_i_parameter *p,
                      char name[KILN_ENTRY_NAME_BYTES]);
/* Highest order of what interacts in an entry; 0 where nothing does, and for what has one term only. */
int kiln_i_entry_max_order(const kiln_i_parameter *p, int n_sublattices);
/* Add parameter `p` to a phase under the name that follows from it, replacing an entry of an earlier file. */
kiln_status kiln_i_reader_place(kiln_i_reader *r, int phase, const kiln_i_yaml_node *node, kiln_i_parameter *p);

/* reader_default.c: default_pair, the molar volumes that its laws use, and at the end every pair that has no entry. */
kiln_status kiln_i_read_default_pair(kiln_i_reader *r, int phase, const kiln_i_yaml_node *node);
kiln_status kiln_i_read_volumes(kiln_i_reader *r, int phase, const kiln_i_yaml_node *sequence);
kiln_status kiln_i_reader_fill_defaults(kiln_i_reader *r);

/* reader_vapour.c */
kiln_status kiln_i_read_vapours(kiln_i_reader *r, const kiln_i_yaml_node *mapping);
kiln_status kiln_i_read_melting(kiln_i_reader *r, const kiln_i_yaml_node *mapping);

/* tdb_read.c: a TDB file, by its extension; its text into the database. */
int kiln_i_is_tdb(const char *path);
kiln_status kiln_i_read_tdb(kiln_i_reader *r, const char *text, size_t length, const char *name);

/* reader_resolve.c */
kiln_status kiln_i_reader_resolve(kiln_i_reader *r);
/* reader_covariance.c */
kiln_status kiln_i_reader_uncertain(kiln_i_reader *r);

/* search.c: the file a database name stands for (NULL: the default), allocated; KILN_E_IO with the places tried. */
kiln_status kiln_i_database_search(kiln_context *ctx, const char *name, char **path);
/* The file that an include in `directory` stands for: relative to that folder, else as above. */
kiln_status kiln_i_include_search(kiln_context *ctx, const char *directory, const char *name, char **path);
/* A data set: a path, else a name with or without folders in the same places; where it is neither is for whoever opens it to say. */
kiln_status kiln_i_data_search(kiln_context *ctx, const char *name, char **path);
/* Folder of a path, "." if it names none; path in a folder, or `name` itself where absolute; unique path. NULL: no memory
 * (or, of the last, no such file). */
char *kiln_i_path_directory(kiln_context *ctx, const char *path);
char *kiln_i_path_join(kiln_context *ctx, const char *directory, const char *name);
char *kiln_i_path_real(kiln_context *ctx, const char *path);

/* database.c */
void kiln_i_function_clear(kiln_context *ctx, kiln_i_function *f);
void kiln_i_phase_clear(kiln_context *ctx, kiln_i_phase *phase);

#endif
