/* Random numbers that are the same everywhere: splitmix64 (Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2660193.2660195). */
#ifndef KILN_TEST_SEEDED_H
#define KILN_TEST_SEEDED_H

#include <math.h>
#include <stdint.h>

static uint64_t state;

static inline double uniform(double low, double high)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return low + (high - low) * ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1.0p-53;
}

/* low to high, both included. */
static inline int integer(int low, int high) { return low + (int)floor(uniform(0.0, 1.0) * (high - low + 1)); }

#endif
