#!/usr/bin/env python3
"""Site distributions of aluminates and gallates with the spinel structure. Standard library only.

    python3 spinel.py            writes ../spinel-fitted.yaml and spinel_residuals.csv, prints the latter
    python3 spinel.py --check    the same, but only compares with the files that are there (exit status 1 if one differs)

Method (README.md): a compound M X2 O4 is (M1-x Xx)[Mx X2-x]O4. Its measured Gibbs energy belongs to the equilibrium x; the energy of the normal distribution is
chosen, as a + b T between 900 and 1600 K, so that minimising over x returns it. Exchange energies of Mg-Al, Fe-Al and Co-Ga come from measured x; all others
follow by additivity from the site energies of ../rocksalt.yaml. Nothing is fitted to a high-entropy oxide.
"""
import math
import os
import sys

import thermo
from assess import line
from tables import HERE, rows, settle
from thermo import R

T_FIT = range(900, 1601, 100)
OXIDE = {"Mg": "G_MgO", "Co": "G_CoO", "Ni": "G_NiO", "Zn": "G_ZnO", "Fe": "G_FeO"}
SITE_A = {"Mg": "spA_Mg", "Co": "spA_Co2", "Ni": "spA_Ni", "Zn": "spA_Zn", "Fe": "B_Fe3O4"}
SITE_B = {"Mg": "spB_Mg", "Co": "spB_Co2", "Ni": "spB_Ni", "Zn": "spB_Zn", "Fe": "spB_Fe2"}
S298 = {"Mg": 32.67, "Ga": 40.83, "O2": 205.147}     # CODATA and CRC Handbook: entropies of the elements, J/mol/K


def value(r, key="value"):
    return float(r[key])


def log_K(x):
    """ln of x^2 / ((1 - x)(2 - x)), the exchange's constant of mass action"""
    return math.log(x * x / ((1 - x) * (2 - x)))


def minimum(T, energy):
    """(x, G - G of the normal spinel) at equilibrium; energy(x) without the entropy of mixing, rising or falling smoothly"""
    def g(x):
        return energy(x) + entropy_term(T, x)
    lo, hi = 1e-9, 1 - 1e-9
    for _ in range(200):
        a, b = hi - 0.6180339887 * (hi - lo), lo + 0.6180339887 * (hi - lo)
        lo, hi = (lo, b) if g(a) < g(b) else (a, hi)
    return 0.5 * (lo + hi), g(0.5 * (lo + hi))


def mean(pairs):
    """weighted mean of (value, sigma), and its sigma"""
    w = [1 / sg ** 2 for _, sg in pairs]
    return sum(u * v for u, (v, _) in zip(w, pairs)) / sum(w), sum(w) ** -0.5


def of_inversion(r):
    """-RT ln K of a measured x, and its sigma"""
    T, x = value(r, "T_K"), value(r)
    return -R * T * log_K(x), R * T * value(r, "sigma") * (2 / x + 1 / (1 - x) + 1 / (2 - x))


def at_exchange(T, energy):
    """x where -RT ln K = energy"""
    K = math.exp(-energy / (R * T))
    return (-3 * K + math.sqrt(9 * K * K + 8 * K * (1 - K))) / (2 * (1 - K))


def entropy_term(T, x):
    h = x / 2
    return R * T * (x * math.log(x) + (1 - x) * math.log(1 - x) + 2 * (h * math.log(h) + (1 - h) * math.log(1 - h)))


