#!/usr/bin/env python3
"""Estimates of the fluorite family. Standard library only.

    python3 fluorite.py            writes ../fluorite-estimates.yaml, prints the tables
    python3 fluorite.py --check    the same, but only compares with the file that is there (exit status 1 if it differs)

CeO2-ZrO2 is fitted by `kiln fit fluorite.fit.yaml`. Method of the rest (README.md): tetravalent pairs without data from a size law; rare earths
without data between La, Nd and Y by ionic radius; ceria with rare earths from an enthalpy and the boundary to the C type; pyrochlores from a line
through calorimetric enthalpies. Nothing is fitted to a high-entropy oxide.
"""
import math
import os
import sys

import thermo
from tables import HERE, rows, settle
from thermo import R

RADIUS = {"La": 1.160, "Ce": 1.143, "Pr": 1.126, "Nd": 1.109, "Sm": 1.079, "Eu": 1.066, "Gd": 1.053, "Tb": 1.040, "Dy": 1.027, "Y": 1.019,
          "Ho": 1.015, "Er": 1.004, "Tm": 0.994, "Yb": 0.985, "Lu": 0.977}            # Shannon, eightfold, +3
C_STEP = 8000.0         # MO2 in the C type above fluorite, per mole of cations: half of C_step in ../fluorite.yaml
R4 = {"Ce": 0.97, "Zr": 0.84, "Hf": 0.83, "Sn": 0.81, "Ti": 0.74}                       # Shannon, eightfold, +4
R6 = {"Ce": 0.87, "Zr": 0.72, "Hf": 0.71, "Sn": 0.69, "Ti": 0.605, "Ge": 0.53}           # sixfold


def shares(e):
    """fractions of La, Nd and Y that stand for a rare earth: linear in the radius, Y below Y"""
    r = RADIUS[e]
    for a, b in (("La", "Nd"), ("Nd", "Y")):
        if RADIUS[b] <= r <= RADIUS[a]:
            t = round((r - RADIUS[b]) / (RADIUS[a] - RADIUS[b]), 3)
            return {a: t, b: round(1 - t, 3)}
    return {"Y": 1.0}


def mix(e, name):
    """expression: the function `name` % (La, Nd, Y), weighted"""
    return " + ".join(name % k if t == 1 else "%g*%s" % (t, name % k) for k, t in shares(e).items() if t)


# ---- size law of tetravalent pairs -------------------------------------------------------------------------------------
def size_law():
    data = [(r["i"], r["j"], 2 * abs(float(r["r_i_A"]) - float(r["r_j_A"])) / (float(r["r_i_A"]) + float(r["r_j_A"])),
             float(r["W_J"]), r["note"]) for r in rows("fluorite_sizes.csv")]
    sxx = sum(d * d for _, _, d, _, _ in data)
    k = sum(d * w for _, _, d, w, _ in data) / sxx
    out = []
    for i, j, d, w, note in data:
        kk = (k * sxx - d * w) / (sxx - d * d)
        out.append((i, j, d, w, k * d, w - kk * d, note))
    return k, math.sqrt(sum(x[5] ** 2 for x in out) / len(out)), out


def mismatch(r, i, j):
    return 2 * abs(r[i] - r[j]) / (r[i] + r[j])


# ---- rare earths in zirconia: what La, Nd and Y say of each other ----------------------------------------------------------
def ln_zr(db, e, T, x=0.5):
    """excess of Zr1-xLnxO2-x/2 with the step from the C form, J per mole of cations, by the assessed functions of La, Nd or Y"""
    w0, w1 = db.expr("WF_Zr_%s" % e, T), db.expr("LF_Zr_%s" % e, T)
    return x * db.expr("F_%s" % e, T) + x * (1 - x) * (w0 + w1 * (2 * x - 1))


def leave_out(db, T=1700.0):
    """deviation of W when La is taken as Nd, Nd between La and Y, Y as Nd: J per mole of cations, from the Gibbs energies at x = 0.5"""
    g = {e: ln_zr(db, e, T) for e in ("La", "Nd", "Y")}
    t = (RADIUS["Nd"] - RADIUS["Y"]) / (RADIUS["La"] - RADIUS["Y"])
    dev = {"La": g["La"] - g["Nd"], "Nd": g["Nd"] - (t * g["La"] + (1 - t) * g["Y"]), "Y": g["Y"] - g["Nd"]}
    return {e: 4 * d for e, d in dev.items()}, g


