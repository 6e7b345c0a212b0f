"""What docs/add-a-cation.md tells a reader to do: the file it builds, its commands, and what they answer.

usage: tutorial.py KILN PAGE

The file is the block that the page says to save. Under a command stands what it prints, whole or in parts between lines of "...": words have to be those of the answer, in
their order, numbers within 5 % or 1.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

KILN, PAGE = os.path.abspath(sys.argv[1]), sys.argv[2]


def same_number(a, b):
    return abs(float(a) - float(b)) <= max(1.0, 0.05 * abs(float(b)))


def same_word(shown, printed):
    a, b = (re.split(r"(\d+(?:\.\d+)?)", word) for word in (shown, printed))
    return len(a) == len(b) and all(x == y or i % 2 and same_number(x, y) for i, (x, y) in enumerate(zip(a, b)))


def holds(printed, shown):
    """Where `shown` ends in `printed`, both lists of words; 0 if it is not there."""
    for start in range(len(printed) - len(shown) + 1):
        if all(same_word(a, b) for a, b in zip(shown, printed[start:])):
            return start + len(shown)
    return 0


def run(command, answer, folder):
    result = subprocess.run([KILN, *shlex.split(command)[1:]], cwd=folder, capture_output=True, encoding="utf-8", timeout=100)
    printed, good = (result.stdout + result.stderr).split(), True
    for part in re.split(r"^\.\.\.$", answer, flags=re.MULTILINE):
        end = holds(printed, part.split())
        if part.split() and not end:
            good = False
            print(f"FAILED  {command}\n        does not print\n{part}")
        printed = printed[end:]
    print(("ok      " if good else "        it prints\n" + result.stdout + result.stderr) + command)
    return good


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    [(name, text)] = re.findall(r"^Save this as `([^`]+)`.*?^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    commands = re.findall(r"^```console\n\$ (kiln [^\n]*)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(commands) >= 6, f"{len(commands)} commands"
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
        return 0 if all([run(command, answer, folder) for command, answer in commands]) else 1


if __name__ == "__main__":
    sys.exit(main())
