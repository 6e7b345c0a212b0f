"""Forecasts against published syntheses."""

from __future__ import annotations

import ctypes as C
from typing import Any, Unpack

from . import _library as L
from ._context import Context, Interruption
from ._quantities import Path, count, number, path_text
from ._question import Options, Settings
from ._report import Report, Result


class Validation(Result):
    """Forecasts beside what came of them, and beside rules that need no thermodynamics. Schema kiln.validate/1."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One a published synthesis: what it is, its use, and the forecast or why there is none."""
        rows: list[dict[str, Any]] = self.result["list"]
        return rows

    def to_frame(self) -> Any:
        """The rows as a pandas DataFrame."""
        import pandas

        return pandas.json_normalize(self.rows)

    def _facts(self) -> list[tuple[str, str]]:
        return [("rows", str(len(self.rows)))]

    def __repr__(self) -> str:
        return f"<kiln.Validation: {len(self.rows)} rows>"


def validate(
    trials: Path,
    *,
    known_sources: Path | None = None,
    require: float = 0.0,
    detect: float = 0.02,
    samples: int = 4096,
    resamples: int = 2000,
    seed: int = 1,
    **options: Unpack[Options],
) -> Validation:
    """Forecasts against published syntheses, beside simple rules: ``kiln validate``.

    Args:
        trials: a CSV file (docs/validation.md).
        known_sources: a CSV of sources whose rows are not scored; None: that beside the database.
        require: the balanced accuracy wanted, 0 to 1; 0: none.
        detect: mass fraction of a second phase that diffraction would see, above 0 to 0.5.
        samples: joint samples a window, 0 to 10 000 000; 0: forecasts are 0 or 1.
        resamples: of the rows, for intervals, 0 to 1 000 000.
        seed: of both, 0 or more.
        **options: see :class:`kiln.Options`; phases cannot be left out, and each row has its own atmosphere.

    Raises:
        FileError, ParseError: the file, with line and column.
        ArgumentError: a number out of range.
    """
    with Context() as ctx, Interruption() as interruption:
        settings = Settings(ctx, options)
        o: L.ValidateOptions = ctx.library.options(L.ValidateOptions, "validate")
        o.detect_mass_fraction = number("detect", detect, 0.0, 0.5)
        o.n_samples, o.resamples = count("samples", samples, 0, 10000000), count("resamples", resamples, 0, 1000000)
        o.seed = count("seed", seed, 0, 2**63 - 1)
        o.keep_going = interruption.callback
        db = settings.database.handle
        rows = ctx.make("trials_load", "trials_free", ctx.handle, path_text(trials))
        if known_sources is not None:
            known = ctx.make("known_sources_load", "known_sources_free", ctx.handle, path_text(known_sources))
        else:
            known = ctx.make("known_sources_of", "known_sources_free", ctx.handle, db)
        made = ctx.make(
            "validate", "validation_free", ctx.handle, db, rows, known, C.byref(settings.system), C.byref(settings.solver), C.byref(o)
        )
        return Validation(Report("validate", C.byref(L.ReportValidation(db, rows, known, made, number("require", require, 0.0, 1.0)))))
