"""Structures and constants of kiln._library against what a C compiler makes of the headers."""

from __future__ import annotations

import ctypes
import inspect
import os
import re
import subprocess
from pathlib import Path

import kiln
from kiln import _library, errors

STRUCTURES = [
    c for _, c in inspect.getmembers(_library, inspect.isclass) if issubclass(c, _library._Structure) and c is not _library._Structure
]


def c_name(structure: type) -> str:
    return "kiln_" + re.sub(r"(?<!^)(?=[A-Z])", "_", structure.__name__).lower()


def compiled(source: str, folder: Path, build: Path, root: Path) -> list[str]:
    program = folder / "program"
    (folder / "program.c").write_text(source)
    compiler = os.environ.get("KILN_CC", "cc")
    include = [f"-I{root / 'include'}", f"-I{build / 'include'}", f"-L{Path(_library.library().path).parent}"]
    subprocess.run([compiler, "-std=c11", *include, str(folder / "program.c"), "-o", str(program)], check=True)
    return subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout.splitlines()


def test_layouts(tmp_path: Path, build: Path, root: Path) -> None:
    lines, expected = [], []
    for structure in STRUCTURES:
        name = c_name(structure)
        lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
        expected.append(f"{name} {ctypes.sizeof(structure)}")
        for field, *_ in structure._fields_:
            offset = getattr(structure, field).offset
            size = getattr(structure, field).size
            member = field.rstrip("_")  # from_, which Python has for itself
            lines.append(f'printf("{name}.{field} %zu %zu\\n", offsetof({name}, {member}), sizeof((({name} *)0)->{member}));')
            expected.append(f"{name}.{field} {offset} {size}")
    source = "#include <kiln/kiln.h>\n#include <stdio.h>\nint main(void)\n{\n" + "\n".join(lines) + "\nreturn 0;\n}\n"
    assert len(STRUCTURES) > 50
    assert compiled(source, tmp_path, build, root) == expected


def test_constants(tmp_path: Path, build: Path, root: Path) -> None:
    constants = {
        "KILN_MAX_COMPONENTS": _library.MAX_COMPONENTS, "KILN_MAX_FIXED": _library.MAX_FIXED, "KILN_MAX_GROUPS": _library.MAX_GROUPS, "KILN_MAX_STRUCTURES": _library.MAX_STRUCTURES,
        "KILN_MAX_LIMITS": _library.MAX_LIMITS, "KILN_MAX_DECISIVE": _library.MAX_DECISIVE, "KILN_MAX_RANGES": _library.MAX_RANGES,
        "KILN_MAX_RIVALS": _library.MAX_RIVALS, "KILN_MAX_BLAME": _library.MAX_BLAME, "KILN_MAX_PRECURSORS": _library.MAX_PRECURSORS,
        "KILN_MAX_VARIED": _library.MAX_VARIED, "KILN_MAX_DESIGN_LIMITS": _library.MAX_DESIGN_LIMITS,
        "KILN_SINTER_GASES": _library.SINTER_GASES, "KILN_REPORT_TEXT": _library.TEXT, "KILN_REPORT_JSON": _library.JSON,
        "KILN_REPORT_CSV": _library.CSV, "KILN_SECTION_ISOPLETH": _library.ISOPLETH, "KILN_SECTION_TPO2": _library.TPO2,
        "KILN_SECTION_TERNARY": _library.TERNARY, "KILN_OXYGEN_PRESSURE": 0, "KILN_METHOD_NEWTON": 0, "KILN_METHOD_NLOPT": 1,
        "KILN_FIT_GAUSS_NEWTON": 0, "KILN_FIT_NLOPT": 1, "KILN_FIGURE_SVG": 0, "KILN_FIGURE_PDF": 1, "KILN_FIGURE_PNG": 2,
        "KILN_FIGURE_PAPER": 0, "KILN_FIGURE_SLIDE": 1, "KILN_FIELD_NUMBER": _library.FIELD_NUMBER, "KILN_FIELD_TEXT": _library.FIELD_TEXT,
        "KILN_MAX_TOP": _library.MAX_TOP,
    }  # fmt: skip
    constants |= {f"KILN_CANDIDATES_{name.upper()}": value for name, value in _library.CANDIDATES.items()}
    versions = ["CANDIDATES", "SCREENING", "SYSTEM", "SOLVER", "WINDOW", "RISK", "SINTER", "DESIGN", "TX", "SECTION", "VALIDATE", "FIT", "FIGURE"]
    constants |= {f"KILN_{name}_OPTIONS_VERSION": _library.OPTIONS_VERSION for name in versions}
    constants |= {("KILN_OK" if name == "OK" else f"KILN_E_{name}"): value for value, name in _library.STATUS.items()}
    lines = "\n".join(f'printf("{name} %d\\n", (int){name});' for name in constants)
    source = f"#include <kiln/kiln.h>\n#include <stdio.h>\nint main(void)\n{{\n{lines}\nreturn 0;\n}}\n"
    assert compiled(source, tmp_path, build, root) == [f"{name} {value}" for name, value in constants.items()]


def test_every_status_has_an_exception(root: Path) -> None:
    header = (root / "include/kiln/status.h").read_text()
    stated = {int(value): name for name, value in re.findall(r"X\(KILN_(?:E_)?(\w+), (-?\d+),", header)}
    assert stated == _library.STATUS
    assert {value: error.status for value, error in errors.BY_STATUS.items()} == {v: n for v, n in stated.items() if v != 0}


def test_prototypes_have_the_arguments_of_the_headers(root: Path) -> None:
    text = " ".join(path.read_text() for path in sorted((root / "include/kiln").glob("*.h")))
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    for name, (_, arguments) in _library._PROTOTYPES.items():
        found = re.search(rf"\bkiln_{name}\(((?:[^()]|\([^()]*\)\([^()]*\)|\([^()]*\))*)\);", text)
        assert found, name
        depth, n = 0, 0 if found.group(1).strip() == "void" else 1
        for letter in found.group(1):
            depth += (letter == "(") - (letter == ")")
            n += letter == "," and depth == 0
        assert n == len(arguments), f"kiln_{name} has {n} arguments in the headers and {len(arguments)} here"


def test_version() -> None:
    assert kiln.__version__ == os.environ.get("KILN_VERSION", kiln.__version__)
    assert _library.library().version().decode() == kiln.__version__
