#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 128 };
#define DEFAULT_STEP_K 25.0

/* "T1:T2[:STEP]" with T1 above T2: the same text with the two exchanged, 0 if it is no range. */
static int exchange(const char *range, char out[MAX_TEXT])
{
    const char *middle = strchr(range, ':'), *step = middle ? strchr(middle + 1, ':') : NULL;
    if (!middle || strlen(range) + 1 > MAX_TEXT) return 0;
    const int second = (int)(step ? (size_t)(step - middle) - 1 : strlen(middle + 1));
    snprintf(out, MAX_TEXT, "%.*s:%.*s%s", second, middle + 1, (int)(middle - range), range, step ? step : "");
    return 1;
}

/* A range may rise or fall; falling, the first temperature is the higher one. */
static cli_exit parse_range(const cli_session *session, const char *fallback, double *first_K, double *last_K, double *step_K)
{
    char exchanged[MAX_TEXT];
    const char *range = session->value[CLI_TEMPERATURES] ? session->value[CLI_TEMPERATURES] : fallback;
    kiln_status status = kiln_temperature_range_parse(session->ctx, range, first_K, last_K, step_K);
    if (status == KILN_OK) return CLI_OK;
    if (exchange(range, exchanged) && kiln_temperature_range_parse(session->ctx, exchanged, last_K, first_K, step_K) == KILN_OK)
        return CLI_OK;
    status = kiln_temperature_range_parse(session->ctx, range, first_K, last_K, step_K); /* for its message */
    return cli_status(session, status);
}

/* The first temperature, then steps; the last is always there. */
static cli_exit spread(const cli_session *session, int most, double first_K, double last_K, double step_K, double **T_K, int *n)
{
    const double span = fabs(last_K - first_K), direction = last_K > first_K ? 1.0 : -1.0;
    if (!(step_K > 0.0)) step_K = fmin(DEFAULT_STEP_K, span);
    const double steps = ceil(span / step_K - 1e-9);
    if (steps + 1.0 > most)
        return cli_usage(session->verb, "--range makes %.0f rows; at most %d are accepted", steps + 1.0, most);
    *n = (int)steps + 1;
    if (!(*T_K = calloc((size_t)*n, sizeof **T_K))) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    for (int i = 0; i < *n; ++i) (*T_K)[i] = first_K + direction * fmin(i * step_K, span);
    return CLI_OK;
}

cli_exit cli_parse_temperatures(const cli_session *session, const char *fallback, int most, double **T_K, int *n)
{
    const char *at = session->value[CLI_AT], *range = session->value[CLI_TEMPERATURES];
    double first_K, last_K, step_K;
    if (at && range) return cli_usage(session->verb, "--at and --range both name temperatures; give one of them");
    if (!at && !range && !fallback)
        return cli_usage(session->verb, "kiln %s needs a temperature, such as --at 900C, or --range 600C:1200C:50K",
                         session->verb->name);
    if (!at) {
        const cli_exit code = parse_range(session, fallback, &first_K, &last_K, &step_K);
        return code == CLI_OK ? spread(session, most, first_K, last_K, step_K, T_K, n) : code;
    }
    const cli_exit code = cli_parse_temperature(session, CLI_AT, &first_K);
    if (code != CLI_OK) return code;
    *n = 1;
    if (!(*T_K = calloc(1, sizeof **T_K))) return cli_fail(CLI_NOT_CONVERGED, "out of memory");
    **T_K = first_K;
    return CLI_OK;
}

cli_exit cli_parse_T_range(const cli_session *session, double *low_K, double *high_K)
{
    double step_K;
    if (!session->value[CLI_TEMPERATURES])
        return cli_usage(session->verb, "kiln %s needs two temperatures, such as --range 600C:1400C", session->verb->name);
    const kiln_status status =
        kiln_temperature_range_parse(session->ctx, session->value[CLI_TEMPERATURES], low_K, high_K, &step_K);
    if (status != KILN_OK) return cli_status(session, status);
    if (step_K > 0.0) return cli_usage(session->verb, "--range of a diagram has no step: its points lie where its curves bend");
    return CLI_OK;
}

cli_exit cli_parse_search(const cli_session *session, kiln_window_options *options)
{
    double step_K;
    const char *text = session->value[CLI_TEMPERATURES];
    if (!text) return CLI_OK;
    const kiln_status status = kiln_temperature_range_parse(session->ctx, text, &options->T_min_K, &options->T_max_K, &step_K);
    if (status != KILN_OK) return cli_status(session, status);
    if (step_K > 0.0) options->step_K = step_K;
    return CLI_OK;
}
