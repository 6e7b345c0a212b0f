#!/usr/bin/env python3
"""Estimates of the layered oxides of Li and Na. Standard library only.

    python3 layered.py            writes ../layered-estimates.yaml
    python3 layered.py --check    the same, but only compares with the file that is there (exit status 1 if it differs)

LO_A_M is what A in the alkali layer and M in the slab gain over half A2O and the oxide of M, per A M O2, M with its charge z. The law is

    LO_A_M = LK_A (z - 1)^2

one LK for Li and one for Na, which layered.fit.yaml fits to LiMO2, NaMO2, Li2TiO3 and Na2TiO3 whose Gibbs energies are known, so that z = 1 (Li in the slab,
as in Li(Li1/3Ti2/3)O2) counts 0. Nothing is adjusted here: LO is written by the law or by what is known of the compound, with what steps and interactions that fit decides. Co and Ni have no
simple oxides of +3 (Co also of +4): what they count from is chosen so that LiCoO2, LiNiO2 and CoO2 of the assessments come out. Empty sites beside M+z rest on the
assessed LixCoO2, LiMn2O4 on its calorimetry.
"""
import os
import sys

import thermo
from tables import HERE, rows, settle

# The sigma of the law's data in layered.fit.yaml, and of what it estimates: how far each of its compounds lies from the law of the others, root mean square, J/mol (tests/unit/test_fit.c).
SPREAD = {"Li": 13610.0, "Na": 19356.0}
RANGE = "298.15 K .. 2000 K"
MIXING = 60000.0                                                  # of Li with empty sites in CoO2, Chang et al. 2013
OXIDE = [("Li1", 1, "0.5*G_Li2O"), ("Mg2", 2, "G_MgO"), ("Co2", 2, "G_CoO"), ("Ni2", 2, "G_NiO"), ("Cu2", 2, "G_CuO + fit_CuO_rs"),
         ("Zn2", 2, "G_ZnO + fit_ZnO_rs"), ("Al3", 3, "0.5*G_Al2O3_cor"), ("Cr3", 3, "0.5*G_Cr2O3_cor"), ("Mn3", 3, "0.5*G_Mn2O3"),
         ("Fe3", 3, "0.5*G_Fe2O3"), ("Co3", 3, "G_O3LiCoO2 - 0.5*G_Li2O - 4*LK_Li"), ("Ni3", 3, "G_O3LiNiO2 - 0.5*G_Li2O - 4*LK_Li"),
         ("Ti4", 4, "G_TiO2"), ("Mn4", 4, "PV_MnO2"), ("Co4", 4, "G_O3CoO2 - LV_4")]
# measured, or one step from what is: expression, sigma, status, source, note
KNOWN = {
    ("Li", "Cr3"): ("G_LiCrO2 - 0.5*G_Li2O - 0.5*G_Cr2O3_cor", None, "measured", "dash1990", ""),
    ("Na", "Cr3"): ("G_NaCrO2 - 0.5*G_Na2O - 0.5*G_Cr2O3_cor", None, "measured", "nacro2emf", ""),
    ("Li", "Fe3"): ("G_LiFeO2 - 0.5*G_Li2O - 0.5*G_Fe2O3 + 12000", 8000, "estimated", "here", "layered LiFeO2 is made by ion exchange only: 12 kJ/mol above the tabulated compound"),
    ("Na", "Fe3"): ("G_NaFeO2 - 0.5*G_Na2O - 0.5*G_Fe2O3 + LT_NaFe", None, "", "", ""),
    ("Li", "Al3"): ("G_LiAlO2 - 0.5*G_Li2O - 0.5*G_Al2O3_cor + LT_LiAl", None, "", "", ""),
    ("Na", "Al3"): ("G_NaAlO2 - 0.5*G_Na2O - 0.5*G_Al2O3_cor + 20000", 10000, "estimated", "here", "layered alpha-NaAlO2 needs pressure"),
    ("Li", "Ti4"): ("G_Li2TiO3 - G_Li2O - G_TiO2", 4000, "assessed", "usbm696", "Li2TiO3 is Li(Li1/3Ti2/3)O2"),
    ("Na", "Ti4"): ("G_Na2TiO3 - G_Na2O - G_TiO2", 10000, "estimated", "usbm696", "as Na2TiO3, where a third of the slab is Na: if that costs something, more stable here"),
    ("Li", "Co3"): ("4*LK_Li", None, "", "", "LiCoO2 itself, by what Co+3 counts from"),
    ("Li", "Ni3"): ("4*LK_Li", None, "", "", "LiNiO2 itself, by what Ni+3 counts from"),
}


