/* Three regular solutions of five metals, all pairs, shaped after rock salt, wurtzite and tenorite of Mg, Co, Ni, Cu and Zn. Rock salt has two gaps. */
#ifndef KILN_TEST_PEERS_H
#define KILN_TEST_PEERS_H

#include "synthetic.h"

static const char peers_formula[] = "MgCoNiCuZn";

static inline void write_peers(yaml_text *t)
{
    static const char *const metals[] = {"Mg", "Co", "Ni", "Cu", "Zn"};
    static const struct {
        const char *name, *G[5];
        double W[10]; /* J/mol: Mg-Co, Mg-Ni, Mg-Cu, Mg-Zn, Co-Ni, Co-Cu, Co-Zn, Ni-Cu, Ni-Zn, Cu-Zn */
    } phase[] = {
        {"rocksalt",
         {"0", "0", "0", "19000 - 9*T", "22000 - 5*T"},
         {17000, 24000, 21000, 6000, 14000, 9000, -4000, 12000, 17000, 5000}},
        {"wurtzite",
         {"32000 - 4*T", "24000 - 6*T", "38000 - 5*T", "25000 - 6*T", "0"},
         {3000, 4000, 6000, 9000, 0, 5000, 8000, 4000, 12000, 9000}},
        {"tenorite",
         {"36000 - 3*T", "25000 - 4*T", "28000 - 4*T", "0", "29000 - 5*T"},
         {4000, 2000, 7000, 4000, 1000, 9000, 3000, 8000, 6000, 10000}},
    };
    t->used = 0;
    put(t, "kiln: 1\nname: peers\nphases:\n");
    for (int p = 0; p < 3; ++p) {
        put(t,
            "  %s:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Co, Ni, Cu, Zn]}]\n    end_members:\n",
            phase[p].name);
        for (int i = 0; i < 5; ++i) put(t, "      - {at: [%s], G: %s}\n", metals[i], phase[p].G[i]);
        put(t, "    interactions:\n");
        for (int i = 0, k = 0; i < 5; ++i)
            for (int j = i + 1; j < 5; ++j)
                put(t, "      - {pair: [%s, %s], on: M, per: formula, W: %g}\n", metals[i], metals[j], phase[p].W[k++]);
    }
}

#endif
