"""How probable a single phase is, over all that is uncertain."""

from __future__ import annotations

import ctypes as C
from collections.abc import Sequence
from typing import Any, Unpack

from . import _library as L
from ._context import Context, Interruption
from ._quantities import Temperature, Temperatures, count, number, temperature, temperatures
from ._question import Options, Question
from ._report import Report, Result, certified, kelvin, warn_uncertified
from .errors import ArgumentError

Firing = str | tuple[Temperature, str] | tuple[Temperature, str, str | None]


class Risk(Result):
    """Probability of a single phase, what decides it, and what to measure or fire next. Schema kiln.risk/1."""

    @property
    def probability(self) -> float | None:
        """Of a single phase at ``at``; None without."""
        at = self.result["at"]
        return float(at["probability"]) if at else None

    @property
    def window_exists(self) -> float:
        """Share of the samples with a window."""
        return float(self.result["window_exists"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Uncertain numbers, the one that matters most first: ``name``, ``sigma``, ``unit``, ``risk_share``, ``low_share``, ``high_share``, ``source``."""
        parameters: list[dict[str, Any]] = self.result["parameters"]
        return parameters

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("structure", str(self.result["label"]))]
        if self.result["at"]:
            facts.append((f"single phase at {kelvin(self.result['at']['T_K'])}", f"probability {self.probability:.2f}"))
        facts.append(("a window exists", f"probability {self.window_exists:.2f}"))
        for key in ("low", "high"):
            end = self.result.get(key)
            if end and end.get("median_K") is not None:
                facts.append((f"{key} end", f"{kelvin(end['median_K'])}, 68 % {kelvin(end['p16_K'])} to {kelvin(end['p84_K'])}"))
        return [*facts, ("certified", certified(self.certificate))]

    def to_frame(self) -> Any:
        """The curve as a pandas DataFrame: ``T_K``, ``probability``, ``standard_error``, ``first_order``."""
        import pandas

        return pandas.DataFrame(self.result["curve"])

    def plot(self, ax: Any = None) -> Any:
        """Probability against temperature, drawn by matplotlib; returns the axes.

        Args:
            ax: axes to draw in; None: new ones.
        """
        from ._plot import draw_risk

        return draw_risk(self, ax)


def _observation(question: Question, system: Any, firing: Firing) -> L.Observation:
    words: list[Any] = list(firing.split(None, 2) if isinstance(firing, str) else firing)
    if len(words) < 2 or words[1] not in ("single", "multi"):
        raise ArgumentError(f"a firing is \"900C single\", \"900C multi\", \"900C multi tenorite\" or a tuple of these words, not {firing!r}")
    seen = words[2] if len(words) > 2 else None
    if seen and words[1] == "single":
        raise ArgumentError(f"a single phase has no second one, {seen!r}")
    T_K = temperature(question.ctx, words[0])
    return L.Observation(T_K, words[1] == "single", question.phase_in(system, str(seen)) if seen else -1)


def risk(
    composition: str,
    atmosphere: str | None = None,
    structure: str | None = None,
    *,
    at: Temperature | None = None,
    require: float = 0.0,
    observed: Sequence[Firing] = (),
    furnace_error_K: float = 10.0,
    weighing_error: float = 0.005,
    misread: float = 0.05,
    curve_K: Temperatures = "600C:1400C:50K",
    samples: int = 8192,
    seed: int = 1,
    threads: int = 1,
    **options: Unpack[Options],
) -> Risk:
    """How probable a single phase is, what decides that, and what to measure or fire next: ``kiln risk``.

    Args:
        composition, atmosphere, structure: as of :func:`kiln.window`.
        at: the firing temperature, K or text with a unit.
        require: the probability wanted there, 0 to 1; 0: none. ``result["at"]["is_met"]`` tells.
        observed: what firings showed: ``"900C single"``, ``"900C multi tenorite"`` or ``(1173, "multi", "tenorite")``.
        furnace_error_K: standard deviation of the sample's temperature, above 0 K.
        weighing_error: relative standard deviation of each cation's amount, 0 or more.
        misread: probability that an outcome or the named phase is wrong, above 0, below 0.5.
        curve_K: temperatures of the curve.
        samples: of the uncertain numbers, 16 to 1 000 000.
        seed: of these, 0 or more.
        threads: 1 to 1024; the numbers are the same for any.
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, NotConvergedError: as :func:`kiln.window`.
        RangeError: no sample explains the firings.

    Warns:
        UncertifiedWarning: the window at best values has no proof.

    Method: docs/risk.md.
    """
    require, observed = number("require", require, 0.0, 1.0), [observed] if isinstance(observed, str) else observed
    if require > 0.0 and at is None:
        raise ArgumentError("require needs a temperature to hold at: at=\"900C\"")
    with Context() as ctx, Interruption() as interruption:
        question = Question(ctx, composition, atmosphere, options)
        o: L.RiskOptions = ctx.library.options(L.RiskOptions, "risk")
        o.n_samples = count("samples", samples, 16, 1000000)
        o.seed, o.n_threads = count("seed", seed, 0, 2**63 - 1), count("threads", threads, 1, 1024)
        o.keep_going = interruption.callback
        at_K = temperature(ctx, at) if at is not None else 0.0
        curve = temperatures(ctx, curve_K)
        system = question.create_system()
        phase = question.structure(system, structure)
        firings = (L.Observation * max(len(observed), 1))(*(_observation(question, system, firing) for firing in observed))
        handle = ctx.make("risk_create", "risk_free", ctx.handle, C.byref(question.about()), None, phase, at_K, C.byref(o))
        window = ctx.library.risk_window(handle, None).contents
        curve = [T for T in curve if window.scanned_min_K <= T <= window.scanned_max_K]
        errors = L.ObservationErrors(
            number("furnace_error_K", furnace_error_K), number("weighing_error", weighing_error), number("misread", misread)
        )
        before, expected = L.RiskSummary(), (C.c_double * max(len(observed), 1))()
        details = L.ReportRiskDetails(at_K, require, len(curve), (C.c_double * max(len(curve), 1))(*curve))
        if observed:
            ctx.call("risk_summarise", handle, C.byref(before))
            for i in range(len(observed)):
                ctx.call("risk_expect", handle, C.byref(firings[i]), C.byref(errors), C.byref(C.c_double.from_buffer(expected, i * C.sizeof(C.c_double))))
            ctx.call("risk_observe", handle, len(observed), firings, C.byref(errors))
            details.n_observations, details.observations, details.expected = len(observed), firings, expected
            details.errors, details.before = C.pointer(errors), C.pointer(before)
        result = Risk(Report("risk", handle, C.byref(o), C.byref(question.report_question(composition)), C.byref(details)))
        has_window = window.n_ranges > 0
    if has_window:
        warn_uncertified(result.certificate, question.is_certified)
    return result
