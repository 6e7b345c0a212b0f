#include "report/report.h"

#include "predict/fields.h"

#include <math.h>
#include <stdio.h>

const char *kiln_i_rows_failure(kiln_i_rows *rows, const char *failure, double beyond_K, double extrapolate_K,
                                const char *function)
{
    if (failure || !(beyond_K > extrapolate_K)) return failure;
    if (!rows->n_usable && !(rows->extrapolated_K > 0.0 && rows->extrapolated_K < beyond_K)) rows->extrapolated_K = beyond_K;
    snprintf(rows->text, sizeof rows->text, "%s would be used %.0f K outside its validity", function, beyond_K);
    return rows->text;
}

void kiln_i_rows_add(kiln_i_rows *rows, double beyond_K, const kiln_certificate *certificate)
{
    rows->extrapolated_K = rows->n_usable ? fmax(rows->extrapolated_K, beyond_K) : beyond_K;
    if (!rows->n_usable++ || kiln_i_certificate_is_worse(certificate, &rows->certificate)) rows->certificate = *certificate;
}

void kiln_i_rows_describe(kiln_i_tree *t, kiln_report *report, json_t *result, const kiln_system *system, const kiln_i_rows *rows,
                          int n)
{
    const kiln_certificate none = {.phase = -1, .reason = "no temperature has a result"};
    kiln_i_tree_integer(t, result, "failed_rows", n - rows->n_usable);
    report->extrapolated_K = rows->extrapolated_K;
    kiln_i_describe_certificate(t, result, system, rows->n_usable > 0 ? &rows->certificate : &none);
}
