#include "cli.h"

#include <stdio.h>
#include <string.h>

/* A text between single quotes: how they and what `more` lists are written inside differs between shells. */
static void put_quoted(const char *text, const char *quote, const char *more)
{
    for (; *text; ++text) {
        if (*text == '\'') fputs(quote, stdout);
        else if (strchr(more, *text)) printf("\\%c", *text);
        else putchar(*text);
    }
}

static int takes_words(const char *completes) { return completes && *completes != '<'; }

/* What the first argument of a verb can be, between spaces. */
static void put_arguments(const cli_verb *verb)
{
    if (takes_words(verb->completes)) fputs(verb->completes, stdout);
    for (const cli_topic *t = cli_topics; verb == &cli_explain && t->name; ++t)
        printf("%s%s", t == cli_topics ? "" : " ", t->name);
}

static void put_names(const cli_verb *const *verb)
{
    for (int i = 0; verb[i]; ++i) printf("%s%s", i ? " " : "", cli_verb_word(verb[i]));
}

/* Options of all verbs, each once: an option, and its letter, means the same wherever it is there. */
static int list_all(const struct poptOption **all)
{
    const cli_verb *verb[CLI_MAX_VERBS];
    const struct poptOption *by_id[CLI_N_OPTIONS] = {NULL}, *list[CLI_N_OPTIONS];
    const int n_verbs = cli_list_verbs(verb);
    int n = 0;
    for (int v = 0; v < n_verbs; ++v) {
        const int m = cli_options_list(verb[v]->options, list, 0);
        for (int i = 0; i < m; ++i) by_id[list[i]->val] = list[i];
    }
    for (int id = 0; id < CLI_N_OPTIONS; ++id)
        if (by_id[id]) all[n++] = by_id[id];
    return n;
}

static const char bash_functions[] =
    "_kiln_words() # all of them\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
    "    [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "\n"
    "_kiln_files()\n"
    "{\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "}\n"
    "\n"
    "_kiln_phases() # of the database on the line, or the default one; several between commas\n"
    "{\n"
    "    local i head= database=()\n"
    "    for ((i = 2; i + 1 < ${#COMP_WORDS[@]}; ++i)); do\n"
    "        [[ ${COMP_WORDS[i]} != @(-d|--database) ]] || database=(--database \"${COMP_WORDS[i + 1]}\")\n"
    "    done\n"
    "    if [[ $1 == list ]]; then\n"
    "        compopt -o nospace 2>/dev/null\n"
    "        [[ $cur != *,* ]] || head=${cur%,*},\n"
    "    fi\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$(\"${COMP_WORDS[0]}\" db list --format csv \"${database[@]}\" "
    "2>/dev/null |\n        sed '1d; s/,.*//')\" -- \"${cur#\"$head\"}\")\n"
    "}\n"
    "\n"
    "_kiln()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} options= arguments=\n"
    "    COMPREPLY=()\n"
    "    if [[ $cur == = ]]; then cur=\n" /* bash takes --format=json for three words */
    "    elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

static void bash_value(const struct poptOption *option)
{
    const char *by = cli_option_completes(option->val);
    printf("    --%s", option->longName);
    if (option->shortName) printf("|-%c", option->shortName);
    if (!by) puts(") return ;;");
    else if (strcmp(by, CLI_A_FILE) == 0) puts(") _kiln_files; return ;;");
    else if (takes_words(by)) printf(") _kiln_words '%s'; return ;;\n", by);
    else printf(") _kiln_phases%s; return ;;\n", strcmp(by, CLI_PHASES) == 0 ? " list" : "");
}

static void bash_verb(const cli_verb *verb)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n = cli_options_list(verb->options, list, 0);
    printf("    '%s')\n        options='", verb->name);
    for (int i = 0; i < n; ++i) printf("%s--%s", i ? " " : "", list[i]->longName);
    if (takes_words(verb->completes) || verb == &cli_explain) {
        fputs("'\n        arguments='", stdout);
        put_arguments(verb);
    }
    puts("'");
    if (verb->completes && !takes_words(verb->completes))
        printf("        [[ $cur == -* ]] || %s\n", strcmp(verb->completes, CLI_A_FILE) == 0 ? "_kiln_files" : "_kiln_phases");
    if (verb == &cli_db) puts("        [[ $prev != show ]] || { _kiln_phases; return; }");
    puts("        ;;");
}

