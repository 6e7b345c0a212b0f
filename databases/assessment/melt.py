#!/usr/bin/env python3
"""Fusion of the oxides in the melt that no measurement of an equilibrium decides. Standard library only.

    python3 melt.py              writes ../melt-estimates.yaml
    python3 melt.py --check      only compares with the file that is there (exit status 1 if it differs)

Each liquid oxide is its solid plus T-independent enthalpy and entropy of fusion (fusion.csv); what copper with calcium and iron has beyond that is
fitted by `kiln fit melt.fit.yaml`.
"""
import math
import sys

from tables import rows, settle

D_CP = 25.0                  # J/mol/K, sigma of the heat capacity of fusion, taken as zero: that of the estimated functions of NASA for MgO and CaO


def name_of(constituent):
    return "fus_" + constituent.replace(".", "")


def fusion_sigma(r, T=1400.0):
    """standard deviation at T of the Gibbs energy of fusion: of its enthalpy, and of a heat capacity difference taken as zero"""
    dH, Tm, n = float(r["dH_fus_J"]), float(r["T_fus_K"]), float(r["formula_units"])
    return n * math.hypot(float(r["dH_rel_sigma"]) * dH * (1 - T / Tm), D_CP * ((Tm - T) - T * math.log(Tm / T)))


HEAD = """# Written by assessment/melt.py from assessment/fusion.csv: do not edit, run the script again.
kiln: 1
name: melt-estimates
description: fusion of the oxides of Mg, Ca, Sr, Ni, Zn, Co, Mn and Li; liquid FeO and FeO1.5
bibliography:
  mcbride2002: {text: "McBride, Zehe, Gordon, NASA Glenn coefficients for calculating thermodynamic properties of individual species, NASA/TP-2002-211556 (2002)"}
  usbm672: {text: "Pankratz, Thermodynamic properties of elements and oxides, US Bureau of Mines Bulletin 672 (1982)"}
  rh1995: {text: "Robie, Hemingway, Thermodynamic properties of minerals and related substances, US Geological Survey Bulletin 2131 (1995): where its tables of CoO and MnO end"}
  kjellqvist2010: {text: "Kjellqvist, Selleby, Thermodynamic assessment of the Fe-Mn-O system, J. Phase Equilib. Diffus. 31 (2010) 113"}
functions:
"""


def text_of():
    out, pinned = [HEAD.rstrip("\n")], []

    def function(name, g, sigma, source, status, note, sigma_T=None, rng="298.15 K .. 3500 K"):
        t = ", sigma_T: %.2f J/mol/K" % sigma_T if sigma_T else ""
        out.append("  %s: {G: %s, range: %s, source: %s, status: %s, sigma: %.0f J/mol%s, note: \"%s\"}" % (name, g, rng, source, status, sigma, t, note))

    for r in rows("fusion.csv"):
        c, n, dH, Tm = r["constituent"], float(r["formula_units"]), float(r["dH_fus_J"]), float(r["T_fus_K"])
        hot, at_fusion = fusion_sigma(r) / (1 - 1400 / Tm), n * float(r["sigma_T_K"]) * dH / Tm
        pinned.append((name_of(c), hot ** 2 + at_fusion ** 2, -hot ** 2 / Tm, (hot / Tm) ** 2 * (1 + 1e-9)))
        function(name_of(c), "%.1f - %.4f*T" % (n * dH, n * dH / Tm), math.hypot(hot, at_fusion), r["source"], r["status"],
                 "fusion at %.0f +- %s K; sigma %.1f kJ/mol at 1400 K" % (Tm, r["sigma_T_K"], math.hypot(fusion_sigma(r), at_fusion) / 1000), hot / Tm)
    function("liq_FeO", "-274504 + 449.282*T - 74.363*T*ln(T)", 500, "kjellqvist2010", "assessed", "of the Fe-O family; sigma of differences inside it, estimated", rng="298.15 K .. 3000 K")
    function("liq_FeO15", "-432949 + 601.5645*T - 92.95375*T*ln(T)", 1000, "kjellqvist2010", "assessed", "of the Fe-O family; sigma of differences inside it, estimated", rng="298.15 K .. 3000 K")
    out.append("covariance:")
    for n, aa, ab, bb in pinned:                     # certain at the melting point, uncertain far below it
        out.append("  - {parameters: [%s, \"%s*T\"], matrix: [[%.9g], [%.9g, %.9g]]}" % (n, n, aa, ab, bb))
    return "\n".join(out) + "\n"


def main():
    sys.exit(0 if settle({"../melt-estimates.yaml": text_of()}) else 1)


if __name__ == "__main__":
    main()
