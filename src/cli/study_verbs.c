#include "study.h"

#include <stddef.h>

/* A study says itself where results go; what a figure looks like is left to it. */
static int is_for_study(const struct poptOption *option)
{
    return !cli_option_is_output(option->val) || option->val == CLI_THEME || option->val == CLI_WIDTH || option->val == CLI_FONT;
}

/* Verbs with a result that goes into files. */
static int has_result(const struct poptOption *const *list, int n)
{
    for (int i = 0; i < n; ++i)
        if (list[i]->val == CLI_OUTPUT) return 1;
    return 0;
}

void cli_study_list_verbs(cli_study_verbs *verbs)
{
    const cli_verb *all[CLI_MAX_VERBS];
    const int n = cli_list_verbs(all);
    verbs->n = 0;
    for (int v = 0; v < n; ++v) {
        const struct poptOption *list[CLI_N_OPTIONS];
        const int n_options = cli_options_list(all[v]->options, list, 0);
        if (!has_result(list, n_options)) continue;
        kiln_study_option *options = verbs->options[verbs->n];
        int used = 0;
        for (int i = 0; i < n_options; ++i)
            if (is_for_study(list[i]))
                options[used++] = (kiln_study_option){list[i]->longName, (list[i]->argInfo & POPT_ARG_MASK) != POPT_ARG_NONE,
                                                      cli_option_repeats(list[i]->val)};
        verbs->of[verbs->n] = all[v];
        verbs->verb[verbs->n++] = (kiln_study_verb){.name = all[v]->name,
                                                    .argument_key = all[v]->completes ? "what" : "formula",
                                                    .n_least = all[v]->n_least,
                                                    .n_most = all[v]->n_most,
                                                    .n_options = used,
                                                    .options = options};
    }
}
