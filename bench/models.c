#include "models.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CATIONS = 12, MAX_PHASES = 6, MAX_PAIRS = MAX_CATIONS * (MAX_CATIONS - 1) / 2, SWEEP = 101 };

static const char *const cations[MAX_CATIONS] = {"Mg", "Zn", "Ni", "Cu", "Co", "Mn", "Fe", "Ca", "Cd", "Sr", "Li", "Al"};
static const char *const phase_names[MAX_PHASES] = {"rocksalt", "wurtzite", "tenorite", "fluorite", "corundum", "nickeline"};

/* Regular solutions of the first n_cations on one site. Without oxygen, so that the atmosphere is closed and only mixing is measured. */
typedef struct model {
    int n_cations, n_phases;
    double G_J_mol[MAX_PHASES][MAX_CATIONS]; /* of the end members, constant                                */
    double W_J_mol[MAX_PHASES][MAX_PAIRS];   /* pairs 12, 13, ..., 23, ... in the order of the cations     */
} model;

/* Mg, Zn, Ni, Cu, Co with lattice stabilities and interactions of the size of those of their oxides; Mg repels Ni so that the rock salt
 * comes apart too: one to four phases are stable between 600 and 1600 K. */
static const model five = {
    .n_cations = 5,
    .n_phases = 3,
    .G_J_mol = {{0, 15000, 0, 13000, 0}, {25000, 0, 30000, 25000, 20000}, {35000, 28000, 28000, 0, 28000}},
    .W_J_mol = {{7000, 16000, 6000, 5100, 8000, 9000, 6000, 5000, 9000, 4000},
                {6000, 2000, 4000, 3000, 5000, 4000, 2000, 7000, 6000, 4000},
                {8000, 4000, 6000, 5000, 3000, 8000, 4000, 6000, 5000, 7000}},
};

typedef struct text {
    char at[65536];
    size_t used;
} text;

__attribute__((format(printf, 2, 3))) static void put(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    t->used += (size_t)vsnprintf(t->at + t->used, sizeof t->at - t->used, format, args);
    va_end(args);
    bench_require(NULL, "database as text", t->used < sizeof t->at ? KILN_OK : KILN_E_NOMEM);
}

static void put_phase(text *t, const model *m, int p)
{
    put(t, "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [%s", phase_names[p], cations[0]);
    for (int i = 1; i < m->n_cations; ++i) put(t, ", %s", cations[i]);
    put(t, "]}]\n    end_members:\n");
    for (int i = 0; i < m->n_cations; ++i) put(t, "      - {at: [%s], G: %.10g}\n", cations[i], m->G_J_mol[p][i]);
    if (m->n_cations > 1) put(t, "    interactions:\n");
    for (int i = 0, pair = 0; i < m->n_cations; ++i)
        for (int j = i + 1; j < m->n_cations; ++j)
            put(t, "      - {pair: [%s, %s], on: M, per: formula, W: %.10g}\n", cations[i], cations[j], m->W_J_mol[p][pair++]);
}

static void parse_formula(bench_subject *s, const char *formula, const char *atmosphere)
{
    bench_require(s->ctx, s->name, kiln_composition_parse(s->ctx, formula, &s->composition));
    bench_require(s->ctx, s->name, kiln_atmosphere_parse(s->ctx, atmosphere, &s->atmosphere));
}

/* The first `n_used` cations of the model in equal amounts. */
static void open_model(bench_subject *s, const model *m, int n_used)
{
    text *t = bench_realloc(NULL, sizeof *t);
    t->used = 0;
    s->ctx = bench_context();
    put(t, "kiln: 1\nname: bench\nphases:\n");
    for (int p = 0; p < m->n_phases; ++p) put_phase(t, m, p);
    bench_require(s->ctx, s->name, kiln_database_parse(s->ctx, t->at, t->used, "bench", NULL, &s->db));
    t->used = 0;
    for (int i = 0; i < n_used; ++i) put(t, "%s%s", i > 0 ? "," : "(", cations[i]);
    put(t, ")");
    parse_formula(s, n_used > 1 ? t->at : cations[0], "closed");
    s->n_compositions = 1;
    s->n_temperatures = SWEEP;
    s->T_min_K = 600.0;
    s->T_max_K = 1600.0;
    free(t);
}

