#!/usr/bin/env python3
"""Assesses the oxide melt. Standard library only.

    python3 melt.py              writes ../melt.yaml and melt_residuals.csv, prints the tables
    python3 melt.py --check      the same, but only compares with the file that is there (exit status 1 if it differs)

The melt is one regular solution of oxides that hold one cation each, so that cations mix (Temkin): CuO0.5, CuO, MgO, ...; p(O2) decides
between CuO0.5 and CuO. Each liquid oxide is its solid plus T-independent enthalpy and entropy of fusion (fusion.csv); what the copper
oxides, CaO and FeO1.5 have beyond that is fitted to melt_facts.csv by least squares with priors. Nothing is fitted to a composition of
more than two metals.
"""
import math
import os
import sys

import assess
import thermo
from thermo import R

HERE = os.path.dirname(os.path.abspath(__file__))
AIR = 0.2095
NAMES = ["fCu1", "aCu2", "bCu2", "wCu", "wCaCu", "wFe3Cu", "bCaCu"]
DS_MEAN = 24.5               # J/mol/K, entropy of fusion: mean of MgO 24.8, CaO 25.2, NiO 24.4, ZnO 24.2
D_CP = 25.0                  # J/mol/K, sigma of the heat capacity of fusion, taken as zero: that of the estimated functions of NASA for MgO and CaO
IRON = (-13181.0, 6676.5)    # J/mol, FeO with FeO1.5: half the values per two cations of Kjellqvist and Selleby 2010
EMF_T, EMF_J, EMF_SIGMA = 1048.0, -2136.0, 1000.0    # Ca2CuO3 from the oxides: 21884 - 22.92 T in the middle of its range; sigma estimated


class Melt:
    """Gibbs energies of the liquid oxides, and potentials in their solution, at the parameters p."""

    def __init__(self, db, p):
        self.db, self.p = db, p
        self.fusion = {r["constituent"]: r for r in assess.rows("fusion.csv")}
        self.L = {}
        for other in ("CuO0.5", "CuO"):
            self.L[frozenset((other, "CaO"))] = p["wCaCu"]
            self.L[frozenset((other, "FeO1.5"))] = p["wFe3Cu"]
        self.L[frozenset(("CuO0.5", "CuO"))] = p["wCu"]

    def pure(self, name, T):
        """J/mol of the liquid oxide"""
        if name == "CuO":
            return self.db.G("G_CuO", T) + self.p["aCu2"] + self.p["bCu2"] * T
        if name in ("FeO", "FeO1.5"):
            half = -137252 + 224.641 * T - 37.1815 * T * math.log(T)
            return 2 * half if name == "FeO" else -89819 + 39.962 * T + 2.5 * half
        f = self.fusion[name]
        n, dH, Tm = float(f["formula_units"]), float(f["dH_fus_J"]), float(f["T_fus_K"])
        shift = self.p["fCu1"] if name == "CuO0.5" else 0.0
        return n * (self.db.G(f["solid"], T) + dH * (1 - T / Tm)) + shift

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

    def solid(self, name, T, pO2=None):
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
        """Gibbs energy of Ca2CuO3: from 2 CaO and CuO by EMF in the middle of its 973 to 1124 K, with a fitted slope"""
        return 2 * self.db.G("G_CaO", T) + self.db.G("G_CuO", T) + EMF_J + self.p["bCaCu"] * (T - EMF_T)


def residual(m, r):
    """J; zero where the fact is met"""
    kind, p, args = r["kind"], m.p, dict(x.split("=") for x in r["args"].split() if "=" in x)
    if kind == "prior":
        return p[r["args"]] - {"bCu2": -DS_MEAN, "bCaCu": -22.92}.get(r["args"], 0.0)
    T, pO2 = float(r["T_K"]), float(r["pO2_bar"] or AIR)
    if kind == "congruent_CuO":
        return p["aCu2"] + p["bCu2"] * T
    if kind == "congruent_CuFeO2":
        mu = m.mu({"CuO0.5": 0.5, "FeO1.5": 0.5}, T)
        return mu["CuO0.5"] + mu["FeO1.5"] - m.db.G("G_CuFeO2", T)
    if kind == "solid_liquid":
        others = {k: float(v) for k, v in args.items() if k != "solid"}
        x, mu = m.copper(T, pO2, others)
        return mu["CuO0.5" if args["solid"] == "Cu2O" else "CuO"] - m.solid(args["solid"], T)
    if kind == "copper_charge":
        x = float(args["CuO"])
        mu = m.mu({"CuO0.5": 1 - x, "CuO": x}, T)
        return mu["CuO"] - mu["CuO0.5"] - 0.5 * m.oxygen(T, pO2)
    if kind == "ca2cuo3_beside":
        x, mu = m.saturated("CaO", r["args"], T, pO2)
        return 2 * mu["CaO"] + mu["CuO"] - m.ca2cuo3(T)
    raise SystemExit("unknown kind " + kind)


