"""Single-phase windows."""

from __future__ import annotations

import ctypes as C
import math
from typing import Any, NamedTuple, Unpack

from . import _library as L
from ._context import Context
from ._quantities import Temperature, count, number, temperature, temperature_range
from ._question import Options, Question
from ._report import Report, Result, certified, check_validity, kelvin, warn_uncertified


class Range(NamedTuple):
    """One range of temperatures in which the structure is the only stable phase."""

    low_K: float | None  #: lower end, K; None where the search ends before the window does
    high_K: float | None  #: upper end, K; likewise
    probability: float  #: that this window exists, to first order in the uncertain numbers
    low: dict[str, Any]  #: the end as docs/json.md describes it: kind, limits, quantiles, decisive numbers
    high: dict[str, Any]


class Window(Result):
    """Where a composition is one phase, what ends that, and how sure it is. Schema kiln.window/1."""

    @property
    def ranges(self) -> list[Range]:
        """Windows by rising temperature; empty where the structure is nowhere single."""
        return [
            Range(w["low"].get("T_K"), w["high"].get("T_K"), w["probability"], w["low"], w["high"]) for w in self.result["windows"]
        ]

    @property
    def phase(self) -> str:
        """The structure's name in the database."""
        return str(self.result["phase"])

    @property
    def label(self) -> str:
        """The structure's name as printed."""
        return str(self.result["label"])

    @property
    def widest(self) -> Range | None:
        """The widest range; None without one. Ends beyond the search count as its limits."""
        first_K, last_K = self.input["T_range_K"]

        def width_K(r: Range) -> float:
            return float((last_K if r.high_K is None else r.high_K) - (first_K if r.low_K is None else r.low_K))

        return max(self.ranges, key=width_K) if self.ranges else None

    @property
    def low_K(self) -> float | None:
        """Lower end of the widest range, K; None where there is none."""
        return self.widest.low_K if self.widest else None

    @property
    def high_K(self) -> float | None:
        """Upper end of the widest range, K; None where there is none."""
        return self.widest.high_K if self.widest else None

    @property
    def limits(self) -> dict[str, list[str]]:
        """Names of the phases that end the widest range, ``{"low": [...], "high": [...]}``."""
        if not self.widest:
            return {"low": [], "high": []}
        return {
            side: [str(item["phase"]) for item in end.get("limits") or []]
            for side, end in (("low", self.widest.low), ("high", self.widest.high))
        }

    def __bool__(self) -> bool:
        """Whether there is a window."""
        return bool(self.result["windows"])

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("structure", self.label)]
        for r in self.ranges:
            facts.append(("single phase", f"{kelvin(r.low_K)} to {kelvin(r.high_K)}, probability {r.probability:.2f}"))
        if not self.ranges:
            facts.append(("single phase", "nowhere"))
        for side in ("low", "high"):
            if self.limits[side]:
                facts.append((f"{'below' if side == 'low' else 'above'} it", ", ".join(self.limits[side])))
        if self.ranges:
            facts.append(("certified", certified(self.certificate)))
        return facts

    def to_frame(self) -> Any:
        """One row a range as a pandas DataFrame: ends, quantiles, limiting phases."""
        import pandas

        rows = []
        for r in self.ranges:
            row: dict[str, Any] = {"phase": self.phase, "probability": r.probability}
            for side, end in (("low", r.low), ("high", r.high)):
                row[f"{side}_K"] = end.get("T_K")
                row |= {f"{side}_{key}": end.get(key) for key in ("kind", "p16_K", "median_K", "p84_K", "sigma_K", "limited_by")}
            rows.append(row)
        return pandas.DataFrame(rows)


def _at(question: Question, solver: Any, phase: int, samples: int, at_K: float) -> tuple[L.ReportAt, L.SinglePhase]:
    single = L.SinglePhase()
    probability = question.ctx.library.window_probability(solver, at_K) if samples > 0 else math.nan
    question.ctx.call("window_at", solver, phase, at_K, C.byref(single))
    return L.ReportAt(at_K, C.pointer(single), probability), single


