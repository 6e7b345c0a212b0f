/* Which functions others rest on, and where all of them are valid. References point backwards, so one pass from the end reaches everything. */
#include "data/database.h"

#include <math.h>

void kiln_i_spread_uses(const kiln_database *db, unsigned char *uses, unsigned char mark)
{
    for (int f = db->n_functions - 1; f >= 0; --f)
        for (int r = 0; (uses[f] & mark) && r < db->functions[f].n_references; ++r)
            uses[db->functions[f].references[r].function] |= mark;
}

int kiln_i_list_uses(const kiln_database *db, unsigned char *uses, int *list)
{
    int n = 0;
    kiln_i_spread_uses(db, uses, 1);
    for (int f = 0; f < db->n_functions; ++f)
        if (uses[f] & 1) list[n++] = f;
    return n;
}

void kiln_i_valid_range(const kiln_database *db, int n, const int *which, unsigned char *uses, double *low_K, double *high_K)
{
    *low_K = 0.0;
    *high_K = INFINITY;
    for (int k = n - 1; k >= 0; --k) {
        const int at = which ? which[k] : k;
        const kiln_i_function *f = &db->functions[at];
        if (!(uses[at] & 1)) continue;
        for (int r = 0; r < f->n_references; ++r) uses[f->references[r].function] |= 1;
        *low_K = fmax(*low_K, f->T_min_K);
        *high_K = fmin(*high_K, f->T_max_K);
    }
}