class Chromium(Melt):
    """one fact has a little CrO1.5, which only dilutes"""

    def pure(self, name, T):
        return 0.0 if name == "CrO1.5" else Melt.pure(self, name, T)


def residuals(db, p, facts):
    return [residual(Chromium(db, p), r) for r in facts]


START = {"fCu1": 0.0, "aCu2": 49000.0, "bCu2": -31.0, "wCu": 9000.0, "wCaCu": -40000.0, "wFe3Cu": 0.0, "bCaCu": -10.0}
STEP = {"fCu1": 10.0, "aCu2": 10.0, "bCu2": 0.01, "wCu": 20.0, "wCaCu": 20.0, "wFe3Cu": 20.0, "bCaCu": 0.01}    # of the derivatives


def fit(db):
    """Gauss-Newton; no step longer than 300 STEP, so that the composition of a saturated melt stays a smooth function of the numbers"""
    p, facts = dict(START), assess.rows("melt_facts.csv")
    for _ in range(60):
        f = residuals(db, p, facts)
        eqs = [({}, -x, float(r["sigma_J"])) for x, r in zip(f, facts)]
        for n in NAMES:
            up, down = (residuals(db, dict(p, **{n: p[n] + h * STEP[n]}), facts) for h in (1, -1))
            for e, a, b in zip(eqs, up, down):
                e[0][n] = (a - b) / (2 * STEP[n])
        move, cov = assess.least_squares(eqs, NAMES)
        longest = max(abs(m) / STEP[n] for n, m in zip(NAMES, move))
        if longest < 0.05:
            return p, cov, list(zip(facts, f))
        p = {n: p[n] + min(1.0, 300 / longest) * m for n, m in zip(NAMES, move)}
    raise SystemExit("the fit of the melt does not settle")


# ---- the file ------------------------------------------------------------------------------------------------------
def name_of(constituent):
    return "fus_" + constituent.replace(".", "")


def fusion_sigma(r, T=1400.0):
    """standard deviation at T of the Gibbs energy of fusion: of its enthalpy, and of a heat capacity difference taken as zero"""
    dH, Tm, n = float(r["dH_fus_J"]), float(r["T_fus_K"]), float(r["formula_units"])
    return n * math.hypot(float(r["dH_rel_sigma"]) * dH * (1 - T / Tm), D_CP * ((Tm - T) - T * math.log(Tm / T)))


def number(v, digits=1):
    return "%.*f" % (digits, v)


def line(a, b):
    return "%s %s %s*T" % (number(a), "-" if b < 0 else "+", number(abs(b), 4))


HEAD = """# Written by assessment/melt.py from assessment/fusion.csv and assessment/melt_facts.csv: do not edit, run the script again.
# The oxide melt, and Ca2CuO3, which its melting with CaO needs. What was measured, what is missing: docs/melt-assessment.md.
kiln: 1
name: melt
description: oxide melt of Mg, Ca, Sr, Mn, Fe, Co, Ni, Cu, Zn, Li, good for a solidus where copper melts first; Ca2CuO3
include: [substances.yaml]
bibliography:
  here: {text: "estimated by the authors of this database"}
  mcbride2002: {text: "McBride, Zehe, Gordon, NASA Glenn coefficients for calculating thermodynamic properties of individual species, NASA/TP-2002-211556 (2002)"}
  usbm672: {text: "Pankratz, Thermodynamic properties of elements and oxides, US Bureau of Mines Bulletin 672 (1982)"}
  rh1995: {text: "Robie, Hemingway, Thermodynamic properties of minerals and related substances, US Geological Survey Bulletin 2131 (1995): where its tables of CoO and MnO end"}
  meltfit: {text: "kiln assessment of the oxide melt: databases/assessment/melt.py, least squares with priors"}
  kjellqvist2010: {text: "Kjellqvist, Selleby, Thermodynamic assessment of the Fe-Mn-O system, J. Phase Equilib. Diffus. 31 (2010) 113"}
functions:
"""

