"""Text, JSON and CSV of every kind of result are the tool's, byte for byte."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kiln
import pytest
from conftest import FORMULA, ROOT

FIT = str(ROOT / "databases/assessment/rocksalt.fit.yaml")
TRIALS = "formula,structure,temperature_C,atmosphere,outcome\n\"(Mg,Co,Ni,Cu,Zn)O\",rocksalt,1000,air,single\n\"(Mg,Co,Ni,Cu,Zn)O\",rocksalt,700,air,multi\n"


class Scalar(float):
    """A number as those of NumPy since its version 2, whose repr names their type."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)})"


CASES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "window": (lambda: kiln.window(FORMULA), ["window", FORMULA]),
    "window at": (lambda: kiln.window(FORMULA, at="900C"), ["window", FORMULA, "--at", "900C"]),
    "window of a named structure": (
        lambda: kiln.window("(Mn,Co,Ni)3O4", structure="spinel", T_range_K="500C:1500C", detect=0.01, samples=512, seed=7),
        ["window", "(Mn,Co,Ni)3O4", "-p", "spinel", "--range", "500C:1500C", "--detect", "1%", "--samples", "512", "--seed", "7"],
    ),
    "window of all structures": (
        lambda: kiln.window(FORMULA, all_structures=True, without="wurtzite"),
        ["window", FORMULA, "--all-structures", "--without", "wurtzite"],
    ),
    "window with a what-if": (
        lambda: kiln.window(FORMULA, changes=["L(rocksalt;Cu,Zn)=-8kJ/mol"]),
        ["window", FORMULA, "--set", "L(rocksalt;Cu,Zn)=-8kJ/mol"],
    ),
    "window in other gases": (
        lambda: kiln.window(FORMULA, pco2=0, ph2o="0.02bar"),
        ["window", FORMULA, "--pco2", "none", "--ph2o", "0.02bar"],
    ),
    "window of a structure that is not the first": (lambda: kiln.window("CuO"), ["window", "CuO"]),
    "equilibrium": (lambda: kiln.equilibrium(FORMULA, "700C"), ["equilibrium", FORMULA, "--at", "700C"]),
    "equilibrium in argon": (
        lambda: kiln.equilibrium("(Cr,Mn,Fe,Co,Ni)3O4", 1273.15, "Ar", certify=False),
        ["equilibrium", "(Cr,Mn,Fe,Co,Ni)3O4", "--at", "1273.15K", "--atmosphere", "Ar", "--no-certify"],
    ),
    "step": (lambda: kiln.step(FORMULA), ["step", FORMULA]),
    "step down": (
        lambda: kiln.step("CoO", "1100C:300C:20K", compositions_of="rocksalt"),
        ["step", "CoO", "--range", "1100C:300C:20K", "--compositions", "rocksalt"],
    ),
    "step beyond validity": (lambda: kiln.step("NiO", "1600C:2600C:100K"), ["step", "NiO", "--range", "1600C:2600C:100K"]),
    "sinter": (lambda: kiln.sinter(FORMULA), ["sinter", FORMULA]),
    "sinter in oxygen": (
        lambda: kiln.sinter(FORMULA, "O2", precursors=["MgO", "Co3O4"], cool_to="400C", loss_percent_h=0.5),
        ["sinter", FORMULA, "--atmosphere", "O2", "--precursors", "MgO,Co3O4", "--cool-to", "400C", "--loss", "0.5%/h"],
    ),
    "risk": (
        lambda: kiln.risk(FORMULA, at="900C", samples=512, threads=2),
        ["risk", FORMULA, "--at", "900C", "--samples", "512"],
    ),
    "risk after firings": (
        lambda: kiln.risk(FORMULA, observed=["900C multi tenorite", ("1000C", "single")], samples=2048),
        ["risk", FORMULA, "--observed", "900C multi tenorite", "--observed", "1000C single", "--samples", "2048"],
    ),
    "screen": (
        lambda: kiln.screen("(*)O", pool="Mg,Co,Ni,Zn", choose=(2, 3), at="900C", samples=128, sort="-T_low_C", threads=2),
        ["screen", "(*)O", "--from", "Mg,Co,Ni,Zn", "--choose", "2:3", "--at", "900C", "--samples", "128", "--sort=-T_low_C"],
    ),
    "screen of a grid in two gases": (
        lambda: kiln.screen(
            ["(*)O", "(*)3O4"], ["air", "Ar"], ["rocksalt", "spinel"], pool=["Co", "Ni"], grid=0.5, samples=0, where="status == 'single'", top=5
        ),
        ["screen", "(*)O", "(*)3O4", "-a", "air,Ar", "-p", "rocksalt,spinel", "--from", "Co,Ni", "--grid", "50%", "--samples", "0",
         "--where", "status == 'single'", "--top", "5"],
    ),
    "screen of a substitution": (
        lambda: kiln.screen("(Mg,Co,Ni,Zn)O", substitute="Zn=Mg", grid=0.25, samples=0, T_range_K="300C:1500C"),
        ["screen", "(Mg,Co,Ni,Zn)O", "--substitute", "Zn=Mg", "--grid", "25%", "--samples", "0", "--range", "300C:1500C"],
    ),
    "screen at random": (
        lambda: kiln.screen("(*)O", pool="Mg,Ni,Zn", random=10, seed=7, samples=0),
        ["screen", "(*)O", "--from", "Mg,Ni,Zn", "--random", "10", "--seed", "7", "--samples", "0"],
    ),
    "design": (lambda: kiln.design(FORMULA), ["design", FORMULA]),
    "design within limits": (
        lambda: kiln.design(
            FORMULA, maximise="width", vary=["Cu", "Zn", "Co"], bounds=["Cu=0.05:0.3", ("Zn", Scalar(0.1), Scalar(0.3))], constraints="Co+Cu<=0.4", entropy=1.4,
            starts=2, seed=3, T_range_K="300C:1500C",
        ),
        ["design", FORMULA, "--maximise", "width", "--vary", "Cu,Zn,Co", "--bound", "Cu=0.05:0.3", "--bound", "Zn=0.1:0.3", "--constrain", "Co+Cu<=0.4",
         "--entropy", "1.4", "--starts", "2", "--seed", "3", "--range", "300C:1500C"],
    ),
    "entropy": (lambda: kiln.entropy("(Cr,Mn,Fe,Co,Ni)3O4"), ["entropy", "(Cr,Mn,Fe,Co,Ni)3O4"]),
    "tx": (
        lambda: kiln.diagram.tx("MgO", "ZnO", "600C:1700C"),
        ["diagram", "tx", "MgO", "ZnO", "--range", "600C:1700C"],
    ),
    "isopleth": (
        lambda: kiln.diagram.isopleth("(Mg,Co,Ni,Zn)O", "700C:1200C", vary="Zn", x=(0, 0.5)),
        ["diagram", "isopleth", "(Mg,Co,Ni,Zn)O", "--vary", "Zn", "--x", "0:0.5", "--range", "700C:1200C"],
    ),
    "isopleth of two formulas": (
        lambda: kiln.diagram.isopleth("NiO", "700C:1200C", to="(Mg,Zn)O", structure="rock salt"),
        ["diagram", "isopleth", "NiO", "(Mg,Zn)O", "--range", "700C:1200C", "--phase", "rock salt"],
    ),
    "tpo2": (
        lambda: kiln.diagram.tpo2("CoO", "700C:1200C", ("1e-6bar", 1.0)),
        ["diagram", "tpo2", "CoO", "--range", "700C:1200C", "--po2-range", "1e-6bar:1bar"],
    ),
    "ternary": (
        lambda: kiln.diagram.ternary("NiO", "MgO", "CuO", "1000C"),
        ["diagram", "ternary", "NiO", "MgO", "CuO", "--at", "1000C"],
    ),
    "fit": (lambda: kiln.fit(FIT), ["fit", FIT]),
    "list": (lambda: kiln.Database().listing(), ["db", "list"]),
    "a phase": (lambda: kiln.Database().show("Rock salt"), ["db", "show", "rock salt"]),
    "a function": (lambda: kiln.Database().show("G_CuO"), ["db", "show", "G_CuO"]),
    "check": (lambda: kiln.Database().check(), ["db", "check"]),
}


