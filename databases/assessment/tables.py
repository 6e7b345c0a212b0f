"""Facts that an assessment reads, and the files that it writes or, with --check, only compares."""
import csv
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def rows(name):
    with open(os.path.join(HERE, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def checks():
    return "--check" in sys.argv


def settle(files):
    """writes text to paths from here, or with --check says whether it stands there: whether all does"""
    settled = True
    for name, text in files.items():
        path = os.path.join(HERE, name)
        if not checks():
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            continue
        with open(path, encoding="utf-8") as f:
            same = f.read() == text
        settled = settled and same
        print("%s is %s" % (os.path.basename(path), "up to date" if same else "OUT OF DATE"))
    return settled
