/* Private: the greater and the lesser of two numbers, neither of them NaN, in one instruction; fmax and fmin, which have to look for NaN, are calls. */
#ifndef KILN_CORE_ORDER_H
#define KILN_CORE_ORDER_H

static inline double kiln_i_greater(double a, double b) { return a > b ? a : b; }
static inline double kiln_i_lesser(double a, double b) { return a < b ? a : b; }

#endif
