"""Equilibria: one, with everything the library says of it, and many in one call."""

from __future__ import annotations

import ctypes as C
import itertools
import math
from array import array
from collections.abc import Iterable
from typing import Any, Literal, Unpack, overload

from . import _library as L
from ._context import Context, Interruption, listed, text
from ._quantities import Pressure, Temperatures, count, is_scalar, pressure, temperatures
from ._question import A_FORMULA, AN_ATMOSPHERE, ArrayOptions, Options, Question, Settings, composition, default_atmosphere
from ._question import atmosphere as parse_atmosphere
from ._report import Report, Result, certified, check_validity, kelvin, warn_uncertified
from .arrays import Equilibria, Group, Rows
from .errors import ArgumentError

_MOST_THREADS = 1024


class Equilibrium(Result):
    """Stable phases at one temperature. Schema kiln.equilibrium/1."""

    @property
    def T_K(self) -> float:
        """Temperature, K."""
        return float(self.result["T_K"])

    @property
    def G_J_mol(self) -> float:
        """Gibbs energy per mol of the formula as typed, without n mu of what the atmosphere supplies, H_SER."""
        return float(self.result["G_J_mol"])

    @property
    def phases(self) -> list[dict[str, Any]]:
        """Phases, the heaviest first: ``phase``, ``label``, ``formula``, ``amount_mol``, ``mass_fraction``, ``composition``, ``site_fractions``, ..."""
        phases: list[dict[str, Any]] = self.result["phases"]
        return phases

    @property
    def mu_J_mol(self) -> dict[str, float]:
        """Chemical potentials of the closed components, J/mol, H_SER; see ``result`` for whether the phases fix them."""
        closed: dict[str, float] = self.result["chemical_potentials_J_mol"]["closed"]
        return closed

    @property
    def is_single(self) -> bool:
        """Whether there is one phase."""
        return len(self.phases) == 1

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("T", kelvin(self.T_K))]
        facts += [(p["label"], f"{p['formula']} {100 * p['mass_fraction']:.1f} wt %") for p in self.phases]
        return [*facts, ("certified", certified(self.certificate))]

    def to_frame(self) -> Any:
        """One row a phase as a pandas DataFrame: names, amounts and the fractions of its components."""
        import pandas

        keep = ("phase", "label", "formula", "amount_mol", "formula_mol", "mass_fraction", "oxygen_per_cation")
        return pandas.DataFrame([{k: p[k] for k in keep} | {f"x_{e}": x for e, x in p["composition"].items()} for p in self.phases])


def _combine(axes: list[list[Any]], scalar: list[bool], combine: str) -> tuple[list[list[Any]], tuple[int, ...]]:
    """Axes as rows, and the shape of the whole."""
    if combine == "product":
        rows = list(zip(*itertools.product(*axes), strict=True)) or [() for _ in axes]
        return [list(column) for column in rows], tuple(len(a) for a, s in zip(axes, scalar, strict=True) if not s)
    if combine != "zip":
        raise ArgumentError(f"combine = {combine!r}: expected \"zip\" or \"product\"")
    lengths = {len(a) for a, s in zip(axes, scalar, strict=True) if not s}
    if len(lengths) > 1:
        raise ArgumentError(f"arrays of {', '.join(map(str, sorted(lengths)))} items cannot be paired; combine=\"product\" takes all combinations")
    n = lengths.pop() if lengths else 1
    return [a * n if s else a for a, s in zip(axes, scalar, strict=True)], (n,)


def _moles(amounts: Any) -> list[list[float]]:
    try:
        return [[float(x) for x in row] for row in amounts]
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"amounts are rows of moles, a number for each element: {error}") from None


def _ask(ctx: Context, formula: Any, T_K: Any, gas: Any, po2: Any, amounts: Any, combine: str) -> Rows:
    formulas = (listed(formula, A_FORMULA), isinstance(formula, str))
    gases: tuple[list[Any], bool] = ([None], True) if gas is None else (listed(gas, AN_ATMOSPHERE), isinstance(gas, str))
    bars: tuple[list[Any], bool] = ([None], True)
    if po2 is not None:
        bars = ([pressure(ctx, po2)], True) if is_scalar(po2) else ([pressure(ctx, p) for p in po2], False)
    T_axis = (temperatures(ctx, T_K), is_scalar(T_K))
    axes: list[tuple[list[Any], bool]] = [formulas, gases, bars, T_axis]
    if amounts is not None:
        if not formulas[1]:
            raise ArgumentError("amounts are of one formula, which names the components")
        axes[0] = ([(formulas[0][0], row) for row in _moles(amounts)], False)
    for axis, name in zip(axes, ("compositions", "atmospheres", "pressures", "temperatures"), strict=True):
        if not axis[0]:
            raise ArgumentError(f"no {name}")
    (first, gas_rows, bar_rows, T_rows), shape = _combine([a[0] for a in axes], [a[1] for a in axes], combine)
    return Rows(
        formula=[f[0] for f in first] if amounts is not None else first,
        atmosphere=[default_atmosphere(f[0] if amounts is not None else f) if gas is None else gas for f, gas in zip(first, gas_rows, strict=True)],
        log10_po2=[math.log10(bar) for bar in bar_rows] if po2 is not None else None,
        T_K=T_rows,
        amounts=[f[1] for f in first] if amounts is not None else None,
        shape=shape or (1,),
    )


