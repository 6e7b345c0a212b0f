"""What each verb answers, in each format. The toy database has answers in closed form (data/toy.yaml)."""
import csv
import io
import math
import os
import re

from run import Case, TOY, toy

R = 8.31446261815324
T_LOW = 10000.0 / (R * math.log(2.0))  # (Mg0.5Zn0.5)O, from RT ln(1/2) = -10 kJ/mol
ZN = "(Mg,Zn)O"
PROTOTYPE = "(Mg,Co,Ni,Cu,Zn)O"


with open(TOY, "rb") as file:
    TOY_BYTES = file.read()
SHIFT = ["equilibrium", "Ca0.2Co0.8O", "--at", "1300C", "--only", "rocksalt", "--no-certify", "--set"]
# Made up so that all leave at much the same rate: -H, kJ/mol.
VOLATILE = {"Mg": 561, "Co": 238, "Ni": 240, "Cu": 187, "Zn": 400, "Mn": 385, "Fe": 272, "Ca": 575, "Cd": 388, "Sr": 552, "Ba": 568, "Pb": 369, "Sn": 436, "Ge": 522}


# mu(Zn) - G_ZnO = RT ln 1/2 + d_ZnO is measured as 0.2 +- 0.3 kJ/mol at 1800 K: a weighted mean of 10.57 and the prior.
FIT = b"""kiln-fit: 1
name: toy-fit
database: toy.yaml
parameters:
  - {name: d_ZnO, prior: 10 kJ/mol, sigma: 400 J/mol}
data:
  - {id: e1, kind: activity, phase: rocksalt, composition: Mg0.5Zn0.5O, of: Zn, reference: zincite, value: 0.2 kJ/mol, sigma: 300 J/mol, T: 1800 K}
  - {id: far, kind: solubility, phase: zincite, composition: Mg0.5Zn0.5O, of: Zn, beside: rocksalt, sigma: 0.01, T: 1800 K}
"""
FIT_FILES = {"toy.yaml": TOY_BYTES, "data.fit.yaml": FIT}


def fit(tree):
    frame(tree, "kiln.fit/1")
    [p] = tree["result"]["parameters"]
    says = 200.0 + R * 1800.0 * math.log(2.0)
    near(p["value"], (10000.0 / 400.0**2 + says / 300.0**2) / (1 / 400.0**2 + 1 / 300.0**2), 1e-3)
    near(p["sigma"], 240.0, 1e-6)
    near(p["data_share"], 0.64, 1e-9)
    near(sum(part["share"] for part in p["decided_by"]), 1.0, 1e-9)
    [d] = tree["result"]["residuals"]
    assert d["unit"] == "J/mol" and d["measured"] == 200 and p["decided_by"][0]["datum"] == "e1"
    [out] = tree["result"]["left_out"]
    assert out["id"] == "far" and "cannot hold" in out["why"]


def fitted_database(folder):
    text = open(os.path.join(folder, "mine.yaml"), encoding="utf-8").read()
    assert "# Written by kiln" in text and "kiln fit data.fit.yaml --leave-out" in text and 'include: ["toy.yaml"]' in text, text
    assert "status: fitted" in text and "covariance:" in text and "SHA-256" in text


def short_lines(name):
    """A TDB of lines that Thermo-Calc takes."""
    def check(folder):
        with open(os.path.join(folder, name), encoding="ascii") as file:
            assert max(len(line.rstrip("\n")) for line in file) <= 80
    return check


def is_a_database(name):
    def check(folder):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        assert "include:" not in text and "\nphases:\n" in text and "\nsubstances:\n  zincite: {" in text, text
    return check


def many_volatile():
    ends = "".join(f"      - {{at: [{e}+2, '*'], G: -{h}000 - 60*T, source: here, status: estimated}}\n" for e, h in VOLATILE.items())
    return ("kiln: 1\nname: many\ninclude: [kiln.yaml]\nphases:\n  mix:\n    formula: MO\n    anion_ratio: 1.0\n    sublattices:\n"
            f"      - {{name: M, sites: 1, constituents: [{', '.join(e + '+2' for e in VOLATILE)}]}}\n"
            "      - {name: O, sites: 1, constituents: [O-2]}\n    end_members:\n" + ends).encode()


def same(value, expected):
    assert value == expected, f"{value!r} is not {expected!r}"


def near(value, expected, tolerance):
    assert abs(value - expected) <= tolerance, f"{value} is not {expected} within {tolerance}"


def frame(tree, schema):
    assert tree["schema"] == schema, tree["schema"]
    assert list(tree)[:2] == ["schema", "kiln"], list(tree)
    assert re.fullmatch(r"\d+\.\d+\.\d+", tree["kiln"]["version"])
    if "database" in tree:
        assert re.fullmatch(r"[0-9a-f]{64}", tree["database"]["sha256"])


def window(tree):
    frame(tree, "kiln.window/1")
    assert tree["input"]["formula"] == ZN and tree["input"]["canonical"] == "(Mg0.5Zn0.5)O"
    assert tree["input"]["seed"] == 1 and tree["input"]["samples"] == 4096
    result = tree["result"]
    certificate = result["certificate"]
    assert result["phase"] == "rocksalt" and certificate["certified"] and 0.01 <= certificate["gap_J_mol"] <= 2.01
    [only] = result["windows"]
    low, high = only["low"], only["high"]
    near(low["T_K"], T_LOW, 1e-5)  # ends are converged to 1e-6 K and printed with 12 digits
    # the gap of 0.01 J/mol over the slope, R ln 2 per mole of ZnO, on both sides
    near(low["bracket_K"]["high"] - T_LOW, 0.01 / (R * math.log(2.0)), 1e-5)
    near(T_LOW - low["bracket_K"]["low"], 0.01 / (R * math.log(2.0)), 1e-5)
    assert low["kind"] == "phase" and low["limited_by"] == "zincite" and low["limits"][0]["formula"] == "ZnO"
    # dT/dG = 1/(R ln 2) for d_ZnO, the only uncertain number that does not cancel
    near(low["decisive"][0]["K_per_unit"], 1.0 / (R * math.log(2.0)), 1e-6)
    near(low["decisive"][0]["contribution_K"], 100.0 / (R * math.log(2.0)), 1e-4)
    near(low["sigma_K"], 100.0 / (R * math.log(2.0)), 1.5)  # 4096 samples: their quantiles scatter by about 2 %
    assert high["T_K"] is None and high["kind"] in ("search_limit", "validity") and high["reason"]
    assert low["p16_K"] < low["T_K"] < low["p84_K"] and not low["p16_is_open"] and not low["critical_point"]
    near(result["entropy"]["per_cation_R"], math.log(2.0), 1e-9)
    budget = result["energy_budget"]
    assert budget["references"] == {"Mg": "MgO", "Zn": "ZnO"}
    near(budget["transfer_J_mol"], 5000.0, 1e-5)  # half a mole of ZnO goes from wurtzite into rock salt
    near(budget["transfer_J_mol"] + budget["excess_J_mol"] + budget["minus_TS_conf_J_mol"], budget["dG_J_mol"], 1e-9)
    near(result["energy_budget"]["S_conf_J_molK"], R * math.log(2.0), 1e-6)
    assert result["estimates"]["pairs_taken_as_ideal"] == ["Mg+2-Zn+2"]
    assert result["melt_modelled"] is False and result["sources"][0]["key"] == "made"


# The toy with a status: rock salt for screening, and an alloy of which nothing but the entropy is known.
QUALITY = (b"kiln: 1\nname: status\ninclude: [toy.yaml]\nphases:\n  rocksalt: {quality: screening}\n"
           b"  brass: {label: brass, formula: M, quality: entropy-only, note: 'no real competitors are known; needed: its fcc end members',"
           b" sublattices: [{name: M, sites: 1, constituents: [Cu, Zn]}]}\n")
QUALITY_FILES = {"toy.yaml": TOY_BYTES, "q.yaml": QUALITY}


def fluoride(tree):
    frame(tree, "kiln.window/1")
    result = tree["result"]
    assert result["phase"] == "fluoride_perovskite" and result["quality"] == "screening" and tree["input"]["charges"]["F"] == -1
    [only] = result["windows"]
    assert only["low"]["limited_by"] == "k3mnf6" and {limit.get("quality") for limit in only["low"]["limits"]} == {None, "screening"}
    assert {"jacob1987", "hexafluoro1983"} <= {source["key"] for source in result["sources"]}


def screening(tree):
    assert tree["result"]["quality"] == "screening" and tree["result"]["phase"] == "rocksalt"


def screening_phase(tree):
    [phase] = tree["result"]["phases"]
    assert phase["phase"] == "rocksalt" and phase["quality"] == "screening"


def qualities(tree):
    assert {p["phase"]: p["quality"] for p in tree["result"]["phases"]} == {"rocksalt": "screening", "brass": "entropy-only", "zincite": "full"}


def fluorite(tree):
    frame(tree, "kiln.window/1")
    result = tree["result"]
    assert result["phase"] == "fluorite" and result["melt_modelled"] is False
    [only] = result["windows"]
    assert only["low"]["kind"] == "demixing" and 900.0 < only["low"]["T_K"] - 273.15 < 1200.0
    assert result["at"]["single_phase"] is True and result["at"]["probability"] > 0.9  # reported after 1500 C
    assert {"fabrichnaya2006", "flfit"} <= {source["key"] for source in result["sources"]}


def perovskite(tree):
    frame(tree, "kiln.window/1")
    result = tree["result"]
    assert result["phase"] == "perovskite" and result["melt_modelled"] is False and "oxygen sites may be empty" in result["database_note"]
    assert result["at"]["single_phase"] is True and result["at"]["probability"] > 0.9  # reported after 1300 C
    assert {"jacob2003", "pvlaw", "perovskite_fit"} <= {source["key"] for source in result["sources"]}


def rutiles(tree):
    frame(tree, "kiln.equilibrium/1")
    first, second = tree["result"]["phases"]
    assert first["phase"] == second["phase"] == "rutile"
    # a regular solution of W = 28.3 kJ/mol at 1000 C
    x = min(first["composition"]["Ti"], second["composition"]["Ti"])
    near(R * 1273.15 * math.log(x / (1.0 - x)), 28300.0 * (2.0 * x - 1.0), 0.01)


def no_window(tree):
    frame(tree, "kiln.window/1")
    assert tree["result"]["windows"] == [] and tree["result"]["reason"]
    assert isinstance(tree["result"]["apparent_windows"], list)
    assert tree["result"]["closest"]["limited_by"] == "zincite" and tree["result"]["closest"]["driving_force_J_mol"] < 0.0


def at(tree):
    answer = tree["result"]["at"]
    assert answer["single_phase"] is False and answer["limited_by"] == "zincite" and answer["probability"] == 0.0


def near_the_end(tree):
    answer = tree["result"]["at"]  # a fifth of a standard deviation above the end: Phi(0.2) = 0.58
    assert answer["single_phase"] is True
    near(answer["probability"], 0.58, 0.04)  # 4096 samples scatter by 0.008


def is_open(tree):
    [only] = tree["result"]["windows"]
    assert only["low"]["p16_is_open"] and only["low"]["p16_K"] == 1730.0, only["low"]


def rejected(tree):
    reasons = {item["phase"]: item for item in tree["result"]["rejected_structures"]}
    near(reasons["spinel"]["charge_needed"], 8.0 / 3.0, 1e-9)
    near(reasons["spinel"]["charge_largest"], 2.0, 1e-9)
    assert tree["result"]["phase"] != "spinel"


def lone_substance(tree):
    assert tree["result"]["phase"] == "cafe2o4" and tree["result"]["windows"], tree["result"]["phase"]


