"""Parameters from measurements."""

from __future__ import annotations

import ctypes as C
import warnings
from pathlib import Path as FilePath
from typing import Any, Literal

from . import _library as L
from ._context import Context, encoded, text
from ._quantities import Path, count, path_text
from ._question import METHODS
from ._report import Report, Result
from .errors import ArgumentError


class Fit(Result):
    """Fitted parameters with their covariance, and which datum decides what. Schema kiln.fit/1."""

    def __init__(self, report: Report, database_text: str) -> None:
        super().__init__(report)
        self._database_text = database_text

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Fitted numbers: ``name``, ``value``, ``sigma``, prior, and how much the data say of them."""
        parameters: list[dict[str, Any]] = self.result["parameters"]
        return parameters

    @property
    def residuals(self) -> list[dict[str, Any]]:
        """Of each datum, in standard deviations, with its leverage and what it decides."""
        residuals: list[dict[str, Any]] = self.result["residuals"]
        return residuals

    @property
    def database_text(self) -> str:
        """A YAML database with the fitted numbers, which includes the one they were fitted in: status, standard deviations, covariance, sources."""
        return self._database_text

    def write_database(self, path: Path) -> None:
        """Write :attr:`database_text` to a file; its include is looked for beside it, in KILN_DATABASE_PATH and beside the library."""
        FilePath(path).write_text(self._database_text, encoding="utf-8")

    def to_frame(self, what: Literal["parameters", "residuals"] = "parameters") -> Any:
        """Parameters or residuals as a pandas DataFrame."""
        import pandas

        return pandas.DataFrame(self.parameters if what == "parameters" else self.residuals)

    def _facts(self) -> list[tuple[str, str]]:
        return [("parameters", str(len(self.parameters))), ("data", str(len(self.residuals)))]

    def __repr__(self) -> str:
        return f"<kiln.Fit: {len(self.parameters)} parameters, {len(self.residuals)} data>"


def fit(
    data_set: Path,
    *,
    database: Path | None = None,
    method: Literal["newton", "nlopt"] = "newton",
    starts: int = 1,
    seed: int = 1,
    leave_out: bool = False,
    name: str = "fitted",
) -> Fit:
    """Parameters that fit measurements: values, covariance, and which datum decides what: ``kiln fit``.

    Args:
        data_set: a YAML or CSV file (docs/fit.md).
        database: a file instead of the database that the data set names.
        method: ``"nlopt"`` solves by NLopt first and then from where it ends, as a cross-check.
        starts: starting points, 1 to 1000; all but the first are drawn from the priors.
        seed: of these, 0 or more.
        leave_out: go on without data that cannot be evaluated, with a warning for each.
        name: of the database with the fitted numbers, :attr:`Fit.database_text`.

    Raises:
        FileError: no such file.
        ParseError: the file, with line and column.
        MissingError: a datum cannot be evaluated.
        SingularError: a combination of parameters that neither data nor priors determine.
        NotConvergedError: no minimum within the iterations.
    """
    if method not in METHODS:
        raise ArgumentError(f"method {method!r}: expected newton or nlopt")
    with Context() as ctx:
        o: L.FitOptions = ctx.library.options(L.FitOptions, "fit")
        o.method, o.leave_out = METHODS[method], leave_out
        o.n_starts, o.seed = count("starts", starts, 1, 1000), count("seed", seed, 0, 2**63 - 1)
        o.database = path_text(database) if database is not None else None
        handle = ctx.make("fit_load", "fit_free", ctx.handle, path_text(data_set), C.byref(o))
        for i in range(ctx.library.fit_n_problems(handle) if leave_out else 0):
            problem = L.FitProblemInfo()
            ctx.call("fit_get_problem", handle, i, C.byref(problem))
            warnings.warn(f"{text(problem.id)} is left out: {text(problem.text)}", UserWarning, stacklevel=2)
        ctx.call("fit_solve", handle)
        return Fit(Report("fit", handle), ctx.take_text("fit_write", "fit_text_free", handle, encoded(name), None, None))
