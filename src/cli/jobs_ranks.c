/* Commands shared out among ranks: rank 0 tells the others what there is to run, every rank runs its part of each round, and rank 0 hears how all of them ended. */
#define _DEFAULT_SOURCE

#include "study.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Commands of each thread in a round: enough for long and short ones to even out, few enough for the manifest to follow. */
enum { ROUND = 4 };

/* How a command ended, before the bytes of its standard error and output. */
typedef struct ending {
    int exit_code;
    size_t n_said, n_out;
} ending;

static int share(const kiln_ranks *r, void *parts, int n_parts, size_t bytes) { return r->share(parts, n_parts, bytes, r->user); }

/* ---- What there is to run ---- */

static json_t *describe(const cli_job *job)
{
    json_t *files = json_array();
    for (int i = 0; i < job->n_files; ++i) json_array_append_new(files, json_string(job->file[i]));
    return json_pack("{s:O, s:O?, s:o}", "words", job->words, "look", job->look, "files", files);
}

/* Owned, NULL without memory. Files are named from the folder that this process is in. */
static char *describe_all(const cli_job *jobs, int n, int threads)
{
    const char *databases = getenv("KILN_DATABASE_PATH");
    char *here = getcwd(NULL, 0);
    json_t *list = json_array();
    for (int i = 0; i < n; ++i) json_array_append_new(list, describe(&jobs[i]));
    json_t *all =
        json_pack("{s:s, s:s?, s:i, s:o}", "folder", here ? here : ".", "databases", databases, "threads", threads, "jobs", list);
    char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    free(here);
    return text;
}

/* The text of rank 0, for every rank; owned, NULL after a failure or where rank 0 has nothing more. */
static char *agree_on_text(const kiln_ranks *r, char *own)
{
    size_t length = own ? strlen(own) + 1 : 0;
    if (share(r, &length, 1, sizeof length) != 0 || length == 0) {
        free(own);
        return NULL;
    }
    char *text = own ? own : malloc(length);
    if (text && share(r, text, 1, length) == 0) return text;
    free(text);
    return NULL;
}

/* ---- How they ended ---- */

static size_t size_of(const cli_job *job) { return sizeof(ending) + (job->said ? strlen(job->said) : 0) + job->n_out; }

static void pack(const cli_job *job, char *to)
{
    const ending e = {job->exit_code, job->said ? strlen(job->said) : 0, job->n_out};
    memcpy(to, &e, sizeof e);
    if (e.n_said > 0) memcpy(to + sizeof e, job->said, e.n_said);
    if (e.n_out > 0) memcpy(to + sizeof e + e.n_said, job->out, e.n_out);
}

static char *text_of(const char *bytes, size_t n)
{
    char *text = calloc(n + 1, 1);
    if (text) memcpy(text, bytes, n);
    return text;
}

static int unpack(cli_job *job, const char *from)
{
    ending e;
    memcpy(&e, from, sizeof e);
    job->exit_code = e.exit_code;
    job->n_out = e.n_out;
    job->said = text_of(from + sizeof e, e.n_said);
    job->out = text_of(from + sizeof e + e.n_said, e.n_out);
    job->is_ended = 1;
    return job->said && job->out ? 0 : ENOMEM;
}

/* All of a round, on every rank. */
static int share_endings(const kiln_ranks *r, cli_job *jobs, int n)
{
    size_t *size = calloc((size_t)n, sizeof *size), most = 0;
    if (!size) return ENOMEM;
    for (int j = r->rank; j < n; j += r->n_ranks) size[j] = size_of(&jobs[j]);
    int error = share(r, size, n, sizeof *size) == 0 ? 0 : EIO;
    for (int j = 0; j < n; ++j) most = size[j] > most ? size[j] : most;
    char *bytes = error ? NULL : calloc((size_t)n, most);
    if (!error && !bytes) error = ENOMEM;
    for (int j = r->rank; j < n && !error; j += r->n_ranks) pack(&jobs[j], bytes + (size_t)j * most);
    if (!error && share(r, bytes, n, most) != 0) error = EIO;
    for (int j = 0; j < n && !error; ++j)
        if (j % r->n_ranks != r->rank) error = unpack(&jobs[j], bytes + (size_t)j * most);
    free(bytes);
    free(size);
    return error;
}

