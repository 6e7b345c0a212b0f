/* Private: a report and the parts that every kind of result shares.
 *
 *   tree.c, buffer.c       result trees; growing text
 *   describe.c             the question, phases, sources: parts of every tree
 *   sources.c              what a result rests on
 *   structures.c           structures that cannot hold a formula; what mixes with what; reference oxides
 *   rows.c                 what the rows of a table over temperature have in common
 *   <kind>.c               the tree of a kind
 *   <kind>_text.c          its text and its table, read from the tree
 *   figure.h               figures, and <kind>_figure.c
 *   text.c, csv.c          lines and fields that several kinds share
 */
#ifndef KILN_REPORT_REPORT_H
#define KILN_REPORT_REPORT_H

#include "report/buffer.h"
#include "report/tree.h"

#include <kiln/report.h>

typedef void (*kiln_i_renderer)(const json_t *root, kiln_i_buffer *out);

typedef struct kiln_i_report_kind {
    const char *schema;
    kiln_i_renderer text, csv;
} kiln_i_report_kind;

extern const kiln_i_report_kind kiln_i_kind_entropy, kiln_i_kind_window, kiln_i_kind_equilibrium, kiln_i_kind_step,
    kiln_i_kind_risk, kiln_i_kind_sinter, kiln_i_kind_design, kiln_i_kind_compare, kiln_i_kind_gap, kiln_i_kind_activity,
    kiln_i_kind_database, kiln_i_kind_phase, kiln_i_kind_function, kiln_i_kind_check, kiln_i_kind_tx, kiln_i_kind_section,
    kiln_i_kind_entropy_curves, kiln_i_kind_energy, kiln_i_kind_pairs, kiln_i_kind_map, kiln_i_kind_fit, kiln_i_kind_validate,
    kiln_i_kind_screen;

struct kiln_report {
    kiln_context *ctx; /* borrowed */
    const kiln_i_report_kind *kind;
    json_t *root;
    double extrapolated_K;
};

/* A report whose tree has "schema" and "kiln"; NULL on failure, with t->status set. */
kiln_report *kiln_i_report_new(kiln_i_tree *t, const kiln_i_report_kind *kind);
/* Hand a finished report over, or free it and return what failed. */
kiln_status kiln_i_report_finish(const kiln_i_tree *t, kiln_report *report, kiln_report **out);

/* describe.c */
/* Symbol of what component i is, "CN" for the first element of that ion. */
const char *kiln_i_ion_symbol(const kiln_composition *x, int i);
void kiln_i_describe_composition(kiln_i_tree *t, json_t *input, const char *formula, const kiln_composition *composition);
void kiln_i_describe_database(kiln_i_tree *t, json_t *root, const kiln_database *db); /* "database" with its changes */
/* "database" of the root and what all system reports say of their "input"; the input, borrowed. */
json_t *kiln_i_describe_question(kiln_i_tree *t, json_t *root, const kiln_system *system, const kiln_report_question *question);
/* "atmosphere", or with key NULL an item of a list. */
void kiln_i_describe_atmosphere(kiln_i_tree *t, json_t *parent, const char *key, const kiln_atmosphere *atmosphere,
                                int by_components);
/* What all questions to systems state: estimates, phases left out, proofs; and pressure, gas constant, potentials. */
void kiln_i_describe_options(kiln_i_tree *t, json_t *input, const kiln_system_options *system, const kiln_solver_options *solver);
/* {"Mg": 0.2, ...} over the closed components. */
void kiln_i_describe_by_component(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system,
                                  const double *value);
/* "quality" of a phase by its name, where that is not full. */
void kiln_i_describe_quality(kiln_i_tree *t, json_t *parent, const kiln_database *db, const char *phase);
/* "phase", "label", "structure" of a phase, and "quality" where that is not full. */
void kiln_i_describe_phase(kiln_i_tree *t, json_t *parent, const kiln_system *system, int phase);
/* "formula" of a phase with a composition, as a chemist would write it: (Cu0.93Zn0.04Ni0.03)O. */
void kiln_i_describe_formula(kiln_i_tree *t, json_t *parent, const kiln_system *system, int phase, const double *composition,
                             double oxygen_per_cation);
