#define _POSIX_C_SOURCE 200809L

#include "study.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MESSAGE = 1024 };

/* A case of a manifest and what has become of it. */
typedef struct again {
    const char *name;
    const json_t *entry, *words;
    char *line; /* what is said of it */
    int is_same;
} again;

typedef struct rerun {
    cli_session *session;
    const char *path;
    json_t *file;
    char *home, *into; /* of a manifest: its folder, that of -o or NULL; absolute */
    int n;
    again *result; /* [n] */
    cli_job *jobs; /* [n] */
    cli_exit code; /* of writing results while others are made */
} rerun;

static cli_exit no_memory(void) { return cli_fail(CLI_NOT_CONVERGED, "out of memory"); }

static const char *text_at(const json_t *node, const char *a, const char *b)
{
    const char *text = json_string_value(json_object_get(json_object_get(node, a), b));
    return text ? text : "";
}

/* ---- Reading ---- */

static int is_command(const json_t *words)
{
    size_t i;
    json_t *word;
    json_array_foreach (words, i, word)
        if (!json_is_string(word)) return 0;
    return json_array_size(words) > 0;
}

/* Results are made without options of output; a command that has some would write where its author wanted. */
static cli_exit refuse_output(const char *path, const json_t *words)
{
    static const char *const starts[] = {"-o", "-qo", "--output", "--write"};
    size_t i;
    json_t *word;
    json_array_foreach (words, i, word)
        for (int k = 0; k < 4; ++k)
            if (strncmp(json_string_value(word), starts[k], strlen(starts[k])) == 0)
                return cli_fail(CLI_FILE, "%s: its command has %s, and would write a file; that of a result has none", path,
                                json_string_value(word));
    return CLI_OK;
}

static cli_exit read_file(rerun *r)
{
    json_error_t error;
    if (!(r->file = json_load_file(r->path, 0, &error))) {
        if (error.line > 0)
            return cli_fail(CLI_FILE, "%s:%d:%d: expected JSON: %s", r->path, error.line, error.column, error.text);
        return cli_fail(CLI_FILE, "%s", error.text);
    }
    const char *schema = json_string_value(json_object_get(r->file, "schema"));
    if (!schema || strncmp(schema, "kiln.", 5) != 0)
        return cli_fail(CLI_FILE, "%s: expected a result of kiln, whose \"schema\" begins with kiln.", r->path);
    r->n = strcmp(schema, CLI_STUDY_SCHEMA) == 0 ? (int)json_array_size(json_object_get(r->file, "cases")) : 1;
    r->result = calloc((size_t)r->n + 1, sizeof *r->result);
    r->jobs = calloc((size_t)r->n + 1, sizeof *r->jobs);
    return r->result && r->jobs ? CLI_OK : no_memory();
}

static int is_study(const rerun *r)
{
    return strcmp(json_string_value(json_object_get(r->file, "schema")), CLI_STUDY_SCHEMA) == 0;
}

static cli_exit take_result(rerun *r)
{
    again *a = &r->result[0];
    a->words = json_object_get(r->file, "command");
    if (!a->words)
        return cli_fail(
            CLI_FILE,
            "%s has no \"command\", so that nothing says what made it: the tool writes it, results of Python and of the library have none",
            r->path);
    if (!is_command(a->words)) return cli_fail(CLI_FILE, "%s: expected \"command\" as a list of words", r->path);
    return refuse_output(r->path, a->words);
}

static cli_exit take_cases(rerun *r)
{
    for (int i = 0; i < r->n; ++i) {
        again *a = &r->result[i];
        a->entry = json_array_get(json_object_get(r->file, "cases"), (size_t)i);
        a->name = json_string_value(json_object_get(a->entry, "name"));
        a->words = json_object_get(a->entry, "words");
        if (!a->name || strchr(a->name, '/') || !is_command(a->words))
            return cli_fail(CLI_FILE, "%s: expected each of \"cases\" with a name and words, which %d has not", r->path, i + 1);
        const cli_exit code = refuse_output(r->path, a->words);
        if (code != CLI_OK) return code;
    }
    return CLI_OK;
}

/* Folders, named from the root, and then to where the study's files are named from. */
static cli_exit enter_study(rerun *r)
{
    char *absolute = NULL;
    const char *into = r->session->value[CLI_FOLDER], *home = json_string_value(json_object_get(r->file, "folder"));
    if (into && ((mkdir(into, 0777) != 0 && errno != EEXIST) || !(r->into = cli_absolute_path(into))))
        return cli_fail(CLI_FILE, "the folder %s cannot be made: %s", into, strerror(errno));
    cli_exit code = cli_enter_folder(r->path, &r->home);
    if (code != CLI_OK || !home) return code;
    const size_t size = strlen(home) + sizeof "/.";
    char *path = malloc(size);
    if (!path) return no_memory();
    snprintf(path, size, "%s/.", home);
    code = cli_enter_folder(path, &absolute);
    free(path);
    free(absolute);
    return code;
}

