/* Private: the text of a TDB file, the database format of Thermo-Calc: its statements with their places, and the expressions in them. docs/tdb.md */
#ifndef KILN_TEXT_TDB_H
#define KILN_TEXT_TDB_H

#include <kiln/context.h>

#include <stddef.h>

typedef enum kiln_i_tdb_keyword {
    KILN_TDB_UNKNOWN, /* text that no keyword begins */
    KILN_TDB_ELEMENT,
    KILN_TDB_SPECIES,
    KILN_TDB_FUNCTION,
    KILN_TDB_PHASE,
    KILN_TDB_CONSTITUENT,
    KILN_TDB_PARAMETER,
    KILN_TDB_TYPE_DEFINITION,
    KILN_TDB_TEMPERATURE_LIMITS,
    KILN_TDB_LIST_OF_REFERENCES,
    KILN_TDB_DATABASE_INFO,
    KILN_TDB_UNREAD, /* of the format, and not read here */
    KILN_TDB_IDLE    /* directs the program that reads a TDB file, or describes the file */
} kiln_i_tdb_keyword;

/* Bytes [begin, end) of the text between the keyword, which stands at `at`, and its "!". */
typedef struct kiln_i_tdb_statement {
    kiln_i_tdb_keyword keyword;
    const char *name; /* the keyword in full; "" for none */
    size_t at, begin, end;
} kiln_i_tdb_statement;

typedef struct kiln_i_tdb_text {
    kiln_context *ctx;
    char *name;   /* of the file, for messages */
    char *source; /* as read, what is not UTF-8 as Latin-1 made so; zero-terminated */
    char *clean;  /* of the same length: capitals, comments and tabs blanked, so that places are those of the source */
    size_t length;
    int n_lines;
    size_t *lines; /* where each begins */
    int n_statements;
    kiln_i_tdb_statement *statements;
} kiln_i_tdb_text;

/* Splits `length` bytes, copied, into statements. On failure KILN_E_PARSE or KILN_E_NOMEM; free in every case. */
kiln_status kiln_i_tdb_split(kiln_context *ctx, const char *text, size_t length, const char *name, kiln_i_tdb_text *out);
void kiln_i_tdb_text_free(kiln_i_tdb_text *text);

/* 1-based line and column, in bytes, of a place. */
void kiln_i_tdb_locate(const kiln_i_tdb_text *text, size_t at, int *line, int *column);
/* KILN_E_PARSE with "file:line:column: sentence". */
kiln_status kiln_i_tdb_fail(const kiln_i_tdb_text *text, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* 1 if `word` [length] abbreviates `full`: parts between "_" or "-" shorten those of `full` in turn. */
int kiln_i_tdb_abbreviates(const char *word, size_t length, const char *full);

/* A place that advances through one statement. */
typedef struct kiln_i_tdb_cursor {
    const kiln_i_tdb_text *text;
    size_t at, end;
} kiln_i_tdb_cursor;

/* Bytes of the clean text. */
typedef struct kiln_i_tdb_word {
    const char *text;
    size_t length, at;
} kiln_i_tdb_word;

kiln_i_tdb_cursor kiln_i_tdb_begin(const kiln_i_tdb_text *text, const kiln_i_tdb_statement *statement);
/* Next byte that is no blank, 0 at the end; the cursor stands on it. */
char kiln_i_tdb_peek(kiln_i_tdb_cursor *c);
/* 1 and past it if the next byte is `wanted`. */
int kiln_i_tdb_take(kiln_i_tdb_cursor *c, char wanted);
/* Bytes up to a blank or one of `stops`; length 0 if there are none. */
kiln_i_tdb_word kiln_i_tdb_word_until(kiln_i_tdb_cursor *c, const char *stops);
/* A number with its sign, E or D before its exponent. 0 if there is none, and the cursor stays. */
int kiln_i_tdb_number(kiln_i_tdb_cursor *c, double *value);
int kiln_i_tdb_is(kiln_i_tdb_word word, const char *text);

/* ---- Expressions ---- */

typedef enum kiln_i_tdb_op {
    KILN_TDB_NUMBER,
    KILN_TDB_T,
    KILN_TDB_NAME,
    KILN_TDB_ADD,
    KILN_TDB_MULTIPLY,
    KILN_TDB_DIVIDE,
    KILN_TDB_POWER, /* value: the exponent */
    KILN_TDB_LN,
    KILN_TDB_EXP
} kiln_i_tdb_op;

/* One step in postfix order. */
typedef struct kiln_i_tdb_step {
    kiln_i_tdb_op op;
    double value;         /* of a number or an exponent */
    kiln_i_tdb_word name; /* of a function */
} kiln_i_tdb_step;

enum { KILN_TDB_MAX_DEPTH = 32 }; /* of values waiting while an expression is evaluated */

typedef struct kiln_i_tdb_expression {
    int n;
    kiln_i_tdb_step *steps;
    int uses_R; /* the symbol R stands in it */
} kiln_i_tdb_expression;

/* Parses up to a ";" into `out`, zeroed before; free in every case. P is 1 bar, in Pa; R the constant of TDB files unless R_is_function. */
kiln_status kiln_i_tdb_parse(kiln_i_tdb_cursor *c, int R_is_function, kiln_i_tdb_expression *out);
void kiln_i_tdb_expression_free(kiln_context *ctx, kiln_i_tdb_expression *e);

#define KILN_TDB_R 8.31451 /* J/mol/K: CODATA 1986, of the SGTE unary data and most files since */
#define KILN_TDB_P 1e5     /* Pa */
/* Antiferromagnetic factor of phases where negative Tc and moments are no ordering: of files that kiln writes; so are factors below it. */
#define KILN_TDB_NO_ORDER (-1000.0)

#endif