def disordered(tree):
    entropy = tree["result"]["entropy"]  # all six cations share the sublattice of rock salt, whatever the formula groups
    x = [0.1] + 5 * [0.18]
    near(entropy["mixing_sublattice_R"], -sum(f * math.log(f) for f in x), 1e-9)


def stays_within(tree):
    for phase in tree["result"]["phases"]:
        near(phase["composition"]["Mg"] + phase["composition"]["Zn"] + phase["composition"]["O"], 1.0, 1e-9)


def equilibrium(tree):
    frame(tree, "kiln.equilibrium/1")
    result = tree["result"]
    phases = {phase["phase"]: phase for phase in result["phases"]}
    x = math.exp(-10000.0 / (R * 1000.0))  # solubility of ZnO at 1000 K
    near(phases["rocksalt"]["composition"]["Zn"], x, 1e-9)
    near(phases["rocksalt"]["site_fractions"]["M"]["Zn+2"], x, 1e-9)
    near(phases["rocksalt"]["amount_mol"], 0.5 / (1.0 - x), 1e-9)  # per mole of (Mg0.5Zn0.5)O
    near(sum(phase["mass_fraction"] for phase in result["phases"]), 1.0, 1e-9)
    near(result["oxygen_per_cation"], 1.0, 1e-9)
    near(result["valence"]["Zn"], 2.0, 1e-9)
    assert result["includes_open_components"] is False
    mu = result["chemical_potentials_J_mol"]
    near(mu["open"]["O"], 0.5 * R * 1000.0 * math.log(0.2095), 1e-3)
    near(0.5 * (mu["closed"]["Mg"] + mu["closed"]["Zn"]), result["G_J_mol"], 1e-3)  # G = sum b mu


def closed(tree):
    stays_within(tree)
    assert tree["result"]["includes_open_components"] is True
    assert list(tree["result"]["chemical_potentials_J_mol"]["closed"]) == ["Mg", "Zn", "O"]


def step(tree):
    frame(tree, "kiln.step/1")
    rows = tree["result"]["rows"]
    assert [row["T_K"] for row in rows] == [1000.0, 1500.0, 2000.0]
    assert [len(row["phases"]) for row in rows] == [2, 2, 1]
    near(rows[0]["mass_change_percent"], 0.0, 1e-12)
    near(rows[2]["phases"][0]["amount_mol"], 1.0, 1e-9)
    [change] = tree["result"]["transitions"]
    near(change["T_K"], T_LOW, 0.1)
    assert [phase["phase"] for phase in change["leaves"]] == ["zincite"] and change["appears"] == []
    assert tree["result"]["certificate"]["certified"] is True


def followed(tree):
    assert tree["input"]["compositions_of"]["phase"] == "zincite"


def cooling(tree):
    assert [row["T_K"] for row in tree["result"]["rows"]] == [2000.0, 1600.0, 1200.0, 1000.0]
    [change] = tree["result"]["transitions"]
    near(change["T_K"], T_LOW, 0.1)
    assert [phase["phase"] for phase in change["appears"]] == ["zincite"] and change["leaves"] == []


def partly(tree):
    rows = tree["result"]["rows"]
    assert ["failed" in row for row in rows] == [False, False, False, True]
    assert "500 K outside its validity" in rows[3]["failed"]
    assert tree["result"]["usable_K"] == [1000.0, 2000.0] and tree["result"]["failed_rows"] == 1


def risk(tree):
    frame(tree, "kiln.risk/1")
    result = tree["result"]
    assert result["phase"] == "rocksalt" and result["samples"]["failed"] == 0 and result["samples"]["n"] == 1024
    near(result["low"]["median_K"], T_LOW, 1.0)
    near(result["low"]["sigma_K"], result["low"]["first_order_sigma_K"], 0.1 * result["low"]["sigma_K"])
    near(result["at"]["probability"], 0.5, 0.05)
    assert result["at"]["spoiled_by"][0]["phase"] == "zincite" and result["at"]["spoiled_by"][0]["side"] == "below"
    probability = [row["probability"] for row in result["curve"]]
    assert probability == sorted(probability) and result["parameters"][0]["risk_share"] > 0.1


def fired(tree):
    result = tree["result"]
    assert [o["outcome"] for o in result["observations"]] == ["multi", "single"]
    assert result["observations"][0]["phase"] == "zincite" and result["at"] is None
    assert result["low"]["sigma_K"] < result["before_observations"]["low"]["sigma_K"]
    assert all(0.0 < o["expected"] < 1.0 for o in result["observations"])
    assert 0.0 < result["next_firing"]["information_bits"] <= 1.0 and result["low"]["first_order_sigma_K"] is None


def sinter(tree):
    frame(tree, "kiln.sinter/1")
    result = tree["result"]
    low, high = result["recommended"]["fire_K"]
    assert result["thermodynamic_floor"]["with_margin_K"] <= low < high <= result["thermodynamic_ceiling"]["with_margin_K"]
    assert result["thermodynamic_ceiling"]["kind"] == "liquid" and result["vapour_ceiling"]["element"] == "Zn"
    assert result["kinetic_floor"]["basis"] == "rule of thumb" and result["vapour_ceiling"]["basis"] == "estimated"
    assert [p["formula"] for p in result["precursors"]] == ["MgO", "Co3O4", "NiO", "CuO", "ZnO"]
    assert {loss["element"] for loss in result["losses"]} == {"Mg", "Co", "Ni", "Cu", "Zn"}
    assert sum(gas["widest"] for gas in result["oxygen_pressures"]) == 1 and result["cooling"]["slowly_to_K"] == 873.15


def designed(tree):
    frame(tree, "kiln.design/1")
    result, goal = tree["result"], tree["input"]["design"]
    start, proposed = result["start"], result["proposed"]
    assert goal["goal"] == "onset" and goal["least_entropy_R"] == 1.5 and result["search"]["seeds_agree"]
    assert proposed["window"]["low"]["T_K"] < start["window"]["low"]["T_K"] - 20.0 and proposed["entropy_R"] >= 1.5
    near(sum(proposed["fractions"].values()), 1.0, 1e-9)
    near(proposed["value"], proposed["window"]["low"]["T_K"], 0.3)
    near(sum(d["share"] for d in result["decided_by"]), 1.0, 1e-6)
    assert 0.15 - 1e-9 <= proposed["fractions"]["Co"] and "Co>=0.15" in {a["limit"] for a in result["active_limits"]}
    assert all(a["gain_by_0.01"] > 0.0 for a in result["active_limits"])
    assert all(c["flat_low"] <= c["unrounded"] + 1e-6 and c["flat_high"] >= c["unrounded"] - 1e-6 for c in result["cations"])
    assert proposed["certificate"]["certified"] and proposed["cost_per_kg"] is None


def shifted(tree):
    assert tree["database"]["changes"] == ["d_ZnO+=1kJ/mol"]
    near(tree["result"]["windows"][0]["low"]["T_K"], 11000.0 / (R * math.log(2.0)), 1e-5)


def compared(tree):
    frame(tree, "kiln.compare/1")
    names = [v["name"] for v in tree["result"]["variants"]]
    assert names == ["base", "L(rocksalt;Mg,Zn)=2kJ/mol", "without zincite", "all of them"]
    base, set_, without, both = [v["ranges"][0] for v in tree["result"]["variants"]]
    near(base["low"]["T_K"], T_LOW, 0.01)
    assert set_["low"]["T_K"] > base["low"]["T_K"] and base["low"]["phase"] == "zincite"
    assert without["low"]["T_K"] is None or without["low"]["T_K"] < base["low"]["T_K"]
    assert both["low"]["kind"] in ("demixing", "search_limit", "validity")
X_ZN = math.exp(-10000.0 / (R * 1000.0))  # ZnO that rock salt dissolves at 1000 K


def gap(tree):
    frame(tree, "kiln.gap/1")
    assert [end["formula"] for end in tree["input"]["end_members"]] == ["MgO", "ZnO"]
    assert tree["input"]["basis"].startswith("mole fraction of cations")
    [row] = tree["result"]["rows"]
    assert row["T_K"] == 1000.0 and tree["result"]["failed_rows"] == 0
    low, high = row["fields"]
    assert [phase["phase"] for phase in low["phases"]] == ["rocksalt", "zincite"] and [phase["phase"] for phase in high["phases"]] == ["rocksalt"]
    [edge] = row["boundaries"]
    near(edge["x_B"], X_ZN, 1e-9)
    near(edge["x_A"], 1.0 - X_ZN, 1e-9)
    assert edge["bracket"] == 0.0 and edge["certificate"]["certified"] and all(phase["on_join"] for phase in edge["phases"])
    assert {phase["formula"] for phase in edge["phases"]} == {"(Mg0.7Zn0.3)O", "ZnO"}
    [rocksalt] = row["structures"]  # zincite holds one composition only
    assert rocksalt["phase"] == "rocksalt" and rocksalt["stable"] and rocksalt["miscible"] and rocksalt["binodals"] == [] == rocksalt["spinodals"]
    [field] = rocksalt["single_phase"]
    near(field["low"]["x_B"], X_ZN, 1e-9)
    assert field["high"]["outer"] and not field["low"]["outer"] and [phase["phase"] for phase in field["low"]["beyond"]] == ["zincite"]
    assert tree["result"]["certificate"]["certified"] and tree["result"]["sources"][0]["key"] == "made"


def diagram(tree):
    frame(tree, "kiln.diagram.tx/1")
    assert [end["formula"] for end in tree["input"]["end_members"]] == ["MgO", "ZnO"] and tree["input"]["T_range_K"] == [800.0, 1600.0]
    result = tree["result"]
    assert result["invariants"] == [] == result["spinodals"] and result["unresolved"] == 0 and not result["truncated"]
    assert result["certificate"]["certified"] and result["extrapolated_K"] == 0.0
    axis, solvus = result["curves"]
    assert solvus["begins"] is None is solvus["ends"] and [p["phase"] for p in solvus["above"]] == ["rocksalt"]
    assert solvus["points"][0]["T_K"] == 800.0 and solvus["points"][-1]["T_K"] == 1600.0
    for point in solvus["points"]:
        near(point["x_B"], math.exp(-10000.0 / (R * point["T_K"])), 1e-9)
        assert point["certified"]
    assert all(point["x_A"] == 0.0 for point in axis["points"])
    labels = {tuple(p["phase"] for p in field["phases"]): field["label_at"] for field in result["fields"]}
    assert set(labels) == {("zincite",), ("rocksalt", "zincite"), ("rocksalt",)}
    assert labels["rocksalt",]["x_A"] > 1.0 - math.exp(-10000.0 / (R * labels["rocksalt",]["T_K"]))


def components(tree):
    frame(tree, "kiln.diagram.entropy/1")
    assert tree["input"] == {"formula": None} and "database" not in tree
    curves = tree["result"]["curves"]
    assert [curve["components"] for curve in curves] == list(range(2, 9)) and {curve["basis"] for curve in curves} == {"mixing_sublattice"}
    for curve in curves:
        n = curve["components"]
        near(curve["maximum"]["x"], 1.0 / n, 1e-11)
        near(curve["maximum"]["entropy_R"], math.log(n), 1e-11)
        near(curve["maximum"]["entropy_J_molK"], R * math.log(n), 1e-9)
        assert len(curve["points"]) == 201 and curve["points"][200] == {"x": 1.0, "entropy_R": 0.0, "entropy_J_molK": 0.0}
        assert (curve["high_x"] is None) == (n < 5) and (curve["at_least_medium_x"] is None) == (n < 3)


