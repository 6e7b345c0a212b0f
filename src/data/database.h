/* Private: the database in memory. Filled by the reader, checked once, then immutable; shared freely between threads. */
#ifndef KILN_DATA_DATABASE_H
#define KILN_DATA_DATABASE_H

#include "data/function.h"

#include <kiln/context.h>
#include <kiln/database.h>

enum { KILN_MAX_ELEMENTS_OF_SPECIES = 4 };

typedef enum kiln_i_status_of_value {
    KILN_VALUE_MEASURED,
    KILN_VALUE_ASSESSED,
    KILN_VALUE_FITTED,
    KILN_VALUE_ESTIMATED,
    KILN_VALUE_UNSTATED
} kiln_i_status_of_value;

/* "Mg+2", "O-2", "CO3-2", "Cu", "Va" (no elements). Elements are atomic numbers (core/elements.h). */
typedef struct kiln_i_species {
    char *name;
    int n_elements;
    int element[KILN_MAX_ELEMENTS_OF_SPECIES];
    double count[KILN_MAX_ELEMENTS_OF_SPECIES];
    double charge;
} kiln_i_species;

typedef struct kiln_i_sublattice {
    char *name;
    double sites; /* per formula unit */
    int n_constituents;
    int *constituents; /* species indices, in the order written */
} kiln_i_sublattice;

/* What the model has room for; the last two are constituents of a phase on all its sublattices, and constituents that one entry names. */
enum { KILN_MAX_SUBLATTICES = 8, KILN_MAX_INTERACTING = 3, KILN_MAX_CONSTITUENTS = 64, KILN_MAX_NAMED = 12 };
enum { KILN_MAX_ONLY_WITH = 8 };

typedef enum kiln_i_parameter_kind {
    KILN_PARAMETER_G,   /* end member or interaction, J per mole of formula units */
    KILN_PARAMETER_TC,  /* K */
    KILN_PARAMETER_BETA /* Bohr magnetons */
} kiln_i_parameter_kind;

/* Per mole of what an interaction is given. */
typedef enum kiln_i_per { KILN_PER_FORMULA, KILN_PER_CATION, KILN_PER_SITE } kiln_i_per;

/* One entry of a phase: value(T) * scale * product of the named site fractions * (Redlich-Kister factor). */
typedef struct kiln_i_parameter {
    kiln_i_parameter_kind kind;
    int n_at[KILN_MAX_SUBLATTICES]; /* per sublattice: 0 wildcard, 1, 2 or 3 species */
    int at[KILN_MAX_SUBLATTICES][KILN_MAX_INTERACTING];
    int order;
    int function;   /* index; its name is the parameter's name; source, sigma and status are the function's */
    kiln_i_per per; /* as written; formula where nothing else can be */
    double scale;   /* turns the value as written into J per mole of formula units */
    int is_default; /* made from default_pair */
    int is_ideal;   /* listed as ideal: value 0, known */
} kiln_i_parameter;

typedef enum kiln_i_role { KILN_ROLE_SOLID, KILN_ROLE_ALLOY, KILN_ROLE_LIQUID, KILN_ROLE_CARBONATE, KILN_ROLE_GAS } kiln_i_role;

/* What an answer about a phase is worth. Of a phase for its entropy only, no Gibbs energy is known: it takes part in no equilibrium. */
typedef enum kiln_i_quality { KILN_QUALITY_FULL, KILN_QUALITY_SCREENING, KILN_QUALITY_ENTROPY_ONLY } kiln_i_quality;

typedef struct kiln_i_warning { /* cation fraction of an element beyond which a result carries the text */
    int element;
    double fraction;
    char *text;
} kiln_i_warning;

/* Molar volume of the end member of a cation, per mole of cations. */
typedef struct kiln_i_volume {
    int species;
    double cm3_mol;
} kiln_i_volume;

/* Pairs of a species that no law of default_pair reaches, since something of it is not known. */
typedef struct kiln_i_law_gap {
    int species, sublattice, n_pairs;
    char *reason; /* "no Shannon radius of Cu2+2 among 6 neighbours" */
} kiln_i_law_gap;

typedef struct kiln_i_phase {
    char *name, *label, *structure, *formula, *family, *note; /* label defaults to name; others may be NULL */
    kiln_i_role role;
    kiln_i_quality quality;
    double anion_ratio;                             /* nominal anions per cation; < 0 when not stated */
    int n_only_with, only_with[KILN_MAX_ONLY_WITH]; /* elements of which a system must hold one; none: no condition */
    int n_sublattices;
    kiln_i_sublattice sublattices[KILN_MAX_SUBLATTICES];
    int n_parameters;
    kiln_i_parameter *parameters;
    double magnetic_p; /* 0: no composition-dependent magnetism */
    double antiferro;  /* < 0: what a negative Tc, or moment, of the mixture is divided by; 0: a negative one is none */
    int n_warnings;
    kiln_i_warning *warnings;
    int has_default_pair;
    int n_volumes;
    kiln_i_volume *volumes;
    int n_law_gaps;
    kiln_i_law_gap *law_gaps;
    int file, line, column;
} kiln_i_phase;

