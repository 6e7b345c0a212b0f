/* The command-line tool: a client of the public headers. One file per verb; what they share:
 *
 *   main.c      dispatch, help, version
 *   manual.c    man pages, from the texts of --help
 *   completion.c  completion in bash, zsh and fish, from the same tables
 *   diagram.c   the kinds of diagram, each in diagram_<kind>.c
 *   section.c   what isopleths, ternaries and T-p(O2) diagrams share
 *   options.c   the options, declared once and shared by verbs
 *   session.c   from options to a database, a composition and a system
 *   whatif.c    changes of the database and of the composition
 *   compare.c   windows under several changes, side by side
 *   quantity.c  numbers with units, one table of them
 *   structure.c from a formula to the structure that it is about
 *   vary.c      --vary
 *   temperatures.c  --at and --range
 *   command.c   the words that make a result again
 *   output.c    where a result goes
 *   figure.c    figures: gnuplot is run here, and without it a sketch is shown
 *   study.h     kiln study and kiln rerun
 *   ranks_*.c   one process of several, or alone
 *   message.c   what is said on stderr, exit codes, "did you mean", progress */
#ifndef KILN_CLI_H
#define KILN_CLI_H

#include "ranks.h"

#include <kiln/kiln.h>
#include <kiln/report.h>
#include <popt.h>
#include <stdint.h>

/* Documented in `kiln explain exit-codes` and docs/cli.md; never renumbered. */
typedef enum cli_exit {
    CLI_OK = 0,
    CLI_NO = 1, /* the question's answer is no                */
    CLI_USAGE = 2,
    CLI_FILE = 3,          /* a database or another file, input or output */
    CLI_MISSING = 4,       /* the database lacks a parameter or a phase  */
    CLI_NOT_CONVERGED = 5, /* or not certified                           */
    CLI_RANGE = 6,         /* outside validity                           */
    CLI_PARTLY = 7,        /* cases of a study failed, others did not    */
    CLI_INTERRUPTED = 130
} cli_exit;

typedef enum cli_option {
    CLI_HELP = 1,
    CLI_DATABASE,
    CLI_ATMOSPHERE,
    CLI_PO2,
    CLI_PCO2,
    CLI_PH2O,
    CLI_ESTIMATE,
    CLI_NO_ESTIMATE,
    CLI_WITHOUT,
    CLI_ONLY,
    CLI_SOLVER,
    CLI_CERTIFY_GAP,
    CLI_GAS_CONSTANT,
    CLI_CERTIFY_BUDGET,
    CLI_NO_CERTIFY,
    CLI_FORMAT,
    CLI_OUTPUT,
    CLI_QUIET,
    CLI_PHASE,
    CLI_AT,
    CLI_TEMPERATURES,
    CLI_DETECT,
    CLI_SAMPLES,
    CLI_SEED,
    CLI_ALL_STRUCTURES,
    CLI_SET,
    CLI_ADD_COMPETITOR,
    CLI_REPLACE,
    CLI_COMPARE,
    CLI_REQUIRE,
    CLI_THREADS,
    CLI_OBSERVED,
    CLI_FURNACE,
    CLI_WEIGHING,
    CLI_PRECURSORS,
    CLI_LOSS,
    CLI_FILM,
    CLI_SURFACE,
    CLI_COOL_TO,
    CLI_VARY,
    CLI_X,
    CLI_PO2_RANGE,
    CLI_COMPOSITIONS,
    CLI_CATIONS,
    CLI_SUBLATTICE,
    CLI_SIGMA,
    CLI_ENTHALPY,
    CLI_THEME,
    CLI_WIDTH,
    CLI_FONT,
    CLI_KEEP_SCRIPT,
    CLI_SKETCH,
    CLI_DATA,
    CLI_KNOWN_SOURCES,
    CLI_RESAMPLES,
    CLI_WRITE,
    CLI_LEAVE_OUT,
    CLI_STARTS,
    CLI_FOLDER,
    CLI_FORCE,
    CLI_SHOW,
    CLI_FROM,
    CLI_CHOOSE,
    CLI_GRID,
    CLI_RANDOM,
    CLI_SUBSTITUTE,
    CLI_FORMULAS,
    CLI_ELEMENTS,
    CLI_WHERE,
    CLI_SORT,
    CLI_TOP,
    CLI_MINIMISE,
    CLI_MAXIMISE,
    CLI_BOUND,
    CLI_CONSTRAIN,
    CLI_ENTROPY,
    CLI_LEAST_WIDTH,
    CLI_COST_MOST,
    CLI_N_OPTIONS
} cli_option;