/* This rank's part of a round. What cannot be started has ended, too, and says why. */
static int run_own(const kiln_ranks *r, cli_job *jobs, int n, int threads)
{
    int n_own = 0;
    cli_job *own = calloc((size_t)(n / r->n_ranks) + 1, sizeof *own);
    if (!own) return ENOMEM;
    for (int j = r->rank; j < n; j += r->n_ranks) own[n_own++] = jobs[j];
    const int error = cli_jobs_run_here(own, n_own, threads, NULL, NULL);
    for (int k = 0; k < n_own; ++k) {
        if (error && !own[k].is_ended) own[k].exit_code = CLI_NOT_STARTED;
        jobs[r->rank + k * r->n_ranks] = own[k];
    }
    free(own);
    return 0;
}

static int run_rounds(const kiln_ranks *r, cli_job *jobs, int n, int threads, void (*ended)(void *user, int job), void *user)
{
    const int round = threads > INT_MAX / ROUND / r->n_ranks ? n : ROUND * threads * r->n_ranks;
    for (int first = 0; first < n; first += round) {
        const int most = n - first < round ? n - first : round;
        int error = run_own(r, jobs + first, most, threads);
        if (!error) error = share_endings(r, jobs + first, most);
        if (error) return error;
        for (int j = first; ended && j < first + most; ++j) ended(user, j);
    }
    return 0;
}

int cli_jobs_run(cli_job *jobs, int n, int threads, void (*ended)(void *user, int job), void *user)
{
    const kiln_ranks *r = cli_ranks();
    if (!r) return cli_jobs_run_here(jobs, n, threads, ended, user);
    char *text = describe_all(jobs, n, threads);
    if (!text) return ENOMEM;
    text = agree_on_text(r, text);
    if (!text) return EIO;
    free(text);
    return run_rounds(r, jobs, n, threads, ended, user);
}

/* ---- The other ranks ---- */

static int read_job(const json_t *from, cli_job *job)
{
    size_t i;
    json_t *file, *look = json_object_get(from, "look");
    *job = (cli_job){.words = json_object_get(from, "words"), .look = json_is_array(look) ? look : NULL};
    json_array_foreach (json_object_get(from, "files"), i, file) {
        if (!(job->file[job->n_files] = strdup(json_string_value(file)))) return ENOMEM;
        ++job->n_files;
    }
    return 0;
}

static int serve(const kiln_ranks *r, const json_t *all)
{
    const json_t *list = json_object_get(all, "jobs");
    const char *databases = json_string_value(json_object_get(all, "databases"));
    const int n = (int)json_array_size(list);
    cli_job *jobs = calloc((size_t)n + 1, sizeof *jobs);
    int error = jobs ? 0 : ENOMEM;
    if (!error && chdir(json_string_value(json_object_get(all, "folder"))) != 0) error = errno;
    if (!error && databases && setenv("KILN_DATABASE_PATH", databases, 1) != 0) error = errno;
    for (int i = 0; i < n && !error; ++i) error = read_job(json_array_get(list, (size_t)i), &jobs[i]);
    if (!error) error = run_rounds(r, jobs, n, (int)json_integer_value(json_object_get(all, "threads")), NULL, NULL);
    for (int i = 0; i < n && jobs; ++i) cli_job_free(&jobs[i]);
    free(jobs);
    return error;
}

cli_exit cli_jobs_serve(void)
{
    const kiln_ranks *r = cli_ranks();
    for (char *text = agree_on_text(r, NULL); text; text = agree_on_text(r, NULL)) {
        json_t *all = json_loads(text, 0, NULL);
        const int error = all ? serve(r, all) : ENOMEM;
        json_decref(all);
        free(text);
        if (error) return cli_fail(CLI_NOT_CONVERGED, "cases could not be run: %s", strerror(error));
    }
    return CLI_OK;
}
