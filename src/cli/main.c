#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const cli_verb *const cli_verbs[] = {&cli_window, &cli_equilibrium, &cli_step,     &cli_sinter,  &cli_risk,     &cli_screen,
                                     &cli_design, &cli_gap,         &cli_activity, &cli_diagram, &cli_validate, &cli_entropy,
                                     &cli_fit,    &cli_study,       &cli_rerun,    &cli_db,      &cli_explain,  NULL};
enum { N_VERBS = sizeof cli_verbs / sizeof *cli_verbs - 1 };

const char *cli_verb_word(const cli_verb *verb)
{
    const char *space = strrchr(verb->name, ' ');
    return space ? space + 1 : verb->name;
}

static const cli_verb *find(const cli_verb *const *list, int n, const char *word)
{
    for (int i = 0; i < n; ++i)
        if (strcmp(cli_verb_word(list[i]), word) == 0) return list[i];
    return NULL;
}

static const cli_verb *find_verb(const char *name) { return find(cli_verbs, N_VERBS, name); }

static int count_kinds(const cli_verb *verb)
{
    int n = 0;
    while (verb->kinds && verb->kinds[n]) ++n;
    return n;
}

int cli_list_verbs(const cli_verb **list)
{
    int n = 0;
    for (int i = 0; i < N_VERBS; ++i) {
        if (n < CLI_MAX_VERBS) list[n++] = cli_verbs[i];
        for (int k = 0; k < count_kinds(cli_verbs[i]) && n < CLI_MAX_VERBS; ++k) list[n++] = cli_verbs[i]->kinds[k];
    }
    return n;
}

static cli_exit unknown_verb(const char *name)
{
    const char *names[N_VERBS + 1];
    for (int i = 0; i < N_VERBS; ++i) names[i] = cli_verbs[i]->name;
    names[N_VERBS] = "help";
    const char *near = cli_nearest(name, names, N_VERBS + 1);
    if (near) return cli_usage(NULL, "there is no verb \"%s\"; did you mean %s?", name, near);
    return cli_usage(NULL, "there is no verb \"%s\"", name);
}

static cli_exit unknown_kind(const cli_verb *verb, const char *word)
{
    char list[256] = "";
    for (int i = 0; i < count_kinds(verb); ++i) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", cli_verb_word(verb->kinds[i]));
    }
    if (!word) return cli_usage(verb, "kiln %s needs a kind: %s", verb->name, list);
    return cli_usage(verb, "there is no %s \"%s\"; kinds are: %s", verb->name, word, list);
}

static cli_exit finish_stdout(void) { return fflush(stdout) == 0 && !ferror(stdout) ? CLI_OK : cli_output_failed(errno); }

static cli_exit help(void)
{
    puts("kiln VERB WHAT [OPTION...]\n\nequilibrium thermodynamics of high-entropy oxides: "
         "where is a composition one phase, and what spoils it?\n");
    for (int i = 0; i < N_VERBS; ++i) printf("  %-12s %s\n", cli_verbs[i]->name, cli_verbs[i]->summary);
    puts("  help         of a verb: kiln help window\n\n"
         "Temperatures carry a unit, 900C or 1173K; so do pressures, 1e-5bar. Quote formulas:\n"
         "  kiln window '(Mg,Co,Ni,Cu,Zn)O'\n"
         "  kiln equilibrium '(Mg,Co,Ni,Cu,Zn)O' --at 800C --atmosphere Ar\n\n"
         "kiln --version prints the version; kiln explain exit-codes what the exit codes mean.");
    return finish_stdout();
}

static cli_exit help_of_kinds(const cli_verb *verb)
{
    printf("%s\n\nkiln %s %s\n\n", verb->summary, verb->name, verb->arguments);
    for (int i = 0; i < count_kinds(verb); ++i) printf("  %-12s %s\n", cli_verb_word(verb->kinds[i]), verb->kinds[i]->summary);
    printf("\nkiln %s KIND --help lists the options of a kind.\n\nExamples:\n%s", verb->name, verb->examples);
    return finish_stdout();
}