def varied_entropy(tree):
    frame(tree, "kiln.diagram.entropy/1")
    result = tree["result"]
    assert tree["input"]["canonical"] == "(Mg0.5Ni0.25Zn0.25)O" and result["cation"] == "Mg"
    mixing, per_site = result["curves"]
    near(mixing["maximum"]["x"], 1.0 / 3.0, 1e-11)  # the others in equal shares
    near(mixing["maximum"]["entropy_R"], math.log(3.0), 1e-11)
    near(per_site["maximum"]["entropy_R"], 0.5 * math.log(3.0), 1e-11)
    near(result["composition"]["x"], 0.5, 1e-12)
    near(mixing["points"][100]["entropy_R"], result["composition"]["mixing_sublattice_R"], 1e-11)
    near(per_site["points"][100]["entropy_R"], result["composition"]["per_site_R"], 1e-11)


with open(os.path.join(os.path.dirname(TOY), "trials.csv"), "rb") as file:
    TRIALS = {"trials.csv": file.read(), "known.csv": b"key,doi,marks,used_in,citation\nsome1999,,Somebody;1999,facts.csv,Somebody 1999\n"}


def validated(tree):
    frame(tree, "kiln.validate/1")
    assert tree["input"]["file"] == "trials.csv" and tree["input"]["known_sources"] == "known.csv", tree["input"]
    result = tree["result"]
    same(result["rows"], {"all": 7, "scored": 4, "known_source": 1, "not_eligible": 1, "not_judged": 1, "forecasts": 6, "certified": 6})
    pooled, rocksalt, fluorite = result["families"]
    assert pooled["family"] is None and pooled["eligible"] == 5 and pooled["coverage"] == 0.8
    assert "judges" not in rocksalt and fluorite["scored"] == 0 and fluorite["coverage"] == 0.0
    kiln, always, entropy, size = pooled["judges"]
    same(kiln["confusion"], {"single_called_single": 2, "multi_called_single": 1, "single_called_multi": 0, "multi_called_multi": 1})
    near(kiln["balanced_accuracy"], 0.75, 1e-12)
    assert kiln["balanced_accuracy_95"][0] <= 0.75 <= kiln["balanced_accuracy_95"][1]
    assert always["balanced_accuracy"] == 0.5 == always["auc"] and always["brier"] == 0.5 and entropy["balanced_accuracy"] == 0.5
    assert kiln["roc"][0] == [0.0, 0.0] and kiln["roc"][-1] == [1.0, 1.0] and always["roc"] == [[0.0, 0.0], [1.0, 1.0]]
    assert pooled["balanced_accuracy_above_every_rule"] is True and sum(bin["n"] for bin in kiln["calibration"]) == 4
    rows = {row["id"]: row for row in result["list"]}
    assert rows["hot"]["forecast"]["probability"] > 0.99 and rows["hot"]["forecast"]["right"] is True and rows["hot"]["reason"] is None
    assert rows["cold"]["forecast"]["second_phase"] == "wurtzite" and rows["cold"]["forecast"]["second_mass_fraction"] > 0.1
    assert rows["hot"]["rules"] == {"always": "single", "entropy": "multi", "size": "single"} and rows["cooled"]["forecast"]["right"] is False
    assert rows["fitted"]["use"] == "known source" and rows["fitted"]["known_source"] == "some1999" and rows["fitted"]["forecast"]["right"] is True
    assert rows["told"]["reason"] == "quoted from memory" and rows["other"]["reason"] == "database toy has no structure called fluorite"
    # Stated 1450; seen where 2 wt% of ZnO is left, a little below the end of the window.
    assert T_LOW - 40 < rows["hot"]["onset_K"] < T_LOW and result["transition_errors"]["n"] == 1
    near(result["transition_errors"]["mean_K"], rows["hot"]["onset_K"] - 1723.15, 1e-6)


POINTS = b"""A,B,T_K,x,sigma_x,kind,phase,label,source
ZnO,MgO,1000,0.3,0.02,boundary,rocksalt,N 2001,\"Nobody, J. Made 1 (2001)\"
MgO,ZnO,1200,0.9,,single,,,
MgO,ZnO,2900,0.9,,single,,,
NiO,ZnO,1200,0.9,,single,,,
"""


def measured(tree):
    diagram(tree)
    assert tree["input"]["experiments"] == {"file": "points.csv", "other_joins": 1}, tree["input"]
    edge, single, outside = tree["result"]["experiments"]
    assert abs(edge["x_A"] - 0.7) < 1e-12 and abs(edge["x_B"] - 0.3) < 1e-12 and edge["sigma_x"] == 0.02 and edge["sigma_T_K"] is None, edge
    assert edge["label"] == "N 2001" and edge["source"] == "Nobody, J. Made 1 (2001)" and edge["line"] == 2, edge
    # ZnO in ideal rock salt beside pure ZnO: exp(-10000 / (R T)); from the lines, which are straight to 0.001
    assert abs(1.0 - edge["model"]["x_A"] - math.exp(-10000.0 / (8.31446261815324 * 1000.0))) < 1.1e-3, edge["model"]
    assert [p["phase"] for p in edge["model"]["phases"]] == ["rocksalt"], edge
    assert single["kind"] == "single" and single["model"]["x_A"] is None and single["label"] is None, single
    assert outside["model"] == {"x_A": None, "phases": []}, outside


def isopleth(tree):
    """Toy: rock salt above T = 10000 / (-R ln x(Zn)), beside pure ZnO; x_A is the fraction of Zn."""
    frame(tree, "kiln.diagram.section/1")
    assert tree["input"]["axes"] == ["x_A", "T_K"] and tree["input"]["varied"] == "Zn" and tree["input"]["u_range"] == [0.1, 0.6]
    result = tree["result"]
    assert result["certificate"]["certified"] and result["failed"] == 0 and not result["truncated"]
    fields = {tuple(phase["phase"] for phase in field["phases"]): field for field in result["fields"]}
    assert set(fields) == {("rocksalt",), ("rocksalt", "zincite")}, set(fields)
    near(sum(field["share"] for field in result["fields"]), 1.0, 1e-9)
    (line,) = result["lines"]
    assert line["not_certified"] == [] and len(line["points"]) > 20
    for x, T_K in line["points"]:
        near(T_K, -10000.0 / (R * math.log(x)), 0.01)
    windows = result["windows"]
    assert windows["structure"]["phase"] == "rocksalt" and len(windows["rows"]) == 41
    row = windows["rows"][20]
    near(row["x_A"], 0.35, 1e-12)
    near(row["ranges"][0]["low"]["T_K"], -10000.0 / (R * math.log(0.35)), 1e-3)
    assert row["ranges"][0]["low"]["low_K"] < row["ranges"][0]["low"]["T_K"] < row["ranges"][0]["low"]["high_K"] and not row["ranges"][0]["high"]["is_end"]


def triangle(tree):
    frame(tree, "kiln.diagram.section/1")
    assert tree["input"]["axes"] == ["x_A", "x_B"] and "T_range_K" not in tree["input"]
    near(tree["input"]["T_K"], 1273.15, 1e-9)
    result = tree["result"]
    near(sum(field["share"] for field in result["fields"]), 1.0, 1e-9)
    three = [tie for tie in result["tie_lines"] if len(tie["ends"]) == 3]
    assert len(three) == 1 and three[0]["certified"] and len(result["tie_lines"]) > 10
    assert sorted(end["phase"] for end in three[0]["ends"]) == ["guggenite", "rocksalt", "tenorite"], three
    # MgO takes up more CuO than NiO does beside tenorite or guggenite; every corner of the triangle is a composition
    assert all(0.0 <= end["x_A"] <= 1.0 and 0.0 <= end["x_B"] <= 1.0 - end["x_A"] + 1e-9 for tie in result["tie_lines"] for end in tie["ends"])


def oxygen_of_cobalt(tree):
    frame(tree, "kiln.diagram.section/1")
    assert tree["input"]["axes"] == ["log10_po2_bar", "T_K"]
    result = tree["result"]
    names = [[phase["phase"] for phase in field["phases"]] for field in result["fields"]]
    assert sorted(names) == [["rocksalt"], ["spinel"]], names
    assert {(contour["element"], contour["valence"]) for contour in result["valence_contours"]} <= {("Co", 2.5)}
    (line,) = result["lines"]
    air = min(line["points"], key=lambda point: abs(point[0] - math.log10(0.2095)))
    near(air[1], 1173.0, 60.0)  # Co3O4 gives way to CoO near 900 C in air
def energy(tree):
    frame(tree, "kiln.diagram.energy/1")
    result = tree["result"]
    assert result["phase"] == "rocksalt" and tree["input"]["varied"] is None and tree["input"]["T_range_K"] == [1000.0, 2000.0]
    assert [c["phase"] for c in result["competitors"]] == ["zincite"] and result["open_rows"] == 0 == result["failed_rows"]
    for row in result["rows"]:
        T, budget = row["T_K"], row["energy_budget"]
        near(budget["transfer_J_mol"], 5000.0, 1e-5)
        near(budget["excess_J_mol"], 0.0, 1e-9)
        near(budget["mixing_J_mol"], -R * T * math.log(2.0), 1e-6)
        near(budget["dG_J_mol"], budget["transfer_J_mol"] + budget["excess_J_mol"] + budget["minus_TS_conf_J_mol"], 1e-6)
        near(row["driving_forces_J_mol"][0], R * T * math.log(2.0) - 10000.0, 1e-5)
        assert row["state"] == ("single" if T > T_LOW else "undercut") and row["certified"] == (T > T_LOW)
    [end] = result["ends"]
    near(end["T_K"], T_LOW, 1e-5)
    assert end["single"] == "above" and result["competitors"][end["limited_by"]]["phase"] == "zincite"
    assert result["certificate"]["certified"] and result["references"][0]["references"] == {"Mg": "MgO", "Zn": "ZnO"}


def energy_over_x(tree):
    frame(tree, "kiln.diagram.energy/1")
    result = tree["result"]
    assert tree["input"]["varied"] == "Zn" and tree["input"]["T_K"] == 1000.0 and result["x_as_written"] == 0.5
    [end] = result["ends"]
    near(end["x"], X_ZN, 1e-7)
    assert end["single"] == "below"
    for row in result["rows"]:
        near(row["energy_budget"]["transfer_J_mol"], 10000.0 * row["x"], 1e-5)
        if 0.0 < row["x"] < 1.0:
            near(row["driving_forces_J_mol"][0], -R * 1000.0 * math.log(row["x"]) - 10000.0, 1e-5)
    assert result["rows"][0]["driving_forces_J_mol"] == [None] and result["rows"][0]["limited_by"] is None


def energy_of_prototype(tree):
    low, high = tree["result"]["ends"]
    assert low["single"] == "above" and high["single"] == "below" and tree["result"]["competitors"][high["limited_by"]]["phase"] == "oxide_melt"
    assert tree["result"]["certificate"]["certified"] and tree["result"]["references"][0]["references"]["Co"] == "Co3O4"


def pairs(tree):
    frame(tree, "kiln.diagram.pairs/1")
    result = tree["result"]
    assert result["phase"] == "rocksalt" and result["constituents"] == ["Mg+2", "Ca+2", "Cu+1", "Mn+2"] and result["sites_per_formula"] == 1.0
    assert [(p["a"], p["b"]) for p in result["pairs"]] == [("Mg+2", "Ca+2"), ("Mg+2", "Cu+1"), ("Ca+2", "Cu+1"), ("Mg+2", "Mn+2"), ("Ca+2", "Mn+2"), ("Cu+1", "Mn+2")]
    camg, mgmn = result["pairs"][0], result["pairs"][3]
    assert camg["L0_J_mol"] == 45000.0 and camg["sigma_J_mol"] == 12000.0 and camg["estimated"] and camg["source_key"] == "memory_camg"
    assert mgmn["L0_J_mol"] == 15750.0 and mgmn["status"] == "assessed" and not mgmn["estimated"] and "Mineral. Mag." in mgmn["source"]
    assert result["estimated"] == sum(p["estimated"] for p in result["pairs"]) and result["without_value"] == 0


