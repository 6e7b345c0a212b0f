"""A result of the library and what every kind of result can do."""

from __future__ import annotations

import ctypes as C
import html
import io
import json
import shutil
import threading
import warnings
import weakref
from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal

from . import _library as L
from ._context import Context, encoded
from .errors import ArgumentError, RangeError, UncertifiedWarning

FIGURE_FORMATS = {"svg": 0, "pdf": 1, "png": 2}
FIGURE_THEMES = {"paper": 0, "slide": 1}


class Report:
    """A kiln_report with a context of its own. Free of what it was made from; any thread may read it, one at a time."""

    def __init__(self, kind: str, *arguments: Any) -> None:
        ctx = Context()
        try:
            self._handle = ctx.make(f"report_{kind}", "report_free", ctx.handle, *arguments)
        except BaseException:
            ctx.close()
            raise
        self._ctx = ctx
        self._lock = threading.Lock()
        weakref.finalize(self, ctx.close).atexit = False  # threads may still be at work then

    def _render(self, name: str, *arguments: Any) -> str:
        with self._lock:
            return self._ctx.take_text(name, "report_text_free", self._handle, *arguments)

    def write(self, form: int) -> str:
        """As text, JSON or CSV."""
        return self._render("report_write", form)

    @property
    def has_figure(self) -> bool:
        """Whether the library draws this kind of result."""
        return bool(self._ctx.library.report_has_figure(self._handle))

    @property
    def extrapolated_K(self) -> float:
        """How far some function is used outside its validity."""
        return float(self._ctx.library.report_extrapolated_K(self._handle))

    def script(self, options: L.FigureOptions) -> str:
        """A script for gnuplot 5.4."""
        return self._render("report_figure", C.byref(options))

    def sketch(self, columns: int) -> str:
        """The figure in characters."""
        return self._render("report_sketch", columns)