def _elements(parsed: L.Composition) -> dict[int, float]:
    """Moles of each element; what has an amount of 0 is not there."""
    amounts: dict[int, float] = {}
    for i in range(parsed.n):
        if parsed.component[i].amount > 0.0:
            amounts[parsed.component[i].z] = amounts.get(parsed.component[i].z, 0.0) + parsed.component[i].amount
    return amounts


def _solve_group(
    settings: Settings, asked: Rows, rows: list[int], parsed: dict[str, L.Composition], gas: L.Atmosphere, threads: int
) -> Group:
    ctx, lib, n = settings.ctx, settings.ctx.library, len(rows)
    first = parsed[asked.formula[rows[0]]]
    with Context() as own:
        system = own.make(
            "system_create", "system_free", own.handle, settings.database.handle, C.byref(first), C.byref(gas), C.byref(settings.system)
        )
        z = [lib.system_component(system, i, None) for i in range(lib.system_n_components(system))]
        phases = [text(lib.system_phase_name(system, i)) for i in range(lib.system_n_phases(system))]
        labels = [text(lib.system_phase_label(system, i)) for i in range(lib.system_n_phases(system))]
    size = len(z)
    amounts = None
    if asked.amounts is not None:
        if any(len(asked.amounts[row]) != size for row in rows):
            raise ArgumentError(f"a row of amounts has {size} numbers, of {', '.join(text(lib.element_symbol(k)) for k in z)}")
        amounts = (C.c_double * (n * size))(*itertools.chain.from_iterable(asked.amounts[row] for row in rows))
    elif len(formulas := {asked.formula[row] for row in rows}) > 1:
        moles = {formula: [_elements(parsed[formula])[k] for k in z] for formula in formulas}
        amounts = (C.c_double * (n * size))(*itertools.chain.from_iterable(moles[asked.formula[row]] for row in rows))
    sizes: dict[str, int] = {"mu_J_mol": size, "phase": size, "component_mol": size, "mass_fraction": size, "composition": size * size}
    arrays: dict[str, array[Any]] = {}
    answer = L.BatchAnswer()
    for name, pointer in L.BatchAnswer._fields_:
        item: Any = C.c_int if pointer is C.POINTER(C.c_int) else C.c_double
        arrays[name] = array(item._type_, bytes(n * sizes.get(name, 1) * C.sizeof(item)))
        setattr(answer, name, (item * len(arrays[name])).from_buffer(arrays[name]))
    about = L.StepQuestion(
        settings.database.handle, C.pointer(first), C.pointer(gas), C.pointer(settings.system), C.pointer(settings.solver)
    )
    beyond_K = lib.options(L.WindowOptions, "window").extrapolate_K
    with Interruption() as interruption:
        question = L.BatchQuestion(about, n, (C.c_double * n)(*map(asked.T_K.__getitem__, rows)), amounts, None, beyond_K, threads)
        question.keep_going = interruption.callback
        if asked.log10_po2 is not None:
            question.log10_po2_bar = (C.c_double * n)(*map(asked.log10_po2.__getitem__, rows))
        status = lib.batch_solve(ctx.handle, C.byref(question), C.byref(answer))
    ctx.check(status)
    return Group(rows, [text(lib.element_symbol(k)) for k in z], phases, labels, arrays)


def _solve_many(ctx: Context, asked: Rows, options: Options, threads: int) -> Equilibria:
    settings = Settings(ctx, options)
    parsed = {formula: composition(ctx, formula) for formula in dict.fromkeys(asked.formula)}
    gases = {gas: parse_atmosphere(ctx, gas, None, options) for gas in dict.fromkeys(asked.atmosphere)}
    kinds = {formula: tuple(sorted(_elements(parsed[formula]))) for formula in parsed}
    groups: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    if len(gases) == 1 and len(set(kinds.values())) == 1:
        groups[asked.atmosphere[0], kinds[asked.formula[0]]] = list(range(len(asked.T_K)))
    else:
        for row, (formula, gas) in enumerate(zip(asked.formula, asked.atmosphere, strict=True)):
            groups.setdefault((gas, kinds[formula]), []).append(row)
    return Equilibria(asked, [_solve_group(settings, asked, rows, parsed, gases[gas], threads) for (gas, _), rows in groups.items()])


