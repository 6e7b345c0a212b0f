#include "data/reader.h"

#include "core/context.h"

#include <stdio.h>
#include <string.h>

/* Depth-first search with its own stack, since a chain of references may be as long as the file. */
typedef struct walk {
    kiln_i_reader *r;
    int *stack;    /* functions being visited */
    int *next;     /* of each: the reference to follow next; -1 not visited, -2 finished */
    int *sequence; /* finished ones in order: what they refer to stands before them */
    int n_finished;
} walk;

static kiln_status fail_mention(const kiln_i_reader *r, const kiln_i_mention *m, const char *sentence)
{
    const kiln_status status = kiln_i_fail(r->ctx, KILN_E_PARSE, "%s, found \"%.*s\"", sentence, m->length < 80 ? m->length : 80,
                                           m->place.node->text + m->offset);
    return kiln_i_yaml_locate(kiln_i_reader_yaml(r, m->place), m->place.node, m->offset, status);
}

static kiln_status find_target(const kiln_i_reader *r, const kiln_i_mention *m, int *target)
{
    *target = m->target;
    if (!m->place.node) return KILN_OK;
    *target = kiln_i_reader_find(r, m->place.node->text + m->offset, (size_t)m->length);
    if (*target >= 0 && !r->drafts[*target].is_dropped) return KILN_OK;
    return fail_mention(r, m, "expected the name of a function");
}

/* The functions on the stack from `target` on, which names itself by way of them; without a node it stands in a TDB file, whose functions have places too. */
static kiln_status fail_circle(const walk *w, int depth, int target, const kiln_i_mention *m)
{
    const kiln_i_reader *r = w->r;
    const kiln_i_function *f = &r->db->functions[w->stack[depth]];
    char circle[300] = "";
    int from = depth, used = 0;
    if (m->place.node) return fail_mention(r, m, "expected functions that do not refer to each other in a circle");
    while (from > 0 && w->stack[from] != target) from--;
    for (int i = from; i <= depth && used < (int)sizeof circle; i++)
        used += snprintf(circle + used, sizeof circle - (size_t)used, "%.80s -> ", r->db->functions[w->stack[i]].name);
    return kiln_i_fail(r->ctx, KILN_E_PARSE,
                       "%.250s:%d:%d: expected functions that do not refer to each other in a circle, found %s%.80s",
                       r->db->files[f->file], f->line, f->column, circle, r->db->functions[target].name);
}

static kiln_status visit(walk *w, int start)
{
    int depth = 0;
    w->stack[0] = start;
    w->next[start] = 0;
    while (depth >= 0) {
        const int f = w->stack[depth];
        const kiln_i_draft *draft = &w->r->drafts[f];
        if (w->next[f] == draft->n_mentions) {
            w->next[f] = -2;
            w->sequence[w->n_finished++] = f;
            depth--;
            continue;
        }
        const kiln_i_mention *mention = &draft->mentions[w->next[f]++];
        int target;
        const kiln_status status = find_target(w->r, mention, &target);
        if (status != KILN_OK) return status;
        if (w->next[target] >= 0) return fail_circle(w, depth, target, mention);
        if (w->next[target] == -2) continue;
        w->next[target] = 0;
        w->stack[++depth] = target;
    }
    return KILN_OK;
}

static kiln_status attach_references(kiln_i_reader *r, int old, kiln_i_function *f)
{
    const kiln_i_draft *draft = &r->drafts[old];
    if (draft->n_mentions == 0) return KILN_OK;
    f->references = kiln_i_calloc(r->ctx, (size_t)draft->n_mentions, sizeof *f->references);
    if (!f->references) return kiln_i_reader_no_memory(r);
    f->n_references = draft->n_mentions;
    for (int i = 0; i < draft->n_mentions; i++) {
        int target;
        const kiln_status status = find_target(r, &draft->mentions[i], &target);
        if (status != KILN_OK) return status;
        f->references[i] = (kiln_i_reference){r->order[target], draft->mentions[i].factor};
    }
    return KILN_OK;
}

static void renumber_steps(const kiln_i_reader *r, kiln_i_function *f)
{
    int n = 0;
    for (int i = 0; i < f->n_pieces; i++) n += f->pieces[i].n_steps;
    for (int i = 0; i < n; i++)
        if (f->steps[i].op == KILN_OP_FUNCTION) f->steps[i].function = r->order[f->steps[i].function];
}

