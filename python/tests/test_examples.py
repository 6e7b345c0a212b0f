"""Notebooks run from top to bottom; what the documentation shows does as well."""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kiln
import notebooks
import pytest
from conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_notebook(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib").use("Agg")
    monkeypatch.chdir(tmp_path)
    assert notebooks.run(path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in notebook["cells"] if cell["cell_type"] == "code")


def test_there_are_three() -> None:
    assert len(EXAMPLES) == 3


def test_documentation(tmp_path: Path) -> None:
    """Every Python block of docs/python.md, one after the other."""
    pytest.importorskip("pandas")
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 5
    for study in (ROOT / "examples").glob("*.yaml"):
        shutil.copy(study, tmp_path)
    program = tmp_path / "blocks.py"
    program.write_text("import matplotlib; matplotlib.use('Agg')\n" + "\n".join(blocks))
    subprocess.run([sys.executable, str(program)], check=True, cwd=tmp_path, env=dict(os.environ), capture_output=True)


def test_docstrings() -> None:
    """Examples of docstrings; every public name has one."""
    for name in kiln.__all__:
        if name != "__version__":
            assert getattr(kiln, name).__doc__, name
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("kiln.")]
    failed = sum(doctest.testmod(module, extraglobs={"kiln": kiln}).failed for module in modules)
    assert failed == 0
