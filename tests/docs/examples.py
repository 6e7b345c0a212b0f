"""Pages whose commands print what stands below them, and whether they leave out an option.

usage: examples.py KILN PAGE... [--options REFERENCE PAGE] [--update]

A page's files are the blocks that it says to save. In a block marked console every line "$ kiln ..." is run and, where lines follow, has to print them: words in their order, numbers within 5 % or 1, and
anything for a line "...". With --update such lines are written anew: those that the comment before the block names, <!-- shows first 8 lines --> or <!-- shows lines with a|b -->, else all of them.
--options: every option of every verb has to be in the verb's section of REFERENCE (or in those of shared options), and in a command of PAGE.
"""
import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SAVED = re.compile(r"^Save this as `([^`]+)`[^\n]*\n(?:(?!```)[^\n]*\n)*```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"(?:^<!-- shows (?P<what>.*?) -->\n)?^```console\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (kiln .*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# Of every verb with a formula and a database, and of all: once anywhere is enough.
SHARED_SECTIONS = ("What if", "Options of every verb that has a formula and a database", "Options of every verb but explain")


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


def run(kiln, command, folder):
    result = subprocess.run([kiln, *shlex.split(command)[1:]], cwd=folder, capture_output=True, encoding="utf-8", timeout=100)
    return result.returncode, result.stdout + result.stderr


def check(kiln, command, answer, folder):
    if re.search(r"\.(svg|pdf|png)\b", command) and not shutil.which("gnuplot"):
        print("not drawn, without gnuplot: " + command)
        return True
    code, said = run(kiln, command, folder)
    # A refusal is an answer where it stands there.
    good, printed = code in (0, 1) or said.strip() == answer.strip(), said.split()
    for part in re.split(r"^\.\.\.$", answer, flags=re.MULTILINE):
        end = holds(printed, part.split())
        if part.split() and not end:
            good = False
            print(f"does not print\n{part}")
        printed = printed[end:]
    print(("ok      " if good else f"FAILED  exit code {code}\n{said}\n") + command)
    return good


def select(said, what):
    """The lines that `what` names, with "..." for those between."""
    lines = said.rstrip("\n").split("\n")
    first = re.fullmatch(r"first (\d+) lines", what)
    wanted = re.fullmatch(r"lines with (.*)", what)
    keep = [i for i, line in enumerate(lines) if (i < int(first.group(1)) if first else line and re.search(wanted.group(1), line))]
    assert keep, f"no {what}:\n{said}"
    out = []
    for i, k in enumerate(keep):
        out += ["..."] if k != (keep[i - 1] + 1 if i else 0) else []
        out.append(lines[k].rstrip())
    while not out[-1]:
        out.pop()
    return "\n".join(out + (["..."] if keep[-1] < len(lines) - 1 else [])) + "\n"


def update(kiln, page, folder):
    def block(match):
        what, text = match.group("what"), match.group("text")
        for command, answer in COMMAND.findall(text):
            _, said = run(kiln, command, folder)
            if what or answer:
                text = text.replace(f"$ {command}\n{answer}", f"$ {command}\n" + (select(said, what) if what else said.rstrip("\n") + "\n"))
        return (f"<!-- shows {what} -->\n" if what else "") + "```console\n" + text + "```"

    return BLOCK.sub(block, page)


def visit(kiln, path, is_update):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in SAVED.findall(page):
            example = os.path.join(os.path.dirname(path), "..", "examples", name)
            if os.path.exists(example):
                with open(example, encoding="utf-8") as file:
                    assert file.read() == text, f"{path} shows another {name} than {example}"
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        if is_update:
            new = update(kiln, page, folder)
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
            return True
        results = [check(kiln, command, answer, folder) for match in BLOCK.finditer(page) for command, answer in COMMAND.findall(match.group("text"))]
    assert results or SAVED.search(page), f"{path} has neither a command nor a file"
    return all(results)


def options_of(kiln):
    """verb -> {--option: its letter or ""}"""
    verbs = {}
    for line in subprocess.run([kiln, "help", "--list"], capture_output=True, encoding="utf-8", check=True).stdout.splitlines():
        verb, option, letter = line.split("\t")[:3]
        options = verbs.setdefault(verb, {})
        if option:
            options[option] = letter
    return verbs


def mentions(text, option, letter=""):
    return re.search(rf"(?<![\w-]){option}(?![\w-])" + (rf"|(?<![\w-]){letter}(?![\w-])" if letter else ""), text)


def check_options(kiln, reference, page):
    with open(reference, encoding="utf-8") as file:
        sections = dict(re.findall(r"^##+ (.*?)\n(.*?)(?=^##+ |\Z)", file.read(), re.MULTILINE | re.DOTALL))
    with open(page, encoding="utf-8") as file:
        commands = re.findall(r"^\$ (kiln .*)", file.read(), re.MULTILINE)
    shared, good = "".join(sections[name] for name in SHARED_SECTIONS), True
    for verb, options in options_of(kiln).items():
        own = sections["diagram" if verb == "diagram tx" else verb]  # tx is what the section of the diagrams begins with
        typed = [command for command in commands if command.startswith(f"kiln {verb} ")]
        for option, letter in options.items():
            is_shared = mentions(shared, option)
            problems = [] if mentions(own, option) or is_shared else [f"is not in {reference}"]
            if not any(mentions(command, option, letter) for command in (commands if is_shared else typed)):
                problems.append(f"has no example in {page}")
            for problem in problems:
                good = False
                print(f"FAILED  kiln {verb} {option} {problem}")
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kiln", type=os.path.abspath)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--options", nargs=2, metavar=("REFERENCE", "PAGE"))
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    results = [visit(args.kiln, path, args.update) for path in args.pages]
    if args.options:
        results.append(check_options(args.kiln, *args.options))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