/* Cations in that formula, mol; the amount of a phase is stated in moles of the formula that is printed. */
double kiln_i_formula_cations(const kiln_system *system, int phase, const double *composition, double oxygen_per_cation,
                              double cations_per_unit);
/* "notes": warnings of the database about a phase of this composition; "database_note": what its author says in general. */
void kiln_i_describe_notes(kiln_i_tree *t, json_t *parent, const kiln_system *system, int phase, const double *composition);
/* "certificate"; NULL: none was computed. */
void kiln_i_describe_certificate(kiln_i_tree *t, json_t *parent, const kiln_system *system, const kiln_certificate *certificate);

/* equilibrium.c: "site_fractions": {sublattice: {constituent: fraction}} */
void kiln_i_describe_sites(kiln_i_tree *t, json_t *parent, const kiln_system *system, const kiln_equilibrium_phase *phase);

/* sources.c: which functions the phases of a result rest on. */
typedef struct kiln_i_evidence {
    kiln_context *ctx;
    const kiln_system *system;
    unsigned char *uses; /* [n_functions] of the database */
} kiln_i_evidence;
kiln_status kiln_i_evidence_open(kiln_context *ctx, const kiln_system *system, kiln_i_evidence *evidence);
void kiln_i_evidence_close(kiln_i_evidence *evidence);
void kiln_i_evidence_add(kiln_i_evidence *evidence, int phase);
/* "sources": [{"key", "text", "doi"}] */
void kiln_i_evidence_describe(kiln_i_tree *t, json_t *parent, const kiln_i_evidence *evidence);
/* How far T_K lies outside the validity of the functions of a phase; 0 within. `worst` (may be NULL) receives the name of the function
 * it lies furthest outside of, and is left alone within. */
double kiln_i_evidence_extrapolation(kiln_i_evidence *evidence, int phase, double T_K, const char **worst);

/* compare.c: an end of a window in brief: "kind", "T_K" (null where the window goes on), its 68 % interval and the phase that sets it. */
void kiln_i_describe_brief_end(kiln_i_tree *t, json_t *range, const char *key, const kiln_system *system,
                               const kiln_window_end *e);

/* rows.c: what the rows of a table over temperature have in common, gathered row by row. */
typedef struct kiln_i_rows {
    int n_usable;
    double extrapolated_K;        /* the most among usable rows; while there are none the least */
    kiln_certificate certificate; /* the worst */
    char text[256];               /* of the last failure */
} kiln_i_rows;
/* Why a row has no result: `failure`, or that `function` would be used further outside its validity than is allowed; NULL where it has one. */
const char *kiln_i_rows_failure(kiln_i_rows *rows, const char *failure, double beyond_K, double extrapolate_K,
                                const char *function);
void kiln_i_rows_add(kiln_i_rows *rows, double beyond_K, const kiln_certificate *certificate);
/* "failed_rows", "certificate"; and the extrapolation of the report. */
void kiln_i_rows_describe(kiln_i_tree *t, kiln_report *report, json_t *result, const kiln_system *system, const kiln_i_rows *rows,
                          int n);

/* structures.c */
/* "rejected_structures": phases whose anions per cation fit the formula but that cannot hold its cations, and why. */
void kiln_i_describe_rejected(kiln_i_tree *t, json_t *result, const kiln_system *system, const json_t *input);
/* "references": {element: formula of what each cation alone is at T_K}; their oxygen, mol per mol of cations. */
void kiln_i_describe_references(kiln_i_tree *t, json_t *budget, const kiln_system *system, double T_K, double *oxygen);

/* entropy.c: the members of an entropy, which is the same in every report that has one. */
void kiln_i_describe_entropy(kiln_i_tree *t, json_t *parent, const kiln_entropy *entropy);

