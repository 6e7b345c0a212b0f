"""Runs a notebook's code cells in order, as Jupyter would: values of last expressions are shown through their representations. Needs no Jupyter.

    /usr/bin/python3 python/tests/notebooks.py examples/quick_start.ipynb
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any


def show(value: object) -> str:
    """What a notebook shows of a value."""
    parts = [repr(value)]
    for name in ("_repr_html_", "_repr_svg_"):
        method = getattr(value, name, None)
        parts += [str(method())] if method else []
    return "\n".join(parts)


def run_cell(source: str, name: str, names: dict[str, Any]) -> str | None:
    """Execute a cell; what it shows."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), name, "eval"), names)
    return None if value is None else show(value)


def run(path: Path) -> list[str]:
    """Execute a notebook; what its cells show."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    shown = [run_cell("".join(cell["source"]), f"{path.name}, code cell {i}", names) for i, cell in enumerate(cells, 1)]
    return [text for text in shown if text is not None]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print("\n".join(run(Path(argument))))
