"""Phase diagrams."""

from __future__ import annotations

import ctypes as C
import math
from typing import Any, TypeVar, Unpack

from . import _library as L
from ._context import Context, Interruption, text
from ._quantities import Path, Pressure, Temperature, path_text, pressure, temperature, temperature_range
from ._question import Options, Question, Settings
from ._question import atmosphere as parse_gas
from ._question import composition as parse
from ._report import Report, Result, certified, check_validity, kelvin, warn_uncertified
from .errors import ArgumentError

_N_WINDOWS = 41
_OXYGEN = 8
_PRESSURE = 0

Range = str | tuple[Temperature, Temperature]
_Kind = TypeVar("_Kind", bound=Result)


class TxDiagram(Result):
    """Temperature over the join of two oxides or components. Schema kiln.diagram.tx/1."""

    @property
    def invariants(self) -> list[dict[str, Any]]:
        """Reactions by rising temperature: ``kind``, ``reaction``, ``T_K``, ``sigma_K``, ``certified``."""
        invariants: list[dict[str, Any]] = self.result["invariants"]
        return invariants

    @property
    def curves(self) -> list[dict[str, Any]]:
        """Boundaries: ``below``, ``above`` and ``points`` with ``T_K``, ``x_A``, ``certified``."""
        curves: list[dict[str, Any]] = self.result["curves"]
        return curves

    def _facts(self) -> list[tuple[str, str]]:
        facts = [(kelvin(i["T_K"]), f"{i['kind']}: {i['reaction'] or 'unresolved'}") for i in self.invariants]
        return [*facts, ("certified", certified(self.certificate))]

    def to_frame(self) -> Any:
        """Points of all curves as a pandas DataFrame: ``curve``, ``T_K``, ``x_A``, ``x_B``, ``certified``, ``below``, ``above``."""
        import pandas

        rows = [
            {"curve": i, **point} | {side: " + ".join(p["label"] for p in curve[side]) for side in ("below", "above")}
            for i, curve in enumerate(self.curves)
            for point in curve["points"]
        ]
        return pandas.DataFrame(rows)

    def plot(self, ax: Any = None) -> Any:
        """The diagram, drawn by matplotlib; returns the axes.

        Args:
            ax: axes to draw in; None: new ones.
        """
        from ._plot import draw_tx

        return draw_tx(self, ax)


