#!/usr/bin/env python3
"""Studies as a user runs them: what is run again and what is not, what a failure leaves, how a killed one goes on; and results of every verb run again.

usage: studies.py KILN EXAMPLES      EXAMPLES is the folder with the studies of the documentation
"""
import csv
import glob
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

KILN, EXAMPLES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "data", "toy.yaml"), encoding="utf-8") as file:
    TOY = file.read()
STUDY = """study: toy
defaults: {verb: equilibrium, database: toy.yaml, at: 1300C}
cases:
  one: {formula: "(Mg,Zn)O"}
  two: {formula: "Mg{x}Zn{1-x}O", sweep: {product: {x: [0.25, 0.75], at: [1200C, 1400C]}}}
  three: {verb: window, formula: "(Mg,Zn)O", at: 100C}
outputs: csv
"""
NAMES = ["one", "three", "two-0.25-1200C", "two-0.25-1400C", "two-0.75-1200C", "two-0.75-1400C"]
# A result of each verb and kind, from words that make it.
RESULTS = [
    "window '(Mg,Zn)O' --database toy.yaml --set 'd_ZnO=-9kJ/mol' --without zincite --at 1000C", "window '(Mg,Zn)O' --database toy.yaml --compare --set 'd_ZnO=-9kJ/mol'",
    "equilibrium '(Mg,Zn)O' --database toy.yaml --at 1300C", "equilibrium 'x(Fe)=0.42, O, T=1300'", "step CoO --range 1100C:900C:50K",
    "sinter '(Mg,Co)O'", "risk '(Mg,Co,Ni,Cu,Zn)O' --at 900C --samples 512 --observed '900C multi tenorite' --observed '1000C single' --furnace-error 20K",
    "screen '(*)O' --from Mg,Zn --choose 1:2 --samples 0 --sort=-T_low_C --database toy.yaml", "design '(Mg,Ni,Zn)O' --starts 1", "gap MgO CuO --at 850C", "activity '(Mg,Ni)O' --at 1000C", "diagram tx MgO CuO --range 850C:900C", "diagram isopleth '(Ni,Zn)O' --vary Zn --range 900C:1000C",
    "diagram tpo2 CoO --range 900C:950C --po2-range 1e-3bar:1bar", "diagram ternary NiO MgO CuO --at 1300C", "diagram entropy",
    "diagram energy '(Mg,Ni)O' --range 900C:1000C", "diagram pairs rocksalt", "diagram map firings.csv --database toy.yaml", "validate trials.csv --samples 0 --resamples 0 --no-certify",
    "entropy '(Cr,Mn,Fe,Co,Ni)3O4'", "fit data.fit.yaml", "db list --database toy.yaml", "db show rocksalt", "db check --database toy.yaml"]
FIT = """kiln-fit: 1
name: toy-fit
database: toy.yaml
parameters:
  - {name: d_ZnO, prior: 10 kJ/mol, sigma: 400 J/mol}
data:
  - {id: e1, kind: activity, phase: rocksalt, composition: Mg0.5Zn0.5O, of: Zn, reference: zincite, value: 0.2 kJ/mol, sigma: 300 J/mol, T: 1800 K}
"""
TRIALS = 'formula,structure,temperature_C,atmosphere,outcome\n"(Mg,Co,Ni,Cu,Zn)O",rocksalt,1000,air,single\n'


def kiln(*args, code=0, folder=None, env=None):
    """What it printed and said, of a run that ended with `code`."""
    done = subprocess.run([KILN, *args], capture_output=True, encoding="utf-8", timeout=300, cwd=folder, env=env)
    assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
    assert "nan" not in re.findall(r"[a-z]+", done.stdout), done.stdout
    return done.stdout, done.stderr


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def made(folder, text=STUDY, name="s.yaml"):
    """A study and its database in a folder; the path of the study."""
    write(os.path.join(folder, "toy.yaml"), TOY)
    write(os.path.join(folder, name), text)
    return os.path.join(folder, name)


def counts(said):
    """How many cases were run, and how many had not changed."""
    return tuple(int(n) for n in re.search(r"(\d+) run, (\d+) unchanged", said).groups())


def rows(folder):
    with open(os.path.join(folder, "summary.csv"), encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file)}


