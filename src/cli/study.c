#include "study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_EXTENSIONS = 8, MESSAGE = 1024 };

/* A case that is run. The key is of before: what changes while it runs is new to the next study. */
typedef struct pending {
    int index;
    char key[65];
} pending;

typedef struct study {
    cli_session *session;
    kiln_study *file;
    cli_study_verbs verbs;
    cli_study_folder folder;
    cli_keys keys;
    json_t *cases;       /* of the manifest: an entry for each, or null while it is not known */
    int n_jobs, n_ended; /* what is run */
    cli_job *jobs;       /* [n_jobs] */
    pending *of;         /* [n_jobs] */
    time_t written;      /* when the manifest was, last */
    cli_exit code;       /* of writing it while cases run */
} study;

static cli_exit no_memory(void) { return cli_fail(CLI_NOT_CONVERGED, "out of memory"); }

/* ---- One case ---- */

static const cli_verb *verb_of(const study *s, int i) { return s->verbs.of[s->file->cases[i].verb]; }

/* 1: the word is an option that says what a figure looks like. */
static int is_look(const cli_verb *verb, const char *word)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n = cli_options_list(verb->options, list, 0);
    const size_t length = strcspn(word, "=");
    for (int i = 0; i < n && strncmp(word, "--", 2) == 0; ++i)
        if (cli_option_is_output(list[i]->val) && strlen(list[i]->longName) + 2 == length &&
            strncmp(list[i]->longName, word + 2, length - 2) == 0)
            return 1;
    return 0;
}

/* The words of a case: those that make its result, those that are about its figures. */
static cli_exit split_words(const study *s, int i, json_t **words, json_t **look)
{
    const kiln_study_case *c = &s->file->cases[i];
    *words = json_array();
    *look = json_array();
    for (int k = 0; k < c->n_words; ++k) {
        const int is_about = is_look(verb_of(s, i), c->words[k]), has_value = is_about && !strchr(c->words[k], '=');
        json_array_append_new(is_about ? *look : *words, json_string(c->words[k]));
        if (has_value && k + 1 < c->n_words) json_array_append_new(*look, json_string(c->words[++k]));
    }
    return *words && *look ? CLI_OK : no_memory();
}

static int has_figure(const study *s, int i) { return s->file->cases[i].n_figures > 0 && verb_of(s, i)->has_figure; }

/* Of the files that a case has: JSON always, which the table is made from; figures of verbs that have one; what it said. */
static int extensions_of(const study *s, int i, const char *out[MAX_EXTENSIONS])
{
    const kiln_study_case *c = &s->file->cases[i];
    int n = 0;
    out[n++] = "json";
    for (int k = 0; k < s->file->n_outputs; ++k)
        if (strcmp(s->file->outputs[k], "json") != 0) out[n++] = s->file->outputs[k];
    for (int k = 0; k < c->n_figures && has_figure(s, i); ++k) out[n++] = c->figures[k];
    return n;
}

static json_t *variables_of(const kiln_study_case *c)
{
    json_t *variables = json_object();
    for (int i = 0; i < c->n_variables; ++i)
        json_object_set_new(variables, c->variables[i].name, json_string(c->variables[i].value));
    return variables;
}

/* "database" of its result; null where there is none. */
static json_t *database_of(const study *s, const char *name)
{
    char *path = cli_study_path(&s->folder, name, "json");
    json_t *result = path ? json_load_file(path, 0, NULL) : NULL;
    json_t *sha256 = json_object_get(json_object_get(result, "database"), "sha256");
    json_t *out = sha256 ? json_incref(sha256) : json_null();
    json_decref(result);
    free(path);
    return out;
}

static json_t *entry_of(const study *s, const pending *p, const cli_job *job, const char *message)
{
    const int i = p->index;
    const char *extensions[MAX_EXTENSIONS + 1];
    const kiln_study_case *c = &s->file->cases[i];
    int n = extensions_of(s, i, extensions);
    extensions[n++] = "log";
    return json_pack("{s:s, s:O, s:O, s:o, s:s, s:o, s:i, s:s, s:o}", "name", c->name, "words", job->words, "figure", job->look,
                     "variables", variables_of(c), "key", p->key, "database", database_of(s, c->name), "exit_code",
                     job->exit_code, "message", message, "files", cli_study_files(&s->folder, c->name, extensions, n));
}