static int asks_for_help(const char *word) { return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0; }

/* "diagram tx": the verb or its kind. */
static cli_exit named(const char *name, const char *kind, const cli_verb **verb)
{
    *verb = find_verb(name);
    if (!*verb) return unknown_verb(name);
    if (!(*verb)->kinds || !kind) return CLI_OK;
    const cli_verb *found = find((*verb)->kinds, count_kinds(*verb), kind);
    if (!found) return unknown_kind(*verb, kind);
    *verb = found;
    return CLI_OK;
}

static cli_exit help_of(const char *name, const char *kind)
{
    const cli_verb *verb;
    if (strcmp(name, "help") == 0) return help();
    const cli_exit code = named(name, kind, &verb);
    if (code != CLI_OK) return code;
    if (verb->kinds) return help_of_kinds(verb);
    cli_options_help(verb);
    return finish_stdout();
}

static cli_exit manual_of(const char *name, const char *kind)
{
    const cli_verb *verb = NULL;
    const cli_exit code = name ? named(name, kind, &verb) : CLI_OK;
    if (code != CLI_OK) return code;
    cli_manual(verb);
    return finish_stdout();
}

static cli_exit completion(const char *shell)
{
    if (!shell || !cli_completion(shell)) return cli_usage(NULL, "--completion is for bash, zsh or fish");
    return finish_stdout();
}

static cli_exit option_list(void)
{
    cli_manual_list();
    return finish_stdout();
}

/* What follows "kiln help". */
static cli_exit help_with(int n, const char **word)
{
    const char *first = n > 1 ? word[1] : NULL, *second = n > 2 ? word[2] : NULL;
    if (n > 0 && strcmp(word[0], "--man") == 0) return manual_of(first, second);
    if (n > 0 && strcmp(word[0], "--completion") == 0) return completion(first);
    if (n > 0 && strcmp(word[0], "--list") == 0) return option_list();
    return n > 0 && word[0][0] != '-' ? help_of(word[0], first) : help();
}

static cli_exit run(cli_session *session, int argc, const char **argv)
{
    cli_exit code = cli_options_parse(session, argc, argv);
    if (code != CLI_OK) return code;
    if (session->value[CLI_HELP]) {
        cli_options_help(session->verb);
        return finish_stdout();
    }
    if ((code = cli_output_check(session)) != CLI_OK || (code = cli_command_keep(session)) != CLI_OK) return code;
    if (kiln_context_create(NULL, &session->ctx) != KILN_OK) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    return session->verb->has_jobs && !cli_is_first_rank() ? cli_jobs_serve() : session->verb->run(session);
}

static cli_exit dispatch(int argc, const char **argv)
{
    if (argc < 2) {
        (void)help();
        return CLI_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("kiln %s\n", KILN_VERSION_STRING);
        return finish_stdout();
    }
    if (asks_for_help(name) || strcmp(name, "help") == 0) return help_with(argc - 2, argv + 2);
    int words = 1;
    cli_session session = {.verb = find_verb(name)};
    if (!session.verb) return unknown_verb(name);
    if (session.verb->kinds) {
        if (argc > 2 && asks_for_help(argv[2])) return help_of_kinds(session.verb);
        const cli_verb *kind = argc > 2 ? find(session.verb->kinds, count_kinds(session.verb), argv[2]) : NULL;
        if (!kind) return unknown_kind(session.verb, argc > 2 ? argv[2] : NULL);
        session.verb = kind;
        words = 2;
    }
    const cli_exit code = run(&session, argc - words, argv + words);
    cli_close(&session);
    return code;
}

int main(int argc, char **argv)
{
    cli_ranks_begin(&argc, &argv);
    cli_output_catch_signals();
    const cli_exit code = dispatch(argc, (const char **)argv);
    return cli_ranks_end((int)code);
}
