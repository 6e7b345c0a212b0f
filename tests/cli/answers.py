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
    assert result["phase"] == "rocksalt" and result["certificate"] == {"certified": False, "reason": "not computed"}
    [only] = result["windows"]
    low, high = only["low"], only["high"]
    near(low["T_K"], T_LOW, 1e-5)  # ends are converged to 1e-6 K and printed with 12 digits
    assert low["kind"] == "phase" and low["limited_by"] == "zincite" and low["limits"][0]["formula"] == "ZnO"
    # dT/dG = 1/(R ln 2) for d_ZnO, the only uncertain number that does not cancel
    near(low["decisive"][0]["K_per_unit"], 1.0 / (R * math.log(2.0)), 1e-6)
    near(low["decisive"][0]["contribution_K"], 100.0 / (R * math.log(2.0)), 1e-4)
    near(low["sigma_K"], 100.0 / (R * math.log(2.0)), 1.5)  # 4096 samples: their quantiles scatter by about 2 %
    assert high["T_K"] is None and high["kind"] in ("search_limit", "validity") and high["reason"]
    near(result["entropy"]["per_cation_R"], math.log(2.0), 1e-9)
    near(result["energy_budget"]["S_conf_J_molK"], R * math.log(2.0), 1e-6)
    assert result["estimates"]["pairs_taken_as_ideal"] == ["Mg+2-Zn+2"]
    assert result["melt_modelled"] is False and result["sources"][0]["key"] == "made"


def no_window(tree):
    frame(tree, "kiln.window/1")
    assert tree["result"]["windows"] == [] and tree["result"]["reason"]
    assert isinstance(tree["result"]["apparent_windows"], list)
    assert tree["result"]["closest"]["limited_by"] == "zincite" and tree["result"]["closest"]["driving_force_J_mol"] < 0.0


def at(tree):
    assert tree["result"]["at"]["single_phase"] is False and tree["result"]["at"]["limited_by"] == "zincite"


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
    assert tree["result"]["includes_open_components"] is True
    assert list(tree["result"]["chemical_potentials_J_mol"]["closed"]) == ["Mg", "Zn", "O"]


def step(tree):
    frame(tree, "kiln.step/1")
    rows = tree["result"]["rows"]
    assert [row["T_K"] for row in rows] == [1000.0, 1500.0, 2000.0]
    assert [len(row["phases"]) for row in rows] == [2, 2, 1]
    near(rows[0]["mass_change_percent"], 0.0, 1e-12)
    near(rows[2]["phases"][0]["amount_mol"], 1.0, 1e-9)


def entropy(tree):
    frame(tree, "kiln.entropy/1")
    near(tree["result"]["per_cation_R"], math.log(5.0), 1e-9)
    near(tree["result"]["per_cation_J_molK"], R * math.log(5.0), 1e-8)
    assert tree["result"]["class"] == "high" and tree["result"]["class_depends_on_basis"] is True


def prototype(tree):
    frame(tree, "kiln.window/1")
    assert tree["result"]["phase"] == "rocksalt" and len(tree["result"]["windows"]) == 1
    end = tree["result"]["windows"][0]["low"]
    assert 900.0 < end["T_K"] < 1300.0 and end["sigma_K"] > 1.0  # single phase near 850 C: Rost et al., Nat. Commun. 6 (2015) 8485
    assert len(end["decisive"]) >= 3 and all(d["source"] for d in end["decisive"][:3])
    assert any(phase["phase"] == "wurtzite" for phase in tree["other_structures"])


def narrow(folder):
    with open(os.path.join(folder, "w.txt"), encoding="utf-8") as file:
        for line in file:
            assert len(line.rstrip("\n")) <= 92, f"{len(line)} columns: {line}"


def table_of(columns, rows):
    def look(folder):
        with open(os.path.join(folder, "r.csv"), encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(io.StringIO(file.read())))
        assert len(table) == rows, f"{len(table)} rows"
        missing = set(columns) - set(table[0])
        assert not missing, f"no column {missing}"
        assert None not in table[0], "a row longer than the header"
    return look


