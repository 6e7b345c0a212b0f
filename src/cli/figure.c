#define _POSIX_C_SOURCE 200809L

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What gnuplot says is shown up to here. */
enum { COMPLAINT = 400 };

static cli_exit parse_theme(cli_session *session)
{
    static const char *const names[] = {"paper", "slide"};
    const char *text = session->value[CLI_THEME];
    if (!text) return CLI_OK;
    for (int i = 0; i < 2; ++i)
        if (strcasecmp(text, names[i]) == 0) {
            session->figure.theme = (kiln_figure_theme)i;
            return CLI_OK;
        }
    return cli_usage(session->verb, "--theme %s: expected paper or slide", text);
}

/* As the library takes it; a command need not be calculated to learn that. */
static cli_exit parse_font(cli_session *session)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -";
    const char *text = session->value[CLI_FONT];
    if (!text) return CLI_OK;
    if (strlen(text) > 64 || text[strspn(text, allowed)] || strspn(text, " -") > 0)
        return cli_usage(
            session->verb,
            "--font %s: expected a name of at most 64 letters, digits, spaces and hyphens, such as \"Liberation Sans\"", text);
    session->figure.font = text;
    return CLI_OK;
}

cli_exit cli_figure_check(cli_session *session, const char *path)
{
    if (!session->verb->has_figure)
        return cli_usage(session->verb,
                         "kiln %s has no figure; -o takes .json, .csv or .txt (figures: kiln step, risk, gap, diagram)",
                         session->verb->name);
    if (session->value[CLI_FORMAT])
        return cli_usage(session->verb, "--format %s and -o %s disagree", session->value[CLI_FORMAT], path);
    if (kiln_figure_options_init(&session->figure, KILN_FIGURE_OPTIONS_VERSION) != KILN_OK)
        return cli_fail(CLI_NOT_CONVERGED, "the library is another version than this tool");
    session->is_figure = 1;
    cli_exit code = parse_theme(session);
    if (code == CLI_OK) code = cli_parse_quantity(session, CLI_WIDTH, &session->figure.width_mm);
    return code == CLI_OK ? parse_font(session) : code;
}

/* The file as one of a child's standard streams. Where kiln itself was started without some of those, a file may have taken the number
 * of another, so first it goes beyond them; that copy ends with the child's exec. */
static int lend(posix_spawn_file_actions_t *actions, int file, int as, int *copy)
{
    *copy = fcntl(file, F_DUPFD_CLOEXEC, 3);
    if (*copy < 0) return errno;
    return posix_spawn_file_actions_adddup2(actions, *copy, as);
}

/* Start gnuplot without a shell and without the user's settings; an errno. */
static int start(pid_t *child, const int stream[3])
{
    char *const argv[] = {"gnuplot", "-d", "-", NULL};
    int copy[3] = {-1, -1, -1};
    sigset_t defaults;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    if ((error = posix_spawnattr_init(&attributes)) == 0) {
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE); /* this process ignores it */
        error = posix_spawnattr_setsigdefault(&attributes, &defaults);
        if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        for (int i = 0; i < 3 && !error; ++i) error = lend(&actions, stream[i], i, &copy[i]);
        if (!error) error = posix_spawnp(child, "gnuplot", &actions, &attributes, argv, environ);
        for (int i = 0; i < 3; ++i)
            if (copy[i] >= 0) close(copy[i]);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static cli_exit refuse_start(int error)
{
    if (error == ENOENT)
        return cli_fail(CLI_FILE, "figures are drawn by gnuplot, which is not installed; on Debian: apt-get install gnuplot-nox. "
                                  "Without it --sketch shows the figure in the terminal, as here:");
    return cli_fail(CLI_FILE, "gnuplot could not be started: %s", strerror(error));
}

/* The first line with something in it of what gnuplot said. */
static void read_complaint(FILE *said, char *line, size_t size)
{
    line[0] = '\0';
    rewind(said);
    while (fgets(line, (int)size, said)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[strspn(line, " \t^")]) return;
    }
}

