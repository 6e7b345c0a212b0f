"""Where to fire a composition."""

from __future__ import annotations

import ctypes as C
from collections.abc import Sequence
from typing import Any, Unpack

from . import _library as L
from ._context import Context, listed
from ._quantities import Temperature, number, temperature
from ._question import A_FORMULA, Options, Question
from ._question import composition as parse
from ._report import Report, Result, certified, kelvin, warn_uncertified
from .errors import ArgumentError


class Sinter(Result):
    """Where to calcine and sinter, why not lower and not higher, and how to cool. Schema kiln.sinter/1."""

    @property
    def recommended(self) -> dict[str, Any] | None:
        """``fire_K``, ``calcine_K``, ``sinter_K``: first and last temperature, K; None where nothing is left."""
        value: dict[str, Any] | None = self.result["recommended"]
        return value

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("structure", str(self.result["label"]))]
        if not self.recommended:
            facts.append(("fire", "nowhere"))
        for key in ("fire", "calcine", "sinter"):
            ends = (self.recommended or {}).get(f"{key}_K")
            if ends:
                facts.append((key, f"{kelvin(ends[0])} to {kelvin(ends[1])}"))
        return [*facts, ("certified", certified(self.certificate))]


def _precursors(question: Question, wanted: list[str]) -> Any:
    if len(wanted) > L.MAX_PRECURSORS:
        raise ArgumentError(f"{len(wanted)} precursors: at most {L.MAX_PRECURSORS} are accepted")
    array = (L.Composition * max(len(wanted), 1))()
    ours = {question.composition.component[i].z for i in range(question.composition.n)}
    for i, formula in enumerate(wanted):
        array[i] = parse(question.ctx, formula)
        cations = {array[i].component[k].z for k in range(array[i].n) if not array[i].component[k].is_anion}
        if not cations & ours:
            raise ArgumentError(f"precursor {formula} brings no cation of {question.composition.canonical.decode()}")
    return array


def sinter(
    composition: str,
    atmosphere: str | None = None,
    structure: str | None = None,
    *,
    precursors: Sequence[str] | None = None,
    loss_percent_h: float = 1.0,
    film_mm: float = 10.0,
    surface_cm2_g: float = 2.0,
    cool_to: Temperature | None = None,
    **options: Unpack[Options],
) -> Sinter:
    """Where to calcine and sinter, why not lower and not higher, and how to cool: ``kiln sinter``.

    Args:
        composition, atmosphere, structure: as of :func:`kiln.window`.
        precursors: formulas of what is mixed; None: the oxide of each cation.
        loss_percent_h: evaporation of a cation that sets a ceiling, per cent an hour, above 0.
        film_mm: still gas over the sample, mm, 0.1 to 1000.
        surface_cm2_g: outer surface of the sample over its mass, cm2/g, 1e-4 to 1e7.
        cool_to: where slow cooling ends, K or text with a unit; None: 600 °C.
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, RangeError, NotConvergedError: as :func:`kiln.window`; ArgumentError also for a precursor without a cation of
            the composition, and for a ``cool_to`` above the recommended range.

    Warns:
        UncertifiedWarning: the window has no proof.

    What is thermodynamics and what a rule of thumb: docs/sinter.md, docs/vapour.md.
    """
    with Context() as ctx:
        question = Question(ctx, composition, atmosphere, options)
        o: L.SinterOptions = ctx.library.options(L.SinterOptions, "sinter")
        o.vapour.loss_percent_h, o.vapour.film_mm = number("loss_percent_h", loss_percent_h), number("film_mm", film_mm)
        o.vapour.surface_cm2_g = number("surface_cm2_g", surface_cm2_g)
        if cool_to is not None:
            o.cool_to_K = temperature(ctx, cool_to)
        system = question.create_system()
        phase = question.structure(system, structure)
        mixed = listed(precursors or (), A_FORMULA)
        o.n_precursors, o.precursors = len(mixed), _precursors(question, mixed)
        answer = L.Sinter()
        ctx.call("sinter_solve", ctx.handle, C.byref(question.about()), None, phase, C.byref(o), C.byref(answer))
        if cool_to is not None and answer.range >= 0 and o.cool_to_K >= answer.low_K:
            raise ArgumentError(f"cool_to = {o.cool_to_K:.0f} K: the range to cool from begins at {answer.low_K:.0f} K")
        result = Sinter(Report("sinter", system, C.byref(question.report_question(composition)), C.byref(o), C.byref(answer)))
    if answer.range >= 0:
        warn_uncertified(result.certificate, question.is_certified)
    return result
