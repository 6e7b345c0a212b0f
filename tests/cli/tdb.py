"""Gibbs energies that kiln reads from TDB files against an evaluator of their text that shares nothing with it: regular expressions, and Python's own arithmetic.

usage: tdb.py KILN FOLDER; the folder that KILN_TEST_TDB_DIR names, if it is set, is read too.
"""
import glob
import json
import math
import os
import re
import subprocess
import sys

KILN, FOLDER = sys.argv[1:3]
R, P = 8.31451, 1e5
WITHIN = 1e-9  # relative: sums in another order


def statements(text):
    """(line of the keyword, text) up to each "!", comments left out"""
    text = re.sub(r"\$[^\n]*", "", text)
    line = 1
    for part in text.split("!"):
        blank = part[:len(part) - len(part.lstrip())]
        yield line + blank.count("\n"), " ".join(part.split())
        line += part.count("\n")


def to_python(expression):
    expression = re.sub(r"(?<=[\d.])D(?=[+-]?\d)", "E", expression.upper())
    expression = re.sub(r"(?<![\w.])([\d.]+(?:E[+-]?\d+)?)", lambda m: repr(float(m[1])), expression)
    expression = re.sub(r"\b(LN|LOG)\(", "math.log(", expression)
    expression = re.sub(r"\bEXP\(", "math.exp(", expression)
    expression = re.sub(r"(?<![\w.])(?!(?:T|P|R|E)\b)([A-Z]\w*)#?(?!\w*[(.])", r'value("\1", T)', expression)
    return "0.0" + expression if expression.lstrip().startswith(("+", "-")) else expression


def pieces(text):
    """[(from, to, Python)] of "298.15 expression; 700 Y expression; 900 N" """
    low, rest = re.match(r"\s*([\d.E+]+)\s*(.*)", text).groups()
    found, low = [], float(low)
    for expression, high in re.findall(r"([^;]*);\s*(,+|[\d.E+]+)\s*[YN]?", rest):
        high = 4000.0 if high.startswith(",") else float(high)
        found.append((low, high, compile(to_python(expression), "tdb", "eval")))
        low = high
    return found


class File:
    def __init__(self, path):
        self.functions, self.parameters = {}, {}
        with open(path, encoding="latin-1") as file:
            for line, text in statements(file.read()):
                function = re.match(r"(?i)FUNC\w*\s+(\w+)\s+(.*)", text)
                parameter = re.match(r"(?i)PAR\w*\s+([GL])\s*\(([^)]*)\)\s*(.*)", text)
                if function:
                    self.functions[function[1].upper()] = pieces(function[2])
                elif parameter:
                    self.parameters[line] = pieces(parameter[3])

    def at(self, ranges, T):
        code = next((code for low, high, code in ranges if low <= T < high), ranges[-1][2])
        return eval(code, {"math": math, "T": T, "P": P, "R": R, "value": self.value})

    def value(self, name, T):
        return self.at(self.functions[name], T)

    def is_inside(self, ranges, T):
        """kiln goes on at constant heat capacity outside the range of any function on the way; only inside are both the same"""
        if not ranges[0][0] <= T < ranges[-1][1]:
            return False
        code = next(code for low, high, code in ranges if low <= T < high)
        return all(self.is_inside(self.functions[name], T) for name in code.co_consts if isinstance(name, str) and name in self.functions)


def ask(path, *what):
    result = subprocess.run([KILN, "db", *what, "--format", "json", "--database", path], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["result"]


def compare(file, name, ranges, result):
    compared = 0
    for row in result["values"]:
        if not file.is_inside(ranges, row["T_K"]):
            continue
        expected = file.at(ranges, row["T_K"])
        assert abs(row["G_J_mol"] - expected) <= WITHIN * max(abs(expected), 1e3), (name, row, expected)
        compared += 1
    return compared


def check(path):
    """Every function and every entry of a phase, at each temperature that listings have"""
    file = File(path)
    listing = ask(path, "list")
    compared = sum(compare(file, name, ranges, ask(path, "show", name)) for name, ranges in file.functions.items())
    entries = 0
    for phase in listing["phases"]:
        for entry in ask(path, "show", phase["phase"])["entries"]:
            shown = ask(path, "show", entry["name"])
            if shown["line"] in file.parameters and shown["value"] != "0":  # an order that a ternary term lacks
                entries += 1
                compared += compare(file, entry["name"], file.parameters[shown["line"]], shown)
    print(f"{os.path.basename(path)}: {len(file.functions)} functions, {entries} entries, {compared} values")
    return compared


def main():
    folders = [FOLDER] + [folder for folder in [os.environ.get("KILN_TEST_TDB_DIR")] if folder]
    paths = sorted(path for folder in folders for path in glob.glob(os.path.join(folder, "*.[tT][dD][bB]")))
    assert paths
    if len(folders) == 1:
        print("skipped: files of others, since KILN_TEST_TDB_DIR names no folder")
    for path in paths:
        assert check(path) > 5, path
    return 0


if __name__ == "__main__":
    sys.exit(main())
