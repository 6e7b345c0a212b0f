"""The composition that is best for a purpose."""

from __future__ import annotations

import ctypes as C
from collections.abc import Sequence
from typing import Any, Unpack

from . import _library as L
from ._context import Context, Interruption, encoded, listed
from ._quantities import Path, Temperature, count, number, path_text, temperature, temperature_range
from ._question import Options, Question
from ._report import Report, Result, certified, kelvin, warn_uncertified
from .errors import ArgumentError

Bound = str | tuple[str, float, float]
_GOALS = ("onset", "width", "probability", "tolerance")


class Design(Result):
    """The best composition of one sublattice, what holds it there, and how flat the optimum is. Schema kiln.design/1."""

    @property
    def formula(self) -> str:
        """What is proposed, rounded to 0.1 % of the cations that vary."""
        return str(self.result["proposed"]["formula"])

    @property
    def fractions(self) -> dict[str, float]:
        """Of the cations of the sublattice, sum 1."""
        fractions: dict[str, float] = self.result["proposed"]["fractions"]
        return fractions

    @property
    def value(self) -> float | None:
        """Of the goal: K, reliability index or share; None without a window."""
        value = self.result["proposed"]["value"]
        return None if value is None else float(value)

    @property
    def start_value(self) -> float | None:
        """The same of the composition that was given."""
        value = self.result["start"]["value"]
        return None if value is None else float(value)

    @property
    def alternatives(self) -> list[dict[str, Any]]:
        """Other local optima, best first: ``fractions``, ``value``, ``entropy_R``, ``cost_per_kg``, ``low_K``, ``high_K``."""
        alternatives: list[dict[str, Any]] = self.result["alternatives"]
        return alternatives

    def _facts(self) -> list[tuple[str, str]]:
        goal = self.input["design"]
        facts = [("structure", str(self.result["label"])), ("proposed", self.formula)]
        for name, value in ((goal["goal"], self.value), ("of the start", self.start_value)):
            facts.append((name, "no window" if value is None else kelvin(value) if goal["goal"] == "onset" else f"{value:.4g}"))
        return [*facts, ("certified", certified(self.certificate))]

    def to_frame(self) -> Any:
        """Start, proposal and alternatives as a pandas DataFrame, a row each."""
        import pandas

        points = [("start", self.result["start"]), ("proposed", self.result["proposed"]), *(("alternative", a) for a in self.alternatives)]
        return pandas.DataFrame([{"composition": name, **p["fractions"], "value": p["value"], "entropy_R": p["entropy_R"]} for name, p in points])


def _bound(ctx: Context, bound: Bound) -> L.DesignBound:
    text = bound if isinstance(bound, str) else f"{bound[0]}={float(bound[1])!r}:{float(bound[2])!r}"
    parsed = L.DesignBound()
    ctx.call("design_bound_parse", ctx.handle, encoded(text), C.byref(parsed))
    return parsed


def _limit(ctx: Context, text: str) -> L.DesignLimit:
    parsed = L.DesignLimit()
    ctx.call("design_limit_parse", ctx.handle, encoded(text), C.byref(parsed))
    return parsed


def _varied(question: Question, names: Sequence[str]) -> list[int]:
    components = question.composition.component[: question.composition.n]
    by_name = {question.ctx.library.element_symbol(c.z).decode(): c.z for c in components if not c.is_anion}
    for name in names:
        if name not in by_name:
            raise ArgumentError(f"{question.composition.canonical.decode()} has no cation {name}")
    return [by_name[name] for name in names]


def _set_goal(ctx: Context, o: L.DesignOptions, maximise: str | None, at: Temperature | None) -> None:
    goal = maximise or "onset"
    if goal not in _GOALS or maximise == "onset":
        raise ArgumentError(f"maximise = {maximise!r}: expected \"width\", \"probability\" or \"tolerance\", or None for the lowest onset")
    o.goal = _GOALS.index(goal)
    if at is not None:
        o.at_K = temperature(ctx, at)
    elif o.goal >= 2:
        raise ArgumentError(f"maximise = {maximise!r} needs a temperature: at=\"900C\"")


