#include "core/context.h"
#include "report/screening_state.h"

#include <math.h>
#include <string.h>

static kiln_i_outcome_kind outcome_of(const char *status)
{
    int kind = 0;
    while (kind + 1 < KILN_I_N_OUTCOMES && strcmp(kiln_i_outcome_text((kiln_i_outcome_kind)kind), status) != 0) ++kind;
    return (kiln_i_outcome_kind)kind;
}

/* The fields and their texts in one block. */
static kiln_field *copy_fields(const kiln_screening *s, const kiln_field *field)
{
    const int n = s->screen->n_columns;
    size_t size = (size_t)n * sizeof *field;
    for (int i = 0; i < n; ++i)
        if (field[i].kind == KILN_FIELD_TEXT) size += strlen(field[i].text) + 1;
    kiln_field *made = kiln_i_calloc(s->ctx, size, 1);
    if (!made) return NULL;
    char *text = (char *)(made + n);
    for (int i = 0; i < n; ++i) {
        made[i] = field[i];
        if (field[i].kind != KILN_FIELD_TEXT) continue;
        const size_t length = strlen(field[i].text) + 1;
        made[i].text = memcpy(text, field[i].text, length);
        text += length;
    }
    return made;
}

/* Whether a row with this key comes before another: the larger one, any number before none, and among equals the earlier row. */
static int comes_before(double key, uint64_t row, const kiln_i_best *other)
{
    if (isnan(key) != isnan(other->key)) return isnan(other->key);
    if (key > other->key || key < other->key) return key > other->key;
    return row < other->row;
}

kiln_status kiln_i_screening_offer(kiln_screening *s, uint64_t row, const kiln_field *field)
{
    const double key = s->ranking ? kiln_filter_number(s->ranking, field) : 0.0;
    int place = s->n_best;
    if (s->top == 0 || (s->n_best == s->top && !comes_before(key, row, &s->best[s->n_best - 1]))) return KILN_OK;
    while (place > 0 && comes_before(key, row, &s->best[place - 1])) --place;
    kiln_field *copy = copy_fields(s, field);
    if (!copy) return kiln_i_fail(s->ctx, KILN_E_NOMEM, "the best rows");
    memmove(&s->best[place + 1], &s->best[place], (size_t)(s->n_best - place) * sizeof *s->best);
    s->best[place] = (kiln_i_best){row, key, copy};
    if (++s->n_best <= s->top) return KILN_OK;
    kiln_i_free(s->ctx, s->best[--s->n_best].field);
    return KILN_OK;
}

kiln_status kiln_i_screening_count(kiln_screening *s, uint64_t row, const kiln_field *field)
{
    const kiln_i_outcome_kind outcome = outcome_of(field[KILN_I_STATUS].text);
    ++s->n_done;
    ++s->count[outcome];
    s->n_uncertified += field[KILN_I_CERTIFIED].kind == KILN_FIELD_NUMBER && !(field[KILN_I_CERTIFIED].number > 0.0);
    for (int i = s->screen->first_element; i < s->screen->first_carried && outcome != KILN_I_NO_FORMULA; ++i)
        s->without[i] += field[i].kind == KILN_FIELD_NONE;
    if (s->filter && !kiln_filter_passes(s->filter, field)) return KILN_OK;
    ++s->n_passed;
    return kiln_i_screening_offer(s, row, field);
}
