"""The command-line tool, which the package brings with it: studies are run by it, and `kiln` of an environment is it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import _library as L
from .errors import LibraryError

_LEVELS = 5  # from the library up to the folder that has bin/, as in lib/x86_64-linux-gnu/kiln


def find() -> str:
    """Path of the tool: KILN_TOOL alone if it is set; else that of the installation or build that the library belongs to; else the one in PATH.

    Raises:
        LibraryError: there is none.
    """
    stated = os.environ.get("KILN_TOOL")
    if stated:
        return stated
    for parent in list(Path(L.library().path).resolve().parents)[:_LEVELS]:
        if os.access(parent / "bin/kiln", os.X_OK):
            return str(parent / "bin/kiln")
    found = shutil.which("kiln")
    if found and Path(found).resolve().parent != Path(sys.executable).parent:  # the script of this environment would look here again
        return found
    raise LibraryError("the kiln tool was not found: build and install kiln, or set KILN_TOOL to its full path")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The tool with these arguments; what it printed, said, and its exit code."""
    return subprocess.run([find(), *arguments], capture_output=True, encoding="utf-8", check=False)


def main() -> None:
    """Become the tool: the command `kiln` of a Python environment."""
    try:
        tool = find()
    except LibraryError as error:
        sys.exit(f"kiln: {error}")
    os.execv(tool, ["kiln", *sys.argv[1:]])
