#!/usr/bin/env python3
"""Independent checks of rocksalt-fitted.yaml against facts that were and were not fitted. Standard library only.

    python3 check.py
"""
import math
import os
import sys

import thermo
from thermo import R, Phase

HERE = os.path.dirname(os.path.abspath(__file__))
AIR = 0.2095


class Case:
    """a target phase of given cation fractions in an atmosphere, and the driving force of every competitor"""

    def __init__(self, db, target, x, pO2=AIR):
        self.db, self.x, self.p = db, x, pO2
        self.el = list(x) + ["O"]
        self.t = Phase(db, target, self.el)
        self.o = {n: Phase(db, n, self.el) for n in list(db.phase) + list(db.sub) if n != target and "formula" in (db.sub.get(n) or db.phase.get(n))}
        self.o = {n: q for n, q in self.o.items() if q.possible}
        self.y, self.mu = None, None

    def solve(self, T):
        db = self.db
        mo = 0.5 * (db.G("G_O2", T) + R * T * math.log(self.p))
        if self.mu is None:
            self.mu = {e: -300000.0 for e in self.x}
        mu = dict(self.mu, O=mo)
        y = self.y
        for it in range(400):
            d, y = self.t.drive(mu, T, y, 60 if it < 20 else 400)
            c = self.t.comp(y)
            n = sum(c[e] for e in self.x)
            err = max(abs(c[e] / n - self.x[e]) for e in self.x)
            if err < 1e-9 and abs(d) < 1e-4:
                break
            for e in self.x:
                mu[e] += 0.8 * R * T * math.log(self.x[e] * n / max(c[e], 1e-30))
            for e in self.x:
                mu[e] += d / n
        self.y, self.mu, self.c = y, {e: mu[e] for e in self.x}, c
        return mu

    def forces(self, T):
        mu = self.solve(T)
        out = {}
        for n, q in self.o.items():
            best = None
            starts = [None]
            if len(q.c[0]) > 1:
                for s0 in range(len(q.c[0])):
                    y = q.start()
                    y[0] = [0.02] * len(y[0])
                    y[0][s0] = 1 - 0.02 * (len(y[0]) - 1)
                    starts.append(y)
            for y in starts:
                d, yy = q.drive(mu, T, y)
                if best is None or d < best[0]:
                    best = (d, yy)
            c = q.comp(best[1])
            n_c = sum(v for e, v in c.items() if e != "O")
            out[n] = (best[0] / max(n_c, 1e-9), {e: v / n_c for e, v in c.items() if e != "O" and v / n_c > 0.005})
        return out

    def end(self, phase, lo, hi):
        """temperature (K) at which the competitor's driving force per cation is zero, by bisection"""
        def f(T):
            return self.one(phase, T)
        a, b = f(lo), f(hi)
        if a * b > 0:
            return None
        for _ in range(30):
            m = 0.5 * (lo + hi)
            v = f(m)
            if a * v <= 0:
                hi = m
            else:
                lo, a = m, v
        return 0.5 * (lo + hi)

    def one(self, phase, T):
        keep, self.o = self.o, {phase: self.o[phase]}
        try:
            return self.forces(T)[phase][0]
        finally:
            self.o = keep


def limit(db, host, T, phase, lo=0.01, hi=0.6, solute="Cu", p=AIR, target="rocksalt"):
    """largest fraction of the solute in the host before the phase appears"""
    def f(x):
        c = Case(db, target, {host: 1 - x, solute: x}, p)
        return c.one(phase, T)
    if f(hi) > 0:
        return None
    for _ in range(18):
        m = 0.5 * (lo + hi)
        if f(m) > 0:
            lo = m
        else:
            hi = m
    return lo


def say(what, value, expect):
    print("%-62s %-12s %s" % (what, value if isinstance(value, str) else ("none" if value is None else "%.3f" % value), expect))
    sys.stdout.flush()


