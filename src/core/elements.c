#include "core/elements.h"

#include <string.h>

enum { MAX_VALENCES = 5 };

typedef struct element {
    char symbol[3];
    double weight; /* g/mol */
    int valences[MAX_VALENCES + 1];
} element;

/* Standard atomic weights 2021, abridged to five digits: T. Prohaska et al., Pure Appl. Chem. 94 (2022) 573,
 * doi:10.1515/pac-2019-0603. 0 for elements without a characteristic terrestrial isotopic composition.
 * Valences: those met in oxides (for anions, those met as anions), the most usual first. */
static const element table[KILN_MAX_Z + 1] = {
    {"", 0.0, {0}},
    {"H", 1.0080, {1}},
    {"He", 4.0026, {0}},
    {"Li", 6.94, {1}},
    {"Be", 9.0122, {2}},
    {"B", 10.81, {3}},
    {"C", 12.011, {4, -4}},
    {"N", 14.007, {-3, 5}},
    {"O", 15.999, {-2}},
    {"F", 18.998, {-1}},
    {"Ne", 20.180, {0}},
    {"Na", 22.990, {1}},
    {"Mg", 24.305, {2}},
    {"Al", 26.982, {3}},
    {"Si", 28.085, {4}},
    {"P", 30.974, {5, -3}},
    {"S", 32.06, {-2, 6, 4}},
    {"Cl", 35.45, {-1}},
    {"Ar", 39.95, {0}},
    {"K", 39.098, {1}},
    {"Ca", 40.078, {2}},
    {"Sc", 44.956, {3}},
    {"Ti", 47.867, {4, 3, 2}},
    {"V", 50.942, {5, 4, 3, 2}},
    {"Cr", 51.996, {3, 6, 2}},
    {"Mn", 54.938, {2, 3, 4}},
    {"Fe", 55.845, {3, 2, 4}},
    {"Co", 58.933, {2, 3, 4}},
    {"Ni", 58.693, {2, 3}},
    {"Cu", 63.546, {2, 1, 3}},
    {"Zn", 65.38, {2}},
    {"Ga", 69.723, {3}},
    {"Ge", 72.630, {4, 2}},
    {"As", 74.922, {5, 3, -3}},
    {"Se", 78.971, {-2, 4, 6}},
    {"Br", 79.904, {-1}},
    {"Kr", 83.798, {0}},
    {"Rb", 85.468, {1}},
    {"Sr", 87.62, {2}},
    {"Y", 88.906, {3}},
    {"Zr", 91.224, {4}},
    {"Nb", 92.906, {5, 4, 2}},
    {"Mo", 95.95, {6, 4}},
    {"Tc", 0.0, {7, 4}},
    {"Ru", 101.07, {4, 5, 3}},
    {"Rh", 102.91, {3, 4}},
    {"Pd", 106.42, {2, 4}},
    {"Ag", 107.87, {1}},
    {"Cd", 112.41, {2}},
    {"In", 114.82, {3}},
    {"Sn", 118.71, {4, 2}},
    {"Sb", 121.76, {5, 3}},
    {"Te", 127.60, {4, 6, -2}},
    {"I", 126.90, {-1, 5}},
    {"Xe", 131.29, {0}},
    {"Cs", 132.91, {1}},
    {"Ba", 137.33, {2}},
    {"La", 138.91, {3}},
    {"Ce", 140.12, {4, 3}},
    {"Pr", 140.91, {3, 4}},
    {"Nd", 144.24, {3}},
    {"Pm", 0.0, {3}},
    {"Sm", 150.36, {3}},
    {"Eu", 151.96, {3, 2}},
    {"Gd", 157.25, {3}},
    {"Tb", 158.93, {3, 4}},
    {"Dy", 162.50, {3}},
    {"Ho", 164.93, {3}},
    {"Er", 167.26, {3}},
    {"Tm", 168.93, {3}},
    {"Yb", 173.05, {3}},
    {"Lu", 174.97, {3}},
    {"Hf", 178.49, {4}},
    {"Ta", 180.95, {5}},
    {"W", 183.84, {6, 5, 4}},
    {"Re", 186.21, {7, 6, 4}},
    {"Os", 190.23, {4, 8}},
    {"Ir", 192.22, {4, 5, 3}},
    {"Pt", 195.08, {4, 2}},
    {"Au", 196.97, {3, 1}},
    {"Hg", 200.59, {2}},
    {"Tl", 204.38, {3, 1}},
    {"Pb", 207.2, {2, 4}},
    {"Bi", 208.98, {3, 5}},
    {"Po", 0.0, {4}},
    {"At", 0.0, {-1}},
    {"Rn", 0.0, {0}},
    {"Fr", 0.0, {1}},
    {"Ra", 0.0, {2}},
    {"Ac", 0.0, {3}},
    {"Th", 232.04, {4}},
    {"Pa", 231.04, {5, 4}},
    {"U", 238.03, {4, 6, 5}},
    {"Np", 0.0, {4, 5}},
    {"Pu", 0.0, {4, 3}},
    {"Am", 0.0, {3, 4}},
    {"Cm", 0.0, {3, 4}},
    {"Bk", 0.0, {4, 3}},
    {"Cf", 0.0, {3}},
    {"Es", 0.0, {3}},
    {"Fm", 0.0, {0}},
    {"Md", 0.0, {0}},
    {"No", 0.0, {0}},
    {"Lr", 0.0, {0}},
    {"Rf", 0.0, {0}},
    {"Db", 0.0, {0}},
    {"Sg", 0.0, {0}},
    {"Bh", 0.0, {0}},
    {"Hs", 0.0, {0}},
    {"Mt", 0.0, {0}},
    {"Ds", 0.0, {0}},
    {"Rg", 0.0, {0}},
    {"Cn", 0.0, {0}},
    {"Nh", 0.0, {0}},
    {"Fl", 0.0, {0}},
    {"Mc", 0.0, {0}},
    {"Lv", 0.0, {0}},
    {"Ts", 0.0, {0}},
    {"Og", 0.0, {0}},
};

static const element *element_at(int z) { return z >= 1 && z <= KILN_MAX_Z ? &table[z] : &table[0]; }

const char *kiln_i_element_symbol(int z) { return element_at(z)->symbol; }

int kiln_i_element_find(const char *symbol, int length)
{
    if (length < 1 || length > 2) return 0;
    for (int z = 1; z <= KILN_MAX_Z; ++z)
        if (strncmp(table[z].symbol, symbol, (size_t)length) == 0 && table[z].symbol[length] == '\0') return z;
    return 0;
}

double kiln_i_element_weight(int z) { return element_at(z)->weight; }

const int *kiln_i_element_valences(int z) { return element_at(z)->valences; }

int kiln_i_is_alkali(int z) { return z == 3 || z == 11 || z == 19 || z == 37 || z == 55; }
