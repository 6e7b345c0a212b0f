#include "text/quantity.h"

#include "core/context.h"
#include "text/utf8.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1 cal = 4.184 J (thermochemical); eV per particle = e N_A J/mol, exact, SI 2019; atm = 101325 Pa; Torr = atm / 760. */
#define CALORIE_J 4.184
#define EV_J_MOL (1.602176634e-19 * 6.02214076e23)

typedef struct unit {
    kiln_i_dimension dimension;
    const char *name; /* normalised by normalise() */
    double factor, offset;
} unit;

static const unit units[] = {
    {KILN_DIM_ENERGY, "J/mol", 1.0, 0.0},
    {KILN_DIM_ENERGY, "J mol-1", 1.0, 0.0},
    {KILN_DIM_ENERGY, "kJ/mol", 1e3, 0.0},
    {KILN_DIM_ENERGY, "kJ mol-1", 1e3, 0.0},
    {KILN_DIM_ENERGY, "cal/mol", CALORIE_J, 0.0},
    {KILN_DIM_ENERGY, "cal mol-1", CALORIE_J, 0.0},
    {KILN_DIM_ENERGY, "kcal/mol", 1e3 * CALORIE_J, 0.0},
    {KILN_DIM_ENERGY, "kcal mol-1", 1e3 * CALORIE_J, 0.0},
    {KILN_DIM_ENERGY, "eV", EV_J_MOL, 0.0},
    {KILN_DIM_ENERGY, "meV", 1e-3 * EV_J_MOL, 0.0},
    {KILN_DIM_TEMPERATURE, "K", 1.0, 0.0},
    {KILN_DIM_TEMPERATURE, "C", 1.0, 273.15},
    {KILN_DIM_TEMPERATURE, "degC", 1.0, 273.15},
    {KILN_DIM_TEMPERATURE, "deg C", 1.0, 273.15},
    {KILN_DIM_INTERVAL, "K", 1.0, 0.0},
    {KILN_DIM_INTERVAL, "C", 1.0, 0.0},
    {KILN_DIM_INTERVAL, "degC", 1.0, 0.0},
    {KILN_DIM_INTERVAL, "deg C", 1.0, 0.0},
    {KILN_DIM_PRESSURE, "bar", 1.0, 0.0},
    {KILN_DIM_PRESSURE, "mbar", 1e-3, 0.0},
    {KILN_DIM_PRESSURE, "atm", 1.01325, 0.0},
    {KILN_DIM_PRESSURE, "Pa", 1e-5, 0.0},
    {KILN_DIM_PRESSURE, "kPa", 1e-2, 0.0},
    {KILN_DIM_PRESSURE, "MPa", 10.0, 0.0},
    {KILN_DIM_PRESSURE, "Torr", 1.01325 / 760.0, 0.0},
    {KILN_DIM_VOLUME, "cm3/mol", 1.0, 0.0},
    {KILN_DIM_VOLUME, "cm3 mol-1", 1.0, 0.0},
    {KILN_DIM_NUMBER, "", 1.0, 0.0},
};

/* Entropies: one of these heads and any of these tails. */
static const unit entropy_heads[] = {
    {KILN_DIM_ENTROPY, "J", 1.0, 0.0},
    {KILN_DIM_ENTROPY, "kJ", 1e3, 0.0},
    {KILN_DIM_ENTROPY, "cal", CALORIE_J, 0.0},
};
static const char *const entropy_tails[] = {"/mol/K", "/K/mol", "/(mol K)", "/(K mol)", "/mol K", " mol-1 K-1", " K-1 mol-1"};

