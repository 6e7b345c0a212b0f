"""Man pages: each has every option that --help shows, typesets without a warning, and is the same on any day.

usage: manual.py KILN FOLDER     FOLDER is where the build put what it installs, with man1/ in it
"""
import os
import re
import shutil
import subprocess
import sys

KILN, FOLDER = os.path.abspath(sys.argv[1]), sys.argv[2]


def run(*command):
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


def kiln(*args):
    result = run(KILN, *args)
    assert result.returncode == 0 and not result.stderr, (args, result.stderr)
    return result.stdout


def verbs():
    return re.findall(r"^([a-z0-9 ]+)\t\t", kiln("help", "--list"), re.MULTILINE)


def page_of(verb):
    name = "-".join(["kiln", *verb.split()])
    with open(os.path.join(FOLDER, "man1", name + ".1"), encoding="ascii") as file:
        return file.read()


def typeset(verb):
    """As plain text; None where nothing on this machine can."""
    path = os.path.join(FOLDER, "man1", "-".join(["kiln", *verb.split()]) + ".1")
    environment = dict(os.environ, MANWIDTH="120", LC_ALL="C.UTF-8", MAN_KEEP_FORMATTING="", GROFF_NO_SGR="1")
    if shutil.which("man"):
        command = ["man", "--warnings", "-E", "UTF-8", "-l", path]
    elif shutil.which("groff"):
        command = ["groff", "-man", "-ww", "-Tutf8", "-P-c", path]
    else:
        return None
    result = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=60)
    assert result.returncode == 0 and not result.stderr, (verb, result.stderr)
    return re.sub(r".\x08", "", result.stdout)


def check_page(verb):
    page = page_of(verb)
    assert page == kiln("help", "--man", *verb.split()), f"the page of {verb!r} is not the one that the tool writes"
    assert re.search(r'^\.TH \S+ 1 "" "kiln [\d.]+" "kiln"$', page, re.MULTILINE), page[:200]
    plain = page.replace("\\-", "-").replace("\\(aq", "'").replace("\\(dq", '"')
    text = typeset(verb)
    for option in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", kiln("help", *verb.split())):
        assert re.search(re.escape(option) + r"(?![\w-])", plain), f"{verb}: {option} is missing"
        assert text is None or option in text, f"{verb}: {option} is not shown"
    return text


def main():
    names = verbs()
    assert len(names) > 15, names
    texts = {name: check_page(name) for name in ["", *names]}
    for name in names:
        assert " " in name or f".B {name}\n" in page_of(""), f"kiln(1) lacks {name}"
    if texts[""] is None:
        print("neither man nor groff is here: the pages were not typeset")
    else:
        assert "  kiln window '(Mg,Co,Ni,Cu,Zn)O' --at 900C\n" in texts["window"], texts["window"]  # quotes that a shell takes
        assert "kiln-window(1)" in texts[""]
    pages = sorted(os.listdir(os.path.join(FOLDER, "man1")))
    assert pages == sorted("-".join(["kiln", *name.split()]) + ".1" for name in ["", *names]), pages
    print(f"{len(pages)} pages")


if __name__ == "__main__":
    main()
