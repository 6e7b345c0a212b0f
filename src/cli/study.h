/* What the files of kiln study and kiln rerun share.
 *
 *   study.c          the verb: what is run, and what it leaves
 *   study_verbs.c    the tool's verbs as a study sees them
 *   study_key.c      whether a case has changed
 *   study_folder.c   the results folder: cases, their files, manifest.json
 *   study_summary.c  the table
 *   job.c            commands in processes of their own
 *   jobs_ranks.c     the same shared out among ranks
 *   difference.c     what differs between two results
 *   rerun.c          the verb that runs a result or a manifest again */
#ifndef KILN_CLI_STUDY_H
#define KILN_CLI_STUDY_H

#include "cli.h"

#include <jansson.h>

#define CLI_STUDY_SCHEMA "kiln.study/1"

/* job.c: one command of this program in a process of its own. */
typedef struct cli_job {
    const json_t *words; /* verb, arguments, options; borrowed */
    const json_t *look;  /* options of figures; borrowed; NULL: none */
    int n_files;         /* of -o; none: its JSON is kept instead */
    char *file[8];       /* owned */
    int exit_code;       /* 128 + the signal that ended it */
    char *out, *said;    /* its standard output and error; owned */
    size_t n_out;
    int pid, is_ended; /* private, as what follows */
    void *out_file, *said_file;
} cli_job;
enum { CLI_NOT_STARTED = 127 }; /* exit code of one that could not be */
/* Run all, at most `threads` at a time on each rank; `ended` is told of each. An errno where none can be started. */
int cli_jobs_run(cli_job *jobs, int n, int threads, void (*ended)(void *user, int job), void *user);
int cli_jobs_run_here(cli_job *jobs, int n, int threads, void (*ended)(void *user, int job), void *user); /* on this rank alone */
void cli_job_free(cli_job *job); /* what it owns; may be done twice */
/* The sentence that a job failed with, without "kiln: "; "" where it did not. */
void cli_job_message(const cli_job *job, char *out, size_t size);
/* Whether there is an answer: exit 0, or 1 for "no". */
int cli_job_is_good(int exit_code);
/* Words as a shell takes them. */
cli_exit cli_print_command(const json_t *words);

/* difference.c: what differs between two results, but for what is told apart: versions and databases. */
typedef struct cli_difference {
    long numbers, n_numbers; /* that differ; of how many */
    double largest;          /* relative to the larger one */
    char where[256];         /* that one stands */
    long others;             /* texts, flags, members that one lacks */
    char other[256];         /* where the first of these is */
} cli_difference;
void cli_compare_results(const json_t *before, const json_t *now, cli_difference *d);
int cli_is_identical(const cli_difference *d);

/* study_verbs.c */
typedef struct cli_study_verbs {
    int n;
    kiln_study_verb verb[CLI_MAX_VERBS];
    const cli_verb *of[CLI_MAX_VERBS];
    kiln_study_option options[CLI_MAX_VERBS][CLI_N_OPTIONS];
} cli_study_verbs;
void cli_study_list_verbs(cli_study_verbs *verbs);

/* study_key.c: what a case's result follows from, but for the program: its words, files that they name, the database; "" where that cannot be known. */
typedef struct cli_keys {
    const cli_session *session;
    json_t *databases; /* path -> SHA-256 */
} cli_keys;
void cli_study_key(cli_keys *keys, const cli_verb *verb, const json_t *words, const json_t *look, const char *const *extensions,
                   int n_extensions, char key[65]);
int cli_file_sha256(const char *path, char out[65]); /* 0: it cannot be read */

/* study_folder.c */
typedef struct cli_study_folder {
    char *name;        /* as typed, or by default */
    char *path, *home; /* of the results, of the study; absolute */
    int lock;
    json_t *before; /* "cases" of the manifest that was there, by name; an object */
} cli_study_folder;
/* Make and lock the folder, read its manifest, and go where the study's files are named from. */
cli_exit cli_study_open_folder(cli_study_folder *folder, const char *study, const char *wanted);
void cli_study_close_folder(cli_study_folder *folder);
char *cli_absolute_path(const char *path); /* owned; NULL with errno */
/* From now on files are named from the folder of `file`; its absolute path, owned. */
cli_exit cli_enter_folder(const char *file, char **absolute);
/* A file of a case, and where it is written before it takes that name; owned, NULL without memory. */
char *cli_study_path(const cli_study_folder *folder, const char *name, const char *extension);
char *cli_study_stage(const cli_study_folder *folder, const char *name, const char *extension);
/* What was written takes its name; where nothing was, what was there goes. */
void cli_study_accept(const cli_study_folder *folder, const char *name, const char *extension);
/* The record of a case of last time whose files are as they were; NULL: none. */
json_t *cli_study_unchanged(const cli_study_folder *folder, const char *name, const char *key);
/* "files" of a case: those of its extensions that are there, with their SHA-256. */
json_t *cli_study_files(const cli_study_folder *folder, const char *name, const char *const *extensions, int n);
cli_exit cli_study_write_manifest(const cli_study_folder *folder, const kiln_study *study, const json_t *cases);
/* Files of cases that are no longer there. */
void cli_study_drop_files(const cli_study_folder *folder, const json_t *cases);

/* study_summary.c: on standard output and in summary.csv. */
cli_exit cli_study_summarise(const cli_session *session, const cli_study_folder *folder, const kiln_study *study,
                             const cli_study_verbs *verbs, const json_t *cases);

#endif
