#!/usr/bin/env python3
"""Laws that estimate what nobody measured: pair interactions from sizes and charges, structure steps from radii. Standard library only.

    python3 estimates.py            fits, writes estimates_residuals.csv, prints the comparison of laws
    python3 estimates.py --check    the same, but only says whether that file and the laws in ../*.yaml are what the facts give (exit status 0 or 1)

A law is W = sum of coefficients times descriptors of a pair, fitted by least squares without weights to the rows of interactions.csv whose column `used` is 1.
Its sigma is its leave-one-out deviation: the root mean square of what each pair departs from the law fitted to the others. Nothing here is fitted to a
high-entropy oxide. What the laws are for, and what they miss: docs/estimates.md.
"""
import math
import os
import sys

import thermo
from tables import HERE, checks, rows, settle



def used(name):
    return [r for r in rows(name) if r["used"] == "1"]


VOLUME = {r["cation"] + "+2": float(r["V_cm3mol"]) for r in rows("volumes.csv")}


# ---- descriptors of a pair -------------------------------------------------------------------------------------------
def mismatch(x, y):
    return 2 * abs(x - y) / (x + y)


def radius(r):
    return mismatch(float(r["r_i_A"]), float(r["r_j_A"]))


def bond(r):
    """of the distances to the oxygen, 1.40 A"""
    return mismatch(float(r["r_i_A"]) + 1.40, float(r["r_j_A"]) + 1.40)


def volume(r):
    return mismatch(VOLUME[r["i"]], VOLUME[r["j"]])


def charge(r):
    return abs(int(r["i"][-1]) - int(r["j"][-1]))


def squared(descriptor):
    return lambda r: descriptor(r) ** 2


LAWS = {
    "radius": [radius],
    "radius squared": [squared(radius)],
    "bond length": [bond],
    "bond length squared": [squared(bond)],
    "volume": [volume],
    "volume squared": [squared(volume)],
    "radius and constant": [radius, lambda r: 1.0],
    "volume and constant": [volume, lambda r: 1.0],
    "radius and volume": [radius, volume],
    "a constant alone": [lambda r: 1.0],
    "charge alone": [charge],
    "radius and charge": [radius, charge],
    "bond length and charge": [bond, charge],
}


# ---- least squares ---------------------------------------------------------------------------------------------------
def least_squares(X, y):
    """coefficients by the normal equations, Gauss-Jordan; None where they are singular"""
    n = len(X[0])
    A = [[sum(x[i] * x[j] for x in X) for j in range(n)] + [sum(x[i] * v for x, v in zip(X, y))] for i in range(n)]
    for i in range(n):
        if abs(A[i][i]) < 1e-12 * max(1.0, sum(x[i] ** 2 for x in X)):
            return None
        A[i] = [a / A[i][i] for a in A[i]]
        for j in range(n):
            if j != i:
                A[j] = [a - A[j][i] * b for a, b in zip(A[j], A[i])]
    return [A[i][n] for i in range(n)]


def value(k, x):
    return sum(a * b for a, b in zip(k, x))


def fit(X, y):
    """coefficients, leave-one-out deviations of each, and their root mean square; None where leaving one out leaves too little"""
    k, left = least_squares(X, y), []
    for q in range(len(y)):
        part = least_squares(X[:q] + X[q + 1:], y[:q] + y[q + 1:]) if len(y) > len(X[0]) else None
        if k is None or part is None:
            return None
        left.append(y[q] - value(part, X[q]))
    return k, left, rms(left)


def rms(v):
    return math.sqrt(sum(x * x for x in v) / len(v))


def fit_pairs(pairs, descriptors):
    return fit([[d(r) for d in descriptors] for r in pairs], [float(r["W_J"]) / 1000 for r in pairs])


# ---- pairs -----------------------------------------------------------------------------------------------------------
def compare(title, pairs, names):
    print("\n%s: %d pairs, without any law %.1f kJ/mol" % (title, len(pairs), rms([float(r["W_J"]) / 1000 for r in pairs])))
    for name in names:
        if "volume" in name and any(r["family"] != "rocksalt" for r in pairs):
            continue
        found = fit_pairs(pairs, LAWS[name])
        if found:
            print("  %-22s leave-one-out %6.1f   coefficients %s" % (name, found[2], ", ".join("%.1f" % a for a in found[0])))


def print_comparisons(pairs):
    equal = [r for r in pairs if charge(r) == 0]
    without_charge = [n for n in LAWS if "charge" not in n]
    with_charge = ["radius", "radius and charge", "bond length", "bond length and charge", "charge alone"]
    families = list(dict.fromkeys(r["family"] for r in pairs))
    print("==== pairs of ions of one charge ====")
    for family in families:
        compare(family, [r for r in equal if r["family"] == family], without_charge)
    compare("corundum and rutile", [r for r in equal if r["family"] in ("corundum", "rutile")], without_charge)
    compare("all families, one coefficient", equal, without_charge)
    print("\n==== with pairs of ions of different charge ====")
    for family in families:
        here = [r for r in pairs if r["family"] == family]
        if any(charge(r) for r in here):
            compare(family, here, with_charge)


