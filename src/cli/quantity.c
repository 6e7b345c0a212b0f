#include "cli.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Two whole numbers, so that 57% is as near to 0.57 as can be. */
typedef struct unit {
    const char *name;
    double times, over;
} unit;

/* The last row of each has no name. */
static const unit energy[] = {{"J/mol", 1.0, 1.0}, {"kJ/mol", 1000.0, 1.0}, {0}},
                  percent[] = {{"%", 1.0, 100.0}, {"wt%", 1.0, 100.0}, {0}}, share[] = {{"", 1.0, 1.0}, {"%", 1.0, 100.0}, {0}},
                  difference[] = {{"K", 1.0, 1.0}, {0}}, gas_constant[] = {{"J/mol/K", 1.0, 1.0}, {0}},
                  length[] = {{"mm", 1.0, 1.0}, {"cm", 10.0, 1.0}, {0}}, surface[] = {{"cm2/g", 1.0, 1.0}, {0}},
                  loss[] = {{"%/h", 1.0, 1.0}, {0}}, plain[] = {{"", 1.0, 1.0}, {0}};

/* Options that take a number with a unit. Least and most are what it becomes. */
static const struct quantity {
    cli_option option;
    const char *name, *what; /* "expected WHAT, such as EXAMPLE" */
    const char *example;
    const unit *units;
    int is_above; /* least itself is not accepted */
    double least, most;
    const char *range; /* "expected RANGE" */
} quantities[] =
    {{CLI_CERTIFY_GAP, "certify-gap", "an energy with its unit", "0.01J/mol", energy, 0, 1e-5, 1e3, "1e-5 J/mol to 1 kJ/mol"},
     {CLI_GAS_CONSTANT, "gas-constant", "a number with its unit", "8.31451J/mol/K", gas_constant, 0, 8.3, 8.33,
      "8.3 to 8.33 J/mol/K"},
     {CLI_DETECT, "detect", "weight per cent with its sign", "2%", percent, 1, 0.0, 0.5, "more than 0% and at most 50%"},
     {CLI_REQUIRE, "require", "a share", "0.95 or 95%", share, 1, 0.0, 1.0, "more than 0 and at most 100%"},
     {CLI_WEIGHING, "weighing-error", "a share", "0.5%", share, 1, 0.0, 0.2, "more than 0 and at most 20%"},
     {CLI_FURNACE, "furnace-error", "a difference of temperature", "10K", difference, 1, 0.0, 200.0,
      "more than 0 K and at most 200 K"},
     {CLI_FILM, "film", "a thickness with its unit", "10mm", length, 0, 0.1, 1000.0, "0.1 to 1000 mm"},
     {CLI_SURFACE, "surface", "a surface over a mass", "2cm2/g", surface, 0, 1e-4, 1e7, "1e-4 to 1e7 cm2/g"},
     {CLI_LOSS, "loss", "a rate with its unit", "1%/h", loss, 0, 1e-6, 100.0, "1e-6 to 100 %/h"},
     {CLI_ENTROPY, "entropy", "a multiple of R", "1.5", plain, 0, 0.0, 4.0, "0 to 4, in R"},
     {CLI_LEAST_WIDTH, "least-width", "a difference of temperature", "50K", difference, 0, 1.0, 1000.0, "1K to 1000K"},
     {CLI_COST_MOST, "cost-most", "a price per kg of the oxide", "25", plain, 1, 0.0, 1e12, "more than 0"},
     {CLI_WIDTH, "width", "a width with its unit", "85mm", length, 0, 60.0, 400.0, "60mm to 400mm"}};
enum { N_QUANTITIES = sizeof quantities / sizeof *quantities };

/* strtod also reads nan, infinity and hexadecimal. */
static int read_number(const char *text, const unit *units, double *value)
{
    char *end;
    const double number = strtod(text, &end);
    if (end == text || end != text + strspn(text, "0123456789.eE+-")) return 0;
    for (const char *name = end + strspn(end, " "); units->name; ++units)
        if (strcmp(name, units->name) == 0) {
            *value = number * units->times / units->over;
            return 1;
        }
    return 0;
}

int cli_read_share(const char *text, double *value) { return read_number(text, share, value); }

cli_exit cli_parse_quantity(const cli_session *session, cli_option option, double *value)
{
    const struct quantity *q = quantities;
    const char *text = session->value[option];
    double read;
    if (!text) return CLI_OK;
    while (q < quantities + N_QUANTITIES && q->option != option) ++q;
    assert(q < quantities + N_QUANTITIES);
    if (!read_number(text, q->units, &read))
        return cli_usage(session->verb, "--%s %s: expected %s, such as %s", q->name, text, q->what, q->example);
    if (!(read >= q->least && read <= q->most) || (q->is_above && read == q->least))
        return cli_usage(session->verb, "--%s %s: expected %s", q->name, text, q->range);
    *value = read;
    return CLI_OK;
}
