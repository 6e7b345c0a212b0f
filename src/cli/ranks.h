/* Ranks: processes that a launcher of MPI (mpirun, srun) has started to do one calculation together. `kiln` is always alone, ranks_alone.c; `kiln-mpi` is the same
 * tool linked with ranks_mpi.c. Rank 0 speaks for all of them: what the others would print or write is dropped. */
#ifndef KILN_CLI_RANKS_H
#define KILN_CLI_RANKS_H

#include <kiln/ranks.h>

/* The environment of a process that a rank has started: it is no rank itself. */
#define CLI_ALONE "KILN_ALONE"

/* Before anything else in main. */
void cli_ranks_begin(int *argc, char ***argv);
/* For the library; NULL: alone. */
const kiln_ranks *cli_ranks(void);
/* 0: another process writes the results. */
int cli_is_first_rank(void);
/* A sentence of this process, which rank 0 repeats where this one alone has failed. */
void cli_ranks_heard(const char *sentence);
/* After everything, with the exit code; waits for the others and returns what main shall return. */
int cli_ranks_end(int code);

#endif
