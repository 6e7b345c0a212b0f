"""Measured facts against the shipped database: recompute what docs/known-points.md shows.

usage: known_points.py KILN POINTS DOC [--update]     POINTS: tests/reference/known_points.csv; --update writes both files anew.
"""
import csv
import json
import os
import shlex
import subprocess
import sys

KILN, POINTS, DOC = sys.argv[1:4]
BEGIN, END = "<!-- written by tests/cli/known_points.py --update -->\n", "<!-- end -->\n"
USED = {"parameter": "it is a parameter", "fitted": "fitted", "assessed": "in an assessment taken over", "none": "not used"}


def read():
    with open(POINTS, encoding="utf-8", newline="") as file:
        lines = file.readlines()
    head = [line for line in lines if line.startswith("#")]
    return head, list(csv.DictReader(line for line in lines if not line.startswith("#")))


def phase_of(answer, name):
    return next((p for p in answer["result"]["phases"] if p["phase"] == name), None)


def take(answer, how):
    """(number, sigma or None): temperatures in °C"""
    what, *names = how.split()
    if what == "window":
        end = answer["result"]["windows"][0][names[0]]
        return end["T_K"] - 273.15, end["sigma_K"]
    phase = phase_of(answer, names[0])
    if what == "share":
        return (phase["mass_fraction"] if phase else 0.0), None
    if what == "composition":
        return phase["composition"][names[1]], None
    assert what == "site", how
    return phase["site_fractions"][names[1]][names[2]], None


def ask(point):
    command = [KILN, *shlex.split(point["command"]), "--format", "json", "--quiet"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
    assert result.returncode in (0, 1, 5), (point["id"], result.stderr)
    return take(json.loads(result.stdout), point["take"])


def rounded(value, digits):
    return "" if value is None else f"{value:.{digits}f}"


def problems(point, value, sigma):
    """in words; empty if the point is as written"""
    unit = 10.0 ** -int(point["digits"])
    for name, now in (("model", value), ("sigma", sigma)):
        then = float(point[name]) if point[name] else None
        if (then is None) != (now is None) or then is not None and abs(then - now) > 1.5 * unit:
            yield f"{name} is {now}, written is {point[name]}"
    if abs(value - float(point["measured"])) > float(point["miss"]) + 0.5 * unit:
        yield f"{value} is further from the measured {point['measured']} than {point['miss']}"


def with_unit(number, sigma, unit):
    return number + (f" ± {sigma}" if sigma else "") + (f" {unit}" if unit else "")


def table(points):
    out, group = [], None
    for p in points:
        if p["group"] != group:
            group = p["group"]
            out += [f"\n## {group}\n", "| fact | measured | here | | source | command |", "|---|---|---|---|---|---|"]
        source = "from memory" if p["citation"] == "memory" else p["citation"]
        out.append("| " + " | ".join([p["fact"], with_unit(p["measured"], p["measured_sigma"], p["unit"]), with_unit(p["model"], p["sigma"], p["unit"]),
                                      USED[p["used"]], source, f"`kiln {p['command']}`"]) + " |")
    return "\n".join(out).lstrip("\n") + "\n"


def update(head, points):
    for p in points:
        p["model"], p["sigma"] = (rounded(v, int(p["digits"])) for v in ask(p))
    with open(POINTS, "w", encoding="utf-8", newline="") as file:
        file.writelines(head)
        writer = csv.DictWriter(file, points[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)
    with open(DOC, encoding="utf-8") as file:
        text = file.read()
    with open(DOC, "w", encoding="utf-8") as file:
        file.write(text[:text.index(BEGIN)] + BEGIN + table(points) + text[text.index(END):])


def main():
    head, points = read()
    if "--update" in sys.argv:
        update(head, points)
        return 0
    failed = 0
    with open(DOC, encoding="utf-8") as file:
        text = file.read()
    if text[text.index(BEGIN) + len(BEGIN):text.index(END)] != table(points):
        print(f"FAILED  {os.path.basename(DOC)} is not what {os.path.basename(POINTS)} gives: known_points.py KILN POINTS DOC --update")
        failed = 1
    for p in points:
        wrong = list(problems(p, *ask(p)))
        failed |= bool(wrong)
        print(("FAILED  " if wrong else "ok      ") + p["id"] + " " + p["fact"] + "".join("; " + w for w in wrong))
    return failed


if __name__ == "__main__":
    sys.exit(main())