def without_command(text: str) -> str:
    """A result of the tool without its last member, how it was asked for, which one made in Python cannot have."""
    command = json.loads(text)["command"]
    assert command and all(isinstance(word, str) for word in command)
    head, found, _ = text.rpartition(',\n  "command": [')
    assert found
    return head + "\n}\n"


@pytest.mark.parametrize("case", CASES)
def test_agreement(case: str, tool: Callable[..., str]) -> None:
    make, command = CASES[case]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", kiln.UncertifiedWarning)
        result = make()
    assert str(result) == tool(*command)
    assert result.to_json() == without_command(tool(*command, "--format", "json"))
    assert result.to_csv() == tool(*command, "--format", "csv")
    assert result.to_dict()["schema"].startswith("kiln.")
    assert repr(result).startswith("<kiln.")
    assert "<table>" in result._repr_html_()


def test_validate(tool: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "trials.csv"
    file.write_text(TRIALS)
    result = kiln.validate(file, samples=256, resamples=50)
    told = tool("validate", str(file), "--samples", "256", "--resamples", "50", "--format", "json")
    assert result.to_json() == without_command(told)
    assert len(result.rows) == 2
    assert len(result.to_frame()) == 2


def test_a_database_as_text(tool: Callable[..., str], tmp_path: Path) -> None:
    database = kiln.Database(changes="L(rocksalt;Cu,Zn)=-8kJ/mol")
    written = database.to_tdb()
    assert written.isascii() and written != kiln.Database().to_tdb()
    assert kiln.Database().to_tdb().split("\n$\n", 1)[1] == tool("db", "export").split("\n$\n", 1)[1]  # below how it was asked for
    file = tmp_path / "whole.yaml"
    file.write_text(database.to_yaml(), encoding="utf-8")
    again = kiln.equilibrium("(Cu,Zn)O", 1200.0, database=file)
    assert again.G_J_mol == pytest.approx(kiln.equilibrium("(Cu,Zn)O", 1200.0, database=database).G_J_mol, abs=1e-6)


def test_remarks_are_the_findings_of_a_check() -> None:
    database = kiln.Database(ROOT / "tests/reference/tdb/set-aside.tdb")
    findings = [f for f in database.check().result["findings"] if f.pop("kind") == "tdb"]
    assert findings and [r._asdict() for r in database.remarks] == findings
    assert kiln.Database().remarks == []


def test_certificate_and_sources_are_at_hand() -> None:
    w = kiln.window(FORMULA)
    assert w.certificate["certified"]
    assert {"key", "text", "doi"} == set(w.sources[0])
    assert w.low_K and w.high_K and w.low_K < w.high_K
    assert w.limits == {"low": ["wurtzite"], "high": ["oxide_melt"]}
    assert bool(w) and not kiln.window("(Ni,Cu)O")
    assert w.widest and w.widest.low["kind"] == "phase"
    assert len(w.to_frame()) == 1


def test_a_tree_is_a_copy() -> None:
    e = kiln.entropy(FORMULA)
    e.to_dict()["result"].clear()
    assert e.to_dict()["result"]["class"] == "high" == e.grade
    assert e.mixing_R == pytest.approx(1.6094379)


def test_figures() -> None:
    s = kiln.step("CoO", "700C:1000C:50K")
    assert "<svg" in (s._repr_svg_() or "")
    assert s.figure("pdf", theme="slide", width_mm=200).startswith(b"%PDF")
    assert "set terminal" in s.figure_script()
    assert "°C" in s.sketch()
    assert kiln.window("NiO")._repr_svg_() is None
    with pytest.raises(kiln.ArgumentError):
        kiln.window("NiO").figure_script()
    with pytest.raises(kiln.ArgumentError, match="expected one of"):
        s.figure("gif")  # type: ignore[arg-type]


def test_without_gnuplot_there_is_no_figure_of_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    s = kiln.step("CoO", "700C:1000C:50K")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "<table>" in s._repr_html_()
    with pytest.raises(kiln.ArgumentError, match="gnuplot"):
        s.figure()


def test_without_gnuplot_matplotlib_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    s = kiln.step("CoO", "700C:1000C:50K")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "matplotlib.figure", None)
        assert s._repr_svg_() is None
    pytest.importorskip("matplotlib")
    assert "<svg" in (s._repr_svg_() or "")


