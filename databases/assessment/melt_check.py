#!/usr/bin/env python3
"""Temperatures that the oxide melt of ../melt-fitted.yaml gives, against measured ones, fitted and not. Standard library only.

    python3 melt_check.py        prints the table of docs/melt-assessment.md (pure Cu, Ca-Cu, Mg-Ni and Fe oxides)

The melt is one regular solution of oxides that hold one cation each, so that cations mix (Temkin): CuO0.5, CuO, MgO, ...; p(O2) decides between
CuO0.5 and CuO. Each temperature is the zero of a difference of potentials, found by bisection; solids are pure but for MgO-NiO, an ideal rock salt.
"""
import math
import os

import thermo
from thermo import R

AIR = 0.2095
IRON = (-13181.0, 6676.5)    # J/mol, FeO with FeO1.5: half the values per two cations of Kjellqvist and Selleby 2010


class Melt:
    """Gibbs energies of the liquid oxides, and potentials in their solution."""

    def __init__(self, db):
        self.db, self.L = db, {}
        for other in ("CuO0.5", "CuO"):
            self.L[frozenset((other, "CaO"))] = db.G("melt_Ca_Cu", 1300.0)
            self.L[frozenset((other, "FeO1.5"))] = db.G("melt_Fe3_Cu", 1300.0)
        self.L[frozenset(("CuO0.5", "CuO"))] = db.G("melt_Cu_Cu", 1300.0)

    def pure(self, name, T):
        """J/mol of the liquid oxide"""
        if name in ("FeO", "FeO1.5"):
            return self.db.G("liq_" + name.replace(".", ""), T)
        return self.solid("Cu2O" if name == "CuO0.5" else name, T) + self.db.G("fus_" + name.replace(".", ""), T)

    def slopes(self, x):
        """excess of the solution x and its derivatives by each fraction; FeO and FeO1.5 have a Redlich-Kister term of order 1"""
        g, d, names = 0.0, dict.fromkeys(x, 0.0), list(x)
        for i, a in enumerate(names):
            for b in names[i + 1:]:
                w0, w1 = self.L.get(frozenset((a, b)), 0.0), 0.0
                if (a, b) == ("FeO", "FeO1.5"):
                    w0, w1 = IRON
                w = w0 + w1 * (x[a] - x[b])
                g += x[a] * x[b] * w
                d[a] += x[b] * (w + x[a] * w1)
                d[b] += x[a] * (w - x[b] * w1)
        return g, d

    def mu(self, x, T):
        """J/mol of each constituent of the solution x"""
        g, d = self.slopes(x)
        rest = g - sum(x[k] * d[k] for k in x)
        return {k: self.pure(k, T) + R * T * math.log(x[k]) + rest + d[k] for k in x}

    def oxygen(self, T, pO2):
        return 0.5 * (self.db.G("G_O2", T) + R * T * math.log(pO2))

    def copper(self, T, pO2, others=None):
        """the solution of given fractions of other oxides whose copper is in equilibrium with oxygen"""
        others = others or {}
        total = 1 - sum(others.values())
        lo, hi = 1e-9, 1 - 1e-9
        for _ in range(46):
            m = 0.5 * (lo + hi)
            x = dict(others, **{"CuO0.5": total * (1 - m), "CuO": total * m})
            mu = self.mu(x, T)
            if mu["CuO"] - mu["CuO0.5"] > 0.5 * self.oxygen(T, pO2):
                hi = m
            else:
                lo = m
        return x, mu

    def solid(self, name, T):
        if name == "Cu2O":
            return 0.5 * self.db.G("G_Cu2O", T)
        return self.db.G("G_" + name, T)

    def saturated(self, oxide, solid, T, pO2):
        """the melt of copper oxide and an oxide that a solid, the oxide itself or tenorite, saturates: more of the oxide raises its own
        potential and lowers that of CuO"""
        lo, hi = 1e-7, 0.9
        for _ in range(40):
            m = 0.5 * (lo + hi)
            x, mu = self.copper(T, pO2, {oxide: m})
            if (mu[solid] > self.solid(solid, T)) == (solid == oxide):
                hi = m
            else:
                lo = m
        return x, mu

    def ca2cuo3(self, T):
        """Gibbs energy of Ca2CuO3"""
        return 2 * self.db.G("G_CaO", T) + self.db.G("G_CuO", T) + self.db.G("fit_Ca2CuO3", T)


class Chromium(Melt):
    """one fact has a little CrO1.5, which only dilutes"""

    def pure(self, name, T):
        return 0.0 if name == "CrO1.5" else Melt.pure(self, name, T)


def root(f, lo, hi):
    a = f(lo)
    for _ in range(40):
        m = 0.5 * (lo + hi)
        if (f(m) > 0) == (a > 0):
            lo = m
        else:
            hi = m
    return 0.5 * (lo + hi)


