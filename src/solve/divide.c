#include "solve/search.h"

#include <math.h>

/* Share of the entropy's curvature: what higher terms take beyond it can keep a box from being narrowed, and splits for its sake gain something. */
static const double NOTICEABLE = 0.3;
/* Of what that change takes: where d would curve downwards with so much of it back, splits for its sake come too early. */
static const double ALONE = 0.5;

static double centre_along(const kiln_i_spectrum *p, int direction)
{
    double at = 0.0;
    for (int i = 0; i < p->n; ++i) at += p->cut[i + p->n * direction] * p->centre[i];
    return at;
}

static double inside(double t, double low, double high, double margin)
{
    return fmin(fmax(t, low + margin * (high - low)), high - margin * (high - low));
}

/* The cut whose chords lie furthest from their parabolas, their gap charged to the cuts that make up each direction; -1 when there is none. */
static int choose_cut(const kiln_i_search *q, const kiln_i_box *box, double *most, double *where)
{
    const kiln_i_spectrum *p = &q->c->spectrum;
    int best = -1;
    *most = 0.0;
    for (int j = 0; j < p->n_cuts; ++j) {
        const double *cut = p->cut + (size_t)(q->n * j);
        double gap = 0.0, t = 0.0;
        for (int i = 0; i < q->n; ++i) t += cut[i] * q->c->x[i];
        t = inside(t, box->cut_low[j], box->cut_high[j], 0.15);
        for (int k = 0; k < p->n_negative; ++k) {
            double share = 0.0;
            for (int i = 0; i < q->n; ++i) share += cut[i] * p->v[i + q->n * k];
            gap -= 0.5 * p->lambda[k] * share * share * (t - box->cut_low[j]) * (box->cut_high[j] - t);
        }
        if (gap <= *most) continue;
        *most = gap;
        best = j;
        *where = t;
    }
    return best;
}

/* The site fraction of which halving the range takes most off; that does not lessen what is due to the distance between the box and the expansion's centre. -1: none does. */
static int choose_fraction(const kiln_i_search *q, const kiln_i_box *box, const double *share)
{
    const double *centre = q->c->spectrum.centre;
    int best = -1;
    double most = 0.0;
    for (int i = 0; i < q->n; ++i) {
        const double width = box->y_high[i] - box->y_low[i];
        const double part = share[i] * width / fmax(box->y_high[i] - centre[i], centre[i] - box->y_low[i]);
        if (!(part > most)) continue;
        most = part;
        best = i;
    }
    return best;
}

/* The cut that goes along the parabola's direction which takes the bound below the margin, where one does and curves downwards; -1: none does. */
static int choose_valley(const kiln_i_search *q, const kiln_i_box *box, double *where)
{
    const kiln_i_spectrum *p = &q->c->spectrum;
    const kiln_i_parabola *a = &q->c->parabola;
    int k = 0, best = -1;
    double most = 0.0, t = 0.0;
    for (int l = 1; l < a->n_directions; ++l)
        if (a->least[l] < a->least[k]) k = l;
    if (!(a->curvature[k] < 0.0)) return -1;
    for (int j = 0; j < p->n_cuts; ++j) {
        double share = 0.0;
        for (int i = 0; i < q->n; ++i) share += a->across[i + q->n * k] * p->cut[i + q->n * j];
        const double range = fabs(share) * (box->cut_high[j] - box->cut_low[j]);
        if (range <= most) continue;
        most = range;
        best = j;
    }
    if (best < 0 || most < 0.5 * (a->high[k] - a->low[k])) return -1;
    const double top = inside(-a->slope[k] / a->curvature[k], a->low[k], a->high[k], 0.3);
    for (int i = 0; i < q->n; ++i) t += p->cut[i + q->n * best] * (a->y[i] + top * a->along[i + q->n * k]);
    *where = inside(t, box->cut_low[best], box->cut_high[best], 0.15);
    return best;
}

/* What higher terms leave is charged to site fractions. With them boxes are expanded anew, and where the parabola tells more than the relaxation it says along which cut. A quadratic
 * energy has all its gap in its chords. */
int kiln_i_choose(const kiln_i_search *q, const kiln_i_box *box, const kiln_i_higher *higher, double bound, double *where)
{
    const kiln_i_parabola *a = &q->c->parabola;
    double gap;
    const int cut = choose_cut(q, box, &gap, where),
              bends = a->bend > NOTICEABLE && !(a->is_known && a->curvature[0] + ALONE * a->bend * q->s->RT < 0.0);
    if (q->has_higher && (bends || higher->rest / q->s->RT > gap)) {
        const int i = choose_fraction(q, box, bends ? higher->bend_share : higher->rest_share);
        if (i < 0) return cut;
        *where = inside(q->c->x[i], box->y_low[i], box->y_high[i], 0.4);
        return q->c->spectrum.n_cuts + i;
    }
    const int valley = q->has_higher && a->is_known && a->bound > bound * q->s->RT ? choose_valley(q, box, where) : -1;
    return valley >= 0 ? valley : cut;
}

void kiln_i_split(const kiln_i_search *q, int direction, double t, kiln_i_box *left, kiln_i_box *right)
{
    const kiln_i_spectrum *p = &q->c->spectrum;
    if (direction >= p->n_cuts) {
        left->y_high[direction - p->n_cuts] = t;
        right->y_low[direction - p->n_cuts] = t;
        return;
    }
    left->cut_high[direction] = t;
    right->cut_low[direction] = t;
    if (q->has_higher) return; /* its expansion is made anew */
    const double at = t - centre_along(p, direction);
    left->high[direction] = right->low[direction] = at;
    left->theta[direction] = 0.5 * p->lambda[direction] * (left->low[direction] + at);
    right->theta[direction] = 0.5 * p->lambda[direction] * (at + right->high[direction]);
}
