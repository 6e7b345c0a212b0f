"""The package where users have it: in a new environment by pip without a network, and under a prefix by CMake."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ASK = """
import kiln
print(kiln._library.library().path)
print(kiln.Database().files[0])
print(kiln.window("NiO", samples=0).label)
"""
STUDY = "study: two gases\ncases: {a: {verb: equilibrium, formula: CoO, at: 800C, sweep: {zip: {atmosphere: [air, Ar]}}}}\n"
RUN = """
import kiln
print(kiln._tool.find())
s = kiln.study("gases.yaml", threads=2)
print(sorted(s.cases))
print(s.rerun().identical)
"""


def clean_environment(**extra: str) -> dict[str, str]:
    """Without anything that would lead to the source tree."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KILN_", "PYTHON", "PIP_"))}
    return kept | {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | extra


@pytest.fixture(scope="module")
def package(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of python/, from which nothing but KILN_BUILD leads to a build."""
    copy = tmp_path_factory.mktemp("source") / "python"
    shutil.copytree(root / "python", copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    return copy


def test_pip_in_a_new_environment(package: Path, build: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv/bin/python"
    environment = clean_environment(KILN_BUILD=str(build), http_proxy="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9")
    subprocess.run([str(python), "-m", "pip", "install", "-q", "--no-index", str(package)], check=True, env=environment)
    ask = subprocess.run([str(python), "-c", ASK], check=True, capture_output=True, text=True, cwd=tmp_path, env=clean_environment())
    library, database, label = ask.stdout.splitlines()
    assert library.startswith(str(tmp_path / "venv")) and "_native" in library
    assert database.startswith(str(tmp_path / "venv"))
    assert label == "rock salt"
    # The tool is there too, as a command and for studies, and finds the same library and databases.
    command = [str(tmp_path / "venv/bin/kiln"), "equilibrium", "NiO", "--at", "900C", "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=clean_environment())
    assert json.loads(done.stdout)["command"] == command[1:5]
    (tmp_path / "gases.yaml").write_text(STUDY)
    ask = subprocess.run([str(python), "-c", RUN], check=True, capture_output=True, text=True, cwd=tmp_path, env=clean_environment())
    tool, cases, identical = ask.stdout.splitlines()
    assert tool.startswith(str(tmp_path / "venv")) and cases == "['a-Ar', 'a-air']" and identical == "True"
    subprocess.run([str(python), "-m", "pip", "uninstall", "-q", "-y", "kiln"], check=True, env=environment)
    assert not list((tmp_path / "venv").glob("lib/python*/site-packages/kiln*"))


def test_wheel(package: Path, build: Path, tmp_path: Path) -> None:
    program = f"import kiln_backend as b; print(b.build_wheel({str(tmp_path)!r})); print(b.build_sdist({str(tmp_path)!r}))"
    environment = clean_environment(KILN_BUILD=str(build), PYTHONPATH=str(package / "backend"))
    wheel, sdist = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment
    ).stdout.splitlines()
    assert wheel.startswith("kiln-") and "linux" in wheel and (tmp_path / sdist).is_file()
    names = zipfile.ZipFile(tmp_path / wheel).namelist()
    assert {"kiln/__init__.py", "kiln/py.typed"} <= set(names)
    assert any("_native" in n and "libkiln.so" in n for n in names)
    assert any(n.endswith("share/kiln/databases/kiln.yaml") for n in names)
    assert any(n.endswith("assessment/sources.csv") for n in names)
    assert "kiln/_native/bin/kiln" in names and any(n.endswith("entry_points.txt") for n in names)


def test_a_stated_build_that_is_none_is_an_error(package: Path, tmp_path: Path) -> None:
    program = f"import kiln_backend as b; b.build_wheel({str(tmp_path)!r})"
    environment = clean_environment(KILN_BUILD=str(tmp_path), PYTHONPATH=str(package / "backend"))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode != 0 and "no build folder of kiln" in done.stderr


def test_without_build_and_cmake_the_wheel_has_no_library(package: Path, tmp_path: Path) -> None:
    program = f"import kiln_backend as b; print(b.build_wheel({str(tmp_path)!r}))"
    environment = clean_environment(PYTHONPATH=str(package / "backend"), PATH="/nonexistent")
    wheel = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment).stdout.strip()
    assert wheel.endswith("py3-none-any.whl")
    assert not any("_native" in name for name in zipfile.ZipFile(tmp_path / wheel).namelist())


def test_cmake_install(build: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(prefix)], check=True, stdout=subprocess.DEVNULL)
    package = prefix / "lib/python3/dist-packages"
    assert (package / "kiln/py.typed").is_file()
    assert not list(package.rglob("__pycache__"))
    moved = tmp_path / "moved"
    prefix.rename(moved)
    environment = clean_environment(PYTHONPATH=str(moved / "lib/python3/dist-packages"))
    ask = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True, cwd=tmp_path, env=environment)
    library, database, label = ask.stdout.splitlines()
    assert library.startswith(str(moved)) and database.startswith(str(moved)) and label == "rock salt"