PHASE = """phases:
  oxide_melt:
    label: oxide melt
    structure: liquid
    formula: MO
    family: melt
    role: liquid
    note: >
      Cations mix as in a regular solution; p(O2) sets Cu+ against Cu+2 and Fe+2 against Fe+3. Pairs that nothing measured speaks of are taken as
      ideal. It holds no metal and no Al, Cr, Cd, Ba, Co+3 or Mn+3. A solidus is good to 12 K in oxides of copper alone, to some 50 K where copper melts out of a mixture.
    sublattices:
      - {name: M, sites: 1, constituents: [CuO0.5, CuO, MgO, CaO, SrO, MnO, FeO, FeO1.5, CoO, NiO, ZnO, LiO0.5]}
    end_members:
      - {at: [CuO0.5], G: 0.5*G_Cu2O + fus_CuO05}
      - {at: [CuO], G: G_CuO + fus_CuO}
      - {at: [MgO], G: G_MgO + fus_MgO}
      - {at: [CaO], G: G_CaO + fus_CaO}
      - {at: [SrO], G: G_SrO + fus_SrO}
      - {at: [MnO], G: G_MnO + fus_MnO}
      - {at: [FeO], G: liq_FeO}
      - {at: [FeO1.5], G: liq_FeO15}
      - {at: [CoO], G: G_CoO + fus_CoO}
      - {at: [NiO], G: G_NiO + fus_NiO}
      - {at: [ZnO], G: G_ZnO + fus_ZnO}
      - {at: [LiO0.5], G: 0.5*G_Li2O + fus_LiO05}
    interactions:
      - {pair: [CuO0.5, CuO], on: M, per: formula, W: melt_Cu_Cu}
      - {pair: [CuO0.5, CaO], on: M, per: formula, W: melt_Ca_Cu}
      - {pair: [CuO, CaO], on: M, per: formula, W: melt_Ca_Cu}
      - {pair: [CuO0.5, FeO1.5], on: M, per: formula, W: melt_Fe3_Cu}
      - {pair: [CuO, FeO1.5], on: M, per: formula, W: melt_Fe3_Cu}
      - {at: [[FeO, FeO1.5]], per: formula, order: 0, L: -13181, sigma: 2 kJ/mol, source: kjellqvist2010, status: assessed}
      - {at: [[FeO, FeO1.5]], per: formula, order: 1, L: 6676.5, sigma: 2 kJ/mol, source: kjellqvist2010, status: assessed}
    default_pair: {W: 0, sigma: 10 kJ/mol, status: estimated, source: here, per: formula}

substances:
  ca2cuo3: {label: Ca2CuO3, formula: Ca2CuO3, at: [Ca+2, Cu+2, O-2], G: 2*G_CaO + G_CuO + fit_Ca2CuO3}
"""


