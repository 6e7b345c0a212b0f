"""Thermodynamic databases: loading, what-ifs and listings."""

from __future__ import annotations

import ctypes as C
import json
import os
import weakref
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

from . import _library as L
from ._context import Context, encoded, listed, names, text
from ._quantities import Path, Temperature, path_text, temperature
from ._report import Report, Result
from .errors import ArgumentError


class Listing(Result):
    """A listing of a database: ``result`` holds what docs/json.md says of its schema."""

    def _facts(self) -> list[tuple[str, str]]:
        about = self._tree.get("database", {})
        return [("database", str(about.get("name", ""))), ("schema", str(self._tree.get("schema", "")))]


class Remark(NamedTuple):
    """A place of a TDB file that kiln could not use, or uses otherwise than written."""

    severity: str  #: ``"error"``: an energy lacks a term; ``"warning"``: something is set aside; ``"note"``
    text: str  #: one sentence, with the reason
    file: str
    line: int
    column: int


class FunctionValue(NamedTuple):
    """Values of a function of temperature."""

    G_J_mol: float  #: Gibbs energy, J/mol
    S_J_molK: float  #: -dG/dT, J/mol/K
    Cp_J_molK: float  #: -T d2G/dT2, J/mol/K


class Database:
    """A database, loaded and checked once; immutable, so any number of threads may use one.

    Args:
        path: a YAML or TDB file, or a name that is looked for in KILN_DATABASE_PATH and beside the library; None: the default one, ``kiln.yaml``.
        changes: what-ifs in the notation of the tool's ``--set``: ``"L(rocksalt;Cu,Zn)=-8kJ/mol"``, ``"W_Cu_Zn+=2kJ/mol"``,
            ``"Cu2ZnO3=2*G_CuO+G_ZnO-3000"`` (docs/cli.md).

    Raises:
        FileError: no such file.
        ParseError: the file, with line and column, or a change cannot be understood.

    Examples:
        >>> db = kiln.Database()
        >>> [p["phase"] for p in db.phases][:2]      # doctest: +SKIP
        ['rocksalt', 'wurtzite']
        >>> print(db.show("rocksalt"))               # doctest: +SKIP
    """

    def __init__(self, path: Path | None = None, changes: Sequence[str] = ()) -> None:
        name = path_text(path, "a path or the name of a database; database= takes a kiln.Database, too") if path is not None else None
        changes = listed(changes)
        ctx = Context()
        try:
            if changes:
                self.handle = ctx.make("database_load_changed", "database_free", ctx.handle, name, len(changes), names(changes))
            else:
                self.handle = ctx.make("database_load", "database_free", ctx.handle, name)
        except BaseException:
            ctx.close()
            raise
        self._library = ctx.library
        self.path = path
        self.changes = tuple(changes)
        weakref.finalize(self, ctx.close).atexit = False  # threads may still be at work then

    def changed(self, *changes: str) -> Database:
        """The same database with further what-ifs."""
        return Database(self.path, [*self.changes, *changes])

    @property
    def name(self) -> str:
        """As written in the file."""
        return text(self._library.database_name(self.handle))

    @property
    def sha256(self) -> str:
        """Over the bytes of all files read, and of what-ifs."""
        return text(self._library.database_sha256(self.handle))

    @property
    def files(self) -> list[str]:
        """Files read, the one asked for first."""
        return [os.fsdecode(self._library.database_file(self.handle, i)) for i in range(self._library.database_n_files(self.handle))]

    def listing(self) -> Listing:
        """Phases, gas species and melting points, as ``kiln db list`` (schema kiln.database/1)."""
        return Listing(Report("database", self.handle))

    @cached_property
    def _listed(self) -> str:
        return self.listing().to_json()

    @property
    def phases(self) -> list[dict[str, Any]]:
        """Phases: ``phase``, ``label``, ``structure``, ``general_formula``, ``family``, ``role``, ``quality``, ``anion_ratio``, ``parameters``, ``note``."""
        phases: list[dict[str, Any]] = json.loads(self._listed)["result"]["phases"]
        return phases

    def show(self, name: str) -> Listing:
        """A function by its name, else a phase by name or label, with every number, its standard deviation and its source, as ``kiln db show``.

        Raises:
            ArgumentError: neither; the sentence says what was perhaps meant.
        """
        function = self._library.database_find_function(self.handle, encoded(name))
        if function >= 0:
            return Listing(Report("function", self.handle, function))
        with Context() as ctx:
            phase = self.meant_phase(ctx, name)
        return Listing(Report("phase", self.handle, phase))

    def check(self) -> Listing:
        """Faults that a reader cannot see, as ``kiln db check``: ``findings`` with severity, file and line."""
        return Listing(Report("check", self.handle, None))

    @property
    def remarks(self) -> list[Remark]:
        """What the reader of a TDB file has to say, in the order of the file; none of a YAML file. :meth:`check` lists them first."""
        remarks = []
        with Context() as ctx:
            for i in range(ctx.library.database_n_remarks(self.handle)):
                f = L.Finding()
                ctx.check(ctx.library.database_remark(self.handle, i, C.byref(f)))
                remarks.append(Remark(L.SEVERITIES[f.severity], text(f.text), os.fsdecode(f.file), f.line, f.column))
        return remarks

    def to_tdb(self) -> str:
        """The whole database, what-ifs included, as a TDB file for other programs, in ASCII, as ``kiln db export`` (docs/tdb.md).

        Raises:
            ArgumentError: a value has more terms than the writer has room for.
        """
        return self._written("database_write_tdb")

    def to_yaml(self) -> str:
        """The whole database, what-ifs included, as one YAML file without includes, in UTF-8, as ``kiln db import`` makes of a TDB file.

        Raises:
            ArgumentError: the format cannot say a value; the sentence names it with file and line.
        """
        return self._written("database_write_yaml")

    def _written(self, write: str) -> str:
        with Context() as ctx:
            return ctx.take_text(write, "database_text_free", self.handle, ctx.handle, None)

    def function(self, name: str, T_K: Temperature) -> FunctionValue:
        """G (J/mol), S and Cp (J/mol/K) of a named function at a temperature, references included.

        Raises:
            ArgumentError: no such function, or a temperature that is not above 0 K.
        """
        index = self._library.database_find_function(self.handle, encoded(name))
        if index < 0:
            raise ArgumentError(f"database {self.name} has no function {name!r}")
        values = [C.c_double(), C.c_double(), C.c_double()]
        with Context() as ctx:
            T = temperature(ctx, T_K)
            ctx.call("database_function_value", self.handle, ctx.handle, index, T, *(C.byref(v) for v in values))
        return FunctionValue(*(v.value for v in values))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(p["phase"] for p in self.phases)

    def phase_name(self, ctx: Context, name: str) -> str:
        """A phase by name or label, as the database spells its name."""
        return self._names[self.meant_phase(ctx, name)]

    def meant_phase(self, ctx: Context, name: str) -> int:
        """Index of a phase by name or label, in any case."""
        index = C.c_int()
        ctx.call("database_meant_phase", self.handle, ctx.handle, encoded(name), C.byref(index))
        return index.value

    def to_frame(self) -> Any:
        """The phases as a pandas DataFrame."""
        import pandas

        return pandas.DataFrame(self.phases)

    def __repr__(self) -> str:
        return f"<kiln.Database {self.name}: {len(self.phases)} phases, SHA-256 {self.sha256[:12]}>"

    def _repr_html_(self) -> str:
        return self.listing()._repr_html_()

    def __str__(self) -> str:
        return str(self.listing())


@cache
def _loaded(search_path: str) -> Database:
    return Database()


def default_database() -> Database:
    """The default database, loaded once for each value of KILN_DATABASE_PATH."""
    return _loaded(os.environ.get("KILN_DATABASE_PATH", ""))


def open_database(database: Database | Path | None, changes: Sequence[str]) -> Database:
    """The database that an argument stands for, with what-ifs."""
    changes = listed(changes)
    if isinstance(database, Database):
        return database.changed(*changes) if changes else database
    if database is None and not changes:
        return default_database()
    return Database(database, changes)


__all__ = ["Database", "FunctionValue", "Listing", "Remark"]
