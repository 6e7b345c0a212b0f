/* Private: candidates and how they are read in order. candidates.c makes them, candidates_at.c gives the one of an index. */
#ifndef KILN_PREDICT_CANDIDATES_H
#define KILN_PREDICT_CANDIDATES_H

#include "data/formula_file.h"

#include <kiln/candidates.h>

struct kiln_candidates {
    kiln_context *ctx; /* borrowed */
    kiln_candidates_kind kind;
    int n_formulas;
    char *formula[KILN_MAX_FORMULAS];
    kiln_composition *composition;   /* [n_formulas] of substitutions */
    int n_pool, pool[KILN_MAX_POOL]; /* atomic numbers */
    int choose_least, choose_most;
    int steps;             /* 1 / step */
    uint64_t n_each, seed; /* candidates of one formula */
    int out_z, in_z;       /* of a substitution */
    kiln_i_formula_file table;
};

/* n over k, UINT64_MAX where it is more than that holds. */
uint64_t kiln_i_binomial(int n, int k);

/* Candidates one after the other: of a table, rows that are read together are kept. */
typedef struct kiln_i_candidate_reader {
    const kiln_candidates *candidates;
    kiln_context *ctx;
    kiln_i_table rows; /* of the group, where ctx is set */
    size_t group;
    int row; /* of the candidate in it */
} kiln_i_candidate_reader;

/* As kiln_candidates_at. */
kiln_status kiln_i_candidate_read(kiln_i_candidate_reader *reader, uint64_t index, char formula[KILN_FORMULA_BYTES]);
/* The other columns of a table: their number, their names, and their fields beside the candidate read last. */
int kiln_i_candidates_carried(const kiln_candidates *candidates);
const char *kiln_i_candidates_carried_name(const kiln_candidates *candidates, int i);
const char *kiln_i_candidate_carried(const kiln_i_candidate_reader *reader, int i);
void kiln_i_candidate_reader_close(kiln_i_candidate_reader *reader);

#endif
