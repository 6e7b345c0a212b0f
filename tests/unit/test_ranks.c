#define _POSIX_C_SOURCE 200809L

/* Several processes that do one calculation, played by threads: who has which part, what all of them hold in the end, and what becomes of a failure. */
#include "synthetic.h"

#include "core/ranks.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { MAX_RANKS = 5, MAX_BYTES = 1 << 20 };

/* What the threads exchange parts through. */
static struct {
    pthread_barrier_t barrier;
    char bytes[MAX_BYTES];
    int loses; /* 1: nothing arrives */
} meeting;

/* As MPI would: each puts its parts in the middle, and takes all of them from there. */
static int share(void *parts, int n_parts, size_t bytes, void *user)
{
    const kiln_ranks *own = user;
    if (meeting.loses || (size_t)n_parts * bytes > MAX_BYTES) return 1;
    for (int k = own->rank; k < n_parts; k += own->n_ranks)
        memcpy(meeting.bytes + (size_t)k * bytes, (char *)parts + (size_t)k * bytes, bytes);
    (void)pthread_barrier_wait(&meeting.barrier);
    memcpy(parts, meeting.bytes, (size_t)n_parts * bytes);
    (void)pthread_barrier_wait(&meeting.barrier);
    return 0;
}

static int gather(const void *own_bytes, size_t bytes, void *all, void *user)
{
    const kiln_ranks *own = user;
    if (meeting.loses || (size_t)own->n_ranks * bytes > MAX_BYTES) return 1;
    memcpy(meeting.bytes + (size_t)own->rank * bytes, own_bytes, bytes);
    (void)pthread_barrier_wait(&meeting.barrier);
    if (all) memcpy(all, meeting.bytes, (size_t)own->n_ranks * bytes);
    (void)pthread_barrier_wait(&meeting.barrier);
    return 0;
}

typedef struct member {
    kiln_ranks ranks;
    pthread_t thread;
    int fails;
    kiln_status status;
    char message[256];
    int parts[17];
    double ends_K[4];
} member;

static member team[MAX_RANKS];

static void play(int n, void *(*work)(void *))
{
    ck_assert_int_eq(pthread_barrier_init(&meeting.barrier, NULL, (unsigned)n), 0);
    for (int r = 0; r < n; ++r) {
        team[r].ranks = (kiln_ranks){.rank = r, .n_ranks = n, .share = share, .gather = gather, .user = &team[r].ranks};
        ck_assert_int_eq(pthread_create(&team[r].thread, NULL, work, &team[r]), 0);
    }
    for (int r = 0; r < n; ++r) ck_assert_int_eq(pthread_join(team[r].thread, NULL), 0);
    ck_assert_int_eq(pthread_barrier_destroy(&meeting.barrier), 0);
}

static void *squares(void *data)
{
    member *m = data;
    kiln_context *own;
    if ((m->status = kiln_context_create(NULL, &own)) != KILN_OK) return NULL;
    for (int k = 0; k < 17; ++k) m->parts[k] = -1;
    for (int k = 0; k < kiln_i_ranks_own(&m->ranks, 17); ++k) {
        const int part = kiln_i_ranks_part(&m->ranks, k);
        m->parts[part] = part * part;
    }
    if (m->fails) m->status = kiln_i_fail(own, KILN_E_SINGULAR, "no square on rank %d", m->ranks.rank);
    m->status = kiln_i_ranks_share(own, &m->ranks, m->status, m->parts, 17, sizeof *m->parts);
    snprintf(m->message, sizeof m->message, "%s", kiln_context_error(own));
    kiln_context_free(own);
    return NULL;
}

START_TEST(every_rank_has_all_parts_in_the_end)
{
    for (int n = 1; n <= MAX_RANKS; ++n) {
        memset(team, 0, sizeof team);
        play(n, squares);
        for (int r = 0; r < n; ++r) {
            ck_assert_int_eq(team[r].status, KILN_OK);
            for (int k = 0; k < 17; ++k) ck_assert_int_eq(team[r].parts[k], k * k);
        }
    }
}
END_TEST

START_TEST(ranks_beyond_the_parts_have_none)
{
    const kiln_ranks fifth = {.rank = 4, .n_ranks = 5};
    ck_assert_int_eq(kiln_i_ranks_own(&fifth, 4), 0);
    ck_assert_int_eq(kiln_i_ranks_own(&fifth, 5), 1);
    ck_assert_int_eq(kiln_i_ranks_own(NULL, 4), 4);
    ck_assert_int_eq(kiln_i_ranks_part(NULL, 3), 3);
}
END_TEST

START_TEST(all_ranks_hear_of_the_lowest_that_fails)
{
    memset(team, 0, sizeof team);
    team[1].fails = team[3].fails = 1;
    play(4, squares);
    for (int r = 0; r < 4; ++r) {
        ck_assert_int_eq(team[r].status, KILN_E_SINGULAR);
        ck_assert_str_eq(team[r].message, "no square on rank 1");
    }
}
END_TEST