def results_and_table(folder):
    study = made(folder)
    printed, said = kiln("study", study)
    assert counts(said) == (6, 0), said
    out = os.path.join(folder, "s")
    assert sorted(os.listdir(out)) == sorted([f"{n}.{e}" for n in NAMES for e in ("csv", "json")] + ["manifest.json", "summary.csv"])
    assert all(line == line.rstrip() for line in printed.splitlines())
    table = rows(out)
    assert list(table) == ["one", *[n for n in NAMES if n.startswith("two")], "three"]
    assert table["two-0.25-1400C"]["x"] == "0.25" and table["two-0.25-1400C"]["at"] == "1400C"
    assert table["one"]["T_C"] == "1300" and table["one"]["T_K"] == "1573.15" and "rock salt" in table["one"]["phases"]
    assert table["three"]["exit_code"] == "1" and table["three"]["single at T"] == "no"  # an answer, no failure
    manifest = json.loads(read(os.path.join(out, "manifest.json")))
    assert manifest["schema"] == "kiln.study/1" and manifest["study"]["text"] == STUDY and manifest["folder"] == ".."
    case = manifest["cases"][1]
    assert case["words"] == ["equilibrium", "Mg0.25Zn0.75O", "--at", "1200C", "--database", "toy.yaml"] and case["variables"] == {"x": "0.25", "at": "1200C"}
    write(study, STUDY + "summary: {G: result/G_J_mol, phases: result/phases/*/label, misspelt: result/phasis}\n")
    printed, said = kiln("study", study)
    assert 'the column "misspelt" is empty: no result has result/phasis' in said and list(rows(out)["one"]) == ["case", "x", "at", "G", "phases", "misspelt", "exit_code", "message"]
    assert re.search(r"J/mol", printed) and float(rows(out)["one"]["G"]) < 0.0
    # As many columns as are asked for, as long as they are.
    many = ", ".join(f"c{k}: result/G_J_mol" for k in range(50))
    long = "result/notes/*/text" if "notes" in json.loads(read(os.path.join(out, "one.json")))["result"] else "result/phases/*/label"
    write(study, STUDY + f"summary: {{{many}, long: {long}}}\n")
    kiln("study", study)
    assert len(rows(out)["one"]) == 56 and rows(out)["one"]["c49"] == rows(out)["one"]["c0"] != ""
    printed = kiln("study", made(folder))[0]
    # A result is the one that the command gives by itself.
    alone, _ = kiln(*case["words"], "--format", "json", folder=folder)
    assert alone == read(os.path.join(out, case["name"] + ".json"))
    assert kiln("study", "s.yaml", folder=folder)[0].replace("s.yaml:", "") == printed.replace(study + ":", "")
    shown, _ = kiln("study", "s.yaml", "--show", folder=folder)
    assert shown.splitlines()[1] == "kiln equilibrium Mg0.25Zn0.75O --at 1200C --database toy.yaml" and len(shown.splitlines()) == 6


def only_what_changed(folder):
    study, out = made(folder), os.path.join(folder, "s")

    def again(*args, text=STUDY):
        write(study, text)
        return counts(kiln("study", study, *args)[1])

    assert again() == (6, 0) and again() == (0, 6)
    before = {n: os.stat(os.path.join(out, n + ".json")).st_mtime_ns for n in NAMES}
    assert again(text=STUDY.replace("0.75", "0.7")) == (2, 4)
    assert "two-0.7-1200C.json" in os.listdir(out) and "two-0.75-1200C.json" not in os.listdir(out)
    assert os.stat(os.path.join(out, "one.json")).st_mtime_ns == before["one"]
    assert again() == (2, 4) and again("--force") == (6, 0) and again("--threads", "2") == (0, 6)
    assert again(text=STUDY.replace("csv", "[csv, txt]")) == (6, 0) and "one.txt" in os.listdir(out)
    assert again() == (6, 0) and "one.txt" not in os.listdir(out)
    os.remove(os.path.join(out, "one.csv"))
    assert again() == (1, 5)
    write(os.path.join(out, "one.json"), "{}")
    assert again() == (1, 5) and json.loads(read(os.path.join(out, "one.json")))["schema"] == "kiln.equilibrium/1"
    write(os.path.join(folder, "toy.yaml"), TOY + "\n# a remark\n")
    assert again() == (6, 0)
    write(os.path.join(out, "manifest.json"), "no JSON")
    assert again() == (6, 0)
    # What someone has changed is not taken away with its case.
    write(os.path.join(out, "three.csv"), "mine")
    assert again(text=STUDY.replace("  three", "  third")) == (1, 5)
    assert read(os.path.join(out, "three.csv")) == "mine" and "three.json" not in os.listdir(out)
    assert again() == (1, 5)


