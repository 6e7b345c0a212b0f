"""What kiln refuses: a clear sentence, the documented exit code, nothing written."""
import os

from run import Case, TOY, toy

ZN = "(Mg,Zn)O"
with open(TOY, "rb") as file:
    TOY_BYTES = file.read()


def formula(name, text, *err, code=2):
    """A formula that the window verb refuses; nothing is written where -o points either."""
    return Case(name, toy("window", text, "-o", "w.json"), code=code, err=list(err))


def options(name, *args, err, code=2):
    return Case(name, toy("window", ZN, *args), code=code, err=[err])


CASES = [
    Case("unknown verb", ["windw"], code=2, err=["did you mean window"]),
    Case("a verb like no other", ["xyzzy"], code=2, err=["there is no verb"]),
    Case("help of an unknown verb", ["help", "stepp"], code=2, err=["did you mean step"]),
    Case("unknown topic", ["explain", "windo"], code=2, err=["did you mean window"]),
    Case("no formula", ["window"], code=2, err=["kiln window FORMULA", "see: kiln help window"]),
    Case("two formulas", ["window", "MgO", "ZnO"], code=2, err=['"ZnO" is one argument too many']),
    Case("unknown option", ["window", "MgO", "--phas", "x"], code=2, err=["did you mean --phase"]),
    Case("option without value", ["window", "MgO", "--phase"], code=2, err=["--phase needs a value"]),
    Case("an option twice", ["window", "MgO", "--seed", "1", "--seed", "2"], code=2, err=["--seed was given twice"]),

    formula("unknown element", "Xx2O3", "unknown element", "Xx"),
    formula("unbalanced bracket", "(Mg,Zn", "never closed"),
    formula("bracket that was not opened", "Mg)O", "column 3"),
    formula("negative amount", "Mg-1O", "positive"),
    formula("all amounts zero", "Mg0O0", "above 0"),
    formula("empty formula", "", "formula"),
    formula("ambiguous list", "(MgCoNi)O", "ambiguous"),
    formula("impossible charge", "MgO2", "cannot be neutral"),
    formula("a metal", "Mg", "has no oxygen", "kiln equilibrium Mg --at"),
    formula("a salt", "NaCl", "no phase that holds", "holds no oxygen", code=4),
    formula("element the database lacks", "La2O3", "no phase that holds La", code=4),

    Case("a join of one", ["gap", "MgO"], code=2, err=["needs two arguments", "kiln gap A B"]),
    Case("a join of three", ["gap", "MgO", "ZnO", "NiO", "--at", "900C"], code=2, err=['"NiO" is one argument too many']),
    Case("a join of equals", toy("gap", "MgO", "Mg2O2", "--at", "900C", "-o", "w.json"), code=2, err=["same composition"]),
    Case("a join that differs in the gas's oxygen only", ["gap", "CoO", "Co3O4", "--at", "900C"], code=2, err=["same composition in this atmosphere"]),
    Case("a metal as an end member", toy("gap", "MgO", "Zn", "--at", "900C"), code=2, err=["Zn has no oxygen"]),
    Case("a join with an element the database lacks", toy("gap", "MgO", "La2O3", "--at", "900C"), code=4, err=["no phase that holds La"]),
    Case("a join without temperature", toy("gap", "MgO", "ZnO"), code=2, err=["needs a temperature"]),
    Case("a join at two sorts of temperature", toy("gap", "MgO", "ZnO", "--at", "900C", "--range", "600C:900C:100K"), code=2, err=["--at and --range"]),
    Case("a join at a temperature without unit", toy("gap", "MgO", "ZnO", "--at", "900"), code=2, err=["without a unit"]),
    Case("a join of too many rows", toy("gap", "MgO", "ZnO", "--range", "600C:1600C:1K"), code=2, err=["at most 500"]),
    Case("a structure that holds no part of the join", ["gap", "MgO", "ZnO", "--at", "900C", "--phase", "corundum"], code=4, err=["corundum can hold no range"]),
    Case("a structure that does not exist", toy("gap", "MgO", "ZnO", "--at", "900C", "--phase", "rocksal"), code=2, err=["did you mean rocksalt"]),
    Case("a join outside validity", toy("gap", "MgO", "ZnO", "--at", "4000K", "-o", "w.json"), code=6, err=["outside the validity"]),
    Case("activity without temperature", toy("activity", ZN), code=2, err=["needs a temperature"]),
    Case("activity at a temperature without unit", toy("activity", ZN, "--at", "900"), code=2, err=["without a unit"]),
    Case("activity of a metal", toy("activity", "MgZn", "--at", "900C"), code=2, err=["has no oxygen"]),
    Case("activity of an element the database lacks", toy("activity", "La2O3", "--at", "900C"), code=4, err=["no phase that holds La"]),
    Case("activity outside validity", toy("activity", ZN, "--at", "4000K", "-o", "w.json"), code=6, err=["outside the validity"]),

    options("temperature without unit", "--at", "900", err="without a unit"),
    options("unknown unit", "--at", "900X", err="unit is unknown"),
    options("below absolute zero", "--at=-300C", err="below the lowest"),
    options("temperature that is no number", "--at", "nanC", err="temperature"),
    options("pressure without unit", "--po2", "1e-5", err="without a unit"),
    options("negative pressure", "--po2=-1bar", err="pressure"),
    options("unknown atmosphere", "--atmosphere", "vacuum", err="unknown .accepted: air"),
    options("two ways to fix the oxygen", "--atmosphere", "air", "--po2", "1bar", err="both fix the oxygen"),
    options("a gas in a closed system", "--atmosphere", "closed", "--pco2", "1bar", err="closed system"),
    options("range upside down", "--range", "900C:600C", err="below the last"),
    options("detection limit without sign", "--detect", "2", err="such as 2%"),
    options("detection limit too large", "--detect", "80%", err="at most 50%"),
    options("detection limit in hexadecimal", "--detect", "0x10%", err="such as 2%"),
    options("detection limit that is no number", "--detect", "nan%", err="such as 2%"),
    options("samples not a number", "--samples", "many", err="whole number"),
    options("negative seed", "--seed=-1", err="whole number"),
    options("unknown solver", "--solver", "simplex", err="newton or nlopt"),
    options("unknown format", "--format", "xml", err="text, json or csv"),
    options("unknown extension", "-o", "w.svg", err="must be .json, .csv or .txt"),
    options("format and extension disagree", "--format", "csv", "-o", "w.json", err="disagree"),
    options("unknown phase", "--phase", "rocksat", err="did you mean rocksalt"),
    options("unknown phase left out", "--without", "zincit", err="did you mean zincite"),
    options("a phase like no other", "--phase", "perovskite", err="kiln db list"),
    options("a phase both left out and the only one", "--only", "rocksalt", "--without", "rocksalt", err="both name rocksalt"),
    options("gap without unit", "--certify-gap", "0.01", err="such as 0.01J/mol"),
    options("gap too small", "--certify-gap", "1e-9J/mol", err="1e-5 J/mol to 1 kJ/mol"),
    options("gap that is no number", "--certify-gap", "nanJ/mol", err="such as 0.01J/mol"),
    options("no boxes", "--certify-budget", "0", err="whole number from 1"),
    options("a gap without a proof", "--no-certify", "--certify-gap", "1J/mol", err="leaves nothing"),
    options("estimates both ways", "--estimate", "--no-estimate", err="exclude each other"),
    options("phase that cannot hold it", "--phase", "zincite", err="cannot hold", code=4),
    options("missing pair", "--no-estimate", err=r"no interaction between Mg\+2 and Zn\+2", code=4),

    Case("equilibrium without temperature", toy("equilibrium", ZN), code=2, err=["--at 900C"]),
    Case("equilibrium outside validity", toy("equilibrium", ZN, "--at", "2500K", "-o", "e.json"), code=6, err=["500 K outside the validity"]),
    Case("step outside validity at every temperature", toy("step", ZN, "--range", "2500K:3500K:500K"), code=6,
         err=["500 K outside the validity"]),
    Case("a range that is none", toy("step", ZN, "--range", "1000K"), code=2, err=["range"]),
    Case("a falling range without unit", toy("step", ZN, "--range", "1000K:300"), code=2, err=["without a unit"]),
    Case("window outside validity", toy("window", ZN, "--range", "3000K:4000K"), code=6, err=["valid"]),
    Case("window at a temperature outside validity", toy("window", ZN, "--at", "4000K"), code=6, err=["valid"]),
    Case("a step without end", toy("step", ZN, "--range", "1000K:2000K:0.001K"), code=2, err=["rows"]),

    Case("absent database", ["window", ZN, "--database", "absent.yaml"], code=3, err=["absent.yaml"]),
    Case("malformed database", ["window", ZN, "--database", "bad.yaml"], code=3, files={"bad.yaml": b"kiln: 1\nname: [bad\n"},
         err=[r"bad\.yaml:\d+:\d+"]),
    Case("truncated database", ["window", ZN, "--database", "cut.yaml", "-o", "w.json"], code=3,
         files={"cut.yaml": TOY_BYTES[: TOY_BYTES.index(b"Zn+2, O-2], G: G_ZnO + d")]}, err=[r"cut\.yaml"]),
    Case("binary database", ["db", "check", "--database", "bin.yaml"], code=3, files={"bin.yaml": bytes(range(256))}, err=["bin.yaml"]),
    Case("empty database", ["db", "list", "--database", "empty.yaml"], code=3, files={"empty.yaml": b""}, err=["empty.yaml"]),
    Case("unknown entry", ["db", "show", "zincit", "--database", TOY], code=2, err=["did you mean zincite"]),
    Case("unknown db action", ["db", "chek", "--database", TOY], code=2, err=["did you mean check"]),
    Case("db show without name", ["db", "show", "--database", TOY], code=2, err=["needs the name"]),

    Case("output into an absent folder", toy("window", ZN, "-o", "absent/w.json"), code=3, err=["absent/w.json cannot be written"]),
    Case("output into a folder that takes no files", toy("window", ZN, "-o", "/proc/w.json"), code=3, err=["/proc/w.json cannot be written"]),
]