START_TEST(lost_parts_are_an_error)
{
    memset(team, 0, sizeof team);
    meeting.loses = 1;
    play(2, squares);
    meeting.loses = 0;
    ck_assert_int_eq(team[1].status, KILN_E_IO);
    ck_assert_str_eq(team[1].message, "rank 1 of 2: the parts of the others did not arrive");
}
END_TEST

static const char model[] = "kiln: 1\nname: two\nbibliography:\n  t: {text: test}\nfunctions:\n"
                            "  H: {G: 20000, sigma: 500 J/mol, source: t, status: measured}\n"
                            "  W: {G: 12000, sigma: 900 J/mol, source: t, status: measured}\nphases:\n"
                            "  alpha:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Ni]}]\n"
                            "    end_members: [{at: [Mg], G: 0}, {at: [Ni], G: H - 4*T}]\n"
                            "    interactions: [{at: [[Mg, Ni]], W: W, per: formula}]\n"
                            "substances:\n  nickel: {formula: Ni, at: [Ni], G: 0}\n";

static kiln_status sample(kiln_context *own, const kiln_database *db, const kiln_ranks *ranks, double *ends_K)
{
    kiln_composition x;
    kiln_atmosphere a;
    kiln_risk_options o;
    kiln_risk *risk;
    kiln_risk_summary s;
    kiln_system *system;
    (void)kiln_risk_options_init(&o, KILN_RISK_OPTIONS_VERSION);
    o.n_samples = 208; /* no whole number of blocks */
    o.ranks = ranks;
    kiln_status status = kiln_composition_parse(own, "Mg0.8Ni0.2", &x);
    if (status == KILN_OK) status = kiln_atmosphere_parse(own, "closed", &a);
    if (status == KILN_OK) status = kiln_system_create(own, db, &x, &a, NULL, &system);
    if (status != KILN_OK) return status;
    const int phase = kiln_system_find_phase(system, "alpha");
    kiln_system_free(system);
    const kiln_step_question q = {db, &x, &a, NULL, NULL};
    if ((status = kiln_risk_create(own, &q, NULL, phase, 0.0, &o, &risk)) != KILN_OK) return status;
    status = kiln_risk_summarise(risk, &s);
    const double found[4] = {s.low.q16_K, s.low.median_K, s.low.mean_K, s.probability};
    memcpy(ends_K, found, sizeof found);
    kiln_risk_free(risk);
    return status;
}

static bench b;

static void *samples(void *data)
{
    member *m = data;
    kiln_context *own;
    if ((m->status = kiln_context_create(NULL, &own)) != KILN_OK) return NULL;
    m->status = sample(own, b.db, &m->ranks, m->ends_K);
    snprintf(m->message, sizeof m->message, "%s", kiln_context_error(own));
    kiln_context_free(own);
    return NULL;
}

START_TEST(samples_are_those_of_one_process)
{
    double alone[4];
    bench_open(&b, model, NULL, "Mg0.8Ni0.2", "closed", KILN_METHOD_NEWTON);
    REQUIRE_OK(&b, sample(b.ctx, b.db, NULL, alone));
    for (int n = 2; n <= MAX_RANKS; ++n) {
        memset(team, 0, sizeof team);
        play(n, samples);
        for (int r = 0; r < n; ++r) {
            ck_assert_msg(team[r].status == KILN_OK, "%s", team[r].message);
            ck_assert_int_eq(memcmp(team[r].ends_K, alone, sizeof alone), 0);
        }
    }
    bench_close(&b);
}
END_TEST

START_TEST(ranks_that_cannot_be_are_refused)
{
    kiln_context *own;
    ck_assert_int_eq(kiln_context_create(NULL, &own), KILN_OK);
    const kiln_ranks wrong[] = {{-1, 2, share, gather, NULL},
                                {2, 2, share, gather, NULL},
                                {0, 0, share, gather, NULL},
                                {0, 1, NULL, gather, NULL},
                                {0, 1, share, NULL, NULL}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) ck_assert_int_eq(kiln_i_ranks_check(own, &wrong[i]), KILN_E_ARG);
    ck_assert_int_eq(kiln_i_ranks_check(own, NULL), KILN_OK);
    kiln_context_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ranks");
    TCase *tc = tcase_create("parts");
    tcase_add_test(tc, every_rank_has_all_parts_in_the_end);
    tcase_add_test(tc, ranks_beyond_the_parts_have_none);
    tcase_add_test(tc, all_ranks_hear_of_the_lowest_that_fails);
    tcase_add_test(tc, lost_parts_are_an_error);
    tcase_add_test(tc, samples_are_those_of_one_process);
    tcase_add_test(tc, ranks_that_cannot_be_are_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