def pairs_changed(tree):
    assert tree["database"]["changes"] == ["L(rocksalt;Mg,Ca)=30 +- 2 kJ/mol"]
    [pair] = tree["result"]["pairs"]
    assert pair["L0_J_mol"] == 30000.0 and pair["sigma_J_mol"] == 2000.0


FIRINGS = b"""id,formula,structure,temperature_C,atmosphere,outcome
a,"(Mg,Zn)O",rock salt,1000,air,single
b,ZnO,wurtzite,1000,air,single
c,MgO,perovskite,1000,air,multi
d,Mg0.75Zn0.25O,rocksalt,1000,1e-3atm,multi
"""


def composition_map(tree):
    frame(tree, "kiln.diagram.map/1")
    result = tree["result"]
    a, b, c, d = result["compositions"]
    assert tree["input"] == {"file": "f.csv", "enthalpy": "mixing"} and result["judged"] == 3 and result["not_judged"] == 1
    assert a["id"] == "a" and a["line"] == 2 and a["phase"] == "rocksalt" and a["outcome"] == "single" and a["reason"] is None
    near(a["delta_percent"], 100.0 * 0.01 / 0.73, 1e-9)  # 0.72 and 0.74
    near(a["mixing_H_J_mol"], 0.0, 1e-9)
    near(a["formation_H_J_mol"], 5000.0, 1e-5)
    near(b["formation_H_J_mol"], 0.0, 1e-5)
    near(d["formation_H_J_mol"], 2500.0, 1e-5)
    assert not c["judged"] and "no structure" in c["reason"] and "delta_percent" not in c


def diagram_of_cobalt(tree):
    kinds = [(v["kind"], v["reaction"]) for v in tree["result"]["invariants"]]
    assert ("eutectoid", "rock salt -> wurtzite + cubic spinel") in kinds and ("transition", "rock salt -> cubic spinel") in kinds
    for v in tree["result"]["invariants"]:
        low, high = v["bracket_K"]
        assert v["certified"] and low < v["T_K"] < high < low + 0.0011


def gap_partly(tree):
    rows = tree["result"]["rows"]
    assert ["failed" in row for row in rows] == [False, False, False, True] and tree["result"]["failed_rows"] == 1
    assert "500 K outside its validity" in rows[3]["failed"]
    near(rows[1]["boundaries"][0]["x_B"], math.exp(-10000.0 / (R * 1500.0)), 1e-9)


def own_gap(tree):
    [row] = tree["result"]["rows"]
    [rocksalt] = [item for item in row["structures"] if item["phase"] == "rocksalt"]
    [binodal] = rocksalt["binodals"]
    assert not rocksalt["miscible"] and not binodal["low"]["open"] and binodal["high"]["certificate"]["certified"]
    first, second = [item["x_A"] for item in rocksalt["spinodals"]]
    assert 0.0 < binodal["low"]["x_A"] < first < second < binodal["high"]["x_A"] < 1.0
    near(binodal["low"]["beside"]["Mg"], binodal["high"]["x_A"], 1e-9)


def off_the_join(tree):
    [row] = tree["result"]["rows"]
    edge = row["boundaries"][0]
    assert 0.0 < edge["bracket"] < 1e-9 and edge["certificate"]["certified"]
    assert [phase["on_join"] for phase in edge["phases"]] == [True, False]
    near(sum(edge["phases"][1]["composition"].values()), 1.0, 1e-9)


def activity(tree):
    frame(tree, "kiln.activity/1")
    [row] = tree["result"]["rows"]
    mg, zn = row["components"]
    assert [mg["element"], zn["element"]] == ["Mg", "Zn"] and mg["determined"] and zn["determined"] and mg["reason"] is None
    near(zn["activity"], 1.0, 1e-9)  # zincite is present
    near(mg["activity"], 1.0 - X_ZN, 1e-9)
    assert zn["reference"]["phase"] == "zincite" and zn["reference"]["formula"] == "ZnO" and mg["reference"]["formula"] == "MgO"
    assert zn["coefficient"] is None  # two phases: each has its own
    near(zn["mu_J_mol"], zn["reference"]["mu_J_mol"], 1e-6)
    phases = {phase["phase"]: phase for phase in row["phases"]}
    [in_mg, in_zn] = phases["rocksalt"]["components"]
    near(in_zn["coefficient"], 1.0 / X_ZN, 1e-6)
    near(in_zn["structure_activity"], X_ZN, 1e-9)
    near(in_zn["structure_coefficient"], 1.0, 1e-9)
    near(in_zn["structure_mu_J_mol"] - zn["reference"]["mu_J_mol"], 10000.0, 1e-6)
    near(in_mg["coefficient"], 1.0, 1e-9)
    near(phases["rocksalt"]["site_fractions"]["M"]["Zn+2"], X_ZN, 1e-9)
    assert row["oxygen"]["from_atmosphere"]
    near(row["oxygen"]["half_mu_O2_J_mol"], 0.5 * R * 1000.0 * math.log(0.2095), 1e-3)
    near(row["oxygen"]["log10_po2_bar"], math.log10(0.2095), 1e-9)
    assert tree["result"]["certificate"]["certified"]


def not_determined(tree):
    [row] = tree["result"]["rows"]
    for component in row["components"]:
        assert not component["determined"] and component["reason"].startswith("not determined")
        assert component["mu_J_mol"] is None and component["activity"] is None and component["reference"] is None


def closed_activity(tree):
    [row] = tree["result"]["rows"]
    assert [component["element"] for component in row["components"]] == ["Mg", "Fe", "O"]
    assert all(component["activity"] is None and "closed anion" in component["reason"] for component in row["components"])
    assert not row["oxygen"]["from_atmosphere"] and -17.0 < row["oxygen"]["log10_po2_bar"] < -13.0


def prussian_blue(tree):
    charges = tree["input"]["charges"]
    assert charges == {"Na": 1, "Mn": 2, "Fe": 2, "Co": 2, "Ni": 2, "Cu": 2, "Fe (C-bonded)": 2, "CN": -1} and tree["input"]["charge_imbalance"] == 0
    assert [s["elements"] for s in tree["result"]["sublattices"]][2:] == [{"Fe": 1}, {"CN": 6}]
    near(tree["result"]["per_site_R"], math.log(5.0) / 10, 1e-9)
    assert tree["result"]["high_entropy"] is True and "cyanometallate" in tree["input"]["reading"]


def entropy(tree):
    frame(tree, "kiln.entropy/1")
    near(tree["result"]["per_cation_R"], math.log(5.0), 1e-9)
    near(tree["result"]["per_cation_J_molK"], R * math.log(5.0), 1e-8)
    assert tree["result"]["class"] == "high" and tree["result"]["class_depends_on_basis"] is True


def ordered(tree):
    assert tree["result"]["per_cation_R"] == 0.0 and tree["result"]["class_depends_on_basis"] is False
    near(tree["result"]["pooled_per_cation_R"], 1.0114, 1e-4)


def prototype(tree):
    frame(tree, "kiln.window/1")
    assert tree["result"]["phase"] == "rocksalt" and len(tree["result"]["windows"]) == 1
    end = tree["result"]["windows"][0]["low"]
    assert 900.0 < end["T_K"] < 1300.0 and end["sigma_K"] > 1.0  # single phase near 850 C: Rost et al., Nat. Commun. 6 (2015) 8485
    assert len(end["decisive"]) >= 3 and all(d["source"] for d in end["decisive"][:3])
    assert any(phase["phase"] == "wurtzite" for phase in tree["other_structures"])
    high = tree["result"]["windows"][0]["high"]
    assert high["kind"] == "liquid" and high["limits"][0]["phase"] == "oxide_melt" and tree["result"]["melt_modelled"] is True
    assert re.fullmatch(r"\(Mg[\d.]+Co[\d.]+Ni[\d.]+Cu[\d.]+Zn[\d.]+\)O0\.\d+", high["limits"][0]["formula"])  # per cation, no compound


def unmelted(tree):
    frame(tree, "kiln.window/1")
    assert tree["result"]["melt_modelled"] is False


EIGHT = "(Mg,Co,Ni,Cu,Zn,Mn,Fe,Ca)O"


def narrow(folder):
    with open(os.path.join(folder, "w.txt"), encoding="utf-8") as file:
        for line in file:
            assert len(line.rstrip("\n")) <= 90, f"{len(line)} columns: {line}"


def table_of(columns, rows):
    def look(folder):
        with open(os.path.join(folder, "r.csv"), encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(io.StringIO(file.read())))
        assert len(table) == rows, f"{len(table)} rows"
        missing = set(columns) - set(table[0])
        assert not missing, f"no column {missing}"
        assert None not in table[0], "a row longer than the header"
    return look


def pair_by_law(answer):
    structure = answer["result"]
    [pair] = structure["estimates"]["pairs_by_law"]
    assert pair["name"] == "rocksalt:Cd+2,Mn+2:*;0" and pair["estimate"] == "volume mismatch: V Mn+2 13.22, Cd+2 15.678 cm3/mol" and pair["sigma_J_mol"] == 4858, pair
    decisive = [d for d in structure["windows"][0]["low"]["decisive"] if d["name"] == pair["name"]]
    assert decisive[0]["estimate"] == pair["estimate"] and decisive[0]["status"] == "estimated", decisive


