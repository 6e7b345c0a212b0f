#include "study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where a comparison is: the members passed through, between strokes. */
typedef struct walk {
    cli_difference *d;
    char path[256];
} walk;

static int is_told_apart(const char *path)
{
    return strcmp(path, "command") == 0 || strcmp(path, "kiln") == 0 || strcmp(path, "database/sha256") == 0;
}

static void note_other(walk *w)
{
    if (w->d->others++ == 0) snprintf(w->d->other, sizeof w->d->other, "%s", w->path);
}

static void compare_numbers(walk *w, double a, double b)
{
    const double larger = fmax(fabs(a), fabs(b)), difference = fabs(a - b);
    ++w->d->n_numbers;
    if (!(difference > 0.0)) return;
    ++w->d->numbers;
    if (difference / larger <= w->d->largest) return;
    w->d->largest = difference / larger;
    snprintf(w->d->where, sizeof w->d->where, "%s", w->path);
}

static void compare(walk *w, const json_t *a, const json_t *b);

static void enter(walk *w, const char *name, const json_t *a, const json_t *b)
{
    const size_t length = strlen(w->path);
    snprintf(w->path + length, sizeof w->path - length, "%s%s", length ? "/" : "", name);
    if (!is_told_apart(w->path)) {
        if (a && b) compare(w, a, b);
        else note_other(w);
    }
    w->path[length] = '\0';
}

static void compare_objects(walk *w, const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)a, key, value) enter(w, key, value, json_object_get(b, key));
    json_object_foreach ((json_t *)b, key, value)
        if (!json_object_get(a, key)) enter(w, key, NULL, value);
}

static void compare_arrays(walk *w, const json_t *a, const json_t *b)
{
    const size_t n = json_array_size(a), m = json_array_size(b);
    for (size_t i = 0; i < n || i < m; ++i) {
        char index[32];
        snprintf(index, sizeof index, "%zu", i);
        enter(w, index, json_array_get(a, i), json_array_get(b, i));
    }
}

static void compare(walk *w, const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)) compare_numbers(w, json_number_value(a), json_number_value(b));
    else if (json_is_object(a) && json_is_object(b)) compare_objects(w, a, b);
    else if (json_is_array(a) && json_is_array(b)) compare_arrays(w, a, b);
    else if (!json_equal(a, b)) note_other(w);
}

void cli_compare_results(const json_t *before, const json_t *now, cli_difference *d)
{
    walk w = {.d = d};
    *d = (cli_difference){.numbers = 0};
    compare(&w, before, now);
}

int cli_is_identical(const cli_difference *d) { return d->numbers == 0 && d->others == 0; }
