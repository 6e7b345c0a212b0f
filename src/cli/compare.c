#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* kiln window --compare: the base case, each what-if by itself, and all of them. Each is a session of its own, whose options are those of the command but for the what-ifs. */

enum { MAX_VARIANTS = 24 };

static const cli_option kinds[] = {CLI_SET, CLI_ADD_COMPETITOR, CLI_REPLACE, CLI_WITHOUT};
enum { N_KINDS = sizeof kinds / sizeof *kinds };
static const char *const prefixes[N_KINDS] = {"", "with ", "replace ", "without "};

typedef struct item {
    int kind;
    char *text; /* owned */
} item;

typedef struct variant {
    char name[160];
    cli_session session;
    kiln_window *window;
    char reason[512];
    int has_system;
} variant;

static char *copy_of(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

/* The what-ifs of the command, one by one; -1 for too many, or without memory. */
static int list_items(const cli_session *session, item *list)
{
    int n = 0;
    for (int k = 0; k < N_KINDS; ++k) {
        char *text = session->value[kinds[k]] ? copy_of(session->value[kinds[k]]) : NULL;
        /* names may share a line, changes hold commas */
        const char *separators = kinds[k] == CLI_WITHOUT ? ",\n" : "\n";
        for (char *part = text ? strtok(text, separators) : NULL; part; part = strtok(NULL, separators)) {
            if (n == MAX_VARIANTS - 2 || !(list[n].text = copy_of(part))) {
                free(text);
                return -1;
            }
            list[n++].kind = k;
        }
        free(text);
    }
    return n;
}

/* Options of the command, of the what-ifs only those in `only` (an index), all of them for -1 or none for -2. */
static int copy_options(const cli_session *from, const item *items, int n, int only, cli_session *to)
{
    *to = (cli_session){.verb = from->verb, .what = from->what, .n_what = from->n_what, .format = from->format};
    for (int id = 0; id < CLI_N_OPTIONS; ++id) {
        int is_whatif = 0;
        for (int k = 0; k < N_KINDS; ++k) is_whatif |= id == (int)kinds[k];
        if (!from->value[id] || (is_whatif && only != -1)) continue;
        if (!(to->value[id] = copy_of(from->value[id]))) return 0;
    }
    if (only < 0 || only >= n) return 1;
    to->value[kinds[items[only].kind]] = copy_of(items[only].text);
    return to->value[kinds[items[only].kind]] != NULL;
}

/* Everything a variant needs but its answer; what fails only here is the variant's own matter. */
static cli_exit open_variant(variant *v)
{
    if (kiln_context_create(NULL, &v->session.ctx) != KILN_OK) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    return cli_open_system(&v->session);
}

static void solve_variant(variant *v, const kiln_window_options *options, const char *phase_name)
{
    kiln_window_solver *solver;
    const int phase = kiln_system_find_phase(v->session.system, phase_name);
    if (phase < 0) {
        snprintf(v->reason, sizeof v->reason, "the structure %s is not there", phase_name);
        return;
    }
    kiln_status status = kiln_window_solver_create(v->session.system, &v->session.solver_options, options, &solver);
    if (status == KILN_OK) {
        v->window = calloc(1, sizeof *v->window);
        if (v->window) status = kiln_window_solve(solver, phase, v->window);
        kiln_window_solver_free(solver);
        if (status == KILN_OK && v->window) return;
    }
    snprintf(v->reason, sizeof v->reason, "%s", status == KILN_OK ? "out of memory" : kiln_context_error(v->session.ctx));
    free(v->window);
    v->window = NULL;
}

static cli_exit write_report(const cli_session *session, const variant *variants, int n)
{
    kiln_report *report;
    kiln_report_variant rows[MAX_VARIANTS];
    const cli_session *base = &variants[0].session;
    const kiln_report_question asked = {session->what[0], &base->system_options, &base->solver_options};
    for (int k = 0; k < n; ++k)
        rows[k] = (kiln_report_variant){variants[k].name, variants[k].session.system, variants[k].window, variants[k].reason};
    const kiln_status status = kiln_report_compare(base->ctx, &asked, n, rows, &report);
    if (status != KILN_OK) return cli_status(base, status);
    const cli_exit code = cli_output_report(session, report);
    kiln_report_free(report);
    return code;
}

/* An answer that is not proved is said to be so, whichever variant it is. */
static cli_exit check_certificates(const variant *variants, int n)
{
    for (int k = 0; k < n; ++k) {
        const kiln_window *w = variants[k].window;
        const cli_exit code = w && w->n_ranges > 0 ? cli_check_certificate(&variants[k].session, &w->certificate) : CLI_OK;
        if (code != CLI_OK) return code;
    }
    return CLI_OK;
}

static cli_exit compare(const cli_session *session, const kiln_window_options *options, const item *items, int n_items,
                        variant *variants, int *n)
{
    const char *phase_name = NULL;
    const int wanted = n_items > 1 ? n_items + 2 : n_items + 1;
    for (*n = 0; *n < wanted; ++*n) {
        variant *v = &variants[*n];
        const int only = *n == 0 ? -2 : *n <= n_items ? *n - 1 : -1;
        if (!copy_options(session, items, n_items, only, &v->session)) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
        snprintf(v->name, sizeof v->name, "%s%s",
                 only == -2   ? "base"
                 : only == -1 ? "all of them"
                              : prefixes[items[only].kind],
                 only >= 0 ? items[only].text : "");
        cli_exit code = open_variant(v);
        int phase;
        if (code == CLI_OK && *n == 0) {
            code = cli_choose_structure(&v->session, &phase);
            if (code == CLI_OK) phase_name = kiln_system_phase_name(v->session.system, phase);
        }
        if (code != CLI_OK && *n == 0) {
            ++*n;
            return code;
        }
        /* what only a variant cannot do leaves the others */
        if (code == CLI_OK) solve_variant(v, options, phase_name);
        else snprintf(v->reason, sizeof v->reason, "it cannot be set up; standard error says why");
        cli_progress(session, *n + 1, wanted, "variants");
    }
    const cli_exit code = write_report(session, variants, *n);
    return code == CLI_OK ? check_certificates(variants, *n) : code;
}

cli_exit cli_compare_windows(cli_session *session, const kiln_window_options *options)
{
    item items[MAX_VARIANTS] = {{0}};
    int n = 0;
    const int n_items = list_items(session, items);
    variant *variants = calloc(MAX_VARIANTS, sizeof *variants);
    cli_exit code;
    if (!variants) code = cli_fail(CLI_NOT_CONVERGED, "out of memory");
    else if (n_items < 0) code = cli_usage(session->verb, "--compare: at most %d what-ifs", MAX_VARIANTS - 2);
    else if (n_items == 0)
        code = cli_usage(session->verb,
                         "--compare needs something to compare with: --set, --add-competitor, --replace or --without");
    else code = compare(session, options, items, n_items, variants, &n);
    for (int k = 0; k < n; ++k) {
        free(variants[k].window);
        cli_close(&variants[k].session);
    }
    for (int i = 0; i < MAX_VARIANTS; ++i) free(items[i].text);
    free(variants);
    return code;
}
