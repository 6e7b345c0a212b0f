#include "data/law.h"

#include "core/radii.h"
#include "text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int is_listed(const int *list, int n, int value)
{
    for (int i = 0; i < n; i++)
        if (list[i] == value) return 1;
    return n == 0;
}

/* The whole charge of a cation; 0 for what is none. */
static int charge_of(const kiln_database *db, int species)
{
    const double charge = db->species[species].charge;
    return charge > 0.0 && !(fabs(charge - round(charge)) > 0.0) ? (int)charge : 0;
}

int kiln_i_law_covers(const kiln_i_law *law, const kiln_database *db, int a, int b)
{
    const int za = charge_of(db, a), zb = charge_of(db, b);
    if (za == 0 || zb == 0 || (za != zb && !law->has_charge)) return 0;
    if (!is_listed(law->charges, law->n_charges, za) || !is_listed(law->charges, law->n_charges, zb)) return 0;
    return is_listed(law->with, law->n_with, a) || is_listed(law->with, law->n_with, b);
}

/* 0: Shannon gives none, or it is no ion of one atom. */
static double radius_of(const kiln_i_law *law, const kiln_database *db, int species)
{
    const kiln_i_species *s = &db->species[species];
    if (s->n_elements != 1 || fabs(s->count[0] - 1.0) > 0.0) return 0.0;
    return kiln_i_radius(s->element[0], charge_of(db, species), law->coordination);
}

/* 0: the phase states none. */
static double volume_of(const kiln_i_phase *phase, int species)
{
    for (int i = 0; i < phase->n_volumes; i++)
        if (phase->volumes[i].species == species) return phase->volumes[i].cm3_mol;
    return 0.0;
}

void kiln_i_law_lacks(const kiln_i_law *law, const kiln_database *db, const kiln_i_phase *phase, int species,
                      char text[KILN_LAW_TEXT_BYTES])
{
    const char *name = db->species[species].name;
    text[0] = '\0';
    if (law->has_radius && !(radius_of(law, db, species) > 0.0))
        snprintf(text, KILN_LAW_TEXT_BYTES, "no Shannon radius of %.40s among %d neighbours", name, law->coordination);
    else if (law->has_volume && !(volume_of(phase, species) > 0.0))
        snprintf(text, KILN_LAW_TEXT_BYTES, "no molar volume of %.40s", name);
}

static double mismatch(double x, double y) { return 2.0 * fabs(x - y) / (x + y); }

/* Adds "r Mg+2 0.72, V+2 0.79 Å" to the text. */
static int add_inputs(char *text, int used, const char *what, const char *unit, const char *const name[2], double x, double y)
{
    char first[KILN_NUMBER_TEXT], second[KILN_NUMBER_TEXT];
    return used + snprintf(text + used, (size_t)(KILN_LAW_TEXT_BYTES - used), "%s %s %.20s %s, %.20s %s %s",
                           text[used - 1] == ':' ? "" : ";", what, name[0], kiln_i_number_text(x, 5, first), name[1],
                           kiln_i_number_text(y, 5, second), unit);
}

double kiln_i_law_value(const kiln_i_law *law, const kiln_database *db, const kiln_i_phase *phase, int a, int b,
                        char text[KILN_LAW_TEXT_BYTES])
{
    const char *const names[2] = {db->species[a].name, db->species[b].name};
    double W = 0.0;
    int used = snprintf(text, KILN_LAW_TEXT_BYTES, "%.60s:", law->name);
    if (law->has_radius) {
        const double ra = radius_of(law, db, a), rb = radius_of(law, db, b);
        W += law->radius_J_mol * mismatch(ra, rb);
        used = add_inputs(text, used, "r", "Å", names, ra, rb);
    }
    if (law->has_volume) {
        const double Va = volume_of(phase, a), Vb = volume_of(phase, b);
        W += law->volume_J_mol * mismatch(Va, Vb);
        used = add_inputs(text, used, "V", "cm3/mol", names, Va, Vb);
    }
    const int step = abs(charge_of(db, a) - charge_of(db, b));
    if (law->has_charge && step > 0) {
        W += law->charge_J_mol * step;
        snprintf(text + used, (size_t)(KILN_LAW_TEXT_BYTES - used), "; charges %d apart", step);
    }
    return W;
}