class Aluminates:
    """Exchange of Mg with Al fixes Al on tetrahedral sites. FeAl2O4, the base of Al on octahedral ones, would by these energies be half inverse; an interaction of
    Fe+2 with Al+3 on octahedral sites makes -RT ln K what its measured distributions say, at every temperature."""

    def __init__(self, db, f):
        self.db, self.f = db, f
        order, a2 = f["A1"], f["A2"]
        alpha, beta, T = value(order), value(order, "slope"), value(order, "T_K")
        x = 0.3
        for _ in range(60):
            x = at_exchange(T, alpha + 2 * beta * x)
        self.order = (alpha + 2 * beta * x, value(order, "sigma"))
        self.want_fe, self.sigma_fe = mean([of_inversion(f["A6"]), of_inversion(f["A7"])])
        self.mg, self.fe, self.w_fe, self.exchange = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), self.order[0]
        for _ in range(40):                          # the numbers depend weakly on each other
            pairs = [(self.order[0] + self.own(T) * (0.5 - x), self.order[1])]
            e, sg = of_inversion(a2)
            pairs.append((e + self.own(value(a2, "T_K")) * (0.5 - value(a2)), sg))
            self.exchange, self.sigma_mg = mean(pairs)
            self.mg = line(T_FIT, [value(f["A9"]) + value(f["A9"], "slope") * t - minimum(t, self.mg_energy(t))[1] for t in T_FIT])
            both = [self.hercynite(t) for t in T_FIT]
            self.fe, self.w_fe = line(T_FIT, [-o for o, _ in both]), line(T_FIT, [w for _, w in both])

    def normal_mg(self, T):
        return self.db.G("G_MgO", T) + self.db.G("G_Al2O3_cor", T) + self.mg[0] + self.mg[1] * T

    def normal_fe(self, T):
        return self.db.G("S_FeAl2O4", T) + self.fe[0] + self.fe[1] * T

    def own(self, T):
        """what the normal MgAl2O4 has beyond the sum of its site energies"""
        return self.normal_mg(T) - self.db.G("spA_Mg", T) - (self.normal_fe(T) - self.db.G("B_Fe3O4", T))

    def mg_energy(self, T):
        return lambda x: self.exchange * x - 0.5 * self.own(T) * x * (1 - x)

    def additive(self, m, T):
        """exchange of M with Al by the site energies"""
        G = self.db.G
        normal = self.normal_fe(T) - G("B_Fe3O4", T) + G(SITE_A[m], T)
        return self.normal_mg(T) + self.exchange + 0.5 * (G(SITE_B[m], T) - G("spB_Mg", T)) - normal

    def fe_energy(self, T):
        return lambda x: self.additive("Fe", T) * x + (self.w_fe[0] + self.w_fe[1] * T) * (x / 2) * (1 - x / 2)

    def hercynite(self, T):
        """(equilibrium less normal FeAl2O4, interaction) for the wanted exchange"""
        x = at_exchange(T, self.want_fe)
        base = self.additive("Fe", T) + self.fe[0] + self.fe[1] * T     # before the normal compound is raised
        gain = 0.0
        for _ in range(200):
            e = base + gain
            w = (self.want_fe - e) / (0.5 - 0.5 * x)
            gain = e * x + w * (x / 2) * (1 - x / 2) + entropy_term(T, x)
        return gain, w


class Gallates:
    """both site energies of Ga from CoGa2O4 (facts G1, G4), and what NiGa2O4 and MgGa2O4 have beyond them (G2, G3)"""

    def __init__(self, db, f):
        self.db, self.f = db, f
        self.exchange, self.sigma = of_inversion(f["G4"])
        self.co = line(T_FIT, [self.measured("Co", T) - minimum(T, lambda x: self.exchange * x)[1] for T in T_FIT])
        self.excess = {m: line(T_FIT, [self.measured(m, T) - self.additive(m, T)[1] for T in T_FIT]) for m in ("Ni", "Mg")}

    def measured(self, m, T):
        """Gibbs energy of formation from the oxides"""
        if m == "Co":
            return value(self.f["G1"]) + value(self.f["G1"], "slope") * T
        if m == "Ni":
            G = self.db.G
            return value(self.f["G2"]) + value(self.f["G2"], "slope") * T + G("G_Ni_fcc", T) + 0.5 * G("G_O2", T) - G("G_NiO", T)
        T0, r = 298.15, self.f["G3"]
        elements = T0 * (S298["Mg"] + 2 * S298["Ga"] + 2 * S298["O2"])
        at_298 = value(r) - elements - self.db.G("G_MgO", T0) - self.db.G("G_Ga2O3", T0)
        return at_298 + value(self.f["G1"], "slope") * (T - T0)

    def additive(self, m, T):
        """(exchange energy, Gibbs energy from the oxides at equilibrium, x) by the site energies of CoGa2O4 and those of M"""
        G = self.db.G
        normal = G(SITE_A[m], T) - G("spA_Co2", T) + G("G_CoO", T) - G(OXIDE[m], T) + self.co[0] + self.co[1] * T
        exchange = self.exchange + 0.5 * (G(SITE_B[m], T) - G("spB_Co2", T)) - G(SITE_A[m], T) + G("spA_Co2", T)
        x, gain = minimum(T, lambda x: exchange * x)
        return exchange, normal + gain, x


# ---- output ------------------------------------------------------------------------------------------------------------
def expression(ab):
    return "%.0f %s %.3f*T" % (ab[0], "-" if ab[1] < 0 else "+", abs(ab[1]))