def _solve_all(question: Question, system: Any, options: L.WindowOptions, found: L.Structures, all_structures: bool) -> Any:
    """Windows of the structures that have an answer, the best first, with the solver and phase of that."""
    ctx = question.ctx
    brief = L.WindowOptions.from_buffer_copy(options)
    brief.find_apparent = all_structures
    make = "window_solver_create", "window_solver_free", system, C.byref(question.solver)
    solver = ctx.make(*make, C.byref(options))
    for_others = ctx.make(*make, C.byref(brief))
    windows = (L.Window * found.n)()
    ctx.call("window_solve", solver, found.phase[0], C.byref(windows[0]))
    n = 1
    for i in range(1, found.n):  # a structure that merely is another possibility may fail without taking the answer with it
        if ctx.library.window_solve(for_others, found.phase[i], C.byref(windows[n])) == 0:
            n += 1
    best = 0
    if windows[0].n_ranges == 0 and windows[0].n_apparent == 0:
        widths = [ctx.library.window_widest_K(C.byref(windows[i])) for i in range(n)]
        best = widths.index(max(widths))
    if best:
        first = L.Window.from_buffer_copy(windows[0])
        windows[0], windows[best] = windows[best], first
    return windows, n, solver, best != 0


def window(
    composition: str,
    atmosphere: str | None = None,
    structure: str | None = None,
    *,
    at: Temperature | None = None,
    T_range_K: str | tuple[Temperature, Temperature] | tuple[Temperature, Temperature, float] | None = None,
    detect: float = 0.02,
    samples: int = 4096,
    seed: int = 1,
    all_structures: bool = False,
    **options: Unpack[Options],
) -> Window:
    """Temperatures at which a composition is one phase, what ends that, and how certain it is: ``kiln window``.

    Args:
        composition: a formula, ``"(Mg,Co,Ni,Cu,Zn)O"``.
        atmosphere: ``"air"``, ``"O2"``, ``"Ar"``, ``"N2"``, ``"H2/H2O=1"``, ``"CO/CO2=1"``, ``"closed"`` or p(O2) with a unit, ``"1e-5bar"``; None: air, or closed
            where components are stated, ``"Al, x(Zn)=0.4"``.
        structure: name or label of a phase of the database; None: the one that the formula suggests.
        at: is it single phase at this temperature? K, or text with a unit, ``"900C"``; the answer is in ``result["at"]``.
        T_range_K: where to search, ``"200C:1700C:100K"`` or two or three numbers in K (first, last, scan step, 0.1 to 500 K).
        detect: mass fraction of a second phase that diffraction would see, above 0 to 0.5.
        samples: joint samples for the uncertainty of the ends, 0 (none) to 10 000 000.
        seed: of these, 0 or more.
        all_structures: describe every structure of this stoichiometry in full.
        **options: see :class:`kiln.Options`.

    Returns:
        A :class:`Window`; one without ranges is an answer, too.

    Raises:
        ParseError: formula, atmosphere or a temperature cannot be understood.
        ArgumentError: a number out of range, an unknown phase, a formula that suggests no structure.
        MissingError: the database cannot describe the composition.
        RangeError: nothing to search within the validity of the database.
        NotConvergedError: the solver found no answer.

    Warns:
        UncertifiedWarning: there is no proof within ``certify_budget``.

    Method and sources: docs/theory.md, docs/certificate.md.

    Examples:
        >>> w = kiln.window("(Mg,Co,Ni,Cu,Zn)O")
        >>> w.label, round(w.low_K), w.limits["low"]     # doctest: +SKIP
        ('rock salt', 1080, ['wurtzite'])
    """
    with Context() as ctx:
        question = Question(ctx, composition, atmosphere, options)
        o: L.WindowOptions = ctx.library.options(L.WindowOptions, "window")
        if T_range_K is not None:
            o.T_min_K, o.T_max_K, step_K = temperature_range(ctx, T_range_K)
            o.step_K = step_K or o.step_K
        o.detect_mass_fraction = number("detect", detect, 0.0, 0.5)
        o.n_samples = count("samples", samples, 0, 10000000)
        o.seed = count("seed", seed, 0, 2**63 - 1)
        at_K = temperature(ctx, at) if at is not None else None
        system = question.create_system()
        found = question.structures(system, structure)
        windows, n, solver, is_swapped = _solve_all(question, system, o, found, all_structures)
        details = L.ReportWindowDetails(all_structures, structure is not None)
        if at_K is not None:
            if is_swapped:
                ctx.call("window_solve", solver, windows[0].phase, C.byref(windows[0]))
            report_at, _single = _at(question, solver, windows[0].phase, o.n_samples, at_K)
            details.at = C.pointer(report_at)
        result = Window(
            Report("window", system, C.byref(question.report_question(composition)), C.byref(o), windows, n, C.byref(details))
        )
        check_validity(result._report)
    if result:
        warn_uncertified(result.certificate, question.is_certified)
    return result
