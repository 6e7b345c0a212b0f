#include "cli.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The character of a UTF-8 sequence of two or three bytes and its length; 1 and the byte itself for anything else. */
static int decode(const char *text, unsigned *character)
{
    const unsigned char *u = (const unsigned char *)text;
    *character = u[0];
    if (u[0] >= 0xC0 && u[0] < 0xE0 && u[1]) {
        *character = (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
        return 2;
    }
    if (u[0] >= 0xE0 && u[0] < 0xF0 && u[1] && u[2]) {
        *character = (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
        return 3;
    }
    return 1;
}

/* Text as troff shows it: what it would take as a command or set as another character, such as a quote that is to be copied to a shell,
 * is named. */
static void put(const char *text)
{
    static const struct {
        char character;
        const char *name;
    } special[] = {{'\\', "\\(rs"}, {'-', "\\-"},   {'\'', "\\(aq"}, {'`', "\\(ga"},
                   {'^', "\\(ha"},  {'~', "\\(ti"}, {'"', "\\(dq"}};
    int at_start = 1;
    for (const char *p = text; *p;) {
        unsigned character;
        const char *name = NULL;
        const int length = decode(p, &character);
        for (size_t i = 0; i < sizeof special / sizeof *special; ++i)
            if (*p == special[i].character) name = special[i].name;
        if (at_start && *p == '.') fputs("\\&", stdout);
        if (character > 126) printf("\\[u%04X]", character);
        else if (name) fputs(name, stdout);
        else putchar(*p);
        at_start = *p == '\n';
        p += length;
    }
}

static void put_upper(const char *text)
{
    for (; *text; ++text) putchar(*text == ' ' ? '-' : toupper((unsigned char)*text));
}

/* Lines as they are. */
static void put_block(const char *text)
{
    puts(".PP\n.nf");
    put(text);
    puts(".fi");
}

static void put_section(const char *title, const char *text)
{
    printf(".SH %s\n", title);
    put(text);
    putchar('\n');
}

/* "kiln-diagram-tx", as pages are called. */
static void put_page_name(const cli_verb *verb)
{
    fputs("kiln", stdout);
    if (verb) fputs("\\-", stdout);
    for (const char *p = verb ? verb->name : ""; *p; ++p) fputs(*p == ' ' ? "\\-" : (char[]){*p, '\0'}, stdout);
}

/* The date is left empty: the same sources give the same page on any day. */
static void put_title(const cli_verb *verb, const char *summary)
{
    printf(".\\\" Written by kiln help --man%s%s from the texts of --help.\n.TH KILN", verb ? " " : "", verb ? verb->name : "");
    if (verb) putchar('-');
    if (verb) put_upper(verb->name);
    printf(" 1 \"\" \"kiln %s\" \"kiln\"\n.SH NAME\n", KILN_VERSION_STRING);
    put_page_name(verb);
    fputs(" \\- ", stdout);
    put(summary);
    putchar('\n');
}

static void put_option(const struct poptOption *option)
{
    puts(".TP");
    if (option->shortName) printf("\\fB\\-%c\\fR, ", option->shortName);
    fputs("\\fB\\-\\-", stdout);
    put(option->longName);
    fputs("\\fR", stdout);
    if (option->argDescrip) {
        fputs(" \\fI", stdout);
        put(option->argDescrip);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    put(option->descrip);
    putchar('\n');
}

static const char *title_of(const struct poptOption *table)
{
    if (table == cli_system_options) return "Gas, phases, what if and proof";
    if (table == cli_database_options) return "Database";
    return table == cli_figure_options ? "Figures" : "Output";
}

/* A verb's own options, then the tables it shares with others, each under its title. */
static void put_options(const struct poptOption *table)
{
    const struct poptOption *o;
    for (o = table; o->longName || o->arg; ++o)
        if ((o->argInfo & POPT_ARG_MASK) != POPT_ARG_INCLUDE_TABLE) put_option(o);
    for (o = table; o->longName || o->arg; ++o) {
        if ((o->argInfo & POPT_ARG_MASK) != POPT_ARG_INCLUDE_TABLE) continue;
        printf(".SS %s\n", title_of(o->arg));
        put_options(o->arg);
    }
}

static void put_verbs(const cli_verb *const *verb)
{
    for (; *verb; ++verb) {
        printf(".TP\n.B %s\n", cli_verb_word(*verb));
        put((*verb)->summary);
        putchar('\n');
    }
}

static void put_see_also(const cli_verb *verb)
{
    puts(".SH SEE ALSO");
    puts(".BR kiln (1),");
    for (int i = 0; verb->kinds && verb->kinds[i]; ++i) {
        fputs(".BR ", stdout);
        put_page_name(verb->kinds[i]);
        puts(" (1),");
    }
    puts(".BR kiln\\-explain (1)");
}

static const char *topic(const char *name)
{
    for (const cli_topic *t = cli_topics; t->name; ++t)
        if (strcmp(t->name, name) == 0) return t->text;
    return NULL;
}

static void put_topics(void)
{
    puts(".SH TOPICS");
    for (const cli_topic *t = cli_topics; t->name; ++t) {
        printf(".SS %s\n", t->name);
        put(t->summary);
        putchar('\n');
        put_block(t->text);
    }
}

static void put_ends(void)
{
    puts(".SH EXIT STATUS\n.nf");
    put(topic("exit-codes"));
    puts(".fi\n.SH ENVIRONMENT\n.TP\n.B KILN_DATABASE_PATH");
    puts("Folders, separated by colons, in which databases are searched for before share/kiln/databases beside the program.");
}

static void put_examples(const char *examples)
{
    puts(".SH EXAMPLES\n.nf");
    put(examples);
    puts(".fi");
}

static void put_kiln(void)
{
    put_title(NULL, "equilibrium thermodynamics of high-entropy oxides");
    puts(
        ".SH SYNOPSIS\n.B kiln\n.I VERB WHAT\n[\\fIOPTION\\fR...]\n.br\n.B kiln help\n[\\fIVERB\\fR]\n.br\n.B kiln \\-\\-version");
    put_section(
        "DESCRIPTION",
        "Where is a composition one phase, and what spoils it? kiln answers from a text database of Gibbs energies. Results "
        "go to standard output, everything else to standard error.");
    puts(".PP");
    put("Temperatures and pressures carry a unit: 900C, 1173K, 1e-5bar; a bare number is refused. Members of a formula separated by "
        "commas share its subscript equally; formulas with brackets need quotes: '(Mg,Co,Ni,Cu,Zn)O'.\n");
    puts(".SH VERBS");
    put_verbs(cli_verbs);
    puts(".TP\n.B help\nof a verb or of a kind of diagram: kiln help window, kiln help diagram tx. With");
    puts(
        ".B \\-\\-man\nthe same as a page for man, with\n.B \\-\\-completion\nbash, zsh or fish what completes a command line there, with");
    puts(".B \\-\\-list\nall verbs and options, a line each, their fields between tabs.");
    put_ends();
    put_examples("  kiln window '(Mg,Co,Ni,Cu,Zn)O'\n  kiln equilibrium '(Mg,Co,Ni,Cu,Zn)O' --at 800C --atmosphere Ar\n");
    puts(".SH SEE ALSO");
    for (const cli_verb *const *verb = cli_verbs; *verb; ++verb) {
        fputs(".BR ", stdout);
        put_page_name(*verb);
        printf(" (1)%s\n", verb[1] ? "," : "");
    }
}

void cli_manual(const cli_verb *verb)
{
    if (!verb) {
        put_kiln();
        return;
    }
    const char *more = topic(cli_verb_word(verb));
    put_title(verb, verb->summary);
    puts(".SH SYNOPSIS");
    printf(".B kiln %s\n", verb->name);
    put(verb->arguments);
    puts(strstr(verb->arguments, "OPTION") ? "" : " [OPTION...]");
    put_section("DESCRIPTION", verb->summary);
    if (more) put_block(more);
    if (verb == &cli_explain) put_topics();
    puts(verb->kinds ? ".SH KINDS" : ".SH OPTIONS");
    if (verb->kinds) {
        put_verbs(verb->kinds);
        printf(".PP\n.B kiln %s\n.I KIND\n.B \\-\\-help\nlists the options of a kind; so does the page of each.\n", verb->name);
    } else put_options(verb->options);
    put_ends();
    put_examples(verb->examples);
    put_see_also(verb);
}

void cli_manual_list(void)
{
    const cli_verb *verb[CLI_MAX_VERBS];
    const int n = cli_list_verbs(verb);
    for (int v = 0; v < n; ++v) {
        const struct poptOption *list[CLI_N_OPTIONS];
        const int n_options = cli_options_list(verb[v]->options, list, 0);
        printf("%s\t\t\t%s\t%s\n", verb[v]->name, verb[v]->arguments, verb[v]->summary);
        for (int i = 0; i < n_options; ++i) {
            const char letter[] = {'-', list[i]->shortName, '\0'};
            printf("%s\t--%s\t%s\t%s\t%s\n", verb[v]->name, list[i]->longName, letter[1] ? letter : "",
                   list[i]->argDescrip ? list[i]->argDescrip : "", list[i]->descrip);
        }
    }
}
