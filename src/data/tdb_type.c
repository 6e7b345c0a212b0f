/* TYPE_DEFINITION: what is to be done to the phases that carry its code. */
#include "data/tdb.h"

#include "core/context.h"
#include "data/growth.h"

#include <limits.h>
#include <string.h>

static int shortens(kiln_i_tdb_word word, const char *full)
{
    return word.length >= 3 && kiln_i_tdb_abbreviates(word.text, word.length, full);
}

/* "MAGNETIC -1.0 0.4": what negative values are divided by, and the structure factor. */
static kiln_status read_magnetic(kiln_i_tdb *t, kiln_i_tdb_cursor *c, kiln_i_tdb_type *type)
{
    const int has_first = kiln_i_tdb_number(c, &type->antiferro);
    (void)kiln_i_tdb_take(c, ',');
    if (!has_first || !kiln_i_tdb_number(c, &type->p) || !(type->p > 0.0) || !(type->p < 1.0))
        return kiln_i_tdb_fail(&t->text, c->at,
                               "expected an antiferromagnetic factor and a structure factor above 0 and below 1 behind MAGNETIC");
    type->kind = type->antiferro < 0.0 ? KILN_TDB_TYPE_MAGNETIC : KILN_TDB_TYPE_MODEL;
    if (type->antiferro > KILN_TDB_NO_ORDER) return KILN_OK;
    type->antiferro = 0.0;
    return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, type->at,
                             "an antiferromagnetic factor of -1000 or below: negative Tc and moments of %.*s are no ordering",
                             kiln_i_tdb_shown(type->phase), type->phase.text);
}

static kiln_status read_command(kiln_i_tdb *t, kiln_i_tdb_cursor *c, kiln_i_tdb_type *type)
{
    const kiln_i_tdb_word amend = kiln_i_tdb_word_until(c, "");
    if (!kiln_i_tdb_abbreviates(amend.text, amend.length, "AMEND_PHASE_DESCRIPTION") || amend.length < 3)
        return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, amend.at, "GES %.*s changes no phase", kiln_i_tdb_shown(amend),
                                 amend.text);
    type->phase = kiln_i_tdb_word_until(c, "");
    type->command = kiln_i_tdb_word_until(c, ",");
    if (type->command.length == 0) return kiln_i_tdb_fail(&t->text, c->at, "expected what is to be changed of a phase");
    if (shortens(type->command, "MAGNETIC_ORDERING")) return read_magnetic(t, c, type);
    type->kind = KILN_TDB_TYPE_MODEL;
    if (shortens(type->command, "DIS_PART") || shortens(type->command, "DISORDERED_PART") ||
        shortens(type->command, "NEVER_DISORDER")) {
        type->kind = KILN_TDB_TYPE_ORDER;
        type->other = kiln_i_tdb_word_until(c, ",");
        for (kiln_i_tdb_word word = type->other; kiln_i_tdb_peek(c);) {
            c->at += t->text.clean[c->at] == ',';
            word = kiln_i_tdb_word_until(c, ",");
            type->is_never |= shortens(word, "NEVER");
        }
    } else if (shortens(type->command, "MAJOR_CONSTITUENT") || shortens(type->command, "COMPOSITION_SETS") ||
               kiln_i_tdb_is(type->command, "C_S") || shortens(type->command, "COMP_SETS")) {
        type->kind = KILN_TDB_TYPE_IDLE;
        return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, type->command.at,
                                 "%.*s of %.*s is a start value of other programs; nothing follows from it here",
                                 kiln_i_tdb_shown(type->command), type->command.text, kiln_i_tdb_shown(type->phase),
                                 type->phase.text);
    }
    return KILN_OK;
}

/* "IF (condition) THEN GES ...": the change is made in every system. */
static kiln_status skip_condition(kiln_i_tdb *t, kiln_i_tdb_cursor *c, kiln_i_tdb_word *word)
{
    const size_t at = word->at;
    while (word->length > 0 && !kiln_i_tdb_is(*word, "GES")) *word = kiln_i_tdb_word_until(c, "");
    if (word->length == 0) return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, at, "this condition changes no phase");
    return kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, at, "the condition is not looked at: the change is made in every system");
}