typedef struct kiln_i_source {
    char *key, *text, *doi; /* doi may be NULL */
} kiln_i_source;

/* An uncertain number: the constant (power 0) or the coefficient of T (power 1) of a function. */
typedef struct kiln_i_uncertain {
    int function;
    int power;
    double sigma; /* J/mol or J/mol/K */
} kiln_i_uncertain;

/* A block of correlated uncertain numbers, stored once in full: matrix[i + n * j]. */
typedef struct kiln_i_covariance {
    int n;
    int *uncertain; /* [n] indices */
    double *matrix; /* [n x n], column-major */
} kiln_i_covariance;

typedef enum kiln_i_gas { KILN_GAS_O2, KILN_GAS_CO2, KILN_GAS_H2O, KILN_GAS_H2, KILN_GAS_CO, KILN_N_GASES } kiln_i_gas;

/* A gas species over condensed phases: its G(T) at 1 bar is a function. */
typedef struct kiln_i_vapour {
    kiln_i_species species;
    int function;
    int file, line, column;
} kiln_i_vapour;

enum { KILN_MAX_ELEMENTS_OF_FORMULA = 8 };

/* The temperature at which a substance melts, or decomposes. */
typedef struct kiln_i_melting {
    char *formula; /* as written */
    int n_elements;
    int element[KILN_MAX_ELEMENTS_OF_FORMULA];
    double share[KILN_MAX_ELEMENTS_OF_FORMULA]; /* of all atoms, sum 1 */
    double T_K, sigma_K;                        /* sigma < 0: not stated */
    int decomposes;
    int source, status; /* bibliography index, -1 for none; kiln_i_status_of_value */
    char *note;         /* may be NULL */
    int file, line, column;
} kiln_i_melting;

/* What a reader could not use, or used otherwise than its text says. */
typedef struct kiln_i_remark {
    kiln_severity severity;
    char *text; /* one sentence */
    int file, line, column;
} kiln_i_remark;

struct kiln_database {
    kiln_context *ctx; /* borrowed: allocator and error buffer */
    char *name, *description, sha256[65];
    int n_changes;
    char **changes; /* what-if changes on top of the files */
    int n_files;
    char **files; /* in the order read; names as given */
    int n_sources;
    kiln_i_source *sources;
    int n_species;
    kiln_i_species *species;
    int n_functions;
    kiln_i_function *functions; /* ordered so that references point backwards */
    int n_phases;
    kiln_i_phase *phases;
    int gases[KILN_N_GASES]; /* function index or -1 */
    int n_vapours;
    kiln_i_vapour *vapours;
    int n_meltings;
    kiln_i_melting *meltings;
    int n_uncertain;
    kiln_i_uncertain *uncertain; /* every function with a sigma > 0, then slopes */
    int n_covariances;
    kiln_i_covariance *covariances;
    int n_remarks;
    kiln_i_remark *remarks; /* in the order made */
};

int kiln_i_database_find_function(const kiln_database *db, const char *name); /* -1 if absent */
int kiln_i_database_find_phase(const kiln_database *db, const char *name);
int kiln_i_database_find_species(const kiln_database *db, const char *name);
/* From derivatives of a quantity in functions as used, [n_functions], to those in each function's own part: of the n functions listed by rising index in which[n], with all
 * that they refer to (NULL: of the first n). */
void kiln_i_push_down(const kiln_database *db, int n, const int *which, double *coefficient);
/* Variance of a quantity with the derivatives factor[0 .. i] in own parts and none beyond: independent numbers by their sigma, correlated ones by their matrix,
 * whose diagonal the sigmas are. */
double kiln_i_variance(const kiln_database *db, const double *factor, int i, double T_K);
/* uses.c. `uses` [n_functions] marks functions; what a marked one refers to, directly or through others, is marked alike. */
void kiln_i_spread_uses(const kiln_database *db, unsigned char *uses, unsigned char mark);
/* All that rests on mark 1, by rising index into list [n_functions]: how many. */
int kiln_i_list_uses(const kiln_database *db, unsigned char *uses, int *list);
/* Where everything that rests on mark 1 is valid, of the n functions listed by rising index in which[n] with all that they refer to (NULL: of the first n): K, 0 and infinity where nothing is stated. */
void kiln_i_valid_range(const kiln_database *db, int n, const int *which, unsigned char *uses, double *low_K, double *high_K);
extern const char *const kiln_i_gas_names[KILN_N_GASES + 1]; /* the last is NULL */
const char *kiln_i_per_text(kiln_i_per per);
const char *kiln_i_value_status_text(kiln_i_status_of_value status);
const char *kiln_i_role_text(kiln_i_role role);
const char *kiln_i_quality_text(kiln_i_quality quality);

#endif
