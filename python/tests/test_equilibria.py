"""Arrays of equilibria against single ones."""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
from typing import Any

import kiln
import pytest
from conftest import FORMULA

numpy = pytest.importorskip("numpy")


def compare(row: dict[str, Any], single: kiln.Equilibrium) -> None:
    """A row is the single equilibrium, per mole of cations."""
    assert row["status"] == "OK" and row["certified"] == single.certificate["certified"]
    assert row["T_K"] == pytest.approx(single.T_K)
    assert row["G_J_mol"] / row["mass_g"] == pytest.approx(single.G_J_mol / single.result["mass_g"], rel=1e-9)
    assert row["oxygen_per_cation"] == pytest.approx(single.result["oxygen_per_cation"], abs=1e-7)
    left = list(row["phases"])
    for expected in single.phases:
        found = min(
            (p for p in left if p["phase"] == expected["phase"]),
            key=lambda p: abs(p["mass_fraction"] - expected["mass_fraction"]),
        )
        left.remove(found)
        assert found["mass_fraction"] == pytest.approx(expected["mass_fraction"], abs=1e-6)
        for element, x in expected["composition"].items():
            assert found["composition"][element] == pytest.approx(x, abs=1e-6)
    assert not left


def test_temperatures() -> None:
    many = kiln.equilibrium(FORMULA, "600C:1300C:70C")
    assert isinstance(many, kiln.Equilibria) and many.shape == (11,) == many.data.shape
    for row in many:
        compare(row, kiln.equilibrium(FORMULA, row["T_K"]))


def test_temperatures_as_numpy_arrays_and_texts() -> None:
    T = numpy.linspace(900.0, 1400.0, 6)
    many = kiln.equilibrium(FORMULA, T)
    assert numpy.array_equal(many.data["T_K"], T)
    again = kiln.equilibrium(FORMULA, [f"{t}K" for t in T.tolist()])
    assert many.data.tobytes() == again.data.tobytes()
    assert isinstance(kiln.equilibrium(FORMULA, T[0]), kiln.Equilibrium)
    assert isinstance(kiln.equilibrium(FORMULA, numpy.array(1000.0)), kiln.Equilibrium)
    assert len(kiln.equilibrium(FORMULA, T, threads=numpy.int64(2))) == 6


def test_zip_of_everything() -> None:
    formulas, T = ["(Mg,Co)O", "(Ni,Cu)O", "CoO", "(Mg,Ni)O", "(Co,Mg)O"], [1000.0, 1100.0, 1200.0, 1300.0, 900.0]
    gases = ["air", "Ar", "air", "O2", "air"]
    many = kiln.equilibrium(formulas, T, gases)
    assert many.shape == (5,)
    assert set(many.components) == {"Mg", "Co", "Ni", "Cu"}
    for row, formula, t, gas in zip(many, formulas, T, gases, strict=True):
        assert (row["formula"], row["atmosphere"]) == (formula, gas)
        compare(row, kiln.equilibrium(formula, t, gas))


def test_product_of_everything() -> None:
    many = kiln.equilibrium(["(Mg,Co)O", "CoO"], ["900C", "1000C", "700C"], ["air", "O2"], po2=[0.1, 1e-3], combine="product")
    assert many.shape == (2, 2, 2, 3) == many.data.shape
    assert many.data["log10_po2_bar"][0, 0, :, 0].tolist() == pytest.approx([-1.0, -3.0])
    for row in many:
        compare(row, kiln.equilibrium(row["formula"], row["T_K"], row["atmosphere"], po2=10.0 ** row["log10_po2_bar"]))
    assert kiln.equilibrium("CoO", [1000.0, 1100.0], po2=0.1, combine="product").shape == (2,)


def test_oxygen_pressures() -> None:
    po2 = numpy.logspace(-8, 0, 9)
    many = kiln.equilibrium("CoO", 1100.0, po2=po2)
    assert many.shape == (9,)
    assert many.amount("spinel")[-1] == pytest.approx(1.0) and many.amount("rock salt")[0] == pytest.approx(1.0)
    for i in (0, 4, 8):
        compare(many[i], kiln.equilibrium("CoO", 1100.0, po2=po2[i]))
    with_units = kiln.equilibrium("CoO", 1100.0, po2=["1e-8bar", "0.1MPa"])
    assert with_units.data["log10_po2_bar"].tolist() == pytest.approx([-8.0, 0.0])


def test_amounts() -> None:
    x = numpy.linspace(0.05, 0.95, 7)
    many = kiln.equilibrium("(Ni,Cu)O", 1200.0, amounts=numpy.stack([10 * (1 - x), 10 * x], axis=1))
    for row, x_cu in zip(many, x.tolist(), strict=True):
        compare(row, kiln.equilibrium(f"Ni{1 - x_cu:.12g}Cu{x_cu:.12g}O", 1200.0))
    both = kiln.equilibrium("(Ni,Cu)O", [1100.0, 1200.0], amounts=[[1, 1], [1, 3]], combine="product")
    assert both.shape == (2, 2)


def test_compositions_without_an_element_are_another_system() -> None:
    formulas = [f"Ni{1 - x:g}Cu{x:g}O" if x else "NiO" for x in (0.0, 0.25, 0.5)]
    many = kiln.equilibrium(formulas, 1200.0)
    assert [len(row["mu_J_mol"]) for row in many] == [1, 2, 2]
    assert math.isnan(many.data["mu_J_mol"][0][many.components.index("Cu")])
    assert many.data["composition"].shape == (3, 2, 2)


