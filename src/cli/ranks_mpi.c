#define _POSIX_C_SOURCE 200809L

#include "ranks.h"

#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SENTENCE = 256 };

/* What every process tells all others before each exchange, so that one that has failed, and so is at its end, keeps nobody waiting. */
typedef struct call {
    int n_parts; /* AT_END at the end */
    int code;    /* of the exit, there */
    unsigned long long bytes;
    char sentence[MAX_SENTENCE];
} call;
enum { AT_END = -1 };

static kiln_ranks ranks;
static call *calls; /* [n_ranks] */
static char last[MAX_SENTENCE];

/* MPI ends the job itself where it fails (MPI_ERRORS_ARE_FATAL), so that its results need no look. */
static void tell(int n_parts, size_t bytes, int code)
{
    call own = {.n_parts = n_parts, .code = code, .bytes = bytes};
    memcpy(own.sentence, last, sizeof own.sentence);
    MPI_Allgather(&own, (int)sizeof own, MPI_BYTE, calls, (int)sizeof own, MPI_BYTE, MPI_COMM_WORLD);
}

/* 1: all do the same. Else rank 0 says which process is at its end, and why. */
static int agree(void)
{
    int same = 1;
    for (int r = 0; r < ranks.n_ranks; ++r) {
        if (calls[r].n_parts == calls[ranks.rank].n_parts && calls[r].bytes == calls[ranks.rank].bytes) continue;
        same = 0;
        if (calls[r].n_parts == AT_END && ranks.rank == 0) fprintf(stderr, "kiln: rank %d: %s\n", r, calls[r].sentence);
    }
    return same;
}

/* Of n parts, those of a rank. */
static int count_of(int rank, int n) { return n > rank ? (n - rank - 1) / ranks.n_ranks + 1 : 0; }

/* Parts of all ranks one rank after the other, and where those of each begin; packed[rank] is where this process's own are. */
static void exchange(char *parts, int n, int bytes, char *packed, int *counts, int *offsets)
{
    int used = 0;
    for (int r = 0; r < ranks.n_ranks; ++r) {
        counts[r] = count_of(r, n) * bytes;
        offsets[r] = used;
        used += counts[r];
    }
    for (int k = ranks.rank, at = offsets[ranks.rank]; k < n; k += ranks.n_ranks, at += bytes)
        memcpy(packed + at, parts + (size_t)k * (size_t)bytes, (size_t)bytes);
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_BYTE, packed, counts, offsets, MPI_BYTE, MPI_COMM_WORLD);
    for (int r = 0; r < ranks.n_ranks; ++r)
        for (int k = r, at = offsets[r]; k < n; k += ranks.n_ranks, at += bytes)
            memcpy(parts + (size_t)k * (size_t)bytes, packed + at, (size_t)bytes);
}

/* So many parts at a time that their bytes are an int's, as MPI counts them, and each begins with rank 0's. */
static int share_all(char *parts, int n_parts, int bytes)
{
    const int round = INT_MAX / 2 / bytes / ranks.n_ranks * ranks.n_ranks, most = round > 0 && n_parts > round ? round : n_parts;
    if (round == 0 && n_parts > 0 && INT_MAX / n_parts < bytes) return 1;
    char *packed = malloc((size_t)most * (size_t)bytes + 1);
    int *counts = calloc(2 * (size_t)ranks.n_ranks, sizeof *counts);
    if (!packed || !counts) MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE); /* the others are in the exchange */
    for (int first = 0; first < n_parts; first += most)
        exchange(parts + (size_t)first * (size_t)bytes, n_parts - first < most ? n_parts - first : most, bytes, packed, counts,
                 counts + ranks.n_ranks);
    free(packed);
    free(counts);
    return 0;
}

static int share(void *parts, int n_parts, size_t bytes, void *user)
{
    (void)user;
    if (bytes > INT_MAX) return 1;
    tell(n_parts, bytes, 0);
    if (!agree()) return 1;
    return n_parts > 0 && bytes > 0 ? share_all(parts, n_parts, (int)bytes) : 0;
}

static int gather(const void *own, size_t bytes, void *all, void *user)
{
    (void)user;
    if (bytes > INT_MAX) return 1;
    tell(1, bytes, 0);
    if (!agree()) return 1;
    MPI_Gather(own, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD);
    return 0;
}

static void fall_silent(void)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    close(nowhere);
}

void cli_ranks_begin(int *argc, char ***argv)
{
    int provided;
    if (getenv(CLI_ALONE)) return;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    if (provided < MPI_THREAD_FUNNELED) {
        fprintf(stderr, "kiln: this MPI knows no threads; it must offer MPI_THREAD_FUNNELED\n");
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.n_ranks);
    ranks.share = share;
    ranks.gather = gather;
    calls = calloc((size_t)ranks.n_ranks, sizeof *calls);
    if (!calls) MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    if (ranks.rank > 0) fall_silent();
}

const kiln_ranks *cli_ranks(void) { return ranks.n_ranks > 1 ? &ranks : NULL; }

int cli_is_first_rank(void) { return ranks.rank == 0; }

void cli_ranks_heard(const char *sentence) { snprintf(last, sizeof last, "%s", sentence); }

static int all_at_end(void)
{
    for (int r = 0; r < ranks.n_ranks; ++r)
        if (calls[r].n_parts != AT_END) return 0;
    return 1;
}

int cli_ranks_end(int code)
{
    if (!calls) return code;
    do tell(AT_END, 0, code);
    while (!all_at_end()); /* others hear of it at their next exchange, and come here */
    free(calls);
    MPI_Finalize();
    return ranks.rank == 0 ? code : 0; /* mpirun ends the job at the first code that is not 0 */
}