JSON = ["--format", "json"]
CASES = [
    Case("fit: a weighted mean", ["fit", "data.fit.yaml", "--leave-out", "--format", "json"], files=FIT_FILES, check=fit, err=["far cannot be evaluated"]),
    Case("fit: a database is written", ["fit", "data.fit.yaml", "--leave-out", "--write", "mine.yaml"], files=FIT_FILES, leaves=["mine.yaml"],
         after=fitted_database, out=["d_ZnO", "narrowed", "not used"], err=["wrote mine.yaml"]),
    Case("fit: residuals as a table", ["fit", "data.fit.yaml", "--leave-out", "-q", "-o", "r.csv"], files=FIT_FILES, leaves=["r.csv"]),
    Case("fit: correlations that are lost", ["fit", "one.fit.yaml"], files={"one.fit.yaml": b"kiln-fit: 1\nname: one\ndatabase: rocksalt-fitted.yaml\nparameters:\n  - {name: fit_CuO_rs}\ndata:\n  - {kind: solubility, phase: rocksalt, composition: \"(Mg,Cu)O\", of: Cu, value: 0.09, beside: guggenite, T: 1123.15 K, sigma: 400 J/mol}\n"}, out=["WARNING +1[0-9] numbers of the database"]),
    Case("fit: the shipped assessment", ["fit", "assessment/rocksalt.fit.yaml", "--solver", "nlopt", "--starts", "3"],
         out=["20 data, 17 parameters, 17 priors", "3 starts, 1 minimum; NLopt's SLSQP ended"]),
    Case("window in text", toy("window", ZN), out=[r"^\(Mg,Zn\)O$", r"charges +Mg \+2, Zn \+2, O -2", r"air \(p\(O2\) = 0\.2095 bar",
         r"^single phase rock salt  1462 °C \(68 %: 1445 to 1480\)  to  ", r"another phase appears: wurtzite ZnO", r"XRD would see it below",
         r"d_ZnO ± 0\.1 kJ/mol, \+173\.5 K per kJ/mol; fitted \[1\]", r"melt not modelled", r"certified: nothing is more stable inside by more than 0\.01 J/mol;\s+limiting\s+phases\s+cross\s+within\s+0\.002 K\s+of\s+the\s+ends",
         r"method +newton solver; 4096 joint samples, seed 1", r"database +toy, SHA-256 "]),
    Case("window in JSON", toy("window", ZN, *JSON), check=window),
    Case("window with the reference solver", toy("window", ZN, "--solver", "nlopt", *JSON), check=window),
    Case("window in CSV", toy("window", ZN, "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["low_T_C", "low_T_K", "low_limited_by", "high_T_K", "high_kind"], 1)),
    Case("window is stable for a seed", toy("window", ZN, "--seed", "7", "--samples", "100", *JSON),
         check=lambda tree: near(tree["input"]["seed"], 7, 0)),
    Case("window without uncertainty", toy("window", ZN, "--samples", "0"), out=[r"^single phase rock salt  1462 °C  to"], absent=["68 %"]),
    Case("no window is an answer", toy("window", ZN, "--range", "600C:900C", *JSON), check=no_window),
    Case("no window in text", toy("window", ZN, "--range", "600C:900C"), out=[r"^never single phase rock salt", r"wurtzite is still favoured"]),
    Case("window at a temperature: no", toy("window", ZN, "--at", "1000C", *JSON), code=1, check=at),
    Case("window at a temperature: yes", toy("window", ZN, "--at", "1550C"), out=[r"^yes: at 1550 °C \(1823 K\) rock salt is the only"]),
    Case("window near its end: probably", toy("window", ZN, "--at", "1465.5C"), out=[r"^probably \(probability 0\.\d\d\): at 1466 °C"]),
    Case("the probability", toy("window", ZN, "--at", "1465.5C", *JSON), check=near_the_end),
    Case("the answer in a table", toy("window", ZN, "--at", "1550C", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["at_T_C", "at_single_phase", "at_probability", "low_median_K", "low_p16_K", "high_p84_C"], 1)),
    Case("an interval ends with the search", toy("window", ZN, "--range", "1730K:2000K", *JSON), check=is_open),
    Case("an interval ends with the search, in text", toy("window", ZN, "--range", "1730K:2000K"), out=[r"68 %: below 1457 to 148"]),
    Case("a formula that no structure holds", ["window", "(Ni,Cu)3O4"],
         out=[r"^WARNING: no structure of the database with O/M = 1\.333", r"^  cubic spinel needs a mean charge of \+2\.67", "What follows is about"]),
    Case("a formula that no structure holds, in JSON", ["window", "(Ni,Cu)3O4", *JSON], check=rejected),
    Case("a formula whose structure is named has no warning", ["window", "(Ni,Cu)3O4", "--phase", "rocksalt"], absent=["WARNING"]),
    Case("a substance is a structure, too", ["window", "CaFe2O4", *JSON], check=lone_substance),
    Case("the entropy is that of the structure", ["window", "Li0.1(Mg,Co,Ni,Cu,Zn)0.9O", *JSON], check=disordered),
    Case("a pure oxide needs few lines", ["window", "NiO"], absent=["energies", "estimates", "entropy", "on cooling", "Charge reference"]),
    Case("a phase by its label", toy("window", ZN, "--phase", "Rock salt"), out=[r"^single phase rock salt"]),
    Case("without the competitor", toy("window", ZN, "--without", "zincite"),
         out=[r"left out +zincite", r"^single phase rock salt  below 200 °C"]),
    Case("lists may be repeated", toy("window", ZN, "--without", "zincite", "--without", "zincite"), out=[r"below 200 °C"]),
    Case("a warning of the database", toy("window", "(Mg0.3Zn0.7)O"), out=[r"more zinc than the toy likes: above 60 % Zn"]),
    Case("the prototype", ["window", PROTOTYPE, *JSON], check=prototype),
    Case("a fluorite with vacancies", ["window", "(Hf,Zr,Ce,Y)O2-d", "--at", "1500C", *JSON], check=fluorite),
    Case("a perovskite of five metals", ["window", "La(Cr,Mn,Fe,Co,Ni)O3", "--at", "1300C", *JSON], check=perovskite),
    Case("trivalent nickel does not last", ["window", "(Gd,La,Nd,Sm,Y)NiO3"], out=[r"^single phase perovskite", r"cations are reduced"]),
    Case("a ferrite of strontium loses oxygen", ["equilibrium", "SrFeO3", "--at", "1000C"], out=[r"^  perovskite \(Sr0\.5Fe0\.5\)O1\.29", r"sites +O: O-2 0\.86\d*, Va 0\.13", r"^  certificate +certified"]),
    Case("five tetravalent cations", ["window", "(Ce,Zr,Hf,Ti,Sn)O2"], out=[r"^never single phase fluorite", r"still favoured"]),
    Case("two rutiles", ["equilibrium", "(Ti,Sn)O2", "--at", "1000C", *JSON], check=rutiles),
    Case("no melt holds aluminium", ["window", "MgAl2O4", *JSON], check=unmelted),
    Case("the prototype fits a terminal", ["window", PROTOTYPE, "-o", "w.txt"], err=["wrote w.txt"], leaves=["w.txt"], after=narrow),
    Case("eight members fit a terminal", ["window", EIGHT, "--at", "900C", "-o", "w.txt", "-q"], code=None, leaves=["w.txt"], after=narrow),
    Case("an equilibrium of eight fits a terminal", ["equilibrium", EIGHT, "--at", "900C", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("a table of eight fits a terminal", ["step", EIGHT, "--range", "700C:1100C:200C", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("quiet", toy("window", ZN, "-o", "w.txt", "--quiet"), absent=["wrote"], leaves=["w.txt"]),
    Case("all structures", ["window", PROTOTYPE, "--all-structures"], out=[r"^never single phase wurtzite", r"^single phase rock salt"]),
    Case("equilibrium in text", toy("equilibrium", ZN, "--at", "1000K"), out=[r"^equilibrium at 726\.85 °C \(1000\.00 K\): 2 phases",
         r"^  wurtzite ZnO$", r"O/M = 1\.0000", r"mol of ZnO$", r"less n mu of what the\n? *atmosphere supplies",
         r"certified: nothing is more stable by more than 0\.0\d J/mol"]),
    Case("a proof may be left out", toy("equilibrium", ZN, "--at", "1000K", "--no-certify"), out=["not certified: not asked for"]),
    Case("an answer without its proof is printed, and exits with 5",
         ["equilibrium", "(Mg,Mn,Ca,Co,Ni)O", "--without", "perovskite,ca2mno4,camn2o4", "--at", "700C", "--certify-budget", "1"], code=5, out=["not certified: rock salt: the budget"],
         err=["the answer is not certified: rock salt: the budget of boxes is spent"]),
    Case("a window without its proof, too", ["window", "(Mg,Mn,Ca,Co,Ni)O", "--without", "perovskite", "--certify-budget", "1"], code=5, out=["^single phase rock salt"],
         err=["the answer is not certified"]),
    Case("a wider gap", toy("equilibrium", ZN, "--at", "1000K", "--certify-gap", "1 J/mol", "--certify-budget", "100", *JSON),
         check=lambda tree: near(tree["input"]["certify_gap_J_mol"], 1.0, 0)),
    Case("what a closed system holds", toy("equilibrium", ZN, "--at", "1000K", "--atmosphere", "closed"), out=["holds +Mg 0"], absent=[r"holds.* O 0\."]),
    Case("equilibrium in JSON", toy("equilibrium", ZN, "--at", "1000K", *JSON), check=equilibrium),
    Case("equilibrium with the reference solver", toy("equilibrium", ZN, "--at", "1000K", "--solver", "nlopt", *JSON), check=equilibrium),
    Case("equilibrium in CSV", toy("equilibrium", ZN, "--at", "1000K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "phase", "amount_mol", "mass_fraction", "x_Mg", "x_Zn"], 2)),
    Case("a closed system", toy("equilibrium", ZN, "--at", "1000K", "--atmosphere", "closed", *JSON), check=closed),
    Case("an oxygen pressure", toy("equilibrium", ZN, "--at", "1000K", "--po2", "1e-5bar"), out=[r"p\(O2\) = 1e-5 bar"]),
    Case("a pressure of CO2 in argon", ["equilibrium", "CaO", "--at", "700C", "--atmosphere", "Ar", "--pco2", "1bar"],
         out=[r"p\(O2\) = 1e-05 bar, p\(CO2\) = 1 bar", "calcite"]),
    Case("no CO2", ["equilibrium", "CaO", "--at", "400C", "--pco2", "none"], out=["rock salt CaO"], absent=["calcite"]),
    Case("a metal oxidises", ["equilibrium", "Fe", "--at", "900C"], out=["Fe2O3"]),
    Case("step in text", toy("step", ZN, "--range", "1000K:2000K:500K"), out=[r"^ +726\.85 +1000\.00 +0\.000 +1\.0000", r"phases, wt %", r"changes +1462\.0 °C \(1735\.\d K\): - wurtzite"],
         absent=["-0\\.000"]),
    Case("step on cooling", toy("step", ZN, "--range", "2000K:1000K:400K", *JSON), check=cooling),
    Case("step with a row that fails", toy("step", ZN, "--range", "1000K:2500K:500K", *JSON), check=partly),
    Case("step with a row that fails, in text", toy("step", ZN, "--range", "1000K:2500K:500K"),
         out=["no result: G_.* would be used 500 K outside", r"usable from 726\.85 °C to 1726\.85 °C"]),
    Case("step with a row that fails, in CSV", toy("step", ZN, "--range", "2500K:1000K:500K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["failed", "rocksalt_mol"], 4)),
    Case("step with the cations of a phase", toy("step", ZN, "--range", "1000K:2000K:500K", "--compositions", "rock salt"),
         out=[r"rock salt: share of the cations\n +°C +K +Mg +Zn\n +726\.85 +1000\.00 +0\.(\d{4}) +0\.\d{4}\n", r" 2000\.00 +0\.5000 +0\.5000\n\n"]),
    Case("step with the cations of a phase, in JSON", toy("step", ZN, "--range", "1000K:2000K:500K", "--compositions", "zincite", *JSON), check=followed),
    Case("step with the cations of a phase that is not there", toy("step", ZN, "--range", "1900K:2000K:50K", "--compositions", "zincite"),
         out=["wurtzite is stable at none of these"], err=["--compositions: zincite is stable at none"]),
    Case("step in JSON", toy("step", ZN, "--range", "1000K:2000K:500K", *JSON), check=step),
    Case("step in CSV", toy("step", ZN, "--range", "1000K:2000K:500K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "mass_change_percent", "oxygen_per_cation", "valence_Zn", "rocksalt_mol", "zincite_mass_fraction",
                         "rocksalt_x_Zn"], 3)),
    Case("step keeps the last temperature", toy("step", ZN, "--range", "1000K:1110K:50K", *JSON),
         check=lambda tree: near(tree["result"]["rows"][-1]["T_K"], 1110.0, 1e-9)),
    Case("design in JSON", ["design", PROTOTYPE, "--bound", "Co=0.15:0.3", *JSON], check=designed),
    Case("design in text", ["design", PROTOTYPE, "--at", "900C"], out=[r"^  proposed +\(Mg0.\d+Co.*: onset \d+ °C", r"P\(one phase\) = [01].\d\d at 900 °C", r"^  held by +entropy>=1.5R \(\d", r"two global searches agree"]),
    Case("design in CSV", ["design", PROTOTYPE, "-o", "r.csv"], leaves=["r.csv"],
         after=table_of(["composition", "Mg", "Co", "Ni", "Cu", "Zn", "onset", "low_C", "low_K", "high_C", "high_K", "entropy_R", "cost_per_kg"], 3)),
    Case("a design with nothing to gain", ["design", "(Mg,Ni)O"], out=["the search range alone", "the search limit, to the search limit"]),
    Case("a design that no composition meets", ["design", "(Ce,Hf,Zr,Sn,Ti)O2", "--starts", "1"], code=1, out=["none: it is one phase at no temperature", "no composition that was tried"]),
    Case("a cation to leave out", ["design", "(Mg,Co,Ni,Cu,Zn)O", "--entropy", "1", "--starts", "2"], out=[r"^  leave out +.*Co.*at the least that a search keeps"]),
    Case("sinter in JSON", ["sinter", PROTOTYPE, "--precursors", "MgO,Co3O4,NiO,CuO,ZnO", *JSON], check=sinter),
    Case("sinter in text", ["sinter", PROTOTYPE], out=[r"^  fire +\d+ to \d+ °C", r"^  floor +\d+ °C, with margin", r"^  ceiling .*it melts", r"^  vapour .*Zn leaves",
         r"rule of thumb", r"<- asked", r"<- widest"]),
    Case("sinter fits a terminal", ["sinter", EIGHT, "-o", "w.txt", "-q"], code=None, leaves=["w.txt"], after=narrow),
    Case("sinter what is never single", ["sinter", PROTOTYPE, "--atmosphere", "Ar"], out=["is not the only stable phase", "comes closest at", r"1e-05 +never single +<- asked"]),
    Case("sinter with too strict a limit", ["sinter", PROTOTYPE, "--loss", "0.000001%/h"], out=["without margins"]),
    Case("sinter in CSV", ["sinter", PROTOTYPE, "-o", "r.csv"], leaves=["r.csv"],
         after=table_of(["limit", "T_C", "T_K", "with_margin_C", "with_margin_K", "basis"], 6)),
    Case("a layered oxide", ["sinter", "LiNiO2"], out=["structure +layered O3", "nowhere: layered O3", r"but +7\d\d to 8\d\d °C"]),
    Case("a rock salt is not asked for its alkali", ["window", "NiO", *JSON], check=lambda tree: same([r["phase"] for r in tree["result"]["rejected_structures"] if "entropy only" not in r["reason"]], [])),
    Case("a layered oxide of a database without any", ["sinter", "LiNiO2", "--database", "rocksalt.yaml"], out=["nowhere: rock salt"], err=["usually a layered oxide", "has none that can hold it"]),
    Case("O3 with a full layer of alkali", ["window", "Li(Ni,Mn,Co)O2"], out=[r"structure +layered O3 \(alpha-NaFeO2, R-3m\)", r"^single phase layered O3 +\d+ °C .*to +1\d\d\d °C", r"below \d+ °C +another phase appears: Li2CO3"]),
    Case("P2 with a third of it empty", ["window", "Na0.67MnO2"], out=[r"structure +layered P2", r"^single phase layered P2", r"others +never single phase: layered O3"]),
    Case("an alkali content between them needs no warning", ["window", "Na0.94(Ti,Mn,Fe,Ni,Co)O2"], out=[r"structure +layered O3", "^single phase layered O3"], absent=["WARNING"]),
    Case("a layered oxide that is never the only phase", ["window", "Na(Ni,Mn,Fe,Co,Ti)O2"], out=["^XRD would see one phase, layered O3", "Na2TiO3"]),
    Case("a formula of layers that is no layered oxide", ["window", "LiFeO2"], out=[r"structure +LiFeO2", "others .*layered O3"]),
    Case("sinter of a spinel with a trace beside it", ["sinter", "MgAl2O4"], out=["fire .*strictly", "stay below what diffraction sees", "melt not modelled"], absent=["densify"]),
    Case("a trace beyond an end is called one", ["window", "MgAl2O4", "--at", "1200C"], code=None, out=["^strictly no: .*a trace of rock salt"]),
    Case("sinter takes the structure that has a window", ["sinter", "ZnO"], out=[r"structure +wurtzite", r"^  fire +\d+ to \d+ °C"]),
    Case("so does risk", ["risk", "CuO", "--at", "900C", "--samples", "256"], out=[r"structure +tenorite", r"P\(tenorite alone\) = (0\.99|1\.00)"]),
    Case("what if: an interaction", ["window", PROTOTYPE, "--set", "L(rocksalt;Cu,Zn)=-8kJ/mol"], out=[r"what if +L\(rocksalt;Cu,Zn\)=-8kJ/mol", r"^single phase rock salt"]),
    Case("what if: a shift", toy("window", ZN, "--set", "d_ZnO+=1kJ/mol", *JSON), check=shifted),
    Case("what if: there and back", toy("window", ZN, "--set", "d_ZnO+=2kJ/mol", "--set", "d_ZnO+=-2kJ/mol"),
         out=[r"1462 °C"]),
    Case("what if: a new compound", toy("window", ZN, "--add-competitor", "MgZnO2=G_MgO+G_ZnO-50000"), out=[r"what if +MgZnO2=", "MgZnO2"]),
    Case("what if: other cations", ["equilibrium", PROTOTYPE, "--replace", "Cu=Mg:5%", "--at", "1000C"], out=[r"^\(Mg0\.25Co0\.2Ni0\.2Cu0\.15Zn0\.2\)O"]),
    Case("what if: a new cation", ["equilibrium", PROTOTYPE, "--replace", "Cu=Mn:0.05", "--at", "1000C"], out=[r"^\(Mg0\.2Co0\.2Ni0\.2Cu0\.15Zn0\.2Mn0\.05\)O"]),
    Case("what if: side by side", toy("window", ZN, "--compare", "--set", "L(rocksalt;Mg,Zn)=2kJ/mol", "--without", "zincite", *JSON), check=compared),
    Case("what if: side by side in text", toy("window", ZN, "--compare", "--set", "L(rocksalt;Mg,Zn)=2kJ/mol"), out=[r"^  base$", r"how far from the base case", r"1462 .*wurtzite"]),
    Case("what if: side by side in CSV", toy("window", ZN, "--compare", "--set", "L(rocksalt;Mg,Zn)=2kJ/mol", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["variant", "formula", "low_C", "low_K", "low_set_by", "high_set_by"], 2)),
    Case("risk in JSON", toy("risk", ZN, "--at", "1735K", "--samples", "1024", "--range", "1400K:1900K:100K", *JSON), check=risk),
    Case("risk in text", toy("risk", ZN, "--at", "1735K", "--samples", "1024"), out=[r"answer +P\(rock salt alone\) = 0\.[45]", r"set by +wurtzite 100 %",
         r"what decides", r"samples +1024, over \d+ uncertain numbers"]),
    Case("risk that is too large", toy("risk", ZN, "--at", "1500K", "--samples", "1024", "--require", "95%"), code=1, out=["misses the 0.95 required"]),
    Case("risk that is small enough", toy("risk", ZN, "--at", "1900K", "--samples", "1024", "--require", "0.95"), out=["meets the 0.95 required"]),
    Case("risk after firings", toy("risk", ZN, "--samples", "4096", "--observed", "1720K multi wurtzite", "--observed", "1760K single", *JSON), check=fired),
    Case("risk in CSV", toy("risk", ZN, "--samples", "64", "--range", "1500K:1700K:100K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "probability", "standard_error", "first_order"], 3)),
    Case("entropy in text", ["entropy", PROTOTYPE], out=[r"1\.609 R +13\.382 J/mol/K +high +per mole of cations$", "low per mole of sites"], absent=["pooled"]),
    Case("entropy of an ordered oxide", ["entropy", "YBa2Cu3O7", *JSON], check=ordered),
    Case("entropy of an ordered oxide in text", ["entropy", "YBa2Cu3O7"], out=["1\\.011 R .* all pooled"], absent=["sets the class"]),
    Case("gap in text", toy("gap", "MgO", "ZnO", "--at", "1000K"), out=[r"^MgO - ZnO$", r"^726\.85 °C \(1000\.00 K\)$", r"^  x\(MgO\) +x\(ZnO\) +phases$",
         r"^  0 +to 0\.699625 +1 +to 0\.300375 +rock salt \+ wurtzite$", r"limits +x\(ZnO\) = 0\.300375, beyond it with wurtzite ZnO",
         r"own gap +none: miscible at all compositions", r"x is the mole fraction of cations", r"certified: nothing is more stable by more than 0\.0\d J/mol"]),
    Case("gap in JSON", toy("gap", "MgO", "ZnO", "--at", "1000K", *JSON), check=gap),
    Case("gap with the reference solver", toy("gap", "MgO", "ZnO", "--at", "1000K", "--solver", "nlopt", *JSON), check=gap),
    Case("gap in CSV", toy("gap", "MgO", "ZnO", "--range", "1000K:1500K:500K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "kind", "phase", "x_A", "x_B", "below", "above", "certified", "failed"], 2)),
    Case("gap where some temperatures fail", toy("gap", "MgO", "ZnO", "--range", "1000K:2500K:500K", *JSON), check=gap_partly),
    Case("gap over a range in text", toy("gap", "MgO", "ZnO", "--range", "1000K:2500K:500K"),
         out=[r"^   726\.85  1000\.00    rock salt \+ wurtzite \| 0\.699625 \| rock salt$", "no result: "]),
    Case("diagram in JSON", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K", *JSON), check=diagram),
    Case("diagram in text", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K"), out=[r"no invariant reactions in this range", r"rock salt \+ wurtzite \| rock salt$"]),
    Case("diagram in CSV", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K", "--format", "csv"),
         out=[r"^kind,index,T_C,T_K,x_A,x_B,below,above,phase,certified,sigma_x,model_x_A,label,sigma_T_K$", r"^line,1,526\.85,800,.*,rocksalt \+ zincite,rocksalt,,yes,,,,$", r"^label,"]),
    Case("diagram beside measured points", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K", "--data", "points.csv", *JSON), files={"points.csv": POINTS},
         check=measured),
    Case("measured points in text", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K", "--data", "points.csv"), files={"points.csv": POINTS},
         out=[r"^ +726\.9 +0\.7000 +0\.020 +0\.69\d\d +boundary of rocksalt, N 2001; here:", "outside the diagram"]),
    Case("validation in JSON", toy("validate", "trials.csv", "--known-sources", "known.csv", "--format", "json"), files=TRIALS, check=validated),
    Case("validation in text", toy("validate", "trials.csv", "--known-sources", "known.csv"), files=TRIALS,
         out=[r"rows +7: 4 scored, 1 of sources that the database has learned from", r"all structures: 4 of 5 rows that test kiln are scored \(80 %\)",
              r"^  kiln +4 +2 +0 +1 +1  0\.750", r"^  always single +4 +2 +0 +2 +0  0\.500", r"balanced accuracy: above every rule", r"^  cooled +900  multi +1\.000 s miss",
              r"1  some1999, in facts.csv: fitted \(of 1 forecasts 1 right\)", r"no structure called fluorite: other", r"6 of 6 forecasts rest on certified"]),
    Case("validation without a list of sources", toy("validate", "trials.csv", "--no-certify", "--resamples", "0"), files=TRIALS,
         out=[r"no list of sources: no row was left out", r"^  kiln +5 +3 +0 +1 +1  0\.750 ", r"no proofs were asked for"], absent=[r"0\.750 \("]),
    Case("validation in CSV", toy("validate", "trials.csv", "--format", "csv", "--no-certify"), files=TRIALS,
         out=[r"^line,id,formula,family,T_C,T_K,atmosphere,outcome,use,probability,forecast,right,", r'^3,hot,"\(Mg,Zn\)O",rock salt,1600,1873\.15,air,single,scored,1,single,yes,',
              r"^9,other,Ce0\.5Zr0\.5O2,fluorite,1400,1673\.15,air,multi,not judged,,,,,,,,,0\.6931471806,0\.09433962264,database toy has no structure called fluorite$"]),
    Case("enough accuracy", toy("validate", "trials.csv", "--require", "0.75", "--no-certify"), files=TRIALS),
    Case("too little accuracy", toy("validate", "trials.csv", "--require", "76%", "--no-certify"), files=TRIALS, code=1, out=["0\\.750"]),
    Case("accuracy that is not known", toy("validate", "one.csv", "--require", "1%", "--no-certify"), code=1, out=["needs both outcomes"],
         files={"one.csv": b"formula,structure,temperature_C,atmosphere,outcome\nMgO,rocksalt,900,air,single\n"}),
    Case("measured points in CSV", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K", "--data", "points.csv", "--format", "csv"),
         files={"points.csv": POINTS}, out=[r"^measured boundary,0,726\.85,1000,0\.7,0\.3,,,rocksalt,,0\.02,0\.69\d+,N 2001,$", r"^measured single,1,926\.85,1200,0\.9,0\.1,,,,,,,,$"]),
    Case("measured points of other joins only", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:1600K", "--data", "points.csv"),
         files={"points.csv": b"A,B,T_C,x\nNiO,CuO,900,0.5\n"}, out=["no point of this join"], err=["points.csv has no point of MgO - ZnO"]),
    Case("isopleth in JSON", toy("diagram", "isopleth", "(Mg,Zn)O", "--vary", "Zn", "--x", "0.1:0.6", "--range", "600K:2000K", *JSON), check=isopleth),
    Case("isopleth in text", toy("diagram", "isopleth", "(Mg,Zn)O", "--vary", "Zn", "--range", "600K:2000K"),
         out=[r"^ +2 +\d+\.\d{4} +\d+\.\d{2} to +1726\.85 +rock salt$", r"rock salt alone, with 68 % intervals", r"^    0\.5000 +1462\.0 \(144\d to 148\d\) +- +wurtzite \| -"]),
    Case("isopleth in CSV", toy("diagram", "isopleth", "ZnO", "MgO", "--range", "800K:1600K", "--format", "csv"),
         out=[r"^kind,index,x_A,T_C,T_K,of,beside,certified$", r"^line,1,0\.\d+,\d+\.\d+,\d+\.\d+,rocksalt \+ zincite,rocksalt,yes$|^line,1,0\.\d+,\d+\.\d+,\d+\.\d+,rocksalt,rocksalt \+ zincite,yes$"], absent=["^window"]),
    Case("isopleth fits a terminal", ["diagram", "isopleth", PROTOTYPE, "--vary", "Cu", "--x", "0.1:0.4", "--range", "700C:1100C", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("isopleth beyond validity is printed, and exits with 6", toy("diagram", "isopleth", "ZnO", "MgO", "--range", "800K:2500K"), code=6, out=["used up to 500 K outside"], err=["500 K outside the validity"]),
    Case("triangle in JSON", ["diagram", "ternary", "NiO", "MgO", "CuO", "--at", "1000C", *JSON], check=triangle),
    Case("triangle in text", ["diagram", "ternary", "NiO", "MgO", "CuO", "--at", "1000C"], out=[r"where three fields or more meet", r"tie lines, as x\(NiO\), x\(MgO\)", r"rock salt \(0\.\d{4}, 0\.\d{4}\) - "]),
    Case("triangle in CSV", ["diagram", "ternary", "NiO", "MgO", "CuO", "--at", "1000C", "--format", "csv"], out=[r"^kind,index,x_A,x_B,of,beside,certified$", r"^tie,1,", r"^junction,1,"]),
    Case("oxygen over cobalt oxides", ["diagram", "tpo2", "CoO", "--range", "700C:1200C", "--po2-range", "1e-4bar:1bar", *JSON], check=oxygen_of_cobalt),
    Case("oxygen in text", ["diagram", "tpo2", "CoO", "--range", "700C:1200C", "--po2-range", "1e-4bar:1bar"], out=[r"atmosphere +p\(O2\) from 0\.0001 to 1 bar", r"cubic spinel$"]),
    Case("oxygen in CSV", ["diagram", "tpo2", "CoO", "--range", "700C:1200C", "--po2-range", "1e-4bar:1bar", "--format", "csv"], out=[r"^kind,index,log10_po2_bar,T_C,T_K,of,beside,certified$"]),
    Case("diagram with reactions", ["diagram", "tx", "CoO", "ZnO", "--range", "850C:1000C", *JSON], check=diagram_of_cobalt),
    Case("diagram fits a terminal", ["diagram", "tx", "MgO", "CuO", "--range", "850C:1200C", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("diagram beyond validity is printed, and exits with 6", toy("diagram", "tx", "MgO", "ZnO", "--range", "800K:2500K"), code=6, out=[r"used up to 500 K outside"], err=["500 K outside the validity"]),
    Case("entropy of components in JSON", ["diagram", "entropy", *JSON], check=components),
    Case("entropy of components in text", ["diagram", "entropy"], out=[r"^  5 +0\.2000 +1\.6094 +13\.382 +0\.000 to 0\.712 +0\.041 to 0\.405$", r"^  2 +0\.5000 .* - +-$"]),
    Case("entropy of components in CSV", ["diagram", "entropy", "-o", "r.csv"], leaves=["r.csv"],
         after=table_of(["components", "basis", "x", "entropy_R", "entropy_J_molK"], 7 * 201)),
    Case("entropy of a varied cation in JSON", ["diagram", "entropy", "Mg0.5Ni0.25Zn0.25O", "--vary", "mg", *JSON], check=varied_entropy),
    Case("entropy of a varied cation in text", ["diagram", "entropy", PROTOTYPE, "--vary", "Cu", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("entropy of a varied cation", ["diagram", "entropy", PROTOTYPE, "--vary", "Cu"], out=[r"^  mixing cations +0\.2000 +1\.6094", r"^  as written +x = 0\.2: 1\.6094 R"]),
    Case("energies in JSON", toy("diagram", "energy", ZN, "--range", "1000K:2000K:100K", *JSON), check=energy),
    Case("energies over a fraction in JSON", toy("diagram", "energy", ZN, "--vary", "Zn", "--at", "1000K", *JSON), check=energy_over_x),
    Case("energies of the prototype", ["diagram", "energy", PROTOTYPE, "--range", "600C:1400C:100K", *JSON], check=energy_of_prototype),
    Case("energies in text", toy("diagram", "energy", ZN, "--range", "1000K:2000K:500K"),
         out=[r"^   726\.85     5\.00     0\.00    -5\.76    -0\.76    -4\.24< wurtzite$", r"^  1726\.85 .* 1\.53  wurtzite$", r"^  window ends  1462\.\d\d °C \(1735\.\d\d K\): single above, wurtzite below it$"]),
    Case("energies over a fraction in text", toy("diagram", "energy", ZN, "--vary", "Zn", "--at", "1000K"), out=[r"window ends +x = 0\.30038: single below, wurtzite above it", r"^   0\.0000 .* nothing competes$"]),
    Case("energies in CSV", toy("diagram", "energy", ZN, "--range", "1000K:2000K:500K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "x", "state", "transfer_J_mol", "excess_J_mol", "minus_TS_conf_J_mol", "dG_J_mol", "least_driving_force_J_mol", "d_zincite_J_mol", "failed"], 3)),
    Case("energies without proof are marked", toy("diagram", "energy", ZN, "--range", "1800K:2000K:100K", "--no-certify"), out=[r"!\s+wurtzite$", r"open +3 rows, marked !", "not certified: not asked for"]),
    Case("energies without the proof asked for are printed, and exit with 5", ["diagram", "energy", "(Mg,Mn,Ca,Co,Ni)O", "--without", "perovskite,ca2mno4,camn2o4", "--range", "1400C:1500C:50K", "--certify-budget", "1"], code=5,
         out=[r"open +\d rows, marked !"], err=["rows are not certified"]),
    Case("energies partly beyond validity", toy("diagram", "energy", ZN, "--range", "1000K:2500K:500K"), out=["no result: rock salt is used more than 400 K outside"]),
    Case("energies fit a terminal", ["diagram", "energy", PROTOTYPE, "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("pairs in JSON", ["diagram", "pairs", "rocksalt", "--cations", "Mg,ca,Cu+1,Mn", "--at", "1000C", *JSON], check=pairs),
    Case("pairs after a what-if", ["diagram", "pairs", "rock salt", "--cations", "Mg,Ca", "--set", "L(rocksalt;Mg,Ca)=30 +- 2 kJ/mol", *JSON], check=pairs_changed),
    Case("pairs in text", ["diagram", "pairs", "--cations", "Mg,Ni,Mn,Cd", "--at", "1000K"],
         out=[r"^pair interactions in rock salt at 726\.85 °C", r"^  Mg\+2 - Mn\+2 +15\.750 +3\.500  assessed +devilliers1998$", r"^  Ni\+2 - Mn\+2 +10\.230", r"^  Mg\+2 - Cd\+2 +25\.376 +4\.858\* estimated +volume mismatch: V Mg\+2 11\.25, Cd\+2$", r"^ +15\.678 cm3/mol; sizelaw$",
              r"estimated +3 of 6 pairs, marked \*"]),
    Case("a window says which law gave a pair", ["window", "(Mn,Cd)O", "--atmosphere", "1e-6bar", *JSON], check=pair_by_law),
    Case("pairs with terms of higher order", ["diagram", "pairs", "--cations", "Ca,Fe"], out=[r"2 of higher order; selleby1996$"]),
    Case("pairs of a sublattice", ["diagram", "pairs", "spinel", "--sublattice", "a"], out=[r"on sublattice A, 1\s+sites", "per mole of sites of the sublattice"]),
    Case("pairs of a melt", ["diagram", "pairs", "oxide_melt", "--cations", "CuO,MgO,CaO"], out=[r"^  CuO - CaO +-\d+\.\d+"]),
    Case("pairs in CSV", ["diagram", "pairs", "wurtzite", "-o", "r.csv"], leaves=["r.csv"], after=table_of(["a", "b", "kind", "L0_J_mol", "sigma_J_mol", "estimated", "status", "source"], 28)),
    Case("pairs fit a terminal", ["diagram", "pairs", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("map in JSON", toy("diagram", "map", "f.csv", *JSON), files={"f.csv": FIRINGS}, check=composition_map),
    Case("map in text", toy("diagram", "map", "f.csv"), files={"f.csv": FIRINGS}, out=[r"^   1     1\.37     0\.00      5\.00    1000  single  \(Mg,Zn\)O$", r"^   3    MgO: the database has no structure \"perovskite\"$", "judged +3 of 4 rows"]),
    Case("map of one structure", toy("diagram", "map", "f.csv", "--phase", "rock salt"), files={"f.csv": FIRINGS}, out=["ZnO: its structure is not rocksalt", "judged +2 of 4 rows"]),
    Case("map in CSV", toy("diagram", "map", "f.csv", "-o", "r.csv"), files={"f.csv": FIRINGS}, leaves=["r.csv"],
         after=table_of(["number", "line", "id", "formula", "phase", "T_K", "outcome", "judged", "delta_percent", "mixing_H_J_mol", "formation_H_J_mol", "reason"], 4)),
    Case("gap of one structure", ["gap", "MgO", "CaO", "--at", "1600C", "--phase", "rock salt", *JSON], check=own_gap),
    Case("gap in text, with a spinodal", ["gap", "MgO", "CaO", "--at", "1600C"], out=[r"rock salt \+ rock salt$", r"own gap +0\.\d+ to 0\.\d+ in x\(MgO\)", r"spinodal +0\.\d+, 0\.\d+$"]),
    Case("gap whose tie lines leave the join", ["gap", "(Mg,Co)O", "(Ni,Zn)O", "--at", "900C", *JSON], check=off_the_join),
    Case("gap fits a terminal", ["gap", "(Mg,Co)O", "(Cu,Zn)O", "--at", "800C", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("gaps over a range fit a terminal", ["gap", "MgO", "CuO", "--range", "700C:1100C:100K", "-o", "w.txt", "-q"], leaves=["w.txt"], after=narrow),
    Case("a gap without its proof is printed, and exits with 5", ["gap", "MgO", "CaO", "--at", "1600C", "--certify-budget", "1"], code=5,
         out=["not certified: rock salt: the budget"], err=["the answer is not certified: rock salt"]),
    Case("activity in text", toy("activity", ZN, "--at", "1000K"), out=[r"^activities at 726\.85 °C \(1000\.00 K\)$", r"^  Mg +0\.5 +-\d+\.\d+ +0\.6996 +-  rock salt MgO$",
         r"^  Zn +0\.5 +-\d+\.\d+ +1 +-  wurtzite ZnO$", r"^  Zn +0\.3004 +3\.329 +0\.3004 +1$", r"p\(O2\) = 0\.2095 bar, mu\(O2\)/2 = -6\.498 kJ/mol"]),
    Case("activity in JSON", toy("activity", ZN, "--at", "1000K", *JSON), check=activity),
    Case("activity with the reference solver", toy("activity", ZN, "--at", "1000K", "--solver", "nlopt", *JSON), check=activity),
    Case("activity over a range", toy("activity", ZN, "--range", "1000K:2000K:500K"), out=[r"^   726\.85  1000\.00    Mg 0\.6996, Zn 1; rock salt \+ wurtzite$", r"relative to +rock salt MgO, wurtzite ZnO"]),
    Case("activity in CSV", toy("activity", ZN, "--range", "1000K:2000K:500K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_K", "phase", "element", "mu_J_mol", "reference", "activity", "coefficient", "structure_activity", "log10_po2_bar"], 8)),
    Case("what nothing fixes is no number", ["activity", "CuFeO2", "--at", "700C", "--atmosphere", "Ar", *JSON], check=not_determined),
    Case("activities in a closed system", ["activity", "(Mg,Fe)O", "--at", "1000C", "--atmosphere", "closed", *JSON], check=closed_activity),
    Case("activities of eight fit a terminal", ["activity", EIGHT, "--at", "900C", "-o", "w.txt", "-q"], code=None, leaves=["w.txt"], after=narrow),
    Case("all replaced but for rounding", ["window", PROTOTYPE, "--replace", "Mg=Cu:0.19999999999", *JSON], check=lambda tree: same(tree["input"]["canonical"], "(Co0.2Ni0.2Cu0.4Zn0.2)O")),
    Case("little replaced", ["window", "(Mg,Ni)O", "--replace", "Mg=Cu:0.00001", "--no-certify"], out=[r"^\(Mg0\.5Ni0\.5Cu0\.00001\)O"]),
    Case("a what-if of a database whose name needs quotes", ["window", ZN, "--database", "t.yaml", "--set", "L(rocksalt;Mg,Zn)=3kJ/mol", "--no-certify"],
         files={"t.yaml": re.sub(rb"(?m)^name: .*$", b'name: "Smith: oxides"', TOY_BYTES)}, out=["Smith: oxides"]),
    Case("an odd order shifted", SHIFT + ["L(rocksalt;Ca,Co;1)+=5kJ/mol", *JSON], check=lambda tree: near(tree["result"]["G_J_mol"], -277596.378, 0.01)),
    Case("an odd order shifted the other way round", SHIFT + ["L(rocksalt;Co,Ca;1)+=-5kJ/mol", *JSON], check=lambda tree: near(tree["result"]["G_J_mol"], -277596.378, 0.01)),
    Case("risk of a compound that holds no other amounts", ["risk", "MgAl2O4", "--samples", "32", "--no-certify"], out=["cubic spinel"]),
    Case("no temperature to fire at though it is single", ["sinter", "ZnO", "--phase", "wurtzite", "--loss", "1e-6%/h", "--surface", "1e7cm2/g", "--no-certify"], out=["no temperature lies above"]),
    Case("many that evaporate", ["sinter", "(" + ",".join(VOLATILE) + ")O", "--database", "many.yaml", "--phase", "mix", "--only", "mix", "--loss", "100%/h", "--surface", "0.1cm2/g", "--no-certify"],
         files={"many.yaml": many_volatile()}, out=["losses +at"]),
    Case("entropy in JSON", ["entropy", PROTOTYPE, *JSON], check=entropy),
    Case("a layered oxide keeps its alkali apart", ["entropy", "Na2/3Ni1/3Mn2/3O2"], out=["^Na0.6667\\(Ni0.3333Mn0.6667\\)O2", "read as +a layered oxide", "0.637 R .* per mole of mixing cations"]),
    Case("and so does its window", ["window", "Na0.67Fe0.5Mn0.5O2"], out=["entropy +low: 0.69 R per mole of mixing cations"], code=None),
    Case("entropy of an alloy with carbon between its atoms", ["entropy", "TiVCrNbH8"], out=["1.386 R .* per mole of mixing atoms"]),
    Case("an element on two sublattices is one where all are pooled", ["entropy", "Na2(Mn,Fe)[Fe(CN)6]"], out=["0.974 R .* all pooled"]),
    Case("an alloy whose phase has energies is not refused for its entropy", ["window", "FeNi", "-a", "1e-20bar"], code=2, err=["names no oxide"]),
    Case("entropy of an alloy", ["entropy", "GeSnSbSiFeCuP"], out=["read as +an alloy: without brackets", "1.946 R .* per mole of mixing atoms"], absent=["charges", "cations"]),
    Case("entropy of an oxyfluoride", ["entropy", "Li(Co,Ni,Cu,Mg,Zn)OF"],
         out=["read as +disordered rock salt", r"sublattice +sites 2: O 1 F 1; 0.693 R", r"2.191 R .* of cations and anions together", r'"High entropy" applies']),
    Case("entropy of a Prussian-blue analogue", ["entropy", "Na2(Mn,Fe,Co,Ni,Cu)Fe(CN)6", *JSON], check=prussian_blue),
    Case("entropy of a doped layered oxide", ["entropy", "LiNi0.8Mn0.13Ti0.02Mg0.02Nb0.01Mo0.02O2"], out=[r'rule +"High entropy" does not apply by the rule of 1.5 R: 0.72 R']),
    Case("entropy of mixed anions in CSV", ["entropy", "Li(Co,Ni)OF", "-o", "r.csv"], leaves=["r.csv"], after=table_of(["basis", "entropy_R", "class"], 6)),
    Case("entropy in CSV", ["entropy", PROTOTYPE, "-o", "r.csv"], leaves=["r.csv"],
         after=table_of(["formula", "basis", "entropy_R", "entropy_J_molK", "class"], 5)),
    Case("db list", ["db", "list", "--database", TOY], out=[r"^rocksalt +rock salt +MO +solid", r"2 phases"]),
    Case("db list: quality", ["db", "list", "--database", "q.yaml"], files=QUALITY_FILES, out=[r"^rocksalt .*screening$", r"^brass .*entropy-only$"]),
    Case("db list: quality in JSON", ["db", "list", "--database", "q.yaml", *JSON], files=QUALITY_FILES, check=qualities),
    Case("db show: quality", ["db", "show", "brass", "--database", "q.yaml"], files=QUALITY_FILES, out=[r"^  quality +entropy-only$"]),
    Case("db check: an entropy-only phase needs no values", ["db", "check", "--database", "q.yaml"], files=QUALITY_FILES, out=[r"^0 errors"]),
    Case("window: of screening quality", ["window", ZN, "--database", "q.yaml"], files=QUALITY_FILES,
         out=[r"^  structure +rock salt, of screening quality$", r"^  quality +of screening quality.*$"]),
    Case("window: of screening quality in JSON", ["window", ZN, "--database", "q.yaml", *JSON], files=QUALITY_FILES, check=screening),
    Case("equilibrium: of screening quality", ["equilibrium", ZN, "--at", "1800K", "--database", "q.yaml", *JSON], files=QUALITY_FILES, check=screening_phase),
    Case("equilibrium: no status without one", toy("equilibrium", ZN, "--at", "1800K"), absent=["quality"]),
    Case("step: of screening quality", ["step", ZN, "--range", "1500K:1800K:100K", "--database", "q.yaml"], files=QUALITY_FILES, out=[r"^  quality +of screening quality"]),
    Case("window: an entropy-only phase with values of one's own", ["window", "(Fe,Co)S", "--atmosphere", "closed", "--database", "own.yaml"],
         files={"own.yaml": b"kiln: 1\nname: own\ninclude: [kiln.yaml]\nphases:\n  monosulfide:\n    quality: screening\n    end_members: [{at: ['*', '*'], G: -100 kJ/mol, source: here,"
                            b" status: estimated, sigma: 1 kJ/mol}]\n    default_pair: {W: 0, sigma: 1 kJ/mol, per: cation, source: here, status: estimated}\n"},
         out=[r"structure +monosulfide .*, of screening quality", "^single phase monosulfide"]),
    Case("window of a fluoride perovskite", ["window", "K(Mg,Mn,Co,Ni,Zn)F3", *JSON], check=fluoride),
    Case("sinter of a fluoride has no oxides as precursors", ["sinter", "K(Mg,Mn,Co,Ni,Zn)F3"], out=["floor", "quality +of screening quality"], absent=["precursors"]),
    Case("sinter of a fluoride from fluorides", ["sinter", "K(Mg,Mn,Co,Ni,Zn)F3", "--precursors", "KF,MgF2"], out=["half the melting point of KF"]),
    Case("equilibrium of an oxyfluoride", ["equilibrium", "Li(Co,Ni,Cu,Mg,Zn)OF", "--at", "900C"], out=[r"^  rock salt \(", r"^  LiF$"]),
    Case("db list in CSV", ["db", "list", "--database", TOY, "-o", "r.csv"], leaves=["r.csv"], after=table_of(["phase", "label", "role"], 2)),
    Case("db show a phase", ["db", "show", "rocksalt", "--database", TOY], out=[r"sublattice +M, sites 1: Mg\+2 Zn\+2", "rocksalt:Zn",
         r"-290 ± 0\.141 kJ/mol at 1000 K, per formula"]),
    Case("db show in CSV", ["db", "show", "rocksalt", "--database", TOY, "-o", "r.csv"], leaves=["r.csv"],
         after=table_of(["name", "per", "value_at_T", "sigma_at_T"], 2)),
    Case("db show a function", ["db", "show", "G_MgO", "--database", TOY, *JSON],
         check=lambda tree: near(tree["result"]["values"][0]["G_J_mol"], -500000.0, 1e-6)),
    Case("db export", ["db", "export", "--database", TOY], out=[r"^ELEMENT MG SER 24\.305 ", r"^SPECIES MG\+2 MG1/\+2 !$", r"^FUNCTION G_MGO 298\.15 ", r"^PHASE ROCKSALT % 2 1 1 !$",
         r"^PARAMETER G\(ROCKSALT,MG\+2:O-2;0\) 298\.15 \+G_MGO#; 6000 N", r"^LIST_OF_REFERENCES$"]),
    Case("db export to a file", ["db", "export", "--database", TOY, "-o", "toy.tdb"], leaves=["toy.tdb"], err=[r"wrote toy\.tdb"], after=short_lines("toy.tdb")),
    Case("db import", ["db", "import", "t.yaml"], files={"t.yaml": TOY_BYTES}, out=[r"^# Written by kiln ", r"^#   kiln db import t\.yaml$", r"^kiln: 1$", r"^  rocksalt:$"]),
    Case("db import to a file, which is a database", ["db", "import", TOY, "-o", "again.yaml"], leaves=["again.yaml"], after=is_a_database("again.yaml")),
    Case("db check", ["db", "check", "--database", TOY, *JSON], check=lambda tree: near(tree["result"]["errors"], 0, 0)),
    Case("db check of what is shipped", ["db", "check"], out=[r"^0 errors"]),
    Case("explain", ["explain"], out=["exit-codes"]),
    Case("explain exit codes", ["explain", "exit-codes"], out=[r"^6 +outside", r"^130 +interrupted"]),
    Case("version", ["--version"], out=[r"^kiln \d+\.\d+\.\d+$"]),
    Case("help", ["--help"], out=["kiln VERB", "equilibrium"]),
    Case("help of a verb", ["help", "window"], out=["Usage: kiln window", "--detect", "Examples:"]),
    Case("help as an option", ["step", "--help"], out=["Usage: kiln step"]),
]