/* Functions into the order found; what was dropped is freed. */
static kiln_status permute(kiln_i_reader *r, const walk *w)
{
    kiln_database *db = r->db;
    kiln_status status = KILN_OK;
    const int n = w->n_finished;
    for (int i = 0; i < n; i++) r->order[w->sequence[i]] = i;
    for (int i = 0; i < n && status == KILN_OK; i++) {
        status = attach_references(r, w->sequence[i], &db->functions[w->sequence[i]]);
        renumber_steps(r, &db->functions[w->sequence[i]]);
    }
    if (status != KILN_OK) return status;
    kiln_i_function *sorted = kiln_i_calloc(r->ctx, n ? (size_t)n : 1, sizeof *sorted);
    if (!sorted) return kiln_i_reader_no_memory(r);
    for (int i = 0; i < n; i++) sorted[i] = db->functions[w->sequence[i]];
    for (int i = 0; i < db->n_functions; i++)
        if (r->drafts[i].is_dropped) kiln_i_function_clear(r->ctx, &db->functions[i]);
    kiln_i_free(r->ctx, db->functions);
    db->functions = sorted;
    db->n_functions = n;
    for (int p = 0; p < db->n_phases; p++)
        for (int i = 0; i < db->phases[p].n_parameters; i++)
            db->phases[p].parameters[i].function = r->order[db->phases[p].parameters[i].function];
    return KILN_OK;
}

static kiln_status find_gases(kiln_i_reader *r)
{
    for (int g = 0; g < KILN_N_GASES; g++) {
        const kiln_i_yaml_node *node = r->gases[g].node;
        r->db->gases[g] = r->gas_function[g] - 1;
        if (!node) continue;
        const kiln_i_mention mention = {r->gases[g], 0, (int)strlen(node->text), -1, 1.0};
        int target;
        const kiln_status status = find_target(r, &mention, &target);
        if (status != KILN_OK) return status;
        r->db->gases[g] = target;
    }
    return KILN_OK;
}

static kiln_status find_vapours(kiln_i_reader *r)
{
    kiln_status status = KILN_OK;
    for (int v = 0; v < r->n_vapours && status == KILN_OK; v++) {
        if (!r->vapours[v].node) continue;
        const kiln_i_mention mention = {r->vapours[v], 0, (int)strlen(r->vapours[v].node->text), -1, 1.0};
        status = find_target(r, &mention, &r->db->vapours[v].function);
    }
    return status;
}

/* From places in the order read to those in the order found. */
static void renumber_gases(kiln_i_reader *r)
{
    for (int g = 0; g < KILN_N_GASES; g++)
        if (r->db->gases[g] >= 0) r->db->gases[g] = r->order[r->db->gases[g]];
    for (int v = 0; v < r->db->n_vapours; v++) r->db->vapours[v].function = r->order[r->db->vapours[v].function];
}

kiln_status kiln_i_reader_resolve(kiln_i_reader *r)
{
    const int n = r->db->n_functions;
    const size_t room = n > 0 ? (size_t)n : 1;
    kiln_status status = KILN_OK;
    walk w = {.r = r};
    r->order = kiln_i_calloc(r->ctx, room, sizeof *r->order);
    w.stack = kiln_i_calloc(r->ctx, room, sizeof *w.stack);
    w.next = kiln_i_calloc(r->ctx, room, sizeof *w.next);
    w.sequence = kiln_i_calloc(r->ctx, room, sizeof *w.sequence);
    if (!r->order || !w.stack || !w.next || !w.sequence) {
        status = kiln_i_reader_no_memory(r);
        goto done;
    }
    for (int i = 0; i < n; i++) r->order[i] = w.next[i] = -1;
    for (int i = 0; i < n && status == KILN_OK; i++)
        if (!r->drafts[i].is_dropped && w.next[i] == -1) status = visit(&w, i);
    if (status == KILN_OK) status = find_gases(r);
    if (status == KILN_OK) status = find_vapours(r);
    if (status == KILN_OK) status = permute(r, &w);
    if (status == KILN_OK) renumber_gases(r);
done:
    kiln_i_free(r->ctx, w.stack);
    kiln_i_free(r->ctx, w.next);
    kiln_i_free(r->ctx, w.sequence);
    return status;
}
