#include <kiln/conditions.h>

#include "core/context.h"
#include "text/quantity.h"
#include "text/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOWEST_T_K 1.0

/* Nominal gases at 1 bar. Air: 20.95 % O2 and 420 ppm CO2 (2023 mean) by volume; 5.0-grade argon and nitrogen carry about 10 ppm of O2,
 * which leaks and grades move by a factor of ten either way. */
typedef struct named_gas {
    const char *name;
    double po2_bar, pco2_bar, log10_po2_sigma;
} named_gas;

static const named_gas gases[] = {
    {"air", 0.2095, 0.00042, 0.0},
    {"O2", 1.0, 0.0, 0.0},
    {"Ar", 1e-5, 0.0, 1.0},
    {"N2", 1e-5, 0.0, 1.0},
};
static const char accepted[] = "air, O2, Ar, N2, H2/H2O=1, CO/CO2=1, closed, or a p(O2) with a unit such as 1e-5bar";

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Bytes of `text` that spell `word`, whatever the case; 0 if they do not. */
static int spells(const char *text, const char *word)
{
    int i = 0;
    for (; word[i]; ++i)
        if (lower(text[i]) != lower(word[i])) return 0;
    return i;
}

/* True if nothing but white space follows. */
static int ends(const char *text) { return text[kiln_i_utf8_spaces(text)] == '\0'; }

/* "0.2095", "1e-5": short for a reader; `out` holds KILN_NUMBER_TEXT bytes. */
static const char *pressure_text(double p_bar, char *out)
{
    if (p_bar >= 1e-4 && p_bar < 1e6) return kiln_i_number_text(p_bar, 5, out);
    int exponent = (int)floor(log10(p_bar));
    double mantissa = p_bar / pow(10.0, exponent);
    if (!(mantissa < 9.99995)) mantissa = 1.0, ++exponent; /* five digits would print 10 */
    if (!(mantissa >= 1.0)) mantissa = 1.0;                /* a denormal p_bar has no exact quotient */
    kiln_i_number_text(mantissa, 5, out);
    const size_t used = strlen(out);
    snprintf(out + used, KILN_NUMBER_TEXT - used, "e%d", exponent);
    return out;
}

static kiln_status refuse_atmosphere(kiln_context *ctx, const char *text, const char *problem)
{
    char shown[64];
    return kiln_i_fail(ctx, KILN_E_PARSE, "atmosphere \"%s\" %s (accepted: %s)", kiln_i_utf8_excerpt(text, shown, sizeof shown),
                       problem, accepted);
}

static kiln_atmosphere from_gas(const named_gas *gas)
{
    kiln_atmosphere a = {.control = KILN_OXYGEN_PRESSURE,
                         .po2_bar = gas->po2_bar,
                         .pco2_bar = gas->pco2_bar,
                         .log10_po2_sigma = gas->log10_po2_sigma};
    char po2[KILN_NUMBER_TEXT], pco2[KILN_NUMBER_TEXT];
    pressure_text(gas->po2_bar, po2);
    if (gas->pco2_bar > 0.0)
        snprintf(a.label, sizeof a.label, "%s (p(O2) = %s bar, p(CO2) = %s bar)", gas->name, po2,
                 pressure_text(gas->pco2_bar, pco2));
    else if (gas->log10_po2_sigma > 0.0)
        snprintf(a.label, sizeof a.label, "%s (p(O2) = %s bar nominal, uncertain by a factor of 10)", gas->name, po2);
    else snprintf(a.label, sizeof a.label, "%s (p(O2) = %s bar)", gas->name, po2);
    return a;
}

/* What follows "H2/H2O" or "CO/CO2": "= number". */
static kiln_status parse_ratio(kiln_context *ctx, const char *text, const char *rest, kiln_oxygen_control control,
                               kiln_atmosphere *out)
{
    const char *pair = control == KILN_OXYGEN_H2_H2O ? "H2/H2O" : "CO/CO2";
    const char *oxidised = control == KILN_OXYGEN_H2_H2O ? "H2O" : "CO2";
    char ratio_text[KILN_NUMBER_TEXT], p_text[KILN_NUMBER_TEXT];
    double ratio;
    rest += kiln_i_utf8_spaces(rest);
    if (*rest != '=') return refuse_atmosphere(ctx, text, "needs a ratio, such as H2/H2O=1");
    ++rest;
    rest += kiln_i_utf8_spaces(rest);
    const int used = kiln_i_number_scan(rest, &ratio);
    if (!used || !ends(rest + used)) return refuse_atmosphere(ctx, text, "needs a plain positive number after \"=\"");
    /* Outside these bounds one of the two gases is absent for any purpose. */
    if (!(ratio >= 1e-12 && ratio <= 1e12)) return refuse_atmosphere(ctx, text, "needs a ratio from 1e-12 to 1e12");
    kiln_atmosphere a = {.control = control, .ratio = ratio};
    const double p_oxidised_bar = 1.0 / (1.0 + ratio);
    if (control == KILN_OXYGEN_H2_H2O) a.ph2o_bar = p_oxidised_bar;
    else a.pco2_bar = p_oxidised_bar;
    snprintf(a.label, sizeof a.label, "%s = %s (p(%s) = %s bar)", pair, pressure_text(ratio, ratio_text), oxidised,
             pressure_text(p_oxidised_bar, p_text));
    *out = a;
    return KILN_OK;
}

