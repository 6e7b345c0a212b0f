"""Completion of command lines in bash and fish, the syntax of all three scripts, and whether kiln takes the words they offer.

usage: completion.py KILN FOLDER DATABASE     FOLDER is where the build put what it installs
Where zsh or fish is not installed its part is left out, and that is said.
"""
import os
import shutil
import subprocess
import sys
import tempfile

KILN, FOLDER, DATABASE = os.path.abspath(sys.argv[1]), sys.argv[2], os.path.abspath(sys.argv[3])
SCRIPT = {"bash": "bash-completion/completions/kiln", "zsh": "zsh/site-functions/_kiln", "fish": "fish/vendor_completions.d/kiln.fish"}
PATH = os.pathsep.join([os.path.dirname(KILN), os.environ["PATH"]])
# Words of a line, the last one unfinished; what completes it holds the first list, and nothing of the second.
LINES = [
    (["kiln", ""], ["window", "diagram", "help"], ["tx"]),
    (["kiln", "win"], ["window"], ["step"]),
    (["kiln", "window", "--ce"], ["--certify-gap", "--certify-budget"], ["--no-certify"]),
    (["kiln", "entropy", "--"], ["--format"], ["--atmosphere"]),
    (["kiln", "window", "MgO", "--format", ""], ["text", "json", "csv"], ["air"]),
    (["kiln", "window", "MgO", "--format", "j"], ["json"], ["text"]),
    (["kiln", "window", "MgO", "-a", ""], ["air", "Ar", "closed", "H2/H2O="], ["json"]),
    (["kiln", "step", "MgO", "--theme", ""], ["paper", "slide"], []),
    (["kiln", "window", "MgO", "--solver", "n"], ["newton", "nlopt"], []),
    (["kiln", "window", "MgO", "--samples", ""], [], ["window", "--seed"]),
    (["kiln", "window", "MgO", "--phase", "rocks"], ["rocksalt"], ["wurtzite"]),
    (["kiln", "window", "-d", DATABASE, "--phase", ""], ["rocksalt", "zincite"], ["spinel"]),
    (["kiln", "window", "MgO", "--without", "rocksalt,wurt"], ["rocksalt,wurtzite"], ["wurtzite"]),
    (["kiln", "diagram", ""], ["tx", "isopleth", "map"], ["window"]),
    (["kiln", "diagram", "tx", "--da"], ["--data", "--database"], ["--vary"]),
    (["kiln", "diagram", "map", "--enthalpy", ""], ["mixing", "formation"], []),
    (["kiln", "diagram", "pairs", "wurt"], ["wurtzite"], []),
    (["kiln", "diagram", "map", "fir"], ["firings.csv"], []),
    (["kiln", "study", "s.yaml", "--f"], ["--force"], ["--format"]),
    (["kiln", "study", "fir"], ["firings.csv"], []),
    (["kiln", "rerun", "r.json", "--s"], ["--show"], ["--set"]),
    (["kiln", "db", ""], ["list", "show", "check"], []),
    (["kiln", "db", "show", "rocks"], ["rocksalt"], []),
    (["kiln", "explain", "e"], ["exit-codes", "estimates"], ["window"]),
    (["kiln", "help", "diagram", ""], ["tx"], []),
    (["kiln", "help", "ga"], ["gap"], []),
]
# bash alone takes = for the end of a word.
SPLIT = [(["kiln", "window", "MgO", "--format", "=", "c"], ["csv"], ["json"]), (["kiln", "window", "MgO", "--format", "="], ["csv", "json"], [])]
OFFERED = [(["entropy", "MgO", "--format", word], word) for word in ("text", "json", "csv")] + [
    (["equilibrium", "MgO", "--at", "1000C", "--database", DATABASE, "--atmosphere", word + ("1" if word.endswith("=") else "")], word)
    for word in ("air", "O2", "Ar", "N2", "H2/H2O=", "CO/CO2=", "closed")] + [
    (["equilibrium", "MgO", "--at", "1000C", "--database", DATABASE, *rest], rest[-1])
    for rest in (["--solver", "newton"], ["--solver", "nlopt"], ["--pco2", "none"], ["--ph2o", "none"])] + [
    (["diagram", "entropy", "-o", "e.svg", "--theme", word], word) for word in ("paper", "slide")] + [
    (["diagram", "map", "firings.csv", "--database", DATABASE, "--enthalpy", word], word) for word in ("mixing", "formation")] + [
    (["explain", word], word) for word in ("exit-codes", "window", "certificate")]


def path_of(shell):
    return os.path.abspath(os.path.join(FOLDER, SCRIPT[shell]))


def run(folder, *command):
    result = subprocess.run(command, cwd=folder, env=dict(os.environ, PATH=PATH), capture_output=True, encoding="utf-8", timeout=60)
    assert result.returncode == 0 and not result.stderr, (command, result.returncode, result.stderr)
    return result.stdout


def in_bash(folder, words):
    script = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kiln; printf "%s\\n" "${COMPREPLY[@]}"'
    return run(folder, "bash", "--norc", "-c", script, path_of("bash"), *words).split()


def in_fish(folder, words):
    line = " ".join(words)
    answer = run(folder, "fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", path_of("fish"), line)
    return [row.split("\t")[0] for row in answer.splitlines()]


def check(shell, complete, lines, folder):
    for words, wanted, unwanted in lines:
        found = complete(folder, words)
        assert all(w in found for w in wanted) and not any(w in found for w in unwanted), (shell, words, found)
    print(f"{shell}: {len(lines)} lines")


def check_syntax(shell):
    if shutil.which(shell):
        run(None, shell, "-n", path_of(shell))
        print(f"{shell}: its syntax is right")
        return True
    print(f"{shell} is not installed: its script was not looked at")
    return False


def check_words(folder):
    """What the scripts offer stands there, and is taken by the tool."""
    scripts = ""
    for shell in SCRIPT:
        with open(path_of(shell), encoding="utf-8") as file:
            scripts += file.read()
        assert run(None, KILN, "help", "--completion", shell) in scripts, shell
    for args, word in OFFERED:
        assert word in scripts, word
        result = subprocess.run([KILN, *args], cwd=folder, capture_output=True, encoding="utf-8", timeout=60)
        # without gnuplot a figure is refused for that, with another code
        assert result.returncode not in (2, -6, -11), (args, result.stderr)
    print(f"{len(OFFERED)} words that are offered are taken")


def main():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli", "data", "firings.csv"), folder)
        check_syntax("bash")
        check("bash", in_bash, LINES + SPLIT, folder)
        check_syntax("zsh")
        if check_syntax("fish"):
            check("fish", in_fish, LINES, folder)
        check_words(folder)


if __name__ == "__main__":
    main()
