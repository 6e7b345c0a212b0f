#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const cli_verb *const verbs[] = {&cli_window,   &cli_equilibrium, &cli_step,    &cli_sinter, &cli_risk,   &cli_gap,
                                        &cli_activity, &cli_diagram,     &cli_entropy, &cli_db,     &cli_explain};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

static const cli_verb *find_verb(const char *name)
{
    for (int i = 0; i < N_VERBS; ++i)
        if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
    return NULL;
}

static cli_exit unknown_verb(const char *name)
{
    const char *names[N_VERBS + 1];
    for (int i = 0; i < N_VERBS; ++i) names[i] = verbs[i]->name;
    names[N_VERBS] = "help";
    const char *near = cli_nearest(name, names, N_VERBS + 1);
    if (near) return cli_usage(NULL, "there is no verb \"%s\"; did you mean %s?", name, near);
    return cli_usage(NULL, "there is no verb \"%s\"", name);
}

static cli_exit finish_stdout(void) { return fflush(stdout) == 0 && !ferror(stdout) ? CLI_OK : cli_output_failed(errno); }

static cli_exit help(void)
{
    puts("kiln VERB WHAT [OPTION...]\n\nequilibrium thermodynamics of high-entropy oxides: "
         "where is a composition one phase, and what spoils it?\n");
    for (int i = 0; i < N_VERBS; ++i) printf("  %-12s %s\n", verbs[i]->name, verbs[i]->summary);
    puts("  help         of a verb: kiln help window\n\n"
         "Temperatures carry a unit, 900C or 1173K; so do pressures, 1e-5bar. Quote formulas:\n"
         "  kiln window '(Mg,Co,Ni,Cu,Zn)O'\n"
         "  kiln equilibrium '(Mg,Co,Ni,Cu,Zn)O' --at 800C --atmosphere Ar\n\n"
         "kiln --version prints the version; kiln explain exit-codes what the exit codes mean.");
    return finish_stdout();
}

static cli_exit help_of(const char *name)
{
    const cli_verb *verb = find_verb(name);
    if (!verb && strcmp(name, "help") == 0) return help();
    if (!verb) return unknown_verb(name);
    cli_options_help(verb);
    return finish_stdout();
}

static cli_exit run(cli_session *session, int argc, const char **argv)
{
    cli_exit code = cli_options_parse(session, argc, argv);
    if (code != CLI_OK) return code;
    if (session->value[CLI_HELP]) {
        cli_options_help(session->verb);
        return finish_stdout();
    }
    if ((code = cli_output_check(session)) != CLI_OK) return code;
    if (kiln_context_create(NULL, &session->ctx) != KILN_OK) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    return session->verb->run(session);
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
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return argc > 2 && argv[2][0] != '-' ? help_of(argv[2]) : help();
    cli_session session = {.verb = find_verb(name)};
    if (!session.verb) return unknown_verb(name);
    const cli_exit code = run(&session, argc - 1, argv + 1);
    cli_close(&session);
    return code;
}

int main(int argc, char **argv)
{
    cli_output_catch_signals();
    return (int)dispatch(argc, (const char **)argv);
}