def children_of_before(folder):
    """A shell that becomes kiln leaves it a child that is no case."""
    made(folder)
    done = subprocess.run(["sh", "-c", "sleep 0.05 & sleep 0.3 & exec \"$0\" study s.yaml", KILN], capture_output=True, encoding="utf-8", timeout=300, cwd=folder)
    assert done.returncode == 0 and counts(done.stderr) == (6, 0), done.stderr


def files_that_are_named(folder):
    """An include of the database, a table of points and a data set of a fit."""
    write(os.path.join(folder, "toy.yaml"), TOY)
    write(os.path.join(folder, "mine.yaml"), "kiln: 1\nname: mine\ninclude: [toy.yaml]\n")
    write(os.path.join(folder, "points.csv"), "T_C,x\n900,0.5\n")
    write(os.path.join(folder, "data.fit.yaml"), FIT)
    study = os.path.join(folder, "s.yaml")
    write(study, "study: files\ncases:\n  a: {verb: entropy, formula: MgO}\n  b: {verb: equilibrium, formula: MgO, at: 900C, database: mine.yaml}\n"
          "  c: {verb: diagram tx, formula: [MgO, CuO], range: 890C:900C, data: points.csv}\n  d: {verb: fit, what: data.fit.yaml}\n")
    assert counts(kiln("study", study)[1]) == (4, 0)
    assert counts(kiln("study", study)[1]) == (1, 3)  # what a data set names is not known
    write(os.path.join(folder, "toy.yaml"), TOY + "# a remark\n")
    assert counts(kiln("study", study)[1]) == (2, 2)
    write(os.path.join(folder, "points.csv"), "T_C,x\n900,0.6\n")
    assert counts(kiln("study", study)[1]) == (2, 2)


def what_changes_meanwhile_is_new(folder):
    """Data that change while a case runs are new to the next study."""
    shutil.copy(os.path.join(HERE, "data", "firings.csv"), folder)
    study = made(folder, "study: s\ncases:\n" + SLOW + "  b: {verb: diagram map, what: firings.csv, database: toy.yaml}\n")
    running = subprocess.Popen([KILN, "study", study], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: children_of(running.pid))
    points = os.path.join(folder, "firings.csv")
    write(points, read(points) + "# a remark\n")
    os.kill(children_of(running.pid)[0], signal.SIGKILL)
    assert running.wait(timeout=60) == 7
    write(study, read(study).replace(SLOW, ""))
    assert counts(kiln("study", study)[1]) == (1, 0) and counts(kiln("study", study)[1]) == (0, 1)


def a_failure_leaves_the_others(folder):
    study = made(folder, STUDY.replace("cases:", "cases:\n  bad: {formula: XxO}\n  far: {formula: MgO, at: 6000K}\n  lost: {formula: MgO, database: none.yaml}"))
    printed, said = kiln("study", study, "--threads", "3", code=7)
    out = os.path.join(folder, "s")
    assert "3 of 9 cases failed" in said and counts(said) == (9, 0)
    assert f"{study}:4: bad, exit 2:\n" in printed and 'unknown element "Xx"' in printed
    table = rows(out)
    assert [table[n]["exit_code"] for n in ("bad", "far", "lost", "one")] == ["2", "6", "3", "0"]
    assert "unknown element" in table["bad"]["message"] and "Xx" in read(os.path.join(out, "bad.log"))
    assert not os.path.exists(os.path.join(out, "bad.json")) and not os.path.exists(os.path.join(out, ".new"))
    assert counts(kiln("study", study, code=7)[1]) == (3, 6)  # what failed is tried again
    write(os.path.join(folder, "none.yaml"), TOY)
    assert counts(kiln("study", study, code=7)[1]) == (3, 6) and rows(out)["lost"]["exit_code"] == "0"
    # A result that fails now goes; and a failure is told to be the same.
    made(folder, STUDY.replace('one: {formula: "(Mg,Zn)O"}', "one: {formula: XxO}"))
    kiln("study", study, code=7)
    assert not os.path.exists(os.path.join(out, "one.json"))
    printed, _ = kiln("rerun", os.path.join(out, "manifest.json"))
    assert "one: fails as before, exit 2" in printed and "6 of 6 cases are what they were" in printed


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except FileNotFoundError:
        return []


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.005)


