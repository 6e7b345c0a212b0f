"""Equilibria over a range of temperatures, with what a thermobalance would show."""

from __future__ import annotations

import ctypes as C
from typing import Any, Unpack

from . import _library as L
from ._context import Context
from ._quantities import Temperatures, temperatures
from ._question import Options, Question
from ._report import Report, Result, certified, check_validity, kelvin, warn_uncertified

_MOST_TRANSITIONS = 256
_TRANSITION_K = 0.1
_LOCAL = {-8, -7, -3, -4}  # what is wrong at one temperature need not be at the next


class Step(Result):
    """Equilibria at several temperatures. Schema kiln.step/1."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One a temperature: ``T_K``, ``mass_change_percent``, ``oxygen_per_cation``, ``valence``, ``G_J_mol``, ``phases``; or ``failed``, why."""
        rows: list[dict[str, Any]] = self.result["rows"]
        return rows

    @property
    def transitions(self) -> list[dict[str, Any]]:
        """Where the phases change: ``T_K`` (to 0.1 K), ``leaves``, ``appears``."""
        transitions: list[dict[str, Any]] = self.result["transitions"]
        return transitions

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("rows", str(len(self.rows)))]
        for change in self.transitions:
            leaves, appears = (", ".join(p["label"] for p in change[key]) for key in ("leaves", "appears"))
            facts.append((kelvin(change["T_K"]), f"{leaves or 'nothing'} leaves, {appears or 'nothing'} appears"))
        return [*facts, ("certified", certified(self.certificate))]

    def to_frame(self) -> Any:
        """One row a temperature as a pandas DataFrame: mass, oxygen, G, and the mass fraction of each phase."""
        import pandas

        keep = ("T_K", "mass_change_percent", "oxygen_per_cation", "G_J_mol", "extrapolated_K", "failed")
        out = []
        for row in self.rows:
            line = {key: row.get(key) for key in keep}
            line |= {f"valence_{element}": value for element, value in (row.get("valence") or {}).items()}
            for p in row.get("phases") or []:
                line[p["phase"]] = line.get(p["phase"], 0.0) + p["mass_fraction"]
            out.append(line)
        frame = pandas.DataFrame(out)
        named = dict.fromkeys(p["phase"] for row in self.rows for p in row.get("phases") or [])
        frame[list(named)] = frame[list(named)].fillna(0.0)
        return frame

    def plot(self, ax: Any = None) -> Any:
        """Mass fractions against temperature, drawn by matplotlib; returns the axes.

        Args:
            ax: axes to draw in; None: new ones.
        """
        from ._plot import draw_step

        return draw_step(self, ax)


def _solve_rows(ctx: Context, solver: Any, T_K: list[float]) -> tuple[Any, list[bytes | None]]:
    """Every row by itself, so that one without an equilibrium leaves the others; the failure of all is the call's."""
    rows = (L.StepRow * len(T_K))()
    failures: list[bytes | None] = [None] * len(T_K)
    first, status = None, 0
    for i, T in enumerate(T_K):
        status = ctx.library.step_solve(solver, 1, C.byref(C.c_double(T)), C.byref(rows[i]), None, None)
        if status != 0 and status not in _LOCAL:
            ctx.check(status)
        if status != 0:
            rows[i].equilibrium.T_K = T
            failures[i] = ctx.sentence(status).encode()
            continue
        first = i if first is None else first
        rows[i].mass_change_percent = 100.0 * (rows[i].equilibrium.mass_g / rows[first].equilibrium.mass_g - 1.0)
    if first is None:
        ctx.check(status)
    return rows, failures


def step(
    composition: str,
    T_K: Temperatures = "600C:1400C:25K",
    atmosphere: str | None = None,
    *,
    compositions_of: str | None = None,
    **options: Unpack[Options],
) -> Step:
    """Equilibria over temperature: phases, oxygen, valences and mass, and where phases change: ``kiln step``.

    Args:
        composition: a formula, or components as of :func:`kiln.equilibrium`.
        T_K: a range, rising or falling, ``"600C:1400C:25K"``, or an array of K or texts with units.
        atmosphere: as of :func:`kiln.window`.
        compositions_of: a phase by name or label whose cations stand in the text and the figure, too.
        **options: see :class:`kiln.Options`.

    Returns:
        A :class:`Step`; rows that failed say why, and the others count.

    Raises:
        ParseError, ArgumentError, MissingError: as :func:`kiln.equilibrium`.
        RangeError: every temperature is too far outside the validity of the database.
        NotConvergedError: no temperature has an answer.

    Warns:
        UncertifiedWarning: some row has no proof.

    Examples:
        >>> s = kiln.step("CoO", "1100C:300C:20K")      # cooling
        >>> s.transitions[0]["T_K"]                     # doctest: +SKIP
        1155.9
    """
    with Context() as ctx:
        question = Question(ctx, composition, atmosphere, options)
        T = temperatures(ctx, T_K)
        system = question.create_system()
        followed = None
        if compositions_of is not None:
            followed = ctx.library.system_phase_name(system, question.phase_in(system, compositions_of))
        rows, failures = _solve_rows(ctx, question.create_solver(system), T)
        changes, n = (L.Transition * _MOST_TRANSITIONS)(), C.c_int()
        failed = (C.c_int * len(T))(*(f is not None for f in failures))
        without_proof = question.create_solver(system, certify=False)
        ctx.call(
            "step_transitions", without_proof, len(T), rows, failed, _TRANSITION_K, _MOST_TRANSITIONS, changes, C.byref(n)
        )
        details = L.ReportStepDetails(
            ctx.library.options(L.WindowOptions, "window").extrapolate_K, (C.c_char_p * len(T))(*failures), n.value, changes, followed
        )
        result = Step(
            Report("step", system, C.byref(question.report_question(composition)), len(T), rows, C.byref(details))
        )
        check_validity(result._report)
    warn_uncertified(result.certificate, question.is_certified)
    return result
