"""Ideal configurational entropy."""

from __future__ import annotations

import ctypes as C

from . import _library as L
from ._context import Context, encoded
from ._question import composition as parse
from ._report import Report, Result


class Entropy(Result):
    """Configurational entropy of a formula on every basis in use. Schema kiln.entropy/1."""

    def _facts(self) -> list[tuple[str, str]]:
        return [("class", str(self.grade)), ("per mol of mixing cations", f"{self.mixing_R:.3f} R")]

    @property
    def grade(self) -> str:
        """``"low"`` (< 1 R), ``"medium"`` or ``"high"`` (from 1.5 R on) by the classes of the literature."""
        return str(self.result["class"])

    @property
    def mixing_R(self) -> float:
        """Per mol of sites of the cation sublattice that mixes most, in units of the gas constant."""
        return float(self.result["mixing_sublattice_R"])


def entropy(composition: str) -> Entropy:
    """Ideal configurational entropy of a formula and its class: ``kiln entropy``. Needs no database; independent of temperature.

    Args:
        composition: a formula, ``"(Cr,Mn,Fe,Co,Ni)3O4"``.

    Raises:
        ParseError: the formula cannot be understood.
        ArgumentError: it has no cation.

    Classes: docs/theory.md; A. Sarkar et al., Adv. Mater. 31 (2019) 1806236.
    """
    with Context() as ctx:
        parsed, computed = parse(ctx, composition), L.Entropy()
        ctx.check(ctx.library.entropy_compute(C.byref(parsed), C.byref(computed)))
        return Entropy(Report("entropy", encoded(composition), C.byref(parsed), C.byref(computed)))