/* What stands before the options: the verb, its kind, and the words of "kiln help". */
static void bash_words(void)
{
    fputs("    if ((COMP_CWORD == 1)); then\n        _kiln_words '", stdout);
    put_names(cli_verbs);
    fputs(" help --help --version'\n        return\n    fi\n    if [[ $verb == help ]]; then\n"
          "        case $prev in\n        help) _kiln_words '",
          stdout);
    put_names(cli_verbs);
    fputs(" --man --completion --list' ;;\n        --man) _kiln_words '", stdout);
    put_names(cli_verbs);
    puts("' ;;\n        --completion) _kiln_words 'bash zsh fish' ;;");
    for (int i = 0; cli_verbs[i]; ++i) {
        if (!cli_verbs[i]->kinds) continue;
        printf("        %s) _kiln_words '", cli_verbs[i]->name);
        put_names(cli_verbs[i]->kinds);
        puts("' ;;");
    }
    puts("        esac\n        return\n    fi");
    for (int i = 0; cli_verbs[i]; ++i) {
        if (!cli_verbs[i]->kinds) continue;
        printf("    if [[ $verb == %s ]]; then\n        if ((COMP_CWORD == 2)); then\n            _kiln_words '",
               cli_verbs[i]->name);
        put_names(cli_verbs[i]->kinds);
        puts("'\n            return\n        fi\n        verb+=\" ${COMP_WORDS[2]}\"\n    fi");
    }
}

static void bash(void)
{
    const cli_verb *verb[CLI_MAX_VERBS];
    const struct poptOption *all[CLI_N_OPTIONS];
    const int n_verbs = cli_list_verbs(verb), n = list_all(all);
    puts("# Completion of kiln in bash, as \"kiln help --completion bash\" writes it.");
    fputs(bash_functions, stdout);
    bash_words();
    puts("    case $prev in");
    for (int i = 0; i < n; ++i)
        if (all[i]->argDescrip) bash_value(all[i]);
    puts("    esac\n    case $verb in");
    for (int v = 0; v < n_verbs; ++v)
        if (!verb[v]->kinds) bash_verb(verb[v]);
    puts("    esac\n    if [[ $cur == -* ]]; then _kiln_words \"$options\"\n"
         "    elif [[ $arguments ]]; then _kiln_words \"$arguments\"\n    fi\n}\ncomplete -F _kiln kiln");
}

static const char zsh_functions[] =
    "_kiln_phases() # of the database on the line, or the default one\n"
    "{\n"
    "    local -a database phases\n"
    "    local i=${words[(I)(-d|--database)]}\n"
    "    (( i )) && database=(--database ${words[i + 1]})\n"
    "    phases=(${${${(f)\"$(_call_program phases kiln db list --format csv ${(q)database} 2>/dev/null)\"}[2,-1]}%%,*})\n"
    "    compadd \"$@\" -a phases\n"
    "}\n"
    "\n";

static void zsh_action(const char *completes)
{
    if (!completes) putchar(' ');
    else if (strcmp(completes, CLI_A_FILE) == 0) fputs("_files", stdout);
    else if (strcmp(completes, CLI_A_PHASE) == 0) fputs("_kiln_phases", stdout);
    else if (strcmp(completes, CLI_PHASES) == 0) fputs("_sequence _kiln_phases", stdout);
    else printf("(%s)", completes);
}

