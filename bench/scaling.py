"""Screenings and risks on 1, 2, ... threads and processes: wall clock, and how many times faster than one.

    python3 bench/scaling.py build/release/bin [--rounds 3] [--most 2] [--markdown]

`kiln-mpi` and mpirun are needed for processes (tools/setup --mpi, -DKILN_MPI=ON); without them only threads are measured. Ways take turns, round after round; medians. The bytes of all ways are compared.
"""
from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

FLUORITES = "Zr,Hf,Ce,Ti,Sn,La,Pr,Nd,Sm,Eu,Gd,Tb,Dy,Y,Ho,Er,Tm,Yb,Lu"
POOL = ["screen", "(*)O2-d", "--phase", "fluorite", "--from", FLUORITES, "--choose", "5", "--samples", "0"]
CASES = {
    "prototype, 2000 random compositions": ["screen", "(*)O", "--from", "Mg,Co,Ni,Cu,Zn", "--random", "2000", "--samples", "0"],
    "11 628 fluorites, five of nineteen": POOL,
    "risk of the prototype, 8192 samples": ["risk", "(Mg,Co,Ni,Cu,Zn)O", "--at", "900C"],
}


def measure(command: list[str], case: list[str], threads: int) -> tuple[float, bytes]:
    """Seconds, and what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        rows = os.path.join(folder, "rows.csv")
        output = ["-o", rows] if case[0] == "screen" else ["--format", "csv"]
        begin = time.perf_counter()
        done = subprocess.run([*command, *case, "--threads", str(threads), *output, "-q"], capture_output=True, check=True)
        elapsed = time.perf_counter() - begin
        if case[0] != "screen":
            return elapsed, done.stdout
        with open(rows, "rb") as file:
            return elapsed, file.read()


def main() -> None:
    """A table of all cases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="of kiln and kiln-mpi")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=2, help="threads, and processes")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    kiln, kiln_mpi, mpirun = os.path.join(given.folder, "kiln"), os.path.join(given.folder, "kiln-mpi"), shutil.which("mpirun")
    ways: dict[str, tuple[list[str], int]] = {}
    counts = [n for n in (1, 2, 4, 8, 16, 32, 64) if n <= given.most]
    for n in counts:
        ways[f"{n} thread{'s' * (n > 1)}"] = [kiln], n
    if mpirun and os.path.exists(kiln_mpi):
        for n in counts:
            launch = [mpirun, "--allow-run-as-root", "--oversubscribe", "-n", str(n), kiln_mpi]
            ways[f"{n} process{'es' * (n > 1)}"] = launch, 1
    separator = "|" if given.markdown else " "
    print(*["", "case".ljust(36), *(way.rjust(20) for way in ways), ""] if given.markdown else ["case".ljust(36), *(way.rjust(20) for way in ways)], sep=separator)
    if given.markdown:
        print("|" + "---|" * (len(ways) + 1))
    for name, case in CASES.items():
        if given.only not in name:
            continue
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        results = set()
        for _ in range(given.rounds):
            for way, (command, threads) in ways.items():
                elapsed, result = measure(command, case, threads)
                seconds[way].append(elapsed)
                results.add(result)
        assert len(results) == 1, f"{name}: not every way gives the same bytes"
        alone = statistics.median(seconds["1 thread"])
        cells = []
        for way in ways:
            median = statistics.median(seconds[way])
            cells.append(f"{median:.2f} s, x {alone / median:.2f}".rjust(20))
        print(*["", name.ljust(36), *cells, ""] if given.markdown else [name.ljust(36), *cells], sep=separator)


if __name__ == "__main__":
    main()