/* text.c: lines that several texts share. */
enum { KILN_TEXT_LABEL = 15 };                                                /* columns of "  atmosphere   " */
void kiln_i_text_line(kiln_i_buffer *b, const char *label, const char *text); /* wrapped */
void kiln_i_text_heading(const json_t *root, kiln_i_buffer *b);               /* formula, charges, atmosphere */
void kiln_i_text_entropy(const json_t *entropy, kiln_i_buffer *b);
/* Whether a liquid of the database could hold the composition, so that it can be seen to melt. */
int kiln_i_models_melt(const kiln_system *system);
/* Goldschmidt's tolerance factor of a formula ABX3 as member `tolerance`, null of another; its line, where there is one. */
void kiln_i_describe_tolerance(kiln_i_tree *t, json_t *parent, const kiln_composition *composition);
void kiln_i_text_tolerance(const json_t *parent, kiln_i_buffer *b);
/* Which phases of a result are not of full quality; nothing where all are. Behind the text of every kind. */
void kiln_i_text_quality(const json_t *root, kiln_i_buffer *b);
void kiln_i_text_notes(const json_t *notes, kiln_i_buffer *b);
/* A canonical formula as a person would write it: (Mg,Co)O for (Mg0.5Co0.5)O, four digits at most. */
void kiln_i_text_formula(const char *canonical, char *out, size_t size);
/* "wurtzite ZnO" of an object with "label" and "formula"; "LiFeO2" where the label says it all. */
void kiln_i_text_phase(const json_t *phase, char *out, size_t size);
double kiln_i_text_no_minus(double value, double least); /* 0 for what would be printed as -0.00 */
/* "+2.00" by element; only those further than `least` from the charge in `input_charges` (NULL: all). The number written. */
int kiln_i_text_valences(const json_t *valence, const json_t *input_charges, double least, char *out, size_t size);
void kiln_i_text_database(const json_t *root, kiln_i_buffer *b); /* name, hash and version */
void kiln_i_text_footing(const json_t *root, kiln_i_buffer *b);  /* certificate, database, version */
void kiln_i_text_sources(const json_t *sources, kiln_i_buffer *b);
double kiln_i_celsius(double T_K);

/* gap.c: an end member in a list; "end_members" and "basis" of a join. */
void kiln_i_describe_end_member(kiln_i_tree *t, json_t *list, const kiln_composition *x);
/* What an axis between end members is, of an input described: "mole fraction of cations", of components "mole fraction". */
const char *kiln_i_fraction_words(const json_t *input, int several);
void kiln_i_describe_ends(kiln_i_tree *t, json_t *input, const kiln_composition *A, const kiln_composition *B);

/* step_columns.c: phases of a table over temperature, each as often as it occurs in one row at most (a miscibility gap: twice), in the order in
 * which they appear; their number. */
typedef struct kiln_i_step_column {
    const char *phase; /* name in the database */
    int instance;
} kiln_i_step_column;
enum { KILN_STEP_COLUMNS = 96 };
int kiln_i_step_columns(const json_t *rows, kiln_i_step_column *columns);
const json_t *kiln_i_step_instance(const json_t *row, const kiln_i_step_column *c); /* NULL: not there */
/* The phase whose compositions were asked for, where a row has it twice that of which there is more; its cations in the order of the formula, and the share that
 * the k-th of them has of all. */
int kiln_i_step_followed(const json_t *root, kiln_i_step_column *column); /* 0: none was */
int kiln_i_step_cations(const json_t *root, const kiln_i_step_column *column, const char *symbol[KILN_MAX_COMPONENTS]);
double kiln_i_step_share(const json_t *phase, int n, const char *const *symbol, int k);

/* measured.c: "experiments" of the input, the file and what it has of other joins, and of the result, its points beside what the diagram has there. */
void kiln_i_describe_measured(kiln_i_tree *t, json_t *input, json_t *result, const kiln_system *system, const kiln_tx *tx,
                              const kiln_experiments *experiments);
void kiln_i_text_measured(const json_t *root, kiln_i_buffer *b);

/* gap_csv.c */
void kiln_i_gap_csv(const json_t *root, kiln_i_buffer *b);

/* csv.c: one field each, with a comma before it unless it is the first of its line, which must not be empty. An absent number is an
 * empty field; a temperature is two, C and K. */
void kiln_i_csv_text(kiln_i_buffer *b, const char *text);
void kiln_i_csv_quoted(kiln_i_buffer *b, const char *text); /* without a comma; in quotes where it must be */
void kiln_i_csv_value(kiln_i_buffer *b, double value);
void kiln_i_csv_number(kiln_i_buffer *b, const json_t *node, const char *path);
void kiln_i_csv_temperature(kiln_i_buffer *b, const json_t *node, const char *path);
void kiln_i_csv_end(kiln_i_buffer *b);

#endif
