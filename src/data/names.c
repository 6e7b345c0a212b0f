#include "data/names.h"

#include "core/context.h"

#include <string.h>

/* FNV-1a: G. Fowler, L.C. Noll, P. Vo, the public parameters of the 32-bit hash. */
static unsigned hash_of(const char *name, size_t length)
{
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    return hash;
}

/* Slot of a name, or the empty one where it belongs. */
static kiln_i_named *slot_of(const kiln_i_names *names, const char *name, size_t length)
{
    int at = (int)(hash_of(name, length) & (unsigned)(names->n_slots - 1));
    for (; names->slots[at].name; at = (at + 1) & (names->n_slots - 1))
        if (names->slots[at].length == length && memcmp(names->slots[at].name, name, length) == 0) break;
    return &names->slots[at];
}

int kiln_i_names_find(const kiln_i_names *names, const char *name, size_t length)
{
    const kiln_i_named *slot = names->n_slots ? slot_of(names, name, length) : NULL;
    return slot && slot->name ? slot->index : -1;
}

/* Twice as many slots as names at least. */
static int grow(kiln_context *ctx, kiln_i_names *names)
{
    if (2 * names->n < names->n_slots) return 1;
    kiln_i_names larger = {names->n, names->n_slots ? 2 * names->n_slots : 64, NULL};
    if (!(larger.slots = kiln_i_calloc(ctx, (size_t)larger.n_slots, sizeof *larger.slots))) return 0;
    for (int i = 0; i < names->n_slots; i++) {
        const kiln_i_named *old = &names->slots[i];
        if (old->name) *slot_of(&larger, old->name, old->length) = *old;
    }
    kiln_i_free(ctx, names->slots);
    *names = larger;
    return 1;
}

int kiln_i_names_add(kiln_context *ctx, kiln_i_names *names, const char *name, size_t length, int index)
{
    if (!grow(ctx, names)) return 0;
    *slot_of(names, name, length) = (kiln_i_named){name, length, index};
    names->n++;
    return 1;
}

void kiln_i_names_free(kiln_context *ctx, kiln_i_names *names) { kiln_i_free(ctx, names->slots); }
