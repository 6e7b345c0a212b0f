#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cli_option_is_output(int id)
{
    return id == CLI_FORMAT || id == CLI_OUTPUT || id == CLI_QUIET || id == CLI_HELP || id == CLI_THEME || id == CLI_WIDTH ||
           id == CLI_FONT || id == CLI_KEEP_SCRIPT || id == CLI_SKETCH || id == CLI_WRITE;
}

static cli_exit add(cli_session *session, const char *text, size_t length)
{
    char **grown = realloc(session->command, (size_t)(session->n_command + 1) * sizeof *grown);
    char *word = malloc(length + 1);
    if (grown) session->command = grown;
    if (!grown || !word) {
        free(word);
        return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    }
    memcpy(word, text, length);
    word[length] = '\0';
    session->command[session->n_command++] = word;
    return CLI_OK;
}

/* "diagram tx" is two words. */
static cli_exit add_name(cli_session *session, const char *name)
{
    const size_t length = strcspn(name, " ");
    const cli_exit code = add(session, name, length);
    return code == CLI_OK && name[length] ? add_name(session, name + length + 1) : code;
}

/* A value that begins with a minus needs --name=value. */
static cli_exit add_value(cli_session *session, const char *name, const char *value, size_t length)
{
    char *word = malloc(strlen(name) + length + 4);
    if (!word) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    const int is_one = *value == '-';
    const int used = is_one ? sprintf(word, "--%s=%.*s", name, (int)length, value) : sprintf(word, "--%s", name);
    cli_exit code = add(session, word, (size_t)used);
    free(word);
    if (code == CLI_OK && !is_one && length > 0) code = add(session, value, length);
    return code;
}

/* Once, or for each line of what is repeated. */
static cli_exit add_option(cli_session *session, const struct poptOption *option)
{
    const char *value = session->value[option->val];
    cli_exit code = CLI_OK;
    for (; value && code == CLI_OK; value = *value ? value + 1 : NULL) {
        const size_t length = strcspn(value, "\n");
        code = add_value(session, option->longName, value, length);
        value += length;
    }
    return code;
}

cli_exit cli_command_keep(cli_session *session)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n = cli_options_list(session->verb->options, list, 0);
    cli_exit code = add_name(session, session->verb->name);
    for (int i = 0; i < session->n_what && code == CLI_OK; ++i) code = add(session, session->what[i], strlen(session->what[i]));
    for (int i = 0; i < n && code == CLI_OK; ++i)
        if (!cli_option_is_output(list[i]->val)) code = add_option(session, list[i]);
    return code;
}

void cli_command_free(cli_session *session)
{
    for (int i = 0; i < session->n_command; ++i) free(session->command[i]);
    free(session->command);
}
