#ifndef KILN_DATABASE_H
#define KILN_DATABASE_H

#include <kiln/composition.h>
#include <kiln/context.h>
#include <kiln/export.h>
#include <kiln/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A thermodynamic database: immutable once loaded, so any number of threads may use one. */
typedef struct kiln_database kiln_database;

/**
 * Load a YAML database and everything it includes (format: docs/database-format.md), or a TDB file, whose name ends in .tdb (docs/tdb.md).
 *
 * @param path  a file, or a name searched for in KILN_DATABASE_PATH (colon-separated folders), in share/kiln/databases of the prefix
 *              that libkiln (or a program it is linked into) lies in, and in the data folder chosen when kiln was configured; NULL for
 *              the default, "kiln.yaml", which is looked for in those only. Included files are relative to the file that names them,
 *              or else searched for in the same way
 * @param out   receives the database (NULL on failure); end it with kiln_database_free. It borrows `ctx`.
 * @return KILN_OK; KILN_E_IO (absent or unreadable); KILN_E_PARSE (the sentence has file:line:column); KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_load(kiln_context *ctx, const char *path, kiln_database **out);

/** The same from `length` bytes of text; includes are resolved against `directory` (NULL: refused). `name` stands in messages; it ends in .tdb for a TDB text. */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                    const char *directory, kiln_database **out);

/**
 * The database that kiln_database_load gives, with changes for a what-if. Each is one text:
 *   "L(rocksalt;Cu,Zn)=-8kJ/mol"     an interaction, per mole of what the database gives it for (new ones: of cations); also L(PHASE;A,B;ORDER;SUBLATTICE).
 *                                    An element alone means its first constituent on the sublattice, Cu+2.
 *   "W_Cu_Zn=-8kJ/mol"               a named function, replaced by a quantity or an expression in T in J/mol
 *   "W_Cu_Zn+=2kJ/mol"               any function or entry, or L(...), shifted; "fit_CuO_rs*T+=1J/mol/K" its coefficient of T
 *   "Cu2ZnO3=2*G_CuO+G_ZnO-3000"     a compound that is not in the database, J per mole of the formula
 * A value that replaces has no uncertainty unless it is written, "-8 +- 2 kJ/mol"; a shift leaves it as it is.
 *
 * @param changes  [n]
 * @return as kiln_database_load; KILN_E_PARSE for a change that cannot be understood, with what would be accepted.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_load_changed(kiln_context *ctx, const char *path, int n, const char *const *changes, kiln_database **out);
/** The changes a database was loaded with, as typed; NULL outside. */
KILN_EXPORT int kiln_database_n_changes(const kiln_database *db);
KILN_EXPORT const char *kiln_database_change(const kiln_database *db, int i);

/** Free a database; NULL is ignored. Systems made from it must be freed first. */
KILN_EXPORT void kiln_database_free(kiln_database *db);

/** Name as written in the file; borrowed until the database is freed. */
KILN_EXPORT const char *kiln_database_name(const kiln_database *db);
/** SHA-256 over the bytes of all files in reading order, 64 hexadecimal digits; borrowed. */
KILN_EXPORT const char *kiln_database_sha256(const kiln_database *db);
/** Files read, and the name of file i (0 is the one asked for), NULL outside; borrowed. */
KILN_EXPORT int kiln_database_n_files(const kiln_database *db);
KILN_EXPORT const char *kiln_database_file(const kiln_database *db, int i);

/** Where a number comes from and how sure it is. Texts are borrowed until the database is freed. */
typedef struct kiln_provenance {
    double sigma_J_mol;     /**< standard deviation of a constant shift, J/mol as written; < 0 not stated  */
    double sigma_T_J_molK;  /**< of a term proportional to T, J/mol/K; 0 none                              */
    const char *status;     /**< "measured", "assessed", "fitted", "estimated" or "not stated"             */
    const char *source_key; /**< key of the bibliography; NULL if none                                     */
    const char *source;     /**< the reference in words; NULL if none                                      */
    const char *doi;        /**< NULL if none                                                              */
    const char *note;       /**< NULL if none                                                              */
    const char *estimate;   /**< name and inputs of the law of default_pair that gave it; NULL if none did */
    const char *file;       /**< where it is defined ...                                                   */
    int line, column;       /**< ... 1-based                                                               */
} kiln_provenance;

/** A function of temperature: a named one, or the value of an entry of a phase (whose name contains ":"). */
typedef struct kiln_function_info {
    const char *name;
    const char *formula;     /**< NULL if not stated                                          */
    const char *value;       /**< as written, or the form it is given in                      */
    int is_entry;            /**< 1 for the value of an entry of a phase                      */
    double T_min_K, T_max_K; /**< validity; 0 and infinity when not stated                    */
    kiln_provenance provenance;
} kiln_function_info;