/* ---- What is said ---- */

static void say_change(const char *what, const char *before, const char *now, int length)
{
    if (strcmp(before, now) == 0) printf("  %-12s %.*s, as before\n", what, length, now);
    else printf("  %-12s %.*s before, %.*s now\n", what, length, *before ? before : "none", length, *now ? now : "none");
}

static void say_difference(const cli_difference *d)
{
    if (d->numbers == 0) printf("  %-12s all %ld are identical\n", "numbers", d->n_numbers);
    else
        printf("  %-12s %ld of %ld differ, most by %.2g of its value: %s\n", "numbers", d->numbers, d->n_numbers, d->largest,
               d->where);
    if (d->others > 0) printf("  %-12s %ld texts, flags or members differ, first %s\n", "others", d->others, d->other);
    printf("  %-12s %s\n", "result", cli_is_identical(d) ? "identical" : "differs");
}

/* NAME.json in a folder; owned, NULL without memory. */
static char *path_of(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + sizeof "/.json";
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s/%s.json", folder, name);
    return path;
}

/* The result that the study wrote; NULL: it has none, or that is gone. 1 in *was_changed: it is not as it was written. */
static json_t *read_case(const rerun *r, const again *a, int *was_changed)
{
    size_t i;
    char sha256[65];
    json_t *file;
    const char *recorded = NULL;
    char *path = path_of(r->home, a->name);
    if (!path) return NULL;
    json_array_foreach (json_object_get(a->entry, "files"), i, file) {
        const char *name = json_string_value(json_object_get(file, "name"));
        if (name && strcmp(name, strrchr(path, '/') + 1) == 0) recorded = json_string_value(json_object_get(file, "sha256"));
    }
    *was_changed = recorded && (!cli_file_sha256(path, sha256) || strcmp(sha256, recorded) != 0);
    json_t *result = recorded ? json_load_file(path, 0, NULL) : NULL;
    free(path);
    return result;
}

static int say_both(FILE *out, const json_t *before, const json_t *now)
{
    cli_difference d;
    cli_compare_results(before, now, &d);
    fputs(cli_is_identical(&d) ? "identical" : "differs", out);
    if (d.numbers > 0)
        fprintf(out, ", %ld of %ld numbers, most by %.2g of its value: %s", d.numbers, d.n_numbers, d.largest, d.where);
    if (d.others > 0) fprintf(out, ", %ld others, first %s", d.others, d.other);
    return cli_is_identical(&d);
}

/* In one line of a study's cases: 1 if it is what it was. */
static int say_case(const rerun *r, const again *a, const cli_job *job, const json_t *now, FILE *out)
{
    char message[MESSAGE];
    int was_changed = 0, is_same = 0;
    const int exit_code = (int)json_integer_value(json_object_get(a->entry, "exit_code"));
    json_t *before = read_case(r, a, &was_changed);
    cli_job_message(job, message, sizeof message);
    fprintf(out, "%s: ", a->name);
    if (job->exit_code != exit_code)
        fprintf(out, "exit %d before, %d now%s%s", exit_code, job->exit_code, *message ? ": " : "", message);
    else if (before && now) is_same = say_both(out, before, now);
    else if (now) fputs("its result is no longer there to compare with", out);
    else if (before) fputs("gives no result now", out);
    else is_same = fprintf(out, "fails as before, exit %d: %s", exit_code, message) > 0;
    if (was_changed && before) fprintf(out, " (%s.json is not as the study wrote it)", a->name);
    json_decref(before);
    return is_same && !was_changed;
}

/* ---- Running ---- */

static json_t *result_of(const cli_job *job) { return job->out ? json_loadb(job->out, job->n_out, 0, NULL) : NULL; }

/* Of a command that gave no result; its own sentence has been said. */
static cli_exit no_result(const cli_job *job)
{
    if (job->exit_code > CLI_NO && job->exit_code <= CLI_INTERRUPTED) return (cli_exit)job->exit_code;
    return cli_fail(CLI_NOT_CONVERGED, "the command gave no result (exit %d)", job->exit_code);
}

static void say_result(const json_t *before, const json_t *now, const cli_difference *d)
{
    const char *old = text_at(before, "database", "sha256"), *new = text_at(now, "database", "sha256");
    say_change("version", text_at(before, "kiln", "version"), text_at(now, "kiln", "version"), 32);
    if (*old || *new) say_change("database", old, new, 12);
    say_difference(d);
}

static cli_exit conclude_result(const rerun *r)
{
    cli_difference d;
    const cli_job *job = &r->jobs[0];
    const char *into = r->session->value[CLI_FOLDER];
    json_t *now = result_of(job);
    if (job->said) fputs(job->said, stderr);
    if (!now) return no_result(job);
    cli_compare_results(r->file, now, &d);
    say_result(r->file, now, &d);
    json_decref(now);
    const cli_exit code = into ? cli_output_file(into, job->out, job->n_out) : CLI_OK;
    return code != CLI_OK ? code : cli_is_identical(&d) ? CLI_OK : CLI_NO;
}

