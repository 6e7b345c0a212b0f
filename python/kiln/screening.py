"""Windows of many compositions."""

from __future__ import annotations

import ctypes as C
import os
from collections.abc import Sequence
from typing import Any, Unpack

from . import _library as L
from ._context import Context, Interruption, encoded, listed, names, text
from ._quantities import Path, Temperature, count, number, path_text, temperature, temperature_range
from ._question import AN_ATMOSPHERE, Options, Settings
from ._question import atmosphere as gas_of
from ._report import Report, Result
from .errors import ArgumentError, StoppedError

STOPPED = -9


class Rows:
    """Rows of a screening by column, gathered as they come."""

    def __init__(self) -> None:
        self.columns: list[str] = []
        self.values: list[list[Any]] = []
        self.error: BaseException | None = None
        self.callback = L.TAKE_UNIT(self._take)

    def name(self, columns: list[str]) -> None:
        """Before the first row."""
        self.columns, self.values = columns, [[] for _ in columns]

    def _take(self, unit: Any, _ctx: object, _user: object) -> int:
        try:
            field, n = unit.contents.field, len(self.columns)
            for i in range(unit.contents.n_rows * n):
                kind = field[i].kind
                value = field[i].number if kind == L.FIELD_NUMBER else text(field[i].text) if kind == L.FIELD_TEXT else None
                self.values[i % n].append(value)
        except BaseException as error:  # C has no way to pass it on
            self.error = error
            return STOPPED
        return 0


class Screening(Result):
    """How many compositions are one phase somewhere, and the best of them. Schema kiln.screen/1."""

    def __init__(self, report: Report, rows: Rows | None, output: str | None) -> None:
        super().__init__(report)
        self._rows, self.output = rows, output

    @property
    def counts(self) -> dict[str, Any]:
        """``rows``, by ``status``, those that ``passed`` the condition, ..."""
        counts: dict[str, Any] = self.result["counts"]
        return counts

    @property
    def best(self) -> list[dict[str, Any]]:
        """The best rows, as ``where``, ``sort`` and ``top`` have it: ``row``, the index, and each column."""
        return [{"row": row["row"], **row["values"]} for row in self.result["rows"]]

    def to_frame(self) -> Any:
        """All rows as a pandas DataFrame, of ``output`` read from that file; columns are those of docs/screen.md, a value that does not exist is None or NaN."""
        import pandas

        if self._rows is not None:
            return pandas.DataFrame(dict(zip(self._rows.columns, self._rows.values, strict=True)), columns=self._rows.columns)
        assert self.output is not None
        if self.output.endswith(".csv"):
            return pandas.read_csv(self.output)
        if self.output.endswith(".jsonl"):
            return pandas.read_json(self.output, lines=True)
        import sqlite3

        base = sqlite3.connect(self.output)
        try:
            return pandas.read_sql_query("SELECT * FROM rows ORDER BY row", base).drop(columns="row")
        finally:
            base.close()

    def _facts(self) -> list[tuple[str, str]]:
        return [(status, str(n)) for status, n in self.counts["status"].items() if n]

    def __repr__(self) -> str:
        return f"<kiln.Screening of {self.counts['rows']} rows: {', '.join(f'{n} {status}' for status, n in self._facts())}>"


def _candidates(
    ctx: Context,
    formulas: list[str],
    pool: str | Sequence[str] | None,
    choose: int | tuple[int, int] | None,
    grid: float | None,
    random: int | None,
    substitute: str | None,
    compositions: Path | None,
    seed: int,
) -> Any:
    o: L.CandidatesOptions = ctx.library.options(L.CandidatesOptions, "candidates")
    ways = {"choose": choose, "grid": grid if substitute is None else None, "random": random, "substitute": substitute, "table": compositions}
    asked = [kind for kind, value in ways.items() if value is not None]
    if len(asked) > 1:
        raise ArgumentError("choose, grid, random, substitute and compositions exclude each other, but for substitute with grid")
    if pool is not None and asked and asked[0] in ("substitute", "table"):
        raise ArgumentError("pool goes with choose, grid or random")
    o.kind = L.CANDIDATES[asked[0] if asked else "choose" if pool is not None else "list"]
    if choose is not None:
        least, most = (choose, choose) if isinstance(choose, int) else choose
        o.choose_least, o.choose_most = count("choose", least, 1, 24), count("choose", most, 1, 24)
    if grid is not None:
        o.step = number("grid", grid, 0.0, 1.0)
    if random is not None:
        o.n = count("random", random, 1, 10**15)
    o.formulas, o.n_formulas, o.seed = names(formulas), len(formulas), seed
    o.from_ = encoded(",".join(listed(pool, "a pool is symbols of cations"))) if pool is not None else None
    o.substitute = encoded(substitute) if substitute is not None else None
    o.path = path_text(compositions) if compositions is not None else None
    return ctx.make("candidates_create", "candidates_free", ctx.handle, C.byref(o))


def _window_options(ctx: Context, T_range_K: Any, samples: int, seed: int) -> L.WindowOptions:
    o: L.WindowOptions = ctx.library.options(L.WindowOptions, "window")
    if T_range_K is not None:
        o.T_min_K, o.T_max_K, step_K = temperature_range(ctx, T_range_K)
        o.step_K = step_K or o.step_K
    o.n_samples, o.seed = count("samples", samples, 0, 10000000), seed
    return o


