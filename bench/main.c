/* bench_kiln: what an equilibrium, its certificate, a window and a diagram cost. Prints a table; no test asserts its numbers. */
#include "cases.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: bench_kiln [--only TEXT] [--rounds N] [--budget SECONDS] [--solves N] [--markdown] [--json FILE] [--help]\n"
    "  --only TEXT       only subjects whose name contains TEXT\n"
    "  --rounds N        at most N rounds of each case, 1 to 99; default 5\n"
    "  --budget SECONDS  time for one subject: fewer rounds, then fewer temperatures or compositions; default 1.5\n"
    "  --solves N        equilibria of the memory case, ended after six budgets; 0 leaves it out; default 100000\n"
    "  --rows N          rows of a screening; 0 leaves it out; default 10000\n"
    "  --markdown        the table with bars, as it stands in docs/performance.md\n"
    "  --json FILE       all numbers, times in seconds\n";

static int refuse(const char *option, const char *text)
{
    fprintf(stderr, "bench_kiln: %s %s: not a number it takes\n%s", option, text, usage);
    return 0;
}

static int parse_number(const char *option, const char *text, double least, double most, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return (end != text && *end == '\0' && *out >= least && *out <= most) || refuse(option, text);
}

static int parse_options(int argc, char **argv, bench_options *o)
{
    static const struct option options[] = {{"only", required_argument, NULL, 'o'},   {"rounds", required_argument, NULL, 'r'},
                                            {"budget", required_argument, NULL, 'b'}, {"solves", required_argument, NULL, 's'},
{"rows", required_argument, NULL, 'w'},
                                            {"rows", required_argument, NULL, 'w'},
                                            {"json", required_argument, NULL, 'j'},   {"markdown", no_argument, NULL, 'm'},
                                            {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    double value;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'o': o->only = optarg; break;
        case 'j': o->json_path = optarg; break;
        case 'm': o->is_markdown = 1; break;
        case 'r':
            if (!parse_number("--rounds", optarg, 1, BENCH_MAX_ROUNDS, &value)) return 0;
            o->rounds = (int)value;
            break;
        case 'b':
            if (!parse_number("--budget", optarg, 0, 1e6, &o->budget_s)) return 0;
            break;
        case 's':
            if (!parse_number("--solves", optarg, 0, 1e9, &value)) return 0;
            o->n_solves = (int)value;
            break;
        case 'w':
            if (!parse_number("--rows", optarg, 0, 1e9, &value)) return 0;
            o->n_rows = (int)value;
            break;
        case 'h': fputs(usage, stdout); exit(EXIT_SUCCESS);
        default: fputs(usage, stderr); return 0;
        }
    }
    if (optind < argc) fputs(usage, stderr);
    return optind == argc;
}

enum { ALL = BENCH_SET_UP | BENCH_COLD | BENCH_WARM };

static int is_chosen(const bench_options *o, const char *name) { return !o->only || strstr(name, o->only); }

/* Runs the subject if its name was asked for, and ends it. */
static void run_subject(bench_output *out, const bench_options *o, bench_subject *s, int ways)
{
    if (is_chosen(o, s->name)) {
        bench_equilibrium(out, o, s, ways);
        if (ways & BENCH_WINDOW) bench_window(out, o, s);
    }
    bench_subject_close(s);
}

static void run_oxides(bench_output *out, const bench_options *o)
{
    bench_subject s;
    bench_subject_oxide(&s, "(Mg,Co,Ni,Cu,Zn)O", 600.0, 1600.0);
    run_subject(out, o, &s, ALL | BENCH_NLOPT | BENCH_WINDOW);
    /* the range in which the cubic spinel, ions and vacancies on two sublattices, is most of the sample */
    bench_subject_oxide(&s, "(Mn,Co,Ni)3O4", 600.0, 1500.0);
    run_subject(out, o, &s, ALL | BENCH_WINDOW);
    bench_subject_oxide(&s, "(Mg,Mn,Co,Ni,Zn)3O4", 600.0, 1400.0);
    run_subject(out, o, &s, ALL);
}

static void run_regular(bench_output *out, const bench_options *o)
{
    bench_subject s;
    bench_subject_five(&s);
    run_subject(out, o, &s, ALL | BENCH_NLOPT | BENCH_WINDOW);
    bench_subject_binary(&s);
    run_subject(out, o, &s, ALL);
    bench_subject_simplex(&s);
    run_subject(out, o, &s, BENCH_SET_UP | BENCH_COLD);
}

static void run_scaling(bench_output *out, const bench_options *o)
{
    static const int size[][2] = {{1, 3}, {3, 3}, {5, 3}, {8, 3}, {12, 3}, {5, 1}, {5, 2}, {5, 4}, {5, 5}, {5, 6}};
    for (size_t i = 0; i < sizeof size / sizeof *size; ++i) {
        bench_subject s;
        bench_subject_seeded(&s, size[i][0], size[i][1]);
        run_subject(out, o, &s, BENCH_COLD | BENCH_WARM);
    }
}

static void run_screen(bench_output *out, const bench_options *o)
{
    bench_subject s;
    bench_subject_five(&s);
    if (o->n_rows > 0 && is_chosen(o, "screening")) bench_screen(out, o, &s);
    bench_subject_close(&s);
}

/* First of all, so that the peak of another case does not hide growth. */
static void run_memory(bench_output *out, const bench_options *o)
{
    bench_subject s;
    bench_subject_five(&s);
    if (o->n_solves > 0 && is_chosen(o, s.name)) bench_flat_memory(out, o, &s);
    bench_subject_close(&s);
}

int main(int argc, char **argv)
{
    bench_options o = {.rounds = 5, .budget_s = 1.5, .n_solves = 100000, .n_rows = 10000};
    if (!parse_options(argc, argv, &o)) return EXIT_FAILURE;
    bench_output *out = bench_output_open(&o);
    run_memory(out, &o);
    run_screen(out, &o);
    if (is_chosen(&o, "default database")) bench_load(out, &o);
    run_oxides(out, &o);
    run_regular(out, &o);
    if (is_chosen(&o, "risk")) bench_risk(out, &o);
    bench_pools(out, &o);
    bench_joins(out, &o);
    bench_sections(out, &o);
    run_scaling(out, &o);
    if (bench_output_close(out) > 0) return EXIT_SUCCESS;
    fprintf(stderr, "bench_kiln: no subject's name contains \"%s\"\n", o.only);
    return EXIT_FAILURE;
}
