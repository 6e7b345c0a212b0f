#define _DEFAULT_SOURCE

#include "study.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char notes[] = "kiln: wrote ";

/* "kiln", the words, and where the result goes; owned but for the texts. */
static const char **arguments_of(const cli_job *job)
{
    const size_t n = json_array_size(job->words), m = json_array_size(job->look);
    const char **argv = calloc(n + m + 2 * (size_t)job->n_files + 4, sizeof *argv);
    size_t used = 0;
    if (!argv) return NULL;
    argv[used++] = "kiln";
    for (size_t i = 0; i < n; ++i) argv[used++] = json_string_value(json_array_get(job->words, i));
    for (size_t i = 0; i < m; ++i) argv[used++] = json_string_value(json_array_get(job->look, i));
    for (int i = 0; i < job->n_files; ++i) {
        argv[used++] = "--output";
        argv[used++] = job->file[i];
    }
    if (job->n_files == 0) {
        argv[used++] = "--format";
        argv[used] = "json";
    }
    return argv;
}

/* In the child: nothing to read, the files to write to, and an end when the parent ends, however that does. */
static void become(const cli_job *job, const char **argv, pid_t parent, const sigset_t *before)
{
    const int nothing = open("/dev/null", O_RDONLY);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent || nothing < 0) _exit(CLI_NOT_STARTED);
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(fileno(job->out_file), STDOUT_FILENO) < 0 ||
        dup2(fileno(job->said_file), STDERR_FILENO) < 0)
        _exit(CLI_NOT_STARTED);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL); /* what this program would say is for the parent to say */
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, before, NULL);
    if (setenv(CLI_ALONE, "1", 1) != 0) _exit(CLI_NOT_STARTED);
    execv("/proc/self/exe", (char *const *)argv);
    _exit(CLI_NOT_STARTED);
}

static int start(cli_job *job)
{
    const char **argv = arguments_of(job);
    const pid_t parent = getpid();
    job->out_file = tmpfile();
    job->said_file = tmpfile();
    if (!argv || !job->out_file || !job->said_file) {
        const int error = errno;
        free(argv);
        return error ? error : ENOMEM;
    }
    sigset_t interrupts, before;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigprocmask(SIG_BLOCK, &interrupts, &before);
    job->pid = fork();
    if (job->pid == 0) become(job, argv, parent, &before);
    const int error = job->pid < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    free(argv);
    return error;
}

/* All of an unnamed file, which is closed. */
static char *read_back(FILE *file, size_t *length)
{
    long size = 0;
    if (fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    rewind(file);
    char *text = calloc((size_t)(size > 0 ? size : 0) + 1, 1);
    const size_t n = text && size > 0 ? fread(text, 1, (size_t)size, file) : 0;
    if (length) *length = n;
    fclose(file);
    return text;
}

/* Lines that say which files were written are about names that come and go. */
static void drop_notes(char *text)
{
    char *to = text;
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        next = next ? next + 1 : line + strlen(line);
        if (strncmp(line, notes, sizeof notes - 1) == 0) continue;
        memmove(to, line, (size_t)(next - line));
        to += next - line;
    }
    if (text) *to = '\0';
}

static void finish(cli_job *job, int how)
{
    job->exit_code = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    job->out = read_back(job->out_file, &job->n_out);
    job->said = read_back(job->said_file, NULL);
    job->out_file = job->said_file = NULL;
    drop_notes(job->said);
    job->is_ended = 1;
}

static int find(const cli_job *jobs, int n, pid_t pid)
{
    for (int i = 0; i < n; ++i)
        if (jobs[i].pid == pid && !jobs[i].is_ended) return i;
    return -1;
}

/* Wait for one of those that run; its index, -1 where there is none. Children that this process had before it became kiln (a shell's `exec`, a launcher's daemon) are no jobs. */
static int wait_for_one(cli_job *jobs, int n)
{
    for (;;) {
        int how;
        const pid_t pid = waitpid(-1, &how, 0);
        if (pid < 0 && errno != EINTR) return -1;
        const int job = pid > 0 ? find(jobs, n, pid) : -1;
        if (job < 0) continue;
        finish(&jobs[job], how);
        return job;
    }
}

int cli_jobs_run_here(cli_job *jobs, int n, int threads, void (*ended)(void *user, int job), void *user)
{
    int error = 0;
    for (int started = 0, running = 0; (started < n && !error) || running > 0;) {
        if (started < n && running < threads && !error) {
            error = start(&jobs[started]);
            running += !error;
            ++started;
            continue;
        }
        const int job = wait_for_one(jobs, n);
        if (job < 0) return error ? error : ECHILD;
        --running;
        if (ended) ended(user, job);
    }
    return error;
}

void cli_job_free(cli_job *job)
{
    for (int i = 0; i < job->n_files; ++i) free(job->file[i]);
    if (job->out_file) fclose(job->out_file);
    if (job->said_file) fclose(job->said_file);
    free(job->out);
    free(job->said);
    job->n_files = 0;
    job->out = job->said = NULL;
    job->out_file = job->said_file = NULL;
}

int cli_job_is_good(int exit_code) { return exit_code == CLI_OK || exit_code == CLI_NO; }

void cli_job_message(const cli_job *job, char *out, size_t size)
{
    *out = '\0';
    if (cli_job_is_good(job->exit_code)) return;
    if (job->exit_code > 128)
        snprintf(out, size, "ended by signal %d (%s)", job->exit_code - 128, strsignal(job->exit_code - 128));
    if (job->exit_code == CLI_NOT_STARTED) snprintf(out, size, "the program could not be started");
    for (const char *line = job->said; line && *out == '\0' && *line;) {
        const size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        const char *later = strstr(next, "kiln: ");
        if (strncmp(line, "kiln: ", 6) == 0 && !(later && (later == next || later[-1] == '\n')))
            snprintf(out, size, "%.*s", (int)length - 6, line + 6);
        line = next;
    }
}

/* ---- For a shell ---- */

static int is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:+,@%";
    return *word && !word[strspn(word, plain)];
}

static void print_word(const char *word)
{
    putchar(' ');
    if (is_plain(word)) {
        fputs(word, stdout);
        return;
    }
    putchar('\'');
    for (; *word; ++word) *word == '\'' ? (void)fputs("'\\''", stdout) : (void)putchar(*word);
    putchar('\'');
}

cli_exit cli_print_command(const json_t *words)
{
    size_t i;
    json_t *word;
    fputs("kiln", stdout);
    json_array_foreach (words, i, word) print_word(json_string_value(word));
    putchar('\n');
    return fflush(stdout) == 0 ? CLI_OK : cli_output_failed(errno);
}
