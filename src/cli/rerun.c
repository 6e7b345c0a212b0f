#include "study.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MAX_THREADS = 1024, MESSAGE = 1024 };

/* One result and what has become of it. */
typedef struct again {
    const char *name; /* of a case; NULL: the only one */
    const json_t *words;
    json_t *before; /* as it was written; NULL: it failed, or is gone */
    int exit_code;  /* then; -1: not known */
    int was_changed;
} again;

typedef struct rerun {
    cli_session *session;
    const char *path;
    json_t *file;
    int n;
    again *result; /* [n] */
    cli_job *jobs; /* [n] */
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
    a->before = json_incref(r->file);
    a->exit_code = -1;
    return CLI_OK;
}

/* Its JSON in the folder of the manifest, and whether that is what the study wrote. */
static json_t *read_case(const rerun *r, const json_t *entry, const char *name, int *was_changed)
{
    size_t i;
    char sha256[65];
    json_t *file;
    const char *slash = strrchr(r->path, '/'), *recorded = "";
    const size_t size = strlen(r->path) + strlen(name) + 8;
    char *path = malloc(size);
    if (!path) return NULL;
    snprintf(path, size, "%.*s%s.json", slash ? (int)(slash - r->path) + 1 : 0, r->path, name);
    json_array_foreach (json_object_get(entry, "files"), i, file) {
        const char *other = json_string_value(json_object_get(file, "name"));
        if (other && strcmp(other, path + (slash ? slash - r->path + 1 : 0)) == 0)
            recorded = json_string_value(json_object_get(file, "sha256"));
    }
    *was_changed = recorded && *recorded && (!cli_file_sha256(path, sha256) || strcmp(sha256, recorded) != 0);
    json_t *result = json_load_file(path, 0, NULL);
    free(path);
    return result;
}

static cli_exit take_cases(rerun *r)
{
    for (int i = 0; i < r->n; ++i) {
        again *a = &r->result[i];
        const json_t *entry = json_array_get(json_object_get(r->file, "cases"), (size_t)i);
        a->name = json_string_value(json_object_get(entry, "name"));
        a->words = json_object_get(entry, "words");
        a->exit_code = (int)json_integer_value(json_object_get(entry, "exit_code"));
        if (!a->name || strchr(a->name, '/') || !is_command(a->words))
            return cli_fail(CLI_FILE, "%s: expected each of \"cases\" with a name and words, which %d has not", r->path, i + 1);
        a->before = read_case(r, entry, a->name, &a->was_changed);
    }
    return CLI_OK;
}