void bench_subject_oxide(bench_subject *s, const char *formula, double T_min_K, double T_max_K)
{
    *s = (bench_subject){.n_compositions = 1, .T_min_K = T_min_K, .T_max_K = T_max_K, .n_temperatures = SWEEP};
    snprintf(s->name, sizeof s->name, "%s in air", formula);
    s->ctx = bench_context();
    bench_require(s->ctx, s->name, kiln_database_load(s->ctx, NULL, &s->db));
    parse_formula(s, formula, "air");
}

void bench_subject_five(bench_subject *s)
{
    *s = (bench_subject){.name = "rock salt, wurtzite, tenorite"};
    open_model(s, &five, five.n_cations);
}

static double *amounts_for(bench_subject *s, int n_compositions)
{
    s->n_compositions = n_compositions;
    s->amounts = bench_realloc(NULL, (size_t)(n_compositions * s->composition.n) * sizeof *s->amounts);
    return s->amounts;
}

void bench_subject_binary(bench_subject *s)
{
    enum { N = 49 };
    *s = (bench_subject){.name = "binary, 49 x by 101 T"};
    open_model(s, &five, 2);
    double *x = amounts_for(s, N);
    for (int i = 0; i < N; ++i, x += 2) {
        x[1] = (i + 1) / (N + 1.0);
        x[0] = 1.0 - x[1];
    }
}

/* -ln u, normalised, is uniform on the simplex if u is on the cube; u is there the additive recurrence whose steps are the powers of 1/root, x^6 = x + 1
 * (M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018). */
void bench_subject_simplex(bench_subject *s)
{
    enum { N = 1080, D = 5 };
    static const double root = 1.1347241384015194;
    *s = (bench_subject){.name = "simplex, 1080 compositions"};
    open_model(s, &five, D);
    s->T_min_K = s->T_max_K = 1100.0;
    s->n_temperatures = 1;
    double *x = amounts_for(s, N);
    for (int i = 0; i < N; ++i, x += D) {
        double sum = 0.0, whole;
        for (int k = 0; k < D; ++k) sum += x[k] = -log(modf(0.5 + (i + 1) * pow(root, -(k + 1)), &whole));
        for (int k = 0; k < D; ++k) x[k] /= sum;
    }
}

/* Uniform in [0, 1): S. Vigna's splitmix64. */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Each cation has one phase in which it is stable when pure, 5 to 25 kJ/mol below the others; pairs attract by up to 5 or repel by up to 15 kJ/mol. */
void bench_subject_seeded(bench_subject *s, int n_cations, int n_phases)
{
    uint64_t state = 1;
    model m = {.n_cations = n_cations, .n_phases = n_phases};
    for (int p = 0; p < n_phases; ++p) {
        for (int i = 0; i < n_cations; ++i) m.G_J_mol[p][i] = i % n_phases == p ? 0.0 : 5000.0 + 20000.0 * uniform(&state);
        for (int pair = 0; pair < n_cations * (n_cations - 1) / 2; ++pair)
            m.W_J_mol[p][pair] = -5000.0 + 20000.0 * uniform(&state);
    }
    *s = (bench_subject){0};
    snprintf(s->name, sizeof s->name, "%d cation%s, %d phase%s", n_cations, n_cations == 1 ? "" : "s", n_phases,
             n_phases == 1 ? "" : "s");
    open_model(s, &m, n_cations);
}

void bench_subject_close(bench_subject *s)
{
    free(s->amounts);
    kiln_database_free(s->db);
    kiln_context_free(s->ctx);
}

kiln_system *bench_subject_system(const bench_subject *s, int i)
{
    kiln_composition x = s->composition;
    kiln_system *system = NULL;
    for (int k = 0; s->amounts && k < x.n; ++k) x.component[k].amount = s->amounts[k + i * x.n];
    bench_require(s->ctx, s->name, kiln_system_create(s->ctx, s->db, &x, &s->atmosphere, NULL, &system));
    return system;
}

double bench_subject_temperature(const bench_subject *s, int i)
{
    return s->n_temperatures > 1 ? s->T_min_K + (s->T_max_K - s->T_min_K) * i / (s->n_temperatures - 1) : s->T_min_K;
}
