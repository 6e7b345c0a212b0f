#!/usr/bin/env python3
"""Estimates the numbers of the rock-salt database that no measurement of an equilibrium decides. Standard library only.

    python3 assess.py            writes ../rocksalt-estimates.yaml
    python3 assess.py --check    the same, but only compares with the file that is there (exit status 1 if it differs)

MgO-CaO, energies of normal ferrites and of Mn3O4 that give back tabulated Gibbs energies (README.md). What is measured is fitted by
`kiln fit rocksalt.fit.yaml`.
"""
import math
import sys

from tables import rows, settle
from thermo import R


# ---- linear algebra ------------------------------------------------------------------------------------------------
def cholesky(A):
    n = len(A)
    L = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = A[i][j] - sum(L[i][k] * L[j][k] for k in range(j))
            L[i][j] = math.sqrt(s) if i == j else s / L[j][j]
    return L


def line(x, y):
    """(a, b) of the least-squares line y = a + b x"""
    mx, my = sum(x) / len(x), sum(y) / len(y)
    b = sum((u - mx) * (v - my) for u, v in zip(x, y)) / sum((u - mx) ** 2 for u in x)
    return my - b * mx, b


# ---- ferrites in the compound energy formalism -------------------------------------------------------------------
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
    return line(*zip(*pts))


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
    w("description: MgO-CaO, ferrites and Mn3O4 with their distributions")
    w("bibliography:")
    w('  rsfit: {text: "kiln assessment of the rock-salt family: databases/assessment"}')
    w('  memory_camg: {text: "MgO-CaO solvus, a few per cent at 1600 to 1700 C (Doman et al. 1963), quoted from memory, not read"}')
    w("functions:")

    def const(name, v, s, status, source, note, rng="298.15 K .. 2500 K"):
        w("  %s: {G: %.0f, range: %s, source: %s, status: %s, sigma: %.0f J/mol, note: \"%s\"}" % (name, v, rng, source, status, s, note))

    const("W_Mg_Ca", 45000.0, 12000.0, "estimated", "memory_camg", "entered by hand, not fitted: the solvus asks for 45 to 60; the size law, 30.4, is too small")
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

    sys.exit(0 if settle({"../rocksalt-estimates.yaml": text}) else 1)


if __name__ == "__main__":
    main()