def screen(
    formulas: str | Sequence[str] = (),
    atmosphere: str | Sequence[str] | None = None,
    structure: str | Sequence[str] | None = None,
    *,
    pool: str | Sequence[str] | None = None,
    choose: int | tuple[int, int] | None = None,
    grid: float | None = None,
    random: int | None = None,
    substitute: str | None = None,
    compositions: Path | None = None,
    at: Temperature | None = None,
    elements: Path | None = None,
    where: str | None = None,
    sort: str | None = None,
    top: int = 20,
    T_range_K: str | tuple[Temperature, Temperature] | tuple[Temperature, Temperature, float] | None = None,
    samples: int = 4096,
    seed: int = 1,
    threads: int = 1,
    output: Path | None = None,
    **options: Unpack[Options],
) -> Screening:
    """Windows of many compositions: ``kiln screen``.

    Args:
        formulas: one or several; with a pool each has ``(*)`` where its cations go, ``"(*)O"``.
        atmosphere: one or several, as of :func:`kiln.window`; rows are compositions times atmospheres times structures.
        structure: one or several, by name or label; None: the one that each formula suggests.
        pool: the cations that ``(*)`` takes, ``"Mg,Co,Ni,Cu,Zn"`` or a list.
        choose: how many of them share ``(*)`` equally, or a range ``(3, 5)``: all choices; 5 where only a pool is given.
        grid: all amounts of the pool in steps of this, 0.1; of ``substitute`` its steps.
        random: so many random amounts of the pool.
        substitute: ``"Cu=Mg"``, of formulas without ``(*)``: Mg comes for Cu, from none to all.
        compositions: a CSV file with a column ``formula`` instead; its other columns are carried through.
        at: adds ``P_at`` and ``P_XRD_at``, the probabilities of a single phase at this temperature, in equilibrium and to diffraction.
        elements: a CSV file with a column ``element`` and columns of numbers, such as ``price_per_kg``.
        where, sort, top: which rows are :attr:`Screening.best`: a condition, a number of which the largest comes first, and how many, 0 to 10 000.
        T_range_K: where to search, as of :func:`kiln.window`.
        samples: joint samples a window; 0: no sigmas and nothing of diffraction, and several times faster.
        seed: of these, and of random compositions.
        threads: 1 to 1024; the rows are the same for any.
        output: a file for all rows, ``.csv``, ``.jsonl`` or ``.sqlite``, instead of memory; the same call goes on where it was ended.
        **options: see :class:`kiln.Options`.

    Raises:
        ParseError: a formula, an expression, or a table, with its line and column.
        ArgumentError: options that exclude each other, a number out of range, an unknown phase.
        FileError: a file that cannot be read or written, or belongs to another screening.

    Columns and expressions: docs/screen.md.
    """
    with Context() as ctx, Interruption(L.KEEP_GOING_LONG) as interruption:
        settings = Settings(ctx, options)
        seed = count("seed", seed, 0, 2**63 - 1)
        gases = listed(atmosphere if atmosphere is not None else "air", AN_ATMOSPHERE)
        if options.get("po2") is not None and atmosphere is not None:
            raise ArgumentError("po2 and atmosphere both fix the oxygen; give one of them")
        phases = listed(structure) if structure is not None else []
        made = _candidates(ctx, listed(formulas), pool, choose, grid, random, substitute, compositions, seed)
        table = ctx.make("element_table_load", "element_table_free", ctx.handle, path_text(elements)) if elements is not None else None
        question = L.ScreenQuestion(settings.database.handle, made, len(phases), names(phases), len(gases))
        question.atmospheres = (L.Atmosphere * len(gases))(*(gas_of(ctx, gas, "", options) for gas in gases))
        question.elements = table
        if options.get("po2") is None:
            question.atmosphere_names = names(gases)
        question.system_options, question.solver_options = C.pointer(settings.system), C.pointer(settings.solver)
        question.window_options = C.pointer(_window_options(ctx, T_range_K, samples, seed))
        question.at_K = temperature(ctx, at) if at is not None else 0.0
        handle = ctx.make("screen_create", "screen_free", ctx.handle, C.byref(question))
        o: L.ScreeningOptions = ctx.library.options(L.ScreeningOptions, "screening")
        o.where, o.sort = (encoded(value) if value is not None else None for value in (where, sort))
        o.top, o.n_threads = count("top", top, 0, L.MAX_TOP), count("threads", threads, 1, 1024)
        o.path = path_text(output) if output is not None else None
        o.keep_going = interruption.callback
        rows = Rows()
        if output is None:
            columns = ctx.library.screen_columns(handle)
            rows.name([text(columns[i].name) for i in range(ctx.library.screen_n_columns(handle))])
            o.take = rows.callback
        try:
            run = ctx.make("screening_run", "screening_free", ctx.handle, handle, C.byref(o))
        except StoppedError:
            if rows.error is not None:
                raise rows.error from None
            raise
        return Screening(Report("screen", run), rows if output is None else None, os.fspath(output) if output is not None else None)

