#!/usr/bin/env python3
"""Estimates the numbers of the rock-salt database that no measurement of an equilibrium decides. Standard library only.

    python3 assess.py            writes ../rocksalt-estimates.yaml, prints the size law
    python3 assess.py --check    the same, but only compares with the file that is there (exit status 1 if it differs)

Pairs from a size law, energies of normal ferrites and of Mn3O4 that give back tabulated Gibbs energies (README.md). What is measured is fitted by
`kiln fit rocksalt.fit.yaml`.
"""
import csv
import math
import os
import sys

import thermo
from thermo import R

HERE = os.path.dirname(os.path.abspath(__file__))


def rows(name):
    with open(os.path.join(HERE, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


# ---- linear algebra ------------------------------------------------------------------------------------------------
def cholesky(A):
    n = len(A)
    L = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = A[i][j] - sum(L[i][k] * L[j][k] for k in range(j))
            L[i][j] = math.sqrt(s) if i == j else s / L[j][j]
    return L


# ---- 1. size law of the pairs without data --------------------------------------------------------------------------------
def size_law():
    V = {r["cation"]: float(r["V_cm3mol"]) for r in rows("volumes.csv")}

    def delta(i, j):
        return 2 * abs(V[i] - V[j]) / (V[i] + V[j])
    used = [(r["i"], r["j"], float(r["W_1300K_J"])) for r in rows("pairs.csv") if r["used"] == "1"]
    sxx = sum(delta(i, j) ** 2 for i, j, w in used)
    k = sum(delta(i, j) * w for i, j, w in used) / sxx
    resid = [(i, j, delta(i, j), w, k * delta(i, j)) for i, j, w in used]
    sd = math.sqrt(sum((w - f) ** 2 for *_, w, f in resid) / (len(used) - 1))
    loo = []
    for i, j, d, w, _ in resid:
        kk = (k * sxx - d * w) / (sxx - d * d)
        loo.append(w - kk * d)
    sdl = math.sqrt(sum(x * x for x in loo) / len(loo))
    return k, sd, sdl, delta, resid, loo


# ---- 2. ferrites in the compound energy formalism -------------------------------------------------------------------
def ferrite(dg1000, dg1200, inv):
    """energy of the normal distribution from the oxides, a + b*T, so that the equilibrium distribution has the measured G"""
    def offset(T):
        best = 0.0
        for k in range(1, 2000):
            x = k / 2000.0
            s = x * math.log(x) + (1 - x) * math.log(1 - x) + 2 * (x / 2 * math.log(x / 2) + (1 - x / 2) * math.log(1 - x / 2))
            best = min(best, -x * inv + R * T * s)
        return best
    b = (dg1200 - dg1000) / 200.0
    a = dg1000 - 1000.0 * b
    pts = [(T, a + b * T - offset(T)) for T in range(900, 1601, 100)]
    n = len(pts)
    mt, mg = sum(t for t, _ in pts) / n, sum(g for _, g in pts) / n
    sl = sum((t - mt) * (g - mg) for t, g in pts) / sum((t - mt) ** 2 for t, _ in pts)
    return mg - sl * mt, sl


def mn3o4(T, inverse=74000.0, disproportion=80000.0):
    """normal Mn3O4 above the equilibrium distribution of Mn+2, Mn+3 (A) and Mn+2, Mn+3, Mn+4 (B), with the fractions of Mn+3 on A and Mn+4 on B"""
    def root(f, lo, hi):
        for _ in range(200):
            m = 0.5 * (lo + hi)
            lo, hi = (m, hi) if f(m) < 0 else (lo, m)
        return 0.5 * (lo + hi)

    K4, Ka = math.exp(-disproportion / (2 * R * T)), math.exp(-inverse / (R * T))

    def rest(b2):
        b4 = root(lambda x: x * b2 - K4 * (1 - b2 - x) ** 2, 0.0, 1 - b2)
        q = Ka * (1 - b2 - b4) / b2
        return q / (1 + q), b4
    b2 = root(lambda x: x - 0.5 * rest(x)[0] - rest(x)[1], 1e-12, 0.5)
    a, b4 = rest(b2)
    g = inverse * a + disproportion * b4
    for n, y in ((1, a), (1, 1 - a), (2, b2), (2, b4), (2, 1 - b2 - b4)):
        g += n * R * T * y * math.log(y)
    return -g, a, b4


# ---- output --------------------------------------------------------------------------------------------------------
def main():
    out = []
    w = out.append
    w("# Written by assessment/assess.py from the facts in assessment/*.csv: do not edit, run the script again.")
    w("kiln: 1")
    w("name: rocksalt-estimates")
    w("description: pairs in rock salt by a size law, ferrites and Mn3O4 with their distributions")
    w("bibliography:")
    w('  rsfit: {text: "kiln assessment of the rock-salt family: databases/assessment"}')
    w('  sizelaw: {text: "kiln: W = k |dV|/Vmean fitted to measured rock-salt pairs, databases/assessment"}')
    w('  memory_camg: {text: "MgO-CaO solvus, a few per cent at 1600 to 1700 C (Doman et al. 1963), quoted from memory, not read"}')
    w("functions:")

    def const(name, v, s, status, source, note, rng="298.15 K .. 2500 K"):
        w("  %s: {G: %.0f, range: %s, source: %s, status: %s, sigma: %.0f J/mol, note: \"%s\"}" % (name, v, rng, source, status, s, note))

    k, sd, sdl, delta, resid, loo = size_law()
    have = {frozenset((r["i"], r["j"])) for r in rows("pairs.csv")} | {frozenset(x) for x in (("Mg", "Cu"), ("Co", "Cu"), ("Ni", "Cu"), ("Cu", "Zn"), ("Mg", "Zn"), ("Co", "Zn"), ("Ni", "Zn"))}
    cations = ["Mg", "Co", "Ni", "Cu", "Zn", "Mn", "Fe", "Ca", "Cd", "Sr"]
    for a in range(len(cations)):
        for b in range(a + 1, len(cations)):
            i, j = cations[a], cations[b]
            if frozenset((i, j)) in have:
                continue
            v, s, note = k * delta(i, j), sdl, "size law"
            if i in ("Cu", "Zn") or j in ("Cu", "Zn"):
                s, note = max(8000.0, sdl), "size law; Cu and Zn hosts do not follow it: wide"
            src = "sizelaw"
            if (i, j) == ("Mg", "Ca"):               # not of the size law
                v, s, src, note = 45000.0, 12000.0, "memory_camg", "entered by hand, not fitted: the solvus asks for 45 to 60; the size law, %.1f, is too small" % (v / 1000)
            const("W_%s_%s" % (i, j), v, s, "estimated", src, note)
    for r in rows("ferrites.csv"):
        a, b = ferrite(float(r["dGf_1000_J"]), float(r["dGf_1200_J"]), float(r["normal_minus_inverse_J"]))
        m = r["cation"]
        w("  spn_%s: {G: %.0f %s %.3f*T, range: 298.15 K .. 2000 K, source: usbm, status: fitted, sigma: %s J/mol, note: \"normal %sFe2O4 from %sO + Fe2O3 so that the equilibrium distribution has the tabulated Gibbs energy\"}" % (m, a, "-" if b < 0 else "+", abs(b), r["sigma_J"], m, m))
        const("inv_%s" % m, float(r["normal_minus_inverse_J"]), float(r["sigma_inv_J"]), "estimated", "here", "normal minus inverse %sFe2O4, energy of exchange" % m)
    pts = [(T,) + mn3o4(T) for T in range(900, 1601, 100)]
    b = (pts[-1][1] - pts[0][1]) / (pts[-1][0] - pts[0][0])
    a = sum(g - b * T for T, g, *_ in pts) / len(pts)
    # what the distribution of Mn3O4 gains, its normal end member loses: the assessed G stays, whatever the exchange energies are
    _, _, xa, xb4 = pts[5]
    w("  spn_Mn3O4: {G: %.0f %s %.3f*T - %.4f*dev_Mn3A - %.4f*dev_Mn4B - %.4f*dev_Mn2B, range: 298.15 K .. 2000 K, source: rsfit, status: fitted, sigma: 200 J/mol, note: \"normal cubic Mn3O4 above the equilibrium distribution, whose Gibbs energy is the assessed one\"}" % (a, "-" if b < 0 else "+", abs(b), xa, xb4, 0.5 * xa))
    for n, sd, what in (("dev_Mn3A", 15000, "Mn+3 on tetrahedral sites"), ("dev_Mn4B", 30000, "Mn+4 on the two octahedral sites"), ("dev_Mn2B", 10000, "Mn+2 on the two octahedral sites")):
        const(n, 0, sd, "estimated", "here", "zero, holds the uncertainty of %s; Mn3O4 itself does not feel it" % what)
    text = "\n".join(out) + "\n"
    text = text.replace("bibliography:\n", 'bibliography:\n  usbm: {text: "US Bureau of Mines Bulletins 672, 674, 689, 696"}\n  here: {text: "estimated by the authors of this database"}\n', 1)

    print("size law: W = %.1f kJ/mol * |dV|/V, residual sd %.1f, leave-one-out %.1f kJ/mol" % (k / 1000, sd / 1000, sdl / 1000))
    for (i, j, d, wv, f), l in zip(resid, loo):
        print("  %s-%s  dV/V %.3f  W %.1f  law %.1f  left out %+.1f" % (i, j, d, wv / 1000, f / 1000, l / 1000))
    target = os.path.join(HERE, "..", "rocksalt-estimates.yaml")
    if "--check" in sys.argv:
        with open(target, encoding="utf-8") as f:
            same = f.read() == text
        print("rocksalt-estimates.yaml is %s" % ("up to date" if same else "OUT OF DATE"))
        sys.exit(0 if same else 1)
    with open(target, "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    main()