static int wait_for(pid_t child)
{
    int how;
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

/* Run the script; what gnuplot draws goes to `file`. */
static cli_exit draw(FILE *script, FILE *said, int file, int *is_missing)
{
    pid_t child;
    struct stat drawn;
    char line[COMPLAINT];
    const int stream[] = {fileno(script), file, fileno(said)};
    const int error = start(&child, stream);
    *is_missing = error == ENOENT;
    if (error) return refuse_start(error);
    const int exit_code = wait_for(child);
    if (exit_code == 0 && fstat(file, &drawn) == 0 && drawn.st_size > 0) return CLI_OK;
    read_complaint(said, line, sizeof line);
    return cli_fail(CLI_FILE, "gnuplot could not draw the figure: %s", *line ? line : "it gave no reason");
}

/* Script and complaints have no names, so that nothing of them stays behind however this ends. */
static cli_exit draw_file(const char *path, const char *text, size_t length, int *is_missing)
{
    FILE *script = tmpfile(), *said = tmpfile();
    cli_exit code = CLI_OK;
    if (!script || !said || fwrite(text, 1, length, script) != length || fflush(script) != 0 ||
        lseek(fileno(script), 0, SEEK_SET) != 0)
        code = cli_fail(CLI_FILE, "a temporary file for gnuplot could not be written: %s", strerror(errno));
    const int file = code == CLI_OK ? cli_output_begin(path) : -1;
    if (code == CLI_OK && file < 0) code = cli_fail(CLI_FILE, "%s cannot be written: %s", path, strerror(errno));
    if (code == CLI_OK) {
        code = draw(script, said, file, is_missing);
        const int error = cli_output_end(path, file, code == CLI_OK ? 0 : ECANCELED);
        if (code == CLI_OK && error) code = cli_fail(CLI_FILE, "%s cannot be written: %s", path, strerror(error));
    }
    if (script) fclose(script);
    if (said) fclose(said);
    return code;
}

static cli_exit keep_script(const cli_session *session, const char *path, const char *text, size_t length)
{
    const size_t size = strlen(path) + sizeof ".gp";
    char *name = malloc(size);
    if (!name) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    snprintf(name, size, "%s.gp", path);
    const cli_exit code = cli_output_file(name, text, length);
    if (code == CLI_OK) cli_note(session, "wrote %s", name);
    free(name);
    return code;
}

int cli_figure_columns(void)
{
    enum { LEAST = 60, MOST = 100 };
    struct winsize window;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return 0;
    return window.ws_col < LEAST ? LEAST : window.ws_col > MOST ? MOST : window.ws_col;
}

static void show_sketch(const cli_session *session, const kiln_report *report)
{
    char *text;
    size_t length;
    const kiln_status status = kiln_report_sketch(report, cli_figure_columns(), &text, &length);
    if (status != KILN_OK) (void)cli_status(session, status);
    else (void)cli_output_stdout(text, length); /* the exit code is that of the file that was not written */
    if (status == KILN_OK) kiln_report_text_free(session->ctx, text);
}

/* By the end of the file's name, which was checked. */
static kiln_figure_format format_of(const char *path)
{
    const char *extension = strrchr(path, '.');
    if (strcasecmp(extension, ".svg") == 0) return KILN_FIGURE_SVG;
    return strcasecmp(extension, ".pdf") == 0 ? KILN_FIGURE_PDF : KILN_FIGURE_PNG;
}

cli_exit cli_figure_write(const cli_session *session, const kiln_report *report, const char *path)
{
    char *script;
    size_t length;
    int is_missing = 0;
    kiln_figure_options options = session->figure;
    options.format = format_of(path);
    const kiln_status status = kiln_report_figure(report, &options, &script, &length);
    if (status != KILN_OK) return cli_status(session, status);
    cli_exit code = draw_file(path, script, length, &is_missing);
    if (is_missing) show_sketch(session, report);
    if (code == CLI_OK) cli_note(session, "wrote %s", path);
    if (code == CLI_OK && session->value[CLI_KEEP_SCRIPT]) code = keep_script(session, path, script, length);
    kiln_report_text_free(session->ctx, script);
    return code;
}