/** A phase. */
typedef struct kiln_phase_info {
    const char *name, *label;                       /**< never NULL                           */
    const char *structure, *formula, *family, *note; /**< NULL if not stated                   */
    const char *role;                               /**< "solid", "alloy", "liquid", "carbonate" or "gas" */
    const char *quality;                            /**< "full", "screening", or "entropy-only": without Gibbs energies, so in no equilibrium */
    double anion_ratio;                             /**< anions per cation; < 0 not stated    */
    int n_sublattices, n_parameters;
    int has_default_pair;                           /**< 1: missing pairs have an estimate    */
    const char *file;
    int line, column;
} kiln_phase_info;

/** One sublattice of a phase. */
typedef struct kiln_sublattice_info {
    const char *name;
    double sites; /**< per formula unit */
    int n_constituents;
} kiln_sublattice_info;

/** One entry of a phase: an end member, an interaction, or a term of its magnetism. */
typedef struct kiln_parameter_info {
    const char *name;  /**< "rocksalt:Cu+2,Mg+2:*;0"                                                        */
    const char *kind;  /**< "end member", "interaction", "Tc" or "beta"                                     */
    const char *value; /**< as written: J/mol, K or Bohr magnetons unless it has a unit                     */
    double scale;      /**< moles of what the value is per, in one mole of formula units                    */
    int function;      /**< its function, for kiln_database_function_value                                  */
    int is_ideal;      /**< 1 if listed as ideal                                                            */
    int is_default;    /**< 1 if made from default_pair                                                     */
    kiln_provenance provenance;
    const char *per;   /**< "formula", "cation" or "site", of which the value is per mole; NULL for magnetism */
} kiln_parameter_info;

/** Functions and phases of a database: 0 .. n - 1; functions are ordered so that each refers to earlier ones only. */
KILN_EXPORT int kiln_database_n_functions(const kiln_database *db);
KILN_EXPORT int kiln_database_n_phases(const kiln_database *db);
/** Index of a name, -1 if absent. */
KILN_EXPORT int kiln_database_find_function(const kiln_database *db, const char *name);
KILN_EXPORT int kiln_database_find_phase(const kiln_database *db, const char *name);
/**
 * The phase that a person means by a name or a label, in any case.
 *
 * @param phase  receives its index
 * @return KILN_OK; KILN_E_ARG (a NULL; no such phase: the sentence ends in "did you mean ...?" where one is near).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_database_meant_phase(const kiln_database *db, kiln_context *ctx, const char *text, int *phase);

/**
 * Describe item i. The structs are filled whole; texts in them are borrowed until the database is freed.
 *
 * @return KILN_OK; KILN_E_ARG for an index outside its range (the struct is untouched).
 *
 * Thread safety: any number of threads.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_function(const kiln_database *db, int i, kiln_function_info *out);
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_phase(const kiln_database *db, int i, kiln_phase_info *out);
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_sublattice(const kiln_database *db, int phase, int sublattice, kiln_sublattice_info *out);
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_parameter(const kiln_database *db, int phase, int i, kiln_parameter_info *out);
/** Name of constituent i of a sublattice, NULL outside; borrowed. */
KILN_EXPORT const char *kiln_database_constituent(const kiln_database *db, int phase, int sublattice, int i);

/**
 * Value of function i, references included.
 *
 * @param T_K        temperature, K; finite and > 0. Outside the validity the heat capacity stays constant.
 * @param G_J_mol    J/mol; may be NULL, as the next two
 * @param S_J_molK   -dG/dT, J/mol/K
 * @param Cp_J_molK  -T d2G/dT2, J/mol/K
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM; KILN_E_RANGE (no finite value there). Allocates: for listings, not for loops.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_function_value(const kiln_database *db, kiln_context *ctx, int i, double T_K, double *G_J_mol,
                             double *S_J_molK, double *Cp_J_molK);

/**
 * Value of entry i of a phase as written, with the functions it names, and the standard deviation that applies to it: of every function
 * the value comes from, covariances included. Multiplied by kiln_parameter_info.scale both are per mole of formula units.
 *
 * @param T_K    temperature, K; finite and > 0
 * @param value  J per mole of what kiln_parameter_info.per says, K (Tc) or Bohr magnetons (beta); may be NULL
 * @param sigma  its standard deviation at T_K in the same unit; < 0 where no function it comes from states one; may be NULL
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM. Allocates: for listings, not for loops.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_parameter_value(const kiln_database *db, kiln_context *ctx, int phase, int i, double T_K, double *value,
                              double *sigma);

/**
 * The expression in T that function i is at T_K, with every function it names put in and like terms added, e.g. "14230 - 4*T". Beyond
 * its pieces it is that of the nearest one. Magnetic terms of named functions are not powers of T: " + magnetic" stands for them.
 *
 * @param text  receives at most `size` bytes with the final 0
 * @param size  > 0; a longer expression ends in "..."
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_function_expression(const kiln_database *db, kiln_context *ctx, int i, double T_K, char *text, size_t size);

/** A gas species over condensed phases. */
typedef struct kiln_vapour_info {
    const char *formula; /**< as written, "W3O9"                              */
    int function;        /**< G(T) at 1 bar, for kiln_database_function_value */
    const char *file;
    int line, column;
} kiln_vapour_info;

