/* Private: the workspace of a join; gap.c makes it, gap_solve.c works in it. */
#ifndef KILN_PREDICT_GAP_SOLVER_H
#define KILN_PREDICT_GAP_SOLVER_H

#include "predict/spinodal.h"

/* A structure by itself: the same join with this phase alone. */
typedef struct kiln_i_structure {
    int phase; /* of the whole system */
    kiln_system *system;
    kiln_solver *solver;
    kiln_i_target target;
    kiln_i_fields fields;
} kiln_i_structure;

struct kiln_gap_solver {
    kiln_context *ctx;
    kiln_system *system;
    kiln_solver *solver;
    kiln_i_fields fields;
    int n_structures;
    kiln_i_structure structure[KILN_GAP_MAX_STRUCTURES];
    double seed[KILN_I_SEED_ROOM];
    int n_seeds;
};

#endif