# ---- pyrochlores -----------------------------------------------------------------------------------------------------------
def pyrochlores(B):
    data = [(r["A"], r["B"], float(r["r_A_A"]) - 1.1, float(r["dH_ox_J"]), float(r["sigma_J"])) for r in rows("pyrochlores.csv") if r["B"] in B]

    def fit(d):
        s = sum(1 / g ** 2 for *_, g in d)
        mx = sum(x / g ** 2 for _, _, x, _, g in d) / s
        my = sum(y / g ** 2 for _, _, _, y, g in d) / s
        b = sum((x - mx) * (y - my) / g ** 2 for _, _, x, y, g in d) / sum((x - mx) ** 2 / g ** 2 for _, _, x, _, g in d)
        return my - b * mx, b
    a, b = fit(data)
    loo = []
    for k, (A, b4, x, y, g) in enumerate(data):
        if len(data) < 3:                                      # two points: their own uncertainty
            loo.append((A, b4, y, a + b * x, g))
            continue
        aa, bb = fit(data[:k] + data[k + 1:])
        loo.append((A, b4, y, a + b * x, y - aa - bb * x))
    others = [[q[2] for j, q in enumerate(data) if j != k] for k in range(len(data))]
    inner = [z[4] for z, q, o in zip(loo, data, others) if max(o) - min(o) > 0.05]     # without Lu no titanate fixes the slope
    inner = inner or [z[4] for z in loo]
    return a, b, math.sqrt(sum(v * v for v in inner) / len(inner)), loo


def fluorite_entropy(x):
    """ideal entropy of the oxygen sites less the constant that removes it at x = 1, J/mol/K per mole of cations"""
    v = x / 4
    return -2 * R * (v * math.log(v) + (1 - v) * math.log(1 - v)) - 9.3510825 * x


def c_entropy(x):
    return -0.5 * R * (x * math.log(x) + (1 - x) * math.log(1 - x))


