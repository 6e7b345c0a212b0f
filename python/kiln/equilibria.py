"""Equilibria: one, with everything the library says of it, and many in one call."""

from __future__ import annotations

import ctypes as C
import itertools
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Unpack, overload

from . import _library as L
from ._context import Context, Interruption, text
from ._quantities import Pressure, Temperatures, count, is_scalar, pressure, temperatures
from ._question import ArrayOptions, Options, Question, Settings, composition, default_atmosphere
from ._question import atmosphere as parse_atmosphere
from ._report import Report, Result, certified, check_validity, kelvin, warn_uncertified
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


@dataclass(frozen=True)
class _Group:
    """Rows of the same elements in the same atmosphere, in the order of their places, with the library's arrays."""

    rows: list[int]
    components: list[str]
    phases: list[str]
    labels: list[str]
    arrays: dict[str, Any]  # ctypes arrays: [n], or [n * C], or [n * C * C]


@dataclass(frozen=True)
class _Rows:
    """What was asked, row by row."""

    formula: list[str]
    atmosphere: list[str]
    log10_po2: list[float] | None
    T_K: list[float]
    amounts: list[list[float]] | None
    shape: tuple[int, ...]


class Equilibria(Sequence["dict[str, Any]"]):
    """Many equilibria.

    ``len()``, iteration and ``equilibria[i]`` give rows as dictionaries; with numpy :attr:`data` is a structured array, with pandas :meth:`to_frame` a DataFrame. A row
    that failed has ``status`` other than ``"OK"``, NaN for its numbers and no phases.

    Attributes:
        shape: ``(n,)``, or of a product (compositions, atmospheres, pressures, temperatures) without axes that are scalars.
        components: symbols of the closed components, over all rows.
        phases: names of the phases that the rows' indices refer to.
        labels: the same as printed.
    """

    def __init__(self, asked: _Rows, groups: list[_Group]) -> None:
        self._asked = asked
        self._groups = groups
        self.shape = asked.shape
        self.components = list(dict.fromkeys(itertools.chain.from_iterable(g.components for g in groups)))
        pairs = dict(itertools.chain.from_iterable(zip(g.phases, g.labels, strict=True) for g in groups))
        self.phases, self.labels = list(pairs), list(pairs.values())

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """Group of each row, and its index there."""
        places = [(0, 0)] * len(self._asked.T_K)
        for g, group in enumerate(self._groups):
            for i, row in enumerate(group.rows):
                places[row] = (g, i)
        return places

    def __len__(self) -> int:
        return len(self._asked.T_K)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """A row: what was asked, ``status``, the numbers, ``mu_J_mol`` and ``phases``, each with names, amounts and ``composition``."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        row = range(len(self))[index]
        g, i = self._places[row]
        group, asked = self._groups[g], self._asked
        a, n = group.arrays, len(group.components)
        phases = []
        for k in range(a["n_phases"][i]):
            at = i * n + k
            phases.append(
                {
                    "phase": group.phases[a["phase"][at]],
                    "label": group.labels[a["phase"][at]],
                    "component_mol": a["component_mol"][at],
                    "mass_fraction": a["mass_fraction"][at],
                    "composition": dict(zip(group.components, a["composition"][at * n : at * n + n], strict=True)),
                }
            )
        return {
            "formula": asked.formula[row],
            "atmosphere": asked.atmosphere[row],
            "T_K": asked.T_K[row],
            "log10_po2_bar": asked.log10_po2[row] if asked.log10_po2 else math.nan,
            "status": L.STATUS[a["status"][i]],
            "G_J_mol": a["G_J_mol"][i],
            "oxygen_per_cation": a["oxygen_per_cation"][i],
            "mass_g": a["mass_g"][i],
            "mu_J_mol": dict(zip(group.components, a["mu_J_mol"][i * n : i * n + n], strict=True)),
            "mu_is_unique": bool(a["mu_is_unique"][i]),
            "certified": bool(a["is_certified"][i]),
            "gap_J_mol": a["gap_J_mol"][i],
            "extrapolated_K": a["extrapolated_K"][i],
            "phases": phases,
        }

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[i] for i in range(len(self)))

    @property
    def n_failed(self) -> int:
        """Rows without an answer."""
        return len(self) - sum(int(g.arrays["status"][:].count(0)) for g in self._groups)

    @property
    def n_certified(self) -> int:
        """Rows with a proof."""
        return sum(int(g.arrays["is_certified"][:].count(1)) for g in self._groups)

    @property
    def certificate(self) -> dict[str, Any]:
        """``certified``: all rows with an answer are proved; ``gap_J_mol``: the largest; ``uncertified``: how many are not."""
        left = len(self) - self.n_failed - self.n_certified
        gaps = [x for g in self._groups for x in g.arrays["gap_J_mol"][:] if x == x]  # NaN is not
        reason = f"{left} of {len(self)} rows without a proof" if left else None
        return {"certified": left == 0, "gap_J_mol": max(gaps, default=0.0), "uncertified": left, "reason": reason}

    @cached_property
    def data(self) -> Any:
        """A numpy structured array of :attr:`shape`.

        Fields: ``T_K`` (K), ``log10_po2_bar`` (NaN where not asked), ``status`` (0: an answer; as kiln_status), ``G_J_mol`` (J per mol of closed cations, H_SER, without
        n mu of what the atmosphere supplies), ``oxygen_per_cation``, ``mass_g`` (g per mol of closed cations), ``mu_J_mol`` [components], ``mu_is_unique``, ``certified``,
        ``gap_J_mol``, ``extrapolated_K``, ``n_phases``, and for each phase ``phase`` (index into :attr:`phases`, -1: none), ``component_mol`` (mol of closed components in it,
        per mol of closed cations), ``mass_fraction``, ``composition`` [components] (fractions, sum 1).

        Raises:
            ImportError: without numpy; rows as dictionaries need none.
        """
        import numpy

        asked, n = self._asked, len(self)
        n_components, most = len(self.components), max(len(g.components) for g in self._groups)
        data = numpy.zeros(
            n,
            dtype=[
                ("T_K", "f8"), ("log10_po2_bar", "f8"), ("status", "i4"), ("G_J_mol", "f8"), ("oxygen_per_cation", "f8"),
                ("mass_g", "f8"), ("mu_J_mol", "f8", (n_components,)), ("mu_is_unique", "?"), ("certified", "?"), ("gap_J_mol", "f8"),
                ("extrapolated_K", "f8"), ("n_phases", "i4"), ("phase", "i4", (most,)), ("component_mol", "f8", (most,)),
                ("mass_fraction", "f8", (most,)), ("composition", "f8", (most, n_components)),
            ],
        )  # fmt: skip
        data["T_K"] = asked.T_K
        data["log10_po2_bar"] = asked.log10_po2 if asked.log10_po2 else numpy.nan
        data["mu_J_mol"], data["phase"] = numpy.nan, -1
        for group in self._groups:
            size = len(group.components)
            rows: Any = slice(None) if len(group.rows) == n else numpy.array(group.rows)
            arrays = {name: numpy.frombuffer(array, dtype="i4" if array._type_ is C.c_int else "f8") for name, array in group.arrays.items()}
            for name in ("status", "G_J_mol", "oxygen_per_cation", "mass_g", "mu_is_unique", "gap_J_mol", "extrapolated_K", "n_phases"):
                data[name][rows] = arrays[name]
            data["certified"][rows] = arrays["is_certified"]
            at = [self.components.index(c) for c in group.components]
            number = numpy.array([*(self.phases.index(p) for p in group.phases), -1])
            view = data[rows] if len(group.rows) < n else data
            view["mu_J_mol"][:, at] = arrays["mu_J_mol"].reshape(-1, size)
            view["phase"][:, :size] = number[arrays["phase"].reshape(-1, size)]
            view["component_mol"][:, :size] = arrays["component_mol"].reshape(-1, size)
            view["mass_fraction"][:, :size] = arrays["mass_fraction"].reshape(-1, size)
            compositions = arrays["composition"].reshape(-1, size, size)
            for c, place in enumerate(at):
                view["composition"][:, :size, place] = compositions[:, :, c]
            if view is not data:
                data[rows] = view
        return data.reshape(self.shape)

    def amount(self, phase: str) -> Any:
        """Share of the closed components that is in a phase (by name or label, all its compositions together), as a numpy array of :attr:`shape`; NaN where a row failed.

        Raises:
            ArgumentError: no such phase in these systems.
            ImportError: without numpy.
        """
        import numpy

        lower = [p.lower() for p in self.phases], [p.lower() for p in self.labels]
        index = next((names.index(phase.lower()) for names in lower if phase.lower() in names), -1)
        if index < 0:
            raise ArgumentError(f"no row can have a phase {phase!r}; there are {', '.join(self.phases)}")
        total = self.data["component_mol"].sum(axis=-1)
        share = numpy.where(self.data["phase"] == index, self.data["component_mol"], 0.0).sum(axis=-1)
        with numpy.errstate(invalid="ignore", divide="ignore"):
            return numpy.where(self.data["status"] == 0, share / total, numpy.nan)

    def to_frame(self, rows: Literal["equilibria", "phases"] = "equilibria") -> Any:
        """A pandas DataFrame.

        Args:
            rows: ``"equilibria"``: one row each, ``phases`` as text and a column a phase with its share of the closed components;
                ``"phases"``: one row for each phase of each equilibrium with its amounts and composition.

        Raises:
            ImportError: without pandas.
        """
        import pandas

        asked, data = self._asked, self.data.reshape(-1)
        names = [L.STATUS[s] for s in data["status"].tolist()]
        frame: dict[str, Any] = {"formula": asked.formula, "atmosphere": asked.atmosphere, "T_K": data["T_K"]}
        if asked.log10_po2:
            frame["log10_po2_bar"] = data["log10_po2_bar"]
        frame["status"] = names
        if rows == "phases":
            return self._phase_frame(pandas, pandas.DataFrame(frame), data)
        if rows != "equilibria":
            raise ArgumentError(f"rows = {rows!r}: expected \"equilibria\" or \"phases\"")
        label = [*self.labels, ""]
        frame["phases"] = [" + ".join(label[k] for k in sorted(p) if k >= 0) for p in data["phase"].tolist()]
        for name in ("n_phases", "G_J_mol", "oxygen_per_cation", "mass_g", "certified", "gap_J_mol", "extrapolated_K"):
            frame[name] = data[name]
        present = {k for g in self._groups for k in (g.phases[p] for p in set(g.arrays["phase"]) if p >= 0)}
        for name in self.phases:
            if name in present:
                frame[name] = self.amount(name).reshape(-1)
        return pandas.DataFrame(frame)

    def _phase_frame(self, pandas: Any, frame: Any, data: Any) -> Any:
        import numpy

        row, place = numpy.nonzero(data["phase"] >= 0)
        out = frame.iloc[row].reset_index(drop=True)
        out.insert(0, "equilibrium", row)
        out["phase"] = pandas.Categorical.from_codes(data["phase"][row, place], self.phases)
        out["component_mol"] = data["component_mol"][row, place]
        out["mass_fraction"] = data["mass_fraction"][row, place]
        for c, name in enumerate(self.components):
            out[f"x_{name}"] = data["composition"][row, place, c]
        return out

    def to_dict(self) -> dict[str, Any]:
        """``{"schema": "kiln.equilibria/1", "shape", "components", "phases", "rows": [...]}``; NaN as None, so that it is JSON."""
        rows = [
            {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}
            | {"mu_J_mol": {k: None if math.isnan(v) else v for k, v in row["mu_J_mol"].items()}}
            for row in self
        ]
        return {
            "schema": "kiln.equilibria/1", "shape": list(self.shape), "components": self.components, "phases": self.phases, "rows": rows,
        }  # fmt: skip

    def to_json(self) -> str:
        """:meth:`to_dict` as text."""
        return json.dumps(self.to_dict())

    def __repr__(self) -> str:
        return (
            f"<kiln.Equilibria {'x'.join(map(str, self.shape))}: {len(self.components)} components, "
            f"{self.n_certified} certified, {self.n_failed} failed>"
        )

    def _repr_html_(self) -> str:
        try:
            return str(self.to_frame()._repr_html_())
        except ImportError:
            return f"<pre>{repr(self).replace('<', '&lt;')}</pre>"


def _texts(value: str | Iterable[str]) -> tuple[list[str], bool]:
    return ([value], True) if isinstance(value, str) else ([str(item) for item in value], False)


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


def _ask(ctx: Context, formula: Any, T_K: Any, gas: Any, po2: Any, amounts: Any, combine: str) -> _Rows:
    formulas, gases = _texts(formula), ([None], True) if gas is None else _texts(gas)
    bars: tuple[list[Any], bool] = ([None], True)
    if po2 is not None:
        bars = ([pressure(ctx, po2)], True) if is_scalar(po2) else ([pressure(ctx, p) for p in po2], False)
    T_axis = (temperatures(ctx, T_K), is_scalar(T_K))
    axes = [formulas, gases, bars, T_axis]
    if amounts is not None:
        if not formulas[1]:
            raise ArgumentError("amounts are of one formula, which names the components")
        axes[0] = ([(formulas[0][0], [float(x) for x in row]) for row in amounts], False)
    for axis, name in zip(axes, ("compositions", "atmospheres", "pressures", "temperatures"), strict=True):
        if not axis[0]:
            raise ArgumentError(f"no {name}")
    (first, gas_rows, bar_rows, T_rows), shape = _combine([a[0] for a in axes], [a[1] for a in axes], combine)
    return _Rows(
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
    settings: Settings, asked: _Rows, rows: list[int], parsed: dict[str, L.Composition], gas: L.Atmosphere, threads: int
) -> _Group:
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
    arrays: dict[str, Any] = {}
    for name, pointer in L.BatchAnswer._fields_:
        item: Any = C.c_int if pointer is C.POINTER(C.c_int) else C.c_double
        arrays[name] = (item * (n * sizes.get(name, 1)))()
    about = L.StepQuestion(
        settings.database.handle, C.pointer(first), C.pointer(gas), C.pointer(settings.system), C.pointer(settings.solver)
    )
    beyond_K = lib.options(L.WindowOptions, "window").extrapolate_K
    with Interruption() as interruption:
        question = L.BatchQuestion(about, n, (C.c_double * n)(*map(asked.T_K.__getitem__, rows)), amounts, None, beyond_K, threads)
        question.keep_going = interruption.callback
        if asked.log10_po2 is not None:
            question.log10_po2_bar = (C.c_double * n)(*map(asked.log10_po2.__getitem__, rows))
        status = lib.batch_solve(ctx.handle, C.byref(question), C.byref(L.BatchAnswer(*arrays.values())))
    ctx.check(status)
    return _Group(rows, [text(lib.element_symbol(k)) for k in z], phases, labels, arrays)


def _solve_many(ctx: Context, asked: _Rows, options: Options, threads: int) -> Equilibria:
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
def equilibrium(  # type: ignore[misc]  # a number or text is none of the iterables below but for T_K
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