/* What completes a value or an argument in a shell, beside words between spaces: a file, a phase of the database, or phases between commas. */
#define CLI_A_FILE "<file>"
#define CLI_A_PHASE "<phase>"
#define CLI_PHASES "<phases>"

/* Shared tables, for POPT_ARG_INCLUDE_TABLE. */
extern struct poptOption cli_quiet_options[], cli_figure_options[], cli_output_options[], cli_database_options[],
    cli_system_options[];
#define CLI_INCLUDE(table, title)                                     \
    {                                                                 \
        NULL, '\0', POPT_ARG_INCLUDE_TABLE, (table), 0, (title), NULL \
    }
#define CLI_TEXT_OPTION(name, letter, id, help, argument)                 \
    {                                                                     \
        (name), (letter), POPT_ARG_STRING, NULL, (id), (help), (argument) \
    }
#define CLI_FLAG_OPTION(name, letter, id, help)                   \
    {                                                             \
        (name), (letter), POPT_ARG_NONE, NULL, (id), (help), NULL \
    }

typedef struct cli_session cli_session;

typedef struct cli_verb cli_verb;
struct cli_verb {
    const char *name;
    const char *arguments; /* "FORMULA [OPTION...]" */
    const char *summary;   /* one line */
    const char *examples;  /* lines, indented */
    const char *completes; /* the first argument, as CLI_A_FILE says; NULL: it is a formula, or none */
    struct poptOption *options;
    int n_least, n_most;           /* arguments besides options */
    int has_figure;                /* includes cli_figure_options */
    int has_temperature;           /* T may stand among conditions */
    int reads_more;                /* its files name others, so that a study cannot tell whether it has changed */
    int has_jobs;                  /* runs commands in processes of their own: ranks other than 0 do nothing else */
    const char *const *columns;    /* ended by NULL: of a study's table, heading and member of the JSON in turn; NULL: none */
    const char *const *extensions; /* ended by NULL: of the one file of -o that the verb writes itself; NULL: none */
    int reports_beside;            /* other files of -o may stand beside that one */
    cli_exit (*run)(cli_session *session);
    const cli_verb *const
        *kinds; /* ended by NULL: the next word is one of these, a verb in two words, and nothing above but the texts counts */
};

extern const cli_verb cli_entropy, cli_window, cli_equilibrium, cli_step, cli_sinter, cli_risk, cli_design, cli_gap, cli_activity,
    cli_diagram, cli_diagram_tx, cli_diagram_isopleth, cli_diagram_tpo2, cli_diagram_ternary, cli_diagram_entropy,
    cli_diagram_energy, cli_diagram_pairs, cli_diagram_map, cli_fit, cli_db, cli_explain, cli_validate, cli_study, cli_rerun,
    cli_screen;

/* main.c: all verbs, ended by NULL, and the word of a name that is typed: a kind has two, of which the first is its verb's. */
extern const cli_verb *const cli_verbs[];
const char *cli_verb_word(const cli_verb *verb);
/* Verbs and kinds, each kind after its verb; list [CLI_MAX_VERBS]. */
enum { CLI_MAX_VERBS = 64 };
int cli_list_verbs(const cli_verb **list);

/* explain.c: what kiln explain knows, ended by a name that is NULL. */
typedef struct cli_topic {
    const char *name, *summary, *text;
} cli_topic;
extern const cli_topic cli_topics[];

/* Everything a verb works with; what it does not open stays NULL. */
struct cli_session {
    const cli_verb *verb;
    poptContext popt;
    char *value[CLI_N_OPTIONS]; /* as typed, NULL when absent; a repeated list is joined by line feeds; "" for a flag */
    const char *const *what;    /* [n_what] arguments besides options */
    int n_what;
    char **command; /* [n_command] what makes this result, without where it goes; NULL without words */
    int n_command;
    kiln_report_format format; /* on standard output */
    char *own_file;            /* of -o, with an extension of the verb's own; NULL: none */
    int n_reports;             /* the other files of -o */
    int is_figure, has_data;   /* -o names a figure; a .json or .csv */
    kiln_figure_options figure;
    kiln_context *ctx;
    kiln_database *db;
    kiln_composition composition;
    double T_K;         /* stated among conditions; 0: not */
    int has_conditions; /* a potential or a pressure was */
    kiln_atmosphere atmosphere;
    kiln_system_options system_options;
    kiln_solver_options solver_options;
    const char **without, **only; /* names as in the database; the arrays are owned */
    kiln_system *system;
};