static kiln_status parse_po2(kiln_context *ctx, const char *text, kiln_atmosphere *out)
{
    char shown[KILN_NUMBER_TEXT];
    kiln_atmosphere a = {.control = KILN_OXYGEN_PRESSURE};
    const kiln_status status = kiln_pressure_parse(ctx, text, &a.po2_bar);
    if (status != KILN_OK) return status;
    snprintf(a.label, sizeof a.label, "p(O2) = %s bar", pressure_text(a.po2_bar, shown));
    *out = a;
    return KILN_OK;
}

kiln_status kiln_atmosphere_parse(kiln_context *ctx, const char *text, kiln_atmosphere *out)
{
    if (!ctx) return KILN_E_ARG;
    if (!text || !out) return kiln_i_fail(ctx, KILN_E_ARG, "atmosphere: NULL argument");
    const char *start = text + kiln_i_utf8_spaces(text);
    int used;
    for (size_t i = 0; i < sizeof gases / sizeof gases[0]; ++i)
        if ((used = spells(start, gases[i].name)) != 0 && ends(start + used)) {
            *out = from_gas(&gases[i]);
            return KILN_OK;
        }
    if ((used = spells(start, "closed")) != 0 && ends(start + used)) {
        *out = (kiln_atmosphere){.control = KILN_OXYGEN_CLOSED, .label = "closed (oxygen is conserved)"};
        return KILN_OK;
    }
    if ((used = spells(start, "H2/H2O")) != 0) return parse_ratio(ctx, text, start + used, KILN_OXYGEN_H2_H2O, out);
    if ((used = spells(start, "CO/CO2")) != 0) return parse_ratio(ctx, text, start + used, KILN_OXYGEN_CO_CO2, out);
    if (*start != '\0' && strchr("+-.0123456789", *start)) return parse_po2(ctx, text, out);
    return refuse_atmosphere(ctx, text, "is unknown");
}

kiln_status kiln_temperature_parse(kiln_context *ctx, const char *text, double *T_K)
{
    char shown[64];
    double value;
    if (!ctx) return KILN_E_ARG;
    if (!text || !T_K) return kiln_i_fail(ctx, KILN_E_ARG, "temperature: NULL argument");
    const kiln_status status = kiln_i_quantity_parse(ctx, text, KILN_DIM_TEMPERATURE, &value);
    if (status != KILN_OK) return status;
    if (value < LOWEST_T_K)
        return kiln_i_fail(ctx, KILN_E_PARSE, "temperature \"%s\" is below the lowest accepted, 1 K (-272.15 C)",
                           kiln_i_utf8_excerpt(text, shown, sizeof shown));
    *T_K = value;
    return KILN_OK;
}

/* Copy up to the next colon; *rest then stands behind it, or is NULL at the end. Returns 0 if the part is too long. */
static int next_part(const char **rest, char *part, size_t size)
{
    const size_t length = strcspn(*rest, ":");
    if (length >= size) return 0;
    memcpy(part, *rest, length);
    part[length] = '\0';
    *rest = (*rest)[length] ? *rest + length + 1 : NULL;
    return 1;
}

kiln_status kiln_temperature_range_parse(kiln_context *ctx, const char *text, double *first_K, double *last_K, double *step_K)
{
    char part[3][64], shown[96];
    double first, last, step = 0.0;
    int n = 0;
    kiln_status status;
    if (!ctx) return KILN_E_ARG;
    if (!text || !first_K || !last_K || !step_K) return kiln_i_fail(ctx, KILN_E_ARG, "temperature range: NULL argument");
    kiln_i_utf8_excerpt(text, shown, sizeof shown);
    const char *rest = text;
    while (n < 3 && rest && next_part(&rest, part[n], sizeof part[n])) ++n;
    if (n < 2 || rest)
        return kiln_i_fail(ctx, KILN_E_PARSE,
                           "expected a range \"first:last:step\" (step optional), such as \"600C:1400C:5K\", found \"%s\"",
                           shown);
    if ((status = kiln_temperature_parse(ctx, part[0], &first)) != KILN_OK) return status;
    if ((status = kiln_temperature_parse(ctx, part[1], &last)) != KILN_OK) return status;
    if (n == 3 && (status = kiln_i_quantity_parse(ctx, part[2], KILN_DIM_INTERVAL, &step)) != KILN_OK) return status;
    if (!(first < last))
        return kiln_i_fail(ctx, KILN_E_PARSE, "range \"%s\": the first temperature must be below the last", shown);
    if (n == 3 && !(step > 0.0 && step <= last - first))
        return kiln_i_fail(ctx, KILN_E_PARSE, "range \"%s\": the step must be above 0 K and at most the span, %g K", shown,
                           last - first);
    *first_K = first;
    *last_K = last;
    *step_K = step;
    return KILN_OK;
}