def write_yaml(p, cov):
    sg = {n: math.sqrt(cov[i][i]) for i, n in enumerate(NAMES)}
    out, pinned = [HEAD.rstrip("\n")], []

    def function(name, g, sigma, source, status, note, sigma_T=None, rng="298.15 K .. 3500 K"):
        t = ", sigma_T: %.2f J/mol/K" % sigma_T if sigma_T else ""
        out.append("  %s: {G: %s, range: %s, source: %s, status: %s, sigma: %.0f J/mol%s, note: \"%s\"}" % (name, g, rng, source, status, sigma, t, note))

    for r in assess.rows("fusion.csv"):
        c, n, dH, Tm = r["constituent"], float(r["formula_units"]), float(r["dH_fus_J"]), float(r["T_fus_K"])
        if c == "CuO0.5":
            function(name_of(c), line(n * dH + p["fCu1"], -n * dH / Tm), sg["fCu1"], "meltfit", "fitted", "fusion of half Cu2O: its source has %.0f J/mol at %.1f K; shifted by %.0f J/mol" % (dH, Tm, p["fCu1"]))
            continue
        hot, at_fusion = fusion_sigma(r) / (1 - 1400 / Tm), n * float(r["sigma_T_K"]) * dH / Tm
        pinned.append((name_of(c), hot ** 2 + at_fusion ** 2, -hot ** 2 / Tm, (hot / Tm) ** 2 * (1 + 1e-9)))
        function(name_of(c), line(n * dH, -n * dH / Tm), math.hypot(hot, at_fusion), r["source"], r["status"],
                 "fusion at %.0f +- %s K; sigma %.1f kJ/mol at 1400 K" % (Tm, r["sigma_T_K"], math.hypot(fusion_sigma(r), at_fusion) / 1000), hot / Tm)
    function("fus_CuO", line(p["aCu2"], p["bCu2"]), sg["aCu2"], "meltfit", "fitted", "fusion of CuO, which melts only under high pressure of oxygen; sigma %.1f kJ/mol at 1400 K" % (sigma_CuO(cov, 1400.0) / 1000), sg["bCu2"])
    function("liq_FeO", "-274504 + 449.282*T - 74.363*T*ln(T)", 500, "kjellqvist2010", "assessed", "of the Fe-O family; sigma of differences inside it, estimated", rng="298.15 K .. 3000 K")
    function("liq_FeO15", "-432949 + 601.5645*T - 92.95375*T*ln(T)", 1000, "kjellqvist2010", "assessed", "of the Fe-O family; sigma of differences inside it, estimated", rng="298.15 K .. 3000 K")
    function("melt_Cu_Cu", "%.0f" % p["wCu"], sg["wCu"], "meltfit", "fitted", "Cu+ with Cu+2")
    function("melt_Ca_Cu", "%.0f" % p["wCaCu"], sg["wCaCu"], "meltfit", "fitted", "Ca+2 with Cu+ and with Cu+2, from the melting of Ca2CuO3 and its eutectic with CuO alone")
    function("melt_Fe3_Cu", "%.0f" % p["wFe3Cu"], sg["wFe3Cu"], "meltfit", "fitted", "Fe+3 with Cu+ and with Cu+2, from the melting of CuFeO2 alone")
    function("fit_Ca2CuO3", line(EMF_J - EMF_T * p["bCaCu"], p["bCaCu"]), math.hypot(EMF_T * sg["bCaCu"], EMF_SIGMA), "meltfit", "fitted",
             "Ca2CuO3 from 2 CaO + CuO: the EMF at %.0f K kept, the slope from its melting" % EMF_T, sg["bCaCu"], rng="973 K .. 1400 K")
    out.append(PHASE.rstrip("\n"))
    out.append("covariance:")
    full, cov = named_covariance(cov)
    out.append("  - parameters: [%s]" % ", ".join('"%s"' % x if "*" in x else x for x in full))
    out.append("    matrix:")
    for i in range(len(full)):
        out.append("      - [%s]" % ", ".join("%.9g" % cov[i][j] for j in range(i + 1)))
    for n, aa, ab, bb in pinned:                     # certain at the melting point, uncertain far below it
        out.append("  - {parameters: [%s, \"%s*T\"], matrix: [[%.9g], [%.9g, %.9g]]}" % (n, n, aa, ab, bb))
    return "\n".join(out) + "\n"


def named_covariance(cov):
    """of the functions in the file: the fitted numbers, and the constant of Ca2CuO3, which follows from its slope and the EMF"""
    full = ["fus_CuO05", "fus_CuO", "fus_CuO*T", "melt_Cu_Cu", "melt_Ca_Cu", "melt_Fe3_Cu", "fit_Ca2CuO3*T", "fit_Ca2CuO3"]
    n = len(NAMES)
    out = [row + [-EMF_T * row[-1]] for row in cov]
    out.append([out[j][n] for j in range(n)] + [EMF_T ** 2 * cov[-1][-1] + EMF_SIGMA ** 2])
    return full, out


def sigma_CuO(cov, T):
    i, j = NAMES.index("aCu2"), NAMES.index("bCu2")
    return math.sqrt(cov[i][i] + 2 * T * cov[i][j] + T * T * cov[j][j])


def main():
    db = thermo.Db(os.path.join(HERE, "..", "rocksalt.yaml"))
    p, cov, res = fit(db)
    for i, n in enumerate(NAMES):
        print("%-8s %12.2f %10.2f" % (n, p[n], math.sqrt(cov[i][i])))
    for r, f in res:
        print("%-4s %-18s %8s %9s %-26s %9.0f %7s %6.2f" % (r["id"], r["kind"], r["T_K"], r["pO2_bar"], r["args"], f, r["sigma_J"], f / float(r["sigma_J"])))
    text, target = write_yaml(p, cov), os.path.join(HERE, "..", "melt.yaml")
    if "--check" in sys.argv:
        with open(target, encoding="utf-8") as f:
            same = f.read() == text
        print("melt.yaml is %s" % ("up to date" if same else "OUT OF DATE"))
        sys.exit(0 if same else 1)
    with open(target, "w", encoding="utf-8") as f:
        f.write(text)
    with open(os.path.join(HERE, "melt_residuals.csv"), "w", encoding="utf-8") as f:
        f.write("id,kind,T_K,pO2_bar,args,residual_J,sigma_J,residual_over_sigma,used_as\n")
        for r, v in res:
            f.write("%s,%s,%s,%s,%s,%.0f,%s,%.2f,%s\n" % (r["id"], r["kind"], r["T_K"], r["pO2_bar"], r["args"], v, r["sigma_J"], v / float(r["sigma_J"]), r["used_as"]))


if __name__ == "__main__":
    main()
