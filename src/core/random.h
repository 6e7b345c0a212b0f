/* Private: random numbers that are the same everywhere, and an even sequence. */
#ifndef KILN_CORE_RANDOM_H
#define KILN_CORE_RANDOM_H

#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2660193.2660195): any state is good. */
uint64_t kiln_i_random(uint64_t *state);
/* Between 0 and 1, both excluded. */
double kiln_i_uniform(uint64_t *state);
/* n standard normal numbers; room for one more. */
void kiln_i_normals(uint64_t *state, int n, double *out);

enum { KILN_SOBOL_DIMENSIONS = 8 };

/* Point `index` of Sobol's sequence (S. Joe, F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008) 2635, doi:10.1137/070709359) in n <= KILN_SOBOL_DIMENSIONS dimensions, each
 * digit shifted by those of shift[n], between 0 and 1, both excluded: 2^k points in a row fall evenly, and the mean over random shifts is unbiased. */
void kiln_i_sobol(uint32_t index, int n, const uint32_t *shift, double *out);

/* The standard normal quantile of p in (0, 1), to rounding. */
double kiln_i_normal_quantile(double p);

#endif