kiln_status kiln_i_tdb_read_type(kiln_i_tdb *t, const kiln_i_tdb_statement *s)
{
    kiln_i_tdb_cursor c = kiln_i_tdb_begin(&t->text, s);
    kiln_status status = KILN_OK;
    if (!kiln_i_tdb_peek(&c)) return kiln_i_tdb_fail(&t->text, c.at, "expected the code of a type");
    kiln_i_tdb_type *type = kiln_i_push(t->r->ctx, &t->types, &t->n_types, sizeof *type);
    if (!type) return kiln_i_reader_no_memory(t->r);
    type->code = t->text.clean[c.at++];
    type->at = s->at;
    kiln_i_tdb_word word = kiln_i_tdb_word_until(&c, "");
    if (kiln_i_tdb_is(word, "IF")) status = skip_condition(t, &c, &word);
    if (status != KILN_OK || kiln_i_tdb_is(word, "SEQ") || word.length == 0) return status;
    if (kiln_i_tdb_is(word, "GES")) return read_command(t, &c, type);
    return kiln_i_tdb_remark(t, KILN_SEVERITY_NOTE, word.at, "the type %.*s directs other programs; nothing follows from it here",
                             kiln_i_tdb_shown(word), word.text);
}

static int carries(const kiln_i_tdb_phase *phase, char code)
{
    return memchr(phase->types.text, code, phase->types.length) != NULL;
}

static kiln_status apply(kiln_i_tdb *t, const kiln_i_tdb_type *type, kiln_i_tdb_phase *phase)
{
    const int other = type->other.length > 0 ? kiln_i_tdb_find_phase(t, type->other) : -1;
    kiln_status status;
    switch (type->kind) {
    case KILN_TDB_TYPE_IDLE: break;
    case KILN_TDB_TYPE_MAGNETIC:
        phase->antiferro = type->antiferro;
        phase->p = type->p;
        break;
    case KILN_TDB_TYPE_ORDER:
        status =
            kiln_i_tdb_set_aside(t, phase,
                                 "it is the ordered form of %.*s (%.*s), and order and disorder of one phase are no model here",
                                 kiln_i_tdb_shown(type->other), type->other.text, kiln_i_tdb_shown(type->command),
                                 type->command.text);
        if (status != KILN_OK || other < 0 || !type->is_never || &t->phases[other] == phase) return status;
        return kiln_i_tdb_set_aside(t, &t->phases[other], "it is a part of %.*s and no phase by itself",
                                    kiln_i_tdb_shown(phase->name), phase->name.text);
    case KILN_TDB_TYPE_MODEL:
        return kiln_i_tdb_set_aside(t, phase, "%.*s changes its model to one that is not known here",
                                    kiln_i_tdb_shown(type->command), type->command.text);
    }
    return KILN_OK;
}

/* Codes of phases that no TYPE_DEFINITION explains. */
static kiln_status check_codes(kiln_i_tdb *t, const kiln_i_tdb_phase *phase, const char is_known[UCHAR_MAX + 1])
{
    kiln_status status = KILN_OK;
    for (size_t i = 0; i < phase->types.length && status == KILN_OK; i++) {
        if (!is_known[(unsigned char)phase->types.text[i]])
            status = kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, phase->types.at + i,
                                       "no TYPE_DEFINITION explains the code %c of %.*s", phase->types.text[i],
                                       kiln_i_tdb_shown(phase->name), phase->name.text);
    }
    return status;
}

kiln_status kiln_i_tdb_apply_types(kiln_i_tdb *t)
{
    kiln_status status = KILN_OK;
    char is_known[UCHAR_MAX + 1] = {0};
    for (int k = 0; k < t->n_types && status == KILN_OK; k++) {
        const kiln_i_tdb_type *type = &t->types[k];
        int n = 0;
        is_known[(unsigned char)type->code] = 1;
        if (type->phase.length == 0 || type->kind == KILN_TDB_TYPE_IDLE) continue;
        const int is_every = kiln_i_tdb_is(type->phase, "@"), named = is_every ? -1 : kiln_i_tdb_find_phase(t, type->phase);
        const int from = named > 0 ? named : 0, to = is_every ? t->n_phases : named + 1; /* none: from >= to */
        for (int i = from; i < to && status == KILN_OK; i++) {
            if (!carries(&t->phases[i], type->code)) continue;
            n++;
            status = apply(t, type, &t->phases[i]);
        }
        if (status == KILN_OK && n == 0)
            status =
                kiln_i_tdb_remark(t, KILN_SEVERITY_WARNING, type->at, "no phase %.*s with the code %c is there for this type",
                                  kiln_i_tdb_shown(type->phase), type->phase.text, type->code);
    }
    for (int i = 0; i < t->n_phases && status == KILN_OK; i++) status = check_codes(t, &t->phases[i], is_known);
    return status;
}