/* ---- Running ---- */

static cli_exit write_log(const study *s, const char *name, const cli_job *job)
{
    char *path = cli_study_stage(&s->folder, name, "log");
    if (!path) return no_memory();
    const cli_exit code = job->said && *job->said ? cli_output_file(path, job->said, strlen(job->said)) : CLI_OK;
    free(path);
    return code;
}

/* A killed study goes on where it was, but for cases that ended within a second of one written down. */
static cli_exit keep_manifest(study *s, int is_last)
{
    const time_t now = time(NULL);
    if (!is_last && now == s->written) return CLI_OK;
    s->written = now;
    return cli_study_write_manifest(&s->folder, s->file, s->cases);
}

static void take_result(study *s, int j)
{
    char message[MESSAGE];
    const char *extensions[MAX_EXTENSIONS + 1];
    const int i = s->of[j].index;
    const char *name = s->file->cases[i].name;
    int n = extensions_of(s, i, extensions);
    extensions[n++] = "log";
    s->code = write_log(s, name, &s->jobs[j]);
    for (int k = 0; k < n; ++k) cli_study_accept(&s->folder, name, extensions[k]);
    cli_job_message(&s->jobs[j], message, sizeof message);
    json_array_set_new(s->cases, (size_t)i, entry_of(s, &s->of[j], &s->jobs[j], message));
    if (s->code == CLI_OK) s->code = keep_manifest(s, 0);
}

static void on_ended(void *user, int j)
{
    study *s = user;
    cli_progress(s->session, ++s->n_ended, s->n_jobs, "cases");
    if (s->code == CLI_OK) take_result(s, j);
    cli_job_free(&s->jobs[j]);
}

static cli_exit prepare_job(study *s, int i, const char *key, json_t *words, json_t *look)
{
    const char *extensions[MAX_EXTENSIONS];
    cli_job *job = &s->jobs[s->n_jobs];
    s->of[s->n_jobs].index = i;
    memcpy(s->of[s->n_jobs++].key, key, sizeof s->of->key);
    job->words = json_incref(words);
    job->look = json_incref(look);
    const int n = extensions_of(s, i, extensions);
    for (; job->n_files < n; ++job->n_files)
        if (!(job->file[job->n_files] = cli_study_stage(&s->folder, s->file->cases[i].name, extensions[job->n_files])))
            return no_memory();
    return CLI_OK;
}

/* Of last time where nothing has changed since, else it is to be run. */
static cli_exit prepare(study *s, int i)
{
    char key[65];
    const char *extensions[MAX_EXTENSIONS];
    const kiln_study_case *c = &s->file->cases[i];
    json_t *words, *look, *before = NULL;
    cli_exit code = split_words(s, i, &words, &look);
    if (!has_figure(s, i)) json_array_clear(look);
    const int n = extensions_of(s, i, extensions);
    cli_study_key(&s->keys, verb_of(s, i), words, look, extensions, n, key);
    if (!s->session->value[CLI_FORCE]) before = cli_study_unchanged(&s->folder, c->name, key);
    json_array_append(s->cases, before ? before : json_null());
    if (code == CLI_OK && !before) code = prepare_job(s, i, key, words, look);
    json_decref(words);
    json_decref(look);
    return code;
}

static cli_exit run_cases(study *s)
{
    int threads;
    cli_exit code = cli_parse_threads(s->session, &threads);
    for (int i = 0; i < s->file->n_cases && code == CLI_OK; ++i) code = prepare(s, i);
    if (code != CLI_OK) return code;
    code = cli_study_write_manifest(&s->folder, s->file, s->cases); /* from now on the folder is a study's, whatever happens */
    if (code != CLI_OK) return code;
    const int error = cli_jobs_run(s->jobs, s->n_jobs, threads, on_ended, s);
    if (error) return cli_fail(CLI_NOT_CONVERGED, "a case could not be started: %s", strerror(error));
    if (s->code != CLI_OK) return s->code;
    cli_study_drop_files(&s->folder, s->cases);
    return keep_manifest(s, 1);
}

/* ---- The study ---- */