def yaml(al, ga):
    out = ["# Written by assessment/spinel.py from assessment/spinel_facts.csv: do not edit, run the script again.", "kiln: 1", "name: spinel-fitted",
           "description: site distributions of aluminates and gallates with the spinel structure", "bibliography:",
           '  spfit: {text: "kiln assessment of the spinels: databases/assessment, spinel.py"}', "functions:"]

    def add(name, G, sigma, note):
        out.append('  %s: {G: %s, range: 298.15 K .. 2000 K, source: spfit, status: fitted, sigma: %.0f J/mol, note: "%s"}' % (name, G, sigma, note))
    keeps = "so that the equilibrium distribution has the Gibbs energy"
    add("spn_MgAl", expression(al.mg), 500, "normal MgAl2O4 from MgO + Al2O3 %s measured (Jacob et al. 1998)" % keeps)
    add("ex_MgAl", "%.0f" % al.exchange, math.hypot(al.sigma_mg, 1000.0), "inverse minus normal MgAl2O4")
    add("spn_FeAl", expression(al.fe), 500, "normal FeAl2O4 above the compound of Lindwall et al. 2015, %s of the latter" % keeps)
    add("W_FeAl", expression(al.w_fe), 2 * al.sigma_fe, "Fe+2 and Al+3 on octahedral sites, per formula: distribution of FeAl2O4")
    add("spn_CoGa", expression(ga.co), 500, "normal CoGa2O4 from CoO + Ga2O3 %s measured" % keeps)
    add("ex_CoGa", "%.0f" % ga.exchange, math.hypot(ga.sigma, 2000.0), "inverse minus normal CoGa2O4")
    add("sp_NiGa", expression(ga.excess["Ni"]), 2000, "NiGa2O4 beyond the sum of site energies, the same for every distribution")
    add("sp_MgGa", expression(ga.excess["Mg"]), 6000, "MgGa2O4 beyond the sum of site energies, the same for every distribution")
    return "\n".join(out) + "\n"


def residuals(db, al, ga):
    """rows of id, quantity, T, model, measured, sigma, use"""
    rows = []

    def add(r, what, T, model):
        rows.append((r["id"], what, T, model, value(r), value(r, "sigma"), r["used_as"]))
    f = al.f
    T = value(f["A1"], "T_K")
    rows.append(("A1", "-RT ln K of MgAl2O4, J/mol", T, -R * T * log_K(minimum(T, al.mg_energy(T))[0])) + al.order + ("data",))
    add(f["A2"], "x of MgAl2O4", 873, minimum(873.0, al.mg_energy(873.0))[0])
    for k in ("A4", "A5", "A8"):
        T, m = value(f[k], "T_K"), f[k]["M"]
        add(f[k], "x of %sAl2O4" % m, T, minimum(T, lambda x: al.additive(m, T) * x)[0])
    for k in ("A6", "A7"):
        T = value(f[k], "T_K")
        add(f[k], "x of FeAl2O4", T, minimum(T, al.fe_energy(T))[0])
    T = value(f["G4"], "T_K")
    add(f["G4"], "x of CoGa2O4", T, minimum(T, lambda x: ga.exchange * x)[0])
    for m in ("Ni", "Mg", "Zn"):
        exchange, g, x = ga.additive(m, 1300.0)
        rows.append(({"Ni": "G2", "Mg": "G3", "Zn": "G5"}[m], "%sGa2O4 from the oxides by site energies alone, J/mol; x = %.2f" % (m, x), 1300, g,
                     ga.measured(m, 1300.0) if m != "Zn" else float("nan"), 10000.0, "check"))
    return rows


def main():
    db = thermo.Db(os.path.join(HERE, "..", "gallates.yaml"))
    f = {r["id"]: r for r in rows("spinel_facts.csv")}
    al, ga = Aluminates(db, f), Gallates(db, f)
    text, res = yaml(al, ga), residuals(db, al, ga)
    for r in res:
        print("%-3s %-66s %7.0f K  model %10.4g  measured %10.4g +- %-8.3g %s" % r)
    table = "id,quantity,T_K,model,measured,sigma,used_as\n"
    for r in res:
        table += '%s,"%s",%.0f,%.4g,%s,%.4g,%s\n' % (r[0], r[1], r[2], r[3], "" if math.isnan(r[4]) else "%.4g" % r[4], r[5], r[6])
    sys.exit(0 if settle({"../spinel-fitted.yaml": text, "spinel_residuals.csv": table}) else 1)


if __name__ == "__main__":
    main()
