"""Many equilibria in the library's own arrays, as rows, as a numpy structured array and as a DataFrame."""

from __future__ import annotations

import itertools
import json
import math
from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple, overload

from . import _library as L
from .errors import ArgumentError


class Group(NamedTuple):
    """Rows of the same elements in the same atmosphere, in the order of their places, with the library's arrays."""

    rows: list[int]
    components: list[str]
    phases: list[str]
    labels: list[str]
    arrays: dict[str, array[Any]]  # [n], or [n * C], or [n * C * C]


class Rows(NamedTuple):
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
    that failed has ``status`` other than ``"OK"``, NaN for its numbers and no phases. It can be pickled.

    Attributes:
        shape: ``(n,)``, or of a product (compositions, atmospheres, pressures, temperatures) without axes that are scalars.
        components: symbols of the closed components, over all rows.
        phases: names of the phases that the rows' indices refer to.
        labels: the same as printed.
    """

    def __init__(self, asked: Rows, groups: list[Group]) -> None:
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
        return len(self) - sum(g.arrays["status"].count(0) for g in self._groups)

    @property
    def n_certified(self) -> int:
        """Rows with a proof."""
        return sum(g.arrays["is_certified"].count(1) for g in self._groups)

    @property
    def certificate(self) -> dict[str, Any]:
        """``certified``: all rows with an answer are proved; ``gap_J_mol``: the largest; ``uncertified``: how many are not."""
        left = len(self) - self.n_failed - self.n_certified
        gaps = [x for g in self._groups for x in g.arrays["gap_J_mol"] if x == x]  # NaN is not
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
            arrays = {name: numpy.frombuffer(values, dtype=values.typecode) for name, values in group.arrays.items()}
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