class Result:
    """What every answer of kiln has.

    ``str(result)`` is the text of the command-line tool, :meth:`to_json` its JSON (docs/json.md), :meth:`to_dict` the same as a dictionary, so that all of them agree.
    """

    plot: Callable[..., Any]  # of kinds with a drawing

    def __init__(self, report: Report) -> None:
        self._report = report

    @cached_property
    def _tree(self) -> dict[str, Any]:
        tree: dict[str, Any] = json.loads(self.to_json())
        return tree

    @property
    def result(self) -> dict[str, Any]:
        """The answer: the member ``result`` of the JSON tree, read-only by convention."""
        value: dict[str, Any] = self._tree.get("result", self._tree)
        return value

    @property
    def input(self) -> dict[str, Any]:
        """What was asked, as the library understood it."""
        value: dict[str, Any] = self._tree.get("input", {})
        return value

    @property
    def certificate(self) -> dict[str, Any]:
        """Whether the answer is proved (``certified``), to within how much (``gap_J_mol``), or why not (``reason``)."""
        value: dict[str, Any] = self.result.get("certificate") or {}
        return value

    @property
    def sources(self) -> list[dict[str, Any]]:
        """What the answer rests on: ``key``, ``text``, ``doi``."""
        value: list[dict[str, Any]] = self.result.get("sources") or []
        return value

    def to_dict(self) -> dict[str, Any]:
        """The whole tree of docs/json.md as dictionaries and lists; a copy that may be changed."""
        tree: dict[str, Any] = json.loads(self.to_json())
        return tree

    def to_json(self) -> str:
        """The same as the tool's ``--format json``."""
        return self._report.write(L.JSON)

    def to_csv(self) -> str:
        """The same as the tool's ``--format csv``."""
        return self._report.write(L.CSV)

    def __str__(self) -> str:
        return self._report.write(L.TEXT)

    def _facts(self) -> list[tuple[str, str]]:
        """Name and value of what a glance should show."""
        return []

    def __repr__(self) -> str:
        facts = ", ".join(f"{name} {value}" for name, value in self._facts())
        return f"<kiln.{type(self).__name__} {self.input.get('canonical', '')}: {facts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th><td style='text-align:left'>{html.escape(value)}</td></tr>"
            for name, value in self._facts()
        )
        figure = self._repr_svg_() or ""
        figure = figure[figure.find("<svg") :] if figure else ""
        title = html.escape(str(self.input.get("canonical") or self.input.get("formula") or type(self).__name__))
        return (
            f"<div><b>{title}</b><table>{rows}</table>{figure}"
            f"<details><summary>{type(self).__name__} in full</summary><pre>{html.escape(str(self))}</pre></details></div>"
        )

    def _repr_svg_(self) -> str | None:
        """For notebooks: the tool's figure where gnuplot is installed, else matplotlib's; None, which stands for none, without either or where there is none of this kind."""
        if self._report.has_figure and shutil.which("gnuplot"):
            return self.figure("svg").decode()
        return self._draw_svg() if hasattr(self, "plot") else None

    def _draw_svg(self) -> str | None:
        try:
            from matplotlib.figure import Figure
        except ImportError:
            return None
        figure, out = Figure(), io.StringIO()
        self.plot(figure.subplots())
        figure.savefig(out, format="svg")
        return out.getvalue()

    def _figure_options(self, form: str, theme: str, width_mm: float, font: str | None) -> L.FigureOptions:
        if form not in FIGURE_FORMATS or theme not in FIGURE_THEMES:
            raise ArgumentError(
                f"{form!r}, {theme!r}: expected one of {', '.join(FIGURE_FORMATS)} and one of {', '.join(FIGURE_THEMES)}"
            )
        options: L.FigureOptions = L.library().options(L.FigureOptions, "figure")
        options.format, options.theme, options.width_mm = FIGURE_FORMATS[form], FIGURE_THEMES[theme], width_mm
        options.font = encoded(font) if font else None
        return options

    def figure_script(
        self,
        form: Literal["svg", "pdf", "png"] = "svg",
        *,
        theme: Literal["paper", "slide"] = "paper",
        width_mm: float = 0.0,
        font: str | None = None,
    ) -> str:
        """The script for gnuplot 5.4 that draws this result; the figure comes out of its standard output.

        Args:
            form: of the figure.
            theme: letters of 8 pt for a column of a journal, or of 18 pt for a slide.
            width_mm: 60 to 400 mm; 0: 85 on paper, 240 on a slide.
            font: letters, digits, spaces and hyphens; None: DejaVu Sans.

        Raises:
            ArgumentError: there is no figure of this kind of result, or an option is out of range.
        """
        return self._report.script(self._figure_options(form, theme, width_mm, font))

    def figure(
        self,
        form: Literal["svg", "pdf", "png"] = "svg",
        *,
        theme: Literal["paper", "slide"] = "paper",
        width_mm: float = 0.0,
        font: str | None = None,
    ) -> bytes:
        """The figure itself, drawn by gnuplot; arguments as those of :meth:`figure_script`.

        Raises:
            ArgumentError: as :meth:`figure_script`; also where gnuplot is not installed or fails.
        """
        import subprocess

        script = self.figure_script(form, theme=theme, width_mm=width_mm, font=font)
        program = shutil.which("gnuplot")
        if not program:
            raise ArgumentError("figures need gnuplot 5.4 (Debian: gnuplot-nox); figure_script() gives the script for it")
        done = subprocess.run([program, "-d", "-"], input=script.encode(), capture_output=True, check=False)
        if done.returncode != 0 or not done.stdout:
            raise ArgumentError(f"gnuplot failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def sketch(self, columns: int = 90) -> str:
        """The figure in characters, for a terminal; ``columns`` from 60 to 200.

        Raises:
            ArgumentError: there is no figure of this kind of result.
        """
        return self._report.sketch(columns)


def check_validity(report: Report) -> None:
    """RangeError where a phase would be used too far outside the validity of its parameters, as in the tool."""
    most_K = L.library().options(L.WindowOptions, "window").extrapolate_K
    if report.extrapolated_K > most_K:
        raise RangeError(
            f"a phase would be used {report.extrapolated_K:.0f} K outside the validity of its parameters; "
            f"at most {most_K:.0f} K are accepted"
        )


def warn_uncertified(certificate: dict[str, Any], is_asked: bool, stacklevel: int = 3) -> None:
    """UncertifiedWarning where a proof was asked for and there is none."""
    if not is_asked or not certificate or certificate.get("certified"):
        return
    label, reason = certificate.get("label"), certificate.get("reason") or "no reason given"
    warnings.warn(
        f"the answer is not certified: {label + ': ' if label else ''}{reason}; a larger certify_budget or certify_gap_J_mol may do, "
        "certify=False leaves it at that",
        UncertifiedWarning,
        stacklevel=stacklevel,
    )


def kelvin(value: float | None) -> str:
    """A temperature for a glance, "1080 K (807 °C)"."""
    return "?" if value is None else f"{value:.0f} K ({value - 273.15:.0f} °C)"


def certified(certificate: dict[str, Any]) -> str:
    """A certificate for a glance."""
    if certificate.get("certified"):
        return f"yes, gap {certificate.get('gap_J_mol', 0.0):.2g} J/mol"
    return f"no: {certificate.get('reason') or 'not asked for'}"
