/* The first byte chooses the reader, the rest is its text. Success means finite values within the promised range. */
#include "fuzz.h"

#include "text/quantity.h"
#include "text/utf8.h"

#include <kiln/conditions.h>
#include <math.h>

static int is_printable_utf8(const char *text)
{
    int length;
    while ((length = kiln_i_utf8_decode(text, NULL)) > 0) text += length;
    return length == 0;
}

static kiln_status read_atmosphere(kiln_context *ctx, const char *text)
{
    kiln_atmosphere a;
    const kiln_status status = kiln_atmosphere_parse(ctx, text, &a);
    if (status != KILN_OK) return status;
    fuzz_require(a.control >= KILN_OXYGEN_PRESSURE && a.control <= KILN_OXYGEN_CLOSED);
    fuzz_require(isfinite(a.po2_bar) && isfinite(a.ratio) && isfinite(a.log10_po2_sigma));
    fuzz_require((a.po2_bar > 0.0) == (a.control == KILN_OXYGEN_PRESSURE));
    fuzz_require((a.ratio > 0.0) == (a.control == KILN_OXYGEN_H2_H2O || a.control == KILN_OXYGEN_CO_CO2));
    fuzz_require(a.pco2_bar >= 0.0 && a.pco2_bar <= 1.0 && a.ph2o_bar >= 0.0 && a.ph2o_bar <= 1.0);
    fuzz_require(a.label[0] && memchr(a.label, '\0', sizeof a.label) && is_printable_utf8(a.label));
    return status;
}

static kiln_status read_temperatures(kiln_context *ctx, const char *text, int as_range)
{
    double first_K = NAN, last_K = NAN, step_K = NAN;
    if (!as_range) {
        const kiln_status status = kiln_temperature_parse(ctx, text, &first_K);
        fuzz_require(status == KILN_OK ? isfinite(first_K) && first_K >= 1.0 : isnan(first_K));
        return status;
    }
    const kiln_status status = kiln_temperature_range_parse(ctx, text, &first_K, &last_K, &step_K);
    if (status == KILN_OK)
        fuzz_require(first_K >= 1.0 && first_K < last_K && isfinite(last_K) && step_K >= 0.0 && step_K <= last_K - first_K);
    else fuzz_require(isnan(first_K) && isnan(last_K) && isnan(step_K));
    return status;
}

static kiln_status read_pressure(kiln_context *ctx, const char *text)
{
    double p_bar = NAN;
    const kiln_status status = kiln_pressure_parse(ctx, text, &p_bar);
    fuzz_require(status == KILN_OK ? isfinite(p_bar) && p_bar > 0.0 : isnan(p_bar));
    return status;
}

static kiln_status read_quantity(kiln_context *ctx, const char *text, kiln_i_dimension dimension)
{
    double value = NAN;
    const kiln_status status = kiln_i_quantity_parse(ctx, text, dimension, &value);
    fuzz_require(status == KILN_OK ? isfinite(value) : isnan(value));
    return status;
}

/* Our scan against the C library's, in the C locale: at most one unit in the last place apart. */
static void compare_with_strtod(const char *text)
{
    double ours;
    char *end;
    const int used = kiln_i_number_scan(text, &ours);
    if (!used) return;
    const double theirs = strtod(text, &end);
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) return; /* strtod reads hexadecimal, we do not */
    fuzz_require(end == text + used);
    fuzz_require(ours >= nextafter(theirs, -INFINITY) && ours <= nextafter(theirs, INFINITY));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    kiln_context *ctx;
    kiln_status status;
    char *text = fuzz_text(data + 1, size - 1);
    fuzz_require(kiln_context_create(NULL, &ctx) == KILN_OK);
    const int choice = data[0] % 10;
    if (choice == 0) status = read_atmosphere(ctx, text);
    else if (choice <= 2) status = read_temperatures(ctx, text, choice == 2);
    else if (choice == 3) status = read_pressure(ctx, text);
    else status = read_quantity(ctx, text, (kiln_i_dimension)(choice - 4));
    compare_with_strtod(text);
    if (status != KILN_OK) {
        fuzz_require(status == KILN_E_PARSE);
        fuzz_require(kiln_context_error(ctx)[0] != '\0' && is_printable_utf8(kiln_context_error(ctx)));
    }
    kiln_context_free(ctx);
    free(text);
    return 0;
}
