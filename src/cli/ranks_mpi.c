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

static int share(void *parts, int n_parts, size_t bytes, void *user)
{
    (void)user;
    if (bytes > INT_MAX) return 1;
    tell(n_parts, bytes, 0);
    if (!agree()) return 1;
    for (int k = 0; k < n_parts; ++k)
        MPI_Bcast((char *)parts + (size_t)k * bytes, (int)bytes, MPI_BYTE, k % ranks.n_ranks, MPI_COMM_WORLD);
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