def test_plots() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, axes = pyplot.subplots(2, 3)
    kiln.diagram.tx("CoO", "ZnO", "600C:1200C").plot(axes[0, 0])
    kiln.diagram.isopleth("(Ni,Zn)O", "700C:1100C", vary="Zn").plot(axes[0, 1])
    kiln.diagram.ternary("NiO", "MgO", "CuO", 1273.15).plot(axes[0, 2])
    kiln.diagram.tpo2("CoO", "700C:1200C").plot(axes[1, 0])
    assert kiln.step("CoO", "700C:1000C:50K").plot(axes[1, 1]) is axes[1, 1]
    kiln.risk("(Mg,Ni,Zn)O", at="900C", samples=64).plot(axes[1, 2])
    assert all(ax.lines or ax.patches or ax.containers for ax in axes.flat)
    figure.canvas.draw()
    pyplot.close(figure)
    assert kiln.step("CoO", "700C:800C:50K").plot() is not None


def test_frames() -> None:
    pytest.importorskip("pandas")
    assert {"spinel", "rocksalt", "T_K"} <= set(kiln.step("CoO", "700C:1000C:50K").to_frame())
    assert {"T_K", "x_A", "below"} <= set(kiln.diagram.tx("CoO", "ZnO", "600C:1200C").to_frame())
    assert {"left", "right", "T_K"} <= set(kiln.diagram.tpo2("CoO", "700C:1200C").to_frame())
    assert "probability" in kiln.risk("(Mg,Ni,Zn)O", samples=64).to_frame()
    assert "label" in kiln.Database().to_frame()
    fit = kiln.fit(FIT)
    assert len(fit.to_frame()) == len(fit.parameters)
    assert len(fit.to_frame("residuals")) == 20


def test_a_fit_writes_a_database(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "mine.yaml"
    fitted = kiln.fit(FIT, name="mine")
    fitted.write_database(file)
    assert file.read_text() == fitted.database_text
    (tmp_path / "rocksalt.yaml").symlink_to(root / "databases/rocksalt.yaml")
    assert kiln.Database(file).name == "mine"
