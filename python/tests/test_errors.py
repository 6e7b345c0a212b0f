"""What is wrong raises the exception of its kind, with the library's sentence."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import kiln
import pytest
from conftest import FORMULA


class Square(list[float]):
    """What an array with two axes is to duck typing."""

    ndim = 2


SQUARE = Square([1000.0])
CASES: list[tuple[type[kiln.KilnError], type[Exception], str, Any]] = [
    (kiln.ParseError, ValueError, "column", lambda: kiln.window("(Mg,Co")),
    (kiln.ParseError, ValueError, "Xx", lambda: kiln.window("XxO")),
    (kiln.ParseError, ValueError, "atmosphere", lambda: kiln.window("NiO", "airr")),
    (kiln.ParseError, ValueError, "unit", lambda: kiln.equilibrium("NiO", "900")),
    (kiln.ParseError, ValueError, "", lambda: kiln.step("NiO", "600C:-400C:5K")),
    (kiln.ParseError, ValueError, "", lambda: kiln.entropy("")),
    (kiln.ArgumentError, ValueError, "900C", lambda: kiln.equilibrium("NiO", -5.0)),
    (kiln.ArgumentError, ValueError, "0 K", lambda: kiln.equilibrium("NiO", float("nan"))),
    (kiln.ArgumentError, ValueError, "did you mean rocksalt?", lambda: kiln.window(FORMULA, structure="rocksald")),
    (kiln.ArgumentError, ValueError, "did you mean", lambda: kiln.window(FORMULA, without="wurtzit")),
    (kiln.ArgumentError, ValueError, "cannot be neutral", lambda: kiln.window("MgO2")),
    (kiln.ArgumentError, ValueError, "has no oxygen", lambda: kiln.window("Mg")),
    (kiln.ArgumentError, ValueError, "expected newton", lambda: kiln.window("NiO", solver="simplex")),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "both name", lambda: kiln.window("NiO", only="rocksalt", without="Rock salt")),
    (kiln.ArgumentError, ValueError, "samples", lambda: kiln.window("NiO", samples=-1)),
    (kiln.ArgumentError, ValueError, "detect", lambda: kiln.window("NiO", detect=0.7)),
    (kiln.ArgumentError, ValueError, "threads", lambda: kiln.equilibrium("NiO", [1000.0], threads=0)),
    (kiln.ArgumentError, ValueError, "paired", lambda: kiln.equilibrium(["NiO", "MgO"], [1000.0, 1100.0, 1200.0])),
    (kiln.ArgumentError, ValueError, "one axis", lambda: kiln.equilibrium("NiO", SQUARE)),
    (kiln.ArgumentError, ValueError, "no temperatures", lambda: kiln.equilibrium("NiO", [])),
    (kiln.ArgumentError, ValueError, "has 2 numbers", lambda: kiln.equilibrium("(Ni,Mg)O", 1000.0, amounts=[[1.0, 2.0, 3.0]])),
    (kiln.ArgumentError, ValueError, "CO/CO2", lambda: kiln.equilibrium("NiO", [1000.0], "CO/CO2=1", po2=[1e-5])),
    (kiln.ArgumentError, ValueError, "closed", lambda: kiln.window("NiO", "closed", pco2=0.1)),
    (kiln.ArgumentError, ValueError, "vary", lambda: kiln.diagram.isopleth("(Ni,Zn)O", "700C:900C")),
    (kiln.ArgumentError, ValueError, "Ni, Zn", lambda: kiln.diagram.isopleth("(Ni,Zn)O", "700C:900C", vary="Mg")),
    (kiln.ArgumentError, ValueError, "lower pressure", lambda: kiln.diagram.tpo2("CoO", "700C:900C", (1.0, 0.1))),
    (kiln.ArgumentError, ValueError, "has no oxygen", lambda: kiln.diagram.tx("MgO", "Zn", "700C:900C")),
    (kiln.ArgumentError, ValueError, "firing", lambda: kiln.risk("(Ni,Zn)O", observed=["900C perhaps"])),
    (kiln.ArgumentError, ValueError, "require", lambda: kiln.risk("(Ni,Zn)O", require=0.9)),
    (kiln.ArgumentError, ValueError, "needs a temperature", lambda: kiln.design("(Ni,Zn)O", maximise="tolerance")),
    (kiln.ArgumentError, ValueError, "together", lambda: kiln.design("(Ni,Zn)O", bounds=["Ni=0.6:1", "Zn=0.6:1"])),
    (kiln.ArgumentError, ValueError, "no cation", lambda: kiln.sinter("(Ni,Zn)O", precursors=["Al2O3"])),
    (kiln.ArgumentError, ValueError, "no function", lambda: kiln.Database().function("G_Nonsense", 1000.0)),
    (kiln.ArgumentError, ValueError, "a text", lambda: kiln.window(5)),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "not None", lambda: kiln.equilibrium(None, 1000.0)),  # type: ignore[call-overload]
    (kiln.ArgumentError, ValueError, "an atmosphere is", lambda: kiln.equilibrium("NiO", [1000.0], [None])),  # type: ignore[list-item]
    (kiln.ArgumentError, ValueError, "900C", lambda: kiln.equilibrium("NiO", None)),  # type: ignore[call-overload]
    (kiln.ArgumentError, ValueError, "900C", lambda: kiln.equilibrium("NiO", [1000.0, None])),  # type: ignore[list-item]
    (kiln.ArgumentError, ValueError, "0.2atm", lambda: kiln.window("NiO", po2=[0.1])),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "two or three", lambda: kiln.window("NiO", T_range_K=900)),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "kiln.Database", lambda: kiln.window("NiO", database=3)),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "name or label", lambda: kiln.window("NiO", without=3)),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "certify_gap", lambda: kiln.window("NiO", certify_gap_J_mol=None)),  # type: ignore[arg-type]
    (kiln.ArgumentError, ValueError, "a number for each", lambda: kiln.equilibrium("NiO", 1000.0, amounts=[["one"]])),  # type: ignore[list-item]
    (kiln.ArgumentError, ValueError, "expected a path", lambda: kiln.fit("a\0b")),
    (kiln.ArgumentError, ValueError, "components are closed", lambda: kiln.equilibrium("x(Fe)=0.42, O", 1300.0, po2=0.1)),
    (kiln.ParseError, ValueError, "column 4", lambda: kiln.equilibrium("MgO\0junk", 1000.0)),
    (kiln.ParseError, ValueError, "column 5", lambda: kiln.equilibrium("MgO", "900C\0junk")),
    (kiln.ParseError, ValueError, "column 9", lambda: kiln.window("NiO", without="rocksalt\0")),
    (kiln.ParseError, ValueError, "column 3", lambda: kiln.window("Mg\udcffO")),
    (kiln.MissingError, LookupError, "U", lambda: kiln.window("UO2")),
    (kiln.MissingError, LookupError, "cannot hold", lambda: kiln.window(FORMULA, structure="corundum")),
    (kiln.MissingError, LookupError, "cannot form", lambda: kiln.step("NiO", compositions_of="cuprite")),
    (kiln.RangeError, ValueError, "outside the validity", lambda: kiln.equilibrium("NiO", "3500C")),
    (kiln.FileError, OSError, "nowhere.yaml", lambda: kiln.Database("nowhere.yaml")),
    (kiln.FileError, OSError, "nowhere\\xff.yaml", lambda: kiln.Database("nowhere\udcff.yaml")),
    (kiln.FileError, OSError, "nowhere", lambda: kiln.fit("nowhere.fit.yaml")),
    (kiln.FileError, OSError, "nowhere", lambda: kiln.validate("nowhere.csv")),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_exceptions(case: int) -> None:
    expected, builtin, words, call = CASES[case]
    with warnings.catch_warnings(), pytest.raises(expected) as raised:
        warnings.simplefilter("error")
        call()
    assert type(raised.value) is expected
    assert isinstance(raised.value, builtin)
    assert words in raised.value.sentence
    assert raised.value.status == expected.status
    assert str(raised.value).startswith(raised.value.sentence)


def test_a_file_is_named_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("kiln: 1\nphases: [\n")
    with pytest.raises(kiln.ParseError, match=r"bad\.yaml:\d+:\d+"):
        kiln.Database(file)


def test_an_unknown_option_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="certified"):
        kiln.window("NiO", certified=True)  # type: ignore[call-arg]


def test_hints_follow_the_sentence() -> None:
    with pytest.raises(kiln.MissingError) as raised:
        kiln.window("UO2")
    assert raised.value.hint and str(raised.value).endswith(raised.value.hint)


def test_a_formula_of_layers_without_a_layered_database_warns(root: Path) -> None:
    with pytest.warns(UserWarning, match="usually a layered oxide"):
        kiln.window("LiNiO2", database=root / "databases/rocksalt.yaml", samples=0)


def test_uncertified_results_warn() -> None:
    with pytest.warns(kiln.UncertifiedWarning, match="certify_budget") as seen:
        w = kiln.window("(Cr,Mn,Fe,Co,Ni)3O4", certify_budget=1)
    assert seen[0].filename == __file__
    assert not w.certificate["certified"] and w.certificate["reason"]
    with pytest.warns(kiln.UncertifiedWarning) as seen:
        kiln.equilibrium("(Cr,Mn,Fe,Co,Ni)3O4", ["900C", "1000C"], certify_budget=1)
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not kiln.window("(Cr,Mn,Fe,Co,Ni)3O4", certify=False).certificate["certified"]


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiln import _library

    with pytest.raises(kiln.LibraryError, match="cannot be used"):
        _library.Library("/nonexistent/libkiln.so")
    with pytest.raises(ImportError):
        _library.Library("libm.so.6")
    monkeypatch.setenv("KILN_LIBRARY", "/nonexistent/libkiln.so")
    assert list(_library._candidates()) == ["/nonexistent/libkiln.so"]


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiln import _library

    monkeypatch.setattr(_library, "__version__", "0.2.0")
    with pytest.raises(kiln.LibraryError, match="this package is for"):
        _library.Library(_library.library().path)
