#include <kiln/entropy.h>

#include <math.h>

enum { BISECTIONS = 60 };

/* An entropy against the fraction x of one component: per mole of a sublattice of which it takes x and the others, with the entropy `rest` among
 * themselves, the remainder; then share * that + offset, and no less than `least`. */
typedef struct curve {
    double rest, share, offset, least;
} curve;

static double minus_x_ln_x(double x) { return x > 0.0 && x < 1.0 ? -x * log(x) : 0.0; }

static double value_at(const curve *c, double x)
{
    const double own = minus_x_ln_x(x) + minus_x_ln_x(1.0 - x) + (1.0 - x) * c->rest;
    return fmax(c->share * own + c->offset, c->least);
}

/* Where the curve, monotonic between an x below `limit` and one above it, passes it. */
static double crossing(const curve *c, double limit, double below, double above)
{
    if (value_at(c, below) >= limit) return below;
    for (int i = 0; i < BISECTIONS; ++i) {
        const double middle = 0.5 * (below + above);
        *(value_at(c, middle) < limit ? &below : &above) = middle;
    }
    return above;
}

static void draw(const curve *c, int n, kiln_entropy_curve *out)
{
    static const double limit[] = {1.0, 1.5}; /* of the classes medium and high */
    *out = (kiln_entropy_curve){.n_components = n};
    for (int i = 0; i < KILN_ENTROPY_POINTS; ++i) out->R[i] = value_at(c, (double)i / (KILN_ENTROPY_POINTS - 1));
    /* d/dx = ln((1 - x)/x) - rest = 0, where the value is ln(1 + exp(rest)). */
    out->x_max = 1.0 / (1.0 + exp(c->rest));
    out->max_R = value_at(c, out->x_max);
    for (int k = 0; k < 2; ++k) {
        const int is_reached = out->max_R >= limit[k] - 1e-12;
        out->low[k] = is_reached ? crossing(c, limit[k], 0.0, out->x_max) : NAN;
        out->high[k] = is_reached ? crossing(c, limit[k], 1.0, out->x_max) : NAN;
    }
}

kiln_status kiln_entropy_of_components(int n, kiln_entropy_curve *out)
{
    if (!out || n < 2 || n > KILN_MAX_COMPONENTS) return KILN_E_ARG;
    const curve c = {.rest = log(n - 1.0), .share = 1.0};
    draw(&c, n, out);
    return KILN_OK;
}

static const kiln_component *find(const kiln_composition *c, int z)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].z == z && !c->component[i].is_anion) return &c->component[i];
    return NULL;
}

/* Entropy of the others of a sublattice among themselves, and how many share it in all. */
static double entropy_of_others(const kiln_composition *c, const kiln_component *one, double others, int *n)
{
    double rest = 0.0;
    *n = 1;
    for (int i = 0; i < c->n; ++i) {
        if (c->component[i].group != one->group || &c->component[i] == one) continue;
        rest += minus_x_ln_x(c->component[i].amount / others);
        ++*n;
    }
    return rest;
}

/* The cation sublattice that mixes most besides one. */
static double most_of_others(const kiln_composition *c, const kiln_entropy *s, int group)
{
    double most = 0.0;
    for (int i = 0; i < c->n; ++i)
        if (!c->component[i].is_anion && c->component[i].group != group) most = fmax(most, s->group_R[c->component[i].group]);
    return most;
}

kiln_status kiln_entropy_vary(const kiln_composition *composition, int z, kiln_entropy_curve *mixing,
                              kiln_entropy_curve *per_site)
{
    kiln_entropy s;
    if (!mixing || !per_site || kiln_entropy_compute(composition, &s) != KILN_OK) return KILN_E_ARG;
    const kiln_component *one = find(composition, z);
    if (!one || !(one->amount < s.group_sites[one->group])) return KILN_E_ARG;
    int n;
    double sites = 0.0;
    for (int g = 0; g < s.n_groups; ++g) sites += s.group_sites[g];
    const double own = s.group_sites[one->group], rest = entropy_of_others(composition, one, own - one->amount, &n);
    const curve of_mixing = {rest, 1.0, 0.0, most_of_others(composition, &s, one->group)},
                of_sites = {rest, own / sites, (s.per_formula.R - own * s.group_R[one->group]) / sites, 0.0};
    draw(&of_mixing, n, mixing);
    draw(&of_sites, n, per_site);
    return KILN_OK;
}