kiln_status kiln_pressure_parse(kiln_context *ctx, const char *text, double *p_bar)
{
    char shown[64];
    double value;
    if (!ctx) return KILN_E_ARG;
    if (!text || !p_bar) return kiln_i_fail(ctx, KILN_E_ARG, "pressure: NULL argument");
    const kiln_status status = kiln_i_quantity_parse(ctx, text, KILN_DIM_PRESSURE, &value);
    if (status != KILN_OK) return status;
    if (!(value > 0.0))
        return kiln_i_fail(ctx, KILN_E_PARSE, "pressure \"%s\" must be above 0", kiln_i_utf8_excerpt(text, shown, sizeof shown));
    *p_bar = value;
    return KILN_OK;
}

/* What fixes the oxygen, then the gases that are there. */
static void relabel(kiln_atmosphere *a)
{
    char oxygen[48], others[64] = "";
    switch (a->control) {
    case KILN_OXYGEN_PRESSURE: snprintf(oxygen, sizeof oxygen, "p(O2) = %.5g bar", a->po2_bar); break;
    case KILN_OXYGEN_H2_H2O: snprintf(oxygen, sizeof oxygen, "H2/H2O = %.5g", a->ratio); break;
    case KILN_OXYGEN_CO_CO2: snprintf(oxygen, sizeof oxygen, "CO/CO2 = %.5g", a->ratio); break;
    case KILN_OXYGEN_CLOSED: return;
    }
    if (a->pco2_bar > 0.0) snprintf(others, sizeof others, ", p(CO2) = %.4g bar", a->pco2_bar);
    const size_t used = strlen(others);
    if (a->ph2o_bar > 0.0) snprintf(others + used, sizeof others - used, ", p(H2O) = %.4g bar", a->ph2o_bar);
    snprintf(a->label, sizeof a->label, "%.40s%.54s", oxygen, others);
}

static int is_pressure(double p_bar) { return p_bar >= 0.0 && isfinite(p_bar); }

kiln_status kiln_atmosphere_set_gases(kiln_context *ctx, kiln_atmosphere *atmosphere, const double *po2_bar,
                                      const double *pco2_bar, const double *ph2o_bar)
{
    if (!ctx) return KILN_E_ARG;
    if (!atmosphere) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    if (!po2_bar && !pco2_bar && !ph2o_bar) return KILN_OK;
    const kiln_oxygen_control control = atmosphere->control;
    if (control == KILN_OXYGEN_CLOSED)
        return kiln_i_fail(ctx, KILN_E_ARG, "a closed system has no gas: a pressure needs another atmosphere");
    if (po2_bar && control != KILN_OXYGEN_PRESSURE)
        return kiln_i_fail(ctx, KILN_E_ARG, "p(O2) follows from the ratio of %s", atmosphere->label);
    if (pco2_bar && control == KILN_OXYGEN_CO_CO2) return kiln_i_fail(ctx, KILN_E_ARG, "p(CO2) follows from CO/CO2 here");
    if (ph2o_bar && control == KILN_OXYGEN_H2_H2O) return kiln_i_fail(ctx, KILN_E_ARG, "p(H2O) follows from H2/H2O here");
    if ((po2_bar && !(is_pressure(*po2_bar) && *po2_bar > 0.0)) || (pco2_bar && !is_pressure(*pco2_bar)) ||
        (ph2o_bar && !is_pressure(*ph2o_bar)))
        return kiln_i_fail(ctx, KILN_E_ARG, "a pressure is a number of bar, 0 or more, of O2 more than 0");
    if (po2_bar) {
        atmosphere->po2_bar = *po2_bar;
        atmosphere->log10_po2_sigma = 0.0;
    }
    if (pco2_bar) atmosphere->pco2_bar = *pco2_bar;
    if (ph2o_bar) atmosphere->ph2o_bar = *ph2o_bar;
    relabel(atmosphere);
    return KILN_OK;
}
