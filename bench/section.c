/* Sections: an isopleth, a triangle and T over p(O2), and what is written of them. */
#include "cases.h"

#include <kiln/report.h>
#include <stdio.h>
#include <string.h>

typedef struct subject {
    const char *name, *member[3];
    kiln_section_kind kind;
    double u_low, u_high, low_K, high_K; /* of an isopleth: x of CuO, as of the cations that vary */
} subject;

static const subject subjects[] =
    {{"x(Cu) of (Mg,Co,Ni,Cu,Zn)O", {"CuO", "(Mg,Co,Ni,Zn)O"}, KILN_SECTION_ISOPLETH, 0.0, 0.5, 873.15, 1573.15},
     {"MgO - CuO as an isopleth", {"MgO", "CuO"}, KILN_SECTION_ISOPLETH, 0.0, 1.0, 873.15, 1573.15},
     {"NiO - MgO - CuO at 1000 C", {"NiO", "MgO", "CuO"}, KILN_SECTION_TERNARY, 0.0, 0.0, 1273.15, 0.0},
     {"p(O2) over (Mg,Co,Ni,Cu,Zn)O", {"(Mg,Co,Ni,Cu,Zn)O"}, KILN_SECTION_TPO2, -12.0, 0.0, 1073.15, 1773.15},
     {"p(O2) over (Mg,Co,Mn,Fe)O", {"(Mg,Co,Mn,Fe)O"}, KILN_SECTION_TPO2, -12.0, 0.0, 1073.15, 1773.15}};

enum { MAP, SCRIPT, N_WAYS };
static const char *const names[N_WAYS] = {"map", "its report and figure's script"};

static void run_round(kiln_context *ctx, const subject *s, const kiln_section_question *q, bench_series time[N_WAYS])
{
    kiln_section *section = NULL;
    kiln_report *report = NULL;
    char *text = NULL;
    kiln_report_section_details details = {.varied = NULL};
    for (int m = 0; m < 3; ++m) details.member[m] = q->member[m];
    double start = bench_cpu_s();
    bench_require(ctx, s->name, kiln_section_create(ctx, q, NULL, &section));
    bench_series_add(&time[MAP], bench_cpu_since_s(start));
    start = bench_cpu_s();
    bench_require(ctx, s->name, kiln_report_section(ctx, section, NULL, &details, &report));
    bench_require(ctx, s->name, kiln_report_figure(report, NULL, &text, NULL));
    bench_series_add(&time[SCRIPT], bench_cpu_since_s(start));
    kiln_report_text_free(ctx, text);
    kiln_report_free(report);
    kiln_section_free(section);
}

static void run_section(bench_output *out, const bench_options *options, const subject *s)
{
    kiln_context *ctx = bench_context();
    kiln_database *db = NULL;
    kiln_atmosphere air;
    kiln_composition member[3];
    bench_series time[N_WAYS] = {{0}};
    int n = 0;
    kiln_section_question q =
        {.kind = s->kind, .atmosphere = &air, .u_low = s->u_low, .u_high = s->u_high, .T_low_K = s->low_K, .T_high_K = s->high_K};
    bench_require(ctx, s->name, kiln_database_load(ctx, NULL, &db));
    bench_require(ctx, s->name, kiln_atmosphere_parse(ctx, "air", &air));
    q.db = db;
    for (int m = 0; m < 3; ++m) {
        if (!s->member[m]) continue;
        bench_require(ctx, s->name, kiln_composition_parse(ctx, s->member[m], &member[m]));
        q.member[m] = &member[m];
    }
    const double start = bench_wall_s();
    do run_round(ctx, s, &q, time);
    while (bench_another_round(options, start, ++n));
    for (int way = 0; way < N_WAYS; ++way) {
        const bench_row row = {.subject = s->name, .name = names[way], .time = bench_series_stats(&time[way], n)};
        bench_output_row(out, &row);
        bench_series_free(&time[way]);
    }
    kiln_database_free(db);
    kiln_context_free(ctx);
}

void bench_sections(bench_output *out, const bench_options *options)
{
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; ++i)
        if (!options->only || strstr(subjects[i].name, options->only)) run_section(out, options, &subjects[i]);
}