/* options.c */
cli_exit cli_options_parse(cli_session *session, int argc, const char **argv);
void cli_options_help(const cli_verb *verb);
/* The options of a table and of those it includes, in the order of --help, from list[n] on; their number. Each id is there once: list [CLI_N_OPTIONS]. */
int cli_options_list(const struct poptOption *table, const struct poptOption **list, int n);
int cli_option_repeats(int id);           /* 1: it may be given several times, or takes a list */
const char *cli_option_completes(int id); /* as CLI_A_FILE says; NULL: nothing does */

/* command.c: verb, arguments and options of the session as session->command, before anything of them is used. */
cli_exit cli_command_keep(cli_session *session);
void cli_command_free(cli_session *session);
int cli_option_is_output(int id); /* 1: it says where or how a result is shown, not what it is */

/* manual.c, on standard output */
void cli_manual(const cli_verb *verb); /* NULL: of kiln itself */
void cli_manual_list(void);            /* verbs and options, a line each, with tabs between their fields */

/* completion.c: 0: there is no such shell */
int cli_completion(const char *shell);

/* session.c: each prints its own message and returns the exit code. */
cli_exit cli_open_formula(cli_session *session);     /* what[0], with --replace */
cli_exit cli_open_certificate(cli_session *session); /* the solver's options */
cli_exit cli_open_options(cli_session *session);     /* the same and the system's */
cli_exit cli_open_phases(cli_session *session);      /* the database, and the phases that options leave out or keep */
/* An atmosphere or, of --po2, a pressure, with the gases of --pco2 and --ph2o. */
cli_exit cli_parse_atmosphere(const cli_session *session, const char *text, kiln_atmosphere *atmosphere);
cli_exit cli_open_database(cli_session *session);   /* whatif.c, with its changes */
cli_exit cli_replace_cations(cli_session *session); /* whatif.c */
/* Options, the formula of what[0], atmosphere, database and names: what a system is made of. */
cli_exit cli_open_question(cli_session *session);
cli_exit cli_open_system(cli_session *session); /* the same and the system */
/* Where a list of conditions may state a composition and no more. */
cli_exit cli_refuse_conditions(const cli_session *session);
int cli_has_oxygen(const kiln_composition *x);
/* The end members of a join: what[0] and what[1]. */
cli_exit cli_open_ends(const cli_session *session, kiln_composition *A, kiln_composition *B);
cli_exit cli_find_phase(const cli_session *session, const char *text, int *phase); /* by name or label; index in the database */
/* structure.c: the one of --phase, or first the one that the formula suggests and then others of the same stoichiometry, `most` at most; indices in the system. */
cli_exit cli_choose_structures(const cli_session *session, int most, int *phase, int *n);
/* The structure that kiln window would answer about: the first of these, or where that is single nowhere the one with the widest window. */
cli_exit cli_choose_structure(const cli_session *session, int *phase);
cli_exit cli_parse_count(const cli_session *session, cli_option option, const char *name, long long least, long long most,
                         long long *count);
/* --threads; where it is absent as many as processors that this process may use, and 1 of a command that another kiln has started. */
cli_exit cli_parse_threads(const cli_session *session, int *threads);
cli_exit cli_parse_temperature(const cli_session *session, cli_option option, double *T_K);
cli_exit cli_check_validity(const kiln_report *report); /* CLI_RANGE beyond the extrapolation that a window allows itself */
/* After an answer was printed: exit 5 and a sentence where a proof was asked for and not given. */
cli_exit cli_check_certificate(const cli_session *session, const kiln_certificate *certificate);
cli_exit cli_check_certificate_of(const cli_session *session, const kiln_system *system, const kiln_certificate *certificate);
void cli_close(cli_session *session);

/* section.c: map, report, and check validity and proofs. `windows_of`: the structure whose windows an isopleth shows, index in the database; -1: none. The question's database, atmosphere and options are
 * the session's. */