def shipped(pairs):
    """the laws that databases state: name, pairs, descriptors"""
    equal = [r for r in pairs if charge(r) == 0]
    rocksalt = [r for r in equal if r["family"] == "rocksalt"]
    return {"rock salt, volume": (rocksalt, volume), "rock salt, radius": (rocksalt, radius),
            "corundum and rutile, radius": ([r for r in equal if r["family"] in ("corundum", "rutile")], radius)}


# ---- structure steps -------------------------------------------------------------------------------------------------
def print_steps():
    print("\n==== steps of a structure as a line in the radius ====")
    facts = used("steps.csv")
    for step in dict.fromkeys(r["step"] for r in facts):
        here = [r for r in facts if r["step"] == step]
        found = fit([[1.0, float(r["r_A"])] for r in here], [float(r["G_J"]) / 1000 for r in here])
        text = "slope %.0f kJ/mol/A, leave-one-out %.1f kJ/mol" % (found[0][1], found[2]) if found else "too few to leave one out"
        print("  %-22s %d oxides: %s" % (step, len(here), text))


# ---- what the databases state ----------------------------------------------------------------------------------------
def stated(file, phase, name):
    """coefficient and sigma of a law of a phase's default_pair, kJ/mol"""
    forms = thermo.Db(os.path.join(HERE, "..", file)).phase[phase]["default_pair"]
    for form in forms:
        if form.get("law") == name:
            coefficient = form["radius"] if "radius" in form else form["volume"]
            return float(coefficient.split()[0]), float(form["sigma"].split()[0])
    raise SystemExit("%s: %s has no law %s" % (file, phase, name))


def check_stated(found):
    """the shipped laws, and that of the tetravalent fluorites, which is fluorite.py's"""
    db = thermo.Db(os.path.join(HERE, "..", "fluorite-fitted.yaml"))
    tetravalent = db.G("W8_Ce_Ti", 1000.0) / 1000 / mismatch(0.97, 0.74), float(db.fun["W8_Ce_Ti"]["sigma"].split()[0]) / 1000
    wide = lambda law: (law[0], max(8.0, law[1]))
    expected = [("rocksalt.yaml", "rocksalt", "volume mismatch", found["rock salt, volume"]),
                ("rocksalt.yaml", "rocksalt", "volume mismatch beside Cu or Zn", wide(found["rock salt, volume"])),
                ("rocksalt.yaml", "rocksalt", "radius mismatch", found["rock salt, radius"]),
                ("rocksalt.yaml", "rocksalt", "radius mismatch beside Cu or Zn", wide(found["rock salt, radius"])),
                ("rocksalt.yaml", "corundum", "radius mismatch", found["corundum and rutile, radius"]),
                ("rutile.yaml", "rutile", "radius mismatch", found["corundum and rutile, radius"]),
                ("fluorite.yaml", "fluorite", "radius mismatch", tetravalent)]
    good = True
    for file, phase, name, law in expected:
        here = stated(file, phase, name)
        same = all(abs(a - b) <= 0.0006 * abs(b) for a, b in zip(here, law))
        good = good and same
        print("%-14s %-9s %-32s %.2f +- %.2f kJ/mol, %s" % (file, phase, name, *here, "as the facts give" if same else "but the facts give %.2f +- %.2f" % law))
    return good


def main():
    pairs = used("interactions.csv")
    print_comparisons(pairs)
    print_steps()
    found, lines = {}, ["law,i,j,family,mismatch,W_J,law_J,left_out_J"]
    print("\n==== laws of the databases ====")
    for name, (own, descriptor) in shipped(pairs).items():
        k, left, sigma = fit_pairs(own, [descriptor])
        found[name] = k[0], sigma
        print("%s: W = %.2f kJ/mol times the mismatch, leave-one-out %.2f kJ/mol" % (name, k[0], sigma))
        for r, l in zip(own, left):
            x = descriptor(r)
            lines.append('"%s",%s,%s,%s,%.4f,%s,%.0f,%.0f' % (name, r["i"], r["j"], r["family"], x, r["W_J"], 1000 * k[0] * x, 1000 * l))
            print("  %s-%s  mismatch %.3f  W %.1f  law %.1f  left out %+.1f" % (r["i"], r["j"], x, float(r["W_J"]) / 1000, k[0] * x, l))
    print()
    good = check_stated(found)
    settled = settle({"estimates_residuals.csv": "\n".join(lines) + "\n"})
    sys.exit(1 if checks() and not (settled and good) else 0)


if __name__ == "__main__":
    main()