def enthalpy(db, expression, T):
    h = 0.01
    return db.expr(expression, T) - T * (db.expr(expression, T + h) - db.expr(expression, T - h)) / (2 * h)


def estimates(db, facts):
    out = []
    w = out.append

    def fun(name, expr, status, source, sigma, note):
        w('  %s: {G: %s, range: %s, source: %s, status: %s, sigma: %.0f J/mol, note: "%s"}' % (name, expr, RANGE, source, status, sigma, note))

    w("# Written by assessment/layered.py from the facts in assessment/layered_facts.csv: do not edit, run the script again.")
    w("kiln: 1")
    w("name: layered-estimates")
    w("description: what alkali and metal ions of layered oxides gain over their simple oxides, measured and estimated; Li2MnO3, LiMn2O4")
    w("include: [layered-substances.yaml, layered-priors.yaml, rocksalt-fitted.yaml, perovskite-substances.yaml]")
    w("bibliography:")
    w('  lolaw: {text: "kiln estimates of layered oxides: databases/assessment/layered.py"}')
    w("functions:")
    w("  # ---- empty sites of the alkali layer beside M of charge 4, 3, 2, 1 -------------------------------------------------------------")
    fun("LV_4", "20000", "estimated", "here", 10000, "layered MnO2 or TiO2 above pyrolusite or rutile")
    fun("LV_3", "LV_4 - 5*LK_Li - %.0f" % MIXING, "estimated", "chang2013", 8000, "so that Li and empty sites in LixCoO2 attract by the assessed 60 kJ/mol")
    fun("LV_2", "2*LV_3 - LV_4", "estimated", "lolaw", 10000, "linear in the charge")
    fun("LV_1", "3*LV_3 - 2*LV_4", "estimated", "lolaw", 15000, "linear in the charge")
    w("  # ---- what M counts from --------------------------------------------------------------------------------------------------------")
    for m, _, expr in OXIDE:
        w("  LR_%s: {G: %s}" % (m, expr))
    w("  # ---- A beside M, per A M O2 -----------------------------------------------------------------------------------------------------")
    for a in ("Li", "Na"):
        for m, z, _ in OXIDE:
            known = KNOWN.get((a, m))
            if known and known[1] is None:
                w("  LO_%s_%s: {G: %s}" % (a, m, known[0]))
            elif known:
                fun("LO_%s_%s" % (a, m), known[0], known[2], known[3], known[1], known[4])
            elif m == "Li1":
                fun("LO_%s_Li1" % a, "20000", "estimated", "here", 10000, "slabs of Li2TiO3 and Li2MnO3 are ordered: their order is lost near 1000 C")
            else:
                fun("LO_%s_%s" % (a, m), "%d*LK_%s" % ((z - 1) ** 2, a) if z > 2 else "LK_" + a, "estimated", "lolaw", SPREAD[a] if z > 2 else 0.5 * SPREAD[a], "by the charge")
    w("  # ---- Ni+2 in the alkali layer: as in NiO where M is +2, and LN_2 more ----------------------------------------------------------------")
    for m, z, _ in OXIDE:
        w("  LO_Ni_%s: {G: %sLN_2}" % (m, "" if z == 2 else "%d*LK_Li + " % ((z - 1) ** 2 - 1)))
    w("  # ---- compounds ------------------------------------------------------------------------------------------------------------------")
    fun("G_Li2MnO3", "G_Li2O + PV_MnO2 + 9*LK_Li", "estimated", "lolaw", SPREAD["Li"], "by the charge, as Li2TiO3")
    f = next(x for x in facts if x["id"] == "M1")
    T = float(f["T_K"])
    d = float(f["value"]) + enthalpy(db, "G_Li_bcc + 2*G_Mn_cbcc + 2*G_O2 - 0.5*G_Li2O - 0.5*G_Mn2O3 - PV_MnO2", T)
    fun("G_LiMn2O4", "0.5*G_Li2O + 0.5*G_Mn2O3 + PV_MnO2 %+.0f" % d, "estimated", "idemoto", float(f["sigma"]), "calorimetry at 876 K; no entropy from the oxides")
    return "\n".join(out) + "\n"


def main():
    db = thermo.Db(os.path.join(HERE, "..", "layered-substances.yaml"))
    for name in ("rocksalt.yaml", "perovskite-substances.yaml"):
        db.include(os.path.join(HERE, "..", name))
    sys.exit(0 if settle({"../layered-estimates.yaml": estimates(db, rows("layered_facts.csv"))}) else 1)


if __name__ == "__main__":
    main()