SLOW = "  slow: {verb: risk, formula: \"(Mg,Co,Ni,Cu,Zn)O\", samples: 1000000, database: kiln.yaml}\n"


def a_case_that_is_killed(folder):
    study = made(folder, STUDY.replace("cases:\n", "cases:\n" + SLOW))
    running = subprocess.Popen([KILN, "study", study], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    wait_until(lambda: children_of(running.pid))
    os.kill(children_of(running.pid)[0], signal.SIGKILL)
    printed, said = running.communicate(timeout=120)
    assert running.returncode == 7 and "ended by signal 9 (Killed)" in printed and "1 of 7 cases failed" in said, (printed, said)
    assert rows(os.path.join(folder, "s"))["slow"]["exit_code"] == "137" and rows(os.path.join(folder, "s"))["one"]["exit_code"] == "0"


def a_study_that_is_killed(folder):
    study = made(folder, STUDY.replace("outputs", SLOW + "outputs"))
    manifest = os.path.join(folder, "s", "manifest.json")
    running = subprocess.Popen([KILN, "study", study, "--threads", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: os.path.exists(manifest) and any(json.loads(read(manifest))["cases"]) and len(children_of(running.pid)) == 1)
    children = children_of(running.pid)
    said = kiln("study", study, code=3)[1]
    assert "another kiln study writes to this folder" in said, said
    running.send_signal(signal.SIGKILL)
    running.wait(timeout=60)
    wait_until(lambda: not any(os.path.exists(f"/proc/{child}") for child in children))  # nothing goes on by itself
    assert not [n for n in os.listdir(os.path.join(folder, "s")) if "kiln-" in n]
    made(folder)
    run, kept = counts(kiln("study", study)[1])
    assert kept > 0 and run + kept == 6, (run, kept)
    assert sorted(os.path.splitext(n)[0] for n in os.listdir(os.path.join(folder, "s")) if n.endswith(".csv")) == sorted([*NAMES, "summary"])
    assert not os.path.exists(os.path.join(folder, "s", ".new"))


def an_interrupt(folder):
    study = made(folder, STUDY.replace("outputs", SLOW + "outputs"))
    running = subprocess.Popen([KILN, "study", study], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
    out = os.path.join(folder, "s")
    wait_until(lambda: os.path.exists(os.path.join(out, "three.json")) and children_of(running.pid))
    children = children_of(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    printed, said = running.communicate(timeout=60)
    assert running.returncode == 130 and not printed and said == "kiln: interrupted\n", (running.returncode, printed, said)
    wait_until(lambda: not any(os.path.exists(f"/proc/{child}") for child in children))
    write(os.path.join(out, ".new", "old.json"), "of a case that is no more")
    made(folder)
    assert sum(counts(kiln("study", study)[1])) == 6 and not os.path.exists(os.path.join(out, ".new"))


def folders(folder):
    study = made(folder)
    os.mkdir(os.path.join(folder, "deep"))
    kiln("study", "../s.yaml", "--output", "results", folder=os.path.join(folder, "deep"))
    out = os.path.join(folder, "deep", "results")
    assert json.loads(read(os.path.join(out, "manifest.json")))["folder"] == "../.."
    moved = os.path.join(folder, "moved")
    os.mkdir(moved)
    for name in ("deep", "s.yaml", "toy.yaml"):
        shutil.move(os.path.join(folder, name), moved)
    printed, _ = kiln("rerun", "manifest.json", "--threads", "2", "-o", "new", folder=os.path.join(moved, "deep", "results"))
    assert "6 of 6" in printed and read(os.path.join(moved, "deep/results/new/one.json")) == read(os.path.join(moved, "deep/results/one.json"))
    # A path of databases that is relative is meant from where kiln was called.
    data = os.path.join(folder, "data")
    os.mkdir(data)
    write(os.path.join(data, "other.yaml"), TOY)
    write(study, "study: s\ncases: {a: {verb: equilibrium, formula: MgO, at: 900C, database: other.yaml}}\n")
    os.mkdir(os.path.join(folder, "elsewhere"))
    kiln("study", "s.yaml", folder=folder, env=dict(os.environ, KILN_DATABASE_PATH="data:/nonexistent"))
    kiln("study", "s.yaml", folder=folder, code=7)
    made(folder, name="other.yaml")
    assert "s holds the results of s.yaml" in kiln("study", "other.yaml", "-o", "s", folder=folder, code=3)[1]
    assert "made" in kiln("study", "s.yaml", "-o", "none/of/these", folder=folder, code=3)[1]


def figures(folder):
    if not shutil.which("gnuplot"):
        print("figures: left out, without gnuplot")
        return
    study = made(folder, "study: f\ndefaults: {database: toy.yaml, theme: slide, width: 200mm}\nfigures: [svg, png]\ncases:\n  step: {verb: step, formula: \"(Mg,Zn)O\", range: 900C:1300C:100K}\n"
                 "  plain: {verb: step, formula: \"(Mg,Zn)O\", range: 900C:1300C:100K, figures: []}\n  window: {verb: window, formula: \"(Mg,Zn)O\"}\n")
    kiln("study", study)
    assert sorted(os.listdir(os.path.join(folder, "s"))) == ["manifest.json", "plain.json", "step.json", "step.png", "step.svg", "summary.csv", "window.json"]
    assert "<svg" in read(os.path.join(folder, "s", "step.svg"))
    assert counts(kiln("study", study)[1]) == (0, 3)
    write(study, read(study).replace("slide", "paper"))
    assert counts(kiln("study", study)[1]) == (1, 2)
    assert "3 of 3" in kiln("rerun", os.path.join(folder, "s", "manifest.json"))[0]


def refusals(folder):
    study = made(folder)
    for text, place, words in [
            (STUDY.replace("verb: window", "verb: widow"), "6:17", "did you mean window?; verbs are window, equilibrium, step"),
            (STUDY.replace("at: 100C", "att: 100C"), "6:46", 'kiln window has no "att", did you mean at?; valid keys are verb, sweep, figures, formula, phase, at'),
            (STUDY.replace("at: 100C", "output: x.json"), "6:46", 'kiln window has no "output"'),
            (STUDY.replace("at: 100C", "no-certify: 1"), "6:58", "expected true or false"),
            (STUDY.replace("verb: window", "verb: study"), "6:17", 'there is no verb "study"'),
            (STUDY.replace("verb: window", "verb: explain"), "6:17", 'there is no verb "explain"'),
            (STUDY.replace("study: toy", "study: toy\nstudy: toy"), "2:1", "each key once")]:
        write(study, text)
        printed, said = kiln("study", study, code=3)
        assert not printed and said.startswith(f"kiln: {study}:{place}: ") and words in said, said
    assert "cannot be opened" in kiln("study", "none.yaml", folder=folder, code=3)[1]
    write(study, STUDY)
    assert "--threads" in kiln("study", study, "--threads", "0", code=2)[1]
    # kiln rerun
    write(os.path.join(folder, "a.json"), "{}")
    assert "schema" in kiln("rerun", "a.json", folder=folder, code=3)[1]
    write(os.path.join(folder, "a.json"), '{"schema": "kiln.window/1"}')
    assert "results of Python" in kiln("rerun", "a.json", folder=folder, code=3)[1]
    write(os.path.join(folder, "a.json"), '{"schema": "kiln.window/1", "command": [1]}')
    assert "list of words" in kiln("rerun", "a.json", folder=folder, code=3)[1]
    write(os.path.join(folder, "a.json"), '{"schema": "kiln.window/1",\n"command"}')
    assert "a.json:2:" in kiln("rerun", "a.json", folder=folder, code=3)[1]
    write(os.path.join(folder, "a.json"), '{"schema": "kiln.window/1", "command": ["window", "XxO"]}')
    assert "unknown element" in kiln("rerun", "a.json", folder=folder, code=2)[1]
    assert ".json" in kiln("rerun", "a.json", "-o", "b.csv", folder=folder, code=2)[1]


def every_verb_again(folder):
    write(os.path.join(folder, "toy.yaml"), TOY)
    write(os.path.join(folder, "data.fit.yaml"), FIT)
    write(os.path.join(folder, "trials.csv"), TRIALS)
    shutil.copy(os.path.join(HERE, "data", "firings.csv"), folder)
    for command in RESULTS:
        words = shlex.split(command)
        subprocess.run([KILN, *words, "-q", "-o", "r.json"], cwd=folder, capture_output=True, timeout=300)
        assert os.path.exists(os.path.join(folder, "r.json")), command
        result = json.loads(read(os.path.join(folder, "r.json")))
        # The same words in another order at most, and again the same result.
        assert sorted(result["command"]) == sorted(words), (words, result["command"])
        printed, _ = kiln("rerun", "r.json", "-o", "again.json", folder=folder)
        assert "identical\n" in printed and read(os.path.join(folder, "again.json")) == read(os.path.join(folder, "r.json")), (command, printed)
        shown, _ = kiln("rerun", "r.json", "--show", folder=folder)
        assert shlex.split(shown) == ["kiln", *result["command"]], shown
        os.remove(os.path.join(folder, "r.json"))
    verbs = {line.split("\t")[0] for line in kiln("help", "--list")[0].splitlines() if "\t--output\t" in line}
    tried = {verb for verb in verbs if any(command.startswith(verb + " ") or command == verb for command in RESULTS)}
    assert verbs - tried <= {"study", "rerun"}, verbs - tried


def differences(folder):
    write(os.path.join(folder, "toy.yaml"), TOY)
    kiln("window", "(Mg,Zn)O", "--database", "toy.yaml", "-q", "-o", "a.json", folder=folder)
    result = json.loads(read(os.path.join(folder, "a.json")))
    low = result["result"]["windows"][0]["low"]
    low["T_K"] *= 1.01
    low["kind"] = "liquid"
    result["kiln"]["version"], result["extra"] = "0.0.9", 1
    write(os.path.join(folder, "a.json"), json.dumps(result))
    printed, _ = kiln("rerun", "a.json", folder=folder, code=1)
    assert "0.0.9 before" in printed and "differ, most by 0.0099 of its value: result/windows/0/low/T_K" in printed
    assert "2 texts, flags or members differ, first result/windows/0/low/kind" in printed and "result       differs" in printed, printed
    write(os.path.join(folder, "toy.yaml"), TOY + "# a remark\n")
    kiln("window", "(Mg,Zn)O", "--database", "toy.yaml", "-q", "-o", "a.json", folder=folder)
    write(os.path.join(folder, "toy.yaml"), TOY)
    printed, _ = kiln("rerun", "a.json", folder=folder)
    assert re.search(r"database +[0-9a-f]{12} before, [0-9a-f]{12} now", printed) and "result       identical" in printed
    # Of a study: a result that is not as it was written.
    study = made(folder)
    kiln("study", study)
    path = os.path.join(folder, "s", "one.json")
    write(path, read(path) + "\n")
    printed, _ = kiln("rerun", os.path.join(folder, "s", "manifest.json"), code=1)
    assert "one: identical (one.json is not as the study wrote it)" in printed and "5 of 6" in printed


def examples(folder):
    """Each runs without a failure, and a second time nothing of it."""
    found = sorted(glob.glob(os.path.join(EXAMPLES, "*.yaml")))
    assert len(found) >= 3, found
    for path in found:
        copy = os.path.join(folder, os.path.basename(path))
        shutil.copy(path, copy)
        text = read(copy) if shutil.which("gnuplot") else re.sub(r"^figures:.*\n", "", read(copy), flags=re.MULTILINE)
        write(copy, text)
        run, kept = counts(kiln("study", copy, "--threads", "2")[1])
        assert run > 2 and kept == 0 and counts(kiln("study", copy)[1]) == (0, run), path


TESTS = [results_and_table, only_what_changed, children_of_before, files_that_are_named, what_changes_meanwhile_is_new, a_failure_leaves_the_others, a_case_that_is_killed, a_study_that_is_killed, an_interrupt, folders, figures, refusals,
         every_verb_again, differences, examples]


def main():
    failed = 0
    for test in TESTS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(os.path.realpath(folder))
                print("ok      " + test.__name__)
            except AssertionError as problem:
                failed += 1
                print(f"FAILED  {test.__name__}: line {problem.__traceback__.tb_next.tb_lineno}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
