"""Screenings: rows as a frame, from memory and from every kind of file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import kiln
import pytest

POOL = "Mg,Co,Ni,Zn"


def test_frames_of_memory_and_of_files_are_the_same(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    (tmp_path / "e.csv").write_text("element,price_per_kg\nMg,2\nCo,30\nNi,15\n")
    args = {"pool": POOL, "choose": (1, 3), "samples": 64, "elements": tmp_path / "e.csv"}
    whole = kiln.screen("(*)O", **args)
    frame = whole.to_frame()
    assert len(frame) == 14 == whole.counts["rows"] and whole.counts["without_value"] == {"price_per_kg": 7}
    for form in ("csv", "jsonl", "sqlite"):
        path = tmp_path / f"rows.{form}"
        filed = kiln.screen("(*)O", output=path, threads=2, **args)
        assert filed.to_dict()["result"] == whole.to_dict()["result"]
        read = filed.to_frame()
        assert list(read.columns) == list(frame.columns)
        for name in frame.columns:
            for a, b in zip(frame[name], read[name], strict=True):
                assert (pandas.isna(a) and pandas.isna(b)) or a == b or abs(a - b) <= 1e-9 * abs(a), (form, name, a, b)
        assert kiln.screen("(*)O", output=path, **args).to_json() == filed.to_json()  # finished, so that it is not computed again


def test_files_are_those_of_the_tool(tool: Callable[..., str], tmp_path: Path) -> None:
    for form in ("csv", "jsonl", "sqlite"):
        ours, theirs = tmp_path / f"ours.{form}", tmp_path / f"theirs.{form}"
        kiln.screen("(*)O", pool=POOL, choose=2, samples=0, output=ours)
        tool("screen", "(*)O", "--from", POOL, "--choose", "2", "--samples", "0", "-o", str(theirs))
        assert ours.read_bytes() == theirs.read_bytes(), form


def test_a_table_is_carried_through(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    (tmp_path / "mine.csv").write_text('formula,id,mass\nMgO,a,1.5\n"(Mg,Zn)O",b,\nMg(,c,2\n')
    found = kiln.screen(compositions=tmp_path / "mine.csv", samples=0)
    frame = found.to_frame()
    assert list(frame["id"]) == ["a", "b", "c"] and frame["mass"][0] == 1.5 and frame["status"][2] == "no formula"
    assert "formula" in frame["reason"][2] and repr(found) == "<kiln.Screening of 3 rows: 1 single, 1 never single, 1 no formula>"


def test_what_was_asked_stands_beside_the_rows(tmp_path: Path) -> None:
    found = kiln.screen("(*)O", pool=POOL, choose=2, samples=0, output=tmp_path / "r.csv")
    state = json.loads((tmp_path / "r.csv.state").read_text())
    assert state["is_finished"] and state["question"]["input"]["candidates"] == found.input["candidates"]
    with pytest.raises(kiln.FileError, match="belongs to another screening: its options were others"):
        kiln.screen("(*)O", pool=POOL, choose=3, samples=0, output=tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("says", "kind", "call"),
    [
        ("there is no column \"T_low\"; did you mean \"T_low_C\"", kiln.ParseError, lambda: kiln.screen("MgO", where="T_low > 5")),
        ("exclude each other", kiln.ArgumentError, lambda: kiln.screen("(*)O", pool=POOL, choose=2, random=5)),
        ("pool goes with", kiln.ArgumentError, lambda: kiln.screen("MgO", pool=POOL, substitute="Mg=Zn")),
        ("0 formulas", kiln.ArgumentError, lambda: kiln.screen()),
        ("choices of 5 to 5 cations of 2", kiln.ArgumentError, lambda: kiln.screen("(*)O", pool="Mg,Ni")),
        ("whole part of 100", kiln.ArgumentError, lambda: kiln.screen("(*)O", pool="Mg,Ni", grid=0.3)),
        ("extension .csv", kiln.ArgumentError, lambda: kiln.screen("MgO", output="r.xlsx")),
        ("cannot be opened", kiln.FileError, lambda: kiln.screen(compositions="/nowhere.csv")),
        ("top", kiln.ArgumentError, lambda: kiln.screen("MgO", top=-1)),
    ],
)
def test_mistakes(says: str, kind: type[Exception], call: Callable[[], object]) -> None:
    with pytest.raises(kind, match=says):
        call()
