"""Studies: many cases of one file, and results that are run again."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import warnings
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from . import _tool
from ._quantities import Path, count
from .errors import ArgumentError, FileError, KilnError, NotConvergedError, ParseError

_PARTLY = 7
_LOCATED = re.compile(r":\d+:\d+: ")


def _fail(done: subprocess.CompletedProcess[str]) -> KilnError:
    """What the tool said as the exception of its kind."""
    said = [line.removeprefix("kiln: ") for line in done.stderr.splitlines() if line.startswith("kiln: ")]
    sentence = said[-1] if said else f"kiln ended with exit code {done.returncode}"
    if done.returncode == 3:
        return ParseError(sentence) if _LOCATED.search(sentence) else FileError(sentence)
    return ArgumentError(sentence) if done.returncode == 2 else NotConvergedError(sentence)


class Case:
    """One case of a study: what it asked and what came of it.

    Attributes:
        name: unique in its study.
        words: the command without ``kiln``.
        variables: what its sweep set, as text.
        exit_code: of the tool (docs/cli.md); 0, or 1 for the answer "no", where it has a result.
        message: why it failed; ``""`` where it did not.
        files: paths of its results and figures.
    """

    def __init__(self, folder: FilePath, entry: dict[str, Any]) -> None:
        self.name: str = entry["name"]
        self.words: list[str] = entry["words"]
        self.variables: dict[str, str] = entry["variables"]
        self.exit_code: int = entry["exit_code"]
        self.message: str = entry["message"]
        self.files: list[FilePath] = [folder / file["name"] for file in entry["files"]]

    @property
    def failed(self) -> bool:
        """Whether there is no answer, or none that is certified and within validity."""
        return self.exit_code not in (0, 1)

    @cached_property
    def result(self) -> dict[str, Any] | None:
        """The whole tree of docs/json.md; None where the case has none."""
        for path in self.files:
            if path.suffix == ".json":
                tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return tree
        return None

    def __repr__(self) -> str:
        return f"<kiln.Case {self.name}: {self.message or 'exit ' + str(self.exit_code)}>"


class Study:
    """What a study has left in its folder.

    Attributes:
        name: as its file says.
        folder: where the results are.
        cases: by name, in the order of the file.
        text: the table, as the tool prints it.
    """

    def __init__(self, folder: FilePath, text: str) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.name: str = manifest["study"]["name"]
        self.folder = folder
        self.cases: dict[str, Case] = {entry["name"]: Case(folder, entry) for entry in manifest["cases"]}
        self.text = text

    @property
    def failed(self) -> list[Case]:
        """Cases that failed."""
        return [case for case in self.cases.values() if case.failed]

    @property
    def summary(self) -> Any:
        """The table as a pandas DataFrame, a row for each case: keys of sweeps, columns with temperatures in °C and K, ``exit_code``, ``message``."""
        import pandas

        return pandas.read_csv(self.folder / "summary.csv", index_col="case", keep_default_na=True)

    def rerun(self, *, threads: int = 1) -> Rerun:
        """Run all of it again and compare: :func:`rerun` of its manifest."""
        return rerun(self.folder / "manifest.json", threads=threads)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<kiln.Study {self.name}: {len(self.cases)} cases, {len(self.failed)} failed>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


class Rerun:
    """Whether results came out as before.

    Attributes:
        identical: every number and text is the same; versions and databases, which may differ, are named in ``text``.
        text: what the tool says of it.
    """

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.identical = done.returncode == 0
        self.text = done.stdout

    def __bool__(self) -> bool:
        return self.identical

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<kiln.Rerun: {'identical' if self.identical else 'differs'}>"


def _default_folder(path: FilePath) -> FilePath:
    return path.with_suffix("") if path.suffix else path.with_name(path.name + ".results")


def study(path: Path, *, folder: Path | None = None, threads: int = 1, force: bool = False) -> Study:
    """Run what has changed of a study, cases and sweeps of one file (docs/study.md): ``kiln study``.

    Args:
        path: a YAML file.
        folder: of the results; None: beside the file, with its name.
        threads: cases that run at a time, each a process of its own, 1 to 1024.
        force: run every case.

    Warns:
        UserWarning: cases failed, which leaves the others; ``failed`` of the result lists them.

    Raises:
        ParseError: the file, with line, column, the valid keys and the nearest one.
        FileError: a file or folder cannot be read or written.
    """
    file = FilePath(os.fspath(path))
    into = FilePath(os.fspath(folder)) if folder is not None else _default_folder(file)
    options = ["--output", str(into), "--threads", str(count("threads", threads, 1, 1024))]
    done = _tool.run("study", str(file), *options, *(["--force"] if force else []))
    if done.returncode not in (0, _PARTLY):
        raise _fail(done)
    result = Study(into, done.stdout)
    if result.failed:
        names = ", ".join(case.name for case in result.failed)
        warnings.warn(f"{len(result.failed)} of {len(result.cases)} cases failed: {names}", UserWarning, stacklevel=2)
    return result


def rerun(path: Path, *, threads: int = 1) -> Rerun:
    """Run a result of the tool, or a study's manifest, again and say what differs: ``kiln rerun``.

    Args:
        path: a JSON file with a ``command``; results made in Python have none.
        threads: of a manifest: cases that run at a time, 1 to 1024.

    Raises:
        FileError: no such file, or nothing says what made it.
        ParseError: it is no JSON.
    """
    done = _tool.run("rerun", os.fspath(path), "--threads", str(count("threads", threads, 1, 1024)))
    if done.returncode not in (0, 1):
        raise _fail(done)
    return Rerun(done)
