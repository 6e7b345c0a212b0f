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

void kiln_i_valid_range(const kiln_database *db, unsigned char *uses, double *low_K, double *high_K)
{
    kiln_i_spread_uses(db, uses, 1);
    *low_K = 0.0;
    *high_K = INFINITY;
    for (int f = 0; f < db->n_functions; ++f) {
        if (!(uses[f] & 1)) continue;
        *low_K = fmax(*low_K, db->functions[f].T_min_K);
        *high_K = fmin(*high_K, db->functions[f].T_max_K);
    }
}