def test_threads_give_the_same_bits() -> None:
    rng = numpy.random.default_rng(1)
    amounts, T = rng.uniform(0.5, 2.0, (400, 5)), rng.uniform(900.0, 1500.0, 400)
    one = kiln.equilibrium(FORMULA, T, amounts=amounts, po2=10.0 ** rng.uniform(-4, 0, 400))
    rng = numpy.random.default_rng(1)
    amounts, T = rng.uniform(0.5, 2.0, (400, 5)), rng.uniform(900.0, 1500.0, 400)
    three = kiln.equilibrium(FORMULA, T, amounts=amounts, po2=10.0 ** rng.uniform(-4, 0, 400), threads=3)
    assert one.data.tobytes() == three.data.tobytes()


def test_failed_rows_leave_the_others() -> None:
    many = kiln.equilibrium("(Ni,Cu)O", [1000.0, 3800.0, 1200.0], amounts=[[1, 1], [1, 1], [0, 1]])
    assert [row["status"] for row in many] == ["OK", "RANGE", "ARG"]
    assert many.n_failed == 2 and many.n_certified == 1
    assert math.isnan(many[1]["G_J_mol"]) and many[1]["phases"] == [] and many[1]["extrapolated_K"] > 400.0
    assert numpy.isnan(many.amount("rocksalt")[1:]).all()
    assert many.certificate == {"certified": True, "gap_J_mol": many[0]["gap_J_mol"], "uncertified": 0, "reason": None}
    tree = json.loads(many.to_json())
    assert tree["rows"][1]["G_J_mol"] is None and tree["shape"] == [3]


def test_shapes_and_access() -> None:
    many = kiln.equilibrium("NiO", [1000.0, 1100.0, 1200.0])
    assert len(many) == 3 and many[-1]["T_K"] == 1200.0 and [r["T_K"] for r in many[:2]] == [1000.0, 1100.0]
    with pytest.raises(IndexError):
        many[3]
    with pytest.raises(kiln.ArgumentError, match="there are rocksalt"):
        kiln.equilibrium("NiO", [1000.0], only="rocksalt").amount("spinel")
    assert "3: 1 components" in repr(many)


def test_they_can_be_pickled() -> None:
    many = kiln.equilibrium(["NiO", "(Ni,Cu)O"], ["900C", "1000C"], combine="product")
    again = pickle.loads(pickle.dumps(many))
    assert again.shape == many.shape and again.to_json() == many.to_json()
    assert again.data.tobytes() == many.data.tobytes()


def test_frames() -> None:
    pandas = pytest.importorskip("pandas")
    many = kiln.equilibrium(FORMULA, ["700C", "900C", "1000C"])
    wide, long = many.to_frame(), many.to_frame("phases")
    assert isinstance(wide, pandas.DataFrame) and len(wide) == 3
    assert wide["phases"].tolist()[1:] == ["rock salt", "rock salt"]
    assert wide["rocksalt"].tolist()[1:] == pytest.approx([1.0, 1.0])
    assert len(long) == int(wide["n_phases"].sum())
    assert long.groupby("equilibrium")["mass_fraction"].sum().tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert "<table" in many._repr_html_()


def test_without_numpy() -> None:
    program = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('numpy', 'pandas', 'matplotlib'): raise ImportError(name)
sys.meta_path.insert(0, Block())
import kiln
many = kiln.equilibrium(['NiO', '(Ni,Cu)O'], ['900C', 1200.0], combine='product')
print(many.shape, [row['status'] for row in many], round(many[0]['mass_g'], 3), kiln.window('NiO').label)
try: many.data
except ImportError: print('no data')
print(many._repr_html_()[:5])
"""
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
    assert out.splitlines() == ["(2, 2) ['OK', 'OK', 'OK', 'OK'] 74.694 rock salt", "no data", "<pre>"]


def test_components_are_closed_and_per_mole_of_atoms() -> None:
    one = kiln.equilibrium("x(Fe)=0.42, O", 1300, gas_constant=8.31451)
    assert one.G_J_mol == pytest.approx(-211742.58, abs=0.01)
    assert [p["phase"] for p in one.phases] == ["spinel", "corundum"]
    assert sum(p["components_mol"] for p in one.phases) == pytest.approx(1.0, abs=1e-9)
    many = kiln.equilibrium(["x(Fe)=0.42, O", "w(Fe)=0.7, O"], 1300)
    assert many.data["G_J_mol"].shape == (2,)
    assert all(row["status"] == "OK" for row in many)


def test_potentials_stand_for_amounts() -> None:
    reduced, oxidised = (kiln.equilibrium(f"Fe, mu(O)={mu}kJ/mol", 1300) for mu in (-400, -190))
    assert [p["phase"] for p in reduced.phases] == ["alloy_fcc"]
    assert [p["phase"] for p in oxidised.phases] == ["corundum"]
    with pytest.raises(kiln.ArgumentError, match="argument of its own"):
        kiln.equilibrium("Fe, mu(O)=-3e5, T=1300", 1300)
    with pytest.raises(kiln.ParseError, match="sum to 0.4"):
        kiln.equilibrium("x(Fe)=0.4", 1300)
