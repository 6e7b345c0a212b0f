#!/usr/bin/env python3
"""How sure is the lower end of the prototype's window? Standard library only.

    python3 sensitivity.py [samples]

Each competitor's end is linearised in the parameters (fitted ones with their covariance, estimated ones with their sigma),
then sampled jointly; the limit is the largest of the ends.
"""
import math
import os
import random
import sys

import thermo
from assess import cholesky
from check import Case

HERE = os.path.dirname(os.path.abspath(__file__))
PROT = {e: 0.2 for e in ("Mg", "Co", "Ni", "Cu", "Zn")}
PH = ("wurtzite", "guggenite", "spinel", "tenorite")


def main():
    db = thermo.Db(os.path.join(HERE, "..", "rocksalt-fitted.yaml"))
    c = Case(db, "rocksalt", PROT)
    T0 = 1080.0
    base = {}
    slope = {}
    f0, f1 = c.forces(T0), c.forces(T0 + 40)
    for p in PH:
        base[p] = f0[p][0]
        slope[p] = (f1[p][0] - f0[p][0]) / 40
    cov = db.cov[0]
    names, M = cov["parameters"], [[float(x) for x in r] for r in cov["matrix"]]
    M = [[M[max(i, j)][min(i, j)] for j in range(len(M))] for i in range(len(M))]
    L = cholesky([[M[i][j] * (1.0 if i != j else 1 + 1e-9) for j in range(len(M))] for i in range(len(M))])
    extra = [("dG_MgO_wz", 3000.0), ("fcorr:W_CoMg", 300.0), ("T_CoFe2O4", 4000.0), ("spn_Zn", 6000.0), ("spn_Cu", 5000.0)]
    entries = []                       # estimated numbers written in the phases
    for ph in PH:
        for e in db.phase[ph]["end_members"]:
            if e.get("sigma") and not any(x in str(e["at"]) for x in ("Mn", "Fe", "Cd", "Ca")):
                entries.append((ph, e, thermo.quantity(e["sigma"])))

    def shift_fun(n, d):
        f = dict(db.fun[n])
        f["G"] = f["G"] + " + %s" % d
        return f

    grads = []                         # (label, sigma or None, {phase: d f / d parameter})
    def diff(apply, undo, h):
        apply()
        db.cache.clear()
        cc = Case(db, "rocksalt", PROT)
        f = cc.forces(T0)
        undo()
        db.cache.clear()
        return {p: (f[p][0] - base[p]) / h for p in PH}
    for n in names:
        fn, isT = n.split("*")[0], n.endswith("*T")
        if isT:
            g = dict((p, v * T0) for p, v in grads[-1][2].items())
            grads.append((n, None, g))
            continue
        keep = db.fun[fn]
        grads.append((n, None, diff(lambda: db.fun.__setitem__(fn, shift_fun(fn, "200")), lambda: db.fun.__setitem__(fn, keep), 200.0)))
    nfit = len(grads)
    for fn, s in extra:
        if fn in db.fun and "G" in db.fun[fn]:
            keep = db.fun[fn]
            grads.append((fn, s, diff(lambda: db.fun.__setitem__(fn, shift_fun(fn, "200")), lambda: db.fun.__setitem__(fn, keep), 200.0)))
    for ph, e, s in entries:
        keep = e["G"]
        grads.append((ph + ":" + str(e["at"]), s, diff(lambda: e.__setitem__("G", keep + " + 200"), lambda: e.__setitem__("G", keep), 200.0)))
    print("T of each end (C), and its standard deviation alone; largest contributions")
    T = {p: T0 - base[p] / slope[p] for p in PH}
    for p in PH:
        v = sum(M[i][j] * grads[i][2][p] * grads[j][2][p] for i in range(nfit) for j in range(nfit))
        ve = sum((s * g[p]) ** 2 for _, s, g in grads[nfit:])
        top = sorted(((abs(s * g[p] / slope[p]), n) for n, s, g in grads[nfit:]), reverse=True)[:4]
        print("  %-10s %5.0f +- %3.0f K (fitted set %.0f K)  %s" % (p, T[p] - 273.15, math.sqrt(v + ve) / slope[p], math.sqrt(v) / slope[p], ", ".join("%s %.0f K" % (n, t) for t, n in top)))
    rnd = random.Random(1)
    N = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    low, who = [], {p: 0 for p in PH}
    for _ in range(N):
        z = [rnd.gauss(0, 1) for _ in names]
        d = [sum(L[i][k] * z[k] for k in range(i + 1)) for i in range(len(z))] + [rnd.gauss(0, s) for _, s, _ in grads[nfit:]]
        ends = {p: T[p] - sum(x * g[2][p] for x, g in zip(d, grads)) / slope[p] for p in PH}
        w = max(ends, key=ends.get)
        who[w] += 1
        low.append(ends[w] - 273.15)
    low.sort()
    print("lower end: median %.0f C, 68 %% interval %.0f to %.0f C; limited by %s" % (low[N // 2], low[int(.16 * N)], low[int(.84 * N)], ", ".join("%s %.0f %%" % (p, 100 * n / N) for p, n in who.items())))


if __name__ == "__main__":
    main()