JSON = ["--format", "json"]
CASES = [
    Case("window in text", toy("window", ZN), out=[r"^\(Mg0\.5Zn0\.5\)O$", r"charges +Mg \+2, Zn \+2, O -2", r"air \(p\(O2\) = 0\.2095 bar",
         r"^single phase rock salt  1462 °C \(68 %: 144\d to 148\d\)  to  ", r"another phase appears: wurtzite ZnO", r"XRD would see it below",
         r"d_ZnO ± 0\.1 kJ/mol, \+173\.5 K per kJ/mol; fitted \[1\]", r"melt not modelled", r"not certified: not computed",
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
    Case("window at a temperature: yes", toy("window", ZN, "--at", "1500C"), out=[r"^yes: at 1500 °C \(1773 K\) rock salt is the only"]),
    Case("a phase by its label", toy("window", ZN, "--phase", "Rock salt"), out=[r"^single phase rock salt"]),
    Case("without the competitor", toy("window", ZN, "--without", "zincite"),
         out=[r"left out +zincite", r"^single phase rock salt  below 200 °C"]),
    Case("lists may be repeated", toy("window", ZN, "--without", "zincite", "--without", "zincite"), out=[r"below 200 °C"]),
    Case("a warning of the database", toy("window", "(Mg0.3Zn0.7)O"), out=[r"more zinc than the toy likes: above 60 % Zn"]),
    Case("the prototype", ["window", PROTOTYPE, *JSON], check=prototype),
    Case("the prototype fits a terminal", ["window", PROTOTYPE, "-o", "w.txt"], err=["wrote w.txt"], leaves=["w.txt"], after=narrow),
    Case("quiet", toy("window", ZN, "-o", "w.txt", "--quiet"), absent=["wrote"], leaves=["w.txt"]),
    Case("all structures", ["window", PROTOTYPE, "--all-structures"], out=[r"^never single phase wurtzite", r"^single phase rock salt"]),
    Case("equilibrium in text", toy("equilibrium", ZN, "--at", "1000K"), out=[r"^equilibrium at 726\.85 °C \(1000\.00 K\): 2 phases",
         r"^  wurtzite  ZnO$", r"O/M = 1\.0000", r"less n mu of what the atmosphere supplies"]),
    Case("equilibrium in JSON", toy("equilibrium", ZN, "--at", "1000K", *JSON), check=equilibrium),
    Case("equilibrium with the reference solver", toy("equilibrium", ZN, "--at", "1000K", "--solver", "nlopt", *JSON), check=equilibrium),
    Case("equilibrium in CSV", toy("equilibrium", ZN, "--at", "1000K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "phase", "amount_mol", "mass_fraction", "x_Mg", "x_Zn"], 2)),
    Case("a closed system", toy("equilibrium", ZN, "--at", "1000K", "--atmosphere", "closed", *JSON), check=closed),
    Case("an oxygen pressure", toy("equilibrium", ZN, "--at", "1000K", "--po2", "1e-5bar"), out=[r"p\(O2\) = 1e-5 bar"]),
    Case("a pressure of CO2 in argon", ["equilibrium", "CaO", "--at", "700C", "--atmosphere", "Ar", "--pco2", "1bar"],
         out=[r"p\(O2\) = 1e-05 bar, p\(CO2\) = 1 bar", "calcite"]),
    Case("no CO2", ["equilibrium", "CaO", "--at", "400C", "--pco2", "none"], out=["rock salt  CaO"], absent=["calcite"]),
    Case("a metal oxidises", ["equilibrium", "Fe", "--at", "900C"], out=["Fe2O3"]),
    Case("step in text", toy("step", ZN, "--range", "1000K:2000K:500K"), out=[r"^ +726\.9 +1000\.0 +0\.000 +1\.0000", r"phases, wt %"]),
    Case("step in JSON", toy("step", ZN, "--range", "1000K:2000K:500K", *JSON), check=step),
    Case("step in CSV", toy("step", ZN, "--range", "1000K:2000K:500K", "-o", "r.csv"), leaves=["r.csv"],
         after=table_of(["T_C", "T_K", "mass_change_percent", "oxygen_per_cation", "valence_Zn", "rocksalt_mol", "zincite_mass_fraction",
                         "rocksalt_x_Zn"], 3)),
    Case("step keeps the last temperature", toy("step", ZN, "--range", "1000K:1110K:50K", *JSON),
         check=lambda tree: near(tree["result"]["rows"][-1]["T_K"], 1110.0, 1e-9)),
    Case("entropy in text", ["entropy", PROTOTYPE], out=[r"1\.609 R +13\.382 J/mol/K +high +per mole of cations", "low per mole of sites"]),
    Case("entropy in JSON", ["entropy", PROTOTYPE, *JSON], check=entropy),
    Case("entropy in CSV", ["entropy", PROTOTYPE, "-o", "r.csv"], leaves=["r.csv"],
         after=table_of(["formula", "basis", "entropy_R", "entropy_J_molK", "class"], 4)),
    Case("db list", ["db", "list", "--database", TOY], out=[r"^rocksalt +rock salt +MO +solid", r"2 phases"]),
    Case("db list in CSV", ["db", "list", "--database", TOY, "-o", "r.csv"], leaves=["r.csv"], after=table_of(["phase", "label", "role"], 2)),
    Case("db show a phase", ["db", "show", "rocksalt", "--database", TOY], out=[r"sublattice +M, sites 1: Mg\+2 Zn\+2", "rocksalt:Zn"]),
    Case("db show a function", ["db", "show", "G_MgO", "--database", TOY, *JSON],
         check=lambda tree: near(tree["result"]["values"][0]["G_J_mol"], -500000.0, 1e-6)),
    Case("db check", ["db", "check", "--database", TOY, *JSON], check=lambda tree: near(tree["result"]["errors"], 0, 0)),
    Case("db check of what is shipped", ["db", "check"], out=[r"^0 errors"]),
    Case("explain", ["explain"], out=["exit-codes"]),
    Case("explain exit codes", ["explain", "exit-codes"], out=[r"^6 +outside", r"^130 +interrupted"]),
    Case("version", ["--version"], out=[r"^kiln \d+\.\d+\.\d+$"]),
    Case("help", ["--help"], out=["kiln VERB", "equilibrium"]),
    Case("help of a verb", ["help", "window"], out=["Usage: kiln window", "--detect", "Examples:"]),
    Case("help as an option", ["step", "--help"], out=["Usage: kiln step"]),
]