static const struct {
    const char *what, *accepted;
} expectations[] = {
    [KILN_DIM_ENERGY] = {"an energy with its unit, such as \"5.1 kJ/mol\"", "J/mol, kJ/mol, cal/mol, kcal/mol, eV, meV"},
    [KILN_DIM_ENTROPY] = {"an entropy with its unit, such as \"2.5 J/mol/K\"", "J/mol/K, J/K/mol, kJ/mol/K, cal/mol/K"},
    [KILN_DIM_TEMPERATURE] = {"a temperature with its unit, such as \"900C\" or \"1173K\"", "K, C, degC, \u00b0C"},
    [KILN_DIM_INTERVAL] = {"a temperature interval with its unit, such as \"5K\"", "K, C, degC, \u00b0C"},
    [KILN_DIM_PRESSURE] = {"a pressure with its unit, such as \"1e-5bar\"", "bar, mbar, atm, Pa, kPa, MPa, Torr"},
    [KILN_DIM_VOLUME] = {"a molar volume with its unit, such as \"11.25 cm3/mol\"", "cm3/mol"},
    [KILN_DIM_NUMBER] = {"a plain number, such as \"0.5\"", "none"},
};

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* Signed decimal exponent after 'e'; clamped far outside the range of a double. Returns the bytes used, 0 if none. */
static int scan_exponent(const char *text, int *exponent)
{
    if (text[0] != 'e' && text[0] != 'E') return 0;
    int at = 1, value = 0;
    const int negative = text[at] == '-';
    if (text[at] == '-' || text[at] == '+') ++at;
    if (!is_digit(text[at])) return 0;
    for (; is_digit(text[at]); ++at)
        if (value < 10000) value = 10 * value + (text[at] - '0');
    *exponent = negative ? -value : value;
    return at;
}

int kiln_i_number_scan(const char *text, double *value)
{
    uint64_t mantissa = 0;
    int at = 0, digits = 0, scale = 0, exponent = 0, after_point = 0;
    for (;; ++at) {
        if (text[at] == '.' && !after_point) {
            after_point = 1;
            continue;
        }
        if (!is_digit(text[at])) break;
        ++digits;
        /* 18 digits fit; later ones only move the point, which costs less than one unit in the last place. */
        if (mantissa < UINT64_C(100000000000000000)) {
            mantissa = 10 * mantissa + (uint64_t)(text[at] - '0');
            scale -= after_point;
        } else if (!after_point && scale < 10000) {
            ++scale;
        }
    }
    if (!digits) return 0;
    at += scan_exponent(text + at, &exponent);
    scale += exponent;
    /* A quotient or product of exact doubles is correctly rounded; outside that range long double keeps the error small. */
    if (mantissa <= (UINT64_C(1) << 53) && abs(scale) <= 22)
        *value = scale < 0 ? (double)mantissa / pow(10.0, -scale) : (double)mantissa * pow(10.0, scale);
    else *value = mantissa ? (double)((long double)mantissa * powl(10.0L, (long double)scale)) : 0.0;
    return at;
}

int kiln_i_signed_scan(const char *text, double *value)
{
    const int is_negative = *text == '-', used = kiln_i_number_scan(text + is_negative, value);
    if (used == 0) return 0;
    if (is_negative) *value = -*value;
    return is_negative + used;
}

const char *kiln_i_number_text(double value, int digits, char *out)
{
    const double size = fabs(value);
    if (!(size >= 1e-12 && size < 1e12)) {
        snprintf(out, KILN_NUMBER_TEXT, "%.*g", digits, value);
    } else {
        const int before = (int)floor(log10(size)) + 1; /* digits before the point; <= 0 counts zeros after it */
        snprintf(out, KILN_NUMBER_TEXT, "%.*f", digits > before ? digits - before : 0, value);
    }
    char *point = strpbrk(out, ".,"); /* snprintf follows the locale */
    if (!point) return out;
    *point = '.';
    if (strchr(out, 'e')) return out;
    char *end = out + strlen(out);
    while (end[-1] == '0') --end;
    if (end[-1] == '.') --end;
    *end = '\0';
    return out;
}

/* Whether so many significant digits are enough; in any locale, since the same one writes and reads. */
static int is_exact(double value, int digits)
{
    char text[KILN_NUMBER_TEXT];
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    return !(fabs(strtod(text, NULL) - value) > 0.0);
}

const char *kiln_i_number_exact(double value, char *out)
{
    enum { MOST_DIGITS = 17 };
    int digits = 15;
    while (digits < MOST_DIGITS && !is_exact(value, digits)) ++digits;
    for (int more = digits; more <= MOST_DIGITS; ++more) {
        double again = 0.0;
        kiln_i_number_scan(kiln_i_number_text(fabs(value), more, out), &again);
        if (!(fabs(again - fabs(value)) > 0.0)) return kiln_i_number_text(value, more, out);
    }
    return kiln_i_number_text(value, digits, out);
}

