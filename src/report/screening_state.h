/* Private: what a screening has found so far. screening.c runs it, screening_rank.c keeps the best rows, screening_record.c writes and reads the record beside the rows, screen.c and
 * screen_text.c report on it; sink.h is where rows go. */
#ifndef KILN_REPORT_SCREENING_STATE_H
#define KILN_REPORT_SCREENING_STATE_H

#include "predict/screen_state.h"
#include "report/sink.h"
#include "report/tree.h"

#include <kiln/screening.h>

/* One of the best rows, with its texts in the same block as its fields. */
typedef struct kiln_i_best {
    uint64_t row;
    double key;
    kiln_field *field;
} kiln_i_best;

struct kiln_screening {
    kiln_context *ctx; /* borrowed, as the screen */
    const kiln_screen *screen;
    char *where, *sort; /* NULL: none */
    kiln_filter *filter, *ranking;
    int top, n_best;
    kiln_i_best *best; /* [top + 1] by rank */
    uint64_t n_found, n_done, n_passed, n_uncertified;
    uint64_t count[KILN_I_N_OUTCOMES];
    uint64_t without[KILN_MAX_SCREEN_COLUMNS]; /* rows with a composition and without a value, by column of the element table */
};

/* screening_rank.c */
kiln_status kiln_i_screening_count(kiln_screening *s, uint64_t row, const kiln_field *field);
/* Offers a row that satisfies `where` as one of the best. */
kiln_status kiln_i_screening_offer(kiln_screening *s, uint64_t row, const kiln_field *field);

/* screen.c: "kiln", "database" and "input" of a screening: all that its rows and its best ones depend on. */
void kiln_i_describe_screening(kiln_i_tree *t, json_t *root, const kiln_screening *s);
/* "counts" */
void kiln_i_describe_counts(kiln_i_tree *t, json_t *parent, const kiln_screening *s);

/* screening_record.c: the record as text, to be freed with kiln_i_free; where it stands in the sink is `bytes`. */
kiln_status kiln_i_screening_record(const kiln_screening *s, uint64_t bytes, int is_finished, char **text);
/* What a record says, if it is one of this question: counts into the screening, the indices of its best rows into best[top] (their number in *n_best). KILN_E_IO where it is none, and why. */
kiln_status kiln_i_screening_recall(kiln_screening *s, const char *text, const char *path, uint64_t *bytes, int *is_finished,
                                    uint64_t *best, int *n_best);

#endif