static cli_exit conclude(study *s)
{
    int n_failed = 0;
    for (size_t i = 0; i < json_array_size(s->cases); ++i)
        n_failed += !cli_job_is_good((int)json_integer_value(json_object_get(json_array_get(s->cases, i), "exit_code")));
    const cli_exit code = cli_study_summarise(s->session, &s->folder, s->file, &s->verbs, s->cases);
    if (code != CLI_OK) return code;
    cli_note(s->session, "%d cases in %s: %d run, %d unchanged", s->file->n_cases, s->folder.name, s->n_jobs,
             s->file->n_cases - s->n_jobs);
    if (n_failed == 0) return CLI_OK;
    return cli_fail(CLI_PARTLY, "%d of %d cases failed", n_failed, s->file->n_cases);
}

static cli_exit show(const study *s)
{
    cli_exit code = CLI_OK;
    for (int i = 0; i < s->file->n_cases && code == CLI_OK; ++i) {
        json_t *words, *look;
        code = split_words(s, i, &words, &look);
        if (code == CLI_OK && has_figure(s, i)) json_array_extend(words, look);
        if (code == CLI_OK) code = cli_print_command(words);
        json_decref(words);
        json_decref(look);
    }
    return code;
}

static cli_exit answer(study *s)
{
    cli_study_list_verbs(&s->verbs);
    const kiln_status status = kiln_study_load(s->session->ctx, s->session->what[0], s->verbs.n, s->verbs.verb, &s->file);
    if (status == KILN_E_PARSE || status == KILN_E_IO) return cli_fail(CLI_FILE, "%s", kiln_context_error(s->session->ctx));
    if (status != KILN_OK) return cli_status(s->session, status);
    if (s->session->value[CLI_SHOW]) return show(s);
    s->keys = (cli_keys){s->session, json_object()};
    s->cases = json_array();
    s->jobs = calloc((size_t)s->file->n_cases, sizeof *s->jobs);
    s->of = calloc((size_t)s->file->n_cases, sizeof *s->of);
    if (!s->jobs || !s->of || !s->cases || !s->keys.databases) return no_memory();
    cli_exit code = cli_study_open_folder(&s->folder, s->session->what[0], s->session->value[CLI_FOLDER]);
    if (code == CLI_OK) code = run_cases(s);
    return code == CLI_OK ? conclude(s) : code;
}

static cli_exit run(cli_session *session)
{
    study *s = calloc(1, sizeof *s); /* tables of all verbs: too large for a small stack */
    if (!s) return no_memory();
    s->session = session;
    s->folder.lock = -1;
    const cli_exit code = answer(s);
    for (int j = 0; j < s->n_jobs; ++j) {
        json_decref((json_t *)s->jobs[j].words);
        json_decref((json_t *)s->jobs[j].look);
        cli_job_free(&s->jobs[j]);
    }
    cli_study_close_folder(&s->folder);
    json_decref(s->keys.databases);
    json_decref(s->cases);
    kiln_study_free(s->file);
    free(s->jobs);
    free(s->of);
    free(s);
    return code;
}

static struct poptOption options[] =
    {CLI_TEXT_OPTION("output", 'o', CLI_FOLDER,
                     "folder of the results; default: the study's name without its extension, beside it", "DIR"),
     CLI_FLAG_OPTION("force", '\0', CLI_FORCE, "run every case, not only what has changed"),
     CLI_FLAG_OPTION("show", '\0', CLI_SHOW, "print the command of each case, and run none"),
     CLI_TEXT_OPTION("threads", '\0', CLI_THREADS, "cases that run at a time; default: one for each processor", "N"),
     CLI_INCLUDE(cli_quiet_options, NULL),
     POPT_TABLEEND};

const cli_verb cli_study = {
    .name = "study",
    .arguments = "FILE.yaml",
    .summary = "cases and sweeps of one file: runs what has changed, sums it up in a table",
    .examples = "  kiln study copper.yaml\n"
                "  kiln study copper.yaml --show\n"
                "  kiln study copper.yaml --threads 2 --output results\n",
    .completes = CLI_A_FILE,
    .options = options,
    .n_least = 1,
    .n_most = 1,
    .has_jobs = 1,
    .run = run,
};
