"""PEP 517 backend: a wheel of the pure Python package with libkiln, the tool and its databases, from nothing but the standard library and, to install the library, CMake.

They come from the build folder that KILN_BUILD names, else from ../build/release, else they are built, the tool where popt is there. Where there is neither a build nor CMake the wheel has no
library, and the package looks for an installed one.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT.parent
NATIVE = "kiln/_native"


def _version() -> str:
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "kiln/_version.py").read_text(encoding="utf-8"))
    if not found:
        raise RuntimeError("kiln/_version.py states no version")
    return found.group(1)


def _metadata() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {_version()}",
        f"Summary: {project['description']}",
        f"License: {project['license']['text']}",
        f"Requires-Python: {project['requires-python']}",
    ]
    for extra, wanted in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {name}; extra == "{extra}"' for name in wanted]
    return "\n".join(lines) + "\n"


def _entry_points() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "[console_scripts]\n" + "".join(f"{name} = {target}\n" for name, target in project["scripts"].items())


def _modules() -> Iterator[Path]:
    for path in sorted((ROOT / "kiln").rglob("*")):
        if path.suffix == ".py" or path.name == "py.typed":
            yield path


def _find_build(scratch: Path) -> Path | None:
    """A finished build; None where there is none and none can be made."""
    stated = os.environ.get("KILN_BUILD")
    if stated:
        if not (Path(stated) / "CMakeCache.txt").is_file():
            raise RuntimeError(f"KILN_BUILD={stated} is no build folder of kiln")
        return Path(stated)
    release = SOURCE / "build/release"
    if list(release.glob("**/libkiln.so.*")) and (release / "cmake_install.cmake").is_file():
        return release
    if not shutil.which("cmake") or not (SOURCE / "CMakeLists.txt").is_file():
        return None
    build = scratch / "build"
    has_popt = shutil.which("pkg-config") and subprocess.run(["pkg-config", "--exists", "popt"], check=False).returncode == 0
    options = ["-DBUILD_SHARED_LIBS=ON", f"-DKILN_BUILD_CLI={'ON' if has_popt else 'OFF'}", "-DKILN_BUILD_TESTS=OFF", "-DCMAKE_BUILD_TYPE=Release"]
    subprocess.run(["cmake", "-S", str(SOURCE), "-B", str(build), *options], check=True)
    subprocess.run(["cmake", "--build", str(build), "--parallel"], check=True)
    return build


def _native(scratch: Path) -> Iterator[tuple[str, Path]]:
    """Library, tool and databases, laid out as an installation is, so that each finds the others by its own rule."""
    build = _find_build(scratch)
    if build is None:
        print("kiln: no build and no CMake; this wheel has no library", file=sys.stderr)
        return
    prefix = scratch / "prefix"
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(prefix), "--strip"], check=True, stdout=subprocess.DEVNULL)
    libraries = [path for path in prefix.rglob("libkiln.so.*") if path.is_symlink()]
    if not libraries:
        raise RuntimeError(f"{build} has no shared library: configure it with BUILD_SHARED_LIBS=ON")
    soname = libraries[0]
    yield f"{NATIVE}/{soname.relative_to(prefix)}", soname.resolve()
    if (prefix / "bin/kiln").is_file():
        yield f"{NATIVE}/bin/kiln", prefix / "bin/kiln"
    for path in sorted((prefix / "share/kiln/databases").rglob("*")):
        if path.is_file():
            yield f"{NATIVE}/{path.relative_to(prefix)}", path


class _Wheel:
    """A zip with its RECORD."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._record: list[str] = []

    def add(self, name: str, data: bytes, mode: int = 0o644) -> None:
        info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        info.external_attr, info.compress_type = (0o100000 | mode) << 16, zipfile.ZIP_DEFLATED
        self._zip.writestr(info, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self._record.append(f"{name},sha256={digest},{len(data)}")

    def close(self, record: str) -> None:
        self._zip.writestr(zipfile.ZipInfo(record, (2020, 1, 1, 0, 0, 0)), "\n".join([*self._record, f"{record},,"]) + "\n")
        self._zip.close()


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    """Nothing."""
    return []


def get_requires_for_build_sdist(config_settings: object = None) -> list[str]:
    """Nothing."""
    return []


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: object = None) -> str:
    """Write the metadata, for which the library need not be built; the name of their folder."""
    name = f"kiln-{_version()}.dist-info"
    (Path(metadata_directory) / name).mkdir()
    (Path(metadata_directory) / name / "METADATA").write_text(_metadata(), encoding="utf-8")
    return name


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: str | None = None) -> str:
    """Write the wheel; its name."""
    with tempfile.TemporaryDirectory() as scratch:
        native = list(_native(Path(scratch)))
        platform = re.sub(r"[-.]", "_", sysconfig.get_platform()) if native else "any"
        stem, info = f"kiln-{_version()}", f"kiln-{_version()}.dist-info"
        name = f"{stem}-py3-none-{platform}.whl"
        wheel = _Wheel(Path(wheel_directory) / name)
        for path in _modules():
            wheel.add(str(path.relative_to(ROOT)), path.read_bytes())
        for inside, path in native:
            wheel.add(inside, path.read_bytes(), 0o755 if ".so" in inside or inside.endswith("/bin/kiln") else 0o644)
        wheel.add(f"{info}/METADATA", _metadata().encode())
        purelib = "false" if native else "true"
        tags = f"Wheel-Version: 1.0\nGenerator: kiln_backend\nRoot-Is-Purelib: {purelib}\nTag: py3-none-{platform}\n"
        wheel.add(f"{info}/WHEEL", tags.encode())
        wheel.add(f"{info}/entry_points.txt", _entry_points().encode())
        wheel.close(f"{info}/RECORD")
    return name


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    """The Python files alone: what is built from them elsewhere looks for an installed library."""
    stem = f"kiln-{_version()}"
    with tarfile.open(Path(sdist_directory) / f"{stem}.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for path in [ROOT / "pyproject.toml", Path(__file__), *_modules()]:
            tar.add(path, f"{stem}/{path.relative_to(ROOT)}")
        metadata = _metadata().encode()
        entry = tarfile.TarInfo(f"{stem}/PKG-INFO")
        entry.size = len(metadata)
        tar.addfile(entry, io.BytesIO(metadata))
    return f"{stem}.tar.gz"