def main():
    db = thermo.Db(os.path.join(HERE, "..", "rocksalt-fitted.yaml"))
    C = lambda T: None if T is None else "%.1f C" % (T - 273.15)
    say("Co3O4/CoO in air", C(Case(db, "rocksalt", {"Co": 1.0}).end("spinel", 900, 1400)), "897 C (literature 896-934)")
    say("CuO/Cu2O in air", C(Case(db, "tenorite", {"Cu": 1.0}).end("cuprite", 1100, 1500)), "1023.5 C")
    say("Mn2O3/Mn3O4 in air", C(Case(db, "bixbyite", {"Mn": 1.0}).end("tetragonal_spinel", 900, 1400)), "878.7 C")
    say("Fe2O3/Fe3O4 in air", C(Case(db, "corundum", {"Fe": 1.0}).end("spinel", 1300, 1800)), "1384 C")
    say("Mn3O4 tetragonal/cubic", C(Case(db, "tetragonal_spinel", {"Mn": 1.0}).end("spinel", 1200, 1700)), "1170 C")
    for T, e in ((1123.15, "0.09"), (1273.15, "about 0.16"), (1323.15, "0.20")):
        for ph in ("guggenite", "tenorite", "cuprite"):
            say("CuO in MgO, air, %.0f C, beside %s" % (T - 273.15, ph), limit(db, "Mg", T, ph), e)
    for T in (1173.15, 1223.15, 1273.15, 1323.15):
        for ph in ("guggenite", "tenorite", "cuprite"):
            say("CuO in CoO, air, %.0f C, beside %s" % (T - 273.15, ph), limit(db, "Co", T, ph), "0.39 at most")
    for T in (1173.15, 1273.15):
        for ph in ("guggenite", "tenorite"):
            say("CuO in NiO, air, %.0f C, beside %s" % (T - 273.15, ph), limit(db, "Ni", T, ph, hi=0.9), ">= 0.30")
    for h in ("Mg", "Ni", "Co"):
        say("ZnO in %sO, air, 1000 C, beside wurtzite" % h, limit(db, h, 1273.15, "wurtzite", solute="Zn"), {"Mg": "0.30", "Ni": "0.35 (lead)", "Co": "0.25 (lead)"}[h])
    prot = {e: 0.2 for e in ("Mg", "Co", "Ni", "Cu", "Zn")}
    c = Case(db, "rocksalt", prot)
    print("\nprototype in air: driving force per cation (J/mol; negative: it forms) and composition of the competitor")
    for T in (973.15, 1023.15, 1073.15, 1123.15, 1173.15, 1273.15, 1423.15):
        f = c.forces(T)
        print("  %4.0f C  O/M %.4f  " % (T - 273.15, c.c["O"] / sum(c.c[e] for e in prot)) + "  ".join(
            "%s %.0f (%s)" % (n, v[0], ",".join("%s%.2f" % (e, q) for e, q in sorted(v[1].items(), key=lambda t: -t[1]))) for n, v in sorted(f.items(), key=lambda t: t[1][0])[:5]))
        sys.stdout.flush()
    for ph in ("tenorite", "guggenite", "spinel", "wurtzite"):
        say("prototype: %s leaves at" % ph, C(c.end(ph, 700, 1400)), "850-900 C observed (not fitted)")
    say("prototype: Cu2O appears at", C(c.end("cuprite", 1200, 1700)), "oxygen exchange above 1177 C")
    for T, p, e in ((1373.15, 10 ** -5.4, "1 to 5 %"), (1598.15, 1e-3, "of vacancies beside Mn3O4"), (1723.15, 1e-2, "(from memory)")):
        c = Case(db, "rocksalt", {"Mn": 1.0}, p)
        c.solve(T)
        say("MnO at %.0f C, %.0e bar: O/M" % (T - 273.15, p), "%.3f" % (c.c["O"] / c.c["Mn"]), e)
    for x in ({"Ni": .8, "Cu": .2}, {"Ni": .6, "Cu": .2, "Zn": .2}, {"Ni": .4, "Cu": .2, "Zn": .2, "Co": .2}):
        c = Case(db, "rocksalt", x)
        f = c.forces(1273.15)
        say("%s at 1000 C: least driving force" % x, min("%6.0f %s" % (v[0], n) for n, v in sorted(f.items(), key=lambda t: t[1][0])[:1]), "positive: single phase (Fracchia 2022)")


if __name__ == "__main__":
    main()