static cli_exit keep_case(const rerun *r, const again *a, const cli_job *job)
{
    char *path = path_of(r->into, a->name);
    const cli_exit code = path ? cli_output_file(path, job->out, job->n_out) : no_memory();
    free(path);
    return code;
}

/* Results of a study may be many: each is compared when it is made, and goes. */
static void on_case(void *user, int i)
{
    rerun *r = user;
    again *a = &r->result[i];
    size_t length;
    int n_ended = 0;
    json_t *now = result_of(&r->jobs[i]);
    FILE *out = open_memstream(&a->line, &length);
    if (out) {
        a->is_same = say_case(r, a, &r->jobs[i], now, out);
        if (fclose(out) != 0) r->code = no_memory();
    } else r->code = no_memory();
    if (r->into && now && r->code == CLI_OK) r->code = keep_case(r, a, &r->jobs[i]);
    json_decref(now);
    cli_job_free(&r->jobs[i]);
    for (int k = 0; k < r->n; ++k) n_ended += r->jobs[k].is_ended;
    cli_progress(r->session, n_ended, r->n, "cases");
}

static cli_exit run_all(rerun *r, void (*ended)(void *user, int job))
{
    int threads;
    const cli_exit code = cli_parse_threads(r->session, &threads);
    if (code != CLI_OK) return code;
    for (int i = 0; i < r->n; ++i) r->jobs[i].words = r->result[i].words;
    const int error = cli_jobs_run(r->jobs, r->n, threads, ended, r);
    return error ? cli_fail(CLI_NOT_CONVERGED, "the command could not be started: %s", strerror(error)) : r->code;
}

static cli_exit conclude_cases(const rerun *r)
{
    int n_same = 0;
    for (int i = 0; i < r->n; ++i) {
        puts(r->result[i].line);
        n_same += r->result[i].is_same;
    }
    printf("%d of %d cases are what they were\n", n_same, r->n);
    return n_same == r->n ? CLI_OK : CLI_NO;
}

static cli_exit show(const rerun *r)
{
    cli_exit code = CLI_OK;
    for (int i = 0; i < r->n && code == CLI_OK; ++i) code = cli_print_command(r->result[i].words);
    return code;
}

static cli_exit answer_study(rerun *r)
{
    cli_exit code = take_cases(r);
    if (code != CLI_OK) return code;
    if (r->session->value[CLI_SHOW]) return show(r);
    code = enter_study(r);
    if (code == CLI_OK) code = run_all(r, on_case);
    return code == CLI_OK ? conclude_cases(r) : code;
}

static cli_exit answer(rerun *r)
{
    cli_exit code = read_file(r);
    if (code != CLI_OK) return code;
    if (is_study(r)) return answer_study(r);
    const char *into = r->session->value[CLI_FOLDER], *dot = into ? strrchr(into, '.') : NULL;
    if (into && !(dot && strcasecmp(dot, ".json") == 0))
        return cli_usage(r->session->verb, "-o %s: a result that was run again goes into a .json", into);
    code = take_result(r);
    if (code == CLI_OK && r->session->value[CLI_SHOW]) return show(r);
    if (code == CLI_OK) code = run_all(r, NULL);
    return code == CLI_OK ? conclude_result(r) : code;
}

static cli_exit run(cli_session *session)
{
    rerun r = {.session = session, .path = session->what[0]};
    cli_exit code = answer(&r);
    if (fflush(stdout) != 0) code = cli_output_failed(errno);
    for (int i = 0; i < r.n && r.result && r.jobs; ++i) {
        free(r.result[i].line);
        cli_job_free(&r.jobs[i]);
    }
    json_decref(r.file);
    free(r.home);
    free(r.into);
    free(r.result);
    free(r.jobs);
    return code;
}

static struct poptOption options[] =
    {CLI_FLAG_OPTION("show", '\0', CLI_SHOW, "print the command as a shell takes it, and run nothing"),
     CLI_TEXT_OPTION("output", 'o', CLI_FOLDER, "the new result, FILE.json; of a manifest a folder for those of all cases",
                     "FILE"),
     CLI_TEXT_OPTION("threads", '\0', CLI_THREADS, "of a manifest: cases that run at a time; default: one for each processor",
                     "N"),
     CLI_INCLUDE(cli_quiet_options, NULL), POPT_TABLEEND};

const cli_verb cli_rerun = {
    .name = "rerun",
    .arguments = "FILE.json",
    .summary = "runs the command of a result, or those of a study's manifest, again and says what differs",
    .examples = "  kiln rerun window.json\n"
                "  kiln rerun window.json --show\n"
                "  kiln rerun copper/manifest.json --threads 2\n",
    .completes = CLI_A_FILE,
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_jobs = 1,
    .run = run,
};
