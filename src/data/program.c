#include "data/function.h"

#include <math.h>

static kiln_i_jet product(kiln_i_jet u, kiln_i_jet v)
{
    return (kiln_i_jet){u.g * v.g, u.dg * v.g + u.g * v.dg, u.d2g * v.g + 2.0 * u.dg * v.dg + u.g * v.d2g};
}

/* A function of u with value f and derivatives f1 and f2 there. */
static kiln_i_jet chain(kiln_i_jet u, double f, double f1, double f2)
{
    return (kiln_i_jet){f, f1 * u.dg, f2 * u.dg * u.dg + f1 * u.d2g};
}

static kiln_i_jet power(kiln_i_jet u, double n)
{
    if (n == 1.0) return u;
    if (n == 2.0) return product(u, u);
    return chain(u, pow(u.g, n), n * pow(u.g, n - 1.0), n * (n - 1.0) * pow(u.g, n - 2.0));
}

static kiln_i_jet unary(const kiln_i_step *step, kiln_i_jet u)
{
    if (step->op == KILN_OP_POWER) return power(u, step->value);
    if (step->op == KILN_OP_LN) return chain(u, log(u.g), 1.0 / u.g, -1.0 / (u.g * u.g));
    return chain(u, exp(u.g), exp(u.g), exp(u.g));
}

static kiln_i_jet binary(const kiln_i_step *step, kiln_i_jet u, kiln_i_jet v)
{
    if (step->op == KILN_OP_ADD) return (kiln_i_jet){u.g + v.g, u.dg + v.dg, u.d2g + v.d2g};
    return product(u, step->op == KILN_OP_MULTIPLY ? v : power(v, -1.0));
}

kiln_i_jet kiln_i_program_value(const kiln_i_step *steps, int n, double T_K, const kiln_i_jet *functions)
{
    kiln_i_jet stack[KILN_MAX_PROGRAM_DEPTH];
    int depth = 0;
    for (int i = 0; i < n; i++) {
        switch (steps[i].op) {
        case KILN_OP_NUMBER: stack[depth++] = (kiln_i_jet){steps[i].value, 0.0, 0.0}; break;
        case KILN_OP_T: stack[depth++] = (kiln_i_jet){T_K, 1.0, 0.0}; break;
        case KILN_OP_FUNCTION: stack[depth++] = functions[steps[i].function]; break;
        case KILN_OP_ADD:
        case KILN_OP_MULTIPLY:
        case KILN_OP_DIVIDE:
            depth--;
            stack[depth - 1] = binary(&steps[i], stack[depth - 1], stack[depth]);
            break;
        case KILN_OP_POWER:
        case KILN_OP_LN:
        case KILN_OP_EXP: stack[depth - 1] = unary(&steps[i], stack[depth - 1]); break;
        }
    }
    return depth > 0 ? stack[depth - 1] : (kiln_i_jet){0.0, 0.0, 0.0};
}