def design(
    composition: str,
    atmosphere: str | None = None,
    structure: str | None = None,
    *,
    maximise: str | None = None,
    at: Temperature | None = None,
    vary: Sequence[str] = (),
    bounds: Sequence[Bound] = (),
    constraints: Sequence[str] = (),
    entropy: float | None = None,
    least_width_K: float = 50.0,
    elements: Path | None = None,
    cost_most: float | None = None,
    T_range_K: str | tuple[Temperature, Temperature] | tuple[Temperature, Temperature, float] | None = None,
    starts: int = 8,
    seed: int = 1,
    **options: Unpack[Options],
) -> Design:
    """The composition of these cations with the lowest onset, the widest window, or the safest at one temperature: ``kiln design``.

    Args:
        composition: where the search starts, and which cations it may use; ``atmosphere``, ``structure``: as of :func:`kiln.window`.
        maximise: ``"width"`` of the window, or at ``at`` the ``"probability"`` of one phase or the ``"tolerance"`` to weighing errors; None: the lowest onset.
        at: the temperature of these, K or text with a unit.
        vary: symbols of the cations that vary, the others of their sublattice staying in proportion; none: all of the sublattice with the most.
        bounds: ``"Cu=0.05:0.35"`` or ``("Cu", 0.05, 0.35)``, fractions of the sublattice.
        constraints: ``"Cu+Zn<=0.4"``, linear in the fractions.
        entropy: least configurational entropy, R per mole of mixing cations, 0 to 4; None: 1.5, or 1 or 0 where the composition has less.
        least_width_K: of a window whose onset is sought, K, 1 to 1000.
        elements: a CSV file with the columns ``element`` and ``price_per_kg``.
        cost_most: most price of a kg of the oxide as written, above 0.
        T_range_K: where to search, ``"200C:1700C:100K"`` or two or three numbers in K.
        starts: local searches after each of two global ones, 1 to 64.
        seed: of the first global search, 0 or more.
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, RangeError, NotConvergedError: as :func:`kiln.window`; ArgumentError also for bounds that exclude each other, which are named.
        FileError: prices that cannot be read.

    Warns:
        UncertifiedWarning: the window of the proposal has no proof.

    Method: docs/design.md.
    """
    with Context() as ctx, Interruption() as interruption:
        question = Question(ctx, composition, atmosphere, options)
        o: L.DesignOptions = ctx.library.options(L.DesignOptions, "design")
        w: L.WindowOptions = ctx.library.options(L.WindowOptions, "window")
        _set_goal(ctx, o, maximise, at)
        if T_range_K is not None:
            w.T_min_K, w.T_max_K, step_K = temperature_range(ctx, T_range_K)
            w.step_K = step_K or w.step_K
        system = question.create_system()
        varied = _varied(question, listed(vary, "the symbol of a cation, \"Cu\""))
        wanted = [bounds] if isinstance(bounds, str) else list(bounds)
        limits = [_limit(ctx, text) for text in listed(constraints, "a limit, \"Cu+Zn<=0.4\"")]
        o.n_varied, o.varied = len(varied), (C.c_int * max(len(varied), 1))(*varied)
        o.n_bounds, o.bounds = len(wanted), (L.DesignBound * max(len(wanted), 1))(*(_bound(ctx, b) for b in wanted))
        o.n_limits, o.limits = len(limits), (L.DesignLimit * max(len(limits), 1))(*limits)
        if entropy is not None:
            o.least_entropy = number("entropy", entropy, 0.0, 4.0)
        o.least_width_K = number("least_width_K", least_width_K, 1.0, 1000.0)
        if elements is not None:
            o.elements = ctx.make("element_table_load", "element_table_free", ctx.handle, path_text(elements))
        if cost_most is not None:
            o.most_cost = number("cost_most", cost_most)
        o.n_starts, o.seed = count("starts", starts, 1, 64), count("seed", seed, 0, 2**63 - 2)
        o.keep_going = interruption.callback
        phase = question.structure(system, structure)
        handle = ctx.make("design_create", "design_free", ctx.handle, C.byref(question.about()), C.byref(w), phase, C.byref(o))
        result = Design(Report("design", handle, C.byref(question.report_question(composition))))
    if result.result["proposed"]["window"]:
        warn_uncertified(result.certificate, question.is_certified)
    return result