def main():
    db = thermo.Db(os.path.join(HERE, "..", "fluorite-substances.yaml"))
    out = []
    w = out.append
    w("# Written by assessment/fluorite.py from the facts in assessment/fluorite_*.csv and pyrochlores.csv: do not edit, run the script again.")
    w("kiln: 1")
    w("name: fluorite-estimates")
    w("description: rare earths in zirconia, hafnia and ceria between assessed ones; size law; pyrochlores")
    w("include: [fluorite-substances.yaml, fluorite-priors.yaml]")
    w("bibliography:")
    w('  flfit: {text: "kiln assessment of the fluorite family: databases/assessment"}')
    w('  flsize: {text: "kiln: W = k |dr|/r fitted to tetravalent pairs, databases/assessment/fluorite.py"}')
    w("functions:")

    def fun(name, G, status, source, sigma=None, note=None):
        w("  %s: {G: %s, range: 298.15 K .. 3000 K, source: %s, status: %s%s%s}" % (name, G, source, status, "" if sigma is None else ", sigma: %.0f J/mol" % sigma, ', note: "%s"' % note if note else ""))

    w("  # ---- rare earths in fluorite: step from the C form per LnO1.5, and its interaction with Zr (0: W, 1: difference Ln - Zr) -----")
    fun("F_Y", "2000", "assessed", "fabrichnaya2006", 1000)
    fun("F_La", "25000 - 0.5*dG_La2O3_C", "assessed", "fabrichnaya2006", 3000)
    fun("F_Nd", "31642.735 - 9.665*T - 0.5*dG_Nd2O3_C", "assessed", "fabrichnaya2008", 3000)
    fun("WF_Zr_Y", "-65401.386 + 25.099522*T", "assessed", "fabrichnaya2006", 4000)
    fun("LF_Zr_Y", "67041.1965 - 21.0271896*T", "assessed", "fabrichnaya2006", 0)
    fun("WF_Zr_La", "-85005.1995", "assessed", "fabrichnaya2006", 5000)
    fun("LF_Zr_La", "-67310.7055", "assessed", "fabrichnaya2006", 0)
    fun("WF_Zr_Nd", "-134567.5 + 149.5965*T - 16*T*ln(T)", "assessed", "fabrichnaya2008", 5000)
    fun("LF_Zr_Nd", "-27208", "assessed", "fabrichnaya2008", 0)
    tmp = thermo.Db()
    tmp.fun.update(db.fun)
    tmp.fun.update(thermo.load_text("\n".join(out))["functions"])
    loo, gex = leave_out(tmp)
    sln = abs(loo["Nd"])                                     # Nd between La and Y: the case that the others are like
    rest = [e for e in RADIUS if e not in ("La", "Nd", "Y")]
    for e in rest:
        fun("F_%s" % e, mix(e, "F_%s"), "estimated", "flfit", 0, "by radius; its uncertainty is in the interaction")
        fun("WF_Zr_%s" % e, mix(e, "WF_Zr_%s"), "estimated", "flfit", sln, "by radius; sigma: Nd left out")
        fun("LF_Zr_%s" % e, mix(e, "LF_Zr_%s"), "estimated", "flfit", 0)
    w("  # the same in tetragonal zirconia")
    fun("WT_Zr_Y", "-63233.7085 + 30*T", "assessed", "fabrichnaya2006", 4000)
    fun("WT_Zr_La", "10000", "assessed", "fabrichnaya2006", 5000)
    fun("WT_Zr_Nd", "-15000", "assessed", "fabrichnaya2008", 5000)
    for e in rest:
        fun("WT_Zr_%s" % e, mix(e, "WT_Zr_%s"), "estimated", "flfit", sln, "by radius")
    fun("dev_Hf_Ln", "0", "estimated", "flfit", 8000, "rare earths in hafnia as in zirconia; Gd0.5Hf0.5O1.75 measured within 1 kJ/mol of that")
    fun("dev_Ti_Ln", "0", "estimated", "flfit", 25000, "rare earths beside Ti and Sn in fluorite as beside Zr")
    w("  # ---- ceria with rare earths, per mole of cations: fluorite from the enthalpy, C type from the boundary at x = 0.40 ------------")
    T, x = 1273.15, 0.4
    tmp.fun.update(thermo.load_text("\n".join(out))["functions"])
    tmp.cache.clear()
    ce = []
    for e in RADIUS:
        ref = 0.5 * tmp.expr("dG_%s2O3_C" % e, 1e-6) if e in ("La", "Ce", "Pr", "Nd") else 0.0
        h0 = tmp.expr("F_%s" % e, 1e-6) + ref                # enthalpy from the stable form: the functions are linear in T
        wf = 15000.0 if e == "Ce" else (1000.0 - x * h0) / (x * (1 - x))
        step = tmp.expr("F_%s" % e, T)
        wc = wf + (x * step - (1 - x) * C_STEP - T * (fluorite_entropy(x) - c_entropy(x))) / (x * (1 - x))
        ce.append((e, h0, wf, step, wc))
        if e == "Ce":
            fun("WF_Ce_Ce", "15000", "estimated", "here", 15000, "Ce+4 and Ce+3: reduction of ceria takes about 470 kJ per mole of O (from memory)")
        else:
            fun("WF_Ce_%s" % e, "%.0f" % wf, "fitted", "flfit", 2000 / (x * (1 - x)))
        fun("WC_Ce_%s" % e, "WF_Ce_%s %s %.0f" % (e, "-" if wc < wf else "+", abs(wc - wf)), "fitted", "flfit", 3000)
    tmp.fun.update(thermo.load_text("\n".join(out))["functions"])
    tmp.cache.clear()
    k, sdl, law = size_law()
    w("  # ---- CeO2-HfO2, per mole of cations -------------------------------------------------------------------------------")
    for ph in "FTM":
        fun("W%s_Ce_Hf" % ph, "%.3f*W%s_Ce_Zr" % (mismatch(R4, "Ce", "Hf") / mismatch(R4, "Ce", "Zr"), ph), "estimated", "flfit", 4000, "as CeO2-ZrO2, by the mismatch of radii")
    w("  # ---- size law, eightfold radii (fluorite, tetragonal, monoclinic) and sixfold ones (rutile, alpha-PbO2) ------------------")
    for i, j in (("Ce", "Ti"), ("Ce", "Sn"), ("Zr", "Ti"), ("Zr", "Sn"), ("Hf", "Ti"), ("Hf", "Sn"), ("Ti", "Sn")):
        fun("W8_%s_%s" % (i, j), "%.0f" % (k * mismatch(R4, i, j)), "estimated", "flsize", sdl)
    for i, j in (("Ce", "Ti"), ("Ce", "Sn"), ("Zr", "Ti"), ("Zr", "Sn"), ("Hf", "Ti"), ("Hf", "Sn"), ("Ge", "Sn"), ("Ge", "Zr"), ("Ge", "Hf")):
        fun("W6_%s_%s" % (i, j), "%.0f" % (k * mismatch(R6, i, j)), "estimated", "flsize", sdl)
    w("  # ---- pyrochlores, per mole of Ln2B2O7: from Ln2O3 (stable form) and 2 BO2 (monoclinic, rutile) -----------------------------")
    lines = {}
    for key, B, what in (("P", ("Zr", "Hf"), "zirconates and hafnates"), ("PT", ("Ti",), "titanates"), ("PS", ("Sn",), "stannates")):
        a, b, spy, lpy = lines[key] = pyrochlores(B)
        fun("dev_%s" % key, "0", "estimated", "flfit", 8000, "entropy of formation of the %s, at 1000 to 1700 K" % what)
        for e in RADIUS:
            if key == "P" and e in ("La", "Nd"):
                w("  P_%s: {G: G_%s2Zr2O7 - G_%s2O3 - 2*G_ZrO2_m}" % (e, e, e))
                continue
            fun("%s_%s" % (key, e), "%.0f%s + dev_%s" % (a + b * (RADIUS[e] - 1.1), " - 18*T" if key == "P" else "", key), "estimated", "flfit", spy, "line through calorimetric enthalpies" + ("; entropy between those of La and Nd" if key == "P" else "; no entropy of formation"))
    w("  G_La2Zr2O7: {formula: La2Zr2O7, G: -4194070.04 + 1531.07053*T - 260.811*T*ln(T) - 0.00891455*T^2 + 1898400/T, range: 298.15 K .. 3000 K, source: fabrichnaya2006, status: assessed, sigma: 5 kJ/mol, note: \"from the oxides -110 kJ/mol at 298 K; calorimetry -107.3 +- 5.1 (Radha et al. 2009), -135.8 +- 6.4 (Bolech et al. 1995)\"}")
    w("  G_Nd2Zr2O7: {formula: Nd2Zr2O7, G: -4170000 + 1561.884*T - 270.08521*T*ln(T) - 0.0156136089*T^2 + 1894137.64/T, range: 298.15 K .. 3000 K, source: fabrichnaya2008, status: assessed, sigma: 5 kJ/mol}")
    w("  # ---- zirconium titanate, alpha-PbO2 structure, per mole of cations -------------------------------------------------------")
    s1, s2, h = 8000.0, 6000.0, -4400.0 / 2
    fun("WS_Zr_Ti", "%.0f" % (4 * (h - (s1 + s2) / 2)), "fitted", "flfit", 10000, "ZrTiO4 -4.4 +- 5 kJ/mol from baddeleyite and rutile (enthalpy of formation -2048.7 +- 5.0, calorimetry of 1999)")
    text = "\n".join(out) + "\n"

    print("size law of tetravalent pairs: W = %.1f kJ/mol * |dr|/r, leave-one-out %.1f kJ/mol" % (k / 1000, sdl / 1000))
    for i, j, d, wv, f, l, note in law:
        print("  %s-%s  dr/r %.3f  W %6.1f  law %5.1f  left out %+6.1f  %s" % (i, j, d, wv / 1000, f / 1000, l / 1000, note))
    print("\nrare earths in zirconia at x = 0.5, 1700 K, from c-ZrO2 and the C form: " + ", ".join("%s %.1f" % (e, v / 1000) for e, v in gex.items()) + " kJ/mol")
    print("  left out, as an error of W: " + ", ".join("%s %+.0f" % (e, v / 1000) for e, v in loo.items()) + "; used: Nd, %.0f kJ/mol" % (sln / 1000))
    t = tmp
    hgd = 0.5 * 19420 + 0.5 * t.expr("F_Gd", 1e-6) + 0.25 * t.expr("WF_Zr_Gd", 1e-6)
    print("  Gd0.5Hf0.5O1.75 from the oxides: %.1f kJ/mol of cations, measured -6.3 +- 1.4 (not fitted)" % (hgd / 1000))
    print("\nceria with rare earths: enthalpy of the step, W fluorite, W C type (kJ/mol)")
    for e, h0, wf, step, wc in ce:
        print("  %-2s %6.1f %7.1f %7.1f" % (e, h0 / 1000, wf / 1000, wc / 1000))
    e, _, _, _, wc = ce[3]
    lo, hi = 0.5, 0.999
    for _ in range(60):
        m = 0.5 * (lo + hi)
        v = 1.5 * R * T * math.log(m) + wc * (1 - m) ** 2 + 0.5 * tmp.expr("dG_Nd2O3_C", T)
        lo, hi = (m, hi) if v < 0 else (lo, m)
    print("  largest Nd in the C type at 1000 C beside Nd2O3: %.2f, measured 0.73 (not fitted)" % lo)
    for key, (a, b, spy, lpy) in lines.items():
        print("\npyrochlores %s: enthalpy from the oxides %.1f %+.1f (r - 1.1)/0.1 kJ/mol, leave-one-out %.1f" % (key, a / 1000, b / 1e4, spy / 1000))
        for A, B, y, f, l in lpy:
            print("  %s2%s2O7 %7.1f  line %7.1f  left out %+6.1f" % (A, B, y / 1000, f / 1000, l / 1000))
    sys.exit(0 if settle({"../fluorite-estimates.yaml": text}) else 1)


if __name__ == "__main__":
    main()
