"""Studies and results that are run again, by the tool of the package."""

from __future__ import annotations

from pathlib import Path

import kiln
import pytest

STUDY = """study: cobalt oxide in two gases
defaults: {verb: equilibrium, formula: CoO}
cases:
  hot: {sweep: {product: {at: [800C, 1000C], atmosphere: [air, Ar]}}}
  no: {verb: window, formula: "(Mg,Co,Ni,Cu,Zn)O", at: 300C}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A study in a folder of its own."""
    path = tmp_path / "gases.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def test_a_study(file: Path) -> None:
    s = kiln.study(file, threads=2)
    assert s.folder == file.with_suffix("") and s.name == "cobalt oxide in two gases"
    assert list(s.cases) == ["hot-800C-air", "hot-800C-Ar", "hot-1000C-air", "hot-1000C-Ar", "no"]
    case = s.cases["hot-800C-Ar"]
    assert case.words == ["equilibrium", "CoO", "--at", "800C", "--atmosphere", "Ar"] and case.variables == {"at": "800C", "atmosphere": "Ar"}
    assert case.result and case.result["result"]["phases"][0]["label"] == "rock salt" and case.files[0].is_file()
    # What the library answers is what the case holds.
    asked = kiln.equilibrium("CoO", "800C", "Ar").to_dict()
    assert {k: v for k, v in case.result.items() if k != "command"} == asked
    assert s.cases["no"].exit_code == 1 and not s.failed
    assert "hot-800C-Ar" in str(s) and "5 cases" in repr(s) and s._repr_html_().startswith("<pre>")
    assert s.rerun() and kiln.rerun(s.folder / "no.json").identical


def test_a_table(file: Path) -> None:
    pytest.importorskip("pandas")
    table = kiln.study(file).summary
    assert list(table.index) == ["hot-800C-air", "hot-800C-Ar", "hot-1000C-air", "hot-1000C-Ar", "no"]
    assert table.loc["hot-800C-Ar", "T_K"] == pytest.approx(1073.15) and table.loc["hot-800C-Ar", "phases"] == "rock salt"
    assert table.loc["no", "exit_code"] == 1


def test_folders_and_force(file: Path) -> None:
    into = file.parent / "elsewhere"
    s = kiln.study(str(file), folder=into)
    before = (into / "no.json").stat().st_mtime_ns
    assert s.folder == into and kiln.study(file, folder=into).cases.keys() == s.cases.keys()
    assert (into / "no.json").stat().st_mtime_ns == before
    kiln.study(file, folder=into, force=True)
    assert (into / "no.json").stat().st_mtime_ns != before


def test_failing_cases_warn(file: Path) -> None:
    file.write_text(STUDY + "  bad: {formula: XxO, at: 900C}\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="1 of 6 cases failed: bad"):
        s = kiln.study(file)
    assert [case.name for case in s.failed] == ["bad"] and "Xx" in s.cases["bad"].message and s.cases["bad"].result is None
    assert not s.cases["no"].failed and "Xx" in repr(s.cases["bad"])


def test_what_is_wrong(file: Path, tmp_path: Path) -> None:
    file.write_text(STUDY.replace("atmosphere", "atmosfere"), encoding="utf-8")
    with pytest.raises(kiln.ParseError, match=r"gases.yaml:4:46: .*atmosfere.*did you mean atmosphere.*keys are"):
        kiln.study(file)
    with pytest.raises(kiln.FileError):
        kiln.study(tmp_path / "none.yaml")
    with pytest.raises(kiln.ArgumentError):
        kiln.study(file, threads=0)
    with pytest.raises(kiln.FileError):
        kiln.rerun(tmp_path / "none.json")
    own = tmp_path / "own.json"
    own.write_text(kiln.equilibrium("CoO", "800C").to_json(), encoding="utf-8")
    with pytest.raises(kiln.FileError, match="results of Python"):
        kiln.rerun(own)


def test_a_result_that_differs(file: Path) -> None:
    s = kiln.study(file)
    path = s.folder / "no.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"single_phase": false', '"single_phase": true'), encoding="utf-8")
    again = kiln.rerun(path)
    assert not again and "single_phase" in str(again) and "differs" in repr(again)
    assert not s.rerun(threads=2)


def test_without_a_tool(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KILN_TOOL", raising=False)
    assert Path(kiln._tool.find()).name == "kiln"
    monkeypatch.setattr(kiln._tool.L, "library", lambda: type("", (), {"path": str(tmp_path / "libkiln.so")}))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(kiln.LibraryError, match="KILN_TOOL"):
        kiln.study(file)
