#define _POSIX_C_SOURCE 200809L

#include "cli.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SENTENCE = 256 }; /* as much of one as other ranks hear */

static volatile sig_atomic_t has_progress; /* the line is there */
static const char clear_line[] = "\r\033[K";

/* What is said next gets the line for itself. A signal handler may call this. */
void cli_progress_clear(void)
{
    if (has_progress && write(STDERR_FILENO, clear_line, sizeof clear_line - 1) > 0) has_progress = 0;
}

static void say(const char *format, va_list args)
{
    char sentence[MAX_SENTENCE];
    va_list again;
    va_copy(again, args);
    vsnprintf(sentence, sizeof sentence, format, again);
    va_end(again);
    cli_ranks_heard(sentence);
    cli_progress_clear();
    fputs("kiln: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

cli_exit cli_fail(cli_exit code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    return code;
}

cli_exit cli_usage(const cli_verb *verb, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    if (verb) fprintf(stderr, "see: kiln help %s\n", verb->name);
    else fputs("see: kiln help\n", stderr);
    return CLI_USAGE;
}

void cli_note(const cli_session *session, const char *format, ...)
{
    va_list args;
    if (session->value[CLI_QUIET]) return;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

static double now(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? (double)t.tv_sec + 1e-9 * (double)t.tv_nsec : 0.0;
}

/* Whether the line is due: on a terminal, after a second and ten times a second; where all is done it goes away. */
static int is_due(const cli_session *session, int is_done, double *since_start)
{
    static double start = -1.0, shown = -1.0; /* one process, one calculation */
    const double time = now();
    if (start < 0.0) start = time;
    *since_start = time - start;
    if (session->value[CLI_QUIET] || !isatty(STDERR_FILENO)) return 0;
    if (is_done) cli_progress_clear();
    if (is_done || time - start <= 1.0 || time - shown <= 0.1) return 0;
    shown = time;
    has_progress = 1; /* before the line, for an interrupt between the two */
    return 1;
}

void cli_progress(const cli_session *session, int done, int total, const char *what)
{
    double since_start;
    if (is_due(session, done >= total, &since_start))
        fprintf(stderr, "\rkiln: %d of %d %s\033[K", done, total, what); /* to the end of the line, where a longer one stood */
}

/* "40 s", "12 min", "3.5 h" */
static void write_time(double seconds, char *out, size_t size)
{
    if (seconds < 99.5) snprintf(out, size, "%.0f s", seconds);
    else if (seconds < 99.5 * 60.0) snprintf(out, size, "%.0f min", seconds / 60.0);
    else snprintf(out, size, "%.1f h", seconds / 3600.0);
}

void cli_progress_rate(const cli_session *session, uint64_t done, uint64_t total, uint64_t found, const char *what)
{
    double since_start;
    char left[32] = "?";
    if (!is_due(session, done >= total, &since_start)) return;
    const double rate = done > found ? (double)(done - found) / since_start : 0.0;
    if (rate > 0.0) write_time((double)(total - done) / rate, left, sizeof left);
    fprintf(stderr, "\rkiln: %.0f of %.0f %s, %.*f/s, %s left\033[K", (double)done, (double)total, what, rate < 9.95 ? 1 : 0,
            rate, left);
}

cli_exit cli_exit_of(kiln_status status)
{
    switch (status) {
    case KILN_OK: return CLI_OK;
    case KILN_E_ARG:
    case KILN_E_PARSE: return CLI_USAGE;
    case KILN_E_IO: return CLI_FILE;
    case KILN_E_MISSING: return CLI_MISSING;
    case KILN_E_RANGE: return CLI_RANGE;
    case KILN_E_INTERRUPTED: return CLI_INTERRUPTED;
    case KILN_E_NOMEM:
    case KILN_E_SINGULAR:
    case KILN_E_NOT_CONVERGED: break;
    }
    return CLI_NOT_CONVERGED;
}

cli_exit cli_status(const cli_session *session, kiln_status status)
{
    const char *sentence = kiln_context_error(session->ctx);
    const cli_exit code = cli_exit_of(status);
    if (code == CLI_OK) return code;
    if (!*sentence) sentence = kiln_status_text(status);
    return code == CLI_USAGE ? cli_usage(session->verb, "%s", sentence) : cli_fail(code, "%s", sentence);
}

const char *cli_nearest(const char *text, const char *const *names, int n)
{
    kiln_nearest search = kiln_nearest_to(text);
    for (int i = 0; i < n; ++i) kiln_nearest_offer(&search, names[i]);
    for (int i = 0; !search.name && i < n && strlen(text) >= 3; ++i)
        if (strncasecmp(text, names[i], strlen(text)) == 0) search.name = names[i];
    return search.name;
}

int cli_is_local(kiln_status status)
{
    return status == KILN_E_RANGE || status == KILN_E_MISSING || status == KILN_E_NOT_CONVERGED || status == KILN_E_SINGULAR;
}

cli_exit cli_keep_error(const cli_session *session, char **text)
{
    const char *error = kiln_context_error(session->ctx);
    if (!(*text = malloc(strlen(error) + 1))) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    strcpy(*text, error);
    return CLI_OK;
}