def _solve_one(ctx: Context, formula: str, T_K: float, gas: str | None, options: Options) -> Equilibrium:
    question = Question(ctx, formula, gas, options)
    system = question.create_system()
    solver = question.create_solver(system)
    found, valence = L.Equilibrium(), (C.c_double * L.MAX_COMPONENTS)()
    ctx.call("equilibrium_solve", solver, T_K, C.byref(found))
    ctx.library.equilibrium_valences(solver, valence)
    result = Equilibrium(Report("equilibrium", system, C.byref(question.report_question(formula)), C.byref(found), valence))
    check_validity(result._report)
    return result


@overload
def equilibrium(  # type: ignore[misc]  # floats are no iterables
    composition: str, T_K: float, atmosphere: str | None = None, *, threads: int = 1, **options: Unpack[Options]
) -> Equilibrium: ...
@overload
def equilibrium(composition: str, T_K: str, atmosphere: str | None = None, *, threads: int = 1, **options: Unpack[Options]) -> Any: ...
@overload
def equilibrium(
    composition: str | Iterable[str],
    T_K: Temperatures,
    atmosphere: str | Iterable[str] | None = None,
    *,
    po2: Pressure | Iterable[Pressure] | None = None,
    amounts: Iterable[Iterable[float]] | None = None,
    combine: Literal["zip", "product"] = "zip",
    threads: int = 1,
    **options: Unpack[ArrayOptions],
) -> Equilibria: ...
def equilibrium(
    composition: Any,
    T_K: Any,
    atmosphere: Any = None,
    *,
    po2: Any = None,
    amounts: Any = None,
    combine: Literal["zip", "product"] = "zip",
    threads: int = 1,
    **options: Any,
) -> Any:
    """Stable phases, their amounts and compositions: ``kiln equilibrium``, and the same over arrays.

    Where composition, temperature, atmosphere and pressure are all single values the answer is an :class:`Equilibrium`; otherwise an :class:`Equilibria`, solved in one call of the
    library that holds no interpreter lock. A row of many that fails does not stop the others: its ``status`` tells.

    Args:
        composition: a formula or several, or a list of components as CALPHAD programs state them, ``"Al, x(Zn)=0.4"`` or ``"Fe, w(C)=0.01, ac(O)=1e-20"`` (potentials for
            a single equilibrium only), which is closed where no atmosphere is given. Each set of elements is solved by itself, so that formulas may differ in them.
        T_K: K, text with a unit ``"900C"``, a range ``"600C:1400C:25K"``, or an array of those.
        atmosphere: as of :func:`kiln.window`, or several.
        po2: p(O2) instead of the atmosphere's, bar or text with a unit, 1e-60 to 1e6 bar; other gases stay. Or an array.
        amounts: [n, components] moles instead of the one formula's, in the order of its elements (without those that the atmosphere supplies), each above 0, in any unit.
        combine: ``"zip"``: arrays of the same length, row by row, single values for all rows; ``"product"``: all combinations, shape (compositions, atmospheres, pressures, temperatures).
        threads: 1 to 1024; the numbers are the same for any, bit for bit.
        **options: see :class:`kiln.ArrayOptions`.

    Raises:
        ParseError: formula, atmosphere or a temperature cannot be understood.
        ArgumentError: a number out of range, arrays of different lengths, an unknown phase.
        MissingError: the database lacks an element; for a single equilibrium, no combination of phases has the composition.
        RangeError: a single equilibrium further than 400 K outside the validity of a function; of many such rows have the status ``"RANGE"``.
        NotConvergedError: a single equilibrium without an answer.

    Warns:
        UncertifiedWarning: some answer has no proof within ``certify_budget``.

    Method and sources: docs/theory.md, docs/certificate.md.

    Examples:
        >>> e = kiln.equilibrium("(Mg,Co,Ni,Cu,Zn)O", "700C")
        >>> [p["label"] for p in e.phases]                                # doctest: +SKIP
        ['rock salt', 'wurtzite', 'tenorite']
        >>> many = kiln.equilibrium("(Ni,Cu)O", "600C:1200C:1K", threads=2)
        >>> many.data["G_J_mol"].shape, many.amount("rocksalt").max()     # doctest: +SKIP
        ((601,), 1.0)
    """
    threads = count("threads", threads, 1, _MOST_THREADS)
    with Context() as ctx:
        if all(map(is_scalar, (T_K, atmosphere, po2))) and isinstance(composition, str) and amounts is None:
            alone: Options = dict(options) | ({"po2": po2} if po2 is not None else {})  # type: ignore[assignment]
            single = _solve_one(ctx, composition, temperatures(ctx, T_K)[0], atmosphere, alone)
            warn_uncertified(single.certificate, options.get("certify", True))
            return single
        many = _solve_many(ctx, _ask(ctx, composition, T_K, atmosphere, po2, amounts, combine), options, threads)  # type: ignore[arg-type]
    warn_uncertified(many.certificate, options.get("certify", True))
    return many
