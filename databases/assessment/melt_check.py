#!/usr/bin/env python3
"""Temperatures that the oxide melt of ../melt.yaml gives, against measured ones, fitted and not. Standard library only.

    python3 melt_check.py        prints the table of docs/melt-assessment.md (pure Cu, Ca-Cu, Mg-Ni and Fe oxides)

Each is the zero of a difference of potentials, found by bisection; solids are pure but for MgO-NiO, an ideal rock salt.
"""
import math
import os

import melt
import thermo
from melt import AIR
from thermo import R


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
    db = thermo.Db(os.path.join(melt.HERE, "..", "rocksalt.yaml"))
    p, _, _ = melt.fit(db)
    m, chromium = melt.Melt(db, p), melt.Chromium(db, p)
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
        mu = m.mu({"CuO0.5": 0.5, "FeO1.5": 0.5}, T)
        return mu["CuO0.5"] + mu["FeO1.5"] - db.G("G_CuFeO2", T)
    say("CuFeO2 melts, C", "C", root(cufeo2, 1350, 1600) - C, 1470 - C, "fitted")
    for T_C, solid, liquid in ((2200, 0.35, 0.18), (2400, 0.60, 0.38), (2600, 0.83, 0.65)):
        s, y = lens(m, T_C + C)
        say("MgO in (Mg,Ni)O, %d C, solid" % T_C, "x", s, solid, "not used")
        say("                        melt", "x", y, liquid, "not used")


if __name__ == "__main__":
    main()