/* One spelling for each unit: separators become one space, typeset signs become ASCII. Returns 0 if it cannot be a unit. */
static int normalise(const char *text, char *out, size_t size)
{
    size_t used = 0;
    int pending_space = 0, length;
    uint32_t code;
    while ((length = kiln_i_utf8_decode(text, &code)) > 0) {
        char one[2] = {0, 0};
        const char *add = one;
        text += length;
        if (kiln_i_utf8_is_space(code) || code == '*' || code == 0x00B7 || code == 0x22C5) {
            pending_space = used > 0;
            continue;
        }
        if (code == '^') continue;
        if (code == 0x00B0) add = "deg";
        else if (code == 0x2103) add = "degC";
        else if (code == 0x212A) add = "K";
        else if (code == 0x207B || code == 0x2212) add = "-";
        else if (code == 0x00B9) add = "1";
        else if (code == 0x00B3) add = "3";
        else if (code < 0x80) one[0] = (char)code;
        else return 0;
        if (used + strlen(add) + 2 > size) return 0;
        if (pending_space) out[used++] = ' ';
        pending_space = 0;
        memcpy(out + used, add, strlen(add) + 1);
        used += strlen(add);
    }
    out[used] = '\0';
    return length == 0;
}

static const unit *find_unit(kiln_i_dimension dimension, const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i)
        if (units[i].dimension == dimension && strcmp(units[i].name, name) == 0) return &units[i];
    if (dimension != KILN_DIM_ENTROPY) return NULL;
    for (size_t i = 0; i < sizeof entropy_heads / sizeof entropy_heads[0]; ++i) {
        const size_t head = strlen(entropy_heads[i].name);
        if (strncmp(entropy_heads[i].name, name, head) != 0) continue;
        for (size_t k = 0; k < sizeof entropy_tails / sizeof entropy_tails[0]; ++k)
            if (strcmp(entropy_tails[k], name + head) == 0) return &entropy_heads[i];
    }
    return NULL;
}

static kiln_status refuse(kiln_context *ctx, kiln_i_dimension dimension, const char *text, const char *problem)
{
    char shown[64];
    return kiln_i_fail(ctx, KILN_E_PARSE, "expected %s, found \"%s\"%s (units accepted: %s)", expectations[dimension].what,
                       kiln_i_utf8_excerpt(text, shown, sizeof shown), problem, expectations[dimension].accepted);
}

/* Sign at the start of `text`, ASCII or typeset. Returns the bytes used. */
static int scan_sign(const char *text, double *sign)
{
    uint32_t code = 0;
    const int length = kiln_i_utf8_decode(text, &code);
    *sign = code == '-' || code == 0x2212 ? -1.0 : 1.0;
    return code == '-' || code == 0x2212 || code == '+' ? length : 0;
}

kiln_status kiln_i_quantity_parse(kiln_context *ctx, const char *text, kiln_i_dimension dimension, double *value)
{
    char name[32];
    double sign, number;
    const char *at = text + kiln_i_utf8_spaces(text);
    at += scan_sign(at, &sign);
    const int used = kiln_i_number_scan(at, &number);
    if (!used) return refuse(ctx, dimension, text, ", which does not begin with a decimal number");
    at += used;
    if (*at == ',' && is_digit(at[1])) return refuse(ctx, dimension, text, "; decimals are written with a point");
    if (!normalise(at, name, sizeof name)) return refuse(ctx, dimension, text, ", whose unit is unknown");
    const unit *u = find_unit(dimension, name);
    if (!u && !name[0]) return refuse(ctx, dimension, text, " without a unit");
    if (!u) return refuse(ctx, dimension, text, ", whose unit is unknown");
    const double scaled = sign * number * u->factor + u->offset;
    if (!isfinite(scaled)) return refuse(ctx, dimension, text, ", which is too large");
    *value = scaled;
    return KILN_OK;
}