/* One of an option's two names; having one rules out the other, unless it may be repeated. */
static void zsh_option(const struct poptOption *option, int is_letter)
{
    fputs(" \\\n            '", stdout);
    if (cli_option_repeats(option->val)) putchar('*');
    else if (option->shortName) printf("(-%c --%s)", option->shortName, option->longName);
    if (is_letter) printf("-%c[", option->shortName);
    else printf("--%s%s[", option->longName, option->argDescrip ? "=" : "");
    put_quoted(option->descrip, "'\\''", "[]\\");
    putchar(']');
    if (option->argDescrip) {
        putchar(':');
        put_quoted(option->argDescrip, "'\\''", ":\\");
        putchar(':');
        zsh_action(cli_option_completes(option->val));
    }
    putchar('\'');
}

static void zsh_verb(const cli_verb *verb)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n = cli_options_list(verb->options, list, 0);
    printf("    %s)\n        _arguments", cli_verb_word(verb));
    for (int i = 0; i < n; ++i) {
        if (list[i]->shortName) zsh_option(list[i], 1);
        zsh_option(list[i], 0);
    }
    fputs(" \\\n            '1:argument:", stdout);
    if (verb == &cli_explain) {
        putchar('(');
        put_arguments(verb);
        putchar(')');
    } else {
        zsh_action(verb->completes);
    }
    printf("' '*:argument:%s'\n        ;;\n", verb == &cli_db ? "_kiln_phases" : " ");
}

static void zsh_describe(const cli_verb *const *verb, const char *what)
{
    printf("        local -a %ss=(", what);
    for (; *verb; ++verb) {
        printf("\n            '%s:", cli_verb_word(*verb));
        put_quoted((*verb)->summary, "'\\''", "");
        putchar('\'');
    }
    if (strcmp(what, "verb") == 0) fputs("\n            'help:of a verb'", stdout);
    printf(")\n        _describe %s %ss\n", what, what);
}

static void zsh_verbs(const cli_verb *const *verb)
{
    for (; *verb; ++verb) {
        if (!(*verb)->kinds) {
            zsh_verb(*verb);
            continue;
        }
        printf("    %s)\n        shift words\n        (( CURRENT-- ))\n        _kiln_%s\n        ;;\n", (*verb)->name,
               (*verb)->name);
    }
}

/* A function for the kinds of a verb, which sees them as the other sees verbs. */
static void zsh_kinds(const cli_verb *verb)
{
    printf("_kiln_%s()\n{\n    if (( CURRENT == 1 )); then\n", verb->name);
    zsh_describe(verb->kinds, "kind");
    puts("        return\n    fi\n    case $words[1] in");
    zsh_verbs(verb->kinds);
    puts("    esac\n}\n");
}

static void zsh(void)
{
    puts("#compdef kiln\n# Completion of kiln in zsh, as \"kiln help --completion zsh\" writes it.");
    fputs(zsh_functions, stdout);
    for (int i = 0; cli_verbs[i]; ++i)
        if (cli_verbs[i]->kinds) zsh_kinds(cli_verbs[i]);
    puts("_kiln()\n{\n    shift words\n    (( CURRENT-- ))\n    if (( CURRENT == 1 )); then");
    zsh_describe(cli_verbs, "verb");
    puts("        return\n    fi\n    case $words[1] in");
    zsh_verbs(cli_verbs);
    fputs("    help)\n        _arguments '--man[as a page for man]' '--completion[for a shell]:shell:(bash zsh fish)' \\\n"
          "            '--list[all verbs and options]' '1:verb:(",
          stdout);
    put_names(cli_verbs);
    puts(")'\n        ;;\n    esac\n}\n\n_kiln \"$@\"");
}

static const char fish_functions[] =
    "function __kiln_at --description 'the words between kiln and the cursor are these'\n"
    "    set -l words (commandline -opc)\n"
    "    set -e words[1]\n"
    "    test \"$words\" = \"$argv\"\n"
    "end\n"
    "\n"
    "function __kiln_is --description 'the words after kiln begin with these'\n"
    "    set -l words (commandline -opc)\n"
    "    set -e words[1]\n"
    "    set -l n (count $argv)\n"
    "    test (count $words) -ge $n; and test \"$words[1..$n]\" = \"$argv\"\n"
    "end\n"
    "\n"
    "function __kiln_phases --description 'of the database on the line, or the default one'\n"
    "    set -l words (commandline -opc)\n"
    "    set -l database\n"
    "    for i in (seq 2 (count $words))\n"
    "        if contains -- $words[$i] -d --database; and set -q words[(math $i + 1)]\n"
    "            set database --database $words[(math $i + 1)]\n"
    "        end\n"
    "    end\n"
    "    kiln db list --format csv $database 2>/dev/null | string replace -r ',.*' '' | tail -n +2\n"
    "end\n"
    "\n"
    "complete -c kiln -f\n";

