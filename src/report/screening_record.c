#include "core/context.h"
#include "core/digest.h"
#include "report/screening_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SCHEMA[] = "kiln.screening.state/1";

/* "question" and the SHA-256 of it, by which a record is known. */
static void describe_question(kiln_i_tree *t, json_t *root, const kiln_screening *s)
{
    char hex[KILN_I_DIGEST];
    json_t *question = kiln_i_tree_object(t, root, "question");
    kiln_i_describe_screening(t, question, s);
    /* what reports do not tell, as the tool has no options for it */
    kiln_i_tree_real(t, question, "tolerance_J_mol", s->screen->solver_options.tolerance_J_mol);
    kiln_i_tree_integer(t, question, "max_rounds", s->screen->solver_options.max_rounds);
    if (t->status != KILN_OK) return;
    char *text = json_dumps(question, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    if (!text) {
        t->status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "the record of a screening");
        return;
    }
    kiln_i_digest(text, strlen(text), hex);
    free(text);
    kiln_i_tree_text(t, root, "question_sha256", hex);
}

kiln_status kiln_i_screening_record(const kiln_screening *s, uint64_t bytes, int is_finished, char **text)
{
    kiln_i_tree t = {s->ctx, KILN_OK};
    json_t *root = json_object();
    *text = NULL;
    kiln_i_tree_text(&t, root, "schema", SCHEMA);
    describe_question(&t, root, s);
    kiln_i_tree_flag(&t, root, "is_finished", is_finished);
    kiln_i_tree_integer(&t, root, "bytes", (long long)bytes);
    kiln_i_describe_counts(&t, root, s);
    json_t *best = kiln_i_tree_array(&t, root, "best_rows");
    for (int i = 0; i < s->n_best; ++i) kiln_i_tree_integer(&t, best, NULL, (long long)s->best[i].row);
    char *dumped = t.status == KILN_OK ? json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(root);
    if (t.status != KILN_OK) return t.status;
    if (dumped) *text = kiln_i_strdup(s->ctx, dumped);
    free(dumped);
    return *text ? KILN_OK : kiln_i_fail(s->ctx, KILN_E_NOMEM, "the record of a screening");
}

/* ---- Reading ---- */

static uint64_t whole(const json_t *node, const char *path)
{
    const json_t *value = kiln_i_tree_at(node, path);
    return json_is_integer(value) && json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0;
}

static void take_counts(kiln_screening *s, const json_t *counts)
{
    s->n_done = whole(counts, "rows");
    s->n_passed = whole(counts, "passed");
    s->n_uncertified = whole(counts, "uncertified");
    for (int k = 0; k < KILN_I_N_OUTCOMES; ++k)
        s->count[k] = whole(kiln_i_tree_at(counts, "status"), kiln_i_outcome_text((kiln_i_outcome_kind)k));
    const json_t *without = kiln_i_tree_at(counts, "without_value");
    for (int i = s->screen->first_element; i < s->screen->first_carried; ++i) {
        const json_t *value = json_object_get(without, s->screen->column[i].name);
        s->without[i] = json_is_integer(value) ? (uint64_t)json_integer_value(value) : 0;
    }
}

/* Its question is this one, as both write it. */
static kiln_status check_question(kiln_screening *s, const json_t *root, const char *path)
{
    kiln_i_tree t = {s->ctx, KILN_OK};
    json_t *own = json_object();
    describe_question(&t, own, s);
    const int is_same = t.status == KILN_OK &&
                        strcmp(kiln_i_tree_string(own, "question_sha256"), kiln_i_tree_string(root, "question_sha256")) == 0;
    const json_t *theirs = kiln_i_tree_at(root, "question/kiln/version"), *ours = kiln_i_tree_at(own, "question/kiln/version");
    const int same_version = json_equal((json_t *)theirs, (json_t *)ours);
    const int same_database =
        strcmp(kiln_i_tree_string(root, "question/database/sha256"), kiln_i_tree_string(own, "question/database/sha256")) == 0;
    json_decref(own);
    if (t.status != KILN_OK || is_same) return t.status;
    return kiln_i_fail(s->ctx, KILN_E_IO, "%s belongs to another screening%s; name another file, or remove it with its record",
                       path,
                       !same_version    ? ", by another version of kiln"
                       : !same_database ? ", with another database"
                                        : ": its options were others");
}

kiln_status kiln_i_screening_recall(kiln_screening *s, const char *text, const char *path, uint64_t *bytes, int *is_finished,
                                    uint64_t *best, int *n_best)
{
    json_t *root = json_loads(text, 0, NULL);
    size_t i;
    json_t *row;
    *n_best = 0;
    if (!root || strcmp(kiln_i_tree_string(root, "schema"), SCHEMA) != 0) {
        json_decref(root);
        return kiln_i_fail(s->ctx, KILN_E_IO, "what stands with %s is no record of a screening", path);
    }
    const kiln_status status = check_question(s, root, path);
    if (status == KILN_OK) {
        take_counts(s, kiln_i_tree_at(root, "counts"));
        *bytes = whole(root, "bytes");
        *is_finished = kiln_i_tree_is(root, "is_finished");
        json_array_foreach ((json_t *)kiln_i_tree_at(root, "best_rows"), i, row)
            if (*n_best < s->top && json_integer_value(row) >= 0 && (uint64_t)json_integer_value(row) < s->screen->n_rows)
                best[(*n_best)++] = (uint64_t)json_integer_value(row);
    }
    json_decref(root);
    return status;
}
