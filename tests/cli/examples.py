"""Every command that the documentation and the built-in help show must run."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

KILN = os.path.abspath(sys.argv[1])
DOCS = sys.argv[2:]
VERBS = ["window", "equilibrium", "step", "sinter", "risk", "design", "gap", "diagram", "diagram tx", "diagram isopleth", "diagram ternary", "diagram tpo2", "diagram entropy", "diagram energy", "diagram pairs", "diagram map", "validate", "activity", "entropy", "fit", "db", "explain"]
OWN_FILE = "my-oxides.yaml"  # stands for the reader's own database


def from_docs():
    for path in DOCS:
        with open(path, encoding="utf-8") as file:
            for block in re.findall(r"^```console\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL):
                yield from re.findall(r"^\$ (kiln .*)$", block, re.MULTILINE)


def from_help():
    for verb in VERBS:
        text = subprocess.run([KILN, "help", *verb.split()], capture_output=True, encoding="utf-8", check=True).stdout
        yield from re.findall(r"^  (kiln .*)$", text.split("Examples:")[1], re.MULTILINE)


def run(command, folder):
    result = subprocess.run([KILN, *shlex.split(command)[1:]], cwd=folder, capture_output=True, encoding="utf-8", timeout=100)
    good = result.returncode in (0, 1)
    print(("ok      " if good else "FAILED  ") + command)
    if not good:
        print(f"        exit code {result.returncode}: {result.stderr}")
    return good


def main():
    commands = [c for c in [*from_docs(), *from_help()] if OWN_FILE not in c]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("firings.csv", "trials.csv"):
            shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", name), folder)
        return 0 if len(commands) > 20 and all([run(c, folder) for c in commands]) else 1


if __name__ == "__main__":
    sys.exit(main())