/** The temperature at which a substance melts; with `decomposes`, at which it decomposes or melts incongruently in the gas that the note names. */
typedef struct kiln_melting_info {
    const char *formula; /**< as written, "Mg(OH)2"                                    */
    double T_K;          /**< > 0                                                      */
    double sigma_K;      /**< its standard deviation, K; < 0 not stated                */
    int decomposes;      /**< 1: T_K is not that of melting to a liquid of its formula */
    const char *status;  /**< as in kiln_provenance, whose texts the next four are     */
    const char *source_key, *source, *doi, *note;
    const char *file;
    int line, column;
} kiln_melting_info;

/** Gas species and temperatures of melting: 0 .. n - 1 in the order read. */
KILN_EXPORT int kiln_database_n_vapours(const kiln_database *db);
KILN_EXPORT int kiln_database_n_meltings(const kiln_database *db);
/** Describe item i as the functions above do; KILN_E_ARG for an index outside its range. */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_vapour(const kiln_database *db, int i, kiln_vapour_info *out);
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_melting(const kiln_database *db, int i, kiln_melting_info *out);

/**
 * Index of the substance with the elements of a formula in the same proportions, however either is written (Mg(OH)2 and MgO2H2, VO2 and V2O4 are the same).
 *
 * @param x  as kiln_composition_parse leaves it
 * @return the index; -1 if there is none, or for a NULL.
 *
 * Thread safety: any number of threads.
 */
KILN_EXPORT int kiln_database_find_melting(const kiln_database *db, const kiln_composition *x);

/** How serious a finding of kiln_database_check is. */
typedef enum kiln_severity {
    KILN_SEVERITY_ERROR,   /**< results with it are wrong or impossible     */
    KILN_SEVERITY_WARNING, /**< results with it may mislead                 */
    KILN_SEVERITY_NOTE     /**< provenance that a reader would want to have */
} kiln_severity;

/** One finding; texts are borrowed until the visitor returns. */
typedef struct kiln_finding {
    kiln_severity severity;
    const char *kind; /**< fixed: "end-member", "pair", "default-pair", "charge", "balance", "jump", "heat-capacity", "gap",
                           "covariance", "quality", "law", "tdb", "source", "sigma", "status"   */
    const char *text; /**< one sentence                                           */
    const char *file;
    int line, column; /**< 1-based                                                */
} kiln_finding;

/**
 * Remarks of the reader, in the order made: each place of a TDB file that it could not use, or uses otherwise than written, with the reason. An error where an energy
 * lacks a term, a warning where a phase, a constituent or an entry is set aside, else a note. kiln_database_check lists them first, as "tdb".
 */
KILN_EXPORT int kiln_database_n_remarks(const kiln_database *db);
/** Describe remark i; KILN_E_ARG for an index outside 0 .. n - 1. Texts are borrowed until the database is freed. */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_remark(const kiln_database *db, int i, kiln_finding *out);

/** Counts over a whole check. */
typedef struct kiln_check_summary {
    int n_errors, n_warnings, n_notes;
    int n_values;    /**< functions and entries with a value of their own */
    int n_estimated; /**< of these, estimated ones                        */
} kiln_check_summary;

/**
 * Look for faults that a reader cannot see: end members without a value, pairs without an entry or with that of default_pair only,
 * phases that cannot be neutral, formulas that do not balance, steps above 5 J/mol between pieces, negative heat capacities, gaps in
 * validity, covariances that are not positive semidefinite, values without source, sigma or status.
 *
 * @param visit    called for each finding in the order of the database; may be NULL
 * @param user     passed on to it
 * @param summary  counts; may be NULL
 * @return KILN_OK (also with findings); KILN_E_ARG; KILN_E_NOMEM; KILN_E_SINGULAR if LAPACK fails on a covariance.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_database_check(const kiln_database *db, kiln_context *ctx, void (*visit)(void *user, const kiln_finding *finding),
                    void *user, kiln_check_summary *summary);

#ifdef __cplusplus
}
#endif
#endif
