#!/usr/bin/env python3
"""Run the kiln binary on a table of cases: arguments, exit code, what stdout and stderr say, what its JSON holds.

usage: run.py KILN CASES, where CASES is a module beside this file. Needs the standard library only.
"""
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
TOY = os.path.join(HERE, "data", "toy.yaml")


@dataclass
class Case:
    """One command. Regular expressions are searched for, `absent` ones must not occur."""
    name: str
    args: list
    code: int = 0              # None: whatever it is
    out: list = field(default_factory=list)
    err: list = field(default_factory=list)
    absent: list = field(default_factory=list)
    check: object = None       # called with the parsed JSON of stdout
    files: dict = field(default_factory=dict)  # name -> bytes, made in the working folder first
    leaves: list = field(default_factory=list)  # files in the working folder afterwards, besides `files`
    after: object = None       # called with the working folder


def toy(*args):
    return [*args, "--database", TOY]


def find_problems(case, folder, result, environment):
    if case.code is not None and result.returncode != case.code:
        yield f"exit code {result.returncode}, expected {case.code}"
    for pattern in case.out:
        if not re.search(pattern, result.stdout, re.MULTILINE):
            yield f"stdout lacks {pattern!r}"
    for pattern in case.err:
        if not re.search(pattern, result.stderr, re.MULTILINE):
            yield f"stderr lacks {pattern!r}"
    for pattern in case.absent:
        if re.search(pattern, result.stdout + result.stderr, re.MULTILINE):
            yield f"{pattern!r} should not be there"
    if case.code not in (0, 1, None) and result.stdout and not case.out:
        yield "a failure wrote to stdout"
    if case.code not in (0, 1, None) and not result.stderr.startswith("kiln: "):
        yield "a failure gave no message"
    left = sorted(set(os.listdir(folder)) - set(case.files))
    if left != sorted(case.leaves):
        yield f"files left: {left}, expected {case.leaves}"
    try:
        if case.check:
            case.check(json.loads(result.stdout))
        if case.after:
            case.after(folder)
    except (AssertionError, KeyError, OSError, ValueError) as problem:
        yield f"{type(problem).__name__}: {problem}"


def run(kiln, case):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    with tempfile.TemporaryDirectory() as folder:
        for name, content in case.files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        result = subprocess.run([kiln, *case.args], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=100)
        problems = list(find_problems(case, folder, result, environment))
    print(("ok      " if not problems else "FAILED  ") + case.name)
    for problem in problems:
        print("        " + problem)
    if problems:
        print(f"        kiln {' '.join(case.args)}\n{result.stdout[:2000]}{result.stderr[:2000]}")
    return not problems


def main():
    kiln, module = sys.argv[1:]
    sys.path.insert(0, HERE)
    cases = importlib.import_module(module).CASES
    results = [run(os.path.abspath(kiln), case) for case in cases]
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.modules["run"] = sys.modules["__main__"]
    sys.exit(main())
