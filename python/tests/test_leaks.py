"""Nothing stays behind: the resident set over many objects."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import kiln
import pytest
from kiln._context import Context

FORMULA = "(Mg,Ni)O"
DATABASE = kiln.Database()


def resident_KiB() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS")


def failing() -> None:
    try:
        kiln.equilibrium("(Mg,Ni", 1000.0)
    except kiln.ParseError:
        pass


CASES: dict[str, tuple[int, Callable[[], object]]] = {
    "contexts": (100000, lambda: Context().close()),
    "reports": (100000, lambda: kiln.entropy(FORMULA)),
    "texts": (20000, lambda: str(kiln.entropy(FORMULA))),
    "failures": (20000, failing),
    "equilibria": (3000, lambda: kiln.equilibrium(FORMULA, 1000.0, database=DATABASE).to_json()),
    "arrays": (600, lambda: kiln.equilibrium(FORMULA, [1000.0, 1100.0] * 50, database=DATABASE, threads=2)[0]),
    "windows": (200, lambda: kiln.window(FORMULA, database=DATABASE, samples=64)),
    "steps": (200, lambda: kiln.step(FORMULA, "800C:1000C:50K", database=DATABASE)),
    "databases": (60, kiln.Database),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_stays(case: str) -> None:
    n, make = CASES[case]
    for _ in range(n // 5):  # the allocators have their fill
        make()
    gc.collect()
    before = resident_KiB()
    for _ in range(n):
        make()
    gc.collect()
    grown = resident_KiB() - before
    assert grown < 2048, f"{grown} KiB after {n} {case}"