/* Where the study's files are named from. */
static cli_exit enter_study(const rerun *r)
{
    char *absolute = NULL;
    const char *slash = strrchr(r->path, '/'), *home = json_string_value(json_object_get(r->file, "folder"));
    const size_t size = strlen(r->path) + (home ? strlen(home) : 0) + 8;
    char *path = malloc(size);
    if (!path) return no_memory();
    if (home && *home == '/') snprintf(path, size, "%s/x", home);
    else snprintf(path, size, "%.*s%s/x", slash ? (int)(slash - r->path) + 1 : 0, r->path, home ? home : ".");
    const cli_exit code = cli_enter_folder(path, &absolute);
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

/* In one line of a study's cases: 1 if it is what it was. */
static int say_case(const again *a, const cli_job *job, const json_t *now)
{
    cli_difference d;
    char message[MESSAGE];
    cli_job_message(job, message, sizeof message);
    if (job->exit_code != a->exit_code) {
        printf("%s: exit %d before, %d now%s%s\n", a->name, a->exit_code, job->exit_code, *message ? ": " : "", message);
        return 0;
    }
    if (!a->before && !now) {
        printf("%s: fails as before, exit %d: %s\n", a->name, job->exit_code, message);
        return 1;
    }
    if (!a->before || !now) {
        printf("%s: %s\n", a->name, now ? "its result is no longer there to compare with" : "gives no result now");
        return 0;
    }
    cli_compare_results(a->before, now, &d);
    const int is_same = cli_is_identical(&d) && !a->was_changed;
    printf("%s: %s", a->name, cli_is_identical(&d) ? "identical" : "differs");
    if (d.numbers > 0) printf(", %ld of %ld numbers, most by %.2g of its value: %s", d.numbers, d.n_numbers, d.largest, d.where);
    if (d.others > 0) printf(", %ld others, first %s", d.others, d.other);
    if (a->was_changed) printf(" (%s.json is not as the study wrote it)", a->name);
    putchar('\n');
    return is_same;
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

static cli_exit keep_case(const char *folder, const again *a, const cli_job *job)
{
    const size_t size = strlen(folder) + strlen(a->name) + 8;
    char *path = malloc(size);
    if (!path) return no_memory();
    snprintf(path, size, "%s/%s.json", folder, a->name);
    const cli_exit code = cli_output_file(path, job->out, job->n_out);
    free(path);
    return code;
}

static cli_exit conclude_cases(const rerun *r, const char *into)
{
    int n_same = 0;
    cli_exit code = CLI_OK;
    for (int i = 0; i < r->n && code == CLI_OK; ++i) {
        json_t *now = result_of(&r->jobs[i]);
        n_same += say_case(&r->result[i], &r->jobs[i], now);
        if (into && now) code = keep_case(into, &r->result[i], &r->jobs[i]);
        json_decref(now);
    }
    printf("%d of %d cases are what they were\n", n_same, r->n);
    return code != CLI_OK ? code : n_same == r->n ? CLI_OK : CLI_NO;
}

static void on_ended(void *user, int job)
{
    rerun *r = user;
    int n = 0;
    (void)job;
    for (int i = 0; i < r->n; ++i) n += r->jobs[i].is_ended;
    cli_progress(r->session, n, r->n, "cases");
}

static cli_exit run_all(rerun *r)
{
    long long threads = 1;
    const cli_exit code = cli_parse_count(r->session, CLI_THREADS, "threads", 1, MAX_THREADS, &threads);
    if (code != CLI_OK) return code;
    for (int i = 0; i < r->n; ++i) r->jobs[i].words = r->result[i].words;
    const int error = cli_jobs_run(r->jobs, r->n, (int)threads, on_ended, r);
    return error ? cli_fail(CLI_NOT_CONVERGED, "the command could not be started: %s", strerror(error)) : CLI_OK;
}

static cli_exit show(const rerun *r)
{
    cli_exit code = CLI_OK;
    for (int i = 0; i < r->n && code == CLI_OK; ++i) code = cli_print_command(r->result[i].words);
    return code;
}

/* The folder of -o, made and named from the root, before this process goes elsewhere. */
static cli_exit make_folder(const rerun *r, char **out)
{
    const char *into = r->session->value[CLI_FOLDER];
    *out = NULL;
    if (!into) return CLI_OK;
    if ((mkdir(into, 0777) != 0 && errno != EEXIST) || !(*out = cli_absolute_path(into)))
        return cli_fail(CLI_FILE, "the folder %s cannot be made: %s", into, strerror(errno));
    return CLI_OK;
}

static cli_exit answer_study(rerun *r)
{
    char *into = NULL;
    cli_exit code = take_cases(r);
    if (code != CLI_OK) return code;
    if (r->session->value[CLI_SHOW]) return show(r);
    code = make_folder(r, &into);
    if (code == CLI_OK) code = enter_study(r);
    if (code == CLI_OK) code = run_all(r);
    if (code == CLI_OK) code = conclude_cases(r, into);
    free(into);
    return code;
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
    if (code == CLI_OK) code = run_all(r);
    return code == CLI_OK ? conclude_result(r) : code;
}

static cli_exit run(cli_session *session)
{
    rerun r = {.session = session, .path = session->what[0]};
    cli_exit code = answer(&r);
    if (fflush(stdout) != 0) code = cli_output_failed(errno);
    for (int i = 0; i < r.n && r.result && r.jobs; ++i) {
        json_decref(r.result[i].before);
        cli_job_free(&r.jobs[i]);
    }
    json_decref(r.file);
    free(r.result);
    free(r.jobs);
    return code;
}

static struct poptOption options[] =
    {CLI_FLAG_OPTION("show", '\0', CLI_SHOW, "print the command as a shell takes it, and run nothing"),
     CLI_TEXT_OPTION("output", 'o', CLI_FOLDER, "the new result, FILE.json; of a manifest a folder for those of all cases",
                     "FILE"),
     CLI_TEXT_OPTION("threads", '\0', CLI_THREADS, "of a manifest: cases that run at a time; default 1", "N"),
     CLI_FLAG_OPTION("quiet", 'q', CLI_QUIET, "no notes on stderr; errors are still reported"),
     CLI_FLAG_OPTION("help", 'h', CLI_HELP, "this text"),
     POPT_TABLEEND};

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
    .run = run,
};