class Section(Result):
    """A plane of two conditions with the phases that are stable in it. Schema kiln.diagram.section/1."""

    @property
    def kind(self) -> str:
        """``"isopleth"``, ``"ternary"`` or ``"tpo2"``."""
        return str(self.input["diagram"])

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Areas of the same phases by falling share: ``phases``, ``single``, ``certified``, ``at``, ``loops`` of points ``[u, v]``."""
        fields: list[dict[str, Any]] = self.result["fields"]
        return fields

    def field_label(self, field: dict[str, Any]) -> str:
        """Phases of a field, as text."""
        return " + ".join(p["label"] for p in field["phases"]) or "no equilibrium"

    def _facts(self) -> list[tuple[str, str]]:
        facts = [(self.field_label(f), f"{100 * f['share']:.1f} % of the plane") for f in self.fields[:6]]
        if len(self.fields) > 6:
            facts.append((f"{len(self.fields) - 6} more fields", ""))
        return [*facts, ("certified", certified(self.certificate))]

    def to_frame(self) -> Any:
        """Points of all boundaries as a pandas DataFrame: ``line``, the two coordinates, ``left``, ``right``."""
        import pandas

        u, v = self.input["axes"]
        rows = [
            {"line": i, u: point[0], v: point[1]}
            | {side: self.field_label(self.fields[f]) for side, f in zip(("left", "right"), line["between"], strict=True)}
            for i, line in enumerate(self.result["lines"])
            for point in line["points"]
        ]
        return pandas.DataFrame(rows)

    def plot(self, ax: Any = None) -> Any:
        """The map, drawn by matplotlib; returns the axes.

        Args:
            ax: axes to draw in; None: new ones.
        """
        from ._plot import draw_section

        return draw_section(self, ax)


def _end_member(ctx: Context, formula: str) -> L.Composition:
    parsed = parse(ctx, formula)
    if not parsed.by_components and not any(parsed.component[i].z == _OXYGEN for i in range(parsed.n)):
        raise ArgumentError(f"{text(parsed.canonical)} has no oxygen: the end members of a diagram are oxides, such as MgO, or components, such as 'x(Al)=1'")
    return parsed


def _finish(result: _Kind, is_certified: bool) -> _Kind:
    check_validity(result._report)
    warn_uncertified(result.certificate, is_certified, stacklevel=4)
    return result


def tx(
    A: str,
    B: str,
    T_range_K: Range,
    atmosphere: str | None = None,
    *,
    data: Path | None = None,
    **options: Unpack[Options],
) -> TxDiagram:
    """Temperature over the join of two oxides of one cation each, or of two components: lines, invariant reactions, spinodals: ``kiln diagram tx``.

    Args:
        A, B: end members, ``"MgO"``, ``"ZnO"`` or ``"x(Fe)=1"``, ``"x(Cr)=1"``; x_A and x_B are mole fractions of cations, of components of atoms.
        T_range_K: lowest and highest temperature, ``"600C:1700C"`` or two numbers in K.
        atmosphere: as of :func:`kiln.window`.
        data: a CSV of measured points that are set beside it (docs/diagram.md).
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, RangeError, NotConvergedError: as :func:`kiln.equilibrium`; ArgumentError also for a join of other than two
            cations, which is an :func:`isopleth`.

    Warns:
        UncertifiedWarning: some tie line has no proof.

    Method: docs/diagram.md; M. Hillert, Phase Equilibria, Phase Diagrams and Phase Transformations (2008), ch. 10.
    """
    with Context() as ctx, Interruption(L.KEEP_GOING_SHARE) as interruption:
        settings, gas = Settings(ctx, options), parse_gas(ctx, atmosphere, A, options)
        low_K, high_K, _ = temperature_range(ctx, T_range_K)
        a, b = _end_member(ctx, A), _end_member(ctx, B)
        o: L.TxOptions = ctx.library.options(L.TxOptions, "tx")
        o.keep_going = interruption.callback
        points = ctx.make("experiments_load", "experiments_free", ctx.handle, path_text(data), C.byref(a), C.byref(b)) if data is not None else None
        solver = ctx.make(
            "gap_solver_create", "gap_solver_free", ctx.handle, settings.database.handle, C.byref(a), C.byref(b), C.byref(gas),
            C.byref(settings.system), C.byref(settings.solver),
        )  # fmt: skip
        made = ctx.make("tx_create", "tx_free", solver, low_K, high_K, C.byref(o))
        result = TxDiagram(
            Report(
                "tx", ctx.library.gap_system(solver), C.byref(settings.report_question(f"{A} - {B}")), C.byref(a), C.byref(b), made,
                C.byref(L.ReportTxDetails(points)),
            )  # fmt: skip
        )
    return _finish(result, settings.is_certified)


def _section(
    ctx: Context,
    settings: Settings,
    question: L.SectionQuestion,
    title: str,
    varied: str | None = None,
    windows_of: str | None = None,
) -> Section:
    """A map, with the windows of a structure along an isopleth."""
    with Interruption(L.KEEP_GOING_SHARE) as interruption:
        o: L.SectionOptions = ctx.library.options(L.SectionOptions, "section")
        o.keep_going = interruption.callback
        if settings.has_budget:
            o.quick_budget = settings.solver.certify_budget
        question.db = settings.database.handle
        question.system_options, question.solver_options = C.pointer(settings.system), C.pointer(settings.solver)
        made = ctx.make("section_create", "section_free", ctx.handle, C.byref(question), C.byref(o))
    details = L.ReportSectionDetails(varied=varied.encode() if varied else None)
    details.member = question.member
    system = ctx.library.section_system(made)
    phase = ctx.library.system_find_phase(system, windows_of.encode()) if windows_of is not None else -1
    windows = (L.SectionWindow * _N_WINDOWS)()
    if phase >= 0:
        span = question.u_high - question.u_low
        u = (C.c_double * _N_WINDOWS)(*(question.u_low + span * i / (_N_WINDOWS - 1) for i in range(_N_WINDOWS)))
        ctx.call("section_windows", made, C.byref(question), phase, _N_WINDOWS, u, None, windows)
        details.phase, details.n_windows, details.windows = phase, _N_WINDOWS, windows
    return Section(Report("section", made, C.byref(settings.report_question(title)), C.byref(details)))


def _members(*compositions: L.Composition) -> Any:
    pointers = [C.pointer(c) for c in compositions]
    return (C.POINTER(L.Composition) * 3)(*pointers)


def isopleth(
    composition: str,
    T_range_K: Range,
    atmosphere: str | None = None,
    *,
    vary: str | None = None,
    to: str | None = None,
    x: tuple[float, float] = (0.0, 1.0),
    structure: str | None = None,
    **options: Unpack[Options],
) -> Section:
    """Temperature over a path of compositions, of any number of cations: ``kiln diagram isopleth``.

    Args:
        composition: a formula; with ``to`` the one that x is the mole fraction of, or components.
        T_range_K: lowest and highest temperature, ``"600C:1400C"`` or two numbers in K.
        atmosphere: as of :func:`kiln.window`.
        vary: symbol of the cation whose fraction on its sublattice is x; the others keep their ratio.
        to: instead, the other end of a path between two formulas.
        x: lowest and highest mole fraction, within 0 to 1.
        structure: name or label of the phase whose windows are shown; None: the one that the formula suggests (with ``to``: none).
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, RangeError, NotConvergedError: as :func:`kiln.window`.

    Warns:
        UncertifiedWarning: some equilibrium has no proof.
    """
    if (vary is None) == (to is None):
        raise ArgumentError("an isopleth needs the cation to vary, vary=\"Cu\", or the other end of the path, to=\"(Mg,Zn)O\"")
    if not 0.0 <= x[0] < x[1] <= 1.0:
        raise ArgumentError(f"x = {x}: expected two mole fractions from 0 to 1, the lower one first")
    with Context() as ctx:
        low_K, high_K, _ = temperature_range(ctx, T_range_K)
        section = L.SectionQuestion(kind=L.ISOPLETH, u_low=x[0], u_high=x[1], T_low_K=low_K, T_high_K=high_K)
        if to is not None:
            settings, gas = Settings(ctx, options), parse_gas(ctx, atmosphere, composition, options)
            ends = _end_member(ctx, composition), _end_member(ctx, to)
            shown = settings._phases(structure)[0] if structure is not None else None
            title = f"{composition} - {to}"
        else:
            question = Question(ctx, composition, atmosphere, options)
            settings, gas, title = question, question.atmosphere, composition
            z = _cation(question, str(vary))
            system = question.create_system()
            shown = text(ctx.library.system_phase_name(system, question.structures(system, structure).phase[0]))
            ends = L.Composition(), L.Composition()
            for end, share in zip(ends, (1.0, 0.0), strict=True):
                ctx.call("composition_vary", ctx.handle, C.byref(question.composition), z, share, C.byref(end))
        section.member, section.atmosphere = _members(*ends), C.pointer(gas)
        result = _section(ctx, settings, section, title, None if to is not None else str(vary).capitalize(), shown)
    return _finish(result, settings.is_certified)


def _cation(question: Question, symbol: str) -> int:
    """Atomic number of a cation that shares its sublattice with others."""
    lib, c = question.ctx.library, question.composition
    shared = {
        text(lib.element_symbol(c.component[i].z)).lower(): c.component[i].z
        for i in range(c.n)
        if not c.component[i].is_anion and lib.composition_fraction(C.byref(c), c.component[i].z) < 1.0
    }
    if symbol.lower() not in shared:
        names = ", ".join(name.capitalize() for name in shared) or "none"
        raise ArgumentError(f"vary = {symbol!r}: expected a cation of {text(c.canonical)} that shares its sublattice: {names}")
    return int(shared[symbol.lower()])


def tpo2(
    composition: str,
    T_range_K: Range,
    po2_range: tuple[Pressure, Pressure] = (1e-12, 1.0),
    atmosphere: str | None = None,
    **options: Unpack[Options],
) -> Section:
    """Temperature over the oxygen pressure at one composition: phases and valences: ``kiln diagram tpo2``.

    Args:
        composition: a formula.
        T_range_K: lowest and highest temperature, ``"700C:1300C"`` or two numbers in K.
        po2_range: lowest and highest p(O2), bar or text with a unit.
        atmosphere: what other gases there are, as of :func:`kiln.window`; its oxygen has to be a pressure.
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, RangeError, NotConvergedError: as :func:`kiln.equilibrium`.

    Warns:
        UncertifiedWarning: some equilibrium has no proof.
    """
    if "po2" in options:
        raise ArgumentError("po2 would fix what is varied; po2_range sets from where to where")
    with Context() as ctx:
        question = Question(ctx, composition, atmosphere, options)
        low_K, high_K, _ = temperature_range(ctx, T_range_K)
        low, high = (pressure(ctx, p) for p in po2_range)
        if not low < high:
            raise ArgumentError(f"p(O2) from {low:g} to {high:g} bar: expected the lower pressure first")
        gas = question.atmosphere
        if gas.control == _PRESSURE:  # the pressure that the question began with is none of the answer's
            others = f", p(CO2) = {gas.pco2_bar:.4g} bar" if gas.pco2_bar > 0.0 else ""
            gas.label = f"p(O2) from {low:.3g} to {high:.3g} bar{others}".encode()
        section = L.SectionQuestion(
            kind=L.TPO2, member=_members(question.composition), atmosphere=C.pointer(gas), u_low=math.log10(low), u_high=math.log10(high),
            T_low_K=low_K, T_high_K=high_K,
        )  # fmt: skip
        result = _section(ctx, question, section, composition)
    return _finish(result, question.is_certified)


def ternary(A: str, B: str, D: str, T_K: Temperature, atmosphere: str | None = None, **options: Unpack[Options]) -> Section:
    """A Gibbs triangle at one temperature, with tie lines; also of mixtures: ``kiln diagram ternary``.

    Args:
        A, B, D: its corners, formulas of oxides or of mixtures of them, or components, ``"x(Fe)=1"``.
        T_K: K, or text with a unit.
        atmosphere: as of :func:`kiln.window`.
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError, ArgumentError, MissingError, RangeError, NotConvergedError: as :func:`kiln.equilibrium`.

    Warns:
        UncertifiedWarning: some equilibrium has no proof.
    """
    with Context() as ctx:
        settings, gas = Settings(ctx, options), parse_gas(ctx, atmosphere, A, options)
        T = temperature(ctx, T_K)
        section = L.SectionQuestion(kind=L.TERNARY, atmosphere=C.pointer(gas), T_low_K=T)
        section.member = _members(*(_end_member(ctx, corner) for corner in (A, B, D)))
        result = _section(ctx, settings, section, f"{A} - {B} - {D}")
    return _finish(result, settings.is_certified)
