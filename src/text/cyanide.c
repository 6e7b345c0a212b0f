#include "text/cyanide.h"

#include "core/elements.h"

#include <math.h>

enum { CARBON = 6 };

static int is_metal(const kiln_i_atom *atom) { return kiln_i_element_valences(atom->z)[0] > 0 && !atom->is_ion; }

static int is_cyanide(const kiln_i_formula *f, int a)
{
    return a > 0 && f->atom[a].is_ion && f->atom[a].z == CARBON && f->atom[a].amount > 2.0 - 1e-9 && is_metal(&f->atom[a - 1]);
}

static void mark_metals(const kiln_i_formula *f, int a, unsigned char *place)
{
    const int bracket = f->atom[a - 1].bracket;
    double sum = 0.0;
    for (int i = a - 1; i >= 0 && is_metal(&f->atom[i]) && f->atom[i].bracket == bracket; --i) {
        if (bracket < 0 && sum > f->atom[a].amount / KILN_AROUND_A_METAL - 1e-9) return;
        if (kiln_i_is_alkali(f->atom[i].z)) continue;
        place[i] = KILN_PLACE_CARBON_BONDED;
        sum += f->atom[i].amount;
    }
}

static int has_both_signs(int z)
{
    int signs = 0;
    for (const int *v = kiln_i_element_valences(z); *v; ++v) signs |= *v > 0 ? 1 : 2;
    return signs == 3;
}

static int count_cyanides(const kiln_i_formula *f)
{
    int n = 0;
    for (int a = 0; a < f->n; ++a) {
        if (!is_cyanide(f, a)) {
            if (has_both_signs(f->atom[a].z)) return 0;
            continue;
        }
        ++n;
        ++a; /* its N */
    }
    return n;
}

int kiln_i_cyanide_mark(const kiln_i_formula *formula, unsigned char *place)
{
    const int n = count_cyanides(formula);
    for (int a = 0; a < formula->n; ++a)
        place[a] = n > 0 && kiln_i_is_alkali(formula->atom[a].z) ? KILN_PLACE_CAVITY : KILN_PLACE_ANY;
    for (int a = 0; n > 0 && a < formula->n; ++a)
        if (is_cyanide(formula, a)) {
            place[a] = place[a + 1] = KILN_PLACE_CYANIDE;
            mark_metals(formula, a, place);
        }
    return n;
}
