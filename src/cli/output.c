#define _POSIX_C_SOURCE 200809L

#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* The file being written; a signal handler may only look at static storage. */
static char unfinished[PATH_SIZE];
static volatile sig_atomic_t is_unfinished;

static void leave(int signal_number)
{
    static const char text[] = "kiln: interrupted\n";
    if (is_unfinished) unlink(unfinished);
    cli_progress_clear();
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(128 + signal_number);
    _exit(128 + signal_number);
}

void cli_output_catch_signals(void)
{
    struct sigaction action = {.sa_handler = leave};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN; /* a closed pipe is then an error of write(), and so is a file that may not grow */
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
}

static volatile sig_atomic_t signal_that_came;

static void note_signal(int signal_number)
{
    signal_that_came = signal_number;
    cli_output_catch_signals();
}

void cli_output_defer_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int cli_output_signal(void) { return signal_that_came; }

static const struct {
    const char *name, *extension;
    kiln_report_format format;
} formats[] = {{"text", ".txt", KILN_REPORT_TEXT}, {"json", ".json", KILN_REPORT_JSON}, {"csv", ".csv", KILN_REPORT_CSV}};
enum { N_FORMATS = sizeof formats / sizeof *formats };

static cli_exit format_of_name(cli_session *session, const char *name)
{
    for (int i = 0; i < N_FORMATS; ++i)
        if (strcasecmp(name, formats[i].name) == 0) {
            session->format = formats[i].format;
            return CLI_OK;
        }
    if (session->verb->has_figure &&
        (strcasecmp(name, "svg") == 0 || strcasecmp(name, "pdf") == 0 || strcasecmp(name, "png") == 0))
        return cli_usage(session->verb, "--format %s: a figure goes into a file, -o FILE.%s; expected text, json or csv", name,
                         name);
    return cli_usage(session->verb, "--format %s: expected text, json or csv", name);
}

/* The extension of a file's name, with its point; NULL: it has none. */
static const char *extension_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strrchr(slash ? slash + 1 : path, '.');
}

static int find_format(const char *extension)
{
    for (int i = 0; i < N_FORMATS; ++i)
        if (strcasecmp(extension, formats[i].extension) == 0) return i;
    return -1;
}

static int is_figure(const char *extension)
{
    return strcasecmp(extension, ".svg") == 0 || strcasecmp(extension, ".pdf") == 0 || strcasecmp(extension, ".png") == 0;
}

/* A file that the verb writes itself. */
static int is_own(const cli_session *session, const char *path)
{
    const char *dot = extension_of(path);
    for (const char *const *own = session->verb->extensions; dot && own && *own; ++own)
        if (strcasecmp(dot, *own) == 0) return 1;
    return 0;
}

static cli_exit take_own(cli_session *session, const char *path)
{
    if (session->own_file)
        return cli_usage(session->verb, "kiln %s writes one such file; --output names %s and %s", session->verb->name,
                         session->own_file, path);
    session->own_file = strdup(path);
    return session->own_file ? CLI_OK : cli_fail(CLI_NOT_CONVERGED, "out of memory");
}

static cli_exit wrong_extension(const cli_session *session, const char *path)
{
    char list[128] = "";
    for (const char *const *own = session->verb->extensions; own && *own; ++own) {
        const size_t used = strlen(list);
        if (strcmp(*own, ".csv") != 0) snprintf(list + used, sizeof list - used, "%s, ", *own);
    }
    return cli_usage(session->verb, "-o %s: the file's extension must be %s.json, .csv%s", path, list,
                     session->verb->has_figure ? ", .txt, .svg, .pdf or .png" : " or .txt");
}

static cli_exit check_file(cli_session *session, const char *path)
{
    if (is_own(session, path)) return take_own(session, path);
    ++session->n_reports;
    const char *dot = extension_of(path);
    const int format = dot ? find_format(dot) : -1;
    if (format >= 0) {
        if (session->value[CLI_FORMAT] && session->format != formats[format].format)
            return cli_usage(session->verb, "--format %s and -o %s disagree", session->value[CLI_FORMAT], path);
        session->has_data |= formats[format].format != KILN_REPORT_TEXT;
        return CLI_OK;
    }
    if (dot && is_figure(dot)) return cli_figure_check(session, path);
    return wrong_extension(session, path);
}

/* Do so with every file of -o. */
static cli_exit for_each_file(const cli_session *session, cli_exit (*action)(void *user, const char *path), void *user)
{
    cli_exit code = CLI_OK;
    for (const char *line = session->value[CLI_OUTPUT]; line && code == CLI_OK;) {
        char path[PATH_SIZE];
        const size_t length = strcspn(line, "\n");
        if (length >= sizeof path) return cli_fail(CLI_FILE, "%.60s... cannot be written: %s", line, strerror(ENAMETOOLONG));
        memcpy(path, line, length);
        path[length] = '\0';
        code = action(user, path);
        line = line[length] ? line + length + 1 : NULL;
    }
    return code;
}

static cli_exit check_each(void *session, const char *path) { return check_file(session, path); }

static cli_exit check_files(cli_session *session)
{
    const cli_exit code = for_each_file(session, check_each, session);
    if (code != CLI_OK || !session->own_file || session->n_reports == 0 || session->verb->reports_beside) return code;
    return cli_usage(session->verb, "kiln %s writes one file; --output was given twice", session->verb->name);
}

