/* Private: a function of temperature, G(T) in J/mol, compiled to sparse terms. Every form a database may use (SGTE
 * polynomials, NASA-9, Cp/H/S) becomes the same basis, so that one evaluator serves all. */
#ifndef KILN_DATA_FUNCTION_H
#define KILN_DATA_FUNCTION_H

#include <stddef.h>

typedef enum kiln_i_basis {
    KILN_BASIS_POWER,  /* coefficient * T^power */
    KILN_BASIS_T_LN_T, /* coefficient * T ln T  */
    KILN_BASIS_LN_T    /* coefficient * ln T    */
} kiln_i_basis;

typedef struct kiln_i_term {
    kiln_i_basis basis;
    double power; /* only with KILN_BASIS_POWER */
    double coefficient;
} kiln_i_term;

typedef enum kiln_i_op {
    KILN_OP_NUMBER,
    KILN_OP_T,
    KILN_OP_FUNCTION, /* the value of a function that stands earlier */
    KILN_OP_ADD,
    KILN_OP_MULTIPLY,
    KILN_OP_DIVIDE,
    KILN_OP_POWER, /* to the exponent `value` */
    KILN_OP_LN,
    KILN_OP_EXP
} kiln_i_op;

/* One step of a program in postfix order, for what is no sum of terms and references: a product of functions, EXP, T ln T of a sum. */
typedef struct kiln_i_step {
    kiln_i_op op;
    double value;
    int function;
} kiln_i_step;

enum { KILN_MAX_PROGRAM_DEPTH = 32 }; /* of values waiting; the reader sees to it */

/* One temperature range; terms and steps point into the function's own arrays. Beyond its range a program goes on as it is. */
typedef struct kiln_i_piece {
    double T_min_K, T_max_K;
    const kiln_i_term *terms;
    int n_terms;
    const kiln_i_step *steps; /* a program, whose value is added */
    int n_steps;
} kiln_i_piece;

/* A value with its first two derivatives in T. */
typedef struct kiln_i_jet {
    double g, dg, d2g; /* J/mol, J/mol/K, J/mol/K^2 */
} kiln_i_jet;

/* factor * (value of another function), which stands earlier in the database's array. Of what only a program uses the factor is 0. */
typedef struct kiln_i_reference {
    int function;
    double factor;
} kiln_i_reference;

typedef struct kiln_i_function {
    char *name;
    char *formula; /* may be NULL */
    char *text;    /* the value as written, for listings; may be NULL */
    kiln_i_piece *pieces;
    int n_pieces; /* 0: only references */
    kiln_i_term *terms;
    kiln_i_step *steps; /* NULL: no piece has a program */
    kiln_i_reference *references;
    int n_references;
    double Tc_K, beta, p;    /* magnetic ordering; beta = 0 for none */
    double T_min_K, T_max_K; /* validity: 0 and infinity when not stated */
    double sigma_J_mol;      /* < 0: not stated */
    double sigma_T_J_molK;   /* 0: none */
    int source;              /* bibliography index, -1 for none */
    int status;              /* kiln_i_status_of_value */
    char *note;              /* may be NULL */
    char *estimate;          /* the law and the inputs that gave the value; NULL for all that is stated */
    int file, line, column;  /* where it was defined; file indexes the database's files */
} kiln_i_function;

/* Own part of f (pieces and magnetism, without references and programs). Outside the pieces: constant heat capacity of the nearest
 * end, so that G stays smooth. T_K > 0. */
kiln_i_jet kiln_i_function_own(const kiln_i_function *f, double T_K);

/* What is added to a function's own part: constant + slope * T, J/mol and J/mol/K. */
typedef struct kiln_i_shift {
    double constant, slope;
} kiln_i_shift;

/* Values at T_K of the n functions listed by rising index in which[n] (NULL: of the first n) into out, which like shift (NULL: none) is indexed by function. References
 * point backwards, so that a list with all that its functions refer to resolves them. */
void kiln_i_functions_evaluate(const kiln_i_function *f, int n, const int *which, double T_K, const kiln_i_shift *shift,
                               kiln_i_jet *out);

/* Value of a program at T_K from those of the functions before, indexed by function. */
kiln_i_jet kiln_i_program_value(const kiln_i_step *steps, int n, double T_K, const kiln_i_jet *functions);

/* How a function bends between two temperatures a < b: a line for the second derivative, by its value and slope at the middle, by how much the second derivative departs from it at most
 * (kinks at breaks of its pieces inside count as what bends a chord as much), how far values are set off at breaks inside, and how far value and slope at b in the piece
 * that ends there lie above those at b itself, where another piece may begin. Of a program nothing is known:
 * its spread is KILN_ANY_SPREAD, which nothing can be proved with and which is finite, so that times 0 it is 0. */
#define KILN_ANY_SPREAD 1e100
typedef struct kiln_i_bend {
    double d2g;    /* J/mol/K^2 */
    double d3g;    /* J/mol/K^3 */
    double spread; /* J/mol/K^2 */
    double jump;   /* J/mol */
    double kink;   /* J/mol/K */
    double step;   /* J/mol, sum of sizes */
} kiln_i_bend;

/* Bends of the n functions listed as above between a_K and b_K, into out indexed by function. Returns the temperature of the break inside (a, b) nearest to the middle, where to split the
 * interval if that is not good enough; 0 for none. */
double kiln_i_functions_bend(const kiln_i_function *f, int n, const int *which, double a_K, double b_K, kiln_i_bend *out);

/* Largest heat capacity of magnetic ordering, over R ln(beta + 1): that at the critical temperature, of the larger side. */
double kiln_i_magnetic_peak(double p);

/* Sum of n terms. */
kiln_i_jet kiln_i_terms_value(const kiln_i_term *terms, int n, double T_K);

/* g(tau) of Inden, Hillert and Jarl with its first two derivatives in tau. */
kiln_i_jet kiln_i_magnetic_shape(double tau, double p);

/* Inden-Hillert-Jarl: RT ln(beta + 1) g(T/Tc) with its T-derivatives; structure factor p (0.28 fcc-like, 0.4 bcc).
 * M. Hillert, M. Jarl, CALPHAD 2 (1978) 227, doi:10.1016/0364-5916(78)90011-1. */
kiln_i_jet kiln_i_magnetic(double T_K, double Tc_K, double beta, double p);

/* The same as powers of T, on one side of Tc: those that bend first. Returns how many. */
enum { KILN_MAGNETIC_TERMS = 5 };
int kiln_i_magnetic_terms(double Tc_K, double beta, double p, int is_ordered, kiln_i_term out[KILN_MAGNETIC_TERMS]);

#endif