static void fish_text(const char *text)
{
    putchar('\'');
    put_quoted(text, "\\'", "\\");
    putchar('\'');
}

static void fish_values(const char *completes)
{
    if (strcmp(completes, CLI_A_FILE) == 0) fputs(" -F", stdout);
    else if (strcmp(completes, CLI_A_PHASE) == 0) fputs(" -a '(__kiln_phases)'", stdout);
    else if (strcmp(completes, CLI_PHASES) == 0) fputs(" -a '(__fish_complete_list , __kiln_phases)'", stdout);
    else printf(" -a '%s'", completes);
}

static void fish_option(const cli_verb *verb, const struct poptOption *option)
{
    const char *by = cli_option_completes(option->val);
    printf("complete -c kiln -n '__kiln_is %s' -l %s", verb->name, option->longName);
    if (option->shortName) printf(" -s %c", option->shortName);
    if (option->argDescrip) fputs(by && strcmp(by, CLI_A_FILE) == 0 ? " -r" : " -x", stdout);
    if (by) fish_values(by);
    fputs(" -d ", stdout);
    fish_text(option->descrip);
    putchar('\n');
}

static void fish_names(const char *after, const cli_verb *const *verb)
{
    for (; *verb; ++verb) {
        printf("complete -c kiln -n '__kiln_at%s' -a %s -d ", after, cli_verb_word(*verb));
        fish_text((*verb)->summary);
        putchar('\n');
    }
}

static void fish_arguments(const cli_verb *verb)
{
    if (!verb->completes && verb != &cli_explain) return;
    printf("complete -c kiln -n '__kiln_%s %s'", verb->completes && !takes_words(verb->completes) ? "is" : "at", verb->name);
    if (verb->completes) fish_values(verb->completes);
    else {
        fputs(" -a '", stdout);
        put_arguments(verb);
        putchar('\'');
    }
    putchar('\n');
    if (verb == &cli_db) puts("complete -c kiln -n '__kiln_at db show' -a '(__kiln_phases)'");
}

static void fish(void)
{
    const cli_verb *verb[CLI_MAX_VERBS];
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n_verbs = cli_list_verbs(verb);
    puts("# Completion of kiln in fish, as \"kiln help --completion fish\" writes it.");
    fputs(fish_functions, stdout);
    fish_names("", cli_verbs);
    puts(
        "complete -c kiln -n __kiln_at -a help -d 'of a verb'\ncomplete -c kiln -n __kiln_at -l version -s V -d 'print the version'");
    fish_names(" help", cli_verbs);
    puts("complete -c kiln -n '__kiln_is help' -l man -d 'as a page for man'\n"
         "complete -c kiln -n '__kiln_is help' -l completion -x -a 'bash zsh fish' -d 'for a shell'\n"
         "complete -c kiln -n '__kiln_is help' -l list -d 'all verbs and options'");
    for (int v = 0; v < n_verbs; ++v) {
        char after[64];
        snprintf(after, sizeof after, " help %s", verb[v]->name);
        if (verb[v]->kinds) fish_names(after, verb[v]->kinds);
        if (verb[v]->kinds) fish_names(after + strlen(" help"), verb[v]->kinds);
        fish_arguments(verb[v]);
        const int n = cli_options_list(verb[v]->options, list, 0);
        for (int i = 0; i < n; ++i) fish_option(verb[v], list[i]);
    }
}

int cli_completion(const char *shell)
{
    static const struct {
        const char *name;
        void (*write)(void);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; ++i)
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].write();
            return 1;
        }
    return 0;
}