/* Options of a figure without one would be lost without a word. */
static cli_exit check_no_figure(const cli_session *session)
{
    static const cli_option options[] = {CLI_THEME, CLI_WIDTH, CLI_FONT, CLI_KEEP_SCRIPT};
    static const char *const names[] = {"theme", "width", "font", "keep-script"};
    for (int i = 0; i < 4 && !session->is_figure; ++i)
        if (session->value[options[i]])
            return cli_usage(session->verb, "--%s is about a figure: -o FILE.svg, .pdf or .png", names[i]);
    return CLI_OK;
}

/* A sketch is text. */
static cli_exit check_sketch(const cli_session *session)
{
    const char *path = session->value[CLI_OUTPUT];
    if (session->is_figure)
        return cli_usage(session->verb, "--sketch draws in characters, and -o %s does not; give one of them", path);
    if (session->format == KILN_REPORT_TEXT && !session->has_data) return CLI_OK;
    if (path) return cli_usage(session->verb, "--sketch and -o %s disagree; a sketch goes into a .txt", path);
    return cli_usage(session->verb, "--sketch and --format %s disagree", session->value[CLI_FORMAT]);
}

cli_exit cli_output_check(cli_session *session)
{
    cli_exit code = CLI_OK;
    session->format = KILN_REPORT_TEXT;
    if (session->value[CLI_FORMAT]) code = format_of_name(session, session->value[CLI_FORMAT]);
    if (code == CLI_OK && session->value[CLI_OUTPUT]) code = check_files(session);
    if (code == CLI_OK && session->value[CLI_SKETCH]) code = check_sketch(session);
    return code == CLI_OK ? check_no_figure(session) : code;
}

/* All bytes, or the errno of the first failure. */
static int write_all(int file, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(file, text, length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        text += n;
        length -= (size_t)n;
    }
    return 0;
}

cli_exit cli_output_stdout(const char *text, size_t length)
{
    const int error = write_all(STDOUT_FILENO, text, length);
    return error ? cli_output_failed(error) : CLI_OK;
}

cli_exit cli_output_failed(int error)
{
    if (error == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return cli_fail(CLI_FILE, "the result could not be written to standard output: %s", strerror(error));
}

/* A name beside the file asked for, so that rename() stays within one file system. */
int cli_output_begin(const char *path)
{
    const char *slash = strrchr(path, '/');
    const int folder = slash ? (int)(slash - path) + 1 : 0;
    if (snprintf(unfinished, sizeof unfinished, "%.*s.kiln-XXXXXX", folder, path) >= (int)sizeof unfinished) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const int file = mkstemp(unfinished);
    is_unfinished = file >= 0;
    return file;
}

/* Permissions an ordinary new file would have; mkstemp gives none to others. */
static int open_up(int file)
{
    const mode_t mask = umask(0);
    umask(mask);
    return fchmod(file, 0666 & ~mask) == 0 ? 0 : errno;
}

int cli_output_end(const char *path, int file, int error)
{
    if (!error) error = open_up(file);
    if (close(file) != 0 && !error) error = errno;
    if (!error && rename(unfinished, path) != 0) error = errno;
    if (error) unlink(unfinished);
    is_unfinished = 0;
    return error;
}

cli_exit cli_output_file(const char *path, const char *text, size_t length)
{
    const int file = cli_output_begin(path);
    if (file < 0) return cli_fail(CLI_FILE, "%s cannot be written: %s", path, strerror(errno));
    const int error = cli_output_end(path, file, write_all(file, text, length));
    return error ? cli_fail(CLI_FILE, "%s cannot be written: %s", path, strerror(error)) : CLI_OK;
}

/* What is written, and by whom. */
typedef struct writing {
    const cli_session *session;
    kiln_report *report;
} writing;

/* The text of a result in a format; only JSON says which command made it. */
static kiln_status render(const writing *w, kiln_report_format format, char **text, size_t *length)
{
    const cli_session *session = w->session;
    const kiln_status status = format == KILN_REPORT_JSON
                                   ? kiln_report_set_command(w->report, session->n_command, (const char *const *)session->command)
                                   : KILN_OK;
    return status == KILN_OK ? kiln_report_write(w->report, format, text, length) : status;
}

/* To `path`, or where that is NULL to standard output. */
static cli_exit write_text(const writing *w, kiln_report_format format, const char *path)
{
    char *text;
    size_t length;
    const cli_session *session = w->session;
    const kiln_status status = session->value[CLI_SKETCH]
                                   ? kiln_report_sketch(w->report, path ? 0 : cli_figure_columns(), &text, &length)
                                   : render(w, format, &text, &length);
    if (status != KILN_OK) return cli_status(session, status);
    const cli_exit code = path ? cli_output_file(path, text, length) : cli_output_stdout(text, length);
    kiln_report_text_free(session->ctx, text);
    if (code == CLI_OK && path) cli_note(session, "wrote %s", path);
    return code;
}

static cli_exit write_each(void *user, const char *path)
{
    const writing *w = user;
    const char *extension = extension_of(path);
    if (is_own(w->session, path)) return CLI_OK;
    return is_figure(extension) ? cli_figure_write(w->session, w->report, path)
                                : write_text(w, formats[find_format(extension)].format, path);
}

cli_exit cli_output_report(const cli_session *session, kiln_report *report)
{
    writing w = {session, report};
    if (!cli_is_first_rank()) return CLI_OK;
    return session->n_reports > 0 ? for_each_file(session, write_each, &w) : write_text(&w, session->format, NULL);
}
