#!/usr/bin/python3
"""Equilibria from Python in one call against a loop in C (bench_loop): processor time, answers included as numpy arrays.

    PYTHONPATH=python KILN_LIBRARY=build/release/lib/libkiln.so bench/python_equilibria.py build/release/bench/bench_loop

Prints a row a case; the two ways take turns, and the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time

import kiln
import numpy

CASES = [("(Mg,Co,Ni,Cu,Zn)O", 800.0, 1600.0), ("(Ni,Cu)O", 800.0, 1600.0), ("NiO", 800.0, 1600.0)]


def loop(program: str, n: int, formula: str, low_K: float, high_K: float) -> tuple[float, float]:
    out = subprocess.run([program, str(n), formula, str(low_K), str(high_K)], check=True, capture_output=True, text=True).stdout.split()
    return float(out[0]), float(out[1])


def python(n: int, formula: str, low_K: float, high_K: float) -> tuple[float, float]:
    T_K = numpy.linspace(low_K, high_K, n)
    start = time.process_time()
    many = kiln.equilibrium(formula, T_K)
    data = many.data
    return time.process_time() - start, float(data["G_J_mol"].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("loop", help="bench_loop")
    parser.add_argument("-n", type=int, default=100000, help="equilibria of a case; default 100000")
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    options = parser.parse_args()
    kiln.Database()
    kiln.equilibrium("NiO", [1000.0]).data  # loads the library and the default database, which the loop does not count either
    print("| composition | C loop, us | Python, us | ratio | differ, J/mol |\n| --- | --- | --- | --- | --- |")
    for formula, low_K, high_K in CASES:
        ways = [(loop(options.loop, options.n, formula, low_K, high_K), python(options.n, formula, low_K, high_K)) for _ in range(options.rounds)]
        in_c, in_python = (statistics.median(way[k][0] for way in ways) for k in range(2))
        differ = max(abs(c[1] - p[1]) for c, p in ways)
        each = 1e6 / options.n
        print(f"| {formula} | {in_c * each:.2f} | {in_python * each:.2f} | {in_python / in_c:.3f} | {differ:.1e} |", flush=True)


if __name__ == "__main__":
    main()