cli_exit cli_run_section(cli_session *session, kiln_section_question *question, const char *title, const char *varied,
                         int windows_of);
/* Two temperatures without a step. */
cli_exit cli_parse_T_range(const cli_session *session, double *low_K, double *high_K);

/* compare.c: what kiln window --compare answers. */
cli_exit cli_compare_windows(cli_session *session, const kiln_window_options *options);

/* vary.c: the cation of --vary, which is not alone on its sublattice; its atomic number. */
cli_exit cli_parse_vary(const cli_session *session, int *z);

/* jobs_ranks.c: what ranks other than 0 do where a verb has jobs. */
cli_exit cli_jobs_serve(void);

/* temperatures.c: the one of --at, or those of --range (of `fallback` without either, NULL: then it is an error), rising or falling, with steps of 25 K unless told; at most
 * `most`. T_K [n] is for the caller to free, also after failure. */
cli_exit cli_parse_temperatures(const cli_session *session, const char *fallback, int most, double **T_K, int *n);

/* temperatures.c: --range of a search for windows, with its step; what it does not say stays. */
cli_exit cli_parse_search(const cli_session *session, kiln_window_options *options);

/* quantity.c: the number of an option with its unit, in mm, K, J/mol, cm2/g or %/h, of a share of one; *value stays where the option is absent. */
cli_exit cli_parse_quantity(const cli_session *session, cli_option option, double *value);
int cli_read_share(const char *text, double *value); /* "0.05" or "5%"; 0: it is neither */

/* output.c */
cli_exit cli_output_check(cli_session *session); /* --format and -o, before anything is computed */
/* Write the report, with the command that made it, to stdout or, each whole or not at all, to the files of -o. */
cli_exit cli_output_report(const cli_session *session, kiln_report *report);
cli_exit cli_output_stdout(const char *text, size_t length);
cli_exit cli_output_file(const char *path, const char *text, size_t length);
/* The same where something else writes: a descriptor of an unfinished file beside `path`, -1 after a failure (errno); then it takes the name of
 * `path` or, where there was an `error` (an errno), goes away. One at a time. The error, or that of renaming it. */
int cli_output_begin(const char *path);
int cli_output_end(const char *path, int file, int error);
/* What `error` of writing to standard output means: a reader that has left (kiln ... | head) ends the process as quietly as SIGPIPE
 * would, anything else is CLI_FILE. */
cli_exit cli_output_failed(int error);
/* From here on an interrupt is for the caller to notice, who leaves when it suits; a second one leaves at once. */
void cli_output_defer_signals(void);
int cli_output_signal(void);         /* the one that came, 0: none */
void cli_output_catch_signals(void); /* an interrupted run leaves no half-written file and returns 128 + signal */

/* figure.c */
cli_exit cli_figure_check(cli_session *session, const char *path); /* the options of a figure, which goes to `path` */
cli_exit cli_figure_write(const cli_session *session, const kiln_report *report, const char *path);
int cli_figure_columns(void); /* of a sketch on standard output, as the library takes them */

/* message.c */
cli_exit cli_fail(cli_exit code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* CLI_USAGE, with a hint at the verb's help. `verb` may be NULL. */
cli_exit cli_usage(const cli_verb *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_note(const cli_session *session, const char *format, ...) __attribute__((format(printf, 2, 3))); /* not with --quiet */
/* The library's sentence, and the exit code its status stands for. */
cli_exit cli_status(const cli_session *session, kiln_status status);
cli_exit cli_exit_of(kiln_status status);
/* What is wrong at one temperature need not be at the next. */
int cli_is_local(kiln_status status);
/* The library's sentence, for a row of a table; the text is the caller's, from malloc. */
cli_exit cli_keep_error(const cli_session *session, char **text);
/* A line on a terminal's stderr that says how far a calculation is, from its second second on; done == total takes it away. */
void cli_progress(const cli_session *session, int done, int total, const char *what);
/* The same with a rate and the time that is left; what was done before, `found`, took no time. */
void cli_progress_rate(const cli_session *session, uint64_t done, uint64_t total, uint64_t found, const char *what);
void cli_progress_clear(void);
/* The one of n names closest to `text`, ignoring case; NULL when none is close. */
const char *cli_nearest(const char *text, const char *const *names, int n);

#endif