def liquidus(m, solid, pO2, lo, hi, others=None):
    """K at which Cu2O or CuO begins to melt in a gas, or with given fractions of other oxides in the melt is in equilibrium with it"""
    def f(T):
        x, mu = m.copper(T, pO2, others)
        return mu["CuO0.5" if solid == "Cu2O" else "CuO"] - m.solid(solid, T)
    return root(f, lo, hi)


def eutectic_Cu(m):
    """K and bar where Cu2O, CuO and melt meet"""
    def pressure(T):
        return math.exp((2 * (2 * m.db.G("G_CuO", T) - m.db.G("G_Cu2O", T)) - m.db.G("G_O2", T)) / (R * T))

    def f(T):
        x, mu = m.copper(T, pressure(T))
        return mu["CuO"] - m.db.G("G_CuO", T)
    T = root(f, 1330, 1400)
    return T, pressure(T)


def beside_ca2cuo3(m, solid):
    """K where Ca2CuO3, melt and CaO or CuO meet in air, and the melt's CaO"""
    def f(T):
        x, mu = m.saturated("CaO", solid, T, AIR)
        return 2 * mu["CaO"] + mu["CuO"] - m.ca2cuo3(T)
    T = root(f, 1270, 1296) if solid == "CuO" else root(f, 1290, 1340)
    return T, m.saturated("CaO", solid, T, AIR)[0]["CaO"]


def lens(m, T):
    """MgO in ideal rock salt and in the melt with NiO at T"""
    a = math.exp((m.pure("MgO", T) - m.db.G("G_MgO", T)) / (R * T))      # solid over liquid fraction of MgO
    b = math.exp((m.pure("NiO", T) - m.db.G("G_NiO", T)) / (R * T))
    y = (1 - b) / (a - b)
    return a * y, y


def say(what, unit, value, expected, note):
    gap = "%+.*f" % (0 if unit == "C" else 2, value - expected) if expected is not None else ""
    print("%-62s %9.*f %9s %6s %s" % (what, 0 if unit == "C" else 2, value, "%g" % expected if expected is not None else "?", gap, note))


def main():
    db = thermo.Db(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "melt-fitted.yaml"))
    m, chromium = Melt(db), Chromium(db)
    C = 273.15
    print("%-62s %9s %9s %6s" % ("", "here", "measured", ""))
    say("Cu2O melts without Cu+2, C", "C", root(lambda T: m.pure("CuO0.5", T) - m.solid("Cu2O", T), 1400, 1600) - C, 1516.7 - C, "prior")
    say("Cu2O melts beside metal, log p -3.94, C", "C", liquidus(m, "Cu2O", 10 ** -3.94, 1400, 1600) - C, 1496 - C, "fitted")
    T, pO2 = eutectic_Cu(m)
    say("Cu2O + CuO + melt, C", "C", T - C, 1364 - C, "fitted")
    say("the same, bar of O2", "bar", pO2, 0.69, "fitted")
    say("Cu2O melts in air, C", "C", liquidus(m, "Cu2O", AIR, 1330, 1500) - C, 1407 - C, "fitted")
    say("Cu2O liquidus in air, 1.9 % of CrO1.5, C", "C", liquidus(chromium, "Cu2O", AIR, 1330, 1500, {"CrO1.5": 0.0194}) - C, 1112, "fitted")
    say("CuO melts in 110 bar of O2, C", "C", liquidus(m, "CuO", 110.0, 1364, 1700) - C, 1526 - C, "fitted")
    say("CuO melts in 1.013 bar of O2, C", "C", liquidus(m, "CuO", 1.01325, 1364, 1500) - C, 1394 - C, "not used")
    T, x = beside_ca2cuo3(m, "CuO")
    say("CuO + Ca2CuO3 + melt in air, C", "C", T - C, 1014, "fitted, from memory")
    say("its CaO", "x", x, None, "")
    T, x = beside_ca2cuo3(m, "CaO")
    say("Ca2CuO3 melts to CaO + melt in air, C", "C", T - C, 1034, "fitted")
    say("its CaO", "x", x, None, "")

    def cufeo2(T):
        def potentials(e):
            return m.mu({"CuO0.5": 0.5 - e, "CuO": e, "FeO": e, "FeO1.5": 0.5 - e}, T)

        def exchange(e):
            mu = potentials(e)
            return mu["CuO"] + mu["FeO"] - mu["CuO0.5"] - mu["FeO1.5"]
        mu = potentials(root(exchange, 1e-9, 0.499))
        return mu["CuO0.5"] + mu["FeO1.5"] - db.G("G_CuFeO2", T)
    say("CuFeO2 melts, C", "C", root(cufeo2, 1350, 1600) - C, 1470 - C, "fitted")
    for T_C, solid, liquid in ((2200, 0.35, 0.18), (2400, 0.60, 0.38), (2600, 0.83, 0.65)):
        s, y = lens(m, T_C + C)
        say("MgO in (Mg,Ni)O, %d C, solid" % T_C, "x", s, solid, "not used")
        say("                        melt", "x", y, liquid, "not used")


if __name__ == "__main__":
    main()
