"""What the tests share: the tool they set results beside, and the tree. ctest sets the environment (python/CMakeLists.txt)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMULA = "(Mg,Co,Ni,Cu,Zn)O"


@pytest.fixture(scope="session")
def root() -> Path:
    """The source tree."""
    return ROOT


@pytest.fixture(scope="session")
def build() -> Path:
    """The build folder."""
    return Path(os.environ.get("KILN_BUILD", ROOT / "build/release"))


@pytest.fixture(scope="session")
def tool(build: Path) -> Callable[..., str]:
    """What the command-line tool prints."""
    program = os.environ.get("KILN_TOOL", str(build / "bin/kiln"))

    def run(*arguments: str) -> str:
        return subprocess.run([program, *arguments], capture_output=True, text=True, check=False).stdout

    return run
